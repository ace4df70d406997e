"""What columns say about one another: a key belongs to its number, a sex agrees with it, a birth precedes an exam.

Each rule looks at all drafts and the head's rows and changes roles in place; RULES is the order they run in.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import polars as pl

from leakscan.columns.bynames import bynames_of_people
from leakscan.columns.compare import JUDGED, cells_of, decides, having, numbers_of, share_of
from leakscan.columns.dates import birth_agreement, birth_in_parts, dates_by_order
from leakscan.columns.hints import CLEAR, words
from leakscan.columns.keys import keys_are_no_values, numbers_called_after_people
from leakscan.columns.names import (
    clear_logins,
    first_names_of_somebody_else,
    logins_beside_names,
    names_of_patients,
    prescribers_repeat,
    surnames_of_somebody_else,
    swapped_names,
    the_patients_first_name,
)
from leakscan.columns.numbers import (
    acts_change_with_the_visit,
    numbers_given_in_turn,
    numbers_of_rows,
    numbers_under_the_word_patient,
    the_patients_own_number,
)
from leakscan.columns.others import (
    columns_of_somebody_else,
    contacts_by_kinship,
    holders_who_are_patients,
)
from leakscan.columns.places import cities_of_birth, places_side_by_side
from leakscan.columns.professionals import directories, doctors_among_people, specialities
from leakscan.detectors.ins import OID_REAL
from leakscan.detectors.nir import key_of

if TYPE_CHECKING:
    from leakscan.columns.settle import Draft

ROWS = 2_000
"""Rows of the head on which columns are compared (docs/thresholds.md)."""
_KEY = re.compile(r"(?i)^(?:num\w*)?_?(?:cl[eé]|key)(?:_?(?:nir|secu|ss|ins|nss|securite))?$")
LABORATORIES = 200
"""An export holds no more laboratories than this."""


def keys_belong_to_numbers(drafts: list[Draft], head: pl.DataFrame) -> None:
    """A column of two digits that are the keys of a 13-digit column proves both, whatever their headers say."""
    bodies = [
        d for d in drafts if not d.fixed and d.profile.share.get("nir13", 0) > 0.3 and d.profile.share["nir15"] < 0.3
    ]
    keys = [d for d in drafts if not d.fixed and d.profile.share.get("key", 0) > 0.8 and d.profile.mean_length <= 2]
    for body in bodies:
        number = pl.col("number")
        for key in keys:
            cells = {"body": cells_of(head, body), "number": numbers_of(head, body), "key": cells_of(head, key)}
            rows = pl.DataFrame(cells)
            both = rows.filter((pl.col("body") != "") & (pl.col("key") != ""))
            agree = both.select((key_of(number) == pl.col("key").cast(pl.Int64, strict=False)) & number.is_not_null())
            if share_of(agree.to_series()) > 0.7 or _told_by_name(body, key, agree.to_series()):
                body.become(
                    "ins" if _names_ins(drafts, head) or body.hinted("ins") > body.hinted("nir") else "nir",
                    1.5,
                    "the key column is right for its numbers",
                )
                key.become("nir_key", 1.5, f"holds the keys of '{body.name}'")
                break
        else:
            if body.role is None or body.role in ("record_number", "phone", "date"):
                _prove_keyless(body, drafts, head)


def _told_by_name(body: Draft, key: Draft, agree: pl.Series) -> bool:
    """Whether a column that is called the key, of the same thing as the number, is right on the few rows there are."""
    judged = agree.drop_nulls()
    if not 0 < len(judged) < JUDGED or not judged.all() or body.header is None or key.header is None:
        return False
    called = key.header.rpartition(".")
    return called[0] == body.header.rpartition(".")[0] and _KEY.search(called[2]) is not None


def _names_ins(drafts: list[Draft], head: pl.DataFrame) -> bool:
    """Whether a column holds nothing but the OID of the INS; it is none itself, whatever its path says."""
    named = [
        draft
        for draft in drafts
        if draft.header is not None
        and "oid" in words(draft.header)
        and draft.profile.filled > 0
        and bool(cells_of(head, draft).str.contains(rf"^(?:urn:oid:)?{OID_REAL}$|^$").all())
    ]
    for draft in named:
        draft.become(None, 0.0, "holds the OID of the INS")
    return bool(named)


def _prove_keyless(body: Draft, drafts: list[Draft], head: pl.DataFrame) -> None:
    """Thirteen digits without key are NIRs when year and month agree with a date column, and no EAN-13."""
    if body.profile.share["ean13"] > 0.5 or body.profile.share["nir13"] < 0.8:
        return
    for draft in drafts:
        if draft.profile.share.get("date", 0) > 0.5 and birth_agreement(head, body, draft) > 0.4:
            body.become("nir", 1.2, f"year and month agree with '{draft.name}'")
            return


def numbers_of_the_insured_and_of_the_patient(drafts: list[Draft], head: pl.DataFrame) -> None:
    """Of two NIR columns, the one that agrees more often with the birth dates is the patient's own: the INS.

    A header that clearly says NIR stays one; a word that may be either (matricule) lets the cells decide.
    """
    numbers = [d for d in having(drafts, "nir", "ins") if not d.fixed]
    if len(numbers) < 2 or any(d.role == "ins" for d in numbers):
        return
    births = [d for d in drafts if d.profile.share.get("date", 0) > 0.5]
    unhinted = [d for d in numbers if d.hinted("nir") < CLEAR]
    if not births or not unhinted:
        return
    agreement = {d.index: max(birth_agreement(head, d, birth) for birth in births) for d in numbers}
    best = max(unhinted, key=lambda d: agreement[d.index])
    others = [agreement[d.index] for d in numbers if d is not best]
    if agreement[best.index] > max(others) + 0.05:
        best.become("ins", 0.8, "agrees with birth dates more often than the other number")


def sex_by_number(drafts: list[Draft], head: pl.DataFrame) -> None:
    """Without a header, a column of 1 and 2 is the sex when NIRs agree; letters M, F or H speak for themselves."""
    if having(drafts, "sex"):
        return
    for draft in drafts:
        if (
            draft.fixed
            or draft.role not in (None, "title")
            or draft.profile.share.get("sex", 0) < 0.95
            or not 2 <= draft.profile.distinct <= 5
        ):
            continue
        cells = cells_of(head, draft)
        letters = cells.str.contains(r"(?i)^[mfh]").mean() or 0.0
        if letters > 0.95 and draft.role is None:  # type: ignore[operator]
            draft.become("sex", 0.8, "holds the letters of a sex")
            return
        for number in having(drafts, "nir", "ins"):
            rows = pl.DataFrame({"sex": cells, "nir": numbers_of(head, number)})
            agree = rows.select(pl.col("nir").str.head(1) == pl.col("sex"))
            if share_of(agree.to_series()) > 0.7:
                draft.become("sex", 1.0, "agrees with the first digit of the NIR")
                return


def numbers_of_professionals(drafts: list[Draft], head: pl.DataFrame) -> None:
    """Nine digits with a right check digit: each prescriber's own are ADELI, few and the laboratories' are FINESS."""
    prescribers = having(drafts, "prescriber", "rpps")
    for draft in drafts:
        share = draft.profile.share
        open_one = (
            draft.role in (None, "phone", "record_number")
            and not draft.fixed
            and draft.other < CLEAR
            and max(draft.hinted("phone"), draft.hinted("record_number")) < 0.5
        )
        if not open_one or share.get("finess", 0) < 0.95 or share["nine"] < 0.95 or draft.profile.distinct < 2:
            continue
        if any(
            decides(head, prescriber, draft) and draft.profile.distinct > 0.5 * prescriber.profile.distinct
            for prescriber in prescribers
        ):
            draft.become("adeli", 0.8, "one nine-digit number per prescriber")
        elif draft.profile.distinct <= LABORATORIES:
            draft.become("finess", 0.7, "few nine-digit numbers with right check digits")
    for draft in drafts:
        if (
            draft.role is None
            and not draft.fixed
            and draft.other < CLEAR
            and 2 <= draft.profile.distinct <= LABORATORIES
            and draft.profile.share.get("code", 0) > 0.9
            and draft.profile.share.get("siret", 0) < 0.5
            and any(
                decides(head, place, draft, 1.0) and decides(head, draft, place, 1.0) and place.profile.distinct >= 2
                for place in having(drafts, "finess", "laboratory")
            )
        ):
            draft.become("laboratory", 0.6, "goes with the laboratories' numbers")


RULES: tuple[Callable[[list[Draft], pl.DataFrame], None], ...] = (
    keys_belong_to_numbers,
    keys_are_no_values,
    numbers_of_the_insured_and_of_the_patient,
    dates_by_order,
    birth_in_parts,
    sex_by_number,
    places_side_by_side,
    cities_of_birth,
    columns_of_somebody_else,
    contacts_by_kinship,
    clear_logins,
    names_of_patients,
    swapped_names,
    the_patients_first_name,
    first_names_of_somebody_else,
    prescribers_repeat,
    surnames_of_somebody_else,
    numbers_of_professionals,
    logins_beside_names,
    numbers_under_the_word_patient,
    numbers_given_in_turn,
    numbers_of_rows,
    numbers_called_after_people,
    the_patients_own_number,
    acts_change_with_the_visit,
    specialities,
    directories,
    doctors_among_people,
    holders_who_are_patients,
    bynames_of_people,
)
"""In this order: numbers first, for dates and sexes are told by them."""
