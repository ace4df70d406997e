"""What the user settled about a scan, checked before anything is opened."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from leakscan.errors import UsageError
from leakscan.i18n import LANGUAGES
from leakscan.limits import Limits
from leakscan.records import ROLES, ReadOptions
from leakscan.severity import RECIPIENTS

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMED_DELIMITERS: dict[str, str] = {
    "comma": ",",
    "semicolon": ";",
    "tab": "\t",
    "\\t": "\t",
    "pipe": "|",
    "space": " ",
    "colon": ":",
}
"""Delimiters that a shell makes hard to type, by name."""


MOST_PASSWORDS = 10_000
"""Passwords that are tried: they are meant to be known ones, and each costs time on every encrypted member."""
LEAST_WORKER_BYTES = 256 << 20
"""A worker cannot start with less memory for data."""


def today() -> date:
    """The day it is where the tool runs: whether somebody is a minor is asked about the user's day, not UTC's."""
    return datetime.now().astimezone().date()


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """Options of one scan; None means: find out, or nobody said. Raises UsageError for what cannot be carried out.

    `encoding`: a Python codec name. `delimiter`: one character (names as in `NAMED_DELIMITERS` are taken too).
    `roles`: column name -> role, over the tool's own judgement. `exclude`: glob patterns of paths to leave out.
    `as_of`: the day on which somebody is or is not a minor. `recipients`, `malicious`: severity's circumstances.
    `block_bytes`: how much is read at a time; it changes memory use, never results.
    `memory`: MiB of findings kept in memory, those beyond go encrypted to a temporary file; results do not change.
    `workers`: processes that large inputs are read by, None for one per core, 1 for none. `triage`: a first look at
    a part of the inputs. `lang`: of the outputs. `passwords`: tried on what is encrypted. `limits`: what hostile inputs
    may cost. `scheduler`: address of a Dask cluster that reads the inputs. `ocr`: text is read from pictures and
    scanned pages. `smb_credentials`: file of the user and password for `smb://` targets. `contacts`: how people can be
    reached is kept beside their identity, for a contact list.
    """

    encoding: str | None = None
    delimiter: str | None = None
    roles: Mapping[str, str] = field(default_factory=dict)
    exclude: tuple[str, ...] = ()
    as_of: date = field(default_factory=today)
    recipients: str | None = None
    malicious: bool = False
    block_bytes: int = 16 << 20
    memory: int = 64
    workers: int | None = None
    triage: bool = False
    lang: str = "en"
    passwords: tuple[str, ...] = field(default=(), repr=False)
    limits: Limits = field(default_factory=Limits)
    smb_credentials: str | None = None
    ocr: bool = False
    scheduler: str | None = None
    contacts: bool = False

    def __post_init__(self) -> None:
        """Check every option; a frozen value is either usable or never made."""
        if self.delimiter is not None:
            object.__setattr__(self, "delimiter", NAMED_DELIMITERS.get(self.delimiter, self.delimiter))
        for problem in (
            _encoding_problem(self.encoding),
            _delimiter_problem(self.delimiter),
            _roles_problem(self.roles),
            _choice_problem("--recipients", self.recipients, RECIPIENTS),
            _choice_problem("--lang", self.lang, LANGUAGES),
            "" if all(self.exclude) else "--exclude was given an empty pattern: give a glob such as '*.bak'",
            "" if self.block_bytes > 0 else "the block size must be at least one byte",
            "" if self.memory >= 0 else "--memory must be 0 MiB or more",
            "" if self.workers is None or self.workers > 0 else "--workers must be at least 1",
            _limits_problem(self.limits),
            _scheduler_problem(self),
        ):
            if problem:
                raise UsageError(problem)

    def reading(self) -> ReadOptions:
        """What of this concerns the readers."""
        return ReadOptions(self.encoding, self.delimiter, self.block_bytes, self.passwords, self.limits, self.ocr)


def parse_roles(assignments: list[str]) -> dict[str, str]:
    """`COLUMN=ROLE` arguments as a mapping; the last `=` parts them, so a column name may hold one.

    What cannot be is told by its place, never repeated: a name that somebody typed may be a value.
    """
    roles: dict[str, str] = {}
    for place, assignment in enumerate(assignments, 1):
        column, equals, role = assignment.rpartition("=")
        if not equals or not column or not role:
            message = f"--role no. {place} is not COLUMN=ROLE: write for example --role N_SECU=nir"
            raise UsageError(message)
        if roles.get(column, role) != role:
            message = f"--role no. {place} gives a column a second role: keep one"
            raise UsageError(message)
        roles[column] = role
    return roles


def parse_date(text: str) -> date:
    """A day written YYYY-MM-DD; raises UsageError otherwise."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"--as-of {text!r} is not a day: write it as YYYY-MM-DD"
        raise UsageError(message) from None


def parse_passwords(data: bytes) -> tuple[str, ...]:
    """The passwords of a file, one per line, each once; raises UsageError, which never repeats one."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        message = "the file of --password-file is not UTF-8: save it as UTF-8, one password per line"
        raise UsageError(message) from None
    found = tuple(dict.fromkeys(line.removesuffix("\r") for line in text.split("\n") if line.strip()))
    if not found:
        message = "the file of --password-file is empty: write one password per line"
        raise UsageError(message)
    if len(found) > MOST_PASSWORDS:
        message = f"the file of --password-file holds {len(found):,} passwords: give at most {MOST_PASSWORDS:,}"
        raise UsageError(message)
    return found


def _scheduler_problem(options: ScanOptions) -> str:
    if options.scheduler is None:
        return ""
    if options.triage:
        return "--triage reads a part of every file in this process: leave out --engine dask"
    return "" if options.scheduler else "--scheduler was given no address"


def _limits_problem(limits: Limits) -> str:
    for option, value in (
        ("--max-expansion", limits.expansion),
        ("--max-depth", limits.depth),
        ("--max-members", limits.members),
        ("--time-limit", limits.seconds_free),
    ):
        if value < 1:
            return f"{option} must be at least 1"
    if limits.worker_bytes < LEAST_WORKER_BYTES:
        return (
            f"--worker-memory must be at least {LEAST_WORKER_BYTES >> 20} MiB: a worker takes that much to begin with"
        )
    return ""


def _encoding_problem(encoding: str | None) -> str:
    if encoding is None:
        return ""
    try:
        codec = codecs.lookup(encoding)
    except (LookupError, ValueError):
        return f"--encoding {encoding!r} is not known: try utf-8, cp1252, latin-9, cp850 or utf-16"
    # codecs such as base64 or rot13 do not turn bytes into text
    if not getattr(codec, "_is_text_encoding", True):
        return f"--encoding {encoding!r} is not an encoding of text: try utf-8, cp1252, latin-9, cp850 or utf-16"
    return ""


def _delimiter_problem(delimiter: str | None) -> str:
    if delimiter is None:
        return ""
    if len(delimiter) != 1 or delimiter.isalnum() or delimiter in '"\r\n\0':
        names = ", ".join(name for name in NAMED_DELIMITERS if name.isalpha())
        return f"--delimiter {delimiter!r} is not one separating character: give for example ';' or one of {names}"
    return ""


def _roles_problem(roles: Mapping[str, str]) -> str:
    for place, role in enumerate(roles.values(), 1):
        if role not in (*ROLES, "none"):
            return f"--role no. {place} has a role that does not exist: the roles are {', '.join(ROLES)} and none"
    return ""


def _choice_problem(option: str, value: str | None, choices: tuple[str, ...]) -> str:
    if value is None or value in choices:
        return ""
    return f"{option} {value!r} is not possible: say one of {', '.join(choices)}"
