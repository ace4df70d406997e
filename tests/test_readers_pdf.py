"""PDF: pages, forms, what is attached, passwords, scans; pictures with a program that may be missing."""

from __future__ import annotations

import io
import random
import stat
from pathlib import Path

import pikepdf
import pytest
from documents import BIRTHS, FIRST, LETTER, NAMES, PEOPLE, Met, as_csv, counted, nir, read, report_here, report_of
from PIL import Image
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from leakscan.readers import choose, ocr, pdf, pictures
from leakscan.readers.heads import Head
from leakscan.records import ReadOptions


def picture(kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("L", (60, 80), 200).save(out, kind)
    return out.getvalue()


def pages(*texts: list[str], scans: int = 0, form: bool = False, author: str = "Dr Nouvel") -> bytes:
    out = io.BytesIO()
    made = canvas.Canvas(out, pagesize=A4)
    made.setTitle("Résultats")
    made.setAuthor(author)
    for lines in texts:
        for at, line in enumerate(lines):
            made.drawString(40, 800 - 14 * at, line)
        if form:
            made.acroForm.textfield(name="nom", value="GARNIER", x=50, y=60, width=100, height=20)
            made.linkURL("mailto:a@exemple.fr", (50, 100, 100, 120))
            made.linkURL("https://exemple.fr/", (50, 120, 100, 140))
        made.bookmarkPage("p")
        made.addOutlineEntry(f"Dossier de {lines[0]}" if lines else "vide", "p")
        made.showPage()
    for _ in range(scans):
        made.drawImage(ImageReader(io.BytesIO(picture())), 0, 0, 595, 840)
        made.drawString(10, 10, "p. 1")
        made.showPage()
    made.save()
    return out.getvalue()


def changed(data: bytes, *, attached: dict[str, bytes] | None = None, password: str | None = None) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as document:
        for name, content in (attached or {}).items():
            document.attachments[name] = pikepdf.AttachedFileSpec(document, content, filename=name)
        encryption = pikepdf.Encryption(user=password, owner="autre") if password else None
        document.save(out, encryption=encryption or False)
    return out.getvalue()


def met_in(data: bytes, **options) -> Met:
    return read(pdf.read, data, ReadOptions(**options), streams=False)


def test_a_letter_says_what_it_says_as_text() -> None:
    found = report_here(pages(LETTER, author="X"))
    assert counted(found) == counted(report_here("\n".join(LETTER).encode()))
    assert found["records"] == 1
    assert found["inputs"][0]["format"] == "pdf"


def test_a_list_of_people_is_a_record_per_line() -> None:
    lines = [f"{last} {first} {birth} {number} {phone}" for last, first, birth, number, phone, _ in PEOPLE] * 4
    found = report_here(pages(["Liste", *lines[:16]], lines[16:]))
    assert found["persons"]["likely"] == len(PEOPLE)
    assert found["records"] > len(lines)


def test_many_letters_in_one_file_are_a_record_per_page() -> None:
    letters = [
        [
            *LETTER[:2],
            f"Patient : M. {FIRST[at % 8]} {NAMES[at // 8]}",
            f"Né le {1 + at % 28:02d}/06/19{40 + at}, numéro de sécurité sociale {nir(at)}",
            *["suite du texte"] * 40,
        ]
        for at in [*range(40), *range(40)]
    ]
    met = met_in(pages(*letters, *letters))
    assert len([text for text in met.texts if text.startswith(LETTER[0])]) == 160
    assert report_here(pages(*letters, *letters))["persons"]["likely"] == 40


def test_a_few_letters_in_one_file_are_told_apart_by_long_numbers() -> None:
    letters = [
        [f"Patient : M. {FIRST[at]} {NAMES[at]}", f"Né le {BIRTHS[at]}, sécurité sociale {nir(at)}", "Compte rendu"]
        for at in range(5)
    ]
    met = met_in(pages(letters[0], ["suite de la lettre"], *letters[1:], letters[4], author="X"))
    assert [text.count("Compte rendu") for text in met.texts] == [1, 1, 1, 1, 2]
    assert "suite de la lettre" in met.texts[0]
    assert len(met_in(pages([*letters[0], *letters[1]], letters[2])).texts) == 1


def test_results_of_one_person_are_no_list() -> None:
    results = [f"Analyse {at}   {at},40 mmol/L   3,90 - 6,10" for at in range(40)]
    assert len(met_in(pages([*LETTER[:4], *results])).texts) == 1


def test_all_that_stands_around_the_text() -> None:
    data = changed(pages(["Page une"], form=True), attached={"liste.csv": as_csv(), "é.txt": b"note"})
    met = met_in(data)
    lines = met.text.splitlines()
    assert lines[0] == "Page une"
    assert {
        "nom : GARNIER",
        "mailto:a@exemple.fr",
        "Titre : Résultats",
        "Auteur : Dr Nouvel",
        "Dossier de Page une",
    } <= set(lines)
    assert "https://exemple.fr/" not in lines
    assert met.files == {"liste.csv": as_csv(), "é.txt": b"note"}


def test_an_attached_table_is_read() -> None:
    report = report_here(changed(pages(["Voir la liste"]), attached={"liste.csv": as_csv()}))
    assert {given["member"]: given["status"] for given in report["inputs"]} == {None: "scanned", "liste.csv": "scanned"}
    assert report["persons"]["likely"] == len(PEOPLE)


def test_passwords() -> None:
    data = changed(pages(LETTER), password="secret")
    locked = met_in(data)
    assert locked.broken == "encrypted: give its password with --password-file"
    assert not locked.texts
    assert met_in(data, passwords=("faux",)).broken == locked.broken
    assert met_in(data, passwords=("faux", "secret")).text.startswith(LETTER[0])
    assert report_here(data)["inputs"][0]["status"] == "skipped"
    assert met_in(changed(pages(LETTER), password="")).text.startswith(LETTER[0])


def test_scanned_pages_are_counted() -> None:
    met = met_in(pages(["du texte " * 4] * 30, scans=2))
    assert met.codes == {"scanned_pages": 2}
    assert met_in(pages([])).codes == {}


@pytest.fixture
def tesseract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A program that stands for tesseract: it knows French and reads the size of what it is given."""
    program = tmp_path / "bin" / "tesseract"
    program.parent.mkdir()
    program.write_text(
        '#!/bin/sh\nif [ "$1" = --list-langs ]; then echo fra; exit; fi\necho "taille $(wc -c) langue $4"\n',
        encoding="utf-8",
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    ocr._program.cache_clear()
    yield program
    ocr._program.cache_clear()


def test_scans_are_read_where_that_is_wanted(tesseract: Path) -> None:
    met = met_in(pages(scans=1), ocr=True)
    assert met.codes == {}
    assert "langue fra" in met.text
    assert (
        read(pictures.read, picture(), ReadOptions(ocr=True), streams=False).text
        == f"taille {len(picture())} langue fra"
    )
    tesseract.write_text("#!/bin/sh\n[ $1 = --list-langs ] && echo fra || exit 1\n", encoding="utf-8")
    assert met_in(pages(scans=1), ocr=True).codes == {"scanned_pages": 1}
    assert read(pictures.read, picture(), streams=False).broken == "a picture whose text cannot be read"


def test_without_the_program_pictures_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    ocr._program.cache_clear()
    assert met_in(pages(scans=1), ocr=True).codes == {"scanned_pages": 1}
    assert read(pictures.read, picture(), ReadOptions(ocr=True), streams=False).broken == ocr.MISSING
    assert not ocr.is_there()
    ocr._program.cache_clear()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "TIFF"])
def test_pictures_are_only_read_on_demand(kind: str) -> None:
    data = picture(kind)
    assert isinstance(choose(Head(data, ReadOptions())), str)
    chosen = choose(Head(data, ReadOptions(ocr=True)))
    assert not isinstance(chosen, str)
    assert chosen.format == "picture"


@pytest.mark.skipif(not ocr.is_there(), reason="tesseract with French is not installed")
def test_tesseract_reads_a_scan() -> None:
    import pypdfium2

    with pypdfium2.PdfDocument(pages(["Serologie positive"])) as document:
        drawn = document[0].render(scale=3).to_pil()
    out = io.BytesIO()
    drawn.save(out, "PNG")
    assert "positive" in read(pictures.read, out.getvalue(), streams=False).text


def test_formats_are_known_by_content() -> None:
    for data in (pages(["x"]), b"\r\n junk \n" + pages(["x"])):
        chosen = choose(Head(data, ReadOptions()))
        assert not isinstance(chosen, str)
        assert chosen.format == "pdf"
    chosen = choose(Head(b"Un fichier PDF commence par %PDF-1.4\nrien de plus\nfin\n", ReadOptions()))
    assert not isinstance(chosen, str)
    assert chosen.format == "text"


def test_damaged_documents_never_raise(tmp_path: Path) -> None:
    chance = random.Random(5)
    data = changed(pages(LETTER, LETTER, form=True), attached={"a.csv": as_csv()})
    for _ in range(60):
        hurt = bytearray(data)
        for _ in range(15):
            hurt[chance.randrange(len(hurt))] = chance.randrange(256)
        met_in(bytes(hurt))
    for share in (0.02, 0.4, 0.9):
        met_in(data[: int(len(data) * share)])
    lying = data.replace(b"/Count 2", b"/Count 999999999")
    assert "ROUSSEAU" in met_in(lying).text or lying == data
    (tmp_path / "a.pdf").write_bytes(data[: len(data) // 3])
    (tmp_path / "c.csv").write_bytes(as_csv())
    report = report_of(tmp_path)
    assert {given["path"][-5:]: given["status"] for given in report["inputs"]}["c.csv"] == "scanned"
    assert report["persons"]["likely"] >= len(PEOPLE)


def test_a_number_of_pages_that_lies_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "FAILED_PAGES", 5)
    body = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 99999/Kids[]>>endobj\n"
    met = met_in(body + b"trailer<</Root 1 0 R>>\n%%EOF")
    assert met.broken or met.codes in ({"pages_left_out": 99999}, {})
    assert not met.texts
