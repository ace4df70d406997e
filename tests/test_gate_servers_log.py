"""The audit log of the servers: each verdict stands in it, sealed and without a value, before it is told."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from hashlib import blake2b, sha256
from pathlib import Path

import pytest
import test_http
from icap_client import QUICK, Client, reqmod, running

from leakscan.cli.serving import services
from leakscan.gate.audit import AuditLog, audit_log, verify
from leakscan.gate.decide import verdict_id
from leakscan.gate.policy import load_policy
from leakscan.gate.serving.settings import Known

PEOPLE = test_http.LEAK


@pytest.fixture(autouse=True)
def _tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", f"{Path(__file__).parents[1]}:{Path(__file__).parent}")


def kept(folder: Path) -> AuditLog:
    (folder / "log").mkdir()
    return audit_log(folder / "log" / "gate.jsonl", folder / "gate.key")


def lines(log: AuditLog) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.path.read_text().splitlines()]


def test_http_logs_each_verdict(tmp_path: Path) -> None:
    log = kept(tmp_path)
    with test_http.running(replace(test_http.QUICK, log=log)) as server:
        assert server.put(test_http.CLEAN).status_code == 200
        assert server.put(PEOPLE, params={"user": "anna"}).status_code == 403
        assert server.put(b"").status_code == 200
    assert [line["action"] for line in lines(log)] == ["allow", "block"]
    assert verify(log).lines == 2
    assert "anna" not in log.path.read_text()
    assert test_http.SECRET.decode() not in log.path.read_text()


def test_without_its_line_nothing_passes(tmp_path: Path) -> None:
    log = kept(tmp_path)
    log.path.mkdir()
    with test_http.running(replace(test_http.QUICK, log=log)) as server:
        answer = server.put(test_http.CLEAN)
        assert answer.status_code != 200
        assert answer.json()["action"] == "block"


def test_ids_tell_nobody_without_the_key_what_an_upload_holds(tmp_path: Path) -> None:
    log = kept(tmp_path)
    bare, keyed = (
        services(None, [], None)[0],
        services(None, [f"/more={Path(__file__).parents[1] / 'models' / 'policy.toml'}"], log),
    )
    ids = [made.decide(io.BytesIO(b""), 0, Known()).id for made in (bare, *keyed)]
    assert len(set(ids)) == 2
    assert ids[1] == ids[2], "the same for the same content, policy and key"
    policy = load_policy(None)
    assert ids[0] == verdict_id(sha256(b"").hexdigest(), policy), "anybody can compute it"
    assert ids[1] == verdict_id(sha256(b"").hexdigest(), replace(policy, key=log.key)), "as `leakscan gate` has it"
    plainly = blake2b(f"{sha256(b'').hexdigest()} {policy.digest}".encode(), digest_size=12, key=log.key[:64])
    assert ids[1] != plainly.hexdigest(), "the key seals the log too: each purpose has its own"


def test_icap_logs_each_verdict(tmp_path: Path) -> None:
    log = kept(tmp_path)
    with running(replace(QUICK, log=log)) as server, Client(server.port) as client:
        assert client.ask(reqmod(test_http.CLEAN)).allowed
        assert client.ask(reqmod(PEOPLE)).blocked
        assert client.ask(reqmod(test_http.CLEAN)).allowed
    assert [line["action"] for line in lines(log)] == ["allow", "block", "allow"]
    assert verify(log).lines == 3
    assert test_http.SECRET.decode() not in log.path.read_text()
