"""Whom to write to (art. 34 GDPR): one line per person with a name and one channel. No number, no theme, no filter.

A list cut by theme would itself say who has what: there is no way to ask for one.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO

import polars as pl

from leakscan.columns.content import word_set
from leakscan.crowd import Crowd
from leakscan.health import find_mentions
from leakscan.persons.frames import pieces
from leakscan.reach import CONTACTS_SCHEMA
from leakscan.renderers.csv import inert

FIELDS: tuple[str, ...] = ("name", "channel", "contact", "shared")
"""The columns of a list. `shared`: `yes` where somebody else in the inputs has the same contact."""
CHANNELS: tuple[str, ...] = ("email", "phone", "post")
"""What a person is written to by, the first of them first, once those of nobody else are preferred."""
LINES_AT_ONCE = 10_000
"""Lines of a list that are plain text at a time."""


@dataclass(frozen=True, slots=True)
class Mailing:
    """A list that was not written yet: `lines` (FIELDS), and what the inputs left open.

    `people` are all that the linkage counts; those without any channel are in no line.
    """

    lines: pl.DataFrame = field(repr=False)
    people: int

    @property
    def without_channel(self) -> int:
        """People whom nothing in the inputs reaches."""
        return self.people - self.lines.height

    @property
    def shared(self) -> int:
        """Lines whose contact somebody else has too."""
        return int((self.lines["shared"] == "yes").sum())

    @property
    def nameless(self) -> int:
        """Lines without a name."""
        return int((self.lines["name"] == "").sum())

    def by_channel(self) -> dict[str, int]:
        """Lines by channel."""
        counted = dict(self.lines.group_by("channel").len().iter_rows())
        return {channel: int(counted.get(channel, 0)) for channel in CHANNELS}


def mailing(counted: Crowd) -> Mailing:
    """The list of everybody in a crowd that was scanned with `ScanOptions.contacts` and linked whole.

    One person is what the linkage counts as likely. Lines are sorted by name: their order tells nothing of where a
    person stood in the inputs.
    """
    persons = _persons(counted)
    people = persons["cluster"].n_unique()
    told = _contacts(counted).join(persons, on=["input", "identity"])
    speaking = _names_that_tell(told["name"].drop_nulls().unique())
    told = told.with_columns(pl.when(~pl.col("name").is_in(speaking.implode())).then("name").alias("name"))
    names = (
        told.drop_nulls("name")
        .group_by("cluster", "name", "whole")
        .agg(pl.col("rows").sum())
        .sort("whole", "rows", "name", descending=[True, True, False])
        .unique("cluster", keep="first", maintain_order=True)
        .select("cluster", "name")
    )
    ranked = pl.Enum(CHANNELS)
    channels = (
        told.unpivot(CHANNELS, index=["cluster", "rows"], variable_name="channel", value_name="contact")
        .drop_nulls("contact")
        .group_by("cluster", "channel", "contact")
        .agg(pl.col("rows").sum())
        .with_columns(pl.col("channel").cast(ranked), shared=pl.len().over("channel", "contact") > 1)
        .sort("shared", "channel", "rows", "contact", descending=[False, False, True, False])
        .unique("cluster", keep="first", maintain_order=True)
    )
    lines = channels.join(names, on="cluster", how="left").select(
        pl.col("name").fill_null(""),
        pl.col("channel").cast(pl.String),
        pl.when(pl.col("channel") == "phone").then(_dialled()).otherwise("contact").alias("contact"),
        pl.when("shared").then(pl.lit("yes")).otherwise(pl.lit("no")).alias("shared"),
    )
    return Mailing(lines.sort(*FIELDS), people)


def csv_pieces(found: Mailing) -> Iterator[bytes]:
    """The list as CSV (UTF-8, commas, every text in quotes, a header line), some lines at a time; no formula in it."""
    yield _rows([FIELDS])
    for some in found.lines.iter_slices(LINES_AT_ONCE):
        yield _rows([inert(cell) for cell in line] for line in some.iter_rows())


def _rows(lines: object) -> bytes:
    written = StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(lines)  # type: ignore[arg-type]
    return written.getvalue().encode()


def _persons(counted: Crowd) -> pl.DataFrame:
    """`input`, `identity` and `cluster` of every identity that counts somebody."""
    found, at = [], 0
    cluster = counted.found.clusters["likely"]
    for piece in pieces(counted.everyone, "input", "identity"):
        own = piece.select(
            pl.col("input").cast(pl.UInt32), "identity", cluster.slice(at, piece.height).alias("cluster")
        )
        found.append(own.drop_nulls("cluster").unique())
        at += piece.height
    return pl.concat(found).unique()


def _contacts(counted: Crowd) -> pl.DataFrame:
    """What the units know of names and channels (CONTACTS_SCHEMA), with the number of their `input`."""
    found = [pl.DataFrame(schema={"input": pl.UInt32, **CONTACTS_SCHEMA})]
    for unit_id, unit in counted.units:
        if unit.contacts is None:
            continue
        number = counted.numbered[unit_id.sha256, unit_id.member or ""]
        own = pl.lit(number, pl.UInt32).alias("input")
        found += [piece.select(own, *CONTACTS_SCHEMA) for piece in pieces(unit.contacts, *CONTACTS_SCHEMA)]
    return pl.concat(found)


def _names_that_tell(names: pl.Series) -> pl.Series:
    """Names in which something is said of health (`MARTIN VIH`), as some type it into the field: none of them is shown.

    A word that is a surname or a first name may stay: there are people called Cancer.
    """
    mentions = find_mentions(names)
    known = {word for entry in pl.concat([word_set("surnames"), word_set("first_names")]) for word in entry.split(" ")}
    telling = {
        row
        for row, start, end in mentions.select("row", "start", "end").iter_rows()
        if not set(names[row][start:end].split(" ")) <= known
    }
    return names.gather(sorted(telling))


def _dialled() -> pl.Expr:
    """A number as it is dialled in France, in groups: no `+` in front, which a spreadsheet takes for a formula."""
    number = pl.col("contact")
    french = number.str.replace(r"^\+33([0-9])([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})$", "0$1 $2 $3 $4 $5")
    return french.str.replace(r"^\+", "00 ")
