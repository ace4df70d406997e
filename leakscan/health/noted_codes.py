"""Codes that stand in running text: beside the name of their system, in parentheses, or at the begin of a note.

No number is read without its label. Without one only ICD codes with a dot are read (`C50.9`), and of those none that
begins like a temperature, a weight or an hour (T38.5, P72.5, H14.30).
"""

from __future__ import annotations

import numpy as np
import polars as pl

from leakscan.health.codes import code_themes
from leakscan.health.folding import Folded
from leakscan.health.matching import Found, ascii_rule, cut_windows
from leakscan.health.scopes import Bools, Ints

LABEL_REACH = 40
"""Characters read behind the name of a system: some six codes."""
_BARE_REACH = 9

_ICD = r"[a-z]\d\d(?:\.\d{1,2}|\d{1,2})?"
_BEHIND_LABEL = {
    "cim10": rf"^([ :=.,-]*(?:(?:code|30|31|n.?) ?[:=-]* ?)?)({_ICD}(?:[ ,/+;-]+{_ICD})*)(?:$|[^a-z0-9])",
    "nabm": r"^([ :=.,-]*(?:(?:code|n.?) ?[:=]? ?)?)(\d{3,4}(?:[ ,/+;-]+\d{3,4})*)(?:$|[^a-z0-9./,-]|[,.] )",
    "loinc": r"^([ :=.,-]*(?:(?:code|n.?) ?[:=]? ?)?)(\d{3,5}-\d(?:[ ,/+;]+\d{3,5}-\d)*)(?:$|[^a-z0-9-])",
    "ccam": r"^([ :=.,-]*(?:(?:code|acte|n.?) ?[:=]? ?)?)([a-z]{4}\d{3}(?:[ ,/+;-]+[a-z]{4}\d{3})*)(?:$|[^a-z0-9])",
    "atc": r"^([ :=.,-]*(?:(?:code|n.?) ?[:=]? ?)?)([a-z]\d\d(?:[a-z](?:[a-z](?:\d\d)?)?)?)(?:$|[^a-z0-9])",
}
_BARE = r"^([a-gi-oq-su-z]\d\d\.\d{1,2})(?:$|[^a-z0-9.])"
_WHOLE = "z21"
"""The one code without a dot that means one thing as a whole note."""
_SCHEMA = {"system": pl.String, "start": pl.Int64, "codes": pl.String}


def _labelled(folded: Folded, found: Found, system: str) -> pl.DataFrame:
    ends = found.cues[f"code_{system}"][1]
    if not len(ends):
        return pl.DataFrame(schema=_SCHEMA)
    limit = folded.ends[np.searchsorted(folded.starts, ends, side="right") - 1]
    after = cut_windows(folded.array, ends, np.minimum(limit, ends + LABEL_REACH), LABEL_REACH)
    rule = ascii_rule(_BEHIND_LABEL[system])
    return pl.DataFrame(
        {
            "system": pl.repeat(system, len(ends), dtype=pl.String, eager=True),
            "start": ends + after.str.extract(rule, 1).str.len_bytes().fill_null(0).to_numpy(),
            "codes": after.str.extract(rule, 2),
        }
    ).drop_nulls()


def _bare(folded: Folded) -> pl.DataFrame:
    """ICD codes at the begin of a text or behind a parenthesis."""
    array = folded.array
    first = np.concatenate([folded.starts, np.flatnonzero(array == ord("(")) + 1])
    capital = folded.upper[np.minimum(first, len(array) - 1)].astype(np.bool_)
    first = first[capital & _digit(array, first + 1) & _digit(array, first + 2)]
    if not len(first):
        return pl.DataFrame(schema=_SCHEMA)
    limit = folded.ends[np.searchsorted(folded.starts, first, side="right") - 1]
    texts = cut_windows(folded.array, first, np.minimum(limit, first + _BARE_REACH), _BARE_REACH)
    whole = texts.is_in([_WHOLE]) & pl.Series(np.isin(first, folded.starts))
    codes = pl.DataFrame({"dotted": texts.str.extract(ascii_rule(_BARE), 1), "text": texts, "whole": whole}).select(
        pl.when("whole").then(pl.col("text")).otherwise(pl.col("dotted")).alias("codes")
    )["codes"]
    return pl.DataFrame({"system": "cim10", "start": first, "codes": codes}).drop_nulls()


def _digit(array: np.ndarray, at: Ints) -> Bools:
    there = array[np.minimum(at, len(array) - 1)]
    result: Bools = (there >= ord("0")) & (there <= ord("9"))
    return result


def noted_codes(folded: Folded, found: Found) -> pl.DataFrame:
    """Codes in folded texts: theme, status, start and end in the blob, and `term`, the system and the codes."""
    parts = [_bare(folded), *(_labelled(folded, found, system) for system in _BEHIND_LABEL)]
    noted = pl.concat(parts).unique("start", keep="first", maintain_order=True)
    told = []
    for (system,), part in noted.partition_by("system", as_dict=True).items():
        themes = code_themes(part["codes"], str(system))
        told.append(part.with_row_index("row").join(themes, on="row", how="inner"))
    if not told:
        return pl.DataFrame(
            schema={"theme": pl.String, "status": pl.String, "start": pl.Int64, "end": pl.Int64, "term": pl.String}
        )
    return pl.concat(told).select(
        "theme",
        "status",
        "start",
        (pl.col("start") + pl.col("codes").str.len_bytes().cast(pl.Int64)).alias("end"),
        pl.concat_str("system", pl.lit(" "), "codes").alias("term"),
    )
