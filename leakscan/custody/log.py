"""The evidence log of one scan: its inputs hashed before and after, and in between how they were read and what of them.

Paths are shown as the report shows them: numbers of people in them are replaced by their kind. No password is logged.
"""

from __future__ import annotations

import os
import platform
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leakscan.custody.chain import BEGIN, END, FIRST, FORMAT, canonical, hash_of, public_key, signed
from leakscan.errors import UsageError
from leakscan.passes import shown_paths
from leakscan.records import Source
from leakscan.report import rules_sha256
from leakscan.scan import listed
from leakscan.sources import reason_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from leakscan.custody.case import Case
    from leakscan.options import ScanOptions
    from leakscan.sources import Unread

PIECE = 1 << 20
"""Bytes of an input that are read at a time to be hashed."""

PACKAGES: tuple[str, ...] = ("leakscan", "polars", "numpy", "regex", "cryptography")
"""Whose versions are logged: what a result may depend on."""

ADDED = frozenset({"audit", "second_opinion"})
"""Parts of `persons` that come into a report after its scan (`leakscan audit`); no log speaks of them."""
_COVERED = ("complete", "sampled", "interrupted", "bytes_total", "bytes_read", "as_of")
_NUMBER = re.compile(r"[0-9](?:[ ._-]?[0-9]){4,}")
_ONCE = "it can be read once only: the scan hashes it on the way"


def now() -> str:
    """The time in UTC, to the second, by this machine's clock."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True)
class _Known:
    """An input as it was before the scan: its shown path, its hash, and the line that says so."""

    source: Source | Unread
    path: str
    sha256: str | None
    line: int

    @property
    def can_be_read_again(self) -> bool:
        """Whether it is no pipe and no standard input."""
        return not isinstance(self.source, Source) or self.source.seekable

    def state_by(self, after: str | None, on_the_way: str | None) -> str:
        """What has become of it, by its hash now and the one that the scan took."""
        hashes = {one for one in (self.sha256, on_the_way) if one is not None}
        if after is None:
            return "gone" if hashes and self.can_be_read_again else "not_compared"
        return "same" if {after} == hashes else "changed"


class EvidenceLog:
    """A log that is being written. State: the file, the last line's number and hash, inputs as they were before.

    Every line is on the disk before the next step begins: a scan that is killed leaves a log without a signed end.
    """

    def __init__(self, file: str, key: bytes, clock: Callable[[], str] = now) -> None:
        """`file` must not exist: a log is of one scan. `key`: 32 secret bytes. Raises UsageError."""
        self._key, self._clock = key, clock
        self._count, self._last = 0, FIRST
        self._before: list[_Known] = []
        self._file = _made(file)

    def begin(self, targets: Sequence[str], options: ScanOptions, case: Case | None) -> None:
        """The case, the tool and the options, then every input with its size and SHA-256."""
        self._write(
            BEGIN,
            log=FORMAT,
            case=None if case is None else asdict(case),
            tool={
                "rules_sha256": rules_sha256(),
                "python": platform.python_version(),
                "versions": {name: version(name) for name in PACKAGES},
            },
            targets=shown_paths([os.fsdecode(target) for target in targets]),
            options=_shown_options(options),
            public_key=public_key(self._key),
        )
        sources = list(listed(targets, options))
        for source, path in zip(sources, shown_paths([source.path for source in sources]), strict=True):
            found = digest(source)
            self._write("before", path=path, **found)
            self._before.append(_Known(source, path, found["sha256"], self._count))

    def note(self, kind: str, texts: Mapping[str, str] | None = None, **said: object) -> None:
        """A line between the beginning and the end; numbers in `texts` that may be somebody's are replaced."""
        shown = {name: _without_numbers(text) for name, text in (texts or {}).items()}
        self._write(kind, **shown, **said)

    def finish(self, report: Mapping[str, Any], targets: Sequence[str], options: ScanOptions) -> int:
        """Coverage, the inputs once more, and the signed end; how many inputs are no longer what they were."""
        for given in report["inputs"]:
            if given["status"] != "scanned":
                told = {name: given[name] for name in ("path", "member", "status", "reason")}
                self._write("unread", **told)
        self._write("scanned", coverage=_coverage(report), report_sha256=report_sha256(report))
        changed = self._after(_read_by_scan(report), {one.path: one for one in listed(targets, options)})
        self._put(signed(self._line(END, changed=changed, public_key=public_key(self._key)), self._key))
        return changed

    def corrected(self, before: Mapping[str, Any], after: Mapping[str, Any], made: int) -> None:
        """A log of corrections: both reports by their digests, the last `made` corrections, the signed end."""
        self._write(
            BEGIN,
            log=FORMAT,
            case=None,
            tool={"rules_sha256": rules_sha256(), "versions": {name: version(name) for name in PACKAGES}},
            of_report_sha256=report_sha256(before),
            public_key=public_key(self._key),
        )
        for one in after["corrections"][-made:]:
            told = {**one, "column": _without_numbers(one["column"])}
            self._write(
                "corrected", **{f"{name}_role" if name in ("from", "to") else name: told[name] for name in told}
            )
        self._write("scanned", coverage=_coverage(after), report_sha256=report_sha256(after))
        self._put(signed(self._line(END, changed=0, public_key=public_key(self._key)), self._key))

    def _after(self, read: Mapping[str, str], present: Mapping[str, Source | Unread]) -> int:
        """A line for each input as it is now, by its path; how many are no longer what they were, or are new.

        `read`: the hash that the scan took on the way, by shown path.
        """
        changed = 0
        for known in self._before:
            again = known.source if not known.can_be_read_again else present.get(known.source.path)
            found = {"bytes": None, "sha256": None, "reason": "it is gone"} if again is None else digest(again)
            on_the_way = read.get(known.path)
            state = known.state_by(found["sha256"], on_the_way)
            self._write("after", state=state, of=known.line, path=known.path, sha256_read=on_the_way, **found)
            changed += state in {"gone", "changed"}
        new = present.keys() - {known.source.path for known in self._before}
        sources = [source for path, source in present.items() if path in new]
        for source, path in zip(sources, shown_paths([source.path for source in sources]), strict=True):
            self._write("after", state="new", of=None, path=path, sha256_read=None, **digest(source))
        return changed + len(new)

    def _line(self, kind: str, **said: object) -> dict[str, Any]:
        self._count += 1
        return {"n": self._count, "prev": self._last, "kind": kind, "at": self._clock(), **said}

    def _write(self, kind: str, **said: object) -> None:
        self._put(self._line(kind, **said))

    def _put(self, line: Mapping[str, Any]) -> None:
        raw = canonical(line)
        self._last = hash_of(raw)
        with self._file.open("ab") as stream:
            stream.write(raw + b"\n")


def digest(source: Source | Unread) -> dict[str, Any]:
    """`bytes` and `sha256` of all that a source holds, holes included, or the reason why there is none."""
    if not isinstance(source, Source):
        return {"bytes": None, "sha256": None, "reason": source.reason}
    if not source.seekable:
        return {"bytes": None, "sha256": None, "reason": _ONCE}
    hashed, count = sha256(), 0
    try:
        with source.open() as stream:
            stream.seek(0)  # a file that is moved about in gives its holes as zeros
            while piece := stream.read(PIECE):
                hashed.update(piece)
                count += len(piece)
    except OSError as error:
        return {"bytes": None, "sha256": None, "reason": reason_of(error)}
    return {"bytes": count, "sha256": hashed.hexdigest(), "reason": None}


def report_sha256(report: Mapping[str, Any]) -> str:
    """Digest of a report without `scan.run`, which varies from run to run, and without what was ADDED later."""
    scan = {name: value for name, value in report["scan"].items() if name != "run"}
    persons = {name: value for name, value in report["persons"].items() if name not in ADDED}
    return hash_of(canonical({**report, "scan": scan, "persons": persons}))


def _read_by_scan(report: Mapping[str, Any]) -> dict[str, str]:
    """The hash that the scan took of each whole input; none of paths that are shown alike."""
    found: dict[str, set[str]] = {}
    for given in report["inputs"]:
        if given["member"] is None and given["sha256"] is not None:
            found.setdefault(given["path"], set()).add(given["sha256"])
    return {path: next(iter(hashes)) for path, hashes in found.items() if len(hashes) == 1}


def _coverage(report: Mapping[str, Any]) -> dict[str, Any]:
    statuses = [given["status"] for given in report["inputs"]]
    scan = report["scan"]
    return {
        **{name: scan.get(name) for name in _COVERED},
        **{name: statuses.count(name) for name in ("scanned", "partial", "skipped")},
        "records": report["records"],
        "records_damaged": report["records_damaged"],
    }


def _shown_options(options: ScanOptions) -> dict[str, Any]:
    """Every option; of passwords their number, of a file of credentials that there was one."""
    said = asdict(options)
    said["as_of"] = options.as_of.isoformat()
    said["passwords"] = len(options.passwords)
    said["smb_credentials"] = options.smb_credentials is not None
    said["roles"] = [[_without_numbers(column), role] for column, role in options.roles.items()]
    said["exclude"] = [_without_numbers(pattern) for pattern in options.exclude]
    return said


def _without_numbers(text: str) -> str:
    """Names of columns and patterns as they were given, but for numbers that may be somebody's."""
    return _NUMBER.sub("[number]", shown_paths([text])[0])


def _made(file: str) -> Path:
    path = Path(file).absolute()
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        message = f"--evidence-log {file} exists: a log is of one scan and is never written again; give another name"
        raise UsageError(message) from None
    except OSError as error:
        message = f"--evidence-log {file} cannot be written: {(error.strerror or 'refused').lower()}"
        raise UsageError(message) from None
    os.close(descriptor)
    return path
