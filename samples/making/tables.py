"""Writes a table layout to disk, block by block: memory stays the same however many rows are asked for."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

from making.laboratories import LABORATORY_COUNT, Laboratory, laboratories
from making.layouts import Layout
from making.people import People, Person
from making.rows import Rows
from making.truth import Truth

_BLOCK_ROWS = 4_000
_SEVERAL_ROWS = 0.31
_RETURNING = 0.03
_RETURNING_MOST = 4_000
_OTHER_LABORATORY = 0.12
_REPEATED = 0.002
_PLACEHOLDER = 0.002

Visit = tuple[Person, Laboratory, date]


class Visits:
    """Plans who is examined where and when; a few people come back in a later block, at another laboratory."""

    def __init__(self, rng: Random, layout: Layout, people: People, labs: list[Laboratory], truth: Truth) -> None:
        """Visits of invented people to those laboratories."""
        self._rng = rng
        self._layout = layout
        self._people = people
        self._labs = labs
        self._truth = truth
        self._returning: list[tuple[Person, date]] = []

    def block(self, size: int, progress: float) -> Iterator[Visit]:
        """About `size` visits in random order; `progress` (0..1) is how much of the file stands already.

        The people of the block are settled in the truth once its last visit was taken.
        """
        rng = self._rng
        grouped = self._layout.grouped_by_laboratory
        home = self._labs[min(LABORATORY_COUNT - 1, int(progress * LABORATORY_COUNT))]
        visits: list[Visit] = []
        present: list[tuple[Person, date]] = []
        half = len(self._returning) // 2
        back, self._returning = self._returning[:half], self._returning[half:]
        for person, day in back:
            visits.append((person, home if grouped else rng.choice(self._labs), self._later(day)))
        while len(visits) < size:
            family, day = self._people.family()
            laboratory = home if grouped else self._labs[int(LABORATORY_COUNT * rng.random() ** 1.4)]
            for person in family:
                present.append((person, day))
                visits += self._visits(person, laboratory, day)
        rng.shuffle(visits)
        yield from visits
        for person, _ in back:
            self._truth.settle(person)
        for person, day in present:
            if person.rows and len(self._returning) < _RETURNING_MOST and rng.random() < _RETURNING:
                self._returning.append((person, day))
            else:
                self._truth.settle(person)

    def end(self) -> None:
        """Settle those who did not come back."""
        for person, _ in self._returning:
            self._truth.settle(person)

    def _visits(self, person: Person, laboratory: Laboratory, day: date) -> list[Visit]:
        rng = self._rng
        visits = [(person, laboratory, day)]
        if rng.random() < _SEVERAL_ROWS:
            while len(visits) < 12:
                other = not self._layout.grouped_by_laboratory and rng.random() < _OTHER_LABORATORY
                visits.append((person, rng.choice(self._labs) if other else laboratory, self._later(day)))
                if rng.random() < 0.5:
                    break
        return visits

    def _later(self, day: date) -> date:
        return day + timedelta(days=self._rng.randrange((self._layout.last_exam - day).days + 1))


def write(layout: Layout, rows: int, seed: int, path: Path) -> Truth:
    """Write that many rows of a layout to a file and return the truth about it."""
    rng = Random(f"{layout.name} {seed}")
    truth = Truth()
    people = People(rng, layout.first_exam, layout.last_exam)
    labs = laboratories(rng, rows, unicode_spaces=layout.encoding.startswith("utf"))
    visits = Visits(rng, layout, people, labs, truth)
    maker = Rows(rng, layout, people, truth)
    size = min(_BLOCK_ROWS, rows // (LABORATORY_COUNT if layout.grouped_by_laboratory else 4) + 1)
    with path.open("w", encoding=layout.encoding, newline="") as file:
        if layout.byte_order_mark:
            file.write("\ufeff")
        writer = csv.writer(file, delimiter=layout.delimiter, lineterminator=layout.newline)
        if layout.header:
            writer.writerow([header for header, _ in layout.columns])
        while truth.rows < rows:
            for person, laboratory, exam in visits.block(size, truth.rows / rows):
                if truth.rows >= rows:
                    continue
                lines = [maker.intact(person, laboratory, exam)]
                room = rows - truth.rows - 1
                chance = rng.random()
                if room and chance < _REPEATED:
                    lines.append(maker.repeated(lines[0]))
                elif room and chance < _REPEATED + _PLACEHOLDER:
                    lines.append(maker.placeholder(laboratory, exam))
                elif room and chance > 1 - layout.damaged_share:
                    lines.append(maker.damaged(lines[0]))
                    truth.damaged_rows += 1
                truth.rows += len(lines)
                writer.writerows(lines)
    visits.end()
    return truth
