"""The parts of the speed benchmark that concern prose and many small files; each returns a Section."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from random import Random
from statistics import median

import speed_inputs as inputs
from speed_letters import letters
from speed_measure import MIB, Section, child, leakscan, number, run, spread, warm
from speed_sections import PROSE_MB_S, Bench, compare, seconds

LETTERS = 200_000
"""Letters of 5 kB in 1 GB."""
SMALL_FILES, SMALL_MS = 20_000, 3.0
MANY_FILES, MANY_SHARES, MANY_BYTES = 100_000, (0.25, 0.5, 1.0), 6_000
"""Files of `many`, the shares of them that are scanned, and what the first process may keep of each while it reads."""


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


def many(bench: Bench) -> Section:
    """A hundred thousand files of 5 kB, and the first quarter and half of them: time, and whether memory grows."""
    header = ("files", "scan s", "bare read s", "ms a file over it", "reading, MiB", "peak, MiB", "all processes, MiB")
    section = Section("Many small files", header)
    count = bench.scaled(MANY_FILES)
    kind = [(".csv", inputs.small_exports(Random("exports 3"))), (".txt", letters(5))]
    everything = inputs.folder_of(bench.folder / f"many-{count}", count, kind)
    kept: dict[int, int] = {}
    for share in MANY_SHARES:
        files = round(share * count)
        folder = everything if files == count else inputs.first_of(everything, files)
        warm(files_below(folder))
        read = run(child("speed_child.py", "read", folder)).told()["seconds"]
        scan = run(leakscan([folder], bench.report), sample=True)
        over = (scan.seconds - read) * 1000 / files
        kept[files] = scan.memory.busy
        sizes = (number(size / MIB, 0) for size in (scan.memory.busy, scan.memory.first, scan.memory.total))
        section.rows.append((f"{files:,}", number(scan.seconds, 1), number(read), number(over), *sizes))
    section.judge(f"{count:,} files: over the bare read", over, SMALL_MS, " ms a file")
    few, all_of_them = min(kept), max(kept)
    growth = (kept[all_of_them] - kept[few]) / max(1, all_of_them - few)
    section.judge("growth of the first process while it reads", growth, MANY_BYTES, " bytes a file", 0)
    section.notes.append("Reading and peak are Pss_Anon of the first process: while workers read, and report included.")
    return section
