"""Every row of DETECTORS proves itself: its examples, its counterexamples, its values, and both paths agreeing."""

from __future__ import annotations

import polars as pl
import pytest
import regex

from leakscan.detectors import DETECTORS, Detector, canonical_of
from leakscan.detectors.search import LABEL_REACH, find
from leakscan.records import HITS_SCHEMA, ROLES

SEARCHED = tuple(detector for detector in DETECTORS if not detector.needs_role)
BARE = tuple(detector for detector in SEARCHED if detector.label is None)
"""Detectors whose value proves itself: neither a column nor a word beside it is needed."""
LABELLED = tuple(detector for detector in SEARCHED if detector.label is not None)
EACH = pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.entity)
EACH_SEARCHED = pytest.mark.parametrize("detector", SEARCHED, ids=lambda detector: detector.entity)
EACH_BARE = pytest.mark.parametrize("detector", BARE, ids=lambda detector: detector.entity)
EACH_LABELLED = pytest.mark.parametrize("detector", LABELLED, ids=lambda detector: detector.entity)


def scalar(detector: Detector, cells: list[str]) -> list[str | None]:
    """What the detector makes of whole cells, stripped as in a column."""
    frame = pl.DataFrame({"cell": pl.Series(cells, dtype=pl.String)})
    return frame.select(detector.canonical(pl.col("cell").str.strip_chars()).alias("canonical"))["canonical"].to_list()


def searched(detector: Detector, texts: list[str]) -> pl.DataFrame:
    return find(detector, pl.Series(texts, dtype=pl.String))


@EACH
def test_a_detector_brings_its_proof(detector: Detector) -> None:
    assert 0 < detector.confidence <= 1
    assert detector.values, "whole cells that are such a value"
    assert detector.not_values, "whole cells that are none"
    if not detector.needs_role:
        assert detector.examples, "running texts that hold one"
        assert detector.counterexamples, "running texts that hold none"
    regex.compile(detector.pattern)
    pl.Series([""]).str.contains(detector.prefilter)


def test_every_role_that_holds_values_has_a_scalar_path() -> None:
    spoken = {"title", "act", "result", "diagnosis", "drug", "comment"}
    for role in set(ROLES) - spoken:
        assert callable(canonical_of(role)), role


@EACH_SEARCHED
def test_examples_are_found_once_each_and_counterexamples_never(detector: Detector) -> None:
    texts = [text for text, _ in detector.examples]
    hits = searched(detector, [*texts, *detector.counterexamples])
    found = list(zip(hits["row"].to_list(), hits["canonical"].to_list(), strict=True))
    assert found == list(enumerate(canonical for _, canonical in detector.examples))
    assert hits.schema == pl.Schema(HITS_SCHEMA)


@EACH_SEARCHED
def test_a_hit_alone_is_a_hit_in_company(detector: Detector) -> None:
    """No text changes what its neighbours hold, and equal texts hold the same."""
    texts = [*(text for text, _ in detector.examples), *detector.counterexamples]
    alone = [searched(detector, [text]).drop("row").rows() for text in texts]
    together = searched(detector, [*texts, "", *texts])
    for row, expected in enumerate([*alone, [], *alone]):
        assert together.filter(pl.col("row") == row).drop("row").rows() == expected


@EACH_SEARCHED
def test_spans_cut_out_what_was_found(detector: Detector) -> None:
    texts = [text for text, _ in detector.examples]
    for row, start, end, canonical, confidence in searched(detector, texts).iter_rows():
        assert 0 <= start < end <= len(texts[row])
        assert scalar(detector, [texts[row][start:end]]) == [canonical]
        assert confidence == pytest.approx(detector.confidence)


@EACH_SEARCHED
def test_prefilter_lets_every_text_through_that_holds_a_hit(detector: Detector) -> None:
    texts = pl.Series([text for text, _ in detector.examples])
    assert texts.str.contains(detector.prefilter).to_list() == [True] * len(texts)
    for text in (*texts, *detector.counterexamples):
        if regex.search(detector.pattern, text):
            assert scalar(detector, [match.group() for match in regex.finditer(detector.pattern, text)])
            hit = not searched(detector, [text]).is_empty()
            assert not hit or pl.Series([text]).str.contains(detector.prefilter).item()


@EACH
def test_whole_cells_have_their_canonical_text(detector: Detector) -> None:
    cells, expected = zip(*detector.values, strict=True)
    assert scalar(detector, list(cells)) == list(expected)
    assert scalar(detector, list(detector.not_values)) == [None] * len(detector.not_values)


PROVED_BY_THE_COLUMN = {
    "date": "eight digits and months as words are dates only where dates are expected",
    "address": "a residence before the street is part of the address only in its cell",
    "phone": "without its leading zero, or dialled from abroad, nine digits are a phone only in its column",
    "password_hash": "bare hexadecimal digits are a digest of anything: a checksum, a commit, a session",
    "prescriber": "without a title, names are a prescriber's only in the prescribers' column",
}
"""Entities of which a column takes more writings than running text does, and why."""


@EACH_BARE
def test_search_and_scalar_path_agree_on_whole_cells(detector: Detector) -> None:
    for cell, canonical in detector.values:
        found = searched(detector, [cell])["canonical"].to_list()
        assert found == [canonical] or detector.entity in PROVED_BY_THE_COLUMN, cell
    for cell in detector.not_values:
        hits = searched(detector, [cell])
        assert hits.filter((pl.col("start") == 0) & (pl.col("end") == len(cell))).is_empty(), cell


@EACH_BARE
def test_what_the_search_takes_whole_the_column_takes_alike(detector: Detector) -> None:
    column = canonical_of(detector.entity)
    cells = [text for text, _ in (*detector.examples, *detector.values)]
    for row, start, end, canonical, _ in searched(detector, cells).iter_rows():
        if (start, end) == (0, len(cells[row])):
            assert pl.select(column(pl.lit(cells[row]))).item() == canonical, cells[row]


def test_only_detectors_without_role_or_label_are_excused() -> None:
    assert set(PROVED_BY_THE_COLUMN) <= {detector.entity for detector in BARE}


@EACH_LABELLED
def test_a_label_too_far_away_proves_nothing(detector: Detector) -> None:
    """The value of each example, with its label pushed out of reach."""
    for text, _ in detector.examples:
        start = searched(detector, [text])["start"].item()
        far = text[:start] + "x" * (LABEL_REACH + 1) + " " + text[start:]
        assert searched(detector, [far]).is_empty(), text
