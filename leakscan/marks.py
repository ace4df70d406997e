"""What is true of a record of a person, as expressions: whose number it is, what it reveals, whom it bears."""

from __future__ import annotations

from datetime import date

import polars as pl

from leakscan.detectors.nir import FICTITIOUS
from leakscan.examine import Findings
from leakscan.persons.bits import OWN_STATUSES, category_bit, flag_bit, theme_bit
from leakscan.records import THEMES

ADULT_YEARS = 18

PLACEHOLDER_SURNAME = (
    r"^(?:(?:[XZ]{2,}TESTS?|TESTS?|ESSAIS?|INCONNUE?S?|ANONYMES?|ANONYMOUS|ANONYMISEE?|X{2,}|Z{2,}|SOUS X|NEE? SOUS X"
    r"|FICTI(?:F|VE)|SANS (?:NOM|IDENTITE)|NON (?:IDENTIFIEE?|RENSEIGNEE?|COMMUNIQUEE?)"
    r"|NE PAS (?:UTILISER|SAISIR|FACTURER)|A (?:SUPPRIMER|FUSIONNER|NE PAS UTILISER)|DOUBLONS?"
    r"|PATIENTE? (?:TEST|FICTI(?:F|VE)|INCONNUE?|ANONYME|DEMO|FORMATION))(?: |$))+"
)
"""Surnames that a laboratory types when there is no patient: reported apart, not counted without a NIR or INS."""
CONTROL_SAMPLE = (
    r"^(?:(?:CQ|QC|CIQ|CQI|EEQ|CTRL|CONTROLES?|CALIBRA(?:TEUR|NT|TION)S?|ETALONS?|TEMOINS? (?:NEG|POS|NORM|PATHO)\w*"
    r"|SERUMS? (?:DE )?CONTROLE|POOL (?:DE )?SERUMS?|BLANC (?:REACTIF|ANALYTIQUE)|MATERIEL DE CONTROLE)(?:\W|$))"
)
"""What a laboratory measures to check its machines, in the place of a patient's name."""
PLACEHOLDER_NAME = (
    r"^(?:(?:TESTS?|ESSAI|INCONNUE?|ANONYME|ANONYMOUS|X+|Z{2,}|SOUS|NE|FICTIF|PATIENTE?|NOM|PRENOM|NULL|NONE|N|A|NA|NC|NR"
    r"|DUMMY|DEMO|FORMATION|INFORMATIQUE|DOUBLON|BIDON|COMPLETER|FOO|BAR|BAZ|LOREM|IPSUM)(?: |$))+$"
    r"|^(?:DOE (?:JOHN|JANE)|(?:JOHN|JANE) DOE)$"
)
"""Whole names all of whose words stand for nobody."""
SUM_OF_ROWS = r"^(?:(?:SOUS |GRAND )?TOT(?:AL|AUX)|MOYENNE|EFFECTIFS?|NOMBRE DE?)(?: |$)"
"""What begins the line of totals under a list, in the place of a name."""
_TELLING = ("nir", "ins", "pseudonym", "last_name", "maiden_name", "first_name", "full_name", "phone", "email")
PLACEHOLDER_BIRTHS = ("1900-01-01", "1899-12-30", "1901-01-01", "9999-12-31")

_CATEGORY_ROLES: dict[str, tuple[str, ...]] = {
    "name": ("last_name", "maiden_name", "first_name", "full_name"),
    "birth_date": ("birth_date",),
    "nir": ("nir", "ins", "nir_bad"),
    "address": ("address",),
    "phone": ("phone",),
    "email": ("email",),
    "mutuelle": ("mutuelle",),
    "prescriber": ("prescriber", "rpps", "adeli"),
    "exam_date": ("exam_date",),
    "blood_group": ("blood_group",),
    "credentials": ("password",),
    "financial": ("iban",),
}


def themes(findings: Findings, rows: pl.DataFrame) -> pl.DataFrame:
    """Theme bits (UInt64) per row: of several statuses of a theme in one row, the strongest of the patient's own."""
    masks = pl.DataFrame(
        {"theme": theme, "status": status, "mask": theme_bit(theme, status)}
        for theme in THEMES
        for status in ("affirmed", "tested", "negated")
    ).with_columns(pl.col("mask").cast(pl.UInt64))
    spoken = [mentions.select("row", "theme", "status") for _, mentions in findings.mentions]
    grouped = rows.filter(pl.col("blood_group").is_not_null()).select(
        "row", theme=pl.lit("blood_group"), status=pl.lit("affirmed")
    )
    return (
        pl.concat([*spoken, grouped])
        .join(masks, on=["theme", "status"])
        .group_by("row")
        .agg(pl.col("mask").bitwise_or().alias("themes"))
    )


def own_number() -> pl.Expr:
    """Whether the NIR is the patient's own: its sex, year and month are the row's. Null where either is absent.

    A provisional number (3, 4, 7, 8) is given up for another one: it is never all that a person is.
    """
    nir = pl.col("nir")
    digit = pl.col("sex").replace_strict({"m": "1", "f": "2"}, default=None, return_dtype=pl.String)
    sex = ((nir.str.head(1) == digit) | digit.is_null()) & nir.str.contains("^[12]")
    return (_dated() & sex).alias("nir_own")


def provisional_ins() -> tuple[pl.Expr, pl.Expr]:
    """`ins` and `nir` with an NIA among the NIRs: it is given up for a NIR, and one person has both in turn."""
    provisional = pl.col("ins").str.contains("^[3-8]").fill_null(value=False)
    waiting = pl.when(provisional).then("ins")
    return pl.when(~provisional).then("ins").alias("ins"), pl.coalesce("nir", waiting).alias("nir")


def made_up() -> pl.Expr:
    """Whether the NIR stands for nobody; a number that begins alike and tells the row's birth is provisional."""
    return (pl.col("nir").str.contains(FICTITIOUS) & ~_dated().fill_null(value=False)).alias("nir_made_up")


def _dated() -> pl.Expr:
    """Whether the year and month in the NIR are those of the birth date."""
    nir, birth = pl.col("nir"), pl.col("birth_date")
    month = nir.str.slice(3, 2)
    known = (month == birth.str.slice(5, 2)) | (month.cast(pl.Int8, strict=False) > 12)
    return (nir.str.slice(1, 2) == birth.str.slice(2, 2)) & known


def not_a_mans() -> pl.Expr:
    """Theme bits without pregnancy where the patient is a man: what his record says of one is about a relative."""
    own = sum(theme_bit("pregnancy", status) for status in OWN_STATUSES)
    man = (pl.col("sex") == "m") | (pl.col("sex").is_null() & pl.col("nir_own") & (pl.col("nir").str.head(1) == "1"))
    others = pl.lit((1 << len(OWN_STATUSES) * len(THEMES)) - 1 - own, pl.UInt64)
    return pl.when(man).then(pl.col("themes") & others).otherwise(pl.col("themes")).alias("themes")


def known_birth() -> tuple[pl.Expr, pl.Expr]:
    """`birth_date` without dates that mean unknown, and whether there was one (`born_unknown`)."""
    unknown = pl.col("birth_date").is_in(PLACEHOLDER_BIRTHS).fill_null(value=False)
    return pl.when(~unknown).then("birth_date").alias("birth_date"), unknown.alias("born_unknown")


def placeholder() -> pl.Expr:
    """Whether the record stands for nobody: a name typed for want of one, or nothing but a birth date that is unknown.

    Who has an INS, or a NIR that his birth date does not contradict, is somebody, whatever he is called: testers of
    health software have identities that the authorities gave them, and a blotted name leaves its number behind.
    """
    unnumbered = pl.col("ins").is_null() & (pl.col("nir").is_null() | ~_dated().fill_null(value=True))
    surname = pl.coalesce("last_name", "maiden_name", "full_name")
    whole = pl.coalesce("full_name", pl.concat_str(surname, "first_name", separator=" ", ignore_nulls=True))
    named = (
        surname.str.contains(PLACEHOLDER_SURNAME)
        | whole.str.contains(CONTROL_SAMPLE)
        | whole.str.contains(PLACEHOLDER_NAME)
    )
    nothing_else = pl.all_horizontal(pl.col(_TELLING).is_null())
    invented = made_up() & pl.col("ins").is_null()
    named &= unnumbered
    return (
        named.fill_null(value=False) | (pl.col("born_unknown") & nothing_else) | invented.fill_null(value=False)
    ).alias("placeholder")


def of_professionals(rows: pl.DataFrame, *, among_patients: bool, numbered: bool = False) -> pl.DataFrame:
    """Rows whose names are the professionals', who take them as prescribers; among patients the names are moved there.

    Among patients only rows with an RPPS are theirs, and none that has anything of a patient. `numbered`: a directory,
    in which professionals have birth dates and comments, too.
    """
    names = ("last_name", "maiden_name", "first_name", "full_name")
    name = pl.coalesce("full_name", pl.concat_str("last_name", "first_name", separator=" ", ignore_nulls=True))
    if not among_patients and not numbered:
        return rows.with_columns(prescriber=pl.when(name != "").then(name))
    told = pl.lit(value=False) if numbered else (pl.col("themes") > 0) | pl.col("birth_date").is_not_null()
    of_patient = told | pl.any_horizontal(pl.col("nir", "ins", "exam_date", "pseudonym", "nir_bad").is_not_null())
    theirs = pl.col("rpps").is_not_null() & ~of_patient
    listed = ~of_patient if numbered else theirs
    moved = rows.with_columns(prescriber=pl.when(listed & (name != "")).then(name).otherwise("prescriber"))
    own = (*names, "record_number")
    return moved.with_columns(pl.when(~theirs).then(one).alias(one) for one in own).with_columns(
        by_contact=pl.col("by_contact") & ~theirs
    )


def flags(as_of: date) -> pl.Expr:
    """Bits (UInt32): a minor on that day, a minor at the exam, how to be reached, credentials."""
    birth, exam = pl.col("birth_date"), pl.col("exam_date")
    eighteen_years_ago = f"{as_of.year - ADULT_YEARS:04d}{as_of.isoformat()[4:]}"
    before_exam = (exam.str.head(4).cast(pl.Int32, strict=False) - ADULT_YEARS).cast(pl.String) + exam.str.slice(4)
    conditions = {
        "minor": birth > eighteen_years_ago,
        "minor_at_exam": birth > before_exam,
        "email": pl.col("email").is_not_null(),
        "phone": pl.col("phone").is_not_null(),
        "post": pl.col("address").is_not_null(),
        "credentials": pl.col("password").is_not_null(),
    }
    return _mask({flag_bit(name): condition for name, condition in conditions.items()}, pl.UInt32()).alias("flags")


def _mask(bits: dict[int, pl.Expr], dtype: pl.DataType) -> pl.Expr:
    return pl.sum_horizontal(
        pl.when(condition).then(pl.lit(bit, dtype)).otherwise(pl.lit(0, dtype)) for bit, condition in bits.items()
    ).cast(dtype)


def categories() -> pl.Expr:
    """Bits (UInt32) of the data categories that the record has a value of."""
    present = {
        category_bit(category): pl.any_horizontal(pl.col(role).is_not_null() for role in roles)
        for category, roles in _CATEGORY_ROLES.items()
    }
    themes = pl.col("themes")
    present[category_bit("treatment")] = (themes & pl.lit(theme_bit("treatment", "affirmed"), pl.UInt64)) > 0
    genetic = theme_bit("genetic", "affirmed") | theme_bit("genetic", "negated")
    present[category_bit("genetic_data")] = (themes & pl.lit(genetic, pl.UInt64)) > 0
    return _mask(present, pl.UInt32()).alias("categories")


def bears(*, strongly: bool = False) -> pl.Expr:
    """2: a person in itself; 1: only in a source with a health role; 0: nobody (DESIGN, what counts).

    A contact bears a person only in a column of contacts: an address in a text may be anybody's. `strongly`: only
    persons in themselves count, where rows are things or professionals.
    """
    name = pl.coalesce("last_name", "maiden_name", "full_name")
    surname = name.is_not_null() & ~name.str.contains(SUM_OF_ROWS).fill_null(value=False)
    named = surname | pl.col("first_name").is_not_null()
    strong = pl.any_horizontal(pl.col("nir", "ins", "pseudonym").is_not_null()) | (
        named & pl.col("birth_date").is_not_null()
    )
    called = pl.any_horizontal(pl.col("nir_bad", "byname").is_not_null())
    weak = pl.lit(value=not strongly) & (surname | pl.col("by_contact") | called)
    return pl.when(strong).then(2).when(weak).then(1).otherwise(0).cast(pl.UInt8).alias("bears")
