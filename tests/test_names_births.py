"""Birth dates without a word of birth: where a header, a list or a form has one, and the dates that are none."""

from __future__ import annotations

import polars as pl
import pytest

from leakscan.names.births import with_births
from leakscan.names.spans import BIRTH_DATE, EXAM_DATE, LABELS, PATIENT, PERSON, PRESCRIBER, Spans
from leakscan.names.written_dates import dated

BIRTHS = [
    ("{Mme DURAND Anne} 02/01/1978\nConsultation du 12/03/2019", PATIENT, "02/01/1978"),
    ("{FOULON Camille} 02/01/1978", PERSON, "02/01/1978"),
    ("{KEITA Awa};12/06/2015;F;8491551;19/04/2021", PERSON, "12/06/2015"),
    ("{KEITA Awa} - 22 mars 2012 - M\nvue le 19/04/2021", PERSON, "22 mars 2012"),
    ("Patiente :\n{KERBRAT Solène}\n05 01 2015\nvue le 19/04/2021", PATIENT, "05 01 2015"),
    ("{MOREL Paul} 01 23 45 67 89 | M | 03/03/1944 | vu le 19/04/2021", PATIENT, "03/03/1944"),
    ("{MOREL Paul} 0 7 0 4 1 9 5 2\nle 19/04/2021", PATIENT, "0 7 0 4 1 9 5 2"),
    ("1 5 2 0 4 7 5 0 5 6 0 1 2 8 4 0 7 0 4 2 0 1 2 du 19/04/2021", PATIENT, "0 7 0 4 2 0 1 2"),
    ("Mme DURAND née LEFEBVRE DE LA TOUR SAINT-JEAN, le 02/01/1978", PATIENT, "02/01/1978"),
    ("patiente de 41 ans (02/01/1978) adressée le 12/03/2019", PATIENT, "02/01/1978"),
    ("âgé de 40 ans, 02/11/1978, adressé le 12/03/2019", PATIENT, "02/11/1978"),
    ("revu ce jour, 02/01/1978 (41 ans)", PATIENT, "02/01/1978"),
    ("né à Saint-Denis de la Réunion (974) le 02/01/1978", PATIENT, "02/01/1978"),
    ("{MOREL Paul} 12/04/56 hospitalisé le 12/04/2016", PATIENT, "12/04/56"),
]
"""A text, with the name of somebody in braces, what that name is, and the birth date."""
OTHERS = [
    ("{Martin Paul} 02/01/1978\nConsultation du 12/03/2019", PRESCRIBER),
    ("{DURAND Anne} vue le 02/01/1998 puis le 12/03/2019", PATIENT),
    ("{DURAND Anne} 02/01/2019 contrôle le 12/03/2019", PATIENT),
    ("{DURAND Anne} 1998 : appendicectomie, 12/03/2019", PATIENT),
    ("{DURAND Anne} mai 1998 : appendicectomie, 12/03/2019", PATIENT),
    ("opérée en 1998, revue le 12/03/2019", PATIENT),
    ("vue le 12/03/2001, 12/03/2010 et 12/03/2019", PATIENT),
    ("{DURAND Anne} 12/03/2019", PATIENT),
]


def read(text: str, part: int) -> tuple[str, Spans]:
    """The text without braces; its dates by form and its person, before births are told."""
    start, end = text.find("{"), text.find("}") - 1
    plain = text.replace("{", "").replace("}", "")
    spans = dated(pl.Series([plain]))
    named = Spans.of([(0, start, end, part)] if start >= 0 else [], 0.9)
    return plain, Spans.joined((spans, named)).apart()


def told(text: str, spans: Spans) -> list[str]:
    return [
        text[start:end]
        for label, start, end in zip(spans.label.tolist(), spans.start.tolist(), spans.end.tolist(), strict=True)
        if label == BIRTH_DATE
    ]


@pytest.mark.parametrize(("text", "part", "birth"), BIRTHS)
def test_a_birth_date_without_a_word_of_birth(text: str, part: int, birth: str) -> None:
    plain, spans = read(text, part)
    assert told(plain, spans) == []
    assert told(plain, with_births(spans, pl.Series([plain]))) == [birth]


@pytest.mark.parametrize("word", ["né (e) le", "D.N. :", "DN", "venue au monde le", "Date nais :", "native du"])
def test_words_of_birth(word: str) -> None:
    assert told(f"{word} 02/01/1978", dated(pl.Series([f"{word} 02/01/1978"]))) == ["02/01/1978"]


@pytest.mark.parametrize(("text", "part"), OTHERS)
def test_other_dates_stay_what_they_are(text: str, part: int) -> None:
    plain, spans = read(text, part)
    after = with_births(spans, pl.Series([plain]))
    assert EXAM_DATE in after.label
    assert after.label.tolist() == spans.label.tolist()
    assert max(after.label) < len(LABELS)


def test_what_a_text_says_depends_on_that_text_alone() -> None:
    texts = [text.replace("{", "").replace("}", "") for text, _, _ in BIRTHS]
    together = pl.Series(texts)
    whole = with_births(dated(together), together)
    alone = [with_births(dated(pl.Series([text])), pl.Series([text])).label.tolist() for text in texts]
    assert whole.label.tolist() == [label for labels in alone for label in labels]
