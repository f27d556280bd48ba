//! Payloads: each pack's bytes against their names, and its index against the pack.
use super::{Entries, FsckProgress, Report};
use crate::error::NodeError;
use crate::payloads::numbers;
use crate::payloads::pack::{self, HASH_BYTES, HEAD_BYTES, INDEX_ITEM_BYTES, INDEX_MAGIC, PACK_MAGIC, Place};
use crate::store::{PAYLOADS_FOLDER, Store};
use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use truceline_model::hash::Hash;

pub(super) fn check(
    store: &Store,
    entries: &Entries,
    report: &mut Report,
    progress: &mut dyn FnMut(FsckProgress),
) -> Result<(), NodeError> {
    let folder = store.file(PAYLOADS_FOLDER);
    let numbers = numbers(&*store.storage(), &folder)?;
    let size = |number: &u64| std::fs::metadata(pack::path(&folder, *number)).map_or(0, |data| data.len());
    let (mut done, of) = (0, numbers.iter().map(size).sum());
    // Each payload that an entry names and no erasure took away must stand somewhere.
    let mut found = Found::default();
    for number in &numbers {
        progress(FsckProgress { part: "payloads", done, of });
        let checked = Pack::open(&folder, *number).and_then(|pack| pack.check(entries, &mut found, report));
        done += checked.map_err(|error| NodeError::io(&pack::path(&folder, *number), "read the payloads", &error))?;
    }
    // Where entries are damaged, one of them may say of a payload that zeros stand for it.
    let mut unsaid = if entries.unread > 0 { found.erased.saturating_sub(entries.erased.len()) } else { 0 };
    for (payload, index) in &entries.named {
        if entries.erased.contains_key(payload) {
            report.erased += 1;
        } else if !found.names.contains(payload) && unsaid > 0 {
            unsaid -= 1;
        } else if !found.names.contains(payload) {
            report.say(
                PAYLOADS_FOLDER,
                0..0,
                Some(*index),
                format!("payload {payload} of the entry stands in no pack"),
            );
        }
    }
    Ok(())
}

/// What stands in the packs.
#[derive(Default)]
struct Found {
    /// Payloads that are sound, or of which a fault was said.
    names: BTreeSet<Hash>,
    /// How many payloads zeros stand for.
    erased: usize,
}

struct Pack {
    name: String,
    index_name: String,
    file: File,
    length: u64,
    /// The index as it stands; none where there is none, for the pack was never sealed.
    index: Option<Vec<u8>>,
}

impl Pack {
    fn open(folder: &Path, number: u64) -> io::Result<Self> {
        let file = File::open(pack::path(folder, number))?;
        let length = file.metadata()?.len();
        let index = match std::fs::read(pack::index_path(folder, number)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            read => Some(read?),
        };
        let name =
            |path: std::path::PathBuf| format!("{PAYLOADS_FOLDER}/{}", path.file_name().unwrap_or_default().display());
        let (pack, index_path) = (pack::path(folder, number), pack::index_path(folder, number));
        Ok(Self { name: name(pack), index_name: name(index_path), file, length, index })
    }

    /// Those items of the index that name the payload at their place rightly, in the order of the pack: such an item vouches
    /// for itself.
    fn stated(&self) -> Vec<(Hash, Place)> {
        let bytes = self.index.as_deref().unwrap_or_default();
        let items = bytes.get(INDEX_MAGIC.len()..).unwrap_or_default().as_chunks::<INDEX_ITEM_BYTES>().0;
        let is_right = |(hash, place): &(Hash, Place)| {
            place.offset >= HEAD_BYTES && self.bytes(*place).ok().flatten().map(|bytes| Hash::of(&bytes)) == Some(*hash)
        };
        let mut stated: Vec<(Hash, Place)> = items.iter().map(pack::item).filter(is_right).collect();
        stated.sort_by_key(|(_, place)| place.offset);
        stated
    }

    /// Checks it; says how many bytes it has. What stands and is sound goes into `found`.
    fn check(&self, entries: &Entries, found: &mut Found, report: &mut Report) -> io::Result<u64> {
        report.bytes += self.length + self.index.as_ref().map_or(0, Vec::len) as u64;
        let mut magic = vec![0; PACK_MAGIC.len().min(self.length as usize)];
        self.file.read_exact_at(&mut magic, 0)?;
        if magic != PACK_MAGIC {
            report.say(&self.name, 0..magic.len() as u64, None, "the pack does not begin with its magic line");
        }
        let stated = self.stated();
        let mut items: Vec<(Hash, Place)> = Vec::new();
        let (mut at, mut erased_at) = (PACK_MAGIC.len() as u64, None);
        while at < self.length {
            // Where the next begins as the index says: the way on where a length is damaged.
            let next = stated.iter().map(|(_, place)| place.offset - HEAD_BYTES).find(|begin| *begin > at);
            let head = self.head(at)?;
            let end = |place: Place| place.offset + u64::from(place.length);
            let fits = head.filter(|(_, place)| next.is_none_or(|next| end(*place) <= next));
            let begins = stated.iter().any(|(_, place)| place.offset == at + HEAD_BYTES);
            let misfits = !begins && fits.is_none_or(|(_, place)| place.length == 0);
            if let Some(erased) = erased_at.take().filter(|_| misfits) {
                // Zeros go on where the next payload should begin.
                report.say(&self.name, erased..erased + 4, None, "the length of an erased payload is damaged");
                at = next.unwrap_or(self.length);
                continue;
            }
            let Some((name, place)) = fits else {
                let next = next.unwrap_or(self.length);
                items.extend(self.lost(at, next, &stated, entries, &mut *found, report));
                at = next;
                continue;
            };
            if let Some(expected) = stated.iter().find(|(_, stated)| stated.offset == place.offset)
                && expected.1.length != place.length
            {
                // The payload is what the index says; the length before it is not.
                report.say(
                    &self.name,
                    at..at + 4,
                    index_of(entries, expected.0),
                    "the length of the payload is damaged",
                );
                found.names.insert(expected.0);
                items.push(*expected);
                at = expected.1.offset + u64::from(expected.1.length);
                continue;
            }
            let bytes = self.bytes(place)?.unwrap_or_default();
            report.payloads += 1;
            let hash = Hash::of(&bytes);
            let erased = name.0 == [0; 32] && bytes.iter().all(|byte| *byte == 0);
            if hash == name {
                found.names.insert(name);
                items.push((name, place));
            } else if erased {
                found.erased += 1;
                erased_at = Some(at);
            } else {
                let named = self.other(at, place, (name, hash), &stated, entries, found, report);
                // Zeros that were changed stand in no index.
                items.extend(entries.named.contains_key(&named).then_some((named, place)));
            }
            at = end(place);
        }
        self.check_index(items, entries, report);
        Ok(self.length)
    }

    /// The name and place of the payload at `at`, if they can be.
    fn head(&self, at: u64) -> io::Result<Option<(Hash, Place)>> {
        let mut head = [0; HEAD_BYTES as usize];
        if at + HEAD_BYTES > self.length {
            return Ok(None);
        }
        self.file.read_exact_at(&mut head, at)?;
        let Some((length, name)) = head.split_first_chunk::<4>() else { return Ok(None) };
        let place = Place { offset: at + HEAD_BYTES, length: u32::from_le_bytes(*length) };
        let ends = place.offset + u64::from(place.length) <= self.length;
        Ok(name.first_chunk::<32>().filter(|_| ends).map(|name| (Hash(*name), place)))
    }

    fn bytes(&self, place: Place) -> io::Result<Option<Vec<u8>>> {
        if place.offset + u64::from(place.length) > self.length {
            return Ok(None);
        }
        let mut bytes = vec![0; place.length as usize];
        self.file.read_exact_at(&mut bytes, place.offset)?;
        Ok(Some(bytes))
    }

    /// Says what is known of a payload that is not what its name says. Gives the name that it should have.
    #[expect(clippy::too_many_arguments, reason = "all that is known of one payload")]
    fn other(
        &self,
        at: u64,
        place: Place,
        (name, hash): (Hash, Hash),
        stated: &[(Hash, Place)],
        entries: &Entries,
        found: &mut Found,
        report: &mut Report,
    ) -> Hash {
        let (begin, end) = (at + HEAD_BYTES - HASH_BYTES, place.offset + u64::from(place.length));
        let of_index = stated.iter().find(|(_, stated)| *stated == place).map(|(hash, _)| *hash);
        let named = if entries.named.contains_key(&hash) || of_index == Some(hash) {
            report.say(&self.name, begin..place.offset, index_of(entries, hash), "the name of the payload is damaged");
            hash
        } else {
            report.say(
                &self.name,
                begin..end,
                index_of(entries, name),
                format!("the bytes of payload {name} are others"),
            );
            name
        };
        // It stands, and is named here already.
        found.names.insert(named);
        named
    }

    /// Says that what stands from `at` to `end` cannot be read as a payload. Gives what stands there as the index says.
    fn lost(
        &self,
        at: u64,
        end: u64,
        stated: &[(Hash, Place)],
        entries: &Entries,
        found: &mut Found,
        report: &mut Report,
    ) -> Option<(Hash, Place)> {
        if self.index.is_none() {
            // A crash cut it short: it was never acknowledged, or its entry misses it.
            report.unacknowledged_bytes += end - at;
            return None;
        }
        let expected = stated.iter().find(|(_, place)| place.offset == at + HEAD_BYTES).copied();
        let range = if expected.is_some() { at..at + 4 } else { at..end };
        let index = expected.and_then(|(hash, _)| index_of(entries, hash));
        report.say(&self.name, range, index, "the length of the payload is damaged");
        found.names.extend(expected.map(|(hash, _)| hash));
        expected
    }

    /// Compares the index with what stands.
    fn check_index(&self, mut items: Vec<(Hash, Place)>, entries: &Entries, report: &mut Report) {
        let Some(bytes) = &self.index else { return };
        if bytes.get(..INDEX_MAGIC.len()) != Some(INDEX_MAGIC) {
            report.say(
                &self.index_name,
                0..INDEX_MAGIC.len().min(bytes.len()) as u64,
                None,
                "the index does not begin with its magic line",
            );
        }
        items.sort_by_key(|(hash, _)| *hash);
        items.dedup_by_key(|(hash, _)| *hash);
        let (stated, rest) = bytes.get(INDEX_MAGIC.len()..).unwrap_or_default().as_chunks::<INDEX_ITEM_BYTES>();
        let byte = |at: usize| (INDEX_MAGIC.len() + at * INDEX_ITEM_BYTES) as u64;
        for (at, item) in stated.iter().enumerate() {
            let expected = items.get(at);
            if expected != Some(&pack::item(item)) {
                let index = expected.and_then(|(hash, _)| index_of(entries, *hash));
                report.say(&self.index_name, byte(at)..byte(at + 1), index, "the index says otherwise than the pack");
            }
        }
        if !rest.is_empty() || stated.len() < items.len() {
            report.say(&self.index_name, byte(stated.len())..bytes.len() as u64, None, "the index is cut off");
        }
    }
}

/// The entry that a payload belongs to.
fn index_of(entries: &Entries, payload: Hash) -> Option<u64> {
    entries.named.get(&payload).or_else(|| entries.erased.get(&payload)).copied()
}
