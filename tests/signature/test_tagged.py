"""Tagged files (as Word writes them) that are signed once more by a library which tags the new field."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.signature import attacks, files
from tests.signature.handmade import Cms, Form, sign
from tests.signature.odd_pki import made, name
from tests.signature.test_honest_changes import judged
from tests.signature.test_odd_certificates import ROOT

WHO = made(name("Người ký"), ROOT)
SECOND = made(name("Người ký sau"), ROOT)
Objects = dict[int, bytes]


def tagged(path: Path) -> tuple[Path, int]:
    """A signed file with a structure: root, a document and one paragraph; the number of the root (the others follow)."""
    plain = files.plain(path)
    top, page = attacks.free_number(plain), attacks.number(plain, "page")
    catalog = attacks.rewritten(plain, "catalog", lambda _catalog: None)
    content = b"/P << /MCID 0 >> BDC BT /F0 12 Tf 100 500 Td (Quyet dinh 125) Tj ET EMC"
    objects = {
        attacks.number(plain, "catalog"): catalog[:-2] + b" /MarkInfo << /Marked true >> /StructTreeRoot %d 0 R >>" % top,
        page: attacks.rewritten(plain, "page", lambda _page: None)[:-2] + b" /StructParents 0 >>",
        attacks.number(plain, "contents"): attacks.stream(content),
        top: b"<< /Type /StructTreeRoot /K [%d 0 R] /ParentTree %d 0 R /ParentTreeNextKey 1 >>" % (top + 1, top + 3),
        top + 1: b"<< /Type /StructElem /S /Document /P %d 0 R /K [%d 0 R] >>" % (top, top + 2),
        top + 2: b"<< /Type /StructElem /S /P /P %d 0 R /Pg %d 0 R /K 0 >>" % (top + 1, page),
        top + 3: b"<< /Nums [0 %d 0 R] >>" % (top + 4),
        top + 4: b"[%d 0 R]" % (top + 2),
    }
    attacks.update(plain, path.with_suffix(".tagged"), objects)
    return sign(path.with_suffix(".tagged"), path.with_suffix(".signed"), Cms(WHO)), top


def signed_again(path: Path, top: int, change: Callable[[Objects, int], None] | None = None) -> Path:
    """A second signature whose box is tagged; `change` does more to the objects, given the number of the new tag."""
    page = attacks.number(path, "page")
    tag = attacks.free_number(path) + 1
    objects = {
        top: b"<< /Type /StructTreeRoot /K [%d 0 R] /ParentTree %d 0 R /ParentTreeNextKey 2 >>" % (top + 1, top + 3),
        top + 1: b"<< /Type /StructElem /S /Document /P %d 0 R /K [%d 0 R %d 0 R] >>" % (top, top + 2, tag),
        top + 3: b"<< /Nums [0 %d 0 R 1 %d 0 R] >>" % (top + 4, tag),
        tag: b"<< /Type /StructElem /S /Form /P %d 0 R /K << /Type /OBJR /Obj %d 0 R /Pg %d 0 R >> >>"
        % (top + 1, tag + 2, page),
    }
    if change is not None:
        change(objects, tag)
    form = Form(name=b"S2", rect=b"[300 300 400 350]", field=b"/StructParent 1", objects=objects)
    return sign(path, path.with_suffix(".again"), Cms(SECOND), form)


def test_a_tag_for_the_new_signature(tmp_path: Path) -> None:
    path, top = tagged(tmp_path / "a.pdf")
    assert judged(path) == [("valid", "none")]
    assert judged(signed_again(path, top)) == [("valid", "allowed"), ("valid", "none")]


def paragraph(top: int) -> bytes:
    return b"<< /Type /StructElem /S /P /P %d 0 R /ActualText (Quyet dinh 999) /K 0 >>" % (top + 1)


CHANGES: dict[str, Callable[[int], Callable[[Objects, int], None]]] = {
    "other words for an old tag": lambda top: lambda objects, _tag: objects.update({top + 2: paragraph(top)}),
    "a new paragraph": lambda top: lambda objects, tag: objects.update({tag: paragraph(top)}),
    "words with the new tag": lambda _top: (
        lambda objects, tag: objects.update({tag: objects[tag][:-2] + b" /ActualText (Bai bo) >>"})
    ),
    "an old tag left out": lambda top: (
        lambda objects, tag: objects.update(
            {top + 1: b"<< /Type /StructElem /S /Document /P %d 0 R /K [%d 0 R] >>" % (top, tag)}
        )
    ),
    "another kind of document": lambda top: (
        lambda objects, _tag: objects.update({top + 1: objects[top + 1].replace(b"/Document", b"/Artifact")})
    ),
    "a role of its own": lambda top: (
        lambda objects, _tag: objects.update({top: objects[top][:-2] + b" /RoleMap << /P /Note >> >>"})
    ),
    "an old number leads elsewhere": lambda top: (
        lambda objects, tag: objects.update({top + 3: b"<< /Nums [0 [%d 0 R]] >>" % tag})
    ),
    "a tag for no box": lambda top: (
        lambda objects, tag: objects.update({tag: objects[tag].replace(b"/Obj %d 0 R" % (tag + 2), b"/Obj %d 0 R" % (top + 2))})
    ),
    "an old list of tags has others": lambda top: lambda objects, tag: objects.update({top + 4: b"[%d 0 R]" % tag}),
}


@pytest.mark.parametrize("case", CHANGES)
def test_nothing_else_of_the_structure_may_change(tmp_path: Path, case: str) -> None:
    path, top = tagged(tmp_path / "a.pdf")
    assert judged(signed_again(path, top, CHANGES[case](top)))[0] == ("invalid", "suspicious")
