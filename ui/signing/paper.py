"""The pages of the bytes that will be signed, for the viewer."""

from __future__ import annotations

from PySide6.QtGui import QImage

from app.desk.showing import ShownFile, page_picture
from app.jobs import Job
from app.sandbox import SandboxPool
from storage.records.reading import PageText
from ui.widgets.decoding import decoded


class ShownPages:
    """A `PageSource`. `image` renders in the sandbox, on the loader's thread."""

    def __init__(self, boxes: SandboxPool, shown: ShownFile) -> None:
        self._boxes, self._shown = boxes, shown

    @property
    def count(self) -> int:
        return self._shown.pages

    def image(self, page: int) -> QImage:
        return decoded(page_picture(Job(), self._boxes, self._shown, page))

    def words(self, page: int) -> PageText | None:
        return None
