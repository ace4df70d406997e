"""Reader for FHIR Shorthand: instances are resources, which go to the reader of FHIR; all else is text.

`* identifier[INS-NIR].value = "..."` says what `{"identifier": [{"value": "..."}]}` says in JSON. Profiles and value
sets have no instances and are read as text. Source: HL7 FHIR Shorthand 3.0.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import polars as pl

from leakscan.readers.heads import Head
from leakscan.readers.recode import utf8
from leakscan.readers.streams import HEAD_BYTES, Readable
from leakscan.records import Child, Item, Table, column_id

FORMAT = "fsh"
CONFIDENCE = 0.8
"""Surer than labels and values, which look like it."""
MAX_ITEMS = 1_000
"""Places of a list that rules may name; what stands further is put at its end."""

_INSTANCE = re.compile(rb"(?m)^Instance:[ \t]*\S+[^\n]*\r?\n(?:[^\n]*\r?\n){0,5}?InstanceOf:[ \t]*\S+")
_KEYWORD = re.compile(r"([A-Z][A-Za-z]+):[ \t]*(.*)")
_RULE = re.compile(r"([ ]*)\*[ ]+([A-Za-z][^\s=]*(?:=\][^\s=]*)*)(?:[ ]+=[ ]+(.+?)|[ ]*=[ ]+(.+?))?[ \t]*")
_STEP = re.compile(r"([A-Za-z]\w*)((?:\[[^\]]*\])*)")
_SLICE = re.compile(r"\[([^\]]*)\]")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_CODED = re.compile(r'(\S*?)#("(?:[^"\\]|\\.)*"|\S+)(?:[ ]+"((?:[^"\\]|\\.)*)")?')
_REFERENCE = re.compile(r"Reference\(([^)]*)\).*")
_QUANTITY = re.compile(r"(-?\d+(?:\.\d+)?)[ ]+(?:'([^']*)'|\S+#(\S+).*)")
_TYPES = (
    "MedicationStatement", "MedicationRequest", "MedicationAdministration", "MedicationDispense", "PractitionerRole",
    "AllergyIntolerance", "DiagnosticReport", "FamilyMemberHistory", "DocumentReference", "EpisodeOfCare",
    "ClinicalImpression", "RelatedPerson", "ServiceRequest", "Immunization", "Practitioner", "Organization",
    "Observation", "Composition", "Appointment", "Encounter", "Condition", "Procedure", "Coverage", "Specimen",
    "CarePlan", "Patient", "Person",
)  # fmt: skip
_LISTS = frozenset(
    ("identifier", "telecom", "address", "line", "given", "prefix", "suffix", "extension", "coding", "category", "note")
)
_PEOPLE = frozenset(("Patient", "Practitioner", "RelatedPerson", "Person"))


@dataclass(slots=True)
class _Instance:
    """One instance: its name, its type if it is one of ours, its lines, and rules as (path, value)."""

    name: str
    kind: str = ""
    lines: list[str] = field(default_factory=list)
    rules: list[tuple[str, str]] = field(default_factory=list)


def sniff(head: Head) -> float:
    """By an instance and what it is one of."""
    if head.options.delimiter is not None or len(head.data) >= HEAD_BYTES or not head.text.whole:
        return 0.0
    return CONFIDENCE if _INSTANCE.search(head.data) and any(one.kind for one in _parsed(_text(head))[0]) else 0.0


def read(stream: Readable, head: Head) -> Iterator[Item]:
    """A table without rows, then the resources as a child in JSON, and the rest as another."""
    while stream.read(HEAD_BYTES):
        pass
    nothing = pl.DataFrame(schema={column_id(0): pl.String()})
    yield Table(FORMAT, head.text.encoding.label, ("text",), has_header=False, head=nothing, kind="text")
    found, rest = _parsed(_text(head))
    types = {one.name: one.kind for one in found if one.kind}
    resources = [_resource(one, types) for one in found if one.kind]
    rest += [line for one in found if not one.kind for line in one.lines]
    yield _child("resources", json.dumps(resources, ensure_ascii=False))
    if any(line.strip() for line in rest):
        yield _child("text", "\n".join(rest))


def _child(name: str, text: str) -> Child:
    data = text.encode("utf-8", "replace")
    return Child(name, partial(io.BytesIO, data), size=len(data))


def _text(head: Head) -> str:
    return utf8(head.text.data, head.text.encoding).decode("utf-8", "replace")


def _parsed(text: str) -> tuple[list[_Instance], list[str]]:
    """Instances, and the lines of everything else: profiles, value sets, comments, what instances are called."""
    found: list[_Instance] = []
    rest: list[str] = []
    current: _Instance | None = None
    around: list[tuple[int, str]] = []
    for line in text.splitlines():
        keyword = _KEYWORD.match(line)
        if keyword is not None and keyword[1] == "Instance":
            current = _Instance(keyword[2].strip())
            found.append(current)
        elif keyword is not None and current is not None and keyword[1] == "InstanceOf":
            current.kind = next((kind for kind in _TYPES if kind.lower() in keyword[2].lower()), "")
        elif keyword is not None and keyword[1] not in ("Usage", "Title", "Description"):
            current = None
        if current is None:
            rest.append(line)
            continue
        current.lines.append(line)
        rule = _RULE.fullmatch(line)
        if rule is None:
            if keyword is None or keyword[1] in ("Title", "Description"):
                rest.append(line)
            continue
        path = _below(around, len(rule[1]), rule[2])
        value = rule[3] or rule[4]
        if value is not None:
            current.rules.append((path, value))
    return found, rest


def _below(around: list[tuple[int, str]], indent: int, path: str) -> str:
    """The path of a rule with those of the rules it is indented under, which `around` holds with their indents."""
    while around and around[-1][0] >= indent:
        around.pop()
    if around:
        before, above = around[-1]
        path = f"{above}.{path}"
        around[-1] = (before, above.replace("[+]", "[=]"))  # the rules below a new place are about that one
    around.append((indent, path))
    return path


def _resource(instance: _Instance, types: dict[str, str]) -> dict[str, Any]:
    """An instance as FHIR writes it in JSON; a rule that fits no place of it goes with its text to a note."""
    resource: dict[str, Any] = {"resourceType": instance.kind, "id": instance.name}
    places: dict[str, dict[str, int]] = {}
    for path, said in instance.rules:
        steps = _STEP.findall(path)
        value = _value(said, steps[-1][0] if steps else "", types)
        if not steps or not _put(resource, steps, value, places, people=instance.kind in _PEOPLE):
            resource.setdefault("note", [])
            if isinstance(resource["note"], list):
                resource["note"].append({"text": f"{path}: {said}"})
    return resource


def _put(
    resource: dict[str, Any],
    steps: list[tuple[str, str]],
    value: Any,
    places: dict[str, dict[str, int]],
    *,
    people: bool,
) -> bool:
    """Put a value where its path says; whether that place may hold it."""
    node: Any = resource
    path = ""
    for at, (name, slices) in enumerate(steps):
        last = at == len(steps) - 1
        path += f".{name}"
        if not isinstance(node, dict):
            return False
        named = _SLICE.findall(slices)
        if not named and name not in _LISTS and not (name == "name" and people and not last):
            if last:
                node[name] = value
            else:
                node = node.setdefault(name, {})
            continue
        held = node.setdefault(name, [])
        if not isinstance(held, list):
            return False
        place = _place(held, "".join(named), places.setdefault(f"{path}@{id(held)}", {}))
        if last:
            held[place] = value
        else:
            if not isinstance(held[place], dict):
                held[place] = {}
            node = held[place]
    return True


def _place(held: list[Any], named: str, known: dict[str, int]) -> int:
    """The place in a list that a rule names: by number, `+` (a new one), `=` (the last one) or a slice's name."""
    if named in ("", "="):
        place = len(held) - 1 if named == "=" and held else 0
    elif named == "+":
        place = len(held)
    elif named.isdecimal():
        place = min(int(named), MAX_ITEMS)
    else:
        place = known.setdefault(named, len(held))
    place = min(place, len(held) + MAX_ITEMS)
    held += [{} for _ in range(len(held), place + 1)]
    return place


def _value(said: str, name: str, types: dict[str, str]) -> Any:
    """What the right side of a rule says, as JSON holds it."""
    if (text := _STRING.fullmatch(said)) is not None:
        return _plain(text[1])
    if (reference := _REFERENCE.fullmatch(said)) is not None:
        target = reference[1].strip()
        return {"reference": f"{types[target]}/{target}" if target in types else target}
    if (quantity := _QUANTITY.fullmatch(said)) is not None:
        return {"value": quantity[1], "unit": quantity[2] or quantity[3] or ""}
    if (coded := _CODED.fullmatch(said)) is not None:
        code = coded[2].strip('"')
        if not coded[1] and not coded[3]:
            return code
        coding = {"system": coded[1], "code": code, "display": _plain(coded[3] or "")}
        return coding if name in ("coding", "valueCoding", "type", "class") else {"coding": [coding]}
    return said


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
