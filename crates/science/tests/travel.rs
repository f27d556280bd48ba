//! Travel times beside closed forms and independent software.
#![allow(clippy::print_stdout)]
use truceline_model::measurement::Phase;
use truceline_science::travel::{Layer, Medium, Node, Reach, Speeds};

const EARTH_M: f64 = 6_371_000.0;

/// iasp91 to 760 km (B. L. N. Kennett and E. R. Engdahl, *Traveltimes for global earthquake location and phase
/// identification*, Geophysical Journal International 105, 429-465, 1991): depth km, P km/s, S km/s.
const IASP91: [(f64, f64, f64); 23] = [
    (0.0, 5.8, 3.36),
    (20.0, 5.8, 3.36),
    (20.0, 6.5, 3.75),
    (35.0, 6.5, 3.75),
    (35.0, 8.04, 4.47),
    (77.5, 8.045, 4.485),
    (120.0, 8.05, 4.5),
    (165.0, 8.175, 4.509),
    (210.0, 8.3, 4.518),
    (210.0, 8.3, 4.522),
    (260.0, 8.4825, 4.609),
    (310.0, 8.665, 4.696),
    (360.0, 8.8475, 4.783),
    (410.0, 9.03, 4.87),
    (410.0, 9.36, 5.07),
    (460.0, 9.528, 5.176),
    (510.0, 9.696, 5.282),
    (560.0, 9.864, 5.388),
    (610.0, 10.032, 5.494),
    (660.0, 10.2, 5.6),
    (660.0, 10.79, 5.95),
    (710.0, 10.9229, 6.0797),
    (760.0, 11.0558, 6.2095),
];

fn node((depth_km, p_km_s, s_km_s): (f64, f64, f64)) -> Node {
    Node { depth_m: depth_km * 1e3, p_m_s: p_km_s * 1e3, s_m_s: s_km_s * 1e3 }
}

fn reach(distance_m_max: f64, depth_m_max: f64) -> Reach {
    Reach { distance_m_max, source_depth_m: (0.0, depth_m_max), sensor_depth_m: (0.0, 0.0) }
}

/// The worst and the root mean square difference from TauPy's times, s, and the worst of the slowness, s/km.
fn beside_taup(model: &str, medium: &Medium, distance_km: (f64, f64)) -> (f64, f64, f64) {
    let (mut worst, mut squares, mut slowness, mut count) = (0.0_f64, 0.0, 0.0_f64, 0.0);
    let text = include_str!("travel_taup.txt");
    for line in text.lines().filter(|line| line.starts_with(model)) {
        let fields: Vec<&str> = line.split(' ').collect();
        let number = |i: usize| fields[i].parse::<f64>().expect("a number");
        if number(3) < distance_km.0 || number(3) > distance_km.1 {
            continue;
        }
        let phase = if fields[1] == "P" { Phase::P } else { Phase::S };
        let leg = medium.leg(phase, number(3) * 1e3, number(2) * 1e3, 0.0).expect("within reach");
        let off = leg.time_s - number(4);
        if off.abs() > worst {
            worst = off.abs();
            println!("{line}: {off:+.4} s");
        }
        slowness = slowness.max((leg.per_distance_s_per_m * 1e3 - number(5)).abs());
        squares += off * off;
        count += 1.0;
    }
    assert!(count > 30.0, "{model}: {count} lines");
    let rms = f64::sqrt(squares / count);
    println!(
        "{model} {distance_km:?} km: {count} times, worst {worst:.4} s, rms {rms:.4} s, slowness {slowness:.5} s/km"
    );
    (worst, rms, slowness)
}

#[test]
fn iasp91_as_taup_has_it() {
    let medium = Medium::graded(&IASP91.map(node), reach(400e3, 150e3), Speeds::default()).unwrap();
    let (worst, rms, _) = beside_taup("iasp91", &medium, (0.0, 400.0));
    // The worst lies where two first arrivals take over from each other, a corner that the table cuts.
    assert!(worst < 0.018 && rms < 0.002, "{worst} {rms}");
    let medium = Medium::graded(&IASP91.map(node), reach(2_000e3, 150e3), Speeds::default()).unwrap();
    let (worst, rms, _) = beside_taup("iasp91", &medium, (0.0, 2_000.0));
    assert!(worst < 0.018 && rms < 0.003, "{worst} {rms}");
}

#[test]
fn central_italy_as_taup_has_it() {
    let Some(data) = std::env::var_os("TRUCELINE_DATA") else { return };
    let text = std::fs::read_to_string(std::path::Path::new(&data).join("seismic/italy/velocity_itvel.nd")).unwrap();
    let nodes: Vec<Node> = text
        .lines()
        .take_while(|line| !line.starts_with("outer"))
        .filter_map(|line| {
            let fields: Vec<f64> = line.split_whitespace().filter_map(|field| field.parse().ok()).collect();
            (fields.len() == 6).then(|| node((fields[0], fields[1], fields[2])))
        })
        .collect();
    let medium = Medium::graded(&nodes, reach(400e3, 150e3), Speeds::default()).unwrap();
    let (worst, rms, slowness) = beside_taup("itvel", &medium, (0.0, 400.0));
    assert!(worst < 0.004 && rms < 0.0015 && slowness < 3e-4, "{worst} {rms} {slowness}");
}

#[test]
fn a_head_wave_in_closed_form() {
    // Two layers, source and sensor at the surface: direct x / v1, head x / v2 + 2 h sqrt(1/v1^2 - 1/v2^2).
    let (v1, v2, h) = (2_000.0, 5_000.0, 100.0);
    let layers = [Layer { top_m: 0.0, p_m_s: v1, s_m_s: 1_000.0 }, Layer { top_m: h, p_m_s: v2, s_m_s: 2_500.0 }];
    let medium = Medium::layered(&layers, reach(2_000.0, 50.0), Speeds::default()).unwrap();
    let mut worst = 0.0_f64;
    for i in 1..=200 {
        let x = 10.0 * f64::from(i);
        let head = x / v2 + 2.0 * h * f64::sqrt(1.0 / (v1 * v1) - 1.0 / (v2 * v2));
        let critical = 2.0 * h * v1 / f64::sqrt(v2 * v2 - v1 * v1);
        let exact = if x >= critical { head.min(x / v1) } else { x / v1 };
        let leg = medium.leg(Phase::P, x, 0.0, 0.0).unwrap();
        worst = worst.max((leg.time_s - exact).abs());
    }
    println!("head wave: worst {:.4} ms", worst * 1e3);
    assert!(worst < 1e-5, "{worst}");
}

#[test]
fn sensors_on_mountains_and_derivatives() {
    // One speed everywhere is exact for any depths; with layers the table follows its own derivatives.
    let one = [Layer { top_m: 0.0, p_m_s: 6_000.0, s_m_s: 3_400.0 }];
    let wide = Reach { distance_m_max: 100e3, source_depth_m: (-1e3, 30e3), sensor_depth_m: (-2_300.0, 100.0) };
    let medium = Medium::layered(&one, wide, Speeds::default()).unwrap();
    let crust = Medium::graded(&IASP91.map(node), wide, Speeds::default()).unwrap();
    let mut off = (0.0_f64, 0.0_f64);
    for i in 0..2_000_u32 {
        let part = |by: u32| f64::from(i.wrapping_mul(by) % 1_009) / 1_009.0;
        let (x, z, sensor) = (1e3 + 98e3 * part(7_919), 29e3 * part(104_729), -2_300.0 + 2_400.0 * part(1_299_709));
        let leg = medium.leg(Phase::S, x, z, sensor).unwrap();
        // The straight line through a sphere.
        let (r1, r2, half) = (EARTH_M - sensor, EARTH_M - z, libm::sin(0.5 * x / EARTH_M));
        let length = f64::sqrt((r1 - r2) * (r1 - r2) + 4.0 * r1 * r2 * half * half);
        let (along, down) =
            (r1 * r2 * libm::sin(x / EARTH_M) / (EARTH_M * length), ((r1 - r2) - 2.0 * r1 * half * half) / length);
        assert!((leg.time_s - length / 3_400.0).abs() < 2e-4, "{x} {z} {sensor}: {leg:?}");
        assert!((leg.per_distance_s_per_m * 3_400.0 - along).abs() < 2e-3, "{x} {z} {sensor}: {leg:?}");
        assert!((leg.per_depth_s_per_m * 3_400.0 - down).abs() < 2e-3, "{x} {z} {sensor}: {leg:?}");
        let leg = crust.leg(Phase::P, x, z, sensor).unwrap();
        let further = crust.leg(Phase::P, x + 1.0, z, sensor).unwrap();
        let deeper = crust.leg(Phase::P, x, z + 1.0, sensor).unwrap();
        off.0 = off.0.max((further.time_s - leg.time_s - leg.per_distance_s_per_m).abs());
        off.1 = off.1.max((deeper.time_s - leg.time_s - leg.per_depth_s_per_m).abs());
    }
    // A step of one metre may cross a column or a row, where the slope jumps.
    assert!(off.0 < 2e-5 && off.1 < 5e-5, "{off:?}");
    assert!(medium.leg(Phase::P, 100_001.0, 0.0, 0.0).is_none());
    assert!(medium.leg(Phase::P, 1e3, 31e3, 0.0).is_none());
    assert!(medium.leg(Phase::P, 1e3, 0.0, 200.0).is_none());
    assert!(medium.leg(Phase::P, f64::NAN, 0.0, 0.0).is_none());
}
