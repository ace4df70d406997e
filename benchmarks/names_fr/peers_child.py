"""Presidio's recognizers for French over texts, run in its own environment: JSON list from stdin, JSON from stdout.

A blank French pipeline, no model: `fr_core_news_md` is no package of PyPI. `--france`: its phone recognizer looks for the
region FR alone, not for its eight (FR is one of them). Needs nothing of leakscan.
"""

from __future__ import annotations

import json
import sys
import time
from importlib.metadata import version

KINDS = {"EMAIL_ADDRESS": "email", "PHONE_NUMBER": "phone", "DATE_TIME": "EXAM_DATE"}


def main() -> None:
    """Read the texts, print what was found."""
    import spacy
    import tldextract
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import SpacyNlpEngine
    from presidio_analyzer.predefined_recognizers import PhoneRecognizer

    class Blank(SpacyNlpEngine):
        """An engine without a model."""

        def __init__(self) -> None:
            super().__init__(models=[{"lang_code": "fr", "model_name": "blank"}])
            self.nlp = {"fr": spacy.blank("fr")}

    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=())  # its own list: nothing is fetched
    registry = RecognizerRegistry(supported_languages=["fr"])
    registry.load_predefined_recognizers(languages=["fr"])
    if "--france" in sys.argv:
        registry.remove_recognizer("PhoneRecognizer")
        registry.add_recognizer(PhoneRecognizer(supported_language="fr", supported_regions=("FR",)))
    engine = AnalyzerEngine(registry=registry, nlp_engine=Blank(), supported_languages=["fr"])
    texts = json.load(sys.stdin)
    wanted = list(KINDS)
    engine.analyze(texts[0], language="fr", entities=wanted)
    began = time.process_time()
    answers = [engine.analyze(text, language="fr", entities=wanted) for text in texts]
    seconds = time.process_time() - began
    found = [(row, one.start, one.end, KINDS[one.entity_type]) for row, answer in enumerate(answers) for one in answer]
    print(json.dumps({"version": version("presidio-analyzer"), "seconds": seconds, "found": found}))


if __name__ == "__main__":
    main()
