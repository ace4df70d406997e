"""A small invented population as documents of every kind, and what of it the tests look at."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from leakscan.options import ScanOptions, parse_date
from leakscan.persons.identity import Fingerprinter
from leakscan.readers.heads import Head
from leakscan.reading import scan_bundle
from leakscan.records import Batch, Child, InputWarning, Item, ReadOptions, Source, Table, Unparsed
from leakscan.report import build_report
from leakscan.scan import scan

OPTIONS = ScanOptions(as_of=parse_date("2026-01-01"), workers=1)
KEY = Fingerprinter(bytes(32))
COLUMNS = ("Nom", "Prénom", "Date de naissance", "NIR", "Téléphone", "Commentaire")


def nir(number: int) -> str:
    body = f"{1 + number % 2}{50 + number:02d}{1 + number % 12:02d}75{100 + number:03d}{7 * number + 1:03d}"
    return f"{body}{97 - int(body) % 97:02d}"


NAMES = ("MARTIN", "LEFÈVRE", "GARNIER", "CHEVALIER", "FAURE", "ROUSSEAU", "BLANC", "GUÉRIN")
FIRST = ("Jeanne", "Hervé", "Lucie", "Émile", "Claire", "Jean", "Nadia", "Paul")
NOTES = (
    "sérologie VIH positive",
    "RAS",
    "diabète de type 2",
    "grossesse en cours",
    "RAS",
    "",
    "cancer du sein",
    "asthme",
)
PHONES = [f"06 12 34 5{at} 0{at}" for at in range(8)]
BIRTHS = [f"{1 + at:02d}/{1 + at:02d}/{1950 + at * 5}" for at in range(8)]
PEOPLE = list(zip(NAMES, FIRST, BIRTHS, map(nir, range(8)), PHONES, NOTES, strict=True))
ROWS = [COLUMNS, *PEOPLE]
LETTER = [
    "Laboratoire des Tilleuls",
    "Compte rendu d'analyses",
    "Patient : M. Jean ROUSSEAU",
    f"Né le 06/06/1975, numéro de sécurité sociale {nir(5)}",
    "La sérologie VIH est positive ; un traitement antirétroviral est débuté.",
    "Bien confraternellement,",
]


def as_csv() -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(ROWS)
    return out.getvalue().encode()


def report_of(*targets: Path, options: ScanOptions = OPTIONS) -> dict[str, Any]:
    return build_report(scan([str(target) for target in targets], options, prints=KEY), options)


def report_here(data: bytes, name: str = "document", options: ScanOptions = OPTIONS) -> dict[str, Any]:
    """A report of some bytes as a worker makes it, without one: readers that are isolated run here."""
    source = Source(name, partial(io.BytesIO, data), len(data))
    return build_report(scan_bundle(b"", (source,), options, KEY)[0], options)


def counted(report: dict[str, Any]) -> dict[str, Any]:
    """What a report says of people; `persons` without the way there, which tells a text beside a table as a row."""
    left_out = ("waterfall", "by_input", "overlap")
    persons = {key: count for key, count in report["persons"].items() if key not in left_out}
    return {"persons": persons, **{key: report[key] for key in ("records_by_entity", "prescribers")}}


@dataclass
class Met:
    """What a reader gave."""

    texts: list[str] = field(default_factory=list)
    tables: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    reasons: dict[str, str | None] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)
    inner: dict[str, Met] = field(default_factory=dict)
    broken: str | None = None
    damaged: int = 0

    @property
    def text(self) -> str:
        return "\n".join(self.texts)


def read(
    reader: Callable[[Any, Head], Iterator[Item]], data: bytes, options: ReadOptions | None = None, *, streams: bool
) -> Met:
    """All that a reader gives for some bytes; OSError is kept, anything else fails the test."""
    file: BinaryIO = io.BytesIO() if streams else io.BytesIO(data)
    return gather(reader(file, Head(data, options or ReadOptions())))


def gather(items: Iterator[Item]) -> Met:
    met = Met()
    settled = False
    end = 0
    try:
        for item in items:
            if isinstance(item, Table):
                settled = True
            elif isinstance(item, Unparsed | Batch):
                batch = item if isinstance(item, Batch) else item.batch()
                assert settled, "a table comes before its batches"
                assert batch.start == end
                assert batch.end >= batch.start
                end = batch.end
                assert batch.frame.null_count().sum_horizontal().sum() == 0
                met.damaged += batch.damaged.height
                if batch.frame.width == 2:
                    met.texts += batch.frame["c0"].to_list()
                else:
                    met.tables.setdefault("", []).extend(batch.frame.drop("_row").rows())
                for warning in batch.met:
                    met.codes[warning.code] = met.codes.get(warning.code, 0) + warning.count
            elif isinstance(item, InputWarning):
                met.codes[item.code] = met.codes.get(item.code, 0) + item.count
            elif isinstance(item, Child):
                _keep(met, item)
    except OSError as error:
        met.broken = error.strerror or ""
    assert met.broken != "", "a reason for a person"
    return met


def _keep(met: Met, child: Child) -> None:
    assert sum(one is not None for one in (child.open, child.items, child.reason)) == 1
    if child.open is not None:
        met.files[child.name] = child.open().read()
    elif child.items is not None:
        columns: list[tuple[str, ...]] = []

        def noted(items: Iterator[Item]) -> Iterator[Item]:
            for item in items:
                if isinstance(item, Table):
                    columns.append(item.columns)
                yield item

        inner = gather(noted(child.items))
        met.inner[child.name] = inner
        met.columns[child.name] = columns[0]
        met.tables[child.name] = inner.tables.get("", [])
    else:
        met.reasons[child.name] = child.reason
