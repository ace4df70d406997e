"""NIR, the French social security number, with its kin (NIA, NNP, MIG) and its damage.

15 characters: sex, year, month, department, commune, order, key = 97 - (first 13 mod 97), Corsica 2A -> 19, 2B -> 18.
Source: INSEE structure of the NIR, CNAM rules for provisional numbers (NNP, MIG); see docs/thresholds.md.
"""

from __future__ import annotations

import polars as pl

from leakscan.detectors.anchors import at_numbers
from leakscan.detectors.detector import Detector

_AFTER_SEX = r"""
    [0-9]{2}
    (?:0[1-9]|1[0-2]|2[0-9]|3[0-9]|4[0-2]|[5-9][0-9])   # months; 20-42 and 50-99: civil status unknown or incomplete
    (?:0[1-9]|[1-8][0-9]|9[0-9]|2[AB])                  # 01-95, Corsica, overseas 97 98, abroad 99, former 91-96
    [0-9]{3}
    (?:00[1-9]|0[1-9][0-9]|[1-9][0-9]{2})               # order 000 is never issued
"""
_KEY = r"(?:0[1-9]|[1-8][0-9]|9[0-7])"
NIR15 = rf"(?x)^[1-4]{_AFTER_SEX}{_KEY}$"
LABELLED15 = rf"(?x)^(?:[1-8]{_AFTER_SEX}|[78][12][0-9]{{11}}|[56][012][0-9]{{11}}){_KEY}$"
"""Numbers whose first digit is not a sex count only under a label: one CNAM rule says NIR, another says no."""
LABELLED13 = rf"(?x)^[5-8]{_AFTER_SEX}$"
NIR13 = rf"(?x)^[1-4]{_AFTER_SEX}$"
PROVISIONAL = r"^[5-8][012][0-9]{11}$"
"""NNP (first digit 7 or 8) and MIG (5 or 6): caisse(3) and order(8), no month, so one random number in nine fits."""
_NNP_WITH_0 = r"^[78]0"
"""Older NNP; since 2012 the second digit is 1 or 2: under a mere label a 0 is refused, in a settled column not."""

FICTITIOUS = r"^[78]2"
"""Numbers that the health insurance marks as made up: a hit, never a person."""
FILLER = r"^(?:[0-9](?:1{12}|2{12}|3{12}|4{12}|5{12}|6{12}|7{12}|8{12})|[0-9]{7}9{6}|1234567890123)"
"""What is typed for want of a number: one digit over and over, or nines. The patient is real, the number is not."""

_SEPARATORS = "\\x20.\\-\u00a0\u202f\u2009_/"  # \\x20: Rust drops a plain space in (?x), even inside a class
EXCEL_DAMAGE = r"^\s*[1-478][.,][0-9]{2,}[eE]\+?1[24]\s*$"
"""A NIR that a spreadsheet turned into a float: its last digits are gone, the person cannot be told."""


def compact(text: pl.Expr) -> pl.Expr:
    """A cell without what people and spreadsheets put around a number: separators, `'`, `="..."`, a trailing `.0`."""
    return (
        text.str.strip_chars(" \t\u00a0\u202f'\u2019=\"")
        .str.replace(r"[.,]0$", "")
        .str.replace(r"(?i)\s*[/(\-]?\s*cl[eé]\s*[:=]?\s*([0-9]{2})\)?$", "$1")
        .str.replace_all(rf"[{_SEPARATORS}()]", "")
        .str.to_uppercase()
    )


def body_number(body: pl.Expr) -> pl.Expr:
    """The 13-character body as the integer that its key is computed from; null where it is not a number."""
    return body.str.replace("2A", "19", literal=True).str.replace("2B", "18", literal=True).cast(pl.Int64, strict=False)


def key_of(body: pl.Expr) -> pl.Expr:
    """The key (1..97) that a 13-character body demands."""
    return 97 - body_number(body) % 97


def _key_holds(number: pl.Expr) -> pl.Expr:
    return key_of(number.str.head(13)) == number.str.slice(13, 2).cast(pl.Int64, strict=False)


def with_key(text: pl.Expr) -> pl.Expr:
    """Body of a 15-character NIR whose key is right, else null."""
    number = compact(text)
    return pl.when(number.str.contains(NIR15) & _key_holds(number)).then(number.str.head(13))


def labelled_with_key(text: pl.Expr) -> pl.Expr:
    """The same under a label: a first digit that is no sex stands, too, before what else is built like a NIR."""
    number = compact(text)
    shaped = number.str.contains(rf"(?x)^[1-478]{_AFTER_SEX}{_KEY}$")
    return pl.when(shaped & _key_holds(number)).then(number.str.head(13))


def wrong_key(text: pl.Expr) -> pl.Expr:
    """Body of a value that is shaped like a 15-character NIR but has another key: weak evidence."""
    number = compact(text)
    shaped = number.str.contains(rf"(?x)^[1-478]{_AFTER_SEX}[0-9]{{2}}$")
    return pl.when(shaped & ~_key_holds(number)).then(number.str.head(13))


def without_key(text: pl.Expr) -> pl.Expr:
    """A 13-character body: NIR-shaped, cut at its fields if at all, or NNP or MIG. Proves nothing without a label."""
    number = compact(text)
    whole = text.str.strip_chars(" \t\u00a0\u202f'\u2019=\"").str.contains(rf"(?x)^(?:{_FIELDS})(?:[.,]0)?$")
    return pl.when((number.str.contains(NIR13) & whole) | number.str.contains(PROVISIONAL)).then(number)


def in_nir_column(text: pl.Expr) -> pl.Expr:
    """The scalar path: what stands in a column known to hold NIRs, with key, without, or provisional."""
    return text.map_batches(_in_column, return_dtype=pl.String, is_elementwise=True)


def _in_column(texts: pl.Series) -> pl.Series:
    """Bodies of numbers with a right key, which most are; only the other cells are asked for more."""
    numbers = texts.alias("text").to_frame().with_columns(number=compact(pl.col("text")))
    bodies = numbers.select(pl.when(_KEYED).then(pl.col("number").str.head(13))).to_series().alias(texts.name)
    others = bodies.is_null()
    if not others.any():
        return bodies
    found = numbers.filter(others).select(pl.coalesce(without_key(pl.col("text")), _SHAPED)).to_series()
    return bodies.scatter(others.arg_true(), found)


_KEYED = pl.col("number").str.contains(LABELLED15) & _key_holds(pl.col("number"))
_SHAPED = pl.when(pl.col("number").str.contains(LABELLED13)).then(pl.col("number"))
_SEP = rf"[{_SEPARATORS}]"
DOTS = 4
"""Dots that a dotted NIR has at least between its fields."""
_BEFORE = r"(?<![0-9A-Za-z])(?<![0-9][.,])"
_NO_LOT = r"(?<!\b(?i:lot|fse|facture|transaction|ticket|s[ée]rie|colis)\W{1,3})"
"""One number in 97 that is built like a NIR has its key: what is named as something else is something else."""
_AFTER = r"(?![0-9A-Za-z])(?![.,][0-9])"
_FIELDS = rf"""
    [1-8] {_SEP}? [0-9]{{2}} {_SEP}? [0-9]{{2}} {_SEP}? (?:[0-9]{{2}}|2[ABab]) {_SEP}? [0-9]{{3}} {_SEP}? [0-9]{{3}}
"""
_FIELDS_WIDTH = 18
"""Characters of the body with a separator between any two fields; all but a letter of Corsica are digits."""
_BARE_FIELDS = _FIELDS.replace("[1-8]", "", 1).replace(" ", "").replace("\n", "")


def _one_separator(text: pl.Expr) -> pl.Expr:
    """True where the body of a candidate (all but its last group, the key) is cut by one kind of separator at most.

    A single dot is a decimal point: dots count only where they stand between the fields all along.
    """
    body = text.str.replace(r"[^0-9A-Za-z]*(?:[cC][lL][eéEÉ][^0-9]*)?[0-9]{2}\)?(?:\.0)?$", "")
    marks = body.str.replace_all(r"[0-9A-Za-z]", "")
    decimal = marks.str.starts_with(".") & (marks.str.len_chars() < DOTS)
    return (marks.str.strip_chars(marks.str.head(1)) == "") & ~decimal


NIR = Detector(
    entity="nir",
    pattern=rf"""(?x)
        {_NO_LOT} {_BEFORE}
        {_FIELDS}
        (?:{_SEP}?|\s?[/\-–]\s?|\s*\(?[cC][lL][eéEÉ]\s*[:=]?\s*)   # 13 + separator + 2, and "clé 46"
        [0-9]{{2}}
        (?:\.0(?![0-9]))?
        {_AFTER}
    """,
    prefilter=rf"(?:^|[^0-9A-Za-z])[1-4]{_BARE_FIELDS}(?:[^0-9A-Za-z\n]{{0,4}}(?i:cl[eé]\s*[:=]?\s*)?)[0-9]{{2}}(?:[^0-9A-Za-z]|$)",
    begins=at_numbers(first="12345678", least=12, within=_FIELDS_WIDTH),
    canonical=lambda text: pl.when(_one_separator(text)).then(with_key(text)),
    confidence=0.99,
    examples=(
        ("NIR 184127645108946 connu", "1841276451089"),
        ("1 84 12 76 451 089 46", "1841276451089"),
        ("1.84.12.76.451.089.46", "1841276451089"),
        ("1-84-12-76-451-089-46", "1841276451089"),
        ("1841276451089 46", "1841276451089"),
        ("1\u00a084\u00a012\u00a076\u00a0451\u00a0089\u00a046", "1841276451089"),
        ("1\u202f84\u202f12\u202f76\u202f451\u202f089\u202f46", "1841276451089"),
        ("1841276451089 clé 46", "1841276451089"),
        ("1 84 12 76 451 089 / 46", "1841276451089"),
        ("184127645108946.0", "1841276451089"),
        ("2 84 05 2a 321 025 52", "284052A321025"),
        ("'184127645108946", "1841276451089"),
        ("145089512304512 ne a Casablanca", "1450895123045"),
    ),
    counterexamples=(
        "184127645108947",
        "0.275590551181102",
        "2.75590551181102",
        "123 456 789 012 345",
        "185057800608491234",
        "1 84.12 76-451 089 46",
        "145080012304555",
        "lot FSE 184127645108946 transmis",
        "785087512304538",
        "184127645108946,25",
        "FR7630006000011234567890189",
    ),
    values=(("184127645108946", "1841276451089"), (" 1 84 12 76 451 089 46", "1841276451089")),
    not_values=("184127645108900", "184127645108", "", "NEANT"),
    source="INSEE, structure of the NIR",
)


def _labelled(text: pl.Expr) -> pl.Expr:
    number = in_nir_column(text)
    bare = compact(text)
    old_style = number.str.contains(_NNP_WITH_0) & (bare.str.len_chars() == 13)
    return pl.when(_one_separator(text) & ~old_style).then(number)


_LABEL = (
    r"(?:\b(?:n\.?\s?i\.?\s?r|n\.?\s?s\.?\s?s|nnp|mig|nia|immat\w*|matricule\s+(?:ins|assur\w+))\b"
    r"|\bs[ée]cu(?:rit[ée])?(?:\s+soc\w*)?|\bnum[ée]ro\s+(?:d'assur[ée]|ss)|\bn[o°]\s?ss\b)[^0-9]{0,24}$"
)

NIR_WITHOUT_KEY = Detector(
    entity="nir",
    pattern=rf"""(?x)
        {_BEFORE}
        (?:{_FIELDS} | [5-8] {_SEP}? [012] {_SEP}? [0-9]{{3}} {_SEP}? [0-9]{{8}})
        (?:{_SEP}?[0-9]{{2}}(?![0-9]))?        # with a key too: a first digit 5 to 8 needs the label
        {_AFTER}
    """,
    prefilter=rf"(?:^|[^0-9A-Za-z])(?:[1-8]{_BARE_FIELDS}|[5-8]{_SEP}?[012]{_SEP}?[0-9]{{3}}{_SEP}?[0-9]{{8}})",
    begins=NIR.begins,
    canonical=_labelled,
    confidence=0.8,
    label=_LABEL,
    examples=(
        ("n° SS : 1841276451089", "1841276451089"),
        ("NIR: 1 84 12 76 451 089", "1841276451089"),
        ("NNP 7112312345678", "7112312345678"),
        ("sécurité sociale 6 2 789 65432189", "6278965432189"),
        ("NIR 785087512304538", "7850875123045"),
    ),
    counterexamples=(
        "1841276451089",
        "ref 7112312345678",
        "NIR : 184127645108947",
        "CIP 3400921600506",
        "NIR : 7012312345678",
        "184127645108946",
    ),
    values=(("1841276451089", "1841276451089"), ("8 2 789 65432189", "8278965432189")),
    not_values=("7012312345678", "18412764510894"),
    source="CNAM, provisional numbers",
)
