//! An intake that keeps what it is given, under the contract of `RecordIntake`.
#![allow(unreachable_pub, reason = "a module of one test program")]
use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};
use truceline_evidence::journal::JournalError;
use truceline_formats::miniseed;
use truceline_formats::seedlink::resume::{Seen, Verdict, checksum};
use truceline_model::hash::Hash;
use truceline_model::refusal::Refusal;
use truceline_model::sensor_state::SensorState;
use truceline_model::time::Time;
use truceline_node::NodeError;
use truceline_node::records::{
    RecordBytes, RecordIntake, RecordSource, RecordsTaken, TAKE_BYTES_MAX, TAKE_RECORDS_MAX,
};

/// How long a test waits for what must come. It is no measurement: a loaded machine takes its time.
pub const WAIT_MAX: Duration = Duration::from_secs(60);

#[derive(Default)]
pub struct State {
    seen: BTreeMap<String, Seen>,
    /// The records of each source, in their order.
    pub records: BTreeMap<String, Vec<Vec<u8>>>,
    pub refusals: Vec<Refusal>,
    pub ticks: Vec<Time>,
    pub links: Vec<SensorState>,
    /// So many calls find the queue full.
    pub busy: u32,
    /// Calls wait as long as this is set.
    pub held: bool,
}

#[derive(Default)]
pub struct Kept {
    state: Mutex<State>,
    changed: Condvar,
}

impl Kept {
    pub fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Waits until so many records of a source are there; says them in order of their bytes.
    pub fn wait_for(&self, source: &str, count: usize) -> Vec<Vec<u8>> {
        let deadline = Instant::now() + WAIT_MAX;
        let mut state = self.lock();
        loop {
            let records = state.records.get(source).map_or(0, Vec::len);
            if records >= count {
                let mut records = state.records[source].clone();
                records.sort();
                return records;
            }
            assert!(Instant::now() < deadline, "{source}: {records} records of {count}");
            state = self.changed.wait_timeout(state, Duration::from_millis(50)).unwrap().0;
        }
    }

    pub fn hold(&self, held: bool) {
        self.lock().held = held;
        self.changed.notify_all();
    }
}

impl RecordIntake for Kept {
    fn take_records(&self, source: &RecordSource, records: &[RecordBytes<'_>]) -> Result<RecordsTaken, NodeError> {
        assert!(records.len() <= TAKE_RECORDS_MAX && !records.is_empty());
        assert!(records.iter().map(|record| record.bytes.len()).sum::<usize>() <= TAKE_BYTES_MAX);
        let mut state = self.changed.wait_while(self.lock(), |state| state.held).unwrap();
        if state.busy > 0 {
            state.busy -= 1;
            return Err(JournalError::full("a full queue of a test").into());
        }
        let mut taken = RecordsTaken::default();
        for (i, record) in records.iter().enumerate() {
            let read = match miniseed::records(record.bytes).next() {
                Some(Ok((_, read))) => read.payload().map(|_| read).map_err(|error| error.to_string()),
                Some(Err(error)) => Err(error.to_string()),
                None => Err("nothing".to_owned()),
            };
            match read {
                Ok(read) => {
                    let seen = state.seen.entry(source.name.clone()).or_insert_with(|| Seen::new(4096));
                    if seen.admit(&read.source.to_string(), read.start, checksum(record.bytes)) == Verdict::Repeated {
                        taken.already += 1;
                    } else {
                        taken.registered += 1;
                        state.records.entry(source.name.clone()).or_default().push(record.bytes.to_vec());
                    }
                }
                Err(expected) => taken.refusals.push(Refusal {
                    source: source.name.clone(),
                    offset: format!("records[{i}]"),
                    rule: "record".to_owned(),
                    expected,
                    payload: Hash::of(record.bytes),
                }),
            }
        }
        state.refusals.extend(taken.refusals.iter().cloned());
        self.changed.notify_all();
        Ok(taken)
    }

    fn refuse(&self, refusal: Refusal) -> Result<(), NodeError> {
        self.lock().refusals.push(refusal);
        Ok(())
    }

    fn link_changed(&self, state: &SensorState) -> Result<(), NodeError> {
        self.lock().links.push(state.clone());
        self.changed.notify_all();
        Ok(())
    }

    fn resume_from(&self, source: &str, station: &str, now: Time, reach_s: i64) -> Option<Time> {
        self.lock().seen.get(source)?.resume_from(station, now, reach_s)
    }

    fn tick(&self, now: Time) -> Result<(), NodeError> {
        self.lock().ticks.push(now);
        self.changed.notify_all();
        Ok(())
    }
}
