//! Seeded damage to bytes: the same seed gives the same bytes everywhere.

/// How many damaged inputs each decoder gets in a test run.
pub(crate) const MUTATIONS: u64 = 100_000;

/// SplitMix64 (Steele, Lea, Flood 2014).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
}

/// One to eight changes: a bit or byte, an extreme number, a cut, a doubled or a dropped piece.
pub(crate) fn damage(original: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = original.to_vec();
    for _ in 0..1 + random.below(8) {
        if bytes.is_empty() {
            return bytes;
        }
        let at = random.below(bytes.len());
        match random.below(8) {
            0 => bytes[at] ^= 1 << random.below(8),
            1 | 2 => bytes[at] = random.next() as u8,
            3 => {
                let extreme = [0, 1, 0x7f, 0x80, 0xff, b'0', b'9', b'-', b'<', b'&'][random.below(10)];
                let end = (at + 1 + random.below(8)).min(bytes.len());
                bytes[at..end].fill(extreme);
            }
            4 => bytes.truncate(at),
            5 => {
                let end = (at + 1 + random.below(64)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                let into = random.below(bytes.len());
                bytes.splice(into..into, piece);
            }
            6 => {
                let end = (at + 1 + random.below(16)).min(bytes.len());
                bytes.drain(at..end);
            }
            _ => {
                let other = random.below(bytes.len());
                bytes.swap(at, other);
            }
        }
    }
    bytes
}
