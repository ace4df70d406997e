"""Names in documents that no rule of a detector finds: the trained pipeline reads letters about somebody unnamed."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import polars as pl

from leakscan.detectors import canonical_of
from leakscan.detectors.dates import iso_dates
from leakscan.names import find_people
from leakscan.names.spans import slices
from leakscan.records import HITS_SCHEMA
from leakscan.text_hits import Hits, rows_of

ABOUT_SOMEBODY = frozenset(("nir", "ins", "birth_date", "exam_date"))
"""What tells, as a health mention does, that a document speaks of a patient."""
HEAD_CHARS = 200
"""Characters before a name in which the line of a message's head that it stands in begins."""
MOST_PEOPLE = 50
"""A document with more names is a list, in which no name is looked for in another."""
_HEAD_LINE = (
    r"(?i)(?:^|\n)(?:from|to|cc|bcc|reply-to|sender|date|sent|received|return-path|message-id|de|[àa]|envoy[ée]|cci)"
    r"[ \t]?:[^\n]*$"
)
_CREDITS = (
    r"(?i)(?:membres? (?:du |de l['\u{2019}])(?:groupe|projet|[ée]quipe|bin[ôo]me)|auteurs?|bin[ôo]me"
    r"|(?:d[ée]velopp|cod|r[ée]dig)[ée]e? par|projet (?:r[ée]alis[ée] |fait )?(?:par|de)|contributeurs?"
    r"|authors?|contributors?|made by|written by|team members)\s{0,2}:[\s*\-]{0,8}[^\n:]*$"
)
"""Words before the names of who wrote a text."""
_NAME_WORD = r"\p{Lu}[\p{L}'\u{2019}\-]+"
_NAMED = "full_name"
_PRESCRIBED, _BORN = "prescriber", "birth_date"


def names_in_documents(texts: pl.Series, hits: Hits, told: Iterable[pl.DataFrame], pivot: int) -> Hits:
    """Hits that the pipeline adds to those of the detectors in documents (one record each) whose patient has no name.

    `texts`: a text per record. `hits`: those of the detectors, `told`: health mentions, both by record. A document
    without health, number or date is about nobody that counts, and is not read. Of people whose part is not said, one
    alone is taken for the patient, however short it is named elsewhere. Who writes and receives a message is not.
    `pivot`: two-digit years up to it are 20xx.
    """
    wanted = rows_of([*(frame for _, entity, frame in hits if entity in ABOUT_SOMEBODY), *told])
    rows = wanted.filter(~wanted.is_in(_rows_with(hits, _NAMED).implode())).sort()
    if rows.is_empty():
        return []
    read = texts.gather(rows)
    spans = _told(find_people(read), read)
    raw = read.gather(spans["row"]).str.slice(spans["start"], spans["end"] - spans["start"])
    found = spans.with_columns(
        rows.gather(spans["row"]).alias("row"), raw.alias("raw"), pl.col("label").cast(pl.String)
    )
    hits_of = {
        _NAMED: _of_patients(found),
        _PRESCRIBED: _missing(found.filter(pl.col("label") == "PRESCRIBER"), hits, _PRESCRIBED),
        _BORN: _missing(found.filter(pl.col("label") == "BIRTH_DATE"), hits, _BORN),
    }
    more = [(0, entity, as_hits(frame, entity, pivot)) for entity, frame in hits_of.items()]
    return [(column, entity, frame) for column, entity, frame in more if not frame.is_empty()]


def _rows_with(hits: Hits, entity: str) -> pl.Series:
    return rows_of(frame for _, name, frame in hits if name == entity)


def _told(spans: pl.DataFrame, texts: pl.Series) -> pl.DataFrame:
    """Spans that do not stand in a line of a message's head, nor among those who wrote the text."""
    start = spans["start"].to_numpy().astype(np.int64)
    before = slices(texts, spans["row"].to_numpy().astype(np.int64), np.maximum(start - HEAD_CHARS, 0), start)
    return spans.filter(~before.str.contains(_HEAD_LINE) & ~before.str.contains(_CREDITS))


def _of_patients(found: pl.DataFrame) -> pl.DataFrame:
    """Patients by their fullest name; where a document has none, the one person that it names, however often."""
    listed = pl.col("raw").str.contains(r",") & ~pl.col("raw").str.contains(r"\p{Lu}")  # `id, ini, name` are fields
    people = found.filter(pl.col("label").is_in(["PATIENT", "PERSON"]) & ~listed).with_row_index("at")
    words = pl.col("raw").str.extract_all(_NAME_WORD).list.eval(pl.element().str.to_uppercase()).list.unique()
    some = people.filter(pl.len().over("row") <= MOST_PEOPLE).select("at", "row", "label", words=words)
    pairs = some.join(some, on="row", suffix="_full").filter(
        (pl.col("words").list.len() < pl.col("words_full").list.len())
        & (pl.col("words").list.set_difference(pl.col("words_full")).list.len() == 0)
    )
    patients = pl.concat([
        people.filter(pl.col("label") == "PATIENT")["at"],
        pairs.filter(pl.col("label") == "PATIENT")["at_full"],
    ])  # fmt: skip
    people = people.with_columns(patient=pl.col("at").is_in(patients.implode()))
    people = people.filter(~pl.col("at").is_in(pairs["at"].implode()))
    sure = pl.col("patient").any().over("row")
    alone = pl.col("raw").str.to_uppercase().n_unique().over("row") == 1
    return people.filter((sure & pl.col("patient")) | (~sure & alone)).drop("at", "patient")


def _missing(found: pl.DataFrame, hits: Hits, entity: str) -> pl.DataFrame:
    """What was found in documents in which the detectors found no such thing."""
    return found.filter(~pl.col("row").is_in(_rows_with(hits, entity).implode()))


def as_hits(found: pl.DataFrame, entity: str, pivot: int) -> pl.DataFrame:
    """What was found (`raw` is its text) as HITS_SCHEMA in its one spelling. `pivot`: see `names_in_documents`."""
    if entity == _BORN:
        canonical = iso_dates(found["raw"], pivot, order="dmy", lunar=True).alias("canonical")
        placed = found.with_columns(canonical)
    else:
        placed = found.with_columns(canonical_of(entity)(pl.col("raw").str.strip_chars()).alias("canonical"))
    return placed.drop_nulls("canonical").select(pl.col(name).cast(dtype) for name, dtype in HITS_SCHEMA.items())
