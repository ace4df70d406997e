"""What an audit of the linkage says, in lines: the same in the summary, on the page and after the last answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leakscan.i18n import counted, label, number, percent, phrase
from leakscan.untrusted import harmless

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leakscan.renderers.renderer import Report


def audit_lines(report: Report, lang: str) -> list[str]:
    """The outcome of the audit in a report; nothing where there was none."""
    audit = report["persons"].get("audit")
    return [] if audit is None else outcome_lines(audit, lang)


def outcome_lines(audit: Mapping[str, Any], lang: str) -> list[str]:
    """Who answered what and when, the two shares of errors, and what they would mean for the count."""
    pairs = counted(audit["drawn"], "pair", lang)
    undecided = number(audit["cannot_tell"], lang)
    who = [phrase("audit.answered", lang, answered=number(audit["answered"], lang), drawn=pairs, undecided=undecided)]
    if audit["reviewer"]:
        who.append(phrase("audit.by", lang, reviewer=harmless(audit["reviewer"])))
    if audit["time"]:
        who.append(phrase("audit.on", lang, time=harmless(audit["time"])))
    corrected = {name: number(value, lang) for name, value in audit["likely_corrected"].items()}
    return [
        ", ".join(who),
        _share(audit["wrong_merges"], "wrong", lang),
        _share(audit["missed_merges"], "missed", lang),
        phrase("audit.likely", lang, **corrected, likely=number(audit["likely"], lang)),
    ]


def opinion_lines(report: Report, lang: str) -> list[str]:
    """What another program counts; nothing where none was asked."""
    opinion = report["persons"].get("second_opinion")
    if opinion is None:
        return []
    who = {"by": harmless(opinion["by"]).capitalize(), "version": harmless(opinion["version"])}
    if opinion["people"] is None:
        reason = label("opinion_reason", harmless(opinion["reason"] or ""), lang)
        return [phrase("opinion.none", lang, **who, reason=reason)]
    counts = {name: number(opinion[name], lang) for name in ("people", "likely", "identities")}
    pairs = {name.removesuffix("_alone"): number(count, lang) for name, count in opinion["pairs"].items()}
    return [phrase("opinion.people", lang, **who, **counts), phrase("opinion.pairs", lang, **pairs)]


def _share(found: Mapping[str, Any], key: str, lang: str) -> str:
    pairs = counted(found["pairs"], "pair", lang)
    if found["share"] is None:
        return phrase(f"audit.no_{key}", lang, pairs=pairs)
    shares = {name: percent(found[name], lang) for name in ("share", "low", "high")}
    return phrase(f"audit.{key}", lang, **shares, pairs=pairs)
