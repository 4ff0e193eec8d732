"""What a token can say, in the clerk's words."""

from __future__ import annotations

from collections.abc import Mapping

from app.errors import AppError
from app.i18n import N_, _

TEXTS: dict[str, tuple[str, str]] = {
    "token.module_missing": (
        N_("The token's driver was not found at {path}."),
        N_("Install the token's software, or choose another driver file in the settings."),
    ),
    "token.module_refused": (
        N_("The file {path} is not accepted as a token driver."),
        N_("Use the driver that came with the token; an unknown one has to be approved by the office's administrator."),
    ),
    "token.module_32bit": (
        N_("The driver {path} is made for 32-bit programs, and the helper that could run it is not installed."),
        N_("Install the 64-bit driver of this token, or ask the administrator for the 32-bit helper of this program."),
    ),
    "token.absent": (N_("No token was found."), N_("Plug the token in and try again.")),
    "token.ambiguous": (N_("Several tokens are plugged in."), N_("Choose one, or leave only one plugged in.")),
    "token.ambiguous_certificate": (
        N_("Several certificates on this token can sign."),
        N_("Choose one of them."),
    ),
    "token.pin_incorrect": (
        N_("The PIN is not right."),
        N_("Check it and enter it again. Most tokens lock after three wrong PINs in a row."),
    ),
    "token.pin_locked": (
        N_("The token is locked after too many wrong PINs."),
        N_("Ask the unit that issued it to unlock it."),
    ),
    "token.final_try": (
        N_("Only one try is left before the token locks."),
        N_("Make sure of the PIN before you go on, or ask the unit that issued the token."),
    ),
    "token.pin_length": (N_("The PIN has the wrong length."), N_("Enter the whole PIN of this token.")),
    "token.pin_expired": (
        N_("The token's PIN has to be set first."),
        N_("Set a new PIN with the program that came with the token."),
    ),
    "token.removed": (
        N_("The token was taken out or stopped answering."),
        N_("Plug it in again and start the signing once more; documents already signed stay signed."),
    ),
    "token.idle": (
        N_("The token was logged out because nothing was signed for a while."),
        N_("Start the signing again and enter the PIN once more; documents already signed stay signed."),
    ),
    "token.locked_screen": (
        N_("The token was logged out because the screen was locked."),
        N_("Start the signing again and enter the PIN once more; documents already signed stay signed."),
    ),
    "token.other_certificate": (
        N_("This token does not hold the certificate that was chosen; the PIN was not used."),
        N_("Plug in the right token, or look for tokens again and choose the certificate anew."),
    ),
    "token.no_pss": (
        N_("This token can't make signatures of the kind RSASSA-PSS."),
        N_("Sign with the usual kind, or use another token."),
    ),
    "token.no_certificate": (
        N_("The chosen certificate is not on this token."),
        N_("Choose the certificate again, or plug in the other token."),
    ),
    "token.certificate_unusable": (
        N_("This certificate can't sign: {reason}"),
        N_("Choose another certificate or ask the issuing unit."),
    ),
    "token.certificate_expired": (
        N_("The certificate is not valid at this time: {first} – {last}."),
        N_("Check the computer's clock; if it is right, ask the issuing unit for a new certificate."),
    ),
    "token.timeout": (
        N_("The token did not answer in time."),
        N_("Take it out, plug it in again and try once more."),
    ),
    "token.crashed": (
        N_("The token's driver stopped unexpectedly."),
        N_("Try again; if it happens again, reinstall the token's software."),
    ),
    "token.cancelled": (N_("The PIN was not entered on the device."), N_("Start the signing again.")),
    "token.failed": (
        N_("The token refused the operation."),
        N_("Take it out, plug it in again and try once more."),
    ),
    "token.test_identity": (
        N_("The test certificate could not be opened."),
        N_("Make a new one, or check the file and its password."),
    ),
}

LAST_TRY = N_("Only one try is left before the token locks; don't guess.")
FEW_TRIES = N_("A wrong PIN has been entered before; after a few more the token locks.")


def token_error(code: str, *, detail: str = "", flags: Mapping[str, bool] | None = None, **facts: object) -> AppError:
    """The AppError for a code; an unknown one is `token.failed`. `flags` add how many tries are left."""
    known = code if code in TEXTS else "token.failed"
    message, advice = (_(part) for part in TEXTS[known])
    if known == "token.pin_incorrect" and flags:
        hint = _(LAST_TRY) if flags.get("final_try") else _(FEW_TRIES) if flags.get("pin_count_low") else ""
        advice = f"{hint} {advice}".strip()
    if facts:
        message = message.format(**facts)
    return AppError(known, message, advice, detail=detail if known == code else f"{code} {detail}")
