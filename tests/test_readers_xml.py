"""XML as tables: repeated elements, fields around them, and documents that are broken or made to hurt."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from reading import tables

from leakscan.readers import xml, xml_events, xml_paths
from leakscan.readers.heads import Head
from leakscan.records import ReadOptions

PATIENT = (
    '<patient id="{0}"><nom>DUPRÉ &amp; fils</nom><adr><cp>75001</cp></adr><tel>1</tel><tel>2</tel>'
    '<examen code="VIH"><res>positif</res></examen><examen code="NFS"><res>12</res></examen></patient>'
)
ONE = {"nom": "DUPRÉ & fils", "adr.cp": "75001", "tel": "1; 2"}
EXAMS = [{"examen.code": "VIH", "examen.res": "positif"}, {"examen.code": "NFS", "examen.res": "12"}]


def filled(columns: tuple[str, ...], row: tuple[Any, ...]) -> dict[str, str]:
    return {name: cell for name, cell in zip(columns, row[1:], strict=True) if cell}


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "utf-16"])
def test_repeated_elements_are_rows(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?>\n<export v="2"><labo>X</labo><patients>\n'
    text += "\n".join(PATIENT.format(number) for number in (1, 2)) + "</patients><fin>184127695108946</fin></export>"
    (table,) = tables(text.encode(encoding)).values()
    expected = [{"v": "2", "labo": "X", "id": str(n), **ONE, **exam} for n in (1, 2) for exam in EXAMS]
    assert [filled(table.columns, row) for row in table.rows] == expected
    assert [row[0] for row in table.rows] == [1, 1, 2, 2]
    assert any("184127695108946" in said for said in table.texts)


def test_several_tables_are_children() -> None:
    text = "<d><a><p n='1'/><p n='2'/></a><b><m><x>é</x></m><m><x>y</x></m></b></d>"
    found = tables(text.encode())
    assert set(found) == {None, "a.p", "b.m"}
    assert [row[1] for row in found["a.p"].rows] == ["1", "2"]
    assert [row[1] for row in found["b.m"].rows] == ["é", "y"]


def test_namespaces_and_comments() -> None:
    text = '<r xmlns="urn:a" xmlns:b="urn:b"><e b:k="1"><b:n>x</b:n><!-- dit 06 --></e><e b:k="2"/></r>'
    (table,) = tables(text.encode()).values()
    assert [filled(table.columns, row) for row in table.rows] == [{"k": "1", "n": "x", "comment": "dit 06"}, {"k": "2"}]


def test_a_document_without_rows_is_one_record() -> None:
    (table,) = tables(b"<d><nom>A</nom><adr cp='1'><v>P</v></adr></d>").values()
    assert [filled(table.columns, row) for row in table.rows] == [{"nom": "A", "adr.cp": "1", "adr.v": "P"}]


def test_more_rows_than_a_batch_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "BATCH_ROWS", 7)
    rows = "".join(f"<p><n>{n}</n>{'<tel>06</tel>' if n == 40 else ''}</p>" for n in range(50))
    (table,) = tables(f"<d>{rows}</d>".encode()).values()
    assert [row[1] for row in table.rows] == [str(n) for n in range(50)]
    assert table.columns == ("n", "other_fields")
    assert table.rows[40][2] == "tel: 06"


def test_an_element_of_very_many_rows_is_none_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_paths, "LARGE_ROW", 5)
    labo = "<labo><nom>{0}</nom>" + "<p><n>1</n></p>" * 20 + "</labo>"
    (table,) = tables(f"<d>{labo.format('A')}{labo.format('B')}</d>".encode()).values()
    assert len(table.rows) == 40
    assert filled(table.columns, table.rows[-1]) == {"labo": "B", "n": "1"}


def test_entities_are_not_expanded_and_nothing_is_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("184127695108946")
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    text = (
        f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e0 "boum">{bomb}<!ENTITY f SYSTEM "file://{secret}">'
        f'<!ENTITY % g SYSTEM "file://{secret}"> %g;]><d><p><n>&e1;a</n></p><p><n>&f;b</n></p></d>'
    )
    (refused,) = tables(text.replace("&e1;", "&e11;").encode()).values()
    assert "184127695108946" not in str(refused)
    assert "boum" not in str(refused)
    assert xml_events.BROKEN in refused.met
    (table,) = tables(text.encode()).values()
    said = str(table)
    assert [row[1][-1] for row in table.rows] == ["a", "b"]
    assert "184127695108946" not in said
    assert "boum" not in said


def test_what_came_before_the_damage_counts() -> None:
    text = "<?xml version='1.0'?><d>" + "<p><n>1</n></p>" * 5 + "<p><n>2"
    (table,) = tables(text.encode()).values()
    assert [row[1] for row in table.rows[:5]] == ["1"] * 5
    assert xml_events.BROKEN in table.met


@pytest.mark.parametrize(
    "text",
    ["<html><body><p>x</p></body></html>", "<!DOCTYPE html>\n<p>x</p>", "<3 bonjour", "< 5 g/L", "<nom> à compléter"],
)
def test_what_is_no_xml(text: str) -> None:
    assert xml.sniff(Head(text.encode(), ReadOptions())) == 0


HOSTILE = {
    "document types": b"<!DOCTYPE x [ ] >" * 480,
    "comments": b"<!--a-->" * 1000 + b"<",
    "deep": b"<?xml version='1.0'?>" + b"<a>" * 9000,
    "a long text": b"<?xml version='1.0'?><d><p><n>" + b"x" * 11_000_000 + b"</n></p><p><n>y</n></p></d>",
    "many attributes": b"<d><p " + b" ".join(b"a%d='1'" % n for n in range(5000)) + b"/><p/></d>",
    "nothing": b"<?xml version='1.0'?>",
    "no end": b"<?xml version='1.0'?><d><p><![CDATA[" + b"]" * 999,
    "many in one": b"<d><p>" + b"<q/>" * 120_000 + b"</p><p/></d>",
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_documents_end(case: str) -> None:
    assert all(len(row) == 1 + len(table.columns) for table in tables(HOSTILE[case]).values() for row in table.rows)


def test_broken_documents_are_read_as_far_as_they_go() -> None:
    random.seed(3)
    data = ("<?xml version='1.0'?><d>" + "".join(PATIENT.format(n) for n in range(5)) + "</d>").encode()
    for _ in range(40):
        broken = bytearray(data[: random.randrange(40, len(data))])
        for _ in range(random.randrange(4)):
            broken[random.randrange(25, len(broken))] ^= 1 << random.randrange(8)
        assert tables(bytes(broken))


BEDS = "<Lits><Lit id='1'/><Lit id='2'/></Lits>"
ACTS = "<Actes><Acte><n>1</n></Acte><Acte><n>2</n></Acte></Actes>"
ONE_PATIENT = "<Patient><Nom>Odile</Nom><Ne>1961-02-17</Ne></Patient>"
SINGLE = {
    "behind a list": (
        f"<h>{BEDS}<q><Medecin><Nom>X</Nom><Tel>1</Tel></Medecin><Tuteur><Nom>Y</Nom></Tuteur>{ONE_PATIENT}</q></h>",
        ["Odile"],
    ),
    "by attributes": (f"<h>{BEDS}<patient Nom='Odile' Ne='1961'/></h>", ["Odile"]),
    "several, each in a place of its own": (
        f"<h><a>{ONE_PATIENT}</a><b>{ONE_PATIENT.replace('Odile', 'Yann')}</b></h>",
        ["Odile", "Yann"],
    ),
    "with the ward around it": (f"<h><Ward>3</Ward>{BEDS}{ONE_PATIENT}</h>", ["Odile"]),
}


@pytest.mark.parametrize("case", SINGLE)
def test_a_single_patient_beside_a_list_is_a_row(case: str) -> None:
    given, names = SINGLE[case]
    found = [table for name, table in tables(given.encode()).items() if name and name.lower().endswith("patient")]
    rows = [filled(table.columns, row) for table in found for row in table.rows]
    assert [row["Nom"] for row in rows] == names
    beside = {column for table in found for column in table.columns if "Medecin" in column}
    assert beside == ({"q.Medecin.Nom"} if "Medecin" in given else set())
    assert not any("Tuteur" in column for table in found for column in table.columns)


BESIDE = {
    "before its acts": (f"<d>{ONE_PATIENT}{ACTS}</d>", 2),
    "between lists": (f"<d>{BEDS}{ONE_PATIENT}{ACTS}</d>", 2),
    "around its acts": (f"<d>{BEDS}<Patient><Nom>Odile</Nom>{ACTS}</Patient></d>", 2),
}


@pytest.mark.parametrize("case", BESIDE)
def test_a_patient_before_a_list_stands_beside_its_rows(case: str) -> None:
    given, rows = BESIDE[case]
    found = [row for table in tables(given.encode()).values() for row in table.rows if "Odile" in row]
    assert len(found) == rows


ALONE = {
    "one document": (f"<d><a>1</a>{ONE_PATIENT}</d>", {"a": "1", "Patient.Nom": "Odile", "Patient.Ne": "1961-02-17"}),
    "a word": ("<d><p n='1'/><p n='2'/><patient>Odile</patient></d>", {"n": "1"}),
    "no patient": ("<d><p n='1'/><p n='2'/><Salle><Nom>A</Nom><No>2</No></Salle></d>", {"n": "1"}),
}


@pytest.mark.parametrize("case", ALONE)
def test_what_is_no_row_of_its_own(case: str) -> None:
    given, row = ALONE[case]
    (table,) = tables(given.encode()).values()
    assert filled(table.columns, table.rows[0]) == row


def test_a_department_around_rows_is_nobodys_name() -> None:
    text = "<h><Departement><DepartementNom>Urgences</DepartementNom></Departement>" + BEDS + "</h>"
    (table,) = tables(text.encode()).values()
    assert table.columns == ("Departement", "Lit.id")
