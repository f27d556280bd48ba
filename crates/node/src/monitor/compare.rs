//! Heads of one log against each other.
use super::{Ask, Found, Head};
use truceline_evidence::fork::Fork;
use truceline_evidence::merkle::roots_of_path;
use truceline_evidence::note::VerifierKey;
use truceline_evidence::tiles;
use truceline_model::hash::Hash;

/// What comparing gave.
#[derive(Debug, Default)]
pub(super) struct Compared {
    pub(super) fork: Option<Found>,
    /// Pairs of places that nothing connects, the smaller one first: of each larger head one.
    pub(super) unproven: Vec<(usize, usize)>,
}

/// How two heads stand to each other.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Relation {
    /// The larger tree begins with the smaller one.
    Grown,
    /// It does not, by this path; by none where both are of one size.
    Parted(Vec<Hash>),
    /// Nobody gave the larger tree's nodes.
    Unknown,
}

/// Compares heads in ascending order of size, no two the same. In a log that only grew it is enough that each begins with the
/// one before it; where that is not shown, every pair is tried.
pub(super) fn compare(heads: &[Head], keys: &[VerifierKey], addresses: &[&String], ask: &impl Ask) -> Compared {
    let count = heads.len();
    let mut grown = vec![vec![false; count]; count];
    // The trees of which nobody gives nodes.
    let mut unserved = vec![false; count];
    let neighbours = (1..count).map(|at| (at - 1, at));
    let others = (0..count).flat_map(|a| (a + 2..count).map(move |b| (a, b)));
    for (a, b) in neighbours.chain(others) {
        if a + 1 < b && (grown[a][b] || unserved[b]) {
            continue;
        }
        match relation(&heads[a], &heads[b], addresses, ask) {
            Relation::Grown => grown[a][b] = true,
            Relation::Unknown => unserved[b] = true,
            Relation::Parted(path) => {
                if let Some(found) = found(&heads[a], &heads[b], keys, &path) {
                    return Compared { fork: Some(found), unproven: Vec::new() };
                }
            }
        }
        close(&mut grown, a, b);
    }
    let nearest = |b: usize| (0..b).rev().find(|a| !grown[*a][b]).map(|a| (a, b));
    let unproven = (1..count).filter_map(nearest).collect();
    Compared { fork: None, unproven }
}

/// What follows from `a` being the beginning of `b`: so is all that is the beginning of `a`, and of all that begins with `b`.
fn close(grown: &mut [Vec<bool>], a: usize, b: usize) {
    if !grown[a][b] {
        return;
    }
    let above: Vec<usize> = (b..grown.len()).filter(|above| *above == b || grown[b][*above]).collect();
    for below in (0..=a).filter(|below| *below == a || grown[*below][a]).collect::<Vec<_>>() {
        above.iter().for_each(|above| grown[below][*above] = true);
    }
}

fn relation(smaller: &Head, larger: &Head, addresses: &[&String], ask: &impl Ask) -> Relation {
    let (old, new) = (&smaller.checkpoint, &larger.checkpoint);
    if old.size == new.size {
        return Relation::Parted(Vec::new());
    }
    if old.size == 0 {
        // Every tree begins with the empty one.
        return Relation::Grown;
    }
    for address in addresses {
        let path = tiles::path(old.size, new.size, |tile| ask.tile(address, tile).ok());
        let Some(path) = path else { continue };
        match roots_of_path(old.size, new.size, &path) {
            // Of another tree: it has tiles of this size, and they are not those that were signed.
            Ok((_, root)) if root != new.root => {}
            Ok((beginning, _)) if beginning == old.root => return Relation::Grown,
            Ok(_) => return Relation::Parted(path),
            Err(_) => {}
        }
    }
    Relation::Unknown
}

/// The fork, if one of the keys signed both.
fn found(smaller: &Head, larger: &Head, keys: &[VerifierKey], path: &[Hash]) -> Option<Found> {
    let fork = Fork::of(&smaller.note, &larger.note, path).ok()?;
    let key = keys.iter().find(|key| fork.verify(key).is_ok())?.clone();
    Some(Found { from: [smaller.from.clone(), larger.from.clone()], fork, key })
}
