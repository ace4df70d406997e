"""What a head must show at least to be worth a reader's look: asked of raw bytes, before the reader is even imported.

Each gate passes every head that its reader's `sniff` takes, and most others not: four dozen readers take a quarter of
a second to import, and a table of text needs two of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Asked = Callable[[bytes], bool]
"""Whether a head may be of a format at all."""

RUN_OF_DIGITS = re.compile(rb"[0-9]{16}|[0-9]{6,}[AB][0-9]{9,}|[A-Z][0-9]{13}|[0-9]{13}[A-Z]")
"""More than a number with its key has, or a letter right beside one; one from Corsica has a letter in it."""
_NEAR = 8192
_CONTROL = re.compile(rb"[\0-\x08\x0e-\x1f]")
_MARKS = (
    b"%PDF", b"PK", b"Rar!", b"7z", b"BZh", b"\x28\xb5\x2f\xfd", b"Obj", b"ORC", b"PAR", b"ARROW1", b"FEA1", b"GIF8",
    b"#!", b"MZ", b"\xff\xd8\xff", b"\xd0\xcf\x11\xe0",
)  # fmt: skip
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<", b"{\0", b"\0{", b"[\0", b"\0[")
_STATEMENT = re.compile(
    rb"(?i)[\s\xef\xbb\xbf]*(?:--|/\*|#|(?:SET|USE|CREATE|DROP|INSERT|REPLACE|COPY|BEGIN|PRAGMA|START|LOCK|IF|GO|ALTER"
    rb"|DELETE|REM|PROMPT|TRUNCATE|SELECT|DECLARE|PRINT|COMMIT|\\restrict)\b)"
)
_COMMENT = re.compile(rb"[\s\xef\xbb\xbf]*(?://|/\*|#)")
_FAR = 64 << 10
_KEYED = re.compile(
    rb"[{\[(]\s*(?://[^\n]*\s*)?[\"':]?[A-Za-z_]\w{0,60}[\"']?\s*[:=]|(?:->|\.)set[A-Z_]"
    rb"|=\s*[\[({]\s*(?:(?:#|//)[^\n]*\s*)?[\[(]\s*[\"'\d]"
)
_HPRIM_HEAD = re.compile(rb"H[^\w\s]")
_BLANK = b" \t\n\r\x0b\x0c\xef\xbb\xbf"
_ALONE = re.compile(rb"\s*\d[\d/.\- ]{3,14}\s*")
_LABEL = re.compile(rb"(?m)^[ \t>*\-]{0,60}([^\W\d_][^\n:=\t|;,]{0,47}?)[ \t*]*(?:[:=|]|\t+[^\t\n]*$|[. ]*\.{3}|_{3})")
_YAML = re.compile(
    rb"(?m)^(?:---(?:[ \t\r\n]|$)|[ ]*-[ ]+(?:[\"']?[^\W\d][^\n:]{0,80}:(?:[ \r\n]|$)|![^\n]*$|\{)"
    rb"|[\"']?[^\W\d][^\n:]{0,80}:[ ]*(?:[&!#][^\n]*)?\r?\n(?:[ ]*(?:#[^\n]*)?\r?\n)*(?:[ ]+[\"'\w]|[ ]*- ))"
)
_DAY = re.compile(rb"[\xe2\x80\x8e\xaa\xef\xbb\xbf]*\[?\d")


def anything(data: bytes) -> bool:
    """Every head."""
    del data
    return True


def binary(data: bytes) -> bool:
    """Bytes of no text near the beginning, or a mark that is made of letters."""
    return data.startswith(_MARKS) or _CONTROL.search(data, 0, _NEAR) is not None or b"%PDF-" in data[:_NEAR]


def wide(data: bytes) -> bool:
    """Two bytes for a character."""
    return data.startswith(_WIDE)


def markup(data: bytes) -> bool:
    """A tag near the beginning."""
    return b"<" in data[:_NEAR]


def markup_or_wide(data: bytes) -> bool:
    """A tag near the beginning, in any width."""
    return wide(data) or markup(data)


def braces(data: bytes) -> bool:
    """An object or a list at the beginning."""
    return b"{" in data[:256] or b"[" in data[:256] or wide(data)


def braces_or_comments(data: bytes) -> bool:
    """As `braces`, or a comment of a programming language and a brace behind it."""
    return braces(data) or (_COMMENT.match(data) is not None and b"{" in data[:_NEAR])


def keyed_brackets(data: bytes) -> bool:
    """A bracket with a key behind it, or a setter."""
    return _KEYED.search(data, 0, _FAR) is not None


def opens_sql(data: bytes) -> bool:
    """A first word or comment of SQL."""
    return _STATEMENT.match(data[:4096]) is not None


def statements(data: bytes) -> bool:
    """As `opens_sql`, in any width."""
    return wide(data) or opens_sql(data)


def messages(data: bytes) -> bool:
    """A segment MSH."""
    return b"MSH" in data[:_NEAR]


def instances(data: bytes) -> bool:
    """A word of FHIR Shorthand."""
    return b"InstanceOf:" in data


def quoted_messages(data: bytes) -> bool:
    """Separators as HL7 or HPRIM declare them."""
    return b"|^~" in data or b"|~^" in data


def hprim_segments(data: bytes) -> bool:
    """A line H with separators. Looked for from the letter back: from line ends on it takes ten times as long."""
    for found in _HPRIM_HEAD.finditer(data, 0, _NEAR):
        at = found.start()
        if at and data[at - 1] not in _BLANK:
            continue
        before = data[:at]
        begun = before.rstrip(_BLANK)
        blank = before[len(begun) :]
        if not begun or b"\n" in blank or b"\r" in blank:
            return True
    return False


def hprim_letter(data: bytes) -> bool:
    """A date or number alone on the seventh line."""
    lines = data[:_NEAR].replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n", 7)
    return len(lines) > 7 and _ALONE.fullmatch(lines[6]) is not None


def invoices(data: bytes) -> bool:
    """A record of type 000."""
    return b"000" in data[:8]


def chats(data: bytes) -> bool:
    """A day at the beginning, or an object."""
    return braces(data) or _DAY.match(data[:64]) is not None


def pairs(data: bytes) -> bool:
    """An address or a colon on the first line."""
    first = data[:400].lstrip(b"\xef\xbb\xbf\r\n").split(b"\n", 1)[0]
    return b":" in first or b"@" in first


def columns_of_blanks(data: bytes) -> bool:
    """Blanks beside each other, or a number of a person that something touches."""
    return b"  " in data[:4096] or RUN_OF_DIGITS.search(data[:4096]) is not None


def cards(data: bytes) -> bool:
    """A card's beginning."""
    return wide(data) or b"BEGIN" in data[:64].upper()


def variants(data: bytes) -> bool:
    """The first line of a VCF file."""
    return b"##" in data[:64]


def mails(data: bytes) -> bool:
    """A field of a header, or a line From, at the beginning."""
    return data.startswith(b"From ") or b":" in data[:2048].split(b"\n", 1)[0]


def rich_text(data: bytes) -> bool:
    """The mark of RTF."""
    return b"{\\rt" in data[:128]


def mappings(data: bytes) -> bool:
    """An item of a list with a key, a key with something indented below it, or a mark of a document."""
    return wide(data) or (data[:64].lstrip(_BLANK)[:1] not in (b"{", b"[", b"<") and bool(_YAML.search(data, 0, _NEAR)))


def labels(data: bytes) -> bool:
    """Two labels that come again."""
    if wide(data):
        return True
    counts: dict[bytes, int] = {}
    for label in _LABEL.findall(data, 0, 2 * _NEAR):
        counts[label] = counts.get(label, 0) + 1
    return sum(count > 1 for count in counts.values()) > 1
