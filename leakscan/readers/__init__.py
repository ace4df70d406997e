"""Readers turn bytes into a table and batches: one file per format, and the table `READERS` (add a format there).

A reader knows its format and nothing of health. Results never depend on block sizes nor on file or stdin.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from leakscan.readers import (
    arrow,
    avro,
    b2,
    cards,
    cda,
    chat,
    combo,
    compressed,
    delimited,
    dicom,
    fhir,
    fhir_xml,
    hl7,
    hprim_medecin,
    hprim_sante,
    hprim_xml,
    json,
    locked,
    mail,
    old_office,
    ooxml,
    opendocument,
    orc,
    outlook,
    parquet,
    pdf,
    pictures,
    positions,
    rar,
    rtf,
    sevenzip,
    sql,
    sqlite,
    tar,
    text,
    tnef,
    variants,
    webpage,
    workbook,
    xml,
    zipped,
)
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

    `sniff(head)` says how surely a source is of the format, 0..1, by content alone.
    `read(stream, head)` yields what `records.Item` says; `head` was taken from `stream`.
    """

    format: str
    sniff: Callable[[Head], float]
    read: Callable[[Readable, Head], Iterator[Item]]


@dataclass(frozen=True, slots=True)
class FileReader:
    """A format whose reader moves about in the file: all bytes must be at hand, in memory or spooled.

    `sniff` as in `Reader`. `read(file, head)`: `file` stands at its beginning. `isolated`: a library decodes it, which
    hostile bytes may crash, hang or bloat; it then runs in a worker process.
    """

    format: str
    sniff: Callable[[Head], float]
    read: Callable[[BinaryIO, Head], Iterator[Item]]
    isolated: bool = True


READERS: tuple[Reader | FileReader, ...] = (
    Reader(delimited.FORMAT, delimited.sniff, delimited.read),
    Reader(text.FORMAT, text.sniff, text.read),
    *(Reader(codec.format, codec.sniff, codec.read) for codec in compressed.CODECS),
    Reader(sql.FORMAT, sql.sniff, sql.read),
    Reader(json.FORMAT, json.sniff, json.read),
    FileReader(xml.FORMAT, xml.sniff, xml.read),
    Reader(variants.FORMAT, variants.sniff, variants.read),
    Reader(cards.FORMAT, cards.sniff, cards.read),
    Reader(combo.FORMAT, combo.sniff, combo.read),
    Reader(chat.FORMAT, chat.sniff, chat.read),
    Reader(positions.FORMAT, positions.sniff, positions.read),
    Reader(tar.FORMAT, tar.sniff, tar.read),
    FileReader(zipped.FORMAT, zipped.sniff, zipped.read, isolated=False),
    FileReader(sevenzip.FORMAT, sevenzip.sniff, sevenzip.read),
    FileReader(rar.FORMAT, rar.sniff, rar.read),
    Reader(webpage.FORMAT, webpage.sniff, webpage.read),
    Reader(rtf.FORMAT, rtf.sniff, rtf.read),
    Reader(mail.EML, mail.sniff_eml, mail.read_eml),
    Reader(mail.MBOX, mail.sniff_mbox, mail.read_mbox),
    FileReader(pdf.FORMAT, pdf.sniff, pdf.read),
    FileReader(ooxml.WORD, ooxml.sniff_word, ooxml.read_word),
    FileReader(ooxml.SLIDES, ooxml.sniff_slides, ooxml.read_slides),
    FileReader(opendocument.TEXT, opendocument.sniff_text, opendocument.read_text),
    FileReader(opendocument.SLIDES, opendocument.sniff_slides, opendocument.read_slides),
    FileReader(old_office.WORD, old_office.sniff_word, old_office.read_word),
    FileReader(old_office.SLIDES, old_office.sniff_slides, old_office.read_slides),
    FileReader(old_office.OTHER, old_office.sniff_other, old_office.read_other),
    FileReader(locked.FORMAT, locked.sniff, locked.read),
    FileReader(outlook.FORMAT, outlook.sniff, outlook.read),
    FileReader(tnef.FORMAT, tnef.sniff, tnef.read),
    FileReader(pictures.FORMAT, pictures.sniff, pictures.read),
    Reader(hl7.FORMAT, hl7.sniff, hl7.read),
    Reader(hprim_sante.FORMAT, hprim_sante.sniff, hprim_sante.read),
    Reader(hprim_medecin.FORMAT, hprim_medecin.sniff, hprim_medecin.read),
    FileReader(hprim_xml.FORMAT, hprim_xml.sniff, hprim_xml.read),
    FileReader(cda.FORMAT, cda.sniff, cda.read),
    FileReader(fhir.FORMAT, fhir.sniff, fhir.read, isolated=False),
    FileReader(fhir.LINES_FORMAT, fhir.sniff_lines, fhir.read_lines, isolated=False),
    FileReader(fhir_xml.FORMAT, fhir_xml.sniff, fhir_xml.read),
    Reader(b2.FORMAT, b2.sniff, b2.read),
    FileReader(dicom.FORMAT, dicom.sniff, dicom.read),
    FileReader(parquet.FORMAT, parquet.sniff, parquet.read),
    FileReader(arrow.FORMAT, arrow.sniff, arrow.read),
    FileReader(avro.FORMAT, avro.sniff, avro.read),
    FileReader(orc.FORMAT, orc.sniff, orc.read),
    FileReader(workbook.FORMAT, workbook.sniff, workbook.read),
    FileReader(sqlite.FORMAT, sqlite.sniff, sqlite.read),
)
"""Every format, in no particular order: the surest reader takes a source."""

SURE = 0.5
"""A reader that is surer than this knows its format by its mark: no other reason keeps it from reading."""


_PLAIN = (delimited.FORMAT, text.FORMAT)


def choose(head: Head) -> Reader | FileReader | str:
    """Choose the reader for a source by its head, or give the reason why none reads it, for a person."""
    marked = marked_reader(head)
    if marked is not None:
        return marked
    reason = why_unread(head.data, head.options.encoding)
    return reason if reason is not None else max(READERS, key=lambda reader: reader.sniff(head))


def marked_reader(head: Head) -> Reader | FileReader | None:
    """The reader of a format that a head shows beyond doubt; None for tables and texts of lines."""
    sure, at = max((reader.sniff(head), -at) for at, reader in enumerate(READERS) if reader.format not in _PLAIN)
    return READERS[-at] if sure > SURE else None


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


def read_document(data: bytes, options: ReadOptions) -> tuple[Table, Batch] | None:
    """All bytes of a source as one record of text, where its reader would make it one; None for any other source."""
    head = Head(data, options)
    reader = choose(head)
    return text.document(head) if isinstance(reader, Reader) and reader.format == text.FORMAT else None
