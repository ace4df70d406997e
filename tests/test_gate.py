"""The gate: which rule decides, what becomes of what cannot be read, and that nothing fails open."""

from __future__ import annotations

import contextlib
import gzip
import io
import random
import time
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import documents
import pytest
import pyzipper
import reports
from hypothesis import given, settings
from hypothesis import strategies as st

import leakscan.scan
from leakscan.errors import ReadingEnds, UsageError
from leakscan.gate import content, raw
from leakscan.gate import decide as deciding
from leakscan.gate import inlaid as inlaid_module
from leakscan.gate.decide import decide
from leakscan.gate.inlaid import SEPARATORS
from leakscan.gate.judging import judge, unread
from leakscan.gate.policy import Facts, Policy, load_policy
from leakscan.gate.policy_file import FAILURES, parsed
from leakscan.gate.raw import raw_text
from leakscan.gate.verdict import ACTIONS, FAILED, RESERVED, Verdict, stricter
from leakscan.reading import scan_source
from leakscan.records import Source

DEFAULT = load_policy(None)
NOBODY = Facts()
CLEAN = "Compte rendu du conseil.\nLe budget est voté.\nLa prochaine séance aura lieu en mai.\n".encode()
LEAK = documents.as_csv()


def verdict_of(data: bytes, policy: Policy = DEFAULT, facts: Facts = NOBODY, name: str = "upload") -> Verdict:
    return decide(io.BytesIO(data), len(data), facts, policy, name=name)


def policy_of(text: str) -> Policy:
    return parsed(text.encode(), "p.toml")


def rule(conditions: str, action: str = "block") -> str:
    return f'[[rule]]\nname = "it"\naction = "{action}"\n{conditions}\n'


REPORT = reports.reference_report()
PERSONS = REPORT["persons"]["likely"]
FIRST, LAST = (date.fromisoformat(REPORT["exam_dates"][end]) for end in ("first", "last"))
COLUMNS = sorted({column["column"] for one in REPORT["inputs"] for column in one["roles"]})
ROLES = sorted({column["role"] for one in REPORT["inputs"] for column in one["roles"]} - {None})
NIRS = max(line["distinct"] for line in REPORT["evidence"] if line["entity"] == "nir")
FACTS = Facts("sftp://partner.example.com/in", "Anna", "export/2026/a.csv", "text/csv")


@pytest.mark.parametrize(
    ("conditions", "matches"),
    [
        ("", True),
        (f"persons = {{ likely = {PERSONS} }}", True),
        (f"persons = {{ likely = {PERSONS + 1} }}", False),
        (f"persons = {{ low = 1, high = {PERSONS} }}", True),
        ("persons = { low = 1, high = 999999999 }", False),
        (f"entities.nir = {{ distinct = {NIRS} }}", True),
        (f"entities.nir = {{ distinct = {NIRS + 1} }}", False),
        ("entities.nir = { hits = 1, confidence = 1 }", False),
        ("entities.siren = {}", False),
        ("entities.health = {}", True),
        ("themes.hiv = { affirmed = 1 }", True),
        ("themes.any = { any = 1 }", True),
        ("themes.addiction = { affirmed = 100000 }", False),
        ("categories = { nir = 1 }", True),
        ("categories = { genetic_data = 999999 }", False),
        (f'band = "{REPORT["severity"]["band"]}"', True),
        ('destination = ["sftp://*.example.com/*"]', True),
        ('destination = ["s3://*"]', False),
        ('user = ["ANNA", "bob"]', True),
        ('path = ["*.xlsx"]', False),
        ('content_type = ["text/*"]\nuser = ["anna"]', True),
        ('content_type = ["text/*"]\nuser = ["bob"]', False),
        (f"scope = {{ persons = {PERSONS} }}", False),
        (f"scope = {{ persons = {PERSONS - 1} }}", True),
        (f"scope = {{ exams_from = {FIRST}, exams_to = {LAST} }}", False),
        (f"scope = {{ exams_to = {date.fromordinal(LAST.toordinal() - 1)} }}", True),
        (f"scope = {{ exams_from = {date.fromordinal(FIRST.toordinal() + 1)} }}", True),
        (f"scope = {{ columns = {COLUMNS} }}", False),
        ('scope = { columns = ["no such"] }', True),
        ('scope = { columns = ["*"] }', False),
        (f"scope = {{ roles = {ROLES} }}", False),
        (f"scope = {{ roles = {ROLES[1:]} }}", True),
    ],
)
def test_a_rule_matches_where_all_its_conditions_hold(conditions: str, *, matches: bool) -> None:
    whole = {**REPORT, "inputs": [{**one, "status": "scanned"} for one in REPORT["inputs"]], "warnings": []}
    judged = judge(whole, FACTS, policy_of(rule(conditions)))
    assert (judged.rule, judged.action) == (("it", "block") if matches else ("default", "allow"))
    assert judged.reasons


def test_the_first_rule_that_matches_decides() -> None:
    two = '[[rule]]\nname = "one"\naction = "review"\n[[rule]]\nname = "two"\naction = "block"\n'
    assert verdict_of(CLEAN, policy_of(two)).rule == "one"
    assert verdict_of(CLEAN, policy_of('default = "review"')).action == "review"


def test_a_fact_that_nobody_told_fits_no_pattern() -> None:
    assert verdict_of(CLEAN, policy_of(rule('user = ["*"]'))).rule == "default"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('colour = "red"', ("key colour",)),
        ('[[rule]]\nname = "it"\naction = "block"\npersonnes = 3', ("rule it", "key personnes")),
        (rule("persons = { most = 1 }"), ("rule it", "persons.most")),
        (rule("persons = { likely = 0 }"), ("rule it", "persons.likely", "from 1")),
        (rule("persons = { likely = true }"), ("persons.likely",)),
        (rule("entities.nirr = { hits = 1 }"), ("rule it", "entities.nirr", "nir")),
        (rule("entities.nir = { confidence = 2 }"), ("entities.nir.confidence",)),
        (rule("themes.aids = { affirmed = 1 }"), ("themes.aids", "hiv")),
        (rule("themes.hiv = { said = 1 }"), ("themes.hiv.said",)),
        (rule("categories = { wealth = 1 }"), ("categories.wealth",)),
        (rule('band = "huge"'), ("band", "very_high")),
        (rule('user = "anna"'), ("key user", "list")),
        (rule("scope = {}"), ("scope", "one thing")),
        (rule('scope = { roles = ["boss"] }'), ("scope.roles",)),
        (rule('scope = { exams_to = "2026-01-01" }'), ("scope.exams_to", "without quotes")),
        (rule("", "destroy"), ("rule it", "action", "review")),
        (rule("why = 3"), ("key why",)),
        ('[[rule]]\naction = "block"', ("number 1", "name")),
        ('[[rule]]\nname = "error"\naction = "block"', ("number 1", "name")),
        (rule("") * 2, ("rule it", "same name")),
        ('rule = "all"', ("key rule", "[[rule]]")),
        ('[failures]\nerror = "allow"', ("failures.error", "review, block")),
        ('[failures]\ntoo_slow = "allow"', ("failures.too_slow",)),
        ('[failures]\nmissing = "block"', ("failures.missing",)),
        ("[budget]\nseconds = 0", ("budget.seconds",)),
        ("[budget]\nbytes = 1.5", ("budget.bytes",)),
        ('[[allow]]\nsha256 = "12"\nuntil = 2026-01-01', ("allow[1].sha256",)),
        (f'[[allow]]\nsha256 = "{"a" * 64}"', ("allow[1].until",)),
        ("[[allow]]\nfile = 1", ("allow[1].file",)),
        ("= 3", ("no TOML",)),
    ],
)
def test_what_a_policy_does_not_know_is_named(text: str, said: tuple[str, ...]) -> None:
    with pytest.raises(UsageError) as raised:
        policy_of(text)
    assert [word for word in ("p.toml", *said) if word not in str(raised.value)] == []


def test_a_policy_that_cannot_be_read_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.toml"):
        load_policy(tmp_path / "none.toml")
    (tmp_path / "wide.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="UTF-8"):
        load_policy(tmp_path / "wide.toml")


def test_what_a_policy_does_not_say_is_closed() -> None:
    assert policy_of("").failures == dict.fromkeys(FAILURES, "block")


def locked() -> bytes:
    out = io.BytesIO()
    with pyzipper.AESZipFile(out, "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(b"secret")
        archive.writestr("a.csv", LEAK)
    return out.getvalue()


def packed(*files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for at, data in enumerate(files):
            archive.writestr(f"{at}.dat", data)
    return out.getvalue()


NOISE = random.Random(1).randbytes(4000)
PICTURE = b"\x89PNG\r\n\x1a\n" + NOISE


@pytest.mark.parametrize(
    ("data", "action", "decided"),
    [
        (CLEAN, "allow", "default"),
        (b"", "allow", "default"),
        (LEAK, "block", "number-of-a-person"),
        (packed(CLEAN, LEAK), "block", "number-of-a-person"),
        (locked(), "block", "encrypted"),
        (packed(CLEAN, locked()), "block", "encrypted"),
        (PICTURE, "review", "opaque"),
        (packed(CLEAN, PICTURE), "review", "opaque"),
        (NOISE, "block", "unreadable"),
        (gzip.compress(CLEAN * 99)[:60], "block", "unreadable"),
        (packed(CLEAN * 99)[:60], "block", "unreadable"),
        (b"%PDF-1.7\n" + NOISE, "block", "unreadable"),
        (b"MSCF\0\0\0\0" + NOISE, "block", "unreadable"),
    ],
    ids=range(13),
)
def test_default_policy_on_what_can_and_cannot_be_read(data: bytes, action: str, decided: str) -> None:
    verdict = verdict_of(data)
    assert (verdict.action, verdict.rule) == (action, decided)


def test_a_policy_says_what_becomes_of_what_cannot_be_read() -> None:
    eased = replace(DEFAULT, failures={**DEFAULT.failures, "encrypted": "review", "opaque": "allow"})
    assert verdict_of(locked(), eased).action == "review"
    assert verdict_of(PICTURE, eased).action == "allow"


def test_a_rule_may_say_otherwise_for_what_it_decides() -> None:
    trusted = policy_of(rule('destination = ["vault"]\nfailures = { encrypted = "allow" }', "allow"))
    assert verdict_of(locked(), trusted, Facts(destination="vault")).action == "allow"
    assert verdict_of(locked(), trusted, Facts(destination="elsewhere")).action == "block"


def test_what_is_found_and_what_is_not_read_the_stricter_counts() -> None:
    assert verdict_of(packed(LEAK, PICTURE)).rule == "number-of-a-person"


class Failing(io.RawIOBase):
    def __init__(self, error: BaseException) -> None:
        self.error, self.left = error, [CLEAN]

    def read(self, _size: int = -1, /) -> bytes:
        if self.left:
            return self.left.pop()
        raise self.error


class Panic(BaseException):
    """As polars has one."""


ERRORS = (
    ReadingEnds("gone"), OSError(5, "input/output error"), ValueError("x"), MemoryError(), RecursionError(), Panic(),
)  # fmt: skip


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("where", ["stream", "scan", "report", "judge"])
def test_whatever_fails_is_never_allowed(error: BaseException, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> Any:
        raise error

    file: BinaryIO = io.BytesIO(CLEAN)
    if where == "stream":
        file = Failing(error)  # type: ignore[assignment]
    else:
        place = {"scan": "leakscan.scan.scan_sources", "report": "leakscan.report.build_report"}
        monkeypatch.setattr(place.get(where, "leakscan.gate.judging.judge"), fail)
    verdict = decide(file, None, NOBODY, DEFAULT)
    assert (verdict.action, verdict.rule) == ("block", "error")
    assert verdict.reasons == (f"error.{type(error).__name__}",)


def test_a_damaged_policy_object_fails_closed_too() -> None:
    opened = replace(DEFAULT, failures={**DEFAULT.failures, "error": "allow"})
    assert decide(Failing(ValueError()), None, NOBODY, opened).action == "block"  # type: ignore[arg-type]


def test_a_scan_that_was_interrupted_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(leakscan.scan, "scan_source", interrupted)
    assert verdict_of(CLEAN).rule == "error"


def test_a_scan_that_never_ends_is_a_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(*_: object, **__: object) -> Any:
        while True:
            time.sleep(0.01)

    monkeypatch.setattr(leakscan.scan, "scan_source", endless)
    verdict = verdict_of(CLEAN, replace(DEFAULT, most_seconds=0.2))
    assert (verdict.action, verdict.rule) == ("block", "timeout")


def test_a_timeout_that_somebody_swallows_is_one_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def deaf(*given: Any, **more: Any) -> Any:
        ends = time.monotonic() + 0.4
        while time.monotonic() < ends:
            with contextlib.suppress(BaseException):
                time.sleep(0.01)
        return scan_source(*given, **more)

    monkeypatch.setattr(leakscan.scan, "scan_source", deaf)
    assert verdict_of(CLEAN, replace(DEFAULT, most_seconds=0.2)).rule == "timeout"


@pytest.mark.parametrize("said", [None, "true", "too little"])
def test_what_is_too_large_is_blocked_whatever_its_size_is_said_to_be(said: str | None) -> None:
    size = {None: None, "true": len(CLEAN), "too little": 3}[said]
    verdict = decide(io.BytesIO(CLEAN), size, NOBODY, replace(DEFAULT, most_bytes=10))
    assert (verdict.action, verdict.rule) == ("block", "limit")


def test_an_upload_shorter_than_said_is_an_error() -> None:
    assert decide(io.BytesIO(CLEAN), len(CLEAN) + 1, NOBODY, DEFAULT).rule == "error"


def test_a_large_upload_is_spooled_and_found_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "HELD_BYTES", 100)
    assert verdict_of(CLEAN * 20 + LEAK).action == "block"
    assert verdict_of(CLEAN * 20).action == "allow"


def test_the_allow_list_holds_until_its_day() -> None:
    from hashlib import sha256

    def until(day: str) -> Policy:
        listed = f'[[allow]]\nsha256 = "{sha256(LEAK).hexdigest().upper()}"\nuntil = {day}\n'
        return policy_of(listed + rule("persons = { likely = 1 }"))

    assert verdict_of(LEAK, until("2999-12-31")).rule == "allow-list"
    assert verdict_of(LEAK, until("2020-12-31")).action == "block"
    assert verdict_of(LEAK + b"\n", until("2999-12-31")).action == "block"


def test_a_name_is_scanned_with_the_content() -> None:
    assert verdict_of(CLEAN, name=f"{documents.nir(3)}.txt").action != "allow"
    assert verdict_of(CLEAN, facts=Facts(path=f"in/{documents.nir(3)}.txt")).action != "allow"


def test_an_id_is_that_of_content_policy_and_key() -> None:
    one = verdict_of(CLEAN).id
    keyed = replace(DEFAULT, key=b"k" * 32)
    others = {verdict_of(CLEAN + b".").id, verdict_of(CLEAN, policy_of("")).id, verdict_of(CLEAN, keyed).id}
    assert verdict_of(CLEAN, name="other").id == one
    assert len(one) == 2 * deciding.ID_BYTES
    assert len({one} | others) == 4


COUNTS = {"persons_low": 1, "persons_likely": 2, "persons_high": 3, "nir": 2}


@pytest.mark.parametrize("decided", [*RESERVED, "a-rule"])
@pytest.mark.parametrize("action", ACTIONS)
def test_a_verdict_is_a_line_in_both_languages(decided: str, action: Any) -> None:
    verdict = Verdict(action, decided, ("x>=1",), COUNTS, "ab")
    french, english = verdict.sentence("fr"), verdict.sentence("en")
    assert french != english
    for line in (french, english):
        assert "\n" not in line
        assert line.endswith("ab.")
        assert "2" in line
    assert verdict.as_json()["sentence"] == {"fr": french, "en": english}


def test_actions_are_in_order() -> None:
    assert [stricter(one, other) for one in ACTIONS for other in ACTIONS] == [
        "allow", "review", "block", "review", "review", "block", "block", "block", "block",
    ]  # fmt: skip
    assert set(FAILED) < set(RESERVED)


@pytest.mark.parametrize(
    ("status", "reason", "kinds"),
    [
        ("scanned", None, ()),
        ("skipped", "the file is empty", ()),
        ("skipped", "encrypted: give its password with --password-file", ("encrypted",)),
        ("partial", "encrypted: none of the given passwords opens it", ("encrypted",)),
        ("skipped", "not a text: PNG image", ("opaque",)),
        ("partial", "not a text: PNG image", ("unreadable",)),
        ("skipped", "not a text: RAR archive", ("unreadable",)),
        ("skipped", "not read yet: cpio archive", ("unreadable",)),
        ("skipped", "anything that is new", ("unreadable",)),
        ("skipped", None, ("unreadable",)),
    ],
)
def test_every_reason_is_of_a_kind(status: str, reason: str | None, kinds: tuple[str, ...]) -> None:
    assert unread({"inputs": [{"status": status, "reason": reason}], "warnings": []}) == kinds


ADDITIONS = (
    CLEAN, b"", b"\n" * 50, b"a;b;c\n1;2;3\n", b'{"a": 1}\n', b"<html>", NOISE, PICTURE, b"\x00" * 64,
    "Œuvre\n".encode("utf-16"),
)  # fmt: skip
ADDED = st.sampled_from(ADDITIONS)


LEAKS = (LEAK, "\n".join(documents.LETTER).encode())


@pytest.mark.parametrize("leak", LEAKS, ids=["table", "letter"])
def test_a_leak_alone_is_blocked(leak: bytes) -> None:
    assert verdict_of(leak).action == "block"


@settings(max_examples=8)
@given(leak=st.sampled_from(LEAKS), before=ADDED, after=ADDED)
def test_adding_content_never_turns_a_block_into_allow(leak: bytes, before: bytes, after: bytes) -> None:
    assert verdict_of(before + leak + after).action != "allow"
    assert verdict_of(packed(before, leak, after)).action == "block"


BESIDE = {
    "behind a ZIP": packed(CLEAN) + LEAK, "before a ZIP": LEAK + packed(CLEAN),
    "behind gzip": gzip.compress(CLEAN) + LEAK,
    "behind a picture": PICTURE + LEAK, "in a style": b"<html><style>" + LEAK + b"</style></html>",
    "in a comment": b"<html><!--\n" + LEAK + b"--><p>x</p></html>", "wide": b"\xff\xfe" + LEAK,
    "wide, turned": b"\xfe\xffx" + LEAK, "in an XML comment": b'<?xml version="1.0"?><a><!-- ' + LEAK + b" --></a>",
    "wide, in a ZIP": packed(b"\xff\xfe" + LEAK),
}  # fmt: skip


@pytest.mark.parametrize("data", BESIDE.values(), ids=BESIDE)
def test_what_lies_beside_a_format_is_looked_at_too(data: bytes) -> None:
    assert verdict_of(data).action == "block"


def test_runs_of_text_are_whole_whatever_the_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"\x00\x01".join([LEAK, NOISE, b"a short run", "Énergie renouvelée".encode()])
    whole = raw_text(Source("x", lambda: io.BytesIO(data))).open().read()
    assert LEAK.splitlines()[1] in whole
    assert "Énergie renouvelée".encode() in whole
    assert b"a short run" not in whole
    for size in (1, 7, 100):
        monkeypatch.setattr(raw, "_PIECE", size)
        assert raw_text(Source("x", lambda: io.BytesIO(data))).open().read() == whole


def test_of_compressed_data_little_is_text() -> None:
    """Random letters are words of something now and then: a sheet of prices was held for a disease in its bytes."""
    noise = random.Random(26).randbytes(1 << 20)
    runs = raw_text(Source("x", lambda: io.BytesIO(noise))).open().read().splitlines()
    assert len(runs) <= 10


def test_no_value_reaches_a_verdict() -> None:
    for data in (LEAK, "\n".join(documents.LETTER).encode(), packed(LEAK)):
        verdict = verdict_of(data, facts=Facts("where", "ANNA", "JEANNE/MARTIN.csv", "text/csv"))
        told = f"{verdict!r} {verdict.as_json()} {verdict.sentence('fr')} {verdict.sentence('en')}".casefold()
        values = [value for person in documents.PEOPLE for value in person[:4]] + ["anna", "where"]
        assert [value for value in values if value.casefold() in told] == []


BIG = b"nir;nom;prenom;resultat\n" + b"".join(
    b"%s;DURAND;Nathalie;%d\n" % (nir.encode(), n) for n, nir in enumerate(["278026995362945"] * 60_000)
)
NIR_RULE = rule("entities.nir = { distinct = 1, confidence = 0.8 }")


@pytest.mark.parametrize(
    ("before", "early"),
    [
        ("", True),
        (rule("persons = { likely = 1000000 }"), True),  # were it to match later, it would block as well
        (rule('destination = ["sftp://partner/*"]', "allow"), True),  # it cannot match: nobody told a destination
        (rule("persons = { likely = 5 }", "allow"), False),  # it may match in the rest
        (rule("persons = { likely = 5 }", "review"), False),
    ],
)
def test_a_large_leak_is_settled_by_its_beginning(before: str, early: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "EARLY_BYTES", 4_096)
    verdict = verdict_of(BIG[:60_000], policy_of('default = "allow"\n' + before.replace('"it"', '"first"') + NIR_RULE))
    assert ("early" in verdict.reasons) is early
    assert verdict.action == "block"


def test_without_a_number_in_its_beginning_all_of_an_upload_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "EARLY_BYTES", 4_096)
    data = b"".join(b"vis;%d;ecrou\n" % n for n in range(2_000)) + BIG[:200]
    verdict = verdict_of(data, policy_of('default = "allow"\n' + NIR_RULE))
    assert verdict.action == "block"
    assert "early" not in verdict.reasons


ROWS = "".join(
    f"{last};{first};{born};{number};VIH positif\n"
    for last, first, born, number in (
        ("GARNIER", "Paul", "10/11/1977", "1771175123458"),
        ("PETIT", "Claire", "07/07/1979", "2790775123457"),
        ("ROCHE", "Mohamed", "22/06/1976", "1760675123459"),
        ("DURAND", "Nathalie", "02/05/1960", "2600575123452"),
    )
)
PROSE = (
    "Le serveur de fichiers sera remplacé, la salle sera fermée.\nLes postes redémarrent, puis la sauvegarde part.\n"
    * 60
)
STOCK = "ref;libelle;prix\n" + "".join(f"X{n};vis {n % 7};{n}.5\n" for n in range(600))


@pytest.mark.parametrize("text", [PROSE + ROWS, ROWS + PROSE, STOCK + ROWS])
def test_rows_that_lie_in_something_else_are_read_as_a_table(text: str) -> None:
    verdict = verdict_of(text.encode())
    assert verdict.action == "block"
    assert "table" in verdict.reasons


@pytest.mark.parametrize("separator", [*SEPARATORS])
def test_rows_in_a_text_are_blocked_whatever_parts_their_cells(separator: str) -> None:
    assert verdict_of((PROSE + ROWS.replace(";", separator)).encode()).action == "block"


@pytest.mark.parametrize("cut", range(0, 160, 13))
def test_rows_that_the_edge_of_a_piece_parts_are_found(cut: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inlaid_module, "_PIECE", len(PROSE) + cut)
    data = (PROSE + ROWS).encode()
    source = Source("upload", lambda: io.BytesIO(data), len(data))
    found = [table.open().read().decode() for table in inlaid_module.inlaid(source, beside_a_table=False)]
    assert any(set(ROWS.splitlines()) <= set(text.splitlines()) for text in found)


@pytest.mark.parametrize("text", [PROSE, STOCK, PROSE + STOCK, STOCK + "a;b;c;d\n" * 5])
def test_other_rows_do_no_harm(text: str) -> None:
    assert verdict_of(text.encode()).action == "allow"
