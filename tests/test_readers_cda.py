"""CDA-R2 and HPRIM XML: fields of the header, sections and entries as lines, bodies, hostile documents."""

from __future__ import annotations

import base64
import io
import sys
from pathlib import Path

import pytest
from clinical import OPTIONS, cda, read, visits

from leakscan.report import build_report
from leakscan.scan import scan

ROWS = visits()
ROW = ROWS[1]
PDF = b"%PDF-1.4 " + bytes(range(32, 127)) * 6
CODED = base64.b64encode(PDF).decode()


def test_cda_fields_go_to_their_roles() -> None:
    (row,) = read(cda(ROW).encode()).rows
    assert (row["ins"], row["record_number"]) == (ROW.ins, ROW.ipp)
    assert (row["last_name"], row["maiden_name"], row["first_name"]) == (ROW.last, ROW.maiden, ROW.first)
    assert (row["birth_date"], row["sex"], row["exam_date"]) == (ROW.born, "F", ROW.day)
    assert (row["address"], row["postcode"], row["city"], row["phone"]) == (
        ROW.street,
        ROW.postcode,
        ROW.city,
        ROW.phone,
    )
    assert (row["prescriber"], row["rpps"]) == (f"{ROW.doctor} {ROW.doctor_first}", ROW.rpps)
    assert row["text"] == f"Compte rendu\nRésultats :\n{ROW.label} : {ROW.value}"


def body_of(section: str) -> str:
    (row,) = read(
        cda(ROW, f"<structuredBody><component><section>{section}</section></component></structuredBody>").encode()
    ).rows
    return row["text"].removeprefix("Compte rendu\n")


def observation(code: str, value: str, more: str = "", flag: str = "") -> str:
    said = f'<interpretationCode code="{flag}"/>' if flag else ""
    return f'<observation{more}><code displayName="{code}"/><value {value}/>{said}</observation>'


def entry(code: str, value: str, more: str = "", flag: str = "") -> str:
    return f"<entry>{observation(code, value, more, flag)}</entry>"


_TABLE = (
    "<table><thead><tr><th>Ex</th><th>Rés</th></tr></thead><tbody><tr><th>VIH</th><td>Négatif</td><td>0,1</td></tr></tbody>"
    "</table>"
)
_LIST = "<paragraph>Un.</paragraph>Deux<br/>trois<list><item>a</item><item>b</item></list>"
_MOTHER = '<subject><relatedSubject><code displayName="mère"/></relatedSubject></subject>'
_CANCER = observation("Maladie", 'displayName="cancer du sein"')
SECTIONS = {
    "paragraphs": (f"<text>{_LIST}</text>", "Un.\nDeux\ntrois\na\nb"),
    "table": (f"<text>{_TABLE}</text>", "Ex ; Rés\nVIH : Négatif ; 0,1"),
    "observation": (entry("Ag HBs", 'displayName="Négatif"'), "Ag HBs : négatif"),
    "quantity": (entry("CRP", 'value="5" unit="mg/L"'), "CRP : 5 mg/L"),
    "flag": (entry("CRP", 'value="5"', flag="H"), "CRP : 5 (H)"),
    "negated": (entry("Antécédent", 'displayName="asthme"', ' negationInd="true"'), "absence de asthme"),
    "relative": (
        f"<entry><organizer>{_MOTHER}<component>{_CANCER}</component></organizer></entry>",
        "antécédents familiaux : mère : Maladie : cancer du sein",
    ),
    "family section": (
        '<code code="10157-6"/><text><paragraph>Diabète</paragraph></text>',
        "antécédents familiaux : Diabète",
    ),
}


@pytest.mark.parametrize("case", SECTIONS)
def test_sections_and_entries_become_lines(case: str) -> None:
    section, said = SECTIONS[case]
    assert body_of(section) == said


def test_cda_diagnoses_and_drugs_have_fields_of_their_own() -> None:
    diagnosis = '<value codeSystem="2.16.840.1.113883.6.3" code="E11.9" displayName="Diabète"/>'
    drug = "<manufacturedMaterial><name>METFORMINE</name></manufacturedMaterial>"
    body = (
        f"<structuredBody><component><section><entry><observation>{diagnosis}</observation></entry>"
        f"<entry><substanceAdministration><consumable>{drug}</consumable></substanceAdministration></entry>"
        "</section></component></structuredBody>"
    )
    (row,) = read(cda(ROW, body).encode()).rows
    assert (row["diagnosis"], row["drug"]) == ("E11.9", "METFORMINE")


@pytest.mark.parametrize("size", [1, 60])
def test_a_body_in_base64_becomes_a_child(size: int) -> None:
    content = PDF * size
    coded = base64.b64encode(content).decode()
    body = f'<nonXMLBody><text mediaType="application/pdf" representation="B64">{coded}</text></nonXMLBody>'
    found = read(cda(ROW, body).encode())
    (child,) = found.children
    assert child.open is not None
    assert child.open().read() == content
    assert dict(child.subject or ())["ins"] == ROW.ins
    assert CODED[:60] not in str(found.rows)


def test_a_bare_text_body_becomes_a_child() -> None:
    (child,) = read(cda(ROW, "<nonXMLBody><text>Patient suivi.</text></nonXMLBody>").encode()).children
    assert child.open is not None
    assert child.open().read() == b"Patient suivi."


def test_patients_and_relatives_are_no_professionals() -> None:
    own = f'<id root="1.2.250.1.213.1.4.8" extension="{ROW.ins}"/>'
    name = "<name><family>SOEUR</family></name>"
    author = f"<author><assignedAuthor>{own}<assignedPerson>{name}</assignedPerson></assignedAuthor></author>"
    relative = (
        '<participant typeCode="IND"><associatedEntity classCode="NOK">'
        f"<associatedPerson>{name}</associatedPerson></associatedEntity></participant>"
    )
    (row,) = read(cda(ROW).replace("<participant", author + relative + "<participant", 1).encode()).rows
    assert row["prescriber"] == f"{ROW.doctor} {ROW.doctor_first}"
    assert "professional" not in row
    assert "SOEUR" in row["rest"]


def test_a_document_about_nobody_is_damaged() -> None:
    data = cda(ROW).replace("recordTarget", "recordsTarget").encode()
    assert [row["reason"] for row in read(data).damaged] == ["message_without_patient"]


HOSTILE = {
    "entities": '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "AAA"><!ENTITY c "BBB">]>'.replace(
        "AAA", "&a;" * 8
    ).replace("BBB", "&b;" * 8),
    "external": '<!DOCTYPE a [<!ENTITY c SYSTEM "file:///etc/hostname">]>',
    "parameter": '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd" [<!ENTITY c "x">]>',
}


@pytest.mark.parametrize("case", HOSTILE)
def test_no_entity_is_expanded_and_nothing_fetched(case: str) -> None:
    text = cda(ROW).replace("<ClinicalDocument", HOSTILE[case] + "<ClinicalDocument", 1)
    found = read(text.replace("<title>Compte rendu", "<title>Compte &c; rendu", 1).encode())
    (row,) = found.rows
    assert row["last_name"] == ROW.last
    assert "aaaa" not in row["text"]
    assert len(row["text"]) < 200


def test_a_document_comes_from_standard_input_as_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(cda(ROW).encode())
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(cda(ROW).encode())))
    file, piped = (build_report(scan([target], OPTIONS), OPTIONS) for target in (str(path), "-"))
    assert piped["inputs"][0]["status"] == "scanned"
    assert piped["persons"]["likely"] == file["persons"]["likely"] == 1
    assert piped["records_by_entity"] == file["records_by_entity"]


HPRIM = """<?xml version="1.0"?>
<evenementsPatients xmlns="http://www.hprim.org/hprimXML"><evenementPatient><enregistrementPatient>
<patient><identifiant><emetteur><valeur>{ipp}</valeur></emetteur>
<numeroSecuriteSociale>{ins}</numeroSecuriteSociale></identifiant>
<personnePhysique sexe="{sex}"><nomUsuel>{last}</nomUsuel><nomNaissance>{maiden}</nomNaissance>
<prenoms><prenom>{first}</prenom></prenoms>
<adresses><adresse><ligne>{street}</ligne><codePostal>{postcode}</codePostal><ville>{city}</ville></adresse></adresses>
<telephones><telephone>{phone}</telephone></telephones><dateNaissance><date>{born}</date></dateNaissance></personnePhysique>
</patient></enregistrementPatient></evenementPatient>
<medecin><numeroRpps>{rpps}</numeroRpps><personne><nomUsuel>{doctor}</nomUsuel><prenom>{doctor_first}</prenom></personne>
</medecin><diagnosticPrincipal><codeCim10>E11.9</codeCim10></diagnosticPrincipal><commentaire>suivi</commentaire>
</evenementsPatients>"""


def test_hprim_xml() -> None:
    data = HPRIM.format(**ROW._asdict())
    data = data.replace("</enregistrementPatient></evenementPatient>", "").replace(
        "<evenementPatient><enregistrementPatient>", ""
    )
    found = read(data.encode())
    assert found.format == "hprim_xml"
    (row,) = found.rows
    assert (row["nir"], row["record_number"], row["sex"]) == (ROW.ins, ROW.ipp, "F")
    assert (row["last_name"], row["maiden_name"], row["first_name"]) == (ROW.last, ROW.maiden, ROW.first)
    assert (row["birth_date"], row["postcode"], row["city"], row["phone"]) == (
        ROW.born,
        ROW.postcode,
        ROW.city,
        ROW.phone,
    )
    assert (row["prescriber"], row["rpps"], row["diagnosis"]) == (f"{ROW.doctor} {ROW.doctor_first}", ROW.rpps, "E11.9")
    assert "suivi" in row["text"]
    nobody = read(b'<evenementsPatients xmlns="http://www.hprim.org/hprimXML"><x>secret</x></evenementsPatients>')
    assert [one["reason"] for one in nobody.damaged] == ["message_without_patient"]
    assert read(data.encode()[:-200]).broken is not None
