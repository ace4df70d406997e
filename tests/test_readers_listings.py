"""Printed listings and drawn tables are one table; what stands between their rows is searched and is no row."""

from __future__ import annotations

import pytest
from listings import HEADING, LISTINGS, OTHERS, TITLES, line, pages, people
from reading import tables
from stacked import text
from tables import report_here

from leakscan.readers import choose
from leakscan.readers.heads import Head
from leakscan.records import ReadOptions


@pytest.mark.parametrize("name", LISTINGS)
def test_the_rows_of_all_pages_are_one_table(name: str) -> None:
    case = LISTINGS[name]
    found = tables(case.data, ReadOptions())
    assert tuple((one.columns, len(one.rows)) for one in found.values()) == case.tables
    own = found[None]
    assert own.damaged == []
    assert [row[0] for row in own.rows] == list(range(1, len(own.rows) + 1))
    cells = [tuple(cell.strip() for cell in row[1:] if cell.strip()) for row in own.rows]
    assert cells == people(40)


@pytest.mark.parametrize("name", LISTINGS)
@pytest.mark.parametrize("size", [100, 900])
def test_the_size_of_blocks_changes_nothing(name: str, size: int) -> None:
    whole = tables(LISTINGS[name].data, ReadOptions())[None]
    cut = tables(LISTINGS[name].data, ReadOptions(block_bytes=size))[None]
    assert (whole.columns, whole.rows, whole.damaged, whole.texts, whole.met) == (
        cut.columns, cut.rows, cut.damaged, cut.texts, cut.met,
    )  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_no_listing_is_read_as_ever(name: str) -> None:
    data, form, rows = OTHERS[name]
    head = Head(data, ReadOptions())
    reader = choose(head)
    assert not isinstance(reader, str)
    assert reader.format == form
    assert len(tables(data, ReadOptions())[None].rows) == rows


def test_headings_totals_and_groups_are_searched_as_text() -> None:
    found = tables(LISTINGS["totals of pages"].data, ReadOptions())[None]
    assert found.texts[0] == HEADING.format(1)
    assert "TOTAL GENERAL : 40" in found.texts
    assert found.met == {"between_rows": 5}
    groups = tables(LISTINGS["groups"].data, ReadOptions())[None]
    assert "SERVICE : CARDIOLOGIE" in groups.texts


def test_a_line_that_leaves_its_columns_is_damaged_and_no_other() -> None:
    lines = [
        *pages(20, 1),
        "0007003X     UN NOM BIEN TROP LONG POUR SA COLONNE  01/01/1960",
        *map(line, people(19, 20)),
    ]
    found = tables(text(lines), ReadOptions())[None]
    assert len(found.rows) == 39
    assert [row[2] for row in found.damaged] == ["not_in_columns"]
    assert [row[0] for row in found.damaged] == [21]


CLOSE = """\
CENTRE DE DIALYSE DE X                    PAGE   {page}
------------------------------------------------------
POSTE DOSS  NOM PRENOM         NAISS    P.SEC HBS VIH
P01   3133  MARTEAU Mila       020581    70.8 NEG NEG
P02   3199  BIGNON Axel        050688   101.0 POS  -
P03   3265  LE GUERN Fabrice   151150    51.5 NEG POS
------------------------------------------------------
TOTAL : 3
"""


def test_titles_one_blank_apart_head_columns_of_their_own_where_cells_begin_below() -> None:
    found = tables((CLOSE.format(page=1) + CLOSE.format(page=2)).encode())[None]
    assert found.columns == ("POSTE", "DOSS", "NOM PRENOM", "NAISS", "P.SEC", "HBS", "VIH")
    assert found.rows[2][1:] == ("P03", "3265", "LE GUERN Fabrice", "151150", "51.5", "NEG", "POS")
    assert (len(found.rows), found.damaged) == (6, [])


def test_the_people_of_a_listing_are_found() -> None:
    report = report_here(LISTINGS["two pages"].data)
    assert report["records"] == report["persons"]["likely"] == 40
    roles = [role["role"] for role in report["inputs"][0]["roles"]]
    assert roles == ["record_number", "last_name", "first_name", "birth_date", "prescriber"]
    assert tuple(role["column"] for role in report["inputs"][0]["roles"]) == TITLES


@pytest.mark.parametrize("name", ["psql", "mysql", "Markdown", "Org mode"])
def test_the_people_of_a_drawn_table_are_found(name: str) -> None:
    report = report_here(LISTINGS[name].data)
    assert report["records"] == report["persons"]["likely"] == 40
    assert report["records_damaged"] == 0
