"""The pages of signing, verifying and keeping with the real desk behind them: a real archive, a real token."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.desk import describing, intake
from app.jobs import Job
from app.services import Services
from tests.signature import files
from tests.signature.conftest import Hsm, full_token, hsm, identity, pki, software  # noqa: F401 - fixtures
from tests.signature.outgoing import decision
from ui.dialogs.questions import answer_in
from ui.jobs import JobsBridge
from ui.lasting.page import LastingPage
from ui.signing.page import SigningPage
from ui.verifying.page import VerifyPage


@pytest.fixture
def document(services: Services, tmp_path: Path) -> int:
    """A decision without number and date, in the archive with its words."""
    assert services.workspace is not None
    paper = decision(tmp_path / "quyet-dinh.pdf")
    result = intake.import_files(Job(), services.workspace, services.sandboxes, [paper])
    assert not result.problems
    values = {"codeNumber": "5", "codeNotation": "QĐ-UBND", "typeName": "Quyết định", "issuedDate": "07/02/2026"}
    describing.edit(services.workspace, result.documents[0], values)
    return result.documents[0]


@pytest.fixture
def personal(services: Services, tmp_path: Path) -> None:
    """The settings of a person who signs with the picture of a hand."""
    services.settings.set("sign.appearance", "person")
    services.settings.set("sign.person_image", files.picture(tmp_path / "hand.png", (20, 40, 180)))


@pytest.fixture
def signing(
    qtbot: QtBot,
    services: Services,
    jobs: JobsBridge,
    document: int,
    personal: None,
    hsm: Hsm,  # noqa: F811
) -> Iterator[SigningPage]:
    """The signing page over one document, its token found and the signature drawn."""
    services.settings.set("sign.module", hsm.module)
    made = SigningPage(services, jobs, [document])
    qtbot.addWidget(made)
    made.resize(1200, 760)
    made.show()
    jobs.answer_with(answer_in(made))
    made.run.look_for_tokens()
    qtbot.waitUntil(lambda: made.run.looking is None and bool(made.certificates.cards))
    qtbot.waitUntil(lambda: made._preview is not None)
    yield made
    made.leave()


@pytest.fixture
def verifying(qtbot: QtBot, services: Services, jobs: JobsBridge) -> Iterator[VerifyPage]:
    made = VerifyPage(services, jobs)
    qtbot.addWidget(made)
    made.resize(1200, 700)
    made.show()
    yield made
    made.viewer.end()


@pytest.fixture
def lasting(qtbot: QtBot, services: Services, jobs: JobsBridge) -> LastingPage:
    made = LastingPage(services, jobs)
    qtbot.addWidget(made)
    made.resize(1200, 700)
    made.show()
    return made
