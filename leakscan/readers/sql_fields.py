"""One row as SQL writes it, token by token: where a field is an expression, and to know how many fields there are."""

from __future__ import annotations

import re

from leakscan.readers.sql_statements import Dialect

CONTROLS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"Z": b"\x1a"}
"""What a letter behind a backslash stands for; any other byte stands for itself, and `0` for nothing."""
_TOKEN = re.compile(
    rb"(?is)(?:[NEBX]|_\w+\s*)?'(?P<one>(?:[^'\\]|''|\\.)*)'|(?P<open>\()|(?P<close>\))|(?P<comma>,)"
    rb"|(?P<word>[^\s(),']+)|\s+|."
)
_STANDARD_TOKEN = re.compile(
    rb"(?is)(?:[NEBX]|_\w+\s*)?'(?P<one>(?:[^']|'')*)'|(?P<open>\()|(?P<close>\))|(?P<comma>,)"
    rb"|(?P<word>[^\s(),']+)|\s+|."
)
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)


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
        text = _ESCAPE.sub(lambda one: CONTROLS.get(one[1], one[1]) if one[1] != b"0" else b"", text)
    return text.translate(bytes.maketrans(b"\"'", b"'\"")) if dialect.quote == b'"' else text
