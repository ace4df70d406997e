"""What leakscan itself takes for the steps that the kernel does, and what it finds: the other side of kernel.py.

`profile FILE`: a scan in one process, to be run with one polars thread, under cProfile on processor time. `whole FILE`:
the same of one look at all records as a single batch, so that each distinct cell of the file is asked once. `found
FILE`: figures to agree with. Each prints one line of JSON.
"""

from __future__ import annotations

import cProfile
import json
import pstats
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from leakscan.columns import settle
from leakscan.examine import HEALTH_ROLES, plan
from leakscan.health.folding import LIGATURE, fold, fold_texts
from leakscan.health.lexicon import lexicon
from leakscan.options import ScanOptions
from leakscan.persons.identity import Fingerprinter
from leakscan.readers import open_reader
from leakscan.records import ROW, Batch, InputWarning, ReadOptions, Table, Unparsed
from leakscan.units import look

STEPS = {
    "blocks": ("readers/delimited.py", "read"),
    "parse": ("readers/delimited.py", "_batch"),
    "coding": ("leakscan/examine.py", "_distinct_cells"),
    "values": ("leakscan/examine.py", "_role_values"),
    "text": ("leakscan/text_hits.py", "text_hits"),
    "health": ("leakscan/examine.py", "_mentions"),
    "automaton": ("health/matching.py", "_raw_matches"),
    "folding": ("health/folding.py", "fold_texts"),
    "prints": ("leakscan/patients.py", "fingerprint_values"),
    "people": ("leakscan/patients.py", "people"),
    "gather": ("persons/ledger.py", "gather"),
    "tally": ("leakscan/tally.py", "findings"),
    "examine": ("leakscan/examine.py", "examine"),
    "look": ("leakscan/units.py", "look"),
    "settle": ("readers/delimited.py", "settle_layout"),
    "roles": ("columns/settle.py", "settle"),
    "close": ("leakscan/units.py", "build"),
    "slips": ("persons/names.py", "slips"),
    "lexicon": ("health/lexicon.py", "lexicon"),
    "report": ("leakscan/report.py", "build_report"),
    "scan": ("leakscan/scan.py", "scan"),
}
"""Steps of a scan: file and function whose time, with all that it calls, is told."""
IDENTITY = ("nir", "birth_date", "last_name", "first_name")


def profile(path: str) -> dict[str, float]:
    """Processor seconds of each step of one scan and its report."""
    from leakscan.report import build_report
    from leakscan.scan import scan

    options = ScanOptions(workers=1)
    watched = cProfile.Profile(time.process_time)
    watched.enable()
    build_report(scan([path], options), options)
    watched.disable()
    return _told(watched)


def whole(path: str) -> dict[str, float]:
    """Processor seconds of each step of one look at a whole file, reading apart."""
    all_of_it, options = read(Path(path)), ScanOptions()
    how = plan(all_of_it.table, settle(all_of_it.table, {}), options.as_of.year % 100)
    numbered = all_of_it.frame.with_row_index(ROW, 1).with_columns(pl.col(ROW).cast(pl.UInt64))
    batch = Batch(numbered, all_of_it.damaged, 0, Path(path).stat().st_size, ())
    watched = cProfile.Profile(time.process_time)
    watched.enable()
    look(batch, how, Fingerprinter(), options.as_of)
    watched.disable()
    return _told(watched)


def _told(watched: cProfile.Profile) -> dict[str, float]:
    told = pstats.Stats(watched).stats  # type: ignore[attr-defined]
    return {
        step: sum(row[3] for (file, _, name), row in told.items() if file.endswith(place) and name == function)
        for step, (place, function) in STEPS.items()
    }


@dataclass(frozen=True)
class Read:
    """A file as leakscan reads it: its table, all records that are not damaged, and those that are."""

    table: Table
    frame: pl.DataFrame
    damaged: pl.DataFrame


def read(path: Path) -> Read:
    """All records of a file, by leakscan's reader."""
    with path.open("rb") as stream:
        opened = open_reader(stream, ReadOptions())
        assert not isinstance(opened, str)
        table = next(opened[1])
        assert isinstance(table, Table)
        frames, damaged = [], []
        for item in opened[1]:
            if isinstance(item, InputWarning):
                continue
            batch = item.batch() if isinstance(item, Unparsed) else item
            frames.append(batch.frame.drop(ROW))
            damaged.append(batch.damaged.filter(pl.col("reason") != "preamble"))
    return Read(table, pl.concat(frames), pl.concat(damaged))


def patterns() -> list[bytes]:
    """The terms of the lexicon as the automaton seeks them: between two blanks, or after one."""
    words = lexicon()
    terms = words.entries.select("term", "pattern").unique(maintain_order=True)
    found = set()
    for term, pattern in terms.iter_rows():
        end = "" if words.is_prefix[pattern] else " "
        found.update(f" {spelled}{end}" for spelled in (term, term.replace("oe", LIGATURE)))
    assert len(found) == int(words.is_term.sum()), (len(found), int(words.is_term.sum()))
    return [pattern.encode("ascii") for pattern in sorted(found)]


def folding() -> bytes:
    """For each byte of cp1252 the byte that terms are sought in: folded, and a blank for all but letters and digits."""
    folded = (fold(bytes([byte]).decode("cp1252", "replace")) for byte in range(256))
    return bytes(ord(sign) if sign.isalnum() or sign in "\x02\x03\x1e" else 0x20 for sign in folded)


def term_matches(cells: pl.Series) -> int:
    """How often terms stand in texts, overlapping ones too."""
    words = lexicon()
    worded = cells.filter(cells.str.contains(r"\p{L}{2}"))
    matches = words.automaton.find_matches_as_indexes(fold_texts(worded).tokens, overlapping=True)
    return sum(bool(words.is_term[pattern]) for pattern, _, _ in matches) if len(worded) else 0


def right_keys(cells: pl.Series) -> pl.Series:
    """Which cells are NIRs of 15 characters with the right key."""
    from leakscan.detectors.nir import with_key

    return cells.to_frame("cell").select(with_key(pl.col("cell")).is_not_null()).to_series()


def columns_of(roles: Sequence[str | None], *wanted: str | None) -> list[int]:
    """Places of the columns that have one of the roles."""
    return [index for index, role in enumerate(roles) if role in wanted]


def found(path: str) -> dict[str, object]:
    """What the kernel must agree with."""
    all_of_it = read(Path(path))
    frame, roles = all_of_it.frame, [column.role for column in settle(all_of_it.table, {})]
    prose = columns_of(roles, *HEALTH_ROLES)
    distinct = {index: frame[:, index].unique() for index in range(frame.width)}
    nir = columns_of(roles, "nir")
    identity = [columns_of(roles, role)[0] for role in IDENTITY if columns_of(roles, role)]
    return {
        "records": frame.height,
        "damaged": all_of_it.damaged.height,
        "distinct": [len(distinct[index]) for index in range(frame.width)],
        "nir_columns": nir,
        "nir_cells": [int(right_keys(distinct[index]).sum()) for index in nir],
        "nir_rows": [int(right_keys(frame[:, index]).sum()) for index in nir],
        "prose": prose,
        "matches": [term_matches(distinct[index]) for index in prose],
        "identity": identity,
        "identities": frame[:, identity].unique().height if identity else 0,
        "roles": roles,
    }


if __name__ == "__main__":
    print(json.dumps({"profile": profile, "whole": whole, "found": found}[sys.argv[1]](sys.argv[2])))
