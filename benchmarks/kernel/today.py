"""What leakscan itself takes for the steps that the kernel does, and what it finds: the other side of kernel.py.

`profile FILE`: processor seconds of each step of a scan in one process, to be run with one polars thread. `whole FILE`:
the same of one look at all records as a single batch, so that each distinct cell of the file is asked once. `found
FILE`: figures to agree with. Each prints one line of JSON.
"""

from __future__ import annotations

import inspect
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from leakscan import columns, examine, patients, scan, units
from leakscan.columns import settle
from leakscan.examine import HEALTH_ROLES
from leakscan.health import matching, mentions
from leakscan.health.folding import LIGATURE, fold, fold_texts
from leakscan.health.lexicon import lexicon
from leakscan.options import ScanOptions
from leakscan.persons.identity import Fingerprinter
from leakscan.readers import delimited, open_reader
from leakscan.records import ROW, Batch, InputWarning, ReadOptions, Table, Unparsed
from leakscan.tally import Tally

STEPS: tuple[tuple[str, Any, str], ...] = (
    ("blocks", delimited, "blocks"),
    ("parse", delimited, "parsed_batch"),
    ("settle", delimited, "settle_layout"),
    ("roles", columns, "settle"),
    ("examine", units, "examine"),
    ("coding", examine, "_distinct_cells"),
    ("values", examine, "_role_values"),
    ("text", examine, "text_hits"),
    ("health", examine, "_mentions"),
    ("lexicon", matching, "lexicon_for"),
    ("automaton", matching, "_raw_matches"),
    ("folding", mentions, "fold_texts"),
    ("prints", units, "fingerprint_values"),
    ("tally", Tally, "findings"),
    ("people", units, "people"),
    ("gather", patients, "gather"),
    ("gather", units, "gather"),
    ("slips", units, "slips"),
    ("close", units.UnitBuilder, "build"),
)
"""Steps of a scan, and where each is looked up; what a step calls counts in it too."""
IDENTITY = ("nir", "birth_date", "last_name", "first_name")


def _timed(spent: Counter[str], step: str, own: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, its processor time added up; of one that yields, the time from one item to the next."""

    def one_by_one(items: Iterator[Any]) -> Iterator[Any]:
        while True:
            began = time.process_time()
            try:
                item = next(items)
            except StopIteration:
                return
            finally:
                spent[step] += time.process_time() - began
            yield item

    def call(*given: Any, **named: Any) -> Any:
        began = time.process_time()
        result = own(*given, **named)
        spent[step] += time.process_time() - began
        return one_by_one(result) if inspect.isgenerator(result) else result

    return call


def _watched() -> Counter[str]:
    """Every step timed from now on. cProfile would tell the same and make a scan a third dearer."""
    spent: Counter[str] = Counter()
    for step, where, name in STEPS:
        setattr(where, name, _timed(spent, step, getattr(where, name)))
    return spent


def profile(path: str) -> Counter[str]:
    """Processor seconds of each step of one scan and its report."""
    from leakscan.report import build_report

    options, spent = ScanOptions(workers=1), _watched()
    ledger = _timed(spent, "scan", scan.scan)([path], options)
    _timed(spent, "report", build_report)(ledger, options)
    return spent


def whole(path: str) -> Counter[str]:
    """Processor seconds of each step of one look at a whole file, reading apart."""
    all_of_it, options = read(Path(path)), ScanOptions()
    how = examine.plan(all_of_it.table, settle(all_of_it.table, {}), options.as_of.year % 100)
    numbered = all_of_it.frame.with_row_index(ROW, 1).with_columns(pl.col(ROW).cast(pl.UInt64))
    batch = Batch(numbered, all_of_it.damaged, 0, Path(path).stat().st_size, ())
    spent = _watched()
    _timed(spent, "look", units.look)(batch, how, Fingerprinter(), options.as_of)
    return spent


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
            assert isinstance(batch, Batch)
            frames.append(batch.frame.drop(ROW))
            damaged.append(batch.damaged.filter(pl.col("reason") != "preamble"))
    return Read(table, pl.concat(frames), pl.concat(damaged))


def patterns() -> list[bytes]:
    """The terms of the lexicon as the automaton seeks them: between two blanks, or after one."""
    words = lexicon()
    terms = words.entries.select("term", "pattern").unique(maintain_order=True)
    found: set[str] = set()
    for term, pattern in terms.iter_rows():
        end = "" if words.is_prefix[pattern] else " "
        found.update(f" {spelled}{end}" for spelled in (term, term.replace("oe", LIGATURE)))
    twice = int(words.is_term.sum()) - len(found)  # an ending of drugs may be sought as a term of its own as well
    assert 0 <= twice < len(found) // 1000, (len(found), twice)
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
