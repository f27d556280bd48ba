//! First guesses from what points at a place: crossings of bearings, distances along them, fixes.
//!
//! A few arrays far apart give nothing to stack. Two bearings cross in one place; the times there less the travel
//! times must agree within their doubt. A bearing with a distance and a fix are a place by themselves.
use super::fit::Scene;
use super::network::NONE;

/// A guess, and how far it may be off.
#[derive(Debug, Clone, Copy)]
pub(super) struct Guess {
    pub spot: [f64; 4],
    pub doubt_s: f64,
    pub doubt_m: f64,
}

/// The most guesses of one round: bearings cross in pairs, so a thousand of them would give half a million.
const GUESSES_MAX: usize = 100_000;

/// A free measurement that points.
struct Pointer {
    time_s: f64,
    channel: u32,
    place: [f64; 2],
    slowness_s_m: f64,
    variance_s2: f64,
    relative2: f64,
    r_m_max: f64,
    to: [f64; 2],
    sigma_rad: f64,
}

/// Guesses from free measurements.
pub(super) fn guesses(scene: &Scene<'_>) -> Vec<Guess> {
    let mut out = Vec::new();
    let mut pointers = Vec::new();
    for (i, pick) in scene.picks.all.iter().enumerate() {
        let Some(evidence) = scene.picks.evidence(i).filter(|_| scene.picks.owner[i] == NONE) else { continue };
        let channel = scene.network.channels[pick.channel as usize];
        let fast = &scene.model.classes[channel.class as usize];
        let at = scene.network.places[channel.sensor as usize];
        let variance_s2 = fast.variance_s2 + pick.variance_s2;
        let ground = scene.region.high[2];
        let arrived = |x: f64, y: f64| {
            let (dx, dy) = (x - at[0], y - at[1]);
            pick.time_s - (dx * dx + dy * dy).sqrt() * fast.slowness_s_m
        };
        if let Some((fix, sigma_m)) = evidence.fix {
            let spot = [arrived(fix[0], fix[1]), fix[0], fix[1], ground];
            out.push(Guess { spot, doubt_s: variance_s2.sqrt(), doubt_m: sigma_m });
        }
        let Some((to, sigma_rad)) = evidence.bearing else { continue };
        if let Some((near, far)) = evidence.range_m {
            let r = 0.5 * (near + far);
            let (x, y) = (at[0] + r * to[0], at[1] + r * to[1]);
            let doubt_m = (far - near).max(r * sigma_rad);
            let doubt_s = variance_s2.sqrt() + 0.5 * doubt_m * fast.slowness_s_m;
            out.push(Guess { spot: [arrived(x, y), x, y, ground], doubt_s, doubt_m });
        }
        pointers.push(Pointer {
            time_s: pick.time_s,
            channel: pick.channel,
            place: [at[0], at[1]],
            slowness_s_m: fast.slowness_s_m,
            variance_s2,
            relative2: fast.relative2,
            r_m_max: fast.table.r_m_max,
            to,
            sigma_rad,
        });
    }
    pointers.sort_by(|a, b| a.time_s.total_cmp(&b.time_s).then(a.channel.cmp(&b.channel)));
    for (i, a) in pointers.iter().enumerate() {
        for b in &pointers[i + 1..] {
            // No event is heard at two places farther apart in time than the longest way takes.
            let longest = (a.r_m_max * a.slowness_s_m).max(b.r_m_max * b.slowness_s_m);
            if b.time_s - a.time_s > longest || out.len() >= GUESSES_MAX {
                break;
            }
            out.extend(cross(scene, a, b));
        }
    }
    out
}

/// Where two bearings cross, if the times agree there.
fn cross(scene: &Scene<'_>, a: &Pointer, b: &Pointer) -> Option<Guess> {
    let (dx, dy) = (b.place[0] - a.place[0], b.place[1] - a.place[1]);
    let sine = a.to[0] * b.to[1] - a.to[1] * b.to[0];
    let sigma = (a.sigma_rad * a.sigma_rad + b.sigma_rad * b.sigma_rad).sqrt();
    // Nearly parallel bearings cross anywhere.
    if sine.abs() < sigma {
        return None;
    }
    let ra = (dx * b.to[1] - dy * b.to[0]) / sine;
    let rb = (dx * a.to[1] - dy * a.to[0]) / sine;
    if ra <= 0.0 || rb <= 0.0 || ra > a.r_m_max || rb > b.r_m_max {
        return None;
    }
    let (x, y) = (a.place[0] + ra * a.to[0], a.place[1] + ra * a.to[1]);
    let (ta, tb) = (a.time_s - ra * a.slowness_s_m, b.time_s - rb * b.slowness_s_m);
    // The crossing's own doubt moves the travel times too.
    let off_m = ra.max(rb) * sigma / sine.abs();
    let doubt = |p: &Pointer, r: f64| p.variance_s2 + p.relative2 * r * r * p.slowness_s_m * p.slowness_s_m;
    let doubt_s = (doubt(a, ra) + doubt(b, rb)).sqrt();
    let allowed = 3.0 * doubt_s + 2.0 * off_m * a.slowness_s_m.max(b.slowness_s_m);
    if (ta - tb).abs() > allowed {
        return None;
    }
    let mut spot = [0.5 * (ta + tb), x, y, scene.region.high[2]];
    scene.region.clamp(&mut spot);
    Some(Guess { spot, doubt_s, doubt_m: off_m.min(a.r_m_max) })
}
