"""One office for the tests that only open dialogs and look at them: making an archive takes a second."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget

from app import i18n
from app.desk import filing
from app.services import Services
from tests.conftest import PASSWORD
from ui.dialogs.check_package import open_check
from ui.dialogs.dossier import open_new_dossier
from ui.dialogs.export import open_export
from ui.dialogs.import_files import open_import
from ui.dialogs.import_package import open_import_package
from ui.dialogs.pin import PinFacts, ask_pin
from ui.dialogs.preservation import open_preservation
from ui.dialogs.report import show_bug, show_recovery
from ui.dialogs.scan import open_scan
from ui.dialogs.shelf import open_shelf
from ui.jobs import JobsBridge

FACTS = PinFacts("Nguyễn Thị Lan", "Ban Cơ yếu", "5401", "24/06/2027", "VGCA", 5)


@dataclass(slots=True)
class Office:
    services: Services
    jobs: JobsBridge
    folder: Path
    dossier: int


@pytest.fixture(scope="module")
def office(qapp: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An archive with one dossier, no scanner and no token."""
    folder = tmp_path_factory.mktemp("office")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VANKHO_CONFIG", str(folder / "config"))
        patch.setenv("VANKHO_OFFICE", str(folder / "office.json"))
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
        i18n.set_language("vi")
        services, jobs = Services(folder / "archive"), JobsBridge()
        services.watch(jobs)
        services.create(PASSWORD)
        assert services.workspace is not None
        dossier = filing.add_dossier(services.workspace, "H49.64.33.2024.160", "Hồ sơ chỉnh lý tài liệu lưu trữ " * 4)
        services.settings.set("sign.module", folder / "khong-co.so")
        yield Office(services, jobs, folder, dossier)
        jobs.close()
        services.close()


OPENERS: dict[str, Callable[[QWidget, Office], Any]] = {
    "pin": lambda window, _o: ask_pin(window, FACTS),
    "dossier": lambda window, o: open_new_dossier(window, o.services, o.jobs),
    "inventory": lambda window, o: open_shelf(window, o.services, "inventory"),
    "fonds": lambda window, o: open_shelf(window, o.services, "fonds"),
    "import": lambda window, o: open_import(window, o.services, o.jobs, [o.folder]),
    "export": lambda window, o: open_export(window, o.services, o.jobs, o.dossier, o.folder),
    "import-package": lambda window, o: open_import_package(window, o.services, o.jobs, o.folder),
    "preservation": lambda window, o: open_preservation(window, o.services, o.jobs),
    "check-package": lambda window, o: open_check(window, o.services, o.jobs),
    "scan": lambda window, o: open_scan(window, o.services, o.jobs),
    "bug": lambda window, _o: show_bug(window, ValueError()),
    "recovery": lambda window, _o: show_recovery(window, 3),
}
