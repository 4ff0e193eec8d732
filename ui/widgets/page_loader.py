"""Brings page images and words from a `PageSource` without ever making the window wait.

One page is fetched at a time on a worker thread, the most wanted first; what scrolled out of sight before its turn is
never fetched. Images are kept at the size they are shown (a whole 300 dpi colour page takes 35 MB), least recently
used out first.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QImage

from app.errors import AppError
from app.i18n import _
from storage.records.reading import PageText
from ui.widgets.page_source import PageSource

log = logging.getLogger(__name__)

THUMB_WIDTH = 132  # pixels; the strip shows them at half of that or more
FULL_SHARE = 0.8  # shown smaller than this share of its pixels, an image is kept scaled down


@dataclass(slots=True, frozen=True)
class Want:
    """A page somebody looks at, `width` device pixels wide (of the upright page)."""

    page: int
    width: int


@dataclass(slots=True)
class _Kept:
    image: QImage
    full: bool


@dataclass(slots=True)
class _Fetched:
    generation: int
    page: int
    kind: str  # "image", "thumb", "text"
    image: QImage | None = None
    full: bool = False
    full_size: tuple[int, int, int] | None = None  # pixels and dots per metre of the image as it came
    thumb: QImage | None = None
    text: PageText | None = None
    error: str = ""


class PageLoader(QObject):
    """Images and words by page. `loaded(page)`, `thumb_loaded(page)`, `text_loaded(page)`, `failed(page)` on the
    window's thread; `measured(page, width_px, height_px, dots_per_metre)` when an image came for the first time."""

    loaded = Signal(int)
    thumb_loaded = Signal(int)
    text_loaded = Signal(int)
    failed = Signal(int)
    measured = Signal(int, int, int, int)
    _came = Signal(object)

    def __init__(self, parent: QObject | None = None, *, limit_mb: int = 160, thumbs_mb: int = 24) -> None:
        super().__init__(parent)
        self._limit = limit_mb * 1024 * 1024
        self._thumb_limit = thumbs_mb * 1024 * 1024
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="pages")
        self._generation = 0
        self._busy = False
        self._came.connect(self._take, Qt.ConnectionType.QueuedConnection)
        pool = self._pool
        self.destroyed.connect(lambda: pool.shutdown(wait=False, cancel_futures=True))
        self._clear(None)

    def _clear(self, source: PageSource | None) -> None:
        self._source = source
        self._images: OrderedDict[int, _Kept] = OrderedDict()
        self._thumbs: OrderedDict[int, QImage] = OrderedDict()
        self._texts: dict[int, PageText | None] = {}
        self._errors: dict[int, str] = {}
        self._measured: set[int] = set()
        self._wants: list[Want] = []
        self._thumb_wants: list[int] = []

    def set_source(self, source: PageSource | None) -> None:
        """Forgets everything; what is under way for the old document is dropped when it arrives."""
        self._generation += 1
        self._clear(source)

    def want(self, wants: Sequence[Want]) -> None:
        """Says which pages are looked at, the most wanted first; replaces what was wanted before."""
        self._wants = list(wants)
        self._next()

    def want_thumbs(self, pages: Sequence[int]) -> None:
        self._thumb_wants = list(pages)
        self._next()

    def image(self, page: int) -> QImage | None:
        kept = self._images.get(page)
        if kept is None:
            return None
        self._images.move_to_end(page)
        return kept.image

    def thumb(self, page: int) -> QImage | None:
        found = self._thumbs.get(page)
        if found is not None:
            self._thumbs.move_to_end(page)
        return found

    def text(self, page: int) -> PageText | None:
        return self._texts.get(page)

    def error(self, page: int) -> str:
        return self._errors.get(page, "")

    @property
    def kept_bytes(self) -> int:
        return sum(kept.image.sizeInBytes() for kept in self._images.values())

    def close(self) -> None:
        """Stops fetching for good."""
        self._generation += 1
        self._clear(None)
        self._pool.shutdown(wait=True, cancel_futures=True)

    # --- choosing what to fetch ---
    def _lacks_image(self, want: Want) -> bool:
        if want.page in self._errors:
            return False
        kept = self._images.get(want.page)
        return kept is None or (not kept.full and kept.image.width() < want.width * 0.97)

    def _choose(self) -> tuple[str, int, int] | None:
        for want in self._wants:
            if self._lacks_image(want):
                return ("image", want.page, want.width)
            if want.page not in self._texts:
                return ("text", want.page, 0)
        for page in self._thumb_wants:
            if page not in self._thumbs and page not in self._errors:
                return ("thumb", page, THUMB_WIDTH)
        return None

    def _next(self) -> None:
        if self._busy or self._source is None:
            return
        choice = self._choose()
        if choice is None:
            return
        kind, page, width = choice
        self._busy = True
        try:
            self._pool.submit(self._fetch, self._source, self._generation, kind, page, width)
        except RuntimeError:  # closed
            self._source = None

    # --- on the worker's thread ---
    def _fetch(self, source: PageSource, generation: int, kind: str, page: int, width: int) -> None:
        try:
            found = _read(source, generation, kind, page, width)
        except AppError as error:
            found = _Fetched(generation, page, kind, error=str(error))
        except Exception:
            log.exception("page %d could not be fetched", page)
            found = _Fetched(generation, page, kind, error=_("This page could not be shown."))
        try:
            self._came.emit(found)
        except RuntimeError:
            log.debug("the viewer was closed before page %d came", page)

    # --- on the window's thread ---
    @Slot(object)
    def _take(self, found: _Fetched) -> None:
        self._busy = False
        if found.generation == self._generation:
            self._keep(found)
        self._next()

    def _keep(self, found: _Fetched) -> None:
        page = found.page
        if found.kind == "text":
            self._texts[page] = found.text  # an unreadable text is no text: the page is still shown
            self.text_loaded.emit(page)
            return
        if found.error:
            self._errors[page] = found.error
            self.failed.emit(page)
            return
        if found.full_size is not None and page not in self._measured:
            self._measured.add(page)
            self.measured.emit(page, *found.full_size)
        if found.thumb is not None:
            self._thumbs[page] = found.thumb
            self._shrink_thumbs()
            self.thumb_loaded.emit(page)
        if found.image is not None:
            self._images[page] = _Kept(found.image, found.full)
            self._images.move_to_end(page)
            self._shrink()
            self.loaded.emit(page)

    def _shrink(self) -> None:
        wanted = {want.page for want in self._wants}
        for page in [p for p in self._images if p not in wanted]:
            if self.kept_bytes <= self._limit:
                return
            del self._images[page]

    def _shrink_thumbs(self) -> None:
        while len(self._thumbs) > 1 and sum(t.sizeInBytes() for t in self._thumbs.values()) > self._thumb_limit:
            self._thumbs.popitem(last=False)


def _read(source: PageSource, generation: int, kind: str, page: int, width: int) -> _Fetched:
    if kind == "text":
        return _Fetched(generation, page, kind, text=source.words(page))
    image = source.image(page)
    if image.isNull():
        raise AppError("page.empty_image", _("The image of this page is empty or damaged."))
    size = (image.width(), image.height(), image.dotsPerMeterX())
    smooth = Qt.TransformationMode.SmoothTransformation
    thumb = image.scaledToWidth(THUMB_WIDTH, smooth).convertToFormat(QImage.Format.Format_RGB32)
    if kind == "thumb":
        return _Fetched(generation, page, kind, full_size=size, thumb=thumb)
    full = width >= image.width() * FULL_SHARE
    if not full:
        image = image.scaledToWidth(max(width, 1), smooth).convertToFormat(QImage.Format.Format_RGB32)
    return _Fetched(generation, page, kind, image=image, full=full, full_size=size, thumb=thumb)
