//! A SeedLink server on the loopback address that has the records of the day as they come.
use super::session::{Session, frame};
use anyhow::{Context, Result};
use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use truceline_model::time::Time;

/// The most packets that are kept for clients that come again: more than a day has, some 60 MB.
const KEPT_MAX: usize = 120_000;

/// The most clients: one for each owner, and as many that come again before the server has noticed that they were gone.
const CLIENTS_MAX: usize = 32;

/// How long a read waits before what is new is sent.
const POLL: Duration = Duration::from_millis(10);

/// How long the server waits for the next client before it looks whether it shall end.
const ACCEPT_EVERY: Duration = Duration::from_millis(20);

/// How long a client may take to read.
const SEND_MAX: Duration = Duration::from_secs(60);

/// At most so many packets are sent before commands are looked at again.
const SENT_AT_ONCE: usize = 256;

/// A record with what is asked of it.
#[derive(Debug)]
struct Packet {
    station: String,
    end: Time,
    bytes: Vec<u8>,
}

#[derive(Debug, Default)]
struct State {
    /// The number of the first packet that is kept.
    first: u64,
    packets: VecDeque<Arc<Packet>>,
    clients: usize,
    ended: bool,
}

/// The server. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Feed {
    /// `host:port`.
    pub(crate) address: String,
    state: Arc<Mutex<State>>,
}

impl Feed {
    /// Starts it on a free port.
    pub(crate) fn start() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("cannot serve the world's records")?;
        listener.set_nonblocking(true).context("cannot serve the world's records")?;
        let address = listener.local_addr()?.to_string();
        let state: Arc<Mutex<State>> = Arc::default();
        let shared = Arc::clone(&state);
        let spawned =
            std::thread::Builder::new().name("demo feed".to_owned()).spawn(move || accept(&listener, &shared));
        spawned.context("cannot start the thread that serves the world's records")?;
        Ok(Self { address, state })
    }

    /// Adds a record to what is there to be sent.
    pub(crate) fn push(&self, station: String, end: Time, bytes: Vec<u8>) {
        let mut state = lock(&self.state);
        state.packets.push_back(Arc::new(Packet { station, end, bytes }));
        if state.packets.len() > KEPT_MAX {
            state.packets.pop_front();
            state.first += 1;
        }
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        lock(&self.state).ended = true;
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn accept(listener: &TcpListener, shared: &Arc<Mutex<State>>) {
    while !lock(shared).ended {
        match listener.accept() {
            Ok((stream, _)) => {
                let mut state = lock(shared);
                if state.clients >= CLIENTS_MAX {
                    continue;
                }
                state.clients += 1;
                drop(state);
                let own = Arc::clone(shared);
                let served = std::thread::Builder::new().name("demo client".to_owned()).spawn(move || {
                    // Whatever ended it, the client comes again and says why.
                    let _ = serve(stream, &own);
                    lock(&own).clients -= 1;
                });
                if served.is_err() {
                    lock(shared).clients -= 1;
                }
            }
            Err(_) => std::thread::sleep(ACCEPT_EVERY),
        }
    }
}

fn serve(mut stream: TcpStream, shared: &Mutex<State>) -> std::io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(POLL))?;
    stream.set_write_timeout(Some(SEND_MAX))?;
    let mut session = Session::default();
    let mut buffer = [0; 4_096];
    let mut next = 0;
    while !session.is_over && !lock(shared).ended {
        match stream.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => stream.write_all(&session.feed(&buffer[..count]))?,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(error) => return Err(error),
        }
        if session.streams {
            let packets: Vec<(u64, Arc<Packet>)> = {
                let state = lock(shared);
                next = next.max(state.first);
                let from = (next - state.first) as usize;
                let there = state.packets.iter().skip(from).take(SENT_AT_ONCE);
                there.enumerate().map(|(n, packet)| (next + n as u64, Arc::clone(packet))).collect()
            };
            next += packets.len() as u64;
            let wanted = packets.iter().filter(|(_, packet)| session.wants(&packet.station, packet.end));
            let bytes: Vec<u8> =
                wanted.flat_map(|(number, packet)| frame(*b"2D", *number, &packet.station, &packet.bytes)).collect();
            stream.write_all(&bytes)?;
        }
    }
    Ok(())
}
