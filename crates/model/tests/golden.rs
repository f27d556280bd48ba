//! The bytes of each kind and version, kept for ever: a decoder, once released, must go on reading them.
//!
//! A new kind or version gets a new file: run with `TRUCELINE_WRITE_GOLDEN=1` and look at what was written.
//! A file that exists is never written again.
#![allow(clippy::unwrap_used)] // helpers of tests, outside of any test function
mod golden_support;

use golden_support::{CASE, check, check_as, golden, place, source, time, unhex};
use truceline_model::agreement::AgreementText;
use truceline_model::array_detectors::{ArrayDetectors, ArraySettings};
use truceline_model::association::{EarthLayer, GroundDelay, WavePrior};
use truceline_model::celerity::{CelerityPhases, PhaseCelerity};
use truceline_model::configuration::{Clock, Configuration, InfrasoundPriors, Stated};
use truceline_model::detectors::{DetectorSettings, Detectors};
use truceline_model::entry;
use truceline_model::entry::Entry;
use truceline_model::epoch::Epoch;
use truceline_model::erasure::Erasure;
use truceline_model::hash::Hash;
use truceline_model::inventory::{Inventory, SensorSite};
use truceline_model::measurement::SensorKind;
use truceline_model::notice::{Activity, Notice};
use truceline_model::reassessment::{Reassessment, Scope};
use truceline_model::record::{Form, Payload, Piece, Record};
use truceline_model::refusal::{Refusal, Refusals};
use truceline_model::report::Report;
use truceline_model::run_end::RunEnd;
use truceline_model::sensor_state::{LinkState, SensorState};
use truceline_model::tick::Tick;
use truceline_model::time::Interval;
use truceline_model::waveform::ClockFlags;
use truceline_model::witness_state::{WitnessAnswer, WitnessState};

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
    // The fifth knew no sound that shakes the ground.
    let told = fourth.configuration.association.as_mut().unwrap();
    told.coupled = Some(told.muzzle.clone());
    let stated = |value| Stated { value, source: "a source".into() };
    told.ground_delay = Some(GroundDelay { mean_us: stated(200_000), sigma_us: stated(210_000) });
    assert_eq!(fourth.version(), 6);
    check(&fourth);
    // The sixth knew no rises of energy.
    fourth.configuration.detectors.as_mut().unwrap().seismic.rise_p_false_ppb = Some(stated(1_000));
    assert_eq!(fourth.version(), 7);
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
        coupled: None,
        ground_delay: None,
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
        rise_p_false_ppb: None,
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
