"""Why the band is what it is: the worksheet's factors, what decided each, and what other circumstances would give."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from leakscan.explain.statement import Statement

if TYPE_CHECKING:
    from leakscan.renderers import Report


def band_statements(report: Report) -> Iterator[Statement]:
    """What is to be said of the severity. A reason's sentence is made where the language is known (`why`)."""
    severity = report["severity"]
    if severity["dpc"] is None:
        yield Statement("band.nobody", {"band": severity["band"]})
        return
    numbers = {name: float(severity[name]) for name in ("score", "dpc", "ei", "cb")}
    yield Statement("band.score", {"band": severity["band"], **numbers})
    if severity.get("at_least"):
        yield Statement("band.at_least")
    for reason in severity["reasons"]:
        told = {"code": reason["code"], "themes": list(reason["themes"])}
        if reason["decisive"]:
            told = {"factor": reason["factor"], "value": float(reason["value"]), **told}
        yield Statement("band.decides" if reason["decisive"] else "band.also", told)
    yield Statement("band.bounds")
    for row in severity["what_if"]:
        if not row["current"]:
            told = {name: row[name] for name in ("recipients", "malicious", "score", "band")}
            yield Statement("band.what_if", {**told, "score": float(row["score"])})
