"""Numbers that are a person's only with a rank beside them: in the SNDS, children share the number of a parent.

`BEN_NIR_PSA` is one person's with `BEN_RNG_GEM`. The first of a rank is known by the number alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from leakscan.columns.hints import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leakscan.records import ColumnRole

_RANK = re.compile(r"^(?:ben |benef |beneficiaire )?(?:rng|rang) (?:gem|gemellaire|ben|benef|beneficiaire)$")
_SHARED = re.compile(r"\b(?:psa|pseudo|pseudonyme?|ano|anonyme|anonymise)\b")
_ONE_PERSONS = re.compile(r"\bidt\b")
_FIRST = r"^0*1?$"


def ranked(columns: Sequence[ColumnRole]) -> dict[int, int]:
    """By index of a column of pseudonyms that may be several people's, that of the rank beside it."""
    ranks = [one.index for one in columns if one.role is None and _RANK.match(" ".join(words(one.column)))]
    numbers = [one for one in columns if one.role == "pseudonym" and _is_shared(" ".join(words(one.column)))]
    return {numbers[0].index: ranks[0]} if ranks and numbers else {}


def _is_shared(header: str) -> bool:
    return _SHARED.search(header) is not None and _ONE_PERSONS.search(header) is None


def with_rank(number: pl.Series, rank: pl.Series) -> pl.Series:
    """Numbers with the rank behind them, where it is not the first."""
    beside = pl.DataFrame({"number": number, "rank": rank.str.strip_chars()})
    later = ~pl.col("rank").fill_null("").str.contains(_FIRST)
    return beside.select(
        pl.when(later).then(pl.concat_str("number", "rank", separator="/")).otherwise("number").alias("number")
    ).to_series()
