"""Why a column has its role, as short texts that go with it into the ledger, and as numbers for the report.

A text is a word and what it says: `header 0.64 date naissance`, `cells 1.2`, `fit 0.98`, `filled 0.9`,
`next date 0.6`, `rule repeats what the NIR says`. No text holds a cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from leakscan.columns.score import Scored

_NUMBERS = ("cells", "fit", "filled")


def told(scores: Sequence[Scored], role: str | None, filled: float, rule: str) -> tuple[str, ...]:
    """What speaks for the role that a column has, and which other one came next.

    `filled`: share (0..1) of the head's rows with a cell; `rule`: why what stands beside it decided, or nothing.
    """
    return tuple(_told(scores, role, filled, rule))


def _told(scores: Sequence[Scored], role: str | None, filled: float, rule: str) -> Iterator[str]:
    own = next((one for one in scores if one.role == role), None)
    other = next((one for one in scores if one.role != role), None)
    if own is not None and own.phrase:
        yield f"header {own.header:.2f} {own.phrase}"
    if own is not None and own.proof:
        yield f"cells {own.proof:.2f}"
    if own is not None and own.fit is not None:
        yield f"fit {max(0.0, own.fit):.2f}"
    if role is not None or other is not None:
        yield f"filled {filled:.2f}"
    if other is not None:
        yield f"next {other.role} {other.score:.2f}"
    if rule:
        yield f"rule {rule}"


def why(reasons: Iterable[str]) -> dict[str, Any]:
    """The texts as the report has them: `header`, `phrase`, `cells`, `fit`, `filled`, `next`, `next_score`, `rule`.

    What an earlier version said in other words stands as `rule`.
    """
    found: dict[str, Any] = {}
    for reason in reasons:
        try:
            found.update(_parsed(*reason.partition(" ")[::2]))
        except ValueError:
            found["rule"] = reason
    return found


def _parsed(word: str, rest: str) -> Mapping[str, Any]:
    if word == "header":
        weight, _, phrase = rest.partition(" ")
        return {"header": float(weight), "phrase": phrase}
    if word in _NUMBERS:
        return {word: float(rest)}
    if word == "next":
        role, _, score = rest.partition(" ")
        return {"next": role, "next_score": float(score)}
    if word == "rule":
        return {"rule": rest}
    raise ValueError
