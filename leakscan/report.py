"""From the ledger to the report (leakscan-report/1): a pure function, so that the same ledger gives the same report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from leakscan.columns.told import why
from leakscan.crowd import Crowd, crowd
from leakscan.data import model_file
from leakscan.options import ScanOptions
from leakscan.persons.bits import CATEGORIES, FLAGS
from leakscan.persons.breakdowns import Professionals, breakdowns, overlap
from leakscan.persons.estimate import Estimate, Linkage, per_category, per_flag, per_theme
from leakscan.persons.frames import Frame, Stack, counts_of, pieces, stacked
from leakscan.persons.ledger import (
    LABORATORIES_SCHEMA,
    EvidenceKey,
    Input,
    Ledger,
    Unit,
    UnitId,
    all_evidence,
)
from leakscan.persons.names import PRESCRIBERS_SCHEMA
from leakscan.persons.prescribers import prescribing_people
from leakscan.records import IN_NAME, ColumnRole, Exposure, InputWarning
from leakscan.report_lines import EvidenceLine, InputLine, Shared, line_of
from leakscan.severity import Facts, assess
from leakscan.sources import HOLES
from leakscan.unread import with_unread

SCHEMA = "leakscan-report/1"
DAMAGED_COLUMN = "(damaged rows)"
NAME_COLUMN = "(name)"
STAFF = "staff_apart"
_STAFF = (
    "staff, hardly any of whom stand in the tables about patients: people in this leak, but not counted as patients"
)
ACT_ROLES, RESULT_ROLES = frozenset(("act",)), frozenset(("result",))


def build_report(ledger: Ledger, options: ScanOptions, counted: Crowd | None = None) -> dict[str, Any]:
    """The report of everything in a ledger: who is in it, how bad it is, what was not read. No value of anybody.

    `counted`: its people, where the caller has them already.
    """
    inputs = list(_in_their_order(ledger.inputs))
    counted = counted or crowd(ledger, options)
    ordered, numbered, everyone = counted.units, counted.numbered, counted.everyone
    typos, found = counted.typos, counted.found
    staff = {told for told, number in numbered.items() if number in counted.staff}
    persons = _persons(
        everyone, found, complete=all(given.status == "scanned" for given in inputs) and not ledger.interrupted
    )
    prescribers = prescribing_people(_prescribers(ordered), typos)
    professionals = Professionals(_shown(ordered), prescribers, _prescribed(ordered, numbered))
    persons["breakdowns"] = breakdowns(everyone, found, professionals, persons["reachable"])
    persons |= _across(inputs, everyone, found, numbered)
    laboratories = _laboratories(everyone)
    severity = _severity(persons, inputs, options)  # of what was read: what was not can only make it worse
    sampled = any(given.sampled for given in inputs)
    if sampled:
        persons = with_unread(persons, found, inputs, ordered, counts_of(everyone, "rows"))
        severity = {**severity, "at_least": True}
    del (
        everyone,
        found,
        typos,
        ordered,
        counted,
    )  # what linkage took goes before the lines of a hundred thousand inputs come
    outermost = [given for given in inputs if given.member is None]
    sizes = [given.bytes for given in outermost]
    exams = [day for unit in ledger.units.values() for day in (unit.exam_first, unit.exam_last) if day]
    units = _by_input(ledger)
    roles = _roles(inputs)
    shared = Shared()
    evidence = [
        line
        for given in inputs
        for key in ((given.sha256, given.part), (given.name_id, None))
        for line in _evidence(given, units.get(key, []), shared)
    ]
    inputs = [_of_staff(given, units.get((given.sha256, given.part), []), staff) for given in inputs]
    return {
        "schema": SCHEMA,
        "tool": {"version": version("leakscan"), "rules_sha256": rules_sha256()},
        "scan": {
            "complete": persons["exact"],
            "sampled": sampled,
            "bytes_total": None if None in sizes else sum(size or 0 for size in sizes),
            "bytes_read": sum(given.bytes_read for given in outermost),
            "interrupted": ledger.interrupted,
            "as_of": options.as_of.isoformat(),
            "run": {"seconds": round(ledger.seconds, 3)},
        },
        "inputs": [_input(given, units.get((given.sha256, given.part), []), options.as_of, roles) for given in inputs],
        "evidence": evidence,
        "records": sum(unit.records for unit in ledger.units.values()),
        "records_damaged": sum(unit.damaged for unit in ledger.units.values()),
        "records_by_entity": _by_entity(ledger.units.values()),
        "persons": persons,
        "prescribers": {"distinct": prescribers["person"].n_unique()},
        "laboratories": {"distinct": laboratories},
        "exam_dates": {"first": min(exams, default=None), "last": max(exams, default=None)},
        "severity": severity,
        "warnings": _warnings(inputs),
    }


def _in_their_order(inputs: Iterable[Input]) -> Iterable[Input]:
    """Inputs by path and member; those that share these in an order of their own, however they came together."""
    ordered = sorted(inputs, key=_place)
    for _, group in groupby(ordered, key=_place):
        same = list(group)
        yield from same if len(same) == 1 else sorted(same, key=_detail)


def _place(given: Input) -> tuple[str, str]:
    return given.path, given.member or ""


def _detail(given: Input) -> tuple[str, ...]:
    """What tells inputs apart; what depends on the key of the scan last, since the report does not."""
    return repr(replace(given, part=None, name_id=None)), given.part or "", given.name_id or ""


@cache
def rules_sha256() -> str:
    """Digest of everything that decides what is found: the lexicons and the code of detection."""
    package = Path(__file__).parent
    models = model_file("severity.toml").parent
    files = [
        *sorted(package.rglob("*.py")),
        *sorted(path for path in models.rglob("*") if path.is_file() and path.suffix != ".md"),
    ]
    digest = sha256()
    for path in files:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _laboratories(people: Frame) -> int:
    parts = [part.unique() for part in pieces(people, "laboratory")]
    return pl.concat(parts).to_series().drop_nulls().n_unique()


def _prescribers(ordered: Sequence[tuple[UnitId, Unit]]) -> pl.DataFrame:
    frames = [pl.DataFrame(schema=PRESCRIBERS_SCHEMA), *(unit.prescribers for _, unit in ordered)]
    return stacked(frames, *PRESCRIBERS_SCHEMA).group_by("rpps", "name", "name_set").agg(pl.col("rows").sum())


def _prescribed(ordered: Sequence[tuple[UnitId, Unit]], numbered: Mapping[tuple[str, str], int]) -> Stack:
    """Whose records name which prescriber, with the number of each unit's input."""
    return Stack(
        [(numbered[key.sha256, key.member or ""], unit.prescribed) for key, unit in ordered if unit.prescribed.height]
    )


def _shown(in_order: Sequence[tuple[UnitId, Unit]]) -> pl.DataFrame:
    """What may be shown of the laboratories of all units."""
    frames = [pl.DataFrame(schema=LABORATORIES_SCHEMA), *(unit.laboratories for _, unit in in_order)]
    return stacked(frames, *LABORATORIES_SCHEMA).unique()


def _across(
    inputs: Sequence[Input], people: Frame, found: Estimate, numbered: Mapping[tuple[str, str], int]
) -> dict[str, Any]:
    """`by_input` and `overlap`: inputs of one content are one line, under the first of their names."""
    places = np.zeros(len(numbered), np.uint32)
    copies = [0] * len(inputs)
    firsts: dict[int, int] = {}
    for place, given in enumerate(inputs):
        for content, part in ((given.name_id, ""), (given.sha256, given.part or "")):
            number = numbered.get((content or "", part))
            if number is not None:
                places[number] = firsts.setdefault(number, place)
        if number is not None and firsts[number] != place:
            copies[firsts[number]] += 1
    lines, shared = overlap(people, found, places, len(inputs))
    by_input = [
        {"path": inputs[at].path, "member": inputs[at].member, "copies": copies[at], **line}
        for line in lines
        for at in (line.pop("input"),)
    ]
    return {"by_input": by_input, "overlap": shared}


def _persons(people: Frame, found: Estimate, *, complete: bool) -> dict[str, Any]:
    themes = per_theme(people, found)
    flags = per_flag(people, found, FLAGS)
    waterfall = dict(found.waterfall)
    return {
        "low": found.low,
        "likely": found.likely,
        "high": found.high,
        "exact": complete and found.sampled is None,
        **({} if found.sampled is None else {"sampled": _sampled(found)}),
        "basis": found.basis,
        "waterfall": [{"step": step, "count": count} for step, count in found.waterfall],
        "linkage": _linkage(found.linkage),
        "by_theme": {
            theme: {status: interval._asdict() for status, interval in statuses.items()}
            for theme, statuses in themes.items()
            if any(interval.high for interval in statuses.values())
        },
        "by_category": {
            category: interval._asdict() for category, interval in per_category(people, found, CATEGORIES).items()
        },
        "minors": flags["minor"],
        "minors_at_exam": flags["minor_at_exam"],
        "with_credentials": flags["credentials"],
        "placeholders": -waterfall["placeholders"],
        "reachable": {channel: flags[channel] for channel in ("email", "phone", "post")},
    }


def _linkage(told: Linkage) -> dict[str, Any]:
    return {
        "records": told.records,
        "identities": told.identities,
        "merged": [one._asdict() for one in told.merged],
        "low": dict(told.low),
        "high": dict(told.high),
    }


def _sampled(found: Estimate) -> dict[str, Any]:
    """How a crowd too large to be linked whole was sampled; what is broken down counts people of the linked blocks."""
    told = {} if found.sampled is None else found.sampled._asdict()
    return {**told, "factor": round(found.factors["likely"], 4)}


def _by_input(ledger: Ledger) -> dict[tuple[str | None, str | None], list[Unit]]:
    """The units of each content, in its order."""
    found: dict[tuple[str | None, str | None], list[Unit]] = {}
    for key, unit in sorted(ledger.units.items(), key=lambda pair: pair[0].start):
        found.setdefault((key.sha256, key.member), []).append(unit)
    return found


def _roles(inputs: list[Input]) -> dict[tuple[ColumnRole, ...], list[dict[str, Any]]]:
    """What is said of columns; the same list for all inputs that have the same ones, as a folder of exports has."""
    return {
        columns: [
            {
                "index": column.index,
                "column": column.column,
                "role": column.role,
                "confidence": column.confidence,
                **({"why": why(column.reasons)} if column.reasons else {}),
            }
            for column in columns
        ]
        for columns in dict.fromkeys(given.columns for given in inputs)
    }


def _input(
    given: Input, units: list[Unit], as_of: date, roles: Mapping[tuple[ColumnRole, ...], list[dict[str, Any]]]
) -> dict[str, Any]:
    cells = {
        "path": given.path,
        "member": given.member,
        "sha256": given.sha256 if _is_hash_of_all(given) else None,
        "format": given.format,
        "encoding": given.encoding,
        "bytes": given.bytes,
        "records": sum(unit.records for unit in units),
        "records_damaged": sum(unit.damaged for unit in units),
        "columns": len(given.columns) or None,
        "status": given.status,
        "reason": given.reason,
        "header": given.has_header,
        "health": given.health,
        "exposure": None if given.exposure is None else _exposure(given.exposure, as_of),
        "roles": roles[given.columns],
    }
    return line_of(InputLine, cells)


def _exposure(found: Exposure, as_of: date) -> dict[str, Any]:
    age = None if found.modified is None else (as_of - date.fromisoformat(found.modified)).days
    return {
        "owner": found.owner,
        "mode": found.mode,
        "open_to": found.open_to,
        "modified": found.modified,
        "age_days": age,
    }


def _is_hash_of_all(given: Input) -> bool:
    if any(warning.code == HOLES for warning in given.warnings):
        return False
    return not given.sampled and (given.status == "skipped" or given.bytes_read == given.bytes)


def _evidence(given: Input, units: list[Unit], shared: Shared) -> Iterable[dict[str, Any]]:
    records = sum(unit.records + unit.damaged for unit in units)
    keys: set[EvidenceKey] = {key for unit in units for key in unit.evidence}
    columns = {column.index: column for column in given.columns}
    for key in sorted(keys, key=lambda key: (key.column, key.entity, key.theme or "", key.status or "")):
        evidence = all_evidence([unit.evidence[key] for unit in units if key in unit.evidence])
        column = columns.get(key.column)
        distinct, exact = evidence.distinct_count()
        cells = {
            "path": given.path,
            "member": given.member,
            "column": column.column if column else NAME_COLUMN if key.column == IN_NAME else DAMAGED_COLUMN,
            "role": column.role if column else None,
            "entity": key.entity,
            "theme": key.theme,
            "status": key.status,
            "hits": evidence.hits,
            "records": evidence.records,
            "distinct": distinct,
            "share": shared.number(round(evidence.records / records, 4) if records else 0.0),
            "confidence": shared.number(round(evidence.confidence_sum / evidence.hits, 3) if evidence.hits else 0.0),
            "samples": shared.list(evidence.samples),
        }
        line = line_of(EvidenceLine, cells)
        yield line if exact else {**line, "distinct_estimated": True}


def _by_entity(units: Iterable[Unit]) -> dict[str, int]:
    totals: dict[str, int] = {"nir": 0}
    for unit in units:
        for entity, records in unit.records_by_entity.items():
            totals[entity] = totals.get(entity, 0) + records
    return dict(sorted(totals.items()))


def _severity(persons: dict[str, Any], inputs: list[Input], options: ScanOptions) -> dict[str, Any]:
    roles = {column.role for given in inputs for column in given.columns}
    facts = Facts(
        persons_likely=persons["likely"],
        categories=frozenset(name for name, interval in persons["by_category"].items() if interval["likely"]),
        themes={
            theme: frozenset(status for status, interval in statuses.items() if interval["likely"])
            for theme, statuses in persons["by_theme"].items()
        },
        has_results=bool(roles & RESULT_ROLES),
        has_acts=bool(roles & ACT_ROLES),
        health_source=any(given.health for given in inputs),
        pseudonymised=persons["basis"]["pseudonym"] > 0 and persons["basis"]["pseudonym"] == persons["likely"],
    )
    return assess(facts, options.recipients, options.malicious)


def _of_staff(given: Input, units: list[Unit], staff: set[tuple[str, str]]) -> Input:
    """An input, which says so where it lists staff who are none of the patients."""
    if (given.sha256 or "", given.part or "") not in staff:
        return given
    said = InputWarning(STAFF, _STAFF, count=sum(unit.records for unit in units))
    return replace(given, warnings=(*given.warnings, said))


def _warnings(inputs: list[Input]) -> list[dict[str, Any]]:
    def line(given: Input, warning: InputWarning) -> dict[str, Any]:
        return {
            "code": warning.code,
            "path": given.path,
            "member": given.member,
            "row": warning.row,
            "offset": warning.offset,
            "count": warning.count,
            "message": warning.message,
        }

    return [line(given, warning) for given in inputs for warning in given.warnings]
