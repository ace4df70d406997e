"""From rows as SQL writes them, `(1,'l''eau',NULL),(...)`, to columns: rewritten as CSV in numpy, split by polars.

Of a function only its first argument stays: the date of `TO_DATE('..','..')`, the text of `CAST(N'..' AS ...)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from leakscan.readers.blocks import DAMAGED_SCHEMA, NO_DAMAGE, Numbers
from leakscan.readers.encodings import Encoding
from leakscan.readers.notices import Notices
from leakscan.readers.recode import utf8
from leakscan.readers.sql_statements import Bytes, Dialect, Ints, quotes
from leakscan.records import ROW, Batch, column_id

_Bools = npt.NDArray[np.bool_]

_STRUCTURE, _SPACE, _LETTER = 1, 2, 4
_CLASS = np.zeros(256, np.uint8)
_CLASS[list(b"(),")] = _STRUCTURE
_CLASS[list(b" \t\r\n\v\f")] = _SPACE
_CLASS[list(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")] = _LETTER
_CLASSES = _CLASS.tobytes()
_SHORT = 32
PART_BYTES = 1 << 20
"""How much of a run is parsed at a time, in whole statements."""
_ESCAPED = np.arange(256, dtype=np.uint8)
for _letter, _meant in ((b"n", b"\n"), (b"r", b"\r"), (b"t", b"\t"), (b"b", b"\b"), (b"Z", b"\x1a")):
    _ESCAPED[_letter[0]] = _meant[0]
_TOKEN = re.compile(
    rb"(?is)(?:[NEBX]|_\w+\s*)?'(?P<one>(?:[^'\\]|''|\\.)*)'|(?P<open>\()|(?P<close>\))|(?P<comma>,)"
    rb"|(?P<word>[^\s(),']+)|\s+|."
)
_STANDARD_TOKEN = re.compile(
    rb"(?is)(?:[NEBX]|_\w+\s*)?'(?P<one>(?:[^']|'')*)'|(?P<open>\()|(?P<close>\))|(?P<comma>,)"
    rb"|(?P<word>[^\s(),']+)|\s+|."
)
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
_HEX = (
    r"(?i)^0x(?:[2-6][0-9a-f]|7[0-9a-e]|0[9ad]"  # printed ASCII, tabs and line ends
    r"|(?:c[2-9a-f]|d[0-9a-f])[89ab][0-9a-f]|e[1-9a-cef](?:[89ab][0-9a-f]){2})+$"  # what UTF-8 writes with more bytes
)


@dataclass(frozen=True, slots=True)
class Rows:
    """A run of rows in bytes: `width` fields each, `before` rows came earlier; `start`, `end`: bytes of the source.

    `seams`: places in the run where statements begin, and the bytes of the source they were.
    """

    width: int
    dialect: Dialect
    encoding: Encoding
    before: int
    seams: tuple[Ints, Ints] | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Marks:
    """Where a run's rows open and close, and the commas between their fields; `deep`: all marks of functions."""

    opens: Ints
    closes: Ints
    commas: Ints
    structure: Ints
    depth: Ints


def parse(data: bytes, run: Rows) -> Batch:
    """The rows of a run: those with another number of fields are damaged, their text is searched.

    Some statements at a time: what numpy makes of a megabyte fits into memory that it has already.
    """
    found: list[tuple[pl.DataFrame, pl.DataFrame]] = []
    before = run.before
    for part, own in _parts(data, run):
        parsed = _parsed(part, replace(own, before=before))
        if parsed is None:
            return _all_damaged(data, run)
        found.append(parsed)
        before += parsed[0].height + parsed[1].height
    frame, damaged = (pl.concat(frames) for frames in zip(*found, strict=True))
    notices = Notices()
    for reason in ("too_many_fields", "too_few_fields"):
        met = damaged.filter(pl.col("reason") == reason)
        if met.height:
            notices.add(reason, met.height, met[ROW][0], met["offset"][0])
    return Batch(_readable(frame), damaged, run.start, run.end, tuple(notices.warnings()))


def _parts(data: bytes, run: Rows) -> Iterator[tuple[bytes, Rows]]:
    """A run as runs of whole statements, each of some `PART_BYTES`."""
    if run.seams is None or len(data) <= 2 * PART_BYTES:
        yield data, run
        return
    places, sources = run.seams
    begin, first = 0, 0
    for at, place in enumerate([*places.tolist()[1:], len(data)], 1):
        if place - begin >= PART_BYTES or place == len(data):
            yield data[begin:place], replace(run, seams=(places[first:at] - begin, sources[first:at]))
            begin, first = place, at


def _parsed(data: bytes, run: Rows) -> tuple[pl.DataFrame, pl.DataFrame] | None:
    """Rows, and those that are damaged; None where parentheses or quotes do not match."""
    array = np.frombuffer(data, np.uint8)
    places, escaping = quotes(data, array, run.dialect)
    kinds = _kinds(data, places)
    telling = np.flatnonzero(kinds != 0)
    kinds = kinds[telling]
    marks = _marks(array, telling[kinds == _STRUCTURE])
    if marks is None or len(places) & 1:
        return None
    counts = np.searchsorted(marks.commas, marks.closes) - np.searchsorted(marks.commas, marks.opens) + 1
    good = counts == run.width
    keep = np.ones(len(array), np.bool_)
    out = array.copy()
    keep[telling[kinds == _SPACE]] = False
    odd = _rewrite(array, keep, telling[kinds == _LETTER], places, marks)
    _unescape(array, out, keep, escaping, run.dialect)
    out[marks.closes] = 10
    _delete(keep, np.concatenate([[0], marks.closes[:-1] + 1]), marks.opens + 1)
    _delete(keep, marks.closes[-1:] + 1, np.array([len(array)]) if len(marks.closes) else marks.closes)
    slow = good & odd
    plain = good & ~odd
    drop = np.flatnonzero(~plain)
    _delete(keep, marks.opens[drop], marks.closes[drop] + 1)
    numbers = np.arange(run.before + 1, run.before + 1 + len(good), dtype=np.uint64)
    frame = _split(utf8(out[keep].tobytes(), run.encoding), run, int(plain.sum()))
    if frame is None:
        slow, plain = good, np.zeros(len(good), np.bool_)
        frame = pl.DataFrame(schema=_schema(run.width))
    frame.insert_column(0, pl.Series(ROW, numbers[plain], dtype=pl.UInt64))
    if slow.any():
        rest = _one_by_one(data, run, marks, np.flatnonzero(slow), numbers)
        frame = pl.concat([frame, rest]).sort(ROW)
    return frame, _damaged(data, run, marks, ~good, counts, numbers)


def _kinds(data: bytes, places: Ints) -> Bytes:
    """What each byte outside of strings is: structure, blank, letter; 0 for others and within strings."""
    toggles = np.zeros(len(data), np.uint8)
    toggles[places] = 1
    toggles[:1] ^= 1
    kinds: Bytes = np.frombuffer(data.translate(_CLASSES), np.uint8) * np.bitwise_xor.accumulate(toggles)
    return kinds


def _marks(array: Bytes, structure: Ints) -> _Marks | None:
    """Where rows and fields begin and end; None where parentheses do not match."""
    signs = array[structure]
    step = np.where(signs == ord("("), 1, np.where(signs == ord(")"), -1, 0))
    depth = np.cumsum(step)
    if len(depth) and (depth.min() < 0 or depth[-1]):
        return None
    return _Marks(
        structure[(step == 1) & (depth == 1)],
        structure[(step == -1) & (depth == 0)],
        structure[(step == 0) & (depth == 1)],
        structure,
        depth,
    )


def _rewrite(array: Bytes, keep: _Bools, letters: Ints, places: Ints, marks: _Marks) -> _Bools:
    """Take out what CSV has not: NULL, prefixes of strings, casts, functions. Says which rows are too odd for that."""
    odd = np.zeros(len(marks.opens), np.bool_)
    _without_null(array, keep, letters)
    opens, closes = _strings(places)
    before = array[np.maximum(opens - 1, 0)]
    prefixed = opens[(before != ord(",")) & (before != ord("("))]
    if len(prefixed):
        last, before_last = array[prefixed - 1], _CLASS[array[prefixed - 2]]
        national = ((last & 0xDF) == ord("N")) & ((before_last == _STRUCTURE) | (before_last == _SPACE))
        keep[prefixed[national] - 1] = False
        prefixed = prefixed[~national & ~((_CLASS[last] == _SPACE) & (before_last == _STRUCTURE))]
        since = marks.structure[np.searchsorted(marks.structure, prefixed) - 1] + 1
        _delete(keep, since, prefixed)
    after = array[np.minimum(closes + 1, len(array) - 1)]
    followed = closes[(after != ord(",")) & (after != ord(")"))]
    if len(followed):
        at = np.searchsorted(marks.structure, followed)
        until = marks.structure[np.minimum(at, len(marks.structure) - 1)]
        following = np.searchsorted(opens, followed)
        again = (following < len(opens)) & (opens[np.minimum(following, len(opens) - 1)] < until)
        joined = (marks.depth[at - 1] == 1) & (again | (array[until] == ord("(")))
        odd[np.searchsorted(marks.opens, followed[joined], "right") - 1] = True
        _delete(keep, followed + 1, until)
    if (marks.depth > 1).any():
        _functions(array, keep, opens, closes, marks, odd)
    return odd


def _without_null(array: Bytes, keep: _Bools, letters: Ints) -> None:
    nulls = letters[(array[letters] & 0xDF) == ord("N")]
    nulls = nulls[nulls + 4 < len(array)]
    for step, letter in enumerate(b"ULL", 1):
        nulls = nulls[(array[nulls + step] & 0xDF) == letter]
    nulls = nulls[(_CLASS[array[nulls - 1]] != _LETTER) & (_CLASS[array[nulls + 4]] & (_STRUCTURE | _SPACE) != 0)]
    for step in range(4):
        keep[nulls + step] = False


def _strings(places: Ints) -> tuple[Ints, Ints]:
    """Where strings open and close: a doubled quote does neither."""
    opens, closes = places[0::2], places[1::2]
    apart = opens[1:] != closes[: len(opens) - 1] + 1
    first = np.ones(len(opens), np.bool_)
    first[1:] = apart
    last = np.ones(len(closes), np.bool_)
    last[: len(apart)] = apart[: len(closes)]
    return opens[first], closes[last]


def _functions(array: Bytes, keep: _Bools, opens: Ints, closes: Ints, marks: _Marks, odd: _Bools) -> None:
    """Leave of each function its first argument."""
    step = np.diff(marks.depth, prepend=0)
    begin = np.flatnonzero((marks.depth == 2) & (step == 1))
    end = np.flatnonzero((marks.depth == 1) & (step == -1))
    start, stop = marks.structure[begin], marks.structure[end]
    before = marks.structure[begin - 1]
    _delete(keep, before + 1, start + 1)
    first = np.searchsorted(opens, start)
    has = first < len(opens)
    string = np.where(has, opens[np.minimum(first, max(len(opens) - 1, 0))] if len(opens) else 0, len(array))
    quoted = has & (string < stop)
    # what is neither a blank, a mark nor the first argument ends at the first blank or comma
    following = marks.structure[begin + 1]
    bare = ~quoted | (following < string)
    if quoted.any():
        closing = closes[np.minimum(first, len(closes) - 1)]
        own = quoted & ~bare
        _delete(keep, start[own] + 1, string[own])
        _delete(keep, closing[own] + 1, stop[own] + 1)
    if bare.any():
        nested = bare & (following < stop) & (array[following] == ord("("))
        spaces = np.flatnonzero(~keep & (_CLASS[array] == _SPACE))
        at = np.searchsorted(spaces, start[bare] + 2)
        blank = (
            np.where(at < len(spaces), spaces[np.minimum(at, max(len(spaces) - 1, 0))], len(array))
            if len(spaces)
            else np.full(int(bare.sum()), len(array))
        )
        until = np.minimum(np.minimum(blank, following[bare]), stop[bare])
        _delete(keep, until, stop[bare] + 1)
        odd[np.searchsorted(marks.opens, start[nested], "right") - 1] = True
    after = array[np.minimum(stop + 1, len(array) - 1)]
    joined = stop[(after != ord(",")) & (after != ord(")"))]
    odd[np.searchsorted(marks.opens, joined, "right") - 1] = True


def _unescape(array: Bytes, out: Bytes, keep: _Bools, escaping: Ints, dialect: Dialect) -> None:
    """Write what backslashes stand for: a quote is doubled, a NUL left out."""
    if not len(escaping):
        return
    escaping = escaping[escaping + 1 < len(array)]
    meant = array[escaping + 1]
    quote = meant == dialect.quote[0]
    out[escaping[quote]] = dialect.quote[0]
    keep[escaping[~quote]] = False
    out[escaping + 1] = _ESCAPED[meant]
    keep[escaping[meant == ord("0")] + 1] = False


def _delete(keep: _Bools, starts: Ints, ends: Ints) -> None:
    """Take out ranges of bytes, end exclusive."""
    lengths = np.maximum(ends - starts, 0)
    total = int(lengths.sum())
    if not total:
        return
    longest = int(lengths.max())
    if longest <= _SHORT:
        for step in range(longest):
            keep[starts[lengths > step] + step] = False
        return
    before = np.cumsum(lengths) - lengths
    keep[np.repeat(starts - before, lengths) + np.arange(total)] = False


def _schema(width: int) -> dict[str, pl.DataType]:
    return {column_id(index): pl.String() for index in range(width)}


def _split(data: bytes, run: Rows, rows: int) -> pl.DataFrame | None:
    """CSV with SQL's quotes as text columns; None where polars sees other rows than we do."""
    if not rows:
        return pl.DataFrame(schema=_schema(run.width))
    try:
        frame = pl.read_csv(
            data,
            has_header=False,
            quote_char=run.dialect.quote.decode(),
            schema=_schema(run.width),
            empty_string_is_null=False,
            missing_columns="insert",
            extra_columns="raise",
            glob=False,
        )
    except pl.exceptions.PolarsError:
        return None
    if frame.height != rows:
        return None
    return frame.with_columns(pl.all().fill_null("")) if any(one.null_count() for one in frame) else frame


def _one_by_one(data: bytes, run: Rows, marks: _Marks, rows: Ints, numbers: Numbers) -> pl.DataFrame:
    """The few rows whose fields are expressions: read token by token."""
    found = []
    for index in rows.tolist():
        cells = fields(data[int(marks.opens[index]) : int(marks.closes[index]) + 1], run.dialect)
        texts = [utf8(cell, run.encoding).decode("utf-8", "replace") for cell in cells]
        found.append([int(numbers[index]), *(texts + [""] * run.width)[: run.width]])
    return pl.DataFrame(found, schema={ROW: pl.UInt64(), **_schema(run.width)}, orient="row")


def fields(row: bytes, dialect: Dialect) -> list[bytes]:
    """The cells of one row `(...)`; strings that are joined in a field are joined, the rest of expressions is left."""
    pattern = _TOKEN if dialect.escapes else _STANDARD_TOKEN
    if dialect.quote == b'"':
        row = row.translate(bytes.maketrans(b"\"'", b"'\""))
    cells: list[tuple[list[bytes], list[bytes]]] = [([], [])]
    depth = 0
    skipping = False
    for token in pattern.finditer(row):
        kind = token.lastgroup
        if kind == "open":
            depth += 1
            if depth == 2 and cells[-1][1]:  # the name of a function
                cells[-1][1].pop()
            skipping = False if depth == 2 else skipping
        elif kind == "close":
            depth -= 1
            skipping = False if depth == 1 else skipping
        elif kind == "comma":
            if depth == 1:
                cells.append(([], []))
            else:
                skipping = True
        elif kind == "one" and not skipping:
            cells[-1][0].append(_unquoted(token["one"], dialect))
        elif kind == "word" and not skipping and token["word"].upper() != b"NULL":
            cells[-1][1].append(token["word"])
            skipping = depth > 1
    return [b"".join(strings) if strings else b" ".join(words) for strings, words in cells]


def _unquoted(text: bytes, dialect: Dialect) -> bytes:
    text = text.replace(b"''", b"'")
    if dialect.escapes:
        text = _ESCAPE.sub(lambda one: bytes([int(_ESCAPED[one[1][0]])]) if one[1] != b"0" else b"", text)
    return text.translate(bytes.maketrans(b"\"'", b"'\"")) if dialect.quote == b'"' else text


def _damaged(data: bytes, run: Rows, marks: _Marks, bad: _Bools, counts: Ints, numbers: Numbers) -> pl.DataFrame:
    """Rows with another number of fields."""
    rows = np.flatnonzero(bad)
    if not len(rows):
        return NO_DAMAGE
    spans = list(zip(marks.opens[rows].tolist(), (marks.closes[rows] + 1).tolist(), strict=True))
    columns = {
        ROW: numbers[rows],
        "offset": [offset(run.seams, start) for start, _ in spans],
        "reason": np.where(counts[rows] > run.width, "too_many_fields", "too_few_fields").tolist(),
        "text": [utf8(data[start:end], run.encoding).decode("utf-8", "replace") for start, end in spans],
    }
    return pl.DataFrame(columns, schema=DAMAGED_SCHEMA)


def offset(seams: tuple[Ints, Ints] | None, place: int) -> int:
    """Byte in the source of a place in a run."""
    if seams is None:
        return 0
    index = int(np.searchsorted(seams[0], place, "right")) - 1
    return int(seams[1][index]) + place - int(seams[0][index])


def _all_damaged(data: bytes, run: Rows) -> Batch:
    """A run whose parentheses or quotes do not match, as one damaged row."""
    text = utf8(data, run.encoding).decode("utf-8", "replace")
    found = {ROW: [run.before + 1], "offset": [run.start], "reason": ["unclosed_quote"], "text": [text]}
    frame = pl.DataFrame(schema={ROW: pl.UInt64(), **_schema(run.width)})
    notices = Notices()
    notices.add("unclosed_quote", 1, run.before + 1, run.start)
    return Batch(frame, pl.DataFrame(found, schema=DAMAGED_SCHEMA), run.start, run.end, tuple(notices.warnings()))


def _readable(frame: pl.DataFrame) -> pl.DataFrame:
    """Hexadecimal literals that are text, as the text."""
    names = [name for name in frame.columns if name != ROW]
    begins = frame.select(pl.col(name).str.starts_with("0x").any() for name in names).row(0) if names else ()
    written = [name for name, begun in zip(names, begins, strict=True) if begun]
    return frame.with_columns(_unhexed(name) for name in written) if written else frame


def _unhexed(name: str) -> pl.Expr:
    cell = pl.col(name)
    text = pl.when(cell.str.contains(_HEX)).then(cell.str.slice(2)).str.decode("hex", strict=False)
    return text.cast(pl.String).fill_null(cell).alias(name)


def first_width(data: bytes, dialect: Dialect) -> int:
    """Fields of the first row of a run, 0 where no row ends."""
    for sample in (data[: 1 << 16], data):
        array = np.frombuffer(sample, np.uint8)
        places, _ = quotes(sample, array, dialect)
        kinds = _kinds(sample, places)
        structure = np.flatnonzero(kinds == _STRUCTURE)
        signs = array[structure]
        depth = np.cumsum(np.where(signs == ord("("), 1, np.where(signs == ord(")"), -1, 0)))
        ended = np.flatnonzero((depth == 0) & (signs == ord(")")))
        if len(ended):
            return len(fields(sample[int(structure[0]) : int(structure[ended[0]]) + 1], dialect))
    return 0
