"""Files come in whole and unchanged, or with a reason why not."""

from __future__ import annotations

import hashlib
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from app.capture import files
from app.errors import AppError
from app.i18n import set_language
from app.sandbox import ROOT


def refusal(source: Path, destination: Path) -> str:
    with pytest.raises(AppError) as caught:
        files.stable_copy(source, destination)
    assert caught.value.message
    assert caught.value.advice
    assert not destination.exists()
    assert not destination.with_name(destination.name + ".part").exists()
    return caught.value.code


def test_folders_are_walked_in_the_order_people_number_things(tmp_path: Path) -> None:
    names = ["trang 10.pdf", "Trang 2.pdf", "trang 1.pdf", "b/3.jpg", "b/a/9.jpg", ".ẩn", "Thumbs.db", "~$x.docx", "d.part"]
    for name in [*names, "__MACOSX/x.jpg", "Desktop.ini"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "b" / "vòng").symlink_to(tmp_path)
    found = [str(path.relative_to(tmp_path)) for path in files.collect([tmp_path])]
    assert found == ["b/3.jpg", "b/a/9.jpg", "trang 1.pdf", "Trang 2.pdf", "trang 10.pdf"]


def test_a_named_file_is_always_taken_and_the_order_of_names_kept(tmp_path: Path) -> None:
    (tmp_path / ".b").touch()
    (tmp_path / "a").touch()
    assert list(files.collect([tmp_path / ".b", tmp_path / "a"])) == [tmp_path / ".b", tmp_path / "a"]
    with pytest.raises(AppError) as caught:
        list(files.collect([tmp_path / "không có"]))
    assert caught.value.code == "file.gone"


@pytest.mark.parametrize("size", [0, 1, files.PIECE, files.PIECE * 2 + 7])
def test_a_copy_is_whole(tmp_path: Path, size: int) -> None:
    data = os.urandom(size)
    (tmp_path / "a").write_bytes(data)
    digest, length = files.stable_copy(tmp_path / "a", tmp_path / "mới" / "b")
    assert (digest, length) == (hashlib.sha256(data).hexdigest(), size)
    assert (tmp_path / "mới" / "b").read_bytes() == data
    assert [path.name for path in (tmp_path / "mới").iterdir()] == ["b"]


@pytest.fixture
def meddling(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Another program writes to the source while it is being read, as often as there are pieces left in the list."""
    pieces: list[bytes] = []
    pour = files._pour

    def pour_and_meddle(reading: object, writing: object) -> tuple[str, int]:
        found = pour(reading, writing)  # type: ignore[arg-type]
        if pieces:
            with Path(reading.name).open("r+b") as file:  # type: ignore[attr-defined]
                file.write(pieces.pop())
        return found

    monkeypatch.setattr(files, "_pour", pour_and_meddle)
    return pieces


def test_a_file_that_keeps_changing_is_left_alone(tmp_path: Path, meddling: list[bytes]) -> None:
    (tmp_path / "a").write_bytes(b"1234")
    meddling += [b"a", b"b", b"c"]
    assert refusal(tmp_path / "a", tmp_path / "b") == "file.changing"


def test_a_file_that_comes_to_rest_is_taken_as_it_ended(tmp_path: Path, meddling: list[bytes]) -> None:
    (tmp_path / "a").write_bytes(b"1234")
    meddling += [b"xyz56"]
    digest, size = files.stable_copy(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == b"xyz56"
    assert (digest, size) == (hashlib.sha256(b"xyz56").hexdigest(), 5)


def test_a_change_that_hides_its_time_and_size_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "a"
    source.write_bytes(b"1234")
    before, pour, turn = source.stat(), files._pour, iter(b"abc")

    def pour_and_meddle(reading: object, writing: object) -> tuple[str, int]:
        found = pour(reading, writing)  # type: ignore[arg-type]
        source.write_bytes(bytes([next(turn)]) * 4)
        os.utime(source, ns=(before.st_atime_ns, before.st_mtime_ns))
        return found

    monkeypatch.setattr(files, "_pour", pour_and_meddle)
    assert refusal(source, tmp_path / "b") == "file.changing"


def test_a_file_that_vanishes(tmp_path: Path) -> None:
    assert refusal(tmp_path / "a", tmp_path / "b") == "file.gone"


def test_a_file_that_may_not_be_read() -> None:
    set_language("vi")  # loaded while it may be
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        (folder / "a").write_bytes(b"1")
        (folder / "a").chmod(0)
        me = os.geteuid()
        if me == 0:  # root may read everything
            os.seteuid(65534)
        try:
            assert refusal(folder / "a", folder / "b") == "file.denied"
        finally:
            os.seteuid(me)


def test_a_disk_without_room_is_told_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"1")
    monkeypatch.setattr(files, "SPARE", 1 << 60)
    assert refusal(tmp_path / "a", tmp_path / "b") == "disk.full"


def test_a_disk_that_fills_up_while_copying(tmp_path: Path) -> None:
    """The system refuses to let the file grow: the limit of file size stands in for the end of the disk."""
    (tmp_path / "a").write_bytes(bytes(3_000_000))
    code = (
        "import resource, signal, sys; from app.capture import files; from app.errors import AppError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (1500000, 1500000))\n"
        "try: files.stable_copy(files.Path(sys.argv[1]), files.Path(sys.argv[2]))\n"
        "except AppError as error: print(error.code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "a", tmp_path / "b"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.stdout.strip() == "disk.full", done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 1_500_000


def test_a_device_that_is_full(tmp_path: Path) -> None:
    """/dev/full answers every write with ENOSPC."""
    (tmp_path / "a").write_bytes(b"1" * 100_000)
    (tmp_path / "b.part").symlink_to("/dev/full")
    assert refusal(tmp_path / "a", tmp_path / "b") == "disk.full"


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thư mục").mkdir()
    assert refusal(tmp_path / "thư mục", tmp_path / "b") == "file.unreadable"


def test_a_failed_replacement_leaves_the_old_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")

    def fail() -> None:
        with files.replaced(tmp_path / "a") as part:
            part.write_bytes(b"new")
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        fail()
    assert (tmp_path / "a").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_name_that_is_no_text_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"b\xb6n.pdf")).write_bytes(b"1")
    (source,) = files.collect([tmp_path])
    assert files.stable_copy(source, tmp_path / "b")[1] == 1
    with pytest.raises(AppError) as caught:
        files.stable_copy(tmp_path / os.fsdecode(b"v\xe3n.pdf"), tmp_path / "b")
    assert caught.value.message.encode()
