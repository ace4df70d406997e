"""Lists in documents that are about nobody: what acts and tests cost, and how many people of a study have what.

Mentions in their lines are dropped. A bill has the same lines, so that a document with anything of a patient, or with
a word of bills, keeps those of its prices. Counts are told from results by the words above them, such as `n (%)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import polars as pl

FEWEST_LINES = 2
"""Lines below the first from which on lines with cells are a table."""
FEWEST_PRICES = 4
"""Lines with prices from which on a document called after them is a list of prices: one with fewer may be an offer."""
PRICED = 0.5
"""Least share of a table's lines with an amount, where its first line does not say that it is of prices."""
COUNTED = 0.8
"""Least share of cells behind the first ones that are numbers, in a table of counts."""

FEWEST_SHARES = 3
"""Numbers of people with their share from which on sentences with them are statistics."""

_AMOUNT = r"(?:[0-9] ?(?:€|EUR\b|euros?\b|%)|€ ?[0-9])"
_PRICE_AT_END = re.compile(r"[0-9] ?(?:€|EUR|euros?)\W*$")
_RULE = re.compile(r"^[\s|:\-=+]+$")
_LISTED = r"\|[^\n]*\n[^\n]*\||[0-9] ?(?:€|EUR|euro)|[0-9] ?%\)"
_PRICES = re.compile(
    r"(?i)\b(?:tarifs?|prix|cotations?|montants?|co[uû]ts?)\b|€|\bB\.?R\.?S?\.?\b|\bbase de remboursement"
)
_TITLE = re.compile(r"(?i)\b(?:tarifs?|tarifaires?|tarification|prix|bar[eè]mes?|catalogue|nomenclature|price list)\b")
_BILL = re.compile(
    r"(?i)\b(?:factur\w*|devis|re[cç]us?\b|acompte|avoir n|dossier n|d[uû] par|r[ée]gl[ée]e? le"
    r"|(?:net|montant|reste|total) (?:[àa] )?(?:payer|r[ée]gler|d[uû])|feuilles? de soins|date des? soins"
    r"|ordonnance du|prescri\w+ (?:du|par|le))\b"
    r"|\b(?:patiente?|assur[ée]e?|b[ée]n[ée]ficiaire|adh[ée]rente?|nom|pr[ée]nom|client) ?:|\bn[ée]e? (?:le|en) [0-9]"
)
"""Words of a bill or an offer: what it lists was done to somebody, or will be."""
_TOTAL = re.compile(r"(?i)^\W*(?:sous-?)?(?:total|somme|net|reste|[àa] payer|acompte)\b")
_OF_ONE = re.compile(
    r"(?i)\b(?:patiente?s?|noms?|pr[ée]noms?|n[ée]e?(?:\(e\))? le|naissance|ddn|ipp|nip|initiales|sujets?|dossiers?|id"
    r"|identifiants?|assur[ée]e?s?|date|quantit[ée]|qt[ée]|participant|cas n)\b"
)
"""Words of a first line under which each line is about one person, or about one day."""
_SURE_COUNTS = re.compile(
    r"(?i)\bn ?\(%\)|\b(?:IC|CI) ?(?:[àa] )?\(?95|\b95 ?% ?(?:IC|CI)\b|\(n ?= ?[0-9 \u00a0\u202f]+\).*\(n ?= ?[0-9]"
)
_COUNTS = re.compile(r"(?i)\b(?:effectifs?|nombre|total|n|cas)\b")
_RATES = re.compile(r"(?i)%|\b(?:taux|part|pr[ée]valence|incidence|proportion|pourcentage|fr[ée]quence)\b")
_NUMBER = re.compile(r"^[\s\d.,()\[\]%/<>≤≥=±+\-–—~*]*$|^p? ?[<=>]? ?0[.,]\d+$|^(?i:na|nd|ns|ref|réf)\.?$")


_SENTENCE = re.compile(r"[^.!?\n]+(?:[.!?](?!\s|$)[^.!?\n]+)*")
_SHARE = re.compile(
    r"\(?\b(?:n ?= ?)?[0-9]+(?:,? ?\(| ?; ?)[0-9]{1,3}(?:[.,][0-9]+)? ?%\)|\([0-9]{1,3}(?:[.,][0-9]+)? ?%\)"
)
_RATE_SAID = re.compile(r"(?i)\b(?:taux|pr[ée]valence|incidence|proportion)\b[^\n]*[0-9] ?%")
_MANY = re.compile(
    r"(?i)\b(?:personnes|participantes|participants|patientes|patients|sujets|femmes|hommes|individus|r[ée]pondants"
    r"|inclus|incluses|enfants|adultes|d'entre (?:eux|elles)|parmi)\b"
)


class _Block(NamedTuple):
    """Lines of a text that are a list: where they begin and end, and their cells."""

    start: int
    end: int
    lines: list[list[str]]


def listing(texts: pl.Series) -> pl.Series:
    """Which texts (UInt32, their positions) may hold a list at all."""
    return texts.str.contains(_LISTED).arg_true()


def without_lists(
    texts: pl.Series, mentions: pl.DataFrame, of_somebody: frozenset[int], named: Mapping[int, int]
) -> pl.DataFrame:
    """The mentions (by row of `texts`, `start` in characters) that stand in no list of prices and no table of counts.

    `of_somebody`: texts with a number, a date or a doctor of a patient, whose prices are those of a bill. `named`:
    where the first name of a text begins, to whom the list is sent where it stands above it.
    """
    rows = listing(texts)
    rows = rows.filter(rows.is_in(mentions["row"].implode()))
    dropped = [
        (row, start, end)
        for row, text in zip(rows, texts.gather(rows), strict=True)
        for start, end in _about_nobody(text, named.get(row, len(text)), somebody=row in of_somebody)
    ]
    if not dropped:
        return mentions
    lists = pl.DataFrame(
        dropped, schema={"row": mentions.schema["row"], "begins": pl.Int64, "ends": pl.Int64}, orient="row"
    )
    numbered = mentions.with_row_index("mention")
    inside = numbered.join(lists, on="row").filter(
        (pl.col("start") >= pl.col("begins")) & (pl.col("start") < pl.col("ends"))
    )
    return numbered.join(inside.select("mention").unique(), on="mention", how="anti").drop("mention")


def _about_nobody(text: str, named: int, *, somebody: bool) -> Iterator[tuple[int, int]]:
    blocks = [block for block in _blocks(text) if not _OF_ONE.search(" ".join(block.lines[0]))]
    yield from ((block.start, block.end) for block in blocks if _of_counts(block, sure=somebody))
    if not somebody:
        yield from _shares(text)
    prices = [block for block in blocks if _of_prices(block)]
    if somebody or sum(len(block.lines) for block in prices) < FEWEST_PRICES or named < prices[0].start:
        return
    around = _around(text, prices)
    if _TITLE.search(around) and not _BILL.search(around):
        yield from ((block.start, block.end) for block in prices)


def _shares(text: str) -> Iterator[tuple[int, int]]:
    """Sentences that tell how many of many people have something: "31 (5,1 %) vivaient avec le VIH"."""
    told = [one.span() for one in _SENTENCE.finditer(text) if _SHARE.search(one[0]) and _MANY.search(one[0])]
    if sum(len(_SHARE.findall(text[start:end])) for start, end in told) >= FEWEST_SHARES:
        yield from told
        yield from (one.span() for one in _SENTENCE.finditer(text) if _RATE_SAID.search(one[0]))


def _blocks(text: str) -> Iterator[_Block]:
    """Runs of lines with cells between bars, or with an amount at their end."""
    start, end = 0, 0
    lines: list[list[str]] = []
    for line in text.splitlines(keepends=True):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        listed = len(cells) > 1 or _PRICE_AT_END.search(line) is not None
        if listed and not lines:
            start = end
        if listed and not _RULE.match(line):
            lines.append(cells)
        elif not listed and lines:
            if len(lines) > FEWEST_LINES:
                yield _Block(start, end, lines)
            lines = []
        end += len(line)
    if len(lines) > FEWEST_LINES:
        yield _Block(start, end, lines)


def _of_counts(block: _Block, *, sure: bool) -> bool:
    """Whether a table counts people. `sure`: only where a word says so that no results of one person have."""
    head, *body = block.lines
    counted = any(_SURE_COUNTS.search(cell) for cell in (" ".join(head), *(line[0] for line in body)))
    counted |= not sure and any(map(_COUNTS.search, head)) and any(map(_RATES.search, head))
    numbers = [_NUMBER.match(cell) is not None for line in body for cell in line[1:]]
    return counted and sum(numbers) >= COUNTED * max(1, len(numbers))


def _of_prices(block: _Block) -> bool:
    """Whether most lines have a price, or the first says that they have; a sum below them makes a bill."""
    head, *body = block.lines
    if any(_TOTAL.match(line[0]) for line in body):
        return False
    priced = sum(re.search(_AMOUNT, " ".join(line)) is not None for line in body)
    return priced >= PRICED * len(body) or (len(head) > 1 and _PRICES.search(" ".join(head)) is not None)


def _around(text: str, blocks: list[_Block]) -> str:
    """What stands outside of some lists."""
    ends = [0, *(block.end for block in blocks)]
    starts = [*(block.start for block in blocks), len(text)]
    return "\n".join(text[end:start] for end, start in zip(ends, starts, strict=True))
