"""HL7 v2, HPRIM Santé and HPRIM Médecin: the same visits as in a table, however they are framed, cut or broken."""

from __future__ import annotations

import base64
import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import clinical
import pytest
from clinical import CSV_OPTIONS, OPTIONS, WRITERS, Read, hl7, read, visits

from leakscan.options import ScanOptions
from leakscan.persons.identity import Fingerprinter
from leakscan.readers.clinical import Attachment, decoded
from leakscan.readers.clinical_cells import finding, iso, under_title
from leakscan.records import ReadOptions
from leakscan.report import build_report
from leakscan.scan import scan

KEY = Fingerprinter(bytes(32))
ROWS = visits()
ENTITIES = ("last_name", "first_name", "birth_date", "phone", "postcode", "prescriber", "rpps", "health")


def report_of(path: Path, data: bytes, options: ScanOptions = OPTIONS) -> dict[str, Any]:
    path.write_bytes(data)
    return build_report(scan([str(path)], options, prints=KEY), options)


def persons(report: dict[str, Any]) -> dict[str, Any]:
    found = report["persons"]
    named = {key: found[key] for key in ("low", "likely", "high", "by_theme", "minors", "reachable")}
    entities = {name: report["records_by_entity"].get(name, 0) for name in ENTITIES}
    return {**named, **entities, "prescribers": report["prescribers"], "records": report["records"]}


@pytest.mark.parametrize("kind", WRITERS)
def test_messages_say_what_a_table_of_the_same_visits_says(kind: str, tmp_path: Path) -> None:
    number = "nir" if kind == "hprim_medecin" else "ins"
    roles = {
        number if name == "ins" else name: role if role != "ins" else number
        for name, role in clinical.CSV_ROLES.items()
    }
    rows = [row._replace(maiden="", phone="") for row in ROWS] if kind == "hprim_medecin" else ROWS
    options = ScanOptions(as_of=OPTIONS.as_of, workers=1, roles=roles)
    table = report_of(tmp_path / "t.csv", clinical.as_csv(rows, number), options)
    given = report_of(tmp_path / "m.bin", WRITERS[kind](rows))
    assert [one["format"] for one in given["inputs"]] == [kind]
    assert persons(given) == persons(table)
    assert given["persons"]["likely"] == 6
    assert given["inputs"][0]["records_damaged"] == 0


def test_the_csv_of_the_visits_is_what_they_are(tmp_path: Path) -> None:
    report = report_of(tmp_path / "t.csv", clinical.as_csv(ROWS), CSV_OPTIONS)
    assert report["persons"]["likely"] == 6
    assert report["records"] == len(ROWS)
    assert report["persons"]["by_theme"]["hiv"]["affirmed"]["likely"] == 3
    assert report["persons"]["by_theme"]["hiv"]["negated"]["likely"] == 1


FRAMES = {
    "CR": lambda text: text,
    "LF": lambda text: text.replace("\r", "\n"),
    "CRLF": lambda text: text.replace("\r", "\r\n"),
    "byte order mark": lambda text: "\ufeff" + text,
    "MLLP": lambda text: "".join(f"\x0bMSH{part}\x1c\r" for part in text.split("MSH")[1:]),
    "batch": lambda text: f"FHS|^~\\&|A|B\rBHS|^~\\&|A|B\r{text}BTS|12\rFTS|1\r",
    "blank lines": lambda text: text.replace("MSH", "\r\rMSH"),
}


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("block_bytes", [1, 700, 16 << 20])
def test_hl7_reads_the_same_however_it_is_framed_and_cut(frame: str, block_bytes: int) -> None:
    text = "".join(hl7(row) for row in ROWS)
    plain = read(text.encode())
    framed = read(FRAMES[frame](text).encode(), ReadOptions(block_bytes=block_bytes), head_bytes=900)
    named = [{key: value for key, value in row.items() if key != "rest"} for row in framed.rows]
    assert named == [{key: value for key, value in row.items() if key != "rest"} for row in plain.rows]
    assert [row["_row"] for row in framed.rows] == list(range(1, len(ROWS) + 1))
    assert {row["reason"] for row in framed.damaged} <= {"preamble"}


def test_blocks_cover_the_source_without_gap() -> None:
    data = "".join(hl7(row) for row in ROWS).encode()
    found = read(data, ReadOptions(block_bytes=1500), head_bytes=900)
    assert len(found.batches) > 3
    places = [(batch.start, batch.end) for batch in found.batches]
    assert places[0][0] == 0
    assert places[-1][1] == len(data)
    assert all(before[1] == after[0] for before, after in pairwise(places))


def only(text: str) -> dict[str, str]:
    found = read(text.encode())
    assert len(found.rows) == 1
    return found.rows[0]


ROW = ROWS[1]
PID = hl7(ROW).split("\r")[1]


def with_lines(*lines: str) -> str:
    return "\r".join(["MSH|^~\\&|A|LABO|B|C|20240102||ORU^R01|1|P|2.5", PID, *lines]) + "\r"


def test_hl7_fields_go_to_their_roles() -> None:
    row = only(hl7(ROW))
    assert row["ins"] == ROW.ins
    assert row["record_number"] == ROW.ipp
    assert (row["last_name"], row["maiden_name"], row["first_name"]) == (ROW.last, ROW.maiden, ROW.first)
    assert (row["sex"], row["birth_date"], row["exam_date"]) == ("F", ROW.born, ROW.day)
    assert (row["address"], row["postcode"], row["city"]) == (ROW.street, ROW.postcode, ROW.city)
    assert (row["phone"], row["prescriber"], row["rpps"]) == (ROW.phone, "MARTY Luc", ROW.rpps)
    assert row["laboratory"] == "LABO"


NUMBERS = {
    "one": ("77^^^A^PI", "77", ""),
    "two": ("77^^^A^PI~88^^^B^PI", "77", "88"),
    "the same again": ("77^^^A^PI~77^^^A^PI~77^^^B^PI", "77", ""),
    "others come in their order, each once": ("77^^^A^PI~99^^^B^PI~88^^^B^PI~99^^^C^PI", "77", "99\n88"),
    "none": ("~~", "", ""),
    "a hundred thousand": ("~".join(map(str, range(100_000))), "0", "\n".join(map(str, range(1, 100_000)))),
}


@pytest.mark.parametrize("case", NUMBERS)
def test_a_patient_has_one_number_and_further_ones_are_told_beside_it(case: str) -> None:
    given, number, further = NUMBERS[case]
    row = only(f"MSH|^~\\&|A|LABO|B|C|20240102||ORU^R01|1|P|2.5\rPID|1||{given}||DURAND^PAUL||19841212|M\r")
    assert (row.get("record_number", ""), row["last_name"]) == (number, "DURAND")
    assert row["rest"].partition("\n")[2] == further


OBX = {
    "a text": ("OBX|1|ST|1^Sérologie VIH^L||Négatif||||||F", "Sérologie VIH : négatif"),
    "a code": ("OBX|1|CWE|1^Ag HBs^L||POS^Positif^HL70078||||||F", "Ag HBs : positif"),
    "a number with unit": ("OBX|1|NM|1^Hémoglobine^L||12.4|g/dL|12-16|N|||F", "Hémoglobine : 12.4 g/dL (N)"),
    "a comparator": ("OBX|1|SN|1^CRP^L||<^5|mg/L|||||F", "CRP : <5 mg/L"),
    "a flag alone": ("OBX|1|ST|1^Ac anti-VIH^L||||| NEG |||F", "Ac anti-VIH : négatif"),
    "English words": ("OBX|1|ST|1^HIV 1+2 Ab^LN||Negative||||||F", "HIV 1+2 Ab : négatif"),
    "both labels": ("OBX|1|ST|1^HIV Ab^LN^2^VIH, Ac^L||Non réactif||||||F", "HIV Ab, VIH, Ac : Non réactif"),
    "repetitions": ("OBX|1|TX|1^Conclusion^L||Ligne une~Ligne deux||||||F", "Conclusion : Ligne une\nLigne deux"),
    "a date": ("OBX|1|DT|1^Début^L||20240105||||||F", "Début : 2024-01-05"),
    "escapes": (
        r"OBX|1|TX|1^Note^L||A\F\B \S\ \T\ \R\ \E\ \XC3A9\ \.br\fin||||||F",
        "Note : A|B ^ & ~ \\ é \nfin",
    ),
    "a raw line end": ("OBX|1|TX|1^Note^L||début\nsuite de la note||||||F", "Note : début\nsuite de la note"),
}  # fmt: skip


@pytest.mark.parametrize("case", OBX)
def test_results_become_lines(case: str) -> None:
    line, said = OBX[case]
    assert only(with_lines(line))["text"] == said


def test_lines_of_one_report_stay_together_and_a_title_is_not_said_beside_its_results() -> None:
    row = only(
        with_lines(
            "OBR|1|||9^Sérologie VIH^L",
            "OBX|1|ST|1^Ac anti-VIH 1+2^L||négatif||||||F",
            "OBX|2|ST|2^Antigène p24^L||négatif||||||F",
            "OBR|2|||8^Radio du thorax^L",
            "OBX|1|TX|3^Texte^L||Poumons clairs.||||||F",
            "OBX|2|TX|3^Texte^L||Pas de foyer.||||||F",
            "OBR|3|||7^Caryotype^L",
            "NTE|1||À jeun",
        )
    )
    assert row["text"].split("\n") == [
        "Ac anti-VIH 1+2 : négatif", "Antigène p24 : négatif", "Radio du thorax, Texte : Poumons clairs.",
        "Pas de foyer.", "À jeun", "Caryotype",
    ]  # fmt: skip


def test_diagnoses_drugs_insurers_and_the_insured() -> None:
    nir = clinical.with_key("1520475101203")
    row = only(
        with_lines(
            "DG1|1||E11.9^Diabète de type 2^I10", "DG1|2||I10^Hypertension^I10", "RXE||X^METFORMINE 500^L",
            f"IN1|1|A|B|MGEN||||||||||||PERE^Jean{'|' * 33}{nir}", "NK1|1|MOREL^Luc|SPO||0611223344",
        )
    )  # fmt: skip
    assert row["diagnosis"] == "E11.9"
    assert row["drug"] == "METFORMINE 500"
    assert row["mutuelle"] == "MGEN"
    assert row["nir"] == nir
    assert "Hypertension" in row["text"]
    assert "0611223344" in row["rest"]


OIDS = {"8": False, "9": False, "10": True, "11": True}


@pytest.mark.parametrize("last", OIDS)
def test_an_ins_of_test_is_one_and_said_to_be_invented(last: str) -> None:
    found = read(hl7(ROW, oid=f"1.2.250.1.213.1.4.{last}").encode())
    assert found.rows[0]["ins"] == ROW.ins
    assert ("invented_identity" in found.codes) is OIDS[last]


def test_several_patients_of_a_message_are_a_record_each() -> None:
    found = read(with_lines(hl7(ROWS[2]).split("\r")[1], "OBX|1|ST|1^Ag HBs^L||positif").encode())
    assert [row["last_name"] for row in found.rows] == [ROW.last, ROWS[2].last]
    assert "text" not in found.rows[0]


def attached(line: str) -> Read:
    return read(with_lines(line).encode())


PDF = b"%PDF-1.4 " + bytes(range(32, 127)) * 3
CODED = base64.b64encode(PDF).decode()
DOCUMENTS = {
    "ED": (f"OBX|1|ED|1^CR^L||^AP^PDF^Base64^{CODED}||||||F", PDF, "pdf"),
    "ED without a coding": (f"OBX|1|ED|1^CR^L||^AP^PDF^^{CODED}||||||F", PDF, "pdf"),
    "in a text": (f"OBX|1|ST|1^CR^L||{CODED}||||||F", PDF, "pdf"),
    "broken over lines": (f"OBX|1|ED|1^CR^L||^AP^PDF^Base64^{CODED[:80]}\\.br\\{CODED[80:]}||||||F", PDF, "pdf"),
    "plain text": (r"OBX|1|ED|1^CR^L||^TEXT^^A^Bonjour\.br\docteur||||||F", b"Bonjour\ndocteur", "txt"),
    "hexadecimal": (f"OBX|1|ED|1^CR^L||^TEXT^^Hex^{b'Bonjour'.hex()}||||||F", b"Bonjour", "txt"),
    "cut": (f"OBX|1|ED|1^CR^L||^AP^PDF^Base64^{CODED[:41]}", PDF[:30], "pdf"),
}


@pytest.mark.parametrize("case", DOCUMENTS)
def test_documents_become_children_that_know_their_patient(case: str) -> None:
    line, content, kind = DOCUMENTS[case]
    (child,) = attached(line).children
    assert child.open is not None
    assert child.open().read() == content
    assert child.name == f"message_1.1.{kind}"
    assert child.subject is not None
    assert dict(child.subject)["last_name"] == ROW.last
    assert dict(child.subject)["ins"] == ROW.ins


def test_what_is_no_base64_is_listed() -> None:
    (child,) = attached("OBX|1|ED|1^CR^L||^AP^PDF^Base64^é$$$$||||||F").children
    assert child.open is None
    assert child.reason == "its base64 cannot be decoded; its text was searched as it stands"


def test_a_document_in_a_message_is_of_its_patient(tmp_path: Path) -> None:
    letter = base64.b64encode("Patient séropositif pour le VIH, suivi régulier.".encode()).decode()
    report = report_of(tmp_path / "m.hl7", with_lines(f"OBX|1|ED|1^CR^L||^TEXT^^Base64^{letter}").encode())
    assert [one["member"] for one in report["inputs"]] == [None, "message_1.1.txt"]
    assert report["persons"]["likely"] == 1
    assert report["persons"]["by_theme"]["hiv"]["affirmed"]["likely"] == 1


BROKEN = {
    "no patient": ("MSH|^~\\&|A|B|C|D|2024||ORU^R01|1\rOBX|1|ST|X||secret", "message_without_patient"),
    "no separators": ("MSH|A|B", "message_without_header"),
    "nothing": ("MSH|", "message_without_header"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_messages_are_damaged_rows_and_their_neighbours_read(case: str) -> None:
    text, reason = BROKEN[case]
    found = read((hl7(ROWS[0]) + text + "\r" + hl7(ROWS[1])).encode())
    assert [row["last_name"] for row in found.rows] == [ROWS[0].last, ROWS[1].last]
    assert [(row["_row"], row["reason"]) for row in found.damaged] == [(2, reason)]
    assert found.damaged[0]["offset"] == len(hl7(ROWS[0]).encode())
    assert text.split("\r")[0] in found.damaged[0]["text"]
    assert reason in found.codes


def test_an_acknowledgement_is_about_nobody() -> None:
    found = read(b"MSH|^~\\&|A|B|C|D|2024||ACK|1|P|2.5\rMSA|AA|1\r" + hl7(ROW).encode())
    assert len(found.rows) == 2
    assert not found.damaged


@pytest.mark.parametrize("kind", WRITERS)
def test_cut_anywhere_or_with_flipped_bits_nothing_escapes(kind: str) -> None:
    data = WRITERS[kind](ROWS[:4])
    source = random.Random(3)
    cases = [data[: source.randrange(60, len(data))] for _ in range(40)]
    for _ in range(40):
        flipped = bytearray(data)
        for _ in range(12):
            flipped[source.randrange(len(data))] ^= 1 << source.randrange(8)
        cases.append(bytes(flipped))
    for case in cases:
        stream = Read(kind, _reader(kind)(case))
        assert stream.broken is None
        assert stream.batches


def _reader(kind: str) -> Any:
    from io import BytesIO

    from leakscan.readers import READERS
    from leakscan.readers.heads import Head

    reader = next(one for one in READERS if one.format == kind)
    return lambda data: reader.read(BytesIO(), Head(data, ReadOptions(block_bytes=1000)))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", WRITERS)
def test_block_sizes_change_nothing(kind: str) -> None:
    data = WRITERS[kind](ROWS)
    whole = read(data)
    for size in (1, 300, 2000):
        assert read(data, ReadOptions(block_bytes=size), head_bytes=700).rows == whole.rows
    assert whole.format == kind
    assert len(whole.rows) == len(ROWS)


def test_hprim_sante_fields_continuations_and_the_insured() -> None:
    nir = clinical.with_key("1520475101203")
    text = clinical.hprim_sante(ROW).replace("L|1\r", f"AP|1|A|{nir}|CPAM\rC|1|L|Contrôle~conseillé\rL|1\r")
    text = text.replace("|R||", "|R\rA|R||")
    (row,) = read(text.encode("cp1252")).rows
    assert (row["last_name"], row["maiden_name"], row["first_name"]) == (ROW.last, ROW.maiden, ROW.first)
    assert (row["ins"], row["nir"], row["birth_date"]) == (ROW.ins, nir, ROW.born)
    assert (row["exam_date"], row["prescriber"], row["rpps"]) == (ROW.day, "MARTY Luc", ROW.rpps)
    assert row["text"].split("\n") == ["Contrôle conseillé", f"{ROW.label} : {ROW.value}"]
    assert row["laboratory"] == "Laboratoire"


def test_a_number_anywhere_in_the_patients_segment_of_hprim_sante_is_on_the_patients_record() -> None:
    head = "H|~^\\&|1.HPR||LAB^X||ORU|||C1||P|H2.1^L|202611080915\r"
    text = head + "P|1|4402||70000|DURAND^Anne||19540203|F||||||||||||{}\rL|1\r"
    found = read(text.format("254027610894662").encode())
    assert [row["nir"] for row in found.rows] == ["254027610894662"]
    assert "nir" not in read(text.format("n° 12").encode()).rows[0]


def test_hprim_sante_has_one_record_per_patient_and_needs_a_header() -> None:
    text = clinical.hprim_sante(ROW)
    two = text.replace("L|1\r", clinical.hprim_sante(ROWS[2]).split("\r", 1)[1])
    found = read(two.encode("cp1252"))
    assert [row["last_name"] for row in found.rows] == [ROW.last, ROWS[2].last]
    alone = read((text + "H|~^\\&|x\rL|1\r").encode("cp1252"))
    assert [row["reason"] for row in alone.damaged] == ["message_without_patient"]


def test_hprim_medecin_header_text_and_results() -> None:
    text = clinical.hprim_medecin(ROW).replace("****LAB****", "Cher confrère,\r\nle bilan est joint.\r\n****LAB****")
    (row,) = read(text.encode("cp1252")).rows
    assert (row["record_number"], row["last_name"], row["first_name"]) == (ROW.ipp, ROW.last, ROW.first)
    assert (row["nir"], row["birth_date"]) == (ROW.ins, "21/12/1975")
    assert (row["postcode"], row["city"], row["address"]) == (ROW.postcode, ROW.city, ROW.street)
    assert (row["prescriber"], row["rpps"]) == ("DR MARTY Luc", ROW.rpps)
    assert row["text"].split("\n") == ["Cher confrère,", "le bilan est joint.", f"{ROW.label} : {ROW.value}"]


def test_a_letter_without_its_header_is_damaged_and_the_next_is_read() -> None:
    text = clinical.hprim_medecin(ROWS[0]) + "Bonjour\r\n****FIN****\r\n" + clinical.hprim_medecin(ROWS[1])
    found = read(text.encode("cp1252"))
    assert [row["last_name"] for row in found.rows] == [ROWS[0].last, ROWS[1].last]
    assert [row["reason"] for row in found.damaged] == ["message_without_header"]


NO_MESSAGES = [b"MSH est une abreviation;2\n", b"H|header|of|a|table\nP|1|2|3\n", b"", b"\xff\xfe", b"MSH|^~\\&"]


@pytest.mark.parametrize("data", NO_MESSAGES)
def test_what_only_begins_like_a_message_is_none(data: bytes) -> None:
    assert not {f"{kind}" for kind in WRITERS} & {_format(data)}


def _format(data: bytes) -> str:
    from leakscan.readers import choose
    from leakscan.readers.heads import Head

    reader = choose(Head(data, ReadOptions()))
    return reader if isinstance(reader, str) else reader.format


STAMPS = {
    "20240105093100+0100": "2024-01-05",
    "2024-01-05T10:00:00Z": "2024-01-05",
    "19790328": "1979-03-28",
    "1979": "1979",
    "20241399": "20241399",
    "": "",
}


@pytest.mark.parametrize("stamp", STAMPS)
def test_time_stamps(stamp: str) -> None:
    assert iso(stamp) == STAMPS[stamp]


def test_results_in_words() -> None:
    assert finding("VIH", "12.4", "S/CO", "POS") == "VIH : 12.4 S/CO (positif)"
    assert finding("", "Not detected") == "non détecté"
    assert under_title("Sérologie", []) == ["Sérologie"]
    assert under_title("Sérologie VIH", [("Résultat", "négatif", "", "")]) == ["Sérologie VIH, Résultat : négatif"]
    assert under_title("", [("", "", "", "")]) == []


def test_base64_of_any_length() -> None:
    for size in range(9):
        whole = base64.b64encode(bytes(range(size))).decode()
        assert decoded(Attachment(whole)) == bytes(range(size))
        assert decoded(Attachment(whole.rstrip("="))) == bytes(range(size))
    assert decoded(Attachment("zz", "hex")) is None
