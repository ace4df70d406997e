"""What columns say about one another: a key belongs to its number, a birth comes before an exam, a city follows a postcode.

Each rule looks at all drafts and the head's rows and changes roles in place; RULES is the order they run in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import polars as pl

from leakscan.detectors.dates import TWO_DIGIT_YEAR_PIVOT, iso_dates
from leakscan.detectors.nir import in_nir_column, key_of
from leakscan.detectors.text import fold
from leakscan.records import column_id

if TYPE_CHECKING:
    from leakscan.columns.settle import Draft

ROWS = 2_000
"""Rows of the head on which columns are compared (docs/thresholds.md)."""
AGREES = 0.5
"""Two columns belong together when they agree on at least this share of the rows that hold both."""
OLD_YEARS = 12
"""Dates of birth reach further back than the dates of an export by more than this many years."""


def _cells(head: pl.DataFrame, draft: Draft) -> pl.Series:
    return head[column_id(draft.index)].str.strip_chars()


def _having(drafts: list[Draft], *roles: str) -> list[Draft]:
    return [draft for draft in drafts if draft.role in roles]


def _share(condition: pl.Series) -> float:
    judged = condition.drop_nulls()
    return float(judged.mean()) if len(judged) >= 5 else 0.0  # type: ignore[arg-type]


def _dates(head: pl.DataFrame, draft: Draft) -> pl.Series:
    return iso_dates(_cells(head, draft), TWO_DIGIT_YEAR_PIVOT, lunar=True)


def keys_belong_to_numbers(drafts: list[Draft], head: pl.DataFrame) -> None:
    """A column of two digits that are the keys of a 13-digit column proves both, whatever their headers say."""
    bodies = [
        d for d in drafts if not d.fixed and d.profile.share.get("nir13", 0) > 0.3 and d.profile.share["nir15"] < 0.3
    ]
    keys = [d for d in drafts if not d.fixed and d.profile.share.get("key", 0) > 0.8 and d.profile.mean_length <= 2]
    for body in bodies:
        number = in_nir_column(pl.col("body"))
        for key in keys:
            rows = pl.DataFrame({"body": _cells(head, body), "key": _cells(head, key)})
            both = rows.filter((pl.col("body") != "") & (pl.col("key") != ""))
            agree = both.select((key_of(number) == pl.col("key").cast(pl.Int64, strict=False)) & number.is_not_null())
            if _share(agree.to_series()) > 0.7:
                body.become(
                    "ins" if body.hinted("ins") > body.hinted("nir") else "nir",
                    1.5,
                    "the key column is right for its numbers",
                )
                key.become("nir_key", 1.5, f"holds the keys of '{body.name}'")
                break
        else:
            if body.role is None or body.role in ("record_number", "phone", "date"):
                _prove_keyless(body, drafts, head)


def _prove_keyless(body: Draft, drafts: list[Draft], head: pl.DataFrame) -> None:
    """Thirteen digits without key are NIRs when year and month agree with a date column, and no EAN-13."""
    if body.profile.share["ean13"] > 0.5 or body.profile.share["nir13"] < 0.8:
        return
    for draft in drafts:
        if draft.profile.share.get("date", 0) > 0.5 and birth_agreement(head, body, draft) > 0.4:
            body.become("nir", 1.2, f"year and month agree with '{draft.name}'")
            return


def birth_agreement(head: pl.DataFrame, nir: Draft, dates: Draft) -> float:
    """Share of rows whose NIR holds the year and month of the date."""
    rows = pl.DataFrame({"nir": _cells(head, nir), "date": _dates(head, dates)}).with_columns(
        in_nir_column(pl.col("nir"))
    )
    agree = rows.select(
        pl.col("nir").str.slice(1, 4) == pl.col("date").str.slice(2, 2) + pl.col("date").str.slice(5, 2)
    )
    return _share(agree.to_series())


def numbers_of_the_insured_and_of_the_patient(drafts: list[Draft], head: pl.DataFrame) -> None:
    """Of two NIR columns, the one that agrees more often with the birth dates is the patient's own: the INS."""
    numbers = [d for d in _having(drafts, "nir", "ins") if not d.fixed]
    if len(numbers) < 2 or any(d.role == "ins" for d in numbers):
        return
    births = [d for d in drafts if d.profile.share.get("date", 0) > 0.5]
    unhinted = [d for d in numbers if d.hinted("nir") < 0.5]
    if not births or not unhinted:
        return
    agreement = {d.index: max(birth_agreement(head, d, birth) for birth in births) for d in numbers}
    best = max(unhinted, key=lambda d: agreement[d.index])
    others = [agreement[d.index] for d in numbers if d is not best]
    if agreement[best.index] > max(others) + 0.05:
        best.become("ins", 0.8, "agrees with birth dates more often than the other number")


def dates_by_order(drafts: list[Draft], head: pl.DataFrame) -> None:
    """Birth is the date that a NIR repeats or that reaches back; the exam is the first of the recent ones on the row."""
    dates = [
        d
        for d in drafts
        if not d.fixed
        and d.profile.share.get("date", 0) > 0.6
        and (d.role in ("birth_date", "exam_date", "date") or _is_hidden_date(d))
    ]
    numbers = _having(drafts, "nir", "ins")
    oldness = {}
    newest = max((d.profile.year_high for d in dates), default=0)
    for draft in dates:
        agrees = max((birth_agreement(head, number, draft) for number in numbers), default=0.0)
        reaches_back = (
            newest - draft.profile.year_median >= OLD_YEARS
            and draft.profile.year_high - draft.profile.year_low >= OLD_YEARS
        )
        oldness[draft.index] = agrees + (0.5 if reaches_back else 0.0)
    births = [
        d
        for d in dates
        if oldness[d.index] >= AGREES or (d.hinted("birth_date") > 0.4 and newest - d.profile.year_low > 1)
    ]
    hinted_births = [d for d in births if d.hinted("birth_date") > 0.3 and oldness[d.index] > 0]
    for draft in dates:
        is_birth = draft in (hinted_births or births)
        if is_birth and draft.role != "birth_date" and max(draft.hinted("date"), draft.hinted("exam_date")) < 0.6:
            draft.become("birth_date", 0.9, "reaches far back or repeats what the NIR says")
        elif is_birth and oldness[draft.index] >= 0.9 and draft.role != "birth_date":
            draft.become("birth_date", 1.0, "repeats what the NIR says, whatever its header")
        elif (
            not is_birth and draft.role == "birth_date" and oldness[draft.index] < AGREES and (hinted_births or births)
        ):
            draft.become("date", 0.6, "too recent to be a birth, and another column is one")
        elif not is_birth and draft.role == "birth_date" and draft.hinted("birth_date") < 0.3:
            draft.become("date", 0.6, "recent dates")
    _first_recent_is_the_exam(drafts, [d for d in dates if d.role in ("date", None)], head)


def _is_hidden_date(draft: Draft) -> bool:
    return (
        draft.profile.mean_length >= 8
        and draft.profile.share["date"] > 0.9
        and draft.profile.share["phone"] < 0.5
        and draft.profile.share["finess"] < 0.5
    )


def _about_patients(drafts: list[Draft]) -> bool:
    """A date is an exam's only in a table of patients: a list of companies has dates too."""
    return bool(
        _having(
            drafts,
            "nir",
            "ins",
            "prescriber",
            "rpps",
            "act",
            "result",
            "diagnosis",
            "drug",
            "blood_group",
            "birth_date",
        )
    )


def _first_recent_is_the_exam(drafts: list[Draft], recent: list[Draft], head: pl.DataFrame) -> None:
    exams = _having(drafts, "exam_date")
    open_ones = [d for d in recent if d.hinted("date") < 0.6 and d.profile.distinct > 3]
    for draft in recent:
        draft.become("date", max(draft.score, 0.5), draft.reason or "dates")
    if exams or not open_ones or not _about_patients(drafts):
        return
    _visit_of(open_ones, head).become("exam_date", 0.7, "the date from which the others follow within days")


RESULT_DAYS = 4
"""Results leave the laboratory within this many days of the sample (median); a prescription is older than that."""


def _visit_of(dates: list[Draft], head: pl.DataFrame) -> Draft:
    """The exam among recent dates: the first one that the next date follows within days, else the last."""
    frame = pl.DataFrame({str(d.index): _dates(head, d).str.to_date("%Y-%m-%d", strict=False) for d in dates})
    full = [d for d in dates if d.profile.fill > 0.5 * max(one.profile.fill for one in dates)]
    epoch = {d.index: frame[str(d.index)].dt.epoch("d").mean() or 0.0 for d in full}
    ordered = sorted(full, key=lambda d: (epoch[d.index], d.index))
    for draft, following in zip(ordered, ordered[1:], strict=False):
        gap = (frame[str(following.index)] - frame[str(draft.index)]).dt.total_days().median()
        if gap is not None and float(gap) <= RESULT_DAYS:  # type: ignore[arg-type]
            return _fullest_twin(draft, ordered, frame)
    return _fullest_twin(ordered[-1], ordered, frame)


def _fullest_twin(visit: Draft, dates: list[Draft], frame: pl.DataFrame) -> Draft:
    """Of columns that hold the same days (a record is created when the sample is taken), the fullest, then the finest."""
    day = frame[str(visit.index)]
    same = [d for d in dates if _share(frame[str(d.index)] == day) > 0.9]
    return max(same, key=lambda d: (d.profile.fill, d.profile.mean_length, -d.index), default=visit)


def sex_by_number(drafts: list[Draft], head: pl.DataFrame) -> None:
    """Without a header, a column of 1 and 2 is the sex when NIRs agree; letters M, F or H speak for themselves."""
    if _having(drafts, "sex"):
        return
    for draft in drafts:
        if (
            draft.fixed
            or draft.role not in (None, "title")
            or draft.profile.share.get("sex", 0) < 0.95
            or not 2 <= draft.profile.distinct <= 5
        ):
            continue
        cells = _cells(head, draft)
        letters = cells.str.contains(r"(?i)^[mfh]").mean() or 0.0
        if letters > 0.95 and draft.role is None:  # type: ignore[operator]
            draft.become("sex", 0.8, "holds the letters of a sex")
            return
        for number in _having(drafts, "nir", "ins"):
            rows = pl.DataFrame({"sex": cells, "nir": _cells(head, number)}).with_columns(in_nir_column(pl.col("nir")))
            agree = rows.select(pl.col("nir").str.head(1) == pl.col("sex"))
            if _share(agree.to_series()) > 0.7:
                draft.become("sex", 1.0, "agrees with the first digit of the NIR")
                return


def places_side_by_side(drafts: list[Draft], head: pl.DataFrame) -> None:
    """Five digits beside a city are its postcode; words beside a postcode are its city."""
    for draft in drafts:
        if draft.role != "postcode" and not draft.fixed and _follows_postcode(drafts, draft, head):
            draft.become("postcode", 1.0, "each of its codes stands with one city")
    for draft in drafts:
        near = [d for d in drafts if 1 <= abs(d.index - draft.index) <= 2]
        share = draft.profile.share
        if (
            draft.role is None
            and not draft.fixed
            and share.get("postcode", 0) > 0.95
            and draft.profile.distinct > 2
            and 4.5 < draft.profile.mean_length <= 5
            and draft.profile.distinct_share < 0.7
        ):
            if any(d.role in ("city", "address") for d in near):
                draft.become("postcode", 0.8, "five digits beside a city or an address")
        beside = [d for d in drafts if abs(d.index - draft.index) == 1]
        if (
            draft.role is None
            and not draft.fixed
            and draft.header is None
            and share.get("word", 0) > 0.9
            and share["city"] > 0.15
            and any(d.role == "postcode" for d in beside)
        ):
            draft.become("city", 0.7, "words beside a postcode")


def cities_of_birth(drafts: list[Draft], head: pl.DataFrame) -> None:
    """Without headers: of two city columns the one that no postcode decides is the place of birth."""
    cities = [d for d in _having(drafts, "city") if not d.fixed and d.header is None]
    postcodes = _having(drafts, "postcode")
    if len(cities) < 2 or not postcodes:
        return
    for city in cities:
        if not any(_decides(head, postcode, city) for postcode in postcodes):
            city.become("birth_place", 0.6, "a city that no postcode goes with")


def _decides(head: pl.DataFrame, one: Draft, other: Draft, looseness: float = 1.25) -> bool:
    """Whether the values of one column decide those of another, row after row."""
    rows = pl.DataFrame({"one": fold_cells(head, one), "other": fold_cells(head, other)}).filter(
        (pl.col("one") != "") & (pl.col("other") != "")
    )
    return rows.height >= 5 and rows.n_unique() <= looseness * rows["one"].n_unique()


def fold_cells(head: pl.DataFrame, draft: Draft) -> pl.Series:
    """A column's cells in upper-case ASCII."""
    return pl.DataFrame({"cell": _cells(head, draft)}).select(fold(pl.col("cell"))).to_series()


def swapped_names(drafts: list[Draft], head: pl.DataFrame) -> None:
    """Misleading headers: first names under the header of the last name, and the reverse."""
    del head
    for last in _having(drafts, "last_name"):
        for first in _having(drafts, "first_name"):
            in_last, in_first = last.profile.share, first.profile.share
            if last.fixed or first.fixed or not in_last or not in_first:
                continue
            if in_last["first"] > in_first["first"] + 0.3 and in_last["first"] > 0.5:
                last.become("first_name", 0.9, "holds first names, whatever its header")
                first.become("last_name", 0.9, "holds surnames, whatever its header")
                return


def numbers_of_professionals(drafts: list[Draft], head: pl.DataFrame) -> None:
    """Nine digits with a right check digit: each prescriber's own are ADELI, few and the laboratories' are FINESS."""
    prescribers = _having(drafts, "prescriber", "rpps")
    for draft in drafts:
        share = draft.profile.share
        open_one = (
            draft.role in (None, "phone", "record_number")
            and not draft.fixed
            and max(draft.hinted("phone"), draft.hinted("record_number")) < 0.3
        )
        if not open_one or share.get("finess", 0) < 0.95 or share["nine"] < 0.95 or draft.profile.distinct < 2:
            continue
        if any(
            _decides(head, prescriber, draft) and draft.profile.distinct > 0.5 * prescriber.profile.distinct
            for prescriber in prescribers
        ):
            draft.become("adeli", 0.8, "one nine-digit number per prescriber")
        elif draft.profile.distinct <= LABORATORIES:
            draft.become("finess", 0.7, "few nine-digit numbers with right check digits")
    for draft in drafts:
        if (
            draft.role is None
            and not draft.fixed
            and 2 <= draft.profile.distinct <= LABORATORIES
            and draft.profile.share.get("code", 0) > 0.9
        ):
            if any(
                _decides(head, place, draft, 1.0) and _decides(head, draft, place, 1.0) and place.profile.distinct >= 2
                for place in _having(drafts, "finess", "laboratory")
            ):
                draft.become("laboratory", 0.6, "goes with the laboratories' numbers")


LABORATORIES = 200
"""An export holds no more laboratories than this."""


def logins_beside_names(drafts: list[Draft], head: pl.DataFrame) -> None:
    """Without headers: a column made of the patients' names is the login, random words beside it the password."""
    names = _having(drafts, "last_name")
    if not names or any(d.header is not None for d in drafts):
        return
    folded = fold_cells(head, names[0]).str.replace_all(r"[^A-Z]", "")
    for draft in drafts:
        share = draft.profile.share
        if draft.role is not None or draft.fixed or not share or share["code"] < 0.9 or draft.profile.mean_length > 24:
            continue
        rows = pl.DataFrame(
            {"cell": fold_cells(head, draft).str.replace_all(r"[^A-Z]", ""), "name": folded.str.slice(0, 4)}
        )
        filled = rows.filter((pl.col("cell") != "") & (pl.col("name").str.len_chars() >= 3))
        if _share(filled.select(pl.col("cell").str.contains(pl.col("name"), literal=True)).to_series()) > 0.5:
            draft.become("login", 0.7, "made of the patients' names")
            for beside in drafts:
                if (
                    abs(beside.index - draft.index) == 1
                    and beside.role is None
                    and beside.profile.share.get("code", beside.profile.fill)
                    and beside.profile.distinct_share > 0.5
                    and beside.profile.words < 1.2
                ):
                    beside.become("password", 0.6, "single words beside a login")


def _follows_postcode(drafts: list[Draft], draft: Draft, head: pl.DataFrame) -> bool:
    """Whether five digits decide the words of a city column, row after row: nothing but a postcode does."""
    share = draft.profile.share
    if share.get("postcode", 0) < 0.9 or not 4.5 < draft.profile.mean_length <= 5 or draft.profile.distinct < 5:
        return False
    for city in drafts:
        if city.role not in ("city", None) or city.profile.share.get("city", 0) < 0.15 or city.profile.distinct < 5:
            continue
        rows = (
            pl.DataFrame({"code": _cells(head, draft), "city": _cells(head, city)})
            .with_columns(fold(pl.col("city")))
            .filter((pl.col("code") != "") & (pl.col("city") != ""))
        )
        codes, cities, both = rows["code"].n_unique(), rows["city"].n_unique(), rows.n_unique()
        if both <= 1.25 * codes and cities > 0.3 * codes and rows.height >= 2 * both:
            return True
    return False


def names_of_patients(drafts: list[Draft], head: pl.DataFrame) -> None:
    """Without headers: the surnames beside the first names are the patients'; another such column is the maiden name."""
    _split_or_whole(drafts)
    if any(d.header is not None for d in drafts) and _having(drafts, "last_name", "full_name"):
        return
    firsts = sorted(_having(drafts, "first_name"), key=lambda d: -d.profile.distinct)
    for extra in firsts[1:]:
        if not extra.fixed and extra.hinted("first_name") < 0.3:
            extra.become(None, 0.0, "")
    surnames = [d for d in drafts if not d.fixed and d.role in (None, "city") and _could_be_surnames(d)]
    if not surnames:
        return
    anchor = firsts[0].index if firsts else 0
    surnames.sort(key=lambda d: (-round(d.profile.fill, 1), abs(d.index - anchor), -d.profile.distinct))
    main = surnames[0]
    if main.profile.distinct_share < 0.05 and main.profile.filled > 100:
        return
    main.become("last_name", 0.7, "surnames, the fullest such column nearest to the first names")
    names = _cells(head, main)
    for draft in surnames[1:]:
        same = pl.DataFrame({"a": names, "b": _cells(head, draft)}).filter(pl.col("b") != "")
        equal = _share(same.select(pl.col("a").str.to_uppercase() == pl.col("b").str.to_uppercase()).to_series())
        if (
            draft.role is None
            and draft.profile.distinct_share > 0.05
            and (draft.profile.fill < 0.9 * main.profile.fill or equal > 0.2)
        ):
            draft.become("maiden_name", 0.6, "a second surname, filled on a part of the rows or often the same")


def _could_be_surnames(draft: Draft) -> bool:
    share = draft.profile.share
    return bool(
        share
        and share["alpha"] > 0.9
        and share["last"] > 0.12
        and share["first"] < 0.75
        and share["mutuelle"] < 0.3
        and draft.profile.words < 2.5
        and draft.profile.distinct > 8
        and share["city"] < max(0.3, share["last"])
    )


def _split_or_whole(drafts: list[Draft]) -> None:
    """A 'NOM' that holds first names too, in a table without a first-name column, is the full name."""
    if _having(drafts, "first_name"):
        return
    for draft in _having(drafts, "last_name"):
        if not draft.fixed and draft.profile.share.get("two_names", 0) > 0.6:
            draft.become("full_name", draft.score, "holds last and first names")


def prescribers_repeat(drafts: list[Draft], head: pl.DataFrame) -> None:
    """Without headers, a second column of people with fewer distinct names is the prescribers'."""
    patients = [d for d in _having(drafts, "last_name", "full_name") if d.profile.distinct > 20]
    if not patients or _having(drafts, "prescriber"):
        return
    most = max(d.profile.distinct for d in patients)
    split = bool(_having(drafts, "first_name") and _having(drafts, "last_name"))
    for draft in drafts:
        share = draft.profile.share
        if (
            draft.fixed
            or draft.hinted("full_name") > 0.3
            or draft.role not in (None, "full_name", "first_name", "maiden_name")
            or max(draft.hinted("first_name"), draft.hinted("maiden_name")) > 0.3
        ):
            continue
        if (
            share
            and share["alpha"] > 0.9
            and share["two_names"] > 0.6
            and 2
            <= draft.profile.distinct
            < (max(most, head.height / 2) if split and draft.role == "full_name" else most / 4)
        ):
            draft.become("prescriber", 0.6, "names of few people, repeated")


RULES: tuple[Callable[[list[Draft], pl.DataFrame], None], ...] = (
    keys_belong_to_numbers,
    numbers_of_the_insured_and_of_the_patient,
    dates_by_order,
    sex_by_number,
    places_side_by_side,
    cities_of_birth,
    names_of_patients,
    swapped_names,
    prescribers_repeat,
    numbers_of_professionals,
    logins_beside_names,
)
"""In this order: numbers first, for dates and sexes are told by them."""
