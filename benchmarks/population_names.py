"""Last names by rank, first names by generation and origin: who lives in a synthetic population.

The lists were written by hand from general knowledge, most frequent first; frequency falls by rank as Zipf and
Mandelbrot say. Behind the frequent names stands a long tail: the names of models/lexicon/surnames.tsv, and names built
of French stems and endings.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path


def _words(text: str) -> list[str]:
    return text.split()


SURNAMES = Path(__file__).parents[1] / "models" / "lexicon" / "surnames.tsv"

FREQUENT = _words(
    """
Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefebvre Leroy Roux David
Bertrand Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Muller Lefèvre Faure André Mercier
Blanc Guérin Boyer Garnier Chevalier François Legrand Gauthier Garcia Perrin Robin Clément Morin Nicolas Henry
Roussel Mathieu Gautier Masson Marchand Duval Denis Dumont Marie Lemaire Noël Meyer Dufour Meunier Brun Blanchard
Giraud Joly Rivière Lucas Brunet Gaillard Barbier Arnaud Martinez Gérard Roche Renard Schmitt Roy Leroux Colin Vidal
Caron Picard Roger Fabre Aubert Lemoine Renaud Dumas Lacroix Olivier Philippe Bourgeois Pierre Benoît Rey Leclerc
Payet Rolland Leclercq Guillaume Lecomte Lopez Jean Dupuy Guillot Hubert Berger Carpentier Sanchez Dupuis Moulin
Louis Deschamps Huet Vasseur Perez Boucher Fleury Royer Klein Jacquet Adam Paris Poirier Marty Aubry Guyot Carré
Charles Renault Charpentier Ménard Maillard Baron Bertin Bailly Hervé Schneider Fernandez Collet Léger Bouvier
Julien Prévost Millet Perrot Daniel Cousin Germain Breton Rémy Besson Langlois Barre Pelletier Leblanc Weber Renaud
Lévêque Lebrun Perret Mallet Hamon Laporte Boulanger Michaud Guichard Monnier Humbert Guillou Ferreira Jacob Cordier
Evrard Étienne Poulain Lesage Tessier Pasquier Bouchet Gilbert Marchal Charrier Rodriguez Pons Carlier Antoine
Reynaud Coulon Bodin Barthélemy Briand Chauvin Delaunay Alexandre Albert Brunel Camus Chevallier Delattre Dubreuil
Ferrand Gillet Gros Hardy Hoarau Jacques Le-Gall Le-Goff Le-Roux Lebon Lejeune Maréchal Marion Maurice Navarro
Pichon Pineau Regnier Rousset Sauvage Tanguy Vallée Verdier Voisin Weiss Besnard Auger Benard Blondel Bouquet
Bousquet Buisson Chauvet Colas Cohen Costa Da-Silva Dos-Santos De-Oliveira Delmas Devaux Didier Drouet Dujardin
Dupré Fischer Fouquet Gomez Gonzalez Gonçalves Grondin Guilbert Guillet Hebert Imbert Jourdan Labbé Lacombe Laroche
Launay Lebreton Lelièvre Lemaître Lenoir Levy Leduc Levasseur Loiseau Mahé Maurin Merle Mary Meyer Neveu Ollivier
Pages Parent Paul Pereira Peltier Pottier Prigent Raymond Rigaud Riou Ruiz Salmon Schmidt Seguin Techer Thibault
Toussaint Valentin Vaillant Wagner Zimmermann Allard Ancel Astier Aubin Avril Bailleul Barbe Barreau Barret Bastien
Baudry Bazin Beaumont Becker Bélanger Bellanger Berthelot Berthier Billard Bigot Blin Blot Bocquet Boisson Bonneau
Bonnin Bossard Bouchard Boulay Bourdon Bourguignon Boutin Bouvet Brault Bresson Bruneau Bureau Buisson Cadet Camara
Carton Castel Chabot Champion Chapuis Charbonnier Chartier Chatelain Chauveau Chrétien Claude Colombet Combes Comte
Constant Cornu Corre Coste Couturier Cros Courtois Dallery Darras De-Sousa Debray Delage Delahaye Delannoy Delorme
Deshayes Desbois Diaz Diot Dominguez Doucet Drouin Dubus Duchêne Duclos Dufresne Duhamel Dumoulin Dupin Duprat
Duquesne Durant Ernst Esnault Fabien Favre Faivre Fayolle Félix Ferry Flament Forest Forestier Foucher Fourcade
Francis Fritz Froment Gallet Gallois Garnier Gaudin Gay Georges Gicquel Gilles Godard Godefroy Gosselin Goujon
Grandjean Granger Grenier Grégoire Guibert Guignard Guillemin Guillon Guyon Hamel Hernandez Hoffmann Honoré Hue
Hugues Hoareau Jamet Jacquot Jacquemin Jolivet Joseph Josse Jouan Joubert Jung Keller Kieffer Koch Lachaud Lafon
Lagarde Lallemand Lambert Lamy Langlet Lasserre Laurens Laval Lavigne Le-Bihan Le-Borgne Le-Breton Le-Corre Le-Floch
Le-Guen Le-Roy Leconte Ledoux Lefort Legros Leleu Lemonnier Lepage Leray Leroux Lopes Lorin Loubet Lucas Mace
Magnier Maillet Maire Mangin Marc Marchetti Marechal Marin Marquet Martel Martinet Mas Masse Mathis Maurel Mayer
Menager Mérian Meunier Mignot Millot Monier Morand Moreno Moret Morvan Mouton Munoz Nguyen Nunes Normand Ollier Oger
Pascal Paquet Parmentier Pasquet Patin Pépin Perrier Petitjean Peyre Picot Pinault Pinto Poisson Pommier Porte
Potier Poulet Prat Prévot Pruvost Quéré Raynaud Ramos Raoul Ravel Regnault Rémond Renou Ribeiro Ricard Rigal Rivet
Rocher Rodrigues Romain Rossi Rossignol Roussin Rousselle Roux Sabatier Salaün Samson Sarrazin Saunier Schwartz
Seguin Serre Simonet Simonin Soulier Tardy Teixeira Texier Thiery Thierry Tournier Toutain Tran Traoré Turpin Vacher
Valette Vallet Varin Vasseur Vautier Verger Vernet Vial Viard Vigneron Villain Vincent Vivier Walter Wolff Abadie
Adrien Allain Alves Amiot Andrieu Arnoux Aubertin Auclair Babin Balland Ballet Barbet Bardin Baudin Baudouin Bayle
Beaufils Bègue Benoist Bernier Berthet Bertholet Bessière Binet Blaise Boileau Boissier Bonhomme Borel Bouet Bourdin
Bouvard Braud Briand Brossard Bruyère Cailleux Calvet Carrère Castaing Cazenave Chabert Charlet Chollet Collin
Cornet Courtin Crépin Damien Daumas De-La-Cruz De-Almeida Delacroix Delacour Descamps Desprez D'Hondt D'Angelo
De-La-Fontaine Dufay Esteve Fauvel Fleurance Foulon Gillot Guerin Hoang Jarry Jégou Kerhoas L'Hostis L'Huillier
Lachaise Saint-Martin Saint-Pierre Sainte-Marie Vandamme Vandenberghe Verhaeghe Van-Damme
"""
)

STEMS = _words(
    """
Bar Bern Bour Bress Cab Cal Cast Chab Chal Champ Chass Clav Corn Court Dall Dor Dour Esc Faug Ferr Font Foug Fres
Gal Gard Ger God Gour Gran Guib Jal Jour Lab Lach Laf Lam Laur Lav Mal Marc Mass Maur Mer Mont Mour Nav Nic Pail Par
Pel Perr Pin Pons Pouj Prad Rav Ren Rib Roch Roum Sab Sal Sard Sav Serv Taill Tar Teiss Tour Val Vass Verg Viel Vign
Vour
"""
)
ENDINGS = _words(
    """
ac ade ain al an ard ary as at aud ault aux eau el elle enc er eron et ette eux eyre ey iac ier ières ieu in inier
ion is oin on onneau ot oux ouze uet ueil y
"""
)

FIRST_NAMES = {
    ("f", 1900): """Marie Jeanne Yvonne Simone Madeleine Denise Germaine Suzanne Marcelle Paulette Lucienne Marguerite
        Odette Renée Andrée Raymonde Louise Yvette Georgette Juliette Henriette Hélène Thérèse Ginette Jacqueline Gisèle
        Gilberte Fernande Émilienne Lucie Alice Berthe Huguette Micheline Cécile Pierrette Marie-Louise Léone Rolande
        Solange""",
    ("m", 1900): """Jean Pierre André Roger Marcel René Louis Robert Georges Henri Maurice Raymond Lucien Paul Fernand
        Albert Charles Gaston Émile Joseph Léon Eugène Jacques Claude François Guy Gabriel Marius Julien Camille Gérard
        Antoine Edmond Étienne Gilbert Ernest Bernard Michel Auguste Alfred""",
    ("f", 1945): """Marie Monique Françoise Catherine Nicole Sylvie Christine Martine Jacqueline Brigitte Annie Nathalie
        Isabelle Chantal Patricia Danielle Michèle Véronique Dominique Christiane Corinne Josiane Évelyne Pascale Anne
        Élisabeth Marie-Christine Claudine Mireille Valérie Bernadette Liliane Colette Marie-France Éliane Hélène
        Marie-Claude Béatrice Geneviève Joëlle Agnès Yolande Maryse Ghislaine Marie-Thérèse Odile""",
    ("m", 1945): """Michel Jean Philippe Alain Patrick Pierre Bernard Christian Jean-Pierre Daniel Jacques Gérard
        Jean-Claude Claude Pascal Dominique Thierry Éric Didier Bruno Gilles Serge Jean-Paul Laurent Marc Francis
        Jean-Marc Jean-Luc Jean-François Yves Joël Frédéric Hervé Denis Jean-Michel Roland Guy Jean-Louis Jean-Marie
        Luc Rémi Régis Xavier Jean-Jacques Noël Yannick""",
    ("f", 1970): """Céline Sandrine Stéphanie Aurélie Émilie Julie Virginie Delphine Karine Élodie Sabrina Laetitia
        Caroline Laura Marion Mélanie Audrey Sophie Marine Pauline Sonia Jessica Amandine Claire Nathalie Séverine
        Magali Amélie Anne-Sophie Cindy Estelle Marie Charlotte Camille Mathilde Gaëlle Fanny Vanessa Hélène Jennifer
        Nadège Ingrid Anaïs Morgane""",
    ("m", 1970): """Nicolas Julien Sébastien Christophe David Stéphane Frédéric Alexandre Guillaume Thomas Kévin
        Jérôme Vincent Jérémy Anthony Romain Mathieu Cédric Benjamin Olivier Fabrice Mickaël Maxime Ludovic Arnaud
        Damien Florian Clément Adrien Grégory Yoann Aurélien Matthieu Loïc Fabien Emmanuel Rémi Cyril Samuel Gaël
        Pierre-Yves Raphaël Jonathan Bastien""",
    ("f", 1995): """Léa Emma Manon Chloé Camille Jade Louise Alice Lola Inès Sarah Zoé Clara Lucie Anaïs Juliette Eva
        Océane Romane Ambre Lina Rose Mathilde Margaux Noémie Maëlys Lou Anna Agathe Éléonore Ophélie Nina Louna Mila
        Romy Célia Elsa Justine Capucine Mia Margot Lilou Maëlle Victoire""",
    ("m", 1995): """Lucas Hugo Théo Enzo Léo Louis Gabriel Nathan Raphaël Arthur Jules Mathis Adam Tom Maxime Ethan
        Noah Clément Antoine Baptiste Paul Sacha Axel Alexis Valentin Quentin Timéo Maël Evan Noé Gabin Mathéo Yanis
        Liam Samuel Aaron Titouan Simon Eliott Robin Victor Côme Corentin Malo""",
}

ORIGINS = {
    "maghreb": (
        """Benali Haddad Bensaid Belkacem Mansouri Saidi Brahimi Amrani El-Amrani Cherif Hamdi Khelifi Bouzid Ziani
        Benamar Meziane Boukhari Slimani El-Idrissi Ouali Toumi Rahmani Ait-Ali Ben-Youssef Zerrouki Guerroudj Moussaoui
        Bendjeddou Trabelsi Jaziri Kaddour Lahlou Tazi Chaoui Bakkali El-Fassi Hachemi Ferhat Djebbar Taleb""",
        "Fatima Khadija Aïcha Samira Nadia Malika Leïla Yasmine Naïma Karima Zohra Rachida Farida Hafida Imane Lina",
        "Mohamed Ahmed Karim Ali Rachid Youssef Mehdi Saïd Abdelkader Mustapha Hassan Omar Bilal Amine Farid Rayan",
    ),
    "south": (
        """Ferreira Pereira Da-Silva Fernandes Alves Carvalho Teixeira Marques Moreira Correia Da-Costa Lourenço
        Baptista
        Jimenez Alvarez Romero Torres Molina Ortega Serrano Ferrari Esposito Ricci Romano Colombo De-Luca Bruno Conti
        Marino Greco Mancini Barbieri""",
        "Maria Ana Isabel Rosa Teresa Carmen Dolores Lucia Giulia Francesca Fatima Sofia Manuela Pilar Conceição",
        "Manuel José Antonio Carlos João Luis Francisco Giuseppe Marco Angelo Fernando Joaquim Paulo Jorge Miguel",
    ),
    "africa": (
        """Traoré Diallo Camara Coulibaly Diarra Keita Konaté Cissé Touré Sow Barry Ba Bah Ndiaye Diop Fall Sylla Koné
        Ouattara Mendy Gomis Mbemba Ngoma Mukendi Kabongo Nguema Nkounkou Sissoko Dembélé Sidibé Fofana Kanté Sané""",
        "Aminata Fatoumata Mariam Awa Fanta Kadiatou Aïssatou Oumou Grâce Bintou Hawa Assa Esther Djeneba",
        "Mamadou Ibrahima Moussa Abdoulaye Ousmane Amadou Boubacar Cheikh Souleymane Adama Junior Issa Lassana Samba",
    ),
    "asia": (
        "Nguyen Tran Le Pham Huynh Hoang Phan Vu Vo Dang Bui Do Ho Ngo Duong Ly Chen Wang Li Zhang Liu Wu Singh Kaur",
        "Thi-Lan Linh Mai Thuy Hoa Anh Li Mei Xiu Priya Kim Thi-Hoa",
        "Minh Van-Hung Duc Tuan Wei Jun Long Hao Anh Kumar Quang Thanh",
    ),
    "east": (
        """Yilmaz Kaya Demir Celik Sahin Yildiz Aydin Ozturk Arslan Dogan Kowalski Nowak Wisniewski Wojcik Kaczmarek
        Popescu Ionescu Popa Petrov Ivanov Jovanovic Petrovic Nikolic Hoxha Krasniqi Sarkissian Petrossian Stoica""",
        "Ayse Fatma Elif Zeynep Emine Katarzyna Anna Elena Ioana Irina Natalia Jelena Ana Milica Agnieszka",
        "Mehmet Mustafa Ahmet Murat Emre Piotr Andrzej Andrei Ion Ivan Dragan Milan Arben Armen Krzysztof",
    ),
}


@dataclass(frozen=True, slots=True)
class Ranked:
    """Names with the running sum of their frequencies, as `random.choices` takes them."""

    names: tuple[str, ...]
    sums: tuple[float, ...]

    def draw(self, rng: random.Random) -> str:
        """One name, by its frequency."""
        return rng.choices(self.names, cum_weights=self.sums)[0]


def ranked(names: list[str], shift: float, power: float) -> Ranked:
    """Frequencies that fall by rank: 1 / (rank + shift) ** power; repeated names keep their first rank."""
    once = tuple(dict.fromkeys(names))
    return Ranked(once, tuple(accumulate(1 / (rank + shift) ** power for rank in range(1, len(once) + 1))))


def spoken(name: str) -> str:
    """A last name of the lists as it is written: `Le-Gall` stands for `Le Gall`, `Saint-Martin` for itself."""
    return name if name.startswith(("Saint", "Sainte")) else name.replace("-", " ")


def _tail() -> list[str]:
    lines = SURNAMES.read_text(encoding="utf-8").splitlines()[1:]
    listed = [line.split("\t")[0].title() for line in lines]
    return listed + [stem + ending for stem in STEMS for ending in ENDINGS]


HEAD = ranked([spoken(name) for name in FREQUENT], 8.0, 0.8)
TAIL = tuple(dict.fromkeys(_tail()))
GENERATIONS = {key: ranked(names.split(), 3.0, 0.9) for key, names in FIRST_NAMES.items()}
ABROAD = {
    origin: (
        ranked([spoken(name) for name in last.split()], 3.0, 0.8),
        ranked(women.split(), 2.0, 0.8),
        ranked(men.split(), 2.0, 0.8),
    )
    for origin, (last, women, men) in ORIGINS.items()
}


@dataclass(frozen=True, slots=True)
class Naming:
    """How a population is named: shares of frequent, of local and of foreign names, and the local ones."""

    frequent: float
    local: float
    foreign: float
    clans: tuple[str, ...]


def draw_naming(rng: random.Random) -> Naming:
    """A town of its own: how common its names are, which families everybody there is called by, who came from afar."""
    clans = tuple(rng.sample(TAIL, rng.randint(6, 20)))
    return Naming(rng.uniform(0.25, 0.6), rng.uniform(0.0, 0.15), rng.uniform(0.04, 0.3), clans)


def draw_origin(naming: Naming, rng: random.Random) -> str:
    """`france`, or where the family came from."""
    return rng.choice(tuple(ORIGINS)) if rng.random() < naming.foreign else "france"


def last_name(naming: Naming, origin: str, rng: random.Random) -> str:
    """A birth name, in capitals and small letters with its accents."""
    if origin != "france":
        return ABROAD[origin][0].draw(rng)
    drawn = rng.random()
    if drawn < naming.local:
        return rng.choice(naming.clans)
    name = HEAD.draw(rng) if drawn < naming.local + naming.frequent else rng.choice(TAIL)
    if rng.random() < 0.012:
        return f"{name}-{HEAD.draw(rng)}"
    return name


def first_name(origin: str, sex: str, year: int, rng: random.Random) -> str:
    """A first name of that generation; children of families from abroad bear names of both worlds."""
    if origin != "france" and (year < 1975 or rng.random() < 0.65):
        return ABROAD[origin][1 if sex == "f" else 2].draw(rng)
    born = max(start for start in (1900, 1945, 1970, 1995) if start <= max(year, 1900))
    name = GENERATIONS[sex, born].draw(rng)
    if "-" not in name and rng.random() < 0.02:
        return f"{name}-{GENERATIONS[sex, born].draw(rng)}"
    return name
