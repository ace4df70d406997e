"""XML that is no single document: elements without a root, documents behind each other, lines before the first tag."""

from __future__ import annotations

import pytest
from reading import tables

from leakscan.readers import xml, xml_events
from leakscan.readers.guarded import BrokenInput
from leakscan.readers.heads import Head
from leakscan.records import ReadOptions

FICHES = [f"<fiche><nom>N{at}</nom><ddn>195{at}-02-03</ddn><note>é{at}</note></fiche>" for at in range(6)]
ROWS = [(f"N{at}", f"195{at}-02-03", f"é{at}") for at in range(6)]
MANY, FIRST, LAST = "\n".join(FICHES), "".join(FICHES[:3]), "".join(FICHES[3:])
DECLARED = '<?xml version="1.0" encoding="UTF-8"?>\n'
ENVELOPE = DECLARED + '<s:Envelope xmlns:s="urn:s"><s:Body>{}</s:Body></s:Envelope>\n'

READ = {
    "elements one after another": MANY,
    "behind a declaration and a comment": f"{DECLARED}<!-- export -->\n{MANY}\n",
    "a second document": f"{DECLARED}<d>{FIRST}</d>\n{DECLARED}<d>{LAST}</d>",
    "a second document with its type": f"<d>{FIRST}</d><!DOCTYPE d [<!ENTITY a 'b'>]><d>{LAST}</d>",
    "lines before the declaration": f"== extraction 02 ==\n3 lignes perdues\n{DECLARED}<d>{MANY}</d>",
    "lines before elements": f"-- 12 lignes\n{MANY}",
    "envelopes of a log": "".join(ENVELOPE.format(fiche) for fiche in FICHES),
    "prefixes that nobody declared": "".join(one.replace("fiche>", "n:fiche>") for one in FICHES),
    "zeros behind the end": f"<d>{MANY}</d>\0\0\0",
}


@pytest.mark.parametrize("case", READ)
def test_elements_are_rows_without_a_root(case: str) -> None:
    (table,) = tables(READ[case].encode()).values()
    assert [row[1:4] for row in table.rows] == ROWS
    assert xml_events.BROKEN not in table.met


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig"])
def test_elements_without_a_root_in_any_encoding(encoding: str) -> None:
    (table,) = tables(MANY.encode(encoding)).values()
    assert [row[1:4] for row in table.rows] == ROWS


TEXTS = {
    "behind the root": (f"<d>{MANY}</d>\n-- 184127695108946 fin", "184127695108946"),
    "between documents": (f"<d>{FIRST}</d>\nDupont Jean\n<d>{LAST}</d>", "Dupont Jean"),
    "before the declaration": (f"Dupont Jean\n{DECLARED}<d>{MANY}</d>", "Dupont Jean"),
}


@pytest.mark.parametrize("case", TEXTS)
def test_what_stands_outside_of_elements_is_text(case: str) -> None:
    given, said = TEXTS[case]
    (table,) = tables(given.encode()).values()
    assert [row[1:4] for row in table.rows] == ROWS
    assert any(said in text for text in table.texts)


BROKEN = {
    "the last one is cut": (f"{MANY}<fiche><nom>N9", 6),
    "a tag that closes nothing": (f"{FIRST}</x></y>{LAST}", 6),
    "in the second document": (f"<d>{FIRST}</d><d>{FICHES[3]}<fiche><nom></d>", 4),
}


@pytest.mark.parametrize("case", BROKEN)
def test_damage_is_said_and_the_rest_is_read(case: str) -> None:
    given, least = BROKEN[case]
    (table,) = tables(given.encode()).values()
    assert [row[1:4] for row in table.rows[:least]] == ROWS[:least]
    assert xml_events.BROKEN in table.met


NO_XML = {
    "Markdown with elements of pages": "# Titre\n\n<details>\n<p>x</p></details>\n<details>y</details>",
    "lines with a tag that does not come again": "ligne\n<note>a</note>\nfin",
    "a page behind a line": "Bonjour\n<table><tr><td>x</td></tr></table>\n<table><tr><td>y</td></tr></table>",
    "a mail with an address": "De : <a.b@exemple.fr>\n<a.c@exemple.fr>\n",
    "code before a page": "<?php echo 1; ?>\n<main><p>x</p></main>",
}


@pytest.mark.parametrize("case", NO_XML)
def test_what_is_no_fragment(case: str) -> None:
    assert xml.sniff(Head(NO_XML[case].encode(), ReadOptions())) == 0


HOSTILE = {
    "roots": b"<a>1</a>" * 50_000,
    "document types": b"<a>1</a>" + b"<!DOCTYPE[" * 100_000 + b"<a>1</a>",
    "declarations": b"<a>1</a>" + b"<?xml version='1.0'?>" * 50_000 + b"<a>1</a>",
    "open ones": b"<a>1</a>" + b"<b><c>" * 50_000 + b"<a>1</a>",
    "angle brackets": b"<a>1</a>" + b"<" * 1_000_000 + b"</a>",
    "its own root": b"<a>1</a></leakscan-root><leakscan-root><a><n>1</n></a><a><n>2</n></a>",
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_fragments_end(case: str) -> None:
    assert all(len(row) == 1 + len(table.columns) for table in tables(HOSTILE[case]).values() for row in table.rows)


@pytest.mark.parametrize(
    "data", [b'<office:docume="t"><table', b'<a:b="t"><c:d="u"><table', b"<n:a><b/></n:a></c><a></d"]
)
def test_what_ends_without_a_beginning_is_damage_and_no_error(data: bytes) -> None:
    depth = [0]

    def read() -> None:
        for event, _ in xml_events.events(lambda: iter([data]), xml_events.Start()):
            depth.append(depth[-1] + {"start": 1, "end": -1}.get(event, 0))

    with pytest.raises(BrokenInput):
        read()
    assert min(depth) == 0
