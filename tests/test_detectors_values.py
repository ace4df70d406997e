"""The value detectors: each rule's own proof, laws of the check digits against python-stdnum, and dates."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st
from stdnum import ean, iban, luhn
from stdnum.fr import siren, siret
from stdnum.iso7064 import mod_97_10

from leakscan.detectors import check_digits, dates
from leakscan.detectors.address import ADDRESS, ADDRESS_LINE
from leakscan.detectors.adeli import ADELI
from leakscan.detectors.blood_group import BLOOD_GROUP
from leakscan.detectors.credentials import CREDENTIALS, LOGIN, PASSWORD, PASSWORD_HASH
from leakscan.detectors.dates import date_order, iso_date, iso_dates
from leakscan.detectors.dates_in_text import BIRTH_DATE, DATE, EXAM_DATE
from leakscan.detectors.ean13 import CIP13, EAN13
from leakscan.detectors.email import EMAIL
from leakscan.detectors.finess import FINESS
from leakscan.detectors.iban import IBAN
from leakscan.detectors.names import FIRST_NAME, FULL_NAME, LAST_NAME, MAIDEN_NAME, normalise_name
from leakscan.detectors.phone import PHONE
from leakscan.detectors.postcode import CITY, POSTCODE
from leakscan.detectors.prescriber import PRESCRIBER
from leakscan.detectors.record_number import LABORATORY, MUTUELLE, RECORD_NUMBER
from leakscan.detectors.rpps import RPPS
from leakscan.detectors.search import find
from leakscan.detectors.sex import SEX, TITLE
from leakscan.detectors.siret import SIREN, SIRET
from leakscan.detectors.text import compact, fold, once, squeeze

if TYPE_CHECKING:
    from collections.abc import Callable

    from leakscan.detectors.detector import Detector

DETECTORS = [
    ADDRESS,
    ADDRESS_LINE,
    ADELI,
    BIRTH_DATE,
    BLOOD_GROUP,
    CIP13,
    CITY,
    CREDENTIALS,
    DATE,
    EAN13,
    EMAIL,
    EXAM_DATE,
    FINESS,
    FIRST_NAME,
    FULL_NAME,
    IBAN,
    LABORATORY,
    LAST_NAME,
    LOGIN,
    MAIDEN_NAME,
    MUTUELLE,
    PASSWORD,
    PASSWORD_HASH,
    PHONE,
    POSTCODE,
    PRESCRIBER,
    RECORD_NUMBER,
    RPPS,
    SEX,
    SIREN,
    SIRET,
    TITLE,
]
SEARCHED = [detector for detector in DETECTORS if not detector.needs_role]


def scalar(expression: Callable[[pl.Expr], pl.Expr], *texts: str | None) -> list[Any]:
    """The expression's results for some texts."""
    frame = pl.DataFrame({"text": pl.Series(list(texts), dtype=pl.String)})
    return frame.select(expression(pl.col("text")).alias("out"))["out"].to_list()


def by_entity(detector: Detector) -> str:
    return detector.entity


@pytest.mark.parametrize("detector", DETECTORS, ids=by_entity)
def test_whole_cells_have_their_canonical_text(detector: Detector) -> None:
    cells, expected = zip(*detector.values, strict=True)
    assert scalar(detector.canonical, *(cell.strip() for cell in cells)) == list(expected)
    assert scalar(detector.canonical, *detector.not_values) == [None] * len(detector.not_values)


@pytest.mark.parametrize("detector", SEARCHED, ids=by_entity)
def test_running_text_gives_its_hits_and_no_others(detector: Detector) -> None:
    texts = [text for text, _ in detector.examples] + list(detector.counterexamples)
    hits = find(detector, pl.Series(texts))
    assert hits["canonical"].to_list() == [canonical for _, canonical in detector.examples]
    assert hits["row"].to_list() == list(range(len(detector.examples)))


@pytest.mark.parametrize("detector", SEARCHED, ids=by_entity)
def test_prefilter_keeps_every_cell_with_a_hit(detector: Detector) -> None:
    texts = pl.Series([text for text, _ in detector.examples])
    assert texts.str.contains(detector.prefilter).all()
    assert all(regex.search(detector.pattern, text) for text in texts)


@pytest.mark.parametrize("detector", DETECTORS, ids=by_entity)
@settings(max_examples=20, deadline=None)
@given(cells=st.lists(st.none() | st.text(max_size=40) | st.from_regex(r"[0-9A-Za-z@.+/ :-]{0,40}"), max_size=8))
def test_canonical_is_total_and_keeps_the_length(detector: Detector, cells: list[str | None]) -> None:
    found = scalar(detector.canonical, *cells)
    assert len(found) == len(cells)
    assert all(value is None or value for value in found)


@pytest.mark.parametrize(
    "detector",
    [
        detector
        for detector in DETECTORS
        if detector.entity not in {"sex", "title", "credentials", "password", "password_hash"}
    ],
    ids=by_entity,
)
def test_canonical_of_a_canonical_text_is_itself(detector: Detector) -> None:
    canonical = [value for _, value in detector.values]
    assert scalar(detector.canonical, *canonical) == canonical


def test_a_secret_is_never_its_own_canonical_text() -> None:
    secret = "Tres5ecret!"
    for detector in (PASSWORD, CREDENTIALS, PASSWORD_HASH):
        assert secret not in str(scalar(detector.canonical, secret, f"mdp: {secret}", f"jd@exemple.fr:{secret}"))


@pytest.mark.parametrize("width", [9, 11, 14])
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_luhn_agrees_with_stdnum(width: int, data: st.DataObject) -> None:
    number = data.draw(st.text("0123456789", min_size=width, max_size=width))
    right = number[:-1] + luhn.calc_check_digit(number[:-1])
    assert scalar(lambda text: check_digits.luhn_holds(text, width), number, right) == [luhn.is_valid(number), True]


@settings(max_examples=60, deadline=None)
@given(body=st.text("0123456789", min_size=12, max_size=12), digit=st.sampled_from("0123456789"))
def test_ean13_agrees_with_stdnum(body: str, digit: str) -> None:
    right = body + ean.calc_check_digit(body)
    assert scalar(check_digits.ean13_holds, body + digit, right) == [ean.is_valid(body + digit), True]


@settings(max_examples=60, deadline=None)
@given(text=st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=34))
def test_mod97_agrees_with_stdnum(text: str) -> None:
    assert scalar(lambda column: check_digits.mod97(column, 34), text) == [mod_97_10.checksum(text)]


@settings(max_examples=60, deadline=None)
@given(bban=st.text("0123456789", min_size=23, max_size=23), wrong=st.integers(0, 99))
def test_french_iban_agrees_with_stdnum(bban: str, wrong: int) -> None:
    right = f"FR{mod_97_10.calc_check_digits(bban + 'FR')}{bban}"
    other = f"FR{wrong:02}{bban}"
    assert scalar(IBAN.canonical, right, other) == [right, other if iban.is_valid(other, check_country=False) else None]


@settings(max_examples=60, deadline=None)
@given(number=st.text("0123456789", min_size=8, max_size=8), place=st.text("0123456789", min_size=5, max_size=5))
@example("35600000", "00048")
@example("35600000", "09075")
def test_siren_and_siret_agree_with_stdnum(number: str, place: str) -> None:
    company = number + luhn.calc_check_digit(number)
    places = [company + place, company + place[:4] + luhn.calc_check_digit(company + place[:4])]
    if company != "000000000":
        assert scalar(SIREN.canonical, company) == [siren.validate(company)]
        assert scalar(SIRET.canonical, *places) == [code if siret.is_valid(code) else None for code in places]


FORMS = (
    "%d/%m/%Y",
    "%d-%m-%Y",
    "%d.%m.%Y",
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y%m%d",
    "%d%m%Y",
    "%d/%m/%Y %H:%M",
    "%Y%m%d%H%M%S",
)
DAYS = st.dates(dt.date(dates.FIRST_YEAR, 1, 1), dt.date(dates.LAST_YEAR, 12, 31))


@settings(max_examples=100, deadline=None)
@given(day=DAYS, form=st.sampled_from([*FORMS, "%Y-%m-%dT%H:%M:%SZ"]), lunar=st.booleans())
def test_every_date_of_the_calendar_is_read_in_every_form(day: dt.date, form: str, *, lunar: bool) -> None:
    text = dt.datetime(day.year, day.month, day.day, 8, 15).strftime(form)  # noqa: DTZ001 - a date as it is written
    assert scalar(lambda cell: iso_date(cell, None, lunar=lunar), text) == [day.isoformat()]


@settings(max_examples=60, deadline=None)
@given(year=st.integers(1850, 2060), month=st.integers(0, 20), day=st.integers(0, 40))
def test_what_is_not_in_the_calendar_is_no_date(year: int, month: int, day: int) -> None:
    try:
        valid = dt.date(year, month, day).isoformat() if dates.FIRST_YEAR <= year <= dates.LAST_YEAR else None
    except ValueError:
        valid = None
    assert scalar(lambda cell: iso_date(cell, None), f"{day}/{month}/{year}", f"{year}-{month}-{day}") == [valid, valid]


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        ("12/03/26", {"pivot": 26}, "2026-03-12"),
        ("12/03/27", {"pivot": 26}, "1927-03-12"),
        ("12/03/27", {"pivot": None}, None),
        ("120384", {"pivot": 26}, "1984-03-12"),
        ("120384", {"pivot": None}, None),
        ("84-03-12", {"pivot": 26, "order": "ymd"}, "1984-03-12"),
        ("840312", {"pivot": 26, "order": "ymd"}, "1984-03-12"),
        ("03/12/1984", {"order": "mdy"}, "1984-03-12"),
        ("03121984", {"order": "mdy"}, "1984-03-12"),
        ("1984-03-12", {"order": "mdy"}, "1984-03-12"),
        ("12/25/2019", {}, None),
        ("00/00/1984", {"lunar": True}, "1984-00-00"),
        ("31/02/1984", {"lunar": True}, "1984-02-31"),
        ("12/45/1984", {"lunar": True}, "1984-45-12"),
        ("19844512", {"lunar": True}, "1984-45-12"),
        ("32/01/1984", {"lunar": True}, None),
        ("00/00/1984", {}, None),
        ("43831", {"excel_serial": True}, "2020-01-01"),
        ("43831,75", {"excel_serial": True}, "2020-01-01"),
        ("367", {"excel_serial": True}, "1901-01-01"),
        ("49673", {"excel_serial": True}, "2035-12-30"),
        ("366", {"excel_serial": True}, None),
        ("99999", {"excel_serial": True}, None),
        ("43831", {}, None),
        ("1er FÉVRIER 2020", {}, "2020-02-01"),
        ("12 Août 1984 à 08h30", {}, "1984-08-12"),
        ("12-MAR-84", {"pivot": 26}, "1984-03-12"),
        ("12 janv. 1984", {}, "1984-01-12"),
        ("March 12, 2020", {}, "2020-03-12"),
        ("2020-03-12T08:15:00.123+01:00", {}, "2020-03-12"),
        ("12/03/2020 8:15 PM", {}, "2020-03-12"),
        ("'12/03/1984", {}, "1984-03-12"),
        ("12/03/2020 bonjour", {}, None),
        ("20200312250000", {}, None),
    ],
)
def test_writings_of_a_date(text: str, options: dict[str, Any], expected: str | None) -> None:
    arguments: dict[str, Any] = {"pivot": None} | options
    assert scalar(lambda cell: iso_date(cell, **arguments), text) == [expected]
    assert iso_dates(pl.Series("when", [text, None]), **arguments).to_list() == [expected, None]


@settings(max_examples=30, deadline=None)
@given(days=st.lists(DAYS, max_size=6), times=st.integers(1, 5))
def test_series_and_expression_agree_however_often_values_repeat(days: list[dt.date], times: int) -> None:
    texts = pl.Series("when", [day.strftime("%d/%m/%Y") for day in days] * times, dtype=pl.String)
    found = iso_dates(texts, 26)
    assert found.name == "when"
    assert found.to_list() == scalar(lambda cell: iso_date(cell, 26), *texts)


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        ([], "dmy"),
        (["01/02/2020", "03/04/2020"], "dmy"),
        (["25/02/2020", "03/04/2020"], "dmy"),
        (["02/25/2020", "03/04/2020", None], "mdy"),
        (["2020-02-25", "2020-03-04"], "ymd"),
        (["20200225", "20200304"], "ymd"),
        (["25022020", "04032020"], "dmy"),
        (["84-03-12", "65-01-02"], "ymd"),
        (["840312", "650102"], "ymd"),
        (["25/01/1984", "30/06/1971", "10/45/1960"], "dmy"),
    ],
)
def test_order_is_judged_from_the_values(texts: list[str | None], order: str) -> None:
    assert date_order(pl.Series(texts, dtype=pl.String)) == order


@settings(max_examples=60, deadline=None)
@given(text=st.text(st.characters(min_codepoint=0x20, max_codepoint=0x17F), max_size=30))
def test_fold_leaves_ascii_alone_and_is_idempotent(text: str) -> None:
    [once_folded] = scalar(fold, text)
    assert scalar(fold, once_folded) == [once_folded]
    if text.isascii():
        assert once_folded == text.upper()


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Hélène", "HELENE"),
        ("He\u0301le\u0300ne", "HELENE"),
        ("œuvre Æsop", "OEUVRE AESOP"),
        ("L\u2019Haÿ\u2013les\u00a0Roses", "L'HAY-LES ROSES"),
        ("Łódź Straße", "LODZ STRASSE"),
        ("H\ufffdl\u200bne", "HLNE"),
        ("Ильин", "ИЛЬИН"),
    ],
)
def test_fold_gives_one_spelling(text: str, folded: str) -> None:
    assert scalar(fold, text) == [folded]


def test_text_pieces() -> None:
    assert scalar(compact, '="75 000-000.2"', " '12a ", "12.0", None) == ["750000002", "12A", "12", None]
    assert scalar(squeeze, "  a \u00a0 b ", "   ", None) == ["a b", None, None]
    assert pl.select(once(pl.lit("a"), lambda text: text + text)).item() == "aa"
    frame = pl.DataFrame({"name": ["x"]})
    assert frame.with_columns(normalise_name(pl.col("name"))).columns == ["name"]


def test_many_hits_of_one_cell_are_counted() -> None:
    text = "06 12 34 56 78 ou 01.45.67.89.01 ; mail jd@exemple.fr, pj@exemple.fr"
    assert find(PHONE, pl.Series([text]))["canonical"].to_list() == ["+33612345678", "+33145678901"]
    assert find(EMAIL, pl.Series([text]))["canonical"].to_list() == ["jd@exemple.fr", "pj@exemple.fr"]


def test_dates_of_one_sentence_are_told_apart() -> None:
    text = pl.Series(["Née le 12/03/1984 à Lyon, prélevée le 14/05/2020, éditée le 15/05/2020"])
    assert find(BIRTH_DATE, text)["canonical"].to_list() == ["1984-03-12"]
    assert find(EXAM_DATE, text)["canonical"].to_list() == ["2020-05-14"]
    assert find(DATE, text).height == 3
