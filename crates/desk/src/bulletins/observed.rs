//! Observations of a period, released one by one; heat counted together.
use super::{DAY_NS, Gathered, Parts, Releases, earlier};
use crate::error::DeskError;
use crate::views::Appraised;
use std::collections::{BTreeMap, BTreeSet};
use truceline_accord::release::Released;
use truceline_accord::release::observed::{ObservationView, Observed, Observer, middle, stated_place};
use truceline_bulletin::Placed;
use truceline_bulletin::material::Heat;
use truceline_bulletin::tally::{self, CountKind};
use truceline_model::appraisal::Appraised as Became;
use truceline_model::case::CaseId;
use truceline_model::event::Cited;
use truceline_model::geodesic;
use truceline_model::hash::Hash;
use truceline_model::observation::{Means, Observation};
use truceline_model::time::{Interval, Time};

/// The most observations of a period: half a year of a country's heat.
const OBSERVATIONS: usize = 100_000;
/// The most observations of harm of a period that are compared with each other: each is with each.
const HARM: usize = 2_000;

/// What is released of a period's observations, its heat, and what the mechanism's own counted in the period before.
type Observations<At> = (Released<Vec<ObservationView<At>>>, Released<Option<Heat>>, u64);

impl Gathered {
    pub(super) fn observed<R: Releases>(
        &self,
        parts: &Parts<'_>,
        releases: &R,
        shown: &BTreeSet<CaseId>,
        period: &Interval,
    ) -> Result<Observations<R::At>, DeskError> {
        let before = earlier(*period);
        // A slot or an interval may reach over the edge of the period by a day at most.
        let wanted =
            Interval { from: Time(before.from.0.saturating_sub(DAY_NS)), to: Time(period.to.0.saturating_add(DAY_NS)) };
        let (found, more) = parts.views.observed(parts.reader, &wanted, OBSERVATIONS)?;
        if more {
            let message = format!("the period has more than {OBSERVATIONS} observations, expected a shorter one");
            return Err(DeskError::other(message));
        }
        let cases = self.cases_of();
        let repeats = repeats(&found, &cases);
        let owners = confirmed(&found);
        let parties = self.parties();
        let zones = self.agreement.as_ref().map(|(_, agreement)| &agreement.zones[..]).unwrap_or_default();
        let mut views: Vec<(Released<ObservationView<R::At>>, &Observation)> = Vec::new();
        for (at, one) in found.iter().enumerate() {
            let view = releases.observation(Observed {
                observation: &one.observation,
                appraisal: one.appraisal.as_ref(),
                by_party: parties.contains(&one.observation.owner),
                case: cases.get(&one.hash).copied(),
                repeats: repeats.contains(&one.hash),
                owners: owners.get(&at).copied().unwrap_or(1),
                reviewed: self.reviewed.contains(&one.hash),
                zones,
            });
            // What the tier is not shown of a case is not told of an observation either.
            let view = view.map(|view| {
                view.map(|view| ObservationView { case: view.case.filter(|case| shown.contains(case)), ..view })
            });
            views.extend(view.map(|view| (view, &one.observation)));
        }
        let within = |interval: &Interval, view: &Released<ObservationView<R::At>>| {
            let middle = middle(&view.as_ref().span);
            interval.from <= middle && middle < interval.to
        };
        let earlier: Vec<ObservationView<R::At>> =
            views.iter().filter(|(view, _)| within(&before, view)).map(|(view, _)| view.as_ref().clone()).collect();
        let tally_before = tally::total(tally::by_means(&earlier).iter().map(|(_, tally)| tally)).total();
        views.retain(|(view, _)| within(period, view));
        let (hot, mut views): (Vec<_>, Vec<_>) = views.into_iter().partition(|(view, _)| is_heat(view.as_ref()));
        let seen: Vec<&Observation> = hot.iter().map(|(_, observation)| *observation).collect();
        let fires = parts.computed.fires(&seen);
        let heat = Released::all(hot.into_iter().map(|(view, _)| view)).map(|views| heat(&views, fires));
        // By what is released and nothing else, so that an order within a slot tells nothing; of equals the content's order.
        views.sort_by(|(a, one), (b, other)| {
            key(a.as_ref()).cmp(&key(b.as_ref())).then_with(|| one.content_order().cmp(&other.content_order()))
        });
        Ok((Released::all(views.into_iter().map(|(view, _)| view)), heat, tally_before))
    }

    /// The names of the agreement's parties.
    pub(super) fn parties(&self) -> &[String] {
        self.agreement.as_ref().map(|(_, agreement)| &agreement.parties[..]).unwrap_or_default()
    }

    /// Which case's event rests on which observation.
    fn cases_of(&self) -> BTreeMap<Hash, CaseId> {
        let mut found = BTreeMap::new();
        for (_, event) in self.files.iter().filter_map(|file| file.event()) {
            for used in &event.content.solution.arrivals {
                if let Cited::Observation { hash, .. } = used.cited {
                    found.insert(hash, event.content.case);
                }
            }
        }
        found
    }
}

/// Whether it is heat that is counted together: such as nothing speaks against.
fn is_heat<W>(view: &ObservationView<W>) -> bool {
    view.means == Means::SatelliteThermal
        && !matches!(view.appraised, Some(Became::SuspectedSwap | Became::Early | Became::Series))
}

fn heat<W>(views: &[ObservationView<W>], fires: usize) -> Option<Heat> {
    let mut became: BTreeMap<Option<Became>, usize> = BTreeMap::new();
    for view in views {
        *became.entry(view.appraised).or_default() += 1;
    }
    let heat = Heat {
        became: became.into_iter().collect(),
        fires,
        undecided: views.iter().filter(|view| view.undecided).count(),
        spans: views.iter().map(|view| view.span).collect(),
    };
    (!views.is_empty()).then_some(heat)
}

/// An order of what is released, in which no name stands.
fn key<W: Placed>(view: &ObservationView<W>) -> impl Ord + use<W> {
    let at = view.at.as_ref().map(|at| (at.span().from, at.short()));
    (view.span.from, view.span.to, at, view.observer, view.means, view.kind, view.number())
}

/// Of several that observed one event and counted the same kind, all but the one whose count is the largest.
fn repeats(found: &[Appraised], cases: &BTreeMap<Hash, CaseId>) -> BTreeSet<Hash> {
    let mut largest: BTreeMap<(CaseId, CountKind), (u64, Hash)> = BTreeMap::new();
    let mut repeats = BTreeSet::new();
    for one in found {
        let observation = &one.observation;
        // A party's count is its own.
        let own = Observer::of(observation.means, false) == Observer::Mission;
        let counted = cases.get(&one.hash).copied().zip(CountKind::of(observation.kind)).filter(|_| own);
        let Some(counted) = counted else { continue };
        let number = observation.count.number.map_or(0, u64::from);
        match largest.get_mut(&counted) {
            None => {
                largest.insert(counted, (number, one.hash));
            }
            Some((most, by)) if number > *most => {
                repeats.insert(*by);
                (*most, *by) = (number, one.hash);
            }
            Some(_) => {
                repeats.insert(one.hash);
            }
        }
    }
    repeats
}

/// How many owners say the same of harm: of the same kind, within a day, where their stated places reach each other.
fn confirmed(found: &[Appraised]) -> BTreeMap<usize, usize> {
    let all = found.iter().enumerate().map(|(at, one)| (at, &one.observation));
    let harm: Vec<(usize, &Observation)> = all.filter(|(_, one)| one.harm.is_some()).take(HARM).collect();
    let mut confirmed = BTreeMap::new();
    for (at, one) in &harm {
        let agreeing = harm.iter().filter(|(_, other)| one.kind == other.kind && agree(one, other));
        let owners: BTreeSet<&str> =
            agreeing.map(|(_, other)| other.owner.as_str()).chain([one.owner.as_str()]).collect();
        confirmed.insert(*at, owners.len());
    }
    confirmed
}

fn agree(one: &Observation, other: &Observation) -> bool {
    let apart_ns = middle(&one.time.span).0.abs_diff(middle(&other.time.span).0);
    let Some(((a, reach), (b, other_reach))) = stated_place(one).zip(stated_place(other)) else { return false };
    apart_ns <= DAY_NS.unsigned_abs() && geodesic::between(a, b).distance_m <= reach + other_reach
}
