"""Saved results merge: parts in any order, grouping and repetition say what one scan says, or why they cannot."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import stat
import struct
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import zstandard
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stdnum.fr import nir as oracle

from leakscan import merging
from leakscan.cli.app import run
from leakscan.errors import LedgerError, UsageError
from leakscan.merging import merged, merged_report, save
from leakscan.options import ScanOptions
from leakscan.persons.identity import Fingerprinter
from leakscan.persons.ledger import Ledger, UnitId
from leakscan.persons.sealed import FORMAT, key_id, stored_report
from leakscan.readers import spread
from leakscan.renderers.schema import first_problem
from leakscan.report import build_report, rules_sha256
from leakscan.scan import scan

KEY, OTHER_KEY = bytes(range(32)), bytes(range(1, 33))
OPTIONS = ScanOptions(as_of=date(2026, 1, 1), workers=1)
LAST, FIRST = "ZWYKROPOLD", "WUNIBALDINE"


def nir(body: str) -> str:
    return f"{body}{oracle.calc_check_digits(body)}"


NIR = nir("2471269957312")
FILES = {
    "a.csv": f"""NOM;PRENOM;DDN;NIR;TEL;LABO;COMMENTAIRE
{LAST};{FIRST};17/12/1947;{NIR};0639987316;L1;VIH positif
DURAND;LEA;05/12/1984;;0639980001;L1;
PETIT;PAUL;07/03/2015;;;L2;pas de cancer
coupe;court
TEST;TEST;01/01/1900;;;;
""",
    "b.csv": f"""nom,prenom,naissance,medecin,examen
DURAND,LEA,05/12/1984,Dr ROUX,2020-05-01
{LAST},{FIRST},17/12/1947,Dr MOREL,2019-02-03
FAURE,ZOE,11/11/1950,Dr ROUX,2021-01-09
""",
    "c_VIH_0639987316.txt": f"""Madame {FIRST} {LAST}, née le 17/12/1947
NIR {NIR}
sous methotrexate
mot de passe : Xq7#vTr9
""",
    "d.csv": f"""NOM;PRENOM;DDN;NIR;TEL;LABO;COMMENTAIRE
DURANT;LEA;05/12/1984;;0639980001;L3;grossesse
{LAST};{FIRST};12/17/1947;{NIR};;L3;
""",
    "e.bin": "\0\1\2\3" * 300,
}


@pytest.fixture(scope="module")
def leak(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("leak")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def scanned(*paths: Path, key: bytes = KEY, options: ScanOptions = OPTIONS) -> Ledger:
    return scan([str(path) for path in paths], options, prints=Fingerprinter(key))


def kept(path: Path, ledger: Ledger, *, key: bytes = KEY, options: ScanOptions = OPTIONS, **more: Any) -> Path:
    save(path, ledger, build_report(ledger, options), options, key, **more)
    return path


def without_run(report: dict[str, Any]) -> dict[str, Any]:
    return {**report, "scan": {**report["scan"], "run": None}}


@pytest.fixture(scope="module")
def parts(leak: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A result per file; one that alone is not read at all comes with another one."""
    folder = tmp_path_factory.mktemp("parts")
    paths = sorted(leak.iterdir())
    groups = [[path] for path in paths[:-1]]
    groups[0].append(paths[-1])
    return [kept(folder / f"{number}", scanned(*group)) for number, group in enumerate(groups)]


@pytest.fixture(scope="module")
def whole(leak: Path) -> dict[str, Any]:
    return without_run(build_report(scanned(leak), OPTIONS))


def grouped(order: list[int], cuts: list[int]) -> list[list[int]]:
    starts = [0, *sorted(cut % (len(order) + 1) for cut in cuts)]
    return [order[start:end] for start, end in pairwise([*starts, len(order)])]


GROUPS = st.builds(
    lambda order, again, cuts: grouped([*order, *again], cuts),
    st.permutations(range(4)), st.lists(st.integers(0, 3), max_size=3), st.lists(st.integers(0, 7), max_size=2),
)  # fmt: skip


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(GROUPS)
def test_any_order_grouping_and_repetition_is_the_whole(
    parts: list[Path], whole: dict[str, Any], tmp_path: Path, groups: list[list[int]]
) -> None:
    """Groups of results are merged and saved, then the groups are merged."""
    made = []
    for number, group in enumerate(one for one in groups if one):
        found = merged([parts[place] for place in group], KEY)
        made.append(tmp_path / f"{number}")
        save(made[-1], found.ledger, merged_report(found), found.options, KEY, found.rules)
    assert without_run(merged_report(merged(made, KEY))) == whole
    assert whole["persons"]["likely"] >= 4


def test_a_merge_on_the_shelf_is_the_same(parts: list[Path], whole: dict[str, Any]) -> None:
    assert without_run(merged_report(merged(parts, KEY, replace(OPTIONS, memory=0)))) == whole


def test_a_folder_for_temporary_files_that_is_full_costs_no_merge(
    parts: list[Path], whole: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "pwrite", full)
    found = merged(parts, KEY, replace(OPTIONS, memory=0))
    assert found.complaint is not None
    assert "TMPDIR" in found.complaint
    assert without_run(merged_report(found)) == whole
    assert merged(parts, KEY).complaint is None


def test_one_result_merges_with_itself_alone(parts: list[Path]) -> None:
    once = merged_report(merged(parts[:1], KEY))
    assert merged_report(merged(parts[:1] * 3, KEY)) == once == stored_report(parts[0])


def test_a_first_look_and_an_interrupted_scan_come_back(
    leak: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("TRIAGE_BYTES", 28 << 10), ("LEAST_BLOCK", 512), ("LEAST_SHARE", 2 << 10), ("INPUT_COSTS", 2)):
        monkeypatch.setattr(spread, name, value)
    rows = (f"DURAND;LEA;{1 + day % 28:02}/{1 + day % 12:02}/{1930 + day % 70};L1;VIH\n" for day in range(4_000))
    (tmp_path / "large.csv").write_text("NOM;PRENOM;DDN;LABO;EXAMEN\n" + "".join(rows))
    look = replace(OPTIONS, triage=True)
    sampled = kept(tmp_path / "look", scanned(tmp_path / "large.csv", options=look), options=look)
    ended = kept(tmp_path / "ended", replace(scanned(leak / "b.csv"), interrupted=True))
    for path, part in ((sampled, "sampled"), (ended, "interrupted")):
        report = stored_report(path)
        assert report["scan"][part]
        assert report["persons"]["likely"] > 0
        assert merged_report(merged([path], KEY)) == report


def test_a_copy_of_a_file_in_two_results_counts_once(leak: Path, tmp_path: Path) -> None:
    one = kept(tmp_path / "one", scanned(leak / "a.csv"))
    (tmp_path / "copy.csv").write_bytes((leak / "a.csv").read_bytes())
    other = kept(tmp_path / "other", scanned(tmp_path / "copy.csv"))
    report = merged_report(merged([one, other], KEY))
    assert [line["copies"] for line in report["persons"]["by_input"]] == [1]
    alone = stored_report(one)["persons"]
    assert {**report["persons"], "by_input": None} == {**alone, "by_input": None}
    assert len(report["inputs"]) == 2


def test_what_other_rules_found_in_the_same_bytes_does_not_depend_on_the_order(leak: Path, tmp_path: Path) -> None:
    ledger = scanned(leak / "a.csv")
    ((name, unit),) = ((key, unit) for key, unit in ledger.units.items() if key.sha256[:5] != "name:")
    less = replace(unit, people=unit.people.select(*unit.people.columns).head(1), records_by_entity={})  # type: ignore[attr-defined]
    older = replace(ledger, units={**ledger.units, name: less})
    one, other = kept(tmp_path / "new", ledger), kept(tmp_path / "old", older, rules=["0" * 64])
    reports = [without_run(merged_report(merged(order, KEY))) for order in ([one, other], [other, one])]
    assert reports[0] == reports[1]
    assert reports[0]["persons"] == stored_report(one)["persons"]


# ---- what must not merge


def test_different_keys_are_refused_and_named(leak: Path, tmp_path: Path) -> None:
    one = kept(tmp_path / "one", scanned(leak / "a.csv"))
    other = kept(tmp_path / "other", scanned(leak / "b.csv", key=OTHER_KEY), key=OTHER_KEY)
    with pytest.raises(LedgerError, match="different keys") as refused:
        merged([one, other], KEY)
    for told in (str(one), str(other), key_id(KEY), key_id(OTHER_KEY), "scan again"):
        assert told in str(refused.value)
    with pytest.raises(LedgerError, match="is not the one that") as refused:
        merged([one], OTHER_KEY)
    assert str(one) in str(refused.value)


def test_different_days_are_refused(leak: Path, tmp_path: Path) -> None:
    one = kept(tmp_path / "one", scanned(leak / "a.csv"))
    later = replace(OPTIONS, as_of=date(2027, 1, 1))
    other = kept(tmp_path / "other", scanned(leak / "b.csv", options=later), options=later)
    with pytest.raises(LedgerError, match=re.escape("2026-01-01; ")) as refused:
        merged([other, one], KEY)
    assert "--as-of" in str(refused.value)


def test_inputs_cut_at_different_places_are_refused(leak: Path, tmp_path: Path) -> None:
    ledger = scanned(leak / "a.csv")
    moved = replace(
        ledger,
        units={UnitId(key.sha256, key.member, 1, key.end + 1): unit for key, unit in ledger.units.items()},
    )
    with pytest.raises(LedgerError, match="different places"):
        merged([kept(tmp_path / "one", ledger), kept(tmp_path / "other", moved)], KEY)


def test_other_rules_are_a_warning_that_survives_merging(parts: list[Path], leak: Path, tmp_path: Path) -> None:
    older = kept(tmp_path / "older", scanned(leak / "b.csv"), rules=["0" * 64])
    found = merged([parts[0], older], KEY)
    assert found.rules == {rules_sha256(), "0" * 64}
    report = merged_report(found)
    (line,) = [warning for warning in report["warnings"] if warning["code"] == "other_rules"]
    assert line["count"] == 1
    assert "000000000000…" in line["message"]
    save(tmp_path / "again", found.ledger, report, found.options, KEY, found.rules)
    assert merged_report(merged([tmp_path / "again"], KEY))["warnings"] == report["warnings"]
    assert not [one for one in merged_report(merged(parts, KEY))["warnings"] if one["code"] == "other_rules"]


@pytest.mark.parametrize(
    ("said", "together"),
    [
        ([("none", False), ("known", False)], ("known", False)),
        ([("known", True), ("unknown", False)], ("unknown", True)),
        ([("unknown", False), (None, False)], (None, False)),
        ([("none", True), ("none", True)], ("none", True)),
    ],
)
def test_the_worst_that_was_said_of_circumstances_holds(said: Any, together: Any, leak: Path, tmp_path: Path) -> None:
    ledger, files = scanned(leak / "b.csv"), []
    for number, (recipients, malicious) in enumerate(said):
        options = replace(OPTIONS, recipients=recipients, malicious=malicious)
        files.append(kept(tmp_path / f"{number}", ledger, options=options))
    for order in (files, files[::-1]):
        options = merged(order, KEY).options
        assert (options.recipients, options.malicious) == together


# ---- what is in the file


def test_no_value_and_no_fingerprint_is_in_the_file(leak: Path, tmp_path: Path) -> None:
    ledger = scanned(leak)
    data = kept(tmp_path / "a", ledger).read_bytes()
    for plain in (LAST, FIRST, NIR, NIR[:13], "17/12/1947", "0639987316", "Xq7#vTr9", "DURAND", "methotrexate"):
        for form in (plain, plain.lower()):
            assert form.encode() not in data
            assert form.encode("utf-16-le") not in data
    prints: set[int] = set()
    for unit in ledger.units.values():
        for frame in (unit.people, unit.typos, unit.prescribers):
            names = [name for name, kind in frame.select(*_columns(frame)).schema.items() if kind == pl.UInt64]
            for name in set(names) - {"themes"}:
                prints |= set(frame.select(name).to_series().drop_nulls())
        for line in unit.evidence.values():
            prints |= set(line.prints)
    assert len(prints) > 100
    seen = {number for start in range(8) for number in _numbers(data[start:])}
    assert not prints & seen
    assert not [one for one in prints if f"{one:016x}".encode() in data]
    assert KEY not in data
    report = json.dumps(stored_report(tmp_path / "a"))
    assert not [one for one in (LAST, FIRST, NIR, "0639987316") if one in report]


def _columns(frame: Any) -> list[str]:
    return list(frame.frame.columns if hasattr(frame, "frame") else frame.columns)


def _numbers(data: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(data) // 8}Q", data[: len(data) // 8 * 8])


def test_a_file_is_for_its_owner_and_whole_or_not_there(
    leak: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = scanned(leak / "b.csv")
    path = kept(tmp_path / "a", ledger)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    (tmp_path / "a.new").write_bytes(b"left by a crash")
    (tmp_path / "a.new").chmod(0o644)
    kept(path, ledger)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes() != before
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageError, match="no space left"):
        kept(path, ledger)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


def test_a_long_report_is_written_in_pieces(leak: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "ITEMS_AT_ONCE", 1)
    ledger = scanned(leak)
    assert stored_report(kept(tmp_path / "a", ledger)) == build_report(ledger, OPTIONS)


# ---- what was written stays readable

WRITTEN = {number: Path(__file__).parent / "results" / f"format-{number}.leakscan" for number in (1, 2, 3)}
"""The result of a.csv and b.csv, as the first version of each format wrote it; its key is `KEY`, invented as they."""
FORMATS = pytest.mark.parametrize("number", WRITTEN)


@FORMATS
def test_a_result_of_an_earlier_version_is_read_and_merged(number: int, leak: Path) -> None:
    report = stored_report(WRITTEN[number])
    assert first_problem(report) is None
    assert (report["records"], report["persons"]["likely"]) == (7, 4)
    again = merged_report(merged([WRITTEN[number]], KEY))
    assert again["persons"]["likely"] >= 3
    assert [one["sha256"] for one in again["inputs"]] == [
        hashlib.sha256((leak / name).read_bytes()).hexdigest() for name in ("a.csv", "b.csv")
    ]
    if number < FORMAT:  # the newest may be of these very rules
        assert [one["code"] for one in again["warnings"]][-1] == "other_rules"
    told = again["persons"]["breakdowns"]["prescribers"]
    assert sum(told[part] for part in ("not_listed", "suppressed")) == (0 if number == 1 else 2 * 2)


def test_results_of_all_formats_merge() -> None:
    alone, both = (merged_report(merged(files, KEY)) for files in ([WRITTEN[2]], [*WRITTEN.values()]))
    assert both["persons"]["likely"] == alone["persons"]["likely"]


def test_the_newest_format_has_a_result_here() -> None:
    assert max(WRITTEN) == FORMAT


@FORMATS
def test_the_format_is_what_the_page_says(number: int) -> None:
    """docs/ledger.md, read by somebody who has no leakscan."""
    data = WRITTEN[number].read_bytes()
    assert hashlib.sha256(data[:-32]).digest() == data[-32:]
    line, _, _ = data.partition(b"\n")
    assert line == b"leakscan ledger %d" % number
    at, place, bound, head, told, found = len(line) + 1, 0, b"", {}, b"", []
    while at < len(data) - 32:
        letter, length = struct.unpack("<cI", data[at : at + 5])
        body = data[at + 5 : at + 5 + length]
        if letter == b"H":
            head = json.loads(body)
        elif letter == b"R":
            told += zstandard.decompress(body)
        else:
            bound = bound or hashlib.sha256(data[:at]).digest()
            own = hashlib.blake2b(
                key=KEY, salt=bytes.fromhex(head["salt"]), person=b"saved ledger", digest_size=32
            ).digest()
            plain = AESGCM(own).decrypt(place.to_bytes(12, "little"), body, letter + bound)
            found += [(plain[0], plain[1:2], zstandard.decompress(plain[2:]))] if letter == b"S" else [plain]
            place += 1
        at += 5 + length
    assert hashlib.blake2b(key=KEY, person=b"key id", digest_size=8).hexdigest() == head["key_id"]
    assert json.loads(told) == stored_report(WRITTEN[number])
    *messages, end = found
    assert end == b""
    assert {(kind, more) for kind, more, _ in messages} == {(kind, b".") for kind in range(1, 9 + min(number, 2))}
    assert json.loads(messages[0][2]) == [False, 0.5]
    people = [pl.read_ipc_stream(io.BytesIO(body)) for kind, _, body in messages if kind == 6]
    assert pl.concat(people).height == sum(sum(unit[11:12]) for unit in json.loads(messages[2][2]))


# ---- the commands


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    folder = tmp_path / "keys"
    folder.mkdir()
    return folder / "key"


def scan_to(leak: Path, saved: Path, key_file: Path, *more: str) -> int:
    return run([
        "scan", str(leak), "--quiet", "--workers", "1", "--as-of", "2026-01-01", "--save", str(saved),
        "--key-file", str(key_file), *more,
    ])  # fmt: skip


def test_scan_merge_and_report_from_the_command_line(
    leak: Path, tmp_path: Path, key_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [tmp_path / f"{name}.leakscan" for name in ("one", "two", "all", "together")]
    names = sorted(path.name for path in leak.iterdir())
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    targets = [tmp_path / ("one" if number % 2 else "two") / name for number, name in enumerate(names)]
    for target in targets:
        target.write_bytes((leak / target.name).read_bytes())
    assert scan_to(tmp_path / "one", files[0], key_file) == 0
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert scan_to(tmp_path / "two", files[1], key_file) == 0
    both = ["scan", str(tmp_path / "one"), str(tmp_path / "two"), "--workers", "1", "--as-of", "2026-01-01"]
    assert run([*both, "--quiet", "--save", str(files[2]), "--key-file", str(key_file)]) == 0
    capsys.readouterr()
    code = run(
        ["merge", str(files[0]), str(files[1]), "--save", str(files[3]), "--key-file", str(key_file), "--json", "-"]
    )
    assert code == 0
    told = json.loads(capsys.readouterr().out)
    key_file.unlink()
    shown = []
    for file in files[2:]:
        assert run(["report", str(file), "--format", "json"]) == 0
        shown.append(without_run(json.loads(capsys.readouterr().out)))
    assert shown[0] == shown[1] == without_run(told)
    assert run(["report", str(files[3]), "--lang", "fr"]) == 0
    assert "PERSONNES" in capsys.readouterr().out


def test_merge_shows_a_summary_and_writes_the_report(
    parts: list[Path], tmp_path: Path, key_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key_file.write_bytes(KEY)
    key_file.chmod(0o600)
    command = ["merge", *map(str, parts), "--save", str(tmp_path / "m"), "--key-file", str(key_file), "--lang", "en"]
    assert run([*command, "--json", str(tmp_path / "m.json")]) == 0
    assert "PEOPLE" in capsys.readouterr().out
    assert json.loads((tmp_path / "m.json").read_text()) == stored_report(tmp_path / "m")
    assert run([*command, "--quiet"]) == 0
    assert capsys.readouterr().out == ""


def beside(tmp_path: Path) -> list[str]:
    return ["--save", str(tmp_path / "m"), "--key-file", str(tmp_path / "key")]


@pytest.mark.parametrize(
    ("make", "options", "sentence"),
    [
        (
            lambda _: None,
            lambda at: ["--save", f"{at}/m", "--key-file", f"{at}/keys/key"],
            "key file .* cannot be read",
        ),
        (lambda at: (at / "key").write_bytes(KEY), beside, "put it into another folder"),
        (
            lambda at: (at / "keys" / "key").symlink_to(at / "real"),
            lambda at: ["--save", f"{at}/m", "--key-file", f"{at}/keys/key"],
            "put it into another folder",
        ),
        (
            lambda at: ((at / "keys" / "key").write_bytes(KEY), (at / "keys" / "key").chmod(0o644)),
            lambda at: ["--save", f"{at}/m", "--key-file", f"{at}/keys/key"],
            "can be read by others",
        ),
        (lambda _: None, lambda at: ["--save", f"{at}/part", "--key-file", f"{at}/keys/key"], "one of the targets"),
        (lambda _: None, lambda at: ["--save", "-", "--key-file", f"{at}/keys/key"], "not written to standard output"),
        (lambda _: None, lambda at: ["--save", "/dev/null", "--key-file", f"{at}/keys/key"], "no regular file"),
        (
            lambda _: None,
            lambda at: ["--save", f"{at}/m", "--json", f"{at}/keys/../m", "--key-file", f"{at}/keys/key"],
            "both name",
        ),
    ],
    ids=["no key", "key beside", "link to a key beside", "key for all", "over a part", "stdout", "device", "same file"],
)
def test_merge_refuses_with_a_sentence(
    make: Callable[[Path], Any], options: Callable[[Path], list[str]], sentence: str, parts: list[Path],
    tmp_path: Path, key_file: Path, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    (tmp_path / "part").write_bytes(parts[0].read_bytes())
    make(tmp_path)
    assert run(["merge", str(tmp_path / "part"), *options(tmp_path)]) == 2
    assert re.search(sentence, capsys.readouterr().err)
    assert not (tmp_path / "m").exists()
    assert not key_file.exists() or key_file.read_bytes() == KEY


@pytest.mark.parametrize("place", [3, 20, 300, -100, -1])
def test_damage_is_told_by_report_and_merge(
    place: int, parts: list[Path], tmp_path: Path, key_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key_file.write_bytes(KEY)
    key_file.chmod(0o600)
    data = bytearray(parts[0].read_bytes())
    data[place] ^= 4
    (tmp_path / "part").write_bytes(data)
    assert run(["report", str(tmp_path / "part")]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert ("is damaged" if place != 3 else "is not JSON") in told.err
    merge = ["merge", str(tmp_path / "part"), "--save", str(tmp_path / "m"), "--key-file", str(key_file)]
    assert run(merge) == 2
    assert re.search("is damaged|no saved result", capsys.readouterr().err)


def test_a_newer_result_is_told_from_a_damaged_one(
    parts: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = parts[0].read_bytes().replace(b"ledger %d\n" % FORMAT, b"ledger %d\n" % (FORMAT + 1), 1)[:-32]
    (tmp_path / "part").write_bytes(data + hashlib.sha256(data).digest())
    assert run(["report", str(tmp_path / "part")]) == 2
    assert "newer leakscan" in capsys.readouterr().err


@pytest.mark.parametrize(
    "change",
    [{"as_of": "2026"}, {"recipients": "all"}, {"malicious": 1}, {"rules": []}, {"rules": ["x"]}, {"rules": None}],
)
def test_a_head_that_settles_nothing_is_refused(
    change: dict[str, Any], leak: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = merging.write_sealed
    monkeypatch.setattr(merging, "write_sealed", lambda stream, head, *more: plain(stream, {**head, **change}, *more))
    path = kept(tmp_path / "a", scanned(leak / "b.csv"))
    with pytest.raises(LedgerError, match="is damaged"):
        merged([path], KEY)


def test_a_stored_report_of_another_form_is_refused(
    leak: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = scanned(leak / "b.csv")
    save(tmp_path / "a", ledger, {"schema": "else"}, OPTIONS, KEY)
    assert run(["report", str(tmp_path / "a")]) == 2
    assert "is not a report of schema" in capsys.readouterr().err


def test_saving_needs_a_key_file_and_one_apart(leak: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["scan", str(leak / "b.csv"), "--quiet", "--save", str(tmp_path / "a")]
    assert run(command) == 2
    assert "--save needs --key-file" in capsys.readouterr().err
    assert run([*command, "--key-file", str(tmp_path / "key")]) == 2
    assert "another folder" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_is_full_costs_no_report(
    leak: Path, tmp_path: Path, key_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(merging, "write_sealed", full)
    assert scan_to(leak / "b.csv", tmp_path / "a", key_file, "--json", str(tmp_path / "a.json")) == 2
    assert "no space left" in capsys.readouterr().err
    assert json.loads((tmp_path / "a.json").read_text())["records"] == 3
    assert not (tmp_path / "a").exists()
