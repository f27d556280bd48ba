//! Synthetic sets with the true event of each pick: recall, precision, error of the place, processor time.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

use super::answer::Files;
use super::score::pairs;
use super::{Bench, PEER_WAIT_S};
use crate::bench::child;
use crate::bench::columns::Columns;
use crate::bench::figure::{Figure, Goal};
use crate::bench::quantile;
use crate::project::output_of;
use crate::step;

/// A true event counts in the recall from this many picks on, as in the peers' own scorer.
const PICKS_MIN: f64 = 10.0;

/// So many events are located from exactly their true picks, the first ones: a median within some 10 %.
const RELOCATED_MAX: usize = 100;

/// What locating from exactly the true picks reached when it was first measured, km: the error is held to a tenth above
/// this, or above what it reaches here if that is less.
const RELOCATED_KM: f64 = 0.33;

/// One set, and what is asked of it.
pub(super) struct Ask {
    pub(super) name: &'static str,
    /// Where the set is made: events an hour, hours, share of noise, seed. None: it is a set of the data folder.
    pub(super) made: Option<[f64; 4]>,
    pub(super) recall: Option<f64>,
    pub(super) precision: Option<f64>,
    /// The oracle's F1: true places and times given, optimal assignment.
    pub(super) oracle_f1: Option<f64>,
    pub(super) cpu_s: Option<f64>,
    /// Whether peers are run on it: they do not end on the large ones.
    pub(super) peers: bool,
}

pub(super) const ASKS: [Ask; 5] = [
    Ask {
        name: "rate100",
        made: None,
        recall: Some(0.995),
        precision: Some(0.999),
        oracle_f1: None,
        cpu_s: None,
        peers: true,
    },
    Ask {
        name: "rate500",
        made: None,
        recall: Some(0.995),
        precision: Some(0.995),
        oracle_f1: None,
        cpu_s: Some(0.5),
        peers: true,
    },
    Ask {
        name: "rate2000",
        made: None,
        recall: Some(0.993),
        precision: Some(0.988),
        oracle_f1: None,
        cpu_s: Some(2.0),
        peers: true,
    },
    // The oracle's recall and precision there: .961 and .920, .958 and .905.
    Ask {
        name: "5000 an hour",
        made: Some([5000.0, 1.0, 0.3, 7.0]),
        recall: None,
        precision: None,
        oracle_f1: Some(0.940),
        cpu_s: Some(10.0),
        peers: false,
    },
    Ask {
        name: "2000, 70 % noise",
        made: Some([2000.0, 1.0, 0.7, 7.0]),
        recall: None,
        precision: None,
        oracle_f1: Some(0.931),
        cpu_s: None,
        peers: false,
    },
];

/// A set in memory.
struct Set {
    sensors: String,
    arrivals: String,
    /// Those of the first [`RELOCATED_MAX`] events with the event as a label.
    labelled: String,
    /// The true event of each row.
    truth: Vec<Option<usize>>,
    /// Place in m and picks of each true event.
    events: Vec<((f64, f64), f64)>,
}

pub(super) fn run(bench: &Bench<'_>, ask: &Ask, figures: &mut Vec<Figure>) -> Result<()> {
    let folder = match ask.made {
        None => bench.data.join("association").join(ask.name),
        Some(numbers) => {
            let Some(peer) = &bench.peer else {
                eprintln!(
                    "    {}: skipped, it is made by association_synthetic.py (--peer DIR --python FILE)",
                    ask.name
                );
                return Ok(());
            };
            let folder = bench.folder.join(format!("made-{}", ask.name.replace([' ', '%', ','], "")));
            let mut command = Command::new(&bench.python);
            command
                .arg(peer.join("association_synthetic.py"))
                .arg(&folder)
                .args(numbers.map(|n| format!("{n:.1}").trim_end_matches(".0").to_owned()));
            output_of(&mut command)?;
            folder
        }
    };
    let set = Set::read(&folder)?;
    let files = Files::write(&bench.folder.join(ask.name), &set.sensors, &set.arrivals, "")?;
    let answer = step::step(&format!("{}, truceline", ask.name), || files.run(&bench.binary, "associate", &[]))?;
    let places: Vec<((f64, f64), Vec<usize>)> =
        answer.events.into_iter().map(|event| (event.place, event.rows)).collect();
    let ours = set.score(&places, answer.cpu_s);
    let bound_km = step::step(&format!("{}, exactly the true picks", ask.name), || set.relocated_km(bench, ask.name));
    let mut peers = Vec::new();
    if ask.peers && bench.with_peers {
        for (name, script) in [("PyOcto", "pyocto_associate.py"), ("GaMMA", "gamma_associate.py")] {
            let found = step::step(&format!("{}, {name}", ask.name), || set.peer(bench, &files, script));
            // A peer that is not installed is left out; the table says so by its absence.
            match found {
                Ok(found) => peers.push((name, found)),
                Err(error) => eprintln!("    {name}: {error:#}"),
            }
        }
    }
    let mut add = |what: &'static str, of: fn(&Score) -> Option<f64>, goal: Option<Goal>| {
        let mut figure = Figure::new(ask.name, what, of(&ours), goal);
        figure.peers = peers.iter().map(|(name, score)| ((*name).to_owned(), score.as_ref().and_then(of))).collect();
        figures.push(figure);
    };
    add("recall", |score| Some(score.recall), ask.recall.map(Goal::AtLeast));
    add("precision", |score| Some(score.precision), ask.precision.map(Goal::AtLeast));
    add("F1", |score| Some(score.f1()), ask.oracle_f1.map(|f1| Goal::AtLeast(f1 - 0.02)));
    let relocated_km = bound_km.unwrap_or_else(|error| {
        eprintln!("    {}: exactly the true picks: {error:#}", ask.name);
        None
    });
    let bound_km = relocated_km.unwrap_or(RELOCATED_KM).min(RELOCATED_KM);
    add("median error, km", |score| score.error_km, Some(Goal::AtMost(1.1 * bound_km)));
    add("CPU s", |score| Some(score.cpu_s), ask.cpu_s.map(Goal::AtMost));
    figures.push(Figure::new(ask.name, "from the true picks, km", relocated_km, None));
    super::oracle::run(bench, ask.name, &folder, figures)
}

struct Score {
    recall: f64,
    precision: f64,
    error_km: Option<f64>,
    cpu_s: f64,
}

impl Score {
    fn f1(&self) -> f64 {
        2.0 * self.recall * self.precision / (self.recall + self.precision).max(1e-9)
    }
}

impl Set {
    fn read(folder: &Path) -> Result<Self> {
        let stations = Columns::read(&folder.join("stations.csv"))?;
        let mut sensors = "sensor_id,kind,x_m,y_m,z_m\n".to_owned();
        for row in 0..stations.len() {
            let km = |column| stations.number(row, column).map(|km| km * 1e3);
            let id = stations.text(row, "id")?;
            writeln!(sensors, "{id},seismometer,{:.3},{:.3},{:.3}", km("x")?, km("y")?, km("z")?)?;
        }
        let picks = Columns::read(&folder.join("picks.csv"))?;
        let mut arrivals = "sensor_id,time,phase\n".to_owned();
        let mut labelled = "sensor_id,time,phase,event\n".to_owned();
        let mut truth = Vec::with_capacity(picks.len());
        for row in 0..picks.len() {
            let (id, time, phase) = (picks.text(row, "station")?, picks.text(row, "time")?, picks.text(row, "phase")?);
            let event = picks.number(row, "ev")?;
            writeln!(arrivals, "{id},{time},{phase}")?;
            if (0.0..RELOCATED_MAX as f64).contains(&event) {
                writeln!(labelled, "{id},{time},{phase},{event}")?;
            }
            truth.push((event >= 0.0).then_some(event as usize));
        }
        let table = Columns::read(&folder.join("events.csv"))?;
        let mut events = Vec::new();
        for row in 0..table.len() {
            let place = (table.number(row, "x")? * 1e3, table.number(row, "y")? * 1e3);
            events.push((place, table.number(row, "npick")?));
        }
        Ok(Self { sensors, arrivals, labelled, truth, events })
    }

    fn score(&self, found: &[((f64, f64), Vec<usize>)], cpu_s: f64) -> Score {
        let rows: Vec<Vec<usize>> = found.iter().map(|(_, rows)| rows.clone()).collect();
        let pairs = pairs(&rows, &self.truth);
        let eligible = self.events.iter().filter(|(_, picks)| *picks >= PICKS_MIN).count();
        let hit = pairs.iter().filter(|(_, event)| self.events[*event].1 >= PICKS_MIN).count();
        let errors_km: Vec<f64> = pairs
            .iter()
            .map(|(at, event)| {
                let ((x, y), (tx, ty)) = (found[*at].0, self.events[*event].0);
                ((x - tx) * (x - tx) + (y - ty) * (y - ty)).sqrt() / 1e3
            })
            .collect();
        Score {
            recall: hit as f64 / eligible.max(1) as f64,
            precision: pairs.len() as f64 / found.len().max(1) as f64,
            error_km: quantile(&errors_km, 0.5),
            cpu_s,
        }
    }

    /// Median error of eligible events located from exactly their true picks.
    fn relocated_km(&self, bench: &Bench<'_>, name: &str) -> Result<Option<f64>> {
        let folder = bench.folder.join(format!("{name}, true picks"));
        // Of one owner, since places without each of many are not asked for here.
        let sensors = self.sensors.replace("sensor_id,kind", "sensor_id,owner,kind").replace(",seism", ",one,seism");
        let files = Files::write(&folder, &sensors, &self.labelled, "[source]\ndepth_m_max = 20000\n")?;
        let answer = files.run(&bench.binary, "locate", &[])?;
        let errors_km = answer.events.iter().filter_map(|event| {
            let truth: usize = event.json["event_id"].as_str()?.parse().ok()?;
            let (place, picks) = self.events.get(truth)?;
            let (dx, dy) = (event.place.0 - place.0, event.place.1 - place.1);
            (*picks >= PICKS_MIN).then(|| (dx * dx + dy * dy).sqrt() / 1e3)
        });
        Ok(quantile(&errors_km.collect::<Vec<f64>>(), 0.5))
    }

    /// A peer on the same two files.
    fn peer(&self, bench: &Bench<'_>, files: &Files, script: &str) -> Result<Option<Score>> {
        let mut command = bench.peer_command(script);
        command.arg(files.folder.join("sensors.csv")).arg(files.folder.join("arrivals.csv"));
        let Some(text) = child::within(&mut command, Duration::from_secs(PEER_WAIT_S))? else { return Ok(None) };
        let last = text.trim_end().lines().last().unwrap_or_default();
        let answer: Value = serde_json::from_str(last).with_context(|| format!("{script}: not JSON"))?;
        let cpu_s = answer["cpu_s"].as_f64().with_context(|| format!("{script}: no cpu_s"))?;
        let mut found = Vec::new();
        for event in answer["events"].as_array().with_context(|| format!("{script}: no events"))? {
            let number =
                |name: &str| event[name].as_f64().with_context(|| format!("{script}: an event without {name}"));
            let rows = event["arrivals"].as_array().into_iter().flatten().filter_map(Value::as_u64);
            found.push(((number("x_m")?, number("y_m")?), rows.map(|row| row as usize).collect()));
        }
        Ok(Some(self.score(&found, cpu_s)))
    }
}
