"""A batch over real HTTP, on a good line."""

from __future__ import annotations

import io
import threading
from typing import BinaryIO

import pytest

from app.errors import AppError, Cancelled
from app.jobs import Job
from app.sync.client import deposit, description, verdicts, versions
from app.sync.manifest import Manifest, new_id
from app.sync.outbox import BatchState
from server.blobs import Blobs
from tests.sync.offices import Desk, Office, http, noise

WAY = [BatchState.OFFERED, BatchState.SENDING, BatchState.SENT, BatchState.COMMITTED, BatchState.RECEIPTED]


def _thirty(desk: Desk) -> Manifest:
    """30 files, one of 20 MB, one empty, one twice."""
    files = [noise(20_000_000), b"", *(noise(700 * n, n) for n in range(1, 28)), noise(700, 1)]
    return desk.batch(*(desk.item(content, title=f"document {n}") for n, content in enumerate(files)))


def test_thirty_files_arrive_and_are_receipted(served: Office, desk: Desk) -> None:
    manifest = _thirty(desk)
    receipt = desk.deposit(manifest)
    assert desk.states == WAY
    assert (receipt.seq, receipt.items, receipt.blobs, receipt.conflicts) == (1, 30, 59, 0)
    assert receipt.bytes == manifest.total_bytes
    stored = served.blobs()
    assert {digest: path.read_bytes() for digest, path in stored.items()} == desk.bytes
    assert {v.verdict for v in verdicts(desk.endpoint, receipt)} == {"accepted"}


def test_depositing_again_gives_the_same_receipt_and_sends_nothing(served: Office, desk: Desk) -> None:
    manifest = desk.batch(desk.item(noise(3_000_000)))
    first = desk.deposit(manifest)

    def nothing(digest: str) -> BinaryIO:
        raise AssertionError("nothing has to be read again")

    second = deposit(Job(), desk.endpoint, manifest, nothing, lambda _: None)
    assert second.jws == first.jws


def test_receipts_of_an_agency_are_a_chain(served: Office, desk: Desk) -> None:
    receipts = [desk.deposit(desk.batch(desk.item(noise(10, n)))) for n in range(3)]
    assert [r.seq for r in receipts] == [1, 2, 3]
    assert [r.prev_receipt_sha256 for r in receipts] == [None, receipts[0].sha256, receipts[1].sha256]


def test_bytes_the_server_has_are_not_sent_again(desk: Desk) -> None:
    big = noise(2_000_000)
    desk.deposit(desk.batch(desk.item(big, title="first")))
    opened: list[str] = []

    def watched(digest: str) -> BinaryIO:
        opened.append(digest)
        return desk.open(digest)

    manifest = desk.batch(desk.item(big, title="second"))
    deposit(Job(), desk.endpoint, manifest, watched, lambda _: None)
    assert opened == [manifest.items[0].metadata.sha256]


def test_progress_counts_bytes_and_ends_full(desk: Desk) -> None:
    manifest, job = _thirty(desk), Job()
    desk.deposit(manifest, job=job)
    assert (job.done, job.total) == (manifest.total_bytes, manifest.total_bytes)


def test_files_that_cannot_seek_are_sent_too(desk: Desk) -> None:
    class Stream(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_arguments: object) -> int:
            raise OSError("not seekable")

    manifest = desk.batch(desk.item(noise(9_000_000)))
    receipt = deposit(Job(), desk.endpoint, manifest, lambda d: Stream(desk.bytes[d]), lambda _: None)
    assert receipt.blobs == 2


@pytest.mark.parametrize("size", [1000, 9_000_000])
@pytest.mark.parametrize("damage", [lambda b: b[:-1] + b"?", lambda b: b[:-1], lambda b: b + b"?", None])
def test_a_file_damaged_at_the_desk_is_told(desk: Desk, size: int, damage: object) -> None:
    manifest = desk.batch(desk.item(noise(size)))
    digest = manifest.items[0].blobs[0].sha256
    if callable(damage):
        desk.bytes[digest] = damage(desk.bytes[digest])
    else:
        del desk.bytes[digest]
    with pytest.raises(AppError) as error:
        desk.deposit(manifest)
    assert error.value.code == "sync.local_blob"
    assert desk.states[-1] == BatchState.SENDING


def test_stopping_keeps_what_was_sent(desk: Desk) -> None:
    """Stopped in the second part: the first stays, the next deposit sends the rest only."""
    manifest, job = desk.batch(desk.item(noise(20_000_000))), Job()
    read = 0

    class Watched(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            nonlocal read
            block = super().read(size)
            read += len(block)
            if read > 9_000_000:
                job.stop()
            return block

    with pytest.raises(Cancelled):
        deposit(job, desk.endpoint, manifest, lambda d: Watched(desk.bytes[d]), desk.states.append)
    digest = manifest.items[0].blobs[0].sha256
    with http(desk) as session:
        assert int(session.head(f"/v1/uploads/{digest}").headers["Upload-Offset"]) == 8_388_608
    assert desk.deposit(manifest).seq == 1


def test_a_server_killed_after_the_last_byte_has_to_finish_only(served: Office, desk: Desk) -> None:
    """All bytes lie in the staging file, but nobody has made a blob of them yet."""
    manifest = desk.batch(desk.item(noise(9_000_000, 77)))
    large = max(desk.bytes, key=lambda digest: len(desk.bytes[digest]))
    stopped = Job()
    with pytest.raises(Cancelled):
        deposit(
            stopped, desk.endpoint, manifest, desk.open, lambda state: stopped.stop() if state == BatchState.OFFERED else None
        )
    disk = Blobs(served.folder / "objects")
    disk.begin(served.agency, large)
    disk.append(served.agency, large, 0, [desk.bytes[large]])
    desk.deposit(manifest)
    assert served.blobs()[large].read_bytes() == desk.bytes[large]


def test_two_desks_sending_the_same_bytes_at_once_both_end_well(served: Office, desk: Desk) -> None:
    other, big = served.desk(), noise(18_000_000)
    manifests = [(d, d.batch(d.item(big, title=d.endpoint.desk_id))) for d in (desk, other)]
    receipts = []
    threads = [threading.Thread(target=lambda d=d, m=m: receipts.append(d.deposit(m))) for d, m in manifests]  # type: ignore[misc]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(r.seq for r in receipts) == [1, 2]


def test_a_batch_of_another_agency_is_not_sent(served: Office, desk: Desk) -> None:
    stranger = served.desk("H30")
    with pytest.raises(AppError) as error:
        desk.deposit(stranger.batch(stranger.item(b"x")))
    assert error.value.code == "sync.wrong_agency"
    assert desk.states == []


def test_a_batch_may_be_carried_to_another_desk(served: Office, desk: Desk) -> None:
    """On a stick to a desk with a better line: same digests, same receipt."""
    carrier = served.desk()
    manifest = desk.batch(desk.item(b"by hand"))
    carrier.bytes = desk.bytes
    receipt = carrier.deposit(manifest)
    assert receipt.desk == desk.endpoint.desk_id
    assert desk.deposit(manifest).jws == receipt.jws


def test_two_versions_in_one_batch_follow_each_other(desk: Desk) -> None:
    first = desk.item(b"1", title="one")
    second = desk.item(b"2", uuid=first.uuid, version=2, parent=first.digest, title="two")
    receipt = desk.deposit(desk.batch(first, second))
    assert [v.head for v in verdicts(desk.endpoint, receipt)] == [first.digest, second.digest]


def test_a_second_desk_does_not_overwrite(served: Office, desk: Desk) -> None:
    """Two desks change the same version: the later one is kept beside the head, as a conflict."""
    other = served.desk()
    origin = desk.item(b"0")
    desk.deposit(desk.batch(origin))
    mine = desk.item(b"mine", uuid=origin.uuid, version=2, parent=origin.digest)
    theirs = other.item(b"theirs", uuid=origin.uuid, version=2, parent=origin.digest)
    assert desk.deposit(desk.batch(mine)).conflicts == 0
    receipt = other.deposit(other.batch(theirs))
    assert receipt.conflicts == 1
    [verdict] = verdicts(other.endpoint, receipt)
    assert (verdict.verdict, verdict.head) == ("conflict", mine.digest)
    assert theirs.blobs[0].sha256 in served.blobs()
    known = versions(desk.endpoint, origin.uuid)
    assert [v.digest for v in known.accepted] == [origin.digest, mine.digest]
    assert known.head == known.accepted[-1]
    [aside] = known.aside
    assert (aside.digest, aside.reason) == (theirs.digest, "conflict")
    assert description(desk.endpoint, aside) == other.bytes[theirs.metadata.sha256]
    assert versions(desk.endpoint, new_id()).head is None
    settled = other.item(b"both", uuid=origin.uuid, version=3, parent=mine.digest)
    assert other.deposit(other.batch(settled)).conflicts == 0


def test_the_very_same_version_from_another_desk_is_known(served: Office, desk: Desk) -> None:
    other, item = served.desk(), desk.item(b"same")
    desk.deposit(desk.batch(item))
    other.bytes = desk.bytes
    receipt = other.deposit(other.batch(item))
    assert [v.verdict for v in verdicts(other.endpoint, receipt)] == ["known"]
    assert receipt.conflicts == 0
