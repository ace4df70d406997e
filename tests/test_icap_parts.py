"""Parts of S3 uploads that are kept: other requests go on meanwhile, and two parts of one upload do not mix."""

from __future__ import annotations

import asyncio
import threading

import pytest

from leakscan.gate.icap import uploads
from leakscan.gate.serving.judging import PartJudged, made_up
from leakscan.readers.spool import Spool

KEY = ("outbound", "store", "/a", "1")
PART = PartJudged(made_up("allow", "x", "x"), b"<", b">", 2)


def spooled(data: bytes) -> Spool:
    made = Spool()
    made.write(data)
    return made


def test_others_go_on_while_a_part_is_copied_and_parts_do_not_mix(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on, waited, real = threading.Event(), threading.Event(), [], uploads._copy

    def slow(sent: Spool, into: Spool) -> None:
        begun.set()
        waited.append(go_on.wait(60))
        real(sent, into)

    async def keep_two() -> None:
        kept = uploads.Uploads(9, 1 << 20)
        sent = [spooled(bytes([65 + at]) * 1000) for at in range(2)]
        tasks = [asyncio.create_task(kept.keep(KEY, at + 1, one, (), PART)) for at, one in enumerate(sent)]
        while not begun.is_set() and not waited:  # noqa: ASYNC110 - a thread sets it
            await asyncio.sleep(0.001)
        go_on.set()  # the loop came here while a part was being copied
        assert await asyncio.gather(*tasks) == [True, True]
        for one in sent:
            one.close()
        found = kept.wholes(KEY, [1, 2])
        assert found is not None
        spool, places = found
        texts = []
        for begin, size, _ in places:
            spool.seek(begin)
            texts.append(spool.read(size))
        assert texts == [b"A" * 1000, b"B" * 1000]

    monkeypatch.setattr(uploads, "_copy", slow)
    asyncio.run(keep_two())
    assert waited == [True, True]
