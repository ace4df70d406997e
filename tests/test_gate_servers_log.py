"""The audit log of the servers: each verdict stands in it, sealed and without a value, before it is told."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import test_http
from icap_client import QUICK, Client, reqmod, running

from leakscan.gate.audit import AuditLog, audit_log, verify

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


def test_icap_logs_each_verdict(tmp_path: Path) -> None:
    log = kept(tmp_path)
    with running(replace(QUICK, log=log)) as server, Client(server.port) as client:
        assert client.ask(reqmod(test_http.CLEAN)).allowed
        assert client.ask(reqmod(PEOPLE)).blocked
        assert client.ask(reqmod(test_http.CLEAN)).allowed
    assert [line["action"] for line in lines(log)] == ["allow", "block", "allow"]
    assert verify(log).lines == 3
    assert test_http.SECRET.decode() not in log.path.read_text()
