//! What operators of arrays report themselves: the times and directions of what they heard, in infrapy's shape, without
//! waveforms. For worlds that are too long for waveforms.
use crate::agreement::OWNERS;
use crate::random::{Draw, Subject};
use crate::world::{File, World, WorldError};
use serde_json::{Value, json};

/// What operators report: waves of this signal-to-noise ratio and more.
const SNR_MIN: f64 = 1.0;
/// The deviation of a back-azimuth at a signal-to-noise ratio of 1, degrees; it falls with the ratio, and no lower than a tenth.
const AZIMUTH_SIGMA_DEG: f64 = 6.0;

/// The reports of a world's day, on the so-manieth day after it: so a day can be repeated.
///
/// # Errors
/// If a number is none.
pub fn of_day(world: &World, day: u32) -> Result<File, WorldError> {
    let mut detections: Vec<(f64, Value)> = Vec::new();
    for arrival in &world.arrivals {
        let sensor = &world.network.sensors[arrival.sensor];
        let Some(array) = sensor.array.map(|array| &world.network.arrays[array]) else { continue };
        // The first element stands at the middle.
        if array.elements[0] != arrival.sensor || arrival.snr < SNR_MIN || !world.is_sound(arrival.sensor, arrival.at_s)
        {
            continue;
        }
        let event = &world.events[arrival.event];
        let which = [u64::from(day), arrival.event as u64, arrival.sensor as u64];
        let mut draw = Draw::of(world.seed, Subject::Witness, &which);
        let sigma_deg = AZIMUTH_SIGMA_DEG / arrival.snr.min(10.0);
        let azimuth_deg = array.point.azimuth_deg(event.point) + sigma_deg * draw.normal();
        let at_s = 86_400.0 * f64::from(day) + arrival.at_s + 0.1 * draw.normal();
        let [lon, lat] = array.point.lon_lat();
        detections.push((
            at_s,
            json!({
                "Name": array.name, "Owner": OWNERS[sensor.owner], "Time (UTC)": world.start.plus_s(at_s).to_string(),
                "F Stat.": 1.0 + arrival.snr, "Trace Vel. (m/s)": 340.0 + 10.0 * draw.unit(),
                "Back Azimuth": (azimuth_deg * 10.0).round() / 10.0, "Latitude": lat, "Longitude": lon,
                "Array Dim.": array.elements.len(),
            }),
        ));
    }
    detections.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let detections: Vec<Value> = detections.into_iter().map(|(_, one)| one).collect();
    let file =
        json!({ "source": format!("an invented world, day {day}"), "clock": "recorded", "detections": detections });
    let bytes = serde_json::to_vec(&file).map_err(|error| WorldError::new(error.to_string()))?;
    Ok(File { name: format!("20-arrays-{day:03}.json"), bytes })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Rates;
    use truceline_formats::Delivery;

    #[test]
    fn reports_are_read_whole_and_each_day_has_its_own() {
        let world = World::drawn(3, 2, &Rates::default()).unwrap();
        let mut newest = None;
        for day in [0, 7] {
            let file = of_day(&world, day).unwrap();
            let Delivery::Detections(read) = Delivery::read(&file.name, &file.bytes).unwrap() else { panic!() };
            assert!(read.refusals.is_empty(), "{:?}", read.refusals[0]);
            assert!(read.reports.len() > 5, "{}", read.reports.len());
            let first = read.reports.iter().map(|report| report.arrival).min();
            assert!(first > newest);
            newest = read.reports.iter().map(|report| report.arrival).max();
        }
    }
}
