"""FHIR Shorthand: instances are read as the resources that they stand for, all else is text."""

from __future__ import annotations

import json
import time

import pytest
from documents import nir, read, report_here

from leakscan.readers import choose, fsh
from leakscan.readers.heads import Head
from leakscan.records import ReadOptions

HEAD = "Instance: {name}\nInstanceOf: {kind}\nUsage: #example\n\n"
INS = (
    "* identifier[INS-NIR].use = #official\n"
    '* identifier[INS-NIR].system = "urn:oid:1.2.250.1.213.1.4.8"\n'
    '* identifier[INS-NIR].value = "{number}"\n'
)
NAMED = '* name[officialName].family = "{last}"\n* name[officialName].given[0] = "{first}"\n* birthDate = "{born}"\n'
LAST, FIRST, BORN = ("VASSEUR", "LEGRIS"), ("Odile", "Yann"), ("1961-02-17", "1975-11-03")


def patient(at: int, number: str | None = None) -> str:
    text = HEAD.format(name=f"pat-{at}", kind="FRCorePatientINSProfile") + INS.format(number=number or nir(at))
    named = NAMED.format(last=LAST[at], first=FIRST[at], born=BORN[at])
    return text + "* gender = #female\n" + named + '* address.line = "1 allée des Ormes"\n* address.city = "Vannes"\n\n'


def condition(of: int) -> str:
    return (
        HEAD.format(name="c1", kind="Condition")
        + f'* subject = Reference(pat-{of})\n* code = $icd#B20 "Maladie due au VIH"\n\n'
    )


def resources(text: str) -> list[dict[str, object]]:
    met = read(fsh.read, text.encode(), streams=True)
    return list(json.loads(met.files["resources"]))


def test_patients_have_their_ins_and_no_prescriber() -> None:
    report = report_here((patient(0) + patient(1)).encode())
    assert report["persons"]["basis"]["ins"] == report["persons"]["likely"] == 2
    assert report["persons"]["by_category"]["birth_date"]["likely"] == 2
    assert report["prescribers"]["distinct"] == 0


def test_a_condition_is_that_of_its_subject() -> None:
    report = report_here((patient(0) + patient(1) + condition(1)).encode())
    assert report["persons"]["likely"] == 2
    assert report["persons"]["by_theme"]["hiv"]["affirmed"]["likely"] == 1


def test_an_ins_with_a_wrong_key_is_not_nothing() -> None:
    wrong = nir(0)[:13] + f"{int(nir(0)[13:]) % 97 + 1:02d}"
    report = report_here(patient(0, wrong).encode())
    assert report["persons"]["basis"]["ins"] == 0
    assert report["records_by_entity"]["nir_wrong_key"] == 1


RULES = {
    "slices and numbers": (
        '* name[a].family = "A"\n* name[b].family = "B"\n* name[a].given[0] = "C"\n* name[a].given[+] = "D"\n',
        {"name": [{"family": "A", "given": ["C", "D"]}, {"family": "B"}]},
    ),
    "indented rules": (
        '* identifier[+]\n  * system = "s"\n  * value = "1"\n* identifier[+]\n  * value = "2"\n',
        {"identifier": [{"system": "s", "value": "1"}, {"value": "2"}]},
    ),
    "the last of a list": (
        '* telecom[+].system = #phone\n* telecom[=].value = "0612003418"\n',
        {"telecom": [{"system": "phone", "value": "0612003418"}]},
    ),
    "codes": (
        '* maritalStatus = $m#M "Marié"\n* active = true\n',
        {"maritalStatus": {"coding": [{"system": "$m", "code": "M", "display": "Marié"}]}, "active": "true"},
    ),
    "quotes in strings": ('* text.div = "un \\"mot\\""\n', {"text": {"div": 'un "mot"'}}),
    "a place that cannot be": (
        '* birthDate = "1"\n* birthDate.x = "2"\n',
        {"birthDate": "1", "note": [{"text": 'birthDate.x: "2"'}]},
    ),
}


@pytest.mark.parametrize("case", RULES)
def test_rules_are_places_of_a_resource(case: str) -> None:
    rules, expected = RULES[case]
    (found,) = resources(HEAD.format(name="p", kind="Patient") + rules)
    assert found == {"resourceType": "Patient", "id": "p", **expected}


def test_what_is_no_instance_is_a_text() -> None:
    text = (
        "Profile: P\nParent: Patient\n* name 1..* MS\n\n"
        + patient(0)
        + 'Instance: x\nInstanceOf: Bizarre\n* a = "184127"\n'
    )
    met = read(fsh.read, text.encode(), streams=True)
    said = met.files["text"].decode()
    assert "* name 1..* MS" in said
    assert "184127" in said
    assert "VASSEUR" not in said


NONE = {
    "a profile": 'Profile: Rural\nParent: Patient\n* name 1..* MS\n* identifier.system = "urn:oid:1.2.3"\n',
    "an instance of nothing known": "Instance: x\nInstanceOf: CapabilityStatement\n* status = #active\n",
    "a text": "Instance: une demande.\nCela suffit.\n",
    "a list": "* nom = VASSEUR\n* prenom = Odile\n",
}


@pytest.mark.parametrize("case", NONE)
def test_what_is_no_shorthand(case: str) -> None:
    reader = choose(Head(NONE[case].encode(), ReadOptions()))
    assert isinstance(reader, str) or reader.format != "fsh"


HOSTILE = (
    "* a[999999999].b = #c\n",
    "* a[+].b[+].c[+] = 1\n",
    "  * a\n",
    "* a.b.c = Reference(\n",
    '* name[x] = "\n',
    "Instance: p\n",
    "* " + "a" * 1000,
    "* a" + "=]" * 500 + "\n",
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_shorthand_ends(piece: str) -> None:
    begun = time.monotonic()
    read(fsh.read, (HEAD.format(name="p", kind="Patient") + piece * (200_000 // len(piece))).encode(), streams=True)
    assert time.monotonic() - begun < 15
