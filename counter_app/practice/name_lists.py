"""Names as they are written in the countries whose offices the samples stand for; nobody real is meant.

No folded surname stands in two cultures, and no folded given name twice in one, so that two people of practice
are never taken for one another by accident.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Culture:
    """Surnames, given names of women and of men, birth places, and the language that is usually spoken."""

    surnames: tuple[str, ...]
    women: tuple[str, ...]
    men: tuple[str, ...]
    places: tuple[str, ...]
    language: str


def _words(text: str) -> tuple[str, ...]:
    return tuple([word.strip() for word in text.split(",")])


CULTURES: dict[str, Culture] = {
    "french": Culture(
        surnames=_words(
            "Dupont, Lefèvre, Lefebvre, Garnier, Bézier, Mérimée, L'Hostis, Le Goff, Le Bihan, Kermarrec,"
            " de La Tour, d'Aubigné, du Plessis, des Étangs, Dubois-Ferrand, Châtelain, Crépin, Noël, Benoît,"
            " Œuvrard, Boëly, Maÿ, Saint-Martin, Peyramaure, Etcheverry, Castagnède, Vautrin, Hérault, Girault,"
            " Besançon, Delaunay, Rousselet, Chauvière, Fontanel, Guérin, Prévost, Jégou, Tanguy, Vasseur, Wœrth,"
            " Schœlcher, Klein-Meyer, Lemaître, Grandjean, Petitpas, Bonnefoy, Malherbe, Quéré, Ycard, Zébo"
        ),
        women=_words(
            "Zoé, Chloé, Françoise, Hélène, Marie-Hélène, Anaïs, Léa, Maëlys, Geneviève, Solène, Inès, Aurélie,"
            " Thérèse, Marguerite, Odile, Clémence, Maïwenn, Marie-Thérèse, Joëlle, Nathalie, Brigitte, Élodie,"
            " Apolline, Huguette, Monique, Sandrine"
        ),
        men=_words(
            "Jean-Pierre, François, Jérôme, Gaël, Loïc, Théo, Rémi, Benoist, Cédric, Aurélien, Hervé, Raphaël,"
            " Stéphane, Grégoire, Maxence, Joël, Mickaël, Yves-Marie, Adrien, Lucien, Émile, Étienne, Firmin,"
            " Gérard, Thibault, Pascal"
        ),
        places=_words(
            "Paris 12e, Saint-Nazaire, Besançon, Fort-de-France, Orléans, Angoulême, Saint-Étienne, Nîmes, Évreux,"
            " Bastia, Pointe-à-Pitre, Mâcon, L'Haÿ-les-Roses, Châlons-en-Champagne"
        ),
        language="fr",
    ),
    "dutch": Culture(
        surnames=_words(
            "Van den Broeck, van der Meer, De Smet, D'Hondt, Vandenberghe, Van Damme, 't Kindt, De Clercq, Aerts,"
            " Willems, Claes, Goossens, Wouters, De Backer, Van Hoof, Hendrickx, Maes, Segers, Coppens, Daems,"
            " Van de Velde, Verhoeven, Van Looy, Cools, Baert, Dewaele, Van Eyck, ter Borch, Boeykens, Ceulemans,"
            " Verstraete, Huysmans, Op de Beeck, Lambrecht, Praet, Roelants, Stevens, Vermeersch, Wyckmans, Ooms"
        ),
        women=_words(
            "Lotte, Griet, Femke, Anneleen, Marijke, Hilde, Noor, Fleur, Roos, Ilse, Veerle, Katrijn, Liesbet, Tine,"
            " Renée, Heleen, Zoë, Loes, Mieke, Godelieve"
        ),
        men=_words(
            "Wouter, Pieter, Jef, Bram, Koen, Jurgen, Thijs, Wim, Daan, Joris, Stijn, Luuk, Geert, Dirk-Jan, Kobe,"
            " Zeger, Lieven, Maarten, Ruben, Andreas"
        ),
        places=_words(
            "Gent, Antwerpen, Kortrijk, Mechelen, Leuven, Brugge, Hasselt, 's-Hertogenbosch, Aalst, Oostende"
        ),
        language="nl",
    ),
    "italian": Culture(
        surnames=_words(
            "Rossi, D'Angelo, Di Stefano, De Luca, Lo Presti, La Rocca, Dell'Acqua, Degli Esposti, Bianchi, Colombo,"
            " Russo, Marchetti, Galli, Barbieri, Fontana, Santoro, Mariani, Rinaldi, Caruso, Ferrara, Pellegrini,"
            " Palumbo, Sanna, Piras, Nicolò, Fassò, Salvò, Zanetti, Bortolotti, Della Valle, De' Medici, Cattaneo,"
            " Giuffrida, Messina, Tedesco, Valentini, Silvestri, Orlando, Ruggiero, Lombardo, Pace, Amato"
        ),
        women=_words(
            "Giulia, Chiara, Lucia, Anna Maria, Francesca, Noemi, Ilaria, Concetta, Rosalba, Elisa, Beatrice, Mariù,"
            " Assunta, Donatella, Ornella, Maria Grazia, Ginevra, Teresa, Simona, Cosima, Sofia, Alba"
        ),
        men=_words(
            "Niccolò, Matteo, Gian Luca, Salvatore, Lorenzo, Raffaele, Giosuè, Pasquale, Alessio, Davide, Ettore,"
            " Umberto, Antonio, Vincenzo, Gaetano, Michele, Ruggero, Piero, Carmelo, Filippo, Tommaso, Noè"
        ),
        places=_words(
            "Roma, Forlì, Reggio di Calabria, L'Aquila, Cefalù, Nuoro, Bergamo, Trani, Cantù, Palermo, Bari"
        ),
        language="it",
    ),
    "maghreb": Culture(
        surnames=_words(
            "El Amrani, Ben Saïd, Benali, Aït Ahmed, Aït-Ouarab, Bouazza, Boukhris, Cherif, Hadj Saïdi, Haddadi,"
            " El Fassi, Al Khatib, Bel Hadj, Mansouri, Zeroual, Ouadah, Khelifi, Slimani, Tazi, Berrada, Ghannouchi,"
            " Ben Youssef, Hamdaoui, Lahlou, Mokrani, Rahmani, Saadi, Toumi, Yahiaoui, Zidane, Bensoussan, Chaoui,"
            " Djebbar, Ferhat, El Idrissi, Kaddour, Laâroussi, M'Barek, N'Aït, Oulad Haj"
        ),
        women=_words(
            "Aïcha, Fatima-Zohra, Khadîja, Naïma, Samira, Yasmine, Leïla, Zineb, Houria, Rachida, Malika, Loubna,"
            " Ghizlane, Nour el Houda, Saïda, Hayat, Djamila, Ikram, Siham, Meryem, Wafâa, Amel"
        ),
        men=_words(
            "Mohamed, Mohammed Amine, Abd el-Kader, Saïd, Youcef, Karim, Noureddine, Hicham, Rachid, Bilal, Mehdi,"
            " Abdelhak, Ismaïl, Omar, Tarik, Hassan, Lahcen, Idriss, Brahim, M'hamed, Zakaria, Driss"
        ),
        places=_words(
            "Fès, Oran, Tizi Ouzou, Casablanca, Oujda, Sfax, Béjaïa, Meknès, Constantine, Nador, Al Hoceïma, Kairouan"
        ),
        language="ar",
    ),
    "west_african": Culture(
        surnames=_words(
            "Traoré, Koné, Diakité, Coulibaly, N'Diaye, N'Guessan, Ouédraogo, Touré, Sissoko, Bâ, Camara, Fofana,"
            " Kouassi, Mbaye, Sow, Sangaré, Konaté, Doumbia, Mendy, Gomis, Agbéko, Adjovi, Tchibozo, Okonkwo, Diop"
        ),
        women=_words(
            "Aminata, Fatoumata, Mariam, Awa, Adjoa, Ramatoulaye, Kadiatou, Ndeye, Assitan, Bintou, Oumou, Coumba,"
            " Rokia, Sira, Afi, Maïmouna, Hawa, Nafissatou, Yaa, Dado"
        ),
        men=_words(
            "Mamadou, Ousmane, Boubacar, Kofi, Ibrahima, Cheikh, Moussa, Souleymane, Abdoulaye, Lamine, Seydou,"
            " Drissa, Modibo, Koffi-Jean, Yaya, Alassane, Babacar, Sékou, Demba, Issa"
        ),
        places=_words(
            "Bamako, Kayes, Dakar, Abidjan, Cotonou, Conakry, Lomé, Saint-Louis du Sénégal, Ségou, Bobo-Dioulasso"
        ),
        language="fr",
    ),
    "iberian": Culture(
        surnames=_words(
            "da Silva, dos Santos, de Sousa, Gonçalves, Magalhães, Araújo, Simões, Fernandes, Muñoz, Ibáñez, Núñez,"
            " García Lorca, de la Peña, Rodríguez, Pires, Brandão, Conceição, Lourenço, Peña y Lillo, Castaño, Otero,"
            " Figueirêdo, Nóbrega, Azevêdo, Vilanova"
        ),
        women=_words(
            "Maria da Conceição, Inês, Fátima, Graça, Begoña, Conchita, Lúcia, Assunção, Rocío, Marisol, Benedita,"
            " Natália, Pilar, Joana, Ana Belén, Iria, Leonor, Rosário, Luz, Celeste"
        ),
        men=_words(
            "João, José Luis, Íñigo, Gonçalo, Tomás, Ramón, Martín, Estêvão, Joaquim, Zé Carlos, Duarte, Nuno,"
            " Álvaro, Xavier, Rui, Salvador, Simão, Fermín, Hélder, Artur"
        ),
        places=_words("Braga, Guimarães, Vila Real, Málaga, A Coruña, Póvoa de Varzim, Cáceres, São Vicente"),
        language="pt",
    ),
    "slavic": Culture(
        surnames=_words(
            "Łukaszewicz, Dąbrowski, Wójcik, Żak, Szczepański, Novák, Dvořák, Ionescu, Țăranu, Popescu, Bălan,"
            " Kovačević, Šarić, Đorđević, Shevchenko, Kovalenko, Moroz, Hrytsenko, Petrović, Zieliński, Ștefănescu,"
            " Marković, Ćosić, Gâdea, Jabłoński"
        ),
        women=_words(
            "Małgorzata, Ludmila, Oksana, Ioana, Žofie, Danuta, Mihaela, Milica, Irena, Bożena, Anna-Wanda, Ștefania,"
            " Vesna, Halyna, Doina, Jadwiga, Raluca, Svitlana, Ewa, Bronisława"
        ),
        men=_words(
            "Łukasz, Bogdan, Ștefan, Mykola, Andrij, Zbigniew, Vlad, Radu, Jiří, Đorđe, Krzysztof, Nenad, Ion,"
            " Oleksandr, Tadeusz, Mihai, Taras, Florin, Goran, Władysław"
        ),
        places=_words("Łódź, Iași, Kharkiv, Brno, Niš, Wrocław, Târgu Mureș, Lviv, Čačak, Bacău"),
        language="en",
    ),
    "eastern": Culture(
        surnames=_words(
            "Nguyễn, Trần, Đặng, Phạm, Lê, Şahin, Yılmaz, Öztürk, Çelik, Aydoğan, Güneş, Chen, Zhāng, Liú,"
            " Kaur, Rahman, Hossain, Sivakumar, Rajendran, Mohammadi, Ahmadzai, Hakimi, Tesfaye, Gebreselassie, Abdi"
        ),
        women=_words(
            "Thị Hương, Ayşe, Gülşen, Mei, Xiùyīng, Priya, Sunitha, Zahra, Hamida, Selam, Emine, Ngọc, Lan-Anh,"
            " Nasrin, Jaspreet, Elif, Hodan, Mahbouba, Özlem, Yùlán"
        ),
        men=_words(
            "Văn Minh, Mehmet, Çağlar, Wěi, Quốc, Arjun, Suresh, Reza, Abdul Wali, Yonas, Emre, Đức, Jìng,"
            " Gurpreet, Ferid, Habib, İsmet, Liang, Tuấn, Umut"
        ),
        places=_words(
            "Hải Phòng, Şanlıurfa, Wenzhou, Colombo (Sri Lanka), Herat, Asmara, Jaffna, Sylhet, Gaziantep"
        ),
        language="en",
    ),
}

WEIGHTS: dict[str, dict[str, int]] = {
    "paris": {
        "french": 40,
        "maghreb": 22,
        "west_african": 12,
        "iberian": 7,
        "eastern": 7,
        "slavic": 5,
        "italian": 4,
        "dutch": 3,
    },
    "ccas": {
        "french": 62,
        "maghreb": 15,
        "west_african": 8,
        "iberian": 5,
        "eastern": 4,
        "slavic": 3,
        "italian": 2,
        "dutch": 1,
    },
    "cpas": {
        "dutch": 30,
        "french": 28,
        "maghreb": 20,
        "italian": 8,
        "eastern": 6,
        "west_african": 4,
        "slavic": 3,
        "iberian": 1,
    },
    "comune": {
        "italian": 58,
        "maghreb": 16,
        "slavic": 12,
        "eastern": 6,
        "west_african": 4,
        "french": 2,
        "iberian": 1,
        "dutch": 1,
    },
}
"""How often a culture comes to the counter of each sample office, in percent."""
