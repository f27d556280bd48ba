//! `truceline detect`: arrivals in closed waveform files, of single channels or of an array.
mod array;
mod places;
mod plot;

use crate::output;
use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use truceline_formats::waveform;
use truceline_model::time::Time;
use truceline_model::waveform::Segment;
use truceline_science::dsp::butterworth::Band;
use truceline_science::dsp::chain::{Arrival, ChannelDetector, Characteristic, Impediment, Outcome, Settings};

/// Find arrivals in waveform files: miniSEED 2 and 3, SAC, WAV, SLIST.
///
/// Each channel is high-passed, band-passed and watched by a recursive STA/LTA; each onset is refined by AIC and has
/// a sigma. What keeps it from seeing (gaps, overlaps, rate changes) is said and never smoothed over. Nothing is
/// registered.
///
/// With --array the files are those of an array's elements: waves that passed it are found by the beam (F-K, adaptive
/// F-detector), each with its direction or the reason why it has none. An array has a direction at most, never a place.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  truceline detect day.mseed --band 2,20 --sta 0.5 --lta 10\n  \
                        truceline detect *.SAC --array headers --plot bearings.svg")]
pub(crate) struct Detect {
    /// Waveform files; segments of one channel are taken in the order of their times
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The band in Hz: LOW,HIGH; 2,20 if not given, with --array that of the kind
    #[arg(long, value_name = "LOW,HIGH", value_parser = parse_band)]
    band: Option<(f64, f64)>,
    /// Short window of the STA/LTA, s
    #[arg(long, default_value_t = 0.5)]
    sta: f64,
    /// Long window of the STA/LTA, s
    #[arg(long, default_value_t = 10.0)]
    lta: f64,
    /// Switches on above this
    #[arg(long, default_value_t = 3.5)]
    on: f64,
    /// Switches off below this
    #[arg(long, default_value_t = 1.0)]
    off: f64,
    /// Looks for rises of energy below the trigger and within codas, too: how often noise may be taken for one, for each test
    #[arg(long, value_name = "P")]
    rise_p_false: Option<f64>,
    /// When a file begins that does not say so (WAV)
    #[arg(long, value_name = "TIME")]
    start: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    array: array::ArrayOptions,
}

/// The band for single channels, Hz: local shots and explosions.
const BAND_HZ: (f64, f64) = (2.0, 20.0);

fn parse_band(text: &str) -> Result<(f64, f64)> {
    let (low, high) = text.split_once(',').context("expected LOW,HIGH in Hz, such as 2,20")?;
    let hz = |part: &str| part.trim().parse::<f64>().with_context(|| format!("{part:?} is no frequency in Hz"));
    Ok((hz(low)?, hz(high)?))
}

impl Detect {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let start = self.start.as_deref().map(Time::parse).transpose().context("--start")?;
        let (low_hz, high_hz) = self.band.unwrap_or(BAND_HZ);
        let settings = Settings {
            band: Band::BandPass { low_hz, high_hz },
            characteristic: Characteristic::RecursiveStaLta { sta_s: self.sta, lta_s: self.lta },
            on: self.on,
            off: self.off,
            rise_p_false: self.rise_p_false,
            ..Settings::local_seismic()
        };
        if self.array.is_asked_for() {
            return self.array.run(&self.files, start, self.band, self.json);
        }
        let mut channels: BTreeMap<String, Vec<Segment>> = BTreeMap::new();
        let (segments, refused) = read(&self.files, start);
        for segment in segments {
            channels.entry(segment.channel.clone()).or_default().push(segment);
        }
        let mut detected = Vec::new();
        for (channel, mut segments) in channels {
            segments.sort_by_key(|segment| segment.start);
            let mut detector = ChannelDetector::new(&channel, settings.clone())?;
            let mut outcome = Outcome::default();
            for segment in &segments {
                detector.push(segment, &mut outcome)?;
            }
            detector.finish(&mut outcome);
            let samples: usize = segments.iter().map(|segment| segment.samples.len()).sum();
            detected.push((channel, samples, outcome));
        }
        for reason in &refused {
            eprintln!("truceline: {reason}");
        }
        if detected.is_empty() {
            bail!("no waveform could be read");
        }
        if self.json {
            let channels: Vec<Value> = detected.iter().map(|(c, samples, o)| channel_json(c, *samples, o)).collect();
            output::print(&format!("{}\n", json!({ "channels": channels, "refused": refused })))?;
        } else {
            for (channel, samples, outcome) in &detected {
                output::print(&channel_words(channel, *samples, outcome))?;
            }
        }
        Ok(ExitCode::from(u8::from(!refused.is_empty())))
    }
}

/// The segments of all files, and what could not be read; the other files go on.
fn read(files: &[PathBuf], start: Option<Time>) -> (Vec<Segment>, Vec<String>) {
    let (mut segments, mut refused) = (Vec::new(), Vec::new());
    for path in files {
        let name = path.display().to_string();
        let read = std::fs::read(path)
            .with_context(|| format!("cannot read {name}"))
            .and_then(|bytes| Ok(waveform::read(&name, &bytes, start)?));
        match read {
            Ok(found) => {
                refused.extend(found.refused.iter().map(ToString::to_string));
                segments.extend(found.segments);
            }
            Err(error) => refused.push(format!("{error:#}")),
        }
    }
    (segments, refused)
}

fn channel_words(channel: &str, samples: usize, outcome: &Outcome) -> String {
    let count = outcome.arrivals.len();
    let arrivals = if count == 1 { "arrival" } else { "arrivals" };
    let mut text = format!("{channel}: {samples} samples, {count} {arrivals}\n");
    for Arrival { time, sigma_s, snr, duration_s, .. } in &outcome.arrivals {
        let time = time.rounded_ms();
        text += &format!("  {time} +- {sigma_s:.3} s, signal to noise {snr:.1}, lasts {duration_s:.1} s\n");
    }
    for impediment in &outcome.impediments {
        let (_, words) = impediment_words(impediment);
        text += &format!("  not seen or spoilt: {words}\n");
    }
    text
}

fn channel_json(channel: &str, samples: usize, outcome: &Outcome) -> Value {
    let arrival = |arrival: &Arrival| {
        json!({
            "time": arrival.time.to_string(),
            "sigma_s": rounded(arrival.sigma_s),
            "switched_on": arrival.triggered.to_string(),
            "duration_s": rounded(arrival.duration_s),
            "snr": rounded(arrival.snr),
            "amplitude": rounded(arrival.amplitude),
            "clock_questionable": arrival.clock_questionable,
            "cut_short": arrival.cut_short,
        })
    };
    let impediment = |impediment: &Impediment| {
        let (kind, words) = impediment_words(impediment);
        json!({ "kind": kind, "words": words })
    };
    json!({
        "channel": channel,
        "samples": samples,
        "arrivals": outcome.arrivals.iter().map(arrival).collect::<Vec<_>>(),
        "impediments": outcome.impediments.iter().map(impediment).collect::<Vec<_>>(),
    })
}

/// The kind of an impediment, and what it says.
fn impediment_words(impediment: &Impediment) -> (&'static str, String) {
    match impediment {
        Impediment::Gap { from, to } => ("gap", format!("nothing from {from} to {to}")),
        Impediment::Overlap { from, to, set_back: false } => ("overlap", format!("what overlaps, {from} to {to}")),
        Impediment::Overlap { from, set_back: true, .. } => ("set-back", format!("the clock went back to {from}")),
        Impediment::RateChange { at, from_hz, to_hz } => {
            ("rate-change", format!("the rate changed from {from_hz} to {to_hz} Hz at {at}"))
        }
        Impediment::RateUnusable { at, rate_hz, reason } => {
            ("rate-unusable", format!("no detector for {rate_hz} Hz since {at}: {reason}"))
        }
        Impediment::Retimed { at, by_s } => ("retimed", format!("stamps moved by {by_s:.6} s at {at}")),
        Impediment::ClockQuestionable { at } => ("clock-questionable", format!("the clock is questionable since {at}")),
        Impediment::ClockTrusted { at } => ("clock-trusted", format!("the clock is trusted again since {at}")),
        Impediment::NotFinite { at, samples } => ("not-finite", format!("{samples} samples are no numbers at {at}")),
        Impediment::Flat { from, to } => ("flat", format!("one and the same value from {from} to {to}")),
    }
}

fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}
