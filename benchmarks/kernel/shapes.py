"""The shapes of whole cells as one automaton over bytes: small regular expressions, made deterministic together.

What a product would do with the patterns of leakscan.detectors; here a few shapes are written down for the prototype.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

_BLANKS = " \t'\u00a0\u2019=\""
_SEPARATORS = " .\u00a0_/()" + "-"


def _between(*pieces: str) -> str:
    """The pieces with any separators between them."""
    return f"[{_SEPARATORS}]*".join(pieces)


_DIGIT = "[0-9]"
_DEPARTMENT = "(" + "|".join((_between("0", "[1-9]"), _between("[1-9]", _DIGIT), _between("2", "[ABab]"))) + ")"
_MONTH = "(" + "|".join(map(_between, *zip(("0", "[1-9]"), ("1", "[0-2]"), ("2", _DIGIT), ("3", _DIGIT), ("4", "[0-2]"), ("[5-9]", _DIGIT), strict=True))) + ")"  # fmt: skip  # noqa: E501
_ORDER = "(" + "|".join((_between("0", "0", "[1-9]"), _between("0", "[1-9]", _DIGIT), _between("[1-9]", _DIGIT, _DIGIT))) + ")"  # fmt: skip  # noqa: E501
_KEY = "(" + "|".join((_between("0", "[1-9]"), _between("[1-8]", _DIGIT), _between("9", "[0-7]"))) + ")"
_BODY = _between("[1-4]", _DIGIT, _DIGIT, _MONTH, _DEPARTMENT, _DIGIT, _DIGIT, _DIGIT, _ORDER)
_WRAP = f"[{_BLANKS}]*"
_NAMED_KEY = f"[ \t]*[/(-]?[ \t]*[cC][lL][eEéÉ][ \t]*[:=]?[ \t]*[{_SEPARATORS}]*"
_DAY, _MONTH_OF_YEAR, _YEAR = "(0?[1-9]|[12][0-9]|3[01])", "(0?[1-9]|1[0-2])", "(19|20)[0-9]{2}"
_DMY = "|".join(f"{_DAY}[{mark}]{_MONTH_OF_YEAR}[{mark}]({_YEAR}|{_DIGIT}{{2}})" for mark in "/-.")
_TIME = "([ T]+[0-2]?[0-9]:[0-5][0-9](:[0-5][0-9])?)?"
_LETTER = "[A-Za-zÀ-ÖØ-öø-ÿŒœŠšŽžŸªºµƒ]"

SHAPES: dict[str, tuple[int, str]] = {
    "nir15": (
        1,
        f"{_WRAP}[{_SEPARATORS}]*{_BODY}(([{_SEPARATORS}]*)|({_NAMED_KEY})){_KEY}([.,]0)?[{_SEPARATORS}]*{_WRAP}",
    ),
    "nir13": (2, f"{_WRAP}{_BODY}([.,]0)?{_WRAP}"),
    "date_dmy": (4, f"({_DMY}|{_DIGIT}{{4}}{_YEAR}){_TIME}"),
    "date_ymd": (8, f"({_YEAR}-{_MONTH_OF_YEAR}-{_DAY}|{_YEAR}/{_MONTH_OF_YEAR}/{_DAY}|{_YEAR}{_DIGIT}{{4}}){_TIME}"),
    "phone": (16, "([+]33[ ]?|0033[ ]?|0)[1-9]([ .-]?[0-9]{2}){4}"),
    "email": (32, "[A-Za-z0-9!#$%&*+/=?^_{|}~'.-]+@([A-Za-z0-9-]+[.])+[A-Za-z]{2,24}"),
    "postcode": (64, "[0-9]{5}"),
    "words": (128, f"(.*){_LETTER}{_LETTER}(.*)"),
    "number": (256, "[+-]?[0-9]+([.,][0-9]+)?"),
    "empty": (512, "[ \t]*"),
}
"""Name of a shape: its bit, and the expression that a whole cell matches, in cp1252."""
KEY, DAY = 1 << 30, 1 << 31
"""Bits that the kernel adds: a NIR's key is right, a date is a day of the calendar."""


@dataclass
class _Machine:
    """A machine with empty moves while it is built: per state its moves by byte set, and its empty moves."""

    moves: list[list[tuple[frozenset[int], int]]] = field(default_factory=list)
    empty: list[list[int]] = field(default_factory=list)

    def state(self) -> int:
        """Add a state."""
        self.moves.append([])
        self.empty.append([])
        return len(self.moves) - 1


class _Parser:
    """Reads one expression: literals, `.`, `[a-z]`, groups, `|`, `?`, `*`, `+`, `{n}`, `{n,m}`."""

    def __init__(self, text: str, machine: _Machine) -> None:
        self.text, self.at, self.machine = text, 0, machine

    def _peek(self) -> str:
        return self.text[self.at] if self.at < len(self.text) else ""

    def either(self, begin: int) -> int:
        """Alternatives up to a closing bracket; gives the state that they end in."""
        end = self.machine.state()
        while True:
            own = begin
            while self._peek() not in ("", "|", ")"):
                own = self._repeated(own)
            self.machine.empty[own].append(end)
            if self._peek() != "|":
                return end
            self.at += 1

    def _repeated(self, begin: int) -> int:
        place = self.at
        entry = self.machine.state()
        self.machine.empty[begin].append(entry)
        end = self._atom(entry)
        sign = self._peek()
        if sign in ("?", "*", "+") and sign:
            self.at += 1
            out = self.machine.state()
            self.machine.empty[end].append(out)
            if sign in "?*":
                self.machine.empty[entry].append(out)
            if sign in "*+":
                self.machine.empty[end].append(entry)
            return out
        if sign != "{":
            return end
        close = self.text.index("}", self.at)
        least, _, most = self.text[self.at + 1 : close].partition(",")
        done = [end]
        for _ in range(int(most or least) - 1):
            self.at = place
            end = self._atom(end)
            done.append(end)
        self.at = close + 1
        out = self.machine.state()
        for state in done[int(least) - 1 :]:
            self.machine.empty[state].append(out)
        return out

    def _atom(self, begin: int) -> int:
        character = self._peek()
        self.at += 1
        if character == "(":
            end = self.either(begin)
            self.at += 1
            return end
        if character == "[":
            stop = self.text.index("]", self.at)
            found = frozenset(_set(self.text[self.at : stop]))
            self.at = stop + 1
        else:
            found = frozenset(range(256)) if character == "." else frozenset(character.encode("cp1252"))
        end = self.machine.state()
        self.machine.moves[begin].append((found, end))
        return end


def _set(text: str) -> Iterator[int]:
    """The bytes of a class; a range of letters runs over bytes of cp1252."""
    at = 0
    while at < len(text):
        first = text[at].encode("cp1252")[0]
        if at + 2 < len(text) and text[at + 1] == "-":
            yield from range(first, text[at + 2].encode("cp1252")[0] + 1)
            at += 3
        else:
            yield first
            at += 1


@dataclass(frozen=True)
class Automaton:
    """Class of each byte; per state a row of `classes` next states; bits that a state accepts. 0 is dead, 1 begins."""

    class_of: bytes
    classes: int
    next: list[int]
    accept: list[int]


def automaton(shapes: dict[str, tuple[int, str]] = SHAPES) -> Automaton:
    """One deterministic automaton that tells for a whole cell which of the shapes it has."""
    machine = _Machine()
    begin = machine.state()
    bits = {}
    for bit, expression in shapes.values():
        entry = machine.state()
        machine.empty[begin].append(entry)
        bits[_Parser(expression, machine).either(entry)] = bit
    class_of, samples = _classes(machine)

    def closed(states: set[int]) -> frozenset[int]:
        waiting = list(states)
        while waiting:
            for state in machine.empty[waiting.pop()]:
                if state not in states:
                    states.add(state)
                    waiting.append(state)
        return frozenset(states)

    numbers = {frozenset[int](): 0, closed({begin}): 1}
    order = list(numbers)
    next_states: list[int] = []
    for states in order:  # grows while it is read
        for sample in samples:
            to = closed({end for state in states for found, end in machine.moves[state] if sample in found})
            if to not in numbers:
                numbers[to] = len(numbers)
                order.append(to)
            next_states.append(numbers[to])
    accept = [sum(bit for end, bit in bits.items() if end in states) for states in order]
    return Automaton(class_of, len(samples), next_states, accept)


def _classes(machine: _Machine) -> tuple[bytes, list[int]]:
    """Bytes that no set tells apart share a class: the class of each byte, and one byte of each class."""
    sets = list({found for moves in machine.moves for found, _ in moves})
    known: dict[tuple[bool, ...], int] = {}
    samples = []
    class_of = bytearray(256)
    for byte in range(256):
        kinds = tuple(byte in found for found in sets)
        if kinds not in known:
            known[kinds] = len(known)
            samples.append(byte)
        class_of[byte] = known[kinds]
    return bytes(class_of), samples
