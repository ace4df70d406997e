"""URLs of shares, credentials files and failures: what is refused, and that nothing of a secret is repeated."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from leakscan.errors import UsageError
from leakscan.options import ScanOptions, parse_date
from leakscan.scan import scan
from leakscan.sources import Unread, is_remote, remote, remote_sources
from leakscan.sources.remote import place_of

OPTIONS = ScanOptions(as_of=parse_date("2026-01-01"), workers=1)
SECRET = "S3cr3t"
HERE = "127.0.0.1"


@pytest.mark.parametrize(
    ("text", "mode", "says"),
    [
        (None, 0o600, "cannot be read"),
        (f"username=a\npassword={SECRET}\n", 0o644, "can be read by others"),
        (f"user=a\npassword={SECRET}\n", 0o600, "needs the lines"),
    ],
)
def test_a_credentials_file_that_is_no_good(text: str | None, mode: int, says: str, tmp_path: Path) -> None:
    from leakscan.sources import smb as module

    file = tmp_path / "credentials"
    if text is not None:
        file.write_text(text, encoding="utf-8")
        file.chmod(mode)
    with pytest.raises(UsageError, match=says) as caught:
        module.credentials(place_of("smb://host/share", str(file)))
    assert SECRET not in str(caught.value)


def test_a_domain_stands_before_the_user(tmp_path: Path) -> None:
    from leakscan.sources import smb as module

    file = tmp_path / "credentials"
    file.write_text(f"username=anne\npassword={SECRET}\ndomain=CHU\n", encoding="utf-8")
    file.chmod(0o600)
    assert module.credentials(place_of("smb://host/share", str(file))) == ("CHU\\anne", SECRET)


def failure(name: str, kind: type[Exception] = Exception, **says: Any) -> Exception:
    """An exception as a library raises it: known by the name of its type, with a message that nobody may see."""
    error = type(name, (kind,), {})(SECRET)
    for attribute, value in says.items():
        setattr(error, attribute, value)
    return error


@pytest.mark.parametrize(
    ("scheme", "error", "reason"),
    [
        ("s3", failure("ClientError", response={"Error": {"Code": "AccessDenied"}}), "permission denied"),
        ("s3", failure("ClientError", response={"Error": {"Code": SECRET}}), "the server refused the request"),
        ("s3", failure("NoCredentialsError"), "the AWS credentials cannot be used"),
        ("s3", failure("ProfileNotFound"), "the AWS profile cannot be used"),
        ("s3", failure("ReadTimeoutError"), "the server did not answer in time"),
        ("s3", PermissionError(SECRET), "permission denied"),
        ("s3", FileNotFoundError(SECRET), "there is no such bucket or object"),
        ("s3", failure("ClientPayloadError"), "the connection to the server failed"),
        ("smb", failure("SMBOSError", OSError, ntstatus=0xC0000022), "permission denied"),
        ("smb", failure("AccessDenied", status=0xC0000022), "permission denied"),
        ("smb", failure("SMBOSError", OSError, ntstatus=1, errno=13), "permission denied"),
        ("smb", failure("SMBConnectionClosed"), "the connection to the server broke"),
        ("smb", ValueError(SECRET), "the server cannot be reached"),
        ("smb", failure("SMBResponseException", status=1), "the server refused the request"),
        ("sftp", failure("SFTPPermissionDenied"), "permission denied"),
        ("sftp", failure("ConnectionLost"), "the connection to the server failed"),
        ("sftp", failure("gaierror", OSError), "the server's name is not known"),
        ("sftp", failure("SFTPFailure"), "the server refused the request"),
    ],
)
def test_reasons_are_ours(scheme: str, error: Exception, reason: str) -> None:
    module = import_module(f"leakscan.sources.{scheme}")
    assert module.reason_for(error) == reason


def test_a_file_url_is_the_file(tmp_path: Path) -> None:
    (tmp_path / "é à.csv").write_bytes(b"x")
    (found,) = remote_sources((tmp_path / "é à.csv").as_uri())
    assert (found.path, found.size) == (str(tmp_path / "é à.csv"), 1)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        (f"sftp://anne:{SECRET}@host/path", "seems to hold a password"),
        (f"smb://anne:{SECRET}@host/share", "seems to hold a password"),
        (f"s3://KEY:{SECRET}@bucket/key", "seems to hold a password"),
        (f"smb://anne:1/{SECRET}@host/share", "seems to hold a password"),
        (f"smb://anne:{SECRET}/share", "does not name its server"),
        (f"sftp://host:{SECRET}/path", "does not name its server"),
        ("sftp://host:99999/path", "does not name its server"),
        ("sftp:///path", "does not name its server"),
        (f"ftp://anne:{SECRET}@host/path", "begin with ftp://"),
        (f"https://host/{SECRET}", "begin with https://"),
        ("smb://host", "name the share"),
        ("smb://host/", "name the share"),
        ("s3://bucket:9000/key", "AWS_ENDPOINT_URL"),
        (f"s3://{SECRET}@bucket/key", "AWS_ENDPOINT_URL"),
        ("file://server/path", "names another machine"),
    ],
)
def test_urls_that_are_refused_are_not_repeated(url: str, says: str) -> None:
    assert is_remote(url)
    with pytest.raises(UsageError, match=says) as caught:
        scan([url], OPTIONS)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "place", "shown"),
    [
        ("s3://bucket/a b/%20?x#y", ("bucket", "a b/%20?x#y", None, None), None),
        ("S3://bucket", ("bucket", "", None, None), "s3://bucket/"),
        ("sftp://anne@host:2222/~/leak", ("host", "~/leak", 2222, "anne"), None),
        ("sftp://[::1]:22/x", ("[::1]", "x", 22, None), None),
        ("smb://host/share/a@b", ("host", "share/a@b", None, None), None),
        ("sftp://host/a\nb", ("host", "a\nb", None, None), "sftp://host/a\\nb"),
    ],
)
def test_what_a_url_says(url: str, place: tuple[str, str, int | None, str | None], shown: str | None) -> None:
    found = place_of(url)
    assert (found.host, found.path, found.port, found.user) == place
    assert found.url() == (shown or url)


@pytest.mark.parametrize("target", ["leak.csv", "/data/s3:/x", "-", "C:\\x", "://x"])
def test_paths_are_no_urls(target: str) -> None:
    assert not is_remote(target)


@pytest.mark.parametrize("scheme", ["s3", "smb", "sftp"])
def test_a_missing_extra_is_named(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "find_spec", lambda _: None)
    with pytest.raises(UsageError, match=rf"leakscan\[{scheme}\]"):
        list(remote_sources(f"{scheme}://host/share/x"))


@pytest.mark.parametrize("scheme", ["smb", "sftp"])
def test_a_server_that_is_not_there_is_said(scheme: str) -> None:
    pytest.importorskip("asyncssh" if scheme == "sftp" else "smbclient", reason="its extra is not installed")
    (found,) = remote_sources(f"{scheme}://{HERE}:1/share/x")
    assert isinstance(found, Unread)
    assert found.reason in ("the server refuses connections", "the server cannot be reached")
