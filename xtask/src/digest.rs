//! SHA-256 of files and of folders, as lower-case hexadecimal.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// SHA-256 of bytes, in hexadecimal.
pub(crate) fn of_bytes(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// SHA-256 of a file's bytes.
pub(crate) fn of_file(path: &Path) -> Result<String> {
    Ok(of_bytes(&std::fs::read(path).with_context(|| format!("{}: cannot be read", path.display()))?))
}

/// SHA-256 over the lines `SHA256  PATH\n` of all files below `folder`, ordered by the bytes of the path: what
/// `find . -type f | sed 's:^\./::' | LC_ALL=C sort | xargs -d '\n' sha256sum | sha256sum` prints there.
/// Files for which `leave_out` says so, given the path below `folder`, are not in it.
pub(crate) fn of_folder(folder: &Path, leave_out: &dyn Fn(&str) -> bool) -> Result<String> {
    let mut paths = Vec::new();
    collect(folder, "", leave_out, &mut paths)?;
    paths.sort();
    let mut lines = String::new();
    for path in paths {
        lines.push_str(&format!("{}  {path}\n", of_file(&folder.join(&path))?));
    }
    Ok(of_bytes(lines.as_bytes()))
}

fn collect(folder: &Path, below: &str, leave_out: &dyn Fn(&str) -> bool, paths: &mut Vec<String>) -> Result<()> {
    let at: PathBuf = folder.join(below);
    let entries = std::fs::read_dir(&at).with_context(|| format!("{}: cannot be read", at.display()))?;
    for entry in entries {
        let entry = entry.with_context(|| format!("{}: cannot be read", at.display()))?;
        let name = entry.file_name();
        let name = name.to_str().with_context(|| format!("{}: name is not UTF-8", entry.path().display()))?;
        let path = if below.is_empty() { name.to_owned() } else { format!("{below}/{name}") };
        if leave_out(&path) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            collect(folder, &path, leave_out, paths)?;
        } else {
            paths.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_bytes_is_the_published_vector() {
        // FIPS 180-4, the example "abc".
        assert_eq!(of_bytes(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn of_folder_sees_content_name_and_place_of_every_file() {
        let folder = std::env::temp_dir().join(format!("truceline-digest-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("b")).unwrap();
        std::fs::write(folder.join("a"), b"1").unwrap();
        std::fs::write(folder.join("b/c"), b"2").unwrap();
        let whole = of_folder(&folder, &|_| false).unwrap();
        let expected = format!("{}  a\n{}  b/c\n", of_bytes(b"1"), of_bytes(b"2"));
        assert_eq!(whole, of_bytes(expected.as_bytes()));
        assert_ne!(whole, of_folder(&folder, &|path| path == "b").unwrap());
        std::fs::write(folder.join("b/c"), b"3").unwrap();
        assert_ne!(whole, of_folder(&folder, &|_| false).unwrap());
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
