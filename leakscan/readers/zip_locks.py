"""Encrypted members of ZIP archives: the traditional cipher, and AES after WinZip. Only given passwords are tried.

Sources: APPNOTE.TXT of PKWARE, section 6; "AES Encryption Information" of WinZip (AE-1, AE-2).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from leakscan.readers.guarded import BrokenInput, Taken
from leakscan.readers.streams import Readable, read_exactly

ZIPCRYPTO_BYTES = 64 << 20
"""Members under the traditional cipher up to this size are read: it can only be undone byte by byte, slowly."""
LOCKED = "encrypted: give its password with --password-file"
NO_KEY_FITS = "encrypted: none of the given passwords opens it"
_ROUNDS = 1000
_CHECK, _SEAL, _HEADER = 2, 10, 12
_BLOCK = 16
_PIECE = 1 << 16


@dataclass(frozen=True, slots=True)
class Key:
    """A way to decrypt one member: `open` makes its plain stream out of the stream of its data."""

    open: Callable[[Readable], Readable]


def spellings(password: str) -> Iterator[bytes]:
    """A password as the bytes that a tool may have made of it."""
    seen: set[bytes] = set()
    for encoding in ("utf-8", "cp850", "cp1252"):
        try:
            spelt = password.encode(encoding)
        except UnicodeEncodeError:
            continue
        if spelt not in seen:
            seen.add(spelt)
            yield spelt


def aes_key(password: bytes, strength: int, begun: bytes, packed: int) -> Key | None:
    """The key of a member under AES; None where the password is another. `begun` is the beginning of its data."""
    size = 8 * (strength + 1)
    salt, check = begun[: size // 2], begun[size // 2 : size // 2 + _CHECK]
    made = hashlib.pbkdf2_hmac("sha1", password, salt, _ROUNDS, 2 * size + _CHECK)
    if len(check) < _CHECK or not hmac.compare_digest(made[2 * size :], check):
        return None
    length = packed - size // 2 - _CHECK - _SEAL

    def opened(stream: Readable) -> Readable:
        read_exactly(stream, size // 2 + _CHECK)
        return Aes(stream, made[:size], made[size : 2 * size], length)

    return Key(opened)


def old_key(password: bytes, begun: bytes, proof: int) -> Key | None:
    """The key of a member under the traditional cipher; None where one byte of the 12 before it shows another."""
    state = _Traditional(password)
    if len(begun) < _HEADER or state.decrypted(begun[:_HEADER])[-1] != proof:
        return None

    def opened(stream: Readable) -> Readable:
        coder = _Traditional(password)
        coder.decrypted(read_exactly(stream, _HEADER))
        return _Decrypted(stream, coder)

    return Key(opened)


class Aes(Taken):
    """The plain text of AES in counter mode, whose counter has its lowest byte first. Its seal is checked."""

    def __init__(self, stream: Readable, key: bytes, seal_key: bytes, length: int) -> None:
        """`length` bytes are encrypted; ten of the seal follow."""
        self._stream, self._left = stream, max(0, length)
        self._coder = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 - it makes a key stream
        self._seal = hmac.new(seal_key, digestmod="sha1")
        self._counter, self._spare, self._checked = 1, b"", False

    def take(self, size: int) -> bytes:
        """Read on."""
        data = self._stream.read(min(size, self._left, _PIECE)) if self._left else b""
        if not data:
            self._check()
            return b""
        self._left -= len(data)
        self._seal.update(data)
        return self._plain(data)

    def _plain(self, data: bytes) -> bytes:
        lacking = len(data) - len(self._spare)
        if lacking > 0:
            blocks = -(-lacking // _BLOCK)
            counters = np.zeros((blocks, 2), "<u8")
            counters[:, 0] = np.arange(self._counter, self._counter + blocks, dtype=np.uint64)
            self._counter += blocks
            self._spare += self._coder.update(counters.tobytes())
        used, self._spare = self._spare[: len(data)], self._spare[len(data) :]
        return (np.frombuffer(data, np.uint8) ^ np.frombuffer(used, np.uint8)).tobytes()

    def _check(self) -> None:
        if self._left:
            raise EOFError
        if not self._checked:
            self._checked = True
            seal = read_exactly(self._stream, _SEAL)
            if not hmac.compare_digest(seal, self._seal.digest()[:_SEAL]):
                message = "the encrypted data are damaged: their seal is broken"
                raise BrokenInput(message)


class _Decrypted(Taken):
    """The plain text of the traditional cipher."""

    def __init__(self, stream: Readable, coder: _Traditional) -> None:
        self._stream, self._coder = stream, coder

    def take(self, size: int) -> bytes:
        """Read on."""
        return self._coder.decrypted(self._stream.read(min(size, _PIECE)))


def _table() -> list[int]:
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ 0xEDB88320 if value & 1 else value >> 1  # noqa: PLW2901 - eight steps of one value
        table.append(value)
    return table


_CRC = _table()


class _Traditional:
    """PKWARE's traditional cipher. State: its three keys. Each byte depends on all before it: no way around a loop."""

    def __init__(self, password: bytes) -> None:
        self._keys = (0x12345678, 0x23456789, 0x34567890)
        one, two, three = self._keys
        for byte in password:
            one, two, three = _stepped(one, two, three, byte)
        self._keys = one, two, three

    def decrypted(self, data: bytes) -> bytes:
        """The plain bytes of what follows."""
        one, two, three = self._keys
        table, masks, out = _CRC, _masks(), bytearray(len(data))
        for at, byte in enumerate(data):
            out[at] = plain = byte ^ masks[three & 0xFFFF]
            one = one >> 8 ^ table[(one ^ plain) & 0xFF]
            two = (two + (one & 0xFF)) * 134775813 + 1 & 0xFFFFFFFF
            three = three >> 8 ^ table[(three ^ two >> 24) & 0xFF]
        self._keys = one, two, three
        return bytes(out)


@cache
def _masks() -> bytes:
    """What a byte is masked with, by the lower half of the third key."""
    return bytes(((key | 2) * ((key | 2) ^ 1) >> 8) & 0xFF for key in range(1 << 16))


def _stepped(one: int, two: int, three: int, byte: int) -> tuple[int, int, int]:
    one = one >> 8 ^ _CRC[(one ^ byte) & 0xFF]
    two = ((two + (one & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
    return one, two, three >> 8 ^ _CRC[(three ^ two >> 24) & 0xFF]
