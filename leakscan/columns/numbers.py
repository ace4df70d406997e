"""Which columns hold numbers of records, and which of them is the patient's own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from leakscan.columns.compare import cells_of, decides, each_its_own, fold_cells, having
from leakscan.columns.hints import CLEAR, read_header
from leakscan.columns.keys import called_after_people, own_prefix, without

if TYPE_CHECKING:
    from leakscan.columns.settle import Draft

_OF_THE_PATIENT = re.compile(r"(?<![a-z])(?:patiente?|malade|ipp|nip)(?![a-z])")

_STUDY = re.compile(r"stud(?:y|ies)|etude|étude|protoco|essai|trial|cohort")
_NUMBER_WORDS = re.compile(r"^(?:id|num|numero|numéro|no|n°|code|ref|matricule)(?![a-z])|[ _.-](?:id|num|numero|no)$")

EACH_ITS_OWN = 0.98
"""Share of distinct numbers from which on every row has a number of its own."""
ROW_DIGITS = 8
"""Digits of a number of rows at most: longer ones are telephones, companies or articles."""
ENOUGH_NUMBERS = 100
"""Distinct numbers from which on one can see that they were given in turn."""
GAPS = 3
"""Numbers given in turn span at most so many times as many as there are."""
SIRET_DIGITS = 14
"""Numbers of companies have so many digits, and no record's that we know."""
SHORT = 4
"""Characters that a record's number has at least: shorter ones are ages, counts and codes."""
LONG = 6
"""Digits that a number has at least, where only its patients prove it: a postcode belongs to a patient too."""
INSURED = 8
"""Characters of a number of social security, at least, in any country."""
ENOUGH_PATIENTS = 20
"""Patients on several rows by whom one can see whether a number belongs to them."""
FEW_SHARE = 0.5
"""Numbers per patient, at least: fewer are places, insurers or prescribers."""
ACT_DIGITS = 4
"""Digits of a code of the nomenclature of biology."""
ACTS_AT_LEAST = 8
"""A laboratory does more than a handful of acts."""
LED_BY_ZERO = 0.1
"""Share of codes with a leading zero, at least, and of codes without one: numbers that are counted have none."""
ALL_TIMES = 0.95
"""With a larger share of cells that are times of day (0730), they are times."""
CONFLICTS = 0.1
"""Share of the repeated numbers of patients under which two people may stand, by typing errors (docs/thresholds.md)."""
SECOND = 0.85
"""How sure another number may be, at most, that is not the patient's own."""
MOSTLY = 0.5
"""Share of rows that have the number called after patients, at least, for it to be theirs before all others."""
REPEATS = 0.05
"""Share of the numbers on several rows from which on a column of them can be judged at all."""


def numbers_under_the_word_patient(drafts: list[Draft], head: pl.DataFrame) -> None:
    """A header that names the patient, or the number of an insured, over codes: they are the patients' numbers.

    The numbers of other countries, and invented ones, have another form than a NIR.
    """
    del head
    for draft in drafts:
        share = draft.profile.share
        if draft.role is None and not draft.fixed and draft.header and share and _are_codes(draft):
            named = next((hint for hint in read_header(draft.header) if hint.role == "full_name"), None)
            if named is not None and "patient" in named.phrase.split():
                draft.become("record_number", 0.5, "codes under the word patient")
            elif _of_an_insured(draft):
                draft.become("record_number", 0.5, "numbers of insured people in another form than a NIR")


def _of_an_insured(draft: Draft) -> bool:
    share = draft.profile.share
    if max(share[kind] for kind in ("ean13", "siret", "date", "phone", "epoch", "iban")) > 0.5:
        return False
    clear = any(hint.role in ("nir", "ins") and hint.score >= CLEAR for hint in read_header(draft.header or ""))
    return clear and draft.profile.mean_length >= INSURED and draft.profile.distinct > 1


def numbers_given_in_turn(drafts: list[Draft], head: pl.DataFrame) -> None:
    """Without headers: whole numbers of which each row has its own, or that a counter gave, are numbers of records."""
    people = _people(drafts, head)
    for draft in drafts:
        share = draft.profile.share
        if (
            not _is_blank(draft)
            or share["numbered"] < EACH_ITS_OWN
            or max(share["epoch"], share["ean13"], share["siret"], share["date"], share["amount"]) > 0.5
            or draft.profile.mean_length < SHORT
            or draft.profile.max_length == SIRET_DIGITS
        ):
            continue
        cells = cells_of(head, draft)
        if share["integer"] > EACH_ITS_OWN and given_in_turn(cells):
            draft.become("record_number", 0.5, "a number for each row, or numbers given in turn")
        elif draft.profile.mean_length >= LONG and _one_for_each(people, cells):
            draft.become("record_number", 0.4, "each patient has one such number")


def numbers_of_rows(drafts: list[Draft], head: pl.DataFrame) -> None:
    """In a table of people: the first column, where its header asks for a number and each row has its own."""
    if not drafts or not having(drafts, "last_name", "full_name") or having(drafts, "record_number", "pseudonym"):
        return
    first = drafts[0]
    share, words = first.profile.share, _NUMBER_WORDS.search((first.header or "").lower())
    own = share.get("integer", 0) > EACH_ITS_OWN and each_its_own(head, first)
    if first.role is None and not first.fixed and words and own and first.profile.max_length <= ROW_DIGITS:
        first.become("record_number", 0.4, "a number of each row's own in the first column")


def _parted(header: str | None) -> str:
    return re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", header or "").lower()


def acts_change_with_the_visit(drafts: list[Draft], head: pl.DataFrame) -> None:
    """Without headers: few codes of four digits that go with labels of acts, or change between visits, are acts."""
    people, labels = _people(drafts, head), having(drafts, "act")
    for draft in drafts:
        share = draft.profile.share
        if (
            not _is_blank(draft)
            or share["integer"] < EACH_ITS_OWN
            or draft.profile.max_length != ACT_DIGITS
            or not ACTS_AT_LEAST <= draft.profile.distinct <= ENOUGH_NUMBERS
        ):
            continue
        if any(decides(head, label, draft) and decides(head, draft, label) for label in labels):
            draft.become("act", 0.6, "one code for each act beside it")
        elif not labels and people is not None and _changing_codes(people, cells_of(head, draft)):
            draft.become("act", 0.4, "codes of four digits that change from visit to visit")


def _is_blank(draft: Draft) -> bool:
    """Whether a column without a header has no role so far, and cells to judge it by."""
    return draft.role is None and not draft.fixed and draft.header is None and bool(draft.profile.share)


def _changing_codes(people: pl.Series, cells: pl.Series) -> bool:
    rows = pl.DataFrame({"who": people, "code": cells}).filter(pl.col("code").str.len_chars() == ACT_DIGITS)
    zeros = float(rows.select(pl.col("code").str.starts_with("0").mean()).item() or 0)
    clock = float(rows.select(pl.col("code").str.contains("^(?:[01][0-9]|2[0-3])[0-5][0-9]$").mean()).item() or 0)
    several = rows.group_by("who").agg(rows=pl.len(), codes=pl.col("code").n_unique()).filter(pl.col("rows") > 1)
    if len(several) < ENOUGH_PATIENTS or clock > ALL_TIMES or not LED_BY_ZERO < zeros < 1 - LED_BY_ZERO:
        return False
    return bool((several["codes"] > 1).sum() > len(several) / 2)


def _people(drafts: list[Draft], head: pl.DataFrame) -> pl.Series | None:
    """Who each row is about: names with the birth date; null where there are none."""
    names, births = having(drafts, "last_name", "full_name"), having(drafts, "birth_date")
    if not names or not births:
        return None
    parts = [fold_cells(head, draft) for draft in (*names[:1], *having(drafts, "first_name")[:1], births[0])]
    return (
        pl.DataFrame([part.alias(str(place)) for place, part in enumerate(parts)])
        .select(pl.concat_str(pl.all(), separator="|"))
        .to_series()
    )


def _one_for_each(people: pl.Series | None, cells: pl.Series) -> bool:
    """Whether those who stand on several rows have one number, and few share it."""
    if people is None or cells.str.len_chars().filter(cells != "").n_unique() > 1:
        return False
    rows = pl.DataFrame({"who": people, "number": cells}).filter(pl.col("number") != "")
    mine = rows.group_by("who").agg(rows=pl.len(), numbers=pl.col("number").n_unique()).filter(pl.col("rows") > 1)
    if len(mine) < ENOUGH_PATIENTS or (mine["numbers"] > 1).sum() > CONFLICTS * len(mine):
        return False
    return rows["number"].n_unique() > FEW_SHARE * rows["who"].n_unique()


def _are_codes(draft: Draft) -> bool:
    share = draft.profile.share
    return share["code"] > 0.95 and share["digits_inside"] > 0.95 and draft.profile.mean_length >= 3


def given_in_turn(cells: pl.Series) -> bool:
    """Whether each row has a number of its own, all equally long, or the numbers hardly leave any out."""
    filled = cells.filter(cells != "")
    distinct = filled.n_unique()
    if distinct < ENOUGH_NUMBERS:
        return False
    if distinct >= EACH_ITS_OWN * len(filled) and filled.str.len_chars().n_unique() == 1:
        return True
    numbers = filled.cast(pl.Int64, strict=False).drop_nulls()
    low, high = numbers.quantile(0.01), numbers.quantile(0.99)
    return low is not None and high is not None and high - low <= GAPS * distinct


def the_patients_own_number(drafts: list[Draft], head: pl.DataFrame) -> None:
    """Of several record numbers, the patient's own is the one under which one person stands and that changes least."""
    _the_number_of_a_study(drafts)
    numbers = [draft for draft in having(drafts, "record_number") if draft.profile.share]
    who = having(drafts, "birth_date") or having(drafts, "full_name", "last_name")
    if len(numbers) < 2 or any(draft.fixed for draft in numbers):
        return
    prefix = own_prefix([draft.name for draft in drafts])
    called = [draft for draft in numbers if _is_called(draft, prefix)]
    if not who:
        _called_after_patients(called, numbers)
        return
    person = fold_cells(head, who[0])
    own = []
    for draft in numbers:
        rows = pl.DataFrame({"number": cells_of(head, draft), "person": person}).filter(
            (pl.col("number") != "") & (pl.col("person") != "")
        )
        under = rows.group_by("number").agg(rows=pl.len(), people=pl.col("person").n_unique())
        repeated = under.filter(pl.col("rows") > 1)
        if len(repeated) > REPEATS * len(under) and (repeated["people"] > 1).sum() <= CONFLICTS * len(repeated):
            own.append((len(under) / max(1, rows.height), draft))
    if not own:
        _called_after_patients(called, numbers)
        return
    named = [pair for pair in own if pair[1] in called]
    chosen = min(named or own, key=lambda pair: (pair[0], pair[1].index))[1]
    for draft in numbers:
        if draft is chosen:
            draft.become("record_number", max(draft.score, 0.9), "the number under which one patient stands")
        else:
            draft.score = min(draft.score, SECOND)


def _the_number_of_a_study(drafts: list[Draft]) -> None:
    """One number for all rows that is called after a study, beside another that differs: no record's."""
    numbers = having(drafts, "record_number")
    if any(draft.profile.distinct > 1 for draft in numbers):
        for draft in numbers:
            if not draft.fixed and draft.profile.distinct == 1 and _STUDY.search(_parted(draft.header)):
                draft.become(None, 0.0, "the number of a study")


def _is_called(draft: Draft, prefix: str) -> bool:
    """Whether a column is called after the patient: by a word of its header, or as the number of a person."""
    told = _OF_THE_PATIENT.search(_parted(draft.header)) is not None
    return told or called_after_people(without(prefix, draft.name))


def _called_after_patients(called: list[Draft], numbers: list[Draft]) -> None:
    """Of several numbers the one called after patients, where one alone is and most rows have it."""
    if len(called) != 1 or called[0].profile.fill < MOSTLY:
        return
    for draft in numbers:
        if draft is called[0]:
            draft.become("record_number", max(draft.score, 0.9), "of several numbers the one called after patients")
        else:
            draft.score = min(draft.score, SECOND)
