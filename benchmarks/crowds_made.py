"""A crowd of known size as a ledger holds it: fingerprints of people who never had a name, a million at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leakscan.persons.keys import mix
from leakscan.persons.ledger import PEOPLE_SCHEMA, gather

MILLION = 1_000_000
FIRST_NAMES, LAST_NAMES = 3_000, 150_000
"""Names in use (first names: of each sex), drawn by 1 / (rank + 10)."""
SLIPS = 4
"""Misspellings that are met of each last name."""
VARIANTS = 8
"""Spellings with a letter left out, of each name."""
MISSPELT, WITHOUT_NUMBER, AGAIN, WITH_MAIL = 0.02, 0.2, 0.5, 0.3
YEARS = (1930, 2020)

Words = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many people, and the seed of their traits."""

    people: int
    seed: int

    def typos(self) -> pl.DataFrame:
        """`name`, `deletion`: what each name has with a letter left out; a slip shares one with its name."""
        last = np.arange(1, LAST_NAMES + 1, dtype=np.uint64)
        first = np.arange(1, 2 * FIRST_NAMES + 1, dtype=np.uint64)
        name, deletion = [], []
        for kind, ranks in (("last", last), ("first", first)):
            for at in range(VARIANTS):
                name.append(_print(kind, ranks))
                deletion.append(_print(f"{kind} without {at}", ranks))
        for slip in range(SLIPS):
            wrong = _print(f"slip {slip}", last)
            for at in range(VARIANTS - 1):
                name.append(wrong)
                deletion.append(_print(f"slip {slip} without {at}", last))
            name.append(wrong)
            deletion.append(_print(f"last without {slip}", last))
        return pl.DataFrame({"name": np.concatenate(name), "deletion": np.concatenate(deletion)})


def units(crowd: Crowd) -> Iterator[pl.DataFrame]:
    """The crowd's records, gathered by identity, a million people to a frame."""
    for at in range(0, crowd.people, MILLION):
        numbers = np.arange(at, min(at + MILLION, crowd.people), dtype=np.uint64)
        rng = np.random.default_rng([crowd.seed, at])
        own = _people(numbers, rng)
        again = rng.random(len(numbers)) < AGAIN
        yield gather(pl.concat([_records(own, rng), _records({key: held[again] for key, held in own.items()}, rng)]))


def _print(kind: str, number: Words) -> Words:
    """Fingerprints: of one kind and number always the same, never 0."""
    seed = np.full(len(number), hash_of(kind), np.uint64)
    return np.maximum(mix(seed, number.astype(np.uint64) + np.uint64(1)), np.uint64(1))


def hash_of(kind: str) -> int:
    """A number for a kind, the same in every process."""
    return int.from_bytes(blake2b(kind.encode(), digest_size=8).digest(), "little")


def _ranks(count: int, names: int, rng: np.random.Generator) -> Words:
    weight = np.cumsum(1.0 / (np.arange(names) + 10))
    return np.searchsorted(weight, rng.random(count) * weight[-1]).astype(np.uint64) + np.uint64(1)


def _people(numbers: Words, rng: np.random.Generator) -> dict[str, Words]:
    count = len(numbers)
    sex = rng.integers(1, 3, count).astype(np.uint64)
    year = rng.integers(*YEARS, count).astype(np.uint64)
    month, day = rng.integers(1, 13, count).astype(np.uint64), rng.integers(1, 29, count).astype(np.uint64)
    return {
        "number": numbers,
        "sex": sex,
        "year": year,
        "month": month,
        "day": day,
        "first": _ranks(count, FIRST_NAMES, rng) + (sex - np.uint64(1)) * np.uint64(FIRST_NAMES),
        "last": _ranks(count, LAST_NAMES, rng),
        "mail": (rng.random(count) < WITH_MAIL).astype(np.uint64),
        "nir": (rng.random(count) >= WITHOUT_NUMBER).astype(np.uint64),
    }


def _records(own: Mapping[str, Words], rng: np.random.Generator) -> pl.DataFrame:
    """One record each: PEOPLE_SCHEMA."""
    count = len(own["number"])
    year, month, day = own["year"], own["month"], own["day"]
    slipped = np.where(rng.random(count) < MISSPELT, rng.integers(0, SLIPS, count), -1)
    last = _print("last", own["last"])
    word = last.copy()
    for slip in range(SLIPS):
        at = slipped == slip
        last[at] = _print(f"slip {slip}", own["last"][at])
        word[at] = last[at]
    first = _print("first", own["first"])
    ymd = year * np.uint64(10_000) + month * np.uint64(100) + day
    swapped = year * np.uint64(10_000) + day * np.uint64(100) + month
    household = own["number"] // np.uint64(2)
    lost = (rng.random(count) < WITHOUT_NUMBER / 4) | (own["nir"] == 0)
    born = {
        "birth": _print("birth", ymd),
        "birth_swap": np.where((day <= 12) & (day != month), _print("birth", swapped), 0),
        "birth_dm": _print("dm", day * np.uint64(100) + month),
        "birth_my": _print("my", month * np.uint64(10_000) + year),
        "birth_dy": _print("dy", day * np.uint64(10_000) + year),
    }
    columns: dict[str, Words] = {
        **born,
        "kind": np.zeros(count, np.uint64),
        "nir": np.where(lost, 0, _print("nir", own["number"])),
        "first": first,
        "last": last,
        "name_set": _print("word", first) + _print("word", word),
        "sex": _print("sex", own["sex"]),
        "phone": _print("phone", household),
        "email": np.where(own["mail"] == 0, 0, _print("email", own["number"])),
        "address": _print("address", household),
        "bears": np.full(count, 2, np.uint64),
        "themes": np.uint64(1) << rng.integers(0, 33, count).astype(np.uint64),
        "categories": np.full(count, 3, np.uint64),
        "rows": np.ones(count, np.uint64),
    }
    frame = pl.DataFrame(columns)
    identity = ("birth_swap", "nir", "email")
    return frame.with_columns(
        pl.col(*identity).replace(0, None),
        nir_own=pl.when(pl.col("nir") != 0).then(pl.lit(value=True)),
        placeholder=pl.lit(value=False),
        flags=pl.lit(0),
    ).select(
        (pl.col(name) if name in {*columns, "nir_own", "placeholder", "flags"} else pl.lit(None))
        .cast(dtype)
        .alias(name)
        for name, dtype in PEOPLE_SCHEMA.items()
    )
