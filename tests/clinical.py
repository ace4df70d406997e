"""One small invented population, and the same visits written as CSV and in formats of health care."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from leakscan.options import ScanOptions
from leakscan.readers import choose, start
from leakscan.readers.heads import Head
from leakscan.readers.streams import HEAD_BYTES, HashingStream, read_exactly
from leakscan.records import Batch, Child, InputWarning, ReadOptions, Table, Unparsed

AS_OF = date(2026, 1, 1)
OPTIONS = ScanOptions(as_of=AS_OF, workers=1)


class Visit(NamedTuple):
    ins: str
    ipp: str
    last: str
    maiden: str
    first: str
    sex: str
    born: str
    street: str
    postcode: str
    city: str
    phone: str
    doctor: str
    doctor_first: str
    rpps: str
    day: str
    label: str
    value: str
    unit: str


def with_key(body: str) -> str:
    return f"{body}{97 - int(body) % 97:02d}"


def luhn(body: str) -> str:
    total = 0
    for at, digit in enumerate(reversed(body)):
        value = int(digit) * (1 if at % 2 else 2)
        total += value - 9 if value > 9 else value
    return f"{body}{-total % 10}"


_PEOPLE = (
    ("LEFÈVRE", "", "Hugo", "M", "1980-03-05"),
    ("MOREL", "GIRARD", "Sophie", "F", "1975-12-21"),
    ("D'ANGELO", "", "Chloé", "F", "2012-06-30"),
    ("BENALI", "", "Karim", "M", "1962-01-09"),
    ("ROUSSEAU", "PETIT", "Monique", "F", "1949-08-17"),
    ("NGUYEN", "", "Paul", "M", "1999-10-02"),
)
_RESULTS = (
    ("Sérologie VIH", "négatif", ""),
    ("Ac anti-VIH 1+2", "positif", ""),
    ("Hémoglobine", "12.4", "g/dL"),
    ("Ag HBs", "négatif", ""),
    ("Glycémie à jeun", "0.91", "g/L"),
)
_DOCTORS = (("DURAND", "Eva", luhn("1000123456")), ("MARTY", "Luc", luhn("1000987654")))


def visits(count: int = 12) -> list[Visit]:
    found = []
    for at in range(count):
        person = at % len(_PEOPLE)
        last, maiden, first, sex, born = _PEOPLE[person]
        body = f"{1 if sex == 'M' else 2}{born[2:4]}{born[5:7]}75{100 + person:03d}{200 + person:03d}"
        doctor, doctor_first, rpps = _DOCTORS[at % 2]
        label, value, unit = _RESULTS[at % len(_RESULTS)]
        found.append(
            Visit(
                with_key(body), f"IPP{7000 + person}", last, maiden, first, sex, born, f"{person + 3} rue des Lilas",
                f"7500{person + 1}", "PARIS", f"06123456{70 + person}", doctor, doctor_first, rpps,
                f"2024-0{1 + at % 9}-1{at % 10}", label, value, unit,
            )
        )  # fmt: skip
    return found


CSV_ROLES = {
    "ins": "ins", "ipp": "record_number", "last": "last_name", "maiden": "maiden_name", "first": "first_name",
    "sex": "sex", "born": "birth_date", "street": "address", "postcode": "postcode", "city": "city", "phone": "phone",
    "doctor": "prescriber", "rpps": "rpps", "day": "exam_date", "note": "comment",
}  # fmt: skip
CSV_OPTIONS = replace(OPTIONS, roles=CSV_ROLES)


def as_csv(rows: list[Visit], number: str = "ins") -> bytes:
    out = io.StringIO()
    names = [number if name == "ins" else name for name in CSV_ROLES]
    writer = csv.DictWriter(out, names, delimiter=";")
    writer.writeheader()
    for row in rows:
        cells = {**row._asdict(), "doctor": f"{row.doctor} {row.doctor_first}", number: row.ins}
        cells["note"] = f"{row.label} : {row.value} {row.unit}".strip()
        writer.writerow({name: cells[name] for name in names})
    return out.getvalue().encode()


def compact(day: str) -> str:
    return day.replace("-", "")


def hl7(row: Visit, more: str = "", oid: str = "1.2.250.1.213.1.4.8") -> str:
    names = f"{row.last}^{row.first}^^^^^{'D' if row.maiden else 'L'}"
    if row.maiden:
        names += f"~{row.maiden}^{row.first}^^^^^L"
    numbers = f"{row.ins}^^^ASIP-SANTE-INS-NIR&{oid}&ISO^INS~{row.ipp}^^^CHU&1.2.3&ISO^PI"
    place = f"{row.street}^^{row.city}^^{row.postcode}^FRA^H"
    doctor = f"{row.rpps}^{row.doctor}^{row.doctor_first}^^^DR^^^ASIP&1.2.250.1.71.4.2.1&ISO^^^^"
    lines = [
        "MSH|^~\\&|SIL|LABO|DPI|CHU|202401011200||ORU^R01^ORU_R01|1|P|2.5|||||FRA|UNICODE UTF-8",
        f"PID|1||{numbers}||{names}||{compact(row.born)}|{row.sex}|||{place}||{row.phone}",
        f"ORC|RE|1|2|||||||||{doctor}RPPS",
        f"OBR|1|1|2|X1^{row.label}^L|||{compact(row.day)}0800|||||||||8{doctor}IDNPS",
        f"OBX|1|ST|X1^{row.label}^L||{row.value}|{row.unit}|||||F",
        *([more] if more else []),
    ]
    return "\r".join(lines) + "\r"


def hprim_sante(row: Visit) -> str:
    place = f"{row.street}~~{row.city}~~{row.postcode}"
    asked = f"{row.rpps}~{row.doctor}~{row.doctor_first}"
    names = f"{row.last}~{row.first}|{row.maiden}"
    lines = [
        "H|~^\\&|1.HPR||LAB~Laboratoire||ORU|||CAB~Cabinet||P|H2.3~C|202401011200",
        f"P|1|{row.ipp}|||{names}|{compact(row.born)}|{row.sex}||{place}|{row.ins}|{row.phone}",
        f"OBR|1|1||X1~{row.label}~L|R||{compact(row.day)}0800|||||||||{asked}",
        f"OBX|1|TX|X1~{row.label}~L||{row.value}|{row.unit}|||||F",
        "L|1",
    ]
    return "\r".join(lines) + "\r"


def hprim_medecin(row: Visit) -> str:
    born, day = ("/".join(reversed(stamp.split("-"))) for stamp in (row.born, row.day))
    nir = f"{row.ins[0]} {row.ins[1:3]} {row.ins[3:5]} {row.ins[5:7]} {row.ins[7:10]} {row.ins[10:13]} {row.ins[13:]}"
    return "\r\n".join([
        row.ipp, row.last, row.first, row.street, "", f"{row.postcode} {row.city}", born, nir, "", day, "LABORATOIRE",
        f"{row.rpps} DR {row.doctor} {row.doctor_first}", "", "****LAB****",
        f"RES|{row.label}|X1|A|{row.value}|{row.unit}||||F", "****FIN****", "",
    ])  # fmt: skip


def _person(last: str, first: str, number: str) -> str:
    name = f"<name><family>{escape(last)}</family><given>{escape(first)}</given></name>"
    return (
        f'<id root="1.2.250.1.71.4.2.1" extension="8{number}"/><assignedPerson>{name}</assignedPerson>'
        if number
        else name
    )


def cda(row: Visit, body: str = "", oid: str = "1.2.250.1.213.1.4.8") -> str:
    born = f'<family qualifier="BR">{escape(row.maiden)}</family>' if row.maiden else ""
    told = f"<table><tbody><tr><td>{row.label}</td><td>{row.value} {row.unit}</td></tr></tbody></table>"
    section = f"<component><section><title>Résultats</title><text>{told}</text></section></component>"
    person = _person(row.doctor, row.doctor_first, row.rpps).replace("assignedPerson", "associatedPerson")
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3">
<title>Compte rendu</title><effectiveTime value="{compact(row.day)}120000+0100"/>
<recordTarget><patientRole><id root="{oid}" extension="{row.ins}"/><id root="1.2.3" extension="{row.ipp}"/>
<addr><streetAddressLine>{row.street}</streetAddressLine><postalCode>{row.postcode}</postalCode>
<city>{row.city}</city></addr><telecom value="tel:{row.phone}"/>
<patient><name>{born}<family qualifier="CL">{escape(row.last)}</family><given>{row.first}</given></name>
<administrativeGenderCode code="{row.sex}"/><birthTime value="{compact(row.born)}"/></patient></patientRole>
</recordTarget>
<participant typeCode="REF"><associatedEntity classCode="PROV">{person}</associatedEntity></participant>
<documentationOf><serviceEvent><effectiveTime><low value="{compact(row.day)}0800"/></effectiveTime></serviceEvent>
</documentationOf><component>{body or f"<structuredBody>{section}</structuredBody>"}</component></ClinicalDocument>"""


def fhir_patient(row: Visit, oid: str = "1.2.250.1.213.1.4.8") -> dict[str, Any]:
    names = [{"use": "usual", "family": row.last, "given": [row.first]}]
    names += [{"use": "official", "family": row.maiden, "given": [row.first]}] if row.maiden else []
    return {
        "resourceType": "Patient",
        "id": patient_id(row),
        "identifier": [{"system": f"urn:oid:{oid}", "value": row.ins}],
        "name": names,
        "telecom": [{"system": "phone", "value": row.phone}],
        "gender": "male" if row.sex == "M" else "female",
        "birthDate": row.born,
        "address": [{"line": [row.street], "postalCode": row.postcode, "city": row.city}],
    }


def patient_id(row: Visit) -> str:
    return f"{row.ipp}-0000-4000-8000-00000000"


def fhir_practitioner(row: Visit) -> dict[str, Any]:
    return {
        "resourceType": "Practitioner",
        "id": row.rpps,
        "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.1", "value": f"8{row.rpps}"}],
        "name": [{"family": row.doctor, "given": [row.doctor_first]}],
    }


def fhir_observation(row: Visit) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "X1"}], "text": row.label},
        "subject": {"reference": f"Patient/{patient_id(row)}"},
        "effectiveDateTime": f"{row.day}T08:00:00+01:00",
        "performer": [{"reference": f"Practitioner/{row.rpps}"}],
        "valueString": f"{row.value} {row.unit}".strip(),
    }


def fhir_bundle(rows: list[Visit]) -> dict[str, Any]:
    """Observations first, so that every reference points forward."""
    people = {row.ipp: fhir_patient(row) for row in rows}
    doctors = {row.rpps: fhir_practitioner(row) for row in rows}
    resources = [*(fhir_observation(row) for row in rows), *people.values(), *doctors.values()]
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}


def fhir_xml(value: Any, name: str = "Bundle") -> str:
    if isinstance(value, list):
        return "".join(fhir_xml(one, name) for one in value)
    if isinstance(value, dict):
        kind = value.get("resourceType")
        inner = "".join(fhir_xml(one, key) for key, one in value.items() if key != "resourceType")
        if kind and name != kind:
            return f"<{name}><{kind}>{inner}</{kind}></{name}>"
        mark = ' xmlns="http://hl7.org/fhir"' if kind == "Bundle" else ""
        return f"<{name}{mark}>{inner}</{name}>"
    return f"<{name} value={quoteattr(str(value))}/>"


WRITERS: dict[str, Callable[[list[Visit]], bytes]] = {
    "hl7v2": lambda rows: "".join(hl7(row) for row in rows).encode(),
    "hprim_sante": lambda rows: "".join(hprim_sante(row) for row in rows).encode("cp1252"),
    "hprim_medecin": lambda rows: "".join(hprim_medecin(row) for row in rows).encode("cp1252"),
}
"""Formats in which a file holds one record per visit."""


def read(data: bytes, options: ReadOptions | None = None, head_bytes: int = HEAD_BYTES) -> Read:
    """What the reader that the bytes choose makes of them; `head_bytes` stand for the usual head."""
    stream = HashingStream(io.BytesIO(data))
    head = Head(read_exactly(stream, head_bytes), options or ReadOptions())
    reader = choose(head)
    assert not isinstance(reader, str), reader
    return Read(reader.format, start(reader, head, stream))


class Read:
    """The items of a source, sorted; an OSError at its end is kept."""

    def __init__(self, name: str, items: Iterator[Any]) -> None:
        self.format = name
        self.table: Table | None = None
        self.batches: list[Batch] = []
        self.children: list[Child] = []
        self.warnings: list[InputWarning] = []
        self.broken: OSError | None = None
        try:
            for item in items:
                self._take(item)
        except OSError as error:
            self.broken = error

    def _take(self, item: Any) -> None:
        if isinstance(item, Table):
            self.table = item
        elif isinstance(item, Child):
            self.children.append(item)
        elif isinstance(item, InputWarning):
            self.warnings.append(item)
        else:
            batch = item.batch() if isinstance(item, Unparsed) else item
            if isinstance(item, Unparsed):
                rows = batch.frame.height + batch.damaged.filter(batch.damaged["_row"] > 0).height
                assert rows == item.rows
            self.batches.append(batch)
            self.warnings += batch.met

    @property
    def rows(self) -> list[dict[str, str]]:
        """Filled cells of every record, by column name."""
        assert self.table is not None
        names = ("_row", *self.table.columns)
        found = (row for batch in self.batches for row in batch.frame.iter_rows())
        return [{name: cell for name, cell in zip(names, row, strict=True) if cell != ""} for row in found]

    @property
    def damaged(self) -> list[dict[str, Any]]:
        return [row for batch in self.batches for row in batch.damaged.iter_rows(named=True)]

    @property
    def codes(self) -> set[str]:
        return {warning.code for warning in self.warnings}


def as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()
