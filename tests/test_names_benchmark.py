"""The generator of hospital text that trains the names pipeline, and how it is measured."""

from __future__ import annotations

import sys
from itertools import islice, pairwise
from pathlib import Path
from random import Random

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.names_fr.generate import Piece, Sample, Span, Writer, joined
from benchmarks.names_fr.noise import noisy
from benchmarks.names_fr.score import figures
from leakscan.names import LABELS


def made(seed: int, count: int, *, held_out: bool = False) -> list[Sample]:
    return list(islice(Writer(Random(seed), held_out).samples(), count))


def test_one_seed_makes_one_text() -> None:
    assert made(3, 50) == made(3, 50)
    assert made(3, 50) != made(4, 50)


def test_spans_lie_apart_on_letters_or_digits_and_have_known_labels() -> None:
    samples = made(5, 600)
    for text, spans in samples:
        assert "{" not in text
        assert all(text[start:end].strip() == text[start:end] != "" for start, end, _ in spans)
        assert all(one.end <= other.start for one, other in pairwise(spans))
    assert {span.label for sample in samples for span in sample.spans} == set(LABELS)


def test_what_is_held_out_is_never_trained_on() -> None:
    trained, held = Writer(Random(1)), Writer(Random(1), held_out=True)
    for register, templates in trained.templates.items():
        assert templates
        assert held.templates[register]
        assert not set(templates) & set(held.templates[register])
    assert not set(trained.people._first) & set(held.people._first)
    assert sum(map(len, trained.templates.values())) > 300


def test_choices_and_slots_are_filled() -> None:
    writer = Writer(Random(2))
    pieces = writer.filled("[Vu|Revu] par {DR} {DOC} le {DATE}[.|]")
    assert pieces[0].text in {"Vu par ", "Revu par "}
    assert [piece.label for piece in pieces if piece.label] == ["PRESCRIBER", "EXAM_DATE"]
    assert "[" not in "".join(piece.text for piece in pieces)


def test_names_side_by_side_are_one() -> None:
    sample = joined(
        [Piece("Nom ", None), Piece("DIOP", "PATIENT"), Piece(" ", None), Piece("Awa ", "PATIENT"), Piece(".", None)]
    )
    assert sample == Sample("Nom DIOP Awa .", [Span(4, 12, "PATIENT")])


@pytest.mark.parametrize("seed", range(40))
def test_noise_keeps_labels_in_order(seed: int) -> None:
    pieces = [
        Piece("Vu le ", None),
        Piece("3 août 2020", "EXAM_DATE"),
        Piece(" par ", None),
        Piece("Rose Bonbon", "PERSON"),
    ]
    assert [piece.label for piece in noisy(pieces, Random(seed))] == [piece.label for piece in pieces]


def test_figures_count_overlaps_and_exact_bounds() -> None:
    samples = [("Rose Bonbon et Paul Ortega", [(0, 4, "PRENOM"), (5, 11, "NOM"), (15, 26, "PERSON")])]
    found = [(0, 0, 11, "PERSON"), (0, 12, 14, "PERSON")]
    assert figures(samples, found, "names") == (3, pytest.approx(2 / 3), 0.5, 0.5)
    assert figures(samples, [], "dates") == (0, 0, 0, 0)
