"""Cues: the words around a mention that settle its status, as spellings of `lexicon` (folded, `(a|b|)` alternatives).

The idea is that of ConText (Harkema 2009) and its French versions: a cue, the direction in which it works, and what
ends its scope. The words stand in models/lexicon/cues.tsv, some rows to a class; what a class does stands in `status`.
"""

from __future__ import annotations

from functools import cache

from leakscan.data import model_file

CUES: tuple[str, ...] = (
    "neg_before", "neg_near", "neg_after", "neg_all", "late_not", "late_yes",
    "pos_after", "pos_before", "test_before", "lab_before",
    "lab_word", "test_after", "taken_after", "consent", "contact", "family", "family_all", "patient", "conditional",
    "turn", "block", "vaccine", "corrected", "not_but", "also_other", "self_not", "self_also", "self_test", "filler",
    "code_cim10", "code_nabm", "code_loinc", "code_ccam", "code_atc", "street", "title", "doctor", "allergy",
)  # fmt: skip
"""Cue classes in the order of their codes."""


@cache
def words_of_cues() -> tuple[tuple[str, str], ...]:
    """Class and spellings, row by row; raises ValueError for a class that `status` does not know."""
    lines = model_file("lexicon/cues.tsv").read_text(encoding="utf-8").split("\n")
    rows = tuple((cue, words) for cue, _, words in (line.partition("\t") for line in lines[1:] if line))
    strange = {cue for cue, _ in rows} - set(CUES)
    if strange:
        message = f"models/lexicon/cues.tsv has classes that are not known: {', '.join(sorted(strange))}"
        raise ValueError(message)
    return rows
