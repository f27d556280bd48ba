//! Tiles: the tree cut into pieces of 256 hashes that never change once they are full, so that anybody can read a journal
//! by plain files (C2SP tlog-tiles, version 0.1.0).
//!
//! A tile of level L holds 256 hashes of the tree's level 8 L; hash i of tile N is the root over the leaves
//! `(256 N + i) 256^L` to `(256 N + i + 1) 256^L`. The rightmost tile of a level may be *partial*: it holds the first W of
//! them. An *entry bundle* holds what the leaves of a tile of level 0 are hashes of.
//!
//! What stands in a bundle of ours is the entry's [commitment](crate::leaf), 32 bytes for each, never the entry: the log's
//! tools then find leaf = SHA-256(0x00 || commitment) as RFC 6962 says, and no bundle tells the size of anything.
//!
//! Paths, bytes and hashes are checked against Tessera's recorded log and the crate `tlog_tiles`, roots against `ct-merkle`.
mod full;
mod path;
mod read;

pub use full::{Full, forget_full};
pub use path::path;
pub use read::{LogFault, check};

use crate::Error;
use crate::merkle::Tree;
use std::fmt;
use truceline_model::hash::Hash;

/// Tiles are this many levels of the tree high.
pub const TILE_HEIGHT: u32 = 8;
/// A full tile holds this many hashes.
pub const TILE_WIDTH: u64 = 1 << TILE_HEIGHT;
/// The highest level of a tree whose size fits 64 bits.
pub const LEVEL_MAX: u8 = 7;
/// One hash.
pub const HASH_BYTES: usize = 32;

/// Which kind of tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Hashes, of this level: 0 holds leaves.
    Hashes(u8),
    /// An entry bundle.
    Entries,
}

/// The name of a tile. Its `Display` is its path below the log's prefix, `tile/1/x001/234.p/56`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tile {
    kind: Kind,
    number: u64,
    /// How many hashes or entries it holds, 1 to [`TILE_WIDTH`].
    width: u64,
}

impl Tile {
    /// The tile of this place and width.
    ///
    /// # Errors
    /// If there can be none.
    pub fn new(kind: Kind, number: u64, width: u64) -> Result<Self, Error> {
        if let Kind::Hashes(level) = kind
            && level > LEVEL_MAX
        {
            return Err(Error::malformed(format!("tile level {level}, expected 0 to {LEVEL_MAX}")));
        }
        if !(1..=TILE_WIDTH).contains(&width) {
            return Err(Error::malformed(format!("a tile {width} wide, expected 1 to {TILE_WIDTH}")));
        }
        let tile = Self { kind, number, width };
        let end = number.checked_mul(TILE_WIDTH).and_then(|begin| begin.checked_add(width));
        let leaves = end.and_then(|end| end.checked_mul(1 << tile.shift()));
        leaves.map(|_| tile).ok_or_else(|| Error::malformed(format!("tile {number} is beyond any tree of 64 bits")))
    }

    /// Which kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Its number along its level.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }

    /// How many hashes or entries it holds.
    #[must_use]
    pub fn width(&self) -> u64 {
        self.width
    }

    /// Whether it is full: then it never changes.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.width == TILE_WIDTH
    }

    /// The first of its hashes, counted along its level.
    #[must_use]
    pub fn first(&self) -> u64 {
        self.number * TILE_WIDTH
    }

    /// The size of the smallest tree that has it.
    #[must_use]
    pub fn tree_size(&self) -> u64 {
        (self.first() + self.width) << self.shift()
    }

    /// One of its hashes is the root over this many leaves, as a power of two.
    fn shift(&self) -> u32 {
        match self.kind {
            Kind::Hashes(level) => TILE_HEIGHT * u32::from(level),
            Kind::Entries => 0,
        }
    }

    /// Reads the path of a tile, its `tile/` included.
    ///
    /// # Errors
    /// If the path is not the one way in which a tile's is written.
    pub fn parse(path: &str) -> Result<Self, Error> {
        let malformed = |why: &str| Error::malformed(format!("{path:?} is no tile's path: {why}"));
        let rest = path.strip_prefix("tile/").ok_or_else(|| malformed("it does not begin with tile/"))?;
        let (level, rest) = rest.split_once('/').ok_or_else(|| malformed("it has no number"))?;
        let kind = match level {
            "entries" => Kind::Entries,
            digits => {
                let level = digits.parse().map_err(|_| malformed("its level is no number and not `entries`"))?;
                Kind::Hashes(level)
            }
        };
        let (number, width) = match rest.rsplit_once(".p/") {
            None => (rest, TILE_WIDTH),
            Some((number, width)) => {
                let wide = width.parse().map_err(|_| malformed("the width of a partial tile is no number"))?;
                (number, wide)
            }
        };
        let mut read = 0_u64;
        for element in number.split('/') {
            let digits = element.trim_start_matches('x');
            let below = digits.parse::<u64>().ok().filter(|_| digits.len() == 3);
            let below = below.ok_or_else(|| malformed("its number is not in groups of three digits"))?;
            read = read
                .checked_mul(1000)
                .and_then(|above| above.checked_add(below))
                .ok_or_else(|| malformed("its number is beyond 64 bits"))?;
        }
        let tile = Self::new(kind, read, width)?;
        // One spelling: whatever else reads the same is refused.
        if tile.to_string() == path { Ok(tile) } else { Err(malformed(&format!("it is written {tile}"))) }
    }

    /// Its bytes as the tree's hashes give them; none if it holds entries or the tree does not reach so far.
    #[must_use]
    pub fn hashes(&self, tree: &Tree) -> Option<Vec<u8>> {
        let Kind::Hashes(_) = self.kind else { return None };
        let mut bytes = Vec::with_capacity(self.width as usize * HASH_BYTES);
        for at in self.first()..self.first() + self.width {
            bytes.extend_from_slice(&tree.node(self.shift(), at)?.0);
        }
        Some(bytes)
    }
}

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            Kind::Hashes(level) => write!(f, "tile/{level}/")?,
            Kind::Entries => f.write_str("tile/entries/")?,
        }
        let (mut groups, mut rest) = (vec![self.number % 1000], self.number / 1000);
        while rest > 0 {
            groups.push(rest % 1000);
            rest /= 1000;
        }
        for (place, group) in groups.iter().enumerate().rev() {
            if place > 0 { write!(f, "x{group:03}/")? } else { write!(f, "{group:03}")? }
        }
        if self.is_full() { Ok(()) } else { write!(f, ".p/{}", self.width) }
    }
}

/// How many full subtrees of a level's hashes a tree of `size` leaves has.
#[must_use]
pub fn hashes_on(level: u8, size: u64) -> u64 {
    if level > LEVEL_MAX { 0 } else { size >> (TILE_HEIGHT * u32::from(level)) }
}

/// The tiles of a tree of `size` leaves, entry bundles first, then by level; the last of each may be partial.
pub fn tiles_of(size: u64) -> impl Iterator<Item = Tile> {
    let levels = (0..=LEVEL_MAX).map(Kind::Hashes);
    [Kind::Entries].into_iter().chain(levels).flat_map(move |kind| {
        let hashes = match kind {
            Kind::Hashes(level) => hashes_on(level, size),
            Kind::Entries => size,
        };
        let full = (0..hashes / TILE_WIDTH).map(move |number| Tile { kind, number, width: TILE_WIDTH });
        let partial = Tile { kind, number: hashes / TILE_WIDTH, width: hashes % TILE_WIDTH };
        full.chain((partial.width > 0).then_some(partial))
    })
}

/// An entry bundle: for each entry its length as two bytes, big endian, and its bytes.
///
/// # Errors
/// If an entry is longer than two bytes can say.
pub fn bundle<'a>(entries: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    for entry in entries {
        let length = u16::try_from(entry.len()).map_err(|_| {
            Error::over_limit(format!("an entry of {} bytes, at most {} stand in a bundle", entry.len(), u16::MAX))
        })?;
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(entry);
    }
    Ok(bytes)
}

/// The entries of a bundle of `width` of them.
///
/// # Errors
/// If the bytes hold more or fewer.
pub fn read_bundle(bytes: &[u8], width: u64) -> Result<Vec<&[u8]>, Error> {
    let mut entries = Vec::new();
    let mut rest = bytes;
    while let Some((length, after)) = rest.split_first_chunk::<2>() {
        let length = usize::from(u16::from_be_bytes(*length));
        let at = bytes.len() - rest.len();
        let cut = || {
            Error::malformed_at(
                at,
                format!("entry {} of the bundle is cut off, expected {length} bytes", entries.len()),
            )
        };
        let (entry, after) = after.split_at_checked(length).ok_or_else(cut)?;
        entries.push(entry);
        rest = after;
    }
    if !rest.is_empty() || entries.len() as u64 != width {
        return Err(Error::malformed(format!(
            "the bundle holds {} whole entries and {} bytes more, expected {width} entries",
            entries.len(),
            rest.len()
        )));
    }
    Ok(entries)
}

/// The hashes of a tile's bytes.
///
/// # Errors
/// If the bytes are more or fewer than `width` hashes.
pub fn read_hashes(bytes: &[u8], width: u64) -> Result<Vec<Hash>, Error> {
    let (hashes, rest) = bytes.as_chunks::<HASH_BYTES>();
    if !rest.is_empty() || hashes.len() as u64 != width {
        return Err(Error::malformed(format!(
            "a tile of {} bytes, expected {width} hashes of {HASH_BYTES}",
            bytes.len()
        )));
    }
    Ok(hashes.iter().map(|hash| Hash(*hash)).collect())
}

#[cfg(test)]
mod tests;
