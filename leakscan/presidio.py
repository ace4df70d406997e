"""Our detectors as Presidio recognizers: in an engine of our own, or in any installation of presidio-analyzer.

    from leakscan.presidio import analyzer
    analyzer().analyze("Vu par le Dr Martin, VIH +", language="fr")

`models/presidio.yaml` lists the recognizers for a registry that is read from a file; import this module first, so that
Presidio knows their classes. Spans count characters; scores are 0..1. Nothing here asks the network.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import ClassVar

import polars as pl
import spacy
from presidio_analyzer import AnalysisExplanation, AnalyzerEngine, LocalRecognizer, RecognizerRegistry, RecognizerResult
from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer
from presidio_analyzer.nlp_engine import NerModelConfiguration, NlpArtifacts, SpacyNlpEngine

from leakscan.data import model_file
from leakscan.detectors import DETECTORS
from leakscan.detectors.search import find_all
from leakscan.health import health_mentions
from leakscan.names import LABELS, find_people
from leakscan.names.pipeline import PIPELINE, READ_CONFIDENCE
from leakscan.names.spans import Spans
from leakscan.records import THEMES

LANGUAGE = "fr"
CONTEXT_WORDS = 6
"""Words on either side of a value that may support it."""
CONTEXT_BOOST = 0.1
"""What one such word adds to a score: our detectors have looked at labels already."""
THEME, STATUS = "theme", "status"
"""Keys of a result's `recognition_metadata` that a health mention has."""

PEOPLE = {
    "PATIENT": "FR_PATIENT",
    "PRESCRIBER": "FR_PRESCRIBER",
    "PERSON": "PERSON",
    "BIRTH_DATE": "FR_BIRTH_DATE",
    "ADDRESS": "FR_ADDRESS",
    "HOSPITAL": "FR_HOSPITAL",
}
"""What labels of `leakscan.names` are here. Other dates are found by the detectors."""

_LABEL = re.compile(
    r"(?:(?:prescrite?s?|adress[ée]e?s?|envoy[ée]e?s?|demand[ée]e?s?|suivie?)\s+par\b"
    r"|(?:m[ée]decin(?:\s+(?:traitant|prescripteur))?|prescripteur|prescriptrice|mt|correspondant)\b)?\s*[:=]?\s*"
    r"(?:(?:l[ea]\s+)?(?:drs?|docteur|professeur|prof|pr|mme|mlle|mr?|madame|monsieur)(?:\.\s*|\s+))*",
    re.IGNORECASE,
)
_ROLE = re.compile(r"[,\s(]+(?:m[ée]decin\s+)?prescript(?:eur|rice)$", re.IGNORECASE)
"""What leads to a prescriber's name or follows it, and is none of it."""
_WORD = re.compile(r"[^\W_]+")


def _plain(text: str) -> str:
    """Lower case, without accents."""
    return "".join(sign for sign in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(sign))


class _FrenchRecognizer(LocalRecognizer):
    """What all share: whole words around a value support it, never parts of words ("nir" in "souvenir")."""

    COUNTRY_CODE = "fr"
    WORDS: ClassVar[frozenset[str]] = frozenset()
    ENTITIES: ClassVar[tuple[str, ...]] = ()

    def __init__(self, supported_language: str = LANGUAGE, name: str | None = None) -> None:
        """Serve texts of one language; French ones unless told otherwise."""
        # no `context` is given to Presidio: its own enhancer looks for parts of words
        self.name: str = name or type(self).__name__
        super().__init__(list(self.ENTITIES), name=self.name, supported_language=supported_language)

    def _found(self, text: str) -> Iterator[tuple[str, int, int, float, dict[str, str]]]:
        """Entity, start, end, score and further metadata of each hit in a text."""
        raise NotImplementedError

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        """All hits of the wanted entities in a text."""
        _ = nlp_artifacts
        return self._results(self._found(text), entities)

    def _results(
        self, found: Iterable[tuple[str, int, int, float, dict[str, str]]], entities: list[str]
    ) -> list[RecognizerResult]:
        return [
            RecognizerResult(
                entity,
                start,
                end,
                score,
                AnalysisExplanation(self.name, score),
                {
                    RecognizerResult.RECOGNIZER_NAME_KEY: self.name,
                    RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
                    **more,
                },
            )
            for entity, start, end, score, more in found
            if entity in entities
        ]

    def enhance_using_context(
        self,
        text: str,
        raw_recognizer_results: list[RecognizerResult],
        other_raw_recognizer_results: list[RecognizerResult],
        nlp_artifacts: NlpArtifacts | None,
        context: list[str] | None = None,
    ) -> list[RecognizerResult]:
        """Raise the score of hits that a whole word of the context supports."""
        _ = other_raw_recognizer_results, nlp_artifacts
        given = {_plain(word) for word in context or ()}
        for result in raw_recognizer_results:
            before = _WORD.findall(_plain(text[: result.start]))[-CONTEXT_WORDS:]
            behind = _WORD.findall(_plain(text[result.end :]))[:CONTEXT_WORDS]
            support = sorted(self.WORDS & {*before, *behind, *given})
            if support:
                result.score = min(1.0, result.score + CONTEXT_BOOST)
                result.recognition_metadata[RecognizerResult.IS_SCORE_ENHANCED_BY_CONTEXT_KEY] = True
                result.analysis_explanation.set_supportive_context_word(support[0])
                result.analysis_explanation.set_improved_score(result.score)
        return raw_recognizer_results


class _DetectorRecognizer(_FrenchRecognizer):
    """The hits of detectors, by the entity that they go by here."""

    OF: ClassVar[dict[str, str]] = {}

    def _found(self, text: str) -> Iterator[tuple[str, int, int, float, dict[str, str]]]:
        wanted = [detector for detector in DETECTORS if detector.entity in self.OF and not detector.needs_role]
        taken: dict[str, list[tuple[int, int]]] = {}
        for detector, hits in find_all(wanted, pl.Series([text])):
            entity = self.OF[detector.entity]
            for start, end, score in hits.select("start", "end", "confidence").rows():
                # a number with its key is one without it as well
                if all(end <= low or start >= high for low, high in taken.setdefault(entity, [])):
                    taken[entity].append((start, end))
                    yield entity, start, end, score, {}


class FrNirRecognizer(_DetectorRecognizer):
    """NIR and INS: numbers of social security and of health identity."""

    OF = {"nir": "FR_NIR", "ins": "FR_INS"}  # noqa: RUF012
    ENTITIES = ("FR_NIR", "FR_INS")
    WORDS = frozenset({"nir", "ins", "nss", "securite", "sociale", "secu", "assure", "immatriculation", "insee"})


class FrProfessionalNumberRecognizer(_DetectorRecognizer):
    """RPPS, ADELI and FINESS: numbers of professionals and of places."""

    OF = {"rpps": "FR_RPPS", "adeli": "FR_ADELI", "finess": "FR_FINESS"}  # noqa: RUF012
    ENTITIES = ("FR_RPPS", "FR_ADELI", "FR_FINESS")
    WORDS = frozenset({"rpps", "adeli", "finess", "am", "praticien", "etablissement", "prescripteur"})


class FrCareNameRecognizer(_DetectorRecognizer):
    """Names of prescribers and of patients behind a title or a role."""

    OF = {"prescriber": "FR_PRESCRIBER", "full_name": "FR_PATIENT"}  # noqa: RUF012
    ENTITIES = ("FR_PRESCRIBER", "FR_PATIENT")
    WORDS = frozenset({"docteur", "dr", "pr", "prescripteur", "prescrit", "adresse", "patient", "patiente", "medecin"})

    def _found(self, text: str) -> Iterator[tuple[str, int, int, float, dict[str, str]]]:
        for entity, start, end, score, more in super()._found(text):
            if entity == "FR_PRESCRIBER":
                label, role = _LABEL.match(text, start, end), _ROLE.search(text, start, end)
                start, end = label.end() if label else start, role.start() if role else end  # noqa: PLW2901
            yield entity, start, end, score, more


class FrPeopleRecognizer(_FrenchRecognizer):
    """People, birth dates, addresses and hospitals that rules and the trained pipeline find in prose."""

    ENTITIES = tuple(PEOPLE.values())
    WORDS = FrCareNameRecognizer.WORDS

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        """All hits of the wanted entities; what our engine's pipeline has read of the text is not read again."""
        reader = None
        if nlp_artifacts is not None and isinstance(nlp_artifacts.nlp_engine, FrenchNlpEngine) and has_pipeline():
            reader = partial(_read_already, nlp_artifacts)
        return self._results(self._people(text, reader), entities)

    def _found(self, text: str) -> Iterator[tuple[str, int, int, float, dict[str, str]]]:
        return self._people(text, None)

    @staticmethod
    def _people(
        text: str, reader: Callable[[pl.Series], Spans] | None
    ) -> Iterator[tuple[str, int, int, float, dict[str, str]]]:
        found = find_people(pl.Series([text]), reader)
        for label, start, end, score in found.select("label", "start", "end", "confidence").rows():
            if label in PEOPLE:
                yield PEOPLE[label], start, end, score, {}


def _read_already(artifacts: NlpArtifacts, texts: pl.Series) -> Spans:
    """What the engine's pipeline found, for `find_people`, which asks for the one text or for none."""
    if texts.is_empty():
        return Spans.of([], READ_CONFIDENCE)
    rows = [(0, one.start_char, one.end_char, LABELS.index(one.label_)) for one in artifacts.entities]
    return Spans.of(rows, READ_CONFIDENCE)


class FrCareDateRecognizer(_DetectorRecognizer):
    """Dates of birth, of examinations, and others."""

    OF = {"birth_date": "FR_BIRTH_DATE", "exam_date": "FR_EXAM_DATE", "date": "FR_DATE"}  # noqa: RUF012
    ENTITIES = ("FR_BIRTH_DATE", "FR_EXAM_DATE", "FR_DATE")
    WORDS = frozenset({"ne", "nee", "naissance", "ddn", "preleve", "prelevement", "examen", "date"})


class FrContactRecognizer(_DetectorRecognizer):
    """Phone numbers, e-mail addresses and postal addresses in France."""

    OF = {"phone": "FR_PHONE", "email": "FR_EMAIL", "address": "FR_ADDRESS"}  # noqa: RUF012
    ENTITIES = ("FR_PHONE", "FR_EMAIL", "FR_ADDRESS")
    WORDS = frozenset({"tel", "telephone", "portable", "mail", "courriel", "adresse", "domicile", "domiciliee"})


class FrHealthRecognizer(_FrenchRecognizer):
    """What a text says about health: one entity per theme; the status stands in the metadata."""

    ENTITIES = tuple(f"FR_HEALTH_{theme.upper()}" for theme in THEMES)

    def _found(self, text: str) -> Iterator[tuple[str, int, int, float, dict[str, str]]]:
        found = health_mentions(pl.Series([text])).select("theme", "status", "start", "end", "confidence")
        for theme, status, start, end, score in found.rows():
            yield f"FR_HEALTH_{theme.upper()}", start, end, score, {THEME: theme, STATUS: status}


RECOGNIZERS: tuple[type[_FrenchRecognizer], ...] = (
    FrNirRecognizer,
    FrProfessionalNumberRecognizer,
    FrCareNameRecognizer,
    FrPeopleRecognizer,
    FrCareDateRecognizer,
    FrContactRecognizer,
    FrHealthRecognizer,
)
"""Each recognizer; `models/presidio.yaml` has a line per row."""


def has_pipeline() -> bool:
    """Whether the trained pipeline is part of this installation."""
    try:
        model_file(PIPELINE)
    except FileNotFoundError:
        return False
    return True


class FrenchNlpEngine(SpacyNlpEngine):
    """The trained pipeline of models/names-fr for Presidio, or words alone where it is missing; nothing is fetched."""

    engine_name = "leakscan"

    def __init__(self) -> None:
        """Nothing is loaded yet."""
        super().__init__(
            [{"lang_code": LANGUAGE, "model_name": "blank"}],
            NerModelConfiguration(
                model_to_presidio_entity_mapping={label: label for label in LABELS},
                labels_to_ignore=[],
                default_score=READ_CONFIDENCE,
            ),
        )

    def load(self) -> None:
        """Load the pipeline."""
        read = spacy.load(model_file(PIPELINE)) if has_pipeline() else spacy.blank(LANGUAGE)
        self.nlp = {LANGUAGE: read}  # type: ignore[assignment]

    def get_supported_entities(self) -> list[str]:
        """None: names are found by our recognizers."""
        return []


def analyzer() -> AnalyzerEngine:
    """A Presidio engine for French prose with all our recognizers and none of its own."""
    registry = RecognizerRegistry([recognizer() for recognizer in RECOGNIZERS], supported_languages=[LANGUAGE])
    engine = FrenchNlpEngine()
    engine.load()
    return AnalyzerEngine(
        registry=registry,
        nlp_engine=engine,
        supported_languages=[LANGUAGE],
        context_aware_enhancer=LemmaContextAwareEnhancer(context_matching_mode="whole_word"),
    )
