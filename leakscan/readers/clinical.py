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

INS_OIDS = ("1.2.250.1.213.1.4.8", "1.2.250.1.213.1.4.9")
"""Who assigns an INS: the NIR and the NIA of the patient."""
TEST_OIDS = ("1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.11")
"""Identities of test and demonstration: the patients are invented."""
PROFESSIONALS_OID, STRUCTURES_OID = "1.2.250.1.71.4.2.1", "1.2.250.1.71.4.2.2"
HEAD_RECORDS = 500
"""Most records of the head that a table of health care shows."""

PREAMBLE = "preamble"

_NAMES = tuple(name for name, _ in FIELDS)
_COLUMN = {name: column_id(at) for at, name in enumerate(_NAMES)}
_BLANK = {name: pl.Series(column, [""], pl.String) for name, column in _COLUMN.items()}
_DAMAGED = {ROW: pl.UInt64(), "offset": pl.UInt64(), "reason": pl.String(), "text": pl.String()}
_UNHARMED = pl.DataFrame(schema=_DAMAGED)
_PEOPLE = ("prescriber", "professional", "professional_2", "professional_3", "professional_4")
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


@dataclass(frozen=True, slots=True)
class Professional:
    """Somebody who works in health care: the name as written, and a number of one kind or the other."""

    name: str = ""
    number: str = ""


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
        pl.DataFrame(damaged, schema=_DAMAGED, orient="row") if damaged else _UNHARMED,
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


_STAMP = re.compile(r"\s*((?:18|19|20|21)\d\d)-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?:$|[T\s\d.+-])")


def iso(stamp: str) -> str:
    """The date of a time stamp such as 20210106093100+0100 as YYYY-MM-DD; any other text as it stands."""
    found = _STAMP.match(stamp)
    return "-".join(found.groups()) if found else stamp.strip()


_WORDS = {
    "negative": "négatif", "neg": "négatif", "negatif": "négatif", "négatif": "négatif", "not detected": "non détecté",
    "undetected": "non détecté", "nonreactive": "négatif", "non-reactive": "négatif", "absent": "absence",
    "positive": "positif", "pos": "positif", "positif": "positif", "detected": "détecté", "reactive": "positif",
    "present": "présence", "indeterminate": "douteux", "equivocal": "douteux", "ind": "douteux",
}  # fmt: skip
"""Results in the words of code tables (HL7 0078, LOINC answers, SNOMED CT), in French."""
_WORDED_FLAGS = frozenset(("pos", "neg", "ind", "rr", "nr", "det", "nd"))
_FLAGS = _WORDS | {"rr": "positif", "nr": "négatif", "det": "détecté", "nd": "non détecté"}


def finding(label: str, value: str, unit: str = "", flag: str = "") -> str:
    """A result as a line that says what was measured and what came out: `label : value unit (flag)`."""
    label, value, unit, flag = label.strip(), value.strip(), unit.strip(), flag.strip()
    said = _WORDS.get(value.lower(), value)
    if flag.lower() in _WORDED_FLAGS:
        flag = _FLAGS[flag.lower()]
    elif flag.lower() in _WORDS:
        flag = _WORDS[flag.lower()]
    if not said and flag:
        said, flag = flag, ""
    result = " ".join(part for part in (said, unit, f"({flag})" if flag and flag != said else "") if part)
    return f"{label} : {result}" if label and result else label or result


_WORD = re.compile(r"[^\W\d_]{3,}")


def under_title(title: str, lines: Sequence[tuple[str, str, str, str]]) -> list[str]:
    """Results (label, value, unit, flag) below the examination that they are of, as lines.

    A title alone says that something was asked for. Before a single result it is said in the same breath; where
    the labels say one of its words it is left out, since it would say "tested" beside the result.
    """
    title = title.strip()
    found = [line for line in lines if line[0].strip() or line[1].strip()]
    if not found:
        return [title] if title else []
    if len(found) == 1:
        label, value, unit, flag = found[0]
        whole = (
            label
            if not title or title == label or _folded(title) in _folded(label)
            else f"{title}, {label}"
            if label
            else title
        )
        return [finding(whole, value, unit, flag)]
    words = set(_WORD.findall(_folded(title)))
    said = any(words & set(_WORD.findall(_folded(label))) for label, *_ in found)
    return [*([title] if title and not said else []), *(finding(*line) for line in found)]


_PLAIN = str.maketrans("éèêëàâîïôöùûüç", "eeeeaaiioouuuc")


def _folded(text: str) -> str:
    return text.lower() if text.isascii() else text.lower().translate(_PLAIN)


def with_professionals(cells: dict[str, str], found: Sequence[Professional]) -> None:
    """Put professionals into the cells, the prescriber first. Numbers of all but the first go to `rest`.

    The name that is counted is that of the number beside it.
    """
    told: list[Professional] = []
    for one in found:
        same = [at for at, other in enumerate(told) if _same(one, other)]
        if same:
            other = told[same[0]]
            told[same[0]] = Professional(other.name or one.name, other.number or one.number)
        elif one.name or one.number:
            told.append(one)
    for one, name in zip(told, _PEOPLE, strict=False):
        cells[name] = one.name
    if told:
        number = told[0].number
        number = number[1:] if len(number) in (10, 12) and number[0] in "08" else number
        cells["rpps" if len(number) == 11 else "adeli"] = number if len(number) in (9, 11) else ""
    for one in told[1:]:
        add(cells, "rest", f"RPPS {one.number}" if one.number else "")
    for one in told[len(_PEOPLE) :]:
        add(cells, "rest", one.name and f"Dr {one.name}")


def _same(one: Professional, other: Professional) -> bool:
    if one.number and other.number:
        return one.number == other.number
    return bool(one.name) and one.name.lower() == other.name.lower()


def add(cells: dict[str, str], name: str, line: str) -> None:
    """One more line in a cell."""
    line = line.strip()
    if line:
        cells[name] = f"{cells[name]}\n{line}" if cells.get(name) else line


def fill(cells: dict[str, str], name: str, value: str) -> None:
    """Fill a cell, unless it is filled already; a second value that differs goes to `rest`."""
    value = value.strip()
    if not value:
        return
    if not cells.get(name):
        cells[name] = value
    elif cells[name] != value:
        add(cells, "rest", value)


def with_identifier(cells: dict[str, str], value: str, oid: str, kind: str = "") -> bool:
    """Put a number of the patient into its field by who assigned it; says whether that marks an invented patient.

    `oid`: of the authority, with or without `urn:oid:`; `kind`: a type code (INS, NIR, NH, PI, SS), if any.
    """
    oid, value = oid.removeprefix("urn:oid:").strip(), value.strip()
    if not value:
        return False
    if oid in INS_OIDS or oid in TEST_OIDS or kind in ("INS", "INS-NIR", "INS-NIA", "NH"):
        fill(cells, "ins", value)
    elif kind in ("SS", "NI", "NIR", "SNS", "NN", "NNFRA") and nir_shaped(value):
        fill(cells, "nir", value)
    else:
        fill(cells, "record_number", value)
    return oid in TEST_OIDS


_NIR = re.compile(r"[1-8]\d{4}(?:\d\d|\d[AB])\d{6}(?:\d\d)?")
_NIR_CHARS = 13
_POINTS = re.compile(r"[\s.]")
_TELECOM = re.compile(r"(?i)(?:tel|mailto|fax|sms):")


def nir_shaped(value: str) -> bool:
    """Whether a number is written like a NIR, with or without its key."""
    return len(value) >= _NIR_CHARS and _NIR.fullmatch(_POINTS.sub("", value).upper()) is not None


def with_phone(cells: dict[str, str], value: str) -> None:
    """Put a telecom (`tel:0601020304`, `mailto:`, bare) into its field; an address of a patient's own mailbox too."""
    kind, _, bare = value.partition(":") if _TELECOM.match(value) else ("", "", value)
    bare = bare.strip()
    if not bare:
        return
    if kind.lower() == "mailto" or "@" in bare:
        fill(cells, "email", bare)
    else:
        fill(cells, "phone" if not cells.get("phone") else "phone_2", bare)
