"""Damaged XML: texts that nobody escaped, tags that are written wrongly; every other row is read as if nothing was."""

from __future__ import annotations

import time

import pytest
from reading import tables

from leakscan.readers import xml_events, xml_mended

ROW = '<soin n="{at}"><nom>N{at}</nom><ddn>195{at}-02-03</ddn><note>fait</note></soin>'
DAMAGED = {
    "a number that is less": ("<note>CD4 <200</note>", "CD4 <200", False),
    "a sign of less with a blank": ("<note>CRP < 5 mg</note>", "CRP < 5 mg", False),
    "a sign of less before an equal": ("<note>Hb <= 9</note>", "Hb <= 9", False),
    "an arrow": ("<note>SpO2 <- 88</note>", "SpO2 <- 88", False),
    "a sign of less before a word": ("<note>poids <normale pour</note>", "poids <normale pour", True),
    "an and": ("<note>R & D</note>", "R & D", False),
    "several": ("<note>a<1 & b<2</note>", "a<1 & b<2", False),
    "brackets in brackets": ("<note>dit <<3>></note>", "dit <<3>>", False),
    "a value without marks": ("<note lit=3>vu</note>", "vu", False),
    "a quotation in a value": ('<note dit="il dit "bobo" fort" lit="3">vu</note>', "vu", False),
    "an attribute without a value": ("<note urgent>vu</note>", "vu", False),
    "a tag that closes nothing": ("<note>vu</note></b>", "vu", True),
    "a tag that nothing closes": ("<note>vu</note><b>", "vu", True),
}


@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize("case", DAMAGED)
def test_the_rows_around_damage_are_read(case: str, first: bool) -> None:
    said, text, lost = DAMAGED[case]
    rows = [ROW.format(at=at) for at in range(8)]
    hurt = 0 if first else 4
    rows[hurt] = rows[hurt].replace("<note>fait</note>", said)
    data = f'<?xml version="1.0" encoding="ISO-8859-1"?>\n<registre site="É">{"".join(rows)}</registre>'
    (table,) = tables(data.encode("latin-1")).values()
    told = [dict(zip(("", *table.columns), row, strict=True)) for row in table.rows]
    assert [(row["n"], row["nom"], row["ddn"]) for row in told] == [
        (f"{at}", f"N{at}", f"195{at}-02-03") for at in range(8)
    ]
    assert [row["note"] for row in told] == [text if at == hurt else "fait" for at in range(8)]
    assert (xml_events.BROKEN in table.met) == lost


def test_a_value_keeps_its_quotation() -> None:
    rows = [f'<p nom="N{at}" dit="x"/>' for at in range(4)]
    rows[1] = '<p nom="N1" dit="un "souffle" au 2<3"/>'
    (table,) = tables(f"<d>{''.join(rows)}</d>".encode()).values()
    assert [row[1:3] for row in table.rows] == [("N0", "x"), ("N1", 'un "souffle" au 2<3'), ("N2", "x"), ("N3", "x")]


@pytest.mark.parametrize("at", [3, 2_000, 5_999])
def test_damage_far_in_a_long_document(at: int) -> None:
    rows = [f'<a n="{n}"><b><nom>N{n}</nom></b><b2>{"x" * 40}</b2></a>' for n in range(6_000)]
    rows[at] = rows[at].replace("</b2>", " <3</b2>")
    (table,) = tables(f"<d>{''.join(rows)}</d>".encode()).values()
    assert [row[1:3] for row in table.rows] == [(f"{n}", f"N{n}") for n in range(6_000)]
    assert not table.met


WHOLE = {
    "a sign of less that is escaped": "<note>CD4 &lt;200</note>",
    "raw text": "<note><![CDATA[CD4 <200 & plus]]></note>",
    "a comment": "<!-- <3 & --><note>fait</note>",
    "a number of a sign": "<note>&#233;t&#xE9;</note>",
}


@pytest.mark.parametrize("case", WHOLE)
def test_whole_documents_and_the_same_beside_damage(case: str) -> None:
    rows = [ROW.format(at=at) for at in range(6)]
    rows[2] = rows[2].replace("<note>fait</note>", WHOLE[case])
    (whole,) = tables(f"<d>{''.join(rows)}</d>".encode()).values()
    rows[1] = rows[1].replace("fait", "1 <3")
    (hurt,) = tables(f"<d>{''.join(rows)}</d>".encode()).values()
    assert [row for row in hurt.rows if row[0] != 2] == [row for row in whole.rows if row[0] != 2]
    assert not whole.met


HOSTILE = {
    "open quotation marks": b"<d><a>1</a><a>2 <3</a>" + b'<a "' * 100_000,
    "quotation marks": b"<d><a>1</a><a>2 <3</a><a " + b'"' * 400_000,
    "comments": b"<d><a>1</a><a>2 <3</a>" + b"<!--" * 20_000,
    "raw texts": b"<d><a>1</a><a>2 <3</a>" + b"<![CDATA[" * 20_000,
    "open ones": b"<d><a>1</a><a>2 <3</a>" + b"<b>" * 100_000,
    "signs of entities": b"<d><a>1</a><a>2 <3</a>" + b"&" * 400_000,
    "fields": b"<d><a>1</a><a>2 <3</a><a " + b"x=" * 200_000 + b">",
    "quoted fields": b"<d><a>1</a><a>2 <3</a><a " + b'x="' * 100_000 + b">",
}


def spent(data: bytes) -> float:
    begun = time.process_time()
    assert tables(data)
    return time.process_time() - begun


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_damage_costs_no_more_than_a_sound_document_many_times_over(case: str) -> None:
    data = HOSTILE[case]
    sound = b"<d>" + b"<a><b>1</b><c>deux</c></a>" * (len(data) // 26) + b"</d>"
    assert spent(data) < 40 * spent(sound)


def test_a_tag_with_more_quotation_marks_than_anybody_writes_is_text() -> None:
    fields = b'a="x ' * (xml_mended.LONGEST_TAG // 4)
    mended = b"".join(xml_mended.Mending().pieces([b"<d><a " + fields + b"><b>1</b></d>"]))
    assert b"&lt;a a=" in mended
    assert mended.endswith(b"<b>1</b></d>")
