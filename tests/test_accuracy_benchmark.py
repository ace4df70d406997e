"""The benchmark's own expectation of the severity band: from what a truth says is in the file, by the ENISA tables."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
import accuracy

NAMED = {"name": 9, "birth_date": 9}
NOBODY_SAID = {"affirmed": 0, "tested": 0, "negated": 0}


def truth(roles: dict[str, str | None], people: dict[str, int], **statuses: int) -> dict[str, Any]:
    """A truth with these columns (kind: role), people by category, and statuses of one theme."""
    return {
        "columns": [{"kind": kind, "role": role} for kind, role in roles.items()],
        "persons_by_category": people,
        "persons_by_theme": {"hiv": {**NOBODY_SAID, **statuses}},
    }


@pytest.mark.parametrize(
    ("given", "bands"),
    [
        (truth({"comment": "comment"}, NAMED, affirmed=1), ("very_high",)),
        (truth({"comment": "comment"}, NAMED, negated=1), ("very_high",)),
        (truth({"result": "result"}, NAMED), ("very_high",)),
        (truth({"act": "act"}, NAMED, tested=3), ("high",)),
        (truth({"blood_group": "blood_group"}, NAMED), ("high",)),
        (truth({"exam_date": "exam_date"}, NAMED), ("medium",)),
        (truth({"amount": None}, NAMED), ("low",)),
        (truth({"comment": "comment"}, {"birth_date": 9, "nir": 9}, affirmed=1), ("high",)),
        (truth({"comment": "comment", "maiden_name": "maiden_name"}, {"nir": 9}, affirmed=1), ("very_high",)),
        (truth({"result": "*", "exam_date": "exam_date"}, NAMED), ("medium", "high", "very_high")),
        (truth({}, NAMED | {"credentials": 9}), ("very_high",)),
    ],
)
def test_the_band_follows_from_what_is_in_the_file(given: dict[str, Any], bands: tuple[str, ...]) -> None:
    assert accuracy.expected_bands(given) == bands
