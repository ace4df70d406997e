"""7z and RAR archives, and archives in parts."""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import py7zr
import pytest
import rarfile
from py7zr.properties import (
    FILTER_BZIP2,
    FILTER_COPY,
    FILTER_DEFLATE,
    FILTER_LZMA,
    FILTER_LZMA2,
    FILTER_PPMD,
    FILTER_X86,
    FILTER_ZSTD,
)
from py7zr.properties import FILTER_CRYPTO_AES256_SHA256 as AES
from reading import content_of

from leakscan.options import ScanOptions, parse_date
from leakscan.persons.identity import Fingerprinter
from leakscan.readers import rar, sevenzip
from leakscan.readers.guarded import BrokenInput
from leakscan.readers.heads import Head
from leakscan.records import Child, InputWarning, ReadOptions
from leakscan.report import build_report
from leakscan.scan import scan
from leakscan.sources import Unread, local_sources

TABLE = (Path(__file__).parent.parent / "samples" / "intl_utf8.csv").read_bytes()
SMALL = b"nom;prenom\nDURAND;Paul\n"
MEMBERS = {"a.csv": TABLE, "dossier/b.csv": SMALL, "c.csv": TABLE[::-1]}
OPTIONS = ScanOptions(as_of=parse_date("2026-01-01"), workers=1)
LOCKED = "encrypted: give its password with --password-file"
NO_KEY = "encrypted: none of the given passwords opens it"


def read(module: Any, data: bytes, passwords: Sequence[str] = ()) -> tuple[dict[str, bytes | str], str | None]:
    """Name -> content or reason, and why the archive as a whole is broken."""
    found: dict[str, bytes | str] = {}
    try:
        for item in module.read(io.BytesIO(data), Head(data, ReadOptions(passwords=tuple(passwords)))):
            if isinstance(item, InputWarning):
                found[f"[{item.code}]"] = item.message
                continue
            assert isinstance(item, Child)
            found[item.name] = content_of(item)
    except BrokenInput as error:
        return found, error.strerror
    return found, None


def seven(members: dict[str, bytes], filters: Any = None, password: str | None = None, *, names: bool = False) -> bytes:
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w", filters=filters, password=password, header_encryption=names) as archive:
        for name, data in members.items():
            archive.writestr(data, name)
    return out.getvalue()


CHAINS: dict[str, Any] = {
    "lzma2": [{"id": FILTER_LZMA2, "preset": 1}],
    "lzma": [{"id": FILTER_LZMA, "preset": 1}],
    "bcj and lzma2": [{"id": FILTER_X86}, {"id": FILTER_LZMA2, "preset": 1}],
    "ppmd": [{"id": FILTER_PPMD, "order": 6, "mem": 24}],
    "deflate": [{"id": FILTER_DEFLATE}],
    "bzip2": [{"id": FILTER_BZIP2}],
    "zstd": [{"id": FILTER_ZSTD}],
    "stored": [{"id": FILTER_COPY}],
}


@pytest.mark.parametrize("chain", CHAINS)
def test_members_of_a_solid_block_by_every_method(chain: str) -> None:
    assert read(sevenzip, seven(MEMBERS, CHAINS[chain])) == (MEMBERS, None)


def test_members_that_nobody_reads_are_passed_over() -> None:
    data = seven(MEMBERS, CHAINS["lzma2"])
    items = list(sevenzip.read(io.BytesIO(data), Head(data, ReadOptions())))
    assert [item.name for item in items if isinstance(item, Child)] == list(MEMBERS)
    reader = sevenzip.read(io.BytesIO(data), Head(data, ReadOptions()))
    first, second = next(reader), None
    assert isinstance(first, Child)
    assert first.open is not None
    assert first.open().read(100) == TABLE[:100]
    second = next(reader)
    assert isinstance(second, Child)
    assert content_of(second) == SMALL


@pytest.mark.parametrize("names", [False, True], ids=["names in clear", "names encrypted"])
def test_encrypted_7z_opens_with_its_password_only(names: bool) -> None:
    chain = [{"id": FILTER_LZMA2, "preset": 1}, {"id": AES}]
    data = seven({"a.csv": TABLE, "b.csv": SMALL}, chain, "sésame", names=names)
    without = read(sevenzip, data)
    assert without == (({}, LOCKED) if names else ({"a.csv": LOCKED, "b.csv": LOCKED}, None))
    assert read(sevenzip, data, ["wrong"]) == ({}, NO_KEY)
    assert read(sevenzip, data, ["wrong", "sésame"]) == ({"a.csv": TABLE, "b.csv": SMALL}, None)


def test_an_empty_7z_and_one_of_empty_files() -> None:
    assert read(sevenzip, seven({}))[1] is None
    assert read(sevenzip, seven({"empty": b"", "a": SMALL}))[0] == {"empty": b"", "a": SMALL}


def test_damaged_7z_never_raises_anything_but_broken_input() -> None:
    random_of = random.Random(11)
    whole = [seven({"a": TABLE[:9000], "b": SMALL}, CHAINS[chain]) for chain in ("lzma2", "deflate", "bzip2", "stored")]
    refused = 0
    for _ in range(300):
        data = bytearray(random_of.choice(whole))
        for _ in range(random_of.randint(1, 4)):
            data[random_of.randrange(6, len(data))] = random_of.randrange(256)
        if random_of.random() < 0.3:
            del data[random_of.randrange(7, len(data)) :]
        found, broken = read(sevenzip, bytes(data))
        refused += broken is not None or any("damaged" in str(one) or "early" in str(one) for one in found.values())
    assert refused > 150


def test_a_damaged_member_does_not_hide_those_of_other_blocks() -> None:
    out = io.BytesIO(seven({"a": random.Random(3).randbytes(5000)}, CHAINS["lzma2"]))
    with py7zr.SevenZipFile(out, "a", filters=CHAINS["lzma2"]) as archive:
        archive.writestr(TABLE, "b")
    data = bytearray(out.getvalue())
    data[300] ^= 0xFF
    found, _ = read(sevenzip, bytes(data))
    assert "damaged" in str(found["a"])
    assert found["b"] == TABLE


def test_a_7z_says_what_its_members_say(tmp_path: Path) -> None:
    key = Fingerprinter(bytes(32))
    (tmp_path / "a.csv").write_bytes(TABLE)
    (tmp_path / "b.7z").write_bytes(seven({"a.csv": TABLE, "rien.txt": b"rien"}))
    plain, packed = (
        build_report(scan([str(tmp_path / name)], OPTIONS, prints=key), OPTIONS) for name in ("a.csv", "b.7z")
    )
    assert packed["persons"]["likely"] == plain["persons"]["likely"] > 0
    assert [one["status"] for one in packed["inputs"]] == ["scanned"] * 3


def rar_block(kind: int, flags: int, body: bytes) -> bytes:
    rest = struct.pack("<BHH", kind, flags, 7 + len(body)) + body
    return struct.pack("<H", zlib.crc32(rest) & 0xFFFF) + rest


def rar4(members: dict[str, bytes], *, method: int = 0x30, locked: bool = False) -> bytes:
    """An archive of RAR 4 with members that are stored, or said to be compressed."""
    out = b"Rar!\x1a\x07\x00" + rar_block(0x73, 0, bytes(6))
    for name, data in members.items():
        out += rar_member(name, data, data, method, 4 if locked else 0)
    return out + rar_block(0x7B, 0x4000, b"")


def rar_member(name: str, data: bytes, piece: bytes, method: int, flags: int) -> bytes:
    raw = name.encode()
    crc = zlib.crc32(data)
    body = struct.pack("<LLBLLBBHL", len(piece), len(data), 3, crc, 0x21, 29, method, len(raw), 0x20) + raw
    return rar_block(0x74, 0x8000 | flags, body) + piece


def rar4_volumes(name: str, data: bytes, size: int) -> list[bytes]:
    """One stored member over several volumes, named the new way."""
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    volumes = []
    for number, piece in enumerate(pieces):
        flags = (1 if number else 0) | (2 if number < len(pieces) - 1 else 0)
        main = rar_block(0x73, 0x11 | (0x100 if number == 0 else 0), bytes(6))
        end = rar_block(0x7B, 0x4000 | (1 if number < len(pieces) - 1 else 0), b"")
        volumes.append(b"Rar!\x1a\x07\x00" + main + rar_member(name, data, piece, 0x30, flags) + end)
    return volumes


def test_stored_members_of_a_rar_need_no_program() -> None:
    data = rar4({"a.csv": TABLE, "b.csv": SMALL})
    assert rar.sniff(Head(data, ReadOptions())) > 0.5
    assert read(rar, data) == ({"a.csv": TABLE, "b.csv": SMALL}, None)
    damaged = data.replace(b"DURAND", b"DURANT")
    assert "damaged" in str(read(rar, damaged)[0]["b.csv"])


def test_compressed_members_of_a_rar_say_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rarfile, "tool_setup", no_tool)
    assert read(rar, rar4({"a.csv": SMALL}, method=0x33)) == ({"a.csv": rar.NO_PROGRAM}, None)


def no_tool() -> None:
    message = "none"
    raise rarfile.RarCannotExec(message)


class FakeTool:
    """Stands for the unpacking program: prints the bytes that it is told to."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def open_cmdline(self, password: str | None, archive: str, name: str) -> list[str]:
        assert Path(archive).read_bytes().startswith(b"Rar!")
        assert name
        good = password in (None, "key")
        return ["/bin/sh", "-c", f"printf %s '{self.data.decode()}'" if good else "exit 11"]

    def get_errmap(self) -> list[None]:
        return [None]


def test_compressed_and_encrypted_members_by_a_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rarfile, "tool_setup", lambda: FakeTool(SMALL))
    assert read(rar, rar4({"a.csv": SMALL}, method=0x33)) == ({"a.csv": SMALL}, None)
    locked = rar4({"a.csv": SMALL}, method=0x33, locked=True)
    assert read(rar, locked)[0] == {"a.csv": LOCKED}
    assert read(rar, locked, ["wrong"])[0] == {"a.csv": NO_KEY}
    assert read(rar, locked, ["wrong", "key"])[0] == {"a.csv": SMALL}
    assert "cannot be given" in str(read(rar, rar4({"*.csv": SMALL}, method=0x33))[0]["*.csv"])


def test_without_rarfile_the_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "rarfile", None)
    assert read(rar, rar4({"a": SMALL})) == ({}, "a RAR archive: install leakscan[rar] to read it")


def test_a_rar_in_volumes_is_read_as_one() -> None:
    volumes = rar4_volumes("a.csv", TABLE, len(TABLE) // 3 + 1)
    assert len(volumes) == 3
    assert read(rar, b"".join(volumes)) == ({"a.csv": TABLE}, None)
    for some in (volumes[:1], volumes[:2]):
        found, _ = read(rar, b"".join(some))
        assert str(found["a.csv"]).endswith("then: the archive's data go on in a part that is missing")
        assert "[archive_cut]" in found
    assert read(rar, volumes[1])[1] == "a part of a RAR archive whose first part is missing"


def test_damaged_rar_never_raises_anything_but_broken_input() -> None:
    random_of = random.Random(12)
    whole = [rar4({"a": TABLE[:900], "b": SMALL}), b"".join(rar4_volumes("a", TABLE[:3000], 1000))]
    told = 0
    for _ in range(300):
        data = bytearray(random_of.choice(whole))
        for _ in range(random_of.randint(1, 4)):
            data[random_of.randrange(7, len(data))] = random_of.randrange(256)
        if random_of.random() < 0.3:
            del data[random_of.randrange(8, len(data)) :]
        found, broken = read(rar, bytes(data))
        told += bool(found) or broken is not None
    assert told == 300


def cut(folder: Path, data: bytes, names: Sequence[str]) -> None:
    size = -(-len(data) // len(names))
    for at, name in enumerate(names):
        (folder / name).write_bytes(data[at * size : (at + 1) * size])


@pytest.mark.parametrize(
    "names",
    [
        ("x.7z.001", "x.7z.002", "x.7z.003"),
        ("x.zip.001", "x.zip.002"),
        ("x.z01", "x.z02", "x.zip"),
        ("x.csv.001", "x.csv.002", "x.csv.003"),
        ("x.part1.rar", "x.part2.rar", "x.part3.rar"),
        ("x.rar", "x.r00", "x.r01"),
    ],
)
def test_parts_in_one_folder_are_one_source(names: Sequence[str], tmp_path: Path) -> None:
    data = random.Random(2).randbytes(10_001)
    cut(tmp_path, data, names)
    (tmp_path / "beside.txt").write_bytes(SMALL)
    for targets in ([tmp_path], [tmp_path / "beside.txt", *(tmp_path / name for name in reversed(names))]):
        sources = list(local_sources(targets))
        assert len(sources) == 2
        (whole,) = [source for source in sources if "more part" in source.path]
        assert not isinstance(whole, Unread)
        assert whole.size == len(data)
        with whole.open() as stream:
            assert b"".join(iter(lambda: stream.read(777), b"")) == data
            assert stream.seek(-5, 2) == len(data) - 5
            assert stream.read() == data[-5:]


def test_missing_parts_are_told_by_number(tmp_path: Path) -> None:
    cut(tmp_path, bytes(100), ["x.7z.001", "x.7z.002", "x.7z.004", "y.z02", "y.zip", "z.r00", "z.r01"])
    reasons = {Path(one.path).name: one.reason for one in local_sources([tmp_path]) if isinstance(one, Unread)}
    assert reasons["x.7z.001"] == "a part of a split archive of which 1 of 4 parts are missing: 3"
    assert reasons["y.zip"] == "a part of a split archive of which 1 of 3 parts are missing: 1"
    assert reasons["z.r00"] == "a part of a split archive of which 1 of 3 parts are missing: 1"
    assert len(reasons) == 7


def test_files_that_are_only_numbered_stay_files(tmp_path: Path) -> None:
    for name, size in (("x.csv.001", 10), ("x.csv.002", 30), ("y.txt.001", 5), ("y.txt.003", 5), ("notes.099", 1)):
        (tmp_path / name).write_bytes(b"1" * size)
    assert len(list(local_sources([tmp_path]))) == 5


def test_a_split_archive_is_scanned(tmp_path: Path) -> None:
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", TABLE)
    cut(tmp_path, out.getvalue(), ["x.zip.001", "x.zip.002"])
    report = build_report(scan([str(tmp_path)], OPTIONS), OPTIONS)
    assert [one["member"] for one in report["inputs"]] == [None, "a.csv"]
    assert report["persons"]["likely"] > 0
