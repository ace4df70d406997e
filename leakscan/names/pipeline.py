"""The trained pipeline: people, dates, addresses and hospitals in running text, by models/names-fr.

spaCy takes over a second to import, so it is imported when the first text is read, once per process.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import polars as pl

from leakscan.data import model_file
from leakscan.names.spans import LABELS, Spans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spacy.language import Language

READ_CONFIDENCE = 0.8
"""Of what the pipeline alone says: about its precision on text that it never saw (models/names-fr/README.md)."""
PIECE_CHARS = 5_000
"""Most characters read at once; a longer text is cut at a line or sentence end."""
PIPELINE = "names-fr/pipeline"
"""Where it lies below `models/`."""
_BATCH = 128
_CUTS = ("\n\n", "\n", ". ", "; ", ", ", " ")


@cache
def _pipeline() -> Language:
    import spacy

    # Its tokenizer is in its files. French itself would compile 1.4 MB of patterns that are not used: 1.6 s a process.
    return spacy.load(model_file(PIPELINE), config={"nlp.lang": "xx"})


def read(texts: pl.Series) -> Spans:
    """What the pipeline finds in texts without null; they are read in pieces of at most `PIECE_CHARS` characters."""
    if texts.is_empty():
        return Spans.of([], READ_CONFIDENCE)
    known = {label: at for at, label in enumerate(LABELS)}
    places = list(_pieces(texts))
    nlp = _pipeline()
    with nlp.memory_zone():  # else every new word would stay in memory
        docs = nlp.pipe((piece for _, _, piece in places), batch_size=_BATCH)
        rows = [
            (number, at + entity.start_char, at + entity.end_char, known[entity.label_])
            for (number, at, _), doc in zip(places, docs, strict=True)
            for entity in doc.ents
        ]
    return Spans.of(rows, READ_CONFIDENCE)


def _pieces(texts: pl.Series) -> Iterator[tuple[int, int, str]]:
    """Number of a text, where its piece begins, the piece."""
    for number, text in enumerate(texts.to_list()):
        if len(text) <= PIECE_CHARS:
            yield number, 0, text
            continue
        at = 0
        while at < len(text):
            end = _cut(text, at)
            yield number, at, text[at:end]
            at = end


def _cut(text: str, at: int) -> int:
    """Where a piece that begins at `at` ends: behind the best mark in its second half, else at its full length."""
    limit = at + PIECE_CHARS
    if limit >= len(text):
        return len(text)
    for mark in _CUTS:
        place = text.rfind(mark, at + PIECE_CHARS // 2, limit)
        if place >= 0:
            return place + len(mark)
    return limit
