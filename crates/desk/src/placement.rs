//! Whether the force keeps its own rule: how far a deployment's coarse cell lies from the lines of an agreement.
//!
//! # Algorithm
//! The cell, of one degree by one, is sampled every tenth of a degree, its lines every [`STEP_M`]; of each sample of the cell the
//! geodesic distance to the nearest sample of a line is taken. The least and the greatest of them are widened by what lies between
//! samples and by two standard deviations of the line, and rounded outwards to whole kilometres, so that the true distance of every
//! place in the cell lies between. Where the rule's figure lies between them too, the answer is *unclear*.
use truceline_accord::Agreement;
use truceline_accord::agreement::{Line, LineKind};
use truceline_model::geodesic::between;
use truceline_model::place::Place;
use truceline_register::Register;
use truceline_register::force::{CoarseCell, Distance, Kept};

/// Between samples of a line, m: small against a cell.
pub const STEP_M: f64 = 5_000.0;

/// The most samples of all lines together; a longer one is sampled more coarsely, and the bounds are wider.
const MAX_SAMPLES: f64 = 4_000.0;

/// Samples along each edge of a cell.
const SAMPLES: i32 = 10;

/// A tenth of a degree of a great circle, m, at most: half the diagonal between samples is less than 0.71 of it.
const TENTH_M: f64 = 11_170.0;

/// A deployment with a cell, and what is to be said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The deployment, by its id.
    pub deployment: String,
    /// How far its cell is from the nearest line.
    pub distance: Distance,
    /// The least distance of its rule, if it has a figure.
    pub least_km: Option<u32>,
    /// Whether its rule is kept.
    pub kept: Kept,
}

/// The deployments of a register that have a cell and a rule, against the contact and ceasefire lines of an agreement.
#[must_use]
pub fn placed(register: &Register, agreement: &Agreement) -> Vec<Placed> {
    let divides = |line: &&Line| matches!(line.kind, LineKind::Contact | LineKind::Ceasefire);
    let lines: Vec<&Line> = agreement.lines.iter().filter(divides).collect();
    let mut placed = Vec::new();
    for deployment in &register.deployments {
        let (Some(cell), Some(placement)) = (deployment.cell, &deployment.placement) else { continue };
        let Some(distance) = distance(cell, &lines) else { continue };
        placed.push(Placed {
            deployment: deployment.id.as_str().to_owned(),
            distance,
            least_km: placement.least_km,
            kept: deployment.kept_at(Some(distance)),
        });
    }
    placed
}

/// How far a cell lies from the nearest of these lines; none where there are none.
#[must_use]
pub fn distance(cell: CoarseCell, lines: &[&Line]) -> Option<Distance> {
    let length: f64 = lines.iter().map(|line| line.length_m()).sum();
    let step_m = STEP_M.max(length / MAX_SAMPLES);
    let mut samples: Vec<Place> = Vec::new();
    let mut sigma_m: f64 = 0.0;
    for part in lines.iter().flat_map(|line| &line.parts) {
        samples.extend(part.iter().map(|vertex| vertex.place));
        sigma_m = part.iter().fold(sigma_m, |most, vertex| most.max(vertex.sigma_m));
        for pair in part.windows(2) {
            let (from, to) = (pair[0].place, pair[1].place);
            let pieces = (between(from, to).distance_m / step_m).ceil().max(1.0) as u32;
            let along = |start: f64, end: f64, piece: u32| start + (end - start) * f64::from(piece) / f64::from(pieces);
            let place = |piece: u32| {
                let lat = along(from.lat_deg(), to.lat_deg(), piece);
                Place::from_degrees(lat, along(from.lon_deg(), to.lon_deg(), piece))
            };
            samples.extend((1..pieces).filter_map(place));
        }
    }
    let nearest =
        |place: Place| samples.iter().map(|sample| between(place, *sample).distance_m).fold(f64::INFINITY, f64::min);
    let at = |start: f64, piece: i32| start + f64::from(piece) / f64::from(SAMPLES);
    let (south, west) = (f64::from(cell.lat_deg), f64::from(cell.lon_deg));
    let places = (0..=SAMPLES).flat_map(|row| (0..=SAMPLES).map(move |column| (row, column)));
    let places = places.filter_map(|(row, column)| Place::from_degrees(at(south, row), at(west, column)));
    let (mut least_m, mut most_m) = (f64::INFINITY, 0.0_f64);
    for place in places {
        let distance_m = nearest(place);
        (least_m, most_m) = (least_m.min(distance_m), most_m.max(distance_m));
    }
    if !least_m.is_finite() {
        return None;
    }
    let slack_m = 0.71 * TENTH_M + step_m / 2.0 + 2.0 * sigma_m;
    let km = |metres: f64| metres / 1_000.0;
    Some(Distance {
        least_km: km(least_m - slack_m).max(0.0).floor() as u32,
        most_km: km(most_m + slack_m).ceil() as u32,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use truceline_accord::agreement::{LineStatus, LineVertex};

    /// A line along the parallel of 48 degrees, from 30 to 32 degrees east.
    fn line() -> Line {
        let vertex = |lon: f64| LineVertex { place: Place::from_degrees(48.0, lon).unwrap(), sigma_m: 500.0 };
        Line {
            id: "L1".into(),
            name: "A line".into(),
            kind: LineKind::Contact,
            status: LineStatus::Assessed,
            claimed_by: None,
            sides: None,
            epoch: None,
            parts: vec![vec![vertex(30.0), vertex(31.0), vertex(32.0)]],
        }
    }

    #[test]
    fn a_cell_lies_between_its_bounds() {
        let line = line();
        let far = distance(CoarseCell { lat_deg: 49, lon_deg: 30 }, &[&line]).unwrap();
        // From 49 to 50 degrees: one to two degrees of latitude, 111.2 km each there.
        assert!((95..=111).contains(&far.least_km) && (223..=240).contains(&far.most_km), "{far:?}");
        let on = distance(CoarseCell { lat_deg: 48, lon_deg: 31 }, &[&line]).unwrap();
        assert_eq!(on.least_km, 0);
        assert!(on.most_km >= 111, "{on:?}");
        assert_eq!(distance(CoarseCell { lat_deg: 48, lon_deg: 31 }, &[]), None);
    }

    #[test]
    fn the_rule_binds_the_force_itself() {
        let register = |cell: &str, least_km: u32| {
            let text = format!(
                "schema = \"truceline-register-1\"\nlayer = \"deployment\"\n[register]\nid = \"test\"\nversion = 1\n\
                 title = \"A register\"\n[[deployment]]\nid = \"D1\"\nby = []\ndomains = []\nquantity = \"unclear\"\n\
                 status = \"declared-intent\"\nplacement = {{ text = \"Far from it\", least_km = {least_km} }}\ncell = {cell}\n"
            );
            Register::read(&[("register.toml", text.as_bytes())]).unwrap()
        };
        let kept = |cell: &str, least_km: u32| {
            let register = register(cell, least_km);
            let deployment = &register.deployments[0];
            let distance = distance(deployment.cell.unwrap(), &[&line()]);
            deployment.kept_at(distance)
        };
        assert_eq!(kept("[49, 30]", 50), Kept::Yes);
        assert_eq!(kept("[48, 30]", 50), Kept::Unclear);
        assert_eq!(kept("[48, 30]", 300), Kept::No);
    }
}
