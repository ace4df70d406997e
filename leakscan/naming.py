"""Names of files, folders, members and sheets: text that came with the leak, and is scanned like any other.

A name makes no record: what stands in it is evidence of its input, and whoever it names in itself is a further person.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import polars as pl

from leakscan import columns
from leakscan.bundles import units_together
from leakscan.examine import examine
from leakscan.options import ScanOptions
from leakscan.persons.estimate import FURTHER_PERSON
from leakscan.persons.identity import Fingerprinter
from leakscan.persons.ledger import PEOPLE_SCHEMA, EvidenceKey, Ledger, Unit, UnitId
from leakscan.plan import Plan, plan
from leakscan.records import IN_NAME, NAME, Table, column_id

FEW_NAMES = 16
"""What so few names say is remembered."""
_TEXT = column_id(0)


def with_names(ledger: Ledger, options: ScanOptions, prints: Fingerprinter) -> Ledger:
    """The ledger with what the names of its inputs say, each name once; the names themselves are not kept."""
    inputs = sorted(ledger.inputs, key=lambda given: (given.path, given.member or ""))
    names = pl.Series(_TEXT, [given.name for given in inputs], dtype=pl.String).unique(maintain_order=True)
    units = _telling(names.filter(names != ""), options, prints)
    known = {
        name: UnitId(f"{NAME}:{print_:016x}", None, 0, len(name))
        for name, print_ in zip(units, prints.column(pl.Series(list(units), dtype=pl.String), NAME), strict=True)
    }
    named = frozenset(
        replace(given, name="", name_id=known[given.name].sha256 if given.name in known else None) for given in inputs
    )
    return replace(ledger, inputs=named, units={**ledger.units, **{known[name]: unit for name, unit in units.items()}})


def _telling(names: pl.Series, options: ScanOptions, prints: Fingerprinter) -> dict[str, Unit]:
    """The names that say something, with what they say."""
    # words of names hang together by strokes and dots: "VIH_MARTIN_1980.pdf"
    texts = names.str.replace_all("_", " ", literal=True).str.replace(r"\.[A-Za-z0-9]{1,5}$", "")
    pivot = options.as_of.year % 100
    if len(texts) <= FEW_NAMES and not _says_something(tuple(texts), pivot):
        return {}
    frame, how = _as_table(texts, pivot)
    telling = _telling_rows(frame, how)
    if not telling:
        return {}
    units, _ = units_together([1] * len(telling), frame[telling], how, prints, options)
    return {names[row]: _of_name(unit) for row, unit in zip(telling, units, strict=True)}


@lru_cache(256)
def _says_something(texts: tuple[str, ...], pivot: int) -> bool:
    """Whether one of a few names says anything: a gate asks of one name for each upload, and often of the same."""
    return bool(texts) and bool(_telling_rows(*_as_table(pl.Series(_TEXT, texts, dtype=pl.String), pivot)))


def _as_table(texts: pl.Series, pivot: int) -> tuple[pl.DataFrame, Plan]:
    frame = texts.to_frame(_TEXT)
    table = Table("text", "utf-8", ("text",), has_header=False, head=frame, kind="text")
    return frame, plan(table, columns.settle(table), pivot)


def _telling_rows(frame: pl.DataFrame, how: Plan) -> list[int]:
    if frame.is_empty():
        return []
    found = examine(frame, how)
    rows = {row for _, _, hits in found.hits for row in hits["row"]}
    return sorted(rows | {row for _, mentions in found.mentions for row in mentions["row"]})


def _of_name(unit: Unit) -> Unit:
    """A record as a name: it has no rows, and nobody in it is the patient of a row."""
    people = unit.people.select(*PEOPLE_SCHEMA).with_columns(
        pl.lit(FURTHER_PERSON).cast(PEOPLE_SCHEMA["kind"]).alias("kind"),
        pl.lit(0).cast(PEOPLE_SCHEMA["rows"]).alias("rows"),
    )
    evidence = {
        EvidenceKey(IN_NAME, key.entity, key.theme, key.status): replace(found, records=0)
        for key, found in unit.evidence.items()
    }
    return replace(
        unit, records=0, records_by_entity={}, people=people, evidence=evidence, exam_first=None, exam_last=None
    )
