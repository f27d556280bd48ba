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

banner-one-owner = Alles hier stammt von Sensoren eines einzigen Eigentümers. Die Bestätigung ist auf C1 begrenzt.
banner-one-owner-short = Sensoren nur eines Eigentümers: höchstens C1.
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
side-stated = Ursprungsseite: die von { $party }
side-none = keine Ursprungsseite angegeben
side-certificate = { $n ->
    [one] { $state }, auch ohne einen beliebigen Eigentümer
   *[other] { $state }, auch ohne { $n } beliebige Eigentümer
}
place-cell = in oder neben Zelle { $cell } ({ $side } km)
place-region = um { $place }, 90-%-Gebiet { $side } km²

summary-events = { $count }; im gleich langen Zeitraum davor { $before }. Eine Zahl allein sagt nichts über die Einhaltung: siehe Abschnitt 10.
summary-no-tally = Was Menschen und Satelliten beobachtet haben, ist in diesem Bericht nicht erfasst.
summary-tally = Von Menschen gezählt: { $count } insgesamt ({ $more }); { $n ->
    [one] { $n } Schusswechsel war nicht zählbar.
   *[other] { $n } Schusswechsel waren nicht zählbar.
}
summary-no-side = Die Ursprungsseite ist für keines davon bewertet.
summary-side = { $n ->
    [one] Für { $n } von { $count } ist eine Ursprungsseite angegeben. Eine Seite der Linie ist keine Verantwortung: darüber befinden Menschen.
   *[other] Für { $n } von { $count } ist eine Ursprungsseite angegeben. Eine Seite der Linie ist keine Verantwortung: darüber befinden Menschen.
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
rate-no-coverage = keine Rate: keine Abdeckung wurde berechnet
rate-see-annex = nach Abdeckung: siehe Anhang D

no-events = Kein Ereignis wurde aufgezeichnet. Das heißt nicht, dass nichts geschah: siehe Abschnitt 10.
no-zones = Keine Zonen sind benannt.
zone = { $name }: { $n ->
    [one] { $n } Ereignis unter einer Klausel dazu beurteilt
   *[other] { $n } Ereignisse unter einer Klausel dazu beurteilt
}.
local = Vereinbart von { $from } bis { $to }.
no-local = Keine, die hier bekannt wäre.
none-recorded = Nichts aufgezeichnet.
not-taken-in = In diesem Bericht nicht erfasst.
in-annex = { $n ->
    [one] { $n } Eintrag in Anhang { $name }.
   *[other] { $n } Einträge in Anhang { $name }.
}
no-coverage = Keine Abdeckung wurde berechnet.
no-notices = Keine Anzeige betrifft den Zeitraum.
impediments-not-due = Was Sensoren am Sehen hinderte, ist dieser Stufe noch nicht mitgeteilt.
gnss-not-measured = Störung der Satellitennavigation wird nicht gemessen.
correction = Fall { $id }: Fassung { $number } tritt an die Stelle des früher Gesagten.
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
