"""A patient named only in prose counts where the letter, two sentences on, tells HIV: in every kind of document."""

from __future__ import annotations

import io
from collections.abc import Callable

import docx
import pytest
from documents import report_here
from test_readers_mail import message
from test_readers_pdf import pages

LETTERS = {
    "received": """Compte rendu de consultation du 12/03/2019

Cher confrère,
J'ai reçu en consultation madame Aminata Ouedraogo, 45 ans, adressée pour un bilan de fatigue.
L'examen clinique est sans particularité. Le poids est stable.
L'infection par le VIH est connue depuis 2004, sous Biktarvy.

Bien confraternellement,
Professeur Lemoine""",
    "our patient": """Clinique des Tilleuls, le 3 juin 2020

Chère amie,
Notre patient commun, Camille Foulon, est venu ce jour en consultation.
Il va bien. Il n'a pas de plainte particulière.
Il est séropositif pour le VIH depuis dix ans et bien suivi.

Amitiés,
Dr Solène Kerbrat""",
    "no title": """Service des maladies infectieuses

Jean Kowalczyk a été hospitalisé du 3 au 9 mai 2018 pour une pneumonie.
Les suites ont été simples. La sortie a été possible à J6.
La sérologie VIH est positive, un traitement a été débuté. M. Kowalczyk rentre chez lui.

Dr Martin""",
    "a field": """Paris, le 14 avril 2021

Concernant : Awa DIOP

La patiente a été vue en urgence pour une fièvre isolée.
Le bilan biologique est en cours. La radiographie est normale.
VIH positif confirmé.

Cordialement
Dr Nouvel""",
    "a family": """Compte rendu

M. et Mme Benhamou sont venus pour leur fils Ilyès Benhamou.
L'enfant grandit bien. Les vaccins sont à jour.
Il est porteur du VIH, transmission maternelle.

Dr Garnier""",
    "short": """Bonjour,
je vous adresse Lucie Chevalier pour avis.
Elle tousse depuis un mois.
Elle est VIH +.
Merci, Dr Faure""",
}


def word(text: str) -> bytes:
    made, out = docx.Document(), io.BytesIO()
    for line in text.split("\n"):
        made.add_paragraph(line)
    made.save(out)
    return out.getvalue()


KINDS: dict[str, Callable[[str], bytes]] = {
    "text": lambda text: text.encode(),
    "docx": word,
    "pdf": lambda text: pages(text.split("\n")),
    "eml": lambda text: message(text).as_bytes(),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("letter", LETTERS)
def test_the_patient_of_a_letter_counts_with_the_theme(letter: str, kind: str) -> None:
    persons = report_here(KINDS[kind](LETTERS[letter]))["persons"]
    assert persons["likely"] == 1
    assert persons["by_theme"]["hiv"]["affirmed"]["likely"] == 1


def test_who_writes_and_receives_a_message_is_not_its_patient() -> None:
    made = message("La réunion sur le VIH est reportée.\nMerci de prévenir le service.\nBonne journée")
    del made["From"]
    made["From"] = "Camille Foulon <camille.foulon@exemple.fr>"
    persons = report_here(made.as_bytes())["persons"]
    assert persons["likely"] == 0


NOTES = [
    f"{at};2020-01-{at + 10};Vu ce jour {name} pour fatigue. Examen normal. VIH positif connu.\n"
    for at, name in enumerate(("Mme OUEDRAOGO Aminata", "M. FOULON Camille", "Mme DIOP Awa", "M. KOWALCZYK Jean"), 1)
]


def test_people_named_only_in_the_comments_of_a_table_count() -> None:
    persons = report_here(("id;date;commentaire\n" + "".join(NOTES)).encode())["persons"]
    assert persons["likely"] == len(NOTES)
    assert persons["by_theme"]["hiv"]["affirmed"]["likely"] == len(NOTES)


def test_names_in_comments_are_nobody_where_no_health_is_told_or_a_column_says_who() -> None:
    calm = [note.replace("fatigue. Examen normal. VIH positif connu", "le devis du garage") for note in NOTES]
    assert report_here(("id;date;commentaire\n" + "".join(calm)).encode())["persons"]["likely"] == 0
    people = [f"MARTIN;Paul;12/03/1961;{note}" for note in NOTES]
    table = "nom;prenom;date de naissance;id;date;commentaire\n" + "".join(people)
    assert report_here(table.encode())["persons"]["likely"] == 1
