"""Examine one batch: what stands in its columns by role, what running text holds anywhere. No people yet, no counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

import polars as pl

from leakscan.bynames import called
from leakscan.coded import Coded, Together, coded, coded_together
from leakscan.columns.ranks import with_rank
from leakscan.dated_names import dated_names, named_before_births
from leakscan.detectors import canonical_cell
from leakscan.detectors.dates import iso_dates
from leakscan.detectors.nir import key_of, without_key, wrong_key
from leakscan.health import act_result_mentions, code_themes, find_mentions
from leakscan.health.answers import answered, measured
from leakscan.health.cells import question_mentions, without_codes
from leakscan.health.headed import behind
from leakscan.health.lists import listing, without_lists
from leakscan.led_lines import leading_names
from leakscan.passages import PASSAGES_SCHEMA, passages
from leakscan.plan import DATE_ROLES, Plan
from leakscan.prose import names_in_documents
from leakscan.records import MENTIONS_SCHEMA, ColumnRole, column_id
from leakscan.text_hits import TOGETHER, Hits, by_column, spread, stacked, text_hits
from leakscan.titled import NAMING, titled_people

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
MANY_COLUMNS = 8
"""From so many columns without a role on, they are searched together, each distinct cell once."""
DAMAGED = -1
"""Column index of evidence found in damaged rows, whose fields cannot be told apart."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What a batch of `height` records holds.

    `values`: by index, each column that has a role with a scalar path: canonical cells (String) or null.
    `hits`: (column index, entity, hits as HITS_SCHEMA) from running text and of refused numbers, rows being positions.
    `mentions`: (column index, mentions as MENTIONS_SCHEMA), the same.
    `passages`: of texts about several people, which stretch is about whom (passages.PASSAGES_SCHEMA).
    `called`: what people go by who have no names, one row per record (`bynames.called`); None where no column tells.
    `damaged_hits`, `damaged_mentions`: the same of raw records whose fields cannot be told apart, rows being theirs.
    """

    height: int
    values: Mapping[int, Coded] = field(repr=False)
    hits: Hits = field(repr=False)
    mentions: list[tuple[int, pl.DataFrame]] = field(repr=False)
    damaged_hits: list[tuple[str, pl.DataFrame]] = field(default_factory=list, repr=False)
    damaged_mentions: pl.DataFrame | None = field(default=None, repr=False)
    passages: pl.DataFrame = field(default_factory=partial(pl.DataFrame, schema=PASSAGES_SCHEMA), repr=False)
    called: pl.DataFrame | None = field(default=None, repr=False)


def examine(frame: pl.DataFrame, how: Plan, damaged: pl.Series | None = None) -> Findings:
    """Everything that one batch's records hold, by column. Every question is asked of distinct cells.

    `damaged`: raw records (preambles too) that are searched as text in the same go.
    """
    together = _together(frame, how)
    cells = _distinct_cells(frame, how, together)
    values = _role_values(cells, how)
    raw = {} if damaged is None or damaged.is_empty() else {DAMAGED: Coded(damaged, None)}
    texts = _unexplained(cells, values, how, together)
    sought = text_hits(
        {**texts, **{index: column.cells for index, column in raw.items()}}, _own_entities(how), together
    )
    numbers = how.having("nir", "ins")  # a number with a wrong key is nobody's telephone
    likely = [
        hit
        for hit in sought
        if not (hit[1] == "nir" and hit[0] in how.references) and not (hit[1] == "phone" and hit[0] in numbers)
    ]
    hits = _patients_own_numbers([*_refused_numbers(cells, values, how), *likely])
    hits += _named_before_births(cells, hits)
    mentions = _mentions(cells, texts, how, raw, together)
    placed = [(index, entity, cells[index].placed(found)) for index, entity, found in hits if index != DAMAGED]
    said = [(index, found) for index, found in mentions if index != DAMAGED]
    if how.kind == "table" and not how.having(*NAMING):
        placed += titled_people(cells, how.having("comment"), placed, said)
    if how.kind == "text":
        placed += dated_names(cells[0].per_row(), placed, None if how.document else how.listed)
    if how.led:
        known = [hits["row"] for _, entity, hits in placed if entity == "full_name"]
        placed.append((0, "full_name", leading_names(cells[0].per_row(), known)))
    if how.document:
        said = _without_lists(cells[0].per_row(), said, placed)
        placed += names_in_documents(cells[0].per_row(), placed, (found for _, found in said), how.pivot)
    return Findings(
        frame.height,
        values,
        placed,
        said,
        [(entity, found) for index, entity, found in hits if index == DAMAGED],
        next((found for index, found in mentions if index == DAMAGED), None),
        passages(cells[0].per_row() if how.kind == "text" else pl.Series(), placed, (found for _, found in said)),
        called(frame, how.bynames) if how.bynames.initials or how.bynames.alias is not None else None,
    )


_OF_A_BILL = frozenset(("nir", "ins", "nir_wrong_key", "birth_date", "exam_date", "prescriber"))
"""What a document has that lists what was done to somebody, and a list of prices has not."""
_NO_NAMES = pl.DataFrame(schema={"row": pl.UInt32, "start": pl.UInt32})


def _without_lists(
    texts: pl.Series, said: list[tuple[int, pl.DataFrame]], hits: Hits
) -> list[tuple[int, pl.DataFrame]]:
    """Health mentions of documents without those in lists of prices and tables of counts."""
    rows = listing(texts)
    if rows.is_empty():
        return said
    there = [(entity, found.filter(pl.col("row").is_in(rows.implode()))) for _, entity, found in hits]
    of_somebody = frozenset(row for entity, found in there if entity in _OF_A_BILL for row in found["row"])
    names = pl.concat([found.select("row", "start") for entity, found in there if entity == "full_name"] or [_NO_NAMES])
    named = dict(names.group_by("row").agg(pl.col("start").min()).iter_rows())
    kept = [(index, without_lists(texts, found, of_somebody, named)) for index, found in said]
    return [(index, found) for index, found in kept if not found.is_empty()]


def _named_before_births(cells: Mapping[int, Coded], hits: Hits) -> Hits:
    """Names that stand right before a birth date in a cell, where no name was found."""
    found: Hits = []
    for index, entity, births in hits:
        if entity != "birth_date" or index == DAMAGED:
            continue
        known = [frame for other, name, frame in hits if other == index and name == "full_name"]
        named = named_before_births(cells[index].cells, births, known)
        if not named.is_empty():
            found.append((index, "full_name", named))
    return found


def _together(frame: pl.DataFrame, how: Plan) -> Together | None:
    """The columns without a role, where there are many: their cells are searched for the same things."""
    plain = {index: column_id(index) for index in how.having(None) if index not in _apart(how)}
    return coded_together(frame, plain) if len(plain) >= MANY_COLUMNS else None


def _apart(how: Plan) -> frozenset[int]:
    """Columns without a role that are read in a way of their own."""
    return how.references | how.codes.keys() | how.questions.keys() | how.learned


def _distinct_cells(frame: pl.DataFrame, how: Plan, together: Together | None) -> dict[int, Coded]:
    """The columns of a batch by index; a number that is judged with the key beside it is judged row by row."""
    by_row = {index for pair in _keyed_apart(how) for index in pair} | set(how.birth_parts)
    by_row |= {*how.ranked, *how.ranked.values()}
    known = {} if together is None else together.apart()
    return {
        column.index: known.get(column.index)
        or coded(frame[column_id(column.index)], repeats=column.index in how.repeating and column.index not in by_row)
        for column in how.columns
    }


def _role_values(cells: Mapping[int, Coded], how: Plan) -> dict[int, Coded]:
    """Canonical values of every column that has a role with a scalar path."""
    values = {}
    for column in how.columns:
        read = _scalar_path(column, how)
        if read is not None:
            own = cells[column.index]
            values[column.index] = own.become(read(own.cells))
    if how.birth_parts:
        year, month, day = (cells[index].per_row().str.strip_chars() for index in how.birth_parts)
        whole = pl.DataFrame({"y": year, "m": month.str.zfill(2), "d": day.str.zfill(2)}).select(
            pl.concat_str("y", "m", "d", separator="-").str.to_date("%Y-%m-%d", strict=False).cast(pl.String)
        )
        values[how.birth_parts[0]] = Coded(whole.to_series(), None)
    for number, rank in how.ranked.items():
        values[number] = values[number].become(with_rank(values[number].cells, cells[rank].cells))
    for number, key in _keyed_apart(how):
        beside = pl.DataFrame({"number": values[number].cells, "key": values[key].cells})
        if how.columns[number].role == "ins":  # an INS has its key: in the same cell, or right in the next
            apart = beside.with_columns(_canonical("nir", cells[number].cells).alias("number"))
            proven = apart.select(pl.when(pl.col("key").is_not_null()).then(_right_by_the_key_beside()))
            values[number] = values[number].become(beside["number"].fill_null(proven.to_series()))
        else:
            values[number] = values[number].become(beside.select(_right_by_the_key_beside()).to_series())
    return values


def _scalar_path(column: ColumnRole, how: Plan) -> Callable[[pl.Series], pl.Series] | None:
    if column.role in DATE_ROLES:
        order, lunar = how.date_order.get(column.index, "dmy"), column.role == "birth_date"
        return lambda cells: iso_dates(cells, how.pivot, order=order, lunar=lunar)
    if column.role is None or column.role in HEALTH_ROLES:
        return None
    return partial(_canonical, column.role)


def _canonical(role: str, cells: pl.Series) -> pl.Series:
    return pl.DataFrame({"cell": cells}).select(canonical_cell(role)).to_series()


def _keyed_apart(how: Plan) -> list[tuple[int, int]]:
    """Columns of NIR or INS with the column that holds their keys: the nearest one."""
    keys = how.having("nir_key")
    return [(index, _nearest(index, keys)) for index in how.having("nir", "ins")] if keys else []


def _right_by_the_key_beside() -> pl.Expr:
    """A `number` whose `key` stands in the next column counts only with the right one; without a key it may stand."""
    number, key = pl.col("number"), pl.col("key")
    return pl.when(key.is_null() | (key_of(number) == key.cast(pl.Int64, strict=False))).then(number)


def _unexplained(
    cells: Mapping[int, Coded], values: Mapping[int, Coded], how: Plan, together: Together | None
) -> dict[int, pl.Series]:
    """Cells that still have to be searched as text: all but those that are one whole value of a closed form."""
    closed = set(how.having(*CLOSED_ROLES)) & set(values)
    return {
        index: column.set(values[index].cells.is_not_null(), "") if index in closed else column
        for index, column in _texts(cells, together).items()
    }


def _texts(cells: Mapping[int, Coded], together: Together | None) -> dict[int, pl.Series]:
    """The cells of each column, those of columns that are coded together once, where the first of these stands."""
    if together is None:
        return {index: column.cells for index, column in cells.items()}
    first, others = together.columns[0], frozenset(together.columns)
    return {
        (TOGETHER if index == first else index): column.cells
        for index, column in cells.items()
        if index == first or index not in others
    }


def _own_entities(how: Plan) -> dict[int, str]:
    """Columns that are full of an entity by their role: their cells are counted already."""
    return {column.index: column.role for column in how.columns if column.role and column.role not in CLOSED_ROLES}


def _refused_numbers(
    cells: Mapping[int, Coded], values: Mapping[int, Coded], how: Plan
) -> Iterable[tuple[int, str, pl.DataFrame]]:
    """NIR-shaped cells of columns of NIR or INS whose key is wrong: weaker evidence, not nothing."""
    for index in how.having("nir", "ins"):
        own = cells[index].cells
        left = pl.DataFrame({
            "row": pl.int_range(len(own), dtype=pl.UInt32, eager=True),
            "cell": own.str.strip_chars(),
            "end": own.str.len_chars(),
        }).filter(values[index].cells.is_null() & (own != ""))  # fmt: skip
        refused = left.with_columns(
            canonical=pl.coalesce(wrong_key(pl.col("cell")), without_key(pl.col("cell")))
        ).drop_nulls("canonical")
        if not refused.is_empty():
            start, confidence = pl.lit(0, pl.UInt32).alias("start"), pl.lit(0.5, pl.Float32).alias("confidence")
            yield index, "nir_wrong_key", refused.select("row", start, "end", "canonical", confidence)


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


def _mentions(
    cells: Mapping[int, Coded],
    texts: Mapping[int, pl.Series],
    how: Plan,
    raw: Mapping[int, Coded],
    together: Together | None,
) -> list[tuple[int, pl.DataFrame]]:
    """Health mentions by column; an act is read with the result beside it. `texts`: what no role explains."""
    acts, results = [index for index in how.having("act") if index not in how.behind], how.having("result")
    prose = {index: cells[index] for index in (*how.having(*PROSE_ROLES), *(results if not acts else ()))}
    if len(cells) == 1:  # a note in a list of numbers has no other column to stand in
        prose |= {index: cells[index].become(texts[index]) for index in how.having(*CLOSED_ROLES)}
    prose |= {index: cells[index].become(without_codes(cells[index].cells, how.codes[index])) for index in how.codes}
    other_ways = {*how.questions, *how.behind, *how.learned}
    prose = {index: column for index, column in prose.items() if index not in other_ways}
    found = [
        *_prose_mentions({**prose, **raw}, together),
        *(_paired(cells, index, _nearest(index, results) if results else None, act_result_mentions) for index in acts),
        *(_paired(cells, index, answer, question_mentions) for index, answer in how.questions.items()),
        *((index, cells[index].placed(behind(cells[index].cells, word))) for index, word in how.behind.items()),
        *((index, cells[index].placed(answered(cells[index].cells, asked))) for index, asked in how.asked.items()),
        *((index, cells[index].placed(measured(cells[index].cells, test))) for index, test in how.measured.items()),
    ]
    for role, system in CODE_SYSTEMS:
        found += [
            (index, cells[index].placed(_code_mentions(cells[index].cells, system))) for index in how.having(role)
        ]
    return [(index, mentions) for index, mentions in found if not mentions.is_empty()]


def _prose_mentions(cells: Mapping[int, Coded], together: Together | None) -> list[tuple[int, pl.DataFrame]]:
    """Mentions in several columns at once: their texts are read in one go."""
    texts = stacked(_texts(cells, together))
    worded = texts.filter(pl.col("text").str.contains(r"\p{L}{2}"))
    mentions = find_mentions(worded["text"])
    return [
        (index, cells[index].placed(_as_mentions(part)))
        for index, part in spread(by_column(mentions, worded), together)
    ]


def _as_mentions(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(pl.col(name).cast(dtype) for name, dtype in MENTIONS_SCHEMA.items())


def _paired(
    cells: Mapping[int, Coded], index: int, beside: int | None, read: Callable[[pl.Series, pl.Series], pl.DataFrame]
) -> tuple[int, pl.DataFrame]:
    """A column with another: acts with results, questions with answers; each distinct pair is read once."""
    first = cells[index].per_row()
    second = pl.repeat("", len(first), eager=True) if beside is None else cells[beside].per_row()
    pairs = pl.DataFrame({"first": first, "second": second}).with_row_index("cell").filter(pl.col("first") != "")
    distinct = pairs.select("first", "second").unique(maintain_order=True)
    mentions = read(distinct["first"], distinct["second"])
    said = distinct.with_row_index("row").join(mentions, on="row").drop("row")
    placed = pairs.join(said, on=["first", "second"], maintain_order="left").rename({"cell": "row"})
    return index, _as_mentions(placed)


def _code_mentions(codes: pl.Series, system: str) -> pl.DataFrame:
    """Themes of a column of codes as mentions of the whole cell."""
    themes = code_themes(codes, system)
    whole = {"start": pl.lit(0), "end": pl.lit(0), "term": pl.col("theme"), "confidence": pl.lit(CODE_CONFIDENCE)}
    return _as_mentions(themes.with_columns(**whole))


def _nearest(index: int, others: list[int]) -> int:
    return min(others, key=lambda other: (abs(other - index), other < index))
