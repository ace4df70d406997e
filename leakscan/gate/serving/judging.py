"""What a worker process does with one upload: take off its codings, part its forms, have each piece decided."""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, BinaryIO, cast

from leakscan.gate.serving.codings import AWS_CHUNKED, FORM_DAMAGED, Undecodable, decoded, needed
from leakscan.gate.serving.forms import FORM_BYTES, boundary_of, pieces, spelled_out, text_of_field
from leakscan.gate.serving.settings import ACTIONS, MEMORY_BYTES, PART_EDGE_BYTES, READ_BYTES, Action, Known, Service
from leakscan.i18n import phrase
from leakscan.moving import Moving
from leakscan.readers.spool import Handle, Spool

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

FORM_DEPTH = 3
"""Forms within forms that are parted."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict as it leaves a worker: plain values, and the sentence in both languages."""

    action: Action
    rule: str
    reasons: tuple[str, ...]
    counts: Mapping[str, int]
    id: str
    french: str
    english: str


@dataclass(frozen=True, slots=True)
class Upload:
    """Where the bytes of an upload lie, and what its head says."""

    spool: Handle = field(repr=False)
    known: Known
    codings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PartJudged:
    """A verdict on a part of an S3 upload, and the ends of its content."""

    judged: Judged
    head: bytes = field(repr=False)
    tail: bytes = field(repr=False)
    size: int


def made_up(action: Action, rule: str, reason: str, said: str = "failed") -> Judged:
    """A verdict without a decision: `rule` is `error`, `timeout`, `limit`, `unreadable`, `upload` or `empty`.

    Its id is random: it finds the answer in the proxy's log, nothing else.
    """
    french, english = (phrase(f"gate.icap.{said}", lang, reason=reason) for lang in ("fr", "en"))
    return Judged(action, rule, (reason,), {}, secrets.token_hex(8), french, english)


def judge(data: bytes, upload: Upload, service: Service, most: int) -> Judged:
    """The worst verdict over all that an upload holds. `most`: bytes that may come out of its codings."""
    del data
    with _reading(Spool(handle=upload.spool)) as file:
        return worst(_judged(file, upload.spool.size, upload, service, most, 0))


def judge_part(data: bytes, upload: Upload, service: Service, most: int) -> PartJudged:
    """As `judge`, for a part: its ends are told too, without what was put around it for the way."""
    del data
    around = tuple(coding for coding in upload.codings if coding == AWS_CHUNKED)
    inner = replace(upload, codings=tuple(coding for coding in upload.codings if coding != AWS_CHUNKED))
    with _reading(Spool(handle=upload.spool)) as sent:
        try:
            with ExitStack() as stack:
                file, size = sent, upload.spool.size
                if around:
                    bare = stack.enter_context(decoded(sent, around, most))
                    file, size = cast("BinaryIO", bare), bare.size
                judged = worst(_judged(file, size, inner, service, most, 0))
                file.seek(0)
                head = file.read(PART_EDGE_BYTES)
                file.seek(max(0, size - PART_EDGE_BYTES))
                return PartJudged(judged, head, file.read(PART_EDGE_BYTES), size)
        except Undecodable as error:
            found = [_unreadable(service, error.code), plain(sent, upload.spool.size, upload.known, service)]
            return PartJudged(worst(found), b"", b"", 0)


def judge_edge(data: bytes, known: Known, service: Service) -> Judged:
    """The verdict on the end of a part and the beginning of the next one."""
    return plain(io.BytesIO(bytes(data)), len(data), known, service)


def judge_joined(
    data: bytes,
    spool: Handle,
    parts: tuple[tuple[int, int, tuple[str, ...]], ...],
    known: Known,
    service: Service,
    most: int,
) -> Judged:
    """The verdict on all parts of an upload one behind the other; `parts`: begin, size and codings of each."""
    del data
    with ExitStack() as stack:
        whole = stack.enter_context(Spool(handle=spool))
        if any(AWS_CHUNKED in codings for _, _, codings in parts):
            bare = stack.enter_context(Spool(MEMORY_BYTES))
            for begin, size, codings in parts:
                with _reading(Stretches(whole, ((begin, size),))) as part, _bare(part, codings, most) as inner:
                    while piece := inner.read(READ_BYTES):
                        bare.write(piece)
                if bare.size > most:
                    return made_up("block", "limit", "expansion")
            whole, parts = bare, ((0, bare.size, ()),)
        stretches = tuple((begin, size) for begin, size, _ in parts)
        with _reading(Stretches(whole, stretches)) as file:
            return plain(file, sum(size for _, size in stretches), known, service)


def _reading(file: io.RawIOBase) -> BinaryIO:
    return cast("BinaryIO", io.BufferedReader(file, READ_BYTES))


def _bare(part: BinaryIO, codings: tuple[str, ...], most: int) -> BinaryIO:
    around = tuple(coding for coding in codings if coding == AWS_CHUNKED)
    return cast("BinaryIO", decoded(part, around, most)) if around else part


def warm(data: bytes, service: Service | None) -> bool:
    """Have a worker import what it will need, before the first upload waits for it."""
    del data
    if service is not None:
        service.decide(io.BytesIO(b"bonjour\n"), 8, Known())
    return True


def worst(found: Iterator[Judged] | list[Judged]) -> Judged:
    """The hardest of several verdicts; what each counted is added up."""
    every = list(found)
    hardest = max(every, key=lambda one: ACTIONS.index(one.action))
    counts: dict[str, int] = {}
    for one in every:
        for name, count in one.counts.items():
            counts[name] = counts.get(name, 0) + count
    return replace(hardest, counts=counts)


def plain(file: BinaryIO, size: int | None, known: Known, service: Service) -> Judged:
    """The verdict on one file as it stands."""
    file.seek(0)
    verdict = service.decide(file, size, known)
    if verdict.action not in ACTIONS:
        return made_up("block", "error", "unknown-action")
    return Judged(
        verdict.action, verdict.rule, tuple(verdict.reasons), dict(verdict.counts), verdict.id,
        verdict.sentence("fr"), verdict.sentence("en"),
    )  # fmt: skip


def _judged(file: BinaryIO, size: int, upload: Upload, service: Service, most: int, depth: int) -> Iterator[Judged]:
    """Verdicts on a body, one per piece. What cannot be decoded is decided as it stands too."""
    known, codings = upload.known, needed(upload.codings)
    if codings:
        try:
            with decoded(file, codings, most) as inner:
                whole = replace(upload, codings=())
                yield from _judged(cast("BinaryIO", inner), inner.size, whole, service, most, depth)
        except Undecodable as error:
            yield _unreadable(service, error.code)
            yield plain(file, size, known, service)
        return
    kind = (known.content_type or "").partition(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded" and size <= FORM_BYTES:
        file.seek(0)
        text = spelled_out(file.read())
        yield plain(io.BytesIO(text), len(text), replace(known, content_type="text/plain"), service)
        return
    try:
        boundary = boundary_of(known.content_type)
        if boundary is None:
            yield plain(file, size, known, service)
            return
        file.seek(0)
        yield from _parts(file, boundary, upload, service, most, depth)
    except Undecodable as error:
        yield _unreadable(service, error.code)
        yield plain(file, size, known, service)


def _parts(
    file: BinaryIO, boundary: bytes, upload: Upload, service: Service, most: int, depth: int
) -> Iterator[Judged]:
    if depth == FORM_DEPTH:
        raise Undecodable(FORM_DAMAGED)
    rest, fields = io.BytesIO(), io.BytesIO()
    for piece in pieces(file, boundary, rest):
        if piece.is_field and fields.tell() <= FORM_BYTES:
            fields.write(text_of_field(piece.name, piece.file.read()))
            continue
        known = replace(upload.known, content_type=piece.content_type)
        inner = replace(upload, known=known, codings=piece.codings)
        yield from _judged(cast("BinaryIO", piece.file), piece.file.size, inner, service, most, depth + 1)
    as_text = replace(upload.known, content_type="text/plain")
    if fields.tell():
        yield plain(fields, fields.tell(), as_text, service)
    yield plain(rest, rest.tell(), as_text, service)


def _unreadable(service: Service, code: str) -> Judged:
    return made_up(service.unreadable, "unreadable", code, "unreadable")


class Stretches(Moving):
    """Stretches of a spool one behind the other, as one file."""

    def __init__(self, spool: Spool, stretches: tuple[tuple[int, int], ...]) -> None:
        """`stretches`: begin and size of each."""
        self._spool, self._stretches = spool, stretches
        self._size = sum(size for _, size in stretches)

    @property
    def size(self) -> int:
        """Bytes in all of them."""
        return self._size

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Read on, within one stretch."""
        view, before = memoryview(buffer).cast("B"), 0
        for begin, size in self._stretches:
            if self._at < before + size:
                inside = self._at - before
                self._spool.seek(begin + inside)
                read = self._spool.readinto(view[: size - inside])
                self._at += read
                return read
            before += size
        return 0
