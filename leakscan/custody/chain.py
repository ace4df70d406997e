"""Lines that hang together: each holds the SHA-256 of the line before it, and the last one is signed.

A line is JSON with its keys sorted, without blanks, in ASCII: the one form that `canonical` gives, so that no byte of a
log can change unseen. The signature (Ed25519, RFC 8032) is over the last line without it, which holds the hash of all
before.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from leakscan.untrusted import harmless_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FORMAT = "leakscan-evidence-log/1"
BEGIN, END = "begin", "end"
FIRST = "0" * 64
"""What stands in the first line for the line before it."""


def canonical(line: Mapping[str, Any]) -> bytes:
    """The one form of a line, without its newline; ValueError for what JSON cannot hold."""
    return harmless_json(json.dumps(line, sort_keys=True, separators=(",", ":"), allow_nan=False)).encode("ascii")


def hash_of(raw: bytes) -> str:
    """What the next line says of a line."""
    return sha256(raw).hexdigest()


def signed(line: Mapping[str, Any], key: bytes) -> dict[str, Any]:
    """A last line with its signature. `key`: 32 secret bytes."""
    return {**line, "signature": Ed25519PrivateKey.from_private_bytes(key).sign(canonical(line)).hex()}


def public_key(key: bytes) -> str:
    """The public half of 32 secret bytes, in hexadecimal."""
    return Ed25519PrivateKey.from_private_bytes(key).public_key().public_bytes_raw().hex()


def read_chain(data: bytes, public: str | None = None) -> tuple[list[dict[str, Any]], list[str]]:
    """The lines of a log, and what is wrong with it as sentences, which hold no content; none for a log that is whole.

    `public`: the key that it must be signed with. Without one, a log proves that it is whole, not who signed it.
    """
    if not data.endswith(b"\n"):
        return [], ["the log does not end with a whole line: its end was cut off, or the scan did not finish"]
    raws = data[:-1].split(b"\n")
    lines = [_parsed(raw) for raw in raws]
    unsound = [f"line {at} is not as a log is written" for at, line in enumerate(lines, 1) if line is None]
    if unsound:
        return [], unsound
    sound = [line for line in lines if line is not None]
    return sound, [*_breaks(raws, sound), *_end_problems(sound, public)]


def _parsed(raw: bytes) -> dict[str, Any] | None:
    try:
        line = json.loads(raw)
        return line if isinstance(line, dict) and canonical(line) == raw else None
    except (ValueError, RecursionError):
        return None


def _breaks(raws: Sequence[bytes], lines: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    before = FIRST
    for at, (raw, line) in enumerate(zip(raws, lines, strict=True), 1):
        if line.get("prev") != before or line.get("n") != at:
            yield f"line {at} does not follow the line before it: a line was changed, dropped, added or moved there"
        expected = BEGIN if at == 1 else END if at == len(lines) else None
        if (line.get("kind") == BEGIN) != (expected == BEGIN) or (at < len(lines) and line.get("kind") == END):
            yield f"line {at} is out of place"
        before = hash_of(raw)
    if lines[0].get("log") != FORMAT:
        yield f"the first line does not say {FORMAT}"


def _end_problems(lines: Sequence[Mapping[str, Any]], public: str | None) -> Iterator[str]:
    end = lines[-1]
    if end.get("kind") != END:
        yield "the log has no signed end: lines were dropped, or the scan did not finish"
        return
    said = end.get("public_key")
    if said != lines[0].get("public_key"):
        yield "the first and the last line name different keys"
    if public is not None and said != public:
        yield "the log was signed with another key than the one given"
    bare = {name: value for name, value in end.items() if name != "signature"}
    if not _is_signed(bare, end.get("signature"), said):
        yield "the signature is not that of this log"


def _is_signed(bare: Mapping[str, Any], signature: object, public: object) -> bool:
    try:
        key = Ed25519PublicKey.from_public_bytes(_bytes_of(public))
        key.verify(_bytes_of(signature), canonical(bare))
    except (ValueError, InvalidSignature):
        return False
    return True


def _bytes_of(text: object) -> bytes:
    """Bytes of their one writing in hexadecimal; ValueError for another."""
    if not isinstance(text, str) or (found := bytes.fromhex(text)).hex() != text:
        message = "not in hexadecimal"
        raise ValueError(message)
    return found
