"""Trains the names pipeline on generated text: `OMP_NUM_THREADS=1 python -m benchmarks.names_fr.train`.

Everything follows from `--seed`, `--steps` and models/names-fr/config.cfg; the same versions of spaCy, thinc and numpy on the
same kind of processor give the same weights. No file but the generator's own is read.
"""

from __future__ import annotations

import argparse
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import spacy
from spacy.language import Language
from spacy.training import Example
from spacy.util import fix_random_seed, load_config, registry
from thinc.optimizers import Optimizer

from benchmarks.names_fr.generate import Sample, Writer
from benchmarks.names_fr.tokens import tokenizer

MODEL = Path(__file__).resolve().parents[2] / "models" / "names-fr"
LABELS = ("PATIENT", "PRESCRIBER", "PERSON", "EXAM_DATE", "BIRTH_DATE", "ADDRESS", "HOSPITAL")
BATCH_WORDS = 1500
_SAVED_EACH = 300
_META = {
    "name": "names",
    "version": "0.1.0",
    "description": "People, dates, addresses and hospitals in French hospital text",
    "license": "Apache-2.0",
    "spacy_version": ">=3.8,<4",
}


def example(nlp: Language, sample: Sample) -> Example:
    """A sample as gold annotations; what no token border fits is cut to whole tokens."""
    doc = nlp.make_doc(sample.text)
    gold = doc.copy()
    spans = (gold.char_span(start, end, label, alignment_mode="contract") for start, end, label in sample.spans)
    gold.set_ents([span for span in spans if span is not None and span.text.strip()])
    return Example(doc, gold)


def batches(nlp: Language, writer: Writer) -> Iterator[list[Example]]:
    """Batches of about `BATCH_WORDS` tokens, without end."""
    batch: list[Example] = []
    size = 0
    for sample in writer.samples():
        one = example(nlp, sample)
        batch.append(one)
        size += len(one.predicted)
        if size >= BATCH_WORDS:
            yield batch
            batch, size = [], 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=2400)
    parser.add_argument("--out", type=Path, default=MODEL / "pipeline")
    arguments = parser.parse_args()
    fix_random_seed(arguments.seed)
    config = load_config(MODEL / "config.cfg", {"training.optimizer.learn_rate.total_steps": arguments.steps})
    training = registry.resolve(config["training"])
    built = {name: part for name, part in config.items() if name != "training"}
    nlp = spacy.util.load_model_from_config(built, auto_fill=True)
    nlp.meta |= _META
    nlp.tokenizer = tokenizer(nlp)
    writer = Writer(Random(arguments.seed))
    for label in LABELS:
        nlp.get_pipe("ner").add_label(label)  # type: ignore[attr-defined]
    stream = batches(nlp, writer)
    first = next(stream)
    nlp.initialize(lambda: first)
    optimizer = training["optimizer"]
    began, losses, words = time.perf_counter(), {}, 0
    for step, batch in enumerate(stream, start=1):
        nlp.update(batch, sgd=optimizer, drop=0.1, losses=losses)
        optimizer.step_schedules()
        words += sum(len(one.predicted) for one in batch)
        if step % 100 == 0 or step == arguments.steps:
            print(
                f"{step} steps, {words} tokens, loss {losses['ner'] / 100:.2f}, {time.perf_counter() - began:.0f} s",
                flush=True,
            )
            losses = {}
        if step % _SAVED_EACH == 0 or step == arguments.steps:
            _save(nlp, optimizer, arguments.out)
        if step == arguments.steps:
            break


def _save(nlp: Language, optimizer: Optimizer, out: Path) -> None:
    """Writes the averaged weights, without the words met."""
    with nlp.use_params(optimizer.averages):
        shutil.rmtree(out, ignore_errors=True)
        nlp.to_disk(out, exclude=["vocab"])


if __name__ == "__main__":
    main()
