"""The generator of synthetic leaks tells the truth: its counts agree with the files as another parser reads them."""

from __future__ import annotations

import csv
import importlib.util
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from stdnum.fr import nir as oracle

SAMPLES = Path(__file__).parent.parent / "samples"
TABLES = ("lab60_cp1252", "lab60_noheader", "intl_utf8", "tab_utf16", "pipe_latin9")
VARIED = tuple(f"varied_{number:02d}" for number in range(12))
COMMITTED = sorted(SAMPLES.glob("*.truth.json"))
Generate = Callable[[str, int, int, Path], Path]
KEYLESS = 13


@pytest.fixture(scope="module")
def generate() -> Generate:
    """`generate` of samples/generate.py, which is a script and no package."""
    spec = importlib.util.spec_from_file_location("samples_generate", SAMPLES / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made: Generate = module.generate
    return made


def truth_of(path: Path) -> dict[str, Any]:
    """The truth beside a generated file."""
    found: dict[str, Any] = json.loads((path.parent / f"{path.stem}.truth.json").read_text(encoding="utf-8"))
    return found


def rows_of(path: Path, truth: dict[str, Any]) -> list[list[str]]:
    """The data rows as the csv module reads them."""
    with path.open(encoding=truth["encoding"], newline="") as file:
        rows = list(csv.reader(file, delimiter=truth["delimiter"]))
    return rows[1:] if truth["header"] else rows


def written_nirs(rows: list[list[str]], truth: dict[str, Any]) -> Iterator[str]:
    """What stands in the NIR column of intact rows, separators and spreadsheet damage taken off, key appended."""
    place = {column["role"]: column["index"] for column in truth["columns"]}
    for row in rows:
        if len(row) == len(truth["columns"]) and row[place["nir"]]:
            text = row[place["nir"]].upper().removesuffix(".0")
            key = row[place["nir_key"]] if "nir_key" in place else ""
            yield "".join(letter for letter in text if letter.isalnum()) + key


def same_bytes(one: Path, other: Path) -> bool:
    """Whether two files, or two folders of files, hold the same."""
    if one.is_dir():
        names = sorted(file.name for file in one.iterdir())
        return names == sorted(file.name for file in other.iterdir()) and all(
            same_bytes(one / name, other / name) for name in names
        )
    return one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("layout", [*TABLES, "varied_03", "letters", "portal_log"])
def test_a_seed_settles_every_byte(generate: Generate, layout: str, tmp_path: Path) -> None:
    first = generate(layout, 60, 7, tmp_path / "a")
    again = generate(layout, 60, 7, tmp_path / "b")
    other = generate(layout, 60, 8, tmp_path / "c")
    assert same_bytes(first, again)
    assert truth_of(first) == truth_of(again)
    assert not same_bytes(first, other)


@pytest.mark.parametrize("layout", [*TABLES, *VARIED])
def test_truth_agrees_with_the_file(generate: Generate, layout: str, tmp_path: Path) -> None:
    path = generate(layout, 900, 3, tmp_path)
    truth = truth_of(path)
    rows = rows_of(path, truth)
    columns = len(truth["columns"])
    assert len(rows) == truth["rows"] == 900
    assert sum(len(row) != columns for row in rows) == truth["damaged_rows"]
    if truth["header"]:
        with path.open(encoding=truth["encoding"], newline="") as file:
            header = next(csv.reader(file, delimiter=truth["delimiter"]))
        assert [cell.lstrip("\ufeff") for cell in header] == [column["name"] for column in truth["columns"]]
    assert truth["persons"] <= truth["rows"]
    for counts in truth["persons_by_theme"].values():
        assert sum(counts.values()) <= truth["persons"]
    assert all(count <= truth["persons"] for count in truth["persons_by_category"].values())
    assert truth["minors"] <= truth["persons"]
    assert truth["exam_dates"]["first"] < truth["exam_dates"]["last"] < truth["as_of"]


@pytest.mark.parametrize("layout", [*TABLES, *VARIED])
def test_every_nir_said_right_has_a_right_key(generate: Generate, layout: str, tmp_path: Path) -> None:
    path = generate(layout, 900, 5, tmp_path)
    truth = truth_of(path)
    found = list(written_nirs(rows_of(path, truth), truth))
    right = [nir for nir in found if len(nir) == KEYLESS or oracle.is_valid(nir)]
    assert len(right) == truth["nir_rows"]
    others = truth["nir_wrong_key_rows"] + truth["nir_unreadable_rows"]
    assert others <= len(found) - len(right) <= others + truth["placeholder_rows"]


@pytest.mark.parametrize("layout", TABLES)
def test_no_right_nir_is_likely_to_be_owned(generate: Generate, layout: str, tmp_path: Path) -> None:
    path = generate(layout, 900, 5, tmp_path)
    truth = truth_of(path)
    for nir in written_nirs(rows_of(path, truth), truth):
        if not oracle.is_valid(nir):
            continue
        if nir[0] in "56" or (nir[0] in "78" and nir[2] == "9" and nir[1] in "01"):
            continue
        department, rest = nir[5:7], nir[7:]
        if department == "99":
            assert int(rest[3:6]) >= 900
        elif department == "97":
            assert 95 <= int(rest[1:3]) <= 99
        else:
            assert 950 <= int(rest[:3]) <= 989


def test_rates_are_those_of_the_readme(generate: Generate, tmp_path: Path) -> None:
    path = generate("lab60_cp1252", 6_000, 11, tmp_path)
    truth = truth_of(path)
    rows = [row for row in rows_of(path, truth) if len(row) == len(truth["columns"])]
    comments = [column["index"] for column in truth["columns"] if column["role"] == "comment"]
    nir = next(column["index"] for column in truth["columns"] if column["role"] == "nir")
    assert 0.08 < sum(not row[nir] for row in rows) / len(rows) < 0.12
    assert 0.006 < truth["nir_wrong_key_rows"] / truth["rows"] < 0.014
    assert 0.07 < sum(any(row[place] for place in comments) for row in rows) / len(rows) < 0.13
    assert 0.3 < truth["persons_on_several_rows"] / truth["persons"] < 0.37
    assert 0.13 < truth["children_under_a_parent"] / truth["persons"] < 0.19
    assert truth["laboratories"] == 28
    assert all(truth["persons_by_theme"][theme]["affirmed"] for theme in truth["persons_by_theme"])


def test_comments_hold_quoted_newlines_where_promised(generate: Generate, tmp_path: Path) -> None:
    path = generate("tab_utf16", 500, 1, tmp_path)
    truth = truth_of(path)
    assert path.read_bytes().startswith(b"\xff\xfe")
    assert any("\n" in cell for row in rows_of(path, truth) for cell in row)


def test_letters_and_log_count_their_records(generate: Generate, tmp_path: Path) -> None:
    letters = generate("letters", 20, 1, tmp_path)
    log = generate("portal_log", 50, 1, tmp_path)
    assert len(list(letters.glob("*.txt"))) == truth_of(letters)["rows"] == 20
    assert len(log.read_text(encoding="utf-8").splitlines()) == truth_of(log)["rows"] == 50


def test_unknown_layout_is_refused(generate: Generate, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no layout is called"):
        generate("nothing", 10, 1, tmp_path)


@pytest.mark.parametrize("truth_file", COMMITTED, ids=lambda path: path.name)
def test_committed_samples_agree_with_their_truth(truth_file: Path) -> None:
    truth = json.loads(truth_file.read_text(encoding="utf-8"))
    path = truth_file.parent / truth["file"]
    if path.is_dir():
        assert len(list(path.glob("*.txt"))) == truth["rows"]
    elif truth["delimiter"] is None:
        assert len(path.read_text(encoding=truth["encoding"]).splitlines()) == truth["rows"]
    else:
        rows = rows_of(path, truth)
        assert len(rows) == truth["rows"]
        assert sum(len(row) != len(truth["columns"]) for row in rows) == truth["damaged_rows"]


def test_committed_samples_stay_small() -> None:
    assert len(COMMITTED) >= len(TABLES)
    files = [file for file in SAMPLES.rglob("*") if file.is_file() and file.suffix != ".pyc"]
    assert sum(file.stat().st_size for file in files) < 2_100_000
