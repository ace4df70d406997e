"""No value of anybody leaves the process: not in an output, a log, an exception, a repr, or a file left behind."""

from __future__ import annotations

import csv
import io
import itertools
import json
import logging
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from reading import read_whole
from stdnum.fr import nir as oracle

from leakscan import columns
from leakscan.cli.app import run
from leakscan.errors import LeakscanError
from leakscan.options import ScanOptions
from leakscan.persons.identity import Fingerprinter
from leakscan.plan import plan
from leakscan.readers import HashingStream
from leakscan.records import ColumnRole, ReadOptions
from leakscan.renderers import RENDERERS, RenderOptions
from leakscan.renderers.cnil import cnil_docx
from leakscan.report import build_report
from leakscan.review import model
from leakscan.scan import scan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FRAGMENT = 6
"""So many characters of a value in a row are too many: a NIR's first six tell sex, year, month and more."""


def nir(body: str) -> str:
    return f"{body}{oracle.calc_check_digits(body)}"


PLANTED: dict[str, str] = {
    "last name": "ZWYKROPOLD",
    "maiden name": "VANDEQUIXHOUT",
    "first name": "WUNIBALDINE",
    "NIR": nir("2471269957312"),
    "second NIR": nir("1530859961873"),
    "NIR with a wrong key": "147086995849100",
    "phone": "0639987316",
    "e-mail": "wunibaldine.zwykropold@example.com",
    "login": "wzwykro_5581",
    "password": "Xq7#vTr9zKpm",
    "address": "731 chemin des Gryphoquokkas",
    "comment": "QUOLLIBRUMEUX HIPPOGRYFFIN",
    "IBAN": "FR7699999000017731625540177",
    "record number": "DOS-8837165542",
    "prescriber": "SCHWYBZERTEUIL",
}
HEADER_NIR, NAME_NIR = nir("2650369958447"), nir("1780269953629")
HEADER = (
    "NOM",
    "NOM_JF",
    "PRENOM",
    "DDN",
    "NIR",
    "TEL",
    "MAIL",
    "LOGIN",
    "MDP",
    "ADRESSE",
    "IBAN",
    "DOSSIER",
    "MEDECIN",
)
PERSON = (
    PLANTED["last name"], PLANTED["maiden name"], PLANTED["first name"], "17/12/1947", PLANTED["NIR"], PLANTED["phone"],
    PLANTED["e-mail"], PLANTED["login"], PLANTED["password"], PLANTED["address"], PLANTED["IBAN"],
    PLANTED["record number"], f"Dr {PLANTED['prescriber']}",
)  # fmt: skip
COMMENT = f"{PLANTED['comment']} VIH positif, voir {PLANTED['second NIR']} et {PLANTED['NIR with a wrong key']}"


def leaks(text: str, values: tuple[str, ...] = tuple(PLANTED.values())) -> list[str]:
    """Fragments of the values that stand in a text, whatever separates their characters."""
    found = []
    squeezed = "".join(char for char in DIGEST.sub("~", text.casefold()) if char.isalnum())
    for value in values:
        plain = "".join(char for char in value.casefold() if char.isalnum())
        pieces = {plain[at : at + FRAGMENT] for at in range(len(plain) - FRAGMENT + 1)} - HARMLESS
        found += sorted(piece for piece in pieces if piece in squeezed)
    return found


DIGEST = re.compile(r"(?<![0-9a-z])(?:[0-9a-f]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![0-9a-z])")
"""Keyed digests and UUIDs: their digits are drawn anew in each run, and now and then spell six of a NIR."""

HARMLESS = {text[at : at + FRAGMENT] for text in ("examplecom", "999990000") for at in range(len(text) - FRAGMENT + 1)}
"""Fragments that are nobody's: a reserved domain, an invented bank."""


def table(*, damaged: bool = True, header: tuple[str, ...] | None = (*HEADER, "COMMENTAIRE")) -> bytes:
    rows = [";".join(header)] if header else []
    rows += [";".join((*PERSON, COMMENT))] * 3
    if damaged:
        rows += [";".join((*PERSON, COMMENT, "surplus " + PLANTED["comment"])), ";".join(PERSON[:5])]
        rows += ['"' + ";".join((*PERSON, COMMENT))]
    return "".join(row + "\n" for row in rows).encode()


@pytest.fixture
def leak(tmp_path: Path) -> Path:
    """A folder with a table, the same without header, a letter, and a file cut off."""
    folder = tmp_path / "leak"
    folder.mkdir()
    (folder / "table.csv").write_bytes(table())
    (folder / "bare.txt").write_bytes(table(header=None))
    (folder / "letter.txt").write_text(
        f"Madame {PLANTED['first name']} {PLANTED['last name']}\nNIR {PLANTED['NIR']}\n{COMMENT}\n"
        f"mot de passe : {PLANTED['password']}\nTel {PLANTED['phone']}\n",
        encoding="utf-8",
    )
    (folder / "cut.csv").write_bytes(table()[:-40])
    return folder


@pytest.fixture(autouse=True)
def quiet_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("LEAKSCAN_DEBUG", "LANG", "LC_ALL"):
        monkeypatch.delenv(variable, raising=False)


def test_the_leak_is_found_and_the_check_sees_values(leak: Path) -> None:
    """Otherwise this file would prove nothing."""
    report = build_report(scan([str(leak)], ScanOptions()), ScanOptions())
    entities = {line["entity"] for line in report["evidence"]}
    assert {"nir", "phone", "email", "health", "last_name"} <= entities
    assert report["persons"]["with_credentials"] > 0
    for name, value in PLANTED.items():
        assert leaks(f"was: {value}!"), name
    assert leaks("2 47 12 69 9")
    assert leaks(f"sha256:{'0' * 58}247126 and a NIR 2471269957312") == leaks("2471269957312")
    assert leaks(f"{'0' * 20}2471269957312") != []
    assert leaks("") == leaks("example.com") == []


# ---- outputs


@pytest.mark.parametrize(("lang", "json_to"), [("en", "-"), ("fr", "report.json")])
def test_no_output_holds_a_value(
    lang: str,
    json_to: str | None,
    leak: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    target = [] if json_to is None else ["--json", json_to if json_to == "-" else str(tmp_path / json_to)]
    target += ["--html", str(tmp_path / "report.html")]
    assert run(["scan", str(leak), "--lang", lang, *target]) == 0
    captured = capfd.readouterr()
    assert captured.out
    assert leaks(captured.out) == leaks(captured.err) == leaks(caplog.text) == []
    assert leaks((tmp_path / "report.html").read_text(encoding="utf-8")) == []
    if json_to == "report.json":
        assert leaks((tmp_path / json_to).read_text(encoding="utf-8")) == []


def test_no_renderer_shows_a_value(leak: Path) -> None:
    report = build_report(scan([str(leak)], ScanOptions()), ScanOptions())
    for name, lang, (width, color) in itertools.product(RENDERERS, ("en", "fr"), ((80, False), (160, True))):
        shown = RENDERERS[name].render(report, RenderOptions(lang, width, color, unicode=not color))
        assert leaks(cells_apart(shown) if name == "csv" else shown) == [], (name, lang)


def cells_apart(table: str) -> str:
    """The cells with a letter between them: else counts side by side spell numbers that stand nowhere."""
    return " q ".join(cell for line in csv.reader(io.StringIO(table)) for cell in line)


@pytest.mark.parametrize("split_by", ["laboratory", "finess"])
def test_no_draft_shows_a_value(leak: Path, split_by: str) -> None:
    """Split and compared with an earlier report, as text and as the documents that are written to files."""
    report = build_report(scan([str(leak)], ScanOptions()), ScanOptions())
    options = RenderOptions("fr", since=report, split_by=split_by)
    for name in ("cnil", "edpb"):
        assert leaks(RENDERERS[name].render(report, options)) == [], name
    for _, content in cnil_docx(report, options):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            for part in package.namelist():
                assert leaks(package.read(part).decode("utf-8")) == [], part


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_no_explanation_correction_or_review_holds_a_value(
    lang: str, leak: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Also where a value is typed, and where a header is one."""
    (leak / "headed.csv").write_bytes(table(header=(*HEADER, f"Patient {HEADER_NIR}")))
    (tmp_path / "keys").mkdir()
    result, out, told = (str(tmp_path / name) for name in ("r.json", "corrected.json", "told.json"))
    log, key = str(tmp_path / "log.jsonl"), str(tmp_path / "keys" / "signing")
    assert run(["scan", str(leak), "--quiet", "--json", result]) == 0
    explain = ["explain", result, "--lang", lang]
    assert run([*explain, "--json", told]) == 0
    wanted = ["--correct", "*:NOM=prescriber", "--correct", "headed.csv:14=comment", "--correct", "*:MDP=none"]
    assert run([*explain, *wanted, "--out", out, "--evidence-log", log, "--signing-key", key]) == 0
    assert run([*explain, *wanted, "--rescan"]) == 0
    for value in PLANTED.values():
        assert run([*explain, "--correct", f"{value}=nir"]) == 2
        assert run([*explain, "--correct", f"NOM={value}"]) == 2
        assert run([*explain, "--column", value]) == 2
    captured = capfd.readouterr()
    report = json.loads(Path(out).read_text(encoding="utf-8"))
    assert len(report["corrections"]) > 3
    review = model.begin(report)
    rows = [cell for row in range(len(review.rows)) for cell in model.cells(review, row, lang)]
    shown = [captured.out, captured.err, *(Path(file).read_text(encoding="utf-8") for file in (out, told, log))]
    shown += [" q ".join(rows), *model.totals(review, model.outcome(review), lang)]
    for text in shown:
        assert leaks(text, (*PLANTED.values(), HEADER_NIR)) == []
    for name in RENDERERS:
        said = RENDERERS[name].render(report, RenderOptions(lang))
        assert leaks(cells_apart(said) if name == "csv" else said) == [], name


def test_no_evidence_log_holds_a_value(leak: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (leak / f"resultats_{NAME_NIR}.csv").write_bytes(table())
    (tmp_path / "keys").mkdir()
    log = tmp_path / "log.jsonl"
    column, pattern = f"Patient {HEADER_NIR}=comment", f"*{HEADER_NIR}*"
    passwords = tmp_path / "passwords"
    passwords.write_text(PLANTED["password"] + "\n", encoding="utf-8")
    arguments = ["--quiet", "--evidence-log", str(log), "--signing-key", str(tmp_path / "keys" / "signing")]
    arguments += ["--role", column]
    targets = [str(leak), str(leak / f"resultats_{NAME_NIR}.csv")]
    assert run(["scan", *targets, *arguments, "--exclude", pattern, "--password-file", str(passwords)]) == 0
    (leak / "letter.txt").unlink()
    assert run(["verify", str(log), "--inputs", str(leak)]) == 1
    captured = capfd.readouterr()
    values = (*PLANTED.values(), NAME_NIR)
    assert leaks(captured.out, values) == leaks(captured.err, values) == []
    assert leaks(log.read_text(encoding="utf-8"), (*values, HEADER_NIR)) == []


SURNAMES = ("MOREAU", "PETIT", "ROUX", "GARNIER", "BLANC", "FAURE", "LEGRAND")


def test_a_laboratory_column_that_holds_a_name_is_not_shown(tmp_path: Path) -> None:
    """Ten people under each of these cells: enough to be listed, and still no cell but a code is shown."""
    cells = [PLANTED["last name"], f"{PLANTED['prescriber']} 12", PLANTED["phone"], PLANTED["NIR"], "LB07"]
    rows = [
        (
            SURNAMES[number % 7],
            "ODILE",
            f"{1 + number % 28:02d}/{1 + number % 12:02d}/{1931 + number}",
            "02/03/2020",
            cell,
        )
        for number, cell in enumerate(cell for cell in cells for _ in range(10))
    ]
    path = tmp_path / "labo.csv"
    path.write_text(
        "\n".join(";".join(row) for row in [("NOM", "PRENOM", "DDN", "DT_PRELEV", "LABORATOIRE"), *rows]) + "\n"
    )
    ledger = scan([str(path)], ScanOptions(roles={"LABORATOIRE": "laboratory"}))
    report = build_report(ledger, ScanOptions())
    listed = report["persons"]["breakdowns"]["laboratories"]["listed"]
    assert sorted((entry["code"] or "", entry["people"]) for entry in listed) == [("", 10)] * 4 + [("LB07", 10)]
    for name, lang in itertools.product(RENDERERS, ("en", "fr")):
        shown = RENDERERS[name].render(report, RenderOptions(lang, split_by="laboratory"))
        assert name not in {"terminal", "html", "json", "cnil", "edpb"} or "LB07" in shown
        assert leaks(shown) == [], (name, lang)
    assert leaks(repr(ledger)) == []
    told = [unit.laboratories.select("code", "finess").rows() for unit in ledger.units.values()]
    assert told == [[("LB07", None)]]


def test_a_header_cell_that_holds_a_number_is_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(table(header=(*HEADER, f"Patient {HEADER_NIR}")))
    report = build_report(scan([str(path)], ScanOptions()), ScanOptions())
    for name, renderer in RENDERERS.items():
        assert leaks(renderer.render(report, RenderOptions()), (HEADER_NIR,)) == [], name


def test_a_file_name_that_holds_a_number_is_not_shown(tmp_path: Path) -> None:
    path = tmp_path / f"resultats_{NAME_NIR}.csv"
    path.write_bytes(table())
    report = build_report(scan([str(path)], ScanOptions()), ScanOptions())
    for name, renderer in RENDERERS.items():
        assert leaks(renderer.render(report, RenderOptions()), (NAME_NIR,)) == [], name


@pytest.mark.parametrize("rows", [1, 3])
def test_the_first_person_of_a_file_without_header_is_no_header(rows: int, tmp_path: Path) -> None:
    path = tmp_path / "bare.csv"
    others = ";".join(
        ("MARTEL", "", "ODILE", "02/03/1961", nir("2610369955021"), "0639980001", "", "", "", "", "", "", "", "")
    )
    path.write_text("\n".join([";".join((*PERSON, COMMENT)), *[others] * (rows - 1), ""]), encoding="utf-8")
    report = build_report(scan([str(path)], ScanOptions()), ScanOptions())
    assert leaks(json.dumps(report, ensure_ascii=False)) == []


# ---- failures


def fail_with_values(*_: object, **__: object) -> Any:
    """A library that puts cells into its messages, with a cause that does so too."""
    cell = " ".join(PLANTED.values())
    message = f"conversion from `str` failed for value {cell}"
    raise pl.exceptions.InvalidOperationError(message) from ValueError(cell)


PLACES = (
    "leakscan.persons.identity.Fingerprinter.column",
    "leakscan.columns.settle",
    "leakscan.examine.find_mentions",
    "leakscan.detectors.dates.iso_dates",
    "leakscan.readers.delimited.read",
    "leakscan.cli.output.write_out",
)


@pytest.mark.parametrize(("place", "debug"), [*((place, None) for place in PLACES), (PLACES[0], "1")])
def test_a_failure_inside_shows_no_value(
    place: str,
    debug: str | None,
    leak: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    if debug:
        monkeypatch.setenv("LEAKSCAN_DEBUG", debug)
    monkeypatch.setattr(place, fail_with_values)
    code = run(["scan", str(leak / "table.csv")])
    captured = capfd.readouterr()
    assert leaks(captured.out) == leaks(captured.err) == leaks(caplog.text) == []
    assert code in {0, 2}
    assert debug or "Traceback" not in captured.err


@pytest.mark.parametrize(
    "roles",
    [
        ["NOM=surname"],
        ["NIX=nir"],
        [f"{PLANTED['last name']}=last_name"],
        ["NOM=last_name", f"{PLANTED['NIR']}=nir"],
        [f"{PLANTED['last name']}={PLANTED['first name']}"],
        [f"comment={PLANTED['NIR']}"],
        [PLANTED["comment"]],
        [f"{PLANTED['e-mail']}=email", f"{PLANTED['e-mail']}=login"],
    ],
)
def test_a_refused_call_shows_no_value(roles: list[str], leak: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Also where a value was typed as the name of a column: of a file without a header its first cells look like it."""
    given = [argument for role in roles for argument in ("--role", role)]
    assert run(["scan", str(leak / "table.csv"), *given]) == 2
    captured = capfd.readouterr()
    assert "--role" in captured.err
    assert leaks(captured.out) == leaks(captured.err) == []


def test_a_role_for_no_column_is_told_by_place_and_shape(leak: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["scan", str(leak), "--role", "NOM=last_name", "--role", f"{PLANTED['NIR']}=nir", "--json", "-"]) == 0
    captured = capfd.readouterr()
    assert leaks(captured.out) == leaks(captured.err) == []
    told = {line["message"] for line in json.loads(captured.out)["warnings"] if line["code"] == "role_unmatched"}
    assert "--role names columns that the input does not have: no. 2 (999999999999999)" in told


def test_an_exception_of_the_pipeline_holds_no_value(leak: Path) -> None:
    """Not even the text of what a library caller may log."""
    with pytest.raises(LeakscanError) as refused:
        scan([str(leak / "nowhere")], ScanOptions())
    assert leaks(f"{refused.value!r} {refused.value}") == []


# ---- nouns


def _nouns(leak: Path) -> Iterator[tuple[str, object]]:
    head, batches, warnings = read_whole(HashingStream(io.BytesIO(table())), ReadOptions())
    settled: tuple[ColumnRole, ...] = columns.settle(head)
    prints = Fingerprinter(b"a secret key that is 32 bytes !!")
    ledger = scan([str(leak)], ScanOptions(), prints=prints)
    yield "Table", head
    yield "Batch", batches[0]
    yield "InputWarning", warnings
    yield "ColumnRole", settled
    yield "Plan", plan(head, settled, 26)
    yield "Fingerprinter", prints
    yield "Ledger", ledger
    yield "Input", sorted(ledger.inputs, key=lambda given: given.path)
    yield "Unit", list(ledger.units.values())
    yield "UnitId", list(ledger.units)
    yield "Evidence", [found for unit in ledger.units.values() for found in unit.evidence.values()]


NOUNS = (
    "Table",
    "Batch",
    "InputWarning",
    "ColumnRole",
    "Plan",
    "Fingerprinter",
    "Ledger",
    "Input",
    "Unit",
    "UnitId",
    "Evidence",
)


@pytest.fixture(scope="module")
def nouns(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    folder = tmp_path_factory.mktemp("nouns")
    (folder / "table.csv").write_bytes(table())
    return dict(_nouns(folder))


@pytest.mark.parametrize("name", NOUNS)
def test_no_noun_shows_a_value(name: str, nouns: dict[str, object]) -> None:
    with pl.Config(tbl_rows=-1, tbl_cols=-1, fmt_str_lengths=1_000):
        assert leaks(repr(nouns[name])) == []
        assert leaks(str(nouns[name])) == []
    assert "secret" not in repr(nouns[name])


def test_every_noun_was_made(nouns: dict[str, object]) -> None:
    assert tuple(nouns) == NOUNS


# ---- what is left behind


def test_nothing_is_left_in_a_folder(leak: Path, tmp_path: Path) -> None:
    """A run in a process of its own, with its own folders for whatever it wants to put away."""
    homes = {name: tmp_path / name for name in ("TMPDIR", "HOME", "XDG_CACHE_HOME", "POLARS_TEMP_DIR", "work")}
    for folder in homes.values():
        folder.mkdir()
    environment = {**os.environ, **{name: str(folder) for name, folder in homes.items() if name != "work"}}
    ended = subprocess.run(
        [sys.executable, "-m", "leakscan", "scan", str(leak / "table.csv"), "--json", "report.json"],
        cwd=homes["work"],
        env=environment,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode == 0
    left = [path for folder in homes.values() for path in folder.rglob("*") if path.is_file()]
    assert [path.name for path in left] == ["report.json"]
    assert leaks(left[0].read_text(encoding="utf-8")) == []
    assert left[0].stat().st_mode & 0o077 == 0
    assert leaks((ended.stdout + ended.stderr).decode()) == []


def test_evidence_samples_are_shapes(leak: Path, report_of: Callable[..., dict[str, Any]]) -> None:
    for line in report_of(leak / "table.csv")["evidence"]:
        for sample in line["samples"]:
            digits_and_letters = {char for char in sample if char.isalnum()}
            assert digits_and_letters <= set("9Aa"), line["entity"]
