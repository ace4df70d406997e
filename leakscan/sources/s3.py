"""Objects in an S3 bucket as sources: listed page by page, read by ranges that must be of the version listed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import Future
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from leakscan.records import Exposure, Source
from leakscan.sources.local import Unread
from leakscan.sources.ranged import Ranged, RemoteError, event_loop

if TYPE_CHECKING:
    from leakscan.sources.remote import Place

ACL_OBJECTS = 10_000
"""Objects of a target whose access lists are asked for, one request each; of more it is not told who may read them."""
ACLS_AT_A_TIME = 32
S3_TRIES = 3
"""How often a range is asked for whose bytes stop coming; requests that fail are repeated by the library itself."""
_COLD = frozenset(("GLACIER", "DEEP_ARCHIVE"))
_EVERYONE = ("/AllUsers", "/AuthenticatedUsers")
_READS = frozenset(("READ", "FULL_CONTROL"))
_REASONS = {
    "AccessDenied": "permission denied",
    "403": "permission denied",
    "NoSuchBucket": "there is no such bucket",
    "NoSuchKey": "vanished before it could be read",
    "404": "there is no such bucket or object",
    "PreconditionFailed": "changed since it was listed",
    "412": "changed since it was listed",
    "InvalidObjectState": "in cold storage: restore it first",
    "InvalidAccessKeyId": "the server does not know the access key",
    "SignatureDoesNotMatch": "the server does not accept the secret key",
    "ExpiredToken": "the credentials have expired",
    "SlowDown": "the server asks for fewer requests",
}
_KINDS = {
    "FileNotFound": "there is no such bucket or object",
    "Permission": "permission denied",
    "Credential": "the AWS credentials cannot be used",
    "Profile": "the AWS profile cannot be used",
    "Timeout": "the server did not answer in time",
}
"""What to say of exceptions without an answer of the server, by words in the names of their types."""


def s3_sources(place: Place) -> Iterator[Source | Unread]:
    """The object that a place names, and all below it, in the order of their keys."""
    system: Any = None
    count, reason = 0, "there is no such object, and none below it"
    access: _Access | None = None
    try:
        system = _system()
        for page in _pages(system, place):
            access = access or _Access(system, place.host)
            exposures = access.of(page)
            for entry, exposure in zip(page, exposures, strict=True):
                count += 1
                yield _source(place, entry, exposure)
    except Exception as error:  # noqa: BLE001 - the library's errors are many, and their messages stay here
        reason = reason_for(error)
        if count:
            reason = f"the listing broke off after {count} objects: {reason}"
        count = 0
    if not count:
        yield Unread(place.url(), reason, None if access else 0)


def _pages(system: Any, place: Place) -> Iterator[list[dict[str, Any]]]:
    """Entries of the object itself, then of what lies below its name as a folder."""
    ask = partial(system.call_s3, "list_objects_v2", Bucket=place.host)
    folder = place.path
    if folder and not folder.endswith("/"):
        itself = ask(Prefix=folder, MaxKeys=1).get("Contents", [])
        if itself and itself[0]["Key"] == folder:
            yield itself
        folder += "/"
    more: dict[str, str] = {}
    while True:
        answer = ask(Prefix=folder, **more)
        entries = answer.get("Contents", [])
        if entries:
            yield [entry for entry in entries if not (entry["Key"].endswith("/") and not entry["Size"])]
        if not answer.get("IsTruncated") or not answer.get("NextContinuationToken"):
            return
        more = {"ContinuationToken": answer["NextContinuationToken"]}


def _source(place: Place, entry: dict[str, Any], exposure: Exposure) -> Source | Unread:
    key, size, tag = entry["Key"], int(entry["Size"]), entry.get("ETag")
    if entry.get("StorageClass") in _COLD:
        return Unread(place.url(key), "in cold storage: restore it first", size)
    return Source(
        place.url(key),
        partial(open_object, place.host, key, size, tag),
        size=size,
        stamp=f"{place.host}/{key}:{tag}:{size}:{entry['LastModified']}",
        exposure=exposure,
    )


def open_object(bucket: str, key: str, size: int, tag: str | None) -> BinaryIO:
    """An object as a stream; its version must still be the one of `tag`."""
    system = _system()
    return cast("BinaryIO", Ranged(size, partial(_fetch, system, bucket, key, tag), reason_for))


def _fetch(system: Any, bucket: str, key: str, tag: str | None, start: int, size: int) -> Future[bytes]:
    return asyncio.run_coroutine_threadsafe(_bytes(system, bucket, key, tag, start, size), system.loop)


async def _bytes(system: Any, bucket: str, key: str, tag: str | None, start: int, size: int) -> bytes:
    asked = {"Bucket": bucket, "Key": key, "Range": f"bytes={start}-{start + size - 1}"}
    if tag is not None:
        asked["IfMatch"] = tag
    for again in (*range(S3_TRIES - 1), None):
        answer = await system._call_s3("get_object", **asked)  # noqa: SLF001 - what call_s3 wraps, for this loop
        try:
            async with answer["Body"] as body:
                return cast("bytes", await body.read())
        except Exception:  # bytes that stop coming, in any of several libraries' words
            if again is None:
                raise
    return b""


class _Access:
    """Who may read the objects of a bucket. State: what is known of the bucket, and how many objects may be asked."""

    def __init__(self, system: Any, bucket: str) -> None:
        self._system, self._bucket = system, bucket
        self._left = ACL_OBJECTS
        blocked = self._bucket_says("get_public_access_block").get("PublicAccessBlockConfiguration", {})
        policy = self._bucket_says("get_bucket_policy_status").get("PolicyStatus", {})
        rules = self._bucket_says("get_bucket_ownership_controls").get("OwnershipControls", {}).get("Rules", [])
        self._public = system.anon or (bool(policy.get("IsPublic")) and not blocked.get("RestrictPublicBuckets"))
        self._no_lists = any(rule.get("ObjectOwnership") == "BucketOwnerEnforced" for rule in rules)
        self._ignored = bool(blocked.get("IgnorePublicAcls"))

    def of(self, page: list[dict[str, Any]]) -> list[Exposure]:
        """One exposure per entry."""
        lists: list[Any] = [None] * len(page)
        if not self._public and not self._no_lists and self._left >= len(page):
            self._left -= len(page)
            lists = self._lists([entry["Key"] for entry in page])
        return [self._exposure(entry, found) for entry, found in zip(page, lists, strict=True)]

    def _exposure(self, entry: dict[str, Any], found: dict[str, Any] | None) -> Exposure:
        modified = entry["LastModified"].date().isoformat()
        if self._public or found is None:
            open_to = "everyone" if self._public else "owner" if self._no_lists else None
            return Exposure(open_to=open_to, modified=modified)
        owner = found.get("Owner", {})
        reads = [one.get("Grantee", {}) for one in found.get("Grants", []) if one.get("Permission") in _READS]
        everyone = any(str(one.get("URI", "")).endswith(_EVERYONE) for one in reads) and not self._ignored
        others = any("URI" not in one and one.get("ID") != owner.get("ID") for one in reads)
        open_to = "everyone" if everyone else "group" if others else "owner"
        return Exposure(owner=owner.get("DisplayName") or None, open_to=open_to, modified=modified)

    def _bucket_says(self, method: str) -> dict[str, Any]:
        try:
            return dict(self._system.call_s3(method, Bucket=self._bucket))
        except Exception:  # noqa: BLE001 - not set, not allowed or not known to this server: then nothing is told
            return {}

    def _lists(self, keys: list[str]) -> list[Any]:
        from fsspec.asyn import sync

        found: list[Any] = []
        for at in range(0, len(keys), ACLS_AT_A_TIME):
            some = keys[at : at + ACLS_AT_A_TIME]
            found += sync(self._system.loop, _access_lists, self._system, self._bucket, some)
            if all(one is None for one in found):  # nobody may ask
                self._left = 0
                return [None] * len(keys)
        return found


async def _access_lists(system: Any, bucket: str, keys: list[str]) -> list[Any]:
    asked = [system._call_s3("get_object_acl", Bucket=bucket, Key=key) for key in keys]  # noqa: SLF001 - as above
    return [
        None if isinstance(one, BaseException) else one for one in await asyncio.gather(*asked, return_exceptions=True)
    ]


@lru_cache(maxsize=1)
def _system() -> Any:
    """The file system of this process, with the credentials that AWS's own tools would take, or none."""
    import s3fs
    from botocore.session import get_session

    anonymous = get_session().get_credentials() is None
    event_loop()
    return s3fs.S3FileSystem(anon=anonymous, config_kwargs={"read_timeout": 60, "connect_timeout": 20})


def reason_for(error: BaseException) -> str:
    """Say in a few words, without what the server wrote, why a request failed."""
    if isinstance(error, RemoteError):
        return error.strerror or "it could not be read"
    cause = error if hasattr(error, "response") else error.__cause__
    response = getattr(cause, "response", None)
    code = str(response.get("Error", {}).get("Code", "")) if isinstance(response, dict) else ""
    if code:
        return _REASONS.get(code, "the server refused the request")
    kind = type(error).__name__
    for word, reason in _KINDS.items():
        if word in kind:
            return reason
    return "the connection to the server failed"
