"""Is a log whole, and are the inputs and the report still those that it speaks of?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leakscan.custody.chain import read_chain
from leakscan.custody.log import ADDED, digest, report_sha256
from leakscan.options import ScanOptions
from leakscan.scan import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Checked:
    """What a log says when it is asked: what is wrong with it, and what it tells beside."""

    problems: tuple[str, ...]
    notes: tuple[str, ...]


def check(
    data: bytes,
    public: str | None = None,
    targets: Sequence[str] | None = None,
    report: Mapping[str, Any] | None = None,
) -> Checked:
    """A log's bytes against its own chain, a public key, the inputs as they lie in `targets` now, and a report.

    Inputs are known by their content, wherever they lie now. A log that does not hold is compared with nothing.
    """
    lines, problems = read_chain(data, public)
    if problems:
        return Checked(tuple(problems), ())
    found: list[str] = []
    if targets is not None:
        found += _missing(lines, targets)
    if report is not None and report_sha256(report) not in {line.get("report_sha256") for line in lines}:
        found.append("the report is not the one of this log")
    notes = [*_notes(lines, public), *(_added(report) if report is not None else ())]
    return Checked(tuple(found), tuple(notes))


def _added(report: Mapping[str, Any]) -> Iterator[str]:
    for name in sorted(ADDED & report["persons"].keys()):
        yield f"the report holds persons.{name}, which was added after the scan: no log vouches for it"


def _missing(lines: Sequence[Mapping[str, Any]], targets: Sequence[str]) -> Iterator[str]:
    found = [digest(source) for source in listed(targets, ScanOptions())]
    present = {one["sha256"] for one in found}
    for line in lines:
        if line["kind"] != "after":
            continue
        sha256 = line["sha256"] or line["sha256_read"]  # of what was piped in, the scan's own
        if sha256 is not None and sha256 not in present:
            yield f"the input of line {line['n']} is not among the inputs: {line['path']}"


def _notes(lines: Sequence[Mapping[str, Any]], public: str | None) -> Iterator[str]:
    inputs = [line for line in lines if line["kind"] == "after"]
    yield f"{len(lines)} lines, {len(inputs)} inputs, from {lines[0]['at']} to {lines[-1]['at']} (UTC)"
    for line in inputs:
        if line["state"] in {"changed", "gone", "new"}:
            yield f"the scan ended with an input {line['state']}: {line['path']}"
    if public is None:
        key = lines[-1]["public_key"]
        yield f"signed with the key {key}; give --key to say that it is yours"
