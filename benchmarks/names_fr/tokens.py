"""How the pipeline cuts text into tokens; the rules are saved with it.

spaCy's French rules keep `aujourd'hui` or `l'hôpital-école` together by long lists and leave `Dr.MARTIN` and `75013Paris` whole.
Here every sign is a token, save between two digits (12/03/2020 is one) and hyphens between two letters (GAY-PARA is one);
an elided word ends at its apostrophe, and letters and digits part (01sep2018 is three).
"""

from __future__ import annotations

import re

from spacy.language import Language
from spacy.tokenizer import Tokenizer

_LETTER = r"[^\W\d_]"
_SIGN = r"[^\w\s]|_"
_INFIX = "|".join(
    (
        r"[^\w\s.,:/\-'\u2019\u0300-\u036f]|_",
        r"(?<!\d)[.,:/]|[.,:/](?!\d)",
        rf"(?<!{_LETTER})-(?={_LETTER})|(?<={_LETTER})-(?!{_LETTER})",
        r"(?<=['\u2019])(?=\w)",
        rf"(?<={_LETTER})(?=\d)|(?<=\d)(?={_LETTER})",
    )
)
_MAIL = r"[^\s@]+@[^\s@]+\.[A-Za-z]{2,}"


def tokenizer(nlp: Language) -> Tokenizer:
    """The tokenizer of the pipeline."""
    return Tokenizer(
        nlp.vocab,
        rules={},
        prefix_search=re.compile(rf"^(?:{_SIGN})").search,
        suffix_search=re.compile(rf"(?:{_SIGN})$").search,
        infix_finditer=re.compile(_INFIX).finditer,
        token_match=re.compile(_MAIL).fullmatch,
        url_match=None,
    )
