"""Logins and passwords: that one is there and how it is kept (clear, MD5, bcrypt ...). The value is never kept.

The canonical text is the kind. Source: crypt(5) prefixes, RFC 2307 schemes, lengths of hexadecimal digests.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from leakscan.detectors.anchors import Begins, Blob, Ints, byte_set, in_order
from leakscan.detectors.detector import Detector
from leakscan.detectors.text import NEVER, once

_KINDS: tuple[tuple[str, str], ...] = (
    ("bcrypt", r"^\$2[abxy]?\$[0-9]{2}\$[./A-Za-z0-9]{53}$"),
    ("argon2", r"^\$argon2(?:id|i|d)\$[!-~]{20,}$"),
    ("scrypt", r"^\$(?:s0|7|scrypt)\$[!-~]{20,}$"),
    ("pbkdf2", r"^(?:\$?pbkdf2[-_:a-z0-9]*\$)[!-~]{20,}$"),
    ("md5crypt", r"^\$(?:1|apr1)\$[./A-Za-z0-9]{1,8}\$[./A-Za-z0-9]{22}$"),
    ("sha256crypt", r"^\$5\$[!-~]{40,}$"),
    ("sha512crypt", r"^\$6\$[!-~]{80,}$"),
    ("phpass", r"^\$[PH]\$[./A-Za-z0-9]{31}$"),
    ("ssha", r"^\{S(?:SHA|HA)[0-9]{0,3}\}[A-Za-z0-9+/=]{20,}$"),
    ("mysql", r"^\*[0-9A-F]{40}$"),
    ("md5", r"^(?:\{MD5\}[A-Za-z0-9+/=]{20,}|(?:0x)?(?:[0-9a-f]{32}|[0-9A-F]{32}))$"),
    ("sha1", r"^(?:0x)?(?:[0-9a-f]{40}|[0-9A-F]{40})$"),
    ("sha256", r"^(?:0x)?(?:[0-9a-f]{64}|[0-9A-F]{64})$"),
    ("sha512", r"^(?:0x)?(?:[0-9a-f]{128}|[0-9A-F]{128})$"),
)
"""How each kind of stored password looks; MD5 of 32 digits is also NTLM."""

_SHORTEST_HASH = 22

CLEAR = "clear"
_NOTHING = (
    r"(?i)^(?:[*•x.\-_?]+|oubli[ée]e?|perdue?|[àa]|non|oui|aucun|vide|null|none|n/?a|nc|inconnu|chang[ée]\w*|expir\w*"
    r"|incorrect|erron[ée]e?|envoy[ée]e?|le|la|un|de|du|voir|idem|invalid\w*|required|reset|par)$"
)


def hash_kind(text: pl.Expr) -> pl.Expr:
    """Name of the scheme of a stored password; null where the text looks like none."""
    long = pl.when(text.str.len_bytes() >= _SHORTEST_HASH).then(text.str.strip_chars(" \t'\""))
    return once(
        long,
        lambda cell: pl.coalesce(*(pl.when(cell.str.contains(shape)).then(pl.lit(kind)) for kind, shape in _KINDS)),
    )


def password_kind(text: pl.Expr) -> pl.Expr:
    """What a cell of a password column holds: a hash kind, or `clear`; null where it is empty or says there is none."""

    def kind(cell: pl.Expr) -> pl.Expr:
        real = pl.when((cell != "") & ~cell.str.contains(_NOTHING)).then(pl.lit(CLEAR))
        return pl.coalesce(hash_kind(cell), real)

    return once(text.str.strip_chars(), kind)


_LABEL = (
    r"(?:mots?\s*de\s*passe|mdp|m\.d\.p\.?|password|passwd|passwort|pwd|pass"
    r"|code\s+(?:d['\u2019]acc[èe]s|secret|confidentiel))"
)
_MAIL = r"[a-zß-ÿ0-9][a-zß-ÿ0-9._%+\-]{0,63}@[a-zß-ÿ0-9\-]{1,63}(?:\.[a-zß-ÿ0-9\-]{1,63}){0,8}\.[a-z]{2,24}"
_TIE = r"(?:\s+provisoire|\s+initial|\s+portail)?\s*(?:[:=]|\best\b|\bis\b)\s*['\"«]?\s?"
_LABELLED = rf"(?i)\b{_LABEL}{_TIE}([^\s'\"»]{{3,128}})"
_COMBO = rf"(?i)^{_MAIL}[:;|]([^\s/;|]\S{{3,127}})$"


def text_kind(text: pl.Expr) -> pl.Expr:
    """Kind of the password in a labelled pair (`mdp = ...`) or a combo line (`mail:password`); null without one."""
    secret = pl.coalesce(text.str.extract(_LABELLED), text.str.extract(_COMBO)).str.strip_chars_end(".,;)")
    return once(secret, lambda cell: password_kind(pl.when(~cell.str.contains(r"^[0-9]{1,5}$|^.{0,2}$")).then(cell)))


_ADDRESS_BYTES = byte_set("0123456789._%+-", signs=True)
_WORDS = (" mot ", " mots ", " motde", " motsde", " mdp", " m d p", " pass", " pwd", " code ")


def _begins(blob: Blob) -> Ints:
    """Words that begin a label, and what begins an address: only letters, digits and `._%+-` up to its @."""
    labels = blob.at(*_WORDS)
    if not len(blob.where("@")):
        return labels
    belongs = _ADDRESS_BYTES[blob.plain]
    at, ends = np.flatnonzero(belongs), np.flatnonzero(~belongs)
    at = at[~blob.is_alnum(at - 1) & ~blob.is_one_of(at - 1, "/@._%+-")]
    return in_order(labels, at[blob.is_one_of(ends[np.searchsorted(ends, at)], "@")])


CREDENTIALS = Detector(
    entity="credentials",
    pattern=rf"""(?xi)
        (?<![\p{{L}}0-9]) {_LABEL} {_TIE} [^\s'"»\x00]{{3,128}}
      | (?<![\p{{L}}0-9/@._%+\-]) {_MAIL} [:;|] [^\s/;|\x00][^\s\x00]{{3,127}}
    """,
    prefilter=rf"(?i){_LABEL}|@\S+[:;|]\S",
    begins=Begins(_begins, _WORDS),
    canonical=text_kind,
    confidence=0.9,
    examples=(
        ("login: jdurand password: Azerty!12", "clear"),
        ("accès portail, mdp = soleil75", "clear"),
        ("mot de passe : Azerty12.", "clear"),
        ("Son mot de passe est soleil2019", "clear"),
        ("jd@exemple.fr:Soleil2019", "clear"),
        ("jd@exemple.fr:0cc175b9c0f1b6a831c399e269772661", "md5"),
        ("pwd=0cc175b9c0f1b6a831c399e269772661", "md5"),
    ),
    counterexamples=(
        "mot de passe : oublié",
        "mot de passe oublié",
        "password: ****",
        "le pass sanitaire est valide",
        "ssh jd@exemple.fr:/srv/depot",
        "http://jd@exemple.fr:8080/x",
        "jd@exemple.fr: bonjour",
        "compass: nord",
    ),
    values=(("mdp: Azerty12", "clear"), ("jd@exemple.fr;Soleil2019", "clear")),
    not_values=("", "Azerty12", "mdp", "jd@exemple.fr", "mot de passe : non"),
    source="writings met in exports and combo lists",
)

_HASH_LABEL = r"(?:pass\w{0,12}|mdp|pwd|hash|md5|sha-?[0-9]*|empreinte)[^\x00]{0,24}"

PASSWORD_HASH = Detector(
    entity="password_hash",
    pattern=rf"""(?x)
        (?<![\w$./+\-])
        (?: \$2[abxy]?\$[0-9]{{2}}\$[./A-Za-z0-9]{{53}}
          | \$argon2(?:id|i|d)\$[A-Za-z0-9+/=,$]{{20,400}}
          | \$(?:1|apr1)\$[./A-Za-z0-9]{{1,8}}\$[./A-Za-z0-9]{{22}}
          | \$[56]\$[./A-Za-z0-9=$]{{40,200}}
          | \$[PH]\$[./A-Za-z0-9]{{31}}
          | \{{(?:S?SHA[0-9]{{0,3}}|MD5)\}}[A-Za-z0-9+/=]{{20,200}}
          | \*[0-9A-F]{{40}}
          | (?<=(?i:{_HASH_LABEL})) (?:[0-9a-fA-F]{{128}}|[0-9a-fA-F]{{64}}|[0-9a-fA-F]{{40}}|[0-9a-fA-F]{{32}})
        )
        (?![\w$/+])
    """,
    prefilter=(
        r"\$(?:2[abxy]?|argon2|1|apr1|[56PH])|\{(?:S?SHA[0-9]{0,3}|MD5)\}|\*[0-9A-F]{40}"
        r"|(?i:pass|mdp|pwd|hash|md5|sha|empreinte)\P{Cc}*[0-9a-fA-F]{32}"
    ),
    canonical=hash_kind,
    confidence=0.9,
    examples=(
        ("jd $2y$10$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234", "bcrypt"),
        ("hash: 0cc175b9c0f1b6a831c399e269772661", "md5"),
        ("sha1 = 86f7e437faa5a7fce15d1ddcb9eaeaea377667b8", "sha1"),
        ("userPassword: {SSHA}AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "ssha"),
    ),
    counterexamples=(
        "0cc175b9c0f1b6a831c399e269772661",
        "ref 0cc175b9-c0f1-b6a8-31c3-99e269772661",
        "md5 0cc175b9c0f1b6a831c399e2697726610",
        "coût $2 et $10",
    ),
    values=(
        ("0cc175b9c0f1b6a831c399e269772661", "md5"),
        ("86F7E437FAA5A7FCE15D1DDCB9EAEAEA377667B8", "sha1"),
        ("ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb", "sha256"),
        ("$argon2id$v=19$m=65536,t=3,p=4$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo", "argon2"),
        ("$1$abcdefgh$ABCDEFGHIJKLMNOPQRSTU.", "md5crypt"),
        ("$P$Babcdefghijklmnopqrstuvwxyz0123", "phpass"),
        ("*86F7E437FAA5A7FCE15D1DDCB9EAEAEA377667B8", "mysql"),
    ),
    not_values=("", "Azerty12", "0cc175b9c0f1b6a831c399e26977266", "0612345678"),
    source="crypt(5), RFC 2307",
)

PASSWORD = Detector(
    entity="password",
    pattern=NEVER,
    prefilter=NEVER,
    canonical=password_kind,
    confidence=0.9,
    needs_role=True,
    values=(("Azerty12", "clear"), ("0cc175b9c0f1b6a831c399e269772661", "md5"), ("123456", "clear")),
    not_values=("", "  ", "****", "NULL", "N/A"),
    source="crypt(5), RFC 2307",
)


def login_name(text: pl.Expr) -> pl.Expr:
    """A login in lower-case, without blanks at its ends; null where it is empty or several words."""
    login = text.str.strip_chars().str.to_lowercase()
    return once(login, lambda name: pl.when(~name.str.contains(r"\s|^[^\p{L}0-9]*$")).then(name))


LOGIN = Detector(
    entity="login",
    pattern=NEVER,
    prefilter=NEVER,
    canonical=login_name,
    confidence=0.8,
    needs_role=True,
    values=((" JDurand75", "jdurand75"), ("jd@exemple.fr", "jd@exemple.fr")),
    not_values=("", "-", "jean durand"),
    source="writings met in portal exports",
)
