"""How many drugs of the QUAERO French Medical Corpus `health_mentions` finds as treatments.

    python benchmarks/quaero.py FILE.tar.gz --part odd

FILE is the train split in brat format (see docs/accuracy.md; nothing of it is in the project). A mention CHEM counts as
found if a mention of theme `treatment` touches it. CHEM is more than drugs: salts, proteins, "médicament". Beside
all of them those are counted that hold another word than the general ones below (drawn up on the even texts, so what is
left on the odd ones still holds chemicals that are no drug). `--part` takes every second text by name, of each folder.
"""

from __future__ import annotations

import argparse
import re
import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from leakscan.health import health_mentions

_GOLD = re.compile(r"^T\d+\tCHEM ([0-9 ;]+)\t", re.MULTILINE)
_GENERAL = re.compile(
    r"(?:m[ée]dicament\w*|orphelin|principe|actif|active|substances?|placebo|solutions?|pr[ée]parations?|injectables?|poudre"
    r"|capsules?|suspension|excipients?|diluants?|conservateurs?|ingr[ée]dients?|extraits?|m[ée]lange|association|analogue"
    r"|eau|gaz|m[ée]tal|alliage|particules?|acides?|amin[ée]s|sels?|chlorures?|hydroxyde|phosphate|ac[ée]tate|sodium|calcium"
    r"|chlorhydrique|chlorhydrate|aluminium|fer|fluor[ée]|amidon|mannitol|glucose|polysorbate|polym[èe]re|caoutchouc|butylique"
    r"|prot[ée]i\w*|poly\w*peptide|peptid\w*|enzym\w*|anticorps|antig[èe]nes?|r[ée]cepteurs?|ligands?|int[ée]grines?|cr[ée]atine"
    r"|phosphokinase|cpk|h[ée]moglobine|cholest[ée]rol|thrombine|s[ée]rum|m[ée]thionine|adn|arn|cytokines?|marqueurs?|cellules?"
    r"|pesticides?|de|du|des|la|le|l|d|par|pour|orale?|plasmatiques?|h[ée]patiques?|biliaires?|[0-9]+)"
)
Note = tuple[str, list[tuple[int, int]]]


def texts_of(archive: Path) -> Iterator[tuple[str, str, Note]]:
    """Folder, name, and text with its places of chemicals; a mention in parts goes from its first to its last."""
    with tarfile.open(archive) as tar:
        held = {Path(one.name): tar.extractfile(one) for one in tar.getmembers() if one.isfile()}
        files = {path: file.read().decode("utf-8") for path, file in held.items() if file is not None}
    for path in sorted(path for path in files if path.suffix == ".txt"):
        numbers = [
            [int(number) for number in re.findall(r"\d+", one)]
            for one in _GOLD.findall(files[path.with_suffix(".ann")])
        ]
        yield path.parent.name, path.stem, (files[path], [(min(places), max(places)) for places in numbers])


def found(texts: list[str]) -> list[list[tuple[int, int]]]:
    """Places of treatments in each text."""
    places: list[list[tuple[int, int]]] = [[] for _ in texts]
    told = health_mentions(pl.Series(texts, dtype=pl.String)).filter(pl.col("theme") == "treatment")
    for row, start, end in told.select("row", "start", "end").rows():
        places[row].append((start, end))
    return places


def names_a_drug(mention: str) -> bool:
    """Whether a mention holds another word than general ones."""
    return any(not _GENERAL.fullmatch(word) for word in re.findall(r"\w+", mention.lower()))


def touches(one: tuple[int, int], others: list[tuple[int, int]]) -> bool:
    """Whether a range shares a character with any other."""
    return any(start < one[1] and end > one[0] for start, end in others)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--part", choices=("all", "even", "odd"), default="all", help="texts by number from 0")
    parser.add_argument("--missed", action="store_true", help="print the words that are missed, by count")
    given = parser.parse_args()
    notes: dict[str, list[Note]] = {}
    for folder, _, note in texts_of(given.archive):
        notes.setdefault(folder, []).append(note)
    chosen = {"all": slice(None), "even": slice(0, None, 2), "odd": slice(1, None, 2)}[given.part]
    missed: Counter[str] = Counter()
    print("| folder | texts | chemicals | found | share | drugs | found | share | treatments elsewhere |")
    print("|---|---|---|---|---|---|---|---|---|")
    for folder, all_notes in notes.items():
        some = all_notes[chosen]
        places = found([text for text, _ in some])
        told = [
            (touches(one, there), names_a_drug(text[slice(*one)]))
            for (text, gold), there in zip(some, places, strict=True)
            for one in gold
        ]
        shares = [[hit for hit, drug in told if drug or not drugs] for drugs in (False, True)]
        line = " | ".join(f"{len(hits)} | {sum(hits)} | {sum(hits) / max(len(hits), 1):.3f}" for hits in shares)
        apart = sum(not touches(one, gold) for (_, gold), there in zip(some, places, strict=True) for one in there)
        print(f"| {folder} | {len(some)} | {line} | {apart} |")
        for (text, gold), there in zip(some, places, strict=True):
            missed.update(text[low:high].lower() for low, high in gold if not touches((low, high), there))
    if given.missed:
        print(", ".join(f"{word} {count}" for word, count in missed.most_common()))


if __name__ == "__main__":
    main()
