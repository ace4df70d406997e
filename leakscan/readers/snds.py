"""Names of the columns in which tables of the SNDS, the national health data system, hold pseudonyms of people.

They look like the number of the insured by their names and are none. Source: SNDS dictionary of variables.
"""

from __future__ import annotations

from collections.abc import Sequence

PSEUDONYMS = frozenset(
    (
        "ASS_NIR_ANO", "BEN_IDT_ANO", "BEN_NIR_ANO", "BEN_NIR_IDT", "BEN_NIR_PSA", "NIR_ANO_17", "NIR_ANO_MAM",
        "NUM_ENQ", "NUM_ENQ_ANO",
    )
)  # fmt: skip


def has_pseudonyms(columns: Sequence[str]) -> bool:
    """Whether a header names such a column."""
    return any(column.strip().upper() in PSEUDONYMS for column in columns)
