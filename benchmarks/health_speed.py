"""How long the readers of health formats take to batches, over the bare parse of the same bytes.

    python benchmarks/health_speed.py FILE... --rounds 5

Both run in this process by turns; the figures are medians of processor seconds. The bare parse: lxml for XML, `json`
for each line or document, pydicom for headers, and splitting lines into fields for messages. A folder is measured as
one: all its files, which are of one format, one after another. `--profile` prints where the time of the readers goes.
"""

from __future__ import annotations

import argparse
import cProfile
import io
import json
import pstats
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from leakscan.readers import HashingStream, open_reader
from leakscan.records import Batch, ReadOptions, Unparsed


def to_batches(data: bytes) -> tuple[str, int]:
    opened = open_reader(HashingStream(io.BytesIO(data)), ReadOptions())
    assert not isinstance(opened, str), opened
    records = 0
    for item in opened[1]:
        if isinstance(item, Batch | Unparsed):
            records += (item if isinstance(item, Batch) else item.batch()).frame.height
    return opened[0].format, records


def bare_xml(data: bytes) -> None:
    from lxml import etree

    etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))


def bare_dicom(data: bytes) -> None:
    import pydicom

    list(pydicom.dcmread(io.BytesIO(data), stop_before_pixels=True))


def bare_lines(data: bytes) -> None:
    for line in data.split(b"\n"):
        if line.strip():
            json.loads(line)


def bare_messages(data: bytes) -> None:
    for line in data.decode("utf-8", "replace").replace("\r", "\n").split("\n"):
        line.split("|")


def hl7_trees(data: bytes) -> None:
    import hl7

    for message in data.decode("utf-8", "replace").split("MSH")[1:]:
        hl7.parse("MSH" + message)


def fhir_trees(data: bytes) -> None:
    from fhir.resources import get_fhir_model_class

    for line in data.split(b"\n"):
        if line.strip():
            resource = json.loads(line)
            get_fhir_model_class(resource["resourceType"]).model_validate(resource)


TREES: dict[str, Callable[[bytes], None]] = {"hl7v2": hl7_trees, "fhir_ndjson": fhir_trees}
"""Libraries that build a tree, for `--trees`: packages `hl7` and `fhir.resources`, which nothing else here needs."""
BARE: dict[str, Callable[[bytes], None]] = {
    "cda": bare_xml,
    "fhir_xml": bare_xml,
    "hprim_xml": bare_xml,
    "fhir": json.loads,
    "fhir_ndjson": bare_lines,
    "dicom": bare_dicom,
    "hl7v2": bare_messages,
    "hprim_sante": bare_messages,
    "hprim_medecin": bare_messages,
    "b2": bare_messages,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--trees", action="store_true", help="against libraries that build a tree, where there is one")
    parser.add_argument("--profile", action="store_true")
    given = parser.parse_args()
    print("| format | bytes | records | reader, s | bare, s | ratio | MB/s |")
    print("|---|---|---|---|---|---|---|")
    for path in given.files:
        several = [one.read_bytes() for one in (sorted(path.iterdir()) if path.is_dir() else [path])]
        if given.profile:
            with cProfile.Profile() as profile:
                for data in several:
                    to_batches(data)
            pstats.Stats(profile).sort_stats("tottime").print_stats(25)
            continue
        bares = {**BARE, **TREES} if given.trees else BARE
        name = to_batches(several[0])[0]
        records = sum(to_batches(data)[1] for data in several)
        taken: dict[str, list[float]] = {"reader": [], "bare": []}
        for _ in range(given.rounds):
            for kind, run in (("reader", to_batches), ("bare", bares[name])):
                began = time.process_time()
                for data in several:
                    run(data)
                taken[kind].append(time.process_time() - began)
        reader, bare = statistics.median(taken["reader"]), statistics.median(taken["bare"])
        size = sum(map(len, several))
        ratio, speed = reader / bare, size / 1e6 / reader
        print(f"| {name} | {size:,} | {records:,} | {reader:.4f} | {bare:.4f} | {ratio:.1f} | {speed:.1f} |")


if __name__ == "__main__":
    main()
