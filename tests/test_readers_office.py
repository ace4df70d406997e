"""Word, PowerPoint and OpenDocument: text, tables, what stands around them, what lies in them, and hostile archives."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import docx.enum.text
import pptx
import pptx.util
import pytest
from documents import LETTER, PEOPLE, ROWS, Met, as_csv, counted, read, report_here, report_of
from odf import dc, office, style, table, text
from odf.opendocument import OpenDocumentPresentation, OpenDocumentText

from leakscan.limits import Limits
from leakscan.readers import choose, ooxml, opendocument
from leakscan.readers.heads import Head
from leakscan.records import ReadOptions

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def word(lines: list[str], rows: list[tuple[str, ...]] = (), change: Callable[..., None] | None = None) -> bytes:  # type: ignore[assignment]
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    if rows:
        grid = document.add_table(rows=len(rows), cols=len(rows[0]))
        for at, row in enumerate(rows):
            for cell, value in zip(grid.rows[at].cells, row, strict=True):
                cell.text = value
    if change is not None:
        change(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def slides(lines: list[str], rows: list[tuple[str, ...]] = ()) -> bytes:  # type: ignore[assignment]
    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[6])
    box = slide.shapes.add_textbox(0, 0, pptx.util.Cm(10), pptx.util.Cm(10))
    box.text_frame.text = "\n".join(lines)
    if rows:
        grid = slide.shapes.add_table(len(rows), len(rows[0]), 0, 0, pptx.util.Cm(10), pptx.util.Cm(10)).table
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                grid.cell(at, column).text = value
    slide.notes_slide.notes_text_frame.text = "une note"
    out = io.BytesIO()
    show.save(out)
    return out.getvalue()


def writer(lines: list[str], rows: list[tuple[str, ...]] = ()) -> bytes:  # type: ignore[assignment]
    document = OpenDocumentText()
    for line in lines:
        document.text.addElement(text.P(text=line))
    if rows:
        grid = table.Table(name="T")
        document.text.addElement(grid)
        for row in rows:
            line = table.TableRow()
            grid.addElement(line)
            for value in row:
                cell = table.TableCell()
                line.addElement(cell)
                cell.addElement(text.P(text=value))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


READ = {
    "docx": ooxml.read_word,
    "pptx": ooxml.read_slides,
    "odt": opendocument.read_text,
    "odp": opendocument.read_slides,
}
MAKE = {"docx": word, "pptx": slides, "odt": writer}


def met_in(data: bytes, kind: str, options: ReadOptions | None = None) -> Met:
    return read(READ[kind], data, options, streams=False)


@pytest.mark.parametrize("kind", MAKE)
def test_a_table_says_what_it_says_as_csv(kind: str) -> None:
    found = report_here(MAKE[kind](["Liste des patients"], ROWS))
    assert {given["format"] for given in found["inputs"]} >= {kind}
    assert counted(found) == counted(report_here(as_csv()))
    assert found["records"] >= len(PEOPLE)


@pytest.mark.parametrize("kind", MAKE)
def test_a_letter_says_what_it_says_as_text(kind: str) -> None:
    found = report_here(MAKE[kind](LETTER))
    assert counted(found) == counted(report_here("\n".join(LETTER).encode()))
    assert found["records"] == 1


def test_a_document_is_read_by_a_worker_and_its_neighbours_too(tmp_path: Path) -> None:
    data = word(["Liste"], ROWS)
    (tmp_path / "a.docx").write_bytes(data)
    (tmp_path / "b.docx").write_bytes(data[: len(data) // 2])
    (tmp_path / "c.csv").write_bytes(as_csv())
    report = report_of(tmp_path)
    status = {Path(given["path"]).name: given["status"] for given in report["inputs"] if given["member"] is None}
    assert status == {"a.docx": "scanned", "b.docx": "skipped", "c.csv": "scanned"}
    assert report["persons"]["likely"] == len(PEOPLE)


def test_all_that_stands_around_the_text_of_a_word_document() -> None:
    def change(document) -> None:
        paragraph = document.add_paragraph("visible")
        document.add_comment(paragraph.runs, "un commentaire", author="Dr Relecteur")
        document.sections[0].header.paragraphs[0].text = "en-tête"
        document.sections[0].footer.paragraphs[0].text = "pied"
        properties = document.core_properties
        properties.title, properties.author, properties.keywords, properties.comments = "T", "Dr A", "vih", ""
        deleted = paragraph._p.makeelement(f"{{{W}}}del", {})
        run = deleted.makeelement(f"{{{W}}}r", {})
        gone = run.makeelement(f"{{{W}}}delText", {})
        gone.text = "effacé"
        run.append(gone)
        deleted.append(run)
        paragraph._p.append(deleted)

    lines = met_in(word([], change=change), "docx").text.splitlines()
    assert lines[:2] == ["visible", "effacé"]
    assert set(lines) >= {"un commentaire", "en-tête", "pied", "Titre : T", "Auteur : Dr A", "Mots-clés : vih"}


def test_notes_and_pages_of_a_presentation() -> None:
    met = met_in(slides(["Cas clinique", "Mme X"]), "pptx")
    assert met.text.splitlines()[:3] == ["Cas clinique", "Mme X", "une note"]
    assert "Click to edit" not in met.text


def test_all_that_stands_around_an_opendocument() -> None:
    document = OpenDocumentText()
    paragraph = text.P(text="M. ")
    paragraph.addElement(text.Span(text="DUP"))
    paragraph.addText("ONT")
    paragraph.addElement(text.S(c=2))
    paragraph.addText("né")
    paragraph.addElement(text.LineBreak())
    paragraph.addText("en 1950")
    note = office.Annotation()
    note.addElement(dc.Creator(text="Dr Z"))
    note.addElement(text.P(text="une remarque"))
    paragraph.addElement(note)
    paragraph.addText(" à Lyon")
    document.text.addElement(paragraph)
    changes = text.TrackedChanges()
    region = text.ChangedRegion(check_grammar=False)
    deletion = text.Deletion()
    deletion.addElement(text.P(text="effacé"))
    region.addElement(deletion)
    changes.addElement(region)
    document.text.addElement(changes)
    master = style.MasterPage(name="Standard", pagelayoutname="P")
    header = style.Header()
    header.addElement(text.P(text="en-tête"))
    master.addElement(header)
    document.masterstyles.addElement(master)
    document.meta.addElement(dc.Title(text="Titre du compte rendu"))
    out = io.BytesIO()
    document.save(out)
    lines = met_in(out.getvalue(), "odt").text.splitlines()
    assert lines[:4] == ["Dr Z", "une remarque", "M. DUPONT né", "en 1950 à Lyon"]
    assert set(lines) >= {"effacé", "en-tête", "Titre : Titre du compte rendu"}


def test_a_table_of_results_stays_with_its_text() -> None:
    rows = [("Analyse", "Résultat"), ("Glucose", "5,4"), ("VIH", "positif"), ("CRP", "3"), ("TSH", "2,1")]
    for kind, make in MAKE.items():
        met = met_in(make(LETTER, rows), kind)
        assert not met.tables
        assert "VIH | positif" in met.texts[0]


def test_long_documents_are_read_by_page() -> None:
    def change(document) -> None:
        for number in range(40):
            for line in LETTER:
                document.add_paragraph(f"{line} {'et la suite du texte ' * 20}")
            document.add_paragraph(f"page {number}").add_run().add_break(docx.enum.text.WD_BREAK.PAGE)

    met = met_in(word([], change=change), "docx")
    assert len(met.texts) in (40, 41)
    assert met.texts[7].splitlines()[-1] == "page 7"


def test_what_lies_in_a_document_is_a_child() -> None:
    data = word(["x"])
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("word/embeddings/liste.csv", as_csv())
        archive.writestr("word/media/scan.png", b"\x89PNG\r\n\x1a\n")
    met = met_in(out.getvalue(), "docx")
    assert met.files == {"word/embeddings/liste.csv": as_csv(), "word/media/scan.png": b"\x89PNG\r\n\x1a\n"}
    report = report_here(out.getvalue())
    assert report["persons"]["likely"] == len(PEOPLE)
    assert any(given["member"] == "word/embeddings/liste.csv" for given in report["inputs"])


def replaced(data: bytes, name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            new.writestr(member, content if member.filename == name else old.read(member))
    return out.getvalue()


BODY = f'<w:document xmlns:w="{W}"><w:body>%s</w:body></w:document>'
LAUGHS = "".join(f'<!ENTITY a{at} "{f"&a{at - 1};" * 10}">' for at in range(1, 12))
HOSTILE = {
    "entities": f'<!DOCTYPE x [<!ENTITY a0 "ha">{LAUGHS}]>' + BODY % "<w:p><w:r><w:t>&a11;</w:t></w:r></w:p>",
    "files": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + BODY % "<w:p><w:r><w:t>&e;</w:t></w:r></w:p>",
    "depth": BODY % ("<w:p>" * 5_000),
    "tables": BODY
    % ("<w:tbl><w:tr><w:tc>" * 60 + "<w:p><w:r><w:t>x</w:t></w:r></w:p>" + "</w:tc></w:tr></w:tbl>" * 60),
    "spans": BODY
    % ("<w:tbl><w:tr>" + '<w:tc><w:tcPr><w:gridSpan w:val="9999999"/></w:tcPr></w:tc>' * 900 + "</w:tr></w:tbl>"),
    "no XML": "\0\1\2",
    "cut": (BODY % "<w:p><w:r><w:t>avant</w:t></w:r></w:p>")[:-30],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_parts_end(name: str) -> None:
    met = met_in(replaced(word(["x"]), "word/document.xml", HOSTILE[name].encode()), "docx")
    assert "root:" not in met.text
    assert len(met.text) < 100_000
    if name in ("depth", "no XML", "cut"):
        assert met.broken == "a part of the document is no XML from some place on"
    if name == "cut":
        assert met.text.splitlines()[0] == "avant"


def test_a_bomb_is_cut(tmp_path: Path) -> None:
    bomb = (BODY % ("<w:p/>" * 4_000_000)).encode()
    data = replaced(word(["x"]), "word/document.xml", bomb)
    met = met_in(data, "docx", ReadOptions(limits=Limits(expansion=10, expansion_free=1 << 20)))
    assert met.broken == "a part of the document is larger than its file may hold (an archive bomb?)"
    del tmp_path


def test_what_is_locked_says_so() -> None:
    data = writer(["x"])
    manifest = (
        b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry>'
        b"<manifest:encryption-data/></manifest:file-entry></manifest:manifest>"
    )
    met = met_in(replaced(data, "META-INF/manifest.xml", manifest), "odt")
    assert met.broken == "encrypted: give its password with --password-file"
    assert not met.texts


def test_formats_are_known_by_content() -> None:
    show = OpenDocumentPresentation()
    out = io.BytesIO()
    show.save(out)
    for kind, data in ("docx", word(["x"])), ("pptx", slides(["x"])), ("odt", writer(["x"])), ("odp", out.getvalue()):
        chosen = choose(Head(data, ReadOptions()))
        assert not isinstance(chosen, str)
        assert chosen.format == kind
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/lettre.txt", "x")
        archive.writestr("mimetype", "x")
    chosen = choose(Head(out.getvalue(), ReadOptions()))
    assert not isinstance(chosen, str)
    assert chosen.format == "zip"


@pytest.mark.parametrize("kind", MAKE)
def test_damaged_documents_never_raise(kind: str) -> None:
    chance = random.Random(3)
    data = MAKE[kind](LETTER, ROWS)
    for _ in range(40):
        hurt = bytearray(data)
        for _ in range(20):
            hurt[chance.randrange(len(hurt))] = chance.randrange(256)
        met_in(bytes(hurt), kind)
    for share in (0.01, 0.3, 0.9, 0.999):
        met = met_in(data[: int(len(data) * share)], kind)
        assert met.broken == "the document is damaged: the directory of its parts cannot be read"
