//! Plots as inline SVG: fine ink on quiet paper, a scale on every edge, no script.
#![allow(clippy::disallowed_methods, reason = "a picture for people, of which no last bit matters")]

use std::fmt::Write as _;

/// Room around the plot for its scales, px: left, right, top, bottom.
const MARGIN: [f64; 4] = [52.0, 18.0, 14.0, 42.0];

/// A scale.
#[derive(Debug, Clone)]
pub(super) struct Axis {
    from: f64,
    to: f64,
    log: bool,
    ticks: Vec<(f64, String)>,
    title: &'static str,
}

impl Axis {
    /// Even, with a tick at each of these.
    pub(super) fn even(title: &'static str, from: f64, to: f64, ticks: &[f64]) -> Self {
        let ticks = ticks.iter().map(|tick| (*tick, super::card::plain(*tick))).collect();
        Self { from, to, log: false, ticks, title }
    }

    /// By powers of ten.
    pub(super) fn log(title: &'static str, from: f64, to: f64) -> Self {
        let (first, last) = (from.log10().ceil() as i32, to.log10().floor() as i32);
        let ticks =
            (first..=last).map(|power| 10_f64.powi(power)).map(|tick| (tick, super::card::plain(tick))).collect();
        Self { from, to, log: true, ticks, title }
    }

    /// Names at 0.5, 1.5 and so on.
    pub(super) fn names(title: &'static str, names: impl IntoIterator<Item = String>) -> Self {
        let ticks: Vec<(f64, String)> = names.into_iter().enumerate().map(|(n, name)| (n as f64 + 0.5, name)).collect();
        Self { from: 0.0, to: ticks.len().max(1) as f64, log: false, ticks, title }
    }

    /// Where a value lies, from 0 to 1; what is beyond an end is drawn at it.
    fn at(&self, value: f64) -> f64 {
        let place = if self.log {
            (value.max(1e-300) / self.from).ln() / (self.to / self.from).ln()
        } else {
            (value - self.from) / (self.to - self.from)
        };
        place.clamp(0.0, 1.0)
    }
}

/// What a point looks like: sorts are told apart by shape, never by hue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Disc,
    Ring,
    Half,
    Cross,
}

impl Mark {
    pub(super) const ALL: [Self; 4] = [Self::Disc, Self::Ring, Self::Half, Self::Cross];

    /// Around a point of the picture.
    pub(super) fn svg(self, x: f64, y: f64) -> String {
        match self {
            Self::Disc => format!("<circle cx='{x:.1}' cy='{y:.1}' r='4' class='fill'/>"),
            Self::Ring => format!("<circle cx='{x:.1}' cy='{y:.1}' r='4' class='open'/>"),
            Self::Half => format!(
                "<circle cx='{x:.1}' cy='{y:.1}' r='4' class='open'/><path d='M{x:.1} {:.1}a4 4 0 0 1 0 8z' class='fill'/>",
                y - 4.0
            ),
            Self::Cross => format!("<path d='M{:.1} {:.1}l7 7m0 -7l-7 7' class='stroke'/>", x - 3.5, y - 3.5),
        }
    }
}

/// A plot that is being drawn.
pub(super) struct Plot {
    x: Axis,
    y: Axis,
    width: f64,
    height: f64,
    margin: [f64; 4],
    body: String,
}

impl Plot {
    pub(super) fn new(x: Axis, y: Axis, (width, height): (f64, f64)) -> Self {
        let longest = y.ticks.iter().map(|(_, name)| name.chars().count()).max().unwrap_or(0);
        let mut margin = MARGIN;
        // Six px a letter of axis text, and the title beside it.
        margin[0] = margin[0].max(6.2 * longest as f64 + 26.0);
        Self { x, y, width, height, margin, body: String::new() }
    }

    fn px(&self, x: f64) -> f64 {
        self.margin[0] + self.x.at(x) * (self.width - self.margin[0] - self.margin[1])
    }

    fn py(&self, y: f64) -> f64 {
        self.margin[2] + (1.0 - self.y.at(y)) * (self.height - self.margin[2] - self.margin[3])
    }

    pub(super) fn mark(&mut self, mark: Mark, x: f64, y: f64) {
        self.body += &mark.svg(self.px(x), self.py(y));
    }

    /// A point moved sideways by some px, with the interval of its y.
    pub(super) fn estimate(&mut self, mark: Mark, (x, aside): (f64, f64), y: f64, (least, most): (f64, f64)) {
        let at = self.px(x) + aside;
        let (low, high) = (self.py(least), self.py(most));
        let _ = write!(self.body, "<path d='M{at:.1} {low:.1}V{high:.1}' class='span'/>");
        self.body += &mark.svg(at, self.py(y));
    }

    /// A point with the interval of its x.
    pub(super) fn estimate_along(&mut self, mark: Mark, x: f64, (least, most): (f64, f64), y: f64) {
        let (low, high, at) = (self.px(least), self.px(most), self.py(y));
        let _ = write!(self.body, "<path d='M{low:.1} {at:.1}H{high:.1}' class='span'/>");
        self.body += &mark.svg(self.px(x), at);
    }

    pub(super) fn bar(&mut self, (from, to): (f64, f64), y: f64) {
        let (left, right, top, bottom) = (self.px(from), self.px(to), self.py(y), self.height - self.margin[3]);
        let _ = write!(
            self.body,
            "<rect x='{:.1}' y='{top:.1}' width='{:.1}' height='{:.1}' class='bar'/>",
            left + 0.5,
            (right - left - 1.0).max(0.5),
            bottom - top
        );
    }

    pub(super) fn line(&mut self, class: &str, points: &[(f64, f64)]) {
        let at = |(x, y): &(f64, f64)| format!("{:.1} {:.1}", self.px(*x), self.py(*y));
        let path: Vec<String> = points.iter().map(at).collect();
        if !path.is_empty() {
            let _ = write!(self.body, "<path d='M{}' class='{class}'/>", path.join("L"));
        }
    }

    /// The goal, at a value of x.
    pub(super) fn goal_x(&mut self, x: f64, words: &str) {
        let (at, top, bottom) = (self.px(x), self.margin[2], self.height - self.margin[3]);
        let is_right = self.x.at(x) > 0.7;
        let (end, off) = if is_right { (" text-anchor='end'", -4.0) } else { ("", 4.0) };
        let _ = write!(
            self.body,
            "<path d='M{at:.1} {top:.1}V{bottom:.1}' class='goal'/><text x='{:.1}' y='{:.1}'{end} class='goal-text'>{}</text>",
            at + off,
            top + 10.0,
            escaped(words)
        );
    }

    /// A short word beside a point.
    pub(super) fn note(&mut self, x: f64, y: f64, (right, down): (f64, f64), words: &str) {
        let (x, y) = (self.px(x) + right, self.py(y) + down);
        let _ = write!(self.body, "<text x='{x:.1}' y='{y:.1}' class='axis'>{}</text>", escaped(words));
    }

    /// The picture; `says` is what a reader hears who does not see it.
    pub(super) fn finish(self, says: &str) -> String {
        let [left, right, top, bottom] = self.margin;
        let (end_x, end_y) = (self.width - right, self.height - bottom);
        let mut frame = String::new();
        for (value, name) in &self.x.ticks {
            let at = self.px(*value);
            let _ = write!(
                frame,
                "<path d='M{at:.1} {top:.1}V{end_y:.1}' class='grid'/><text x='{at:.1}' y='{:.1}' text-anchor='middle' \
                 class='axis'>{}</text>",
                end_y + 15.0,
                escaped(name)
            );
        }
        for (value, name) in &self.y.ticks {
            let at = self.py(*value);
            let _ = write!(
                frame,
                "<path d='M{left:.1} {at:.1}H{end_x:.1}' class='grid'/><text x='{:.1}' y='{:.1}' text-anchor='end' \
                 class='axis'>{}</text>",
                left - 6.0,
                at + 4.0,
                escaped(name)
            );
        }
        let (middle_x, middle_y) = (0.5 * (left + end_x), 0.5 * (top + end_y));
        format!(
            "<svg viewBox='0 0 {0} {1}' width='{0}' height='{1}' role='img' aria-label='{2}'>{frame}<path d='M{left:.1} \
             {top:.1}V{end_y:.1}H{end_x:.1}' class='frame'/>{3}<text x='{middle_x:.1}' y='{4:.1}' text-anchor='middle' \
             class='axis title'>{5}</text><text transform='translate(12 {middle_y:.1}) rotate(-90)' text-anchor='middle' \
             class='axis title'>{6}</text></svg>",
            self.width,
            self.height,
            escaped(says),
            self.body,
            self.height - 6.0,
            escaped(self.x.title),
            escaped(self.y.title),
        )
    }
}

/// As text of HTML or of an attribute.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\'', "&#39;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_lie_where_the_scale_says() {
        let even = Axis::even("share", 0.0, 1.0, &[0.0, 0.5, 1.0]);
        assert_eq!([0.0, 0.25, 1.5].map(|value| even.at(value)), [0.0, 0.25, 1.0]);
        let log = Axis::log("s", 0.1, 1_000.0);
        assert!((log.at(10.0) - 0.5).abs() < 1e-12);
        assert_eq!(
            log.ticks.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>(),
            ["0.1", "1", "10", "100", "1000"]
        );
        let mut plot = Plot::new(even.clone(), log, (300.0, 200.0));
        plot.estimate(Mark::Disc, (0.5, 0.0), 10.0, (1.0, 100.0));
        let svg = plot.finish("a < b");
        assert!(svg.contains("aria-label='a &lt; b'") && svg.ends_with("</svg>"));
    }
}
