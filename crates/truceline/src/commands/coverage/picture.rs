//! The map, as SVG: clear paper is what would have been seen; hatching is reduced sight, crossed hatching is none.
use super::network::Watching;
use super::survey::{CellFigures, Proposed, Survey};
use super::words::charge_kg;
use std::fmt::Write as _;

/// Width of a map, pixels.
const WIDE_PX: f64 = 720.0;

/// Room around it.
const MARGIN_PX: f64 = 24.0;

/// Below this probability nothing is said to be seen: rather not than seen.
const NOT_SEEN: f64 = 0.5;

/// About one sounding in each so many pixels.
const SOUNDING_PX: f64 = 72.0;

/// How a cell is drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sight {
    Seen,
    Reduced,
    None,
}

pub(super) fn draw(survey: &Survey, watching: &Watching, proposed: Option<&Proposed>) -> String {
    let area = &survey.area;
    let scale = WIDE_PX / (area.columns as f64 * area.cell_m);
    let high_px = area.rows as f64 * area.cell_m * scale;
    let panel_px = high_px + 80.0;
    let (wide, high) = (WIDE_PX + 2.0 * MARGIN_PX, panel_px * survey.media.len() as f64 + 2.0 * MARGIN_PX);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {wide:.0} {high:.0}\" width=\"{wide:.0}\" height=\"{high:.0}\" \
         font-family=\"sans-serif\" font-size=\"12\" fill=\"#14201F\">\n<defs>\
         <pattern id=\"reduced\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\">\
         <path d=\"M-1 8 8 -1\" stroke=\"#7C8987\" stroke-width=\"0.8\"/></pattern>\
         <pattern id=\"none\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\">\
         <path d=\"M-1 8 8 -1M-1 -1 8 8\" stroke=\"#7C8987\" stroke-width=\"0.8\"/></pattern></defs>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#FBFAF5\"/>\n"
    );
    for (panel, of) in survey.media.iter().enumerate() {
        let top = MARGIN_PX + panel as f64 * panel_px;
        let x_px = |x_m: f64| MARGIN_PX + (x_m - area.low_m[0]) * scale;
        let y_px = |y_m: f64| top + 22.0 + high_px - (y_m - area.low_m[1]) * scale;
        let _ = writeln!(
            svg,
            "<g><title>Coverage, {0}</title><text x=\"{MARGIN_PX}\" y=\"{1:.1}\" font-weight=\"600\">{0}: seen by {2} sensors of \
             {3} owners or more, in the worst hour</text>",
            of.medium.name(),
            top + 10.0,
            survey.demand.sensors_min,
            survey.demand.owners_min
        );
        let side = area.cell_m * scale;
        for row in 0..area.rows {
            let cells = &of.cells[row * area.columns..(row + 1) * area.columns];
            let mut from = 0;
            while from < cells.len() {
                let sight = sight(&cells[from], survey.probability);
                let until = cells[from..].iter().position(|cell| self::sight(cell, survey.probability) != sight);
                let until = until.map_or(cells.len(), |more| from + more);
                let fill = match sight {
                    Sight::Seen => None,
                    Sight::Reduced => Some("reduced"),
                    Sight::None => Some("none"),
                };
                if let Some(fill) = fill {
                    let (x, y) = (
                        x_px(area.low_m[0] + from as f64 * area.cell_m),
                        y_px(area.low_m[1] + (row + 1) as f64 * area.cell_m),
                    );
                    let _ = writeln!(
                        svg,
                        "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{side:.1}\" fill=\"url(#{fill})\"/>",
                        (until - from) as f64 * side
                    );
                }
                from = until;
            }
        }
        // Soundings: the smallest event seen, as figures on a chart.
        let every = ((SOUNDING_PX / side).round() as usize).max(1);
        for row in (every / 2..area.rows).step_by(every) {
            for column in (every / 2..area.columns).step_by(every) {
                let Some(ratio) = of.cells[row * area.columns + column].smallest_ratio else { continue };
                let figure = match charge_kg(watching, of.medium, ratio) {
                    Some(charge_kg) if charge_kg >= 10.0 => format!("{charge_kg:.0}"),
                    Some(charge_kg) => format!("{charge_kg:.1}"),
                    None => format!("{ratio:.1}"),
                };
                let middle = |low_m: f64, at: usize| low_m + (at as f64 + 0.5) * area.cell_m;
                let _ = writeln!(
                    svg,
                    "<text x=\"{:.1}\" y=\"{:.1}\" font-style=\"italic\" font-size=\"12\" fill=\"#3E4C4B\" text-anchor=\"middle\" \
                     paint-order=\"stroke\" stroke=\"#FBFAF5\" stroke-width=\"5\" stroke-linejoin=\"round\">{figure}</text>",
                    x_px(middle(area.low_m[0], column)),
                    y_px(middle(area.low_m[1], row)) + 4.0
                );
            }
        }
        for part in survey.line.iter().flat_map(|line| line.parts_m()) {
            let points: Vec<String> = part.iter().map(|[x, y]| format!("{:.1},{:.1}", x_px(*x), y_px(*y))).collect();
            let _ = writeln!(
                svg,
                "<polyline points=\"{}\" fill=\"none\" stroke=\"#14201F\" stroke-width=\"2\"/>",
                points.join(" ")
            );
        }
        for placed in &watching.sensors {
            let registers =
                watching.curves.iter().any(|curved| curved.kind == placed.kind && of.medium.holds(curved.phase));
            let (x, y) = (x_px(placed.at_m[0]), y_px(placed.at_m[1]));
            let fill = if registers { "#14201F" } else { "none" };
            let _ = writeln!(
                svg,
                "<path d=\"M{x:.1} {:.1}l4 7h-8z\" fill=\"{fill}\" stroke=\"#14201F\"><title>{}</title></path>",
                y - 4.0,
                escaped(&placed.id)
            );
        }
        for (at, [x_m, y_m]) in proposed
            .filter(|proposed| proposed.medium == of.medium)
            .into_iter()
            .flat_map(|proposed| &proposed.sites_m)
            .enumerate()
        {
            let (x, y) = (x_px(*x_m), y_px(*y_m));
            let _ = writeln!(
                svg,
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"7\" fill=\"#FBFAF5\" stroke=\"#8C0B52\" stroke-width=\"2\"/>\
                 <text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\" font-size=\"10\" fill=\"#8C0B52\">{}</text>",
                y + 3.5,
                at + 1
            );
        }
        let figure =
            if charge_kg(watching, of.medium, 1.0).is_some() { "kg of TNT" } else { "times the reach of a middle one" };
        let _ = writeln!(
            svg,
            "<rect x=\"{MARGIN_PX}\" y=\"{:.1}\" width=\"{WIDE_PX}\" height=\"{high_px:.1}\" fill=\"none\" stroke=\"#7C8987\"/>\
             <text x=\"{MARGIN_PX}\" y=\"{:.1}\" fill=\"#3E4C4B\">Clear: seen with {} or more. Hatched: {NOT_SEEN} to {}. Crossed: below \
             {NOT_SEEN}. Cells of {} km.</text>\
             <text x=\"{MARGIN_PX}\" y=\"{:.1}\" fill=\"#3E4C4B\">Figures: the smallest event seen, {figure}. Filled: sensors that register \
             it; numbered: proposed.</text></g>",
            top + 22.0,
            top + 22.0 + high_px + 18.0,
            survey.probability,
            survey.probability,
            area.cell_m / 1e3,
            top + 22.0 + high_px + 34.0
        );
    }
    svg + "</svg>\n"
}

fn sight(cell: &CellFigures, probability: f64) -> Sight {
    if cell.p_least >= probability {
        Sight::Seen
    } else if cell.p_least >= NOT_SEEN.min(probability) {
        Sight::Reduced
    } else {
        Sight::None
    }
}

/// A name as text of SVG.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
