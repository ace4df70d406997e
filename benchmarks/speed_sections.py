"""The parts of the speed benchmark that concern tables, memory and start; each returns a Section."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import speed_inputs as inputs
from speed_letters import letters
from speed_measure import (
    MIB,
    Run,
    Section,
    Verdict,
    child,
    in_turn,
    leakscan,
    number,
    paired,
    run,
    spread,
    warm,
)

RATIO = {"cp1252": 1.2, "utf-8": 2.0}
MEMORY_MIB, MEMORY_PER_KEY = 700, 200
"""The memory allowed: so many MiB and so many bytes per distinct record key."""
LINEAR_TIMES, LINEAR_MOST = 16, 16.5
FILES, FILES_MOST = 28, 1.1
"""Files that must cost what one of their sum costs; a tenth is the noise of the machine."""
VERSION_SECONDS, SMALL_SECONDS, SMALL_ROWS, STARTS = 0.15, 0.4, 20, 15
TRIAGE_SECONDS, TRIAGE_SIZES = 2.0, (0.25, 1.0, 4.0)
PROSE_MB_S = 25.0
NEVER_FOR_TABLES = ("spacy", "presidio_analyzer", "presidio_anonymizer")


@dataclass(frozen=True)
class Bench:
    """What the command line asked for."""

    folder: Path
    rounds: int = 3
    scale: float = 1.0
    sizes: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0, 8.0)
    large: bool = False
    peers: Path = Path("peers-venv")
    slice_rows: int = 2_000
    sources: tuple[str, ...] = ("file", "zcat")

    def scaled(self, count: int) -> int:
        """A count of rows, files or cells at the scale of this run."""
        return max(10, round(count * self.scale))

    @property
    def rows(self) -> int:
        """Rows of a part."""
        return self.scaled(inputs.PART_ROWS)

    @property
    def report(self) -> Path:
        """Where the scans write their reports: never beside an input."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder / "report.json"

    def found(self) -> dict[str, Any]:
        """The report of the last scan."""
        return json.loads(self.report.read_text(encoding="utf-8"))


def compare(bench: Bench, programs: dict[str, Sequence[str]], rounds: int = 0) -> dict[str, list[Run]]:
    """Run every program so many rounds, interleaved."""
    runs: dict[str, list[Run]] = {name: [] for name in programs}
    for name in in_turn(rounds or bench.rounds, list(programs)):
        runs[name].append(run(programs[name]))
    return runs


def seconds(runs: Sequence[Run]) -> list[float]:
    """Wall seconds of each run."""
    return [one.seconds for one in runs]


def against_parse(bench: Bench, table: inputs.Table, encoding: str, chunks: str = "") -> dict[str, Any]:
    """Full scan, its in-process twin and the bare parse of a table, interleaved: the cells of a row and the ratios."""
    warm([table.path])
    programs = {
        "scan": leakscan([table.path], bench.report),
        "parse": child("speed_child.py", "parse", table.path, encoding, inputs.DELIMITER, chunks),
        "inner": child("speed_child.py", "scan", table.path, "--json", str(bench.report), "--quiet"),
    }
    runs = compare(bench, programs)
    scan, parse = seconds(runs["scan"]), seconds(runs["parse"])
    inner = [one.told()["seconds"] for one in runs["inner"]]
    bare = [one.told()["seconds"] for one in runs["parse"]]
    ratios = paired(scan, parse)
    processor = {name: median([one.processor for one in ran]) for name, ran in runs.items()}
    parsed, found = runs["parse"][0].told(), bench.found()
    cells = (
        f"{table.path.name}, {parsed['rows']:,} x {parsed['columns']:,}",
        number(table.megabytes, 0),
        spread(scan),
        spread(parse),
        spread(ratios),
        f"{number(median(inner))} / {number(median(bare))}",
        number(median(paired(inner, bare))),
        f"{number(processor['scan'], 1)} / {number(processor['parse'], 1)}",
        number(table.megabytes / median(scan), 1),
    )
    rows = found["records"] + found["records_damaged"]
    checked = Verdict(f"{table.path.name}: every row read", f"{rows:,}", f"{parsed['rows']:,}", rows == parsed["rows"])
    encoding = found["inputs"][0]["encoding"]
    rate = table.megabytes / median(scan)
    return {"cells": cells, "ratio": median(ratios), "rate": rate, "encoding": encoding, "checked": checked}


RATIO_HEADER = (
    "file",
    "MB",
    "full scan s",
    "bare parse s",
    "ratio",
    "in process s (scan / parse)",
    "in-process ratio",
    "processor s (scan / parse)",
    "MB/s",
)


def ratio(bench: Bench) -> Section:
    """Full scan against the bare parse, cp1252 and UTF-8, and 5,000,000 rows in chunks with `--large`."""
    section = Section("Full scan against a bare parse", RATIO_HEADER)
    for count in (1, 10) if bench.large else (1,):
        table = inputs.table(bench.folder, count, bench.rows)
        for encoding, most in RATIO.items():
            given = table if encoding == "cp1252" else inputs.utf8(table)
            result = against_parse(bench, given, encoding, "chunks" if count > 1 else "")
            section.rows.append(result["cells"])
            section.judge(f"{encoding}, {bench.rows * count:,} rows: full scan / bare parse", result["ratio"], most)
            section.verdicts.append(result["checked"])
            section.notes += [f"{given.path.name} was read as {result['encoding']}."]
    section.notes.append(
        "Whole processes, start-up included; ratios round by round, their median judged. Goals: cp1252 1.0, UTF-8 1.5."
    )
    return section


def memory(bench: Bench) -> Section:
    """Peak memory of the process tree over the sizes, from a file and from `zcat`."""
    header = ("input", "GB", "s", "peak MiB", "private / shared", "memory files", "persons (truth)", "high", "allowed")
    section = Section("Memory", header)
    for size in bench.sizes:
        table = inputs.table(bench.folder, inputs.parts_for(size), bench.rows)
        allowed = MEMORY_MIB + MEMORY_PER_KEY * (table.persons or 0) / MIB
        for source in bench.sources:
            if source == "file":
                done = run(leakscan([table.path], bench.report), sample=True)
            else:
                done = run(leakscan(["-"], bench.report), feed=["zcat", str(inputs.gzipped(table))], sample=True)
            high = bench.found()["persons"]["high"]
            peak = done.memory
            cells = (f"{peak.private / MIB:,.0f} / {peak.shared / MIB:,.0f}", f"{peak.held / MIB:,.0f}")
            told = (f"{table.megabytes / 1000:.2f}", number(done.seconds, 1), f"{peak.total / MIB:,.0f}", *cells)
            section.rows.append((source, *told, f"{table.persons:,}", f"{high:,}", f"{allowed:,.0f}"))
            print("memory:", *section.rows[-1], file=sys.stderr, flush=True)  # a scan of 8 GB takes its time
            what = f"{table.megabytes / 1000:.2f} GB from {source}: peak"
            section.judge(what, peak.total / MIB, round(allowed), " MiB", 0)
    section.notes.append(
        f"Pss_Anon + Pss_Shmem summed over the process and its descendants every 50 ms. Allowed: {MEMORY_MIB} MiB and "
        f"{MEMORY_PER_KEY} bytes per distinct record key, for which the persons of the truth stand; `high` is the "
        "report's count with nothing uncertain merged. Memory files (memfd, /dev/shm) that nobody maps are in no Pss: "
        "their own peak stands apart."
    )
    return section


def linear(bench: Bench) -> Section:
    """16 times the rows, and 28 files against one of their sum."""
    section = Section("Linear", ("what", "small s", "large s", "ratio"))
    few = inputs.table(bench.folder, 1, max(10, bench.rows // LINEAR_TIMES))
    many = inputs.table(bench.folder, 1, bench.rows)
    folder = inputs.split(many, FILES)
    warm([few.path, many.path, *folder.iterdir()])
    programs = {
        "few": leakscan([few.path], bench.report),
        "many": leakscan([many.path], bench.report),
        "files": leakscan([folder], bench.report),
    }
    runs = {name: seconds(ran) for name, ran in compare(bench, programs).items()}
    times, files = paired(runs["many"], runs["few"]), paired(runs["files"], runs["many"])
    what = f"{bench.rows // LINEAR_TIMES:,} and {bench.rows:,} rows"
    section.rows.append((what, spread(runs["few"]), spread(runs["many"]), spread(times)))
    section.rows.append((f"one file and {FILES} of it", spread(runs["many"]), spread(runs["files"]), spread(files)))
    section.judge(f"{LINEAR_TIMES} times the rows: times the time", median(times), LINEAR_MOST)
    section.judge(f"{FILES} files / one file of their sum", median(files), FILES_MOST)
    return section


def start(bench: Bench) -> Section:
    """`--version` and a 10 kB file, against a bare interpreter; what was imported for it."""
    section = Section("Start", ("what", "s", "times a bare interpreter"))
    table = inputs.table(bench.folder, 1, SMALL_ROWS)
    programs = {
        "`python -c pass`": [sys.executable, "-c", "pass"],
        "`leakscan --version`": [sys.executable, "-m", "leakscan", "--version"],
        f"`leakscan scan`, {table.megabytes * 1000:.0f} kB": leakscan([table.path], bench.report),
    }
    bare, version, small = programs
    runs = compare(bench, programs, STARTS if bench.scale >= 1 else 3)
    for name, ran in runs.items():
        times = median(paired(seconds(ran), seconds(runs[bare])))
        section.rows.append((name, spread(seconds(ran), 3), number(times, 1)))
    section.judge("version", median(seconds(runs[version])), VERSION_SECONDS, " s", 3)
    section.judge("a small file, end to end", median(seconds(runs[small])), SMALL_SECONDS, " s", 3)
    imported = run(programs[small], extra={"PYTHONPROFILEIMPORTTIME": "1"}).errors
    names = {line.rpartition("|")[2].strip() for line in imported.splitlines()}
    heavy = sorted(names & set(NEVER_FOR_TABLES))
    section.verdicts.append(
        Verdict("a table imports neither spaCy nor Presidio", ", ".join(heavy) or "none", "none", not heavy)
    )
    return section


def triage(bench: Bench) -> Section:
    """Time to the first answer over the sizes."""
    section = Section("First answer (`--triage`)", ("GB", "s", "band"))
    offered = run([sys.executable, "-m", "leakscan", "scan", "--help"]).output
    if "--triage" not in offered:
        section.verdicts.append(Verdict("first answer", "not built", f"<= {TRIAGE_SECONDS} s", met=False))
        return section
    for size in TRIAGE_SIZES:
        table = inputs.table(bench.folder, inputs.parts_for(size), bench.rows)
        command = leakscan([table.path], bench.report, "--triage")
        ran = [run(command) for _ in range(bench.rounds)]
        gigabytes = f"{table.megabytes / 1000:.2f}"
        section.rows.append((gigabytes, spread(seconds(ran)), bench.found()["severity"]["band"]))
        section.judge(f"first answer on {gigabytes} GB", median(seconds(ran)), TRIAGE_SECONDS, " s")
    return section


def shapes(bench: Bench) -> Section:
    """2,000 columns, one column, cells of 1 MB: each against the bare parse of the same file."""
    section = Section("Shapes", RATIO_HEADER)
    cell_bytes = 1_000_000
    texts = letters(3)
    tables = {
        "2,000 columns": inputs.wide(bench.folder, bench.scaled(20_000)),
        "one column": inputs.narrow(bench.folder, bench.scaled(4_000_000)),
        "cells of 1 MB": inputs.long_cells(bench.folder, bench.scaled(200), cell_bytes, texts),
    }
    for name, table in tables.items():
        result = against_parse(bench, table, "utf-8")
        section.rows.append(result["cells"])
        section.verdicts.append(result["checked"])
        if name.startswith("cells"):
            section.judge_least(f"{name} of prose", result["rate"], PROSE_MB_S, " MB/s")
        else:
            section.judge(f"{name}: full scan / bare parse", result["ratio"], RATIO["utf-8"])
    section.notes.append("The first two have the target of UTF-8 tables; long cells are prose and have its target.")
    return section
