//! What a tier below the enclave is shown: made anew at each step of its cadence and then kept, so that whoever asks within a
//! step learns nothing of what comes in meanwhile.
use crate::api::tiers::{TierCase, TierCases, TierNotice, TierNotices, TierStatus};
use crate::error::DeskError;
use crate::log;
use crate::views::{CaseFile, Views};
use std::collections::BTreeSet;
use truceline_accord::Agreement;
use truceline_accord::release::views::Case;
use truceline_accord::release::{Ladder, Product, Released, Rung, Tier};
use truceline_evidence::journal::JournalReader;
use truceline_model::entry;
use truceline_model::hash::Hash;
use truceline_model::notice::Notice;
use truceline_model::time::{NS_PER_S, Time};

/// The most cases that are shown, and the most that are looked at for them, the newest whose delay has passed first: each may
/// have an entry of 200 kB, so looking takes a second or two at most, once in each step.
const CASES: (usize, usize) = (500, 2_000);
/// Cases are looked at in pieces of so many.
const PIECE: usize = 500;
/// The most notices, the newest registered first.
const NOTICES: usize = 500;

/// What a tier is shown during one step.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) rung: Rung,
    pub(crate) status: Released<TierStatus>,
    pub(crate) cases: Released<TierCases>,
    pub(crate) notices: Released<TierNotices>,
}

impl Shown {
    /// What is due at `now_s`, s since 1970, by the machine's clock: a delay protects people who live by that one, whichever
    /// clock a recording brought.
    pub(crate) fn now(
        reader: &dyn JournalReader,
        views: &mut Views,
        tier: Tier,
        now_s: i64,
    ) -> Result<Self, DeskError> {
        views.follow(reader)?;
        let agreement = views.newest_agreement(reader)?;
        let rung = rung(agreement.as_ref().map(|(_, agreement)| agreement), tier, now_s)?;
        let reviewed = views.reviewed(reader)?;
        let status = TierStatus::new(&rung, reader, agreement.as_ref());
        let (mut cases, mut more) = (Vec::new(), false);
        let delays = [Product::Flash, Product::Finding].into_iter().filter_map(|product| rung.rule(product));
        let delay_ns = delays.map(|rule| rule.after_s).min().unwrap_or(0).saturating_mul(NS_PER_S);
        let newest = Time(rung.now().0.saturating_sub(delay_ns));
        let (mut after, mut looked) = (None, 0);
        'pieces: loop {
            let names = match after {
                None => views.cases_until(newest, PIECE)?,
                Some(_) => views.cases(after, PIECE)?,
            };
            for name in &names {
                looked += 1;
                if cases.len() == CASES.0 || looked > CASES.1 {
                    more = true;
                    break 'pieces;
                }
                let file = views.case_head(reader, *name)?;
                let Some(case) = case(&file, &reviewed) else { continue };
                cases.extend(rung.release(&case).map(|view| view.map(|view| TierCase::from(&view))));
            }
            after = names.last().copied();
            if names.len() < PIECE {
                break;
            }
        }
        let mut notices = Vec::new();
        for index in views.all("notice", NOTICES)? {
            let notice: Notice = entry::from_bytes(&reader.entry(index)?)?;
            notices.extend(rung.release(&notice).map(|view| view.map(|view| TierNotice::from(&view))));
        }
        Ok(Self {
            rung,
            status,
            cases: Released::all(cases).map(|cases| TierCases::new(cases, more)),
            notices: Released::all(notices).map(TierNotices::new),
        })
    }
}

/// The rung of a tier by the newest agreement's ladder, or by the defaults where there is none.
///
/// # Errors
/// For the enclave, which has none.
pub fn rung(agreement: Option<&Agreement>, tier: Tier, now_s: i64) -> Result<Rung, DeskError> {
    let ladder = agreement.map_or_else(Ladder::default, |agreement| agreement.release.clone());
    let now = Time(now_s.saturating_mul(NS_PER_S));
    ladder.rung(tier, now).ok_or_else(|| DeskError::other("the enclave has no rung: it sees all"))
}

/// A case that has a finding, on its way out.
pub(crate) fn case<'a>(file: &'a CaseFile, reviewed: &BTreeSet<Hash>) -> Option<Case<'a>> {
    let ((_, event), (_, finding)) = (file.event()?, file.finding()?);
    let reviewed = reviewed.contains(&Hash::of(&entry::to_bytes(finding)));
    Some(Case { event: &event.content, finding: &finding.content, reviewed })
}

/// How long until the next step, ms.
pub(crate) fn until_next_ms(cadence_s: u32) -> u64 {
    let cadence_ms = i64::from(cadence_s.max(1)) * 1_000;
    (cadence_ms - log::now_ms().rem_euclid(cadence_ms)).unsigned_abs()
}
