"""What a worker does with one upload, in the process of the test: which bytes are decided, and which verdict counts."""

from __future__ import annotations

import base64
import gzip
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import pytest
from icap_client import SECRET, stand_in

from leakscan.gate.serving.judging import (
    FORM_DEPTH,
    Judged,
    Upload,
    judge,
    judge_edge,
    judge_joined,
    judge_part,
    made_up,
    plain,
    warm,
    worst,
)
from leakscan.gate.serving.settings import PART_EDGE_BYTES, READ_BYTES, Known, Service
from leakscan.readers.spool import Spool

MOST = 1 << 24
CLEAN = b"Compte rendu de la reunion du budget.\n" * 20
LEAK = CLEAN + SECRET


class Heard:
    """Decides like the stand-in of the server's tests. State: what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[bytes, Known]] = []

    def __call__(self, file: BinaryIO, size: int | None, known: Known) -> Any:
        self.asked.append((file.read(), known))
        file.seek(0)
        return stand_in(file, size, known)

    @property
    def texts(self) -> list[bytes]:
        return [text for text, _ in self.asked]


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def spool() -> Iterator[Callable[[bytes], Spool]]:
    made: list[Spool] = []

    def spooled(data: bytes) -> Spool:
        made.append(Spool(1000))
        made[-1].write(data)
        return made[-1]

    yield spooled
    for one in made:
        one.close()


Spooled = Callable[[bytes], Spool]


def asked(
    spool: Spooled, heard: Heard, data: bytes, *codings: str, kind: str | None = None, unreadable: Any = "block"
) -> Judged:
    service = Service("/outbound", heard, "tag", unreadable)
    return judge(b"", Upload(spool(data).handle(), Known(content_type=kind), codings), service, MOST)


@pytest.mark.parametrize(("data", "action"), [(CLEAN, "allow"), (LEAK, "block"), (CLEAN * 3000 + SECRET, "block")])
@pytest.mark.parametrize("codings", [(), ("identity",), ("gzip",)])
def test_a_body_is_decided_without_its_codings(
    spool: Spooled, heard: Heard, data: bytes, action: str, codings: tuple[str, ...]
) -> None:
    sent = gzip.compress(data) if "gzip" in codings else data
    assert asked(spool, heard, sent, *codings).action == action
    assert heard.texts == [data]


@pytest.mark.parametrize(
    ("data", "unreadable", "action", "reason"),
    [
        (CLEAN, "block", "block", "encoding-damaged"),
        (CLEAN, "review", "review", "encoding-damaged"),
        (CLEAN, "allow", "allow", "encoding-damaged"),
        (LEAK, "allow", "block", ""),
    ],
)
def test_the_worse_counts_of_what_cannot_be_decoded_and_how_it_stands(
    spool: Spooled, heard: Heard, data: bytes, unreadable: str, action: str, reason: str
) -> None:
    judged = asked(spool, heard, data, "gzip", unreadable=unreadable)
    assert (judged.action, "".join(judged.reasons)) == (action, reason)
    assert heard.texts == [data]


def form(*parts: bytes) -> bytes:
    return b"".join(b"--xyz\r\n" + part + b"\r\n" for part in parts) + b"--xyz--\r\n"


def file_part(value: bytes, more: bytes = b"") -> bytes:
    return b'Content-Disposition: form-data; name="f"; filename="a.csv"\r\n' + more + b"\r\n" + value


def value_part(name: bytes, value: bytes) -> bytes:
    return b'Content-Disposition: form-data; name="' + name + b'"\r\n\r\n' + value


def test_files_by_themselves_fields_and_heads_together(spool: Spooled, heard: Heard) -> None:
    body = form(
        value_part(b"nom", b"DURAND"),
        file_part(CLEAN, b"Content-Type: text/csv\r\n"),
        value_part(b"ne", b"1962"),
        file_part(
            base64.b64encode(gzip.compress(LEAK)), b"Content-Encoding: gzip\r\nContent-Transfer-Encoding: base64\r\n"
        ),
    )
    judged = asked(spool, heard, body, kind="multipart/form-data; boundary=xyz")
    assert (judged.action, judged.counts) == ("block", {"nir": 1})
    first, second, fields, heads = heard.asked
    assert (first[0], first[1].content_type, second[0]) == (CLEAN, "text/csv", LEAK)
    assert fields == (b"nom: DURAND\nne: 1962\n", Known(content_type="text/plain"))
    assert heads[0].count(b"a.csv") == 2


@pytest.mark.parametrize("depth", range(1, FORM_DEPTH + 2))
def test_forms_within_forms(spool: Spooled, heard: Heard, depth: int) -> None:
    body, kind = LEAK, b"text/csv"
    for level in range(depth):
        mark = b"xyz%d" % level
        body = b"--" + mark + b"\r\nContent-Type: " + kind + b"\r\n\r\n" + body + b"\r\n--" + mark + b"--\r\n"
        kind = b"multipart/mixed; boundary=" + mark
    judged = asked(spool, heard, body, kind=kind.decode(), unreadable="allow")
    assert judged.action == "block"
    assert (LEAK in heard.texts) is (depth <= FORM_DEPTH)  # deeper ones are decided as they stand


@pytest.mark.parametrize(
    ("body", "kind", "texts"),
    [
        (b"", "multipart/form-data", [b""]),
        (CLEAN, "multipart/form-data; boundary=xyz", [CLEAN]),
        (form(file_part(CLEAN))[:-9], "multipart/form-data; boundary=xyz", [form(file_part(CLEAN))[:-9]]),
    ],
)
def test_a_damaged_form_is_unreadable_and_decided_as_it_stands(
    spool: Spooled, heard: Heard, body: bytes, kind: str, texts: list[bytes]
) -> None:
    judged = asked(spool, heard, body, kind=kind)
    assert (judged.action, judged.rule, judged.reasons) == ("block", "unreadable", ("multipart-damaged",))
    assert heard.texts == texts


def test_a_form_of_nothing_passes(spool: Spooled, heard: Heard) -> None:
    body = b"--xyz\r\n\r\n\r\n--xyz--"
    assert asked(spool, heard, body, kind="multipart/form-data; boundary=xyz").action == "allow"
    assert [text.strip() for text in heard.texts] == [b":", b"--"]


def test_a_form_in_the_spelling_of_addresses_is_spelled_out(spool: Spooled, heard: Heard) -> None:
    body = b"nir=" + SECRET.replace(b" ", b"+")
    assert asked(spool, heard, body, kind="application/x-www-form-urlencoded; charset=utf-8").action == "block"
    assert heard.asked == [(b"nir: " + SECRET + b"\n", Known(content_type="text/plain"))]


def chunked(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n0\r\n\r\n" % (len(data), data)


@pytest.mark.parametrize("size", [0, 10, PART_EDGE_BYTES, 3 * PART_EDGE_BYTES])
@pytest.mark.parametrize("around", [False, True])
def test_the_ends_of_a_part_are_told(spool: Spooled, heard: Heard, size: int, *, around: bool) -> None:
    data = bytes(number % 251 for number in range(size))
    sent = chunked(data) if around and data else b"0\r\n\r\n" if around else data
    upload = Upload(spool(sent).handle(), Known(), ("aws-chunked",) if around else ())
    found = judge_part(b"", upload, Service("/outbound", heard, "tag"), MOST)
    assert (found.size, found.head, found.tail) == (size, data[:PART_EDGE_BYTES], data[-PART_EDGE_BYTES:])
    assert heard.texts == [data]


def test_a_part_of_a_packed_file_is_decided_unpacked_and_its_ends_are_those_that_are_sent(
    spool: Spooled, heard: Heard
) -> None:
    packed = gzip.compress(LEAK)
    found = judge_part(
        b"", Upload(spool(packed).handle(), Known(), ("gzip",)), Service("/outbound", heard, "tag"), MOST
    )
    assert (found.judged.action, found.head, heard.texts) == ("block", packed, [LEAK])


def test_a_part_that_cannot_be_decoded_has_no_ends(spool: Spooled, heard: Heard) -> None:
    upload = Upload(spool(CLEAN).handle(), Known(), ("aws-chunked",))
    found = judge_part(b"", upload, Service("/outbound", heard, "tag"), MOST)
    assert (found.judged.action, found.judged.reasons) == ("block", ("encoding-damaged",))
    assert (found.size, found.head, found.tail) == (0, b"", b"")


def test_an_edge_is_decided_as_it_stands(heard: Heard) -> None:
    service = Service("/outbound", heard, "tag")
    assert judge_edge(CLEAN + SECRET, Known(), service).action == "block"
    assert judge_edge(CLEAN, Known(), service).action == "allow"
    assert heard.texts == [CLEAN + SECRET, CLEAN]


@pytest.mark.parametrize("around", [False, True])
def test_parts_are_joined_in_the_order_of_the_list(spool: Spooled, heard: Heard, *, around: bool) -> None:
    bodies = [CLEAN * 700 + SECRET[:9], SECRET[9:] + CLEAN * 700, CLEAN]
    sent = [chunked(body) if around and number else body for number, body in enumerate(bodies)]
    order, places, written = (2, 1, 0), {}, b""
    for number in order:
        places[number] = (len(written), len(sent[number]), ("aws-chunked",) if around and number else ())
        written += sent[number] + b"an end"
    listed = tuple(places[number] for number in range(3))
    service = Service("/outbound", heard, "tag")
    judged = judge_joined(b"", spool(written).handle(), listed, Known(), service, MOST)
    assert (judged.action, heard.texts) == ("block", [b"".join(bodies)])


def test_joined_parts_that_swell_are_refused(spool: Spooled, heard: Heard) -> None:
    sent = chunked(CLEAN)
    places = tuple((0, len(sent), ("aws-chunked",)) for _ in range(3))
    service = Service("/outbound", heard, "tag")
    judged = judge_joined(b"", spool(sent).handle(), places, Known(), service, 2 * len(CLEAN))
    assert (judged.action, judged.rule, judged.reasons, heard.texts) == ("block", "limit", ("expansion",), [])


def verdict(action: Any, rule: str = "rule", **counts: int) -> Judged:
    return Judged(action, rule, (), counts, "0" * 16, "", "")


@pytest.mark.parametrize(
    ("given", "action", "rule", "counts"),
    [
        ([verdict("allow")], "allow", "rule", {}),
        ([verdict("allow", "a"), verdict("block", "b"), verdict("review", "c")], "block", "b", {}),
        ([verdict("review", "a"), verdict("review", "b")], "review", "a", {}),
        ([verdict("allow", nir=1), verdict("review", nir=2, ins=1)], "review", "rule", {"nir": 3, "ins": 1}),
    ],
)
def test_the_worst_counts_and_counts_are_added_up(
    given: list[Judged], action: str, rule: str, counts: dict[str, int]
) -> None:
    found = worst(given)
    assert (found.action, found.rule, found.counts) == (action, rule, counts)


@dataclass(frozen=True)
class Odd:
    action: str = "perhaps"
    rule: str = ""
    reasons: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    id: str = ""


def test_an_action_that_is_not_known_is_no_permission() -> None:
    service = Service("/outbound", lambda *_: Odd(), "tag")
    judged = plain(io.BytesIO(CLEAN), len(CLEAN), Known(), service)
    assert (judged.action, judged.rule, judged.reasons) == ("block", "error", ("unknown-action",))


def test_a_verdict_that_was_made_up_says_why_in_both_languages() -> None:
    one, other = (made_up("block", "error", "decision-failed") for _ in range(2))
    assert one.french != one.english
    assert one.id != other.id
    assert len(one.id) == 16


def test_a_worker_is_warm_once_it_has_decided(heard: Heard) -> None:
    assert warm(b"", None)
    assert heard.texts == []
    assert warm(b"", Service("/outbound", heard, "tag"))
    assert len(heard.texts) == 1


def test_what_was_decided_was_read_from_its_beginning(spool: Spooled, heard: Heard) -> None:
    large = CLEAN * (2 * READ_BYTES // len(CLEAN)) + SECRET
    assert asked(spool, heard, large).counts == {"nir": 1}
    assert heard.texts == [large]
