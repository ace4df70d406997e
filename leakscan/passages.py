"""Texts that tell of several people: which stretch of one is about whom, so that each has a name, a date and a finding.

A text is cut where a second birth date or number of a person comes, at the beginning of the line or sentence that it
stands in. What is said before the first person, in the line above, is said of all of them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING

import polars as pl

from leakscan.detectors import canonical_of
from leakscan.records import HITS_SCHEMA

if TYPE_CHECKING:
    from leakscan.examine import Findings
    from leakscan.text_hits import Hits

PASSAGES_SCHEMA: dict[str, pl.DataType] = {
    "row": pl.UInt32(),
    "start": pl.UInt32(),
    "name": pl.String(),
    "heading": pl.UInt32(),
}
"""A stretch of a text about one person: from `start` (in characters) to the next one's, and the name it goes by.

`heading`: where the line above the first of a text begins.
"""

_KINDS: Mapping[str, str] = {"birth_date": "birth", "nir": "number", "ins": "number", "full_name": "name"}
_SETTLING = ("birth", "number")
_OF_ALL = ("prescriber", "rpps", "adeli", "finess", "exam_date")
"""What a text that has one of it says of everybody in it."""
_NUMBER = 13
"""Digits of a NIR without its key."""
_CIVIL = re.compile(r"\b(?:M\.|M(?:me|lle|r)\b\.?|(?i:monsieur|madame|mademoiselle))\s([^\W\d_][\w'\u2019-]+)")
_PLACES = {"row": pl.UInt32(), "start": pl.UInt32(), "end": pl.UInt32()}
_LINE = re.compile(r"\n")
_PART = re.compile(r"[;|\n\u2022]|[.!?)]\s|\s[-\u2013\u2014/]\s|,\s")


def passages(texts: pl.Series, hits: Hits, mentions: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """PASSAGES_SCHEMA of the texts about several people, in order; `hits` and `mentions` (of health) by text.

    They have two birth dates or numbers of people; or two names and neither, and speak of health beside a name. A text
    with one date or number and several names is one passage: about whom, its `name` says.
    Where there are no texts, there is none.
    """
    if texts.is_empty():
        return pl.DataFrame(schema=PASSAGES_SCHEMA)
    known = [
        frame.select("row", "start", "end", "canonical", pl.lit(kind).alias("kind"))
        for _, entity, frame in hits
        for kind in (_KINDS.get(entity),)
        if kind is not None
    ]
    if not known:
        return pl.DataFrame(schema=PASSAGES_SCHEMA)
    value = pl.when(pl.col("kind") == "number").then(pl.col("canonical").str.head(_NUMBER)).otherwise("canonical")
    told = pl.concat(known).with_columns(value.alias("canonical"))
    many = told.group_by("row", "kind").agg(pl.col("canonical").n_unique().alias("many"))
    settled = many.filter(pl.col("kind").is_in(_SETTLING))
    several = settled.filter(pl.col("many") > 1)
    names = many.filter((pl.col("kind") == "name") & (pl.col("many") > 1))
    named = names.join(settled, on="row", how="anti")
    lone = names.join(settled, on="row", how="semi").join(several, on="row", how="anti")["row"]
    said: dict[int, list[int]] = {}
    for frame in mentions:
        for row, start in frame.join(named, on="row", how="semi").select("row", "start").unique().iter_rows():
            said.setdefault(row, []).append(start)
    rows = pl.concat([several["row"], lone, pl.Series("row", list(said), dtype=pl.UInt32)])
    if rows.is_empty():
        return pl.DataFrame(schema=PASSAGES_SCHEMA)
    told = told.filter(pl.col("row").is_in(rows.implode()))
    ordered = pl.concat([told, _titled(texts, rows.unique(), told)]).unique()
    placed = (_Told(*row) for row in ordered.sort("row", "start", "end", "kind", "canonical").iter_rows())
    of_one = frozenset(lone)
    found = [
        (row, start, name, heading)
        for row, group in groupby(placed, key=lambda one: one.row)
        for start, name, heading in (
            [(0, _patient(list(group)), 0)] if row in of_one else _stretches(texts[row], list(group), said.get(row))
        )
    ]
    return pl.DataFrame(found, schema=PASSAGES_SCHEMA, orient="row")


def _titled(texts: pl.Series, rows: pl.Series, told: pl.DataFrame) -> pl.DataFrame:
    """Surnames behind a civility in some texts, as `told`, where no longer name stands."""
    matches = ((row, match) for row in rows.to_list() for match in _CIVIL.finditer(texts[row]))
    placed = [(row, *match.span(1), match[1]) for row, match in matches if match[1][0].isupper()]
    found = pl.DataFrame(placed, schema={**_PLACES, "raw": pl.String}, orient="row").with_row_index("at")
    known = told.filter(pl.col("kind") == "name").select("row", from_="start", to="end")
    met = found.join(known, on="row").filter((pl.col("from_") < pl.col("end")) & (pl.col("start") < pl.col("to")))
    kept = (
        found.join(met, on="at", how="anti")
        .with_columns(canonical_of("full_name")(pl.col("raw")).alias("canonical"), pl.lit("name").alias("kind"))
        .drop_nulls("canonical")
    )
    return kept.select(told.columns)


@dataclass(frozen=True, slots=True)
class _Told:
    """A hit that tells who somebody is."""

    row: int
    start: int
    end: int
    value: str = field(repr=False)
    kind: str


def _stretches(text: str, told: Sequence[_Told], said: list[int] | None) -> Iterator[tuple[int, str | None, int]]:
    """Begin, name and heading of each stretch of a text; `said`: where it speaks of health, if names alone tell."""
    lines = [0, *(mark.end() for mark in _LINE.finditer(text))]
    groups = _groups(told, lines)
    groups = _settled(groups) if said is None else _spoken_of(groups, said, lines)
    if not groups:
        return
    first = lines[bisect_right(lines, groups[0][0].start) - 1]
    heading = _line_above(text, first)
    before, last = 0, -1
    for group in groups:
        begin = group[0].start
        line = lines[bisect_right(lines, begin) - 1]
        parts = (mark.end() for mark in _PART.finditer(text, before, begin))
        cut = line if line >= before else max(parts, default=begin)
        if cut <= last:
            continue
        last = cut
        names = [one.value for one in group if one.kind == "name"]
        yield cut, max(names, key=len, default=None), heading
        before = group[-1].end


def _patient(told: Sequence[_Told]) -> str | None:
    """Whose a text's only birth date or number is: who is named nearest before it, else first; by the fullest name."""
    settling = next(one for kind in _SETTLING for one in told if one.kind == kind)
    names = [one for one in told if one.kind == "name"]
    before = [one for one in names if one.end <= settling.start]
    nearest = before[-1] if before else min(names, key=lambda one: one.start)
    return max((one.value for one in names if not _differs(one, nearest)), key=len)


def _line_above(text: str, line: int) -> int:
    """Where the last line with a letter before `line` begins, an empty line between them or not; `line` without one."""
    above = text[:line].rstrip()
    return above.rfind("\n") + 1 if above else line


def _groups(told: Sequence[_Told], lines: Sequence[int]) -> list[list[_Told]]:
    """Runs of hits that may be one person's: none has two dates, two numbers or two names."""
    groups: list[list[_Told]] = [[]]
    for one in told:
        group = groups[-1]
        if any(_differs(one, other) for other in group):
            line = lines[bisect_right(lines, one.start) - 1]
            last = max(at for at, other in enumerate(group) if _differs(one, other))
            above = group[last].start < line
            keep = next((at for at in range(last + 1, len(group)) if above and group[at].start >= line), len(group))
            groups[-1], group = group[:keep], group[keep:]
            groups.append(group)
        group.append(one)
    return groups


def _differs(one: _Told, other: _Told) -> bool:
    if one.kind != other.kind or one.value == other.value:
        return False
    if one.kind == "name":
        words, others = set(one.value.split()), set(other.value.split())
        return not (words <= others or others <= words)
    return True


def _spoken_of(groups: Sequence[list[_Told]], said: Sequence[int], lines: Sequence[int]) -> list[list[_Told]]:
    """Groups of a name in whose line something is said of health, up to the next name."""
    ends = [*(group[0].start for group in groups[1:]), lines[-1] + max(said, default=0) + 1]
    spans = (
        (group, group[0].start, end, bisect_right(lines, group[-1].start))
        for group, end in zip(groups, ends, strict=True)
    )
    return [
        group
        for group, begin, end, line in spans
        if any(begin <= at < end and bisect_right(lines, at) == line for at in said)
    ]


def _settled(groups: Iterable[list[_Told]]) -> list[list[_Told]]:
    """Groups with a date or a number; who is named without one is no person of his own, and not the other's name."""
    return [group for group in groups if any(one.kind in _SETTLING for one in group)]


def apart(findings: Findings) -> tuple[Findings, pl.Series]:
    """The findings with a row per passage, and the text that each row is of (UInt32): the first of a text has its row.

    Rows of further passages come behind all others.
    """
    found = findings.passages.with_row_index("at")
    own = pl.int_range(findings.height, dtype=pl.UInt32, eager=True)
    if found.is_empty():
        return findings, own
    first = pl.col("start") == pl.col("start").min().over("row")
    found = found.with_columns(first=first).with_columns(
        new=pl.when("first").then("row").otherwise(findings.height + (~pl.col("first")).cum_sum() - 1).cast(pl.UInt32)
    )
    hits = [(column, entity, _names(frame, found) if entity == "full_name" else _moved(frame, found, entity))
            for column, entity, frame in findings.hits]  # fmt: skip
    mentions = [(column, _moved(frame, found, None)) for column, frame in findings.mentions]
    further = found.filter(~pl.col("first"))
    origin = pl.concat([own, further["row"]])
    return replace(findings, height=len(origin), hits=hits, mentions=mentions), origin


def _names(frame: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    """One name per passage, and those of other texts as they are."""
    others = frame.join(found, on="row", how="anti")
    named = found.drop_nulls("name").select(
        pl.col("new").alias("row"), "start", pl.col("start").alias("end"), pl.col("name").alias("canonical"),
        pl.lit(1.0).alias("confidence"),
    )  # fmt: skip
    return pl.concat([others, named.select(pl.col(name).cast(dtype) for name, dtype in HITS_SCHEMA.items())])


def _moved(frame: pl.DataFrame, found: pl.DataFrame, entity: str | None) -> pl.DataFrame:
    """Hits or mentions in the rows of their passages; what holds for all of a text in each of its rows."""
    parted = frame.join(found.select("row").unique(), on="row", how="semi")
    if parted.is_empty():
        return frame
    kept = frame.join(found.select("row").unique(), on="row", how="anti")
    place = (
        parted.with_row_index("hit")
        .sort("start")
        .join_asof(found.sort("start").select("row", "start", "new"), on="start", by="row", check_sortedness=False)
    )
    begins = found.group_by("row").agg(pl.col("start").min().alias("begins"), pl.col("heading").first())
    place = place.join(begins, on="row")
    if entity is None:
        everywhere = (pl.col("start") < pl.col("begins")) & (pl.col("start") >= pl.col("heading"))
    elif entity in _OF_ALL:
        everywhere = pl.col("canonical").n_unique().over("row") == 1
    else:
        everywhere = pl.lit(value=False)
    shared = place.filter(everywhere).drop("new").join(found.select("row", "new"), on="row")
    one = place.filter(~everywhere).with_columns(pl.coalesce("new", "row").alias("new"))
    both = pl.concat([shared.select(one.columns), one]).sort("hit")
    return pl.concat([kept, both.with_columns(pl.col("new").cast(pl.UInt32).alias("row")).select(frame.columns)])
