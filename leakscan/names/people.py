"""People, dates, addresses and hospitals in French prose: rules first, then the pipeline on texts that promise more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import polars as pl

from leakscan.names.births import with_births
from leakscan.names.candidates import folded, ordinary, promising
from leakscan.names.known import first_names, paired
from leakscan.names.pipeline import read
from leakscan.names.spans import (
    BIRTH_DATE,
    EXAM_DATE,
    LABELS,
    PATIENT,
    PERSON,
    PRESCRIBER,
    SPANS_SCHEMA,
    Bools,
    Spans,
    slices,
)
from leakscan.names.titles import titled
from leakscan.names.written_dates import LAW, dated

AGREED_CONFIDENCE = 0.97
"""Where a rule and the pipeline find the same."""
CONTEXT_CHARS = 40
"""Characters before a name that the pipeline found in which an eponym, a street or a hospital shows."""
CITED_CHARS = 160
"""Characters behind a name in which `et al.` makes it an author's."""

_EPONYM = (
    r"(?i)\b(?:maladies?|syndromes?|sd|scores?|[ée]chelles?|indice|index|classification|crit[èe]res?|stades?"
    r"|grade|signes?|tests?|man(?:œ|oe)uvre"
    r"|r[ée]flexe|thyro[iï]dite|lymphome|sarcome|tumeur|f?racture|fistule|kyste|canal|hernie|drain|sonde|pince"
    r"|broche|attelle|proth[èe]se"
    r"|op[ée]ration|intervention|technique|proc[ée]d[ée]|formule|loi|plan|angle|point|triangle|ulc[èe]re|purpura"
    r"|phénom[èe]ne|hippocratisme"
    r"|an[ée]mie|chor[ée]e|d[ée]mence|corps|cellules?|facteur|ganglion|t[ée]tralogie"
    r"|d[ée]mence)\s+(?:de\s+(?:la\s+)?|du\s+|d['\u2019]|à\s+)?(?:[\p{L}'\u2019]+-)?$"
)
_PLACE = (
    r"(?i)(?:\b(?:rue|avenue|av\.?|bd\.?|boulevard|place|all[ée]e|impasse|square|quai|cours|chemin|route|passage"
    r"|r[ée]sidence|fondation|institut"
    r"|h[ôo]pital|h[ôo]pitaux|hop\.?|clinique|polyclinique|centre|chu|chr|ch|groupe hospitalier|gh|[ée]cole"
    r"|coll[èe]ge|lyc[ée]e|stade|pavillon"
    r"|b[âa]timent|salle|amphith[ée][âa]tre|prix|pharmacie|ehpad|ville|laboratoires?)\s+(?:de\s+(?:la\s+"
    r"|l['\u2019])?|du\s+|des\s+)?"
    r"(?:g[ée]n[ée]ral\s+|mar[ée]chal\s+|docteur\s+|dr\.?\s+|professeur\s+|pr\.?\s+)?)$"
)
_OTHER_NAME = (
    r"^[ ,(]{0,2}(?:[Nn][ée]e|N[EÉ]E|[Éé]pouse|[Ee]pouse|ÉPOUSE|EPOUSE|[ÉéEe]pse|EPSE"
    r"|[ée]p\.?|EP|[Vv]euve|VEUVE|[Vv]ve|VVE)\.? ?:? $"
)
_FIELD = (
    r"(?i)(?:nom|patiente?|prescripteur|m.decin|\bdrs?|docteur|\bpr|\bmr?|mme|mlle|madame|monsieur|identit.)"
    r"[\"'.:= ]*$"
)
"""What stands before a name in lower case."""
_DATED = (
    r"(?i)(?:^|[^\p{L}])(?:jan|f[ée]v|mars?|avr|mai|jui|jul|ao[uû]|sep|oct|nov|d[ée]c|feb|apr|may|jun|aug|cent|mille)"
    r"|(?i)^(?:fin |d[ée]but |mi-? ?|[ée]t[ée] |hiver |printemps |automne )?(?:19|20)[0-9]{2}$"
    r"|^(?:0?[1-9]|[12][0-9]|3[01]) ?[/.\-|] ?(?:0?[1-9]|1[0-2])(?: ?[/.\-|] ?[0-9]{2,4})?$"
    r"|^(?:0?[1-9]|1[0-2]) ?[/.\-] ?(?:19|20)?[0-9]{2}$|^[0-3]? ?[0-9](?: ?[0-9]){6}$|^[0-9]{2} [0-9]{2} [0-9]{2,4}$"
)
"""What a date that only the pipeline found looks like."""
_SCORED = r"(?i)(?:apgar|score|eva|glasgow|tension|\bta|echelle|échelle|acuité)\s?(?:[àa:=]\s?)?$"
_CITED = r"^[^\n]{0,150}\bet al\b"
"""Authors of literature."""
_STREET = (
    r"(?i)^(?:rue|avenue|av|bd|boulevard|place|all[ée]e|impasse|square|quai|chemin|route|passage|r[ée]sidence|h[ôo]pital"
    r"|clinique)\b"
)
_OF_CODE = r"\(\)|[{}<>=;$\\|]|^(?:\p{Lu}\p{Ll}{2,}){3,}$|^\p{Ll}+(?:\p{Lu}\p{Ll}{2,})+$|^[a-z0-9]+(?:_[a-z0-9]+)+$"
"""Names of things in programs: calls, brackets, words grown together."""
_SNAKE = r"^[\p{L}0-9]+(?:_[\p{L}0-9]+)+$"
_PRINTED = (
    r"(?:print|printf|println|echo|log|info|warn|error|debug|[Ee]xception|[Ee]rror) ?\(? ?[bfr]?[\"'`][^\"'`\n]{0,12}$"
)
"""Such a word or a message of a program is a person's name where one of its words is a first name: `DURAND_MARIE`."""
_CALLED = r"""^(?:\((?:["'`{\[)]|[a-z]\w+(?:\.[a-z]|\())|\.[a-z]\w*\()"""
"""What follows the name of a thing that a program calls: `new Error("`, `JSON.parse(`."""
_IN_PATTERN, _PATTERN_ENDS = r"[(,=:] ?/$", r"^/[gimsuy]{0,4} ?[),;.]"
"""Around words that a program looks for: `match(/Saison close/)`."""
_STUDY = r"(?i)\b(?:[ée]tudes?|essais?|protocoles?|cohortes?|promoteur|comit[ée])\s*:?\s*(?:n[°o]\s*)?[\"«]?\s*$"
"""What stands before the name of a study, which is a person's where one of its words is a first name."""
_COMMITTEE = r"^(?:CPP|CNIL|CCTIRS|CEREES|CESREES|NCT|ANSM)\b"
_ALONE = (
    r"(?i)^(?:cela|ceci|celui|celles?|ceux|quoi|rien|toutes?|chaque|quand|comme|lorsque|puisque|parce|voil[àa]|n[ée]anmoins"
    r"|tableaux?|figures?|annexes?|lettres?|exemples?)(?: (?:[cdjlmnst]|qu)['\u2019]?)?$"
)
"""Words that begin sentences and titles, and alone are nobody's name."""
_NO_NAME = r"@|[0-9]{3}|^[^\p{L}]*\p{L}?[^\p{L}]*$|^(?:M|Mme|Mr|Mlle|Dr|Pr|Monsieur|Madame|Docteur|Professeur)\.?$"


def find_people(texts: pl.Series, reader: Callable[[pl.Series], Spans] | None = None) -> pl.DataFrame:
    """Where people, their dates and addresses, and hospitals stand in a Series of texts, as `SPANS_SCHEMA`.

    `row` is the position in the Series (nulls hold nothing), `start` and `end` are characters, `confidence` at most 1.
    Spans never overlap and are ordered by row and start. Titles, roles, fields and dates by form come from rules; the
    pipeline (imported with the first text that needs it) adds to them. Equal texts are read once, and what is found in
    a text depends on that text alone. `reader`: what reads in place of the pipeline, where that has read already.
    """
    rows = pl.DataFrame({"text": texts.cast(pl.String)}).with_row_index("row").drop_nulls("text")
    unique = rows["text"].unique(maintain_order=True)
    found = _found(unique, reader or read)
    table = pl.DataFrame(
        {
            "number": pl.Series(found.number, dtype=pl.UInt32),
            "label": pl.Series([LABELS[label] for label in found.label.tolist()], dtype=pl.Enum(LABELS)),
            "start": pl.Series(found.start, dtype=pl.UInt32),
            "end": pl.Series(found.end, dtype=pl.UInt32),
            "confidence": pl.Series(found.confidence, dtype=pl.Float64),
        }
    )
    numbered = unique.to_frame("text").with_columns(number=pl.int_range(pl.len(), dtype=pl.UInt32))
    placed = rows.join(numbered, on="text").select("row", "number").join(table, on="number").sort("row", "start")
    return placed.select(pl.col(name).cast(dtype) for name, dtype in SPANS_SCHEMA.items())


def _found(texts: pl.Series, reader: Callable[[pl.Series], Spans]) -> Spans:
    """Spans in distinct texts."""
    dates, people = dated(texts), titled(texts)
    people = people.where(people.first_over(dates) < 0)
    numbers = promising(texts)
    some = texts.gather(numbers)
    read_here = reader(some)
    more = replace(read_here, number=numbers.to_numpy().astype(np.int64)[read_here.number])
    more = _credible(more, texts)
    dates, more = _agreed(dates, more, more.label, (EXAM_DATE, BIRTH_DATE))
    people, more = _together(people, more)
    found = Spans.joined((dates, people, more)).apart()
    pairs = _credible(paired(texts), texts)
    found = Spans.joined((found, pairs.where(pairs.first_over(found) < 0)))
    return with_births(_with_other_names(found, texts), texts)


def _is_name(spans: Spans) -> Bools:
    return np.isin(spans.label, (PATIENT, PRESCRIBER, PERSON))


def _credible(spans: Spans, texts: pl.Series) -> Spans:
    """Without names of diseases, streets and hospitals, without what is no name, and without dates of no part."""
    before = slices(texts, spans.number, np.maximum(spans.start - CONTEXT_CHARS, 0), spans.start)
    inside = slices(texts, spans.number, spans.start, spans.end)
    wrong = before.str.contains(_EPONYM) | before.str.contains(_PLACE) | inside.str.contains(_NO_NAME)
    wrong |= ~inside.str.contains(r"\p{Lu}") & ~before.str.contains(_FIELD)
    wrong |= inside.str.contains(_STREET) | inside.str.contains(_OF_CODE) | inside.str.contains(_ALONE)
    wrong |= (inside.str.contains(_SNAKE) | before.str.contains(_PRINTED)) & ~_has_first_name(inside)
    behind = slices(texts, spans.number, spans.end, spans.end + CITED_CHARS)
    thing = before.str.contains(_STUDY) | inside.str.contains(_COMMITTEE) | behind.str.contains(_CALLED)
    thing |= before.str.contains(_IN_PATTERN) & behind.str.contains(_PATTERN_ENDS)
    wrong |= behind.str.contains(_CITED) | (thing & ~_has_first_name(inside))
    undated = ~inside.str.contains(_DATED) | before.str.contains(_SCORED) | before.str.contains(LAW)
    is_name, is_date = _is_name(spans), np.isin(spans.label, (EXAM_DATE, BIRTH_DATE))
    return spans.where(
        ~(wrong.to_numpy() & is_name) & ~(_ordinary_only(inside) & is_name) & ~(undated.to_numpy() & is_date)
    )


def _has_first_name(names: pl.Series) -> pl.Series:
    """Whether a word of a name, or of one joined by underscores, is a known first name."""
    words = (
        folded(names).str.replace_all("_", " ").str.split(" ").list.eval(pl.element().is_in(first_names().implode()))
    )
    return words.list.any()


def _ordinary_only(names: pl.Series) -> Bools:
    """True where all words of a name are ordinary ones."""
    words = names.str.extract_all(r"\p{L}{2,}").to_frame("word").with_row_index("at").explode("word").drop_nulls()
    named = words.filter(~folded(words["word"]).is_in(ordinary().implode()))["at"].unique().to_numpy()
    only = np.ones(len(names), dtype=np.bool_)
    only[named] = False
    return only


def _agreed(rules: Spans, more: Spans, labels: np.ndarray, kinds: tuple[int, ...]) -> tuple[Spans, Spans]:
    """Rules' spans, surer where the pipeline says the same; the pipeline's without those that overlap them."""
    over = more.first_over(rules)
    same = np.isin(labels, kinds) & (over >= 0)
    confidence = rules.confidence.copy()
    confidence[over[same]] = AGREED_CONFIDENCE
    label = rules.label.copy()
    born = over[same & (labels == BIRTH_DATE)]
    label[born] = BIRTH_DATE
    return replace(rules, confidence=confidence, label=label), more.where(over < 0)


def _together(rules: Spans, more: Spans) -> tuple[Spans, Spans]:
    """Names by rules that the pipeline does not find, and the pipeline's spans with what the rules know of them.

    A name that both find keeps the pipeline's end (rules go on over words of work and place) and begins where the
    earlier of both begins; who is a prescriber or a patient by a rule is one. Another thing of the pipeline's below a
    rule's name is dropped.
    """
    over = more.first_over(rules)
    name = _is_name(more)
    more, over, name = more.where(name | (over < 0)), over[name | (over < 0)], name[name | (over < 0)]
    both = name & (over >= 0)
    first = both & np.append(True, over[1:] != over[:-1])[: len(over)]
    start, label, confidence = more.start.copy(), more.label.copy(), more.confidence.copy()
    if both.any():
        rule = over[both]
        known = rules.label[rule]
        label[both] = np.where(known == PERSON, label[both], known)
        confidence[both] = AGREED_CONFIDENCE
        start[first] = np.minimum(start[first], rules.start[over[first]])
    alone = np.ones(len(rules), dtype=np.bool_)
    alone[over[both]] = False
    return rules.where(alone), Spans(more.number, start, more.end, label, confidence)


def _with_other_names(spans: Spans, texts: pl.Series) -> Spans:
    """Two names joined by `née`, `épouse`, `veuve` are one person, from the first to the end of the second."""
    if len(spans) < 2:
        return spans
    name = _is_name(spans)
    near = np.flatnonzero(
        name[:-1] & name[1:] & (spans.number[:-1] == spans.number[1:]) & (spans.start[1:] - spans.end[:-1] < 16)
    )
    between = slices(texts, spans.number[near], spans.end[near], spans.start[near + 1])
    tied = near[between.str.contains(_OTHER_NAME).to_numpy()]
    end, kept = spans.end.copy(), np.ones(len(spans), dtype=np.bool_)
    for at in tied[::-1].tolist():
        end[at], kept[at + 1] = end[at + 1], False
    return replace(spans, end=end).where(kept)
