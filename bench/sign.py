"""Signing with the software signer against pyHanko as it comes, the same PDF and key, and against its command line per file."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.measure import Row, seconds

FILES = 20


def run() -> list[Row]:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import PdfSignatureMetadata, signers
    from pyhanko.sign.fields import SigSeedSubFilter

    from app.paths import RESOURCES
    from app.signature.appearance import Appearance, Kind
    from app.signature.sign import sign_pdf
    from app.signature.software import SoftwareSigner, make_test_identity

    source = RESOURCES / "samples" / "11-quyet-dinh.pdf"
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        identity = make_test_identity(place)
        ours = SoftwareSigner(identity.pkcs12)
        theirs = signers.SimpleSigner.load_pkcs12(str(identity.pkcs12))

        def with_ours(look: Appearance | None) -> float:
            def work() -> None:
                for number in range(FILES):
                    out = place / f"ours-{number}.pdf"
                    sign_pdf(source, out, ours, appearance=look)
                    out.unlink()

            work()
            return FILES / seconds(work)

        def with_theirs() -> float:
            meta = PdfSignatureMetadata(field_name="S", subfilter=SigSeedSubFilter.PADES)

            def work() -> None:
                for number in range(FILES):
                    with source.open("rb") as read, (place / f"theirs-{number}.pdf").open("wb") as out:
                        signers.sign_pdf(IncrementalPdfFileWriter(read), meta, signer=theirs, output=out)

            work()
            return FILES / seconds(work)

        plain, shown, anchor = with_ours(None), with_ours(Appearance(Kind.DIGITISED)), with_theirs()
    named = f"pyHanko 0.38 as it comes {anchor:.1f}/s"
    return [
        Row("sign, invisible, RSA-2048 in software, each output checked", f"{plain:.1f}/s", named, plain / anchor, "≥ 1.5"),
        Row("sign with the TT05 appearance", f"{shown:.1f}/s", named, shown / anchor, "≥ 1.1"),
    ]
