"""Readers turn bytes into a table and batches: one file per format, and the table `READERS` (add a format there).

A reader knows its format and nothing of health. Results never depend on block sizes nor on file or stdin.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any, BinaryIO

from leakscan.readers import compressed, delimited, gates, tar, text
from leakscan.readers.heads import Head
from leakscan.readers.notices import Notices
from leakscan.readers.spread import runs, shares
from leakscan.readers.streams import HEAD_BYTES, HashingStream, Readable, SpreadStream, read_head
from leakscan.readers.unreadable import why_unread
from leakscan.records import Batch, Item, ReadOptions, Table

__all__ = [
    "HEAD_BYTES",
    "READERS",
    "FileReader",
    "HashingStream",
    "Notices",
    "Readable",
    "Reader",
    "SpreadStream",
    "choose",
    "choose_reader",
    "marked_reader",
    "open_reader",
    "read_document",
    "read_head",
    "runs",
    "shares",
    "start",
]


@dataclass(frozen=True, slots=True)
class Reader:
    """A format that is read from beginning to end.

    `sniff(head)` says how surely a source is of the format, 0..1, by content alone; it is asked where `gate(data)`
    passes the head's bytes. `read(stream, head)` yields what `records.Item` says; `head` was taken from `stream`.
    """

    format: str
    sniff: Callable[[Head], float]
    read: Callable[[Readable, Head], Iterator[Item]]
    gate: gates.Asked = gates.anything


@dataclass(frozen=True, slots=True)
class FileReader:
    """A format whose reader moves about in the file: all bytes must be at hand, in memory or spooled.

    As `Reader`. `read(file, head)`: `file` stands at its beginning. `isolated`: a library decodes it, which hostile
    bytes may crash, hang or bloat; it then runs in a worker process.
    """

    format: str
    sniff: Callable[[Head], float]
    read: Callable[[BinaryIO, Head], Iterator[Item]]
    gate: gates.Asked = gates.anything
    isolated: bool = True


def _later(module: str, name: str) -> Callable[..., Any]:
    """A function of a reader's module, which is imported when it is called: a table of text needs few of them."""

    def call(*given: Any) -> Any:
        return getattr(import_module(f"leakscan.readers.{module}"), name)(*given)

    return call


def _streamed(form: str, module: str, gate: gates.Asked, sniff: str = "sniff", read: str = "read") -> Reader:
    return Reader(form, _later(module, sniff), _later(module, read), gate)


def _moved(
    form: str, module: str, gate: gates.Asked, sniff: str = "sniff", read: str = "read", *, isolated: bool = True
) -> FileReader:
    return FileReader(form, _later(module, sniff), _later(module, read), gate, isolated)


READERS: tuple[Reader | FileReader, ...] = (
    Reader(delimited.FORMAT, delimited.sniff, delimited.read),
    Reader(text.FORMAT, text.sniff, text.read),
    *(Reader(codec.format, codec.sniff, codec.read) for codec in compressed.CODECS),
    Reader(tar.FORMAT, tar.sniff, tar.read),
    _moved("yaml", "yaml", gates.mappings),
    _streamed("cards", "labelled", gates.labels),
    _streamed("sql", "sql", gates.statements),
    _streamed("json", "json", gates.braces_or_comments),
    _streamed("literals", "literals", gates.keyed_brackets),
    _moved("xml", "xml", gates.markup_or_wide),
    _streamed("vcf", "variants", gates.variants),
    _streamed("vcard", "cards", gates.cards),
    _streamed("combo", "combo", gates.pairs),
    _streamed("chat", "chat", gates.chats),
    _streamed("fixed_width", "positions", gates.columns_of_blanks),
    _moved("zip", "zipped", gates.binary, isolated=False),
    _moved("7z", "sevenzip", gates.binary),
    _moved("rar", "rar", gates.binary),
    _streamed("html", "webpage", gates.markup),
    _streamed("rtf", "rtf", gates.rich_text),
    _streamed("eml", "mail", gates.mails, "sniff_eml", "read_eml"),
    _streamed("mbox", "mail", gates.mails, "sniff_mbox", "read_mbox"),
    _moved("pdf", "pdf", gates.binary),
    _moved("docx", "ooxml", gates.binary, "sniff_word", "read_word"),
    _moved("pptx", "ooxml", gates.binary, "sniff_slides", "read_slides"),
    _moved("odt", "opendocument", gates.binary, "sniff_text", "read_text"),
    _moved("odp", "opendocument", gates.binary, "sniff_slides", "read_slides"),
    _moved("doc", "old_office", gates.binary, "sniff_word", "read_word"),
    _moved("ppt", "old_office", gates.binary, "sniff_slides", "read_slides"),
    _moved("ole", "old_office", gates.binary, "sniff_other", "read_other"),
    _moved("office-encrypted", "locked", gates.binary),
    _moved("msg", "outlook", gates.binary),
    _moved("tnef", "tnef", gates.binary),
    _moved("picture", "pictures", gates.binary),
    _streamed("hl7v2", "hl7", gates.messages),
    _streamed("fsh", "fsh", gates.instances),
    _streamed("quoted_messages", "quoted_messages", gates.quoted_messages),
    _streamed("hprim_sante", "hprim_sante", gates.hprim_segments),
    _streamed("hprim_medecin", "hprim_medecin", gates.hprim_letter),
    _moved("hprim_xml", "hprim_xml", gates.markup),
    _moved("cda", "cda", gates.markup),
    _moved("fhir", "fhir", gates.braces, isolated=False),
    _moved("fhir_ndjson", "fhir", gates.braces, "sniff_lines", "read_lines", isolated=False),
    _moved("fhir_xml", "fhir_xml", gates.markup),
    _streamed("b2", "b2", gates.invoices),
    _moved("dicom", "dicom", gates.binary),
    _moved("parquet", "parquet", gates.binary),
    _moved("arrow", "arrow", gates.binary),
    _moved("avro", "avro", gates.binary),
    _moved("orc", "orc", gates.binary),
    _moved("workbook", "workbook", gates.binary),
    _moved("sqlite", "sqlite", gates.binary),
)
"""Every format, in no particular order: the surest reader takes a source."""

SURE = 0.5
"""A reader that is surer than this knows its format by its mark: no other reason keeps it from reading."""


_PLAIN = (delimited.FORMAT, text.FORMAT)
_TEXTS = tuple(reader for reader in READERS if reader.format in _PLAIN)


def choose(head: Head) -> Reader | FileReader | str:
    """Choose the reader for a source by its head, or give the reason why none reads it, for a person."""
    return marked_reader(head) or _plain_reader(head)


def _plain_reader(head: Head) -> Reader | FileReader | str:
    reason = why_unread(head.data, head.options.encoding)
    return reason if reason is not None else max(_TEXTS, key=lambda reader: reader.sniff(head))


def marked_reader(head: Head) -> Reader | FileReader | None:
    """The reader of a format that a head shows beyond doubt; None for tables and texts of lines."""
    passed: dict[gates.Asked, bool] = {}
    best: Reader | FileReader | None = None
    most = SURE
    for reader in READERS:
        if reader.format in _PLAIN:
            continue
        if reader.gate not in passed:
            passed[reader.gate] = reader.gate(head.data)
        sure = reader.sniff(head) if passed[reader.gate] else 0.0
        if sure > most:
            best, most = reader, sure
    return best


def choose_reader(stream: HashingStream, options: ReadOptions) -> tuple[Reader | FileReader, Head] | str:
    """Take the head of a stream and choose the reader that fits; or give the reason why none does."""
    head = Head(read_head(stream), options)
    reader = choose(head)
    return reader if isinstance(reader, str) else (reader, head)


def start(reader: Reader | FileReader, head: Head, stream: HashingStream) -> Iterator[Item]:
    """Read a stream whose `head` was taken: a `Reader` reads on, a `FileReader` needs all bytes at hand."""
    if isinstance(reader, Reader):
        return reader.read(stream, head)
    return reader.read(stream.at_hand(head.data), head)


def open_reader(stream: HashingStream, options: ReadOptions) -> tuple[Reader | FileReader, Iterator[Item]] | str:
    """Choose the reader of a stream and start it; or give the reason why none fits.

    A reader reads to the end, and `HashingStream.drain` does so for a source that is not read.
    """
    chosen = choose_reader(stream, options)
    return chosen if isinstance(chosen, str) else (chosen[0], start(*chosen, stream))


def read_document(head: Head) -> tuple[Table, Batch] | None:
    """A whole source without a mark (`marked_reader`) as one record of text, where its reader would make it one."""
    reader = _plain_reader(head)
    return text.document(head) if isinstance(reader, Reader) and reader.format == text.FORMAT else None
