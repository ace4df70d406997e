"""What coded values reveal: NABM and CCAM acts, LOINC tests, CIM-10 diagnoses, ATC classes and CIP13 drug codes.

For columns that hold codes: never for running text, where any number would pass; `noted_codes` finds codes there.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache

import polars as pl

from leakscan.data import model_file
from leakscan.errors import UsageError

SYSTEMS: tuple[str, ...] = ("nabm", "cim10", "atc", "cip13", "loinc", "ccam")
"""The systems that `code_themes` reads."""

CODES_SCHEMA: dict[str, pl.DataType] = {"row": pl.UInt32(), "theme": pl.String(), "status": pl.String()}
"""What `code_themes` gives: one row for each row and theme and status that its codes reveal."""

_SHAPE = {
    "nabm": r"(?:^|[^0-9.,A-Za-z]|[A-Za-z]{2})0{0,4}([1-9]\d{0,3})(?:\.0+)?(?:$|[^0-9.,])",
    "cim10": r"\b[A-Z]\d{2}(?:\.?[0-9X][0-9+]{0,3})?(?:\b|$|\+)",
    "atc": r"\b[A-Z]\d{2}(?:[A-Z](?:[A-Z](?:\d{2})?)?)?\b",
    "cip13": r"\b34009\d{8}\b",
    "loinc": r"\b\d{1,5}-\d\b",
    "ccam": r"\b[A-Z]{4}\d{3}\b",
}


def _cim10_codes(low: str, high: str) -> Iterator[str]:
    """Prefixes from one to another, at the precision of the first: `C00-C97`, `S00-T98`, `D68.0-D68.2`."""
    if "." in low:
        stem, first, last = low[:3], int(low[4:]), int(high[4:])
        yield from (f"{stem}{digit}" for digit in range(first, last + 1))
        return
    begin, end = (ord(low[0]), int(low[1:3])), (ord(high[0]), int(high[1:3]))
    for letter in range(begin[0], end[0] + 1):
        for number in range(begin[1] if letter == begin[0] else 0, (end[1] if letter == end[0] else 99) + 1):
            yield f"{chr(letter)}{number:02d}"


def _expanded(system: str, code: str) -> Iterator[str]:
    """The codes or prefixes of one row of the table."""
    low, _, high = code.partition("-")
    if system == "loinc":
        yield code.replace("-", "")
    elif not high:
        yield low.replace(".", "")
    elif system == "cim10":
        yield from _cim10_codes(low, high)
    elif system == "nabm":
        yield from map(str, range(int(low), int(high) + 1))
    else:
        yield from (f"{low[:5]}{number:02d}" for number in range(int(low[5:]), int(high[5:]) + 1))


@cache
def _table() -> dict[str, pl.DataFrame]:
    """Prefix, theme (null: a drug that tells no more) and status, by system."""
    rows: dict[str, set[tuple[str, str | None, str]]] = {system: set() for system in SYSTEMS}
    with model_file("lexicon/codes.tsv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            for code in _expanded(row["system"], row["code"]):
                rows[row["system"]].add((code, row["theme"] or None, row["status"]))
    schema = {"prefix": pl.String, "theme": pl.String, "status": pl.String}
    return {system: pl.DataFrame(sorted(part, key=str), schema=schema, orient="row") for system, part in rows.items()}


def _codes_in(codes: pl.Series, system: str) -> pl.DataFrame:
    """Each code of each cell (row, code), in the spelling of the table."""
    cells = (
        pl.DataFrame({"cell": codes.cast(pl.String)}).with_row_index("row").filter(pl.col("cell").str.len_bytes() > 0)
    )
    cell = pl.col("cell").str.to_uppercase()
    if system == "nabm":
        # Separators are doubled so that neighbours do not share one.
        parts = cell.str.replace_all(r"[\s/,;|+\-]+", "  ").str.extract_all(_SHAPE["nabm"])
        code = pl.col("code").str.extract(_SHAPE["nabm"], 1)
    elif system == "cip13":
        parts = cell.str.replace_all(r"(\d)[ .](\d)", "$1$2").str.replace_all(r"(\d)[ .](\d)", "$1$2")
        parts = parts.str.extract_all(_SHAPE["cip13"])
        code = pl.col("code")
    else:
        parts = cell.str.extract_all(_SHAPE[system])
        code = pl.col("code").str.replace_all(r"[^A-Z0-9]", "")
    found = cells.select("row", parts.alias("code")).explode("code", empty_as_null=False, keep_nulls=False)
    return found.with_columns(code.alias("code")).drop_nulls()


def _ean_valid(code: pl.Expr) -> pl.Expr:
    """Whether the last of 13 digits is the EAN-13 key of the others."""
    digits = [code.str.slice(i, 1).cast(pl.Int32) * (3 if i % 2 else 1) for i in range(13)]
    return pl.sum_horizontal(digits) % 10 == 0


def code_themes(codes: pl.Series, system: str) -> pl.DataFrame:
    """Themes that a column of codes reveals (row, theme, status; sorted, distinct).

    `codes` may hold several codes in a cell ("0388 1104", "B20/Z21"), codes that lost their leading zeros or their dot,
    and a label beside the code. `system` is one of SYSTEMS. The longest prefix in the table decides; a drug code (ATC,
    CIP13) always reveals `treatment`.
    """
    if system not in SYSTEMS:
        message = f"unknown code system {system!r}: use one of {', '.join(SYSTEMS)}"
        raise UsageError(message)
    found = _codes_in(codes, system)
    parts = []
    if system in ("atc", "cip13"):
        drugs = found.filter(_ean_valid(pl.col("code"))) if system == "cip13" else found
        parts.append(drugs.select("row", pl.lit("treatment").alias("theme"), pl.lit("affirmed").alias("status")))
    table = _table()[system]
    lengths = (4,) if system == "nabm" else tuple(table["prefix"].str.len_bytes().unique().sort(descending=True))
    left = found
    for length in lengths if len(table) else ():
        if left.is_empty():
            break
        if system == "nabm":
            keyed = left.with_columns(pl.col("code").alias("prefix"))
        else:
            keyed = left.filter(pl.col("code").str.len_bytes() >= length).with_columns(
                pl.col("code").str.slice(0, length).alias("prefix")
            )
        rules = table if system == "nabm" else table.filter(pl.col("prefix").str.len_bytes() == length)
        hits = keyed.join(rules, on="prefix", how="inner")
        parts.append(hits.filter(pl.col("theme").is_not_null()).select("row", "theme", "status"))
        left = left.join(hits.select("row", "code"), on=["row", "code"], how="anti")
    if not parts:
        return pl.DataFrame(schema=CODES_SCHEMA)
    return (
        pl.concat(parts)
        .unique()
        .sort("row", "theme", "status")
        .select(pl.col(name).cast(kind) for name, kind in CODES_SCHEMA.items())
    )
