"""The PDF: the HTML page on paper, with nothing fetched and its drawings painted, or a sentence why not."""

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import reports

from leakscan.cli.app import run
from leakscan.errors import UsageError
from leakscan.renderers import RENDERERS, RenderOptions
from leakscan.renderers.json import render_json
from leakscan.renderers.pdf import Refusal, painted, render_pdf, weasyprint

TABLE = "NIR;NOM;PRENOM;DATE_NAISSANCE\n185057800608491;MARTIN;ANNE;01/05/1985\n"
ATTACK = '"><img src="http://127.0.0.1:9/a.png"><link rel=stylesheet href=file:///etc/passwd>'


def installed() -> bool:
    try:
        weasyprint()
    except UsageError:
        return False
    return True


needs_weasyprint = pytest.mark.skipif(not installed(), reason="WeasyPrint or Pango is missing")


def text_of(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    pages = [document[at].get_textpage().get_text_bounded() for at in range(len(document))]
    return " ".join(" ".join(pages).split())


def poisoned(report: Any, key: str = "") -> Any:
    if isinstance(report, dict):
        return {name: poisoned(value, name) for name, value in report.items()}
    if isinstance(report, list):
        return [poisoned(value, key) for value in report]
    return ATTACK + report if isinstance(report, str) and key in {"path", "member", "column", "message"} else report


@needs_weasyprint
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_pdf_says_what_the_page_says(lang: str) -> None:
    data = render_pdf(reports.first_look_report(), RenderOptions(lang, unicode=False))
    assert data.startswith(b"%PDF-")
    text = text_of(data)
    assert {"en": "people at least, by a first look", "fr": "21"}[lang] in text
    assert re.search(r"1 / \d", text)


@needs_weasyprint
def test_nothing_is_fetched_whatever_a_name_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Watched(Refusal):
        def __call__(self, url: str, *_: object, **__: object) -> Any:
            asked.append(url)
            return super().__call__(url)

        fetch = __call__

    monkeypatch.setattr("leakscan.renderers.pdf.Refusal", Watched)
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("a connection was opened"))
    data = render_pdf(poisoned(reports.interrupted_folder_report()), RenderOptions())
    assert asked == []
    assert "127.0.0.1" in text_of(data)
    assert not re.search(rb"/URI|/JavaScript|/JS\b|/Launch|/EmbeddedFile|/OpenAction", data)


@needs_weasyprint
def test_an_address_on_the_page_would_be_refused() -> None:
    with pytest.raises(ValueError, match="nothing is fetched"):
        Refusal()("http://127.0.0.1:9/a.png")
    found = weasyprint().HTML(string='<img src="http://127.0.0.1:9/a.png">', url_fetcher=Refusal())
    assert found.write_pdf().startswith(b"%PDF-")


class Read(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))


def elements(page: str) -> list[tuple[str, dict[str, str | None]]]:
    found = Read()
    found.feed(page)
    return found.elements


@pytest.mark.parametrize("report", [reports.reference_report(), poisoned(reports.reference_report())])
def test_painting_adds_colours_to_drawings_and_touches_nothing_else(report: Any) -> None:
    page = RENDERERS["html"].render(report, RenderOptions())
    for (tag, before), (same, after) in zip(elements(page), elements(painted(page)), strict=True):
        assert tag == same
        added = {name: value for name, value in after.items() if before.get(name) != value}
        assert {name: after[name] for name in before} == before
        assert set(added) <= {"fill", "text-anchor", "font-size"}
        if added:
            assert tag in {"rect", "path", "g", "text"}
        if tag == "rect" and re.match(r"[fsm]-", before.get("class") or ""):
            assert re.fullmatch(r"#[0-9a-f]{6}", after["fill"] or "")
    plain = re.compile(r"<[^>]*>")
    assert plain.sub("", painted(page)) == plain.sub("", page)


@pytest.mark.parametrize(("error", "says"), [(ImportError, "leakscan[pdf]"), (OSError, "libpango")])
def test_what_is_missing_is_said_before_the_scan(
    error: type[Exception], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    class Missing:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "weasyprint":
                raise error

    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    monkeypatch.setattr("leakscan.scan.scan", lambda *_: pytest.fail("it was scanned"))
    (tmp_path / "a.csv").write_text(TABLE)
    assert run(["scan", str(tmp_path / "a.csv"), "--pdf", str(tmp_path / "a.pdf")]) == 2
    said = capfd.readouterr().err
    assert says in said
    assert "--html" in said
    assert not (tmp_path / "a.pdf").exists()


@needs_weasyprint
def test_scan_and_report_write_it_beside_the_page(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.csv").write_text(TABLE)
    one, other = tmp_path / "a.pdf", tmp_path / "b.pdf"
    assert run(["scan", str(tmp_path / "in"), "-q", "--pdf", str(one), "--html", str(tmp_path / "a.html")]) == 0
    assert one.stat().st_mode & 0o777 == 0o600
    assert "1 people" in text_of(one.read_bytes()) or "1 person" in text_of(one.read_bytes())
    assert "MARTIN" not in text_of(one.read_bytes())
    saved = tmp_path / "r.json"
    saved.write_text(render_json(reports.empty_report(), RenderOptions()), encoding="utf-8")
    assert run(["report", str(saved), "--format", "html", "--out", str(other)]) == 0
    assert other.read_bytes().startswith(b"%PDF-")
    assert run(["report", str(saved), "--format", "csv", "--out", str(other)]) == 2
    assert run(["scan", str(tmp_path / "in"), "-q", "--pdf", "-"]) == 2
    assert run(["scan", str(tmp_path / "in"), "-q", "--pdf", str(one), "--html", str(one)]) == 2
    said = capfd.readouterr().err
    assert "has no PDF" in said
    assert "both name" in said
