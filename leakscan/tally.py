"""Count what a batch is evidence of: per column, entity, theme and status, and per source that shares it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from itertools import groupby
from operator import itemgetter

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leakscan.coded import Coded, on_distinct
from leakscan.examine import Findings
from leakscan.persons.identity import Fingerprinter
from leakscan.persons.ledger import Evidence, EvidenceKey
from leakscan.plan import Plan
from leakscan.shapes import SHAPES, shape
from leakscan.text_hits import Hits

LEAST_SURE = 0.5

Rows = NDArray[np.integer]


class Tally:
    """Evidence of one batch. State: what was counted so far, by source and key, and what waits to be counted.

    `parts` (UInt32, one per row) says which of `count` sources a row is of; without it there is one source.
    """

    def __init__(self, prints: Fingerprinter, parts: pl.Series | None = None, count: int = 1) -> None:
        """Nothing was counted yet."""
        self.prints, self.parts = prints, parts
        self.by_entity: list[Counter[str]] = [Counter() for _ in range(count)]
        self._counted: list[dict[EvidenceKey, Evidence]] = [{} for _ in range(count)]
        self._hits: Hits = []
        self._mentions: Hits = []

    @property
    def evidence(self) -> list[dict[EvidenceKey, Evidence]]:
        """What was counted, by source."""
        self._count(self._hits, "canonical", ())
        self._count(self._mentions, "term", ("theme", "status"))
        self._hits, self._mentions = [], []
        return self._counted

    def findings(self, findings: Findings, hashed: Mapping[int, Coded], how: Plan) -> None:
        """Count everything but damaged rows, and the records by entity."""
        bearing: dict[str, list[Rows]] = {}
        for column in how.columns:
            if column.role is None or column.index not in hashed:
                continue
            sure = max(LEAST_SURE, min(1.0, column.confidence))
            bearing.setdefault(column.role, []).append(
                self._values(column.index, column.role, hashed[column.index], sure)
            )
        for index, entity, found in findings.hits:
            self.hits(index, entity, found)
            bearing.setdefault(entity, []).append(found["row"].to_numpy())
        for index, found in findings.mentions:
            self.mentions(index, found)
            bearing.setdefault("health", []).append(found["row"].to_numpy())
        for entity, positions in bearing.items():
            bears = np.zeros(findings.height, np.bool_)
            for rows in positions:
                bears[rows] = True
            for part, records in enumerate(self._by_part(bears)):
                if records:
                    self.by_entity[part][entity] += records

    def hits(self, index: int, entity: str, found: pl.DataFrame) -> None:
        """Count hits of an entity in a column: rows, distinct values, confidence, and shapes of what may be shown."""
        self._hits.append((index, entity, found))

    def mentions(self, index: int, found: pl.DataFrame) -> None:
        """Count health mentions of a column by theme and status; their terms are counted, not shown."""
        self._mentions.append((index, "health", found))

    def show(self, shapes: Mapping[int, Mapping[int, tuple[str, ...]]]) -> None:
        """Give evidence of roles the shapes that its column has in its source: by column, then by part."""
        for part, known in enumerate(self.evidence):
            for key, evidence in known.items():
                if key.theme is None and not evidence.samples and key.column in shapes:
                    known[key] = replace(evidence, samples=shapes[key.column].get(part, ()))

    def _count(self, found: Hits, value: str, by: tuple[str, ...]) -> None:
        """Count what was found, in all columns at once; `by` tells what one column's are counted apart by."""
        if not found:
            return
        found = sorted(found, key=itemgetter(1))
        together = pl.concat([frame for _, _, frame in found])
        heights = [frame.height for _, _, frame in found]
        values = together[value]
        counted = (
            pl.DataFrame([
                pl.Series("key", np.repeat(np.arange(len(found), dtype=np.uint32), heights)),
                self._part_of(together["row"]),
                *(together[name] for name in ("row", "confidence", *by)),
                self._printed(found, values),
                on_distinct(values, shape).alias("shape") if not by else _nothing(len(values)),
            ])
            .group_by("key", "part", *by, maintain_order=True)
            .agg(
                pl.len().alias("hits"),
                pl.col("row").n_unique(),
                pl.col("confidence").cast(pl.Float64).sum(),
                pl.col("shape").drop_nulls().unique().sort().head(SHAPES),
                pl.col("print").drop_nulls().unique(),
            )
        )  # fmt: skip
        held = counted["print"].list.len().to_list()
        distinct, start = counted["print"].explode(empty_as_null=False), 0
        for line, many in zip(counted.drop("print").iter_rows(), held, strict=True):
            key, part, *told = line[: 2 + len(by)]
            hits, records, confidence, samples = line[2 + len(by) :]
            more = Evidence(hits, records, confidence, distinct.slice(start, many), tuple(samples))
            self._add(part, EvidenceKey(found[key][0], found[key][1], *told), more)
            start += many

    def _printed(self, found: Hits, values: pl.Series) -> pl.Series:
        """Fingerprints of what was found, entity after entity; of each entity all values at once."""
        printed, start = [], 0
        for entity, several in groupby(found, key=itemgetter(1)):
            height = sum(frame.height for _, _, frame in several)
            printed.append(on_distinct(values.slice(start, height), partial(self.prints.column, kind=entity)))
            start += height
        return pl.concat(printed).alias("print")

    def _values(self, index: int, role: str, known: Coded, confidence: float) -> Rows:
        """Count a role column, one hit per filled cell and as sure as its role; gives the rows."""
        rows = _filled(known)
        if self.parts is None:
            if len(rows):
                distinct = known.cells.drop_nulls().unique()
                self._add(0, EvidenceKey(index, role), Evidence(len(rows), len(rows), len(rows) * confidence, distinct))
            return rows
        at = pl.Series(rows)
        printed = pl.DataFrame([self._part_of(at), known.per_row().gather(at).alias("print")])
        counted = printed.group_by("part").agg(pl.len().alias("count"), pl.col("print").unique())
        distinct, start = counted["print"].explode(), 0
        for part, count, held in counted.select("part", "count", pl.col("print").list.len()).iter_rows():
            more = Evidence(count, count, count * confidence, distinct.slice(start, held))
            self._add(part, EvidenceKey(index, role), more)
            start += held
        return rows

    def _add(self, part: int, key: EvidenceKey, more: Evidence) -> None:
        before = self._counted[part].get(key)
        self._counted[part][key] = more if before is None else before + more

    def _part_of(self, rows: pl.Series) -> pl.Series:
        if self.parts is None:
            return pl.Series("part", np.zeros(len(rows), np.uint32))
        return self.parts.gather(rows).alias("part")

    def _by_part(self, mask: NDArray[np.bool_]) -> list[int]:
        """How many rows of each source have a true `mask`."""
        if self.parts is None:
            return [int(np.count_nonzero(mask))]
        counts: list[int] = np.bincount(self.parts.to_numpy()[mask], minlength=len(self._counted)).tolist()
        return counts


def _filled(known: Coded) -> Rows:
    """The rows whose cell is not null."""
    if not known.cells.null_count():
        return np.arange(len(known.cells if known.codes is None else known.codes), dtype=np.uint32)
    filled = known.cells.is_not_null().to_numpy()
    return np.flatnonzero(filled if known.codes is None else filled[known.codes.to_numpy()])


def _nothing(height: int) -> pl.Series:
    return pl.Series("shape", [None], dtype=pl.String).new_from_index(0, height)
