"""A lexicon of a text's own words finds in it what the whole lexicon finds."""

from __future__ import annotations

import random

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakscan.health import lexicon as built
from leakscan.health import matching, terms
from leakscan.health.folding import fold_texts
from leakscan.health.lexicon import lexicon, lexicon_for, lexicon_of
from leakscan.health.spelling import respelled

FILLERS = ("de", "la", "patient", "suivi", "le", "12/03/2020", "h.i.v", "œdème", "cœur", "pas", "non", ",", "\n", "4")


def written(seed: int) -> str:
    """A spelling of some row or cue, as a text may write it: plural, in capitals, cut off, glued to the next."""
    rng = random.Random(seed)
    rows = (*terms.term_rows(), *(cue for _, cue in terms.cue_rows()))
    term = "".join(rng.choice(piece) for piece in rng.choice(rows).pieces)
    term = rng.choice((term, f"{term}s", term.upper(), term[:-1], term.replace(" ", "s "), f"{term}iques"))
    return rng.choice((term, term.replace("oe", "œ")))


def found_with(words: built.Lexicon, text: str, monkeypatch: pytest.MonkeyPatch) -> tuple[object, ...]:
    monkeypatch.setattr(matching, "lexicon_for", lambda _: words)
    folded = fold_texts(pl.Series([text]))
    found = matching.find(folded)
    entries = found.entries.with_columns(pl.col("needs") == 0).rows()
    cues = {name: tuple(map(tuple, places)) for name, places in found.cues.items()}
    return found.starts.tolist(), found.ends.tolist(), entries, cues


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(st.integers(0, 1 << 40).map(written), st.sampled_from(FILLERS), st.text(max_size=8)), max_size=12
    )
)
def test_a_small_lexicon_finds_what_the_whole_one_finds(pieces: list[str]) -> None:
    text = " ".join(pieces)
    small = lexicon_of(respelled(fold_texts(pl.Series([text]))).tokens)
    with pytest.MonkeyPatch.context() as monkeypatch:
        assert found_with(small, text, monkeypatch) == found_with(lexicon(), text, monkeypatch)


def test_every_spelling_is_kept_for_a_text_that_holds_it() -> None:
    rng = random.Random(7)
    for row in rng.sample(terms.term_rows(), 120):
        term = " ".join("".join(rng.choice(piece) for piece in row.pieces).split())
        tokens = f" \x1e {term} \x1e ".encode()
        small = lexicon_of(tokens)
        matches = small.automaton.find_matches_as_indexes(tokens, overlapping=True)
        assert any(small.is_term[number] for number, _, _ in matches), row


def test_the_whole_lexicon_knows_terms_cues_and_prefixes() -> None:
    words = lexicon()
    assert len(words.is_term) == len(words.is_prefix) == len(words.cues)
    assert set(np.flatnonzero(words.is_prefix)) <= set(np.flatnonzero(words.is_term))
    assert words.entries.select("pattern", "theme", "kind", "needs").is_duplicated().sum() == 0
    assert words.needs[0] == ()


def test_one_text_after_another_ends_with_the_whole_lexicon() -> None:
    lexicon()
    assert lexicon_for(b" \x1e vih \x1e ") is lexicon()
