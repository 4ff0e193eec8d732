"""Which reader a tree is for."""

from __future__ import annotations

from app.package.reading.bag import read_bag
from app.package.reading.circular import read_circular
from app.package.reading.eark import read_eark
from app.package.reading.model import ReadPackage
from app.package.reading.older import read_older
from app.package.tree import Tree


def read_package(tree: Tree) -> ReadPackage | None:
    """What the package says; None when it is none that anybody knows. Reads descriptions only, no payload."""
    if "METS.xml" not in tree.sizes and "bagit.txt" in tree.sizes:
        return read_bag(tree)
    return read_circular(tree) or read_eark(tree) or read_older(tree) or read_bag(tree)
