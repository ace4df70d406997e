"""What it costs to show a report: every output format, of small and large results and of hostile ones.

`python benchmarks/dossier.py RESULT ... --rounds 3`: renders each result (`--json` or `--save` of a scan) in every
format, in French, then the first one with 10,000 inputs and with a column name of 1 MB; medians, and the size of what
is written. `--pdf` adds the PDF, once; `--command` the whole command `leakscan report --format html` in new processes.
It prints tables for docs/performance.md and ends with 1 where the page takes more than 2 s of processor time.
"""

from __future__ import annotations

import argparse
import copy
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from speed_measure import run

from leakscan.cli.report import load
from leakscan.renderers import RENDERERS, RenderOptions

if TYPE_CHECKING:
    from collections.abc import Callable

HTML_SECONDS = 2.0
MANY = 10_000
LONG = 1_000_000


def many_inputs(report: dict[str, Any]) -> dict[str, Any]:
    """The report as if its first input had 10,000 names, each with evidence and a warning of its own."""
    made = copy.deepcopy(report)
    source = made["inputs"][0]
    lines = [entry for entry in made["evidence"] if entry["path"] == source["path"]][:12]
    names = [f"exports/{at:05d}/<script>alert({at})</script>.csv" for at in range(MANY)]
    warning = {"code": "odd", "member": None, "row": 1, "offset": None, "count": 1, "message": "one row is odd"}
    made["inputs"] = [{**source, "path": name} for name in names]
    made["evidence"] = [{**line, "path": name} for name in names for line in lines]
    made["warnings"] = [{**warning, "path": name} for name in names]
    made["persons"]["by_input"] = [
        {"path": name, "member": None, "copies": 0, "people": 10, "shared": 0, "only_here": 10, "new": 10}
        for name in names
    ]
    made["persons"]["overlap"] = {"pairs": None, "reason": f"more than {MANY - 1} inputs have people"}
    return made


def long_name(report: dict[str, Any]) -> dict[str, Any]:
    """The report with one column whose name is 1 MB of script and right-to-left text."""
    made = copy.deepcopy(report)
    name = "<script>alert(1)</script>\u202e\u0645\u0631\u064a\u0636" + "=A" * (LONG // 2)
    source = made["inputs"][0]
    column = source["roles"][0]["column"]
    source["roles"][0] = {**source["roles"][0], "column": name}
    for entry in made["evidence"]:
        if entry["path"] == source["path"] and entry["column"] == column:
            entry["column"] = name
    return made


def measured(render: Callable[[], str | bytes], rounds: int) -> tuple[float, float, int]:
    """Median seconds and processor seconds, and bytes of what was written."""
    seconds, processor, size = [], [], 0
    for _ in range(rounds):
        began, spent = time.perf_counter(), time.process_time()
        written = render()
        seconds.append(time.perf_counter() - began)
        processor.append(time.process_time() - spent)
        size = len(written.encode() if isinstance(written, str) else written)
    return statistics.median(seconds), statistics.median(processor), size


def line(name: str, told: str, seconds: float, processor: float, size: int) -> str:
    return f"| {told} | {name} | {seconds:.2f} | {processor:.2f} | {size / 1e6:.2f} |"


def shown(told: str, report: dict[str, Any], rounds: int, *, pdf: bool) -> bool:
    """Print a line per format; whether the page was in time."""
    options, in_time = RenderOptions("fr"), True
    for name, renderer in RENDERERS.items():
        seconds, processor, size = measured(lambda made=renderer: made.render(report, options), rounds)
        in_time &= name != "html" or processor <= HTML_SECONDS
        print(line(name, told, seconds, processor, size), flush=True)
    for name, suffix in [("cnil", ".docx"), *([("html", ".pdf")] if pdf else [])]:
        render = RENDERERS[name].files[suffix]
        found = measured(lambda made=render: b"".join(bytes(part) for _, part in made(report, options)), 1)
        print(line(suffix[1:], told, *found), flush=True)
    return in_time


def whole_command(result: Path, rounds: int) -> None:
    """The command as a user gives it, start of the interpreter included."""
    with tempfile.TemporaryDirectory() as folder:
        out = str(Path(folder) / "report.html")
        took = []
        for _ in range(rounds):
            began = time.perf_counter()
            run([sys.executable, "-m", "leakscan", "report", str(result), "--format", "html", "--out", out])
            took.append(time.perf_counter() - began)
    print(f"\n`leakscan report {result.name} --format html`: {statistics.median(took):.2f} s")


def main() -> int:
    """Measure and print; 1 where the page is too slow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pdf", action="store_true")
    parser.add_argument("--command", action="store_true")
    asked = parser.parse_args()
    reports = {file.name: load(str(file)) for file in asked.results}
    first = next(iter(reports.values()))
    print("| report | format | s | processor s | MB |\n|---|---|---|---|---|")
    found = [shown(name, report, asked.rounds, pdf=asked.pdf) for name, report in reports.items()]
    found += [
        shown(told, json.loads(json.dumps(made(first))), asked.rounds, pdf=False)
        for told, made in (("10,000 inputs", many_inputs), ("a column name of 1 MB", long_name))
    ]
    if asked.command:
        for file in asked.results:
            whole_command(file, asked.rounds)
    return 0 if all(found) else 1


if __name__ == "__main__":
    sys.exit(main())
