"""What forms say about health: labels with their answers, labels without, boxes, and questions with what follows them.

Lines as in test_health_cases; `¶` stands for a new line.
"""

from __future__ import annotations

import pytest
from test_health_cases import parse, read

HABITS = """
Tabac : non => addiction:n
tabac: non => addiction:n
TABAC = NON => addiction:n
Tabac : non-fumeuse. => addiction:n
Tabac : non fumeur => addiction:n
Statut tabagique : n'a jamais fumé => addiction:n
Tabagisme : jamais => addiction:n
Tabagisme : aucun => addiction:n
Tabac : 0 => addiction:n
Tabac : 0 PA => addiction:n
Tabac : néant => addiction:n
Tabac : RAS => addiction:n
Alcool : 0 => addiction:n
Alcool : 0 verre/jour => addiction:n
Alcool : néant => addiction:n
Alcool : jamais => addiction:n
Alcool : aucune consommation => addiction:n
Alcool : rien => addiction:n
OH : non => addiction:n
Toxiques : aucun => addiction:n
Toxiques : jamais => addiction:n
Drogues : jamais => addiction:n
Cannabis : non => addiction:n
Tabac : non Alcool : non Drogues : non => addiction:n
Tabac : non¶Alcool : non¶Diabète : oui => addiction:n other_condition:a
"tabac": "non", "alcool": "non" => addiction:n
Alcool : occasionnel =>
Alcool : occasionnellement =>
Alcool : consommation sociale =>
alcool = social =>
OH : occasionnel =>
OH social =>
Alcool : festif =>
Alcool (verres/semaine) : rarement =>
alcool occasionnel =>
Boit de l'alcool de façon occasionnelle =>
Consommation occasionnelle d'alcool au restaurant =>
Consommation d'alcool occasionnelle =>
Tabac : sevré depuis 2015 => addiction:a
Tabac : ex-fumeur => addiction:a
Tabac : 20 PA => addiction:a
Tabac : 0,5 paquet/jour => addiction:a
Tabac : oui => addiction:a
Fumeur : oui => addiction:a
Tabac : arrêt il y a deux ans => addiction:a
Tabac : aucun arrêt à ce jour => addiction:a
Alcool : 3 verres/jour => addiction:a
Alcool : chronique => addiction:a
Alcool : 2 g/l => addiction:a
Cannabis : occasionnel => addiction:a
OH chronique sevré => addiction:a
alcool occasionnel, cannabis quotidien => addiction:a
"""

EMPTY = """
allergies: '' =>
"allergies": "" =>
allergies = [] =>
"cancer": {}, "diabete": null =>
diabete: null =>
diabete: None => other_condition:n
'grossesse' => '', =>
VIH : =>
Allergies :¶Traitement : =>
Allergies :¶Antécédents :¶Traitement : =>
Diabète :¶HTA :¶Cancer : =>
Diabète : ............ =>
Cancer : ______ =>
Diabète : ? =>
VIH : ? =>
Diabète : à préciser =>
Cancer : à compléter =>
Grossesse : inconnu =>
Diabète : non renseigné =>
Cancer : NR =>
Hépatite B : non communiqué =>
Asthme : NSP =>
Diabète : ☐ oui ☐ non =>
Diabète ☐ Oui ☐ Non =>
Asthme : [ ] oui [ ] non =>
Épilepsie : oui / non =>
Épilepsie : O/N =>
Cancer : oui ☐ non ☐ =>
☐ Diabète ☐ Asthme ☐ Cancer =>
[ ] grossesse en cours =>
"""

VALUES = """
'allergies' => 'Aucune' => other_condition:n
allergies: "aucune" => other_condition:n
Allergies : aucune => other_condition:n
Allergies : aucune connue => other_condition:n
"hiv": false => hiv:n
"hiv": "False" => hiv:n
sida: 'Non', syphilis: 'Non' => hiv:n sti_hepatitis:n
vih => '0' => hiv:n
cancer=0 => cancer:n
cancer=0, diabete=1 => cancer:n other_condition:a
grossesse: NON => pregnancy:n
grossesse = false; => pregnancy:n
<diabete>non</diabete> => other_condition:n
Diabète connu : non => other_condition:n
Antécédent de cancer personnel : non => cancer:n
Diabète : ☐ oui ☒ non => other_condition:n
Diabète : [ ] oui [x] non => other_condition:n
Diabète : oui ☐ non ☑ => other_condition:n
Diabète : ☐ =>
Diabète : ☒ oui ☐ non => other_condition:a
Diabète ☑ Oui ☐ Non => other_condition:a
Asthme : [X] oui [ ] non => other_condition:a
Cancer : oui ☒ non ☐ => cancer:a
Diabète : ☒ => other_condition:a
☒ Diabète ☐ Cancer => other_condition:a
diabete: oui => other_condition:a
"hiv": true => hiv:a
vih => '1' => hiv:a
hepatite_c: "Oui" => sti_hepatitis:a
VIH : séropositif => hiv:a
Diabète : type 2 => other_condition:a
Cancer du sein :¶Opérée en 2010 => cancer:a
Cancer du sein :¶Stade : II => cancer:a
Diabète :¶sous insuline => other_condition:a treatment:a
Cancer : 2010 => cancer:a
Sérologie VIH : => hiv:t
Sérologie VIH : non faite => hiv:t
VIH : non fait => hiv:t
VIH : à faire => hiv:t
VIH, VHB, VHC : non => hiv:n sti_hepatitis:n
Allergies : pénicilline => other_condition:a
mère : cancer : oui => cancer:o
"""

QUESTIONS = """
Avez-vous le SIDA ou êtes-vous séropositif(ve) ? Non => hiv:n
Avez-vous le SIDA ou êtes-vous séropositif(ve) ? Oui => hiv:a
Êtes-vous enceinte ? : oui => pregnancy:a
Êtes-vous enceinte ? non => pregnancy:n
Etes-vous enceinte? NON => pregnancy:n
Êtes-vous enceinte ?¶Non => pregnancy:n
Êtes-vous enceinte ?¶Oui => pregnancy:a
Êtes-vous enceinte ? ☐ oui ☒ non => pregnancy:n
Êtes-vous enceinte ? ☒ oui ☐ non => pregnancy:a
Êtes-vous enceinte ? ☐ oui ☐ non =>
Êtes-vous enceinte ? | Oui => pregnancy:a
Êtes-vous enceinte ? Réponse : non => pregnancy:n
"Êtes-vous diabétique ?": "Non" => other_condition:n
Êtes-vous enceinte ? =>
Êtes-vous enceinte ?¶Êtes-vous diabétique ? =>
Souffrez-vous d'épilepsie ou de diabète ? Jamais => other_condition:n
Avez-vous eu un cancer ? Oui, du sein en 2010 => cancer:a
Êtes-vous enceinte ? ne sait pas =>
Consommez-vous du cannabis ? Non => addiction:n
Avez-vous fait un test VIH ? Oui => hiv:t
Avez-vous fait un test VIH ? Non =>
Votre mère a-t-elle eu un cancer ? Oui => cancer:o
VIH ? Non => hiv:n
enceinte ? oui => pregnancy:a
VIH ? => hiv:t
Grossesse ? => pregnancy:t
VIH ? à contrôler => hiv:t
"""

LETTERS = """
JAN FEV MAR AVR MAI JUN JUL AOU SEP OCT NOV DEC =>
AOU;SEP;OCT =>
SEP depuis 2010 sous Ocrevus => other_condition:a treatment:a
CIV opérée dans l'enfance => other_condition:a
IVG en 2015 => pregnancy:a
"scope": "openid complementaire_sante_solidaire" =>
complementaire_sante_solidaire =>
droits : complémentaire santé solidaire => other_special:a
complementaire_sante_solidaire: true => other_special:a
"""

FORMS = {"habits": HABITS, "empty": EMPTY, "values": VALUES, "questions": QUESTIONS, "letters": LETTERS}


@pytest.mark.parametrize("form", FORMS)
def test_what_labels_boxes_and_questions_say(form: str) -> None:
    cases = [(text.replace("¶", "\n"), wanted) for text, wanted in parse(FORMS[form])]
    wrong = [
        f"{text!r}: wanted {sorted(wanted)}, found {sorted(found)}"
        for (text, wanted), found in zip(cases, read([text for text, _ in cases]), strict=True)
        if wanted != found
    ]
    assert not wrong, "\n" + "\n".join(wrong)
