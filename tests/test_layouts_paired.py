"""Registers of a maternity: mother and child stand in one row, and both are patients."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from leakscan.layouts import judge
from leakscan.layouts.paired import Paired
from leakscan.records import Table

MOTHERS = [
    ("BOURDAIS", "Karine", "12/03/1991", "Bébé", "F", "80412", "mère VIH+ sous ARV"),
    ("OUALI", "Samia", "04/11/1987", "Ilyes", "M", "80413", ""),
    ("LE FLOCH", "Anaëlle", "23/07/1994", "Nolwenn", "F", "80414", ""),
    ("DA SILVA", "Joana", "30/01/1996", "BB", "M", "80415", "toxoplasmose maternelle suspectée"),
]
LAYOUTS = {
    "prefixes": (
        "N_ACC;DATE_ACC;MERE_NOM;MERE_PRENOM;MERE_DDN;TERME;ENF_NOM;ENF_PRENOM;ENF_SEXE;ENF_IPP;APGAR;OBS",
        "{at};02/05/2023;{0};{1};{2};39;{0};{3};{4};{5};10/10;{6}",
    ),
    "words behind": (
        "accouchement le;nom mère;prénom mère;naissance mère;gestité;nom bébé;prénom bébé;sexe bébé;ipp bébé;obs",
        "02/05/2023;{0};{1};{2};2;{0};{3};{4};{5};{6}",
    ),
    "the mother without a word": (
        "nom;prenom;ddn;terme;voie;date_accouchement;bebe_nom;bebe_prenom;bebe_sexe;bebe_ipp;commentaire",
        "{0};{1};{2};40;VB;02/05/2023;{0};{3};{4};{5};{6}",
    ),
}


def rows_of(layout: str) -> list[Sequence[str]]:
    header, cells = LAYOUTS[layout]
    return [header.split(";"), *(cells.format(*mother, at=at).split(";") for at, mother in enumerate(MOTHERS, 1))]


def table_of(rows: list[Sequence[str]]) -> Table:
    header, *body = rows
    head = pl.DataFrame(body, schema=[f"c{at}" for at in range(len(header))], orient="row")
    return Table("delimited", "utf-8", tuple(header), has_header=True, head=head)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_mother_and_child_are_two_people(
    layout: str, write_table: Callable[..., Path], report_of: Callable[..., Any]
) -> None:
    report = report_of(write_table("registre.csv", rows_of(layout)))
    persons = report["persons"]
    assert [persons[end] for end in ("low", "likely", "high")] == [8, 8, 8]
    assert persons["minors"] == 4
    assert persons["by_theme"]["hiv"]["affirmed"]["likely"] == 1  # of a row of hers, the mother is the patient
    assert report["records"] == 8
    assert "rows_parted" in {one["code"] for one in report["warnings"]}


def test_a_child_without_a_name_is_the_one_who_has_it_later(
    write_table: Callable[..., Path], report_of: Callable[..., Any]
) -> None:
    register = write_table("naissances.csv", rows_of("prefixes"))
    followed = [
        ("80412", "BOURDAIS", "Lou", "02/05/2023", "F", "ictère"),
        ("80415", "DA SILVA", "Tomás", "02/05/2023", "M", "RAS"),
    ]
    write_table("pmi.csv", [("ipp", "nom", "prenom", "ne_le", "sexe", "commentaire"), *followed])
    persons = report_of(register.parent)["persons"]
    assert persons["likely"] == 8


@pytest.mark.parametrize(
    "header",
    [
        "enf_nom;enf_prenom;enf_ddn;enf_sexe;mere_nom;mere_prenom;mere_tel;ecole;vaccins;observations;x;y",
        "nom;prenom;ddn;sexe;nom_mere;prenom_mere;tel_mere;poids;taille;observations;x;y",
        "nom;prenom;ddn;nb_enfants;situation;terme;voie;a;b;c;d;e",
    ],
    ids=["a doctor of children", "growth", "a count of children"],
)
def test_other_tables_stay_as_they_are(header: str) -> None:
    """A mother who has but a name is a relative; a number of children is none of them."""
    width = len(header.split(";"))
    rows = [header.split(";"), *(tuple(mother[:7] + ("",) * 5)[:width] for mother in MOTHERS)]
    assert not isinstance(judge(table_of(rows)), Paired)


def test_without_a_header_nobody_is_told_apart() -> None:
    table = table_of(rows_of("prefixes"))
    assert isinstance(judge(table), Paired)
    bare = Table("delimited", "utf-8", table.columns, has_header=False, head=table.head)
    assert not isinstance(judge(bare), Paired)
