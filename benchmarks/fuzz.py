"""Feed readers with bent files for a while: what they raise but OSError, take too long for, or too much memory.

`python benchmarks/fuzz.py --seconds 60 --reader zip`. Guided by coverage where the package atheris is installed. Else a
seeded loop of its own changes sound and hostile files, and keeps as new seeds what reached lines of the readers that
none had reached before: `sys.monitoring` tells that from Python 3.12 on. Before that it is not guided, and says so.
Ends with 1 on a finding.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import random
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from hostile.attacks import everything
from hostile.seeds import seeds

from leakscan.limits import Limits
from leakscan.readers import READERS, FileReader, Reader
from leakscan.readers.heads import Head
from leakscan.records import Batch, Child, Item, ReadOptions, Unparsed

MOST_SECONDS = 10
MOST_BYTES = 2 << 30
MOST_OUT = 16 << 20
OPTIONS = ReadOptions(passwords=("key",), limits=Limits(members=200))
TOKENS = (
    b"\xff" * 4,
    b"\0" * 8,
    b"\x7f\xff\xff\xff",
    b"PK\3\4",
    b"PK\1\2",
    b"PK\5\6",
    b"\x80",
    b"]]>",
    b"&x;",
    b'"',
    b"\r",
    b"|~^",
)


class TooLate(BaseException):
    """A run took longer than it may; no reader can swallow it."""


@dataclass
class Findings:
    """What went wrong, by where: the first input of each kind is kept."""

    inputs: dict[str, bytes] = field(default_factory=dict)
    runs: int = 0

    def add(self, what: str, data: bytes) -> None:
        """Keep one input per kind, the smallest."""
        if what not in self.inputs or len(data) < len(self.inputs[what]):
            self.inputs[what] = data


def read_all(reader: Reader | FileReader, data: bytes) -> None:
    """All that a reader makes of bytes: batches parsed, children read up to a bound."""
    head = Head(data[: 8 << 20], OPTIONS)
    reader.sniff(head)
    file = io.BytesIO(data)
    if isinstance(reader, Reader):
        file.seek(len(head.data))
    items = reader.read(file, head)
    consume(items)


def consume(items: Iterator[Item], left: list[int] | None = None) -> None:
    """Take what a reader gives; `left`: items and bytes that are still taken, as a budget would have it."""
    left = [1000, MOST_OUT] if left is None else left
    for item in items:
        if isinstance(item, Unparsed):
            item.batch()
        elif isinstance(item, Batch):
            assert item.frame.null_count().sum_horizontal().sum() == 0, "a null in a batch"
        elif isinstance(item, Child) and item.items is not None:
            consume(item.items, left)
        elif isinstance(item, Child) and item.open is not None:
            drain(item.open, left)
        left[0] -= 1
        if min(left) < 0:
            return


def drain(opened: Callable[[], BinaryIO], left: list[int]) -> None:
    try:
        stream = opened()
        while left[1] >= 0 and (data := stream.read(1 << 16)):
            left[1] -= len(data)
    except OSError:
        pass


@contextmanager
def watched(findings: Findings, data: bytes) -> Iterator[None]:
    """A run that may raise OSError and take ten seconds."""

    def late(*_: object) -> None:
        raise TooLate

    signal.signal(signal.SIGALRM, late)
    signal.alarm(MOST_SECONDS)
    try:
        yield
    except OSError:
        pass
    except TooLate as error:
        findings.add(f"longer than {MOST_SECONDS} s in {place_of(error)}", data)
    except Exception as error:  # noqa: BLE001 - this is what is looked for
        findings.add(f"{type(error).__name__} in {place_of(error)}", data)
    finally:
        signal.alarm(0)
        findings.runs += 1


def place_of(error: BaseException) -> str:
    """The last line of the package that it came through."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "leakscan" in frame.filename]
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"


def bent(data: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """One to six changes: bits, bytes, tokens, pieces cut out, doubled or taken from another file."""
    out = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        size = len(out)
        at = chance.randrange(size + 1)
        match chance.randrange(9):
            case 0 | 1 if size:
                out[at % size] ^= 1 << chance.randrange(8)
            case 2 if size:
                out[at % size] = chance.randrange(256)
            case 3:
                token = chance.choice(TOKENS)
                out[at : at + len(token)] = token
            case 4:
                del out[at : at + chance.randrange(1, 64)]
            case 5:
                out[at:at] = out[at : at + chance.randrange(1, 64)]
            case 6:
                del out[at:]
            case 7:
                other = chance.choice(others)
                begin = chance.randrange(len(other) + 1)
                out[at:at] = other[begin : begin + chance.randrange(1, 200)]
            case 8:
                value = chance.choice((0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF))
                out[at : at + 4] = value.to_bytes(4, chance.choice(("little", "big")))
    return bytes(out[: 1 << 20])


def own_loop(reader: Reader | FileReader, begun: list[bytes], seconds: float, seed: int, findings: Findings) -> None:
    """The seeded loop: the same inputs in the same order for the same seed."""
    chance, until = random.Random(seed), time.monotonic() + seconds
    reached = Lines()
    pool = list(begun)
    while time.monotonic() < until:
        data = bent(chance.choice(pool), begun, chance)
        with reached.traced(), watched(findings, data):
            read_all(reader, data)
        if reached.new and len(pool) < 5000:
            pool.append(data)


class Lines:
    """Lines of the readers that were reached so far, where this Python can tell cheaply. State: those lines."""

    def __init__(self) -> None:
        self._known: set[tuple[str, int]] = set()
        self.new = False
        self._watch = getattr(sys, "monitoring", None)
        if self._watch is not None:
            self._watch.use_tool_id(3, "leakscan fuzz")
            self._watch.register_callback(3, self._watch.events.LINE, self._line)

    @contextmanager
    def traced(self) -> Iterator[None]:
        """Note lines that are new."""
        self.new = False
        if self._watch is None:
            yield
            return
        self._watch.set_events(3, self._watch.events.LINE)
        try:
            yield
        finally:
            self._watch.set_events(3, 0)

    def _line(self, code: object, line: int) -> object:
        name = code.co_filename  # type: ignore[attr-defined]
        if "readers" in name and (name, line) not in self._known:
            self._known.add((name, line))
            self.new = True
        return self._watch.DISABLE if self._watch is not None else None


def by_atheris(reader: Reader | FileReader, begun: list[bytes], seconds: float, findings: Findings) -> bool:
    """Coverage-guided by atheris; False where it is not installed."""
    try:
        import atheris
    except ImportError:
        return False
    until = time.monotonic() + seconds

    def one(data: bytes) -> None:
        with watched(findings, data):
            read_all(reader, data)
        if time.monotonic() > until:
            raise KeyboardInterrupt

    atheris.instrument_all()
    atheris.Setup([sys.argv[0], "-max_len=65536"], one)
    for data in begun:
        one(data)
    with suppress(KeyboardInterrupt):
        atheris.Fuzz()
    return True


def begin_with(reader: Reader | FileReader) -> list[bytes]:
    """Files that a reader takes for its own, sound and hostile ones; for texts all."""
    known = [*seeds().values(), *(data for data in everything().values() if len(data) < 1 << 18)]
    own = [data for data in known if reader.sniff(Head(data, OPTIONS)) > 0.5]
    return own or list(seeds().values())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=60, help="time per reader")
    parser.add_argument("--reader", action="append", help="a format of `leakscan formats`; repeatable; default: all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="folder for the inputs of findings")
    chosen = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, MOST_BYTES))
    found = 0
    for reader in READERS:
        if chosen.reader and reader.format not in chosen.reader:
            continue
        findings, begun = Findings(), begin_with(reader)
        how = "guided by atheris"
        if not by_atheris(reader, begun, chosen.seconds, findings):
            how = "new lines kept" if hasattr(sys, "monitoring") else "not guided (no atheris, Python before 3.12)"
            own_loop(reader, begun, chosen.seconds, chosen.seed, findings)
        print(f"{reader.format}: {findings.runs} runs from {len(begun)} files, {how}, {len(findings.inputs)} findings")
        for what, data in findings.inputs.items():
            name = hashlib.sha256(data).hexdigest()[:12]
            print(f"  {what}: {len(data)} bytes, {name}")
            if chosen.keep is not None:
                chosen.keep.mkdir(parents=True, exist_ok=True)
                (chosen.keep / f"{reader.format}_{name}").write_bytes(data)
        found += len(findings.inputs)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
