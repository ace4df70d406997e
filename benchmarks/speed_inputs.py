"""Generated inputs of the speed benchmark: made once into a folder, reused afterwards, never committed.

Tables come from samples/generate.py. Files beyond one part are several parts of different seeds under one header, so
that nobody is in two parts; what the truths say of persons adds up.
"""

from __future__ import annotations

import codecs
import gzip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "samples"))
from making.people import People, Person, nir_key

GENERATOR = Path(__file__).resolve().parent.parent / "samples" / "generate.py"
LAYOUT = "lab60_cp1252"
DELIMITER = ";"
PART_ROWS = 500_000
PART_BYTES = 241_000_000
"""What a part of that many rows takes, give or take a per cent."""
FIRST_SEED = 7
FIRST_EXAM, LAST_EXAM = date(2018, 1, 8), date(2020, 10, 20)
_BLOCK = 16 * 1024 * 1024
_PER_FOLDER = 500


@dataclass(frozen=True)
class Table:
    """A generated table and how many people are truly in it (None: not told by its generator)."""

    path: Path
    persons: int | None = None

    @property
    def megabytes(self) -> float:
        """Size in MB (10**6 bytes)."""
        return self.path.stat().st_size / 1e6


def made(path: Path, write: Callable[[Path], None]) -> Path:
    """A file or folder, written under another name first, so that a half-made one is never taken for whole."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(path.name + ".draft")
        if draft.is_dir():
            shutil.rmtree(draft)
        print(f"making {path.name}", file=sys.stderr)
        write(draft)
        draft.rename(path)
    return path


def part(folder: Path, rows: int, seed: int) -> Table:
    """One table from the samples' generator, with its truth beside it."""
    path = folder / f"{LAYOUT}-{rows}-{seed}.csv"
    truth = path.with_suffix(".truth.json")

    def write(draft: Path) -> None:
        work = folder / f"making-{rows}-{seed}"
        arguments = ("--out", str(work), "--rows", str(rows), "--seed", str(seed), "--layout", LAYOUT)
        subprocess.run([sys.executable, str(GENERATOR), *arguments], check=True, stdout=subprocess.DEVNULL)
        (work / f"{LAYOUT}.truth.json").rename(truth)
        (work / f"{LAYOUT}.csv").rename(draft)
        work.rmdir()

    made(path, write)
    return Table(path, json.loads(truth.read_text(encoding="utf-8"))["persons"])


def parts(folder: Path, count: int, rows: int) -> list[Table]:
    """That many parts of different seeds, made side by side."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda seed: part(folder, rows, seed), range(FIRST_SEED, FIRST_SEED + count)))


def table(folder: Path, count: int, rows: int) -> Table:
    """One file of that many parts under one header."""
    pieces = parts(folder, count, rows)
    if count == 1:
        return pieces[0]

    def write(draft: Path) -> None:
        with draft.open("wb") as out:
            for place, piece in enumerate(pieces):
                with piece.path.open("rb") as source:
                    header = source.readline()
                    if not place:
                        out.write(header)
                    shutil.copyfileobj(source, out, _BLOCK)

    path = made(folder / f"{LAYOUT}-{count}x{rows}.csv", write)
    return Table(path, sum(piece.persons or 0 for piece in pieces))


def parts_for(gigabytes: float) -> int:
    """How many parts come nearest to a size."""
    return max(1, round(gigabytes * 1e9 / PART_BYTES))


def utf8(source: Table) -> Table:
    """The same table in UTF-8."""

    def write(draft: Path) -> None:
        with source.path.open("rb") as given, draft.open("wb") as out:
            decoder = codecs.getincrementaldecoder("cp1252")()
            while block := given.read(_BLOCK):
                out.write(decoder.decode(block).encode())

    return Table(made(source.path.with_name(source.path.stem + "-utf8.csv"), write), source.persons)


def gzipped(source: Table) -> Path:
    """The table as `gzip -1` packs it."""

    def write(draft: Path) -> None:
        with source.path.open("rb") as given, gzip.open(draft, "wb", compresslevel=1) as out:
            shutil.copyfileobj(given, out, _BLOCK)

    return made(source.path.with_name(source.path.name + ".gz"), write)


def split(source: Table, count: int) -> Path:
    """A folder with the table cut at line ends into that many files of about one size, each with the header."""

    def write(draft: Path) -> None:
        draft.mkdir()
        share = source.path.stat().st_size // count + 1
        with source.path.open("rb") as given:
            header = given.readline()
            for place in range(count):
                with (draft / f"export_{place:02d}.csv").open("wb") as out:
                    out.write(header)
                    out.write(given.read(share))
                    out.write(given.readline())

    return made(source.path.with_name(f"{source.path.stem}-in-{count}"), write)


def patients(rng: Random) -> Iterator[Person]:
    """Invented people without end, in families."""
    people = People(rng, FIRST_EXAM, LAST_EXAM)
    while True:
        yield from people.family()[0]


def full_nir(person: Person) -> str:
    """The NIR under which a person is filed, with its key."""
    return person.filed_nir + nir_key(person.filed_nir)


def day(moment: date) -> str:
    """A date as the French write it."""
    return f"{moment.day:02d}/{moment.month:02d}/{moment.year}"


def wide(folder: Path, rows: int, columns: int = 2_000, seed: int = FIRST_SEED) -> Table:
    """A UTF-8 table of very many columns: a patient in the first eight, then figures, codes and empty cells."""
    named = ("ID", "NIR", "NOM", "PRENOM", "NE_LE", "DATE_EXAMEN", "VILLE", "COMMENTAIRE")
    notes = ("", "", "", "", "RAS", "contrôle à 3 mois", "séropositif VIH connu", "grossesse en cours", "à jeun")

    def write(draft: Path) -> None:
        rng = Random(f"wide {seed}")
        crowd = patients(rng)
        pool = [*("" for _ in range(400)), *(f"{rng.uniform(0, 300):.2f}" for _ in range(4_000))]
        pool += [f"{rng.choice('ABCHNSZ')}{rng.randrange(10_000):04d}" for _ in range(2_000)]
        with draft.open("w", encoding="utf-8", newline="\n") as out:
            out.write(DELIMITER.join((*named, *(f"VAR_{place:04d}" for place in range(columns - len(named))))) + "\n")
            for row in range(rows):
                who = next(crowd)
                exam = day(who.first_exam or LAST_EXAM)
                first = (str(row), full_nir(who), who.last_name, who.first_name, day(who.birth), exam, who.city)
                cells = (*first, rng.choice(notes), *rng.choices(pool, k=columns - len(named)))
                out.write(DELIMITER.join(cells) + "\n")

    return Table(made(folder / f"wide-{columns}-{rows}.csv", write))


def narrow(folder: Path, rows: int, seed: int = FIRST_SEED) -> Table:
    """A UTF-8 table of one column of NIR; one in three is met again."""

    def write(draft: Path) -> None:
        rng = Random(f"narrow {seed}")
        crowd = patients(rng)
        seen: list[str] = []
        with draft.open("w", encoding="utf-8", newline="\n") as out:
            out.write("NIR\n")
            for _ in range(rows):
                if seen and rng.random() < 1 / 3:
                    number = rng.choice(seen)
                else:
                    number = full_nir(next(crowd))
                    if len(seen) < 1_000:
                        seen.append(number)
                    else:
                        seen[rng.randrange(1_000)] = number
                out.write(number + "\n")

    return Table(made(folder / f"narrow-{rows}.csv", write))


def long_cells(folder: Path, cells: int, cell_bytes: int, texts: Iterator[str]) -> Table:
    """A UTF-8 table whose last column holds about that many bytes of letters per cell."""

    def write(draft: Path) -> None:
        with draft.open("w", encoding="utf-8", newline="\n") as out:
            out.write("NUMERO;DATE;TEXTE\n")
            for row in range(cells):
                pieces: list[str] = []
                size = 0
                while size < cell_bytes:
                    pieces.append(next(texts).replace("\n", " ").replace(";", ",").replace('"', "'"))
                    size += len(pieces[-1].encode())
                out.write(f"{row};{day(LAST_EXAM)};{' '.join(pieces)}\n")

    return Table(made(folder / f"long-{cells}x{cell_bytes}.csv", write))


def small_exports(rng: Random) -> Iterator[str]:
    """Exports of some 5 kB without end: semicolons, one header for all of them, about 45 rows."""
    results = ("négatif", "positif", "0,85", "1,2", "12,4", "<0,5", "", "à contrôler", "VIH : négatif", "normal")
    acts = ("NFS", "CRP", "TSH", "HBA1C", "SEROLOGIE VIH", "HCG", "PSA", "FERRITINE", "CREATININE", "UREE")
    crowd = patients(rng)
    while True:
        lines = ["NIR;NOM;PRENOM;DATE_NAISSANCE;CP;VILLE;DATE_EXAMEN;ACTE;RESULTAT"]
        for _ in range(rng.randrange(38, 60)):
            who = next(crowd)
            exam = day(who.first_exam or LAST_EXAM)
            person = (full_nir(who), who.last_name, who.first_name, day(who.birth), who.postcode, who.city, exam)
            lines.append(DELIMITER.join((*person, rng.choice(acts), rng.choice(results))))
        yield "\n".join(lines) + "\n"


def folder_of(path: Path, count: int, kinds: Sequence[tuple[str, Iterator[str]]]) -> Path:
    """A folder of that many small files, the kinds (ending, texts) in turn, 500 to a folder below it."""

    def write(draft: Path) -> None:
        for place in range(count):
            if place % _PER_FOLDER == 0:
                below = draft / f"{place // _PER_FOLDER:04d}"
                below.mkdir(parents=True)
            ending, texts = kinds[place % len(kinds)]
            (below / f"f{place:06d}{ending}").write_text(next(texts), encoding="utf-8", newline="\n")

    return made(path, write)


def joined(path: Path, count: int, texts: Iterator[str]) -> Path:
    """A file with one text per line; the lines of a text are joined by spaces."""

    def write(draft: Path) -> None:
        with draft.open("w", encoding="utf-8", newline="\n") as out:
            for _ in range(count):
                out.write(" ".join(next(texts).split()) + "\n")

    return made(path, write)


def first_of(folder: Path, count: int) -> Path:
    """The first files of a folder that `folder_of` made, as hard links in a folder of their own."""

    def write(draft: Path) -> None:
        for file in sorted(folder.rglob("f*"))[:count]:
            below = draft / file.parent.name
            below.mkdir(parents=True, exist_ok=True)
            (below / file.name).hardlink_to(file)

    return made(folder.with_name(f"{folder.name}-first-{count}"), write)
