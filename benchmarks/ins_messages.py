"""How test identities are written in messages: JSON, answers of the INSi service, FHIR, HL7 admissions."""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

from ins_identities import DEMO_OID, NIA_OID, NIR_OID, TEST_OID, Identity, Style, given, surname, without_accents
from ins_writing import COMPACT, ISO, WARDS, Form, Written, exam
from population_people import key_of

People = Sequence[Identity]
_TYPES = {NIR_OID: "INS-NIR", NIA_OID: "INS-NIA", TEST_OID: "INS-NIR-TEST", DEMO_OID: "INS-NIR-DEMO"}
_FR_CORE, _HL7 = "https://hl7.fr/ig/fhir/core/", "http://terminology.hl7.org/CodeSystem/"
_FACILITY = "CHU-X&000897406&M"
_XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<RESULTATS xmlns="http://www.cnamts.fr/INSiResultat">\n'
_PHYSICIANS = 25


def _json_lines(people: People, rng: random.Random) -> Written:
    lines = []
    for who in people:
        traits: dict[str, object] = {
            "nomNaissance": who.last, "prenoms": who.firsts, "premierPrenom": who.first, "sexe": who.sex,
            "dateNaissance": who.date(ISO), "lieuNaissance": who.place,
        }  # fmt: skip
        if who.used_last:
            traits["nomUtilise"] = who.used_last
        number = {"matricule": who.body, "cle": key_of(who.body), "type": who.kind, "oid": who.oid}
        told: dict[str, object] = {"traits": traits, "ins": number}
        if who.former:
            told["insHisto"] = [{"matricule": who.former, "cle": key_of(who.former), "oid": who.oid}]
        if rng.random() < 0.8:
            exams = [exam(rng) for _ in range(rng.randint(1, 3))]
            told["examens"] = [dict(zip(("libelle", "analyte", "valeur"), one, strict=True)) for one in exams]
        lines.append(json.dumps(told, ensure_ascii=False) + "\n")
    return Written("".join(lines).encode(), len(people))


def _numbered(body: str, oid: str) -> dict[str, object]:
    return {"IdIndividu": {"NumIdentifiant": body, "Cle": key_of(body)}, "OID": oid}


def _answers(people: People, _: random.Random) -> Written:
    answers = []
    for who in people:
        traits = {
            "NomNaissance": who.last, "ListePrenom": who.all_firsts, "Prenom": who.first, "Sexe": who.sex,
            "DateNaissance": who.date(ISO), "LieuNaissance": who.place,
        }  # fmt: skip
        told: dict[str, object] = {"INSACTIF": _numbered(who.body, who.oid), "TIQ": traits}
        if who.former:
            told["INSHISTO"] = [_numbered(who.former, who.oid)]
        answers.append({"CR": {"CodeCR": "00", "LibelleCR": "OK"}, "INDIVIDU": told})
    return Written(json.dumps(answers, ensure_ascii=False, indent=1).encode(), len(people))


def _xml(people: People, _: random.Random) -> Written:
    def numbered(tag: str, body: str, oid: str) -> str:
        number = f"<NumIdentifiant>{body}</NumIdentifiant><Cle>{key_of(body)}</Cle>"
        return f"<{tag}><IdIndividu>{number}</IdIndividu><OID>{oid}</OID></{tag}>"

    parts = [_XML_HEAD]
    for who in people:
        former = numbered("INSHISTO", who.former, who.oid) if who.former else ""
        parts.append(
            "<RESULTAT><CR><CodeCR>00</CodeCR><LibelleCR>OK</LibelleCR></CR>"
            f"<INDIVIDU>{numbered('INSACTIF', who.body, who.oid)}{former}"
            f"<TIQ><NomNaissance>{escape(who.last)}</NomNaissance><ListePrenom>{escape(who.all_firsts)}</ListePrenom>"
            f"<Sexe>{who.sex}</Sexe><DateNaissance>{who.date(ISO)}</DateNaissance>"
            f"<LieuNaissance>{who.place}</LieuNaissance></TIQ></INDIVIDU></RESULTAT>\n"
        )
    parts.append("</RESULTATS>\n")
    return Written("".join(parts).encode(), len(people))


def _bundle(people: People, rng: random.Random) -> Written:
    entries = [
        {"fullUrl": f"urn:uuid:{uuid.UUID(int=rng.getrandbits(128))}", "resource": _patient(who, at)}
        for at, who in enumerate(people)
    ]
    bundle = {"resourceType": "Bundle", "type": "collection", "total": len(entries), "entry": entries}
    return Written(json.dumps(bundle, ensure_ascii=False).encode(), len(people))


def _patient(who: Identity, at: int) -> dict[str, object]:
    kind = {"coding": [{"system": f"{_FR_CORE}CodeSystem/fr-core-cs-v2-0203", "code": _TYPES[who.oid]}]}
    local = {"coding": [{"system": f"{_HL7}v2-0203", "code": "PI"}]}
    own: dict[str, object] = {"use": "official", "type": kind, "system": f"urn:oid:{who.oid}", "value": who.number}
    usual: dict[str, object] = {
        "use": "usual", "type": local, "system": "urn:oid:1.2.250.1.99.7.1", "value": f"IPP{300000 + at * 7:07}",
    }  # fmt: skip
    identifiers: list[dict[str, object]] = [own, usual]
    if who.former:
        former = who.former + key_of(who.former)
        identifiers.append({"use": "old", "system": f"urn:oid:{who.oid}", "value": former})
    listed = {
        "url": f"{_FR_CORE}StructureDefinition/fr-core-patient-birth-list-given-name",
        "valueString": who.all_firsts,
    }
    called: list[dict[str, object]] = [
        {"use": "official", "family": who.last, "given": who.firsts, "extension": [listed]}
    ]
    if who.used_last:
        called.append({"use": "usual", "family": who.used_last, "given": [who.used_first or who.first]})
    code = {"url": f"{_FR_CORE}StructureDefinition/fr-core-address-insee-code", "valueCoding": {"code": who.place}}
    birth_place = {
        "url": "http://hl7.org/fhir/StructureDefinition/patient-birthPlace", "valueAddress": {"extension": [code]},
    }  # fmt: skip
    return {
        "resourceType": "Patient", "id": f"pat-{at}", "identifier": identifiers, "name": called,
        "gender": "male" if who.sex == "M" else "female", "birthDate": _known_date(who), "extension": [birth_place],
    }  # fmt: skip


def _known_date(who: Identity) -> str:
    """As FHIR has it: what is not known of a date is left out."""
    year, month, day = who.born
    if not month:
        return str(year)
    return who.date(ISO) if day and (month, day) != (2, 31) else f"{year:04}-{month:02}"


def _physicians(rng: random.Random) -> list[str]:
    found = []
    for _ in range(_PHYSICIANS):
        number = "10" + "".join(rng.choice("0123456789") for _ in range(8))
        doubled = [int(digit) * (2 - at % 2) for at, digit in enumerate(reversed(number))]
        key = -sum(value - 9 if value > 9 else value for value in doubled) % 10
        last, first = without_accents(surname(rng)).upper(), without_accents(given(rng, "F", 1970))
        found.append(f"8{number}{key}^{last}^{first}")
    return found


def _admissions(people: People, rng: random.Random) -> Written:
    """Admissions in any order, then updates of some; physicians and next of kin are nobody's patients."""
    physicians, began = _physicians(rng), datetime(2024, 3, 6, 8, tzinfo=UTC)
    events = [(at, who, "A28" if rng.random() < 0.5 else "A01") for at, who in enumerate(people, 3)]
    events += [(at, who, "A08") for at, who, _ in events if rng.random() < 0.08]
    segments = []
    for message, (at, who, event) in enumerate(events, 1):
        when = (began + timedelta(seconds=37 * message)).strftime("%Y%m%d%H%M%S")
        structure = "A05" if event == "A28" else "A01"
        head = (
            f"MSH|^~\\&|GAM|CHU-X|DPI|CHU-X|{when}||ADT^{event}^ADT_{structure}|{message}|D|2.5^FRA^2.11|||||FRA"
            "|UNICODE UTF-8|FR||2.11^IHE_FRANCE-2.11-PAM"
        )
        patient = _identified(who, at, message, when, rng, updated=event == "A08")
        segments += [head, f"EVN||{when}||||{when}", patient]
        if rng.random() < 0.05:
            kin = without_accents(given(rng, rng.choice(("M", "F")), who.born[0])).upper()
            segments.append(f"NK1|1|{who.last}^{kin}^^^^^L|{rng.choice(('SPO', 'MTH', 'FTH', 'CHD'))}")
        stay = (
            f"PV1|1|I|{rng.choice(WARDS)}^^^{_FACILITY}^O||||{rng.choice(physicians)}^^^DR^^^"
            f"ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS||||||||||||{message}^^^{_FACILITY}^VN"
        )
        segments += ["PV1|1|N" if event == "A28" else stay, ""]
    return Written("\r".join(segments).encode(), len(events))


def _identified(who: Identity, at: int, message: int, when: str, rng: random.Random, *, updated: bool) -> str:
    """The segment of the patient; an update may tell a new name."""
    used = who.used_last or (surname(rng).upper() if updated and rng.random() < 0.4 else "")
    name = f"{who.last}^{who.first}^{who.all_firsts}^^^^L"
    if used:
        name += f"~{without_accents(used)}^{who.used_first or who.first}^^^^^D"
    born = who.date(COMPACT) if who.born[1] or rng.random() < 0.5 else str(who.born[0])
    home = f"{rng.randint(1, 99)} RUE DE LA PAIX^^PARIS^^750{rng.randint(1, 20):02}^FRA^H~^^^^^^BDL^^{who.place}"
    numbers = f"{at:06}^^^CHU-X&000897406&N^PI~{who.number}^^^ASIP-SANTE-INS-{who.kind}&{who.oid}&ISO^INS^^20101207"
    status = rng.choice(("VALI", "VALI", "PROV", "QUAL"))
    return (
        f"PID|1||{numbers}||{name}||{born}|{who.sex}|||{home}|||||||{message + 24000000}^^^{_FACILITY}^AN"
        f"|||||||||||||N||{status}|{when}"
    )


MESSAGES = (
    Form("10_lignes.jsonl", Style(test=0.12, accents=True, authority="real", former=0.02), _json_lines, "drawn"),
    Form("11_reponses.json", Style(test=0.4, former=0.015), _answers),
    Form("12_patients.fhir.json", Style(test=0.15, authority="mixed", former=0.01, accents=True), _bundle, "drawn"),
    Form("13_admissions.hl7", Style(test=0.2), _admissions),
    Form("22_reponses.xml", Style(test=0.25, authority="real", former=0.02, provisional=0.05), _xml),
)
