//! The F statistic of one beam in the frequency domain, for any delays of any elements.
use super::fk::f_of_semblance;
use super::spectra::Spectra;
use std::f64::consts::TAU;

/// The F statistic of the elements given by number with their delays (s), and the mean squared angular frequency of
/// the beam (rad2/s2). F is 0 where there is no power.
pub(super) fn f_statistic(spectra: &Spectra, delays: &[(usize, f64)]) -> (f64, f64) {
    let (mut beam_power, mut total, mut weighed) = (0.0, 0.0, 0.0);
    let turn = |hz: f64| -> Vec<(f64, f64)> { delays.iter().map(|(_, s)| libm::sincos(TAU * hz * s)).collect() };
    let mut turns = turn(spectra.frequency_hz(0));
    let steps = turn(spectra.step_hz());
    for bin in 0..spectra.bins() {
        let row = spectra.row(bin);
        let mut sum = (0.0, 0.0);
        for (((element, _), (sin, cos)), (step_sin, step_cos)) in delays.iter().zip(&mut turns).zip(&steps) {
            let z = row[*element];
            sum.0 += z.0 * *cos - z.1 * *sin;
            sum.1 += z.0 * *sin + z.1 * *cos;
            total += z.0 * z.0 + z.1 * z.1;
            (*sin, *cos) = (*sin * step_cos + *cos * step_sin, *cos * step_cos - *sin * step_sin);
        }
        let power = sum.0 * sum.0 + sum.1 * sum.1;
        let omega = TAU * spectra.frequency_hz(bin);
        beam_power += power;
        weighed += power * omega * omega;
    }
    let n = delays.len();
    let semblance = if total > 0.0 { (beam_power / (n as f64 * total)).min(1.0) } else { 0.0 };
    let highest = TAU * spectra.frequency_hz(spectra.bins() - 1);
    let mean_omega2 = if beam_power > 0.0 { weighed / beam_power } else { highest * highest };
    (f_of_semblance(semblance, n), mean_omega2)
}
