"""The review in a terminal: what is shown, what the keys do, and that names cannot do anything."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from reports import HOSTILE, hostile_report, reference_report
from rich.cells import cell_len
from textual.pilot import Pilot
from textual.widgets import DataTable, Input, Static

from leakscan.cli.app import run
from leakscan.errors import UsageError
from leakscan.explain.correct import Corrected
from leakscan.review import model
from leakscan.review.app import ReviewApp

WHEN = "2026-01-02T03:04:05Z"
Steps = Callable[[Pilot[None], ReviewApp], Coroutine[Any, Any, None]]


def reviewed(report: dict[str, Any], steps: Steps, lang: str = "en", save: Any = None) -> ReviewApp:
    """The app after some steps, on a screen of 120 x 40."""
    app = ReviewApp(report, lang, "someone", lambda: WHEN, save or (lambda _: "out.json"))

    async def whole() -> None:
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.pause()
            await steps(pilot, app)

    asyncio.run(whole())
    return app


def screen(app: ReviewApp) -> str:
    """The text on the screen, line by line."""
    lines = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in line).rstrip() for line in lines)


def test_the_screen_shows_columns_totals_and_reasons() -> None:
    seen: list[str] = []

    async def look(pilot: Pilot[None], app: ReviewApp) -> None:
        await pilot.press("down")
        await pilot.pause()
        seen.append(screen(app))

    report = reference_report()
    app = reviewed(report, look)
    assert app._exception is None
    assert "VERY HIGH, score" in seen[0]
    assert "as counted" in seen[0]
    assert f"0 accepted, 0 corrected of {len(app.review.rows)} columns" in seen[0]
    for place in app.review.rows[:3]:
        assert place.column in seen[0]
        assert str(place.role) in seen[0]
    assert "c change role" in seen[0]


def test_the_keys_accept_reject_change_and_undo() -> None:
    async def keys(pilot: Pilot[None], app: ReviewApp) -> None:
        table = app.query_one("#columns", DataTable)
        await pilot.press("a")
        assert (app.review.state(0), table.cursor_row) == (model.ACCEPTED, 1)
        await pilot.press("r")
        assert app.review.role(1) is None
        assert "OLD roles" in screen(app)
        await pilot.press("u")
        assert app.review.state(1) == model.OPEN
        await pilot.press("c")
        await pilot.pause()
        await pilot.press(*"city")
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert app.review.role(1) == "city"
        assert table.get_row_at(1)[3].plain == "city"
        await pilot.press("c", "escape")
        await pilot.pause()
        assert app.review.role(1) == "city"
        await pilot.press("enter")
        await pilot.pause()
        app.screen.query_one(Input).value = "none"
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert app.review.role(1) is None

    reviewed(reference_report(), keys)


def test_what_is_corrected_is_saved_once_and_told_when_left() -> None:
    saved: list[Corrected] = []

    def save(made: Corrected) -> str:
        saved.append(made)
        return "corrected.json"

    async def keys(pilot: Pilot[None], app: ReviewApp) -> None:
        await pilot.press("s")
        assert not saved
        await pilot.press("r", "q")
        assert app.warned
        await pilot.press("s")
        (made,) = saved
        assert [one["to"] for one in made.report["corrections"]] == [None]
        assert made.report["corrections"][0]["who"] == "someone"
        await pilot.press("q")

    app = reviewed(reference_report(), keys, save=save)
    assert not app.warned


def test_a_save_that_fails_is_told() -> None:
    def save(_: Corrected) -> str:
        message = "cannot write it"
        raise UsageError(message)

    async def keys(pilot: Pilot[None], app: ReviewApp) -> None:
        await pilot.press("r", "s")
        await pilot.pause()
        assert app.saved is None
        assert [one.message for one in app._notifications] == ["Not saved: cannot write it"]

    reviewed(reference_report(), keys, save=save)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_hostile_names_are_harmless(lang: str) -> None:
    seen: list[str] = []

    async def look(pilot: Pilot[None], app: ReviewApp) -> None:
        for _ in range(4):
            await pilot.press("down")
        await pilot.press("r")
        await pilot.pause()
        seen.append(screen(app))
        seen.append(str(app.query_one("#statements", Static).content))

    app = reviewed(hostile_report(), look, lang)
    assert any(place.column == HOSTILE for place in app.review.rows)
    for text in seen:
        assert not set(text) & set("\x1b\u202e\x07\x9b\r\udcff")
    assert "\\x9b31m" in "".join(
        cell for row in range(len(app.review.rows)) for cell in model.cells(app.review, row, lang)
    )


def wide_report(columns: int) -> dict[str, Any]:
    report = copy.deepcopy(reference_report())
    given = report["inputs"][0]
    given["path"] = "folder/" * 60 + "export.csv"
    given["roles"] = [
        {
            "index": at,
            "column": f"COLONNE_{at}" + ("_LONGUE" if at % 2 else "名前") * 30,
            "role": None,
            "confidence": 0.0,
        }
        for at in range(columns)
    ]
    return report


def test_two_thousand_columns_and_long_names() -> None:
    async def keys(pilot: Pilot[None], app: ReviewApp) -> None:
        await pilot.press("end")
        await pilot.pause()
        assert app.query_one("#columns", DataTable).cursor_row in {0, 1999}
        app.query_one("#columns", DataTable).move_cursor(row=1999)
        await pilot.press("r")
        await pilot.pause()

    app = reviewed(wide_report(2000), keys)
    assert len(app.review.rows) == 2000
    widths = [max(map(cell_len, model.cells(app.review, row, "en"))) for row in range(0, 2000, 400)]
    assert max(widths) <= max(model.NAME_WIDTH, model.FILE_WIDTH)


def test_of_very_many_columns_those_that_say_something_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "ROWS_SHOWN", 5)
    report = reference_report()
    review = model.begin(report)
    assert len(review.rows) == 5
    assert review.left_out == sum(len(given.get("roles", ())) for given in report["inputs"]) - 5
    assert f"{review.left_out} more" in model.totals(review, model.outcome(review), "en")[-1]


def test_a_report_without_columns_can_be_looked_at() -> None:
    report = reference_report()
    report["inputs"][0]["roles"] = []

    async def keys(pilot: Pilot[None], _: ReviewApp) -> None:
        await pilot.press("a", "r", "c", "u", "n", "s", "q")

    assert reviewed(report, keys).review.rows == ()


def test_the_model_counts_what_was_done() -> None:
    review = model.begin(reference_report())
    role = review.rows[0].role
    changed = model.change(review, 0, "city")
    assert (changed.state(0), changed.role(0)) == (model.CHANGED, "city")
    assert model.change(changed, 0, role).state(0) == model.ACCEPTED
    assert model.undo(model.accept(changed, 1), 0).accepted == {1}
    assert model.next_open(model.accept(review, 1), 0) == 2
    assert len(model.outcome(changed, "me", WHEN).corrections) == 1


def test_without_a_terminal_it_says_what_to_do(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["review", str(tmp_path / "r.json")]) == 2
    assert "needs a terminal" in capsys.readouterr().err


def test_the_command_saves_and_logs_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "keys").mkdir()
    result, log, key = tmp_path / "r.json", tmp_path / "log.jsonl", tmp_path / "keys" / "signing"
    result.write_text(json.dumps(reference_report()), encoding="utf-8")

    def corrects_twice(self: ReviewApp) -> None:
        for role in ("city", "title"):
            self.review = model.change(self.review, 0, role)
            self.keep(model.outcome(self.review, self.who, self.clock()))

    monkeypatch.setattr(ReviewApp, "run", corrects_twice)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    logged = ["--evidence-log", str(log), "--signing-key", str(key)]
    assert run(["review", str(result), "--who", "someone", *logged]) == 0
    kept = json.loads((tmp_path / "r.corrected.json").read_text(encoding="utf-8"))
    assert [(one["to"], one["who"]) for one in kept["corrections"]] == [("title", "someone")]
    assert [json.loads(line)["kind"] for line in log.read_text().splitlines()][1] == "corrected"
    assert run(["verify", str(tmp_path / "log-2.jsonl"), "--report", str(tmp_path / "r.corrected.json")]) == 0
    assert "holds" in capsys.readouterr().out


def test_a_defect_shows_nothing_of_what_variables_held(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object) -> list[str]:
        secret = "ZWYKROPOLD"
        raise ValueError(secret)

    async def nothing(pilot: Pilot[None], _: ReviewApp) -> None:
        await pilot.pause()

    monkeypatch.setattr(model, "totals", fails)
    with pytest.raises(ValueError, match="ZWYKROPOLD"):
        reviewed(reference_report(), nothing)
    captured = capfd.readouterr()
    assert "ZWYKROPOLD" not in captured.out + captured.err
