"""Search the cells of many columns with every detector of running text: one gate for all, then all on what is left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from operator import itemgetter

import numpy as np
import polars as pl

from leakscan.coded import Together
from leakscan.detectors import DETECTORS
from leakscan.detectors.detector import Detector
from leakscan.detectors.search import find_all, gates

TOGETHER = -2
"""Column index of cells that stand in several columns."""

Hits = list[tuple[int, str, pl.DataFrame]]
"""(column index, entity, hits as HITS_SCHEMA)."""


def rows_of(frames: Iterable[pl.DataFrame]) -> pl.Series:
    """The rows (UInt32) that hits or mentions stand in, each once."""
    return pl.concat([pl.Series("row", dtype=pl.UInt32), *(one["row"].cast(pl.UInt32) for one in frames)]).unique()


def stacked(cells: Mapping[int, pl.Series]) -> pl.DataFrame:
    """The cells that are not empty, one below the other: text, column (Int32), at (UInt32, position in the column)."""
    if not cells:
        return pl.DataFrame(schema={"text": pl.String, "column": pl.Int32, "at": pl.UInt32})
    lengths = [len(column) for column in cells.values()]
    frame = pl.DataFrame({
        "text": pl.concat([column.alias("text") for column in cells.values()]),
        "column": np.repeat(np.array(list(cells), np.int32), lengths),
        "at": np.concatenate([np.arange(length, dtype=np.uint32) for length in lengths]),
    })  # fmt: skip
    return frame.filter(pl.col("text") != "")


def by_column(found: pl.DataFrame, texts: pl.DataFrame) -> Iterator[tuple[int, pl.DataFrame]]:
    """What was found in stacked texts (`row` is a position in them), by column, `row` being the cell's position."""
    if found.is_empty():
        return
    placed = found.with_columns(texts["at"].gather(found["row"]).alias("row"), texts["column"].gather(found["row"]))
    for (column,), part in placed.group_by("column", maintain_order=True):
        yield int(column), part.drop("column")


def spread(parts: Iterable[tuple[int, pl.DataFrame]], together: Together | None) -> list[tuple[int, pl.DataFrame]]:
    """What was found by column, in their order; what was found in columns that were searched together is each one's."""
    found: list[tuple[int, pl.DataFrame]] = []
    for index, part in parts:
        found += [(index, part)] if together is None or index != TOGETHER else together.spread(part)
    return sorted(found, key=itemgetter(0)) if together is not None else found


def text_hits(cells: Mapping[int, pl.Series], own: Mapping[int, str], together: Together | None = None) -> Hits:
    """Hits of every detector that needs no role, in all columns; `row` is the position of the cell in its column.

    `own` names the entity that a column is full of: it is not looked for there, since its role counts it already.
    `together`: columns whose cells stand under the index TOGETHER.
    """
    found: Hits = []
    entities = {detector.entity for detector in _running_text_detectors()}
    groups: dict[str | None, dict[int, pl.Series]] = {}
    for index, column in cells.items():
        entity = own.get(index)
        groups.setdefault(entity if entity in entities else None, {})[index] = column
    for entity, columns in groups.items():
        texts = stacked(columns).filter(pl.col("text").str.contains(_any_gate(entity)))
        wanted = [detector for detector in _running_text_detectors() if detector.entity != entity]
        for detector, hits in find_all(wanted, texts["text"]):
            parts = spread(by_column(hits, texts), together)
            found += [(index, detector.entity, part) for index, part in parts]
    return found


@cache
def _running_text_detectors() -> tuple[Detector, ...]:
    return tuple(detector for detector in DETECTORS if not detector.needs_role)


@cache
def _any_gate(entity: str | None) -> str:
    """A Rust regex that matches every text which passes some detector's gates, but for those of one entity."""
    wanted = (gates(detector)[-1] for detector in _running_text_detectors() if detector.entity != entity)
    return "|".join(f"(?:{gate})" for gate in wanted)
