//! A witness whose disk was restored from an earlier copy, with peers that know more.
use super::*;

fn floor(last: Option<&Cosigned>, tree: &Tree, size: u64) -> Floor {
    Floor::over(last, checkpoint(tree, size)).unwrap().unwrap()
}

fn read(witness: &Witness, request: &Request) -> Submission {
    witness.read(request.write().as_bytes()).unwrap()
}

/// It cosigned 5 and 9; its disk was restored to 5; the log tries another history from 5 on.
#[test]
fn a_restored_witness_signs_no_fork_of_what_it_signed_before() {
    let witness = witness();
    let good = tree(0, 20);
    let mut fork = tree(0, 5);
    for index in 5..20 {
        fork.append(Hash::of_parts(&[b"other", &[index]]));
    }
    let remembered = at(&witness, &good, 5);
    // Without its peers it would: the fork grows from what it remembers.
    for size in [7, 9, 12] {
        assert!(witness.decide(&read(&witness, &request(&fork, 5, size)), Some(&remembered), 9).is_ok());
    }
    let mut floor = floor(Some(&remembered), &good, 9);
    for (size, status) in [(7, 409), (9, 422), (12, 409)] {
        let refusal =
            floor.decide(&witness, &read(&witness, &request(&fork, 5, size)), Some(&remembered), 9).unwrap_err();
        assert_eq!(refusal.status, status, "{refusal:?}");
    }
    // From the peers' size the fork does not lead, and a good head that was not shown from 5 does not pass either.
    let forged = Request { proof: fork.consistency_proof(9, 12).unwrap(), ..request(&fork, 9, 12) };
    assert_eq!(floor.decide(&witness, &read(&witness, &forged), Some(&remembered), 9).unwrap_err().status, 422);
    let refusal = floor.decide(&witness, &read(&witness, &request(&good, 9, 13)), Some(&remembered), 9).unwrap_err();
    assert_eq!((refusal.status, refusal.size), (409, Some(5)));
}

/// The log goes on as any client of the protocol does: at 409 it tries again from the size that it is told.
#[test]
fn a_restored_witness_goes_on_with_the_log_it_knew() {
    let (witness, good) = (witness(), tree(0, 20));
    for last in [None, Some(at(&witness, &good, 5))] {
        for size in 9..15 {
            let mut floor = floor(last.as_ref(), &good, 9);
            let (mut old_size, mut tries) = (0, 0);
            let cosigned = loop {
                tries += 1;
                assert!(tries <= 4, "from {:?} to {size}", last.as_ref().map(|last| last.checkpoint.size));
                let submission = read(&witness, &request(&good, old_size, size));
                match floor.decide(&witness, &submission, last.as_ref(), 9) {
                    Ok(cosigned) => break cosigned,
                    Err(refusal) => old_size = refusal.size.expect("a size from which to go on"),
                }
            };
            assert_eq!(cosigned.checkpoint, checkpoint(&good, size));
        }
    }
}

#[test]
fn peers_who_know_less_set_no_floor_and_other_roots_stop_everything() {
    let (witness, good, fork) = (witness(), tree(0, 20), tree(1, 20));
    let last = at(&witness, &good, 9);
    assert_eq!(Floor::over(Some(&last), checkpoint(&good, 9)), Ok(None));
    assert_eq!(Floor::over(Some(&last), checkpoint(&fork, 8)), Ok(None));
    assert_eq!(Floor::over(None, checkpoint(&good, 0)), Ok(None));
    assert_eq!(Floor::over(Some(&last), checkpoint(&fork, 9)).unwrap_err().status, 422);
    let (low, high) = (floor(None, &good, 3), floor(None, &good, 4));
    assert_eq!(low.clone().or_higher(high.clone()), high);
    assert_eq!(high.clone().or_higher(low), high);
}
