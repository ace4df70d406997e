"""Word and PowerPoint of 1997, Outlook messages, Office under a password: compound files, whole and damaged."""

from __future__ import annotations

import io
import random
import struct
import sys
import zlib
from pathlib import Path

import docx
import msoffcrypto
import msoffcrypto.format.ooxml
import olefile
import pytest
from compounds import compound, outlook, record, word97
from documents import LETTER, PEOPLE, ROWS, Met, as_csv, counted, read, report_here, report_of

from leakscan.readers import choose, locked, mapi, old_office
from leakscan.readers import outlook as outlook_reader
from leakscan.readers.compound import Compound, names_in_root
from leakscan.readers.heads import Head
from leakscan.readers.packaged import unpacked
from leakscan.records import ReadOptions


def doc(data: bytes) -> Met:
    return read(old_office.read_word, data, streams=False)


def msg(data: bytes) -> Met:
    return read(outlook_reader.read, data, streams=False)


def presentation(*slides: list[str], locked_by: bytes = b"") -> bytes:
    shown = b""
    for lines in slides:
        atoms = b"".join(
            record(0x0FA8, line.encode("latin-1")) if at % 2 else record(0x0FA0, line.encode("utf-16-le"))
            for at, line in enumerate(lines)
        )
        shown += record(0x03EE, atoms, version=15)
    packed = zlib.compress(as_csv())
    shown += record(0x1011, len(as_csv()).to_bytes(4, "little") + packed, version=0x10)
    return compound({"PowerPoint Document": record(0x03E8, shown, version=15) + locked_by, "Current User": b"x" * 20})


def protected() -> bytes:
    document = docx.Document()
    for line in LETTER:
        document.add_paragraph(line)
    plain, out = io.BytesIO(), io.BytesIO()
    document.save(plain)
    plain.seek(0)
    msoffcrypto.format.ooxml.OOXMLFile(plain).encrypt("secret", out)
    return out.getvalue()


@pytest.mark.parametrize("pieces", [1, 3])
def test_a_letter_says_what_it_says_as_text(pieces: int) -> None:
    data = word97("\r".join(LETTER) + "\r", pieces=pieces)
    assert doc(data).texts == ["\n".join(LETTER)]
    found = report_here(data)
    assert found["inputs"][0]["format"] == "doc"
    assert counted(found) == counted(report_here("\n".join(LETTER).encode()))


def test_a_table_says_what_it_says_as_csv() -> None:
    rows = [tuple(cell or "-" for cell in row) for row in ROWS]
    table = "".join("".join(f"{cell}\x07" for cell in row) + "\x07" for row in rows)
    met = doc(word97(f"Liste\rdes patients\r{table}fin\r"))
    assert met.tables["table 1"] == rows[1:]
    assert met.text == "Liste\ndes patients\nfin"
    assert counted(report_here(word97(f"Liste\r{table}fin\r"))) == counted(report_here(as_csv()))


def test_fields_pages_and_uneven_tables() -> None:
    text = "a\x13HYPERLINK x\x14lien\x15\x0cpage deux\ra\x07b\x07\x07c\x07\x07fin\r"
    assert doc(word97(text)).text.splitlines() == ["a HYPERLINK x lien", "page deux", "a | b", "c", "fin"]


def test_what_lies_in_a_word_document_is_a_child() -> None:
    package = b"\2\0liste.csv\0C:\\liste.csv\0\0\0\3\0" + (4).to_bytes(4, "little") + b"C:\\\0"
    package += len(as_csv()).to_bytes(4, "little") + as_csv()
    native = len(package).to_bytes(4, "little") + package
    pool = {
        "_1": {"\x01Ole10Native": native, "\x01CompObj": b"x"},
        "_2": {"Contents": b"texte dans un objet" * 3},
    }
    data = word97("x\r", ObjectPool=pool, Pictures=b"\xff\xd8\xff")
    met = doc(data)
    assert met.files == {"liste.csv": as_csv()}
    assert "texte dans un objet" in met.text
    assert met.codes == {"text_by_runs": 1, "left_out": 1}
    assert unpacked(b"\1\5\0\0\2\0\0\0" + b"\4\0\0\0abc\0" + bytes(8) + b"\3\0\0\0xyz") == ("", b"xyz")
    assert unpacked(b"\1\5\0\0\2\0\0\0\xff\xff\xff\xff") is None


def test_properties() -> None:
    texts = {2: "Titre du compte rendu", 4: "Dr Nouvel"}
    body = b""
    index = b""
    for number, text in texts.items():
        index += struct.pack("<II", number, 8 + 8 * len(texts) + len(body))
        raw = text.encode("cp1252") + b"\0"
        body += struct.pack("<II", 0x1E, len(raw)) + raw + bytes(-len(raw) % 4)
    stream = (
        bytes(44) + struct.pack("<I", 48) + struct.pack("<II", 8 + len(index) + len(body), len(texts)) + index + body
    )
    met = doc(word97("x\r", **{"\x05SummaryInformation": stream}))
    assert met.text.splitlines() == ["x", "Titre : Titre du compte rendu", "Auteur : Dr Nouvel"]


def test_a_document_without_a_piece_table_gives_runs_of_text() -> None:
    data = compound(
        {"WordDocument": b"\xa5\xec" + bytes(600) + "Patient MARTIN, né en été".encode("cp1252") + bytes(90)}
    )
    met = doc(data)
    assert met.text == "Patient MARTIN, né en été"
    assert met.codes == {"text_by_runs": 1}
    met = read(
        old_office.read_other,
        compound({"Inconnu": "sérologie positive".encode("utf-16-le") + bytes(50)}),
        streams=False,
    )
    assert met.text == "sérologie positive"


def test_slides() -> None:
    met = read(old_office.read_slides, presentation(["Cas", "Mme X"], ["suite"]), streams=False)
    assert met.text.splitlines() == ["Cas", "Mme X", "suite"]
    assert met.files == {"object": as_csv()}
    report = report_here(presentation(LETTER))
    assert report["inputs"][0]["format"] == "ppt"
    assert report["persons"]["likely"] >= len(PEOPLE)


def test_an_outlook_message_says_what_its_letter_says() -> None:
    data = compound(outlook({0x1000: "\r\n".join(LETTER)}))
    found = report_here(data)
    assert found["inputs"][0]["format"] == "msg"
    assert counted(found) == counted(report_here("\n".join(LETTER).encode()))


def test_what_lies_in_an_outlook_message() -> None:
    inner = outlook({0x0037: "sujet dedans", 0x1000: "corps dedans"}, {"b.txt": b"bb"})
    tree = outlook(
        {
            0x0037: "Sujet",
            0x0C1A: "Dr Nouvel",
            0x0E04: "labo",
            0x1000: "Corps\r\nSujet",
            0x3A08: "01 02 03 04 05",
            0x001A: "IPM",
        },
        {"liste.csv": as_csv()},
        inner,
    )
    tree["__recip_version1.0_#00000000"] = {
        "__substg1.0_3001001F": "Labo X".encode("utf-16-le"),
        "__substg1.0_39FE001F": "l@exemple.fr".encode("utf-16-le"),
    }  # fmt: skip
    tree["__substg1.0_10130102"] = b"<p>Corps</p><p>en HTML</p>"
    met = msg(compound(tree))
    lines = met.text.splitlines()
    assert lines == [
        "From: Dr Nouvel", "To: labo", "Subject: Sujet", "To: Labo X l@exemple.fr", "Corps", "en HTML",
        "01 02 03 04 05",
    ]  # fmt: skip
    assert met.files == {"liste.csv": as_csv()}
    assert met.inner["transmis"].text == "Subject: sujet dedans\ncorps dedans"
    assert met.inner["transmis"].files == {"b.txt": b"bb"}
    assert report_here(compound(tree))["persons"]["likely"] >= len(PEOPLE)


def test_a_body_that_is_packed_rtf() -> None:
    known = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
    )
    assert mapi.unpacked_rtf(known) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    tree = outlook({0x0037: "Sujet"})
    tree["__substg1.0_10090102"] = known
    assert msg(compound(tree)).text == "Subject: Sujet\nhello world"
    assert mapi.unpacked_rtf(b"\0" * 8 + b"MELA" + bytes(4) + b"x") == b""
    assert mapi.unpacked_rtf(b"abc") == b""


def test_passwords() -> None:
    data = protected()
    assert read(locked.read, data, streams=False).broken == "encrypted: give its password with --password-file"
    wrong = read(locked.read, data, ReadOptions(passwords=("faux",)), streams=False)
    assert wrong.broken == "encrypted: none of the passwords given is right"
    right = read(locked.read, data, ReadOptions(passwords=("faux", "secret")), streams=False)
    assert right.files["decrypted"].startswith(b"PK")
    assert report_here(data)["inputs"][0]["status"] == "skipped"
    for made, reader in (
        (word97("x", encrypted=True), old_office.read_word),
        (presentation([], locked_by=record(0x2F14, b"")), old_office.read_slides),
    ):
        assert "encrypted" in (read(reader, made, streams=False).broken or "")


def test_without_the_package_passwords_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "msoffcrypto", None)
    met = read(locked.read, protected(), ReadOptions(passwords=("secret",)), streams=False)
    assert met.broken == "encrypted: install leakscan[office-passwords] to read it with its password"


def test_streams_are_those_that_olefile_finds() -> None:
    data = protected()
    ours = Compound(io.BytesIO(data))
    with olefile.OleFileIO(io.BytesIO(data)) as theirs:
        names = [tuple(name) for name in theirs.listdir()]
        assert sorted(names) == sorted(path for path, entry in ours.entries.items() if entry.is_stream)
        assert min(len(ours.read(*name)) for name in names) < 4096 < max(len(ours.read(*name)) for name in names)
        for name in names:
            assert ours.read(*name) == theirs.openstream(list(name)).read()


def test_formats_are_known_by_content() -> None:
    cases = {
        "doc": word97("x", ObjectPool={"_1": {"Workbook": b"x"}}),
        "ppt": presentation(["x"]),
        "msg": compound(outlook({0x0037: "x"})),
        "office-encrypted": protected(),
        "ole": compound({"Inconnu": b"x"}),
    }
    for name, data in cases.items():
        chosen = choose(Head(data, ReadOptions()))
        assert not isinstance(chosen, str)
        assert chosen.format == name
    assert names_in_root(b"x") is None
    far = read(old_office.read_other, word97("x\r"), streams=False)
    assert far.text == "x"
    assert read(old_office.read_other, compound({"Workbook": b"x"}), streams=False).broken


def test_chains_without_end_end() -> None:
    data = bytearray(word97("\r".join(LETTER) + "\r"))
    fat_at = 512 * (1 + struct.unpack_from("<I", data, 76)[0])
    for at in range(fat_at, fat_at + 40, 4):
        struct.pack_into("<I", data, at, 0)  # every sector is followed by the first
    doc(bytes(data))
    data = bytearray(word97("x"))
    struct.pack_into("<I", data, 68, 0)
    doc(bytes(data))
    for at, value in ((30, 31), (48, 0xFFFFFFF0), (44, 0xFFFFFFFF), (72, 0xFFFFFFFF)):
        data = bytearray(word97("x"))
        struct.pack_into("<H" if at == 30 else "<I", data, at, value)
        doc(bytes(data))


def test_damaged_files_never_raise(tmp_path: Path) -> None:
    chance = random.Random(13)
    table = "".join("".join(f"{cell}\x07" for cell in row) + "\x07" for row in ROWS)
    cases = (
        (
            old_office.read_word,
            word97("\r".join(LETTER) + table, pieces=4, ObjectPool={"_1": {"\x01Ole10Native": b"\2\0a\0" * 9}}),
        ),
        (old_office.read_slides, presentation(LETTER, LETTER)),
        (old_office.read_other, compound({"a": as_csv()})),
        (outlook_reader.read, compound(outlook({0x1000: "x"}, {"a": b"x"}, outlook({0x0037: "y"})))),
        (locked.read, protected()),
    )
    for reader, data in cases:
        for _ in range(5 if reader is locked.read else 60):
            hurt = bytearray(data)
            for _ in range(10):
                hurt[chance.randrange(8, len(hurt))] = chance.randrange(256)
            read(reader, bytes(hurt), ReadOptions(passwords=("x",)), streams=False)
        for share in (0.1, 0.5, 0.9):
            read(reader, data[: int(len(data) * share)], streams=False)
    (tmp_path / "a.doc").write_bytes(cases[0][1][:700])
    (tmp_path / "b.msg").write_bytes(cases[3][1])
    (tmp_path / "c.csv").write_bytes(as_csv())
    report = report_of(tmp_path)
    status = {Path(given["path"]).name: given["status"] for given in report["inputs"] if not given["member"]}
    assert status == {"a.doc": "skipped", "b.msg": "scanned", "c.csv": "scanned"}
    assert report["persons"]["likely"] == len(PEOPLE)
