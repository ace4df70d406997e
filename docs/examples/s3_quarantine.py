"""A worker behind an S3 bucket: each object that is created is decided by the gate, then tagged or moved away.

    python docs/examples/s3_quarantine.py event.json
    python docs/examples/s3_quarantine.py --quarantine held-bucket/from-uploads --queue https://sqs.../uploads

It needs boto3 and leakscan. The bucket sends `s3:ObjectCreated:*` to an SQS queue; without `--queue` one event is read
from a file or standard input. A verdict becomes the tags `leakscan=allow|review|block` and `leakscan-id=...`. A bucket
policy then lets readers have only what is tagged `allow` (docs/gate.md). With `--quarantine` what is not allowed is
moved there as well.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import boto3
from botocore.exceptions import ClientError

from leakscan.gate.decide import decide
from leakscan.gate.policy import Facts, Policy, load_policy
from leakscan.gate.verdict import Verdict

TAG, TAG_ID = "leakscan", "leakscan-id"
WAIT_SECONDS = 20
TRIES = 3
GONE = ("NoSuchKey", "NoSuchVersion", "404", "405", "MethodNotAllowed")


@dataclass(frozen=True, slots=True)
class Object:
    """An object that was created; `version` is None in a bucket without versions."""

    bucket: str
    key: str = field(repr=False)
    version: str | None

    @property
    def named(self) -> dict[str, str]:
        """How the calls of S3 name it."""
        named = {"Bucket": self.bucket, "Key": self.key}
        return named if self.version is None else {**named, "VersionId": self.version}


class ChangedError(Exception):
    """Another object lies under the key than the one that was decided about."""


def objects_of(event: Any) -> Iterator[Object]:
    """The objects that an S3 notification says were created; what else is in it, such as a test, is passed over."""
    for record in event.get("Records", ()) if isinstance(event, dict) else ():
        if str(record.get("eventName", "")).removeprefix("s3:").startswith("ObjectCreated:"):
            told = record["s3"]["object"]
            yield Object(record["s3"]["bucket"]["name"], unquote_plus(told["key"]), told.get("versionId"))


def handle(s3: Any, which: Object, policy: Policy, quarantine: str | None = None) -> Verdict | None:
    """Decide about an object, then tag or move it; None where it has gone. ClientError where S3 refuses.

    The object that is tagged is the one that was read: without versions it is looked at again afterwards.
    """
    for _ in range(TRIES):
        try:
            got = s3.get_object(**which.named)
        except ClientError as error:
            if error.response["Error"]["Code"] in GONE:
                return None
            raise
        facts = Facts(f"s3://{which.bucket}", _sender(got), which.key, got.get("ContentType"))
        verdict = decide(got["Body"], got["ContentLength"], facts, policy, name=which.key)
        try:
            _carry_out(s3, which, got, verdict, quarantine)
        except ChangedError:
            continue
        return verdict
    message = "the object changed at each try: turn on versions for the bucket"
    raise RuntimeError(message)


def _carry_out(s3: Any, which: Object, got: Mapping[str, Any], verdict: Verdict, quarantine: str | None) -> None:
    tags = {TAG: verdict.action, TAG_ID: verdict.id}
    if quarantine is not None and verdict.action != "allow":
        bucket, _, prefix = quarantine.partition("/")
        target = "/".join(part for part in (prefix.strip("/"), which.bucket, which.key) if part)
        # `copy` puts large objects together of parts; a part of another object than was read is refused
        s3.copy(which.named, bucket, target, ExtraArgs={"CopySourceIfMatch": got["ETag"]})
        _tag(s3, {"Bucket": bucket, "Key": target}, tags)
        _same(s3, which, got["ETag"])
        s3.delete_object(**which.named)
        return
    _tag(s3, which.named, tags)
    try:
        _same(s3, which, got["ETag"])
    except ChangedError:
        _tag(s3, which.named, {TAG: "review", TAG_ID: verdict.id})
        raise


def _tag(s3: Any, named: Mapping[str, str], tags: Mapping[str, str]) -> None:
    """Set our tags beside those that are there."""
    there = {tag["Key"]: tag["Value"] for tag in s3.get_object_tagging(**named)["TagSet"]}
    merged = [{"Key": key, "Value": value} for key, value in {**there, **tags}.items()]
    s3.put_object_tagging(**named, Tagging={"TagSet": merged})


def _same(s3: Any, which: Object, etag: str) -> None:
    if s3.head_object(**which.named)["ETag"] != etag:
        raise ChangedError


def _sender(got: Mapping[str, Any]) -> str | None:
    return got.get("Metadata", {}).get("user")


def poll(s3: Any, queue: Any, url: str, policy: Policy, quarantine: str | None, *, wait: int = WAIT_SECONDS) -> int:
    """Take messages once and carry them out: how many. One that failed is left in the queue, which gives it again."""
    messages = queue.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=wait).get("Messages", [])
    for message in messages:
        try:
            for which in objects_of(json.loads(message["Body"])):
                tell(handle(s3, which, policy, quarantine))
        except (ClientError, RuntimeError, ValueError, KeyError) as error:
            sys.stderr.write(f"a message is left in the queue: {type(error).__name__}\n")
            continue
        queue.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return len(messages)


def tell(verdict: Verdict | None) -> None:
    """A sentence without a key: keys name people."""
    sys.stderr.write("an object has gone\n" if verdict is None else f"{verdict.sentence('en')}\n")


def main(arguments: list[str] | None = None) -> None:
    """Carry out one event, or those of a queue until somebody ends it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("event", nargs="?", help="a file with an S3 notification, - for standard input")
    parser.add_argument("--queue", help="URL of an SQS queue to take notifications from, instead of one event")
    parser.add_argument("--policy", type=Path, help="policy of the gate; default: the one that ships")
    parser.add_argument("--quarantine", metavar="BUCKET[/PREFIX]", help="move there what is not allowed")
    given = parser.parse_args(arguments)
    if (given.event is None) is (given.queue is None):
        parser.error("give an event or --queue")
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    s3, policy = boto3.client("s3", endpoint_url=endpoint), load_policy(given.policy)
    if given.queue is None:
        text = sys.stdin.read() if given.event == "-" else Path(given.event).read_text(encoding="utf-8")
        for which in objects_of(json.loads(text)):
            tell(handle(s3, which, policy, given.quarantine))
        return
    queue = boto3.client("sqs", endpoint_url=endpoint)
    while True:
        poll(s3, queue, given.queue, policy, given.quarantine)


if __name__ == "__main__":
    main()
