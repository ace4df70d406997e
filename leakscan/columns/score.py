"""Score each column for each role: what its header names, checked against what its cells look like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from leakscan.columns.content import Profile
from leakscan.columns.hints import CLEAR, Hint, read_header
from leakscan.detectors.dates import SERIALS

HEADER_WEIGHT = 0.7
ACCEPT = 0.3
"""A role stands from this score on (docs/thresholds.md)."""
MISFIT = 0.3
"""A header is not believed when a smaller share of the cells fits its role."""
MIN_TO_JUDGE = 3
"""With fewer filled cells the header alone decides."""
FEW = 20
"""With fewer filled cells the words of a column do not speak against its header."""
CIP7 = 7
"""Digits of the older code of a drug, the only other number of one."""
PROSE_WORDS = 30
"""Cells of more words than this are running text, in which towns, streets and dates stand without being what it is."""
PROSE_PROOF = 0.5
MANY = 200
"""From so many filled cells on, few distinct ones mean few people."""


def _share(*names: str) -> Callable[[Profile], float]:
    return lambda column: max(column.share.get(name, 0.0) for name in names)


def _name_like(column: Profile) -> float:
    return column.share["alpha"] if column.words <= 4.5 else 0.0


def _number_of_a_record(column: Profile) -> float:
    if column.share["date"] > 0.9 and column.distinct_share < 0.5:
        return 0.0
    flags = column.share["flag"] > 0.9 and column.distinct <= 2 < column.filled
    return 0.0 if flags or column.words > 3 else 1.0 - 0.9 * column.share["alpha"]


def _pseudonym(column: Profile) -> float:
    """What is given instead of a number: long, one word, and no NIR."""
    return 0.0 if column.words >= 1.5 or column.mean_length < 6 or column.share["nir"] > 0.3 else 1.0


def _free(column: Profile) -> float:
    return 0.0 if column.share["digits"] > 0.95 and column.mean_length > 5 else 1.0


def _comment(column: Profile) -> float:
    codes = column.share["code"] > 0.95 and column.share["digits_inside"] > 0.9 and column.filled >= FEW
    return 0.0 if codes else _free(column)


def _birth_place(column: Profile) -> float:
    surnames = column.share["last"] > 0.6 and column.share["city"] < 0.2
    return 0.0 if surnames or (column.share["digits"] > 0.9 and column.mean_length < 3) else _free(column)


def _address(column: Profile) -> float:
    if column.mean_length < 5 and column.filled > FEW:
        return 0.0
    share = column.share
    no_street = max(share["street"], share["numbered_street"]) < 0.1 and share["complement"] < 0.2
    prose = no_street and column.words >= 2.5 and column.mean_length > 12 and column.filled >= FEW
    return 0.0 if prose else 1.0 - share["digits"]


def _mutuelle(column: Profile) -> float:
    short = column.share["digits"] > 0.9 and column.mean_length < 7
    return 0.0 if short or column.share["date"] > 0.9 or column.share["amount"] > 0.6 else 1.0


def _diagnosis(column: Profile) -> float:
    """Codes of rare diseases are numbers of two to six digits; no other code of a diagnosis is a bare number."""
    number = column.share["integer"] > 0.9 and not 2.5 <= column.mean_length <= 6
    return 0.0 if number else _worded(column)


def _drug(column: Profile) -> float:
    number = column.share["integer"] > 0.9 and column.share["cip13"] < 0.5 and abs(column.mean_length - CIP7) > 0.5
    return 0.0 if number else _worded(column)


def _login(column: Profile) -> float:
    """Each patient has a login of their own; a few names on all rows are the staff's."""
    few = column.filled >= MANY and column.distinct_share < 0.05
    professional = column.share["nine"] > 0.95 and column.share["adeli"] > 0.95
    return 0.0 if few or professional else _one_word(column)


def _one_word(column: Profile) -> float:
    two_words = column.distinct <= 2 < column.filled and column.share["alpha"] > 0.5
    return 0.0 if column.words >= 1.5 or column.share["flag"] > 0.9 or two_words else 1.0


def _dated(column: Profile) -> float:
    """Dates, or days of a spreadsheet where all are."""
    return max(column.share["date"], column.share["serial"] if column.share["serial"] > SERIALS else 0.0)


def _worded(column: Profile) -> float:
    return 0.0 if column.share["date"] > 0.9 or column.share["flag"] > 0.9 else 1.0


def _act(column: Profile) -> float:
    surnames = column.share["last"] > 0.6 and column.words < 1.6
    if (surnames or column.share["two_names"] > 0.6) and column.share["act"] < 0.2:
        return 0.0
    long_numbers = column.share["integer"] > 0.9 and column.mean_length > 6
    short_numbers = column.share["digits"] > 0.9 and column.mean_length < 2.5
    return 0.0 if long_numbers or short_numbers else _worded(column)


def _no_date(column: Profile) -> float:
    return 0.0 if column.share["date"] > 0.9 and column.mean_length > 5 else 1.0


def _nir_fit(column: Profile) -> float:
    if column.share["ean13"] > 0.7:
        return 0.0
    return max(
        column.share["nir"],
        0.8 * column.share["nir_shape"] if column.share["integer"] < 1 or column.max_length <= 16 else 0.0,
    )


FIT: dict[str, Callable[[Profile], float]] = {
    "nir": _nir_fit,
    "ins": _share("nir15"),
    "nir_key": _share("key"),
    "last_name": _name_like,
    "maiden_name": _name_like,
    "first_name": _name_like,
    "full_name": lambda column: _name_like(column) if column.share["two_words"] > 0.5 else 0.0,
    "title": lambda column: 1.0 if column.mean_length <= 12 and column.distinct <= 25 else 0.0,
    "sex": _share("sex"),
    "birth_date": _dated,
    "birth_place": _birth_place,
    "address": _address,
    "postcode": _share("postcode"),
    "city": lambda column: 1.0 - column.share["digits"] - column.share["date"],
    "phone": _share("phone"),
    "email": _share("email"),
    "mutuelle": _mutuelle,
    "blood_group": _share("blood_group"),
    "iban": _share("iban"),
    "record_number": _number_of_a_record,
    "pseudonym": _pseudonym,
    "login": _login,
    "password": _one_word,
    "prescriber": _name_like,
    "rpps": _share("rpps"),
    "adeli": _share("adeli"),
    "finess": _share("finess"),
    "laboratory": lambda column: (
        0.0 if column.share["mutuelle"] > 0.3 and column.share["laboratory"] < 0.1 else _no_date(column)
    ),
    "specialty": lambda column: 1.0 - column.share["digits"],
    "exam_date": _dated,
    "date": _dated,
    "act": _act,
    "result": _no_date,
    "diagnosis": _diagnosis,
    "drug": _drug,
    "comment": _comment,
}
"""How far a column's cells can be the role at all, 0..1."""


def _proof_name(column: Profile, kind: str) -> float:
    if column.share["alpha"] < 0.8 or column.words > 2.6 or column.distinct < (3 if column.share[kind] > 0.99 else 4):
        return 0.0
    return column.share[kind]


SERIAL: float = 0.95
MIN_SERIAL: int = 20
"""So many codes in a column, hardly one of them twice, are numbers given in turn and no diagnoses."""

PROOF: dict[str, Callable[[Profile], float]] = {
    "nir": lambda c: 1.6 if c.share["nir15"] > 0.3 else 0.0,
    "ins": lambda c: 1.5 if c.share["nir15"] > 0.3 else 0.0,
    "email": lambda c: 1.2 * c.share["email"],
    "iban": lambda c: 1.2 * c.share["iban"],
    "phone": lambda c: (
        0.9 * c.share["full_phone"] if (c.distinct_share > 0.05 or c.filled < 40) and c.share["siret"] < 0.5 else 0.0
    ),
    "password": lambda c: 1.2 * c.share["password_hash"],
    "rpps": lambda c: 0.8 if c.share["rpps"] > 0.95 and c.share["siret"] < 0.5 else 0.0,
    "blood_group": lambda c: 0.9 if c.share["blood_group"] > 0.8 and 2 <= c.distinct <= 40 else 0.0,
    "title": lambda c: 0.8 if c.share["title"] > 0.9 and c.distinct >= 2 else 0.0,
    "prescriber": lambda c: max(0.9 * c.share["doctor"], 0.75 * (c.share["doctor"] > 0.2)) if c.words < 6 else 0.0,
    "address": lambda c: (
        0.9 * c.share["numbered_street"] if c.share["numbered_street"] > 0.3 else 0.6 * c.share["street"]
    ),
    "mutuelle": lambda c: 0.9 * c.share["mutuelle"] if c.share["mutuelle"] > 0.4 else 0.0,
    "city": lambda c: (
        0.75 * c.share["city"]
        if c.share["city"] > 0.35 and c.share["digits"] < 0.1 and c.share["first"] < 0.4 and c.distinct >= 3
        else 0.0
    ),
    "first_name": lambda c: (
        0.75 * _proof_name(c, "first") if c.share["first"] > 0.45 and c.share["two_names"] < 0.6 else 0.0
    ),
    "full_name": lambda c: (
        0.7 * c.share["two_names"]
        if c.share["two_names"] > 0.6
        and c.share["alpha"] > 0.8
        and c.words < 4.5
        and c.distinct > 3
        and c.share["doctor"] < 0.2
        else 0.0
    ),
    "act": lambda c: max(
        0.6 if c.share["codes"] > 0.9 and 0.1 < c.share["several_codes"] < 0.97 else 0.0,
        0.7 * c.share["act"] if c.share["act"] > 0.5 and c.words < 6 and c.distinct > 2 else 0.0,
    ),
    "drug": lambda c: max(
        0.7 * c.share["drug"] if c.share["drug"] > 0.4 and c.words < 8 else 0.0,
        0.8 * c.share["cip13"],
        0.8 * c.share["atc"] if c.distinct > 3 else 0.0,
    ),
    "result": lambda c: max(
        0.8 * c.share["result"] if c.share["result"] > 0.3 and c.words < 4 else 0.0,
        0.6 if c.share["result"] > 0.01 and c.share["result"] + c.share["digits"] > 0.9 else 0.0,
    ),
    "postcode": lambda c: (
        0.5
        if c.share["postcode"] > 0.95 and c.share["round"] > 0.5 and 4.5 < c.mean_length <= 5 and c.distinct > 2
        else 0.0
    ),
    "diagnosis": lambda c: (
        0.5
        if c.share["cim10"] > 0.8
        and c.mean_length > 3.2
        and c.distinct > 3
        and (c.distinct_share < SERIAL or c.filled < MIN_SERIAL)
        else 0.0
    ),
    "comment": lambda c: (
        0.5
        if c.words >= 2.8
        and c.mean_length > 12
        and c.distinct > 3
        and c.share["two_names"] < 0.5
        and c.share["city"] < 0.4
        and c.share["laboratory"] < 0.8
        and c.share["date"] < 0.5
        and c.share["phone"] < 0.5
        and c.share["nir"] < 0.3
        and c.share["iban"] < 0.3
        and c.share["street"] < 0.3
        and c.share["numbered_street"] < 0.2
        and c.share["mutuelle"] < 0.4
        else 0.0
    ),
    "laboratory": lambda c: 0.6 if c.share["laboratory"] > 0.8 and c.distinct < 60 and c.share["email"] < 0.2 else 0.0,
    "date": lambda c: 0.6 if c.share["date"] > 0.8 and c.mean_length >= 6 else 0.0,
    "birth_date": lambda c: 0.5 if c.share["date"] > 0.8 and c.mean_length >= 6 else 0.0,
}
"""How far a column's cells prove the role by themselves; 0.3 to 1 is a guess, above 1 it overrules the header."""


KIN_PROOF: dict[str, Callable[[Profile], float]] = {
    "surname": lambda c: 0.3 * c.share["last"] if c.share["alpha"] > 0.9 and c.words < 2.5 else 0.0,
}
"""What proves a role only where its header asks for it."""
SAME_KIND: dict[str, tuple[str, ...]] = {
    "birth_place": ("city",),
    "exam_date": ("date",),
    "prescriber": ("prescriber", "full_name", "first_name"),
    "last_name": ("first_name", "surname"),
    "maiden_name": ("first_name", "surname"),
}
"""What proves one of these proves the role as well, once its header asks for it: the cells look the same."""
ASKED_FOR = 0.4
_NUMBERS = ("record_number", "mutuelle", "rpps", "adeli", "finess")
"""Where the header says one of these clearly, ten digits are no phone."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One role that a column might have.

    `header`: what its header adds to the score, by the `phrase` in it; `proof`: what its cells add. `fit`: share of its
    cells that can be the role, None where there are too few to judge by.
    """

    role: str
    score: float
    hinted: float
    proof: float
    header: float
    phrase: str
    fit: float | None


def score_column(header: str | None, column: Profile, prefixes: frozenset[str] = frozenset()) -> list[Scored]:
    """Every role that header or cells speak for, best first."""
    hints = {hint.role: hint for hint in read_header(header, prefixes)} if header else {}
    other = hints.pop("other", Hint("other", 0.0, ""))
    best_hint = max((hint.score for hint in hints.values()), default=0.0)
    judged = column.filled >= MIN_TO_JUDGE
    numbered = column.filled > 0 and any(
        hint.role in _NUMBERS and hint.score >= CLEAR and FIT[hint.role](column) >= MISFIT for hint in hints.values()
    )
    prose = judged and column.words > PROSE_WORDS
    scored = []
    for role in {*hints, *PROOF}:
        hint = hints.get(role)
        fit = min(1.0, FIT[role](column)) if judged else 1.0
        hinted = hint.score if hint and fit >= MISFIT else 0.0
        kin = SAME_KIND.get(role, ()) if hinted >= max(ASKED_FOR, best_hint - 0.1) else ()
        known = (PROOF.get(kind) or KIN_PROOF.get(kind) for kind in (role, *kin))
        proof = max((prove(column) for prove in known if prove), default=0.0) if judged else 0.0
        if prose:
            proof = PROSE_PROOF if role == "comment" else 0.0
        if role == "phone" and not hinted and numbered:
            proof *= 0.5
        if hinted and hinted < best_hint - 0.25 and proof < 0.4:
            hinted *= 0.5
        if other.score > hinted + 0.2:
            hinted = 0.0
        if other.score > max(hinted, 0.6) and proof < 1.0:
            proof *= 0.3
        weight = HEADER_WEIGHT * hinted * (0.7 + 0.3 * fit)
        if weight + proof > 0:
            phrase = hint.phrase if hint and hinted else ""
            scored.append(Scored(role, weight + proof, hinted, proof, weight, phrase, fit if judged else None))
    return sorted(scored, key=lambda one: (-one.score, one.role))
