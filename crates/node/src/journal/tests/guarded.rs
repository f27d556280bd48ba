//! The sign guard: a restored or copied store signs no other history.
use super::*;
use crate::disk::simulated::Simulated;
use std::sync::Arc;

/// A store with its guard outside of it.
struct Guarded {
    folder: TempDir,
}

impl Guarded {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        new_store_in(&folder.path().join("store"));
        Self { folder }
    }

    fn store(&self, name: &str) -> Store {
        Store::open(&self.folder.path().join(name), false).unwrap().guarded_in(&self.folder.path().join("guards"))
    }

    /// Copies a whole store.
    fn copy(&self, from: &str, to: &str) {
        let to = self.folder.path().join(to);
        let _ = std::fs::remove_dir_all(&to);
        copy(&self.folder.path().join(from), &to);
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for item in std::fs::read_dir(from).unwrap() {
        let item = item.unwrap().path();
        let to = to.join(item.file_name().unwrap());
        if item.is_dir() {
            copy(&item, &to);
        } else {
            std::fs::copy(&item, &to).unwrap();
        }
    }
}

#[test]
fn a_restored_disk_refuses_and_says_what_to_do() {
    let guarded = Guarded::new();
    open(&guarded.store("store")).append(batch("a", 3)).unwrap();
    guarded.copy("store", "backup");
    open(&guarded.store("store")).append(batch("b", 2)).unwrap();
    guarded.copy("store", "newest");
    guarded.copy("backup", "store");
    let store = guarded.store("store");
    let (journal, problem) = open_damaged(&store);
    assert!(
        problem.starts_with("this store is older than what was signed: it holds 3 entries, 5 were signed last"),
        "{problem}"
    );
    assert!(problem.contains("Restore the newer store"), "{problem}");
    assert!(journal.append(batch("c", 2)).unwrap_err().is_read_only());
    assert_eq!(entries_of(&journal), batch("a", 3), "it can be read");
    assert_eq!(signed_size(&store), 3, "nothing was signed");
    drop(journal);
    assert!(store.adopt_guard().unwrap_err().to_string().contains("older than what was signed"));
    // The newer store goes on.
    guarded.copy("newest", "store");
    assert_eq!(open(&guarded.store("store")).append(batch("c", 2)).unwrap(), 5..7);
}

#[test]
fn of_two_copies_only_the_first_signs() {
    let guarded = Guarded::new();
    open(&guarded.store("store")).append(batch("a", 3)).unwrap();
    guarded.copy("store", "copy");
    // Both are open before either goes on.
    let (first, second) = (open(&guarded.store("store")), open(&guarded.store("copy")));
    first.append(batch("b", 2)).unwrap();
    first.wait_until_signed(5);
    second.append(batch("other", 2)).unwrap();
    second.wait_until_signed(5);
    let size = |journal: &Journal| {
        let note = journal.checkpoint().unwrap();
        Checkpoint::open(&note, key().verifier_key()).unwrap().size
    };
    assert_eq!((size(&first), size(&second)), (5, 3), "the second signed nothing");
    let error = second.append(batch("more", 1)).unwrap_err();
    assert!(error.to_string().contains("a copy of this store is in use"), "{error}");
    drop(second);
    assert_eq!(signed_size(&guarded.store("copy")), 3);
    let (_, problem) = open_damaged(&guarded.store("copy"));
    assert!(problem.contains("are others than those that were signed last"), "{problem}");
    assert_eq!(first.append(batch("c", 1)).unwrap(), 5..6);
}

#[test]
fn a_store_without_its_guard_is_taken_for_a_copy_until_somebody_says_otherwise() {
    let guarded = Guarded::new();
    open(&guarded.store("store")).append(batch("a", 3)).unwrap();
    std::fs::remove_dir_all(guarded.folder.path().join("guards")).unwrap();
    let store = guarded.store("store");
    let (journal, problem) = open_damaged(&store);
    assert!(problem.contains("its sign guard") && problem.contains("truceline guard STORE --adopt"), "{problem}");
    drop(journal);
    assert_eq!(store.adopt_guard().unwrap(), 3);
    assert_eq!(store.adopt_guard().unwrap(), 3, "again is nothing");
    assert_eq!(open(&store).append(batch("b", 1)).unwrap(), 3..4);
}

#[test]
fn a_guard_of_another_key_or_no_note_is_refused() {
    let guarded = Guarded::new();
    open(&guarded.store("store")).append(batch("a", 3)).unwrap();
    let store = guarded.store("store");
    let path = store.guard_path(&guarded.folder.path().join("guards"), ORIGIN);
    let other = SigningKey::from_seed(ORIGIN, [9; 32]).unwrap();
    let note = Checkpoint { origin: ORIGIN.into(), size: 0, root: Hash::of(b"") }.sign(&other).unwrap();
    for text in [note.as_str(), "", "no note\n"] {
        std::fs::write(&path, text).unwrap();
        let (_, problem) = open_damaged(&store);
        assert!(problem.contains("is not this journal's"), "{problem}");
    }
}

/// At every call that the swap makes, whatever goes wrong: what stands is the old or the new, and never nothing.
#[test]
fn a_swap_is_whole_or_not_at_all() {
    use crate::disk::simulated::Fault;
    use crate::guard::Guard;
    let folder = Path::new("/guards");
    let new = |disk: &Simulated| Guard::new(Arc::new(disk.clone()), folder, ORIGIN);
    let begun = Simulated::default();
    new(&begun).swap(None, "first").unwrap();
    let first = begun.calls().len();
    new(&begun).swap(Some("first"), "second").unwrap();
    let places: Vec<_> = begun.calls()[..first].to_vec();
    assert!(first >= 6, "{places:?}");
    for place in places {
        for fault in Fault::ALL {
            let disk = Simulated::default();
            new(&disk).swap(None, "first").unwrap();
            disk.fail(place.clone(), fault);
            let done = new(&disk).swap(Some("first"), "second");
            assert!(disk.met(), "{place:?}");
            for power in [false, true] {
                let after = new(&disk.after(power));
                let stands = after.last().unwrap();
                let expected: &[&str] = if done.is_ok() { &["second"] } else { &["first", "second"] };
                assert!(
                    stands.as_deref().is_some_and(|stands| expected.contains(&stands)),
                    "{fault:?} at {place:?}: {stands:?}"
                );
                assert!(after.swap(Some("neither"), "third").is_err());
                after.swap(stands.as_deref(), "third").unwrap();
            }
        }
    }
}
