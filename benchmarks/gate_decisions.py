"""What the default policy of the gate decides about clean files and leaks, with intervals.

    python benchmarks/gate_decisions.py --count 500 --seed 1 --policy models/policy.toml

Prints a table per kind, block recall and false blocks with their Clopper-Pearson intervals (95 %), and the time per
decision. Ends with 1 when a leak was not blocked, or more than 0.5 % of the clean files were.
"""

from __future__ import annotations

import argparse
import io
import math
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

from gate_clean import clean_files
from gate_leaks import leaks

from leakscan.gate.decide import decide
from leakscan.gate.policy import Facts, Policy, load_policy

MOST_FALSE_BLOCKS = 0.005


def interval(hits: int, count: int, level: float = 0.95) -> tuple[float, float]:
    """The Clopper-Pearson interval of a share, by bisection of the binomial distribution."""
    tail = (1 - level) / 2
    low = 0.0 if hits == 0 else _solve(lambda p: 1 - _at_most(hits - 1, count, p) - tail)
    high = 1.0 if hits == count else _solve(lambda p: tail - _at_most(hits, count, p))
    return low, high


def _at_most(hits: int, count: int, share: float) -> float:
    """The probability of so many hits or fewer."""
    ways = (math.lgamma(count + 1) - math.lgamma(at + 1) - math.lgamma(count - at + 1) for at in range(hits + 1))
    return sum(math.exp(way + at * math.log(share) + (count - at) * math.log1p(-share)) for at, way in enumerate(ways))


def _solve(rising: object) -> float:
    low, high = 1e-12, 1 - 1e-12
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)  # type: ignore[operator]
    return low


def decisions(files: list[tuple[str, bytes]], policy: Policy) -> list[tuple[str, str, str, float]]:
    """Name, action, rule and seconds of each file."""
    made = []
    for name, data in files:
        began = time.perf_counter()
        verdict = decide(io.BytesIO(data), len(data), Facts(), policy, name=name)
        made.append((name, verdict.action, verdict.rule, time.perf_counter() - began))
    return made


def shown(title: str, made: list[tuple[str, str, str, float]], wanted: str) -> None:
    kinds: dict[str, Counter[str]] = {}
    for name, action, _, _ in made:
        kinds.setdefault(name.partition("_")[0], Counter())[action] += 1
    seconds = sorted(one[3] for one in made)
    print(f"\n## {title}\n\n| kind | allow | review | block |\n|---|---|---|---|")
    for kind, counts in kinds.items():
        print(f"| {kind} | {counts['allow']} | {counts['review']} | {counts['block']} |")
    print(
        f"\nmedian {statistics.median(seconds) * 1000:.0f} ms, 95th of 100 {seconds[len(seconds) * 95 // 100] * 1000:.0f} ms"
    )
    for name, action, rule, _ in made:
        if action != wanted:
            print(f"- {name}: {action} by {rule}")


def main() -> int:
    parser = argparse.ArgumentParser(description="Decisions of the gate on clean files and leaks.")
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--policy", type=Path)
    parser.add_argument("--keep", type=Path, help="folder that files with an unwanted verdict are written to")
    given = parser.parse_args()
    policy = load_policy(given.policy)
    clean, bad = clean_files(given.count, given.seed), leaks(given.count, given.seed)
    of_clean, of_bad = decisions(clean, policy), decisions(bad, policy)
    shown("Clean files", of_clean, "allow")
    shown("Leaks", of_bad, "block")
    blocked = sum(action == "block" for _, action, _, _ in of_bad)
    passed = sum(action == "allow" for _, action, _, _ in of_bad)
    wrong = sum(action == "block" for _, action, _, _ in of_clean)
    held = sum(action == "review" for _, action, _, _ in of_clean)
    print()
    for title, hits in (
        ("block recall", blocked),
        ("leaks allowed", passed),
        ("false blocks", wrong),
        ("clean held", held),
    ):
        low, high = interval(hits, given.count)
        print(f"{title}: {hits} of {given.count} = {hits / given.count:.2%} ({low:.2%} to {high:.2%})")
    if given.keep is not None:
        for part, files, made, wanted in (("clean", clean, of_clean, "allow"), ("leaks", bad, of_bad, "block")):
            folder = given.keep / part
            folder.mkdir(parents=True, exist_ok=True)
            for (name, data), verdict in zip(files, made, strict=True):
                if verdict[1] != wanted:
                    (folder / name).write_bytes(data)
    return int(blocked < given.count or wrong > MOST_FALSE_BLOCKS * given.count)


if __name__ == "__main__":
    sys.exit(main())
