"""Verifying one signed file offline: ours in the process and in the sandbox, against pyHanko's library and its command line's work."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from pathlib import Path
from typing import Any

from bench.measure import Row, alternate, seconds

FILES = 20


def run() -> list[Row]:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import async_validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    from app.paths import RESOURCES
    from app.sandbox import SandboxPool
    from app.signature.sign import sign_pdf
    from app.signature.software import SoftwareSigner, make_test_identity
    from app.signature.trust import load_trust
    from app.signature.verify import verify_pdf

    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        identity = make_test_identity(place)
        signed = sign_pdf(
            RESOURCES / "samples" / "11-quyet-dinh.pdf", place / "signed.pdf", SoftwareSigner(identity.pkcs12)
        ).path
        trust = load_trust(identity.trust)
        boxes = SandboxPool()

        def ours() -> None:
            for _number in range(FILES):
                assert verify_pdf(signed, trust=trust).verdict == "valid"

        def boxed() -> None:
            for _number in range(FILES):
                boxes.call("app.signature.tasks:verify", path=str(signed), trust=str(identity.trust))

        async def each() -> Any:
            with signed.open("rb") as file:
                context = ValidationContext(trust_roots=list(trust.roots))
                return await async_validate_pdf_signature(PdfFileReader(file).embedded_signatures[0], context)

        def theirs() -> None:
            for _number in range(FILES):
                assert asyncio.run(each()).bottom_line

        mine, anchor = alternate(ours, theirs)
        boxed()
        inside = seconds(boxed)
        boxes.close()
    named = f"pyHanko 0.38, simple validation {anchor / FILES * 1000:.1f} ms"
    goal = "≤ 50 ms; ≥ 0.5"
    return [
        Row("verify one file offline, in the process", f"{mine / FILES * 1000:.1f} ms", named, anchor / mine, goal),
        Row("verify one file offline, in the sandbox", f"{inside / FILES * 1000:.1f} ms", named, anchor / inside, goal),
    ]
