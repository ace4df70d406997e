"""INS, the national health identity: the patient's own NIR or NIA, told from the insured's by its label or OID.

Source: Agence du numerique en sante, referentiel INS (OID 1.2.250.1.213.1.4.8 NIR, .9 NIA; .10 and .11 are test data).
"""

from __future__ import annotations

from leakscan.detectors.detector import Detector
from leakscan.detectors.nir import NIR, labelled_with_key

OID_REAL = r"1\.2\.250\.1\.213\.1\.4\.[89]\b"
OID_TEST = r"1\.2\.250\.1\.213\.1\.4\.1[01]\b"
"""Test and demonstration identities: the patients are invented."""

INS = Detector(
    entity="ins",
    pattern=NIR.pattern,
    prefilter=NIR.prefilter,
    begins=NIR.begins,
    canonical=NIR.canonical,
    confidence=0.99,
    label=rf"(?:\bINS(?:-?C|-?NIR|-?NIA)?\b|identit[ée]\s+nationale|{OID_REAL})[^0-9]{{0,24}}$",
    examples=(
        ("matricule INS : 2 79 03 51 215 189 89", "2790351215189"),
        ("INS-NIR 279035121518989", "2790351215189"),
    ),
    counterexamples=("NIR : 279035121518989", "assurance 279035121518989", "INS 279035121518900"),
    values=(("279035121518989", "2790351215189"),),
    not_values=("1690299350029", "279035121518900"),
    source="ANS, referentiel INS",
)

in_ins_column = labelled_with_key
"""The scalar path: an INS is always written with its key; who waits for a NIR has an NIA (first digit 3, 4, 7 or 8)."""
