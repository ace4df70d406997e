"""The proof that nobody stands in a text: what it passes, what it leaves to the scan, and that both agree."""

from __future__ import annotations

import io
import sys
from functools import partial
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.fr import nir as oracle

from leakscan.detectors import DETECTORS
from leakscan.detectors.nir import with_key
from leakscan.detectors.search import find_all
from leakscan.gate import nobody
from leakscan.gate.common import COMMON
from leakscan.gate.decide import decide
from leakscan.gate.numbers import NUMBERED, without_machines
from leakscan.gate.policy import Facts, load_policy
from leakscan.gate.policy_file import parsed
from leakscan.records import Source

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "benchmarks"))
import gate_clean
import gate_leaks

SHIPPED = load_policy(None)
NIR = "278026995362953"[:13]
CLEAN = "ref;libelle;prix\n" + "".join(f"P{n};vis {n % 7};{n}.5\n" for n in range(400))


def proven(text: str | bytes, policy=SHIPPED, name: str = "upload", path: str | None = None) -> bool:
    data = text.encode() if isinstance(text, str) else text
    return nobody.proven(Source(name, partial(io.BytesIO, data), len(data)), Facts(path=path), policy)


@pytest.mark.parametrize(
    "text",
    [
        CLEAN,
        "2024-07-11 14:42:17,497 WARN [1656] 10.0.155.244 worker restarted\n2024-07-12 01:02:03,1 INFO [1] cache\n",
        '{"speed": 12.5, "unit": "km/h", "at": "2025-01-02T03:04:05Z"}',
        "def area(width, height):\n    return width * height\n",
        "Livraison le 03/04/2024, facture le 12/05/2024.\n",
        "Été, çà et là : tout va bien.\n",
        "2026-07-11 10:00:01 INFO span=9f86d081884c7d65 parent=2c26b46b68ffc68f took 0.811113859 s\n" * 9,
        "commit 3b18e512dba79e4c8300dd08aeb37f8e728b8dad\nid: 123e4567-e89b-12d3-a456-426614174000\n",
        "La demande de travaux est transmise au service, et le dossier est clos dans la journée.\n" * 9,
        "La sécurité des accès est revue : les portes sont sécurisées.\n",
        "Le résultat de la revue est positif pour les deux sites, et la suite en est prévue.\n",
        "Au nom de la direction, le comité assure que les serveurs sont prêts pour la bascule.\n",
        '{"lat": 48.856613, "lon": 2.352222, "ratio": 0.1234567890123456, "mean": 12.345678901234}',
        "read 10203040 bytes, wrote 99887766 bytes\n",
        "panicked at 0x7fff5fbff8a0 in frame 0x00007f3a9c1b2d40\n",
        "@property\n@cached(max=2)\ndef size(self):\n    if 1:\n        pass\n    elif 2:\n        pass\n",
    ],
)
def test_plain_texts_about_nobody_are_proven(text):
    assert proven(text)
    assert decide(io.BytesIO(text.encode()), None, Facts(), SHIPPED).action == "allow"


@pytest.mark.parametrize(
    ("added", "why"),
    [
        (NIR + oracle.calc_check_digits(NIR), "a number"),
        (NIR, "a number without its key"),
        ("2 78 02 69 953 629", "a number in groups"),
        ("278022A953629", "a number of Corsica"),
        ("xx" + NIR + "yy", "a number inside a field of fixed width"),
        ("(0010,0010);(0010,0020)", "tags of DICOM over names that no list knows"),
        ("2,78027E+14", "a number that a spreadsheet spoiled"),
        ("Nathalie", "a first name"),
        ("nathalieDupuis", "a first name inside a word"),
        ("DURAND;LEFEBVRE;MOREAU", "surnames"),
        ("nom", "a header"),
        ("demande;resultat", "a header that is an ordinary word"),
        ("numeroDossier,resultat", "the same in one word of two"),
        ("dossier 4711 : positif", "a label"),
        ("le nom de la personne est connu et sa demande est suivie : 4711", "a sentence with a label in it"),
        ("date de la demande;n° du dossier;et la suite de la liste pour en voir", "titles like a sentence"),
        ("client_id;resultat", "a header of results"),
        ("4711;POS", "a result"),
        ("4712;négatif", "a result as a word"),
        ("numSecu", "a header of the social security"),
        ("dateNaissance", "a header in capitals and small letters"),
        ("né le 12/03/2024", "a birth date, though recent"),
        ("12/03/1954 et 11/02/2024", "dates that reach back"),
        ("12/03/85", "a date with a short year"),
        ("19540312", "a packed date"),
        ("278022A95362953", "a number of Corsica with its key"),
        ("2.780269953629", "a number behind a point after its sex"),
        ("278.02699536.2953", "a number parted anyhow"),
        ("278.0269953629", "a number parted in the middle"),
        ("f" + NIR + "a12345678", "a number between letters that are hexadecimal too"),
        ("9f86d081884c7d65 06 12 34 56 78", "a phone behind a digest"),
        ("0x4E617468616C6965", "a name in hexadecimal, as dumps write it"),
        ("x'4475c3a972616e64'", "the same in other dumps"),
        ("ab12Nathalie34cd", "a name between hexadecimal digits"),
        ("3 mars 1985", "a date in words"),
        ("06 12 34 56 78", "a phone"),
        ("x@example.com", "an address"),
        ("x @ example.com", "an address with blanks"),
        ("séropositif", "a word of health"),
        ("biktarvy", "a drug"),
        ("prélèvement du", "a word of exams"),
        ("adressé par le Dr", "a title"),
        ("D\\u0055RAND", "an escape"),
        ("D&eacute;sir", "an entity"),
        ("<b>Du</b>rand", "markup"),
        ("%44urand", "an escape of an address"),
        ("QUJD" * 20, "base64"),
        ("\x00", "a byte of no text"),
        (b"\xff\xfea", "wide characters"),
        (b"\xe9t\xe9", "another encoding"),
    ],
)
def test_any_sign_of_somebody_is_left_to_the_scan(added, why):
    data = added if isinstance(added, bytes) else added.encode()
    body = CLEAN.encode()
    for text in (data + b"\n" + body, body + data + b"\n", body + data):
        assert not proven(text), why


@settings(max_examples=300, deadline=None)
@given(st.from_regex(r"(?:0|[1-9][0-9]{0,5})\.[0-9]{5,18}(?:[eE]-?[0-9]{1,2})?|[0-9a-f]{8,64}|[0-9A-F]{8,64}"
                     r"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", fullmatch=True))  # fmt: skip
def test_what_is_left_out_as_of_machines_is_nothing_to_a_detector(token):
    cells = pl.Series([token, f"a {token} b", f"x={token};", f"{token},{token}"])
    detectors = [one for one in DETECTORS if one.entity in NUMBERED and not one.needs_role]
    left = without_machines(pl.Series([token]))[0]
    if left == ";":
        assert all(hits.is_empty() for _, hits in find_all(detectors, cells))
        assert pl.select(with_key(pl.lit(token))).item() is None


@pytest.mark.parametrize("word", sorted(COMMON))
def test_every_common_word_is_a_sign_where_it_is_no_part_of_a_sentence(word):
    for title in (word, word.upper(), f"x{word.capitalize()}", word.replace("e", "é", 1)):
        assert not proven(f"{title};x\n{CLEAN}"), title


def _in_runs(bodies: list[str]) -> str:
    return "".join(
        f"{at:05}{body}{oracle.calc_check_digits(body)}8{at * 7 % 100:02}\n" for at, body in enumerate(bodies)
    )


def test_numbers_within_runs_of_digits_are_a_sign_where_all_lines_prove_them():
    numbers = [f"{1 + at % 2}{40 + at}0{1 + at % 9}75{100 + at}{200 + at}" for at in range(20)]
    assert not proven(_in_runs(numbers))
    lines = _in_runs(numbers).splitlines()
    assert proven("\n".join(line[:18] + f"{(int(line[18:20]) + 5) % 97:02}" + line[20:] for line in lines))
    assert proven("".join(f"{1720692137497123456 + 7919 * at**3} span closed\n" for at in range(300)))


def test_the_name_of_an_upload_is_part_of_it():
    assert proven(CLEAN, name="stock.csv", path="/out/stock.csv")
    assert not proven(CLEAN, name="patients.csv")
    assert not proven(CLEAN, path="/out/nathalie durand.csv")


def test_a_line_longer_than_a_piece_and_an_empty_upload_are_left_to_the_scan():
    assert not proven("x" * (2 * nobody.PIECE_BYTES + 1))
    assert not proven("")


@pytest.mark.parametrize(
    ("rule", "spared"),
    [
        ("entities.nir = { distinct = 1 }", True),
        ("persons = { high = 1 }", True),
        ("entities.iban = { distinct = 1 }", False),
        ("entities.health = { hits = 1 }", False),
        ('band = "high"', False),
        ('destination = ["sftp://x/*"]', False),
        ('scope = { columns = ["a"] }', False),
        ("entities.health = { hits = 1 }\npersons = { likely = 1 }", True),
    ],
)  # fmt: skip
def test_only_rules_about_people_can_be_spared(rule, spared):
    policy = parsed(f'default = "allow"\n[[rule]]\nname = "r"\naction = "block"\n{rule}\n'.encode(), "p")
    assert proven(CLEAN, policy) is spared


def test_no_leak_is_proven():
    made = gate_leaks.leaks(200, 77)
    assert [kind for kind, data in made if proven(data)] == []
    assert len(made) == 200


def test_what_is_proven_is_what_a_scan_allows(monkeypatch):
    made = [data for _, data in gate_clean.clean_files(200, 78) if proven(data)]
    assert made
    quick = [decide(io.BytesIO(data), None, Facts(), SHIPPED) for data in made[:6]]
    monkeypatch.setattr(nobody, "proven", lambda *_: False)
    assert quick == [decide(io.BytesIO(data), None, Facts(), SHIPPED) for data in made[:6]]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(("vis", "3.5", "2024-05-06 10:11:12", "écrou", "Nathalie", NIR, "a;b")), max_size=40),
       st.integers(8, 400))  # fmt: skip
def test_the_size_of_pieces_changes_nothing(lines, size):
    text = "".join(f"{line}\n" for line in ("début", *lines))
    whole = proven(text)
    kept = nobody.PIECE_BYTES
    nobody.PIECE_BYTES = max(size, 24)
    try:
        assert proven(text) is whole
    finally:
        nobody.PIECE_BYTES = kept
    assert whole is not (NIR in lines or "Nathalie" in lines)


@pytest.mark.parametrize(
    ("text", "nobody_there"),
    [
        ("username,TPHA\nmleduc,5\nsroux,8\nzaza75,3\n", False),
        ("login;diabete\nmleduc;1\nsroux;0\nzaza75;1\n", False),
        ("user_name;western_blot\nmleduc;5\nsroux;8\nzaza75;3\n", False),
        ("username,email_verified\nmleduc,1\nsroux,0\nzaza75,1\n", True),
        ("ref;TPHA\nP1;5\nP2;8\nP3;3\n", True),
        ("2026-07-11 10:00:01 INFO login accepted\n" * 9, True),
    ],
)
def test_results_under_logins_are_left_to_the_scan(text: str, nobody_there: bool) -> None:
    assert proven(text) == nobody_there
