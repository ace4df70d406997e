"""Whether the first record names the columns: judged by what it looks like and by how the columns below differ."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import polars as pl

from leakscan.readers.dicom_tags import keyword
from leakscan.records import ROW

SAMPLE_ROWS = 1_000
"""How many records below a possible header are compared with it."""
MAX_PREAMBLE = 20
"""A header stands within this many records: titles of an export run to a few lines."""
LONG_DIGITS = 5
"""A header cell with this many digits in a row looks like data, and is not shown."""

_WORDS = frozenset(
    """
    age nom noms prenom prenoms patronyme usage date dat dt heure naissance naiss ddn nir ins insee secu ss nss
    numero num no tel telephone mobile portable fixe fax mail email courriel adresse adr rue cp code codes
    postal ville commune pays dept sexe civilite civ titre medecin med prescripteur presc docteur rpps adeli
    finess mutuelle amc amo regime organisme caisse commentaire commentaires comment remarque remarques note
    notes observation observations obs patient patients pat dossier demande prelevement prelev examen exam
    analyse acte actes resultat resultats valeur unite groupe sanguin rhesus labo laboratoire site login
    identifiant id uid user password passwd pwd mdp passe mot iban rib cle key libelle designation diagnostic
    cim traitement medicament cip atc name first last given family surname maiden birth birthdate dob gender
    sex phone cell address street city zip zipcode postcode country doctor physician insurer insurance lab
    result value unit blood test sample record status statut type etat quantite montant prix total lot
    reference ref
    """.split()  # noqa: SIM905 - a list of words is read as words
)
_STEMS = ("naiss", "prenom", "presc", "medec", "mutuel", "labora", "comment", "telep", "adress", "patien", "birth")
_TOKEN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_WORD_LIKE = re.compile(r"[^\W\d_][\w .,'’/()°\-#%&*:\[\]?]{0,59}")
_TYPED = r"^[\s'+]*[\d(][\d\s.,:/+()\-]*[\d)][\s.0-9Zz]*$|^\d$|@|^[0-9a-fA-F]{16,}$|^\$2[aby]\$"
_TYPED_CELL = re.compile(_TYPED)
_LONG_NUMBER = re.compile(rf"(?:\d[ .\-]?){{{LONG_DIGITS}}}")


@dataclass(frozen=True, slots=True)
class Header:
    """Where the header is: `row` counts the records of the head from 0, None for no header; those before it are titles.

    `columns` are names to show, one per field.
    """

    row: int | None
    columns: tuple[str, ...]


def find_header(first: list[list[str]], body: pl.DataFrame, width: int, known: int | None = None) -> Header:
    """Judge the first records (`first`, as lists of cells) against the records of the head.

    `body` holds the intact ones: `_row`, their number in the head from 0, and text columns. `known`: which record is
    the header beyond doubt.
    """
    unnamed = tuple(f"column_{index + 1}" for index in range(width))
    row = _candidate(first, width) if known is None else known
    if row is None:
        return Header(None, unnamed)
    cells = [cell.strip() for cell in first[row][:width]]
    cells += [""] * (width - len(cells))
    if known is None and sum(keyword(cell) is not None for cell in cells) > max(1, sum(map(bool, cells)) / 2):
        known = row
    if known is not None:
        return Header(row, tuple(map(shown_name, cells, unnamed)))
    below = body.filter(pl.col(ROW) > row).drop(ROW)
    if below.height:  # a header repeated further down must not speak against itself
        below = without_record(below, cells, strip=True)
    # below what may be titles, or a sparse first row, a header must have a known word
    if (row == 0 or any(map(is_known, cells))) and _is_header(cells, below):
        return Header(row, tuple(map(shown_name, cells, unnamed)))
    return Header(None, unnamed)


def without_record(body: pl.DataFrame, cells: list[str], *, strip: bool = False) -> pl.DataFrame:
    """The rows of text columns but for those that are `cells`, compared without the blanks around them if `strip`.

    One column, the one with the longest cell, tells nearly all rows apart; the others are looked at where it does not.
    """
    columns = [pl.col(name).str.strip_chars() if strip else pl.col(name) for name in body.columns[: len(cells)]]
    same = [column == cell for column, cell in zip(columns, cells, strict=True)]
    likely = body.select(max(zip(cells, same, strict=True), key=lambda one: len(one[0]))[1].alias("same")).to_series()
    if not likely.any():
        return body
    rows = likely.arg_true()
    repeated = rows.filter(body[rows].select(pl.all_horizontal(same)).to_series())
    return body.filter(~pl.int_range(pl.len(), dtype=pl.UInt32).is_in(repeated.implode()))


def _candidate(first: list[list[str]], width: int) -> int | None:
    if width == 1:
        return _above_the_values([cell for cells in first[:MAX_PREAMBLE] for cell in cells[:1]])
    for row, cells in enumerate(first[:MAX_PREAMBLE]):
        filled = sum(bool(cell.strip()) for cell in cells)
        if len(cells) >= max(1, 0.8 * width) and filled > (max(1, width // 4) if width > 2 else 0):
            return row
    return None


def _above_the_values(cells: list[str]) -> int | None:
    """The last line before the first number or e-mail of a table of one column; its first line where there is none."""
    typed = next((row for row, cell in enumerate(cells) if _TYPED_CELL.search(cell.strip())), 0)
    return max(0, typed - 1) if cells else None


def shown_name(cell: str, unnamed: str) -> str:
    """A name of a column, or `unnamed` where it looks like data; tags of DICOM are named by their keywords."""
    if (named := keyword(cell)) is not None:
        return named
    return unnamed if not cell or _LONG_NUMBER.search(cell) or "@" in cell else cell


def tokens(cell: str) -> list[str]:
    """Words of a header cell, in lower case and without accents: `PAT_NomNaissance` -> pat, nom, naissance."""
    return [token.lower() for token in _TOKEN.findall(unaccented(cell))]


def unaccented(text: str) -> str:
    """The letters of ASCII in a text, those with an accent without it."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def is_title_word(word: str) -> bool:
    """Whether a word of `tokens` heads columns, in the singular or plural."""
    return word in _WORDS or word.removesuffix("s") in _WORDS


def is_known(cell: str) -> bool:
    """Whether a cell has a word that heads columns of people, laboratories or goods."""
    words = tokens(cell)
    if not words or len(words) > 5:
        return False
    return any(word in _WORDS or word.startswith(_STEMS) or "naiss" in word for word in words)


def _is_counted(cells: list[str]) -> bool:
    """Recognise 0, 1, 2 ... or 1, 2, 3 ...: what some tools write for columns without names."""
    return len(cells) > 2 and any(cells == [str(index + first) for index in range(len(cells))] for first in (0, 1))


def _is_header(cells: list[str], below: pl.DataFrame) -> bool:
    if _is_counted(cells):
        return True
    filled = [cell for cell in cells if cell]
    known = sum(is_known(cell) for cell in filled)
    typed = sum(bool(_TYPED_CELL.search(cell)) for cell in filled)
    if not filled or 2 * typed > len(filled):
        return False
    rows = min(below.height, SAMPLE_ROWS)
    if not rows:
        return typed == 0 and 3 * known >= len(filled)
    measured, again = _measures(below), _again(cells, below)
    if len(cells) == 1 and not known and measured.get(0, _NOTHING).typed < 0.5:
        return False  # above names any word may be a name too, and is not shown
    scores = [_score(cell, measured.get(index, _NOTHING), index in again, rows) for index, cell in enumerate(cells)]
    share = sum(scores) / len(filled)
    repeated = len(filled) - len(set(filled))
    if known >= 2 and 4 * known >= len(filled) and typed == 0 and repeated <= len(filled) // 4 and share > 0:
        return True
    return share - 0.5 * repeated / len(filled) > 0.25


@dataclass(frozen=True, slots=True)
class _Measure:
    """The first cells of a column in numbers: how many are filled, share of typed ones, distinct ones, mean length."""

    filled: int
    typed: float
    distinct: int
    length: float


_NOTHING = _Measure(0, 0.0, 0, 0.0)
_MEASURED = (
    pl.len().alias("filled"),
    pl.col("value").str.contains(_TYPED).mean().alias("typed"),
    pl.col("value").n_unique().alias("distinct"),
    pl.col("value").str.len_chars().mean().alias("length"),
)


def _measures(below: pl.DataFrame) -> dict[int, _Measure]:
    """Measure the filled cells of all columns at once, by the column's place; empty columns are left out."""
    first = below.head(SAMPLE_ROWS).select(pl.all().str.strip_chars().implode())
    stacked = first.transpose(column_names=["value"]).with_row_index("column").explode("value")
    measured = stacked.filter(pl.col("value") != "").group_by("column").agg(_MEASURED)
    return {column: _Measure(*numbers) for column, *numbers in measured.iter_rows()}


def _again(cells: list[str], below: pl.DataFrame) -> frozenset[int]:
    """Which cells stand in their own column again."""
    named = [(index, cell) for index, cell in enumerate(cells) if cell]
    same = [(pl.nth(index).str.strip_chars() == cell).any().alias(str(index)) for index, cell in named]
    found = below.select(same).row(0)
    return frozenset(index for (index, _), again in zip(named, found, strict=True) if again)


def _score(cell: str, below: _Measure, again: bool, rows: int) -> float:  # noqa: FBT001 - a measure like the others
    """How much one cell speaks for a header (above 0) or for data (below 0), given the column under it."""
    if not cell:
        return -0.3 if 2 * below.filled > rows else 0.0
    if _TYPED_CELL.search(cell):
        return -2.0 if below.typed >= 0.5 else -1.0
    if not _WORD_LIKE.fullmatch(cell):
        return -0.5
    if again:
        return -2.0
    score = 0.3 if "_" in cell else 0.0
    if is_known(cell):
        score += 1.0
    if below.typed >= 0.8:
        score += 1.0
    elif below.filled >= 20 and below.distinct <= 0.2 * below.filled:
        score += 0.5
    elif below.length > 3 * len(cell):  # texts much longer than the cell, as comments are under their title
        score += 0.2
    return score
