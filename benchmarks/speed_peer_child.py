"""The peers of the speed benchmark, each run by the interpreter of its own environment; prints one line of JSON.

`python benchmarks/speed_peer_child.py PEER FILE`: FILE is a cp1252 semicolon table without damaged rows. The clock
starts when the peer is imported and built, with the cells in memory if it takes cells, else with the path in its hands.
`bytes` is what it looked at. Needs nothing of leakscan.
"""

from __future__ import annotations

import csv
import json
import logging
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

COMMENTS = ("COMMENT_DOSSIER", "COMMENT_PATIENT")
NIR = (
    r"\b[1-478][ .]?[0-9]{2}[ .]?(?:0[1-9]|1[0-2]|[2-9][0-9])[ .]?(?:[0-9]{2}|2[ABab])[ .]?[0-9]{3}[ .]?[0-9]{3}"
    r"(?:[ .]?[0-9]{2})?\b"
)
"""A NIR as a pattern alone can tell it: sex, year, month, department, commune, order, and a key that nobody checks."""

TERMS = {
    "hiv": ["vih", "sida", "charge virale", "trithérapie"],
    "cancer": ["cancer", "carcinome", "adénocarcinome", "lymphome", "chimiothérapie"],
    "pregnancy": ["grossesse", "enceinte", "aménorrhée"],
    "genetic": ["trisomie 21", "caryotype", "brca1", "mutation"],
    "sti_hepatitis": ["hépatite c", "hépatite b", "chlamydia", "syphilis"],
    "mental_health": ["trouble bipolaire", "dépression", "schizophrénie"],
    "addiction": ["sevrage", "méthadone", "alcoolisme"],
}


def columns_of(path: str) -> dict[str, list[str]]:
    """The table as columns of cells."""
    with Path(path).open(encoding="cp1252", newline="") as file:
        header, *rows = csv.reader(file, delimiter=";")
    return dict(zip(header, map(list, zip(*rows, strict=True)), strict=True))


def presidio(path: str, *, own: bool) -> dict[str, Any]:
    """BatchAnalyzer over all columns with a NIR recognizer, with or without Presidio's own recognizers for French.

    Its pipeline is spaCy's blank one for French: the words only, no model, the least that Presidio can do.
    """
    import spacy
    import tldextract
    from presidio_analyzer import AnalyzerEngine, BatchAnalyzerEngine, Pattern, PatternRecognizer, RecognizerRegistry
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    class Blank(SpacyNlpEngine):
        """An engine without a model."""

        def __init__(self) -> None:
            super().__init__(models=[{"lang_code": "fr", "model_name": "blank"}])
            self.nlp = {"fr": spacy.blank("fr")}

    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=())  # its own list: nothing is fetched
    registry = RecognizerRegistry(supported_languages=["fr"])
    if own:
        registry.load_predefined_recognizers(languages=["fr"])
    registry.add_recognizer(PatternRecognizer("FR_NIR", patterns=[Pattern("nir", NIR, 0.5)], supported_language="fr"))
    engine = AnalyzerEngine(registry=registry, nlp_engine=Blank(), supported_languages=["fr"])
    columns = columns_of(path)
    began = time.perf_counter()
    found = list(BatchAnalyzerEngine(engine).analyze_dict(columns, language="fr"))
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "found": sum(len(cell) for column in found for cell in column.recognizer_results)}


def eds_nlp(path: str) -> dict[str, Any]:
    """Terms with negation, family and hypothesis over the filled cells of the comment columns."""
    import edsnlp

    nlp = edsnlp.blank("eds")
    nlp.add_pipe("eds.sentences")
    nlp.add_pipe("eds.normalizer")
    nlp.add_pipe("eds.matcher", config={"terms": TERMS, "attr": "NORM"})
    for pipe in ("eds.negation", "eds.family", "eds.hypothesis"):
        nlp.add_pipe(pipe)
    columns = columns_of(path)
    texts = [text for name in COMMENTS for text in columns[name] if text]
    began = time.perf_counter()
    found = sum(len(document.ents) for document in nlp.pipe(texts))
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "found": found, "bytes": sum(len(text.encode()) for text in texts)}


def csv_detective(path: str) -> dict[str, Any]:
    """csv-detective over every row, told the encoding and the delimiter."""
    from csv_detective import routine

    began = time.perf_counter()
    told = routine(path, num_rows=-1, encoding="cp1252", sep=";", save_results=False, output_profile=True)
    return {"seconds": time.perf_counter() - began, "found": len(told["columns"])}


def data_profiler(path: str) -> dict[str, Any]:
    """DataProfiler's statistics without its neural labels, which ask for TensorFlow."""
    import dataprofiler

    logging.disable(logging.INFO)
    options = dataprofiler.ProfilerOptions()
    options.set({"data_labeler.is_enabled": False})
    began = time.perf_counter()
    report = dataprofiler.Profiler(dataprofiler.Data(path), options=options).report()
    return {"seconds": time.perf_counter() - began, "found": len(report["data_stats"])}


PEERS: dict[str, Callable[[str], dict[str, Any]]] = {
    "presidio-nir": lambda path: presidio(path, own=False),
    "presidio": lambda path: presidio(path, own=True),
    "edsnlp": eds_nlp,
    "csv-detective": csv_detective,
    "dataprofiler": data_profiler,
}

if __name__ == "__main__":
    size = Path(sys.argv[2]).stat().st_size
    print(json.dumps({"bytes": size, **PEERS[sys.argv[1]](sys.argv[2])}))
