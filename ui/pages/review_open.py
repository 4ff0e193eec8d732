"""F4: opens the review over the library, or changes its way to look."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ui.jobs import JobsBridge
from ui.messages import Messages
from ui.models.reading import Reads
from ui.pages.library import LibraryPage
from ui.pages.review import ReviewPage
from ui.window import Window

if TYPE_CHECKING:
    from app.services import Services
    from app.workspace import Workspace

WHOLE = ("dossier", "to_check")  # lists that are looked over from end to end; of longer ones what wants a look


def _save_before_closing(window: Window, page: ReviewPage) -> None:
    """What is being typed is written while writing is still possible."""
    before = window.may_close

    def may_close() -> bool:
        page.form.flush()
        closes = before()
        if closes:
            page.viewer.end()
        return closes

    def gone() -> None:
        window.may_close = before

    window.may_close = may_close
    page.destroyed.connect(gone)


def open_review(
    window: Window,
    services: Services,
    workspace: Workspace,
    library: LibraryPage,
    bridge: JobsBridge,
    reads: Reads,
    messages: Messages,
    undo: Callable[[], object],
    redo: Callable[[], object],
) -> ReviewPage:
    """Looks over the selected documents, or those of the list. In a review: from a document to the grid and back."""
    shown = window.pages.currentWidget()
    if isinstance(shown, ReviewPage):
        shown.toggle_view()
        return shown
    library.details.form.flush()
    chosen = library.selected
    whole = [hit.id for hit in library.results.model.hits] if library.searching else list(library.model.ids)
    several = len(chosen) > 1
    only = not several and not library.searching and library.model.scope.kind not in WHOLE
    page = ReviewPage(
        services,
        workspace,
        reads,
        bridge,
        chosen if several else whole,
        start=chosen[0] if chosen and chosen[0] != whole[0] else 0,  # the first row is chosen by itself
        only_doubtful=only,
        scope=None if several or library.searching else library.model.scope,
        parent=window.pages,
    )
    _save_before_closing(window, page)
    page.undo_wanted.connect(undo)
    page.redo_wanted.connect(redo)
    page.failed.connect(messages.error)
    library.changes.connect(page.take_change)
    window.show_over(page)
    return page
