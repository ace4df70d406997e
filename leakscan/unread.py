"""What a first look says of what it did not read: nothing about anybody, only how many more there may be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leakscan.persons.estimate import Estimate
from leakscan.persons.ledger import Input, Unit, UnitId
from leakscan.persons.returning import Part, Read, likely_people

MODEL = "returning-people/1"
"""Name of the model behind `persons.likely`; another number means that its answers differ."""
UNREAD_STEP = "unread_by_model"
_SCALED = ("minors", "minors_at_exam", "with_credentials", "placeholders")


def with_unread(
    persons: Mapping[str, Any],
    found: Estimate,
    inputs: Sequence[Input],
    units: Sequence[tuple[UnitId, Unit]],
    records: NDArray[np.uint32],
) -> dict[str, Any]:
    """The persons of a report when a first look left a part unread.

    `low` stays what was read; `high` adds a person for each row that was not, as many as the blocks tell;
    `likely` is the model's, and everything that is counted in likely persons grows by the same factor. Inputs that
    were not opened and those of unknown size add nothing. `units`: in the order in which their people were estimated;
    `records`: how many each row of those people stands for.
    """
    reads, bytes_left_out = _reads(found, inputs, units, records)
    rows_read = sum(part.rows for given in reads for part in given.parts)
    unread = ceil(sum(given.unread for given in reads))
    met = {name: persons[name] for name in ("low", "likely", "high")}
    more = ceil(unread * max(1.0, met["high"] / rows_read)) if rows_read else 0
    likely = min(max(round(likely_people(reads)), met["likely"]), met["likely"] + more)
    factor = likely / met["likely"] if met["likely"] else 1.0

    def grown(interval: Mapping[str, int]) -> dict[str, int]:
        high = interval["high"] + (more if interval["high"] else 0)
        return {
            "low": interval["low"],
            "likely": min(max(round(interval["likely"] * factor), interval["low"]), high),
            "high": high,
        }

    scaled = {name: round(persons[name] * factor) for name in _SCALED}
    *steps, last = persons["waterfall"]
    unread_step = {"step": UNREAD_STEP, "count": likely - met["likely"]}
    return {
        **persons,
        **scaled,
        "likely": likely,
        "high": met["high"] + more,
        "basis": {**persons["basis"], "model": likely - met["likely"]},
        "waterfall": [*steps, unread_step, {"step": last["step"], "count": likely}],
        "by_theme": {
            theme: {status: grown(interval) for status, interval in statuses.items()}
            for theme, statuses in persons["by_theme"].items()
        },
        "by_category": {category: grown(interval) for category, interval in persons["by_category"].items()},
        "reachable": {channel: round(count * factor) for channel, count in persons["reachable"].items()},
        "model": {
            "name": MODEL,
            "rows_read": rows_read,
            "rows_estimated": unread,
            "read": met,
            "bytes_left_out": bytes_left_out,
        },
    }


def _reads(
    found: Estimate, inputs: Sequence[Input], units: Sequence[tuple[UnitId, Unit]], records: NDArray[np.uint32]
) -> tuple[list[Read], int | None]:
    """What was read of each input, and how many bytes are in no estimate (inputs without rows); None: unknown."""
    parts: dict[tuple[str | None, str | None], list[tuple[UnitId, Part]]] = defaultdict(list)
    at = 0
    for key, unit in units:
        end = at + unit.people.height
        part = _part(unit, found.clusters["likely"][at:end], records[at:end])
        parts[key.sha256, key.member].append((key, part))
        at = end
    reads, left_out = [], 0
    for given in inputs:
        own = parts[given.sha256, given.part]
        if any(part.rows for _, part in own):
            reads.append(Read([part for _, part in own], _unread_rows(given, own)))
        elif given.sampled:
            left_out += given.bytes or 0
    return reads, None if any(given.bytes is None for given in inputs) else left_out


def _unread_rows(given: Input, units: Sequence[tuple[UnitId, Part]]) -> float:
    """Rows in the bytes that were not read: as many per byte as in the blocks spread over them, else as in all."""
    if given.bytes is None or not given.bytes_read:
        return 0.0
    rows = sum(part.rows for _, part in units)
    head, part = next((key, part) for key, part in units if part.rows)
    behind = given.bytes_read - head.end
    per_byte = (rows - part.rows) / behind if behind > 0 else rows / given.bytes_read
    return (given.bytes - given.bytes_read) * per_byte


def _part(unit: Unit, clusters: pl.Series, records: NDArray[np.uint32]) -> Part:
    met = clusters.is_not_null()
    bearing = records[met.to_numpy()].sum(dtype=np.int64)
    return Part(unit.records + unit.damaged, int(bearing), clusters.filter(met).unique().to_numpy())
