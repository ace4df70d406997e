"""Properties of old Office documents: title, author, subject, keywords ... as lines. Source: [MS-OLEPS]."""

from __future__ import annotations

from collections.abc import Iterator

from leakscan.readers.charsets import decoded
from leakscan.readers.compound import Compound

_STREAMS = {
    "\x05SummaryInformation": {
        2: "Titre", 3: "Sujet", 4: "Auteur", 5: "Mots-clés", 6: "Commentaires", 8: "Modifié par",
    },
    "\x05DocumentSummaryInformation": {2: "Catégorie", 14: "Responsable", 15: "Société"},
}  # fmt: skip
_TEXT, _WIDE = 0x1E, 0x1F
_MOST = 1_000


def properties(held: Compound) -> Iterator[str]:
    """A line per property that is text."""
    for stream, labels in _STREAMS.items():
        data = held.read(stream)
        at = _number(data, 44)
        for entry in range(min(_MOST, _number(data, at + 4))):
            label = labels.get(_number(data, at + 8 + 8 * entry))
            place = at + _number(data, at + 12 + 8 * entry)
            if label is None or not data:
                continue
            kind, size = _number(data, place), _number(data, place + 4)
            raw = data[place + 8 : place + 8 + (2 * size if kind == _WIDE else size)]
            text = (
                raw.decode("utf-16-le", "replace") if kind == _WIDE else decoded(raw, None)[0] if kind == _TEXT else ""
            )
            text = " ".join(text.partition("\0")[0].split())
            if text:
                yield f"{label} : {text}"


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little")
