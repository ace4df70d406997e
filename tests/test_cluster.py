"""A Dask cluster reads what this machine would: the same ledger, and no scan lost when machines die."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import work_tasks

from leakscan.errors import UsageError
from leakscan.options import ScanOptions
from leakscan.persons.identity import Fingerprinter
from leakscan.progress import NoProgress
from leakscan.report import build_report
from leakscan.scan import scan
from leakscan.work import Cluster, Lost

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")

AS_OF = date(2026, 1, 1)
SAMPLES = Path(__file__).parents[1] / "samples"
KEY = bytes(range(32))


class Machines:
    """A scheduler and its workers, each a process of its own as `dask worker` starts them."""

    def __init__(self, folder: Path, workers: int, memory: str = "2GiB") -> None:
        """Start them all."""
        self.folder, self.memory = folder, memory
        file = folder / "scheduler.json"
        self.file = file
        self.scheduler = self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        self.workers = [self.add() for _ in range(workers)]
        while not file.exists():
            time.sleep(0.05)

    @property
    def address(self) -> str:
        """Where the scheduler listens."""
        return str(json.loads(self.file.read_text())["address"])

    def add(self) -> subprocess.Popen[bytes]:
        """One more worker."""
        more = ("--nthreads", "1", "--memory-limit", self.memory, "--no-dashboard", "--death-timeout", "60")
        return self._start("worker", *more, "--local-directory", str(self.folder))

    def close(self) -> None:
        """End everything."""
        for process in (*self.workers, self.scheduler):
            with_group(process, signal.SIGKILL)
            process.wait()

    def _start(self, what: str, *more: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "distributed.cli.dask_" + what, "--scheduler-file", str(self.file), *more]
        known = os.pathsep.join((str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")))
        return subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={**os.environ, "PYTHONPATH": known.rstrip(os.pathsep)},
            start_new_session=True,
        )


def with_group(process: subprocess.Popen[bytes], number: int) -> None:
    """Send a signal to a process and all that it started."""
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return


@contextmanager
def machines(folder: Path, workers: int = 2) -> Iterator[Machines]:
    """A cluster for the time of a test."""
    started = Machines(folder, workers)
    try:
        yield started
    finally:
        started.close()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """A cluster of two workers that the tests share which kill nobody for good."""
    with machines(tmp_path_factory.mktemp("cluster")) as started:
        yield started


@pytest.fixture(scope="module")
def share(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A share with the samples, and letters small enough to go in bundles."""
    folder = tmp_path_factory.mktemp("share")
    for sample in ("lab60_cp1252.csv", "tab_utf16.tsv", "portal_log.log"):
        shutil.copy(SAMPLES / sample, folder)
    for number in range(40):
        text = f"Mme MARTIN Claire née le 0{1 + number % 9}/02/1970, VIH positif sous Biktarvy\n"
        (folder / f"letter{number}.txt").write_text(text, encoding="utf-8")
    return folder


def report_of(share: Path, **more: Any) -> dict[str, Any]:
    """The report of a scan, without what differs from run to run."""
    options = ScanOptions(as_of=AS_OF, **more)
    report = build_report(scan([str(share)], options, NoProgress(), Fingerprinter(KEY)), options)
    del report["scan"]["run"]
    return report


@pytest.fixture(scope="module")
def here(share: Path) -> dict[str, Any]:
    """What this machine says of the share."""
    return report_of(share, workers=1)


def test_a_cluster_finds_what_this_machine_finds(share: Path, here: dict[str, Any], cluster: Machines) -> None:
    assert report_of(share, scheduler=cluster.address) == here


def test_a_task_whose_machine_dies_is_done_by_another(cluster: Machines, tmp_path: Path) -> None:
    asked = Cluster(cluster.address)
    try:
        task = asked.submit(work_tasks.die_with_its_machine, b"", str(tmp_path / "mark"))
        assert asked.result(task) == "done"
        assert (tmp_path / "mark").exists()
    finally:
        asked.close()


def test_what_kills_its_process_is_lost_and_the_machine_lives(cluster: Machines) -> None:
    asked = Cluster(cluster.address, memory=512 << 20)
    try:
        lost = asked.submit(work_tasks.die, b"")
        large = asked.submit(work_tasks.allocate, b"", 1 << 30)
        late = asked.submit(work_tasks.slow, b"", 600.0, seconds=0.5)
        well = asked.submit(work_tasks.echo, b"abc", 7)
        assert asked.result(well) == (b"abc", 7)
        reasons = [asked.result(task) for task in (lost, large, late)]
        assert all(isinstance(reason, Lost) for reason in reasons)
        assert "died, twice" in reasons[0].reason
        assert "--worker-memory" in reasons[1].reason
        assert "longer than" in reasons[2].reason
    finally:
        asked.close()


def test_a_scan_goes_on_when_a_worker_is_killed(share: Path, here: dict[str, Any], tmp_path: Path) -> None:
    with machines(tmp_path) as started, ThreadPoolExecutor(1) as thread:
        scanning = thread.submit(report_of, share, scheduler=started.address)
        time.sleep(2.5)
        with_group(started.workers[0], signal.SIGKILL)
        assert scanning.result(timeout=120) == here


def test_a_client_that_is_killed_goes_on(share: Path, cluster: Machines, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    command = [
        sys.executable, "-m", "leakscan", "scan", str(share), "--engine", "dask", "--scheduler", cluster.address,
        "--resume", str(kept), "--key-file", str(tmp_path / "key"), "--as-of", AS_OF.isoformat(), "--quiet",
    ]  # fmt: skip
    whole = subprocess.run([*command, "--json", "-"], capture_output=True, check=True)
    first = subprocess.Popen(command)
    while first.poll() is None and not list(kept.glob("*.piece")):
        time.sleep(0.02)
    assert first.poll() is None, "the scan was over before a piece was kept"
    first.kill()
    first.wait()
    pieces = len(list(kept.glob("*.piece")))
    assert pieces
    again = subprocess.run([*command, "--json", "-"], capture_output=True, check=True)
    reports = [json.loads(run.stdout) for run in (whole, again)]
    for report in reports:
        del report["scan"]["run"]
    assert reports[0] == reports[1]
    assert not list(kept.glob("*.piece"))


def test_tasks_of_a_scheduler_that_goes_away_are_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leakscan.work.cluster.CONNECT_SECONDS", 5)
    with machines(tmp_path, workers=1) as started:
        asked = Cluster(started.address)
        task = asked.submit(work_tasks.slow, b"", 600.0)
        with_group(started.scheduler, signal.SIGKILL)
        found = asked.result(task)
        assert isinstance(found, Lost)
        assert "cannot be reached" in found.reason
        asked.close()


@pytest.mark.parametrize(
    ("address", "sentence"),
    [("tcp://127.0.0.1:9", "give the address that `dask scheduler` printed"), ("nowhere", "--scheduler nowhere")],
)
def test_a_scheduler_that_is_not_there_is_said(
    address: str, sentence: str, share: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leakscan.work.cluster.CONNECT_SECONDS", 1)
    with pytest.raises(UsageError, match=sentence):
        report_of(share, scheduler=address)


def test_a_cluster_without_workers_is_said(share: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leakscan.work.cluster.CONNECT_SECONDS", 1)
    with machines(tmp_path, workers=0) as started, pytest.raises(UsageError, match="no worker has joined"):
        report_of(share, scheduler=started.address)
