"""Knowledge that goes to another desk and comes from one: the counts arrive as they were, what is personal stays, rubbish is refused."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.describe.learning import Knowledge, Mark, Tally, exchange
from app.errors import AppError
from storage.text import fold
from tests.describe.office_papers import Read, read_papers
from tests.describe.replaying import replay

ORIGIN = "0199c2f2-6a3e-7d41-9c1b-1f6f0f8d2a10"
Change = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="module")
def papers() -> list[Read]:
    mixed = read_papers(1)[:10] + read_papers(0)[:10]
    random.Random(1).shuffle(mixed)
    return mixed


@pytest.fixture(scope="module")
def learnt(papers: list[Read]) -> Knowledge:
    knowledge = Knowledge()
    replay(knowledge, papers)
    return knowledge


def test_what_was_exported_arrives_as_it_was(learnt: Knowledge) -> None:
    data = exchange.to_json(learnt, ORIGIN, "2026-01-01")
    origin, arrived = exchange.from_json(data)
    assert origin == ORIGIN
    assert arrived == exchange.shareable(learnt)
    assert arrived.size > 300
    assert exchange.to_json(arrived, ORIGIN, "2026-01-01") == exchange.to_json(exchange.shareable(learnt), ORIGIN, "2026-01-01")


def test_names_of_signers_and_words_of_one_document_stay(papers: list[Read], learnt: Knowledge) -> None:
    text = exchange.to_json(learnt, ORIGIN, "2026-01-01").decode()
    kept = json.dumps([[key, tally.counts] for key, tally in learnt.rows()], ensure_ascii=False)
    for paper in papers:
        assert paper.truth["signer"] in kept
        assert paper.truth["signer"] not in text
        assert f"g:{fold(paper.truth['signer']).replace(' ', '')}" not in text
        assert paper.truth["subject"] not in text
    once = Knowledge()
    once.learn([Mark("dossier", "01", {"w:bí mật riêng": 1, "w:chung": 1}), Mark("dossier", "01", {"w:chung": 1})])
    assert exchange.shareable(once).tally("dossier", "01") == Tally(2, {"w:chung": 2})


def hostile() -> dict[str, bytes]:
    """Files that somebody might hand in as knowledge."""
    good = {
        "format": "vankho-knowledge",
        "version": 1,
        "origin": ORIGIN,
        "made": "",
        "counts": {"dossier": {"01": [2, {"w:a": 2}]}},
    }

    def but(change: Change) -> bytes:
        whole = json.loads(json.dumps(good))
        change(whole)
        return json.dumps(whole).encode()

    def row(value: Any) -> bytes:
        return but(lambda w: w["counts"]["dossier"].update({"01": value}))

    return {
        "empty": b"",
        "no text": b"\xff\xfe\x00",
        "no JSON": b"{",
        "a list": b"[]",
        "a number": b"7",
        "another format": but(lambda w: w.update(format="x")),
        "no version": but(lambda w: w.pop("version")),
        "a version that is true": but(lambda w: w.update(version=True)),
        "a path as origin": but(lambda w: w.update(origin="../../etc")),
        "own counts": but(lambda w: w.update(origin="")),
        "an unknown kind": but(lambda w: w["counts"].update({"secrecy": {"Mật": [1, {"w:a": 1}]}})),
        "signers": but(lambda w: w["counts"].update({"form:signer": {"abc": [1, {"A": 1}]}})),
        "labels as a list": but(lambda w: w["counts"].update(dossier=[])),
        "a negative count": row([2, {"w:a": -1}]),
        "more than was seen": row([2, {"w:a": 3}]),
        "a fraction": row([2, {"w:a": 1.5}]),
        "true": row([True, {"w:a": True}]),
        "nothing seen": row([0, {"w:a": 1}]),
        "no features": row([2, {}]),
        "a row too long": row([2, {"w:a": 1}, 3]),
        "a feature of no kind": row([2, {"a": 1}]),
        "a control character": row([2, {"w:a\u0007": 1}]),
        "a hidden direction": row([2, {"w:a\u202e": 1}]),
        "half a letter": row([2, {"w:\ud800": 1}]),
        "a long label": but(lambda w: w["counts"]["dossier"].update({"x" * 301: [1, {"w:a": 1}]})),
        "many labels": but(lambda w: w["counts"].update(dossier={str(n): [1, {"w:a": 1}] for n in range(5000)})),
        "many features": row([2, {f"w:{n}": 1 for n in range(9000)}]),
        "a huge number": b'{"format":"vankho-knowledge","version":' + b"9" * 5000 + b"}",
        "not a number": b'{"format":"vankho-knowledge","version":NaN}',
        "a name twice": b'{"format":"vankho-knowledge","format":"vankho-knowledge"}',
        "many lists": b"[" + b"[]," * 300_000 + b"[]]",
        "many numbers": b"[" + b"0," * 2_100_000 + b"0]",
        "deep": b"[" * 100_000 + b"]" * 100_000,
    }


@pytest.mark.parametrize("name", sorted(hostile()))
def test_rubbish_is_refused_with_a_sentence(name: str) -> None:
    with pytest.raises(AppError) as caught:
        exchange.from_json(hostile()[name])
    assert caught.value.code == "knowledge.broken"
    assert "dữ liệu học" in caught.value.message
    assert caught.value.advice


def test_a_newer_and_a_huge_file_are_told_apart() -> None:
    newer = {"format": "vankho-knowledge", "version": 2, "origin": ORIGIN, "counts": {}}
    with pytest.raises(AppError) as caught:
        exchange.from_json(json.dumps(newer).encode())
    assert caught.value.code == "knowledge.newer"
    with pytest.raises(AppError) as caught:
        exchange.from_json(b" " * (exchange.LARGEST + 1))
    assert caught.value.code == "knowledge.too_large"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8) | st.just("dossier"), inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(JSON)
@example({"dossier": {"01": [2, {"w:a": 2}]}})
def test_whatever_counts_hold_they_are_taken_whole_or_refused(counts: Any) -> None:
    whole = {"format": "vankho-knowledge", "version": 1, "origin": ORIGIN, "made": "", "counts": counts}
    arrived = taken_or_refused(json.dumps(whole).encode())
    if isinstance(arrived, AppError):
        assert arrived.code == "knowledge.broken"
    else:
        found = {kind: {label: [t.seen, t.counts] for label, t in labels.items()} for kind, labels in arrived.kinds.items()}
        assert found == {kind: labels for kind, labels in counts.items() if labels}


def taken_or_refused(data: bytes) -> Knowledge | AppError:
    try:
        return exchange.from_json(data)[1]
    except AppError as error:
        return error
