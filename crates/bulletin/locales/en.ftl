# English, in which a bulletin is authentic.
kind-daily = Daily report { $number }
kind-spot = Spot report { $number }
kind-flash = Flash { $number }
kind-weekly = Weekly report { $number }
kind-rolling = Rolling report { $number }

head-mechanism = Mechanism
head-period = Period
head-as-of = Information
head-issued = Issued
head-agreement = Agreement
head-log = Log head
head-tier = Release
head-ladder = Release rules
head-languages = Languages
as-of = based on information as of { $time }
agreement-none = none: recording only
log-none = not told to this tier yet
tier-enclave = enclave: named analysts
tier-commission = commission and guarantors, alike
tier-parties = both parties, in the same second
tier-public = public
ladder = { $n } of { $count } adopted by the agreement, the others are defaults that no body has adopted
translation = Translation. The English text is the authentic one.
status-note = Names and lines are without prejudice to the legal status of any place.
note-possible = Everything here is possible until people have concluded. The kind of event is not assessed.
note-recorded = Everything here is recorded and nothing is concluded. The kind of event is not assessed.
foot = Release, delay and coarseness by the rules in the head. What is not here may not have been seen: see section 10.

banner-one-owner = All that can bear out an event here comes from one owner. Corroboration is capped at C1.
banner-one-owner-short = One owner's data alone: at most C1.
banner-no-agreement = Recording only: no agreement was loaded, so nothing is judged.
banner-disputed = In force: disputed by the parties for this period, so nothing is judged.
banner-not-in-force = No agreement was in force in this period: recording only.

s-1 = Summary
s-2 = Recorded events
s-2-judged = Possible breaches and other recorded events
s-3 = Zones and disengagement areas
s-4 = Withdrawal of weapons
s-5 = Civilian harm and infrastructure
s-6 = Localised ceasefires
s-7 = Access restrictions
s-8 = Sensor and GNSS interference
s-9 = Corrections to earlier reports
s-10 = What we could not see
s-a = Annex A: recorded events
s-b = Annex B: weapons
s-c = Annex C: impediments
s-d = Annex D: coverage
s-e = Annex E: harm
s-f = Annex F: notices
w-days = Day by day
w-clauses = Clause by clause
w-open-title = Open cases and replies

c-observer = Observer position
c-location = Event location
c-means = Means
c-number = No.
c-observation = Observation
c-description = Description
c-weapon = Weapon
c-time = Date, time
c-uncertainty = Time uncertainty
c-corroboration = Corroboration
c-verdict = Verdict, clause
c-status = Status
c-event = Event
c-date = Date
c-place = Place
c-side = Side
c-item = Item class
c-breached = Line or zone breached
c-limit = Line or zone
c-last-seen = Last seen
c-document = Document no. matches inventory
c-kind = Kind
c-by = By
c-words = Words used
c-effect = Effect on coverage
c-liaison = Liaison informed
c-sector = Sector
c-sensors = Sensors up / total
c-hours = Hours observed
c-smallest = Smallest event seen reliably (kind, probability)
c-loss = Main loss
c-cause = Cause
c-killed = Killed m/f/child
c-injured = Injured m/f/child
c-object = Object
c-confirmation = Confirmation (two sources or more)
c-party = Party
c-activity = Activity
c-window = Window
c-lead = Lead time kept
c-observed = Observed as notified
c-phase = Phase
c-hours-of-period = Hours of the period
c-events = Events
c-rate = Rate
c-channels = Channels
c-clause = Clause

state-possible-breach = ◐ possible breach
state-undetermined = ⊖ undetermined
state-permitted-and-notified = ☑ permitted and notified
state-recorded-only = ○ recorded only
state-flash = ○ recorded, nothing said yet
state-under = { $state }, clause { $clause }
state-p = { $state }, { $p } ({ $word })
likelihood-almost-no-chance = almost no chance
likelihood-very-unlikely = very unlikely
likelihood-unlikely = unlikely
likelihood-roughly-even = roughly even
likelihood-likely = likely
likelihood-very-likely = very likely
likelihood-almost-certain = almost certain

count-events = { $n ->
    [one] { $n } recorded event
   *[other] { $n } recorded events
}
count-possible-breach = { $n ->
    [one] { $n } possible breach
   *[other] { $n } possible breaches
}
count-undetermined = { $n } undetermined
count-permitted-and-notified = { $n } permitted and notified
count-recorded-only = { $n } recorded only
count-flash = { $n } recorded, nothing said yet
of-owners = { $n ->
    [one] one owner
   *[other] { $n } owners
}
means-arrays = { $n ->
    [one] recorded by { $n } array of { $owners }
   *[other] recorded by { $n } arrays of { $owners }
}
means-sensors = { $n ->
    [one] { $n } arrival at sensors of { $owners }
   *[other] { $n } arrivals at sensors of { $owners }
}
case = { $id }: { $time }, { $place }; { $name }, corroboration { $limit }; { $state }.
side-stated = origin side: that of { $party } (it lay there; whether fired or fallen there is not told)
side-none = no origin side is stated
side-certificate = { $n ->
    [one] { $state }, also without any one owner
   *[other] { $state }, also without any { $n } owners
}
place-cell = in or beside cell { $cell } ({ $side } km)
place-region = around { $place }, 90 % region { $side } km²

summary-events = { $count }; in the period before, as long, { $before }. A count alone says nothing of compliance: see section 10.
summary-no-tally = No observation of people, of the press or of satellites is known of this period.
summary-tally = Counted by the mechanism's own observers: { $count } in all ({ $more }), in the period before { $before }; what several observed of one event is counted once. { $n ->
    [one] { $n } exchange could not be counted.
   *[other] { $n } exchanges could not be counted.
}
summary-no-side = The side of origin is not assessed for any of them.
summary-side = { $n ->
    [one] A side of origin is stated for { $n } of { $count }. It is the side on which the event lay: whether something was fired there, or fell there after it was fired elsewhere, is not told. A side of the line is no responsibility: that is for people. It may have been staged from the other side, in either direction: no sensor can exclude that.
   *[other] A side of origin is stated for { $n } of { $count }. It is the side on which the event lay: whether something was fired there, or fell there after it was fired elsewhere, is not told. A side of the line is no responsibility: that is for people. It may have been staged from the other side, in either direction: no sensor can exclude that.
}
summary-notices = { $n ->
    [one] { $n } notice by a party meets the period (annex F).
   *[other] { $n } notices by parties meet the period (annex F).
}
tally-explosions = explosions
tally-projectiles_in_flight = projectiles in flight
tally-muzzle_flashes = muzzle flashes
tally-illumination_flares = illumination flares
tally-bursts_and_shots = bursts and shots
rates = Before, during and after the time in force, within this period:
phase-before = before
phase-during = during
phase-after = after
rate-no-coverage = no rate: no hour is known to have been observed

no-events = No event was recorded. That is no finding that nothing happened: see section 10.
no-zones = No zones are named.
zone = { $name }: { $n ->
    [one] { $n } event judged under a clause on it
   *[other] { $n } events judged under a clause on it
}.
local = Agreed from { $from } to { $to }.
no-local = None was agreed that is known here.
none-recorded = None recorded.
in-annex = { $n ->
    [one] { $n } entry in annex { $name }.
   *[other] { $n } entries in annex { $name }.
}
no-coverage = No coverage was computed.
no-notices = No notice meets the period.
impediments-not-due = What kept sensors from seeing is not told to this tier yet.
gnss-not-measured = Interference with satellite navigation is not measured.
correction = Case { $id }: revision { $number } takes the place of what was said before.
withdrawn = Case { $id }: withdrawn. What it rested on was explained without it; it is counted nowhere in this report.
no-corrections = No case was revised.
not-seen-no-coverage = No coverage was computed: what could have happened unseen is not known.
not-seen-see-annex = What could be seen, sector by sector, stands in annex D.
not-seen-impediments = { $n ->
    [one] { $n } impediment kept sensors from seeing, or spoils what they saw (section 8).
   *[other] { $n } impediments kept sensors from seeing, or spoil what they saw (section 8).
}
not-seen-one-owner = No second owner looks at the same ground.
not-seen-silence = Whether other sensors were listening and heard nothing is not weighed.
not-seen-kind = The kind of an event is not assessed: it may be natural or an accident.
not-seen-people = No patrol, party or satellite speaks in this report.
site-not-released = not released
observation-event = event
kind-not-assessed = kind not assessed
not-assessed = not assessed
activity-demolition = demolition
activity-demining = clearing of mines
activity-exercise = exercise
filed-before = filed before it begins
filed-after = filed after it begins
not-verifiable = not verifiable with what is recorded
not-judged = not judged
w-open = { $n ->
    [one] { $n } case is not reviewed by people.
   *[other] { $n } cases are not reviewed by people.
}
w-replies = Replies of the parties are not taken in here.

impediment-gap = samples missing
impediment-overlap = samples twice
impediment-set-back = clock set back
impediment-rate-change = sample rate changed
impediment-rate-unusable = sample rate of no use
impediment-retimed = time stamps shifted
impediment-clock-questionable = clock questionable
impediment-clock-trusted = clock trusted again
impediment-not-finite = samples that are no numbers
impediment-flat = one value throughout
impediment-silent = silent
impediment-missing = element missing
impediment-again = element back
impediment-blind = array without direction
impediment-more = more, not listed

spot-title = Spot report
spot-none = No such case is released.
spot-what = What: { $state }
spot-where = Where: { $place }
spot-when = When: { $time }
spot-means = Means: { $name }; { $limit }
spot-effect = Effect on the mission: none recorded
spot-done = Done: recorded and logged, nothing else
spot-informed = Informed: as the release rules say
spot-unknown = Not known: side of origin, kind, intent, harm
spot-side = Side: { $state }. Not known: kind, intent, harm
spot-side-stated = Side: { $state }; staged from the other side: not excluded. Not known: kind, intent, harm
spot-next = Next: with the daily report
spot-basis = Basis: agreement { $id } { $version }
spot-no-basis = Basis: recording only
flash-where = An event was recorded. Where: { $place }
flash-when = When: { $time }
flash-ask = What do you know of it? Please answer on the hotline.
flash-both = Sent to both parties in the same second.
left-out = { $n ->
    [one] { $n } more stands in the other forms of this report.
   *[other] { $n } more stand in the other forms of this report.
}

c-tally-explosions = Explosions
c-tally-projectiles = Projectiles in flight
c-tally-flashes = Muzzle flashes
c-tally-flares = Illumination flares
c-tally-bursts = Bursts and shots
c-total = Total
c-uncounted = Not counted
c-source = Source
c-scope = What it counts
c-from-to = From – to
c-reports = Reports
c-attacks = Attacks reported
c-allegations = Allegations
c-bare = Of these borne out by nothing here
c-became = What became of it
c-by-mission = Own observers
c-by-parties = Parties
c-by-civilians = Civilians
c-by-press = Press
c-by-satellites = Satellites
c-by-people = Counted by own observers
c-heat = Heat detections

summary-counts-not-due = What people and satellites counted is not told to this tier yet.
summary-parties = { $n ->
    [one] { $n } report by a party, { $count } of an attack. What parties report is added to nothing.
   *[other] { $n } reports by parties, { $count } of an attack. What parties report is added to nothing.
}
summary-civilians = { $n ->
    [one] { $n } report by civilians, { $count } of an attack.
   *[other] { $n } reports by civilians, { $count } of an attack.
}
summary-press = { $n ->
    [one] { $n } report by the press, { $count } of an attack; none is counted as an event.
   *[other] { $n } reports by the press, { $count } of an attack; none is counted as an event.
}
count-fires = { $n ->
    [one] { $n } fire
   *[other] { $n } fires
}

summary-heat = Heat seen by satellites: { $n ->
    [one] { $n } detection
   *[other] { $n } detections
}, taken together { $more }; { $count } within the band where pixel and line reach across. No side and no cause is stated: fields burn too.
count-weapons = { $n ->
    [one] { $n } entry on weapons (annex B)
   *[other] { $n } entries on weapons (annex B)
}
count-harm = { $n ->
    [one] { $n } entry on harm (annex E)
   *[other] { $n } entries on harm (annex E)
}
not-counted = not counted
total = total
not-stated = not stated
place-not-stated = no place stated
series-apart = What others counted, each a series of its own. None is added to another or to the counts of section 1.
claims-apart = That an attack is reported and that something is alleged are two things:
each-observation = What became of every observation; none is left out:
scope-incident = incidents, one by one
scope-period-total = its own total over a time

observer-mission = own observer
observer-party = a party
observer-civilian = civilians
observer-press = press
observer-satellite = satellites

appraised-measured = a measurement of an event
appraised-uncorroborated = borne out by no other
appraised-recorded = recorded
appraised-alleged = alleged, nothing bears it out
appraised-series = a series of its own
appraised-unplaced = not placed in time or space closely enough
appraised-late = came after its window
appraised-early = speaks of a time to come
appraised-suspected-swap = latitude and longitude look exchanged
appraised-not-yet = nothing said of it yet

kind-explosion = explosion
kind-projectile-in-flight = projectile in flight
kind-muzzle-flash = muzzle flash
kind-illumination-flare = illumination flare
kind-burst = burst
kind-shot = shot
kind-exchange-of-fire = exchange of fire
kind-rocket-launch = rocket launch
kind-aircraft = aircraft
kind-uav = unmanned aircraft
kind-vehicle-movement = moving vehicles
kind-weapon-present = weapon present
kind-personnel-present = people of a force present
kind-new-position = new position
kind-mine-present = mine
kind-uxo-present = unexploded ordnance
kind-damage = damage
kind-casualty = harm to people
kind-gnss-interference = interference with satellite navigation
kind-thermal-anomaly = heat
kind-other = other

explosion-undetermined = kind not told
explosion-outgoing = outgoing
explosion-impact = impact
explosion-airburst = in the air
explosion-controlled-detonation = controlled detonation

means-heard = heard
means-seen = seen
means-seen-and-heard = seen and heard
means-camera = camera
means-uav = unmanned aircraft
means-satellite-thermal = heat from orbit
means-satellite-optical = picture from orbit
means-satellite-sar = radar picture from orbit
means-site-visit = found on a visit
means-crater-analysis = read from a crater
means-party-report = stated by a party
means-civilian-report = stated by civilians
means-media-report = published by the press
means-observations = { $n ->
    [one] { $n } observation by people of { $owners }
   *[other] { $n } observations by people of { $owners }
}
and-observations = { $n ->
    [one] { $n } observation by people
   *[other] { $n } observations by people
}

means-both = { $n ->
    [one] { $n } arrival at sensors and { $more }, of { $owners }
   *[other] { $n } arrivals at sensors and { $more }, of { $owners }
}

weapon-tank = tank
weapon-mortar = mortar
weapon-artillery = artillery
weapon-rocket-artillery = multiple launch rockets
weapon-missile = missile
weapon-anti-tank = anti-tank weapon
weapon-armoured-vehicle = armoured vehicle
weapon-air-defence = air defence
weapon-grenade-launcher = grenade launcher
weapon-machine-gun = machine gun
weapon-small-arm = small arm
weapon-uav = unmanned aircraft
weapon-aircraft = aircraft
weapon-mine = mine
weapon-warship = warship
weapon-electronic-warfare = electronic warfare
weapon-other = other

hindrance-denial = access refused
hindrance-conditional-access = access on conditions
hindrance-delay = access delayed
hindrance-threat = monitors threatened
hindrance-fire-near-monitors = fire near monitors
hindrance-mines-or-uxo = mines or unexploded ordnance
hindrance-asset-targeted = a means of the mechanism shot at
hindrance-jamming = signal jammed
hindrance-spoofing = signal forged
hindrance-loss-of-control = control lost
hindrance-information-refused = information refused
hindrance-outage = outage
hindrance-tampering = station opened or changed
hindrance-weather = weather
hindrance-consent = consent
hindrance-consent-withdrawn = consent taken back
hindered = { $name }: { $n ->
    [one] { $n } time
   *[other] { $n } times
}, { $count } h of the period.
consent-one-party = { $name }: by one party alone, { $party }.
consent-by = { $name }: { $party }.
in-area-of = in the area of { $party }, as stated
effect-one-party = none by itself: one party’s consent alone
effect-none = none by itself
count-sensors = { $n ->
    [one] { $n } sensor
   *[other] { $n } sensors
}
share-not-stated = share not stated
not-informed = not stated
more-people = { $n ->
    [one] { $n } of whom no more is said
   *[other] { $n } of whom no more is said
}
confirmed-by = { $n ->
    [one] no: one source
   *[other] yes: { $n } owners of sources
}
sector-line = { $name }, version { $version }, { $side } km
sector-all = all sensors, no line is known
smallest-not-known = not known: how far these sensors hear is not stated
loss-none = none
loss-no-sensors = no sensor stands here
loss-unexplained = nothing registered, no reason stated
time-unplaced = { $date }, not placed in time
no-zone-here = in no zone of the agreement
no-inventory = not compared: no inventory of a party is known here
not-due = not told yet
gnss-observed = { $n ->
    [one] { $n } observation of interference with satellite navigation (annex A). It is not measured by sensors.
   *[other] { $n } observations of interference with satellite navigation (annex A). It is not measured by sensors.
}
not-seen-no-hindrance = No refusal, jamming, outage or other hindrance is reported. None reported is not none.
not-seen-by-people = What patrols, the press and satellites could have seen, and for how long, is not known: of their counts no rate is given.
not-seen-hours = Sensors were recorded for { $count } of { $before } h of the period, at least one at a time. The rest was not seen by any.
spot-effect-not-due = Effect on the mission: not told yet
spot-effect-hindered = Effect on the mission: { $n ->
    [one] { $n } hindrance meanwhile
   *[other] { $n } hindrances meanwhile
}
