"""Prove that nobody can stand in a text, so that the scan that would find nobody is spared.

Clean uploads are most of what passes a gate, and the scan of a small one costs fifty times this proof. The proof works
the other way round: it searches for no person but for any sign of one, and gives up at the first. Without digits like
those of a number of a person, a phone or an old date, without an address, a known name, a word that labels people and
a word of health, no record bears a person (ADR 0002), and no rule about people matches. Only plain text can be proven:
what a reader would decode (escapes, base64, markup) is left to the scan. ADR 0030.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from time import sleep
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from leakscan.data import model_file
from leakscan.gate.common import COMMON, only_in_sentences
from leakscan.gate.logins import ask_for_logins, speaks_of_health
from leakscan.gate.numbers import (
    DATE_WITH_YEAR,
    DIGITS,
    contains,
    gates_of,
    may_hold,
    no_number,
    without_dates,
    without_machines,
)
from leakscan.gate.runs import hold_numbers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor

    from leakscan.gate.policy import Facts, Policy, Rule
    from leakscan.records import Source

PROVEN_YEARS = 2
"""Dates within so many calendar years are no birth dates: `columns.dates.OLD_YEARS` is what births reach back."""
SURNAMES_AT_MOST = 2
"""Words that are surnames too and no ordinary words: fewer stand in any text, more may be a list of people."""
WORDS_AT_MOST = 1 << 20
"""Distinct words of a text that are kept; a text of more is no language, and left to the scan."""
PIECE_BYTES = 1 << 20
"""Text that is looked at together; it changes memory, never what is proven."""
EXCLUDED: frozenset[str] = frozenset((
    "nir", "ins", "birth_date", "exam_date", "last_name", "maiden_name", "first_name", "full_name",
    "prescriber", "rpps", "phone", "email", "record_number",
))  # fmt: skip
"""Entities of which a text that is proven holds none that a rule could count."""

_TEXT = bytes(byte for byte in range(256) if byte >= 0x20 and byte != 0x7F) + b"\t\n\r"
_BLANKED = bytes(byte if byte >= 0x80 or chr(byte).isalpha() else 0x20 for byte in range(256))
_MARKS = (b"\xff\xfe", b"\xfe\xff", b"{\\rtf", b"%PDF", b"MSH|", b"FHS|", b"BHS|", b"H|")
_CODED = (
    r"\\[ux'][0-9a-fA-F]{2}|&#?[0-9A-Za-z]{1,8};|%[0-9A-Fa-f]{2}|<[A-Za-z/!?]"
    r"|[^\s@][^\S\n]*@|@[^\S\n]*@|\x{a9}|\x{ae}"
    r"|(?:0x|[xX]')(?:[2-7][0-9a-fA-F]|[cC][23][89a-bA-B][0-9a-fA-F]|[2-7][0-9a-fA-F]00){4}"
)
"""What a reader decodes, and what stands for an @ behind something: one that begins a line (`@property`) has no name.

A line that ends before it is no address for any reader of plain text; those of mail know other signs.
"""
_TAGS = r"0010[,_:. ]?(?:00[1-4]0|10[0-9]{2})"
"""Of the patient in DICOM: such columns need no word above them."""
_PACKED = "[A-Za-z0-9+/]{60}"
"""As base64 is, and long digests."""
_YEAR = r"(?:19|20)[0-9]{2}"
_LABELS = ("last_name", "maiden_name", "first_name", "full_name", "birth_date", "nir", "ins", "record_number",
           "exam_date", "prescriber", "rpps", "diagnosis")  # fmt: skip
_TELLING = frozenset((
    "patient", "patiente", "patients", "patientes", "nom", "noms", "prenom", "prenoms", "mr", "mme", "mlle",
    "monsieur", "madame", "mademoiselle", "dr", "drs", "docteur", "prof", "professeur", "medecin", "medecins",
    "labo", "laboratoire", "laboratoires", "hopital", "clinique", "ordonnance", "ordonnances", "ins", "nir",
    "nss", "nia", "nnp", "matricule", "assure", "assuree", "rpps", "adeli", "finess", "sanguin", "rhesus",
    "arobase", "vcard", "mime", "printable", "objectclass",
))  # fmt: skip
"""Words that label people or speak of care, and those of formats that encode what they carry."""
_OF_PROGRAMS = frozenset(("elif", "max"))
"""First names that stand in most programs: whoever bears one has another sign too, as a surname or a header has."""
_OF_DOORS = frozenset((
    "secure", "secured", "securely", "security", "securise", "securisee", "securises", "securisees", "securiser",
    "securisation", "securite",
))  # fmt: skip
"""Safety, not the number of the social security: that one shows by its digits."""
_BEGINNINGS = ("prescri", "prelev", "analys", "examen", "naiss", "matern", "gross", "diagnos", "immatric", "secu")


def proven(source: Source, facts: Facts, policy: Policy) -> bool:
    """Whether no rule of a policy can match an upload, by its bytes and its name alone; False: a scan must tell."""
    if not all(_about_people(rule) for rule in policy.rules):
        return False
    text = _Text()
    name = f"{source.path} {facts.path or ''}\n".encode(errors="replace")
    pieces = chain([name], _pieces(source))
    if source.size is None or source.size > PIECE_BYTES:
        with ThreadPoolExecutor(1) as beside:  # polars lets go of the interpreter: words and numbers are read together
            nobody = all(text.holds_nobody(piece, beside) for piece in pieces)
    else:
        nobody = all(text.holds_nobody(piece) for piece in pieces)
    return nobody and text.size > len(name) and not hold_numbers(source)


def _about_people(rule: Rule) -> bool:
    """Whether a rule asks for somebody, whatever else it asks for: it cannot match where nobody is."""
    return bool(
        any(rule.persons.values())
        or any(rule.categories.values())
        or any(rule.themes.values())
        or any(amount.entity in EXCLUDED and any(amount.least.values()) for amount in rule.entities)
    )


def _pieces(source: Source) -> Iterator[bytes | None]:
    """The text in pieces that end with a line; None for a line too long, or what is no plain text."""
    with source.open() as stream:
        rest = stream.read(PIECE_BYTES)
        if rest.startswith(_MARKS):
            yield None
        while data := stream.read(PIECE_BYTES):
            whole, end, rest = (rest + data).rpartition(b"\n")
            yield whole + end or None
        yield rest


@dataclass(slots=True)
class _Text:
    """What was seen of a text. State: its words, the years of its dates, and whether it may have a column of logins."""

    size: int = 0
    words: set[bytes] = field(default_factory=set)
    surnames: set[str] = field(default_factory=set)
    years: set[str] = field(default_factory=set)
    logins: bool = False

    def holds_nobody(self, data: bytes | None, beside: Executor | None = None) -> bool:
        """Whether there is no sign of anybody in a further piece, nor in all so far."""
        if data is None or data.translate(None, _TEXT):
            return False
        self.size += len(data)
        return self._is_plain(data, beside) or ((bare := _bare(data)) not in (None, data) and self._is_plain(bare))

    def _is_plain(self, data: bytes, beside: Executor | None = None) -> bool:
        if beside is None:
            signs = _signs_in(data)
            return not signs.coded and self._plain_words(data) and self._plain_numbers(signs)
        numbers = beside.submit(lambda: self._plain_numbers(_signs_in(data)))
        sleep(0)  # so that it begins before the words hold the interpreter
        return self._plain_words(data) and numbers.result()

    def _plain_numbers(self, signs: _Signs) -> bool:
        return (
            not signs.coded
            and (not signs.digits or no_number(signs.text))
            and (not signs.dated or self._recent_dates(signs.text))
        )

    def _plain_words(self, data: bytes) -> bool:
        every = set(data.translate(_BLANKED).split())
        found = every - self.words
        words = _spelled(found)
        surnames = self.surnames | (words & _surnames())
        logins = self.logins or ask_for_logins(words)
        plain = (
            len(self.words) + len(found) <= WORDS_AT_MOST
            and len(surnames) <= SURNAMES_AT_MOST
            and words.isdisjoint(_signs())
            and not any(word.startswith(_BEGINNINGS) for word in words - _OF_DOORS)
            and only_in_sentences(data, every)
            and not (logins and speaks_of_health(data))
        )
        if plain:
            self.words |= found
            self.surnames, self.logins = surnames, logins
        return plain

    def _recent_dates(self, text: pl.Series) -> bool:
        """Whether its dates are of a few years, and none is called a birth or an exam."""
        if may_hold(text, "birth_date", "exam_date"):
            return False
        if may_hold(without_dates(text), "date"):
            return False
        dates = text.str.extract_all(DATE_WITH_YEAR).explode(empty_as_null=True)
        self.years |= set(dates.str.extract(f"({_YEAR})").unique().drop_nulls().to_list())
        return not self.years or int(max(self.years)) - int(min(self.years)) < PROVEN_YEARS


class _Signs(NamedTuple):
    """Whether a text (one cell) must be decoded, and whether it may have numbers of people, and dates."""

    text: pl.Series
    coded: bool
    digits: bool = False
    dated: bool = False


def _signs_in(data: bytes) -> _Signs:
    try:
        text = pl.Series([data.decode()])
    except UnicodeDecodeError:
        return _Signs(pl.Series([""]), coded=True)
    (dates,) = gates_of("date")
    asked = {"coded": (f"{_CODED}|{_PACKED}|{_TAGS}",), "digits": (DIGITS,), "dated": dates}
    one = pl.col("text")
    found = pl.DataFrame({"text": text}).select(
        pl.all_horizontal(one.str.contains(pattern) for pattern in patterns).alias(name)
        for name, patterns in asked.items()
    )  # in one query: polars searches for all of them side by side
    return _Signs(text, **found.row(0, named=True))


def _bare(data: bytes) -> bytes | None:
    """The text without what only machines write; None where a reader would decode it."""
    try:
        text = pl.Series([data.decode()])
    except UnicodeDecodeError:
        return None
    return None if contains(text, _CODED) else str(without_machines(text)[0]).encode()


def _spelled(found: set[bytes]) -> set[str]:
    """Words in small letters without accents, whole and in the parts that capitals make of them."""
    from leakscan.columns.hints import words

    parts = set(words(b" ".join(found).decode(errors="replace")))
    whole = (b" ".join(word for word in found if not (word.islower() or word.isupper()))).decode(errors="replace")
    return parts | set(words(whole.lower()))


@cache
def _signs() -> frozenset[str]:
    """Words that a text without people seldom needs: first names, headers of people's columns, words of health."""
    from leakscan.columns.hints import strong_words
    from leakscan.health.lexicon import sure_words

    first_names = frozenset(row[0].lower() for row in _rows("first_names"))
    return ((first_names - _ordinary() - _OF_PROGRAMS) | _TELLING | strong_words(_LABELS) | sure_words()) - COMMON


@cache
def _surnames() -> frozenset[str]:
    return frozenset(row[0].lower() for row in _rows("surnames") if row[1] == "0") - _ordinary()


@cache
def _ordinary() -> frozenset[str]:
    from leakscan.names.candidates import ordinary

    return frozenset(ordinary().to_list())


def _rows(name: str) -> Iterator[list[str]]:
    lines = model_file(f"lexicon/{name}.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return (line.split("\t") for line in lines)
