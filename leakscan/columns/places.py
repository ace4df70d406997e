"""Postcodes and cities: a city follows a postcode, and a city that none goes with is a place of birth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from leakscan.columns.compare import cells_of, decides, fold_cells, having
from leakscan.columns.hints import CLEAR
from leakscan.columns.numbers import given_in_turn

if TYPE_CHECKING:
    from leakscan.columns.settle import Draft


MANY_CITIES = 20
"""With fewer distinct cities, five digits that do not go with them prove nothing."""
LOOSE = 1.6
"""Cities per postcode: several communes share one, and each is spelt in several ways."""
ABROAD = 0.02
"""Share of foreign countries from which on a column of places is one of births."""


def places_side_by_side(drafts: list[Draft], head: pl.DataFrame) -> None:
    """Five digits beside a city are its postcode; words beside a postcode are its city."""
    for draft in drafts:
        if draft.role != "postcode" and not draft.fixed and _follows_postcode(drafts, draft, head):
            draft.become("postcode", 1.0, "each of its codes stands with one city")
    for draft in drafts:
        near = _neighbours(drafts, draft, 2)
        share = draft.profile.share
        if (
            draft.role is None
            and not draft.fixed
            and share.get("postcode", 0) > 0.95
            and draft.profile.distinct > 2
            and 4.5 < draft.profile.mean_length <= 5
            and draft.profile.distinct_share < 0.7
            and any(d.role in ("city", "address") for d in near)
            and _goes_with_a_city(drafts, draft, head)
            and not given_in_turn(cells_of(head, draft))
        ):
            draft.become("postcode", 0.8, "five digits beside a city or an address")
        beside = _neighbours(drafts, draft, 1)
        if (
            draft.role is None
            and not draft.fixed
            and draft.header is None
            and share.get("word", 0) > 0.9
            and share["city"] > 0.15
            and any(d.role == "postcode" for d in beside)
        ):
            draft.become("city", 0.7, "words beside a postcode")


def _goes_with_a_city(drafts: list[Draft], draft: Draft, head: pl.DataFrame) -> bool:
    """Where there are cities to compare with, a postcode decides one of them."""
    cities = [city for city in having(drafts, "city") if city.profile.distinct >= MANY_CITIES]
    return not cities or any(decides(head, draft, city, LOOSE) for city in cities)


def _follows_postcode(drafts: list[Draft], draft: Draft, head: pl.DataFrame) -> bool:
    """Whether five digits decide the words of a city column, row after row: nothing but a postcode does."""
    share = draft.profile.share
    if share.get("postcode", 0) < 0.9 or not 4.5 < draft.profile.mean_length <= 5 or draft.profile.distinct < 5:
        return False
    for city in drafts:
        if city.role not in ("city", None) or city.profile.share.get("city", 0) < 0.15 or city.profile.distinct < 5:
            continue
        rows = pl.DataFrame({"code": cells_of(head, draft), "city": fold_cells(head, city)})
        rows = rows.filter((pl.col("code") != "") & (pl.col("city") != ""))
        codes, cities, both = rows["code"].n_unique(), rows["city"].n_unique(), rows.n_unique()
        if both <= 1.25 * codes and cities > 0.3 * codes and rows.height >= 2 * both:
            return True
    return False


def _neighbours(drafts: list[Draft], draft: Draft, reach: int) -> list[Draft]:
    """The columns at most so far to the left and to the right; drafts stand in the order of the columns."""
    at = draft.index
    return [*drafts[max(0, at - reach) : at], *drafts[at + 1 : at + 1 + reach]]


def cities_of_birth(drafts: list[Draft], head: pl.DataFrame) -> None:
    """Places some of which are countries, or (without headers) cities that no postcode decides, are places of birth."""
    cities = [d for d in having(drafts, "city") if not d.fixed]
    for city in cities:
        if city.profile.share.get("country", 0) >= ABROAD and city.hinted("city") < CLEAR:
            city.become(
                "birth_place", 0.7, "some of its places are countries, where people are born but no patient lives"
            )
    cities = [city for city in cities if city.role == "city" and city.header is None]
    postcodes = having(drafts, "postcode")
    if len(cities) < 2 or not postcodes:
        return
    for city in cities:
        if not any(decides(head, postcode, city) for postcode in postcodes):
            city.become("birth_place", 0.6, "a city that no postcode goes with")
