"""Keyed fingerprints: the only form in which an identity leaves a batch.

A NIR can be enumerated, so an unkeyed hash would be the number itself: BLAKE2b with a key that is random per scan.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np
import polars as pl

KEY_BYTES = 32
DIGEST_BYTES = 8
"""64 bits: among 20 million identities two collide with a chance of 1 in 100,000 (docs/thresholds.md)."""


@dataclass(frozen=True, slots=True)
class Fingerprinter:
    """Makes keyed 64-bit fingerprints; values of different kinds never share one, equal values of a kind always do."""

    key: bytes = field(default_factory=lambda: secrets.token_bytes(KEY_BYTES), repr=False)

    def one(self, value: str, kind: str) -> int:
        """Fingerprint of a single value."""
        return int.from_bytes(self._digester(kind)(value.encode("utf-8", "surrogatepass")), "little")

    def column(self, values: pl.Series, kind: str) -> pl.Series:
        """Fingerprints of a String Series as UInt64, null for null and empty text; unique values are hashed once."""
        frame = pl.DataFrame({"value": values})
        unique = frame["value"].drop_nulls().unique()
        unique = unique.filter(unique != "")
        digests = b"".join(map(self._digester(kind), unique.cast(pl.Binary).to_list()))
        table = pl.DataFrame(
            {"value": unique, "print": pl.Series(np.frombuffer(digests, dtype="<u8"), dtype=pl.UInt64)}
        )
        return frame.join(table, on="value", how="left", maintain_order="left")["print"]

    def _digester(self, kind: str) -> Callable[[bytes], bytes]:
        """Digest of one value; copying a keyed state costs a third less than keying it again for each value."""
        fresh = blake2b(digest_size=DIGEST_BYTES, key=self.key, person=kind.encode()[:16]).copy

        def digest(value: bytes) -> bytes:
            state = fresh()
            state.update(value)
            return state.digest()

        return digest


def deletions(names: pl.Series) -> pl.DataFrame:
    """Each distinct name (`name`) with itself and all its one-deletion variants (`deletion`), both String.

    Two names are one slip apart (insertion, deletion, substitution, swap of neighbours) when they share a variant.
    """
    unique = names.drop_nulls().unique()
    lengths = unique.str.len_chars()
    frame = pl.DataFrame({"name": unique, "length": lengths}).filter(pl.col("length") > 0)
    variants = (
        frame.with_columns(cut=pl.int_ranges(0, pl.col("length")))
        .explode("cut")
        .select(
            "name", deletion=pl.col("name").str.slice(0, pl.col("cut")) + pl.col("name").str.slice(pl.col("cut") + 1)
        )
        .filter(pl.col("deletion") != "")
    )
    itself = frame.select("name", deletion="name")
    return pl.concat([itself, variants]).unique(maintain_order=True)
