"""An audit of the linkage: from a saved result to pairs for a person to judge, and from the answers to error rates.

What comes of it stands in the report beside the count (`persons.audit`) and never changes it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leakscan.answers import ANSWERS, CANNOT_TELL, DIFFERENT, SAME, Answers
from leakscan.crowd import Followed, linkage_of
from leakscan.errors import LedgerError
from leakscan.persons.audited import APART, MERGED, Drawn, draw_pairs
from leakscan.persons.rates import Bounded, Sampled, added, share_of_errors, taken_from
from leakscan.persons.second_opinion import second_opinion

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leakscan.options import ScanOptions
    from leakscan.persons.audited import Pair
    from leakscan.persons.ledger import Ledger

PAIRS_SCHEMA = "leakscan-audit-pairs/1"
METHOD = "clopper-pearson-mover-95"
"""How intervals are made (`persons.rates`); another name means that they are made otherwise."""
_PLACES = 4


@dataclass(frozen=True, slots=True)
class Audit:
    """The pairs that somebody is asked about. `likely`: of what was read; `factor`: persons per cluster of it."""

    drawn: Drawn
    likely: int
    factor: float


def audit_of(ledger: Ledger, options: ScanOptions, report: Mapping[str, Any], most: int, key: bytes) -> Audit:
    """Link a ledger once more and draw at most `most` pairs. `report`: of that ledger.

    Raises LedgerError where this program counts other people than the report.
    """
    found, trail, *_ = _linked_again(ledger, options, report)
    return Audit(draw_pairs(trail, most, key), found.likely, found.factors["likely"])


def opinion_on(ledger: Ledger, options: ScanOptions, report: Mapping[str, Any]) -> dict[str, Any]:
    """The report with what Splink counts (`persons.second_opinion`); the count stays.

    Raises UsageError where Splink is not installed, LedgerError as `audit_of`.
    """
    linked = _linked_again(ledger, options, report)
    found = second_opinion(linked.people, linked.typos, linked.found)
    pairs = {"both": found.both, "ours_alone": found.ours_alone, "theirs_alone": found.theirs_alone}
    told = {
        "by": "splink",
        "version": found.version,
        "identities": found.identities,
        "likely": found.likely,
        "people": found.people,
        "pairs": None if found.people is None else pairs,
        "reason": found.reason,
    }
    return {**report, "persons": {**report["persons"], "second_opinion": told}}


def _linked_again(ledger: Ledger, options: ScanOptions, report: Mapping[str, Any]) -> Followed:
    linked = linkage_of(ledger, options)
    counted = report["persons"].get("model", {}).get("read", report["persons"])["likely"]
    if counted != linked.found.likely:
        message = (
            f"this leakscan counts {linked.found.likely} people where the report has {counted}: another version made "
            "it; merge the result to count anew (`leakscan merge RESULT --save NEW`), and audit that"
        )
        raise LedgerError(message)
    return linked


def listed(audit: Audit) -> dict[str, Any]:
    """The pairs for batch work: patterns, no value, no fingerprint."""
    return {
        "schema": PAIRS_SCHEMA,
        "strata": dict(audit.drawn.sizes),
        "pairs": [
            {
                "pair": pair.id,
                "stratum": pair.stratum,
                "merged": pair.merged,
                "rule": pair.rule,
                "score": pair.score,
                "records": list(pair.records),
                "fields": dict(pair.fields),
                "one_of": dict(pair.one_of),
            }
            for pair in audit.drawn.pairs
        ],
    }


def unanswered(audit: Audit, answers: Answers) -> list[Pair]:
    """The pairs that are still to be asked, in their order."""
    return [pair for pair in audit.drawn.pairs if pair.id not in answers.given]


def outcome(audit: Audit, answers: Answers) -> dict[str, Any]:
    """What the answers say: `persons.audit` of the report."""
    counts = {name: Counter[str]() for name in audit.drawn.sizes}
    drawn = Counter(pair.stratum for pair in audit.drawn.pairs)
    for pair in audit.drawn.pairs:
        if pair.id in answers.given:
            counts[pair.stratum][answers.given[pair.id]] += 1
    wrong = _side(audit, counts, MERGED, DIFFERENT)
    missed = _side(audit, counts, APART, SAME)
    told = sum((Counter[str](some) for some in counts.values()), Counter[str]())
    likely = Bounded(audit.likely, audit.likely, audit.likely)
    corrected = taken_from(added([likely, wrong.persons]), missed.persons)
    return {
        "reviewer": answers.reviewer,
        "time": answers.time,
        "method": METHOD,
        "drawn": len(audit.drawn.pairs),
        "answered": told.total(),
        **{answer: told[answer] for answer in ANSWERS},
        "wrong_merges": wrong.report(),
        "missed_merges": missed.report(),
        "likely": audit.likely,
        "likely_corrected": {name: max(0, round(value)) for name, value in corrected._asdict().items()},
        "strata": [
            {
                "stratum": name,
                "merged": name in MERGED,
                "pairs": size,
                "drawn": drawn[name],
                **{answer: counts[name][answer] for answer in ANSWERS},
            }
            for name, size in audit.drawn.sizes.items()
            if size
        ],
    }


def with_outcome(report: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """The report with the outcome of an audit in it; an earlier one is replaced."""
    return {**report, "persons": {**report["persons"], "audit": dict(found)}}


@dataclass(frozen=True, slots=True)
class _Side:
    """One kind of error: pairs that could be one, the share that is, and how many persons that is."""

    pairs: int
    share: Bounded | None
    persons: Bounded

    def report(self) -> dict[str, Any]:
        share = {} if self.share is None else self.share._asdict()
        return {
            "pairs": self.pairs,
            "share": None if self.share is None else round(share["value"], _PLACES),
            "low": None if self.share is None else round(share["low"], _PLACES),
            "high": None if self.share is None else round(share["high"], _PLACES),
        }


def _side(audit: Audit, counts: Mapping[str, Counter[str]], names: tuple[str, ...], error: str) -> _Side:
    """Pairs that nobody could tell are left out, as if chance had chosen them."""
    sizes = audit.drawn.sizes
    strata = [
        Sampled(sizes[name], counts[name].total() - counts[name][CANNOT_TELL], counts[name][error]) for name in names
    ]
    pairs = sum(sizes[name] for name in names)
    share = share_of_errors(strata)
    anything = Bounded(0.0, 0.0, 1.0) if pairs else Bounded(0.0, 0.0, 0.0)
    return _Side(pairs, share, (share or anything).times(pairs * audit.factor))
