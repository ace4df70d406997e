"""What lies in archives: every member is scanned or listed with its reason, within limits, however it is packed."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import pickle
import sqlite3
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import population
import pytest
import zstandard
from reports import told

from leakscan import reading
from leakscan.errors import ReadingEnds
from leakscan.limits import Budget, LimitReached, Limits
from leakscan.looking import Lookers
from leakscan.options import ScanOptions, parse_date
from leakscan.persons.identity import Fingerprinter
from leakscan.persons.ledger import Ledger
from leakscan.progress import NoProgress
from leakscan.readers.guarded import BrokenInput
from leakscan.reading import Nested, Setting
from leakscan.records import Batch, Child, Item, Source, Table
from leakscan.report import build_report
from leakscan.scan import scan
from leakscan.sources import reason_of
from leakscan.sources.ranged import RemoteError

SAMPLES = Path(__file__).parent.parent / "samples"
TABLE = (SAMPLES / "intl_utf8.csv").read_bytes()
OTHER = (SAMPLES / "pipe_latin9.txt").read_bytes()
KEY = Fingerprinter(bytes(32))
OPTIONS = ScanOptions(as_of=parse_date("2026-01-01"), workers=1)


def report_of(*targets: Path, options: ScanOptions = OPTIONS) -> dict[str, Any]:
    return build_report(scan([str(target) for target in targets], options, prints=KEY), options)


def put(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def tarred(members: dict[str, bytes], mode: str = "w") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload]
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


def old_tar(data: bytes) -> bytes:
    """A tar archive of one member as it was before POSIX: no mark, the checksum made anew."""
    header = data[:148] + b" " * 8 + data[156:257] + bytes(255)
    return header[:148] + f"{sum(header):06o}\0 ".encode() + header[156:] + data[512:]


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "gzip in two members": lambda data: gzip.compress(data[:1000]) + gzip.compress(data[1000:]),
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstandard.ZstdCompressor().compress,
    "zip": lambda data: zipped({"export.csv": data}),
    "tar": lambda data: tarred({"export.csv": data}),
    "old tar": lambda data: old_tar(tarred({"export.csv": data})),
    "tar.gz": lambda data: tarred({"export.csv": data}, "w:gz"),
    "zip in tar.xz": lambda data: tarred({"a.zip": zipped({"b.csv": data})}, "w:xz"),
    "gzip in zip in gzip": lambda data: gzip.compress(zipped({"b.gz": gzip.compress(data)})),
}


def counted(report: dict[str, Any]) -> dict[str, Any]:
    return told(report)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What is said of the table as it is."""
    return counted(report_of(put(tmp_path_factory.mktemp("plain") / "plain.csv", TABLE)))


@pytest.mark.parametrize("packer", PACKERS)
def test_a_packed_table_says_what_the_plain_one_says(packer: str, plain: dict[str, Any], tmp_path: Path) -> None:
    packed = report_of(put(tmp_path / "packed.bin", PACKERS[packer](TABLE)))
    assert counted(packed) == plain
    assert {given["status"] for given in packed["inputs"]} == {"scanned"}
    assert all(given["sha256"] for given in packed["inputs"])


def test_the_same_from_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = zipped({"a.csv": TABLE, "b.txt": OTHER})
    file = report_of(put(tmp_path / "both.zip", data))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    piped = build_report(scan(["-"], OPTIONS, prints=KEY), OPTIONS)
    assert counted(piped) == counted(file)
    assert [given["member"] for given in piped["inputs"]] == [None, "a.csv", "b.txt"]


def test_members_are_read_by_workers_as_by_one_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leakscan.reading.nesting.HEAD_BYTES", 1)
    path = put(tmp_path / "both.zip", zipped({"a.csv": TABLE, "b.txt": OTHER, "c.zip": zipped({"d.csv": TABLE})}))
    alone, together = report_of(path), report_of(path, options=replace(OPTIONS, workers=2))
    assert together["inputs"] == alone["inputs"]
    assert counted(together) == counted(alone)


def test_what_lies_there_twice_is_listed_twice_and_counted_once(plain: dict[str, Any], tmp_path: Path) -> None:
    put(tmp_path / "plain.csv", TABLE)
    put(tmp_path / "backup.tar", tarred({"plain.csv": TABLE, "again.gz": gzip.compress(TABLE)}))
    report = report_of(tmp_path)
    assert len({given["sha256"] for given in report["inputs"]}) == 3
    assert len(report["inputs"]) == 5
    assert counted(report) == plain


def test_what_was_read_before_the_data_broke_counts(tmp_path: Path) -> None:
    packed = gzip.compress(TABLE)
    report = report_of(put(tmp_path / "cut.gz", packed[: len(packed) // 2]))
    inside = report["inputs"][1]
    assert inside["status"] == "partial"
    assert "end too early" in inside["reason"]
    assert 0 < report["records"] < 900
    assert report["persons"]["likely"] > 0
    assert not report["persons"]["exact"]


def test_members_that_cannot_be_read_are_listed_and_their_neighbours_read(tmp_path: Path) -> None:
    data = bytearray(zipped({"bad.csv": OTHER, "good.csv": TABLE}))
    data[200:260] = bytes(60)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.getinfo("good.csv")
    report = report_of(put(tmp_path / "damaged.zip", bytes(data)))
    status = {given["member"]: given["status"] for given in report["inputs"]}
    assert status["good.csv"] == "scanned"
    assert status["bad.csv"] in ("partial", "skipped")
    links = io.BytesIO()
    with tarfile.open(fileobj=links, mode="w") as archive:
        link = tarfile.TarInfo("escape")
        link.type, link.linkname = tarfile.SYMTYPE, "../../etc/passwd"
        archive.addfile(link)
    assert (
        report_of(put(tmp_path / "links.tar", links.getvalue()))["inputs"][1]["reason"]
        == "a symbolic link, not followed"
    )


def test_an_encrypted_member_is_listed(tmp_path: Path) -> None:
    data = bytearray(zipped({"secret.csv": TABLE, "good.csv": OTHER}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    report = report_of(put(tmp_path / "locked.zip", bytes(data)))
    reasons = {given["member"]: given["reason"] for given in report["inputs"]}
    assert reasons["secret.csv"] == "encrypted: give its password with --password-file"
    assert reasons["good.csv"] is None


def test_a_bomb_costs_its_own_bytes_and_no_more(tmp_path: Path) -> None:
    limits = Limits(expansion=20, expansion_free=1 << 20)
    bomb = zipped({"0.gz": gzip.compress(bytes(50 << 20)), "1.csv": TABLE})
    put(tmp_path / "bomb.zip", bomb)
    put(tmp_path / "good.csv", OTHER)
    report = report_of(tmp_path, options=replace(OPTIONS, limits=limits))
    reasons = {(given["path"][-8:], given["member"]): given["reason"] for given in report["inputs"]}
    assert "more than 20 times its own size" in reasons["bomb.zip", "0.gz > content"]
    assert reasons["good.csv", None] is None
    assert report["persons"]["likely"] > 0


def test_archives_nest_to_a_limit(tmp_path: Path) -> None:
    data = TABLE
    for _ in range(5):
        data = zipped({"inner": data})
    path = put(tmp_path / "deep.zip", data)
    assert report_of(path)["persons"]["likely"] > 0
    report = report_of(path, options=replace(OPTIONS, limits=Limits(depth=3)))
    assert report["inputs"][-1]["reason"] == "it lies more than 3 archives deep"
    assert report["persons"]["likely"] == 0


def test_members_without_end_end(tmp_path: Path) -> None:
    path = put(tmp_path / "many.zip", zipped({f"{number}.txt": b"rien" for number in range(50)}))
    report = report_of(path, options=replace(OPTIONS, limits=Limits(members=20)))
    outer = report["inputs"][0]
    assert (outer["status"], outer["reason"]) == ("partial", "it holds more than 20 members")
    assert len(report["inputs"]) == 21


def test_a_name_that_is_a_number_of_somebody_is_not_shown(tmp_path: Path) -> None:
    report = report_of(put(tmp_path / "a.zip", zipped({"jean.dupont@example.org.csv": TABLE})))
    assert report["inputs"][1]["member"] == "[email]"


def table(*cells: str) -> Iterator[Item]:
    """A table of names and numbers as a reader gives it: the head shows its first row."""
    frame = pl.DataFrame({"_row": range(1, len(cells) + 1), "c0": ["DUPRE"] * len(cells), "c1": cells})
    frame = frame.with_columns(pl.col("_row").cast(pl.UInt64))
    damaged = pl.DataFrame(schema={"_row": pl.UInt64, "offset": pl.UInt64, "reason": pl.String, "text": pl.String})
    yield Table("sql", "utf-8", ("NOM", "CHAMP"), has_header=True, head=frame.head(1).drop("_row"))
    yield Batch(frame, damaged, 0, len(cells))


def nested(*tables: tuple[str, Iterator[Item]]) -> Ledger:
    lookers = Lookers(1, KEY, OPTIONS.as_of)
    source = Source("dump", lambda: io.BytesIO(b""))
    inside = Nested(source, Setting(OPTIONS, NoProgress(), lookers), Budget(OPTIONS.limits, lambda: 0), 0)
    for name, items in tables:
        inside.add(Child(name, items=items))
    return inside.with_own(Ledger(), "ab" * 32)


def test_tables_of_one_name_are_each_read() -> None:
    """As tables of two messages in one mailbox: neither stands for the other."""
    ledger = nested(("table 1", table("a", "b")), ("table 1", table("c")), ("table 2", table("d")))
    assert sorted(given.member or "" for given in ledger.inputs) == ["table 1", "table 1 (2)", "table 2"]
    assert sum(unit.records for unit in ledger.units.values()) == 4


def test_a_table_whose_columns_fill_late_says_so() -> None:
    numbers = [row["nir"] for row in population.population(60)]
    (given,) = nested(("patients", table("", *numbers))).inputs
    assert (given.status, {warning.code for warning in given.warnings}) == ("partial", {"late_role"})
    (plain,) = nested(("patients", table(*numbers))).inputs
    assert plain.status == "scanned"


def test_after_an_interruption_no_further_source_is_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = []

    def interrupted(source: Source, *_: object, **__: object) -> Ledger:
        begun.append(source.path)
        return Ledger(interrupted=True)

    monkeypatch.setattr(reading, "scan_source", interrupted)
    sources = [Source(name, lambda: io.BytesIO(b"{\\rtf1 x}"), 9) for name in ("a", "b", "c")]
    ledger = reading.scan_together(sources, OPTIONS, Lookers(1, KEY, OPTIONS.as_of))
    assert begun == ["a"]
    assert {given.path: given.reason for given in ledger.inputs} == {"b": "interrupted", "c": "interrupted"}


@pytest.mark.parametrize("error", [BrokenInput, LimitReached, RemoteError])
def test_reasons_survive_the_way_from_a_worker(error: type[ReadingEnds]) -> None:
    back = pickle.loads(pickle.dumps(error("a plain reason")))  # noqa: S301 - made here
    assert (type(back), back.strerror, reason_of(back)) == (error, "a plain reason", "a plain reason")


LATE = 21_000


def late_rows() -> list[tuple[str, str]]:
    """A column that is empty in all that a table is judged by, and holds numbers of people behind."""
    numbers = [row["nir"] for row in population.population(60)]
    return [("DUPRE", "")] * LATE + [("DUPRE", number) for number in numbers]


def as_dump() -> bytes:
    lines = ",\n".join(f"('{name}','{number}')" for name, number in late_rows())
    made = "CREATE TABLE `{}` (`NOM` text, `CHAMP` text);\n"
    other = "INSERT INTO `autre` VALUES ('DURAND','x'),('PETIT','y');\n"
    return f"-- MySQL dump\n{made.format('autre')}{made.format('p')}{other}INSERT INTO `p` VALUES {lines};\n".encode()


def as_database(path: Path) -> bytes:
    with closing(sqlite3.connect(path)) as database:
        for name, rows in (("autre", [("DURAND", "x")]), ("p", late_rows())):
            database.execute(f"CREATE TABLE {name} (NOM text, CHAMP text)")
            database.executemany(f"INSERT INTO {name} VALUES (?, ?)", rows)
        database.commit()
    return path.read_bytes()


@pytest.mark.parametrize("kind", ["sql", "sqlite", "sql in a zip"])
def test_a_table_whose_columns_fill_late_is_read_again(kind: str, tmp_path: Path) -> None:
    data = as_database(tmp_path / "made") if kind == "sqlite" else as_dump()
    data = zipped({"a.sql": data}) if "zip" in kind else data
    path = put(tmp_path / "a", data)
    report = report_of(path)
    (given,) = (one for one in report["inputs"] if one["member"] and one["member"].endswith("p"))
    assert (given["status"], given["reason"]) == ("scanned", None)
    assert [one["role"] for one in given["roles"] if one["column"] == "CHAMP"] == ["nir"]
    assert given["records"] == len(late_rows())
    assert "late_role" not in {warning["code"] for warning in report["warnings"]}
    table = "".join(f"{name};{number}\n" for name, number in [("NOM", "CHAMP"), *late_rows()]).encode()
    plain = report_of(put(tmp_path / "plain.csv", table))
    assert report["records_by_entity"]["nir"] == plain["records_by_entity"]["nir"] == len(late_rows()) - LATE
    assert report["persons"]["likely"] - plain["persons"]["likely"] in (0, 1, 2)
