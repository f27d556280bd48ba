//! Beams: the pruned peak is that of all beams, bearings are where the waves come from, sigmas are what they say.
mod array_support;
use array_support::{Draws, Sound, channels, four, plane_delays, ring, traces, turn_deg, views};
use proptest::prelude::*;
use truceline_science::array::delay_and_sum::delay_and_sum;
use truceline_science::array::fk::{Covariances, Grid, Plan, bearing, capon};
use truceline_science::array::{Geometry, Settings, Spectra, Taper};

fn settings(low_hz: f64, high_hz: f64) -> Settings {
    Settings { low_hz, high_hz, taper: Taper::Hann, whiten: false, padded: false }
}

fn spectra_of(geometry: &Geometry, samples: &[Vec<f64>], rate_hz: f64, settings: &Settings) -> Spectra {
    Spectra::of(&traces(&views(samples), rate_hz), geometry.elements(), settings).expect("spectra")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// Random arrays, bands, grids and mixtures of waves and noise, noise alone among them.
    #[test]
    fn the_pruned_peak_is_the_peak_of_all_beams(
        seed in any::<u64>(),
        elements in 3_usize..12,
        radius_log in 1.0_f64..4.0,
        velocities in 1_usize..40,
        azimuths in 1_usize..90,
        waves in 0_usize..3,
        noise in 0.0_f64..2.0,
        whiten in any::<bool>(),
        slownesses in any::<bool>(),
    ) {
        let mut draws = Draws::new(seed);
        let radius_m = libm::pow(10.0, radius_log);
        let geometry = loop {
            let point = |_| (radius_m * draws.normal(), radius_m * draws.normal());
            let points: Vec<(f64, f64)> = (0..elements).map(point).collect();
            if let Some(geometry) = array_support::geometry_unless_a_line(&points) {
                break geometry;
            }
        };
        let rate_hz = 40.0;
        let mut samples = vec![vec![0.0; 200]; elements];
        for _ in 0..waves {
            let sound = Sound::new(&mut draws, 0.5, 8.0);
            let (azimuth, velocity) = (draws.between(0.0, 360.0), draws.between(250.0, 6_000.0));
            let delays = plane_delays(&geometry, azimuth, velocity);
            for (channel, delay) in samples.iter_mut().zip(&delays) {
                channel.iter_mut().enumerate().for_each(|(i, x)| *x += sound.at(i as f64 / rate_hz - delay));
            }
        }
        samples.iter_mut().flatten().for_each(|x| *x += noise * draws.normal());
        let low = draws.between(0.2, 4.0);
        let settings = Settings { whiten, ..settings(low, low + draws.between(0.3, 8.0)) };
        let spectra = spectra_of(&geometry, &samples, rate_hz, &settings);
        let grid = if slownesses {
            Grid::of_slownesses(azimuths, (0.0, 4.0), velocities).unwrap()
        } else {
            Grid::of_velocities(azimuths, (250.0, 900.0), velocities).unwrap()
        };
        let beams = grid.beams();
        let plan = Plan::new(&geometry, grid, &spectra).unwrap();
        let (pruned, all) = (plan.peak(&spectra).unwrap(), plan.peak_of_all(&spectra).unwrap());
        prop_assert_eq!(pruned.beam, all.beam);
        prop_assert_eq!(pruned.semblance.to_bits(), all.semblance.to_bits());
        prop_assert_eq!(all.computed, beams);
        let map = plan.semblances(&spectra).unwrap();
        prop_assert_eq!(map[all.beam].to_bits(), all.semblance.to_bits());
        prop_assert!(map.iter().all(|value| *value <= all.semblance));
    }
}

#[test]
fn on_the_full_grid_few_beams_are_computed() {
    let geometry = four(60.0);
    let mut draws = Draws::new(5);
    let grid = Grid::of_velocities(240, (300.0, 597.5), 120).unwrap();
    for noise in [0.1, 1.0, 1e6] {
        let sound = Sound::new(&mut draws, 0.5, 2.5);
        let delays = plane_delays(&geometry, 247.6, 338.0);
        let samples = channels(&mut draws, |t| sound.at(t), &delays, 100.0, 1_000, noise);
        let spectra = spectra_of(&geometry, &samples, 100.0, &settings(0.5, 2.5));
        let plan = Plan::new(&geometry, grid.clone(), &spectra).unwrap();
        let (pruned, all) = (plan.peak(&spectra).unwrap(), plan.peak_of_all(&spectra).unwrap());
        assert_eq!((pruned.beam, pruned.semblance.to_bits()), (all.beam, all.semblance.to_bits()));
        assert!(pruned.computed < 28_800 / 20, "{} beams at noise {noise}", pruned.computed);
    }
}

#[test]
fn equal_beams_give_the_first_and_silence_gives_nothing() {
    let geometry = four(100.0);
    let silent = vec![vec![0.0; 256]; 4];
    let spectra = spectra_of(&geometry, &silent, 50.0, &settings(1.0, 5.0));
    let plan = Plan::new(&geometry, Grid::of_velocities(36, (300.0, 500.0), 5).unwrap(), &spectra).unwrap();
    let peak = plan.peak(&spectra).unwrap();
    assert_eq!((peak.beam, peak.semblance, peak.f_statistic), (0, 0.0, 0.0));
    // The same azimuth twice.
    let mut draws = Draws::new(2);
    let sound = Sound::new(&mut draws, 1.0, 5.0);
    let delays = plane_delays(&geometry, 90.0, 340.0);
    let samples = channels(&mut draws, |t| sound.at(t), &delays, 50.0, 256, 0.3);
    let spectra = spectra_of(&geometry, &samples, 50.0, &settings(1.0, 5.0));
    let grid = Grid::new(vec![10.0, 90.0, 90.0, 200.0], vec![1_000.0 / 340.0, 1_000.0 / 340.0]).unwrap();
    let plan = Plan::new(&geometry, grid, &spectra).unwrap();
    assert_eq!((plan.peak(&spectra).unwrap().beam, plan.peak_of_all(&spectra).unwrap().beam), (1, 1));
}

#[test]
fn a_plan_for_other_windows_is_refused() {
    let geometry = four(100.0);
    let samples = vec![vec![0.0; 256]; 4];
    let spectra = spectra_of(&geometry, &samples, 50.0, &settings(1.0, 5.0));
    let plan = Plan::new(&geometry, Grid::of_velocities(4, (300.0, 500.0), 2).unwrap(), &spectra).unwrap();
    let other = spectra_of(&geometry, &samples, 50.0, &settings(1.0, 6.0));
    assert!(plan.peak(&other).unwrap_err().to_string().contains("other frequencies"));
    let five = Spectra::of(&traces(&views(&vec![vec![0.0; 256]; 5]), 50.0), 5, &settings(1.0, 5.0)).unwrap();
    assert!(plan.peak(&five).unwrap_err().to_string().contains("other elements"));
    assert!(Plan::new(&geometry, plan.grid().clone(), &five).is_err());
    assert!(Grid::of_velocities(0, (300.0, 500.0), 2).is_err());
    assert!(Grid::of_velocities(4, (0.0, 500.0), 2).is_err());
    assert!(Grid::of_slownesses(4, (0.0, f64::NAN), 2).is_err());
    assert!(Grid::of_slownesses(1 << 11, (0.0, 1.0), 1 << 11).is_err());
}

/// A plane wave without noise is found where it comes from, between the beams of a coarse grid.
#[test]
fn refined_bearings_of_clean_waves_are_exact() {
    let geometry = ring(5, 500.0);
    let mut draws = Draws::new(11);
    for (azimuth, velocity) in [(0.3, 340.0), (123.4, 361.0), (251.7, 420.0), (359.8, 333.0)] {
        let sound = Sound::new(&mut draws, 0.5, 2.0);
        let delays = plane_delays(&geometry, azimuth, velocity);
        let samples = channels(&mut draws, |t| sound.at(t), &delays, 20.0, 1_200, 0.0);
        let spectra = spectra_of(&geometry, &samples, 20.0, &settings(0.5, 2.0));
        let plan = Plan::new(&geometry, Grid::of_velocities(72, (300.0, 500.0), 21).unwrap(), &spectra).unwrap();
        let found = bearing(&geometry, &spectra, &plan.peak(&spectra).unwrap()).unwrap();
        // The taper sees other parts of the wave at each element: that is what is left.
        assert!(turn_deg(azimuth, found.azimuth_deg).abs() < 0.05, "{azimuth} {}", found.azimuth_deg);
        assert!((found.trace_velocity_m_s() / velocity - 1.0).abs() < 1e-3, "{}", found.trace_velocity_m_s());
        assert!(found.f_statistic > 1_000.0);
    }
}

/// Azimuth and slowness over their sigmas, and F over what the signal-to-noise ratio lets expect.
#[test]
fn sigmas_are_the_scatter() {
    let geometry = ring(5, 400.0);
    let (runs, mut azimuths, mut slownesses, mut inside, mut f_sum) = (300, 0.0, 0.0, 0, 0.0);
    let noise = 1.5;
    for seed in 0..runs {
        let mut draws = Draws::new(1_000 + seed);
        let (azimuth, velocity) = (draws.between(0.0, 360.0), draws.between(320.0, 400.0));
        let sound = Sound::new(&mut draws, 1.0, 4.0);
        let delays = plane_delays(&geometry, azimuth, velocity);
        let samples = channels(&mut draws, |t| sound.at(t), &delays, 20.0, 400, noise);
        let spectra = spectra_of(&geometry, &samples, 20.0, &settings(1.0, 4.0));
        let plan = Plan::new(&geometry, Grid::of_velocities(120, (300.0, 450.0), 31).unwrap(), &spectra).unwrap();
        let found = bearing(&geometry, &spectra, &plan.peak(&spectra).unwrap()).unwrap();
        let turn = turn_deg(azimuth, found.azimuth_deg) / found.azimuth_sigma_deg;
        let slower = (found.slowness_s_km - 1_000.0 / velocity) / found.slowness_sigma_s_km;
        azimuths += turn * turn;
        slownesses += slower * slower;
        inside += u32::from(turn.abs() < 1.96);
        f_sum += found.f_statistic;
    }
    let n = runs as f64;
    let (azimuth, slowness) = ((azimuths / n).sqrt(), (slownesses / n).sqrt());
    let share = f64::from(inside) / n;
    // The sound has all its power in 3 of 10 Hz, the noise 0.3 of it.
    let expected = 1.0 + 6.0 / (noise * noise * 0.3);
    let ratio = f_sum / n / expected;
    println!("scatter over sigma: azimuth {azimuth:.3}, slowness {slowness:.3}; in 95 %: {share:.3}; F {ratio:.3}");
    assert!((0.85..1.15).contains(&azimuth), "azimuth scatter over sigma {azimuth}");
    assert!((0.85..1.15).contains(&slowness), "slowness scatter over sigma {slowness}");
    assert!((0.91..0.98).contains(&share), "share within 1.96 sigma {share}");
    assert!((0.8..1.2).contains(&ratio), "mean F over 1 + n r {ratio}");
}

#[test]
fn places_that_are_not_known_widen_the_sigma() {
    let geometry = four(60.0);
    let mut draws = Draws::new(8);
    let sound = Sound::new(&mut draws, 0.5, 4.0);
    let delays = plane_delays(&geometry, 321.0, 340.0);
    let samples = channels(&mut draws, |t| sound.at(t), &delays, 100.0, 1_000, 0.1);
    let spectra = spectra_of(&geometry, &samples, 100.0, &settings(0.5, 4.0));
    let plan = Plan::new(&geometry, Grid::of_velocities(240, (300.0, 500.0), 41).unwrap(), &spectra).unwrap();
    let peak = plan.peak(&spectra).unwrap();
    let exact = bearing(&geometry, &spectra, &peak).unwrap();
    let unsure = geometry.with_survey_sigma_m(3.2).unwrap();
    let wide = bearing(&unsure, &spectra, &peak).unwrap();
    // By hand: 3.2 m across the root of the sum of the squared offsets along that direction.
    let (sin, cos) = libm::sincos((exact.azimuth_deg + 90.0).to_radians());
    let spread: f64 = unsure.offsets_m().iter().map(|r| sin * r[0] + cos * r[1]).map(|x| x * x).sum();
    let by_hand = (3.2 / spread.sqrt()).to_degrees();
    let added =
        (wide.azimuth_sigma_deg * wide.azimuth_sigma_deg - exact.azimuth_sigma_deg * exact.azimuth_sigma_deg).sqrt();
    assert!((added / by_hand - 1.0).abs() < 0.1, "{added} {by_hand}");
}

/// The F statistic of the time domain is that of the frequency domain.
#[test]
fn both_domains_give_one_f_statistic() {
    let geometry = ring(4, 200.0);
    let mut draws = Draws::new(3);
    let sound = Sound::new(&mut draws, 2.0, 6.0);
    let delays = plane_delays(&geometry, 77.0, 345.0);
    // The noise inside the band too: random sinusoids of its own for each element.
    let noises: Vec<Sound> = (0..5).map(|_| Sound::new(&mut draws, 2.0, 6.0)).collect();
    let heard = |noise: &Sound, delay: f64| -> Vec<f64> {
        (0..4_000).map(|i| f64::from(i) / 50.0).map(|t| sound.at(t - delay) + 0.7 * noise.at(t)).collect()
    };
    let samples: Vec<Vec<f64>> = noises.iter().zip(&delays).map(|(noise, delay)| heard(noise, *delay)).collect();
    let all = views(&samples);
    let traces = traces(&all, 50.0);
    let flat = Settings { taper: Taper::Flat, ..settings(0.1, 20.0) };
    let spectra = Spectra::of(&traces, 5, &flat).unwrap();
    let grid = Grid::new(vec![77.0], vec![1_000.0 / 345.0]).unwrap();
    let frequency = Plan::new(&geometry, grid, &spectra).unwrap().peak(&spectra).unwrap().f_statistic;
    let (sin, cos) = libm::sincos(77.0_f64.to_radians());
    let beam = delay_and_sum(&traces, &geometry, [-sin / 345.0, -cos / 345.0, 0.0]).unwrap();
    let time = beam.windows(beam.samples.len(), 1).unwrap()[0].f_statistic;
    println!("F in time {time:.3}, in frequency {frequency:.3}");
    assert!((time / frequency - 1.0).abs() < 0.02, "time {time}, frequency {frequency}");
}

/// Two lasting waves from directions that Bartlett's beam blurs into one.
#[test]
fn capon_parts_waves_that_bartlett_does_not() {
    let geometry = ring(8, 300.0);
    let mut draws = Draws::new(21);
    let (first, second) = (Sound::new(&mut draws, 1.0, 1.6), Sound::new(&mut draws, 1.0, 1.6));
    let (a, b) = (plane_delays(&geometry, 80.0, 340.0), plane_delays(&geometry, 98.0, 340.0));
    let samples: Vec<Vec<f64>> = (0..9)
        .map(|i| {
            let time = |k: i32| f64::from(k) / 20.0;
            (0..12_000).map(|k| first.at(time(k) - a[i]) + second.at(time(k) - b[i]) + 0.1 * draws.normal()).collect()
        })
        .collect();
    let all = views(&samples);
    let traces = traces(&all, 20.0);
    let covariances = Covariances::of(&traces, 9, &settings(1.0, 1.6), 200).unwrap();
    assert!(covariances.parts() > 100);
    let grid = Grid::new((0..180).map(f64::from).collect(), vec![1_000.0 / 340.0]).unwrap();
    let plan = Plan::new(&geometry, grid, covariances.shape()).unwrap();
    let peaks = |values: &[f64]| -> Vec<usize> {
        let top = values.iter().copied().fold(0.0, f64::max);
        let peak = |i: &usize| values[*i] > values[i - 1] && values[*i] >= values[i + 1] && values[*i] > top / 2.0;
        (1..179).filter(peak).collect()
    };
    let narrow = peaks(&capon(&plan, &covariances).unwrap());
    assert_eq!(narrow.len(), 2, "{narrow:?}");
    assert!(narrow[0].abs_diff(80) <= 2 && narrow[1].abs_diff(98) <= 2, "{narrow:?}");
    // Bartlett's beam of the same parts.
    let mut sum = vec![0.0; 180];
    for part in 0..100 {
        let spectra = Spectra::of(&traces.window(part * 100, 200).unwrap(), 9, &settings(1.0, 1.6)).unwrap();
        let map = plan.semblances(&spectra).unwrap();
        sum.iter_mut().zip(map).for_each(|(sum, value)| *sum += value * spectra.total_power());
    }
    assert_eq!(peaks(&sum).len(), 1, "{:?}", peaks(&sum));
}

/// Semblances of waves in closed form. Peer: infrapy (LANL-Seismoacoustics/infrapy at 9fc4848) with numpy 2.4,
/// `beamforming_new.fft_array_data(x, t, fft_window="boxcar")`, then `beamforming_new.run(X, S, f, dxdy, delays,
/// [0.58, 2.45], method="bartlett", normalize_beam=...)` on the same 28,800 beams: with `normalize_beam=True` the mean
/// over frequencies (each weighs the same), without the sum over them divided by the power.
#[test]
fn semblances_are_the_peers() {
    let points = [(-68.0, -20.0), (-34.0, 102.0), (86.0, 2.0), (9.0, 13.0)];
    let geometry = array_support::geometry(&points);
    let (sin, cos) = libm::sincos(200.0_f64.to_radians());
    let tau = std::f64::consts::TAU;
    let samples: Vec<Vec<f64>> = points
        .iter()
        .enumerate()
        .map(|(i, r)| {
            let delay = -(sin * r.0 + cos * r.1) / 345.0;
            let value = |t: f64| {
                let wave = [0.61, 0.83, 1.17, 1.49, 1.73, 2.11, 2.39].iter().enumerate();
                let own = [0.7, 1.0, 1.3, 1.6, 1.9, 2.2].iter().enumerate();
                let wave = wave.map(|(k, hz)| libm::cos(tau * hz * (t - delay) + (k * k) as f64)).sum::<f64>();
                wave + 0.6 * own.map(|(k, hz)| libm::cos(tau * hz * t + (3 * i * k + i * i) as f64)).sum::<f64>()
            };
            (0..1_024).map(|n| value(f64::from(n) / 100.0)).collect()
        })
        .collect();
    for (whiten, peak, semblance, other) in
        [(true, 4_454, 0.711911693392798, 0.3577165071277605), (false, 4_214, 0.8441411306400773, 0.3580934180283607)]
    {
        let settings = Settings { taper: Taper::Flat, whiten, ..settings(0.58, 2.45) };
        let spectra = spectra_of(&geometry, &samples, 100.0, &settings);
        let plan = Plan::new(&geometry, Grid::of_velocities(240, (300.0, 597.5), 120).unwrap(), &spectra).unwrap();
        let found = plan.peak(&spectra).unwrap();
        assert_eq!((spectra.bins(), found.beam), (20, peak));
        println!("semblance less the peer's: {:.1e}", found.semblance - semblance);
        assert!((found.semblance - semblance).abs() < 1e-12, "{}", found.semblance);
        assert!((plan.semblances(&spectra).unwrap()[12_345] - other).abs() < 1e-12);
    }
}
