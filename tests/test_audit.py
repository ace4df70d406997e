"""An audit of the linkage: which pairs are drawn, what is shown, what the answers say, and how it is gone on with."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_estimate import inputs_of, people_of, typos_of

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

import audits
import populations
from test_privacy import HEADER, PERSON, PLANTED, leaks

from leakscan.answers import ANSWERS, Answers, parsed, written
from leakscan.auditing import Audit, audit_of, listed, outcome, with_outcome
from leakscan.cli.app import run
from leakscan.cli.auditor import shown
from leakscan.crowd import linkage_of
from leakscan.errors import LedgerError
from leakscan.merging import merged, merged_report, save
from leakscan.options import ScanOptions
from leakscan.persons.audited import APART, MERGED, Pair, draw_pairs, drawn_groups
from leakscan.persons.estimate import estimate
from leakscan.persons.identity import Fingerprinter
from leakscan.persons.patterns import FIELDS, STATES, pattern
from leakscan.persons.rates import share_of_errors
from leakscan.persons.sealed import stored_report
from leakscan.persons.trail import Trail
from leakscan.renderers.schema import first_problem
from leakscan.report import build_report
from leakscan.scan import scan

KEY, OTHER_KEY = bytes(range(32)), bytes(range(1, 33))
OPTIONS = ScanOptions(as_of=date(2026, 1, 1), workers=1)
MIXED = 22
"""The population of many typos and missing numbers, in which most rules find something."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("audit") / "population"
    populations.write(place, populations.draw_population(3, MIXED, 600), 3, MIXED)
    return place


@pytest.fixture(scope="module")
def ledger(folder: Path):
    files = sorted(str(path) for path in folder.iterdir() if path.name != "truth.json")
    return scan(files, OPTIONS, None, Fingerprinter(KEY))


@pytest.fixture(scope="module")
def report(ledger) -> dict[str, Any]:
    return build_report(ledger, OPTIONS)


@pytest.fixture(scope="module")
def audit(ledger, report) -> Audit:
    return audit_of(ledger, OPTIONS, report, 40, KEY)


@pytest.fixture
def case(ledger, report, tmp_path: Path) -> dict[str, str]:
    """A saved result, its key apart from it, and where answers go."""
    (tmp_path / "keys").mkdir()
    key = tmp_path / "keys" / "key"
    key.write_bytes(KEY)
    key.chmod(0o600)
    save(tmp_path / "a.leakscan", ledger, report, OPTIONS, KEY)
    return {"result": str(tmp_path / "a.leakscan"), "key": str(key), "answers": str(tmp_path / "answers.json")}


@pytest.fixture(autouse=True)
def no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("LANG", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(sys, "stdin", io.StringIO())


def audited(case: dict[str, str], *more: str) -> int:
    return run(["audit", case["result"], "--key-file", case["key"], "--pairs", "40", *more])


def answer_all(audit: Audit, answer: str = "same") -> Answers:
    return Answers({pair.id: answer for pair in audit.drawn.pairs}, "A. Reviewer", "2026-01-02T03:04:05Z")


# ---- which pairs


def test_merges_of_all_rules_are_those_that_likely_has_beyond_what_is_certain(ledger) -> None:
    found, trail, *_ = linkage_of(ledger, OPTIONS)
    drawn = draw_pairs(trail, 40, KEY)
    beyond = len(np.unique(trail.linkage.certain)) - len(np.unique(trail.likely))
    assert beyond == sum(drawn.sizes[name] for name in MERGED) > 20
    assert found.likely == build_report(ledger, OPTIONS)["persons"]["likely"]
    assert sum(drawn.sizes[name] for name in APART) > 0


def test_following_a_linkage_changes_nothing_in_it(ledger, report) -> None:
    assert linkage_of(ledger, OPTIONS).found.likely == report["persons"]["likely"]
    assert build_report(ledger, OPTIONS)["persons"] == report["persons"]


def test_the_same_result_asks_for_the_same_pairs_and_more_pairs_are_these_and_others(ledger, report, audit) -> None:
    again = audit_of(ledger, OPTIONS, report, 40, KEY)
    assert again == audit
    assert len({pair.id for pair in audit.drawn.pairs}) == len(audit.drawn.pairs) == 40
    everything = audit_of(ledger, OPTIONS, report, 10_000, KEY)
    assert {pair.id for pair in audit.drawn.pairs} < {pair.id for pair in everything.drawn.pairs}
    assert len(everything.drawn.pairs) == sum(everything.drawn.sizes.values())
    assert Counter(pair.stratum for pair in everything.drawn.pairs) == Counter(everything.drawn.sizes)


def test_a_pair_is_told_by_the_key(ledger, audit) -> None:
    trail = linkage_of(ledger, OPTIONS).trail
    others = draw_pairs(trail, 40, OTHER_KEY)
    assert [pair.fields for pair in others.pairs] == [pair.fields for pair in audit.drawn.pairs]
    assert not {pair.id for pair in others.pairs} & {pair.id for pair in audit.drawn.pairs}


@pytest.mark.parametrize("most", [1, 2, 7, 20, 40])
def test_as_many_are_drawn_as_asked_and_half_of_them_merged(most: int, ledger) -> None:
    trail = linkage_of(ledger, OPTIONS).trail
    drawn = draw_pairs(trail, most, KEY)
    apart = sum(drawn.sizes[name] for name in APART)
    assert len(drawn.pairs) == most
    assert sum(not pair.merged for pair in drawn.pairs) == min(most // 2, apart)
    merged_drawn = Counter(pair.stratum for pair in drawn.pairs if pair.merged)
    if most >= 40:
        assert all(merged_drawn[name] >= min(4, drawn.sizes[name]) for name in MERGED)


def test_nobody_is_drawn_where_nobody_is() -> None:
    trail = Trail()
    estimate(people_of(), typos_of(), inputs_of(0), trail=trail)
    assert draw_pairs(trail, 10, KEY).pairs == ()
    assert draw_pairs(Trail(), 10, KEY).pairs == ()
    assert outcome(Audit(draw_pairs(Trail(), 10, KEY), 0, 1.0), Answers())["wrong_merges"]["share"] is None


# ---- what is shown

LEA = {"first": "LEA", "last": "DURAND", "birth": "1984-05-12", "sex": "2", "nir": "N1", "email": "E1", "phone": "P1"}
PATTERNS = [
    ("equal", {}, {"last_name": "agrees", "first_name": "agrees", "birth_date": "agrees", "nir": "agrees",
                   "sex": "agrees", "email": "agrees", "ins": "missing_both", "source_file": "agrees"}),
    ("slip in the last name", {"last": "DURANT"}, {"last_name": "one_slip"}),
    ("another name", {"first": "ZOE"}, {"first_name": "differs"}),
    ("a maiden name", {"last": "MOREL", "maiden": "DURAND"}, {"last_name": "agrees"}),
    ("day and month swapped", {"birth": "1984-12-05"}, {"birth_date": "agrees_normalised"}),
    ("another day", {"birth": "1984-05-19"}, {"birth_date": "one_slip"}),
    ("another date", {"birth": "1951-02-07"}, {"birth_date": "differs"}),
    ("no date", {"birth": None}, {"birth_date": "missing_one"}),
    ("a number without its key", {"nir": None, "nir_bad": "N1"}, {"nir": "agrees_normalised"}),
    ("another number", {"nir": "N2"}, {"nir": "differs"}),
    ("nothing but names", {"email": None, "phone": None, "sex": None}, {"email": "missing_one", "sex": "missing_one"}),
    ("another file", {"input": 1}, {"source_file": "differs"}),
    ("record numbers in one file", {"record_number": "R2"}, {"record_number": "missing_one"}),
]  # fmt: skip


@pytest.mark.parametrize(("what", "change", "expected"), PATTERNS, ids=[case[0] for case in PATTERNS])
def test_the_pattern_of_two_records(what: str, change: dict[str, Any], expected: dict[str, str]) -> None:
    one, other = dict(LEA), {**LEA, **change}
    assert what
    linkage = _linkage(one, other)
    found = pattern(linkage, np.array([0]), np.array([linkage.ids.size - 1]))
    assert {name: found[name] for name in expected} == expected
    assert list(found) == list(FIELDS)
    assert set(found.values()) <= set(STATES)
    turned = pattern(linkage, np.array([linkage.ids.size - 1]), np.array([0]))
    assert found == turned


def _linkage(*rows: dict[str, Any]):
    from leakscan.persons.chance import rarity
    from leakscan.persons.identities import identities
    from leakscan.persons.shorter import parted
    from leakscan.persons.slips import Misspellings
    from leakscan.persons.trail import Linkage

    order = typos_of(*rows).sort("name", "deletion")
    slips, forms, _ = parted(Misspellings(order["name"].to_numpy(), order["deletion"].to_numpy()))
    ids, _ = identities(people_of(*rows), slips)
    certain = np.arange(ids.size)
    return Linkage(ids, certain, slips, forms, rarity(ids, certain))


def test_record_numbers_say_something_within_one_file_only() -> None:
    one = {**LEA, "record_number": "R1"}
    for change, state in (({"record_number": "R2"}, "differs"), ({"record_number": "R1", "input": 1}, "missing_both")):
        linkage = _linkage(one, {**one, **change, "last": "MOREL"})
        assert pattern(linkage, np.array([0]), np.array([1]))["record_number"] == state


def test_names_are_as_common_as_bands_tell(audit) -> None:
    bands = {one_of for pair in audit.drawn.pairs for one_of in pair.one_of.values()} - {None}
    assert bands <= {1, 10, 100, 1_000, 10_000, 100_000}
    assert len(bands) > 1


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_what_is_shown_and_listed_holds_words_alone(lang: str, audit, folder: Path) -> None:
    text = "".join(shown(pair, 1, 40, lang) for pair in audit.drawn.pairs) + json.dumps(listed(audit))
    cells = set()
    for path in folder.iterdir():
        if path.name != "truth.json":
            cells |= set(path.read_text(encoding="latin-1").replace("\n", ";").replace("\t", ";").split(";"))
    values = [cell for cell in cells if len(cell) > 5 and any(char.isdigit() for char in cell)]
    assert len(values) > 300
    assert [value for value in values if value in text] == []
    assert listed(audit)["strata"] == audit.drawn.sizes


# ---- somebody who knows the truth


@pytest.fixture(scope="module")
def truth(folder: Path):
    """The pairs of a population with the person of each record."""
    told = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    rows, typos, inputs, whose = audits.rows_of(folder, told)
    trail = Trail()
    found = estimate(rows, typos, inputs, trail=trail)
    known = np.array([-1 - at if one is None else one for at, one in enumerate(whose)])
    person = known[found.clusters["likely"].is_not_null().to_numpy()][trail.linkage.ids.first]
    return trail, person, found.likely, told["people"]


@pytest.mark.parametrize("pairs", [12, 24, 40])
def test_an_oracle_s_interval_contains_the_true_error_rates(pairs: int, truth) -> None:
    trail, person, _, _ = truth
    sizes, groups = drawn_groups(trail, trail.linkage, pairs)
    _, everything = drawn_groups(trail, trail.linkage, audits.EVERY)
    for names in (MERGED, APART):
        told = share_of_errors(audits.sampled(names, sizes, groups, audits.answers(groups, person)))
        true = share_of_errors(audits.sampled(names, sizes, everything, audits.answers(everything, person)))
        assert true.low == true.high == true.value
        assert told.low <= true.value <= told.high
        assert told.high - told.low < 1


def test_an_oracle_s_answers_lead_nearer_to_the_truth(truth) -> None:
    trail, person, likely, people = truth
    _, everything = drawn_groups(trail, trail.linkage, audits.EVERY)
    drawn = draw_pairs(trail, audits.EVERY, KEY)
    same = audits.answers(everything, person)
    ids = [pair.id for pair in drawn.pairs]
    assert [pair.stratum for pair in drawn.pairs] == [group.stratum for group in everything]
    given = Answers({pair: "same" if one else "different" for pair, one in zip(ids, same, strict=True)})
    corrected = outcome(Audit(drawn, likely, 1.0), given)["likely_corrected"]
    assert corrected["low"] == corrected["value"] == corrected["high"]
    assert abs(corrected["value"] - people) < abs(likely - people)


@pytest.mark.parametrize(
    ("answer", "wrong", "missed"), [("same", 0, 1), ("different", 1, 0), ("cannot_tell", None, None)]
)
def test_what_one_answer_to_all_means(answer: str, wrong: Any, missed: Any, audit) -> None:
    found = outcome(audit, answer_all(audit, answer))
    assert (found["wrong_merges"]["share"], found["missed_merges"]["share"]) == (wrong, missed)
    assert found[answer] == found["answered"] == found["drawn"] == 40
    corrected = found["likely_corrected"]
    assert corrected["low"] <= corrected["value"] <= corrected["high"]
    if answer == "different":
        assert corrected["value"] == found["likely"] + found["wrong_merges"]["pairs"]
    if answer == "same":
        assert corrected["value"] == found["likely"] - found["missed_merges"]["pairs"]
    assert sum(line["pairs"] for line in found["strata"] if line["merged"]) == found["wrong_merges"]["pairs"]


def test_in_a_sampled_crowd_a_pair_stands_for_several(audit) -> None:
    answers = answer_all(audit, "different")
    whole, sampled = outcome(audit, answers), outcome(replace(audit, factor=3.0), answers)
    assert sampled["wrong_merges"] == whole["wrong_merges"]
    more = {name: found["likely_corrected"]["value"] - audit.likely for name, found in (("1", whole), ("3", sampled))}
    assert more["3"] == 3 * more["1"] > 0


def test_a_count_of_another_version_is_not_audited(ledger, report) -> None:
    older = {**report, "persons": {**report["persons"], "likely": report["persons"]["likely"] + 1}}
    with pytest.raises(LedgerError, match="merge the result"):
        audit_of(ledger, OPTIONS, older, 10, KEY)


# ---- the command


def test_a_batch_of_answers_enters_the_report(case, audit, capsys) -> None:
    before = stored_report(Path(case["result"]))
    Path(case["answers"]).write_text(written(answer_all(audit), as_csv=False), encoding="utf-8")
    assert audited(case, "--answers", case["answers"]) == 0
    assert "A. Reviewer" in capsys.readouterr().out
    after = stored_report(Path(case["result"]))
    found = after["persons"].pop("audit")
    assert after == before
    assert first_problem(with_outcome(after, found)) is None
    assert found == outcome(audit, answer_all(audit))
    assert found["time"] == "2026-01-02T03:04:05Z"
    again = merged([Path(case["result"])], KEY)
    assert merged_report(again) == before
    assert run(["report", case["result"], "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["persons"]["audit"] == found
    for lang, words in (("en", "wrong merges: 0"), ("fr", "fusions à tort : 0")):
        for shape in ("terminal", "html"):
            assert run(["report", case["result"], "--format", shape, "--lang", lang]) == 0
            out = capsys.readouterr().out
            assert words in out
            assert "A. Reviewer" in out


def test_a_table_of_answers_and_another_place_for_the_result(case, audit, tmp_path: Path, capsys) -> None:
    table = tmp_path / "answers.csv"
    given = {pair.id: ANSWERS[at % 3] for at, pair in enumerate(audit.drawn.pairs)}
    table.write_text(written(Answers({**given, "0" * 16: "same"}), as_csv=True), encoding="utf-8")
    before = Path(case["result"]).read_bytes()
    target = tmp_path / "audited.leakscan"
    assert (
        audited(case, "--answers", str(table), "--save", str(target), "--reviewer", "\x1b[31mEve", "--lang", "fr") == 0
    )
    captured = capsys.readouterr()
    assert "1 réponses portent sur d'autres paires" in captured.err
    assert "\x1b" not in captured.out
    assert Path(case["result"]).read_bytes() == before
    found = stored_report(target)["persons"]["audit"]
    assert found["time"] is not None
    assert (found["answered"], found["reviewer"]) == (40, "\x1b[31mEve")
    assert Counter(given.values()) == Counter({name: found[name] for name in ANSWERS})


def test_the_list_asks_nothing_and_names_the_pairs_of_the_answers(case, audit, tmp_path: Path, capsys) -> None:
    target = tmp_path / "pairs.json"
    before = Path(case["result"]).read_bytes()
    assert audited(case, "--list", str(target)) == audited(case, "--list", "-") == 0
    assert json.loads(target.read_text()) == json.loads(capsys.readouterr().out) == listed(audit)
    assert target.stat().st_mode & 0o077 == 0
    assert Path(case["result"]).read_bytes() == before


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (["--answers", "{tmp}/none.json"], "does not exist"),
        ([], "answers none of the pairs"),
        (["--answers", "{result}"], "it is one of the targets"),
        (["--answers", "-"], "need the name of a file"),
        (["--save", "{key}"], "it is one of the targets"),
        (["--list", "{result}"], "it is one of the targets"),
        (["--answers", "{tmp}/x.json", "--save", "{tmp}/x.json"], "two purposes"),
        (["--list", "{tmp}/x.json", "--answers", "{tmp}/x.json"], "two purposes"),
        (["--save", "{tmp}/keys/audited"], "the key file"),
        (["--answers", "{tmp}/nowhere/x.json"], "does not exist"),
    ],
)
def test_a_call_that_cannot_be_carried_out(more: list[str], told: str, case, tmp_path: Path, capsys) -> None:
    places = {"tmp": str(tmp_path), **case}
    before = Path(case["result"]).read_bytes()
    assert audited(case, *(part.format(**places) for part in more)) == 2
    assert told in capsys.readouterr().err
    assert Path(case["result"]).read_bytes() == before


def test_an_audited_result_is_still_the_one_of_its_log(folder: Path, tmp_path: Path, capsys) -> None:
    (tmp_path / "keys").mkdir()
    target = str(next(path for path in sorted(folder.iterdir()) if path.name != "truth.json"))
    result, key, log = (str(tmp_path / name) for name in ("a.leakscan", "keys/key", "log.jsonl"))
    made = ["--save", result, "--key-file", key, "--evidence-log", log, "--signing-key", str(tmp_path / "keys/sign")]
    assert run(["scan", target, "-q", *made]) == 0
    assert run(["audit", result, "--key-file", key, "--pairs", "3", "--list", "-"]) == 0
    pairs = json.loads(capsys.readouterr().out)["pairs"]
    answers = tmp_path / "answers.csv"
    answers.write_text("pair,answer\n" + "".join(f"{pair['pair']},?\n" for pair in pairs))
    assert len(pairs) == 3
    assert run(["verify", log, "--report", result]) == 0
    assert "persons.audit" not in capsys.readouterr().out
    assert run(["audit", result, "--key-file", key, "--pairs", "3", "--answers", str(answers)]) == 0
    capsys.readouterr()
    assert run(["verify", log, "--report", result]) == 0
    assert "the report holds persons.audit" in capsys.readouterr().out


def test_a_wrong_key_is_refused(case, tmp_path: Path, capsys) -> None:
    other = tmp_path / "keys" / "other"
    other.write_bytes(OTHER_KEY)
    other.chmod(0o600)
    assert audited({**case, "key": str(other)}, "--list", "-") == 2
    captured = capsys.readouterr()
    assert "is not the one that" in captured.err
    assert captured.out == ""
    assert audited({**case, "result": str(tmp_path / "keys" / "none")}) == 2


def test_a_result_with_nobody_has_nothing_to_audit(tmp_path: Path, capsys) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "leak.csv").write_text("article;prix\ngants;3\nmasques;4\n")
    result, key = str(tmp_path / "a.leakscan"), str(tmp_path / "keys" / "key")
    assert run(["scan", str(tmp_path / "leak.csv"), "-q", "--save", result, "--key-file", key]) == 0
    before = Path(result).read_bytes()
    assert run(["audit", result, "--key-file", key]) == 0
    assert "nothing to audit" in capsys.readouterr().err
    assert run(["audit", result, "--key-file", key, "--list", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["pairs"] == []
    assert Path(result).read_bytes() == before


def test_a_result_of_the_first_format_is_audited(tmp_path: Path, capsys) -> None:
    from test_saved import KEY as OLD_KEY

    result, key = tmp_path / "old.leakscan", tmp_path / "keys" / "key"
    key.parent.mkdir()
    key.write_bytes(OLD_KEY)
    key.chmod(0o600)
    result.write_bytes((Path(__file__).parent / "results" / "format-1.leakscan").read_bytes())
    assert run(["audit", str(result), "--key-file", str(key), "--list", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["schema"] == "leakscan-audit-pairs/1"


# ---- the dialog


def dialog(case: dict[str, str], keys: str, *more: str) -> tuple[int, str]:
    """Run the command on a terminal of its own and type."""
    command = [sys.executable, "-m", "leakscan", "audit", case["result"], "--key-file", case["key"], "--pairs", "40"]
    terminal, end = pty.openpty()
    child = subprocess.Popen([*command, "--answers", case["answers"], *more], stdin=end, stdout=end, stderr=end)
    os.close(end)
    os.write(terminal, keys.encode())
    out = b""
    while True:
        try:
            read = os.read(terminal, 65_536)
        except OSError:  # how a terminal ends on Linux
            break
        if not read:
            break
        out += read
    os.close(terminal)
    return child.wait(), out.decode()


def test_a_reviewer_answers_stops_and_goes_on(case, audit) -> None:
    first, second, third = (pair.id for pair in audit.drawn.pairs[:3])
    code, out = dialog(case, "s\nx\nd\nq\n", "--reviewer", "Ann", "--lang", "fr")
    assert code == 0
    assert "Paire 1 sur 40" in out
    assert "Paire 3 sur 40" in out
    assert "Paire 4 sur 40" not in out
    assert "répondez s, d, ? ou q" in out
    assert "reste 38 paires" in out
    kept = parsed(Path(case["answers"]).read_bytes(), "f", as_csv=False)
    assert (kept.given, kept.reviewer) == ({first: "same", second: "different"}, "Ann")
    assert Path(case["answers"]).stat().st_mode & 0o077 == 0
    assert stored_report(Path(case["result"]))["persons"]["audit"]["answered"] == 2

    code, out = dialog(case, "?\n" + "s\n" * 37, "--lang", "en")
    assert code == 0
    assert "Pair 3 of 40" in out
    assert "Pair 2 of 40" not in out
    assert "left" not in out
    kept = parsed(Path(case["answers"]).read_bytes(), "f", as_csv=False)
    assert kept.given == {pair.id: "same" for pair in audit.drawn.pairs} | {second: "different", third: "cannot_tell"}
    found = stored_report(Path(case["result"]))["persons"]["audit"]
    assert (found["answered"], found["different"], found["cannot_tell"], found["reviewer"]) == (40, 1, 1, "Ann")
    code, out = dialog(case, "")
    assert code == 0
    assert "[s]" not in out


def test_who_answers_nothing_changes_nothing(case) -> None:
    before = Path(case["result"]).read_bytes()
    code, out = dialog(case, "\x04")
    assert code == 0
    assert "40 pairs left" in out
    assert Path(case["result"]).read_bytes() == before
    assert not Path(case["answers"]).exists()


# ---- privacy


def test_no_value_leaves_by_an_audit(tmp_path: Path, capfd, caplog) -> None:
    rows = [list(PERSON) for _ in range(6)]
    place = {name: at for at, name in enumerate(HEADER)}
    rows[1][place["NOM"]] += "E"
    rows[2][place["DDN"]], rows[2][place["NIR"]] = "18/12/1947", ""
    rows[3][place["PRENOM"]], rows[3][place["NIR"]] = PLANTED["first name"][:-1], ""
    rows[4] = [PLANTED["last name"], "", PLANTED["first name"], "", "", PLANTED["phone"], *[""] * 7]
    rows[5][place["NIR"]], rows[5][place["DDN"]] = PLANTED["second NIR"], "17/12/1974"
    text = "\n".join(";".join(row) for row in [HEADER, *rows]) + "\n"
    (tmp_path / "leak.csv").write_text(text, encoding="utf-8")
    (tmp_path / "keys").mkdir()
    result, key, answers = (str(tmp_path / name) for name in ("a.leakscan", "keys/key", "answers.json"))
    assert run(["scan", str(tmp_path / "leak.csv"), "-q", "--save", result, "--key-file", key]) == 0
    assert run(["audit", result, "--key-file", key, "--list", str(tmp_path / "pairs.json")]) == 0
    pairs = json.loads((tmp_path / "pairs.json").read_text())["pairs"]
    assert pairs
    case = {"result": result, "key": key, "answers": answers}
    code, out = dialog(case, "s\n" * len(pairs))
    assert code == 0
    for lang in ("en", "fr"):
        assert run(["report", result, "--lang", lang]) == run(["report", result, "--format", "html"]) == 0
    captured = capfd.readouterr()
    files = [path.read_text(encoding="utf-8") for path in (tmp_path / "pairs.json", Path(answers))]
    ids = [pair["pair"] for pair in pairs]
    for shown_text in (out, captured.out, captured.err, caplog.text, *files, repr(pairs)):
        plain = shown_text
        for pair in ids:
            plain = plain.replace(pair, "~")
        assert leaks(plain) == []
    assert repr(Pair("0" * 16, "scored", "scored", 1.0, (1, 1), {"sex": "agrees"}, {})).count("agrees") == 0
