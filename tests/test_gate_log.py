"""The audit log of the gate: what is removed, changed, put elsewhere or written anew without the key shows."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakscan.errors import KeyFileError
from leakscan.gate.audit import AuditError, AuditLog, Head, append, audit_log, verify
from leakscan.gate.policy import Facts
from leakscan.gate.verdict import Verdict

VERDICT = Verdict("block", "patients", ("persons_likely>=1",), {"persons_likely": 3}, "ab12")
FACTS = Facts("sftp://partner.example.com", "jeanne.martin", "MARTIN_Jeanne.csv", "text/csv")


def made(folder: Path, most: int = 1 << 20) -> AuditLog:
    (folder / "log").mkdir(exist_ok=True)
    (folder / "keys").mkdir(exist_ok=True)
    return audit_log(folder / "log" / "gate.jsonl", folder / "keys" / "gate.key", most=most)


def filled(folder: Path, lines: int, most: int = 1 << 20) -> AuditLog:
    log = made(folder, most)
    for _ in range(lines):
        append(log, VERDICT, FACTS)
    return log


def parts(log: AuditLog) -> list[Path]:
    return sorted(log.path.parent.iterdir())


def test_a_log_grows_by_a_line_per_verdict_and_holds(tmp_path: Path) -> None:
    log = filled(tmp_path, 3)
    head = verify(log)
    lines = [json.loads(line) for line in log.path.read_text(encoding="utf-8").splitlines()]
    assert head.lines == len(lines) == 3
    assert [line["line"] for line in lines] == [1, 2, 3]
    assert (lines[0]["action"], lines[0]["rule"], lines[0]["counts"]) == ("block", "patients", {"persons_likely": 3})
    assert log.path.stat().st_mode & 0o777 == log.head.stat().st_mode & 0o777 == 0o600


def test_facts_are_told_by_keyed_digests_only(tmp_path: Path) -> None:
    text = filled(tmp_path / "", 2).path.read_text(encoding="utf-8")
    assert [word for word in ("jeanne", "martin", "partner", "csv") if word in text.lower()] == []
    one, two = (json.loads(line)["facts"] for line in text.splitlines())
    assert one == two
    assert sorted(one) == ["content_type", "destination", "path", "user"]
    (tmp_path / "other").mkdir()
    assert json.loads(filled(tmp_path / "other", 1).path.read_text(encoding="utf-8"))["facts"]["user"] != one["user"]


def test_a_full_log_is_put_aside_and_its_chain_goes_on(tmp_path: Path) -> None:
    log = filled(tmp_path, 7, most=800)
    names = [part.name for part in parts(log)]
    assert len(names) > 2
    assert names[:2] == ["gate.jsonl", "gate.jsonl.000001"]
    assert verify(log).lines == 7


def drop_line(at: int) -> Callable[[AuditLog], None]:
    def attack(log: AuditLog) -> None:
        lines = log.path.read_bytes().splitlines(keepends=True)
        del lines[at]
        log.path.write_bytes(b"".join(lines))

    return attack


def change(old: bytes, new: bytes) -> Callable[[AuditLog], None]:
    return lambda log: log.path.write_bytes(log.path.read_bytes().replace(old, new, 1)) and None


def swap(log: AuditLog) -> None:
    one, two, *rest = log.path.read_bytes().splitlines(keepends=True)
    log.path.write_bytes(b"".join([two, one, *rest]))


def repeat(log: AuditLog) -> None:
    log.path.write_bytes(log.path.read_bytes() * 2)


def rebuild(log: AuditLog) -> None:
    """All lines anew, chained as they should be, under a key of the attacker, who cannot reach the head."""
    log.path.unlink()
    thief = replace(log, key=b"x" * 32, head=log.path.with_name("stolen.head"))
    for _ in range(4):
        append(thief, replace(VERDICT, action="allow"), FACTS)
    thief.head.unlink()


def rebuild_with_head(log: AuditLog) -> None:
    log.path.unlink()
    log.head.unlink()
    for _ in range(4):
        append(replace(log, key=b"x" * 32), replace(VERDICT, action="allow"), FACTS)


ATTACKS = {
    "first line": drop_line(0), "middle line": drop_line(1), "last line": drop_line(-1),
    "action": change(b'"block"', b'"allow"'), "count": change(b'"persons_likely":3', b'"persons_likely":0'),
    "seal": change(b'"seal":"', b'"seal":"0'), "order": swap, "repeated": repeat, "rebuilt": rebuild,
    "rebuilt with its head": rebuild_with_head, "emptied": lambda log: log.path.write_bytes(b"") and None,
    "removed": lambda log: log.path.unlink(), "head removed": lambda log: log.head.unlink(),
    "head changed": lambda log: log.head.write_bytes(log.head.read_bytes().replace(b":4,", b":3,")) and None,
    "no JSON": lambda log: log.path.write_bytes(b"[" * 100 + b"\n") and None,
    "cut": lambda log: log.path.write_bytes(log.path.read_bytes()[:-1]) and None,
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_a_log_that_was_touched_shows(attack: Callable[[AuditLog], None], tmp_path: Path) -> None:
    log = filled(tmp_path, 4)
    attack(log)
    with pytest.raises(AuditError):
        verify(log)


@pytest.mark.parametrize("name", ["last line", "emptied", "removed", "head removed", "head changed", "rebuilt"])
def test_nothing_is_added_to_a_log_whose_end_was_touched(name: str, tmp_path: Path) -> None:
    log = filled(tmp_path, 4)
    ATTACKS[name](log)
    with pytest.raises(AuditError):
        append(log, VERDICT, FACTS)


def test_a_part_that_was_put_aside_and_is_gone_shows(tmp_path: Path) -> None:
    log = filled(tmp_path, 7, most=800)
    log.path.with_name("gate.jsonl.000001").unlink()
    with pytest.raises(AuditError):
        verify(log)


def test_a_log_of_another_key_does_not_hold(tmp_path: Path) -> None:
    log = filled(tmp_path, 2)
    with pytest.raises(AuditError, match="not signed"):
        verify(replace(log, key=b"y" * 32))


def test_a_line_that_a_crash_kept_from_the_head_is_taken_over(tmp_path: Path) -> None:
    log = filled(tmp_path, 2)
    before = log.head.read_bytes()
    append(log, VERDICT, FACTS)
    log.head.write_bytes(before)
    assert verify(log).lines == 3
    append(log, VERDICT, FACTS)
    assert verify(log).lines == 4


def test_two_lines_beyond_the_head_are_no_crash(tmp_path: Path) -> None:
    log = filled(tmp_path, 2)
    before = log.head.read_bytes()
    append(log, VERDICT, FACTS)
    append(log, VERDICT, FACTS)
    log.head.write_bytes(before)
    with pytest.raises(AuditError):
        verify(log)
    with pytest.raises(AuditError):
        append(log, VERDICT, FACTS)


def test_a_crash_after_putting_aside_is_no_loss(tmp_path: Path) -> None:
    log = filled(tmp_path, 2)
    log.path.rename(log.path.with_name("gate.jsonl.000001"))
    assert verify(log).lines == 2
    append(log, VERDICT, FACTS)
    assert verify(log).lines == 3


def test_the_key_lies_elsewhere_and_is_for_its_owner_alone(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="another folder"):
        audit_log(tmp_path / "gate.jsonl", tmp_path / "gate.key")
    log = made(tmp_path)
    key = tmp_path / "keys" / "gate.key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert repr(log.key) not in repr(log)
    key.chmod(0o644)
    with pytest.raises(KeyFileError, match="chmod 600"):
        made(tmp_path)


def test_a_log_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    log = made(tmp_path)
    log.path.mkdir()
    with pytest.raises(AuditError):
        append(log, VERDICT, FACTS)


def _write_some(folder: Path) -> None:
    log = made(folder, most=900)
    for _ in range(5):
        append(log, VERDICT, FACTS)


def test_several_processes_write_one_log(tmp_path: Path) -> None:
    made(tmp_path)
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write_some, args=(tmp_path,)) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert verify(made(tmp_path)).lines == 10


@settings(max_examples=60)
@given(data=st.data())
def test_any_byte_that_changes_shows(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    log = filled(tmp_path_factory.mktemp("log"), 3)
    content = bytearray(log.path.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    log.path.write_bytes(bytes(content))
    with pytest.raises(AuditError) as raised:
        verify(log)
    assert "patients" not in str(raised.value)


def test_a_new_log_begins_with_nothing(tmp_path: Path) -> None:
    log = made(tmp_path)
    with pytest.raises(AuditError):
        verify(log)
    assert append(log, VERDICT, Facts()).lines == Head().lines + 1
