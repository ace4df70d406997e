"""Scans and photographs of letters, read by the real program tesseract; skipped where it or its French is missing."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache
from random import Random

import pypdfium2
import pytest
from documents import LETTER, OPTIONS, PEOPLE, counted, nir, report_here
from PIL import Image, ImageFilter
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from leakscan.readers import ocr

pytestmark = pytest.mark.skipif(
    not ocr.is_there(), reason="the program tesseract or its French (tesseract-ocr-fra) is not installed"
)
WITH_OCR = replace(OPTIONS, ocr=True)
SECOND = [
    "Centre hospitalier du Lac",
    "Le 14/03/2024",
    "Cher confrère,",
    "J'ai revu en consultation Mme Lucie GARNIER, née le 03/03/1960,",
    f"numéro de sécurité sociale {nir(2)}, suivie pour un cancer du sein.",
    "Bien cordialement, Dr Paul NOUVEL",
]


def written(*letters: list[str]) -> bytes:
    """Letters as pages of a PDF that says its text."""
    out = io.BytesIO()
    made = canvas.Canvas(out, pagesize=A4)
    for lines in letters:
        made.setFont("Times-Roman", 12)
        for at, line in enumerate(lines):
            made.drawString(60, 760 - 22 * at, line)
        made.showPage()
    made.save()
    return out.getvalue()


@cache
def page(*lines: str, turned: float = 0.0, dots: int = 300) -> Image.Image:
    """A letter as a scanner gives it: drawn from outlines, a little turned and blurred, on paper that is not white."""
    with pypdfium2.PdfDocument(written([*lines])) as document:
        drawn = document[0].render(scale=dots / 72).to_pil().convert("L")
    scanned = drawn.rotate(turned, fillcolor=255).filter(ImageFilter.GaussianBlur(0.6 * dots / 300))
    chance = Random(1)
    noise = Image.frombytes("L", (256, 256), bytes(chance.randrange(215, 236) for _ in range(256 * 256)))
    paper = Image.new("L", scanned.size)
    for left in range(0, scanned.width, 256):
        for top in range(0, scanned.height, 256):
            paper.paste(noise, (left, top))
    return Image.composite(paper, scanned, scanned.point(lambda dot: 255 if dot > 200 else 0))


def as_file(image: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def scans(*images: Image.Image) -> bytes:
    """A PDF whose pages are pictures."""
    out = io.BytesIO()
    made = canvas.Canvas(out, pagesize=A4)
    for image in images:
        made.drawImage(ImageReader(io.BytesIO(as_file(image, "PNG"))), 0, 0, *A4)
        made.showPage()
    made.save()
    return out.getvalue()


@pytest.mark.parametrize(("kind", "dots"), [("PNG", 200), ("TIFF", 150), ("JPEG", 100)])
def test_a_scanned_letter_says_what_it_says_as_text(kind: str, dots: int) -> None:
    found = report_here(as_file(page(*LETTER, turned=0.4, dots=dots), kind), options=WITH_OCR)
    assert found["inputs"][0]["format"] == "picture"
    assert found["inputs"][0]["status"] == "scanned"
    assert counted(found) == counted(report_here("\n".join(LETTER).encode()))
    assert found["records_by_entity"]["nir"] == 1


def test_the_pages_of_a_scanned_document_are_read() -> None:
    data = scans(page(*LETTER, dots=200), page(*SECOND, turned=-0.5, dots=200))
    found = report_here(data, options=WITH_OCR)
    assert found["warnings"] == []
    assert counted(found) == counted(report_here(written(LETTER, SECOND)))
    unread = report_here(data)
    assert [met["code"] for met in unread["warnings"]] == ["scanned_pages"]
    assert unread["persons"]["likely"] == 0


def test_a_number_between_blanks_and_an_accented_name_are_read() -> None:
    last, first, birth, number, phone, _ = PEOPLE[7]
    blanks = " ".join((number[0], number[1:3], number[3:5], number[5:7], number[7:10], number[10:13], number[13:]))
    lines = [f"Patient : {first} {last}", f"Né le {birth}", f"N° de sécurité sociale : {blanks}", f"Tél. : {phone}"]
    found = report_here(as_file(page(*lines, dots=200), "PNG"), options=WITH_OCR)
    assert found["records_by_entity"]["nir"] == found["records_by_entity"]["birth_date"] == 1
    assert counted(found) == counted(report_here("\n".join(lines).encode()))
