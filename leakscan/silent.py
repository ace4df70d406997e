"""Batches in which nothing speaks of anybody: most of what is scanned, and settled without asking for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache

import polars as pl

from leakscan.coded import Coded
from leakscan.examine import Findings
from leakscan.patients import PART, People, people
from leakscan.persons.identity import Fingerprinter
from leakscan.persons.ledger import PEOPLE_SCHEMA
from leakscan.plan import Plan


def who(
    findings: Findings,
    hashed: Mapping[int, Coded],
    how: Plan,
    prints: Fingerprinter,
    as_of: date,
    parts: pl.Series | None = None,
    number: pl.Series | None = None,
) -> People:
    """As `people`, with the same answer; where nothing was found, all rows are one record of nobody (of each part)."""
    refers = number is not None and how.keys is not None and how.keys.refers
    if how.contacts or refers or not findings.height or not is_silent(findings):
        return people(findings, hashed, how, prints, as_of, parts, number)
    nobody = _nobody()
    if parts is None:
        return replace(nobody, people=nobody.people.with_columns(rows=pl.lit(findings.height, PEOPLE_SCHEMA["rows"])))
    counted = parts.alias(PART).value_counts(name="counted").with_columns(pl.col("counted").cast(PEOPLE_SCHEMA["rows"]))
    each = counted.join(nobody.people, how="cross").with_columns(rows="counted").drop("counted")
    none = {PART: parts.dtype}
    return replace(
        nobody,
        people=each,
        names=_empty(nobody.names, none),
        prescribers=_empty(nobody.prescribers, none),
        exams=_empty(nobody.exams, none),
        laboratories=_empty(nobody.laboratories, none),
        prescribed=_empty(nobody.prescribed, none),
    )


def is_silent(findings: Findings) -> bool:
    """Whether neither a column nor a text said anything about anybody."""
    return (
        all(hits.is_empty() for _, _, hits in findings.hits)
        and all(mentions.is_empty() for _, mentions in findings.mentions)
        and findings.passages.is_empty()
        and all(values.cells.null_count() == len(values.cells) for values in findings.values.values())
    )


def _empty(frame: pl.DataFrame, before: Mapping[str, pl.DataType]) -> pl.DataFrame:
    return pl.DataFrame(schema={**before, **frame.schema})


@cache
def _nobody() -> People:
    """What `people` says of one row in which nothing was found: no key and no plan changes it."""
    findings = Findings(1, {}, [], [])
    return people(findings, {}, Plan((), kind="table"), Fingerprinter(), date.min)
