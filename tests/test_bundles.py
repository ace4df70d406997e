"""Small sources that share a batch: nothing may come out otherwise than if each had been scanned alone."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leakscan import bundles as module
from leakscan import reading
from leakscan import scan as pipeline
from leakscan.bundles import bundles
from leakscan.looking import Lookers
from leakscan.options import ScanOptions, parse_date
from leakscan.persons.identity import Fingerprinter
from leakscan.readers import alike
from leakscan.records import Source
from leakscan.report import build_report
from leakscan.scan import scan
from leakscan.sources import Unread
from leakscan.work import Lost, Task

SAMPLES = Path(__file__).parent.parent / "samples"
OPTIONS = ScanOptions(as_of=parse_date("2026-01-01"))
KEY = Fingerprinter(b"k" * 32)


@pytest.fixture(scope="module")
def share(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Letters, tables, a program, an empty file and a broken link, two folders deep."""
    tmp_path = tmp_path_factory.mktemp("share")
    for place, letter in enumerate(sorted((SAMPLES / "letters").glob("*.txt"))):
        folder = tmp_path / f"folder{place % 3}"
        folder.mkdir(exist_ok=True)
        shutil.copy(letter, folder)
        shutil.copy(letter, folder / f"copy of {letter.name}")
    (tmp_path / "folder0" / "m.csv").write_text("NOM;PRENOM;DDN\nDURAND;JEAN;01/02/1960\nPETIT;ANNE;03/04/1971\n")
    (tmp_path / "folder1" / "empty.txt").write_bytes(b"")
    (tmp_path / "folder1" / "program").write_bytes(b"\x7fELF\x02\x01\x01" + bytes(200))
    (tmp_path / "folder2" / "nul.txt").write_bytes("Le patient né le 03/04/1971 \0 va bien.\nVIH positif.\n".encode())
    (tmp_path / "folder2" / "old.txt").write_bytes("Le patient né le 03/04/1971 est séropositif.\n".encode("cp1252"))
    (tmp_path / "folder2" / "link").symlink_to(tmp_path / "nowhere")
    return tmp_path


def said(target: Path, **options: Any) -> dict[str, Any]:
    settled = replace(OPTIONS, **options)
    report = build_report(scan([str(target)], settled, prints=KEY), settled)
    report["scan"]["run"] = None
    return report


def one_by_one(target: Path, **options: Any) -> dict[str, Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BUNDLE_FILES", 1)
        return said(target, **options)


@pytest.fixture(scope="module")
def share_alone(share: Path) -> dict[str, Any]:
    return one_by_one(share)


def without_reasons(report: dict[str, Any]) -> dict[str, Any]:
    """Tables that were settled together have the reasons of all of them, and the roles of each."""
    for line in report["inputs"]:
        line["roles"] = [{name: role[name] for name in role if name != "why"} for role in line["roles"]]
    return report


def test_documents_together_say_what_they_say_alone(share: Path, share_alone: dict[str, Any]) -> None:
    together = said(share)
    assert len(together["inputs"]) == 30
    assert {given["status"] for given in together["inputs"]} == {"scanned", "skipped"}
    assert together == share_alone


def test_worker_processes_say_the_same(
    share: Path, share_alone: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUNDLE_FILES", 4)
    monkeypatch.setattr(pipeline, "MANY_BUNDLES", 1)
    assert said(share) == share_alone


def test_a_file_that_vanishes_is_listed(share: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(share / "folder0", tmp_path / "folder0")
    gone = tmp_path / "folder0" / "m.csv"
    plain = pipeline.bundles
    monkeypatch.setattr(pipeline, "bundles", lambda found: (gone.unlink(), plain(found))[1])
    (given,) = (given for given in said(tmp_path)["inputs"] if given["path"] == str(gone))
    assert (given["status"], given["reason"]) == ("skipped", "no such file or folder")


def _source(name: str, size: int | None) -> Source:
    return Source(name, lambda: pytest.fail("not to be opened"), size=size)


def test_bundles_keep_the_order_and_stop_at_what_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BUNDLE_FILES", 2)
    sizes = {"a": 1, "b": 2, "c": 3, "big": module.BUNDLED_BYTES + 1, "d": 4, "unknown": None, "e": 5, "f": 6}
    found: list[Source | Unread] = [_source(name, size) for name, size in sizes.items()]
    found.insert(1, Unread("x", "no"))
    names = [[one.path for one in group] if isinstance(group, tuple) else group.path for group in bundles(found)]
    assert names == ["a", "x", ["b", "c"], "big", "d", "unknown", ["e", "f"]]


HEADER = b"NIR;NOM;PRENOM;DATE_NAISSANCE;DATE_EXAMEN;MEDECIN;TEL;COMMENTAIRE"
ROLES = {
    "NIR": "nir",
    "NOM": "last_name",
    "PRENOM": "first_name",
    "DATE_NAISSANCE": "birth_date",
    "DATE_EXAMEN": "exam_date",
    "MEDECIN": "prescriber",
    "TEL": "phone",
    "COMMENTAIRE": "comment",
}
"""Roles of tiny tables depend on their neighbours (docs/decisions): fixed, all else must be as alone."""
ROWS = (
    b"284126995504145;DURAND;LEA;05/12/1984;02/03/2019;DR MARTIN;0639980001;",
    b"160036995501132;PETIT;PAUL;07/03/1960;03/03/2019;DR MARTIN;;VIH positif",
    "271056995501562;ROUX;HÉLÈNE;09/05/1971;04/03/2019;DR BLANC;0639980002;grossesse en cours".encode(),
    b";MOREL;LUC;01/02/2015;;;0639980003;voir aussi 1 55 02 55 950 012 18, pas de cancer",
    b";TEST;TEST;01/01/1900;;;;",
    b"160036995501133;PETIT;PAULE;08/03/1960;05/03/2019;;;",
)


def table(*rows: bytes, header: bytes = HEADER, end: bytes = b"\n") -> bytes:
    return b"".join(row + end for row in (header, *rows))


PLAIN = {
    "all": table(*ROWS),
    "some": table(*ROWS[2:5]),
    "one": table(ROWS[1]),
    "copy": table(ROWS[1]),
    "no line end": table(*ROWS[:3])[:-1],
}
ODD = {
    "quotes": table(*ROWS, b'"160036995501132";"PETIT; P";PAUL;07/03/1960;;;;"VIH ""+"" positif"'),
    "bom": b"\xef\xbb\xbf" + table(*ROWS),
    "bom inside": table(ROWS[0], b"\xef\xbb\xbf" + ROWS[1]),
    "cp1252": table(*ROWS, "1;É;É;01/02/1970;;;;séropositif".encode("cp1252")),
    "short row": table(*ROWS, b"coupe;court"),
    "long row": table(*ROWS, ROWS[0] + b";VIH positif"),
    "repeated header": table(*ROWS[:2], HEADER, *ROWS[2:]),
    "nul": table(*ROWS, ROWS[1].replace(b"PETIT", b"PE\0TIT")),
    "cr only": table(*ROWS, end=b"\r"),
    "cr inside": table(*ROWS, ROWS[0] + b"a\rb"),
    "title": b"Export du 3 mars 2019\n" + table(*ROWS),
    "sep": b"sep=;\n" + table(*ROWS),
    "blank line": table(*ROWS, b"", b"  ", ROWS[0]),
    "header only": table(),
    "no header": table(*ROWS[1:], header=ROWS[0]),
    "one column": table(b"160036995501132", b"271056995501562", header=b"NIR"),
    "other delimiter": table(*(row.replace(b";", b",") for row in ROWS[:3]), header=HEADER.replace(b";", b",")),
    "commas": table(*(row + b" a, b, c, d, e, f, g, h, i, j, k" for row in ROWS)),
    "utf-16": table(*ROWS).decode().encode("utf-16"),
    "empty": b"",
    "control": table(*ROWS, ROWS[0] + b"\x01\x02"),
}


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tables under one header, plain ones and one of each kind that is not, among letters."""
    tmp_path = tmp_path_factory.mktemp("exports")
    for name, data in {**PLAIN, **ODD}.items():
        (tmp_path / f"{name}.csv").write_bytes(data)
    for name in ("crlf", "crlf too"):
        (tmp_path / f"{name}.csv").write_bytes(table(*ROWS, end=b"\r\n"))
    for letter in sorted((SAMPLES / "letters").glob("*.txt"))[:4]:
        shutil.copy(letter, tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def exports_alone(exports: Path) -> dict[str, Any]:
    return one_by_one(exports, roles=ROLES)


def sharing(folder: Path, monkeypatch: pytest.MonkeyPatch, **options: Any) -> tuple[dict[str, Any], list[int]]:
    """What is said, and how many tables were parsed together, for each group."""
    groups: list[int] = []
    parse = alike.parsed

    def counted(shared: alike.Shared, bodies: list[tuple[bytes, int]]) -> Any:
        groups.append(len(bodies))
        return parse(shared, bodies)

    with monkeypatch.context() as patch:
        patch.setattr(alike, "parsed", counted)
        return said(folder, **options), groups


def test_tables_together_say_what_they_say_alone(
    exports: Path, exports_alone: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    together, groups = sharing(exports, monkeypatch, roles=ROLES)
    assert together == exports_alone
    assert together["persons"]["likely"] > 0
    assert sorted(groups) == [2, len(PLAIN) + 1]  # those with commas are plain too


def test_workers_say_the_same_of_tables(
    exports: Path, exports_alone: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUNDLE_FILES", 9)
    monkeypatch.setattr(pipeline, "MANY_BUNDLES", 1)
    assert said(exports, roles=ROLES) == exports_alone


def test_telling_headers_settle_alike(exports: Path) -> None:
    def counts(report: dict[str, Any]) -> list[tuple[Any, ...]]:
        return [(one["path"], one["records"], one["records_damaged"], one["encoding"]) for one in report["inputs"]]

    alone, together = one_by_one(exports), said(exports)
    assert counts(together) == counts(alone)
    assert together["records_by_entity"]["nir"] == alone["records_by_entity"]["nir"]


@pytest.mark.parametrize("name", sorted(ODD))
def test_a_table_that_is_not_plain_among_plain_ones(name: str, tmp_path: Path) -> None:
    for place, data in enumerate((PLAIN["all"], ODD[name], PLAIN["some"])):
        (tmp_path / f"{place}.csv").write_bytes(data)
    assert said(tmp_path, roles=ROLES) == one_by_one(tmp_path, roles=ROLES)


@pytest.mark.parametrize("options", [{"encoding": "cp1252"}, {"delimiter": ","}, {"roles": {"NO_SUCH": "nir"}}])
def test_options_mean_the_same(options: dict[str, Any], tmp_path: Path) -> None:
    """Among tables that each option reads otherwise, or not at all."""
    for name in ("bom", "cp1252", "short row", "no header", "one column", "other delimiter", "commas", "utf-16"):
        (tmp_path / f"{name}.csv").write_bytes(ODD[name])
    for name, data in PLAIN.items():
        (tmp_path / f"{name}.csv").write_bytes(data)
    options = {**options, "roles": {**ROLES, **options.get("roles", {})}}
    assert said(tmp_path, **options) == one_by_one(tmp_path, **options)


def test_an_override_without_a_column_is_said_of_each_source(tmp_path: Path) -> None:
    for name, data in {**PLAIN, "quotes": ODD["quotes"]}.items():
        (tmp_path / f"{name}.csv").write_bytes(data)
    warned = said(tmp_path, roles={"NO_SUCH": "nir"})["warnings"]
    paths = {warning["path"] for warning in warned if warning["code"] == "role_unmatched"}
    assert {str(tmp_path / f"{name}.csv") for name in (*PLAIN, "quotes")} == paths


def test_a_table_that_contradicts_its_neighbours_is_read_alone(tmp_path: Path) -> None:
    surnames = ("DURAND", "PETIT", "ROUX", "MOREL", "GIRARD", "FAURE", "BLANC", "MARTIN", "DUBOIS")
    header = b"NOM;TEL"
    right = [f"{surnames[place % 9]};06399800{place:02d}".encode() for place in range(99)]
    wrong = [f"{surnames[place % 9]};{place * 7919 + 13}-A".encode() for place in range(60)]
    for place in range(4):
        (tmp_path / f"{place}.csv").write_bytes(table(*(wrong if place == 2 else right), header=header))
    together = without_reasons(said(tmp_path))
    assert together == without_reasons(one_by_one(tmp_path))
    roles = [[role["role"] for role in given["roles"]] for given in together["inputs"]]
    assert roles[0] == roles[1] == ["last_name", "phone"]
    assert roles[2] != roles[0]


def test_a_group_holds_no_more_rows_than_a_head(
    exports: Path, exports_alone: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "HEAD_ROWS", 8)
    together, groups = sharing(exports, monkeypatch, roles=ROLES)
    assert together == exports_alone
    assert max(groups) < len(PLAIN)


CELLS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Z", "Cc")), max_size=12)
NAMED = st.sampled_from([row.split(b";")[1].decode() for row in ROWS])
NUMBERS = st.sampled_from([row.split(b";")[0].decode() for row in ROWS])
TABLES = st.lists(st.lists(st.tuples(NUMBERS | CELLS, NAMED | CELLS, CELLS), min_size=1, max_size=8), max_size=5)


@settings(max_examples=8, deadline=None)
@given(tables=TABLES, ends=st.sampled_from(["\n", "\r\n"]))
def test_law_small_tables_count_as_each_alone(tables: list[list[tuple[str, ...]]], ends: str) -> None:
    roles = {"NIR": "nir", "NOM": "last_name", "COMMENTAIRE": "comment"}
    with TemporaryDirectory() as folder:
        for place, rows in enumerate(tables):
            lines = ["NIR;NOM;COMMENTAIRE", *(";".join(row) for row in rows)]
            (Path(folder) / f"{place}.csv").write_bytes("".join(line + ends for line in lines).encode())
        (Path(folder) / "plain.csv").write_text(f"NIR;NOM;COMMENTAIRE{ends}1;A;B{ends}", newline="")
        assert said(Path(folder), roles=roles) == one_by_one(Path(folder), roles=roles)


def test_files_that_are_read_whole_by_workers_say_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("lab60_cp1252.csv", "tab_utf16.tsv", "pipe_latin9.txt"):
        shutil.copy(SAMPLES / name, tmp_path)
    alone = said(tmp_path)
    monkeypatch.setattr(pipeline, "HEAD_BYTES", 1)
    asked: list[object] = []
    plain = Lookers.submit

    def submit(lookers: Lookers, function: object, *given: Any, **more: Any) -> Task:
        asked.append(function)
        return plain(lookers, function, *given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(Lookers, "submit", submit)
    assert said(tmp_path) == alone
    assert asked == [reading.scan_bundle] * 3


def test_a_file_that_kills_its_workers_is_listed_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("lab60_cp1252.csv", "pipe_latin9.txt"):
        shutil.copy(SAMPLES / name, tmp_path)
    monkeypatch.setattr(pipeline, "HEAD_BYTES", 1)
    plain = Lookers.answer

    def answer(lookers: Lookers, task: Task) -> Any:
        found = plain(lookers, task)
        inputs = found[0].inputs if isinstance(found, tuple) else ()
        return Lost("it died") if any("pipe" in given.path for given in inputs) else found

    monkeypatch.setattr(Lookers, "answer", answer)
    told = {Path(given["path"]).name: (given["status"], given["reason"]) for given in said(tmp_path)["inputs"]}
    assert told == {"lab60_cp1252.csv": ("scanned", None), "pipe_latin9.txt": ("skipped", "it died")}
