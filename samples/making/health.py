"""What a row says about somebody's health: comments, drugs, acts, results and diagnoses, with their effects."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from making import words
from making.laboratories import Laboratory
from making.layouts import Layout
from making.people import THEMES, Person
from making.truth import note_theme
from making.words import STATUS_LETTERS, Comment

_HEALTH_COMMENT = {True: 0.25, False: 0.024}
"""Share of rows with a comment on health, by whether the person has a condition: about 4 % of all rows."""
_NEUTRAL_COMMENT = 0.06
_DRUG = {True: 0.15, False: 0.042}
_SPECIAL_ACT = 0.04
_DIAGNOSIS = 0.03
_STATUS_WEIGHTS = {True: (78, 9, 9, 4), False: (40, 22, 20, 18)}
_ADULT = 16
"""From this age on a comment marked `a` fits."""
_LATEST = 48
"""From this age on nobody is pregnant."""
_UNITS = ("g/L", "mmol/L", "UI/L", "mg/L", "µmol/L")


class Health:
    """Draws the health fields of a row and notes on the person what they reveal."""

    def __init__(self, rng: Random, layout: Layout, shown: frozenset[str]) -> None:
        """Fields of that layout; what is not `shown` in it reveals nothing."""
        self._rng = rng
        self._layout = layout
        self._shown = shown
        self._comment_fields = [key for key in ("comment", "comment2") if key in shown]

    def fill(self, values: dict[str, str], person: Person, laboratory: Laboratory, exam: date) -> None:
        """Set comment, drug, act, result and diagnosis values of one row."""
        age = person.age(exam)
        values["comment"] = values["comment2"] = ""
        self._comments(values, person, laboratory, exam, age)
        self._drug(values, person, age)
        self._act(values, person, age)
        self._diagnosis(values, person, age)

    def _comments(self, values: dict[str, str], person: Person, laboratory: Laboratory, exam: date, age: int) -> None:
        rng = self._rng
        chance = rng.random()
        health = chance < _HEALTH_COMMENT[bool(person.theme)]
        if not health and chance > 1 - _NEUTRAL_COMMENT:
            comment = rng.choice(words.comments()[""][""])
        elif health:
            comment = self._health_comment(person, age)
        else:
            return
        text = self._text(comment, laboratory, exam)
        if self._layout.multiline_comments and rng.random() < 0.4:
            second = self._text(rng.choice(words.comments()[""][""]), laboratory, exam)
            text = f"{text}\n{second}" if rng.random() < 0.6 else f'{second}\n"{text}"\nfin'
        values[rng.choice(self._comment_fields)] = text
        for theme, letter in comment.effects:
            note_theme(person, theme, STATUS_LETTERS[letter])
        person.genetic_data |= comment.genetic_data

    def _health_comment(self, person: Person, age: int) -> Comment:
        rng = self._rng
        known = bool(person.theme) and rng.random() < 0.75
        theme = person.theme if known else rng.choice(THEMES)
        while True:
            letter = rng.choices("antp", _STATUS_WEIGHTS[known])[0].replace("p", "o")
            fitting = [
                comment
                for comment in words.comments()[theme].get(letter, ())
                if comment.fits == "*"
                or (age >= _ADULT and (comment.fits == "a" or (person.sex == "F" and age < _LATEST)))
            ]
            if fitting:
                return rng.choice(fitting)
            theme = rng.choice(THEMES)

    def _text(self, comment: Comment, laboratory: Laboratory, exam: date) -> str:
        rng = self._rng
        text = comment.text
        if "{" in text:
            said = exam - timedelta(days=rng.randrange(1, 900))
            text = text.format(
                year=exam.year - rng.randrange(1, 15),
                d=f"{said.day:02d}/{said.month:02d}/{said.year}",
                sa=rng.randrange(6, 40),
                n=rng.randrange(4, 14),
                cv=rng.randrange(40, 90_000),
                dr=rng.choice(laboratory.prescriber_names),
                ref15=f"{rng.randrange(10**14, 3 * 10**14)}",
                ean=words.ean13(f"{rng.randrange(10**11, 3 * 10**11)}"),
                frac=repr(rng.randrange(1, 127) / 127)[:17],
            )
        return words.plain(text).upper() if laboratory.comment_style == "upper_plain" else text

    def _drug(self, values: dict[str, str], person: Person, age: int) -> None:
        rng = self._rng
        values["drug"] = values["cip13"] = ""
        if "drug" not in self._shown or rng.random() > _DRUG[bool(person.theme)]:
            return
        kinds = words.drugs()
        theme = ""
        if age >= _ADULT:
            if person.theme in kinds and rng.random() < 0.7:
                theme = person.theme
            elif rng.random() < 0.1:
                theme = rng.choice([kind for kind in kinds if kind])
        chosen = [rng.choice(kinds[theme])]
        if rng.random() < 0.2:
            chosen.append(rng.choice(kinds[""]))
        values["drug"] = " + ".join(dict.fromkeys(drug.label for drug in chosen))
        values["cip13"] = chosen[0].cip13
        note_theme(person, "treatment", "affirmed")
        if theme:
            note_theme(person, theme, "affirmed")

    def _act(self, values: dict[str, str], person: Person, age: int) -> None:
        rng = self._rng
        ordinary = rng.sample(words.acts("num"), rng.choice((1, 1, 2, 2, 3, 4)))
        labelled = "act_label" in self._shown
        shown = ordinary[:1] if labelled else ordinary
        special = rng.choice(words.acts("qual")) if age >= _ADULT and rng.random() < _SPECIAL_ACT else None
        if special and (special.theme != "pregnancy" or (person.sex == "F" and age < _LATEST)):
            shown = [special] if labelled else [*ordinary, special]
        else:
            special = None
        values["acts"] = self._layout.acts_joint.join(act.code for act in shown)
        values["act_label"] = shown[0].label
        values["result"], values["unit"] = f"{rng.randrange(10, 3_000) / 100}", rng.choice(_UNITS)
        if not special:
            return
        positive = rng.random() < (0.5 if person.theme == special.theme else 0.02)
        values["result"], values["unit"] = ("Positif" if positive else "Négatif"), ""
        if "result" in self._shown:
            note_theme(person, special.theme, "affirmed" if positive else "negated")
        elif labelled or "acts" in self._shown:
            note_theme(person, special.theme, "tested")

    def _diagnosis(self, values: dict[str, str], person: Person, age: int) -> None:
        rng = self._rng
        values["diagnosis"] = ""
        if "diagnosis" not in self._shown or age < _ADULT or rng.random() > _DIAGNOSIS:
            return
        code, effects = rng.choice(words.diagnoses())
        if any(theme == "pregnancy" for theme, _ in effects) and (person.sex == "M" or age >= _LATEST):
            return
        values["diagnosis"] = code
        for theme, letter in effects:
            note_theme(person, theme, STATUS_LETTERS[letter])
