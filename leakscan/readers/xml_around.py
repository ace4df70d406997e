"""What stands around the rows of an XML document and is nobody's: names and addresses of practices, numbers of acts.

A field of an ancestor completes a row. The name of a practice, a hospital or a laboratory would make a person of every
row below it, so it stands under the element's own name, and its address, phone and numbers stay text. A number of an
act below a patient is the act's: it stands under the act's name and is no number of the patient.
"""

from __future__ import annotations

import re
from functools import lru_cache

from leakscan.readers.header import unaccented

_PLACES = frozenset(
    [
        "cabinet",
        "hopital",
        "hospital",
        "clinique",
        "clinic",
        "laboratoire",
        "labo",
        "lab",
        "laboratory",
        "etablissement",
        "etab",
        "organisation",
        "organization",
        "organisme",
        "pharmacie",
        "ehpad",
        "structure",
        "emetteur",
        "expediteur",
        "destinataire",
        "sender",
        "service",
        "departement",
        "department",
        "pole",
        "aile",
        "batiment",
        "unite",
        "centre",
        "practice",
        "editeur",
        "caisse",
        "mutuelle",
        "facility",
    ]
)
_PEOPLE = frozenset(
    [
        "patient",
        "patients",
        "personne",
        "personnes",
        "malade",
        "assure",
        "beneficiaire",
        "usager",
        "resident",
        "individu",
        "person",
        "client",
        "adherent",
        "enfant",
        "dossier",
        "sujet",
        "subject",
        "member",
    ]
)
_PATIENTS = frozenset(["patient", "malade", "assure", "beneficiaire", "usager", "resident"])
_PARTS = frozenset(
    ["adresse", "adr", "address", "coordonnees", "coordonnee", "contact", "telecom", "localisation", "identite"]
)
_DOCTORS = frozenset(["medecin", "docteur", "praticien", "prescripteur", "doctor", "physician"])
_NAMED = frozenset(["nom", "prenom", "name", "prescripteur"])
_NAMES = frozenset(["nom", "name", "libelle", "denomination"])
_OWN = _PARTS | frozenset(
    [
        "rue",
        "voie",
        "ville",
        "city",
        "commune",
        "cp",
        "postal",
        "codepostal",
        "postcode",
        "zip",
        "tel",
        "telephone",
        "phone",
        "fax",
        "mail",
        "email",
        "courriel",
        "id",
        "numero",
        "num",
        "code",
        "etage",
        "siret",
        "finess",
    ]
)
_THINGS = frozenset(
    [
        "acte",
        "act",
        "soin",
        "soins",
        "examen",
        "exam",
        "analyse",
        "prestation",
        "medicament",
        "drug",
        "medication",
        "produit",
        "article",
        "item",
        "procedure",
        "tarif",
        "unite",
        "lit",
    ]
)
_NUMBERS = frozenset(("id", "num", "numero", "no", "code"))
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


@lru_cache(maxsize=4096)
def _words(name: str) -> frozenset[str]:
    plain = unaccented(name)
    return frozenset(word.lower() for word in (*_WORD.findall(plain), plain))


def is_patient(name: str) -> bool:
    """Whether an element's name says that it is one patient."""
    return bool(_words(name) & _PATIENTS)


def above(path: tuple[str, ...], around: dict[str, str]) -> dict[str, str]:
    """Of fields around an element those of the elements that it lies in, and the names of doctors beside these.

    What else lies beside it is somebody else's.
    """
    parents = {".".join(path[1:end]) for end in range(1, len(path))}
    return {name: text for name, text in around.items() if _is_above(name, parents)}


def _is_above(name: str, parents: set[str]) -> bool:
    holder, _, own = name.rpartition(".")
    beside, _, whose = holder.rpartition(".")
    return holder in parents or (beside in parents and bool(_words(whose) & _DOCTORS and _words(own) & _NAMED))


def without_wrappers(row: dict[str, str]) -> dict[str, str]:
    """The one row of a document, its columns without the elements around all of them: an envelope, a body, a result.

    Elements that are called people stay: they say whose the fields are.
    """
    names = [name.split(".") for name in row]
    least = min(map(len, names), default=1) - 1
    shared = 0
    while shared < least and len({name[shared] for name in names}) == 1 and not _words(names[0][shared]) & _PEOPLE:
        shared += 1
    return {".".join(name.split(".")[shared:]): text for name, text in row.items()} if len(row) > 1 else dict(row)


@lru_cache(maxsize=4096)
def column_of(path: tuple[str, ...]) -> str | None:
    """The column of a field outside of rows, by the names of elements down to it; None: it is text only."""
    *above, own = path
    at = next((at for at in range(len(above) - 1, -1, -1) if not _words(above[at]) & _PARTS), -1)
    if at >= 0 and _words(above[at]) & _PLACES:
        if at == len(above) - 1 and _words(own) & _NAMES:
            return above[at]
        if _words(own) & (_OWN | _NAMES):
            return None
    return ".".join(path[1:]) or path[0]


def numbered(row: dict[str, str], path: tuple[str, ...], around: dict[str, str]) -> dict[str, str]:
    """A row whose numbers stand under its own name: that of an act, or of what is no person below one."""
    *above, own = path
    if _words(own) & _PEOPLE or not _NUMBERS & row.keys():
        return row
    beside = (part for name in around for part in name.split(".")[:-1])
    if not _words(own) & _THINGS and not any(_words(name) & _PEOPLE for name in (*above, *beside)):
        return row
    return {f"{own}.{name}" if name in _NUMBERS else name: text for name, text in row.items()}
