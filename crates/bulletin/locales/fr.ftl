# Français.
kind-daily = Rapport quotidien { $number }
kind-spot = Rapport ponctuel { $number }
kind-flash = Flash { $number }
kind-weekly = Rapport hebdomadaire { $number }
kind-rolling = Rapport continu { $number }

head-mechanism = Mécanisme
head-period = Période
head-as-of = Informations
head-issued = Émis
head-agreement = Accord
head-log = Tête du registre
head-tier = Diffusion
head-ladder = Règles de diffusion
head-languages = Langues
as-of = selon les informations disponibles à { $time }
agreement-none = aucun : enregistrement seul
log-none = pas encore communiquée à ce niveau
tier-enclave = enclave : analystes nommés
tier-commission = commission et garants, à égalité
tier-parties = les deux parties, à la même seconde
tier-public = public
ladder = { $n } sur { $count } adoptées par l’accord, les autres sont des valeurs par défaut qu’aucun organe n’a adoptées
translation = Traduction. Le texte anglais fait foi.
status-note = Les noms et les lignes ne préjugent du statut juridique d’aucun lieu.
note-possible = Tout ceci est possible tant que des personnes n’ont pas conclu. La nature des événements n’est pas évaluée.
note-recorded = Tout ceci est enregistré, rien n’est conclu. La nature des événements n’est pas évaluée.
foot = Diffusion, délai et précision selon les règles en tête. Ce qui n’est pas ici peut ne pas avoir été vu : voir la section 10.

banner-one-owner = Tout ce qui peut étayer un événement ici vient d’un seul propriétaire. La corroboration est plafonnée à C1.
banner-one-owner-short = Données d’un seul propriétaire : C1 au plus.
banner-no-agreement = Enregistrement seul : aucun accord n’a été chargé, rien n’est jugé.
banner-disputed = En vigueur : contesté entre les parties pour cette période, rien n’est jugé.
banner-not-in-force = Aucun accord n’était en vigueur pendant cette période : enregistrement seul.

s-1 = Résumé
s-2 = Événements enregistrés
s-2-judged = Violations possibles et autres événements enregistrés
s-3 = Zones et secteurs de désengagement
s-4 = Retrait d’armes
s-5 = Dommages aux civils et aux infrastructures
s-6 = Cessez-le-feu localisés
s-7 = Restrictions d’accès
s-8 = Perturbation des capteurs et du GNSS
s-9 = Corrections de rapports antérieurs
s-10 = Ce que nous n’avons pas pu voir
s-a = Annexe A : événements enregistrés
s-b = Annexe B : armes
s-c = Annexe C : entraves
s-d = Annexe D : couverture
s-e = Annexe E : dommages
s-f = Annexe F : notifications
w-days = Jour par jour
w-clauses = Clause par clause
w-open-title = Cas ouverts et réponses

c-observer = Position de l’observateur
c-location = Lieu de l’événement
c-means = Moyens
c-number = Nombre
c-observation = Observation
c-description = Description
c-weapon = Arme
c-time = Date, heure
c-uncertainty = Incertitude de l’heure
c-corroboration = Corroboration
c-verdict = Constat, clause
c-status = État
c-event = Événement
c-date = Date
c-place = Lieu
c-side = Côté
c-item = Classe d’arme
c-breached = Ligne ou zone violée
c-limit = Ligne ou zone
c-last-seen = Vu en dernier
c-document = N° conforme à l’inventaire
c-kind = Nature
c-by = Par
c-words = Motif donné
c-effect = Effet sur la couverture
c-liaison = Liaison informée
c-sector = Secteur
c-sensors = Capteurs en marche / total
c-hours = Heures observées
c-smallest = Plus petit événement vu sûrement (nature, probabilité)
c-loss = Perte principale
c-cause = Cause
c-killed = Tués h/f/enfants
c-injured = Blessés h/f/enfants
c-object = Objet
c-confirmation = Confirmé (deux sources ou plus)
c-party = Partie
c-activity = Activité
c-window = Créneau
c-lead = Préavis respecté
c-observed = Observé comme notifié
c-phase = Phase
c-hours-of-period = Heures de la période
c-events = Événements
c-rate = Taux
c-channels = Voies
c-clause = Clause

state-possible-breach = ◐ violation possible
state-undetermined = ⊖ indéterminé
state-permitted-and-notified = ☑ autorisé et notifié
state-recorded-only = ○ enregistré seulement
state-flash = ○ enregistré, rien n’en est dit encore
state-under = { $state }, clause { $clause }
state-p = { $state }, { $p } ({ $word })
likelihood-almost-no-chance = presque exclu
likelihood-very-unlikely = très improbable
likelihood-unlikely = improbable
likelihood-roughly-even = à peu près égal
likelihood-likely = probable
likelihood-very-likely = très probable
likelihood-almost-certain = presque certain

count-events = { $n ->
    [one] { $n } événement enregistré
   *[other] { $n } événements enregistrés
}
count-possible-breach = { $n ->
    [one] { $n } violation possible
   *[other] { $n } violations possibles
}
count-undetermined = { $n ->
    [one] { $n } indéterminé
   *[other] { $n } indéterminés
}
count-permitted-and-notified = { $n ->
    [one] { $n } autorisé et notifié
   *[other] { $n } autorisés et notifiés
}
count-recorded-only = { $n ->
    [one] { $n } enregistré seulement
   *[other] { $n } enregistrés seulement
}
count-flash = { $n ->
    [one] { $n } enregistré, rien n’en est dit encore
   *[other] { $n } enregistrés, rien n’en est dit encore
}
of-owners = { $n ->
    [one] d’un propriétaire
   *[other] de { $n } propriétaires
}
means-arrays = { $n ->
    [one] enregistré par { $n } réseau { $owners }
   *[other] enregistré par { $n } réseaux { $owners }
}
means-sensors = { $n ->
    [one] { $n } arrivée à des capteurs { $owners }
   *[other] { $n } arrivées à des capteurs { $owners }
}
case = { $id } : { $time }, { $place } ; { $name }, corroboration { $limit } ; { $state }.
side-stated = côté d’origine : celui de { $party } (le fait s’y est produit ; tiré de là ou tombé là, ce n’est pas dit)
side-none = aucun côté d’origine n’est indiqué
side-certificate = { $n ->
    [one] { $state }, même sans l’un quelconque des propriétaires
   *[other] { $state }, même sans { $n } propriétaires quelconques
}
place-cell = dans la maille { $cell } ({ $side } km) ou à côté
place-region = autour de { $place }, région à 90 % de { $side } km²

summary-events = { $count } ; dans la période précédente, aussi longue, { $before }. Un nombre seul ne dit rien du respect de l’accord : voir la section 10.
summary-no-tally = Aucune observation de personnes, de la presse ou de satellites n’est connue pour cette période.
summary-tally = Compté par les observateurs propres du mécanisme : { $count } en tout ({ $more }), dans la période précédente { $before } ; ce que plusieurs ont observé d’un événement est compté une fois. { $n ->
    [one] { $n } échange n’a pu être compté.
   *[other] { $n } échanges n’ont pu être comptés.
}
summary-no-side = Le côté d’origine n’est évalué pour aucun d’eux.
summary-side = { $n ->
    [one] Un côté d’origine est indiqué pour { $n } sur { $count }. C’est le côté où le fait s’est produit : s’il a été tiré de là, ou si ce qui avait été tiré d’ailleurs est tombé là, n’est pas dit. Un côté de la ligne n’est pas une responsabilité : celle-ci relève de personnes. Le fait a pu être mis en scène depuis l’autre côté, dans un sens comme dans l’autre : aucun capteur ne peut l’exclure.
   *[other] Un côté d’origine est indiqué pour { $n } sur { $count }. C’est le côté où le fait s’est produit : s’il a été tiré de là, ou si ce qui avait été tiré d’ailleurs est tombé là, n’est pas dit. Un côté de la ligne n’est pas une responsabilité : celle-ci relève de personnes. Le fait a pu être mis en scène depuis l’autre côté, dans un sens comme dans l’autre : aucun capteur ne peut l’exclure.
}
summary-notices = { $n ->
    [one] { $n } notification d’une partie touche la période (annexe F).
   *[other] { $n } notifications des parties touchent la période (annexe F).
}
tally-explosions = explosions
tally-projectiles_in_flight = projectiles en vol
tally-muzzle_flashes = lueurs de bouche
tally-illumination_flares = fusées éclairantes
tally-bursts_and_shots = rafales et tirs
rates = Avant, pendant et après la vigueur, dans cette période :
phase-before = avant
phase-during = pendant
phase-after = après
rate-no-coverage = pas de taux : aucune heure d’observation n’est connue

no-events = Aucun événement n’a été enregistré. Cela ne dit pas que rien n’est arrivé : voir la section 10.
no-zones = Aucune zone n’est nommée.
zone = { $name } : { $n ->
    [one] { $n } événement jugé sous une clause qui la vise
   *[other] { $n } événements jugés sous une clause qui la vise
}.
local = Convenu du { $from } au { $to }.
no-local = Aucun qui soit connu ici.
none-recorded = Rien d’enregistré.
in-annex = { $n ->
    [one] { $n } entrée à l’annexe { $name }.
   *[other] { $n } entrées à l’annexe { $name }.
}
no-coverage = Aucune couverture n’a été calculée.
no-notices = Aucune notification ne touche la période.
impediments-not-due = Ce qui a empêché les capteurs de voir n’est pas encore communiqué à ce niveau.
gnss-not-measured = La perturbation de la navigation par satellite n’est pas mesurée.
correction = Cas { $id } : la révision { $number } remplace ce qui a été dit avant.
withdrawn = Cas { $id } : retiré. Ce sur quoi il reposait s’explique sans lui ; il n’est compté nulle part dans ce rapport.
no-corrections = Aucun cas n’a été révisé.
not-seen-no-coverage = Aucune couverture n’a été calculée : ce qui a pu arriver sans être vu n’est pas connu.
not-seen-see-annex = Ce qui pouvait être vu, secteur par secteur, figure à l’annexe D.
not-seen-impediments = { $n ->
    [one] { $n } entrave a empêché des capteurs de voir, ou gâte ce qu’ils ont vu (section 8).
   *[other] { $n } entraves ont empêché des capteurs de voir, ou gâtent ce qu’ils ont vu (section 8).
}
not-seen-one-owner = Aucun second propriétaire ne regarde le même terrain.
not-seen-silence = On n’a pas pesé si d’autres capteurs écoutaient et n’ont rien entendu.
not-seen-kind = La nature d’un événement n’est pas évaluée : il peut être naturel ou accidentel.
not-seen-people = Ni patrouille, ni partie, ni satellite ne parle dans ce rapport.
site-not-released = non communiqué
observation-event = événement
kind-not-assessed = nature non évaluée
not-assessed = non évalué
activity-demolition = destruction
activity-demining = déminage
activity-exercise = exercice
filed-before = notifié avant le début
filed-after = notifié après le début
not-verifiable = non vérifiable avec ce qui est enregistré
not-judged = non jugé
w-open = { $n ->
    [one] { $n } cas n’est pas revu par des personnes.
   *[other] { $n } cas ne sont pas revus par des personnes.
}
w-replies = Les réponses des parties ne sont pas recueillies ici.

impediment-gap = échantillons manquants
impediment-overlap = échantillons en double
impediment-set-back = horloge reculée
impediment-rate-change = cadence changée
impediment-rate-unusable = cadence inutilisable
impediment-retimed = horodatage décalé
impediment-clock-questionable = horloge douteuse
impediment-clock-trusted = horloge de nouveau fiable
impediment-not-finite = échantillons qui ne sont pas des nombres
impediment-flat = une seule valeur
impediment-silent = muet
impediment-missing = élément absent
impediment-again = élément revenu
impediment-blind = réseau sans direction
impediment-more = autres, non énumérés

spot-title = Rapport ponctuel
spot-none = Aucun cas de ce nom n’est diffusé.
spot-what = Quoi : { $state }
spot-where = Où : { $place }
spot-when = Quand : { $time }
spot-means = Moyens : { $name } ; { $limit }
spot-effect = Effet sur la mission : rien d’enregistré
spot-done = Fait : enregistré et journalisé, rien d’autre
spot-informed = Informés : selon les règles de diffusion
spot-unknown = Inconnu : côté d’origine, nature, intention, dommages
spot-side = Côté : { $state }. Inconnu : nature, intention, dommages
spot-side-stated = Côté : { $state } ; mise en scène depuis l’autre côté : non exclue. Inconnu : nature, intention, dommages
spot-next = Suite : avec le rapport quotidien
spot-basis = Base : accord { $id } { $version }
spot-no-basis = Base : enregistrement seul
flash-where = Un événement a été enregistré. Où : { $place }
flash-when = Quand : { $time }
flash-ask = Qu’en savez-vous ? Merci de répondre par la ligne directe.
flash-both = Envoyé aux deux parties à la même seconde.
left-out = { $n ->
    [one] { $n } de plus figure dans les autres formes de ce rapport.
   *[other] { $n } de plus figurent dans les autres formes de ce rapport.
}

c-tally-explosions = Explosions
c-tally-projectiles = Projectiles en vol
c-tally-flashes = Lueurs de bouche
c-tally-flares = Fusées éclairantes
c-tally-bursts = Rafales et tirs
c-total = Total
c-uncounted = Non comptés
c-source = Source
c-scope = Ce qui est compté
c-from-to = De – à
c-reports = Déclarations
c-attacks = Attaques signalées
c-allegations = Allégations
c-bare = Dont rien ici ne les étaye
c-became = Ce qu’il en est advenu
c-by-mission = Observateurs propres
c-by-parties = Parties
c-by-civilians = Civils
c-by-press = Presse
c-by-satellites = Satellites
c-by-people = Compté par les observateurs propres
c-heat = Détections de chaleur

summary-counts-not-due = Ce que des personnes et des satellites ont compté n’est pas encore communiqué à ce niveau.
summary-parties = { $n ->
    [one] { $n } déclaration d’une partie, dont { $count } d’une attaque. Ce que déclarent les parties n’est ajouté à rien.
   *[other] { $n } déclarations des parties, dont { $count } d’une attaque. Ce que déclarent les parties n’est ajouté à rien.
}
summary-civilians = { $n ->
    [one] { $n } déclaration de civils, dont { $count } d’une attaque.
   *[other] { $n } déclarations de civils, dont { $count } d’une attaque.
}
summary-press = { $n ->
    [one] { $n } article de presse, dont { $count } sur une attaque ; aucun n’est compté comme événement.
   *[other] { $n } articles de presse, dont { $count } sur une attaque ; aucun n’est compté comme événement.
}
count-fires = { $n ->
    [one] { $n } foyer
   *[other] { $n } foyers
}

summary-heat = Chaleur vue par des satellites : { $n ->
    [one] { $n } détection
   *[other] { $n } détections
}, réunies en { $more } ; { $count } dans la bande où le pixel et la ligne se recouvrent. Ni côté ni cause ne sont indiqués : des champs brûlent aussi.
count-weapons = { $n ->
    [one] { $n } entrée sur les armes (annexe B)
   *[other] { $n } entrées sur les armes (annexe B)
}
count-harm = { $n ->
    [one] { $n } entrée sur les dommages (annexe E)
   *[other] { $n } entrées sur les dommages (annexe E)
}
not-counted = non compté
total = total
not-stated = non indiqué
place-not-stated = lieu non indiqué
series-apart = Ce que d’autres ont compté, chacun une série à part. Aucune n’est ajoutée à une autre ni aux comptes de la section 1.
claims-apart = Signaler une attaque et alléguer sont deux choses :
each-observation = Ce qu’il est advenu de chaque observation ; aucune n’est omise :
scope-incident = incidents, un par un
scope-period-total = son propre total sur une durée

observer-mission = observateur propre
observer-party = une partie
observer-civilian = civils
observer-press = presse
observer-satellite = satellites

appraised-measured = une mesure d’un événement
appraised-uncorroborated = étayé par aucun autre
appraised-recorded = enregistré
appraised-alleged = allégué, rien ne l’étaye
appraised-series = une série à part
appraised-unplaced = pas situé assez précisément dans le temps ou l’espace
appraised-late = venu après sa fenêtre
appraised-early = parle d’un temps à venir
appraised-suspected-swap = latitude et longitude semblent échangées
appraised-not-yet = rien n’en est dit encore

kind-explosion = explosion
kind-projectile-in-flight = projectile en vol
kind-muzzle-flash = lueur de bouche
kind-illumination-flare = fusée éclairante
kind-burst = rafale
kind-shot = tir
kind-exchange-of-fire = échange de tirs
kind-rocket-launch = tir de roquette
kind-aircraft = aéronef
kind-uav = aéronef sans pilote
kind-vehicle-movement = véhicules en mouvement
kind-weapon-present = arme présente
kind-personnel-present = personnel présent
kind-new-position = nouvelle position
kind-mine-present = mine
kind-uxo-present = munition non explosée
kind-damage = dégâts
kind-casualty = dommage à des personnes
kind-gnss-interference = perturbation de la navigation par satellite
kind-thermal-anomaly = chaleur
kind-other = autre

explosion-undetermined = nature non précisée
explosion-outgoing = départ
explosion-impact = impact
explosion-airburst = en l’air
explosion-controlled-detonation = détonation contrôlée

means-heard = entendu
means-seen = vu
means-seen-and-heard = vu et entendu
means-camera = caméra
means-uav = aéronef sans pilote
means-satellite-thermal = chaleur depuis l’orbite
means-satellite-optical = image depuis l’orbite
means-satellite-sar = image radar depuis l’orbite
means-site-visit = constaté sur place
means-crater-analysis = d’après un cratère
means-party-report = déclaré par une partie
means-civilian-report = déclaré par des civils
means-media-report = publié par la presse
means-observations = { $n ->
    [one] { $n } observation de personnes, { $owners }
   *[other] { $n } observations de personnes, { $owners }
}
and-observations = { $n ->
    [one] { $n } observation de personnes
   *[other] { $n } observations de personnes
}

means-both = { $n ->
    [one] { $n } arrivée à des capteurs et { $more }, { $owners }
   *[other] { $n } arrivées à des capteurs et { $more }, { $owners }
}

weapon-tank = char
weapon-mortar = mortier
weapon-artillery = artillerie
weapon-rocket-artillery = lance-roquettes multiple
weapon-missile = missile
weapon-anti-tank = arme antichar
weapon-armoured-vehicle = véhicule blindé
weapon-air-defence = défense antiaérienne
weapon-grenade-launcher = lance-grenades
weapon-machine-gun = mitrailleuse
weapon-small-arm = arme légère
weapon-uav = aéronef sans pilote
weapon-aircraft = aéronef
weapon-mine = mine
weapon-warship = navire de guerre
weapon-electronic-warfare = guerre électronique
weapon-other = autre

hindrance-denial = accès refusé
hindrance-conditional-access = accès sous conditions
hindrance-delay = accès retardé
hindrance-threat = observateurs menacés
hindrance-fire-near-monitors = tirs près d’observateurs
hindrance-mines-or-uxo = mines ou munitions non explosées
hindrance-asset-targeted = un moyen du mécanisme visé par des tirs
hindrance-jamming = signal brouillé
hindrance-spoofing = signal falsifié
hindrance-loss-of-control = perte de contrôle
hindrance-information-refused = information refusée
hindrance-outage = panne
hindrance-tampering = station ouverte ou modifiée
hindrance-weather = météo
hindrance-consent = consentement
hindrance-consent-withdrawn = consentement retiré
hindered = { $name } : { $n ->
    [one] { $n } fois
   *[other] { $n } fois
}, { $count } h de la période.
consent-one-party = { $name } : d’une seule partie, { $party }.
consent-by = { $name } : { $party }.
in-area-of = dans la zone de { $party }, selon la source
effect-one-party = aucun en soi : consentement d’une seule partie
effect-none = aucun en soi
count-sensors = { $n ->
    [one] { $n } capteur
   *[other] { $n } capteurs
}
share-not-stated = part non indiquée
not-informed = non indiqué
more-people = { $n ->
    [one] { $n } dont rien de plus n’est dit
   *[other] { $n } dont rien de plus n’est dit
}
confirmed-by = { $n ->
    [one] non : une source
   *[other] oui : { $n } propriétaires de sources
}
sector-line = { $name }, version { $version }, { $side } km
sector-all = tous les capteurs, aucune ligne connue
smallest-not-known = non connu : la portée de ces capteurs n’est pas indiquée
loss-none = aucune
loss-no-sensors = aucun capteur ici
loss-unexplained = rien de reçu, aucune raison indiquée
time-unplaced = { $date }, heure non établie
no-zone-here = dans aucune zone de l’accord
no-inventory = non comparé : aucun inventaire d’une partie n’est connu ici
not-due = pas encore communiqué
gnss-observed = { $n ->
    [one] { $n } observation d’une perturbation de la navigation par satellite (annexe A). Aucun capteur ne la mesure.
   *[other] { $n } observations d’une perturbation de la navigation par satellite (annexe A). Aucun capteur ne la mesure.
}
not-seen-no-hindrance = Aucun refus, brouillage, panne ou autre entrave n’est signalé. Rien de signalé n’est pas rien.
not-seen-by-people = Ce que les patrouilles, la presse et les satellites auraient pu voir, et combien de temps, n’est pas connu : aucun taux n’est donné de leurs comptes.
not-seen-hours = Des capteurs ont enregistré { $count } sur { $before } h de la période, au moins un à la fois. Le reste n’a été vu par aucun.
spot-effect-not-due = Effet sur la mission : pas encore communiqué
spot-effect-hindered = Effet sur la mission : { $n ->
    [one] { $n } entrave
   *[other] { $n } entraves
}
