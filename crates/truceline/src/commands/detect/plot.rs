//! A picture of what an array heard: the first element's samples, back-azimuths and F over time, as SVG.
use std::fmt::Write;
use truceline_model::time::Time;
use truceline_model::waveform::Segment;
use truceline_science::array::chain::{Direction, Impediment, Outcome};

/// Size of the picture and of its parts, pixels.
const WIDTH: f64 = 1_000.0;
const HEIGHT: f64 = 520.0;
const LEFT: f64 = 60.0;
const RIGHT: f64 = 980.0;

/// Ticks of the time axis.
const TICKS: usize = 6;

/// Top and bottom of the three panels.
const SAMPLES: (f64, f64) = (30.0, 150.0);
const AZIMUTH: (f64, f64) = (180.0, 340.0);
const F: (f64, f64) = (370.0, 480.0);

/// What is drawn.
pub(super) struct Picture<'a> {
    pub(super) segments: &'a [Segment],
    pub(super) outcome: &'a Outcome,
}

impl Picture<'_> {
    /// The picture as the text of an SVG file.
    pub(super) fn svg(&self) -> String {
        let from = self.segments.iter().map(|segment| segment.start).min().unwrap_or(Time(0));
        let to = self.segments.iter().map(|segment| segment.time_of(segment.samples.len())).max().unwrap_or(from);
        let length_s = to.seconds_since(from).max(f64::MIN_POSITIVE);
        let x = |time: Time| LEFT + (RIGHT - LEFT) * (time.seconds_since(from) / length_s).clamp(0.0, 1.0);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" \
             font-size=\"12\">\n<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"white\"/>\n"
        );
        for impediment in &self.outcome.impediments {
            if let Impediment::Blind { from, to } = impediment {
                let (a, b) = (x(*from), x(*to));
                let (top, bottom) = (SAMPLES.0, F.1);
                line(
                    &mut svg,
                    format_args!(
                        "<rect x=\"{a:.1}\" y=\"{top}\" width=\"{:.1}\" height=\"{}\" fill=\"#eee\"/>",
                        b - a,
                        bottom - top
                    ),
                );
            }
        }
        self.samples(&mut svg, &x);
        self.arrivals(&mut svg, &x);
        for (panel, name) in [(SAMPLES, "first element"), (AZIMUTH, "back-azimuth, degrees"), (F, "F")] {
            let height = panel.1 - panel.0;
            line(
                &mut svg,
                format_args!(
                    "<rect x=\"{LEFT}\" y=\"{}\" width=\"{}\" height=\"{height}\" fill=\"none\" stroke=\"#888\"/>",
                    panel.0,
                    RIGHT - LEFT
                ),
            );
            line(&mut svg, format_args!("<text x=\"{LEFT}\" y=\"{}\">{name}</text>", panel.0 - 6.0));
        }
        for tick in 0..=TICKS {
            let time = from.plus_s(length_s * tick as f64 / TICKS as f64);
            let (_, words) = time.words();
            line(
                &mut svg,
                format_args!("<text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{words}</text>", x(time), F.1 + 16.0),
            );
        }
        let (day, _) = from.words();
        line(
            &mut svg,
            format_args!(
                "<text x=\"{LEFT}\" y=\"{}\">{day}, UTC. Bars: one sigma of the array, thin: with the way.</text>",
                F.1 + 34.0
            ),
        );
        svg + "</svg>\n"
    }

    /// The least and the largest sample in each pixel of the first element.
    fn samples(&self, svg: &mut String, x: &impl Fn(Time) -> f64) {
        let Some(channel) = self.segments.iter().map(|segment| &segment.channel).min() else { return };
        let pixels = (RIGHT - LEFT) as usize + 1;
        let mut ranges = vec![(f64::INFINITY, f64::NEG_INFINITY); pixels];
        for segment in self.segments.iter().filter(|segment| segment.channel == *channel) {
            let mut samples = Vec::new();
            segment.samples.extend_f64(&mut samples);
            for (index, sample) in samples.iter().enumerate().filter(|(_, sample)| sample.is_finite()) {
                let pixel = ((x(segment.time_of(index)) - LEFT) as usize).min(pixels - 1);
                ranges[pixel] = (ranges[pixel].0.min(*sample), ranges[pixel].1.max(*sample));
            }
        }
        let low = ranges.iter().map(|range| range.0).fold(f64::INFINITY, f64::min);
        let high = ranges.iter().map(|range| range.1).fold(f64::NEG_INFINITY, f64::max);
        let y =
            |value: f64| SAMPLES.1 - (SAMPLES.1 - SAMPLES.0) * ((value - low) / (high - low).max(f64::MIN_POSITIVE));
        let mut path = String::new();
        for (pixel, range) in ranges.iter().enumerate().filter(|(_, range)| range.0 <= range.1) {
            write!(path, "M{} {:.1}V{:.1}", LEFT + pixel as f64, y(range.0), y(range.1) - 0.5).unwrap_or_default();
        }
        line(svg, format_args!("<path d=\"{path}\" stroke=\"#456\" fill=\"none\"/>"));
    }

    fn arrivals(&self, svg: &mut String, x: &impl Fn(Time) -> f64) {
        for azimuth in [0.0, 90.0, 180.0, 270.0, 360.0] {
            let y = azimuth_y(azimuth);
            line(
                svg,
                format_args!("<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{azimuth}</text>", LEFT - 6.0, y + 4.0),
            );
            line(svg, format_args!("<path d=\"M{LEFT} {y:.1}H{RIGHT}\" stroke=\"#ddd\"/>"));
        }
        let most = self.outcome.arrivals.iter().map(|arrival| arrival.f_statistic).fold(10.0, f64::max);
        // By the root, so that weak waves are seen beside strong ones.
        let f_y = |f: f64| F.1 - (F.1 - F.0) * ((f - 1.0).max(0.0) / (most - 1.0)).sqrt();
        for (f, y) in [(1.0, F.1), (most, F.0)] {
            line(
                svg,
                format_args!("<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{f:.0}</text>", LEFT - 6.0, y + 4.0),
            );
        }
        for arrival in &self.outcome.arrivals {
            let (a, b, top) = (x(arrival.from), x(arrival.to), x(arrival.peak));
            let width = (b - a).max(1.0);
            let y = f_y(arrival.f_statistic);
            line(
                svg,
                format_args!(
                    "<rect x=\"{a:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{:.1}\" fill=\"#9bc\"/>",
                    F.1 - y
                ),
            );
            let onset = x(arrival.time);
            line(svg, format_args!("<path d=\"M{onset:.1} {}V{}\" stroke=\"#c33\"/>", SAMPLES.0, SAMPLES.1));
            match arrival.direction {
                Direction::Towards(towards) => {
                    let own = towards.azimuth_sigma_own_deg();
                    for (sigma, stroke) in [(towards.azimuth_sigma_total_deg(), 1), (own, 3)] {
                        let (low, high) = (towards.azimuth_deg - sigma, towards.azimuth_deg + sigma);
                        line(
                            svg,
                            format_args!(
                                "<path d=\"M{top:.1} {:.1}V{:.1}\" stroke=\"#246\" stroke-width=\"{stroke}\"/>",
                                azimuth_y(low.max(0.0)),
                                azimuth_y(high.min(360.0))
                            ),
                        );
                    }
                    let y = azimuth_y(towards.azimuth_deg);
                    line(svg, format_args!("<path d=\"M{a:.1} {y:.1}H{b:.1}\" stroke=\"#246\" stroke-width=\"2\"/>"));
                }
                Direction::NotResolvable(reason) => {
                    line(
                        svg,
                        format_args!(
                            "<text x=\"{top:.1}\" y=\"{}\" text-anchor=\"middle\">? <title>{reason}</title></text>",
                            AZIMUTH.0 + 14.0
                        ),
                    );
                }
            }
        }
    }
}

fn azimuth_y(azimuth_deg: f64) -> f64 {
    AZIMUTH.1 - (AZIMUTH.1 - AZIMUTH.0) * azimuth_deg / 360.0
}

fn line(svg: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a text does not fail.
    svg.write_fmt(text).unwrap_or_default();
    svg.push('\n');
}
