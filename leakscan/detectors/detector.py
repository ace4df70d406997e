"""What a detector is: one row of data about one kind of value, with its proof."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from leakscan.detectors.anchors import Begins


@dataclass(frozen=True, slots=True)
class Detector:
    """How one entity is recognised: candidate -> validated -> canonical.

    In running text `prefilter` (Rust regex, a superset of `pattern`) picks the cells worth a look, `pattern` (`regex`
    module syntax, look-around allowed) cuts candidates, `label` (Rust regex) must stand within the 40 characters
    before one where the value alone proves nothing, and `canonical` turns a candidate into its one spelling or null.
    In a column with the entity's role, `canonical` is applied to whole cells (the scalar path). `needs_role` says that
    the value means nothing without its column, so running text is never searched for it. `begins` tells where a match
    of `pattern` can begin: it is tried there and nowhere else; without it every character is tried.
    `confidence` is how sure a validated hit in running text is, 0..1.
    """

    entity: str
    pattern: str
    prefilter: str
    canonical: Callable[[pl.Expr], pl.Expr]
    confidence: float
    label: str | None = None
    needs_role: bool = False
    begins: Begins | None = None
    examples: tuple[tuple[str, str], ...] = ()
    counterexamples: tuple[str, ...] = ()
    values: tuple[tuple[str, str], ...] = ()
    not_values: tuple[str, ...] = ()
    source: str = ""
