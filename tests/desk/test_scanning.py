"""Scanning with the real SANE and its `test` device."""

from __future__ import annotations

import os
import signal
import threading
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from app.capture.scanner import ScanProfile
from app.desk import filing, scanning
from app.desk.intake import IntakeResult
from app.errors import AppError
from app.jobs import Job
from app.sandbox import SandboxPool
from app.settings import Settings
from app.workspace import Workspace
from tests.desk import papers
from tests.desk.papers import documents, in_vietnamese, prove_whole
from tests.desk.scanner import SaneTest

QUICK = ScanProfile("test:0", dpi=50)


def scan(workspace: Workspace, boxes: SandboxPool, profile: ScanProfile = QUICK, **how: object) -> IntakeResult:
    return scanning.scan(Job(), workspace, boxes, profile, ocr=False, **how)  # type: ignore[arg-type]


def driver() -> int | None:
    """The process id of our child that holds the scanner's driver, while there is one."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes()
                parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
            except OSError:
                continue
            if b"app.capture.scanner.worker" in command and parent == str(os.getpid()):
                return int(entry.name)
    return None


def when_it_runs() -> int:
    while True:
        found = driver()
        if found is not None:
            return found


def test_devices_are_listed(sane: SaneTest) -> None:
    sane.set(number_of_devices="2")
    found = scanning.devices(Job())
    assert [device.name for device in found] == ["test:0", "test:1"]
    assert found[0].label == "Noname frontend-tester"


def test_ten_pages_from_the_feeder_become_one_document(sane: SaneTest, workspace: Workspace, boxes: SandboxPool) -> None:
    dossier = filing.add_dossier(workspace, "01", "Hồ sơ")
    seen: list[int] = []

    def on_page(path: Path, number: int) -> None:
        assert path.read_bytes()[:2] == b"\xff\xd8"
        assert len(papers.pages(workspace, 1) if number > 1 else []) == number - 1  # each is kept before the next is asked for
        seen.append(number)

    result = scan(workspace, boxes, dossier_id=dossier, on_page=on_page)
    assert (result.documents, result.problems, seen) == ([1], [], list(range(1, 11)))
    (document,) = documents(workspace)
    assert (document.pages, document.dossier_id, document.ordinal, document.state) == (10, dossier, 1, "recognised")
    pages = papers.pages(workspace, 1)
    assert {(page.width, page.height, page.dpi) for page in pages} == {(413, 584, 50)}
    assert len(papers.renditions(workspace, 1, "original")) == 10
    assert len(papers.renditions(workspace, 1, "access")) == 1
    prove_whole(workspace)


def test_one_grey_page_from_the_glass(sane: SaneTest, workspace: Workspace, boxes: SandboxPool) -> None:
    result = scan(workspace, boxes, ScanProfile("test:0", source="flatbed", dpi=75, colour="grey", duplex=True))
    assert result.documents == [1]
    (page,) = papers.pages(workspace, 1)
    with Image.open(BytesIO(workspace.objects.read(page.image))) as image:
        assert (image.mode, image.size) == ("L", (page.width, page.height))
        assert tuple(round(value) for value in image.info["dpi"]) == (75, 75) == (page.dpi, page.dpi)


def test_the_resolution_is_the_one_that_the_device_took(sane: SaneTest, workspace: Workspace, boxes: SandboxPool) -> None:
    sane.set(resolution_max="40.0", resolution="20.0")
    scan(workspace, boxes, ScanProfile("test:0", source="flatbed", dpi=300))
    (page,) = papers.pages(workspace, 1)
    assert page.dpi == 40
    assert (page.width, page.height) == (330, 467)


@pytest.mark.parametrize("depth", ["16", "1"])
def test_other_depths_and_passes_are_set_to_ordinary_ones(
    sane: SaneTest, workspace: Workspace, boxes: SandboxPool, depth: str
) -> None:
    sane.set(depth=depth, mode="Gray", three_pass="true")
    scan(workspace, boxes, ScanProfile("test:0", source="flatbed", dpi=30))
    (page,) = papers.pages(workspace, 1)
    assert (page.width, page.height) == (248, 350)


def test_both_sides_are_never_half_done_in_silence(sane: SaneTest, workspace: Workspace, boxes: SandboxPool) -> None:
    with pytest.raises(AppError) as error:
        scan(workspace, boxes, ScanProfile("test:0", duplex=True, dpi=50))
    assert in_vietnamese(error.value) == "scanner.no_duplex"
    assert documents(workspace) == []


FAULTS = {
    "JAMMED": "scanner.jam",
    "NO_DOCS": "scanner.no_paper",
    "COVER_OPEN": "scanner.cover_open",
    "IO_ERROR": "scanner.offline",
    "ACCESS_DENIED": "scanner.denied",
    "DEVICE_BUSY": "scanner.busy",
    "NO_MEM": "scanner.memory",
    "CANCELLED": "scanner.cancelled",
    "INVAL": "scanner.setting",
}


def test_each_fault_has_its_sentence(sane: SaneTest, workspace: Workspace, boxes: SandboxPool) -> None:
    told = {}
    for status in FAULTS:
        sane.set(status=status)
        with pytest.raises(AppError) as error:
            scan(workspace, boxes)
        told[status] = in_vietnamese(error.value)
    assert told == FAULTS
    assert (documents(workspace), papers.states(workspace)) == ([], [])


def test_a_driver_that_dies_leaves_the_pages_so_far(sane: SaneTest, workspace: Workspace, boxes: SandboxPool) -> None:
    def on_page(_path: Path, number: int) -> None:
        if number == 3:
            os.kill(when_it_runs(), signal.SIGKILL)

    result = scan(workspace, boxes, on_page=on_page)
    assert [in_vietnamese(problem) for problem in result.problems] == ["scanner.crashed"]
    assert result.documents == [1]
    assert len(papers.pages(workspace, 1)) >= 3
    prove_whole(workspace)


def test_a_driver_that_dies_at_once_is_told(sane: SaneTest, workspace: Workspace, boxes: SandboxPool) -> None:
    sane.set(read_delay="true", read_delay_duration="200000", read_limit="true", read_limit_size="500")
    killer = threading.Thread(target=lambda: os.kill(when_it_runs(), signal.SIGKILL))
    killer.start()
    with pytest.raises(AppError) as error:
        scan(workspace, boxes)
    killer.join()
    assert in_vietnamese(error.value) == "scanner.crashed"


def test_stopping_keeps_the_pages_so_far(sane: SaneTest, workspace: Workspace, boxes: SandboxPool) -> None:
    job = Job()
    result = scanning.scan(
        job, workspace, boxes, QUICK, ocr=False, on_page=lambda _path, number: job.stop() if number == 2 else None
    )
    assert (result.documents, result.problems) == ([1], [])
    assert len(papers.pages(workspace, 1)) == 2
    prove_whole(workspace)


def test_stopping_in_the_middle_of_a_slow_page(sane: SaneTest, workspace: Workspace, boxes: SandboxPool) -> None:
    sane.set(read_delay="true", read_delay_duration="200000", read_limit="true", read_limit_size="500")
    job = Job()
    stopper = threading.Thread(target=lambda: (when_it_runs(), job.stop()))
    stopper.start()
    with pytest.raises(AppError) as error:
        scanning.scan(job, workspace, boxes, QUICK, ocr=False)
    stopper.join()
    assert error.value.code == "cancelled"
    assert documents(workspace) == []
    assert driver() is None


def test_no_scanner_no_driver_and_a_scanner_that_is_gone(sane: SaneTest, workspace: Workspace, boxes: SandboxPool) -> None:
    with pytest.raises(AppError) as error:
        scan(workspace, boxes, ScanProfile("epson2:libusb:001:004", dpi=50))
    assert in_vietnamese(error.value) == "scanner.none"
    sane.none()
    with pytest.raises(AppError) as error:
        scan(workspace, boxes, ScanProfile("", dpi=50))
    assert in_vietnamese(error.value) == "scanner.none"
    with pytest.raises(AppError) as error:
        scanning.devices(Job())
    assert in_vietnamese(error.value) == "scanner.none"


def test_without_a_chosen_scanner_the_first_one_scans(sane: SaneTest, workspace: Workspace, boxes: SandboxPool) -> None:
    assert scan(workspace, boxes, ScanProfile("", source="flatbed", dpi=30)).documents == [1]


def test_the_profile_is_what_the_settings_say_unless_told_otherwise(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.json")
    settings.set("scan.device", "test:1")
    settings.set("scan.duplex", True)
    assert scanning.profile_of(settings) == ScanProfile("test:1", "feeder", True, 300, "colour")
    told = scanning.profile_of(settings, "test:0", source="flatbed", duplex=False, dpi=200, colour="grey")
    assert told == ScanProfile("test:0", "flatbed", False, 200, "grey")
