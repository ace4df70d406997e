"""Rules for ambiguous terms of the theme `blood_group`: blood groups."""

from __future__ import annotations

from leakscan.health.rules import Need

NEEDS: dict[str, tuple[Need, ...]] = {
    "sign": (Need(requires=r"@ ?:? ?[+-] ?1\b|@ *(\(? ?[+-] ?\)?)( *$| *[^a-z0-9 ]|\s+[a-z]| *\))"),),
    "rh": (
        Need(
            only=r"rh (pos|neg|positif|negatif|positive|negative)",
            forbids=r"her2|sein|recepteur|re |rp "
            r"|cancer|carcinome|ki67",
        ),
    ),
    "rhsign": (
        Need(
            requires=r"@ ?(d )?(\(? ?[+-] ?\)?)( *$| *[^a-z0-9 ]|\s+[a-z])|@ ?: ?[+-]",
            forbids=r"her2|sein|recepteur|\bre\b|\brp\b|cancer|carcinome|ki67|ressources",
        ),
    ),
}
