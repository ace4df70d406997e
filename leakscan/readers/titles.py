"""What lines of titles say: whether they are titles beyond doubt, what they promise, and what the cells below hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from leakscan.readers.header import is_known, is_title_word, tokens

KNOWN_TITLES = 0.5
"""Least share of known titles in a line that may begin another table: stricter than for the first header."""
FITTING = 0.8
"""Least share of cells of one kind in a column, of filled titles, and of rows that have as many cells as the titles."""

BOM = "\ufeff"
"""A byte order mark, where a file that was put behind another one begins."""
_LONGEST_TITLE = 60
_LETTER_FIRST = re.compile(r"[^\W\d_][\w .,'’/()°\-#%&:\[\]?]*")
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T]\d.*)?")
_NUMBER = re.compile(r"[+(]?\d[\d .,:()/€%-]*")
_DATED = frozenset(["naissance", "naiss", "ddn", "dob", "birthdate", "birthday", "date", "dt"])
_COUNTED = frozenset(
    ["tel", "telephone", "mobile", "portable", "phone", "nir", "rpps", "finess", "montant", "prix", "age", "secu", "ss"]
)
_WORDED = frozenset(
    ["nom", "noms", "prenom", "prenoms", "commentaire", "commentaires", "libelle", "medecin", "prescripteur", "ville"]
)
_OF_TABLES = frozenset(
    """
    a au aux d de des du en et l la le les par pour liste listes table tables tableau onglet feuille export section
    annuaire consultations consultation sejours sejour entrees sorties hospitalisations hospitalisation rendez vous
    vaccins vaccinations allergies allergie antecedents antecedent prescriptions prescription ordonnances ordonnance
    factures facture reglements biologie imagerie soins constantes medicaments correspondants praticiens medecins
    """.split()  # noqa: SIM905 - a list of words is read as words
)

Rows = list[list[str]]


def told_apart(cells: Sequence[str]) -> tuple[str, ...]:
    """Titles without what two writers write differently: case, accents, marks, empty cells at the end."""
    return tuple(" ".join(tokens(cell)) or cell.strip() for cell in trimmed(cells))


def are_titles(cells: Sequence[str]) -> bool:
    """Whether cells are titles beyond doubt: short words, half of them known, hardly one twice, none empty between."""
    cells = [cell.strip().strip(BOM) for cell in trimmed(cells)]
    count = len(cells)
    if count < 2 or not all(len(cell) <= _LONGEST_TITLE for cell in cells):
        return False
    filled = [cell for cell in cells if cell]
    if len(filled) < FITTING * count or not all(map(_LETTER_FIRST.fullmatch, filled)):
        return False
    known = sum(map(_is_known, filled))
    return known >= 2 and known >= KNOWN_TITLES * len(filled) and len(filled) - len(set(filled)) <= len(filled) // 4


def shown_title(title: str) -> str:
    """The title of a table, where all its words are such as head columns and tables; else "": it may be a name."""
    shown = " ".join(re.findall(r"[^\W\d_]+", title))
    words = tokens(shown)
    return shown if words and all(is_title_word(word) or word in _OF_TABLES for word in words) else ""


def trimmed(cells: Sequence[str]) -> Sequence[str]:
    """Cells without empty ones at the end."""
    count = len(cells)
    while count and not cells[count - 1].strip():
        count -= 1
    return cells[:count]


def kinds_of(rows: Rows, width: int) -> tuple[str, ...]:
    """What most cells of each column are: dates, numbers, words, or nothing."""
    found = []
    for at in range(width):
        cells = [row[at].strip() for row in rows if at < len(row) and row[at].strip()]
        kinds = Counter(
            "date" if _DATE.fullmatch(one) else "number" if _NUMBER.fullmatch(one) else "words" for one in cells
        )
        kind, many = kinds.most_common(1)[0] if kinds else ("", 0)
        found.append(kind if many >= FITTING * len(cells) else "")
    return tuple(found)


def agreement(titles: Sequence[str], kinds: Sequence[str]) -> tuple[int, int]:
    """How many columns hold what their titles say, and how many something else."""
    pairs = [(wanted, kind) for wanted, kind in zip(map(_wanted, titles), kinds, strict=False) if wanted and kind]
    agreed = sum(one == other for one, other in pairs)
    return agreed, len(pairs) - agreed


def are_typed(titles: Sequence[str], kinds: Sequence[str]) -> bool:
    """Whether a column of dates or numbers stands under a title that says so."""
    return any(
        kind in ("date", "number") and _wanted(title) == kind for title, kind in zip(titles, kinds, strict=False)
    )


def _wanted(title: str) -> str:
    words = set(title.split())
    for kind, own in (("date", _DATED), ("number", _COUNTED), ("words", _WORDED)):
        if words & own:
            return kind
    return ""


@lru_cache(4096)
def _is_known(cell: str) -> bool:
    return is_known(cell)
