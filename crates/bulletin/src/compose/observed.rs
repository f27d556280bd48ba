//! What people, parties, the press and satellites observed: counts that close, series that are added to nothing, what became
//! of each, and what kept from seeing.
use super::table;
use crate::document::Block;
use crate::material::{Material, Sight};
use crate::place::Placed;
use crate::tally::{self, CountKind, Tally};
use crate::words::{Arg, Words};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use truceline_accord::release::hindered::HindranceView;
use truceline_accord::release::observed::{ObservationView, Observer};
use truceline_model::appraisal::Appraised;
use truceline_model::hindrance::HindranceKind;
use truceline_model::observation::{Count, CountQuality, ExplosionKind, ObservedKind, Scope};
use truceline_model::time::Interval;

/// Hindrances to access.
pub(super) const ACCESS: [HindranceKind; 7] = [
    HindranceKind::Denial,
    HindranceKind::ConditionalAccess,
    HindranceKind::Delay,
    HindranceKind::Threat,
    HindranceKind::FireNearMonitors,
    HindranceKind::MinesOrUxo,
    HindranceKind::InformationRefused,
];
/// Interference with sensors and signals.
pub(super) const INTERFERENCE: [HindranceKind; 5] = [
    HindranceKind::Jamming,
    HindranceKind::Spoofing,
    HindranceKind::LossOfControl,
    HindranceKind::AssetTargeted,
    HindranceKind::Tampering,
];
/// What is nobody's act.
const OTHER: [HindranceKind; 2] = [HindranceKind::Outage, HindranceKind::Weather];

const OBSERVERS: [Observer; 5] =
    [Observer::Mission, Observer::Party, Observer::Civilian, Observer::Press, Observer::Satellite];

const APPRAISED: [Appraised; 9] = [
    Appraised::Measured,
    Appraised::Uncorroborated,
    Appraised::Recorded,
    Appraised::Alleged,
    Appraised::Series,
    Appraised::Unplaced,
    Appraised::Late,
    Appraised::Early,
    Appraised::SuspectedSwap,
];

/// The id of an observation within its report, in each form of it.
pub(crate) fn id(at: usize) -> String {
    format!("O{}", at + 1)
}

/// Whether it is a weapon that stands somewhere, which annex B has.
pub(super) fn is_weapon<W>(view: &ObservationView<W>) -> bool {
    matches!(view.kind, ObservedKind::WeaponPresent | ObservedKind::MinePresent | ObservedKind::UxoPresent)
}

/// Whether it is harm, which annex E has.
pub(super) fn is_harm<W>(view: &ObservationView<W>) -> bool {
    view.harm.is_some() || matches!(view.kind, ObservedKind::Casualty | ObservedKind::Damage)
}

/// A number with what is said of it.
pub(super) fn number(count: Count, words: &Words) -> String {
    match (count.number, count.quality) {
        (Some(number), CountQuality::Exact) => number.to_string(),
        (Some(number), CountQuality::AtLeast) => format!("\u{2265} {number}"),
        (Some(number), CountQuality::About) => format!("\u{2248} {number}"),
        (_, CountQuality::Uncountable) | (None, _) => words.say("not-counted"),
    }
}

/// What was observed.
pub(super) fn kind<W>(view: &ObservationView<W>, words: &Words) -> String {
    let kind = words.say(&format!("kind-{}", view.kind.name()));
    match view.explosion {
        Some(of) => format!("{kind}, {}", words.say(&format!("explosion-{}", of.name()))),
        None => kind,
    }
}

/// For machines what kind of explosion, where the observer could tell.
pub(crate) fn explosion<W>(view: &ObservationView<W>) -> Option<&'static str> {
    view.explosion.filter(|kind| *kind != ExplosionKind::Undetermined).map(ExplosionKind::name)
}

/// What became of it.
pub(super) fn appraised<W>(view: &ObservationView<W>, words: &Words) -> String {
    match view.appraised {
        Some(appraised) => words.say(&format!("appraised-{}", appraised.name())),
        None => words.say("appraised-not-yet"),
    }
}

/// Who observed: a party by its name.
pub(super) fn observer<W>(view: &ObservationView<W>, words: &Words) -> String {
    match &view.party {
        Some(party) => party.clone(),
        None => words.say(&format!("observer-{}", view.observer.name())),
    }
}

/// Where.
pub(super) fn place<W: Placed>(view: &ObservationView<W>, words: &Words) -> String {
    let name = view.words.as_ref().map(|said| said.place.as_str()).filter(|name| !name.is_empty());
    match (&view.at, view.placed) {
        (Some(at), _) => match name {
            Some(name) => format!("{name}, {}", at.place(words)),
            None => at.place(words),
        },
        (None, true) => words.say("site-not-released"),
        (None, false) => words.say("place-not-stated"),
    }
}

/// The weapon: its class; in the enclave as the observer names it.
pub(super) fn weapon<W>(view: &ObservationView<W>, words: &Words) -> String {
    let own = view.words.as_ref().map(|said| said.weapon.as_str()).filter(|name| !name.is_empty());
    match (own, view.weapon) {
        (Some(own), Some(_)) => own.to_owned(),
        (_, Some(class)) => words.say(&format!("weapon-{}", class.name())),
        (_, None) => words.say("not-stated"),
    }
}

/// Bullets of the summary.
pub(super) fn summary<W: Placed>(material: &Material<W>, words: &Words) -> Vec<String> {
    let Some(sight) = &material.sight else { return vec![words.say("summary-counts-not-due")] };
    let views = &material.observations;
    if views.is_empty() && sight.heat.is_none() {
        return vec![words.say("summary-no-tally")];
    }
    let sum = tally::total(tally::by_means(views).iter().map(|(_, tally)| tally));
    let parts: Vec<String> = CountKind::ALL
        .iter()
        .map(|kind| format!("{} {}", words.say(&format!("tally-{}", kind.name())), sum.of(*kind)))
        .collect();
    let mut said = vec![words.with(
        "summary-tally",
        &[
            ("count", sum.total().to_string().into()),
            ("more", parts.join(", ").into()),
            ("before", sight.tally_before.to_string().into()),
            ("n", (sum.not_counted() as usize).into()),
        ],
    )];
    let of = |observer: Observer| views.iter().filter(move |view| view.observer == observer);
    let mut reported = |key: &str, observer: Observer| {
        let count = of(observer).count();
        if count > 0 {
            let attacks = of(observer).filter(|view| view.attack_reported).count();
            said.push(words.with(key, &[("n", count.into()), ("count", attacks.to_string().into())]));
        }
    };
    reported("summary-parties", Observer::Party);
    reported("summary-civilians", Observer::Civilian);
    reported("summary-press", Observer::Press);
    said.extend(heat(sight, words));
    said.push(weapons_and_harm(material, words));
    said
}

fn weapons_and_harm<W: Placed>(material: &Material<W>, words: &Words) -> String {
    let of = |is: fn(&ObservationView<W>) -> bool| material.observations.iter().filter(|view| is(view)).count();
    let weapons = words.with("count-weapons", &[("n", of(is_weapon).into())]);
    let harm = words.with("count-harm", &[("n", of(is_harm).into())]);
    format!("{weapons}; {harm}.")
}

/// What satellites saw of heat.
pub(super) fn heat<W>(sight: &Sight<W>, words: &Words) -> Option<String> {
    let heat = sight.heat.as_ref()?;
    let fires = words.with("count-fires", &[("n", heat.fires.into())]);
    let args =
        [("n", Arg::Count(heat.detections())), ("more", fires.into()), ("count", heat.undecided.to_string().into())];
    Some(words.with("summary-heat", &args))
}

/// The mechanism's own counts by means: each row and each column closes.
pub(super) fn counts<W: Placed>(material: &Material<W>, words: &Words) -> Option<Block> {
    material.sight.as_ref()?;
    let counted = tally::by_means(&material.observations);
    if counted.is_empty() {
        return None;
    }
    let row = |name: String, tally: &Tally| {
        let mut row = vec![name];
        row.extend(CountKind::ALL.iter().map(|kind| tally.of(*kind).to_string()));
        row.extend([tally.total().to_string(), tally.not_counted().to_string()]);
        row
    };
    let mut rows: Vec<Vec<String>> =
        counted.iter().map(|(means, tally)| row(words.say(&format!("means-{}", means.name())), tally)).collect();
    rows.push(row(words.say("total"), &tally::total(counted.iter().map(|(_, tally)| tally))));
    let keys = [
        "means",
        "tally-explosions",
        "tally-projectiles",
        "tally-flashes",
        "tally-flares",
        "tally-bursts",
        "total",
        "uncounted",
    ];
    Some(table(words, &keys, rows, String::new()))
}

/// What parties, civilians and the press report, each its own series; and what became of every observation.
pub(super) fn series<W: Placed>(material: &Material<W>, words: &Words) -> Vec<Block> {
    let Some(sight) = &material.sight else { return Vec::new() };
    if material.observations.is_empty() && sight.heat.is_none() {
        return Vec::new();
    }
    let mut blocks = Vec::new();
    let rows = series_rows(material, words);
    if !rows.is_empty() {
        blocks.push(Block::Text(words.say("series-apart")));
        blocks.push(table(words, &["source", "observation", "scope", "number", "from-to"], rows, String::new()));
    }
    let rows = claims(material, words);
    if !rows.is_empty() {
        blocks.push(Block::Text(words.say("claims-apart")));
        blocks.push(table(words, &["source", "reports", "attacks", "allegations", "bare"], rows, String::new()));
    }
    blocks.push(Block::Text(words.say("each-observation")));
    blocks.push(each(material, words));
    blocks
}

/// Who it is that has a series: a party by its name, else a kind of observer.
type Source = (Observer, Option<String>);

/// Views that are nobody's of the mechanism, by their source, in the order in which sources come first.
fn by_source<W>(views: &[ObservationView<W>]) -> Vec<(Source, Vec<&ObservationView<W>>)> {
    let mut found: Vec<(Source, Vec<&ObservationView<W>>)> = Vec::new();
    for view in views {
        let source = (view.observer, view.party.clone());
        match found.iter_mut().find(|(held, _)| *held == source) {
            Some((_, of)) => of.push(view),
            None => found.push((source, vec![view])),
        }
    }
    found
}

fn series_rows<W: Placed>(material: &Material<W>, words: &Words) -> Vec<Vec<String>> {
    let zone = material.head.zone;
    let time = |span: &Interval| format!("{} \u{2013} {}", zone.minute(span.from), zone.minute(span.to));
    let incidents = |name: &str, kind: CountKind, number: u64, time: String| {
        let kind = words.say(&format!("tally-{}", kind.name()));
        vec![name.to_owned(), kind, words.say("scope-incident"), number.to_string(), time]
    };
    let incident =
        |view: &ObservationView<W>, kind, number| incidents(&observer(view, words), kind, number, time(&view.span));
    let mut rows = Vec::new();
    for ((by, party), views) in by_source(&material.observations) {
        // Incidents that a party counted itself, kind by kind. Whose count it is must be known to add to it, so of sources
        // without a name each stands alone; the mechanism's own stand in the summary.
        let mut sums: BTreeMap<CountKind, u64> = BTreeMap::new();
        for view in views.iter().filter(|view| view.scope == Scope::Incident && by != Observer::Mission) {
            match (&party, CountKind::of(view.kind), view.number()) {
                (Some(_), Some(kind), Some(number)) => *sums.entry(kind).or_default() += number,
                (None, Some(kind), Some(number)) => rows.push(incident(view, kind, number)),
                (_, None, _) | (_, _, None) => {}
            }
        }
        let name = observer(views[0], words);
        for (kind, sum) in sums {
            rows.push(incidents(&name, kind, sum, time(&material.head.period)));
        }
        for view in views.iter().filter(|view| view.scope == Scope::PeriodTotal) {
            rows.push(vec![
                name.clone(),
                kind(view, words),
                words.say("scope-period-total"),
                number(view.count, words),
                time(&view.span),
            ]);
        }
    }
    rows
}

fn claims<W: Placed>(material: &Material<W>, words: &Words) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for ((by, _), views) in by_source(&material.observations) {
        if matches!(by, Observer::Mission | Observer::Satellite) {
            continue;
        }
        let of = |is: fn(&ObservationView<W>) -> bool| views.iter().filter(|view| is(view)).count().to_string();
        rows.push(vec![
            observer(views[0], words),
            views.len().to_string(),
            of(|view| view.attack_reported),
            of(|view| view.alleged),
            of(|view| view.alleged && !view.has_evidence && view.case.is_none()),
        ]);
    }
    rows
}

/// What became of each, by kind of observer; rows and columns close, and heat is among them.
fn each<W: Placed>(material: &Material<W>, words: &Words) -> Block {
    let heat = material.sight.as_ref().and_then(|sight| sight.heat.as_ref());
    let count = |observer: Observer, became: Option<Appraised>| {
        let views = material.observations.iter();
        let found = views.filter(|view| view.observer == observer && view.appraised == became).count();
        let hot = heat.iter().filter(|_| observer == Observer::Satellite).flat_map(|heat| &heat.became);
        found + hot.filter(|(state, _)| *state == became).map(|(_, count)| count).sum::<usize>()
    };
    let states: Vec<Option<Appraised>> = APPRAISED.into_iter().map(Some).chain([None]).collect();
    let mut rows = Vec::new();
    for became in &states {
        let counts = OBSERVERS.map(|observer| count(observer, *became));
        let sum: usize = counts.iter().sum();
        if sum == 0 {
            continue;
        }
        let name = became.map_or("not-yet", Appraised::name);
        let mut row = vec![words.say(&format!("appraised-{name}"))];
        row.extend(counts.iter().chain([&sum]).map(usize::to_string));
        rows.push(row);
    }
    let sums = OBSERVERS.map(|observer| states.iter().map(|became| count(observer, *became)).sum::<usize>());
    let mut row = vec![words.say("total")];
    row.extend(sums.iter().chain([&sums.iter().sum::<usize>()]).map(usize::to_string));
    rows.push(row);
    let keys = ["became", "by-mission", "by-parties", "by-civilians", "by-press", "by-satellites", "total"];
    table(words, &keys, rows, String::new())
}

/// Kind by kind how often and for how long, and whose consent there is.
pub(super) fn hindrances<W: Placed>(
    material: &Material<W>,
    sight: &Sight<W>,
    kinds: &[HindranceKind],
    words: &Words,
) -> Vec<String> {
    let mut said = Vec::new();
    for kind in kinds {
        let of: Vec<&HindranceView<W>> = sight.hindrances.iter().filter(|one| one.kind == *kind).collect();
        if of.is_empty() {
            continue;
        }
        let spans = of.iter().map(|one| one.span).collect();
        let hours = crate::material::Watched::new(spans).hours_tenths(&[material.head.period]);
        let name = words.say(&format!("hindrance-{}", kind.name()));
        let args = [("name", Arg::Text(name)), ("n", of.len().into()), ("count", tenths(hours).into())];
        said.push(words.with("hindered", &args));
    }
    said
}

/// Whose consent sensors, patrols and flights stand on.
pub(super) fn consent<W>(sight: &Sight<W>, words: &Words) -> Vec<String> {
    let of = |one: &HindranceView<W>| {
        let name = words.say(&format!("hindrance-{}", one.kind.name()));
        let by = if one.consented.is_empty() { words.say("not-stated") } else { one.consented.join(", ") };
        let key = if one.one_party { "consent-one-party" } else { "consent-by" };
        words.with(key, &[("name", name.into()), ("party", by.into())])
    };
    sight.hindrances.iter().filter(|one| one.kind.is_consent()).map(of).collect()
}

/// All that kept from seeing, kind by kind.
pub(super) fn all_hindrances<W: Placed>(material: &Material<W>, sight: &Sight<W>, words: &Words) -> Vec<String> {
    let kinds: Vec<HindranceKind> = ACCESS.into_iter().chain(INTERFERENCE).chain(OTHER).collect();
    hindrances(material, sight, &kinds, words)
}

/// Hours with one decimal.
pub(super) fn tenths(hours_tenths: u64) -> String {
    format!("{}.{}", hours_tenths / 10, hours_tenths % 10)
}

/// An observation, for machines.
pub(super) fn record<W: Placed>(at: usize, view: &ObservationView<W>) -> Value {
    json!({
        "observation": id(at), "observer": view.observer.name(), "party": view.party, "means": view.means.name(),
        "kind": view.kind.name(), "explosion": explosion(view), "count": view.count.number,
        "count_quality": view.count.quality.name(), "scope": view.scope.name(),
        "appraised": view.appraised.map(Appraised::name), "weapon": view.weapon.map(|class| class.name()),
        "side_of_line": view.side, "attack_reported": view.attack_reported, "alleged": view.alleged,
        "from": view.span.from.to_string(), "to": view.span.to.to_string(),
        "unplaced_in_time": view.unplaced_in_time, "at": view.at.as_ref().map(Placed::json),
        "of_case": view.case.map(|case| case.to_string()), "repeats": view.repeats,
    })
}

/// A hindrance, for machines.
pub(super) fn hindrance_record<W: Placed>(one: &HindranceView<W>) -> Value {
    json!({
        "hindrance": one.kind.name(), "from": one.span.from.to_string(), "to": one.span.to.to_string(),
        "at": one.at.as_ref().map(Placed::json), "area_of": one.area_of, "sensors": one.sensors,
        "lost": one.lost_ppm.map(|ppm| format!("{}.{:06}", ppm / 1_000_000, ppm % 1_000_000)),
        "consented": one.consented, "one_party_consent": one.one_party,
    })
}
