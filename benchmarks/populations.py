"""Leaked laboratory populations with known truth, to calibrate an interval of how many people there are.

Written blind to the linkage: nothing here knows its rules. Each population is a folder of one to four exports beside a
`truth.json`. The cells of a grid are taken in turn: population i has the i-th pair of typo rate and rate of missing
numbers; all other rates are drawn anew for each population, and written to its truth.

    python benchmarks/populations.py DIR --count 400 --people 1500 --seed 1

`truth.json`: `people` (with at least one readable row, in any file), `minors` (under 18 on `as_of`), `cell` (what was
asked), `rates` (what was drawn), `measured` (what came of it), `files` (by name), and `mapping`, a list of
[file, data row from 1, person]; person is null on rows of nobody. Damaged rows (too many separators) keep their person
in the mapping, are listed in `damaged_rows` of their file, and count for nothing in `people` and `records`.
"""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from itertools import product
from pathlib import Path

from population_files import Row, Sheet, add_nobodies, add_visit, draw_layout, finish, to_bytes, truth_of
from population_labs import Cell, Desk, Tally, draw_lab
from population_people import AS_OF, Person, Society, draw_people, draw_society, draw_visits

TYPOS = (0.0, 0.01, 0.02, 0.05, 0.1)
MISSING = (0.0, 0.1, 0.2, 0.4, 0.6)
CELLS = tuple(Cell(typos, missing) for typos, missing in product(TYPOS, MISSING))
DAMAGE = 0.001


@dataclass(frozen=True, slots=True)
class Population:
    """One population: its people, its files and what was drawn for it."""

    cell: Cell
    society: Society
    people: list[Person]
    sheets: list[Sheet]
    overlap: float
    missing_for_person: float
    tally: Tally


def draw_population(seed: int, index: int, count: int) -> Population:
    """Population `index` of `seed` with `count` people; the same three numbers make the same bytes."""
    rng = random.Random(f"population {seed} {index} {count}")
    cell = CELLS[index % len(CELLS)]
    society = draw_society(rng)
    missing_for_person = rng.choice((0.0, 0.3, 0.7, 1.0))
    tally = Tally()
    never: set[int] = set()
    sheets: list[Sheet] = []
    desks: list[Desk] = []
    for place in range(rng.choices((1, 2, 3, 4), (30, 30, 25, 15))[0]):
        if not sheets or rng.random() < 0.7:
            lab = draw_lab(len(desks), society, missing_for_person, rng)
            desks.append(Desk(lab, cell, rng, tally, never))
        sheets.append(Sheet(draw_layout(place, desks[-1].lab, rng), desks[-1].lab))
    people = draw_people(society, count, max(sheet.layout.last for sheet in sheets), rng)
    never.update(one.number for one in people if rng.random() < cell.missing_nir * missing_for_person)
    overlap = rng.uniform(0.0, 0.6) if len(sheets) > 1 else 0.0
    _fill_sheets(society, people, sheets, desks, overlap, rng)
    for sheet in sheets:
        add_nobodies(sheet, rng)
        finish(sheet, rng, DAMAGE)
    return Population(cell, society, people, sheets, overlap, missing_for_person, tally)


def _fill_sheets(
    society: Society, people: list[Person], sheets: list[Sheet], desks: list[Desk], overlap: float, rng: random.Random
) -> None:
    """All visits of all people: a household goes to one laboratory as a rule, `overlap` of people to several."""
    sizes = [rng.uniform(0.3, 1.0) for _ in sheets]
    home, household = 0, -1
    for person in people:
        places = [place for place, sheet in enumerate(sheets) if person.birth <= sheet.layout.last]
        if person.household != household or home not in places or rng.random() < 0.15:
            home, household = rng.choices(places, [sizes[place] for place in places])[0], person.household
        known = [home]
        if overlap and rng.random() < overlap:
            others = [place for place in places if place != home]
            rng.shuffle(others)
            known += [place for at, place in enumerate(others) if at == 0 or rng.random() < 0.3]
        visits = known + [
            home if rng.random() < 0.7 else rng.choice(known) for _ in range(draw_visits(society, rng) - len(known))
        ]
        dated = [(_day(person, sheets[place], rng), place) for place in visits]
        for day, place in sorted(dated):
            sheet = sheets[place]
            add_visit(sheet, desks[sheet.layout.lab].visit(person, day), day, rng)


def _day(person: Person, sheet: Sheet, rng: random.Random) -> date:
    """A day in the period of the file, not before birth."""
    first, last = max(sheet.layout.first, person.birth), sheet.layout.last
    return first + timedelta(rng.randrange((last - first).days + 1))


def _readable(rows: list[Row]) -> set[int]:
    return {row.person for row in rows if row.person is not None and not row.damaged}


def truth(population: Population, seed: int, index: int) -> dict[str, object]:
    """What is true of a population, as plain JSON."""
    people, sheets, tally = population.people, population.sheets, population.tally
    within = [_readable(sheet.rows) for sheet in sheets]
    seen = set().union(*within)
    several = sum(sum(number in one for one in within) > 1 for number in seen)
    rates = {key: value for key, value in asdict(population.society).items() if key not in {"naming", "residence"}}
    naming = {key: value for key, value in asdict(population.society.naming).items() if key != "clans"}
    return {
        "seed": seed,
        "index": index,
        "as_of": AS_OF.isoformat(),
        "people": len(seen),
        "minors": sum(people[number].minor for number in seen),
        "records": sum(row.person is not None and not row.damaged for sheet in sheets for row in sheet.rows),
        "cell": asdict(population.cell),
        "rates": rates | naming | {"overlap": population.overlap, "missing_for_person": population.missing_for_person},
        "measured": {
            "typos": tally.typos / max(tally.fields, 1),
            "missing_nir": tally.without_nir / max(tally.registrations, 1),
            "twins": sum(people[number].twin for number in seen),
            "in_several_files": several,
            "under_anothers_number": sum(bool(people[number].insured) for number in seen),
            "with_two_numbers": sum(bool(people[number].waiting) for number in seen),
            "rows_of_nobody": sum(row.person is None for sheet in sheets for row in sheet.rows),
        },
        "files": {sheet.layout.name: truth_of(sheet, people) for sheet in sheets},
        "mapping": [[sheet.layout.name, at, row.person] for sheet in sheets for at, row in enumerate(sheet.rows, 1)],
    }


def write(folder: Path, population: Population, seed: int, index: int) -> None:
    """The files of one population and its truth."""
    folder.mkdir(parents=True, exist_ok=True)
    for sheet in population.sheets:
        (folder / sheet.layout.name).write_bytes(to_bytes(sheet))
    (folder / "truth.json").write_text(json.dumps(truth(population, seed, index), ensure_ascii=False), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("dir", type=Path)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--people", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    for index in range(asked.count):
        write(
            asked.dir / f"population_{index:04d}", draw_population(asked.seed, index, asked.people), asked.seed, index
        )
    print(f"{asked.count} populations of {asked.people} people in {asked.dir}")


if __name__ == "__main__":
    main()
