"""Messages and mailboxes: text, encodings, attachments, messages within; what is broken in them."""

from __future__ import annotations

import io
import random
from email.message import EmailMessage
from pathlib import Path

import pytest
from documents import COLUMNS, LETTER, PEOPLE, ROWS, Met, as_csv, counted, gather, read, report_here, report_of

from leakscan.readers import choose, mail, tnef
from leakscan.readers.heads import Head
from leakscan.records import ReadOptions

FROM = b"From medecin@exemple.fr Thu Nov 26 09:00:00 2020\n"


def message(text: str = "Bonjour", subject: str = "Résultats", **headers: str) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "Dr Nouvel <medecin@exemple.fr>", "labo@exemple.fr", subject
    made["Date"] = "Thu, 26 Nov 2020 09:00:00 +0100"
    for name, value in headers.items():
        made[name] = value
    made.set_content(text)
    return made


def eml(data: bytes | EmailMessage) -> Met:
    return read(mail.read_eml, data if isinstance(data, bytes) else data.as_bytes(), streams=True)


def mailbox(*messages: EmailMessage | bytes) -> bytes:
    return b"\n".join(FROM + (one if isinstance(one, bytes) else one.as_bytes()) for one in messages)


def mbox(data: bytes) -> Met:
    return read(mail.read_mbox, data, streams=True)


def test_a_letter_says_what_it_says_as_text() -> None:
    plain = "\n".join(["From: Dr Nouvel <medecin@exemple.fr>", "To: labo@exemple.fr", "Subject: Résultats", *LETTER])
    made = message("\n".join(LETTER))
    del made["Date"]
    found = report_here(made.as_bytes())
    assert found["inputs"][0]["format"] == "eml"
    assert counted(found) == counted(report_here(plain.encode()))
    assert found["records"] == 1


def test_a_mailbox_says_what_its_letters_say(tmp_path: Path) -> None:
    texts = [f"Patient : {first} {last}, né le {birth}. {note}" for last, first, birth, _, _, note in PEOPLE]
    (tmp_path / "box").write_bytes(mailbox(*(message(text, subject="x") for text in texts)))
    report = report_of(tmp_path / "box")
    assert report["inputs"][0]["format"] == "mbox"
    assert report["records"] == len(PEOPLE)
    assert report["persons"]["likely"] == len(PEOPLE)


def test_attachments_are_children() -> None:
    made = message("Voir la liste")
    made.add_attachment(as_csv(), maintype="text", subtype="csv", filename="été.csv")
    inner = message("dedans", subject="autre")
    inner.add_attachment(b"x", maintype="application", subtype="octet-stream", filename="y.bin")
    made.add_attachment(inner)
    met = eml(made)
    assert met.files["été.csv"] == as_csv()
    assert len(met.files) == 2
    report = report_here(made.as_bytes())
    assert report["persons"]["likely"] == len(PEOPLE)
    assert [given["member"] for given in report["inputs"]][:2] == [None, "part 3 > y.bin"] or len(report["inputs"]) == 4


def test_html_says_only_what_the_text_does_not() -> None:
    made = message("Bonjour\nM. DUPONT")
    made.add_alternative("<p>Bonjour</p><p>M. DUPONT</p><p>en plus</p><!-- caché -->", subtype="html")
    lines = eml(made).text.splitlines()
    assert lines[4:] == ["Bonjour", "M. DUPONT", "en plus", "caché"]


def test_a_table_in_html_is_a_child() -> None:
    rows = "".join("<tr>" + "".join(f"<td>{cell}" for cell in row) for row in ROWS)
    made = message("x")
    made.add_alternative(f"<table>{rows}</table>", subtype="html")
    met = eml(made)
    assert met.tables["table 1"] == PEOPLE
    assert met.columns["table 1"] == COLUMNS
    both = mbox(mailbox(made, message("y")))
    assert both.tables["message 1: table 1"] == PEOPLE
    assert len(both.texts) == 2


HEADERS = [
    ("=?utf-8?q?R=C3=A9sultat_VIH?=", "Résultat VIH"),
    ("=?iso-8859-1?B?6XTp?=", "été"),
    ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
    ("=?inconnu?q?a=E9?=", "aé"),
    ("=?utf-8?b?!!!?=", ""),
    ("=?utf-8?x?abc?=", "=?utf-8?x?abc?="),
    ("plié\r\n  en deux", "plié en deux"),
]


@pytest.mark.parametrize(("raw", "shown"), HEADERS)
def test_fields_are_decoded(raw: str, shown: str) -> None:
    data = f"From: a@exemple.fr\r\nTo: b@exemple.fr\r\nSubject: {raw}\r\n\r\nx".encode()
    assert eml(data).text.splitlines()[2] == f"Subject: {shown}".rstrip() or not shown


@pytest.mark.parametrize(
    ("header", "body", "text"),
    [
        ("text/plain; charset=iso-8859-1", "été".encode("latin-1"), "été"),
        ("text/plain; charset=utf-8", "été".encode("latin-1"), "été"),
        ("text/plain; charset=us-ascii", "été".encode(), "été"),
        ("text/plain; charset=nimporte", "été".encode("cp1252"), "été"),
        ("text/plain; charset=utf-16-le", b"ete", "ete"),
        ("text/html; charset=utf-8", b"<p>un<p>deux", "un\ndeux"),
        ("text/plain", b"=C3=A9t=C3=A9", "été"),
    ],
)
def test_bodies_are_decoded(header: str, body: bytes, text: str) -> None:
    coded = b"Content-Transfer-Encoding: quoted-printable\r\n" if b"=C3" in body else b""
    data = (
        b"From: a@exemple.fr\r\nMIME-Version: 1.0\r\nContent-Type: "
        + header.encode()
        + b"\r\n"
        + coded
        + b"\r\n"
        + body
    )
    assert eml(data).text.partition("\n")[2] == text


def test_uuencoded_files_are_children() -> None:
    data = message("avant\nbegin 644 a.txt\n#0V%T\n`\nend\naprès").as_bytes()
    met = eml(data)
    assert met.files == {"a.txt": b"Cat"}
    assert "#0V" not in met.text


def test_a_mailbox_is_cut_at_its_marks_alone() -> None:
    tricky = message("Texte\n\nFrom Paris avec plaisir\n\n>From x 2020\nfin")
    met = mbox(mailbox(message("un"), tricky, message("trois")))
    assert len(met.texts) == 3
    assert "From Paris avec plaisir" in met.texts[1]


@pytest.mark.parametrize("size", [1, 7, 100, 1_000])
def test_stretches_change_nothing(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    made = message("deux")
    made.add_attachment(as_csv(), maintype="text", subtype="csv", filename="a.csv")
    data = mailbox(message("un"), made, *[message(f"n {at}") for at in range(20)])
    whole = mbox(data)
    assert len(whole.texts) == 22
    assert whole.files == {"message 2: a.csv": as_csv()}
    monkeypatch.setattr(mail, "_PIECE", size)
    monkeypatch.setattr(mail, "RUN_BYTES", 500)
    start = data[:600]
    head = Head(start, ReadOptions())
    assert gather(mail.read_mbox(io.BytesIO(data[600:]), head)) == whole


SNIFFED = [
    (message().as_bytes(), "eml"),
    (b"Received: from x by y; 1 Jan 2020\nFrom: a@b.fr\n\nx", "eml"),
    (b"From: a@b.fr\nTo: c@d.fr\nSubject: x\n\ncorps", "eml"),
    (mailbox(message()), "mbox"),
    (b"From Paris with love 2020\nWe write to you\n", "text"),
    (b"Subject: x\nUn texte\nsans rien d'autre\nqui suit\n", "text"),
    (b"Date: 2020\nNom: MARTIN\nTo: x\nsuite\n", "text"),
]


@pytest.mark.parametrize(("data", "name"), SNIFFED)
def test_formats_are_known_by_content(data: bytes, name: str) -> None:
    chosen = choose(Head(data, ReadOptions()))
    assert not isinstance(chosen, str)
    assert chosen.format == name or (name == "text" and chosen.format == "delimited")


def attribute(level: int, number: int, kind: int, data: bytes) -> bytes:
    head = bytes([level]) + number.to_bytes(2, "little") + kind.to_bytes(2, "little")
    return head + len(data).to_bytes(4, "little") + data + (sum(data) % 65536).to_bytes(2, "little")


def winmail() -> bytes:
    text = "Corps : été".encode("utf-16-le") + b"\0\0"
    padded = text + bytes(-len(text) % 4)
    properties = (3).to_bytes(4, "little")
    properties += b"\x03\0\x17\0" + (1).to_bytes(4, "little")
    properties += b"\x1f\0\x01\x80" + bytes(16) + (1).to_bytes(4, "little") + (4).to_bytes(4, "little") + b"a\0\0\0"
    named = "nommé".encode("utf-16-le") + b"\0\0"
    properties += (1).to_bytes(4, "little") + len(named).to_bytes(4, "little") + named + bytes(-len(named) % 4)
    properties += b"\x1f\0\x00\x10" + (1).to_bytes(4, "little") + len(text).to_bytes(4, "little") + padded
    return (
        b"\x78\x9f\x3e\x22\1\0"
        + attribute(1, 0x8004, 1, b"Sujet\0")
        + attribute(1, 0x9003, 6, properties)
        + attribute(2, 0x9002, 6, bytes(14))
        + attribute(2, 0x8010, 1, b"liste.csv\0")
        + attribute(2, 0x800F, 6, as_csv())
    )


def test_winmail_is_read() -> None:
    met = read(tnef.read, winmail(), streams=False)
    assert met.text.splitlines() == ["Subject: Sujet", "Corps : été", "nommé"]
    assert met.files == {"liste.csv": as_csv()}
    made = message("x")
    made.add_attachment(winmail(), maintype="application", subtype="ms-tnef", filename="winmail.dat")
    report = report_here(made.as_bytes())
    assert report["persons"]["likely"] == len(PEOPLE)
    assert report["inputs"][-1]["member"] == "winmail.dat > liste.csv"


def test_damaged_messages_never_raise() -> None:
    chance = random.Random(11)
    made = message("\n".join(LETTER))
    made.add_alternative("<p>x</p>", subtype="html")
    made.add_attachment(as_csv(), maintype="text", subtype="csv", filename="a.csv")
    made.add_attachment(message("dedans"))
    data = made.as_bytes()
    for reader, whole in ((mail.read_eml, data), (mail.read_mbox, mailbox(data, data)), (tnef.read, winmail())):
        for _ in range(60):
            hurt = bytearray(whole[: chance.randrange(40, len(whole))])
            for _ in range(5):
                hurt[chance.randrange(30, len(hurt))] = chance.randrange(256)
            met = read(reader, bytes(hurt), streams=reader is not tnef.read)
            assert met.broken in (None, "the package ends too early")


HOSTILE = {
    "nested parts": b"From: a@b.fr\nMIME-Version: 1.0\n"
    + b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (at, at) for at in range(3_000)),
    "nested messages": b"From: a@b.fr\nMIME-Version: 1.0\n" + b"Content-Type: message/rfc822\n\n" * 3_000,
    "fields": b"From: a@b.fr\nMIME-Version: 1.0\n" + b"X: y\n" * 50_000 + b"\nx",
    "words": b"From: a@b.fr\nTo: x\nSubject: " + b"=?utf-8?q?a?= " * 5_000 + b"\n\nx",
    "no name": b"From: a@b.fr\nMIME-Version: 1.0\nContent-Type: text/csv; name*=utf-8''%zz; name*0=\"a\"\n\nx",
    "coding": b"From: a@b.fr\nMIME-Version: 1.0\nContent-Transfer-Encoding: base64\n\n\xff\xfe====",
    "charset": b"From: a@b.fr\nMIME-Version: 1.0\nContent-Type: text/plain; charset*=x''%ff\n\nx",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_messages_end(name: str) -> None:
    assert eml(HOSTILE[name]).broken is None
    assert mbox(FROM + HOSTILE[name]).broken is None


def test_what_is_hurt_leaves_its_neighbours_alone(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(message("\n".join(LETTER)).as_bytes()[:150])
    (tmp_path / "b.mbox").write_bytes(mailbox(HOSTILE["nested parts"], message("x")))
    (tmp_path / "c.csv").write_bytes(as_csv())
    report = report_of(tmp_path)
    assert {given["path"][-5:]: given["status"] for given in report["inputs"] if not given["member"]}[
        "c.csv"
    ] == "scanned"
    assert report["persons"]["likely"] == len(PEOPLE)
