//! Probabilities that the product told, against what came of them: as a table, as JSON, and on the page.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::card::{Card, number};
use super::plot::{Axis, Mark, Plot, escaped};
use super::reliability::{CLASSES, Reliability};

/// What is told of something, and its words.
type What = &'static [(&'static str, &'static str)];

/// What coverage promises, what is hoped for, and what is said to who does not know the strength.
const SEEN: What = &[
    ("registered", "registered by enough sensors of enough owners"),
    ("found", "found"),
    ("found, strength not known", "found, told without its strength"),
];

/// How the example names what is told of: true events that stand alone and those that do not, and events that were found.
const OF: [(&str, What); 3] = [
    ("coverage, single events", SEEN),
    ("coverage, rounds of salvos", SEEN),
    ("events", &[("real", "real: a true event of its own, not taken back")]),
];

/// Whether a sample holds probabilities, of which no quantile says anything.
pub(super) fn is_raw(name: &str) -> bool {
    OF.iter().any(|(of, _)| name.strip_prefix(of).is_some_and(|rest| rest.starts_with(": p of ")))
}

/// What was said of these events.
fn reliability(card: &Card, of: &str, what: &str) -> Option<Reliability> {
    let sample = |not: &str| card.samples.get(&format!("{of}: p of {not}{what}"));
    Reliability::of(sample(""), sample("not "))
}

fn all(card: &Card) -> impl Iterator<Item = (&'static str, &'static str, Reliability)> {
    let each = OF.into_iter().flat_map(|(of, all)| all.iter().map(move |(what, words)| (of, *what, *words)));
    each.filter_map(|(of, what, words)| Some((of, words, reliability(card, of, what)?)))
}

/// Prints the tables.
pub(super) fn print(card: &Card) {
    for (of, words, found) in all(card) {
        println!("{of}, {words}: {}", parts(&found));
        for (class, found) in found.classes.iter().enumerate() {
            let Some((found, value, (least, most))) = found.and_then(|found| {
                found.seen.value().zip(found.seen.interval()).map(|(value, all)| (found, value, all))
            }) else {
                continue;
            };
            println!(
                "    {}: said {:.3}, seen {value:.3} ({least:.3} to {most:.3}), n = {}",
                edges(class),
                found.said,
                found.seen.all
            );
        }
    }
}

/// As JSON.
pub(super) fn json(card: &Card) -> Value {
    let class = |(class, found): (usize, &Option<super::reliability::Class>)| {
        let found = (*found)?;
        let (least, most) = found.seen.interval()?;
        Some(json!({
            "class": edges(class), "said": found.said, "seen": found.seen.value(), "interval_95": [least, most],
            "n": found.seen.all,
        }))
    };
    let one = |(of, words, found): (&str, &str, Reliability)| {
        json!({
            "of": of, "what": words, "n": found.n, "brier": found.brier, "reliability": found.reliability,
            "resolution": found.resolution, "uncertainty": found.uncertainty, "within": found.within,
            "classes": found.classes.iter().enumerate().filter_map(class).collect::<Vec<Value>>(),
        })
    };
    all(card).map(one).collect::<Vec<Value>>().into()
}

fn edges(class: usize) -> String {
    format!("{:.1} to {:.1}", class as f64 / CLASSES as f64, (class + 1) as f64 / CLASSES as f64)
}

fn parts(found: &Reliability) -> String {
    format!(
        "Brier score {} = reliability {} - resolution {} + uncertainty {} + within classes {}, n = {}",
        number(found.brier),
        number(found.reliability),
        number(found.resolution),
        number(found.uncertainty),
        number(found.within),
        found.n
    )
}

/// On the page.
pub(super) fn section(body: &mut String, card: &Card) {
    if all(card).next().is_none() {
        return;
    }
    *body += "<h2>Probabilities: said against seen</h2><p>Of each true event how probably coverage says that it is seen at its \
              place and time, learnt from the events that were found, against what came of it. Where the strength is told it is \
              the true one, by coverage’s own laws. Coverage speaks of one event in quiet. And of each event that was found how \
              probably it is said to be real.</p><div class='pair'>";
    for (of, all) in OF {
        if all.iter().all(|(what, _)| reliability(card, of, what).is_none()) {
            continue;
        }
        let ticks = [0.0, 0.25, 0.5, 0.75, 1.0];
        let mut plot =
            Plot::new(Axis::even("said", 0.0, 1.0, &ticks), Axis::even("seen", 0.0, 1.0, &ticks), (520.0, 380.0));
        plot.line("even", &[(0.0, 0.0), (1.0, 1.0)]);
        let mut said = String::new();
        for ((what, words), mark) in all.iter().zip([Mark::Ring, Mark::Disc, Mark::Cross]) {
            let Some(found) = reliability(card, of, what) else { continue };
            for class in found.classes.iter().flatten() {
                if let Some((value, interval)) = class.seen.value().zip(class.seen.interval()) {
                    plot.estimate(mark, (class.said, 0.0), value, interval);
                }
            }
            let mark = format!(
                "<svg viewBox='0 0 12 12' width='12' height='12' style='display:inline' aria-hidden='true'>{}</svg>",
                mark.svg(6.0, 6.0)
            );
            let _ = write!(said, "{mark} {}: {}. ", escaped(words), escaped(&parts(&found)));
        }
        if let Some(ratio) = card.samples.get(&format!("{of}: error of place over the expected one")) {
            let quantile = |level: f64| ratio.quantile(level).map_or("none".to_owned(), number);
            let _ = write!(
                said,
                "Error of place over the expected one: median {}, 90 % within {}, n = {}.",
                quantile(0.5),
                quantile(0.9),
                ratio.count()
            );
        }
        let _ = write!(
            body,
            "<figure><h3>{}</h3>{}<figcaption>{said}</figcaption></figure>",
            escaped(of),
            plot.finish(&format!("{of}: how often events were seen, by the probability that was said"))
        );
    }
    *body += "</div><table><thead><tr><th>Events</th><th>What came of it</th><th>Said</th><th class='n'>on the mean</th><th \
              class='n'>seen</th><th class='n'>95 % interval</th><th class='n'>n</th></tr></thead><tbody>";
    for (of, words, found) in all(card) {
        for (class, found) in found.classes.iter().enumerate() {
            let Some(found) = found else { continue };
            let Some((value, (least, most))) = found.seen.value().zip(found.seen.interval()) else { continue };
            let _ = write!(
                body,
                "<tr><td>{}</td><td>{}</td><td>{}</td><td class='n'>{}</td><td class='n'>{}</td><td class='n'>{} to {}</td><td \
                 class='n'>{}</td></tr>",
                escaped(of),
                escaped(words),
                edges(class),
                number(found.said),
                number(value),
                number(least),
                number(most),
                found.seen.all
            );
        }
    }
    *body += "</tbody></table>";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_holds_the_table_as_json_and_on_the_page() {
        let line = json!({ "shares": {}, "samples": {
            "coverage, single events: p of found": [0.95, 0.96, 0.2],
            "coverage, single events: p of not found": [0.05, 0.97],
            "coverage, single events: error of place over the expected one": [1.5],
            "events: p of real": [0.8, 0.9],
            "events: p of not real": [0.6],
        } });
        let card = Card::of(&[line.clone(), line]);
        let found = json(&card);
        let one = &found[0];
        assert_eq!((&one["of"], &one["n"]), (&json!("coverage, single events"), &json!(10)));
        assert_eq!((&found[1]["of"], &found[1]["n"]), (&json!("events"), &json!(6)));
        let last = &one["classes"][2];
        assert_eq!((&last["class"], &last["n"]), (&json!("0.9 to 1.0"), &json!(6)));
        assert!((last["seen"].as_f64().unwrap() - 2.0 / 3.0).abs() < 1e-12);
        assert!((last["said"].as_f64().unwrap() - 0.96).abs() < 1e-12);
        let mut body = String::new();
        section(&mut body, &card);
        assert!(body.contains("0.9 to 1.0") && body.contains("Brier score") && body.contains("median 1.500"));
        // A quantile of probabilities says nothing.
        assert!(card.rows().iter().all(|row| !is_raw(&row.name)));
        assert!(card.rows().iter().any(|row| row.name.contains("over the expected one")));
        let mut none = String::new();
        section(&mut none, &Card::of(&[]));
        assert!(none.is_empty());
    }
}
