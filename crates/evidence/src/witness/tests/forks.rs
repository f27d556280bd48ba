//! A log that shows two heads, witnesses of which some collude with it, and readers who demand k of n.
use super::*;
use crate::policy::Policy;
use proptest::prelude::*;

/// The algorithm of all witnesses here: the fast one; what is tested does not hang on it.
fn key(n: usize) -> SigningKey {
    let seed = [u8::try_from(n).unwrap() + 10; 32];
    SigningKey::of(&format!("example.org/w{n}"), Algorithm::Ed25519Cosignature, seed).unwrap()
}

fn policy(n: usize, k: usize) -> Policy {
    let mut text = format!("log {}\n", log_key().verifier_key());
    for w in 0..n {
        text += &format!("witness W{w} {}\n", key(w).verifier_key());
    }
    let names: Vec<String> = (0..n).map(|w| format!("W{w}")).collect();
    Policy::parse(format!("{text}group G {k} {}\nquorum G\n", names.join(" ")).as_bytes()).unwrap()
}

/// The log's attempts: which head, at which size, to which witness, as if it had cosigned which size before.
type Attempt = (bool, u64, usize, u64);

/// For both heads, the cosignature lines that the log collected over its head of `SIZE` entries.
const SIZE: u64 = 6;

fn collect(n: usize, colluding: usize, attempts: &[Attempt]) -> [Vec<String>; 2] {
    let trees = [tree(0, SIZE), tree(1, SIZE)];
    let mut collected = [Vec::new(), Vec::new()];
    let honest: Vec<Witness> = (0..n).map(|w| Witness::new(vec![key(w)], &[log_of(&log_key())]).unwrap()).collect();
    let mut stored: Vec<Option<Cosigned>> = vec![None; n];
    for (head, size, w, old_size) in attempts.iter().copied() {
        let (tree, w) = (&trees[usize::from(head)], w % n);
        if w < colluding {
            // It signs whatever it is shown, and keeps nothing.
            collected[usize::from(head)].push(key(w).line(&checkpoint(tree, SIZE).to_string(), 5).unwrap());
            continue;
        }
        let body = request(tree, old_size.min(size), size).write();
        if let Ok(cosigned) = submit(&honest[w], body.as_bytes(), stored[w].as_ref()) {
            if size == SIZE {
                collected[usize::from(head)].push(cosigned.lines.clone());
            }
            stored[w] = Some(cosigned);
        }
    }
    collected
}

/// For each head whether the quorum is met by what was collected.
fn met(policy: &Policy, collected: &[Vec<String>; 2]) -> [bool; 2] {
    [0_u8, 1].map(|head| {
        let checkpoint = checkpoint(&tree(head, SIZE), SIZE);
        let mut lines = vec![log_key().line(&checkpoint.to_string(), 0).unwrap()];
        for line in &collected[usize::from(head)] {
            if !lines.contains(line) {
                lines.push(line.clone());
            }
        }
        policy.judge(&note::write(&checkpoint.to_string(), &lines).unwrap()).unwrap().is_valid()
    })
}

/// The best that a log can do: it shows one head to as many as the quorum needs, and the other to those that collude and
/// to those that have not seen the first.
fn best(n: usize, k: usize, colluding: usize) -> Vec<Attempt> {
    let mut attempts: Vec<Attempt> = (0..colluding).flat_map(|w| [(false, SIZE, w, 0), (true, SIZE, w, 0)]).collect();
    let honest = n - colluding;
    let first = k.saturating_sub(colluding).min(honest);
    attempts.extend((0..honest).map(|h| (h >= first, SIZE, colluding + h, 0)));
    attempts
}

/// For every n, k and f: with 2k - n > f no two heads are cosigned by a quorum, and with 2k - n <= f the best attempt of all
/// does succeed: the bound is the bound, and the test can fail.
#[test]
fn two_heads_have_two_quorums_where_and_only_where_enough_collude() {
    for n in 1..=6 {
        for k in 1..=n {
            let policy = policy(n, k);
            for colluding in 0..=n {
                let both = met(&policy, &collect(n, colluding, &best(n, k, colluding))) == [true, true];
                assert_eq!(both, 2 * k <= n + colluding, "n {n}, k {k}, f {colluding}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Whatever the log tries, in whatever order.
    #[test]
    fn no_attempts_get_two_quorums(
        n in 1_usize..6,
        k in 1_usize..6,
        colluding in 0_usize..5,
        attempts in prop::collection::vec((any::<bool>(), 1..=SIZE, 0_usize..6, 0..=SIZE), 0..60),
    ) {
        let (k, colluding) = (k.min(n), colluding.min(n));
        if 2 * k > n + colluding {
            let all: Vec<Attempt> = attempts.into_iter().chain(best(n, k, colluding)).collect();
            prop_assert_ne!(met(&policy(n, k), &collect(n, colluding, &all)), [true, true]);
        }
    }
}
