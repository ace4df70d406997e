"""Small facts of a record that need no fingerprint: age, sex, departments and exam years; and codes of laboratories."""

from __future__ import annotations

from datetime import date

import polars as pl

from leakscan.persons.bits import (
    ABROAD,
    CORSICA_NORTH,
    CORSICA_SOUTH,
    EXAM_YEARS,
    FIRST_EXAM_YEAR,
    OLDEST,
    OVERSEAS_97,
    OVERSEAS_98,
    SEXES,
    TRAITS,
)

NEW_DEPARTMENTS = 1968
"""Born before this year, 91 to 96 in a number are Algeria, Morocco and Tunisia: 91 to 95 were no departments yet."""

LABORATORY_CODE = r"^(?:[A-Z]{1,2}|LAB|LABO|LBM|SITE)?[ _-]?[0-9]{1,4}[A-Z]?$"
"""What may be shown of a laboratory: up to four digits, with one or two letters or a word for a laboratory before them.
No name of a person has this form, nor has a phone number, a birth date or a NIR."""

_REAL = r"^[1-4][0-9]{4}[0-9AB]{8}$"
"""Numbers that hold a department of birth: provisional ones (NNP, MIG) do not."""


def ages(births: pl.Series, as_of: date) -> pl.Series:
    """Whole years (Int16) on that day of ISO birth dates, lunar ones too; null for what nobody can be."""
    year = pl.col("birth").str.head(4).cast(pl.Int32, strict=False)
    not_yet = pl.col("birth").str.slice(5) > as_of.isoformat()[5:]
    age = as_of.year - year - not_yet.cast(pl.Int32)
    return births.to_frame("birth").select(pl.when(age.is_between(0, OLDEST)).then(age).cast(pl.Int16)).to_series()


def traits(age: pl.Expr) -> pl.Expr:
    """The column `traits` (UInt32) of plain records: `ins`, `nir`, `nir_own`, `sex`, `birth_*`, `postcode`.

    Of two numbers the patient's own tells where he was born: an INS, else a NIR that is not known to be another's.
    """
    own = pl.coalesce("ins", pl.when(pl.col("nir_own").fill_null(value=True)).then(pl.col("nir")))
    old = pl.col("birth_date").str.head(4) < str(NEW_DEPARTMENTS)
    born = pl.coalesce(_of_number(own, old), _department(pl.col("birth_place").str.extract(_PLACE_CODE)))
    told = pl.when(pl.col("sex") == "f").then(_SEX["f"]).when(pl.col("sex") == "m").then(_SEX["m"])
    return _packed(age=age + 1, sex=pl.coalesce(told, _sex_of(own)), born=born, lives=_of_postcode(pl.col("postcode")))


def traits_of_number(number: pl.Expr) -> pl.Expr:
    """The same of a person known by a NIR or INS alone."""
    unknown = pl.lit(0)
    return _packed(age=unknown, sex=_sex_of(number), born=_of_number(number, pl.lit(value=False)), lives=unknown)


def exam_year_bits(exam: pl.Expr) -> pl.Expr:
    """The column `exam_years` (UInt32) of a date: the bit of its year, 0 where there is none."""
    bit = (exam.dt.year() - (FIRST_EXAM_YEAR - 1)).clip(0, EXAM_YEARS - 1)
    return pl.lit(2, pl.UInt64).pow(bit).fill_null(0).cast(pl.UInt32)


def laboratory_code(laboratory: pl.Expr) -> pl.Expr:
    """A laboratory's cell where it has the form of a code, else null: a cell may hold anything, also a name."""
    return pl.when(laboratory.str.contains(LABORATORY_CODE)).then(laboratory)


_PLACE_CODE = r"^((?:[0-9]{2}|2[AB])[0-9]{3})$"
_SEX = {letter: pl.lit(SEXES.index(sex)) for letter, sex in (("f", "woman"), ("m", "man"))}


def _packed(**numbers: pl.Expr) -> pl.Expr:
    places = {"age": "age", "sex": "sex", "born": "birth_department", "lives": "residence_department"}
    shifted = [
        number.cast(pl.UInt32).fill_null(0) * pl.lit(1 << TRAITS[places[name]].low, pl.UInt32)
        for name, number in numbers.items()
    ]
    return pl.sum_horizontal(shifted).cast(pl.UInt32).alias("traits")


def _sex_of(number: pl.Expr) -> pl.Expr:
    digit = number.str.head(1)
    real = number.str.contains(_REAL)
    return pl.when(real & digit.is_in(["1", "3"])).then(_SEX["m"]).when(real).then(_SEX["f"])


def _of_number(number: pl.Expr, old: pl.Expr) -> pl.Expr:
    place = number.str.slice(5, 3)
    abroad = old & place.str.contains("^9[1-6]")
    return pl.when(number.str.contains(_REAL)).then(
        pl.when(abroad.fill_null(value=False)).then(ABROAD).otherwise(_department(place))
    )


def _of_postcode(postcode: pl.Expr) -> pl.Expr:
    corsica = pl.when(postcode.str.contains("^20[01]")).then(CORSICA_SOUTH).otherwise(CORSICA_NORTH)
    return pl.when(postcode.str.starts_with("20")).then(corsica).otherwise(_department(postcode))


def _department(code: pl.Expr) -> pl.Expr:
    """The number of a department (bits.department_name) by the first three characters of a code; null where none."""
    two = code.str.head(2).cast(pl.UInt8, strict=False)
    third = code.str.slice(2, 1).cast(pl.UInt8, strict=False)
    return (
        pl.when(two == 97).then(OVERSEAS_97 + third)
        .when(two == 98).then(OVERSEAS_98 + third)
        .when(two.is_between(1, 95)).then(two)
        .when(two.is_in([96, 99])).then(ABROAD)
        .when(code.str.starts_with("2A")).then(CORSICA_SOUTH)
        .when(code.str.starts_with("2B")).then(CORSICA_NORTH)
    )  # fmt: skip
