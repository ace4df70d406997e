"""Splink on the records of the populations: the pairs that it puts together, and the people that it counts.

It gets what leakscan read of each record in plain text (names, birth date, number, sex, contacts), each distinct record
once, and learns without labels. It runs in a virtual environment of its own: `pip install splink==5.0.0`.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import polars as pl
from people_rows import Pairs, exact_pairs, linked, pairs_of

CHILD = Path(__file__).with_name("people_splink_child.py")


def splink_pairs(folders: Sequence[Path], environment: Path) -> str:
    """F1 of pairs and error of the count on some populations, by leakscan, exact keys and Splink: a Markdown table."""
    pairs: dict[str, Pairs] = dict.fromkeys(("leakscan", "exact keys", "Splink"), Pairs())
    errors: dict[str, list[float]] = {name: [] for name in pairs}
    failed = 0
    for folder in folders:
        truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
        found = linked(folder, truth)
        keys, exact = exact_pairs(found)
        plain = found.plain.with_columns(pl.coalesce("last_name", "maiden_name").alias("last_name"))
        distinct = plain.unique(maintain_order=True).with_row_index("unique_id")
        with tempfile.TemporaryDirectory() as place:
            given, answer = Path(place, "given.parquet"), Path(place, "answer.parquet")
            distinct.write_parquet(given)
            command = [str(environment / "bin" / "python"), str(CHILD), str(given), str(answer)]
            if subprocess.run(command, capture_output=True, check=False).returncode:
                failed += 1
                continue
            clusters = distinct.join(pl.read_parquet(answer), on="unique_id", how="left")
        names = [name for name in clusters.columns if name not in ("unique_id", "cluster_id")]
        labelled = plain.join(clusters, on=names, how="left", nulls_equal=True, maintain_order="left")
        label = labelled["cluster_id"].cast(pl.Int64).to_numpy()
        for name, more, count in (
            ("leakscan", pairs_of(found.person, found.cluster), found.likely),
            ("exact keys", exact, keys),
            ("Splink", pairs_of(found.person, label), labelled["cluster_id"].n_unique()),
        ):
            pairs[name] += more
            errors[name].append(count / truth["people"] - 1)
    if failed == len(folders):
        return "Splink could train on none of the populations"
    rows = [
        f"| {name} | {some.right / max(1, some.found):.4f} | {some.right / max(1, some.true):.4f} | {some.f1:.4f} "
        f"| {statistics.median(map(abs, errors[name])):.2%} | {statistics.median(errors[name]):+.2%} |"
        for name, some in pairs.items()
    ]
    head = (
        "| linked by | pairs: precision | recall | F1 | median error of count | its sign |\n|---|---|---|---|---|---|"
    )
    return "\n".join([f"{len(folders)} populations, {failed} of which Splink could not train on:\n", head, *rows])
