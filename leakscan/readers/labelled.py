"""Reader for cards: records of lines `label : value`, also LDIF, and as mysql and psql show rows. A row per card.

What has no label of its own stands in a column of text; what comes before the first card and behind the last one is
searched and is no record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from leakscan.readers.asides import Asides
from leakscan.readers.blocks import DAMAGED_SCHEMA, NO_DAMAGE, blocks, note_bytes
from leakscan.readers.heads import Head
from leakscan.readers.labelled_layout import layout_of
from leakscan.readers.labelled_lines import ROW as MARKED_ROW
from leakscan.readers.labelled_lines import Layout, behind, listed, placed
from leakscan.readers.notices import Notices
from leakscan.readers.recode import utf8
from leakscan.readers.records_of_text import HEAD_ROWS
from leakscan.readers.streams import Feed, Readable
from leakscan.records import ROW, Batch, Item, Table, column_id

FORMAT = "cards"
CONFIDENCE = 0.66
"""Surer than fixed width, which aligned labels and values look like."""
CARD_BYTES = 16 << 20
"""A card that has not ended after so many bytes is damaged."""
REST = "other_text"
"""Name of the column for lines without a label."""

_SAMPLE = 128 << 10
_MESSAGE = "texts before, behind and between the cards; they are no records, their text was searched"
_COUNTED = r"^\d+ rows? in set|^\(\d+ (?:rows?|lignes?)\)$"


def sniff(head: Head) -> float:
    """By cards near the beginning that share labels of people."""
    if head.options.delimiter is not None:
        return 0.0
    return CONFIDENCE if _layout(head) is not None else 0.0


def _layout(head: Head) -> Layout | None:
    data = head.text.data[:_SAMPLE]
    if len(head.text.data) > _SAMPLE:
        data = data[: data.rfind(b"\n") + 1]
    return layout_of(_clean(utf8(data, head.text.encoding).decode("utf-8", "replace"))) if data else None


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\u00a0", " ").replace("\u202f", " ")


def read(stream: Readable, head: Head) -> Iterator[Item]:
    """The table of cards and its batches."""
    layout = _layout(head)
    if layout is None:  # asked for by name
        return
    text = head.text
    lines = _lines(_clean(utf8(text.data, text.encoding).decode("utf-8", "replace")), layout)
    rows, _, _ = _rows(lines, layout, final=text.whole)
    yield Table(
        FORMAT, text.encoding.label, (*layout.columns, REST), has_header=True, head=rows.drop("card").head(HEAD_ROWS)
    )
    yield from _batches(stream, head, layout)


def _batches(stream: Readable, head: Head, layout: Layout) -> Iterator[Batch]:
    text = head.text
    encoding = text.encoding
    feed = Feed(stream, head.data, wide=encoding.wide, bom=encoding.bom, cr=text.cr)
    left, rows = "", 0
    start = end = encoding.bom
    asides = Asides(_MESSAGE)
    notices = Notices()
    for block in blocks(feed, encoding, encoding.bom, head.options.block_bytes):
        note_bytes(block, notices, rows)
        left += block.utf8(block.data).decode()
        end = block.end
        lines = _lines(_clean(left), layout)
        begun = (
            lines.with_row_index("line_at").filter(pl.col("card") > 0).unique("card", keep="first", maintain_order=True)
        )
        if begun.height > 1:
            last = int(begun["line_at"][-1])
            batch = _batch(lines.head(last), layout, rows, start, end, asides, notices)
            left = "\n".join(lines["line"][last:].to_list())
        elif len(left) > CARD_BYTES:
            batch = _cut(left, len(layout.columns) + 1, rows, start, end)
            left = ""
        else:
            continue
        rows += batch.frame.height + batch.damaged.height
        notices, start = Notices(), end
        yield batch
        yield from asides.batches(len(layout.columns) + 1, end)
    if left.strip():
        yield _batch(_lines(_clean(left), layout), layout, rows, start, end, asides, notices, final=True)
    yield from asides.batches(len(layout.columns) + 1, end)


def _cut(text: str, width: int, rows: int, start: int, end: int) -> Batch:
    frame = pl.DataFrame(schema={ROW: pl.UInt64(), **{column_id(at): pl.String() for at in range(width)}})
    notices = Notices()
    notices.add("card_cut", 1, rows + 1, start)
    damaged = pl.DataFrame([(rows + 1, start, "card_cut", text)], schema=DAMAGED_SCHEMA, orient="row")
    return Batch(frame, damaged, start, end, tuple(notices.warnings()))


def _batch(
    lines: pl.DataFrame,
    layout: Layout,
    rows: int,
    start: int,
    end: int,
    asides: Asides,
    notices: Notices,
    *,
    final: bool = False,
) -> Batch:
    found, texts, _ = _rows(lines, layout, final=final)
    for one in texts:
        asides.add(one.encode(), start)
    numbers = pl.int_range(rows + 1, rows + 1 + found.height, dtype=pl.UInt64, eager=True).alias(ROW)
    return Batch(found.drop("card").select(numbers, pl.all()), NO_DAMAGE, start, end, tuple(notices.warnings()))


def _lines(text: str, layout: Layout) -> pl.DataFrame:
    if layout.inline:
        names = "|".join(
            re.escape(label).replace(r"\ ", r"[ \t]{1,9}") for label in sorted(layout.labels, key=len, reverse=True)
        )
        text = re.sub(rf"(?i)(?<![ \t])(?:[ \t]{{2,40}}|[ \t][|;][ \t]{{1,40}})(?=(?:{names})[ \t]?:[ \t])", "\n", text)
    return placed(listed(text, layout.style), layout)


def _rows(lines: pl.DataFrame, layout: Layout, *, final: bool) -> tuple[pl.DataFrame, list[str], int]:
    """A row per card: `card`, a column per label, the rest; and texts that belong to none. `final`: the file ends."""
    away = pl.col("card") == 0
    if final and not layout.trailing:
        lines = lines.with_columns(behind(lines).alias("behind"))
        away = away | (pl.col("behind") & (pl.col("card") == pl.col("card").max()))
    core = pl.col("at").is_in(list(layout.core)).any().over("card")
    lines = lines.with_columns((away | ~core).alias("away"))
    texts = _texts(lines.filter("away"))
    kept = lines.filter(~pl.col("away"))
    groups = _groups(kept, layout)
    cells = (
        groups.filter(pl.col("at").is_not_null())
        .group_by("card", "at", maintain_order=True)
        .agg(pl.col("text").filter(pl.col("text") != "").str.join("; "))
    )
    rest = (
        groups.filter(pl.col("at").is_null() & (pl.col("text") != ""))
        .group_by("card", maintain_order=True)
        .agg(pl.col("text").str.join("\n").alias(column_id(len(layout.labels))))
    )
    cards = kept.select(pl.col("card").unique(maintain_order=True))
    for at in range(len(layout.labels)):
        own = cells.filter(pl.col("at") == at).select("card", pl.col("text").alias(column_id(at)))
        cards = cards.join(own, on="card", how="left", maintain_order="left")
    cards = cards.join(rest, on="card", how="left", maintain_order="left")
    return cards.with_columns(pl.exclude("card").fill_null("")), texts, cards.height


def _texts(lines: pl.DataFrame) -> list[str]:
    """Stretches of text between blank lines."""
    return (
        lines.with_columns(pl.col("blank").cum_sum().alias("stretch"))
        .filter(~pl.col("blank"))
        .group_by("stretch", maintain_order=True)
        .agg(pl.col("line").str.join("\n"))["line"]
        .to_list()
    )


def _groups(lines: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Values with the lines that they go on over, and runs of lines without a label: `card`, `at`, `text`."""
    labelled, bare = pl.col("at").is_not_null(), pl.col("at").is_null() & ~pl.col("blank")
    waiting = (
        pl.when(labelled)
        .then(pl.col("value") == "")
        .when(pl.col("blank"))
        .then(pl.lit(False))
        .forward_fill()
        .fill_null(value=False)
    )
    line, value = pl.col("line"), pl.col("value")
    if layout.style == "bar":
        own = line.str.strip_prefix(" ").str.contains(r"^\s*\|")
        onward = line.str.replace(r"^\s*\|\s?", "")
        value, onward = (one.str.replace(r"\s*\+$", "").str.strip_chars() for one in (value, onward))
    elif layout.ldif:
        own, onward = line.str.starts_with(" "), line.str.slice(1)
    elif layout.parted == MARKED_ROW:
        own, onward = ~line.str.contains(_COUNTED), line.str.strip_chars()
    else:
        own, onward = line.str.contains(r"^(?:\t|  )") & (pl.col("label").is_null()), line.str.strip_chars()
    if layout.parted == MARKED_ROW:
        value = pl.when(value == "NULL").then(pl.lit("")).otherwise(value)
    goes_on = bare & (own | waiting)
    groups = (
        lines.with_columns(
            (~goes_on).cum_sum().alias("group"),
            pl.when(labelled).then(value).when(bare).then(pl.when(goes_on).then(onward).otherwise(line)).otherwise(pl.lit("")).alias("text"),
        )
        .group_by("group", maintain_order=True)
        .agg(
            pl.col("card").first(),
            pl.col("at").first(),
            pl.col("text").filter(pl.col("text") != "").str.join("" if layout.ldif else " "),
        )
    )  # fmt: skip
    return groups.with_columns(_decoded(pl.col("text")).alias("text")) if layout.ldif else groups


def _decoded(text: pl.Expr) -> pl.Expr:
    """What LDIF writes as base64, behind a second colon."""
    coded = text.str.strip_prefix(":").str.strip_chars()
    plain = coded.str.decode("base64", strict=False).cast(pl.String, strict=False)
    return pl.when(text.str.starts_with(":")).then(plain.fill_null(coded)).otherwise(text)
