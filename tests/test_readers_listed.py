"""Fixed width, contacts, combo lists, chats and variants: what they give, and what is none of them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

import pytest
from reading import tables

from leakscan.readers import cards, chat, choose, combo, positions
from leakscan.readers.heads import Head
from leakscan.records import ReadOptions


def format_of(data: bytes) -> str:
    reader = choose(Head(data, ReadOptions()))
    return reader if isinstance(reader, str) else reader.format


PEOPLE = [
    (f"DUPRÉ{'X' * (n % 5)}", "Léa" if n % 2 else "Jean", f"19{60 + n}-01-02", "75001", f"PARIS {n}") for n in range(12)
]


def laid_out(rows: list[tuple[str, ...]], *, trimmed: bool) -> str:
    lines = [f"{a:<12}{b:<8}{c}  {d:<6}{e:<12}" for a, b, c, d, e in rows]
    return "".join((line.rstrip() if trimmed else line) + "\n" for line in lines)


@pytest.mark.parametrize("trimmed", [False, True])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_fixed_width(trimmed: bool, encoding: str) -> None:
    header = ("NOM", "PRENOM", "NAISSANCE ", "CP", "VILLE")
    data = laid_out([header, *PEOPLE], trimmed=trimmed).encode(encoding)
    assert format_of(data) == positions.FORMAT
    table = tables(data)[None]
    assert table.columns == ("NOM", "PRENOM", "NAISSANCE", "CP", "VILLE")
    assert [row[1:] for row in table.rows] == PEOPLE
    assert tables(data, ReadOptions(block_bytes=100))[None].rows == table.rows


def test_few_lines_are_fixed_width_only_below_known_titles() -> None:
    header = ("NOM", "PRENOM", "NAISSANCE ", "CP", "VILLE")
    assert tables(laid_out([header, *PEOPLE[:3]], trimmed=True).encode())[None].columns[0] == "NOM"
    assert format_of(laid_out(PEOPLE[:5], trimmed=True).encode()) != positions.FORMAT
    other = ("ABRI", "BETON", "CAILLOUX  ", "GR", "SABLE")
    assert format_of(laid_out([other, *PEOPLE[:3]], trimmed=True).encode()) != positions.FORMAT


def test_lines_that_leave_their_columns_are_damaged() -> None:
    data = laid_out([("NOM", "PRENOM", "NAISSANCE ", "CP", "VILLE"), *PEOPLE * 9], trimmed=False)
    data += "TOTAL DE TOUTES LES PERSONNES QUI SONT ICI 184127695108946\n"
    table = tables(data.encode())[None]
    assert len(table.rows) == 108
    assert [row[2] for row in table.damaged] == ["not_in_columns"]
    assert "184127695108946" in table.damaged[0][3]


NO_FIXED_WIDTH = {
    "numbers": "1 84 12 76 951 089 46\n2 84 12 76 952 089 46\n" * 8,
    "a log": "".join(f"2021-01-01 10:00:{n:02}  INFO  connexion de {'x' * n} depuis ici\n" for n in range(20)),
    "prose": "Le patient est venu  hier, sans rien\nsavoir de ce qui  l'attendait.\nIl repart demain  avec sa femme\n"
    * 5,
    "art": "  /\\_/\\   \n ( o.o )  \n  > ^ <   \n" * 6,
    "a table": "nom;prenom;ville\n" + "DUPONT    ;Jean    ;Paris\n" * 12,
    "a letter": "Cher confrère,\n\n   Je vous adresse  M. X\n\n       Bien à vous\n            Dr Y\n",
    "results": "NFS\n   Hémoglobine     14.2  g/dL\nTSH\n   normale\n" * 4,
}


@pytest.mark.parametrize("case", NO_FIXED_WIDTH)
def test_what_is_no_fixed_width(case: str) -> None:
    assert format_of(NO_FIXED_WIDTH[case].encode()) != positions.FORMAT


CARD = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Dupré;Zoé;;;\r\nFN:Zoé Dupré\r\nTEL;TYPE=CELL:06 12 34 56 78\r\n"
    "item1.TEL:0145678901\r\nEMAIL;TYPE=HOME:z@exemple.fr\r\nADR;TYPE=HOME:;;2 rue X;Paris;;75001;France\r\n"
    "BDAY:19800102\r\nNOTE:suivie\\, VIH\r\n +\r\nPHOTO;ENCODING=b;TYPE=JPEG:AAAA\r\n BBBB\r\nEND:VCARD\r\n"
)


def test_cards() -> None:
    data = (CARD * 3).encode()
    assert format_of(data) == cards.FORMAT
    table = tables(data)[None]
    first = dict(zip(table.columns, table.rows[0][1:], strict=True))
    assert {name: cell for name, cell in first.items() if cell} == {
        "name": "Zoé Dupré",
        "last_name": "Dupré",
        "first_name": "Zoé",
        "birth_date": "1980-01-02",
        "email": "z@exemple.fr",
        "phone": "06 12 34 56 78",
        "phone_2": "0145678901",
        "address": "2 rue X",
        "postcode": "75001",
        "city": "Paris",
        "note": "suivie, VIH+",
        "other": "France",
    }
    assert table.roles == tuple(role for _, role in cards.COLUMNS)
    assert len(table.rows) == 3
    assert table.met == {"pictures": 3}
    assert tables(data, ReadOptions(block_bytes=50))[None].rows == table.rows


def test_a_card_of_2_1_and_one_that_is_cut() -> None:
    old = "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Dupr=C3=A9;Zo=\n=C3=A9\nEND:VCARD\n"
    table = tables((old + "BEGIN:VCARD\nFN:Jean 184127695108946\n").encode())[None]
    assert table.rows[0][2:4] == ("Dupré", "Zoé")
    assert [row[2] for row in table.damaged] == ["card_cut"]
    assert "184127695108946" in table.damaged[0][3]


COMBOS: dict[str, tuple[Callable[[int], str], str, str]] = {
    "mail:password": (lambda n: f"u{n}@exemple.fr:Soleil{n}!", "email", "Soleil{0}!"),
    "mail:password with a colon": (lambda n: f"u{n}@exemple.fr:So:leil{n}", "email", "So:leil{0}"),
    "mail;password": (lambda n: f"u{n}@exemple.fr;Soleil{n}", "email", "Soleil{0}"),
    "mail|password": (lambda n: f"u{n}@exemple.fr|Soleil{n}", "email", "Soleil{0}"),
    "login:password": (lambda n: f"user{n}:soleil{n}", "login", "soleil{0}"),
}


@pytest.mark.parametrize("case", COMBOS)
def test_combo_lists(case: str) -> None:
    line, role, password = COMBOS[case]
    data = "".join(line(n) + "\n" for n in range(30)).encode()
    assert format_of(data) == combo.FORMAT
    table = tables(data)[None]
    assert table.roles == (role, "password")
    assert [row[2] for row in table.rows] == [password.format(n) for n in range(30)]
    with_odd = tables(data + b"rien\n")[None]
    assert [row[2] for row in with_odd.damaged] == ["too_few_fields"]


NO_COMBOS = {
    "postcodes": "".join(f"u{n}@exemple.fr;75001\n" for n in range(30)),
    "labels": "nom:dupont\nprenom:jean\nville:paris\n" * 10,
    "ports": "".join(f"serveur{n}:8080\n" for n in range(30)),
    "hashes": "".join(f"fichier{n}.js:0cc175b9c0f1b6a831c399e269772661\n" for n in range(30)),
    "addresses": "".join(f"http://exemple{n}.fr/a{n}\n" for n in range(30)),
    "few": "jean:azerty\npaul:123456\n",
}


@pytest.mark.parametrize("case", NO_COMBOS)
def test_what_is_no_combo_list(case: str) -> None:
    assert combo.sniff(Head(NO_COMBOS[case].encode(), ReadOptions())) == 0


WHATSAPP = (
    "12/03/2020 14:05 - Les messages sont chiffrés.\n12/03/2020 14:06 - Léa: bonjour\nsuite: encore\n"
    "12/03/2020 14:07 - Jo: mon nir 184127695108946\n13/03/2020 09:00 - +33 6 12 34 56 78: vu\n"
)


def test_a_chat_as_text() -> None:
    assert format_of(WHATSAPP.encode()) == chat.FORMAT
    table = tables(WHATSAPP.encode())[None]
    assert [row[1:4] for row in table.rows] == [
        ("12/03/2020 14:05", "", "Les messages sont chiffrés."),
        ("12/03/2020 14:06", "Léa", "bonjour\nsuite: encore"),
        ("12/03/2020 14:07", "Jo", "mon nir 184127695108946"),
        ("13/03/2020 09:00", "+33 6 12 34 56 78", "vu"),
    ]
    assert tables(WHATSAPP.encode(), ReadOptions(block_bytes=20))[None].rows == table.rows
    phone = "".join(f"[12/03/2020, 14:05:3{n}] Léa: message {n}\n" for n in range(5))
    assert [row[3] for row in tables(phone.encode())[None].rows] == [f"message {n}" for n in range(5)]


CHATS = {
    "Telegram": {
        "name": "Léa",
        "messages": [
            {
                "id": 1,
                "date": "2020-03-12T14:00:00",
                "from": "Léa",
                "from_id": "u1",
                "text": ["vu ", {"text": "le VIH"}],
            },
        ],
    },
    "Messenger": {
        "participants": [{"name": "Léa"}],
        "messages": [
            {
                "sender_name": "Léa".encode().decode("latin-1"),
                "timestamp_ms": 1584021600000,
                "content": "vu le VIH",
                "is_ok": True,
            }
        ],
    },
}


@pytest.mark.parametrize("kind", CHATS)
def test_a_chat_as_json(kind: str) -> None:
    data = json.dumps(CHATS[kind]).encode()
    assert format_of(data) == chat.FORMAT
    table = tables(data)[None]
    assert table.rows[0][1:4] == ("2020-03-12 14:00:00", "Léa", "vu le VIH")
    assert "Léa" in table.rows[1][4]
    assert table.roles == chat.ROLES


@pytest.mark.parametrize(
    "text",
    [
        "2021-01-01 10:00:00 INFO connexion\n" * 9,
        "12/03/2020;Dupont;Jean\n" * 9,
        "12/03/2020 consultation : rien\nBien à vous\n",
    ],
)
def test_what_is_no_chat(text: str) -> None:
    assert chat.sniff(Head(text.encode(), ReadOptions())) == 0


def test_variants_name_nobody() -> None:
    data = (
        "##fileformat=VCFv4.2\n##source=x\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tDUPONT_JEAN\n"
        "1\t100\trs1\tA\tG\t50\tPASS\tDP=1\tGT\t0/1\n1\t200\n"
    )
    table = tables(data.encode())[None]
    assert table.columns[-1] == "sample_1"
    assert table.roles == (None,) * 10
    assert [row[2] for row in table.rows] == ["100"]
    assert [row[2] for row in table.damaged] == ["too_few_fields"]
    assert any("DUPONT_JEAN" in said for said in table.texts)
    assert "columns" in str(tables(b"##fileformat=VCFv4.2\n##x\n") or "columns")


@pytest.mark.parametrize("data", [WHATSAPP.encode(), (CARD * 2).encode(), laid_out(PEOPLE, trimmed=True).encode()])
def test_broken_ones_are_read_as_far_as_they_go(data: bytes) -> None:
    random.seed(1)
    for _ in range(25):
        broken = bytearray(data[: random.randrange(20, len(data))])
        for _ in range(random.randrange(4)):
            broken[random.randrange(len(broken))] ^= 1 << random.randrange(8)
        if not isinstance(choose(Head(bytes(broken), ReadOptions())), str):
            assert tables(bytes(broken))


def test_numbers_right_beside_words_are_columns_of_their_own() -> None:
    """Mainframe files fill their columns: a NIR ends where the name begins, a date where the sex stands."""
    rows = [
        (f"1841276451089{at:02d}", "MARTIN" if at % 2 else "LEFEBVRE", f"195003{at + 10}", "M", "suivi")
        for at in range(12)
    ]
    lines = "".join(
        f"{nir}{name:<12}  {born}{sex}{at % 10}  {text:<10}\n" for at, (nir, name, born, sex, text) in enumerate(rows)
    )
    found = tables(lines.encode())[None]
    assert [row[1:3] for row in found.rows] == [(nir, name) for nir, name, *_ in rows]
    assert [row[3] for row in found.rows] == [born for _, _, born, _, _ in rows]
    codes = "".join(f"LB{at:04d}  {name:<12}  {born}  x\n" for at, (_, name, born, _, _) in enumerate(rows))
    assert [row[1] for row in tables(codes.encode())[None].rows] == [f"LB{at:04d}" for at in range(12)]
