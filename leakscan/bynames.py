"""What stands for somebody who has no name: initials with a birth date and sex, an alias with a sex and an age.

Two people may share it, so it is no number: it makes them one person with a likelihood, never for certain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from leakscan.persons.bits import theme_bit
from leakscan.records import THEMES, column_id

if TYPE_CHECKING:
    from datetime import date

    from leakscan.columns.bynames import Bynames

_NOBODY = r"^(?:N[CRA]|X+|Z{2,}|INCONNUE?|ANONYME|SANS|NON|AUCUNE?|NEANT|\W*)$"
_NO_INITIALS = r"^(?:X+|Z{2,})$"
ABOUT = 5
"""Years to which an age beside an alias is guessed."""
_NAMED = ("last_name", "maiden_name", "first_name", "full_name", "nir", "ins", "pseudonym")
_UNNAMED = r"(?i)^(?:PATIENTE? )?ANONYM(?:E|ES|OUS|AT|ISEE?)(?: ANONYME)?$"
_LETTERS = pl.element().sort()


def called(frame: pl.DataFrame, columns: Bynames) -> pl.DataFrame:
    """Per row what people go by: `initials`, their letters in order, and `alias` in capitals, `age`; null for none."""

    def cell(index: int) -> pl.Expr:
        return pl.col(column_id(index)).str.strip_chars().str.to_uppercase()

    none = pl.lit(None, pl.String)
    letters = (
        pl.concat_str([cell(index) for index in columns.initials], ignore_nulls=True) if columns.initials else none
    )
    letters = letters.str.replace_all(r"\P{L}", "")
    in_order = letters.str.split("").list.eval(_LETTERS).list.join("")
    return frame.select(
        initials=pl.when((letters.str.len_chars() > 1) & ~letters.str.contains(_NO_INITIALS)).then(in_order),
        alias=pl.when(~cell(columns.alias).str.contains(_NOBODY)).then(cell(columns.alias).str.replace_all(r"\s+", " "))
        if columns.alias is not None
        else none,
        age=cell(columns.age).str.extract("([0-9]{1,3})") if columns.age is not None else none,
    )


_AFFIRMED = sum(theme_bit(theme, "affirmed") for theme in THEMES)
_HAS_SOMETHING = (pl.col("themes") & pl.lit(_AFFIRMED, pl.UInt64)) > 0
"""Of a row that says what somebody has: what was looked for may be a test of the machine."""


def with_bynames(rows: pl.DataFrame, told: pl.DataFrame | None, as_of: date) -> pl.DataFrame:
    """Rows with `byname`, and without names that are none; `told`: what columns say that people go by (`called`)."""
    none = pl.lit(None, pl.String)
    if told is None:
        return nameless(rows.with_columns(none.alias("alias"))).with_columns(none.alias("byname"))
    return nameless(rows.hstack(told)).with_columns(byname(as_of))


def nameless(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows whose name only says that somebody wants none lose it: who has a number and a disease is a patient."""
    surname = pl.coalesce("last_name", "full_name")
    born = pl.when(~pl.col("birth_date").str.ends_with("-01-01")).then("birth_date")  # a guess at an age
    told = pl.any_horizontal(pl.col("sex", "phone", "alias").is_not_null()) | born.is_not_null()
    anonymous = surname.str.contains(_UNNAMED) & pl.col("first_name").is_null() & told
    anonymous &= pl.col("record_number").is_not_null() & (_HAS_SOMETHING | pl.col("alias").is_not_null())
    known = pl.when(~anonymous.fill_null(value=False))
    return rows.with_columns(known.then(name).alias(name) for name in ("last_name", "full_name"))


def byname(as_of: date) -> pl.Expr:
    """One text of all that stands for the person of a row who has no name; null where too little is known.

    An alias stands beside names too: who goes by it elsewhere may be that one. Ages are guessed to five years.
    """
    plain = pl.all_horizontal(pl.col(_NAMED).is_null())
    sex = pl.col("sex").fill_null("")
    born = pl.col("birth_date").str.contains(r"^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$")
    spoken = (pl.col("themes") > 0) & pl.any_horizontal(pl.col("sex", "birth_date", "age").is_not_null())
    born_in = pl.col("birth_date").str.head(4).cast(pl.Int32, strict=False)
    years = pl.coalesce(pl.col("age").cast(pl.Int32, strict=False), as_of.year - born_in)
    age = ((years + ABOUT // 2) // ABOUT).cast(pl.String).fill_null("")
    return (
        pl.when(plain & born & pl.col("initials").is_not_null())
        .then(pl.concat_str(pl.lit("i"), "initials", "birth_date", sex, separator="|"))
        .when(pl.col("pseudonym").is_null() & spoken & pl.col("alias").is_not_null())
        .then(pl.concat_str(pl.lit("a"), "alias", age, sex, separator="|"))
        .alias("byname")
    )
