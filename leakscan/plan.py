"""How to look at the batches of one table: what its head settles, so that every batch is looked at alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from leakscan.columns.bynames import NO_BYNAMES, Bynames, bynames
from leakscan.columns.courses import LEARNED
from leakscan.columns.dates import PARTS
from leakscan.columns.logins import told_by_login
from leakscan.columns.others import OF_A_CONTACT, OF_SOMEBODY_ELSE
from leakscan.columns.professionals import DIRECTORY, DOCTORS_NUMBERED, OF_PATIENTS
from leakscan.columns.ranks import ranked
from leakscan.columns.row_keys import RowKeys, row_keys
from leakscan.columns.things import PROFESSIONALS, THINGS
from leakscan.dated_names import NOT_LISTED, Settled, settle
from leakscan.detectors.dates import Order, date_order
from leakscan.detectors.nir import with_key
from leakscan.health.answers import Asked, asked_in, conditions_of, measured_in, results_of
from leakscan.health.cells import code_columns, question_columns
from leakscan.health.headed import read_behind
from leakscan.led_lines import begin_with_names, called_after_patients
from leakscan.records import ColumnRole, Table, column_id
from leakscan.shapes import SHAPED, shapes_by_column

DATE_ROLES = ("birth_date", "exam_date", "date")
ANSWERING_ROLES = (None, "result", "comment", "diagnosis")
"""Roles of columns whose cells may answer what their header asks."""
TOLD_ROLES = (*ANSWERING_ROLES, "drug", "act")
"""Roles of columns whose header may change what their cells say."""
FINDING_ROLES = ("act", "diagnosis")
"""Roles of columns whose cells name conditions and tests, if they are about somebody's health."""
LOOKED_AT = 200
"""Distinct cells of such a column that are looked at for that."""
MIN_REFERENCES = 20
"""Numbers of 15 digits in the head from which on a column can be judged."""
CHANCE = 0.3
"""A column of 15-digit numbers with a smaller share of right keys holds references, not NIRs."""
COUNTED = 0.5
"""A column of numbers less sure than this to be of records is called `id` and no more ..."""
FEW_COLUMNS = 3
"""... and is no patient's in a table of so few columns without a date: dictionaries have a number and a word."""
_OF_A_PATIENT = (
    *(role for role in OF_PATIENTS if role != "prescriber"),
    *("last_name", "maiden_name", "full_name", "login", "sex", "date"),
)
OF_TABLES = frozenset(("sql", "sqlite", "xlsx", "ods", "xls"))
"""Formats of files that hold several tables."""
REPEATING = 0.9
"""A column with fewer distinct cells than this share of the head is read once per distinct cell."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How to look at the batches of one table: settled from its head, so the same for every batch.

    `document`: each source is one record of text, such as a letter; `listed`: of other texts, whether they list people
    with their birth dates. `asked`: columns whose header names conditions that their cells answer; `measured`: a test
    whose results they are, by their header or by the title of their table. `contacts`: people are to be written to.
    `codes`: columns of codes, and which of them say nothing of health (`health.cells`). `questions`: columns of
    questions, and that of their answers. `behind`: columns whose cells are read behind a word for their header
    (`health.headed`). `things`, `professionals`: what rows are, unless one has a number of a person
    (`columns.things`); `doctors_among`: who has an RPPS and nothing of a patient is one, and
    in a `directory` everybody with an RPPS is (`columns.professionals`).
    `led`: lines of a file called after patients begin with their names.
    `theirs`: columns of what reaches somebody else than the patient, who in a `contact_list` has nothing of it
    and is known by name alone (`columns.others`).
    `learned`: columns of courses, marks and jobs, which say nothing of health (`columns.courses`).
    `keys`: columns by which other tables may know the rows (`columns.row_keys`).
    `bynames`: columns of initials and aliases (`columns.bynames`). `ranked`: pseudonyms with a rank (`columns.ranks`).
    """

    columns: tuple[ColumnRole, ...]
    kind: str
    date_order: Mapping[int, Order] = field(default_factory=dict)
    repeating: frozenset[int] = frozenset()
    references: frozenset[int] = frozenset()
    pivot: int = 26
    empty: frozenset[int] = frozenset()
    shapes: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    document: bool = False
    listed: Settled = NOT_LISTED
    asked: Mapping[int, tuple[Asked, ...]] = field(default_factory=dict)
    measured: Mapping[int, str] = field(default_factory=dict)
    birth_parts: tuple[int, ...] = ()
    contacts: bool = False
    codes: Mapping[int, frozenset[str]] = field(default_factory=dict)
    questions: Mapping[int, int] = field(default_factory=dict)
    behind: Mapping[int, str] = field(default_factory=dict)
    things: bool = False
    professionals: bool = False
    doctors_among: bool = False
    led: bool = False
    directory: bool = False
    learned: frozenset[int] = frozenset()
    keys: RowKeys | None = None
    theirs: frozenset[int] = frozenset()
    contact_list: bool = False
    bynames: Bynames = NO_BYNAMES
    ranked: Mapping[int, int] = field(default_factory=dict)

    def having(self, *roles: str | None) -> list[int]:
        """Indices of the columns with one of these roles."""
        return [column.index for column in self.columns if column.role in roles]

    def surest(self, role: str) -> list[int]:
        """Indices of a role's columns, the surest first."""
        return sorted(self.having(role), key=lambda index: (-self.columns[index].confidence, index))

    def is_dictionary(self) -> bool:
        """Whether rows are but counted (`id`, `libelle`): what a row's number that is called no more stands for."""
        numbers = [self.columns[index].confidence for index in self.having("record_number")]
        dated = self.having("date", "exam_date", "birth_date", "sex")
        return not dated and (not numbers or max(numbers) < COUNTED) and len(self.columns) <= FEW_COLUMNS

    def is_of_prescribers(self) -> bool:
        """Whether rows are prescribers with numbers and contacts of theirs, and nothing that befalls a patient."""
        return bool(self.having("prescriber")) and not self.having(*_OF_A_PATIENT)


def plan(table: Table, columns: tuple[ColumnRole, ...], pivot: int, *, contacts: bool = False) -> Plan:
    """Settle what depends on the head alone. `pivot`: two-digit years up to it are 20xx."""
    orders = {c.index: date_order(table.head[column_id(c.index)]) for c in columns if c.role in DATE_ROLES}
    rows = max(1, table.head.height)
    distinct = table.head.select(pl.all().n_unique()).row(0) if table.head.height else ()
    repeating = frozenset(index for index, count in enumerate(distinct) if count <= REPEATING * rows)
    stripped = table.head.select(_STRIPPED)
    filled = stripped.select(_FILLED).transpose(column_names=["value"]).with_row_index("column")
    empty = frozenset(filled.filter(pl.col("value").list.len() == 0)["column"].to_list())
    named = filled.filter(pl.col("column").is_in([column.index for column in columns if column.role is not None]))
    shapes = dict.fromkeys(named["column"].to_list(), ()) | shapes_by_column(_exploded(named))
    document = table.kind == "text" and table.head.height == 1
    references = _references(stripped, columns)
    lines = table.kind == "text" and not document and rows > 1
    listed = settle(table.head.to_series()) if lines else NOT_LISTED
    learned = frozenset(column.index for column in columns if f"rule {LEARNED}" in column.reasons)
    open_to = [one.index for one in columns if one.role in ANSWERING_ROLES and one.index not in learned]
    titles = {index: table.columns[index] if table.has_header else None for index in open_to if table.kind == "table"}
    titled = {index: title for index, title in titles.items() if title is not None}
    read = zip(titled, conditions_of(tuple(titled.values())) if titled else (), strict=True)
    known = {index: (conditions, table.head[column_id(index)]) for index, conditions in read if conditions}
    asked = {index: asked_in(*told) for index, told in known.items()}
    tests = {index: measured_in(titled[index], *told) for index, told in known.items()}
    tests |= _titled(table, columns, [index for index in titles if index not in known])
    by_login = told_by_login(table, columns)
    if by_login is not columns and (any(asked.values()) or any(tests.values()) or _names_conditions(table, columns)):
        columns = by_login
    plain = {index: name for index, name in titles.items() if columns[index].role is None}
    asked = {index: conditions for index, conditions in asked.items() if conditions}
    told = [one.index for one in columns if one.role in TOLD_ROLES and one.index not in {*asked, *learned}]
    told = told if table.has_header and table.kind == "table" else []
    words = {index: read_behind(table.columns[index], table.head[column_id(index)]) for index in told}
    return Plan(
        columns, table.kind, orders, repeating, references, pivot, empty, shapes, document, listed,
        asked, {index: test for index, test in tests.items() if test and index not in asked},
        _birth_parts(columns), contacts, code_columns(plain, table.head), question_columns(titles, table.head),
        {index: word for index, word in words.items() if word},
        _because(columns, THINGS), _because(columns, PROFESSIONALS), _because(columns, DOCTORS_NUMBERED),
        lines and called_after_patients(table.called or "") and begin_with_names(table.head.to_series()),
        _because(columns, DIRECTORY), learned,
        _keys(table, columns, repeating),
        frozenset(one.index for one in columns if _because((one,), OF_SOMEBODY_ELSE)), _because(columns, OF_A_CONTACT),
        bynames(columns), ranked(columns) if table.has_header else {},
    )  # fmt: skip


def _keys(table: Table, columns: tuple[ColumnRole, ...], repeating: frozenset[int]) -> RowKeys | None:
    """The columns of keys; a table of people without a number of theirs has one that is each row's own, or none."""
    if not table.has_header or table.kind != "table":
        return None
    keys = row_keys(columns, in_tables=table.format in OF_TABLES)
    if keys is None or keys.refers or columns[keys.number].role is not None or keys.number not in repeating:
        return keys
    return None


def _titled(table: Table, columns: tuple[ColumnRole, ...], others: list[int]) -> dict[int, str | None]:
    """Results without an act beside them, of the test that the titles above a table name."""
    results = [index for index in others if columns[index].role == "result"]
    said = " ; ".join(one for one in (table.called, table.titled) if one)
    if not said or not results or any(column.role == "act" for column in columns):
        return {}
    return {index: results_of(said, table.head[column_id(index)]) for index in results}


def _names_conditions(table: Table, columns: tuple[ColumnRole, ...]) -> bool:
    """Whether cells of acts or diagnoses (of the head) name anything of health: exams of schools do not."""
    found = [table.head[column_id(column.index)].unique() for column in columns if column.role in FINDING_ROLES]
    return any(any(conditions_of(tuple(sorted(cells)[:LOOKED_AT]))) for cells in found)


def _because(columns: tuple[ColumnRole, ...], why: str) -> bool:
    return any(f"rule {why}" in column.reasons for column in columns)


def _birth_parts(columns: tuple[ColumnRole, ...]) -> tuple[int, ...]:
    """The columns of year, month and day of a birth that no column has whole, in this order; none elsewhere."""
    told = {reason: column.index for column in columns for reason in column.reasons}
    found = [told.get(f"rule {why}") for _, _, _, why in PARTS.values()]
    return tuple(index for index in found if index is not None) if None not in found else ()


_STRIPPED = pl.all().str.strip_chars()
_FILLED = pl.all().filter(pl.all() != "").head(SHAPED).implode()
_LONG_NUMBER = r"^[0-9]{15}$"
_LONG_NUMBERS = pl.all().str.contains(_LONG_NUMBER).sum()


def _exploded(lists: pl.DataFrame) -> pl.DataFrame:
    return lists.explode("value", empty_as_null=False, keep_nulls=False)


def _references(stripped: pl.DataFrame, columns: tuple[ColumnRole, ...]) -> frozenset[int]:
    """Columns of 15-digit numbers most of which have no right key: one in a hundred has, and is no NIR for that."""
    found = []
    long_ones = stripped.select(_LONG_NUMBERS).row(0) if columns else ()
    for column in columns:
        if column.role in ("nir", "ins") or long_ones[column.index] < MIN_REFERENCES:
            continue
        number = pl.col(column_id(column.index))
        right = stripped.filter(number.str.contains(_LONG_NUMBER)).select(with_key(number).is_not_null().mean()).item()
        if right < CHANCE:
            found.append(column.index)
    return frozenset(found)
