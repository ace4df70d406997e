"""Write what the documents show of the code: `python docs/make_reference.py`. Tests hold the documents to it.

docs/detectors.md is made from the table DETECTORS; the excerpt in README.md from a scan of a sample.
"""  # noqa: INP001 - a command, no package

from __future__ import annotations

import inspect
import re
from datetime import date
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING

import leakscan.detectors
from leakscan.detectors import DETECTORS
from leakscan.options import ScanOptions
from leakscan.records import ROLES
from leakscan.renderers import RENDERERS, RenderOptions
from leakscan.report import build_report
from leakscan.scan import scan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from leakscan.detectors import Detector

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "detectors.md"
README = ROOT / "README.md"
SAMPLE = "samples/lab60_cp1252.csv"

_EXCERPT = re.compile(r"(?<=<!-- excerpt -->\n```text\n).*?(?=```\n)", re.DOTALL)
_END_OF_FIRST_SCREEN = "\n\nPERSONAL DATA"

_INTRODUCTION = """\
# Detectors

What leakscan recognises, made from the table `DETECTORS` in `leakscan/detectors/__init__.py`. Do not edit this page:
change the detector, then run `python docs/make_reference.py`. A test fails when the two differ.

- **in text**: searched in running text, in any column. A *label* must then stand within the 40 characters before it
  where the value alone proves nothing.
- **in its column only**: the value means nothing by itself, so it is read only in a column that has the role.
- **whole cells only**: no role of its own; used by the rules that judge columns (an EAN-13 is no NIR, a SIRET no
  RPPS) or for the cells of another role (an address line).
- **confidence**: how sure a validated hit in running text is (0 to 1). In a column with the role, the confidence of the
  role is used instead, never less than 0.5.
- An *example* shows a text and the canonical form found in it; a *counterexample* is a text in which nothing is found.
  A *cell* is a whole cell of a column with the role. `tests/test_detectors_values.py` runs every one of them.

Everything below is invented or a public specimen. Names in prose are not detected yet. Health themes are no detectors
but a lexicon with rules of status: see [models/lexicon/README.md](../models/lexicon/README.md).
"""


def _modules() -> Iterator[ModuleType]:
    for found in iter_modules(leakscan.detectors.__path__):
        yield import_module(f"leakscan.detectors.{found.name}")


def _home(detector: Detector) -> tuple[str, str]:
    """Name of the constant that holds a detector, and the file in which it is assigned."""
    for module in _modules():
        source = inspect.getsource(module)
        for name, value in vars(module).items():
            if value is detector and re.search(rf"^{name}\b[^=\n]*= ", source, re.MULTILINE):
                return name, f"leakscan/detectors/{module.__name__.rpartition('.')[2]}.py"
    message = f"the detector of {detector.entity} is assigned in no module"
    raise LookupError(message)


def _code(text: str) -> str:
    """A text as Markdown code: blanks that cannot be seen are written as escapes, the empty text as a word."""
    if not text:
        return "(empty)"
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
    fence = "``" if "`" in shown else "`"
    padding = " " if shown.startswith((" ", "`")) or shown.endswith((" ", "`")) else ""
    return f"{fence}{padding}{shown}{padding}{fence}"


def _pairs(title: str, pairs: tuple[tuple[str, str], ...]) -> Iterator[str]:
    if pairs:
        yield f"\n{title}:\n"
        yield from (f"- {_code(text)} is {_code(canonical)}" for text, canonical in pairs)


def _texts(title: str, texts: tuple[str, ...]) -> Iterator[str]:
    if texts:
        yield f"\n{title}: {', '.join(_code(text) for text in texts)}"


def _where(detector: Detector) -> str:
    if detector.needs_role:
        return "in its column only" if detector.entity in ROLES else "whole cells only"
    return "in text" if detector.label is None else "in text, under a label"


def _section(detector: Detector) -> Iterator[str]:
    name, file = _home(detector)
    yield f"\n## {name}\n"
    yield f"Entity `{detector.entity}`, {_where(detector)}, confidence {detector.confidence:.2f}."
    yield f"Code: `{file}`. Source: {detector.source}."
    yield from _pairs("Examples", detector.examples)
    yield from _texts("Counterexamples", detector.counterexamples)
    yield from _pairs("Cells", detector.values)
    yield from _texts("Cells that are none", detector.not_values)


def page() -> str:
    """The page as it should stand."""
    lines = [_INTRODUCTION, "| detector | entity | where | confidence |", "|---|---|---|---|"]
    for detector in DETECTORS:
        name, _ = _home(detector)
        anchor = name.lower()
        lines.append(f"| [{name}](#{anchor}) | {detector.entity} | {_where(detector)} | {detector.confidence:.2f} |")
    for detector in DETECTORS:
        lines += _section(detector)
    return "\n".join(lines) + "\n"


def first_screen() -> str:
    """What a terminal of 80 columns shows first for the sample."""
    options = ScanOptions(as_of=date(2026, 1, 1))
    report = build_report(scan([str(ROOT / SAMPLE)], options), options)
    shown = {**report, "inputs": [{**report["inputs"][0], "path": SAMPLE}]}
    text = RENDERERS["terminal"].render(shown, RenderOptions())
    return text.partition(_END_OF_FIRST_SCREEN)[0] + "\n"


def readme() -> str:
    """The README with the excerpt as it should stand."""
    return _EXCERPT.sub(lambda _: first_screen(), README.read_text(encoding="utf-8"), count=1)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    README.write_text(readme(), encoding="utf-8")
