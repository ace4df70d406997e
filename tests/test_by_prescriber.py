"""The people of each prescriber, against rows whose truth is known."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from population import FIELDS, population
from stdnum import luhn

from leakscan.persons import breakdowns
from leakscan.persons.names import PRESCRIBERS_SCHEMA
from leakscan.persons.prescribers import prescribing_people

SURNAMES = ("LEFEBVRE", "GARNIER", "CHEVALIER", "FONTAINE", "BOYER", "MASSON", "GUERIN", "BLANCHARD", "ROLLAND")
DOCTORS = [f"{surname} {first}" for surname in SURNAMES for first in ("MARC", "SOPHIE")]
NUMBERS = {name: body + luhn.calc_check_digit(body) for body, name in zip(range(1_000_034_567, 2_000_000_000, 1_357),
           DOCTORS, strict=False) for body in (str(body),)}  # fmt: skip
PLAIN = [name for name in FIELDS if name != "prescripteur"]
HEADER = (*PLAIN, "rpps", "prescripteur")


def seen_by(size: int, seed: int, *, numbers: bool = True) -> list[list[str]]:
    """Cells of so many people, each record with a doctor: most see two, a few doctors have few patients."""
    rng = random.Random(seed)
    rows = []
    for row in population(size, seed):
        doctor = DOCTORS[min(int(rng.expovariate(0.25)), len(DOCTORS) - 1)]
        number = NUMBERS[doctor] if numbers and rng.random() < 0.7 else ""
        rows.append([*(row[name] for name in PLAIN), number, doctor])
    return rows


def told(report: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = report["persons"]["breakdowns"]["prescribers"]
    return found


def people_of(rows: Sequence[Sequence[str]]) -> list[int]:
    """Distinct people of each doctor, the largest first."""
    return sorted(Counter(doctor for _, doctor in {(row[0], row[-1]) for row in rows}).values(), reverse=True)


@pytest.mark.parametrize("numbers", [True, False])
def test_people_of_each_prescriber(
    numbers: bool, write_table: Callable[..., Path], report_of: Callable[..., Any]
) -> None:
    rows = seen_by(500, 8, numbers=numbers)
    report = report_of(write_table("labo.csv", [HEADER, *rows]))
    truth = people_of(rows)
    shown = [entry["people"] for entry in told(report)["listed"]]
    assert report["prescribers"]["distinct"] == len(truth)
    assert shown == truth[: len(shown)]
    assert [entry["number"] for entry in told(report)["listed"]] == list(range(1, len(shown) + 1))
    assert told(report)["not_listed"] == told(report)["suppressed"] == len(truth) - len(shown)
    assert all(people < 5 for people in truth[len(shown) + 2 :])
    text = json.dumps(report)
    assert not any(word in text for name in DOCTORS for word in (name.split()[0], NUMBERS[name]))


def test_a_name_in_any_order_and_a_rare_slip_are_one_prescriber(
    write_table: Callable[..., Path], report_of: Callable[..., Any]
) -> None:
    rows = [["NOM", "PRENOM", "DDN", "PRESCRIPTEUR"]]
    rows += [["DURAND", f"LEA{i}", f"05/12/19{10 + i}", "DR GARNIER MARC"] for i in range(60)]
    rows += [["DURAND", "PAUL", "07/03/1971", "MARC GARNIER"], ["DURAND", "ANNE", "07/03/1981", "GARNIER MARK"]]
    rows += [["PETIT", f"LUC{i}", f"01/02/19{10 + i}", "BOYER SOPHIE"] for i in range(9)]
    found = told(report_of(write_table("labo.csv", rows)))
    assert found == {
        "listed": [{"number": 1, "people": 62}, {"number": 2, "people": 9}],
        "not_listed": 0,
        "suppressed": 0,
    }


def test_a_record_number_means_another_person_in_each_file(
    write_table: Callable[..., Path], report_of: Callable[..., Any]
) -> None:
    header = ["NUM_DOSSIER", "DATE_PRELEVEMENT", "PRESCRIPTEUR", "ANALYSE", "RESULTAT"]
    for name, doctor in (("a", "GARNIER MARC"), ("b", "BOYER SOPHIE")):
        cells = [[f"D{i:06d}", "05/06/2020", doctor, "GLY", "5.1"] for i in range(1_000, 1_012)]
        last = write_table(f"{name}.csv", [header, *cells, *cells])
    report = report_of(last.parent)
    assert report["persons"]["likely"] == 24
    assert [entry["people"] for entry in told(report)["listed"]] == [12, 12]


def test_letters_tell_their_prescribers_people(tmp_path: Path, report_of: Callable[..., Any]) -> None:
    for i in range(7):
        text = f"Patient : Mme Julie MOREAU, née le 0{i + 1}/03/1962.\nPrescrit par le Dr Marc GARNIER le 04/05/2021.\n"
        (tmp_path / f"{i}.txt").write_text(text)
    report = report_of(tmp_path)
    assert [entry["people"] for entry in told(report)["listed"]] == [report["persons"]["likely"]] == [7]


@pytest.mark.parametrize("at_once", [1, 50, 1 << 22])
def test_shares_of_the_key_space_change_nothing(
    at_once: int, write_table: Callable[..., Path], report_of: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = seen_by(120, 9)
    path = write_table("labo.csv", [HEADER, *rows])
    monkeypatch.setattr(breakdowns, "IDENTITIES_AT_ONCE", at_once)
    shown = [entry["people"] for entry in told(report_of(path))["listed"]]
    assert shown == people_of(rows)[: len(shown)]
    assert shown


def prescribers(*rows: tuple[int | None, int | None, int | None, int]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=PRESCRIBERS_SCHEMA, orient="row")


@pytest.mark.parametrize(
    ("rows", "typos", "people"),
    [
        ([(1, 5, 5, 9), (None, 5, 5, 9)], [], 1),
        ([(1, 5, 5, 9), (2, 5, 5, 3), (None, 5, 5, 9)], [], 2),
        ([(None, 5, 5, 9), (None, 6, 6, 9)], [], 2),
        ([(None, 5, 5, 100), (None, 6, 6, 2)], [(5, 77), (6, 77)], 1),
        ([(None, 5, 5, 100), (None, 6, 6, 50)], [(5, 77), (6, 77)], 2),
        ([(1, 5, 5, 100), (None, 6, 6, 2)], [(5, 77), (6, 77)], 1),
        # a slip of a slip
        ([(None, 5, 5, 9_000), (None, 6, 6, 200), (None, 7, 7, 2)], [(5, 77), (6, 77), (6, 78), (7, 78)], 1),
        ([(None, None, None, 3)], [], 0),
        ([], [], 0),
    ],
)
def test_who_a_prescriber_is(
    rows: list[tuple[int | None, int | None, int | None, int]], typos: list[tuple[int, int]], people: int
) -> None:
    spellings = pl.DataFrame(typos, schema={"name": pl.UInt64, "deletion": pl.UInt64}, orient="row")
    found = prescribing_people(prescribers(*rows), spellings)
    assert found["person"].n_unique() == people
    assert found["prescriber"].is_unique().all()
    assert set(found["person"]) == set(range(people))
