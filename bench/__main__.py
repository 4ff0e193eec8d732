"""python -m bench [name …]: each comparison in one run; prints a table for docs/benchmarks.md."""

from __future__ import annotations

import importlib
import sys

from bench.measure import HEAD, machine

ALL = (
    "memory",  # first: what others leave in this process would be counted
    "start", "digitise", "sign", "verify", "package", "check", "archive", "sync", "learning", "doubt",
    "describe", "hands", "arrival", "sheets", "window",
)  # fmt: skip


def main() -> int:
    names = sys.argv[1:] or ALL
    print(f"{machine()}\n\n{HEAD}")
    for name in names:
        for row in importlib.import_module(f"bench.{name}").run():
            print(row.markdown(), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
