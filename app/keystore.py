"""The operating system's key store, for opening the archive on this PC without the password.

Only stores that encrypt are used, named one by one; where there is none nothing is kept. There is no fall-back to a file.
"""

from __future__ import annotations

import base64
import logging
from typing import Any

log = logging.getLogger(__name__)
SERVICE = "vankho"
TRUSTED = {
    "keyring.backends.Windows",
    "keyring.backends.macOS",
    "keyring.backends.SecretService",
    "keyring.backends.kwallet",
    "keyring.backends.libsecret",
}


def available() -> bool:
    """True where the system has an encrypting key store that answers."""
    return _backend() is not None


def keep(archive_id: str, secret: bytes) -> bool:
    """Stores 32 bytes; False where there is no store or it refused."""
    backend = _backend()
    if backend is None:
        return False
    try:
        backend.set_password(SERVICE, archive_id, base64.b64encode(secret).decode())
        return fetch(archive_id) == secret
    except Exception as error:  # noqa: BLE001 - key stores raise whatever their system raises
        log.warning("the key store refused: %r", type(error))
        return False


def fetch(archive_id: str) -> bytes | None:
    backend = _backend()
    if backend is None:
        return None
    try:
        text = backend.get_password(SERVICE, archive_id)
        return base64.b64decode(text) if text else None
    except Exception as error:  # noqa: BLE001 - as above
        log.warning("the key store did not answer: %r", type(error))
        return None


def forget(archive_id: str) -> None:
    backend = _backend()
    if backend is not None and fetch(archive_id) is not None:
        backend.delete_password(SERVICE, archive_id)


def _backend() -> Any:
    try:
        import keyring

        backend = keyring.get_keyring()
    except Exception as error:  # noqa: BLE001 - as above
        log.info("no key store: %r", type(error))
        return None
    found = [backend, *getattr(backend, "backends", [])]
    return next((b for b in found if type(b).__module__ in TRUSTED), None)
