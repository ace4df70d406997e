"""Why a report says what it says; what a corrected role changes, and what it cannot change."""

from __future__ import annotations

import ast
import copy
import json
import re
import shlex
import string
from pathlib import Path
from typing import Any

import pytest
from reports import HOSTILE, first_look_report, hostile_report, reference_report

from leakscan.cli.app import run
from leakscan.errors import UsageError
from leakscan.explain import band_statements, people_statements, places
from leakscan.explain.correct import CORRECTED, Correction, corrected
from leakscan.explain.rules import FRENCH, in_french
from leakscan.explain.statement import sentence
from leakscan.explain.targets import columns_meant, commands, parse_corrections, quoted
from leakscan.explain.tell import all_explained, as_json, as_text
from leakscan.explain.words import WORDS
from leakscan.options import ScanOptions, parse_date
from leakscan.persons.merges import RULES, STRENGTHS
from leakscan.renderers import RENDERERS, RenderOptions
from leakscan.renderers.schema import first_problem
from leakscan.report import build_report
from leakscan.review.words import WORDS as REVIEW_WORDS
from leakscan.scan import scan

PACKAGE = Path(__file__).parent.parent / "leakscan"
OPTIONS = ScanOptions(as_of=parse_date("2026-01-01"), workers=1)
WHEN = "2026-01-02T03:04:05Z"
TABLE = """CIVILITE;NOM;PRENOM;DDN;TEL;VILLE;MEDECIN;RESULTAT
M;DURAND;PAUL;01/02/1960;0639980001;LYON;Dr ROUX;12
MME;PETIT;ANNE;03/04/1971;0639980002;PARIS;Dr MOREL;15
M;DURAND;PAUL;01/02/1960;;LYON;Dr ROUX;11
M;FAURE;JEAN;05/06/1982;0639980003;LILLE;Dr ROUX;7
MME;GARNIER;ODILE;07/08/1953;0639980004;LYON;Dr MOREL;9
coupe;court
TEST;TEST;TEST;01/01/1900;;;;
"""
OTHER = """NOM;VILLE
MARTEL;LYON
BLANC;PARIS
LEGRAND;LILLE
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("explained")
    (found / "a.csv").write_text(TABLE, encoding="utf-8")
    (found / "b.csv").write_text(OTHER, encoding="utf-8")
    return found


@pytest.fixture(scope="module")
def report(folder: Path) -> dict[str, Any]:
    return build_report(scan([str(folder)], OPTIONS), OPTIONS)


@pytest.fixture
def result(report: dict[str, Any], tmp_path: Path) -> Path:
    path = tmp_path / "report.json"
    path.write_text(json.dumps(report), encoding="utf-8")
    return path


def correction(report: dict[str, Any], target: str, role: str | None) -> list[Correction]:
    return parse_corrections(report, [f"{target}={role or 'none'}"])


# ---- what the report says


def test_a_report_with_reasons_is_of_the_schema(report: dict[str, Any]) -> None:
    assert first_problem(report) is None
    whys = {role["column"]: role["why"] for given in report["inputs"] for role in given["roles"]}
    assert whys["NOM"]["phrase"] == "nom"
    assert whys["NOM"]["header"] > 0.5
    assert {"filled", "fit"} <= set(whys["TEL"])
    assert [given["health"] for given in report["inputs"]] == [True, False]


def test_the_count_adds_up(report: dict[str, Any]) -> None:
    persons = report["persons"]
    linkage = persons["linkage"]
    merged = dict.fromkeys(STRENGTHS, 0)
    for one in linkage["merged"]:
        assert one["rule"] in RULES
        merged[one["strength"]] += one["merges"]
    assert persons["likely"] == linkage["identities"] - merged["certain"] - merged["likely"]
    assert linkage["low"]["possible"] == merged["possible"]
    assert linkage["high"]["uncertain"] == merged["likely"]
    assert persons["likely"] - sum(linkage["low"].values()) == persons["low"]
    assert persons["likely"] + sum(linkage["high"].values()) == persons["high"]
    assert linkage["records"] == 5


def test_merges_are_told_by_their_rules(tmp_path: Path) -> None:
    names = ["".join(chr(65 + (n * 7 + place * 5) % 26) for place in range(7)) for n in range(26)]
    rows = [f"{name};PAUL;01/02/19{30 + n};063998{n:04d};" for n, name in enumerate(names)]
    twice = [*rows, *rows[:7], f"{names[3]};PAUL;;0639980003;"]
    (tmp_path / "a.csv").write_text("\n".join(["NOM;PRENOM;DDN;TEL;MEDECIN", *twice]) + "\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("\n".join(["NOM;PRENOM;DDN;TEL;MEDECIN", *rows[:4]]) + "\n", encoding="utf-8")
    report = build_report(scan([str(tmp_path)], OPTIONS), OPTIONS)
    told = {(one["strength"], one["rule"]): one["merges"] for one in report["persons"]["linkage"]["merged"]}
    assert report["persons"]["likely"] == 26
    assert told == {("certain", "name_and_birth"): 4, ("likely", "something_missing"): 1}


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_everything_is_said_in_both_languages(report: dict[str, Any], lang: str) -> None:
    text = as_text(all_explained(report), lang, 100)
    assert "{" not in text
    said = json.dumps(as_json(all_explained(report), lang), ensure_ascii=False)
    assert ("Its header reads" in text) == (lang == "en")
    assert ("Son en-tête dit" in said) == (lang == "fr")
    assert report["persons"]["likely"] == next(people_statements(report)).values["likely"]
    assert max(map(len, text.splitlines())) <= 100


@pytest.mark.parametrize("table", [WORDS, REVIEW_WORDS])
def test_both_languages_have_the_same_holes(table: dict[str, tuple[str, str]]) -> None:
    for key, texts in table.items():
        english, french = ({name for _, name, _, _ in string.Formatter().parse(text) if name} for text in texts)
        assert english == french, key


def test_every_rule_of_the_columns_is_known_in_french() -> None:
    said = set()
    for file in (PACKAGE / "columns").glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "become"):
                continue
            for part in ast.walk(node.args[2]):
                if isinstance(part, ast.JoinedStr):
                    said.add("".join(one.value if isinstance(one, ast.Constant) else "{name}" for one in part.values))
                elif isinstance(part, ast.Constant) and isinstance(part.value, str):
                    said.add(part.value)
    told = {rule for rule in said if rule and not (rule.startswith("holds the keys") and "{" not in rule)}
    pieces = {"holds the keys of '", "year and month agree with '", "'"}
    assert told - pieces - set(FRENCH) == set()
    assert in_french("holds the keys of 'L'AUTRE'") == "contient les clés de « L'AUTRE »"
    assert in_french("of another time") == "of another time"


def test_every_merging_rule_and_reason_has_words(report: dict[str, Any]) -> None:
    linkage = report["persons"]["linkage"]
    wanted = [*(f"rule.{rule}" for rule in RULES), *(f"strength.{one}" for one in STRENGTHS)]
    wanted += [f"reason.{name}" for name in (*linkage["low"], *linkage["high"])]
    assert [key for key in wanted if key not in WORDS] == []


def test_reports_of_other_times_and_kinds_are_explained() -> None:
    """Without reasons, linkage and health; of a first look; with hostile names."""
    for told in (reference_report(), first_look_report(), hostile_report()):
        for lang in ("en", "fr"):
            text = as_text(all_explained(told), lang, 80)
            assert "\x1b" not in text
            assert "\u202e" not in text
            assert "\x07" not in text
    assert "people.no_linkage" in {one.code for one in people_statements(reference_report())}
    assert "people.unread_by_model" in {one.code for one in people_statements(first_look_report())}


def test_the_band_is_explained_by_the_worksheet() -> None:
    report = reference_report()
    said = list(band_statements(report))
    decisive = [reason["code"] for reason in report["severity"]["reasons"] if reason["decisive"]]
    assert [one.values["code"] for one in said if one.code == "band.decides"] == decisive
    assert len([one for one in said if one.code == "band.what_if"]) == len(report["severity"]["what_if"]) - 1
    assert "5,0" in sentence(said[0], "fr")


# ---- corrections


def test_no_correction_changes_nothing(report: dict[str, Any]) -> None:
    """The severity computed from a report is the scan's own, or nothing computed anew could be believed."""
    same = [Correction(place, place.role) for place in places(report)]
    made = corrected(report, same, "me", WHEN)
    assert made.report == report
    city = corrected(report, correction(report, "a.csv:CIVILITE", "city"), "me", WHEN)
    assert city.report["severity"] == report["severity"]
    assert city.stands


def test_the_severity_is_computed_anew(report: dict[str, Any]) -> None:
    assert report["severity"]["dpc"] == 4
    made = corrected(report, correction(report, "RESULTAT", None), "me", WHEN)
    codes = {reason["code"] for reason in made.report["severity"]["reasons"]}
    assert "results_present" not in codes
    assert made.report["severity"]["dpc"] < 4
    assert "visit_prescriber" in codes
    both = [*correction(report, "RESULTAT", None), *correction(report, "MEDECIN", None)]
    made = corrected(report, both, "me", WHEN)
    assert made.report["severity"]["dpc"] == 1
    assert [given["health"] for given in made.report["inputs"]] == [False, False]
    assert made.lost == ("prescriber",)
    gained = corrected(report, correction(report, "RESULTAT", "iban"), "me", WHEN)
    assert gained.gained == ("financial",)
    assert first_problem(gained.report) is None


def test_people_stand_only_where_no_count_rests_on_the_columns(report: dict[str, Any]) -> None:
    made = corrected(report, correction(report, "a.csv:NOM", "city"), "me", WHEN)
    assert not made.stands
    assert made.report["persons"] == report["persons"]
    (kept,) = made.report["corrections"]
    assert kept == {
        "path": report["inputs"][0]["path"], "member": None, "index": 1, "column": "NOM", "from": "last_name",
        "to": "city", "who": "me", "when": WHEN, "people": "count_again",
    }  # fmt: skip
    assert [line["code"] for line in made.report["warnings"]].count(CORRECTED) == 1
    assert first_problem(made.report) is None
    own = [line for line in made.report["evidence"] if line["column"] == "NOM" and line["entity"] == "last_name"]
    assert [Path(line["path"]).name for line in own] == ["b.csv"]
    assert first_problem({**made.report, "corrections": [{**kept, "to": "surname"}]}) is not None


def test_a_report_is_not_changed_by_a_correction(report: dict[str, Any]) -> None:
    before = copy.deepcopy(report)
    corrected(report, correction(report, "MEDECIN", "city"), "me", WHEN)
    assert report == before


def test_columns_by_name_number_and_file(report: dict[str, Any]) -> None:
    def meant(target: str) -> list[tuple[str, int]]:
        return [(Path(place.path).name, place.index) for place in columns_meant(places(report), target, "it")]

    assert meant("DDN") == [("a.csv", 3)]
    assert meant("NOM") == [("a.csv", 1), ("b.csv", 0)]
    assert meant("b.csv:1") == meant(f"{report['inputs'][1]['path']}:NOM") == [("b.csv", 0)]
    assert meant("*:VILLE") == [("a.csv", 5), ("b.csv", 1)]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["SECRET=nir"], "no. 1 names no column"),
        (["DDN=date", "c.csv:NOM=nir"], "no. 2 names no column"),
        (["NOM"], "no. 1 is not COLUMN=ROLE"),
        (["NOM=SECRET"], "no. 1 has a role that does not exist"),
        (["NOM=city"], "no. 1 names a column of 2 inputs"),
        (["DDN=date", "4=city"], "no. 2 gives a column a second role"),
        (["DDN=date", "a.csv:4=city"], "no. 2 gives a column a second role"),
    ],
)
def test_what_cannot_be_corrected_is_told_by_its_place(
    given: list[str], says: str, report: dict[str, Any], result: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(UsageError, match=re.escape(says)):
        parse_corrections(report, given)
    assert run(["explain", str(result), *(part for one in given for part in ("--correct", one))]) == 2
    captured = capsys.readouterr()
    assert "SECRET" not in captured.err + captured.out


def test_the_command_counts_again(report: dict[str, Any], folder: Path) -> None:
    everywhere = corrected(report, parse_corrections(report, ["*:VILLE=none"]), "me", WHEN).report
    (line,), left = commands(everywhere)
    paths = [str(folder / name) for name in ("a.csv", "b.csv")]
    assert shlex.split(line) == ["leakscan", "scan", *paths, "--as-of", "2026-01-01", "--role", "VILLE=none"]
    assert left == 0
    one = corrected(report, parse_corrections(report, ["b.csv:NOM=prescriber"]), "me", WHEN).report
    lines, _ = commands(one)
    assert [shlex.split(line)[1] for line in lines] == ["scan", "scan", "merge"]
    assert [paths[1] in line and "NOM=prescriber" in line for line in lines] == [False, True, False]


def test_arguments_are_quoted_for_a_shell() -> None:
    assert quoted("a b") == "'a b'"
    assert quoted("\x1b]0;x'y\u202e") == "$'\\x1b]0;x\\x27y\\xe2\\x80\\xae'"
    assert "\x1b" not in quoted(HOSTILE)


# ---- the command


def test_explain_shows_what_was_asked_for(result: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", str(result), "--column", "DDN", "--lang", "en"]) == 0
    text = capsys.readouterr().out
    assert "4 DDN" in text
    assert "HOW MANY" not in text
    assert run(["explain", str(result), "--persons", "--lang", "fr"]) == 0
    text = capsys.readouterr().out
    assert "COMBIEN DE PERSONNES" in text
    assert "COLONNES" not in text
    assert run(["explain", str(result), "--json", "-"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == "leakscan-explanation/1"
    assert {"columns", "people", "band"} <= set(told)
    assert {one["code"] for one in told["people"]} >= {"people.rows", "people.placeholders", "people.damaged"}


def test_a_saved_result_is_explained_too(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "keys").mkdir()
    saved, key = str(tmp_path / "r.leakscan"), str(tmp_path / "keys" / "k")
    assert run(["scan", str(folder), "--quiet", "--save", saved, "--key-file", key, "--as-of", "2026-01-01"]) == 0
    assert run(["explain", saved, "--column", "a.csv:NOM", "--lang", "en"]) == 0
    assert "last_name" in capsys.readouterr().out


def test_corrections_are_kept_and_logged(result: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "keys").mkdir()
    out, log, key = (str(tmp_path / name) for name in ("out.json", "log.jsonl", "keys/signing"))
    wanted = ["--correct", "RESULTAT=none", "--who", "someone", "--out", out]
    assert run(["explain", str(result), *wanted, "--evidence-log", log, "--signing-key", key, "--lang", "en"]) == 0
    text = capsys.readouterr().out
    assert "leakscan scan" in text
    assert "do NOT stand" in text
    report = json.loads(Path(out).read_text(encoding="utf-8"))
    assert [(one["column"], one["from"], one["to"], one["who"]) for one in report["corrections"]] == [
        ("RESULTAT", "result", None, "someone")
    ]
    lines = [json.loads(line) for line in Path(log).read_text(encoding="utf-8").splitlines()]
    assert [line["kind"] for line in lines] == ["begin", "corrected", "scanned", "end"]
    assert (lines[1]["from_role"], lines[1]["to_role"], lines[1]["who"]) == ("result", None, "someone")
    assert run(["verify", log, "--key", f"{key}.pub", "--report", out]) == 0
    assert run(["verify", log, "--key", f"{key}.pub", "--report", str(result)]) == 1
    assert run(["report", out, "--format", "terminal"]) == 0
    assert CORRECTED in capsys.readouterr().out


def test_people_are_counted_again_from_inputs_that_are_the_same(
    report: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in").mkdir()
    for name, text in (("a.csv", TABLE), ("b.csv", OTHER)):
        (tmp_path / "in" / name).write_text(text, encoding="utf-8")
    given, out = str(tmp_path / "r.json"), str(tmp_path / "out.json")
    assert run(["scan", str(tmp_path / "in"), "--quiet", "--json", given, "--as-of", "2026-01-01"]) == 0
    wanted = ["explain", given, "--correct", "b.csv:VILLE=prescriber", "--rescan", "--out", out, "--lang", "en"]
    assert run(wanted) == 0
    assert "Counted again" in capsys.readouterr().out
    after = json.loads(Path(out).read_text(encoding="utf-8"))
    assert after["persons"]["likely"] == report["persons"]["likely"] + 3  # names count where there are prescribers
    assert [one["people"] for one in after["corrections"]] == ["counted_again"]
    roles = {(Path(place.path).name, place.column): place.role for place in places(after)}
    assert (roles["a.csv", "VILLE"], roles["b.csv", "VILLE"]) == ("city", "prescriber")
    (tmp_path / "in" / "b.csv").write_text(OTHER + "ROUX;NICE\n", encoding="utf-8")
    assert run(wanted) == 2
    assert "does not lie at its path" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--rescan"], "give --correct"),
        (["--out", "x.json"], "give --correct"),
        (["--column", "SECRET"], "--column no. 1 names no column"),
        (["--correct", "DDN=date", "--evidence-log", "l"], "needs --signing-key"),
        (["--correct", "DDN=date", "--signing-key", "l"], "give --evidence-log"),
    ],
)
def test_bad_usage_is_a_sentence(
    arguments: list[str], says: str, result: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["explain", str(result), *arguments]) == 2
    captured = capsys.readouterr()
    assert says in captured.err
    assert "SECRET" not in captured.err


def test_a_draft_reserves_the_numbers_of_a_corrected_report(report: dict[str, Any]) -> None:
    made = corrected(report, correction(report, "MEDECIN", None), "me", WHEN).report
    options = RenderOptions("fr")
    assert "doivent être recomptés" in RENDERERS["cnil"].render(made, options)
    assert "recomptés" not in RENDERERS["cnil"].render(report, options)
    assert made["warnings"][0]["code"] == CORRECTED
