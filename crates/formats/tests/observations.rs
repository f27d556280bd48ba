//! Observations and hindrances: what is read, what is refused and where, and damage.
#![allow(clippy::unwrap_used)] // helpers of tests, outside of any test function

#[path = "support/mutation.rs"]
mod mutation;

use mutation::{MUTATIONS, Random, damage};
use truceline_formats::Delivery;
use truceline_formats::hindrances::Hindrances;
use truceline_formats::observations::Observations;
use truceline_model::entry;
use truceline_model::harm::Toll;
use truceline_model::hash::Hash;
use truceline_model::hindrance::HindranceKind;
use truceline_model::observation::{
    ClockKind, CountQuality, ExplosionKind, Grade, Means, Observation, ObservedAt, ObservedKind, Scope, SourceGrade,
};
use truceline_model::place::Place;
use truceline_model::refusal::Refusal;
use truceline_model::time::Time;

const FIRMS: &str = "\
latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,instrument,confidence,version,bright_ti5,frp,daynight
48.05,37.8,340.82,0.49,0.4,2026-06-24,0005,N20,VIIRS,n,2.0NRT,290.35,15.69,N
48.06,37.81,332.6,0.54,0.42,2026-06-24,1012,N,VIIRS,h,2.0NRT,289.34,7.54,D
";

const TABLE: &str = "\
row_id,period_start,period_end,observer_id,observer_kind,observer_position,event_location,event_location_precision,means,\
count,count_quality,observation,description,direction,weapon,weapon_confidence,local_time_start,local_time_end,\
time_uncertainty_s,zone,clause_ids,side_of_line,status,event_ids,coverage_note,owner,grade
1,2026-06-24T19:30+03:00,2026-06-25T19:30+03:00,patrol 2,patrol,\"48.10, 37.70\",4-6 km SE,,heard,3,exact,\
undetermined explosion,assessed as outside of the area,,n/k,,21:14,21:20,30,,,,,,,Mission,B2
2,2026-06-24T19:30+03:00,,post 1,post,\"48.00, 37.60\",\"Old mill (48.01, 37.61)\",500,seen,1,,muzzle flash,,,,,02:05,,,,,,,,,,
3,2026-06-24T19:30+03:00,2026-06-25T19:30+03:00,party desk,party,,,,party report,12,about,explosions,,,,,,,,,,,,,,Alpha,
";

const NEWS: &str = "\
datetime,lon,lat,place_name,event_type
2024-01-01 00:00:00,36.83098,47.84126,Velyka Novosilka,artillery|loc
2024-01-01 14:20:00,23.916737,49.717495,Pustomyty,uav|aad|loc
";

const HINDRANCES: &str = "\
hindrance,from,to,location,radius_m,sensors,area_of,said_reason,lost,liaison_informed,consented,text,owner,source
denial,2026-06-24T10:20:00Z,2026-06-24T11:05:00Z,\"48.02, 37.61\",500,,Bravo,mines,1,2026-06-24T10:40:00Z,,,Mission,patrol 2
consent,2026-06-01T00:00:00Z,,,,CAM-1 CAM-2,,,,,Alpha,until the autumn,Mission,
";

const OBSERVATIONS_JSON: &str = r#"{"owner": "Alpha", "source": "liaison", "observations": [
 {"means": "party report", "observation": "shelling?", "local_time_start": "2026-06-24T20:00:00Z"},
 {"means": "party report", "observation": "explosion", "count": 4, "local_time_start": "2026-06-24T20:00:00Z",
  "event_location": "48.05, 37.80", "attack_reported": true, "violation_alleged": "clause 2, by the other side"},
 {"means": "party report", "observation": "explosion", "count": 300, "period_start": "2026-06-24T00:00:00Z",
  "period_end": "2026-06-25T00:00:00Z", "scope": "period-total", "attack_reported": "yes"}]}"#;

const HINDRANCES_JSON: &str = r#"{"owner": "Mission", "hindrances": [
 {"hindrance": "jamming", "from": "2026-06-24T10:20:00Z", "sensors": "UAV-1", "lost": 0.5},
 {"hindrance": "jamming", "from": "soon"}]}"#;

fn observations(bytes: &[u8]) -> Observations {
    match Delivery::read("o", bytes).unwrap() {
        Delivery::Observations(found) => found,
        other => panic!("{}", other.kind()),
    }
}

fn hindrances(bytes: &[u8]) -> Hindrances {
    match Delivery::read("h", bytes).unwrap() {
        Delivery::Hindrances(found) => found,
        other => panic!("{}", other.kind()),
    }
}

fn said(refusals: &[Refusal]) -> Vec<String> {
    refusals.iter().map(|one| format!("{}: {}", one.offset, one.expected)).collect()
}

fn time(text: &str) -> Time {
    Time::parse(text).unwrap()
}

#[test]
fn a_daily_table_reads_as_it_is_written() {
    let found = observations(TABLE.as_bytes());
    assert_eq!(said(&found.refusals), [""; 0]);
    let [patrol, post, party] = &found.observations[..] else { panic!("{}", found.observations.len()) };
    assert_eq!((patrol.means, patrol.kind), (Means::Heard, ObservedKind::Explosion));
    assert_eq!(patrol.explosion, Some(ExplosionKind::Undetermined));
    assert_eq!((patrol.owner.as_str(), patrol.source.source.as_str()), ("Mission", "patrol 2"));
    assert_eq!(patrol.observer_place, Place::from_degrees(48.1, 37.7));
    // Local time, in the zone of the period.
    assert_eq!(patrol.time.span.from, time("2026-06-24T18:14:00Z"));
    assert_eq!(patrol.time.span.to, time("2026-06-24T18:20:00Z"));
    assert_eq!((patrol.time.sigma_ms, patrol.time.clock), (30_000, ClockKind::NotStated));
    let se = ObservedAt::Sector { azimuth_mdeg: 135_000, azimuth_sigma_mdeg: 16_394, range_m: Some((4_000, 6_000)) };
    assert_eq!((&patrol.at, patrol.count.number), (&se, Some(3)));
    assert_eq!(patrol.grade, Some(Grade { source: SourceGrade::B, item: 2 }));
    // After midnight.
    assert_eq!(post.time.span.from, time("2026-06-24T23:05:00Z"));
    let mill = Place::from_degrees(48.01, 37.61).unwrap();
    assert_eq!(post.at, ObservedAt::Named { name: "Old mill".into(), place: mill, radius_m: 500 });
    assert_eq!(post.owner, "not stated");
    assert_eq!((party.count.number, party.count.quality), (Some(12), CountQuality::About));
    assert_eq!((&party.at, party.time.span.to), (&ObservedAt::NotStated, time("2026-06-25T16:30:00Z")));
    // What is for us to find is not read.
    for column in ["zone", "clause_ids", "side_of_line", "status", "event_ids", "coverage_note"] {
        assert!(found.ignored.iter().any(|ignored| ignored == column), "{column}");
    }
}

#[test]
fn what_a_party_reports_and_what_it_alleges_are_two_things() {
    let found = observations(OBSERVATIONS_JSON.as_bytes());
    let [alleged, total] = &found.observations[..] else { panic!() };
    assert!(alleged.claim.attack_reported && alleged.is_bare_allegation());
    assert_eq!(alleged.claim.violation_alleged.as_deref(), Some("clause 2, by the other side"));
    assert_eq!((total.scope, total.count.number), (Scope::PeriodTotal, Some(300)));
    assert!(total.claim.attack_reported && total.claim.violation_alleged.is_none() && !total.is_bare_allegation());
    assert!(
        said(&found.refusals)[0].starts_with("observations[0].observation: \"shelling?\", expected one of explosion")
    );
    let with_file = Observation { evidence: vec![Hash::of(b"a picture")], ..alleged.clone() };
    assert!(!with_file.is_bare_allegation());
}

#[test]
fn harm_is_read_in_counts() {
    let header = "period_start,means,observation,killed,injured,harmed_object\n2026-06-24T00:00:00Z,site visit,";
    for (fields, killed, injured, object) in
        [("casualty,1/0/2,4,", [1, 0, 2, 0], [0, 0, 0, 4], ""), ("damage,,,school", [0; 4], [0; 4], "school")]
    {
        let found = observations(format!("{header}{fields}\n").as_bytes());
        let harm = found.observations[0].harm.clone().unwrap();
        let counts = |toll: Toll| [toll.men, toll.women, toll.children, toll.not_stated];
        assert_eq!((counts(harm.killed), counts(harm.injured), harm.object.as_str()), (killed, injured, object));
    }
    assert_eq!(observations(format!("{header}damage,,,\n").as_bytes()).observations[0].harm, None);
    for bad in ["casualty,1/2,,", "casualty,a man,,", "casualty,,-1,", "casualty,1000001,,"] {
        let found = observations(format!("{header}{bad}\n").as_bytes());
        assert!(said(&found.refusals)[0].contains("expected men, women and children such as 1/0/2"), "{bad}");
    }
}

#[test]
fn news_are_of_a_day_or_an_hour_and_of_a_settlement() {
    let found = observations(NEWS.as_bytes());
    let [shelled, flown] = &found.observations[..] else { panic!() };
    assert_eq!((shelled.kind, shelled.means), (ObservedKind::Explosion, Means::MediaReport));
    assert_eq!(shelled.time.span.to, time("2024-01-02T00:00:00Z"));
    assert_eq!((flown.kind, flown.time.span.from), (ObservedKind::Uav, flown.time.span.to));
    assert_eq!(shelled.owner, flown.owner);
}

#[test]
fn hindrances_read_as_they_are_written() {
    let found = hindrances(HINDRANCES.as_bytes());
    assert_eq!(said(&found.refusals), [""; 0]);
    let [denial, consent] = &found.hindrances[..] else { panic!() };
    assert_eq!((denial.kind, denial.lost_ppm), (HindranceKind::Denial, Some(1_000_000)));
    assert_eq!((denial.area_of.as_deref(), denial.said_reason.as_str()), (Some("Bravo"), "mines"));
    assert!(consent.is_one_party_consent() && consent.to.is_none());
    assert_eq!(consent.sensors, ["CAM-1", "CAM-2"]);
    let found = hindrances(HINDRANCES_JSON.as_bytes());
    assert_eq!((found.hindrances[0].kind, found.hindrances[0].lost_ppm), (HindranceKind::Jamming, Some(500_000)));
    assert!(said(&found.refusals)[0].starts_with("hindrances[1].from: \"soon\""));
}

#[test]
fn every_refusal_names_line_and_column() {
    for (old, new, expected) in [
        ("heard", "dreamt", "line 2, means: \"dreamt\", expected one of heard"),
        ("undetermined explosion", "row", "line 2, observation: \"row\""),
        ("4-6 km SE", "over there", "line 2, event_location: \"over there\""),
        ("\"48.10, 37.70\"", "\"98.10, 37.70\"", "line 2, observer_position: 98.1, 37.7 is no place"),
        (",3,exact", ",3.5,exact", "line 2, count: expected a whole number"),
        (",3,exact", ",,exact", "line 2, count: it is empty"),
        (",3,exact", ",3,many", "line 2, count_quality: \"many\""),
        ("21:14,", "25:14,", "line 2, local_time_start: \"25:14\""),
        ("Mission,B2", "Mission,B7", "line 2, grade: \"B7\""),
    ] {
        assert!(TABLE.contains(old));
        let found = observations(TABLE.replacen(old, new, 1).as_bytes());
        let said = said(&found.refusals);
        assert_eq!((said.len(), found.observations.len()), (1, 2), "{said:?}");
        assert!(said[0].starts_with(expected), "{said:?}");
    }
    for (old, new, expected) in [
        ("denial", "refusal", "line 2, hindrance: \"refusal\", expected one of denial"),
        ("2026-06-24T11:05:00Z", "2026-06-24T09:05:00Z", "line 2, to: it is before from"),
        (",1,2026", ",2,2026", "line 2, lost: \"2\""),
        ("500", "-5", "line 2, radius_m: \"-5\""),
        (",Alpha,", ",,", "line 3, consented: it is empty"),
    ] {
        let found = hindrances(HINDRANCES.replacen(old, new, 1).as_bytes());
        assert_eq!(found.hindrances.len(), 1, "{old}");
        assert!(said(&found.refusals)[0].starts_with(expected), "{:?}", said(&found.refusals));
    }
}

/// Whatever was damaged: no panic, what is read has canonical bytes, and a row is read or refused, never lost.
#[test]
fn damaged_files_are_read_or_refused() {
    let originals = [FIRMS, TABLE, NEWS, HINDRANCES, OBSERVATIONS_JSON, HINDRANCES_JSON];
    let (mut read, mut refused) = (0, 0);
    for (at, original) in originals.into_iter().enumerate() {
        let mut random = Random(at as u64 + 71);
        for _ in 0..MUTATIONS / 4 {
            match Delivery::read("d", &damage(original.as_bytes(), &mut random)) {
                Ok(Delivery::Observations(found)) => {
                    for one in &found.observations {
                        let bytes = entry::to_bytes(one);
                        assert_eq!(&entry::from_bytes::<Observation>(&bytes).unwrap(), one);
                    }
                    read += found.observations.len();
                    refused += found.refusals.len();
                    assert!(found.refusals.iter().all(|one| !one.offset.is_empty() && !one.expected.is_empty()));
                }
                Ok(Delivery::Hindrances(found)) => {
                    read += found.hindrances.len();
                    refused += found.refusals.len();
                }
                Ok(_) => {}
                Err(error) => assert!(!error.to_string().is_empty()),
            }
        }
    }
    assert!(read > 10_000 && refused > 10_000, "{read} {refused}");
}

/// A row is read or refused, and none of an intact table is lost when one is spoilt.
#[test]
fn rows_are_never_lost() {
    let row = FIRMS.lines().nth(1).unwrap();
    let mut random = Random(5);
    for _ in 0..2_000 {
        let damaged = damage(row.as_bytes(), &mut random);
        if damaged.iter().all(u8::is_ascii_whitespace) || damaged.contains(&b'\n') {
            continue;
        }
        let mut bytes = FIRMS.as_bytes().to_vec();
        bytes.extend_from_slice(&damaged);
        bytes.push(b'\n');
        let found = observations(&bytes);
        assert_eq!(found.observations.len() + found.refusals.len() + found.repeated, 3);
    }
}

#[test]
fn recordings_read_whole() {
    let Some(folder) = std::env::var_os("TRUCELINE_DATA") else { return };
    let path = std::path::Path::new(&folder).join("firms/viirs_nrt_2026-06-24_25.csv");
    let found = observations(&std::fs::read(path).unwrap());
    assert_eq!((found.observations.len() + found.repeated, found.refusals.len()), (2_671, 0));
    let of_day = |day: &str| {
        let begins = time(&format!("{day}T00:00:00Z"));
        let ends = Time(begins.0 + 86_400_000_000_000);
        found.observations.iter().filter(|one| (begins..ends).contains(&one.time.span.from)).count()
    };
    assert_eq!((of_day("2026-06-24"), of_day("2026-06-25")), (1_616, 1_055));
}
