"""The outputs: the JSON report against its schema, the terminal summary against its snapshots and its promises.

The snapshots in tests/snapshots/ are what a person sees, as plain text. To renew them after a deliberate change:
`LEAKSCAN_RENEW_SNAPSHOTS=1 python -m pytest tests/test_renderers.py`, then read the difference before you commit it.
"""

from __future__ import annotations

import copy
import json
import os
import string
import unicodedata
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import reports
from hypothesis import given
from hypothesis import strategies as st

from leakscan.i18n import LANGUAGES, THIN_SPACE, counted, decimal, label, language, number, percent
from leakscan.phrases import PHRASES
from leakscan.records import ROLES, STATUSES, THEMES
from leakscan.renderers import RENDERERS, RenderOptions
from leakscan.renderers.schema import SCHEMA_FILE, first_problem
from leakscan.untrusted import harmless, harmless_json, shorten

SNAPSHOTS = Path(__file__).parent / "snapshots"
SCHEMA = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
REPORTS = {
    "reference": reports.reference_report,
    "empty": reports.empty_report,
    "interrupted": reports.interrupted_folder_report,
    "first_look": reports.first_look_report,
    "endless": reports.endless_report,
    "hostile": reports.hostile_report,
}


def terminal(report: dict[str, Any], **options: Any) -> str:
    return RENDERERS["terminal"].render(report, RenderOptions(**options))


def first_screen_lines(text: str) -> list[str]:
    """Lines before the details."""
    headings = {
        PHRASES[key][LANGUAGES.index(lang)] for key in ("details.categories", "details.waterfall") for lang in LANGUAGES
    }
    lines = text.splitlines()
    return lines[: next(at for at, line in enumerate(lines) if line in headings) - 1]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("name", REPORTS)
def test_terminal_snapshot(name: str, width: int, lang: str) -> None:
    text = terminal(REPORTS[name](), width=width, lang=lang)
    file = SNAPSHOTS / f"{name}-{lang}-{width}.txt"
    if os.environ.get("LEAKSCAN_RENEW_SNAPSHOTS") == "1":
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", REPORTS)
def test_first_screen_fits_24_lines_of_80(name: str, lang: str) -> None:
    lines = first_screen_lines(terminal(REPORTS[name](), lang=lang))
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80


def test_first_screen_answers_what_how_many_how_bad() -> None:
    screen = "\n".join(first_screen_lines(terminal(reports.reference_report(), unicode=False)))
    for answer in (
        "VERY HIGH",
        "severity 5.0",
        "478 211 people, between 471 002 and 485 930",
        "491 840 records, 60 columns, 28 laboratories",
        "exams from 2015-01-05 to 2020-10-25",
        "118 406 people with portal credentials",
        "FIRST ACTION: reset the portal passwords",
        "MINORS     41 203",
        "e-mail 178 004 (37 %)",
        "everything was read; 37 damaged rows",
        "HIV",
        "Recipients unknown (assumed",
    ):
        assert answer in screen


def test_last_line_repeats_the_verdict() -> None:
    last = terminal(reports.reference_report(), unicode=False).splitlines()[-1]
    assert last == " VERY HIGH  5.0 - 478 211 people - reset the portal passwords first"


def test_what_was_not_read_is_on_the_first_screen_and_below() -> None:
    text = terminal(reports.interrupted_folder_report(), unicode=False)
    screen = "\n".join(first_screen_lines(text))
    assert "NOT EVERYTHING WAS READ" in screen
    assert "INTERRUPTED: 32 % read, 2 of 3 inputs skipped or read in part" in screen
    assert "dump/scan.pdf - skipped: no reader for this format" in text


def test_sample_and_nothing_read_are_said() -> None:
    report = reports.reference_report()
    report["scan"]["sampled"] = True
    assert "only a sample was read" in terminal(report)
    report = reports.empty_report()
    assert "nobody found" in terminal(report)
    assert "nothing: everything was read" in terminal(report)


@pytest.mark.parametrize(("exact", "first", "last"), [(True, " LOW ", " LOW "), (False, " UNDECIDED ", " UNDECIDED ")])
def test_nobody_in_what_was_read_in_part_is_no_low(exact: bool, first: str, last: str) -> None:
    report = reports.empty_report()
    report["persons"]["exact"] = exact
    lines = terminal(report, unicode=False).splitlines()
    assert lines[1].startswith(f"{first} severity 0.0")
    assert lines[-1].startswith(f"{last} 0.0 - 0 people")
    report = reports.reference_report()
    report["persons"]["exact"] = exact
    assert "UNDECIDED" not in terminal(report)


def test_a_first_look_is_never_called_a_count() -> None:
    text = terminal(reports.first_look_report(), unicode=False)
    screen = "\n".join(first_screen_lines(text))
    for said in (
        "at least  VERY HIGH  severity 5.0",
        "FIRST LOOK at 4.2 % of the bytes: at least 21 804 people",
        "at most 490 722 if every unread row were another person",
        "a model, not a count, says about 478 211 (so do figures below)",
        "those skipped are in no figure",
    ):
        assert said in screen
    assert text.splitlines()[-1].startswith("at least  VERY HIGH  5.0 - about 478 211 people by a model, first look")
    assert "there is no upper bound" in terminal(reports.endless_report())
    empty = reports.first_look_report()
    empty["persons"].update(low=0, likely=0)
    assert "FIRST LOOK at 4.2 % of the bytes: nobody found" in terminal(empty, unicode=False)


def test_credentials_without_people_still_alert() -> None:
    report = reports.empty_report()
    report["records_by_entity"] = {"password": 12}
    assert "Credentials (logins, passwords) are in the data." in terminal(report)


def test_long_lists_are_cut_and_say_so() -> None:
    report = reports.reference_report()
    report["inputs"] = [{**report["inputs"][0], "path": f"{number}.csv", "status": "partial"} for number in range(30)]
    report["warnings"] = [{**report["warnings"][0], "path": f"{number}.csv", "row": None} for number in range(30)]
    text = terminal(report)
    assert text.count("10 inputs more: see the JSON report") == 2
    assert "10 more warnings: see the JSON report" in text
    assert "byte 6" in text


def test_columns_that_share_a_name_stand_apart() -> None:
    report = reports.reference_report()
    report["inputs"][0]["roles"][20]["column"] = "N_SECU"
    report["inputs"][0]["roles"][21].update(column="N_SECU", role="phone")
    lines = [line for line in terminal(report).splitlines() if line.startswith("N_SECU")]
    assert [line.split()[1] for line in lines] == ["nir", "phone"]


def test_reason_of_a_newer_version_keeps_its_own_sentence() -> None:
    report = reports.reference_report()
    report["severity"]["reasons"][0].update(code="not_known_here", sentence="Something new\x1b.")
    assert r"Something new\x1b." in terminal(report, lang="fr")


def test_evidence_outside_of_columns() -> None:
    report = reports.reference_report()
    report["inputs"][0]["roles"] = []
    for entry in report["evidence"]:
        entry.update(column=None, role=None)
    assert "(text)" in terminal(report)


@pytest.mark.parametrize("name", REPORTS)
def test_plain_text_has_no_escape_code_and_no_box_drawing(name: str) -> None:
    for character in terminal(REPORTS[name]()):
        assert character == "\n" or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}
        assert not 0x2500 <= ord(character) <= 0x259F


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_ascii_only_where_the_stream_needs_it(name: str, lang: str) -> None:
    assert terminal(REPORTS[name](), lang=lang, unicode=False).isascii()


def test_band_has_colour_and_word() -> None:
    text = terminal(reports.reference_report(), color=True)
    # the badge alone is on red: its style must not run over the rest of the line
    assert "\x1b[1;37;41m VERY HIGH \x1b[0m\x1b[1m severity 5.0\x1b[0m  = 4 data" in text
    assert "\x1b" not in terminal(reports.reference_report(), color=False)


def test_colour_changes_nothing_but_escape_codes() -> None:
    import re

    colored = re.sub(r"\x1b\[[0-9;]*m", "", terminal(reports.hostile_report(), color=True))
    plain = terminal(reports.hostile_report())
    assert [line.rstrip() for line in colored.splitlines()] == plain.splitlines()


def test_hostile_names_stay_visible_and_inert() -> None:
    text = terminal(reports.hostile_report(), color=True)
    assert r"\x1b[2J[bold red]\u202eNOM:boom:" in text
    for sequence in ("\x1b[2J", "\u202e", "\x07", "\x9b"):
        assert sequence not in text
    assert not any(ord(character) > 0xFFFF for character in text)


# ---- the JSON report


@pytest.mark.parametrize("name", REPORTS)
def test_reports_follow_the_schema(name: str) -> None:
    report = REPORTS[name]()
    VALIDATOR.validate(report)
    assert first_problem(report) is None


def test_schema_is_valid_and_knows_the_nouns() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    definitions = SCHEMA["$defs"]
    assert definitions["role"]["enum"] == [*ROLES, None]
    assert definitions["theme"]["enum"] == list(THEMES)
    assert definitions["evidence"]["properties"]["status"]["enum"] == [*STATUSES, None]


@pytest.mark.parametrize("name", REPORTS)
def test_json_reads_back_and_is_safe_on_a_terminal(name: str) -> None:
    report = REPORTS[name]()
    text = RENDERERS["json"].render(report, RenderOptions())
    assert json.loads(text) == report
    assert text.endswith("}\n")
    assert all(character == "\n" or unicodedata.category(character)[0] != "C" for character in text)


def test_json_is_the_same_whatever_the_options() -> None:
    report = reports.reference_report()
    texts = {RENDERERS["json"].render(report, RenderOptions(lang, width)) for lang in LANGUAGES for width in (80, 120)}
    assert len(texts) == 1


def _place(report: dict[str, Any], path: str) -> tuple[Any, Any]:
    """The container and key at a JSON pointer."""
    *parents, last = [int(part) if part.isdigit() else part for part in path.strip("/").split("/")]
    container: Any = report
    for part in parents:
        container = container[part]
    return container, last


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("/schema", "leakscan-report/2"),
        ("/records", -1),
        ("/records", 1.5),
        ("/records", True),
        ("/scan/complete", 1),
        ("/scan/as_of", "01/01/2026"),
        ("/inputs/0/status", "done"),
        ("/inputs/0/sha256", "abc"),
        ("/inputs/0/roles/0/role", "surname"),
        ("/evidence/0/share", 1.01),
        ("/evidence/0/samples", ["1 84 12 76 451 089 46"]),
        ("/evidence/0/theme", "flu"),
        ("/persons/low", None),
        ("/persons/by_theme", {"flu": {}}),
        ("/persons/by_theme", {"hiv": {"confirmed": {"low": 0, "likely": 0, "high": 0}}}),
        ("/persons/by_theme", {"hiv": {"affirmed": {}}}),
        ("/persons/by_category", {"surname": {"low": 0, "likely": 0, "high": 0}}),
        ("/persons/waterfall", [{"step": "rows", "count": 1, "note": ""}]),
        ("/severity/dpc", 5),
        ("/severity/ei", 0.3),
        ("/severity/band", "extreme"),
        ("/severity/reasons", [{}]),
        ("/severity/flags/over_100_people", 1),
        ("/warnings/0/message", None),
    ],
)
def test_schema_refuses(path: str, value: object) -> None:
    report = reports.reference_report()
    container, key = _place(report, path)
    container[key] = value
    assert not VALIDATOR.is_valid(report)
    problem = first_problem(report)
    assert problem is not None
    assert problem.startswith("/")


@pytest.mark.parametrize("path", ["/persons", "/persons/exact", "/severity/reasons", "/inputs/0/path", "/scan/run"])
def test_schema_misses(path: str) -> None:
    report = reports.reference_report()
    container, key = _place(report, path)
    del container[key]
    assert not VALIDATOR.is_valid(report)
    assert first_problem(report) == f"{path}: is missing"


def test_schema_allows_additions() -> None:
    report = reports.reference_report()
    report["new"] = report["inputs"][0]["new"] = report["persons"]["new"] = {"anything": 1}
    assert VALIDATOR.is_valid(report)
    assert first_problem(report) is None


@pytest.mark.parametrize("value", [None, [], 1, "x", {}])
def test_schema_refuses_what_is_no_report(value: object) -> None:
    assert first_problem(value) is not None


JSON_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 5),
    st.sampled_from([0.5, 1.5]),
    st.text(max_size=3),
    st.just([]),
    st.just({}),
)


@given(st.data())
def test_our_check_agrees_with_jsonschema(data: st.DataObject) -> None:
    report = copy.deepcopy(reports.reference_report())
    node: Any = report
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(node[key], dict | list) or not node[key] or data.draw(st.booleans()):
            break
        node = node[key]
    node[key] = data.draw(JSON_VALUES)
    assert (first_problem(report) is None) == VALIDATOR.is_valid(report)


# ---- words and numbers


def test_every_phrase_is_whole_in_both_languages() -> None:
    for key, texts in PHRASES.items():
        assert len(texts) == len(LANGUAGES), key
        assert all(texts), key
        fields = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in texts]
        assert fields[0] == fields[1], key
        if key.startswith("count."):
            assert all(text.count("|") == 1 for text in texts), key


def test_every_name_of_a_closed_set_has_a_label() -> None:
    names = {
        "theme": THEMES,
        "status": STATUSES,
        "category": SCHEMA["$defs"]["persons"]["properties"]["by_category"]["propertyNames"]["enum"],
        "basis": SCHEMA["$defs"]["persons"]["properties"]["basis"]["required"],
        "band": SCHEMA["$defs"]["band"]["enum"],
    }
    for family, members in names.items():
        for name in members:
            assert f"{family}.{name}" in PHRASES


@pytest.mark.parametrize(
    ("environ", "lang"),
    [
        ({}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LC_ALL": "en_GB.UTF-8", "LANG": "fr_FR.UTF-8"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "fr_CA", "LANG": "en_US"}, "fr"),
    ],
)
def test_language_of_the_environment(environ: dict[str, str], lang: str) -> None:
    assert language(environ) == lang


@pytest.mark.parametrize(
    ("share", "en", "fr"),
    [
        (0, "0", "0"),
        (0.0004, "<0.1", "<0,1"),
        (0.012, "1.2", "1,2"),
        (0.5, "50", "50"),
        (0.9999, "99.9", "99,9"),
        (1, "100", "100"),
    ],
)
def test_percent(share: float, en: str, fr: str) -> None:
    assert percent(share, "en") == f"{en}{THIN_SPACE}%"
    assert percent(share, "fr") == f"{fr}{THIN_SPACE}%"


def test_numbers() -> None:
    assert number(1_234_567) == f"1{THIN_SPACE}234{THIN_SPACE}567"
    assert [decimal(value, "en") for value in (4, 0.25, 4.5)] == ["4.0", "0.25", "4.5"]
    assert decimal(4.25, "fr") == "4,25"
    assert [counted(count, "person", "en") for count in (0, 1, 2)] == ["0 people", "1 person", "2 people"]
    assert [counted(count, "person", "fr") for count in (0, 1, 2)] == ["0 personne", "1 personne", "2 personnes"]
    assert label("step", "some_new_step", "fr") == "some new step"


@given(st.text())
def test_harmless_is_printable_and_keeps_what_is(text: str) -> None:
    shown = harmless(text)
    assert all(unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"} for character in shown)
    assert harmless(shown) == shown
    assert json.loads(harmless_json(json.dumps(text, ensure_ascii=False))) == text


@given(st.text(st.characters(exclude_categories=("C", "Z")), max_size=40), st.integers(5, 50))
def test_shorten_keeps_the_end(text: str, width: int) -> None:
    short = shorten(text, width)
    assert len(short) <= width
    assert text.endswith(short.removeprefix("...")) or text == short
