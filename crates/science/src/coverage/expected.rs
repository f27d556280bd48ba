//! How well an event would be located at best.
//!
//! # Algorithm
//! The Cramer-Rao bound ([`crate::bounds`]) of the expected Fisher information `sum p J`, each wave of each sensor with the
//! probability that it is registered, the origin time unknown. Since the inverse of a mean lies below the mean of the
//! inverses (Jensen), it is what a network of average luck could reach, and no bound on each event.
use super::Hour;
use crate::bounds::Information;

/// Waves that are registered less often than this tell nothing; they would only cost time.
const P_MIN: f64 = 1e-3;

/// Nearer than this the direction to an event is not told by its place.
const DISTANCE_M_MIN: f64 = 1.0;

/// Root of the sum of both variances of the place, m (drms), for an event of middle strength; none where a direction stays
/// free.
#[must_use]
pub fn error_m(hour: &Hour, place_m: [f64; 2]) -> Option<f64> {
    let mut information = Information::new(3)?;
    for watcher in &hour.watchers {
        let distance_m = watcher.distance_m(place_m);
        if distance_m < DISTANCE_M_MIN {
            continue;
        }
        let towards = ((place_m[0] - watcher.at_m[0]) / distance_m, (place_m[1] - watcher.at_m[1]) / distance_m);
        for sense in &watcher.senses {
            let p = watcher.up * sense.registers(distance_m, 1.0);
            if p < P_MIN {
                continue;
            }
            // A weight p on information is a deviation larger by its root.
            let weaker = 1.0 / p.sqrt();
            let path_s = sense.travel_relative * distance_m / sense.speed_m_s;
            let time_s = (sense.time_sigma_s * sense.time_sigma_s + path_s * path_s).sqrt();
            information.add_arrival(towards, sense.speed_m_s, time_s * weaker);
            if let Some(sigma_deg) = sense.azimuth_sigma_deg {
                information.add_bearing(towards, distance_m, sigma_deg.to_radians() * weaker);
            }
        }
    }
    information.bound().map(|bound| bound.sigma_m())
}
