"""The evidence log: whatever is changed, dropped, added or swapped in it is found, and so are changed inputs."""

from __future__ import annotations

import dataclasses
import itertools
import json
import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakscan.cli.app import run
from leakscan.custody.case import KEYS, MOST_BYTES, Case, read_case
from leakscan.custody.chain import FIRST, canonical, hash_of, public_key, read_chain, signed
from leakscan.custody.check import check
from leakscan.custody.log import EvidenceLog, digest, report_sha256
from leakscan.errors import UsageError
from leakscan.options import ScanOptions
from leakscan.report import build_report
from leakscan.scan import listed, scan

KEY, OTHER_KEY = bytes(range(32)), bytes(32)
CASE = """mandate = "Mandat du 3 janvier"\nacquisition = "Copie d'un hébergeur"
operator = "Cellule de crise"\nretention = "30 juin"\n"""
OPTIONS = ScanOptions(workers=1, passwords=("hunter2-secret",), smb_credentials="creds.txt", roles={"NOM": "last_name"})


def chain_of(kinds: tuple[str, ...], key: bytes = KEY) -> list[dict[str, Any]]:
    """A small log: a line per kind, chained, the last one signed."""
    lines: list[dict[str, Any]] = []
    last = FIRST
    for number, kind in enumerate(kinds, 1):
        line: dict[str, Any] = {"n": number, "prev": last, "kind": kind, "at": "2026-01-01T00:00:00Z"}
        if kind == "begin":
            line |= {"log": "leakscan-evidence-log/1", "public_key": public_key(key)}
        if kind == "end":
            line = signed({**line, "public_key": public_key(key)}, key)
        lines.append(line)
        last = hash_of(canonical(line))
    return lines


def written(lines: list[dict[str, Any]]) -> bytes:
    return b"".join(canonical(line) + b"\n" for line in lines)


SMALL = written(chain_of(("begin", "before", "before", "scanned", "after", "after", "end")))


def problems(data: bytes, public: str | None = None) -> list[str]:
    return read_chain(data, public)[1]


# ---- the chain


def test_a_log_as_it_was_written_holds() -> None:
    assert problems(SMALL) == []
    assert problems(SMALL, public_key(KEY)) == []


def test_another_key_is_found() -> None:
    assert problems(SMALL, public_key(OTHER_KEY)) == ["the log was signed with another key than the one given"]


def test_any_changed_byte_is_found() -> None:
    for at, change in itertools.product(range(len(SMALL)), (1, 32)):
        data = bytearray(SMALL)
        data[at] ^= change
        assert problems(bytes(data)) != [], (at, change)


@given(st.integers(0, len(SMALL)), st.binary(min_size=1, max_size=3))
def test_any_added_bytes_are_found(at: int, added: bytes) -> None:
    assert problems(SMALL[:at] + added + SMALL[at:]) != []


def test_any_cut_is_found() -> None:
    assert [end for end in range(len(SMALL)) if not problems(SMALL[:end])] == []


@pytest.mark.parametrize("number", range(7))
def test_a_dropped_line_is_found(number: int) -> None:
    lines = SMALL.splitlines(keepends=True)
    assert problems(b"".join(lines[:number] + lines[number + 1 :])) != []


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(range(7), 2)))
def test_swapped_lines_are_found(one: int, other: int) -> None:
    lines = SMALL.splitlines(keepends=True)
    lines[one], lines[other] = lines[other], lines[one]
    assert problems(b"".join(lines)) != []


@pytest.mark.parametrize("number", range(8))
def test_a_line_that_was_put_in_is_found(number: int) -> None:
    lines = SMALL.splitlines(keepends=True)
    for more in (lines[min(number, 6)], b'{"kind":"before","n":3}\n'):
        assert problems(b"".join([*lines[:number], more, *lines[number:]])) != []


@pytest.mark.parametrize("number", range(6))
def test_a_chain_that_was_made_again_lacks_the_signature(number: int) -> None:
    """Whoever has no key can chain the lines anew, but not sign them."""
    lines = [dict(line) for line in chain_of(("begin", "before", "before", "scanned", "after", "after", "end"))]
    lines[number]["at"] = "2027-01-01T00:00:00Z"
    last = FIRST
    for line in lines:
        line["prev"] = last
        last = hash_of(canonical(line))
    assert problems(written(lines)) == ["the signature is not that of this log"]


def test_a_log_signed_anew_with_another_key_is_found_by_the_key() -> None:
    forged = written(chain_of(("begin", "scanned", "end"), OTHER_KEY))
    assert problems(forged) == []
    assert problems(forged, public_key(KEY)) == ["the log was signed with another key than the one given"]


@pytest.mark.parametrize(
    ("kinds", "says"),
    [
        (("begin", "before"), "no signed end"),
        (("before", "end"), "out of place"),
        (("begin", "begin", "end"), "out of place"),
        (("begin", "end", "end"), "out of place"),
    ],
)
def test_lines_out_of_place_are_found(kinds: tuple[str, ...], says: str) -> None:
    assert any(says in problem for problem in problems(written(chain_of(kinds))))


@pytest.mark.parametrize("change", [{"public_key": public_key(OTHER_KEY)}, {"signature": "zz"}, {"signature": None}])
def test_an_end_that_does_not_fit_is_found(change: dict[str, Any]) -> None:
    lines = chain_of(("begin", "scanned", "end"))
    assert problems(written([*lines[:-1], {**lines[-1], **change}])) != []


def test_another_format_is_found() -> None:
    lines = chain_of(("begin", "end"))
    lines[0]["log"] = "leakscan-evidence-log/2"
    assert "the first line does not say leakscan-evidence-log/1" in problems(written(lines))


@pytest.mark.parametrize("data", [b"", b"\n", b"[]\n", b"null\n", b"\xff\n", b'{"n":NaN}\n', b"[" * 100_000 + b"\n"])
def test_what_is_no_log_is_found(data: bytes) -> None:
    assert problems(data) != []


# ---- a scan that is logged


@pytest.fixture
def leak(tmp_path: Path) -> Path:
    folder = tmp_path / "leak"
    folder.mkdir()
    (folder / "a.csv").write_text("NOM;NIR\nMARTEL;2610369955021 45\n", encoding="utf-8")
    (folder / "b.txt").write_text("VIH positif\n", encoding="utf-8")
    (folder / "link").symlink_to("a.csv")
    return folder


def logged(leak: Path, *, change: Any = None, options: ScanOptions = OPTIONS) -> tuple[bytes, dict[str, Any], int]:
    """The log of a scan of a folder, its report, and how many inputs changed; `change` is called during the scan."""
    file, targets = leak.parent / "log.jsonl", [str(leak)]
    log = EvidenceLog(str(file), KEY)
    log.begin(targets, options, Case("m", "a", "o", "r"))
    report = build_report(scan(targets, options), options)
    if change is not None:
        change()
    changed = log.finish(report, targets, options)
    return file.read_bytes(), report, changed


def after(data: bytes) -> dict[str, str]:
    return {
        Path(line["path"]).name: line["state"] for line in map(json.loads, data.splitlines()) if line["kind"] == "after"
    }


def test_a_log_says_what_was_scanned_and_how(leak: Path) -> None:
    data, report, changed = logged(leak)
    assert changed == 0
    lines, wrong = read_chain(data, public_key(KEY))
    assert wrong == []
    begin = lines[0]
    assert begin["case"] == {"mandate": "m", "acquisition": "a", "operator": "o", "retention": "r"}
    assert begin["tool"]["rules_sha256"] == report["tool"]["rules_sha256"]
    assert set(begin["options"]) == {field.name for field in dataclasses.fields(ScanOptions)}
    assert begin["options"]["passwords"] == 1
    assert begin["options"]["smb_credentials"] is True
    assert begin["options"]["roles"] == [["NOM", "last_name"]]
    hashes = {given["path"]: given["sha256"] for given in report["inputs"] if given["sha256"]}
    assert {line["path"]: line["sha256"] for line in lines if line["kind"] == "before" and line["sha256"]} == hashes
    (scanned,) = [line for line in lines if line["kind"] == "scanned"]
    assert scanned["coverage"]["scanned"] == 2
    assert scanned["coverage"]["skipped"] == 1
    assert scanned["report_sha256"] == report_sha256(report)
    assert [line["path"] for line in lines if line["kind"] == "unread"] == [str(leak / "link")]
    assert after(data) == {"a.csv": "same", "b.txt": "same", "link": "not_compared"}
    assert b"hunter2" not in data
    assert b"creds.txt" not in data


def test_the_log_is_for_its_owner_alone_and_of_one_scan(leak: Path) -> None:
    logged(leak)
    file = leak.parent / "log.jsonl"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(UsageError, match="exists"):
        EvidenceLog(str(file), KEY)
    with pytest.raises(UsageError, match="cannot be written"):
        EvidenceLog(str(leak / "nowhere" / "log"), KEY)


def test_inputs_that_change_during_the_scan_are_said(leak: Path) -> None:
    def change() -> None:
        (leak / "a.csv").write_text("another", encoding="utf-8")
        (leak / "b.txt").unlink()
        (leak / "new.txt").write_text("VIH", encoding="utf-8")

    data, _, changed = logged(leak, change=change)
    assert changed == 3
    assert after(data) == {"a.csv": "changed", "b.txt": "gone", "new.txt": "new", "link": "not_compared"}
    found = check(data)
    assert found.problems == ()
    assert sum("ended with an input" in note for note in found.notes) == 3


def test_a_change_that_was_taken_back_is_seen_by_what_the_scan_read(leak: Path) -> None:
    file, targets, options = leak.parent / "log.jsonl", [str(leak / "b.txt")], replace(OPTIONS, roles={})
    log = EvidenceLog(str(file), KEY)
    log.begin(targets, options, None)
    content = (leak / "b.txt").read_bytes()
    (leak / "b.txt").write_bytes(b"cancer du sein\n")
    report = build_report(scan(targets, options), options)
    (leak / "b.txt").write_bytes(content)
    assert log.finish(report, targets, options) == 1
    assert after(file.read_bytes()) == {"b.txt": "changed"}


def test_a_target_given_twice_is_compared_twice(leak: Path) -> None:
    targets = [str(leak / "a.csv"), str(leak / "a.csv")]
    log = EvidenceLog(str(leak.parent / "log.jsonl"), KEY)
    log.begin(targets, OPTIONS, None)
    assert log.finish(build_report(scan(targets, OPTIONS), OPTIONS), targets, OPTIONS) == 0


def test_holes_are_hashed_as_zeros(tmp_path: Path) -> None:
    from hashlib import sha256

    size = 65 << 20
    with (tmp_path / "sparse").open("wb") as stream:
        stream.truncate(size)
    (source,) = listed([str(tmp_path / "sparse")], OPTIONS)
    assert digest(source) == {"bytes": size, "sha256": sha256(bytes(size)).hexdigest(), "reason": None}


def test_the_digest_of_a_report_leaves_the_run_out(leak: Path) -> None:
    options = replace(OPTIONS, passwords=())
    reports = [build_report(scan([str(leak)], options), options) for _ in range(2)]
    reports[1]["scan"]["run"]["seconds"] = 99.0
    assert len({report_sha256(report) for report in reports}) == 1
    reports[1]["records"] += 1
    assert len({report_sha256(report) for report in reports}) == 2


# ---- the case


def test_a_case_is_read(tmp_path: Path) -> None:
    file = tmp_path / "case.toml"
    file.write_text(CASE, encoding="utf-8")
    assert read_case(str(file)) == Case("Mandat du 3 janvier", "Copie d'un hébergeur", "Cellule de crise", "30 juin")
    assert KEYS == ("mandate", "acquisition", "operator", "retention")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (CASE + 'victim_name = "ZWYKROPOLD"\n', "1 unknown keys"),
        ('mandate = "x"\n', "does not say acquisition, operator, retention"),
        (CASE.replace('"30 juin"', "30"), "does not say retention"),
        (CASE.replace("30 juin", " "), "does not say retention"),
        ("ZWYKROPOLD\n", "is not TOML"),
        ("x" * (MOST_BYTES + 1), "is larger than 64 KiB"),
    ],
)
def test_a_case_that_is_none_is_refused(text: str, says: str, tmp_path: Path) -> None:
    file = tmp_path / "case.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        read_case(str(file))
    assert says in str(refused.value)
    assert "ZWYKROPOLD" not in str(refused.value)
    assert refused.value.__cause__ is None


# ---- on the command line


@pytest.fixture
def places(leak: Path, tmp_path: Path) -> dict[str, str]:
    (tmp_path / "keys").mkdir()
    (tmp_path / "case.toml").write_text(CASE, encoding="utf-8")
    return {
        "leak": str(leak),
        "log": str(tmp_path / "log.jsonl"),
        "key": str(tmp_path / "keys" / "signing"),
        "case": str(tmp_path / "case.toml"),
        "report": str(tmp_path / "report.json"),
    }


def scan_with_log(places: dict[str, str]) -> int:
    return run(
        ["scan", places["leak"], "--quiet", "--workers", "1", "--json", places["report"], "--case", places["case"],
         "--evidence-log", places["log"], "--signing-key", places["key"]]
    )  # fmt: skip


def test_scan_then_verify(places: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert scan_with_log(places) == 0
    key = Path(places["key"])
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert Path(f"{key}.pub").read_text(encoding="ascii").strip() == public_key(key.read_bytes())
    capsys.readouterr()
    assert run(["verify", places["log"]]) == 0
    assert "give --key to say that it is yours" in capsys.readouterr().out
    for key_given in (places["key"], f"{places['key']}.pub"):
        arguments = ["--key", key_given, "--inputs", places["leak"], "--report", places["report"]]
        assert run(["verify", places["log"], *arguments]) == 0
        assert "holds" in capsys.readouterr().out


def test_verify_finds_changes(places: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert scan_with_log(places) == 0
    report = json.loads(Path(places["report"]).read_text(encoding="utf-8"))
    report["records"] += 1
    Path(places["report"]).write_text(json.dumps(report), encoding="utf-8")
    assert run(["verify", places["log"], "--report", places["report"]]) == 1
    assert "the report is not the one of this log" in capsys.readouterr().err
    (Path(places["leak"]) / "b.txt").write_text("altered", encoding="utf-8")
    assert run(["verify", places["log"], "--inputs", places["leak"]]) == 1
    captured = capsys.readouterr()
    assert "b.txt" in captured.err
    assert captured.out == ""
    other = tmp_path / "other.pub"
    other.write_text(public_key(OTHER_KEY) + "\n", encoding="ascii")
    assert run(["verify", places["log"], "--key", str(other)]) == 1
    log = Path(places["log"])
    log.write_bytes(log.read_bytes().replace(b"Cellule de crise", b"Cellule de cris "))
    assert run(["verify", places["log"]]) == 1
    assert "line 2 does not follow" in capsys.readouterr().err


def test_inputs_may_have_moved(places: dict[str, str], tmp_path: Path) -> None:
    assert scan_with_log(places) == 0
    Path(places["leak"]).rename(tmp_path / "elsewhere")
    assert run(["verify", places["log"], "--inputs", str(tmp_path / "elsewhere")]) == 0


def test_a_scan_that_ends_early_leaves_no_signed_end(places: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object, **__: object) -> None:
        message = "no"
        raise UsageError(message)

    monkeypatch.setattr("leakscan.scan.scan", stop)
    assert scan_with_log(places) == 2
    assert run(["verify", places["log"]]) == 1


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--case", "{case}"], "give --evidence-log FILE too"),
        (["--signing-key", "{key}"], "give --evidence-log FILE too"),
        (["--evidence-log", "{log}"], "needs --signing-key"),
        (["--evidence-log", "{leak}/log", "--signing-key", "{key}"], "lies in a target"),
        (["--evidence-log", "{log}", "--signing-key", "{log}.key"], "put it into another folder"),
        (["--evidence-log", "{log}", "--signing-key", "{key}", "--key-file", "{key}"], "a key is for one purpose"),
        (["--evidence-log", "{case}", "--signing-key", "{key}"], "exists"),
        (["--evidence-log", "{log}", "--signing-key", "{key}", "--case", "{log}.toml"], "cannot be read"),
    ],
)
def test_scan_refuses(
    options: list[str], says: str, places: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["scan", places["leak"], *(option.format(**places) for option in options)]) == 2
    assert says in capsys.readouterr().err
    assert not Path(places["log"]).exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["verify"],
        ["verify", "nowhere"],
        ["verify", "{case}", "--key", "nowhere"],
        ["verify", "{case}", "--key", "{case}"],
    ],
)
def test_verify_refuses(arguments: list[str], places: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([argument.format(**places) for argument in arguments]) == 2
    assert capsys.readouterr().out == ""
