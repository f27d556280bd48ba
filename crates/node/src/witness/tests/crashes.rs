//! A witness that crashes again and again, at any call of the file system and with any fault, and whose disk is put back to
//! earlier copies: whatever it answered stays true of it.
use super::*;

/// So many crashes here. `cargo xtask bench witness --crashes 1000000` sets more by the variable of this name.
const CRASHES: u64 = 2_000;
const VARIABLE: &str = "TRUCELINE_WITNESS_CRASHES";

/// Sizes of the trees; then a new witness begins.
const SIZE_MAX: u64 = 12;

/// The leaves that both histories begin with.
const COMMON: u64 = 5;

/// SplitMix64 (Steele, Lea and Flood 2014).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}

/// All submissions of two histories, signed once.
struct Bodies([Vec<Vec<Vec<u8>>>; 2]);

impl Bodies {
    fn new() -> Self {
        Self([0, 1].map(|head| {
            let tree = tree(head);
            // From 0 to 0 nothing is submitted here.
            (0..=SIZE_MAX).map(|old| (old..=SIZE_MAX).map(|size| body(&tree, old, size.max(1))).collect()).collect()
        }))
    }

    fn of(&self, head: usize, old: u64, size: u64) -> &[u8] {
        &self.0[head][old as usize][(size - old) as usize]
    }
}

/// What was answered so far: the newest size, and on which history where that is larger than what both begin with.
#[derive(Debug, Default, Clone, Copy)]
struct Answered {
    size: u64,
    head: Option<usize>,
}

fn random_fault(random: &mut Random) -> (Place, Fault) {
    let file = origin_hash(ORIGIN);
    let new = format!("{file}.new");
    let (call, name) = match random.below(6) {
        0 => (Call::Create, new),
        1 => (Call::Append, new),
        2 => (Call::Sync, new),
        3 => (Call::Close, new),
        4 => (Call::Rename, file),
        _ => (Call::SyncFolder, "logs".to_owned()),
    };
    let fault = Fault::ALL[random.below(Fault::ALL.len() as u64) as usize];
    (Place { call, name, nth: random.below(3) as usize }, fault)
}

/// Submits as a client of the protocol does, who goes on from the size that it is told.
fn submit(witness: &WitnessFolder, bodies: &Bodies, head: usize, old: u64, size: u64) -> bool {
    let mut result = witness.add_checkpoint(bodies.of(head, old, size), NOW);
    for _ in 0..3 {
        let Err(Refusal { status: 409, size: Some(from), .. }) = result else { break };
        if from > size {
            break;
        }
        result = witness.add_checkpoint(bodies.of(head, from, size), NOW);
    }
    result.is_ok()
}

#[test]
fn no_crash_and_no_restored_copy_makes_it_sign_a_rollback_or_a_fork() {
    let crashes = std::env::var(VARIABLE).map_or(CRASHES, |text| text.parse().unwrap());
    let bodies = Bodies::new();
    let roots = [0, 1].map(tree);
    let mut random = Random(7);
    let (mut done, mut restored, mut met, mut signed) = (0_u64, 0_u64, 0_u64, 0_u64);
    while done < crashes {
        let mut storage = fresh();
        let mut answered = Answered::default();
        // What its disk must hold: all that it answered, or after it was put back all since then.
        let mut kept = 0;
        let mut copies = vec![storage.after(false)];
        while answered.size < SIZE_MAX && done < crashes {
            let witness = on(&storage).unwrap();
            if answered.size > 0 {
                // Its peers tell at each start what they have seen.
                let root = roots[answered.head.unwrap_or(0)].root_at(answered.size).unwrap();
                witness.heard(vec![Checkpoint { origin: ORIGIN.into(), size: answered.size, root }]);
            }
            let (place, fault) = random_fault(&mut random);
            storage.fail(place, fault);
            for _ in 0..=random.below(3) {
                let head = random.below(2) as usize;
                // From what it holds, or from anywhere.
                let known = stored(&storage).map_or(0, |held| held.size);
                let old = if random.below(4) == 0 { random.below(SIZE_MAX) } else { known };
                let size = (old + 1 + random.below(2)).min(SIZE_MAX);
                if submit(&witness, &bodies, head, old, size) {
                    signed += 1;
                    assert!(size >= answered.size, "crash {done}: rolled back from {answered:?} to {size}");
                    if size > COMMON {
                        assert!(answered.head.is_none_or(|of| of == head), "crash {done}: a fork after {answered:?}");
                        answered.head = Some(head);
                    }
                    (answered.size, kept) = (size, size);
                }
            }
            met += u64::from(storage.met());
            storage = storage.after(random.below(2) == 0);
            let held = stored(&storage).map_or(0, |held| held.size);
            assert!(held >= kept, "crash {done}: {held} is stored, {kept} was answered");
            copies.push(storage.clone());
            // One time in eight the machine is put back to an earlier copy.
            if random.below(8) == 0 {
                storage = copies[random.below(copies.len() as u64) as usize].after(false);
                kept = 0;
                restored += 1;
            }
            done += 1;
        }
    }
    println!("{{\"crashes\": {done}, \"faults_met\": {met}, \"restored\": {restored}, \"signed\": {signed}}}");
    assert!(met > done / 10 && restored > done / 20 && signed > done / 10, "{met} {restored} {signed} of {done}");
}
