"""What makes a signature last: the document security store (PAdES LT) and the document time stamp over all of it (LTA).

Both are further increments of the private copy (ETSI EN 319 142-1 §5.4, §5.5); nothing before them is touched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyhanko.pdf_utils import generic as pdf_objects
from pyhanko.sign import general
from pyhanko.sign.signers import cms_embedder, pdf_byterange
from pyhanko.sign.validation import dss as pdf_dss
from pyhanko.sign.validation import generic_cms

from app.signature.proofs import Evidence, Proof
from app.signature.source import PdfFileReader, QuietWriter, Stream, free_field_name

DocumentSecurityStore: Any = pdf_dss.DocumentSecurityStore
DocumentTimestamp: Any = pdf_byterange.DocumentTimestamp
PdfCMSEmbedder: Any = cms_embedder.PdfCMSEmbedder
SigIOSetup: Any = cms_embedder.SigIOSetup
SigObjSetup: Any = cms_embedder.SigObjSetup
extract_tokens: Any = generic_cms.extract_tst_data_iter
extract_info: Any = general.extract_certificate_info
generic: Any = pdf_objects
STAMP_STEM = "DauThoiGian"


def open_again(stream: Stream) -> Any:
    stream.seek(0)
    return PdfFileReader(stream, strict=True)


def stamp_proofs(signature: Any, evidence: Evidence) -> list[Proof]:
    """The proofs for the time stamps inside a signature. Raises as `Evidence.of`."""
    proofs = []
    for token in extract_tokens(signature.signer_info, signed=False):
        info = extract_info(token)
        proofs.append(evidence.of(info.signer_cert.dump(), tuple(info.other_certs)))
    return proofs


def add_store(stream: Stream, field: str, signer: Proof, evidence: Evidence) -> None:
    """Adds paths and answers for the signature in `field` and for its time stamp."""
    reader = open_again(stream)
    signature = next(one for one in reader.embedded_signatures if str(one.field_name) == field)
    proofs = [signer, *stamp_proofs(signature, evidence)]
    writer: Any = QuietWriter(stream, prev=reader)
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        signature.pkcs7_content.hex().encode("ascii"),
        certs=once(proof.certificates for proof in proofs),
        ocsps=once(proof.ocsps for proof in proofs),
        crls=once(proof.crls for proof in proofs),
    )
    writer.write_in_place()


def once(groups: Any) -> list[Any]:
    """The pieces of all groups, each once."""
    found: dict[bytes, Any] = {}
    for group in groups:
        for piece in group:
            found.setdefault(piece.dump(), piece)
    return list(found.values())


def add_document_stamp(stream: Stream, stamp: Callable[[bytes], bytes], room: int) -> str:
    """Adds a time stamp over the whole file; `stamp` makes the token over a SHA-256, `room` is its most bytes. The field's name."""
    reader = open_again(stream)
    name = free_field_name(reader, STAMP_STEM)
    writer = QuietWriter(stream, prev=reader)
    steps = PdfCMSEmbedder().write_cms(name, writer)
    next(steps)
    steps.send(SigObjSetup(sig_placeholder=DocumentTimestamp(bytes_reserved=2 * room)))
    prepared, _output = steps.send(SigIOSetup(md_algorithm="sha256", in_place=True))
    steps.send(stamp(prepared.document_digest))
    return name


def names(signatures: Sequence[Any]) -> list[str]:
    return [str(one.field_name) for one in signatures]
