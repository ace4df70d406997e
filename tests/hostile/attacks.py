"""Files made to hurt whoever reads them: bombs, lies, loops, and names that are none. All made in code."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator

from hostile.seeds import CSV, HL7, LETTER, PDF, mail, png, rows_of_cells, seeds, sheet, sqlite, tarred, zipped

MIB = 1 << 20
BOMB = bytes(24 * MIB)


def broken(seed: int) -> Iterator[tuple[str, bytes]]:
    """Every sound file cut at several places, and with bits flipped."""
    chance = random.Random(seed)
    for ending, data in seeds().items():
        size = len(data)
        for at in sorted({5, 30, size // 2, size - 40, size - 1}):
            if 0 < at < size:
                yield f"cut_{at}.{ending}", data[:at]
        for number in range(2):
            bent = bytearray(data)
            for _ in range(1 + chance.randrange(8)):
                bent[chance.randrange(size)] ^= 1 << chance.randrange(8)
            yield f"bent_{number}.{ending}", bytes(bent)
        yield f"zeros_behind.{ending}", data + data[:99] + bytes(5000)


def bombs() -> Iterator[tuple[str, bytes]]:
    """What inflates without end."""
    yield "bomb.gz", gzip.compress(BOMB, mtime=0)
    yield "bomb.gz.gz", gzip.compress(gzip.compress(BOMB, mtime=0), mtime=0)
    yield "bomb.bz2", bz2.compress(BOMB)
    yield "bomb.xz", lzma.compress(BOMB, preset=0)
    yield "bomb.tgz", gzip.compress(tarred({"a": BOMB}), mtime=0)
    yield "bomb.zip", zipped({"a.csv": BOMB, "b.csv": CSV})
    yield "text_bomb.zip", zipped({"a.csv": CSV + b"1;a;b;c\n" * (2 * MIB)})
    yield "many_empty_members.gz", gzip.compress(b"", mtime=0) * 20_000 + gzip.compress(CSV, mtime=0)
    inner = zipped({"a": bytes(2 * MIB)})
    for level in range(5):
        inner = zipped({f"{level}_{number}.zip": inner for number in range(10)}, zipfile.ZIP_STORED if level < 2 else 8)
    yield "nested_ten_by_ten.zip", inner
    chain = CSV
    for _ in range(40):
        chain = zipped({"again.zip": chain})
    yield "forty_deep.zip", chain
    packed = CSV
    for _ in range(40):
        packed = gzip.compress(packed, mtime=0)
    yield "forty_deep.gz", packed
    yield "members.zip", zipped({f"{number}.txt": b"" for number in range(6000)}, zipfile.ZIP_STORED)
    yield "overlapping.zip", _overlapping(zipped({"kernel": BOMB}), 3000)
    yield "quoted_overlapping.zip", _quoted(200)


def _overlapping(data: bytes, times: int) -> bytes:
    start, end = data.index(b"PK\1\2"), data.rindex(b"PK\5\6")
    central = data[start:end] * times
    return data[:start] + central + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, times, times, len(central), start, 0)


def _quoted(times: int) -> bytes:
    """Fifield's construction: stored blocks of deflate quote the headers that follow, and all end in one kernel."""
    kernel = zlib.compressobj(9, wbits=-15)
    tail = kernel.compress(bytes(4 * MIB)) + kernel.flush()
    body, sizes = tail, [(tail, 4 * MIB, zlib.crc32(bytes(4 * MIB)))]
    heads: list[bytes] = []
    central, plain = [], bytes(4 * MIB)
    for number in range(times):
        packed, size, crc = sizes[-1]
        name = f"{number}".encode()
        head = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 33, crc, len(packed), size, len(name), 0) + name
        heads.append(head)
        central.append((name, crc, len(packed), size))
        quote = b"\0" + struct.pack("<2H", len(head), len(head) ^ 0xFFFF) + head
        body = head + body if number == times - 1 else quote + head[:0] + body
        if number < times - 1:
            plain = head + plain
            sizes.append((quote + packed, len(plain), zlib.crc32(plain)))
    out = heads[-1] + sizes[-1][0]
    listing, at = b"", 0
    for name, crc, packed_size, size in reversed(central):
        listing += struct.pack(
            "<4s4B4H3L5H2L", b"PK\1\2", 20, 0, 20, 0, 0, 8, 0, 33, crc, packed_size, size, len(name), 0, 0, 0, 0, 0, at
        )
        listing += name
        at += len(heads[int(name)]) + 5
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, times, times, len(listing), len(out), 0)
    return out + listing + end


def lies() -> Iterator[tuple[str, bytes]]:
    """Headers that claim what is not so."""
    archive = zipped({"a.csv": CSV, "b.txt": LETTER})
    at, end = archive.index(b"PK\1\2"), archive.rindex(b"PK\5\6")
    for name, place, value in (
        ("method", at + 10, b"\x63\x00"), ("sizes", at + 20, b"\xff\xff\xff\x7f\xff\xff\xff\x7f"), ("offset", at + 42, b"\xff\xff\xff\xff"),
        ("name_length", at + 28, b"\xff\xff"), ("flags", at + 8, b"\xff\xff"), ("count", end + 10, b"\xff\xfe"),
        ("directory_size", end + 12, b"\xff\xff\xff\x7f"), ("directory_offset", end + 16, b"\xff\xff\xff\x7f"), ("disks", end + 4, b"\x09\x00"),
        ("comment", end + 20, b"\xff\xff"), ("local_name", 26, b"\xff\xff"), ("local_sizes", 18, b"\xff" * 8), ("zip64", end + 8, b"\xff" * 12),
    ):  # fmt: skip
        yield f"lying_{name}.zip", archive[:place] + value + archive[place + len(value) :]
    yield "only_end.zip", b"PK\5\6" + bytes(18)
    yield "end_points_to_itself.zip", struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, 22, 0, 0)
    yield "lzma_dictionary.zip", _lzma_zip()
    yield "window.zst", b"\x28\xb5\x2f\xfd\x00\xff" + bytes(200)
    yield "skippable.zst", b"\x50\x2a\x4d\x18\xff\xff\xff\x7f" + bytes(50)
    yield "extra.gz", b"\x1f\x8b\x08\x04" + bytes(6) + b"\xff\xff" + bytes(400)
    yield "name.gz", b"\x1f\x8b\x08\x08" + bytes(6) + b"A" * 70_000 + gzip.compress(CSV, mtime=0)[10:]
    yield "index.xz", lzma.compress(CSV)[:-30] + b"\xff" * 30
    seven = seeds().get("7z", b"7z\xbc\xaf\x27\x1c" + bytes(60))
    for name, place, value in (
        ("offset", 12, b"\xff" * 8),
        ("size", 20, b"\xff" * 8),
        ("negative", 12, b"\x00\x00\x00\x00\x00\x00\x00\x80"),
    ):
        bent = seven[:place] + value + seven[place + 8 :]
        yield f"lying_{name}.7z", bent[:8] + struct.pack("<L", zlib.crc32(bent[12:32])) + bent[12:]
    yield "empty_header.7z", b"7z\xbc\xaf\x27\x1c\x00\x04" + struct.pack("<L", zlib.crc32(bytes(20))) + bytes(20)
    yield "zero_blocks.rar", b"Rar!\x1a\x07\x00" + bytes(4000)
    yield "block_of_no_size.rar", b"Rar!\x1a\x07\x00" + struct.pack("<HBHH", 0, 0x74, 0x8000, 0) * 500
    yield "rar5.rar", b"Rar!\x1a\x07\x01\x00" + b"\xff" * 400
    yield "footer.parquet", b"PAR1" + bytes(100) + struct.pack("<L", 0x7FFFFFF0) + b"PAR1"
    yield "footer_of_all.parquet", b"PAR1" + b"\x15" * 500 + struct.pack("<L", 500) + b"PAR1"
    yield "footer.arrow", b"ARROW1\0\0" + bytes(100) + struct.pack("<L", 0x7FFFFFF0) + b"ARROW1"
    base = sqlite()
    yield "page_size.sqlite", base[:16] + b"\xff\xff" + base[18:]
    yield "page_count.sqlite", base[:28] + b"\xff\xff\xff\x7f" + base[32:]
    yield "loop.sqlite", base[:100] + b"\x05\x00\x00\x00\x01\x0f\xfb\x00\x00\x00\x00\x01" + base[112:]
    yield "wide.png", png(0x7FFFFFFF, 0x7FFFFFFF)
    yield "tall.png", png(1, 0x7FFFFFFF)
    yield "dimensions.tif", _tiff(0xFFFFFFFF, 0xFFFFFFFF, 0)
    yield "loop.tif", _tiff(10, 10, 8)
    yield "sectors.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + b"\x3e\0\x03\0\xfe\xff\x09\0" + bytes(4000)
    yield (
        "loop.doc",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + b"\x3e\0\x03\0\xfe\xff\x09\0\x06\0"
        + struct.pack("<100L", *[0] * 100) * 10,
    )
    yield "sheet_of_all_cells.xlsx", sheet(rows_of_cells(), "A1:XFD1048576")
    yield (
        "last_cell.xlsx",
        sheet('<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>DURAND</t></is></c></row>', "A1:B2"),
    )
    yield "row_beyond.xlsx", sheet('<row r="4294967295"><c r="ZZZZZZ1"><v>1e308</v></c></row>')
    yield "no_string.xlsx", sheet('<row r="1"><c r="A1" t="s"><v>999999999</v></c></row>')
    yield (
        "repeated_cells.fods",
        b'<office:document xmlns:office="o" xmlns:table="t"><table:table-cell table:number-columns-repeated="2147483647"/></office:document>',
    )
    yield (
        "dicom.dcm",
        bytes(128) + b"DICM" + b"\x02\0\0\0UL\x04\0\xff\xff\xff\xff" + b"\xe0\x7f\x10\0OW\0\0\xff\xff\xff\xff" * 20,
    )


def _lzma_zip() -> bytes:
    data = bytearray(zipped({"a": CSV}, zipfile.ZIP_LZMA))
    at = 30 + 1 + 4
    data[at : at + 5] = b"\x5d\xff\xff\xff\xff"
    return bytes(data)


def _tiff(width: int, height: int, following: int) -> bytes:
    entries = [(256, 4, 1, width), (257, 4, 1, height), (273, 4, 1, 8), (279, 4, 1, 0xFFFFFFFF)]
    return (
        b"II*\0\x08\0\0\0"
        + struct.pack("<H", len(entries))
        + b"".join(struct.pack("<HHLL", *one) for one in entries)
        + struct.pack("<L", following)
    )


def markup() -> Iterator[tuple[str, bytes]]:
    """Texts that blow up where they are parsed."""
    laughs = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY l0 "DURAND">' + b"".join(
        b'<!ENTITY l%d "%s">' % (level, b"&l%d;" % (level - 1) * 10) for level in range(1, 10)
    )
    yield "laughs.xml", laughs + b"]><l>&l9;</l>"
    yield (
        "laughs.xlsx",
        zipped(
            {
                "[Content_Types].xml": laughs + b"]><Types>&l9;</Types>",
                "xl/workbook.xml": laughs + b"]><workbook>&l9;</workbook>",
            }
        ),
    )
    yield (
        "laughs.docx",
        zipped(
            {
                "[Content_Types].xml": b"<Types/>",
                "word/document.xml": laughs + b"]><w:document xmlns:w='w'>&l9;</w:document>",
            }
        ),
    )
    yield (
        "laughs.odt",
        zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": laughs + b"]><a>&l9;</a>"}),
    )
    yield (
        "external.xml",
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY % y SYSTEM "http://example.invalid/y">%y;]><a>&x;</a>',
    )
    yield "quadratic.xml", b'<!DOCTYPE a [<!ENTITY x "' + b"A" * 50_000 + b'">]><a>' + b"&x;" * 5000 + b"</a>"
    yield "deep.xml", b"<a>" * 100_000 + b"</a>" * 100_000
    yield "attributes.xml", b"<a " + b" ".join(b'a%d="1"' % number for number in range(50_000)) + b"/>"
    yield "deep.json", b"[" * 200_000 + b"]" * 200_000
    yield "deep_objects.json", b'{"a":' * 50_000 + b"1" + b"}" * 50_000
    yield "long_number.json", b'{"nir": ' + b"9" * 500_000 + b"}"
    yield "keys.json", b"{" + b",".join(b'"k%d": %d' % (number, number) for number in range(9_000)) + b"}"
    yield "surrogates.json", b'[{"nom": "\\ud800\\udfff\\ud800"}]'
    yield "repeated.hl7", HL7 + b"PID|1||" + b"~".join([b"1"] * 1_000_000) + b"\r"
    yield "components.hl7", HL7 + b"PID|1||" + b"^&" * 300_000 + b"\r"
    yield "separators.hl7", b"MSH||||||||||||\r" + b"PID" + b"|" * 200_000 + b"\r"
    yield "base64.hl7", HL7 + b"OBX|2|ED|||^^^Base64^" + b"A" * 900_001 + b"\r"
    yield "deep.eml", _deep_mail(300)
    yield "parts.eml", _parts(5000)
    yield "boundary.eml", b"Content-Type: multipart/mixed; boundary=" + b"x" * 100_000 + b"\n\n--\n\n"
    yield "no_boundary.eml", b"From: a@b.fr\nContent-Type: multipart/mixed\n\n--\n\nDURAND\n"
    yield "header.eml", b"From: a@b.fr\nSubject: " + b"=?utf-8?q?=C3?=" * 20_000 + b"\n\nDURAND\n"
    yield "zip_in_mail.eml", mail(zipped({"a": BOMB}))
    yield "loop.pdf", PDF.replace(b"/Kids[3 0 R]", b"/Kids[2 0 R 2 0 R]")
    yield "count.pdf", PDF.replace(b"/Count 1", b"/Count 2147483647")
    yield "nested.pdf", PDF.replace(b"/MediaBox[0 0 200 200]", b"/X" + b"[" * 50_000 + b"]" * 50_000)
    yield (
        "bomb.pdf",
        PDF.replace(
            b"<</Length 40>>stream\n",
            b"<</Length 9999999/Filter[/FlateDecode/FlateDecode]>>stream\n" + zlib.compress(zlib.compress(BOMB)),
        ),
    )
    yield "xref.pdf", PDF.replace(b"trailer<<", b"xref\n0 4294967295\ntrailer<</Prev 0/Size 4294967295")
    yield "one_line.csv", b"nir;nom;" + b"9" * MIB
    yield "columns.csv", b";".join(b"c%d" % number for number in range(4_000)) + b"\n" + b";" * 3_999 + b"\n"
    yield "quotes.csv", b'nir;nom\n"' + b'1;a\n""' * 20_000
    yield "nuls.csv", b"nir;nom\n" + b"1\0;\0a\n" * 20_000
    yield "carriage.csv", b"nir;nom\r" + b"1;a\r\r\n\r" * 20_000
    yield "controls.txt", b"\x1b]0;DURAND\x07\x1b[2J" * 500 + LETTER
    yield "utf16_halves.txt", b"\xff\xfe" + b"\x00\xd8" * 5000 + b"A"
    yield "utf7.txt", b"+ADw-script+AD4-" * 2000
    yield "dump.sql", b"INSERT INTO t VALUES " + b"(" * 200_000
    yield "strings.sql", b"INSERT INTO `p` VALUES ('" + b"\\'" * 200_000
    yield "copy.sql", b"COPY public.p (a, b) FROM stdin;\n" + b"\\\\\t\\N\n" * 50_000


def _deep_mail(levels: int) -> bytes:
    data = b"Content-Type: text/plain\n\nDURAND\n"
    for level in range(levels):
        data = (
            b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (level, level) + data + b"\n--b%d--\n" % level
        )
    return b"From: a@b.fr\nMIME-Version: 1.0\n" + data


def _parts(count: int) -> bytes:
    return (
        b"From: a@b.fr\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
        + b"--b\nContent-Type: text/plain\n\nx\n" * count
        + b"--b--\n"
    )


NAMES = {
    "nul": "a\0b.csv", "newline": "a\nb\r.csv", "escape": "\x1b[2J\x1b]0;x\x07.csv", "bidi": "\u202egnp.csv", "zero": "a\u200b\ufeff.csv",
    "absolute": "/etc/passwd", "above": "../" * 50 + "etc/passwd", "windows": "C:\\Windows\\system32\\x.csv", "device": "CON", "empty": "",
    "long": "x" * 65_000, "slashes": "/" * 30_000 + "a", "separator": "a > b > c.csv", "surrogate": "\ud800.csv", "dots": "..", "blank": " ",
    "mail": "jean.dupont@example.org.csv", "nir": "1 84 12 76 451 089 46.csv", "format": "%s%n{0}.csv", "markup": "<script>alert(1)</script>.csv",
}  # fmt: skip
"""Names that hurt whoever shows, joins or believes them."""


def names() -> Iterator[tuple[str, bytes]]:
    """Archives of a small table under every bad name."""
    for kind, name in NAMES.items():
        raw = name.encode("utf-8", "surrogatepass")[:65_000]
        yield f"name_{kind}.zip", raw_zip(raw, CSV)
        if name and "\ud800" not in name:
            yield f"name_{kind}.tar", tarred({name: CSV})


def raw_zip(name: bytes, data: bytes) -> bytes:
    """An archive of one stored member whose name is any bytes."""
    crc = zlib.crc32(data)
    local = (
        struct.pack("<4s5H3L2H", b"PK\3\4", 20, 1 << 11, 0, 0, 33, crc, len(data), len(data), len(name), 0)
        + name
        + data
    )
    central = struct.pack(
        "<4s4B4H3L5H2L",
        b"PK\1\2",
        20,
        3,
        20,
        0,
        1 << 11,
        0,
        0,
        33,
        crc,
        len(data),
        len(data),
        len(name),
        0,
        0,
        0,
        0,
        0,
        0,
    )
    central += name
    return local + central + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(central), len(local), 0)


def tars() -> Iterator[tuple[str, bytes]]:
    """Links in circles, sizes that are none."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name, kind, target in (
            ("a", tarfile.LNKTYPE, "b"), ("b", tarfile.LNKTYPE, "a"), ("c", tarfile.SYMTYPE, "c"), ("d", tarfile.SYMTYPE, "/"),
            ("e", tarfile.FIFOTYPE, ""), ("f", tarfile.CHRTYPE, ""), ("g", b"Z", ""), ("h", tarfile.LNKTYPE, "../../etc/shadow"),
        ):  # fmt: skip
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = kind, target
            archive.addfile(entry)
        entry = tarfile.TarInfo("good.csv")
        entry.size = len(CSV)
        archive.addfile(entry, io.BytesIO(CSV))
    yield "links.tar", out.getvalue()
    sound = tarred({"a.csv": CSV}, tarfile.USTAR_FORMAT)
    for name, size in (
        ("huge", b"77777777777\0"),
        ("negative", b"\xff" * 12),
        ("base256", b"\x80" + b"\x7f" * 11),
        ("text", b"DURAND PAUL\0"),
    ):
        yield f"size_{name}.tar", _with_size(sound, size)
    for key, value in (
        ("size", "9" * 30),
        ("size", "-5"),
        ("path", "x" * 60_000),
        ("GNU.sparse.realsize", "9" * 18),
        ("GNU.sparse.map", "0,1," * 5000),
    ):
        record = f" {key}={value}\n"
        length = len(record) + len(str(len(record) + 6))
        body = f"{length}{record}".encode()
        yield f"pax_{key}_{len(value)}.tar", _pax(body) + sound
    yield "pax_length.tar", _pax(b"99999999999 path=a\n") + sound
    yield "pax_forever.tar", _pax(b"10 path=a\n") * 3000 + sound
    yield "longname.tar", _header(b"././@LongLink", 1 << 33, b"L") + bytes(512) + sound


def _with_size(data: bytes, size: bytes) -> bytes:
    return _summed(data[:124] + size + data[136:512]) + data[512:]


def _summed(header: bytes) -> bytes:
    blank = header[:148] + b" " * 8 + header[156:]
    return header[:148] + f"{sum(blank) & 0o777777:06o}\0 ".encode() + header[156:]


def _header(name: bytes, size: int, kind: bytes) -> bytes:
    sizes = b"\x80" + size.to_bytes(11, "big")
    head = (
        name.ljust(100, b"\0")
        + b"0000644\0" * 3
        + sizes
        + b"0" * 11
        + b"\0"
        + b" " * 8
        + kind
        + bytes(100)
        + b"ustar\x0000"
    )
    return _summed(head.ljust(512, b"\0"))


def _pax(body: bytes) -> bytes:
    return _header(b"PaxHeader", len(body), b"x") + body.ljust(-(-len(body) // 512) * 512, b"\0")


def everything(seed: int = 1) -> dict[str, bytes]:
    """All hostile files by name."""
    made: dict[str, bytes] = {}
    for group in (broken(seed), bombs(), lies(), markup(), names(), tars()):
        for name, data in group:
            assert name not in made, name
            made[name] = data
    return made
