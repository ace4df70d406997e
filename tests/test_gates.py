"""A gate passes every head that its reader takes, and the table of readers names each format as its module does."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import population
import pytest

from leakscan.readers import READERS, gates, marked_reader
from leakscan.readers.heads import Head
from leakscan.records import ReadOptions

ROWS = population.population(40)
WRITTEN = {**population.TABLES, **population.MESSAGES}


@pytest.mark.parametrize("name", WRITTEN)
def test_no_gate_keeps_a_format_from_its_reader(name: str) -> None:
    """What a reader takes when it is asked directly it also takes behind its gate."""
    head = Head(WRITTEN[name](ROWS), ReadOptions())
    direct = {reader.format: reader.sniff(head) for reader in READERS}
    passed = {reader.format for reader in READERS if reader.gate(head.data)}
    assert {form for form, sure in direct.items() if sure} <= passed


def test_formats_are_named_once_and_as_their_modules_name_them() -> None:
    names = [reader.format for reader in READERS]
    assert len(set(names)) == len(names)
    modules = (
        "sql json xml variants cards combo chat positions zipped sevenzip rar webpage rtf pdf locked outlook tnef "
        "pictures hl7 hprim_sante hprim_medecin hprim_xml cda fhir fhir_xml b2 dicom parquet arrow avro orc workbook "
        "sqlite labelled yaml"
    )
    said = {import_module(f"leakscan.readers.{module}").FORMAT for module in modules.split()}
    assert said <= set(names)


@pytest.mark.parametrize(
    ("gate", "data"),
    [
        (gates.binary, b"\x1f\x8b\x08\x00"),
        (gates.binary, b"%PDF-1.7\n"),
        (gates.binary, b"\n\n%PDF-1.7\n1 0 obj"),
        (gates.binary, b"PK\x03\x04"),
        (gates.binary, b"#!/bin/sh\n"),
        (gates.markup, b"\xef\xbb\xbf  <html>"),
        (gates.markup_or_wide, "<a/>".encode("utf-16")),
        (gates.braces, b"\xef\xbb\xbf\n [1]"),
        (gates.statements, b"-- MySQL dump"),
        (gates.statements, "INSERT INTO t".encode("utf-16")),
        (gates.messages, b"\x0bMSH|^~\\&|"),
        (gates.hprim_segments, b"\xef\xbb\xbfH|^~\\&|x"),
        (gates.hprim_letter, b"1\n2\n3\n4\n5\n6\n12/03/1960\n\n9\n"),
        (gates.invoices, b"000ABCDE"),
        (gates.chats, b"[12/03/2020 14:05] Jean: oui"),
        (gates.pairs, b"jean@example.org:azerty"),
        (gates.columns_of_blanks, b"NOM     PRENOM\n"),
        (gates.cards, b"begin:vcard"),
        (gates.variants, b"\xef\xbb\xbf##fileformat=VCFv4.2"),
        (gates.mails, b"Subject: a\n"),
        (gates.mails, b"From jean Mon Jan  1 00:00:00 2020\n"),
        (gates.labels, b"Nom : A\nVille : B\n\nNom : C\nVille : D\n"),
        (gates.labels, b"nom = A\nville = B\nnom = C\nville = D\n"),
        (gates.labels, b"Nom ..... A\nVille ..... B\nNom ..... C\nVille ..... D\n"),
        (gates.mappings, b"- nom: A\n"),
        (gates.mappings, b"patient_1:\n  nom: A\n"),
        (gates.mappings, b"---\nnom: A\n"),
        (gates.rich_text, b" {\\rtf1"),
    ],
)
def test_gates_open(gate: gates.Asked, data: bytes) -> None:
    assert gate(data)


def test_a_plain_table_opens_next_to_none() -> None:
    table = population.delimited(ROWS)
    passed = {reader.gate for reader in READERS if reader.gate(table) and reader.gate is not gates.anything}
    assert not passed
    assert marked_reader(Head(table, ReadOptions())) is None


def test_a_table_imports_few_readers() -> None:
    code = (
        "import sys; from leakscan.readers import marked_reader; from leakscan.readers.heads import Head; "
        "from leakscan.records import ReadOptions; marked_reader(Head(b'NOM;NIR\\nDUPRE;1\\n' * 50, ReadOptions())); "
        "print(sum(name.startswith('leakscan.readers.') for name in sys.modules), 'lxml' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert int(answer[0]) < 30
    assert answer[1] == "False"
