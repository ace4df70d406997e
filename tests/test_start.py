"""What a start costs: no heavy import where it is not used, measured against a bare interpreter, never in seconds."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

HEAVY = ("polars", "numpy", "spacy", "presidio_analyzer", "regex", "ahocorasick_rs", "rich", "leakscan.scan")
NEVER_YET = ("spacy", "presidio_analyzer", "presidio_anonymizer", "torch", "pandas")
"""Prose needs them, tables do not: a second and more to import."""
RUNS = 5

_AS_A_PROGRAM = """
import sys
sys.argv = ["leakscan", *{arguments!r}]
from leakscan.__main__ import main
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
sys.stderr.write(" ".join(sys.modules))
"""


def started(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)


def modules_after(*arguments: str) -> set[str]:
    """Names of the modules that a run of the program has imported."""
    return set(started(_AS_A_PROGRAM.format(arguments=list(arguments))).stderr.split())


def fastest(code: str) -> float:
    """The least of several runs: the noise of a busy machine only ever adds."""
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        started(code)
        times.append(time.perf_counter() - began)
    return min(times)


def test_version_imports_nothing_heavy() -> None:
    imported = modules_after("--version")
    assert imported & {*HEAVY, *NEVER_YET, "typer", "click"} == set()


@pytest.mark.parametrize("arguments", [("--help",), ("scan", "--help"), ("formats", "--help"), ("report", "--help")])
def test_help_needs_no_engine(arguments: tuple[str, ...]) -> None:
    assert modules_after(*arguments) & {"polars", "numpy", "leakscan.scan", *NEVER_YET} == set()


def test_listing_formats_and_detectors_needs_no_prose() -> None:
    for command in ("formats", "detectors"):
        assert modules_after(command) & set(NEVER_YET) == set()


def test_a_scan_of_tables_needs_no_prose() -> None:
    code = "import sys; import leakscan.scan, leakscan.report; sys.stderr.write(' '.join(sys.modules))"
    assert set(started(code).stderr.split()) & set(NEVER_YET) == set()


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = "import sys, leakscan; sys.stderr.write(' '.join(sys.modules))"
    assert set(started(code).stderr.split()) & {*HEAVY, *NEVER_YET, "typer"} == set()


def test_version_starts_in_a_few_bare_interpreters_time() -> None:
    bare = fastest("pass")
    version = fastest(_AS_A_PROGRAM.format(arguments=["--version"]))
    assert version < 12 * bare
