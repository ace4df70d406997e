"""RAR archives unpacked by real programs, each skipped where it is missing: what they are told and what they give.

The archives are written here byte by byte, so that their members are stored: nothing free compresses RAR. rarfile is
told to ask a program for every member all the same.
"""

from __future__ import annotations

import shutil
import struct
import zlib
from collections.abc import Iterator

import pytest
import rarfile
from documents import report_here
from test_readers_7z_rar import SMALL, TABLE, rar4, read

from leakscan.readers import rar

PROGRAMS = ("unar", "bsdtar")
KINDS = ("unrar", "unar", "sevenzip", "sevenzip2", "bsdtar")
NAMES = ("dossier été/b c.csv", "a.csv", "[liste] d.csv")


@pytest.fixture(params=PROGRAMS)
def program(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """One program that rarfile has to use for every member."""
    name = str(request.param)
    if shutil.which(name) is None:
        pytest.skip(f"the program {name} is not installed")
    monkeypatch.setattr(rarfile, "FORCE_TOOL", 1)
    rarfile.tool_setup(**{kind: kind == name for kind in KINDS}, force=True)
    yield name
    rarfile.CURRENT_SETUP = None


def vint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def block5(kind: int, flags: int, body: bytes, more: bytes = b"") -> bytes:
    """A header of RAR 5 and the data behind it."""
    head = vint(kind) + vint(flags) + (vint(len(more)) if flags & 2 else b"") + body
    sized = vint(len(head)) + head
    return struct.pack("<L", zlib.crc32(sized)) + sized + more


def rar5(members: dict[str, bytes]) -> bytes:
    """An archive of RAR 5 with stored members."""
    out = b"Rar!\x1a\x07\x01\x00" + block5(1, 0, vint(0))
    for name, data in members.items():
        raw = name.encode()
        sums = struct.pack("<L", zlib.crc32(data))
        body = vint(4) + vint(len(data)) + vint(0o644) + sums + vint(0) + vint(1) + vint(len(raw)) + raw
        out += block5(2, 2, body, data)
    return out + block5(5, 0, vint(0))


@pytest.mark.parametrize("form", ["rar4", "rar5"])
def test_programs_give_what_is_stored(program: str, form: str) -> None:
    names = NAMES if form == "rar5" else NAMES[1:]  # in RAR 4 a name in UTF-8 says so in a way of its own
    members = dict(zip(names, (TABLE, SMALL, TABLE[:5000]), strict=False))
    data = rar5(members) if form == "rar5" else rar4(members)
    assert read(rar, data) == (members, None), program


def test_damage_is_told_and_what_a_program_complains_of_is_no_data(program: str) -> None:
    data = rar4({"a.csv": SMALL})  # its month is 0: unar says so
    assert read(rar, data) == ({"a.csv": SMALL}, None), program
    hurt = data.replace(b"DURAND", b"DURANT")
    assert "damaged" in str(read(rar, hurt)[0]["a.csv"]), program


def test_a_scan_of_an_archive_is_that_of_its_table(program: str) -> None:
    packed, plain = (report_here(data)["persons"]["likely"] for data in (rar5({"a.csv": TABLE}), TABLE))
    assert packed == plain > 0, program
