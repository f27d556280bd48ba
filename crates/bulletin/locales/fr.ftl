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

banner-one-owner = Tout ceci provient de capteurs d’un seul propriétaire. La corroboration est limitée à C1.
banner-one-owner-short = Capteurs d’un seul propriétaire : C1 au plus.
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
side-stated = côté d’origine : celui de { $party }
side-none = aucun côté d’origine n’est indiqué
side-certificate = { $n ->
    [one] { $state }, même sans l’un quelconque des propriétaires
   *[other] { $state }, même sans { $n } propriétaires quelconques
}
place-cell = dans la maille { $cell } ({ $side } km) ou à côté
place-region = autour de { $place }, région à 90 % de { $side } km²

summary-events = { $count } ; dans la période précédente, aussi longue, { $before }. Un nombre seul ne dit rien du respect de l’accord : voir la section 10.
summary-no-tally = Ce que des personnes et des satellites ont observé n’est pas recueilli dans ce rapport.
summary-tally = Compté par des personnes : { $count } en tout ({ $more }) ; { $n ->
    [one] { $n } échange n’a pu être compté.
   *[other] { $n } échanges n’ont pu être comptés.
}
summary-no-side = Le côté d’origine n’est évalué pour aucun d’eux.
summary-side = { $n ->
    [one] Un côté d’origine est indiqué pour { $n } sur { $count }. Un côté de la ligne n’est pas une responsabilité : celle-ci relève de personnes.
   *[other] Un côté d’origine est indiqué pour { $n } sur { $count }. Un côté de la ligne n’est pas une responsabilité : celle-ci relève de personnes.
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
rate-no-coverage = pas de taux : aucune couverture n’a été calculée
rate-see-annex = selon la couverture : voir l’annexe D

no-events = Aucun événement n’a été enregistré. Cela ne dit pas que rien n’est arrivé : voir la section 10.
no-zones = Aucune zone n’est nommée.
zone = { $name } : { $n ->
    [one] { $n } événement jugé sous une clause qui la vise
   *[other] { $n } événements jugés sous une clause qui la vise
}.
local = Convenu du { $from } au { $to }.
no-local = Aucun qui soit connu ici.
none-recorded = Rien d’enregistré.
not-taken-in = N’est pas recueilli dans ce rapport.
in-annex = { $n ->
    [one] { $n } entrée à l’annexe { $name }.
   *[other] { $n } entrées à l’annexe { $name }.
}
no-coverage = Aucune couverture n’a été calculée.
no-notices = Aucune notification ne touche la période.
impediments-not-due = Ce qui a empêché les capteurs de voir n’est pas encore communiqué à ce niveau.
gnss-not-measured = La perturbation de la navigation par satellite n’est pas mesurée.
correction = Cas { $id } : la révision { $number } remplace ce qui a été dit avant.
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
