"""What the gate is told to do: rules, of which the first that matches decides, and what is done in doubt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

from leakscan.gate.verdict import Action

BUDGET_BYTES = 1 << 30
"""Bytes of an upload that are looked at, if the policy says nothing."""
BUDGET_SECONDS = 120.0
"""Time that a decision may take, if the policy says nothing."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an upload beside its bytes; None for what nobody said."""

    destination: str | None = None
    user: str | None = None
    path: str | None = None
    content_type: str | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """How much of an entity: `least` of `hits`, `records` or `distinct`, in evidence of `confidence` at least."""

    entity: str
    least: Mapping[str, int]
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Scope:
    """What a contract allows; None: nothing was declared. Beyond it lies over-extraction.

    `columns`: names or globs, in lower case. `roles`: of columns. `persons`: likely people at most. `exams_from`,
    `exams_to`: days, both included.
    """

    columns: tuple[str, ...] | None = None
    roles: tuple[str, ...] | None = None
    persons: int | None = None
    exams_from: date | None = None
    exams_to: date | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: it matches where all its conditions hold, and one without conditions always does.

    `persons`: estimate (low, likely, high) -> least people. `categories`: data category -> least likely people
    who have it. `themes`: (theme, status) -> least likely people; the theme
    may be `any`. `band`: of severity, at least. `globs`: fact -> patterns, of which one must fit. `scope`: the
    rule matches what goes beyond it. `failures`: in place of the policy's, for what this rule decides.
    """

    name: str
    action: Action
    persons: Mapping[str, int] = field(default_factory=dict)
    categories: Mapping[str, int] = field(default_factory=dict)
    entities: tuple[Amount, ...] = ()
    themes: Mapping[tuple[str, str], int] = field(default_factory=dict)
    band: str | None = None
    globs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    scope: Scope | None = None
    failures: Mapping[str, Action] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Allowed:
    """A content that passes unseen until a day, that day included."""

    sha256: str
    until: date


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy as it was read. `digest`: SHA-256 of its text. `key`: makes ids that nobody else can reach by trying.

    `default`: where no rule matches. `failures`: what went wrong -> action. `most_bytes`, `most_seconds`: the budget.
    `workers`: processes for large uploads, None for one per core.
    """

    rules: tuple[Rule, ...]
    failures: Mapping[str, Action]
    digest: str
    default: Action = "allow"
    most_bytes: int = BUDGET_BYTES
    most_seconds: float = BUDGET_SECONDS
    workers: int | None = None
    allowed: tuple[Allowed, ...] = ()
    key: bytes = field(default=b"", repr=False)


def load_policy(path: Path | None) -> Policy:
    """The policy of a file, None for the one that ships; UsageError with file, rule and key for what is wrong in it."""
    from leakscan.data import model_file
    from leakscan.gate.policy_file import parsed
    from leakscan.sources import reason_of

    file = model_file("policy.toml") if path is None else path
    shown = "models/policy.toml" if path is None else str(path)
    try:
        text = file.read_bytes()
    except OSError as error:
        from leakscan.errors import UsageError

        message = f"the policy {shown} cannot be read: {reason_of(error)}"
        raise UsageError(message) from None
    return parsed(text, shown)


def fits(patterns: tuple[str, ...], fact: str | None) -> bool:
    """Whether a fact fits one of some globs, in any case of letters; one that nobody told fits none."""
    return fact is not None and any(fnmatchcase(fact.casefold(), pattern) for pattern in patterns)
