"""EDS-NLP over texts, run by the interpreter of its own environment: JSON from stdin, one line of JSON to stdout.

In: `texts`; `warm`, other texts to read before the clock starts; `terms` (theme -> words) to search beside its own
pipes, or null for these alone. With terms its ICD-10 terms are searched too, and the ATC class of a drug says a theme.
Out: `version`, `seconds` of the processor, `answers` (pairs of theme and status of each text). Needs no leakscan.
"""

from __future__ import annotations

import json
import re
import sys
import time
from importlib.metadata import version
from typing import Any

PIPES = {
    "aids": "hiv",
    "solid_tumor": "cancer",
    "leukemia": "cancer",
    "lymphoma": "cancer",
    "tnm": "cancer",
    "drugs": "treatment",
    "suicide_attempt": "mental_health",
    "dementia": "mental_health",
    "alcohol": "addiction",
    "tobacco": "addiction",
    "cerebrovascular_accident": "other_condition",
    "ckd": "other_condition",
    "congestive_heart_failure": "other_condition",
    "connective_tissue_disease": "other_condition",
    "copd": "other_condition",
    "covid": "other_condition",
    "diabetes": "other_condition",
    "hemiplegia": "other_condition",
    "liver_disease": "other_condition",
    "myocardial_infarction": "other_condition",
    "peptic_ulcer_disease": "other_condition",
    "peripheral_vascular_disease": "other_condition",
}
"""Each pipe of EDS-NLP 0.23 that finds a disease, a habit or a drug by rules -> the theme nearest to it."""

ICD = (
    ("hiv", "B20 B21 B22 B23 B24 Z21 R75"),
    ("sti_hepatitis", "A5 A60 A61 A62 A63 A64 B15 B16 B17 B18 B19"),
    ("cancer", "C D0 D37 D38 D39 D4"),
    ("pregnancy", "O Z32 Z33 Z34 Z35 Z36 Z37 Z39"),
    ("genetic", "Q9 D56 D57 E84 G10"),
    ("addiction", "F1"),
    ("mental_health", "F"),
    ("other_condition", "A B D E G H I J K L M N Q"),
)
"""How ICD-10 codes begin -> theme, the first that fits; symptoms, injuries and the rest say none."""

ATC = {
    "J05AR": "hiv",
    "J05AE": "hiv",
    "J05AG": "hiv",
    "J05AP": "sti_hepatitis",
    "L01": "cancer",
    "L02": "cancer",
    "N05A": "mental_health",
    "N06A": "mental_health",
    "N07B": "addiction",
    "A10": "other_condition",
}
"""How the ATC code of a drug begins -> theme of the disease that it reveals."""


def build(terms: dict[str, list[str]] | None) -> Any:
    """The pipeline: normalised text, matchers, then negation, family and hypothesis.

    Of two matches of the same words the later pipe's stays, so that its own go last: a drug stays a drug.
    """
    import edsnlp

    nlp = edsnlp.blank("eds")
    nlp.add_pipe("eds.sentences")
    nlp.add_pipe("eds.normalizer")
    if terms:
        nlp.add_pipe("eds.cim10")
        nlp.add_pipe("eds.matcher", config={"terms": terms, "attr": "NORM"})
    for pipe in PIPES:
        nlp.add_pipe(f"eds.{pipe}")
    for pipe in ("eds.negation", "eds.family", "eds.hypothesis"):
        nlp.add_pipe(pipe)
    return nlp


def icd_theme(code: str) -> str | None:
    """The theme of an ICD-10 code."""
    return next((theme for theme, begins in ICD if code.startswith(tuple(begins.split()))), None)


def clock(entity: Any) -> bool:
    """Whether an ICD-10 code is the end of a clock time (`10h30`) or a word before a number (`à 18`)."""
    before = entity.doc.text[entity.start_char - 1 : entity.start_char] if entity.start_char else ""
    return before.isdigit() or bool(re.fullmatch(r"\w\s[\d\s.]+", entity.text))


def themes(entity: Any, terms: dict[str, list[str]] | None) -> set[str]:
    """The themes of what a matcher found."""
    label, code = entity.label_, entity.kb_id_
    if label == "cim10":
        return {theme} if (theme := icd_theme(code)) and not clock(entity) else set()
    if label == "drug":
        return {"treatment", *(theme for begin, theme in ATC.items() if terms and code.startswith(begin))}
    return {PIPES.get(label, label)}


def status(entity: Any) -> str:
    """The status that the qualifiers give to what was found."""
    if entity._.family:
        return "other_person"
    if entity._.negation:
        return "negated"
    return "tested" if entity._.hypothesis else "affirmed"


def main() -> None:
    """Read the texts, print what was found."""
    given = json.load(sys.stdin)
    texts, terms = given["texts"], given["terms"]
    nlp = build(terms)
    list(nlp.pipe(given["warm"]))
    began = time.process_time()
    documents = list(nlp.pipe(texts))
    seconds = time.process_time() - began
    answers = [
        [(theme, status(entity)) for entity in document.ents for theme in themes(entity, terms)]
        for document in documents
    ]
    print(json.dumps({"version": version("edsnlp"), "seconds": seconds, "answers": answers}))


if __name__ == "__main__":
    main()
