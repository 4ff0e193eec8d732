"""Documents that lost their type are told when the archive is open; one click fills them in, one takes it back."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.desk import fields
from app.services import Services
from storage.records import Document, FieldReading
from tests.ui.conftest import settle
from ui.application import Program
from ui.messages import Banner


def test_lost_types_are_offered_filled_in_and_taken_back(
    qtbot: QtBot, stocked: Services, holding: list[int], request: pytest.FixtureRequest
) -> None:
    workspace = stocked.workspace
    assert workspace is not None
    one = holding[1]
    with workspace.catalog.write("test") as transaction:
        document = transaction.session.get_one(Document, one)
        document.type_name = ""
        transaction.session.add(fields.evidence(one, "typeName", FieldReading("Thông tư", 0.97, 1, None, "rule")))

    def kind() -> str:
        with workspace.catalog.read() as session:
            return session.get_one(Document, one).type_name

    program: Program = request.getfixturevalue("program")  # opened over it
    banners = program.window.banners

    def said(key: str) -> Banner | None:
        return next((one for one in banners.banners() if one.message.key == key), None)

    def press(key: str) -> str:
        found = said(key)
        assert found is not None
        assert found.message.action is not None
        found.findChildren(QPushButton)[0].click()
        return found.message.text

    qtbot.waitUntil(lambda: said("untyped") is not None, timeout=10_000)
    assert "1 văn bản chưa có loại" in press("untyped")
    qtbot.waitUntil(lambda: said("done") is not None, timeout=30_000)
    assert kind() == "Thông tư"
    assert press("done") == "Đã điền loại cho 1 văn bản."
    qtbot.waitUntil(lambda: kind() == "", timeout=10_000)
    settle(program)
