"""The shelf: what does not fit into memory lies encrypted in a file without a name, and changes no result."""

from __future__ import annotations

import errno
import os
import pickle
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from leakscan.errors import LedgerError
from leakscan.options import ScanOptions
from leakscan.persons import shelf as shelf_module
from leakscan.persons.frames import Chosen, Stack, Stretch, numbers
from leakscan.persons.identity import Fingerprinter
from leakscan.persons.ledger import Ledger, all_evidence
from leakscan.persons.packing import put_away
from leakscan.persons.shelf import Shelf, Shelved
from leakscan.report import build_report
from leakscan.scan import scan

KEY = Fingerprinter(b"k" * 32)
OPTIONS = ScanOptions(as_of=date(2026, 1, 1), workers=1, memory=0)


def frame(rows: int = 1000) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "nir": pl.Series([None if row % 7 == 0 else row * 2**40 for row in range(rows)], dtype=pl.UInt64),
            "own": pl.Series([row % 2 == 0 for row in range(rows)]),
            "day": pl.Series([date(2020, 1, 1 + row % 28) for row in range(rows)]),
        }
    )


def on_disk(held: pl.DataFrame, given: Shelf | None = None) -> Shelved:
    """The frame on a shelf without room in memory."""
    found = (given or Shelf(0)).keep(held)
    assert isinstance(found, Shelved)
    return found


def bytes_of(shelf: Shelf) -> bytes:
    assert shelf._file is not None
    return os.pread(shelf._file, shelf.end, 0)


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every column is a piece of its own, every set of fingerprints may be put away."""
    monkeypatch.setattr(shelf_module, "WHOLE_FRAME_BYTES", 0)
    monkeypatch.setattr("leakscan.persons.ledger.SHELVED_PRINTS", 1)


@pytest.fixture
def leak(tmp_path: Path) -> Path:
    """A file of some hundred people, several records each."""
    lines = ["NOM;PRENOM;DATE_NAISSANCE;TELEPHONE;EXAMEN"]
    for person in [*range(200)] * 3:
        name = f"NOM{chr(65 + person % 26)}{chr(65 + person // 26)}"
        first = ("ANNE", "PAUL", "LEO", "LEA", "MARIE")[person % 5]
        lines.append(f"{name};{first};{1 + person % 28:02}/03/19{50 + person % 40};06{person:08};VIH")
    path = tmp_path / "leak.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize("piece_bytes", [0, 1 << 20])
def test_what_is_read_is_what_was_put_away(piece_bytes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf_module, "WHOLE_FRAME_BYTES", piece_bytes)
    away = on_disk(frame())
    assert away.height == 1000
    assert away.whole().equals(frame())
    assert away.select("day", "nir").equals(frame().select("day", "nir"))


def test_a_frame_stays_in_memory_while_there_is_room() -> None:
    shelf = Shelf(int(frame().estimated_size()) + 1)
    assert isinstance(shelf.keep(frame()), pl.DataFrame)
    assert isinstance(shelf.keep(frame()), Shelved)


def test_no_fingerprint_is_in_the_file_in_clear() -> None:
    shelf = Shelf(0)
    one = on_disk(frame(), shelf)
    first = bytes_of(shelf)
    other = on_disk(frame(), shelf)
    both = bytes_of(shelf)
    assert one.whole().equals(other.whole())
    assert both[len(first) :] != first  # the same frame, under another nonce
    clear = frame()["nir"].drop_nulls().to_numpy().tobytes()
    assert not any(clear[at : at + 8] in both for at in range(0, len(clear), 8))


def test_the_file_has_no_name_and_is_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    shelf = Shelf(0)
    away = on_disk(frame(), shelf)
    assert list(tmp_path.iterdir()) == []
    assert shelf._file is not None
    found = os.fstat(shelf._file)
    assert stat.S_IMODE(found.st_mode) == 0o600
    assert found.st_dev == tmp_path.stat().st_dev
    assert found.st_nlink == 0
    assert away.whole().equals(frame())


def test_the_file_is_closed_with_the_last_frame_on_it() -> None:
    away = on_disk(frame())
    file = away._shelf._file
    assert file is not None
    os.fstat(file)
    del away
    with pytest.raises(OSError, match=os.strerror(errno.EBADF)):
        os.fstat(file)


def test_a_changed_file_is_refused() -> None:
    shelf = Shelf(0)
    away = on_disk(frame(), shelf)
    assert shelf._file is not None
    os.pwrite(shelf._file, b"\0\0\0\0\0\0\0\0", 40)
    with pytest.raises(LedgerError, match="changed, cut off"):
        away.whole()
    os.ftruncate(shelf._file, 100)
    with pytest.raises(LedgerError, match="changed, cut off"):
        away.whole()


def test_a_full_disk_keeps_frames_in_memory_and_says_so_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    shelf = Shelf(0)
    before = on_disk(frame(), shelf)
    monkeypatch.setattr(os, "pwrite", full)
    assert isinstance(shelf.keep(frame()), pl.DataFrame)
    complaint = shelf.complaint()
    assert complaint is not None
    assert os.strerror(errno.ENOSPC) in complaint
    assert "TMPDIR" in complaint
    assert shelf.complaint() is None
    assert before.whole().equals(frame())


def test_pickled_it_is_a_frame_in_memory() -> None:
    again = pickle.loads(pickle.dumps(Stack([(None, on_disk(frame())), (3, on_disk(frame(5)))])))  # noqa: S301
    assert all(isinstance(part, pl.DataFrame) for _, part in again.parts)
    assert again.parts[0][1].equals(frame())


def test_stacks_and_chosen_rows_are_read_part_by_part() -> None:
    stack = Stack([(4, on_disk(frame(10))), (None, frame(5).with_columns(input=pl.lit(9, pl.UInt32)))])
    whole = pl.concat(
        [frame(10).with_columns(input=pl.lit(4, pl.UInt32)), stack.parts[1][1].select("nir", "own", "day", "input")]
    )
    assert stack.select("input", "day").equals(whole.select("input", "day"))
    mask = (whole["nir"].is_not_null() & whole["own"]).to_numpy()
    chosen = Chosen(stack, mask)
    assert chosen.height == mask.sum()
    assert chosen.select("nir", "input").equals(whole.filter(pl.Series(mask)).select("nir", "input"))
    assert numbers(stack, "nir", add=1).tolist() == [0 if one is None else one + 1 for one in whole["nir"]]


# ---- a whole scan


def said(ledger: Ledger, options: ScanOptions = OPTIONS) -> dict[str, Any]:
    report = build_report(ledger, options)
    report["scan"].pop("run")
    for line in report["inputs"]:  # why a column has its role is told of the small tables that were settled together
        line["roles"] = [{name: role[name] for name in role if name != "why"} for role in line["roles"]]
    return report


def scanned(*paths: Path, **changes: Any) -> Ledger:
    return scan([str(path) for path in paths], replace(OPTIONS, **changes), prints=KEY)


def parts_of(ledger: Ledger) -> Iterator[object]:
    for unit in ledger.units.values():
        held = [part for _, part in unit.people.parts] if isinstance(unit.people, Stack) else [unit.people]
        held += [unit.typos, unit.prescribers, *(found.distinct for found in unit.evidence.values())]
        yield from (one.frame if isinstance(one, Stretch) else one for one in held)


@pytest.mark.parametrize("pile", [1, 131_072])
def test_a_scan_without_room_in_memory_gives_the_same_report(
    pile: int, leak: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_memory = scanned(leak, memory=1024)
    assert not any(isinstance(part, Shelved) for part in parts_of(in_memory))
    monkeypatch.setattr("leakscan.units.PILE_ROWS", pile)
    for block_bytes in (4_000, 16 << 20):
        away = scanned(leak, block_bytes=block_bytes)
        assert any(isinstance(part, Shelved) for part in parts_of(away))
        assert said(away) == said(in_memory)
    assert said(in_memory)["persons"]["likely"] == 200


def test_many_small_files_give_the_same_report(leak: Path, tmp_path: Path) -> None:
    header, *rows = leak.read_text().splitlines()
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(12):
        (folder / f"{number}.csv").write_text("\n".join([header, *rows[number * 50 : number * 50 + 50]]) + "\n")
    in_memory, away = scanned(folder, memory=1024), scanned(folder)
    assert any(isinstance(part, Shelved) for part in parts_of(away))
    assert said(away) == said(in_memory)


def test_merging_units_on_shelves_keeps_its_laws(leak: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("\n".join(leak.read_text().splitlines()[:90]) + "\n")
    one, two, both = scanned(leak), scanned(other), scanned(leak, other)
    assert said(one.merge(two)) == said(two.merge(one)) == said(both)
    assert said(one.merge(two).merge(one)) == said(both)
    assert said(pickle.loads(pickle.dumps(both))) == said(both)  # noqa: S301


def test_a_scan_on_a_full_disk_is_no_lost_scan(leak: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = said(scanned(leak))

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "pwrite", full)
    found = said(scanned(leak))
    assert [warning["code"] for warning in found["warnings"]] == ["stays_in_memory"]
    assert found["persons"] == expected["persons"]
    assert found["evidence"] == expected["evidence"]


def test_a_unit_given_to_a_shelf_twice_stays_where_it_is(leak: Path) -> None:
    away = scanned(leak)
    shelf = Shelf(0)
    for unit in away.units.values():
        again = put_away(unit, shelf)
        assert again.typos is unit.typos
        assert again.people is unit.people
    assert shelf.end == 0


def test_evidence_on_a_shelf_adds_up(leak: Path) -> None:
    (unit,) = scanned(leak).units.values()
    for found in unit.evidence.values():
        doubled = all_evidence([found, found])
        assert doubled.hits == 2 * found.hits
        assert doubled.distinct_count() == found.distinct_count()


def test_a_shelf_shows_no_fingerprint() -> None:
    shown = [on_disk(frame(3)), Stack([(1, frame(3))]), Chosen(frame(3), frame(3)["own"].to_numpy())]
    assert not any(str(number) in repr(one) for number in frame(3)["nir"].drop_nulls() for one in shown)
