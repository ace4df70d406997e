"""Reader for PDF: text page by page, forms, notes, properties, bookmarks; attached files are children.

Isolated: pdfium decodes it. Up to 256 MiB of file are held in memory, of a larger one only what pdfium asks for; the
text of one page is in memory at a time.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Any, BinaryIO

from leakscan.readers import ocr
from leakscan.readers.guarded import BrokenInput
from leakscan.readers.heads import Head
from leakscan.readers.notices import Notices
from leakscan.readers.parts import ENCRYPTED
from leakscan.readers.prose import PAGE_END, Event, Written, documented
from leakscan.records import Child, Item

FORMAT = "pdf"
FILE_BYTES = 256 << 20
"""A larger file is not held in memory."""
FAILED_PAGES = 1_000
"""So many pages that cannot be read one after another end a document: its number of pages is a lie."""
NOTES = 10_000
"""Notes and form fields of one page."""
BOOKMARKS = 100_000
"""Bookmarks of a document."""
ATTACHED = 10_000
"""Files attached to a document."""
LITTLE_TEXT = 200
"""A page with fewer characters whose picture covers most of it is a scan with a stamp or a number on it."""
COVERED = 0.5
"""Share of a page that a picture covers where the page is a scan."""

_MARK = b"%PDF-"
_NEAR = 1024
_PASSWORD_ERROR = 4
_LABELS = {"Title": "Titre", "Author": "Auteur", "Subject": "Sujet", "Keywords": "Mots-clés"}
_KEYS = ("T", "Contents", "V", "DV", "TU", "Subj", "RC", "DS", "Alt")
_IMAGE = 3


def sniff(head: Head) -> float:
    """By its mark, which may stand behind other bytes."""
    if head.data.startswith(_MARK):
        return 0.9
    at = head.data.find(_MARK, 0, _NEAR)
    return 0.7 if at > 0 and b" obj" in head.data[at : at + 4096] and head.data[at + 5 : at + 6].isdigit() else 0.0


def read(file: BinaryIO, head: Head) -> Iterator[Item]:
    """Its pages; a long document has a record per page."""
    yield from documented(_events(file, head), Written(FORMAT, "pdf"))


def _opened(file: BinaryIO, passwords: tuple[str, ...]) -> Any:
    import pypdfium2

    data = file.read(FILE_BYTES + 1)
    given: bytes | BinaryIO = data
    if len(data) > FILE_BYTES:
        file.seek(0)
        given = file
    for password in (None, *passwords):
        try:
            return pypdfium2.PdfDocument(given, password=password)
        except pypdfium2.PdfiumError as error:
            if error.err_code != _PASSWORD_ERROR:
                message = "the PDF document is damaged: it cannot be opened"
                raise BrokenInput(message) from None
    raise BrokenInput(ENCRYPTED)


def _events(file: BinaryIO, head: Head) -> Iterator[Event]:
    import pypdfium2

    document = _opened(file, head.options.passwords)
    notices = Notices()
    try:
        try:
            document.init_forms()
            form = document.formenv
        except pypdfium2.PdfiumError:
            form = None
        failed = 0
        for number in range(len(document)):
            try:
                page = document[number]
            except pypdfium2.PdfiumError:
                notices.add("pages_left_out", 1)
                failed += 1
                if failed >= FAILED_PAGES:
                    notices.add("pages_left_out", len(document) - number - 1)
                    break
                continue
            failed = 0
            yield from _page(page, form, notices, with_ocr=head.options.ocr)
            page.close()
            yield PAGE_END
        yield from _properties(document)
        yield from _attached(document)
        yield from _forms_in_xml(document)
    finally:
        document.close()
    yield from notices.warnings()


def _page(page: Any, form: Any, notices: Notices, *, with_ocr: bool) -> Iterator[Event]:
    import pypdfium2

    text = ""
    try:
        told = page.get_textpage()
        text = told.get_text_range()
        told.close()
    except pypdfium2.PdfiumError:
        notices.add("pages_left_out", 1)
    yield from text.splitlines()
    if len(text) < LITTLE_TEXT and _is_scan(page, some=not text.strip()):
        drawn = _drawn(page) if with_ocr else None
        if drawn is None:
            notices.add("scanned_pages", 1)
        else:
            yield from drawn.splitlines()
    yield from _notes(page, form)


def _is_scan(page: Any, *, some: bool) -> bool:
    """Whether a picture covers most of a page; with `some`, whether there is any."""
    import pypdfium2

    try:
        area = page.get_width() * page.get_height()
        for picture in islice(page.get_objects(filter=[_IMAGE], max_depth=5), 1_000):
            left, bottom, right, top = picture.get_bounds()
            if some or (right - left) * (top - bottom) >= COVERED * area:
                return True
    except pypdfium2.PdfiumError:
        return some
    return False


def _drawn(page: Any) -> str | None:
    """The text of a page that is drawn and read as a picture; None where that cannot be done."""
    import pypdfium2

    width, height = page.get_size()
    scale = min(ocr.DPI / 72, (ocr.PIXELS / max(1.0, width * height)) ** 0.5)
    try:
        bitmap = page.render(scale=scale, grayscale=True)
        dots = bitmap.to_numpy()
        return ocr.text_of_picture(ocr.grey(bitmap.width, bitmap.height, dots[:, : bitmap.width].tobytes()))
    except (pypdfium2.PdfiumError, ocr.NoProgram, ValueError):
        return None


def _notes(page: Any, form: Any) -> Iterator[Event]:
    """Notes, links and form fields of a page; files that hang on a note are children."""
    import pypdfium2.raw as pdfium

    for number in range(min(NOTES, pdfium.FPDFPage_GetAnnotCount(page))):
        note = pdfium.FPDFPage_GetAnnot(page, number)
        if not note:
            continue
        said = [_string(pdfium.FPDFAnnot_GetStringValue, note, key.encode()) for key in _KEYS]
        if form is not None and pdfium.FPDFAnnot_GetSubtype(note) == pdfium.FPDF_ANNOT_WIDGET:
            said[0] = said[0] or _string(pdfium.FPDFAnnot_GetFormFieldName, form, note)
            said.append(_string(pdfium.FPDFAnnot_GetFormFieldValue, form, note))
        name, *values = said
        values = list(dict.fromkeys(value for value in values if value))
        if values:
            yield f"{name} : {' '.join(values)}" if name else " ".join(values)
        link = pdfium.FPDFAnnot_GetLink(note)
        if link:
            yield from _link(pdfium.FPDFLink_GetAction(link), page)
        if pdfium.FPDFAnnot_GetSubtype(note) == pdfium.FPDF_ANNOT_FILEATTACHMENT:
            held = pdfium.FPDFAnnot_GetFileAttachment(note)
            if held:
                yield _file(held)
        pdfium.FPDFPage_CloseAnnot(note)


def _link(action: Any, page: Any) -> Iterator[str]:
    import ctypes

    import pypdfium2.raw as pdfium

    if not action:
        return
    size = pdfium.FPDFAction_GetURIPath(page.pdf, action, None, 0)
    held = ctypes.create_string_buffer(size)
    pdfium.FPDFAction_GetURIPath(page.pdf, action, held, size)
    path = held.value.decode("utf-8", "replace")
    if "?" in path or not path.lower().startswith("http"):
        yield path


def _string(ask: Any, *given: Any) -> str:
    """A text that pdfium gives in UTF-16, after its size in bytes."""
    import ctypes

    size = ask(*given, None, 0)
    if size <= 2:
        return ""
    held = ctypes.create_string_buffer(size)
    ask(*given, ctypes.cast(held, ctypes.POINTER(ctypes.c_ushort)), size)
    return " ".join(held.raw[: size - 2].decode("utf-16-le", "replace").split())


def _properties(document: Any) -> Iterator[Event]:
    """Properties and bookmarks."""
    import pypdfium2

    for key, label in _LABELS.items():
        value = " ".join(document.get_metadata_value(key).split())
        if value:
            yield f"{label} : {value}"
    try:
        for bookmark in islice(document.get_toc(), BOOKMARKS):
            yield bookmark.get_title()
    except (pypdfium2.PdfiumError, RecursionError, UnicodeDecodeError):
        return


def _attached(document: Any) -> Iterator[Event]:
    import pypdfium2
    import pypdfium2.raw as pdfium

    for number in range(min(ATTACHED, document.count_attachments())):
        held = pdfium.FPDFDoc_GetAttachment(document, number)
        if not held:
            yield Child(f"attachment {number + 1}", reason="damaged")
            continue
        try:
            yield _file(held, f"attachment {number + 1}")
        except pypdfium2.PdfiumError:
            yield Child(f"attachment {number + 1}", reason="damaged")


def _file(held: Any, otherwise: str = "attachment") -> Child:
    import ctypes

    import pypdfium2.raw as pdfium

    name = _string(pdfium.FPDFAttachment_GetName, held) or otherwise
    size = ctypes.c_ulong()
    if not pdfium.FPDFAttachment_GetFile(held, None, 0, size):
        return Child(name, reason="damaged")
    data = ctypes.create_string_buffer(size.value)
    if not pdfium.FPDFAttachment_GetFile(held, data, size.value, size):
        return Child(name, reason="damaged")
    content = data.raw
    return Child(name, partial(io.BytesIO, content), size=len(content))


def _forms_in_xml(document: Any) -> Iterator[Event]:
    """Forms of another making (XFA): their data are XML."""
    import ctypes

    import pypdfium2.raw as pdfium

    for number in range(min(100, max(0, pdfium.FPDF_GetXFAPacketCount(document)))):
        size = pdfium.FPDF_GetXFAPacketName(document, number, None, 0)
        name = ctypes.create_string_buffer(max(1, size))
        pdfium.FPDF_GetXFAPacketName(document, number, name, size)
        needed = ctypes.c_ulong()
        pdfium.FPDF_GetXFAPacketContent(document, number, None, 0, needed)
        if name.value != b"datasets" or not needed.value:
            continue
        data = ctypes.create_string_buffer(needed.value)
        pdfium.FPDF_GetXFAPacketContent(document, number, data, needed.value, needed)
        content = data.raw
        yield Child("form data", partial(io.BytesIO, content), size=len(content))
