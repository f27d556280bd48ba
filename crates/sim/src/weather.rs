//! The weather by the hour: wind and temperature near the ground and at a kilometre, and so how sound runs.
//!
//! Effective sound speed along a direction is sound speed plus the wind's part in it. Where it grows with height, sound is
//! bent down and ducted; where it falls, it is bent up and leaves a shadow. By night the ground cools and the lowest layer is
//! inverted, so that all directions are ducted; by day the lapse rate bends all sound up, and only a tail wind can undo it
//! (F. M. Wiener and D. N. Keast, *Experimental study of the propagation of sound over ground*, JASA 31, 724, 1959).
use crate::random::{Draw, Subject};
use serde::Serialize;

/// The upper level, above the ground.
const UPPER_M: f64 = 500.0;

/// What the air is like in one hour, all over the region.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Hour {
    /// Temperature near the ground, degrees Celsius.
    pub temperature_c: f64,
    /// From the ground to the upper level, degrees per m: above zero in an inversion.
    pub gradient_c_per_m: f64,
    /// Wind near the ground: speed m/s.
    pub wind_m_s: f64,
    /// Wind at the upper level: speed m/s.
    pub upper_wind_m_s: f64,
    /// The direction that both blow to, degrees clockwise from north.
    pub towards_deg: f64,
}

impl Hour {
    /// Sound speed of still air near the ground, m/s: 331.3 sqrt(1 + T / 273.15).
    #[must_use]
    pub fn sound_m_s(&self) -> f64 {
        sound_m_s(self.temperature_c)
    }

    /// The wind's part along a direction: near the ground, and at the upper level, m/s.
    fn tail_m_s(&self, azimuth_deg: f64) -> (f64, f64) {
        let share = libm::cos((self.towards_deg - azimuth_deg).to_radians());
        (self.wind_m_s * share, self.upper_wind_m_s * share)
    }

    /// How much faster sound runs at the upper level than near the ground along a direction, m/s. Above zero it is ducted.
    #[must_use]
    pub fn excess_m_s(&self, azimuth_deg: f64) -> f64 {
        let (low, high) = self.tail_m_s(azimuth_deg);
        sound_m_s(self.temperature_c + self.gradient_c_per_m * UPPER_M) + high - self.sound_m_s() - low
    }

    /// Distance over travel time along a direction, m/s: in a duct the mean of both levels, since rays turn between them;
    /// without one what creeps along the ground.
    #[must_use]
    pub fn celerity_m_s(&self, azimuth_deg: f64) -> f64 {
        let (low, _) = self.tail_m_s(azimuth_deg);
        self.sound_m_s() + low + 0.5 * self.excess_m_s(azimuth_deg).max(0.0)
    }

    /// From where on there is shadow along a direction, m; none in a duct. A ray bent up on a circle of radius
    /// c / |dc/dz| grazes the ground between two points of height h at 2 sqrt(2 h R).
    #[must_use]
    pub fn shadow_from_m(&self, azimuth_deg: f64) -> Option<f64> {
        const HEIGHT_M: f64 = 3.0;
        let excess = self.excess_m_s(azimuth_deg);
        (excess < 0.0).then(|| 2.0 * (2.0 * HEIGHT_M * self.sound_m_s() * UPPER_M / -excess).sqrt())
    }

    /// The side wind over sound speed: how far a front is turned, degrees. Above zero clockwise.
    #[must_use]
    pub fn turn_deg(&self, azimuth_deg: f64) -> f64 {
        let across = libm::sin((self.towards_deg - azimuth_deg).to_radians());
        let mean = 0.5 * (self.wind_m_s + self.upper_wind_m_s);
        libm::atan(mean * across / self.sound_m_s()).to_degrees()
    }
}

fn sound_m_s(temperature_c: f64) -> f64 {
    331.3 * (1.0 + temperature_c / 273.15).sqrt()
}

/// The weather of a seed: one hour after another, from the start. `first_hour` is the local hour of the day at the start.
#[must_use]
pub fn hours(seed: u64, first_hour: f64, count: usize) -> Vec<Hour> {
    let mut day = Draw::of(seed, Subject::Weather, &[0]);
    let mean_c = day.between(2.0, 22.0);
    let direction_deg = day.between(0.0, 360.0);
    // Weibull of shape 2 about 4 m/s near the ground, as of open country.
    let strength = 4.5 * (-libm::log(1.0 - day.unit())).sqrt();
    let cloud = day.unit();
    (0..count)
        .map(|n| {
            let mut draw = Draw::of(seed, Subject::Weather, &[1, n as u64]);
            // Warmest at three in the afternoon.
            let sun = libm::cos((first_hour + n as f64 - 15.0) / 24.0 * std::f64::consts::TAU);
            let wind_m_s = (strength * (1.0 + 0.3 * sun) + 0.5 * draw.normal()).max(0.2);
            // Clear nights invert, clear days lapse a little faster than dry air; clouds and wind mix.
            let swing = 0.018 * (1.0 - 0.7 * cloud) / (1.0 + 0.1 * wind_m_s);
            Hour {
                temperature_c: mean_c + 6.0 * (1.0 - 0.6 * cloud) * sun + 0.3 * draw.normal(),
                gradient_c_per_m: -0.006 - swing * sun,
                wind_m_s,
                upper_wind_m_s: (wind_m_s * 1.9 + draw.normal()).max(0.2),
                towards_deg: (direction_deg + 12.0 * draw.normal()).rem_euclid(360.0),
            }
        })
        .collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// An hour of a day on which the wind blows to the east.
    pub(crate) fn windy_day() -> Hour {
        Hour { temperature_c: 15.0, gradient_c_per_m: -0.008, wind_m_s: 5.0, upper_wind_m_s: 12.0, towards_deg: 90.0 }
    }

    #[test]
    fn sound_goes_with_the_wind_and_leaves_a_shadow_against_it() {
        let hour = windy_day();
        assert!((hour.sound_m_s() - 340.27).abs() < 0.05);
        assert!(hour.excess_m_s(90.0) > 0.0 && hour.shadow_from_m(90.0).is_none());
        assert!((300.0..3_000.0).contains(&hour.shadow_from_m(270.0).unwrap()));
        assert!(hour.celerity_m_s(90.0) > hour.celerity_m_s(0.0) && hour.celerity_m_s(0.0) > hour.celerity_m_s(270.0));
        assert!(hour.turn_deg(0.0) > 0.0 && hour.turn_deg(180.0) < 0.0 && hour.turn_deg(90.0).abs() < 1e-9);
    }

    #[test]
    fn still_nights_are_ducted_all_round_and_days_are_not() {
        let hour =
            Hour { temperature_c: 5.0, gradient_c_per_m: 0.01, wind_m_s: 0.5, upper_wind_m_s: 1.0, towards_deg: 0.0 };
        assert!((0..36).all(|n| hour.shadow_from_m(f64::from(n) * 10.0).is_none()));
        let day = Hour { gradient_c_per_m: -0.01, ..hour };
        assert!((0..36).all(|n| day.shadow_from_m(f64::from(n) * 10.0).is_some()));
    }
}
