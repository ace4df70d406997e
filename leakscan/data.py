"""Where the data that parameterises detection lives: `models/`, beside the package in a checkout, in it in a wheel."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_PLACES = (Path(__file__).parent / "models", Path(__file__).parent.parent / "models")


@cache
def model_file(name: str) -> Path:
    """Path of a file below `models/` by its relative path; raises FileNotFoundError for a broken installation."""
    for place in _PLACES:
        path = place / name
        if path.exists():
            return path
    message = f"the data file models/{name} is missing: install leakscan again"
    raise FileNotFoundError(message)
