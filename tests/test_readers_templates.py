"""Pages that a program fills (PHP, JSP, Twig, Blade): their tables are read as tables, their code apart."""

from __future__ import annotations

import time

import pytest
from documents import read, report_here

from leakscan.readers import choose, templates, webpage
from leakscan.readers.heads import Head
from leakscan.readers.patient_tables import lists_patients
from leakscan.records import ReadOptions

Rows = list[tuple[str, ...]]
SEEN: Rows = [
    ("N°", "Patient", "Date de naissance", "Diagnostic", "Médecin"),
    ("1", "VASSEUR Odile", "17/02/1961", "Cancer du poumon", "Dr Hamelin"),
    ("2", "LEGRIS Mathurin", "03/11/1975", "Séropositivité VIH", "Dr Hamelin"),
    ("3", "OUEDRAOGO Fatim", "25/06/1990", "Schizophrénie", "Dr Hamelin"),
]
SHORT: Rows = [
    ("Patient", "Dentiste", "Date"),
    ("Odile Vasseur", "Dr. Hamelin", "12/03/2024"),
    ("Yann Le Bris", "", ""),
]


def table(rows: Rows, *, titles: str = "th") -> str:
    lines = [
        "".join(f"<{tag}>{cell}</{tag}>" for cell in row)
        for at, row in enumerate(rows)
        for tag in [titles if not at else "td"]
    ]
    return "<table class='t'><thead>" + "\n".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


BEGINNINGS = {
    "PHP": "<?php include 'haut.php';\nif ($a->b > 3) { include 'db.php'; } ?>\n\n<section>\n<p>Suivi</p>{}</section>",
    "PHP without an end": "<?= $titre ?>\n<main>{}</main>\n<?php include 'bas.php';",
    "JSP": '<%@ page contentType="text/html; charset=UTF-8" %>\n<%-- liste --%>\n<main class="x">{}</main>',
    "Twig": "{% extends 'base.html.twig' %}\n{# liste #}\n{% block body %}\n<section>{}</section>\n{% endblock %}",
    "Blade": "@extends('layouts.app')\n@section('content')\n<div class=\"row\">{}</div>\n@endsection",
    "a component": "<x-app-layout>\n<x-slot name='a'></x-slot>{}</x-app-layout>",
    "a part of a page": "<section>\n{}</section>",
}


@pytest.mark.parametrize("rows", [SEEN, SHORT], ids=["dates", "names"])
@pytest.mark.parametrize("case", BEGINNINGS)
def test_tables_of_a_page_with_code_are_tables(case: str, rows: Rows) -> None:
    data = BEGINNINGS[case].replace("{}", table(rows)).encode()
    reader = choose(Head(data, ReadOptions()))
    assert not isinstance(reader, str)
    assert reader.format == "html"
    met = read(webpage.read, data, streams=True)
    assert met.columns["table 1"] == rows[0]
    assert met.tables["table 1"] == rows[1:]
    assert not any(mark in text for text in met.texts for mark in ("<?", "?>", "<%", "%}", "@section"))


def test_people_of_such_a_table_are_counted() -> None:
    report = report_here(BEGINNINGS["PHP"].replace("{}", table(SHORT)).encode())
    assert report["persons"]["likely"] == 2


def test_code_is_read_apart_and_not_lost() -> None:
    begun = "<?php $a = '184127695108946'; ?>\n<section>{{ $b->nom }}<?php echo 'Jean > Marc'; ?>\n@if ($c)\n"
    met = read(webpage.read, (begun + table(SEEN) + "\n@endif\n<?= $d ?></section><% fin( %>").encode(), streams=True)
    (code,) = met.files.values()
    said = code.decode().splitlines()
    assert said == ["$a = '184127695108946';", "$b->nom", "echo 'Jean > Marc';", "@if ($c)", "@endif", "$d", "fin("]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
def test_stretches_change_nothing(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    data = "<?php if ($a->b < 3) { ?>\n<main>é <?= $x ?> <% y %>" + table(SEEN) + "</main>\n<?php } // fin"
    expected = read(webpage.read, data.encode(), streams=True)
    monkeypatch.setattr(webpage, "_PIECE", size)
    met = read(webpage.read, data.encode(), streams=True)
    assert (met.texts, met.tables, met.files) == (expected.texts, expected.tables, expected.files)


NO_PAGE = {
    "a table in code": '<?php\nforeach ($ps as $p) {\n echo "<table><tr><td>$p[nom]</td></tr></table>"; }\n',
    "a page without a table": "<?php include 'a.php'; ?>\n<main><p>Bienvenue</p></main>",
    "a document": "<?xml version='1.0'?><section><table><tgroup><row>a</row></tgroup></table></section>",
    "a mention": "@patients <table> ici",
    "a list": "{{ a }};b\n1;<table>",
}


@pytest.mark.parametrize("case", NO_PAGE)
def test_what_is_no_page_with_code(case: str) -> None:
    assert webpage.sniff(Head(NO_PAGE[case].encode(), ReadOptions())) == 0


NOBODY = {
    "values that are filled in": [("Nom", "Prénom", "Motif"), ("{{ $p->nom }}", "{{ $p->prenom }}", "{{ $p->motif }}")],
    "values of PHP": [("Patient", "Date"), ("<?= $p['nom'] ?> <?= $p['prenom'] ?>", "<?php echo $d; ?>")],
    "a form to be filled in": [
        ("Question", "Réponse"),
        ("Allergies", "{{ $f->a ? 'Oui' : 'Non' }}"),
        ("VIH", "{{ $f->b }}"),
    ],
    "a form of PHP": [("Question", "Réponse"), ("Grossesse", "<?= $f['g'] ?>"), ("VIH", "<?php echo $f['v'] ?>")],
    "hours": [("Jour", "Horaire"), ("Lundi", "9h-12h"), ("Mardi", "9h-12h")],
    "a team": [("Nom", "Prénom", "Fonction"), ("Hamelin", "Odile", "Dentiste"), ("Legris", "Yann", "Secrétaire")],
}


@pytest.mark.parametrize("case", NOBODY)
def test_a_template_is_nobody(case: str) -> None:
    report = report_here(BEGINNINGS["Twig"].replace("{}", table(NOBODY[case])).encode())
    assert report["persons"]["high"] == 0


LISTED: dict[str, tuple[Rows, bool]] = {
    "patients": (SHORT, True),
    "first and last names": ([("Nom", "Prénom"), ("Vasseur", "Odile"), ("Le Bris", "Yann")], True),
    "both in one": ([("Nom et prénom", "Motif"), ("VASSEUR Odile", "a"), ("LE BRIS Jean-Yves", "b")], True),
    "of the patient": ([("Nom du patient", "x"), ("Mme Vasseur", "a"), ("M. Le Bris", "b")], True),
    "one patient": ([("Patient", "Acte"), ("Odile Vasseur", "a"), ("Odile Vasseur", "b")], False),
    "one row": ([("Patient", "Acte"), ("Odile Vasseur", "a")], False),
    "a form": ([("Patient", "Odile Vasseur"), ("Date de naissance", "1961"), ("Motif", "Carie")], False),
    "a form in two": ([("Nom", "Prénom"), ("VASSEUR", "Odile"), ("Né(e) le", "Sexe"), ("17/02/1961", "F")], False),
    "analyses": ([("Nom", "Résultat"), ("Glucose Veineux", "5"), ("Fer Sérique", "3")], False),
    "numbers": ([("Patient", "Acte"), ("P 1", "a"), ("P 2", "b")], False),
    "counts": ([("Patient", "Acte"), ("12", "a"), ("15", "b")], False),
    "words": ([("Patient", "Acte"), ("adulte de plus de", "a"), ("enfant", "b")], False),
    "nothing": ([], False),
}


@pytest.mark.parametrize("case", LISTED)
def test_rows_that_list_patients(case: str) -> None:
    rows, expected = LISTED[case]
    assert lists_patients([list(row) for row in rows]) == expected


HOSTILE = ("<?a ", "<% a<b", "<?<a", "{{ a ", "{% a", "@if\n", "<", "{!! ", "\n   ")


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_code_ends(piece: str) -> None:
    begun = time.monotonic()
    text = piece * (1_000_000 // len(piece))
    said = "".join(templates.Code().without([text[at : at + (1 << 18)] for at in range(0, len(text), 1 << 18)]))
    assert len(said) <= len(text)
    assert time.monotonic() - begun < 10
