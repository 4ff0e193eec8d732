"""The messages of the protocol: what is well-formed is read back equal, everything else is refused."""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import AppError
from app.sync import receipt as receipts
from app.sync import strict
from app.sync.endpoint import Endpoint, clean_address
from app.sync.manifest import Blob, Item, Manifest, Metadata, merkle_root, new_id, seal
from app.sync.protocol import Capabilities, Enrolment, Problem
from app.sync.receipt import Receipt, Verdict, check_verdicts, encode_verdicts, verify_receipt
from app.sync.strict import Malformed

ROOT = Path(__file__).resolve().parents[2]
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = receipts.public_text(KEY.public_key())
DIGEST = hashlib.sha256(b"x").hexdigest()


def _manifest() -> Manifest:
    blob = Blob(DIGEST, 1, "gốc/1.pdf", "fmt/95")
    item = Item(new_id(), 1, None, "document", Metadata(hashlib.sha256(b"{}").hexdigest(), 2), (blob,))
    return seal("000.00.12.H29", new_id(), [item], "vankho 0.1")


def _receipt(manifest: Manifest, **changes: Any) -> Receipt:
    told = Receipt(
        receipt_id=new_id(), seq=1, agency=manifest.agency, desk=manifest.desk, batch_id=manifest.batch_id,
        manifest_sha256=manifest.sha256, merkle_root=manifest.merkle_root, items=1, blobs=2, bytes=3, conflicts=0,
        accepted_at="2026-11-22T09:00:00Z", verdicts_sha256=DIGEST, prev_receipt_sha256=None, key_id=receipts.key_id(PUBLIC),
    )  # fmt: skip
    return replace(told, **changes)


def _signed(receipt: Receipt, key: Ed25519PrivateKey = KEY) -> str:
    return receipts.sign(strict.canonical(receipt.as_json()), key)


def test_a_manifest_is_its_canonical_bytes() -> None:
    manifest = _manifest()
    again = Manifest.read(manifest.encoded)
    assert again == manifest
    assert again.sha256 == hashlib.sha256(manifest.encoded).hexdigest()
    assert manifest.wanted == {manifest.items[0].metadata.sha256: 2, DIGEST: 1}
    assert manifest.total_bytes == 3


@given(st.binary(max_size=300))
def test_no_bytes_break_the_readers(data: bytes) -> None:
    for read in (Manifest.read, Capabilities.read, receipts.read_verdicts, lambda b: Enrolment.read(b, new_id())):
        with pytest.raises(Malformed):
            read(data)
    assert Problem.read(500, data).status == 500


@settings(max_examples=40)
@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda c: st.lists(c) | st.dictionaries(st.text(), c))
)
def test_no_json_breaks_the_reader_of_manifests(value: Any) -> None:
    spoilt = json.loads(_manifest().encoded)
    spoilt["items"] = value
    with pytest.raises(Malformed):
        Manifest.read(json.dumps(spoilt).encode())


def test_a_blob_with_two_sizes_is_refused() -> None:
    item = _manifest().items[0]
    twice = replace(item, blobs=(*item.blobs, Blob(DIGEST, 2, "b.pdf")))
    with pytest.raises(Malformed):
        seal("H29", new_id(), [twice], "t")
    with pytest.raises(Malformed):
        seal("H29", new_id(), [item, item], "t")
    with pytest.raises(Malformed):
        seal("H29", new_id(), [], "t")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/a",
        "a/",
        "a//b",
        "..",
        "a/../b",
        "./a",
        "a\\b",
        "C:a",
        "a\nb",
        "a\x00",
        "x" * 256,
        "é".encode().decode() + "e\u0301",
    ],
)
def test_unsafe_paths_are_refused(path: str) -> None:
    with pytest.raises(Malformed):
        strict.path_of(path)


@pytest.mark.parametrize("path", ["a.pdf", "Tờ trình/bản gốc.pdf", "..a", "a..", "con"])
def test_ordinary_paths_pass(path: str) -> None:
    assert strict.path_of(path) == path


def test_merkle_root_is_that_of_rfc_9162() -> None:
    digests = [hashlib.sha256(bytes([n])).hexdigest() for n in range(13)]

    def head(part: list[str]) -> bytes:  # as the RFC words it: split at the largest power of two below the count
        if len(part) == 1:
            return hashlib.sha256(b"\x00" + bytes.fromhex(part[0])).digest()
        split = 1 << ((len(part) - 1).bit_length() - 1)
        return hashlib.sha256(b"\x01" + head(part[:split]) + head(part[split:])).digest()

    for count in range(1, 14):
        assert merkle_root(digests[:count]) == head(digests[:count]).hex()
    assert merkle_root([]) == hashlib.sha256().hexdigest()


def test_a_true_receipt_is_believed() -> None:
    manifest = _manifest()
    token = _signed(_receipt(manifest))
    found = verify_receipt(token, [PUBLIC], manifest)
    assert found == _receipt(manifest, receipt_id=found.receipt_id)
    assert found.jws == token


def _forgeries() -> Iterator[tuple[str, str]]:
    manifest = FORGED
    true = _signed(_receipt(manifest))
    head, body, signature = true.split(".")
    yield "cut", true[:-4]
    yield "empty", ""
    yield "other body", f"{head}.{_signed(_receipt(manifest, seq=2)).split('.')[1]}.{signature}"
    yield "last letter", true[:-1] + ("A" if true[-1] != "A" else "B")
    yield "padded", true + "="
    yield "newline", true + "\n"
    yield "not ascii", true + "é"
    yield "too long", true + "A" * 9000
    yield "foreign key", _signed(_receipt(manifest), Ed25519PrivateKey.generate())
    none = receipts._base64url(json.dumps({"alg": "none", "kid": receipts.key_id(PUBLIC)}).encode())
    yield "alg none", f"{none}.{body}."
    yield "no receipt", receipts.sign(b'{"a":1}', KEY)
    yield "another kind", receipts.sign(strict.canonical(_receipt(manifest).as_json()), KEY, "vankho-enrolment")
    for name, value in {
        "manifest_sha256": DIGEST, "batch_id": new_id(), "agency": "H30", "desk": new_id(), "items": 2, "blobs": 1, "bytes": 4,
        "merkle_root": DIGEST, "key_id": "x", "accepted_at": "2026-13-22T09:00:00Z", "conflicts": -1, "seq": 0,
    }.items():  # fmt: skip
        yield name, _signed(_receipt(manifest, **{name: value}))


FORGED = _manifest()
FORGERIES = dict(_forgeries())


@pytest.mark.parametrize("name", FORGERIES)
def test_forged_receipts_are_refused(name: str) -> None:
    with pytest.raises(AppError) as error:
        verify_receipt(FORGERIES[name], [PUBLIC], FORGED)
    assert error.value.code == "sync.receipt_invalid"


def test_verdicts_have_to_fit_the_receipt() -> None:
    data = encode_verdicts([Verdict(new_id(), 1, "accepted", DIGEST)])
    receipt = _receipt(FORGED, verdicts_sha256=strict.sha256(data))
    assert check_verdicts(data, receipt)[0].verdict == "accepted"
    for wrong in (data.replace(b"accepted", b"conflict"), b"[]"):
        with pytest.raises(AppError):
            check_verdicts(wrong, receipt)


def test_an_enrolment_proves_its_key() -> None:
    desk = new_id()
    asked = Enrolment(desk, None, "Máy 1", "ABCD-EFGH-JKMN", PUBLIC)
    assert Enrolment.read(asked.signed(KEY), desk) == asked
    with pytest.raises(Malformed):
        Enrolment.read(asked.signed(Ed25519PrivateKey.generate()), desk)
    with pytest.raises(Malformed):
        Enrolment.read(asked.signed(KEY), new_id())


def test_an_endpoint_is_kept_as_json_and_hides_its_secrets() -> None:
    endpoint = Endpoint("https://a", new_id(), "H29", "s3cret-token", (PUBLIC,), receipts.private_text(KEY))
    assert Endpoint.from_json(json.loads(json.dumps(endpoint.as_json()))) == endpoint
    assert "s3cret" not in repr(endpoint)
    assert endpoint.desk_key not in repr(endpoint)


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        (" luutru.tinh.gov.vn/ ", "https://luutru.tinh.gov.vn"),
        ("https://a:8443/kho/", "https://a:8443/kho"),
        ("http://127.0.0.1:80", "http://127.0.0.1:80"),
        ("http://[::1]:80", "http://[::1]:80"),
        ("http://localhost", "http://localhost"),
    ],
)
def test_addresses_as_people_type_them(typed: str, clean: str) -> None:
    assert clean_address(typed, allow_plain=False) == clean
    assert clean_address("http://kho.local", allow_plain=True) == "http://kho.local"


def test_every_text_has_its_vietnamese() -> None:
    with (ROOT / "resources/i18n/vi/sync.po").open("rb") as file:
        known = {str(message.id) for message in read_po(file) if message.id and message.string}
    used = set()
    for source in [*(ROOT / "app/sync").glob("*.py"), *(ROOT / "server").glob("*.py")]:
        for node in ast.walk(ast.parse(source.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "N_"):
                [word] = node.args
                assert isinstance(word, ast.Constant)
                used.add(word.value)
    assert used == known
