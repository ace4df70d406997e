"""Which encoding a source is in, and its bytes as UTF-8: settled per file, applied per line, never by U+FFFD.

A line that is valid UTF-8 is UTF-8; any other line is in the file's legacy encoding. The rule is local to a line, so a
file that changes encoding half-way reads right and the size of blocks cannot matter.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from leakscan.errors import UsageError
from leakscan.readers.legacy import LEGACY_ENCODINGS, best_legacy, characters, legacy_to_utf8, undefined
from leakscan.readers.streams import HEAD_BYTES

SAMPLE_BYTES = 64 << 10
"""How much text settles a legacy encoding that shows up after the head."""

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NUL_PATTERNS = {  # per position in a unit: is it nearly always NUL in Western text?
    "utf-32-le": (False, True, True, True),
    "utf-32-be": (True, True, True, False),
    "utf-16-le": (False, True),
    "utf-16-be": (True, False),
}
_ASCII = bytes(range(128))
_LEADS_IN_FRENCH = (0xC2, 0xC3, 0xC4, 0xC5, 0xE2, 0xEF, 0xF0)
_Bools = npt.NDArray[np.bool_]
_Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a source's bytes become text.

    `label` is shown in the report; `legacy` decodes the lines that are not UTF-8 (None: none met so far); `forced`
    means the user said so and lines are not judged; `bom` is the length of the byte order mark in bytes.
    """

    label: str
    legacy: str | None = None
    forced: bool = False
    bom: int = 0

    @property
    def wide(self) -> str | None:
        """The codec where a character takes two or four bytes, else None."""
        return self.label if self.label in _NUL_PATTERNS else None


@dataclass(frozen=True, slots=True)
class LineCheck:
    """What encodings the lines of a block are in.

    `mode`: "utf-8" (ASCII included), "legacy", or "mixed" (some lines each). `foreign`: start offsets of lines that
    are not in the file's own encoding. `undecodable`: bytes that mean nothing in the legacy encoding.
    """

    mode: str
    foreign: _Ints
    undecodable: int = 0


_NOTHING = np.zeros(0, np.int64)
_ALL_UTF8 = LineCheck("utf-8", _NOTHING)


def detect(head: bytes, wanted: str | None) -> Encoding:
    """Settle the encoding of a source from its head, or take what the user wants (UsageError if it is unknown)."""
    if len(head) >= HEAD_BYTES:
        head = _without_half_character(head)
    if wanted is not None:
        return _forced(head, wanted)
    for bom, name in _BOMS:
        if head.startswith(bom):
            return Encoding(name, bom=len(bom), legacy=None if name != "utf-8" else _legacy_of(head))
    for name in _NUL_PATTERNS:
        if _has_nul_pattern(head[:SAMPLE_BYTES], name):
            return Encoding(name)
    legacy = _legacy_of(head)
    if legacy is None:
        return Encoding("utf-8")
    check = check_lines(head, Encoding("utf-8", legacy))
    return Encoding("utf-8" if 2 * len(check.foreign) < _lines_with_high_bytes(head) else legacy, legacy)


def _without_half_character(head: bytes) -> bytes:
    """Leave out a UTF-8 sequence at the end of a head that the cut may have broken."""
    for back in range(1, 5):
        if head[-back] < 0x80:
            break
        if head[-back] >= 0xC0:
            return head[:-back]
    return head


def _forced(head: bytes, wanted: str) -> Encoding:
    try:
        name = codecs.lookup(wanted).name
        ascii_compatible = _ASCII.decode(name) == _ASCII.decode("ascii")
    except (LookupError, UnicodeError, TypeError, ValueError):
        name, ascii_compatible = wanted, False
    marked = next(((len(bom), known) for bom, known in _BOMS if head.startswith(bom)), (0, ""))
    if name in {"utf-8", "utf-8-sig"}:
        return Encoding("utf-8", _legacy_of(head), bom=marked[0] if marked[1] == "utf-8" else 0)
    for width in ("utf-16", "utf-32"):
        if name.startswith(width):
            label = name if name in _NUL_PATTERNS else marked[1] if marked[1].startswith(width) else f"{width}-le"
            return Encoding(label, forced=True, bom=marked[0] if marked[1] == label else 0)
    if not ascii_compatible or len(characters(name)) != 256:
        message = f"the encoding {wanted!r} cannot be read: give UTF-8, UTF-16, UTF-32 or a single-byte encoding"
        raise UsageError(message)
    return Encoding(name, name, forced=True)


def _has_nul_pattern(head: bytes, name: str) -> bool:
    if b"\0" not in head:
        return False
    pattern = _NUL_PATTERNS[name]
    units = len(head) // len(pattern)
    if units < 2:
        return False
    shares = (np.frombuffer(head[: units * len(pattern)], np.uint8).reshape(units, -1) == 0).mean(axis=0)
    return all(share > 0.7 if nul else share < 0.05 for share, nul in zip(shares, pattern, strict=True))


def _lines_with_high_bytes(data: bytes) -> int:
    array = np.frombuffer(data, np.uint8)
    high = np.flatnonzero(array > 0x7F)
    return len(np.unique(np.searchsorted(np.flatnonzero(array == 10), high)))


def _legacy_of(head: bytes) -> str | None:
    """Choose the legacy encoding from the lines of the head that are not UTF-8; None when there are none."""
    check = check_lines(head, Encoding("utf-8"))
    if not len(check.foreign):
        return None
    pieces = []
    for start in check.foreign[:20_000].tolist():
        stop = head.find(b"\n", start)
        pieces.append(head[start : stop if stop >= 0 else len(head)])
    return best_legacy(b"\n".join(pieces)[: 4 * SAMPLE_BYTES])


def settle(encoding: Encoding, block: bytes, following: Callable[[int], bytes]) -> Encoding:
    """Give an encoding whose legacy part is known, if `block` needs one: judged on 64 KiB from the first odd line.

    `following(size)` looks at the bytes after the block, so that the answer does not depend on where a block ends.
    """
    if encoding.legacy is not None or encoding.wide or block.isascii():
        return encoding
    check = check_lines(block, encoding)
    if not len(check.foreign):
        return encoding
    sample = block[int(check.foreign[0]) :][:SAMPLE_BYTES]
    sample += following(SAMPLE_BYTES - len(sample)) if len(sample) < SAMPLE_BYTES else b""
    return Encoding(encoding.label, best_legacy(_foreign_text(sample, encoding)), bom=encoding.bom)


def _foreign_text(sample: bytes, encoding: Encoding) -> bytes:
    lines = sample.split(b"\n")
    starts = set(check_lines(sample, encoding).foreign.tolist())
    kept, position = [], 0
    for line in lines:
        if position in starts:
            kept.append(line)
        position += len(line) + 1
    return b"\n".join(kept)


def check_lines(block: bytes, encoding: Encoding) -> LineCheck:
    """Tell which lines of a block are in which encoding; `block` holds whole lines."""
    if block.isascii():
        return _ALL_UTF8
    if encoding.wide:  # half a surrogate pair, or half a unit at the end: U+FFFD is the only way to show it
        return LineCheck("utf-8", _NOTHING, block.count("\N{REPLACEMENT CHARACTER}".encode()))
    array = np.frombuffer(block + b"\0\0\0", np.uint8)
    if encoding.forced:
        return LineCheck("legacy", _NOTHING, _count_undefined(array, encoding.label))
    own_is_utf8 = encoding.label == "utf-8"
    if own_is_utf8 and _is_utf8(block):
        return _ALL_UTF8
    high = np.flatnonzero(array.view(np.int8) < 0)
    odd = _not_utf8(array, high, any_lead=own_is_utf8)
    if odd.all() and not own_is_utf8:
        return LineCheck("legacy", _NOTHING, _count_undefined(array[high], encoding.label))
    legacy_lines, utf8_lines = _lines_by_encoding(array, high, odd)
    mode = "utf-8" if not len(legacy_lines) else "legacy" if not len(utf8_lines) else "mixed"
    if encoding.legacy is None or mode == "utf-8":
        undecodable = 0
    elif mode == "legacy":
        undecodable = _count_undefined(array[high], encoding.legacy)
    else:
        text = b"".join(_line_at(block, start) for start in legacy_lines.tolist())
        undecodable = _count_undefined(np.frombuffer(text, np.uint8), encoding.legacy)
    return LineCheck(mode, legacy_lines if own_is_utf8 else utf8_lines, undecodable)


def _line_at(block: bytes, start: int) -> bytes:
    stop = block.find(b"\n", start)
    return block[start : stop if stop >= 0 else len(block)]


def _is_utf8(block: bytes) -> bool:
    try:
        block.decode()
    except UnicodeDecodeError:
        return False
    return True


def _count_undefined(array: npt.NDArray[np.uint8], name: str) -> int:
    without = undefined(name)
    return int(np.bincount(array, minlength=256)[list(without)].sum()) if without else 0


def _not_utf8(array: npt.NDArray[np.uint8], high: _Ints, *, any_lead: bool) -> _Bools:
    """Mark each high byte that is no part of a valid UTF-8 sequence.

    With `any_lead` false a sequence whose first byte leads to no character of French text is refused as well: in a
    legacy file `É»` or a Mac's `’é` are two characters, not a UTF-8 pair.
    """
    lead, second = array[high], array[high + 1]
    low = np.full(len(high), 0x80, np.uint8)
    top = np.full(len(high), 0xBF, np.uint8)
    for value, first in ((0xE0, 0xA0), (0xF0, 0x90)):
        low[lead == value] = first
    for value, last in ((0xED, 0x9F), (0xF4, 0x8F)):
        top[lead == value] = last
    allowed = (lead >= 0xC2) & (lead <= 0xF4)
    if not any_lead:
        allowed &= np.isin(lead, np.array(_LEADS_IN_FRENCH, np.uint8))
    length = 1 + (lead >= 0xC2).astype(np.int8) + (lead >= 0xE0) + (lead >= 0xF0)
    good = allowed & (second >= low) & (second <= top)
    good &= (length < 3) | ((array[high + 2] & 0xC0) == 0x80)
    good[length > 3] &= (array[np.minimum(high[length > 3] + 3, len(array) - 1)] & 0xC0) == 0x80
    valid = good.copy()
    for step in (1, 2, 3):
        reached = np.flatnonzero(good & (length > step)) + step
        valid[reached] = True
    return ~valid


def _lines_by_encoding(array: npt.NDArray[np.uint8], high: _Ints, odd: _Bools) -> tuple[_Ints, _Ints]:
    """Start offsets of the lines that are not UTF-8, and of those that are and have more than ASCII."""
    starts = np.concatenate([[0], np.flatnonzero(array == 10) + 1])
    lines = np.searchsorted(starts, high, "right") - 1
    legacy = np.unique(lines[odd])
    utf8 = np.setdiff1d(np.unique(lines), legacy, assume_unique=True)
    return starts[legacy], starts[utf8]


def to_utf8(data: bytes, encoding: Encoding, mode: str) -> bytes:
    """Give whole lines as UTF-8; `mode` is that of the block they came from (see `LineCheck`)."""
    if mode == "utf-8" or data.isascii():
        return data
    name = encoding.legacy or LEGACY_ENCODINGS[0]
    if mode == "legacy":
        return legacy_to_utf8(data, name)
    array = np.frombuffer(data + b"\0\0\0", np.uint8)
    high = np.flatnonzero(array.view(np.int8) < 0)
    legacy, utf8 = _lines_by_encoding(array, high, _not_utf8(array, high, any_lead=encoding.label == "utf-8"))
    starts = np.concatenate([legacy, utf8])
    is_legacy = np.repeat([True, False], [len(legacy), len(utf8)])[np.argsort(starts)]
    starts = np.sort(starts)
    turns = np.flatnonzero(np.diff(is_legacy, prepend=~is_legacy[:1]))
    edges = [0, *starts[turns[1:]].tolist(), len(data)]
    pieces = []
    for index, turn in enumerate(turns.tolist()):
        piece = data[edges[index] : edges[index + 1]]
        pieces.append(to_utf8(piece, encoding, "legacy") if is_legacy[turn] else piece)
    return b"".join(pieces)
