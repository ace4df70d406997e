"""Keyed fingerprints: the only form in which an identity leaves a batch.

A NIR can be enumerated, so an unkeyed hash would be the number itself. A fingerprint is a message authentication code
under a key that is random per scan: AES in CBC-MAC with the length first, over all values of a column at once
(docs/decisions/0009-*).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from numpy.typing import NDArray

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import CipherContext

Words = NDArray[np.uint64]

KEY_BYTES = 32
DIGEST_BYTES = 8
"""64 bits: among 20 million identities two collide with a chance of 1 in 100,000 (docs/thresholds.md)."""
BLOCK = 16
LONGEST = 4 * BLOCK
"""Longer values, in bytes, are rare: each is digested on its own before it is fingerprinted with the others."""


@dataclass(frozen=True, slots=True)
class Fingerprinter:
    """Makes keyed 64-bit fingerprints; values of different kinds never share one, equal values of a kind always do."""

    key: bytes = field(default_factory=lambda: secrets.token_bytes(KEY_BYTES), repr=False)

    def column(self, values: pl.Series, kind: str) -> pl.Series:
        """Fingerprints of a String Series as UInt64, null for null and empty text."""
        if values.dtype != pl.String or values.null_count() == len(values):
            return pl.Series(values.name, [None] * len(values), dtype=pl.UInt64)
        lengths = values.str.len_bytes().fill_null(0)
        found = pl.Series(values.name, _authenticated(values, lengths.to_numpy(), self.key, kind), dtype=pl.UInt64)
        empty = lengths == 0
        return found.set(empty, None) if empty.any() else found


@cache
def _key_of(key: bytes, kind: str) -> bytes:
    return blake2b(key=key, person=kind.encode()[:16], digest_size=KEY_BYTES).digest()


def _authenticated(values: pl.Series, lengths: NDArray[np.uint32], key: bytes, kind: str) -> Words:
    """CBC-MAC of each value under the key of its kind, cut to 64 bits: the first block is the length in bytes."""
    own = _key_of(key, kind)
    first = lengths.astype(np.uint64)  # a digest keeps the length of its value, so it meets no shorter value
    longer = np.flatnonzero(lengths > LONGEST)
    if len(longer):
        digests = [blake2b(value.encode(), key=own, digest_size=32).hexdigest() for value in values.gather(longer)]
        values = values.clone().scatter(longer, digests)
        lengths = np.minimum(lengths, LONGEST)
    blocks = -(-int(lengths.max(initial=0)) // BLOCK)
    padded = np.zeros((len(lengths), blocks * BLOCK), np.uint8)
    data = values.drop_nulls().str.join("").item().encode() if len(values) else b""
    padded[np.arange(blocks * BLOCK) < lengths[:, None]] = np.frombuffer(data, np.uint8)
    aes = Cipher(algorithms.AES(own), modes.ECB()).encryptor()  # noqa: S305 - the block cipher that CBC-MAC is made of
    state = np.zeros((len(lengths), 2), np.uint64)
    state[:, 0] = first
    state = _encrypted(aes, state)
    words = padded.view(np.uint64)
    for block in range(blocks):
        going = np.flatnonzero(lengths > block * BLOCK)
        state[going] = _encrypted(aes, state[going] ^ words[going, 2 * block : 2 * block + 2])
    found: Words = state[:, 0]
    return found


def _encrypted(aes: CipherContext, blocks: Words) -> Words:
    return np.frombuffer(bytearray(aes.update(blocks.tobytes())), np.uint64).reshape(-1, 2)


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


FIELD_WIDTHS = (8, 10, 12, 15, 20)
"""Characters at which exports cut names (docs/thresholds.md)."""


def shortened(names: pl.Series) -> pl.DataFrame:
    """Each distinct name (`name`) with its shorter forms (`shorter`).

    Its initial, its first word, its first two, the initials of its words, and what fields of usual widths leave of it.
    """
    unique = pl.DataFrame({"name": names.drop_nulls().unique()}).filter(pl.col("name").str.len_chars() > 1)
    words = pl.col("name").str.split(" ")
    initials = words.list.eval(pl.element().str.head(1)).list.join(" ")
    forms = [pl.col("name").str.head(1), words.list.first(), words.list.head(2).list.join(" "), initials]
    forms += [pl.col("name").str.head(width).str.strip_chars_end() for width in FIELD_WIDTHS]
    found = [unique.select("name", shorter=form) for form in forms]
    return pl.concat(found).filter(pl.col("shorter") != pl.col("name")).unique(maintain_order=True)


def words_inside(names: pl.Series) -> pl.DataFrame:
    """Each distinct name of several words (`name`) with those behind its first (`inside`)."""
    words = pl.DataFrame({"name": names.drop_nulls().unique()}).with_columns(inside=pl.col("name").str.split(" "))
    several = words.filter(pl.col("inside").list.len() > 1).with_columns(pl.col("inside").list.slice(1))
    return several.explode("inside").filter(pl.col("inside").str.len_chars() > 1).unique(maintain_order=True)
