"""Laws of the pipeline: how a leak is cut, ordered, repeated or merged never changes what is said about it."""

from __future__ import annotations

import io
import os
import signal
import threading
from dataclasses import replace
from datetime import date
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.fr import nir as oracle

from leakscan.errors import LedgerError
from leakscan.looking import Lookers
from leakscan.options import ScanOptions
from leakscan.persons.identity import Fingerprinter
from leakscan.persons.ledger import Ledger, UnitId
from leakscan.progress import NoProgress
from leakscan.records import Source
from leakscan.report import build_report
from leakscan.scan import scan, scan_source
from leakscan.sources import stdin_source

KEY = Fingerprinter(b"k" * 32)
"""One key for all scans of this file: only then do their ledgers merge."""
OPTIONS = ScanOptions(as_of=date(2026, 1, 1))
HEADER = "NOM;PRENOM;DDN;NIR;TEL;LABO;COMMENTAIRE"


def nir(body: str) -> str:
    return f"{body}{oracle.calc_check_digits(body)}"


ROWS = (
    f"DURAND;LEA;05/12/1984;{nir('2841269955041')};0639980001;L1;",
    f"PETIT;PAUL;07/03/1960;{nir('1600369955011')};;L1;VIH positif",
    f'ROUX;ANNE;09/05/1971;{nir("2710569955015")};;L2;"grossesse en cours;\nretour le 3"',
    "MOREL;LUC;01/02/2015;;0639980002;L2;pas de cancer",
    f"DURAND;LEO;03/04/2016;{nir('2841269955041')};0639980001;L1;",
    f"ROUX;ANNIE;09/05/1971;{nir('2710569955015')[:-1]}0;;L2;recherche VIH",
    "FAURE;ZOE;11/11/1950;;;L3;sous methotrexate;un champ de trop",
    "coupe;court",
    f"GIRARD;HÉLÈNE;30/01/1999;{nir('2990169955021')};;L3;voir aussi {nir('1600369955011')} et {nir('1550255950012')}",
    "TEST;TEST;01/01/1900;;;;",
)
"""A bit of everything: quoted newlines, damage, a child under a parent's NIR, slips, placeholders, numbers in prose."""


def table(rows: tuple[str, ...] | list[str]) -> bytes:
    return "".join(f"{row}\n" for row in (HEADER, *rows)).encode()


def source(data: bytes, path: str = "leak.csv") -> Source:
    return Source(path, lambda: io.BytesIO(data), size=len(data))


def scanned(given: Source, **options: Any) -> Ledger:
    return scan_source(given, replace(OPTIONS, **options), NoProgress(), Lookers(1, KEY, OPTIONS.as_of))


def said(ledger: Ledger, *, paths: bool = True) -> dict[str, Any]:
    """The report without what may vary from run to run; without the paths too, where the source differs."""
    report = build_report(ledger, OPTIONS)
    report["scan"]["run"] = None
    by_input = report["persons"]["by_input"]
    for part in () if paths else (*report["inputs"], *report["evidence"], *report["warnings"], *by_input):
        part["path"] = None
    return report


def differences(one: Any, other: Any, place: str = "") -> list[str]:
    """Where two reports differ, and how."""
    if isinstance(one, dict) and isinstance(other, dict):
        names = sorted({*one, *other})
        return [text for name in names for text in differences(one.get(name), other.get(name), f"{place}/{name}")]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return [text for index, (left, right) in pairs for text in differences(left, right, f"{place}/{index}")]
    return [] if one == other else [f"{place}: {one!r} != {other!r}"]


WHOLE = said(scanned(source(table(ROWS * 2))))


# ---- cutting


@settings(max_examples=4)
@given(st.integers(64, 2_000))
def test_any_block_size_gives_the_same_report(block_bytes: int) -> None:
    assert differences(said(scanned(source(table(ROWS * 2)), block_bytes=block_bytes)), WHOLE) == []


def test_the_smallest_blocks_give_the_same_report() -> None:
    assert differences(said(scanned(source(table(ROWS * 2)), block_bytes=64)), WHOLE) == []


@settings(max_examples=2)
@given(st.integers(64, 2_000))
def test_standard_input_gives_the_same_report_as_a_file(block_bytes: int) -> None:
    given_stream = stdin_source(io.BytesIO(table(ROWS * 2)))
    report = said(scanned(given_stream, block_bytes=block_bytes), paths=False)
    assert differences(report, _without_paths(WHOLE)) == []


def test_worker_processes_give_the_same_report() -> None:
    lookers = Lookers(2, KEY, OPTIONS.as_of)
    lookers.expect_much()
    try:
        ledger = scan_source(source(table(ROWS * 2)), replace(OPTIONS, block_bytes=300), NoProgress(), lookers)
    finally:
        lookers.close()
    assert differences(said(ledger), WHOLE) == []


def test_a_worker_that_is_killed_changes_nothing() -> None:
    lookers = Lookers(2, KEY, OPTIONS.as_of)
    lookers.expect_much()
    assert lookers.pool is not None
    victim = lookers.pool.process_ids[0]
    os.kill(victim, signal.SIGKILL)
    try:
        ledger = scan_source(source(table(ROWS * 2)), replace(OPTIONS, block_bytes=300), NoProgress(), lookers)
        assert victim not in lookers.pool.process_ids
    finally:
        lookers.close()
    assert differences(said(ledger), WHOLE) == []


def test_a_pipe_that_trickles_gives_the_same_report() -> None:
    """A pipe gives as much as it has, never as much as was asked for."""
    data = table(ROWS * 2)
    reading, writing = os.pipe()

    def trickle() -> None:
        with os.fdopen(writing, "wb", buffering=0) as stream:
            for start in range(0, len(data), 97):
                stream.write(data[start : start + 97])

    feeder = threading.Thread(target=trickle)
    feeder.start()
    with os.fdopen(reading, "rb", buffering=0) as stream:
        report = said(scanned(stdin_source(stream)), paths=False)
    feeder.join()
    assert differences(report, _without_paths(WHOLE)) == []


def _without_paths(report: dict[str, Any]) -> dict[str, Any]:
    copied = {**report}
    for part in ("inputs", "evidence", "warnings"):
        copied[part] = [{**line, "path": None} for line in report[part]]
    by_input = [{**line, "path": None} for line in report["persons"]["by_input"]]
    return {**copied, "persons": {**report["persons"], "by_input": by_input}}


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "iso8859-15"])
def test_block_sizes_do_not_matter_in_other_encodings(encoding: str) -> None:
    data = table(ROWS).decode().encode(encoding)
    reports = [said(scanned(source(data), block_bytes=size)) for size in (200, 1 << 20)]
    assert differences(*reports) == []


def test_units_of_any_size_give_the_same_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leakscan.passes.UNIT_BYTES", 300)
    cut = scanned(source(table(ROWS * 2)), block_bytes=200)
    assert len(cut.units) > 1
    assert differences(said(cut), WHOLE) == []


# ---- order and repetition


PARTS = (ROWS[:4], ROWS[3:7], ROWS[7:])


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("parts")
    paths = [folder / f"{name}.csv" for name in "abc"]
    for path, rows in zip(paths, PARTS, strict=True):
        path.write_bytes(table(rows))
    return [str(path) for path in paths]


@pytest.fixture(scope="module")
def ledgers(files: list[str]) -> list[Ledger]:
    return [scan([path], OPTIONS, prints=KEY) for path in files]


def test_order_of_the_targets_does_not_matter(files: list[str]) -> None:
    reports = [said(scan(list(order), OPTIONS, prints=KEY)) for order in (files, files[::-1], files[1:] + files[:1])]
    assert [differences(report, reports[0]) for report in reports[1:]] == [[], []]


def test_a_key_changes_no_number(files: list[str]) -> None:
    assert differences(said(scan(files, OPTIONS)), said(scan(files, OPTIONS, prints=KEY))) == []


def test_a_copy_is_counted_once_and_listed_twice(files: list[str], tmp_path: Path) -> None:
    copy = tmp_path / "copy.csv"
    copy.write_bytes(Path(files[0]).read_bytes())
    once, twice = (said(scan(targets, OPTIONS, prints=KEY)) for targets in (files[:1], [files[0], str(copy)]))
    assert [line.pop("copies") for report in (once, twice) for line in report["persons"]["by_input"]] == [0, 1]
    for part in ("persons", "records", "records_damaged", "records_by_entity", "prescribers", "severity"):
        assert twice[part] == once[part], part
    assert [line["sha256"] for line in twice["inputs"]] == [once["inputs"][0]["sha256"]] * 2
    assert len({line["path"] for line in twice["inputs"]}) == 2


def test_a_target_named_twice_is_counted_once(files: list[str]) -> None:
    once, twice = (said(scan(targets, OPTIONS, prints=KEY)) for targets in (files[:1], files[:1] * 2))
    assert {**twice, "inputs": [], "evidence": [], "warnings": [], "scan": None} == {
        **once, "inputs": [], "evidence": [], "warnings": [], "scan": None,
    }  # fmt: skip


# ---- merging


def test_merging_parts_is_scanning_all_in_one_go(files: list[str], ledgers: list[Ledger]) -> None:
    together = said(scan(files, OPTIONS, prints=KEY))
    for order in (ledgers, ledgers[::-1]):
        assert differences(said(reduce(Ledger.merge, order)), together) == []


def test_merging_is_associative_commutative_idempotent(ledgers: list[Ledger]) -> None:
    one, two, three = ledgers
    expected = said(one.merge(two).merge(three))
    assert said(one.merge(two.merge(three))) == expected
    assert said(three.merge(one).merge(two)) == expected
    assert said(one.merge(two).merge(three).merge(two.merge(one))) == expected
    assert said(one.merge(one)) == said(one)
    assert said(one.merge(Ledger())) == said(Ledger().merge(one)) == said(one)


def test_results_cut_at_different_places_are_refused(ledgers: list[Ledger]) -> None:
    ((key, unit),) = ledgers[0].units.items()
    moved = replace(ledgers[0], units={UnitId(key.sha256, key.member, key.start + 1, key.end + 1): unit})
    for one, other in ((ledgers[0], moved), (moved, ledgers[0])):
        with pytest.raises(LedgerError, match="different places"):
            one.merge(other)


# ---- counting

SOMEBODY = st.builds(
    lambda last, first, birth, number, phone: f"{last};{first};{birth};{number};{phone};L1;",
    st.sampled_from(("DURAND", "DURANT", "ROUX", "")),
    st.sampled_from(("LEA", "LEO", "LEAA", "")),
    st.sampled_from(("05/12/1984", "12/05/1984", "06/12/1984", "")),
    st.sampled_from(("", nir("2841269955041"), nir("2840569955041"), f"{nir('2841269955041')[:-1]}9")),
    st.sampled_from(("", "0639980001")),
)


@settings(max_examples=3)
@given(st.lists(SOMEBODY, min_size=2, max_size=4))
def test_a_further_row_never_lowers_the_highest_count(rows: list[str]) -> None:
    base = list(ROWS[:6])
    highs = [said(scanned(source(table([*base, *rows[:count]]))))["persons"]["high"] for count in range(len(rows) + 1)]
    assert highs == sorted(highs)


@settings(max_examples=4)
@given(st.lists(SOMEBODY, min_size=1, max_size=12))
def test_counts_are_an_interval_and_the_waterfall_sums(rows: list[str]) -> None:
    persons = said(scanned(source(table([*ROWS[:6], *rows]))))["persons"]
    assert persons["low"] <= persons["likely"] <= persons["high"] <= len(rows) + 6 + 2
    *steps, last = persons["waterfall"]
    assert sum(step["count"] for step in steps) == last["count"] == persons["likely"]
    assert sum(persons["basis"].values()) == persons["likely"]
    for statuses in persons["by_theme"].values():
        assert sum(interval["likely"] for interval in statuses.values()) <= persons["likely"]
    for interval in persons["by_category"].values():
        assert interval["low"] <= interval["likely"] <= interval["high"] <= persons["high"]
