"""Lists of names whose file alone says that they are patients."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

NAMES = (
    "MOREL Anne", "Vasseur Odile", "Delmotte Karim", "FERRAND Lucie", "Guichard Paul", "El Amri Fatima",
    "zeroual Samir", "Le Goff Marie",
)  # fmt: skip
LISTS = {
    "drugs": [f"{name} Dolix 1{at} zan 3" for at, name in enumerate(NAMES)],
    "nothing else": [f"{name} " for name in NAMES],
    "numbers before": [f"{at}. {name} - rappeler" for at, name in enumerate(NAMES, 1)],
    "rooms behind": [f"- {name}, chambre 1{at} lit {at % 2}" for at, name in enumerate(NAMES)],
    "amounts": [f"{name}   {at}0 euros le {at} au soir" for at, name in enumerate(NAMES, 1)],
}


@pytest.mark.parametrize("case", LISTS)
@pytest.mark.parametrize("name", ["patients.txt", "Malades du jour.txt", "listePatients2.lst"])
def test_a_list_of_names_in_a_file_called_after_patients(
    case: str, name: str, tmp_path: Path, report_of: Callable[..., dict[str, Any]]
) -> None:
    path = tmp_path / name
    path.write_text("\n".join(LISTS[case]))
    assert report_of(path)["persons"]["likely"] == len(NAMES)


OTHERS = {
    "another name": ("equipe.txt", LISTS["drugs"]),
    "a word in it": ("impatience.txt", LISTS["drugs"]),
    "a letter": (
        "patients.txt",
        ["Chers Collègues,", "Veuillez trouver ci-joint la note sur les patients.", "Bonne Lecture", "le service"],
    ),
    "titles": ("patients.txt", [f"Chapitre Premier {at}" for at in range(9)]),
    "things": ("patients.txt", [f"Lit Médical {at}, salle {at}" for at in range(9)]),
    "a log": ("patients.log", [f"2026-03-0{at} INFO Import Fini {at}" for at in range(1, 9)]),
    "few": ("patients.txt", LISTS["drugs"][:2]),
}


@pytest.mark.parametrize("case", OTHERS)
def test_what_is_no_list_of_patients(case: str, tmp_path: Path, report_of: Callable[..., dict[str, Any]]) -> None:
    name, lines = OTHERS[case]
    path = tmp_path / name
    path.write_text("\n".join(lines))
    assert report_of(path)["persons"]["high"] == 0


def test_prompts_around_a_listing_are_no_rows(tmp_path: Path, report_of: Callable[..., dict[str, Any]]) -> None:
    firsts = ("ANNE", "LUC", "PAUL")
    rows = [f"{10_000 + at}  MOREL       {first:<10}  1{at}-03-5{at}" for at, first in enumerate(firsts)]
    head = ["NUM    NOM         PRENOM      DT_NAIS", "-----  ----------  ----------  --------"]
    for prompt in ("SQL> spool off", "mysql> exit", "base=# \\q", "MariaDB [cabinet]> quit"):
        path = tmp_path / "spool.lst"
        path.write_text("\n".join([*head, *rows, "", "3 rows selected.", "", prompt, ""]))
        assert report_of(path)["persons"]["likely"] == 3


FIELDS = """/* Champs :
 *   Identité : id, ini, name, sex ('F'|'M'), age, phone
 *   Dossier : blood, allergies, vih
 */
export const version = 1;
"""


def test_fields_that_a_program_explains_are_no_name(tmp_path: Path, report_of: Callable[..., dict[str, Any]]) -> None:
    path = tmp_path / "modele.txt"
    path.write_text(FIELDS)
    assert report_of(path)["persons"]["high"] == 0
