"""Hold scans against the truth that a generator wrote beside its files.

`python benchmarks/accuracy.py DIR...` scans every file that has a `.truth.json` and prints one line per file, then one
line per figure of docs/accuracy.md: how many files met it, and the worst. `--roles` adds recall and precision per role.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from typing import Any

from leakscan.options import ScanOptions
from leakscan.report import build_report
from leakscan.scan import scan

TOLERANCE = {"nir_rows": 0.001, "persons": 0.01, "width": 0.05, "theme": 0.02, "minors": 0.01, "prescribers": 0.01}
SMALL = 1.0
"""Counts of people may be off by one in small files, where one person is more than the tolerance."""


_JUDGED_BY = {
    "persons": "persons",
    "inside": "persons",
    "width": "persons",
    "minors": "minors",
    "exam dates": "exam_dates",
    "nir_rows": "nir_rows",
    "prescribers": "prescribers",
    "laboratories": "laboratories",
}
"""Figure -> the key of the truth's `judged` that says whether the layout makes it decidable at all."""


_RECIPIENTS_UNKNOWN = 0.5
_BANDS = ((4.0, "very_high"), (3.0, "high"), (2.0, "medium"), (0.0, "low"))
_CONDITIONS = (
    *("hiv", "cancer", "pregnancy", "genetic", "treatment", "sti_hepatitis", "mental_health", "addiction"),
    "other_condition",
)


_ROLE_OF = {"credentials": "password", "treatment": "drug"}
"""Data category -> the role of a column that holds it, where they differ."""


def expected_bands(truth: dict[str, Any]) -> tuple[str, ...]:
    """Bands that the ENISA method (2013) gives to what the truth says is in the file, by its tables and not our code.

    Data processing context, health ladder: a result or a condition 4, tested for a disease 3, a visit with its day or
    its doctor 2. Ease of identification: name and something else, or a linked number. Recipients unknown. Where the
    truth says that a column cannot be told (`*`), the bands with it, without it and between are right.
    """
    told = {column["role"] for column in truth.get("columns", ())}
    if not told:  # letters and logs have no columns: what people have stands in the categories
        told = {_ROLE_OF.get(name, name) for name, count in truth["persons_by_category"].items() if count}
    kinds = {column.get("kind") for column in truth.get("columns", ()) if column["role"] == "*"}
    names = [name for _, name in reversed(_BANDS)]
    low, high = sorted(names.index(_band(truth, columns)) for columns in (told, told | kinds))
    return tuple(names[low : high + 1])


def _band(truth: dict[str, Any], columns: set[str | None]) -> str:
    themes = {name: statuses for name, statuses in truth["persons_by_theme"].items() if name in _CONDITIONS}
    people = truth["persons_by_category"]
    known = {name for name, count in people.items() if count} | ({"name"} if "maiden_name" in columns else set())
    answered = any(statuses["affirmed"] or statuses["negated"] for statuses in themes.values())
    if answered or "result" in columns or "password" in columns or "drug" in columns:
        context = 4
    elif any(statuses["tested"] for statuses in themes.values()) or columns & {"act", "blood_group", "iban"}:
        context = 3
    else:
        context = 2 if columns & {"exam_date", "prescriber"} else 1
    if "name" in known and known & {"nir", "birth_date", "email", "address", "phone"}:
        ease = 1.0
    elif "nir" in known or len(known & {"address", "phone", "email"}) > 1 or "password" in columns:
        ease = 0.75
    else:
        ease = 0.5 if known & {"name", "address", "phone", "email"} else 0.25
    score = context * ease + _RECIPIENTS_UNKNOWN
    return next(name for bound, name in _BANDS if score >= bound)


def relative(found: float, truth: float) -> float:
    """Relative error; an absolute error up to SMALL is none."""
    return 0.0 if abs(found - truth) <= SMALL else abs(found - truth) / max(1.0, truth)


def measure(truth_file: Path) -> dict[str, Any]:
    """Scan one file and compare: figure -> (met, error, words)."""
    truth = json.loads(truth_file.read_text(encoding="utf-8"))
    target = truth_file.with_name(truth["file"])
    options = ScanOptions(as_of=date.fromisoformat(truth["as_of"]))
    began = time.perf_counter()
    report = build_report(scan([str(target)], options), options)
    seconds = time.perf_counter() - began
    persons, given = report["persons"], report["inputs"][0]
    figures: dict[str, tuple[bool, float, str]] = {}

    def hold(name: str, found: float, true: float, tolerance: float) -> None:
        error = relative(found, true) if tolerance else float(found != true)
        figures[name] = (error <= tolerance, error, f"{found} / {true}")

    hold("rows", report["records"] + report["records_damaged"], truth["rows"], 0)
    hold("damaged", report["records_damaged"], truth["damaged_rows"], 0)
    hold("nir_rows", report["records_by_entity"].get("nir", 0), truth["nir_rows"], TOLERANCE["nir_rows"])
    hold("persons", persons["likely"], truth["persons"], TOLERANCE["persons"])
    inside = persons["low"] <= truth["persons"] <= persons["high"]
    figures["inside"] = (inside, 0.0 if inside else 1.0, f"{persons['low']}..{persons['high']} / {truth['persons']}")
    width = (persons["high"] - persons["low"]) / max(1, truth["persons"])
    figures["width"] = (width <= TOLERANCE["width"], width, f"{width:.1%}")
    for theme, statuses in truth["persons_by_theme"].items():
        found = report["persons"]["by_theme"].get(theme, {}).get("affirmed", {"likely": 0})["likely"]
        hold(f"theme {theme}", found, statuses["affirmed"], TOLERANCE["theme"])
    hold("minors", persons["minors"], truth["minors"], TOLERANCE["minors"])
    if truth.get("exam_dates") and truth["exam_dates"].get("first"):
        found_exams = (report["exam_dates"]["first"], report["exam_dates"]["last"])
        true_exams = (truth["exam_dates"]["first"], truth["exam_dates"]["last"])
        figures["exam dates"] = (
            found_exams == true_exams,
            float(found_exams != true_exams),
            f"{found_exams} / {true_exams}",
        )
    if truth.get("prescribers"):
        hold("prescribers", report["prescribers"]["distinct"], truth["prescribers"], TOLERANCE["prescribers"])
    if truth.get("laboratories"):
        hold("laboratories", report["laboratories"]["distinct"], truth["laboratories"], TOLERANCE["prescribers"])
    judged_by = _JUDGED_BY | {name: "persons" for name in figures if name.startswith("theme ")}
    for name, judged in judged_by.items():
        if truth.get("judged", {}).get(judged, True) is False:
            figures.pop(name, None)
    bands = expected_bands(truth)
    figures["severity"] = (
        report["severity"]["band"] in bands,
        0.0,
        f"{report['severity']['band']} / {' or '.join(bands)}",
    )
    figures["header"] = (given["header"] == truth["header"], 0.0, f"{given['header']} / {truth['header']}")
    found_roles = {column["index"]: column["role"] for column in given["roles"]}
    roles = [
        (
            column["index"],
            column["name"],
            _fair_role(column, found_roles.get(column["index"])),
            found_roles.get(column["index"]),
        )
        for column in truth.get("columns", ())
        if column["role"] != "*"
    ]
    return {"file": truth_file.stem, "figures": figures, "roles": roles, "seconds": seconds}


def _fair_role(column: dict[str, Any], found: str | None) -> str | None:
    """The role that the truth gives, or the one found where the truth says that it is as fair."""
    return found if found in column.get("accept", ()) else column["role"]


def role_table(results: list[dict[str, Any]]) -> tuple[str, float, float]:
    """Recall and precision per role over all judged columns, and the worst of each."""
    right, true, found = Counter[str](), Counter[str](), Counter[str]()
    for result in results:
        for _, _, role, given in result["roles"]:
            true[role] += role is not None
            found[given] += given is not None
            right[role] += role is not None and role == given
    lines = [f"{'role':16} {'columns':>8} {'recall':>8} {'precision':>10}"]
    recalls, precisions = [], []
    for role in sorted(name for name in {*true, *found} if name):
        recall = right[role] / true[role] if true[role] else 1.0
        precision = right[role] / found[role] if found[role] else 1.0
        recalls.append(recall)
        precisions.append(precision)
        lines.append(f"{role:16} {true[role]:8} {recall:8.3f} {precision:10.3f}")
    total_right, total_true, total_found = sum(right.values()), sum(true.values()), sum(found.values())
    lines.append(
        f"{'all':16} {total_true:8} {total_right / max(1, total_true):8.4f} {total_right / max(1, total_found):10.4f}"
    )
    return "\n".join(lines), min(recalls, default=1.0), min(precisions, default=1.0)


def main() -> int:
    """Print the tables; the exit code is 1 when a figure is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directories", nargs="+", type=Path)
    parser.add_argument("--roles", action="store_true", help="recall and precision per role, and every wrong column")
    parser.add_argument("--verbose", action="store_true", help="every missed figure of every file")
    arguments = parser.parse_args()
    truth_files = sorted(path for directory in arguments.directories for path in directory.rglob("*.truth.json"))
    results = []
    for truth_file in truth_files:
        result = measure(truth_file)
        results.append(result)
        missed = {name: words for name, (met, _, words) in result["figures"].items() if not met}
        outcome = "all met" if not missed else f"{len(missed)} missed: {', '.join(missed)}"
        print(f"{result['file']:40} {result['seconds']:6.2f} s  {outcome}")
        if arguments.verbose:
            for name, words in missed.items():
                print(f"    {name:20} found {words}")
        if arguments.roles:
            for index, name, role, given in result["roles"]:
                if role != given:
                    print(f"    column {index} {name!r}: {given} / {role}")
    by_figure: dict[str, list[tuple[bool, float]]] = defaultdict(list)
    for result in results:
        for name, (met, error, _) in result["figures"].items():
            by_figure[name].append((met, error))
    print(f"\n{'figure':24} {'met':>10} {'worst error':>12}")
    for name, outcomes in by_figure.items():
        met, worst = sum(met for met, _ in outcomes), max(error for _, error in outcomes)
        print(f"{name:24} {met:5}/{len(outcomes):<4} {worst:12.4f}")
    table, _, _ = role_table(results)
    print("\n" + table)
    return int(any(not met for outcomes in by_figure.values() for met, _ in outcomes))


if __name__ == "__main__":
    sys.exit(main())
