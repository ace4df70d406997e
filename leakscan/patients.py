"""From a batch's findings to records of people: one row per record, identities as fingerprints, the rest as bits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl

from leakscan.bynames import with_bynames
from leakscan.coded import Coded, coded, on_distinct
from leakscan.columns.professionals import OF_PATIENTS
from leakscan.detectors.nir import FICTITIOUS, FILLER
from leakscan.examine import Findings
from leakscan.full_names import split_full_names
from leakscan.marks import (
    bears,
    categories,
    flags,
    known_birth,
    made_up,
    not_a_mans,
    of_professionals,
    own_number,
    placeholder,
    provisional_ins,
    themes,
)
from leakscan.passages import apart
from leakscan.persons.bits import category_bit
from leakscan.persons.identity import Fingerprinter
from leakscan.persons.joined_tables import BY_ALIAS, BY_INITIALS
from leakscan.persons.ledger import LABORATORIES_SCHEMA, PEOPLE_SCHEMA, gather
from leakscan.persons.names import name_tokens, names_met, prescribed, prescribers_named, prescribers_on
from leakscan.plan import Plan
from leakscan.pseudonyms import identified, under_all
from leakscan.reach import contacts
from leakscan.text_hits import rows_of
from leakscan.titled import NAMING
from leakscan.traits import ages, exam_year_bits, laboratory_code, traits, traits_of_number


@dataclass(frozen=True, slots=True)
class People:
    """What a batch adds to the ledger: people by identity, the names met, and the professionals.

    `names` (NAMES_SCHEMA) are plain text: they stay in the scan's memory until `slips` turns them into fingerprints.
    `exams`: `first` and `last` exam date (ISO, null where there is none). `laboratories`: LABORATORIES_SCHEMA,
    `prescribed`: PRESCRIBED_SCHEMA.
    `contacts`: reach.CONTACTS_SCHEMA, plain text too, where the plan asks for it.
    """

    people: pl.DataFrame
    names: pl.DataFrame = field(repr=False)
    prescribers: pl.DataFrame
    exams: pl.DataFrame
    laboratories: pl.DataFrame = field(repr=False)
    prescribed: pl.DataFrame = field(repr=False)
    contacts: pl.DataFrame | None = field(default=None, repr=False)


KIND_OF_ROLE: dict[str, str] = {
    "ins": "nir",
    "last_name": "name",
    "maiden_name": "name",
    "first_name": "name",
    "birth_date": "birth",
}
"""Roles whose values are compared with those of another role share its kind of fingerprint."""


def fingerprint_values(findings: Findings, how: Plan, prints: Fingerprinter) -> dict[int, Coded]:
    """Fingerprints (UInt64) of all role values, by column as in `findings.values`: hashed once, used for all.

    Of several numbers of records, one that stands in for the surest never equals it.
    """
    kinds = {column.index: KIND_OF_ROLE.get(column.role or "", column.role or "") for column in how.columns}
    kinds |= {index: f"record_number {index}" for index in how.surest("record_number")[1:]}
    return {
        index: values.become(prints.column(values.cells, kinds[index])) for index, values in findings.values.items()
    }


REACHED = ("email", "phone", "address")
"""Roles of what reaches somebody: in a list of whom to call, not the patient."""
PART = "part"
"""Column that says which of several sources a row is of, where they share a batch (UInt32)."""


def people(
    findings: Findings,
    hashed: Mapping[int, Coded],
    how: Plan,
    prints: Fingerprinter,
    as_of: date,
    parts: pl.Series | None = None,
    number: pl.Series | None = None,
) -> People:
    """Records of people in one batch, grouped by identity (PEOPLE_SCHEMA). `hashed` is from `fingerprint_values`.

    `number` (fingerprints, one per row): what rows that speak of health, or refer to others, are known by in other
    tables, if by nothing else. With `parts` (one per row) the batch is shared by several sources, and all frames have
    the column PART.
    """
    records = findings.height
    directory = how.professionals or (bool(how.having("specialty")) and not how.having(*OF_PATIENTS))
    findings, of = apart(findings)
    rows = _plain(findings, how).with_columns(kind=pl.col("row") >= records)
    rows = with_bynames(rows, findings.called, as_of)
    if directory or how.doctors_among or how.directory:
        rows = of_professionals(rows, among_patients=not directory, numbered=how.directory)
    in_one_column = how.kind == "table" and not how.having("first_name", "full_name")
    rows = rows.with_columns(pl.when(in_one_column).then("last_name").alias("whole_name"))
    rows = rows.with_columns(provisional_ins())
    rows = rows.with_columns(known_birth()).with_columns(own_number(), placeholder())
    rows = rows.with_columns(not_a_mans())
    rows = rows.with_columns(
        flags(as_of), categories(), bears(strongly=how.things or how.professionals or how.directory)
    )

    def printed(role: str) -> pl.Series:
        """Fingerprints of a role's values: made with the columns' where they stand there, else now."""
        if role == "record_number" and number is not None:
            keyed = number.gather(of).alias(role)
            if how.keys is not None and (how.keys.refers or how.having(*NAMING)):
                return keyed
            return rows.select(pl.when(pl.col("themes") > 0).then(keyed)).to_series()
        own = [hashed[index].per_row() for index in how.surest(role) if index in hashed]
        if own and not (how.contact_list and role in REACHED):
            return own[0] if len(own) == 1 else pl.select(pl.coalesce(own)).to_series()
        kind = KIND_OF_ROLE.get(role, role)
        return on_distinct(rows[role], lambda values: prints.column(values, kind))

    laboratory = printed("laboratory" if how.having("laboratory") or not how.having("finess") else "finess")
    everyone = _fingerprints(rows, printed, prints, laboratory, as_of)
    called = [hashed[index].per_row() for index in how.surest("pseudonym") if index in hashed]
    everyone, aliases, beside = under_all(everyone, called)
    found, place = _further_people(findings, rows, prints)
    further, at = pl.concat([found, aliases]), pl.concat([place, beside])
    by: tuple[str, ...] = ()
    if parts is not None:
        parts = parts.gather(of)
        by, rows = (PART,), rows.with_columns(parts.alias(PART))
        everyone = everyone.with_columns(parts.alias(PART))
        further = further.with_columns(parts.gather(at).alias(PART))
    numbered = "adeli" if how.having("adeli") and not how.having("rpps") else "rpps"
    professionals = prescribers_on(rows, printed(numbered), printed("prescriber"), prints, by=by)
    exams = rows.select(*by, "exam_date").drop_nulls("exam_date")
    return People(
        people=gather(pl.concat([everyone, further]), by=by),
        names=names_met(rows, by=by),
        prescribers=prescribers_named(professionals, by=by),
        exams=exams.group_by(by).agg(*_SPAN) if by else exams.select(*_SPAN),
        laboratories=_laboratories(rows, laboratory, by),
        prescribed=prescribed(everyone["identity"], professionals, by=by),
        contacts=contacts(rows, everyone, findings, how, *by) if how.contacts else None,
    )


def _laboratories(rows: pl.DataFrame, laboratory: pl.Series, by: tuple[str, ...]) -> pl.DataFrame:
    """The laboratories that have a code or a FINESS number to show: LABORATORIES_SCHEMA (within each `by`)."""
    if laboratory.null_count() == len(laboratory):
        return pl.DataFrame(schema={**{name: rows.schema[name] for name in by}, **LABORATORIES_SCHEMA})
    told = rows.select(*by, laboratory.alias("laboratory"), pl.col("laboratory").alias("cell"), "finess").unique()
    told = told.select(*by, "laboratory", laboratory_code(pl.col("cell")).alias("code"), "finess")
    return told.filter(
        pl.col("laboratory").is_not_null() & pl.any_horizontal(pl.col("code", "finess").is_not_null())
    ).unique()


_SPAN = (pl.col("exam_date").min().alias("first"), pl.col("exam_date").max().alias("last"))


def _first_of(findings: Findings, how: Plan, role: str) -> pl.Series:
    """The value of a role on each row, from its surest column that has one; null where none has."""
    own = [findings.values[index].per_row() for index in how.surest(role) if index in findings.values]
    if len(own) > 1:
        return pl.select(pl.coalesce(own).alias(role)).to_series()
    return own[0].alias(role) if own else pl.Series(role, [None], dtype=pl.String).new_from_index(0, findings.height)


def _plain(findings: Findings, how: Plan) -> pl.DataFrame:
    """One row per record with plain values by role, theme bits, and what running text adds where no column speaks."""
    roles = (
        "nir",
        "ins",
        "last_name",
        "maiden_name",
        "first_name",
        "full_name",
        "sex",
        "birth_date",
        "birth_place",
        "exam_date",
        "address",
        "postcode",
        "phone",
        "email",
        "mutuelle",
        "blood_group",
        "iban",
        "record_number",
        "pseudonym",
        "login",
        "password",
        "prescriber",
        "rpps",
        "adeli",
        "laboratory",
        "finess",
    )
    rows = pl.DataFrame({"row": pl.int_range(findings.height, dtype=pl.UInt32, eager=True)})
    rows = rows.with_columns(_first_of(findings, how, role) for role in roles)
    if how.kind == "text":
        rows = _from_text(rows, findings, "full_name", "full_name", only_single=True)
    elif not how.having(*NAMING) and not how.things:
        rows = _named_where_told(rows, findings, frozenset(how.having("comment", None)))
    rows = split_full_names(rows).with_columns(pl.when(~pl.col("nir").str.contains(FILLER)).then(pl.col("nir")))
    for role, entity in (
        ("nir", "nir"),
        ("ins", "ins"),
        ("birth_date", "birth_date"),
        ("exam_date", "exam_date"),
        ("email", "email"),
        ("phone", "phone"),
        ("address", "address"),
        ("prescriber", "prescriber"),
        ("iban", "iban"),
        ("password", "credentials"),
        ("rpps", "rpps"),
    ):
        if not how.having(role):
            rows = _from_text(rows, findings, entity, role, only_single=role in ("nir", "ins", "birth_date"))
    reached = [role for role in ("email", "phone") if how.having(role)]
    theirs = [role for role in reached if how.theirs.issuperset(how.having(role))]
    numbered = not (how.is_dictionary() or how.contact_list)
    contacts = [role for role in reached if role not in theirs] + ["record_number"] * numbered
    bad = [hits.select("row", nir_bad="canonical") for _, entity, hits in findings.hits if entity == "nir_wrong_key"]
    rows = (
        rows.join(pl.concat(bad).unique("row", keep="first"), on="row", how="left", maintain_order="left")
        if bad
        else rows.with_columns(nir_bad=pl.lit(None, pl.String))
    )
    rows = rows.join(themes(findings, rows), on="row", how="left", maintain_order="left")
    rows = rows.with_columns(pl.col("themes").fill_null(0))
    if how.is_of_prescribers():
        return rows.with_columns(by_contact=pl.lit(value=False))
    if how.contact_list:
        rows = rows.with_columns(pl.lit(None, rows.schema[role]).alias(role) for role in REACHED)
    own, others = (pl.any_horizontal(pl.lit(value=False), pl.col(of).is_not_null()) for of in (contacts, theirs))
    return rows.with_columns(by_contact=own | (others & (pl.col("themes") > 0)))


def _from_text(rows: pl.DataFrame, findings: Findings, entity: str, role: str, *, only_single: bool) -> pl.DataFrame:
    """Fill a role that has no column from the hits in running text; an identity only where its row has just one."""
    hits = [frame.select("row", "canonical") for _, name, frame in findings.hits if name == entity]
    if not hits:
        return rows
    found = pl.concat(hits).group_by("row").agg(pl.col("canonical").first(), several=pl.col("canonical").n_unique())
    if only_single:
        found = found.filter(pl.col("several") == 1)
    joined = rows.join(found.select("row", found="canonical"), on="row", how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce(role, "found").alias(role)).drop("found")


def _named_where_told(rows: pl.DataFrame, findings: Findings, comments: frozenset[int]) -> pl.DataFrame:
    """In a table that names nobody in a column: the one name in a row's comment that speaks of health or a birth."""
    said = [mentions for index, mentions in findings.mentions if index in comments]
    said += [hits for index, entity, hits in findings.hits if index in comments and entity == "birth_date"]
    told = rows_of(said)
    inside = replace(findings, hits=[hit for hit in findings.hits if hit[0] in comments])
    named = _from_text(rows, inside, "full_name", "full_name", only_single=True)
    return named.with_columns(pl.when(pl.col("row").is_in(told.implode())).then(pl.col("full_name")))


def _fingerprints(
    rows: pl.DataFrame,
    printed: Callable[[str], pl.Series],
    prints: Fingerprinter,
    laboratory: pl.Series,
    as_of: date,
) -> pl.DataFrame:
    """PEOPLE_SCHEMA of the rows, one for one: every identity as a keyed fingerprint."""
    birth = rows["birth_date"]
    dated = coded(birth.fill_null(""))
    parts = {"y": dated.cells.str.slice(0, 4), "m": dated.cells.str.slice(5, 2), "d": dated.cells.str.slice(8, 2)}
    swap = pl.when((pl.col("d") <= "12") & (pl.col("d") != pl.col("m"))).then(
        pl.concat_str("y", "d", "m", separator="-")
    )
    pieces = pl.DataFrame(parts).select(
        swap=swap, dm=pl.col("d") + pl.col("m"), my=pl.col("m") + pl.col("y"), dy=pl.col("d") + pl.col("y")
    )

    def dates(piece: str, kind: str) -> pl.Series:
        return dated.become(prints.column(pieces[piece], kind)).per_row()

    ins = printed("ins").alias("own")
    numbers = pl.coalesce(printed("nir").alias("any"), ins)
    nir = rows.select(pl.when(~made_up() & pl.col("nir").is_not_null()).then(numbers)).to_series()
    ins = rows.select(pl.when(pl.col("ins").is_not_null()).then(ins)).to_series()
    names = {
        role: on_distinct(rows[role], lambda words: name_tokens(words, prints))
        for role in ("last_name", "maiden_name", "first_name", "full_name", "whole_name")
    }
    dated_first = pl.when(rows["birth_date"].is_not_null()).then("first_name")  # a first name alone is anybody's
    split = pl.DataFrame(names).select(
        name_set=pl.coalesce(
            "full_name", pl.coalesce("last_name", "maiden_name") + pl.col("first_name"), dated_first, "whole_name"
        )
    )
    exam = rows["exam_date"].str.to_date("%Y-%m-%d", strict=False)
    age = dated.become(ages(dated.cells, as_of)).per_row()
    pseudonym, called = printed("pseudonym"), prints.column(rows["byname"], "byname")
    by = pl.when(rows["byname"].str.starts_with("i|")).then(BY_INITIALS).otherwise(BY_ALIAS)
    kind = pl.when(called.is_not_null()).then(by).otherwise(rows["kind"].cast(pl.UInt8))
    columns = {
        "kind": pl.select(kind).to_series(),
        "ins": ins,
        "nir": nir,
        "nir_bad": prints.column(rows["nir_bad"], "nir"),
        "nir_own": rows["nir_own"],
        "pseudonym": pl.select(pl.coalesce(pseudonym, called)).to_series(),
        "birth": printed("birth_date").set(birth.is_null(), None),
        "birth_swap": dates("swap", "birth"),
        "birth_dm": dates("dm", "birth_dm"),
        "birth_my": dates("my", "birth_my"),
        "birth_dy": dates("dy", "birth_dy"),
        "first": printed("first_name"),
        "last": printed("last_name"),
        "maiden": printed("maiden_name"),
        "full": names["full_name"].zip_with(rows["first_name"].is_null(), pl.Series([None], dtype=pl.UInt64)),
        "name_set": split["name_set"],
        "sex": printed("sex"),
        "phone": printed("phone"),
        "email": printed("email"),
        "address": printed("address"),
        "record_number": printed("record_number"),
        "bears": rows["bears"],
        "placeholder": rows["placeholder"],
        "themes": rows["themes"],
        "categories": rows["categories"],
        "flags": rows["flags"],
        "exam_first": exam,
        "exam_last": exam,
        "exam_years": exam.to_frame("exam").select(exam_year_bits(pl.col("exam"))).to_series(),
        "traits": rows.with_columns(age=age).select(traits(pl.col("age"))).to_series(),
        "quasi": _quasi(rows, prints),
        "laboratory": laboratory,
        "rows": pl.ones(rows.height, pl.UInt32, eager=True),
    }
    unnumbered = pl.lit(None, PEOPLE_SCHEMA["identity"]).alias("identity")
    people = pl.DataFrame(columns).with_columns(unnumbered)
    return identified(people.select(pl.col(name).cast(dtype) for name, dtype in PEOPLE_SCHEMA.items()))


def _quasi(rows: pl.DataFrame, prints: Fingerprinter) -> pl.Series:
    """Fingerprints (UInt64) of postcode, birth date and sex together, on records that have all of them and no name."""
    named = pl.any_horizontal(pl.col("last_name", "maiden_name", "first_name", "full_name").is_not_null())
    whole = pl.when(~named).then(pl.concat_str("postcode", "birth_date", "sex", separator=" "))
    text = rows.select(whole).to_series()
    if text.null_count() == len(text):
        return pl.Series([None], dtype=pl.UInt64).new_from_index(0, len(text))
    return prints.column(text, "quasi")


def _further_people(findings: Findings, rows: pl.DataFrame, prints: Fingerprinter) -> tuple[pl.DataFrame, pl.Series]:
    """Numbers in running text that are not the row's own, each a further person known by it alone; and their rows."""
    numbers = [hits.select("row", "canonical") for _, entity, hits in findings.hits if entity in ("nir", "ins")]
    nobody = pl.DataFrame(schema=PEOPLE_SCHEMA), pl.Series(dtype=pl.UInt32)
    if not numbers:
        return nobody
    own = pl.concat([rows.select("row", canonical=name).drop_nulls() for name in ("nir", "ins")])
    others = (
        pl.concat(numbers)
        .unique()
        .join(own, on=["row", "canonical"], how="anti")
        .filter(~pl.col("canonical").str.contains(f"{FICTITIOUS}|{FILLER}"))
    )
    if others.is_empty():
        return nobody
    known = {
        "kind": pl.lit(1),
        "nir": pl.col("nir"),
        "bears": pl.lit(2),
        "placeholder": pl.lit(value=False),
        "themes": pl.lit(0),
        "categories": pl.lit(category_bit("nir")),
        "flags": pl.lit(0),
        "traits": traits_of_number(pl.col("canonical")),
        "exam_years": pl.lit(0),
        "rows": pl.lit(1),
    }
    found = others.with_columns(nir=prints.column(others["canonical"], "nir")).select(
        known.get(name, pl.lit(None)).cast(dtype).alias(name) for name, dtype in PEOPLE_SCHEMA.items()
    )
    return identified(found), others["row"]
