"""Files on servers as streams: what is asked for and when, and what is said when a server fails."""

from __future__ import annotations

import io
import pickle
import zipfile
from concurrent.futures import Future
from typing import BinaryIO, cast

import pytest

from leakscan.looking import Lookers
from leakscan.options import ScanOptions, parse_date
from leakscan.persons.identity import Fingerprinter
from leakscan.progress import NoProgress
from leakscan.readers import HashingStream
from leakscan.reading import scan_source
from leakscan.records import Source
from leakscan.sources import ranged, reason_of, told_by
from leakscan.sources.ranged import BLOCK_BYTES, FIRST_BYTES, RANGES_AHEAD, Ranged, RemoteError, in_thread

SECRET = "1 84 12 76 451 089 46"
OPTIONS = ScanOptions(as_of=parse_date("2026-01-01"), workers=1)
TABLE = b"nom;naissance\n" + b"DURAND;1980-02-03\n" * 500_000


class Served:
    """Bytes on a server. State: the ranges that were asked for; `fails_from` is where the server breaks."""

    def __init__(self, data: bytes, fails_from: int | None = None, error: BaseException | None = None) -> None:
        self.data, self.fails_from, self.error = data, fails_from, error or ConnectionResetError(SECRET)
        self.asked: list[tuple[int, int]] = []
        self.ended = 0

    def fetch(self, start: int, size: int) -> Future[bytes]:
        self.asked.append((start, size))
        answer: Future[bytes] = Future()
        if self.fails_from is not None and start + size > self.fails_from:
            answer.set_exception(self.error)
        else:
            answer.set_result(self.data[start : start + size])
        return answer

    def end(self) -> None:
        self.ended += 1

    def stream(self, size: int | None = None) -> Ranged:
        return Ranged(len(self.data) if size is None else size, self.fetch, lambda _: "it broke", end=self.end)


def test_a_small_file_is_one_request() -> None:
    served = Served(b"abc")
    assert served.stream().read() == b"abc"
    assert served.asked == [(0, 3)]


def test_an_empty_file_asks_for_nothing() -> None:
    served = Served(b"")
    assert served.stream().read() == b""
    assert not served.asked


def test_ranges_are_on_their_way_ahead_of_the_reader() -> None:
    data = bytes(range(256)) * (5 * BLOCK_BYTES // 256)
    served = Served(data)
    stream = served.stream()
    assert stream.read(10) == data[:10]
    assert served.asked == [(at * BLOCK_BYTES, BLOCK_BYTES) for at in range(1 + RANGES_AHEAD)]
    assert stream.read(10) == data[10:20]
    assert len(served.asked) == 1 + RANGES_AHEAD
    rest = stream.readall()
    assert data[20:] == rest
    assert sum(size for _, size in served.asked) == len(data)


def test_after_a_jump_little_is_asked_for_and_more_as_it_goes_on() -> None:
    served = Served(bytes(40 << 20))
    stream = served.stream()
    assert stream.seekable()
    stream.seek(20 << 20)
    stream.read(100)
    assert served.asked == [(20 << 20, FIRST_BYTES)]
    stream.read(FIRST_BYTES)
    stream.read(FIRST_BYTES)
    assert [size for _, size in served.asked] == [times * FIRST_BYTES for times in (1, 2, 4, 8)]
    before = len(served.asked)
    stream.seek(20 << 20)
    assert stream.read(5) == bytes(5)
    assert len(served.asked) == before


@pytest.mark.parametrize("seed", range(5))
def test_any_moves_give_the_bytes_of_the_file(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    import random

    monkeypatch.setattr(ranged, "BLOCK_BYTES", 64)
    monkeypatch.setattr(ranged, "FIRST_BYTES", 16)
    chance = random.Random(seed)
    data = chance.randbytes(1000)
    stream, plain = Served(data).stream(), io.BytesIO(data)
    for _ in range(500):
        if chance.random() < 0.3:
            whence = chance.choice([io.SEEK_SET, io.SEEK_END, io.SEEK_CUR])
            offset = chance.randrange(1100) if whence == io.SEEK_SET else -chance.randrange(plain.tell() + 1) // 2
            assert stream.seek(offset, whence) == plain.seek(offset, whence)
        size = chance.randrange(100)
        wanted, got = plain.read(size), b""
        while len(got) < len(wanted):
            got += stream.read(size - len(got))
        assert (got, stream.tell()) == (wanted, plain.tell())
    with pytest.raises(ValueError, match="negative"):
        stream.seek(-1)


@pytest.mark.parametrize(
    ("served", "size", "reason"),
    [
        (Served(b"abc", 0), None, "it broke"),
        (Served(b"abc", 0, RemoteError("the bucket is shut")), None, "the bucket is shut"),
        (Served(b"abc"), 5, "it became shorter while it was read"),
    ],
)
def test_a_failure_is_an_oserror_with_a_reason_of_ours(served: Served, size: int | None, reason: str) -> None:
    with pytest.raises(RemoteError) as caught:
        served.stream(size).read()
    assert reason_of(caught.value) == reason
    assert SECRET not in repr(caught.value)
    assert reason_of(pickle.loads(pickle.dumps(caught.value))) == reason  # noqa: S301 - of this process


def test_a_server_that_says_nothing_is_not_waited_for_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranged, "ANSWER_SECONDS", 0.01)
    silent: Future[bytes] = Future()
    with pytest.raises(RemoteError, match="did not answer"):
        Ranged(3, lambda *_: silent, lambda _: "").read()
    assert silent.cancelled()


def test_what_is_on_its_way_is_dropped_at_the_end() -> None:
    served, waiting = Served(bytes(4 * BLOCK_BYTES)), list[Future[bytes]]()

    def fetch(start: int, size: int) -> Future[bytes]:
        if start == 0:
            return served.fetch(start, size)
        waiting.append(Future())
        return waiting[-1]

    stream = Ranged(len(served.data), fetch, lambda _: "", end=served.end)
    stream.read(1)
    stream.close()
    stream.close()
    assert served.ended == 1
    assert waiting
    assert all(future.cancelled() for future in waiting)


def test_a_file_that_changed_says_so() -> None:
    served = Served(b"abc")
    for changed, codes in ((True, ["changed_while_read"]), (False, [])):
        stream = Ranged(3, served.fetch, lambda _: "", changed=lambda changed=changed: changed)  # type: ignore[misc]
        assert [warning.code for warning in told_by(stream)] == codes
    assert told_by(io.BytesIO()) == ()


def test_blocking_calls_run_beside_and_hand_on_what_they_raise() -> None:
    assert in_thread(pow, 2, 3).result(10) == 8
    with pytest.raises(ZeroDivisionError):
        in_thread(divmod, 1, 0).result(10)


def test_a_connection_that_breaks_leaves_what_came_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranged, "BLOCK_BYTES", 1 << 20)
    served = Served(TABLE, fails_from=len(TABLE) // 2)
    source = Source("s3://bucket/leak.csv", lambda: cast("BinaryIO", served.stream()), size=len(TABLE))
    (given,) = scan_source(source, OPTIONS, NoProgress(), Lookers(1, Fingerprinter(bytes(32)), OPTIONS.as_of)).inputs
    assert given.status == "partial"
    assert given.reason is not None
    assert given.reason.startswith("reading stopped after 4194304 bytes")
    assert given.reason.endswith("it broke")


def test_a_first_look_fetches_only_what_it_reads() -> None:
    data = TABLE * 8
    served = Served(data)
    source = Source("s3://bucket/leak.csv", lambda: cast("BinaryIO", served.stream()), size=len(data), share=2 << 20)
    options = ScanOptions(as_of=OPTIONS.as_of, workers=1, triage=True)
    (given,) = scan_source(source, options, NoProgress(), Lookers(1, Fingerprinter(bytes(32)), OPTIONS.as_of)).inputs
    assert given.sampled
    assert sum(size for _, size in served.asked) < len(data) // 2


@pytest.mark.parametrize(("once", "times"), [(1 << 30, 1), (0, 2)])
def test_files_that_fit_are_fetched_once_by_who_moves_about_in_them(
    once: int, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranged, "ONCE_BYTES", once)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(10):
            archive.writestr(f"{number}.csv", bytes(4 << 20))
    served = Served(packed.getvalue())
    file = HashingStream(served.stream()).at_hand(b"")
    with zipfile.ZipFile(file) as archive:
        assert all(archive.read(name) == bytes(4 << 20) for name in archive.namelist())
    fetched = sum(size for _, size in served.asked) / len(served.data)
    assert times - 0.01 <= fetched <= times + 0.6
