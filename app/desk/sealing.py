"""The signature beside a package: `<package>.xades.xml`, an XAdES signature over the digests of the package and of its METS.

METS.xml and the ZIP stay as they are: the receiving archive's check sees the package alone. The METS holds the digests of all files,
so the signature holds for the ZIP as it was sent and for the folder that somebody unpacked from it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lxml import etree

from app.desk import signers, signing
from app.desk.trusting import trust_of
from app.errors import AppError
from app.i18n import _
from app.jobs import Job
from app.package.check import check_package
from app.package.report import Report
from app.package.space import digest_of
from app.package.tree import BROKEN, open_tree
from app.signature.reasons import Weight, weight
from app.signature.signer import Signer
from app.signature.trust import Trust
from app.signature.tsa import TimestampServices
from app.signature.xades import read_xml, sign_xml
from app.workspace import Workspace

SPACE = "urn:vankho:package-seal:1"
ENDING = ".xades.xml"
INDEXES = ("METS.xml", "tagmanifest-sha256.txt")  # what lists the package's files with their digests
CHUNK = 1 << 20


def seal(
    package: Path,
    signer: Signer,
    *,
    sha256: str = "",
    stamp: Callable[[bytes], bytes] | None = None,
    trust: Trust | None = None,
) -> Path:
    """Signs a package (ZIP or folder) into a new file beside it and returns that file; one that holds already is kept.

    `sha256` (hex) of the ZIP where it is known. Raises `seal.no_index`, `sign.target_exists`, `token.*`, `tsa.*`.
    """
    target = package.with_name(package.name + ENDING)
    digest = "" if package.is_dir() else sha256 or digest_of(package)
    folder, name, index = _index(package)
    if target.exists():
        if _told(target) == (digest, name, index):
            return target
        raise AppError(
            "sign.target_exists",
            _("The file {name} is there already.").format(name=target.name),
            _("Choose another name or folder."),
        )
    root = etree.Element(f"{{{SPACE}}}package", nsmap={None: SPACE}, name=package.name, folder=folder)  # type: ignore[dict-item]
    for of, value in ((package.name, digest), (name, index)):
        if value:
            etree.SubElement(root, f"{{{SPACE}}}digest", of=of, algorithm="SHA-256").text = value
    plain = package.with_name(f".{package.name}.seal.part")
    plain.write_bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))
    try:
        sign_xml(plain, target, signer, stamp=stamp, trust=trust)
    finally:
        plain.unlink(missing_ok=True)
    return target


@contextmanager
def token_sealer(job: Job, workspace: Workspace) -> Iterator[Callable[[Path, str], Path]]:
    """`seal` with the token that is plugged in, for `packaging.export`; its PIN is asked once. Raises `token.*`."""
    settings = workspace.settings
    token, certificate = signers.choose(job, settings)
    choice = signing.choice_of(
        settings,
        token.module or signing.module_of(settings),
        certificate_id=certificate.sha256,
        token_serial=token.serial or None,
        token_label=token.label or None,
        final_try_ok=token.flags.final_try,  # the PIN dialog warns and wants a tick
    )
    with signing.session_for(job, choice, 0) as signer:
        yield sealer(signer, settings["sign.tsa"], trust_of(workspace, settings["sign.trust"]))


def sealer(signer: Signer, tsa: str = "", trust: Trust | None = None) -> Callable[[Path, str], Path]:
    """`seal` with this signer, for `packaging.export`; `tsa` names time-stamp services, with a space between them (level T)."""
    services = TimestampServices.of(tsa, trust=trust) if tsa else None
    stamp = services.stamp if services is not None else None

    def sign(package: Path, sha256: str) -> Path:
        return seal(package, signer, sha256=sha256, stamp=stamp, trust=trust)

    return sign


def seal_of(path: Path) -> Path | None:
    """The signature beside a package; the file itself where it is such a signature; None for anything else."""
    if path.name.endswith(ENDING):
        return path
    if not path.is_dir() and path.suffix.casefold() not in (".zip", ".tar"):
        return None
    beside = path.with_name(path.name + ENDING)
    if beside.is_file() or not path.is_dir():
        return beside if beside.is_file() else None
    # a folder that somebody unpacked: its ZIP may have another name
    return next((each for each in sorted(path.absolute().parent.glob(f"*{ENDING}")) if _folder(each) == path.name), None)


def _folder(place: Path) -> str:
    """The name of the package's own folder as the statement at `place` tells it."""
    root = _statement(place)
    return (root.get("folder") or "") if root is not None else ""


def judge(job: Job, report: dict[str, Any], place: Path, package: Path | None = None) -> dict[str, Any]:
    """The verification of the XML signature at `place`, with whether the package is the one that it was made for.

    A signature over some other XML comes back as it is. `package` defaults to what the signature's name says lies beside it.
    """
    told = _told(place)
    if told is None:
        return report
    package = package or place.with_name(place.name.removesuffix(ENDING))
    if not package.exists() and _folder(place):
        package = place.with_name(Path(_folder(place)).name)
    fault = _fault(job, told, package) if package.exists() else "seal.lonely"
    if not fault:
        return report
    worst = "invalid" if weight(fault) is Weight.FAULT else "unknown"
    verdict = "invalid" if "invalid" in (worst, report["verdict"]) else worst
    return report | {"verdict": verdict, "reasons": [*report["reasons"], fault]}


def _fault(job: Job, told: tuple[str, str, str], package: Path) -> str:
    digest, name, index = told
    if package.is_file():
        return "" if digest and digest_of(package) == digest else "seal.other"
    try:
        same = bool(index) and _index(package)[1:] == (name, index)
    except AppError:
        same = False
    if not same:
        return "seal.other"
    return "" if check_package(package, job=job).valid else "seal.inside"


def _index(package: Path) -> tuple[str, str, str]:
    """The package's own folder, name and SHA-256 (hex) of the file that lists the package's contents. Raises AppError `seal.no_index`."""
    tree = open_tree(package, Report(package))
    try:
        name = next((each for each in INDEXES if tree is not None and each in tree.sizes), "")
        if tree is not None and name:
            with tree.open(name) as file:
                whole = hashlib.sha256()
                while chunk := file.read(CHUNK):
                    whole.update(chunk)
            return tree.name, name, whole.hexdigest()
    except BROKEN:
        pass  # told below: it has no list that can be read
    finally:
        if tree is not None:
            tree.close()
    raise AppError(
        "seal.no_index",
        _("“{name}” has no list of its contents that could be signed.").format(name=package.name),
        _("Export the package again."),
    )


def _told(place: Path) -> tuple[str, str, str] | None:
    """Digest of the package, name and digest of its index; None for XML of another kind."""
    root = _statement(place)
    if root is None:
        return None
    rows = {each.get("of") or "": (each.text or "").strip() for each in root.findall(f"{{{SPACE}}}digest")}
    name = next((each for each in INDEXES if each in rows), "")
    return rows.get(root.get("name") or "\0", ""), name, rows.get(name, "")


def _statement(place: Path) -> Any:
    """The root of a signature's file that is ours, else None."""
    try:
        root = read_xml(place)
    except AppError:
        return None
    return root if root.tag == f"{{{SPACE}}}package" else None
