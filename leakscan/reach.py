"""How the people of a batch can be written to: name and channels beside their identity, for a contact list alone.

What stands here is plain text of people. It goes into no ledger file, no report and no log: only from memory, or from
an encrypted shelf, into an encrypted list (docs/decisions/0029-*).
"""

from __future__ import annotations

import polars as pl

from leakscan.examine import Findings
from leakscan.plan import Plan

CONTACTS_SCHEMA: dict[str, pl.DataType] = {
    "identity": pl.UInt64(),
    "name": pl.String(),
    "whole": pl.Boolean(),
    "email": pl.String(),
    "phone": pl.String(),
    "post": pl.String(),
    "rows": pl.UInt32(),
}
"""`identity`: as in PEOPLE_SCHEMA. `whole`: the name has a first and a last part. Channels are null where absent."""

NUMBER = r"[0-9](?:[ ._-]?[0-9]){4}[ ._-]?(?:[0-9][ ._-]?[0-9]|2[AaBb])(?:[ ._-]?[0-9]){6}"
"""What may be a NIR in a name, an e-mail address or a street, whatever its key says: such a text is left out."""
_TOWN = r"(?:^| )[0-9]{5}(?: |$)"


def contacts(rows: pl.DataFrame, everyone: pl.DataFrame, findings: Findings, how: Plan, *by: str) -> pl.DataFrame:
    """What reaches the people of a batch (CONTACTS_SCHEMA, with the columns `by` of `rows` in front).

    `rows`: plain values by role. `everyone`: the same rows as identities. A channel counts where a column holds it: an
    address in a running text may be anybody's, and somebody else would read of a patient. Values are those that
    detectors made of whole cells, so a remark beside a name or a number does not come along.
    """
    town = pl.Series("town", [None], dtype=pl.String).new_from_index(0, rows.height)
    for index in reversed(how.surest("city")):
        if index in findings.values:
            own = findings.values[index].per_row()
            town = pl.select(pl.coalesce(own, town).alias("town")).to_series()
    told = rows.with_columns(town, everyone["identity"])
    borne = told.filter((pl.col("bears") > 0) & ~pl.col("placeholder"))
    first, last = pl.col("first_name"), pl.coalesce("last_name", "maiden_name")
    both = pl.concat_str(first, last, separator=" ", ignore_nulls=True)
    named = pl.when(first.is_not_null() | last.is_not_null()).then(both).otherwise(pl.col("full_name"))
    shown = {
        "name": _clean(named),
        "whole": (first.is_not_null() & last.is_not_null()) | pl.col("full_name").str.contains(" ").fill_null(False),
        "email": _clean(pl.col("email")) if how.having("email") else pl.lit(None, pl.String),
        "phone": pl.col("phone") if how.having("phone") else pl.lit(None, pl.String),
        "post": _clean(_post()) if how.having("address") else pl.lit(None, pl.String),
    }
    found = borne.select(*by, "identity", **shown)
    found = found.group_by(pl.all()).agg(pl.len().cast(pl.UInt32).alias("rows"))
    return found.select(*by, *(pl.col(name).cast(dtype) for name, dtype in CONTACTS_SCHEMA.items()))


def _clean(text: pl.Expr) -> pl.Expr:
    """The text, or null where a number in it may be a NIR."""
    return pl.when(~text.str.contains(NUMBER)).then(text)


def _post() -> pl.Expr:
    """Street, postcode and town in one line; null where a letter would not get there, without postcode and town."""
    street = pl.col("address")
    has_code = street.str.contains(_TOWN)
    town = pl.concat_str("postcode", "town", separator=" ", ignore_nulls=True)
    known = pl.col("postcode").is_not_null() | pl.col("town").is_not_null()
    return pl.when(has_code).then(street).when(known).then(pl.concat_str(street, town, separator=", "))
