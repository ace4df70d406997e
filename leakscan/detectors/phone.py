"""Telephone numbers: French ones in all their writings, overseas France, and foreign ones with their country code.

Source: ARCEP numbering plan (ten digits, 0 then Z = 1..9); ITU-T E.164 (at most fifteen digits).
"""

from __future__ import annotations

import numpy as np
import polars as pl

from leakscan.detectors.anchors import Begins, Blob, Ints, in_order
from leakscan.detectors.detector import Detector
from leakscan.detectors.text import SPACES, once, unwrap

_FRENCH = r"^(?:(?:\+|00)?33(?:\(0\)|0)?|(?:\+|00)(?:262|590|594|596)0?|\(0\)|0)?([1-9][0-9]{8})$"
"""Overseas departments keep their nine digits: +262 262 ... and 0262 ... are one line, written +33 262 ... here."""
_FOREIGN = r"^(?:\+|00)([1-9][0-9]{6,14})$"
_FORMER = r"^(?:\+|00)33(?:\(0\))?([1-9][0-9]{7})$"
"""Eight digits behind the country code: a number of the plan before 1996, or one that lost a digit."""
_MISREAD = rf"^[0Oo][0-9OoIl](?:[{SPACES}.\-/]{{1,2}}[0-9OoIl]{{2}}){{4}}$"
"""Five pairs in which letters stand for the digits that they look like, as optical recognition writes them."""
_DECIMAL = r"^\s*0[.,][0-9]{5,}\s*$"
"""Share, rate, measure: as long as a number whose 0 stands apart, which is written with more marks."""
_PLACEHOLDER = r"(?:0{8}|1{8}|2{8}|3{8}|4{8}|5{8}|6{8}|7{8}|8{8}|9{8})$"


def international(text: pl.Expr) -> pl.Expr:
    """A number as `+33XXXXXXXXX` (`+` and all digits when foreign); null when it is none or one digit repeated.

    Nine digits alone are a French number whose leading zero a spreadsheet ate; 10 digits must start with 0.
    """
    return once(
        once(unwrap(text).str.replace(_DECIMAL, ""), _reread)
        .str.replace(r"^(?i:(?:t[ée]l|port|mob|dom)[a-zé_0-9]*|fixe|fax)\s*[.:]*\s*", "")
        .str.replace(r"[.,]0$", "")
        .str.replace_all(rf"[{SPACES}.\-_/]", "")
        .str.replace(r"^(\+[0-9]+)\(0\)", "$1")
        .str.replace_all(r"^\((\+?[0-9]+)\)", "${1}"),
        _read,
    )


def _reread(number: pl.Expr) -> pl.Expr:
    """Five pairs with the digits that their letters look like."""
    digits = number.str.replace_all("[Oo]", "0").str.replace_all("[Il]", "1")
    return pl.when(number.str.contains(_MISREAD)).then(digits).otherwise(number)


def _read(number: pl.Expr) -> pl.Expr:
    french, foreign, former = (number.str.extract(form) for form in (_FRENCH, _FOREIGN, _FORMER))
    read = pl.coalesce("+33" + french, "+33" + former, pl.when(~foreign.str.starts_with("33")).then("+" + foreign))
    return pl.when(~number.str.contains(_PLACEHOLDER)).then(read)


_MARK = rf"[{SPACES}]{{0,2}}[.\-/]?[{SPACES}]?"
_NATIONAL = rf"""
    (?: [1-9][0-9]{{8}}
      | [1-9] (?P<pairs>(?=[^0-9]){_MARK}) [0-9]{{2}} (?P=pairs) [0-9]{{2}} (?P=pairs) [0-9]{{2}} (?P=pairs) [0-9]{{2}}
      | [1-9] (?: [{SPACES}.\-][{SPACES}]? [0-9]{{2}} ){{4}}
      | [1-9][0-9]{{2}} (?P<area>[{SPACES}.\-]) [0-9]{{2}} (?P=area) [0-9]{{2}} (?P=area) [0-9]{{2}}
      | [1-9][0-9]{{2}} (?P<thirds>[{SPACES}.\-]) [0-9]{{3}} (?P=thirds) [0-9]{{3}}
      | [1-9] (?P<fours>[{SPACES}.\-]) [0-9]{{4}} (?P=fours) [0-9]{{4}}
      | [67] (?P<odd>[{SPACES}.\-]) (?:[0-9]{{2}}(?P=odd)[0-9]|[0-9]{{3}}(?P=odd)) [0-9]{{2}} (?P=odd) [0-9]{{3}}
      | [67] (?P<late>[{SPACES}.\-]) [0-9]{{3}} (?P=late) [0-9]{{3}} (?P=late) [0-9]{{2}}
    )
"""

_PAIR = r"(?:[0-9][0-9OIl]|[OIl][0-9])"
_SIGNED, _NATIONAL_DIGITS, _FOREIGN_DIGITS = 40, 10, 7
"""Characters that a number written with all its signs takes, and the least digits it has after a 0 and after a +."""
_MISREAD_SIGNS = 18
"""Characters that five pairs take."""


def _begins(blob: Blob) -> Ints:
    """A 0, a + or a parenthesis with enough digits behind it."""
    runs = blob.runs
    zeros = runs.start[blob.is_one_of(runs.start, "0")]
    zeros = zeros[runs.digits_from(zeros, _SIGNED) >= _NATIONAL_DIGITS]
    signs = blob.where("+(")
    return in_order(zeros, signs[runs.digits_from(signs, _SIGNED) >= _FOREIGN_DIGITS], _misread(blob))


def _misread(blob: Blob) -> Ints:
    """A 0, or an O before a digit, with letters near that stand for digits."""
    runs = blob.runs
    behind_o = runs.start[blob.is_one_of(runs.start - 1, "o")] - 1
    before_letter = runs.start[blob.is_one_of(runs.end, "oil")]
    near = in_order(behind_o, before_letter)
    if not len(near):
        return near
    zeros = runs.start[blob.is_one_of(runs.start, "0")]
    at = in_order(zeros, behind_o)
    return at[np.searchsorted(near, at + _MISREAD_SIGNS) > np.searchsorted(near, at)]


PHONE = Detector(
    entity="phone",
    pattern=rf"""(?x)
        (?: (?<![\w+]) | (?<=(?i:t[ée]l|port|fax|mob)) )
        (?<!(?<![0-9])[0-9]{{1,4}}[.,])                                  # not the fraction of a decimal
        (?!0[.,][0-9]{{5}})                                              # nor one below 1
        (?:
            (?: (?:(?:\+|00)[{SPACES}]?33|\(\+?33\))[{SPACES}.\-]?(?:\(0\)|0)? | \(0\) | 0 ) [{SPACES}.\-]? {_NATIONAL}
          | (?<=(?i:t[ée]l|fax|port)\p{{L}}*\.?[{SPACES}]?:?[{SPACES}]?)                 # any marks behind a label
            0[1-9] (?: (?:[{SPACES}.\-/]{{0,2}}[0-9]{{2}}){{4}} | (?:[{SPACES}.\-]?[0-9]){{8}} )
          | (?:\+|00)33 [{SPACES}.\-]? (?:\(0\)[{SPACES}]?)? [1-9][0-9] (?P<old>[{SPACES}.\-])
            [0-9]{{2}} (?P=old) [0-9]{{2}} (?P=old) [0-9]{{2}} (?![{SPACES}.\-][0-9])
          | [0O] (?:[1-9]|[Il](?=[^A-Za-z])) (?P<marks>[{SPACES}.\-/]{{1,2}})
            {_PAIR} (?: (?P=marks){_PAIR} ){{3}} (?![A-Za-z])
          | \+ (?!33) [1-9][0-9]{{0,2}} [{SPACES}.\-]? (?:\(0?[0-9]{{0,3}}\))? (?:[{SPACES}.\-]?[0-9]){{6,12}}
        )
        (?![0-9])
    """,
    prefilter=rf"(?:^|[^0-9])(?:\(\+?33\)|(?:\(0\)|0|00|\+)[{SPACES}]?[{SPACES}.\-]?[1-9])(?:[{SPACES}.\-/()]{{0,5}}[0-9]){{6}}"
    rf"|[0O][1-9Il](?:[{SPACES}.\-/]{{1,2}}[0-9OIl]{{2}}){{4}}",
    begins=Begins(_begins),
    canonical=international,
    confidence=0.9,
    examples=(
        ("tel 0612345678", "+33612345678"),
        ("06 12 34 56 78", "+33612345678"),
        ("06.12.34.56.78", "+33612345678"),
        ("06-12-34-56-78", "+33612345678"),
        ("06/12/34/56/78", "+33612345678"),
        ("06 - 12 - 34 - 56 - 78", "+33612345678"),
        ("06\u00a012\u00a034\u00a056\u00a078", "+33612345678"),
        ("au +33612345678.", "+33612345678"),
        ("+33 6 12 34 56 78", "+33612345678"),
        ("+33 (0)6 12 34 56 78", "+33612345678"),
        ("0033 6 12 34 56 78", "+33612345678"),
        ("(0)6 12 34 56 78", "+33612345678"),
        ("(33) 6 12 34 56 78", "+33612345678"),
        ("01 45.67 89-01", "+33145678901"),
        ("0262 12 34 56", "+33262123456"),
        ("+262 692 12 34 56", "+33692123456"),
        ("061 234 567 89 puis 0590 123 456", "+33590123456"),
        ("01 4567 8901", "+33145678901"),
        ("Tél.0145678901", "+33145678901"),
        ("75013 01 45 67 89 01", "+33145678901"),
        ("Fax : 05.42.0924.67", "+33542092467"),
        ("Port. 06 123 456.78", "+33612345678"),
        ("07 123 456 78", "+33712345678"),
        ("07 12 345 678", "+33712345678"),
        ("+33 (0) 6 12 34 56 78", "+33612345678"),
        ("+33.(0)6.12.34.56.78", "+33612345678"),
        ("O6 12 34 56 78", "+33612345678"),
        ("01.45.67.89.O1", "+33145678901"),
        ("0l 45 67 89 01", "+33145678901"),
        ("au +33 20 45 67 89", "+3320456789"),
        ("appeler +32 2 555 12 12", "+3225551212"),
    ),
    counterexamples=(
        "1061234567890",
        "06123456789",
        "0,0612345678",
        "0.0612345678",
        "0.612345678",
        "0,612345678",
        "2 69 05 49 588 157 80",
        "FR76 3000 6000 0112 3456 7890 189",
        "0012345678",
        "06 12 34 56",
        "a0612345678",
        "0600000000",
        "01/02/2012 34 56",
        "le 01.02.2012 34 56",
        "01 12 345 678",
        "lot O6 12 34 56",
        "O6 12 34 56 78b",
        "OO OO OO OO OO",
        "+33 20 45 67",
    ),
    values=(
        ("612345678", "+33612345678"),
        ("33612345678", "+33612345678"),
        ("612345678.0", "+33612345678"),
        ('="0612345678"', "+33612345678"),
        ("Port: 06 12 34 56 78", "+33612345678"),
        ("+33(0)612345678", "+33612345678"),
        ("0041 22 123 45 67", "+41221234567"),
        ("+41 (0)22 123 45 67", "+41221234567"),
        ("+590 590 12 34 56", "+33590123456"),
    ),
    not_values=("", "0000000000", "06123456", "1234567890", "+331234", "NON", "0612345678 / 0145678901"),
    source="ARCEP numbering plan; ITU-T E.164",
)
