//! Receipts of relays: by when a frame had arrived, and who says so.
use super::*;

fn row_of_receipts() -> Row {
    Row::after(None, "R01", &relay_key(), clock())
}

fn give(row: &mut Row, frames: &[SealedFrame], at_s: i64) -> SealedReceipt {
    row.give(frames, seconds(at_s), None, &relay_key())
}

/// The threat table's back-dating, whole: whatever time a frame claims, it lies between the checkpoint that it cites and its
/// receipt, or something is said. Nobody but the relay moves the upper bound, nobody but the journal the lower one.
#[test]
fn a_claimed_time_lies_between_beacon_and_receipt_or_is_said() {
    for (claimed_s, arrived_s, expected) in [
        (105, 106, vec![]),
        (106, 106, vec![]),
        (100, 119, vec![]),
        // Two promises of 10 s, and 1 s for the clocks.
        (100, 122, vec![Fault::HeldBack]),
        (120, 106, vec![Fault::Postdated]),
        (90, 106, vec![Fault::Backdated]),
        (50, 106, vec![Fault::Backdated, Fault::HeldBack]),
    ] {
        let mut world = World::with_relay();
        world.tick(100);
        let beacon = Some(Beacon { size: world.index, root: Hash([0; 32]) });
        let mut frame = row(1)[0].clone();
        (frame.time, frame.beacon) = (seconds(claimed_s), beacon);
        let sealed = frame.seal(&station_key());
        assert_eq!(world.receipt(&give(&mut row_of_receipts(), std::slice::from_ref(&sealed), arrived_s)).1, []);
        let (admitted, found) = world.deliver(&sealed);
        assert!(admitted.is_ok());
        assert_eq!(found, expected, "claims {claimed_s}, arrived {arrived_s}");
    }
}

/// Whoever takes a station's key later can make frames of any time, and no relay's receipt for them.
#[test]
fn a_frame_without_the_receipt_that_the_others_had_is_said_once() {
    let mut world = World::with_relay();
    let (sealed, mut receipts) = (seal(&row(6)), row_of_receipts());
    let mut said = Vec::new();
    for (at, frame) in (0..).zip(&sealed) {
        if at != 2 && at != 3 {
            world.receipt(&give(&mut receipts, std::slice::from_ref(frame), at)).0.unwrap();
        }
        said.push(world.deliver(frame).1);
    }
    assert_eq!(said, [vec![], vec![], vec![Fault::Unreceipted], vec![], vec![], vec![]]);
    // A receipt that comes behind its frame bounds nothing.
    let mut world = World::with_relay();
    world.receipt(&give(&mut receipts, &sealed[..1], 7)).0.unwrap();
    world.deliver(&sealed[0]).0.unwrap();
    assert_eq!(world.deliver(&sealed[1]).1, [Fault::Unreceipted]);
    world.receipt(&give(&mut receipts, &sealed[1..2], 8)).0.unwrap();
    assert_eq!(world.deliver(&sealed[2]).1, []);
}

#[test]
fn receipts_count_from_an_enrolled_relay_in_their_row_alone() {
    let sealed = seal(&row(9));
    let mut world = World::new();
    let refused = world.receipt(&give(&mut row_of_receipts(), &sealed[..1], 0)).0.unwrap_err();
    assert!(refused.contains("not enrolled"), "{refused}");
    let mut world = World::with_relay();
    let mut receipts = row_of_receipts();
    let made: Vec<SealedReceipt> = (0..6).map(|at| give(&mut receipts, &sealed[at..=at], at as i64)).collect();
    // A station's key is no relay's.
    let of_station = Receipt { key: station_key().public().id(), ..made[0].receipt().unwrap() }.seal(&station_key());
    assert!(world.receipt(&of_station).0.unwrap_err().contains("is that of TL01"));
    let mut forged = made[0].clone();
    forged.signature[0] ^= 1;
    assert!(world.receipt(&forged).0.unwrap_err().contains("does not hold"));
    assert_eq!(world.receipt(&made[0]), (Ok(()), vec![]));
    assert_eq!(world.receipt(&made[0]).1, [Fault::Replayed]);
    // One is missing, and what is put into the hole later does not count.
    assert_eq!(world.receipt(&made[2]), (Ok(()), vec![Fault::Gap]));
    assert_eq!(world.receipt(&made[1]).1, [Fault::Forked]);
    // Another history of the relay, and one that goes back in time.
    let other = Receipt { previous: Some(Hash([7; 32])), ..made[3].receipt().unwrap() }.seal(&relay_key());
    assert_eq!(world.receipt(&other).1, [Fault::Unchained]);
    let back = Receipt { time: seconds(-9), ..made[3].receipt().unwrap() }.seal(&relay_key());
    assert_eq!(world.receipt(&back).1, [Fault::ClockBack]);
    assert_eq!(world.receipt(&made[3]), (Ok(()), vec![]));
    // A relay cannot date a receipt before the checkpoint that it cites.
    world.tick(100);
    let beacon = Some(Beacon { size: world.index, root: Hash([0; 32]) });
    let early = Receipt { beacon, time: seconds(50), ..made[4].receipt().unwrap() }.seal(&relay_key());
    assert_eq!(world.receipt(&early).1, [Fault::Backdated]);
    // Its key is taken: from there on nothing of it counts.
    let since = world.index;
    world.act(revoke(3, relay_key().public().id(), since, &[Office::A, Office::B]));
    assert_eq!(world.receipt(&made[4]).1, [Fault::Suspect]);
}

#[test]
fn what_is_remembered_of_receipts_is_bounded() {
    let mut world = World::with_relay();
    let mut receipts = row_of_receipts();
    let first = row(1)[0].seal(&station_key());
    world.receipt(&give(&mut receipts, std::slice::from_ref(&first), 0)).0.unwrap();
    for batch in 0..5_u64 {
        let frames = (0..1_024).map(|at: u64| Hash::of(&(batch * 1_024 + at).to_be_bytes())).collect();
        let next = give(&mut receipts, std::slice::from_ref(&first), 1).receipt().unwrap();
        // The row goes on by what was really given.
        let sealed = Receipt { frames, number: batch + 1, previous: world.admission.newest_receipt("R01"), ..next };
        assert_eq!(world.receipt(&sealed.seal(&relay_key())), (Ok(()), vec![]));
    }
    assert_eq!(world.admission.receipts.len(), RECEIPTED_REMEMBERED);
    assert!(world.admission.receipted(first.hash()).is_none(), "the oldest went first");
}

proptest! {
    /// For any claim, beacon and arrival: nothing outside of the bounds is silent, and nothing inside is said.
    #[test]
    fn no_time_outside_its_bounds_is_silent(claimed_s in 0_i64..300, beacon_s in 0_i64..300, arrived_s in 0_i64..300) {
        let mut world = World::with_relay();
        world.tick(beacon_s);
        let beacon = Some(Beacon { size: world.index, root: Hash([0; 32]) });
        let mut frame = row(1)[0].clone();
        (frame.time, frame.beacon) = (seconds(claimed_s), beacon);
        let sealed = frame.seal(&station_key());
        world.receipt(&give(&mut row_of_receipts(), std::slice::from_ref(&sealed), arrived_s)).0.unwrap();
        let found = world.deliver(&sealed).1;
        // Margins of a second and 500 ns.
        prop_assert_eq!(found.contains(&Fault::Backdated), claimed_s + 1 < beacon_s);
        prop_assert_eq!(found.contains(&Fault::Postdated), claimed_s - 1 > arrived_s);
        prop_assert_eq!(found.contains(&Fault::HeldBack), arrived_s - claimed_s > 21);
    }
}
