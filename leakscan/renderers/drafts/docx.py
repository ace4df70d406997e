"""Blocks as a DOCX file: WordprocessingML in a ZIP, written by the standard library, the same bytes for the same draft.

Source of the format: ECMA-376, parts 1 (WordprocessingML) and 2 (packaging).
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from leakscan.renderers.drafts.blocks import Heading, Paragraph

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leakscan.renderers.drafts.blocks import Block, Table

WIDTH = 9_638
"""Width of the text in twentieths of a point: A4 without margins of 2 cm."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"

_CONTENT_TYPES = (
    f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
    f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_TYPE}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>'
)
_RELATIONS = (
    f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
)
_DOCUMENT_RELATIONS = (
    f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="r1" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
)
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="808080"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


def docx(given: Iterable[Block]) -> bytes:
    """One document."""
    body = "".join(_written(block) for block in given)
    section = (
        '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134" '
        'w:left="1134" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>'
    )
    parts = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": _RELATIONS,
        "word/document.xml": f"{_XML}<w:document {_W}><w:body>{body}{section}</w:body></w:document>",
        "word/_rels/document.xml.rels": _DOCUMENT_RELATIONS,
        "word/styles.xml": _styles(),
    }
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as package:
        for name, text in parts.items():
            info = ZipInfo(name, _EPOCH)
            info.compress_type = ZIP_DEFLATED
            package.writestr(info, text.encode("utf-8"))
    return buffer.getvalue()


def _written(block: Block) -> str:
    if isinstance(block, Heading):
        return _paragraph(block.text, style=f"Heading{block.level}")
    if isinstance(block, Paragraph):
        return _paragraph(block.text)
    return _table(block)


def _paragraph(text: str, *, style: str = "Normal", bold: bool = False) -> str:
    run = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return (
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r>{run}'
        f'<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
    )


def _table(table: Table) -> str:
    width = WIDTH // len(table.header)
    grid = f'<w:gridCol w:w="{width}"/>' * len(table.header)
    head = f"<w:tr><w:trPr><w:tblHeader/></w:trPr>{_cells(table.header, width, bold=True)}</w:tr>"
    rows = "".join(f"<w:tr>{_cells(row, width)}</w:tr>" for row in table.rows)
    properties = f'<w:tblPr><w:tblW w:w="{WIDTH}" w:type="dxa"/><w:tblBorders>{_BORDERS}</w:tblBorders></w:tblPr>'
    # a table needs a paragraph behind it, or two of them run together
    return f"<w:tbl>{properties}<w:tblGrid>{grid}</w:tblGrid>{head}{rows}</w:tbl>{_paragraph('')}"


def _cells(cells: Sequence[str], width: int, *, bold: bool = False) -> str:
    return "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{_paragraph(cell, style="Cell", bold=bold)}</w:tc>'
        for cell in cells
    )


def _styles() -> str:
    def style(
        name: str, shown: str, points: int, *, bold: bool = False, before: int = 60, level: int | None = None
    ) -> str:
        default = ' w:default="1"' if name == "Normal" else ""
        outline = "" if level is None else f'<w:outlineLvl w:val="{level}"/>'
        keep = "" if level is None else "<w:keepNext/>"
        return (
            f'<w:style w:type="paragraph" w:styleId="{name}"{default}>'
            f'<w:name w:val="{shown}"/><w:pPr>{keep}<w:spacing w:before="{before}" w:after="60"/>{outline}</w:pPr>'
            f'<w:rPr><w:rFonts w:ascii="Liberation Sans" w:hAnsi="Liberation Sans" w:cs="Liberation Sans"/>'
            f'{"<w:b/>" if bold else ""}<w:sz w:val="{2 * points}"/><w:lang w:val="fr-FR"/></w:rPr></w:style>'
        )

    return (
        f"{_XML}<w:styles {_W}>"
        + style("Normal", "Normal", 10)
        + style("Cell", "Cell", 8, before=20)
        + style("Heading1", "heading 1", 16, bold=True, before=0, level=0)
        + style("Heading2", "heading 2", 12, bold=True, before=240, level=1)
        + "</w:styles>"
    )
