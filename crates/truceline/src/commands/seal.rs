//! `truceline seal`: what a station does before it delivers.
use crate::fields::{FieldArguments, sealing};
use crate::output;
use anyhow::{Context, Result, anyhow, bail};
use clap::{Args, ValueEnum};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use truceline_evidence::frame::{self, Authenticity, ClockEvidence, ClockSource, Frame, Health};
use truceline_evidence::keys::KeyPair;
use truceline_formats::recording;
use truceline_model::hash::Hash;
use truceline_model::record::Payload;
use truceline_model::time::Time;
use truceline_node::key_file;

/// Seal waveforms at a station: cut them into frames, each with its number, the one before it, the clock's evidence and the
/// station's signature.
///
/// The frames go on from those of --after, the file that the station wrote before. Register them with `truceline load`. Where
/// the station stands and what else it states is sealed as salted fields: `truceline disclose` shows some of them later.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  truceline seal --key tl01.key --station TL01 monday.mseed --out monday.tlframes\n  \
    truceline seal --key tl01.key --station TL01 --after monday.tlframes tuesday.mseed --out tuesday.tlframes\n  \
    truceline seal --key tl01.key --station TL01 --place 37.2143,48.3071 monday.mseed --out monday.tlframes"
)]
pub(crate) struct Seal {
    /// Waveforms: miniSEED, SAC or SLIST; none for a heartbeat
    files: Vec<PathBuf>,
    /// The station's secret key
    #[arg(long)]
    key: PathBuf,
    /// The station's name in the key register
    #[arg(long)]
    station: String,
    /// The frames that it delivered before
    #[arg(long, value_name = "FRAMES")]
    after: Option<PathBuf>,
    /// The station started anew since then
    #[arg(long)]
    rebooted: bool,
    /// What its clock follows
    #[arg(long, default_value = "free")]
    clock: Clock,
    /// One standard deviation of the clock, milliseconds
    #[arg(long, value_name = "MS", default_value_t = 1_000)]
    clock_sigma_ms: u32,
    /// How soon the next frame follows, seconds
    #[arg(long, value_name = "S", default_value_t = 3_600)]
    next_within_s: u32,
    /// The time at which frames are sealed: with their last sample (for a recording that is sealed later), or an instant
    #[arg(long, value_name = "TIME", default_value = "data")]
    time: String,
    #[command(flatten)]
    fields: FieldArguments,
    /// The file to write
    #[arg(long)]
    out: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Clock {
    Gnss,
    Holdover,
    Network,
    Free,
}

impl Clock {
    pub(super) fn source(self) -> ClockSource {
        match self {
            Self::Gnss => ClockSource::Gnss,
            Self::Holdover => ClockSource::Holdover,
            Self::Network => ClockSource::Network,
            Self::Free => ClockSource::Free,
        }
    }
}

/// A station on its way from frame to frame.
struct Station {
    key: KeyPair,
    next: Frame,
    fields: Vec<(String, Vec<u8>)>,
    out: Vec<u8>,
    frames: u64,
}

impl Station {
    fn deliver(&mut self, time: Time, payload: Option<&[u8]>) -> Result<()> {
        let stated = payload.map(|bytes| Payload { sha256: Hash::of(bytes), bytes: bytes.len() as u64 });
        let fields = match self.fields.as_slice() {
            [] => None,
            fields => Some(sealing(fields, &self.key, &self.next)?.fields()),
        };
        let frame = Frame { time, fields, payload: stated, ..self.next.clone() };
        let sealed = frame.seal(&self.key);
        sealed.frame().map_err(|error| anyhow!("the frame cannot be: {error}"))?;
        frame::write(&mut self.out, &sealed, payload);
        self.next.sequence += 1;
        self.next.previous = Some(sealed.hash());
        self.frames += 1;
        Ok(())
    }
}

impl Seal {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let fixed = match self.time.as_str() {
            "data" => None,
            text => Some(Time::parse(text).context("--time")?),
        };
        let key = key_file::read(&self.key)?;
        let (next, fields) = (self.next_frame(&key)?, self.fields.fields()?);
        let mut station = Station { next, key, fields, out: frame::MAGIC.to_vec(), frames: 0 };
        let mut last = None;
        for path in &self.files {
            let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
            let name = path.display().to_string();
            let recording = recording::read(&name, &bytes, None)?;
            if let Some(refusal) = recording.refusals.first() {
                bail!("{name}, {}: {}", refusal.offset, refusal.expected);
            }
            for run in &recording.runs {
                last = last.max(Some(run.end()));
                station.deliver(fixed.unwrap_or(run.end()), Some(&run.payload(&bytes)))?;
            }
        }
        if self.files.is_empty() {
            let Some(time) = fixed else { bail!("a heartbeat has no samples: say its --time") };
            station.deliver(time, None)?;
        }
        std::fs::write(&self.out, &station.out).with_context(|| format!("cannot write {}", self.out.display()))?;
        let (frames, first) = (station.frames, station.next.sequence - station.frames);
        let out = self.out.display();
        if self.json {
            let answer = json!({ "file": out.to_string(), "frames": frames, "first": first });
            output::print(&format!("{answer}\n"))?;
        } else {
            output::print(&format!("{out}: {frames} frames of {}, from number {first} on\n", self.station))?;
        }
        Ok(ExitCode::SUCCESS)
    }

    /// The frame that follows what was delivered, without time and payload.
    fn next_frame(&self, key: &KeyPair) -> Result<Frame> {
        let before = self.after.as_deref().map(last_frame).transpose()?;
        let (boot, sequence, previous) = match &before {
            None => (0, 0, None),
            Some(before) => {
                if before.station != self.station {
                    bail!("the frames before are those of {}", before.station);
                }
                (before.boot + u64::from(self.rebooted), before.sequence + 1, Some(before.hash()))
            }
        };
        Ok(Frame {
            station: self.station.clone(),
            key: key.public().id(),
            boot,
            sequence,
            previous,
            time: Time(0),
            clock: ClockEvidence {
                source: self.clock.source(),
                sigma_ns: u64::from(self.clock_sigma_ms) * 1_000_000,
                satellites: 0,
                authenticity: Authenticity::Unchecked,
                holdover_s: 0,
            },
            next_within_s: self.next_within_s,
            health: Health::default(),
            // What this command is set to, all that it has of a configuration.
            configuration: Hash::of(format!("{:?} {}", self.clock, self.next_within_s).as_bytes()),
            beacon: None,
            fields: None,
            payload: None,
        })
    }
}

fn last_frame(path: &Path) -> Result<Frame> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut last = None;
    for read in frame::read(&bytes) {
        last = Some(read.with_context(|| path.display().to_string())?.1.frame);
    }
    last.ok_or_else(|| anyhow!("{}: there is no frame in it", path.display()))
}
