"""The dialog of an audit: one pair after the other, as a pattern without values, and a key for each answer."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from leakscan.answers import KEYS
from leakscan.auditing import unanswered
from leakscan.cli.output import write_out
from leakscan.i18n import counted, decimal, label, number, phrase
from leakscan.persons.patterns import FIELDS
from leakscan.persons.scored import LIKELY_BITS

if TYPE_CHECKING:
    from collections.abc import Callable

    from leakscan.answers import Answers
    from leakscan.auditing import Audit
    from leakscan.persons.audited import Pair

STOP = "q"
_NOTHING = "missing_both"


def ask(audit: Audit, answers: Answers, keep: Callable[[Answers], Answers], lang: str) -> Answers:
    """Ask for what has no answer yet, until all have one or the reviewer stops; each answer is kept at once."""
    everything = audit.drawn.pairs
    left = unanswered(audit, answers)
    for at, pair in enumerate(left, len(everything) - len(left) + 1):
        write_out(shown(pair, at, len(everything), lang))
        answer = _answer(lang)
        if answer is None:
            return answers
        answers = keep(replace(answers, given={**answers.given, pair.id: answer}))
    return answers


def _answer(lang: str) -> str | None:
    """An answer; None at the key to stop, and at the end of the input."""
    while True:
        write_out(phrase("audit.ask", lang))
        line = sys.stdin.readline()
        key = line.strip().lower()
        if not line or key == STOP:
            return None
        if key in KEYS:
            return KEYS[key]
        write_out(phrase("audit.again", lang) + "\n")


def shown(pair: Pair, at: int, everything: int, lang: str) -> str:
    """A pair as text: what each field says, how common the names are, the rule and the score. Never a value."""
    left, right = (counted(count, "distinct_record", lang) for count in pair.records)
    rule = label("rule", pair.rule, lang)
    why = (
        phrase("audit.merged", lang, rule=rule)
        if pair.merged
        else phrase("audit.apart", lang, why=label("stratum", pair.stratum, lang), rule=rule)
    )
    if pair.score is not None:
        told = phrase("audit.score", lang, score=decimal(pair.score, lang), least=decimal(LIKELY_BITS, lang))
        why = f"{why}; {told}"
    place = {"at": number(at, lang), "all": number(everything, lang)}
    lines = ["", phrase("audit.pair", lang, **place, left=left, right=right), why, ""]
    lines += [_field(pair, name, lang) for name in FIELDS if pair.fields[name] != _NOTHING]
    missing = [label("field", name, lang) for name in FIELDS if pair.fields[name] == _NOTHING]
    if missing:
        lines.append("  " + phrase("audit.missing_both", lang, fields=", ".join(missing)))
    return "\n".join([*lines, "", ""])


def _field(pair: Pair, name: str, lang: str) -> str:
    state = label("state", pair.fields[name], lang)
    one_of = pair.one_of.get(name)
    common = "" if one_of is None else f" ({phrase('audit.one_of', lang, count=number(one_of, lang))})"
    return f"  {label('field', name, lang):<20} {state}{common}"
