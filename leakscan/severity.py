"""How bad it is: the ENISA worksheet SE = DPC x EI + CB, every factor with its reasons and its evidence.

The weights are data (`models/severity.toml`, with their source); this file only applies them.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from leakscan.data import model_file
from leakscan.errors import UsageError
from leakscan.i18n import label, phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

RECIPIENTS: tuple[str, ...] = ("unknown", "known", "none")
"""Answers to `--recipients`: who is known to have got the data."""

BANDS: tuple[str, ...] = ("low", "medium", "high", "very_high")
"""Bands of the score, mildest first."""

_STATUSES = ("affirmed", "negated", "tested")

_OWN_RULES = ("blood_group", "treatment")
"""Themes that are also data categories, with rules of their own: they name no condition by themselves."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the estimate knows that severity depends on.

    `categories`: data categories that at least one person has (name, birth_date, nir, address, phone, email, mutuelle,
    prescriber, exam_date, blood_group, credentials, treatment, genetic_data, financial).
    `themes`: theme -> the statuses under which at least one person counts.
    `has_results`, `has_acts`: a column or segment of results, of act codes. `health_source`: a source of persons has a
    health role. `pseudonymised`: persons are counted by a pseudonym. `unintelligible`: what was read is encrypted.
    """

    persons_likely: int
    categories: frozenset[str] = frozenset()
    themes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    has_results: bool = False
    has_acts: bool = False
    health_source: bool = False
    pseudonymised: bool = False
    unintelligible: bool = False


def assess(facts: Facts, recipients: str | None = None, malicious: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002  the worksheet's own order
    """The severity part of the report: dpc (1..4 or None), ei, cb, score, band, reasons, flags and a what-if table.

    `recipients` is one of `RECIPIENTS`, None when nobody said: then "unknown" is taken and `cb_assumed` is true.
    With nobody in it: dpc None, ei 0, score 0, band low, whatever the circumstances.
    """
    weights = _weights()
    if recipients is not None and recipients not in RECIPIENTS:
        message = f"the recipients cannot be {recipients!r}: say one of {', '.join(RECIPIENTS)}"
        raise UsageError(message)
    taken = recipients or weights["cb"]["default"]
    cb_reasons = _circumstances(weights, taken, assumed=recipients is None, malicious=malicious)
    if facts.persons_likely > 0:
        signals = _signals(facts)
        dpc_reasons = _matching("dpc", weights["dpc"], signals, facts)
        ei_reasons = [reason for reason in _matching("ei", weights["ei"], signals, facts) if reason["decisive"]]
    else:
        dpc_reasons = [_reason("dpc", 0, "nobody", ["/persons/likely"])]
        ei_reasons = []
    dpc = dpc_reasons[0]["value"] or None
    ei = ei_reasons[0]["value"] if ei_reasons else 0.0
    cb = sum(reason["value"] for reason in cb_reasons)
    score = _score(dpc, ei, cb)
    return {
        "dpc": dpc,
        "ei": ei,
        "cb": cb,
        "cb_assumed": recipients is None,
        "score": score,
        "band": band_of(score),
        "reasons": dpc_reasons + ei_reasons + cb_reasons,
        "flags": {
            "over_100_people": facts.persons_likely > weights["flags"]["many_people"],
            "unintelligible": facts.unintelligible,
        },
        "what_if": _what_if(weights, dpc, ei, (taken, malicious)),
    }


def band_of(score: float) -> str:
    """The band of a score: low below 2, medium below 3, high below 4, very high from 4."""
    bounds = _weights()["bands"]
    return max((name for name in BANDS if score >= bounds[name]), key=BANDS.index)


def at_least(band: str, threshold: str) -> bool:
    """Whether a band reaches a threshold band."""
    return BANDS.index(band) >= BANDS.index(threshold)


@cache
def _weights() -> dict[str, Any]:
    with model_file("severity.toml").open("rb") as stream:
        return tomllib.load(stream)


def _score(dpc: int | None, ei: float, cb: float) -> float:
    return 0.0 if dpc is None else round(dpc * ei + cb, 2)


def _signals(facts: Facts) -> frozenset[str]:
    signals = {"person", *facts.categories}
    switches = {
        "health": facts.health_source,
        "acts": facts.has_acts,
        "results": facts.has_results,
        "pseudonym": facts.pseudonymised,
    }
    signals.update(name for name, on in switches.items() if on)
    signals.update(f"theme_{status}" for status in _STATUSES if _themes(facts, status))
    signals.update(theme for theme in _OWN_RULES if "affirmed" in facts.themes.get(theme, frozenset()))
    if signals - {"person", "nir", "health"}:
        signals.add("linked")
    return frozenset(signals)


def _themes(facts: Facts, status: str) -> list[str]:
    """Conditions with somebody under a status."""
    return [theme for theme, statuses in facts.themes.items() if status in statuses and theme not in _OWN_RULES]


def _matching(factor: str, rules: list[dict[str, Any]], signals: frozenset[str], facts: Facts) -> list[dict[str, Any]]:
    """Reasons of the rules that hold, highest value first; those with the highest value decide."""
    held = [rule for rule in rules if signals.issuperset(rule["when"]) and signals.isdisjoint(rule.get("unless", ()))]
    held.sort(key=lambda rule: -rule["value"])
    reasons = []
    for rule in held:
        themes = [theme for signal in rule["when"] for theme in _themes(facts, signal.removeprefix("theme_"))]
        pointers = [pointer for signal in rule["when"] for pointer in _pointers(signal, facts)]
        decisive = rule["value"] == held[0]["value"]
        reasons.append(_reason(factor, rule["value"], rule["code"], pointers, themes, decisive=decisive))
    return reasons


def _reason(
    factor: str,
    value: float,
    code: str,
    evidence: list[str],
    themes: list[str] | None = None,
    *,
    decisive: bool = True,
) -> dict[str, Any]:
    return {
        "factor": factor,
        "value": value,
        "code": code,
        "decisive": decisive,
        "sentence": sentence(code, themes or [], "en"),
        "themes": themes or [],
        "evidence": evidence,
    }


def sentence(code: str, themes: list[str], lang: str) -> str:
    """A reason's sentence in a language; the report carries the English one, renderers may ask for another."""
    return phrase(f"reason.{code}", lang, themes=", ".join(label("theme", theme, lang) for theme in themes))


def _pointers(signal: str, facts: Facts) -> list[str]:
    """JSON pointers (RFC 6901) into the report, to where a signal comes from."""
    if signal.startswith("theme_"):
        status = signal.removeprefix("theme_")
        return [f"/persons/by_theme/{theme}/{status}" for theme in _themes(facts, status)]
    fixed = {
        "person": "/persons/likely",
        "health": "/inputs",
        "acts": "/evidence",
        "results": "/evidence",
        "linked": "/persons/by_category",
        "pseudonym": "/persons/basis/pseudonym",
    }
    if signal in _OWN_RULES and signal not in facts.categories:
        return [f"/persons/by_theme/{signal}/affirmed"]
    return [fixed.get(signal, f"/persons/by_category/{signal}")]


def _circumstances(weights: dict[str, Any], recipients: str, *, assumed: bool, malicious: bool) -> list[dict[str, Any]]:
    code = "recipients_assumed" if assumed else f"recipients_{recipients}"
    reasons = [_reason("cb", weights["cb"]["recipients"][recipients], code, ["/severity/cb_assumed"])]
    if malicious:
        reasons.append(_reason("cb", weights["cb"]["malicious"], "malicious", ["/severity/what_if"]))
    return reasons


def _what_if(weights: dict[str, Any], dpc: int | None, ei: float, taken: tuple[str, bool]) -> list[dict[str, Any]]:
    """Score and band under every circumstance, mildest first; `current` marks the one that was taken."""
    rows = []
    for recipients in reversed(RECIPIENTS):
        for malicious in (False, True):
            cb = weights["cb"]["recipients"][recipients] + (weights["cb"]["malicious"] if malicious else 0.0)
            score = _score(dpc, ei, cb)
            rows.append(
                {
                    "recipients": recipients,
                    "malicious": malicious,
                    "cb": cb,
                    "score": score,
                    "band": band_of(score),
                    "current": (recipients, malicious) == taken,
                }
            )
    return rows
