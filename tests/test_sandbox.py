"""The sandbox against tasks that lie, hang, devour and die: tests/sandbox_tasks.py."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.errors import AppError, Cancelled
from app.i18n import set_language
from app.jobs import Job
from app.recognise.words import from_plain, to_json
from app.sandbox import ROOT, Sandbox, SandboxPool, _Child, permitted, progress
from storage.records import Record

HERE = "tests.sandbox_tasks:"
ALLOW = ("tests.",)


@pytest.fixture(scope="module")
def shared() -> Iterator[Sandbox]:
    with Sandbox(memory_mb=400, allow=ALLOW) as sandbox:
        yield sandbox


def until(condition: Callable[[], object], seconds: float = 120) -> None:
    """Polls; fails when the condition never comes true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        threading.Event().wait(0.01)


def gone(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True
    return status.rsplit(")", 1)[1].split()[0] in "ZX"


def failure(sandbox: Sandbox, task: str, **params: object) -> AppError:
    with pytest.raises(AppError) as caught:
        sandbox.call(HERE + task, **params)
    return caught.value


def test_values_travel_both_ways(shared: Sandbox) -> None:
    value = {"tên": "Nguyễn Văn Ảnh", "số": [1, 2.5, None, True], "dài": "ộ" * 300_000}
    assert shared.call(HERE + "echo", value=value) == value
    assert shared.call(HERE + "echo", value=Path("/a/b")) == "/a/b"
    assert shared.call(HERE + "echo", value="tên \udcff\u2028") == "tên \udcff\u2028"


def test_the_child_is_another_process_and_lives_on(shared: Sandbox) -> None:
    first = shared.call(HERE + "who")
    assert first != os.getpid()
    assert shared.call(HERE + "who") == first == shared.pid


def test_a_worker_starts_light(shared: Sandbox) -> None:
    assert shared.call(HERE + "heavy_modules") == []


def test_what_libraries_print_cannot_forge_an_answer(shared: Sandbox) -> None:
    assert shared.call(HERE + "chatter") == "true answer"


def test_an_expected_error_travels_whole(shared: Sandbox) -> None:
    error = failure(shared, "refuse")
    assert (error.code, error.message, error.advice, error.detail) == ("file.empty", "câu", "lời khuyên", "chi tiết")


@pytest.mark.parametrize("task", ["bug", "unspeakable"])
def test_an_unexpected_error_belongs_to_the_file_and_the_child_lives_on(shared: Sandbox, task: str) -> None:
    before = shared.call(HERE + "who")
    error = failure(shared, task)
    assert error.code == "sandbox.crashed"
    assert "Error" in error.detail
    assert shared.call(HERE + "who") == before


def test_a_full_disk_is_not_blamed_on_the_file(shared: Sandbox) -> None:
    assert failure(shared, "fill_disk").code == "disk.full"
    assert failure(shared, "broken_image").code == "sandbox.crashed"


@pytest.mark.parametrize("times", [1, 2])
def test_a_child_that_somebody_killed_is_given_a_second_one(shared: Sandbox, tmp_path: Path, times: int) -> None:
    mark = str(tmp_path / "mark")
    if times == 1:
        assert shared.call(HERE + "killed", mark=mark, times=1) == 1
    else:
        assert failure(shared, "killed", mark=mark, times=9).code == "sandbox.crashed"
    assert len(Path(mark).read_text()) == 2


@pytest.mark.parametrize("task", ["vanish", "fault"])
def test_a_dead_child_is_told_and_replaced(shared: Sandbox, task: str) -> None:
    before = shared.call(HERE + "who")
    error = failure(shared, task)
    assert error.code == "sandbox.crashed"
    assert error.message
    assert error.advice
    assert shared.call(HERE + "who") != before


def test_memory_is_limited(shared: Sandbox) -> None:
    assert failure(shared, "devour").code == "sandbox.memory"
    assert shared.call(HERE + "echo", value=1) == 1


def test_a_library_that_dies_of_the_limit_is_told_apart_from_a_crash(
    shared: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = tmp_path / "seen"
    watch = _Child.watch_memory

    def watched(child: _Child) -> None:
        watch(child)
        if child._peak_kb > 0.85 * child.memory_mb * 1024:
            seen.touch()

    monkeypatch.setattr(_Child, "watch_memory", watched)
    assert failure(shared, "devour_in_c", seen=seen).code == "sandbox.memory"
    assert shared.call(HERE + "echo", value=1) == 1


def test_time_is_limited_and_the_child_killed(shared: Sandbox, tmp_path: Path) -> None:
    child = shared.call(HERE + "who")
    with pytest.raises(AppError) as caught:
        shared.call(HERE + "hang", started=tmp_path / "pid", timeout=1.5)
    assert caught.value.code == "sandbox.timeout"
    assert gone(child)
    assert shared.call(HERE + "echo", value=1) == 1


def test_stopping_the_job_kills_the_child_at_once(tmp_path: Path) -> None:
    mark, job = tmp_path / "pid", Job()

    def stop_when_started() -> None:
        until(lambda: mark.exists() and mark.read_text())
        job.stop()

    watcher = threading.Thread(target=stop_when_started)
    watcher.start()
    with Sandbox(allow=ALLOW) as sandbox:
        with pytest.raises(Cancelled):
            sandbox.call(HERE + "hang", started=mark, job=job)
        assert gone(int(mark.read_text()))
        with pytest.raises(Cancelled):
            sandbox.call(HERE + "who", job=job)
    watcher.join()


def test_progress_reaches_the_job(shared: Sandbox) -> None:
    job = Job()
    assert shared.call(HERE + "steps", count=7, job=job) == 7
    assert (job.done, job.total) == (7, 7)
    assert shared.call(HERE + "steps", count=3) == 3
    progress(1, 2)  # nobody listens outside a sandbox, and nothing breaks


def test_there_is_no_way_to_the_network(shared: Sandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        answer = shared.call(HERE + "reach_network", port=server.getsockname()[1])
    assert answer.startswith("refused")
    assert shared.network_isolated is True


@pytest.mark.parametrize("lock", ["_refuse_sockets", "_leave_network"])
def test_each_lock_closes_the_network_alone(lock: str) -> None:
    """Some systems refuse namespaces, some processors have no filter here: one of the two has to do."""
    script = (
        "import socket; from app import sandbox_limits as l; server = socket.create_server(('127.0.0.1', 0)); "
        f"print(l.{lock}())\n"
        "try: socket.create_connection(server.getsockname(), timeout=2); print('reached')\n"
        "except OSError: print('refused')"
    )
    if lock == "_refuse_sockets":
        script = "import ctypes; ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)\n" + script
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.split() == ["True", "refused"], done.stderr


def test_no_core_is_dumped(shared: Sandbox) -> None:
    assert shared.call(HERE + "core_limit") == [0, 0]


def test_secrets_of_the_parent_stay_with_the_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN_PIN", "123456")
    with Sandbox(allow=ALLOW) as sandbox:
        environment = sandbox.call(HERE + "environment")
    assert "TOKEN_PIN" not in environment
    assert environment["OMP_THREAD_LIMIT"] == "1"


def test_the_child_speaks_the_language_of_the_parent(shared: Sandbox, tmp_path: Path) -> None:
    empty = tmp_path / "rỗng.pdf"
    empty.touch()

    def sentence() -> str:
        with pytest.raises(AppError) as caught:
            shared.call("app.capture.tasks:inspect", path=empty)
        assert caught.value.code == "file.empty"
        return caught.value.message

    assert sentence().startswith("Tệp rỗng")
    set_language("en")
    try:
        assert sentence().startswith("The file is empty")
    finally:
        set_language("vi")


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        ("app.capture.tasks:inspect", True),
        ("app.capture.scanner.tasks:scan", True),
        ("app.capture.files:collect", False),
        ("os:system", False),
        ("os.tasks:system", False),
        ("app.capture.tasks:_private", False),
        ("app.capture.tasks", False),
        ("tests.sandbox_tasks:echo", False),
        ("app.capture.tasks:a.b", False),
    ],
)
def test_only_tasks_may_be_called(task: str, expected: bool) -> None:
    assert permitted(task) is expected


def test_a_call_that_is_no_task_is_the_programmers_mistake(shared: Sandbox) -> None:
    with pytest.raises(ValueError, match="not a task"):
        shared.call("os:getcwd")
    assert shared.call(HERE + "echo", value=1) == 1


def test_a_parameter_that_cannot_travel_leaves_the_sandbox_usable(shared: Sandbox) -> None:
    with pytest.raises(TypeError):
        shared.call(HERE + "echo", value=object())
    assert shared.call(HERE + "echo", value=1) == 1


def test_a_child_killed_between_calls_is_started_again(shared: Sandbox) -> None:
    pid = shared.call(HERE + "who")
    os.kill(pid, signal.SIGKILL)
    until(lambda: shared.pid is None)
    assert shared.call(HERE + "who") != pid


def test_the_child_survives_the_thread_that_started_it() -> None:
    with Sandbox(allow=ALLOW) as sandbox:
        found: list[int] = []
        thread = threading.Thread(target=lambda: found.append(sandbox.call(HERE + "who")))
        thread.start()
        thread.join()
        assert sandbox.call(HERE + "who") == found[0]


def test_the_child_dies_with_its_parent(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    script = f"from app.sandbox import Sandbox; Sandbox(allow=('tests.',)).call('{HERE}hang', started={str(mark)!r})"
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT)
    until(lambda: mark.exists() and mark.read_text())
    parent.kill()
    parent.wait()
    until(lambda: gone(int(mark.read_text())))


def test_closing_ends_the_child_and_it_can_start_again() -> None:
    sandbox = Sandbox(allow=ALLOW)
    assert sandbox.pid is None
    assert sandbox.network_isolated is None
    pid = sandbox.call(HERE + "who")
    sandbox.close()
    assert gone(pid)
    assert sandbox.call(HERE + "who") != pid
    sandbox.close()


def test_a_pool_serves_threads_with_no_more_children_than_its_size() -> None:
    found: list[int] = []
    with SandboxPool(2, allow=ALLOW) as pool:
        threads = [threading.Thread(target=lambda: found.append(pool.call(HERE + "who"))) for _n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with pool.sandbox() as one, pool.sandbox() as other:
            assert one is not other
        with pytest.raises(AppError):
            pool.call(HERE + "vanish")
        assert isinstance(pool.call(HERE + "who"), int)
    assert len(found) == 8
    assert 1 <= len(set(found)) <= 2
    assert all(gone(pid) for pid in found)


def test_a_reader_needs_no_database(tmp_path: Path) -> None:
    """Half a second of each reader's start went into what only the archive needs."""
    sample = ROOT / "resources" / "samples" / "12-cong-van.jpg"
    with Sandbox(memory_mb=3000, allow=ALLOW) as sandbox:
        inspected = sandbox.call("app.capture.tasks:inspect", path=str(sample))
        words = tmp_path / "words.json"
        words.write_text(to_json(from_plain(sandbox.call("app.recognise.tasks:read_page", image=str(sample)))), "utf-8")
        document = {"words": [str(words)], "images": [str(sample)], "numbers": [1]}
        (found,) = sandbox.call("app.desk.tasks:read_fields", documents=[document], today="2026-01-01")
        assert inspected["pages"] == 1
        assert found["typeName"][0] == "Công văn"
        assert sandbox.call(HERE + "loaded", names=["sqlalchemy", "sqlcipher3", "alembic"]) == []


def test_the_archive_knows_all_its_rows_as_soon_as_it_knows_one() -> None:
    code = "from storage.records import Lesson; print(len(Lesson.metadata.tables)); import storage.records as r; r.Nothing"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert int(done.stdout) == len(Record.metadata.tables)
    assert "has no attribute 'Nothing'" in done.stderr
