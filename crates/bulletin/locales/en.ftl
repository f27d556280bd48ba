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

banner-one-owner = All of this comes from sensors of one owner. Corroboration is capped at C1.
banner-one-owner-short = One owner's sensors alone: at most C1.
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
side-stated = origin side: that of { $party }
side-none = no origin side is stated
side-certificate = { $n ->
    [one] { $state }, also without any one owner
   *[other] { $state }, also without any { $n } owners
}
place-cell = in or beside cell { $cell } ({ $side } km)
place-region = around { $place }, 90 % region { $side } km²

summary-events = { $count }; in the period before, as long, { $before }. A count alone says nothing of compliance: see section 10.
summary-no-tally = What people and satellites observed is not gathered in this report.
summary-tally = Counted by people: { $count } in all ({ $more }); { $n ->
    [one] { $n } exchange could not be counted.
   *[other] { $n } exchanges could not be counted.
}
summary-no-side = The side of origin is not assessed for any of them.
summary-side = { $n ->
    [one] A side of origin is stated for { $n } of { $count }. A side of the line is no responsibility: that is for people.
   *[other] A side of origin is stated for { $n } of { $count }. A side of the line is no responsibility: that is for people.
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
rate-no-coverage = no rate: no coverage was computed
rate-see-annex = by coverage: see annex D

no-events = No event was recorded. That is no finding that nothing happened: see section 10.
no-zones = No zones are named.
zone = { $name }: { $n ->
    [one] { $n } event judged under a clause on it
   *[other] { $n } events judged under a clause on it
}.
local = Agreed from { $from } to { $to }.
no-local = None was agreed that is known here.
none-recorded = None recorded.
not-taken-in = Not gathered in this report.
in-annex = { $n ->
    [one] { $n } entry in annex { $name }.
   *[other] { $n } entries in annex { $name }.
}
no-coverage = No coverage was computed.
no-notices = No notice meets the period.
impediments-not-due = What kept sensors from seeing is not told to this tier yet.
gnss-not-measured = Interference with satellite navigation is not measured.
correction = Case { $id }: revision { $number } takes the place of what was said before.
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
