"""The gate in front of git: staged files, a push that brings a leak, and what git has that is no file."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import documents
import pytest

from leakscan.cli.app import run
from leakscan.gate import git as ours
from leakscan.gate.verdict import Verdict

ROOT = Path(__file__).parents[1]
CLEAN = "Le budget est voté.\nLa prochaine séance aura lieu en mai.\n"
LEAK = documents.as_csv()
HOOK = ROOT / "docs" / "examples" / "pre-receive"
pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


class Repository:
    """A real repository, driven by its commands."""

    def __init__(self, path: Path, *options: str) -> None:
        self.path = path
        path.mkdir()
        self.git("init", "-q", "-b", "main", *options)

    def git(self, *arguments: str, code: int = 0, data: bytes | None = None) -> str:
        done = subprocess.run(
            ["git", *arguments],  # noqa: S607 - the one that is installed
            cwd=self.path,
            input=data,
            capture_output=True,
            check=False,
            env=ENVIRONMENT,
        )
        assert done.returncode == code, done.stderr.decode()
        return done.stdout.decode() + done.stderr.decode()

    def write(self, name: str, data: bytes) -> None:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        self.git("add", "--", name)

    def commit(self, name: str, data: bytes, message: str = "x") -> None:
        self.write(name, data)
        self.git("commit", "-q", "-m", message)


ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": str(ROOT),
    "LEAKSCAN": f"{sys.executable} -m leakscan",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{who}_NAME": "dev" for who in ("AUTHOR", "COMMITTER")},
    **{f"GIT_{who}_EMAIL": "dev@x" for who in ("AUTHOR", "COMMITTER")},
}


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
        monkeypatch.delenv(name, raising=False)
    made = Repository(tmp_path / "work")
    monkeypatch.chdir(made.path)
    return made


@pytest.fixture
def server(work: Repository, tmp_path: Path) -> Repository:
    """A bare repository behind the hook that is documented, as `origin` of `work`."""
    made = Repository(tmp_path / "server.git", "--bare")
    shutil.copy(HOOK, made.path / "hooks" / "pre-receive")
    work.git("remote", "add", "origin", str(made.path))
    return made


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bytes]]:
    """A quick stand-in for the decision, and what it was asked about."""
    asked: list[tuple[str, bytes]] = []

    def stand_in(file: Any, size: int | None, facts: Any, *_: Any, name: str) -> Verdict:
        assert facts.path == name
        data = file.read(100) if b"HALF" in (begun := file.read(4)) else file.read()
        assert b"HALF" in begun or size in (None, len(begun + data))
        asked.append((name, begun + data))
        return Verdict("block" if b"LEAK" in data else "review" if b"REVIEW" in data else "allow", "x", (), {}, "ab")

    monkeypatch.setattr("leakscan.gate.several.begin", stand_in)
    return asked


def gate(*arguments: str) -> int:
    return run(["gate", "--lang", "en", *arguments])


def test_a_staged_leak_is_refused(work: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    assert gate("--git-staged") == 0, "nothing is staged, and there is no commit"
    work.commit("README.md", CLEAN.encode())
    work.write("data/export.csv", LEAK)
    work.write("notes.txt", CLEAN.encode())
    assert gate("--git-staged") == 1
    out, err = capsys.readouterr()
    assert "data/export.csv: Blocked: rule number-of-a-person applies." in err
    assert "1 allowed, 0 held for review, 1 blocked, 0 could not be checked." in err
    values = [value.casefold() for person in documents.PEOPLE for value in person[:4]]
    assert [value for value in values if value in (out + err).casefold()] == []


def test_what_is_staged_is_read_and_not_what_lies_there(work: Repository, said: list[tuple[str, bytes]]) -> None:
    work.write("a.txt", b"staged LEAK")
    (work.path / "a.txt").write_bytes(b"harmless now")
    assert gate("--git-staged") == 1
    work.commit("a.txt", b"one")
    work.commit("b.txt", b"two")
    work.write("a.txt", b"harmless")
    (work.path / "a.txt").write_bytes(b"LEAK, not staged")
    work.git("rm", "-q", "b.txt")
    work.write("sub/\xe9 \n\"'.txt", b"odd name")
    (work.path / "link").symlink_to("LEAK-by-name")
    work.git("add", "link")
    said.clear()
    assert gate("--git-staged", "--destination", "git") == 0
    assert sorted(said) == [("a.txt", b"harmless"), ("link", b"LEAK-by-name"), ("sub/\xe9 \n\"'.txt", b"odd name")]


def test_submodules_and_intended_files_have_no_content(work: Repository, said: list[tuple[str, bytes]]) -> None:
    work.commit("a.txt", b"one")
    work.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},sub")
    (work.path / "later.txt").write_bytes(b"LEAK")
    work.git("add", "-N", "later.txt")
    assert gate("--git-staged") == 0
    assert [name for name, data in said if data] == []


def test_several_files_end_with_the_worst(tmp_path: Path, said: list[tuple[str, bytes]]) -> None:
    files = {}
    for name, data in (("ok", b"fine"), ("hold", b"a   REVIEW"), ("bad", b"a   LEAK")):
        files[name] = str(tmp_path / name)
        (tmp_path / name).write_bytes(data)
    told = tmp_path / "told.json"
    assert gate(files["ok"], files["ok"]) == 0
    assert gate(files["ok"], files["hold"], "--json", str(told)) == 4
    assert [line["action"] for line in json.loads(told.read_bytes())] == ["allow", "review"]
    assert gate(files["bad"], files["hold"], files["ok"]) == 1
    assert gate(files["ok"], str(tmp_path / "none")) == 2
    for wrong in ((files["ok"], "-"), (files["ok"], files["bad"], "--path", "x"), ("--git-staged", files["ok"]),
                  ("--git-staged", "--git-received"), ("--verify-log", "x", "--git-staged")):  # fmt: skip
        assert gate(*wrong) == 2
    assert len(said) == 8


def test_a_push_with_a_leak_is_refused_and_one_without_is_taken(work: Repository, server: Repository) -> None:
    work.commit("README.md", CLEAN.encode(), "Premier essai")
    assert "2 allowed" in work.git("push", "origin", "main"), "the file and the message"
    before = server.git("rev-parse", "main")
    work.commit("data/export.csv", LEAK)
    work.git("rm", "-q", "data/export.csv")
    work.git("commit", "-q", "-m", "taken out again, but it stays in the history")
    refused = work.git("push", "origin", "main", code=1)
    assert "data/export.csv: Blocked" in refused.replace("remote: leakscan: ", "")
    assert "pre-receive hook declined" in refused
    assert [person[0] for person in documents.PEOPLE if person[0] in refused] == []
    assert server.git("rev-parse", "main") == before
    work.git("reset", "-q", "--hard", before.strip())
    work.commit("other.txt", b"Ordre du jour.\n")
    work.git("push", "-q", "origin", "main")
    assert server.git("rev-parse", "main") != before


def lines_of(old: str, new: str, ref: str = "refs/heads/main") -> str:
    return f"{old} {new} {ref}\n"


@pytest.fixture
def push(work: Repository, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """What `--git-received` says of updates, in a repository in which no ref has what is new."""
    import io

    def received(*updates: tuple[str, str]) -> int:
        refs = work.git("for-each-ref", "--format=%(refname) %(objectname)").splitlines()
        hidden = [line.split() for line in refs if line.split()[1] in {new for _, new in updates}]
        for ref, _ in hidden:
            work.git("update-ref", "-d", ref)
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(lines_of(*update) for update in updates)))
        try:
            return gate("--git-received")
        finally:
            for ref, number in hidden:
                work.git("update-ref", ref, number)

    return received


NONE = "0" * 40


def head(work: Repository, of: str = "HEAD") -> str:
    return work.git("rev-parse", of).strip()


def test_new_branches_deleted_refs_and_what_is_known_already(
    work: Repository, push: Any, said: list[tuple[str, bytes]]
) -> None:
    work.commit("a.txt", b"first")
    first = head(work)
    assert push((NONE, first)) == 0
    assert said == [("a.txt", b"first"), (ours.MESSAGES, b"x\n\n")]
    work.git("branch", "kept")
    work.git("checkout", "-q", "-b", "new")
    work.commit("b.txt", b"a   LEAK")
    said.clear()
    assert push((NONE, head(work))) == 1
    assert [name for name, _ in said] == ["b.txt", ours.MESSAGES], "what a ref has already is not asked about again"
    said.clear()
    assert push((first, NONE)) == 0
    assert said == []
    assert push((NONE, head(work)), (NONE, first), (first, NONE)) == 1


def test_binary_large_and_empty_blobs_each_come_whole(
    work: Repository, push: Any, said: list[tuple[str, bytes]]
) -> None:
    blobs = {
        "binary": bytes(range(256)) * 5000, "empty": b"", "half-read": b"HALF" + b"\n" * 3_000_000,
        "large": b"0123456789" * 2_000_000, "line": b"no end of line", "header": b"0" * 40 + b" blob 5\nLEAK?",
    }  # fmt: skip
    for name, data in blobs.items():
        work.write(name, data)
    work.git("commit", "-q", "-m", "all")
    assert push((NONE, head(work))) == 1
    found = dict(said)
    assert found.pop("half-read").startswith(b"HALF")
    del found[ours.MESSAGES]
    assert found == {name: data for name, data in blobs.items() if name != "half-read"}


def test_messages_of_commits_and_tags_are_decided_about(
    work: Repository, push: Any, said: list[tuple[str, bytes]]
) -> None:
    work.commit("a.txt", b"one", "a subject\n\nand a body")
    work.git("tag", "-a", "v1", "-m", "a tag with a LEAK")
    assert push((NONE, head(work, "v1")), (NONE, head(work))) == 1
    text = dict(said)[ours.MESSAGES]
    assert b"a subject\n\nand a body\n" in text
    assert b"a tag with a LEAK\n" in text
    assert b"dev@x" not in text


def test_objects_are_read_as_they_are_not_as_they_are_replaced(
    work: Repository, push: Any, said: list[tuple[str, bytes]]
) -> None:
    work.commit("a.txt", b"a   LEAK")
    harmless = work.git("hash-object", "-w", "--stdin", data=b"harmless").strip()
    work.git("replace", head(work, "HEAD:a.txt"), harmless)
    assert push((NONE, head(work))) == 1
    assert ("a.txt", b"a   LEAK") in said


@pytest.mark.parametrize(
    "text",
    ["nonsense\n", f"{NONE} --all refs/x\n", f"{NONE} {'1' * 40} refs/x\n", f"{'g' * 40} {NONE} x\n"],
)
def test_what_git_does_not_know_is_no_permission(work: Repository, text: str, monkeypatch: Any, capsys: Any) -> None:
    import io

    work.commit("a.txt", b"one")
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    assert gate("--git-received") == 2
    assert "git" in capsys.readouterr().err


def test_outside_of_a_repository_and_without_git(tmp_path: Path, monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert gate("--git-staged") == 2
    assert "run it in a repository" in capsys.readouterr().err
    monkeypatch.setenv("PATH", str(tmp_path))
    assert gate("--git-staged") == 2
    assert "git cannot be run" in capsys.readouterr().err


def test_the_hooks_for_pre_commit(work: Repository) -> None:
    yaml = pytest.importorskip("yaml")
    hooks = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
    assert set(hooks) == {"leakscan", "leakscan-staged"}
    work.write("export.csv", LEAK)
    work.write("-v.txt", CLEAN.encode())
    for hook in hooks.values():
        program, *arguments = hook["entry"].split()
        assert program == "leakscan"
        for files, code in ((["export.csv", "-v.txt"], 1), (["-v.txt", "-v.txt"], 0)):
            if hook.get("pass_filenames", True):
                command = [*arguments, *hook.get("args", []), *files]
            else:
                command = [*arguments, *hook.get("args", [])]
                work.git(*(("add", "export.csv") if code else ("rm", "-q", "--cached", "export.csv")))
            assert run(command) == code
