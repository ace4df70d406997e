"""`leakscan watch`: each file ends in one place, by its verdict, whatever happens to the process and to the file."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import documents
import gate_tasks
import pytest

from leakscan.cli.app import run
from leakscan.gate.policy import Facts
from leakscan.gate.verdict import Verdict
from leakscan.gate.watch.deciding import Found
from leakscan.gate.watch.looking import seen
from leakscan.gate.watch.moving import NAME_BYTES, is_being_written, move, move_into, numbered
from leakscan.work import Task

ROOT = Path(__file__).parents[1]
CLEAN = b"Le budget est vot\xc3\xa9.\nLa prochaine s\xc3\xa9ance aura lieu en mai.\n"
LEAK = documents.as_csv()
OWN = (".leakscan", "allowed", "review", "quarantine")
QUICK = ["--once", "--settle", "0", "--every", "0.05"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "out"
    made.mkdir()
    return made


def quick(folder: Path, *more: str) -> int:
    return run(["watch", str(folder), *QUICK, *more])


def lie(place: Path) -> list[str]:
    """Files below a place, without those of the gate itself."""
    return sorted(str(path.relative_to(place)) for path in place.rglob("*") if path.is_file() or path.is_symlink())


def waiting(folder: Path) -> list[str]:
    return [name for name in lie(folder) if name.split("/")[0] not in OWN]


class Here:
    """Workers that are this process, so that a stand-in of a test is what decides."""

    def __init__(self, *_: Any) -> None:
        pass

    def submit(self, function: Any, data: bytes, *given: Any, seconds: float) -> Task:
        assert seconds > 0
        task = Task(function, data, given)
        task.finish(function(data, *given))
        return task

    def close(self) -> None:
        pass


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leakscan.gate.crew.Pool", Here)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch, here: None) -> list[bytes]:  # noqa: ARG001 - a fixture that it needs
    """A quick stand-in for the decision, and what it was asked about."""
    asked: list[bytes] = []

    def stand_in(file: Any, size: int, *_: Any, **__: Any) -> Verdict:
        data = file.read()
        assert len(data) == size
        asked.append(data)
        action: Any = "block" if b"LEAK" in data else "review" if b"REVIEW" in data else "allow"
        return Verdict(action, "stand-in", (), {}, f"{len(asked):024d}")

    monkeypatch.setattr("leakscan.gate.watch.deciding.decide", stand_in)
    return asked


def test_files_go_where_their_verdict_sends_them(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "minutes.txt").write_bytes(CLEAN)
    (folder / "to" / "partner").mkdir(parents=True)
    (folder / "to" / "partner" / "DURAND.csv").write_bytes(LEAK)
    assert quick(folder, "--lang", "en") == 0
    assert lie(folder / "allowed") == ["minutes.txt"]
    assert lie(folder / "quarantine") == ["to/partner/DURAND.csv"]
    assert (folder / "quarantine" / "to" / "partner" / "DURAND.csv").read_bytes() == LEAK
    assert waiting(folder) == []
    out, err = capsys.readouterr()
    assert out == ""
    assert "Allowed: no rule applies." in err
    assert "Blocked: rule number-of-a-person applies." in err
    values = ["DURAND", *(value for person in documents.PEOPLE for value in person[:4])]
    assert [value for value in values if value.casefold() in err.casefold()] == []
    assert (folder / "quarantine").stat().st_mode & 0o777 == 0o700
    assert (folder / ".leakscan").stat().st_mode & 0o777 == 0o700


def test_another_place_and_lines_of_json(folder: Path, tmp_path: Path, said: list[bytes]) -> None:
    for name, data in (("a.txt", b"LEAK"), ("b.txt", b"REVIEW"), ("c.txt", b"")):
        (folder / name).write_bytes(data)
    told = tmp_path / "told.jsonl"
    (tmp_path / "into").mkdir()
    assert quick(folder, "--into", str(tmp_path / "into"), "--json", str(told)) == 0
    lines = [json.loads(line) for line in told.read_text(encoding="utf-8").splitlines()]
    assert [(line["path"], line["place"], line["action"]) for line in lines] == [
        ("a.txt", "quarantine/a.txt", "block"), ("b.txt", "review/b.txt", "review"),
        ("c.txt", "allowed/c.txt", "allow"),
    ]  # fmt: skip
    assert told.stat().st_mode & 0o777 == 0o600
    assert lie(folder) == []
    assert said == [b"LEAK", b"REVIEW", b""]


def test_each_verdict_is_in_the_log_or_not_followed(folder: Path, tmp_path: Path, said: list[bytes]) -> None:
    for place in ("log", "keys"):
        (tmp_path / place).mkdir()
    sealed = ["--log", str(tmp_path / "log" / "gate.jsonl"), "--key-file", str(tmp_path / "keys" / "key")]
    for name in ("Marie.txt", "b.txt"):
        (folder / name).write_bytes(CLEAN)
    assert quick(folder, *sealed) == 0
    lines = (tmp_path / "log" / "gate.jsonl").read_text(encoding="utf-8")
    assert lines.count("\n") == 2
    assert "Marie" not in lines
    (tmp_path / "log" / "gate.jsonl").write_text("", encoding="utf-8")
    (folder / "c.txt").write_bytes(CLEAN)
    assert quick(folder, *sealed) == 2
    assert lie(folder / "allowed") == ["Marie.txt", "b.txt"]
    assert lie(folder / ".leakscan" / "taken") == ["c.txt"]
    assert len(said) == 3


def test_names_that_are_taken_are_not_written_over(folder: Path, said: list[bytes]) -> None:
    for number in range(3):
        (folder / "a.csv").write_bytes(b"%d" % number)
        assert quick(folder) == 0
    assert lie(folder / "allowed") == ["a.1.csv", "a.2.csv", "a.csv"]
    assert [(folder / "allowed" / name).read_bytes() for name in lie(folder / "allowed")] == [b"1", b"2", b"0"]
    (folder / "a.csv").mkdir()
    (folder / "a.csv" / "in.txt").write_bytes(b"x")  # a folder of the name of a file that went before
    assert quick(folder) == 0
    assert "a.3.csv/in.txt" in lie(folder / "allowed")
    assert len(said) == 4


def test_links_pipes_and_second_names(folder: Path, tmp_path: Path, said: list[bytes], capsys: Any) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "x.txt").write_bytes(CLEAN)
    (folder / "link.txt").symlink_to(secret / "x.txt")
    (folder / "linked").symlink_to(secret)
    os.mkfifo(folder / "pipe")
    (folder / "one.txt").write_bytes(CLEAN)
    os.link(folder / "one.txt", secret / "two.txt")
    assert quick(folder) == 0
    assert lie(secret) == ["two.txt", "x.txt"]
    assert waiting(folder) == ["link.txt", "linked"]
    assert (folder / "pipe").exists()
    assert lie(folder / "quarantine") == ["one.txt"]
    assert said == [], "what has a second name can be written to by it"
    assert "3 links, pipes or devices" in capsys.readouterr().err


def test_what_is_no_file_once_it_was_taken_is_not_read(folder: Path, tmp_path: Path, said: list[bytes]) -> None:
    taken = folder / ".leakscan" / "taken"
    taken.mkdir(parents=True, mode=0o700)
    (folder / ".leakscan").chmod(0o700)
    (tmp_path / "x").write_bytes(CLEAN)
    (taken / "link").symlink_to(tmp_path / "x")
    os.mkfifo(taken / "pipe")
    assert quick(folder) == 0
    assert sorted(path.name for path in (folder / "quarantine").iterdir()) == ["link", "pipe"]
    assert said == []


def test_a_file_that_is_open_for_writing_is_waited_for(folder: Path, said: list[bytes]) -> None:
    path = folder / "slow.csv"
    with path.open("wb") as file:
        file.write(b"a")
        file.flush()
        with path.open("rb") as other:
            if not is_being_written(other.fileno()):
                pytest.skip("the file system knows no leases")
        watching = subprocess.Popen(
            [sys.executable, "-m", "leakscan", "watch", str(folder), "--settle", "0", "--every", "0.05"],
            stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        assert watching.stderr is not None
        with watching, watching.stderr as told:
            assert "watching" in told.readline()
            time.sleep(0.5)
            assert waiting(folder) == ["slow.csv"]
            file.write(LEAK)
            file.close()
            told.readline()
            assert lie(folder / "quarantine") == ["slow.csv"]
            watching.send_signal(signal.SIGINT)
            assert watching.wait(60) == 0
            assert "ended" in told.read()
    assert said == []


def test_a_file_that_grows_is_waited_for_without_leases(folder: Path, said: list[bytes], monkeypatch: Any) -> None:
    monkeypatch.setattr("leakscan.gate.watch.looking.is_being_written", lambda _: False)
    path, grown = folder / "slow.csv", 0
    path.write_bytes(b"a")

    def sleep(_: float) -> None:
        nonlocal grown
        assert waiting(folder) == ["slow.csv"]
        grown += 1
        if grown < 5:
            path.write_bytes(b"a" * (grown + 1))

    now = 0.0

    def monotonic() -> float:
        nonlocal now
        now += 0.6
        return now

    monkeypatch.setattr("leakscan.cli.watch.time", type("Clock", (), {"sleep": sleep, "monotonic": monotonic}))
    assert run(["watch", str(folder), "--once", "--settle", "1", "--every", "0.05"]) == 0
    assert said == [b"aaaaa"]
    assert grown >= 5


@pytest.mark.usefixtures("here")
def test_a_file_that_changes_while_it_is_decided_is_decided_again(folder: Path, monkeypatch: Any) -> None:
    (folder / "a.csv").write_bytes(b"harmless")
    decided = []

    def stand_in(file: Any, *_: Any, **__: Any) -> Verdict:
        data = file.read()
        decided.append(data)
        if len(decided) == 1:
            (folder / ".leakscan" / "taken" / "a.csv").write_bytes(b"LEAK, now")
        return Verdict("block" if b"LEAK" in data else "allow", "x", (), {}, "ab")

    monkeypatch.setattr("leakscan.gate.watch.deciding.decide", stand_in)
    assert quick(folder) == 0
    assert decided == [b"harmless", b"LEAK, now"]
    assert (lie(folder / "allowed"), lie(folder / "quarantine")) == ([], ["a.csv"])


@pytest.mark.usefixtures("here")
def test_files_that_vanish_are_forgotten(folder: Path, monkeypatch: Any) -> None:
    for name in ("a", "b", "c"):
        (folder / name).write_bytes(CLEAN)

    def stand_in(*_: Any, **__: Any) -> Verdict:
        (folder / "b").unlink(missing_ok=True)
        return Verdict("allow", "x", (), {}, "ab")

    monkeypatch.setattr("leakscan.gate.watch.deciding.decide", stand_in)
    assert quick(folder) == 0
    assert lie(folder / "allowed") == ["a", "c"]


def test_a_file_that_cannot_be_opened_is_not_let_pass(folder: Path, said: list[bytes], monkeypatch: Any) -> None:
    (folder / "a").write_bytes(CLEAN)
    real = os.open

    def refuse(path: Any, *given: Any, **named: Any) -> int:
        if str(path).endswith("taken/a"):
            raise PermissionError(13, "Permission denied")
        return real(path, *given, **named)

    monkeypatch.setattr("leakscan.gate.watch.deciding.os.open", refuse)
    assert quick(folder) == 0
    assert lie(folder / "quarantine") == ["a"]
    assert said == []


@pytest.mark.usefixtures("here")
def test_a_decision_that_is_broken_off_leaves_the_file_for_the_next_start(folder: Path, monkeypatch: Any) -> None:
    (folder / "a").write_bytes(CLEAN)

    def broken_off(*_: Any, **__: Any) -> Verdict:
        os.kill(os.getpid(), signal.SIGTERM)
        return Verdict("allow", "x", (), {}, "ab")  # told too late

    monkeypatch.setattr("leakscan.gate.watch.deciding.decide", broken_off)
    assert quick(folder) == 0
    assert (lie(folder / "allowed"), lie(folder / ".leakscan" / "taken")) == ([], ["a"])
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_small_files_pass_while_a_large_one_is_decided(folder: Path, tmp_path: Path, monkeypatch: Any) -> None:
    release, seen_meanwhile = tmp_path / "release", []
    monkeypatch.setenv("RELEASE", str(release))
    monkeypatch.setenv("PYTHONPATH", f"{ROOT}:{ROOT / 'tests'}")
    monkeypatch.setattr("leakscan.gate.watch.watching.decide_file", gate_tasks.waits_if_large)
    monkeypatch.setattr("leakscan.gate.watch.watching.available_cores", lambda: 2)
    for name in ("a-large", "b-large"):
        (folder / name).write_bytes(bytes(gate_tasks.LARGE))
    small = [f"{number}-small" for number in "1239"] + [f"z-small{number}" for number in range(4)]
    for name in small:
        (folder / name).write_bytes(CLEAN)

    def observe() -> None:
        for _ in range(6000):
            if lie(folder / "allowed") == sorted(small):
                break
            time.sleep(0.01)
        seen_meanwhile.extend((lie(folder / "allowed"), lie(folder / ".leakscan" / "taken"), waiting(folder)))
        release.touch()

    observer = threading.Thread(target=observe)
    observer.start()
    assert quick(folder) == 0
    observer.join()
    assert seen_meanwhile == [sorted(small), ["a-large"], ["b-large"]]
    assert lie(folder / "allowed") == sorted([*small, "a-large", "b-large"])


@pytest.mark.usefixtures("here")
def test_what_changes_between_decision_and_move_is_decided_again(folder: Path, monkeypatch: Any) -> None:
    (folder / "a.csv").write_bytes(b"harmless")
    decided = []

    def stand_in(_: Any, __: Any, ___: Any, path: str, *____: Any) -> Found:
        data, status = Path(path).read_bytes(), Path(path).stat()
        decided.append(data)
        if len(decided) == 1:
            Path(path).write_bytes(b"LEAK, now")  # behind all that the worker looked at
        return Found(Verdict("block" if b"LEAK" in data else "allow", "x", (), {}, "ab"), Facts(), seen(status))

    monkeypatch.setattr("leakscan.gate.watch.watching.decide_file", stand_in)
    assert quick(folder) == 0
    assert decided == [b"harmless", b"LEAK, now"]
    assert (lie(folder / "allowed"), lie(folder / "quarantine")) == ([], ["a.csv"])


def test_whoever_opens_a_file_while_it_is_asked_about_does_not_end_the_process(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(CLEAN)
    code = (
        "import fcntl, os, sys\nfrom leakscan.gate.watch import moving\n"
        "real, path, broken = fcntl.fcntl, sys.argv[1], []\n"
        "def asked(descriptor, what, value):\n"
        "    done = real(descriptor, what, value)\n"
        "    if (what, value) == (fcntl.F_SETLEASE, fcntl.F_RDLCK):\n"
        "        try: os.open(path, os.O_WRONLY | os.O_NONBLOCK)\n"
        "        except BlockingIOError: broken.append(1)\n"
        "    return done\n"
        "moving.fcntl.fcntl = asked\n"
        "moving.is_being_written(os.open(path, os.O_RDONLY))\n"
        "sys.exit(0 if broken else 3)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "a")], check=False, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    if done.returncode == 3:
        pytest.skip("the file system knows no leases")
    assert done.returncode == 0


def test_names_that_are_ignored_are_left_alone(folder: Path, said: list[bytes]) -> None:
    for name in ("a.part", "a.csv"):
        (folder / name).write_bytes(CLEAN)
    assert quick(folder, "--ignore", "*.part") == 0
    assert waiting(folder) == ["a.part"]
    assert len(said) == 1


def test_what_it_does_not_begin_with(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert quick(tmp_path / "none") == 2
    assert quick(folder, "--into", str(tmp_path / "none")) == 2
    assert quick(folder, "--log", "x") == 2
    assert quick(folder, "--json", str(folder / "told.jsonl")) == 2
    assert "would be moved" in capsys.readouterr().err
    (folder / ".leakscan").mkdir(mode=0o755)
    (folder / ".leakscan").chmod(0o755)
    assert quick(folder) == 2
    assert "open to others" in capsys.readouterr().err
    shutil.rmtree(folder / ".leakscan")
    (folder / ".leakscan").symlink_to(tmp_path)
    assert quick(folder) == 2
    (folder / ".leakscan").unlink()
    shared = Path("/dev/shm")  # noqa: S108 - another file system is what is wanted
    if shared.is_dir() and shared.stat().st_dev != folder.stat().st_dev:
        other = shared / f"leakscan-test-{os.getpid()}"
        other.mkdir()
        try:
            assert quick(folder, "--into", str(other)) == 2
            assert "another file system" in capsys.readouterr().err
        finally:
            shutil.rmtree(other)


def test_only_one_process_watches(folder: Path, said: list[bytes], capsys: Any, monkeypatch: Any) -> None:
    (folder / "a").write_bytes(CLEAN)
    codes = []

    def stand_in(*_: Any, **__: Any) -> Verdict:
        codes.append(quick(folder))
        return Verdict("allow", "x", (), {}, "ab")

    monkeypatch.setattr("leakscan.gate.watch.deciding.decide", stand_in)
    assert quick(folder) == 0
    assert codes == [2]
    assert "watched by another process" in capsys.readouterr().err
    assert said == []


def test_moves_replace_nothing(tmp_path: Path, monkeypatch: Any) -> None:
    for renamer in (None, ...):
        if renamer is None:
            monkeypatch.setattr("leakscan.gate.watch.moving._RENAME", None)
        else:
            monkeypatch.undo()
        one, two = tmp_path / "one", tmp_path / "two"
        one.write_bytes(b"1")
        two.write_bytes(b"2")
        with pytest.raises(FileExistsError):
            move(one, two)
        assert (one.read_bytes(), two.read_bytes()) == (b"1", b"2")
    long = "n" * 251 + ".csv"
    (tmp_path / long).write_bytes(b"3")
    (tmp_path / "place").mkdir()
    (tmp_path / "place" / long).write_bytes(b"4")
    assert move_into(tmp_path / long, tmp_path / "place", (long,)).read_bytes() == b"3"
    assert len(numbered("é" * 127 + ".x", 12).encode("utf-8", "surrogateescape")) <= NAME_BYTES


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_any_moment_no_file_is_lost_and_no_leak_is_let_pass(folder: Path, tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    for place in ("log", "keys"):
        (tmp_path / place).mkdir()
    log, key = str(tmp_path / "log" / "gate.jsonl"), str(tmp_path / "keys" / "key")
    files = {}
    for number in range(24):
        leak = number % 3 == 0
        files[b"%d\n" % number + (LEAK if leak else CLEAN)] = leak
        path = folder / f"sub{number % 4}" / f"file{number % 5}-{number}.csv"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"%d\n" % number + (LEAK if leak else CLEAN))
    command = [
        sys.executable, "-m", "leakscan", "watch", str(folder), "--settle", "0", "--every", "0.01",
        "--log", log, "--key-file", key,
    ]  # fmt: skip
    for _ in range(5):
        process = subprocess.Popen(
            command, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
        )
        assert process.stderr is not None
        with process, process.stderr as told:
            assert "watching" in told.readline()
            for _ in range(rng.randrange(3)):
                told.readline()
            time.sleep(rng.random() * 0.3)
            process.kill()
        assert not [path for path in (folder / "allowed").rglob("*") if path.is_file() and files[path.read_bytes()]]
    assert quick(folder, "--log", log, "--key-file", key) == 0
    places = {
        action: [path.read_bytes() for path in (folder / action).rglob("*") if path.is_file()] for action in OWN[1:]
    }
    assert sorted(places["allowed"]) == sorted(data for data, leak in files.items() if not leak)
    assert sorted(places["quarantine"] + places["review"]) == sorted(data for data, leak in files.items() if leak)
    assert places["review"] == []
    assert waiting(folder) == []
    assert lie(folder / ".leakscan" / "taken") == []
    assert run(["gate", "--verify-log", log, "--key-file", key]) == 0
    assert len(Path(log).read_text(encoding="utf-8").splitlines()) >= len(files)
