"""Where the viewer gets its pages from."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtGui import QImage

from storage.records.reading import PageText


class PageSource(Protocol):
    """The pages of one document. Pages are numbered from 1. `image` and `words` are called on worker threads.

    Both may raise `AppError`; the viewer then shows its sentence in the place of the page.
    """

    @property
    def count(self) -> int: ...

    def image(self, page: int) -> QImage:
        """The page as it lies in the archive, upright by its stored rotation."""
        ...

    def words(self, page: int) -> PageText | None:
        """What was read off the page, or None when it has not been read."""
        ...


def page_size(source: PageSource, page: int) -> tuple[float, float] | None:
    """Width and height of a page in points (1/72 inch), from sources that have a method `size(page)`; None from others.

    A source that knows its sizes without rendering keeps everything still when the images arrive. Called on the window's thread, so
    it must be quick.
    """
    known = getattr(source, "size", None)
    points: tuple[float, float] | None = known(page) if known is not None else None
    return points if points is not None and points[0] > 0 and points[1] > 0 else None
