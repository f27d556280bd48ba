//! The model once more, by brute force: exact geodesics and Gauss-Hermite quadrature over celerity and wind. It
//! shares no code with what it checks but the geodesic.
use truceline_model::geodesic;
use truceline_science::locate::Arrival;

/// Nodes and weights for the mean over a standard normal variable: Newton's method on Hermite's polynomials.
pub(crate) fn normal_nodes(count: usize) -> Vec<(f64, f64)> {
    let value = |x: f64| {
        let (mut p, mut before) = (libm::pow(std::f64::consts::PI, -0.25), 0.0);
        for k in 0..count {
            let k = k as f64;
            (p, before) = (x * (2.0 / (k + 1.0)).sqrt() * p - (k / (k + 1.0)).sqrt() * before, p);
        }
        (p, (2.0 * count as f64).sqrt() * before)
    };
    // Roots are separated by more than 1 / sqrt(n): scan for changes of sign, then polish.
    let reach = (2.0 * count as f64 + 1.0).sqrt();
    let step = 0.02;
    let mut nodes = Vec::new();
    let mut x = -reach - step / 3.0;
    while x < reach + step {
        if value(x).0 * value(x + step).0 < 0.0 {
            let mut root = x + step / 2.0;
            for _ in 0..30 {
                let (p, slope) = value(root);
                root -= p / slope;
            }
            let slope = value(root).1;
            nodes.push((root * 2.0_f64.sqrt(), 2.0 / (slope * slope) / std::f64::consts::PI.sqrt()));
        }
        x += step;
    }
    assert_eq!(nodes.len(), count);
    nodes
}

/// What the times say of a place.
pub(crate) struct Times {
    pub(crate) log: f64,
    pub(crate) mean_s: f64,
    pub(crate) sigma_s: f64,
}

/// Arrivals as figures: distance, direction of travel (east, north), arrival in s.
fn paths(arrivals: &[Arrival], place: (f64, f64)) -> Vec<(f64, f64, f64, f64)> {
    arrivals
        .iter()
        .map(|arrival| {
            let path = geodesic::inverse((arrival.place.lat_deg(), arrival.place.lon_deg()), place);
            let azimuth = path.azimuth_deg.to_radians();
            let time_s = arrival.arrival.seconds_since(arrivals[0].arrival);
            (path.distance_m, -libm::sin(azimuth), -libm::cos(azimuth), time_s)
        })
        .collect()
}

/// Log likelihood of the azimuths, up to a constant.
pub(crate) fn azimuths_log(arrivals: &[Arrival], place: (f64, f64)) -> f64 {
    arrivals
        .iter()
        .map(|arrival| {
            let path = geodesic::inverse((arrival.place.lat_deg(), arrival.place.lon_deg()), place);
            let beam_deg = 6.2 / (arrival.f_statistic - 1.0).sqrt();
            let sigma = (2.5 * 2.5 + beam_deg * beam_deg).sqrt().to_radians();
            (libm::cos((path.azimuth_deg - arrival.azimuth_deg).to_radians()) - 1.0) / (sigma * sigma)
        })
        .sum()
}

/// The arrival times' likelihood at a place with origin time, celerity and wind integrated out, and the origin time
/// from the first arrival's.
pub(crate) fn times(arrivals: &[Arrival], place: (f64, f64), nodes: &[(f64, f64)]) -> Times {
    let paths = paths(arrivals, place);
    let weights: Vec<f64> = paths.iter().map(|path| 10.0 + 0.02 * path.0 / 300.0).map(|s| 1.0 / (s * s)).collect();
    let sum: f64 = weights.iter().sum();
    let mut terms = Vec::with_capacity(nodes.len() * nodes.len() * nodes.len());
    for (c, wc) in nodes {
        for (e, we) in nodes {
            'node: for (n, wn) in nodes {
                let (mut first, mut second) = (0.0, 0.0);
                for (path, weight) in paths.iter().zip(&weights) {
                    let speed = 300.0 + 20.0 * c + 20.0 * (e * path.1 + n * path.2);
                    if speed <= 10.0 {
                        continue 'node;
                    }
                    let origin = path.3 - path.0 / speed;
                    first += weight * origin;
                    second += weight * origin * origin;
                }
                let mean = first / sum;
                terms.push((wc * we * wn, -0.5 * (second - first * mean), mean));
            }
        }
    }
    let best = terms.iter().map(|term| term.1).fold(f64::NEG_INFINITY, f64::max);
    let (mut total, mut first, mut second) = (0.0, 0.0, 0.0);
    for (weight, log, mean) in terms {
        let mass = weight * libm::exp(log - best);
        total += mass;
        first += mass * mean;
        second += mass * mean * mean;
    }
    let mean_s = first / total;
    let variance = second / total - mean_s * mean_s + 1.0 / sum;
    let deviations: f64 = weights.iter().map(|weight| 0.5 * libm::log(*weight)).sum();
    Times { log: best + libm::log(total) + deviations - 0.5 * libm::log(sum), mean_s, sigma_s: variance.sqrt() }
}
