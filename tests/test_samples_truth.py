"""The samples give what their truth says: rows, people, minors, themes, roles of columns, and how bad it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from leakscan.renderers.schema import first_problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Scanned

TABLES = ("lab60_cp1252", "lab60_noheader", "intl_utf8", "tab_utf16", "pipe_latin9")
TEXTS = ("letters", "portal_log")
ALL = pytest.mark.parametrize("stem", [*TABLES, *TEXTS])


@ALL
def test_every_row_of_a_sample_is_accounted_for(stem: str, scanned: Callable[[str], Scanned]) -> None:
    sample = scanned(stem)
    report, truth = sample.report, sample.truth
    assert report["records_damaged"] == truth["damaged_rows"]
    assert report["records"] + report["records_damaged"] == truth["rows"]
    assert first_problem(report) is None


@ALL
def test_rows_with_a_nir_in_a_sample(stem: str, scanned: Callable[[str], Scanned]) -> None:
    sample = scanned(stem)
    assert sample.report["records_by_entity"]["nir"] == pytest.approx(sample.truth["nir_rows"], rel=0.001)


@ALL
def test_people_in_a_sample(stem: str, scanned: Callable[[str], Scanned]) -> None:
    sample = scanned(stem)
    persons, truth = sample.report["persons"], sample.truth["persons"]
    assert persons["likely"] == pytest.approx(truth, rel=0.01)
    assert persons["low"] <= truth <= persons["high"]
    assert persons["high"] - persons["low"] <= 0.05 * truth
    assert sum(persons["basis"].values()) == persons["likely"]


@ALL
def test_minors_in_a_sample(stem: str, scanned: Callable[[str], Scanned]) -> None:
    sample = scanned(stem)
    persons, truth = sample.report["persons"], sample.truth
    assert persons["minors"] == pytest.approx(truth["minors"], rel=0.01)
    assert persons["minors_at_exam"] == pytest.approx(truth["minors_at_exam"], rel=0.01)


@ALL
def test_exam_dates_in_a_sample(stem: str, scanned: Callable[[str], Scanned]) -> None:
    sample = scanned(stem)
    assert sample.report["exam_dates"] == sample.truth["exam_dates"]


@ALL
def test_prescribers_in_a_sample(stem: str, scanned: Callable[[str], Scanned]) -> None:
    sample = scanned(stem)
    assert sample.report["prescribers"]["distinct"] == pytest.approx(sample.truth["prescribers"], rel=0.01)


@ALL
def test_themes_in_a_sample(stem: str, scanned: Callable[[str], Scanned]) -> None:
    sample = scanned(stem)
    by_theme = sample.report["persons"]["by_theme"]
    for theme, statuses in sample.truth["persons_by_theme"].items():
        likely = by_theme.get(theme, {}).get("affirmed", {}).get("likely", 0)
        # One person is more than 2 % of the few that a small sample holds.
        assert likely == pytest.approx(statuses.get("affirmed", 0), rel=0.02, abs=1), theme


UNDECIDABLE = {
    ("lab60_noheader", 4): "digits of a file number, without a header like any other reference",
    ("lab60_noheader", 20): "the same of a request number",
    ("lab60_noheader", 35): "member numbers of an insurer, without a header like any other reference",
    ("pipe_latin9", 0): "SIT is no known abbreviation and LB09 no known code",
    ("lab60_cp1252", 14): "CENTRE of the insurance fund reads like the centre of a laboratory",
}
"""Columns that neither header nor cells tell: their role may be missed, with the reason why."""


@pytest.mark.parametrize("stem", TABLES)
def test_column_roles_of_a_sample(stem: str, scanned: Callable[[str], Scanned]) -> None:
    sample = scanned(stem)
    (source,) = sample.report["inputs"]
    wrong = [
        (column["name"], column["role"], settled["role"])
        for column, settled in zip(sample.truth["columns"], source["roles"], strict=True)
        if settled["role"] not in (column["role"], *column.get("accept", ()))
        and (stem, column["index"]) not in UNDECIDABLE
    ]
    assert wrong == []


@ALL
def test_severity_of_a_sample(stem: str, scanned: Callable[[str], Scanned]) -> None:
    sample = scanned(stem)
    categories, themes = sample.truth["persons_by_category"], sample.truth["persons_by_theme"]
    spoken = any(statuses.get("affirmed") for statuses in themes.values())
    if categories.get("credentials") or spoken:
        assert sample.report["severity"]["band"] == "very_high"
    assert sample.report["severity"]["cb_assumed"] is True
