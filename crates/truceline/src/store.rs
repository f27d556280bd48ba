//! A store with its sign guard, for the commands that write.
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use truceline_node::store::Store;

/// Names the folder of sign guards.
const GUARD_VARIABLE: &str = "TRUCELINE_GUARD";

/// Opens a store; with `create`, makes one. Its sign guard lies in the folder that `TRUCELINE_GUARD` names, a relative one
/// below the store's; else in the user's state folder.
pub(crate) fn open(folder: &Path, create: bool) -> Result<Store> {
    let guards = match std::env::var_os(GUARD_VARIABLE) {
        Some(named) => folder.join(named),
        None => state_folder().with_context(|| {
            format!(
                "there is no place for the sign guard: set {GUARD_VARIABLE} to a folder outside of {}",
                folder.display()
            )
        })?,
    };
    Ok(Store::open(folder, create)?.guarded_in(&guards))
}

/// Where programs keep a user's state (XDG base directories, version 0.8).
fn state_folder() -> Option<PathBuf> {
    let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local/state")))?;
    Some(state.join("truceline/guard"))
}
