"""Many uploads at once: told in their order, decided as each would be alone, and never let pass by a lost worker."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import documents
import gate_tasks
import pytest

from leakscan.gate import crew as crews
from leakscan.gate import several
from leakscan.gate.crew import Crew
from leakscan.gate.decide import decide
from leakscan.gate.policy import Facts, load_policy
from leakscan.gate.several import FEW, Upload, decide_several

SHIPPED = load_policy(None)
CLEAN = b"Le budget est vot\xc3\xa9.\nLa prochaine s\xc3\xa9ance aura lieu en mai.\n"
PROVEN = b"def area(width, height):\n    return width * height\n"
SCANNED = b"<p>Bonjour</p>\n"


@pytest.fixture(autouse=True)
def _tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", f"{Path(__file__).parents[1]}:{Path(__file__).parent}")


@pytest.fixture
def crew() -> Iterator[Crew]:
    made = Crew(SHIPPED, 1)
    yield made
    made.close()


def uploads(*data: bytes) -> Iterator[Upload]:
    return (Upload(f"f{at}", len(one), io.BytesIO(one)) for at, one in enumerate(data))


def asked(crew: Crew, function: Any, *given: Any) -> Any:
    found = crew.ask(function, b"", *given)
    while not found.done:
        crew.wait()
    return found.answer


def test_each_gets_the_verdict_that_it_gets_alone_in_their_order() -> None:
    data = [documents.as_csv(), PROVEN, documents_docx(), b"", SCANNED]
    assert 1 + 1 + several._weight(several._Decided("x", Facts(), data[2])) > FEW
    told = list(decide_several(uploads(*data), Facts(destination="git"), SHIPPED))
    assert [path for path, _, _ in told] == [f"f{at}" for at in range(len(data))]
    for (path, facts, verdict), one in zip(told, data, strict=True):
        assert facts == Facts("git", None, path)
        assert verdict == decide(io.BytesIO(one), len(one), facts, SHIPPED, name=path)
    assert told[0][2].action == "block"


def documents_docx() -> bytes:
    import docx

    made, out = docx.Document(), io.BytesIO()
    for person in documents.PEOPLE:
        made.add_paragraph(" ".join(person))
    made.save(out)
    return out.getvalue()


def test_workers_start_once_and_only_where_many_must_be_scanned(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = []
    real = crews.Pool

    def counted(*given: Any) -> Any:
        begun.append(given)
        return real(*given)

    monkeypatch.setattr("leakscan.gate.crew.Pool", counted)
    monkeypatch.setattr(several, "FEW", 1)
    few = [PROVEN] * 20 + [SCANNED]
    assert {verdict.action for _, _, verdict in decide_several(uploads(*few), Facts(), SHIPPED)} == {"allow"}
    assert begun == []
    assert len(list(decide_several(uploads(*few, *few), Facts(), SHIPPED))) == 2 * len(few)
    assert len(begun) == 1


def test_a_large_one_is_decided_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leakscan.gate.decide.HELD_BYTES", 100)
    monkeypatch.setattr(several, "FEW", 0)
    monkeypatch.setattr("leakscan.gate.crew.Pool", None)
    leak = documents.as_csv()
    assert len(leak) > 100
    ((_, _, verdict),) = decide_several(uploads(leak), Facts(), SHIPPED)
    assert verdict.action == "block"


def test_what_fails_before_a_worker_is_asked_is_no_permission() -> None:
    small = replace(SHIPPED, most_bytes=10)
    verdicts = [verdict for _, _, verdict in decide_several(uploads(CLEAN, b"x"), Facts(), small)]
    assert [(one.action, one.rule) for one in verdicts] == [("block", "limit"), ("allow", "default")]
    ((_, _, cut),) = decide_several([Upload("a", 100, io.BytesIO(CLEAN))], Facts(), SHIPPED)
    assert (cut.action, cut.rule) == ("block", "error")


def test_a_worker_that_dies_is_no_permission_and_a_second_way_is_tried(crew: Crew) -> None:
    assert asked(crew, gate_tasks.dies, "once").rule == "alone"
    verdict = asked(crew, gate_tasks.dies, "always")
    assert (verdict.action, verdict.rule, verdict.reasons) == ("block", "error", ("error.worker",))
    assert asked(crew, gate_tasks.fails).rule == "alone"
    lost = asked(crew, gate_tasks.raises)
    assert (lost.action, lost.rule) == ("block", "error")
    assert "DURAND" not in repr(lost)


def test_a_worker_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crews, "GRACE_SECONDS", 0.0)
    made = Crew(replace(SHIPPED, most_seconds=0.5, failures={**SHIPPED.failures, "too_slow": "review"}), 1)
    try:
        verdict = asked(made, gate_tasks.hangs)
        assert (verdict.action, verdict.rule) == ("review", "timeout")
        waits = made.ask(gate_tasks.hangs, b"")
        made.wait(0)
        assert not waits.done
        assert made.out == 1
    finally:
        made.close()
    assert made.out == 0
