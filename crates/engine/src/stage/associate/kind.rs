//! What kind of event it was, by which waves were registered, which were not, and how deep it lay.
use super::find::Found;
use super::measure::sensor;
use truceline_model::kind::{Class, Depth, Kind, KindRatio, Kinds};
use truceline_model::measurement::{Phase, Sensor, Site};
use truceline_model::place::Place;
use truceline_model::posterior::PPB;
use truceline_science::classify::{Features, Ground, Priors, classify};

/// The most probable kind, were all alike beforehand, and what speaks for each. That a sensor kept silent counts, so this hangs on
/// more than the event's arrivals.
pub(super) fn of(found: &Found<'_>, mean: Place, depth: Option<Depth>) -> (Class, Option<Kinds>) {
    let sensors: Vec<Sensor> = found.listening.iter().enumerate().map(|(n, stand)| sensor(n, "", *stand)).collect();
    let registered: Vec<(usize, Phase)> = (found.members.iter())
        .filter_map(|one| Some((found.listening.binary_search(&one.stand()).ok()?, one.phase)))
        .collect();
    let place = Site::Geographic { lon_deg: mean.lon_deg(), lat_deg: mean.lat_deg(), elevation_m: 0.0 };
    let waves = Features::of_waves(&sensors, &registered, place);
    if waves == Features::default() {
        return (Class::NotAssessed, None);
    }
    let ground = depth.map(|depth| Ground::On { p_ground: f64::from(depth.p_ground_ppb) / PPB });
    let Some(classes) = classify(&Features { depth: ground, ..waves }, &Priors::default()) else {
        return (Class::NotAssessed, None);
    };
    let class = classes.named().map_or(Class::Undecided, Class::Of);
    let stated = Kind::ALL.into_iter().filter(|kind| *kind != Kind::Unknown);
    let ratio = |kind| KindRatio { kind, log10_milli: (classes.log10_ratio(kind) * 1e3).round() as i32 };
    let ratios = stated.map(ratio).collect();
    (class, Some(Kinds { depth, ratios }))
}
