"""The same people come out whichever format carries them, and however deep it lies."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import population
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leakscan.options import ScanOptions, parse_date
from leakscan.persons.identity import Fingerprinter
from leakscan.report import build_report
from leakscan.scan import scan

OPTIONS = ScanOptions(as_of=parse_date("2026-01-01"), workers=1)
KEY = Fingerprinter(bytes(32))
PEOPLE, FEW = 60, 20


def zipped(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("export", data)
    return out.getvalue()


def tarred(data: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        entry = tarfile.TarInfo("export")
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


NESTINGS: dict[str, Callable[[bytes], bytes]] = {
    "zip": zipped,
    "tar": tarred,
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
}


def report_of(data: bytes, folder: Path) -> dict[str, Any]:
    path = folder / "leak"
    path.write_bytes(data)
    return build_report(scan([str(path)], OPTIONS, prints=KEY), OPTIONS)


@cache
def written(name: str, size: int = PEOPLE) -> bytes:
    return {**population.TABLES, **population.MESSAGES}[name](population.population(size))


@cache
def expected(size: int = PEOPLE) -> str:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        return repr(people(report_of(population.delimited(population.population(size)), Path(folder))))


def people(report: dict[str, Any]) -> dict[str, Any]:
    """The persons of a report, without what belongs to the rows around them."""
    persons = report["persons"]
    themes = {name: persons["by_theme"][name] for name in ("hiv", "cancer", "pregnancy", "treatment")}
    return {
        **{key: persons[key] for key in ("low", "likely", "high", "basis", "minors", "minors_at_exam", "reachable")},
        "themes": themes,
        "categories": persons["by_category"],
        "prescribers": report["prescribers"],
    }


@pytest.mark.parametrize("name", population.TABLES)
def test_every_table_gives_the_same_people(name: str, tmp_path: Path) -> None:
    report = report_of(written(name), tmp_path)
    assert repr(people(report)) == expected()
    assert report["persons"]["likely"] == PEOPLE
    assert {given["status"] for given in report["inputs"]} == {"scanned"}


@pytest.mark.parametrize("name", population.MESSAGES)
def test_every_message_names_the_same_people(name: str, tmp_path: Path) -> None:
    persons = report_of(written(name), tmp_path)["persons"]
    assert (persons["low"], persons["likely"], persons["high"]) == (PEOPLE, PEOPLE, PEOPLE)
    assert persons["basis"]["ins"] == PEOPLE
    plain = eval(expected())  # noqa: S307 - made above
    assert persons["by_theme"]["hiv"] == plain["themes"]["hiv"]
    assert persons["by_theme"]["cancer"] == plain["themes"]["cancer"]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from([*population.TABLES]),
    nesting=st.lists(st.sampled_from([*NESTINGS]), min_size=1, max_size=3),
)
def test_nesting_changes_nobody(name: str, nesting: list[str], tmp_path: Path) -> None:
    data = written(name, FEW)
    for packer in nesting:
        data = NESTINGS[packer](data)
    assert repr(people(report_of(data, tmp_path))) == expected(FEW)
