//! Where and when in words: of the enclave's views a place with its region, of all others a cell and a slot.
use crate::words::Words;
use crate::zone::Zone;
use serde_json::{Value, json};
use truceline_accord::release::Coarse;
use truceline_accord::release::views::Exact;
use truceline_model::place::Place;
use truceline_model::time::{Interval, NS_PER_S, Time};

/// Where and when something was, as a tier may know it.
pub trait Placed: Copy {
    /// From when to when.
    fn span(&self) -> Interval;
    /// Where, in words.
    fn place(&self, words: &Words) -> String;
    /// Where, within a few bytes and the same in each language.
    fn short(&self) -> String;
    /// How sure the place is, for a table: the same in each language.
    fn precision(&self) -> String;
    /// For machines.
    fn json(&self) -> Value;

    /// From when to when in words: the date once.
    fn time(&self, zone: Zone) -> String {
        let Interval { from, to } = self.span();
        // To the second only where it is known that well.
        let fine =
            to.0.saturating_sub(from.0) < 120 * NS_PER_S && [from, to].iter().any(|t| t.0 % (60 * NS_PER_S) != 0);
        let clock = |time: Time| if fine { zone.clock_s(time) } else { zone.clock(time) };
        let (first, last) = (zone.date(from), zone.date(to));
        let end = if first == last { clock(to) } else { format!("{last} {}", clock(to)) };
        format!("{first} {}\u{2013}{end} {}", clock(from), zone.name())
    }

    /// Half of the span, s.
    fn half_s(&self) -> i64 {
        let Interval { from, to } = self.span();
        to.0.saturating_sub(from.0) / NS_PER_S / 2
    }
}

impl Placed for Coarse {
    fn span(&self) -> Interval {
        Interval { from: self.slot().from(), to: self.slot().to() }
    }

    fn place(&self, words: &Words) -> String {
        let side = km(f64::from(self.cell().side_m()));
        words.with("place-cell", &[("cell", self.cell().to_string().into()), ("side", side.into())])
    }

    fn short(&self) -> String {
        format!("{} ({} km)", self.cell(), km(f64::from(self.cell().side_m())))
    }

    fn precision(&self) -> String {
        format!("cell {} m", self.cell().side_m())
    }

    fn json(&self) -> Value {
        let corners = self.cell().ring().map(|place| [place.lon_deg(), place.lat_deg()]);
        json!({
            "cell": self.cell().to_string(), "side_m": self.cell().side_m(), "ring": corners,
            "from": self.slot().from().to_string(), "to": self.slot().to().to_string(),
        })
    }
}

impl Placed for Exact {
    fn span(&self) -> Interval {
        self.interval
    }

    fn place(&self, words: &Words) -> String {
        words.with("place-region", &[("place", degrees(self.mean).into()), ("side", km2(self.area_p90_m2).into())])
    }

    fn short(&self) -> String {
        format!("{}, {} km2", degrees(self.mean), km2(self.area_p90_m2))
    }

    fn precision(&self) -> String {
        format!("90 % region {} km2", km2(self.area_p90_m2))
    }

    fn json(&self) -> Value {
        json!({
            "mean": [self.mean.lon_deg(), self.mean.lat_deg()], "area_p90_m2": self.area_p90_m2,
            "from": self.interval.from.to_string(), "to": self.interval.to.to_string(),
        })
    }
}

/// A place to a hundred metres.
pub(crate) fn degrees(place: Place) -> String {
    let (lat, lon) = (place.lat_deg(), place.lon_deg());
    let (ns, ew) = (if lat < 0.0 { 'S' } else { 'N' }, if lon < 0.0 { 'W' } else { 'E' });
    format!("{:.3}\u{b0}{ns} {:.3}\u{b0}{ew}", lat.abs(), lon.abs())
}

fn km(metres: f64) -> String {
    let km = metres / 1e3;
    if km.fract() == 0.0 { format!("{km:.0}") } else { format!("{km}") }
}

fn km2(area_m2: u64) -> String {
    let km2 = area_m2 as f64 / 1e6;
    if km2 < 10.0 { format!("{km2:.2}") } else { format!("{km2:.0}") }
}
