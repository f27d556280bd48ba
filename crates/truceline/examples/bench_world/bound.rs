//! The Cramer-Rao bound of an event's place: what the arrivals that it cites could tell at best, had one the world's own model.
use crate::derived::Journalled;
use crate::label::Truth;
use truceline_model::event::Event;
use truceline_science::bounds::Information;
use truceline_sim::arrival::{AIR_SIGMA, GROUND_SIGMA_S, STATION_SIGMA_S, TURN_SIGMA_DEG, Wave};
use truceline_sim::earth::Body;

/// Root of the sum of both variances, m. None where the true arrivals leave a direction free.
///
/// Deviations are the world's scatter of times and directions and the detection's own; the depth is taken for known.
pub(crate) fn sigma_m(truth: &Truth<'_>, found: &Journalled, event: &Event, of: usize) -> Option<f64> {
    let world = truth.world;
    let source = &world.events[of];
    let mut information = Information::new(3)?;
    for cited in &event.solution.arrivals {
        let Some(heard) = found.heard.get(&cited.hash()) else { continue };
        let Some(arrival) = truth.near(heard).into_iter().find(|arrival| arrival.event == of) else { continue };
        let sensor = &world.network.sensors[arrival.sensor];
        let distance_m = arrival.distance_m.max(1.0);
        let unit = (
            (source.point.east_m - sensor.point.east_m) / distance_m,
            (source.point.north_m - sensor.point.north_m) / distance_m,
        );
        let ground = |body: Body, slower: f64| {
            let at = |m: f64| world.earth.first_s(body, m, source.depth_m);
            let slowness =
                (at(distance_m + 250.0) - at((distance_m - 250.0).max(0.0))) / (distance_m.min(250.0) + 250.0);
            let path_s = slower * (GROUND_SIGMA_S.0 + GROUND_SIGMA_S.1 * distance_m / 1e3);
            (1.0 / slowness.max(1e-5), both(path_s, slower * STATION_SIGMA_S))
        };
        let (speed_m_s, path_s) = match arrival.wave {
            Wave::P => ground(Body::P, 1.0),
            Wave::S => ground(Body::S, 1.7),
            Wave::Surface => {
                let path_s = 1.7 * (GROUND_SIGMA_S.0 + GROUND_SIGMA_S.1 * distance_m / 1e3);
                (world.earth.surface_m_s, both(path_s, 1.7 * STATION_SIGMA_S))
            }
            Wave::Air => {
                let took_s = arrival.at_s - source.at_s;
                (distance_m / took_s.max(1.0), AIR_SIGMA * took_s)
            }
        };
        information.add_arrival(unit, speed_m_s, both(path_s, heard.sigma_s));
        if let Some(sigma_deg) = heard.azimuth_sigma_deg {
            information.add_bearing(unit, distance_m, both(sigma_deg, TURN_SIGMA_DEG).to_radians());
        }
    }
    information.bound().map(|bound| bound.sigma_m())
}

/// Two independent deviations together.
fn both(a: f64, b: f64) -> f64 {
    (a * a + b * b).sqrt()
}
