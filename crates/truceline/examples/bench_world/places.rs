//! How far off places and times are, and how often regions and intervals hold the truth.
use crate::bound;
use crate::derived::Journalled;
use crate::label::{Match, Truth};
use crate::tally::Tally;
use truceline_model::geodesic;
use truceline_model::place::Place;
use truceline_sim::oracle::Oracle;

pub(crate) fn score(tally: &mut Tally, truth: &Truth<'_>, oracle: &Oracle<'_>, found: &Journalled, matches: &[Match]) {
    let world = truth.world;
    for (event, of) in found.events.values().zip(matches) {
        let Match::Of(of) = of else { continue };
        let source = &world.events[*of];
        let [lon, lat] = source.lon_lat;
        let Some(place) = Place::from_degrees(lat, lon) else { continue };
        let posterior = &event.solution.posterior;
        let error_m = geodesic::between(posterior.mean, place).distance_m;
        let kind = format!("{:?}", source.kind);
        tally.sample("error of place, km", error_m / 1e3);
        tally.sample(format!("error of place, km: {kind}"), error_m / 1e3);
        if let Some(bound) = bound::of(truth, oracle, found, event, *of) {
            tally.sample("error of place over the bound", error_m / bound.sigma_m());
            tally.sample("error of place over the median of who reaches the bound", error_m / bound.median_m());
            tally.sample("bound of place, km", bound.sigma_m() / 1e3);
        }
        let at = world.start.plus_s(source.at_s);
        tally.sample("error of time, s", posterior.time_mean.seconds_since(at).abs());
        for level in [50, 90, 95] {
            let inside = posterior.region_contains(level, place);
            tally.count(format!("{level} % region holds the place"), inside);
            tally.count(format!("{level} % region holds the place: {kind}"), inside);
            let in_time = posterior.interval(level).is_some_and(|interval| interval.contains(at));
            tally.count(format!("{level} % interval holds the time"), in_time);
            tally.count(format!("{level} % interval holds the time: {kind}"), in_time);
        }
    }
}
