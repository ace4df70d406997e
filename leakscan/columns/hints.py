"""What a header cell says about its column: phrases of `models/lexicon/headers.tsv` in it, however it is written."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from leakscan.data import model_file
from leakscan.records import ROLES

STRENGTH = {"strong": 1.0, "weak": 0.5}
PREFIX_MATCH = 0.9
"""Worth of a word that is only the beginning of the phrase's word ('prelev' for 'prelevement')."""
SHORTEST_CUT = 0.5
"""A word cut short keeps at least this part of its letters."""
TYPO_MATCH = 0.8
"""Worth of a header one edit away from a phrase."""
MIN_PREFIX = 4
MIN_TYPO = 6
SHARED_PREFIX = 3
"""Headers that must begin with a word before it is taken for a prefix."""
PREFIX_ALONE = 0.6
CLEAR = 0.8
"""With a hint this clear, near misses are not looked for."""
MIN_HINT = 0.25
"""Below this a header has said nothing."""

GENERIC = frozenset(
    [
        "pat",
        "patient",
        "patients",
        "pt",
        "pers",
        "personne",
        "usager",
        "client",
        "cli",
        "benef",
        "beneficiaire",
        "ben",
        "dossier",
        "dos",
        "labo",
        "lab",
        "t",
        "t1",
        "t2",
        "a",
        "b",
        "c",
        "p",
        "f",
        "fld",
        "field",
        "col",
        "colonne",
        "column",
        "zone",
        "champ",
        "x",
        "z",
        "tb",
        "tbl",
        "table",
        "id",
        "du",
        "de",
        "la",
        "le",
        "les",
        "des",
        "d",
        "l",
        "un",
        "une",
        "no",
        "n",
        "num",
        "numero",
        "of",
        "the",
        "1",
        "2",
        "3",
        "4",
        "5",
        "6",
        "7",
        "8",
        "9",
        "0",
    ]
)
"""Words around the one that matters: they cost a header nothing when they are left over."""


_LINKS = frozenset(("du", "de", "des", "la", "les", "of", "the"))
"""Words behind which a header goes on."""
SAYS_NOTHING = GENERIC | {
    "champs",
    "type",
    "valeur",
    "code",
    "libelle",
    "lib",
    "divers",
    "rubrique",
    "item",
    "donnee",
    "data",
}
"""Words of headers that tell nothing: alone they do not speak against what the cells are."""


@dataclass(frozen=True, slots=True)
class Hint:
    """A role that a header names, and how clearly (0..1). The role `other` tells that the column is no role of ours."""

    role: str
    score: float
    phrase: str


def words(header: str) -> tuple[str, ...]:
    """Lower-case unaccented words of a header: split at case changes, digits and everything that is no letter."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", header) if not unicodedata.combining(c))
    plain = plain.replace("œ", "oe").replace("Œ", "OE").replace("°", " ")
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})", " ", plain)
    plain = re.sub(r"(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])", " ", plain)
    return tuple(re.findall(r"[a-z]+|[0-9]+", plain.lower()))


@cache
def _phrases() -> dict[str, tuple[Hint, ...]]:
    """Phrase, with and without its spaces -> what it says."""
    table: dict[str, tuple[Hint, ...]] = {}
    lines = model_file("lexicon/headers.tsv").read_text(encoding="utf-8").splitlines()
    for line in lines:
        if not line or line.startswith(("#", "role\t")):
            continue
        role, phrase, strength = line.split("\t")[:3]
        hint = Hint(role, STRENGTH[strength], phrase)
        for spelling in {phrase, phrase.replace(" ", "")}:
            table[spelling] = (*table.get(spelling, ()), hint)
    return table


@cache
def strong_words(roles: tuple[str, ...]) -> frozenset[str]:
    """Single words that clearly name a column of one of some roles."""
    return frozenset(
        phrase
        for phrase, hints in _phrases().items()
        if " " not in phrase and any(hint.role in roles and hint.score == STRENGTH["strong"] for hint in hints)
    )


@cache
def _vocabulary() -> frozenset[str]:
    return frozenset(word for phrase in _phrases() for word in phrase.split()) | GENERIC


@cache
def _spaced() -> frozenset[str]:
    """Phrases as the table writes them, without their glued forms: only whole words are cut short."""
    return frozenset(hint.phrase for hints in _phrases().values() for hint in hints)


@cache
def _by_prefix() -> dict[str, tuple[str, ...]]:
    """First letters of a phrase -> phrases, for words cut short and words with a slip."""
    index: dict[str, list[str]] = {}
    for phrase in _phrases():
        index.setdefault(phrase[:2], []).append(phrase)
    return {letters: tuple(sorted(phrases)) for letters, phrases in index.items()}


@cache
def _sorted_words() -> tuple[str, ...]:
    return tuple(sorted({word for phrase in _spaced() for word in phrase.split()}))


def _begins_a_word(beginning: str) -> bool:
    place = bisect_left(_sorted_words(), beginning)
    return place < len(_sorted_words()) and _sorted_words()[place].startswith(beginning)


def _cut(word: str) -> tuple[str, ...]:
    """A glued word as known words ('patnom' -> 'pat nom'), or itself: fewest and longest pieces first."""
    known = _vocabulary()
    if word in known or len(word) < MIN_PREFIX:
        return (word,)
    best: dict[int, tuple[str, ...]] = {0: ()}
    for end in range(2, len(word) + 1):
        for begin in range(max(0, end - 16), end - 1):
            piece = word[begin:end]
            if begin in best and piece in known and (len(piece) > 2 or begin == 0):
                pieces = (*best[begin], piece)
                if end not in best or len(pieces) < len(best[end]):
                    best[end] = pieces
    pieces = best.get(len(word), (word,))
    if len(word) >= MIN_TYPO and all(len(piece) < MIN_PREFIX for piece in pieces) and _begins_a_word(word):
        return (word,)  # 'echant' is the beginning of 'echantillon', not 'ech ant'
    return pieces


_VOWELS = frozenset("aeiouy")
CONSONANTS = 0.55
"""Worth of a phrase that shares a header's consonants: the cells have to choose among several."""
ALL_CONSONANTS = 0.8
"""The same where they are all of the phrase's, and not few."""
MANY_CONSONANTS = 5
MIN_CONSONANTS = 2
SURE_CONSONANTS = 3


def _consonants(phrase: str) -> str:
    """First letter and consonants of a phrase, doubled letters once: 'resultat' -> 'rsltt'."""
    glued = phrase.replace(" ", "")
    return glued[:1] + "".join(letter for letter in glued[1:] if letter not in _VOWELS)


@cache
def _skeletons() -> dict[str, tuple[Hint, ...]]:
    table: dict[str, list[Hint]] = {}
    for phrase, hints in _phrases().items():
        skeleton = _consonants(phrase)
        if " " not in phrase and len(skeleton) >= MIN_CONSONANTS and set(phrase) & _VOWELS:
            table.setdefault(skeleton, []).extend(hints)
    return {skeleton: tuple(hints) for skeleton, hints in table.items()}


def _by_consonants(header: str) -> list[Hint]:
    """What a header without vowels ('RSLTV', 'PRSC') may stand for.

    These are the phrases whose consonants begin like it, or it like them.
    """
    if len(header) < MIN_CONSONANTS:
        return []
    best: dict[str, Hint] = {}
    for skeleton, hints in _skeletons().items():
        shared = min(len(skeleton), len(header))
        too_short = shared < SURE_CONSONANTS and len(skeleton) != len(header)
        if too_short or skeleton[:shared] != header[:shared]:
            continue
        likeness = shared / max(len(skeleton), len(header))
        for hint in hints:
            worth = ALL_CONSONANTS if likeness == 1 and len(header) >= MANY_CONSONANTS else CONSONANTS
            score = worth * hint.score * (0.5 + 0.5 * likeness)
            if hint.role not in best or score > best[hint.role].score:
                best[hint.role] = Hint(hint.role, score, hint.phrase)
    return list(best.values())


def _one_edit(one: str, other: str) -> bool:
    """True when two strings differ by one insertion, deletion, substitution or swap of neighbours."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    head = 0
    while head < min(len(one), len(other)) and one[head] == other[head]:
        head += 1
    rest_one, rest_other = one[head:], other[head:]
    return (
        rest_one[1:] == rest_other[1:]
        or rest_one[1:] == rest_other
        or rest_one == rest_other[1:]
        or (rest_one[:2] == rest_other[:2][::-1] and rest_one[2:] == rest_other[2:])
    )


def _exactly(phrase: str) -> list[tuple[Hint, float]]:
    """Hints for a run of header words as they stand."""
    return [(hint, 1.0) for hint in _phrases().get(phrase, ())]


def _nearly(phrase: str) -> list[tuple[Hint, float]]:
    """Hints for a run of header words that are cut short or hold a slip, each with the worth of the match."""
    if len(phrase) < MIN_PREFIX:
        return []
    once = re.sub(r"(.)\1", r"\1", phrase)
    if once != phrase and phrase not in _vocabulary() and once in _phrases():
        return [(hint, TYPO_MATCH) for hint in _phrases()[once]]  # 'villle': a doubled letter is the commonest slip
    near = _by_prefix().get(phrase[:2], ())
    parts = phrase.split()
    if len(parts) > 1 and parts[-1] in _LINKS and _vocabulary().issuperset(parts):
        return []  # `nom du` is no slip of `nom dr`
    if all(len(part) >= MIN_PREFIX for part in parts) and not all(part in _vocabulary() for part in parts):
        cut_short = [
            candidate
            for candidate in near
            if candidate in _spaced()
            and len(candidate.split()) == len(parts)
            and all(
                full.startswith(part) and len(part) >= SHORTEST_CUT * len(full)
                for part, full in zip(parts, candidate.split(), strict=True)
            )
        ]
        if cut_short:
            return [(hint, PREFIX_MATCH) for candidate in cut_short for hint in _phrases()[candidate]]
    if len(phrase) >= MIN_TYPO:
        return [
            (hint, TYPO_MATCH) for candidate in near if _one_edit(phrase, candidate) for hint in _phrases()[candidate]
        ]
    return []


def shared_prefixes(headers: Iterable[str]) -> frozenset[str]:
    """First words that several headers of a table share: its tables' names ('examen.cip', 'examen.finess'), mostly."""
    firsts = Counter(tokens[0] for tokens in map(words, headers) if len(tokens) > 1)
    return frozenset(word for word, count in firsts.items() if count >= SHARED_PREFIX)


@cache
def read_header(header: str, prefixes: frozenset[str] = frozenset()) -> tuple[Hint, ...]:
    """Roles that a header names, best first; empty when it says nothing.

    The score is the strength of the longest phrase times the part of the header's own words that it explains; a phrase
    that is nothing but one of the table's `prefixes` says little.
    """
    tokens = tuple(piece for word in words(header) for piece in _cut(word))[:12]
    while len(tokens) > 1 and tokens[-1].isdigit():
        tokens = tokens[:-1]
    first = words(header)[:1]
    led = bool(first) and first[0] in prefixes and len(words(header)) > 1
    weight = [0.25 if token in GENERIC else 1.0 * len(token) for token in tokens]
    lead = len(_cut(first[0])) if led else 0
    weight[:lead] = [0.25] * lead
    total = sum(weight)
    found: dict[str, Hint] = {}
    for look in (_exactly, _nearly):
        for begin in range(len(tokens)):
            for end in range(begin + 1, len(tokens) + 1):
                run = tokens[begin:end]
                covered = sum(weight[begin:end]) / total if total else 0.0
                alone = PREFIX_ALONE if end <= lead else 1.0
                glued = "".join(run) if len(run) > 1 and (look is _exactly or end - begin == len(tokens)) else ""
                for hint, worth in look(" ".join(run)) or (look(glued) if glued else []):
                    score = alone * (hint.score * worth * (0.4 + 0.6 * covered) + 0.01 * (end - begin))
                    if hint.role not in found or score > found[hint.role].score:
                        found[hint.role] = Hint(hint.role, score, hint.phrase)
        if any(hint.score >= CLEAR for hint in found.values()):
            break
    glued = "".join(words(header)).rstrip("0123456789")
    if not set(glued[1:]) & _VOWELS and (not found or len(glued) >= MANY_CONSONANTS):
        least = max((hint.score for hint in found.values()), default=0.0) / 2
        by_role = {hint.role: hint for hint in _by_consonants(glued) if hint.score > least}
        found = by_role | {
            role: hint for role, hint in found.items() if hint.score > by_role.get(role, hint).score - 0.01
        }
    capped = [Hint(hint.role, min(1.0, hint.score), hint.phrase) for hint in found.values()]
    ranked = sorted(capped, key=lambda hint: (-hint.score, hint.role))
    return tuple(
        hint
        for hint in ranked
        if hint.score >= MIN_HINT
        and hint.role in (*ROLES, "other")
        and not (hint.role == "other" and SAYS_NOTHING.issuperset(hint.phrase.split()))
    )
