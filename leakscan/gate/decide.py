"""Decide about one upload. Whatever fails on the way is a verdict as well, and never `allow`."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar, cast

from leakscan.gate.content import HELD_BYTES, Content, TooLarge, taken
from leakscan.gate.deadline import Deadline, OutOfTime, within
from leakscan.gate.policy import Facts, Policy
from leakscan.gate.verdict import ALLOW_LIST, DEFAULT, ERROR, LIMIT, TIMEOUT, Verdict, stricter

if TYPE_CHECKING:
    from leakscan.options import ScanOptions
    from leakscan.records import Source

ID_BYTES = 12
"""Length of a verdict's id: no two of a lifetime of uploads are alike by chance."""
EARLY_BYTES = 1 << 20
"""Of a larger upload so much is scanned first: numbers in it settle that it is blocked."""
NARROW = "cp1252"
"""What a text that says to be of wide characters is read as a second time: every byte means something in it."""
_PURPOSE = b"verdict id"
"""The same key seals the log: what it makes for one purpose must say nothing for another."""
_Made = TypeVar("_Made")


def decide(
    file: BinaryIO, size: int | None, facts: Facts, policy: Policy, *, name: str = "upload", isolates: bool = True
) -> Verdict:
    """Scan an upload by our own pipeline and hold what is found against a policy.

    `file` is read from where it stands to its end; `size` None: not known. `name` (or `facts.path`) is how the upload
    is called: it came with the content and is scanned like it. `isolates`: what may crash its reader is read by a
    process of its own; a worker that may be lost needs none. Never raises but for KeyboardInterrupt and SystemExit:
    an exception, the end of the time or of the size gives what the policy says of it.
    """

    def scanned(content: Content, deadline: Deadline) -> Verdict:
        known = _without_a_scan(content, facts, policy)
        return known or _scanned(content, facts, policy, deadline, isolates=isolates)

    return _of_taken(file, size, facts, policy, name, scanned)


def begin(file: BinaryIO, size: int | None, facts: Facts, policy: Policy, *, name: str) -> Verdict | bytes:
    """As `decide` where that takes no scan, or the upload is large; else its bytes, for a worker to decide about."""

    def looked_at(content: Content, deadline: Deadline) -> Verdict | bytes:
        known = _without_a_scan(content, facts, policy)
        if known is None and (content.source.size or 0) <= HELD_BYTES:
            with content.source.open() as held:
                return held.read()
        return known or _scanned(content, facts, policy, deadline, isolates=True)

    return _of_taken(file, size, facts, policy, name, looked_at)


def _of_taken(
    file: BinaryIO,
    size: int | None,
    facts: Facts,
    policy: Policy,
    name: str,
    then: Callable[[Content, Deadline], _Made],
) -> _Made | Verdict:
    """What is made of an upload once its bytes are taken; whatever fails is a verdict."""
    digest = ""
    try:
        with (
            within(policy.most_seconds) as deadline,
            taken(file, size, facts.path or name, policy.most_bytes, deadline) as content,
        ):
            digest = content.sha256
            return then(content, deadline)
    except OutOfTime:
        return failed(policy, "too_slow", TIMEOUT, "too_slow", digest)
    except TooLarge:
        return failed(policy, "too_large", LIMIT, "too_large", digest)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001  polars panics with a BaseException; messages may hold contents
        return failed(policy, "error", ERROR, f"error.{type(error).__name__}", digest)


def verdict_id(content: str, policy: Policy) -> str:
    """What a verdict is called: of the content's hash and the policy, under the policy's key where it has one.

    With a key nobody else can confirm by an id what they guess that an upload holds.
    """
    made = blake2b(digest_size=ID_BYTES, key=policy.key[:64], person=_PURPOSE if policy.key else b"")
    made.update(f"{content} {policy.digest}".encode())
    return made.hexdigest()


def failed(policy: Policy, kind: str, rule: str, reason: str, content: str = "") -> Verdict:
    """The verdict on what could not be decided: what the policy says of that kind of failure, and never `allow`."""
    action = policy.failures[kind]
    return Verdict("block" if action == "allow" else action, rule, (reason,), {}, verdict_id(content, policy))


@dataclass(frozen=True, slots=True)
class _Look:
    """How one upload is looked at, each time anew: by which rules, and who reads it."""

    facts: Facts
    policy: Policy
    options: ScanOptions
    own_id: str
    isolates: bool


def _without_a_scan(content: Content, facts: Facts, policy: Policy) -> Verdict | None:
    """The verdict on what is on the allow-list, or proven to hold nobody; None where a scan must tell."""
    from leakscan.gate.nobody import proven
    from leakscan.options import today

    own_id = verdict_id(content.sha256, policy)
    if any(one.sha256 == content.sha256 and today() <= one.until for one in policy.allowed):
        return Verdict("allow", ALLOW_LIST, ("sha256",), {}, own_id)
    if proven(content.source, facts, policy):
        return Verdict(policy.default, DEFAULT, ("no_rule",), {}, own_id)
    return None


def _scanned(content: Content, facts: Facts, policy: Policy, deadline: Deadline, *, isolates: bool) -> Verdict:
    from leakscan.gate.inlaid import inlaid
    from leakscan.gate.judging import is_wide, top_format
    from leakscan.gate.nobody import proven
    from leakscan.gate.raw import READ_WHOLE, raw_text
    from leakscan.options import ScanOptions

    how = _Look(facts, policy, ScanOptions(workers=policy.workers), verdict_id(content.sha256, policy), isolates)
    if content.source.size is not None and content.source.size > EARLY_BYTES:
        early = _settled_early(content.source, how)
        deadline.check()
        if early is not None:
            return early
    verdict, report = _looked_at(content.source, how)
    deadline.check()
    if verdict.action != "block" and is_wide(report):
        # two bytes in front of any text make it one of wide characters, in which nothing is found
        narrow = replace(how, options=replace(how.options, encoding=NARROW))
        verdict = _stricter(verdict, _looked_at(content.source, narrow)[0], "narrow")
        deadline.check()
    if verdict.action != "block" and (is_wide(report) or top_format(report) not in READ_WHOLE):
        bare = replace(policy, failures=dict.fromkeys(policy.failures, "allow"))  # the first look has told of these
        raw = raw_text(content.source)
        if not _is_empty(raw) and not proven(raw, facts, policy):
            verdict = _stricter(verdict, _looked_at(raw, replace(how, policy=bare))[0], "raw")
    kind = top_format(report)
    if verdict.action != "block" and (kind == "text" or (kind == "delimited" and report["records_damaged"])):
        for table in inlaid(content.source, beside_a_table=kind == "delimited"):
            deadline.check()
            if not proven(table, facts, policy):
                verdict = _stricter(verdict, _looked_at(table, how)[0], "table")
    return verdict


def _is_empty(source: Source) -> bool:
    with source.open() as stream:
        return not stream.read(1)


def _settled_early(source: Source, how: _Look) -> Verdict | None:
    """A verdict by the beginning of a large upload; its counts are those of the beginning, hence at least."""
    from leakscan.gate.judging import counts_of, settled
    from leakscan.records import Source

    with source.open() as stream:
        begun = stream.read(EARLY_BYTES)
    begun = begun[: begun.rfind(b"\n") + 1] or begun
    head = Source(source.path, lambda: cast("BinaryIO", io.BytesIO(begun)), len(begun))
    report = _reported(head, how)
    judged = settled(report, how.facts, how.policy)
    if judged is None:
        return None
    return Verdict(judged.action, judged.rule, judged.reasons, counts_of(report), how.own_id)


def _stricter(one: Verdict, other: Verdict, how: str) -> Verdict:
    """The stricter of two looks at an upload, the first where they agree; `how` the other one was taken is a reason."""
    if stricter(one.action, other.action) == one.action:
        return one
    return replace(other, reasons=(*other.reasons, how))


def _looked_at(source: Source, how: _Look) -> tuple[Verdict, dict[str, Any]]:
    from leakscan.gate.judging import counts_of, judge

    report = _reported(source, how)
    judged = judge(report, how.facts, how.policy)
    return Verdict(judged.action, judged.rule, judged.reasons, counts_of(report), how.own_id), report


def _reported(source: Source, how: _Look) -> dict[str, Any]:
    from leakscan.report import build_report
    from leakscan.scan import scan_sources

    ledger = scan_sources([source], how.options, isolates=how.isolates)
    if ledger.interrupted:
        raise InterruptedError
    return build_report(ledger, how.options)
