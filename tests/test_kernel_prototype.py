"""The compiled prototype (benchmarks/kernel) against polars, leakscan's reader and published vectors."""

import csv
import datetime
import io
import random
import sys
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pytest
from reading import read_whole

from leakscan.detectors.nir import NIR, with_key
from leakscan.records import ROW, ReadOptions

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks" / "kernel"))

import native
import shapes
import today

pytestmark = [
    pytest.mark.skipif(native.compiler() is None, reason="no C compiler (cc) on this machine"),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the prototype is written for Linux"),
]

HOSTILE = {
    "plain": "a;b;c\n1;2;3\n4;5;6\n",
    "last line without newline": "a;b;c\n1;2;3\n4;5;6",
    "carriage returns": "a;b;c\r\n1;2;3\r\n4;5;6\r\n",
    "empty fields": "a;b;c\n;;\n;2;\n1;;\n",
    "quoted newline": 'a;b;c\n1;"two\nlines; and a mark";3\n4;5;6\n',
    "doubled quotes": 'a;b;c\n"say ""yes""";"""";x\n1;2;3\n',
    "empty quotes": 'a;b;c\n"";"";""\n1;"";3\n',
    "quote at the end without newline": 'a;b;c\n1;2;"3\n3"',
    "quoted newlines only": 'a;b;c\n"\n";"\n\n";"\n"\n',
    "long cells": f"a;b;c\n{'x' * 17};{'y' * 16};{'z' * 1000}\n{'x' * 17};{'y' * 15}w;{'z' * 999}w\n",
    "cells around a word": "a;b;c\n1234567;12345678;123456789\n12345678;1234567\x00;\x00\n",
    "every byte of a letter": "a;b;c\né;œ;Ÿ\nÀ;ÿ;€\n",
    "no records": "a;b;c\n",
}


@contextmanager
def coded(folder, data, *, width=3, limit=None, tile=native.TILE_BYTES, threads=2):
    path = folder / "table.csv"
    path.write_bytes(data)
    own = native.Kernel(width, limit=limit, tile=tile, threads=threads)
    try:
        own.read(path, data.index(b"\n") + 1)
        yield own
    finally:
        own.close()


def cells_of(own):
    return [
        [own.cell(column, row).decode("cp1252") for column in range(own.width)] for row in range(own.counts()[0])
    ]  # fmt: skip


def by_polars(data):
    text = data.decode("cp1252").encode()
    frame = pl.read_csv(text, separator=";", infer_schema=False, empty_string_is_null=False)
    return frame.with_columns(pl.all().fill_null(""))


@pytest.mark.parametrize("tile", [16, 64, native.TILE_BYTES])
@pytest.mark.parametrize("threads", [1, 2, 5])
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_cells_are_those_that_polars_reads(tmp_path, text, threads, tile):
    data = text.encode("cp1252")
    with coded(tmp_path, data, tile=tile, threads=threads) as own:
        expected = by_polars(data)
        assert own.counts() == (expected.height, 0, 3 * expected.height)
        assert cells_of(own) == [list(row) for row in expected.rows()]
        assert [own.column(index).distinct for index in range(3)] == [column.n_unique() for column in expected]


@pytest.mark.parametrize("seed", range(12))
def test_written_tables_come_back(tmp_path, seed):
    chance = random.Random(seed)
    pieces = ["", "a", '"', '""', ";", "\n", " ", "é", "1234567890", "x" * 15, "ligne\n\n"]
    rows = [["".join(chance.choices(pieces, k=chance.randint(1, 4))) for _ in range(4)] for _ in range(200)]
    out = io.StringIO()
    quoting = chance.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    csv.writer(out, delimiter=";", lineterminator=chance.choice(["\n", "\r\n"]), quoting=quoting).writerows(
        [["a", "b", "c", "d"], *rows]
    )
    data = out.getvalue().encode("cp1252")
    with coded(tmp_path, data, width=4, tile=chance.choice([50, 300, 5000])) as own:
        assert own.counts()[:2] == (200, 0)
        assert cells_of(own) == rows
        assert [own.column(index).distinct for index in range(4)] == [
            len({row[index] for row in rows}) for index in range(4)
        ]


def test_a_line_break_within_a_cell_is_one_sign(tmp_path):
    with coded(tmp_path, b'a;b;c\r\n1;"two\r\nlines";3\r\n') as own:
        assert cells_of(own) == [["1", "two\nlines", "3"]]


DAMAGED = {
    "too few": "1;2;3\n" * 5 + "1;2\n" + "4;5;6\n" * 5,
    "too many": "1;2;3\n" * 5 + "1;2;3;4\n" + "4;5;6\n" * 5,
    "never closed": "1;2;3\n" * 5 + '1;"2;3\n' + "4;5;6\n" * 5,
    "stray quote within a cell": "1;2;3\n" * 5 + '1;a"b;3\n' + "4;5;6\n" * 5,
    "text behind a closing quote": "1;2;3\n" * 5 + '1;"a" b;3\n' + "4;5;6\n" * 5,
    "blank lines": "1;2;3\n" * 5 + "\n \n\n" + "4;5;6\n" * 5,
}


@pytest.mark.parametrize("tile", [40, native.TILE_BYTES])
@pytest.mark.parametrize("rows", DAMAGED.values(), ids=DAMAGED)
def test_damage_is_what_the_reader_calls_damage(tmp_path, rows, tile):
    data = f"nom;ville;age\n{rows}".encode()
    _, batches, _ = read_whole(io.BytesIO(data), ReadOptions(delimiter=";"))
    frame = pl.concat([batch.frame for batch in batches]).drop(ROW)
    damaged = sum(batch.damaged.height for batch in batches)
    with coded(tmp_path, data, tile=tile) as own:
        assert own.counts()[:2] == (frame.height, damaged)
        assert cells_of(own) == [list(row) for row in frame.rows()]


@pytest.mark.parametrize("limit", [1, 10])
def test_cells_past_the_bound_have_no_code_and_are_counted(tmp_path, limit):
    rows = [(str(number), "same", "") for number in range(100)] * 2
    data = b"a;b;c\n" + b"".join(";".join(row).encode() + b"\n" for row in rows)
    with coded(tmp_path, data, limit=limit) as own:
        assert [own.cell(0, row) for row in range(200)] == [
            str(row % 100).encode() if row % 100 < limit else None for row in range(200)
        ]
        assert own.column(0).over == 2 * (100 - limit)
        assert own.column(0).distinct == limit
        assert [own.cell(1, row) for row in range(200)] == [b"same"] * 200


def test_a_column_that_grows_keeps_its_codes(tmp_path):
    rows = [(f"{number * 7919 % 30011}", f"{number % 3:020}", f"{'long ' * 5}{number}") for number in range(60_000)]
    data = b"a;b;c\n" + b"".join(";".join(row).encode() + b"\n" for row in rows)
    with coded(tmp_path, data, tile=10_000) as own:
        assert [own.column(index).distinct for index in range(3)] == [30011, 3, 60_000]
        for row in range(0, 60_000, 997):
            assert [own.cell(column, row).decode() for column in range(3)] == list(rows[row])


def kinds_of(folder, cells):
    data = b"a;b\n" + b"".join(cell.encode("cp1252") + b";.\n" for cell in cells)
    with coded(folder, data, width=2) as own:
        own.shapes(shapes.automaton())
        own.classify()
        assert own.counts()[:2] == (len(cells), 0)
        return [own.kind(0, row) for row in range(len(cells))]


def bit(name):
    return shapes.SHAPES[name][0]


def test_numbers_with_a_right_key_are_those_of_the_detector(tmp_path):
    written = [text for text, _ in (*NIR.values, *NIR.examples)] + [*NIR.not_values, *NIR.counterexamples]
    chance = random.Random(1)
    for _ in range(2000):
        body = f"{chance.randint(1, 4)}{chance.randint(0, 99):02}{chance.randint(1, 13):02}"
        body += (
            chance.choice(["2A", "2b", "75", "00", f"{chance.randint(1, 99):02}"]) + f"{chance.randint(0, 999999):06}"
        )
        whole = int(body.upper().replace("2A", "19").replace("2B", "18"))
        key = 97 - whole % 97 if chance.random() < 0.7 else chance.randint(0, 99)
        text = f"{body}{key:02}"
        if chance.random() < 0.6:
            cuts = {0: "", 1: " ", 3: " ", 5: " ", 7: " ", 10: " ", 13: " "}
            text = "".join(cuts.get(place, "") + sign for place, sign in enumerate(text)).strip()
        written.append(chance.choice(["", "", " ", "'"]) + text + chance.choice(["", "", " ", ".0"]))
    cells = [text for text in written if text.encode("cp1252", "replace").decode("cp1252") == text]
    cells = [text for text in cells if not text.startswith('"') and ";" not in text]
    found = [bool(kind & shapes.KEY) for kind in kinds_of(tmp_path, cells)]
    expected = pl.DataFrame({"cell": cells}).select(with_key(pl.col("cell")).is_not_null()).to_series().to_list()
    assert found == expected
    assert 0.3 < sum(found) / len(found) < 0.9


def test_days_are_those_of_the_calendar(tmp_path):
    cells = [
        f"{day:02}/{month:02}/{year}"
        for year in (1900, 2000, 2019, 2020)
        for month in range(1, 13)
        for day in range(1, 32)
    ]
    found = [bool(kind & shapes.DAY) for kind in kinds_of(tmp_path, cells)]
    real = pl.Series(cells).str.to_date("%d/%m/%Y", strict=False).is_not_null().to_list()
    assert found == real
    first = datetime.date(1984, 3, 12)
    ways = [
        f"{first:%Y-%m-%d}",
        f"{first:%Y%m%d}",
        f"{first:%d%m%Y}",
        f"{first:%d.%m.%Y}",
        f"{first:%d-%m-%y}",
        "12/3/1984 08:15",
    ]
    assert all(kind & shapes.DAY for kind in kinds_of(tmp_path, ways))
    assert not any(kind & shapes.DAY for kind in kinds_of(tmp_path, ["19841312", "12/03-1984", "1984", "2019-02-29"]))


@pytest.mark.parametrize(
    ("name", "expression"),
    [
        ("postcode", r"^[0-9]{5}$"),
        ("number", r"^[+-]?[0-9]+([.,][0-9]+)?$"),
        ("words", r"\p{L}{2}"),
        ("phone", r"^(\+33 ?|0033 ?|0)[1-9]([ .-]?[0-9]{2}){4}$"),
    ],
)
def test_shapes_are_those_of_the_same_regex(tmp_path, name, expression):
    chance = random.Random(2)
    signs = "0123456789 .,-+abé/@"
    cells = ["".join(chance.choices(signs, k=chance.randint(1, 6))) for _ in range(2000)]
    for _ in range(500):
        pairs = [f"{chance.choice(['', ' ', '.', '-'])}{chance.randint(0, 99):02}" for _ in range(chance.randint(3, 5))]
        cells.append(chance.choice(["0", "+33", "0033 ", "+33 "]) + chance.choice("016") + "".join(pairs))
    cells += ["75013", "7501", "12,50", "-3.5"]
    expected = pl.Series(cells).str.contains(expression).to_list()
    assert [bool(kind & bit(name)) for kind in kinds_of(tmp_path, cells)] == expected
    assert 0 < sum(expected) < len(expected)


def matches_of(folder, cells, patterns):
    data = b"a;b\n" + b"".join(cell.encode("cp1252") + b";.\n" for cell in cells)
    with coded(folder, data, width=2) as own:
        own.shapes(shapes.automaton())
        own.classify()
        assert own.terms(today.folding(), patterns) > len(patterns)
        own.seek([0])
        assert own.column(1).matches == 0
        return own.column(0).matches


TERMS = [b" vih ", b" hepatite b ", b" hepatite ", b" sida", b" b "]


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        ("Le VIH, hépatite  B!", 4),
        ("HÉPATITE", 1),
        ("sida", 1),
        ("sidaction", 1),
        ("vih/vih", 2),
        ("vihs", 0),
        ("12", 0),
        ("", 0),
    ],
)
def test_terms_are_sought_between_words_in_folded_text(tmp_path, cell, count):
    assert matches_of(tmp_path, [cell], TERMS) == count


def test_the_whole_lexicon_finds_what_leakscan_finds(tmp_path):
    cells = [
        "Sérologie VIH positive, sous traitement",
        "cœur : insuffisance cardiaque; grossesse de 12 SA".replace(";", ","),
        "ABSENCE DE CANCER DU SEIN",
        "rien à signaler",
        "Hépatite C guérie, diabète de type 2",
        "trisomie 21 : dépistage",
    ]
    found = matches_of(tmp_path, cells, today.patterns())
    assert found == today.term_matches(pl.Series(cells)) > 5


def test_identities_are_distinct_combinations(tmp_path):
    rows = [(str(n % 7), str(n % 3), "x" if n % 2 else "", str(n % 5)) for n in range(1000)]
    data = b"a;b;c;d\n" + b"".join(";".join(row).encode() + b"\n" for row in rows)
    with coded(tmp_path, data, width=4) as own:
        assert own.identities((0, 1, 2, 3)) == len(set(rows))


def test_siphash_gives_the_published_values():
    key = bytes(range(16))
    assert native.siphash(key, b"").hex() == "a3817f04ba25a8e66df67214c7550293"
    assert native.siphash(key, b"\x00").hex() == "da87c1d86b99af44347659119b22fc45"


def test_a_missing_file_is_an_error(tmp_path):
    own = native.Kernel(3)
    with pytest.raises(RuntimeError, match="cannot be read"):
        own.read(tmp_path / "none.csv", 0)
    own.close()
