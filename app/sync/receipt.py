"""The receipt: the server's signed word that a batch is whole, safe and counted once.

A compact JWS (RFC 7515) with Ed25519 (RFC 9864) over canonical JSON. Receipts of one agency form a chain through
`prev_receipt_sha256`, the SHA-256 of the earlier receipt's own bytes. They are stored and handed on byte for byte.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from app.errors import AppError
from app.i18n import _
from app.sync import strict
from app.sync.manifest import Manifest
from app.sync.strict import Fields, Malformed

ALGORITHM = "Ed25519"
TYPE = "vankho-receipt"
MAX_RECEIPT = 8 * 1024
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@dataclass(slots=True, frozen=True)
class Receipt:
    """What the server confirms. `accepted_at` is the server's UTC time, "2026-11-22T09:00:00Z"; counts are of distinct blobs."""

    receipt_id: str
    seq: int  # 1, 2, 3 … within the agency, no gap
    agency: str
    desk: str
    batch_id: str
    manifest_sha256: str
    merkle_root: str
    items: int
    blobs: int
    bytes: int
    conflicts: int  # items kept beside another desk's version: a person has to choose
    accepted_at: str
    verdicts_sha256: str
    prev_receipt_sha256: str | None
    key_id: str
    jws: str = field(default="", compare=False)  # the receipt itself, as it came

    def as_json(self) -> dict[str, Any]:
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "jws"}

    @property
    def sha256(self) -> str:
        """The digest that the next receipt names."""
        return strict.sha256(self.jws.encode())


@dataclass(slots=True, frozen=True)
class Verdict:
    """What became of one item: "accepted", "known" (had it already), "conflict" or "unreadable" (both kept aside).

    `head` is the digest of the version that stands after this batch; None when there is none.
    """

    uuid: str
    version: int
    verdict: str
    head: str | None

    def as_json(self) -> dict[str, Any]:
        return {"head": self.head, "uuid": self.uuid, "verdict": self.verdict, "version": self.version}

    @classmethod
    def read(cls, value: Any) -> Verdict:
        got = Fields(value, "verdict")
        head = got.take("head")
        found = cls(
            strict.uuid_of(got.take("uuid"), "uuid"),
            got.integer("version", least=1),
            strict.kind_of(got.take("verdict"), "verdict"),
            None if head is None else strict.sha256_of(head, "head"),
        )
        got.close()
        return found


def encode_verdicts(verdicts: Iterable[Verdict]) -> bytes:
    """The canonical bytes whose digest is the receipt's `verdicts_sha256`."""
    return strict.canonical([verdict.as_json() for verdict in verdicts])


def read_verdicts(data: bytes) -> tuple[Verdict, ...]:
    found = strict.read_canonical(data)
    if not isinstance(found, list):
        raise Malformed("verdicts: a list is expected")
    return tuple(Verdict.read(value) for value in found)


def read_receipt(payload: bytes, token: str) -> Receipt:
    """The receipt in a token's payload; Malformed when it is not one."""
    got = Fields(strict.read_canonical(payload), "receipt")
    previous = got.take("prev_receipt_sha256")
    receipt = Receipt(
        receipt_id=strict.uuid_of(got.take("receipt_id"), "receipt_id"),
        seq=got.integer("seq", least=1),
        agency=strict.agency_of(got.take("agency")),
        desk=strict.uuid_of(got.take("desk"), "desk"),
        batch_id=strict.uuid7_of(got.take("batch_id"), "batch_id"),
        manifest_sha256=got.sha256("manifest_sha256"),
        merkle_root=got.sha256("merkle_root"),
        items=got.integer("items"),
        blobs=got.integer("blobs"),
        bytes=got.integer("bytes"),
        conflicts=got.integer("conflicts"),
        accepted_at=_time(got.take("accepted_at")),
        verdicts_sha256=got.sha256("verdicts_sha256"),
        prev_receipt_sha256=None if previous is None else strict.sha256_of(previous, "prev_receipt_sha256"),
        key_id=got.text("key_id"),
        jws=token,
    )
    got.close()
    return receipt


# --- keys ---------------------------------------------------------------------------------------------------------------------


def public_text(key: Ed25519PublicKey) -> str:
    """A public key as 43 characters of base64url, the form in which it is pinned and sent (the `x` of RFC 8037)."""
    return _base64url(key.public_bytes_raw())


def read_public(text: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(_raw_key(text))


def private_text(key: Ed25519PrivateKey) -> str:
    return _base64url(key.private_bytes_raw())


def read_private(text: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(_raw_key(text))


def jwk(public: str) -> dict[str, str]:
    """The public JSON Web Key (RFC 8037) with its key id."""
    return {"alg": ALGORITHM, "crv": "Ed25519", "kid": key_id(public), "kty": "OKP", "use": "sig", "x": public}


def key_id(public: str) -> str:
    """The RFC 7638 thumbprint of a public key in text form."""
    return str(_verifier(public).thumbprint())


def read_jwks(value: Any) -> tuple[str, ...]:
    """The Ed25519 signing keys of a JWK set, in text form; other keys are passed over."""
    keys = Fields(value, "keys").list("keys", 20)
    return tuple(
        public_text(read_public(key["x"]))
        for key in keys
        if isinstance(key, dict) and key.get("kty") == "OKP" and key.get("crv") == "Ed25519" and "x" in key
    )


def _raw_key(text: Any) -> bytes:
    try:
        raw = base64.b64decode(str(text).replace("-", "+").replace("_", "/") + "=", validate=True)
    except binascii.Error:
        raw = b""
    if len(raw) != 32:
        raise Malformed("an Ed25519 key of 43 characters is expected")
    return raw


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _verifier(public: str) -> OKPKey:
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": public})


# --- sign and verify ----------------------------------------------------------------------------------------------------------


def sign(payload: bytes, private: Ed25519PrivateKey, kind: str = TYPE) -> str:
    """A compact JWS over `payload` with the key's thumbprint as `kid`."""
    public = public_text(private.public_key())
    key = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": public, "d": private_text(private)})
    return jws.serialize_compact({"alg": ALGORITHM, "kid": key_id(public), "typ": kind}, payload, key, [ALGORITHM])


def opened(token: str, keys: Iterable[str], kind: str = TYPE) -> bytes:
    """The payload of a compact JWS that one of `keys` signed; Malformed when none did."""
    by_id = {key_id(key): key for key in keys}
    try:
        token.encode("ascii")
        kid = str(jws.extract_compact(token.encode()).headers().get("kid", ""))
        if kid not in by_id:
            raise Malformed("signed by a key that is not pinned")
        signed = jws.deserialize_compact(token, _verifier(by_id[kid]), [ALGORITHM])
        if signed.headers() != {"alg": ALGORITHM, "kid": kid, "typ": kind}:
            raise Malformed("header is not the expected one")
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise error if isinstance(error, Malformed) else Malformed(f"not a signed token: {error}") from None
    # base64url allows different last characters for the same bytes: only the one true spelling is the receipt.
    if _base64url(signed.payload) != token.split(".")[1] or _base64url(_signature(token)) != token.split(".")[2]:
        raise Malformed("not in canonical base64url")
    return bytes(signed.payload)


def unchecked_payload(token: str) -> bytes:
    """What a token says before anybody has looked at its signature: only to find the key to check it with."""
    try:
        return bytes(jws.extract_compact(token.encode()).payload)
    except (JoseError, ValueError) as error:
        raise Malformed(f"not a signed token: {error}") from None


def _signature(token: str) -> bytes:
    return base64.urlsafe_b64decode(token.split(".")[2] + "==")


def verify_receipt(token: str, keys: Iterable[str], manifest: Manifest) -> Receipt:
    """The receipt, once its signature, key pin, manifest digest and counts are checked; AppError `sync.receipt_invalid` if not.

    `keys` are the pinned public keys in text form.
    """
    try:
        if len(token) > MAX_RECEIPT:
            raise Malformed("too long")
        receipt = read_receipt(opened(token, keys), token)
        wrong = [name for name, said, known in _claims(receipt, manifest) if said != known]
        if wrong:
            raise Malformed("does not fit the batch: " + ", ".join(wrong))
    except Malformed as error:
        raise receipt_invalid(str(error)) from None
    return receipt


def check_verdicts(data: bytes, receipt: Receipt) -> tuple[Verdict, ...]:
    """The verdicts, once their digest is the one in the receipt; AppError `sync.receipt_invalid` if not."""
    if not hmac.compare_digest(strict.sha256(data), receipt.verdicts_sha256):
        raise receipt_invalid("verdicts do not fit the receipt")
    try:
        return read_verdicts(data)
    except Malformed as error:
        raise receipt_invalid(str(error)) from None


def receipt_invalid(detail: str) -> AppError:
    return AppError(
        "sync.receipt_invalid",
        _("The server's receipt for this batch could not be confirmed."),
        _("Nothing was deleted here. Ask the people who run the server, then send the batch again."),
        detail=detail,
    )


def _claims(receipt: Receipt, manifest: Manifest) -> list[tuple[str, Any, Any]]:
    kid = str(jws.extract_compact(receipt.jws.encode()).headers()["kid"])
    return [
        ("manifest_sha256", receipt.manifest_sha256, manifest.sha256),
        ("batch_id", receipt.batch_id, manifest.batch_id),
        ("agency", receipt.agency, manifest.agency),
        ("desk", receipt.desk, manifest.desk),
        ("items", receipt.items, len(manifest.items)),
        ("blobs", receipt.blobs, len(manifest.wanted)),
        ("bytes", receipt.bytes, manifest.total_bytes),
        ("merkle_root", receipt.merkle_root, manifest.merkle_root),
        ("key_id", receipt.key_id, kid),
    ]


def _time(value: Any) -> str:
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise Malformed("accepted_at: a UTC time is expected")
    try:
        datetime.fromisoformat(value)
    except ValueError:
        raise Malformed("accepted_at: no such time") from None
    return value
