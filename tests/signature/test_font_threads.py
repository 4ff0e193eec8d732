"""The first files of a batch are laid out side by side: each thread gets its font, though fontTools fills its tables lazily."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType

import pytest
from fontTools.ttLib.tables import O_S_2f_2 as os2

from app.signature import font


class Hesitant(list[int]):
    """fontTools' table of block starts as a slow PC fills it: half full it waits, so that a second thread can come in."""

    def __init__(self) -> None:
        super().__init__()
        self.half_full, self.go_on = threading.Event(), threading.Event()

    def append(self, start: int) -> None:
        super().append(start)
        if len(self) == 10:
            self.half_full.set()
            self.go_on.wait(30)


class Queue:
    """A lock that says when somebody has to wait for it."""

    def __init__(self, waited_for: threading.Event) -> None:
        self._lock, self._waited_for = threading.Lock(), waited_for

    def __enter__(self) -> None:
        if not self._lock.acquire(blocking=False):
            self._waited_for.set()
            self._lock.acquire()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._lock.release()


def test_a_second_file_does_not_meet_half_full_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    starts = Hesitant()
    monkeypatch.setattr(os2, "_unicodeStarts", starts)
    monkeypatch.setattr(os2, "_unicodeValues", [None])
    monkeypatch.setattr(font, "CUTTING", Queue(starts.go_on))
    font._subset.cache_clear()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(font.subset_for, "Ủy ban nhân dân xã Hòa Thắng")
        assert starts.half_full.wait(30)
        second = pool.submit(font.subset_for, "Sở Nội vụ tỉnh Đồng Tháp ẳ")
        second.add_done_callback(lambda _: starts.go_on.set())
        assert set("Hòa Thắng") <= set(first.result().glyphs)
        assert set("Đồng Tháp ẳ") <= set(second.result().glyphs)
