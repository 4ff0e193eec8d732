"""The list of trusted authorities that desks pull: certificate files in folders, numbered anew whenever they change, and signed.

`trust/government/*.crt`, `trust/national/…` and `trust/office/…` are what the administrator lays down; `trust/list.json` remembers
the version, so that it only ever grows.
"""

from __future__ import annotations

import json
import logging
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

from app.signature.trust import read_folder
from app.signature.trust_list import SETS, TrustList, read_list
from app.sync.protocol import TRUST_LIST
from server.ledger import utc
from server.signing import Signer
from storage.disk import write_atomic

log = logging.getLogger(__name__)


class TrustLists:
    """Safe on any thread."""

    def __init__(self, folder: Path, signer: Signer) -> None:
        self._folder = folder
        self._signer = signer
        self._lock = threading.Lock()

    def current(self, now: datetime) -> str | None:
        """The signed list; None when the folders hold no certificate and never did."""
        with self._lock:
            found = {name: ders_in(self._folder / name) for name in SETS}
            sets = {name: ders for name, ders in found.items() if ders}
            last = self._last()
            if last is None and not sets:
                return None
            if last is None or dict(last.sets) != sets:
                last = TrustList(last.version + 1 if last else 1, utc(now), sets)
                write_atomic(self._folder / "list.json", last.encoded())
                log.info("list of trusted authorities: version %d, %d certificates", last.version, last.count)
            return self._signer.seal(last.encoded(), TRUST_LIST)

    def _last(self) -> TrustList | None:
        try:
            return read_list((self._folder / "list.json").read_bytes())
        except FileNotFoundError:
            return None
        except (ValueError, json.JSONDecodeError):
            log.exception("the remembered list of authorities is damaged; no list is given out until it is repaired or removed")
            raise


def ders_in(folder: Path) -> tuple[bytes, ...]:
    """The CA certificates of a folder, each once, in an order that does not depend on the files' names."""
    certificates: list[Any] = list(read_folder(folder))
    return tuple(sorted({bytes(certificate.dump()) for certificate in certificates}))
