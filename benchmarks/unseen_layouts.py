"""Exports that no rule has seen: drawn layouts of laboratory, hospital and radiology files, each with its truth.

Written without sight of the detectors, their lexicons or the samples, to judge column roles and the count of people:

    python benchmarks/unseen_layouts.py --out DIR --count 40 --rows 2000 --seed 1

Each file comes with `<stem>.truth.json`: rows, damaged rows, each column's role (`*`: not to be judged), rows with a
right or wrong NIR, people in all and by theme and by category, minors, exam dates, prescribers, laboratories; and under
`judged` what the layout makes decidable (people cannot be told apart where no name stands beside a birth date).
Everything is invented and follows from the seed.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from unseen_columns import FACTORIES
from unseen_decoys import DECOYS
from unseen_exams import draw_rows
from unseen_headers import POOLS
from unseen_rows import Context, Filler, draw_date_format
from unseen_styles import HeaderStyle, draw_style, join_words, write_header
from unseen_truth import may_damage, settle_acts, truth_of
from unseen_writing import Dialect, choose_damage, draw_dialect, write

STAR = "*"
_ROLES: dict[str, str] = {
    "nir13": "nir",
    "address2": "address",
    "mobile": "phone",
    "mutuelle_no": "mutuelle",
    "patient_no": "record_number",
    "request_no": "record_number",
    "sample_no": "record_number",
    "edition_date": "date",
    "invoice_date": "date",
    "prescription_date": "date",
    "created_at": "date",
    "admission": "date",
    "discharge": "date",
    "act_code": "act",
    "atc": "drug",
    "cip": "drug",
    "comment2": "comment",
}
"""Role of each kind of column whose name is not its role."""
_GROUPS: tuple[tuple[float, tuple[str, ...]], ...] = (
    (3, ("title",)),
    (6, ("sex",)),
    (3, ("maiden_name",)),
    (1.5, ("birth_place",)),
    (6, ("address", "postcode", "city")),
    (2, ("postcode", "city")),
    (2, ("address2",)),
    (5, ("phone",)),
    (4, ("mobile",)),
    (4, ("email",)),
    (4, ("mutuelle",)),
    (2, ("mutuelle_no",)),
    (2.5, ("blood_group",)),
    (1.5, ("iban",)),
    (4, ("patient_no",)),
    (5, ("request_no",)),
    (2, ("sample_no",)),
    (2.5, ("login", "password")),
    (7, ("prescriber",)),
    (2.5, ("rpps",)),
    (1.5, ("adeli",)),
    (2, ("finess",)),
    (4, ("laboratory",)),
    (2.5, ("edition_date",)),
    (1.5, ("invoice_date",)),
    (2, ("prescription_date",)),
    (1.5, ("created_at",)),
    (1, ("admission", "discharge")),
    (3, ("act",)),
    (2, ("act_code",)),
    (2.5, ("act", "result")),
    (1.5, ("diagnosis",)),
    (1.5, ("drug",)),
    (0.8, ("atc",)),
    (0.8, ("cip",)),
    (2, ("ins",)),
    (12, ("comment",)),
    (1, ("comment2",)),
)
"""(weight, kinds that come together): what a layout draws its optional columns from."""
_BLOCKS: tuple[tuple[str, frozenset[str]], ...] = (
    (
        "presc",
        frozenset({"prescriber", "rpps", "adeli", "speciality", "doctor_city", "doctor_postcode", "doctor_first"}),
    ),
    ("cover", frozenset({"nir", "nir13", "nir_key", "ins", "mutuelle", "mutuelle_no", "fund", "iban", "ald", "rate"})),
    (
        "patient",
        frozenset(
            {
                "last_name",
                "maiden_name",
                "first_name",
                "full_name",
                "title",
                "sex",
                "birth_date",
                "birth_place",
                "address",
                "address2",
                "postcode",
                "city",
                "phone",
                "mobile",
                "email",
                "blood_group",
                "patient_no",
                "login",
                "password",
                "age",
                "country",
                "job",
                "weight",
                "empty_phone",
            }
        ),
    ),
    (
        "exam",
        frozenset(
            {
                "request_no",
                "sample_no",
                "exam_date",
                "edition_date",
                "prescription_date",
                "act",
                "act_code",
                "result",
                "diagnosis",
                "drug",
                "atc",
                "cip",
                "comment",
                "comment2",
                "laboratory",
                "finess",
                "admission",
                "discharge",
                "unit",
                "norm",
                "material",
                "modality",
                "ward",
                "time",
            }
        ),
    ),
)
_MISLEADING: dict[str, tuple[str, ...]] = {
    "nir": ("code", "ref", "num2", "zone 4"),
    "birth_date": ("ref1", "date2", "val1"),
    "email": ("tel", "contact2"),
    "iban": ("compte", "code2"),
    "comment": ("adresse3", "champ libre", "info2"),
    "postcode": ("code3", "num"),
    "first_name": ("libellé 2", "zone 2"),
    "title": ("code 1", "type"),
    "full_name": ("libellé", "désignation"),
}
"""Headers that say little or the wrong thing, for columns whose content is plain."""


@dataclass
class Layout:
    """What one file looks like: columns in order with their headers, and how it is written."""

    rng: random.Random
    kinds: list[str]
    headers: list[str]
    header: bool
    dialect: Dialect
    context: Context
    extension: str
    misleading: list[int] = field(default_factory=list)


def block_of(kind: str) -> str:
    """Name the block of neighbouring columns that a kind belongs to."""
    return next((block for block, kinds in _BLOCKS if kind in kinds), "admin")


def _draw_kinds(rng: random.Random) -> list[str]:
    """Draw which columns exist: an identity core, a sign of health, and options up to 8 to 60 columns."""
    low, high = rng.choices([(8, 14), (15, 30), (31, 60)], (25, 40, 35))[0]
    wanted = rng.randint(low, high)
    kinds = ["full_name"] if rng.random() < 0.2 else ["last_name", "first_name"]
    kinds = [] if rng.random() < 0.04 else kinds
    kinds += ["birth_date"] if rng.random() < 0.95 or not kinds else []
    form = rng.choices(["nir", "nir13 nir_key", "nir13", ""], (62, 20, 10, 8))[0]
    kinds += form.split()
    kinds += ["exam_date"] if rng.random() < 0.93 else []
    options = [(rng.random() ** (1 / weight), group) for weight, group in _GROUPS]
    decoys = list(DECOYS)
    rng.shuffle(decoys)
    lead = rng.uniform(0.1, 0.4)
    for _, group in sorted(options, reverse=True):
        if len(kinds) >= wanted:
            break
        kinds += [
            kind
            for kind in group
            if kind not in kinds and (kind != "ins" or "nir13" not in kinds or "nir_key" in kinds)
        ]
        if rng.random() < lead and decoys:
            kinds.append(decoys.pop())
    while len(kinds) < wanted and decoys:
        kinds.append(decoys.pop())
    if not {"exam_date", "act", "act_code", "prescriber", "laboratory", "diagnosis"} & set(kinds):
        kinds.append("exam_date")
    return kinds


def _order(rng: random.Random, kinds: list[str]) -> list[str]:
    """Order columns block by block with some strays, or (a third of the layouts) in no order at all."""
    wild = rng.random() < 0.35
    blocks = ["patient", "cover", "exam", "presc", "admin"]
    if rng.random() < 0.5:
        rng.shuffle(blocks)
    place = {
        kind: rng.random() * 5 if wild or rng.random() < 0.08 else blocks.index(block_of(kind)) + rng.random()
        for kind in kinds
    }
    if not wild and "last_name" in place and rng.random() < 0.8:
        place["first_name"] = place["last_name"] + 1e-6
    if "nir_key" in place:
        place["nir_key"] = place["nir13"] + 1e-9
    return sorted(kinds, key=lambda kind: place[kind])


def _draw_headers(
    rng: random.Random, kinds: list[str], style: HeaderStyle, *, generic: bool
) -> tuple[list[str], list[int]]:
    """Draw each column's header, unique in the file; return them and the places of the misleading ones."""
    if generic:
        stem = rng.choice(["champ_{}", "col{}", "F{}", "zone{}", "Column{}", "C{:02}", "champ {}", "VAR{:03}"])
        return [stem.format(place + 1) for place in range(len(kinds))], []
    fooled: list[int] = []
    if rng.random() < 0.18:
        options = [place for place, kind in enumerate(kinds) if kind in _MISLEADING]
        fooled = sorted(rng.sample(options, min(len(options), rng.randint(1, 3))))
    headers: list[str] = []
    for place, kind in enumerate(kinds):
        pool = (
            DECOYS[kind].headers
            if kind in DECOYS
            else POOLS["nir" if kind == "nir13" else "comment" if kind == "comment2" else kind]
        )
        for _ in range(12):
            if place in fooled:
                text = join_words(rng.choice(_MISLEADING[kind]), block_of(kind), style)
            else:
                text = write_header(rng, pool, block_of(kind), style)
            if text.lower() not in {header.lower() for header in headers}:
                break
        else:
            text = f"{text}2"
        headers.append(text)
    return headers, fooled


def draw_layout(rng: random.Random, rows: int) -> Layout:
    """Draw one layout, from its columns to its encoding."""
    kinds = _order(rng, _draw_kinds(rng))
    header = rng.random() >= 0.25
    generic = header and rng.random() < 0.06
    dialect = draw_dialect(rng)
    context = Context(
        rng=rng,
        keys=frozenset(kinds),
        bare=generic or not header,
        unicode=dialect.encoding.startswith("utf"),
        decimal="." if dialect.delimiter == "," or rng.random() < 0.4 else ",",
        date_format=draw_date_format(rng),
        one_date_format=rng.random() < 0.75,
        name_case=rng.choice(["upper", "upper", "title", "mixed", "lower"]),
        accents=rng.choice([0.0, 0.0, 1.0, 1.0, 0.6]),
        typo_rate=rng.choice([0.0, 0.005, 0.01, 0.02, 0.03]),
        flip_rate=rng.choice([0.0, 0.0, 0.0, 0.01]),
        newlines=dialect.quoting != "none" and rng.random() < 0.4,
        rows=rows,
    )
    headers, fooled = _draw_headers(rng, kinds, draw_style(rng), generic=generic)
    extension = "tsv" if dialect.delimiter == "\t" and rng.random() < 0.5 else rng.choice(["csv", "csv", "txt"])
    return Layout(rng, kinds, headers, header, dialect, context, extension, fooled)


def role_of(kind: str) -> str | None:
    """Role of a kind of column under a header that says what it is."""
    return DECOYS[kind].role if kind in DECOYS else _ROLES.get(kind, kind)


def _roles(layout: Layout, told: list[bool], cells: list[list[str]]) -> list[str | None]:
    """Settle the roles to be judged: `*` for empty columns and for what neither header nor content tells."""
    roles: list[str | None] = []
    for place, kind in enumerate(layout.kinds):
        filled = sum(1 for line in cells if line[place])
        untold = layout.context.bare or place in layout.misleading
        open_ = filled == 0 or (untold and (not told[place] or filled < min(20, len(cells) // 20)))
        roles.append(STAR if open_ else role_of(kind))
    return roles


def build(path: Path, rows: int, seed: int, index: int) -> Path:
    """Write one export at `path` plus its extension, and its truth file; return the truth file's path."""
    rng = random.Random(f"unseen {seed} {index}")
    layout = draw_layout(rng, rows)
    lines = draw_rows(layout.kinds, layout.context, rows)
    fillers: list[Filler] = []
    told: list[bool] = []
    for kind in layout.kinds:
        make = DECOYS[kind].fill if kind in DECOYS else FACTORIES["nir" if kind == "nir13" else kind]
        filler, tells = make(layout.context)
        fillers.append(filler)
        told.append(tells)
    cells = [[fill(row) for fill in fillers] for row in lines]
    settle_acts(layout.kinds, lines, cells)
    roles = _roles(layout, told, cells)
    damaged = choose_damage(rng, may_damage(lines), rows)
    target = path.with_name(f"{path.name}.{layout.extension}")
    truth: dict[str, Any] = {"file": target.name, "seed": seed}
    truth |= truth_of(layout.kinds, roles, lines, cells, damaged, bare=layout.context.bare)
    truth |= write(target, layout.headers if layout.header else None, cells, layout.dialect, rng=rng, damaged=damaged)
    truth |= {
        "header": layout.header,
        "columns": [
            {
                "index": place,
                "name": layout.headers[place] if layout.header else None,
                "role": roles[place],
                "kind": kind,
            }
            for place, kind in enumerate(layout.kinds)
        ],
        "misleading": layout.misleading,
    }
    truth_path = path.with_name(f"{path.name}.truth.json")
    truth_path.write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return truth_path


def generate(directory: Path, count: int, rows: int, seed: int) -> list[Path]:
    """Write `count` exports of `rows` lines into `directory` and return the paths of their truth files."""
    directory.mkdir(parents=True, exist_ok=True)
    return [build(directory / f"unseen_{seed}_{index:03}", rows, seed, index) for index in range(count)]


def main() -> None:
    """Read the command line and write the files."""
    parser = argparse.ArgumentParser(description="Write exports in layouts that no rule has seen, each with its truth.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    paths = generate(options.out, options.count, options.rows, options.seed)
    sys.stdout.write(f"{len(paths)} exports in {options.out}\n")


if __name__ == "__main__":
    main()
