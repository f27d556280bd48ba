//! Where things are: the checkout, its target folder, its binaries, programs in the path.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use anyhow::{Context, Result, bail};

use crate::node::Node;

/// The cargo profile of the demo, the tests and the measurements.
pub(crate) const PROFILE: &str = "fast";

/// The checkout that this xtask belongs to.
pub(crate) struct Project {
    /// The folder of the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Looked for when it is first needed.
    node: OnceLock<Node>,
}

impl Project {
    /// The checkout: from what cargo says as it runs this program, else from where it was compiled.
    pub(crate) fn find() -> Result<Self> {
        let xtask =
            std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        let root = xtask.parent().with_context(|| format!("{}: has no parent folder", xtask.display()))?.to_owned();
        if !root.join("Cargo.toml").is_file() {
            bail!("{}: no Cargo.toml; run this as `cargo xtask` inside the checkout", root.display());
        }
        Ok(Self { root, node: OnceLock::new() })
    }

    /// A cargo command that runs in the checkout.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(arguments).current_dir(&self.root);
        command
    }

    /// The Node.js of the web part; installed if there is none.
    pub(crate) fn node(&self) -> Result<&Node> {
        match self.node.get() {
            Some(node) => Ok(node),
            None => {
                let found = Node::find(self)?;
                Ok(self.node.get_or_init(|| found))
            }
        }
    }

    /// An npm command that runs in the checkout's web folder.
    pub(crate) fn npm(&self, arguments: &[&str]) -> Result<Command> {
        let mut command = self.node()?.command("npm")?;
        // Browsers come from the system: see `browser`.
        command.args(arguments).current_dir(self.web()).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        Ok(command)
    }

    pub(crate) fn web(&self) -> PathBuf {
        self.root.join("web")
    }

    pub(crate) fn examples(&self) -> PathBuf {
        self.root.join("examples")
    }

    /// A binary of the profile [`PROFILE`]; it is there once it has been built.
    pub(crate) fn binary(&self, name: &str) -> Result<PathBuf> {
        Ok(self.target()?.join(PROFILE).join(name))
    }

    /// The folder that cargo builds into.
    pub(crate) fn target(&self) -> Result<PathBuf> {
        let output = output_of(&mut self.cargo(&["metadata", "--no-deps", "--offline", "--format-version", "1"]))?;
        let metadata: serde_json::Value = serde_json::from_str(&output).context("cargo metadata: not JSON")?;
        let target = metadata["target_directory"].as_str().context("cargo metadata: no target_directory")?;
        Ok(PathBuf::from(target))
    }
}

/// Runs a command to its end and returns its standard output; an error holds its standard error.
pub(crate) fn output_of(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("{name}: cannot be started"))?;
    if !output.status.success() {
        bail!("{name}: {}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    String::from_utf8(output.stdout).with_context(|| format!("{name}: output is not UTF-8"))
}

/// A program's place, looked for in `PATH`.
pub(crate) fn which(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}
