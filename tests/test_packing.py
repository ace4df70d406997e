"""Small units share frames and a table of evidence: the same is found, in little memory for any number of files."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from leakscan import bundles, reading
from leakscan.options import ScanOptions
from leakscan.persons.frames import Stretch, stacked
from leakscan.persons.identity import Fingerprinter
from leakscan.persons.ledger import Ledger
from leakscan.persons.packing import EvidenceOf, all_put_away, packed
from leakscan.persons.shelf import Shelf, Shelved
from leakscan.report import build_report
from leakscan.scan import scan

KEY = Fingerprinter(b"k" * 32)
OPTIONS = ScanOptions(as_of=date(2026, 1, 1), workers=1)
HEADER = "NIR;NOM;PRENOM;DATE_NAISSANCE;DATE_EXAMEN;MEDECIN;COMMENTAIRE"
NAMES = ("DURAND", "PETIT", "ROUX", "MOREL", "MARTIN", "BLANC", "FAURE")


def folder_of(path: Path, files: int) -> Path:
    """Tables under one header and letters in turn; some stand alone, for their quotes."""
    path.mkdir()
    for number in range(files):
        name, other = NAMES[number % 7], NAMES[number % 5]
        if number % 4 == 3:
            text = f"Le patient {name} né le {1 + number % 28:02d}/04/1971 est séropositif, lettre {number}.\n"
            (path / f"{number:04d}.txt").write_text(text)
            continue
        comment = f'"VIH ""positif"" {number}"' if number % 4 == 2 else f"VIH positif {number}"
        rows = [
            f"1840{1 + number % 9}269955{place:02d}41;{who};LEA;05/12/19{60 + number % 30};02/03/2019;DR {other};"
            f"{comment}"
            for place, who in enumerate((name, other, "MOREAU"))
        ]
        (path / f"{number:04d}.csv").write_text("\n".join([HEADER, *rows]) + "\n")
    return path


def ledger_of(folder: Path, **changes: Any) -> Ledger:
    return scan([str(folder)], replace(OPTIONS, **changes), prints=KEY)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], tuple[Path, Ledger]]:
    """A folder of so many files, and what a scan finds there."""

    @cache
    def scanned(files: int) -> tuple[Path, Ledger]:
        folder = folder_of(tmp_path_factory.mktemp("folders") / str(files), files)
        return folder, ledger_of(folder)

    return scanned


Made = Callable[[int], tuple[Path, Ledger]]


def said(ledger: Ledger, options: ScanOptions = OPTIONS) -> dict[str, Any]:
    report = build_report(ledger, options)
    report["scan"].pop("run")
    return report


def unpacked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    with monkeypatch.context() as patch:
        patch.setattr(reading, "packed", lambda ledger: ledger)
        return ledger_of(folder)


def held(ledger: Ledger) -> list[object]:
    """What takes memory of its own: frames, tables of evidence, and series of evidence that lie in no table."""
    found: dict[int, object] = {}
    for unit in ledger.units.values():
        evidence = [unit.evidence.lines] if isinstance(unit.evidence, EvidenceOf) else [*unit.evidence.values()]
        frames = [one.frame if isinstance(one, Stretch) else one for one in (unit.people, unit.typos, unit.prescribers)]
        found |= {id(one): one for one in (*evidence, *frames)}
    return list(found.values())


def test_shared_frames_say_the_same(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, ledger = made(40)
    before = unpacked(folder, monkeypatch)
    after = packed(before)
    assert not any(isinstance(unit.people, Stretch) for unit in before.units.values())
    assert all(isinstance(unit.people, Stretch) for unit in after.units.values())
    assert before.units.keys() == after.units.keys()
    for key, unit in before.units.items():
        other = after.units[key]
        for name in ("people", "typos", "prescribers"):
            one, two = getattr(unit, name), getattr(other, name)
            assert two.select(*one.columns).equals(one)
        assert list(other.evidence) == list(unit.evidence)
        for line, found in unit.evidence.items():
            assert other.evidence[line].prints.to_list() == found.prints.to_list()
            assert replace(other.evidence[line], distinct=found.distinct) == found
    assert said(after) == said(before) == said(ledger)


def test_what_is_held_grows_with_bundles_and_not_with_files(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    (_, few), (folder, many) = made(16), made(64)
    assert len(many.units) == 4 * len(few.units)
    assert len(held(many)) == len(held(few))
    monkeypatch.setattr(bundles, "BUNDLE_FILES", 16)
    assert len(held(ledger_of(folder))) == 4 * len(held(few))


def test_a_unit_takes_little_on_the_way_between_processes(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    small, large = (len(pickle.dumps(made(files)[1])) for files in (16, 64))
    alone = [len(pickle.dumps(unpacked(made(files)[0], monkeypatch))) for files in (16, 64)]
    assert large - small < (alone[1] - alone[0]) / 3


def test_what_is_shared_goes_to_the_shelf_once(made: Made) -> None:
    ledger, shelf = made(40)[1], Shelf(0)
    units = all_put_away(ledger.units, shelf)
    assert {id(unit.people.frame) for unit in units.values() if isinstance(unit.people, Stretch)} != set()
    assert all(isinstance(unit.people.frame, Shelved) for unit in units.values() if isinstance(unit.people, Stretch))
    once = shelf.end
    assert once < 4 * ledger.units[next(iter(units))].people.frame.estimated_size()  # type: ignore[union-attr]
    assert all_put_away(units, shelf).keys() == units.keys()
    assert shelf.end == once
    away = replace(ledger, units=units)
    assert said(away) == said(ledger)
    assert said(pickle.loads(pickle.dumps(away))) == said(ledger)  # noqa: S301


def test_a_first_look_reads_shared_people_too(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "some", 40)
    large = tmp_path / "some" / "large.csv"
    rows = "\n".join(
        f"18401269955{row % 100:02d}41;DURAND;LEA;05/12/1984;02/03/2019;DR ROUX;" for row in range(120_000)
    )
    large.write_text(f"{HEADER}\n{rows}\n")
    triage = replace(OPTIONS, triage=True)
    in_memory, away = (said(ledger_of(folder, triage=True, memory=memory), triage) for memory in (1024, 0))
    assert in_memory == away
    assert in_memory["persons"]["likely"] > 0


def test_merging_units_that_share_keeps_its_laws(tmp_path: Path) -> None:
    one, two = ledger_of(folder_of(tmp_path / "one", 24)), ledger_of(folder_of(tmp_path / "two", 36))
    assert said(one.merge(two)) == said(two.merge(one))
    assert said(one.merge(two).merge(one)) == said(one.merge(two))
    some = replace(two, units=dict(list(two.units.items())[::3]))
    assert said(some.merge(one))["records"] == said(one.merge(some))["records"]
    assert packed(packed(one)).units.keys() == one.units.keys()


def test_one_unit_shares_with_nobody(tmp_path: Path) -> None:
    (unit,) = ledger_of(folder_of(tmp_path / "one", 1)).units.values()
    assert isinstance(unit.people, pl.DataFrame)


def test_stretches_are_read_in_any_order() -> None:
    shared, own = pl.DataFrame({"a": range(10), "b": range(10)}), pl.DataFrame({"a": [77], "b": [7]})
    frames = [Stretch(shared, 7, 2), Stretch(shared, 0, 0), Stretch(shared, 1, 3), own, Stretch(shared, 9, 1)]
    assert stacked(frames, "a")["a"].to_list() == [7, 8, 1, 2, 3, 77, 9]
    assert stacked(frames[1:2], *("a", "b")).shape == (0, 2)


def test_a_key_without_evidence_is_missing(tmp_path: Path) -> None:
    ledger = ledger_of(folder_of(tmp_path / "some", 8))
    evidence = next(unit.evidence for unit in ledger.units.values() if len(unit.evidence))
    with pytest.raises(KeyError):
        evidence[next(iter(evidence))._replace(column=99)]
    assert "18401269955" not in repr(evidence) + repr(next(iter(ledger.units.values())).people)
