"""Decide about many uploads: what takes no scan at once, the rest by workers beside each other, told in their order."""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO, NamedTuple

from leakscan.gate.crew import Asked, Crew
from leakscan.gate.decide import begin, decide
from leakscan.gate.policy import Facts, Policy
from leakscan.gate.verdict import Verdict
from leakscan.work import available_cores

FEW = 4
"""Texts to be scanned that are not worth starting workers."""
_BINARY_HEAD = 65536


class Upload(NamedTuple):
    """One of several: its path, the size where it is known, and its bytes, read before the next one is asked for."""

    path: str
    size: int | None
    file: BinaryIO


@dataclass(slots=True)
class _Decided:
    """An upload on its way. State: its bytes until somebody is asked, then who, then the verdict."""

    path: str
    facts: Facts = field(repr=False)
    data: bytes = field(default=b"", repr=False)
    asked: Asked | None = None
    verdict: Verdict | None = None

    @property
    def known(self) -> Verdict | None:
        """The verdict, once it is there."""
        if self.verdict is None and self.asked is not None and self.asked.done:
            self.verdict = self.asked.answer
        return self.verdict


def decide_several(uploads: Iterable[Upload], facts: Facts, policy: Policy) -> Iterator[tuple[str, Facts, Verdict]]:
    """Of each upload its path, what is known of it and the verdict, in their order.

    What is on the allow-list or proven to hold nobody is decided at once. More than a few that must be scanned go to
    workers, which start once; large ones are decided in this process, by workers of their own.
    """
    line: deque[_Decided] = deque()
    crew = Crew(policy, policy.workers or available_cores())
    held: list[_Decided] = []
    try:
        for upload in uploads:
            one = _begun(upload, replace(facts, path=upload.path), policy)
            line.append(one)
            if one.verdict is None:
                held.append(one)
            if crew.begun or sum(map(_weight, held)) > FEW:
                for waits in held:
                    _hand_over(crew, waits)
                held.clear()
            while line and (verdict := line[0].known) is not None:
                yield line[0].path, line[0].facts, verdict
                line.popleft()
        for one in line:
            while (verdict := one.known) is None:
                if one.asked is None:
                    one.verdict = _decided(one, policy)
                else:
                    crew.wait()
            yield one.path, one.facts, verdict
    finally:
        crew.close()


def decide_held(data: bytes, isolates: bool, policy: Policy, facts: Facts, name: str) -> Verdict:  # noqa: FBT001
    """In a worker: the verdict on bytes at hand."""
    return decide(io.BytesIO(data), len(data), facts, policy, name=name, isolates=isolates)


def _begun(upload: Upload, facts: Facts, policy: Policy) -> _Decided:
    found = begin(upload.file, upload.size, facts, policy, name=upload.path)
    if isinstance(found, Verdict):
        return _Decided(upload.path, facts, verdict=found)
    return _Decided(upload.path, facts, found)


def _weight(held: _Decided) -> int:
    """How much of `FEW` an upload takes: what is no text is read by a worker anyway."""
    return FEW if b"\0" in held.data[:_BINARY_HEAD] else 1


def _hand_over(crew: Crew, one: _Decided) -> None:
    """Ask the workers, once there is room: what waits would only take memory."""
    while crew.out >= 2 * crew.size:
        crew.wait()
    one.asked = crew.ask(decide_held, one.data, one.facts, one.path)
    one.data = b""


def _decided(one: _Decided, policy: Policy) -> Verdict:
    data, one.data = one.data, b""
    return decide(io.BytesIO(data), len(data), one.facts, policy, name=one.path)
