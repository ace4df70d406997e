"""How a form is parted: each file by itself, and nothing of what stands around them is lost."""

from __future__ import annotations

import io

import pytest

from leakscan.gate.serving.codings import FORM_DAMAGED, Undecodable
from leakscan.gate.serving.forms import FORM_BYTES, PARTS, boundary_of, pieces, spelled_out, text_of_field
from leakscan.gate.serving.settings import HEAD_BYTES, MEMORY_BYTES, READ_BYTES

HEAD = b'Content-Disposition: form-data; name="f"; filename="a.csv"\r\n'


@pytest.mark.parametrize(
    ("kind", "boundary"),
    [
        (None, None),
        ("text/csv", None),
        ("application/x-multipart; boundary=a", None),
        ("multipart/form-data; boundary=abc", b"abc"),
        ("Multipart/Mixed;charset=utf-8; Boundary=abc", b"abc"),
        (" multipart/form-data; boundary=abc", b"abc"),
        ('multipart/form-data; boundary="a b:c"', b"a b:c"),
        ("multipart/form-data; boundary=----WebKitFormBoundary7MA4", b"----WebKitFormBoundary7MA4"),
    ],
)
def test_the_boundary_of_a_type(kind: str | None, boundary: bytes | None) -> None:
    assert boundary_of(kind) == boundary


@pytest.mark.parametrize(
    "kind",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=é",
        "multipart/form-data; boundary*=utf-8''abc",
        f"multipart/form-data; boundary={'a' * 201}",
        "multipart/form-data; boundary\x00=a",
    ],
)
def test_a_form_without_a_sound_boundary_is_damaged(kind: str) -> None:
    with pytest.raises(Undecodable) as told:
        boundary_of(kind)
    assert told.value.code == FORM_DAMAGED


def parted(body: bytes, boundary: bytes = b"xyz") -> tuple[list[tuple[str, str | None, bytes]], bytes]:
    """Name, name of the file and bytes of each part, and what stood around them."""
    rest = io.BytesIO()
    found = [(one.name, one.file_name, one.file.readall()) for one in pieces(io.BytesIO(body), boundary, rest)]
    return found, rest.getvalue()


def part(value: bytes, head: bytes = HEAD) -> bytes:
    return b"--xyz\r\n" + head + b"\r\n" + value + b"\r\n"


END = b"--xyz--\r\n"
LONG = bytes(range(1, 256)) * (3 * READ_BYTES // 255)


@pytest.mark.parametrize(
    "values",
    [
        [b"a"],
        [b""],
        [b"a", b"", b"b"],
        [b"\r\n"],
        [b"a\r\n--xy", b"a --xyz in a line"],
        [b"a\r\n\r\nb"],
        [LONG, LONG],
        [b"a" * (READ_BYTES - 4) + b"\r\n--xy" + b"b" * READ_BYTES],
    ],
)
def test_files_come_out_as_they_went_in(values: list[bytes]) -> None:
    found, rest = parted(b"".join(part(value) for value in values) + END)
    assert found == [("f", "a.csv", value) for value in values]
    assert rest.count(b"a.csv") == len(values)


@pytest.mark.parametrize("shift", range(12))
def test_a_boundary_may_lie_over_the_edge_of_two_reads(shift: int) -> None:
    value = b"a" * (READ_BYTES - len(HEAD) - 20 + shift)
    found, _ = parted(part(value) + part(b"b") + END)
    assert [data for _, _, data in found] == [value, b"b"]


@pytest.mark.parametrize(
    ("body", "around"),
    [
        (b"in front\r\n" + part(b"a") + END, b"in front"),
        (part(b"a") + END + b"behind", b"behind"),
        (part(b"a") + END + LONG + b"behind", b"behind"),
        (part(b"a") + b"--xyz \t\r\n" + HEAD + b"\r\nb\r\n" + END, b"a.csv"),
        (part(b"a", HEAD + b"X-Patient: DURAND\r\n") + END, b"DURAND"),
        (END, b""),
    ],
)
def test_what_stands_around_the_parts_is_kept(body: bytes, around: bytes) -> None:
    assert around in parted(body)[1]


def test_a_part_of_no_bytes_may_end_at_once() -> None:
    found, _ = parted(b"--xyz\r\n" + HEAD + b"\r\n--xyz--\r\n")
    assert [data for _, _, data in found] == [b""]


def test_a_part_may_have_no_head() -> None:
    assert parted(b"--xyz\r\n\r\na\r\n" + END)[0] == [("", None, b"a")]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no boundary",
        part(b"a"),
        part(b"a")[:-2],
        part(b"a") + b"--xyz",
        part(b"a") + b"--xyz-",
        part(b"a") + b"--xyzw\r\n" + HEAD + b"\r\nb\r\n" + END,
        b"--xyz\r\n" + HEAD,
        part(b"--xyz in front of its bytes") + END,
        b"--xyz\r\n" + b"X: " + b"a" * HEAD_BYTES + b"\r\n\r\na\r\n" + END,
        b"--xyz" + b" " * HEAD_BYTES + b"\r\n" + HEAD + b"\r\na\r\n" + END,
        b"a" * (FORM_BYTES + 1) + b"\r\n" + part(b"a") + END,
        part(b"a") + END + b"a" * FORM_BYTES,
        (b"--xyz\r\n\r\n\r\n" * (PARTS + 1)) + END,
    ],
)
def test_a_form_that_does_not_hold_is_damaged(body: bytes) -> None:
    with pytest.raises(Undecodable) as told:
        parted(body)
    assert told.value.code == FORM_DAMAGED


@pytest.mark.parametrize(
    ("head", "value", "is_field", "codings"),
    [
        (b'Content-Disposition: form-data; name="a"\r\n', b"1", True, ()),
        (b'Content-Disposition: form-data; name="a"\r\nContent-Type: Text/Plain; charset=utf-8\r\n', b"1", True, ()),
        (b'Content-Disposition: form-data; name="a"\r\nContent-Type: text/csv\r\n', b"1", False, ()),
        (HEAD, b"1", False, ()),
        (b'Content-Disposition: form-data; name="a"\r\n', bytes(MEMORY_BYTES + 1), False, ()),
        (b"Content-Encoding: GZIP, br\r\n", b"1", False, ("gzip", "br")),
        (b"Content-Transfer-Encoding: base64\r\n", b"1", False, ("base64",)),
        (b"Content-Encoding: gzip\r\nContent-Transfer-Encoding: base64\r\n", b"1", False, ("gzip", "base64")),
        (b"Content-Transfer-Encoding: 8bit\r\nContent-Encoding: identity\r\n", b"1", True, ()),
    ],
)
def test_what_the_head_of_a_part_says(head: bytes, value: bytes, is_field: bool, codings: tuple[str, ...]) -> None:
    for one in pieces(io.BytesIO(part(value, head) + END), b"xyz", io.BytesIO()):
        assert (one.is_field, one.codings) == (is_field, codings)
        assert "DURAND" not in repr(one)
        assert "a.csv" not in repr(one)


def test_fields_are_lines_of_text() -> None:
    assert text_of_field("né le", b"01/03/1962") == "né le: 01/03/1962\n".encode()


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (b"nom=DURAND&ne=01%2F03%2F1962", "nom: DURAND\nne: 01/03/1962\n"),
        (b"a=1+2&b", "a: 1 2\nb: \n"),
        (b"a=b=c", "a: b=c\n"),
        (b"n%C3%A9=%C3%A9t%C3%A9", "né: été\n"),
        ("né=été".encode(), "né: été\n"),
        (b"\xff=%FF", "�: �\n"),
        (b"", ": \n"),
    ],
)
def test_a_form_in_the_spelling_of_addresses(form: bytes, text: str) -> None:
    assert spelled_out(form).decode() == text
