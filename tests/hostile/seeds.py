"""Small sound files of every format at hand, to be cut, bent and lied about; made in code, the same each time."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import sqlite3
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from email.message import EmailMessage
from importlib.util import find_spec

PEOPLE = [
    (
        f"18{number % 10}1276451{number:03d}",
        f"DURAND{chr(65 + number)}",
        "Paul",
        f"198{number % 10}-12-0{1 + number % 9}",
    )
    for number in range(20)
]
CSV = "\n".join(["nir;nom;prenom;naissance", *(";".join(row) for row in PEOPLE)]).encode() + b"\n"
LETTER = "Docteur,\n\nje vous adresse M. DURAND, NIR 1 84 12 76 451 089 46, né le 12/12/1984, pour un VIH.\n".encode()
HL7 = (
    b"MSH|^~\\&|LAB|LYON|DPI|CHU|20200101||ORU^R01|1|P|2.5\rPID|1||123^^^CHU^PI||DURAND^PAUL||19841212|M\r"
    b"OBX|1|TX|VIH||positif||||||F\r"
)
XML = b'<?xml version="1.0"?><patients><patient><nom>DURAND</nom><nir>184127645108946</nir></patient></patients>'
JSON = json.dumps([dict(zip(("nir", "nom", "prenom", "naissance"), row, strict=True)) for row in PEOPLE]).encode()
SQL = b"INSERT INTO `patients` VALUES (1,'DURAND','Paul','1984-12-12','184127645108946');\n" * 5
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<</Font<</F<</Type/Font"
    b"/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n4 0 obj<</Length 40>>stream\n"
    b"BT /F 12 Tf 10 10 Td (DURAND Paul) Tj ET\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    """A ZIP archive, the same each time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            entry.compress_type = method
            archive.writestr(entry, data)
        archive.comment = comment
    return out.getvalue()


def tarred(members: dict[str, bytes], format_of: int = tarfile.PAX_FORMAT) -> bytes:
    """A tar archive."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=format_of) as archive:
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def streamed(data: bytes) -> bytes:
    """A ZIP archive whose sizes stand behind the data."""
    out = io.BytesIO()

    class Forward(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, piece: object, /) -> int:
            return out.write(piece)  # type: ignore[arg-type]

    with zipfile.ZipFile(Forward(), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", data)
    return out.getvalue()


def mail(data: bytes) -> bytes:
    """A message with an attachment."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", "résultats"
    message.set_content("Bonjour, ci-joint.")
    message.add_attachment(data, maintype="text", subtype="csv", filename="export.csv")
    message.set_boundary("=grenze=")
    return message.as_bytes()


def sqlite() -> bytes:
    """A database of one table."""
    connection = sqlite3.connect(":memory:")
    connection.execute("create table patients (nir text, nom text, prenom text, naissance text)")
    connection.executemany("insert into patients values (?, ?, ?, ?)", PEOPLE)
    connection.commit()
    data: bytes = connection.serialize()
    connection.close()
    return data


def sheet(cells: str, dimension: str = "A1:D4") -> bytes:
    """A workbook of one sheet with these rows."""
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    lead = '<?xml version="1.0" encoding="UTF-8"?>'
    return zipped(
        {
            "[Content_Types].xml": f'{lead}<Types xmlns="{package}/content-types"><Default Extension="rels" '
            f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
            f'ContentType="{kind}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" '
            f'ContentType="{kind}.worksheet+xml"/></Types>'.encode(),
            "_rels/.rels": f'{lead}<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>'.encode(),
            "xl/workbook.xml": f'{lead}<workbook {space} xmlns:r="{relations}"><sheets>'
            f'<sheet name="Patients" sheetId="1" r:id="r1"/></sheets></workbook>'.encode(),
            "xl/_rels/workbook.xml.rels": f'{lead}<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'.encode(),
            "xl/worksheets/sheet1.xml": f'{lead}<worksheet {space}><dimension ref="{dimension}"/><sheetData>{cells}'
            f"</sheetData></worksheet>".encode(),
        }
    )


def rows_of_cells() -> str:
    """The people as rows of a sheet."""
    rows = [("nir", "nom", "prenom", "naissance"), *PEOPLE]
    return "".join(
        f'<row r="{at}">' + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row) + "</row>"
        for at, row in enumerate(rows, 1)
    )


def png(width: int = 2, height: int = 2) -> bytes:
    """An image that claims a size."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x00\x00\x00\x00"
    data = zlib.compress(b"\0\0\0" * 2)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def _zstd() -> bytes:
    import zstandard

    return zstandard.ZstdCompressor().compress(CSV)


def _seven(password: str | None = None) -> bytes:
    import py7zr

    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w", password=password) as archive:
        archive.writestr(CSV, "a.csv")
        archive.writestr(LETTER, "b.txt")
    return out.getvalue()


def _locked() -> bytes:
    import pyzipper

    out = io.BytesIO()
    with pyzipper.AESZipFile(out, "w", compression=zipfile.ZIP_DEFLATED) as archive:
        archive.setpassword(b"key")
        archive.setencryption(pyzipper.WZ_AES)
        archive.writestr("a.csv", CSV)
    return out.getvalue()


def _parquet() -> bytes:
    import polars as pl

    out = io.BytesIO()
    pl.DataFrame(PEOPLE, schema=["nir", "nom", "prenom", "naissance"], orient="row").write_parquet(out)
    return out.getvalue()


def _arrow() -> bytes:
    import polars as pl

    out = io.BytesIO()
    pl.DataFrame(PEOPLE, schema=["nir", "nom", "prenom", "naissance"], orient="row").write_ipc(out)
    return out.getvalue()


_MAKERS: dict[str, tuple[str | None, Callable[[], bytes]]] = {
    "csv": (None, lambda: CSV),
    "utf16.csv": (None, lambda: CSV.decode().encode("utf-16")),
    "txt": (None, lambda: LETTER),
    "hl7": (None, lambda: HL7),
    "xml": (None, lambda: XML),
    "json": (None, lambda: JSON),
    "ndjson": (None, lambda: b"\n".join(json.dumps(row).encode() for row in PEOPLE)),
    "sql": (None, lambda: SQL),
    "eml": (None, lambda: mail(CSV)),
    "mbox": (None, lambda: b"From a@example.org Thu Jan  1 00:00:00 2020\n" + mail(CSV) + b"\n"),
    "pdf": (None, lambda: PDF),
    "gz": (None, lambda: gzip.compress(CSV, mtime=0)),
    "bz2": (None, lambda: bz2.compress(CSV)),
    "xz": (None, lambda: lzma.compress(CSV)),
    "zst": ("zstandard", _zstd),
    "tar": (None, lambda: tarred({"a.csv": CSV, "b.txt": LETTER})),
    "gnu.tar": (None, lambda: tarred({"d" * 120: CSV, "b.txt": LETTER}, tarfile.GNU_FORMAT)),
    "tgz": (None, lambda: gzip.compress(tarred({"a.csv": CSV, "b.txt": LETTER}), mtime=0)),
    "zip": (None, lambda: zipped({"a.csv": CSV, "b.txt": LETTER}, comment=b"NIR 1 84 12 76 451 089 46")),
    "lzma.zip": (None, lambda: zipped({"a.csv": CSV}, zipfile.ZIP_LZMA)),
    "streamed.zip": (None, lambda: streamed(CSV)),
    "aes.zip": ("pyzipper", _locked),
    "7z": ("py7zr", _seven),
    "xlsx": (None, lambda: sheet(rows_of_cells())),
    "sqlite": (None, sqlite),
    "parquet": (None, _parquet),
    "arrow": (None, _arrow),
    "png": (None, png),
}


def seeds() -> dict[str, bytes]:
    """A sound file per name ending, of the formats whose libraries are installed."""
    return {ending: make() for ending, (library, make) in _MAKERS.items() if library is None or find_spec(library)}
