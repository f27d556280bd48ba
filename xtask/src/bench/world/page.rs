//! The scorecard as one page: a table of goals, then a plot for each sort of figure, each with its sample size. Colours, type and
//! words are those of the project's pages; all styles and pictures are in the file, and no script.
#![allow(clippy::disallowed_methods, reason = "a picture for people, of which no last bit matters")]

use std::fmt::Write as _;

use super::card::{Card, Days, Row, number};
use super::estimate::Share;
use super::plot::{Axis, Mark, Plot, escaped};

/// The kinds of events, as the world names them and in words.
const KINDS: [(&str, &str); 11] = [
    ("Demolition", "demolition"),
    ("QuarryBlast", "quarry blast"),
    ("Earthquake", "earthquake"),
    ("Explosion", "single explosion"),
    ("RocketImpact", "rocket, impact"),
    ("ArtilleryImpact", "artillery, impact"),
    ("MortarImpact", "mortar, impact"),
    ("RocketLaunch", "rocket, launch"),
    ("ArtilleryLaunch", "artillery, launch"),
    ("MortarLaunch", "mortar, launch"),
    ("Thunder", "thunder"),
];

/// Classes of distance, as the example names them and in words.
const DISTANCES: [(&str, &str); 4] =
    [("10 km", "to 10 km"), ("20 km", "10 to 20 km"), ("40 km", "20 to 40 km"), ("inf km", "beyond 40 km")];

/// Edges of the classes of ratios, log10; the last one is open.
const RATIOS: [f64; 6] = [0.0, 0.5, 1.0, 1.5, 2.0, 3.0];

/// Fewer than this show nothing of a kind's regions.
const REGIONS_MIN: u64 = 5;

const STYLE: &str = "
:root{--bg:#EEF1EF;--panel:#FBFCFA;--sunk:#F3F5F3;--ink:#14201F;--ink-2:#3E4C4B;--ink-3:#586664;--rule:#D3D9D6;--rule-2:#7C8987;
--accent:#8C0B52;--hatch:#6B7674;--band-fill:#E2DBC6;
--sans:'Noto Sans','Segoe UI',system-ui,'Helvetica Neue',Arial,sans-serif;
--serif:'Noto Serif','Source Serif 4',Georgia,'Times New Roman',serif;
--mono:'Noto Sans Mono',ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:13.5px/1.5 var(--sans);font-variant-numeric:tabular-nums lining-nums}
main{max-width:1180px;margin:0 auto;padding:24px 32px 48px;background:var(--panel)}
h1{font:700 25px/1.25 var(--sans);margin:0 0 8px}
h2{font:700 19px/1.25 var(--sans);margin:32px 0 4px;padding-top:16px;border-top:1px solid var(--rule-2)}
h3{font:700 13.5px/1.42 var(--sans);margin:12px 0 0}
p{max-width:75ch;margin:4px 0 8px;color:var(--ink-2)}
p.record{font:15px/1.55 var(--serif);color:var(--ink)}
code{font-family:var(--mono);font-size:12.5px}
table{border-collapse:collapse;width:100%;font-size:12.5px;line-height:1.42;margin:8px 0}
th{text-align:left;font-weight:700;border-bottom:1px solid var(--rule-2);padding:4px 8px 4px 0;vertical-align:bottom}
td{border-bottom:1px solid var(--rule);padding:4px 8px 4px 0;vertical-align:top}
td.n,th.n{text-align:right;white-space:nowrap}
td.met{font-weight:700}td.missed{font-weight:700;border-left:3px solid var(--ink);padding-left:8px}
td.none{color:var(--ink-3)}
.pair{display:flex;flex-wrap:wrap;gap:16px 24px;align-items:flex-start}.pair figure{flex:0 1 520px}
.three figure{flex:0 1 350px}
figure{margin:8px 0 0}figcaption{font-size:12.5px;line-height:1.42;color:var(--ink-2);max-width:75ch}
svg{display:block;max-width:100%;height:auto}
.axis{font:11px var(--sans);fill:var(--ink-3)}.title{fill:var(--ink-2)}
.grid{stroke:var(--rule);stroke-width:.75}.frame{fill:none;stroke:var(--rule-2);stroke-width:1.25}
.goal{stroke:var(--ink);stroke-width:1.25;stroke-dasharray:6 3}.goal-text{font:11px var(--sans);fill:var(--ink)}
.fill{fill:var(--ink);stroke:var(--ink);stroke-width:1.25}.open{fill:var(--panel);stroke:var(--ink);stroke-width:1.25}
.stroke{stroke:var(--ink);stroke-width:1.5}.span{stroke:var(--ink);stroke-width:1.25}
.bar{fill:var(--hatch)}.curve{fill:none;stroke:var(--ink);stroke-width:1.8}
.curve-2{fill:none;stroke:var(--ink);stroke-width:1.25;stroke-dasharray:2 3}.even{fill:none;stroke:var(--rule-2);stroke-width:1.25}
.cell svg{width:120px}.cell .axis{fill:var(--ink-2)}
@media print{body,main{background:#fff}}
";

/// One condition with its card.
pub(super) struct Condition {
    /// Its name and which numbers the product was given: `honest-shipped`.
    pub(super) name: String,
    pub(super) card: Card,
}

/// The page over all conditions, the first of which is shown in the plots that show one.
pub(super) fn page(conditions: &[Condition], days: Option<&Days>, of: &str) -> String {
    let mut body = String::new();
    let Some(first) = conditions.first() else { return String::new() };
    let worlds: Vec<String> =
        conditions.iter().map(|one| format!("{} worlds {}", one.card.worlds, said(&one.name))).collect();
    let _ = write!(
        body,
        "<h1>The product against invented worlds</h1><p class='record'>Each figure is of worlds of which everything is known: {}. \
         Seeds come from the commit's hash, so that nobody tunes on them.</p><p>{}. Intervals are of 95 % and count worlds as \
         clusters. Plots that show one condition are of worlds {}. Met and missed are of the value itself; what its interval leaves open is said.</p>",
        escaped(&worlds.join(", ")),
        escaped(of),
        said(&first.name)
    );
    goals(&mut body, conditions);
    detection(&mut body, &first.card);
    super::told::section(&mut body, &first.card);
    verdicts(&mut body, &first.card);
    regions(&mut body, &first.card);
    errors(&mut body, &first.card);
    ratios(&mut body, &first.card);
    sides(&mut body, conditions);
    owners(&mut body, conditions);
    latency(&mut body, &first.card);
    throughput(&mut body, conditions, days);
    format!(
        "<!doctype html><html lang='en'><head><meta charset='utf-8'><meta name='viewport' \
         content='width=device-width,initial-scale=1'><title>Truceline: invented worlds</title><style>{STYLE}</style></head>\
         <body><main>{body}</main></body></html>\n"
    )
}

/// A condition in words.
fn said(name: &str) -> String {
    let (condition, numbers) = name.rsplit_once('-').unwrap_or((name, ""));
    let condition = match condition {
        "honest" => "with all owners honest".to_owned(),
        "one-false" => "with one false owner".to_owned(),
        "two-false" => "with two false owners".to_owned(),
        "spoof" => "with false satellite time in a sector".to_owned(),
        "jam" => "with a jammed sector".to_owned(),
        "stolen-key" => "with a station's stolen key".to_owned(),
        "decoy" => "with charges staged as the other's shells".to_owned(),
        "false-flag" => "with fire staged as the other's".to_owned(),
        behaviour => format!("with an owner who does: {behaviour}"),
    };
    if numbers == "ground" { format!("{condition}, told the ground") } else { condition }
}

fn goals(body: &mut String, conditions: &[Condition]) {
    *body += "<h2>Goals</h2><table><thead><tr><th>Figure</th><th>Condition</th><th class='n'>Found</th><th \
              class='n'>95 % interval</th><th class='n'>n</th><th>Goal</th><th></th></tr></thead><tbody>";
    for name in super::card::goal_names() {
        let mut rows: Vec<(&Condition, Row)> = Vec::new();
        for condition in conditions {
            let of_goal = condition.card.rows().into_iter().filter(|row| row.goal_name == Some(name));
            rows.extend(of_goal.map(|row| (condition, row)));
        }
        // Those of one kind beside each other.
        rows.sort_by(|(_, a), (_, b)| a.name.cmp(&b.name));
        for (condition, row) in rows {
            let Some((goal, verdict)) = &row.goal else { continue };
            let class = ["met", "missed"].into_iter().find(|class| verdict.starts_with(class)).unwrap_or("none");
            let _ = write!(
                body,
                "<tr><td>{}{}</td><td>{}</td><td class='n'>{}</td><td class='n'>{} to {}</td><td class='n'>{}</td><td>{}</td><td \
                 class='{class}'>{verdict}</td></tr>",
                escaped(&in_words(&row.name)),
                row.quantile_words(),
                escaped(&condition.name),
                number(row.value),
                number(row.interval.0),
                number(row.interval.1),
                row.n,
                escaped(goal)
            );
        }
    }
    *body += "</tbody></table>";
}

/// A figure's name with its kind in words.
fn in_words(name: &str) -> String {
    let Some((figure, kind)) = name.split_once(": ") else { return name.to_owned() };
    let words = KINDS.iter().find(|(named, _)| *named == kind).map_or(kind, |(_, words)| words);
    format!("{figure}: {words}")
}

/// A share as a bar with its interval in a cell of a table.
fn cell(share: Option<Share>) -> String {
    let Some((share, value, (least, most))) = share.and_then(|share| Some((share, share.value()?, share.interval()?)))
    else {
        return "<td class='none'>none</td>".to_owned();
    };
    let at = |value: f64| 4.0 + 72.0 * value;
    format!(
        "<td class='cell'><svg viewBox='0 0 120 18' width='120' height='18' role='img' aria-label='{0} of {1}'><path d='M4 \
         9H76' class='grid'/><path d='M{2:.1} 9H{3:.1}' class='span'/>{4}<text x='120' y='13' text-anchor='end' \
         class='axis'>{0}/{1}</text></svg></td>",
        share.yes,
        share.all,
        at(least),
        at(most),
        Mark::Disc.svg(at(value), 9.0)
    )
}

fn detection(body: &mut String, card: &Card) {
    *body += "<h2>Found, by kind and distance</h2><p>A disc is the share found, from 0 at the left to 1, its line the interval; \
              the numbers are found of all. Distance is that of the nearest sound sensor, of whatever kind. The last column \
              counts those with four sensors in range; a sensor is in range from a signal-to-noise ratio of 5 on.</p>\
              <table><thead><tr><th>Kind</th>";
    for (_, words) in DISTANCES {
        let _ = write!(body, "<th>{words}</th>");
    }
    *body += "<th>all</th><th>four in range</th></tr></thead><tbody>";
    for (kind, words) in KINDS {
        let _ = write!(body, "<tr><td>{words}</td>");
        for (class, _) in DISTANCES {
            *body += &cell(card.share(&format!("found by distance: {kind}, nearest sensor within {class}")));
        }
        *body += &cell(card.share(&format!("found of all: {kind}")));
        *body += &cell(card.share(&format!("found of those with 4 sensors in range: {kind}")));
        *body += "</tr>";
    }
    *body += "</tbody></table>";
}

/// The product's verdicts, in the names of the example and in words.
const VERDICTS: [(&str, &str); 5] = [
    ("PossibleBreach", "possible breach"),
    ("Undetermined", "undetermined"),
    ("PermittedAndNotified", "permitted and notified"),
    ("RecordedOnly", "recorded only"),
    ("no finding", "no finding"),
];

fn verdicts(body: &mut String, card: &Card) {
    let named = card.share("a kind is named of true events");
    let named =
        named.map_or(String::new(), |share| format!("A kind is named of {} of {} true events.", share.yes, share.all));
    let _ = write!(
        body,
        "<h2>What true events are called</h2><p>{named} What the agreement says of those that were found, by what they were:</p>\
         <table><thead><tr><th>Kind</th>"
    );
    for (_, words) in VERDICTS {
        let _ = write!(body, "<th class='n'>{words}</th>");
    }
    *body += "<th class='n'>n</th></tr></thead><tbody>";
    for (kind, words) in KINDS {
        let shares = VERDICTS.map(|(verdict, _)| card.share(&format!("verdict of {kind}: {verdict}")));
        let Some(n) = shares.iter().flatten().map(|share| share.all).next() else { continue };
        let counts = shares.map(|share| share.map_or(0, |share| share.yes));
        let cells: String = counts.iter().map(|count| format!("<td class='n'>{count}</td>")).collect();
        let _ = write!(body, "<tr><td>{words}</td>{cells}<td class='n'>{n}</td></tr>");
    }
    *body += "</tbody></table>";
}

fn regions(body: &mut String, card: &Card) {
    *body += "<h2>Regions and intervals: said against seen</h2><div class='pair'>";
    for (what, title) in [("region holds the place", "Places"), ("interval holds the time", "Times")] {
        let levels = [0.5, 0.9, 0.95];
        let x = Axis::names("said", ["50 %", "90 %", "95 %"].map(str::to_owned));
        let mut plot = Plot::new(x, Axis::even("seen", 0.0, 1.0, &[0.0, 0.25, 0.5, 0.75, 1.0]), (520.0, 320.0));
        let all = card.share(&format!("90 % {what}")).map_or(0, |share| share.all);
        let mut shown: Vec<(Mark, String)> = Vec::new();
        let kinds = KINDS.iter().map(|(kind, words)| (format!(": {kind}"), (*words).to_owned()));
        let mut sorts: Vec<(String, String, u64)> = vec![(String::new(), "all".to_owned(), all)];
        let count = |end: &str| card.share(&format!("90 % {what}{end}")).map_or(0, |share| share.all);
        let mut of_kinds: Vec<_> = kinds.map(|(end, words)| (end.clone(), words, count(&end))).collect();
        of_kinds.retain(|(_, _, n)| *n >= REGIONS_MIN);
        of_kinds.sort_by_key(|(_, _, n)| std::cmp::Reverse(*n));
        sorts.extend(of_kinds.into_iter().take(Mark::ALL.len() - 1));
        for (sort, (end, words, n)) in sorts.iter().enumerate() {
            let mark = Mark::ALL[sort];
            for (at, percent) in ["50", "90", "95"].iter().enumerate() {
                let share = card.share(&format!("{percent} % {what}{end}"));
                if let Some((value, interval)) = share.and_then(|share| Some((share.value()?, share.interval()?))) {
                    let aside = (sort as f64 - 0.5 * (sorts.len() as f64 - 1.0)) * 16.0;
                    plot.estimate(mark, (at as f64 + 0.5, aside), value, interval);
                }
            }
            shown.push((mark, format!("{words} ({n})")));
        }
        for (at, level) in levels.iter().enumerate() {
            let ends = [at as f64 + 0.08, at as f64 + 0.92];
            plot.line("goal", &ends.map(|x| (x, *level)));
        }
        let _ = write!(
            body,
            "<figure><h3>{title}</h3>{}<figcaption>{}. Dashed: as said. n = {all}.</figcaption></figure>",
            plot.finish(&format!("{title}: share of truths within what was said")),
            key(&shown)
        );
    }
    *body += "</div>";
}

/// What marks stand for.
fn key(marks: &[(Mark, String)]) -> String {
    let one = |(mark, words): &(Mark, String)| {
        format!(
            "<svg viewBox='0 0 12 12' width='12' height='12' style='display:inline' aria-hidden='true'>{}</svg> {}",
            mark.svg(6.0, 6.0),
            escaped(words)
        )
    };
    marks.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn errors(body: &mut String, card: &Card) {
    let Some(sample) = card.samples.get("error of place over the bound") else { return };
    let x = Axis::log("error over the Cramer-Rao bound", 0.03, 300.0);
    let width = 0.2;
    let bins: Vec<(f64, f64, usize)> = (-8..13)
        .map(|n| {
            let (from, to) = (10_f64.powf(width * f64::from(n)), 10_f64.powf(width * f64::from(n + 1)));
            (from, to, sample.values().iter().filter(|value| (from..to).contains(*value)).count())
        })
        .collect();
    let most = bins.iter().map(|(_, _, count)| *count).max().unwrap_or(1).max(4);
    let ticks: Vec<f64> = (0..=4).map(|n| (most as f64 / 4.0).ceil() * f64::from(n)).collect();
    let mut plot = Plot::new(x, Axis::even("events", 0.0, ticks[4], &ticks), (760.0, 260.0));
    for (from, to, count) in bins {
        if count > 0 {
            plot.bar((from, to), count as f64);
        }
    }
    plot.goal_x(1.3, "goal of the median: 1.3");
    let median = sample.quantile(0.5).map_or("none".to_owned(), number);
    let interval =
        sample.interval(0.5).map_or(String::new(), |(least, most)| format!(" ({} to {})", number(least), number(most)));
    let _ = write!(
        body,
        "<h2>Error of places over what could be known at best</h2><figure>{}<figcaption>Median {median}{interval}, n = {}. The bound \
         knows the world's own speeds; an estimate that reaches it has a median of .67 to .83.</figcaption></figure>",
        plot.finish("histogram of errors over the bound"),
        sample.count()
    );
}

fn ratios(body: &mut String, card: &Card) {
    let Some(sample) = card.samples.get("log10 of the ratio said for the true side") else { return };
    let ticks = [0.0, 1.0, 2.0, 3.0, 4.0];
    let x = Axis::even("said: log10 of the likelihood ratio", 0.0, 4.0, &ticks);
    let mut plot = Plot::new(x, Axis::even("seen: log10 of right to wrong", -1.0, 4.0, &ticks), (520.0, 340.0));
    plot.line("even", &[(0.0, 0.0), (4.0, 4.0)]);
    for (n, from) in RATIOS.iter().enumerate() {
        let to = RATIOS.get(n + 1).copied().unwrap_or(f64::INFINITY);
        let within = |value: f64| (*from..to).contains(&value.abs());
        let share = sample.share(within, |value| value > 0.0);
        let Some((value, (least, most))) = share.value().zip(share.interval()) else { continue };
        let of_class: Vec<f64> =
            sample.values().iter().map(|value| value.abs()).filter(|value| within(*value)).collect();
        let middle = of_class.iter().sum::<f64>() / of_class.len() as f64;
        let odds = |p: f64| (p.max(1e-6) / (1.0 - p).max(1e-6)).log10();
        let mark = if share.yes == share.all { Mark::Ring } else { Mark::Disc };
        plot.estimate(mark, (middle.min(4.0), 0.0), odds(value), (odds(least), odds(most)));
        plot.note(middle.min(4.0), odds(least), (6.0, -4.0), &format!("{}", share.all));
    }
    let _ = write!(
        body,
        "<h2>Sides: the ratio said against the odds seen</h2><figure>{}<figcaption>Of events that are true ones: how often the side \
         that the ratio leans to is the true one. Line: as said. Numbers are events in a class; n = {}. A ring is a class \
         without a wrong one.</figcaption></figure>",
        plot.finish("calibration of likelihood ratios of sides"),
        sample.count()
    );
}

fn sides(body: &mut String, conditions: &[Condition]) {
    *body += "<h2>Sides: stated and wrong</h2><div class='pair three'>";
    let figures = [
        ("side wrong of stated", "Stated side is not that of the place", 0.5, Some((0.001, "goal 0.1 %"))),
        ("stated side is not the actor's", "Stated side is not the actor's", 1.0, Some((0.001, "goal 0.1 %"))),
        (
            "side stated of acts whose side the oracle knows",
            "Stated, of acts whose side could be known",
            1.0,
            Some((0.8, "goal 80 %")),
        ),
    ];
    for (name, title, to, goal) in figures {
        let y = Axis::names("", conditions.iter().rev().map(|one| one.name.clone()));
        let ticks: Vec<f64> = (0..=4).map(|n| to * f64::from(n) / 4.0).collect();
        let height = 70.0 + 34.0 * conditions.len() as f64;
        let mut plot = Plot::new(Axis::even("share", 0.0, to, &ticks), y, (350.0, height));
        let mut counts = Vec::new();
        for (row, condition) in conditions.iter().rev().enumerate() {
            let Some(share) = condition.card.share(name) else { continue };
            let Some((value, interval)) = share.value().zip(share.interval()) else { continue };
            plot.estimate_along(Mark::Disc, value, interval, row as f64 + 0.5);
            counts.push(format!("{} {} of {}", condition.name, share.yes, share.all));
        }
        if let Some((at, words)) = goal {
            plot.goal_x(at, words);
        }
        counts.reverse();
        let _ = write!(
            body,
            "<figure><h3>{title}</h3>{}<figcaption>{}.</figcaption></figure>",
            plot.finish(title),
            escaped(&counts.join(", "))
        );
    }
    *body += "</div><p>The first counts the side of the place. The second counts whose act it was: a launch is no impact, and of \
              nature's events no side is right; the product does not yet say which is which.</p>";
}

fn owners(body: &mut String, conditions: &[Condition]) {
    const NAME: &str = "false owner shown inconsistent in a run: ";
    *body += "<h2>Owners shown to be inconsistent</h2><table><thead><tr><th>Condition</th><th>What the false owner does</th><th>Shown, \
              of runs</th></tr></thead><tbody>";
    for condition in conditions {
        let shares = condition.card.shares.iter().filter_map(|(name, share)| Some((name.strip_prefix(NAME)?, *share)));
        for (behaviour, share) in shares {
            let _ =
                write!(body, "<tr><td>{}</td><td>{behaviour}</td>{}</tr>", escaped(&condition.name), cell(Some(share)));
        }
        if let Some(share) = condition.card.share("honest owner shown inconsistent in a run") {
            let _ =
                write!(body, "<tr><td>{}</td><td>honest ones</td>{}</tr>", escaped(&condition.name), cell(Some(share)));
        }
    }
    *body += "</tbody></table>";
}

fn latency(body: &mut String, card: &Card) {
    let x = Axis::log("s", 0.001, 10_000.0);
    let mut plot = Plot::new(x, Axis::even("share of cases", 0.0, 1.0, &[0.0, 0.25, 0.5, 0.75, 1.0]), (760.0, 280.0));
    let curves = [
        ("latency of the first finding after its last arrival, s", "curve", "by the recording's clock"),
        ("computing of an input that brought a finding, s", "curve-2", "computing alone"),
    ];
    let mut said = Vec::new();
    for (name, class, words) in curves {
        let Some(sample) = card.samples.get(name) else { continue };
        let n = sample.count() as f64;
        let points: Vec<(f64, f64)> =
            sample.values().iter().enumerate().map(|(at, value)| (value.max(0.001), (at as f64 + 1.0) / n)).collect();
        plot.line(class, &points);
        if let (Some(median), Some(p99)) = (sample.quantile(0.5), sample.quantile(0.99)) {
            let n = sample.count();
            said.push(format!("{words}: median {} s, 99 % within {} s, n = {n}", number(median), number(p99)));
        }
    }
    plot.goal_x(2.0, "goal of 99 %: 2 s");
    let _ = write!(
        body,
        "<h2>From the last arrival to the first finding</h2><figure>{}<figcaption>Solid {}. A recording's clock ticks once a \
         minute, which the solid curve holds; computing was measured as the store was derived again, by one thread.</figcaption>\
         </figure>",
        plot.finish("distribution of latency"),
        escaped(&said.join("; dotted "))
    );
}

fn throughput(body: &mut String, conditions: &[Condition], days: Option<&Days>) {
    *body += "<h2>Throughput and memory</h2><div class='pair'>";
    let x = Axis::log("times faster than real time", 10.0, 10_000.0);
    let y = Axis::names("", conditions.iter().rev().map(|one| one.name.clone()));
    let mut plot = Plot::new(x, y, (520.0, 80.0 + 34.0 * conditions.len() as f64));
    let mut said = Vec::new();
    for (row, condition) in conditions.iter().rev().enumerate() {
        let Some(sample) = condition.card.samples.get("replay, times faster than real time") else { continue };
        for value in sample.values() {
            plot.mark(Mark::Ring, *value, row as f64 + 0.5);
        }
        let memory = condition.card.samples.get("most memory of the replay, MB");
        if let (Some(median), Some(most)) = (sample.quantile(0.5), memory.and_then(|sample| sample.quantile(1.0))) {
            let n = sample.count();
            said.push(format!("{}: median {}, at most {} MB, n = {n}", condition.name, number(median), number(most)));
        }
    }
    plot.goal_x(200.0, "goal 200");
    said.reverse();
    let _ = write!(
        body,
        "<figure><h3>A store derived again</h3>{}<figcaption>A ring for each world. {}.</figcaption></figure>",
        plot.finish("how fast stores are derived again"),
        escaped(&said.join("; "))
    );
    if let Some(days) = days {
        let most = days.resident_mb.iter().fold(1.0_f64, |most, mb| most.max(*mb)) * 1.2;
        let step = 10_f64.powf((most / 4.0).log10().floor());
        let step =
            [1.0, 2.0, 5.0, 10.0].map(|times| times * step).into_iter().find(|step| most / step <= 5.0).unwrap_or(step);
        let ticks: Vec<f64> = (0..=(most / step) as u32).map(|n| step * f64::from(n)).collect();
        let count = days.resident_mb.len() as f64;
        let x: Vec<f64> = (0..=6).map(|n| (count / 6.0).ceil() * f64::from(n)).filter(|day| *day <= count).collect();
        let mut plot =
            Plot::new(Axis::even("day", 0.0, count.max(1.0), &x), Axis::even("MB", 0.0, most, &ticks), (520.0, 260.0));
        let points: Vec<(f64, f64)> =
            days.resident_mb.iter().enumerate().map(|(n, mb)| (n as f64 + 1.0, *mb)).collect();
        plot.line("curve", &points);
        let (growth, verdict) = days.growth().map_or(("unknown".to_owned(), "too few to say"), |growth| {
            (number(growth), super::super::verdict(growth <= super::card::GROWTH_MAX))
        });
        let _ = write!(
            body,
            "<figure><h3>Memory of a node over {count} days</h3>{}<figcaption>Fed were the waveforms of each day’s first six minutes and what \
             arrays report of the rest of it, {} entries in all. The last third of the days over the third before: {growth}; goal &lt;= {}: \
             {verdict}.</figcaption></figure>",
            plot.finish("memory by day"),
            days.entries,
            super::card::GROWTH_MAX
        );
    }
    *body += "</div>";
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_page_holds_all_in_one_file_and_says_met_or_missed() {
        let line = json!({
            "shares": { "found of those with 4 sensors in range": [998, 1000], "phantoms of events": [9, 10],
                        "found of all: Thunder": [1, 2], "side wrong of stated": [0, 4] },
            "samples": { "error of place over the bound": [1.0, 2.0, 0.5],
                         "latency of the first finding after its last arrival, s": [60.0, 70.0],
                         "log10 of the ratio said for the true side": [2.5, -0.2, 3.0],
                         "replay, times faster than real time": [300.0] },
        });
        let condition = |name: &str| Condition { name: name.to_owned(), card: Card::of(std::slice::from_ref(&line)) };
        let days = Days { resident_mb: vec![10.0, 11.0, 11.0], entries: 12 };
        let text = page(&[condition("honest-shipped"), condition("one-false-shipped")], Some(&days), "Commit abc");
        assert!(text.contains("class='met'>met") && text.contains("class='missed'>missed"));
        assert!(text.contains("too few to say"));
        for never in ["<script", "http://", "https://", "url(", "NaN", "inf'"] {
            assert!(!text.contains(never), "{never}");
        }
        assert_eq!(text.matches("<svg").count(), text.matches("</svg>").count());
    }
}
