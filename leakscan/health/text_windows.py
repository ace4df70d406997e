"""Windows of characters around places in a folded blob, as texts for regular expressions."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

_NEWLINE = ord("\n")
_SPACE = ord(" ")


def cut_windows(array: NDArray[np.uint8], low: NDArray[np.int64], high: NDArray[np.int64], width: int) -> pl.Series:
    """Characters low..high of each row as texts, without padding; none may be longer than `width`."""
    texts = as_texts(windows(array, low, high, width))
    return pl.DataFrame({"text": texts, "length": high - low}).select(pl.col("text").str.head("length"))["text"]


def windows(
    array: NDArray[np.uint8], low: NDArray[np.int64], high: NDArray[np.int64], width: int, *, left: bool = False
) -> NDArray[np.uint8]:
    """Characters low..high of each row, cut to `width` and padded with spaces: at the end, or before if `left`."""
    steps = np.arange(width)
    at = (high - width)[:, None] + steps if left else low[:, None] + steps
    inside = (at >= low[:, None]) & (at < high[:, None])
    return np.where(inside, array[np.where(inside, at, 0)], _SPACE).astype(np.uint8)


def as_texts(matrix: NDArray[np.uint8]) -> pl.Series:
    """Rows of characters as texts; a newline in them becomes a space."""
    rows = np.full((matrix.shape[0], matrix.shape[1] + 1), _NEWLINE, dtype=np.uint8)
    rows[:, :-1] = np.where(matrix == _NEWLINE, _SPACE, matrix)
    if not len(rows):
        return pl.Series("window", [], dtype=pl.String)
    blob = rows.tobytes()[:-1].decode("ascii")
    return pl.Series("window", [blob]).str.split("\n").explode(empty_as_null=False, keep_nulls=False)


def ascii_rule(pattern: str) -> str:
    """The pattern with ASCII classes: folded text needs no others, and they run several times faster."""
    return pattern.replace(r"\b", r"(?-u:\b)").replace(r"\w", "[a-z0-9_]").replace(r"\d", "[0-9]").replace(r"\s", " ")
