"""First names and surnames of the unseen layouts: a list of its own, so that no rule can have been fitted to it."""

from __future__ import annotations

_FEMALE_TEXT = """
Adèle Agathe Agnès Aïcha Aimée Alexandra Alice Alicia Aline Alix Amandine Amélie Amina Anaïs Andrée Angèle Angélique
Anne Anne-Marie Anne-Sophie Annick Annie Antoinette Apolline Ariane Arlette Armelle Assia Astrid Audrey Aurélie Aurore
Axelle Bérengère Bernadette Berthe Bintou Blanche Brigitte Camille Carine Carole Caroline Catherine Cécile Céleste
Célia Céline Chantal Charlène Charlotte Chloé Christelle Christiane Christine Cindy Claire Clara Clarisse Claudine
Clémence Clémentine Clotilde Colette Coline Coralie Corinne Cyrielle Danielle Daphné Delphine Denise Diane Djamila
Dolorès Dominique Dorothée Edith Edwige Éléonore Éliane Élisa Élisabeth Élise Élodie Éloïse Elsa Émeline Émilie Emma
Emmanuelle Estelle Esther Eugénie Ève Éveline Fabienne Fanny Fatima Fatoumata Félicie Fernande Flavie Fleur Flora
Florence Floriane France Françoise Frédérique Gabrielle Gaëlle Geneviève Georgette Germaine Ghislaine Gilberte Ginette
Gisèle Gwenaëlle Habiba Hanane Hélène Héloïse Henriette Hortense Huguette Inès Ingrid Irène Iris Isabelle Jacqueline
Jade Janine Jeanne Jeannine Jennifer Jessica Joëlle Josette Josiane Judith Julie Juliette Justine Karima Karine Katia
Khadija Laëtitia Laure Laurence Léa Léonie Léontine Leïla Liliane Lina Line Lise Lola Louane Louise Lucette Lucie
Lucienne Lydie Madeleine Magali Maëlle Maëva Malika Manon Margaux Marguerite Marianne Marie Marie-Claude
Marie-Françoise Marie-Hélène Marie-Laure Marie-Thérèse Marine Marion Marlène Marthe Martine Maryse Mathilde Maud
Mélanie Mélissa Michèle Micheline Mireille Monique Muriel Myriam Nadège Nadia Naïma Nathalie Nicole Noémie Nora
Océane Odette Odile Olga Olivia Ophélie Pascale Paulette Pauline Pénélope Perrine Philippine Prune Quitterie Rachel
Raymonde Régine Reine Renée Romane Rosalie Rose Roxane Sabine Sabrina Salomé Samia Sandra Sandrine Sarah Séverine
Sidonie Simone Solange Solène Sonia Sophie Stéphanie Suzanne Suzon Sylvie Tatiana Thérèse Tiphaine Valentine Valérie
Vanessa Véronique Victoire Violette Virginie Viviane Yasmine Yolande Yvette Yvonne Zélie Zoé
"""

FEMALE_NAMES: tuple[str, ...] = tuple(_FEMALE_TEXT.split())
"""Female first names, accents kept."""

_MALE_TEXT = """
Abdel Abdoulaye Achille Adam Adrien Ahmed Alain Albert Alban Alexandre Alexis Alfred Ali Alphonse Amadou Amaury Amine
Anatole André Ange Anthony Antoine Antonin Armand Armel Arnaud Arthur Auguste Augustin Aurélien Axel Ayoub Baptiste
Barnabé Bastien Benjamin Benoît Bernard Bertrand Boris Brahim Brice Bruno Calixte Cédric Célestin Charles Charly
Christian Christophe Claude Clément Clovis Corentin Côme Cyprien Cyril Cyrille Damien Daniel David Denis Désiré Didier
Dimitri Djibril Donatien Dylan Edgar Edmond Édouard Éliott Éloi Émile Émilien Emmanuel Enzo Éric Ernest Erwan Étienne
Eugène Evan Fabien Fabrice Farid Félix Ferdinand Fernand Firmin Flavien Florent Florian Foulques Francis Franck
François François-Xavier Frédéric Gabin Gabriel Gaël Gaëtan Gaspard Gaston Gauthier Geoffroy Georges Gérald Gérard
Germain Ghislain Gilbert Gildas Gilles Grégoire Grégory Guillaume Gustave Guy Hamza Harold Hassan Hector Henri Hervé
Hippolyte Honoré Hubert Hugo Hugues Hyacinthe Ibrahim Idriss Isaac Ismaël Jacky Jacques Jean Jean-Baptiste Jean-Claude
Jean-François Jean-Louis Jean-Luc Jean-Marc Jean-Michel Jean-Paul Jean-Pierre Jean-Yves Jérémie Jérémy Jérôme Joachim
Joël Jonathan Jordan Joris Joseph Josselin Jules Julien Justin Karim Kévin Kilian Lambert Laurent Lazare Léandre Léo
Léon Léonard Léopold Lilian Lionel Loïc Loris Louis Louis-Marie Luc Lucas Lucien Ludovic Mamadou Manuel Marc Marceau
Marcel Marius Martin Mathéo Mathias Mathieu Mathis Matthieu Maurice Maxence Maxime Maximilien Mehdi Michaël Michel
Mickaël Mohamed Moussa Nabil Nathan Nicolas Noël Nolan Octave Olivier Omar Oscar Othman Pascal Patrice Patrick Paul
Philibert Philippe Pierre Pierre-Yves Prosper Quentin Rachid Raoul Raphaël Raymond Réda Régis Rémi Rémy Renaud René
Robert Robin Rodolphe Rodrigue Roger Roland Romain Roméo Romuald Sacha Saïd Salim Sami Samuel Samy Sébastien Serge
Séraphin Siméon Simon Soufiane Souleymane Stanislas Stéphane Sylvain Tanguy Théo Théodore Théophile Thibault Thierry
Thomas Timothée Titouan Tom Tony Tristan Ulysse Urbain Valentin Valéry Vianney Victor Vincent Vivien Walid Wilfried
William Xavier Yacine Yann Yannick Yanis Yohan Youssef Yvan Yves Yvon Zacharie Zinédine
"""

MALE_NAMES: tuple[str, ...] = tuple(_MALE_TEXT.split())
"""Male first names, accents kept."""

_SURNAME_TEXT = """
Abadie Abbas Abdallah Adam Aguilar Aït-Ahmed Alary Albert Alexandre Allain Allard Alonso Alvès Amar Amblard Andrieux
Ansart Antunes Appert Arcangeli Arnault Arnoux Aubert Aubin Aubry Auger Augustin Auvray Avril Azoulay Babin Bachelet
Bailly Baldacci Ballet Bally Bar Baraton Barbet Barbier Bardin Baron Barre Barreau Barrière Barthélémy Bastide Bataille
Baudet Baudry Bauer Bayle Bazin Beaufils Beaulieu Beaumont Beauvais Becker Bédard Bélanger Bellamy Bellanger Belmont
Benali Benard Benhamou Benoist Bensaïd Berger Bernier Berthelot Berthier Berthoux Bertin Bertrand Besnard Besson
Bettencourt Beuzelin Bianchi Bidault Bigot Billard Biron Bisson Blanchard Blanchet Blin Blondeau Blondel Bloquet
Bocquet Bodin Boisseau Boissier Boissonnat Boivin Bonhomme Bonnard Bonnaud Bonneau Bonnefoy Bonnet Bonnin Bontemps
Bordier Borel Bosquet Bossard Boucard Bouchard Boucher Bouchet Boudet Boudier Bougrine Bouhaddou Boulanger Boulay
Bouquet Bourbon Bourdon Bourgeois Bourguignon Bousquet Boutet Boutin Bouvier Bouvet Boyer Brahimi Branger Bray Brémond
Breton Bricout Brisset Brochard Brossard Brousse Brun Brunel Brunet Buffet Buisson Bureau Burel Cadet Cadiou Cailleux
Calvet Camara Camus Cancel Cantin Capelle Caplain Cardon Cariou Carlier Caron Carpentier Carré Carrère Carrier Cartier
Carvalho Casanova Castel Castellani Cauchy Cavalier Cazenave Cessac Chabert Chabot Chaigneau Challier Chambon
Champagne Chapelle Charbonnier Chardon Charles Charlet Charpentier Charrier Chartier Chassaing Chatelain Chauvin
Chavanne Chemin Chenu Chevallier Chevreau Cholet Chrétien Cissé Clavel Clerc Cluzel Cochet Coffin Cohen Colas Colin
Collet Collignon Collin Combes Constant Coquelin Corbin Cordier Cormier Cornet Cornu Correia Cosson Coste Cottin Coudert
Coulibaly Coulon Courtin Courtois Cousin Cousteau Couturier Crépin Cros Crouzet Cuvelier D'Almeida D'Hondt Da_Silva
Dallery Dambrine Daniel Danjou Dardenne Darras Daubigny David De_Oliveira Debray Decaux Decroix Defrance Degrave
Delacour Delage Delahaye Delamare Delannoy Delaporte Delarue Delaunay Delbecq Delcourt Delgado Delmas Delorme Delpech
Delsol Demange Demirci Denis Derrien Deschamps Desbois Descamps Desjardins Desmarets Desprez Devaux Deville Devos Diaby
Diallo Diarra Didelot Diop Dos_Santos Doucet Doumbia Drapeau Drouet Drouin Dubosc Dubreuil Dubuisson Duchemin Duchesne
Duclos Dufay Dufresne Dugué Duhamel Dujardin Dulac Dumas Dumesnil Dumoulin Duperray Duport Duprat Duprez Dupuy Duret
Durieux Dutertre Duval Duvivier El_Amrani El_Idrissi Ernoult Escoffier Esnault Espinasse Estève Étienne Evrard Fabre
Fabry Falcon Faucher Faure Favier Favre Fayard Fayolle Félix Fernandez Ferrand Ferrari Ferré Ferreira Ferry Feuillet
Fèvre Filipetti Fischer Flament Fleuriot Fleury Foissac Fonseca Fontanel Forestier Forget Fort Fortin Foucault
Foucher Fouquet Fourcade Fourmont Fournel Fraisse Franchet Frémont Froment Gagneux Gaillard Galland Gallet Gallois
Galtier Garcin Gardet Garreau Gaspard Gasnier Gaudin Gaultier Gauvin Gay Gayet Genest Genty Géraud Germain Gervais
Ghersi Gibert Gilles Gillet Girardot Giraudeau Glaise Godard Godefroy Goncalves Gosselin Goujon Gourdon Goyer Grand
Grandjean Granier Gras Grégoire Grellier Grenier Griffon Grignon Grimault Gros Grosjean Grossetête Guégan Guénot Guérard
Guérin Guibert Guichard Guignard Guilbert Guillard Guillemin Guillot Guillou Guiraud Guitton Guyon Guyot Hachette
Haddad Hamel Hamidi Hamon Hardy Hatem Haudebert Hébert Heitz Hénault Henry Herbin Hérault Hermann Hernandez Herrmann
Hervouet Heurtebise Hilaire Hivert Hivernel Hoarau Hoffmann Houdart Hubert Huchet Huet Hugon Humbert Hurel Husson
Imbert Jacquemin Jacques Jacquet Jacquot Jaffré Jamet Janin Janvier Jarry Jaubert Jégou Joannès Jolivet Joly Jouanneau
Jourdain Jourdan Julliard Jung Kaba Kaddour Kaplan Karsenty Keita Keller Kerbrat Kermarrec Klein Koffi Konaté Kowalski
Kremer Labbé Laborde Labrousse Lachaud Lacombe Lacour Lacroix Ladjimi Lafarge Laffont Lafond Lagarde Lagrange Lahaye
Lambert Lamoureux Lamy Landais Landry Langevin Langlois Lanoë Laporte Larcher Lasserre Latour Laurens Laval Lavergne
Lavigne Le_Bihan Le_Bris Le_Floch Le_Guennec Le_Gall Le_Goff Le_Sidaner Leblond Lebon Lebreton Lebrun Lecoq Lecomte
Ledoux Lefaucheux Lefort Legay Léger Legrand Legros Lelièvre Lelong Lemaître Lemarchand Lemercier Lemonnier Lenfant
Lenoir Lépine Leprêtre Leray Lescure Lesueur Letellier Levasseur Levêque Lévy Lhermite Lhomme Lhuillier Loiseau
Lombard Lopes Lorin Louvet Lozano Lucchesi Lyonnet Macé Machado Magnier Mahé Maillard Maillot Maître Malade Mallet
Malbec Mancel Mandon Manceau Marchais Marchetti Maréchal Marin Mariotti Marquis Marsaud Martel Martineau Martini
Marty Masson Mathé Maurel Maurin Maury Mayer Maziès Meignan Mendès Menu Mercadier Mesnard Messaoudi Métivier Meunier
Millet Millot Minot Moine Mongin Monnet Monnier Montagne Moreira Moret Morice Morin Morvan Mouchet Moulin Moura
Mounier Muller N'Diaye N'Guessan Nakache Naudin Navarro Néel Nègre Neveu Nguyen Nicaise Noblet Nogueira Normand Ollier
Olivier Orsini Ortega Osmont Ouattara Oudin Ozanne Pagès Paillard Pannetier Papin Paquet Parent Paris Pariente Pascal
Pasquier Patin Payet Péan Pecqueur Pelletier Peltier Penot Pépin Perdrix Péron Perrault Perret Perrier Perrot Petitjean
Peyrat Pham Philibert Picard Pichon Pierron Pignol Pinel Pinson Pires Plantier Poirier Poisson Pommier Pons Popovic
Portal Potier Pouget Poulain Poupon Prat Prévost Prieur Prigent Prudhomme Pruvost Puech Quemener Quéré Rabier Radenac
Raffin Ragot Raimbault Rambaud Ramos Rannou Raoult Rault Raynaud Rebours Reboul Redon Régnier Renault Renou Reverdy
Ribeiro Ribot Ricard Richer Rigaud Rigal Rio Rivet Rivière Robin Rocher Rochette Rodrigues Rolland Romero Rondeau Roques
Rosier Rossi Rouault Roudaut Rougier Rouget Rouquette Rousselot Roussel Rouvière Royer Ruiz Sabatier Sablon Saint-Aubin
Saint-Martin Salaün Salmon Salomon Samson Sarrazin Saulnier Saunier Sauvage Savary Schaeffer Schmitt Schneider Schwartz
Ségur Seguin Sellier Senghor Serres Sidibé Simonin Simonnet Sissoko Sorel Sow Soulier Stefani Steiner Suarez Tanguy
Tardieu Taillandier Tavernier Teissier Terrier Tessier Texier Théry Thévenet Thibaut Thiébaut Thomasset Thuillier
Tison Tissier Tixier Torres Touré Tournier Toussaint Touzé Traoré Tran Trouvé Turpin Vacher Valentin Vallée Vallet
Van_Acker Van_Damme Vannier Varin Vasseur Vaillant Verdier Vergne Vernet Vialle Viaud Vigneron Vilain Villard
Vincenti Violet Vivier Voisin Vuillemin Wagner Walter Weber Weiss Wojcik Yildiz Zaïdi Zerbib Ziegler Zimmermann
"""

SURNAMES: tuple[str, ...] = tuple(name.replace("_", " ") for name in _SURNAME_TEXT.split())
"""Surnames, accents and particles kept; some hold health words (Malade, Hivert, Le Sidaner, Cancel) on purpose."""
