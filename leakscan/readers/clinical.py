"""What formats of health care say of a patient, in one table whose fields are known: shared by all their readers.

A reader makes `Record`s: cells by the names of `FIELDS`, and what is attached to them. One record is one message,
letter, document, resource or image of one patient.
"""

from __future__ import annotations

import binascii
import io
import re
import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import polars as pl

from leakscan.readers.blocks import DAMAGED_SCHEMA, NO_DAMAGE
from leakscan.readers.notices import Notices
from leakscan.records import ROW, Batch, Child, Item, Subject, Table, column_id

FIELDS: tuple[tuple[str, str | None], ...] = (
    ("ins", "ins"),
    ("nir", "nir"),
    ("record_number", "record_number"),
    ("pseudonym", "pseudonym"),
    ("last_name", "last_name"),
    ("maiden_name", "maiden_name"),
    ("first_name", "first_name"),
    ("sex", "sex"),
    ("birth_date", "birth_date"),
    ("birth_place", "birth_place"),
    ("address", "address"),
    ("postcode", "postcode"),
    ("city", "city"),
    ("phone", "phone"),
    ("phone_2", "phone"),
    ("email", "email"),
    ("mutuelle", "mutuelle"),
    ("prescriber", "prescriber"),
    ("rpps", "rpps"),
    ("adeli", "adeli"),
    ("professional", "prescriber"),
    ("professional_2", "prescriber"),
    ("professional_3", "prescriber"),
    ("professional_4", "prescriber"),
    ("laboratory", "laboratory"),
    ("finess", "finess"),
    ("exam_date", "exam_date"),
    ("date", "date"),
    ("diagnosis", "diagnosis"),
    ("drug", "drug"),
    ("text", "comment"),
    ("rest", "comment"),
)
"""Every field with the role of its column. `text` holds results and notes, a line each; `rest` what has no field."""

HEAD_RECORDS = 500
"""Most records of the head that a table of health care shows."""

PREAMBLE = "preamble"

_NAMES = tuple(name for name, _ in FIELDS)
_COLUMN = {name: column_id(at) for at, name in enumerate(_NAMES)}
_BLANK = {name: pl.Series(column, [""], pl.String) for name, column in _COLUMN.items()}
_ABOUT = ("ins", "nir", "last_name", "maiden_name", "first_name", "birth_date", "sex")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A document inside a message, as it stands there: `coding` is base64, hex or text (UTF-8 when it is taken out)."""

    content: str = field(repr=False)
    coding: str = "base64"


@dataclass(frozen=True, slots=True)
class Record:
    """One record: `cells` by field name; `invented` where its identity is one of test or demonstration.

    `damaged`: why it is none (a code of notices.MESSAGES); its text is then its only cell.
    """

    cells: Mapping[str, str] = field(repr=False)
    attachments: tuple[Attachment, ...] = ()
    invented: bool = False
    damaged: str | None = None


def table(name: str, encoding: str, records: Iterable[Record]) -> Table:
    """The table of a format called `name`, with the records of its head."""
    whole = [record for record in records if record.damaged is None][:HEAD_RECORDS]
    columns, roles = zip(*FIELDS, strict=True)
    return Table(name, encoding, columns, has_header=True, head=pl.DataFrame(_columns(whole)), roles=roles)


def document(name: str, records: Sequence[Record], size: int) -> Iterator[Item]:
    """Table and batch of a source of `size` bytes that is one document: its cells are laid out once."""
    shown = table(name, "utf-8", records)
    yield shown
    yield batch(records, 1, 0, size, laid_out=shown.head)


def batch(
    records: Sequence[Record],
    first: int,
    start: int,
    end: int,
    offsets: Sequence[int] = (),
    laid_out: pl.DataFrame | None = None,
) -> Batch:
    """Records as a batch; `first` is the number of the first, `offsets` where each begins in the source.

    `laid_out`: the cells of the first of them as a table has shown them; used where these are all.

    What stands above the first record of a source (`damaged` "preamble") is none, and has no number.
    """
    notices = Notices()
    whole: list[tuple[int, Record]] = []
    damaged: list[tuple[int, int, str, str]] = []
    number = first - 1
    for at, record in enumerate(records):
        number += record.damaged != PREAMBLE
        if record.damaged is None:
            whole.append((number, record))
        else:
            place = offsets[at] if offsets else start
            damaged.append(
                (0 if record.damaged == PREAMBLE else number, place, record.damaged, record.cells.get("rest", ""))
            )
            notices.add(record.damaged, 1, row=number, offset=place)
        if record.invented:
            notices.add("invented_identity", 1, row=number)
    if laid_out is not None and laid_out.height == len(whole):
        frame = laid_out.clone()
    else:
        frame = pl.DataFrame(_columns([record for _, record in whole]))
    return Batch(
        frame.insert_column(0, pl.Series(ROW, [number for number, _ in whole], pl.UInt64)),
        pl.DataFrame(damaged, schema=DAMAGED_SCHEMA, orient="row") if damaged else NO_DAMAGE,
        start,
        end,
        tuple(notices.warnings()),
    )


def _columns(records: Sequence[Record]) -> list[pl.Series]:
    """The cells of records, a series per field. Most documents are one record: a field that none has is made once."""
    cells = [record.cells for record in records]
    met: set[str] = set().union(*cells)
    blank = _BLANK if len(cells) == 1 else {name: one.new_from_index(0, len(cells)) for name, one in _BLANK.items()}
    return [
        pl.Series(_COLUMN[name], [one.get(name, "") for one in cells], pl.String) if name in met else blank[name]
        for name in _NAMES
    ]


def children(record: Record, name: str) -> Iterator[Child]:
    """What is attached to a record, each with whom it is about."""
    for at, attached in enumerate(record.attachments, 1):
        data = decoded(attached)
        if data is None:
            yield Child(f"{name}.{at}", reason="its base64 cannot be decoded; its text was searched as it stands")
        else:
            child = f"{name}.{at}.{_kind(data)}"
            yield Child(child, partial(io.BytesIO, data), size=len(data), subject=subject(record.cells) or None)


def subject(cells: Mapping[str, str]) -> Subject:
    """Whom a record is about, for what is attached to it."""
    return tuple((name, cells[name]) for name in _ABOUT if cells.get(name))


_BASE64 = f"{string.ascii_letters}{string.digits}+/-_".encode()


def decoded(attached: Attachment) -> bytes | None:
    """The bytes of an attachment; of base64 that is cut the whole groups; None where it is no base64."""
    if attached.coding == "text":
        return attached.content.encode("utf-8", "replace")
    packed = "".join(attached.content.replace("\\.br\\", "").split())
    if attached.coding == "hex":
        try:
            return binascii.unhexlify(packed)
        except ValueError:
            return None
    packed = packed.rstrip("=").replace("-", "+").replace("_", "/")
    if not packed.isascii() or packed.encode().translate(None, _BASE64):
        return None
    if len(packed) % 4 == 1:
        packed = packed[:-1]
    return binascii.a2b_base64(packed + "=" * (-len(packed) % 4))


_MARKS = ((b"%PDF", "pdf"), (b"PK", "zip"), (b"{\\rtf", "rtf"), (b"\xff\xd8", "jpg"), (b"\x89PNG", "png"))
_ENCODED_CHARS = 64
_ENCODED = re.compile(
    r"\s{0,4}(?:JVBERi0|UEsDB|PD94bWw|PENsaW5pY2Fs|e1xydGY|/9j/|iVBORw|SUkqA|TU0AK)[A-Za-z0-9+/\s]{60}"
)


def _kind(data: bytes) -> str:
    if data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        return "xml"
    return next((kind for mark, kind in _MARKS if data.startswith(mark)), "txt" if b"\0" not in data[:1024] else "bin")


def looks_encoded(value: str) -> bool:
    """Whether a text is a document in base64, by the first bytes of PDF, ZIP, XML, RTF and images."""
    return len(value) >= _ENCODED_CHARS and _ENCODED.match(value) is not None
