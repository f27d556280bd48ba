//! Speeds and deviations of times, learnt from many events of a network.
mod depths_common;
mod regions_common;
use depths_common::{Depth, event, priors};
use truceline_model::measurement::{Measurement, Phase, Sensor};
use truceline_science::locate::{Priors, TimePrior, learn};
use truceline_science::travel::{Medium, Speeds};

/// So many events in one list; arrivals state their deviations or do not.
fn network(events: u64, stated: bool) -> (Vec<Sensor>, Vec<Measurement>, Vec<Vec<usize>>) {
    let (mut sensors, mut measurements, mut groups) = (Vec::new(), Vec::new(), Vec::new());
    for seed in 0..events {
        let event = event(Depth::AsPriors, false, 9_000_011 + seed);
        let (sensor, member) = (sensors.len(), measurements.len());
        groups.push((member..member + event.measurements.len()).collect());
        sensors.extend(event.sensors);
        for mut measurement in event.measurements {
            measurement.sensor += sensor;
            if !stated {
                measurement.time_sigma_s = None;
            }
            measurements.push(measurement);
        }
    }
    (sensors, measurements, groups)
}

/// Priors with speeds that are 2 % too fast and known to 3 %, and the program's own deviations.
fn wrong() -> Priors {
    let speeds = Speeds { p_m_s: Some(1.02 * 6_000.0), s_m_s: Some(1.02 * 3_500.0), ..Speeds::default() };
    let mut wrong = Priors::new(Medium::homogeneous(speeds).expect("speeds"));
    wrong.heights = priors().heights;
    wrong.p.scale_sigma = 0.03;
    wrong.s.scale_sigma = 0.03;
    wrong
}

fn speed_m_s(priors: &Priors, phase: Phase) -> f64 {
    1e4 / priors.medium.leg(phase, 1e4, 0.0, 0.0).expect("a leg").time_s
}

#[test]
fn speeds_and_deviations_come_out_as_they_were_made() {
    for stated in [false, true] {
        let (sensors, measurements, groups) = network(60, stated);
        let wrong = wrong();
        let events: Vec<(&[usize], &Priors)> = groups.iter().map(|group| (group.as_slice(), &wrong)).collect();
        let learnt = learn(&sensors, &measurements, &events).expect("events").expect("enough of them");
        assert_eq!(learnt.events, 60);
        let found = wrong.with_times(&learnt);
        for (phase, true_m_s, left) in [(Phase::P, 6_000.0, found.p), (Phase::S, 3_500.0, found.s)] {
            let (speed, doubt) = (speed_m_s(&found, phase), left.scale_sigma);
            assert!(doubt < 0.006 && (speed / true_m_s - 1.0).abs() < 3.0 * doubt, "{phase:?}: {speed}, {doubt}");
        }
        for (time, true_s) in [(found.p, 0.1), (found.s, 0.2)] {
            // At 10 s of travel, where most are.
            let at_10_s = |time: &TimePrior, own_s: f64| {
                let model_s = 10.0 * time.relative;
                (own_s * own_s + time.fixed_s * time.fixed_s + model_s * model_s).sqrt()
            };
            let sigma_s = at_10_s(&time, if stated { true_s } else { time.sigma_s });
            assert!((sigma_s / true_s - 1.0).abs() < 0.15, "stated {stated}: {sigma_s} beside {true_s}: {time:?}");
        }
    }
}

#[test]
fn few_events_teach_nothing() {
    let (sensors, measurements, groups) = network(19, false);
    let wrong = wrong();
    let events: Vec<(&[usize], &Priors)> = groups.iter().map(|group| (group.as_slice(), &wrong)).collect();
    assert_eq!(learn(&sensors, &measurements, &events).expect("events"), None);
}
