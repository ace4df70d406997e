"""Whose names a column holds: the patients', their maiden names, the prescribers', or logins made of names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from leakscan.columns.compare import JUDGED, cells_of, fold_cells, having, share_of
from leakscan.columns.content import word_set
from leakscan.columns.hints import CLEAR, MIN_HINT
from leakscan.records import column_id

if TYPE_CHECKING:
    from leakscan.columns.settle import Draft

PATIENTS_PER_PRESCRIBER = 1.5
"""Under a prescriber's name stand the birth dates of more patients than this; under a patient's name stands one."""
PATIENTS_SURNAME = 0.3
"""A patients' surname, or the maiden name of some, stands in their whole name on more than this share of the rows."""
SEVERAL_NAMES = 0.05
"""First names per surname and birth date by which another column's exceed the patients' own."""
FEW_SURNAMES = 3
"""Next to first names so many surnames that differ are enough in a small table."""
MANY_NAMES = 10
"""So many names must differ before cells speak against clear headers."""
ALL_FIRST_NAMES = 0.4
"""Whole names beside surnames are first names, where every word of at least this share of them is one."""
HELD_IN_FULL_NAME = 0.5
"""A patients' first name stands in their full name on at least this share of the rows."""
_WHOSE = ("nir", "ins", "birth_date", "record_number", "phone", "email", "prescriber", "exam_date")
"""Columns beside which surnames without a header of their own are people's."""
_THREE_LETTERS = r"[A-Za-z][^A-Za-z]*[A-Za-z][^A-Za-z]*[A-Za-z]|[^\x00-\x7F]"
"""Matches every cell that has three letters once it is in ASCII: a sign from beyond may become several."""


def names_of_patients(drafts: list[Draft], head: pl.DataFrame) -> None:
    """Without headers: surnames beside the first names are the patients'; another such column is the maiden name."""
    _split_or_whole(drafts)
    if any(d.header is not None for d in drafts) and having(drafts, "last_name", "full_name"):
        return
    firsts = _patients_first(sorted(having(drafts, "first_name"), key=lambda d: -d.profile.distinct), drafts, head)
    for extra in firsts[1:]:
        if not extra.fixed and extra.hinted("first_name") < 0.3:
            extra.become(None, 0.0, "")
    if any(d.header is not None for d in drafts) and not firsts and not having(drafts, *_WHOSE):
        return  # under headers that speak of no name: towns, streets and firms look like surnames
    anchor = firsts[0].index if firsts else 0
    surnames = [
        d
        for d in drafts
        if not d.fixed
        and d.role in (None, "city")
        and _could_be_surnames(d, beside=bool(firsts) and abs(d.index - anchor) == 1)
    ]
    if not surnames:
        return
    surnames.sort(key=lambda d: (-round(d.profile.fill, 1), abs(d.index - anchor), -d.profile.distinct))
    main = surnames[0]
    if main.profile.distinct_share < 0.05 and main.profile.filled > 100:
        return
    main.become("last_name", 0.7, "surnames, the fullest such column nearest to the first names")
    if not firsts:
        _several_first_names(drafts, head, main)
    _second_surnames(surnames, firsts, anchor, head)


def _second_surnames(surnames: list[Draft], firsts: list[Draft], anchor: int, head: pl.DataFrame) -> None:
    """Further surnames than those of the patients (the first of them): maiden names, if of nobody else."""
    main = surnames[0]
    names = cells_of(head, main)
    of_names = {draft.index for draft in (*surnames, *firsts)}
    for draft in surnames[1:]:
        if any(abs(draft.index - extra.index) == 1 for extra in firsts[1:]) and _apart(draft.index, anchor, of_names):
            continue
        same = pl.DataFrame({"a": names, "b": cells_of(head, draft)}).filter(pl.col("b") != "")
        equal = share_of(same.select(pl.col("a").str.to_uppercase() == pl.col("b").str.to_uppercase()).to_series())
        if (
            draft.role is None
            and draft.profile.distinct_share > 0.05
            and (draft.profile.fill < 0.9 * main.profile.fill or equal > 0.2)
        ):
            draft.become("maiden_name", 0.6, "a second surname, filled on a part of the rows or often the same")


def _patients_first(firsts: list[Draft], drafts: list[Draft], head: pl.DataFrame) -> list[Draft]:
    """First names, the patients' own in front: with the surname beside them they decide the birth date.

    Under the name of who has an account stand the births of those for whom it books.
    """
    births = having(drafts, "birth_date")
    if len(firsts) < 2 or not births:
        return firsts

    def born(first: Draft) -> float:
        beside = [d for d in drafts if abs(d.index - first.index) == 1 and _could_be_surnames(d, beside=True)]
        if not beside:
            return float("inf")
        cells = {"first": fold_cells(head, first), "birth": cells_of(head, births[0])}
        rows = pl.DataFrame({**cells, "last": fold_cells(head, beside[0])}).filter(pl.all_horizontal(pl.all() != ""))
        return rows.n_unique() / max(1, rows.select("first", "last").n_unique())

    told = {first.index: born(first) for first in firsts}
    least = min(told.values())
    return sorted(firsts, key=lambda first: told[first.index] > least + SEVERAL_NAMES)


def _apart(index: int, anchor: int, of_names: set[int]) -> bool:
    """Whether other columns than those of names stand between a column and the patients' first names."""
    low, high = sorted((index, anchor))
    return not of_names.issuperset(range(low, high + 1))


def _several_first_names(drafts: list[Draft], head: pl.DataFrame, last: Draft) -> None:
    """Beside surnames, whole names of which nearly every word is a first name are all first names of a person."""
    known = word_set("first_names").implode()
    for draft in having(drafts, "full_name"):
        if draft.fixed or draft.hinted("full_name") >= MIN_HINT or abs(draft.index - last.index) != 1:
            continue
        words = fold_cells(head, draft).str.replace_all(r"[^A-Z]+", " ").str.strip_chars().str.split(" ")
        told = words.filter(words.list.len() > 1).list.eval(pl.element().is_in(known)).list.all()
        if share_of(told) >= ALL_FIRST_NAMES and _held_in(head, draft, last) < PATIENTS_SURNAME:
            draft.become("first_name", 0.7, "several first names of each, beside the surnames")
            return


def _split_or_whole(drafts: list[Draft]) -> None:
    """A 'NOM' that holds first names too, in a table without a first-name column, is the full name."""
    if having(drafts, "first_name"):
        return
    for draft in having(drafts, "last_name"):
        if not draft.fixed and draft.profile.share.get("two_names", 0) > 0.6:
            draft.become("full_name", draft.score, "holds last and first names")


def _could_be_surnames(draft: Draft, *, beside: bool) -> bool:
    """Whether a column looks like surnames; `beside`: next to the first names a few that differ are enough."""
    share = draft.profile.share
    few = beside and draft.profile.distinct >= FEW_SURNAMES and draft.profile.distinct_share > 0.5
    return bool(
        share
        and share["alpha"] > 0.9
        and share["last"] > 0.12
        and share["first"] < 0.75
        and share["mutuelle"] < 0.3
        and draft.profile.words < 2.5
        and (draft.profile.distinct > 8 or few)
        and share["city"] < max(0.3, share["last"])
    )


def swapped_names(drafts: list[Draft], head: pl.DataFrame) -> None:
    """Misleading headers: first names under the header of the last name, and the reverse."""
    del head
    for last in having(drafts, "last_name"):
        for first in having(drafts, "first_name"):
            in_last, in_first = last.profile.share, first.profile.share
            if last.fixed or first.fixed or not in_last or not in_first:
                continue
            clear = min(last.hinted("last_name"), first.hinted("first_name")) >= CLEAR
            if clear and last.profile.distinct < MANY_NAMES:
                continue
            if in_last["first"] > in_first["first"] + 0.3 and in_last["first"] > 0.5:
                last.become("first_name", 0.9, "holds first names, whatever its header")
                first.become("last_name", 0.9, "holds surnames, whatever its header")
                return


def first_names_of_somebody_else(drafts: list[Draft], head: pl.DataFrame) -> None:
    """Beside full names, a column of first names that are not in them is not the patients'."""
    whole = having(drafts, "full_name")
    if not whole or having(drafts, "last_name"):
        return
    for draft in having(drafts, "first_name"):
        if not draft.fixed and _held_in(head, whole[0], draft) < HELD_IN_FULL_NAME:
            draft.become(None, 0.0, "")


def surnames_of_somebody_else(drafts: list[Draft], head: pl.DataFrame) -> None:
    """Beside whole names that decide the birth date, surnames that are not in them are the prescribers'."""
    whole, births = having(drafts, "full_name"), having(drafts, "birth_date")
    if not whole or not births:
        return
    for draft in having(drafts, "last_name"):
        if (
            not draft.fixed
            and draft.hinted("last_name") < CLEAR
            and _held_in(head, whole[0], draft) < PATIENTS_SURNAME
            and _born_under_one_name(head, draft, births[0]) >= PATIENTS_PER_PRESCRIBER
            and _born_under_one_name(head, whole[0], births[0]) < PATIENTS_PER_PRESCRIBER
        ):
            known = bool(having(drafts, "prescriber"))
            draft.become(None if known else "prescriber", 0.5, "" if known else "surnames that no patient bears")


def the_patients_first_name(drafts: list[Draft], head: pl.DataFrame) -> None:
    """Of two columns of first names, the patients' own has one name for each surname and birth date."""
    firsts = [d for d in having(drafts, "first_name") if d.profile.share]
    lasts, births = having(drafts, "last_name"), having(drafts, "birth_date")
    if len(firsts) < 2 or not lasts or not births or any(d.fixed for d in firsts):
        return
    who = pl.DataFrame({"last": fold_cells(head, lasts[0]), "birth": cells_of(head, births[0])})
    names = []
    for draft in firsts:
        rows = who.with_columns(first=fold_cells(head, draft)).filter(pl.all_horizontal(pl.all() != ""))
        names.append(rows.n_unique() / max(1, rows.select("last", "birth").n_unique()))
    for draft, several in zip(firsts, names, strict=True):
        if several > min(names) + SEVERAL_NAMES:
            draft.become(None, 0.0, "")


def prescribers_repeat(drafts: list[Draft], head: pl.DataFrame) -> None:
    """Without headers, a second column of people is the prescribers': few names, under each of which many were born."""
    patients = [d for d in having(drafts, "last_name", "full_name") if d.profile.distinct > 20]
    if not patients or having(drafts, "prescriber"):
        return
    most = max(d.profile.distinct for d in patients)
    split = bool(having(drafts, "first_name") and having(drafts, "last_name"))
    births = having(drafts, "birth_date")
    for draft in drafts:
        share = draft.profile.share
        if (
            draft.fixed
            or draft.other >= CLEAR
            or draft.hinted("full_name") > 0.3
            or draft.role not in (None, "full_name", "first_name", "maiden_name")
            or max(draft.hinted("first_name"), draft.hinted("maiden_name")) > 0.3
            or not share
            or share["alpha"] <= 0.9
            or share["two_names"] <= 0.6
            or draft.profile.distinct < 2
            or patients == [draft]
        ):
            continue
        if births:
            few = _born_under_one_name(head, draft, births[0]) >= PATIENTS_PER_PRESCRIBER
        elif any(_held_in(head, draft, last) > PATIENTS_SURNAME for last in having(drafts, "last_name")):
            few = False
        else:
            few = draft.profile.distinct < (
                max(most, head.height / 2) if split and draft.role == "full_name" else most / 4
            )
        if few:
            draft.become("prescriber", 0.6, "names of few people, repeated")


def _held_in(head: pl.DataFrame, whole: Draft, part: Draft) -> float:
    """Share of rows on which one column's name stands in another's."""
    rows = pl.DataFrame({"whole": fold_cells(head, whole), "part": fold_cells(head, part)}).filter(
        (pl.col("whole") != "") & (pl.col("part") != "")
    )
    return share_of(rows.select(pl.col("whole").str.contains(pl.col("part"), literal=True)).to_series())


def _born_under_one_name(head: pl.DataFrame, names: Draft, births: Draft) -> float:
    """Birth dates per name, over the rows that have both: one, where the names are the patients'."""
    rows = pl.DataFrame({"name": fold_cells(head, names), "birth": cells_of(head, births)}).filter(
        (pl.col("name") != "") & (pl.col("birth") != "")
    )
    return rows.n_unique() / max(1, rows["name"].n_unique())


def logins_beside_names(drafts: list[Draft], head: pl.DataFrame) -> None:
    """A column made of the patients' names is the login; without headers, random words beside it are the password."""
    names = having(drafts, "last_name", "full_name")
    if not names or having(drafts, "login"):
        return
    folded = fold_cells(head, names[0]).str.replace_all(r"[^A-Z]", "")
    for draft in _with_letters(head, [draft for draft in drafts if _could_be_logins(draft)]):
        letters = fold_cells(head, draft).str.replace_all(r"[^A-Z]", "")
        rows = pl.DataFrame({"cell": letters, "name": folded}).filter(
            (pl.col("cell").str.len_chars() >= 3) & (pl.col("name").str.len_chars() >= 3)
        )
        begun = pl.col("cell").str.contains(pl.col("name").str.slice(0, 4), literal=True)
        held = pl.col("name").str.contains(pl.col("cell").str.slice(0, 4), literal=True)
        if share_of(rows.select(begun | held).to_series()) > 0.5:
            draft.become("login", 0.7, "made of the patients' names")
            _password_of(draft, drafts, head)
            return


def clear_logins(drafts: list[Draft], head: pl.DataFrame) -> None:
    """First names under a header that says login are logins, where other columns hold the names."""
    del head
    for draft in having(drafts, "first_name"):
        if not draft.fixed and draft.hinted("login") >= CLEAR and having(drafts, "last_name", "full_name"):
            draft.become("login", CLEAR, "its header says so, and names stand beside it")


def _could_be_logins(draft: Draft) -> bool:
    share = draft.profile.share
    return bool(
        draft.role is None
        and not draft.fixed
        and draft.other < CLEAR
        and share
        and share["code"] >= 0.9
        and draft.profile.mean_length <= 24
        and draft.profile.distinct_share >= 0.2
    )


def _with_letters(head: pl.DataFrame, drafts: list[Draft]) -> list[Draft]:
    """The columns with enough cells of three letters to be judged: of most numbers and codes nothing more is asked."""
    if not drafts:
        return []
    cells = pl.col([column_id(draft.index) for draft in drafts])
    counts = head.select(cells.str.contains(_THREE_LETTERS).sum()).row(0)
    return [draft for draft, count in zip(drafts, counts, strict=True) if count >= JUDGED]


def _password_of(login: Draft, drafts: list[Draft], head: pl.DataFrame) -> None:
    """Without headers: random words beside a login, or the table's only ones, are the passwords."""
    words = [d for d in drafts if d.header is None and d.role is None and not d.fixed and _could_be_passwords(d, head)]
    beside = [d for d in words if abs(d.index - login.index) == 1]
    if having(drafts, "password") or not words:
        return
    if beside or len(words) == 1:
        (beside or words)[0].become("password", 0.6, "single words that go with a login")


def _could_be_passwords(draft: Draft, head: pl.DataFrame) -> bool:
    share = draft.profile.share
    if not share or share["code"] < 0.5 or share["digits"] > 0.5 or draft.profile.words >= 1.2:
        return False
    small = cells_of(head, draft).filter(cells_of(head, draft) != "").str.contains(r"\p{Ll}").mean()
    return draft.profile.distinct_share > 0.3 and isinstance(small, float) and small > 0.7
