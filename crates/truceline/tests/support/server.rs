//! A running `truceline serve`, ended with its guard.
use super::http::{self, Answer};
use super::truceline;
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::Mutex;

/// A server. It ends when this is dropped, on a panic too.
pub struct Server {
    child: Mutex<Child>,
    /// Host and port.
    pub address: String,
    /// The verifier key that it printed.
    pub key: String,
    stderr: Mutex<Option<BufReader<ChildStderr>>>,
}

impl Server {
    pub fn start(store: &str) -> Self {
        Self::start_with(store, |_| {})
    }

    /// Starts a server after `change` had a look at its command; returns when it is ready.
    pub fn start_with(store: &str, change: impl FnOnce(&mut Command)) -> Self {
        let mut command = truceline(&["serve", store, "--port", "0", "--no-open"]);
        change(&mut command);
        Self::start_command(command)
    }

    /// Starts another command that prints what `serve` prints.
    pub fn start_command(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let stderr = Mutex::new(child.stderr.take().map(BufReader::new));
        let mut server = Self { child: Mutex::new(child), address: String::new(), key: String::new(), stderr };
        for line in stdout.lines() {
            let line = line.unwrap();
            if let Some(key) = line.strip_prefix("key ") {
                server.key = key.to_owned();
            } else if let Some(address) = line.strip_prefix("ready ") {
                let address = address.strip_prefix("http://").and_then(|rest| rest.strip_suffix('/'));
                server.address = address.expect("an address as http://HOST:PORT/").to_owned();
                return server;
            }
        }
        panic!("the server ended before it was ready: {}", server.ended());
    }

    pub fn get(&self, path: &str) -> Answer {
        http::request(&self.address, "GET", path, &[], &[])
    }

    pub fn post(&self, name: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        http::request(&self.address, "POST", &format!("/api/v1/files?name={name}"), headers, body)
    }

    /// Registers a file of the repository.
    pub fn load(&self, name: &str) -> Answer {
        let short = name.rsplit('/').next().unwrap();
        self.post(short, &[("X-Truceline", "1")], super::text_of(name).as_bytes())
    }

    /// Reads what it says on standard error until a line holds `text`; false if it ends before.
    pub fn says(&self, text: &str) -> bool {
        let mut stderr = self.stderr.lock().unwrap();
        stderr.as_mut().unwrap().lines().any(|line| line.unwrap().contains(text))
    }

    /// Ends it at once, as a power cut does to a process.
    pub fn kill(&self) {
        let mut child = self.child.lock().unwrap();
        let _ = child.kill();
        child.wait().unwrap();
    }

    /// Asks it to end, as a service manager does, and says what it printed on standard error.
    pub fn stop(self) -> String {
        let id = self.child.lock().unwrap().id().to_string();
        let asked = Command::new("kill").args(["-TERM", &id]).stdin(Stdio::null()).status().unwrap();
        assert!(asked.success());
        let said = self.ended();
        let status = self.child.lock().unwrap().wait().unwrap();
        assert!(status.success(), "asked to end, it ends well: {status}, {said}");
        said
    }

    fn ended(&self) -> String {
        let stderr = self.stderr.lock().unwrap().take().unwrap();
        stderr.lines().map(|line| line.unwrap() + "\n").collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let child = self.child.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
        let _ = child.kill();
        let _ = child.wait();
    }
}
