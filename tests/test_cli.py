"""The command line: arguments in, renderer out; exit codes; and no failure that shows more than a sentence."""

from __future__ import annotations

import datetime
import io
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import reports

from leakscan.cli.app import run
from leakscan.cli.exit_codes import exit_code
from leakscan.cli.output import options_for
from leakscan.errors import LeakscanError, NothingToScan, UsageError
from leakscan.options import NAMED_DELIMITERS, ScanOptions, parse_date, parse_roles
from leakscan.progress import NoProgress, Progress, TerminalProgress, progress_for

PLANTED = "MARTIN 1 84 12 76 451 089 46"
"""What a cell might hold; it must never be seen."""


@dataclass
class Pipeline:
    """A stand-in for the pipeline: remembers how it was called, answers with a report or an exception."""

    report: dict[str, Any]
    interrupted: bool = False
    failure: BaseException | None = None
    targets: tuple[str, ...] = ()
    options: ScanOptions | None = None
    progress: object = None

    def scan(
        self, targets: list[str], options: ScanOptions, progress: object, prints: object, checkpoint: object
    ) -> SimpleNamespace:
        assert prints is None
        assert checkpoint is None
        self.targets, self.options, self.progress = tuple(targets), options, progress
        if self.failure is not None:
            raise self.failure
        return SimpleNamespace(interrupted=self.interrupted)

    def build_report(self, ledger: SimpleNamespace, options: ScanOptions) -> dict[str, Any]:
        assert ledger.interrupted == self.interrupted
        assert options is self.options
        return self.report


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    fake = Pipeline(reports.reference_report())
    for name in ("scan", "report"):
        module = ModuleType(f"leakscan.{name}")
        monkeypatch.setitem(sys.modules, f"leakscan.{name}", module)
        module.__dict__.update(scan=fake.scan, build_report=fake.build_report)
    monkeypatch.setenv("LANG", "C.UTF-8")
    for variable in ("LC_ALL", "LC_MESSAGES", "LEAKSCAN_DEBUG"):
        monkeypatch.delenv(variable, raising=False)
    return fake


# ---- scan: arguments


def test_scan_passes_every_option(pipeline: Pipeline) -> None:
    arguments = (
        "scan a.csv dump - --quiet --lang fr --as-of 2024-02-29 --exclude *.bak --exclude tmp/* --encoding cp1252"
        " --delimiter tab --role N_SECU=nir --role A=B=email --recipients known --malicious"
    )
    assert run(arguments.split()) == 0
    assert pipeline.targets == ("a.csv", "dump", "-")
    assert pipeline.options == ScanOptions(
        encoding="cp1252",
        delimiter="\t",
        roles={"N_SECU": "nir", "A=B": "email"},
        exclude=("*.bak", "tmp/*"),
        as_of=datetime.date(2024, 2, 29),
        recipients="known",
        malicious=True,
        lang="fr",
    )
    assert isinstance(pipeline.progress, NoProgress)


def test_scan_without_options(pipeline: Pipeline) -> None:
    assert run(["scan", "a.csv"]) == 0
    options = pipeline.options
    assert options is not None
    assert (options.recipients, options.malicious, options.lang, options.roles) == (None, False, "en", {})
    assert options.as_of == datetime.datetime.now().astimezone().date()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("scan", "Missing argument"),
        ("scan a --as-of 31/12/2024", "write it as YYYY-MM-DD"),
        ("scan a --role NIR", "is not COLUMN=ROLE"),
        ("scan a --role =nir", "is not COLUMN=ROLE"),
        ("scan a --role X=surname", "a role that does not exist"),
        ("scan a --role X=nir --role X=email", "a second role"),
        ("scan a --encoding utf-9", "is not known"),
        ("scan a --encoding base64", "is not an encoding of text"),
        ("scan a --delimiter ;;", "is not one separating character"),
        ("scan a --delimiter x", "is not one separating character"),
        ("scan a --recipients everybody", "--recipients"),
        ("scan a --fail-on extreme", "--fail-on"),
        ("scan a --lang de", "--lang"),
        ("scan a --reveal", "No such option"),
        ("frobnicate", "frobnicate"),
    ],
)
def test_bad_usage_is_a_sentence_and_2(
    arguments: str, says: str, pipeline: Pipeline, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments.split()) == 2
    captured = capsys.readouterr()
    assert says in captured.err
    assert "Traceback" not in captured.err
    assert captured.out == ""
    assert pipeline.targets == ()


@pytest.mark.parametrize("wrong", [{"exclude": ("",)}, {"block_bytes": 0}, {"lang": "de"}, {"recipients": "all"}])
def test_options_that_cannot_be(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        ScanOptions(**wrong)


@pytest.mark.parametrize(("name", "character"), NAMED_DELIMITERS.items())
def test_delimiters_by_name(name: str, character: str) -> None:
    assert ScanOptions(delimiter=name).delimiter == ScanOptions(delimiter=character).delimiter == character


def test_parsers_of_arguments() -> None:
    assert parse_roles(["A=nir", "A=nir"]) == {"A": "nir"}
    assert parse_date("2026-01-01") == datetime.date(2026, 1, 1)


# ---- scan: outputs


@pytest.mark.usefixtures("pipeline")
def test_summary_on_stdout_in_the_language_of_the_environment(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["scan", "a.csv"]) == 0
    assert "VERY HIGH  severity 5.0" in capsys.readouterr().out
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    assert run(["scan", "a.csv"]) == 0
    assert "TRÈS ÉLEVÉE  gravité 5,0" in capsys.readouterr().out
    assert run(["scan", "a.csv", "--lang", "en"]) == 0
    assert "VERY HIGH  severity 5.0" in capsys.readouterr().out


def test_json_to_stdout_stands_alone(pipeline: Pipeline, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["scan", "a.csv", "--json", "-"]) == 0
    assert json.loads(capsys.readouterr().out) == pipeline.report


def test_json_to_a_file_beside_the_summary(
    pipeline: Pipeline, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "report.json"
    file.write_text("old")
    assert run(["scan", "a.csv", "--json", str(file)]) == 0
    assert json.loads(file.read_text(encoding="utf-8")) == pipeline.report
    assert "VERY HIGH" in capsys.readouterr().out
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.json"]
    if os.name == "posix":
        assert file.stat().st_mode & 0o077 == 0


@pytest.mark.usefixtures("pipeline")
def test_json_to_a_device(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["scan", "a.csv", "--json", os.devnull, "--quiet"]) == 0
    assert not Path(os.devnull).is_file()
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("pipeline")
def test_quiet_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["scan", "a.csv", "-q"]) == 0
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")


@pytest.mark.parametrize(
    ("place", "says"),
    [(".", "it is a directory"), ("missing/report.json", "does not exist"), ("leak.csv", "it is one of the targets")],
)
def test_json_place_is_checked_before_the_scan(
    place: str, says: str, pipeline: Pipeline, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "leak.csv"
    target.write_text("a;b\n")
    assert run(["scan", str(target), "--json", str(tmp_path / place)]) == 2
    assert says in capsys.readouterr().err
    assert pipeline.targets == ()
    assert target.read_text() == "a;b\n"


@pytest.mark.usefixtures("pipeline")
def test_json_that_cannot_be_written_after_all(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.mkstemp", full)
    assert run(["scan", "a.csv", "--json", str(tmp_path / "report.json")]) == 2
    captured = capsys.readouterr()
    assert "No space left on device" in captured.err
    assert "VERY HIGH" in captured.out


def test_json_without_permission(
    pipeline: Pipeline, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    assert run(["scan", "a.csv", "--json", str(tmp_path / "report.json")]) == 2
    assert "no permission" in capsys.readouterr().err
    assert pipeline.targets == ()


# ---- scan: exit codes


def _with(band: str, statuses: str) -> dict[str, Any]:
    return {"severity": {"band": band}, "inputs": [{"status": status} for status in statuses.split()]}


@pytest.mark.parametrize(
    ("report", "interrupted", "fail_on", "strict", "code"),
    [
        (_with("very_high", "scanned"), False, None, False, 0),
        (_with("very_high", "scanned"), False, "very_high", False, 1),
        (_with("high", "scanned"), False, "very_high", False, 0),
        (_with("high", "scanned"), False, "low", False, 1),
        (_with("low", "scanned"), False, "low", True, 1),
        (_with("high", "scanned partial"), False, "low", False, 1),
        (_with("high", "scanned partial"), False, "low", True, 3),
        (_with("low", "scanned skipped"), False, None, True, 3),
        (_with("low", "skipped skipped"), False, None, True, 2),
        (_with("low", ""), False, None, False, 2),
        (_with("very_high", "partial"), True, "low", True, 130),
    ],
)
def test_exit_codes(report: dict[str, Any], interrupted: bool, fail_on: str | None, strict: bool, code: int) -> None:
    assert exit_code(report, interrupted=interrupted, fail_on=fail_on, strict=strict) == code


def test_fail_on_and_strict_reach_the_exit_code(pipeline: Pipeline) -> None:
    assert run(["scan", "a", "-q", "--fail-on", "high"]) == 1
    pipeline.report["inputs"][0]["status"] = "partial"
    assert run(["scan", "a", "-q", "--fail-on", "high", "--strict"]) == 3


def test_interrupted_scan_is_rendered_and_130(
    pipeline: Pipeline, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pipeline.interrupted, pipeline.report = True, reports.interrupted_folder_report()
    file = tmp_path / "report.json"
    assert run(["scan", "dump", "--json", str(file)]) == 130
    captured = capsys.readouterr()
    assert "INTERRUPTED" in captured.out
    assert "interrupted" in captured.err
    assert json.loads(file.read_text())["scan"]["complete"] is False


def test_nothing_read_is_reported_and_2(pipeline: Pipeline, capsys: pytest.CaptureFixture[str]) -> None:
    pipeline.report = reports.empty_report()
    pipeline.report["inputs"][0].update(status="skipped", reason="a binary file")
    assert run(["scan", "a.bin"]) == 2
    captured = capsys.readouterr()
    assert "a binary file" in captured.out
    assert "nothing could be scanned" in captured.err


# ---- failures


@pytest.mark.parametrize("failure", [NothingToScan("no such file: a\x1b[2J.csv; check the path"), LeakscanError("x")])
def test_refusals_are_one_sentence(
    failure: LeakscanError, pipeline: Pipeline, capsys: pytest.CaptureFixture[str]
) -> None:
    pipeline.failure = failure
    assert run(["scan", "a.csv"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("leakscan: ")
    assert error.count("\n") == 1
    assert "\x1b" not in error


@pytest.mark.parametrize("debug", ["", "1"])
@pytest.mark.parametrize(
    "failure",
    [ValueError(PLANTED), KeyError(PLANTED), RuntimeError(PLANTED), ExceptionGroup(PLANTED, [ValueError(PLANTED)])],
)
def test_defects_never_show_a_message(
    failure: Exception,
    debug: str,
    pipeline: Pipeline,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LEAKSCAN_DEBUG", debug)
    failure.__cause__ = TypeError(PLANTED)
    pipeline.failure = failure
    assert run(["scan", "a.csv"]) == 2
    captured = capsys.readouterr()
    assert "MARTIN" not in captured.err + captured.out
    assert f"unexpected {type(failure).__name__} in cli/scan.py:" in captured.err
    assert ("most recent call last" in captured.err) is (debug == "1")
    assert ("TypeError (message withheld)" in captured.err) is (debug == "1")


def test_ctrl_c_before_anything_was_found(pipeline: Pipeline, capsys: pytest.CaptureFixture[str]) -> None:
    pipeline.failure = KeyboardInterrupt()
    assert run(["scan", "a.csv"]) == 130
    assert capsys.readouterr().err == "leakscan: interrupted before there was anything to report\n"


# ---- report, lists, version


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    file = tmp_path / "saved.json"
    file.write_text(json.dumps(reports.reference_report()), encoding="utf-8")
    return file


def test_report_shows_a_saved_report(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", str(saved), "--lang", "en"]) == 0
    assert "VERY HIGH  severity 5.0" in capsys.readouterr().out
    assert run(["report", str(saved), "--lang", "fr", "--format", "terminal"]) == 0
    assert "TRÈS ÉLEVÉE" in capsys.readouterr().out
    assert run(["report", str(saved), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == reports.reference_report()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "cannot read"),
        (b"\xff\xfe", "is not JSON"),
        (b"nom;prenom", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"{}", "/schema: is missing"),
        (b'{"schema": "leakscan-report/2"}', "is not a report of schema leakscan-report/1"),
        (b'["SECRET"]', "is not of the type object"),
    ],
)
def test_report_refuses(content: bytes | None, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "saved.json"
    if content is not None:
        file.write_bytes(content)
    assert run(["report", str(file)]) == 2
    error = capsys.readouterr().err
    assert says in error
    assert '"SECRET"' not in error
    assert error.count("\n") == 1


def test_detectors_lists_the_table(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    table = (
        SimpleNamespace(entity="nir", confidence=0.99, needs_role=False),
        SimpleNamespace(entity="sex", confidence=0.5, needs_role=True),
    )
    monkeypatch.setattr("leakscan.detectors.DETECTORS", table, raising=False)
    assert run(["detectors"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "nir              0.99  anywhere",
        "sex              0.50  in its column only",
    ]


def test_formats_lists_readers_and_renderers(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "leakscan.readers.READERS", (SimpleNamespace(format="delimited"), SimpleNamespace(format="text")), raising=False
    )
    assert run(["formats"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["reads   delimited", "reads   text"]
    assert {line.split()[1] for line in lines if line.startswith("writes")} == {
        "terminal", "html", "csv", "json", "cnil", "edpb", "sarif", "ocsf",
    }  # fmt: skip


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(command in text for command in ("scan", "report", "detectors", "formats", "--version"))


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("leakscan ")


def _program(*arguments: str, **more: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "leakscan", *arguments], capture_output=True, check=False, **more)


def test_version_is_fast() -> None:
    def seconds() -> float:
        began = time.perf_counter()
        assert _program("--version").stdout.startswith(b"leakscan ")
        return time.perf_counter() - began

    # the promise is 0.15 s; the margin is for a busy machine
    assert min(seconds() for _ in range(3)) < 0.3


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["scan", "--help"]])
def test_nothing_heavy_is_imported_to_say_what_it_is(arguments: list[str]) -> None:
    code = f"import sys; sys.argv = ['leakscan', *{arguments!r}]\nfrom leakscan.__main__ import main\n"
    code += "try:\n main()\nexcept SystemExit: pass\nsys.exit(int('polars' in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


def test_output_survives_an_ascii_stream(saved: Path) -> None:
    done = _program("report", str(saved), "--lang", "fr", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0
    assert b"TRES ELEVEE" in done.stdout
    done = _program("report", str(saved), "--format", "json", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert json.loads(done.stdout) == reports.reference_report()


@pytest.mark.skipif(os.name != "posix", reason="pipes that break")
def test_a_reader_that_goes_away_is_no_failure(saved: Path) -> None:
    command = [sys.executable, "-m", "leakscan", "report", str(saved), "--format", "json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


# ---- streams and progress


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def test_colour_only_on_a_terminal_that_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert options_for(Terminal(), "en").color
    assert not options_for(io.StringIO(), "en").color
    monkeypatch.setenv("NO_COLOR", "1")
    assert not options_for(Terminal(), "en").color
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert not options_for(Terminal(), "en").color


@pytest.mark.parametrize(
    ("encoding", "beyond_ascii"), [("utf-8", True), ("ascii", False), ("cp1252", False), ("?", False)]
)
def test_thin_spaces_only_where_the_stream_has_them(encoding: str, beyond_ascii: bool) -> None:
    stream = Terminal()
    stream.encoding = encoding
    assert options_for(stream, "en").unicode is beyond_ascii


def test_progress_only_on_a_terminal() -> None:
    assert isinstance(progress_for(Terminal(), quiet=False), TerminalProgress)
    assert isinstance(progress_for(Terminal(), quiet=True), NoProgress)
    assert isinstance(progress_for(io.StringIO(), quiet=False), NoProgress)


@pytest.mark.parametrize("total", [None, 1000])
def test_terminal_progress_names_the_source_harmlessly(total: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    stream = Terminal()
    bar = TerminalProgress(stream)
    bar.advance(1)
    bar.source("early.csv")
    bar.start(total, 3)
    bar.source("\x1b[2J[red]\u202eleak.csv")
    bar.advance(500)
    bar.finish()
    bar.finish()
    shown = stream.getvalue()
    assert r"1/3 \x1b[2J[red]\u202eleak.csv" in shown
    assert "\x1b[2J" not in shown
    assert "\u202e" not in shown


def test_no_progress_is_silent() -> None:
    silent: Progress = NoProgress()
    silent.start(None, None)
    silent.source("a")
    silent.advance(1)
    silent.finish()
