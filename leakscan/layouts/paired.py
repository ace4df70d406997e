"""Rows that hold two patients: the registers of a maternity have mother and child side by side."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from leakscan.columns.hints import words
from leakscan.layouts.titles import role_of
from leakscan.records import ROW, Table, column_id

MESSAGE = "rows that hold a mother and her child each; records are people"
_MOTHER = frozenset(("mere", "maman", "mother", "parturiente", "accouchee", "patiente"))
_CHILD = frozenset(("enf", "enfant", "enfants", "bebe", "nouveau", "nne", "nn", "newborn", "child", "baby"))
_OF_A_BIRTH = frozenset((
    "acc", "accouchement", "accouchements", "delivrance", "delivery", "gestite", "parite", "terme", "apgar", "sa",
    "rang", "voie", "poids", "pn", "issue", "maternite", "naissance", "gestation", "ddr",
))  # fmt: skip
"""Words of titles that tell of a birth: a doctor of children knows a mother's name, too, and she is no patient."""
BIRTH_WORDS = 2
"""Of them so many must be there."""
_BORN = frozenset(("acc", "accouchement", "delivery", "naissance"))
_HERSELF = r"(?i)\b(?:m[eè]re|maman|parturiente)\b"
"""In a row of hers, what is said of the mother is said of the patient, and of nobody else."""
_NAMED = ("last_name", "full_name", "first_name")
_PROVEN = ("birth_date", "nir", "ins")
_CHILDS = (*_NAMED, *_PROVEN, "record_number", "sex")


@dataclass(frozen=True, slots=True)
class Paired:
    """How rows of mother and child are parted: by column to be, its title, and the columns of the two (None: empty)."""

    titles: tuple[str, ...]
    sources: tuple[tuple[int | None, int | None], ...]
    child: tuple[int, ...]
    first: None = None
    scattered: bool = False
    number: None = None
    titled: bool = True
    code: str = "rows_parted"
    message: str = MESSAGE

    def names(self, table: Table) -> tuple[str, ...]:
        """Names of the columns to be."""
        del table
        return self.titles

    def begins(self, frame: pl.DataFrame) -> int:
        """Rows wait for no other."""
        return frame.height

    def people(self, frame: pl.DataFrame) -> int:
        """How many people are in some rows."""
        return 2 * frame.height

    def turned(self, frame: pl.DataFrame) -> pl.DataFrame:
        """A row for the mother, and one for the child where anything is told of one."""
        numbered = frame if ROW in frame.columns else frame.with_row_index(ROW, 1).cast({ROW: pl.UInt64})
        parts = []
        for place in range(2):
            own = numbered if place == 0 else numbered.filter(self._told())
            cells = (self._cell(source[place], place) for source in self.sources)
            parts.append(own.select(ROW, *(cell.alias(column_id(at)) for at, cell in enumerate(cells))))
        return pl.concat(parts).sort(ROW, maintain_order=True)

    @staticmethod
    def _cell(source: int | None, place: int) -> pl.Expr:
        if source is None:
            return pl.lit("")
        cell = pl.col(column_id(source))
        return cell if place else cell.str.replace_all(_HERSELF, "patiente")

    def _told(self) -> pl.Expr:
        return pl.any_horizontal(pl.col(column_id(at)).str.strip_chars() != "" for at in self.child)


def paired(table: Table) -> Paired | None:
    """By the titles of a table, whether its rows are of mothers and children; None where that is not sure."""
    if not table.has_header:
        return None
    told = [words(title) for title in table.columns]
    child = [at for at, one in enumerate(told) if _CHILD.intersection(one)]
    if not child or len(_OF_A_BIRTH.intersection(word for one in told for word in one)) < BIRTH_WORDS:
        return None
    mother = [at for at, one in enumerate(told) if _MOTHER.intersection(one) and at not in child]
    mother = mother or [at for at in range(len(told)) if at not in child]
    bases = {at: _base(told[at]) for at in (*mother, *child)}
    roles = {at: role_of(base) for at, base in bases.items()}
    of_mother, of_child = ({roles[at]: at for at in reversed(own) if roles[at]} for own in (mother, child))
    if not any(one in of_mother for one in _NAMED) or not any(one in of_mother for one in _PROVEN):
        return None
    if not any(one in of_child for one in (*_NAMED, "record_number")) or sum(one in of_child for one in _CHILDS) < 2:
        return None
    return _parted(table, mother, child, bases, roles, _born(told, mother, child, of_child))


def _parted(
    table: Table,
    mother: list[int],
    child: list[int],
    bases: dict[int, str],
    roles: dict[int, str | None],
    born: int | None,
) -> Paired:
    """The mother's columns and what is said of both, each with the child's column that says the same of it."""
    left = list(child)
    titles: list[str] = []
    sources: list[tuple[int | None, int | None]] = []
    for at, title in enumerate(table.columns):
        if at in child:
            continue
        own = at in mother and at in bases
        same = next((one for one in left if own and roles[at] and roles[one] == roles[at]), None)
        if same is not None:
            left.remove(same)
        elif own and roles[at] == "birth_date":
            same = born
        titles.append(bases[at] if own and bases[at] else title)
        sources.append((at, same))
    for at in left:
        titles.append(bases[at] or table.columns[at])
        sources.append((None, at))
    return Paired(tuple(titles), tuple(sources), tuple(child))


def _born(
    told: list[tuple[str, ...]], mother: list[int], child: list[int], of_child: dict[str | None, int]
) -> int | None:
    """The day of the birth, where it is in no column of the child's own."""
    if "birth_date" in of_child:
        return None
    others = [at for at in range(len(told)) if at not in child and not _MOTHER.intersection(told[at])]
    dated = [
        at for at in others if _BORN.intersection(told[at]) and {"date", "dt", "jour", "le", "day"} & set(told[at])
    ]
    return next((at for at in dated if at not in mother or "naissance" not in told[at]), None)


def _base(told: tuple[str, ...]) -> str:
    """A title without the word for the one whom it is about."""
    left = [word for word in told if word not in _MOTHER | _CHILD]
    left = left[1:] if left[:1] == ["ne"] and "nouveau" in told else left
    return "_".join(word for word in left if word not in {"de", "la", "du", "l"})
