"""What the people of practice write into the free fields, in the languages of the sample offices."""

from __future__ import annotations

from dataclasses import dataclass

Choice = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrases:
    """Sentences by occasion; those with a place for a number or a name are filled with `str.format`."""

    notes: Choice
    refusals: Choice
    cancellations: Choice
    declined: Choice
    corrections: Choice
    settled: Choice
    same: Choice
    homonym: Choice
    waivers: Choice
    minor: str
    replenishment: str
    act: str
    spoiled: Choice
    returned: Choice
    incidents: Choice
    causes: Choice
    sources: Choice
    updates: Choice
    closings: Choice
    unexpected_money: str


PHRASES: dict[str, Phrases] = {
    "fr": Phrases(
        notes=(
            "Troisième visite cette semaine ; ne doit plus revenir pour rien.",
            "Attend un versement de la CAF, coupure d'électricité annoncée.",
            "Vient avec une interprète ; parle peu le français.",
            "Hébergée chez un tiers jusqu'à vendredi.",
            "À rappeler dès que le dossier central est de nouveau lisible.",
            "Pièce d'identité déclarée perdue, récépissé vu.",
        ),
        refusals=(
            "Orienté vers la mission locale, qui est compétente.",
            "Le justificatif présenté date de plus de trois mois ; à représenter.",
            "La personne préfère attendre le rétablissement et garder sa place.",
        ),
        cancellations=(
            "Accordé deux fois par erreur au même guichet.",
            "La personne ne s'est pas présentée pour le paiement.",
            "L'aide a été versée entre-temps par un autre service.",
        ),
        declined=("Le reste à vivre ne le justifie pas.", "Relève d'un autre dispositif ; à orienter."),
        corrections=("Faute de frappe dans le nom d'usage.", "Numéro de dossier relevé sur un courrier."),
        settled=(
            "Vu avec l'agent : l'argent était remis, la pièce a suivi.",
            "Remise constatée, validée après coup.",
        ),
        same=(
            "Reconnu par l'agent, dossier précédent montré.",
            "Même personne, nom saisi autrement la première fois.",
        ),
        homonym=(
            "Autre personne : autre adresse, autre photo sur la pièce.",
            "Homonyme ; numéros de dossier différents.",
        ),
        waivers=(
            "Seul au guichet à cette heure.",
            "Le mandataire était appelé à l'accueil ; accord oral du régisseur.",
        ),
        minor="Mineur ; demande faite par {name}, qui l'a à charge.",
        replenishment="Bon d'approvisionnement n° {number}",
        act="Décision n° {number} du directeur, enveloppe complémentaire",
        spoiled=("Chèque déchiré à la souche.", "Chèque maculé par l'imprimante."),
        returned=("Rendus au régisseur avec bordereau.",),
        incidents=(
            "Applications métier inaccessibles",
            "Panne du réseau du siège",
            "Messagerie et dossiers coupés",
        ),
        causes=("Coupure chez l'hébergeur, cause en cours d'analyse", "Défaut d'un équipement réseau"),
        sources=(
            "Message du service informatique, 8 h 40",
            "Appel du prestataire",
            "Affichage de l'état des services",
        ),
        updates=(
            "Le service répond de nouveau par moments.",
            "Retour annoncé pour demain matin, non confirmé.",
            "Les dossiers d'avant hier sont lisibles, rien de plus.",
        ),
        closings=(
            "Service rétabli et vérifié sur trois dossiers.",
            "Fonctionnement normal depuis une heure.",
        ),
        unexpected_money="Somme remise au guichet pour un secours ancien, quittance papier donnée.",
    ),
    "nl": Phrases(
        notes=(
            "Derde bezoek deze week; hoeft niet meer voor niets te komen.",
            "Wacht op een uitkering; elektriciteit wordt afgesloten.",
            "Komt met een tolk, spreekt weinig Nederlands.",
            "Verblijft tot vrijdag bij kennissen.",
            "Terugbellen zodra het centrale dossier weer leesbaar is.",
        ),
        refusals=(
            "Doorverwezen naar het ziekenfonds, dat bevoegd is.",
            "Het voorgelegde bewijs is ouder dan drie maanden.",
            "De persoon wacht liever tot alles weer werkt.",
        ),
        cancellations=(
            "Bij vergissing tweemaal toegekend.",
            "De persoon kwam niet voor de betaling.",
            "Intussen door een andere dienst betaald.",
        ),
        declined=("Niet dringend genoeg voor vandaag.", "Hoort bij een andere regeling."),
        corrections=("Tikfout in de naam.", "Dossiernummer overgenomen van een brief."),
        settled=(
            "Met de medewerker bekeken: het geld was overhandigd.",
            "Vastgesteld en achteraf goedgekeurd.",
        ),
        same=(
            "Door de medewerker herkend, vorig papier getoond.",
            "Zelfde persoon, naam eerst anders geschreven.",
        ),
        homonym=("Andere persoon: ander adres, andere foto.", "Naamgenoot; andere dossiernummers."),
        waivers=("Op dit uur alleen aan het loket.", "Collega was bij een noodgeval; mondeling akkoord."),
        minor="Minderjarige; aanvraag door {name}, die voor het kind zorgt.",
        replenishment="Bevoorradingsbon nr. {number}",
        act="Beslissing nr. {number} van de voorzitter, bijkomende enveloppe",
        spoiled=("Bon gescheurd aan de strook.", "Bon besmeurd door de printer."),
        returned=("Teruggegeven aan de verantwoordelijke, met borderel.",),
        incidents=("Sociale dossiers onbereikbaar", "Netwerkstoring in het hoofdgebouw"),
        causes=("Storing bij de hostingfirma, oorzaak wordt onderzocht", "Defect netwerktoestel"),
        sources=("Bericht van de informaticadienst, 8.40 u.", "Telefoon van de leverancier"),
        updates=("De dienst antwoordt soms weer.", "Terug verwacht voor morgen, niet bevestigd."),
        closings=("Dienst hersteld en op drie dossiers nagekeken.", "Werkt sinds een uur weer normaal."),
        unexpected_money="Bedrag aan het loket terugbetaald voor oude steun, papieren kwijting gegeven.",
    ),
    "it": Phrases(
        notes=(
            "Terza visita in settimana; non deve più tornare per niente.",
            "È in attesa dell'assegno; è annunciato il distacco della luce.",
            "Viene con un'interprete, parla poco l'italiano.",
            "È ospite di conoscenti fino a venerdì.",
            "Da richiamare appena il fascicolo sarà di nuovo leggibile.",
        ),
        refusals=(
            "Indirizzato al patronato, che è competente.",
            "Il documento presentato è più vecchio di tre mesi.",
            "La persona preferisce aspettare il ripristino.",
        ),
        cancellations=(
            "Concesso due volte per errore.",
            "La persona non si è presentata per il pagamento.",
            "Nel frattempo pagato da un altro servizio.",
        ),
        declined=("Non è abbastanza urgente per oggi.", "Spetta a un'altra misura; da indirizzare."),
        corrections=("Errore di battitura nel cognome.", "Numero di fascicolo letto su una lettera."),
        settled=(
            "Verificato con l'operatore: il denaro era già consegnato.",
            "Consegna accertata e convalidata dopo.",
        ),
        same=(
            "Riconosciuto dall'operatore, foglio precedente mostrato.",
            "Stessa persona, nome scritto diversamente.",
        ),
        homonym=("Altra persona: altro indirizzo, altra foto.", "Omonimo; numeri di fascicolo diversi."),
        waivers=(
            "Solo allo sportello a quest'ora.",
            "Il collega era all'accoglienza; assenso a voce dell'economo.",
        ),
        minor="Minorenne; richiesta presentata da {name}, che ne ha la cura.",
        replenishment="Buono di anticipazione n. {number}",
        act="Determina n. {number} del dirigente, integrazione del fondo",
        spoiled=("Buono strappato alla matrice.", "Buono macchiato dalla stampante."),
        returned=("Riconsegnati all'economo con distinta.",),
        incidents=("Fascicoli dei servizi sociali irraggiungibili", "Guasto della rete comunale"),
        causes=("Interruzione presso il fornitore, causa in esame", "Guasto di un apparato di rete"),
        sources=("Avviso dell'ufficio informatico, ore 8.40", "Telefonata del fornitore"),
        updates=("Il servizio risponde di nuovo a tratti.", "Rientro previsto per domani, non confermato."),
        closings=("Servizio ripristinato e verificato su tre fascicoli.", "Funziona normalmente da un'ora."),
        unexpected_money="Somma restituita allo sportello per un vecchio sussidio, ricevuta su carta consegnata.",
    ),
}

LANGUAGES: dict[str, Choice] = {"paris": ("fr",), "ccas": ("fr",), "cpas": ("fr", "nl"), "comune": ("it",)}
"""In which languages the people of each sample office write."""
