"""The second, independent generator: same seed same files, and a truth that agrees with the files read back."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from stdnum.fr import nir as stdnum_nir

from leakscan.records import ROLES

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
import unseen_layouts
import unseen_names
import unseen_places

COUNT, ROWS, SEED = 30, 120, 7
_SEPARATORS = re.compile("[ .\u00a0\u202f'-]")


@pytest.fixture(scope="module")
def truths(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, dict[str, Any]]]:
    directory = tmp_path_factory.mktemp("unseen")
    paths = unseen_layouts.generate(directory, COUNT, ROWS, SEED)
    return [(directory, json.loads(path.read_text(encoding="utf-8"))) for path in paths]


def read_back(directory: Path, truth: dict[str, Any]) -> list[list[str]]:
    text = (directory / truth["file"]).read_bytes().decode(truth["encoding"]).removeprefix("\ufeff")
    quoting = csv.QUOTE_NONE if truth["quoting"] == "none" else csv.QUOTE_MINIMAL
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=truth["delimiter"], quoting=quoting))


def test_same_seed_same_bytes(tmp_path: Path, truths: list[tuple[Path, dict[str, Any]]]) -> None:
    unseen_layouts.generate(tmp_path, 6, ROWS, SEED)
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (truths[0][0] / path.name).read_bytes()
    unseen_layouts.generate(tmp_path / "other", 1, ROWS, SEED + 1)
    other = next((tmp_path / "other").glob("*.truth.json")).read_text(encoding="utf-8")
    assert json.loads(other)["columns"] != truths[0][1]["columns"]


def test_rows_and_columns_agree_with_the_csv_module(truths: list[tuple[Path, dict[str, Any]]]) -> None:
    for directory, truth in truths:
        lines = read_back(directory, truth)
        if truth["header"]:
            assert lines.pop(0) == [column["name"] for column in truth["columns"]]
        assert len(lines) == truth["rows"] == ROWS
        assert sum(len(line) != len(truth["columns"]) for line in lines) == truth["damaged_rows"]


def test_keys_agree_with_stdnum(truths: list[tuple[Path, dict[str, Any]]]) -> None:
    checked = 0
    for directory, truth in truths:
        kinds = [column["kind"] for column in truth["columns"]]
        lines = [line for line in read_back(directory, truth)[truth["header"] :] if len(line) == len(kinds)]
        if "nir" in kinds:
            numbers = [line[kinds.index("nir")] for line in lines]
        elif "nir_key" in kinds:
            numbers = [line[kinds.index("nir13")] + line[kinds.index("nir_key")] for line in lines]
        else:
            continue
        bare = [_SEPARATORS.sub("", number).upper() for number in numbers if number]
        assert all(len(number) == 15 for number in bare)
        valid = sum(stdnum_nir.is_valid(number) for number in bare)
        assert valid == truth["nir_rows"]
        assert len(bare) - valid == truth["nir_wrong_key_rows"]
        checked += valid
    assert checked > ROWS


def test_metropolitan_communes_are_in_no_list(truths: list[tuple[Path, dict[str, Any]]]) -> None:
    for directory, truth in truths:
        kinds = [column["kind"] for column in truth["columns"]]
        lines = [line for line in read_back(directory, truth)[truth["header"] :] if len(line) == len(kinds)]
        for kind in {"nir", "nir13", "ins"} & set(kinds):
            for line in lines:
                number = _SEPARATORS.sub("", line[kinds.index(kind)])
                if number and number[0] in "1234" and number[5:7] not in {"97", "99"}:
                    assert 950 <= int(number[7:10]) <= 989


def test_truth_speaks_the_vocabulary(truths: list[tuple[Path, dict[str, Any]]]) -> None:
    for _, truth in truths:
        assert {column["role"] for column in truth["columns"]} <= {*ROLES, None, "*"}
        assert 0 < truth["persons"] <= truth["rows"]
        assert truth["minors"] <= truth["minors_at_exam"] <= truth["persons"]
        assert all(count <= truth["persons"] for count in truth["persons_by_category"].values())
        assert truth["encoding"] in truth["encodings_alike"]
        names = [column["name"] for column in truth["columns"]]
        assert names == [None] * len(names) if not truth["header"] else len(set(names)) == len(names)


def test_layouts_differ_and_lists_are_long(truths: list[tuple[Path, dict[str, Any]]]) -> None:
    assert len({truth["encoding"] for _, truth in truths}) >= 5
    assert {truth["delimiter"] for _, truth in truths} == {";", ",", "\t", "|"}
    assert {truth["header"] for _, truth in truths} == {True, False}
    widths = [len(truth["columns"]) for _, truth in truths]
    assert min(widths) <= 14
    assert max(widths) >= 45
    assert len({*unseen_names.FEMALE_NAMES, *unseen_names.MALE_NAMES}) >= 250
    assert len(set(unseen_names.SURNAMES)) >= 500
    assert len(set(unseen_places.CITIES)) >= 120
