"""Tables of courses, marks and jobs: what people learn and teach, and where they work, is no illness of anybody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leakscan.columns.called import speaks_of_people
from leakscan.columns.compare import cells_of, having
from leakscan.columns.hints import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    import polars as pl

    from leakscan.columns.settle import Draft

LEARNED = "a course, a mark or a job, which is no illness"
LESSON_DATES = "the day of a course"
MARKS = 2
"""So many words of schools among the headers make a table one of marks."""
ALL_MARKS = 0.9
"""Least share of filled cells that are marks out of twenty."""
_OF_PATIENTS = ("ins", "diagnosis", "drug", "act", "result", "pseudonym", "mutuelle", "blood_group", "prescriber")
"""Roles one of which says that rows are about patients, who learn in courses as well."""
_LESSONS = re.compile(
    r"\b(?:formations?|ue|enseignements?|matieres?|seminaires?|colloques?|congres|trainings?|dpc"
    r"|(?:lieu|terrain|sujet|rapport) (?:de )?stage)\b"
)
"""What heads titles of courses, read in the words of a header ..."""
_LESSONS_OR_CARE = re.compile(r"(?<!en )\bcours\b|\b(?:modules?|sessions?|courses?)\b")
"""... and what heads those that patients take as well, about their diabetes or their pregnancy."""
_CARED_FOR = re.compile(r"\b(?:etp|education|therapeutiques?|ateliers?|seances?|soins?)\b")
_STAFF = (
    r"grade|employeur|agents?|salariee?s?|matricule|etudiante?s?|eleves?|stagiaires?|ine|promotion|promo|moyenne|ects"
    r"|jury|opco|formateurs?|formatrices?|trainers?"
)
_OF_STAFF = re.compile(rf"\b(?:{_STAFF})\b")
"""What tells that staff or students take a course ..."""
_OF_COURSES = re.compile(
    rf"\b(?:{_STAFF}|emploi|fonction|poste|metier|organisme|prestataire|presence|presente?|heures?|duree|cout|evaluation"
    r"|notes?|attestation|inscription|affectation|hours|attendance)\b"
)
"""... and what is told of every course."""
_JOBS = "emploi|fonction|poste|grade|metier|qualification|corps|job|job title"
_JOB = re.compile(rf"^(?:{_JOBS})(?: .*)?$")
_OF_CARE = (
    r"(?i)^(?:ide|as|ash|asd|amp|iade|ibode|ipa|infirmi\w*|aides?[ -]soignante?|cadre\w*|brancardi\w*|kin[ée]\w*"
    r"|sage[ -]femme|psychologue|secr[ée]taire\w*|manip\w*|di[ée]t[ée]tici\w*|assistante? sociale?|agente? \w+"
    r"|technici\w*|pharmaci\w*|pr[ée]parat\w*|ergo\w*|pu[ée]ricult\w*|m[ée]decin\w*|interne|auxiliaire|[ée]ducat\w*|aes)\b"
)
"""What somebody works as in a house of care, whose wards are named after illnesses."""
STAFF = 0.8
"""Least share of cells that are such jobs, in a table of staff."""
_WORK = re.compile(
    rf"^(?:{_JOBS}|position|organisme(?: de formation)?"
    r"|organisme formateur|prestataire|formateur|formatrice|trainer|employeur|affectation|service|unite|pole"
    r"|etablissement|lieu|site|theme|intitule|libelle|(?:fonction|poste|emploi) (?:occupee?|exercee?|actuelle?))$"
)
"""What says beside courses who gives them, or what the people who take them do."""
_SCHOOLS = re.compile(
    r"^moyenne(?: (?:generale|promo|promotion|semestre|annuelle|ue|sur) ?.*)?$"
    r"|\b(?:ects|jury|coef|coeff|coefficient|ue|ine|promo|promotion|rattrapage|partiels?|redoublante?)\b|/ ?20\b"
)
_TEACHER = re.compile(r"\b(?:formateurs?|formatrices?|trainers?|enseignante?s?)\b")
_TITLE = re.compile(r"(?:^| )(?:intitule|libelle|titre|theme|title)$")
_PLACE = re.compile(r"\bstages?\b")
"""Where students work, in a table of their marks."""
_PUPIL = re.compile(
    r"\b(?:eleves?|etudiante?s?|apprenante?s?|apprentie?s?|lyceene?s?|collegiene?s?|students?|pupils?)\b"
)
_SUBJECT = re.compile(
    r"\b(?:matieres?|disciplines?|cours|devoirs?|epreuves?|trimestres?|semestres?|coef|coeff|coefficient|ue|courses?)\b"
)
_VALUE = re.compile(r"\b(?:valeurs?|notes?|resultats?|scores?|moyennes?|points|value|grade|marks?)\b")
"""What a line of marks refers to, pupil and subject, and what heads the mark beside them."""
_MARK = r"(?i)^(?:1?[0-9](?:[.,][0-9]{1,3})?|20(?:[.,]0+)?|abs\w*|disp\w*|di|abj|abi|vali?d\w*|-)$"
_BEYOND_ANSWERS = r"^(?:[3-9]|1[0-9]|20)(?:[.,][0-9]+)?$|[.,][1-9]"
"""A mark that is no answer to a question: a column of zeros and ones may be anything."""
_CARE = re.compile(r"\b(?:examens?|exam|consultations?|visites?|prelevements?|soins?|actes?|rdv|admission|entree)\b")


def courses_and_marks(drafts: list[Draft], head: pl.DataFrame) -> None:
    """In a table of courses or marks of staff or students, titles, marks and jobs say nothing of health.

    Anything of a patient beside them keeps all columns as they are.
    """
    heads = {draft.index: " ".join(words(draft.header or "")) for draft in drafts}
    if any(
        draft.header is None or (speaks_of_people(draft.header) and not _OF_STAFF.search(heads[draft.index]))
        for draft in drafts
    ):
        return
    _lines_of_marks(drafts, heads, head)
    schools = {mark for draft in drafts for mark in _SCHOOLS.findall(f"{heads[draft.index]} {_out_of(draft)}".strip())}
    open_to = [
        draft for draft in drafts if not draft.fixed and draft.role in (None, "comment", "address", "laboratory")
    ]
    courses = [draft for draft in open_to if _is_course(draft.index, heads)]
    staff = any(_JOB.search(heads[draft.index]) and _share(draft, head, _OF_CARE) >= STAFF for draft in open_to)
    of_patients = [one for one in having(drafts, *_OF_PATIENTS) if not _TEACHER.search(heads[one.index])]
    if not (courses or staff or len(schools) >= MARKS) or of_patients:
        return
    marks = [draft for draft in open_to if len(schools) >= MARKS and _are_marks(draft, head)]
    work = [draft for draft in open_to if (courses or staff) and _WORK.search(heads[draft.index])]
    work += [draft for draft in open_to if len(schools) >= MARKS and _PLACE.search(heads[draft.index])]
    work += [one for one in having(drafts, "prescriber") if not one.fixed and _TEACHER.search(heads[one.index])]
    for draft in (*courses, *marks, *work):
        draft.become(None, 0.0, LEARNED)
    for draft in having(drafts, "exam_date"):
        if courses and not draft.fixed and not _CARE.search(heads[draft.index]):
            draft.become("date", draft.score, LESSON_DATES)


def _lines_of_marks(drafts: list[Draft], heads: Mapping[int, str], head: pl.DataFrame) -> None:
    """A row per mark (`eleve_id`, `matiere_id`, `valeur`): marks are no results of tests, and their days no exams."""
    if not all(any(asked.search(one) for one in heads.values()) for asked in (_PUPIL, _SUBJECT)):
        return
    marks = [
        draft
        for draft in having(drafts, "result", "comment")
        if not draft.fixed and _VALUE.search(heads[draft.index]) and _are_marks(draft, head)
    ]
    if not marks or any(one not in marks for one in having(drafts, *_OF_PATIENTS)):
        return
    for draft in marks:
        draft.become(None, 0.0, LEARNED)
    for draft in having(drafts, "exam_date"):
        if not draft.fixed and not _CARE.search(heads[draft.index]):
            draft.become("date", draft.score, LESSON_DATES)


def _is_course(index: int, heads: Mapping[int, str]) -> bool:
    """Whether a column holds titles of courses that staff or students take."""
    own, others = heads[index], [head for other, head in heads.items() if other != index]
    if _TITLE.search(own) and any(_TEACHER.search(head) for head in others):
        return True
    if _LESSONS.search(own):
        return any(_OF_COURSES.search(head) for head in others)
    if not _LESSONS_OR_CARE.search(own) or any(_CARED_FOR.search(head) for head in heads.values()):
        return False
    return any(_OF_STAFF.search(head) for head in others)


def _out_of(draft: Draft) -> str:
    """The `/20` of a header, which its words leave out."""
    return "/20" if re.search(r"/ ?20\b", draft.header or "") else ""


def _are_marks(draft: Draft, head: pl.DataFrame) -> bool:
    """Whether cells are marks out of twenty, or say that somebody was absent."""
    cells = cells_of(head, draft)
    filled = cells.filter(cells != "")
    if filled.is_empty() or not filled.str.contains(_BEYOND_ANSWERS).any():
        return False
    return _share(draft, head, _MARK) >= ALL_MARKS


def _share(draft: Draft, head: pl.DataFrame, pattern: str) -> float:
    """Share of a column's filled cells that look so."""
    cells = cells_of(head, draft)
    return float(cells.filter(cells != "").str.contains(pattern).mean() or 0.0)  # type: ignore[arg-type]
