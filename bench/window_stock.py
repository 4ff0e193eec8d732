"""An archive to walk through: 2,000 described documents in 60 dossiers, 50 decisions to sign, a PDF of 500 pages, signed files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

PASSWORD = "mot hai ba bon nam"
DOCUMENTS, DOSSIERS, TO_SIGN, PAGES, SIGNATURES = 2_000, 60, 50, 500, 12


def fill(archive: Path) -> None:
    """Makes the archive; pages are not read by OCR."""
    import pikepdf

    from app.desk import describing, filing, intake
    from app.jobs import Job
    from app.services import Services
    from app.signature.sign import sign_pdf
    from app.signature.software import SoftwareSigner, make_test_identity
    from storage import queries
    from tests.signature.outgoing import decision
    from tests.ui.stock import many

    services = Services(archive)
    services.create(PASSWORD)
    workspace = services.workspace
    assert workspace is not None
    papers = archive.with_name("papers")
    papers.mkdir()
    many(workspace, DOCUMENTS)
    with workspace.catalog.read() as session:
        ids = queries.document_ids(session, queries.Scope("all", 0), "oldest")
    for number in range(DOSSIERS):
        dossier = filing.add_dossier(workspace, f"{number + 1:02}.2024.TC", f"Hồ sơ tổ chức cán bộ số {number + 1}")
        share = ids[number * 30 : number * 30 + 30]
        for one in share[:3]:
            describing.edit(workspace, one, {"subject": "Về việc kiện toàn tổ chức bộ máy", "typeName": "Quyết định"})
        filing.file_documents(workspace, share, dossier)
    to_sign = [decision(papers / f"{number:02}.pdf", number=f"Số: {number}/QĐ-UBND") for number in range(TO_SIGN)]
    signer, signed = SoftwareSigner(make_test_identity(archive.with_name("identity")).pkcs12), to_sign[0]
    for number in range(SIGNATURES):
        sign_pdf(signed, papers / f"ky-{number}.pdf", signer)
        signed = papers / f"ky-{number}.pdf"
    with pikepdf.open(to_sign[0]) as source, pikepdf.new() as long:
        for _page in range(PAGES // 2):
            long.pages.extend(source.pages)
        long.save(papers / "dai.pdf")
    job: Any = Job()
    for files, dossier_code in ((to_sign, "ky"), ([signed], "da-ky"), ([papers / "dai.pdf"], "dai")):
        dossier = filing.add_dossier(workspace, dossier_code, dossier_code)
        result = intake.import_files(job, workspace, services.sandboxes, files, ocr=False, dossier_id=dossier)
        assert not result.problems, result.problems
    services.close()


if __name__ == "__main__":
    fill(Path(sys.argv[1]))
