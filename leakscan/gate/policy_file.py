"""Read a policy from TOML. Whatever it does not know is an error that names the file, the rule and the key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any, NoReturn, TypeVar, cast

from leakscan.errors import UsageError
from leakscan.gate.policy import BUDGET_BYTES, BUDGET_SECONDS, Allowed, Amount, Policy, Rule, Scope
from leakscan.gate.verdict import ACTIONS, RESERVED, Action
from leakscan.records import ROLES, STATUSES, THEMES
from leakscan.severity import BANDS

FAILURES: tuple[str, ...] = ("error", "too_slow", "too_large", "unreadable", "encrypted", "opaque")
"""What can go wrong, as a policy names it. `opaque`: content without text, such as pictures and programs."""
HEALTH = "health"
"""How a policy names what is said of health, beside the entities of detectors."""
_NEVER_ALLOWED = frozenset(("error", "too_slow", "too_large"))
_PERSONS = ("low", "likely", "high")
_COUNTS = ("hits", "records", "distinct")
_GLOBS = ("destination", "user", "path", "content_type")
_OWN_STATUSES = STATUSES[:3]
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_POLICY_KEYS = ("default", "budget", "failures", "allow", "rule")
_CONDITIONS = ("persons", "categories", "entities", "themes", "band", *_GLOBS, "scope")
_RULE_KEYS = ("name", "action", "why", *_CONDITIONS, "failures")
_SCOPE_KEYS = ("columns", "roles", "persons", "exams_from", "exams_to")
_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where something stands, for a sentence about it."""

    file: str
    rule: str | None = None

    def refuse(self, key: str, what: str) -> NoReturn:
        """Raise UsageError."""
        where = self.file if self.rule is None else f"{self.file}, rule {self.rule}"
        message = f"the policy {where}, key {key}: {what}"
        raise UsageError(message)

    def table(self, given: object, key: str, known: Collection[str]) -> dict[str, Any]:
        """A table of known keys."""
        if not isinstance(given, dict):
            self.refuse(key, "it must be a table")
        prefix = f"{key}." if key else ""
        for name in given:
            if name not in known:
                self.refuse(f"{prefix}{name}", f"it is not known; known are {', '.join(known)}")
        return given

    def choice(self, given: object, key: str, known: Collection[str]) -> str:
        """One of some words."""
        if not isinstance(given, str) or given not in known:
            self.refuse(key, f"it must be one of {', '.join(known)}")
        return given

    def count(self, given: object, key: str, least: int = 0) -> int:
        """A whole number."""
        if not isinstance(given, int) or isinstance(given, bool) or given < least:
            self.refuse(key, f"it must be a whole number from {least} on")
        return given

    def day(self, given: object, key: str) -> date:
        """A day, written as one of TOML: 2026-12-31."""
        if not isinstance(given, date) or isinstance(given, datetime):
            self.refuse(key, "it must be a day, written without quotes: 2026-12-31")
        return given

    def words(self, given: object, key: str) -> tuple[str, ...]:
        """A list of texts, none of them empty."""
        if not isinstance(given, list) or not given or not all(isinstance(one, str) and one for one in given):
            self.refuse(key, "it must be a list of texts, and hold one at least")
        return tuple(given)


def parsed(text: bytes, file: str) -> Policy:
    """The policy of a text; `file` is how it is named to people."""
    place = _Place(file)
    try:
        top = tomllib.loads(text.decode("utf-8-sig"))
    except UnicodeDecodeError:
        place.refuse("(all)", "the file is not UTF-8")
    except tomllib.TOMLDecodeError as error:
        place.refuse("(all)", f"the file is no TOML: {error}")
    place.table(top, "", _POLICY_KEYS)
    budget = place.table(top.get("budget", {}), "budget", ("bytes", "seconds", "workers"))
    rules = _listed(place, top, "rule", _rule)
    for at, rule in enumerate(rules):
        if rule.name in {other.name for other in rules[:at]}:
            _Place(file, rule.name).refuse("name", "another rule has the same name")
    return Policy(
        rules=rules,
        failures=_closed() | _failures(place, top.get("failures", {})),
        digest=sha256(text).hexdigest(),
        default=cast("Action", place.choice(top.get("default", "allow"), "default", ACTIONS)),
        most_bytes=place.count(budget.get("bytes", BUDGET_BYTES), "budget.bytes", 1),
        most_seconds=_seconds(place, budget.get("seconds", BUDGET_SECONDS)),
        workers=place.count(budget["workers"], "budget.workers", 1) if "workers" in budget else None,
        allowed=_listed(place, top, "allow", _allowed),
    )


def _closed() -> dict[str, Action]:
    return dict.fromkeys(FAILURES, "block")


def _listed(
    place: _Place, top: Mapping[str, Any], key: str, made: Callable[[_Place, Any, int], _Made]
) -> tuple[_Made, ...]:
    given = top.get(key, [])
    if not isinstance(given, list):
        place.refuse(key, f"write it as [[{key}]]")
    return tuple(made(place, one, number) for number, one in enumerate(given, 1))


def _seconds(place: _Place, given: object) -> float:
    if not isinstance(given, int | float) or isinstance(given, bool) or not 0 < given < float("inf"):
        place.refuse("budget.seconds", "it must be a number above 0")
    return float(given)


def _failures(place: _Place, given: object) -> dict[str, Action]:
    found = place.table(given, "failures", FAILURES)
    for name, action in found.items():
        known = [one for one in ACTIONS if one != "allow" or name not in _NEVER_ALLOWED]
        place.choice(action, f"failures.{name}", known)
    return cast("dict[str, Action]", found)


def _allowed(place: _Place, given: object, number: int) -> Allowed:
    key = f"allow[{number}]"
    found = place.table(given, key, ("sha256", "until", "why"))
    digest = found.get("sha256")
    if not isinstance(digest, str) or not _SHA256.fullmatch(digest.lower()):
        place.refuse(f"{key}.sha256", "it must be 64 hexadecimal digits")
    return Allowed(digest.lower(), place.day(found.get("until"), f"{key}.until"))


def _rule(place: _Place, given: object, number: int) -> Rule:
    name = given.get("name") if isinstance(given, dict) else None
    if not isinstance(name, str) or not _NAME.fullmatch(name) or name in RESERVED:
        at = _Place(place.file, f"number {number}")
        at.refuse("name", f"give it one, of a-z, 0-9, _ . and -, other than {', '.join(RESERVED)}")
    place = _Place(place.file, name)
    found = place.table(given, "", _RULE_KEYS)
    if not isinstance(found.get("why", ""), str):
        place.refuse("why", "it must be a text")
    persons = place.table(found.get("persons", {}), "persons", _PERSONS)
    return Rule(
        name=name,
        action=cast("Action", place.choice(found.get("action"), "action", ACTIONS)),
        persons={kind: place.count(least, f"persons.{kind}", 1) for kind, least in persons.items()},
        categories=_categories(place, found.get("categories", {})),
        entities=_amounts(place, found.get("entities", {})),
        themes=_themes(place, found.get("themes", {})),
        band=place.choice(found["band"], "band", BANDS) if "band" in found else None,
        globs={key: tuple(one.casefold() for one in place.words(found[key], key)) for key in _GLOBS if key in found},
        scope=_scope(place, found["scope"]) if "scope" in found else None,
        failures=_failures(place, found.get("failures", {})),
    )


def _categories(place: _Place, given: object) -> dict[str, int]:
    from leakscan.persons.bits import CATEGORIES

    found = place.table(given, "categories", CATEGORIES)
    return {name: place.count(least, f"categories.{name}", 1) for name, least in found.items()}


def _amounts(place: _Place, given: object) -> tuple[Amount, ...]:
    from leakscan.detectors import DETECTORS

    known = [*dict.fromkeys(detector.entity for detector in DETECTORS), HEALTH]
    amounts = []
    for entity, said in place.table(given, "entities", known).items():
        key = f"entities.{entity}"
        table = place.table(said, key, (*_COUNTS, "confidence"))
        confidence = table.get("confidence", 0.0)
        if not isinstance(confidence, int | float) or isinstance(confidence, bool) or not 0 <= confidence <= 1:
            place.refuse(f"{key}.confidence", "it must be a number from 0 to 1")
        least = {name: place.count(table[name], f"{key}.{name}", 1) for name in _COUNTS if name in table}
        amounts.append(Amount(entity, least or {"hits": 1}, float(confidence)))
    return tuple(amounts)


def _themes(place: _Place, given: object) -> dict[tuple[str, str], int]:
    return {
        (theme, status): place.count(least, f"themes.{theme}.{status}", 1)
        for theme, said in place.table(given, "themes", (*THEMES, "any")).items()
        for status, least in place.table(said, f"themes.{theme}", (*_OWN_STATUSES, "any")).items()
    }


def _scope(place: _Place, given: object) -> Scope:
    found = place.table(given, "scope", _SCOPE_KEYS)
    if not found:
        place.refuse("scope", "declare one thing at least")
    roles = place.words(found["roles"], "scope.roles") if "roles" in found else None
    for role in roles or ():
        place.choice(role, "scope.roles", ROLES)
    columns = place.words(found["columns"], "scope.columns") if "columns" in found else None
    return Scope(
        columns=None if columns is None else tuple(one.casefold() for one in columns),
        roles=roles,
        persons=place.count(found["persons"], "scope.persons") if "persons" in found else None,
        exams_from=place.day(found["exams_from"], "scope.exams_from") if "exams_from" in found else None,
        exams_to=place.day(found["exams_to"], "scope.exams_to") if "exams_to" in found else None,
    )
