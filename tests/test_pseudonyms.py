"""Pseudonyms that children share with a parent, and people who have several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from leakscan.columns.ranks import ranked, with_rank
from leakscan.records import ColumnRole

MANY = 30


def number(at: int, lead: str) -> str:
    """17 characters, as the SNDS has them, the same for the same `at`."""
    return f"{lead}{at * 7_919_113 % 10**8:08d}XQ{at:03d}KZW"


def written(folder: Path, tables: dict[str, tuple[str, Sequence[Sequence[object]]]]) -> Path:
    for name, (header, rows) in tables.items():
        lines = [header, *(";".join(map(str, row)) for row in rows)]
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")
    return folder


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        (("BEN_NIR_PSA", "BEN_RNG_GEM"), {0: 1}),
        (("ben_rng_gem", "ben_nir_psa", "BEN_IDT_ANO"), {1: 0}),
        (("NIR_PSEUDO", "rang_beneficiaire"), {0: 1}),
        (("BEN_IDT_ANO", "BEN_RNG_GEM"), {}),
        (("BEN_NIR_PSA", "RNG_ORD"), {}),
        (("BEN_NIR_PSA", "BEN_SEX_COD"), {}),
    ],
)
def test_which_column_tells_people_of_one_number_apart(titles: Sequence[str], expected: dict[int, int]) -> None:
    columns = [
        ColumnRole(at, title, "pseudonym" if {"nir", "idt", "NIR", "IDT"} & set(title.split("_")) else None, 0.9, ())
        for at, title in enumerate(titles)
    ]
    assert ranked(columns) == expected


def test_the_first_of_a_rank_is_known_by_the_number_alone() -> None:
    found = with_rank(pl.Series(["a", "a", "a", "a", None]), pl.Series(["1", " 01", "", "2", "2"]))
    assert found.to_list() == ["a", "a", "a", "a/2", None]


@pytest.mark.parametrize("ranks", [1, 3])
def test_children_who_share_a_number_are_people_of_their_own(
    ranks: int, tmp_path: Path, report_of: Callable[..., Any]
) -> None:
    care = [(number(at, "N"), at % ranks + 1 if rank else 1, "C509") for at in range(MANY) for rank in range(2)]
    report = report_of(written(tmp_path, {"IR_IMB_R": ("BEN_NIR_PSA;BEN_RNG_GEM;MED_MTF_COD", care)}))
    assert report["persons"]["likely"] == MANY + sum(at % ranks != 0 for at in range(MANY))


def test_who_has_two_numbers_and_one_of_another_kind_is_one(tmp_path: Path, report_of: Callable[..., Any]) -> None:
    """Five people were given a new number; each table knows people by one of the two kinds."""
    people = [(number(at, "N"), 1, number(at % MANY, "D"), 1 + at % 2) for at in range(MANY + 5)]
    people = [(psa, rank, idt, 1 + at % MANY % 2) for at, (psa, rank, idt, _) in enumerate(people)]
    tables: dict[str, tuple[str, Sequence[Sequence[object]]]] = {
        "IR_BEN_R": ("BEN_NIR_PSA;BEN_RNG_GEM;BEN_IDT_ANO;BEN_SEX_COD", people),
        "IR_IMB_R": ("BEN_NIR_PSA;BEN_RNG_GEM;MED_MTF_COD", [(*row[:2], "F322") for row in people]),
        "CT_IND": ("BEN_IDT_ANO;DIAG", [(row[2], "C509") for row in people]),
    }
    report = report_of(written(tmp_path, tables))
    assert report["persons"]["likely"] == MANY
    assert report["persons"]["by_theme"]["cancer"]["affirmed"]["likely"] == MANY


def test_the_boxes_of_a_claim_are_those_of_its_person(tmp_path: Path, report_of: Callable[..., Any]) -> None:
    """`CLE_PRS` joins a claim and its boxes; people are known by the pseudonym of the claim."""
    claims = [(at, number(at % MANY, "N"), 1, f"{at % 28 + 1:02d}MAR2020") for at in range(2 * MANY)]
    boxes = [(at, "N07BC02" if at % MANY < 4 else "N02BE01") for at in range(2 * MANY)]
    tables: dict[str, tuple[str, Sequence[Sequence[object]]]] = {
        "ER_PRS_F": ("CLE_PRS;BEN_NIR_PSA;BEN_RNG_GEM;EXE_SOI_DTD", claims),
        "ER_PHA_F": ("CLE_PRS;PHA_ATC_C07", boxes),
    }
    report = report_of(written(tmp_path, tables))
    assert report["persons"]["likely"] == MANY
    assert report["persons"]["by_theme"]["addiction"]["affirmed"]["likely"] == 4


def test_codes_of_services_are_no_codes_of_tests(tmp_path: Path, report_of: Callable[..., Any]) -> None:
    rows = [(number(at, "N"), 1, 1111 + at % 2, "12.50") for at in range(MANY)]
    report = report_of(written(tmp_path, {"ER_PRS_F": ("BEN_NIR_PSA;BEN_RNG_GEM;PRS_NAT_REF;PRS_PAI_MNT", rows)}))
    assert report["persons"]["likely"] == MANY
    assert not any(one["likely"] for told in report["persons"]["by_theme"].values() for one in told.values())
