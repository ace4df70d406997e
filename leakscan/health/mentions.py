"""Health mentions of a column of texts, and the strongest status of each theme in each text."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from leakscan.health.folding import fold_texts
from leakscan.health.matching import find
from leakscan.health.noted_codes import noted_codes
from leakscan.health.status import statuses
from leakscan.records import MENTIONS_SCHEMA, STATUSES

_BLOCK_BYTES = 2 << 20
"""Text read at once; changes memory use (some 30 MiB in all), never results."""
_SHORTEST = 2
"""The shortest term: `HT`, `K` needs a site."""

CONFIDENCE_PLAIN = 0.95
"""Of a term that means one thing."""
CONFIDENCE_SETTLED = 0.85
"""Of an ambiguous term that its surroundings settled."""


def _blocks(texts: pl.Series) -> Iterator[pl.Series]:
    """Runs of texts of about `_BLOCK_BYTES`; a longer text comes alone."""
    size = texts.str.len_bytes().cum_sum().to_numpy()
    at = 0
    while at < len(texts):
        done = int(size[at - 1]) if at else 0
        stop = max(at + 1, int(np.searchsorted(size, done + _BLOCK_BYTES, side="right")))
        yield texts.slice(at, stop - at)
        at = stop


def _block_mentions(texts: pl.Series) -> pl.DataFrame:
    """Mentions of one block: `text` is the position in it."""
    folded = fold_texts(texts)
    found = find(folded)
    settled = statuses(folded, found)
    number = settled["mention"].to_numpy()
    settled = pl.concat(
        [
            settled.select(
                "theme",
                "status",
                pl.Series("start", found.starts[number], dtype=pl.Int64),
                pl.Series("end", found.ends[number], dtype=pl.Int64),
                "term",
                (pl.col("needs") == 0).alias("plain"),
            ),
            noted_codes(folded, found).with_columns(pl.lit(value=False).alias("plain")),
        ]
    )
    # An act that is coded and told in words says what the words say.
    of_text = pl.Series("text", np.searchsorted(folded.starts, settled["start"].to_numpy(), side="right"))
    coded_act = pl.col("term").str.contains(r"^(?:nabm|loinc) \d") & (pl.col("status") == "tested")
    settled = settled.with_columns(of_text).filter(~(coded_act & (~coded_act).any().over("text", "theme"))).drop("text")
    start, end = settled["start"].to_numpy(), settled["end"].to_numpy()
    text = np.searchsorted(folded.starts, start, side="right") - 1
    return settled.select(
        pl.Series("text", text, dtype=pl.UInt32),
        "theme",
        "status",
        pl.Series("start", start - folded.starts[text], dtype=pl.UInt32),
        pl.Series("end", end - folded.starts[text], dtype=pl.UInt32),
        "term",
        pl.when(pl.col("plain"))
        .then(CONFIDENCE_PLAIN)
        .otherwise(CONFIDENCE_SETTLED)
        .cast(pl.Float32)
        .alias("confidence"),
    )


def find_mentions(texts: pl.Series) -> pl.DataFrame:
    """What French texts say about health: a row per mention and theme, in `MENTIONS_SCHEMA`, by row and start.

    `texts` is a String Series; nulls say nothing. `row` is the position in it, `start` and `end` count characters.
    Equal texts are read once.
    """
    frame = pl.DataFrame({"t": texts.cast(pl.String)}).with_row_index("row")
    frame = frame.filter(pl.col("t").str.len_bytes() >= _SHORTEST)
    unique = frame["t"].unique(maintain_order=True)
    parts = []
    done = 0
    for block in _blocks(unique):
        part = _block_mentions(block)
        if len(part):
            parts.append(part.with_columns(pl.col("text") + pl.lit(done, dtype=pl.UInt32)))
        done += len(block)
    if not parts:
        return pl.DataFrame(schema=MENTIONS_SCHEMA)
    mentions = pl.concat(parts)
    told = mentions.select(pl.col("text").unique(maintain_order=True))
    told = told.with_columns(unique.gather(told["text"]).alias("t"))
    rows = frame.join(told, on="t", how="inner").drop("t")
    return (
        rows.join(mentions, on="text", how="inner")
        .sort("row", "start", "end", "theme")
        .select(pl.col(name).cast(kind) for name, kind in MENTIONS_SCHEMA.items())
    )


def health_mentions(texts: pl.Series) -> pl.DataFrame:
    """What each of many French texts says about health, and of whom.

    `texts`: a String Series of any length; nulls say nothing. Gives a row per mention and theme, sorted by `row` and
    `start`: `row` (UInt32, position of the text), `theme` (`records.THEMES`), `status` (affirmed, tested, negated,
    other_person), `start` and `end` (UInt32, characters of the text, end excluded), `term` (the folded entry of the
    lexicon, or the code) and `confidence` (Float32, 0..1). No text is copied into the answer. Raises TypeError for
    anything but a Series of texts. Source of terms and rules: models/lexicon/README.md.
    """
    if not isinstance(texts, pl.Series) or texts.dtype not in (pl.String, pl.Null, pl.Categorical):
        kind = texts.dtype if isinstance(texts, pl.Series) else type(texts).__name__
        message = f"health_mentions takes a polars Series of texts, not {kind}"
        raise TypeError(message)
    return find_mentions(texts)


def strongest(mentions: pl.DataFrame) -> pl.DataFrame:
    """One status for each row and theme (row, theme, status), sorted.

    The patient's own come first, affirmed > tested > negated; other_person stands only where nothing else does.
    """
    rank = pl.col("status").replace_strict({status: i for i, status in enumerate(STATUSES)}, return_dtype=pl.UInt8)
    return (
        mentions.select("row", "theme", rank.alias("rank"))
        .group_by("row", "theme")
        .agg(pl.col("rank").min())
        .sort("row", "theme")
        .select(
            "row",
            "theme",
            pl.col("rank").replace_strict(dict(enumerate(STATUSES)), return_dtype=pl.String).alias("status"),
        )
    )
