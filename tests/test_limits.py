"""Limits hold: over one input whatever reads it, for workers in time and memory, and as options."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import work_tasks

from leakscan import reading
from leakscan.cli.app import run
from leakscan.errors import UsageError
from leakscan.limits import Budget, Grant, LimitReached, Limits, Spent
from leakscan.options import LEAST_WORKER_BYTES, ScanOptions, parse_date, parse_passwords
from leakscan.persons.identity import Fingerprinter
from leakscan.report import build_report
from leakscan.scan import scan

TABLE = (Path(__file__).parent.parent / "samples" / "intl_utf8.csv").read_bytes()
KEY = Fingerprinter(bytes(32))
OPTIONS = ScanOptions(as_of=parse_date("2026-01-01"), workers=1)


@pytest.fixture
def paths(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers find the tests' own tasks, and the package that is tested."""
    tests = Path(__file__).parent
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tests), str(tests.parent)]))


def report_of(folder: Path, options: ScanOptions) -> dict[str, Any]:
    return build_report(scan([str(folder)], options, prints=KEY), options)


def test_a_budget_is_set_aside_charged_and_given_back() -> None:
    budget = Budget(Limits(expansion=10, expansion_free=1000, members=8), lambda: 200)
    budget.take(500)
    budget.member()
    one = budget.grant(4)
    assert one == Grant(375, 1)
    assert (budget.left, budget.members_left) == (1125, 6)
    two = budget.grant(1)
    assert (budget.left, budget.members_left) == (0, 0)
    with pytest.raises(LimitReached):
        budget.take(1)
    assert budget.limited
    budget.settle(two, Spent(100, 1))
    budget.settle(one, Spent())
    assert (budget.left, budget.members_left) == (2000 - 500 - 1 - 100, 8 - 1 - 1)


def test_a_grant_is_all_there_is() -> None:
    budget = Budget(Limits(), lambda: 1 << 40, Grant(10, 1))
    budget.take(10)
    budget.member()
    with pytest.raises(LimitReached):
        budget.take(1)
    with pytest.raises(LimitReached):
        budget.member()
    assert budget.spent == Spent(11, 2, limited=True)


def zip_of(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def inside_out(sizes: int) -> bytes:
    """An archive of archives that hold more than they seem to."""
    return zip_of({f"{number}.gz": gzip.compress(b"rien\n" * ((1 << 20) // 5)) for number in range(sizes)})


@pytest.mark.usefixtures("paths")
def test_the_budget_of_an_input_holds_over_its_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight small bombs of 1 MiB in one archive, each given to a worker: together they may cost 4 MiB."""
    monkeypatch.setattr("leakscan.reading.nesting.HEAD_BYTES", 1)
    monkeypatch.setattr("leakscan.reading.nesting.BUNDLE_FILES", 1)
    (tmp_path / "bombs.zip").write_bytes(zip_of({f"{at}.zip": inside_out(1) for at in range(8)}))
    limits = Limits(expansion=1, expansion_free=4 << 20)
    report = report_of(tmp_path, replace(OPTIONS, workers=2, limits=limits))
    alone = report_of(tmp_path, replace(OPTIONS, limits=limits))
    for found in (report, alone):
        inputs = {one["member"]: one for one in found["inputs"]}
        assert {f"{at}.zip" for at in range(8)} <= set(inputs)
        inside = [one for member, one in inputs.items() if str(member).endswith("content")]
        assert [one["status"] for one in inside].count("scanned") == 3
        assert any("an archive bomb?" in (one["reason"] or "") for one in inputs.values())


@pytest.mark.usefixtures("paths")
def test_a_worker_with_too_small_a_part_is_asked_once_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leakscan.reading.nesting.HEAD_BYTES", 1)
    (tmp_path / "a.zip").write_bytes(zip_of({"a.gz": gzip.compress(TABLE), "b.gz": gzip.compress(TABLE[:9000])}))
    limits = Limits(expansion=1, expansion_free=2 * len(TABLE))
    assert len(TABLE) > limits.expansion_free // reading.SHARE
    report = report_of(tmp_path, replace(OPTIONS, workers=2, limits=limits))
    assert {one["status"] for one in report["inputs"]} == {"scanned"}
    assert report["persons"]["likely"] > 0


@pytest.mark.usefixtures("paths")
def test_what_takes_too_long_or_too_much_memory_is_listed_and_its_neighbours_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "scan_bundle", work_tasks.scan_with_care)
    monkeypatch.setattr("leakscan.scan.MANY_BUNDLES", 0)
    large = TABLE + b"\n" * (1 << 16)  # too large for a bundle: read alone
    for name in ("slow.csv", "hungry.csv", "good.csv"):
        (tmp_path / name).write_bytes(large)
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_bytes(b"NIR 1 84 12 76 451 089 46")
    limits = Limits(seconds_free=8.0, seconds_per_mb=0.0, worker_bytes=1 << 30)
    report = report_of(tmp_path, replace(OPTIONS, workers=2, limits=limits))
    reasons = {Path(one["path"]).name: one["reason"] for one in report["inputs"]}
    assert reasons == {
        "slow.csv": "it took longer than 8 seconds: its reader was ended",
        "hungry.csv": "it wanted more memory than a worker may take (--worker-memory)",
        "good.csv": None,
        "a.txt": None,
        "b.txt": None,
    }
    assert report["persons"]["likely"] > 0
    assert all(one["sha256"] for one in report["inputs"])


@pytest.mark.usefixtures("paths")
def test_a_worker_works_within_the_least_memory_that_can_be_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leakscan.scan.MANY_BUNDLES", 0)
    for at in range(2):
        (tmp_path / f"{at}.csv").write_bytes(TABLE)
    report = report_of(tmp_path, replace(OPTIONS, workers=2, limits=Limits(worker_bytes=LEAST_WORKER_BYTES)))
    assert {one["status"] for one in report["inputs"]} == {"scanned"}


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"secret\n", ("secret",)),
        (b"\xef\xbb\xbfsecret\r\nl'\xc3\xa9t\xc3\xa9 2020 \r\n\r\nsecret", ("secret", "l'été 2020 ")),
    ],
)
def test_passwords_one_per_line(data: bytes, found: tuple[str, ...]) -> None:
    assert parse_passwords(data) == found


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"\n \r\n", "is empty"),
        (b"cl\xe9", "is not UTF-8"),
        (b"%d\n" * 3, ""),
        (None, "cannot be read"),
    ],
)
def test_a_bad_password_file_is_refused_with_a_sentence(
    data: bytes | None, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, target = tmp_path / "passwords", tmp_path / "a.txt"
    target.write_bytes(b"rien")
    if data is not None:
        file.write_bytes(data)
    code = run(["scan", str(target), "--password-file", str(file), "--workers", "1"])
    error = capsys.readouterr().err
    assert (code == 2) == bool(said)
    assert said in error
    assert "--password-file" in error or not said


def test_a_list_of_passwords_is_no_dictionary(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="10,001 passwords: give at most 10,000"):
        parse_passwords("\n".join(map(str, range(10_001))).encode())
    (tmp_path / "passwords").write_bytes(b"x" * (1 << 21))
    assert run(["scan", str(tmp_path), "--password-file", str(tmp_path / "passwords")]) == 2


def test_no_password_is_ever_shown(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "passwords").write_text("tr0ub4dor\n", encoding="utf-8")
    (tmp_path / "a.zip").write_bytes(zip_of({"a.csv": TABLE}))
    options = replace(OPTIONS, passwords=("tr0ub4dor",))
    assert "tr0ub4dor" not in repr(options) + repr(options.reading())
    run(
        ["scan", str(tmp_path / "a.zip"), "--password-file", str(tmp_path / "passwords"), "--json", str(tmp_path / "r")]
    )
    seen = capfd.readouterr()
    assert "tr0ub4dor" not in seen.out + seen.err + (tmp_path / "r").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(expansion=0), "--max-expansion"),
        (Limits(depth=0), "--max-depth"),
        (Limits(members=0), "--max-members"),
        (Limits(seconds_free=0), "--time-limit"),
        (Limits(worker_bytes=1 << 20), "--worker-memory must be at least 256 MiB"),
    ],
)
def test_limits_that_let_nothing_through_are_refused(limits: Limits, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        ScanOptions(limits=limits)


def test_limits_are_options_of_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.zip").write_bytes(zip_of({"b.zip": zip_of({"c.zip": zip_of({"d.csv": TABLE})})}))
    code = run(["scan", str(tmp_path / "a.zip"), "--max-depth", "2", "--json", "-", "--workers", "1"])
    assert code == 0
    assert "more than 2 archives deep" in capsys.readouterr().out
    assert run(["scan", str(tmp_path / "a.zip"), "--worker-memory", "7"]) == 2
    assert "256 MiB" in capsys.readouterr().err
