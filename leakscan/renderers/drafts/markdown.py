"""Blocks as Markdown (CommonMark with tables): whatever came with the data stays text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakscan.renderers.drafts.blocks import Heading, Paragraph

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leakscan.renderers.drafts.blocks import Block, Table

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~!&$]")
_ENTITY = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def markdown(given: Iterable[Block]) -> str:
    """One document, with a final newline."""
    return "\n\n".join(_written(block) for block in given) + "\n"


def _written(block: Block) -> str:
    if isinstance(block, Heading):
        return f"{'#' * block.level} {_escaped(block.text)}"
    if isinstance(block, Paragraph):
        return _escaped(block.text)
    return _table(block)


def _table(table: Table) -> str:
    lines = [table.header, tuple("---" for _ in table.header), *(tuple(map(_escaped, row)) for row in table.rows)]
    return "\n".join(f"| {' | '.join(row)} |" for row in lines)


def _escaped(text: str) -> str:
    """Punctuation that Markdown or HTML would read is escaped; addresses are no links."""
    plain = _SPECIAL.sub(lambda found: _ENTITY.get(found[0], f"\\{found[0]}"), text)
    return plain.replace("://", ":&#47;&#47;")
