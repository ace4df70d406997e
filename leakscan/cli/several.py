"""`leakscan gate` about several uploads: files, what is staged in git, or what a push brings; the worst decides."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

import typer

from leakscan.cli.exit_codes import ALLOWED, BLOCKED, CHECK_FAILED, REVIEW, gate_code
from leakscan.cli.output import STDOUT, say, write_file, write_out

if TYPE_CHECKING:
    from leakscan.gate.audit import AuditLog
    from leakscan.gate.policy import Facts, Policy
    from leakscan.gate.several import Upload

_WORST_FIRST = (CHECK_FAILED, BLOCKED, REVIEW, ALLOWED)


def from_files(files: list[str]) -> Iterator[Upload]:
    """Files by their names, one open at a time. UsageError for one that cannot be opened."""
    from leakscan.cli.gate import opened
    from leakscan.gate.several import Upload

    for file in files:
        with opened(file) as stream:
            yield Upload(file, None, stream)


def from_git(what: Literal["staged", "received"]) -> Iterator[Upload]:
    """What git is about to take."""
    from leakscan.gate import git
    from leakscan.gate.several import Upload

    blobs = git.staged() if what == "staged" else git.received(sys.stdin)
    for blob in blobs:
        yield Upload(blob.path, blob.size, blob.file)


def decide_each(
    uploads: Iterator[Upload],
    facts: Facts,
    policy: Policy,
    log: AuditLog | None,
    json: str | None,
    lang: Literal["fr", "en"],
) -> None:
    """Tell of each that may not pass, then how many may, and end with the exit code of the worst."""
    from json import dumps

    from leakscan.gate.audit import append
    from leakscan.gate.several import decide_several

    codes: Counter[int] = Counter()
    told = []
    for path, own, verdict in decide_several(uploads, facts, policy):
        if log is not None:
            append(log, verdict, own)
        codes[gate_code(verdict)] += 1
        told.append({"path": path, **verdict.as_json()})
        if verdict.action != "allow":
            say(f"{path}: {verdict.sentence(lang)}")
    if json is not None:
        text = dumps(told, indent=1) + "\n"
        write_out(text) if json == STDOUT else write_file(json, [text])
    _sum_up(codes, lang)
    raise typer.Exit(next((code for code in _WORST_FIRST if codes[code]), ALLOWED))


def _sum_up(codes: Counter[int], lang: Literal["fr", "en"]) -> None:
    from leakscan.i18n import number, phrase

    counts = {
        "allowed": codes[ALLOWED],
        "held": codes[REVIEW],
        "blocked": codes[BLOCKED],
        "failed": codes[CHECK_FAILED],
    }
    say(phrase("gate.several", lang, **{name: number(count, lang) for name, count in counts.items()}))
