"""Make synthetic leaks of French laboratory data, each with the truth about it (samples/README.md explains both).

    python samples/generate.py --out DIR --rows 500000 --seed 1 --layout lab60_cp1252

Every person, laboratory and prescriber is invented. The same layout, rows and seed give the same bytes.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from making import layouts, tables, texts

SAMPLE_ROWS = {
    "lab60_cp1252": 850,
    "lab60_noheader": 800,
    "intl_utf8": 900,
    "tab_utf16": 800,
    "pipe_latin9": 1_100,
    "letters": 12,
    "portal_log": 400,
}
"""Rows of the committed samples (`--samples`), 2 MB in all."""

SAMPLE_SEED = 2021


def layout_names() -> tuple[str, ...]:
    """Names of the fixed layouts; `varied_00`, `varied_01` ... without end exist as well."""
    return (*layouts.LAYOUTS, *texts.LAYOUTS)


def generate(layout: str, rows: int, seed: int, out: Path) -> Path:
    """Write a leak of that many rows into the folder `out`, and `<name>.truth.json` beside it.

    Returns the data file (for `letters`, the folder of letters). Raises ValueError for an unknown layout.
    """
    out.mkdir(parents=True, exist_ok=True)
    if layout in texts.LAYOUTS:
        path, truth = texts.write(layout, rows, seed, out)
    else:
        described = layouts.LAYOUTS.get(layout)
        if layout.startswith("varied_") and layout[7:].isdigit():
            described = layouts.varied(int(layout[7:]))
        if described is None:
            message = f"no layout is called {layout}: choose one of {', '.join(layout_names())}, or varied_NN"
            raise ValueError(message)
        path = out / (described.name + described.suffix)
        truth = tables.write(described, rows, seed, path).as_json(described, path.name, seed)
    text = json.dumps(truth, ensure_ascii=False, indent=1)
    (out / f"{path.stem}.truth.json").write_text(text + "\n", encoding="utf-8")
    return path


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description="Make synthetic leaks of French laboratory data.")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument("--rows", type=int, default=1_000, help="rows per file (letters: number of letters)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same bytes")
    parser.add_argument("--layout", default="all", help=f"all, {', '.join(layout_names())} or varied_NN")
    parser.add_argument("--samples", action="store_true", help="make the committed samples anew; ignores the others")
    given = parser.parse_args(arguments)
    jobs = {given.layout: given.rows}
    if given.samples:
        jobs = SAMPLE_ROWS
    elif given.layout == "all":
        jobs = {name: given.rows if name != "letters" else min(given.rows, 200) for name in layout_names()}
    for name, rows in jobs.items():
        path = generate(name, rows, SAMPLE_SEED if given.samples else given.seed, given.out)
        sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
