"""Which literals of source code are data about people: by words in their keys, and by values that are no labels.

Words of keys say only what is worth reading as a table. What a column is, `columns` settles.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from leakscan.readers.header import unaccented
from leakscan.readers.loose_values import Node, Unknown, Value

SHARED_PEOPLE_KEYS = 2
"""Keys of people that two literals must share."""
SHARED_KEYS = 5
"""Keys of any kind that two literals must share where only one of them is of people."""
ALONE_KEYS = 4
"""Keys of people that a literal must have which shares them with no other."""
WITHOUT_DATA = 3
"""Literals that must share keys where no value is a date, a number of a person, an address of mail or a sex."""

_OWN = frozenset(
    [
        "prenom",
        "prenoms",
        "firstname",
        "lastname",
        "surname",
        "givenname",
        "familyname",
        "fullname",
        "naissance",
        "naiss",
        "birth",
        "birthdate",
        "birthday",
        "birthdate",
        "dob",
        "ddn",
        "nir",
        "ssn",
        "nss",
        "secu",
        "ins",
        "sexe",
        "sex",
        "gender",
        "genre",
        "tel",
        "telephone",
        "phone",
        "mobile",
        "portable",
        "email",
        "mail",
        "courriel",
        "patient",
        "patients",
        "malade",
        "ipp",
        "civilite",
        "pathologie",
        "pathologies",
        "diagnostic",
        "diagnosis",
        "maladie",
        "maladies",
        "allergie",
        "allergies",
        "antecedents",
        "traitement",
    ]
)
_WEAK = frozenset(
    [
        "nom",
        "noms",
        "name",
        "adresse",
        "address",
        "ville",
        "city",
        "age",
        "poids",
        "taille",
        "weight",
        "height",
        "cp",
        "zip",
        "codepostal",
        "postcode",
        "profession",
        "medecin",
        "symptomes",
        "condition",
        "disease",
        "contact",
    ]
)
_PAIRS = {("first", "name"), ("last", "name"), ("full", "name"), ("given", "name"), ("family", "name")}
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_DATA = re.compile(
    r"""(?xi) \d{1,4}[-/.]\d{1,2}[-/.]\d{1,4} | (?:\d[ .-]?){8,} | ^[^@\s]+@[^@\s]+\.\w+$
    | ^(?:m|f|h|homme|femme|male|female|masculin|f[eé]minin|gar[cç]on|fille|mr|mme|mlle|m\.)$"""
)
_NAME_OF_FIELD = re.compile(r"[a-z]+(?:[A-Z_]\w*)+")
_PERSON = frozenset(("patient", "malade"))
_WHOLE_NAME = re.compile(r"(?:(?:[Mm](?:me|lle|r)?\.?) )?[^\W\d_a-z][\w'’-]+(?: [^\W\d_a-z][\w'’-]+){1,3}")
_AGE = re.compile(r"\d{1,3}")


@lru_cache(maxsize=4096)
def words(key: str) -> tuple[str, ...]:
    """The words of a key, however it joins them, without accents and capitals."""
    plain = unaccented(key)
    return tuple(word.lower() for word in _WORD.findall(plain))


@lru_cache(maxsize=4096)
def weight(key: str) -> int:
    """2 for a key of people, 1 for one that others have as well (a name, a town), else 0."""
    said = words(key)
    if any(word in _OWN for word in said) or any(pair in _PAIRS for pair in pairwise(said)):
        return 2
    return 1 if any(word in _WEAK for word in said) else 0


def leaves(node: Node, prefix: str = "", depth: int = 0) -> Iterator[tuple[str, Value]]:
    """The values of a literal under their keys, those of literals in it as `a.b`; lists in it are none."""
    for key, value in node.pairs:
        if not isinstance(value, Node):
            yield f"{prefix}{key}", value
        elif value.pairs and depth < 3:
            yield from leaves(value, f"{prefix}{key}.", depth + 1)


def people_in(node: Node) -> dict[str, str]:
    """The values of a literal under keys of people."""
    return {
        key: value for key, value in leaves(node) if isinstance(value, str) and value.strip() and weight(_last(key))
    }


def _last(key: str) -> str:
    return key.rpartition(".")[2]


def is_literal(node: Node) -> bool:
    """Whether a node may be data about somebody: keys of people in it, with values, most of them literals."""
    if not node.pairs or all(isinstance(value, Node) for _, value in node.pairs):
        return False
    found = people_in(node)
    own = sum(weight(_last(key)) == 2 for key in found)
    said = list(leaves(node))
    literals = sum(not isinstance(value, Unknown) for _, value in said)
    names = [_last(key) for key in found]
    if not own or 2 * literals < len(said) or (len(set(names)) < len(names) and not _direct(node)):
        return False
    return len(found) >= SHARED_PEOPLE_KEYS or len(said) >= SHARED_KEYS


def _direct(node: Node) -> bool:
    return any(weight(key) and isinstance(value, str) for key, value in node.pairs)


def are_about_people(nodes: Sequence[Node]) -> bool:
    """Whether literals of like keys are data about people, and no labels, messages or settings."""
    found = [people_in(node) for node in nodes]
    if any(_are_labels(one) for one in found):
        return False
    told = sum(any(_is_data(key, value) for key, value in one.items()) for one in found)
    if len(nodes) == 1:
        own = sum(weight(_last(key)) == 2 for key in found[0])
        told = told or _with_data(nodes)
        return len(found[0]) >= ALONE_KEYS and own >= SHARED_PEOPLE_KEYS and told > 0
    counts: dict[str, int] = {}
    for one in found:
        for key in one:
            counts[key] = counts.get(key, 0) + 1
    shared = [key for key, count in counts.items() if count > 1]
    if not any(weight(_last(key)) == 2 for key in shared):
        return False
    if len(shared) < SHARED_PEOPLE_KEYS:
        keys = [{key for key, _ in leaves(node)} for node in nodes]
        return len(set.intersection(*keys)) >= SHARED_KEYS
    if len(shared) >= ALONE_KEYS:
        told = max(told, _with_data(nodes))
    return 2 * told >= len(nodes) or len(nodes) >= WITHOUT_DATA


def _with_data(nodes: Sequence[Node]) -> int:
    """How many literals hold data under any key: a date of an operation says nothing where few keys are of people."""
    return sum(any(isinstance(value, str) and _is_data(key, value) for key, value in leaves(node)) for node in nodes)


def _is_data(key: str, value: str) -> bool:
    said = words(_last(key))
    if "age" in said and _AGE.fullmatch(value):
        return True
    return _DATA.search(value) is not None or (
        bool(_PERSON & {*said[-1:]}) and _WHOLE_NAME.fullmatch(value) is not None
    )


def _are_labels(found: dict[str, str]) -> bool:
    """Whether values repeat the words of their keys, or are names of fields: translations, messages, mappings."""
    labels = sum(
        bool(set(words(_last(key))) & set(words(value))) or _NAME_OF_FIELD.fullmatch(value) is not None
        for key, value in found.items()
        if not _is_data(key, value)
    )
    return 2 * labels >= len(found) and labels > 0
