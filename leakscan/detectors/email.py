"""E-mail addresses, lower-case.

Source: RFC 5321 (64 characters before the @, 255 after), RFC 1035 (labels of letters, digits and inner hyphens).
"""

from __future__ import annotations

import numpy as np
import polars as pl

from leakscan.detectors.anchors import Begins, Blob, Ints, spread
from leakscan.detectors.detector import Detector
from leakscan.detectors.text import once, shaped, unwrap

_LETTER = "a-z\u00df-\u00ff"  # \\p{L} with a count would pass Rust's limit on the size of a regex
_ATOM = rf"[{_LETTER}0-9!#$%&*+/=?^_{{|}}~'\-]+"
_LABEL = rf"[{_LETTER}0-9](?:[{_LETTER}0-9\-]*[{_LETTER}0-9])?"
_WHOLE = rf"^{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+[a-z]{{2,24}}$"
_LONGEST = 254
_FILE_ENDING = r"\.(?:png|jpe?g|gif|svg|webp|css|js)$"


def address(text: pl.Expr) -> pl.Expr:
    """A cell or candidate that is one e-mail address, lower-case; else null."""
    mail = unwrap(text).str.to_lowercase().str.replace(r"^(?:mailto:|<)+", "").str.strip_chars("<>;,. ")
    return once(
        once(mail, lambda cell: shaped(cell, _WHOLE)),
        lambda whole: pl.when(~whole.str.contains(_FILE_ENDING) & (whole.str.len_chars() <= _LONGEST)).then(whole),
    )


_LOCAL_PART = 64
"""Characters that RFC 5321 leaves room for before the @."""


def _begins(blob: Blob) -> Ints:
    """Letters and digits up to 64 characters before an @, behind nothing that could belong to the address too."""
    signs = blob.where("@")
    at = spread(np.maximum(signs - _LOCAL_PART, 0), signs)
    return at[blob.is_alnum(at) & ~blob.is_alnum(at - 1) & ~blob.is_one_of(at - 1, "!#$%&*+/=?^_{|}~'.@-")]


EMAIL = Detector(
    entity="email",
    pattern=(
        r"(?i)(?<![\p{L}0-9!#$%&*+/=?^_{|}~'.@\-])"
        r"[\p{L}0-9](?:[\p{L}0-9!#$%&*+/=?^_{|}~'.\-]{0,63})@"
        r"(?:[\p{L}0-9](?:[\p{L}0-9\-]{0,61}[\p{L}0-9])?\.){1,6}[a-z]{2,24}(?![\p{L}0-9\-@])"
    ),
    prefilter=r"[\p{L}0-9_+\-]@[\p{L}0-9]",
    begins=Begins(_begins),
    canonical=address,
    confidence=0.98,
    examples=(
        ("écrire à Jeanne.Durand@exemple.fr.", "jeanne.durand@exemple.fr"),
        ("<j_d+labo@mail.exemple.co.uk>", "j_d+labo@mail.exemple.co.uk"),
        ("MAIL:JD42@EXEMPLE.FR;", "jd42@exemple.fr"),
        ("mailto:jean-paul@sous-domaine.exemple.org", "jean-paul@sous-domaine.exemple.org"),
        ("jd@exemple.fr:Azerty123", "jd@exemple.fr"),
    ),
    counterexamples=(
        "jean@exemple",
        "@exemple.fr",
        "logo@2x.png",
        "a@b@exemple.fr",
        "jean..durand@exemple.fr",
        "a@-b.fr",
    ),
    values=(("JEAN.DURAND@EXEMPLE.FR", "jean.durand@exemple.fr"), (" <jd@exemple.fr> ", "jd@exemple.fr")),
    not_values=("", "sans", "jd@exemple", "jd exemple.fr", "jd@exemple.fr jd2@exemple.fr", "@", "a@.fr"),
    source="RFC 5321, RFC 1035",
)
