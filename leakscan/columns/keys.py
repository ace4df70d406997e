"""Numbers that join tables: columns called after people (`ordo_cliId`, `resident_id`).

A table writes the number of another's row under that table's name, whole or cut short, often behind its own prefix.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from leakscan.columns.compare import each_its_own, having
from leakscan.columns.hints import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars as pl

    from leakscan.columns.settle import Draft

NUMBER_WORDS = frozenset((
    "id", "ids", "num", "numero", "no", "nr", "n", "code", "cod", "ref", "reference", "identifiant", "ident", "cle",
    "fk", "pk", "key", "uuid", "oid", "idx", "index", "rowid", "ligne", "matricule", "f", "k",
))  # fmt: skip
"""Words of a header that ask for a number and do not say whose."""
_KEY_WORDS = frozenset(("id", "ids", "identifiant", "ident", "cle", "fk", "pk", "key", "uuid", "oid", "ref", "num"))
_BARE_KEYS = frozenset(("id", "ids", "fk", "pk", "key", "uuid", "oid"))
_PERSON = (
    r"(?:patients?|patientes?|pat|malades?|usagers?|beneficiaires?|benef|residents?|residentes?|clients?|cli|personnes?|pers"
    r"|persons?|individus?|assures?|adherents?|adh|hospitalises?|ipp|nip)"
)
OF_PEOPLE = re.compile(rf"^{_PERSON}$")
_SUBJECT = re.compile(r"^(?:sujets?|subjects?|participante?s?)$")
_GLUED = re.compile(rf"^(?:(?:id|num|numero|no|code|ref){_PERSON}|{_PERSON}(?:id|num|no))$")
WHOLE, SHARED = 0.95, 0.75
"""Share of cells that must be numbers; share of headers that must begin with one word for it to be the table's."""
_TAKEN_FOR = (None, "diagnosis", "act", "drug", "comment", "result")
"""What numbers of people may look like by their cells: P0012 is a code of ICD-10 too."""
MOST_DIGITS, MOST_CHARACTERS = 12, 36
"""A number has so many digits at most, and a code so many characters (those of a UUID)."""


def own_prefix(headers: Sequence[str]) -> str:
    """The word with which the headers of a table begin (`cli` of cli_id, cli_nom, cli_prenom); empty where none is."""
    begun = Counter(told[0] for told in map(words, headers) if len(told) > 1)
    word, often = begun.most_common(1)[0] if begun else ("", 0)
    shared = often >= max(2, SHARED * len(headers)) and word not in NUMBER_WORDS
    return word if shared and not word.isdigit() else ""


def without(prefix: str, header: str) -> tuple[str, ...]:
    """The words of a header behind the table's prefix."""
    told = words(header)
    return told[1:] if len(told) > 1 and told[0] == prefix else told


def called_after_people(told: Sequence[str]) -> bool:
    """Whether a header (its words) asks for the number of a person, and for nothing else."""
    named = [word for word in told if word not in NUMBER_WORDS and not word.isdigit()]
    if len(named) == len(told) and any(word.endswith("s") for word in told):
        return False  # `patients` alone counts them
    return bool(named) and all(OF_PEOPLE.match(word) or _GLUED.match(word) for word in named)


def numbers_called_after_people(drafts: list[Draft], head: pl.DataFrame) -> None:
    """A column called after people that holds numbers or codes: theirs. And a table's own, in its first column."""
    if not drafts:
        return
    prefix = own_prefix([draft.name for draft in drafts])  # few words of ours among them, or none: names all the same
    for draft in drafts:
        told = without(prefix, draft.name)
        if draft.role in _TAKEN_FOR and not draft.fixed and _are_numbers(draft) and called_after_people(told):
            draft.become("record_number", 0.9, "numbers under the name of people")
    first = drafts[0]
    if first.role is None and not first.fixed and _numbers_subjects(first, drafts) and each_its_own(head, first):
        first.become("record_number", 0.9, "a number of each subject of a study in the first column")
    own = prefix and all(word in NUMBER_WORDS for word in without(prefix, first.name))
    own = own and _are_numbers(first) and each_its_own(head, first)
    if own and first.role is None and not first.fixed and not having(drafts, "record_number", "pseudonym"):
        first.become("record_number", 0.4, "a number of each row's own in the first column")


def _numbers_subjects(draft: Draft, drafts: list[Draft]) -> bool:
    """Whether numbers stand under the name of subjects, whose sex or birth is told: subjects are topics, too."""
    named = [word for word in words(draft.name) if word not in NUMBER_WORDS and not word.isdigit()]
    subjects = bool(named) and all(_SUBJECT.match(word) for word in named)
    return subjects and _are_numbers(draft) and bool(having(drafts, "sex", "birth_date"))


def keys_are_no_values(drafts: list[Draft], head: pl.DataFrame) -> None:
    """A key called after something (`prelevement_id`, `analyse_id`): whole numbers are days and codes, too."""
    del head
    for draft in drafts:
        if draft.fixed or draft.header is None:
            continue
        told, share = words(draft.name), draft.profile.share
        dated = draft.role in ("exam_date", "date", "birth_date") and _KEY_WORDS.intersection(told)
        coded = draft.role in (
            "act",
            "drug",
            "diagnosis",
            "result",
            "comment",
            "password",
            "login",
        ) and _BARE_KEYS.intersection(told)
        if (dated and share.get("date", 1) < SHARED) or (coded and share.get("integer", 0) > WHOLE):
            draft.become(None, 0.0, "a key and no value")


def _are_numbers(draft: Draft) -> bool:
    share = draft.profile.share
    if not share or draft.profile.max_length > MOST_CHARACTERS:
        return False
    integers = share["integer"] > WHOLE and draft.profile.max_length <= MOST_DIGITS and share["date"] < WHOLE
    return integers or (share["code"] > WHOLE and share["digits_inside"] > WHOLE and share["date"] < WHOLE)
