"""The nouns of leakscan: frozen values that flow from source to report. Nothing here reads, finds or counts.

The flow is source -> reader -> batch -> detectors -> people -> ledger -> estimate -> severity -> report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import polars as pl

from leakscan.limits import Limits

THEMES: tuple[str, ...] = (
    "hiv",
    "cancer",
    "pregnancy",
    "genetic",
    "treatment",
    "sti_hepatitis",
    "mental_health",
    "addiction",
    "other_condition",
    "other_special",
    "blood_group",
)
"""What a text can reveal about somebody's health, in bit order (see `persons.bits`)."""

STATUSES: tuple[str, ...] = ("affirmed", "tested", "negated", "other_person")
"""How a theme is spoken of, strongest first. `other_person` never counts for the row's patient."""

ROLES: tuple[str, ...] = (
    "nir",
    "nir_key",
    "ins",
    "last_name",
    "maiden_name",
    "first_name",
    "full_name",
    "title",
    "sex",
    "birth_date",
    "birth_place",
    "address",
    "postcode",
    "city",
    "phone",
    "email",
    "mutuelle",
    "blood_group",
    "iban",
    "record_number",
    "pseudonym",
    "login",
    "password",
    "prescriber",
    "rpps",
    "adeli",
    "finess",
    "laboratory",
    "specialty",
    "exam_date",
    "date",
    "act",
    "result",
    "diagnosis",
    "drug",
    "comment",
)
"""What a column can be. A column that is none of these has the role None."""

ROW = "_row"
"""Name of the provenance column of every batch: the record number in its source, counted from 1 (UInt64)."""


IN_NAME = -2
"""Column index of evidence found in the name of an input."""
NAME = "name"
"""Kind of what the name of an input is, as distinct from what the input holds."""


def column_id(index: int) -> str:
    """Name of the text column at a 0-based position in a batch frame."""
    return f"c{index}"


def text_columns(width: int) -> dict[str, pl.DataType]:
    """The schema of so many text columns of a batch frame, beside its row numbers."""
    return {column_id(index): pl.String() for index in range(width)}


MEMBER_SEPARATOR = " > "
"""Between an archive and what lies in it, in `Source.member`."""

Subject = tuple[tuple[str, str], ...]
"""Whom a message is about: (role, cell) as they stand in it, for what lies in the message and names nobody itself."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """Who could read an input where it lies; None wherever the source cannot tell.

    `open_to`: owner, group or everyone; `modified`: ISO date of its last change.
    """

    owner: str | None = None
    mode: str | None = None
    open_to: str | None = None
    modified: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Something that can be opened: a local file, standard input, a member of an archive, later a remote object.

    `path` is what is shown to a person; `size` is in bytes, None when it cannot be known beforehand;
    `open` gives a fresh binary stream at the start (a source that is not seekable can be opened once).
    `member`: where inside of `path` it lies, from the outside in, parted by `MEMBER_SEPARATOR`; None for all of it.
    `share`: bytes of it that a first look reads, spread over it; None for all of it.
    `subject`: whom it is about, where what it lies in says so. `part`: of a sheet or a table, which has no bytes of its
    own: its name in the bytes that hold it. `stamp`: differs when the content does, as far as the system tells; None
    where it does not. `exposure`: who could read it where it lies.
    """

    path: str
    open: Callable[[], BinaryIO]
    size: int | None = None
    seekable: bool = True
    member: str | None = None
    share: int | None = None
    subject: Subject | None = None
    part: str | None = None
    stamp: str | None = None
    exposure: Exposure | None = None


@dataclass(frozen=True, slots=True)
class InputWarning:
    """Something in the input that could not be taken as it stands: data, not an exception.

    `row` is the record number from 1, `offset` a byte position from 0, `count` how often it was met.
    The message never repeats a cell's content.
    """

    code: str
    message: str
    row: int | None = None
    offset: int | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the user settled about reading; None means: find out. `block_bytes` changes memory use, never results.

    `ocr`: whether text is read from pictures.
    """

    encoding: str | None = None
    delimiter: str | None = None
    block_bytes: int = 16 << 20
    passwords: tuple[str, ...] = field(default=(), repr=False)
    limits: Limits = field(default_factory=Limits)
    ocr: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """What a reader learnt from the head of a source (its first 8 MiB), before the first batch.

    `columns` are names to show: header cells, or `column_1` ... when the source has no header.
    `head` holds the head's intact records as text columns `c0`, `c1` ... (no provenance), at most 20,000 rows.
    `kind` is "table" (columns hold fields) or "text" (a single column of running text).
    `roles` are set by readers of formats that know their fields: one role or None per column; None when unknown.
    `number`: the column that numbers the records, where the layout says so (`leakscan.layouts`).
    `called`: its name in what it lies in: of a table of a dump, of a sheet. `titled`: what stands above its header.
    """

    format: str
    encoding: str
    columns: tuple[str, ...]
    has_header: bool
    head: pl.DataFrame = field(repr=False)
    kind: str = "table"
    delimiter: str | None = None
    roles: tuple[str | None, ...] | None = None
    number: int | None = None
    called: str | None = None
    titled: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Batch:
    """A run of records of one table.

    `frame`: the column `_row` (UInt64, record number from 1), then text columns `c0` ... `c<n>` (String, never null:
    an empty cell is ""). Surplus fields of long rows are not here but in `damaged`.
    `damaged`: rows that do not fit the table: `_row` (UInt64), `offset` (UInt64, byte in the source),
    `reason` (String code), `text` (String: the raw record, which is still searched for hits).
    `start`, `end`: the byte range of the source that the batch covers, end exclusive.
    `met`: what could not be taken as it stands.
    """

    frame: pl.DataFrame = field(repr=False)
    damaged: pl.DataFrame = field(repr=False)
    start: int
    end: int
    met: tuple[InputWarning, ...] = ()


@dataclass(frozen=True, slots=True)
class Unparsed:
    """A run of records still in bytes: `parse(data, *given)` makes its batch, in this process or another.

    `start`, `end` as in `Batch`; `rows` is the number of records in it.
    """

    data: bytes = field(repr=False)
    parse: Callable[..., Batch]
    given: tuple[Any, ...] = field(repr=False)
    start: int
    end: int
    rows: int

    def batch(self) -> Batch:
        """Its batch, made here and now."""
        return self.parse(self.data, *self.given)


@dataclass(frozen=True, slots=True)
class Child:
    """A source inside another one: a member of an archive, an attachment, a sheet, a table of a database.

    One of three: `open` gives its bytes, `items` what a reader made of it already (a table first, then batches), or
    `reason` says why it cannot be read. Bytes and items are taken before the reader is asked for the next item.
    `name` is its name in what it lies in, `size` its bytes where they are known. `subject`: whom it is about, where the
    message around it says so. `sha256`: of its bytes as they are stored, for what cannot be read.
    """

    name: str
    open: Callable[[], BinaryIO] | None = None
    items: Iterator[Item] | None = None
    reason: str | None = None
    size: int | None = None
    subject: Subject | None = None
    sha256: str | None = None


Item = Table | Batch | Unparsed | InputWarning | Child
"""What a reader gives: its table, then batches (parsed or not), what it met, and what lies in it."""


@dataclass(frozen=True, slots=True)
class ColumnRole:
    """What one column is, how sure that is (0..1), and why, in words for a person."""

    index: int
    column: str
    role: str | None
    confidence: float = 1.0
    reasons: tuple[str, ...] = field(default=())


HITS_SCHEMA: dict[str, pl.DataType] = {
    "row": pl.UInt32(),
    "start": pl.UInt32(),
    "end": pl.UInt32(),
    "canonical": pl.String(),
    "confidence": pl.Float32(),
}
"""Hits of one entity in one text Series: `row` is the position in that Series; `start`, `end` count characters."""

MENTIONS_SCHEMA: dict[str, pl.DataType] = {
    "row": pl.UInt32(),
    "theme": pl.String(),
    "status": pl.String(),
    "start": pl.UInt32(),
    "end": pl.UInt32(),
    "term": pl.String(),
    "confidence": pl.Float32(),
}
"""Health mentions in one text Series; `row`, `start` and `end` as in `HITS_SCHEMA`."""
