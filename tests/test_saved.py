"""The file of a saved result: what was written comes back, and nothing else is taken for it."""

from __future__ import annotations

import hashlib
import io
import json
import random
import struct
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leakscan.errors import LedgerError, UsageError
from leakscan.options import ScanOptions
from leakscan.persons import saved, sealed
from leakscan.persons.frames import Stack, Stretch
from leakscan.persons.identity import Fingerprinter
from leakscan.persons.ledger import PEOPLE_SCHEMA, Evidence, EvidenceKey, Input, Ledger, Unit, UnitId
from leakscan.persons.names import PRESCRIBERS_SCHEMA
from leakscan.persons.packing import packed
from leakscan.persons.saved import TYPOS_SCHEMA, ledger_from, messages
from leakscan.persons.sealed import FORMAT, Message, checked, is_saved, key_id, unsealed, write_sealed
from leakscan.persons.shelf import Shelf, Shelved
from leakscan.records import ColumnRole, Exposure, InputWarning
from leakscan.scan import scan

SAMPLES = Path(__file__).parent.parent / "samples"
KEY, OTHER_KEY = bytes(range(32)), bytes(32)
RECORD = struct.Struct("<cI")
PLAIN = {"rules": ["0" * 64]}
OPTIONS = ScanOptions(as_of=date(2026, 1, 1), workers=1)


def written(
    path: Path, given: list[Message] | Iterator[Message], told: bytes = b'{"told": 1}', key: bytes = KEY
) -> Path:
    with path.open("wb") as stream:
        write_sealed(stream, PLAIN, key, [told[:5], told[5:]], given)
    return path


def whole(data: bytes) -> bytes:
    """A file whose last 32 bytes fit the rest again: damage becomes a forgery."""
    return data[:-32] + hashlib.sha256(data[:-32]).digest()


def records_of(data: bytes) -> tuple[bytes, list[bytes]]:
    """The first line, and the records with their headers."""
    at = data.index(b"\n") + 1
    line, found = data[:at], []
    while at < len(data) - 32:
        _, length = RECORD.unpack(data[at : at + RECORD.size])
        found.append(data[at : at + RECORD.size + length])
        at += len(found[-1])
    return line, found


def parts(unit: Unit) -> list[Any]:
    """All that a unit holds, comparable."""
    evidence = {
        key: (line.hits, line.records, line.confidence_sum, line.prints.to_list(), line.samples)
        for key, line in unit.evidence.items()
    }
    frames = [
        frame.select(*schema).rows()
        for frame, schema in (
            (unit.people, PEOPLE_SCHEMA), (unit.typos, TYPOS_SCHEMA), (unit.prescribers, PRESCRIBERS_SCHEMA),
        )
    ]  # fmt: skip
    counts = [unit.records, unit.damaged, unit.damaged_bearing, dict(unit.records_by_entity)]
    return [*counts, evidence, *frames, unit.exam_first, unit.exam_last, unit.warnings]


def assert_same(one: Ledger, other: Ledger) -> None:
    assert one.inputs == other.inputs
    assert (one.interrupted, one.seconds) == (other.interrupted, other.seconds)
    assert {key: parts(unit) for key, unit in one.units.items()} == {
        key: parts(unit) for key, unit in other.units.items()
    }


# ---- a ledger comes back

PRINT = st.integers(0, 2**64 - 1)
TEXT = st.text(max_size=6)
VALUES: dict[Any, Any] = {
    pl.UInt8: st.integers(0, 255),
    pl.UInt32: st.integers(0, 2**32 - 1),
    pl.UInt64: st.none() | PRINT,
    pl.Boolean: st.booleans(),
    pl.Date: st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1)),
}


def frames(schema: dict[str, pl.DataType]) -> st.SearchStrategy[pl.DataFrame]:
    row = st.fixed_dictionaries({name: VALUES[type(kind)] for name, kind in schema.items()})
    return st.lists(row, max_size=5).map(lambda rows: pl.DataFrame(rows, schema=schema))


EVIDENCE = st.builds(
    lambda hits, confidence, prints, samples: Evidence(
        hits, hits, confidence, pl.Series(sorted(prints), dtype=pl.UInt64), tuple(samples)
    ),
    st.integers(0, 2**40), st.floats(0, 1e9), st.sets(PRINT, max_size=6), st.lists(TEXT, max_size=3),
)  # fmt: skip
EVIDENCE_KEY = st.builds(EvidenceKey, st.integers(-2, 9), TEXT, st.none() | TEXT, st.none() | TEXT)
COUNT = st.integers(0, 2**40)
WARNING = st.builds(InputWarning, TEXT, TEXT, st.none() | COUNT, st.none() | COUNT, COUNT)
UNIT = st.builds(
    Unit, COUNT, COUNT, COUNT, st.dictionaries(EVIDENCE_KEY, EVIDENCE, max_size=4),
    st.dictionaries(TEXT, COUNT, max_size=2), frames(PEOPLE_SCHEMA), frames(TYPOS_SCHEMA), frames(PRESCRIBERS_SCHEMA),
    st.none() | TEXT, st.none() | TEXT, st.lists(WARNING, max_size=2).map(tuple),
)  # fmt: skip
ROLE = st.builds(ColumnRole, st.integers(0, 9), TEXT, st.none() | TEXT, st.floats(0, 1), st.tuples(TEXT))
INPUT = st.builds(
    Input, path=TEXT, member=st.none() | TEXT, sha256=st.none() | TEXT, format=st.none() | TEXT,
    encoding=st.none() | TEXT, bytes=st.none() | COUNT, bytes_read=COUNT, status=TEXT, reason=st.none() | TEXT,
    columns=st.lists(ROLE, max_size=2).map(tuple), has_header=st.booleans(), health=st.booleans(),
    warnings=st.lists(WARNING, max_size=2).map(tuple), sampled=st.booleans(), part=st.none() | TEXT,
    exposure=st.none() | st.builds(Exposure, st.none() | TEXT, st.none(), st.none() | TEXT, st.none()),
    name=st.just(""), name_id=st.none() | TEXT,
)  # fmt: skip
UNIT_ID = st.builds(
    lambda sha256, member, start, length: UnitId(sha256, member, start, start + length), TEXT, st.none() | TEXT, COUNT,
    COUNT,
)  # fmt: skip
LEDGER = st.builds(
    Ledger, st.frozensets(INPUT, max_size=4), st.dictionaries(UNIT_ID, UNIT, max_size=5), st.booleans(),
    st.floats(0, 1e6),
)  # fmt: skip


@pytest.fixture(params=[(1, 3), (4, 3), (10**6, 10**6)], ids=["units alone", "both", "units together"])
def sizes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few rows to a message; what is a small unit differs."""
    small, run = request.param
    monkeypatch.setattr(saved, "PACKED_ROWS", small)
    monkeypatch.setattr(saved, "SHELVED_PRINTS", small)
    for name in ("ROWS_AT_ONCE", "PRINTS_AT_ONCE", "UNITS_AT_ONCE"):
        monkeypatch.setattr(saved, name, run)
    monkeypatch.setattr("leakscan.persons.listed.INPUTS_AT_ONCE", run)


@pytest.mark.usefixtures("sizes")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LEDGER, st.booleans(), st.sampled_from((0, 1 << 30)))
def test_a_ledger_comes_back_as_it_was(ledger: Ledger, pack: bool, budget: int) -> None:
    given_ledger = packed(ledger) if pack else ledger
    assert_same(ledger_from(messages(given_ledger), Shelf(budget)), ledger)


@pytest.mark.parametrize("budget", [0, 64 << 20])
def test_a_scan_comes_back_as_it_was(budget: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed, "PIECE_BYTES", 5_000)
    names = ("lab60_cp1252.csv", "pipe_latin9.txt", "portal_log.log", "intl_utf8.csv")
    found = scan([str(SAMPLES / name) for name in names], OPTIONS, prints=Fingerprinter(KEY))
    again = ledger_from(unsealed(written(tmp_path / "a", messages(found)), KEY), Shelf(budget))
    assert len(found.units) == len(names)
    assert_same(again, found)


def test_large_frames_go_to_the_shelf_and_small_units_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved, "ROWS_AT_ONCE", 10)
    monkeypatch.setattr(saved, "PACKED_ROWS", 20)
    somebody: dict[str, Any] = {**dict.fromkeys(PEOPLE_SCHEMA), "kind": 0, "bears": 2, "placeholder": False}

    def unit(people: int) -> Unit:
        frame = pl.DataFrame([{**somebody, "nir": number} for number in range(people)], schema=PEOPLE_SCHEMA)
        none = [pl.DataFrame(schema=schema) for schema in (TYPOS_SCHEMA, PRESCRIBERS_SCHEMA)]
        return Unit(people, 0, 0, {}, {}, frame, *none, None, None)

    given_units = {UnitId(name, None, 0, 1): unit(people) for name, people in (("a", 25), ("b", 3), ("c", 4))}
    again = ledger_from(messages(Ledger(units=given_units)), Shelf(0))
    large, *small = (again.units[key].people for key in given_units)
    assert isinstance(large, Stack)
    assert [type(part) for _, part in large.parts] == [Shelved] * 3
    assert all(isinstance(frame, Stretch) for frame in small)
    assert len({id(frame.frame) for frame in small if isinstance(frame, Stretch)}) == 1


def test_a_name_that_was_not_forgotten_is_not_saved() -> None:
    named = Input("p", None, None, None, None, None, 0, "skipped", name="MARTIN 1980")
    with pytest.raises(LedgerError, match="still has its name") as refused:
        list(messages(Ledger(frozenset((named,)))))
    assert "MARTIN" not in str(refused.value)


def bent() -> list[Any]:
    """Messages that are no ledger, whoever sealed them."""
    role = [0, "NIR", "nir", 1.0, []]
    plain = ["p", None, None, None, None, None, 0, "scanned", None, False, False, False, None, None]
    unit = ["a", None, 0, 1, 0, 0, 0, {}, None, None, [], 0, 0, 0, 0, 0]
    frame = io.BytesIO()
    pl.DataFrame({"nir": [1]}).write_ipc_stream(frame)

    def inputs(columns: Any, *given_inputs: Any) -> tuple[int, bytes]:
        return 2, json.dumps([columns, list(given_inputs)]).encode()

    def units(*given_units: Any) -> tuple[int, bytes]:
        return 3, json.dumps(list(given_units)).encode()

    def changed(listed: list[Any], place: int, value: Any) -> list[Any]:
        return [*listed[:place], value, *listed[place + 1 :]]

    return [
        (10, b""), (1, b"[false, 0.0]"), (2, b"{}"), (2, b"\xff"), (2, b"[" * 100_000),
        inputs([], [*plain, 0, [], None]), inputs([[role]], [*plain, -1, [], None]),
        inputs([[role]], [*plain, 1, [], None]), inputs([[role[:4]]], [*plain, 0, [], None]),
        inputs([[changed(role, 4, [1])]], [*plain, 0, [], None]), inputs([[role]], [*plain, True, [], None]),
        inputs([[role]], [*plain, 0, [["c"]], None]), inputs([[role]], [*plain, 0, [], [1, 2, 3, 4]]),
        inputs([[role]], [*changed(plain, 6, 1 << 70), 0, [], None]),
        (3, b"[]"), (3, b"7"), units(unit[:5]), units(changed(unit, 2, 5)), units(changed(unit, 11, -1)),
        units(changed(unit, 11, 3)), units(changed(unit, 15, 1)), units(changed(unit, 7, {"nir": "x"})),
        [units(changed(unit, 11, 1)), (6, frame.getvalue())], [units(changed(unit, 11, 1)), (6, b"ARROW1")],
        [units(changed(unit, 11, 1)), (6, frame.getvalue()[:-40])], (6, frame.getvalue()),
    ]  # fmt: skip


@pytest.mark.parametrize("case", range(len(bent())))
def test_what_leakscan_does_not_write_is_refused(case: int) -> None:
    held = bent()[case]
    given_messages = [Message(*one) for one in (held if isinstance(held, list) else [held])]
    with pytest.raises(LedgerError, match="does not write"):
        ledger_from([Message(1, b"[false, 0.0]"), *given_messages], Shelf())


def test_bent_messages_are_a_ledger_or_refused() -> None:
    """Whoever has the key may seal anything: what is bent makes other numbers at most, never another exception."""
    sound = list(unsealed(Path(__file__).parent / "results" / "format-1.leakscan", KEY))
    rng, refused = random.Random(1), 0
    for _ in range(400):
        place = rng.randrange(len(sound))
        kind, data = sound[place]
        bent_data = bytearray(data)
        for _ in range(rng.choice((1, 1, 8))):
            bent_data[rng.randrange(len(data))] = rng.randrange(256)
        cut = rng.choice((len(data), len(data), rng.randrange(len(data))))
        try:
            ledger_from([*sound[:place], Message(kind, bytes(bent_data[:cut])), *sound[place + 1 :]], Shelf(0))
        except LedgerError:
            refused += 1
    assert 100 < refused < 400


def test_a_ledger_begins_with_itself() -> None:
    for first in ([], [Message(2, b"[[], []]")], [Message(1, b"[0, 0.0]")]):
        with pytest.raises(LedgerError, match="does not write"):
            ledger_from(first, Shelf())


# ---- the file


GIVEN = [Message(1, b"first"), Message(7, b"x" * 2_500), Message(0, b""), Message(1, b"first"), Message(255, b"last")]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of several messages, one of them in pieces, and a report in pieces."""
    monkeypatch.setattr(sealed, "PIECE_BYTES", 1_000)
    return written(tmp_path / "a.leakscan", GIVEN, b'{"told": "' + b"y" * 2_200 + b'"}')


def test_messages_come_back_in_order(file: Path) -> None:
    assert list(unsealed(file, KEY)) == GIVEN
    found = checked(file, report=True)
    assert found.told is not None
    assert json.loads(found.told) == {"told": "y" * 2_200}
    assert found.head["rules"] == PLAIN["rules"]
    assert checked(file).told is None
    assert found.head["key_id"] == key_id(KEY)
    assert is_saved(file)
    assert not is_saved(file.with_name("absent"))


def test_nothing_is_a_file_too(tmp_path: Path) -> None:
    path = written(tmp_path / "none", [], b"")
    assert list(unsealed(path, KEY)) == []
    assert checked(path, report=True).told == b""


def assert_refused(path: Path, data: bytes, *, with_key_only: bool = False) -> None:
    path.write_bytes(data)
    if with_key_only:
        checked(path)
    else:
        with pytest.raises(LedgerError):
            checked(path)
    with pytest.raises(LedgerError):
        list(unsealed(path, KEY))


def test_every_byte_that_is_changed_is_noticed(file: Path) -> None:
    """Without a key by the SHA-256; with the key also where somebody made that fit again."""
    data = file.read_bytes()
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 1 << place % 8
        assert_refused(file, bytes(changed))
        if place < len(data) - 32:
            file.write_bytes(whole(bytes(changed)))
            with pytest.raises(LedgerError):
                list(unsealed(file, KEY))


def test_every_cut_is_noticed(file: Path) -> None:
    data = file.read_bytes()
    for length in range(len(data)):
        assert_refused(file, data[:length])
    assert_refused(file, data + b"\0")


def test_records_that_are_dropped_swapped_or_repeated_are_noticed(file: Path) -> None:
    """Even where the SHA-256 was made to fit."""
    line, found = records_of(file.read_bytes())
    assert [one[:1] for one in found] == [b"H", *[b"R"] * 3, *[b"S"] * 7, b"E"]
    others = []
    for place in range(len(found)):
        others += [found[:place] + found[place + 1 :], found[: place + 1] + found[place:]]
    for (place, one), (_, following) in pairwise(enumerate(found)):
        if one != following:
            others.append([*found[:place], following, one, *found[place + 2 :]])
    for records in others:
        file.write_bytes(whole(line + b"".join(records) + bytes(32)))
        with pytest.raises(LedgerError):
            list(unsealed(file, KEY))


def test_records_of_another_file_under_the_same_key_are_noticed(file: Path, tmp_path: Path) -> None:
    line, found = records_of(file.read_bytes())
    _, other = records_of(written(tmp_path / "b", GIVEN, b'{"told": "' + b"y" * 2_200 + b'"}').read_bytes())
    assert len(found) == len(other)
    for place in range(len(found)):
        mixed = [*found[:place], other[place], *found[place + 1 :]]
        if mixed != found:
            file.write_bytes(whole(line + b"".join(mixed) + bytes(32)))
            with pytest.raises(LedgerError):
                list(unsealed(file, KEY))


def test_a_forged_report_is_noticed_with_the_key_alone(file: Path) -> None:
    """What docs/ledger.md says of it."""
    line, (head, *found) = records_of(file.read_bytes())
    forged = zstandard.compress(b'{"told": 0}')
    records = [head, RECORD.pack(b"R", len(forged)) + forged, *(one for one in found if one[:1] != b"R")]
    assert_refused(file, whole(line + b"".join(records) + bytes(32)), with_key_only=True)


def test_another_key_is_told_from_damage(file: Path) -> None:
    with pytest.raises(LedgerError, match="another key"):
        list(unsealed(file, OTHER_KEY))


def test_the_same_messages_are_never_the_same_bytes(file: Path, tmp_path: Path) -> None:
    """A key of its own for each file: numbers begin at 0 in both."""
    ours, theirs = (records_of(path.read_bytes())[1] for path in (file, written(tmp_path / "b", GIVEN)))
    assert not {one for one in ours if one[:1] == b"S"} & set(theirs)


def test_a_newer_format_says_so(file: Path) -> None:
    data = file.read_bytes().replace(b"ledger %d\n" % FORMAT, b"ledger %d\n" % (FORMAT + 1), 1)
    file.write_bytes(whole(data))
    for read in (checked, lambda path: list(unsealed(path, KEY))):
        with pytest.raises(LedgerError, match="newer leakscan"):
            read(file)


@pytest.mark.parametrize("data", [b"", b"leakscan", b"PK\3\4", b'{"schema": "leakscan-report/1"}', b"\n" * 50])
def test_a_file_of_another_kind_says_so(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.leakscan"
    path.write_bytes(data)
    with pytest.raises(LedgerError, match="no saved result"):
        checked(path)


def test_a_file_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read"):
        checked(tmp_path / "absent")


def bomb(size: int) -> bytes:
    return zstandard.compress(bytes(size))


def without_size() -> bytes:
    packer = zstandard.ZstdCompressor(write_content_size=False)
    return packer.compress(b"short")


@pytest.mark.parametrize(
    "record",
    [
        RECORD.pack(b"R", 0xFFFF_FFFF),
        RECORD.pack(b"R", len(bomb(2_000))) + bomb(2_000),
        RECORD.pack(b"R", len(without_size())) + without_size(),
        RECORD.pack(b"R", 3) + b"xyz",
        RECORD.pack(b"?", 0),
        RECORD.pack(b"H", 2) + b"{}",
    ],
    ids=["length", "expands too far", "size untold", "no zstd", "kind", "second head"],
)
def test_what_asks_for_memory_is_refused(record: bytes, file: Path) -> None:
    line, (head, *found) = records_of(file.read_bytes())
    file.write_bytes(whole(line + head + record + b"".join(found) + bytes(32)))
    with pytest.raises(LedgerError, match="damaged"):
        checked(file)


@pytest.mark.parametrize(
    "head",
    [b"", b"{}", b"[]", b"7", b"[" * 100_000, b'{"key_id": 1, "salt": "00"}', b'{"key_id": "00", "salt": "00"}',
     b'{"key_id": "XY", "salt": "%s"}' % (b"0" * 32)],
)  # fmt: skip
def test_a_head_of_another_form_is_refused(head: bytes, file: Path) -> None:
    line, (_, *found) = records_of(file.read_bytes())
    assert_refused(file, whole(line + RECORD.pack(b"H", len(head)) + head + b"".join(found) + bytes(32)))


@pytest.mark.parametrize(("limit", "sentence"), [("MESSAGE_BYTES", "part of the ledger"), ("REPORT_BYTES", "report")])
def test_what_would_not_be_read_is_not_written(
    limit: str, sentence: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealed, limit, 2_000)
    with pytest.raises(LedgerError, match=f"{sentence} is too large"):
        written(file.with_name("b"), GIVEN, b"y" * 2_200)
    with pytest.raises(LedgerError, match="damaged"):
        checked(file) if limit == "REPORT_BYTES" else list(unsealed(file, KEY))
