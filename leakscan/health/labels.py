"""What forms say: a label and its value (`Tabac : non`, `"vih": true`), boxes, and questions with their answers.

A label is a mention with a colon, an equals sign or boxes behind it. Without a value it says nothing, since the form
says the same of everybody. A question answers for all that it names.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from leakscan.health.folding import EMPTY_BOX, TICKED_BOX, Folded
from leakscan.health.matching import Found, as_texts, ascii_rule, windows
from leakscan.health.scopes import Bools, Ints, Lists, first_from

LABEL_REACH = 60
"""Farthest that a colon, a box or a question mark stands behind the mention that it makes a label or a question."""
VALUE_REACH = 100
"""Characters read behind a mention for the label and its value."""
LEAD_REACH = 60
"""Characters read before a mention for a box, or the words that begin a question."""

SAID = ("", "yes", "no", "no_to_question", "nothing", "unrecorded", "pending")
"""What a value says, by its number. `nothing`: no value, an open one, or empty boxes; `unrecorded`: NR, which of a test
may be "non réactif"; `pending`: not done."""
_PLAIN, _YES, _NO, _DENIED, _NOTHING, _UNRECORDED, _PENDING = range(len(SAID))

_LINE = "\x1d"
"""Stands for a new line in the windows of this module."""
_IS_MARK = np.zeros(256, dtype=np.bool_)
_IS_MARK[[*f":=>?[({EMPTY_BOX}{TICKED_BOX}".encode()]] = True

_EMPTY = rf"(?:{EMPTY_BOX}|\[[ _.]{{0,3}}\]|\([ _.]{{1,3}}\))"
_TICKED = rf"(?:{TICKED_BOX}|\[ ?[xv] ?\]|\( ?[xv] ?\))"
_ANY_BOX = rf"(?:{_EMPTY}|{_TICKED})"
_QUOTE = r"""["'<>(\[]{0,3} ?"""
_END = (
    rf"""["')\]]{{0,2}}(?: *$| *[{_LINE};|!}}<&]| *[.,](?:[^0-9]|$)| +[-/] | {{2,}}|"""
    r""" *["']? *[a-z'" ]{1,30}[:=]|,? *["']?[a-z_]+["']? *(?:=>|[:=]))"""
)
_SHORT = r"""(?:\([^()]{0,30}\)|\(?e?s?\)?)? ?"""
_BESIDE = (
    r"(?:(?:connue?s?|actuel(?:le)?s?|en cours|personnel(?:le)?s?|medicamenteuses?|eventuel(?:le)?s?|quotidien(?:ne)?"
    r"|chroniques?|active?|confirmee?|possible|declaree?s?) ?)?"
)
_SEPARATOR = rf"""^{_SHORT}{_BESIDE}{_SHORT}["')\]]{{0,2}}(?: ?[.]{{2,}})? {{0,12}}(?:=>|:=|={{1,2}}|:)+ {{0,12}}"""
_LOOSE = r"""^(?: ?[a-z'(/)\-]+){0,3}["')\]]{0,2} {0,12}(?:=>|:=|={1,2}|:)+ {0,12}"""
"""A label with up to three words more behind the mention: "antécédent de cancer personnel : non"."""
_BOXED = rf"^{_SHORT}{_BESIDE} ?"

_NONE = (
    r"(?:non[ -](?:fume\w*|buve\w*|conso\w*|alcool\w*|tabag\w*|concern\w*|porteu\w*|connue?s?)|non|no|n|never|none|faux"
    r"|false|f|neant|nulle?s?|zero|absente?s?|absence|rien(?: a signaler| de particulier)?|ras|r\.a\.s"
    r"|aucune?s?(?: (?:connue?s?|consommation|conso|prise|antecedents?|notion|signalee?s?|declaree?s?|rapportee?s?"
    r"|a ce jour|usage|produits?|particuli\w*|allergies?))?|(?:n'a )?jamais(?: (?:eu|fume|consomme|bu|pris|ete)\w*)?"
    r"|0+(?:[.,]0+)?(?: ?(?:pa|paquets?|cig\w*|verres?|unites?|uv|g)\b[a-z/. -]{0,14})?)"
)
_SOME = r"(?:oui|o|yes|y|vrai|true|v|t|x|1|presente?s?)"
_OPEN = (
    r"(?:null|nil|undefined|nan|n/?a|nc|nd|\?+|(?:a )(?:preciser|completer|renseigner|remplir|demander)|inconnue?s?|nsp"
    r"|ne sait pas|non (?:renseigne|precise|communique|documente|evalue|rempli|applicable)\w*|[.]{2,}|_{2,}|-{2,}|xx+"
    r"|(?:oui|o|yes|y) ?(?:/|\bou\b|-|\|) ?(?:non|no|n))"
)
_VOID = r"""(?:''|""|\[ *\]|\{ *\}|\( *\))(?:[^'"]|$)|[,}]"""
_FORM_WORDS = (
    r"(?:traitements?|antecedents?|atcds?|allergies?|alcool|tabac|motif|examen|conclusion|poids|taille|profession|nom"
    r"|adresse|observations?|commentaires?|remarques?|date|signature|medecin|vaccin\w*|mode de vie|habitudes|hygiene"
    r"|chirurgie|interventions?|hospitalisations?|medicaments?|groupe|telephone|autres?)"
)
_BLANK = r" *$"
_NEXT = rf"[{_LINE} ]*(?:$|[{_LINE} *\-]*{_FORM_WORDS}[^{_LINE}:]{{0,30}} ?(?::|=>))"
_UNDONE = r"(?:non|pas) (?:fait|faite|faits|faites|realise\w*|effectue\w*)\b"

_ANSWER = rf"""^[^?.;!{_LINE}]*\?+["')\]]{{0,2}} *(?:(?:reponse|rep|r) ?:|[:=>|,\-{_LINE}]+| )* *"""
_ASKING = (
    r"\b(?:avez|etes|souffrez|prenez|consommez|fumez|buvez|portez|presentez|suivez|faites)[ -]vous\b"
    r"|\bvous (?:avez|etes|souffrez)|\best[ -]ce que\b|\ba[ -]t[ -](?:il|elle|on)\b|\b(?:est|es|as)[ -](?:il|elle|tu)\b"
)
_NO_ANSWER = (
    rf"""(?:[\s{_LINE}"'|,;}}\]]*$|[^{_LINE}]{{0,80}}\?|{_EMPTY}|[.]{{2,}}|_{{2,}}|(?:oui|o) ?(?:/|ou) ?(?:non|n)\b)"""
)

_ALCOHOL = r"alcool|alcol|^e?oh\b|^o h\b|^ogl|boi[rst]|^buv|verres?|\bvin\b"
_RARELY = (
    r"(?:occasion\w*|social\w*|festi[fv]\w*|mondain\w*|exceptionn?el\w*|(?:tres )?rare\w*|parfois|de temps en temps)\b"
)
_RARELY_BEHIND = (
    rf"""{_SHORT}["')\]]{{0,2}} ?(?:[:=>]+ ?["'(]?(?:conso\w* )?|(?:de (?:facon|maniere) |reste |est |, )?){_RARELY}"""
)
_RARELY_BEFORE = rf"\b{_RARELY} (?:d'|de |d |de l')?$"
_RARE_TERM = r"occasionnel|social|festif|mondain"


def labelled(folded: Folded, found: Found, at: Lists) -> tuple[Ints, Bools]:
    """What the form says of each mention, as a number of SAID; and whether it is drinking now and then.

    Drinking now and then is no addiction, so that a mention of alcohol with such a word says nothing.
    """
    marks: Ints = np.flatnonzero(_IS_MARK[folded.array])
    text = np.searchsorted(folded.starts, found.starts, side="right") - 1
    low, high = folded.starts[text], folded.ends[text]
    boxes: Ints = np.flatnonzero((folded.array == ord(EMPTY_BOX)) | (folded.array == ord("]")))
    before = np.concatenate([[-LABEL_REACH], boxes])[np.searchsorted(boxes, found.starts)]
    boxed = found.starts - before <= len("] d'")
    following = np.concatenate([found.starts[1:], [high[-1]]])

    def said_from(end: Ints, following: Ints, some: Bools) -> Ints:
        mark = first_from(marks, end)
        near = np.flatnonzero(some & (boxed | ((mark < high) & (mark - end <= LABEL_REACH))))
        said: Ints = np.zeros(len(end), dtype=np.int64)
        if len(near):
            said[near] = _said(
                _texts(folded, end[near], high[near], VALUE_REACH),
                _texts(folded, low[near], found.starts[near], LEAD_REACH, left=True),
                following[near] - end[near],
            )
        return said

    said = said_from(found.ends, following, np.ones(len(low), dtype=np.bool_))
    # "VIH, VHB, VHC : non": a list shares what stands behind its last member.
    shared = said_from(at.end, at.next_start, (said == _PLAIN) & (at.end != found.ends))
    said = np.where(said == _PLAIN, shared, said)
    return said, _now_and_then(folded, found, low, high)


def _texts(folded: Folded, low: Ints, high: Ints, width: int, *, left: bool = False) -> pl.Series:
    """Windows in which lines still end."""
    cut = windows(folded.array, low, high, width, left=left)
    return as_texts(np.where(cut == ord("\n"), ord(_LINE), cut))


def _said(behind: pl.Series, lead: pl.Series, next_start: Ints) -> Ints:
    texts = pl.DataFrame({"behind": behind, "lead": lead, "next": next_start})
    right, left = pl.col("behind"), pl.col("lead")

    def shows(column: pl.Expr, pattern: str) -> pl.Expr:
        return column.str.contains(ascii_rule(pattern))

    def value(prefix: str, pattern: str) -> pl.Expr:
        return shows(right, f"{prefix}(?:{pattern})")

    loose = pl.col("next") > right.str.extract(ascii_rule(f"({_LOOSE})"), 1).str.len_chars().fill_null(0)
    tagged = shows(left, r"<[^<>]*$")
    lines = right.str.extract(ascii_rule(rf"({_SEPARATOR}{_LINE}[{_LINE} *\-]*)"), 1)
    beneath = pl.col("next") == lines.str.len_chars()
    boxed = _BOXED + r"(?:[:=] {0,12})?"
    asked = shows(right, rf"^[^?.;!{_LINE}]{{0,{LABEL_REACH}}}\?")
    question = shows(left, rf"(?:{_ASKING})[^?.!{_LINE}]*$") & asked
    listed = rf"(?:^|[{_LINE}:]) *[*\-]? *"
    yes_box = rf"{_TICKED} ?(?:oui|o|yes)\b|(?:oui|o|yes) ?{_TICKED}|{_EMPTY} ?(?:non|no|n) ?{_TICKED} ?(?:oui|o|yes)\b"
    no_box = rf"(?:{_EMPTY} ?(?:oui|o|yes)|(?:oui|o|yes) ?{_EMPTY})[ /,;|]*(?:{_TICKED} ?non?\b|non? ?{_TICKED})"
    no_box += rf"|{_TICKED} ?non?\b"
    no_value = rf"(?:{_EMPTY} ?(?:oui|o|yes)|(?:oui|o|yes) ?{_EMPTY})"
    answer = _ANSWER + _QUOTE
    said = (
        pl.when(value(_SEPARATOR, rf"\?+{_END}")).then(_NOTHING)
        .when(asked & value(answer, no_box)).then(_DENIED)
        .when(asked & value(answer, yes_box)).then(_YES)
        .when(asked & value(answer, f"{_NONE}{_END}")).then(_DENIED)
        .when(asked & value(answer, f"{_SOME}{_END}")).then(_YES)
        .when(question & value(answer, f"{_OPEN}{_END}")).then(_NOTHING)
        .when(question & value(_ANSWER, _NO_ANSWER)).then(_NOTHING)
        .when(asked).then(_PLAIN)
        .when(value(boxed, no_box)).then(_NO)
        .when(value(boxed, yes_box)).then(_YES)
        .when(value(boxed, no_value)).then(_NOTHING)
        .when(value(_SEPARATOR, rf"{_EMPTY} *(?:$|[{_LINE};,|])")).then(_NOTHING)
        .when(value(_SEPARATOR + _QUOTE, _UNDONE)).then(_PENDING)
        .when(value(_SEPARATOR + _QUOTE, f"{_OPEN}{_END}")).then(_NOTHING)
        .when(value(_SEPARATOR + _QUOTE, f"nr{_END}")).then(_UNRECORDED)
        .when(value(_SEPARATOR + _QUOTE, f"{_NONE}{_END}")).then(_NO)
        .when(value(_SEPARATOR + _QUOTE, f"{_SOME}{_END}")).then(_YES)
        .when(loose & value(_LOOSE + _QUOTE, f"{_OPEN}{_END}")).then(_NOTHING)
        .when(loose & value(_LOOSE + _QUOTE, f"{_NONE}{_END}")).then(_NO)
        .when(loose & value(_LOOSE + _QUOTE, f"{_SOME}{_END}")).then(_YES)
        .when(value(_SEPARATOR, f"{_VOID}|{_BLANK}|{_LINE}{_NEXT}")).then(_NOTHING)
        .when(tagged & value("^>", " *</")).then(_NOTHING)
        .when(tagged & value("^>", rf" *{_NONE} *</")).then(_NO)
        .when(beneath & value(_SEPARATOR, rf"{_LINE}[{_LINE} *\-]*[^{_LINE}:]{{1,40}}:")).then(_NOTHING)
        .when(shows(left, rf"{listed}(?:{_ANY_BOX}[^{_LINE}:]*)?{_EMPTY} ?(?:d'|de |une? )?$")).then(_NOTHING)
        .otherwise(_PLAIN)
    )  # fmt: skip
    answered: Ints = texts.select(said.cast(pl.Int64)).to_series().to_numpy()
    return answered


def _now_and_then(folded: Folded, found: Found, low: Ints, high: Ints) -> Bools:
    """Which mentions are of somebody who drinks now and then, or in company."""
    rare: Bools = np.zeros(len(found.starts), dtype=np.bool_)
    drinks = found.entries.filter((pl.col("theme") == "addiction") & pl.col("term").str.contains(_ALCOHOL))
    at = drinks["mention"].to_numpy()
    if not len(at):
        return rare
    behind = as_texts(windows(folded.array, found.ends[at], high[at], LABEL_REACH))
    lead = as_texts(windows(folded.array, low[at], found.starts[at], LEAD_REACH, left=True))
    rare[at] = (
        behind.str.contains(ascii_rule(f"^{_RARELY_BEHIND}"))
        | lead.str.contains(ascii_rule(_RARELY_BEFORE))
        | drinks["term"].str.contains(_RARE_TERM)
    ).to_numpy()
    return rare
