"""What kernel.py runs in fresh processes: the bare parse, or all stages of the kernel. Each prints a line of JSON.

`parse FILE` is the bare parse of benchmarks/speed_child.py with its processor time. `kernel FILE EXPECTED THREADS` runs
the stages one after the other; EXPECTED holds what leakscan found (today.py), which it must agree with. `bounded FILE
LIMIT` codes with so many distinct cells per column.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

PRINTED_ROLES = (
    "nir",
    "birth_date",
    "last_name",
    "first_name",
    "maiden_name",
    "phone",
    "email",
    "address",
    "record_number",
)
PRINTED = 10
"""Columns whose distinct cells get fingerprints: the first of these roles."""


def parse(path: str) -> dict[str, float]:
    """The bare parse: its seconds, and the processor time between the same moments."""
    import polars  # noqa: F401, ICN001 (imports stay outside the measure)
    from speed_child import parse as bare

    began, used = time.perf_counter(), time.process_time()
    told = bare(path, "cp1252", ";")
    return {
        "wall": time.perf_counter() - began,
        "processor": time.process_time() - used,
        "rows": told["rows"],
    }


def kernel(path: str, expected_file: str, threads: str) -> dict[str, Any]:
    """All stages, measured; raises AssertionError where a figure is not leakscan's."""
    from native import Kernel, library
    from shapes import DAY, KEY, SHAPES, automaton
    from today import folding, patterns

    source, expected = Path(path), json.loads(Path(expected_file).read_text(encoding="utf-8"))
    with source.open("rb") as file:
        header = file.readline()
    width = header.count(b";") + 1
    library()
    terms, folds, shapes = patterns(), folding(), automaton()
    roles = expected["roles"]
    printed = [index for index, role in enumerate(roles) if role in PRINTED_ROLES][:PRINTED]
    assert len(printed) == PRINTED, printed
    wall, processor = {}, {}

    def timed(name: str, work: Callable[[], Any]) -> Any:
        began, used = time.perf_counter(), time.process_time()
        result = work()
        wall[name], processor[name] = time.perf_counter() - began, time.process_time() - used
        return result

    first = Kernel(width, threads=int(threads))
    timed("split", lambda: first.read(source, len(header), coding=False))
    counts = first.counts()
    first.close()
    held_before = _peak()
    own = Kernel(width, threads=int(threads))
    timed("code", lambda: own.read(source, len(header)))
    assert counts == own.counts(), (counts, own.counts())
    own.shapes(shapes)
    states = timed("automata", lambda: own.terms(folds, terms))
    timed("classify", own.classify)
    timed("seek", lambda: own.seek(expected["prose"]))
    timed("prints", lambda: own.prints(printed))
    identities = timed("identities", lambda: own.identities(tuple(expected["identity"])))
    peak = _peak()
    columns = [own.column(index, KEY) for index in range(width)]
    days = {index: own.column(index, DAY) for index, role in enumerate(roles) if role and "date" in role}
    told = {
        "records": counts[0],
        "damaged": counts[1],
        "distinct": [column.distinct for column in columns],
        "nir_cells": [columns[index].cells for index in expected["nir_columns"]],
        "nir_rows": [columns[index].rows for index in expected["nir_columns"]],
        "matches": [columns[index].matches for index in expected["prose"]],
        "identities": identities,
    }
    for name, figure in told.items():
        assert figure == expected[name], (name, figure, expected[name])
    timed("everywhere", lambda: own.seek(range(width)))
    worded = sum(own.column(index, SHAPES["words"][0]).cells for index in range(width))
    own.close()
    return {
        **told,
        "worded": worded,
        "wall": wall,
        "processor": processor,
        "memory": peak - held_before,
        "held": sum(column.held for column in columns),
        "over": sum(column.over for column in columns),
        "states": states,
        "patterns": len(terms),
        "date_cells": sum(column.distinct for column in days.values()),
        "days": sum(column.cells for column in days.values()),
    }


def bounded(path: str, limit: str) -> dict[str, float]:
    """Stages 1 and 2 with so many distinct cells per column: what passes the bound, and what is held."""
    from native import Kernel

    with Path(path).open("rb") as file:
        header = file.readline()
    own = Kernel(header.count(b";") + 1, limit=int(limit))
    began, used = time.perf_counter(), time.process_time()
    own.read(Path(path), len(header))
    wall, processor = time.perf_counter() - began, time.process_time() - used
    columns = [own.column(index) for index in range(own.width)]
    records = own.counts()[0]
    own.close()
    return {
        "wall": wall,
        "processor": processor,
        "over": sum(column.over for column in columns) / (records * own.width),
        "columns": sum(column.over > 0 for column in columns),
        "held": sum(column.held for column in columns) / 2**20,
    }


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    work: dict[str, Callable[..., dict[str, Any]]] = {"parse": parse, "kernel": kernel, "bounded": bounded}
    print(json.dumps(work[sys.argv[1]](*sys.argv[2:])))
