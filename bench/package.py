"""Writing and checking a dossier's package against plain SHA-256 and a stored ZIP of the same bytes."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import zipfile
from datetime import datetime
from pathlib import Path

from bench.measure import Row, alternate

COUNT, SIZE = 5_000, 100_000


def run() -> list[Row]:
    from app.jobs import Job
    from app.package.check import check_package
    from app.package.model import DocumentInput, PackageInput, SoftwareInput
    from app.package.write import write_package

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        documents = []
        for number in range(1, COUNT + 1):
            path = place / f"{number}.pdf"
            path.write_bytes(b"%PDF-1.7\n" + os.urandom(SIZE))
            code = f"H1.2024.1.{number:07d}"
            fields = {
                "docId": code, "docCode": code, "arcFileCode": "A.H1.2024.1", "docOrdinal": str(number), "maintenance": "01",
                "typeName": "02", "codeNumber": str(number), "codeNotation": "QĐ-UBND", "issuedDate": "05/03/2024",
                "organName": "UBND", "subject": "Thử", "language": "01", "numberOfPage": "1", "mode": "01",
                "confidenceLevel": "02", "riskRecovery": "0",
            }  # fmt: skip
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            documents.append(
                DocumentInput(
                    uuid=f"00000000-0000-4000-8000-{number:012d}", ordinal=number, name=f"{code}.pdf", fields=fields, source=path,
                    size=path.stat().st_size, sha256=digest, puid="fmt/477",
                )
            )  # fmt: skip
        dossier = {
            "fileCode": "H1.2024.1", "arcFileCode": "A.H1.2024.1", "title": "Thử", "maintenance": "01", "mode": "01", "language": "01",
            "startDate": "05/03/2024", "endDate": "05/03/2024", "totalDoc": str(COUNT), "numberOfPaper": "1", "numberOfPage": "1",
            "format": "01", "confidenceLevel": "02", "paperFileCode": "K1", "riskRecovery": "0",
        }  # fmt: skip

        def ours() -> None:
            package = PackageInput(
                kind="aip-hoso", fonds_code="H1", dossier=dossier, documents=documents, software=SoftwareInput("bench", "1"),
                packer="bench", created=datetime(2024, 1, 1),  # noqa: DTZ001 - the writer takes it as Vietnam's time
            )  # fmt: skip
            written = write_package(
                Job(), package, place / "out", prove=False
            )  # as the desk does: the check reads back and proves
            report = check_package(written.path)
            assert report.valid, report.findings
            written.path.unlink()

        def anchor() -> None:
            target = place / "plain.zip"
            with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as plain:
                for document in documents:
                    plain.write(document.source, document.name)
            with target.open("rb+") as file:
                os.fsync(file.fileno())
            with zipfile.ZipFile(target) as plain:
                for name in plain.namelist():
                    with plain.open(name) as file:
                        hashlib.file_digest(file, "sha256")
            target.unlink()

        (place / "out").mkdir()
        mine, plain = alternate(ours, anchor, 3)
        shutil.rmtree(place / "out")
    megabytes = COUNT * SIZE / 1e6
    return [
        Row(
            f"package: write and check {megabytes:.0f} MB", f"{megabytes / mine:.0f} MB/s",
            f"stored ZIP, read back with SHA-256 {megabytes / plain:.0f} MB/s", plain / mine, "≥ 0.7",
        )
    ]  # fmt: skip
