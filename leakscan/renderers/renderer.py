"""What a renderer is: a pure function from a report to a text. It never scans, and never sees a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Report = Mapping[str, Any]
"""A report as a plain dict of schema leakscan-report/1 (`report-1.schema.json`)."""

MIN_WIDTH = 80
MAX_WIDTH = 160
"""Narrower, the tables lose digits; wider, the eye loses the line."""


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """Where the text will be shown: language, width in characters, colour or not, and whether beyond ASCII."""

    lang: str = "en"
    width: int = 80
    color: bool = False
    unicode: bool = True


@dataclass(frozen=True, slots=True)
class Renderer:
    """One output format: its name on the command line, what it is for, and the function that writes it."""

    format: str
    description: str
    render: Callable[[Report, RenderOptions], str]
