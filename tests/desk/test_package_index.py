"""A package that came with a spreadsheet index: a bag without descriptions gets them, a described one keeps its own."""

from __future__ import annotations

from pathlib import Path

from app.desk import intake_index, packaging, receiving
from app.desk.packing import Wishes
from app.jobs import Job
from app.sandbox import SandboxPool
from app.workspace import Workspace
from storage.records import Document, Dossier
from tests.desk import packed
from tests.desk.test_intake_index import workbook
from tests.desk.test_receiving import Other, other
from tests.package.test_bagit import retag

__all__ = ["other"]
HEAD = [
    "Hồ sơ số",
    "Tiêu đề hồ sơ",
    "Số của văn bản",
    "Ký hiệu của văn bản",
    "Ngày Tháng Năm văn bản",
    "Trích yếu",
    "Đường dẫn file",
]


def foreign_bag(base: Path) -> Path:
    """What another office packs: files and digests, no descriptions of ours."""
    import hashlib

    files = {"data/quyết định/1.pdf": packed.pdf(1), "data/quyết định/2.pdf": packed.pdf(2)}
    for path, content in files.items():
        (base / path).parent.mkdir(parents=True, exist_ok=True)
        (base / path).write_bytes(content)
    (base / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    rows = [f"{hashlib.sha256(content).hexdigest()}  {path}\n" for path, content in files.items()]
    (base / "manifest-sha256.txt").write_text("".join(rows), "utf-8")
    retag(base)
    return base


def taken(other: Other, boxes: SandboxPool, path: Path, book: Path) -> tuple[receiving.Received, list[str]]:
    job = Job()
    index = intake_index.read_index(job, other.workspace, boxes, book)
    got = receiving.import_package(job, other.workspace, boxes, path, ocr=False, accept=True, index=index)
    return got, [problem.code for problem in job.problems if problem.code.startswith("index.")]


def test_a_bag_gets_its_descriptions(other: Other, boxes: SandboxPool, tmp_path: Path) -> None:
    book = workbook(
        tmp_path / "mục lục.xlsx",
        ["12.2001", "Hồ sơ trường học", "15", "QĐ-UBND", "05/03/2001", "Về việc xây trường", "D:\\Quét\\quyết định\\2.pdf"],
        ["12.2001", "Hồ sơ trường học", "14", "QĐ-UBND", "ngày mai", "Về việc giao đất", "quyết định/1.pdf"],
        ["12.2001", "Hồ sơ trường học", "16", "QĐ-UBND", "06/03/2001", "Không có tệp", "quyết định/9.pdf"],
        head=HEAD,
    )
    got, problems = taken(other, boxes, foreign_bag(tmp_path / "bag"), book)
    assert sorted(problems) == ["index.cell", "index.file_missing"]
    with other.workspace.catalog.read() as session:
        rows = [session.get_one(Document, each) for each in got.documents]
        assert [(d.code, d.issued_date, d.subject) for d in rows] == [
            ("14/QĐ-UBND", "", "Về việc giao đất"),
            ("15/QĐ-UBND", "05/03/2001", "Về việc xây trường"),
        ]
        dossier = session.get_one(Dossier, got.dossier_id)
        assert (dossier.code, dossier.title) == ("12.2001", "Hồ sơ trường học")


def test_what_the_package_says_itself_counts(workspace: Workspace, other: Other, boxes: SandboxPool, tmp_path: Path) -> None:
    dossier = packed.dossier(workspace, 1)
    wishes = Wishes(kind="sip-hoso", papers=False, as_zip=False)
    made = packaging.export(Job(), workspace, [dossier], tmp_path / "out", wishes).packages[0].path
    name = next(made.glob("representations/rep1/data/*.pdf")).name
    book = workbook(tmp_path / "x.xlsx", ["", "", "99", "QĐ-UBND", "05/03/2001", "Về việc khác", name], head=HEAD)
    got, problems = taken(other, boxes, made, book)
    assert problems.count("index.differs") == 2
    with other.workspace.catalog.read() as session:
        document = session.get_one(Document, got.documents[0])
        assert (document.code_number, document.subject.startswith("Về việc phê duyệt")) == ("1", True)


def test_an_index_of_several_dossiers_describes_documents_only(other: Other, boxes: SandboxPool, tmp_path: Path) -> None:
    book = workbook(
        tmp_path / "x.xlsx",
        ["1", "Một", "1", "QĐ", "05/03/2001", "Thứ nhất", "1.pdf"],
        ["2", "Hai", "2", "QĐ", "05/03/2001", "Thứ hai", "2.pdf"],
        head=HEAD,
    )
    got, problems = taken(other, boxes, foreign_bag(tmp_path / "bag"), book)
    assert problems == ["index.several_dossiers"]
    with other.workspace.catalog.read() as session:
        assert [session.get_one(Document, each).subject for each in got.documents] == ["Thứ nhất", "Thứ hai"]
