"""What the verification page asks of the desk, on the desk's threads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.desk import showing, verifying
from app.desk.showing import ShownFile
from app.desk.trusting import trust_folder
from app.jobs import Job

if TYPE_CHECKING:
    from app.services import Services
    from app.workspace import Workspace

Subject = int | Path  # a document of the archive, or a file of anybody's


def open_subject(job: Job, services: Services, workspace: Workspace, subject: Subject, folder: Path) -> ShownFile:
    """A private copy of what is judged."""
    if isinstance(subject, Path):
        return showing.show_file(job, services.sandboxes, subject, folder)
    return showing.show_document(job, workspace, services.sandboxes, subject, folder, showing.TO_VERIFY)


def verify(
    job: Job, services: Services, workspace: Workspace, subject: Subject, shown: ShownFile, *, online: bool
) -> dict[str, Any]:
    """The report; that of a document is kept with it."""
    if isinstance(subject, Path):
        with trust_folder(workspace) as trust:
            return verifying.verify_file(job, services.sandboxes, shown.path, trust=trust, online=online)
    return verifying.verify_document(job, workspace, services.sandboxes, subject, online=online)


def write_report(job: Job, services: Services, workspace: Workspace, shown: ShownFile, out: Path, *, online: bool) -> Path:
    with trust_folder(workspace) as trust:
        verifying.write_report(job, services.sandboxes, shown.path, out, trust=trust, online=online)
    return out


def signed_version(job: Job, services: Services, shown: ShownFile, field: str, folder: Path) -> ShownFile:
    """The file as it was when that signature was made."""
    out = folder / f"{shown.path.stem}-{len(list(folder.iterdir()))}.pdf"
    verifying.save_signed_version(job, services.sandboxes, shown.path, field, out)
    return showing.show_file(job, services.sandboxes, out, folder)


def changes(job: Job, services: Services, shown: ShownFile, covered: int) -> list[dict[str, Any]]:
    """Where the pages look different from the signed version."""
    return verifying.changed_places(job, services.sandboxes, shown.path, covered)
