"""The pool of workers: nothing is lost, whatever dies, and nothing but what is meant to comes back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import work_tasks

from leakscan.work import Lost, Pool


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pool]:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    workers = Pool(2)
    yield workers
    workers.close()


def test_each_task_has_its_own_answer(pool: Pool) -> None:
    tasks = [pool.submit(work_tasks.echo, bytes([number]) * 100_000 * number, number) for number in range(12)]
    for number, task in reversed(list(enumerate(tasks))):
        assert pool.result(task) == (bytes([number]) * 100_000 * number, number)


def test_a_short_task_need_not_wait_for_a_long_one(pool: Pool) -> None:
    long, short = pool.submit(work_tasks.slow, b"", 30.0), pool.submit(work_tasks.slow, b"", 0.0)
    assert pool.result(short) == 0.0
    assert not long.done


def test_what_kills_a_worker_twice_is_lost_and_nothing_else(pool: Pool) -> None:
    before = pool.process_ids
    tasks = [pool.submit(work_tasks.echo, b"", number) for number in range(3)]
    poison = pool.submit(work_tasks.die, b"")
    tasks += [pool.submit(work_tasks.echo, b"", number) for number in range(3, 9)]
    assert pool.result(poison) == Lost("the process that read it died, twice")
    assert [pool.result(task) for task in tasks] == [(b"", number) for number in range(9)]
    assert len(pool.process_ids) == 2
    assert pool.process_ids != before


def test_what_died_by_chance_is_done_again(pool: Pool, tmp_path: Path) -> None:
    assert pool.result(pool.submit(work_tasks.die_once, b"", str(tmp_path / "mark"))) == "done"


def test_an_exception_comes_back_without_its_message(pool: Pool) -> None:
    answer = pool.result(pool.submit(work_tasks.fail, b"DUPONT"))
    assert isinstance(answer, Lost)
    assert answer.reason.startswith("ValueError in fail, line ")
    assert "DUPONT" not in repr(answer)


def test_no_process_and_no_memory_outlives_the_pool() -> None:
    before = list(Path("/proc/self/fd").iterdir())
    workers = Pool(2)
    numbers = workers.process_ids
    workers.submit(work_tasks.slow, b"", 60.0)
    workers.close()
    assert len(list(Path("/proc/self/fd").iterdir())) == len(before)
    assert not any(Path(f"/proc/{number}").exists() for number in numbers)


def test_no_module_of_the_current_folder_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A responder stands in the folder of the leak: what it holds is data, whatever it is called."""
    mark = tmp_path / "mark"
    for name in ("leakscan", "numpy", "polars", "selectors", "pickle"):
        (tmp_path / f"{name}.py").write_text(f"open({str(mark)!r}, 'w').close()\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    workers = Pool(1)
    try:
        assert workers.result(workers.submit(work_tasks.echo, b"data", 1)) == (b"data", 1)
    finally:
        workers.close()
    assert not mark.exists()


def test_what_a_library_prints_as_it_dies_is_not_shown(pool: Pool, capfd: pytest.CaptureFixture[str]) -> None:
    assert isinstance(pool.result(pool.submit(work_tasks.print_and_die, b"DUPONT")), Lost)
    assert capfd.readouterr() == ("", "")
