"""Fingerprints: held against CBC-MAC done one value at a time by the library's own CBC mode."""

from __future__ import annotations

from hashlib import blake2b

import polars as pl
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from leakscan.persons.identity import LONGEST, Fingerprinter

KEY = bytes(range(32))


def one_at_a_time(value: str, kind: str) -> int | None:
    data = value.encode()
    if not data:
        return None
    own = blake2b(key=KEY, person=kind.encode(), digest_size=32).digest()
    first = len(data).to_bytes(16, "little")
    if len(data) > LONGEST:
        data = blake2b(data, key=own, digest_size=32).hexdigest().encode()
    message = first + data + bytes(-len(data) % 16)
    aes = Cipher(algorithms.AES(own), modes.CBC(bytes(16))).encryptor()
    return int.from_bytes((aes.update(message) + aes.finalize())[-16:-8], "little")


@given(st.lists(st.text(max_size=100), max_size=20))
def test_a_column_is_fingerprinted_value_by_value(values):
    found = Fingerprinter(KEY).column(pl.Series(values, dtype=pl.String), "name")
    assert found.to_list() == [one_at_a_time(value, "name") for value in values]


def test_kinds_keys_lengths_and_nulls_are_told_apart():
    values = pl.Series(["a", "a\0", None, "", "x" * 64, "x" * 65])
    found = Fingerprinter(KEY).column(values, "name")
    assert found.null_count() == 2
    assert found.drop_nulls().n_unique() == 4
    assert found[0] != Fingerprinter(KEY).column(values, "birth")[0]
    assert found[0] != Fingerprinter(bytes(32)).column(values, "name")[0]


def test_the_key_is_in_no_repr():
    assert KEY.hex() not in repr(Fingerprinter(KEY))
    assert repr(KEY) not in repr(Fingerprinter(KEY))
