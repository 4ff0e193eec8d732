"""Time stamps (RFC 3161): asked for over HTTP, and looked at before they are put into a signature."""

from __future__ import annotations

import hashlib
import secrets
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from asn1crypto import algos, cms, tsp
from pyhanko.sign.validation import generic_cms

from app.errors import AppError
from app.i18n import _
from app.signature.contexts import validation_context
from app.signature.loops import run
from app.signature.trust import Trust, load_trust

LARGEST = 64 << 10  # bytes of an answer
TIMEOUT = 180.0  # seconds; the state's service has been seen to take 131
tsp_: Any = tsp
cms_: Any = cms
algos_: Any = algos
validate_tst: Any = generic_cms.validate_tst_signed_data


class Reply(tsp.TimeStampResp):
    """As RFC 3161 has it: a refusal carries no token."""

    _fields: list[Any] = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]


@dataclass(slots=True, frozen=True)
class TimestampService:
    """One service. `trust` says whose stamps are accepted; a stamp that no anchor vouches for is refused when `strict`."""

    url: str
    timeout: float = TIMEOUT
    trust: Trust | None = None
    strict: bool = False

    def stamp(self, signature: bytes) -> bytes:
        """The DER time-stamp token over a signature value. Raises as `stamp_digest`."""
        return self.stamp_digest(hashlib.sha256(signature).digest())

    def stamp_digest(self, imprint: bytes, digest: str = "sha256") -> bytes:
        """The DER time-stamp token over a digest; `digest` names its algorithm as asn1crypto does ("sha256", "sha512").

        Raises `tsa.bad_address`, `tsa.unreachable`, `tsa.refused`, `tsa.wrong_answer`, `tsa.untrusted`.
        """
        nonce = secrets.randbits(63)
        request = tsp_.TimeStampReq(
            {
                "version": 1,
                "message_imprint": {"hash_algorithm": {"algorithm": digest}, "hashed_message": imprint},
                "nonce": nonce,
                "cert_req": True,
            }
        )
        answer = self._post(request.dump())
        try:
            return self._checked(answer, imprint, digest, nonce)
        except AppError:
            raise
        except Exception as error:
            raise wrong_answer(repr(error)) from error

    def _post(self, body: bytes) -> bytes:
        if urlsplit(self.url).scheme not in ("http", "https") or not urlsplit(self.url).hostname:
            raise AppError(
                "tsa.bad_address", _("The address of the time-stamp service is not valid."), _("Correct it in the settings.")
            )
        import niquests  # slow to load, and most never ask

        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        deadline = time.monotonic() + self.timeout
        data = b""
        try:
            with niquests.Session() as session:
                answer = session.post(
                    self.url, data=body, headers=headers, timeout=self.timeout, stream=True, allow_redirects=False
                )
                for chunk in answer.iter_content(8192):
                    data += chunk
                    if len(data) > LARGEST:
                        raise wrong_answer("too long")
                    if time.monotonic() > deadline:
                        raise unreachable("deadline")
                status = answer.status_code
        except niquests.RequestException as error:
            raise unreachable(repr(error)) from error
        if status != 200:
            raise unreachable(f"HTTP {status}")
        return data

    def _checked(self, answer: bytes, imprint: bytes, digest: str, nonce: int) -> bytes:
        reply = Reply.load(answer, strict=True)  # type: ignore[no-untyped-call]
        status = reply["status"]["status"].native
        if status not in ("granted", "granted_with_mods"):
            raise AppError(
                "tsa.refused",
                _("The time-stamp service refused the request."),
                _("Try again later or ask the operator of the service."),
                detail=str(status),
            )
        token = reply["time_stamp_token"]
        if token["content_type"].native != "signed_data":
            raise wrong_answer("no token")
        info = token["content"]["encap_content_info"]["content"].parsed
        told = info["message_imprint"]
        if told["hash_algorithm"]["algorithm"].native != digest or told["hashed_message"].native != imprint:
            raise wrong_answer("imprint")
        if info["nonce"].native != nonce:
            raise wrong_answer("nonce")
        self._check_signature(token["content"], imprint)
        return bytes(token.dump())

    def _check_signature(self, signed_data: Any, imprint: bytes) -> None:
        trust = self.trust or load_trust()
        moment = signed_data["encap_content_info"]["content"].parsed["gen_time"].native
        found = run(validate_tst(signed_data, validation_context(trust, moment), lambda _name: imprint))
        if not (found["intact"] and found["valid"]):
            raise wrong_answer("signature")
        if not stamps_only(found["signing_cert"]):
            raise wrong_answer("extended key usage")
        if self.strict and found.get("trust_problem_indic") is not None:
            raise AppError(
                "tsa.untrusted",
                _("The time stamp comes from a service that is not in the list of trusted ones."),
                _("Check the address of the service, or add its certificate to the trusted ones."),
            )


def stamps_only(certificate: Any) -> bool:
    """RFC 3161 §2.3: the one extended key usage is time stamping, and it is critical."""
    for extension in certificate["tbs_certificate"]["extensions"]:
        if extension["extn_id"].native == "extended_key_usage":
            return bool(extension["critical"].native and extension["extn_value"].parsed.native == ["time_stamping"])
    return False


def unreachable(detail: str) -> AppError:
    return AppError(
        "tsa.unreachable",
        _("The time-stamp service did not answer."),
        _("Check the network and try again, or sign without a time stamp (level B)."),
        detail=detail,
    )


def wrong_answer(detail: str) -> AppError:
    return AppError(
        "tsa.wrong_answer",
        _("The time-stamp service gave a wrong answer, so it was not used."),
        _("Try again; if it happens again, ask the operator of the service."),
        detail=detail,
    )
