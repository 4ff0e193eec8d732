"""Signing on a SoftHSM token (RSA-3072, one session) against pyHanko as it comes on the same token and file, and against its
command line per file; a slow time-stamp service; the memory that a 120 MB file takes. Ratios within one run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.measure import Row, seconds

FILES = 60
STAMPED = 24
BY_COMMAND = 3
PIN = "482915"
ROOT = Path(__file__).resolve().parent.parent
LARGE = 120 << 20
MEMORY = """
import sys
from pathlib import Path
from app.signature.software import SoftwareSigner
from app.signature.appearance import Appearance, Kind
from app.signature.sign import sign_pdf
p12, source, out = map(Path, sys.argv[1:])
sign_pdf(source, out, SoftwareSigner(p12), appearance=Appearance(Kind.DIGITISED))
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(int(peak.split()[1]) // 1024)
"""


def run() -> list[Row]:
    from app.paths import RESOURCES
    from app.signature.appearance import Appearance, Kind
    from app.signature.tokens import TokenSession
    from app.signature.trust import load_trust
    from tests.signature.pki import make_pki

    source = RESOURCES / "samples" / "11-quyet-dinh.pdf"
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        pki = make_pki(place / "pki")
        module = token(place, pki)
        trust = load_trust(pki.chain)
        with TokenSession(module, PIN.encode()) as session:
            signer = session.signer("01")
            batch(source, place / "warm", signer, 5, trust=trust)
            plain = batch(source, place / "plain", signer, FILES, trust=trust)
            shown = batch(source, place / "shown", signer, FILES, trust=trust, appearance=Appearance(Kind.DIGITISED))
            with slow_service(place, pki) as url:
                from app.signature.timestamp import TimestampService

                stamps = TimestampService(url, trust=trust, strict=True)
                stamped = batch(source, place / "stamped", signer, STAMPED, trust=trust, level="T", timestamps=stamps)
                single = batch(source, place / "single", signer, 3, trust=trust, level="T", timestamps=stamps, at_once=1)
        anchor = pyhanko_session(module, source, place, pki)
        command = pyhanko_command(module, source, place)
        memory, own = large_file(place)
    named = f"pyHanko 0.38 as it comes {anchor:.1f}/s"
    return [
        Row("sign, SoftHSM RSA-3072, invisible, each output checked", f"{plain:.1f}/s", named, plain / anchor, "≥ 1.5 (40/s)"),
        Row("sign with the TT05 appearance", f"{shown:.1f}/s", named, shown / anchor, "≥ 1.1 (30/s)"),
        Row("sign against pyHanko started per file", f"{plain:.1f}/s", f"pyHanko {command:.2f}/s", plain / command, "≥ 20"),
        Row(
            "sign with time stamps, service takes 1 s, 8 in flight",
            f"{stamped:.1f}/s",
            f"one at a time {single:.2f}/s",
            stamped / single,
            "≥ 4 (4/s)",
        ),
        Row("memory for a 120 MB file", f"{memory} MB", f"a small file {own} MB", memory / own, "≤ 1.5 (100 MB)"),
    ]


def batch(source: Path, out: Path, signer: Any, count: int, **options: Any) -> float:
    """Files a second through the batch, as the desk signs."""
    from app.jobs import Job
    from app.signature.batch import Item, sign_batch

    out.mkdir()
    items = [Item(source, out / f"{number}.pdf") for number in range(count)]
    done: list[Any] = []
    took = seconds(lambda: done.append(sign_batch(Job(), items, signer, **options)))
    assert len(done[0].signed) == count, done[0].problems
    return count / took


def token(place: Path, pki: Any) -> Path:
    from app.signature.modules import find_modules

    module = next(path for path in find_modules() if "softhsm" in path.name)
    (place / "tokens").mkdir()
    conf = place / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {place / 'tokens'}\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(conf)
    start = ["softhsm2-util", "--init-token", "--free", "--label", "VanThu", "--so-pin", "12345678", "--pin", PIN]
    subprocess.run(start, check=True, capture_output=True)
    item = {"id": "01", "label": "ky", "kind": "rsa", "key": pki.rsa.key_der.hex(), "cert": pki.rsa.der.hex()}
    wanted = {"module": str(module), "label": "VanThu", "pin": PIN, "items": [item]}
    subprocess.run(
        [sys.executable, "-m", "tests.signature.fill_token"],
        input=json.dumps(wanted).encode(),
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return module


@contextmanager
def slow_service(place: Path, pki: Any) -> Iterator[str]:
    """A time-stamp service that takes a second, in a process of its own: its key work must not count as ours."""
    made = place / "tsa"
    made.mkdir()
    for name, one in (("tsa", pki.tsa), ("issuing", pki.issuing)):
        (made / f"{name}.der").write_bytes(one.der)
        (made / f"{name}.key").write_bytes(one.key_der)
    with subprocess.Popen(
        [sys.executable, "-c", SERVICE, str(made)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdin is not None
        try:
            yield child.stdout.readline().strip()
        finally:
            child.stdin.close()
            child.wait(20)


SERVICE = """
import sys
from pathlib import Path
from types import SimpleNamespace
from cryptography import x509
from tests.signature.stamps import service
place = Path(sys.argv[1])
one = lambda name: SimpleNamespace(der=(place / f"{name}.der").read_bytes(), key_der=(place / f"{name}.key").read_bytes())
with service(SimpleNamespace(tsa=one("tsa"), issuing=one("issuing")), delay=1.0) as url:
    print(url, flush=True)
    sys.stdin.read()
"""


def pyhanko_session(module: Path, source: Path, place: Path, pki: Any) -> float:
    """pyHanko with its own PKCS#11 signer, one session, one file after the other; in a process of its own."""
    (place / "issuing.pem").write_bytes(pki.issuing.pem)
    done = subprocess.run(
        [sys.executable, "-c", THEIRS, str(module), str(source), str(place), PIN, str(FILES // 2)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return float(done.stdout.split()[-1])


THEIRS = """
import sys, time
from pathlib import Path
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.pkcs11 import PKCS11Signer, TokenCriteria, open_pkcs11_session
module, source, place, pin, count = sys.argv[1:]
with open_pkcs11_session(module, token_criteria=TokenCriteria(label="VanThu"), user_pin=pin) as session:
    signer = PKCS11Signer(session, cert_id=b"\\x01", key_id=b"\\x01")
    meta = PdfSignatureMetadata(field_name="S", subfilter=SigSeedSubFilter.PADES)
    def one(number):
        with open(source, "rb") as read, (Path(place) / f"theirs-{number}.pdf").open("wb") as out:
            signers.sign_pdf(IncrementalPdfFileWriter(read), meta, signer=signer, output=out)
    one(-1)
    start = time.perf_counter()
    for number in range(int(count)):
        one(number)
    print(int(count) / (time.perf_counter() - start))
"""


def pyhanko_command(module: Path, source: Path, place: Path) -> float:
    """A process for each file with what the command line does in it (`pyhanko sign addsig pkcs11`), less its reading of options: a
    lower bound for the anchor's time, so an upper one for its rate."""

    def work() -> None:
        subprocess.run(
            [sys.executable, "-c", THEIRS, str(module), str(source), str(place), PIN, "0"],
            cwd=ROOT,
            check=True,
            capture_output=True,
        )

    work()
    return BY_COMMAND / seconds(lambda: [work() for _file in range(BY_COMMAND)])


def large_file(place: Path) -> tuple[int, int]:
    """Peak MB of a process that signs a 120 MB file, and of one that signs a small file."""
    import pikepdf

    from app.signature.software import make_test_identity

    identity = make_test_identity(place / "identity")
    sizes = []
    for name, ballast in (("large", LARGE), ("small", 1000)):
        source = place / f"{name}.pdf"
        with pikepdf.new() as pdf:
            pdf.add_blank_page()
            pdf.Root.Ballast = pdf.make_stream(os.urandom(ballast))
            pdf.save(source, compress_streams=False)
        done = subprocess.run(
            [sys.executable, "-c", MEMORY, str(identity.pkcs12), str(source), str(place / f"{name}-signed.pdf")],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
        sizes.append(int(done.stdout))
    return sizes[0], sizes[1]
