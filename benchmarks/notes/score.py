"""How well health mentions are found in notes: themes and statuses against labels written blind to the rules.

    python benchmarks/notes/score.py --split test --errors 20

A note file has the columns `text` and `labels` (`theme:status;...`), and may have `split`, `family`, `author`. A theme
is found in a note if any mention bears it, whatever its status. A status is right if the strongest of the patient,
and whether another person has the theme, are those of the labels. Of administrative notes every theme is false.
"""

from __future__ import annotations

import argparse
import csv
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from leakscan.health import find_mentions
from leakscan.records import STATUSES, THEMES

HERE = Path(__file__).resolve().parent
OTHER = "other_person"
Labels = dict[str, frozenset[str]]


@dataclass(slots=True)
class Score:
    """Counts of one theme: notes in which it was found rightly, wrongly, missed; statuses right."""

    right: int = 0
    false: int = 0
    missed: int = 0
    status: int = 0
    confused: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def precision(self) -> float:
        """Share of found themes that are there."""
        return self.right / (self.right + self.false) if self.right + self.false else math.nan

    @property
    def recall(self) -> float:
        """Share of themes that were found."""
        return self.right / (self.right + self.missed) if self.right + self.missed else math.nan

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.right / (2 * self.right + self.false + self.missed) if self.right else 0.0


def strongest(statuses: Sequence[str]) -> frozenset[str]:
    """The strongest status of the patient, and other_person where another person has it too."""
    own = [status for status in STATUSES if status != OTHER and status in statuses]
    return frozenset(own[:1]) | (frozenset({OTHER}) if OTHER in statuses else frozenset())


def gold(labels: str) -> Labels:
    """Theme -> statuses of one note."""
    found: dict[str, list[str]] = {}
    for label in filter(None, labels.split(";")):
        theme, status = label.split(":")
        found.setdefault(theme, []).append(status)
    return {theme: strongest(statuses) for theme, statuses in found.items()}


def told(texts: Sequence[str]) -> list[Labels]:
    """What leakscan finds in each text."""
    answers: list[dict[str, list[str]]] = [{} for _ in texts]
    for row, theme, status in find_mentions(pl.Series(texts, dtype=pl.String)).select("row", "theme", "status").rows():
        answers[row].setdefault(theme, []).append(status)
    return [{theme: strongest(statuses) for theme, statuses in answer.items()} for answer in answers]


def interval(hits: int, of: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    if not of:
        return 0.0, 1.0
    z, share = 1.96, hits / of
    middle, width = share + z * z / (2 * of), z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return (middle - width) / (1 + z * z / of), (middle + width) / (1 + z * z / of)


def read(path: Path, split: str | None = None) -> list[dict[str, str]]:
    """The notes of a file, of one split if it is named."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [row for row in rows if split is None or row.get("split", split) == split]


def judged(
    notes: Sequence[dict[str, str]], say: Callable[[Sequence[str]], list[Labels]] = told
) -> tuple[dict[str, Score], list[tuple[str, str, Labels, Labels]]]:
    """Scores by theme of what `say` finds; and the notes that were read wrongly, with labels and answer."""
    scores = {theme: Score() for theme in THEMES}
    wrong = []
    for note, found in zip(notes, say([note["text"] for note in notes]), strict=True):
        wanted = gold(note["labels"])
        for theme in {*wanted, *found}:
            score = scores[theme]
            if theme not in found:
                score.missed += 1
            elif theme not in wanted:
                score.false += 1
            else:
                score.right += 1
                score.status += wanted[theme] == found[theme]
                if wanted[theme] != found[theme]:
                    score.confused["+".join(sorted(wanted[theme])), "+".join(sorted(found[theme]))] += 1
        if wanted != found:
            wrong.append((note.get("family", note.get("author", "")), note["text"], wanted, found))
    return scores, wrong


def table(scores: dict[str, Score]) -> str:
    """Markdown: a line per theme, and all."""
    lines = ["| theme | notes | precision | recall | F1 | status right |", "|---|---|---|---|---|---|"]
    total = Score()
    for theme, score in scores.items():
        if score.right + score.missed + score.false:
            lines.append(_line(theme, score))
        total.right += score.right
        total.false += score.false
        total.missed += score.missed
        total.status += score.status
    return "\n".join([*lines, _line("all", total)])


def _line(name: str, score: Score) -> str:
    low, high = interval(score.status, score.right)
    share = f"{score.status / score.right:.3f} ({low:.2f} to {high:.2f})" if score.right else "-"
    return (
        f"| {name} | {score.right + score.missed} | {score.precision:.3f} | {score.recall:.3f} | {score.f1:.3f}"
        f" | {share} |"
    )


def _labels(labels: Labels) -> str:
    return ";".join(f"{theme}:{'+'.join(sorted(statuses))}" for theme, statuses in sorted(labels.items())) or "-"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--notes", type=Path, default=HERE / "development.tsv")
    parser.add_argument("--administrative", type=Path, default=HERE / "administrative.tsv")
    parser.add_argument("--split", default=None)
    parser.add_argument("--author", nargs="*", help="notes of these authors alone")
    parser.add_argument("--errors", type=int, default=0, help="print so many notes that were read wrongly")
    parser.add_argument("--theme", default="", help="of these errors, those of one theme")
    given = parser.parse_args()
    notes = [row for row in read(given.notes, given.split) if not given.author or row["author"] in given.author]
    scores, wrong = judged(notes)
    print(table(scores))
    confused = sum((score.confused for score in scores.values()), Counter())
    print("\nStatuses confused:", ", ".join(f"{a} read as {b}: {n}" for (a, b), n in confused.most_common(8)))
    texts = [row["text"] for row in read(given.administrative)]
    false = [(text, found) for text, found in zip(texts, told(texts), strict=True) if found]
    low, high = interval(len(false), len(texts))
    share = f"{1000 * low:.1f} to {1000 * high:.1f} in 1,000"
    print(f"\nAdministrative notes with a theme: {len(false)} of {len(texts)} ({share})")
    if given.theme:
        wrong = [one for one in wrong if one[2].get(given.theme) != one[3].get(given.theme)]
    for family, text, wanted, found in wrong[: given.errors]:
        print(f"{family} | {text} | {_labels(wanted)} | {_labels(found)}")
    for text, found in false[: given.errors]:
        print(f"administrative | {text} | - | {_labels(found)}")


if __name__ == "__main__":
    main()
