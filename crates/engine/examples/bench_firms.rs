//! NASA FIRMS measured: reading, merging, background and sides of whole years, and two days against that day's line. One line of
//! JSON for each.
//!
//! `bench_firms peace FILE... held FILE... report FILE... day FILE LINE.geojson DATE...`: CSV as FIRMS has it. Background is
//! learnt from `peace`, and said of `held`, a peace year of which nothing was learnt, and of `report`. Of the held year it is
//! also said with drawn fires among it whose origin is known. Times are of the processor, of one thread.
#![allow(clippy::print_stdout)]
use std::error::Error;
use truceline_formats::{line, observations};
use truceline_model::observation::Observation;
use truceline_model::time::Time;
use truceline_science::attribute::crossing::sides_of;
use truceline_science::calibrate::reliability;
use truceline_science::locate::{Line, Point, Segments, Vertex};
use truceline_science::thermal::background::Background;
use truceline_science::thermal::{Heat, merge::merge};

/// A side is stated from this probability on, as in the engine.
const STATED_FROM: f64 = 0.99;

/// The nominal pixel of the 375 m product, m.
const PIXEL_M: f64 = 375.0;

/// What counts as near the front, m.
const FRONT_M: f64 = 5_000.0;

/// Places of drawn fires, and the mean of each one's count.
const DRAWN: usize = 200;
const DRAWN_MEAN: f64 = 20.0;

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let after = |name: &str| -> Vec<&String> {
        let names = ["peace", "held", "report", "day"];
        let from = words.iter().position(|word| word == name).map_or(words.len(), |at| at + 1);
        words[from..].iter().take_while(|word| !names.contains(&word.as_str())).collect()
    };
    let day = after("day");
    let line = day.get(1).map(|path| rims(path)).transpose()?;
    if let ([file, _, dates @ ..], Some(line)) = (&day[..], &line) {
        days(file, line, dates)?;
    }
    let read = |path: &&String| -> Result<Vec<Heat>, Box<dyn Error>> { Ok(heat(&observed(path)?)) };
    let peace: Vec<Vec<Heat>> = after("peace").iter().map(read).collect::<Result<_, _>>()?;
    if peace.len() < 2 {
        return Ok(());
    }
    let start = cpu_s();
    let background = Background::learn(&peace.iter().map(Vec::as_slice).collect::<Vec<_>>())?;
    let learnt_s = cpu_s() - start;
    println!(
        "{{\"set\":\"learnt\",\"years\":{},\"shape\":{},\"weight\":{},\"cpu_s\":{learnt_s:.3}}}",
        peace.len(),
        background.shape,
        background.weight
    );
    for path in after("held") {
        year("held", path, &background, line.as_ref())?;
        drawn(&read(&path)?, &background)?;
    }
    for path in after("report") {
        year("report", path, &background, line.as_ref())?;
    }
    Ok(())
}

/// Seconds that this thread ran; zero where the system does not say.
fn cpu_s() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|ns| ns.parse::<f64>().ok()).unwrap_or(0.0) / 1e9
}

fn observed(path: &str) -> Result<Vec<Observation>, Box<dyn Error>> {
    let found = observations::read(path, &std::fs::read(path)?)?;
    if let Some(first) = found.refusals.first() {
        return Err(format!(
            "{path}: {} refused, the first at {}: {}",
            found.refusals.len(),
            first.offset,
            first.expected
        )
        .into());
    }
    Ok(found.observations)
}

fn heat(observed: &[Observation]) -> Vec<Heat> {
    let of = |one: &Observation| {
        let place = one.at.place()?;
        // Even over one side either way: the variance is a third of its square.
        let side_m = (3.0 * one.at.variance_m2()?).sqrt();
        let span = one.time.span;
        Some(Heat { lon_deg: place.lon_deg(), lat_deg: place.lat_deg(), side_m, from: span.from, to: span.to })
    };
    observed.iter().filter_map(of).collect()
}

fn rims(path: &str) -> Result<Segments, Box<dyn Error>> {
    let file = line::read(path, &std::fs::read(path)?)?;
    let vertices = |part: &Vec<(f64, f64, f64)>| {
        part.iter().map(|(x, y, sigma_m)| Vertex { at: Point { x: *x, y: *y }, sigma_m: *sigma_m }).collect()
    };
    let line = Line::new(file.parts.iter().map(vertices).collect()).map_err(|why| format!("{path}: {why:?}"))?;
    Ok(Segments::of(&line, true))
}

/// A year: read, merged, weighed against the background, and on which side of a line each lies.
fn year(set: &str, path: &str, background: &Background, line: Option<&Segments>) -> Result<(), Box<dyn Error>> {
    let bytes = std::fs::read(path)?;
    let mut times = vec![cpu_s()];
    let found = observations::read(path, &bytes)?;
    let heat = heat(&found.observations);
    times.push(cpu_s());
    let fires = merge(&heat);
    times.push(cpu_s());
    let assessed = background.assess(&heat)?;
    times.push(cpu_s());
    let mut stated = 0;
    for one in line.iter().flat_map(|line| heat.iter().map(|one| (*line, one))) {
        let (line, one) = one;
        let across = line.across(Point { x: one.lon_deg, y: one.lat_deg });
        let (left, right) = sides_of(across.signed_m, one.side_m * one.side_m / 3.0, across.sigma_m);
        stated += usize::from(left.max(right) >= STATED_FROM);
    }
    times.push(cpu_s());
    let steps: Vec<f64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let mean = assessed.p_background.iter().sum::<f64>() / heat.len().max(1) as f64;
    println!(
        "{{\"set\":\"{set}\",\"detections\":{},\"refused\":{},\"fires\":{},\"stated\":{stated},\"p_background\":{mean:.4},\
         \"share\":{:.4},\"mean_other\":{:.2},\"scale\":{:.3},\"read_s\":{:.3},\"merge_s\":{:.3},\"background_s\":{:.3},\
         \"side_s\":{:.3},\"cpu_s\":{:.3}}}",
        heat.len(),
        found.refusals.len(),
        fires.len(),
        assessed.share,
        assessed.mean_other,
        assessed.scale,
        steps[0],
        steps[1],
        steps[2],
        steps[3],
        steps.iter().sum::<f64>()
    );
    Ok(())
}

/// SplitMix64 (Steele, Lea, Flood 2014), as a number from zero to one.
fn uniform(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (((z ^ (z >> 31)) >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
}

/// A peace year with drawn fires among it: how often what is called background so probably is background. They lie where
/// something burnt that year, in seasons drawn evenly: what cannot be told by its cell alone.
fn drawn(peace: &[Heat], background: &Background) -> Result<(), Box<dyn Error>> {
    let mut state = 2_026;
    let mut all = peace.to_vec();
    let (Some(first), Some(last)) = (peace.first(), peace.last()) else { return Ok(()) };
    for _ in 0..DRAWN {
        let at = peace[((uniform(&mut state) * peace.len() as f64) as usize).min(peace.len() - 1)];
        let from = Time(first.from.0 + (uniform(&mut state) * (last.from.0 - first.from.0) as f64) as i64);
        let count = (libm::log(uniform(&mut state)) / libm::log(DRAWN_MEAN / (1.0 + DRAWN_MEAN))) as usize;
        for _ in 0..count {
            let off = |state: &mut u64| (uniform(state) - 0.5) * 0.02;
            let (lon_deg, lat_deg) = (at.lon_deg + off(&mut state), at.lat_deg + off(&mut state));
            all.push(Heat { lon_deg, lat_deg, from, to: from, ..at });
        }
    }
    let assessed = background.assess(&all)?;
    let truth: Vec<(f64, bool)> =
        assessed.p_background.iter().enumerate().map(|(n, p)| (*p, n < peace.len())).collect();
    let of = |wanted: bool| {
        let some: Vec<f64> = truth.iter().filter(|(_, is)| *is == wanted).map(|(p, _)| *p).collect();
        some.iter().sum::<f64>() / some.len().max(1) as f64
    };
    let found = reliability::judge(&truth).ok_or("a probability that is none")?;
    println!(
        "{{\"set\":\"drawn\",\"detections\":{},\"others\":{},\"brier\":{:.4},\"ece\":{:.4},\"p_of_background\":{:.4},\
         \"p_of_others\":{:.4}}}",
        all.len(),
        all.len() - peace.len(),
        found.brier,
        found.ece,
        of(true),
        of(false)
    );
    Ok(())
}

/// The detections of single days against a line.
fn days(file: &str, line: &Segments, dates: &[&String]) -> Result<(), Box<dyn Error>> {
    let observed = observed(file)?;
    for date in dates {
        let begins = Time::parse(&format!("{date}T00:00:00Z"))?;
        let ends = begins.plus_s(86_400.0);
        let of_day: Vec<Observation> =
            observed.iter().filter(|one| (begins..ends).contains(&one.time.span.from)).cloned().collect();
        let (mut near, mut within, mut stated, mut stated_within) = (0, 0, 0, 0);
        for one in heat(&of_day) {
            let across = line.across(Point { x: one.lon_deg, y: one.lat_deg });
            let (left, right) = sides_of(across.signed_m, one.side_m * one.side_m / 3.0, across.sigma_m);
            let is_stated = left.max(right) >= STATED_FROM;
            let distance_m = across.signed_m.abs();
            near += usize::from(distance_m <= FRONT_M);
            within += usize::from(distance_m <= PIXEL_M);
            stated += usize::from(is_stated);
            stated_within += usize::from(is_stated && distance_m <= PIXEL_M);
        }
        println!(
            "{{\"set\":\"day\",\"date\":\"{date}\",\"detections\":{},\"near\":{near},\"within_pixel\":{within},\"stated\":{stated},\
             \"stated_within_pixel\":{stated_within},\"fires\":{}}}",
            of_day.len(),
            merge(&heat(&of_day)).len()
        );
    }
    Ok(())
}
