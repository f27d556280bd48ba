# Deutsch.
kind-daily = Tagesbericht { $number }
kind-spot = Einzelbericht { $number }
kind-flash = Blitzmeldung { $number }
kind-weekly = Wochenbericht { $number }
kind-rolling = Laufender Bericht { $number }

head-mechanism = Mechanismus
head-period = Zeitraum
head-as-of = Stand
head-issued = Ausgegeben
head-agreement = Abkommen
head-log = Kopf des Protokolls
head-tier = Freigabe
head-ladder = Freigaberegeln
head-languages = Sprachen
as-of = nach Kenntnis von { $time }
agreement-none = keines: nur Aufzeichnung
log-none = dieser Stufe noch nicht mitgeteilt
tier-enclave = Enklave: namentlich bekannte Auswerter
tier-commission = Kommission und Garanten, gleichermaßen
tier-parties = beide Parteien, in derselben Sekunde
tier-public = Öffentlichkeit
ladder = { $n } von { $count } durch das Abkommen festgelegt, die übrigen sind Vorgaben, die kein Gremium beschlossen hat
translation = Übersetzung. Maßgeblich ist der englische Text.
status-note = Namen und Linien lassen den Rechtsstatus jedes Ortes unberührt.
note-possible = Alles hier ist möglich, bis Menschen geschlossen haben. Die Art der Ereignisse ist nicht bewertet.
note-recorded = Alles hier ist aufgezeichnet, nichts ist geschlossen. Die Art der Ereignisse ist nicht bewertet.
foot = Freigabe, Verzug und Genauigkeit nach den Regeln im Kopf. Was hier nicht steht, kann ungesehen geblieben sein: siehe Abschnitt 10.

banner-one-owner = Alles, was hier ein Ereignis stützen kann, stammt von einem Eigentümer. Die Bestätigung ist auf C1 begrenzt.
banner-one-owner-short = Daten eines Eigentümers allein: höchstens C1.
banner-no-agreement = Nur Aufzeichnung: kein Abkommen wurde geladen, nichts wird beurteilt.
banner-disputed = Geltung: zwischen den Parteien für diesen Zeitraum strittig, nichts wird beurteilt.
banner-not-in-force = In diesem Zeitraum galt kein Abkommen: nur Aufzeichnung.

s-1 = Zusammenfassung
s-2 = Aufgezeichnete Ereignisse
s-2-judged = Mögliche Verstöße und andere aufgezeichnete Ereignisse
s-3 = Zonen und Entflechtungsgebiete
s-4 = Abzug von Waffen
s-5 = Schaden an Menschen und Infrastruktur
s-6 = Örtliche Waffenruhen
s-7 = Zugangsbeschränkungen
s-8 = Störung von Sensoren und GNSS
s-9 = Berichtigungen früherer Berichte
s-10 = Was wir nicht sehen konnten
s-a = Anhang A: aufgezeichnete Ereignisse
s-b = Anhang B: Waffen
s-c = Anhang C: Behinderungen
s-d = Anhang D: Abdeckung
s-e = Anhang E: Schaden
s-f = Anhang F: Anzeigen
w-days = Tag für Tag
w-clauses = Klausel für Klausel
w-open-title = Offene Fälle und Antworten

c-observer = Ort des Beobachters
c-location = Ort des Ereignisses
c-means = Mittel
c-number = Anzahl
c-observation = Beobachtung
c-description = Beschreibung
c-weapon = Waffe
c-time = Datum, Zeit
c-uncertainty = Unsicherheit der Zeit
c-corroboration = Bestätigung
c-verdict = Befund, Klausel
c-status = Stand
c-event = Ereignis
c-date = Datum
c-place = Ort
c-side = Seite
c-item = Waffenart
c-breached = Verletzte Linie oder Zone
c-limit = Linie oder Zone
c-last-seen = Zuletzt gesehen
c-document = Nummer stimmt mit Verzeichnis
c-kind = Art
c-by = Durch
c-words = Angegebene Gründe
c-effect = Wirkung auf die Abdeckung
c-liaison = Verbindungsstelle unterrichtet
c-sector = Abschnitt
c-sensors = Sensoren in Betrieb / gesamt
c-hours = Beobachtete Stunden
c-smallest = Kleinstes sicher gesehenes Ereignis (Art, Wahrscheinlichkeit)
c-loss = Hauptausfall
c-cause = Ursache
c-killed = Getötet m/w/Kind
c-injured = Verletzt m/w/Kind
c-object = Objekt
c-confirmation = Bestätigt (zwei Quellen oder mehr)
c-party = Partei
c-activity = Tätigkeit
c-window = Zeitfenster
c-lead = Vorlauf eingehalten
c-observed = Wie angezeigt beobachtet
c-phase = Phase
c-hours-of-period = Stunden des Zeitraums
c-events = Ereignisse
c-rate = Rate
c-channels = Kanäle
c-clause = Klausel

state-possible-breach = ◐ möglicher Verstoß
state-undetermined = ⊖ unbestimmt
state-permitted-and-notified = ☑ erlaubt und angezeigt
state-recorded-only = ○ nur aufgezeichnet
state-flash = ○ aufgezeichnet, noch nichts gesagt
state-under = { $state }, Klausel { $clause }
state-p = { $state }, { $p } ({ $word })
likelihood-almost-no-chance = so gut wie ausgeschlossen
likelihood-very-unlikely = sehr unwahrscheinlich
likelihood-unlikely = unwahrscheinlich
likelihood-roughly-even = etwa gleich wahrscheinlich
likelihood-likely = wahrscheinlich
likelihood-very-likely = sehr wahrscheinlich
likelihood-almost-certain = so gut wie sicher

count-events = { $n ->
    [one] { $n } aufgezeichnetes Ereignis
   *[other] { $n } aufgezeichnete Ereignisse
}
count-possible-breach = { $n ->
    [one] { $n } möglicher Verstoß
   *[other] { $n } mögliche Verstöße
}
count-undetermined = { $n } unbestimmt
count-permitted-and-notified = { $n } erlaubt und angezeigt
count-recorded-only = { $n } nur aufgezeichnet
count-flash = { $n } aufgezeichnet, noch nichts gesagt
of-owners = { $n ->
    [one] einem Eigentümer
   *[other] { $n } Eigentümern
}
means-arrays = { $n ->
    [one] aufgezeichnet von { $n } Array von { $owners }
   *[other] aufgezeichnet von { $n } Arrays von { $owners }
}
means-sensors = { $n ->
    [one] { $n } Einsatz an Sensoren von { $owners }
   *[other] { $n } Einsätze an Sensoren von { $owners }
}
case = { $id }: { $time }, { $place }; { $name }, Bestätigung { $limit }; { $state }.
side-stated = Ursprungsseite: die von { $party } (dort lag es; ob dort abgefeuert oder dort eingeschlagen, ist nicht gesagt)
side-none = keine Ursprungsseite angegeben
side-certificate = { $n ->
    [one] { $state }, auch ohne einen beliebigen Eigentümer
   *[other] { $state }, auch ohne { $n } beliebige Eigentümer
}
place-cell = in oder neben Zelle { $cell } ({ $side } km)
place-region = um { $place }, 90-%-Gebiet { $side } km²

summary-events = { $count }; im gleich langen Zeitraum davor { $before }. Eine Zahl allein sagt nichts über die Einhaltung: siehe Abschnitt 10.
summary-no-tally = Aus diesem Zeitraum ist keine Beobachtung von Menschen, der Presse oder von Satelliten bekannt.
summary-tally = Von eigenen Beobachtern des Mechanismus gezählt: insgesamt { $count } ({ $more }), im Zeitraum davor { $before }; was mehrere von einem Ereignis beobachteten, ist einmal gezählt. { $n ->
    [one] { $n } Schusswechsel war nicht zu zählen.
   *[other] { $n } Schusswechsel waren nicht zu zählen.
}
summary-no-side = Die Ursprungsseite ist für keines davon bewertet.
summary-side = { $n ->
    [one] Für { $n } von { $count } ist eine Ursprungsseite angegeben. Es ist die Seite, auf der das Ereignis lag: ob dort etwas abgefeuert wurde oder dort einschlug, was anderswo abgefeuert war, ist nicht gesagt. Eine Seite der Linie ist keine Verantwortung: darüber befinden Menschen. Es kann von der anderen Seite inszeniert sein, in der einen wie in der anderen Richtung: kein Sensor kann das ausschließen.
   *[other] Für { $n } von { $count } ist eine Ursprungsseite angegeben. Es ist die Seite, auf der das Ereignis lag: ob dort etwas abgefeuert wurde oder dort einschlug, was anderswo abgefeuert war, ist nicht gesagt. Eine Seite der Linie ist keine Verantwortung: darüber befinden Menschen. Es kann von der anderen Seite inszeniert sein, in der einen wie in der anderen Richtung: kein Sensor kann das ausschließen.
}
summary-notices = { $n ->
    [one] { $n } Anzeige einer Partei betrifft den Zeitraum (Anhang F).
   *[other] { $n } Anzeigen der Parteien betreffen den Zeitraum (Anhang F).
}
tally-explosions = Explosionen
tally-projectiles_in_flight = Geschosse im Flug
tally-muzzle_flashes = Mündungsfeuer
tally-illumination_flares = Leuchtkörper
tally-bursts_and_shots = Feuerstöße und Schüsse
rates = Vor, während und nach der Geltung, innerhalb dieses Zeitraums:
phase-before = vorher
phase-during = während
phase-after = nachher
rate-no-coverage = keine Rate: keine beobachtete Stunde ist bekannt

no-events = Kein Ereignis wurde aufgezeichnet. Das heißt nicht, dass nichts geschah: siehe Abschnitt 10.
no-zones = Keine Zonen sind benannt.
zone = { $name }: { $n ->
    [one] { $n } Ereignis unter einer Klausel dazu beurteilt
   *[other] { $n } Ereignisse unter einer Klausel dazu beurteilt
}.
local = Vereinbart von { $from } bis { $to }.
no-local = Keine, die hier bekannt wäre.
none-recorded = Nichts aufgezeichnet.
in-annex = { $n ->
    [one] { $n } Eintrag in Anhang { $name }.
   *[other] { $n } Einträge in Anhang { $name }.
}
no-coverage = Keine Abdeckung wurde berechnet.
no-notices = Keine Anzeige betrifft den Zeitraum.
impediments-not-due = Was Sensoren am Sehen hinderte, ist dieser Stufe noch nicht mitgeteilt.
gnss-not-measured = Störung der Satellitennavigation wird nicht gemessen.
correction = Fall { $id }: Fassung { $number } tritt an die Stelle des früher Gesagten.
withdrawn = Fall { $id }: zurückgezogen. Worauf er beruhte, erklärt sich ohne ihn; er ist in diesem Bericht nirgends gezählt.
no-corrections = Kein Fall wurde neu gefasst.
not-seen-no-coverage = Keine Abdeckung wurde berechnet: was ungesehen geschehen konnte, ist nicht bekannt.
not-seen-see-annex = Was zu sehen war, steht Abschnitt für Abschnitt in Anhang D.
not-seen-impediments = { $n ->
    [one] { $n } Behinderung nahm Sensoren die Sicht oder verdirbt, was sie sahen (Abschnitt 8).
   *[other] { $n } Behinderungen nahmen Sensoren die Sicht oder verderben, was sie sahen (Abschnitt 8).
}
not-seen-one-owner = Kein zweiter Eigentümer sieht auf denselben Grund.
not-seen-silence = Ob andere Sensoren lauschten und nichts hörten, ist nicht gewogen.
not-seen-kind = Die Art eines Ereignisses ist nicht bewertet: es kann natürlich oder ein Unfall sein.
not-seen-people = Keine Streife, keine Partei und kein Satellit kommt in diesem Bericht zu Wort.
site-not-released = nicht freigegeben
observation-event = Ereignis
kind-not-assessed = Art nicht bewertet
not-assessed = nicht bewertet
activity-demolition = Sprengung
activity-demining = Minenräumung
activity-exercise = Übung
filed-before = vor Beginn angezeigt
filed-after = nach Beginn angezeigt
not-verifiable = mit dem Aufgezeichneten nicht prüfbar
not-judged = nicht beurteilt
w-open = { $n ->
    [one] { $n } Fall ist nicht von Menschen geprüft.
   *[other] { $n } Fälle sind nicht von Menschen geprüft.
}
w-replies = Antworten der Parteien werden hier nicht aufgenommen.

impediment-gap = Abtastwerte fehlen
impediment-overlap = Abtastwerte doppelt
impediment-set-back = Uhr zurückgestellt
impediment-rate-change = Abtastrate geändert
impediment-rate-unusable = Abtastrate unbrauchbar
impediment-retimed = Zeitstempel verschoben
impediment-clock-questionable = Uhr fraglich
impediment-clock-trusted = Uhr wieder verlässlich
impediment-not-finite = Abtastwerte sind keine Zahlen
impediment-flat = durchweg ein Wert
impediment-silent = stumm
impediment-missing = Element fehlt
impediment-again = Element wieder da
impediment-blind = Array ohne Richtung
impediment-more = weitere, nicht aufgeführt

spot-title = Einzelbericht
spot-none = Kein solcher Fall ist freigegeben.
spot-what = Was: { $state }
spot-where = Wo: { $place }
spot-when = Wann: { $time }
spot-means = Mittel: { $name }; { $limit }
spot-effect = Wirkung auf die Mission: nichts aufgezeichnet
spot-done = Getan: aufgezeichnet und protokolliert, sonst nichts
spot-informed = Unterrichtet: nach den Freigaberegeln
spot-unknown = Nicht bekannt: Ursprungsseite, Art, Absicht, Schaden
spot-side = Seite: { $state }. Nicht bekannt: Art, Absicht, Schaden
spot-side-stated = Seite: { $state }; Inszenierung von der anderen Seite: nicht ausgeschlossen. Nicht bekannt: Art, Absicht, Schaden
spot-next = Nächstes: mit dem Tagesbericht
spot-basis = Grundlage: Abkommen { $id } { $version }
spot-no-basis = Grundlage: nur Aufzeichnung
flash-where = Ein Ereignis wurde aufgezeichnet. Wo: { $place }
flash-when = Wann: { $time }
flash-ask = Was wissen Sie darüber? Bitte über die Direktleitung antworten.
flash-both = An beide Parteien in derselben Sekunde gesandt.
left-out = { $n ->
    [one] { $n } weiteres steht in den anderen Formen dieses Berichts.
   *[other] { $n } weitere stehen in den anderen Formen dieses Berichts.
}

c-tally-explosions = Explosionen
c-tally-projectiles = Geschosse im Flug
c-tally-flashes = Mündungsfeuer
c-tally-flares = Leuchtkörper
c-tally-bursts = Feuerstöße und Schüsse
c-total = Summe
c-uncounted = Nicht gezählt
c-source = Quelle
c-scope = Was gezählt ist
c-from-to = Von – bis
c-reports = Meldungen
c-attacks = Gemeldete Angriffe
c-allegations = Behauptungen
c-bare = Davon hier durch nichts gestützt
c-became = Was daraus wurde
c-by-mission = Eigene Beobachter
c-by-parties = Parteien
c-by-civilians = Zivile
c-by-press = Presse
c-by-satellites = Satelliten
c-by-people = Von eigenen Beobachtern gezählt
c-heat = Wärmefunde

summary-counts-not-due = Was Menschen und Satelliten zählten, ist dieser Stufe noch nicht mitgeteilt.
summary-parties = { $n ->
    [one] { $n } Meldung einer Partei, { $count } von einem Angriff. Was Parteien melden, wird zu nichts gezählt.
   *[other] { $n } Meldungen von Parteien, { $count } von einem Angriff. Was Parteien melden, wird zu nichts gezählt.
}
summary-civilians = { $n ->
    [one] { $n } Meldung von Zivilen, { $count } von einem Angriff.
   *[other] { $n } Meldungen von Zivilen, { $count } von einem Angriff.
}
summary-press = { $n ->
    [one] { $n } Meldung der Presse, { $count } von einem Angriff; keine ist als Ereignis gezählt.
   *[other] { $n } Meldungen der Presse, { $count } von einem Angriff; keine ist als Ereignis gezählt.
}
count-fires = { $n ->
    [one] { $n } Brand
   *[other] { $n } Brände
}

summary-heat = Wärme, von Satelliten gesehen: { $n ->
    [one] { $n } Fund
   *[other] { $n } Funde
}, zusammengenommen { $more }; { $count } in dem Band, in dem Pixel und Linie übergreifen. Keine Seite und keine Ursache ist genannt: auch Felder brennen.
count-weapons = { $n ->
    [one] { $n } Eintrag zu Waffen (Anhang B)
   *[other] { $n } Einträge zu Waffen (Anhang B)
}
count-harm = { $n ->
    [one] { $n } Eintrag zu Schaden (Anhang E)
   *[other] { $n } Einträge zu Schaden (Anhang E)
}
not-counted = nicht gezählt
total = Summe
not-stated = nicht genannt
place-not-stated = kein Ort genannt
series-apart = Was andere zählten, jedes eine Reihe für sich. Keine wird zu einer anderen oder zu den Zahlen von Abschnitt 1 gezählt.
claims-apart = Dass ein Angriff gemeldet und dass etwas behauptet wird, sind zweierlei:
each-observation = Was aus jeder Beobachtung wurde; keine ist weggelassen:
scope-incident = Vorfälle, einzeln
scope-period-total = eigene Summe über eine Zeit

observer-mission = eigener Beobachter
observer-party = eine Partei
observer-civilian = Zivile
observer-press = Presse
observer-satellite = Satelliten

appraised-measured = Messung eines Ereignisses
appraised-uncorroborated = durch keine andere gestützt
appraised-recorded = aufgezeichnet
appraised-alleged = behauptet, durch nichts gestützt
appraised-series = eine Reihe für sich
appraised-unplaced = in Zeit oder Raum nicht genau genug
appraised-late = kam nach seinem Fenster
appraised-early = spricht von künftiger Zeit
appraised-suspected-swap = Breite und Länge scheinen vertauscht
appraised-not-yet = noch nichts dazu gesagt

kind-explosion = Explosion
kind-projectile-in-flight = Geschoss im Flug
kind-muzzle-flash = Mündungsfeuer
kind-illumination-flare = Leuchtkörper
kind-burst = Feuerstoß
kind-shot = Schuss
kind-exchange-of-fire = Schusswechsel
kind-rocket-launch = Raketenstart
kind-aircraft = Luftfahrzeug
kind-uav = unbemanntes Luftfahrzeug
kind-vehicle-movement = Fahrzeugbewegung
kind-weapon-present = Waffe vorhanden
kind-personnel-present = Kräfte anwesend
kind-new-position = neue Stellung
kind-mine-present = Mine
kind-uxo-present = Blindgänger
kind-damage = Sachschaden
kind-casualty = Personenschaden
kind-gnss-interference = Störung der Satellitennavigation
kind-thermal-anomaly = Wärme
kind-other = anderes

explosion-undetermined = Art nicht erkannt
explosion-outgoing = abgehend
explosion-impact = Einschlag
explosion-airburst = in der Luft
explosion-controlled-detonation = kontrollierte Sprengung

means-heard = gehört
means-seen = gesehen
means-seen-and-heard = gesehen und gehört
means-camera = Kamera
means-uav = unbemanntes Luftfahrzeug
means-satellite-thermal = Wärme aus dem Orbit
means-satellite-optical = Bild aus dem Orbit
means-satellite-sar = Radarbild aus dem Orbit
means-site-visit = vor Ort festgestellt
means-crater-analysis = aus einem Krater gelesen
means-party-report = von einer Partei gemeldet
means-civilian-report = von Zivilen gemeldet
means-media-report = von der Presse veröffentlicht
means-observations = { $n ->
    [one] { $n } Beobachtung von Menschen, { $owners }
   *[other] { $n } Beobachtungen von Menschen, { $owners }
}
and-observations = { $n ->
    [one] { $n } Beobachtung von Menschen
   *[other] { $n } Beobachtungen von Menschen
}

means-both = { $n ->
    [one] { $n } Ankunft an Sensoren und { $more }, { $owners }
   *[other] { $n } Ankünfte an Sensoren und { $more }, { $owners }
}

weapon-tank = Panzer
weapon-mortar = Mörser
weapon-artillery = Artillerie
weapon-rocket-artillery = Raketenartillerie
weapon-missile = Lenkflugkörper
weapon-anti-tank = Panzerabwehrwaffe
weapon-armoured-vehicle = gepanzertes Fahrzeug
weapon-air-defence = Flugabwehr
weapon-grenade-launcher = Granatwerfer
weapon-machine-gun = Maschinengewehr
weapon-small-arm = Handfeuerwaffe
weapon-uav = unbemanntes Luftfahrzeug
weapon-aircraft = Luftfahrzeug
weapon-mine = Mine
weapon-warship = Kriegsschiff
weapon-electronic-warfare = elektronische Kampfführung
weapon-other = andere

hindrance-denial = Zugang verweigert
hindrance-conditional-access = Zugang unter Bedingungen
hindrance-delay = Zugang verzögert
hindrance-threat = Beobachter bedroht
hindrance-fire-near-monitors = Feuer nahe Beobachtern
hindrance-mines-or-uxo = Minen oder Blindgänger
hindrance-asset-targeted = ein Mittel des Mechanismus beschossen
hindrance-jamming = Signal gestört
hindrance-spoofing = Signal gefälscht
hindrance-loss-of-control = Steuerung verloren
hindrance-information-refused = Auskunft verweigert
hindrance-outage = Ausfall
hindrance-tampering = Station geöffnet oder verändert
hindrance-weather = Wetter
hindrance-consent = Zustimmung
hindrance-consent-withdrawn = Zustimmung zurückgenommen
hindered = { $name }: { $n ->
    [one] { $n } Mal
   *[other] { $n } Mal
}, { $count } h des Zeitraums.
consent-one-party = { $name }: von einer Partei allein, { $party }.
consent-by = { $name }: { $party }.
in-area-of = im Gebiet von { $party }, wie angegeben
effect-one-party = für sich keine: Zustimmung einer Partei allein
effect-none = für sich keine
count-sensors = { $n ->
    [one] { $n } Sensor
   *[other] { $n } Sensoren
}
share-not-stated = Anteil nicht genannt
not-informed = nicht genannt
more-people = { $n ->
    [one] { $n }, von denen nicht mehr gesagt ist
   *[other] { $n }, von denen nicht mehr gesagt ist
}
confirmed-by = { $n ->
    [one] nein: eine Quelle
   *[other] ja: { $n } Eigentümer von Quellen
}
sector-line = { $name }, Fassung { $version }, { $side } km
sector-all = alle Sensoren, keine Linie ist bekannt
smallest-not-known = nicht bekannt: wie weit diese Sensoren hören, ist nicht angegeben
loss-none = keiner
loss-no-sensors = hier steht kein Sensor
loss-unexplained = nichts eingegangen, kein Grund genannt
time-unplaced = { $date }, zeitlich nicht einzuordnen
no-zone-here = in keiner Zone des Abkommens
no-inventory = nicht verglichen: kein Verzeichnis einer Partei ist hier bekannt
not-due = noch nicht mitgeteilt
gnss-observed = { $n ->
    [one] { $n } Beobachtung einer Störung der Satellitennavigation (Anhang A). Sensoren messen sie nicht.
   *[other] { $n } Beobachtungen einer Störung der Satellitennavigation (Anhang A). Sensoren messen sie nicht.
}
not-seen-no-hindrance = Keine Verweigerung, Störung, kein Ausfall und kein anderes Hindernis ist gemeldet. Nichts gemeldet heißt nicht nichts.
not-seen-by-people = Was Streifen, Presse und Satelliten hätten sehen können und wie lange, ist nicht bekannt: zu ihren Zahlen steht keine Rate.
not-seen-hours = Sensoren zeichneten { $count } von { $before } h des Zeitraums auf, mindestens einer zugleich. Den Rest sah keiner.
spot-effect-not-due = Wirkung auf die Mission: noch nicht mitgeteilt
spot-effect-hindered = Wirkung auf die Mission: { $n ->
    [one] { $n } Hindernis
   *[other] { $n } Hindernisse
}
