"""Which person each record was linked to: a scan whose records are kept, row by row, beside the truth of the rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leakscan import patients
from leakscan.options import ScanOptions
from leakscan.persons.estimate import estimate
from leakscan.persons.identity import KEY_BYTES, Fingerprinter
from leakscan.persons.ledger import Ledger, union
from leakscan.report import build_report
from leakscan.scan import scan

KEPT = ("nir", "last_name", "maiden_name", "first_name", "sex", "birth_date", "phone", "email", "address", "postcode")
"""What Splink is given of a record."""


class Pairs(NamedTuple):
    """Pairs of records: of one person and put together, put together, of one person."""

    right: int = 0
    found: int = 0
    true: int = 0

    def __add__(self, other: object) -> Pairs:
        """The pairs of several populations."""
        return Pairs(*(one + more for one, more in zip(self, other, strict=True))) if isinstance(other, Pairs) else self

    @property
    def f1(self) -> float:
        """Of the pairs put together."""
        return 2 * self.right / max(1, self.found + self.true)


@dataclass(frozen=True, slots=True)
class Linked:
    """The estimate of one population, and person and cluster of each record that is somebody's."""

    low: int
    likely: int
    high: int
    person: NDArray[np.int64]
    cluster: NDArray[np.int64]
    plain: pl.DataFrame


def linked(folder: Path, truth: dict[str, Any]) -> Linked:
    """Scan the files of a population one by one, merge them, and tell whose each record is.

    Raises AssertionError where records and truth do not line up, or where linkage by records and by identities differ.
    """
    options = ScanOptions(as_of=date.fromisoformat(truth["as_of"]), workers=1)
    kept = _scanned(folder, truth, options)
    persons = build_report(kept.ledger, options)["persons"]
    found = estimate(kept.rows, kept.typos, kept.inputs)
    label = found.clusters["likely"].cast(pl.Int64).fill_null(-1).to_numpy().copy()
    alone = label < 0
    label[alone] = -1 - np.arange(int(alone.sum()))
    ours = np.array([one is not None for one in kept.whose])
    return Linked(
        persons["low"], persons["likely"], persons["high"],
        np.array([one for one in kept.whose if one is not None]), label[ours], kept.plain.filter(ours),
    )  # fmt: skip


def rows_of(folder: Path, truth: dict[str, Any]) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, list[int | None]]:
    """What `estimate` is given of a population, record by record (people, spellings, inputs), and whose each is."""
    kept = _scanned(folder, truth, ScanOptions(as_of=date.fromisoformat(truth["as_of"]), workers=1))
    return kept.rows, kept.typos, kept.inputs, kept.whose


class _Kept(NamedTuple):
    ledger: Ledger
    rows: pl.DataFrame
    plain: pl.DataFrame
    typos: pl.DataFrame
    inputs: pl.DataFrame
    whose: list[int | None]


def _scanned(folder: Path, truth: dict[str, Any], options: ScanOptions) -> _Kept:
    prints = Fingerprinter(bytes(range(KEY_BYTES)))
    person: dict[str, list[int | None]] = {name: [] for name in truth["files"]}
    for name, _, one in truth["mapping"]:
        person[name].append(one)
    ledgers: list[Ledger] = []
    hashed, plain, whose, inputs = [], [], [], []
    for at, (name, told) in enumerate(truth["files"].items()):
        with _rows_kept() as (frames, plains):
            ledger = scan([str(folder / name)], options, None, prints)
        damaged = set(told["damaged_rows"])
        held = [one for row, one in enumerate(person[name], 1) if row not in damaged]
        if sum(frame.height for frame in frames) == 2 * len(held):  # columns were settled anew, and all read again
            frames, plains = _second_half(frames), _second_half(plains)
        records = sum(frame.height for frame in frames)
        assert records == len(held), f"{folder.name}/{name}: {records} records for {len(held)} rows"
        hashed += [frame.with_columns(pl.lit(at, pl.UInt32).alias("input")) for frame in frames]
        plain += plains
        whose += held
        given = next(iter(ledger.inputs))
        inputs.append((at, given.health, sum(unit.records for unit in ledger.units.values()), 0))
        ledgers.append(ledger)
    whole = union(ledgers)
    typos = pl.concat([unit.typos.select("name", "deletion") for unit in whole.units.values()]).unique()
    schema = {"input": pl.UInt32, "health": pl.Boolean, "rows": pl.UInt64, "damaged": pl.UInt64}
    told_of = pl.DataFrame(inputs, schema=schema, orient="row")
    return _Kept(whole, pl.concat(hashed), pl.concat(plain), typos, told_of, whose)


def _second_half(frames: list[pl.DataFrame]) -> list[pl.DataFrame]:
    whole = pl.concat(frames)
    return [whole.tail(whole.height // 2)]


@contextmanager
def _rows_kept() -> Iterator[tuple[list[pl.DataFrame], list[pl.DataFrame]]]:
    """Keep what each batch makes of its records: fingerprints and plain values, one row per record."""
    frames: list[pl.DataFrame] = []
    plains: list[pl.DataFrame] = []
    make: Callable[..., pl.DataFrame] = patients._fingerprints  # noqa: SLF001 - no other place has the rows one by one

    def kept(rows: pl.DataFrame, *others: object, **named: object) -> pl.DataFrame:
        made = make(rows, *others, **named)
        frames.append(made)
        plains.append(rows.select(pl.col(name).cast(pl.String) for name in KEPT))
        return made

    with patch.object(patients, "_fingerprints", kept):
        yield frames, plains


def pairs_of(person: NDArray[np.int64], cluster: NDArray[np.int64]) -> Pairs:
    """Pairs of records that were put together and should be."""
    frame = pl.DataFrame({"person": person, "cluster": cluster})
    counts = (frame.group_by(by).len()["len"].cast(pl.Int64) for by in (["person", "cluster"], ["cluster"], ["person"]))
    return Pairs(*(int((count * (count - 1) // 2).sum()) for count in counts))


def exact_pairs(found: Linked) -> tuple[int, Pairs]:
    """People and pairs by exact keys: number, birth date and first name where there is a number, else name and date."""
    last = pl.coalesce("last_name", "maiden_name")
    name = pl.concat_str(last, "first_name", "birth_date", separator="|", ignore_nulls=True)
    number = pl.concat_str("nir", "birth_date", "first_name", separator="|", ignore_nulls=True)
    key = found.plain.select(pl.when(pl.col("nir").is_not_null()).then(number).otherwise(name).rank("dense"))
    label = key.to_series().cast(pl.Int64).to_numpy()
    return len(np.unique(label)), pairs_of(found.person, label)
