//! What a solution says, as JSON and in words.
use crate::tables::{Tables, place_words};
use anyhow::{Context, Result, anyhow};
use serde_json::{Map, Value, json};
use std::path::Path;
use truceline_accord::words::probability;
use truceline_formats::line;
use truceline_model::measurement::Site;
use truceline_science::locate::{
    Credible, Ellipse, Line, NoLine, Placed, Point, Region, Resolution, Sides, Solution, Unresolved, VERTICES_MAX,
    Vertex, Without, normal_sides,
};

/// To six decimals: a metre of a kilometre, a millionth of a probability.
fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

/// A coordinate: to 1e-7 degree or a millimetre.
fn coordinate(geographic: bool, value: f64) -> f64 {
    let per = if geographic { 1e7 } else { 1e3 };
    (value * per).round() / per
}

/// A place by the names of its coordinates.
pub(crate) fn site_json(site: Site) -> Value {
    match site {
        Site::Geographic { lon_deg, lat_deg, .. } => {
            json!({ "lon": coordinate(true, lon_deg), "lat": coordinate(true, lat_deg) })
        }
        Site::Local { x_m, y_m, .. } => json!({ "x_m": coordinate(false, x_m), "y_m": coordinate(false, y_m) }),
    }
}

/// A place as a corner of a polygon.
pub(crate) fn point_json(site: Site) -> Value {
    match site {
        Site::Geographic { lon_deg, lat_deg, .. } => json!([coordinate(true, lon_deg), coordinate(true, lat_deg)]),
        Site::Local { x_m, y_m, .. } => json!([coordinate(false, x_m), coordinate(false, y_m)]),
    }
}

/// Origin, regions, deviations. The caller adds what else it knows of the event.
pub(crate) fn to_json(tables: &Tables, solution: &Solution) -> Value {
    let geographic = solution.geographic;
    let mut origin = site_json(solution.mean);
    if let Some(depth) = solution.depth {
        origin["depth_m"] = json!(depth.mean_m.round());
        origin["depth_sigma_m"] = json!(depth.sigma_m.round());
        origin["depth_p90_m"] = json!([depth.p90_m.0.round(), depth.p90_m.1.round()]);
        origin["p_ground"] = json!(depth.p_ground.map(rounded));
    }
    origin["time"] = solution.time_mean.map_or(Value::Null, |time| tables.time(time));
    origin["most_probable"] = site_json(solution.most_probable);
    let covariance = &solution.covariance;
    let mut regions = Map::new();
    for region in &solution.regions {
        regions.insert(format!("p{}", region.level_percent), region_json(region, geographic));
    }
    let mut times = Map::new();
    for region in &solution.time_regions {
        let interval = json!([tables.time(region.interval.from), tables.time(region.interval.to)]);
        times.insert(format!("p{}", region.level_percent), interval);
    }
    json!({
        "origin": origin,
        "regions": regions,
        "time": times,
        "sigma": {
            "east_m": rounded(covariance.east_m2.sqrt()),
            "north_m": rounded(covariance.north_m2.sqrt()),
            "east_north_m2": rounded(covariance.east_north_m2),
        },
        "crlb_ratio": solution.bound_ratio.map(rounded),
        "resolution": resolution_json(solution),
    })
}

/// The widest ring as `polygon`, closed; all rings (outer ones counter-clockwise, holes clockwise) where there are more.
fn region_json(region: &Region, geographic: bool) -> Value {
    let ring = |ring: &Vec<Point>| -> Value {
        let closed = ring.iter().chain(ring.first());
        closed.map(|point| json!([coordinate(geographic, point.x), coordinate(geographic, point.y)])).collect()
    };
    let mut value = json!({
        "area_km2": rounded(region.area_m2 / 1e6),
        "polygon": region.rings.first().map_or(json!([]), ring),
    });
    if region.rings.len() > 1 {
        value["rings"] = region.rings.iter().map(ring).collect();
    }
    value
}

fn resolution_json(solution: &Solution) -> Value {
    match solution.resolution {
        Resolution::Point => json!({ "kind": "point" }),
        Resolution::Bearing(bearing, why) => json!({
            "kind": "bearing",
            "azimuth_deg": rounded(bearing.azimuth_deg),
            "azimuth_sigma_deg": rounded(bearing.azimuth_sigma_deg),
            "elevation_deg": bearing.elevation_deg.map(rounded),
            "reason": reason(why),
        }),
    }
}

fn reason(why: Unresolved) -> String {
    match why {
        Unresolved::Range { edge_percent } => {
            format!(
                "the distance is not bounded by the data: {edge_percent:.1} % lies at the edge of what was looked at"
            )
        }
        Unresolved::Overhead { elevation_deg } => {
            format!("the source is overhead: {elevation_deg:.0} degrees above the horizon")
        }
    }
}

/// The place without each owner's arrivals: what the others say by themselves, if anything.
pub(crate) fn without_json(whole: &Solution, without: &[Without], line: Option<&NamedLine>) -> Value {
    let one = |without: &Without| {
        let place = without.solution.as_ref().and_then(|solution| {
            let placed = solution.placed()?;
            Some((placed, whole.most_probable.distance_m(placed.most_probable)))
        });
        let mut value = left_out_json(&without.owner, without.members, place, None);
        value["origin"] = without.solution.as_ref().map_or(Value::Null, |solution| site_json(solution.mean));
        value["resolution"] = without.solution.as_ref().map_or(Value::Null, resolution_json);
        if let Some(line) = line {
            value["line"] = without.solution.as_ref().map_or(Value::Null, |solution| line.of(solution).to_json());
        }
        value
    };
    without.iter().map(one).collect()
}

/// What is left of an event without one owner: where and how sure, how far from the whole, and how probably real.
pub(crate) fn left_out_json(owner: &str, arrivals: usize, place: Option<(Placed, f64)>, p_real: Option<f64>) -> Value {
    json!({
        "owner": owner,
        "arrivals": arrivals,
        "most_probable": place.map(|(placed, _)| site_json(placed.most_probable)),
        "area_p90_km2": place.map(|(placed, _)| rounded(placed.area_p90_m2 / 1e6)),
        "moved_m": place.map(|(_, moved_m)| rounded(moved_m)),
        "p_real": p_real.map(rounded),
    })
}

/// How each arrival fits, by its row.
pub(crate) fn residuals_json(tables: &Tables, solution: &Solution) -> Value {
    let residuals = solution.residuals.iter().map(|residual| {
        json!({
            "row": tables.row(residual.measurement),
            "time_s": rounded(residual.time_s),
            "fits": rounded(residual.fits),
        })
    });
    residuals.collect()
}

/// The same in words, a line each.
pub(crate) fn to_words(tables: &Tables, solution: &Solution) -> String {
    let time = solution.time_mean.map_or("at an unknown time".to_owned(), |time| tables.time_words(time));
    let mut text = String::new();
    if let Resolution::Bearing(bearing, why) = solution.resolution {
        text += &format!(
            "  bearing {:.1} deg (sigma {:.1}) from {}; no point: {}\n",
            bearing.azimuth_deg,
            bearing.azimuth_sigma_deg,
            place_words(bearing.from),
            reason(why)
        );
    }
    text += &format!("  mean    {}, {time}\n", place_words(solution.mean));
    if let Some(depth) = solution.depth {
        let (from_m, to_m) = depth.p90_m;
        text += &format!("  depth   {:.1} km, 90 % {:.1} to {:.1} km", depth.mean_m / 1e3, from_m / 1e3, to_m / 1e3);
        if let Some(p_ground) = depth.p_ground {
            text += &format!(", on the ground {p_ground:.3}");
        }
        text += "\n";
    }
    for region in &solution.regions {
        let level = region.level_percent;
        text += &format!("  {level} %    {}", area_words(region.area_m2));
        if let Some(time) = solution.time_regions.iter().find(|time| time.level_percent == level) {
            let (from, to) = (time.interval.from, time.interval.to);
            text += &format!(", {} to {}", tables.time_words(from), tables.time_words(to));
        }
        text += "\n";
    }
    if let Some(ratio) = solution.bound_ratio {
        text += &format!("  sigma   {ratio:.2} times the Cramer-Rao bound\n");
    }
    text
}

/// An area in km2, or in m2 where that reads better.
pub(crate) fn area_words(area_m2: f64) -> String {
    match area_m2 / 1e6 {
        km2 if km2 >= 100.0 => format!("{km2:.0} km2"),
        km2 if km2 >= 0.1 => format!("{km2:.2} km2"),
        _ => format!("{area_m2:.0} m2"),
    }
}

/// How a place that was asked for stands in a solution.
pub(crate) struct Levels {
    distance_m: f64,
    levels: Credible,
}

impl Levels {
    pub(crate) fn new(solution: &Solution, place: Site, levels: Credible) -> Self {
        Self { distance_m: solution.mean.distance_m(place), levels }
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({
            "distance_km": rounded(self.distance_m / 1e3),
            "place_level": rounded(self.levels.place_level),
            "time_level": self.levels.time_level.map(rounded),
        })
    }

    pub(crate) fn to_words(&self) -> String {
        let far = match self.distance_m {
            m if m < 1e3 => format!("{m:.1} m"),
            m => format!("{:.1} km", m / 1e3),
        };
        let mut text = format!(
            "  asked   {far} from the mean; inside the place's {:.1} % region",
            self.levels.place_level * 100.0
        );
        if let Some(level) = self.levels.time_level {
            text += &format!(", inside the time's {:.1} % interval", level * 100.0);
        }
        text + "\n"
    }
}

/// A line from the command line's file, with the names of its sides.
pub(crate) struct NamedLine {
    line: Line,
    names: [Option<String>; 2],
}

impl NamedLine {
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let file = path.display().to_string();
        let read = line::read(&file, &bytes)?;
        let vertex = |(x, y, sigma_m): &(f64, f64, f64)| Vertex { at: Point { x: *x, y: *y }, sigma_m: *sigma_m };
        let parts = read.parts.iter().map(|part| part.iter().map(vertex).collect()).collect();
        let line = Line::new(parts).map_err(|why| match why {
            NoLine::Short => anyhow!("{file}: a part of the line has fewer than two different positions"),
            NoLine::Long => anyhow!("{file}: the line has more than {VERTICES_MAX} positions"),
            NoLine::Number => anyhow!("{file}: a number of the line has no meaning"),
        })?;
        Ok(Self { line, names: [read.left, read.right] })
    }

    /// On which side an event of such a solution lies.
    pub(crate) fn of(&self, solution: &Solution) -> Sided<'_> {
        // A bearing holds no place, so it holds no side either.
        let is_point = solution.resolution == Resolution::Point;
        Sided { sides: solution.sides(&self.line), is_point, names: &self.names }
    }

    /// The same of a place by its curvature, m2 east and north.
    pub(crate) fn of_normal(&self, mean: Site, ellipse: &Ellipse) -> Sided<'_> {
        let (east_m, north_m, east_north_m2) = ellipse.sigma();
        let covariance_m2 = [[east_m * east_m, east_north_m2], [east_north_m2, north_m * north_m]];
        let (at, geographic) = match mean {
            Site::Geographic { lon_deg, lat_deg, .. } => (Point { x: lon_deg, y: lat_deg }, true),
            Site::Local { x_m, y_m, .. } => (Point { x: x_m, y: y_m }, false),
        };
        Sided { sides: normal_sides(at, covariance_m2, &self.line, geographic), is_point: true, names: &self.names }
    }
}

/// How an event lies about a line.
pub(crate) struct Sided<'a> {
    sides: Sides,
    is_point: bool,
    names: &'a [Option<String>; 2],
}

impl Sided<'_> {
    /// Why no side should be stated, if so.
    fn abstains(&self) -> Option<&'static str> {
        if !self.is_point {
            Some("the measurements hold a direction only")
        } else if self.sides.cut_off {
            Some("the 90 % region goes beyond the line's end")
        } else {
            None
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        let side = |p: f64, name: &Option<String>| json!({ "p": rounded(p), "name": name });
        json!({
            "left": side(self.sides.left, &self.names[0]),
            "right": side(self.sides.right, &self.names[1]),
            "p_beyond_end": rounded(self.sides.beyond),
            "abstains": self.abstains(),
        })
    }

    pub(crate) fn to_words(&self) -> String {
        let named = |side: &str, name: &Option<String>| {
            name.as_ref().map_or_else(|| side.to_owned(), |name| format!("{side} ({name})"))
        };
        let mut text = format!(
            "  line    {} {}, {} {}",
            named("left", &self.names[0]),
            probability(self.sides.left),
            named("right", &self.names[1]),
            probability(self.sides.right)
        );
        if self.sides.beyond > 0.0 {
            text += &format!(", beyond its end {}", probability(self.sides.beyond));
        }
        if let Some(why) = self.abstains() {
            text += &format!("; no side is stated: {why}");
        }
        text + "\n"
    }
}
