//! A disk in memory that forgets in a power cut what was not synchronised, and fails when it is told to. A killed process
//! keeps the page cache, so only such a disk shows whether somebody waits for the synchronisation.
use super::Disk;
use std::io;
use std::sync::{Arc, Mutex};

/// What goes wrong at one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It fails, and what it should have kept is not kept.
    FailedNotPersisted,
    /// It fails, and what it should have kept is kept all the same.
    FailedPersisted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    Append,
    Sync,
}

#[derive(Debug, Default)]
struct Memory {
    durable: Vec<u8>,
    cached: Vec<u8>,
    calls: usize,
    /// At which call, counted from 0, what goes wrong.
    fault: Option<(usize, Fault)>,
    /// What the faulty call was.
    met: Option<Call>,
}

#[derive(Debug, Clone)]
pub(crate) struct Simulated(Arc<Mutex<Memory>>);

impl Simulated {
    /// A disk that holds these bytes durably.
    pub(crate) fn holding(held: Vec<u8>, fault: Option<(usize, Fault)>) -> Self {
        Self(Arc::new(Mutex::new(Memory { durable: held.clone(), cached: held, fault, ..Memory::default() })))
    }

    /// What is left of it after a power cut at this moment.
    pub(crate) fn durable(&self) -> Vec<u8> {
        self.0.lock().unwrap().durable.clone()
    }

    /// The call that went wrong.
    pub(crate) fn met(&self) -> Option<Call> {
        self.0.lock().unwrap().met
    }

    fn with(&self, call: Call, does: impl FnOnce(&mut Memory)) -> io::Result<()> {
        let mut memory = self.0.lock().unwrap();
        let fault = memory.fault.filter(|(at, _)| *at == memory.calls).map(|(_, fault)| fault);
        memory.calls += 1;
        if fault != Some(Fault::FailedNotPersisted) {
            does(&mut memory);
        }
        if fault.is_none() {
            return Ok(());
        }
        memory.met = Some(call);
        Err(io::Error::other("the disk is not well"))
    }
}

impl Disk for Simulated {
    fn append(&self, bytes: &[u8]) -> io::Result<()> {
        self.with(Call::Append, |memory| memory.cached.extend_from_slice(bytes))
    }

    fn sync_data(&self) -> io::Result<()> {
        self.with(Call::Sync, |memory| memory.durable.clone_from(&memory.cached))
    }

    fn read_exact_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<()> {
        let memory = self.0.lock().unwrap();
        let at = usize::try_from(offset).unwrap();
        let found = memory.cached.get(at..at + bytes.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        bytes.copy_from_slice(found);
        Ok(())
    }
}
