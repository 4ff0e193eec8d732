"""A small dossier as it would come from the catalog, and ways to spoil its package."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from lxml import etree

from app.jobs import Job
from app.package.check import check_package
from app.package.model import DocumentInput, EventInput, PackageInput, SignatureInput, SoftwareInput
from app.package.report import Report
from app.package.write import write_package
from app.package.xml import VIETNAM

CODE = "H49.64.33.2001.160"
ARCHIVE_CODE = f"G09.{CODE}"
UUID = "6f0c1c1e-4c1a-4a53-9a50-0d7c5c0e8a11"

DOSSIER = {
    "fileCode": CODE,
    "arcFileCode": ARCHIVE_CODE,
    "title": "Hồ sơ về việc phê duyệt dự án xây dựng trường học xã Đông Hải",
    "maintenance": "01",
    "mode": "01",
    "language": "01",
    "startDate": "05/03/2001",
    "endDate": "31/12/2001",
    "numberOfPaper": "4",
    "numberOfPage": "8",
    "format": "01",
    "confidenceLevel": "02",
    "paperFileCode": "K1.G2.160",
    "riskRecovery": "0",
}


def pdf(number: int, size: int = 600) -> bytes:
    return b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + f"{number:07d}".encode() * (size // 7) + b"\n%%EOF\n"


def document(folder: Path, number: int, content: bytes | None = None, **changes: Any) -> DocumentInput:
    """One document with its file in `folder`; `changes` replace parts of it, `fields` only adds."""
    data = pdf(number) if content is None else content
    path = folder / f"source-{number}.pdf"
    path.write_bytes(data)
    code = f"{CODE}.{number:07d}"
    values = {
        "docId": f"H49.64.2001.{number:07d}",
        "docCode": code,
        "arcFileCode": ARCHIVE_CODE,
        "docOrdinal": str(number),
        "maintenance": "01",
        "typeName": "02",
        "codeNumber": str(number),
        "codeNotation": "QĐ-UBND",
        "issuedDate": "05/03/2001",
        "organName": "Ủy ban nhân dân tỉnh Thái Bình",
        "subject": "Về việc phê duyệt dự án <đợt 1> & bổ sung",
        "language": "01",
        "numberOfPage": "2",
        "mode": "01",
        "confidenceLevel": "02",
        "riskRecovery": "0",
        **changes.pop("fields", {}),
    }
    given: dict[str, Any] = {
        "uuid": f"00000000-0000-4000-8000-{number:012d}",
        "ordinal": number,
        "name": f"{code}.pdf",
        "fields": values,
        "source": path,
        "size": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "puid": "fmt/477",
        "format_name": "Acrobat PDF/A - Portable Document Format 2b",
    }
    return DocumentInput(**{**given, **changes})


def package(folder: Path, kind: str = "sip-hoso", count: int = 2, **changes: Any) -> PackageInput:
    folder.mkdir(parents=True, exist_ok=True)
    documents = changes.pop("documents", None) or [document(folder, number) for number in range(1, count + 1)]
    given: dict[str, Any] = {
        "kind": kind,
        "fonds_code": "H49.64",
        "dossier": {**DOSSIER, "totalDoc": str(len(documents)), **changes.pop("dossier", {})},
        "documents": documents,
        "software": SoftwareInput("Văn Khố", "0.1.0"),
        "packer": "nguyen.van.an",
        "created": datetime(2026, 11, 22, 9, 30),  # noqa: DTZ001 - Vietnam's time, as the model says
        "organisation": "Ủy ban nhân dân huyện Quỳnh Phụ",
        "submission_code": "YC-2026-0012",
        "uuid": UUID,
    }
    return PackageInput(**{**given, **changes})


def rich(folder: Path, kind: str) -> PackageInput:
    """With a signed document, a digitising event and names that need care."""
    folder.mkdir(parents=True, exist_ok=True)
    seen = SignatureInput(
        signer="Trần Thị Bích",
        method="SHA256withRSA",
        signed_at=datetime(2026, 11, 21, 8, tzinfo=VIETNAM),
        field="Sig1",
    )
    documents = [
        document(folder, 1, signed=True, signatures=[seen]),
        document(folder, 2, name="Tờ trình + “báo cáo” 50% số 3#.pdf", fields={"docId": "Tờ trình số 3"}),
    ]
    scanned = EventInput(
        type="transfer",
        at=datetime(2026, 11, 20, 15, tzinfo=VIETNAM),
        detail="Số hóa 300 dpi",
        agent="Lê Văn Cường",
        outcome_note="đủ trang",
    )
    return package(folder, kind, documents=documents, events=[scanned])


def written(tmp: Path, kind: str = "sip-hoso", dialect: str = "accepted", *, as_zip: bool = False, **changes: Any) -> Path:
    return write_package(Job(), package(tmp / "source", kind, **changes), tmp / "out", dialect=dialect, as_zip=as_zip).path


def judged(path: Path) -> Report:
    return check_package(path)


def edit(path: Path, change: Callable[[str], str]) -> None:
    before = path.read_text("utf-8")
    after = change(before)
    assert after != before, "the spoiling changed nothing"
    path.write_text(after, "utf-8")


def refresh(base: Path) -> None:
    """Writes sizes and digests anew into both METS files, so that only the intended defect is left."""
    for mets in (base / "representations/rep1/METS.xml", base / "METS.xml"):
        tree = etree.parse(str(mets))
        link = "{http://www.w3.org/1999/xlink}href"
        for element in tree.iter("{*}mdRef", "{*}file"):
            pointer = element if element.get(link) else element.find("{*}FLocat")
            content = (mets.parent / unquote(pointer.get(link))).read_bytes()
            element.set("SIZE", str(len(content)))
            element.set("CHECKSUM", hashlib.sha256(content).hexdigest().upper())
        tree.write(str(mets), xml_declaration=True, encoding="UTF-8")


def archive(target: Path, entries: list[tuple[str | zipfile.ZipInfo, bytes]], method: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(target, "w", method) as file:
        for name, content in entries:
            file.writestr(name, content)
    return target


def entries(path: Path) -> list[tuple[str | zipfile.ZipInfo, bytes]]:
    with zipfile.ZipFile(path) as file:
        return [(name, file.read(name)) for name in file.namelist()]
