"""`leakscan gate`: exit codes that hooks rely on, one sentence, and nothing of anybody in it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import documents
import pytest

from leakscan.cli.app import run
from leakscan.gate.verdict import Verdict

CLEAN = "Le budget est voté.\nLa prochaine séance aura lieu en mai.\n"


@pytest.fixture
def upload(tmp_path: Path) -> Path:
    path = tmp_path / "upload.csv"
    path.write_bytes(documents.as_csv())
    return path


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    path = tmp_path / "minutes.txt"
    path.write_text(CLEAN, encoding="utf-8")
    return path


def test_a_clean_file_is_allowed(clean: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["gate", str(clean), "--lang", "en"]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("leakscan: Allowed: no rule applies. Reference ")
    assert err.count("\n") == 1


def test_a_leak_is_blocked_and_not_repeated(upload: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["gate", str(upload), "--lang", "fr", "--json", "-"]) == 1
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert (told["action"], told["rule"], told["counts"]["nir"]) == ("block", "number-of-a-person", 8)
    assert told["sentence"]["fr"] in err
    values = [value for person in documents.PEOPLE for value in person[:4]]
    assert [value for value in values if value.casefold() in (out + err).casefold()] == []


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for data, code in ((documents.as_csv(), 1), (CLEAN.encode(), 0)):
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))
        assert run(["gate", "-"]) == code


def test_a_policy_and_facts_decide(clean: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy = tmp_path / "p.toml"
    policy.write_text(
        '[[rule]]\nname = "out"\naction = "review"\ndestination = ["*.example.com"]\nuser = ["bob"]\n', encoding="utf-8"
    )
    given = ["gate", str(clean), "--policy", str(policy), "--user", "Bob"]
    assert run([*given, "--destination", "x.example.com"]) == 4
    assert run([*given, "--destination", "x.example.org"]) == 0
    policy.write_text("colour = 1", encoding="utf-8")
    capsys.readouterr()
    assert run(given) == 2
    assert "key colour" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        [], ["{missing}"], ["{folder}"], ["{clean}", "--policy", "{missing}"], ["{clean}", "--log", "{missing}"],
        ["{clean}", "--key-file", "{missing}"], ["{clean}", "--json", "{clean}"], ["--verify-log", "{clean}"],
        ["{clean}", "--verify-log", "{missing}"], ["{clean}", "--lang", "de"],
    ],
)  # fmt: skip
def test_a_call_that_cannot_be_carried_out_ends_with_2(arguments: list[str], clean: Path, tmp_path: Path) -> None:
    places = {"missing": str(tmp_path / "none"), "folder": str(tmp_path), "clean": str(clean)}
    assert run(["gate", *(one.format(**places) for one in arguments)]) == 2


@pytest.mark.parametrize(
    ("action", "rule", "code"),
    [
        ("allow", "default", 0), ("block", "x", 1), ("review", "x", 4), ("block", "error", 2), ("review", "error", 4),
        ("block", "timeout", 1), ("block", "limit", 1), ("block", "encrypted", 1),
    ],
)  # fmt: skip
def test_every_verdict_has_its_code(
    action: Any, rule: str, code: int, clean: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leakscan.gate.decide.decide", lambda *_, **__: Verdict(action, rule, ("x",), {}, "ab"))
    assert run(["gate", str(clean)]) == code


def test_a_log_is_written_and_verified(clean: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "log").mkdir()
    (tmp_path / "keys").mkdir()
    log, key = tmp_path / "log" / "gate.jsonl", tmp_path / "keys" / "gate.key"
    sealed = ["--log", str(log), "--key-file", str(key)]
    assert run(["gate", str(clean), *sealed, "--user", "jeanne.martin"]) == 0
    assert run(["gate", str(clean), *sealed]) == 0
    assert "jeanne" not in log.read_text(encoding="utf-8")
    capsys.readouterr()
    verified = ["gate", "--verify-log", str(log), "--key-file", str(key)]
    assert run(verified) == 0
    assert "2 lines" in capsys.readouterr().err
    log.write_bytes(log.read_bytes().splitlines(keepends=True)[0])
    assert run(verified) == 2
    assert run(["gate", str(clean), *sealed]) == 2, "without its line nothing is allowed"


def test_a_verdict_goes_to_a_file_for_its_owner(clean: Path, tmp_path: Path) -> None:
    told = tmp_path / "verdict.json"
    assert run(["gate", str(clean), "--json", str(told)]) == 0
    assert json.loads(told.read_text(encoding="utf-8"))["schema"] == "leakscan-verdict/1"
    assert told.stat().st_mode & 0o777 == 0o600


def test_a_small_file_starts_no_worker_and_the_command_imports_late(clean: Path) -> None:
    code = (
        "import sys\nfrom leakscan.cli.app import run\n"
        "assert not {'polars', 'leakscan.scan', 'leakscan.gate.decide'} & set(sys.modules)\n"
        "import leakscan.work.pool as pool\n"
        "def refuse(*_, **__): raise AssertionError('a worker')\n"
        "pool.Pool.__init__ = refuse\n"
        f"sys.exit(run(['gate', {str(clean)!r}]) + 10 * ('spacy' in sys.modules))\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, capture_output=True).returncode == 0
