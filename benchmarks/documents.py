"""Readers of documents against the bare library on the same bytes, in one process, in turn; medians of processor time.

`python benchmarks/documents.py [--rounds 5] [--mailbox 50]` prints the rows of docs/performance.md.
"""

from __future__ import annotations

import argparse
import io
import random
import statistics
import time
import zipfile
from collections.abc import Callable, Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser

import docx
import pypdfium2
from lxml import etree
from lxml import html as lxml_html
from reportlab.pdfgen import canvas

from leakscan.readers import mail, ooxml, pdf, webpage
from leakscan.readers.heads import Head
from leakscan.readers.streams import HEAD_BYTES
from leakscan.records import Batch, Child, Item, ReadOptions, Unparsed

WORDS = """
    le patient consulte pour un bilan de contrôle avec une glycémie normale et sans fièvre depuis hier soir ; examen
    clinique rassurant, traitement poursuivi, prochain rendez-vous dans trois mois au cabinet
    """.split()  # noqa: SIM905 - a list of words is read as words


def sentence(chance: random.Random, words: int = 12) -> str:
    """So many words in some order."""
    return " ".join(chance.choices(WORDS, k=words))


def pdf_of(pages: int) -> bytes:
    chance, out = random.Random(1), io.BytesIO()
    made = canvas.Canvas(out)
    for _ in range(pages):
        for line in range(45):
            made.drawString(40, 800 - 16 * line, sentence(chance))
        made.showPage()
    made.save()
    return out.getvalue()


def docx_of(paragraphs: int) -> bytes:
    chance, out, made = random.Random(2), io.BytesIO(), docx.Document()
    for _ in range(paragraphs):
        made.add_paragraph(sentence(chance, 25))
    made.save(out)
    return out.getvalue()


def html_of(paragraphs: int, rows: int) -> bytes:
    chance = random.Random(3)
    text = "".join(f"<p>{sentence(chance, 25)}</p>\n" for _ in range(paragraphs))
    cells = "".join(
        f"<tr><td>{at}</td><td>NOM{at}</td><td>{1930 + at % 90}-05-12</td><td>{sentence(chance)}</td></tr>\n"
        for at in range(rows)
    )
    head = "<tr><th>id</th><th>nom</th><th>naissance</th><th>note</th></tr>"
    return f"<!DOCTYPE html><html><body>{text}<table>{head}{cells}</table></body></html>".encode()


def mbox_of(megabytes: float) -> bytes:
    chance, pieces, size = random.Random(4), [], 0
    while size < megabytes * 1e6:
        made = EmailMessage()
        made["From"], made["To"], made["Subject"] = "a@exemple.fr", "b@exemple.fr", f"Dossier {len(pieces)}"
        made["Date"], made["Message-ID"] = "Thu, 26 Nov 2020 09:00:00 +0100", f"<{len(pieces)}@exemple.fr>"
        made.set_content("\n".join(sentence(chance) for _ in range(40)))
        if len(pieces) % 10 == 0:
            made.add_attachment(chance.randbytes(20_000), maintype="application", subtype="octet-stream", filename="a")
        pieces.append(b"From a@exemple.fr Thu Nov 26 09:00:00 2020\n" + made.as_bytes() + b"\n")
        size += len(pieces[-1])
    return b"".join(pieces)


def bare_pdf(data: bytes) -> int:
    with pypdfium2.PdfDocument(data) as document:
        return sum(len(page.get_textpage().get_text_range()) for page in document)


def bare_docx(data: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open("word/document.xml") as part:
        size = 0
        for _, element in etree.iterparse(part):
            size += len(element.text or "")
            element.clear()
        return size


def bare_html(data: bytes) -> int:
    return len(lxml_html.fromstring(data).text_content())


def bare_mbox(data: bytes) -> int:
    size = 0
    for message in data.split(b"\nFrom a@"):
        mail_alone = message.partition(b"\n")[2]
        for part in BytesParser(policy=policy.compat32).parsebytes(mail_alone).walk():
            size += len(part.get_payload(decode=True) or b"")
    return size


def ours(read: Callable[..., Iterator[Item]], *, streams: bool) -> Callable[[bytes], int]:
    """Read to batches, children included; gives the characters in them."""

    def run(data: bytes) -> int:
        file = io.BytesIO(data[HEAD_BYTES:] if streams else data)
        return _drained(read(file, Head(data[:HEAD_BYTES], ReadOptions())))

    return run


def _drained(items: Iterator[Item]) -> int:
    size = 0
    for item in items:
        if isinstance(item, Batch | Unparsed):
            size += (item if isinstance(item, Batch) else item.batch()).frame.estimated_size()
        elif isinstance(item, Child):
            size += _drained(item.items) if item.items is not None else len(item.open().read()) if item.open else 0
    return int(size)


def main() -> None:
    """Print a row per format."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--mailbox", type=float, default=50.0)
    given = parser.parse_args()
    cases = (
        ("PDF, 500 pages", pdf_of(500), ours(pdf.read, streams=False), bare_pdf, "pypdfium2, text of each page"),
        ("DOCX, 20,000 paragraphs", docx_of(20_000), ours(ooxml.read_word, streams=False), bare_docx, "lxml.iterparse"),
        ("HTML, prose and a table", html_of(30_000, 60_000), ours(webpage.read, streams=True), bare_html, "lxml.html"),
        ("mbox", mbox_of(given.mailbox), ours(mail.read_mbox, streams=True), bare_mbox, "email.parser, parts decoded"),
    )
    for name, data, reader, bare, what in cases:
        times: dict[str, list[float]] = {"ours": [], "bare": []}
        for _ in range(given.rounds):
            for key, run in (("ours", reader), ("bare", bare)):
                begun = time.process_time()
                assert run(data) > 0
                times[key].append(time.process_time() - begun)
        mine, theirs = statistics.median(times["ours"]), statistics.median(times["bare"])
        ratios = [a / b for a, b in zip(times["ours"], times["bare"], strict=True)]
        spread = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        print(f"| {name} | {len(data) / 1e6:.1f} | {mine:.2f} | {theirs:.2f} | {spread} | {what} |")


if __name__ == "__main__":
    main()
