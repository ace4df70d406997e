"""Answers of an audit in files: they come back as given, and what is no answer is refused without its content."""

from __future__ import annotations

from typing import Any

import pytest

from leakscan.answers import Answers, parsed, reviewer_named, written
from leakscan.errors import UsageError


@pytest.mark.parametrize("as_csv", [True, False])
def test_answers_come_back_from_a_file(as_csv: bool) -> None:
    given = Answers(
        {"00ff00ff00ff00ff": "same", "10ff00ff00ff00ff": "cannot_tell"}, "É. Dupont", "2026-01-02T03:04:05Z"
    )
    back = parsed(written(given, as_csv=as_csv).encode(), "f", as_csv=as_csv)
    assert back.given == given.given
    assert as_csv or back == given


@pytest.mark.parametrize(
    ("text", "as_csv", "told"),
    [
        ("{", False, "no JSON"),
        ("[]", False, '"answers"'),
        ('{"answers": []}', False, '"answers"'),
        ('{"schema": "other", "answers": {}}', False, "schema"),
        ('{"answers": {"ZWYKROPOLD": "same"}}', False, "answer 1: the pair"),
        ('{"answers": {"00ff00ff00ff00ff": "ZWYKROPOLD"}}', False, "answer 1: must be one of"),
        ("pair;answer\n", True, "columns pair and answer"),
        ("pair,answer\n00ff00ff00ff00ff,ZWYKROPOLD\n", True, "answer 1: must be one of"),
        ("\udcff", True, "UTF-8"),
    ],
)
def test_a_file_that_holds_no_answers_says_so_and_none_of_its_content(text: str, as_csv: bool, told: str) -> None:
    with pytest.raises(UsageError, match=told) as refused:
        parsed(text.encode("utf-8", "surrogateescape"), "answers", as_csv=as_csv)
    assert "ZWYKROPOLD" not in str(refused.value)


def test_keys_and_empty_cells_in_a_table() -> None:
    text = "note,pair,answer\nx,00ff00ff00ff00ff,s\n,10ff00ff00ff00ff,\n,20ff00ff00ff00ff, D \n,30ff00ff00ff00ff,?\n"
    assert list(parsed(text.encode(), "f", as_csv=True).given.values()) == ["same", "different", "cannot_tell"]


@pytest.mark.parametrize(
    ("name", "kept"), [("  A \n B ", "A B"), ("", None), (None, None), (3, None), ("x" * 999, "x" * 200)]
)
def test_the_name_of_a_reviewer(name: Any, kept: str | None) -> None:
    assert reviewer_named(name) == kept
