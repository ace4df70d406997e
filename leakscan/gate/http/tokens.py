"""Who may ask: bearer tokens of a file, compared in a time that tells nothing of them."""

from __future__ import annotations

import hmac
import re
import stat
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path

from leakscan.errors import UsageError

LEAST_TOKEN = 20
"""Characters of a token: fewer can be guessed."""
MOST_TOKENS = 100
"""Tokens of one file."""
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]+")
_BEARER = re.compile(rb"(?i:bearer) +([A-Za-z0-9._~+/=-]+)")
_MOST_BYTES = 1 << 16


def tokens_from(path: Path) -> tuple[bytes, ...]:
    """SHA-256 of each token of a file, one per line. UsageError, which repeats none, where the file is not sound."""
    try:
        status = path.stat()
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES)
    except OSError as error:
        message = f"the token file {path} cannot be read: {(error.strerror or 'refused').lower()}"
        raise UsageError(message) from None
    if stat.S_IMODE(status.st_mode) & 0o077:
        message = f"the token file {path} can be read by others: chmod 600 it, with a new token"
        raise UsageError(message)
    lines = [line.strip() for line in data.decode("latin-1").splitlines() if line.strip()]
    sound = all(_TOKEN.fullmatch(line) and len(line) >= LEAST_TOKEN for line in lines)
    if not lines or not sound or len(lines) > MOST_TOKENS:
        message = (
            f"the token file {path} holds no sound tokens: write one per line, of {LEAST_TOKEN} characters or more, "
            "letters, digits and . _ ~ + / = -; for example from `openssl rand -hex 32`"
        )
        raise UsageError(message)
    return tuple(sha256(line.encode()).digest() for line in lines)


def known(tokens: tuple[bytes, ...], headers: list[tuple[bytes, bytes]]) -> bool:
    """Whether a request bears one of the tokens; each is compared, in whatever order they are."""
    given = [value for name, value in headers if name == b"authorization"]
    found = _BEARER.fullmatch(given[0].strip()) if len(given) == 1 else None
    digest = sha256(found[1] if found else b"").digest()
    return sum(hmac.compare_digest(digest, token) for token in tokens) > 0


def is_loopback(host: str) -> bool:
    """Whether only programs of this machine reach an address; a name other than `localhost` may be any."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
