//! What a bulletin is made of, gathered from a store's views and released.
mod observed;
mod sight;

use crate::error::DeskError;
use crate::released;
use crate::views::{CaseFile, Views};
use std::collections::{BTreeMap, BTreeSet};
use truceline_accord::release::hindered::{Hindered, HindranceView};
use truceline_accord::release::observed::{ObservationView, Observed};
use truceline_accord::release::views::{Case, CaseView, Exact, NoticeView};
use truceline_accord::release::{Coarse, Product, ReleasePolicy, Released, Rung, Tier};
use truceline_bulletin::material::{Correction, Head, ImpedimentCount, Kind, Material, Sight};
use truceline_bulletin::{Format, Language, Placed, Zone, render};
use truceline_evidence::checkpoint::Checkpoint;
use truceline_evidence::journal::JournalReader;
use truceline_evidence::note::VerifierKey;
use truceline_model::bearing::Bearing;
use truceline_model::case::CaseId;
use truceline_model::derived::Derived;
use truceline_model::detection::Detection;
use truceline_model::entry::{self, Entry};
use truceline_model::hash::Hash;
use truceline_model::impediment::Impediment;
use truceline_model::notice::Notice;
use truceline_model::observation::Observation;
use truceline_model::report::Report;
use truceline_model::time::{Interval, NS_PER_S, Time};

/// The most cases of a bulletin, the most that are looked at for them, and of how many pieces each.
const CASES: (usize, usize, usize) = (20_000, 200_000, 500);
/// The most notices, impediments, reports and sensors that are looked at, the newest first.
const LOOKED_AT: usize = 50_000;
const DAY_NS: i64 = 86_400 * NS_PER_S;

/// Which bulletin is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Ask {
    /// Which kind.
    pub kind: Kind,
    /// From when to when; of a spot or a flash it follows from the case.
    pub period: Interval,
    /// The case of a spot or a flash.
    pub case: Option<CaseId>,
    /// The time zone.
    pub zone: Zone,
    /// For whom.
    pub tier: Tier,
    /// When it is issued: what is not due for the tier then is not in it.
    pub issued: Time,
    /// In which language.
    pub language: Language,
    /// In which form.
    pub format: Format,
}

/// What is computed of observations and belongs to science, which desk does not reach: whoever asks hands it in.
pub trait Computed {
    /// How many fires these detections of heat are, with several satellites' detections of one fire taken together.
    fn fires(&self, heat: &[&Observation]) -> usize;
}

/// The bulletin, released.
///
/// # Errors
/// If the journal or the views cannot be read, a spot or a flash names no case, or the period has more observations than a
/// bulletin holds.
pub fn bulletin(
    views: &mut Views,
    reader: &dyn JournalReader,
    ask: &Ask,
    computed: &dyn Computed,
) -> Result<Released<String>, DeskError> {
    views.follow(reader)?;
    let found = Gathered::of(views, reader, ask)?;
    let parts = Parts { views, reader, ask, computed };
    match ask.tier {
        Tier::Enclave => {
            let material = found.material(&parts, &ReleasePolicy::for_operator())?;
            Ok(material.map(|material| render(&material, ask.language, ask.format)))
        }
        Tier::Commission | Tier::Parties | Tier::Public => {
            let agreement = found.agreement.as_ref().map(|(_, agreement)| agreement);
            let rung: Rung = released::rung(agreement, ask.tier, ask.issued.0.div_euclid(NS_PER_S))?;
            let material = found.material(&parts, &rung)?;
            Ok(material.map(|material| render(&material, ask.language, ask.format)))
        }
    }
}

/// What releases to one tier: the enclave's policy, or a rung.
trait Releases {
    /// Where and when, as the tier may know.
    type At: Placed;

    fn case(&self, case: Case<'_>) -> Option<Released<CaseView<Self::At>>>;
    fn notice(&self, notice: &Notice) -> Option<Released<NoticeView<Self::At>>>;
    fn observation(&self, observed: Observed<'_>) -> Option<Released<ObservationView<Self::At>>>;
    fn hindrance(&self, hindered: Hindered<'_>) -> Option<Released<HindranceView<Self::At>>>;
    /// Whether what could be seen in a period is told.
    fn sights(&self, period: &Interval) -> bool;
}

impl Releases for ReleasePolicy {
    type At = Exact;

    fn case(&self, case: Case<'_>) -> Option<Released<CaseView<Exact>>> {
        Some(self.release(case))
    }

    fn notice(&self, notice: &Notice) -> Option<Released<NoticeView<Exact>>> {
        Some(self.release(notice))
    }

    fn observation(&self, observed: Observed<'_>) -> Option<Released<ObservationView<Exact>>> {
        Some(self.release(observed))
    }

    fn hindrance(&self, hindered: Hindered<'_>) -> Option<Released<HindranceView<Exact>>> {
        Some(self.release(hindered))
    }

    fn sights(&self, _: &Interval) -> bool {
        true
    }
}

impl Releases for Rung {
    type At = Coarse;

    fn case(&self, case: Case<'_>) -> Option<Released<CaseView<Coarse>>> {
        self.release(&case)
    }

    fn notice(&self, notice: &Notice) -> Option<Released<NoticeView<Coarse>>> {
        self.release(notice)
    }

    fn observation(&self, observed: Observed<'_>) -> Option<Released<ObservationView<Coarse>>> {
        self.release(&observed)
    }

    fn hindrance(&self, hindered: Hindered<'_>) -> Option<Released<HindranceView<Coarse>>> {
        self.release(&hindered)
    }

    // What could not be seen is told of periods that are over as long as its rule says.
    fn sights(&self, period: &Interval) -> bool {
        self.due(Product::Sight, period.to, false).is_some()
    }
}

/// From what a bulletin is made.
struct Parts<'a> {
    views: &'a Views,
    reader: &'a dyn JournalReader,
    ask: &'a Ask,
    computed: &'a dyn Computed,
}

/// When all of a period is due for a tier: its flashes, its findings as far as people have reviewed them, and what could be seen
/// in it. For the enclave that is at once.
///
/// # Errors
/// If the agreement cannot be read.
pub fn due(views: &Views, reader: &dyn JournalReader, tier: Tier, period: &Interval) -> Result<Time, DeskError> {
    let ladder = views.newest_agreement(reader)?.map(|(_, agreement)| agreement.release).unwrap_or_default();
    let Some(rung) = ladder.rung(tier, period.to) else { return Ok(period.to) };
    // Counts of a period wait for what could be seen in it; a case has no count.
    let sight = (period.from < period.to).then_some(Product::Sight);
    let products = [Product::Flash, Product::Finding].into_iter().chain(sight);
    let due = products.filter_map(|product| rung.due_at(product, period.to)).max().unwrap_or(period.to);
    // In whole steps: what is printed of it must not tell an event's second.
    let step_ns = i64::from(rung.cadence_s()) * NS_PER_S;
    Ok(Time(due.0.saturating_add(step_ns - 1).div_euclid(step_ns).saturating_mul(step_ns)))
}

/// From the origin time of a case on.
///
/// # Errors
/// [`DeskError::is_missing`] if there is no such case.
pub fn case_period(views: &Views, reader: &dyn JournalReader, case: CaseId) -> Result<Interval, DeskError> {
    let file = views.case_head(reader, case)?;
    let missing = || DeskError::missing(format!("there is no case {case}"));
    let (_, event) = file.event().ok_or_else(missing)?;
    let time = event.content.solution.posterior.time_mean;
    Ok(Interval { from: time, to: time })
}

struct Gathered {
    agreement: Option<(Hash, truceline_accord::Agreement)>,
    reviewed: BTreeSet<Hash>,
    files: Vec<CaseFile>,
    /// Cases that are withdrawn: what they rested on is counted with other events, or with none.
    withdrawn: Vec<CaseFile>,
    notices: Vec<Notice>,
}

impl Gathered {
    fn of(views: &Views, reader: &dyn JournalReader, ask: &Ask) -> Result<Self, DeskError> {
        let mut files = Vec::new();
        let (wanted, wanted_to) = (earlier(ask.period), ask.period.to);
        match ask.case {
            Some(case) => {
                let file = views.case_head(reader, case)?;
                if let Some(closed) = file.closed.as_ref().filter(|closed| closed.is_withdrawn()) {
                    return Err(DeskError::other(format!("case {case} is withdrawn: {}", closed.reason)));
                }
                files.push(file);
            }
            None => {
                let (mut after, mut looked) = (None, 0);
                'pieces: loop {
                    // A slot or an interval may reach over the edge of the period by a day at most.
                    let newest = Time(wanted_to.0.saturating_add(86_400 * NS_PER_S));
                    let names = match after {
                        None => views.cases_until(newest, CASES.2)?,
                        Some(_) => views.cases(after, CASES.2)?,
                    };
                    for name in &names {
                        looked += 1;
                        let file = views.case_head(reader, *name)?;
                        let Some((_, event)) = file.event() else { continue };
                        let time = event.content.solution.posterior.time_mean;
                        // The newest come first.
                        if time < Time(wanted.from.0.saturating_sub(86_400 * NS_PER_S))
                            || looked > CASES.1
                            || files.len() >= CASES.0
                        {
                            break 'pieces;
                        }
                        files.push(file);
                    }
                    after = names.last().copied();
                    if names.len() < CASES.2 {
                        break;
                    }
                }
            }
        }
        let mut notices = Vec::new();
        for index in views.all(Notice::KIND, LOOKED_AT)? {
            notices.push(entry::from_bytes::<Notice>(&reader.entry(index)?)?);
        }
        notices.retain(|notice| notice.window.meets(&ask.period));
        notices.sort_by_key(|notice| (notice.window.from, notice.window.to));
        let (withdrawn, files) = files.into_iter().partition(CaseFile::is_withdrawn);
        let (agreement, reviewed) = (views.newest_agreement(reader)?, views.reviewed(reader)?);
        Ok(Self { agreement, reviewed, files, withdrawn, notices })
    }

    /// The material, released piece by piece by what the tier allows.
    fn material<R: Releases>(&self, parts: &Parts<'_>, releases: &R) -> Result<Released<Material<R::At>>, DeskError> {
        let Parts { views, reader, ask, .. } = *parts;
        let released = self.files.iter().filter_map(|file| released::case(file, &self.reviewed));
        let released = released.filter_map(|case| releases.case(case));
        let mut cases: Vec<Released<CaseView<R::At>>> = released.collect();
        cases.sort_by_key(|case| {
            let event = &case.as_ref().event;
            (event.at.span().from, event.case)
        });
        let (period, wanted) = (ask.period, earlier(ask.period));
        let begins = |case: &Released<CaseView<R::At>>| case.as_ref().event.at.span().from;
        let within = |interval: Interval, case: &Released<CaseView<R::At>>| {
            interval.from <= begins(case) && begins(case) < interval.to
        };
        let before = cases.iter().filter(|case| within(wanted, case)).count();
        if ask.case.is_none() {
            cases.retain(|case| within(period, case));
        }
        // Of a case that the tier is shown, that it was revised may be said as well.
        let revised = |case: &Released<CaseView<R::At>>| {
            let event = &case.as_ref().event;
            let file =
                self.files.iter().find(|file| file.event().is_some_and(|(_, held)| held.content.case == event.case))?;
            let (_, held) = file.event()?;
            held.content.revises.and_then(|revises| revises.earlier)?;
            Some(Correction { case: event.case.to_string(), revision: held.content.revision })
        };
        let corrections = cases.iter().filter_map(revised).collect();
        // Of one that the tier was shown, or would have been.
        let withdrawn = self.withdrawn.iter().filter_map(|file| released::case(file, &self.reviewed));
        let withdrawn = withdrawn.filter_map(|case| releases.case(case)).filter(|case| within(period, case));
        let mut withdrawn: Vec<String> = withdrawn.map(|case| case.as_ref().event.case.to_string()).collect();
        withdrawn.sort_unstable();
        let notices = self.notices.iter().filter_map(|notice| releases.notice(notice));
        let notices = Released::all(notices);
        let mut head = self.head(reader, ask)?;
        if ask.case.is_some() {
            // As far as the tier knows it.
            let issued = Interval { from: ask.issued, to: ask.issued };
            head.period = cases.first().map_or(issued, |case| case.as_ref().event.at.span());
        }
        let delivered = owners(views, reader)?;
        let owners = cases.iter().map(|case| case.as_ref().event.owners).fold(delivered, usize::max);
        let shown: BTreeSet<CaseId> = cases.iter().map(|case| case.as_ref().event.case).collect();
        let (observations, heat, tally_before) = self.observed(parts, releases, &shown, &head.period)?;
        let sight = match releases.sights(&head.period) {
            true => Some(self.sight(parts, releases, &head.period)?.zip(heat).map(|(sight, heat)| Sight {
                heat,
                tally_before,
                ..sight
            })),
            false => None,
        };
        let rest =
            Released::all(cases).zip(notices).zip(observations).map(|((cases, notices), observations)| Material {
                head,
                agreement: self.agreement.as_ref().map(|(_, agreement)| agreement.clone()),
                cases,
                before,
                notices,
                owners,
                observations,
                sight: None,
                corrections,
                withdrawn,
            });
        Ok(match sight {
            Some(sight) => rest.zip(sight).map(|(rest, sight)| Material { sight: Some(sight), ..rest }),
            None => rest,
        })
    }

    fn head(&self, reader: &dyn JournalReader, ask: &Ask) -> Result<Head, DeskError> {
        let checkpoint = match reader.checkpoint() {
            Some(note) => Some(Checkpoint::open(&note, &VerifierKey::parse(&reader.verifier_key())?)?),
            None => None,
        };
        let adopted = self.agreement.as_ref().map_or(0, |(_, agreement)| agreement.release.adopted());
        let rules = truceline_accord::release::Ladder::default().len();
        Ok(Head {
            kind: ask.kind,
            mechanism: reader.origin(),
            period: ask.period,
            zone: ask.zone,
            // A case has no end.
            as_of: if ask.case.is_some() { ask.issued } else { ask.period.to.min(ask.issued) },
            issued: ask.issued,
            tier: ask.tier,
            rules_adopted: (adopted, rules),
            agreement: self.agreement.as_ref().map(|(hash, _)| *hash),
            log_root: checkpoint.as_ref().map(|checkpoint| checkpoint.root),
            // How many entries there are tells of busy hours and of outages.
            log_size: checkpoint.filter(|_| ask.tier == Tier::Enclave).map(|checkpoint| checkpoint.size),
        })
    }
}

/// As long, just before.
fn earlier(period: Interval) -> Interval {
    Interval { from: Time(period.from.0.saturating_sub(period.to.0.saturating_sub(period.from.0))), to: period.from }
}

/// How many owners' data could bear out an event: those of reports, of what was found in records, and of what people observed
/// at an instant. Where nobody's could, how many delivered anything. A sensor that is known and delivers nothing makes no
/// second owner, nor does a satellite that saw heat.
fn owners(views: &Views, reader: &dyn JournalReader) -> Result<usize, DeskError> {
    let mut owners = BTreeSet::new();
    for index in views.all(Report::KIND, LOOKED_AT)? {
        owners.insert(entry::from_bytes::<Report>(&reader.entry(index)?)?.owner);
    }
    for index in views.all(Derived::<Detection>::KIND, LOOKED_AT)? {
        owners.insert(entry::from_bytes::<Derived<Detection>>(&reader.entry(index)?)?.content.owner);
    }
    for index in views.all(Derived::<Bearing>::KIND, LOOKED_AT)? {
        owners.extend(entry::from_bytes::<Derived<Bearing>>(&reader.entry(index)?)?.content.owners);
    }
    let observing = views.observing()?;
    let others: BTreeSet<&str> = observing.iter().map(|(owner, _)| owner.as_str()).collect();
    owners.extend(observing.iter().filter(|(_, sudden)| *sudden).map(|(owner, _)| owner.clone()));
    Ok(if owners.is_empty() { others.len() } else { owners.len() })
}

/// What kept sensors from seeing during a period, by kind.
fn impediments(
    views: &Views,
    reader: &dyn JournalReader,
    period: &Interval,
) -> Result<Vec<ImpedimentCount>, DeskError> {
    let mut found: BTreeMap<&'static str, (usize, BTreeSet<String>)> = BTreeMap::new();
    for index in views.all(Derived::<Impediment>::KIND, LOOKED_AT)? {
        let impediment = entry::from_bytes::<Derived<Impediment>>(&reader.entry(index)?)?.content;
        let during = Interval { from: impediment.from, to: impediment.to.unwrap_or(impediment.from) };
        if during.meets(period) {
            let (count, channels) = found.entry(impediment.kind.name()).or_default();
            *count += 1;
            channels.insert(impediment.channel);
        }
    }
    let one = |(kind, (count, channels)): (&str, (usize, BTreeSet<String>))| ImpedimentCount {
        kind: kind.to_owned(),
        count,
        channels: channels.len(),
    };
    Ok(found.into_iter().map(one).collect())
}
