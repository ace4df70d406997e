"""ZIP archives: passwords, methods, names, comments, and archives that are damaged or lie."""

from __future__ import annotations

import hashlib
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pyzipper
import zstandard
from reading import content_of
from reports import told

from leakscan.limits import Limits
from leakscan.options import ScanOptions, parse_date
from leakscan.persons.identity import Fingerprinter
from leakscan.readers import zip_locks, zipped
from leakscan.readers.guarded import BrokenInput
from leakscan.readers.heads import Head
from leakscan.readers.zip_locks import LOCKED, NO_KEY_FITS
from leakscan.records import Child, InputWarning, ReadOptions
from leakscan.report import build_report
from leakscan.scan import scan

TABLE = (Path(__file__).parent.parent / "samples" / "intl_utf8.csv").read_bytes()
SMALL = b"nom;prenom\nDURAND;Paul\n"
KEY = Fingerprinter(bytes(32))
OPTIONS = ScanOptions(as_of=parse_date("2026-01-01"), workers=1)


def report_of(path: Path, data: bytes, options: ScanOptions = OPTIONS) -> dict[str, Any]:
    path.write_bytes(data)
    return build_report(scan([str(path)], options, prints=KEY), options)


def read(
    data: bytes, passwords: Sequence[str] = (), limits: Limits | None = None
) -> tuple[dict[str, bytes | str], list[InputWarning], str | None]:
    """Name -> content or reason, the warnings, and why the archive as a whole is broken."""
    options = ReadOptions(passwords=tuple(passwords), limits=limits or Limits())
    found: dict[str, bytes | str] = {}
    met: list[InputWarning] = []
    items = zipped.read(io.BytesIO(data), Head(data[: 8 << 20], options))
    broken = None
    for item in no_error(items, told := []):
        if isinstance(item, InputWarning):
            met.append(item)
            continue
        assert isinstance(item, Child)
        name = item.name if item.name not in found else f"{item.name} again"
        found[name] = content_of(item)
    broken = told[0] if told else None
    return found, met, broken


def no_error(items: Iterator[Any], told: list[str]) -> Iterator[Any]:
    try:
        yield from items
    except BrokenInput as error:
        told.append(error.strerror)


def zip_of(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
        archive.comment = comment
    return out.getvalue()


def by_hand(
    raw_name: bytes, data: bytes, *, method: int = 0, packed: bytes | None = None, flags: int = 0, host: int = 0,
    extra: bytes = b"", claimed: int | None = None, count: int = 1,
) -> bytes:  # fmt: skip
    """An archive of one member whose every field is given."""
    packed = data if packed is None else packed
    size = len(data) if claimed is None else claimed
    crc = zlib.crc32(data)
    lead = struct.pack(
        "<4s5H3L2H", b"PK\3\4", 20, flags, method, 0, 33, crc, len(packed), size, len(raw_name), len(extra)
    )
    body = lead + raw_name + extra + packed
    central = struct.pack(
        "<4s4B4H3L5H2L", b"PK\1\2", 20, host, 20, 0, flags, method, 0, 33, crc, len(packed), size,
        len(raw_name), len(extra), 0, 0, 0, 0, 0,
    )  # fmt: skip
    central += raw_name + extra
    return body + central + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(central), len(body), 0)


def old_locked(members: dict[str, bytes], password: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive under the traditional cipher: the test's own encryption, held against that of `zipfile` below."""
    data = bytearray(zip_of(members, method))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
    out, central, offset = b"", b"", 0
    for info in infos:
        at = info.header_offset + 30 + len(info.filename.encode())
        plain = random.Random(7).randbytes(11) + bytes([info.CRC >> 24]) + bytes(data[at : at + info.compress_size])
        packed = encrypted(plain, password)
        name = info.filename.encode()
        common = (1 | info.flag_bits, info.compress_type, 0, 33, info.CRC, len(packed), info.file_size, len(name))
        out += struct.pack("<4s5H3L2H", b"PK\3\4", 20, *common, 0) + name + packed
        central += struct.pack("<4s4B4H3L5H2L", b"PK\1\2", 20, 0, 20, 0, *common, 0, 0, 0, 0, 0, offset) + name
        offset = len(out)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, len(infos), len(infos), len(central), len(out), 0)
    return out + central + end


def encrypted(plain: bytes, password: bytes) -> bytes:
    one, two, three = zip_locks._Traditional(password)._keys
    out = bytearray()
    for byte in plain:
        mixed = three & 0xFFFF | 2
        out.append(byte ^ (mixed * (mixed ^ 1) >> 8 & 0xFF))
        one, two, three = zip_locks._stepped(one, two, three, byte)
    return bytes(out)


def aes_locked(members: dict[str, bytes], password: bytes, bits: int = 256, version: int = 2) -> bytes:
    out = io.BytesIO()
    with pyzipper.AESZipFile(out, "w", compression=zipfile.ZIP_DEFLATED) as archive:
        archive.setpassword(password)
        archive.setencryption(pyzipper.WZ_AES, nbits=bits, force_wz_aes_version=version)
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_of_the_standard_library(method: int) -> None:
    assert read(zip_of({"a.csv": TABLE, "b.csv": SMALL}, method)) == ({"a.csv": TABLE, "b.csv": SMALL}, [], None)


def test_zstd_and_methods_that_are_not_read() -> None:
    packed = zstandard.ZstdCompressor().compress(TABLE)
    assert read(by_hand(b"a", TABLE, method=93, packed=packed))[0] == {"a": TABLE}
    assert read(by_hand(b"a", TABLE, method=9))[0] == {"a": "compressed in a way that is not read: Deflate64"}
    assert read(by_hand(b"a", TABLE, method=77))[0] == {"a": "compressed in a way that is not read: method 77"}


def test_lzma_that_asks_for_too_much_memory_is_refused() -> None:
    packed = b"\x10\x02\x05\x00\x5d\xff\xff\xff\xff" + bytes(100)
    assert "more memory" in str(read(by_hand(b"a", TABLE, method=14, packed=packed))[0]["a"])


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("bits", [128, 192, 256])
def test_aes_opens_with_its_password_only(bits: int, version: int) -> None:
    data = aes_locked({"a.csv": TABLE, "b.csv": SMALL}, b"s\xc3\xa9same", bits, version)
    assert read(data)[0] == {"a.csv": LOCKED, "b.csv": LOCKED}
    assert read(data, ["wrong", "too"])[0] == {"a.csv": NO_KEY_FITS, "b.csv": NO_KEY_FITS}
    assert read(data, ["wrong", "sésame"])[0] == {"a.csv": TABLE, "b.csv": SMALL}


def test_aes_notices_a_single_changed_byte() -> None:
    data = bytearray(aes_locked({"a.csv": TABLE}, b"key"))
    data[data.index(b"a.csv") + 500] ^= 1
    assert "damaged" in str(read(bytes(data), ["key"])[0]["a.csv"])
    stored = bytearray(aes_locked({"a.csv": random.Random(1).randbytes(900)}, b"key"))
    stored[stored.index(b"a.csv") + 500] ^= 1
    assert "damaged" in str(read(bytes(stored), ["key"])[0]["a.csv"])


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_traditional_cipher_opens_with_its_password_only(method: int) -> None:
    data = old_locked({"a.csv": SMALL, "b.csv": TABLE[:4000]}, b"secret", method)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:  # the cipher of the test is the true one
        assert archive.read("a.csv", pwd=b"secret") == SMALL
    assert set(read(data)[0].values()) == {LOCKED}
    wrong = [f"wrong {number}" for number in range(600)]  # of so many, some pass the check of one byte
    assert all(str(reason).startswith(NO_KEY_FITS) for reason in read(data, wrong)[0].values())
    assert read(data, [*wrong, "secret"])[0] == {"a.csv": SMALL, "b.csv": TABLE[:4000]}


def test_a_password_with_accents_in_the_code_page_of_its_time() -> None:
    assert read(old_locked({"a": SMALL}, "clé".encode("cp850")), ["clé"])[0] == {"a": SMALL}
    assert read(old_locked({"a": SMALL}, "clé".encode("cp1252")), ["clé"])[0] == {"a": SMALL}


def test_what_is_locked_too_well_is_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    data = old_locked({"a": SMALL}, b"secret")
    monkeypatch.setattr(zipped, "ZIPCRYPTO_BYTES", 10)
    assert "larger than 0 MiB" in str(read(data, ["secret"])[0]["a"])
    monkeypatch.undo()
    monkeypatch.setattr(zipped, "PASSWORD_TRIES", 3)
    assert "3 passwords were tried" in str(read(data, ["1", "2", "3", "4"])[0]["a"])


def test_an_encrypted_archive_says_what_the_plain_one_says(tmp_path: Path) -> None:
    plain = report_of(tmp_path / "a.zip", zip_of({"a.csv": TABLE}))
    locked = report_of(tmp_path / "b.zip", aes_locked({"a.csv": TABLE}, b"key"), replace(OPTIONS, passwords=("key",)))
    parts = ("persons", "records", "records_by_entity")
    assert told(locked, *parts) == told(plain, *parts)
    assert "key" not in repr(replace(OPTIONS, passwords=("key",)))


@pytest.mark.parametrize("lock", [aes_locked, old_locked])
def test_a_member_that_stays_closed_has_the_hash_of_its_stored_bytes(tmp_path: Path, lock: Any) -> None:
    data = lock({"a.csv": TABLE, "b.csv": SMALL}, b"key")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = {info.filename: info for info in archive.infolist()}
    wanted = {}
    for name, info in infos.items():
        lengths = struct.unpack_from("<2H", data, info.header_offset + 26)
        begin = info.header_offset + 30 + sum(lengths)
        wanted[name] = hashlib.sha256(data[begin : begin + info.compress_size]).hexdigest()
    report = report_of(tmp_path / "a.zip", data)
    members = {given["member"]: given for given in report["inputs"] if given["member"]}
    assert {name: given["sha256"] for name, given in members.items()} == wanted
    assert {given["status"] for given in members.values()} == {"skipped"}
    without = data[: data.index(b"PK\1\2")]  # no directory: by their own headers
    again = {given["member"]: given["sha256"] for given in report_of(tmp_path / "b.zip", without)["inputs"]}
    assert wanted.items() <= again.items()


def test_what_a_container_stores_is_not_taken_for_a_file_of_the_same_bytes(tmp_path: Path) -> None:
    locked = bytearray(zip_of({"a.csv": TABLE}, zipfile.ZIP_STORED))
    for mark, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):  # says that it is encrypted, and is not
        locked[locked.index(mark) + at] |= 1
    (tmp_path / "a.csv").write_bytes(TABLE)
    (tmp_path / "b.zip").write_bytes(locked)
    report = build_report(scan([str(tmp_path)], OPTIONS, prints=KEY), OPTIONS)
    same = [given for given in report["inputs"] if given["sha256"] == hashlib.sha256(TABLE).hexdigest()]
    assert [(given["status"], given["member"], given["records"] > 0) for given in same] == [
        ("scanned", None, True),
        ("skipped", "a.csv", False),
    ]


@pytest.mark.parametrize(
    ("raw", "flags", "host", "name"),
    [
        ("Résultats ÉTÉ.csv".encode("cp850"), 0, 0, "Résultats ÉTÉ.csv"),
        ("Résultats ÉTÉ.csv".encode(), 0, 0, "Résultats ÉTÉ.csv"),
        ("Résultats ÉTÉ.csv".encode(), 1 << 11, 3, "Résultats ÉTÉ.csv"),
        ("Résultats ÉTÉ.csv".encode("cp1252"), 0, 11, "Résultats ÉTÉ.csv"),
        ("élève".encode("cp437"), 0, 0, "élève"),
        (b"../../etc/passwd", 0, 3, "../../etc/passwd"),
        (b"/etc/shadow", 0, 3, "/etc/shadow"),
        (b"a\0b\nc", 0, 3, "a\0b\nc"),
    ],
)
def test_names_as_they_were_meant(raw: bytes, flags: int, host: int, name: str) -> None:
    assert read(by_hand(raw, SMALL, flags=flags, host=host))[0] == {name: SMALL}


def test_descriptors_behind_the_data_and_sizes_of_64_bits() -> None:
    out = io.BytesIO()

    class Forward(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            return out.write(data)

    with zipfile.ZipFile(Forward(), "w", zipfile.ZIP_DEFLATED) as archive:  # cannot go back: sizes come behind
        archive.writestr("a.csv", TABLE)
        with archive.open("b.csv", "w", force_zip64=True) as member:
            member.write(SMALL)
    data = out.getvalue()
    assert read(data) == ({"a.csv": TABLE, "b.csv": SMALL}, [], None)
    found, _, broken = read(data[: data.index(b"PK\1\2")])
    assert found == {"a.csv": TABLE, "b.csv": SMALL}
    assert broken is not None


def test_a_program_that_unpacks_itself() -> None:
    program = b"MZ\x90\x00" + bytes(3000)
    data = program + zip_of({"a.csv": TABLE})
    assert zipped.sniff(Head(data, ReadOptions())) > 0.5
    found, met, broken = read(data)
    assert (found, broken) == ({"a.csv": TABLE}, None)
    assert [(one.code, one.count) for one in met] == [("unlisted_bytes", len(program))]
    assert zipped.sniff(Head(program, ReadOptions())) == 0
    assert zipped.sniff(Head(b"MZ;NOM;PRENOM\n" * 100, ReadOptions())) == 0


def test_comments_are_read() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo("a.csv")
        entry.comment = b"patient : 06 12 34 56 78"
        archive.writestr(entry, SMALL)
        archive.comment = b"NIR 1 84 12 76 451 089 46"
    found, _, _ = read(out.getvalue())
    assert found["[comment]"] == b"NIR 1 84 12 76 451 089 46"
    assert found["[comments of members]"] == b"patient : 06 12 34 56 78"


def test_members_of_a_truncated_archive_are_found_by_their_headers() -> None:
    data = zip_of({"a.csv": TABLE, "b.csv": SMALL, "c.csv": TABLE})
    found, _, broken = read(data[: data.index(b"PK\1\2")])
    assert found == {"a.csv": TABLE, "b.csv": SMALL, "c.csv": TABLE}
    assert broken == ("the ZIP archive is damaged: its directory is missing: members were found by their own headers")
    found, _, _ = read(data[: data.index(b"c.csv") + 2000])
    assert found["b.csv"] == SMALL
    assert "end too early" in str(found["c.csv"])
    assert read(b"PK\3\4" + bytes(50))[2] == "the ZIP archive is damaged: no member is left"


def test_a_member_that_the_directory_forgot_is_read() -> None:
    one, two = zip_of({"hidden.csv": TABLE}), zip_of({"shown.csv": SMALL})
    found, met, _ = read(one[: one.index(b"PK\1\2")] + two)
    assert found == {"shown.csv": SMALL, "hidden.csv": TABLE}
    assert [(warning.code, warning.count) for warning in met] == [("unlisted_members", 1)]


def test_a_directory_that_lies_about_its_length() -> None:
    data = bytearray(zip_of({"a.csv": SMALL, "b.csv": TABLE}))
    at = data.rindex(b"PK\5\6")
    data[at + 8 : at + 12] = struct.pack("<2H", 1, 1)
    found, met, broken = read(bytes(data))
    assert (set(found), [one.code for one in met], broken) == ({"a.csv", "b.csv"}, ["uncounted_members"], None)
    data[at + 8 : at + 12] = struct.pack("<2H", 900, 900)
    assert read(bytes(data))[2] == "the ZIP archive is damaged: its directory ends early"


def test_members_that_overlap_are_read_once() -> None:
    """Fifield's bomb: many entries of the directory share one kernel of data."""
    data = zip_of({"kernel": TABLE})
    start, end = data.index(b"PK\1\2"), data.rindex(b"PK\5\6")
    central = data[start:end] * 50
    bomb = data[:start] + central + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 50, 50, len(central), start, 0)
    found, _, _ = read(bomb)
    assert found["kernel"] == TABLE
    assert set(map(str, list(found.values())[1:])) == {"it overlaps another member (an archive bomb?)"}


def test_a_claimed_size_is_not_believed() -> None:
    assert "end too early" in str(read(by_hand(b"a", SMALL, claimed=1 << 31))[0]["a"])
    packed = zlib.compress(TABLE, wbits=-15)
    assert read(by_hand(b"a", TABLE, method=8, packed=packed, claimed=3))[0]["a"] == TABLE
    assert "checksum" in str(read(by_hand(b"a", SMALL, packed=SMALL[::-1]))[0]["a"])


def test_two_members_of_one_name_are_two() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a", SMALL)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a", TABLE)
    assert read(out.getvalue())[0] == {"a": SMALL, "a again": TABLE}


def test_damaged_bytes_never_raise_anything_but_broken_input() -> None:
    random_of = random.Random(5)
    whole = [
        zip_of({"a.csv": TABLE[:3000], "b/c.csv": SMALL}),
        aes_locked({"a.csv": TABLE[:3000]}, b"key"),
        old_locked({"a.csv": SMALL}, b"key"),
        by_hand("é".encode("cp850"), SMALL, method=14, extra=struct.pack("<2H16s", 1, 16, bytes(16))),
    ]
    read_at_all = 0
    for _ in range(600):
        data = bytearray(random_of.choice(whole))
        for _ in range(random_of.randint(1, 6)):
            data[random_of.randrange(len(data))] = random_of.randrange(256)
        if random_of.random() < 0.3:
            del data[random_of.randrange(len(data)) :]
        read_at_all += bool(read(bytes(data), ["key"], Limits(members=100))[0])
    assert read_at_all > 400
