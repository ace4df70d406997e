"""Our recognizers in Presidio, and the health component in spaCy: the same answers as the detectors, no network."""

from __future__ import annotations

import socket
import subprocess
import sys

import polars as pl
import pytest
import spacy
from presidio_analyzer import AnalyzerEngine, BatchAnalyzerEngine, RecognizerResult
from presidio_analyzer.nlp_engine import NlpEngineProvider
from presidio_analyzer.recognizer_registry import RecognizerRegistryProvider

import leakscan
import leakscan.names.people
import leakscan.presidio
from leakscan.data import model_file
from leakscan.health import spacy_component
from leakscan.names.spans import Spans
from leakscan.presidio import RECOGNIZERS, STATUS, THEME, FrCareNameRecognizer, FrNirRecognizer, analyzer

NIR = "2 84 12 76 451 089 93"
LETTER = (
    f"Prescrit par le Dr Martin, NIR {NIR}, née le 03/12/1984, prélevée le 12/05/2019.\n"
    "VIH + sous Biktarvy, père K prostate. Tél. 06 12 34 56 78, jean.martin@exemple.fr"
)


@pytest.fixture(scope="module")
def engine() -> AnalyzerEngine:
    return analyzer()


def _found(results: list[RecognizerResult]) -> set[str]:
    return {result.entity_type for result in results}


def test_the_engine_finds_identity_dates_professionals_and_health_in_prose(engine: AnalyzerEngine) -> None:
    results = engine.analyze(LETTER, language="fr")
    assert _found(results) >= {
        "FR_NIR", "FR_PRESCRIBER", "FR_BIRTH_DATE", "FR_EXAM_DATE", "FR_PHONE", "FR_EMAIL", "FR_HEALTH_HIV",
        "FR_HEALTH_TREATMENT", "FR_HEALTH_CANCER",
    }  # fmt: skip
    (number,) = [result for result in results if result.entity_type == "FR_NIR"]
    assert LETTER[number.start : number.end] == NIR
    statuses = {(one.recognition_metadata[THEME], one.recognition_metadata[STATUS]) for one in results
                if THEME in one.recognition_metadata}  # fmt: skip
    assert statuses == {("hiv", "affirmed"), ("treatment", "affirmed"), ("cancer", "other_person")}
    assert all(0 <= result.score <= 1 for result in results)


def test_people_in_prose_are_found_by_the_trained_pipeline(engine: AnalyzerEngine) -> None:
    text = "Récapitulatif pour OUEDRAOGO Aminata, 02/01/1978, suivie à l'hôpital Bichat ; Camille Foulon est prévenue."
    found = {(one.entity_type, text[one.start : one.end]) for one in engine.analyze(text, language="fr")}
    assert {name for entity, name in found if entity in {"FR_PATIENT", "PERSON"}} == {
        "OUEDRAOGO Aminata",
        "Camille Foulon",
    }
    assert ("FR_BIRTH_DATE", "02/01/1978") in found
    assert engine.nlp_engine.process_text(text, "fr").entities


def test_the_engine_reads_a_text_once(engine: AnalyzerEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(texts: pl.Series) -> None:
        pytest.fail(f"{len(texts)} texts were read again")

    monkeypatch.setattr(leakscan.names.people, "read", refused)
    assert "PERSON" in _found(engine.analyze("Équipe réunie en staff : Camille Foulon", language="fr"))


def test_without_the_trained_pipeline_the_rules_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leakscan.presidio, "has_pipeline", lambda: False)
    monkeypatch.setattr(leakscan.names.people, "read", lambda _: Spans.of([], 0.8))
    results = analyzer().analyze(LETTER, language="fr")
    assert _found(results) >= {"FR_NIR", "FR_PRESCRIBER", "FR_BIRTH_DATE", "FR_HEALTH_HIV"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("vu par le Dr Jean MARTIN hier", "Jean MARTIN"),
        ("Prescrit par le Dr Martin, cardiologue", "Martin"),
        ("adressée par Mme Durand", "Durand"),
        ("Médecin traitant : DURAND Sophie", "DURAND Sophie"),
        ("prescripteur: Dr de La Tour", "de La Tour"),
        ("suivi par Le Goff Yann", "Le Goff Yann"),
        ("Mme Durand, prescripteur", "Durand"),
    ],
)
def test_the_span_of_a_prescriber_leaves_out_what_leads_to_the_name(text: str, name: str) -> None:
    results = FrCareNameRecognizer().analyze(text, ["FR_PRESCRIBER"])
    assert [text[one.start : one.end] for one in results] == [name]


def test_a_patient_behind_a_label_is_found() -> None:
    text = "Nom : Le Goff Maryvonne"
    results = FrCareNameRecognizer().analyze(text, ["FR_PATIENT"])
    assert [text[one.start : one.end] for one in results] == ["Le Goff Maryvonne"]


def test_a_part_of_a_word_supports_nothing_and_a_whole_word_does() -> None:
    recognizer = FrNirRecognizer()

    def score(text: str) -> tuple[float, bool]:
        (result,) = recognizer.enhance_using_context(text, recognizer.analyze(text, ["FR_NIR"]), [], None)
        return result.score, bool(result.recognition_metadata.get(RecognizerResult.IS_SCORE_ENHANCED_BY_CONTEXT_KEY))

    assert score(f"souvenir {NIR}")[1] is False
    assert score(f"le NIR {NIR}")[1] is True
    assert score(f"Sécurité sociale : {NIR}")[0] >= score(f"souvenir {NIR}")[0]


def test_only_wanted_entities_are_given(engine: AnalyzerEngine) -> None:
    assert _found(engine.analyze(LETTER, language="fr", entities=["FR_HEALTH_HIV"])) == {"FR_HEALTH_HIV"}


def test_many_texts_at_once_give_what_each_gives_alone(engine: AnalyzerEngine) -> None:
    texts = [LETTER, "à jeun", "DPNI à faire"]
    together = list(BatchAnalyzerEngine(engine).analyze_iterator(texts, language="fr"))
    alone = [engine.analyze(text, language="fr") for text in texts]
    assert [[str(one) for one in many] for many in together] == [[str(one) for one in many] for many in alone]


def test_the_registry_file_loads_in_any_installation_of_presidio() -> None:
    registry = RecognizerRegistryProvider(conf_file=str(model_file("presidio.yaml"))).create_recognizer_registry()
    assert sorted(one.name for one in registry.recognizers) == sorted(one.__name__ for one in RECOGNIZERS)
    plain = NlpEngineProvider(
        nlp_configuration={"nlp_engine_name": "no_op", "models": [{"lang_code": "fr", "model_name": "none"}]}
    )
    other = AnalyzerEngine(registry=registry, nlp_engine=plain.create_engine(), supported_languages=["fr"])
    assert _found(other.analyze(LETTER, language="fr")) >= {"FR_NIR", "FR_PRESCRIBER", "FR_HEALTH_HIV"}


def test_nothing_asks_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        pytest.fail("a connection was made")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    assert analyzer().analyze(LETTER, language="fr")


def test_no_value_is_in_a_representation_of_a_result(engine: AnalyzerEngine) -> None:
    for result in engine.analyze(LETTER, language="fr"):
        assert "Martin" not in repr(result)
        assert NIR not in repr(result)


def test_scans_and_the_package_import_neither_presidio_nor_spacy() -> None:
    code = (
        "import sys, leakscan.scan, leakscan.report, leakscan; leakscan.health_mentions;"
        "print([name for name in sys.modules if name.split('.')[0] in ('spacy', 'presidio_analyzer', 'thinc')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_health_mentions_is_public_and_says_what_it_takes() -> None:
    found = leakscan.health_mentions(pl.Series(["VIH +", None, "pas de diabète"]))
    assert found.columns == ["row", "theme", "status", "start", "end", "term", "confidence"]
    assert found.select("row", "theme", "status").rows() == [(0, "hiv", "affirmed"), (2, "other_condition", "negated")]
    with pytest.raises(TypeError, match="Series of texts, not list"):
        leakscan.health_mentions(["VIH +"])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="not Int64"):
        leakscan.health_mentions(pl.Series([1]))
    with pytest.raises(AttributeError, match="nothing"):
        _ = leakscan.nothing


def test_the_spacy_component_marks_mentions_with_their_status() -> None:
    nlp = spacy.blank("fr")
    nlp.add_pipe(spacy_component.NAME)
    texts = ["VIH + sous Biktarvy", "à jeun", "père K prostate"]
    docs = list(nlp.pipe(texts))
    told = [
        [(span.text, span.label_, span._.health_status) for span in doc.spans[spacy_component.SPANS]] for doc in docs
    ]
    assert ("VIH", "hiv", "affirmed") in told[0]
    assert ("Biktarvy", "treatment", "affirmed") in told[0]
    assert told[1] == []
    assert ("K prostate", "cancer", "other_person") in told[2]
    alone = [nlp(text) for text in texts]
    assert [[span.label_ for span in doc.spans[spacy_component.SPANS]] for doc in alone] == [
        [label for _, label, _ in one] for one in told
    ]
