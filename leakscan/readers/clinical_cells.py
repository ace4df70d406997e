"""How readers of health formats fill the cells of a record: identifiers, professionals, contacts, results, dates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

INS_OIDS = ("1.2.250.1.213.1.4.8", "1.2.250.1.213.1.4.9")
"""Who assigns an INS: the NIR and the NIA of the patient."""
TEST_OIDS = ("1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.11")
"""Identities of test and demonstration: the patients are invented."""
PROFESSIONALS_OID, STRUCTURES_OID = "1.2.250.1.71.4.2.1", "1.2.250.1.71.4.2.2"
_PEOPLE = ("prescriber", "professional", "professional_2", "professional_3", "professional_4")


@dataclass(frozen=True, slots=True)
class Professional:
    """Somebody who works in health care: the name as written, and a number of one kind or the other."""

    name: str = ""
    number: str = ""


_STAMP = re.compile(r"\s*((?:18|19|20|21)\d\d)-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])(?:$|[T\s\d.+-])")


def iso(stamp: str) -> str:
    """The date of a time stamp such as 20210106093100+0100 as YYYY-MM-DD; any other text as it stands."""
    found = _STAMP.match(stamp)
    return "-".join(found.groups()) if found else stamp.strip()


_WORDS = {
    "negative": "négatif", "neg": "négatif", "negatif": "négatif", "négatif": "négatif", "not detected": "non détecté",
    "undetected": "non détecté", "nonreactive": "négatif", "non-reactive": "négatif", "absent": "absence",
    "positive": "positif", "pos": "positif", "positif": "positif", "detected": "détecté", "reactive": "positif",
    "present": "présence", "indeterminate": "douteux", "equivocal": "douteux", "ind": "douteux",
}  # fmt: skip
"""Results in the words of code tables (HL7 0078, LOINC answers, SNOMED CT), in French."""
_WORDED_FLAGS = frozenset(("pos", "neg", "ind", "rr", "nr", "det", "nd"))
_FLAGS = _WORDS | {"rr": "positif", "nr": "négatif", "det": "détecté", "nd": "non détecté"}


def finding(label: str, value: str, unit: str = "", flag: str = "") -> str:
    """A result as a line that says what was measured and what came out: `label : value unit (flag)`."""
    label, value, unit, flag = label.strip(), value.strip(), unit.strip(), flag.strip()
    said = _WORDS.get(value.lower(), value)
    if flag.lower() in _WORDED_FLAGS:
        flag = _FLAGS[flag.lower()]
    elif flag.lower() in _WORDS:
        flag = _WORDS[flag.lower()]
    if not said and flag:
        said, flag = flag, ""
    result = " ".join(part for part in (said, unit, f"({flag})" if flag and flag != said else "") if part)
    return f"{label} : {result}" if label and result else label or result


_WORD = re.compile(r"[^\W\d_]{3,}")


def under_title(title: str, lines: Sequence[tuple[str, str, str, str]]) -> list[str]:
    """Results (label, value, unit, flag) below the examination that they are of, as lines.

    A title alone says that something was asked for. Before a single result it is said in the same breath; where
    the labels say one of its words it is left out, since it would say "tested" beside the result.
    """
    title = title.strip()
    found = [line for line in lines if line[0].strip() or line[1].strip()]
    if not found:
        return [title] if title else []
    if len(found) == 1:
        label, value, unit, flag = found[0]
        whole = (
            label
            if not title or title == label or _folded(title) in _folded(label)
            else f"{title}, {label}"
            if label
            else title
        )
        return [finding(whole, value, unit, flag)]
    words = set(_WORD.findall(_folded(title)))
    said = any(words & set(_WORD.findall(_folded(label))) for label, *_ in found)
    return [*([title] if title and not said else []), *(finding(*line) for line in found)]


_PLAIN = str.maketrans("éèêëàâîïôöùûüç", "eeeeaaiioouuuc")


def _folded(text: str) -> str:
    return text.lower() if text.isascii() else text.lower().translate(_PLAIN)


def with_professionals(cells: dict[str, str], found: Sequence[Professional]) -> None:
    """Put professionals into the cells, the prescriber first. Numbers of all but the first go to `rest`.

    The name that is counted is that of the number beside it.
    """
    told: list[Professional] = []
    for one in found:
        same = [at for at, other in enumerate(told) if _same(one, other)]
        if same:
            other = told[same[0]]
            told[same[0]] = Professional(other.name or one.name, other.number or one.number)
        elif one.name or one.number:
            told.append(one)
    for one, name in zip(told, _PEOPLE, strict=False):
        cells[name] = one.name
    if told:
        number = told[0].number
        number = number[1:] if len(number) in (10, 12) and number[0] in "08" else number
        cells["rpps" if len(number) == 11 else "adeli"] = number if len(number) in (9, 11) else ""
    for one in told[1:]:
        add(cells, "rest", f"RPPS {one.number}" if one.number else "")
    for one in told[len(_PEOPLE) :]:
        add(cells, "rest", one.name and f"Dr {one.name}")


def _same(one: Professional, other: Professional) -> bool:
    if one.number and other.number:
        return one.number == other.number
    return bool(one.name) and one.name.lower() == other.name.lower()


def add(cells: dict[str, str], name: str, line: str) -> None:
    """One more line in a cell."""
    line = line.strip()
    if line:
        cells[name] = f"{cells[name]}\n{line}" if cells.get(name) else line


def fill(cells: dict[str, str], name: str, value: str) -> None:
    """Fill a cell, unless it is filled already; a second value that differs goes to `rest`."""
    value = value.strip()
    if not value:
        return
    if not cells.get(name):
        cells[name] = value
    elif cells[name] != value:
        add(cells, "rest", value)


def with_identifier(cells: dict[str, str], value: str, oid: str, kind: str = "") -> bool:
    """Put a number of the patient into its field by who assigned it; says whether that marks an invented patient.

    `oid`: of the authority, with or without `urn:oid:`; `kind`: a type code (INS, NIR, NH, PI, SS), if any.
    """
    oid, value = oid.removeprefix("urn:oid:").strip(), value.strip()
    if not value:
        return False
    if oid in INS_OIDS or oid in TEST_OIDS or kind in ("INS", "INS-NIR", "INS-NIA", "NH"):
        fill(cells, "ins", value)
    elif kind in ("SS", "NI", "NIR", "SNS", "NN", "NNFRA") and nir_shaped(value):
        fill(cells, "nir", value)
    else:
        fill(cells, "record_number", value)
    return oid in TEST_OIDS


_NIR = re.compile(r"[1-8]\d{4}(?:\d\d|\d[AB])\d{6}(?:\d\d)?")
_NIR_CHARS = 13
_POINTS = re.compile(r"[\s.]")
_TELECOM = re.compile(r"(?i)(?:tel|mailto|fax|sms):")


def nir_shaped(value: str) -> bool:
    """Whether a number is written like a NIR, with or without its key."""
    return len(value) >= _NIR_CHARS and _NIR.fullmatch(_POINTS.sub("", value).upper()) is not None


def with_phone(cells: dict[str, str], value: str) -> None:
    """Put a telecom (`tel:0601020304`, `mailto:`, bare) into its field; an address of a patient's own mailbox too."""
    kind, _, bare = value.partition(":") if _TELECOM.match(value) else ("", "", value)
    bare = bare.strip()
    if not bare:
        return
    if kind.lower() == "mailto" or "@" in bare:
        fill(cells, "email", bare)
    else:
        fill(cells, "phone" if not cells.get("phone") else "phone_2", bare)
