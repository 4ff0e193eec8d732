import io
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.errors import StorageError
from storage.objects import CHUNK, HEAD, TAG, Objects

KEY = bytes(range(32))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7])
def test_what_goes_in_comes_out(tmp_path: Path, size: int) -> None:
    store = Objects(tmp_path, KEY)
    data = (b"van kho " * (size // 8 + 1))[:size]
    sha256, stored = store.put_bytes(data)
    assert stored == size
    assert store.read(sha256) == data
    assert store.verify(sha256)


@settings(max_examples=25, deadline=None)
@given(start=st.integers(0, 3 * CHUNK), length=st.integers(0, CHUNK * 2))
def test_reading_from_anywhere(tmp_path_factory: pytest.TempPathFactory, start: int, length: int) -> None:
    store = Objects(tmp_path_factory.mktemp("objects"), KEY)
    data = bytes(i * 7 % 251 for i in range(2 * CHUNK + 99))
    sha256, _ = store.put_bytes(data)
    with store.open(sha256) as file:
        file.seek(start)
        assert file.read(length) == data[start : start + length]


def test_nothing_readable_lies_on_the_disk(tmp_path: Path) -> None:
    store = Objects(tmp_path, KEY)
    sha256, _ = store.put_bytes("Quyết định bổ nhiệm".encode() * 100)
    assert "Quyết định".encode() not in store.path(sha256).read_bytes()


@pytest.mark.parametrize("where", [0, 10, HEAD.size + 5, HEAD.size + CHUNK + TAG + 3, -1])
def test_a_flipped_byte_is_noticed(tmp_path: Path, where: int) -> None:
    store = Objects(tmp_path, KEY)
    sha256, _ = store.put_bytes(b"x" * (CHUNK + 100))
    raw = bytearray(store.path(sha256).read_bytes())
    raw[where] ^= 1
    store.path(sha256).write_bytes(raw)
    assert not store.verify(sha256)


def test_a_cut_file_is_noticed(tmp_path: Path) -> None:
    store = Objects(tmp_path, KEY)
    sha256, _ = store.put_bytes(b"x" * (2 * CHUNK))
    raw = store.path(sha256).read_bytes()
    store.path(sha256).write_bytes(raw[: HEAD.size + CHUNK + TAG])
    assert not store.verify(sha256)
    with pytest.raises(StorageError, match=r"object\.damaged"):
        store.read(sha256)


def test_missing(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"object\.missing"):
        Objects(tmp_path, KEY).read("0" * 64)


def test_the_same_bytes_are_kept_once(tmp_path: Path) -> None:
    store = Objects(tmp_path, KEY)
    assert store.put_bytes(b"one") == store.put(io.BytesIO(b"one"), 3)
    assert len(list(store.all())) == 1


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path) -> None:
    """A file size limit is the full disk that any user can make."""
    script = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from storage.objects import Objects; from storage.errors import StorageError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "store = Objects(Path(sys.argv[1]), bytes(32))\n"
        "try: store.put_bytes(b'x' * 1_000_000)\n"
        "except StorageError as e: print(e.code)\n"
        "print(store.put_bytes(b'small')[1], list(Path(sys.argv[1]).glob('.*')))\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["disk.full", "5 []"]
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


def test_parts_of_a_killed_program_are_swept(tmp_path: Path) -> None:
    store = Objects(tmp_path, KEY)
    (tmp_path / ".abc.part").write_bytes(b"half")
    assert store.sweep() == 1
    assert not list(tmp_path.glob(".*.part"))
