"""Codes, and acts beside their results: what each reveals."""

from __future__ import annotations

import polars as pl
import pytest

from leakscan.errors import UsageError
from leakscan.health import act_result_mentions, code_themes, find_mentions, strongest
from leakscan.records import MENTIONS_SCHEMA

CODES = [
    ("nabm", "0388", {("hiv", "tested")}),
    ("nabm", "388", {("hiv", "tested")}),
    ("nabm", "388.0", {("hiv", "tested")}),
    ("nabm", "0388 1104", {("hiv", "tested")}),
    ("nabm", "0388/0552", {("hiv", "tested")}),
    ("nabm", "1104;0388;4122", {("hiv", "tested"), ("hiv", "affirmed")}),
    ("nabm", "4122", {("hiv", "affirmed")}),
    ("nabm", "4087", {("pregnancy", "affirmed"), ("genetic", "tested")}),
    ("nabm", "7318", {("cancer", "tested")}),
    ("nabm", "4715", {("pregnancy", "affirmed"), ("sti_hepatitis", "tested")}),
    ("nabm", "1437", set()),
    ("nabm", "1119", set()),
    ("nabm", "1104", set()),
    ("nabm", "10388", set()),
    ("nabm", "3880", set()),
    ("nabm", "", set()),
    ("nabm", None, set()),
    ("cim10", "B20", {("hiv", "affirmed")}),
    ("cim10", "B24", {("hiv", "affirmed")}),
    ("cim10", "Z21", {("hiv", "affirmed")}),
    ("cim10", "Z11.4", {("hiv", "tested")}),
    ("cim10", "Z114", {("hiv", "tested")}),
    ("cim10", "z83.0", {("hiv", "other_person")}),
    ("cim10", "C50.9", {("cancer", "affirmed")}),
    ("cim10", "C509", {("cancer", "affirmed")}),
    ("cim10", "C50", {("cancer", "affirmed")}),
    ("cim10", "C50.9 B24", {("cancer", "affirmed"), ("hiv", "affirmed")}),
    ("cim10", "O98.7", {("hiv", "affirmed"), ("pregnancy", "affirmed")}),
    ("cim10", "Z32.0", {("pregnancy", "tested")}),
    ("cim10", "Q90.0", {("genetic", "affirmed")}),
    ("cim10", "Q21.0", {("other_condition", "affirmed")}),
    ("cim10", "E11.9", {("other_condition", "affirmed")}),
    ("cim10", "E83.1", {("genetic", "affirmed")}),
    ("cim10", "F32.1", {("mental_health", "affirmed")}),
    ("cim10", "F10.2", {("addiction", "affirmed")}),
    ("cim10", "Z80.3", {("cancer", "other_person")}),
    ("cim10", "Z00.0", set()),
    ("cim10", "bonjour", set()),
    ("atc", "J05AR20", {("hiv", "affirmed"), ("treatment", "affirmed")}),
    ("atc", "J05AF10", {("sti_hepatitis", "affirmed"), ("treatment", "affirmed")}),
    ("atc", "J05AE30", {("treatment", "affirmed")}),
    ("atc", "J05AR03", {("hiv", "tested"), ("treatment", "affirmed")}),
    ("atc", "L01BA01", {("treatment", "affirmed")}),
    ("atc", "L01XC18", {("cancer", "affirmed"), ("treatment", "affirmed")}),
    ("atc", "L02AE02", {("treatment", "affirmed")}),
    ("atc", "N07BC02", {("addiction", "affirmed"), ("treatment", "affirmed")}),
    ("atc", "N05AH03", {("mental_health", "affirmed"), ("treatment", "affirmed")}),
    ("atc", "B01AC06", {("treatment", "affirmed")}),
    ("cip13", "3400930000008", set()),
    ("cip13", "3400900000004", set()),
    ("cip13", "3017620422003", set()),
]

ACTS = [
    ("SEROLOGIE VIH", "POSITIF", ("hiv", "affirmed")),
    ("SEROLOGIE VIH", "NEGATIF", ("hiv", "negated")),
    ("SEROLOGIE VIH", "négatif", ("hiv", "negated")),
    ("SEROLOGIE VIH", "", ("hiv", "tested")),
    ("SEROLOGIE VIH", None, ("hiv", "tested")),
    ("SEROLOGIE VIH", "en cours", ("hiv", "tested")),
    ("SEROLOGIE VIH", "Douteux", ("hiv", "tested")),
    ("VIH 1+2", "NEG", ("hiv", "negated")),
    ("VIH 1+2", "", ("hiv", "tested")),
    ("HIV", "+", ("hiv", "affirmed")),
    ("CHARGE VIRALE VIH", "<20 copies", ("hiv", "affirmed")),
    ("0388", "Non réactif", ("hiv", "negated")),
    ("388", "Positif", ("hiv", "affirmed")),
    ("4122", "indétectable", ("hiv", "affirmed")),
    ("0388 1104", "", ("hiv", "tested")),
    ("Ag HBs", "Absence", ("sti_hepatitis", "negated")),
    ("AC ANTI-VHC", "Présence", ("sti_hepatitis", "affirmed")),
    ("TPHA", "1/80", ("sti_hepatitis", "affirmed")),
    ("PSA TOTAL", "12,4", ("cancer", "tested")),
    ("BETA HCG", "4500", ("pregnancy", "affirmed")),
    ("BETA HCG", "<2", ("pregnancy", "negated")),
    ("BETA HCG", "1.2", ("pregnancy", "negated")),
    ("BETA HCG", "12 000", ("pregnancy", "affirmed")),
    ("GROUPE SANGUIN", "A+", ("blood_group", "affirmed")),
    ("GROUPE SANGUIN", "", ("blood_group", "tested")),
    ("RECHERCHE FACTEUR V LEIDEN", "Hétérozygote", ("genetic", "affirmed")),
    ("NFS", "normal", None),
    ("GLYCEMIE", "0,95", None),
    ("", "POSITIF", None),
]


@pytest.mark.parametrize("system", ["nabm", "cim10", "atc", "cip13"])
def test_codes_reveal_their_themes(system: str) -> None:
    cases = [(code, wanted) for name, code, wanted in CODES if name == system]
    found = code_themes(pl.Series([code for code, _ in cases], dtype=pl.String), system)
    for row, (code, wanted) in enumerate(cases):
        assert set(found.filter(pl.col("row") == row).select("theme", "status").iter_rows()) == wanted, code


def test_a_drug_code_with_a_right_key_is_a_treatment() -> None:
    stem = "340093000000"
    key = -sum(int(digit) * (3 if i % 2 else 1) for i, digit in enumerate(stem)) % 10
    found = code_themes(pl.Series([f"{stem}{key}", f"{stem}{(key + 1) % 10}"]), "cip13")
    assert found.rows() == [(0, "treatment", "affirmed")]


def test_an_unknown_system_is_refused() -> None:
    with pytest.raises(UsageError, match="nabm"):
        code_themes(pl.Series(["1"]), "icd9")


def test_results_settle_their_acts() -> None:
    acts = pl.Series([act for act, _, _ in ACTS])
    results = pl.Series([result for _, result, _ in ACTS], dtype=pl.String)
    mentions = act_result_mentions(acts, results)
    assert dict(mentions.schema) == MENTIONS_SCHEMA
    found = strongest(mentions)
    wrong = []
    for row, (act, result, wanted) in enumerate(ACTS):
        pairs = found.filter(pl.col("row") == row).select("theme", "status").rows()
        if pairs != ([wanted] if wanted else []):
            wrong.append((act, result, wanted, pairs))
    assert not wrong, "\n".join(map(str, wrong))


def test_mentions_point_at_their_characters() -> None:
    text = "Œdème, Sœur cancéreuse ; patiente séropositive"
    mentions = find_mentions(pl.Series(["", None, text, "rien", text]))
    assert dict(mentions.schema) == MENTIONS_SCHEMA
    assert set(mentions["row"]) == {2, 4}
    assert "séropositive" in {text[a:b] for a, b in mentions.select("start", "end").iter_rows()}


def test_wide_characters_keep_the_offsets() -> None:
    text = "\U0001f600 Ω VIH positif"
    row = find_mentions(pl.Series([text])).row(0, named=True)
    assert text[row["start"] : row["end"]] == "VIH"
    assert row["status"] == "affirmed"


def test_no_text_has_no_mention() -> None:
    assert find_mentions(pl.Series([], dtype=pl.String)).schema == pl.DataFrame(schema=MENTIONS_SCHEMA).schema
    assert len(find_mentions(pl.Series([None, ""], dtype=pl.String))) == 0
    assert len(act_result_mentions(pl.Series([], dtype=pl.String), pl.Series([], dtype=pl.String))) == 0
