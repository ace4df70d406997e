"""The ICAP server: what passes, what is refused, and that nothing which goes wrong is a permission."""

from __future__ import annotations

import base64
import gzip
import io
import shutil
import ssl
import subprocess
import urllib.error
import urllib.request
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import zstandard
from icap_client import QUICK, SECRET, SERVICES, Client, Running, chunks, http_put, reqmod, running

from leakscan.gate.serving.settings import PREVIEW_BYTES

CLEAN = b"Compte rendu de la r\xc3\xa9union du budget.\n" * 50
LEAK = CLEAN + b"NIR " + SECRET + b"\n"


@pytest.fixture(scope="module", autouse=True)
def _tasks() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", f"{Path(__file__).parents[1]}:{Path(__file__).parent}")
        yield


@pytest.fixture(scope="module")
def one(_tasks: None) -> Iterator[Running]:
    with running() as server:
        yield server


@pytest.fixture
def client(one: Running) -> Iterator[Client]:
    with Client(one.port) as connection:
        yield connection


def test_options_say_what_a_service_can_do(client: Client) -> None:
    answer = client.ask(b"OPTIONS icap://x/outbound ICAP/1.0\r\nHost: x\r\n\r\n")
    assert answer.status == 200
    assert answer.fields["istag"] == '"tag-of-outbound"'
    assert answer.fields["methods"] == "REQMOD, RESPMOD"
    assert (answer.fields["preview"], answer.fields["allow"]) == (str(PREVIEW_BYTES), "204")
    assert answer.fields["max-connections"] == "20"


def test_a_tag_comes_with_every_answer(client: Client) -> None:
    for body in (CLEAN, LEAK):
        assert client.ask(reqmod(body)).fields["istag"] == '"tag-of-outbound"'


def test_clean_passes_and_a_leak_does_not_on_one_connection(client: Client) -> None:
    for _ in range(3):
        assert client.ask(reqmod(CLEAN)).status == 204
        assert client.ask(reqmod(LEAK)).blocked


def test_the_page_says_why_in_both_languages_and_repeats_nothing(client: Client) -> None:
    answer = client.ask(reqmod(LEAK, path="/dossier-de-Marie"))
    page = answer.body.decode()
    assert "Blocked by &lt;the rule&gt;." in page
    assert "Bloqué par &lt;la règle&gt;." in page
    assert "0123456789abcdef" in page
    assert SECRET.decode() not in page
    assert "Marie" not in page
    assert answer.fields["x-leakscan-id"] == "0123456789abcdef"
    assert f"Content-Length: {len(answer.body)}".encode() in answer.http


def test_s3_clients_are_told_in_their_way(client: Client) -> None:
    answer = client.ask(reqmod(LEAK, fields="", head=http_put(LEAK, fields="x-amz-date: 20260101T000000Z\r\n")))
    assert b"<Code>AccessDenied</Code>" in answer.body


@pytest.mark.parametrize("size", [1, 7, 1000, 1 << 20])
def test_without_204_the_same_bytes_come_back(client: Client, size: int) -> None:
    body = bytes(range(256)) * (4 if size < 100 else 9000)
    message = reqmod(body, allow="", size=size)
    answer = client.ask(message)
    assert (answer.status, answer.body) == (200, body)
    assert answer.http == http_put(body)


def test_a_body_beyond_memory_comes_back_whole_and_lies_nowhere_in_clear() -> None:
    body = b"0123456789abcdef" * 300_000
    with running(replace(QUICK, memory_bytes=1000)) as server, Client(server.port) as client:
        assert client.ask(reqmod(body, allow="")).body == body


def test_answers_of_servers_are_decided_too(client: Client) -> None:
    request = b"GET /x HTTP/1.1\r\nHost: store.example\r\n\r\n"
    for body, passes in ((CLEAN, True), (LEAK, False)):
        head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)
        places = f"req-hdr=0, res-hdr={len(request)}, res-body={len(request) + len(head)}"
        icap = f"RESPMOD icap://x/outbound ICAP/1.0\r\nHost: x\r\nEncapsulated: {places}\r\n\r\n"
        answer = client.ask(icap.encode() + request + head + chunks(body))
        assert answer.allowed is passes
        if passes:
            assert (answer.http, answer.body) == (head, body)


def test_a_request_without_a_body_passes(client: Client) -> None:
    assert client.ask(reqmod(None, method="GET")).status == 204
    answer = client.ask(reqmod(None, method="GET", allow=""))
    assert (answer.status, answer.fields["encapsulated"]) == (200, f"req-hdr=0, null-body={len(answer.http)}")


def preview(body: bytes, size: int, allow: str = "Allow: 204\r\n") -> tuple[bytes, bytes]:
    head = http_put(body)
    icap = (
        f"REQMOD icap://x/outbound ICAP/1.0\r\nHost: x\r\n{allow}Preview: {size}\r\n"
        f"Encapsulated: req-hdr=0, req-body={len(head)}\r\n\r\n"
    ).encode()
    first = b"%x\r\n%b\r\n" % (len(body[:size]), body[:size]) if body[:size] else b""
    return icap + head + first + (b"0; ieof\r\n\r\n" if len(body) <= size else b"0\r\n\r\n"), body[size:]


@pytest.mark.parametrize("size", [0, 10, 1024])
@pytest.mark.parametrize("body", [CLEAN, LEAK])
def test_more_is_asked_for_behind_a_preview(client: Client, size: int, body: bytes) -> None:
    first, rest = preview(body, size)
    client.send(first)
    assert client.head()[0] == 100
    assert client.ask(chunks(rest)).allowed is (body == CLEAN)


@pytest.mark.parametrize(("body", "status"), [(b"short", 204), (b"", 204), (SECRET, 200)])
def test_a_body_that_ends_within_its_preview_is_decided_at_once(client: Client, body: bytes, status: int) -> None:
    assert client.ask(preview(body, 1024, allow="")[0]).status == status


def test_an_upload_that_makes_the_decision_fail_is_refused_and_its_message_told_to_nobody(one: Running) -> None:
    with Client(one.port) as client:
        answer = client.ask(reqmod(b"RAISE " + CLEAN))
        assert answer.blocked
        assert client.ask(reqmod(CLEAN)).status == 204
    assert any("ValueError" in line for line in one.told)
    assert SECRET.decode() not in "".join(one.told) + answer.body.decode()


def test_a_worker_that_dies_takes_no_other_upload_with_it(one: Running) -> None:
    before = one.server.worker_ids
    with Client(one.port) as dying, Client(one.port) as other:
        dying.send(reqmod(b"DIE"))
        assert other.ask(reqmod(CLEAN)).status == 204
        assert dying.answer().blocked
        assert other.ask(reqmod(CLEAN)).status == 204
    assert set(before) != set(one.server.worker_ids)


def test_failing_open_lets_pass_what_could_not_be_decided_and_nothing_else() -> None:
    settings = replace(QUICK, fail="open", decide_seconds=5.0, body_bytes=1 << 20)
    with running(settings) as server, Client(server.port) as client:
        assert client.ask(reqmod(b"RAISE")).status == 204
        assert client.ask(reqmod(b"SLEEP30")).status == 204
        assert client.ask(reqmod(LEAK)).blocked
        assert client.ask(reqmod(bytes(2 << 20))).blocked


def test_a_decision_that_takes_too_long_is_ended_and_refused() -> None:
    with running(replace(QUICK, decide_seconds=5.0)) as server, Client(server.port) as client:
        assert client.ask(reqmod(b"SLEEP60")).blocked
        assert client.ask(reqmod(CLEAN)).status == 204


def test_small_uploads_do_not_wait_for_heavy_ones() -> None:
    heavy = b"SLEEP60 " + bytes(5 << 20)
    with running(replace(QUICK, drain_seconds=0.0)) as server:
        waiting = [Client(server.port) for _ in range(3)]
        for client in waiting:
            client.send(reqmod(heavy))
        with Client(server.port) as client:
            assert [client.ask(reqmod(CLEAN)).status for _ in range(5)] == [204] * 5
        for client in waiting:
            client.__exit__()


@pytest.mark.parametrize(("review", "status"), [("block", 200), ("allow", 204)])
def test_review_is_what_was_settled(review: str, status: int) -> None:
    with running(replace(QUICK, review=review)) as server, Client(server.port) as client:
        answer = client.ask(reqmod(b"REVIEW"))
        assert (answer.status, answer.fields["x-leakscan-action"]) == (status, "review")


def test_facts_are_read_from_both_heads(client: Client) -> None:
    assert client.ask(reqmod(LEAK, path="/in", host="Trusted.example:443")).status == 204
    assert client.ask(reqmod(LEAK, path="/other/%2e%2e/in?x=1", host="trusted.example")).status == 204
    assert client.ask(reqmod(LEAK, path="/in/../other", host="trusted.example")).blocked
    assert client.ask(reqmod(LEAK, path="http://other.example/in", host="trusted.example")).blocked


def brotli(data: bytes) -> bytes:
    return pytest.importorskip("brotli").compress(data)


def aws_chunked(data: bytes, size: int = 700, *, signed: bool = True) -> bytes:
    sign = b";chunk-signature=" + b"a" * 64 if signed else b""
    parts = [data[at : at + size] for at in range(0, len(data), size)]
    return b"".join(b"%x%b\r\n%b\r\n" % (len(part), sign, part) for part in [*parts, b""])


CODINGS = {
    "gzip": gzip.compress,
    "x-gzip": lambda data: gzip.compress(data[:100]) + gzip.compress(data[100:]),
    "deflate": zlib.compress,
    "Deflate": lambda data: zlib.compress(data)[2:-4],
    "br": brotli,
    "zstd": lambda data: zstandard.compress(data[:50]) + zstandard.compress(data[50:]),
    "aws-chunked": aws_chunked,
    "aws-chunked,gzip": lambda data: aws_chunked(gzip.compress(data)),
    "gzip, aws-chunked": lambda data: aws_chunked(gzip.compress(data), signed=False),
    "gzip, identity, br": lambda data: brotli(gzip.compress(data)),
}


@pytest.mark.parametrize("coding", CODINGS)
def test_bodies_are_decoded(client: Client, coding: str) -> None:
    for body, passes in ((CLEAN, True), (CLEAN * 3000, True), (LEAK, False)):
        sent = CODINGS[coding](body)
        head = http_put(sent, fields=f"Content-Encoding: {coding}\r\n")
        assert client.ask(reqmod(sent, head=head)).allowed is passes
        damaged = sent[: len(sent) // 2]
        head = http_put(damaged, fields=f"Content-Encoding: {coding}\r\n")
        assert client.ask(reqmod(damaged, head=head)).blocked


@pytest.mark.parametrize("coding", ["compress", "nonsense", "gzip", "br", "zstd", "deflate", "aws-chunked"])
def test_what_cannot_be_decoded_is_as_the_policy_says_and_decided_as_it_stands(client: Client, coding: str) -> None:
    fields = f"Content-Encoding: {coding}\r\n"
    for service, body, passes in (
        ("/outbound", CLEAN, False), ("/lenient", CLEAN, True), ("/lenient", LEAK, False)
    ):  # fmt: skip
        assert client.ask(reqmod(body, head=http_put(body, fields=fields), service=service)).allowed is passes


def test_a_body_that_swells_is_unreadable() -> None:
    sent = gzip.compress(bytes(1 << 20))
    with running(replace(QUICK, expanded_bytes=1000)) as server, Client(server.port) as client:
        assert client.ask(reqmod(sent, head=http_put(sent, fields="Content-Encoding: gzip\r\n"))).blocked


def form(*parts: bytes, boundary: bytes = b"xyz", end: bytes = b"--xyz--\r\n") -> bytes:
    return b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts) + end


def field(name: bytes, value: bytes) -> bytes:
    return b'Content-Disposition: form-data; name="' + name + b'"\r\n\r\n' + value


def file_part(value: bytes, more: bytes = b"", name: bytes = b"a.txt") -> bytes:
    return b'Content-Disposition: form-data; name="f"; filename="' + name + b'"\r\n' + more + b"\r\n" + value


FORM = "Content-Type: multipart/form-data; boundary=xyz\r\n"


@pytest.mark.parametrize(
    ("body", "passes"),
    [
        (form(field(b"a", b"1"), file_part(CLEAN)), True),
        (form(field(b"a", b""), file_part(b"")), True),
        (form(file_part(CLEAN), file_part(LEAK), file_part(CLEAN)), False),
        (form(field(b"a", SECRET)), False),
        (form(file_part(CLEAN, name=SECRET)), False),
        (form(file_part(gzip.compress(LEAK), b"Content-Encoding: gzip\r\n")), False),
        (form(file_part(gzip.compress(CLEAN), b"Content-Encoding: gzip\r\n")), True),
        (form(file_part(base64.b64encode(LEAK), b"Content-Transfer-Encoding: base64\r\n")), False),
        (form(file_part(base64.b64encode(CLEAN), b"Content-Transfer-Encoding: base64\r\n")), True),
        (form(file_part(LEAK.replace(b"1", b"=31"), b"Content-Transfer-Encoding: quoted-printable\r\n")), False),
        (form(file_part(form(file_part(LEAK)), b"Content-Type: multipart/mixed; boundary=xyz\r\n")), False),
        (SECRET + b"\r\n" + form(file_part(CLEAN)), False),
        (form(file_part(CLEAN)) + SECRET, False),
        (form(file_part(CLEAN), end=b""), False),
        (form(file_part(CLEAN), boundary=b"other", end=b""), False),
        (form(file_part(CLEAN + b"\r\n--xy" + CLEAN * 8000)), True),
        (form(file_part(CLEAN * 8000 + LEAK)), False),
    ],
)
def test_each_part_of_a_form_is_decided(client: Client, body: bytes, passes: bool) -> None:
    assert client.ask(reqmod(body, head=http_put(body, fields=FORM, method="POST"))).allowed is passes


def test_a_person_spread_over_fields_is_read_together(client: Client) -> None:
    kind = "Content-Type: application/x-www-form-urlencoded\r\n"
    for body, passes in ((b"note=bonjour&nir=" + SECRET.replace(b" ", b"+"), False), (b"a=1&b=2", True)):
        assert client.ask(reqmod(body, head=http_put(body, fields=kind, method="POST"))).allowed is passes


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=", "multipart/x; boundary=é"])
def test_a_form_without_a_boundary_is_unreadable(client: Client, kind: str) -> None:
    head = f"POST /x HTTP/1.1\r\nHost: a\r\nContent-Type: {kind}\r\n\r\n".encode("latin-1")
    assert client.ask(reqmod(CLEAN, head=head)).blocked


def part(body: bytes, number: int, upload: str, fields: str = "") -> bytes:
    return reqmod(body, head=http_put(body, f"/bucket/key?partNumber={number}&uploadId={upload}", fields))


def complete(upload: str, *numbers: int) -> bytes:
    listed = "".join(f"<Part><ETag>e</ETag><PartNumber>{number}</PartNumber></Part>" for number in numbers)
    body = f"<CompleteMultipartUpload>{listed}</CompleteMultipartUpload>".encode()
    return reqmod(body, head=http_put(body, f"/bucket/key?uploadId={upload}", method="POST"))


def test_a_number_cut_by_the_edge_of_two_parts_is_found_when_the_second_comes(client: Client) -> None:
    first, second = CLEAN + SECRET[:9], SECRET[9:] + CLEAN
    for upload, order in (("u1", (1, 2)), ("u2", (2, 1))):
        halves = {1: first, 2: second}
        assert client.ask(part(halves[order[0]], order[0], upload)).status == 204
        assert client.ask(part(halves[order[1]], order[1], upload)).blocked
        assert client.ask(complete(upload, 1, 2)).blocked


def test_a_number_over_three_short_parts_is_found(client: Client) -> None:
    for number, body in ((1, CLEAN + SECRET[:5]), (3, SECRET[12:] + CLEAN)):
        assert client.ask(part(body, number, "u3")).status == 204
    assert client.ask(part(SECRET[5:12], 2, "u3")).blocked


def test_clean_parts_in_any_order_are_completed(client: Client) -> None:
    for number in (2, 3, 1):
        sent = aws_chunked(CLEAN)
        assert client.ask(part(sent, number, "u4", "x-amz-content-sha256: STREAMING-AWS4-HMAC\r\n")).status == 204
    assert client.ask(complete("u4", 1, 2, 3)).status == 204
    assert client.ask(complete("u4", 1, 2, 3)).status == 204


def test_a_cut_number_in_signed_chunks_is_found(client: Client) -> None:
    fields = "Content-Encoding: aws-chunked\r\n"
    assert client.ask(part(aws_chunked(CLEAN + SECRET[:9]), 1, "u5", fields)).status == 204
    assert client.ask(part(aws_chunked(SECRET[9:] + CLEAN), 2, "u5", fields)).blocked


def test_what_is_known_of_an_upload_is_needed_to_complete_it(client: Client) -> None:
    assert client.ask(complete("never-seen", 1)).blocked
    assert client.ask(part(CLEAN, 1, "u6")).status == 204
    assert client.ask(complete("u6", 1, 2)).blocked
    assert client.ask(complete("u6")).blocked
    assert client.ask(reqmod(None, head=http_put(None, "/bucket/key?uploadId=u6", method="DELETE"))).status == 204
    assert client.ask(complete("u6", 1)).blocked


def test_a_list_of_parts_is_no_way_around(client: Client) -> None:
    assert client.ask(part(CLEAN, 1, "u10")).status == 204
    body = b"<CompleteMultipartUpload><Part><PartNumber>1</PartNumber></Part>" + SECRET
    assert client.ask(reqmod(body, head=http_put(body, "/bucket/key?uploadId=u10", method="POST"))).blocked
    twice = "/bucket/key?partNumber=1&partNumber=2&uploadId=u10"
    assert client.ask(reqmod(CLEAN, head=http_put(CLEAN, twice))).status == 204
    assert client.ask(complete("u10", 1, 2)).blocked
    assert client.ask(complete("u10", 1)).status == 204


def test_a_part_that_was_refused_can_be_sent_again(client: Client) -> None:
    assert client.ask(part(LEAK, 1, "u7")).blocked
    assert client.ask(complete("u7", 1)).blocked
    assert client.ask(part(CLEAN, 1, "u7")).status == 204
    assert client.ask(complete("u7", 1)).status == 204


def test_an_archive_in_parts_is_decided_as_a_whole(client: Client) -> None:
    for upload, end, passes in (("u8", b"ENDOFZIP", True), ("u9", b"nothing", False)):
        assert client.ask(part(b"PK" + CLEAN, 1, upload)).status == 204
        assert client.ask(part(end, 2, upload)).status == 204
        assert client.ask(complete(upload, 1, 2)).allowed is passes


def test_of_too_many_bytes_of_parts_the_ends_are_kept() -> None:
    settings = replace(QUICK, uploads_bytes=400_000, uploads=2)
    large = CLEAN * 120
    with running(settings) as server, Client(server.port) as client:
        for number in (1, 2, 3, 4):
            assert client.ask(part(large, number, "a")).status == 204
        assert client.ask(complete("a", 1, 2, 3, 4)).status == 204
        assert client.ask(part(large + SECRET[:9], 5, "a")).status == 204
        assert client.ask(part(SECRET[9:] + large, 6, "a")).blocked
        for upload in ("b", "c"):
            assert client.ask(part(CLEAN, 1, upload)).status == 204
        assert client.ask(complete("a", 1, 2, 3, 4)).blocked


def test_a_piece_of_an_archive_whose_rest_is_not_kept_does_not_pass() -> None:
    with running(replace(QUICK, uploads_bytes=400_000)) as server, Client(server.port) as client:
        assert client.ask(part(b"PK" + CLEAN * 90, 1, "a")).status == 204
        assert client.ask(part(CLEAN * 90, 2, "a")).status == 204
        assert client.ask(complete("a", 1, 2)).blocked


def get(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, ""


def test_figures_and_health() -> None:
    with running() as server:
        with Client(server.port) as client:
            client.ask(reqmod(LEAK, path="/Marie"))
            client.ask(reqmod(CLEAN))
            client.ask(reqmod(b"RAISE"))
        status, text = get(server.server.ports[1], "/metrics")
        assert status == 200
        assert 'leakscan_icap_answers_total{method="REQMOD",service="/outbound",action="block"} 2' in text
        assert 'leakscan_icap_answers_total{method="REQMOD",service="/outbound",action="allow"} 1' in text
        assert 'leakscan_icap_failures_total{reason="decision-failed"} 1' in text
        assert "leakscan_icap_decision_seconds_count 3" in text
        assert "leakscan_icap_spool_bytes 0" in text
        assert "Marie" not in text
        assert get(server.server.ports[1], "/healthz") == (200, "ok\n")
        assert get(server.server.ports[1], "/other")[0] == 404


def test_more_connections_than_settled_are_told_so() -> None:
    with running(replace(QUICK, connections=1)) as server, Client(server.port) as first:
        assert first.ask(reqmod(CLEAN)).status == 204
        with Client(server.port) as second:
            assert second.answer().status == 503
        assert first.ask(reqmod(CLEAN)).status == 204


def test_a_body_beyond_a_limit_is_refused_before_it_is_all_sent() -> None:
    settings = replace(QUICK, body_bytes=100_000, spool_bytes=50_000)
    with running(settings) as server:
        for head in (http_put(bytes(1 << 20)), b"PUT /x HTTP/1.1\r\nHost: a\r\n\r\n"):
            for size in (60_000, 1 << 20):
                body = bytes(size)
                given = head if size > 100_000 else http_put(body)
                with Client(server.port) as client:
                    answer = client.ask(reqmod(body, head=given))
                    assert answer.blocked
                    assert answer.fields["connection"] == "close"
        assert server.spooled() == 0


def test_what_runs_ends_before_the_server_does() -> None:
    with running() as server:
        port = server.port
        with Client(server.port) as idle, Client(server.port) as busy:
            assert idle.ask(reqmod(CLEAN)).status == 204
            busy.send(reqmod(b"SLEEP1"))
            while not server.server.metrics.body_bytes > len(CLEAN):
                pass
            server.do(server.server.drain())
            answer = busy.answer()
            assert (answer.status, answer.fields["connection"]) == (204, "close")
            assert idle.file.read() == b""
        with pytest.raises(OSError):
            Client(port)


def test_tls(tmp_path: Path) -> None:
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    openssl = shutil.which("openssl") or pytest.skip("openssl is not installed")
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-keyout", key, "-out", cert], capture_output=True, check=True,
    )  # fmt: skip
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(cert, key)
    ours = ssl.create_default_context(cafile=cert)
    with running(tls=theirs) as server:
        wrapped = lambda raw: ours.wrap_socket(raw, server_hostname="localhost")  # noqa: E731
        with Client(server.port, wrapped) as client:
            assert client.ask(reqmod(CLEAN * 100)).status == 204
            assert client.ask(reqmod(LEAK)).blocked
            body = bytes(3 << 20)
            assert client.ask(reqmod(body, allow="")).body == body


def test_services_have_their_own_policy(client: Client) -> None:
    assert [service.path for service in SERVICES] == ["/outbound", "/lenient"]
    assert client.ask(reqmod(CLEAN, service="/nowhere")).status == 404


def test_a_stream_of_stretches_reads_like_one_file() -> None:
    from leakscan.gate.serving.judging import Stretches
    from leakscan.readers.spool import Spool

    with Spool(10) as spool:
        spool.write(b"0123456789abcdefghij")
        joined = io.BufferedReader(Stretches(spool, ((10, 5), (0, 0), (3, 4))))
        assert joined.read() == b"abcde3456"
        joined.seek(4)
        assert joined.read(2) == b"e3"
