"""The server's own keys: one signs receipts, one makes the desks' tokens. Both lie in a folder only the server reads."""

from __future__ import annotations

import hashlib
import hmac
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.sync import receipt as receipts
from app.sync.manifest import Manifest, new_id
from app.sync.receipt import Receipt
from app.sync.strict import canonical
from server.judging import Judged


class Signer:
    """Signs receipts with Ed25519. `public` is the key in text form, for `capabilities` and for pinning."""

    def __init__(self, private: Ed25519PrivateKey, token_secret: bytes) -> None:
        self._private = private
        self._token_secret = token_secret
        self.public = receipts.public_text(private.public_key())
        self._key_id = receipts.key_id(self.public)

    @classmethod
    def of(cls, folder: Path) -> Signer:
        """The keys of this folder, made at the first call."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        signing = _kept(folder / "receipts.key", receipts.private_text(Ed25519PrivateKey.generate()))
        tokens = _kept(folder / "tokens.key", os.urandom(32).hex())
        return cls(receipts.read_private(signing), bytes.fromhex(tokens))

    def token(self, desk: str, public_key: str, code_sha256: str) -> str:
        """A desk's bearer token. It follows from the enrolment, so that a lost answer can be asked for again."""
        said = "\n".join(("desk token", desk, public_key, code_sha256)).encode()
        return hmac.new(self._token_secret, said, hashlib.sha256).hexdigest()

    def seal(self, payload: bytes, kind: str) -> str:
        """A compact JWS of that type over other things than receipts."""
        return receipts.sign(payload, self._private, kind)

    def receipt(self, manifest: Manifest, judged: Judged, seq: int, previous: str | None, now: str) -> str:
        """The signed receipt of a batch, as compact JWS."""
        told = Receipt(
            receipt_id=new_id(),
            seq=seq,
            agency=manifest.agency,
            desk=manifest.desk,
            batch_id=manifest.batch_id,
            manifest_sha256=manifest.sha256,
            merkle_root=manifest.merkle_root,
            items=len(manifest.items),
            blobs=len(manifest.wanted),
            bytes=manifest.total_bytes,
            conflicts=judged.conflicts,
            accepted_at=now,
            verdicts_sha256=hashlib.sha256(judged.encoded).hexdigest(),
            prev_receipt_sha256=previous,
            key_id=self._key_id,
        )
        return receipts.sign(canonical(told.as_json()), self._private)


def _kept(path: Path, fresh: str) -> str:
    """The content of a secret file; written with `fresh` when there is none. The first of several writers wins."""
    if not path.exists():
        temporary = path.with_name(f"{path.name}.{os.getpid()}.part")
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(fresh)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
    return path.read_text().strip()
