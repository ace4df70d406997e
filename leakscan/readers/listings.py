"""Printed listings: a line of titles with a rule under or above it, rows, and what printers put between pages of rows.

The head says where columns begin and what the headings of pages look like; every line is then judged alone, so where
a block ends never matters.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from leakscan.readers.grids import are_records
from leakscan.readers.header import is_known, tokens
from leakscan.readers.splitting import MAX_RECORD
from leakscan.records import column_id

LEAST_COLUMNS = 3
"""Titles of fewer columns are a list with remarks."""
LEAST_ROWS = 3
"""Rows below the titles, on all pages, that make a listing."""
KNOWN_TITLES = 0.5
"""Least share of known titles."""
BEGINNING = 0.6
"""Least share of rows with a cell that begins under a word of titles, for the word to be a title of its own."""
FILLED_ROW = 0.5
"""A line that fills fewer of the columns is the wrapped end of a row, a total or a heading of a group, by its words."""

ROW_LINE, ASIDE, NOTHING = range(3)
"""What a line is: a row (or damage), a text between rows, or titles and rules that say nothing new."""

_RULE = re.compile(r"[\s\-=_*]*[-=_]{3}[\s\-=_*]*")
_RUN = re.compile(r"[-=_]+")
_MARKED = re.compile(rb"(?m)^[ \t\f]*[-=_]{3}[-=_ ]*\r?$")
_TITLE = re.compile(r"(?<!\S )\S+(?: \S+)*")
_PIECES = re.compile(r"\s{2,}")
_NUMBERS = r"\d+"
_BLANKS = r"\s+"
_LETTERS = re.compile(r"[^\W\d_]+")
_OF_PEOPLE = frozenset(
    ["prenom", "prenoms", "patient", "patients", "naissance", "naiss", "ddn", "ne", "nee", "nir", "ipp"]
)
_SHORT = frozenset(
    """
    ipp nip nda iep uf doss dos sx ne nee demandeur correspondant poste chambre chb lit service serv motif motifs
    renseignements entree sortie matricule poids taille vih vhb vhc hbs hcv hbv hiv gr rh abo ddr terme dest
    """.split()  # noqa: SIM905 - a list of words is read as words
)
"""Words that head columns of listings, and may be cells of other tables."""
_CLOSING = (
    r"(?i)^\W*(?:(?:sous[ -]?)?tota(?:l|ux)\b|nombre\b|nb\b|fin\b|suite\b|page\b|report\b|édit|edit|imprim"
    r"|\d+ +(?:rows?|lignes?|enregistrements?|dossiers?|patients?)\b"
    r"|[a-z][\w-]{0,20}(?: [\[(]\w*[\])])?(?:=[#>]|>)(?:\s|$))"  # a prompt
)
_GROUP = r"^\W*[^\W\d][^:]{1,30}:\s"
_UP = 8


@dataclass(frozen=True, slots=True)
class Listing:
    """Where columns begin and end, their `titles`, the line of titles, and `between`: shapes of headings of pages."""

    edges: tuple[tuple[int, int], ...]
    titles: tuple[str, ...]
    header: str
    between: tuple[str, ...]


def is_marked(data: bytes) -> bool:
    """Whether a head has a rule or begins pages, as listings do."""
    return b"\f" in data or (
        any(mark in data for mark in (b"---", b"===", b"___")) and _MARKED.search(data) is not None
    )


def listing_of(lines: Sequence[str]) -> Listing | None:
    """The listing that lines (empty ones too) are; None where they are none."""
    feeds = frozenset(at for at, line in enumerate(lines) if line.startswith("\f"))
    lines = [line.lstrip("\f").rstrip() for line in lines]
    header, rule = _titles(lines)
    if not header:
        return None
    below = _below(lines, header, feeds)
    edges = _by_runs(header, rule) or _by_rows(header, below)
    if edges is None:
        return None
    titles = tuple(header[start:end].strip() for start, end in edges)
    known = sum(map(_is_title, titles))
    if len(edges) < LEAST_COLUMNS or known < max(2, KNOWN_TITLES * len(titles)):
        return None
    rows = [line for line in below if _fits(line, edges)]
    if len(rows) < LEAST_ROWS or not _are_people(titles, rows, edges):
        return None
    return Listing(edges, titles, _collapsed(header), _headings(lines, header, edges, feeds))


def _titles(lines: Sequence[str]) -> tuple[str, str]:
    """The first line of titles with a rule under it, else above it, and that rule; else one that is on other pages."""
    pairs = list(pairwise(lines))
    under = next(((line, rule) for line, rule in pairs if _is_ruled(line, rule)), None)
    above = next(((line, "") for rule, line in pairs if _is_ruled(line, rule) and _is_titles(line)), None)
    if under or above:
        return under or above or ("", "")
    often = Counter(line for line in lines if len(_PIECES.split(line.strip())) >= LEAST_COLUMNS)
    return next(((line, "") for line, times in often.items() if times > 1 and _is_titles(line)), ("", ""))


def _is_titles(line: str) -> bool:
    """Whether a line can be one of titles though no rule stands under it: known ones, and no numbers."""
    pieces = [word for word in line.split() if len(word) > 1]
    known = sum(map(_is_title, pieces))
    return known >= max(LEAST_COLUMNS, KNOWN_TITLES * len(pieces)) and not any(word[:1].isdigit() for word in pieces)


def _are_people(titles: tuple[str, ...], rows: list[str], edges: tuple[tuple[int, int], ...]) -> bool:
    """Whether rows are about somebody each: the results in a letter, ruled as well, must stay beside its name."""
    if any(_OF_PEOPLE.intersection(tokens(title)) for title in titles):
        return True
    return are_records([list(titles), *([row[start:end].strip() for start, end in edges] for row in rows)])


def _is_ruled(titles: str, rule: str) -> bool:
    if not _RULE.fullmatch(rule) or _RULE.fullmatch(titles) or "\t" in titles:
        return False
    pieces = _PIECES.split(titles.strip())
    return (len(pieces) >= LEAST_COLUMNS or len(_RUN.findall(rule)) >= LEAST_COLUMNS) and any(map(_is_title, pieces))


def _is_title(cell: str) -> bool:
    return is_known(cell) or not _SHORT.isdisjoint(tokens(cell))


def _by_runs(header: str, rule: str) -> tuple[tuple[int, int], ...] | None:
    """Columns as the runs of a rule say, where no title crosses a gap."""
    runs = [found.span() for found in _RUN.finditer(rule)]
    if len(runs) < LEAST_COLUMNS or any(header[start - 1 : start].strip() for start, _ in runs[1:]):
        return None
    return _reaching([start for start, _ in runs])


def _reaching(starts: list[int]) -> tuple[tuple[int, int], ...]:
    starts = [0, *starts[1:]]
    return tuple(pairwise([*starts, MAX_RECORD]))


def _by_rows(header: str, rows: list[str]) -> tuple[tuple[int, int], ...] | None:
    """Columns as the titles and what is blank in all rows say."""
    titles = [found.start() for found in _TITLE.finditer(header)]
    rows = [row for row in rows if len(_PIECES.split(row.strip())) >= LEAST_COLUMNS]
    begins = [_LETTERS.sub("a", _shape(_PIECES.split(row.strip())[0])) for row in rows]
    many = Counter(begins)
    rows = [row for row, begin in zip(rows, begins, strict=True) if 5 * many[begin] >= len(rows)]
    if len(titles) < LEAST_COLUMNS or len(rows) < LEAST_ROWS:
        return None
    titles = sorted({*titles, *_apart(header, rows)})
    starts = titles[:1]
    for title in titles[1:]:
        begin = title
        while begin > starts[-1] + 1 and any(row[begin - 1 : begin].strip() for row in rows):
            begin -= 1
        if begin <= starts[-1] + 1:
            return None
        starts.append(begin)
    return _reaching(starts)


def _apart(header: str, rows: list[str]) -> list[int]:
    """Where words of titles that one blank parts head columns of their own: cells begin there, behind a blank."""
    words = [found.start() for found in re.finditer(r"(?<=\S )\S", header)]
    return [
        at
        for at in words
        if not any(row[at - 1 : at].strip() for row in rows)
        and sum(bool(row[at : at + 1].strip()) for row in rows) >= BEGINNING * len(rows)
    ]


def _below(lines: Sequence[str], header: str, feeds: frozenset[int]) -> list[str]:
    """Lines below each line of titles and its rule, up to an empty line, a rule, another page or the titles again."""
    found: list[str] = []
    within = False
    for at, (before, line) in enumerate(pairwise(("", *lines))):
        ruled = bool(_RULE.fullmatch(line))
        if before == header:
            within = True
        elif not line or ruled or line == header or at in feeds:
            within = False
        if within and line and not ruled:
            found.append(line)
    return found


def _fits(line: str, edges: tuple[tuple[int, int], ...]) -> bool:
    cells = [line[start:end].strip() for start, end in edges]
    apart = not any(line[start - 1 : start].strip() for start, _ in edges[1:])
    return apart and bool(cells[0]) and sum(map(bool, cells)) >= FILLED_ROW * len(cells)


def _collapsed(line: str) -> str:
    return " ".join(line.split())


def _shape(line: str) -> str:
    return re.sub(_BLANKS, " ", re.sub(_NUMBERS, "9", line.strip()))


def _headings(
    lines: Sequence[str], header: str, edges: tuple[tuple[int, int], ...], feeds: frozenset[int]
) -> tuple[str, ...]:
    """Shapes of the lines above the titles.

    All above the first ones; on later pages those from the form feed on, or behind the last row.
    """
    found: dict[str, None] = {}
    first = lines.index(header)
    for at, line in enumerate(lines):
        if line != header:
            continue
        begin = 0 if at == first else max((feed for feed in feeds if at - _UP <= feed <= at), default=None)
        for place in range(at - 1, (max(-1, at - _UP - 1) if begin is None else begin - 1), -1):
            one = lines[place]
            if begin is None and _fits(one, edges):
                break
            if one and one != header and not _RULE.fullmatch(one):
                found[_shape(one)] = None
    return tuple(found)


def judged(lines: pl.Series, listing: Listing) -> pl.DataFrame:
    """For each line: cells `c0` ..., `kind` (see `ROW_LINE`), and whether it is `kept` to the columns."""
    line = pl.col("line")
    starts = [start for start, _ in listing.edges]
    cells = [
        line.str.slice(start, end - start).str.strip_chars().alias(column_id(at))
        for at, (start, end) in enumerate(listing.edges)
    ]
    apart = [line.str.slice(start - 1, 1).str.strip_chars() == "" for start in starts[1:]]
    frame = (
        lines.alias("line")
        .str.strip_chars_start("\f")
        .to_frame()
        .with_columns(
            *cells,
            pl.all_horizontal(apart).alias("kept"),
            line.str.strip_chars().str.replace_all(_BLANKS, " ").alias("flat"),
        )
    )
    names = [column_id(at) for at in range(len(starts))]
    filled = pl.sum_horizontal((pl.col(name) != "").cast(pl.UInt32) for name in names)
    full = pl.col("kept") & (pl.col(names[0]) != "") & (filled >= FILLED_ROW * len(names))
    shape = pl.col("flat").str.replace_all(_NUMBERS, "9")
    nothing = (pl.col("flat") == listing.header) | pl.col("flat").str.contains(f"^(?:{_RULE.pattern})$")
    said = line.str.contains(_CLOSING) | line.str.contains(_GROUP) | (pl.col(names[0]) == "")
    aside = shape.is_in(list(listing.between)) | (~full & said)
    kind = pl.when(nothing).then(NOTHING).when(aside).then(ASIDE).otherwise(ROW_LINE).alias("kind")
    return frame.select(*names, kind, "kept")
