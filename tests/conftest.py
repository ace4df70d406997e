"""Fixtures that several test files share: the samples, scanned once per session, and small tables written quickly."""

from __future__ import annotations

import gc
import importlib.util
import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import one_thread  # noqa: F401 - before all that imports polars
import pytest
from hypothesis import settings

from leakscan.options import ScanOptions
from leakscan.report import build_report
from leakscan.scan import scan

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import ModuleType

    from leakscan.persons.ledger import Ledger

SAMPLES = Path(__file__).parents[1] / "samples"
AS_OF = date(2026, 1, 1)
"""The day on which the truth of every sample says who is a minor."""

settings.register_profile("leakscan", deadline=None, derandomize=True, database=None)
settings.load_profile("leakscan")


def pytest_collection() -> None:
    """Collect no garbage among modules and tests that all stay."""
    gc.disable()


def pytest_collection_finish() -> None:
    """What was collected by now is looked at no more while tests run."""
    gc.freeze()
    gc.enable()


@dataclass(frozen=True, slots=True)
class Scanned:
    """A sample with its truth, its ledger and its report."""

    path: Path
    truth: dict[str, Any]
    ledger: Ledger
    report: dict[str, Any]


@pytest.fixture(scope="session")
def samples_generate() -> ModuleType:
    """The module samples/generate.py, which is a script and no package."""
    spec = importlib.util.spec_from_file_location("samples_generate", SAMPLES / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def scanned() -> Callable[[str], Scanned]:
    """Scan a committed sample by its stem, once per session."""

    @cache
    def scan_sample(stem: str) -> Scanned:
        truth = json.loads((SAMPLES / f"{stem}.truth.json").read_text(encoding="utf-8"))
        path = SAMPLES / truth["file"]
        options = ScanOptions(as_of=AS_OF)
        ledger = scan([str(path)], options)
        return Scanned(path, truth, ledger, build_report(ledger, options))

    return scan_sample


@pytest.fixture
def write_table(tmp_path: Path) -> Callable[..., Path]:
    """Write rows as a delimited file below tmp_path: no quoting, so that a test sees exactly what it wrote."""

    def write(
        name: str,
        rows: Sequence[Sequence[str]],
        *,
        delimiter: str = ";",
        encoding: str = "utf-8",
        newline: str = "\n",
    ) -> Path:
        path = tmp_path / name
        path.write_bytes("".join(delimiter.join(row) + newline for row in rows).encode(encoding))
        return path

    return write


@pytest.fixture
def report_of() -> Callable[..., dict[str, Any]]:
    """Scan paths with options and give the report."""

    def build(*paths: Path, **options: Any) -> dict[str, Any]:
        chosen = ScanOptions(**{"as_of": AS_OF, **options})
        return build_report(scan([str(path) for path in paths], chosen), chosen)

    return build
