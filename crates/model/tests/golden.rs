//! The bytes of each kind and version, kept for ever: a decoder, once released, must go on reading them.
//!
//! A new kind or version gets a new file: run with `TRUCELINE_WRITE_GOLDEN=1` and look at what was written.
//! A file that exists is never written again.
#![allow(clippy::unwrap_used)] // helpers of tests, outside of any test function

#[path = "golden/observed.rs"]
mod observed;

use std::path::Path;
use truceline_model::agreement::AgreementText;
use truceline_model::array_detectors::{ArrayDetectors, ArraySettings};
use truceline_model::association::EarthLayer;
use truceline_model::association::WavePrior;
use truceline_model::bearing::{Bearing, Direction, Elevation, Towards, Unresolved};
use truceline_model::canonical::Canonical;
use truceline_model::case::CaseId;
use truceline_model::celerity::{CelerityPhases, PhaseCelerity};
use truceline_model::configuration::{Clock, Configuration, InfrasoundPriors, Stated};
use truceline_model::continuity::{Continuity, Fault};
use truceline_model::derived::{Derived, case_of_derived};
use truceline_model::detection::{Detection, OnsetBy, PulseKind, SensorClass};
use truceline_model::detectors::{DetectorSettings, Detectors};
use truceline_model::entry::{self, Entry};
use truceline_model::epoch::{Epoch, EpochEnd};
use truceline_model::erasure::Erasure;
use truceline_model::event::{ArrivalUse, Association, Cited, Class, Elsewhere, Event, Product, Solution, Without};
use truceline_model::finding::{Finding, NoticeMatch, Verdict};
use truceline_model::hash::Hash;
use truceline_model::impediment::{Impediment, ImpedimentKind};
use truceline_model::inventory::{Inventory, SensorSite};
use truceline_model::measurement::Phase;
use truceline_model::measurement::SensorKind;
use truceline_model::notice::{Activity, Notice};
use truceline_model::place::Place;
use truceline_model::posterior::{Cell, Covariance, Grid, Posterior, Region, TimeRegion};
use truceline_model::reassessment::{Earlier, Reassessed, Reassessment, Revises, Scope};
use truceline_model::record::{Form, Payload, Piece, Record};
use truceline_model::refusal::{Refusal, Refusals};
use truceline_model::remark::{CaseClosed, Divergence, Excluded, LateInput, OutputsEnd};
use truceline_model::report::{Report, SourceRef};
use truceline_model::run_end::RunEnd;
use truceline_model::sensor_state::{LinkState, SensorState};
use truceline_model::snapshot::Snapshot;
use truceline_model::tick::Tick;
use truceline_model::time::{Interval, Time};
use truceline_model::waveform::ClockFlags;
use truceline_model::witness_state::{WitnessAnswer, WitnessState};

const CASE: CaseId = CaseId { year: 4, number: 1 };

fn check<T: Entry + PartialEq + std::fmt::Debug>(value: &T) {
    check_as(value, "");
}

fn check_as<T: Entry + PartialEq + std::fmt::Debug>(value: &T, suffix: &str) {
    let name = format!("{}-{}{suffix}", T::KIND, value.version());
    let path = golden(&name);
    let bytes = entry::to_bytes(value);
    let hex: String =
        bytes.chunks(40).map(|row| row.iter().map(|b| format!("{b:02x}")).collect::<String>() + "\n").collect();
    if !path.exists() && std::env::var_os("TRUCELINE_WRITE_GOLDEN").is_some() {
        std::fs::write(&path, &hex).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(hex, golden, "{name}");
    assert_eq!(&entry::from_bytes::<T>(&bytes).unwrap(), value, "{name}");
    // No byte may be changed into another spelling of the same value.
    for at in 0..bytes.len() {
        let mut other = bytes.clone();
        other[at] ^= 1;
        assert_ne!(entry::from_bytes::<T>(&other).ok().as_ref(), Some(value), "{name}, byte {at}");
    }
}

fn golden(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("golden/{name}.hex"))
}

fn unhex(text: &str) -> Vec<u8> {
    let digits: String = text.split_whitespace().collect();
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}

fn place(lat: f64, lon: f64) -> Place {
    Place::from_degrees(lat, lon).unwrap()
}

fn source() -> SourceRef {
    SourceRef { source: "PDIAR".into(), boot: 0x0123_4567_89ab_cdef, sequence: 2 }
}

fn time(s: i64) -> Time {
    Time(1_086_196_984_000_000_000 + s * 1_000_000_000)
}

fn posterior() -> Posterior {
    let interval = Interval { from: time(-200), to: time(300) };
    Posterior {
        grid: Grid {
            south_e7: 400_000_000,
            west_e7: -1_140_000_000,
            d_lat_e7: 450_000,
            d_lon_e7: 600_000,
            rows: 20,
            columns: 30,
        },
        cells: vec![
            Cell { index: 31, mass_ppb: 400_000_000, time_mean_ms: -1_500, time_sigma_ms: 90_000 },
            Cell { index: 32, mass_ppb: 599_900_000, time_mean_ms: 2_500, time_sigma_ms: 91_000 },
        ],
        outside_ppb: 100_000,
        time_reference: time(0),
        mean: place(40.8, -113.1),
        most_probable: place(40.9, -113.0),
        covariance: Covariance { east_m2: 900_000_000, north_m2: 1_200_000_000, east_north_m2: -100_000_000 },
        regions: vec![Region {
            level_percent: 90,
            area_m2: 4_700_000_000,
            rings: vec![vec![place(40.0, -114.0), place(40.0, -112.0), place(42.0, -113.0)]],
        }],
        time_mean: time(-20),
        time_regions: vec![TimeRegion { level_percent: 95, interval }],
    }
}

fn derived<T: Canonical>(content: T) -> Derived<T> {
    Derived::new(Hash::of(b"epoch"), "truceline/golden", 7, 1, content)
}

#[test]
fn inputs() {
    check(&Report {
        source: source(),
        owner: "not stated".into(),
        place: place(42.7668, -109.5939),
        arrival: time(1150),
        azimuth_mdeg: 234_400,
        f_statistic_milli: 75_000,
        elements: 4,
        trace_velocity_mm_s: None,
        event_label: "a".into(),
        provenance: "a paper".into(),
    });
    check(&Notice {
        source: source(),
        party: "Alpha".into(),
        activity: Activity::Demolition,
        place: place(41.0, -113.0),
        radius_m: 20_000,
        window: Interval { from: time(-3600), to: time(3600) },
        filed_at: time(-86_400),
        text: "Destruction of old rocket motors.".into(),
    });
    let refusal = Refusal {
        source: "detections.json".into(),
        offset: "detections[2]".into(),
        rule: "azimuth-range".into(),
        expected: "Back Azimuth is 400: expected -360 to 360".into(),
        payload: Hash::of(b"payload"),
    };
    check(&refusal);
    let mut refusals = Refusals::begin(Some(time(0)), refusal.clone());
    refusals.fold(Refusal { offset: "detections[3]".into(), ..refusal });
    check(&refusals);
    let asked =
        |scope| Reassessment { scope, asked_by: "the operator of the store".into(), reason: "late detections".into() };
    check(&asked(Scope::Case(CASE)));
    check_as(&asked(Scope::Times(Interval { from: time(-3600), to: time(3600) })), "-times");
    check_as(&asked(Scope::All), "-all");
    check(&Tick { now: time(0), reported_up_to: vec![("NVIAR".into(), time(-5)), ("PDIAR".into(), time(-9))] });
    check(&AgreementText { text: "[agreement]\n".into() });
    let site = |id: &str, kind, array: Option<&str>| SensorSite {
        id: id.into(),
        owner: "Alpha".into(),
        kind,
        place: place(39.4727, -110.7403),
        elevation_cm: 190_050,
        array: array.map(str::to_owned),
    };
    let element = site("FDSN:_BRP1__E_D_F", SensorKind::InfrasoundArray, Some("BRP"));
    check(&Inventory::new(vec![site("Post 4", SensorKind::Observer, None), element]).unwrap());
    let epoch = Epoch { engine: Hash::of(b"engine"), configuration: configuration() };
    check(&epoch);
    // The second version knew no arrays.
    let mut second = epoch.clone();
    second.configuration.detectors.as_mut().unwrap().arrays = None;
    check(&second);
    // The first version knew no detectors.
    let first = Epoch { configuration: Configuration { detectors: None, ..configuration() }, ..epoch };
    let bytes = unhex(&std::fs::read_to_string(golden("epoch-1")).unwrap());
    assert_eq!(Epoch::read(&bytes).unwrap(), first);
    assert_eq!(Epoch::read(&entry::to_bytes(&first)).unwrap(), first);
    // The third knew no associating.
    let associating = Configuration { association: Some(association()), ..configuration() };
    let mut fourth = Epoch { engine: Hash::of(b"engine"), configuration: associating };
    check(&fourth);
    // The fourth knew neither layers nor phases; either makes it one of the fifth.
    fourth.configuration.infrasound.phases = Some(phases());
    assert_eq!(fourth.version(), 5);
    fourth.configuration.association.as_mut().unwrap().layers = Some(layers());
    check(&fourth);
    check(&Erasure {
        payload: Hash::of(b"waveform"),
        asked_by: "the operator of the store".into(),
        reason: "it holds speech".into(),
        at: time(90),
    });
    check(&RunEnd { source: source() });
    let resumed = SensorState {
        source: "ring".into(),
        boot: 0x0123_4567_89ab_cdef,
        owner: "mission".into(),
        at: time(60),
        state: LinkState::Resumed,
        reason: None,
        resumed_from: Some(time(-120)),
        folded: 0,
    };
    check(&resumed);
    let reason = Some("closed by the server between two packets".into());
    check_as(&SensorState { state: LinkState::Lost, reason, resumed_from: None, folded: 3, ..resumed }, "-lost");
    let refused = WitnessState {
        names: vec!["North".into(), "North-pq".into()],
        keys: vec!["north.example.org/w+01234567".into(), "north.example.org/w+89abcdef".into()],
        address: "http://192.0.2.7:8471/".into(),
        at: time(60),
        answer: WitnessAnswer::Refused,
        status: Some(422),
        reason: Some("it refuses with status 422: the proof does not hold".into()),
        size: 1_000,
        folded: 2,
    };
    check(&refused);
    let cosigned = WitnessState { answer: WitnessAnswer::Cosigned, status: None, reason: None, ..refused };
    check_as(&cosigned, "-cosigned");
    let record = Record {
        source: source(),
        records: 2,
        owner: "not stated".into(),
        form: Form::MiniSeed,
        pieces: vec![Piece {
            channel: "FDSN:XX_ONE__H_H_Z".into(),
            span: Interval { from: time(0), to: time(8) },
            samples: 801,
            rate_uhz: 100_000_000,
            clock: ClockFlags { questionable: Some(false), locked: None, quality_percent: Some(100) },
        }],
        payload: Payload { sha256: Hash::of(b"waveform"), bytes: 1_024 },
        frame: None,
        received: Some(time(9)),
    };
    check(&record);
    check(&Record { frame: Some(Hash::of(b"frame")), ..record });
}

fn association() -> truceline_model::association::Association {
    let stated = |value| Stated { value, source: "a source".into() };
    let wave = |speed| WavePrior {
        speed_mm_s: stated(speed),
        speed_relative_ppm: stated(30_000),
        path_relative_ppm: stated(0),
        time_sigma_us: stated(150_000),
    };
    truceline_model::association::Association {
        p: wave(6_000_000),
        s: wave(3_468_208),
        surface: wave(3_000_000),
        airwave: wave(300_000),
        muzzle: wave(337_310),
        shock: wave(337_311),
        light_time_sigma_us: stated(500_000),
        airwave_secondary_milli: stated(1_000),
        muzzle_echo_ppm: stated(500_000),
        muzzle_echo_ms: stated(400),
        depth_m_max: stated(30_000),
        margin_spacings_milli: stated(1_001),
        p_real_min_ppm: stated(500_001),
        layers: None,
    }
}

fn layers() -> Vec<EarthLayer> {
    let stated = |value| Stated { value, source: "a source".into() };
    let layer = |top_m, p| EarthLayer { top_m: stated(top_m), p_mm_s: stated(p), s_mm_s: stated(p / 2) };
    vec![layer(-1_000, 4_000_000), layer(10_000, 6_000_000)]
}

fn phases() -> CelerityPhases {
    let stated = |value| Stated { value, source: "a source".into() };
    let phase = |mean, sigma| PhaseCelerity { mean_mm_s: stated(mean), sigma_mm_s: stated(sigma) };
    CelerityPhases {
        tropospheric: phase(327_000, 7_001),
        stratospheric: phase(293_000, 7_002),
        thermospheric: phase(260_000, 22_003),
        tropospheric_ppm: stated(54_000),
        stratospheric_equinox_ppm: stated(500_000),
        stratospheric_swing_ppm: stated(400_000),
    }
}

fn configuration() -> Configuration {
    let stated = |value| Stated { value, source: "a source".into() };
    let detector = |factor: i64| DetectorSettings {
        mean_window_ms: stated(10_000 * factor),
        band_low_mhz: stated(2_000 * factor),
        band_high_mhz: stated(20_000 * factor),
        corners: stated(4),
        sta_ms: stated(500 * factor),
        lta_ms: stated(10_001 * factor),
        on_milli: stated(3_500),
        off_milli: stated(1_000),
        trigger_ms_max: stated(60_000),
        before_ms: stated(2_001),
        after_ms: stated(501),
        clock_quality_percent_min: stated(50),
    };
    let array = |factor: i64| ArraySettings {
        band_low_mhz: stated(500 * factor),
        band_high_mhz: stated(2_000 * factor),
        window_ms: stated(20_000 * factor),
        step_ms: stated(5_000 * factor),
        speed_mm_s_min: stated(2_500_000 * factor),
        speed_mm_s_max: stated(30_000_000 * factor),
        timing_sigma_us: stated(10_000),
        survey_sigma_mm: stated(5_000),
        p_false_ppm: stated(1_000),
        past_windows: stated(720),
        run_windows_min: stated(3),
        like_milli: stated(150),
        arrival_ms_max: stated(120_000),
        wait_ms: stated(120_001),
        propagation_sigma_mdeg: stated(5_001),
        clock_quality_percent_min: stated(50),
    };
    Configuration {
        clock: Clock::Recorded,
        group_window_s: 3600,
        case_age_max_s: 2_592_000,
        snapshot_every_inputs: 4_096,
        infrasound: InfrasoundPriors {
            celerity_mean_mm_s: stated(300_000),
            celerity_sigma_mm_s: stated(20_000),
            wind_sigma_mm_s: stated(20_001),
            azimuth_sigma_mdeg: stated(2_500),
            beam_azimuth_sigma_mdeg: stated(6_200),
            travel_time_relative_ppm: stated(20_002),
            travel_time_fixed_ms: stated(10_000),
            region_margin_m: stated(500_000),
            phases: None,
        },
        detectors: Some(Detectors {
            seismic: detector(1),
            infrasound: detector(2),
            acoustic: detector(3),
            silence_s: stated(600),
            arrays: Some(ArrayDetectors { seismic: array(1), infrasound: array(2), acoustic: array(3) }),
        }),
        association: None,
    }
}

#[test]
fn derived_entries() {
    let event = Event {
        case: CASE,
        revision: 3,
        product: Product::E3,
        revises: None,
        solution: Solution {
            event_label: "a".into(),
            arrivals: vec![ArrivalUse {
                cited: Cited::Report { hash: Hash::of(b"report"), azimuth_sigma_mdeg: 2_602 },
                distance_m: 328_000,
            }],
            class: Class::NotAssessed,
            association: None,
            posterior: posterior(),
            without: Vec::new(),
        },
    };
    check(&derived(event.clone()));
    let revises = Some(Revises {
        epoch: Hash::of(b"epoch"),
        earlier: Some(Earlier { id: Hash::of(b"earlier"), epoch: Hash::of(b"earlier epoch") }),
        reassessment: Hash::of(b"reassessment"),
    });
    check(&derived(Event { revision: 4, revises, ..event.clone() }));
    // The third version has arrivals that no source grouped.
    let detection = Cited::Detection { hash: Hash::of(b"detection"), phase: Phase::P };
    let mut arrivals = event.solution.arrivals.clone();
    arrivals.push(ArrivalUse { cited: detection, distance_m: 12_345 });
    let bearing = Cited::Bearing { hash: Hash::of(b"bearing"), phase: Phase::Airwave, azimuth_sigma_mdeg: 2_345 };
    arrivals.push(ArrivalUse { cited: bearing, distance_m: 23_456 });
    let association = Some(Association { p_real_ppb: 999_876_543, runners_up: 1 });
    let solution = Solution { event_label: String::new(), arrivals, association, ..event.solution.clone() };
    check(&derived(Event { solution: solution.clone(), ..event.clone() }));
    // The fourth says what is left without each owner.
    let elsewhere = Some(Elsewhere { most_probable: place(40.7, -113.2), area_p90_m2: 5_100_000_000, moved_m: 27_600 });
    let without = vec![
        Without { owner: "Alpha".into(), arrivals: 2, elsewhere, p_real_ppb: Some(712_345_678) },
        Without { owner: "Bravo".into(), arrivals: 1, elsewhere: None, p_real_ppb: None },
    ];
    check(&derived(Event { solution: Solution { without: without.clone(), ..solution }, ..event.clone() }));
    let grouped = Event { solution: Solution { without, ..event.solution.clone() }, ..event.clone() };
    check_as(&derived(grouped), "-grouped");
    // The sixth cites observations.
    let observed = Cited::Observation { hash: Hash::of(b"observation"), phase: Phase::Muzzle };
    let arrivals = vec![ArrivalUse { cited: observed, distance_m: 5_012 }];
    check(&derived(Event { solution: Solution { arrivals, ..event.solution.clone() }, ..event }));
    let golden_bytes = |name: &str| std::fs::read_to_string(golden(name)).map(|hex| unhex(&hex)).unwrap();
    for name in ["event-1", "event-2", "event-3", "event-4", "event-4-grouped", "event-6", "finding-1", "finding-2"] {
        assert_eq!(case_of_derived(&golden_bytes(name)), Some(CASE), "{name}");
    }
    assert_eq!(case_of_derived(&golden_bytes("late_input-1")), None);
    let finding = Finding {
        case: CASE,
        revision: 2,
        event: Hash::of(b"event"),
        revises: None,
        agreement: Some(Hash::of(b"agreement")),
        clause: Some("1".into()),
        p_ppb: Some(990_000_000),
        verdict: Verdict::PossibleBreach,
    };
    check(&derived(finding.clone()));
    check(&derived(Finding { revises, ..finding.clone() }));
    let notice = NoticeMatch { notice: Hash::of(b"notice"), clause: "2".into(), mass_ppb: 710_000_000 };
    check_as(&derived(Finding { verdict: Verdict::PermittedAndNotified(notice), ..finding.clone() }), "-notified");
    check_as(
        &derived(Finding { verdict: Verdict::RecordedOnly, agreement: None, clause: None, p_ppb: None, ..finding }),
        "-recorded",
    );
    check(&derived(LateInput { input: Hash::of(b"report"), case: Some(CASE) }));
    check(&derived(Excluded { input: Hash::of(b"report"), reason: "one array alone".into() }));
    check(&derived(CaseClosed { case: CASE, reason: "older than 30 days".into() }));
    check(&derived(Detection {
        channel: "FDSN:XX_ONE__H_H_Z".into(),
        class: SensorClass::Seismic,
        owner: "not stated".into(),
        onset: time(3),
        onset_sigma_us: 12_345,
        switched_on: time(4),
        duration_us: 3_210_000,
        amplitude_nano: 123_456_789_000,
        snr_milli: 17_500,
        value_max_milli: 9_001,
        kind: PulseKind::Blast,
        onset_by: OnsetBy::Aic,
        clock_questionable: false,
        cut_short: true,
        waveform: vec![Hash::of(b"waveform"), Hash::of(b"the next")],
    }));
    check(&derived(Continuity {
        station: "TL01".into(),
        key: Hash::of(b"key"),
        fault: Fault::Gap,
        from: 3,
        to: 5,
        frame: Some(Hash::of(b"frame")),
        at: time(4),
        words: "3 frames are missing".into(),
    }));
    check(&derived(Impediment {
        to: Some(time(5)),
        before_uhz: Some(100_000_000),
        after_uhz: Some(50_000_000),
        by_ns: Some(-3),
        samples: Some(7),
        reason: Some("a reason".into()),
        ..Impediment::new("FDSN:XX_ONE__H_H_Z", ImpedimentKind::RateChange, time(4))
    }));
    check(&derived(Impediment {
        array: Some("BRP".into()),
        reason: Some("no samples".into()),
        ..Impediment::new("FDSN:_BRP1__E_D_F", ImpedimentKind::Missing, time(4))
    }));
    let bearing = Bearing {
        array: "BRP".into(),
        class: SensorClass::Infrasound,
        place: place(39.4727, -110.7403),
        owners: vec!["Alpha".into(), "Bravo".into()],
        onset: time(3),
        onset_sigma_us: 210_000,
        onset_picked: true,
        span: Interval { from: time(2), to: time(21) },
        peak: time(9),
        direction: Direction::Towards(Towards {
            azimuth_mdeg: 320_400,
            azimuth_sigma_mdeg: 500,
            azimuth_spread_mdeg: 1_900,
            propagation_sigma_mdeg: 3_000,
            slowness_us_km: 2_950_000,
            slowness_sigma_us_km: 21_000,
            slowness_spread_us_km: 1,
            elevation: Some(Elevation { angle_mdeg: -5_000, sigma_mdeg: 2_000 }),
            near: false,
        }),
        f_statistic_milli: 240_001,
        stretch_milli: 1_500,
        windows: 5,
        elements: ["FDSN:_BRP1__E_D_F", "FDSN:_BRP2__E_D_F", "FDSN:_BRP3__E_D_F"].map(str::to_owned).into(),
        without: vec!["FDSN:_BRP4__E_D_F".into()],
        wrong_element: None,
        clock_questionable: vec!["FDSN:_BRP1__E_D_F".into()],
        amplitude_nano: 12_345_000_000,
        snr_milli: 9_001,
        continued: false,
        cut_short: true,
        waveform: vec![Hash::of(b"waveform"), Hash::of(b"the next")],
    };
    check(&derived(bearing.clone()));
    let direction = Direction::NotResolvable(Unresolved::Overhead);
    check_as(&derived(Bearing { direction, ..bearing }), "-unresolved");
    check(&derived(Reassessed {
        reassessment: Hash::of(b"reassessment"),
        revised: vec![CASE],
        made: vec![CaseId { year: 4, number: 2 }],
        unchanged: vec![],
    }));
    check(&EpochEnd { epoch: Hash::of(b"epoch"), last_input: Some(7) });
    check(&OutputsEnd { input: 7, count: 2, hash: Hash::of(b"outputs") });
    check(&Snapshot { input: 7, state: Hash::of(b"state") });
    check(&Divergence { input: 7, entry: 9, stands: Hash::of(b"a"), derived: Hash::of(b"b") });
}
