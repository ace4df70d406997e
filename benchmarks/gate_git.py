"""Time of `leakscan gate --git-staged` and `--git-received` over a repository of many files.

    python benchmarks/gate_git.py --files 500 --rounds 5 --before CHECKOUT

Makes a repository (clean code and texts, office files, a few leaks), stages all of it, and runs the command in fresh
processes: by this checkout and by that of `--before`, in turns. Prints medians of wall and processor time (of the
process and all its workers), and ends with 1 where two runs told different verdicts, or a leak was not blocked.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path
from random import Random
from typing import NamedTuple

import gate_clean
from gate_leaks import leaks

ROOT = Path(__file__).parents[1]
OFFICE = (("xlsx", gate_clean.workbook), ("docx", gate_clean.text_document))
MADE = (
    ("py", gate_clean.code), ("js", gate_clean.javascript), ("conf", gate_clean.config), ("md", gate_clean.manual),
    ("json", gate_clean.api), ("sql", gate_clean.schema),
)  # fmt: skip
SHARE_OFFICE, SHARE_LEAKS = 0.06, 0.02
MOST_CODE = 100_000


class Run(NamedTuple):
    """One run: its seconds, its processor seconds, and the verdict of each path."""

    wall: float
    processor: float
    told: dict[str, str]


def files(count: int, seed: int) -> dict[str, bytes]:
    """Path -> bytes: half of the code is the interpreter's own library, half is made; office files and leaks."""
    rng = Random(f"git {seed}")
    office, bad = max(1, int(count * SHARE_OFFICE)), max(1, int(count * SHARE_LEAKS))
    found = {f"data/leak_{name}": data for name, data in leaks(bad, seed)}
    for at in range(office):
        suffix, made = OFFICE[at % len(OFFICE)]
        found[f"docs/office_{at:03d}.{suffix}"] = made(rng)
    code = count - office - bad
    library = sorted(
        path for path in Path(sysconfig.get_path("stdlib")).glob("*/*.py") if 0 < path.stat().st_size <= MOST_CODE
    )
    for path in rng.sample(library, min(code // 2, len(library))):
        found[f"lib/{path.parent.name}/{path.name}"] = path.read_bytes()
    at = 0
    while len(found) < count:
        suffix, text = MADE[at % len(MADE)]
        found[f"src/made_{at:03d}.{suffix}"] = text(rng).encode()
        at += 1
    return found


def repository(folder: Path, given: dict[str, bytes]) -> None:
    """A repository in which these files are staged, behind a first commit."""
    git(folder, "init", "-q", "-b", "main")
    git(folder, "commit", "-q", "--allow-empty", "-m", "first")
    for name, data in given.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    git(folder, "add", "-A")


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments],  # noqa: S607 - the one that is installed
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
        env=surroundings(),
    )
    return done.stdout.strip()


def surroundings() -> dict[str, str]:
    who = {f"GIT_{one}_{what}": "dev@example.org" for one in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    return {**os.environ, **who, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def timed(checkout: Path, folder: Path, what: str, updates: str) -> Run:
    """One run of the command by a checkout's package."""
    told = folder.with_name("told.json")
    command = [sys.executable, "-m", "leakscan", "gate", what, "--json", str(told)]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, input=updates, text=True, capture_output=True, check=False,
        env={**surroundings(), "PYTHONPATH": str(checkout)},
    )  # fmt: skip
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in {0, 1, 4}:
        sys.exit(f"the command ended with {done.returncode}: {done.stderr[-500:]}")
    lines = json.loads(told.read_text(encoding="utf-8"))
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(wall, processor, {line["path"]: f"{line['action']} {line['rule']} {line['id']}" for line in lines})


def main() -> int:
    parser = argparse.ArgumentParser(description="Time of the gate in front of git.")
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--before", type=Path, help="another checkout, which is run in turns with this one")
    parser.add_argument("--only", choices=("staged", "received"))
    given = parser.parse_args()
    checkouts = {"here": ROOT} | ({} if given.before is None else {"before": given.before})
    found, wrong = files(given.files, given.seed), 0
    print(f"{len(found)} files, {sum(map(len, found.values())) / 1e6:.1f} MB, seed {given.seed}\n")
    print(
        "| command | checkout | median s | least s | processor s | allow | review | block |\n|---|---|---|---|---|---|---|---|"
    )
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "work"
        folder.mkdir()
        repository(folder, found)
        first, tree = git(folder, "rev-parse", "HEAD"), git(folder, "write-tree")
        pushed = git(folder, "commit-tree", tree, "-p", first, "-m", "pushed")
        asked = {"staged": "", "received": f"{first} {pushed} refs/heads/main\n"}
        for what in [given.only] if given.only else asked:
            runs: dict[str, list[Run]] = {name: [] for name in checkouts}
            for _ in range(given.rounds):
                for name, checkout in checkouts.items():
                    runs[name].append(timed(checkout, folder, f"--git-{what}", asked[what]))
            for name, made in runs.items():
                actions = [verdict.split()[0] for verdict in made[0].told.values()]
                print(
                    f"| `--git-{what}` | {name} | {statistics.median(one.wall for one in made):.2f} | "
                    f"{min(one.wall for one in made):.2f} | {statistics.median(one.processor for one in made):.2f} | "
                    + " | ".join(str(actions.count(action)) for action in ("allow", "review", "block"))
                    + " |"
                )
            every = [one.told for made in runs.values() for one in made]
            wrong += sum(one != every[0] for one in every)
            wrong += sum("leak_" in path and not verdict.startswith("block") for path, verdict in every[0].items())
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
