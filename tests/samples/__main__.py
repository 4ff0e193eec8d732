"""`python -m tests.samples --count N --seed S -o DIR`: writes samples with their truth; `--ship` writes the shipped dossier.

Each sample depends on its own seed (S, S+1, …) and the options alone.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path

from tests.samples import mnist
from tests.samples.dossier import ship
from tests.samples.sample import Digits, Format, Sample, make_document, save
from tests.samples.texts import KINDS

ONE_PAGE: tuple[Format, ...] = ("jpeg", "png", "pdf")
ANY_PAGES: tuple[Format, ...] = ("tiff", "tiff-g4", "pdf", "pdf", "text-pdf")


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    if options.ship:
        for path in ship(options.output):
            _tell(path)
        return 0
    digits: str = options.digits
    if digits != "strokes" and not mnist.fetch():
        sys.stderr.write("MNIST is not to be had (no npm, no cache): every number is written with our own strokes\n")
        digits = "strokes"
    for seed in range(options.seed, options.seed + options.count):
        rng = random.Random(f"format-{seed}")
        pictures = digits == "mnist" or (digits == "mixed" and rng.random() < 0.5)
        hand: Digits = "mnist" if pictures else "strokes"
        sample = make_document(
            seed,
            kind=options.kind,
            pages=options.pages,
            handwritten=options.handwritten,
            condition=options.condition,
            digits=hand,
        )
        name = options.format or _some_format(sample, rng)
        _tell(save(sample, options.output, f"{seed:04d}", name))
    return 0


def _some_format(sample: Sample, rng: random.Random) -> Format:
    """Born-digital files hold no pen, so a paper with handwriting is always a picture."""
    formats = ONE_PAGE + ANY_PAGES if len(sample.pages) == 1 else ANY_PAGES
    if sample.truth["handwritten"]:
        formats = tuple(f for f in formats if f != "text-pdf")
    return rng.choice(formats)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.samples", description=__doc__)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=KINDS)
    parser.add_argument("--pages", type=int, choices=(1, 2, 3))
    parser.add_argument("--handwritten", action=argparse.BooleanOptionalAction)
    parser.add_argument("--condition", choices=("any", "clean", "used", "worn"), default="any")
    parser.add_argument("--digits", choices=("strokes", "mnist", "mixed"), default="mixed")
    parser.add_argument("--format", choices=("tiff", "tiff-g4", "pdf", "text-pdf"))
    parser.add_argument("--ship", action="store_true", help="write the twelve shipped samples instead")
    return parser


def _tell(path: Path) -> None:
    sys.stdout.write(f"{path} ({path.stat().st_size // 1024} kB)\n")


if __name__ == "__main__":
    raise SystemExit(main())
