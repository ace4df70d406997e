"""Lists with one value per line are tables of one column; what only looks like a list stays text."""

from __future__ import annotations

import io
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from reading import read_whole

from leakscan.options import ScanOptions
from leakscan.readers import HashingStream, choose
from leakscan.readers.heads import Head
from leakscan.readers.one_column import MIN_NAMES, MIN_VALUES
from leakscan.records import ReadOptions, Table
from leakscan.report import build_report
from leakscan.scan import scan

FIRST = ("Jean", "Zoé", "Marie", "Paul", "Hélène", "Luc", "Anaïs", "Jean-Pierre")
LAST = ("DUPRÉ", "MARTIN", "PETIT", "LE GOFF", "ROUX", "CÔTÉ", "DE LA TOUR", "O'BRIEN")


def read(data: bytes, **options: Any) -> tuple[Table, list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    table, batches, _ = read_whole(HashingStream(io.BytesIO(data)), ReadOptions(**options))
    rows = [row for batch in batches for row in batch.frame.rows()]
    return table, rows, [row for batch in batches for row in batch.damaged.rows()]


def nirs(count: int, seed: int = 1) -> list[str]:
    rng = random.Random(seed)
    found = []
    for _ in range(count):
        body = f"{rng.choice('12')}{rng.randrange(100):02}{rng.randrange(1, 13):02}{rng.randrange(1, 96):02}"
        body += f"{rng.randrange(990, 999)}{rng.randrange(1, 999):03}"
        found.append(f"{body}{97 - int(body) % 97:02}")
    return found


def spaced(nir: str) -> str:
    return " ".join((nir[0], nir[1:3], nir[3:5], nir[5:7], nir[7:10], nir[10:13], nir[13:]))


def corsican(count: int) -> list[str]:
    bodies = [f"1{60 + n % 30}{1 + n % 12:02}2{'AB'[n % 2]}995{n:03}" for n in range(1, count + 1)]
    keys = [97 - (int(body.replace("2A", "19").replace("2B", "18"))) % 97 for body in bodies]
    return [f"{body}{key:02}" for body, key in zip(bodies, keys, strict=True)]


def names(count: int) -> list[str]:
    return [f"{LAST[n % 8]} {FIRST[n // 8 % 8]}" for n in range(count)]


KINDS: dict[str, tuple[str, list[str]]] = {
    "NIR": ("NIR", nirs(30)),
    "spaced NIR": ("Numéro de sécurité sociale", [spaced(nir) for nir in nirs(30)]),
    "NIR of Corsica": ("nir", corsican(30)),
    "e-mail": ("email", [f"prenom.nom{n}@exemple{n % 3}.fr" for n in range(30)]),
    "phone": ("TEL", [f"06 39 98 {n:02} {n:02}" for n in range(30)]),
    "phone abroad": ("telephone", [f"+33 6 39 98 {n:02} {n:02}" for n in range(30)]),
    "date": ("DATE_NAISSANCE", [f"{1 + n % 28:02}/{1 + n % 12:02}/{1930 + n}" for n in range(30)]),
    "time": ("date", [f"2019-03-{1 + n % 28:02} 10:{n:02}:00" for n in range(30)]),
    "number": ("dossier", [str(n * n) for n in range(30)]),
    "decimal comma": ("valeur", [f"{n},{n % 10}" for n in range(30)]),
    "code": ("CIM10", [f"B{n:02}.{n % 10}" for n in range(30)]),
    "IBAN": ("IBAN", [f"FR76 3000 4000 {n:04} 5678 901X 43" for n in range(30)]),
    "name": ("NOM PRENOM", names(30)),
    "first name": ("Prénom", [FIRST[n % 8] for n in range(30)]),
}
ENDS = ("\n", "\r\n", "\r", "\n\n")


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_value_per_line_under_its_name_is_a_table(kind: str, end: str) -> None:
    name, values = KINDS[kind]
    table, rows, damaged = read("".join(line + end for line in (name, *values)).encode("cp1252"))
    assert (table.format, table.kind, table.columns, table.has_header) == ("delimited", "table", (name,), True)
    assert rows == [(n + 1, value) for n, value in enumerate(values)]
    assert (damaged, table.delimiter) == ([], None)
    assert table.head["c0"].to_list() == values


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"first name"}))
def test_a_value_per_line_without_a_name_is_a_table(kind: str) -> None:
    _, values = KINDS[kind]
    table, rows, _ = read("".join(f"{value}\n" for value in values).encode())
    assert (table.kind, table.columns, table.has_header) == ("table", ("column_1",), False)
    assert [row[1] for row in rows] == values


@pytest.mark.parametrize("rows", [30, 400])
def test_a_name_above_names_is_not_shown_as_theirs(rows: int) -> None:
    values = ["BERNARD Odile", *names(rows)]
    table, found, _ = read(lines(values).encode())
    assert (table.columns, table.has_header) == (("column_1",), False)
    assert [row[1] for row in found] == values


@pytest.mark.parametrize(("kind", "fewest"), [("NIR", MIN_VALUES), ("e-mail", MIN_VALUES), ("name", MIN_NAMES)])
def test_fewer_lines_than_make_a_list_are_text(kind: str, fewest: int) -> None:
    for name, is_table in ((["nom_"], True), ([], True), (["nom_"], False), ([], False)):
        table, rows, _ = read(lines(name, KINDS[kind][1][: fewest - (not is_table)]).encode())
        assert table.kind == ("table" if is_table else "text")
        assert not is_table or len(rows) == fewest


def test_some_other_cells_do_not_make_it_text() -> None:
    values = nirs(100)
    values[10:15] = ["inconnu", "néant", "voir son dossier, VIH +", "?", "a;b"]
    table, rows, damaged = read("".join(f"{value}\n" for value in ("NIR", *values)).encode())
    assert table.kind == "table"
    assert [row[1] for row in rows] == values
    assert damaged == []


def test_quotes_around_cells_are_taken_off() -> None:
    values = nirs(20)
    table, rows, _ = read("".join(f'"{value}"\r\n' for value in ("NIR", *values)).encode())
    assert (table.columns, [row[1] for row in rows]) == (("NIR",), values)


def test_titles_above_the_name_are_no_records() -> None:
    values = nirs(20)
    table, rows, damaged = read("\n".join(("Export du laboratoire", "", "NIR", *values)).encode())
    assert (table.columns, [row[1] for row in rows]) == (("NIR",), values)
    assert [(row[0], row[2], row[3]) for row in damaged] == [(0, "preamble", "Export du laboratoire")]


@pytest.mark.parametrize("block_bytes", [64, 1000, 1 << 20])
def test_block_size_changes_nothing(block_bytes: int) -> None:
    data = "".join(f"{value}\n" for value in ("NIR", *nirs(200), "NIR", *nirs(20, seed=2))).encode()
    assert read(data, block_bytes=block_bytes)[1:] == read(data)[1:]


def lines(*parts: Iterable[str]) -> str:
    return "".join(f"{line}\n" for part in parts for line in part)


TEXTS: dict[str, str] = {
    "letter": "Cher confrère,\n\nMerci de recevoir Mme ROUX Anne.\nNée le 12/03/1950\nBien à vous\nDr Petit\n" * 4,
    "a letter of short lines": "Dr Petit\n12 rue des Lilas\n25000 Besançon\n12/03/2019\nMadame\nMerci\nAnne Roux\n",
    "prose": "Le patient va bien\nIl marche\nOn le revoit en mars\nSa femme aussi\nRien à dire\n" * 30,
    "poem": "Dans la plaine\nNaît un bruit\nC'est l'haleine\nDe la nuit\nElle brame\nComme une âme\n" * 9,
    "log": lines(f"2021-01-01 10:00:{n:02} connexion de jean" for n in range(60)),
    "addresses of a network with a word": lines(f"10.0.0.{n} ok" for n in range(60)),
    "mixed": lines(nirs(20), (f"jean{n}@exemple.fr" for n in range(20)), names(20)),
    "mixed in turn": lines(f"{nir}\nvu ce jour, {name}" for nir, name in zip(nirs(30), names(30), strict=True)),
    "passwords": lines(f"azerty{n}!" for n in range(60)),
    "words": lines(["pomme", "poire", "abricot", "prune", "cerise", "fraise", "melon"] * 9),
    "long lines": lines(" ".join([nir] * 12) for nir in nirs(20)),
    "numbers with words": lines(f"{n} comprimés par jour" for n in range(60)),
    "a form": "DUPRÉ Jean\n12/03/1960\n0639980001\njean@exemple.fr\nBesançon\nA POS\nDr Petit\n",
}


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (lines(f"jean{n}:azerty{n}" for n in range(60)), "combo"),
        (lines(f"06399800{n}:azerty{n}" for n in range(10, 70)), "combo"),
        (lines(f"jean{n}@exemple.fr:azerty{n}" for n in range(60)), "combo"),
        (lines(f'{{"a":{n}}}' for n in range(60)), "json"),
        (lines(["INSERT INTO t VALUES (1);"] * 60), "sql"),
    ],
)
def test_lists_with_a_reader_of_their_own_go_there(content: str, name: str) -> None:
    reader = choose(Head(content.encode(), ReadOptions()))
    assert not isinstance(reader, str)
    assert reader.format == name


@pytest.mark.parametrize("what", TEXTS)
def test_what_is_no_list_of_one_kind_stays_text(what: str) -> None:
    assert read(TEXTS[what].encode())[0].kind == "text"


def report(tmp_path: Path, content: str) -> dict[str, Any]:
    path = tmp_path / "list.txt"
    path.write_text(content, encoding="utf-8")
    options = ScanOptions(workers=1)
    return build_report(scan([str(path)], options), options)


@pytest.mark.parametrize("name", [["NIR"], []])
def test_a_list_of_numbers_counts_as_a_column_of_them(name: list[str], tmp_path: Path) -> None:
    found = report(tmp_path, lines(name, nirs(60), nirs(10)))
    assert (found["records"], found["records_by_entity"]["nir"]) == (70, 70)
    assert [one["role"] for one in found["inputs"][0]["roles"]] == ["nir"]
    assert found["persons"]["likely"] == 60


def test_what_stands_between_the_numbers_is_still_read(tmp_path: Path) -> None:
    other = ["voir jean@exemple.fr", "séropositif VIH connu", f"aussi {spaced(nirs(1, seed=3)[0])}"]
    found = report(tmp_path, lines(nirs(60), other))
    assert found["records_by_entity"]["nir"] == 61
    assert found["records_by_entity"]["email"] == 1
    assert found["persons"]["likely"] == 61
    assert "hiv" in {line["theme"] for line in found["evidence"]}


def test_a_combo_list_holds_credentials(tmp_path: Path) -> None:
    found = report(tmp_path, lines(f"jean{n}@exemple.fr:Azerty{n}!" for n in range(60)))
    assert (found["records"], found["records_by_entity"]["password"]) == (60, 60)


def test_numbers_that_are_no_nir_stay_none(tmp_path: Path) -> None:
    rng = random.Random(5)
    found = report(tmp_path, lines(str(rng.randrange(10**14, 10**15)) for _ in range(3_000)))
    assert found["persons"]["high"] == 0
    assert found["severity"]["band"] == "low"
