"""HTML and RTF: text, tables, what is hidden in them, and bytes that are neither."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest
from documents import LETTER, OPTIONS, PEOPLE, ROWS, as_csv, counted, nir, read, report_of

from leakscan.readers import choose, rtf, webpage
from leakscan.readers.heads import Head
from leakscan.records import ReadOptions


def page(body: str, head: str = "") -> bytes:
    return f"<!DOCTYPE html>\n<html><head>{head}</head><body>{body}</body></html>".encode()


def html_table(rows: list[tuple[str, ...]] = ROWS) -> str:  # type: ignore[assignment]
    cells = ["".join(f"<td>{cell}</td>" if at else f"<th>{cell}</th>" for cell in row) for at, row in enumerate(rows)]
    return "<table border=1>" + "".join(f"<tr>{row}</tr>\n" for row in cells) + "</table>"


def rtf_text(text: str) -> str:
    return "".join(
        c if c.isascii() and c not in "\\{}" else f"\\u{ord(c)}?" if ord(c) > 255 else f"\\'{ord(c):02x}" for c in text
    )


def rtf_table() -> bytes:
    row = "".join(
        "\\trowd" + "".join(f"\\cellx{at}" for at in range(1, 7)) + "\\pard\\intbl " +
        "".join(f"{rtf_text(cell)}\\cell " for cell in row) + "\\row\n"
        for row in ROWS
    )  # fmt: skip
    return (
        "{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0 Arial;}}\\pard Liste\\par\n" + row + "\\pard fin\\par}"
    ).encode()


def html(data: bytes, **options):
    return read(webpage.read, data, ReadOptions(**options), streams=True)


def rich(body: str):
    data = (
        "{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f1\\fcharset238 X;}}" + body + "}"
    ).encode("latin-1")
    return read(rtf.read, data, streams=True)


@pytest.mark.parametrize(
    ("kind", "data"), [("html", page("<p>Liste des patients</p>" + html_table())), ("rtf", rtf_table())]
)
def test_a_table_says_what_it_says_as_csv(kind: str, data: bytes, tmp_path: Path) -> None:
    (tmp_path / "plain.csv").write_bytes(as_csv())
    (tmp_path / "document").write_bytes(data)
    plain, found = report_of(tmp_path / "plain.csv"), report_of(tmp_path / "document")
    assert found["inputs"][0]["format"] == kind
    assert {given["status"] for given in found["inputs"]} == {"scanned"}
    assert counted(found) == counted(plain)
    assert found["records"] >= plain["records"] == len(PEOPLE)


@pytest.mark.parametrize(
    "data",
    [
        page("".join(f"<p>{line}</p>" for line in LETTER)),
        page("<br>".join(LETTER)),
        ("{\\rtf1\\ansi " + "\\par ".join(map(rtf_text, LETTER)) + "}").encode(),
    ],
)
def test_a_letter_says_what_it_says_as_text(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "plain.txt").write_text("\n".join(LETTER), encoding="utf-8")
    (tmp_path / "document").write_bytes(data)
    plain, found = report_of(tmp_path / "plain.txt"), report_of(tmp_path / "document")
    assert counted(found) == counted(plain)
    assert found["records"] == 1


HTML_TEXT = [
    ("<p>a<b>b</b> c</p><div>d</div>", "ab c\nd"),
    ("a<br>b<br/>c", "a\nb\nc"),
    ("<li>un<li>deux", "un\ndeux"),
    ("&eacute;t&#233; &lt;x&gt; &amp;amp;", "été <x> &amp;"),
    ("a &lt b & c", "a < b & c"),
    ("1 < 2 et 3 > 2", "1 < 2 et 3 > 2"),
    ("<!-- caché : DUPONT -->vu", "caché : DUPONT\nvu"),
    ("<!--[if mso]><p>Outlook</p><![endif]-->x", "[if mso]> Outlook <![endif]\nx"),
    ('<img alt="Photo de Mme X" src=a.png>', "Photo de Mme X"),
    ('<input type="hidden" name="nir" value="12345">', "12345"),
    ("<input value='l&#39;un'>", "l'un"),
    ("<textarea>note</textarea>", "note"),
    ('<a href="mailto:a@exemple.fr">ecrire</a>', "mailto:a@exemple.fr\necrire"),
    ('<a href="voir.php?nir=1234">voir</a>', "voir.php?nir=1234\nvoir"),
    ('<a href="page.html">voir</a>', "voir"),
    ('<td data-nom="MARTIN">x', "MARTIN\nx"),
    ('<a title="a > b">c</a>', "a > b\nc"),
    ("<pre>un\ndeux</pre>", "un\ndeux"),
    ("<title>Dossier</title>corps", "Dossier\ncorps"),
    ("<table><tr><td>a</td><td>b</td></tr></table>", "a | b"),
    ("<table><tr><td>a<table><tr><td>dedans</table>z</table>", "a\ndedans\nz"),
    ("<table><tr><td><p>a<p>b</td><td>c", "a b | c"),
    ("<svg><text>schema</text></svg>", "schema"),
    ("<![CDATA[brut]]>", "brut"),
    ("<p>non ferm", "non ferm"),
    ("fin <a href='x", "fin <a href='x"),
    ("</p></div></table></td>reste", "reste"),
]


@pytest.mark.parametrize(("body", "text"), HTML_TEXT)
def test_text_of_a_page(body: str, text: str) -> None:
    met = html(page(body).replace(b"</body></html>", b""))
    assert met.text == text


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_stretches_change_nothing(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    data = page("".join(body for body, _ in HTML_TEXT) + html_table())
    whole = html(data)
    monkeypatch.setattr(webpage, "_PIECE", size)
    assert html(data) == whole
    rich_data = rtf_table()
    told = read(rtf.read, rich_data, streams=True)
    monkeypatch.setattr(rtf, "_PIECE", size)
    assert read(rtf.read, rich_data, streams=True) == told


@pytest.mark.parametrize(
    ("declared", "codec", "seen"),
    [
        ("utf-8", "utf-8", "utf-8"),
        ("iso-8859-1", "cp1252", "cp1252"),
        ("windows-1254", "cp1254", "cp1254"),
        ("iso-8859-1", "utf-8", "utf-8"),
        ("utf-8", "cp1252", "cp1252"),
        ("base64", "utf-8", "utf-8"),
        ("rien", "cp1252", "cp1252"),
        ("utf-16", "utf-16", "utf-16-le"),
    ],
)
def test_charsets(declared: str, codec: str, seen: str) -> None:
    text = f'<html><meta charset="{declared}"><p>Éléonore opérée à Besançon, née en été</p></html>'
    head = Head(text.encode(codec), ReadOptions())
    met = read(webpage.read, text.encode(codec), streams=True)
    assert met.text == "Éléonore opérée à Besançon, née en été"
    table = next(item for item in webpage.read(io.BytesIO(), head) if hasattr(item, "encoding"))
    assert table.encoding == seen


def test_spans_keep_columns_in_place() -> None:
    rows = "".join(f"<tr><td>N{at}<td>{nir(at)}<td>x" for at in range(4))
    body = (
        "<table><tr><th>Nom<th>NIR<th>Note<tr><td rowspan=2>A<td>" + nir(9) + "<td>x<tr><td colspan=2>" + nir(8) + rows
    )
    met = html(page(body))
    assert met.tables["table 1"][:3] == [("A", nir(9), "x"), ("A", nir(8), ""), ("N0", nir(0), "x")]
    assert met.columns["table 1"] == ("Nom", "NIR", "Note")


def test_a_form_is_no_table_of_records() -> None:
    form = "".join(f"<tr><td>{label}<td>{value}" for label, value in zip(ROWS[0], ROWS[1], strict=True))
    met = html(page(f"<table>{form}</table>"))
    assert not met.tables
    assert met.texts[0].splitlines()[0] == "Nom | MARTIN"
    results = "<table><tr><th>Analyse<th>Résultat<th>Normes" + "".join(
        f"<tr><td>{name}<td>5,{at}<td>4,0 - 6,0"
        for at, name in enumerate(("Glucose", "Créatinine", "VIH", "CRP", "TSH"))
    )
    assert not html(page(results)).tables


def test_a_large_table_streams_and_keeps_its_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leakscan.readers.grids._BATCH_ROWS", 100)
    monkeypatch.setattr("leakscan.readers.grids.HEAD_ROWS", 300)
    rows = [("Nom", "Numéro"), *((f"NOM{at}", f"{at:09d}") for at in range(1_000)), ("trop", "de", "cellules")]
    met = html(page(html_table(rows) + "<p>après</p>"))
    assert met.tables["table 1"] == rows[1:-1]
    assert met.inner["table 1"].damaged == 1
    assert met.inner["table 1"].codes == {"too_many_fields": 1}
    assert met.texts == ["après"]


def test_what_lies_in_a_page_is_a_child() -> None:
    met = html(
        page('<script>var p = {"nom": "X"};</script><style>a{}</style><img src="data:image/png;base64,iVBORw0KGgo=">')
    )
    assert met.files == {"script 1": b'var p = {"nom": "X"};', "image 2": b"\x89PNG\r\n\x1a\n"}
    assert met.codes == {"style_sheets": 1}


def test_long_pages_are_read_by_line() -> None:
    met = html(page("".join(f"<p>Ligne {at} du journal</p>" for at in range(5_000))))
    assert len(met.texts) == 5_000
    assert met.texts[4_999] == "Ligne 4999 du journal"


RTF_TEXT = [
    (r"caf\'e9 \u8217?l", "café ’l"),
    (r"a\par b\line c\sect d", "a\nb\nc\nd"),
    (r"\uc0\u233t\u233 \uc1", "été"),
    (r"\uc2\u233??t", "ét"),
    (r"{\f1 \'b3\'f3d}\'9c", "łódœ"),
    (r"{\*\inconnu secret}vu", "vu"),
    (r"{\*\annotation une note}vu", "une note\nvu"),
    (r"{\header Labo}{\footer page}corps", "Labo\npage\ncorps"),
    (r"x{\footnote une note}y", "une note\nxy"),
    (r"{\info{\title T}{\author Dr A}{\creatim\yr2020}}x", "Titre : T\nAuteur : Dr A\nx"),
    (r"a\~b\_c\-d \{e\}", "a b-cd {e}"),
    (r"\bin4 {{{{fin", "fin"),
    (r"{\field{\*\fldinst HYPERLINK mailto:a@b.fr}{\fldrslt lien}}", "HYPERLINK mailto:a@b.fr\nlien"),
    (r"\trowd\intbl a\cell b\par c\cell\row\pard fin", "a | b c\nfin"),
    (r"\trowd\intbl a\cell\row x\cell", "a\nx"),
    (r"}}}}apres", "apres"),
    (r"{{{{ouvert", "ouvert"),
    (r"a\'zz b", "azz b"),
    (r"\ansicpg99999 \'e9", "é"),
    (r"\u-10179?\u-8704?", "\U0001f600"),
    (r"\u-10179?", "\ufffd"),
]


@pytest.mark.parametrize(("body", "text"), RTF_TEXT)
def test_text_of_rtf(body: str, text: str) -> None:
    assert rich(body).text == text


def test_what_lies_in_rtf_is_a_child() -> None:
    met = rich(r"{\pict\pngblip 89504e470d0a1a0a}{\object{\*\objdata 0102}}{\pict\bin3 \x00}")
    assert met.files["picture 1"] == b"\x89PNG\r\n\x1a\n"
    assert met.files["object 2"] == b"\x01\x02"
    assert len(met.files) == 3


SNIFFED = [
    (page("x"), "html"),
    (b"\xef\xbb\xbf <html>", "html"),
    (b"<?xml version='1.0'?><!DOCTYPE html><html/>", "html"),
    ("<html>".encode("utf-16"), "html"),
    (b"<table><tr><td>1</td></tr></table>", "html"),
    (b"{\\rtf1 x}", "rtf"),
    (b"<?xml version='1.0'?><patients><p/></patients>", "xml"),
    (b"le code {\\rtf1 est un format\net <html> aussi\n", "text"),
]


@pytest.mark.parametrize(("data", "name"), SNIFFED)
def test_formats_are_known_by_content(data: bytes, name: str) -> None:
    chosen = choose(Head(data, ReadOptions()))
    assert not isinstance(chosen, str)
    assert chosen.format in (name, "delimited") if name == "text" else chosen.format == name


HOSTILE = {
    "quotes": b'<html><a "' * 20_000,
    "open tags": b"<html>" + b"<a " * 50_000,
    "tables": b"<html>" + b"<table><tr><td>" * 20_000 + b"x",
    "comments": b"<html>" + b"<!--" * 50_000,
    "cells": b"<table><tr>" + b"<td>x" * 50_000,
    "spans": b"<table>" + b"<tr><td colspan=99999999 rowspan=9999999>x" * 300,
    "scripts": b"<html>" + b"<script>" * 20_000,
    "entities": b"<html>" + b"&" * 100_000,
    "attributes": b"<html><p " + b"title='x' " * 50_000 + b">",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_end(name: str) -> None:
    met = html(HOSTILE[name])
    assert met.broken is None


RTF_HOSTILE = {
    "groups": b"{\\rtf1 " + b"{" * 100_000,
    "bin": b"{\\rtf1 \\bin999999999 x",
    "cells": b"{\\rtf1 " + b"\\cell " * 50_000,
    "uc": b"{\\rtf1 \\uc99999 \\u1 x",
    "fonts": b"{\\rtf1 " + b"{\\f1" * 20_000,
    "hex": b"{\\rtf1 {\\pict " + b"zz" * 20_000,
}


@pytest.mark.parametrize("name", RTF_HOSTILE)
def test_hostile_rtf_ends(name: str) -> None:
    assert read(rtf.read, RTF_HOSTILE[name], streams=True).broken is None


def test_damaged_bytes_never_raise() -> None:
    chance = random.Random(7)
    for reader, data in ((webpage.read, page(html_table() + HTML_TEXT[6][0])), (rtf.read, rtf_table())):
        for _ in range(60):
            hurt = bytearray(data[: chance.randrange(20, len(data))])
            for _ in range(5):
                hurt[chance.randrange(len(hurt))] = chance.randrange(256)
            met = read(reader, bytes(hurt), streams=True)
            assert met.broken is None


def test_what_is_hurt_leaves_its_neighbours_alone(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(page(html_table())[:400])
    (tmp_path / "b.rtf").write_bytes(rtf_table()[:300])
    (tmp_path / "c.csv").write_bytes(as_csv())
    report = report_of(tmp_path, options=OPTIONS)
    status = {Path(given["path"]).name: given["status"] for given in report["inputs"] if given["member"] is None}
    assert status["c.csv"] == "scanned"
    assert set(status) == {"a.html", "b.rtf", "c.csv"}
    assert report["persons"]["likely"] == len(PEOPLE)
