"""What a column's own cells say about it: shares of cells that fit each kind of value, from a sample of the head."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import polars as pl

from leakscan.data import model_file
from leakscan.detectors import canonical_of
from leakscan.detectors.dates import TWO_DIGIT_YEAR_PIVOT, iso_dates
from leakscan.detectors.nir import in_nir_column, with_key, without_key
from leakscan.detectors.text import fold

SAMPLE_ROWS = 2_000
"""Non-empty cells a column is judged by, spread evenly over the head (docs/thresholds.md)."""

TITLES = ("M", "MR", "MONSIEUR", "MME", "MADAME", "MLLE", "MELLE", "MADEMOISELLE", "MRS", "MS", "MISS", "ENF", "ENFANT", "BB", "BEBE", "NN", "DR", "PR")
_VALIDATED = ("phone", "email", "iban", "rpps", "adeli", "finess", "blood_group", "sex", "postcode", "ean13", "siret", "password_hash")


@dataclass(frozen=True, slots=True)
class Profile:
    """A column's sample in numbers: `share[kind]` of its non-empty cells (0..1), and how it is filled."""

    filled: int
    fill: float
    distinct: int
    distinct_share: float
    mean_length: float
    max_length: int
    words: float
    share: dict[str, float]
    year_low: int = 0
    year_high: int = 0
    year_median: int = 0


@cache
def word_set(name: str) -> pl.Series:
    """First column of a lexicon list (upper-case, unaccented, hyphens and apostrophes as spaces), as a Series."""
    lines = model_file(f"lexicon/{name}.tsv").read_text(encoding="utf-8").splitlines()
    words = (line.split("\t")[0] for line in lines if line and not line.startswith("#"))
    return pl.Series(sorted({word.upper().replace("-", " ").replace("'", " ") for word in words}), dtype=pl.String)


@cache
def _street_words() -> str:
    lines = model_file("lexicon/street_types.tsv").read_text(encoding="utf-8").splitlines()
    types = sorted({line.split("\t")[0].upper() for line in lines[1:] if line}, key=lambda word: (-len(word), word))
    long_enough = [word for word in types if len(word) > 1]
    return rf"(?:^|[\s,])(?:{'|'.join(long_enough)})[\s.]"


def sample(values: pl.Series) -> pl.Series:
    """At most SAMPLE_ROWS non-empty stripped cells, spread evenly."""
    cells = values.str.strip_chars()
    cells = cells.filter(cells != "")
    step = max(1, len(cells) // SAMPLE_ROWS)
    return cells.gather_every(step).head(SAMPLE_ROWS)


def profile(values: pl.Series) -> Profile:
    """Measure one column of the head (String cells, empty ones "")."""
    cells = sample(values)
    rows = max(1, len(values))
    if cells.is_empty():
        return Profile(0, 0.0, 0, 0.0, 0.0, 0, 0.0, {})
    filled = int((values.str.strip_chars() != "").sum())
    frame = pl.DataFrame({"cell": cells}).with_columns(folded=fold(pl.col("cell")).str.replace_all(r"[-'.,]+", " ").str.replace_all(r" +", " ").str.strip_chars())
    frame = frame.with_columns(iso=iso_dates(frame["cell"], TWO_DIGIT_YEAR_PIVOT))
    cell, folded = pl.col("cell"), pl.col("folded")
    tokens = folded.str.split(" ")
    first_token = tokens.list.first()
    last_token = tokens.list.last()
    firsts, surnames = word_set("first_names"), word_set("surnames")
    known_first = folded.is_in(firsts.implode()) | first_token.is_in(firsts.implode())
    tests: dict[str, pl.Expr] = {
        "digits": cell.str.contains(r"^[0-9][0-9 .,\-/]*$"),
        "integer": cell.str.contains(r"^[0-9]+$"),
        "alpha": ~cell.str.contains(r"[0-9]") & cell.str.contains(r"\p{L}"),
        "upper": cell.str.contains(r"^[^a-zà-ÿ]*\p{Lu}[^a-zà-ÿ]*$"),
        "nir15": with_key(cell).is_not_null(),
        "nir13": without_key(cell).is_not_null(),
        "nir": in_nir_column(cell).is_not_null(),
        "nir_shape": cell.str.contains(r"^'?[1-478][ .\-\x{a0}\x{202f}]?[0-9]{2}[ .\-\x{a0}\x{202f}]?[0-9]{2}[ .\-\x{a0}\x{202f}]?(?:[0-9]{2}|2[ABab])"),
        "key": cell.str.contains(r"^(?:0?[1-9]|[1-8][0-9]|9[0-7])$"),
        "date": pl.col("iso").is_not_null(),
        "first": known_first & (tokens.list.len() <= 3),
        "last": folded.is_in(surnames.implode()) | last_token.is_in(surnames.implode()) | first_token.is_in(surnames.implode()),
        "two_names": (tokens.list.len() >= 2) & (first_token.is_in(firsts.implode()) | last_token.is_in(firsts.implode()) | tokens.list.get(1, null_on_oob=True).is_in(firsts.implode())),
        "two_words": tokens.list.len() >= 2,
        "city": folded.str.replace(r"^[0-9]{5} ?", "").str.replace(r" (?:CEDEX|[0-9]{1,2}).*$", "").is_in(word_set("cities").implode()) | folded.str.contains(r"^(?:ST|STE|SAINT|SAINTE) |CEDEX| (?:SUR|SOUS|LES|LEZ|EN|DE|DU) "),
        "street": folded.str.contains(_street_words()) & (cell.str.contains(r"[0-9]") | (tokens.list.len() >= 3)),
        "numbered_street": cell.str.contains(r"^\s*[0-9]{1,4}[\s,]*(?i:bis|ter|[a-d])?[\s,]") & folded.str.contains(_street_words()),
        "mutuelle": folded.is_in(word_set("mutuelles").implode()) | folded.str.contains(r"MUTUEL|PREVOYANCE|ASSURANCE"),
        "doctor": cell.str.contains(r"(?i)^\s*(?:dr|docteur|pr|prof|professeur)\b[. ]") | folded.str.contains(r"[ (]DR\)?$"),
        "title": folded.is_in(list(TITLES)),
        "laboratory": folded.str.contains(r"\bLAB|BIO|\bLBM\b|MEDILAB|CENTRE|CLINIQUE|HOPITAL"),
        "sentence": (tokens.list.len() >= 3) & cell.str.contains(r"\p{Ll}{3}"),
        "code": cell.str.contains(r"^[A-Za-z0-9_./\-]+$"),
        "cim10": cell.str.contains(r"^[A-Z][0-9]{2}(?:\.?[0-9]{1,3})?(?:[ ,/+|][A-Z][0-9]{2}(?:\.?[0-9]{1,3})?)*$"),
        "flag": cell.str.len_chars() <= 1,
        "word": folded.str.contains(r"^[\p{L}][\p{L} ]*$"),
        **{name: canonical_of(name)(cell).is_not_null() for name in _VALIDATED},
    }
    measured = frame.select(
        *(test.fill_null(value=False).mean().alias(name) for name, test in tests.items()),
        pl.col("cell").n_unique().alias("_distinct"),
        cell.str.len_chars().mean().alias("_mean_length"),
        cell.str.len_chars().max().alias("_max_length"),
        tokens.list.len().mean().alias("_words"),
        *(pl.col("iso").drop_nulls().str.head(4).cast(pl.Int32).quantile(q).alias(f"_year{q}") for q in (0.02, 0.5, 0.98)),
    ).row(0, named=True)
    return Profile(
        filled=filled,
        fill=filled / rows,
        distinct=measured["_distinct"],
        distinct_share=measured["_distinct"] / len(cells),
        mean_length=measured["_mean_length"],
        max_length=measured["_max_length"],
        words=measured["_words"],
        share={name: measured[name] or 0.0 for name in tests},
        year_low=int(measured["_year0.02"] or 0),
        year_high=int(measured["_year0.98"] or 0),
        year_median=int(measured["_year0.5"] or 0),
    )
