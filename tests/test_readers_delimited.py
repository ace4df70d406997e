"""The delimited reader: every way of writing one table gives the same table, and no row is lost."""

from __future__ import annotations

import csv
import io
import itertools
import random
from typing import Any, Literal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import read_whole

from leakscan.errors import UsageError
from leakscan.readers import HashingStream, splitting
from leakscan.records import ROW, ReadOptions

HEADER = ["NOM", "PRÉNOM", "NÉ LE", "NIR", "COMMENTAIRE"]
ROWS = [
    ["DUPRÉ", "Zoé", "12/03/1980", "280039995012345", "à revoir, été prévu"],
    ["CÔTÉ", "François", "01/11/1955", "155119995012346", ""],
    ["LEFÈVRE", "Anaïs", "30/06/2001", "", 'dit "rien"'],
    ["PETIT", "Noël", "15/08/1970", "170089995012347", "ligne 1\nligne 2 ; fin"],
]
FLAT_ROWS = [
    [cell.replace("\n", " ").replace('"', "").replace(",", "").replace(";", "") for cell in row] for row in ROWS
]


class Read:
    """Everything that a reader gave, joined over its batches."""

    def __init__(self, data: bytes, *, piece: int | None = None, **options: Any) -> None:
        self.stream = HashingStream(_Dribble(data, piece) if piece else io.BytesIO(data))
        self.table, batches, self.warnings = read_whole(self.stream, ReadOptions(**options))
        self.numbers = [row[0] for batch in batches for row in batch.frame.rows()]
        self.rows = [list(row[1:]) for batch in batches for row in batch.frame.rows()]
        self.damaged = [row for batch in batches for row in batch.damaged.rows()]
        self.spans = [(batch.start, batch.end) for batch in batches]

    @property
    def lost_rows(self) -> list[tuple[int, int, str, str]]:
        return [row for row in self.damaged if row[2] != "preamble"]

    @property
    def codes(self) -> dict[str, int]:
        return {warning.code: warning.count for warning in self.warnings}

    def result(self) -> tuple[object, ...]:
        table = self.table
        shown = (table.format, table.encoding, table.columns, table.has_header, table.head.rows(), table.delimiter)
        return (shown, self.numbers, self.rows, self.damaged, self.warnings)


class _Dribble(io.BytesIO):
    """A pipe that gives a few bytes at a time."""

    def __init__(self, data: bytes, piece: int) -> None:
        super().__init__(data)
        self.piece = piece

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(self.piece if size is None or size < 0 else min(size, self.piece))


def written(rows: list[list[str]], delimiter: str, line_end: str, quoting: Literal[0, 1]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=line_end, quoting=quoting).writerows(rows)
    return out.getvalue()


ENCODINGS = [
    "utf-8",
    "utf-8-sig",
    "cp1252",
    "iso8859-15",
    "cp850",
    "mac_roman",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_every_way_of_writing_gives_the_same_table(encoding: str, delimiter: str) -> None:
    quotings: tuple[Literal[0, 1], ...] = (csv.QUOTE_MINIMAL, csv.QUOTE_ALL)
    for line_end, quoting, header in itertools.product(["\n", "\r\n", "\r"], quotings, [True, False]):
        rows = FLAT_ROWS if line_end == "\r" else ROWS
        text = written([HEADER, *rows] if header else rows, delimiter, line_end, quoting)
        got = Read(text.encode(encoding))
        assert got.rows == rows, (line_end, quoting, header)
        assert not got.damaged
        assert not got.warnings
        assert got.table.has_header is header
        assert got.table.columns == (tuple(HEADER) if header else tuple(f"column_{n}" for n in range(1, 6)))
        assert got.table.delimiter == delimiter
        assert got.table.head.rows() == [tuple(row) for row in rows]
        assert got.numbers == [1, 2, 3, 4]
        assert got.stream.count == len(text.encode(encoding))


FIRST_LINES = b"NOM;AGE;VILLE\nDUPRE;40;LYON\nCOTE;55;BREST\n"
LAST_LINES = b"PETIT;30;LILLE\nROUX;20;NICE\n"


@pytest.mark.parametrize(
    ("lines", "rows", "damaged"),
    [
        (b"A;1;B;C\n", 4, [(3, 42, "too_many_fields", "A;1;B;C")]),
        (b"A;1\n", 4, [(3, 42, "too_few_fields", "A;1")]),
        (b'A;"1;B\n', 4, [(3, 42, "unclosed_quote", 'A;"1;B')]),
        (b'A;5" tube;B\n', 5, []),
        (b'A;5" tube;"B;C"\n', 5, []),
        (b'"A"x;1;B\n', 5, []),
        (b'"A"x;1;B;C\n', 4, [(3, 42, "too_many_fields", '"A"x;1;B;C')]),
        (b'"A;"1";"B"\n', 4, [(3, 42, "unclosed_quote", '"A;"1";"B"')]),
        (b"A;1;B;;;\n", 5, []),
        (b'A;1;B;"";""\n', 5, []),
        (b"\n  \n\0\n\r\n", 4, []),
        (b";;\n", 5, []),
        (b'A;1;"un\ndeux"\n', 5, []),
        (b'A;1;"un\n\n;;""deux"""\n', 5, []),
        (b'A;5" tube;"un\ndeux"\n', 5, []),
        (b"NOM;AGE;VILLE\n", 4, []),
    ],
)
def test_damaged_rows_are_counted_and_located(
    lines: bytes, rows: int, damaged: list[tuple[int, int, str, str]]
) -> None:
    got = Read(FIRST_LINES + lines + LAST_LINES)
    assert len(got.rows) == rows
    assert got.damaged == damaged
    assert got.rows[-1] == ["ROUX", "20", "NICE"]


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        (b'A;5" tube;B', ["A", '5" tube', "B"]),
        (b'A;5" tube;"B;C"', ["A", '5" tube', "B;C"]),
        (b'"A"x;1;"B"', ['A"x', "1", "B"]),
        (b'"A ""b""";1;', ['A "b"', "1", ""]),
        (b'A;1;"un\r\ndeux"', ["A", "1", "un\ndeux"]),
        (b"A\0B;1;\0", ["AB", "1", ""]),
    ],
)
def test_cells_lose_their_quotes_and_nothing_else(line: bytes, cells: list[str]) -> None:
    assert Read(FIRST_LINES + line + b"\n" + LAST_LINES).rows[2] == cells


def test_a_truncated_last_line_is_damaged() -> None:
    got = Read(FIRST_LINES + b"PETIT;3")
    assert got.damaged == [(3, 42, "too_few_fields", "PETIT;3")]


def test_an_unclosed_quote_ends_at_its_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splitting, "MAX_LINES", 10)
    text = FIRST_LINES + b'A;1;"x\n' + b"ROUX;20;NICE\n" * 30 + b'y";2;B\n'
    got = Read(text)
    assert [row[2] for row in got.damaged] == ["unclosed_quote"]
    assert len(got.rows) == 2 + 31
    assert Read(text, block_bytes=64).result() == got.result()


def test_an_unclosed_quote_leaves_the_rows_after_it() -> None:
    lines = b"".join(b'P%d;%d;"une ville"\n' % (n, n) for n in range(5000))
    got = Read(FIRST_LINES + b'A;1;"x\n' + lines)
    assert [row[2] for row in got.damaged] == ["unclosed_quote"]
    assert len(got.rows) == 5002


def test_a_file_that_changes_encoding_is_read_line_by_line() -> None:
    line = "DUPRÉ;12;Besançon, été\n"
    text = b"NOM;AGE;VILLE\n" + line.encode() * 50 + line.encode("cp1252") * 30 + line.encode() * 2
    got = Read(text)
    assert got.rows == [["DUPRÉ", "12", "Besançon, été"]] * 82
    assert [(w.code, w.count, w.row) for w in got.warnings] == [("mixed_encoding", 30, 51)]
    assert got.table.encoding == "utf-8"
    for size in (64, 1000):
        assert Read(text, block_bytes=size).result() == got.result()


@pytest.mark.parametrize("legacy", ["cp1252", "cp850", "mac_roman"])
def test_a_change_of_encoding_after_the_head_is_settled_where_it_comes(
    legacy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("streams", "encodings", "heads"):
        monkeypatch.setattr(f"leakscan.readers.{module}.HEAD_BYTES", 400)
    text = b"NOM;AGE;VILLE\n" + b"DUPRE;12;Lyon\n" * 60 + "CÔTÉ;13;Besançon, été à la mer\n".encode(legacy) * 10
    got = Read(text)
    assert got.rows[-1] == ["CÔTÉ", "13", "Besançon, été à la mer"]
    assert got.table.head.height < 60
    assert Read(text, block_bytes=64).result() == got.result()


def test_bytes_without_meaning_are_kept_and_counted() -> None:
    got = Read("NOM;AGE;VILLE\nDUPRÉ;12;été\n".encode("cp1252") + b"A\x81;13;\x9d\n")
    assert got.rows[1] == ["A\x81", "13", "\x9d"]
    assert got.codes == {"undecodable": 2}


def test_half_a_character_of_utf16_is_counted() -> None:
    got = Read("NOM;AGE;VILLE\nDUPRÉ;12;été\nA;1;B".encode("utf-16") + b"\x00\xd8A\x00B")
    assert got.rows[1][:2] == ["A", "1"]
    assert got.codes["undecodable"] == 2


def test_nul_bytes_are_left_out_and_counted() -> None:
    got = Read(FIRST_LINES + b"A\0\0;1;B\0\n")
    assert got.rows[2] == ["A", "1", "B"]
    assert [(w.code, w.count, w.row, w.offset) for w in got.warnings] == [("nul_bytes", 3, 3, 43)]


def test_a_very_long_line_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    cell = b"x" * 50_000_000
    got = Read(FIRST_LINES + b"A;1;" + cell + b"\n" + LAST_LINES)
    assert [len(row[2]) for row in got.rows] == [4, 5, 50_000_000, 5, 4]
    monkeypatch.setattr(splitting, "MAX_RECORD", 1000)
    text = FIRST_LINES + b"A;1;" + "é".encode() * 1100 + b"\n" + LAST_LINES
    got = Read(text)
    assert [row[2] for row in got.damaged] == ["record_cut"] * 3
    assert "".join(row[3] for row in got.damaged) == "A;1;" + "é" * 1100
    assert got.numbers == [1, 2, 6, 7]
    assert all(Read(text, block_bytes=size).result() == got.result() for size in (64, 500, 5000))


def test_rows_without_their_trailing_empty_cells_are_whole() -> None:
    rows = [["A", str(n), "x" if n % 3 else "", "y" if n % 2 else ""] for n in range(100)]
    text = "NOM;AGE;UN;DEUX\n" + "".join(";".join(row).rstrip(";") + "\n" for row in rows)
    got = Read(text.encode())
    assert got.rows == rows
    assert not got.damaged
    few = text + "B;1;z\n"
    assert not Read(few.encode()).damaged


@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@pytest.mark.parametrize(("last", "damaged"), [("", 1), ("x", 0)])
def test_an_empty_field_too_many_is_damage_where_the_last_column_is_often_empty(
    last: str, damaged: int, quoting: Literal[0, 1]
) -> None:
    """There, a delimiter too many further forward pushes an empty cell out; elsewhere it stands behind the row."""
    rows = [["A", str(n), "x", last if n % 3 else "y"] for n in range(100)]
    rows[50] = [*rows[50][:1], "suite", *rows[50][1:]] if damaged else [*rows[50], ""]
    rows[50][-1] = ""
    got = Read(written([["NOM", "AGE", "UN", "DEUX"], *rows], ";", "\n", quoting).encode())
    assert (len(got.damaged), len(got.rows)) == (damaged, 100 - damaged)


def test_a_delimiter_behind_many_rows_is_a_habit() -> None:
    ends = ("x", ";", "", "x;")
    text = "NOM;AGE;VILLE\n" + "".join(f"A;{n};{ends[n % 4]}\n" for n in range(100))
    assert not Read(text.encode()).damaged


def test_a_byte_order_mark_within_is_left_out() -> None:
    assert Read(b"\xef\xbb\xbf" + FIRST_LINES + b"\xef\xbb\xbf" + FIRST_LINES).rows[2:] == [
        ["DUPRE", "40", "LYON"],
        ["COTE", "55", "BREST"],
    ]


def test_the_header_met_again_is_no_record() -> None:
    got = Read(FIRST_LINES + b"NOM;AGE;VILLE\r\n" + LAST_LINES)
    assert len(got.rows) == 4
    assert got.codes == {"repeated_header": 1}
    assert got.table.head.height == 4


def test_titles_above_the_header_are_no_records_but_kept() -> None:
    got = Read(b"Export du 12/03/2020\n\nListe des patients;;\n" + FIRST_LINES)
    assert got.table.columns == ("NOM", "AGE", "VILLE")
    assert [row[::2] for row in got.damaged] == [(0, "preamble"), (0, "preamble")]
    assert got.numbers == [1, 2]
    assert got.codes == {"preamble": 2}
    assert got.spans[0][1] == got.spans[1][0]


def test_a_declared_delimiter_is_taken() -> None:
    got = Read(b"sep=^\r\nNOM^AGE^VILLE\r\nDUPRE^40^LYON\r\n")
    assert got.table.delimiter == "^"
    assert got.table.columns == ("NOM", "AGE", "VILLE")
    assert got.rows == [["DUPRE", "40", "LYON"]]


@pytest.mark.parametrize(("given", "delimiter"), [("tab", "\t"), ("\\t", "\t"), (";", ";"), ("~", "~")])
def test_the_user_can_settle_the_delimiter(given: str, delimiter: str) -> None:
    assert Read(f"a{delimiter}b\n1{delimiter}2\n".encode(), delimiter=given).table.delimiter == delimiter


@pytest.mark.parametrize(
    "options",
    [
        {"delimiter": ";;"},
        {"delimiter": "é"},
        {"delimiter": '"'},
        {"encoding": "klingon"},
        {"encoding": "utf-7"},
        {"encoding": "cp037"},
    ],
)
def test_settings_that_cannot_work_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        Read(FIRST_LINES, **options)


@pytest.mark.parametrize("encoding", ["cp437", "latin-1", "utf-8", "utf-16", "utf-16-be", "UTF-8-SIG"])
def test_the_user_can_settle_the_encoding(encoding: str) -> None:
    got = Read("NOM;AGE;VILLE\nCésar;40;Orléans\n".encode(encoding), encoding=encoding)
    assert got.rows == [["César", "40", "Orléans"]]


@pytest.mark.parametrize(
    ("first", "is_header"),
    [
        (["Nom", "Prénom", "Né le", "NIR"], True),
        (["PAT_NOM", "PAT_PRN", "DTNAISS", "NOSS"], True),
        (["zone_a", "zone_b", "zone_c", "zone_d"], True),
        (["F1", "F2", "F3", "F4"], True),
        (["0", "1", "2", "3"], True),
        (["", "Nom", "", "Code"], True),
        (["MARTIN", "Paul", "02/02/1962", ""], False),
        (["MARTIN", "Paul", "", "162029995012345"], False),
        (["MARTIN", "Nom", "02/02/1962", "162029995012345"], False),
    ],
)
def test_a_header_is_judged_by_content(first: list[str], is_header: bool) -> None:
    body = [[f"NOM{chr(65 + n)}", "Zoé", f"{n + 1:02}/03/1980", f"2800399950123{n + 10}"] for n in range(20)]
    got = Read("".join(";".join(row) + "\n" for row in [first, *body]).encode())
    assert got.table.has_header is is_header
    assert len(got.rows) == 20 + (not is_header)


def test_data_in_a_header_is_not_shown() -> None:
    got = Read(b"NOM;AGE;VILLE;1 84 12 76\n" + b"DUPRE;40;LYON;3\n" * 5 + b"COTE;41;NICE;4\n")
    assert got.table.columns == ("NOM", "AGE", "VILLE", "column_4")


def test_a_header_alone_has_no_records() -> None:
    got = Read(b"NOM;PRENOM;NIR\n")
    assert got.table.has_header
    assert got.table.head.shape == (0, 3)
    assert got.rows == []


def test_offsets_point_into_the_source_whatever_the_encoding() -> None:
    for encoding in ("utf-16", "utf-16-be", "utf-32", "utf-8-sig", "cp1252"):
        data = "NOM;AGE;VILLE\nDUPRÉ;40;été\nA;1;b;c\nCÔTÉ;55;🩸\nB;2;c;d\n".replace(
            "🩸", "x" if encoding == "cp1252" else "🩸"
        ).encode(encoding)
        wide = (
            encoding
            if encoding in {"utf-16-be", "cp1252"}
            else {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(encoding, "utf-8")
        )
        for size in (64, 1 << 20):
            got = Read(data, block_bytes=size)
            assert [data[row[1] :].decode(wide)[:7] for row in got.damaged] == ["A;1;b;c", "B;2;c;d"], encoding
            assert got.spans[-1][1] == len(data)


CELLS = st.text(alphabet='aé";,\t|\n 12', max_size=5)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_well_formed_text_reads_as_the_csv_module_reads_it(data: st.DataObject) -> None:
    width = data.draw(st.integers(2, 5))
    rows = data.draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=12))
    delimiter = data.draw(st.sampled_from(";,\t|"))
    text = written(
        rows,
        delimiter,
        data.draw(st.sampled_from(["\n", "\r\n"])),
        data.draw(st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])),
    )
    encoding = data.draw(st.sampled_from(["utf-8", "cp1252", "utf-16"]))
    got = Read(
        text.encode(encoding),
        delimiter=delimiter,
        encoding=encoding,
        block_bytes=data.draw(st.sampled_from([64, 1 << 20])),
    )
    assert not got.lost_rows
    assert got.rows == rows[len(rows) - len(got.rows) :]
    assert len(rows) - len(got.rows) == got.table.has_header + got.codes.get("preamble", 0) + got.codes.get(
        "repeated_header", 0
    )


PIECES = st.lists(
    st.sampled_from(
        ["\r", '"', ";", "\n", "\r\n", "a", "é", "12;x;y\n", '"x";y;z\n', '1;"a\nb";c\n', "\0", " ", '""', "a;b;c\n"]
    ),
    max_size=60,
)


@settings(max_examples=150, deadline=None)
@given(PIECES, st.sampled_from(["utf-8", "cp1252", "cp850", "utf-16"]), st.integers(1, 200), st.booleans())
def test_neither_block_size_nor_a_pipe_changes_anything(
    pieces: list[str],
    encoding: str,
    size: int,
    tail: bool,
) -> None:
    text = "NOM;AGE;VILLE\nROUX;20;NICE\n" + "".join(pieces)
    data = text.encode(encoding) + ("été;1;2\n".encode("cp1252") if tail else b"")
    whole = Read(data)
    other = Read(data, block_bytes=size, piece=7)
    assert other.result() == whole.result()
    assert other.stream.sha256 == whole.stream.sha256
    if whole.table.kind == "table":
        numbers = sorted([*whole.numbers, *(row[0] for row in whole.lost_rows)])
        assert numbers == list(range(1, len(numbers) + 1))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(alphabet="ab;;é 1", max_size=12), min_size=1, max_size=30), st.sampled_from([64, 1 << 20]))
def test_without_quotes_every_line_is_a_row_or_damaged(lines: list[str], size: int) -> None:
    text = "\n".join(["NOM;AGE;VILLE", *["DUPRE;40;LYON", "COTE;55;BREST"] * 20, *lines])
    got = Read(text.encode(), delimiter=";", block_bytes=size)
    expected = [line for line in text.split("\n")[1:] if line.strip(" ")]
    assert len(got.rows) + len(got.lost_rows) == len(expected)
    for number, cells in zip(got.numbers, got.rows, strict=True):
        assert (";".join(cells)).rstrip("; ") == expected[number - 1].rstrip("; ")


def test_a_large_mixed_table_is_the_same_in_any_blocks() -> None:
    chance = random.Random(7)
    lines = ["A;1;B", 'C;"2\n3";D', 'E;5";F', "É;1;2;3", "x", 'a;"b;c', '"g";"h;i";""""'] * 200
    chance.shuffle(lines)
    data = ("NOM;AGE;VILLE\n" + "\n".join(lines)).encode("cp1252")
    whole = Read(data)
    assert sorted([*whole.numbers, *(row[0] for row in whole.damaged)]) == list(
        range(1, len(whole.rows) + len(whole.damaged) + 1)
    )
    assert all(Read(data, block_bytes=size).result() == whole.result() for size in (64, 999, 4096))


def test_trimmed_rows_without_a_header_keep_their_widest_columns() -> None:
    rows = [["A", str(n), "x" * (n % 3), "y" * (n % 2), "z" * (n % 5 == 0)] for n in range(1, 300)]
    got = Read("".join(";".join(row).rstrip(";") + "\n" for row in rows).encode())
    assert got.rows == rows
    assert not got.damaged


def test_columns_that_are_always_trimmed_keep_their_names() -> None:
    got = Read(b"NOM;AGE;VILLE;NOTE\n" + b"DUPRE;40;LYON\n" * 10 + b"COTE;55\n")
    assert got.table.columns == ("NOM", "AGE", "VILLE", "NOTE")
    assert got.rows[0] == ["DUPRE", "40", "LYON", ""]


def test_the_delimiter_of_a_long_head_is_judged_on_its_start() -> None:
    line = b"DUPRE,A;40;LYON\n"
    got = Read(b"NOM;AGE;VILLE\n" + line * 70_000)
    assert got.table.delimiter == ";"
    assert len(got.rows) == 70_000
    assert got.table.head.height == 20_000


def test_a_block_that_polars_refuses_is_read_row_by_row(monkeypatch: pytest.MonkeyPatch) -> None:
    text = FIRST_LINES + b'A;1;"un\ndeux"\n' + LAST_LINES
    expected = Read(text).rows

    def refuse(*_: object, **__: object) -> pl.DataFrame:
        raise pl.exceptions.ComputeError

    monkeypatch.setattr(pl, "read_csv", refuse)
    assert Read(text).rows == expected
    monkeypatch.setattr(pl, "read_csv", lambda *_, **__: pl.DataFrame())
    assert Read(text).rows == expected


def test_batches_have_their_schema() -> None:
    for part in read_whole(HashingStream(io.BytesIO(FIRST_LINES)), ReadOptions())[1]:
        assert part.frame.columns == [ROW, "c0", "c1", "c2"]
        assert [str(kind) for kind in part.frame.dtypes] == ["UInt64", "String", "String", "String"]
        assert part.damaged.columns == [ROW, "offset", "reason", "text"]
        assert part.frame.null_count().sum_horizontal().item() == 0
