"""Count what a batch is evidence of: per column, entity, theme and status, and per source that shares it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from leakscan.coded import Coded, on_distinct
from leakscan.examine import Findings, Plan
from leakscan.persons.identity import Fingerprinter
from leakscan.persons.ledger import Evidence, EvidenceKey
from leakscan.shapes import SHAPES, shape

LEAST_SURE = 0.5


class Tally:
    """Evidence of one batch. State: what was counted so far, by source and key.

    `parts` (UInt32, one per row) says which of `count` sources a row is of; without it there is one source.
    """

    def __init__(self, prints: Fingerprinter, parts: pl.Series | None = None, count: int = 1) -> None:
        """Nothing was counted yet."""
        self.prints, self.parts = prints, parts
        self.evidence: list[dict[EvidenceKey, Evidence]] = [{} for _ in range(count)]
        self.by_entity: list[Counter[str]] = [Counter() for _ in range(count)]

    def findings(self, findings: Findings, hashed: Mapping[int, Coded], how: Plan) -> None:
        """Count everything but damaged rows, and the records by entity."""
        bearing: dict[str, list[pl.Series]] = {}
        for column in how.columns:
            if column.role is None or column.index not in hashed:
                continue
            rows = self._values(
                column.index, column.role, hashed[column.index], max(LEAST_SURE, min(1.0, column.confidence))
            )
            bearing.setdefault(column.role, []).append(rows)
        for index, entity, found in findings.hits:
            self.hits(index, entity, found)
            bearing.setdefault(entity, []).append(found["row"].unique())
        for index, found in findings.mentions:
            self.mentions(index, found)
            bearing.setdefault("health", []).append(found["row"].unique())
        for entity, positions in bearing.items():
            rows = positions[0] if len(positions) == 1 else pl.concat(positions).unique()
            for part, records in self._per_part(rows).iter_rows():
                self.by_entity[part][entity] += records

    def hits(self, index: int, entity: str, found: pl.DataFrame) -> None:
        """Count hits of an entity in a column: rows, distinct values, confidence, and shapes of what may be shown."""
        shapes = on_distinct(found["canonical"], shape)
        self._count(index, entity, found, "canonical", shapes)

    def mentions(self, index: int, found: pl.DataFrame) -> None:
        """Count health mentions of a column by theme and status; their terms are counted, not shown."""
        self._count(index, "health", found, "term", None)

    def show(self, shapes: Mapping[int, Mapping[int, tuple[str, ...]]]) -> None:
        """Give evidence of roles the shapes that its column has in its source: by column, then by part."""
        for part, known in enumerate(self.evidence):
            for key, evidence in known.items():
                if key.theme is None and not evidence.samples and key.column in shapes:
                    known[key] = replace(evidence, samples=shapes[key.column].get(part, ()))

    def _count(self, index: int, entity: str, found: pl.DataFrame, value: str, shapes: pl.Series | None) -> None:
        by = ["part"] if shapes is not None else ["part", "theme", "status"]
        printed = on_distinct(found[value], lambda values: self.prints.column(values, entity))
        counted = (
            found.with_columns(
                self._part_of(found["row"]),
                printed.alias("print"),
                (pl.lit(None, pl.String) if shapes is None else shapes).alias("shape"),
            )
            .group_by(by)
            .agg(
                pl.len(),
                pl.col("row").n_unique(),
                pl.col("confidence").cast(pl.Float64).sum(),
                pl.col("print").drop_nulls().unique(),
                pl.col("shape").drop_nulls().unique().sort().head(SHAPES),
            )
        )
        for line in counted.iter_rows():
            part, *told = line[: len(by)]
            hits, records, confidence, distinct, samples = line[len(by) :]
            more = Evidence(hits, records, confidence, pl.Series(distinct, dtype=pl.UInt64), tuple(samples))
            self._add(part, EvidenceKey(index, entity, *told), more)

    def _values(self, index: int, role: str, known: Coded, confidence: float) -> pl.Series:
        """Count a role column, one hit per filled cell and as sure as its role; gives the rows."""
        rows = known.rows_where(known.cells.is_not_null())
        if self.parts is None:
            if len(rows):
                distinct = known.cells.drop_nulls().unique()
                self._add(0, EvidenceKey(index, role), Evidence(len(rows), len(rows), len(rows) * confidence, distinct))
            return rows
        printed = pl.DataFrame([self._part_of(rows), known.per_row().gather(rows).alias("print")])
        counted = printed.group_by("part").agg(pl.len().alias("count"), pl.col("print").unique())
        distinct, start = counted["print"].explode(), 0
        for part, count, held in counted.select("part", "count", pl.col("print").list.len()).iter_rows():
            more = Evidence(count, count, count * confidence, distinct.slice(start, held))
            self._add(part, EvidenceKey(index, role), more)
            start += held
        return rows

    def _add(self, part: int, key: EvidenceKey, more: Evidence) -> None:
        before = self.evidence[part].get(key)
        self.evidence[part][key] = more if before is None else before + more

    def _part_of(self, rows: pl.Series) -> pl.Series:
        if self.parts is None:
            return pl.Series("part", [0], dtype=pl.UInt32).new_from_index(0, len(rows))
        return self.parts.gather(rows).alias("part")

    def _per_part(self, rows: pl.Series) -> pl.DataFrame:
        return self._part_of(rows).to_frame().group_by("part").len()
