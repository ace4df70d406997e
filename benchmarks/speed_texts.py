"""The parts of the speed benchmark that concern prose and many small files; each returns a Section."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from random import Random
from statistics import median

import speed_inputs as inputs
from speed_letters import letters
from speed_measure import Section, child, leakscan, number, spread, warm
from speed_sections import PROSE_MB_S, Bench, compare, seconds

LETTERS = 200_000
"""Letters of 5 kB in 1 GB."""
SMALL_FILES, SMALL_MS = 20_000, 3.0


def files_below(path: Path) -> Iterator[Path]:
    """A file, or all files below a folder."""
    if path.is_file():
        yield path
    for folder, _, names in os.walk(path):
        for name in names:
            yield Path(folder, name)


def prose(bench: Bench) -> Section:
    """The same letters, one per line of one file and one per file."""
    section = Section("Prose", ("letters", "MB", "s", "MB/s", "processor s", "records", "NIR records"))
    count = bench.scaled(LETTERS)
    inputs_of = {
        "one per line": inputs.joined(bench.folder / f"letters-{count}.txt", count, letters(1)),
        "one per file": inputs.folder_of(bench.folder / f"letters-{count}", count, [(".txt", letters(1))]),
    }
    for name, path in inputs_of.items():
        files = list(files_below(path))
        warm(files)
        megabytes = sum(file.stat().st_size for file in files) / 1e6
        ran = compare(bench, {name: leakscan([path], bench.report)})[name]
        rate = megabytes / median(seconds(ran))
        found = bench.found()
        processor = number(median([one.processor for one in ran]), 1)
        counts = (f"{found['records']:,}", f"{found['records_by_entity'].get('nir', 0):,}")
        section.rows.append((name, number(megabytes, 0), spread(seconds(ran)), number(rate, 1), processor, *counts))
        section.judge_least(f"{count:,} letters, {name}", rate, PROSE_MB_S, " MB/s")
    return section


def small_files(bench: Bench) -> Section:
    """Very many files of 5 kB: letters, exports under one header, and both in turn, over the bare read of each."""
    section = Section("Small files", ("files", "MB", "scan s", "bare read s", "ms a file over it", "records"))
    count = bench.scaled(SMALL_FILES)
    kinds = {
        "letters": [(".txt", letters(2))],
        "exports": [(".csv", inputs.small_exports(Random("exports 1")))],
        "mixed": [(".csv", inputs.small_exports(Random("exports 2"))), (".txt", letters(4))],
    }
    for name, kind in kinds.items():
        folder = inputs.folder_of(bench.folder / f"small-{name}-{count}", count, kind)
        warm(files_below(folder))
        scan = leakscan([folder], bench.report)
        runs = compare(bench, {"scan": scan, "read": child("speed_child.py", "read", folder)})
        over = [
            (one.seconds - other.told()["seconds"]) * 1000 / count
            for one, other in zip(runs["scan"], runs["read"], strict=True)
        ]
        read = [one.told() for one in runs["read"]]
        megabytes = number(read[0]["bytes"] / 1e6, 0)
        times = (spread(seconds(runs["scan"])), spread([one["seconds"] for one in read]))
        section.rows.append((f"{count:,} {name}", megabytes, *times, spread(over), f"{bench.found()['records']:,}"))
        section.judge(f"{name}: over the bare read", median(over), SMALL_MS, " ms a file")
    section.notes.append("Scans are whole processes; the bare read (open, read, SHA-256) has no start-up.")
    return section
