"""E-ARK packages and bags: every kind in every version, proven by schemas, by the reference validator and by `bagit`."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import bagit
import pytest
from lxml import etree

from app.errors import AppError
from app.jobs import Job
from app.package import eark_plan, eark_records, segments
from app.package.model import FileInput, PackageInput
from app.package.proving import Digest
from app.package.write import write_package
from app.package.xml import faults
from tests.package import samples
from tests.package.test_reference import SHIM, python

__all__ = ["python"]

# The submitting agent that SIP15 to SIP20 demand is a CREATOR that is no software: the validator holds CSIP12, 13 and 16, which
# speak of the software, against it; SIP14 contradicts CSIP16. Of 2.2 the validator knows nothing and expects 2.1's profile.
SIP = {"CSIP12", "CSIP13", "CSIP16", "SIP14"}
EXPECTED = {
    (kind, version): (SIP | ({"SIP2"} if version == "2.2" else set())) if kind == "eark-sip" else set()
    for kind in eark_plan.KINDS
    for version in eark_plan.VERSIONS
}
SPECIFICATION = {"2.0.4": "V2.0.4", "2.1": "V2.1.0", "2.2": "V2.1.0"}


def package(tmp: Path, kind: str) -> PackageInput:
    """With a second representation, an attachment, documentation."""
    rich = samples.rich(tmp, kind)
    first = rich.documents[0]
    scanned = _file(tmp / "quét.tif", b"II*\0" + bytes(500), "image/tiff")
    table = _file(tmp / "Bảng 1.xlsx", b"PK" + bytes(100), "application/vnd.ms-excel")
    plan = _file(tmp / "quy trình.txt", b"x", "text/plain")
    documents = [replace(first, original=scanned, attachments=[table]), *rich.documents[1:]]
    return replace(rich, documents=documents, documentation=[plan])


def _file(path: Path, content: bytes, mime: str) -> FileInput:
    import hashlib

    path.write_bytes(content)
    return FileInput(name=path.name, source=path, size=len(content), sha256=hashlib.sha256(content).hexdigest(), mime=mime)


def test_exactly_the_documented_findings(tmp_path: Path, python: Path) -> None:
    found, states = {}, set()
    for wanted in ("V2.0.4", "V2.1.0"):
        keys = [key for key in EXPECTED if SPECIFICATION[key[1]] == wanted]
        paths = [
            write_package(
                Job(), package(tmp_path / "-".join(key), key[0]), tmp_path / f"out-{'-'.join(key)}", version=key[1]
            ).path
            for key in keys
        ]
        run = subprocess.run(
            [str(python), "-c", f"import runpy,sys; sys.argv[0]={str(SHIM)!r}; m=runpy.run_path({str(SHIM)!r}); "
             f"m['serve_from_wheel'](); m['judge'].__globals__['SPECIFICATION']={wanted!r}; import json; "
             "from pathlib import Path; [print(json.dumps(m['judge'](Path(p)))) for p in sys.argv[1:]]", *map(str, paths)],
            capture_output=True, text=True,
        )  # fmt: skip
        assert run.returncode == 0, run.stderr
        for key, line in zip(keys, run.stdout.splitlines(), strict=True):
            verdict = json.loads(line)
            found[key] = set(verdict["errors"])
            states.add((verdict["structure"], verdict["schema"]))
    assert found == EXPECTED
    assert states == {("WellFormed", "VALID")}


def test_two_representations_and_real_descriptions(tmp_path: Path) -> None:
    made = write_package(Job(), package(tmp_path / "in", "eark-aip"), tmp_path / "out", as_zip=False).path
    data = {path.relative_to(made / "representations").as_posix() for path in made.glob("representations/*/data/*")}
    assert {name.partition("/")[0] for name in data} == {"rep1", "rep2"}
    assert {"rep1/data/quét.tif", "rep1/data/Bảng 1.xlsx"} <= data
    whole = etree.parse(str(made / "metadata/descriptive/EAD.xml")).getroot()
    assert faults(whole, "ead3.xsd") == []
    space = {"e": eark_records.EAD3}
    assert whole.xpath("string(//e:archdesc/e:did/e:unittitle)", namespaces=space) == samples.DOSSIER["title"]
    assert len(whole.xpath("//e:c", namespaces=space)) == 2
    linked = whole.xpath("//e:dao/@localtype", namespaces=space)
    assert sorted(linked) == ["attachment", "main", "main", "original"]
    records = sorted(made.glob("representations/*/metadata/descriptive/DC_*.xml"))
    assert len(records) == 2
    for record in records:
        assert faults(etree.parse(str(record)).getroot(), "oai_dc.xsd") == []
    for premis in made.rglob("PREMIS.xml"):
        assert faults(etree.parse(str(premis)).getroot(), "premis.xsd") == []


def test_an_unknown_version(tmp_path: Path) -> None:
    with pytest.raises(AppError) as caught:
        write_package(Job(), package(tmp_path, "eark-sip"), tmp_path / "out", version="3.0")
    assert caught.value.code == "package.version"


def test_a_bag_is_valid_before_the_reference_library(tmp_path: Path) -> None:
    made = write_package(Job(), package(tmp_path / "in", "bagit"), tmp_path / "out", as_zip=False).path
    bag = bagit.Bag(str(made))
    bag.validate()
    assert bag.info["External-Identifier"] == samples.CODE
    assert bag.info["Payload-Oxum"] == f"{sum(p.stat().st_size for p in (made / 'data').rglob('*') if p.is_file())}.5"
    (made / "data").joinpath(next(p.name for p in (made / "data").iterdir() if p.is_file())).write_bytes(b"x")
    assert not bagit.Bag(str(made)).is_valid()


def test_known_digests_are_proven_once_and_never_computed_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every payload byte passes SHA-256 once, on its way into the package; the ZIP as a whole once more."""
    seen: list[int] = []
    update = Digest.update

    def counted(self: Digest, chunk: bytes) -> None:
        seen.append(len(chunk))
        update(self, chunk)

    monkeypatch.setattr(Digest, "update", counted)
    whole = samples.package(
        tmp_path / "in", "aip-hoso", documents=[samples.document(_made(tmp_path), 1, samples.pdf(1, 3 << 20))]
    )
    made = write_package(Job(), whole, tmp_path / "out", as_zip=False)
    assert sum(seen) == whole.documents[0].size
    seen.clear()
    made = write_package(Job(), whole, tmp_path / "zip")
    assert sum(seen) == whole.documents[0].size + made.bytes


def _made(tmp: Path) -> Path:
    (tmp / "in").mkdir()
    return tmp / "in"


@pytest.mark.parametrize("words", ["", "12", "x", "-5GB", "500 kB"])
def test_sizes_that_are_none(words: str) -> None:
    with pytest.raises(AppError) as caught:
        segments.size_of(words)
    assert caught.value.code == "package.segment"


def test_sizes_in_words() -> None:
    assert [segments.size_of(words) for words in ("2GB", "500 mb", "1500000")] == [2_000_000_000, 500_000_000, 1_500_000]


def test_a_document_larger_than_a_part(tmp_path: Path) -> None:
    large = samples.package(tmp_path, documents=[samples.document(tmp_path, n, samples.pdf(n, 2 << 20)) for n in (1, 2)])
    with pytest.raises(AppError) as caught:
        segments.split(large, 1_500_000)
    assert caught.value.code == "package.segment"
