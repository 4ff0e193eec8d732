"""PySide6 6.12.0 on Python 3.11 gave a reference of True away with every signal, until the program died."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, Signal

ROUNDS = 500


class _Bell(QObject):
    rung = Signal(bool)


def test_signals_give_back_what_they_take() -> None:
    bell, heard = _Bell(), []
    bell.rung.connect(heard.append)
    before = sys.getrefcount(True)
    for _round in range(ROUNDS):
        bell.rung.emit(True)
    lost = before + len(heard) - sys.getrefcount(True)  # the list itself holds one a round; 3.12 and later don't count
    assert len(heard) == ROUNDS
    assert lost <= ROUNDS // 10 or sys.version_info >= (3, 12)
