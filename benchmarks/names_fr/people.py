"""Names of invented people for the generator: known names of the lexicon, and surnames made up by syllables per origin."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

_ROOT = Path(__file__).resolve().parents[2]
_ACCENTED = """Hélène Jérôme François Françoise André Andrée René Renée Frédéric Frédérique Sébastien Stéphane Stéphanie Cédric Benoît Gérard
Geneviève Thérèse Michèle Agnès Aurélie Aurélien Amélie Mélanie Émilie Émile Élodie Éric Élise Élisabeth Étienne Édouard Édith Éliane
Joël Joëlle Noël Noëlle Gaël Gaëlle Maël Maëlle Raphaël Raphaëlle Daniël Mickaël Ismaël Loïc Anaïs Loïs Cécile Céline Léa Léo Léon
Léonie Théo Théodore Chloé Zoé Noé Noémie Inès Irène Hervé Désiré Désirée Grégory Grégoire Jérémy Jérémie Kévin Rémi Rémy Régis
Régine Sévérine Valérie Véronique Virginie Vérane Béatrice Bénédicte Bérénice Cléa Clémence Clément Clémentine Adèle Angèle Arsène
Barthélemy Célestin Célia Danièle Félix Félicie Gisèle Héloïse Jocelyne Léopold Lucrèce Mathéo Médéric Mégane Océane Pénélope Solène
Marlène Mylène Ségolène Timothée Tiphaine Valère Violène Aimé Aimée Honoré Hélèna Éléonore Éléna Eugène Eugénie Gaétan Gaëtan Hyacinthe
Jérémi Maïté Maïwenn Nolwenn Yaëlle Zélie Anémone Désirée Dorothée Édmond Edmée Josué Moïse Nathanaël Séraphin Siméon Ulysse Côme""".split()
_PLAIN = str.maketrans("ÀÂÄÇÉÈÊËÎÏÔÖÙÛÜ", "AAACEEEEIIOOUUU")
_ACCENTS = {name.upper().translate(_PLAIN): name for name in _ACCENTED}
_SURNAME_ACCENTS = (
    ("EVRE", "èvre"),
    ("EVE", "ève"),
    ("IERE", "ière"),
    ("EZE", "èze"),
    ("GUERIN", "guérin"),
    ("BERENGER", "bérenger"),
)
_ORIGINS: dict[str, tuple[str, str, str]] = {
    "french": (
        "Bou Mar Gui Cha Tou Del Per Ver Bar Fon Roc Val Gar Mon Sau Pel Char Bon Cor Lam Fau Gou Her Dub Tar Bri Cou Fer Lan Mas "
        "Pon Rou Ten Vil Bes Cal Dor Fro Gal Jou Lus Mer Noi Oli Pra Que Rab Sab Thi Viau Bla Cra Dra Flo Gri Pru Tri Tro Jac Hu "
        "Au Es Ar Or Al Am Ca Da Fa La Ma Pa Sa Be De Fe Le Me Ne Pe Re Se Te",
        "l r n t d v ch ss m b g c gn ll rr nt rd st ri lo ra mi ti di vi lla rna nde rga ffi mba ndo rti",
        "ard eau ier in et ot aud ais ac oux elle ette on ault ez and ont el ois eux ain ieu erre ol at as est ière ou oz y ère ert",
    ),
    "breton": (
        "Ker Tre Le_ Le_ Le_ Gue Pen Plou Ker Mor Cor Ri Qué Bo Cab Cos Ca Ro Lan",
        "ma go bih lou ga ri va ro du ve me tan mar fur jea her nou dre",
        "ec ic ou an en nec vel hic gant oux oc rec adec iou onnec ennic our",
    ),
    "maghreb": (
        "Ben Bou Bel El_ Ait_ Ould_ Ham Kha Cha Zer Mou Sli Has Tah Ra Ab Yah Lak Meh Dje Ghe Ou Fer Che Ha Ma Na Sa Ta Be",
        "ma dje kha ra la sa di ha na mi li ri ch sh ll dd mm rr ab za fa gou bou ze",
        "oui i a ane ouche ia ani er ed id at ali oud am ef ouf ah ouri aoui ache ene eddine",
    ),
    "africa": (
        "Dia Dio Ndi Tra Sis Cou Kon Kou Nde Mba Nga Oué Sa Ba Fo Ko Ka Ma Tou Bam Ndo Mbo Yao Ade Oko Ez Ki Mu Ka Lu N'Go N'Di M'Bo",
        "ra ba la ma lo go ko na ta mbi ngo ndo sso ka yi lu wa",
        "ré oré té lé bé yé mba ngo ko ka o a é i ou aye ane ema ele anza ongo ula",
    ),
    "portugal": (
        "Fer Gon Ro Mar Al Pe Car Te Sil Cor Bar Mo Fi Li Tei da_Sil dos_San de_Oli da_Co Nu",
        "nan ça dri rei va mei xei ra que guei li bo ste vei",
        "des alves gues ra ira eira es os lho inho as ez al ado ino",
    ),
    "slav": (
        "Ko Wis Le No Kow Zie Woj Jan Kra Sta Wo Dą Za Ma Pe Iva Vla Mi Kuz Ste Po Bo Jo Dra Pav Nik",
        "wal niew wan lin kow ciech czyk ja dzie lo no va ko mi la ri do ro vi",
        "ski ska wicz czak ek ak ov ova ić ic enko uk ev owski evic iak chuk",
    ),
    "asia": (
        "Ngu Tra Ph Le Ho Vo Da Bu Do Duo Ly Lu Hu Wa Zha Che Li Ya Xu Ma Ra Si Pa Gu Na Cha Ki Sa Ta Ya Su",
        "y n a u i o ng ma ra sha ka mo",
        "yen an am inh oc uong ang ong eng ai ao ui ien hana singh patel eddy upta ada oto awa ura",
    ),
    "turk": (
        "Yil Kay De Sa Öz Ay Ars Do Kur Ca Ak Bo Gü Er Ko Top Ha Kar Pol",
        "ma ra hi de tür lan kan al da çe ba rak ne",
        "az a ir in kan oglu oğlu lu er en ci çi mez ut ayan yan ian akian",
    ),
    "latin": (
        "Ro Bian Fer Es Ric Mar Gre Con Man De_Lu Di_Ma Lo Gar Her Mar San Ra Tor Ri Va Pel Cos Ga Mo",
        "ssi co ra po ti cci ni lla mi de cía nán tí rez ve squi le",
        "i o a ini ello etti ucci one ez as os ero ano ieri acci",
    ),
    "north": (
        "Sch Mü Ber We Fi Ho Ha Kle Ko Kr Hei Mey Zim Wa Van_ Van_der_ De_ Mac O' Wil Jo Tho Bro Ander And Tay Smi",
        "nei le ge be ch ff ll mer ma sse rt ber lde der nn stra no",
        "er mann berg stein ert ard s sen son dt ke ler rath ens aert inck ton ley man ick ers",
    ),
}
_WEIGHTS = (46, 6, 13, 9, 5, 6, 4, 3, 4, 4)


def _read(name: str, column: str) -> list[tuple[str, str]]:
    with (_ROOT / "models" / "lexicon" / name).open(encoding="utf-8") as lines:
        return [(row["name"], row[column]) for row in csv.DictReader(lines, delimiter="\t")]


def titled(name: str) -> str:
    """`LE GALL-D'ARCON` as `Le Gall-D'Arcon`."""
    out, start = [], True
    for character in name.lower():
        out.append(character.upper() if start else character)
        start = character in " -'\u2019."
    return "".join(out)


@dataclass
class People:
    """Makes names from one `Random`; the lexicons are read once. `held`: the share of lexicon names never given out."""

    rng: Random
    held_out: bool = False
    _first: list[str] = field(default_factory=list)
    _last: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        split = lambda rows: [row for at, row in enumerate(rows) if (at % 10 == 7) == self.held_out]  # noqa: E731
        self._first = [_ACCENTS.get(name, titled(name)) for name, _ in split(_read("first_names.tsv", "sex"))]
        self._last = [
            titled(name)
            for name, word in split(_read("surnames.tsv", "word"))
            if word == "0" or self.rng.random() < 0.5
        ]

    def invented(self) -> str:
        """A surname that nobody may bear, spelt as those of one origin."""
        rng = self.rng
        origin = rng.choices(list(_ORIGINS), _WEIGHTS)[0]
        onsets, middles, endings = (part.split() for part in _ORIGINS[origin])
        middle = "".join(rng.choice(middles) for _ in range(rng.choices((0, 1, 2), (3, 6, 1))[0]))
        ending = rng.choice(endings)
        name = (rng.choice(onsets) + middle + ending).replace("_", " ")
        name = name if len(name) > 3 else name + rng.choice(endings)
        parts = name.split(" ")
        return " ".join([*parts[:-1], parts[-1][:1].upper() + parts[-1][1:]])

    def surname(self) -> str:
        """A surname in title case: known or invented, at times with particle or compound."""
        rng, draw = self.rng, self.rng.random()
        one = rng.choice(self._last) if rng.random() < 0.42 else self.invented()
        if draw < 0.055:
            other = rng.choice(self._last) if rng.random() < 0.5 else self.invented()
            return one + rng.choice(("-", "-", "-", " ", " - ")) + other
        if draw < 0.085:
            return (
                rng.choice(
                    (
                        "de ",
                        "du ",
                        "de la ",
                        "De ",
                        "Le ",
                        "La ",
                        "d'",
                        "D'",
                        "Da ",
                        "Van ",
                        "Von ",
                        "El ",
                        "Al ",
                        "Ben ",
                        "Saint-",
                        "Mac ",
                    )
                )
                + one
            )
        return one

    def first(self) -> str:
        """A first name in title case, at times double or made up."""
        rng, draw = self.rng, self.rng.random()
        one = rng.choice(self._first) if draw < 0.9 else self._invented_first()
        if draw < 0.08:
            return one + rng.choice(("-", "-", " ")) + rng.choice(self._first)
        return one

    def _invented_first(self) -> str:
        rng = self.rng
        start = rng.choice("A Ma Ka Sa Lo Ya Na Ti Il Ser Al Mi Fa Ra Dja Ou Ma El Ni Shan Mé Do Vik Ju Zo Bra".split())
        return (
            start
            + rng.choice(("l", "r", "n", "m", "d", "s", "v", "ri", "li", "na", "mi"))
            + rng.choice("a o ine ia an en ane ou i el ette ika ah is os ien ius ène issa ou anne yn".split())
        ).capitalize()

    def initial(self) -> str:
        """`J.`, `J`, `J-P.`, `JP`, `J. P.`, `Ph.`."""
        rng = self.rng
        a, b = rng.choice("ABCDEFGHIJKLMNOPRSTVXYZ"), rng.choice("ABCDEFGHJLMNPRSTV")
        return rng.choices(
            (
                f"{a}.",
                a,
                f"{a}-{b}.",
                f"{a}-{b}",
                f"{a}.-{b}.",
                f"{a}{b}",
                f"{a}.{b}.",
                rng.choice(("Ph.", "Ch.", "Fr.", "Th.", "Cl.", "St.")),
            ),
            (55, 14, 6, 6, 5, 4, 5, 5),
        )[0]

    def full(self, *, initials: float = 0.05, alone: float = 0.0) -> str:
        """First name and surname in one of the orders and cases of French records."""
        rng, last = self.rng, self.surname()
        if rng.random() < alone:
            return rng.choice((last, last, last.upper()))
        if rng.random() < initials:
            short = self.initial()
            last = rng.choice((last, last.upper()))
            return f"{short} {last}" if rng.random() < 0.8 else f"{last} {short}"
        first = self.first()
        draw = rng.random()
        if draw < 0.28:
            return f"{first} {last}"
        if draw < 0.46:
            return f"{first} {last.upper()}"
        if draw < 0.66:
            return f"{last.upper()} {first}"
        if draw < 0.79:
            return f"{last} {first}"
        if draw < 0.86:
            return f"{first} {last}".upper()
        if draw < 0.93:
            return f"{last} {first}".upper()
        if draw < 0.95:
            return f"{last.upper()}, {first}"
        if draw < 0.97:
            return f"{last.upper()} {first.lower()}"
        if draw < 0.985:
            return f"{last.upper()} {first} {self.first()}"
        return f"{first.split('-')[0][0]}. {last}"
