"""Reader for VCF, the variants of genomes: lines of `##` are titles, the line of `#CHROM` names the columns.

Samples are numbered, since their names may be people's; the names are searched with the titles. No column has a role.
"""

from __future__ import annotations

from collections.abc import Iterator

from leakscan.readers.asides import Asides
from leakscan.readers.blocks import Block, blocks, unparsed
from leakscan.readers.dialect import Dialect
from leakscan.readers.fields import parse_rows, parsed_batch
from leakscan.readers.guarded import BrokenInput
from leakscan.readers.heads import Head
from leakscan.readers.recode import utf8
from leakscan.readers.splitting import split_records
from leakscan.readers.streams import Feed, Readable, source_length
from leakscan.records import ROW, Item, Table

FORMAT = "vcf"
HEAD_ROWS = 20_000
"""Most rows that a table shows."""
_MARK = b"##fileformat=VCF"
_FIXED = 9
_MESSAGE = "lines of the header; they are no records, their text was searched"


def sniff(head: Head) -> float:
    """By the first line."""
    return 0.95 if head.data[:32].lstrip(b"\xef\xbb\xbf").startswith(_MARK) else 0.0


def read(stream: Readable, head: Head) -> Iterator[Item]:
    """The table, its titles as text, its rows."""
    text = head.text
    encoding, data = text.encoding, text.data
    at = 0 if data.startswith(b"#CHROM") else data.find(b"\n#CHROM") + 1
    end = data.find(b"\n", at) + 1 or len(data)
    if not data.startswith(b"#CHROM", at):
        message = "the VCF file has no line that names its columns"
        raise BrokenInput(message)
    names = utf8(data[at:end], encoding).decode().rstrip("\r\n").lstrip("#").split("\t")
    columns = tuple(name if place < _FIXED else f"sample_{place - _FIXED + 1}" for place, name in enumerate(names))
    dialect = Dialect("\t", len(columns), short_rows=False)
    body = data[end:]
    top = Block(body, split_records(body, None, final=text.whole), 0, 0, encoding)
    first = parse_rows(top, dialect, 0).frame.drop(ROW).head(HEAD_ROWS)
    yield Table(FORMAT, encoding.label, columns, has_header=True, head=first, roles=(None,) * len(columns))
    asides = Asides(_MESSAGE)
    place = encoding.bom
    for line in data[:end].splitlines(keepends=True):
        if asides.add(utf8(line.strip(), encoding), place):
            yield from asides.batches(len(columns), encoding.bom)
        place += source_length(line, encoding.wide)
    yield from asides.batches(len(columns), encoding.bom)
    feed = Feed(stream, head.data, wide=encoding.wide, bom=encoding.bom, cr=text.cr)
    feed.read(end)
    rows = 0
    for block in blocks(feed, encoding, place, head.options.block_bytes):
        yield unparsed(block, parsed_batch, dialect, rows)
        rows += len(block.records)
