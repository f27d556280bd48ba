//! The test data outside the repository.
use std::path::{Path, PathBuf};

/// The path of `name` under `$TRUCELINE_DATA`; none when that is not set and not demanded.
pub(crate) fn path(name: &str) -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("TRUCELINE_DATA") else {
        assert!(
            std::env::var_os("TRUCELINE_REQUIRE_DATA").is_none(),
            "TRUCELINE_REQUIRE_DATA is set and TRUCELINE_DATA is not: {name} cannot be tested"
        );
        return None;
    };
    let path = PathBuf::from(folder).join(name);
    assert!(path.exists(), "{} does not exist, expected the test data there", path.display());
    Some(path)
}

/// Every file under `folder`, in order of its path.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The JSON of a file.
pub(crate) fn json(path: &Path) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}
