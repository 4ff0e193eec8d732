"""What the program hands down from `main.py`: settings, lanes, sandboxes, and the archive once it is open."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from app import paths
from app.jobs import Lanes, Listener
from app.sandbox import SandboxPool
from app.settings import Settings

if TYPE_CHECKING:
    from app.workspace import Workspace  # brings the database: the window is painted before it is needed


class Services:
    """One per running program. Sandboxes start with their first use."""

    def __init__(self, folder: Path | None = None, listener: Listener | None = None) -> None:
        self.settings = Settings(paths.config_dir() / "settings.json", paths.office_file())
        self.folder = folder or paths.default_archive()
        self.workspace: Workspace | None = None
        self._listener = listener
        self._lanes: Lanes | None = None
        self._sandboxes: SandboxPool | None = None

    def watch(self, listener: Listener) -> None:
        """Who hears of jobs; before the first job starts."""
        self._listener = listener

    @property
    def lanes(self) -> Lanes:
        if self._lanes is None:
            self._lanes = Lanes(self._listener)
        return self._lanes

    @property
    def sandboxes(self) -> SandboxPool:
        if self._sandboxes is None:
            self._sandboxes = SandboxPool(int(self.settings["ocr.workers"]) or os.cpu_count() or 2)
        return self._sandboxes

    def open(self, *, password: str | None = None, recovery: str | None = None) -> Workspace:
        from app import workspace

        self.workspace = workspace.open_archive(self.folder, self.settings, password=password, recovery=recovery)
        return self.workspace

    def create(self, password: str) -> str:
        """Creates and opens; returns the recovery code."""
        from app import workspace

        self.workspace, recovery = workspace.create(self.folder, password, self.settings)
        return recovery

    def close(self) -> None:
        if self._lanes is not None:
            self._lanes.close()
        if self._sandboxes is not None:
            self._sandboxes.close()
        if self.workspace is not None:
            self.workspace.close()
            self.workspace = None
