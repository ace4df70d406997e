"""Seeds and fixtures whose values are calls, run over several lines, or name nobody but by a number."""

from __future__ import annotations

import pytest
from documents import report_here
from reading import tables

from leakscan.readers import marked_reader
from leakscan.readers.heads import Head
from leakscan.records import ReadOptions

SEEN = "\n".join(
    f"  {{ id: '{n}', patientId: '{n}', patient: '{name}', heure: setMinutes(setHours(jour, {n}), 0).toISOString(),"
    f" duree: '30 min', contact: '06120034{n}8', motif: '{why}' }},"
    for n, name, why in [(1, "Odile VASSEUR", "Cancer du sein"), (2, "Yann LEGRIS", "Asthme")]
)
LONG = """
            {n} =>
            array (
                'id' => '{n}',
          'patient_id' => '{p}',
                'date_intervention' => '2019-10-2{n}',
            'motif_admission' => 'Ulcère (G)',
                'risque' => 'ASA 2
suite l\\'an (dernier',
                'antecedent_traitement' => 'Cancer du sein',
                'allergie' => 'n/c',
                'traitement_en_cours' => 'Imipenem 1g',
            ),"""
SEED = "<?php\nclass S {{ function run() {{ DB::table('consultations')->insert(array ({} )); }} }}\n"

RECORDS = {
    "two whose hours are nested calls": (f"export const rdv = [\n{SEEN}\n];\n", 2, 2),
    "a seed with lines in its values": (SEED.format(LONG.format(n=1, p=138) + LONG.format(n=2, p=141)), 2, 2),
    "one record alone, known by its number": (SEED.format(LONG.format(n=1, p=138)), 1, 1),
}


@pytest.mark.parametrize("case", RECORDS)
def test_records_are_whole_and_none_is_dropped(case: str) -> None:
    text, rows, people = RECORDS[case]
    found = [table for name, table in tables(text.encode()).items() if name != "text"]
    assert sum(len(table.rows) for table in found) == rows
    assert report_here(text.encode())["persons"]["likely"] == people


def test_a_value_over_lines_is_one_value() -> None:
    table = tables(RECORDS["one record alone, known by its number"][0].encode())[None]
    (row,) = table.rows
    read = dict(zip(table.columns, row[1:], strict=True))
    assert read["risque"] == "ASA 2\nsuite l'an (dernier"
    assert read["traitement_en_cours"] == "Imipenem 1g"


NONE = {
    "two words that are no name": "const a = [{ patient: 'nouveau patient', patientId: 'x', m: 1 },"
    " { patient: 'patient connu', patientId: 'y', m: 2 }];",
    "labels": "const l = { nom: 'Nom', prenom: 'Prénom', allergie: 'Allergie', email: 'Email', d: '2020-01-02' };",
    "a form": "const f = { patient: 'Patient', contact: 'Contact', maladie: 'Maladie', email: 'Email' };",
    "settings": "cfg = { cron: at(8, 30), when: new Date(2020, 1, 2), user: 'root', contact: 'admin' };",
    "apostrophes in a text": "// l'heure\nconst t = <p>aujourd'hui, l'accueil</p>;\nf('x', 'y');\n",
}


@pytest.mark.parametrize("case", NONE)
def test_code_is_no_record(case: str) -> None:
    reader = marked_reader(Head(NONE[case].encode(), ReadOptions()))
    assert reader is None or reader.format != "literals"
    assert report_here(NONE[case].encode())["persons"]["high"] == 0
