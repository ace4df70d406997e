"""The kernel, compiled into a temporary folder and loaded by ctypes; it runs without the interpreter's lock."""

from __future__ import annotations

import ctypes
import os
import secrets
import shutil
import subprocess
import tempfile
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from shapes import Automaton

HERE = Path(__file__).resolve().parent
FLAGS = ("-std=c11", "-O3", "-march=native", "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror")
CELLS = 1 << 25
"""Distinct cells that all columns may have together, shared out evenly: their tables stay below some 2.5 GiB."""
TILE_BYTES = 2 << 20
"""Read at once: the text and its fields together stay in the caches near the cores."""
ERRORS = {-1: "no memory for the tables", -2: "the file cannot be read", -3: "a record is longer than 64 MiB"}


@dataclass(frozen=True)
class Counted:
    """What stands in a column: distinct cells, rows past the bound, bytes held, cells and rows of a kind, terms."""

    distinct: int
    over: int
    held: int
    cells: int
    rows: int
    with_terms: int
    matches: int


def compiler() -> str | None:
    """The C compiler of this machine, or None."""
    return shutil.which("cc")


@cache
def library(*more: str) -> ctypes.CDLL:
    """Compile the kernel, with `more` flags, and load it."""
    found = compiler()
    if found is None:
        message = "no C compiler (cc) on this machine"
        raise RuntimeError(message)
    with tempfile.TemporaryDirectory(prefix="kernel-") as folder:
        target = Path(folder, "kernel.so")
        sources = sorted(map(str, HERE.glob("*.c")))
        subprocess.run(
            [found, *FLAGS, *more, *sources, "-o", str(target), "-lpthread"], check=True, capture_output=True
        )
        loaded = ctypes.CDLL(str(target))
    word, number, pointer = ctypes.c_uint64, ctypes.c_uint32, ctypes.c_void_p
    signatures = {
        "kernel_new": (pointer, (number, ctypes.c_uint8, number, number, number, pointer)),
        "kernel_free": (None, (pointer,)),
        "kernel_read": (ctypes.c_int, (pointer, ctypes.c_char_p, word, ctypes.c_bool)),
        "kernel_shapes": (ctypes.c_int, (pointer, *[ctypes.c_char_p] * 3, number, number)),
        "kernel_classify": (None, (pointer,)),
        "kernel_terms": (ctypes.c_int, (pointer, ctypes.c_char_p, ctypes.c_char_p, word)),
        "kernel_seek": (None, (pointer, ctypes.c_char_p)),
        "kernel_prints": (None, (pointer, ctypes.c_char_p)),
        "kernel_identities": (word, (pointer, pointer)),
        "kernel_counts": (None, (pointer, pointer)),
        "kernel_column": (None, (pointer, number, number, pointer)),
        "kernel_cell": (number, (pointer, number, word, ctypes.c_char_p, number)),
        "kernel_kind": (number, (pointer, number, word)),
        "kernel_siphash": (None, (pointer, ctypes.c_char_p, number, pointer)),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(loaded, name)
        function.restype, function.argtypes = result, arguments
    return loaded


class Kernel:
    """One file's columns in the kernel's memory, until `close`."""

    def __init__(
        self,
        width: int,
        delimiter: str = ";",
        *,
        threads: int = 2,
        limit: int | None = None,
        tile: int = TILE_BYTES,
        flags: Sequence[str] = (),
    ) -> None:
        """Begin with empty columns and a fresh secret; `limit`: distinct cells per column, else a share of CELLS."""
        self.width = width
        share = max(1, CELLS // width) if limit is None else limit
        self._library = library(*flags)
        secret = (ctypes.c_uint64 * 4)(*(secrets.randbits(64) for _ in range(4)))
        self._kernel = self._library.kernel_new(width, ord(delimiter), threads, share, tile, secret)
        if not self._kernel:
            raise MemoryError(ERRORS[-1])

    def close(self) -> None:
        """Give the memory back."""
        self._library.kernel_free(self._kernel)
        self._kernel = None

    def read(self, path: Path, begin: int, *, coding: bool = True) -> None:
        """Stage 1, with `coding` stages 1 and 2, on a file from byte `begin` on."""
        self._check(self._library.kernel_read(self._kernel, os.fsencode(path), begin, coding))

    def shapes(self, made: Automaton) -> None:
        """Take the automaton of stage 3."""
        steps, accept = array("I", made.next).tobytes(), array("I", made.accept).tobytes()
        self._check(
            self._library.kernel_shapes(self._kernel, made.class_of, steps, accept, len(made.accept), made.classes)
        )

    def classify(self) -> None:
        """Stage 3: the shapes of all distinct cells."""
        self._library.kernel_classify(self._kernel)

    def terms(self, fold: bytes, patterns: Sequence[bytes]) -> int:
        """Build the automaton of stage 4; gives its number of states."""
        text = b"".join(pattern + b"\n" for pattern in patterns)
        return self._check(self._library.kernel_terms(self._kernel, fold, text, len(text)))

    def seek(self, columns: Sequence[int]) -> None:
        """Stage 4: terms in the distinct cells of these columns that have words."""
        self._library.kernel_seek(self._kernel, self._asked(columns))

    def prints(self, columns: Sequence[int]) -> None:
        """Stage 5: fingerprints of the distinct cells of these columns."""
        self._library.kernel_prints(self._kernel, self._asked(columns))

    def identities(self, columns: tuple[int, int, int, int]) -> int:
        """Stage 5: the number of distinct combinations of four columns."""
        return int(self._library.kernel_identities(self._kernel, (ctypes.c_uint32 * 4)(*columns)))

    def counts(self) -> tuple[int, int, int]:
        """Good records, damaged records, fields of the good ones."""
        out = (ctypes.c_uint64 * 3)()
        self._library.kernel_counts(self._kernel, out)
        return out[0], out[1], out[2]

    def column(self, index: int, kinds: int = 0) -> Counted:
        """What a column holds, and how much of it has any bit of `kinds`."""
        out = (ctypes.c_uint64 * 7)()
        self._library.kernel_column(self._kernel, index, kinds, out)
        return Counted(*out)

    def cell(self, column: int, row: int) -> bytes | None:
        """The cell of a record, up to 4,096 bytes; None past the bound."""
        into = ctypes.create_string_buffer(4096)
        length = self._library.kernel_cell(self._kernel, column, row, into, 4096)
        return None if length == 0xFFFFFFFF else into.raw[:length]

    def kind(self, column: int, row: int) -> int:
        """The bits of a record's cell after stage 3."""
        return int(self._library.kernel_kind(self._kernel, column, row))

    def _asked(self, columns: Sequence[int]) -> bytes:
        return bytes(index in columns for index in range(self.width))

    @staticmethod
    def _check(code: int) -> int:
        if code < 0:
            raise RuntimeError(ERRORS[code])
        return code


def siphash(key: bytes, data: bytes) -> bytes:
    """SipHash-2-4 with 128 bits of `data` under 16 bytes of key."""
    words = (ctypes.c_uint64 * 2).from_buffer_copy(key)
    out = (ctypes.c_uint64 * 2)()
    library().kernel_siphash(words, data + bytes(8), len(data), out)
    return bytes(out)
