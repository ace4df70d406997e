"""Examine one batch: what stands in its columns by role, what running text holds anywhere. No people yet, no counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial

import polars as pl

from leakscan.detectors import DETECTORS, canonical_of
from leakscan.detectors.dates import Order, date_order, iso_dates
from leakscan.detectors.detector import Detector
from leakscan.detectors.nir import key_of, with_key, without_key, wrong_key
from leakscan.detectors.search import find, rarest_gate, worth_a_look
from leakscan.health import act_result_mentions, code_themes, find_mentions
from leakscan.records import MENTIONS_SCHEMA, ColumnRole, Table, column_id

DATE_ROLES = ("birth_date", "exam_date", "date")
PROSE_ROLES = ("comment", "diagnosis", "drug", None)
"""Columns in which a text speaks of health. Names, addresses and places are full of words that only look like it."""
HEALTH_ROLES = (*PROSE_ROLES, "act", "result")
CODE_SYSTEMS: tuple[tuple[str, str], ...] = (("diagnosis", "cim10"), ("drug", "atc"), ("drug", "cip13"))
CODE_CONFIDENCE = 0.9
CLOSED_ROLES = frozenset(
    (
        *DATE_ROLES,
        "nir",
        "ins",
        "nir_key",
        "sex",
        "title",
        "postcode",
        "phone",
        "email",
        "iban",
        "rpps",
        "adeli",
        "finess",
        "blood_group",
    )
)
"""Roles whose canonical value accounts for the whole cell; what is left of other cells is searched as text."""
MIN_REFERENCES = 20
"""Numbers of 15 digits in the head from which on a column can be judged."""
CHANCE = 0.3
"""A column of 15-digit numbers with a smaller share of right keys holds references, not NIRs."""
REPEATING = 0.3
"""A column with fewer distinct cells than this share is read once per distinct cell."""
WORTH_CUTTING = 0.3
"""Records are cut out of a batch for a closer look only where they are fewer than this share of it."""
DAMAGED = -1
"""Column index of evidence found in damaged rows, whose fields cannot be told apart."""

Hits = list[tuple[int, str, pl.DataFrame]]
"""(column index, entity, hits as HITS_SCHEMA)."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How to look at the batches of one table: settled from its head, so the same for every batch."""

    columns: tuple[ColumnRole, ...]
    kind: str
    date_order: Mapping[int, Order] = field(default_factory=dict)
    repeating: frozenset[int] = frozenset()
    references: frozenset[int] = frozenset()
    pivot: int = 26

    def having(self, *roles: str | None) -> list[int]:
        """Indices of the columns with one of these roles."""
        return [column.index for column in self.columns if column.role in roles]

    def surest(self, role: str) -> list[int]:
        """Indices of a role's columns, the surest first."""
        return sorted(self.having(role), key=lambda index: (-self.columns[index].confidence, index))


@dataclass(frozen=True, slots=True)
class Findings:
    """What a batch of `height` records holds.

    `values`: one String column per role column (named by `column_id`), canonical or null, aligned with the batch.
    `hits`: (column index, entity, hits as HITS_SCHEMA) from running text and of refused numbers, rows being positions.
    `mentions`: (column index, mentions as MENTIONS_SCHEMA), the same.
    """

    height: int
    values: pl.DataFrame = field(repr=False)
    hits: Hits = field(repr=False)
    mentions: list[tuple[int, pl.DataFrame]] = field(repr=False)


def plan(table: Table, columns: tuple[ColumnRole, ...], pivot: int) -> Plan:
    """Settle what depends on the head alone. `pivot`: two-digit years up to it are 20xx."""
    orders = {c.index: date_order(table.head[column_id(c.index)]) for c in columns if c.role in DATE_ROLES}
    rows = max(1, table.head.height)
    distinct = table.head.select(pl.all().n_unique()).row(0) if table.head.height else ()
    repeating = frozenset(index for index, count in enumerate(distinct) if count <= REPEATING * rows)
    return Plan(columns, table.kind, orders, repeating, _references(table, columns), pivot)


def _references(table: Table, columns: tuple[ColumnRole, ...]) -> frozenset[int]:
    """Columns of 15-digit numbers most of which have no right key: one in a hundred has, and is no NIR for that."""
    found = []
    for column in columns:
        cells = table.head[column_id(column.index)].str.strip_chars()
        long_ones = cells.filter(cells.str.contains(r"^[0-9]{15}$"))
        if column.role in ("nir", "ins") or len(long_ones) < MIN_REFERENCES:
            continue
        right = long_ones.to_frame("number").select(with_key(pl.col("number")).is_not_null().mean()).item()
        if right < CHANCE:
            found.append(column.index)
    return frozenset(found)


def examine(frame: pl.DataFrame, how: Plan) -> Findings:
    """Everything that one batch's records hold, by column."""
    values = _role_values(frame, how)
    sought = _text_hits(_unexplained(frame, values, how), how)
    likely = [hit for hit in sought if not (hit[1] == "nir" and hit[0] in how.references)]
    hits = [*_refused_numbers(frame, values, how), *likely]
    return Findings(frame.height, values, _patients_own_numbers(hits), _mentions(frame, how))


def examine_text(texts: pl.Series) -> tuple[Hits, list[tuple[int, pl.DataFrame]]]:
    """Hits and mentions in raw records whose fields cannot be told apart (damaged rows, preambles)."""
    hits = _text_hits(pl.DataFrame({column_id(DAMAGED): texts}), Plan((), "text"))
    return _patients_own_numbers(hits), [(DAMAGED, find_mentions(texts))]


def _role_values(frame: pl.DataFrame, how: Plan) -> pl.DataFrame:
    """Canonical values of every column that has a role with a scalar path."""
    values = []
    for column in how.columns:
        read = _scalar_path(column, how)
        if read is None:
            continue
        cells = frame[column_id(column.index)]
        values.append(_on_distinct(cells, read) if column.index in how.repeating else read(cells).alias(cells.name))
    found = pl.DataFrame(values)
    return found.with_columns(_right_by_the_key_beside(index, key) for index, key in _keyed_apart(how))


def _scalar_path(column: ColumnRole, how: Plan) -> Callable[[pl.Series], pl.Series] | None:
    if column.role in DATE_ROLES:
        order, lunar = how.date_order.get(column.index, "dmy"), column.role == "birth_date"
        return lambda cells: iso_dates(cells, how.pivot, order=order, lunar=lunar)
    if column.role is None or column.role in HEALTH_ROLES:
        return None
    return partial(_apply, canonical_of(column.role))


def _apply(canonical: Callable[[pl.Expr], pl.Expr], cells: pl.Series) -> pl.Series:
    return cells.to_frame().select(canonical(pl.col(cells.name).str.strip_chars()).alias(cells.name)).to_series()


def _on_distinct(cells: pl.Series, read: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Read each distinct cell once; same name, length and order as `cells`."""
    distinct = cells.unique()
    table = pl.DataFrame({"cell": distinct, cells.name: read(distinct)})
    return pl.DataFrame({"cell": cells}).join(table, on="cell", how="left", maintain_order="left")[cells.name]


def _keyed_apart(how: Plan) -> list[tuple[int, int]]:
    """NIR columns with the column that holds their keys: the nearest one."""
    keys = how.having("nir_key")
    return [(index, _nearest(index, keys)) for index in how.having("nir")] if keys else []


def _right_by_the_key_beside(index: int, key: int) -> pl.Expr:
    """A number whose key stands in the next column counts only with the right one; without a key it may stand."""
    number, beside = pl.col(column_id(index)), pl.col(column_id(key))
    return (
        pl.when(beside.is_null() | (key_of(number) == beside.cast(pl.Int64, strict=False)))
        .then(number)
        .alias(column_id(index))
    )


def _unexplained(frame: pl.DataFrame, values: pl.DataFrame, how: Plan) -> pl.DataFrame:
    """Cells that still have to be searched as text: all but those that are one whole value of a closed form."""
    explained = {column_id(index) for index in how.having(*CLOSED_ROLES)} & set(values.columns)
    left = [
        frame[name].zip_with(values[name].is_null(), _EMPTY) if name in explained else frame[name]
        for name in frame.columns
    ]
    return pl.DataFrame(left)


_EMPTY = pl.Series([""], dtype=pl.String)


def _refused_numbers(frame: pl.DataFrame, values: pl.DataFrame, how: Plan) -> Iterable[tuple[int, str, pl.DataFrame]]:
    """NIR-shaped cells of NIR columns whose key is wrong: weaker evidence, not nothing."""
    for index in how.having("nir"):
        name = column_id(index)
        cells = frame.select(
            pl.int_range(pl.len(), dtype=pl.UInt32).alias("row"),
            cell=pl.col(name).str.strip_chars(),
            end=pl.col(name).str.len_chars(),
        )
        left = cells.filter(values[name].is_null() & (cells["cell"] != ""))
        refused = left.with_columns(
            canonical=pl.coalesce(wrong_key(pl.col("cell")), without_key(pl.col("cell")))
        ).drop_nulls("canonical")
        if not refused.is_empty():
            start, confidence = pl.lit(0, pl.UInt32).alias("start"), pl.lit(0.5, pl.Float32).alias("confidence")
            yield index, "nir_wrong_key", refused.select("row", start, "end", "canonical", confidence)


@cache
def _running_text_detectors() -> tuple[Detector, ...]:
    return tuple(detector for detector in DETECTORS if not detector.needs_role)


def _text_hits(cells: pl.DataFrame, how: Plan) -> Hits:
    """Search every column's texts with every detector that needs no role.

    A whole record is asked first (one Rust pass), then the columns of the records that may hold something. Columns
    that are full of an entity by their role are kept apart: their cells are counted already.
    """
    roles = {column_id(column.index): column.role for column in how.columns}
    entities = {detector.entity for detector in _running_text_detectors()} - CLOSED_ROLES
    own = {name: role if (role := roles.get(name)) in entities else None for name in cells.columns}
    groups = {role: [name for name in cells.columns if own[name] == role] for role in set(own.values())}
    whole = {
        role: cells.select(pl.concat_str(names, separator="\n").alias("text")).to_series()
        for role, names in groups.items()
    }
    found: Hits = []
    for detector in _running_text_detectors():
        for role, names in groups.items():
            if role == detector.entity:
                continue
            rows = whole[role].to_frame().select(rarest_gate(detector, pl.col("text"))).to_series().arg_true()
            if len(rows) > WORTH_CUTTING * cells.height:
                found += _hits_in(cells.select(names), None, detector)
            elif len(rows):
                found += _hits_in(cells.select(names)[rows], rows, detector)
    return found


def _hits_in(cells: pl.DataFrame, rows: pl.Series | None, detector: Detector) -> Hits:
    """Hits in every column of some records; `rows` are the records' positions, None when they are all of them.

    The cells worth a look are stacked and searched in one go: a search costs more to begin than to run.
    """
    marks = cells.select(worth_a_look(detector, pl.col(name)).alias(name) for name in cells.columns)
    promising = [(name, marks[name].arg_true()) for name in cells.columns]
    stacked = [
        pl.DataFrame({"text": cells[name].gather(at), "row": at}).with_columns(column=pl.lit(int(name[1:]), pl.Int32))
        for name, at in promising
        if len(at)
    ]
    if not stacked:
        return []
    texts = pl.concat(stacked)
    hits = find(detector, texts["text"])
    if hits.is_empty():
        return []
    at = texts["row"].gather(hits["row"])
    placed = hits.with_columns(
        row=(at if rows is None else rows.gather(at)).cast(pl.UInt32), column=texts["column"].gather(hits["row"])
    )
    return [
        (int(column), detector.entity, part.drop("column"))
        for (column,), part in placed.group_by("column", maintain_order=True)
    ]


def _patients_own_numbers(hits: Hits) -> Hits:
    """One hit per place: what two rules of an entity found is one, and a number labelled as INS is no NIR again."""
    merged: dict[tuple[int, str], pl.DataFrame] = {}
    for index, entity, frame in hits:
        before = merged.get((index, entity))
        together = (
            frame
            if before is None
            else pl.concat([before, frame]).unique(["row", "start"], keep="first", maintain_order=True)
        )
        merged[index, entity] = together
    for index, entity in list(merged):
        own = merged.get((index, "ins"))
        if entity == "nir" and own is not None:
            merged[index, entity] = merged[index, entity].join(own, on=["row", "start"], how="anti")
    return [(index, entity, frame) for (index, entity), frame in merged.items() if not frame.is_empty()]


def _mentions(frame: pl.DataFrame, how: Plan) -> list[tuple[int, pl.DataFrame]]:
    """Health mentions by column; an act is read together with the result beside it."""
    acts, results = how.having("act"), how.having("result")
    prose = [*how.having(*PROSE_ROLES), *(results if not acts else ())]
    found = [*_prose_mentions(frame, prose), *(_act_mentions(frame, index, results) for index in acts)]
    for role, system in CODE_SYSTEMS:
        found += [(index, _code_mentions(frame[column_id(index)], system)) for index in how.having(role)]
    return [(index, mentions) for index, mentions in found if not mentions.is_empty()]


def _prose_mentions(frame: pl.DataFrame, indices: list[int]) -> list[tuple[int, pl.DataFrame]]:
    """Mentions in several columns at once: their texts are read in one go."""
    worded = [
        pl.DataFrame({"text": frame[column_id(index)]})
        .with_row_index("cell")
        .with_columns(column=pl.lit(index))
        .filter(pl.col("text").str.contains(r"\p{L}{2}"))
        for index in indices
    ]
    if not worded:
        return []
    stacked = pl.concat(worded)
    mentions = find_mentions(stacked["text"])
    placed = mentions.with_columns(
        stacked["cell"].gather(mentions["row"]).alias("row"), column=stacked["column"].gather(mentions["row"])
    )
    return [(int(index), _as_mentions(part)) for (index,), part in placed.group_by("column", maintain_order=True)]


def _as_mentions(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(pl.col(name).cast(dtype) for name, dtype in MENTIONS_SCHEMA.items())


def _act_mentions(frame: pl.DataFrame, index: int, results: list[int]) -> tuple[int, pl.DataFrame]:
    """An act column with the result column nearest to it; each distinct pair is read once."""
    pairs = frame.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("cell"),
        act=pl.col(column_id(index)),
        result=pl.col(column_id(_nearest(index, results))) if results else pl.lit(""),
    ).filter(pl.col("act") != "")
    distinct = pairs.select("act", "result").unique(maintain_order=True)
    mentions = act_result_mentions(distinct["act"], distinct["result"])
    said = distinct.with_row_index("row").join(mentions, on="row").drop("row")
    placed = pairs.join(said, on=["act", "result"], maintain_order="left").rename({"cell": "row"})
    return index, _as_mentions(placed)


def _code_mentions(codes: pl.Series, system: str) -> pl.DataFrame:
    """Themes of a column of codes as mentions of the whole cell."""
    themes = code_themes(codes, system)
    whole = {"start": pl.lit(0), "end": pl.lit(0), "term": pl.col("theme"), "confidence": pl.lit(CODE_CONFIDENCE)}
    return _as_mentions(themes.with_columns(**whole))


def _nearest(index: int, others: list[int]) -> int:
    return min(others, key=lambda other: (abs(other - index), other < index))
