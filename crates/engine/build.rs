//! Names the engine: SHA-256 over the sources of everything that moves a result, the locked dependencies, the
//! compiler and the target. Two binaries of one id derive the same bytes.
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The rooms whose sources move a result.
const ROOMS: [&str; 6] = ["model", "formats", "science", "accord", "evidence", "engine"];

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = vec![root.join("Cargo.lock")];
    for room in ROOMS {
        let folder = root.join("crates").join(room);
        for part in ["src", "Cargo.toml", "build.rs", "configuration.toml"] {
            collect(&folder.join(part), &mut files);
        }
    }
    files.sort();
    let mut hasher = Sha256::new();
    hasher.update(b"truceline-engine-1\n");
    for file in &files {
        println!("cargo::rerun-if-changed={}", file.display());
        let name = file.strip_prefix(&root).expect("every file lies below the root");
        let bytes = std::fs::read(file).expect("a source file that was just listed can be read");
        hasher.update(format!("{}\n{}\n", name.display(), bytes.len()));
        hasher.update(&bytes);
    }
    for room in ROOMS {
        println!("cargo::rerun-if-changed={}", root.join("crates").join(room).join("src").display());
    }
    let compiler = std::env::var_os("RUSTC").expect("cargo names the compiler");
    let version = Command::new(compiler).arg("-vV").output().expect("the compiler says its version");
    hasher.update(&version.stdout);
    hasher.update(std::env::var("TARGET").expect("cargo names the target"));
    let id: String = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    println!("cargo::rustc-env=TRUCELINE_ENGINE_ID={id}");
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_file() {
        files.push(path.to_path_buf());
    } else if let Ok(folder) = std::fs::read_dir(path) {
        for item in folder.flatten() {
            collect(&item.path(), files);
        }
    }
}
