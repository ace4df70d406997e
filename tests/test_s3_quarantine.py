"""The example of a worker behind a bucket, against the S3 and SQS of moto: tags, quarantine, and what fails."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import documents
import pytest
from servers.shares import s3_server

from leakscan.gate.policy import load_policy
from leakscan.gate.verdict import Verdict

ROOT = Path(__file__).parents[1]
CLEAN = "Le budget est voté.\nLa prochaine séance aura lieu en mai.\n".encode()
LEAK = documents.as_csv()
POLICY = load_policy(None)


@pytest.fixture(scope="module")
def worker() -> ModuleType:
    spec = spec_from_file_location("s3_quarantine", ROOT / "docs" / "examples" / "s3_quarantine.py")
    assert spec is not None
    assert spec.loader is not None
    made = module_from_spec(spec)
    sys.modules["s3_quarantine"] = made
    spec.loader.exec_module(made)
    return made


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with s3_server(monkeypatch) as url:
        yield url


def client(url: str, name: str) -> Any:
    return pytest.importorskip("boto3").client(name, endpoint_url=url)


@pytest.fixture
def s3(server: str) -> Iterator[Any]:
    """Two new buckets; moto keeps them as long as the process lives, so they are removed."""
    made = client(server, "s3")
    for bucket in ("uploads", "held"):
        made.create_bucket(Bucket=bucket)
    yield made
    for bucket in ("uploads", "held"):
        for one in made.list_object_versions(Bucket=bucket).get("Versions", []):
            made.delete_object(Bucket=bucket, Key=one["Key"], VersionId=one["VersionId"])
        made.delete_bucket(Bucket=bucket)


def event(key: str, version: str | None = None, name: str = "ObjectCreated:Put") -> dict[str, Any]:
    told = {"key": key} if version is None else {"key": key, "versionId": version}
    return {"Records": [{"eventName": name, "s3": {"bucket": {"name": "uploads"}, "object": told}}]}


def handled(worker: ModuleType, s3: Any, told: Any, quarantine: str | None = None) -> list[Verdict | None]:
    return [worker.handle(s3, which, POLICY, quarantine) for which in worker.objects_of(told)]


def tags(s3: Any, key: str, bucket: str = "uploads", **named: str) -> dict[str, str]:
    found = s3.get_object_tagging(Bucket=bucket, Key=key, **named)["TagSet"]
    return {tag["Key"]: tag["Value"] for tag in found}


def keys(s3: Any, bucket: str) -> list[str]:
    return [one["Key"] for one in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


def test_objects_are_tagged_with_their_verdict(worker: ModuleType, s3: Any) -> None:
    s3.put_object(Bucket="uploads", Key="out/été 1.txt", Body=CLEAN, Tagging="kept=yes")
    s3.put_object(Bucket="uploads", Key="out/export.csv", Body=LEAK)
    (clean,) = handled(worker, s3, event("out/%C3%A9t%C3%A9+1.txt"))
    (leak,) = handled(worker, s3, event("out/export.csv"))
    assert clean is not None
    assert leak is not None
    assert (clean.action, leak.action) == ("allow", "block")
    assert tags(s3, "out/été 1.txt") == {"kept": "yes", "leakscan": "allow", "leakscan-id": clean.id}
    assert tags(s3, "out/export.csv") == {"leakscan": "block", "leakscan-id": leak.id}


def test_what_is_not_allowed_is_moved_where_it_is_told_so(worker: ModuleType, s3: Any) -> None:
    s3.put_object(Bucket="uploads", Key="a/minutes.txt", Body=CLEAN)
    s3.put_object(Bucket="uploads", Key="a/export.csv", Body=LEAK)
    for key in ("a/minutes.txt", "a/export.csv"):
        handled(worker, s3, event(key), "held/from")
    assert keys(s3, "uploads") == ["a/minutes.txt"]
    assert keys(s3, "held") == ["from/uploads/a/export.csv"]
    assert tags(s3, "from/uploads/a/export.csv", "held")["leakscan"] == "block"
    assert s3.get_object(Bucket="held", Key="from/uploads/a/export.csv")["Body"].read() == LEAK


def test_the_version_of_the_event_is_decided_about(worker: ModuleType, s3: Any) -> None:
    s3.put_bucket_versioning(Bucket="uploads", VersioningConfiguration={"Status": "Enabled"})
    first, second = (s3.put_object(Bucket="uploads", Key="x", Body=data)["VersionId"] for data in (LEAK, CLEAN))
    for version in (first, second):
        handled(worker, s3, event("x", version))
    assert tags(s3, "x", VersionId=first)["leakscan"] == "block"
    assert tags(s3, "x", VersionId=second)["leakscan"] == "allow"


def test_an_object_that_is_replaced_meanwhile_is_not_let_pass(
    worker: ModuleType, s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3.put_object(Bucket="uploads", Key="x", Body=CLEAN)
    real, decided = worker.decide, []

    def replaced(file: Any, *given: Any, **named: Any) -> Verdict:
        verdict: Verdict = real(file, *given, **named)
        decided.append(verdict.action)
        s3.put_object(Bucket="uploads", Key="x", Body=LEAK)
        return verdict

    monkeypatch.setattr(worker, "decide", replaced)
    (verdict,) = handled(worker, s3, event("x"))
    assert verdict is not None
    assert decided == ["allow", "block"]
    assert tags(s3, "x")["leakscan"] == "block"


def test_what_has_gone_and_what_is_no_creation_is_passed_over(worker: ModuleType, s3: Any) -> None:
    assert handled(worker, s3, event("never")) == [None]
    s3.put_object(Bucket="uploads", Key="x", Body=CLEAN)
    for told in (event("x", name="ObjectRemoved:Delete"), {"Event": "s3:TestEvent"}, {}, []):
        assert handled(worker, s3, told) == []
    assert tags(s3, "x") == {}


def test_a_queue_keeps_what_failed(worker: ModuleType, s3: Any, server: str, capsys: Any) -> None:
    queue = client(server, "sqs")
    url = queue.create_queue(QueueName="uploads", Attributes={"VisibilityTimeout": "0"})["QueueUrl"]
    s3.put_object(Bucket="uploads", Key="DURAND.csv", Body=LEAK)
    for told in (event("DURAND.csv"), {"Records": [{"eventName": "ObjectCreated:Put"}]}):
        queue.send_message(QueueUrl=url, MessageBody=json.dumps(told))
    seen = 0
    while seen < 2:
        seen += worker.poll(s3, queue, url, POLICY, None, wait=0)
    assert tags(s3, "DURAND.csv")["leakscan"] == "block"
    left = queue.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert left["ApproximateNumberOfMessages"] == "1"
    err = capsys.readouterr().err
    assert "left in the queue: KeyError" in err
    assert "DURAND" not in err
    assert [person[0] for person in documents.PEOPLE if person[0] in err] == []


def test_the_command_reads_one_event(
    worker: ModuleType, s3: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    s3.put_object(Bucket="uploads", Key="x.csv", Body=LEAK)
    (tmp_path / "event.json").write_text(json.dumps(event("x.csv")), encoding="utf-8")
    worker.main([str(tmp_path / "event.json")])
    assert tags(s3, "x.csv")["leakscan"] == "block"
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(event("x.csv"))))
    worker.main(["-", "--quarantine", "held"])
    assert keys(s3, "held") == ["uploads/x.csv"]
    assert "Blocked: rule number-of-a-person applies." in capsys.readouterr().err
    with pytest.raises(SystemExit):
        worker.main([])
