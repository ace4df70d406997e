"""Names of files, folders and members are scanned, counted apart from records, and shown without anybody's number."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from leakscan.options import ScanOptions, parse_date
from leakscan.passes import shown_paths
from leakscan.report import build_report
from leakscan.scan import scan

OPTIONS = ScanOptions(as_of=parse_date("2026-01-01"), workers=1)
NIR = "180017511500176"


def report_of(target: Path) -> dict[str, Any]:
    return build_report(scan([str(target)], OPTIONS), OPTIONS)


def in_names(report: dict[str, Any]) -> set[tuple[str, str | None]]:
    return {(line["entity"], line["theme"]) for line in report["evidence"] if line["column"] == "(name)"}


@pytest.mark.parametrize(
    ("name", "found"),
    [
        (f"CR_MARTIN_{NIR}.txt", {("nir", None)}),
        ("1 80 01 75 115 001 76 sortie.txt", {("nir", None)}),
        ("jean.dupont@example.org.txt", {("email", None)}),
        ("resultats_VIH_positif.txt", {("health", "hiv")}),
        ("compte-rendu cancer du sein.txt", {("health", "cancer")}),
        ("archives_hiver_2019.txt", set()),
        ("export_20190214.txt", set()),
    ],
)
def test_what_a_file_name_says(name: str, found: set[tuple[str, str | None]], tmp_path: Path) -> None:
    (tmp_path / "t" / "x").mkdir(parents=True)
    (tmp_path / "t" / "x" / name).write_text("rien à dire de plus\n", encoding="utf-8")
    report = report_of(tmp_path / "t" / "x" / name)
    assert in_names(report) == found
    assert report["records"] == 1
    assert NIR not in str(report)
    assert "dupont@" not in str(report)


def test_somebody_in_a_name_is_a_person_and_no_row(tmp_path: Path) -> None:
    for copy in ("a", "b"):
        (tmp_path / f"{copy}_{NIR}.pdf").write_bytes(b"\0" * 50)
    report = report_of_readable(tmp_path)
    assert report["persons"]["likely"] == 1
    steps = {step["step"]: step["count"] for step in report["persons"]["waterfall"]}
    assert (steps["rows"], steps["further_people"], steps["persons"]) == (1, 1, 1)


def report_of_readable(folder: Path) -> dict[str, Any]:
    (folder / "z.txt").write_text("rien à dire de plus\n", encoding="utf-8")
    return report_of(folder)


def test_the_name_of_a_member_and_of_its_folders(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(f"VIH/{NIR}/note.txt", "rien à dire de plus")
    report = report_of(tmp_path / "a.zip")
    assert in_names(report) == {("nir", None), ("health", "hiv")}
    assert report["inputs"][1]["member"] == "VIH/[nir]/note.txt"
    assert report["persons"]["likely"] == 1


def test_numbers_in_shown_paths_are_replaced() -> None:
    paths = [f"x_{NIR}_y", "a/jean_paul.dupont@example.org", "06_12_34_56_78.txt", "plain/export_2019.csv"]
    assert shown_paths(paths) == ["x_[nir]_y", "a/[email]", "[phone].txt", "plain/export_2019.csv"]
