"""Remote shares, on real servers on loopback: the same files say the same there as they say here."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from reports import told
from servers.shares import BUCKET, HERE, PASSWORD, USER, kill, s3_server, smb_server, ssh_server

from leakscan.errors import UsageError
from leakscan.options import ScanOptions, parse_date
from leakscan.persons.identity import Fingerprinter
from leakscan.records import Source
from leakscan.report import build_report
from leakscan.scan import scan
from leakscan.sources import Unread, reason_of, remote_sources
from leakscan.sources.ranged import BLOCK_BYTES

SAMPLES = Path(__file__).parent.parent / "samples"
NAMES = ("intl_utf8.csv", "pipe_latin9.txt", "portal_log.log")
KEY = Fingerprinter(bytes(32))
OPTIONS = ScanOptions(as_of=parse_date("2026-01-01"), workers=1)
SECRET = "S3cr3t"
BIG = 6 * BLOCK_BYTES


@dataclass(frozen=True, slots=True)
class Share:
    """A share that serves `folder`: `url` names it. `stop` ends its server."""

    scheme: str
    url: str
    folder: Path
    stop: Callable[[], None] | None = None


def fill(folder: Path) -> Path:
    """What every share holds: tables here and below, odd names, a small file, a large one."""
    (folder / "sub é").mkdir(parents=True)
    for number, name in enumerate(NAMES):
        (folder / ("sub é" if number else "") / f"{number} ù+&%20#={name}").write_bytes((SAMPLES / name).read_bytes())
    (folder / "small.csv").write_bytes(b"nom;naissance\nDURAND;1980-02-03\n")
    (folder / "big.img").write_bytes(b"\0")
    os.truncate(folder / "big.img", BIG)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder


@pytest.fixture(scope="module")
def patch() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patched:
        yield patched


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served")
    for above in (folder, *folder.parents[:2]):
        above.chmod(0o755)
    return fill(folder / "data")


@pytest.fixture(scope="module")
def sftp(served: Path, tmp_path_factory: pytest.TempPathFactory, patch: pytest.MonkeyPatch) -> Iterator[Share]:
    pytest.importorskip("asyncssh", reason="asyncssh is not installed")
    with ssh_server(tmp_path_factory.mktemp("ssh")) as (port, home, server):
        patch.setenv("HOME", str(home))
        yield Share("sftp", f"sftp://{HERE}:{port}{served}", served, lambda: kill(server.pid))


@pytest.fixture(scope="module")
def smb(served: Path, tmp_path_factory: pytest.TempPathFactory, patch: pytest.MonkeyPatch) -> Iterator[Share]:
    pytest.importorskip("smbclient", reason="smbprotocol is not installed")
    with smb_server(tmp_path_factory.mktemp("smb"), served) as (port, server):
        patch.setenv("LEAKSCAN_SMB_USER", USER)
        patch.setenv("LEAKSCAN_SMB_PASSWORD", PASSWORD)
        yield Share("smb", f"smb://{HERE}:{port}/fuite", served, lambda: kill(server.pid))


@pytest.fixture(scope="module")
def s3(served: Path, patch: pytest.MonkeyPatch) -> Iterator[Share]:
    pytest.importorskip("s3fs", reason="s3fs is not installed")
    patch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "3")
    with s3_server(patch):
        client().create_bucket(Bucket=BUCKET)
        for path in served.rglob("*"):
            if path.is_file():
                client().put_object(Bucket=BUCKET, Key=f"leak/{path.relative_to(served)}", Body=path.read_bytes())
        client().put_object(Bucket=BUCKET, Key="leak/marker/", Body=b"")
        client().put_object(Bucket=BUCKET, Key="leak-of-others/a.csv", Body=b"a;b\n1;2\n")
        yield Share("s3", f"s3://{BUCKET}/leak", served)


@pytest.fixture(params=["s3", "smb", "sftp"])
def share(request: pytest.FixtureRequest) -> Share:
    found: Share = request.getfixturevalue(request.param)
    return found


def client() -> Any:
    import boto3

    return boto3.client("s3")


def report_of(*targets: str | Path, options: ScanOptions = OPTIONS) -> dict[str, Any]:
    return build_report(scan([str(target) for target in targets], options, prints=KEY), options)


def counted(report: dict[str, Any]) -> dict[str, Any]:
    return told(report)


def files_of(share: Share) -> dict[str, Source]:
    """The sources of a share by their names below it."""
    found = list(remote_sources(share.url))
    assert all(isinstance(one, Source) for one in found), found
    return {one.path.removeprefix(share.url).lstrip("/"): one for one in found if isinstance(one, Source)}


def test_a_share_says_what_the_same_files_say_here(share: Share) -> None:
    there, here = report_of(share.url), report_of(share.folder)
    assert counted(there) == counted(here)

    def lines(report: dict[str, Any], base: str) -> list[tuple[Any, ...]]:
        keys = ("sha256", "bytes", "status", "format", "reason")
        return sorted((one["path"].removeprefix(base), *(one[key] for key in keys)) for one in report["inputs"])

    assert lines(there, share.url) == lines(here, str(share.folder))
    assert all(one["sha256"] for one in there["inputs"])


def test_sources_are_in_order_and_carry_no_secret_to_other_processes(share: Share) -> None:
    found = files_of(share)
    assert sorted(found, key=os.fsencode) == list(found)
    for source in found.values():
        packed = pickle.dumps(source)
        assert not any(secret.encode() in packed for secret in (PASSWORD, "invente"))
        assert source.stamp is not None
        assert source.exposure is not None
        assert source.exposure.modified is not None
    with pickle.loads(pickle.dumps(found["small.csv"])).open() as stream:  # noqa: S301 - of this process
        assert stream.read(100) == (share.folder / "small.csv").read_bytes()


def test_places_in_a_file_are_where_they_are(share: Share) -> None:
    name, *_ = [name for name in files_of(share) if name.endswith("portal_log.log")]
    data = (share.folder / name).read_bytes()
    with files_of(share)[name].open() as stream:
        for start in (len(data) - 10, 0, len(data) // 2):
            assert stream.seek(start) == start
            assert stream.read(10) == data[start : start + 10]


def test_a_single_file_can_be_the_target(share: Share) -> None:
    (only,) = remote_sources(f"{share.url}/small.csv")
    assert isinstance(only, Source)
    assert (only.path, only.size) == (f"{share.url}/small.csv", (share.folder / "small.csv").stat().st_size)


def test_what_is_not_there_is_said(share: Share) -> None:
    (missing,) = remote_sources(f"{share.url}/nothing here")
    assert isinstance(missing, Unread)
    assert missing.reason in ("no such file or folder", "there is no such object, and none below it")


@pytest.mark.parametrize("scheme", ["smb", "sftp"])
def test_a_file_that_is_written_to_meanwhile_is_told(scheme: str, request: pytest.FixtureRequest) -> None:
    share: Share = request.getfixturevalue(scheme)
    path = share.folder / "sub é" / "changing.csv"
    path.write_bytes(b"nom;naissance\nDURAND;1980-02-03\n")
    try:
        source = files_of(share)["sub é/changing.csv"]
        path.write_bytes(b"nom;naissance\nDURAND;1980-02-03\nMARTIN;1981-02-03\n")
        with source.open() as stream:
            assert stream.read(5) == b"nom;n"
            assert [warning.code for warning in stream.met()] == ["changed_while_read"]  # type: ignore[attr-defined]
        path.unlink()
        with pytest.raises(OSError, match="no such file") as caught:
            source.open()
        assert reason_of(caught.value) == "no such file or folder"
    finally:
        path.unlink(missing_ok=True)


@pytest.mark.parametrize("scheme", ["smb", "sftp"])
def test_links_and_empty_folders(scheme: str, request: pytest.FixtureRequest) -> None:
    share: Share = request.getfixturevalue(scheme)
    (share.folder / "up").symlink_to(share.folder)
    (share.folder / "void").mkdir()
    try:
        unread = [one for one in remote_sources(share.url) if isinstance(one, Unread)]
        assert [(one.path, one.reason) for one in unread] in (
            [(f"{share.url}/up", "a symbolic link, not followed")],
            [(f"{share.url}/up", "a folder that leads back to one above it")],
        )
        (void,) = remote_sources(f"{share.url}/void")
        assert isinstance(void, Unread)
        assert void.reason == "the folder holds no file"
    finally:
        (share.folder / "up").unlink()
        (share.folder / "void").rmdir()


def test_modes_of_an_ssh_server_tell_who_could_read(sftp: Share) -> None:
    path = sftp.folder / "small.csv"
    for mode, open_to in ((0o644, "everyone"), (0o640, "group"), (0o600, "owner")):
        path.chmod(mode)
        found = files_of(sftp)["small.csv"].exposure
        assert found is not None
        expected = open_to if _passable(sftp.folder) else "owner"
        assert (found.open_to, found.mode) == (expected, f"-{['---', 'r--'][mode & 0o400 > 0][:1]}w-{_rest(mode)}")
    path.chmod(0o644)


def _passable(folder: Path) -> bool:
    return all(one.stat().st_mode & 0o001 for one in (folder, *folder.parents))


def _rest(mode: int) -> str:
    return ("r--" if mode & 0o040 else "---") + ("r--" if mode & 0o004 else "---")


def test_an_unknown_host_key_is_refused(sftp: Share, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from leakscan.sources import sftp as module

    monkeypatch.setattr(module, "_CONNECTIONS", {})
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".ssh").mkdir()
    (found,) = remote_sources(sftp.url)
    assert isinstance(found, Unread)
    assert "known_hosts" in found.reason


def test_a_key_that_is_not_accepted_is_said(sftp: Share, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from leakscan.sources import sftp as module

    monkeypatch.setattr(module, "_CONNECTIONS", {})
    (tmp_path / ".ssh").mkdir()
    known = Path(os.environ["HOME"], ".ssh", "known_hosts").read_text(encoding="utf-8")
    (tmp_path / ".ssh" / "known_hosts").write_text(known, encoding="utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    (found,) = remote_sources(sftp.url)
    assert isinstance(found, Unread)
    assert found.reason.startswith("the server does not accept the user or key")


@pytest.mark.parametrize(
    ("user", "password", "reason"),
    [
        (USER, SECRET, "the server does not accept the user or password"),
        ("nobody-here", SECRET, "the server does not accept the user or password"),
        ("", "", "nobody can be signed in"),
    ],
)
def test_who_cannot_be_signed_in_to_a_share(
    user: str, password: str, reason: str, smb: Share, monkeypatch: pytest.MonkeyPatch
) -> None:
    from leakscan.sources import smb as module

    monkeypatch.setattr(module, "_CACHE", {})
    monkeypatch.setenv("LEAKSCAN_SMB_USER", user)
    monkeypatch.setenv("LEAKSCAN_SMB_PASSWORD", password)
    (found,) = remote_sources(smb.url)
    assert isinstance(found, Unread)
    assert found.reason.startswith(reason)
    assert SECRET not in repr(found)


def test_a_credentials_file_takes_the_place_of_the_environment(
    smb: Share, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from leakscan.sources import smb as module

    monkeypatch.setattr(module, "_CACHE", {})
    monkeypatch.delenv("LEAKSCAN_SMB_USER")
    monkeypatch.delenv("LEAKSCAN_SMB_PASSWORD")
    file = tmp_path / "credentials"
    file.write_text(f"# comment\nusername = {USER}\npassword={PASSWORD}\n", encoding="utf-8")
    file.chmod(0o600)
    (found,) = remote_sources(f"{smb.url}/small.csv", str(file))
    assert isinstance(found, Source)
    assert PASSWORD.encode() not in pickle.dumps(found)
    with found.open() as stream:
        assert stream.read(3) == b"nom"


def test_who_may_read_objects_is_told(s3: Share) -> None:
    key = "leak/small.csv"

    def told() -> str | None:
        found = files_of(s3)["small.csv"].exposure
        assert found is not None
        return found.open_to

    assert told() == "owner"
    client().put_object_acl(Bucket=BUCKET, Key=key, ACL="public-read")
    assert told() == "everyone"
    assert report_of(f"{s3.url}/small.csv")["inputs"][0]["exposure"]["open_to"] == "everyone"
    client().put_object_acl(Bucket=BUCKET, Key=key, ACL="private")
    policy = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{BUCKET}/*"}
    client().put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": [policy]}))
    public = client().get_bucket_policy_status(Bucket=BUCKET)["PolicyStatus"]["IsPublic"]
    assert told() == ("everyone" if public else "owner")
    client().delete_bucket_policy(Bucket=BUCKET)


def test_of_too_many_objects_it_is_not_told(s3: Share, monkeypatch: pytest.MonkeyPatch) -> None:
    from leakscan.sources import s3 as module

    monkeypatch.setattr(module, "ACL_OBJECTS", 0)
    assert {source.exposure.open_to for source in files_of(s3).values() if source.exposure} == {None}


@pytest.mark.usefixtures("s3")
def test_an_object_that_was_replaced_is_not_read_as_the_one_listed() -> None:
    client().put_object(Bucket=BUCKET, Key="other/a.csv", Body=b"nom\nDURAND\n")
    (source,) = remote_sources(f"s3://{BUCKET}/other")
    assert isinstance(source, Source)
    client().put_object(Bucket=BUCKET, Key="other/a.csv", Body=b"nom\nMARTIN\n")
    with source.open() as stream, pytest.raises(OSError, match="changed since it was listed"):
        stream.read(3)
    client().delete_object(Bucket=BUCKET, Key="other/a.csv")
    with source.open() as stream, pytest.raises(OSError, match="vanished before it could be read"):
        stream.read(3)


@pytest.mark.usefixtures("s3")
def test_what_is_in_cold_storage_is_listed() -> None:
    client().put_object(Bucket=BUCKET, Key="cold/a.csv", Body=b"nom\n", StorageClass="GLACIER")
    (found,) = remote_sources(f"s3://{BUCKET}/cold")
    assert isinstance(found, Unread)
    assert (found.reason, found.size) == ("in cold storage: restore it first", 4)


def test_a_listing_that_breaks_off_is_said(s3: Share, monkeypatch: pytest.MonkeyPatch) -> None:
    from leakscan.sources import s3 as module

    system, pages = module._system(), []
    call = system.call_s3

    def breaks(method: str, **asked: Any) -> Any:
        if method == "list_objects_v2":
            pages.append(method)
            if len(pages) > 2:
                raise ConnectionResetError(SECRET)
        return call(method, **asked)

    monkeypatch.setattr(system, "call_s3", breaks)
    *found, last = remote_sources(s3.url)
    assert len(found) == 2
    assert isinstance(last, Unread)
    assert last.reason == "the listing broke off after 2 objects: the connection to the server failed"
    assert last.size is None


@pytest.mark.parametrize(
    ("bucket", "reason"), [("nothing-there", "there is no such bucket"), ("", "does not name its server")]
)
def test_a_bucket_that_is_not_there(bucket: str, reason: str, s3: Share) -> None:
    del s3
    if not bucket:
        with pytest.raises(UsageError, match=reason):
            list(remote_sources("s3:///key"))
        return
    (found,) = remote_sources(f"s3://{bucket}/a")
    assert isinstance(found, Unread)
    assert found.reason == reason


@pytest.mark.parametrize("scheme", ["smb", "sftp"])
def test_a_server_that_dies_leaves_what_came_before(scheme: str, request: pytest.FixtureRequest) -> None:
    """The last test of its server, which it ends."""
    share: Share = request.getfixturevalue(scheme)
    source = files_of(share)["big.img"]
    assert share.stop is not None
    with source.open() as stream:
        assert stream.read(10) == bytes(10)
        share.stop()
        with pytest.raises(OSError, match=r"connection|refused|reached") as caught:
            stream.read()
        assert 0 < stream.tell() < BIG
    assert reason_of(caught.value).startswith(("the connection to the server", "the server"))


@pytest.mark.usefixtures("s3")
def test_worker_processes_open_sources_themselves() -> None:
    table = (SAMPLES / NAMES[0]).read_bytes()
    for number in range(3):
        client().put_object(Bucket=BUCKET, Key=f"many/{number}.csv", Body=table * 12 + b"x" * number)
    options = ScanOptions(as_of=OPTIONS.as_of, workers=2)
    report = report_of(f"s3://{BUCKET}/many", options=options)
    assert [one["status"] for one in report["inputs"]] == ["scanned"] * 3
    assert [one["sha256"] for one in report["inputs"]] == [
        hashlib.sha256(table * 12 + b"x" * number).hexdigest() for number in range(3)
    ]
