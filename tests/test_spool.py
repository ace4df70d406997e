"""A spool gives back what was put in, from any place, in any process, and leaves nothing in clear on the disk."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakscan.readers.spool import Spool, attached

DATA = bytes(range(256)) * 20 + b"NIR 1 80 01 75 115 001 05"


@given(
    pieces=st.lists(st.binary(max_size=50), max_size=8),
    memory=st.integers(0, 100),
    places=st.lists(st.tuples(st.integers(0, 300), st.integers(0, 120)), max_size=6),
)
def test_any_place_of_any_spool(pieces: list[bytes], memory: int, places: list[tuple[int, int]]) -> None:
    whole = b"".join(pieces)
    with Spool(memory) as spool:
        for piece in pieces:
            assert spool.write(piece) == len(piece)
        assert spool.size == len(whole)
        for at, size in places:
            spool.seek(at)
            found = b""
            while len(found) < size and (data := spool.read(size - len(found))):
                found += data
            assert found == whole[at : at + size]


def test_another_descriptor_reads_it_and_the_disk_holds_no_plain_byte() -> None:
    with Spool(memory=100) as spool:
        spool.write(DATA)
        other = attached(pickle.loads(pickle.dumps(spool.handle())))  # noqa: S301 - made here
        assert other.read() == DATA
        other.seek(90)
        assert other.read(40) == DATA[90:130]
        file = spool.handle().file
        assert file is not None
        written = os.pread(file, len(DATA), 0)
        assert len(written) == len(DATA) - 100
        assert b"180017511500105" not in written
        assert b"NIR" not in written
        assert os.fstat(file).st_nlink == 0
        assert os.fstat(file).st_mode & 0o077 == 0


def test_a_closed_spool_keeps_no_descriptor() -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    spool = Spool(memory=10)
    spool.write(DATA)
    spool.close()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_before_the_beginning_is_nothing() -> None:
    with Spool() as spool, pytest.raises(ValueError, match="negative"):
        spool.seek(-1)
