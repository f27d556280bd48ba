//! The lines of agreements, and how an observed place lies to them.
use crate::state::State;
use std::sync::{Arc, Mutex, PoisonError};
use truceline_accord::agreement::{self, Agreement, LineStatus, LineVertex};
use truceline_model::appraisal::LineSide;
use truceline_model::hash::Hash;
use truceline_model::place::Place;
use truceline_model::posterior::PPB;
use truceline_model::time::Interval;
use truceline_science::attribute::crossing::sides_of;
use truceline_science::locate::{Line, Point, Segments, Vertex};

/// A side is stated from this probability on: one chance in a hundred that the place is across, by its own uncertainty and
/// the line's. An even spread over one pixel either way is across a line that is nearer than 1.34 pixels with more.
const STATED_FROM: f64 = 0.99;

/// A line of an agreement, cut up.
#[derive(Debug)]
struct DrawnLine {
    agreement: Hash,
    id: String,
    sides: (String, String),
    /// Who alone says so, or that it is disputed: then no side is stated.
    contested: Option<String>,
    epoch: Option<Interval>,
    segments: Segments,
    /// South, west, north, east, degrees.
    bounds: [f64; 4],
}

/// Lines that were read, for the agreements that were held then. It holds nothing that the state does not say.
#[derive(Debug, Clone, Default)]
pub(crate) struct Drawn(Arc<Mutex<Read>>);

/// Agreements by their entries' SHA-256, and their lines.
type Read = (Vec<Hash>, Arc<Vec<DrawnLine>>);

impl Drawn {
    /// The lines between parties of the agreements that are held.
    pub(crate) fn lines(&self, state: &State) -> Lines {
        let mut read = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let held = state.agreements.iter().map(|(hash, _)| *hash);
        if !read.0.iter().copied().eq(held.clone()) {
            let lines = state.agreements.iter().rev().flat_map(|(hash, text)| drawn(*hash, text));
            *read = (held.collect(), Arc::new(lines.collect()));
        }
        Lines(Arc::clone(&read.1))
    }
}

/// Lines between parties; those of the newest agreement come first.
pub(crate) struct Lines(Arc<Vec<DrawnLine>>);

fn drawn(hash: Hash, text: &str) -> Vec<DrawnLine> {
    let Ok(agreement) = Agreement::read(text) else { return Vec::new() };
    let mut found = Vec::new();
    for line in agreement.lines {
        let Some(sides) = line.sides.clone() else { continue };
        let contested = match (&line.claimed_by, line.status) {
            (Some(party), _) => Some(format!("the line is what {party} alone says")),
            (None, LineStatus::Disputed) => Some("the line is disputed".to_owned()),
            (None, LineStatus::Agreed | LineStatus::Assessed) => None,
        };
        let Some(whole) = in_degrees(&line) else { continue };
        let bounds = whole.vertices().fold([90.0_f64, 180.0, -90.0, -180.0], |[south, west, north, east], vertex| {
            let Point { x, y } = vertex.at;
            [south.min(y), west.min(x), north.max(y), east.max(x)]
        });
        let segments = Segments::of(&whole, true);
        found.push(DrawnLine { agreement: hash, id: line.id, sides, contested, epoch: line.epoch, segments, bounds });
    }
    found
}

/// An agreement's line for computing, in degrees; none where it is none.
pub(super) fn in_degrees(line: &agreement::Line) -> Option<Line> {
    let vertex = |vertex: &LineVertex| Vertex {
        at: Point { x: vertex.place.lon_deg(), y: vertex.place.lat_deg() },
        sigma_m: vertex.sigma_m,
    };
    Line::new(line.parts.iter().map(|part| part.iter().map(vertex).collect()).collect()).ok()
}

impl Lines {
    /// Whether a place lies within so many degrees of a line's box; none where there is no line.
    pub(crate) fn is_near(&self, place: Place, degrees: f64) -> Option<bool> {
        let (y, x) = (place.lat_deg(), place.lon_deg());
        let within = |line: &DrawnLine| {
            let [south, west, north, east] = line.bounds;
            y >= south - degrees && y <= north + degrees && x >= west - degrees && x <= east + degrees
        };
        (!self.0.is_empty()).then(|| self.0.iter().any(within))
    }

    /// How a place, known to a variance of each horizontal component, lies to the nearest line of the newest agreement
    /// that has one at that time; and why no side is stated, where none is.
    pub(crate) fn side(&self, place: Place, variance_m2: f64, at: Interval) -> Option<(LineSide, Option<String>)> {
        let drawn = |line: &&DrawnLine| line.epoch.is_none_or(|epoch| epoch.meets(&at));
        let newest = self.0.iter().find(drawn)?.agreement;
        let point = Point { x: place.lon_deg(), y: place.lat_deg() };
        let lines = self.0.iter().filter(drawn).filter(|line| line.agreement == newest);
        let seen = lines.map(|line| (line, line.segments.across(point)));
        let (line, across) = seen.min_by(|(_, a), (_, b)| a.signed_m.abs().total_cmp(&b.signed_m.abs()))?;
        let (left, right) = sides_of(across.signed_m, variance_m2, across.sigma_m);
        let (p, party) = if left >= right { (left, &line.sides.0) } else { (right, &line.sides.1) };
        let why = match () {
            () if across.beyond => Some("it lies beyond an end of the line".to_owned()),
            () if line.contested.is_some() => line.contested.clone(),
            () if p < STATED_FROM => Some("its own uncertainty and the line's reach across".to_owned()),
            () => None,
        };
        let ppb = |p: f64| (p * PPB).floor() as u32;
        let side = why.is_none().then(|| party.clone());
        let line = LineSide {
            agreement: line.agreement,
            line: line.id.clone(),
            distance_m: across.signed_m.abs().round() as u32,
            left_ppb: ppb(left),
            right_ppb: ppb(right),
            side,
        };
        Some((line, why))
    }
}
