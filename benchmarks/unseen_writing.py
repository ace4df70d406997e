"""How an unseen layout is written to bytes: encoding, byte-order mark, delimiter, quoting, line ends, damaged lines."""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random
    from collections.abc import Collection
    from pathlib import Path

_BOMS = {"utf-8": codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
_EIGHT_BIT = ("utf-8", "cp1252", "iso8859-15", "cp850")


@dataclass(frozen=True)
class Dialect:
    """One way of writing a delimited file; `quoting` is none, minimal or all."""

    encoding: str
    bom: bool
    delimiter: str
    quoting: str
    line_end: str
    last_end: bool


def draw_dialect(rng: random.Random) -> Dialect:
    """Draw a dialect, semicolon and cp1252 most often."""
    encoding = rng.choices(
        ("cp1252", "utf-8", "utf-8 bom", "iso8859-15", "cp850", "utf-16-le", "utf-16-be"), (34, 20, 12, 8, 10, 9, 7)
    )[0]
    return Dialect(
        encoding=encoding.removesuffix(" bom"),
        bom=encoding.endswith("bom") or (encoding.startswith("utf-16") and rng.random() < 0.7),
        delimiter=rng.choices((";", ",", "\t", "|"), (45, 22, 18, 15))[0],
        quoting=rng.choices(("none", "minimal", "all"), (35, 45, 20))[0],
        line_end=rng.choices(("\r\n", "\n", "\r"), (52, 40, 8))[0],
        last_end=rng.random() < 0.8,
    )


def choose_damage(rng: random.Random, candidates: list[int], rows: int) -> frozenset[int]:
    """Choose the lines to damage (a fifth of the files, one in a thousand) among those that alone say nothing."""
    count = min(len(candidates), max(1, rows // 1000))
    return frozenset(rng.sample(candidates, count)) if rng.random() < 0.2 else frozenset()


def _damage(rng: random.Random, cells: list[str]) -> list[str]:
    """Cut a line short, or give it a field too many."""
    if rng.random() < 0.5:
        keep = rng.randint(2, len(cells) - 1)
        if any(cells[:keep]):
            return cells[:keep]
    place = rng.randrange(1, len(cells))
    return [*cells[:place], "suite", *cells[place:]]


def write(
    target: Path,
    headers: list[str] | None,
    cells: list[list[str]],
    dialect: Dialect,
    *,
    rng: random.Random,
    damaged: Collection[int],
) -> dict[str, Any]:
    """Write the file and return what the truth says about its writing."""
    lines = [_damage(rng, line) if number in damaged else line for number, line in enumerate(cells)]
    if headers is not None:
        lines.insert(0, headers)
    buffer = io.StringIO(newline="")
    if dialect.quoting == "none":
        bad = str.maketrans({dialect.delimiter: " ", '"': "'", "\r": " ", "\n": " "})
        joined = (dialect.delimiter.join(cell.translate(bad) for cell in line) for line in lines)
        buffer.writelines(line + dialect.line_end for line in joined)
    else:
        quoting = csv.QUOTE_ALL if dialect.quoting == "all" else csv.QUOTE_MINIMAL
        csv.writer(buffer, delimiter=dialect.delimiter, quoting=quoting, lineterminator=dialect.line_end).writerows(
            lines
        )
    text = buffer.getvalue()
    if not dialect.last_end:
        text = text.removesuffix(dialect.line_end)
    try:
        body = text.encode(dialect.encoding)
    except UnicodeEncodeError:
        body = text.replace("œ", "oe").replace("Œ", "OE").encode(dialect.encoding, "replace")
        text = body.decode(dialect.encoding)
    target.write_bytes((_BOMS[dialect.encoding] if dialect.bom else b"") + body)
    return {
        "encoding": dialect.encoding,
        "bom": dialect.bom,
        "encodings_alike": _alike(body, text) if dialect.encoding in _EIGHT_BIT else [dialect.encoding],
        "delimiter": dialect.delimiter,
        "quoting": dialect.quoting,
        "line_end": dialect.line_end,
        "rows": len(cells),
        "damaged_rows": len(damaged),
    }


def _alike(body: bytes, text: str) -> list[str]:
    """List the encodings that read these bytes as the same text: nobody can tell them apart."""
    alike: list[str] = []
    for encoding in _EIGHT_BIT:
        try:
            if body.decode(encoding) == text:
                alike.append(encoding)
        except UnicodeDecodeError:
            continue
    return alike
