"""A letter whose patient no rule names is read by the pipeline; lists, tables and letters about nobody are not."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import leakscan.prose
from leakscan.data import model_file
from leakscan.names.pipeline import PIPELINE
from leakscan.options import ScanOptions, parse_date
from leakscan.persons.identity import Fingerprinter
from leakscan.report import build_report
from leakscan.scan import scan

LETTERS = Path(__file__).parent.parent / "samples" / "letters"
OPTIONS = ScanOptions(as_of=parse_date("2026-01-01"), workers=1)
LETTER = """Compte rendu de consultation du 12/03/2019

Cher confrère,
J'ai reçu en consultation monsieur {name}, 45 ans, pour le suivi de son infection par le VIH.
Il est sous Biktarvy depuis 2018, CV indétectable.

Bien confraternellement,
Professeur Lemoine
"""


def report(folder: Path) -> dict[str, Any]:
    return build_report(scan([str(folder)], OPTIONS, prints=Fingerprinter(bytes(32))), OPTIONS)


def written(folder: Path, *texts: str) -> Path:
    folder.mkdir()
    for number, text in enumerate(texts):
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    return folder


def test_a_patient_whom_only_the_pipeline_names_counts(tmp_path: Path) -> None:
    found = report(written(tmp_path / "one", LETTER.format(name="Traoré")))
    assert found["persons"]["likely"] == 1
    assert found["persons"]["by_theme"]["hiv"]["affirmed"]["likely"] == 1
    named = [line for line in found["evidence"] if line["entity"] == "full_name"]
    assert [line["hits"] for line in named] == [1]
    assert "Traor" not in str(found)


def test_letters_in_a_bundle_give_what_each_gives_alone(tmp_path: Path) -> None:
    names = ("Traoré", "Kowalczyk", "Benhamou")
    letters = [LETTER.format(name=name) for name in names]
    together = report(written(tmp_path / "all", *letters))["persons"]
    alone = [report(written(tmp_path / name, letter))["persons"] for name, letter in zip(names, letters, strict=True)]
    assert together["likely"] == sum(one["likely"] for one in alone) == len(names)


@pytest.mark.parametrize(
    "text",
    [
        "Réunion du service le 12 mars\nPrésents : Traoré, Kowalczyk\nOrdre : planning d'été\nLe compte rendu suivra",
        "Objet : Mme FOURNIER Solange, née le 06/01/1961\nNIR inconnu\nVIH positif\nmerci de la revoir",
        "nom;prenom;vih\nTraoré;Awa;positif\nMartin;Paul;négatif\nDupont;Jean;positif\n",
        "".join(f"2019-03-{day:02d} 10:00:00 INFO resultat VIH positif pour Traoré\n" for day in range(1, 29)),
    ],
    ids=["about nobody", "named by a rule", "a table", "a log"],
)
def test_other_texts_are_not_read_by_the_pipeline(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(texts: pl.Series) -> pl.DataFrame:
        pytest.fail(f"{len(texts)} texts were read")

    monkeypatch.setattr(leakscan.prose, "find_people", refused)
    assert report(written(tmp_path / "texts", text))["inputs"]


def test_a_scan_of_tables_imports_no_spacy(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("nom;prenom;commentaire\nTraoré;Awa;VIH positif\nMartin;Paul;RAS\n", encoding="utf-8")
    code = (
        "import sys; from leakscan.options import ScanOptions; from leakscan.scan import scan; "
        f"scan([{str(table)!r}], ScanOptions(workers=1)); print('spacy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_pipeline_reads_as_under_french_and_loads_none_of_it() -> None:
    """Its tokenizer is its own: what French brings is not used, and takes longest of all to load."""
    import spacy

    texts = [path.read_text(encoding="utf-8") for path in sorted(LETTERS.glob("*.txt"))[:5]]
    texts += [LETTER.format(name=name) for name in ("O'Neil", "Jean-Pierre D'Hondt", "N'Guyen dit l’Ancien", "LE GOFF")]
    texts.append(
        "Aujourd'hui, l'entre-temps du 1er arr. : M. Vaux-en-Velin, Mme. St-Exupéry ; p.-ê. n°12, a.b@c.fr, 37°C."
    )
    assert len(texts) == 10
    code = (
        "import json, sys; from leakscan.names.pipeline import _pipeline; "
        "texts = json.load(sys.stdin); nlp = _pipeline(); "
        "print(json.dumps([sorted(name for name in sys.modules if name.startswith('spacy.lang.fr')),"
        "[[[word.text, word.norm_, word.ent_iob_, word.ent_type_] for word in nlp(text)] for text in texts]]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=json.dumps(texts), capture_output=True, text=True, check=True
    )
    loaded, found = json.loads(done.stdout)
    french = spacy.load(model_file(PIPELINE))
    assert (french.lang, loaded) == ("fr", [])
    told = [[[word.text, word.norm_, word.ent_iob_, word.ent_type_] for word in french(text)] for text in texts]
    assert found == told
    assert any(word[3] for text in told for word in text)


PROJECT = "Nous simulons la propagation du VIH : un séropositif contamine son partenaire."


@pytest.mark.parametrize(
    "who",
    [
        "membres du groupe :\n\nAYMERIE Julie LANGLET Tom\n",
        "Auteurs : AYMERIE Julie, LANGLET Tom",
        "Binôme : LANGLET Tom",
    ],
)
def test_who_wrote_a_text_is_no_patient(who: str, tmp_path: Path) -> None:
    assert report(written(tmp_path / "one", f"# Projet\n\n{who}\n\n{PROJECT}\n"))["persons"]["likely"] == 0


@pytest.mark.parametrize("head", ["Rédigé par : Dr Lemoine", "Auteur : Pr Vannier", "Binôme : Lemoine, Vannier"])
def test_a_letter_has_a_patient_beside_who_wrote_it(head: str, tmp_path: Path) -> None:
    found = report(written(tmp_path / "one", f"{head}\n\n{LETTER.format(name='Traoré')}"))
    assert found["persons"]["likely"] == 1
    assert found["persons"]["by_theme"]["hiv"]["affirmed"]["likely"] == 1
