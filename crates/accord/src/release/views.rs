//! What leaves of an event, a finding and a notice: types in which nothing finer can be said than where and when as `W` has
//! it, and in which no free text of a source stands.
use super::ladder::{PRODUCTS, Product, Rule};
use super::{Coarse, ForOperator, Releasable, Released, Rung, Tier};
use truceline_model::attribution::Attribution;
use truceline_model::attribution::corroboration::Level;
use truceline_model::case::CaseId;
use truceline_model::event::{Cited, Event, Product as Stage};
use truceline_model::finding::{Finding, Verdict, VerdictState};
use truceline_model::notice::{Activity, Notice};
use truceline_model::place::Place;
use truceline_model::posterior::PPB;
use truceline_model::time::Interval;

/// An event with what is said of it, on its way out.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The newest revision of the event.
    pub event: &'a Event,
    /// The newest revision of the finding.
    pub finding: &'a Finding,
    /// Whether people have reviewed the finding.
    pub reviewed: bool,
}

/// Where and when as the enclave sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exact {
    /// Mean place.
    pub mean: Place,
    /// Area of the 90 % region, m2.
    pub area_p90_m2: u64,
    /// The 95 % interval of the origin time.
    pub interval: Interval,
}

/// An event.
#[derive(Debug, Clone, PartialEq)]
pub struct EventView<W> {
    /// The case it belongs to.
    pub case: CaseId,
    /// Its revision.
    pub revision: u32,
    /// How far along it is.
    pub stage: Stage,
    /// On how many arrivals it rests.
    pub arrivals: usize,
    /// How many of these are what somebody observed, and no sensor registered.
    pub observations: usize,
    /// Of how many owners.
    pub owners: usize,
    /// Whether all of them are arrays' own reports.
    pub arrays: bool,
    /// Where and when.
    pub at: W,
}

/// What is said of an event.
#[derive(Debug, Clone, PartialEq)]
pub struct FindingView {
    /// Its revision.
    pub revision: u32,
    /// The state of the verdict.
    pub state: VerdictState,
    /// Whether an agreement is named that governs the time of the event.
    pub governed: bool,
    /// The prohibiting clause.
    pub clause: Option<String>,
    /// The clause that permits what was notified.
    pub permitted_by: Option<String>,
    /// Probability inside the clause's zone and the time in force; none where it would tell more of the place than may be told.
    pub p: Option<f64>,
    /// Whether people have reviewed it.
    pub reviewed: bool,
    /// From which side; none where nothing was said of it.
    pub side: Option<SideView>,
}

/// From which side an event came, as it leaves. A side of the line is the finest that is ever said, so it is the same for
/// each tier; ratios, which tell how far from the line it was, stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SideView {
    /// The party whose side is stated; none where none is.
    pub party: Option<String>,
    /// The greatest k such that leaving out any k owners leaves the side stated.
    pub certificate_k: Option<u32>,
    /// How well it is corroborated.
    pub level: Level,
}

/// A case as it leaves: first that something was recorded, later what is said of it.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseView<W> {
    /// The event.
    pub event: EventView<W>,
    /// What is said of it; none in a flash.
    pub finding: Option<FindingView>,
}

/// A notice as it leaves. Its own words stay: they may name places.
#[derive(Debug, Clone, PartialEq)]
pub struct NoticeView<W> {
    /// Who filed it.
    pub party: String,
    /// What is announced.
    pub activity: Activity,
    /// Where, and from when to when.
    pub at: W,
    /// Whether it says that it was filed before its window began.
    pub before: bool,
}

impl<W> EventView<W> {
    fn of(event: &Event, at: W) -> Self {
        let arrivals = &event.solution.arrivals;
        Self {
            case: event.case,
            revision: event.revision,
            stage: event.product,
            arrivals: arrivals.len(),
            observations: arrivals.iter().filter(|used| matches!(used.cited, Cited::Observation { .. })).count(),
            // Where one owner's arrivals are all there is, none is left out.
            owners: event.solution.without.len().max(1),
            arrays: arrivals.iter().all(|used| used.report().is_some()),
            at,
        }
    }
}

impl FindingView {
    fn of(finding: &Finding, reviewed: bool, blunted: bool) -> Self {
        let permitted_by = match &finding.verdict {
            Verdict::PermittedAndNotified(found) => Some(found.clause.clone()),
            Verdict::RecordedOnly | Verdict::PossibleBreach | Verdict::Undetermined => None,
        };
        Self {
            revision: finding.revision,
            state: finding.verdict.state(),
            governed: finding.agreement.is_some(),
            clause: finding.clause.clone(),
            permitted_by,
            p: finding.p_ppb.filter(|_| !blunted).map(|ppb| f64::from(ppb) / PPB),
            reviewed,
            side: finding.attribution.as_ref().map(SideView::of),
        }
    }
}

impl SideView {
    fn of(attribution: &Attribution) -> Self {
        let party = attribution.stated().map(str::to_owned);
        // How robust a statement would be that is not made is nobody's.
        let certificate_k = attribution.certificate_k.filter(|_| party.is_some());
        Self { party, certificate_k, level: attribution.corroboration.level() }
    }
}

impl Releasable for Case<'_> {
    type View = CaseView<Coarse>;

    fn for_tier(&self, rung: &Rung) -> Option<Self::View> {
        let posterior = &self.event.solution.posterior;
        let due = |product| rung.due(product, posterior.time_mean, self.reviewed);
        // What is due of both is shown by the rule of the finding, which is never coarser.
        if let Some(rule) = due(Product::Finding) {
            let at = Rung::coarse_posterior(rule, posterior);
            let finding = FindingView::of(self.finding, self.reviewed, at.is_blunted());
            return Some(CaseView { event: EventView::of(self.event, at), finding: Some(finding) });
        }
        let at = Rung::coarse_posterior(due(Product::Flash)?, posterior);
        Some(CaseView { event: EventView::of(self.event, at), finding: None })
    }
}

impl ForOperator for Case<'_> {
    type View = CaseView<Exact>;

    fn whole(self) -> Self::View {
        let posterior = &self.event.solution.posterior;
        let mean = posterior.time_mean;
        let at = Exact {
            mean: posterior.mean,
            area_p90_m2: posterior.region(90).map_or(0, |region| region.area_m2),
            interval: posterior.interval(95).unwrap_or(Interval { from: mean, to: mean }),
        };
        let finding = FindingView::of(self.finding, self.reviewed, false);
        CaseView { event: EventView::of(self.event, at), finding: Some(finding) }
    }
}

impl Releasable for Notice {
    type View = NoticeView<Coarse>;

    fn for_tier(&self, rung: &Rung) -> Option<Self::View> {
        // It is of use before what it announces; where it is delayed, that is until after it.
        let delayed = rung.rule(Product::Notice)?.after_s > 0;
        let rule = rung.due(Product::Notice, if delayed { self.window.to } else { self.filed_at }, true)?;
        Some(NoticeView {
            party: self.party.clone(),
            activity: self.activity,
            at: Rung::coarse_by(rule, self.place, f64::from(self.radius_m), &self.window),
            before: self.filed_at < self.window.from,
        })
    }
}

impl ForOperator for &Notice {
    type View = NoticeView<Exact>;

    fn whole(self) -> Self::View {
        let radius_m = f64::from(self.radius_m);
        NoticeView {
            party: self.party.clone(),
            activity: self.activity,
            at: Exact {
                mean: self.place,
                area_p90_m2: (std::f64::consts::PI * radius_m * radius_m).round() as u64,
                interval: self.window,
            },
            before: self.filed_at < self.window.from,
        }
    }
}

/// What a tier is told of how it is told: its name and its rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// The tier.
    pub tier: Tier,
    /// Its rules, in the order of the products; none where it gets none.
    pub rules: Vec<(Product, Option<Rule>)>,
}

impl Rung {
    /// How this tier is told.
    #[must_use]
    pub fn terms(&self) -> Released<Terms> {
        Released(Terms { tier: self.tier(), rules: PRODUCTS.map(|product| (product, self.rule(product))).into() })
    }
}
