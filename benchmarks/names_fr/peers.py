"""Presidio's own recognizers for French beside leakscan: dates, phones and e-mails of generated texts.

    python -m venv PEER && PEER/bin/pip install presidio-analyzer==2.2.366
    python -m benchmarks.names_fr.peers --presidio PEER/bin/python

The texts are those of `benchmarks.names_fr.score`, in which phones and e-mails are nobody's: here their slots get labels,
which leaves the texts as they are. Names are not compared: without a model Presidio finds none, and its stock
French one, `fr_core_news_md`, is not on PyPI.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import polars as pl

from benchmarks.names_fr.generate import Piece, Writer
from benchmarks.names_fr.score import Found, figures
from leakscan.detectors.email import EMAIL
from leakscan.detectors.phone import PHONE
from leakscan.detectors.search import find
from leakscan.names import find_people

GROUPS = ("dates", "phones", "e-mails")


def labelled(slot: Callable[[], list[Piece]], label: str) -> Callable[[], list[Piece]]:
    """A slot whose pieces bear a label."""
    return lambda: [piece._replace(label=label) for piece in slot()]


def texts_of(seed: int, count: int) -> list[tuple[str, list[tuple[int, int, str]]]]:
    """Held-out texts with the places of dates, phones and e-mails."""
    writer = Writer(Random(seed), held_out=True)
    for slot in ("TEL", "MAIL"):
        writer.slots[slot] = labelled(writer.slots[slot], slot)
    made = [writer.sample() for _ in range(count)]
    return [(sample.text, [(*span,) for span in sample.spans]) for sample in made]


def leakscan(texts: pl.Series) -> Found:
    """People's dates, phones and e-mails."""
    dates = find_people(texts).select("row", "start", "end", "label").rows()
    cells = [
        (row, start, end, detector.entity)
        for detector in (PHONE, EMAIL)
        for row, start, end in find(detector, texts).select("row", "start", "end").rows()
    ]
    return [*dates, *cells]


def presidio(python: Path, texts: list[str], *options: str) -> tuple[Found, float, str]:
    """What Presidio finds, its processor seconds and its version."""
    command = [str(python), str(Path(__file__).with_name("peers_child.py")), *options]
    done = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-800:])
    answer = json.loads(done.stdout.strip().rpartition("\n")[2])
    return [(*one,) for one in answer["found"]], answer["seconds"], answer["version"]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--presidio", type=Path, required=True, help="the interpreter of an environment with Presidio")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=99)
    given = parser.parse_args()
    samples = texts_of(given.seed, given.count)
    plain = [text for text, _ in samples]
    texts = pl.Series(plain, dtype=pl.String)
    leakscan(texts.head(20))  # imports and patterns
    began = time.process_time()
    ours = leakscan(texts)
    taken = time.process_time() - began
    stock, stock_taken, version = presidio(given.presidio, plain)
    france, france_taken, _ = presidio(given.presidio, plain, "--france")
    programs = {
        "leakscan": (ours, taken),
        f"Presidio {version}": (stock, stock_taken),
        "the same, region FR alone": (france, france_taken),
    }
    megabytes = sum(len(text.encode()) for text in plain) / 1e6
    print("| what | " + " | ".join(programs) + " |\n" + "|---" * (len(programs) + 1) + "|")
    for group in GROUPS:
        told = [figures(samples, found, group) for found, _ in programs.values()]
        cells = [f"{recall:.3f}, {precision:.3f}, {exact:.3f}" for _, recall, precision, exact in told]
        print(f"| {group} ({told[0][0]}): recall, precision, exact | " + " | ".join(cells) + " |")
    speeds = [f"{seconds / megabytes:.1f}" for _, seconds in programs.values()]
    print("| processor s per MB | " + " | ".join(speeds) + " |")
    print(f"\n{len(samples)} texts, {megabytes:.3f} MB, seed {given.seed}")


if __name__ == "__main__":
    main()
