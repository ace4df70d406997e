"""Measures rules, pipeline and both on generated text or on a JSONL of spans: `python -m benchmarks.names_fr.score [FILE]`.

A line of FILE is `{"text": ..., "spans": [{"start", "end", "label"}]}` with the labels of the generator or of EDS-Pseudo
(NOM, PRENOM, DATE, DATE_NAISSANCE, ADRESSE, ZIP, VILLE, HOPITAL, TEL, MAIL). Without FILE: `--count` samples from templates and names
that training never saw. Recall: gold spans that a found span touches. Precision: found spans that touch a gold one. Exact: the
share of gold spans with the same bounds (a surname and a first name side by side count as one name).
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import polars as pl

from benchmarks.names_fr.generate import Writer
from leakscan.detectors.email import EMAIL
from leakscan.detectors.phone import PHONE
from leakscan.detectors.search import find
from leakscan.names import LABELS, find_people
from leakscan.names.candidates import promising
from leakscan.names.pipeline import read
from leakscan.names.spans import Spans
from leakscan.names.titles import titled
from leakscan.names.written_dates import dated

_NAMES, _DATES = {"PATIENT", "PRESCRIBER", "PERSON"}, {"EXAM_DATE", "BIRTH_DATE"}
GROUPS: dict[str, tuple[set[str], set[str]]] = {
    "names": (_NAMES | {"NOM", "PRENOM"}, _NAMES),
    "  PATIENT": ({"PATIENT"}, {"PATIENT"}),
    "  PRESCRIBER": ({"PRESCRIBER"}, {"PRESCRIBER"}),
    "  PERSON": ({"PERSON"}, {"PERSON"}),
    "dates": (_DATES | {"DATE", "DATE_NAISSANCE"}, _DATES),
    "  BIRTH_DATE": ({"BIRTH_DATE", "DATE_NAISSANCE"}, {"BIRTH_DATE"}),
    "addresses": ({"ADDRESS", "ADRESSE", "ZIP"}, {"ADDRESS"}),
    "hospitals": ({"HOSPITAL", "HOPITAL"}, {"HOSPITAL"}),
    "phones": ({"TEL"}, {"phone"}),
    "e-mails": ({"MAIL"}, {"email"}),
}
_SIDE_BY_SIDE = re.compile(r"[ \u00a0,]{1,2}")
Found = list[tuple[int, int, int, str]]


def _listed(spans: Spans) -> Found:
    return [
        (number, start, end, LABELS[label])
        for number, start, end, label in zip(
            spans.number.tolist(), spans.start.tolist(), spans.end.tolist(), spans.label.tolist(), strict=True
        )
    ]


def _both(texts: pl.Series) -> Found:
    return list(find_people(texts).select("row", "start", "end", "label").iter_rows())


def _pipeline(texts: pl.Series) -> Found:
    return _listed(read(texts))


def _rules(texts: pl.Series) -> Found:
    return _listed(Spans.joined((titled(texts), dated(texts))))


def _detectors(texts: pl.Series) -> Found:
    return [
        (row, start, end, detector.entity)
        for detector in (PHONE, EMAIL)
        for row, start, end in find(detector, texts).select("row", "start", "end").iter_rows()
    ]


FINDERS: dict[str, Callable[[pl.Series], Found]] = {"rules": _rules, "pipeline": _pipeline, "find_people": _both}


def _gold(samples: list[tuple[str, list[tuple[int, int, str]]]], labels: set[str]) -> list[list[tuple[int, int]]]:
    """Spans of some labels, those side by side as one."""
    out = []
    for text, spans in samples:
        merged: list[tuple[int, int]] = []
        for start, end, label in sorted(spans):
            if label not in labels:
                continue
            beside = merged and _SIDE_BY_SIDE.fullmatch(text[merged[-1][1] : start]) and label in {"NOM", "PRENOM"}
            if beside:
                start = merged.pop()[0]  # noqa: PLW2901 - one name of two fields
            merged.append((start, end))
        out.append(merged)
    return out


def _overlaps(one: tuple[int, int], others: list[tuple[int, int]]) -> bool:
    return any(start < one[1] and end > one[0] for start, end in others)


def figures(
    samples: list[tuple[str, list[tuple[int, int, str]]]], found: Found, group: str
) -> tuple[int, float, float, float]:
    """Gold spans, recall and precision by overlap, exact recall, of a group."""
    wanted, labels = GROUPS[group]
    places: list[list[tuple[int, int]]] = [[] for _ in samples]
    for number, start, end, label in found:
        if label in labels:
            places[number].append((start, end))
    single = [[(start, end) for start, end, label in spans if label in wanted] for _, spans in samples]
    pairs = list(zip(single, places, strict=True))
    gold = sum(len(spans) for spans in single)
    hit = sum(_overlaps(span, some) for spans, some in pairs for span in spans)
    everything = sum(len(some) for some in places)
    right = sum(_overlaps(span, spans) for spans, some in pairs for span in some)
    merged = _gold(samples, wanted)
    exact = sum(span in some for spans, some in zip(merged, places, strict=True) for span in spans)
    return gold, hit / max(gold, 1), right / max(everything, 1), exact / max(sum(map(len, merged)), 1)


def _read(path: Path, part: str) -> list[tuple[str, list[tuple[int, int, str]]]]:
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    chosen = {"all": slice(None), "even": slice(0, None, 2), "odd": slice(1, None, 2)}[part]
    return [
        (line["text"], [(span["start"], span["end"], span["label"]) for span in line["spans"]])
        for line in lines[chosen]
    ]


def _show(samples: list[tuple[str, list[tuple[int, int, str]]]], found: Found, group: str) -> None:
    wanted, labels = GROUPS[group]
    for number, (text, spans) in enumerate(samples):
        gold = [(start, end) for start, end, label in spans if label in wanted]
        some = [(start, end) for at, start, end, label in found if at == number and label in labels]
        for kind, ones, others in (("missed", gold, some), ("wrong", some, gold)):
            for start, end in ones:
                if not _overlaps((start, end), others):
                    print(f"{kind}: {text[max(0, start - 30) : start]!r} [{text[start:end]}] {text[end : end + 20]!r}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--part", choices=("all", "even", "odd"), default="all", help="lines of FILE by number from 0")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=99)
    parser.add_argument(
        "--show", choices=[name.strip() for name in GROUPS], help="print what is missed and wrong (invented text only)"
    )
    arguments = parser.parse_args()
    if arguments.file:
        samples = _read(arguments.file, arguments.part)
    else:
        writer = Writer(Random(arguments.seed), held_out=True)
        made = [writer.sample() for _ in range(arguments.count)]
        samples = [(sample.text, [(*span,) for span in sample.spans]) for sample in made]
    texts = pl.Series([text for text, _ in samples], dtype=pl.String)
    characters = int(texts.str.len_chars().sum())
    print(f"{len(texts)} texts, {characters} characters, {len(promising(texts))} candidates")
    print("| by | what | gold | recall | precision | exact |\n|---|---|---|---|---|---|")
    for name, finder in FINDERS.items():
        finder(texts.head(2))  # imports
        began = time.process_time()
        found = finder(texts)
        spent = time.process_time() - began
        for group in GROUPS:
            gold, recall, precision, exact = figures(samples, found, group)
            if gold and group not in {"phones", "e-mails"}:
                print(f"| {name} | {group.strip()} | {gold} | {recall:.3f} | {precision:.3f} | {exact:.3f} |")
        print(f"| {name} | characters/s | {characters / spent:.0f} | | | |")
        if arguments.show and name == "find_people":
            _show(samples, found, next(group for group in GROUPS if group.strip() == arguments.show))
    found = _detectors(texts)
    for group in ("phones", "e-mails"):
        gold, recall, precision, exact = figures(samples, found, group)
        if gold:
            print(f"| detectors | {group} | {gold} | {recall:.3f} | {precision:.3f} | {exact:.3f} |")


if __name__ == "__main__":
    main()
