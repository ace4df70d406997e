"""Writes models/names-fr/ordinary.txt, the words that make no text a candidate: `python -m benchmarks.names_fr.ordinary`.

They are the words of the generator outside names, without those that the lexicons know as a first name or a surname.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from benchmarks.names_fr import words as w
from benchmarks.names_fr.generate import TEMPLATES

_MODELS = Path(__file__).resolve().parents[2] / "models"
_HEAD = "# Ordinary words of French hospital text, folded; made by `python -m benchmarks.names_fr.ordinary`. See README.md.\n"
_PROPER = {"FAMOUS", "HOSPITAL_NAMES", "CLINIC_NAMES", "CITIES", "EPONYMS"}
"""Lists whose words are names in other places."""
_PARTICLES = set(
    "de du des da do dos la le les l d el al van von der den ben bel et en un une saint sainte st ste".split()
)


def folded(text: str) -> str:
    return "".join(
        part
        for part in unicodedata.normalize("NFKD", text.lower().replace("œ", "oe"))
        if not unicodedata.combining(part)
    )


def _texts() -> Iterator[str]:
    for name, value in vars(w).items():
        if name.isupper() and name not in _PROPER:
            yield from value
    for path in TEMPLATES.glob("*.txt"):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield re.sub(r"\{\w+\}|\\[nt]", " ", line)
    for name in ("drugs.tsv", "acts.tsv", "headers.tsv"):
        column = 1 if name == "headers.tsv" else 0
        for line in (_MODELS / "lexicon" / name).read_text(encoding="utf-8").splitlines()[1:]:
            yield line.split("\t")[column] if "\t" in line else line


def main() -> None:
    names = {
        folded(word)
        for name in ("first_names.tsv", "surnames.tsv")
        for line in (_MODELS / "lexicon" / name).read_text(encoding="utf-8").splitlines()[1:]
        for word in re.findall(r"[^\W\d_]+", line.split("\t")[0])
    }
    names -= _PARTICLES
    words = {folded(word) for text in _texts() for word in re.findall(r"[^\W\d_]{2,}", text)}
    path = _MODELS / "names-fr" / "ordinary.txt"
    path.write_text(_HEAD + "".join(f"{word}\n" for word in sorted(words - names)), encoding="utf-8")
    print(f"{len(words - names)} words")


if __name__ == "__main__":
    main()
