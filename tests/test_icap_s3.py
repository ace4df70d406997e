"""Uploads through squid to S3 by boto3 and rclone, whole and in parts: stored if they pass, else not at all."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from icap_client import QUICK, SECRET, Running, running
from icap_squid import CLEAN, LINE, STORE, filled, proxied, rclone, s3_store
from servers.shares import HERE

PART = 5 << 20
"""Bytes of a part: the least that S3 takes, but for the last one."""
BUCKET = "fuite"


@pytest.fixture(scope="module", autouse=True)
def _tasks() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", f"{Path(__file__).parents[1]}:{Path(__file__).parent}")
        yield


@pytest.fixture(scope="module")
def one(_tasks: None) -> Iterator[Running]:
    """A server whose stand-in decides at once; its services are those of the tests of the server alone."""
    with running(replace(QUICK, idle_seconds=30.0)) as server:
        yield server


@pytest.fixture(scope="module")
def proxy(one: Running) -> Iterator[str]:
    with proxied(one.port) as address:
        yield address


class Store:
    """A bucket behind the proxy: `client` goes through it, `keys` and `body` do not."""

    def __init__(self, port: int, proxy: str) -> None:
        self.port, self.proxy = port, proxy
        self.client = self._client(f"http://{STORE}:{port}", {"http": proxy})
        self._behind = self._client(f"http://{HERE}:{port}", {})

    def _client(self, address: str, proxies: dict[str, str]) -> Any:
        boto3, config = pytest.importorskip("boto3"), pytest.importorskip("botocore.config")
        return boto3.client(
            "s3", endpoint_url=address, region_name="us-east-1", aws_access_key_id="invente",
            aws_secret_access_key="invente",
            # A refusal is never tried again. What is: a request on a connection that squid closes in the same moment,
            # behind the answer to a body that it has not read to its end, though it said keep-alive.
            config=config.Config(
                proxies=proxies, s3={"addressing_style": "path"}, read_timeout=120,
                retries={"mode": "standard", "total_max_attempts": 3},
            ),
        )  # fmt: skip

    def empty(self) -> None:
        self._behind.create_bucket(Bucket=BUCKET)
        for key in self.keys():
            self._behind.delete_object(Bucket=BUCKET, Key=key)
        for one in self._unfinished():
            self._behind.abort_multipart_upload(Bucket=BUCKET, Key=one["Key"], UploadId=one["UploadId"])

    def keys(self) -> list[str]:
        return [one["Key"] for one in self._behind.list_objects_v2(Bucket=BUCKET).get("Contents", [])]

    def body(self, key: str) -> bytes:
        data: bytes = self._behind.get_object(Bucket=BUCKET, Key=key)["Body"].read()
        return data

    def unfinished(self) -> list[str]:
        return [one["Key"] for one in self._unfinished()]

    def all_given_up(self, within_s: float = 20) -> bool:
        end = time.monotonic() + within_s
        while self.unfinished() and time.monotonic() < end:
            time.sleep(0.1)
        return not self.unfinished()

    def _unfinished(self) -> list[dict[str, str]]:
        found: list[dict[str, str]] = self._behind.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])
        return found


@pytest.fixture(scope="module")
def bucket(proxy: str) -> Iterator[Store]:
    with s3_store() as port:
        yield Store(port, proxy)


@pytest.fixture
def store(bucket: Store) -> Store:
    bucket.empty()
    return bucket


def denied(call: Callable[[], object]) -> bool:
    """Whether S3's own client understood that the upload was refused."""
    error = pytest.importorskip("botocore.exceptions").ClientError
    with pytest.raises(error) as told:
        call()
    said: dict[str, str] = told.value.response["Error"]
    assert SECRET.decode() not in str(said)
    return said["Code"] == "AccessDenied"


@pytest.mark.parametrize("size", [len(CLEAN), 11 << 20])
@pytest.mark.parametrize("chunked", [False, True])
def test_boto3_puts(store: Store, one: Running, size: int, *, chunked: bool) -> None:
    def in_chunks(params: dict[str, Any], **_: object) -> None:  # as boto3 does it over TLS
        params["context"]["checksum"]["request_algorithm"]["in"] = "trailer"

    if chunked:
        store.client.meta.events.register("before-call.s3.PutObject", in_chunks, unique_id="chunks")
    try:
        before = one.server.metrics.body_bytes
        store.client.put_object(Bucket=BUCKET, Key="clean", Body=io.BytesIO(filled(size)))
        assert (one.server.metrics.body_bytes - before > size) is chunked
        leak = filled(size) + SECRET
        assert denied(lambda: store.client.put_object(Bucket=BUCKET, Key="leak", Body=io.BytesIO(leak)))
    finally:
        store.client.meta.events.unregister("before-call.s3.PutObject", unique_id="chunks")
    assert store.keys() == ["clean"]
    assert store.body("clean") == filled(size)


class Parts:
    """An upload in parts, each sent when a test says so."""

    def __init__(self, store: Store, key: str) -> None:
        self.client, self.where = store.client, {"Bucket": BUCKET, "Key": key}
        self.where["UploadId"] = self.client.create_multipart_upload(**self.where)["UploadId"]
        self.tags: dict[int, str] = {}

    def send(self, number: int, body: bytes) -> None:
        self.tags[number] = self.client.upload_part(**self.where, PartNumber=number, Body=body)["ETag"]

    def complete(self) -> None:
        listed = [{"PartNumber": number, "ETag": tag} for number, tag in sorted(self.tags.items())]
        self.client.complete_multipart_upload(**self.where, MultipartUpload={"Parts": listed})

    def abort(self) -> None:
        self.client.abort_multipart_upload(**self.where)


CUT = filled(PART - 9) + SECRET + filled(PART)
"""A number over the edge of the first part and the second."""


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2), (2, 3, 1)])
def test_parts_in_any_order(store: Store, order: tuple[int, ...]) -> None:
    bodies = {1: filled(PART), 2: filled(PART)[::-1], 3: CLEAN}
    upload = Parts(store, "clean")
    for number in order:
        upload.send(number, bodies[number])
    upload.complete()
    assert store.body("clean") == b"".join(bodies.values())
    cut = {1: CUT[:PART], 2: CUT[PART : 2 * PART], 3: CLEAN}
    upload = Parts(store, "cut")
    late = max(order.index(1), order.index(2))
    for place, number in enumerate(order):
        if place == late:
            assert denied(lambda number=number: upload.send(number, cut[number]))
            upload.tags[number] = '"0"'
        else:
            upload.send(number, cut[number])
    assert denied(upload.complete)
    assert store.keys() == ["clean"]


def test_parts_at_the_same_time(store: Store) -> None:
    error = pytest.importorskip("botocore.exceptions").ClientError
    for key, edge, passes in (("clean", LINE, True), ("cut", SECRET, False)):
        whole = filled(4 * PART - 9) + edge + CLEAN
        upload, refused = Parts(store, key), []

        def send(number: int, upload: Parts = upload, whole: bytes = whole, refused: list[int] = refused) -> None:
            try:
                upload.send(number, whole[PART * (number - 1) :][:PART])
            except error:
                refused.append(number)

        with ThreadPoolExecutor(5) as pool:
            list(pool.map(send, range(1, 6)))
        assert len(refused) == (0 if passes else 1)
        assert set(refused) <= {4, 5}
        if passes:
            upload.complete()
            assert store.body(key) == whole
        else:
            upload.tags[refused[0]] = '"0"'
            assert denied(upload.complete)
    assert store.keys() == ["clean"]


def test_all_parts_are_decided_again_when_they_are_complete(store: Store) -> None:
    for key, end, passes in (("whole", b"ENDOFZIP", True), ("piece", b"nothing", False)):
        upload = Parts(store, key)
        upload.send(2, end)
        upload.send(1, b"PK" + filled(PART))  # alone it is a damaged archive
        if passes:
            upload.complete()
        else:
            assert denied(upload.complete)
    assert store.keys() == ["whole"]


def test_an_upload_that_was_given_up_cannot_be_completed(store: Store, one: Running) -> None:
    before = one.server._figures()
    upload = Parts(store, "given-up")
    upload.send(1, CLEAN)
    assert one.server._figures() != before
    upload.abort()
    assert store.unfinished() == []
    assert denied(upload.complete)
    assert store.keys() == []


@pytest.mark.parametrize("threads", [1, 4])
def test_boto3_uploads_a_file(store: Store, tmp_path: Path, threads: int) -> None:
    transfer = pytest.importorskip("boto3.s3.transfer")
    failed = pytest.importorskip("boto3.exceptions").S3UploadFailedError
    config = transfer.TransferConfig(multipart_threshold=PART, multipart_chunksize=PART, max_concurrency=threads)
    for name, body in (("clean", filled(3 * PART + 7)), ("cut", CUT + CLEAN)):
        (tmp_path / name).write_bytes(body)
    store.client.upload_file(str(tmp_path / "clean"), BUCKET, "clean", Config=config)
    with pytest.raises(failed, match="AccessDenied"):
        store.client.upload_file(str(tmp_path / "cut"), BUCKET, "cut", Config=config)
    assert store.body("clean") == filled(3 * PART + 7)
    assert store.keys() == ["clean"]
    assert store.all_given_up()  # boto3 tells of the refusal, and may give the upload up a moment later


@pytest.mark.parametrize("size", [len(CLEAN), 3 * PART + 7])
def test_rclone_to_s3(store: Store, tmp_path: Path, size: int) -> None:
    options = (
        "--s3-provider", "Other", "--s3-endpoint", f"http://{STORE}:{store.port}", "--s3-access-key-id", "invente",
        "--s3-secret-access-key", "invente", "--s3-region", "us-east-1", "--s3-no-check-bucket", "--s3-no-head",
        "--s3-upload-cutoff", "5M", "--s3-chunk-size", "5M", "--s3-upload-concurrency", "4",
    )  # fmt: skip
    cut = min(size, PART) - 9
    for name, body in (("clean", filled(size)), ("leak", filled(cut) + SECRET + filled(size)[cut:])):
        (tmp_path / name).write_bytes(body)
        passes = name == "clean"
        assert rclone(store.proxy, tmp_path / name, f":s3:{BUCKET}/{name}", *options) is passes
    assert (store.keys(), store.unfinished()) == (["clean"], [])
    assert store.body("clean") == filled(size)
