"""The archive's data key and the envelopes that hold it.

One random 32-byte key per archive opens everything. It is never written as it is: `keys.json` holds it wrapped (AES-256-GCM) for a
password (Argon2id, RFC 9106), for the printed recovery sheet, and optionally for a secret that the operating system's key store
keeps. From the data key the database, the search index and the objects get keys of their own (HKDF-SHA-256, RFC 5869).
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from argon2.exceptions import Argon2Error
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.disk import write_atomic
from storage.errors import StorageError
from storage.text import nfc

ARGON = {"time_cost": 3, "memory_cost": 65536, "parallelism": 4}  # RFC 9106 §4, second recommended option
COST_MOST = 16  # times these: a damaged or hostile file must not ask for all the memory there is
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without 0/O and 1/I: people copy it from paper


def derive(data_key: bytes, purpose: str) -> bytes:
    """The 32-byte key for one purpose ("catalog", "search", "objects")."""
    return HKDF(hashes.SHA256(), 32, None, b"vankho/" + purpose.encode()).derive(data_key)


@dataclass
class Envelopes:
    """`keys.json`: the archive's id and its data key, wrapped once for each way to open it."""

    archive_id: str
    wrapped: dict[str, dict[str, Any]] = field(default_factory=dict)

    def save(self, path: Path) -> None:
        write_atomic(path, json.dumps({"archive": self.archive_id, "keys": self.wrapped}, indent=1).encode(), private=True)

    @classmethod
    def load(cls, path: Path) -> Envelopes:
        """Raises StorageError `keys.missing` or `keys.broken`."""
        try:
            data = json.loads(path.read_bytes())
            return cls(str(data["archive"]), dict(data["keys"]))
        except FileNotFoundError:
            raise StorageError("keys.missing", str(path)) from None
        except (ValueError, KeyError, TypeError, OSError) as error:
            raise StorageError("keys.broken", repr(error)) from error

    # --- password ---
    def wrap_password(self, data_key: bytes, password: str) -> None:
        salt = secrets.token_bytes(16)
        self.wrapped["password"] = {
            "kdf": "argon2id",
            "salt": _b64(salt),
            **ARGON,
            **_seal(_stretch(password, salt, ARGON), data_key),
        }

    def open_password(self, password: str) -> bytes:
        """The data key. Raises StorageError `keys.wrong_password`."""
        entry = self._entry("password")
        try:
            cost = {name: int(entry[name]) for name in ARGON}
            if any(not 1 <= cost[name] <= COST_MOST * ARGON[name] for name in ARGON):
                raise ValueError(f"cost {cost}")
            key = _stretch(password, _unb64(entry["salt"]), cost)
        except (ValueError, KeyError, TypeError, Argon2Error) as error:
            raise StorageError("keys.broken", repr(error)) from error
        return _unseal(key, entry, "keys.wrong_password")

    # --- recovery sheet ---
    def wrap_recovery(self, data_key: bytes) -> str:
        """Wraps for a new recovery code and returns the code: 8 groups of 4 letters, 160 bits, to be printed and kept in the safe."""
        raw = "".join(secrets.choice(_ALPHABET) for _ in range(32))
        self.wrapped["recovery"] = _seal(_from_code(raw), data_key)
        return "-".join(raw[i : i + 4] for i in range(0, 32, 4))

    def open_recovery(self, code: str) -> bytes:
        """The data key. Blanks, hyphens and case don't matter. Raises StorageError `keys.wrong_recovery`."""
        return _unseal(_from_code(code), self._entry("recovery"), "keys.wrong_recovery")

    # --- a secret kept elsewhere (operating system's key store) ---
    def wrap_secret(self, name: str, data_key: bytes) -> bytes:
        """Wraps for a new random secret, which the caller keeps; 32 bytes."""
        secret = secrets.token_bytes(32)
        self.wrapped[name] = _seal(secret, data_key)
        return secret

    def open_secret(self, name: str, secret: bytes) -> bytes:
        """Raises StorageError `keys.wrong_secret`."""
        return _unseal(secret, self._entry(name), "keys.wrong_secret")

    def _entry(self, name: str) -> dict[str, Any]:
        try:
            return self.wrapped[name]
        except KeyError:
            raise StorageError("keys.no_such_way", name) from None


def _stretch(password: str, salt: bytes, cost: dict[str, int]) -> bytes:
    return hash_secret_raw(nfc(password).encode(), salt, hash_len=32, type=Type.ID, **cost)


def _from_code(code: str) -> bytes:
    plain = "".join(c for c in code.upper() if c in _ALPHABET)
    return hashlib.sha256(b"vankho recovery " + plain.encode()).digest()


def _seal(key: bytes, data_key: bytes) -> dict[str, str]:
    nonce = os.urandom(12)
    return {"nonce": _b64(nonce), "box": _b64(AESGCM(key).encrypt(nonce, data_key, b"vankho data key"))}


def _unseal(key: bytes, entry: dict[str, Any], code: str) -> bytes:
    try:
        return AESGCM(key).decrypt(_unb64(entry["nonce"]), _unb64(entry["box"]), b"vankho data key")
    except InvalidTag:
        raise StorageError(code) from None
    except (KeyError, ValueError, TypeError) as error:
        raise StorageError("keys.broken", repr(error)) from error


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _unb64(text: str) -> bytes:
    return base64.b64decode(text)
