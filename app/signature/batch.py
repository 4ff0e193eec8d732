"""Signs many files with one PIN. A bad file never stops the others; a fault of the token stops all: a PIN is never tried again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.errors import AppError, Cancelled, Problem
from app.jobs import Job
from app.signature.appearance import Appearance
from app.signature.order import Step
from app.signature.sign import SignResult, sign_pdf
from app.signature.signer import Signer
from app.signature.tsa import Stamper

AT_ONCE = 3  # one is computed while others wait for the token and the disk; the token itself serves one at a time
AT_ONCE_STAMPED = 8  # files that wait for the time-stamp service together


@dataclass(slots=True, frozen=True)
class Item:
    """One file to sign. `appearance` None: the batch's own; `label` is what people call it (default: the file's path)."""

    source: Path
    out: Path
    appearance: Appearance | None = None
    label: str = ""
    step: Step = Step()  # noqa: RUF009 - it can't be changed


@dataclass(slots=True)
class BatchResult:
    """`signed` and `problems` by file; `left` was not tried because of `stopped`: an error of the token, or Cancelled.

    `skipped` were signed before and left so.
    """

    signed: list[SignResult] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left: list[Item] = field(default_factory=list)
    stopped: AppError | None = None
    skipped: list[Item] = field(default_factory=list)


def sign_batch(
    job: Job,
    items: Sequence[Item],
    signer: Signer,
    *,
    appearance: Appearance | None = None,
    level: str = "B",
    timestamps: Stamper | None = None,
    at_once: int | None = None,
    on_signed: Callable[[Item, SignResult], None] | None = None,
    **options: Any,
) -> BatchResult:
    """Signs the items with one open session's signer, the token one after the other; `options` go to `sign_pdf`.

    `on_signed` is called in this thread after each file, so that the caller can record it at once. Errors of single files go to
    `job.problem` and to the result; the first `token.*` error or a stop ends the batch with the rest in `left`.
    """
    result = BatchResult()
    many = at_once or (AT_ONCE_STAMPED if level != "B" else AT_ONCE)

    def one(item: Item) -> SignResult:
        look = item.appearance or appearance
        return sign_pdf(
            item.source, item.out, signer, appearance=look, level=level, timestamps=timestamps, step=item.step, **options
        )

    tried: set[int] = set()
    for number, outcome in outcomes(items, one, many, lambda: result.stopped is not None):
        tried.add(number)
        try:
            settle(job, items[number], outcome, result, on_signed)
            job.progress(len(tried), len(items), items[number].label or items[number].source.name)
        except AppError as stop:  # what is under way still comes back and is recorded
            result.stopped = result.stopped or stop
    result.left = [item for number, item in enumerate(items) if number not in tried]
    return result


def settle(
    job: Job,
    item: Item,
    outcome: SignResult | AppError,
    result: BatchResult,
    on_signed: Callable[[Item, SignResult], None] | None,
) -> None:
    if isinstance(outcome, SignResult):
        result.signed.append(outcome)
        if on_signed is not None:
            on_signed(item, outcome)
        return
    if isinstance(outcome, Cancelled):
        raise outcome
    result.problems.append(job.problem(item.label or str(item.source), outcome))
    if outcome.code.startswith("token."):
        raise outcome


def outcomes(
    items: Sequence[Item], one: Callable[[Item], SignResult], many: int, stopped: Callable[[], bool]
) -> Iterator[tuple[int, SignResult | AppError]]:
    """Number and outcome of each item as it is done; at most `many` are under way, none new once `stopped()`.

    A file that waits for a slow time-stamp service keeps no finished one from being recorded.
    """
    if many == 1:
        for number, item in enumerate(items):
            if stopped():
                return
            yield number, attempt(one, item)
        return
    with ThreadPoolExecutor(many, thread_name_prefix="sign") as pool:
        waiting: dict[Future[SignResult | AppError], int] = {}
        rest = iter(enumerate(items))
        while True:
            while len(waiting) < many and not stopped() and (following := next(rest, None)) is not None:
                waiting[pool.submit(attempt, one, following[1])] = following[0]
            if not waiting:
                return
            done, _later = wait(waiting, return_when=FIRST_COMPLETED)
            for future in sorted(done, key=waiting.__getitem__):
                yield waiting.pop(future), future.result()


def attempt(one: Callable[[Item], SignResult], item: Item) -> SignResult | AppError:
    try:
        return one(item)
    except AppError as error:
        return error
