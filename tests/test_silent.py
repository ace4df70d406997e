"""Batches in which nothing was found: the short way says what the long one says."""

from __future__ import annotations

import polars as pl
import pytest
from conftest import AS_OF
from polars.testing import assert_frame_equal

from leakscan.examine import examine
from leakscan.patients import PART, fingerprint_values, people
from leakscan.persons.identity import Fingerprinter
from leakscan.plan import Plan
from leakscan.records import ColumnRole, column_id
from leakscan.silent import is_silent, who

TEXT = (ColumnRole(0, None, "comment", 1.0, ()),)
TABLE = tuple(
    ColumnRole(at, role, role, 1.0, ()) for at, role in enumerate(("nir", "last_name", "comment", None, "sex"))
)


def frame_of(*columns: list[str]) -> pl.DataFrame:
    return pl.DataFrame({column_id(at): cells for at, cells in enumerate(columns)})


SILENT = [
    (Plan(TEXT, kind="text"), frame_of(["le ciel est bleu", "", "12,5"])),
    (Plan(TEXT, kind="text", document=True), frame_of(["une page de rien"])),
    (Plan(TABLE, kind="table"), frame_of([""] * 4, [""] * 4, ["vis", "vis", "", "clou"], ["a"] * 4, [""] * 4)),
    (Plan((), kind="table"), frame_of(["3"] * 7)),
]
SPEAKING = [
    (Plan(TEXT, kind="text"), frame_of(["rien", "patient séropositif"])),
    (Plan(TABLE, kind="table"), frame_of([""] * 2, ["", "DURAND"], [""] * 2, [""] * 2, [""] * 2)),
    (Plan(TABLE, kind="table"), frame_of(["", "278026995362953"], [""] * 2, [""] * 2, [""] * 2, [""] * 2)),
]


@pytest.mark.parametrize(("how", "frame"), SILENT)
@pytest.mark.parametrize("parted", [False, True])
def test_where_nothing_was_found_all_rows_are_one_record_of_nobody(how, frame, parted):
    prints = Fingerprinter()
    findings = examine(frame, how)
    assert is_silent(findings)
    parts = pl.Series(PART, [at % 2 for at in range(frame.height)], dtype=pl.UInt32) if parted else None
    told = people(findings, {}, how, prints, AS_OF, parts)
    short = who(findings, {}, how, prints, AS_OF, parts)
    for name in ("people", "names", "prescribers", "exams", "laboratories", "prescribed"):
        assert_frame_equal(getattr(short, name), getattr(told, name), check_row_order=False)
    assert short.people["rows"].sum() == frame.height


@pytest.mark.parametrize(("how", "frame"), SPEAKING)
def test_where_somebody_is_told_of_the_rows_are_asked(how, frame):
    prints = Fingerprinter()
    findings = examine(frame, how)
    assert not is_silent(findings)
    hashed = fingerprint_values(findings, how, prints)
    assert_frame_equal(
        who(findings, hashed, how, prints, AS_OF).people,
        people(findings, hashed, how, prints, AS_OF).people,
        check_row_order=False,
    )
