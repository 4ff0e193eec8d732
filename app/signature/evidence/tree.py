"""Hash trees (Merkle): one root over many files, and for each file the short way up to it (RFC 4998 §4.2)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def joined(values: Sequence[bytes]) -> bytes:
    """The values in binary ascending order, one after the other."""
    return b"".join(sorted(values))


def hashed(values: Sequence[bytes], digest: str) -> bytes:
    return hashlib.new(digest, joined(values)).digest()


def build(leaves: Sequence[bytes], digest: str) -> tuple[list[bytes], list[list[list[bytes]]]]:
    """The values right below the root (their `hashed` is the root), and for each leaf its reduced tree. Needs two leaves or more.

    The first step of a reduced tree holds the leaf and its neighbour (so the record proves that one too, as RFC 4998 has it), each later
    one the neighbours of the node reached so far.
    """
    ways: list[list[list[bytes]]] = [[] for _leaf in leaves]
    level = [(value, [number]) for number, value in enumerate(leaves)]
    while True:
        groups = [level[start : start + 2] for start in range(0, len(level), 2)]
        if len(groups[-1]) == 1:  # the odd one joins the group before it
            groups[-2:] = [groups[-2] + groups[-1]]
        for group in groups:
            for value, members in group:
                others = [other for other, _m in group if other is not value]
                for number in members:
                    ways[number].append([value, *others] if not ways[number] else others)
        if len(groups) == 1:
            return [value for value, _m in groups[0]], ways
        level = [(hashed([v for v, _m in group], digest), [n for _v, m in group for n in m]) for group in groups]


def root_of(leaf: bytes, way: Sequence[Sequence[bytes]], digest: str) -> bytes | None:
    """The root that a reduced tree leads to; None when the leaf is not in its first step. Without a tree the leaf is the root."""
    if not way:
        return leaf
    if leaf not in way[0]:
        return None
    value = hashed(way[0], digest) if len(way[0]) > 1 else leaf
    for step in way[1:]:
        value = hashed([value, *step], digest)
    return value
