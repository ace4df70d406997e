"""From the command line to the report: odd files, wrong calls, Ctrl-C, and exit codes."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from stdnum.fr import nir as oracle

from leakscan.cli.app import run
from leakscan.renderers.schema import SCHEMA_FILE, first_problem
from leakscan.sources import local

if TYPE_CHECKING:
    from collections.abc import Callable

AS_OF = "2026-01-01"
HEADER = "NOM;PRENOM;DDN;NIR;COMMENTAIRE"
SECONDS, SECONDS_TO_STOP = 60, 15
"""No subprocess of a test may take longer, however busy the machine; nor may it take longer to stop."""


def nir(body: str) -> str:
    return f"{body}{oracle.calc_check_digits(body)}"


PATIENTS = (
    f"DURAND;LEA;05/12/1984;{nir('2841269955041')};",
    f"PETIT;PAUL;07/03/1960;{nir('1600369955011')};VIH positif",
    f"ROUX;ANNE;09/05/1971;{nir('2710569955015')};",
)


def lines(*rows: str, newline: str = "\n") -> bytes:
    return "".join(row + newline for row in rows).encode()


TABLE = lines(HEADER, *PATIENTS)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: its code, what it wrote, and its JSON report if it made one."""

    code: int
    out: str
    err: str
    report: dict[str, Any] | None


@pytest.fixture
def leakscan(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Ended]:
    """Run `leakscan scan` in this process, with a JSON report beside the summary."""
    monkeypatch.delenv("LEAKSCAN_DEBUG", raising=False)
    monkeypatch.chdir(tmp_path)

    def scan(*arguments: object) -> Ended:
        file = tmp_path / "out" / "report.json"
        file.parent.mkdir(exist_ok=True)
        file.unlink(missing_ok=True)
        code = run(["scan", *map(str, arguments), "--json", str(file), "--as-of", AS_OF, "--lang", "en"])
        captured = capsys.readouterr()
        report = json.loads(file.read_text(encoding="utf-8")) if file.exists() else None
        assert "Traceback" not in captured.err + captured.out
        return Ended(code, captured.out, captured.err, report)

    return scan


def put(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def program(*arguments: object, **options: Any) -> subprocess.Popen[bytes]:
    """The program itself, in a process of its own."""
    environment = {**os.environ, "LANG": "C.UTF-8", "PYTHONUTF8": "1"}
    environment.pop("LEAKSCAN_DEBUG", None)
    return subprocess.Popen(
        [sys.executable, "-m", "leakscan", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        **options,
    )


def one_sentence(error: str) -> bool:
    """A single line that says something, and nothing of our inside."""
    return error.startswith("leakscan: ") and error.count("\n") == 1 and len(error) > 30 and "Traceback" not in error


# ---- input that is not as it should be


@dataclass(frozen=True, slots=True)
class Odd:
    """A file that is odd in one way, and what must come out of it."""

    what: str
    data: bytes
    records: int = 3
    damaged: int = 0
    persons: int = 3
    warning: str | None = None
    row: int | None = None
    nirs: int | None = None


ACCENTED = [PATIENTS[0].replace("LEA", "HÉLÈNE")] * 40, [PATIENTS[2].replace("ANNE", "ÉLODIE")] * 40
ODD_FILES = (
    Odd("nothing wrong", TABLE),
    Odd("no line end at the end", TABLE[:-1]),
    Odd("CRLF line ends", lines(HEADER, *PATIENTS, newline="\r\n")),
    Odd("CR line ends", lines(HEADER, *PATIENTS, newline="\r")),
    Odd("UTF-8 with byte order mark", b"\xef\xbb\xbf" + TABLE),
    Odd("UTF-16 with byte order mark", TABLE.decode().encode("utf-16")),
    Odd("UTF-16 without byte order mark", TABLE.decode().encode("utf-16-le")),
    Odd("UTF-16 big-endian", b"\xfe\xff" + TABLE.decode().encode("utf-16-be")),
    Odd("NUL bytes in a cell", TABLE.replace(b"PETIT", b"PE\0TIT"), warning="nul_bytes", row=2),
    Odd("cut off in the middle of a row", TABLE[:-30], 2, 1, 2, warning="too_few_fields", row=3, nirs=2),
    Odd("a field too many", lines(HEADER, PATIENTS[0], PATIENTS[1] + ";x;y", PATIENTS[2]), 2, 1, row=2),
    Odd(
        "a quote that is never closed",
        lines(HEADER, PATIENTS[0], '"' + PATIENTS[1], PATIENTS[2]),
        2,
        1,
        warning="unclosed_quote",
        row=2,
    ),
    Odd("a header line alone", lines(HEADER), 0, persons=0),
    Odd("one row, no header", lines(PATIENTS[1]), 1, persons=1),
    Odd("the header seen again", lines(HEADER, *PATIENTS, HEADER, *PATIENTS), 6, warning="repeated_header"),
    Odd("rows met twice", lines(HEADER, *PATIENTS, *PATIENTS), 6),
    Odd(
        "an encoding that changes half-way",
        lines(HEADER) + "\n".join([*ACCENTED[0], ""]).encode("cp1252") + "\n".join([*ACCENTED[1], ""]).encode(),
        80,
        persons=2,
        warning="mixed_encoding",
        row=41,
    ),
    Odd("an empty line between", lines(HEADER, PATIENTS[0], "", PATIENTS[1], PATIENTS[2])),
)


@pytest.mark.parametrize("odd", ODD_FILES, ids=lambda odd: odd.what)
def test_odd_files_are_read_and_every_row_is_accounted_for(
    odd: Odd, leakscan: Callable[..., Ended], tmp_path: Path
) -> None:
    ended = leakscan(put(tmp_path / "odd.csv", odd.data))
    assert (ended.code, ended.err) == (0, "")
    assert ended.report is not None
    report, (source,), persons = ended.report, ended.report["inputs"], ended.report["persons"]
    assert (source["status"], source["records"], source["records_damaged"]) == ("scanned", odd.records, odd.damaged)
    assert (source["bytes"], report["scan"]["bytes_read"]) == (len(odd.data), len(odd.data))
    assert persons["low"] <= odd.persons <= persons["high"]
    assert odd.damaged or persons["likely"] == odd.persons
    nirs = odd.nirs if odd.nirs is not None else odd.records + odd.damaged
    assert report["records_by_entity"]["nir"] + odd.damaged >= nirs
    assert sum(line["records"] for line in report["evidence"] if line["entity"] == "nir") == nirs
    assert [step["count"] for step in persons["waterfall"]][-1] == sum(
        step["count"] for step in persons["waterfall"][:-1]
    )
    if odd.warning or odd.damaged:
        found = [line for line in report["warnings"] if odd.warning in (None, line["code"])]
        assert found, report["warnings"]
        assert odd.row is None or found[0]["row"] == odd.row
    else:
        assert report["warnings"] == []


@pytest.mark.parametrize(
    ("what", "data", "reason"),
    [
        ("empty file", b"", "empty"),
        ("binary file", bytes(range(256)) * 64, "not a text"),
        ("image", b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "PNG"),
        ("nothing but NUL bytes", b"\0" * 64, "NUL"),
        ("archive", b"PK\x03\x04" + b"x" * 64, "ZIP archive is damaged"),
        ("program", b"\x7fELF" + b"x" * 64, "not a text: program"),
    ],
)
def test_what_cannot_be_read_is_said_and_2(
    what: str, data: bytes, reason: str, leakscan: Callable[..., Ended], tmp_path: Path
) -> None:
    ended = leakscan(put(tmp_path / "odd.bin", data))
    assert ended.code == 2, what
    assert one_sentence(ended.err)
    assert ended.report is not None
    assert reason in ended.report["inputs"][0]["reason"]
    assert (ended.report["inputs"][0]["status"], ended.report["persons"]["high"]) == ("skipped", 0)


def test_two_thousand_columns(leakscan: Callable[..., Ended], tmp_path: Path) -> None:
    width, place = 2_000, 1_777
    rows = [[str(7 * row + column) for column in range(width)] for row in range(4)]
    rows[2][place] = f"ne pas diffuser, {nir('2841269955041')}, VIH positif"
    table = lines(";".join(f"mesure_{column}" for column in range(width)), *(";".join(row) for row in rows))
    ended = leakscan(put(tmp_path / "wide.csv", table))
    assert ended.code == 0
    assert ended.report is not None
    assert (ended.report["inputs"][0]["columns"], ended.report["records"]) == (width, 4)
    where = {(line["column"], line["entity"], line["theme"], line["status"]) for line in ended.report["evidence"]}
    assert {(f"mesure_{place}", "nir", None, None), (f"mesure_{place}", "health", "hiv", "affirmed")} <= where
    assert ended.report["persons"]["likely"] == 1


@pytest.mark.parametrize("rows", [300, 24_000])
def test_a_late_row_in_a_column_without_a_name(rows: int, leakscan: Callable[..., Ended], tmp_path: Path) -> None:
    """The worst data hides in sparse columns: nothing is sampled, however late it stands."""
    table = ["REF;NOM;PRENOM;DDN;;LIBELLE"]
    table += [f"{1_000 + row};DURAND;LEA;05/12/1984;;visite {row % 9}" for row in range(rows)]
    table[-5] = f"{rows};ROUX;ANNE;09/05/1971;voir {nir('2710569955015')} sero VIH + connue;visite 2"
    ended = leakscan(put(tmp_path / "late.csv", lines(*table)))
    assert ended.code == 0
    assert ended.report is not None
    assert ended.report["records"] == rows
    unnamed = ended.report["inputs"][0]["roles"][4]["column"]
    found = {line["entity"]: line for line in ended.report["evidence"] if line["column"] == unnamed}
    assert found["nir"]["records"] == 1
    assert (found["health"]["theme"], found["health"]["status"]) == ("hiv", "affirmed")
    assert ended.report["persons"]["by_theme"]["hiv"]["affirmed"]["likely"] == 1
    assert ended.report["severity"]["band"] == "very_high"


def test_every_file_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder may hold more files than a process may hold open."""
    opened: list[Any] = []
    really = Path.open

    def kept(self: Path, *arguments: Any, **options: Any) -> Any:
        opened.append(really(self, *arguments, **options))
        return opened[-1]

    monkeypatch.setattr(Path, "open", kept)
    for name, data in (("a.csv", TABLE), ("b.csv", TABLE[:-30]), ("c.bin", b"\x89PNG\r\n\x1a\n"), ("d.csv", b"")):
        put(tmp_path / "in" / name, data)
    assert run(["scan", str(tmp_path / "in"), "--quiet"]) == 0
    read = [stream for stream in opened if "in" in Path(str(stream.name)).parts]
    left = [Path(stream.name).name for stream in read if not stream.closed]
    for stream in opened:
        stream.close()
    assert len(read) >= 4
    assert left == []


# ---- wrong calls


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nowhere.csv",), "nowhere.csv"),
        (("empty_folder",), "holds no file"),
        (("table.csv", "--exclude", "*.csv"), "--exclude"),
        (("table.csv", "--encoding", "utf-99"), "utf-99"),
        (("table.csv", "--delimiter", "::"), "delimiter"),
        (("table.csv", "--role", "NOM=surname"), "no. 1 has a role that does not exist"),
        (("table.csv", "--role", "NIX=nir"), "no. 1 (AAA)"),
        (("table.csv", "--role", "17=nir"), "no. 1 (99)"),
        (("a\x1b[31mb.csv",), "\\x1b"),
        (("table.csv/inner.csv",), "no such file"),
        (("x" * 300,), "too long"),
        (("nul\0byte",), "not a path"),
    ],
)
def test_a_wrong_call_is_one_sentence_and_2(
    arguments: tuple[str, ...], says: str, leakscan: Callable[..., Ended], tmp_path: Path
) -> None:
    put(tmp_path / "table.csv", TABLE)
    (tmp_path / "empty_folder").mkdir()
    ended = leakscan(*arguments)
    assert ended.code == 2
    assert one_sentence(ended.err)
    assert says in ended.err
    assert (ended.out, ended.report) == ("", None)


def test_an_as_of_that_is_no_day(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["scan", str(put(tmp_path / "table.csv", TABLE)), "--as-of", "1/1/26"]) == 2
    assert one_sentence(capsys.readouterr().err)


def test_a_folder_without_permission(leakscan: Callable[..., Ended], tmp_path: Path) -> None:
    if os.name != "posix" or os.geteuid() == 0:
        pytest.skip("root (and Windows) may read every folder")
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o000)
    try:
        ended = leakscan(closed)
    finally:
        closed.chmod(0o700)
    assert ended.code == 2
    assert one_sentence(ended.err)
    assert "permission denied" in ended.err


def test_a_refused_file_beside_a_good_one_is_listed(
    leakscan: Callable[..., Ended], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Like a folder without permission, for whoever runs the tests: opening one file is refused by the system."""
    put(tmp_path / "in" / "good.csv", TABLE)
    refused = put(tmp_path / "in" / "refused.csv", TABLE)
    really = local.open_file

    def guarded(path: Path, *arguments: Any, **options: Any) -> Any:
        if path == refused:
            raise PermissionError(13, "Permission denied")
        return really(path, *arguments, **options)

    monkeypatch.setattr(local, "open_file", guarded)
    ended = leakscan(tmp_path / "in")
    assert ended.code == 0
    assert ended.report is not None
    statuses = {Path(source["path"]).name: (source["status"], source["reason"]) for source in ended.report["inputs"]}
    assert statuses == {"good.csv": ("scanned", None), "refused.csv": ("skipped", "permission denied")}
    assert (ended.report["persons"]["likely"], ended.report["persons"]["exact"]) == (3, False)


def test_a_read_error_half_way_keeps_what_was_found(
    leakscan: Callable[..., Ended], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = put(tmp_path / "failing.csv", lines(HEADER, *PATIENTS * 400))
    really = local.open_file

    class Disk(io.RawIOBase):
        def __init__(self, stream: Any) -> None:
            self.stream, self.left = stream, 40_000

        def read(self, size: int = -1) -> bytes:
            if self.left <= 0:
                raise OSError(5, "Input/output error")
            data: bytes = self.stream.read(min(size, self.left))
            self.left -= len(data)
            return data

        def close(self) -> None:
            self.stream.close()
            super().close()

    def guarded(path: Path, *arguments: Any, **options: Any) -> Any:
        stream = really(path, *arguments, **options)
        return Disk(stream) if path == failing else stream

    monkeypatch.setattr(local, "open_file", guarded)
    ended = leakscan(failing, put(tmp_path / "good.csv", TABLE))
    assert ended.code == 0
    assert ended.report is not None
    statuses = {Path(source["path"]).name: source for source in ended.report["inputs"]}
    assert statuses["good.csv"]["status"] == "scanned"
    assert statuses["failing.csv"]["status"] in {"partial", "skipped"}
    assert "read error" in statuses["failing.csv"]["reason"]
    assert ended.report["persons"]["exact"] is False


# ---- exit codes and options


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("table.csv",), 0),
        (("table.csv", "--fail-on", "very_high"), 1),
        (("table.csv", "--fail-on", "low"), 1),
        (("plain.csv", "--fail-on", "medium"), 0),
        (("table.csv", "nowhere.csv"), 0),
        (("table.csv", "nowhere.csv", "--strict"), 3),
        (("table.csv", "nowhere.csv", "--strict", "--fail-on", "low"), 3),
        (("table.csv", "nowhere.csv", "--fail-on", "low"), 1),
        (("table.csv", "--strict"), 0),
        (("nowhere.csv", "--strict"), 2),
        (("nowhere.csv", "--fail-on", "low"), 2),
    ],
)
def test_exit_codes(arguments: tuple[str, ...], code: int, leakscan: Callable[..., Ended], tmp_path: Path) -> None:
    put(tmp_path / "table.csv", TABLE)
    put(tmp_path / "plain.csv", lines("ARTICLE;PRIX", "vis;1,20", "clou;0,30", "ecrou;0,45"))
    assert leakscan(*arguments).code == code


def test_roles_by_hand(leakscan: Callable[..., Ended], tmp_path: Path) -> None:
    table = put(tmp_path / "table.csv", TABLE)
    ended = leakscan(table, "--role", "NOM=city", "--role", "5=none")
    assert ended.report is not None
    roles = {column["column"]: column["role"] for column in ended.report["inputs"][0]["roles"]}
    assert (roles["NOM"], roles["COMMENTAIRE"], roles["NIR"]) == ("city", None, "nir")


def test_paths_left_out(leakscan: Callable[..., Ended], tmp_path: Path) -> None:
    for name in ("a.csv", "b.bak", "deep/c.csv", "deep/d.csv"):
        put(tmp_path / "in" / name, TABLE)
    ended = leakscan(tmp_path / "in", "--exclude", "*.bak", "--exclude", "*/deep/d*")
    assert ended.report is not None
    assert [Path(source["path"]).name for source in ended.report["inputs"]] == ["a.csv", "c.csv"]
    assert ended.report["persons"]["likely"] == 3


@pytest.mark.parametrize(("encoding", "name"), [("cp850", "H\x90L\x90NE"), ("cp1252", "H\x90L\x90NE")])
def test_encoding_by_hand(encoding: str, name: str, leakscan: Callable[..., Ended], tmp_path: Path) -> None:
    table = put(tmp_path / "table.csv", TABLE.replace(b"LEA", name.encode("latin-1")))
    ended = leakscan(table, "--encoding", encoding)
    assert ended.report is not None
    assert (ended.report["inputs"][0]["encoding"], ended.report["records"]) == (encoding, 3)


def test_delimiter_by_hand(leakscan: Callable[..., Ended], tmp_path: Path) -> None:
    ended = leakscan(put(tmp_path / "table.csv", TABLE.replace(b";", b"~")), "--delimiter", "~")
    assert ended.report is not None
    assert ended.report["inputs"][0]["columns"] == 5
    assert ended.report["persons"]["likely"] == 3


@pytest.mark.parametrize(
    ("day", "minors"), [("2026-01-01", 0), ("2002-12-04", 1), ("2002-12-05", 0), ("1985-01-01", 2)]
)
def test_minors_are_those_of_the_day(day: str, minors: int, tmp_path: Path) -> None:
    table, report = put(tmp_path / "table.csv", TABLE), tmp_path / "report.json"
    assert run(["scan", str(table), "--as-of", day, "--json", str(report), "--quiet"]) == 0
    assert json.loads(report.read_text(encoding="utf-8"))["persons"]["minors"] == minors


def test_json_to_standard_output_is_valid_by_its_schema(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path / "in" / "table.csv", TABLE)
    put(tmp_path / "in" / "damaged.csv", TABLE[:-30])
    put(tmp_path / "in" / "nothing.csv", b"")
    assert run(["scan", str(tmp_path / "in"), "--json", "-", "--as-of", AS_OF]) == 0
    captured = capsys.readouterr()
    report = json.loads(captured.out)
    assert captured.err == ""
    jsonschema.validate(report, json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))
    assert first_problem(report) is None


def test_a_saved_report_shows_again_what_the_scan_showed(
    leakscan: Callable[..., Ended], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = leakscan(put(tmp_path / "table.csv", TABLE))
    assert run(["report", str(tmp_path / "out" / "report.json"), "--lang", "en"]) == 0
    assert capsys.readouterr().out == ended.out


# ---- the program in a process of its own


def test_the_program_reads_standard_input_like_a_file(tmp_path: Path) -> None:
    table = put(tmp_path / "table.csv", TABLE)
    piped = program("scan", "-", "--json", "-", "--as-of", AS_OF, stdin=subprocess.PIPE)
    out, err = piped.communicate(TABLE, timeout=SECONDS)
    assert (piped.returncode, err) == (0, b"")
    filed = program("scan", table, "--json", "-", "--as-of", AS_OF)
    reports = [json.loads(text) for text in (out, filed.communicate(timeout=SECONDS)[0])]
    for report in reports:
        report["scan"]["run"] = None
        for given in report["inputs"]:
            given["exposure"] = None
        for part in (*report["inputs"], *report["evidence"], *report["warnings"], *report["persons"]["by_input"]):
            part["path"] = None
    assert reports[0] == reports[1]


def test_the_program_refuses_a_wrong_path_with_one_sentence(tmp_path: Path) -> None:
    refused = program("scan", tmp_path / "nowhere.csv")
    out, err = refused.communicate(timeout=SECONDS)
    assert (refused.returncode, out) == (2, b"")
    assert one_sentence(err.decode())


def interrupt(running: subprocess.Popen[bytes]) -> str:
    """Press Ctrl-C and wait for the end; gives standard error."""
    running.send_signal(signal.SIGINT)
    try:
        _, err = running.communicate(timeout=SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        running.kill()
        running.communicate()
        pytest.fail("Ctrl-C did not end the scan")
    return err.decode()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a named pipe")
def test_ctrl_c_while_waiting_for_input_keeps_what_was_found(tmp_path: Path) -> None:
    """The second target is a pipe that never ends: the scan surely stands there when the signal comes."""
    table, pipe, file = put(tmp_path / "table.csv", TABLE), tmp_path / "pipe", tmp_path / "report.json"
    os.mkfifo(pipe)
    running = program("scan", table, pipe, "--json", file, "--as-of", AS_OF)
    with pipe.open("wb", buffering=0) as feed:
        feed.write(lines(HEADER, *PATIENTS))
        time.sleep(0.3)
        err = interrupt(running)
    assert running.returncode == 130
    assert one_sentence(err)
    report = json.loads(file.read_text(encoding="utf-8"))
    assert first_problem(report) is None
    assert (report["persons"]["likely"], report["persons"]["exact"], report["scan"]["complete"]) == (3, False, False)


@pytest.mark.skipif(not Path("/proc/self/fdinfo").exists(), reason="asks Linux how much was read")
def test_ctrl_c_within_a_file_keeps_what_was_found(tmp_path: Path) -> None:
    """The signal comes once a third block is being read, so the first was examined."""
    filler, file = "lorem ipsum dolor " * 110, tmp_path / "report.json"
    table = put(tmp_path / "big.csv", lines(HEADER + ";TEXTE", *(f"{row};{filler}" for row in PATIENTS * 10_000)))
    running = program("scan", table, "--json", file, "--as-of", AS_OF, "--quiet")
    began = time.monotonic()
    while _place_in(table, running.pid) < 38 << 20 and running.poll() is None and time.monotonic() - began < SECONDS:
        time.sleep(0.01)
    err = interrupt(running)
    assert running.returncode == 130
    assert one_sentence(err)
    report = json.loads(file.read_text(encoding="utf-8"))
    (source,) = report["inputs"]
    assert (source["status"], source["reason"]) == ("partial", "interrupted")
    assert 0 < source["records"] < 30_000
    assert (report["persons"]["likely"], report["persons"]["exact"]) == (3, False)


def _place_in(file: Path, process: int) -> int:
    """How far a process has read a file that it holds open, in bytes."""
    place = 0
    for link in Path(f"/proc/{process}/fd").glob("*"):
        try:
            if link.readlink() == file:
                text = Path(f"/proc/{process}/fdinfo/{link.name}").read_text(encoding="ascii")
                place = max(place, int(text.split("pos:")[1].split()[0]))
        except OSError:
            continue
    return place
