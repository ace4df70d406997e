"""What the name of a table, or a word of a header, says that things of this kind are: diseases, drugs, towns, doctors.

The words are those of `models/lexicon/tables.tsv`: folded and in the singular, each with the role of what things of
this kind are called, or with a kind that has no role.
"""

from __future__ import annotations

import re
from functools import cache

from leakscan.columns.hints import words
from leakscan.data import model_file

NAMING = frozenset(("nom", "noms", "name", "libelle", "lib", "designation", "intitule", "denomination", "label"))
"""Words of headers under which a thing is called something."""
_LINKS = frozenset(("de", "du", "des", "d", "la", "le", "l", "les", "of"))
_NEUTRAL = frozenset(
    ("t", "tb", "tbl", "table", "tables", "ref", "liste", "list", "dic", "dico", "param", "lk", "bd", "db")
)
"""Words of the names of tables that say nothing of their rows."""
_CODE_LIST = re.compile(r"(?i)(?:^|\.)(?:retrieve)?(?:value_?set|code_?system|concept_?list)[a-z]*\.")


@cache
def _kinds() -> dict[str, tuple[str, bool]]:
    """Word -> its kind, and whether it is an abbreviation, which says something in headers alone."""
    lines = model_file("lexicon/tables.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return {word: (kind, short == "short") for word, kind, short in (line.split("\t") for line in lines)}


def words_of_kind(kind: str) -> tuple[str, ...]:
    """All words of a kind that are no abbreviations."""
    return tuple(word for word, (known, short) in _kinds().items() if known == kind and not short)


def kind_of(word: str, *, in_header: bool = False) -> str | None:
    """What one word says, in the singular or the plural."""
    for spelling in (word, word.removesuffix("s"), word.removesuffix("x")):
        kind, short = _kinds().get(spelling, (None, False))
        if kind is not None and (in_header or not short):
            return kind
    return None


@cache
def kind_of_table(called: str) -> str | None:
    """What the rows of a table of this name are; None where a word of it is unknown, or speaks of people."""
    own = re.sub(r"\s*\(\d+\)$", "", called).rpartition(".")[2]
    told = [word for word in words(own) if word not in _LINKS | _NEUTRAL and not word.isdigit()]
    kinds = [kind_of(word) for word in told]
    return None if not kinds or None in kinds or "person" in kinds else kinds[0]


@cache
def led(header: str) -> str | None:
    """What a header like `dept_nom` or `nom du service` names; None for names of people and for all other headers."""
    if _CODE_LIST.search(header):
        return "codes"
    told = [word for word in words(header) if word not in _LINKS]
    if len(told) < 2 or speaks_of_people(header):
        return None
    lead = told[-2] if told[-1] in NAMING else told[1] if told[0] in NAMING and len(told) == 2 else ""
    kind = kind_of(lead, in_header=True)
    return None if kind == "professional" else kind


@cache
def speaks_of_people(header: str) -> bool:
    """Whether a header has a word of patients or of other people (`patient_id`, `nomMalade`)."""
    return any(kind_of(word) == "person" for word in words(header))
