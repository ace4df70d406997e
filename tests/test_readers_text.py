"""The text reader, and which reader takes what: documents, lists, logs, and what is no text at all."""

from __future__ import annotations

import hashlib
import io
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading import read_whole

from leakscan.readers import HEAD_BYTES, READERS, HashingStream, choose, open_reader, read_head, splitting
from leakscan.readers.encodings import detect
from leakscan.readers.heads import Head
from leakscan.readers.legacy import best_legacy
from leakscan.readers.text import is_document
from leakscan.records import InputWarning, ReadOptions, Table

Rows = list[tuple[object, ...]]


def read(data: bytes, block_bytes: int = 1 << 20) -> tuple[Table, Rows, Rows, list[InputWarning]]:
    table, batches, warnings = read_whole(HashingStream(io.BytesIO(data)), ReadOptions(block_bytes=block_bytes))
    rows = [row for batch in batches for row in batch.frame.rows()]
    damaged = [row for batch in batches for row in batch.damaged.rows()]
    return table, rows, damaged, warnings


DOCUMENTS = [
    "Cher confrère,\nJe vous adresse M. DUPRÉ Jean, né le 12/03/1950.\nNIR : 1 50 03 75\nBien à vous, Dr X\n",
    "Nom : DUPRÉ\nPrénom : Jean\nNé le : 12/03/1960\nSexe : M\nMotif : toux\n",
    "Compte rendu\n\nLe patient est suivi.\n",
    "Bonjour, je suis, moi, Jean, content.",
    "une ligne",
    "Bonjour,\rle bilan est joint.\rCordialement\r",
]
LISTS = [
    "1 84 12 76 951 089 46\n2 84 12 76 952 089 46\n",
    "280039995012345\n155119995012346\n170089995012347\n",
    "jean:azerty\npaul:123456\nzoe:motdepasse\n",
    "a@exemple.fr\nb.c@exemple.fr\nd@exemple.fr\n",
    "2021-01-01 10:00:00,123 INFO connexion\n2021-01-01 10:00:01,321 WARN rien, nada\n2021-01-02 10:00:00,111 INFO x\n",
    "Jan  3 10:00:00 srv x: y\nJan 13 10:00:00 srv z\nFeb  3 10:00:00 srv x: y, a\n",
]


@pytest.mark.parametrize("text", DOCUMENTS)
def test_a_short_document_is_one_record(text: str) -> None:
    table, rows, damaged, _ = read(text.encode("cp1252"))
    assert (table.format, table.kind, table.columns, table.has_header) == ("text", "text", ("text",), False)
    assert rows == [(1, text.replace("\r", "\n"))]
    assert table.head.rows() == [(text.replace("\r", "\n"),)]
    assert not damaged


@pytest.mark.parametrize("text", LISTS)
def test_a_list_or_a_log_is_one_record_per_line(text: str) -> None:
    for line_end in ("\n", "\r\n", "\r", "\n\n"):
        table, rows, _, _ = read(text.replace("\n", line_end).encode())
        assert table.kind == "text"
        assert [row[1] for row in rows] == text.splitlines()
        assert table.head.height == len(rows)


def test_a_long_text_is_one_record_per_line() -> None:
    text = "".join(f"Le patient numéro {n} est venu {'très ' * (n % 5)}tard, puis reparti.\n" for n in range(2000))
    table, rows, _, warnings = read(text.encode())
    assert table.kind == "text"
    assert len(rows) == 2000
    assert not warnings
    assert read(text.encode(), 100)[1] == rows


def test_long_lines_of_text_are_cut_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(splitting, "MAX_RECORD", 1000)
    data = b"123\n" * 20_000 + b"y" * 2500 + b"\n456\n"
    _, rows, damaged, warnings = read(data)
    assert [len(str(row[3])) for row in damaged] == [1000, 1000, 500]
    assert rows[-1] == (20_004, "456")
    assert [(w.code, w.count, w.row, w.offset) for w in warnings] == [("record_cut", 3, 20_001, 80_000)]
    assert all(read(data, size)[1:] == (rows, damaged, warnings) for size in (640, 5000))


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        (b"", "empty"),
        (b"\0" * 100, "NUL"),
        (b"\x7fELF\2\1\1" + bytes(50), "program"),
        (zlib.compress(bytes(range(256)) * 64, 0)[2:], "control characters"),
        (hashlib.shake_128(b"noise").digest(5000), "control characters"),
    ],
)
def test_what_is_no_text_is_refused_with_a_reason(head: bytes, reason: str) -> None:
    answer = open_reader(HashingStream(io.BytesIO(head)), ReadOptions())
    assert isinstance(answer, str)
    assert reason in answer


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"NOM;PRENOM\nDUPRE;Jean\n", "delimited"),
        (b"NOM\0\0\0;PRENOM\n\0\0DUPRE;Jean\n" + b"\0" * 500, "delimited"),
        ("NOM;PRENOM\nDUPRÉ;Zoé\n".encode("utf-16-be"), "delimited"),
        (b"bonjour", "text"),
        (b"<?xml version='1.0'?><a b='c,d,e'/>\n", "xml"),
    ],
)
def test_the_surest_reader_takes_a_source(data: bytes, name: str) -> None:
    reader = choose(Head(data, ReadOptions()))
    assert not isinstance(reader, str)
    assert reader.format == name
    assert name in {known.format for known in READERS}


def test_blank_text_has_no_records() -> None:
    assert read(b"\n \n")[1] == []
    assert is_document("")


@pytest.mark.parametrize("encoding", ["cp1252", "iso8859-15", "cp850", "mac_roman"])
@pytest.mark.parametrize(
    "text",
    [
        "Élodie est allée à la fête, où le garçon a déjà dîné",
        "PRÉNOM DU PÈRE : FRANÇOIS, NÉ À BÉZIERS",
        "cœur et sœur ; hémorroïdes, Noël, goût",
        "DUPRÉ;Zoé;2 rue de l'Église;Besançon",
    ],
)
def test_the_legacy_encoding_is_heard_from_the_french(encoding: str, text: str) -> None:
    if "œ" in text and encoding == "cp850":
        text = text.replace("œ", "oe")
    data = text.encode(encoding)
    assert data.decode(best_legacy(data)) == text


@pytest.mark.parametrize(
    ("data", "label"),
    [
        (b"abc", "utf-8"),
        ("\ufeffété".encode(), "utf-8"),
        ("été".encode(), "utf-8"),
        ("été".encode("cp1252"), "cp1252"),
        ("été\nl'été\nhiver".encode("utf-16"), "utf-16-le"),
        ("été".encode("utf-16-be"), "utf-16-be"),
        ("hiver".encode("utf-32-be"), "utf-32-be"),
        ("hiver".encode("utf-32"), "utf-32-le"),
        ("CAFÉ»".encode("cp1252") + b"\n" + "été".encode("cp1252"), "cp1252"),
    ],
)
def test_encodings_are_told_apart(data: bytes, label: str) -> None:
    assert detect(data, None).label == label


def test_a_pair_that_looks_like_utf8_stays_legacy() -> None:
    text = "\n".join(["l’été à Besançon", "l’évier", "CAFÉ»", "été"] * 5)
    for encoding in ("cp1252", "mac_roman"):
        assert read(text.encode(encoding))[1][0][1] == text


def test_a_hashing_stream_hashes_everything_once() -> None:
    data = bytes(range(256)) * 50_000
    stream = HashingStream(io.BytesIO(data))
    assert len(read_head(stream)) == HEAD_BYTES
    stream.drain()
    assert (stream.count, stream.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    whole = HashingStream(io.BytesIO(data))
    assert whole.read() == data
    assert whole.sha256 == stream.sha256


def test_a_head_that_ends_within_a_character(monkeypatch: pytest.MonkeyPatch) -> None:
    data = "é".encode() * 1000
    for module in ("streams", "encodings", "heads"):
        monkeypatch.setattr(f"leakscan.readers.{module}.HEAD_BYTES", 101)
    table, rows, _, warnings = read(data)
    assert table.encoding == "utf-8"
    assert rows == [(1, "é" * 1000)]
    assert not warnings


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from(["été\n", "a\n", "\r\n", "\n", "x", "\0", '"', "12", " ", "\r"]), max_size=60),
    st.integers(1, 100),
    st.booleans(),
)
def test_text_does_not_depend_on_block_size(pieces: list[str], size: int, mixed: bool) -> None:
    data = b"123\n456\n789\n" * 3 + "".join(pieces).encode() + ("été\n" * 3).encode("cp1252") * mixed
    assert read(data, size)[1:] == read(data)[1:]
