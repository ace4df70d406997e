"""The inputs of a ledger as JSON, and back: nothing is taken whose type is not the one that is written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from leakscan.errors import LedgerError
from leakscan.persons.ledger import Input
from leakscan.records import ColumnRole, Exposure, InputWarning

INPUTS_AT_ONCE = 1_000
"""Inputs in one message."""
COLUMNS_AT_ONCE = 20_000
"""Columns in one message, of all inputs in it; those that have the same ones share them."""

_WHOLE, _TEXT, _YES = (int,), (str,), (bool,)
_MAYBE_TEXT, _MAYBE_WHOLE = (str, type(None)), (int, type(None))
_PLAIN: tuple[tuple[str, tuple[type, ...]], ...] = (
    ("path", _TEXT),
    ("member", _MAYBE_TEXT),
    ("sha256", _MAYBE_TEXT),
    ("format", _MAYBE_TEXT),
    ("encoding", _MAYBE_TEXT),
    ("bytes", _MAYBE_WHOLE),
    ("bytes_read", _WHOLE),
    ("status", _TEXT),
    ("reason", _MAYBE_TEXT),
    ("has_header", _YES),
    ("health", _YES),
    ("sampled", _YES),
    ("part", _MAYBE_TEXT),
    ("name_id", _MAYBE_TEXT),
)
"""What of an input is saved as it is. Its name is not: a scan asks at its end what it says, and forgets it."""
_INPUT = (*(kinds for _, kinds in _PLAIN), _WHOLE, (list,), (list, type(None)))
_WARNING = (_TEXT, _TEXT, _MAYBE_WHOLE, _MAYBE_WHOLE, _WHOLE)
_COLUMN = (_WHOLE, _TEXT, _MAYBE_TEXT, (float, int), (list,))
_EXPOSURE = (_MAYBE_TEXT,) * 4
_MOST = 1 << 63


def typed(given: object, kinds: Sequence[tuple[type, ...]]) -> list[Any]:
    """A list whose members have these types and whose numbers fit 64 bits; raises ValueError otherwise."""
    if not isinstance(given, list) or len(given) != len(kinds):
        message = "a list of another length"
        raise ValueError(message)
    for value, kind in zip(given, kinds, strict=True):
        if type(value) not in kind or (isinstance(value, int) and not -_MOST <= value < _MOST):
            message = "a value of another type"
            raise ValueError(message)
    return given


def inputs_listed(inputs: Iterable[Input]) -> Iterator[bytes]:
    """Inputs in runs. Raises LedgerError for one whose name was not forgotten."""
    columns: dict[tuple[ColumnRole, ...], int] = {}
    run: list[list[Any]] = []
    held = 0
    for given in inputs:
        if given.name:
            message = "an input that still has its name cannot be saved: the scan has not come to its end"
            raise LedgerError(message)
        if given.columns not in columns:
            held += len(given.columns)
        run.append(_listed(given, columns.setdefault(given.columns, len(columns))))
        if len(run) >= INPUTS_AT_ONCE or held >= COLUMNS_AT_ONCE:
            yield _packed(columns, run)
            columns, run, held = {}, [], 0
    if run:
        yield _packed(columns, run)


def inputs_from(data: bytes) -> Iterator[Input]:
    """The inputs of a run. Raises ValueError for anything else."""
    columns, run = typed(json.loads(data), ((list,), (list,)))
    roles = [tuple(_column(one) for one in many) for many in columns]
    for one in run:
        *plain, place, warnings, exposure = typed(one, _INPUT)
        if not 0 <= place < len(roles):
            message = "columns that are not there"
            raise ValueError(message)
        named = dict(zip((name for name, _ in _PLAIN), plain, strict=True))
        yield Input(
            **named,
            columns=roles[place],
            warnings=warnings_from(warnings),
            exposure=None if exposure is None else Exposure(*typed(exposure, _EXPOSURE)),
        )


def warnings_listed(warnings: Iterable[InputWarning]) -> list[list[Any]]:
    """Warnings as lists."""
    return [[one.code, one.message, one.row, one.offset, one.count] for one in warnings]


def warnings_from(given: Iterable[object]) -> tuple[InputWarning, ...]:
    """Warnings of such lists; raises ValueError for others."""
    return tuple(InputWarning(*typed(one, _WARNING)) for one in given)


def _listed(given: Input, columns: int) -> list[Any]:
    exposure = given.exposure
    return [
        *(getattr(given, name) for name, _ in _PLAIN),
        columns,
        warnings_listed(given.warnings),
        None if exposure is None else [exposure.owner, exposure.mode, exposure.open_to, exposure.modified],
    ]


def _packed(columns: Iterable[tuple[ColumnRole, ...]], run: list[list[Any]]) -> bytes:
    roles = [[[one.index, one.column, one.role, one.confidence, list(one.reasons)] for one in many] for many in columns]
    return json.dumps([roles, run], ensure_ascii=True).encode()


def _column(given: object) -> ColumnRole:
    index, column, role, confidence, reasons = typed(given, _COLUMN)
    return ColumnRole(index, column, role, confidence, tuple(typed(reasons, (_TEXT,) * len(reasons))))
