"""Decide about one upload. Whatever fails on the way is a verdict as well, and never `allow`."""

from __future__ import annotations

import io
from dataclasses import replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from leakscan.gate.content import Content, TooLarge, taken
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


def decide(file: BinaryIO, size: int | None, facts: Facts, policy: Policy, *, name: str = "upload") -> Verdict:
    """Scan an upload by our own pipeline and hold what is found against a policy.

    `file` is read from where it stands to its end; `size` None: not known. `name` (or `facts.path`) is how the upload
    is called: it came with the content and is scanned like it. Never raises but for KeyboardInterrupt and SystemExit:
    an exception, the end of the time or of the size gives what the policy says of it.
    """
    digest = ""
    try:
        with (
            within(policy.most_seconds) as deadline,
            taken(file, size, facts.path or name, policy.most_bytes, deadline) as content,
        ):
            digest = content.sha256
            return _decided(content, facts, policy, deadline)
    except OutOfTime:
        return _failed(policy, "too_slow", TIMEOUT, "too_slow", digest)
    except TooLarge:
        return _failed(policy, "too_large", LIMIT, "too_large", digest)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001  polars panics with a BaseException; messages may hold contents
        return _failed(policy, "error", ERROR, f"error.{type(error).__name__}", digest)


def verdict_id(content: str, policy: Policy) -> str:
    """What a verdict is called: of the content's hash and the policy, under the policy's key where it has one."""
    return blake2b(f"{content} {policy.digest}".encode(), digest_size=ID_BYTES, key=policy.key[:64]).hexdigest()


def _decided(content: Content, facts: Facts, policy: Policy, deadline: Deadline) -> Verdict:
    from leakscan.options import ScanOptions, today

    own_id = verdict_id(content.sha256, policy)
    if any(one.sha256 == content.sha256 and today() <= one.until for one in policy.allowed):
        return Verdict("allow", ALLOW_LIST, ("sha256",), {}, own_id)
    from leakscan.gate.inlaid import inlaid
    from leakscan.gate.nobody import proven

    if proven(content.source, facts, policy):
        return Verdict(policy.default, DEFAULT, ("no_rule",), {}, own_id)
    from leakscan.gate.judging import is_wide, top_format
    from leakscan.gate.raw import READ_WHOLE, raw_text

    options = ScanOptions(workers=policy.workers)
    if content.source.size is not None and content.source.size > EARLY_BYTES:
        early = _settled_early(content.source, facts, policy, options, own_id)
        deadline.check()
        if early is not None:
            return early
    verdict, report = _looked_at(content.source, facts, policy, options, own_id)
    deadline.check()
    if verdict.action != "block" and is_wide(report):
        # two bytes in front of any text make it one of wide characters, in which nothing is found
        narrow = replace(options, encoding=NARROW)
        verdict = _stricter(verdict, _looked_at(content.source, facts, policy, narrow, own_id)[0], "narrow")
        deadline.check()
    if verdict.action != "block" and (is_wide(report) or top_format(report) not in READ_WHOLE):
        bare = replace(policy, failures=dict.fromkeys(policy.failures, "allow"))  # the first look has told of these
        raw = _looked_at(raw_text(content.source), facts, bare, options, own_id)[0]
        verdict = _stricter(verdict, raw, "raw")
    kind = top_format(report)
    if verdict.action != "block" and (kind == "text" or (kind == "delimited" and report["records_damaged"])):
        for table in inlaid(content.source, beside_a_table=kind == "delimited"):
            deadline.check()
            verdict = _stricter(verdict, _looked_at(table, facts, policy, options, own_id)[0], "table")
    return verdict


def _settled_early(source: Source, facts: Facts, policy: Policy, options: ScanOptions, own_id: str) -> Verdict | None:
    """A verdict by the beginning of a large upload; its counts are those of the beginning, hence at least."""
    from leakscan.gate.judging import counts_of, settled
    from leakscan.records import Source

    with source.open() as stream:
        begun = stream.read(EARLY_BYTES)
    begun = begun[: begun.rfind(b"\n") + 1] or begun
    head = Source(source.path, lambda: cast("BinaryIO", io.BytesIO(begun)), len(begun))
    report = _reported(head, options)
    judged = settled(report, facts, policy)
    return None if judged is None else Verdict(judged.action, judged.rule, judged.reasons, counts_of(report), own_id)


def _stricter(one: Verdict, other: Verdict, how: str) -> Verdict:
    """The stricter of two looks at an upload, the first where they agree; `how` the other one was taken is a reason."""
    if stricter(one.action, other.action) == one.action:
        return one
    return replace(other, reasons=(*other.reasons, how))


def _looked_at(
    source: Source, facts: Facts, policy: Policy, options: ScanOptions, own_id: str
) -> tuple[Verdict, dict[str, Any]]:
    from leakscan.gate.judging import counts_of, judge

    report = _reported(source, options)
    judged = judge(report, facts, policy)
    return Verdict(judged.action, judged.rule, judged.reasons, counts_of(report), own_id), report


def _reported(source: Source, options: ScanOptions) -> dict[str, Any]:
    from leakscan.report import build_report
    from leakscan.scan import scan_sources

    ledger = scan_sources([source], options)
    if ledger.interrupted:
        raise InterruptedError
    return build_report(ledger, options)


def _failed(policy: Policy, kind: str, rule: str, reason: str, content: str) -> Verdict:
    action = policy.failures[kind]
    return Verdict("block" if action == "allow" else action, rule, (reason,), {}, verdict_id(content, policy))
