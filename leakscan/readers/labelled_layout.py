"""How the cards of a text are laid out, settled from its beginning; None where it is no file of cards."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace

import polars as pl

from leakscan.readers.labelled_lines import (
    BLANK,
    FEED,
    NONE,
    NUMBER,
    ROW,
    RULES,
    STYLES,
    Layout,
    behind,
    listed,
    placed,
    titles,
)
from leakscan.readers.labels import SHARED_LABELS, named, names_people, told_by

LEAST_CARDS = 3
"""Fewer cards are the header of a letter and those around its patient."""
LEAST_MARKED = 2
"""Fewer below rules or marks."""
FEW_CARDS = 6
"""Fewer cards must have a birth date or a number of their own each: a patient, a doctor and a relative have names."""
SHARED = 0.6
"""Least share of cards that have a label which they share."""
COVERED = 0.7
"""Least share of the shared labels that a card has on average."""
REPEATED = 0.2
"""Most labels that come again within one card."""
LABELLED = 0.3
"""Least share of lines with a label."""
COLUMN_SHARE = 0.05
"""Least share of cards that have a label which is a column; a rarer one stays with the text."""
MOST_LABELS = 200
"""Columns at most."""

_SECTION = re.compile(r"(?m)^[ \t]*\[[^\]\n]{1,80}\][ \t]*$")
_CODE = re.compile(
    r"(?m)(?:[;{}]|\w\([^\n()]{0,200}\):?)[ \t]{0,9}$|^[ \t]{0,40}(?:def|class|import|return|function|var|let|const)\b"
)
_INLINE = re.compile(r"(?<![ \t])(?:[ \t]{2,40}|[ \t][|;][ \t]{1,40})(?=[A-ZÀ-Ü][^\n:=\t|;,]{0,40}? ?:[ \t])")
_OWN = re.compile(
    r"naiss|birth|dob|ddn|\bne\b|née?\b|nir|insee|s[ée]cu|nss|ssn|\bins\b|\bipp\b|\bid\b|dossier|\bdn\b|uid"
)
_MARKS = (ROW, NUMBER, FEED, *RULES)
_PARTINGS = (
    *((mark, "always") for mark in _MARKS),
    (BLANK, "again"),
    (NONE, "first"),
    (NONE, "again"),
    (BLANK, "always"),
)


def layout_of(text: str) -> Layout | None:
    """The layout of a text of whole lines, judged as a sample."""
    if len(_SECTION.findall(text)) > 1:
        return None
    opened = _INLINE.sub("\n", text)
    text, inline = opened, opened != text
    best = max(((listed(text, style), style) for style in _styles(text)), key=lambda one: one[0]["label"].count())
    lines, style = best
    filled = lines.filter(~pl.col("blank")).height
    if not filled or lines["label"].count() < LABELLED * filled or 5 * len(_CODE.findall(text)) > filled:
        return None
    judged = [
        _judged(lines, Layout(style, *parting, order, order))
        for order in dict.fromkeys(_order(lines, apart=apart) for apart in (False, True))
        for parting in _PARTINGS
        if len(order) > 1 and _parts(lines, parting[0])
    ]
    good = [one for one in judged if one is not None]
    if not good:
        return None
    found = max(good, key=lambda one: round(one.score, 2))
    shown = dict(lines.select("label", "shown").drop_nulls().unique("label", keep="first").iter_rows())
    return _settled(found, lines, shown, inline=inline and style == "colon")


def _styles(text: str) -> list[str]:
    return [style for style in STYLES if style != "bar" or "-[ RECORD" in text]


def _parts(lines: pl.DataFrame, mark: str) -> bool:
    return mark in (BLANK, NONE) or bool((lines["mark"] == mark).any())


def _order(lines: pl.DataFrame, *, apart: bool) -> tuple[str, ...]:
    """Labels that come twice at least, in the order of the cards: a new one stands behind the label before it.

    With `apart` one that a blank line or a mark parts from that stands in front of the one behind it: the first cards
    may lack the first label. Which of the two orders holds shows in the cards that they make.
    """
    counts = Counter(lines["label"].drop_nulls().to_list())
    found: list[str] = []
    waiting: list[str] = []
    before, parted = "", False
    for label, blank in lines.select("label", pl.col("blank") | pl.col("mark").is_not_null()).iter_rows():
        if label is None or counts[label] < LEAST_MARKED:
            parted = parted or blank
            continue
        if label in found:
            at = found.index(label)
            found[at:at] = waiting
            waiting = []
        elif label not in waiting:
            if apart and found and (parted or waiting):
                waiting.append(label)
            else:
                found.insert(found.index(before) + 1 if before in found else len(found), label)
        before, parted = label, False
    return (*found, *waiting)[: 4 * MOST_LABELS]


@dataclass(frozen=True, slots=True)
class _Judged:
    """A way to part cards: how many cards it makes, their share by label, and how even they are."""

    layout: Layout
    cards: int
    shares: dict[int, float]
    core: tuple[int, ...]
    score: float


def _judged(lines: pl.DataFrame, layout: Layout) -> _Judged | None:
    own = placed(lines, layout).filter((pl.col("card") > 0) & pl.col("at").is_not_null()).select("card", "at")
    cards = own["card"].n_unique()
    if cards < (LEAST_MARKED if layout.parted in _MARKS else LEAST_CARDS):
        return None
    once = own.unique()
    shares = {at: count / cards for at, count in once.group_by("at").len().iter_rows()}
    core = tuple(sorted(at for at, share in shares.items() if share >= SHARED))
    repeated = 1 - once.filter(pl.col("at").is_in(core)).height / max(1, own.filter(pl.col("at").is_in(core)).height)
    if len(core) < 2 or repeated > REPEATED:
        return None
    covered = sum(shares[at] for at in core) / len(core)
    score = covered - repeated + 0.01 * len(core)
    return _Judged(layout, cards, shares, core, score) if covered >= COVERED else None


def _settled(found: _Judged, lines: pl.DataFrame, shown: dict[str, str], *, inline: bool) -> Layout | None:
    order, cards = found.layout.labels, found.cards
    core = [shown[order[at]] for at in found.core]
    told = told_by(core)
    people = told.persons and (cards >= FEW_CARDS or any(_OWN.search(order[at]) for at in found.core))
    ldif = found.layout.style == "colon" and order[0] == "dn" and 0 in found.core
    elsewhere = [label for label in lines["shown"].drop_nulls().unique().to_list() if label not in core]
    care = (
        len(core) >= SHARED_LABELS
        and told.care > 0
        and told.known >= 2
        and told.technical < 2
        and not any(map(names_people, elsewhere))
    )
    if not people and not care:
        return None
    kept = [
        at
        for at in range(len(order))
        if found.shares.get(at, 0) >= max(COLUMN_SHARE, 2 / cards if cards > 2 else 0) or at in found.core
    ][:MOST_LABELS]
    labels = tuple(order[at] for at in kept)
    columns = named((shown[label] for label in labels), known=people)
    layout = replace(
        found.layout,
        labels=labels,
        columns=tuple(columns),
        core=tuple(kept.index(at) for at in found.core if at in kept),
        inline=inline,
        ldif=ldif,
    )
    at_hand = placed(lines, layout)
    before = titles(at_hand)["titled"]
    titled = layout.parted != NONE and bool(before.len()) and bool(before[0]) and sum(before) >= SHARED * before.len()
    at_hand = at_hand.with_columns(behind(at_hand).alias("behind"))
    behind_of = at_hand.filter(pl.col("card") > 0).group_by("card", maintain_order=True).agg(pl.col("behind").any())
    trailing = behind_of.height > 1 and 2 * sum(behind_of["behind"].head(-1)) >= behind_of.height - 1
    return replace(layout, titled=bool(titled), trailing=bool(trailing))
