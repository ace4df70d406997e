"""Leakscan's health reading beside EDS-NLP and beside a list of words, on the same notes and with the same scoring.

    python -m venv PEER && PEER/bin/pip install edsnlp==0.23.0
    python benchmarks/notes/peers.py --edsnlp PEER/bin/python

EDS-NLP runs in its own environment, never in the project's. Speed is processor time over all notes, in turn; medians.
Everyone is built first and warmed on notes that are not timed: the split `dev` and author B1. Each cell of the table is
for the test split of development.tsv, then for authors B2 and B3.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import time
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import polars as pl
from score import HERE, Labels, Score, judged, read, strongest, told

from leakscan import health_mentions
from leakscan.records import THEMES

TIMES = 50
"""How many times as fast as EDS-NLP leakscan's health reading must be."""
CALLS = 10
"""Calls of a reading in one round, where one takes a tenth of a second only; EDS-NLP's takes seconds."""
JUDGES = frozenset({"B2", "B3"})
"""Authors whose notes are for judging alone."""
Answers = list[list[tuple[str, str]]]
Notes = list[dict[str, str]]


@dataclass(frozen=True)
class Sets:
    """What is read: two sets of labelled notes and two of administrative ones."""

    labelled: tuple[Notes, Notes]
    administrative: tuple[Notes, Notes]

    @property
    def texts(self) -> list[str]:
        """All texts in order."""
        return [note["text"] for notes in (*self.labelled, *self.administrative) for note in notes]


@dataclass(frozen=True)
class Told:
    """What a program found in each text, and the processor seconds of each round."""

    found: dict[str, Labels]
    seconds: list[float]

    def say(self, texts: Sequence[str]) -> list[Labels]:
        """The answers, as `judged` asks for them."""
        return [self.found[text] for text in texts]


def gathered(texts: Sequence[str], answers: Answers) -> dict[str, Labels]:
    """Text -> theme -> strongest statuses."""
    found: dict[str, Labels] = {}
    for text, pairs in zip(texts, answers, strict=True):
        statuses: dict[str, list[str]] = {}
        for theme, status in pairs:
            statuses.setdefault(theme, []).append(status)
        found[text] = {theme: strongest(some) for theme, some in statuses.items()}
    return found


def folded(text: str) -> str:
    """Lower case without accents: kinder to the words than their spelling alone."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe").replace("’", "'"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def keywords() -> dict[str, list[str]]:
    """Theme -> its words."""
    with (HERE / "keywords.tsv").open(encoding="utf-8", newline="") as lines:
        return {row["theme"]: row["words"].split(";") for row in csv.DictReader(lines, delimiter="\t")}


def searched(texts: Sequence[str], words: Mapping[str, list[str]]) -> Answers:
    """Themes of which a word stands anywhere in the text, all affirmed."""
    plain = {theme: [folded(word) for word in some] for theme, some in words.items()}
    return [
        [(theme, "affirmed") for theme, some in plain.items() if any(word in text for word in some)]
        for text in map(folded, texts)
    ]


def eds_nlp(
    python: Path, texts: Sequence[str], warm: Sequence[str], terms: dict[str, list[str]] | None
) -> tuple[Answers, float, str]:
    """What EDS-NLP finds, its processor seconds and its version."""
    asked = json.dumps({"texts": texts, "warm": warm, "terms": terms})
    command = [str(python), str(HERE / "peers_child.py")]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-800:])
    answer = json.loads(done.stdout.strip().rpartition("\n")[2])
    return answer["answers"], answer["seconds"], answer["version"]


def spent(read_all: Callable[[], object]) -> float:
    """Processor seconds of a call, all threads: the mean of `CALLS`."""
    began = time.process_time()
    for _ in range(CALLS):
        read_all()
    return (time.process_time() - began) / CALLS


def raced(python: Path, texts: list[str], warm: list[str], rounds: int) -> tuple[dict[str, Told], str]:
    """Everyone's answers and seconds, in turn; and the version of EDS-NLP."""
    words, series = keywords(), pl.Series(texts, dtype=pl.String)
    health_mentions(pl.Series(warm, dtype=pl.String))
    seconds: dict[str, list[float]] = {}
    found: dict[str, dict[str, Labels]] = {"leakscan": {}}
    version = ""
    for _ in range(rounds):
        seconds.setdefault("leakscan", []).append(spent(lambda: health_mentions(series)))
        for name, terms in (("EDS-NLP", None), ("EDS-NLP and words", words)):
            answers, taken, version = eds_nlp(python, texts, warm, terms)
            seconds.setdefault(name, []).append(taken)
            found[name] = gathered(texts, answers)
        seconds.setdefault("words", []).append(spent(lambda: searched(texts, words)))
    found["leakscan"] = dict(zip(texts, told(texts), strict=True))
    found["words"] = gathered(texts, searched(texts, words))
    return {name: Told(some, seconds[name]) for name, some in found.items()}, version


def total(scores: Mapping[str, Score]) -> Score:
    """The sum over themes."""
    summed = Score()
    for score in scores.values():
        summed.right += score.right
        summed.false += score.false
        summed.missed += score.missed
        summed.status += score.status
    return summed


def table(sets: Sets, programs: Mapping[str, Told], megabytes: float) -> str:
    """Markdown: a line per theme, all themes, statuses, administrative notes and speed."""
    scores = {name: [judged(notes, one.say)[0] for notes in sets.labelled] for name, one in programs.items()}
    sums = {name: [total(some) for some in pair] for name, pair in scores.items()}

    def line(what: str, cells: Callable[[str], Sequence[str]]) -> str:
        return f"| {what} | " + " | ".join(" / ".join(cells(name)) for name in programs) + " |"

    def each(show: Callable[[Score], str]) -> Callable[[str], list[str]]:
        return lambda name: [show(score) for score in sums[name]]

    def harmless(name: str) -> list[str]:
        say = programs[name].found
        return [
            f"{1000 * sum(bool(say[note['text']]) for note in some) / len(some):.1f}" for some in sets.administrative
        ]

    def theme_f1(theme: str) -> Callable[[str], list[str]]:
        return lambda name: [f"{pair[theme].f1:.3f}" for pair in scores[name]]

    def notes(theme: str) -> str:
        return " / ".join(str(pair[theme].right + pair[theme].missed) for pair in scores["leakscan"])

    ours = median(programs["leakscan"].seconds)
    return "\n".join(
        [
            "| what | " + " | ".join(programs) + " |",
            "|---" * (len(programs) + 1) + "|",
            *(line(f"F1 {theme} ({notes(theme)})", theme_f1(theme)) for theme in THEMES),
            line("F1 all themes", each(lambda score: f"{score.f1:.3f}")),
            line("precision", each(lambda score: f"{score.precision:.3f}")),
            line("recall", each(lambda score: f"{score.recall:.3f}")),
            line("status right, of themes found", each(lambda score: f"{score.status / score.right:.3f}")),
            line("theme and status right, of all", each(lambda one: f"{one.status / (one.right + one.missed):.3f}")),
            line("administrative notes with a theme, per 1,000", harmless),
            line("processor s per MB", lambda name: [f"{median(programs[name].seconds) / megabytes:.3f}"]),
            line("leakscan: times as fast", lambda name: [f"{median(programs[name].seconds) / ours:.1f}"]),
        ]
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edsnlp", type=Path, required=True, help="the interpreter of an environment with EDS-NLP")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    others = read(HERE / "unseen.tsv")
    sets = Sets(
        (read(HERE / "development.tsv", "test"), [note for note in others if note["author"] in JUDGES]),
        (read(HERE / "administrative.tsv"), read(HERE / "unseen_administrative.tsv")),
    )
    megabytes = sum(len(text.encode()) for text in sets.texts) / 1e6
    looked_at = [*read(HERE / "development.tsv", "dev"), *(note for note in others if note["author"] not in JUDGES)]
    warm = [note["text"] for note in looked_at]
    programs, version = raced(given.edsnlp, sets.texts, warm, given.rounds)
    print(table(sets, programs, megabytes))
    counts = " + ".join(f"{len(notes):,}" for notes in (*sets.labelled, *sets.administrative))
    print(
        f"\nEDS-NLP {version}; {counts} notes, {megabytes:.3f} MB; {given.rounds} rounds. Processor s of each round:\n"
    )
    for name, one in programs.items():
        print(f"- {name}: {', '.join(f'{taken:.2f}' for taken in one.seconds)}")
    times = median(programs["EDS-NLP"].seconds) / median(programs["leakscan"].seconds)
    print(f"\n{'met' if times >= TIMES else 'MISSED'}: {times:.1f} times as fast as EDS-NLP, at least {TIMES} wanted")


if __name__ == "__main__":
    main()
