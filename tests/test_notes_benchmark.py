"""The labelled notes that health mentions are measured on, and how they are scored."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pytest

from leakscan.records import STATUSES, THEMES

NOTES = Path(__file__).resolve().parent.parent / "benchmarks" / "notes"
sys.path.insert(0, str(NOTES))
import score  # noqa: E402


def _rows(name: str) -> list[dict[str, str]]:
    with (NOTES / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_notes_are_labelled_with_themes_and_statuses_and_none_stands_twice() -> None:
    notes = _rows("development.tsv")
    assert len(notes) >= 1_500
    for note in notes:
        for label in filter(None, note["labels"].split(";")):
            theme, status = label.split(":")
            assert theme in THEMES
            assert status in STATUSES
    assert len({note["text"] for note in notes}) == len(notes)
    assert len({row["text"] for row in _rows("administrative.tsv")}) >= 5_000


def test_notes_of_other_authors_are_labelled_alike() -> None:
    notes = _rows("unseen.tsv")
    assert {note["author"] for note in notes} == {"B1", "B2", "B3"}
    assert all(set(score.gold(note["labels"])) <= set(THEMES) for note in notes)
    known = {note["text"] for note in _rows("development.tsv")}
    assert not known & {note["text"] for note in notes if len(note["text"]) > 30}
    assert len(_rows("unseen_administrative.tsv")) >= 1_500


def test_a_family_of_notes_lies_in_one_split() -> None:
    splits: dict[str, set[str]] = {}
    for note in _rows("development.tsv"):
        splits.setdefault(note["family"], set()).add(note["split"])
    assert all(len(split) == 1 for split in splits.values())
    assert {split for (split,) in splits.values()} == {"dev", "test"}


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ("", {}),
        ("hiv:tested", {"hiv": {"tested"}}),
        ("cancer:negated;cancer:other_person", {"cancer": {"negated", "other_person"}}),
        ("cancer:negated;cancer:affirmed", {"cancer": {"affirmed"}}),
    ],
)
def test_the_strongest_status_of_the_patient_counts_and_another_person_stands_beside_it(
    labels: str, expected: dict[str, set[str]]
) -> None:
    assert score.gold(labels) == expected


def test_each_note_is_judged_once_per_theme() -> None:
    notes = [
        {"text": "VIH +", "labels": "hiv:affirmed"},
        {"text": "VIH négatif", "labels": "hiv:affirmed"},
        {"text": "à jeun", "labels": "cancer:affirmed"},
        {"text": "VIH +", "labels": ""},
    ]
    scores, wrong = score.judged(notes)
    assert (scores["hiv"].right, scores["hiv"].false, scores["hiv"].missed, scores["hiv"].status) == (2, 1, 0, 1)
    assert (scores["cancer"].missed, scores["cancer"].f1) == (1, 0.0)
    assert len(wrong) == 3
    assert scores["hiv"].precision == pytest.approx(2 / 3)
    assert scores["hiv"].recall == 1


def test_the_interval_of_a_share_holds_the_share() -> None:
    low, high = score.interval(0, 5_000)
    assert low == pytest.approx(0, abs=1e-9)
    assert 0 < high < 0.001
    low, high = score.interval(90, 100)
    assert low < 0.9 < high
