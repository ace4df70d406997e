"""The speed benchmark is sound: its inputs, its figures and its memory sampler. No absolute time is tested."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from itertools import islice
from pathlib import Path
from random import Random

import pytest
from stdnum.fr import nir as oracle

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
import speed
import speed_child
import speed_inputs
import speed_letters
import speed_measure
import speed_peer_child
import speed_peers
import speed_sentences
import sql_speed
from speed_measure import MIB, Section, Verdict


def test_same_seed_same_letters() -> None:
    one, again, other = (list(islice(speed_letters.letters(seed), 60)) for seed in (1, 1, 2))
    assert one == again != other
    assert 4_000 < sum(len(text.encode()) for text in one) / 60 < 6_000
    share = sum(bool(re.search(r": [12] ?\d\d ?\d\d", text)) for text in one) / 60
    assert 0.2 < share < 0.7


def test_sentences_are_many_and_every_slot_is_known() -> None:
    assert len(set(speed_sentences.PLAIN)) >= 60
    for template in (*speed_sentences.PLAIN, *speed_sentences.FINDINGS):
        assert "{" not in speed_letters.filled(Random(1), template, speed_inputs.LAST_EXAM)


def test_a_table_of_parts_has_one_header_and_the_sum_of_its_people(tmp_path: Path) -> None:
    table = speed_inputs.table(tmp_path, 2, 60)
    lines = table.path.read_bytes().splitlines()
    assert len(lines) == 121
    assert sum(line.startswith(b"N_DOSSIER") for line in lines) == 1
    truths = [json.loads(path.read_text(encoding="utf-8")) for path in tmp_path.glob("*.truth.json")]
    assert table.persons == sum(truth["persons"] for truth in truths)
    assert len(truths) == 2
    before = table.path.stat().st_mtime_ns
    assert speed_inputs.table(tmp_path, 2, 60).path.stat().st_mtime_ns == before
    in_utf8 = speed_inputs.utf8(table)
    assert in_utf8.path.read_bytes().decode() == table.path.read_bytes().decode("cp1252")


def test_split_files_hold_the_rows_once(tmp_path: Path) -> None:
    table = speed_inputs.part(tmp_path, 90, 1)
    header, *rows = table.path.read_bytes().splitlines()
    found = []
    for path in sorted(speed_inputs.split(table, 7).iterdir()):
        first, *rest = path.read_bytes().splitlines()
        assert first == header
        found += rest
    assert found == rows


def test_shapes_have_their_shape(tmp_path: Path) -> None:
    wide = speed_inputs.wide(tmp_path, 5).path.read_text(encoding="utf-8").splitlines()
    assert {line.count(";") for line in wide} == {1_999}
    narrow = speed_inputs.narrow(tmp_path, 90).path.read_text(encoding="utf-8").splitlines()[1:]
    assert len(narrow) == 90 > len(set(narrow)) > 40
    assert all(oracle.is_valid(number) for number in narrow)
    long = speed_inputs.long_cells(tmp_path, 3, 20_000, speed_letters.letters(1)).path.read_bytes().splitlines()
    assert len(long) == 4
    assert all(20_000 < len(line) < 30_000 for line in long[1:])


def test_small_files_of_two_kinds(tmp_path: Path) -> None:
    kinds = [(".csv", speed_inputs.small_exports(Random(1))), (".txt", speed_letters.letters(1))]
    folder = speed_inputs.folder_of(tmp_path / "mixed", 10, kinds)
    exports = [path.read_bytes() for path in folder.rglob("*.csv")]
    assert len(exports) == len(list(folder.rglob("*.txt"))) == 5
    assert len({export.partition(b"\n")[0] for export in exports}) == 1
    assert all(2_500 < len(export) < 8_000 for export in exports)
    assert speed_child.read(str(folder))["files"] == 10


def test_a_share_of_a_folder_is_its_first_files(tmp_path: Path) -> None:
    folder = speed_inputs.folder_of(tmp_path / "all", 12, [(".txt", speed_letters.letters(1))])
    some = speed_inputs.first_of(folder, 5)
    assert sorted(path.name for path in some.rglob("*.txt")) == [f"f{place:06d}.txt" for place in range(5)]
    assert all(path.samefile(folder / path.parent.name / path.name) for path in some.rglob("*.txt"))


@pytest.mark.parametrize("name", sql_speed.FORMATS)
def test_every_dump_of_the_benchmark_has_all_rows(name: str) -> None:
    write, bare = sql_speed.FORMATS[name]
    rows = sql_speed.population(400)
    data = write(rows)
    sql_speed.read_whole(data, 400)
    with pytest.raises(ValueError, match="400 rows instead of 401"):
        sql_speed.read_whole(data, 401)
    assert bare(io.BytesIO(sql_speed.as_csv(rows) if name in sql_speed.DUMPS else data)).height == 400


def test_letters_one_per_line(tmp_path: Path) -> None:
    path = speed_inputs.joined(tmp_path / "letters.txt", 4, speed_letters.letters(1))
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines == [" ".join(text.split()) for text in islice(speed_letters.letters(1), 4)]


@pytest.mark.parametrize("chunk", [1, 1_000, 10_000_000])
def test_the_bare_parse_reads_every_row_in_any_chunks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(speed_child, "CHUNK_BYTES", chunk)
    path = str(speed_inputs.part(tmp_path, 70, 1).path)
    whole, cut = speed_child.parse(path, "cp1252", ";"), speed_child.parse(path, "cp1252", ";", "chunks")
    assert (whole["rows"], whole["columns"]) == (cut["rows"], cut["columns"]) == (70, 60)


def test_an_input_half_made_is_made_anew(tmp_path: Path) -> None:
    def fail(draft: Path) -> None:
        draft.write_text("half", encoding="utf-8")
        raise OSError

    with pytest.raises(OSError):
        speed_inputs.made(tmp_path / "input", fail)
    made = speed_inputs.made(tmp_path / "input", lambda draft: draft.write_text("whole", encoding="utf-8") and None)
    assert made.read_text(encoding="utf-8") == "whole"


def test_parts_for_a_size() -> None:
    assert [speed_inputs.parts_for(size) for size in (0.001, 0.25, 0.5, 8)] == [1, 1, 2, 33]


def test_programs_take_turns() -> None:
    assert speed_measure.in_turn(3, ("a", "b")) == ["a", "b", "b", "a", "a", "b"]


def test_ratios_and_spreads() -> None:
    assert speed_measure.paired([2, 9], [1, 3]) == [2, 3]
    assert speed_measure.spread([3, 1, 2], 0) == "2 (1 to 3)"
    assert speed_measure.spread([1.234]) == "1.23"


def test_a_section_is_markdown_and_knows_what_was_missed() -> None:
    section = Section("Title", ("a", "b|c"))
    section.rows.append(("1", "2"))
    section.judge("most", 1.0, 1.0)
    section.judge("most", 1.01, 1.0)
    section.judge_least("least", 24.9, 25, " MB/s")
    section.verdicts.append(Verdict("none", "3", "-", None))
    assert [verdict.met for verdict in section.verdicts] == [True, False, False, None]
    lines = section.markdown().splitlines()
    assert lines[:5] == ["### Title", "", "| a | b\\|c |", "| --- | --- |", "| 1 | 2 |"]
    assert "| least | >= 25 MB/s | 24.9 MB/s | **missed** |" in lines


def test_a_run_tells_time_and_output_and_failure() -> None:
    done = speed_measure.run([sys.executable, "-c", "print('x'); print('{\"seconds\": 2}')"])
    assert done.told() == {"seconds": 2}
    assert done.seconds > 0
    with pytest.raises(speed_measure.FailedRunError, match=r"ended with 3: .*why"):
        speed_measure.run([sys.executable, "-c", "import sys; sys.stderr.write('why'); sys.exit(3)"])


def test_a_run_reads_what_it_is_fed() -> None:
    count = "import sys; print(len(sys.stdin.buffer.read()))"
    done = speed_measure.run([sys.executable, "-c", count], feed=[sys.executable, "-c", "print('y' * 99_999)"])
    assert done.output.strip() == "100000"


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="the sampler reads Linux' /proc")
def test_the_sampler_sees_memory_of_children_and_memory_files() -> None:
    grown = (
        "import subprocess, sys, os, time\n"
        "fd = os.memfd_create('x'); os.write(fd, bytes(8 << 20))\n"
        "subprocess.run([sys.executable, '-c', 'import time; b = bytearray(64 << 20); time.sleep(1)'])\n"
    )
    seen = speed_measure.run([sys.executable, "-c", grown], sample=True).memory
    assert seen.processes == 2
    assert seen.total > 64 * MIB
    assert seen.held >= 8 * MIB
    assert 0 < seen.busy <= seen.first < 64 * MIB
    assert speed_measure.run([sys.executable, "-c", ""], sample=True).memory.total < 64 * MIB


def test_the_command_line_takes_sections_in_the_order_of_the_table() -> None:
    assert speed.chosen(["linear", "start", "linear"]) == ["start", "linear"]
    assert speed.chosen(["all"]) == list(speed.SECTIONS)
    given = speed.parser().parse_args(["memory", "--sizes", "0.5,2"])
    assert given.sizes == (0.5, 2.0)


def test_it_runs_as_a_program() -> None:
    script = Path(speed.__file__)
    done = subprocess.run([sys.executable, str(script), "--help"], capture_output=True, text=True, check=True)
    assert "small-files" in done.stdout


def test_the_slice_for_peers_has_whole_rows_only(tmp_path: Path) -> None:
    table = speed_inputs.part(tmp_path, 900, 3)
    path, rows = speed_peers.slice_of(table, 880)
    lines = path.read_text(encoding="cp1252").splitlines()
    assert len(lines) == rows + 1 == 881
    assert {len(next(csv.reader([line], delimiter=";"))) for line in lines} == {60}


def test_a_peer_that_fails_is_told_with_a_reason_without_addresses_or_paths() -> None:
    with pytest.raises(speed_peers.MissingPeerError, match=r"^oh \.\.\. and \.\.\.$"):
        speed_peers.attempt([sys.executable, "-c", "import sys; sys.exit('oh https://x.example/y and /some/where')"])


def test_peers_know_a_nir() -> None:
    for text in ("1 84 02 75 985 123 45", "284029898512345", "2840298985123"):
        assert re.search(speed_peer_child.NIR, text)
    for text in ("1 84 13 75 985 123 45", "12840298985123456"):
        assert not re.search(speed_peer_child.NIR, text)
    assert set(speed_peer_child.PEERS) == {peer.name for peer in speed_peers.PEERS}
