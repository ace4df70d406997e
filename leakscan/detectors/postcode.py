"""French postcodes and towns, in columns that hold them.

Source: La Poste (five digits, the first two a department; 20 is Corsica, 97 and 98 overseas).
"""

from __future__ import annotations

import polars as pl

from leakscan.detectors.detector import Detector
from leakscan.detectors.text import NEVER, fold, none_if_empty, once, shaped, unwrap

_FIVE = r"(?:0[1-9]|[1-8][0-9]|9[0-5]|9[78])[0-9]{3}"
_CODE = rf"^(?:F(?:R(?:ANCE)?)?[\s\-]{{0,3}})?({_FIVE}|2[AB][0-9]{{3}}|[1-9][0-9]{{3}}|[0-9]{{2}} [0-9]{{3}})(?:[.,]0)?"
_FRANCE = ("99100", "FRANCE", "FR", "FRA", "FRANCE METROPOLITAINE")


def five_digits(text: pl.Expr) -> pl.Expr:
    """The postcode at the start of a cell; a zero lost in front is restored; null where there is none.

    `2A` and `2B` followed by three digits are kept as written: they are the town codes of statistics.
    """
    cell = fold(unwrap(text))
    code = cell.str.extract(rf"{_CODE}(?:[\s,\-]+[A-Z][^0-9]*[0-9]{{0,2}})?$").str.replace(" ", "", literal=True)
    full = once(code, lambda found: pl.when(found.str.len_bytes() == 4).then("0" + found).otherwise(found))
    return once(full, lambda found: shaped(found, rf"^(?:{_FIVE}|2[AB][0-9]{{3}})$"))


def town(text: pl.Expr) -> pl.Expr:
    """Name of a town in upper-case ASCII words, without postcode and CEDEX; SAINT(E) for ST(E); null without letter."""
    return once(
        fold(text)
        .str.replace(r"\bCEDEX\b.*$", "")
        .str.replace_all(r"[^\p{L}]+", " ")
        .str.replace_all(r"\b(?:ST|STE) ", "SAINT ")
        .str.replace_all("SAINTE ", "SAINT ", literal=True)
        .str.strip_chars(),
        none_if_empty,
    )


def birth_place(text: pl.Expr) -> pl.Expr:
    """A town, as `town` has it, or the code of one (INSEE, La Poste; 99 and three digits abroad) that stands alone.

    France as a country, by name or as 99100 in a column of countries of birth, says nothing of where: null.
    """
    cell = unwrap(text).str.to_uppercase()
    code = pl.when(cell.str.contains(r"^(?:[0-9]{2}|2[AB])[0-9]{3}$")).then(cell)
    return once(pl.coalesce(code, town(text)), lambda place: pl.when(~place.is_in(_FRANCE)).then(place))


POSTCODE = Detector(
    entity="postcode",
    pattern=NEVER,
    prefilter=NEVER,
    canonical=five_digits,
    confidence=0.9,
    needs_role=True,
    values=(
        ("75013", "75013"),
        ("75013 PARIS", "75013"),
        ("6000", "06000"),
        ("06000.0", "06000"),
        ("20000", "20000"),
        ("2A004", "2A004"),
        ("97400", "97400"),
        ("F-67000", "67000"),
        ("75 013", "75013"),
        ("44093 NANTES CEDEX 1", "44093"),
    ),
    not_values=("", "00000", "99100", "750130", "750", "PARIS", "96000", "12/03/1984"),
    source="La Poste",
)

CITY = Detector(
    entity="city",
    pattern=NEVER,
    prefilter=NEVER,
    canonical=town,
    confidence=0.8,
    needs_role=True,
    values=(
        ("Saint-Étienne", "SAINT ETIENNE"),
        ("ST ETIENNE", "SAINT ETIENNE"),
        ("44093 NANTES CEDEX 1", "NANTES"),
        ("L'Haÿ-les-Roses", "L HAY LES ROSES"),
    ),
    not_values=("", "75013", "-"),
    source="La Poste",
)
