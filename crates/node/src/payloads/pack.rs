//! One pack: written, then sealed with an index.
use crate::disk::{self, Disk, Storage};
use crate::failpoint;
use std::collections::BTreeMap;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use truceline_model::hash::Hash;
use truceline_model::record::MAX_PAYLOAD_BYTES;

pub(super) const PACK: &str = "pack";
const INDEX: &str = "index";
pub(crate) const PACK_MAGIC: &[u8; 16] = b"truceline-pak-1\n";
pub(crate) const INDEX_MAGIC: &[u8; 16] = b"truceline-pix-1\n";
/// Length and hash before a payload.
pub(crate) const HEAD_BYTES: u64 = 36;
pub(crate) const HASH_BYTES: u64 = 32;
pub(crate) const INDEX_ITEM_BYTES: usize = 44;
/// Read at once: enough to keep the disk busy.
const BUFFER_BYTES: usize = 1 << 20;

pub(crate) fn path(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("{number:08}.{PACK}"))
}

/// Where in a pack a payload stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) offset: u64,
    pub(crate) length: u32,
}

impl Place {
    pub(super) fn read(self, file: &dyn Disk) -> Option<Vec<u8>> {
        let mut bytes = vec![0; self.length as usize];
        file.read_exact_at(&mut bytes, self.offset).ok()?;
        Some(bytes)
    }
}

/// The pack that is written.
#[derive(Debug)]
pub(super) struct Pack {
    number: u64,
    file: Arc<dyn Disk>,
    end: u64,
    places: BTreeMap<Hash, Place>,
}

impl Pack {
    /// Makes a pack whose name is on stable storage.
    pub(super) fn create(folder: &Path, number: u64, storage: &dyn Storage) -> io::Result<Self> {
        storage.create_folder(folder)?;
        let path = path(folder, number);
        if disk::exists(storage, &path) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let file = storage.create(&path)?;
        file.append(PACK_MAGIC)?;
        file.sync_data()?;
        storage.sync_folder(folder)?;
        if let Some(store) = folder.parent() {
            // The folder itself may be new.
            storage.sync_folder(store)?;
        }
        Ok(Self { number, file, end: PACK_MAGIC.len() as u64, places: BTreeMap::new() })
    }

    pub(super) fn number(&self) -> u64 {
        self.number
    }

    pub(super) fn file(&self) -> Arc<dyn Disk> {
        Arc::clone(&self.file)
    }

    pub(super) fn end(&self) -> u64 {
        self.end
    }

    pub(super) fn find(&self, sha256: Hash) -> Option<Place> {
        self.places.get(&sha256).copied()
    }

    /// Appends those that it does not hold.
    pub(super) fn append(&mut self, payloads: &[(Hash, &[u8])]) -> io::Result<()> {
        let (mut bytes, mut places) = (Vec::new(), BTreeMap::new());
        for (sha256, payload) in payloads {
            if self.places.contains_key(sha256) || places.contains_key(sha256) {
                continue;
            }
            let length = u32::try_from(payload.len()).map_err(io::Error::other)?;
            bytes.extend_from_slice(&length.to_le_bytes());
            bytes.extend_from_slice(&sha256.0);
            places.insert(*sha256, Place { offset: self.end + bytes.len() as u64, length });
            bytes.extend_from_slice(payload);
        }
        self.file.append(&bytes)?;
        self.end += bytes.len() as u64;
        self.places.append(&mut places);
        Ok(())
    }

    /// Writes the index. The pack's bytes are on stable storage.
    pub(super) fn seal(self, folder: &Path, storage: &dyn Storage) -> io::Result<Sealed> {
        let items: Vec<(Hash, Place)> = self.places.into_iter().collect();
        write_index(storage, folder, self.number, &items)?;
        Sealed::open(storage, folder, self.number, false)
    }
}

/// A pack that is not written any more.
#[derive(Debug)]
pub(super) struct Sealed {
    number: u64,
    file: Arc<dyn Disk>,
    index: Index,
}

/// Where payloads stand: in a file that is searched, or in memory where there is none.
#[derive(Debug)]
enum Index {
    File { file: Arc<dyn Disk>, items: u64 },
    Memory(Vec<(Hash, Place)>),
}

impl Sealed {
    /// Opens a pack; one without a fitting index is read whole, and gets one if it may be written.
    pub(super) fn open(storage: &dyn Storage, folder: &Path, number: u64, may_write: bool) -> io::Result<Self> {
        let file = storage.open(&path(folder, number), false)?;
        if let Some(index) = open_index(storage, folder, number) {
            return Ok(Self { number, file, index });
        }
        let items = scan(&*file, may_write)?;
        let index = if may_write && write_index(storage, folder, number, &items).is_ok() {
            open_index(storage, folder, number)
        } else {
            None
        };
        Ok(Self { number, file, index: index.unwrap_or(Index::Memory(items)) })
    }

    pub(super) fn number(&self) -> u64 {
        self.number
    }

    pub(super) fn get(&self, sha256: Hash) -> Option<Vec<u8>> {
        self.index.find(sha256)?.read(&*self.file)
    }

    pub(super) fn holds(&self, sha256: Hash) -> bool {
        self.index.find(sha256).is_some()
    }

    /// Overwrites a payload and its name, then takes it from the index; what a crash leaves of that is found and done
    /// again. The pack as it is then, none where it did not hold the payload.
    ///
    /// A part that an earlier crash left half written stands under no name; it is looked for where the index does not
    /// cover the whole pack.
    pub(super) fn erase(&self, storage: &dyn Storage, folder: &Path, sha256: Hash) -> io::Result<Option<Self>> {
        let items = self.index.items()?;
        let covered: u64 = items.iter().map(|(_, place)| HEAD_BYTES + u64::from(place.length)).sum();
        let mut places: Vec<(u64, u64)> = Vec::new();
        if covered + PACK_MAGIC.len() as u64 != self.file.length()? {
            places = strays(&*self.file, sha256)?;
        }
        let (erased, kept): (Vec<_>, Vec<_>) = items.into_iter().partition(|(hash, _)| *hash == sha256);
        places.extend(erased.iter().map(|(_, place)| (place.offset, u64::from(place.length))));
        if places.is_empty() {
            return Ok(None);
        }
        overwrite(storage, &path(folder, self.number), &places)?;
        failpoint::pass("erase_index");
        write_index(storage, folder, self.number, &kept)?;
        Self::open(storage, folder, self.number, true).map(Some)
    }
}

/// Writes zeros over payloads, given by where they begin and how long they are, and over their names; returns when they
/// are on stable storage.
fn overwrite(storage: &dyn Storage, path: &Path, places: &[(u64, u64)]) -> io::Result<()> {
    // Not the handle that appends: it would write at the end.
    let file = storage.open_in_place(path)?;
    let zeros = vec![0; BUFFER_BYTES];
    for (offset, length) in places {
        let (mut at, end) = (offset - HASH_BYTES, offset + length);
        while at < end {
            let bytes = (end - at).min(BUFFER_BYTES as u64);
            file.write_at(&zeros[..bytes as usize], at)?;
            at += bytes;
        }
    }
    file.sync_data()
}

/// What stands in a pack under a name, indexed or not: damaged, or half written at its end.
fn strays(file: &dyn Disk, sha256: Hash) -> io::Result<Vec<(u64, u64)>> {
    let length = file.length()?;
    let mut found = Vec::new();
    let mut at = PACK_MAGIC.len() as u64;
    let mut head = [0; HEAD_BYTES as usize];
    while at + HEAD_BYTES <= length {
        file.read_exact_at(&mut head, at)?;
        let Some((size, hash)) = head.split_first_chunk::<4>() else { break };
        let (offset, bytes) = (at + HEAD_BYTES, u64::from(u32::from_le_bytes(*size)));
        if hash == sha256.0 {
            found.push((offset, bytes.min(length - offset)));
        }
        at = offset + bytes;
    }
    Ok(found)
}

impl Index {
    /// All payloads, ascending.
    fn items(&self) -> io::Result<Vec<(Hash, Place)>> {
        match self {
            Self::Memory(items) => Ok(items.clone()),
            Self::File { file, items } => {
                let missing = || io::Error::other("the index of a pack cannot be read");
                (0..*items).map(|at| index_item(&**file, at).ok_or_else(missing)).collect()
            }
        }
    }

    fn find(&self, sha256: Hash) -> Option<Place> {
        match self {
            Self::Memory(items) => {
                let at = items.binary_search_by_key(&sha256, |(hash, _)| *hash).ok()?;
                Some(items[at].1)
            }
            Self::File { file, items } => {
                let (mut low, mut high) = (0, *items);
                while low < high {
                    let middle = low + (high - low) / 2;
                    let (hash, place) = index_item(&**file, middle)?;
                    match hash.cmp(&sha256) {
                        std::cmp::Ordering::Equal => return Some(place),
                        std::cmp::Ordering::Less => low = middle + 1,
                        std::cmp::Ordering::Greater => high = middle,
                    }
                }
                None
            }
        }
    }
}

pub(crate) fn index_path(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("{number:08}.{INDEX}"))
}

fn index_item(file: &dyn Disk, at: u64) -> Option<(Hash, Place)> {
    let mut bytes = [0; INDEX_ITEM_BYTES];
    file.read_exact_at(&mut bytes, INDEX_MAGIC.len() as u64 + at * INDEX_ITEM_BYTES as u64).ok()?;
    Some(item(&bytes))
}

/// Reads an item of an index.
pub(crate) fn item(bytes: &[u8; INDEX_ITEM_BYTES]) -> (Hash, Place) {
    let (mut hash, mut offset, mut length) = ([0; 32], [0; 8], [0; 4]);
    hash.copy_from_slice(&bytes[..32]);
    offset.copy_from_slice(&bytes[32..40]);
    length.copy_from_slice(&bytes[40..]);
    (Hash(hash), Place { offset: u64::from_le_bytes(offset), length: u32::from_le_bytes(length) })
}

/// The index of a pack, if it is whole. It is replaced as a whole, so it is whole or absent unless it was damaged; a
/// payload that a damaged index hides is missing, and whoever needs it says so.
fn open_index(storage: &dyn Storage, folder: &Path, number: u64) -> Option<Index> {
    let file = storage.open(&index_path(folder, number), false).ok()?;
    let mut magic = [0; INDEX_MAGIC.len()];
    file.read_exact_at(&mut magic, 0).ok()?;
    let bytes = file.length().ok()?.checked_sub(INDEX_MAGIC.len() as u64)?;
    let whole = &magic == INDEX_MAGIC && bytes.is_multiple_of(INDEX_ITEM_BYTES as u64);
    whole.then_some(Index::File { file, items: bytes / INDEX_ITEM_BYTES as u64 })
}

/// `items` ascend.
fn write_index(storage: &dyn Storage, folder: &Path, number: u64, items: &[(Hash, Place)]) -> io::Result<()> {
    let mut bytes = INDEX_MAGIC.to_vec();
    for (hash, place) in items {
        bytes.extend_from_slice(&hash.0);
        bytes.extend_from_slice(&place.offset.to_le_bytes());
        bytes.extend_from_slice(&place.length.to_le_bytes());
    }
    disk::replace(storage, &index_path(folder, number), &bytes)
}

/// All payloads of a pack, ascending by their hash, up to the first whose length cannot be. With `compare` those whose
/// bytes are others are left out: a pack that a crash ended may hold some that were never whole.
fn scan(file: &dyn Disk, compare: bool) -> io::Result<Vec<(Hash, Place)>> {
    let length = file.length()?;
    let mut reader = BufReader::with_capacity(BUFFER_BYTES, disk::Reader::new(file, length));
    let mut magic = [0; PACK_MAGIC.len()];
    let mut found = BTreeMap::new();
    if reader.read_exact(&mut magic).is_err() || &magic != PACK_MAGIC {
        return Ok(Vec::new());
    }
    let mut at = PACK_MAGIC.len() as u64;
    let mut head = [0; HEAD_BYTES as usize];
    let mut bytes = Vec::new();
    while at + HEAD_BYTES <= length {
        reader.read_exact(&mut head)?;
        let Some((size, hash)) = head.split_first_chunk::<4>() else { break };
        let place = Place { offset: at + HEAD_BYTES, length: u32::from_le_bytes(*size) };
        let end = place.offset + u64::from(place.length);
        if u64::from(place.length) > MAX_PAYLOAD_BYTES || end > length {
            break;
        }
        bytes.resize(place.length as usize, 0);
        reader.read_exact(&mut bytes)?;
        if let Some(hash) = hash.first_chunk::<32>().map(|hash| Hash(*hash))
            && (!compare || Hash::of(&bytes) == hash)
        {
            found.insert(hash, place);
        }
        at = end;
    }
    Ok(found.into_iter().collect())
}
