"""The HTML report: one inert file that says what the report says, whatever stands in a name."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import string
import sys
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import reports

from leakscan.cli.app import run
from leakscan.i18n import LANGUAGES
from leakscan.marks import _CATEGORY_ROLES
from leakscan.renderers import RENDERERS, RenderOptions
from leakscan.renderers.html import style_digest
from leakscan.renderers.html.departments import TILES, tile_map
from leakscan.renderers.html.evidence import ENTITIES, THEME_TOPICS, topic_of_pointer
from leakscan.renderers.html.files import INPUTS_LISTED, LINES_IN_ALL, LINES_LISTED
from leakscan.renderers.html.people import steps
from leakscan.renderers.html.words import WORDS

PACKAGE = Path(sys.modules["leakscan.renderers.html"].__file__ or "").parent
TEMPLATES = sorted((PACKAGE / "templates").iterdir())
REPORTS = {
    "reference": reports.reference_report,
    "empty": reports.empty_report,
    "interrupted": reports.interrupted_folder_report,
    "first_look": reports.first_look_report,
    "endless": reports.endless_report,
    "hostile": reports.hostile_report,
}
VOID = {"meta", "br", "rect", "path", "link", "img"}


def page(report: dict[str, Any], **options: Any) -> str:
    return RENDERERS["html"].render(report, RenderOptions(**options))


@dataclass
class Read(HTMLParser):
    """A page as a browser takes it: elements with attributes in order, and the text that is shown."""

    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    style: str = ""
    open: list[str] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(attrs) == len(dict(attrs)), "an attribute stands twice"
        self.elements.append((tag, dict(attrs)))
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "style":
            self.style += data
        else:
            self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def shown(self) -> str:
        return " ".join(" ".join(self.text).split())


def read(text: str) -> Read:
    found = Read()
    found.feed(text)
    found.close()
    assert found.open == []
    return found


@pytest.fixture(params=[(name, lang) for name in REPORTS for lang in LANGUAGES], ids="-".join)
def shown(request: pytest.FixtureRequest) -> Read:
    name, lang = request.param
    return read(page(REPORTS[name](), lang=lang))


# ---- inert


def test_nothing_is_fetched_and_nothing_runs(shown: Read) -> None:
    tags = {tag for tag, _ in shown.elements}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "form", "base", "use", "foreignobject"}
    for tag, attributes in shown.elements:
        assert not any(name.startswith("on") or name in {"style", "src", "srcset", "action"} for name in attributes)
        if "href" in attributes:
            assert tag == "a"
            assert re.fullmatch(r"#[a-z0-9_-]+", attributes["href"] or "")
    assert not re.search(r"url\(|@import|expression", shown.style)


def test_the_policy_allows_the_style_sheet_and_nothing_else(shown: Read) -> None:
    (policy,) = [meta["content"] for meta in shown.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    digest = "sha256-" + base64.b64encode(hashlib.sha256(shown.style.encode()).digest()).decode()
    assert digest == style_digest()
    assert policy == f"default-src 'none'; style-src '{digest}'; base-uri 'none'; form-action 'none'"
    assert next(tag for tag, _ in shown.elements if tag in {"meta", "style", "title"}) == "meta"


def test_no_template_goes_around_the_escaping() -> None:
    for file in TEMPLATES:
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe|autoescape|Markup|xmlattr|urlize", text), file.name
    for file in PACKAGE.glob("*.py"):
        assert "Markup" not in file.read_text(encoding="utf-8"), file.name


SCRIPT = "<script>alert(1)</script>"
ATTACKS = (
    SCRIPT,
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style><script>alert(1)</script>",
    "</title><svg/onload=alert(1)>",
    "{{ 7*7 }}{% include '/etc/passwd' %}",
    "javascript:alert(1)",
    "&lt;script&gt;",
    "--><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    "\u202egnp.\u2066exe\x00\x1b[2J\u2028\ufeff\udcff\U000e0041",
    "\u0645\u0631\u064a\u0636 \u05d7\u05d5\u05dc\u05d4",
)


def poisoned(report: Any, attack: str, key: str = "") -> Any:
    """The report with an attack in front of every free text."""
    if isinstance(report, dict):
        return {name: poisoned(value, attack, name) for name, value in report.items()}
    if isinstance(report, list):
        return [poisoned(value, attack, key) for value in report]
    free = {"path", "member", "column", "samples", "reason", "message", "version", "format", "encoding", "modified"}
    return attack + report if isinstance(report, str) and key in free | {"rules_sha256"} else report


@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
@pytest.mark.parametrize("name", ["reference", "interrupted"])
def test_hostile_texts_change_no_element_of_the_page(name: str, attack: str) -> None:
    sound, bent = (read(page(poisoned(REPORTS[name](), text))) for text in ("harmless ", attack))
    assert (
        sound.elements[: sound.elements.index(("footer", {}))] == bent.elements[: bent.elements.index(("footer", {}))]
    )
    assert not any(0xD800 <= ord(char) < 0xE000 or char in "\x00\x1b\u202e\u2066\u2028\ufeff" for char in bent.shown())
    if attack.isprintable():
        assert "".join(attack.split()) in "".join(bent.shown().split())


def test_a_name_of_a_megabyte_costs_a_line() -> None:
    report = reports.reference_report()
    plain = len(page(report))
    long = "<b>" + "A" * 1_000_000
    column = report["inputs"][0]["roles"][2]["column"]
    report["inputs"][0]["roles"][2]["column"] = long
    report["inputs"][0]["path"] = long
    for entry in report["evidence"]:
        entry["path"] = long
        entry["column"] = long if entry["column"] == column else entry["column"]
        entry["samples"] = ["9" * 1_000_000]
    report["warnings"] = [{**report["warnings"][0], "path": long, "message": long, "code": long}]
    assert len(page(report)) < plain + 200_000
    assert "&lt;b&gt;AAA" in page(report)


def many_inputs(count: int) -> dict[str, Any]:
    report = reports.reference_report()
    source, evidence = report["inputs"][0], report["evidence"]
    report["inputs"] = [{**source, "path": f"{at}.csv", "status": "partial"} for at in range(count)]
    report["evidence"] = [{**entry, "path": f"{at}.csv"} for at in range(count) for entry in evidence[:3]]
    report["warnings"] = [{**report["warnings"][0], "path": f"{at}.csv"} for at in range(count)]
    line = report["persons"].get("by_input") or [reports._people_of("", 1, 0, 1)]
    report["persons"]["by_input"] = [
        {**line[0], "path": f"{at}.csv", "people": 1 + at, "shared": 0, "only_here": 1 + at} for at in range(count)
    ]
    report["persons"]["overlap"] = {"pairs": [[count - 2, count - 1, 7]], "reason": None}
    return report


def test_of_ten_thousand_inputs_the_largest_are_shown_and_it_is_said() -> None:
    found = read(page(many_inputs(10_000)))
    files = [attributes for attributes in found.all("details") if attributes.get("id", "") != ""]
    assert len(files) == INPUTS_LISTED
    text = found.shown()
    assert "The largest 200 of 10 000 are shown" in text
    assert "#1 9999.csv" in text
    assert "9799.csv" not in text.partition("Files and columns")[2]
    assert sum(bool(re.fullmatch(r"in-\d+-c-\d+", line.get("id") or "")) for line in found.all("tr")) <= LINES_IN_ALL


def test_of_two_thousand_columns_some_are_shown_and_it_is_said() -> None:
    report = reports.reference_report()
    entry = report["evidence"][0]
    report["inputs"][0]["roles"] = []
    report["evidence"] = [{**entry, "column": f"C{at}"} for at in range(2_000)]
    text = read(page(report)).shown()
    assert f"{2_000 - LINES_LISTED:,} more lines".replace(",", " ") in text


# ---- what it says


def test_the_headline_says_how_many_and_how_bad() -> None:
    text = read(page(reports.reference_report())).shown()
    for said in (
        "478 211 people affected, likely",
        "between 471 002 and 485 930",
        "VERY HIGH 5.0",
        "4 × 1.0 + 1.0",
        "Reset the portal passwords now",
        "118 406 people with a login and a password",
        "491 840 records",
        "LB01 38 500",
        "41 203 minors on",
    ):
        assert said in text, said


def test_a_first_look_is_never_called_a_count() -> None:
    text = read(page(reports.first_look_report())).shown()
    assert "21 804 people at least, by a first look" in text
    assert "people affected, likely" not in text
    assert "at least VERY HIGH" in text
    assert "none is a count" in text


def test_nobody_in_what_was_read_in_part_has_no_band() -> None:
    report = reports.empty_report()
    assert "UNDECIDED" not in read(page(report)).shown()
    report["persons"]["exact"] = False
    assert "UNDECIDED" in read(page(report)).shown()


def test_nobody_found_has_no_worksheet_beyond_its_reason() -> None:
    text = read(page(reports.empty_report())).shown()
    assert "nobody found" in text
    assert "If the circumstances were others" not in text
    assert "Health themes" not in text


def test_small_cells_stay_hidden() -> None:
    report = reports.reference_report()
    text = page(report)
    cells = report["persons"]["breakdowns"]["residence_department"]["cells"]
    assert {cell["value"] for cell in cells if cell["people"] is None} == {"2A", "971"}
    for code in ("2A", "971"):
        assert f"<title>{code}: *</title>" in text
        assert f'<tr><th scope="row">{code}</th><td class="r"><span class="hid">*</span></td></tr>' in text
    assert "below 5 people, or hidden" in text
    report["persons"]["breakdowns"]["sex"] = {"cells": [], "withheld": True, "unknown": 0}
    assert "Every figure here is too small" in page(report)


def test_every_link_has_a_target_and_no_anchor_stands_twice(shown: Read) -> None:
    ids = Counter(attributes["id"] for _, attributes in shown.elements if "id" in attributes)
    assert set(ids.values()) <= {1}
    links = {(attributes.get("href") or "#")[1:] for attributes in shown.all("a")}
    assert links <= set(ids)
    assert links


def test_every_figure_of_people_leads_to_its_columns() -> None:
    report = reports.reference_report()
    text = page(report)
    by_entity = {entry["entity"] for entry in report["evidence"] if entry["theme"] is None}
    for category, entities in ENTITIES.items():
        if by_entity & set(entities):
            assert f'id="t-{category}"' in text
            assert f'href="#t-{category}"' in text
    for entry in report["evidence"]:
        if entry["theme"]:
            assert f'id="t-{entry["theme"]}-{entry["status"]}"' in text
    assert 'href="#in-1-c-' in text


def test_reasons_lead_to_evidence() -> None:
    for pointer, code, anchor in (
        ("/persons/by_theme/hiv/affirmed", "", "t-hiv-affirmed"),
        ("/persons/by_category/nir", "", "t-nir"),
        ("/persons/by_category", "", "data"),
        ("/persons/likely", "", "count"),
        ("/inputs", "", "files"),
        ("/evidence", "acts_present", "t-act"),
        ("/evidence", "else", "evidence"),
        ("/severity/cb_assumed", "", "what-if"),
    ):
        assert topic_of_pointer(pointer, code) == anchor


def test_categories_have_the_evidence_that_the_count_is_made_of() -> None:
    for category, roles in _CATEGORY_ROLES.items():
        assert set(roles) <= set(ENTITIES[category]), category
    assert set(_CATEGORY_ROLES) | set(THEME_TOPICS) >= set(reports.reference_report()["persons"]["by_category"])


def test_the_what_if_table_has_every_circumstance() -> None:
    report = reports.reference_report(recipients="known", malicious=False)
    text = read(page(report)).shown()
    table = text.partition("If the circumstances were others")[2].partition("Exposure")[0]
    assert re.findall(r"\d\.\d+", table) == ["4.0", "4.5", "4.25", "4.75", "4.5", "5.0"]
    assert "4.25 VERY HIGH this report" in table


@pytest.mark.parametrize("name", ["reference", "interrupted", "hostile"])
def test_the_waterfall_ends_at_the_people(name: str) -> None:
    report = REPORTS[name]()
    found = steps(report)
    assert found[-1].left == report["persons"]["waterfall"][-1]["count"]
    assert found[-2].left == found[-1].left
    for row in found:
        for piece in row.bar:
            assert 0 <= piece.at <= piece.at + piece.width <= 1000.1


def test_the_page_says_nothing_of_the_run() -> None:
    report = reports.reference_report()
    other = json.loads(json.dumps(report))
    other["scan"]["run"] = {"seconds": 99.5}
    assert page(report) == page(other)


# ---- for people


def test_order_of_headings_and_landmarks(shown: Read) -> None:
    assert shown.headings[0] == 1
    assert shown.headings.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(shown.headings, shown.headings[1:], strict=False))
    for landmark in ("header", "nav", "main", "footer"):
        assert len(shown.all(landmark)) == 1
    ids = {attributes.get("id") for _, attributes in shown.elements}
    assert all(section["aria-labelledby"] in ids for section in shown.all("section"))
    assert shown.all("html")[0]["lang"] in LANGUAGES


def test_tables_have_a_caption_and_their_headers_a_scope(shown: Read) -> None:
    assert len(shown.all("caption")) == len(shown.all("table"))
    assert all(head.get("scope") in {"col", "row"} for head in shown.all("th"))
    for drawing in shown.all("svg"):
        assert drawing.get("aria-hidden") == "true" or (drawing.get("role") == "img" and drawing["aria-label"])


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{3,6})", block))


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


TEXT_ON = (
    *((ink, paper) for ink in ("ink", "dim", "accent") for paper in ("paper", "card", "soft")),
    ("alarm", "alarm-soft"), ("ink", "alarm-soft"), ("accent", "alarm-soft"), ("ink", "caution"),
    ("on-medium", "medium"),
    *(("white", band) for band in ("low", "high", "very")), ("dim", "m0"), ("alarm", "card"),
    *(("ink", shade) for shade in ("m1", "m2", "m3")), *(("card", shade) for shade in ("m4", "m5")),
)  # fmt: skip
DRAWN_ON = (*((name, "card") for name in ("people", "affirmed", "tested", "negated", "total", "more", "range")),)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast(scheme: str) -> None:
    """WCAG 2.2 AA: 4.5 to 1 for text, 3 to 1 for drawings."""
    style = (PACKAGE / "templates" / "report.css").read_text(encoding="utf-8")
    light, dark = style.partition("@media")[0], style.partition("prefers-color-scheme: dark")[2].partition("\n}")[0]
    found = {"white": "#ffffff", **colours(light), **(colours(dark) if scheme == "dark" else {})}
    assert set(colours(dark)) == set(colours(light))
    for ink, paper in TEXT_ON:
        assert contrast(found[ink], found[paper]) >= 4.5, (ink, paper)
    for ink, paper in DRAWN_ON:
        assert contrast(found[ink], found[paper]) >= 3, (ink, paper)


def test_words_exist_in_both_languages_with_the_same_blanks() -> None:
    templates = "".join(file.read_text(encoding="utf-8") for file in (*TEMPLATES, *PACKAGE.glob("*.py")))
    for key, texts in WORDS.items():
        assert len(texts) == len(LANGUAGES)
        blanks = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in texts]
        assert blanks[0] == blanks[1], key
        family = key.partition(".")[0]
        assert (
            f'"{key}"' in templates.replace(f'    "{key}": (', "")
            or f'"{family}." ~' in templates
            or (f'f"{family}.' in templates)
        ), f"{key} is used nowhere"


def test_ascii_only_where_the_stream_needs_it() -> None:
    text = page(reports.reference_report(), lang="fr", unicode=False)
    assert text.isascii()
    assert read(text).shown() == read(page(reports.reference_report(), lang="fr")).shown()
    assert read(text).style == read(page(reports.reference_report(), lang="fr")).style


# ---- the map


def test_the_map_has_every_department_once_on_a_tile_of_its_own() -> None:
    codes = {f"{at:02d}" for at in range(1, 96)} - {"20"} | {"2A", "2B", "971", "972", "973", "974", "976"}
    assert set(TILES) == codes
    assert len(set(TILES.values())) == len(codes)


@pytest.mark.parametrize("counts", [[], [7], [5, 5], [5, 9, 9, 30, 31, 200, 4_000], list(range(5, 100))])
def test_shades_follow_the_numbers(counts: list[int]) -> None:
    cells = [{"value": code, "people": people} for code, people in zip(TILES, counts, strict=False)]
    found = tile_map([*cells, {"value": "2A", "people": None}])
    shades = {tile.code: tile.shade for tile in found.tiles}
    assert shades["2A"] == "hidden"
    assert [shades[cell["value"]] for cell in cells] == sorted(shades[cell["value"]] for cell in cells)
    assert sum(shade == "0" for shade in shades.values()) == len(TILES) - len(counts) - 1
    for cell in cells:
        (step,) = [step for step in found.legend if step.least <= cell["people"] <= step.most]
        assert step.shade == shades[cell["value"]]


# ---- the command line


@pytest.fixture
def leak(tmp_path: Path) -> Path:
    path = tmp_path / "leak.csv"
    path.write_text("NOM;PRENOM;DDN;VIH\nMARTEL;ODILE;02/03/1961;positif\nPETIT;LUC;05/06/1972;\n", encoding="utf-8")
    return path


def test_scan_writes_the_page_for_its_owner_only(leak: Path, tmp_path: Path) -> None:
    target, result = tmp_path / "report.html", tmp_path / "report.json"
    assert run(["scan", str(leak), "-q", "--html", str(target), "--json", str(result), "--lang", "fr"]) == 0
    assert target.stat().st_mode & 0o077 == 0
    text = target.read_text(encoding="utf-8")
    assert text == page(json.loads(result.read_text(encoding="utf-8")), lang="fr")


def test_report_shows_the_page(leak: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = tmp_path / "report.json"
    assert run(["scan", str(leak), "-q", "--json", str(result)]) == 0
    assert run(["report", str(result), "--format", "html", "--lang", "en"]) == 0
    assert capsys.readouterr().out.startswith("<!DOCTYPE html>")


@pytest.mark.parametrize("asked", [["--html", "-"], ["--html", "{leak}"], ["--html", "{out}", "--json", "{out}"]])
def test_a_page_is_not_written_over_anything(
    asked: list[str], leak: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = leak.read_bytes()
    options = [option.format(leak=leak, out=tmp_path / "out") for option in asked]
    assert run(["scan", str(leak), *options]) == 2
    assert "--html" in capsys.readouterr().err or leak.read_bytes() == before
    assert leak.read_bytes() == before
    assert not (tmp_path / "out").exists()
