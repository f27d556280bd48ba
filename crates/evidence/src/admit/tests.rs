mod receipts;

use super::*;
use crate::frame::{Authenticity, Beacon, Health, SealedFrame};
use crate::keys::tests::{Office, enrol, founded, key, revoke, rotate};
use crate::keys::{Holder, KeyPair};
use crate::receipt::tests::{clock, relay_key};
use crate::receipt::{Receipt, Row, SealedReceipt};
use proptest::prelude::*;
use truceline_model::canonical;

pub(crate) fn station_key() -> KeyPair {
    key(100)
}

/// A journal of acts, frames and ticks as its admission sees it.
struct World {
    admission: Admission,
    index: u64,
}

impl World {
    fn new() -> Self {
        let mut world = Self { admission: Admission::default(), index: 0 };
        world.act(founded());
        let holder = Holder {
            name: "TL01".to_owned(),
            role: Role::Station,
            owner: "north-observatory".to_owned(),
            key: station_key().public(),
        };
        world.act(enrol(1, holder, &[Office::A, Office::B], Some(&station_key())));
        world
    }

    fn act(&mut self, act: KeyAct) -> Vec<Continuity> {
        let found = self.admission.take_act("test/log", self.index, &act).unwrap();
        self.index += 1;
        found
    }

    fn tick(&mut self, now_s: i64) -> Vec<Continuity> {
        let found = self.admission.take_tick(self.index, &Tick { now: seconds(now_s), reported_up_to: Vec::new() });
        self.index += 1;
        found
    }

    fn deliver(&mut self, sealed: &SealedFrame) -> (Result<Admitted, String>, Vec<Fault>) {
        self.deliver_at(sealed, None)
    }

    fn deliver_at(&mut self, sealed: &SealedFrame, received_s: Option<i64>) -> (Result<Admitted, String>, Vec<Fault>) {
        let delivered = Delivered { sealed: sealed.clone(), received: received_s.map(seconds) };
        let (admitted, found) = self.admission.take_frame(self.index, &delivered);
        self.index += 1;
        // What is remembered has one form: a node that starts again admits the same.
        let bytes = canonical::to_bytes(&self.admission);
        self.admission = canonical::from_bytes(&bytes).unwrap();
        assert_eq!(canonical::to_bytes(&self.admission), bytes);
        (admitted, found.into_iter().map(|found| found.fault).collect())
    }

    /// A relay's receipt for frames: whether it counts, and what is said.
    fn receipt(&mut self, sealed: &SealedReceipt) -> (Result<(), String>, Vec<Fault>) {
        let (taken, found) = self.admission.take_receipt(self.index, sealed);
        self.index += 1;
        (taken, found.into_iter().map(|found| found.fault).collect())
    }

    fn with_relay() -> Self {
        let mut world = Self::new();
        let holder = Holder {
            name: "R01".to_owned(),
            role: Role::Relay,
            owner: "south-post".to_owned(),
            key: relay_key().public(),
        };
        world.act(enrol(2, holder, &[Office::A, Office::B], Some(&relay_key())));
        world
    }

    fn holes(&self) -> Vec<(u64, u64)> {
        self.admission.rows().flat_map(|(_, _, holes)| holes).collect()
    }
}

fn seconds(s: i64) -> Time {
    Time(s * NS_PER_S)
}

/// The first frames of a station, one a second, each citing the one before.
fn row(count: u64) -> Vec<Frame> {
    let mut frames: Vec<Frame> = Vec::new();
    for sequence in 0..count {
        let previous = frames.last().map(Frame::hash);
        frames.push(crate::frame::tests::frame(sequence, previous));
    }
    frames
}

fn seal(frames: &[Frame]) -> Vec<SealedFrame> {
    frames.iter().map(|frame| frame.seal(&station_key())).collect()
}

#[test]
fn an_unbroken_row_is_admitted_and_nothing_is_said() {
    let mut world = World::new();
    for sealed in seal(&row(100)) {
        let (admitted, found) = world.deliver(&sealed);
        assert_eq!(admitted.unwrap().owner, "north-observatory");
        assert!(found.is_empty(), "{found:?}");
    }
    assert!(world.holes().is_empty());
}

#[test]
fn withheld_frames_are_a_gap_until_they_come() {
    let mut world = World::new();
    let frames = seal(&row(10));
    for (at, expected) in [(0, vec![]), (1, vec![]), (6, vec![Fault::Gap])] {
        assert_eq!(world.deliver(&frames[at]).1, expected);
    }
    assert_eq!(world.holes(), [(2, 5)]);
    for (at, is_admitted, holes) in [
        (2, true, vec![(3, 5)]),
        (5, true, vec![(3, 4)]),
        (4, true, vec![(3, 3)]),
        (3, true, vec![]),
        (7, true, vec![]),
    ] {
        assert_eq!(world.deliver(&frames[at]).0.is_ok(), is_admitted, "frame {at}");
        assert_eq!(world.holes(), holes, "after frame {at}");
    }
}

#[test]
fn a_replay_is_not_admitted() {
    let mut world = World::new();
    let frames = seal(&row(100));
    for sealed in &frames {
        world.deliver(sealed).0.unwrap();
    }
    for at in [99, 98, 50, 0] {
        let (admitted, found) = world.deliver(&frames[at]);
        assert!(admitted.is_err() && found == [Fault::Replayed], "frame {at}: {found:?}");
    }
}

#[test]
fn a_second_station_with_the_key_is_found_at_its_first_frame() {
    let mut world = World::new();
    let own = row(10);
    for sealed in seal(&own[..5]) {
        world.deliver(&sealed).0.unwrap();
    }
    // The clone knows the row up to frame 2 and goes on from there on its own.
    let mut clone = own[..3].to_vec();
    for sequence in 3..8 {
        let mut frame = crate::frame::tests::frame(sequence, clone.last().map(Frame::hash));
        frame.configuration = Hash([9; 32]);
        clone.push(frame);
    }
    let clone = seal(&clone);
    for (at, expected) in [(3, Fault::Forked), (4, Fault::Forked), (5, Fault::Unchained), (7, Fault::Gap)] {
        let (admitted, found) = world.deliver(&clone[at]);
        assert_eq!(found, [expected], "frame {at}");
        assert_eq!(admitted.is_err(), at < 7);
    }
    // From here on the station's own frames are those that do not fit: which of both is the station people must say.
    let own = seal(&own);
    assert_eq!(world.deliver(&own[5]).1, [Fault::Late]);
    assert_eq!(world.deliver(&own[6]).1, [Fault::Forked]);
}

#[test]
fn a_reboot_goes_on_with_the_numbers_and_a_lost_memory_does_not() {
    let mut world = World::new();
    let mut frames = row(3);
    for sealed in seal(&frames) {
        world.deliver(&sealed).0.unwrap();
    }
    let mut next = crate::frame::tests::frame(3, frames.last().map(Frame::hash));
    next.boot += 1;
    assert_eq!(world.deliver(&next.seal(&station_key())).1, [Fault::Rebooted]);
    frames[0].boot = 9;
    let (admitted, found) = world.deliver(&frames[0].seal(&station_key()));
    assert!(admitted.is_err() && found == [Fault::Forked]);
    let mut older = crate::frame::tests::frame(4, Some(next.hash()));
    older.boot -= 1;
    assert!(world.deliver(&older.seal(&station_key())).0.is_err());
}

#[test]
fn times_outside_their_bounds_are_said() {
    let mut world = World::new();
    world.tick(1_000);
    let beacon = Beacon { size: world.index, root: Hash([1; 32]) };
    let mut previous = None;
    for (sequence, time_s, received_s, expected) in [
        (0, 1_000, Some(1_001), vec![]),
        (1, 999, None, vec![Fault::ClockBack]),
        (2, 997, None, vec![Fault::ClockBack, Fault::Backdated]),
        (3, 1_010, Some(1_000), vec![Fault::Postdated]),
    ] {
        let mut frame = crate::frame::tests::frame(sequence, previous);
        (frame.time, frame.beacon) = (seconds(time_s), Some(beacon));
        previous = Some(frame.hash());
        assert_eq!(world.deliver_at(&frame.seal(&station_key()), received_s).1, expected, "{sequence}");
    }
    let mut frame = crate::frame::tests::frame(4, previous);
    (frame.time, frame.beacon) = (seconds(1_011), Some(Beacon { size: 1 << 40, ..beacon }));
    assert_eq!(world.deliver(&frame.seal(&station_key())).1, [Fault::Backdated]);
}

#[test]
fn silence_is_said_once_within_two_promises() {
    let mut world = World::new();
    let frames = row(2);
    world.deliver(&frames[0].seal(&station_key())).0.unwrap();
    let promised = i64::from(frames[0].next_within_s);
    assert!(world.tick(2 * promised).is_empty());
    let found = world.tick(2 * promised + 1);
    assert!(found.len() == 1 && found[0].fault == Fault::Silent && found[0].from == 1, "{found:?}");
    assert!(world.tick(10 * promised).is_empty());
    world.deliver(&frames[1].seal(&station_key())).0.unwrap();
    assert_eq!(world.tick(100 * promised).len(), 1);
}

#[test]
fn what_a_station_says_of_itself_is_said_when_it_changes() {
    let mut world = World::new();
    let mut previous = None;
    for (sequence, tamper, authenticity, expected) in [
        (0, false, Authenticity::Unchecked, vec![]),
        (1, true, Authenticity::Failed, vec![Fault::Spoofed, Fault::Unwell]),
        (2, true, Authenticity::Failed, vec![]),
        (3, false, Authenticity::Authentic, vec![]),
        (4, true, Authenticity::Authentic, vec![Fault::Unwell]),
    ] {
        let mut frame = crate::frame::tests::frame(sequence, previous);
        (frame.health, frame.clock.authenticity) = (Health { tamper, ..Health::default() }, authenticity);
        previous = Some(frame.hash());
        assert_eq!(world.deliver(&frame.seal(&station_key())).1, expected, "{sequence}");
    }
}

/// The threat of a stolen key: what stood before it was last known to be safe stays good, what came after is suspect.
#[test]
fn after_a_theft_what_stood_before_stays_good() {
    let mut world = World::new();
    let frames = seal(&row(10));
    for sealed in &frames[..4] {
        world.deliver(sealed).0.unwrap();
    }
    let safe = world.index;
    for sealed in &frames[4..8] {
        world.deliver(sealed).0.unwrap();
    }
    let found = world.act(revoke(2, station_key().public().id(), safe, &[Office::A, Office::B]));
    assert!(found.len() == 1 && found[0].fault == Fault::Suspect, "{found:?}");
    let register = world.admission.register();
    let id = station_key().public().id();
    assert_eq!(register.standing(id, safe - 1), Standing::Good);
    assert_eq!(register.standing(id, safe), Standing::Suspect);
    // Whatever time it claims: the thief's frame stands behind the revocation.
    let (admitted, found) = world.deliver(&frames[8]);
    assert!(admitted.is_err() && found == [Fault::Suspect]);
}

#[test]
fn a_rotated_key_goes_on_with_the_row() {
    let mut world = World::new();
    let frames = row(3);
    world.deliver(&frames[0].seal(&station_key())).0.unwrap();
    let new = key(101);
    world.act(rotate(2, &station_key(), &new));
    assert!(world.deliver(&frames[1].seal(&station_key())).0.is_err(), "the old key does not hold");
    let mut next = frames[1].clone();
    next.key = new.public().id();
    assert!(world.deliver(&next.seal(&new)).1.is_empty());
}

#[test]
fn what_is_not_the_stations_own_is_not_admitted() {
    let mut world = World::new();
    let frame = crate::frame::tests::frame(0, None);
    let stranger = key(7);
    let mut unknown = frame.clone();
    unknown.key = stranger.public().id();
    let mut other = frame.clone();
    other.station = "TL02".to_owned();
    let mut flipped = frame.seal(&station_key());
    flipped.signature[3] ^= 1;
    for (sealed, word) in [
        (unknown.seal(&stranger), "not enrolled"),
        (frame.seal(&stranger), "does not hold"),
        (other.seal(&station_key()), "is that of TL01"),
        (flipped, "does not hold"),
    ] {
        let why = world.deliver(&sealed).0.unwrap_err();
        assert!(why.contains(word), "{why}");
    }
    world.deliver(&frame.seal(&station_key())).0.unwrap();
}

proptest! {
    /// Whatever subset arrives in whatever order, twice or not: what is admitted and what is missing are the row.
    #[test]
    fn admitted_and_missing_frames_are_the_row(order in proptest::collection::vec(0usize..20, 1..60)) {
        let frames = seal(&row(20));
        let mut world = World::new();
        let mut admitted = std::collections::BTreeSet::new();
        for at in order {
            if world.deliver(&frames[at]).0.is_ok() {
                prop_assert!(admitted.insert(at as u64), "frame {} twice", at);
            }
        }
        let newest = world.admission.rows().next().map(|(_, newest, _)| newest).unwrap();
        let missing: Vec<u64> = world.holes().into_iter().flat_map(|(from, to)| from..=to).collect();
        let expected: Vec<u64> = (0..newest).filter(|number| !admitted.contains(number)).collect();
        prop_assert_eq!(missing, expected);
    }
}
