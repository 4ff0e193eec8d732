"""Which authorities this office trusts: those shipped, those of the central server's list, those of a folder of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.desk.syncing import endpoint_of
from app.errors import AppError
from app.i18n import _
from app.jobs import Job
from app.signature.apart import write_anchors
from app.signature.trust import Trust, load_trust, read_folder
from app.signature.trust_list import TrustList, read_list, trust_with
from app.sync import client
from app.sync.protocol import TRUST_LIST
from app.sync.receipt import opened
from app.sync.strict import Malformed
from app.troubles import in_words
from app.workspace import Workspace

_KEPT = "trust.list"


@in_words
def update_trust(job: Job, workspace: Workspace) -> TrustList:
    """Takes over the server's list when it is newer. The list in force afterwards.

    Raises AppError `sync.*`, `trust.none` (the server has none), `trust.not_genuine`, `trust.older`: an older list, as somebody on
    the way could offer to bring back an authority that was taken out.
    """
    job.check()
    endpoint = endpoint_of(workspace)
    token = client.trust_list(endpoint)
    if token is None:
        raise AppError(
            "trust.none", _("The server has no list of trusted authorities."), _("Ask its administrator to lay one down.")
        )
    offered = _read(token.decode("ascii"), endpoint.pinned_keys)
    here = list_of(workspace)
    if here is not None and offered.version < here.version:
        raise AppError(
            "trust.older",
            _("The server offers an older list of trusted authorities (version {offered}, here {here}).").format(
                offered=offered.version, here=here.version
            ),
            _("Keep the present list, and tell the administrator of the server."),
        )
    if here is None or offered.version > here.version:
        workspace.settings.set(_KEPT, token.decode("ascii"))
    return offered


def list_of(workspace: Workspace) -> TrustList | None:
    """The server's list in force; None before the first, or when it no longer fits the pinned keys."""
    kept = workspace.settings[_KEPT]
    if not kept:
        return None
    try:
        return _read(kept, endpoint_of(workspace).pinned_keys)
    except AppError:
        return None


def trust_of(workspace: Workspace, folder: Path | None = None) -> Trust:
    """All that is trusted in this archive."""
    return trust_with(list_of(workspace), read_folder(folder) if folder is not None else ())


@contextmanager
def trust_folder(workspace: Workspace) -> Iterator[Path | None]:
    """All that is trusted in this archive beyond what is shipped, as files for a sandbox (which reads no settings); None for nothing."""
    shipped = set(load_trust().anchors)
    more: list[Any] = [one for one in trust_of(workspace, workspace.settings["sign.trust"]).anchors if one not in shipped]
    if not more:
        yield None
        return
    with workspace.scratch() as folder:
        write_anchors(folder, more)
        yield folder


def _read(token: str, keys: tuple[str, ...]) -> TrustList:
    try:
        return read_list(opened(token, keys, TRUST_LIST))
    except (Malformed, ValueError, TypeError) as error:
        raise AppError(
            "trust.not_genuine",
            _("The list of trusted authorities from the server is not genuine, so it was not taken over."),
            _("Keep the present list, and tell the administrator of the server."),
            detail=str(error),
        ) from error
