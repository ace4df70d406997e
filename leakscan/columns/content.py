"""What a column's own cells say about it: shares of cells that fit each kind of value, from a sample of the head."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leakscan.coded import coded
from leakscan.data import model_file
from leakscan.detectors import canonical_of
from leakscan.detectors.dates import SERIAL, TWO_DIGIT_YEAR_PIVOT, iso_dates
from leakscan.detectors.nir import in_nir_column, with_key, without_key
from leakscan.detectors.text import fold

SAMPLE_ROWS = 1_000
"""Non-empty cells a column is judged by, spread evenly over the head (docs/thresholds.md)."""

TITLES = (
    "M",
    "MR",
    "MONSIEUR",
    "MME",
    "MADAME",
    "MLLE",
    "MELLE",
    "MADEMOISELLE",
    "MRS",
    "MS",
    "MISS",
    "ENF",
    "ENFANT",
    "BB",
    "BEBE",
    "NN",
    "DR",
    "PR",
)
_TITLE_BEFORE = r"^(?:M|MR|MME|MLLE|MELLE|MONSIEUR|MADAME|MADEMOISELLE) "
_OTHER_NAME_BEHIND = r" (?:NEE?|EP|EPSE|EPOUSE|VVE|VEUVE) [A-Z ]+$"
"""What stands around a name, and says nothing of it: `MME ROUX DELPHINE NEE LE GOFF`."""
_TITLED_BEFORE = r"^(?i:mr?|mme|mlle|melle|monsieur|madame|mademoiselle)\.? "
_MARRIED_BEHIND = r" (?i:n[ée]e|[ée]p(?:se|ouse)?|vve|veuve)\.? [A-Za-z\x{C0}-\x{FF}' \-]{1,40}$"
"""The same in cells as they are written."""
TESTED = 4_096
"""Characters of a cell that are tested: what a longer one is shows in its beginning."""
WORTH_TESTING = 0.02
"""A kind of value is only tested for where at least this share of the cells has its letters or digits."""
_NIR_SHAPE = (
    r"^'?[1-478][ .\-\x{a0}\x{202f}]?[0-9]{2}[ .\-\x{a0}\x{202f}]?[0-9]{2}[ .\-\x{a0}\x{202f}]?(?:[0-9]{2}|2[ABab])"
)

_RESULT_WORDS = (
    r"^(?:POS(?:ITIFS?|ITIVES?)?|NEG(?:ATIFS?|ATIVES?)?|INDETECTABLE"
    r"|NON DETECTE|DETECTE|NON REACTIF|REACTIF|EQUIVOQUE)\b"
)
_COMPLEMENT = (
    r"\b(?:BAT(?:IMENT)?|RES(?:IDENCE)?|APPT?|APPARTEMENT|LOGEMENT|LOGT|ESC(?:ALIER)?|ETAGE|ETG|RDC|CHEZ|BP|CS|CEDEX"
    r"|LIEU|HAMEAU|QUARTIER|LOT(?:ISSEMENT)?|IMM(?:EUBLE)?|TOUR|ENTREE|PORTE|CLOS|DOMAINE|HALL|VILLA|FOYER|EHPAD|ZA|ZI|ZAC)\b"
)
"""Words of the second line of an address."""
_CIM10_CODE = r"(?:[AC-Z][0-9]{2}|B[0-9]{2}\.|B[0-9]{2}$)(?:\.[0-9]{1,3}|[0-9]{1,2})?"
_CIM10 = rf"^{_CIM10_CODE}(?:[ ,/+|;]+{_CIM10_CODE})*$"
"""B and four digits is an act of biology, not a chapter of the CIM-10; a letter and five digits number somebody."""


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
    text = model_file(f"lexicon/{name}.tsv").read_text(encoding="utf-8").upper().replace("-", " ").replace("'", " ")
    lines = text.splitlines()
    words = (line.partition("\t")[0] for line in lines) if "\t" in text else lines
    return pl.Series([word for word in words if word and word[0] != "#"], dtype=pl.String).unique().sort()


@cache
def _street_words() -> str:
    lines = model_file("lexicon/street_types.tsv").read_text(encoding="utf-8").splitlines()
    types = sorted({line.split("\t")[0].upper() for line in lines[1:] if line}, key=lambda word: (-len(word), word))
    long_enough = [word for word in types if len(word) > 1]
    return rf"(?:^|[\s,])(?:{'|'.join(long_enough)})[\s.]"


def samples(cells: pl.DataFrame, filled: Sequence[int]) -> pl.DataFrame:
    """At most SAMPLE_ROWS non-empty cells of each column, spread evenly: `column` (UInt32, its place) and `cell`."""
    by_step: dict[int, list[str]] = {}
    for name, count in zip(cells.columns, filled, strict=True):
        by_step.setdefault(max(1, count // SAMPLE_ROWS), []).append(name)
    chosen = [
        pl.col(names).filter(pl.col(names) != "").gather_every(step).head(SAMPLE_ROWS).implode()
        for step, names in by_step.items()
    ]
    lists = cells.select(chosen).select(cells.columns).transpose(column_names=["cell"])
    return lists.with_row_index("column").explode("cell", empty_as_null=False, keep_nulls=False)


def profiles(head: pl.DataFrame) -> list[Profile]:
    """Measure every column of the head (String cells, empty ones "").

    All columns are measured at once: each distinct cell is tested once, wherever it stands. Cheap shapes come first,
    and the tests that a column's shapes leave open run on the cells of such columns alone.
    """
    stripped = head.select(pl.all().str.strip_chars())
    filled = stripped.select((pl.all() != "").sum()).row(0)
    sampled = samples(stripped, filled)
    known = coded(sampled["cell"])
    placed = pl.DataFrame({"column": sampled["column"], "code": known.codes})
    counted = placed.group_by("column", "code", maintain_order=True).len("weight")
    whole = known.cells.alias("cell").to_frame()
    cells = whole.select(pl.col("cell").str.head(TESTED))
    shares = _shares(counted, cells, _SHAPES)
    shares |= _shares(*_of(counted, cells, shares, "digits_inside"), _NUMBERS)
    placed, worded = _of(counted, cells, shares, "letters_inside")
    folded = fold(pl.col("cell")).str.replace_all(r"[-'.,]+", " ").str.replace_all(r" +", " ").str.strip_chars()
    folded = folded.str.replace(_TITLE_BEFORE, "").str.replace(_OTHER_NAME_BEHIND, "")
    worded = worded.with_columns(folded=folded).with_columns(tokens=pl.col("folded").str.split(" "))
    shares |= _shares(placed, worded, _WORDS)
    placed, dateable = _of(counted, cells, shares, "dateable")
    dated = pl.DataFrame({"iso": iso_dates(dateable["cell"], TWO_DIGIT_YEAR_PIVOT)})
    shares |= _shares(placed, dated, _DATED)
    year = pl.col("iso").str.head(4).cast(pl.Int32)
    years = {
        row[0]: row[1:]
        for row in placed.select("column", dated["iso"].gather(placed["code"]))
        .drop_nulls("iso")
        .group_by("column")
        .agg(*(year.quantile(q).alias(str(q)) for q in (0.02, 0.5, 0.98)))
        .iter_rows()
    }
    named = pl.col("cell").str.replace(_MARRIED_BEHIND, "").str.replace(_TITLED_BEFORE, "")
    sizes = whole.select(length=pl.col("cell").str.len_chars(), words=named.str.count_matches(" ", literal=True) + 1)
    weight = pl.col("weight")
    measures = (
        counted.with_columns(sizes[counted["code"]])
        .group_by("column")
        .agg(
            sampled=weight.sum(),
            distinct=pl.len(),
            mean_length=(pl.col("length") * weight).sum() / weight.sum(),
            max_length=pl.col("length").max(),
            words=(pl.col("words") * weight).sum() / weight.sum(),
        )
    )
    measured = {row["column"]: row for row in measures.iter_rows(named=True)}
    return [
        _profile(
            filled[index],
            head.height,
            measured.get(index),
            {name: by_column.get(index, 0.0) for name, by_column in shares.items()},
            years.get(index),
        )
        for index in range(head.width)
    ]


def _profile(
    filled: int,
    rows: int,
    measured: dict[str, Any] | None,
    share: dict[str, float],
    years: tuple[float, ...] | None,
) -> Profile:
    if measured is None:
        return Profile(0, 0.0, 0, 0.0, 0.0, 0, 0.0, {})
    low, median, high = (int(year or 0) for year in years or (0, 0, 0))
    return Profile(
        filled=filled,
        fill=filled / rows,
        distinct=measured["distinct"],
        distinct_share=measured["distinct"] / measured["sampled"],
        mean_length=measured["mean_length"],
        max_length=measured["max_length"],
        words=measured["words"],
        share=share,
        year_low=low,
        year_high=high,
        year_median=median,
    )


def _of(
    counted: pl.DataFrame, cells: pl.DataFrame, shares: dict[str, dict[int, float]], shape: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What columns with enough of a shape hold, and the distinct cells of these columns alone."""
    columns = [column for column, share in shares[shape].items() if share > WORTH_TESTING]
    held = counted.filter(pl.col("column").is_in(columns))
    wanted = np.zeros(cells.height, np.bool_)
    wanted[held["code"].to_numpy()] = True
    place = np.cumsum(wanted, dtype=np.uint32) - 1
    return held.with_columns(code=pl.Series(place[held["code"].to_numpy()])), cells.filter(pl.Series(wanted))


def _shares(
    counted: pl.DataFrame, cells: pl.DataFrame, tests: Mapping[str, Callable[[], pl.Expr]]
) -> dict[str, dict[int, float]]:
    """Test -> column -> share of the column's cells (weighted by how often each stands in the sample) that pass.

    `counted`: by column, the position in `cells` (`code`) and the `weight` of each of its distinct cells.
    """
    if counted.is_empty():
        return {name: {} for name in tests}
    passed = _passed(cells, tests)
    column, code = counted["column"].to_numpy(), counted["code"].to_numpy()
    weight = counted["weight"].to_numpy().astype(np.int64)
    start = np.flatnonzero(np.diff(column, prepend=-1))
    columns, total = column[start].tolist(), np.add.reduceat(weight, start)
    shares = {}
    for name in tests:
        passing = np.add.reduceat(np.where(passed[name][code], weight, 0), start)
        shares[name] = dict(zip(columns, (passing / total).tolist(), strict=True))
    return shares


def _passed(cells: pl.DataFrame, tests: Mapping[str, Callable[[], pl.Expr]]) -> dict[str, NDArray[np.bool_]]:
    """Which cells pass each test; a costly one is only put to those that could pass it at all."""
    by_gate: dict[str, dict[str, Callable[[], pl.Expr]]] = {}
    for name, test in tests.items():
        by_gate.setdefault(_GATE_OF.get(name, ""), {})[name] = test
    open_gates = {gate: _GATES[gate].alias(gate) for gate in by_gate if gate}
    opened = cells.select(**open_gates) if open_gates else pl.DataFrame()
    passed: dict[str, NDArray[np.bool_]] = {}
    for gate, several in by_gate.items():
        likely = opened[gate] if gate else None
        if likely is None:
            told = cells.select(_passes(tuple(several.items())))
            passed |= {name: told[name].to_numpy() for name in several}
            continue
        passed |= {name: np.zeros(cells.height, np.bool_) for name in several}
        if likely.any():
            told = cells.filter(likely).select(_passes(tuple(several.items())))
            for name in several:
                passed[name][likely.to_numpy()] = told[name].to_numpy()
    return passed


@cache
def _passes(tests: tuple[tuple[str, Callable[[], pl.Expr]], ...]) -> tuple[pl.Expr, ...]:
    """The tests as Boolean columns by name, built once."""
    return tuple(test().fill_null(value=False).alias(name) for name, test in tests)


_CELL = pl.col("cell")
_FOLDED = pl.col("folded")
_TOKENS = pl.col("tokens")


def _matches(pattern: str) -> Callable[[], pl.Expr]:
    return lambda: _CELL.str.contains(pattern)


def _any_token_in(name: str) -> pl.Expr:
    """Whether one of a cell's words stands in a word list."""
    return _TOKENS.list.eval(pl.element().is_in(word_set(name).implode())).list.any()


def _is_in(name: str, *texts: pl.Expr) -> pl.Expr:
    known = word_set(name).implode()
    return pl.any_horizontal(text.is_in(known) for text in texts)


def _is_a(entity: str) -> Callable[[], pl.Expr]:
    return lambda: canonical_of(entity)(_CELL).is_not_null()


_GATES: dict[str, pl.Expr] = {
    "signed": _CELL.str.contains("@", literal=True),
    "long": _CELL.str.len_chars() >= 20,
    "short": _CELL.str.len_chars() <= 24,
    "begins": _CELL.str.contains(r"^[A-Za-z]{2}[ ]?[0-9]{2}"),
    "dialled": _CELL.str.contains(r"^(?:\+|0|\(0)"),
    "thirteen": _CELL.str.len_bytes() >= 13,
    "eleven": _CELL.str.len_bytes() >= 11,
}
"""What every cell has that could pass a costly test: most columns hold none."""
_GATE_OF = {
    "email": "signed",
    "password_hash": "long",
    "iban": "begins",
    "blood_group": "short",
    "full_phone": "dialled",
    **dict.fromkeys(("nir15", "nir13", "nir", "ean13", "siret"), "thirteen"),
    "rpps": "eleven",
}
_SHAPES: dict[str, Callable[[], pl.Expr]] = {
    "digits": _matches(r"^[0-9][0-9 .,\-/]*$"),
    "integer": _matches(r"^[0-9]+$"),
    "serial": _matches(SERIAL),
    "alpha": lambda: ~_CELL.str.contains(r"[0-9]") & _CELL.str.contains(r"\p{L}"),
    "flag": lambda: _CELL.str.len_chars() <= 1,
    "digits_inside": _matches(r"[0-9]"),
    "letters_inside": _matches(r"\p{L}"),
    "dateable": _matches(r"[0-9]{6}|[0-9][0-9 ./\-][0-9]{1,2}[ ./\-][0-9]{2}|[0-9].*[A-Za-z\x{C0}-\x{FF}]{3}"),
    "email": _is_a("email"),
    "sex": _is_a("sex"),
    "password_hash": _is_a("password_hash"),
    "iban": _is_a("iban"),
    "code": _matches(r"^[A-Za-z0-9_./\-]+$"),
    "blood_group": _is_a("blood_group"),
}
_NUMBERS: dict[str, Callable[[], pl.Expr]] = {
    "nir15": lambda: with_key(_CELL).is_not_null(),
    "nir13": lambda: without_key(_CELL).is_not_null(),
    "nir": lambda: in_nir_column(_CELL).is_not_null(),
    "nir_shape": _matches(_NIR_SHAPE),
    "key": _matches(r"^(?:0?[1-9]|[1-8][0-9]|9[0-7])$"),
    "cim10": _matches(_CIM10),
    "full_phone": _is_a("phone"),
    "codes": _matches(r"^B?[0-9]{3,4}(?:[ ,;/+|-]+B?[0-9]{3,4})*$"),
    "several_codes": _matches(r"^[0-9]{3,4}(?:[ ,;/+|-]+[0-9]{3,4})+$"),
    "cip13": _matches(r"^34009[0-9]{8}$"),
    "atc": _matches(r"^[A-Z][0-9]{2}[A-Z]{2}(?:[0-9]{2})?$"),
    "nine": _matches(r"^(?:[0-9]{2}|2[AB])[0-9]{7}$"),
    "round": _matches(r"^[0-9AB]{4}0$"),
    "amount": _matches(r"^-?[0-9]{1,6}[.,][0-9]{2} ?(?:€|EUR|EUROS?)?$"),
    "numbered": _matches(r"^[A-Z]{0,4}[-_/. ]?[0-9]+(?:[-_/.][0-9]+)*$"),
    "epoch": _matches(r"^1[0-9]{12}$"),
    **{name: _is_a(name) for name in ("phone", "rpps", "adeli", "finess", "postcode", "ean13", "siret")},
}
_WORDS: dict[str, Callable[[], pl.Expr]] = {
    "first": lambda: _is_in("first_names", _FOLDED, _TOKENS.list.first()) & (_TOKENS.list.len() <= 3),
    "last": lambda: _is_in("surnames", _FOLDED, _TOKENS.list.first(), _TOKENS.list.last()),
    "two_words": lambda: _TOKENS.list.len() >= 2,
    "two_names": lambda: (
        (_TOKENS.list.len() >= 2)
        & _is_in("first_names", _TOKENS.list.first(), _TOKENS.list.last(), _TOKENS.list.get(1, null_on_oob=True))
    ),
    "city": lambda: (
        _is_in("cities", _FOLDED.str.replace(r"^[0-9]{5} ?", "").str.replace(r" (?:CEDEX|[0-9]{1,2}).*$", ""))
        | _FOLDED.str.contains(r"^(?:ST|STE|SAINT|SAINTE) |CEDEX| (?:SUR|SOUS|LES|LEZ|EN) ")
    ),
    "street": lambda: (
        _FOLDED.str.contains(_street_words()) & (_CELL.str.contains(r"[0-9]") | (_TOKENS.list.len() >= 3))
    ),
    "numbered_street": lambda: (
        _CELL.str.contains(r"^\s*[0-9]{1,4}[\s,]*(?i:bis|ter|[a-d])?[\s,]") & _FOLDED.str.contains(_street_words())
    ),
    "mutuelle": lambda: _is_in("mutuelles", _FOLDED) | _FOLDED.str.contains(r"MUTUEL|PREVOYANCE|ASSURANCE"),
    "specialty": lambda: _is_in("specialties", _FOLDED),
    "doctor": lambda: (
        _CELL.str.contains(r"(?i)^\s*(?:dr|docteur|pr|prof|professeur)\b[. ]") | _FOLDED.str.contains(r"[ (]DR\)?$")
    ),
    "title": lambda: _FOLDED.is_in(TITLES),
    "laboratory": lambda: _FOLDED.str.contains(
        r"\bLABO|\bBIO[A-Z ]|\bLBM\b|MEDILAB|\bCENTRE |CLINIQUE|HOPITAL|^(?:LABO?|LBM?|SITE)[ _]?[0-9]{1,4}$"
    ),
    "complement": lambda: _FOLDED.str.contains(_COMPLEMENT),
    "country": lambda: _is_in("countries", _FOLDED),
    "drug": lambda: _any_token_in("drugs"),
    "act": lambda: _any_token_in("acts"),
    "result": lambda: _FOLDED.str.contains(_RESULT_WORDS),
    "sentence": lambda: (_TOKENS.list.len() >= 3) & _CELL.str.contains(r"\p{Ll}{3}"),
    "word": lambda: _FOLDED.str.contains(r"^[\p{L}][\p{L} ]*$"),
}
_DATED: dict[str, Callable[[], pl.Expr]] = {"date": lambda: pl.col("iso").is_not_null()}
