"""The checker: against the reference validator of E-ARK per package, against reading with SHA-256 where there is much to read."""

from __future__ import annotations

import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import zipfile
from datetime import datetime
from pathlib import Path

from bench.measure import Row, alternate, seconds

FEW, RUNS = 10, 21
MANY, SIZE = 5_000, 100_000
VENV = Path.home() / ".cache" / "vankho" / "eark-venv-1.1.3"  # the one that the tests use
# Runs in the venv of the reference validator, which fetches four vocabularies over HTTPS although its wheel holds them.
REFERENCE = """
import importlib.util, json, statistics, sys, time, urllib.request
from pathlib import Path
vocabularies = Path(importlib.util.find_spec("eark_validator").origin).parent / "ipxml/resources/vocabs"
urllib.request.urlopen = lambda url, *a, **k: (vocabularies / Path(str(getattr(url, "full_url", url))).name).open("rb")
from eark_validator.packages import PackageValidator
from eark_validator.specifications.specification import SpecificationVersion
def once():
    start = time.perf_counter()
    PackageValidator(Path(sys.argv[1]), SpecificationVersion("V2.0.4")).validation_report
    return time.perf_counter() - start
once()
print(json.dumps(statistics.median(once() for _ in range(int(sys.argv[2])))))
"""


def run() -> list[Row]:
    from app.package.check import check_package

    rows = []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        small = _written(place / "small", FEW, 20_000, as_zip=False)
        check_package(small)
        ours = statistics.median(seconds(lambda: check_package(small)) for _run in range(RUNS))
        reference = _reference(small, RUNS)
        rows.append(
            Row(f"check: a package of {FEW} documents, fixity included", f"{ours * 1000:.1f} ms",
                f"eark-validator 1.1.3, no fixity {reference * 1000:.1f} ms", reference / ours, "≥ 1")
        )  # fmt: skip
        base = _written(place / "large", MANY, SIZE, as_zip=False)
        rows.append(_against_reading(base, "folder"))
        _stored(base, place / "large.zip")
        rows.append(_against_reading(place / "large.zip", "stored ZIP"))
        little, much = _peak(small), _peak(place / "large.zip")
        megabytes = MANY * SIZE / 1e6
        rows.append(
            Row(f"check: memory for {2 * MANY} files beyond that for a small package", f"{much - little:.0f} MB",
                f"{megabytes:.0f} MB of files", (much - little) / megabytes, "≤ 0.25")
        )  # fmt: skip
    return rows


def _against_reading(path: Path, what: str) -> Row:
    from app.package.check import check_package

    def ours() -> None:
        report = check_package(path)
        assert report.valid, report.findings[:5]

    mine, plain = alternate(ours, lambda: _read(path), 3)
    megabytes = MANY * SIZE / 1e6
    return Row(f"check: {MANY} documents, {megabytes:.0f} MB, {what}", f"{mine:.2f} s", f"the same bytes read with SHA-256 {plain:.2f} s",
               plain / mine, "≥ 0.25")  # fmt: skip


def _read(path: Path) -> None:
    if path.is_dir():
        for folder, _folders, files in os.walk(path):
            for name in files:
                with (Path(folder) / name).open("rb") as file:
                    hashlib.file_digest(file, "sha256")
        return
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            with archive.open(name) as entry:
                hashlib.file_digest(entry, "sha256")  # type: ignore[arg-type]  # typeshed wants a file with a buffer of its own


def _peak(path: Path) -> float:
    """Megabytes that a process of its own takes at most while it checks the package."""
    script = (
        "import re, sys; from pathlib import Path; from app.package.check import check_package;"
        " check_package(Path(sys.argv[1])); status = Path('/proc/self/status').read_text();"
        " print(int(re.search(r'VmHWM:\\s+(\\d+)', status)[1]) / 1024)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True)
    return float(done.stdout)


def _stored(base: Path, target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(base.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(base.parent))


def _reference(path: Path, runs: int) -> float:
    python = VENV / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", "eark-validator==1.1.3"], check=True)
    done = subprocess.run([str(python), "-c", REFERENCE, str(path), str(runs)], capture_output=True, text=True, check=True)
    return float(json.loads(done.stdout))


def _written(place: Path, count: int, size: int, *, as_zip: bool) -> Path:
    from app.jobs import Job
    from app.package.model import DocumentInput, PackageInput, SoftwareInput
    from app.package.write import write_package

    place.mkdir()
    documents = []
    for number in range(1, count + 1):
        path = place / f"{number}.pdf"
        path.write_bytes(b"%PDF-1.7\n" + os.urandom(size))
        code = f"H1.2024.1.{number:07d}"
        fields = {
            "docId": code, "docCode": code, "arcFileCode": "A.H1.2024.1", "docOrdinal": str(number), "maintenance": "01",
            "typeName": "02", "codeNumber": str(number), "codeNotation": "QĐ-UBND", "issuedDate": "05/03/2024", "organName": "UBND",
            "subject": "Thử", "language": "01", "numberOfPage": "1", "mode": "01", "confidenceLevel": "02", "riskRecovery": "0",
        }  # fmt: skip
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        documents.append(
            DocumentInput(uuid=f"00000000-0000-4000-8000-{number:012d}", ordinal=number, name=f"{code}.pdf", fields=fields, source=path,
                          size=path.stat().st_size, sha256=digest, puid="fmt/477")
        )  # fmt: skip
    dossier = {
        "fileCode": "H1.2024.1", "title": "Thử", "maintenance": "01", "mode": "01", "language": "01", "startDate": "05/03/2024",
        "endDate": "05/03/2024", "totalDoc": str(count), "numberOfPaper": "1", "numberOfPage": "1", "format": "01",
        "confidenceLevel": "02", "paperFileCode": "K1", "riskRecovery": "0",
    }  # fmt: skip
    package = PackageInput(
        kind="sip-hoso", fonds_code="H1", dossier=dossier, documents=documents, software=SoftwareInput("bench", "1"), packer="bench",
        created=datetime(2024, 1, 1), uuid="6f0c1c1e-4c1a-4a53-9a50-0d7c5c0e8a11",  # noqa: DTZ001 - the writer takes it as Vietnam's time
    )  # fmt: skip
    return write_package(Job(), package, place / "out", as_zip=as_zip).path
