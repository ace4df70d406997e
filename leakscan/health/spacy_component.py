"""Health mentions as a component of any spaCy pipeline: `nlp.add_pipe("leakscan_health")`.

`doc.spans["health"]` holds a span per mention and theme, its label the theme; `span._.health_status` is affirmed,
tested, negated or other_person, `span._.health_term` the entry of the lexicon. Tokens that a mention touches belong to
it whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import polars as pl
from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from leakscan.health.mentions import health_mentions

NAME = "leakscan_health"
SPANS = "health"
"""Key of the spans in `doc.spans`."""


@Language.factory(NAME)
class HealthComponent:
    """Finds health mentions in documents; many at once through `nlp.pipe`."""

    def __init__(self, nlp: Language, name: str = NAME) -> None:
        """`nlp` is the pipeline that it becomes a part of."""
        self.vocab, self.name = nlp.vocab, name
        for attribute in ("health_status", "health_term"):
            if not Span.has_extension(attribute):
                Span.set_extension(attribute, default=None)

    def __call__(self, doc: Doc) -> Doc:
        """One document."""
        return next(iter(self._read([doc])))

    def pipe(self, stream: Iterable[Doc], batch_size: int = 256) -> Iterator[Doc]:
        """Many documents, some at a time."""
        docs = iter(stream)
        while some := list(islice(docs, batch_size)):
            yield from self._read(some)

    @staticmethod
    def _read(docs: list[Doc]) -> list[Doc]:
        groups: list[list[Span]] = [[] for _ in docs]
        mentions = health_mentions(pl.Series([doc.text for doc in docs], dtype=pl.String))
        for row, theme, status, start, end, term in mentions.drop("confidence").rows():
            span = docs[row].char_span(start, end, label=theme, alignment_mode="expand")
            if span is not None:
                span._.health_status, span._.health_term = status, term
                groups[row].append(span)
        for doc, spans in zip(docs, groups, strict=True):
            doc.spans[SPANS] = SpanGroup(doc, name=SPANS, spans=spans)
        return docs
