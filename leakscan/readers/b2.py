"""Reader for B2 and NOEMIE: invoices of health professionals and their answers, in records of 128 characters.

Editions differ in where fields stand, so the places of the NIR and of the birth date are settled from the records
themselves: where most records of a type have a number with a right key, and where its year and month come again. Acts,
amounts and other dates are not told apart; they stay in the rest. Source: CNAMTS, normes B2 inter-régimes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from leakscan.readers.blocks import DAMAGED_SCHEMA
from leakscan.readers.heads import Head
from leakscan.readers.notices import Notices
from leakscan.readers.streams import Readable
from leakscan.records import ROW, Batch, Item, Table, Unparsed

FORMAT = "b2"
RECORD = 128
"""Characters of a record, in every edition since 1990."""
HEAD_LINES = 4_000
"""Records of the head from which places are settled."""
NIR_SHARE = 0.8
"""Share of a type's records that have a NIR with a right key where the type has one."""
BIRTH_SHARE = 0.5
"""Share of them whose NIR's year and month come again where the birth date stands: the others are for relatives."""
FEW = 5
"""With fewer records of a type only NIRs with a real month count: one random number in 4,000 has one and the key."""

_OPENS = re.compile(rb"000[0-9A-Z ]{2}")
_COLUMNS: tuple[tuple[str, str | None], ...] = (
    ("type", None), ("nir", "nir"), ("birth_date", "birth_date"), ("rest", None),
)  # fmt: skip
_Digits = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Places:
    """Where the NIR (15 digits) stands in records of each type, and the birth date with its length.

    `key`: how many characters name the type.
    """

    key: int
    nir: Mapping[str, int] = field(default_factory=dict)
    birth: Mapping[str, tuple[int, int]] = field(default_factory=dict)


def sniff(head: Head) -> float:
    """By a first record of type 000 and further ones of the same 128 characters."""
    data = head.data[: 40 * (RECORD + 2)]
    if not _OPENS.match(data) or len(data) < 2 * RECORD:
        return 0.0
    step = _step(data)
    if step is None:
        return 0.0
    starts = range(0, len(data) - RECORD + 1, step)
    even = all(data[at : at + 1].isdigit() and b"\n" not in data[at : at + RECORD] for at in starts)
    ends = all(data[at + RECORD : at + step] in (b"", b"\n", b"\r\n") for at in starts)
    return 0.9 if even and ends else 0.0


def _step(data: bytes) -> int | None:
    """Bytes from one record to the next: 128, or with the line end that follows the first."""
    if data[RECORD : RECORD + 2] == b"\r\n":
        return RECORD + 2
    if data[RECORD : RECORD + 1] == b"\n":
        return RECORD + 1
    return RECORD if data[RECORD : RECORD + 1].isdigit() else None


def read(stream: Readable, head: Head) -> Iterator[Item]:
    """All records: the table, then runs of records."""
    step = _step(head.data) or RECORD
    places = settle(head.data[: HEAD_LINES * step], step)
    first = parse(head.data[: HEAD_LINES * step], places, step, 1, 0)
    columns, roles = zip(*_COLUMNS, strict=True)
    yield Table(FORMAT, "cp1252", columns, has_header=True, head=first.frame.drop(ROW), roles=roles)
    data, at, number = head.data, 0, 1
    want = max(step, head.options.block_bytes // step * step)
    while True:
        while len(data) < want and (more := stream.read(want - len(data))):
            data += more
        taken, data = data[:want], data[want:]
        if not taken:
            return
        rows = -(-len(taken.rstrip(b"\r\n\x1a")) // step)
        yield Unparsed(taken, parse, (places, step, number, at), at, at + len(taken), rows)
        at, number = at + len(taken), number + rows


def settle(data: bytes, step: int) -> Places:
    """Where NIR and birth date stand in each type of record."""
    rows = len(data) // step
    chars = np.frombuffer(data[: rows * step], np.uint8).reshape(rows, step)[:, :RECORD]
    for key in (1, 3):
        types = np.array([bytes(row[:key]).decode("latin-1") for row in chars])
        nirs: dict[str, int] = {}
        births: dict[str, tuple[int, int]] = {}
        for kind in dict.fromkeys(types.tolist()):
            own = chars[types == kind]
            at = _nir_place(own)
            if at is not None and kind != "0" * key:
                nirs[kind] = at
                born = _birth_place(own, at)
                births |= {kind: born} if born else {}
        if nirs:
            return Places(key, nirs, births)
    return Places(1)


def _nir_place(chars: _Digits) -> int | None:
    """Where most of these records have a NIR with the right key; of several places one whose birth date comes again."""
    digits = chars - np.uint8(48)  # what is below "0" becomes large
    behind = np.cumsum(digits <= 9, axis=1, dtype=np.uint8)
    found: list[tuple[float, bool, float, int]] = []
    for at in range(1, RECORD - 14):
        window = digits[:, at : at + 15]
        shaped = (behind[:, at + 14] - behind[:, at - 1] == 15) & (window[:, 0] >= 1) & (window[:, 0] <= 8)
        if shaped.mean() < NIR_SHARE:
            continue
        window = window.astype(np.int64)
        month = 10 * window[:, 3] + window[:, 4]
        real = (month >= 1) & (month <= 12)
        lenient = real | (month == 20) | ((month >= 30) & (month <= 42)) | (month >= 50)
        shaped &= real if len(chars) < FEW else lenient
        body = window[:, :13] @ (10 ** np.arange(12, -1, -1, dtype=np.int64))
        right = shaped & (97 - body % 97 == 10 * window[:, 13] + window[:, 14])
        share = float(right.mean())
        if share >= NIR_SHARE:
            settled = float((window[:, 0] <= 2).mean())
            found.append((share, _birth_place(chars, at) is not None, settled, at))
    return max(found)[-1] if found else None


def _birth_place(chars: _Digits, nir: int) -> tuple[int, int] | None:
    """Where year and month of the NIR come again before a day: six digits, or eight with the century."""
    year_month = chars[:, nir + 1 : nir + 5]
    for at in range(1, RECORD - 5):
        if nir - 5 <= at <= nir + 14:
            continue
        day = 10 * (chars[:, at + 4].astype(int) - 48) + chars[:, at + 5].astype(int) - 48
        same = (chars[:, at : at + 4] == year_month).all(axis=1) & (day >= 1) & (day <= 31)
        if same.mean() >= BIRTH_SHARE:
            century = [bytes(row[at - 2 : at]) in (b"19", b"20") for row in chars]
            return (at - 2, 8) if all(century) else (at, 6)
    return None


def parse(data: bytes, places: Places, step: int, number: int, at: int) -> Batch:
    """Whole records as a batch; one that is cut or too short is damaged."""
    text = data.rstrip(b"\r\n\x1a")
    count = -(-len(text) // step)
    chars = np.frombuffer(text.ljust(count * step, b"\n"), np.uint8).reshape(count, step)[:, :RECORD]
    cut = (chars == ord("\n")).any(axis=1)  # or short
    whole = np.full((int((~cut).sum()), RECORD + 1), ord("\n"), np.uint8)
    whole[:, :RECORD] = chars[~cut]
    told = whole.tobytes()[:-1].decode("cp1252", "replace")
    line = pl.Series([told] if told else [], dtype=pl.String).str.split("\n").explode()
    numbers = pl.Series(number + np.flatnonzero(~cut), dtype=pl.UInt64)
    frame = pl.DataFrame([numbers.alias(ROW), line.alias("line")])
    kind = pl.col("line").str.slice(0, places.key)
    nir, birth, rest = pl.lit(""), pl.lit(""), pl.col("line").str.strip_chars_end()
    for name, start in places.nir.items():
        is_kind = kind == name
        nir = pl.when(is_kind).then(pl.col("line").str.slice(start, 15)).otherwise(nir)
        left = pl.concat_str(pl.col("line").str.slice(0, start), pl.lit(" "), pl.col("line").str.slice(start + 15))
        rest = pl.when(is_kind).then(left.str.strip_chars_end()).otherwise(rest)
    for name, (start, length) in places.birth.items():
        cell = pl.col("line").str.slice(start, length)
        day, month, year = cell.str.slice(-2), cell.str.slice(length - 4, 2), cell.str.slice(0, length - 4)
        dated = pl.concat_str(day, month, year, separator="/")
        birth = pl.when((kind == name) & cell.str.contains(r"^[0-9]+$")).then(dated).otherwise(birth)
    columns = {"c0": kind, "c1": nir, "c2": birth, "c3": rest}
    found = frame.select(pl.col(ROW), *(value.cast(pl.String).alias(name) for name, value in columns.items()))
    notices = Notices()
    damaged = [
        (
            number + place,
            at + place * step,
            "record_short",
            text[place * step : place * step + RECORD].decode("cp1252", "replace"),
        )
        for place in np.flatnonzero(cut).tolist()
    ]
    if damaged:
        notices.add("record_short", len(damaged), row=damaged[0][0], offset=damaged[0][1])
    return Batch(
        found, pl.DataFrame(damaged, schema=DAMAGED_SCHEMA, orient="row"), at, at + len(data), tuple(notices.warnings())
    )
