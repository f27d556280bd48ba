//! What people and satellites say: patrols that hear, parties that report, overpasses that see heat, notices.
use crate::adversary::FLOODED_PER_HOUR;
use crate::air;
use crate::plane::Point;
use crate::random::{Draw, Subject};
use crate::region::{Region, Side};
use crate::source::{Event, Fire, Kind};
use crate::weather::Hour;
use std::fmt::Write as _;
use truceline_model::time::Time;

const PATROLS: usize = 6;
/// Quieter than this nobody takes note of a bang, Pa: some 88 dB at its peak.
const HEARD_PA: f64 = 0.5;
/// How often a patrol that could hear a bang notes it, and how often a party reports what fell on its side.
const NOTED: f64 = 0.5;
const REPORTED: f64 = 0.15;
/// How far off a watch is, s.
const WATCH_S: f64 = 15.0;

const HEADER: &str = "row_id,period_start,observer_id,observer_kind,owner,observer_position,event_location,event_location_precision,\
                      means,count,observation,local_time_start,time_uncertainty_s\n";

/// A table, and which event each of its rows tells of; none of what never was and of fires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// With its header.
    pub text: String,
    /// By row, from 0.
    pub of: Vec<Option<usize>>,
}

/// The eight winds in which a direction is given.
const WINDS: [&str; 8] = ["N", "NE", "E", "SE", "S", "SW", "W", "NW"];

fn quoted(point: Point) -> String {
    let [lon, lat] = point.lon_lat();
    format!("\"{lat:.5}, {lon:.5}\"")
}

/// A time to the full second, as people write it down.
fn noted(start: Time, at_s: f64) -> String {
    start.plus_s(at_s.round()).to_string()
}

/// The daily table of patrols along the line.
#[must_use]
pub fn patrols(region: &Region, events: &[Event], hours: &[Hour], start: Time) -> Table {
    patrols_who_note(region, events, hours, start, NOTED)
}

/// The same of patrols that note what they hear with this probability.
#[must_use]
pub fn patrols_who_note(region: &Region, events: &[Event], hours: &[Hour], start: Time, noted_p: f64) -> Table {
    let mut draw = Draw::of(region.seed, Subject::Witness, &[0]);
    let posts: Vec<Point> = (0..PATROLS).map(|n| region.behind(&mut draw, Side::BOTH[n % 2], 500.0, 4_000.0)).collect();
    let mut table = Table { text: HEADER.to_owned(), of: Vec::new() };
    let mut row = 0;
    for event in events {
        let Some(charge_kg) = event.air_kg else { continue };
        let hour = &hours[((event.at_s / 3_600.0) as usize).min(hours.len() - 1)];
        for (n, post) in posts.iter().enumerate() {
            let mut draw = Draw::of(region.seed, Subject::Witness, &[1, event.id as u64, n as u64]);
            let distance_m = post.distance_m(event.point);
            let to_deg = event.point.azimuth_deg(*post);
            let heard_pa = air::peak_pa(charge_kg, distance_m) * air::transmission(hour, to_deg, distance_m);
            if heard_pa < HEARD_PA || !draw.chance(noted_p) {
                continue;
            }
            row += 1;
            let turned_deg = post.azimuth_deg(event.point) + 12.0 * draw.normal();
            let wind = WINDS[(turned_deg / 45.0).round().rem_euclid(8.0) as usize % 8];
            let guessed_km = (distance_m / 1e3 * libm::exp(0.3 * draw.normal())).max(0.6);
            let (near, far) = ((guessed_km * 0.6).floor() as u32, (guessed_km * 1.5).ceil() as u32);
            let heard_s = event.at_s + distance_m / hour.celerity_m_s(to_deg) + WATCH_S * draw.normal();
            table.of.push(Some(event.id));
            let _ = writeln!(
                table.text,
                "{row},{},patrol {},patrol,Monitoring mission,{},{near}-{far} km {wind},,heard,1,undetermined explosion,{},{WATCH_S}",
                start,
                n + 1,
                quoted(*post),
                noted(start, heard_s.max(0.0)),
            );
        }
    }
    table
}

/// What the parties report of what fell on their own side, and all that they staged there. Both report alike.
#[must_use]
pub fn parties(region: &Region, events: &[Event], start: Time) -> Table {
    parties_who_report(region, events, start, REPORTED)
}

/// The same of parties that report with this probability.
#[must_use]
pub fn parties_who_report(region: &Region, events: &[Event], start: Time, reported_p: f64) -> Table {
    let mut table = Table { text: HEADER.to_owned(), of: Vec::new() };
    let mut row = 0;
    for event in events.iter().filter(|event| event.by.is_some_and(|by| (by == event.side) == event.staged)) {
        let mut draw = Draw::of(region.seed, Subject::Witness, &[2, event.id as u64]);
        // Whoever stages it has it seen.
        if !event.staged && !draw.chance(reported_p) {
            continue;
        }
        row += 1;
        let said = event.point.moved(600.0 * draw.normal(), 600.0 * draw.normal());
        let at_s = (event.at_s + 30.0 * draw.normal()).max(0.0);
        table.of.push(Some(event.id));
        table.text += &report(row, start, event.side, said, at_s);
    }
    table
}

/// Rows that a party adds to the table of [`parties`]: explosions on its own ground that never were. Their numbers are beyond
/// those of the true ones.
pub fn flood(table: &mut Table, region: &Region, side: Side, start: Time, hours: f64) {
    const FIRST_ROW: usize = 100_000;
    let mut draw = Draw::of(region.seed, Subject::Witness, &[5, side as u64]);
    for (n, at_s) in draw.instants(3_600.0 / FLOODED_PER_HOUR, hours * 3_600.0).into_iter().enumerate() {
        let row = FIRST_ROW * (1 + side as usize) + n;
        let point = region.behind(&mut draw, side, 300.0, 15_000.0);
        table.of.push(None);
        table.text += &report(row, start, side, point, at_s);
    }
}

/// One row of a party's report.
fn report(row: usize, start: Time, side: Side, said: Point, at_s: f64) -> String {
    let side = side.name();
    format!(
        "{row},{start},liaison {side},party,{side},,{},1000,party report,1,explosion,{},60\n",
        quoted(said),
        noted(start, at_s)
    )
}

/// The hours of the day, UTC, at which satellites with the sensor pass over.
const PASSES: [(f64, &str); 6] = [(3.1, "N"), (4.0, "N20"), (4.8, "N21"), (15.6, "N"), (16.4, "N20"), (17.3, "N21")];

/// What satellites see of the fires, as FIRMS gives it: pixels of 375 m and more, by their heat.
#[must_use]
pub fn satellites(region: &Region, fires: &[Fire], start: Time, hours: f64) -> Table {
    let mut of = Vec::new();
    let mut text =
        "latitude,longitude,bright_ti4,scan,track,acq_date,acq_time,satellite,instrument,confidence,version,\
                    bright_ti5,frp,daynight\n"
            .to_owned();
    const DAY_S: f64 = 86_400.0;
    let start_s = (start.0 as f64 / 1e9).rem_euclid(DAY_S);
    for day in 0..=((start_s + hours * 3_600.0) / DAY_S) as usize {
        for (n, (hour, satellite)) in PASSES.iter().enumerate() {
            let pass_s = day as f64 * DAY_S + hour * 3_600.0 - start_s;
            if !(0.0..hours * 3_600.0).contains(&pass_s) {
                continue;
            }
            // Westerly longitude: the sun is up from some nine to nine.
            let is_day = *hour > 9.0 && *hour < 21.0;
            for (fire_n, fire) in fires.iter().enumerate() {
                let mut draw = Draw::of(region.seed, Subject::Witness, &[3, day as u64, n as u64, fire_n as u64]);
                let burns = pass_s >= fire.from_s && pass_s <= fire.from_s + fire.lasts_s;
                let seen_mw = fire.power_mw * libm::exp(0.3 * draw.normal());
                // The sunlit ground hides small fires; clouds hide any.
                if !burns || seen_mw < if is_day { 4.0 } else { 1.5 } || draw.chance(0.2) {
                    continue;
                }
                let scan_km = draw.between(0.39, 0.7);
                let off = || 1e3 * scan_km / 12.0_f64.sqrt();
                let [lon, lat] = fire.point.moved(off() * draw.normal(), off() * draw.normal()).lon_lat();
                let at = start.plus_s(pass_s).to_string();
                let (date, time) = (&at[..10], format!("{}{}", &at[11..13], &at[14..16]));
                of.push(None);
                let _ = writeln!(
                    text,
                    "{lat:.5},{lon:.5},{:.2},{scan_km:.2},{:.2},{date},{time},{satellite},VIIRS,{},2.0NRT,{:.2},{seen_mw:.2},{}",
                    (310.0 + 8.0 * seen_mw).min(367.0),
                    scan_km.min(0.6),
                    if seen_mw > 20.0 { "h" } else { "n" },
                    290.0 + draw.between(-3.0, 6.0),
                    if is_day { "D" } else { "N" },
                );
            }
        }
    }
    Table { text, of }
}

/// The notices of the demolitions that were notified, each a file: a place within some hundred metres, a window of hours.
#[must_use]
pub fn notices(region: &Region, events: &[Event], start: Time) -> Vec<String> {
    events
        .iter()
        .filter(|event| event.kind == Kind::Demolition && event.notified)
        .filter_map(|event| {
            let by = event.by?;
            let mut draw = Draw::of(region.seed, Subject::Witness, &[4, event.id as u64]);
            let [lon, lat] = event.point.moved(300.0 * draw.normal(), 300.0 * draw.normal()).lon_lat();
            let from_s = event.at_s - draw.between(600.0, 5_400.0);
            let time = |s: f64| start.plus_s((s / 60.0).round() * 60.0).to_string();
            Some(format!(
                "# An invented notice.\n\n[notice]\nparty = \"{}\"\nactivity = \"demolition\"\nlatitude = {lat:?}\nlongitude = \
                 {lon:?}\nradius_km = 3\nfrom = {}\nto = {}\nfiled_at = {}\ntext = \"Demolition of found ammunition.\"\n",
                by.name(),
                time(from_s),
                time(from_s + 10_800.0),
                time(from_s - 86_400.0),
            ))
        })
        .collect()
}
