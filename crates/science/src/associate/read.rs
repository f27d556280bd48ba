//! Measurements as the associator needs them, and why some are set aside.
use super::evidence::Evidence;
use super::network::{self, NONE, Network};
use super::picks::Pick;
use truceline_model::measurement::{Measurement, Phase, SensorKind};

/// Why a measurement was set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unused {
    /// It names a sensor that is not among the sensors.
    UnknownSensor,
    /// Its sensor does not register such a wave.
    WrongPhase,
    /// A number in it is not finite, or has no meaning.
    NotANumber,
    /// Another measurement of the same channel says the same.
    Duplicate,
    /// Its sensor contradicts the others over many events.
    Inconsistent,
    /// It came after its time was closed.
    Late,
}

/// Deviation of a bearing that states none, degrees: arrays' usual propagation doubt, and people's.
fn bearing_sigma_deg(kind: SensorKind) -> f64 {
    match kind {
        SensorKind::Observer => 15.0,
        _ => 5.0,
    }
}

/// The least deviation of a bearing, radians: a tenth of a degree, as sensors are set up.
const BEARING_SIGMA_RAD_MIN: f64 = 0.001_745;

/// The least deviation of a fix, m.
const FIX_SIGMA_M_MIN: f64 = 1.0;

/// A measurement as it can be read.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    /// Its time, channel and row are still open.
    pub pick: Pick,
    pub evidence: Evidence,
    /// The channels of the waves that it may be of: one where it states its wave.
    pub channels: Vec<u32>,
}

impl Reading {
    /// Adds its picks, one for each wave that it may be of, and what it says beside its time.
    pub(super) fn picks(&self, time_s: f64, row: u32, all: &mut Vec<Pick>, evidence: &mut Vec<Evidence>) {
        let mut pick = Pick { time_s, row, ..self.pick };
        if self.evidence.any() {
            pick.evidence = evidence.len() as u32;
            evidence.push(self.evidence);
        }
        all.extend(self.channels.iter().map(|channel| Pick { channel: *channel, ..pick }));
    }
}

/// How one measurement can be read; why not, where it cannot be used. `coupled`: whether sound that shakes the ground is known.
pub(super) fn reading(network: &Network, coupled: bool, m: &Measurement) -> Result<Reading, Unused> {
    let kind = *network.kinds.get(m.sensor).ok_or(Unused::UnknownSensor)?;
    let stated = m.phase.as_ref().map(std::slice::from_ref);
    let channel = |phase: &Phase| network.channel(m.sensor, network.class(kind, *phase)?).map(|channel| channel as u32);
    let channels: Option<Vec<u32>> =
        stated.unwrap_or_else(|| network::readings(kind, coupled)).iter().map(channel).collect();
    let channels = channels.ok_or(Unused::WrongPhase)?;
    let checked = |value: Option<f64>, low: f64, high: f64| match value {
        Some(v) if !(v >= low && v <= high) => Err(Unused::NotANumber),
        other => Ok(other),
    };
    let sigma_s = checked(m.time_sigma_s, 0.0, 1e6)?.unwrap_or(0.0);
    checked(m.snr_db, -1e6, 1e6)?;
    checked(m.amplitude, f64::MIN, f64::MAX)?;
    let mut said =
        Evidence { slowness_s_m: checked(m.slowness_s_per_km, 0.0, 1e3)?.map(|s| s / 1e3), ..Evidence::default() };
    let azimuth_sigma = checked(m.azimuth_sigma_deg, 0.0, 360.0)?;
    if let Some(azimuth) = checked(m.azimuth_deg, -720.0, 720.0)? {
        let (east, north) = libm::sincos(azimuth.to_radians());
        let sigma = azimuth_sigma.unwrap_or(bearing_sigma_deg(kind)).to_radians();
        said.bearing = Some(([east, north], sigma.max(BEARING_SIGMA_RAD_MIN)));
    }
    if let Some((near, far)) = m.range_m {
        if !(near >= 0.0 && far >= near && far <= 1e8) {
            return Err(Unused::NotANumber);
        }
        said.range_m = Some((near, far));
    }
    if let Some(fix) = m.fix {
        let at = network.frame.metres(&fix.site).filter(|at| at.iter().all(|v| v.is_finite()));
        let at = at.ok_or(Unused::NotANumber)?;
        if !(fix.sigma_m >= 0.0 && fix.sigma_m <= 1e8) {
            return Err(Unused::NotANumber);
        }
        said.fix = Some(([at[0], at[1]], fix.sigma_m.max(FIX_SIGMA_M_MIN)));
    }
    let pick = Pick { time_s: 0.0, channel: NONE, row: 0, variance_s2: sigma_s * sigma_s, evidence: NONE };
    Ok(Reading { pick, evidence: said, channels })
}
