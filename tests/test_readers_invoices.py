"""B2 invoices, DICOM headers, tables of the SNDS: fields at fixed places, tags, pseudonyms."""

from __future__ import annotations

import io
import random
import warnings
from io import BytesIO
from pathlib import Path
from typing import Any

import clinical
import pytest
from clinical import OPTIONS, Read, Visit, read, visits

from leakscan.persons.identity import Fingerprinter
from leakscan.readers import b2, dicom
from leakscan.readers.heads import Head
from leakscan.records import ReadOptions
from leakscan.report import build_report
from leakscan.scan import scan

KEY = Fingerprinter(bytes(32))
ROWS = visits()


def report_of(*paths: Path) -> dict[str, Any]:
    return build_report(scan([str(path) for path in paths], OPTIONS, prints=KEY), OPTIONS)


def invoice(row: Visit, layout: int) -> list[str]:
    """The records of one invoice, in an edition of our own."""
    born = row.born.replace("-", "")
    shown = born[2:] if layout == 0 else born
    head = (
        f"2{'750012346':>9}{row.ins}001{shown}1{'0123456':>9}" if layout == 0 else f"2{'7500':>6}A1{shown}09{row.ins}75"
    )
    act = f"3{'750012346':>9}{row.day.replace('-', '')}C  0000250{'10':>4}"
    return [f"{head:<128}", f"{act:<128}"]


def b2_file(rows: list[Visit], end: str, layout: int = 0) -> bytes:
    lines = [f"{'000PS750012346':<128}", *(line for row in rows for line in invoice(row, layout)), f"{'999':<128}"]
    return (end.join(lines) + end).encode("cp1252")


@pytest.mark.parametrize("end", ["\r\n", "\n", ""])
@pytest.mark.parametrize("layout", [0, 1])
def test_b2_finds_where_number_and_birth_date_stand(end: str, layout: int) -> None:
    found = read(b2_file(ROWS, end, layout))
    assert found.format == "b2"
    assert not found.damaged
    rows = found.rows
    assert [row["_row"] for row in rows] == list(range(1, 2 * len(ROWS) + 3))
    named = [row for row in rows if "nir" in row]
    assert [row["nir"] for row in named] == [row.ins for row in ROWS]
    year = slice(2, 4) if layout == 0 else slice(0, 4)
    assert [row["birth_date"] for row in named] == [f"{r.born[8:]}/{r.born[5:7]}/{r.born[year]}" for r in ROWS]
    assert not any(row.ins in one["rest"] for row, one in zip(ROWS, named, strict=True))


def test_b2_persons(tmp_path: Path) -> None:
    path = tmp_path / "a.b2"
    path.write_bytes(b2_file(ROWS, "\r\n"))
    report = report_of(path)
    assert report["persons"]["likely"] == 6
    assert report["records"] == 2 * len(ROWS) + 2
    assert report["records_by_entity"]["nir"] == len(ROWS)


def test_b2_reads_the_same_in_any_blocks_and_lists_what_is_cut() -> None:
    data = b2_file(ROWS, "\n")
    whole = read(data)
    assert read(data, ReadOptions(block_bytes=300), head_bytes=1290).rows == whole.rows
    cut = read(data[:-70])
    assert [row["reason"] for row in cut.damaged] == ["record_short"]
    assert cut.damaged[0]["_row"] == 2 * len(ROWS) + 2
    assert cut.rows == whole.rows[:-1]


def test_one_invoice_is_enough() -> None:
    (row,) = [row for row in read(b2_file(ROWS[:1], "\n")).rows if "nir" in row]
    assert row["nir"] == ROWS[0].ins


NO_B2 = [b"000 not so long\n000\n", b"000AB" + b"x" * 123 + b"\n" + b"short\n", b"0" * 127, b"000,1,2\n" * 60]


@pytest.mark.parametrize("data", NO_B2)
def test_other_texts_are_no_b2(data: bytes) -> None:
    assert b2.sniff(Head(data, ReadOptions())) == 0


def test_b2_with_random_damage_breaks_nothing() -> None:
    source, data = random.Random(7), b2_file(ROWS, "\n")
    for _ in range(60):
        changed = bytearray(data[: source.randrange(260, len(data))])
        for _ in range(20):
            changed[source.randrange(len(changed))] = source.randrange(256)
        found = Read("b2", b2.read(BytesIO(), Head(bytes(changed), ReadOptions())))
        assert found.broken is None


pydicom: Any = pytest.importorskip("pydicom")


def dicom_file(row: Visit, pixels: int = 2000, **more: Any) -> bytes:
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian

    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    meta.MediaStorageSOPInstanceUID = "1.2.3"
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data = FileDataset("", {}, file_meta=meta, preamble=bytes(128))
        data.SpecificCharacterSet = "ISO_IR 192"
        fields = {
            "PatientName": f"{row.last}^{row.first}", "PatientID": row.ipp,
            "PatientBirthDate": row.born.replace("-", ""),
            "PatientSex": row.sex, "StudyDate": row.day.replace("-", ""), "InstitutionName": "CHU du Lac",
            "ReferringPhysicianName": f"{row.doctor}^{row.doctor_first}^^DR", "StudyDescription": "Scanner thoracique",
            "AdditionalPatientHistory": "Suivi d'un cancer du sein", "PatientTelephoneNumbers": row.phone,
        }  # fmt: skip
        for name, value in (fields | more).items():
            setattr(data, name, value)
        block = data.private_block(0x0011, "MAISON", create=True)
        block.add_new(1, "LO", "texte privé")
        if pixels:
            data.Rows, data.Columns, data.BitsAllocated, data.SamplesPerPixel = 1, pixels, 8, 1
            data.BitsStored, data.HighBit, data.PixelRepresentation = 8, 7, 0
            data.PhotometricInterpretation = "MONOCHROME2"
            data.PixelData = bytes(pixels)
        out = io.BytesIO()
        data.save_as(out, enforce_file_format=True)
    return out.getvalue()


ROW = ROWS[1]
DICOM = dicom_file(ROW)


def test_a_dicom_header_is_a_record_and_its_pixels_are_not_read() -> None:
    found = read(dicom_file(ROW))
    assert found.format == "dicom"
    (row,) = found.rows
    assert (row["last_name"], row["first_name"], row["birth_date"]) == (ROW.last, ROW.first, ROW.born)
    assert (row["record_number"], row["sex"], row["exam_date"]) == (ROW.ipp, "F", ROW.day)
    assert (row["prescriber"], row["laboratory"], row["phone"]) == (
        f"{ROW.doctor} {ROW.doctor_first}",
        "CHU du Lac",
        ROW.phone,
    )
    assert row["text"] == "Scanner thoracique\nSuivi d'un cancer du sein"
    assert "texte privé" in row["rest"]
    (pixels,) = [warning for warning in found.warnings if warning.code == "pixels_unread"]
    assert pixels.count >= 2000
    assert not read(dicom_file(ROW, pixels=0)).warnings


def test_identifiers_of_a_dicom_patient() -> None:
    from pydicom.dataset import Dataset

    issuer = Dataset()
    issuer.UniversalEntityID = "1.2.250.1.213.1.4.10"
    found = read(dicom_file(ROW, PatientID=ROW.ins, IssuerOfPatientIDQualifiersSequence=[issuer]))
    assert found.rows[0]["ins"] == ROW.ins
    assert "invented_identity" in found.codes
    other = Dataset()
    other.PatientID = ROW.ins
    assert read(dicom_file(ROW, OtherPatientIDsSequence=[other])).rows[0]["nir"] == ROW.ins


def test_a_document_in_a_dicom_file_knows_its_patient() -> None:
    (child,) = read(dicom_file(ROW, pixels=0, EncapsulatedDocument=b"%PDF-1.4 x")).children
    assert child.open is not None
    assert child.open().read() == b"%PDF-1.4 x"
    assert dict(child.subject or ())["birth_date"] == ROW.born


def test_texts_of_a_report_and_patients_of_a_directory() -> None:
    from pydicom.dataset import Dataset

    text, inner = Dataset(), Dataset()
    inner.TextValue = "Nodule suspect"
    text.ContentSequence = [inner]
    assert "Nodule suspect" in read(dicom_file(ROW, pixels=0, ContentSequence=[text])).rows[0]["text"]
    listed = []
    for row in ROWS[:2]:
        one = Dataset()
        one.DirectoryRecordType, one.PatientID, one.PatientName = "PATIENT", row.ipp, f"{row.last}^{row.first}"
        listed.append(one)
    found = read(dicom_file(ROW, pixels=0, DirectoryRecordSequence=listed))
    assert [row["last_name"] for row in found.rows] == [row.last for row in ROWS[:2]]


def test_damaged_dicom_gives_a_reason_without_values(capfd: pytest.CaptureFixture[str]) -> None:
    data = dicom_file(ROW)
    source = random.Random(9)
    for at in range(60):
        changed = bytearray(data[: source.randrange(140, len(data))] if at % 2 else data)
        for _ in range(0 if at % 4 == 1 else 10):
            changed[source.randrange(132, len(changed))] ^= 1 << source.randrange(8)
        found = Read("dicom", dicom.read(BytesIO(changed), Head(bytes(changed), ReadOptions())))
        assert found.broken is None or str(found.broken) == "the DICOM header is damaged"
    assert capfd.readouterr() == ("", "")


def test_without_pydicom_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pydicom", None)
    assert str(read(DICOM).broken) == "a DICOM file: install leakscan[dicom] to read it"


def snds(header: str, count: int = 40) -> bytes:
    source = random.Random(11)
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
    people = ["".join(source.choices(letters, k=17)) for _ in range(count // 2)]
    lines = [f"{header},BEN_NAI_ANN,EXE_SOI_DTD,PRS_NAT_REF"]
    lines += [f"{people[at % len(people)]},{1940 + at},2019-0{1 + at % 9}-11,1111" for at in range(count)]
    return ("\n".join(lines) + "\n").encode()


@pytest.mark.parametrize("header", ["BEN_NIR_PSA", "BEN_IDT_ANO", "NIR_ANO_17", "ben_nir_psa"])
def test_pseudonyms_of_the_snds_count_people_and_are_no_numbers_of_theirs(header: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(snds(header))
    (tmp_path / "b.csv").write_bytes(snds("BEN_NIR_PSA", 20))
    report = report_of(tmp_path / "a.csv")
    assert report["records_by_entity"].get("nir", 0) == 0
    assert report["persons"]["likely"] == 20
    assert report["persons"]["basis"]["pseudonym"] == 20
    assert [(one["code"], one["count"]) for one in report["warnings"]] == [("pseudonyms", 40)]
    assert report_of(tmp_path / "a.csv", tmp_path / "b.csv")["persons"]["likely"] == 20


def test_numbers_with_a_right_key_are_nirs_whatever_their_column_is_called(tmp_path: Path) -> None:
    lines = ["BEN_NIR_PSA,NOM"] + [f"{clinical.with_key(f'18{at:02d}175115{at:03d}')},MARTIN" for at in range(10, 60)]
    (tmp_path / "a.csv").write_text("\n".join(lines))
    assert report_of(tmp_path / "a.csv")["records_by_entity"]["nir"] == 50
