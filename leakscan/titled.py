"""People whom a remark calls by title and surname alone (`Mme Huynh sonde changée`), in tables that name nobody else.

A title and one word are anybody in most texts. Where a row of a table, as a message of a chat, speaks of health and
nothing else in it says of whom, they are who it is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import polars as pl

from leakscan.coded import Coded
from leakscan.names import find_people
from leakscan.names.spans import slices
from leakscan.prose import as_hits
from leakscan.text_hits import Hits, rows_of

NAMING = (
    *("nir", "ins", "last_name", "maiden_name", "first_name", "full_name"),
    *("email", "phone", "record_number", "pseudonym", "login"),
)
"""Roles by which a table tells whom its rows are about."""
REACH = 16
"""Characters before a surname in which its title stands."""
_TITLE = r"(?i)(?:^|[^\p{L}])(?:mrs?|mm?e|mlle|monsieur|madame|mademoiselle)\.?\s+$|(?:^|[^\p{L}])[Mm]\.?\s+$"
_HELD = r"(?i)\b(?:mrs?|mm?e|mlle|monsieur|madame|mademoiselle)\b|\bm\.?\s+\p{Lu}"
"""What texts have that may call somebody so; the others are not read."""
_NAMED = "full_name"


def titled_people(
    cells: Mapping[int, Coded], remarks: Iterable[int], hits: Hits, mentions: list[tuple[int, pl.DataFrame]]
) -> Hits:
    """Names behind titles in `remarks` (columns) that speak of health and have no other name; all rows are records."""
    found: Hits = []
    for index in remarks:
        told = rows_of(frame for at, frame in mentions if at == index)
        known = rows_of(frame for at, entity, frame in hits if at == index and entity == _NAMED)
        rows = told.filter(~told.is_in(known.implode())).sort()
        texts = cells[index].per_row().gather(rows)
        titled = texts.str.contains(_HELD)
        if titled.any():
            named = _behind_titles(texts.filter(titled), rows.filter(titled))
            found += [] if named.is_empty() else [(index, _NAMED, named)]
    return found


def _behind_titles(texts: pl.Series, rows: pl.Series) -> pl.DataFrame:
    spans = find_people(texts)
    at, start = (spans[name].to_numpy().astype(np.int64) for name in ("row", "start"))
    before = slices(texts, at, np.maximum(start - REACH, 0), start)
    kept = spans.filter(before.str.contains(_TITLE) & spans["label"].cast(pl.String).is_in(["PATIENT", "PERSON"]))
    raw = texts.gather(kept["row"]).str.slice(kept["start"], kept["end"] - kept["start"])
    return as_hits(kept.with_columns(rows.gather(kept["row"]).alias("row"), raw.alias("raw")), _NAMED, pivot=0)
