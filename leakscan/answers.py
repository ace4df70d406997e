"""What somebody answered in an audit, as a file that can be gone on with: JSON, or CSV with `pair` and `answer`."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from leakscan.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

SCHEMA = "leakscan-audit/1"
SAME, DIFFERENT, CANNOT_TELL = "same", "different", "cannot_tell"
ANSWERS: tuple[str, ...] = (SAME, DIFFERENT, CANNOT_TELL)
KEYS: Mapping[str, str] = {"s": SAME, "d": DIFFERENT, "?": CANNOT_TELL}
"""What may stand for an answer: on the keyboard, and in a file."""
REVIEWER_LENGTH = 200
"""Characters of a reviewer's name that are kept."""
_PAIR = re.compile(r"[0-9a-f]{16}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers by the id of their pair. `time`: UTC, when the last one was given, None where it is not known."""

    given: Mapping[str, str] = field(default_factory=dict)
    reviewer: str | None = None
    time: str | None = None


def parsed(data: bytes, name: str, *, as_csv: bool) -> Answers:
    """The answers in a file's bytes. Raises UsageError for what is none, which names places and no content."""
    try:
        return _from_csv(data.decode("utf-8-sig"), name) if as_csv else _from_json(json.loads(data), name)
    except (ValueError, RecursionError, csv.Error):
        kind = "CSV" if as_csv else "JSON"
        message = f"{name} holds no answers: it is no {kind} in UTF-8"
        raise UsageError(message) from None


def written(answers: Answers, *, as_csv: bool) -> str:
    """The text of a file that holds these answers."""
    if as_csv:
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([("pair", "answer"), *answers.given.items()])
        return out.getvalue()
    told = {
        "schema": SCHEMA,
        "reviewer": answers.reviewer,
        "time": answers.time,
        "answers": dict(answers.given),
    }
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def reviewer_named(name: object) -> str | None:
    """A reviewer's name as it is kept, None for none."""
    text = " ".join(name.split()) if isinstance(name, str) else ""
    return text[:REVIEWER_LENGTH] or None


def _from_json(told: Any, name: str) -> Answers:
    if not isinstance(told, dict) or not isinstance(told.get("answers"), dict):
        message = f'{name} holds no answers: give an object with "answers", as `leakscan audit` writes it'
        raise UsageError(message)
    if told.get("schema", SCHEMA) != SCHEMA:
        message = f"{name} is not of the schema {SCHEMA}: another leakscan wrote it"
        raise UsageError(message)
    time = told.get("time")
    given = dict(_checked(told["answers"].items(), name))
    known = time if isinstance(time, str) and _TIME.fullmatch(time) else None
    return Answers(given, reviewer_named(told.get("reviewer")), known)


def _from_csv(text: str, name: str) -> Answers:
    rows = csv.DictReader(io.StringIO(text))
    if not {"pair", "answer"} <= set(rows.fieldnames or ()):
        message = f"{name} holds no answers: its first line must name the columns pair and answer"
        raise UsageError(message)
    return Answers(dict(_checked(((row["pair"], row["answer"]) for row in rows if row["answer"]), name)))


def _checked(items: Iterable[tuple[Any, Any]], name: str) -> Iterator[tuple[str, str]]:
    for number, (pair, answer) in enumerate(items, 1):
        text = str(answer).strip().lower()
        chosen = KEYS.get(text, text)
        if not isinstance(pair, str) or not _PAIR.fullmatch(pair.strip()):
            message = f"{name}, answer {number}: the pair must be one of `leakscan audit --list`, 16 hexadecimal digits"
            raise UsageError(message)
        if chosen not in ANSWERS:
            message = f"{name}, answer {number}: must be one of {', '.join(ANSWERS)}"
            raise UsageError(message)
        yield pair.strip(), chosen
