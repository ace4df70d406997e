"""The second opinion: what Splink counts among the same identities, on fingerprints that touch no disk."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

import populations

from leakscan.auditing import opinion_on
from leakscan.cli.app import run
from leakscan.crowd import linkage_of
from leakscan.errors import UsageError
from leakscan.merging import save
from leakscan.options import ScanOptions
from leakscan.persons import second_opinion as opinions
from leakscan.persons.frames import Chosen, pieces
from leakscan.persons.identity import Fingerprinter
from leakscan.persons.ledger import Ledger
from leakscan.persons.sealed import stored_report
from leakscan.persons.second_opinion import Opinion, second_opinion
from leakscan.renderers import RENDERERS, RenderOptions
from leakscan.renderers.schema import first_problem
from leakscan.report import build_report
from leakscan.scan import scan

KEY = bytes(range(32))
OPTIONS = ScanOptions(as_of=date(2026, 1, 1), workers=1)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory):
    place = tmp_path_factory.mktemp("opinion") / "population"
    populations.write(place, populations.draw_population(3, 13, 400), 3, 13)
    files = sorted(str(path) for path in place.iterdir() if path.name != "truth.json")
    return scan(files, OPTIONS, None, Fingerprinter(KEY))


@pytest.fixture(scope="module")
def report(ledger) -> dict[str, Any]:
    return build_report(ledger, OPTIONS)


@pytest.fixture
def splink():
    return pytest.importorskip("splink", reason="the extra `dedupe` is not installed")


@pytest.fixture
def duckdb(splink):
    assert splink
    return pytest.importorskip("duckdb", reason="the extra `dedupe` is not installed")


@pytest.mark.parametrize(
    ("ours", "theirs", "pairs"),
    [
        ([1, 1, 1], [5, 5, 5], (3, 0, 0)),
        ([1, 1, 2], [5, 6, 6], (0, 1, 1)),
        ([1, 1, 1, 2], [5, 5, 6, 6], (1, 2, 1)),
        ([1, 2, 3], [1, 2, 3], (0, 0, 0)),
    ],
)
def test_pairs_that_both_put_together(ours: list[int], theirs: list[int], pairs: tuple[int, int, int]) -> None:
    told = Opinion("5", len(ours), len(set(ours)))
    found = opinions._compared(told, pl.Series("ours", ours), pl.Series("theirs", theirs))
    assert (found.both, found.ours_alone, found.theirs_alone) == pairs
    assert (found.people, found.likely) == (len(set(theirs)), len(set(ours)))


def test_without_the_extra_it_is_named(ledger, report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "splink", None)
    with pytest.raises(UsageError, match=r"leakscan\[dedupe\]"):
        opinion_on(ledger, OPTIONS, report)


@pytest.mark.parametrize("reason", ["untrained", "too_many", "memory", None])
def test_a_report_shows_the_opinion_or_why_there_is_none(reason: str | None, report) -> None:
    pairs = {"both": 12_345, "ours_alone": 6, "theirs_alone": 7}
    told = {"by": "splink", "version": "5.0.0", "identities": 999, "likely": 400, "reason": reason}
    told |= {"people": None, "pairs": None} if reason else {"people": 77_777, "pairs": pairs}
    with_it = {**report, "persons": {**report["persons"], "second_opinion": told}}
    assert first_problem(with_it) is None
    for shape in ("terminal", "html"):
        for lang, word in (("en", "econd opinion"), ("fr", "econd avis")):
            shown = RENDERERS[shape].render(with_it, RenderOptions(lang))
            assert word in shown.replace("ECOND OPINION", "econd opinion").replace("ECOND AVIS", "econd avis")
            assert "Splink 5.0.0" in shown
            assert ("77\u202f777" in shown) == (reason is None)
        assert "Splink" not in RENDERERS[shape].render(report, RenderOptions())
    assert json.loads(RENDERERS["json"].render(with_it, RenderOptions()))["persons"]["second_opinion"] == told


def test_splink_counts_nearly_as_many_people(splink, ledger, report) -> None:
    found = opinion_on(ledger, OPTIONS, report)
    told = found["persons"].pop("second_opinion")
    assert found == report
    assert told["reason"] is None
    assert (told["by"], told["version"]) == ("splink", splink.__version__)
    assert abs(told["people"] / told["likely"] - 1) < 0.1
    assert told["pairs"]["both"] > 5 * (told["pairs"]["ours_alone"] + told["pairs"]["theirs_alone"])


def test_the_database_can_write_nothing(duckdb, ledger, tmp_path: Path) -> None:
    linked = linkage_of(ledger, OPTIONS)
    chosen = Chosen(linked.people, linked.found.clusters["likely"].is_not_null().to_numpy())
    table = opinions._table(pl.concat(list(pieces(chosen, *opinions._COLUMNS))), linked.typos)
    database = duckdb.connect(":memory:")
    clusters = opinions._clusters(table, database)
    assert len(clusters) == table.height
    assert database.execute("select current_setting('temp_directory')").fetchone() == ("",)
    with pytest.raises(duckdb.PermissionException):
        database.execute(f"copy identities to '{tmp_path / 'x.csv'}'")
    assert list(tmp_path.iterdir()) == []


def test_too_many_identities_too_little_memory_and_nothing_to_learn(
    duckdb, ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert duckdb
    linked = linkage_of(ledger, OPTIONS)
    given = (linked.people, linked.typos, linked.found)
    monkeypatch.setattr(opinions, "DATABASE_MIB", 1)
    assert second_opinion(*given).reason == "memory"
    monkeypatch.setattr(opinions, "MOST_ROWS", 10)
    assert second_opinion(*given).reason == "too_many"
    nobody = linkage_of(Ledger(), OPTIONS)
    assert second_opinion(nobody.people, nobody.typos, nobody.found).reason == "untrained"


def test_the_command_keeps_the_opinion_beside_an_audit(
    splink, ledger, report, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert splink
    (tmp_path / "keys").mkdir()
    key, result = tmp_path / "keys" / "key", tmp_path / "a.leakscan"
    key.write_bytes(KEY)
    key.chmod(0o600)
    save(result, ledger, report, OPTIONS, KEY)
    command = ["audit", str(result), "--key-file", str(key)]
    assert run([*command, "--second-opinion", "splink", "--lang", "en"]) == 0
    assert "SECOND OPINION" in capsys.readouterr().out
    told = stored_report(result)["persons"]["second_opinion"]
    assert run([*command, "--list", "-"]) == 0
    pairs = json.loads(capsys.readouterr().out)["pairs"]
    answers = {"answers": {pair["pair"]: "same" for pair in pairs}}
    (tmp_path / "answers.json").write_text(json.dumps(answers))
    assert run([*command, "--answers", str(tmp_path / "answers.json"), "--lang", "en"]) == 0
    persons = stored_report(result)["persons"]
    assert persons["second_opinion"] == told
    assert persons["audit"]["same"] == len(pairs)
    assert not np.isnan(persons["audit"]["wrong_merges"]["share"])
