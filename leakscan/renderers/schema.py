"""Is this a leakscan report? A check against `report-1.schema.json`, for reports that came from elsewhere.

It understands the keywords that the schema uses and no others (a test holds it against jsonschema), so that reading a
report needs no further dependency. It is stricter in one thing: 1.0 is no integer.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

SCHEMA_FILE = Path(__file__).with_name("report-1.schema.json")
"""The JSON Schema (draft 2020-12) of the report; it ships with the package."""

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "null": (type(None),),
    "integer": (int,),
    "number": (int, float),
}


def first_problem(report: object) -> str | None:
    """Where a value first differs from the schema and how, as `/persons/low: is missing`; None for a right report.

    The sentence names places, never the value that stands there.
    """
    return next(_problems(report, _schema(), ""), None)


@cache
def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    return schema


def _problems(value: object, schema: dict[str, Any], place: str) -> Iterator[str]:
    if "$ref" in schema:
        yield from _problems(value, _schema()["$defs"][schema["$ref"].removeprefix("#/$defs/")], place)
        return
    here = place or "/"
    if "type" in schema and not _has_type(value, schema["type"]):
        yield f"{here}: is not of the type {schema['type']}"
        return
    choices = [schema["const"]] if "const" in schema else schema.get("enum", [value])
    if not any(value == choice and _kind(value) == _kind(choice) for choice in choices):
        yield f"{here}: is none of the values that are possible there"
    if isinstance(value, str) and "pattern" in schema and re.search(schema["pattern"], value) is None:
        yield f"{here}: does not have the form that is expected there"
    if not _in_range(value, schema):
        yield f"{here}: is out of range"
    if isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            yield from _problems(item, schema["items"], f"{place}/{index}")
    if isinstance(value, dict):
        yield from _object_problems(value, schema, place)


def _object_problems(value: dict[str, object], schema: dict[str, Any], place: str) -> Iterator[str]:
    yield from (f"{place}/{name}: is missing" for name in schema.get("required", ()) if name not in value)
    known = schema.get("properties", {})
    rest = schema.get("additionalProperties", True)
    for name, item in value.items():
        if "propertyNames" in schema and next(_problems(name, schema["propertyNames"], place), None):
            yield f"{place or '/'}: has a name that is not possible there"
        elif name in known:
            yield from _problems(item, known[name], f"{place}/{name}")
        elif rest is False:
            yield f"{place or '/'}: has a name that is not possible there"
        elif isinstance(rest, dict):
            yield from _problems(item, rest, f"{place}/{name}")


def _has_type(value: object, wanted: str | list[str]) -> bool:
    names = [wanted] if isinstance(wanted, str) else wanted
    return any(isinstance(value, _TYPES[name]) and (name == "boolean" or not isinstance(value, bool)) for name in names)


def _in_range(value: object, schema: dict[str, Any]) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return True
    return bool(schema.get("minimum", value) <= value <= schema.get("maximum", value))


def _kind(value: object) -> type:
    """JSON has one kind of number, and a boolean is none."""
    return float if isinstance(value, int | float) and not isinstance(value, bool) else type(value)
