"""What a decision about a clean upload of some 100 kB costs, by kind, in processor time of one process.

    python benchmarks/gate_cost.py --kilobytes 100 --rounds 7 --seed 1

Prints for each kind the verdict, whether a scan was needed, and the median of `decide` over the rounds, kinds interleaved.
"""

from __future__ import annotations

import argparse
import base64
import io
import json
import statistics
import time
import zipfile
from collections.abc import Callable
from functools import partial
from random import Random

from gate_clean import DECISIONS, FIRST, LAST, PRODUCTS, TOPICS, TOWNS

from leakscan.gate.decide import decide
from leakscan.gate.nobody import proven
from leakscan.gate.policy import Facts, load_policy
from leakscan.records import Source

PLAIN = [topic for topic in TOPICS if not any(word in topic for word in ("laboratoire", "biologie", "grippe"))]
ASKED = [
    "la demande de crédits",
    "le dossier de consultation",
    "le compte rendu de la dernière séance",
    "la note de service",
]


def sentence(rng: Random) -> str:
    return (
        f"{rng.choice(ASKED).capitalize()} porte sur {rng.choice(PLAIN)}, et {rng.choice(DECISIONS)} à "
        f"{rng.choice(TOWNS)} pour les {rng.randint(2, 90)} postes qui sont prévus dans le plan."
    )


def filled(size: int, line: Callable[[], str], head: str = "") -> str:
    """Lines up to a size."""
    lines, left = [head] if head else [], size
    while left > 0:
        lines.append(line())
        left -= len(lines[-1].encode()) + 1
    return "\n".join(lines) + "\n"


def prose(rng: Random, size: int) -> str:
    return filled(size, lambda: sentence(rng))


def minutes(rng: Random, size: int) -> str:
    def line() -> str:
        named = f"{rng.choice(FIRST)} {rng.choice(LAST)} présente {rng.choice(TOPICS)} : " if rng.random() < 0.1 else ""
        return named + sentence(rng)

    return filled(size, line)


def products(rng: Random, size: int) -> str:
    return filled(
        size,
        lambda: f"{rng.randint(1000, 9999)};{rng.choice(PRODUCTS)};{rng.randint(1, 90)};{rng.random() * 90:.2f}",
        "référence;désignation;quantité;prix",
    )


def suppliers(rng: Random, size: int) -> str:
    return filled(
        size, lambda: f"{rng.randint(1000, 9999)};{rng.choice(ASKED)};{rng.choice(LAST)} SARL", "réf;objet;firme"
    )


def log(rng: Random, size: int) -> str:
    return filled(
        size,
        lambda: (
            f"2026-11-{rng.randint(10, 28)}T10:{rng.randint(10, 59)}:07Z INFO worker[{rng.randint(100, 9999)}] "
            f"request={rng.getrandbits(64):016x} status=200 took={rng.random():.9f}"
        ),
    )


def metrics(rng: Random, size: int) -> str:
    return filled(
        size, lambda: json.dumps({"host": f"web{rng.randint(1, 9)}", "cpu": rng.random(), "at": rng.random()})
    )


def code(rng: Random, size: int) -> str:
    return filled(size, lambda: f"def part_{rng.randint(1, 9999)}(value):\n    return value * {rng.randint(2, 99)}\n")


def page(rng: Random, size: int) -> str:
    return f"<html><body>{filled(size, lambda: f'<p>{sentence(rng)}</p>')}</body></html>"


def encoded(rng: Random, size: int) -> str:
    return base64.encodebytes(rng.randbytes(3 * size // 4)).decode()


def workbook(rng: Random, size: int) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("stock")
        for row in range(size // 40):
            sheet.write_row(row, 0, [f"R{row}", rng.choice(PRODUCTS), rng.random() * 90, rng.randint(1, 500)])
    return out.getvalue()


def document(rng: Random, size: int) -> bytes:
    import docx

    made, out = docx.Document(), io.BytesIO()
    for line in prose(rng, size).splitlines():
        made.add_paragraph(line)
    made.save(out)
    return out.getvalue()


def archive(rng: Random, size: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("notes.txt", prose(rng, size))
        packed.writestr("stock.csv", products(rng, size))
    return out.getvalue()


KINDS: dict[str, Callable[[Random, int], str | bytes]] = {
    "prose": prose, "table of products": products, "log with ids": log, "metrics in JSON": metrics, "code": code,
    "minutes with names": minutes, "table with surnames": suppliers, "page": page, "base64": encoded,
    "document (docx)": document, "workbook (xlsx)": workbook, "archive of two": archive,
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kilobytes", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    policy = load_policy(None)
    bodies = {}
    for kind, made in KINDS.items():
        given = made(Random(f"cost {options.seed} {kind}"), options.kilobytes * 1000)
        bodies[kind] = given.encode() if isinstance(given, str) else given
    took: dict[str, list[float]] = {kind: [] for kind in bodies}
    action = {}
    for again in range(options.rounds + 1):
        for kind, body in bodies.items():
            began = time.process_time()
            action[kind] = decide(io.BytesIO(body), len(body), Facts(), policy, isolates=False).action
            if again:  # the first round builds automata
                took[kind].append(time.process_time() - began)
    print(f"| some {options.kilobytes} kB of | bytes | verdict | how | processor time |\n|---|---|---|---|---|")
    for kind, body in bodies.items():
        shown = proven(Source("upload", partial(io.BytesIO, body), len(body)), Facts(), policy)
        print(
            f"| {kind} | {len(body):,} | {action[kind]} | {'proven' if shown else 'scanned'} "
            f"| {1000 * statistics.median(took[kind]):.1f} ms |"
        )


if __name__ == "__main__":
    main()
