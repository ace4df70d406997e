"""Whole names in one cell, parted into last and first names."""

from __future__ import annotations

import polars as pl

from leakscan.columns.content import word_set


def split_full_names(rows: pl.DataFrame) -> pl.DataFrame:
    """Last and first name out of a full name, by known first names at its end or at its beginning.

    The first name decides between twins, so a whole name is no identity of its own where its parts can be told.
    """
    distinct = rows.select(pl.col("full_name").unique()).drop_nulls()
    if distinct.is_empty() or rows["first_name"].is_not_null().any():
        return rows
    words = pl.col("full_name").str.split(" ")
    known = word_set("first_names").implode()
    parts = distinct.with_columns(count=words.list.len(), head=words.list.first(), tail=words.list.last()).filter(
        pl.col("count") > 1
    )
    tails, heads = parts.select(pl.col("tail").is_in(known).sum(), pl.col("head").is_in(known).sum()).row(0)
    at_end = tails >= heads
    if at_end:
        double = (pl.col("count") > 2) & words.list.get(-2, null_on_oob=True).is_in(known)
        triple = double & (pl.col("count") > 3) & words.list.get(-3, null_on_oob=True).is_in(known)
        cut = pl.col("count") - 1 - double.cast(pl.UInt32) - triple.fill_null(value=False).cast(pl.UInt32)
        split = parts.with_columns(last=words.list.head(cut).list.join(" "), first=words.list.slice(cut).list.join(" "))
    else:
        double = (pl.col("count") > 2) & words.list.get(1, null_on_oob=True).is_in(known)
        triple = double & (pl.col("count") > 3) & words.list.get(2, null_on_oob=True).is_in(known)
        cut = 1 + double.cast(pl.UInt32) + triple.fill_null(value=False).cast(pl.UInt32)
        split = parts.with_columns(first=words.list.head(cut).list.join(" "), last=words.list.slice(cut).list.join(" "))
    joined = rows.join(split.select("full_name", "first", "last"), on="full_name", how="left", maintain_order="left")
    return joined.with_columns(
        first_name=pl.coalesce("first_name", "first"), last_name=pl.coalesce("last_name", "last")
    ).drop("first", "last")
