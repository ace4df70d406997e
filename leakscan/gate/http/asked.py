"""What a request says of the upload in it: who sends it where, how it is called, and how its body is wrapped."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import parse_qsl, unquote

from leakscan.gate.serving.settings import FIELDS, Known

FACTS: tuple[str, ...] = ("destination", "user", "path", "filename")
"""What is told in the query or in headers, as `?user=` or `X-Leakscan-User`."""


class BadRequest(Exception):
    """A request that could be read in two ways, or in none; `code` is one of a few words."""

    def __init__(self, code: str) -> None:
        """`code`: what is wrong, without anything of the request."""
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Asked:
    """`codings`: of the body, the outermost last. `length`: as the head says it, None where it does not."""

    known: Known
    codings: tuple[str, ...]
    length: int | None


def asked_of(query: bytes, headers: Iterable[tuple[bytes, bytes]]) -> Asked:
    """Read a head. BadRequest where it is not sound."""
    fields: dict[str, list[str]] = {}
    for name, value in headers:
        fields.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1").strip())
    if sum(map(len, fields.values())) > FIELDS:
        _refuse("too-many-fields")
    if "content-length" in fields and "transfer-encoding" in fields:
        _refuse("two-lengths")
    if "content-range" in fields:
        _refuse("a-piece-of-a-file")
    facts = _facts(query, fields)
    if facts["path"] is not None and facts["filename"] is not None:
        _refuse("path-and-filename")
    path = facts["path"] if facts["path"] is not None else facts["filename"]
    kind = _one(fields, "content-type")
    return Asked(
        Known(facts["destination"], facts["user"], None if path is None else posixpath.normpath(path), kind),
        _codings(fields.get("content-encoding", [])),
        _length(_one(fields, "content-length")),
    )


def _facts(query: bytes, fields: dict[str, list[str]]) -> dict[str, str | None]:
    """A fact that nobody knows, or that is told twice, is refused: a rule about it would not be met."""
    try:
        pairs = parse_qsl(query.decode("ascii"), keep_blank_values=True, strict_parsing=bool(query), errors="strict")
        told = {name: unquote(value, errors="strict") for name in FACTS if (value := _one(fields, _header(name)))}
    except ValueError:
        _refuse("query")
    for name, value in pairs:
        if name not in FACTS:
            _refuse("unknown-fact")
        if name in told:
            _refuse("fact-told-twice")
        told[name] = value
    if any(name.startswith("x-leakscan-") and name.removeprefix("x-leakscan-") not in FACTS for name in fields):
        _refuse("unknown-fact")
    return {name: told.get(name) or None for name in FACTS}


def _refuse(code: str) -> NoReturn:
    raise BadRequest(code) from None


def _header(fact: str) -> str:
    return f"x-leakscan-{fact}"


def _one(fields: dict[str, list[str]], name: str) -> str | None:
    found = fields.get(name)
    if found is None:
        return None
    if len(found) > 1:
        _refuse("field-told-twice")
    return found[0]


def _codings(given: list[str]) -> tuple[str, ...]:
    return tuple(word.strip().lower() for line in given for word in line.split(","))


def _length(given: str | None) -> int | None:
    if given is None:
        return None
    if not given.isascii() or not given.isdigit():
        _refuse("length")
    return int(given[:20])
