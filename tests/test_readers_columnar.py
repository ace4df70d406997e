"""Parquet, Arrow, Avro and ORC: the same rows as in a text, whatever types, codecs and batches they are in."""

from __future__ import annotations

import datetime as dt
import io
import random
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from typing import Any

import fastavro
import polars as pl
import pyarrow as pa
import pytest
from pyarrow import orc
from tables import CSV, OPTIONS, counted, gathered, population, report_here

from leakscan.limits import Limits
from leakscan.readers import choose
from leakscan.readers.cells import as_text
from leakscan.readers.heads import Head
from leakscan.records import ReadOptions
from leakscan.report import build_report
from leakscan.scan import scan


def parquet(frame: pl.DataFrame, **given: Any) -> bytes:
    out = io.BytesIO()
    frame.write_parquet(out, **given)
    return out.getvalue()


def arrow_file(frame: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.write_ipc(out, compression="zstd")
    return out.getvalue()


def arrow_stream(frame: pl.DataFrame, rows: int = 300) -> bytes:
    out, table = io.BytesIO(), frame.to_arrow(compat_level=pl.CompatLevel.oldest())
    with pa.ipc.new_stream(out, table.schema) as writer:
        writer.write_table(table, max_chunksize=rows)
    return out.getvalue()


def feather(frame: pl.DataFrame) -> bytes:
    from pyarrow.feather import write_feather

    out = io.BytesIO()
    write_feather(frame.to_arrow(compat_level=pl.CompatLevel.oldest()), out, chunksize=200)
    return out.getvalue()


def avro(frame: pl.DataFrame, codec: str = "deflate") -> bytes:
    out = io.BytesIO()
    fields = [{"name": name, "type": ["null", "string"]} for name in frame.columns]
    schema = fastavro.parse_schema({"type": "record", "name": "r", "fields": fields})
    fastavro.writer(out, schema, frame.iter_rows(named=True), codec=codec, sync_interval=4_000)
    return out.getvalue()


def avro_of_polars(frame: pl.DataFrame, codec: Any) -> bytes:
    out = io.BytesIO()
    frame.write_avro(out, compression=codec)
    return out.getvalue()


def avro_of_unions(frame: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    fields = [{"name": name, "type": ["null", "string", "int"]} for name in frame.columns]
    fastavro.writer(
        out, fastavro.parse_schema({"type": "record", "name": "r", "fields": fields}), frame.iter_rows(named=True)
    )
    return out.getvalue()


def as_orc(frame: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    orc.write_table(frame.to_arrow(compat_level=pl.CompatLevel.oldest()), out, stripe_size=64 << 10)
    return out.getvalue()


WRITERS: dict[str, Callable[[pl.DataFrame], bytes]] = {
    "parquet": parquet,
    "parquet in small row groups": lambda frame: parquet(frame, row_group_size=128, compression="snappy"),
    "arrow file": arrow_file,
    "arrow stream": arrow_stream,
    "feather": feather,
    "avro": avro,
    "avro in zstandard": lambda frame: avro(frame, "zstandard"),
    "avro in bzip2": lambda frame: avro(frame, "bzip2"),
    "avro in xz": lambda frame: avro(frame, "xz"),
    "avro unpacked": lambda frame: avro(frame, "null"),
    "avro in snappy": lambda frame: avro_of_polars(frame, "snappy"),
    "avro of unions": avro_of_unions,
    "orc": as_orc,
}
ROWS = population()

ONE_PIECE = ("arrow file", "avro of unions", "avro in snappy")
"""Files of one batch: what is cut off takes all of it."""
SMALL = {name: write(ROWS) for name, write in WRITERS.items()}


@pytest.fixture(scope="module")
def plain() -> dict[str, Any]:
    return counted(report_here(CSV))


@pytest.mark.parametrize("writer", ["parquet", "arrow file", "avro", "orc"])
def test_a_file_says_what_the_same_rows_say_as_a_text(writer: str, plain: dict[str, Any]) -> None:
    report = report_here(SMALL[writer])
    assert counted(report) == plain
    assert [given["status"] for given in report["inputs"]] == ["scanned"]


@pytest.mark.parametrize("writer", WRITERS)
def test_rows_and_names_are_those_that_were_written(writer: str) -> None:
    found = gathered(SMALL[writer])
    assert found.broken is None
    assert found.rows[None] == ROWS.rows()
    assert found.tables[None].columns == tuple(ROWS.columns)


@pytest.mark.parametrize("writer", WRITERS)
def test_batches_cut_nothing_and_never_overlap(writer: str) -> None:
    found = gathered(SMALL[writer], ReadOptions(block_bytes=10_000))
    assert found.rows[None] == ROWS.rows()
    spans = found.spans[None]
    assert len(spans) > 3
    assert all(before[1] == after[0] for before, after in pairwise(spans))


@pytest.mark.parametrize("writer", WRITERS)
def test_a_table_without_rows_is_a_table(writer: str) -> None:
    found = gathered(WRITERS[writer](ROWS.clear()))
    assert found.broken is None
    assert found.tables[None].columns == tuple(ROWS.columns)
    assert found.rows[None] == []


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.95])
def test_half_of_a_file_is_read_as_far_as_it_goes(writer: str, share: float) -> None:
    data = SMALL[writer]
    found = gathered(data[: int(share * len(data))])
    assert found.broken is not None
    rows = found.rows.get(None, [])
    assert rows == ROWS.rows()[: len(rows)]
    assert rows or share < 0.6 or writer.split(" ", maxsplit=1)[0] in ("parquet", "orc") or writer in ONE_PIECE


@pytest.mark.parametrize("writer", WRITERS)
def test_flipped_bits_end_in_rows_or_a_reason(writer: str) -> None:
    chance = random.Random(7)
    for _ in range(12):
        data = bytearray(SMALL[writer])
        for _ in range(chance.choice((1, 8, 60))):
            data[chance.randrange(8, len(data))] ^= 1 << chance.randrange(8)
        found = gathered(bytes(data))
        assert found.broken is None or "damaged" in found.broken or "early" in found.broken or "known" in found.broken


at = dt.datetime.fromisoformat
TYPED: list[tuple[pl.Series, list[str]]] = [
    (pl.Series([1.80017511500105e14, 12.5, None, 1e20, 1e-7, float("nan")]),
     ["180017511500105", "12.5", "", "100000000000000000000", "0.0000001", ""]),
    (pl.Series([0.1, 3.0, -2.0], dtype=pl.Float32), ["0.1", "3", "-2"]),
    (pl.Series([180017511500105, -1, None]), ["180017511500105", "-1", ""]),
    (pl.Series([Decimal("180017511500105.00"), Decimal("1.50")]), ["180017511500105", "1.50"]),
    (pl.Series([dt.date(1980, 1, 31), dt.date(1, 1, 1), None]), ["1980-01-31", "0001-01-01", ""]),
    (pl.Series([at("1980-01-31T00:00"), at("1900-01-01T08:30")]), ["1980-01-31", "1900-01-01 08:30:00"]),
    (pl.Series([at("1980-01-30T23:00"), at("1980-07-30T22:00"), at("1980-01-30T12:05"), None])
     .dt.replace_time_zone("UTC"), ["1980-01-31", "1980-07-31", "1980-01-30 12:05:00", ""]),
    (pl.Series([dt.time(8, 30), None]), ["08:30:00", ""]),
    (pl.Series([dt.timedelta(hours=3)]), ["PT3H"]),
    (pl.Series([True, False, None]), ["true", "false", ""]),
    (pl.Series(["a", "b"], dtype=pl.Categorical), ["a", "b"]),
    (pl.Series([None, None]), ["", ""]),
    (pl.Series([[1.0, 2.5], [], None]), ["1, 2.5", "", ""]),
    (pl.Series([[{"nom": "DURAND", "le": dt.date(1980, 1, 31)}, {"nom": "PETIT", "le": None}]]),
     ["nom : DURAND ; le : 1980-01-31, nom : PETIT"]),
    (pl.Series([["a", "b"]], dtype=pl.Array(pl.String, 2)), ["a, b"]),
    (pl.Series(["a\0b"]), ["ab"]),
    (pl.Series([b"h\xc3\xa9llo", None]), ["héllo", ""]),
    (pl.Series([b"h\xe9llo, le patient va bien", b"ok"]), ["héllo, le patient va bien", "ok"]),
    (pl.Series(["é".encode("utf-16")]), ["é"]),
]  # fmt: skip


@pytest.mark.parametrize("given", TYPED, ids=lambda given: str(given[0].dtype))
def test_values_of_every_type_are_text_as_people_write_it(given: tuple[pl.Series, list[str]]) -> None:
    series, expected = given
    found = gathered(parquet(pl.DataFrame([series.alias("x")])))
    assert [row[0] for row in found.rows[None]] == expected


def test_maps_and_records_are_flattened() -> None:
    column = pa.array([[("tel", "0612345678"), ("mail", "a@example.org")], None], pa.map_(pa.string(), pa.string()))
    person = pa.array([{"nom": "DURAND", "naissance": {"date": dt.date(1980, 1, 31)}}, None])
    out, table = io.BytesIO(), pa.table({"contact": column, "patient": person})
    with pa.ipc.new_stream(out, table.schema) as writer:
        writer.write_table(table)
    found = gathered(out.getvalue())
    assert found.tables[None].columns == ("contact", "patient.nom", "patient.naissance.date")
    told = "key : tel ; value : 0612345678, key : mail ; value : a@example.org"
    assert found.rows[None] == [(told, "DURAND", "1980-01-31"), ("", "", "")]


def test_depth_is_bounded() -> None:
    deep = pl.Series([1])
    for _ in range(40):
        deep = pl.Series([deep]).implode() if deep.dtype == pl.Int64 else deep.implode()
    with pytest.raises(OSError, match="deep"):
        as_text(deep)


def test_cells_that_are_files_are_children_and_random_bytes_are_counted() -> None:
    noise = random.Random(1).randbytes(400)
    found = gathered(parquet(pl.DataFrame({"n": [1, 2, 3], "scan": [b"%PDF-1.4 x", noise, b"\x89PNG\r\n\x1a\nx"]})))
    assert found.files == {"scan, row 1": b"%PDF-1.4 x", "scan, row 3": b"\x89PNG\r\n\x1a\nx"}
    assert found.met == {"binary_cells": 1}
    assert found.rows[None] == [("1", ""), ("2", ""), ("3", "")]


def test_names_that_are_the_first_row_are_searched_and_not_shown() -> None:
    found = gathered(parquet(pl.DataFrame({"DURAND": ["PETIT"], "180017511500105": ["x"], "a@example.org": ["y"]})))
    assert found.tables[None].columns == ("DURAND", "column_2", "column_3")
    assert found.titles == ["DURAND ; 180017511500105 ; a@example.org"]


def test_what_a_writer_noted_is_searched() -> None:
    data = parquet(ROWS.head(3), metadata={"source": "extrait du dossier de a@example.org", "pandas": "{}"})
    assert gathered(data).titles == ["source : extrait du dossier de a@example.org"]


def test_dictionaries_of_arrow_are_followed() -> None:
    words = [pa.array(["a", "b", "a"]).dictionary_encode(), pa.array(["c", "a", "c"]).dictionary_encode()]
    schema = pa.schema([("x", words[0].type)])
    for delta in (False, True):
        out = io.BytesIO()
        with pa.ipc.new_stream(out, schema, options=pa.ipc.IpcWriteOptions(emit_dictionary_deltas=delta)) as writer:
            for word in words:
                writer.write_batch(pa.record_batch([word], schema=schema))
        assert gathered(out.getvalue()).rows[None] == [("a",), ("b",), ("a",), ("c",), ("a",), ("c",)]


def test_an_encrypted_or_unknown_file_has_a_reason() -> None:
    data = bytearray(SMALL["parquet"])
    assert "encrypted" in str(gathered(b"PARE" + data[4:]).broken)
    assert "encrypted" in str(gathered(bytes(data[:-4]) + b"PARE").broken)
    assert choose(Head(b"FEA1" + bytes(100), ReadOptions())) == "not a text: Feather file of version 1"
    assert choose(Head(bytes(8) + b"DUCK" + bytes(100), ReadOptions())) == "not a text: DuckDB database"


def test_what_comes_out_is_bounded_by_what_goes_in() -> None:
    same = pl.DataFrame({"x": pl.Series(["always the same cell"]).new_from_index(0, 2_000_000)})
    data = parquet(same)
    assert len(gathered(data).rows[None]) == 2_000_000
    found = gathered(data, ReadOptions(limits=Limits(expansion=10, expansion_free=1 << 20), block_bytes=1 << 20))
    assert "more than 10 times its own size" in str(found.broken)
    assert len(found.rows[None]) < 1_000_000


@pytest.mark.parametrize("claimed", [8, 0x7FFFFFFF, 0xFFFFFFFE])
def test_lying_lengths_are_not_believed(claimed: int) -> None:
    length = claimed.to_bytes(4, "little")
    stream = bytearray(SMALL["arrow stream"])
    at = stream.index(b"\xff\xff\xff\xff", 8)
    stream[at + 4 : at + 8] = length
    assert gathered(bytes(stream)).broken is not None
    footer = SMALL["parquet"][:-8] + length + b"PAR1"
    assert gathered(footer).broken is not None
    block = SMALL["avro unpacked"][:700] + b"\xff\xff\xff\xff\xff\xff\xff\x7f" * 4
    assert gathered(block).broken is not None


def test_no_text_is_taken_for_one_of_them() -> None:
    for data in (b"ORCHESTRE;NOM\n1;2\n", b"Objet;Nom\n", b"PAR;NOM\n1;2\n" * 9, b"\xff\xff\xff\xff" + bytes(90), CSV):
        chosen = choose(Head(data, ReadOptions()))
        assert isinstance(chosen, str) or chosen.format in ("delimited", "text")


def test_a_file_from_standard_input_is_read_by_another_process(
    plain: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(SMALL["parquet"])))
    report = build_report(scan(["-"], OPTIONS), OPTIONS)
    assert counted(report) == plain
