"""A main process that signs a batch and then waits, so that a test can look through its memory.

python -m tests.signature.pin_program MODULE CERTIFICATE OUT FILE…      the PIN comes on stdin, one line
"""

from __future__ import annotations

import gc
import io
import sys
from pathlib import Path

from app.desk.looks import Wish
from app.desk.signing import SignChoice, session_for, sign_files
from app.jobs import Job
from app.sandbox import SandboxPool
from app.settings import Settings


def main() -> None:
    module, certificate, out, *files = sys.argv[1:]
    raw = io.FileIO(0, "rb")
    buffer = bytearray(64)  # as the PIN dialog hands it over: a buffer, no string
    pin = buffer[: raw.readinto(buffer) - 1]
    buffer[:] = bytes(64)
    job, boxes = Job("Ký số"), SandboxPool(1)
    choice = SignChoice(
        Path(module), certificate_id=certificate, appearance="digitised", wish=Wish("digitised", organisation="UBND")
    )
    with session_for(job, choice, len(files), pin) as signer:
        settings = Settings(Path(out) / "settings.json")
        done = sign_files(job, [Path(file) for file in files], Path(out), signer, choice, boxes=boxes, settings=settings)
    boxes.close()
    gc.collect()
    sys.stdout.write(f"{len(done.signed)} signed, {done.stopped}\n")
    sys.stdout.flush()
    raw.read(1)


if __name__ == "__main__":
    main()
