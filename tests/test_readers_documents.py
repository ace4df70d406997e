"""CDA and FHIR in JSON, NDJSON and XML: the same visits as in a table, hostile and damaged documents too."""

from __future__ import annotations

import base64
import json
import random
from pathlib import Path
from typing import Any

import clinical
import pytest
from clinical import OPTIONS, Read, as_json, cda, fhir_bundle, fhir_observation, fhir_patient, fhir_xml, read, visits

from leakscan.persons.identity import Fingerprinter
from leakscan.readers import fhir, xml_tree
from leakscan.readers import resources as fhir_resources
from leakscan.records import ReadOptions
from leakscan.report import build_report
from leakscan.scan import scan

KEY = Fingerprinter(bytes(32))
ROWS = visits()
ROW = ROWS[1]
PDF = b"%PDF-1.4 " + bytes(range(32, 127)) * 6
CODED = base64.b64encode(PDF).decode()


def report_of(*paths: Path) -> dict[str, Any]:
    return build_report(scan([str(path) for path in paths], OPTIONS, prints=KEY), OPTIONS)


def put(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def counts(report: dict[str, Any]) -> dict[str, Any]:
    found = {key: report["persons"][key] for key in ("low", "likely", "high", "by_theme", "minors", "reachable")}
    return {**found, "prescribers": report["prescribers"]}


TABLE_OF = clinical.CSV_OPTIONS


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    path = put(tmp_path_factory.mktemp("csv") / "t.csv", clinical.as_csv(ROWS))
    return build_report(scan([str(path)], TABLE_OF, prints=KEY), TABLE_OF)


def test_a_folder_of_cda_says_what_a_table_of_the_same_visits_says(expected: dict[str, Any], tmp_path: Path) -> None:
    for at, row in enumerate(ROWS):
        put(tmp_path / f"{at}.xml", cda(row).encode())
    report = report_of(tmp_path)
    assert {one["format"] for one in report["inputs"]} == {"cda"}
    assert counts(report) == counts(expected)
    assert report["records"] == len(ROWS)


def test_a_bundle_says_what_a_table_of_the_same_visits_says(expected: dict[str, Any], tmp_path: Path) -> None:
    report = report_of(put(tmp_path / "b.json", as_json(fhir_bundle(ROWS))))
    assert counts(report) == counts(expected)
    assert report["records"] == len(ROWS) + 6 + 2


def test_bulk_files_apart_are_joined_by_the_patients_id(expected: dict[str, Any], tmp_path: Path) -> None:
    by_kind: dict[str, list[str]] = {}
    for entry in fhir_bundle(ROWS)["entry"]:
        resource = entry["resource"]
        by_kind.setdefault(resource["resourceType"], []).append(json.dumps(resource))
    for kind, lines in by_kind.items():
        put(tmp_path / f"{kind}.ndjson", "\n".join(lines).encode())
    report = report_of(tmp_path)
    assert {one["format"] for one in report["inputs"]} == {"fhir_ndjson"}
    assert report["persons"]["likely"] == expected["persons"]["likely"]
    assert report["persons"]["by_theme"]["hiv"] == expected["persons"]["by_theme"]["hiv"]


def test_ids_that_two_servers_may_give_link_nobody_across_files(tmp_path: Path) -> None:
    for at, row in enumerate(ROWS[:2]):
        bare = {
            "resourceType": "Patient",
            "id": "17",
            "name": [{"family": row.last, "given": [row.first]}],
            "birthDate": row.born,
        }
        put(tmp_path / f"{at}.ndjson", (json.dumps(bare) + "\n" + json.dumps(bare)).encode())
    assert report_of(tmp_path)["persons"]["likely"] == 2


def rows_of(found: Read, *left: str) -> list[dict[str, str]]:
    return [{key: cell for key, cell in row.items() if key not in left} for row in found.rows]


def test_the_same_resources_in_json_xml_and_lines() -> None:
    bundle = fhir_bundle(ROWS)
    plain = rows_of(read(as_json(bundle)), "rest")
    assert rows_of(read(fhir_xml(bundle).encode()), "rest") == plain
    assert rows_of(read(json.dumps(bundle).encode()), "rest") == plain
    assert rows_of(read(as_json([entry["resource"] for entry in bundle["entry"]])), "rest") == plain
    lines = "\n".join(json.dumps(entry["resource"]) for entry in bundle["entry"]).encode()
    in_lines = read(lines, ReadOptions(block_bytes=3000))
    assert len(in_lines.batches) > 1
    assert rows_of(in_lines, "rest", "pseudonym") == [
        {k: v for k, v in row.items() if k != "record_number"} for row in plain
    ]
    bundles = (json.dumps(bundle) + "\n" + json.dumps(bundle)).encode()
    assert len(read(bundles).rows) == 2 * len(plain)


def test_a_patient_and_what_refers_to_it() -> None:
    bundle = fhir_bundle([ROW])
    observation, patient, _ = read(as_json(bundle)).rows
    shared = (
        "ins",
        "last_name",
        "maiden_name",
        "first_name",
        "sex",
        "birth_date",
        "address",
        "postcode",
        "city",
        "phone",
    )
    assert {name: observation[name] for name in shared} == {name: patient[name] for name in shared}
    assert (patient["ins"], patient["last_name"], patient["maiden_name"]) == (ROW.ins, ROW.last, ROW.maiden)
    assert (observation["prescriber"], observation["rpps"]) == (f"{ROW.doctor} {ROW.doctor_first}", ROW.rpps)
    assert (observation["exam_date"], observation["text"]) == (ROW.day, f"{ROW.label} : {ROW.value}")
    assert observation["rest"] == f"X1\n{ROW.day}T08:00:00+01:00"


def resource(kind: str, **fields: Any) -> dict[str, str]:
    value = {
        "resourceType": kind,
        "subject": {"reference": "#p"},
        "contained": [{**fhir_patient(ROW), "id": "p"}],
        **fields,
    }
    (row,) = read(as_json(value)).rows
    assert row["last_name"] == ROW.last
    return row


def concept(text: str, code: str = "", system: str = "http://x") -> dict[str, Any]:
    return {"text": text, "coding": [{"system": system, "code": code}]}


_DIV = "<div><p>VIH</p><table><tr><td>Ag</td><td>nég</td></tr></table></div>"
RESOURCES: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "quantity": (
        "Observation",
        {"code": concept("PSA"), "valueQuantity": {"value": 4.2, "unit": "ng/mL"}},
        "text",
        "PSA : 4.2 ng/mL",
    ),
    "coded": (
        "Observation",
        {"code": concept("Ag HBs"), "valueCodeableConcept": concept("Negative")},
        "text",
        "Ag HBs : négatif",
    ),
    "truth": ("Observation", {"code": concept("Fumeur"), "valueBoolean": True}, "text", "Fumeur : oui"),
    "interpretation": (
        "Observation",
        {"code": concept("VIH"), "interpretation": [{"coding": [{"code": "NEG"}]}]},
        "text",
        "VIH : négatif",
    ),
    "components": (
        "Observation",
        {
            "code": concept("TA"),
            "component": [{"code": concept("TAS"), "valueInteger": 12}, {"code": concept("TAD"), "valueInteger": 8}],
        },
        "text",
        "TAS : 12\nTAD : 8",
    ),
    "condition": (
        "Condition",
        {"code": concept("Asthme", "J45", "http://hl7.org/fhir/sid/icd-10")},
        "diagnosis",
        "J45",
    ),
    "refuted": (
        "Condition",
        {"code": concept("Diabète"), "verificationStatus": {"coding": [{"code": "refuted"}]}},
        "text",
        "absence de Diabète",
    ),
    "family": (
        "FamilyMemberHistory",
        {"relationship": concept("mère"), "condition": [{"code": concept("Cancer du sein")}]},
        "text",
        "antécédents familiaux : mère : Cancer du sein",
    ),
    "drug": ("MedicationRequest", {"medicationCodeableConcept": concept("METFORMINE")}, "drug", "METFORMINE"),
    "allergy": ("AllergyIntolerance", {"code": concept("Pénicilline")}, "text", "allergie : Pénicilline"),
    "report": (
        "DiagnosticReport",
        {"code": concept("CR"), "conclusion": "Sérologie VIH négative."},
        "text",
        "Sérologie VIH négative.",
    ),
    "request": ("ServiceRequest", {"code": concept("NFS"), "note": [{"text": "à jeun"}]}, "text", "NFS\nà jeun"),
    "section": (
        "Composition",
        {"section": [{"title": "Bilan", "text": {"status": "additional", "div": _DIV}}]},
        "text",
        "Bilan :\nVIH\nAg : nég",
    ),
    "range": (
        "Observation",
        {"code": concept("Pouls"), "valueRange": {"low": {"value": 60}, "high": {"value": 70}}},
        "text",
        "Pouls : 60 - 70",
    ),
    "one component": (
        "Observation",
        {"code": concept("Sérologie VIH"), "component": [{"code": concept("Ac"), "valueString": "négatif"}]},
        "text",
        "Sérologie VIH, Ac : négatif",
    ),
    "drug shown": ("MedicationStatement", {"medicationReference": {"display": "DOLIPRANE"}}, "drug", "DOLIPRANE"),
    "stay": (
        "Encounter",
        {"reasonCode": [concept("Douleur")], "period": {"start": "2024-02-03"}},
        "exam_date",
        "2024-02-03",
    ),
    "doctor shown": (
        "ServiceRequest",
        {
            "requester": {
                "reference": "Practitioner/9",
                "display": "Dr DURAND Eva",
                "identifier": {"value": "10001234565"},
            }
        },
        "prescriber",
        "Dr DURAND Eva",
    ),
    "insured": (
        "Coverage",
        {"subscriberId": clinical.with_key("1520475101203")},
        "nir",
        clinical.with_key("1520475101203"),
    ),
    "anything": ("Basic", {"extension": [{"url": "x", "valueString": "un mot à part"}]}, "rest", "un mot à part"),
}


@pytest.mark.parametrize("case", RESOURCES)
def test_what_resources_say(case: str) -> None:
    kind, fields, column, said = RESOURCES[case]
    row = resource(kind, **fields)
    assert said in row[column]
    if column == "text":
        assert row[column] == said


def test_professionals_through_their_role_and_organisations() -> None:
    role = {"resourceType": "PractitionerRole", "id": "r", "practitioner": {"reference": "Practitioner/p"}}
    doctor = {**clinical.fhir_practitioner(ROW), "id": "p"}
    place = {
        "resourceType": "Organization",
        "name": "CHU du Lac",
        "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.2", "value": "1750012346"}],
    }
    request = {"resourceType": "ServiceRequest", "requester": {"reference": "PractitionerRole/r"}}
    rows = read(as_json([request, role, doctor, place])).rows
    assert (rows[0]["prescriber"], rows[0]["rpps"]) == (f"{ROW.doctor} {ROW.doctor_first}", ROW.rpps)
    assert (rows[3]["laboratory"], rows[3]["finess"]) == ("CHU du Lac", "750012346")


def test_a_patient_known_by_identifier_or_text_alone() -> None:
    identifier = {"system": "urn:oid:1.2.250.1.213.1.4.8", "value": ROW.ins}
    value = {"resourceType": "Basic", "subject": {"reference": "Patient/7", "identifier": identifier}}
    (row,) = read(as_json(value)).rows
    assert (row["ins"], row["record_number"]) == (ROW.ins, "7")
    (row,) = read(as_json({"resourceType": "Patient", "name": [{"text": "Sophie MOREL"}]})).rows
    assert row["rest"] == "Sophie MOREL"


def test_generated_narrative_is_not_said_twice() -> None:
    text = {"status": "generated", "div": "<div>Sérologie VIH</div>"}
    assert "VIH" not in str(resource("Basic", text=text).get("rest"))
    text["status"] = "extensions"
    assert "Sérologie VIH" in resource("Basic", text=text)["rest"]


DOCUMENTS = {
    "DocumentReference": {"content": [{"attachment": {"contentType": "application/pdf", "data": CODED}}]},
    "DiagnosticReport": {"presentedForm": [{"contentType": "application/pdf", "data": CODED}]},
    "Binary": {"contentType": "application/pdf", "data": CODED},
}


@pytest.mark.parametrize("kind", DOCUMENTS)
@pytest.mark.parametrize("form", ["json", "xml", "lines"])
def test_documents_in_resources_know_their_patient(kind: str, form: str) -> None:
    value = {"resourceType": kind, "subject": {"reference": "Patient/p"}, **DOCUMENTS[kind]}
    entries = [{"resource": value}, {"resource": {**fhir_patient(ROW), "id": "p"}}]
    bundle = {"resourceType": "Bundle", "entry": entries}
    lines = "\n".join(json.dumps(entry["resource"]) for entry in entries)
    data = {"json": as_json(bundle), "xml": fhir_xml(bundle).encode(), "lines": lines.encode()}[form]
    (child,) = read(data).children
    assert child.open is not None
    assert child.open().read() == PDF
    assert child.name == "resource_1.1.pdf"
    assert dict(child.subject or ())["ins"] == ROW.ins
    assert not any(CODED in str(row) for row in read(data).rows)


@pytest.mark.parametrize("oid", ["1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.11"])
def test_an_ins_of_test_is_said_to_be_invented(oid: str) -> None:
    assert "invented_identity" in read(cda(ROW, oid=oid).encode()).codes
    assert "invented_identity" in read(as_json(fhir_patient(ROW, oid))).codes
    assert "invented_identity" not in read(cda(ROW).encode()).codes


def test_depth_without_end_ends() -> None:
    deep = "<structuredBody>" + "<component>" * 20_000 + "</component>" * 20_000 + "</structuredBody>"
    assert read(cda(ROW, deep).encode()).rows[0]["last_name"] == ROW.last
    nested: Any = "x"
    for _ in range(300):
        nested = {"extension": [nested]}
    assert read(as_json({"resourceType": "Basic", "extension": [nested]})).table is not None
    hopeless = b'{"resourceType":"Basic","x":' + b"[" * 200_000
    assert read(hopeless).broken is not None


def test_cut_documents_give_what_came_before(tmp_path: Path) -> None:
    data = cda(ROW).encode()
    found = read(data[: int(len(data) * 0.8)])
    assert found.rows[0]["ins"] == ROW.ins
    assert str(found.broken) == "the XML is damaged or cut: what can be read of it was read"
    bundle = as_json(fhir_bundle(ROWS))
    cut = read(bundle[: bundle.index(b'"Patient"')])
    assert len(cut.rows) == len(ROWS)
    assert cut.broken is not None
    report = report_of(put(tmp_path / "cut.json", bundle[: len(bundle) // 2]), put(tmp_path / "good.json", bundle))
    assert {one["path"][-8:]: one["status"] for one in report["inputs"]} == {
        "cut.json": "partial",
        "ood.json": "scanned",
    }


FORMS = {
    "cda": cda(ROW).encode(),
    "fhir": as_json(fhir_bundle(ROWS[:2])),
    "fhir_xml": fhir_xml(fhir_bundle(ROWS[:2])).encode(),
    "fhir_ndjson": "\n".join(json.dumps(fhir_observation(row)) for row in ROWS[:3]).encode(),
}


@pytest.mark.parametrize("kind", FORMS)
def test_cut_anywhere_or_with_flipped_bits_nothing_but_a_reason_escapes(kind: str) -> None:
    from io import BytesIO

    from leakscan.readers import READERS
    from leakscan.readers.heads import Head

    reader: Any = next(one for one in READERS if one.format == kind)
    data = FORMS[kind]
    assert read(data).format == kind
    source = random.Random(5)
    for at in range(60):
        changed = bytearray(data[: source.randrange(40, len(data))] if at % 2 else data)
        for _ in range(0 if at % 4 == 1 else 15):
            changed[source.randrange(len(changed))] ^= 1 << source.randrange(8)
        found = Read(kind, reader.read(BytesIO(changed), Head(bytes(changed), ReadOptions())))
        assert found.broken is None or ROW.last not in str(found.broken)
        assert len(found.batches) == sum(1 for _ in found.batches)


ODD: list[Any] = [
    {"resourceType": "Bundle", "entry": "x"},
    {"resourceType": "Bundle"},
    {"resourceType": "Patient", "name": "x", "identifier": {"value": 3}},
    {"resourceType": "Patient", "name": [None, 3, {"family": ["A"], "given": "B"}]},
    {"resourceType": ["Patient"], "x": 'resourceType": "Abc"'},
    {"resourceType": "Observation", "subject": [{"reference": 3}], "code": [], "valueQuantity": [], "component": {}},
    [{"resourceType": "Patient"}, 3, None, "x"],
]


@pytest.mark.parametrize("value", ODD)
def test_resources_of_another_shape_break_nothing(value: Any) -> None:
    from io import BytesIO

    from leakscan.readers.heads import Head

    found = Read("fhir", fhir.read(BytesIO(as_json(value)), Head(as_json(value), ReadOptions())))
    assert found.table is not None


def test_lines_that_are_no_resources_are_damaged() -> None:
    lines = [json.dumps(fhir_patient(ROW)), "{broken", "[1]", json.dumps(fhir_patient(ROWS[2])), ""]
    found = read("\n".join(lines).encode())
    assert [row["last_name"] for row in found.rows] == [ROW.last, ROWS[2].last]
    assert [(row["_row"], row["reason"]) for row in found.damaged] == [
        (2, "resource_unreadable"),
        (3, "resource_unreadable"),
    ]
    assert found.damaged[0]["offset"] == len(lines[0]) + 1


def test_what_is_too_long_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fhir, "RESOURCE_BYTES", 400)
    assert str(read(as_json(fhir_patient(ROW))).broken) == "a FHIR resource is longer than 0 MiB"
    long = json.dumps({**fhir_patient(ROW), "x": "y" * 500})
    found = read((json.dumps({"resourceType": "Patient"}) + "\n" + long).encode())
    assert [row["reason"] for row in found.damaged] == ["resource_unreadable"]
    monkeypatch.setattr(xml_tree, "XML_BYTES", 400)
    assert "longer than" in str(read(cda(ROW).encode()).broken)


def test_a_bundle_longer_than_a_piece_is_read_entry_by_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fhir, "_PIECE", 50)
    data = as_json(fhir_bundle(ROWS))
    assert len(read(data).rows) == len(ROWS) + 8


def test_a_walk_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fhir_resources, "TEXT_BYTES", 50)
    many = [{"valueString": f"texte numéro {at}"} for at in range(500)]
    (row,) = read(as_json({"resourceType": "Basic", "extension": many})).rows
    assert len(row["rest"]) < 200
