//! Echoes that agree with each other: what a wall or a hillside makes of a shot looks like a further shot.
//!
//! # Model
//! A wave that is reflected has taken a detour, so at each sensor it comes after the direct one. If its arrivals look like
//! an event at the distance d from the true one, that event's time is later than the true one by 0 (a plane mirror
//! shows an image of the source) to d / v (a small reflector sends on what reached it), and nothing else. Events of that
//! kind follow an event in a number of [`IMAGES`] on the mean, at distances that are exponential with the mean
//! `v tau`, tau being the delay of echoes. Against the density of events there and then they give the odds that an
//! event is such an echo. Sudden events of the same place follow each other later than that.
use super::fit::Scene;
use super::region::sight;
use super::small::exp;
use super::sweep::Live;

/// Images of an event that enough sensors register to look like an event. Adopted, not taken from a publication: walls
/// and slopes that face many sensors are few.
const IMAGES: f64 = 0.5;

/// Places nearer to each other than this are not told apart, m: surveyed sensors, paths around houses.
const APART_M_MIN: f64 = 10.0;

/// How often a member may come before the direct wave: one that does not belong among this many.
const STRAYS: usize = 4;

/// Of each event the odds that it is an echo of another one to that it is an event of its own, its arrivals given.
pub(super) fn odds(scene: &Scene<'_>, live: &[Live]) -> Vec<f64> {
    if scene.model.learnt.classes.iter().all(|class| !class.in_use || class.echo.is_none()) {
        return vec![0.0; live.len()];
    }
    let of = |(i, one): (usize, &Live)| {
        let before = live.iter().enumerate().filter(|(j, _)| *j != i);
        let sum: f64 = before.map(|(_, first)| density(scene, first, one)).sum();
        let spot = &one.fitted.spot;
        sum / exp(scene.log_birth + scene.density.log(scene.region, spot, &one.fitted.information, 1.0))
    };
    live.iter().enumerate().map(of).collect()
}

/// Density of the echoes of one event where and when another one is, 1/(s m2).
fn density(scene: &Scene<'_>, first: &Live, second: &Live) -> f64 {
    let (from, to) = (&first.fitted.spot, &second.fitted.spot);
    let members = &second.fitted.members;
    if members.len() > first.fitted.members.len() || first.fitted.log_odds < second.fitted.log_odds {
        return 0.0;
    }
    let (mut tau_s, mut speed_m_s, mut sigma_s) = (0.0_f64, f64::INFINITY, 0.0_f64);
    let mut early = 0;
    for (pick, _) in members {
        let channel = scene.network.channels[scene.picks.all[*pick as usize].channel as usize];
        let class = &scene.model.learnt.classes[channel.class as usize];
        let Some((_, decay_s)) = class.echo else { return 0.0 };
        (tau_s, speed_m_s) = (tau_s.max(decay_s), speed_m_s.min(class.speed_m_s));
        sigma_s = sigma_s.max(class.time_sigma_s * std::f64::consts::SQRT_2);
        let (r, _) = sight(&scene.network.places[channel.sensor as usize], from, scene.region.rows);
        let direct_s = from[0] + r / class.speed_m_s;
        early += usize::from(scene.picks.times[*pick as usize] < direct_s - 3.0 * sigma_s);
    }
    if early * STRAYS > members.len() {
        return 0.0;
    }
    let (dx, dy) = (to[1] - from[1], to[2] - from[2]);
    let apart_m = (dx * dx + dy * dy).sqrt().max(APART_M_MIN);
    let (late_s, longest_s) = (to[0] - from[0], apart_m / speed_m_s);
    let over = (late_s - longest_s).max(-late_s).max(0.0) / sigma_s;
    // The soft ends widen an even interval by the root of 2 pi.
    let wide_s = longest_s + sigma_s * 2.506_628_274_631;
    let mean_m = speed_m_s * tau_s;
    IMAGES * exp(-apart_m / mean_m) / (std::f64::consts::TAU * apart_m * mean_m) * exp(-0.5 * over * over) / wide_s
}
