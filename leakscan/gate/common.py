"""Words that head columns of people and stand in any text: signs of nobody where whole sentences surround them."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet

import polars as pl

COMMON: frozenset[str] = frozenset((
    "demande", "dossier", "journee", "identite", "nom", "noms", "assure", "provider", "requester", "collected",
    "sampled", "drawn", "accession", "attending", "anonymat", "traitant", "resultat", "resultats", "pos", "neg",
    "positif", "positifs", "negatif", "negatifs", "positive", "negative", "reactif", "detecte", "detected",
    "undetected", "alias", "surnom", "surnoms", "sobriquet", "nickname",
))  # fmt: skip
"""Folded, as `columns.hints.words` gives them."""

_MAYBE = re.compile(
    b"|".join(word.encode().replace(b"e", b"(?:e|\xc3.)") for word in sorted(COMMON)), re.IGNORECASE | re.DOTALL
)
"""What every common word has in it, however it is joined to others and whatever accents its letters have."""
_WORDS = r"^\S+(?: \S+){7,}\s*$"
"""A line of eight words and more, one blank between them."""
_OF_FIELDS = r"[;|\t\"=:{}<>\[\]]|,[^\s0-9]"
_OF_SENTENCES = (
    r"(?i)\b(?:le|la|les|de|des|du|un|une|et|en|pour|que|qui|est|sont|dans|sur|par|avec|au|aux|à|ce|se|ne|pas|il|elle"
    r"|the|of|and|to|in|is|are|for|with|that|it)\b"
)
_SENTENCE = 3
"""Words of that kind in a line that is a sentence."""


def only_in_sentences(data: bytes, found: AbstractSet[bytes]) -> bool:
    """Whether every line with a common word is a sentence, no titles and no label. `found`: the words of `data`."""
    maybe = [word.decode(errors="replace") for word in found if _MAYBE.search(word)]
    telling = [word for word in maybe if _is_common(word)]
    if not telling:
        return True
    lines = pl.Series("line", data.decode(errors="replace").splitlines(), dtype=pl.String)
    told = lines.filter(lines.str.contains_any(telling))
    sentences = (
        told.str.contains(_WORDS)
        & ~told.str.contains(_OF_FIELDS)
        & (told.str.count_matches(_OF_SENTENCES) >= _SENTENCE)
    )
    return bool(sentences.all())


def _is_common(word: str) -> bool:
    from leakscan.columns.hints import words

    return not COMMON.isdisjoint((*words(word), *words(word.lower())))
