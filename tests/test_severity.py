"""The ENISA worksheet: every rung of its ladders, its bands, and the laws it must keep."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakscan.errors import UsageError
from leakscan.i18n import LANGUAGES
from leakscan.phrases import PHRASES
from leakscan.records import THEMES
from leakscan.severity import BANDS, RECIPIENTS, Facts, assess, at_least, band_of, sentence
from leakscan.severity import _weights as weights

CATEGORIES = (
    "name",
    "birth_date",
    "nir",
    "address",
    "phone",
    "email",
    "mutuelle",
    "prescriber",
    "exam_date",
    "blood_group",
    "credentials",
    "treatment",
    "genetic_data",
    "financial",
)


def facts(*categories: str, **others: Any) -> Facts:
    themes = {theme: frozenset(statuses.split()) for theme, statuses in others.pop("themes", {}).items()}
    return Facts(others.pop("persons_likely", 50), frozenset(categories), themes, **others)


REFERENCE = facts(
    *CATEGORIES,
    persons_likely=478_211,
    themes={"hiv": "affirmed tested negated", "cancer": "affirmed", "pregnancy": "affirmed"},
    health_source=True,
)


@pytest.mark.parametrize(
    ("recipients", "malicious", "score", "assumed"),
    [
        (None, True, 5.0, True),
        ("unknown", True, 5.0, False),
        (None, False, 4.5, True),
        ("known", False, 4.25, False),
        ("known", True, 4.75, False),
        ("none", False, 4.0, False),
    ],
)
def test_reference_incident(recipients: str | None, malicious: bool, score: float, assumed: bool) -> None:
    result = assess(REFERENCE, recipients, malicious)
    assert (result["dpc"], result["ei"]) == (4, 1.0)
    assert (result["score"], result["cb_assumed"], result["band"]) == (score, assumed, "very_high")
    assert result["flags"] == {"over_100_people": True, "unintelligible": False}


@pytest.mark.parametrize(
    ("case", "dpc", "deciding"),
    [
        (facts("name"), 1, "simple"),
        (facts("name", "mutuelle"), 1, "simple"),
        (facts("name", health_source=True), 1, "health_file"),
        (facts("name", "exam_date", health_source=True), 2, "visit_dated"),
        (facts("name", "prescriber", health_source=True), 2, "visit_prescriber"),
        (facts("name", "exam_date"), 1, "simple"),
        (facts("name", "credentials"), 2, "credentials_unknown"),
        (facts("name", "credentials", health_source=True), 4, "credentials_open_results"),
        (facts("name", "financial"), 3, "financial"),
        (facts("name", "blood_group"), 3, "blood_group"),
        (facts("name", themes={"blood_group": "affirmed"}), 3, "blood_group"),
        (facts("name", has_acts=True), 3, "acts_present"),
        (facts("name", themes={"hiv": "tested"}), 3, "test_for_disease"),
        (facts("name", themes={"hiv": "negated"}), 4, "result_negative"),
        (facts("name", themes={"hiv": "affirmed"}), 4, "condition_stated"),
        (facts("name", themes={"other_special": "affirmed"}), 4, "condition_stated"),
        (facts("name", themes={"treatment": "affirmed"}), 4, "treatment_named"),
        (facts("name", themes={"hiv": ""}), 1, "simple"),
        (facts("name", has_results=True), 4, "results_present"),
        (facts("name", "treatment"), 4, "treatment_named"),
        (facts("name", "genetic_data"), 4, "genetic_data"),
        (facts("genetic_data", pseudonymised=True), 4, "genetic_data"),
    ],
)
def test_data_processing_context(case: Facts, dpc: int, deciding: str) -> None:
    result = assess(case)
    reasons = [reason for reason in result["reasons"] if reason["factor"] == "dpc"]
    assert result["dpc"] == dpc == reasons[0]["value"]
    assert deciding in {reason["code"] for reason in reasons if reason["decisive"]}


@pytest.mark.parametrize(
    ("case", "ei", "deciding"),
    [
        (facts(), 0.25, "number_only"),
        (facts(pseudonymised=True), 0.25, "pseudonym"),
        (facts("birth_date", pseudonymised=True), 0.5, "pseudonym_birth_date"),
        (facts("nir"), 0.25, "nir_alone"),
        (facts("nir", health_source=True), 0.25, "nir_alone"),
        (facts("nir", "exam_date"), 0.75, "nir_linked"),
        (facts("nir", themes={"hiv": "affirmed"}), 0.75, "nir_linked"),
        (facts("nir", "name"), 1.0, "nir_name"),
        (facts("name"), 0.5, "name_alone"),
        (facts("name", "birth_date"), 1.0, "name_birth_date"),
        (facts("name", "email"), 1.0, "name_email"),
        (facts("name", "address"), 1.0, "name_address"),
        (facts("name", "phone"), 1.0, "name_phone"),
        (facts("address"), 0.5, "address_alone"),
        (facts("phone"), 0.5, "phone_alone"),
        (facts("email"), 0.5, "email_alone"),
        (facts("phone", "email"), 0.75, "phone_email"),
        (facts("credentials"), 0.75, "credentials"),
        (facts("prescriber", "exam_date"), 0.25, "number_only"),
    ],
)
def test_ease_of_identification(case: Facts, ei: float, deciding: str) -> None:
    result = assess(case)
    assert result["ei"] == ei
    assert deciding in {reason["code"] for reason in result["reasons"] if reason["factor"] == "ei"}


@pytest.mark.parametrize("recipients", [None, *RECIPIENTS])
@pytest.mark.parametrize("malicious", [False, True])
def test_nobody_is_low_whatever_the_circumstances(recipients: str | None, malicious: bool) -> None:
    result = assess(facts("nir", themes={"hiv": "affirmed"}, persons_likely=0), recipients, malicious)
    assert (result["dpc"], result["score"], result["band"]) == (None, 0.0, "low")
    assert {row["score"] for row in result["what_if"]} == {0.0}
    assert result["reasons"][0]["code"] == "nobody"


@pytest.mark.parametrize(
    ("score", "band"),
    [
        (0, "low"),
        (1.99, "low"),
        (2, "medium"),
        (2.99, "medium"),
        (3, "high"),
        (3.99, "high"),
        (4, "very_high"),
        (6, "very_high"),
    ],
)
def test_bands_begin_at_their_lower_bound(score: float, band: str) -> None:
    assert band_of(score) == band
    assert at_least(band, "low")
    assert at_least("very_high", band)
    assert at_least(band, "very_high") == (band == "very_high")


@pytest.mark.parametrize(("persons", "raised"), [(1, False), (100, False), (101, True)])
def test_flag_over_100_people(persons: int, raised: bool) -> None:
    assert assess(facts("name", persons_likely=persons))["flags"]["over_100_people"] is raised


def test_unintelligible_is_passed_on() -> None:
    assert assess(facts(unintelligible=True))["flags"]["unintelligible"] is True


def test_recipients_are_one_of_three() -> None:
    with pytest.raises(UsageError, match="unknown, known, none"):
        assess(facts("name"), "everybody")


def test_what_if_covers_every_circumstance_and_marks_the_one_taken() -> None:
    rows = assess(REFERENCE, "known", True)["what_if"]
    assert [(row["recipients"], row["malicious"], row["cb"]) for row in rows] == [
        ("none", False, 0.0),
        ("none", True, 0.5),
        ("known", False, 0.25),
        ("known", True, 0.75),
        ("unknown", False, 0.5),
        ("unknown", True, 1.0),
    ]
    assert [row["recipients"] for row in rows if row["current"]] == ["known"]


def test_reasons_point_at_their_evidence() -> None:
    reasons = {reason["code"]: reason for reason in assess(REFERENCE)["reasons"]}
    assert reasons["condition_stated"]["evidence"] == [
        f"/persons/by_theme/{theme}/affirmed" for theme in ("hiv", "cancer", "pregnancy")
    ]
    assert reasons["condition_stated"]["sentence"] == "A condition is stated: HIV, cancer, pregnancy."
    assert reasons["nir_name"]["evidence"] == ["/persons/by_category/nir", "/persons/by_category/name"]
    only_theme = assess(facts("name", themes={"blood_group": "affirmed"}))["reasons"][0]
    assert only_theme["evidence"] == ["/persons/by_theme/blood_group/affirmed"]


def test_every_rule_has_a_sentence_in_every_language_and_says_why() -> None:
    for rule in [*weights()["dpc"], *weights()["ei"]]:
        assert rule["why"]
        for lang in LANGUAGES:
            assert sentence(rule["code"], ["hiv"], lang)
    codes = {key.removeprefix("reason.") for key in PHRASES if key.startswith("reason.")}
    used = {rule["code"] for rule in [*weights()["dpc"], *weights()["ei"]]}
    used |= {"nobody", "malicious", "recipients_assumed", *(f"recipients_{who}" for who in RECIPIENTS)}
    assert codes == used


ANY_FACTS = st.builds(
    Facts,
    persons_likely=st.integers(0, 1000),
    categories=st.frozensets(st.sampled_from(CATEGORIES)),
    themes=st.dictionaries(
        st.sampled_from(THEMES), st.frozensets(st.sampled_from(["affirmed", "tested", "negated"])), max_size=4
    ),
    has_results=st.booleans(),
    has_acts=st.booleans(),
    health_source=st.booleans(),
    pseudonymised=st.booleans(),
)


@given(ANY_FACTS, st.sampled_from([None, *RECIPIENTS]), st.booleans())
def test_worksheet_adds_up(case: Facts, recipients: str | None, malicious: bool) -> None:
    result = assess(case, recipients, malicious)
    assert result == json.loads(json.dumps(result))
    assert result["score"] == (0 if result["dpc"] is None else result["dpc"] * result["ei"] + result["cb"])
    assert result["cb"] == sum(reason["value"] for reason in result["reasons"] if reason["factor"] == "cb")
    assert result["band"] in BANDS
    assert (result["dpc"] is None) == (case.persons_likely == 0)
    current = [row for row in result["what_if"] if row["current"]]
    assert [(row["score"], row["band"]) for row in current] == [(result["score"], result["band"])]


@given(ANY_FACTS, st.sampled_from(CATEGORIES), st.sampled_from(THEMES))
def test_more_data_about_the_same_people_never_scores_less(case: Facts, category: str, theme: str) -> None:
    more = Facts(
        case.persons_likely,
        case.categories | {category},
        {**case.themes, theme: case.themes.get(theme, frozenset()) | {"affirmed"}},
        case.has_results,
        case.has_acts,
        case.health_source,
        case.pseudonymised,
    )
    assert assess(more)["score"] >= assess(case)["score"]
