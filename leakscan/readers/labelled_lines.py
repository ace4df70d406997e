"""Lines of cards: which hold a label and a value, which part cards, and which card each belongs to.

All of it on whole columns of lines, so that a sample is judged by the same rules as the file is read by.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

LABEL_CHARS = 48
"""A longer label is a sentence."""
TITLE_CHARS = 80
"""A line without label that titles a card is no longer."""

_LABEL = rf"([^\W\d_][^\n:=\t|@;,{{}}<>\"]{{0,{LABEL_CHARS - 1}}}?)"
STYLES: dict[str, str] = {
    "colon": rf"^[\s>*•·–-]{{0,60}}{_LABEL}(?:\*\*|__)?\s*[.·…_]*\s*:(?:\*\*)?(?:[ \t]*$|[ \t]*([^/\s].*)$|(/[^/].*)$)",
    "equals": rf"^\s*{_LABEL}\s*=\s*(.*)$",
    "tab": rf"^{_LABEL}\t+([^\t]*)$",
    "dots": rf"^\s*{_LABEL}\s*(?:\.{{3,}}|…+|_{{3,}}|(?: \.){{3,}})\s*(.*)$",
    "bar": rf"^\s*{_LABEL}\s*\|\s?(.*)$",
}
"""What stands between a label and its value; `bar` only below a mark of psql."""
ROW, NUMBER, FEED, BLANK, NONE = "row", "number", "feed", "blank", "none"
RULES = "-=*_#~+—–"
_MARKED = {
    ROW: r"^\*{3,}\s*\d+\. row\s*\*{3,}$|^-\[ RECORD \d+ \][-+]*$",
    NUMBER: (
        r"(?i)^\W*(?:(?:patient|patiente|fiche|dossier|cas|enregistrement|record|ligne|client|adh[ée]rente?|usager|personne"
        r"|assur[ée]e?)\s*(?:n\s*[°ºo.]|no\.?|#|num[ée]ro)?|n\s*[°º]|#)\s*[:.]?\s*\d{1,7}\W*$|^\s*\d{1,6}\s*[.)/°]?\s*$"
    ),
    FEED: r"^\f$",
    **{sign: rf"^\s*(?:{re.escape(sign)} ?){{3,}}\s*$" for sign in RULES},
}
_NO_WORDS = r"^[^\p{L}\p{N}]*$"
_LONG = r"(?:\d[ .\-]?){5}"


@dataclass(frozen=True, slots=True)
class Layout:
    """How cards are laid out. `labels`: as normalised, in their order, with the `columns` that they are.

    `parted` by lines of a kind; a stretch between two such begins a card `always`, or where its first label is no
    later than the one before it (`again`), or where it is the first of all (`first`). `core`: places of shared labels.
    `titled`: a line alone in front of a card is its own. `inline`: labels stand in one line. `trailing`: cards end in
    text behind a blank line. `ldif`: as LDIF writes long and coded values.
    """

    style: str
    parted: str
    begins: str
    labels: tuple[str, ...]
    columns: tuple[str, ...]
    core: tuple[int, ...] = ()
    titled: bool = False
    inline: bool = False
    trailing: bool = False
    ldif: bool = False


def normal(label: pl.Expr) -> pl.Expr:
    """A label without case, blanks around and doubled blanks."""
    return label.str.strip_chars(" \t*_.·").str.replace_all(r"\s+", " ").str.to_lowercase()


def listed(text: str, style: str) -> pl.DataFrame:
    """Lines with `label` (normalised), `shown` (as written), `value`, `mark` and `blank` (no word in it)."""
    lines = pl.Series("line", text.replace("\f", "\n\f\n").split("\n"), dtype=pl.String)
    line = pl.col("line")
    marked = pl.coalesce(pl.when(line.str.contains(sign)).then(pl.lit(kind)) for kind, sign in _MARKED.items())
    found = line.str.extract_groups(STYLES[style]).struct
    value = found.field("2") if style != "colon" else pl.coalesce(found.field("2"), found.field("3"), pl.lit(""))
    shown = found.field("1").str.strip_chars(" \t*_.·")
    return (
        lines.to_frame()
        .with_columns(marked.alias("mark"), line.str.contains(_NO_WORDS).alias("blank"))
        .with_columns(
            pl.when(pl.col("mark").is_null() & ~shown.str.contains(_LONG)).then(shown).alias("shown"),
            value.fill_null("").str.strip_chars().alias("value"),
        )
        .with_columns(normal(pl.col("shown")).alias("label"))
        .with_columns(
            pl.when(pl.col("label") != "").then(pl.col("label")).alias("label"),
            # a number between cards may be that of a person's file: it stays with the text
            (pl.col("blank") | (pl.col("mark") != NUMBER).fill_null(value=False)).alias("blank"),
        )
    )


def placed(lines: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """The lines with the place of their label among those of the layout (`at`, null for none) and their `card`.

    Card 0 is what comes before the first one.
    """
    places = pl.DataFrame({"label": layout.labels, "at": range(len(layout.labels))}, schema_overrides={"at": pl.Int32})
    lines = lines.join(places, on="label", how="left", maintain_order="left")
    sections = lines.with_columns(_section(layout).alias("section"))
    title = ~pl.col("blank")
    by_section = sections.group_by("section", maintain_order=True).agg(
        pl.col("at").drop_nulls().first().alias("first"),
        pl.col("at").drop_nulls().last().alias("last"),
        (title.sum() == 1).and_(pl.col("line").filter(title).str.len_chars().max() <= TITLE_CHARS).alias("short"),
    )
    before = pl.col("last").forward_fill().shift(1)
    first = pl.col("first")
    begins = {
        "always": first.is_not_null(),
        "again": first.is_not_null() & (before.is_null() | (first <= before)),
        "first": first.is_not_null() & (before.is_null() | (first == 0)),
    }[layout.begins]
    by_section = by_section.with_columns(begins.fill_null(value=False).alias("starts"))
    if layout.titled:
        titles = first.is_null() & pl.col("short") & pl.col("starts").shift(-1, fill_value=False)
        moved = pl.col("starts") & ~titles.shift(1, fill_value=False)
        by_section = by_section.with_columns((moved | titles).alias("starts"))
    cards = by_section.select("section", pl.col("starts").cum_sum().cast(pl.Int64).alias("card"))
    return sections.join(cards, on="section", how="left", maintain_order="left")


def _section(layout: Layout) -> pl.Expr:
    """Number of the stretch between two lines that part, for each line."""
    if layout.parted == NONE:
        return pl.col("at").is_not_null().cum_sum()
    if layout.parted == BLANK:
        empty = pl.col("line").str.strip_chars() == ""
        return (~empty & empty.shift(1, fill_value=False)).cum_sum()
    return (pl.col("mark") == layout.parted).fill_null(value=False).cum_sum()


def titles(lines: pl.DataFrame) -> pl.DataFrame:
    """For each card but the one before all: whether a section of one short line without label comes right before it."""
    by_section = lines.group_by("section", maintain_order=True).agg(
        pl.col("card").first(),
        pl.col("at").is_null().all().alias("bare"),
        (~pl.col("blank")).sum().alias("texts"),
        pl.col("line").filter(~pl.col("blank")).str.len_chars().max().alias("chars"),
    )
    short = pl.col("bare") & (pl.col("texts") == 1) & (pl.col("chars") <= TITLE_CHARS)
    return by_section.with_columns(short.shift(1, fill_value=False).alias("titled")).filter(
        (pl.col("card") > 0) & (pl.col("card") != pl.col("card").shift(1, fill_value=0))
    )


def behind(lines: pl.DataFrame) -> pl.Series:
    """For each line whether it is text behind a blank line behind the last label of its card."""
    last = pl.int_range(pl.len()).filter(pl.col("at").is_not_null()).last().over("card")
    here = pl.int_range(pl.len()).over("card")
    after_blank = (pl.col("blank") & (here > last)).cum_max().over("card")
    return lines.select((after_blank & ~pl.col("blank") & (pl.col("card") > 0)).fill_null(value=False).alias("b"))["b"]
