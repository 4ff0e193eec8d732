"""demo: the main job end to end on the shipped sample scans, in an archive of its own that is thrown away."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app import paths
from app.cli.console import Console
from app.desk import describing, fields, filing, intake, keeping, packaging, searching, signing, syncing, verifying
from app.desk.signing import SignChoice
from app.errors import AppError
from app.i18n import _
from app.jobs import Job
from app.services import Services
from app.signature.software import SoftwareSigner, make_test_identity
from storage import queries
from storage.queries import Scope

CODE = "H00.99.01.2024.01"
AGENCY = "H00.99.01"
READY = 30.0  # seconds for the server to come up


def add(commands: Any) -> None:
    demo = commands.add_parser("demo", help=_("the main job end to end on the sample scans"))
    demo.add_argument("--keep", metavar="DIR", type=Path, help=_("keep everything in this new folder"))
    demo.set_defaults(run=run_demo)


class Steps:
    """Prints each step with its time."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._number = 0

    @contextmanager
    def step(self, name: str) -> Iterator[dict[str, Any]]:
        """The block fills the dictionary with what it did: "words" for people, the rest for JSON."""
        self._number += 1
        facts: dict[str, Any] = {}
        started = time.perf_counter()
        yield facts
        seconds = time.perf_counter() - started
        words = facts.pop("words", "")
        self._console.result(
            {"step": self._number, "name": name, "seconds": round(seconds, 2), **facts},
            f"{self._number:>2}. {name:<28} {seconds:6.2f} s   {words}",
        )


def run_demo(args: Namespace, console: Console) -> int:
    if args.keep is not None and args.keep.exists() and any(args.keep.iterdir()):
        raise AppError("demo.folder_not_empty", _("{folder} is not empty.").format(folder=args.keep), _("Name a new folder."))
    folder = args.keep or Path(tempfile.mkdtemp(prefix="vankho-demo-"))
    folder.mkdir(parents=True, exist_ok=True)
    services = Services(folder / "archive", console)
    started = time.perf_counter()
    try:
        bad = _whole_day(console, services, folder)
    finally:
        services.close()
        if args.keep is None:
            shutil.rmtree(folder, ignore_errors=True)
    seconds = time.perf_counter() - started
    words = _("Done in {seconds:.1f} s.").format(seconds=seconds) if not bad else _("Done with problems.")
    console.result({"step": "end", "seconds": round(seconds, 2), "problems": bad}, words)
    return 1 if bad else 0


def _whole_day(console: Console, services: Services, folder: Path) -> int:
    steps, job = Steps(console), console.job()
    bad = 0
    with steps.step(_("New archive")) as facts:
        services.create("mật khẩu dùng thử")
        assert services.workspace is not None  # noqa: S101 - just created
        workspace = services.workspace
        workspace.settings.set("office.agency", "Ủy ban nhân dân xã Thử Nghiệm")
        workspace.settings.set("office.code", AGENCY)
        facts["words"] = _("encrypted, in {folder}").format(folder=services.folder)
    samples = sorted(
        p for p in (paths.RESOURCES / "samples").iterdir() if p.suffix in (".pdf", ".jpg", ".png", ".tif", ".tiff")
    )
    with steps.step(_("Take in, recognise, describe")) as facts:
        taken = intake.import_files(job, workspace, services.sandboxes, samples)
        bad += len(taken.problems)
        console.problems(taken.problems)
        with workspace.catalog.read() as session:
            rows = queries.document_rows(session, taken.documents)
        facts |= {"documents": len(rows), "pages": sum(row.pages for row in rows)}
        facts["words"] = _("{count} documents, {pages} pages").format(count=len(rows), pages=facts["pages"])
    with steps.step(_("Fields compared with the truth")) as facts:
        facts |= _compare(workspace, taken.documents)
        facts["words"] = ", ".join(f"{fields.label(name)} {value}" for name, value in facts.items())
    with steps.step(_("File into a dossier")) as facts:
        dossier_id = filing.add_dossier(
            workspace, CODE, "Hồ sơ thử nghiệm Văn Khố năm 2024", paper_file_code="K1.G1.H1.01", maintenance="01"
        )
        ordered = sorted(taken.documents)
        filing.file_documents(workspace, ordered, dossier_id)
        _complete(workspace, ordered)
        describing.confirm(workspace, ordered)
        facts["words"] = CODE
    identity = make_test_identity(folder / "signer", organisation="Ủy ban nhân dân xã Thử Nghiệm")
    with steps.step(_("Sign (software token)")) as facts:
        choice = SignChoice(module=Path(), appearance="digitised")
        outcome = signing.sign_with(job, workspace, ordered, SoftwareSigner(identity.pkcs12), choice, boxes=services.sandboxes)
        bad += len(outcome.problems)
        console.problems(outcome.problems)
        facts |= {"signed": len(outcome.signed)}
        facts["words"] = _("{count} documents signed, PAdES B-B").format(count=len(outcome.signed))
    with steps.step(_("Verify the signatures")) as facts:
        verdicts = _verify(job, services, outcome.signed, folder, identity.trust)
        bad += sum(verdict != "valid" for verdict in verdicts)
        facts |= {"valid": verdicts.count("valid")}
        facts["words"] = _("{count} of {total} valid").format(count=verdicts.count("valid"), total=len(verdicts))
    for kind in ("sip-hoso", "aip-hoso"):
        with steps.step(_("Package {kind}").format(kind=kind)) as facts:
            done = packaging.export_dossier(job, workspace, dossier_id, kind, folder / "packages")
            bad += not done.report.valid
            facts |= {"path": str(done.path), "valid": done.report.valid, "findings": len(done.report.findings)}
            facts["words"] = f"{done.path.name} " + (_("valid") if done.report.valid else _("not valid"))
            for finding in done.report.findings:
                console.say(f"   {finding.level} {finding.rule} {finding.where}: {finding.message}")
    with steps.step(_("Contents list (DOCX)")) as facts:
        listing = packaging.contents_list(workspace, dossier_id, folder / "packages" / f"{CODE}.docx")
        facts["words"] = listing.name
    with steps.step(_("Sync to a server on this PC")) as facts:
        bad += _sync(job, services, folder, facts)
    with steps.step(_("Search")) as facts:
        plain, accented = (searching.search(workspace, q).rows for q in ("quyet dinh", "quyết định"))
        same = {hit.id for hit in plain} == {hit.id for hit in accented}
        bad += not (same and plain)
        facts |= {"hits": len(plain), "same": same}
        facts["words"] = _("“quyet dinh” and “quyết định” find the same {count} documents").format(count=len(plain))
    with steps.step(_("Prove")) as facts:
        fixity, chain = keeping.fixity(job, workspace), keeping.audit_verify(job, workspace)
        bad += not (fixity.sound and chain.sound)
        facts |= {"files": fixity.checked, "entries": chain.entries}
        facts["words"] = _("{files} files and {entries} audit entries are sound").format(
            files=fixity.checked, entries=chain.entries
        )
    return int(bad)


def _compare(workspace: Any, documents: list[int]) -> dict[str, str]:
    """How many fields of each kind agree with the truth that lies beside each sample."""
    names = ("codeNumber", "codeNotation", "issuedDate", "typeName")
    right = dict.fromkeys(names, 0)
    for document_id in documents:
        view = describing.fields_of(workspace, document_id)
        truth = _truth(view.document.source_name)
        for name in names:
            right[name] += view.values[name] == truth[name]
    return {name: f"{count}/{len(documents)}" for name, count in right.items()}


def _truth(name: str) -> dict[str, str]:
    beside = (paths.RESOURCES / "samples" / name).with_suffix(".json")
    found: dict[str, str] = json.loads(beside.read_text("utf-8"))["fields"]
    return found


def _complete(workspace: Any, documents: list[int]) -> None:
    """Does what the clerk does at the desk: types what could not be read (handwritten numbers and days) off the paper."""
    for document_id in documents:
        view = describing.fields_of(workspace, document_id)
        truth = _truth(view.document.source_name)
        wrong = {name: truth[name] for name in fields.BY_NAME if truth.get(name) and not view.values[name]}
        if wrong:
            describing.edit(workspace, document_id, wrong)


def _verify(job: Job, services: Services, documents: list[int], folder: Path, trust: Path) -> list[str]:
    assert services.workspace is not None  # noqa: S101 - open during the whole demo
    out = folder / "signed"
    out.mkdir(exist_ok=True)
    verdicts = []
    for document_id in documents:
        with services.workspace.catalog.read() as session:
            rendition = queries.best_rendition(session, document_id, "signed")
        assert rendition is not None  # noqa: S101 - it was signed a moment ago
        path = out / f"{document_id:03d}.pdf"
        services.workspace.objects.copy_out(rendition.sha256, path)
        verdicts.append(str(verifying.verify_file(job, services.sandboxes, path, trust=trust)["verdict"]))
    return verdicts


def _sync(job: Job, services: Services, folder: Path, facts: dict[str, Any]) -> int:
    assert services.workspace is not None  # noqa: S101 - open during the whole demo
    with _server(folder / "server") as (url, code):
        syncing.enrol(job, services.workspace, url, code)
        result = syncing.sync(job, services.workspace)
    receipts = syncing.receipts(services.workspace)  # checks signature, digest and counts once more
    facts |= {"batches": len(receipts), "items": result.items, "bytes": result.bytes}
    facts["receipts"] = [receipt.jws for _row, receipt in receipts]
    facts["words"] = _("{items} records, {size:.1f} MB, receipt verified").format(items=result.items, size=result.bytes / 1e6)
    with services.workspace.catalog.read() as session:
        waiting = len(queries.document_ids(session, Scope("unsynced")))
    return len(result.problems) + waiting


@contextmanager
def _server(folder: Path) -> Iterator[tuple[str, str]]:
    """The embedded server as a process of its own, on a free port of this PC; gives its address and an enrolment code."""
    command = [sys.executable, str(paths.ROOT / "main.py"), "serve", "--folder", str(folder)]
    made = subprocess.run([*command, "--code-for", AGENCY], capture_output=True, text=True, check=True, env=os.environ)
    process = subprocess.Popen(
        [*command, "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=os.environ
    )
    try:
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        url = process.stdout.readline().strip().rpartition(" ")[2]
        if not url.startswith("http"):
            raise AppError("demo.server", _("The server on this PC did not start."))
        yield url, made.stdout.split()[0]
    finally:
        process.terminate()
        process.wait(READY)
        if process.stdout is not None:
            process.stdout.close()
