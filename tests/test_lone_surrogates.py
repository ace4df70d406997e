"""Halves of characters in JSON: they come where a text was cut in an emoji, and cost neither a record nor a file."""

from __future__ import annotations

import pytest
from conftest import AS_OF

from leakscan.options import ScanOptions
from leakscan.readers.lone_surrogates import whole
from leakscan.report import build_report
from leakscan.scan import scan

PERSON = r'{"nom": "DURAND%s", "prenom": "Anne", "ddn": "1954-02-03", "resultat": "VIH positif"}'
OTHER = r'{"nom": "PETIT", "prenom": "Paul", "ddn": "1961-07-08", "resultat": "VIH négatif"}'
FHIR = (
    r'{"resourceType": "Bundle", "entry": ['
    r'{"resource": {"resourceType": "Patient", "id": "1", "birthDate": "1954-02-03",'
    r' "name": [{"family": "DURAND%s", "given": ["Anne"]}]}},'
    r'{"resource": {"resourceType": "Patient", "id": "2", "birthDate": "1961-07-08",'
    r' "name": [{"family": "PETIT", "given": ["Paul"]}]}}]}'
)


@pytest.mark.parametrize("cut", [r"\ud83d", r"\udc00\ud800", r"\UD83D".replace("U", "u"), r"\ud83d\ude00", r"\\ud83d"])
@pytest.mark.parametrize("layout", [f"[{PERSON}, {OTHER}]", f"{PERSON}\n{OTHER}\n", f"[{PERSON}, {OTHER},]", FHIR])
def test_a_cut_character_costs_no_record(cut, layout, tmp_path):
    (tmp_path / "dump.json").write_text(layout % cut, encoding="utf-8")
    options = ScanOptions(as_of=AS_OF)
    report = build_report(scan([str(tmp_path / "dump.json")], options), options)
    assert (report["persons"]["likely"], report["records_damaged"]) == (2, 0)
    assert all(given["status"] == "scanned" for given in report["inputs"])


def test_what_has_no_half_stays_the_object_it_is():
    found = {"a": ["é", 1, None, {"b": "😀"}]}
    assert whole(found, '{"a": ...}') is found
    assert whole({"a\ud800": ["\udc00b", 1]}, r"\ud800") == {"a?": ["?b", 1]}
