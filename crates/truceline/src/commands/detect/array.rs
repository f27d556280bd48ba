//! Waves at an array, in the closed files of its elements.
use super::plot::Picture;
use super::{impediment_words, places, read, rounded};
use crate::output;
use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use truceline_model::time::Time;
use truceline_science::array::chain::{
    Absence, ArrayDetector, Arrival, Direction, Element, Impediment, Outcome, Settings, pieces,
};

/// Elements are fed in pieces of this, so that none runs ahead: well below any kind's wait, s.
const PIECE_S: f64 = 2.0;

/// Progress is said once for so many pieces.
const PROGRESS_PIECES: usize = 2_000;

/// What an array listens to.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    /// Air pressure: 0.5 to 4 Hz, windows of 10 s
    Infrasound,
    /// Ground motion: 0.5 to 2 Hz, windows of 20 s
    Seismic,
    /// Sound: 300 to 4000 Hz, windows of 0.25 s
    Microphones,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Arrays")]
pub(super) struct ArrayOptions {
    /// Where the elements stand: a CSV file (channel,lon,lat,elevation_m or channel,x_m,y_m,z_m), a StationXML file, or
    /// the word headers for those of SAC files
    #[arg(long, value_name = "CSV|STATIONXML|headers")]
    array: Option<PathBuf>,
    /// What it listens to: settings with their reasons stand in the documentation of science::array::chain
    #[arg(long, value_enum, default_value = "infrasound", requires = "array")]
    kind: Kind,
    /// How often a window of noise is taken for a wave
    #[arg(long, value_name = "P", requires = "array")]
    p_false: Option<f64>,
    /// How well the elements' places are known, one sigma, m
    #[arg(long, value_name = "METRES", default_value_t = 3.0, requires = "array")]
    survey_sigma: f64,
    /// Draw the first element's samples, azimuths and F over time
    #[arg(long, value_name = "OUT.svg", requires = "array")]
    plot: Option<PathBuf>,
}

impl ArrayOptions {
    pub(super) fn is_asked_for(&self) -> bool {
        self.array.is_some()
    }

    pub(super) fn run(
        &self,
        files: &[PathBuf],
        start: Option<Time>,
        band: Option<(f64, f64)>,
        as_json: bool,
    ) -> Result<ExitCode> {
        let Some(array) = &self.array else { bail!("--array is not given") };
        let mut settings = match self.kind {
            Kind::Infrasound => Settings::infrasound(),
            Kind::Seismic => Settings::seismic(),
            Kind::Microphones => Settings::microphones(),
        };
        (settings.low_hz, settings.high_hz) = band.unwrap_or((settings.low_hz, settings.high_hz));
        settings.p_false = self.p_false.unwrap_or(settings.p_false);
        let (segments, mut refused) = read(files, start);
        if segments.is_empty() {
            refused.iter().for_each(|reason| eprintln!("truceline: {reason}"));
            bail!("no waveform could be read");
        }
        let elements = match array.to_str() {
            Some("headers") => places::from_headers(files)?,
            _ => places::from_file(array, &segments)?,
        };
        let (own, others): (Vec<_>, Vec<_>) =
            segments.into_iter().partition(|segment| elements.iter().any(|element| element.channel == segment.channel));
        let mut strange: Vec<String> = others.into_iter().map(|segment| segment.channel).collect();
        strange.sort();
        strange.dedup();
        refused.extend(strange.iter().map(|channel| format!("{channel} is no element of the array: left out")));
        if own.is_empty() {
            refused.iter().for_each(|reason| eprintln!("truceline: {reason}"));
            bail!("no file holds samples of an element of the array");
        }
        let mut detector = ArrayDetector::new(&elements, self.survey_sigma, settings).context("--array")?;
        let mut outcome = Outcome::default();
        let cut = pieces(&own, PIECE_S);
        let watched = std::io::stderr().is_terminal();
        for (number, piece) in cut.iter().enumerate() {
            detector.push(piece, &mut outcome)?;
            if watched && number % PROGRESS_PIECES == 0 {
                eprint!("\r{} of {} pieces, at {} ", number, cut.len(), piece.start.rounded_ms());
                std::io::stderr().flush().unwrap_or_default();
            }
        }
        detector.finish(&mut outcome)?;
        if watched {
            eprintln!("\r{} of {} pieces", cut.len(), cut.len());
        }
        refused.iter().for_each(|reason| eprintln!("truceline: {reason}"));
        if as_json {
            output::print(&format!("{}\n", as_json_of(&elements, &outcome, &refused)))?;
        } else {
            output::print(&as_words(&elements, &outcome))?;
        }
        if let Some(path) = &self.plot {
            let picture = Picture { segments: &own, outcome: &outcome }.svg();
            std::fs::write(path, picture).with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(ExitCode::from(u8::from(!refused.is_empty())))
    }
}

fn as_words(elements: &[Element], outcome: &Outcome) -> String {
    let count = outcome.arrivals.len();
    let arrivals = if count == 1 { "arrival" } else { "arrivals" };
    let mut text = format!("array of {} elements: {count} {arrivals}\n", elements.len());
    if count > 0 {
        text += "  onset                         +- s  back-azimuth, degrees       slowness, s/km         F  elements  windows\n";
    }
    for arrival in &outcome.arrivals {
        // Columns need a fixed width: milliseconds, always three.
        let time = arrival.time.rounded_ms().to_string();
        let time = match time.strip_suffix('Z').map(|whole| whole.split_once('.')) {
            Some(Some((whole, part))) => format!("{whole}.{part:0<3}Z"),
            Some(None) => format!("{}.000Z", time.trim_end_matches('Z')),
            None => time,
        };
        let (azimuth, slowness) = match arrival.direction {
            Direction::Towards(towards) => (
                format!(
                    "{:5.1} +- {:.1} (with the way {:.1})",
                    towards.azimuth_deg,
                    towards.azimuth_sigma_own_deg(),
                    towards.azimuth_sigma_total_deg()
                ),
                format!("{:6.3} +- {:.3}", towards.slowness_s_km, towards.slowness_sigma_s_km),
            ),
            Direction::NotResolvable(reason) => (format!("none: {reason}"), String::new()),
        };
        text += &format!(
            "  {time}  {:6.2}  {azimuth:<31} {slowness:<16} {:7.1}  {:8}  {:7}{}\n",
            arrival.sigma_s,
            arrival.f_statistic,
            arrival.elements,
            arrival.windows,
            remarks(arrival)
        );
    }
    for impediment in &outcome.impediments {
        let (_, words) = array_impediment_words(impediment);
        text += &format!("  not seen or spoilt: {words}\n");
    }
    text
}

/// What is to be known of an arrival beside its numbers.
fn remarks(arrival: &Arrival) -> String {
    let mut remarks = Vec::new();
    if let Direction::Towards(towards) = arrival.direction
        && towards.near
    {
        remarks.push("near".to_owned());
    }
    if let Some(wrong) = &arrival.wrong_element {
        remarks.push(format!("{wrong} contradicts the others"));
    }
    if !arrival.without.is_empty() {
        remarks.push(format!("without {}", arrival.without.join(" ")));
    }
    if !arrival.clock_questionable.is_empty() {
        remarks.push(format!("clock questionable at {}", arrival.clock_questionable.join(" ")));
    }
    if !arrival.onset_picked && !arrival.continued {
        remarks.push("no onset picked".to_owned());
    }
    for (is, words) in [(arrival.continued, "goes on"), (arrival.cut_short, "cut short")] {
        if is {
            remarks.push(words.to_owned());
        }
    }
    if remarks.is_empty() { String::new() } else { format!("  ({})", remarks.join(", ")) }
}

fn as_json_of(elements: &[Element], outcome: &Outcome, refused: &[String]) -> Value {
    let direction = |direction: &Direction| match direction {
        Direction::Towards(t) => json!({
            "azimuth_deg": rounded(t.azimuth_deg),
            "azimuth_sigma_deg": rounded(t.azimuth_sigma_deg),
            "azimuth_spread_deg": rounded(t.azimuth_spread_deg),
            "azimuth_propagation_sigma_deg": rounded(t.azimuth_propagation_sigma_deg),
            "slowness_s_km": rounded(t.slowness_s_km),
            "slowness_sigma_s_km": rounded(t.slowness_sigma_s_km),
            "slowness_spread_s_km": rounded(t.slowness_spread_s_km),
            "elevation_deg": t.elevation.map(|elevation| rounded(elevation.angle_deg)),
            "elevation_sigma_deg": t.elevation.map(|elevation| rounded(elevation.sigma_deg)),
            "near": t.near,
        }),
        Direction::NotResolvable(reason) => json!({ "not_resolvable": reason.to_string() }),
    };
    let arrival = |arrival: &Arrival| {
        json!({
            "time": arrival.time.to_string(),
            "sigma_s": rounded(arrival.sigma_s),
            "onset_picked": arrival.onset_picked,
            "peak": arrival.peak.to_string(),
            "from": arrival.from.to_string(),
            "to": arrival.to.to_string(),
            "direction": direction(&arrival.direction),
            "f_statistic": rounded(arrival.f_statistic),
            "stretch": rounded(arrival.stretch),
            "windows": arrival.windows,
            "elements": arrival.elements,
            "without": arrival.without,
            "wrong_element": arrival.wrong_element,
            "amplitude": rounded(arrival.amplitude),
            "snr": rounded(arrival.snr),
            "clock_questionable": arrival.clock_questionable,
            "continued": arrival.continued,
            "cut_short": arrival.cut_short,
        })
    };
    let impediment = |impediment: &Impediment| {
        let (kind, words) = array_impediment_words(impediment);
        json!({ "kind": kind, "words": words })
    };
    json!({
        "elements": elements.iter().map(|element| element.channel.clone()).collect::<Vec<_>>(),
        "arrivals": outcome.arrivals.iter().map(arrival).collect::<Vec<_>>(),
        "impediments": outcome.impediments.iter().map(impediment).collect::<Vec<_>>(),
        "refused": refused,
    })
}

/// The kind of an impediment, and what it says.
fn array_impediment_words(impediment: &Impediment) -> (&'static str, String) {
    match impediment {
        Impediment::Channel { channel, what } => {
            let (kind, words) = impediment_words(what);
            (kind, format!("{channel}: {words}"))
        }
        Impediment::RateUnusable { channel, at, rate_hz } => {
            ("rate-unusable", format!("{channel}: the band does not fit {rate_hz} Hz, since {at}"))
        }
        Impediment::Missing { channel, at, why } => {
            let why = match why {
                Absence::NoSamples => "no samples",
                Absence::OtherRate => "another rate than most have",
                Absence::Flat => "one and the same value",
            };
            ("missing", format!("{channel}: windows from {at} on go on without it, {why}"))
        }
        Impediment::Again { channel, at } => ("again", format!("{channel}: windows hold it again from {at} on")),
        Impediment::Blind { from, to } => {
            ("blind", format!("too few elements for a direction in windows from {from} to before {to}"))
        }
    }
}
