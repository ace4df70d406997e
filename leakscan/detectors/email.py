"""E-mail addresses, lower-case.

Source: RFC 5321 (64 characters before the @, 255 after), RFC 1035 (labels of letters, digits and inner hyphens).
"""

from __future__ import annotations

import re

import numpy as np
import polars as pl

from leakscan.detectors.anchors import Begins, Blob, Ints, in_order, spread
from leakscan.detectors.detector import Detector
from leakscan.detectors.text import SPACES, once, unwrap

_LETTER = "a-z\u00df-\u00ff"  # \\p{L} with a count would pass Rust's limit on the size of a regex
_ATOM = rf"[{_LETTER}0-9!#$%&*+/=?^_{{|}}~'\-]+"
_LABEL = rf"[{_LETTER}0-9](?:[{_LETTER}0-9\-]*[{_LETTER}0-9])?"
_WHOLE = rf"^{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+[a-z]{{2,24}}$"
_LONGEST = 254
_FILE_ENDING = r"\.(?:png|jpe?g|gif|svg|webp|css|js)$"


_BLANK = rf"[{SPACES}]"
_SIGN = r"(?:@|\u00a9|\u00ae|[\[(<{](?:[aA][tT]?|[aA][rR][oO][bB][aA][sS][eE]|@)[\])>}])"
"""The @, what optical recognition reads in its place, and how people write it to hide an address."""
_AT = rf"(?:[{SPACES}\n]{{0,2}}{_SIGN}[{SPACES}\n]{{0,2}}|{_BLANK}(?:arobase|AROBASE){_BLANK})"
_DOT = rf"{_BLANK}?[.]{_BLANK}?"
_LABELS = rf"[\p{{L}}0-9\-]{{1,61}}(?:{_DOT}[\p{{L}}0-9\-]{{1,61}}){{0,4}}"
_ENDINGS = "(?:fr|com|net|org|eu|be|ch|re|FR|COM|NET|ORG|EU)"
"""Endings that make an address of what is written with blanks: by those of the whole world prose would hold some."""
_CUT = r"^[a-z\-]{2,}[._][a-z0-9._\-]+@(?:fr|com|net|org)$"
"""An address whose domain lost all but its ending."""


def address(text: pl.Expr) -> pl.Expr:
    """A cell or candidate that is one e-mail address, lower-case; else null.

    A blank beside the @ or the last dot, a comma for that dot, and `(at)` are put right before the usual endings.
    """
    mail = once(unwrap(text), _joined).str.to_lowercase().str.replace(r"^(?:mailto:|<)+", "").str.strip_chars("<>;,. ")
    return once(
        once(mail, lambda cell: pl.when(cell.str.contains(_WHOLE) | cell.str.contains(_CUT)).then(cell)),
        lambda whole: pl.when(~whole.str.contains(_FILE_ENDING) & (whole.str.len_chars() <= _LONGEST)).then(whole),
    )


_SPACED = rf"^[^\s@\u00a9\u00ae]+{_AT}[^\s@,]+(?:{_DOT}[^\s@,.]+)*{_BLANK}?[.,]{_BLANK}?{_ENDINGS}[;,.>{SPACES}]*$"


def _joined(text: pl.Expr) -> pl.Expr:
    """What is one address but for its blanks and signs, as it would be written."""
    whole = (
        text.str.replace(_AT, "@").str.replace_all(rf"[{SPACES}\n]", "").str.replace(rf",({_ENDINGS}[;,.>]*)$", ".${1}")
    )
    return pl.when(text.str.contains(_SPACED)).then(whole).otherwise(text)


_LOCAL_PART = 64
"""Characters that RFC 5321 leaves room for before the @."""


_SPOKEN = " arobase "
_STRUCTURED = r"(?=[\p{L}+]*+[.\-_0-9])"
_LABELLED = r"(?<=(?i:mail|courriel|messagerie)[\x20]?:?[\x20]?)"
_DOMAIN = r"[\p{L}0-9\-]{1,61}(?:\.[\p{L}0-9\-]{1,61}){0,4}"
_LOCAL = r"[\p{L}0-9][\p{L}0-9_+.\-]{0,63}+"
_END = rf"{_ENDINGS}(?![\p{{L}}0-9\-@])"


def _places(text: str, sign: str) -> Ints:
    """Where a rare sign stands."""
    return np.fromiter((found.start() for found in re.finditer(sign, text)), dtype=np.int64)


def _begins(blob: Blob) -> Ints:
    """Letters and digits up to 64 characters before an @, behind nothing that could belong to the address too."""
    brackets = blob.where("([<{")
    brackets = brackets[blob.is_pair(brackets + 1, ("at", "ar", "a "))]
    signs = in_order(
        blob.where("@"), brackets, blob.at(_SPOKEN), *(_places(blob.text, sign) for sign in "\u00a9\u00ae")
    )
    at = spread(np.maximum(signs - _LOCAL_PART, 0), signs)
    return at[blob.is_alnum(at) & ~blob.is_alnum(at - 1) & ~blob.is_one_of(at - 1, "!#$%&*+/=?^_{|}~'.@-")]


EMAIL = Detector(
    entity="email",
    pattern=(
        r"(?<![\p{L}0-9!#$%&*+/=?^_{|}~'.@\-])"
        rf"(?=[\p{{L}}0-9!#$%&*+/=?^_{{|}}~'.\-]{{1,64}}+(?:[{SPACES}\n]{{0,2}}[@\u00a9\u00ae\[(<{{]|{_BLANK}[aA][rR]))"
        r"(?:"
        r"[\p{L}0-9](?:[\p{L}0-9!#$%&*+/=?^_{|}~'.\-]{0,63}+)@"
        r"(?:[\p{L}0-9](?:[\p{L}0-9\-]{0,61}[\p{L}0-9])?\.){1,6}[a-zA-Z]{2,24}(?![\p{L}0-9\-@])"
        rf"|(?:{_STRUCTURED}|{_LABELLED}){_LOCAL}{_AT}{_LABELS}(?:{_DOT}|,){_END}"
        rf"|{_LOCAL}@{_BLANK}?{_DOMAIN}(?:[.,]|{_BLANK}[.]|[.]{_BLANK}){_END}"
        rf"|{_LOCAL}{_BLANK}@{_BLANK}{_DOMAIN}[.]{_END}"
        r"|[\p{L}\-]{2,40}+[._][\p{L}0-9._\-]{1,40}@(?:fr|com|net|org)(?![\p{L}0-9\-@.])"
        r")"
    ),
    prefilter=r"@|\x{a9}|\x{ae}|(?i:[\[(<{](?:at?|arobase)[\])>}]|arobase)",
    begins=Begins(_begins, words=(_SPOKEN,)),
    canonical=address,
    confidence=0.98,
    examples=(
        ("écrire à Jeanne.Durand@exemple.fr.", "jeanne.durand@exemple.fr"),
        ("<j_d+labo@mail.exemple.co.uk>", "j_d+labo@mail.exemple.co.uk"),
        ("MAIL:JD42@EXEMPLE.FR;", "jd42@exemple.fr"),
        ("mailto:jean-paul@sous-domaine.exemple.org", "jean-paul@sous-domaine.exemple.org"),
        ("jeanne.durand @ exemple.fr", "jeanne.durand@exemple.fr"),
        ("jeanne.durand @exemple.fr", "jeanne.durand@exemple.fr"),
        ("labo@ exemple.fr", "labo@exemple.fr"),
        ("Mail : labo @ exemple.fr", "labo@exemple.fr"),
        ("j.durand@exemple .fr", "j.durand@exemple.fr"),
        ("j.durand@exemple. fr", "j.durand@exemple.fr"),
        ("j.durand@exemple,fr", "j.durand@exemple.fr"),
        ("j.durand(at)exemple.fr", "j.durand@exemple.fr"),
        ("j.durand arobase exemple.com", "j.durand@exemple.com"),
        ("martin @ exemple.fr", "martin@exemple.fr"),
        ("j.durand@chu . exemple . fr", "j.durand@chu.exemple.fr"),
        ("j.durand  @\nexemple.fr", "j.durand@exemple.fr"),
        ("j.durand[a]exemple.fr", "j.durand@exemple.fr"),
        ("j.durand\u00a9exemple.fr", "j.durand@exemple.fr"),
        ("écrire à durand.j@fr", "durand.j@fr"),
        ("jd@exemple.fr:Azerty123", "jd@exemple.fr"),
    ),
    counterexamples=(
        "jean@exemple",
        "@exemple.fr",
        "logo@2x.png",
        "a@b@exemple.fr",
        "jean..durand@exemple.fr",
        "a@-b.fr",
        "merci @exemple.fr",
        "12 lots @ 3.50",
        "revu @ domicile. fr",
        "revue (at) exemple. Fin",
        "merci à @durand, 2.5@fr.5",
        "Doliprane\u00ae 1000 mg. fr",
    ),
    values=(("JEAN.DURAND@EXEMPLE.FR", "jean.durand@exemple.fr"), (" <jd@exemple.fr> ", "jd@exemple.fr")),
    not_values=("", "sans", "jd@exemple", "jd exemple.fr", "jd@exemple.fr jd2@exemple.fr", "@", "a@.fr"),
    source="RFC 5321, RFC 1035",
)
