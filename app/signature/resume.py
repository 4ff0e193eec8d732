"""What is in a file already: whose signatures it carries, and whether it is the finished result of an earlier, broken-off batch."""

from __future__ import annotations

import hashlib
from pathlib import Path

from app.errors import AppError
from app.signature.source import CHUNK, Caller, PdfFileReader, mentions_signature


def signers_in(path: Path, sandbox: Caller | None) -> list[bytes]:
    """The certificates (DER) of the signatures in a file, document time stamps left out; empty when it has none or can't be read.

    Nothing is judged here: who asks only wants to know whether to ask a person. The file is read in the sandbox, if there is one.
    """
    try:
        with path.open("rb") as file:
            if not mentions_signature(file):
                return []
        if sandbox is None:
            return read_signers(path)
        return [bytes.fromhex(one) for one in sandbox.call("app.signature.tasks:signers", path=path)]
    except (OSError, AppError):  # signing itself will say what is wrong with the file
        return []


def read_signers(path: Path) -> list[bytes]:
    try:
        with path.open("rb") as file:
            found = PdfFileReader(file, strict=False).embedded_signatures
            return [one.signer_cert.dump() for one in found if one.sig_object_type != "/DocTimeStamp"]
    except Exception:  # noqa: BLE001 - signing itself will say what is wrong with the file
        return []


def is_result_of(out: Path, source: Path, certificate: bytes, sandbox: Caller | None) -> bool:
    """Whether `out` is `source` with a signature of this certificate after it: then an earlier batch has done this file."""
    try:
        length = source.stat().st_size
        if out.stat().st_size <= length or prefix(out, length) != prefix(source, length):
            return False
    except OSError:
        return False
    return certificate in signers_in(out, sandbox)


def prefix(path: Path, length: int) -> bytes:
    """SHA-256 of the first bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while length > 0 and (chunk := file.read(min(CHUNK, length))):
            digest.update(chunk)
            length -= len(chunk)
    return digest.digest() + bytes([length > 0])
