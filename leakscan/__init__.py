"""leakscan finds, counts and rates French health data in leaked files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from leakscan.health import health_mentions

__all__ = ["health_mentions"]


def __getattr__(name: str) -> Any:
    # polars is imported when somebody asks for a function that needs it, not by `leakscan --version`
    if name == "health_mentions":
        from leakscan.health import health_mentions

        return health_mentions
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
