"""Saved results: what a scan keeps for later, and how several of them become one.

A saved result is the ledger, sealed under a key file, beside the report that was made of it, which anybody may read
(docs/ledger.md). Results merge by their units, so that parts in any order, grouping and repetition say what one scan
over all of it says.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO

from leakscan.errors import LedgerError, UsageError
from leakscan.options import ScanOptions
from leakscan.persons.ledger import Ledger, union
from leakscan.persons.saved import ledger_from, messages
from leakscan.persons.sealed import Checked, checked, damaged, key_id, unsealed, write_sealed
from leakscan.persons.shelf import Shelf
from leakscan.report import build_report, rules_sha256
from leakscan.severity import RECIPIENTS

OTHER_RULES = "other_rules"
"""Code of the warning that results which were merged had been found by different rules."""
ITEMS_AT_ONCE = 512
"""Items of a list of the report that are written at a time."""
MERGED = "(merged results)"
"""Stands for a path in what is said of a merge."""
_WORST_LAST = ("none", "known", "unknown", None)
_RULES = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Settled:
    """What decides a report beside the ledger. `rules`: digests of the rules that found what is in it."""

    as_of: date
    recipients: str | None
    malicious: bool
    rules: frozenset[str]


@dataclass(frozen=True, slots=True)
class Merged:
    """Several results as one: the ledger, the options its report is built with, and the rules that found it.

    `complaint`: why it is in memory, where the folder for temporary files could not take it.
    """

    ledger: Ledger
    options: ScanOptions
    rules: frozenset[str]
    complaint: str | None = None


def save(
    path: Path,
    ledger: Ledger,
    report: Mapping[str, Any],
    options: ScanOptions,
    key: bytes,
    rules: Iterable[str] | None = None,
) -> None:
    """Keep a ledger and its report in a file, whole or not at all, readable by its owner only.

    `rules`: digests of what found it, where that was not this program. Raises UsageError where the disk refuses.
    """
    head = {
        "tool": version("leakscan"),
        "rules": sorted([rules_sha256()] if rules is None else rules),
        "as_of": options.as_of.isoformat(),
        "recipients": options.recipients,
        "malicious": options.malicious,
    }
    path = path.resolve()
    try:
        _replace(path, lambda stream: write_sealed(stream, head, key, _told(report), messages(ledger)))
    except OSError as error:
        message = f"cannot write {path}: {(error.strerror or 'refused').lower()}; choose another place"
        raise UsageError(message) from None


def merged(paths: Sequence[Path], key: bytes, options: ScanOptions | None = None) -> Merged:
    """One ledger of several saved results. `options`: how much of it is kept in memory.

    All files are read once to see that they are whole and belong together. Raises LedgerError, with what to do, where
    they do not: other keys, other days for minors, damage, inputs cut at different places.
    """
    files = list({found.digest: found for found in map(checked, paths)}.values())
    settled = [_settled(found) for found in files]
    _refuse_other_keys(files, key)
    _refuse_other_days(files, settled)
    base = options or ScanOptions()
    shelf = Shelf(base.memory << 20)
    ledger = union([ledger_from(unsealed(found.path, key), shelf) for found in files])
    together = ScanOptions(
        as_of=settled[0].as_of,
        recipients=max((one.recipients for one in settled), key=_WORST_LAST.index),
        malicious=any(one.malicious for one in settled),
        memory=base.memory,
        lang=base.lang,
    )
    return Merged(ledger, together, frozenset().union(*(one.rules for one in settled)), shelf.complaint())


def merged_report(found: Merged) -> dict[str, Any]:
    """The report of a merge, built anew; with a warning where not all of it was found by the rules of this program."""
    report = build_report(found.ledger, found.options)
    others = found.rules - {rules_sha256()}
    if others:
        told = ", ".join(f"{rules[:12]}…" for rules in sorted(others))
        message = f"found by other rules than those of this leakscan (rules_sha256 {told}): scan again with one version"
        line = {"code": OTHER_RULES, "path": MERGED, "member": None, "row": None, "offset": None}
        report["warnings"].append({**line, "count": len(others), "message": message})
    return report


def _told(report: Mapping[str, Any]) -> Iterator[bytes]:
    """The report as JSON, in pieces: of a hundred thousand inputs it is hundreds of megabytes."""
    before = b"{"
    for name, value in report.items():
        yield before + json.dumps(name).encode() + b":"
        before = b","
        if not isinstance(value, list):
            yield json.dumps(value, allow_nan=False).encode()
            continue
        yield b"["
        for start in range(0, len(value), ITEMS_AT_ONCE):
            items = json.dumps(value[start : start + ITEMS_AT_ONCE], allow_nan=False, separators=(",", ":"))
            yield (b"," if start else b"") + items[1:-1].encode()
        yield b"]"
    yield b"}"


def _replace(path: Path, write: Callable[[BinaryIO], None]) -> None:
    """Have a file written beside its place, and moved there when it is whole and on the disk."""
    new = path.with_name(f"{path.name}.new")
    with suppress(FileNotFoundError):
        new.unlink()  # left by a crash: its mode may be another one
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    _keep_name(path.parent)


def _keep_name(folder: Path) -> None:
    """Have the new name of a file survive a crash, where the system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _settled(found: Checked) -> Settled:
    head = found.head
    try:
        rules, recipients, malicious = head["rules"], head["recipients"], head["malicious"]
        whole = isinstance(rules, list) and rules and all(_RULES.fullmatch(one) for one in rules)
        if whole and isinstance(malicious, bool) and (recipients is None or recipients in RECIPIENTS):
            return Settled(date.fromisoformat(head["as_of"]), recipients, malicious, frozenset(rules))
    except (KeyError, TypeError, ValueError):
        pass
    raise damaged(found.path)


def _refuse_other_keys(files: Sequence[Checked], key: bytes) -> None:
    ids = {found.head["key_id"]: found.path for found in reversed(files)}
    if len(ids) > 1:
        made = "; ".join(f"{path} with {name}" for name, path in sorted(ids.items()))
        message = (
            f"these results were made with different keys ({made}): one person has other fingerprints in each, "
            "and would be counted in each; scan again with one --key-file"
        )
        raise LedgerError(message)
    for name, path in ids.items():
        if name != key_id(key):
            message = (
                f"the key file is not the one that {path} was made with (its id is {name}, this one's {key_id(key)}): "
                "give the --key-file of that scan"
            )
            raise LedgerError(message)


def _refuse_other_days(files: Sequence[Checked], settled: Sequence[Settled]) -> None:
    days = {one.as_of: found.path for found, one in zip(reversed(files), reversed(settled), strict=True)}
    if len(days) > 1:
        told = "; ".join(f"{path} on {day.isoformat()}" for day, path in sorted(days.items()))
        message = (
            f"these results tell who is a minor on different days ({told}), which is settled while records are read: "
            "scan again with one --as-of"
        )
        raise LedgerError(message)
