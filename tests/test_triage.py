"""A first look: what is read of a large input, what is said of the rest, and that it is never said as a count."""

from __future__ import annotations

import csv
import gzip
import io
import random
import sys
from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import read_whole
from stdnum.fr import nir as oracle

from leakscan.cli.app import run as command
from leakscan.cli.preview import preview
from leakscan.options import ScanOptions
from leakscan.persons.returning import Part, Read, likely_people
from leakscan.readers import HEAD_BYTES, SpreadStream, runs, shares, spread
from leakscan.readers.spread import LEAST_SHARE, TRIAGE_BYTES
from leakscan.readers.streams import Stretch
from leakscan.records import ROW, ReadOptions
from leakscan.renderers.schema import first_problem
from leakscan.report import build_report
from leakscan.scan import scan

WHOLE = ScanOptions(as_of=date(2026, 1, 1), workers=1)
FIRST_LOOK = ScanOptions(as_of=date(2026, 1, 1), triage=True)
HEADER = ["DOSSIER", "NOM", "PRENOM", "DDN", "NIR", "LABO", "COMMENTAIRE"]
NAMES = ("DURAND", "PETIT", "ROUX", "MOREL", "FAURE", "GIRARD", "BONNET", "FRANÇOIS", "MERCIER", "LEGRAND")
FIRST = ("LEA", "PAUL", "ANNE", "LUC", "LEO", "ZOE", "HÉLÈNE", "MARC", "INES", "HUGO", "NINA", "JEAN")
COMMENTS = ("", "", "", "VIH positif", "pas de cancer", "grossesse en cours;\nretour le 3;4;5", 'dit "merci"')


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A budget of 28 KiB, so that small files are large."""
    for name, value in (("TRIAGE_BYTES", 28 << 10), ("LEAST_BLOCK", 512), ("LEAST_SHARE", 2 << 10)):
        monkeypatch.setattr(spread, name, value)
    monkeypatch.setattr(spread, "INPUT_COSTS", 2 << 10)


def rows_of(count: int, people: int, seed: int = 1) -> list[list[str]]:
    """Rows in random order of people who come back."""
    rng = random.Random(seed)
    rows = []
    for number in range(count):
        person = rng.randrange(people)
        born = date(1930 + person % 70, 1 + person % 12, 1 + person % 28)
        body = f"{1 + person % 2}{born:%y%m}69{person // 1000 % 900 + 10:03d}{person % 1000:03d}"[:13]
        nir = body + oracle.calc_check_digits(body)
        name, first = NAMES[person % 10], FIRST[person // 10 % 12]
        rows.append([f"{number:07d}", name, first, f"{born:%d/%m/%Y}", nir, "L1", rng.choice(COMMENTS)])
    return rows


def written(rows: list[list[str]], encoding: str = "utf-8", end: str = "\n", *, header: bool = True) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator=end).writerows([HEADER, *rows] if header else rows)
    return text.getvalue().encode(encoding)


def report_of(options: ScanOptions, *paths: Path) -> dict[str, Any]:
    report = build_report(scan([str(path) for path in paths], options), options)
    assert first_problem(report) is None
    return report


def without_run(report: dict[str, Any]) -> dict[str, Any]:
    report["scan"].pop("run")
    return report


def intervals(persons: dict[str, Any]) -> Iterator[dict[str, int]]:
    yield {name: persons[name] for name in ("low", "likely", "high")}
    yield from persons["by_category"].values()
    for statuses in persons["by_theme"].values():
        yield from statuses.values()


# ---- what is read


@given(st.lists(st.one_of(st.none(), st.integers(0, 10**12)), max_size=300))
def test_shares_stay_in_the_budget_and_the_largest_come_first(sizes: list[int | None]) -> None:
    given_shares = shares(sizes)
    assert sum(given_shares) <= TRIAGE_BYTES
    for size, share in zip(sizes, given_shares, strict=True):
        assert size is None or share <= max(size, 1)
    looked = [size for size, share in zip(sizes, given_shares, strict=True) if share and size is not None]
    passed = [size for size, share in zip(sizes, given_shares, strict=True) if not share and size is not None]
    assert not looked or not passed or min(looked) >= max(passed)
    assert not sizes or any(given_shares)


@given(st.integers(0, 10**13), st.integers(LEAST_SHARE, TRIAGE_BYTES))
def test_stretches_are_in_order_inside_and_within_the_share(size: int, share: int) -> None:
    found = runs(size, share)
    flat = [stretch for run in found for stretch in run]
    assert flat[0].start == 0
    assert flat[0].end <= max(HEAD_BYTES, size if size <= share else 0)
    assert max(flat).end == size
    assert all(start < end for start, end in flat if size)
    in_order = sorted(flat)
    assert all(after.start >= before.end - 4 for before, after in pairwise(in_order))
    assert sum(end - start for start, end in flat) <= share + 8 * len(flat)
    assert len(found) == (1 if size <= share else 3)


ENCODINGS = (("utf-8", "\n"), ("utf-8", "\r\n"), ("cp1252", "\n"), ("utf-16", "\n"), ("utf-8", "\r"))


@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize(("encoding", "end"), ENCODINGS)
def test_blocks_cut_anywhere_hold_only_rows_of_the_file(encoding: str, end: str, *, header: bool) -> None:
    rows = rows_of(3_000, 900)
    if end == "\r":
        rows = [[*row[:-1], row[-1].replace("\n", " ")] for row in rows]
    data = written(rows, encoding, end, header=header)
    wanted = {tuple(row) for row in rows}
    rng = random.Random(7)
    for _ in range(12):
        places = sorted(rng.randrange(40_000, len(data) - 6_000) // 4 * 4 for _ in range(6))
        blocks = [Stretch(at, at + 5_000) for at in places]
        stream = SpreadStream(io.BytesIO(data), len(data), [[Stretch(0, 30_000)], blocks[:3], blocks[3:]])
        _, batches, met = read_whole(stream, ReadOptions())
        assert not [warning for warning in met if "fields" in warning.code or "quote" in warning.code]
        found = [row for batch in batches for row in batch.frame.drop(ROW).rows()]
        assert {tuple(cell.replace("\r\n", "\n") for cell in row) for row in found} <= wanted
        numbers = [number for batch in batches for number in batch.frame[ROW].to_list()]
        assert numbers == list(range(1, len(found) + 1))
        assert sum(batch.damaged.height for batch in batches) == 0
        assert len(found) * len(data) / len(rows) > 0.85 * (stream.count - stream.passed_over)


def test_damage_behind_the_head_keeps_its_place() -> None:
    rows = written(rows_of(2_000, 500)).splitlines(keepends=True)
    plain = [row for row in rows if b'"' not in row and row.count(b";") == 6]
    plain[1000:1000] = [b"too;short\n"]
    data, at = b"".join(plain), sum(map(len, plain[:1000]))
    for before in (300, 1_200, 3_000):
        block = Stretch((at - before) // 4 * 4, at + 2_000)
        first = Stretch(block.start - 4_000, block.start - 1_000)
        stream = SpreadStream(io.BytesIO(data), len(data), [[Stretch(0, 8_000)], [first, block]])
        _, batches, _ = read_whole(stream, ReadOptions())
        (damaged,) = [batch.damaged for batch in batches if batch.damaged.height]
        assert damaged["offset"].to_list() == [at]


# ---- what is said


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
@pytest.mark.parametrize("header", [True, False])
def test_a_first_look_says_what_it_is(tmp_path: Path, encoding: str, *, header: bool) -> None:
    path = tmp_path / "leak.csv"
    path.write_bytes(written(rows_of(4_000, 1_000), encoding, header=header))
    report = report_of(FIRST_LOOK, path)
    persons, (source,) = report["persons"], report["inputs"]
    size = path.stat().st_size
    assert (report["scan"]["sampled"], report["scan"]["complete"], persons["exact"]) == (True, False, False)
    assert (report["scan"]["bytes_total"], source["bytes"]) == (size, size)
    assert source["sha256"] is None
    assert source["status"] == "partial"
    assert source["reason"] == f"triage: {report['scan']['bytes_read']} of {size} bytes read"
    assert report["records_damaged"] == 0
    assert persons["low"] <= 1_000 <= persons["high"]
    assert persons["model"]["rows_read"] == report["records"]
    assert persons["model"]["rows_estimated"] == pytest.approx(4_000 - report["records"], rel=0.1)
    assert all(bounds["low"] <= bounds["likely"] <= bounds["high"] for bounds in intervals(persons))
    assert sum(persons["basis"].values()) == persons["likely"]
    *steps, last = persons["waterfall"]
    assert sum(step["count"] for step in steps) == last["count"] == persons["likely"]
    assert report["severity"]["at_least"]


@pytest.mark.usefixtures("small")
@settings(deadline=None, max_examples=12)
@given(st.integers(1, 1_500), st.integers(1, 2_000), st.integers(0, 9))
def test_low_likely_high(tmp_path_factory: pytest.TempPathFactory, count: int, people: int, seed: int) -> None:
    path = tmp_path_factory.mktemp("look") / "leak.csv"
    path.write_bytes(written(rows_of(count, people, seed)))
    persons = report_of(FIRST_LOOK, path)["persons"]
    assert all(bounds["low"] <= bounds["likely"] <= bounds["high"] for bounds in intervals(persons))


@pytest.mark.parametrize("count", [0, 1, 40, 3_000])
def test_what_fits_the_budget_is_read_whole(tmp_path: Path, count: int) -> None:
    path = tmp_path / "leak.csv"
    path.write_bytes(written(rows_of(count, 500)))
    assert without_run(report_of(FIRST_LOOK, path)) == without_run(report_of(WHOLE, path))


@pytest.mark.usefixtures("small")
def test_people_who_come_back_are_not_scaled(tmp_path: Path) -> None:
    path = tmp_path / "leak.csv"
    path.write_bytes(written(rows_of(6_000, 500)))
    persons = report_of(FIRST_LOOK, path)["persons"]
    assert 400 <= persons["likely"] <= 1_000
    assert persons["high"] > 3_000


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("rest", [bytes(2_000_000), random.Random(1).randbytes(2_000_000)])
def test_what_holds_no_rows_is_not_filled_from_the_head(tmp_path: Path, rest: bytes) -> None:
    path = tmp_path / "leak.csv"
    path.write_bytes(written(rows_of(300, 300)) + rest)
    persons = report_of(FIRST_LOOK, path)["persons"]
    assert persons["low"] <= persons["likely"] <= 320


@pytest.mark.usefixtures("small")
def test_many_inputs_share_the_budget(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"{number:02d}.csv").write_bytes(written(rows_of(400 + 20 * number, 5_000, number)))
    report = report_of(FIRST_LOOK, tmp_path)
    passed = [source for source in report["inputs"] if source["reason"] == "triage: not looked at"]
    assert 0 < len(passed) < 30
    assert {source["status"] for source in passed} == {"skipped"}
    assert max(source["bytes"] for source in passed) <= min(
        source["bytes"] for source in report["inputs"] if source not in passed
    )
    assert report["persons"]["model"]["bytes_left_out"] == sum(source["bytes"] for source in passed)
    assert report["scan"]["bytes_total"] == sum(path.stat().st_size for path in tmp_path.iterdir())


@pytest.mark.usefixtures("small")
def test_of_compressed_input_the_head_only(tmp_path: Path) -> None:
    data = written(rows_of(30_000, 500))
    (tmp_path / "b.csv.gz").write_bytes(gzip.compress(data))
    report = report_of(FIRST_LOOK, tmp_path)
    packed, inside = report["inputs"]
    assert (packed["member"], inside["member"]) == (None, "content")
    assert inside["status"] == "partial"
    assert 0 < inside["records"] < 30_000
    assert report["scan"]["sampled"]


@pytest.mark.parametrize(("size", "partial"), [(16_000, True), (15_999, False), (200_000, True), (3_000, False)])
def test_of_standard_input_the_head_only(
    monkeypatch: pytest.MonkeyPatch, small: None, size: int, *, partial: bool
) -> None:
    del small
    data = written(rows_of(4_000, 900))[:size]
    head = 16_000 if partial else len(data) + (size == 15_999)
    monkeypatch.setattr(spread, "TRIAGE_BYTES", head if not partial else min(head, size - 1))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    report = build_report(scan(["-"], FIRST_LOOK), FIRST_LOOK)
    assert first_problem(report) is None
    assert report["scan"]["sampled"] == partial
    assert report["persons"]["exact"] != partial
    if partial:
        assert report["scan"]["bytes_total"] is None
        assert report["inputs"][0]["bytes"] is None
        assert report["inputs"][0]["reason"].startswith("triage: only the first")
        assert report["persons"]["model"]["bytes_left_out"] is None
        assert report["persons"]["low"] <= report["persons"]["likely"] <= report["persons"]["high"]


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("options", "code"), [("", 0), ("--fail-on very_high", 1), ("--fail-on low", 1), ("--strict", 3)]
)
def test_exit_codes(tmp_path: Path, options: str, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "leak.csv"
    path.write_bytes(written(rows_of(4_000, 1_000)))
    assert command(["scan", str(path), "--triage", *options.split()]) == code
    shown = capsys.readouterr().out
    assert "FIRST LOOK at" in shown
    assert "at least  VERY HIGH" in shown
    assert "if every unread row were another person" in shown
    assert "a model, not a count, says about" in shown


# ---- the preview of a long scan


@pytest.mark.usefixtures("small")
def test_preview_is_two_lines_on_standard_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "leak.csv"
    path.write_bytes(written(rows_of(4_000, 1_000)))
    preview([str(path), "-", str(tmp_path), "missing\0"], WHOLE)
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr("leakscan.cli.preview.PREVIEW_BYTES", 100_000)
    preview([str(path), "-", str(tmp_path / "missing")], WHOLE)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert len(shown.err.splitlines()) == 2
    assert "FIRST LOOK at" in shown.err
    preview([str(path)], ScanOptions(roles={"NO_SUCH": "nir"}))
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("options", "terminal", "asked"),
    [("", True, True), ("", False, False), ("--quiet", True, False), ("--triage", True, False)],
)
def test_preview_only_for_who_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: str, *, terminal: bool, asked: bool
) -> None:
    path = tmp_path / "leak.csv"
    path.write_bytes(written(rows_of(5, 5)))
    seen: list[object] = []
    monkeypatch.setattr("leakscan.cli.scan.preview", lambda targets, _: seen.append(targets))
    error = io.StringIO()
    monkeypatch.setattr(error, "isatty", lambda: terminal, raising=False)
    monkeypatch.setattr(sys, "stderr", error)
    assert command(["scan", str(path), *options.split()]) == 0
    assert bool(seen) == asked


# ---- the model


def _parts(order: Callable[[list[int]], list[int]], visits: Callable[[random.Random], int]) -> tuple[list[Read], int]:
    """Parts of 60,000 people's rows in an order: a head of 5 %, two runs of six blocks of 0.5 %."""
    rng = random.Random(3)
    rows = order([person for person in range(60_000) for _ in range(visits(rng))])
    size, block = len(rows), len(rows) // 200
    places = [size // 20 + block * at for at in range(0, 186, 16)]
    runs_of = (places[::2], places[1::2])
    pieces = [rows[: size // 20], *([row for at in run for row in rows[at : at + block]] for run in runs_of)]
    parts = [Part(len(piece), len(piece), np.unique(np.array(piece, np.uint32))) for piece in pieces]
    return [Read(parts, size - sum(part.rows for part in parts))], 60_000


def _shuffled(rows: list[int]) -> list[int]:
    random.Random(5).shuffle(rows)
    return rows


VISITS: dict[str, Callable[[random.Random], int]] = {
    "once": lambda _: 1,
    "geometric": lambda rng: 1 + int(rng.expovariate(1.2)),
    "some often": lambda rng: 1 if rng.random() < 0.7 else rng.randrange(2, 8),
    "always three": lambda _: 3,
}


@pytest.mark.parametrize("visits", VISITS)
def test_model_on_a_file_sorted_by_patient(visits: str) -> None:
    reads, truth = _parts(lambda rows: rows, VISITS[visits])
    assert likely_people(reads) == pytest.approx(truth, rel=0.02)


@pytest.mark.parametrize(("visits", "off"), [("once", 0.001), ("geometric", 0.08), ("some often", 0.18)])
def test_model_on_a_file_in_random_order(visits: str, off: float) -> None:
    reads, truth = _parts(_shuffled, VISITS[visits])
    assert likely_people(reads) == pytest.approx(truth, rel=off)


def test_model_with_nothing_to_go_by() -> None:
    nobody = Part(100, 0, np.zeros(0, np.uint32))
    assert likely_people([]) == 0
    assert likely_people([Read([nobody], 1_000.0)]) == 0
    one = Part(100, 100, np.arange(100, dtype=np.uint32))
    assert likely_people([Read([one, nobody], 1_000.0)]) == pytest.approx(100)
    everybody = Part(100, 100, np.arange(10, dtype=np.uint32))
    assert likely_people([Read([everybody, everybody], 10_000.0)]) == pytest.approx(10, rel=0.01)
