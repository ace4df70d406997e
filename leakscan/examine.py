"""Examine one batch: what stands in its columns by role, and what running text holds anywhere. No people yet, no counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

import polars as pl

from leakscan.detectors import DETECTORS, canonical_of
from leakscan.detectors.dates import Order, date_order, iso_dates
from leakscan.detectors.detector import Detector
from leakscan.detectors.nir import in_nir_column, key_of, wrong_key, without_key
from leakscan.detectors.search import find
from leakscan.health import act_result_mentions, code_themes, find_mentions
from leakscan.records import MENTIONS_SCHEMA, ColumnRole, Table, column_id

DATE_ROLES = ("birth_date", "exam_date", "date")
HEALTH_ROLES = ("comment", "act", "result", "diagnosis", "drug", None)
"""Columns in which a text speaks of health. Names, addresses and places are full of words that only look like it."""
CODED_ROLES: Mapping[str, str] = {"diagnosis": "cim10", "drug": "atc"}
CODE_CONFIDENCE = 0.9
DAMAGED = -1
"""Column index of evidence found in damaged rows, whose fields cannot be told apart."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How to look at the batches of one table: settled from its head, so the same for every batch."""

    columns: tuple[ColumnRole, ...]
    kind: str
    date_order: Mapping[int, Order] = field(default_factory=dict)
    pivot: int = 26

    def having(self, *roles: str | None) -> list[int]:
        """Indices of the columns with one of these roles."""
        return [column.index for column in self.columns if column.role in roles]


@dataclass(frozen=True, slots=True)
class Findings:
    """What a batch of `height` records holds.

    `values`: one String column per role column (named by `column_id`), canonical or null, aligned with the batch.
    `hits`: (column index, entity, hits as HITS_SCHEMA), rows being positions in the batch.
    `mentions`: (column index, mentions as MENTIONS_SCHEMA), the same.
    """

    height: int
    values: pl.DataFrame
    hits: list[tuple[int, str, pl.DataFrame]]
    mentions: list[tuple[int, pl.DataFrame]]


@cache
def _running_text_detectors() -> tuple[Detector, ...]:
    return tuple(detector for detector in DETECTORS if not detector.needs_role)


def plan(table: Table, columns: tuple[ColumnRole, ...], pivot: int) -> Plan:
    """Settle what depends on the head alone."""
    orders = {c.index: date_order(table.head[column_id(c.index)]) for c in columns if c.role in DATE_ROLES}
    return Plan(columns, table.kind, orders, pivot)


def examine(frame: pl.DataFrame, how: Plan) -> Findings:
    """Everything that one batch's records hold, by column."""
    values = _role_values(frame, how)
    unexplained = _unexplained(frame, values, how)
    hits = [*_value_hits(frame, values, how), *_text_hits(unexplained, {c.index: c.role for c in how.columns})]
    mentions = list(_mentions(frame, how))
    return Findings(frame.height, values, _patients_own_numbers(hits), mentions)


def examine_text(texts: pl.Series) -> tuple[list[tuple[int, str, pl.DataFrame]], list[tuple[int, pl.DataFrame]]]:
    """Hits and mentions in raw records whose fields cannot be told apart (damaged rows, preambles)."""
    return _patients_own_numbers(_text_hits({DAMAGED: texts}, {})), [(DAMAGED, find_mentions(texts))]


def _role_values(frame: pl.DataFrame, how: Plan) -> pl.DataFrame:
    """Canonical values of every column that has a role with a scalar path."""
    lazy, dates = [], []
    for column in how.columns:
        name = column_id(column.index)
        cell = pl.col(name).str.strip_chars()
        if column.role in DATE_ROLES:
            iso = iso_dates(frame[name], how.pivot, order=how.date_order.get(column.index, "dmy"), lunar=column.role == "birth_date")
            dates.append(iso.alias(name))
        elif column.role == "nir":
            lazy.append(in_nir_column(cell).alias(name))
        elif column.role is not None and column.role not in HEALTH_ROLES:
            lazy.append(canonical_of(column.role)(cell).alias(name))
    values = frame.select(lazy).with_columns(dates) if lazy else pl.DataFrame(dates)
    return values.with_columns(_right_by_the_key_beside(index, key) for index, key in _keyed_apart(how))


def _keyed_apart(how: Plan) -> list[tuple[int, int]]:
    """NIR columns with the column that holds their keys: the nearest one."""
    keys = how.having("nir_key")
    return [(index, _nearest(index, keys)) for index in how.having("nir")] if keys else []


def _right_by_the_key_beside(index: int, key: int) -> pl.Expr:
    """A number whose key stands in the next column counts only with the right one; without a key it may stand."""
    number, beside = pl.col(column_id(index)), pl.col(column_id(key))
    return pl.when(beside.is_null() | (key_of(number) == beside.cast(pl.Int64, strict=False))).then(number).alias(column_id(index))


def _unexplained(frame: pl.DataFrame, values: pl.DataFrame, how: Plan) -> dict[int, pl.Series]:
    """Cells that still have to be searched as text: all but those that are one whole value of a closed form."""
    cells = {}
    for column in how.columns:
        name = column_id(column.index)
        if name in values.columns and column.role in _CLOSED:
            left = frame.select(pl.when(values[name].is_null()).then(pl.col(name)).otherwise(pl.lit(""))).to_series()
            cells[column.index] = left
        else:
            cells[column.index] = frame[name]
    return cells


_CLOSED = frozenset(("nir", "ins", "nir_key", "birth_date", "exam_date", "date", "sex", "postcode", "phone", "email", "iban", "rpps", "adeli", "finess", "blood_group", "title"))
"""Roles whose canonical value accounts for the whole cell."""


def _value_hits(frame: pl.DataFrame, values: pl.DataFrame, how: Plan) -> Iterable[tuple[int, str, pl.DataFrame]]:
    for column in how.columns:
        name = column_id(column.index)
        if name not in values.columns or column.role is None:
            continue
        found = pl.DataFrame({"canonical": values[name], "end": frame[name].str.len_chars()}).with_row_index("row").drop_nulls("canonical")
        if not found.is_empty():
            confidence = pl.lit(max(0.5, min(1.0, column.confidence)), pl.Float32)
            yield column.index, column.role, found.select("row", pl.lit(0, pl.UInt32).alias("start"), "end", "canonical", confidence.alias("confidence"))
        if column.role == "nir":
            cell = pl.col(name).str.strip_chars()
            refused = pl.when(values[name].is_null()).then(pl.coalesce(wrong_key(cell), without_key(cell)))
            bad = frame.select(canonical=refused, end=pl.col(name).str.len_chars()).with_row_index("row").drop_nulls("canonical")
            if not bad.is_empty():
                yield column.index, "nir_wrong_key", bad.select("row", pl.lit(0, pl.UInt32).alias("start"), "end", "canonical", pl.lit(0.5, pl.Float32).alias("confidence"))


def _text_hits(cells: Mapping[int, pl.Series], roles: Mapping[int, str | None]) -> list[tuple[int, str, pl.DataFrame]]:
    """Search every column's texts with every detector that needs no role; one Rust pass says which are worth it."""
    if not cells:
        return []
    frame = pl.DataFrame({str(index): texts for index, texts in cells.items()})
    found = []
    for detector in _running_text_detectors():
        worth = frame.select(pl.all().str.contains(detector.prefilter).any())
        for name in worth.columns:
            role = roles.get(int(name))
            counted_by_role = role == detector.entity and role not in _CLOSED
            if worth[name][0] and not counted_by_role:
                hits = find(detector, frame[name])
                if not hits.is_empty():
                    found.append((int(name), detector.entity, hits))
    return found


def _patients_own_numbers(hits: list[tuple[int, str, pl.DataFrame]]) -> list[tuple[int, str, pl.DataFrame]]:
    """A number labelled as INS is not counted as a NIR again."""
    labelled = {index: frame for index, entity, frame in hits if entity == "ins"}
    kept = []
    for index, entity, frame in hits:
        own = labelled.get(index)
        left = frame if entity != "nir" or own is None else frame.join(own, on=["row", "start"], how="anti")
        if not left.is_empty():
            kept.append((index, entity, left))
    return kept


def _mentions(frame: pl.DataFrame, how: Plan) -> Iterable[tuple[int, pl.DataFrame]]:
    """Health mentions, column by column; an act is read together with the result beside it."""
    acts, results = how.having("act"), how.having("result")
    for index in how.having(*HEALTH_ROLES):
        role = how.columns[index].role
        if role == "act":
            found = act_result_mentions(frame[column_id(index)], _results_beside(frame, index, results))
        elif role == "result" and acts:
            continue
        else:
            found = find_mentions(frame[column_id(index)])
        if role in CODED_ROLES:
            found = pl.concat([found, _code_mentions(frame[column_id(index)], CODED_ROLES[role])])
        if not found.is_empty():
            yield index, found.cast(dict(MENTIONS_SCHEMA))


def _results_beside(frame: pl.DataFrame, index: int, results: list[int]) -> pl.Series:
    """The result column nearest to an act column; empty results where the table has none."""
    return frame[column_id(_nearest(index, results))] if results else pl.repeat("", frame.height, eager=True)


def _code_mentions(codes: pl.Series, system: str) -> pl.DataFrame:
    """Themes of a column of codes as mentions of the whole cell."""
    themes = code_themes(codes, system)
    whole = {"start": pl.lit(0), "end": pl.lit(0), "term": pl.col("theme"), "confidence": pl.lit(CODE_CONFIDENCE)}
    return themes.with_columns(**whole).select(*MENTIONS_SCHEMA).cast(dict(MENTIONS_SCHEMA))


def _nearest(index: int, others: list[int]) -> int:
    return min(others, key=lambda other: (abs(other - index), other < index))


