"""What a renderer is: a pure function from a report to a text. It never scans, and never sees a value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Report = Mapping[str, Any]
"""A report as a plain dict of schema leakscan-report/1 (`report-1.schema.json`)."""

MIN_WIDTH = 80
MAX_WIDTH = 160
"""Narrower, the tables lose digits; wider, the eye loses the line."""


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """Where the text will be shown: language, width in characters, colour or not, and whether beyond ASCII.

    `since`: an earlier report that a draft is compared with. `split_by`: `laboratory` or `finess`, a draft for each.
    """

    lang: str = "en"
    width: int = 80
    color: bool = False
    unicode: bool = True
    since: Report | None = None
    split_by: str | None = None


Files = Callable[[Report, RenderOptions], Iterable[tuple[str, str | bytes]]]
"""What several files are made by: (end of the name before the suffix, content) of each."""


@dataclass(frozen=True, slots=True)
class Renderer:
    """One output format: its name on the command line, what it is for, and the function that writes it.

    `files`: for outputs that are more than one text, what is written to files, by the suffix of the name given.
    `drafts`: whether it can be split by controller and compared with an earlier report.
    """

    format: str
    description: str
    render: Callable[[Report, RenderOptions], str]
    files: Mapping[str, Files] = field(default_factory=dict)
    drafts: bool = False
