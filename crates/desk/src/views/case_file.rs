//! A case file: everything about one case, read from the journal.
use super::Views;
use crate::error::DeskError;
use rusqlite::OptionalExtension;
use std::collections::BTreeMap;
use std::ops::Range;
use truceline_accord::Agreement;
use truceline_accord::promptness::Promptness;
use truceline_accord::severity::{Facts, Severity, severity};
use truceline_evidence::journal::JournalReader;
use truceline_model::agreement::AgreementText;
use truceline_model::bearing::Bearing;
use truceline_model::case::CaseId;
use truceline_model::configuration::Configuration;
use truceline_model::derived::Derived;
use truceline_model::detection::Detection;
use truceline_model::entry::{self, Entry};
use truceline_model::epoch::Epoch;
use truceline_model::event::{Cited, Event};
use truceline_model::finding::{Finding, Verdict};
use truceline_model::hash::Hash;
use truceline_model::inconsistency::Inconsistency;
use truceline_model::notice::Notice;
use truceline_model::observation::Observation;
use truceline_model::precedence::{Precedence, Sided};
use truceline_model::reassessment::Reassessment;
use truceline_model::remark::CaseClosed;
use truceline_model::report::Report;
use truceline_model::witness_state::WitnessState;

/// The most notices of a case file: the newest are shown.
const NOTICES_MAX: usize = 200;

/// So many entries behind a finding it is looked for why witnesses did not cosign it: they are asked each second, and a busy
/// journal takes some hundred entries in one.
const WITNESSED_WITHIN: u64 = 1_024;

/// Where the revisions of a case's event stand.
const EVENTS: &str = "SELECT idx FROM event WHERE case_id = ?1 ORDER BY revision";
/// Where the revisions of a case's finding stand.
const FINDINGS: &str = "SELECT idx FROM finding WHERE case_id = ?1 ORDER BY revision";
/// Where it is said of a case which event came first: the newest, the last first.
const PRECEDENCES: &str = "SELECT idx FROM precedence WHERE case_id = ?1 ORDER BY idx DESC LIMIT 512";

/// An event with its place in the journal.
pub type EventAt = (u64, Derived<Event>);
/// A finding with its place in the journal.
pub type FindingAt = (u64, Derived<Finding>);

/// An input with its place in the journal and the hash by which it is cited.
#[derive(Debug, Clone)]
pub struct Held<T> {
    /// Its place in the journal.
    pub index: u64,
    /// SHA-256 of its entry.
    pub hash: Hash,
    /// The input.
    pub value: T,
}

/// The newest so many inconsistencies are looked at: those of some hours.
const INCONSISTENCIES_MAX: usize = 200;

/// An inconsistency concerns a case if its span meets this interval of the event's time, percent.
const INCONSISTENT_PERCENT: u8 = 95;

/// Everything about one case.
#[derive(Debug, Clone)]
pub struct CaseFile {
    /// The revisions of the event, the newest last; never empty.
    pub events: Vec<EventAt>,
    /// The revisions of the finding, the newest last.
    pub findings: Vec<FindingAt>,
    /// The reports that the newest event rests on, in the order of their arrivals.
    pub reports: Vec<Held<Report>>,
    /// The detections of our own that the newest event rests on, in the order of their onsets.
    pub detections: Vec<(u64, Derived<Detection>)>,
    /// The bearings of our own that it rests on, in the order of their onsets.
    pub bearings: Vec<(u64, Derived<Bearing>)>,
    /// The observations that it rests on, in the order of their times.
    pub observations: Vec<Held<Observation>>,
    /// Why no later input revises the case; none while it is open.
    pub closed: Option<CaseClosed>,
    /// Notices, the newest first.
    pub notices: Vec<Held<Notice>>,
    /// The agreement that the newest finding names.
    pub agreement: Option<Agreement>,
    /// Which of this and of other events on the other side came first, the nearest in time first; what stands of it.
    pub precedences: Vec<(u64, Precedence)>,
    /// Sensors that contradicted the others over a span which meets the newest event's time, the newest in the journal first.
    pub inconsistencies: Vec<Inconsistency>,
    /// How long after its last arrival each revision of the event stood, by its place in the journal.
    pub promptness: BTreeMap<u64, Promptness>,
    /// The reassessments that revisions cite.
    pub reassessments: Vec<Held<Reassessment>>,
    /// The numbers that the newest event was computed with.
    pub configuration: Option<Configuration>,
}

/// What a dossier must hold: the entries, and which of them is the finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DossierRange {
    /// From the first entry to the marker that ends the outputs of the finding's input, or those of the newest statement on it.
    pub entries: Range<u64>,
    /// The finding's index.
    pub finding: u64,
}

impl CaseFile {
    /// The newest event.
    #[must_use]
    pub fn event(&self) -> Option<&EventAt> {
        self.events.last()
    }

    /// The newest finding.
    #[must_use]
    pub fn finding(&self) -> Option<&FindingAt> {
        self.findings.last()
    }

    /// Whether it was closed because its arrivals were explained without it.
    #[must_use]
    pub fn is_withdrawn(&self) -> bool {
        self.closed.as_ref().is_some_and(CaseClosed::is_withdrawn)
    }

    /// How serious what the newest finding says would be; none where there is no verdict.
    #[must_use]
    pub fn severity(&self) -> Option<Severity> {
        let (_, finding) = self.finding()?;
        let facts = Facts::of(self.observations.iter().map(|held| &held.value));
        severity(&finding.content, self.agreement.as_ref(), facts)
    }

    /// The notice that the newest finding names.
    #[must_use]
    pub fn matched_notice(&self) -> Option<&Notice> {
        let (_, finding) = self.finding()?;
        let Verdict::PermittedAndNotified(found) = &finding.content.verdict else { return None };
        self.notices.iter().find(|held| held.hash == found.notice).map(|held| &held.value)
    }
}

impl Views {
    /// Reads what a list shows of a case: the newest revisions, with the agreement and the notice that they name.
    ///
    /// # Errors
    /// [`DeskError::is_missing`] if there is no such case.
    pub fn case_head(&self, reader: &dyn JournalReader, case: CaseId) -> Result<CaseFile, DeskError> {
        let newest = |sql| Ok::<_, DeskError>(self.indices(sql, case)?.pop());
        let Some(index) = newest(EVENTS)? else {
            return Err(DeskError::missing(format!("there is no case {case}")));
        };
        let events: Vec<EventAt> = vec![(index, entry::from_bytes(&reader.entry(index)?)?)];
        let mut findings: Vec<FindingAt> = Vec::new();
        if let Some(index) = newest(FINDINGS)? {
            findings.push((index, entry::from_bytes(&reader.entry(index)?)?));
        }
        let named = match findings.last().map(|(_, finding)| &finding.content.verdict) {
            Some(Verdict::PermittedAndNotified(found)) => self.held(reader, found.notice)?,
            _ => None,
        };
        let agreement = self.named_agreement(reader, findings.last())?;
        let mut observations = Vec::new();
        for (_, event) in &events {
            for used in &event.content.solution.arrivals {
                if let Cited::Observation { hash, .. } = used.cited {
                    observations.extend(self.held::<Observation>(reader, hash)?);
                }
            }
        }
        Ok(CaseFile {
            events,
            findings,
            reports: Vec::new(),
            detections: Vec::new(),
            bearings: Vec::new(),
            observations,
            closed: self.closed(reader, case)?,
            notices: named.into_iter().collect(),
            agreement,
            precedences: Vec::new(),
            inconsistencies: Vec::new(),
            promptness: BTreeMap::new(),
            reassessments: Vec::new(),
            configuration: None,
        })
    }

    /// Reads a case file.
    ///
    /// # Errors
    /// [`DeskError::is_missing`] if there is no such case.
    pub fn case_file(&self, reader: &dyn JournalReader, case: CaseId) -> Result<CaseFile, DeskError> {
        let mut events: Vec<EventAt> = Vec::new();
        for index in self.indices(EVENTS, case)? {
            events.push((index, entry::from_bytes(&reader.entry(index)?)?));
        }
        let Some((event_index, event)) = events.last().cloned() else {
            return Err(DeskError::missing(format!("there is no case {case}")));
        };
        let mut findings: Vec<FindingAt> = Vec::new();
        for index in self.indices(FINDINGS, case)? {
            findings.push((index, entry::from_bytes(&reader.entry(index)?)?));
        }
        let (mut reports, mut detections, mut bearings) = (Vec::new(), Vec::new(), Vec::new());
        let mut observations: Vec<Held<Observation>> = Vec::new();
        for used in &event.content.solution.arrivals {
            match used.cited {
                Cited::Report { hash, .. } => reports.extend(self.held::<Report>(reader, hash)?),
                Cited::Detection { hash, .. } => detections.extend(self.derived::<Detection>(reader, hash)?),
                Cited::Bearing { hash, .. } => bearings.extend(self.derived::<Bearing>(reader, hash)?),
                Cited::Observation { hash, .. } => observations.extend(self.held::<Observation>(reader, hash)?),
            }
        }
        reports.sort_by_key(|held| (held.value.arrival, held.index));
        detections.sort_by_key(|(index, found)| (found.content.onset, *index));
        bearings.sort_by_key(|(index, found)| (found.content.onset, *index));
        observations.sort_by_key(|held| (held.value.time.span.from, held.index));
        let mut notices = Vec::new();
        for index in self.all("notice", NOTICES_MAX)? {
            let bytes = reader.entry(index)?;
            notices.push(Held { index, hash: Hash::of(&bytes), value: entry::from_bytes(&bytes)? });
        }
        let agreement = self.named_agreement(reader, findings.last())?;
        let mut promptness = BTreeMap::new();
        for (index, _) in &events {
            promptness.extend(self.promptness(*index)?.map(|prompt| (*index, prompt)));
        }
        let inconsistencies = self.inconsistencies(reader, events.last())?;
        let precedences = self.precedences(reader, case, findings.last())?;
        let epoch = self.newest("epoch", event_index)?;
        let configuration = match epoch {
            Some(index) => Some(Epoch::read(&reader.entry(index)?)?.configuration),
            None => None,
        };
        let of_events = events.iter().filter_map(|(_, event)| event.content.revises);
        let of_findings = findings.iter().filter_map(|(_, finding)| finding.content.revises);
        let mut cited: Vec<Hash> = of_events.chain(of_findings).map(|revises| revises.reassessment).collect();
        cited.sort_unstable();
        cited.dedup();
        let mut reassessments = Vec::new();
        for hash in cited {
            reassessments.extend(self.held::<Reassessment>(reader, hash)?);
        }
        Ok(CaseFile {
            events,
            findings,
            reports,
            detections,
            bearings,
            observations,
            closed: self.closed(reader, case)?,
            notices,
            agreement,
            precedences,
            inconsistencies,
            promptness,
            reassessments,
            configuration,
        })
    }

    /// Why a case is closed.
    fn closed(&self, reader: &dyn JournalReader, case: CaseId) -> Result<Option<CaseClosed>, DeskError> {
        let sql = "SELECT idx FROM closed WHERE case_id = ?1";
        let found: Option<i64> =
            self.connection.prepare_cached(sql)?.query_row([case.to_string()], |row| row.get(0)).optional()?;
        let Some(index) = found else { return Ok(None) };
        let closed: Derived<CaseClosed> = entry::from_bytes(&reader.entry(super::unsigned(index))?)?;
        Ok(Some(closed.content))
    }

    /// Of each other event the newest word on the order with a case's, if both events are still the newest of their cases and
    /// this one's finding states the side that it names.
    fn precedences(
        &self,
        reader: &dyn JournalReader,
        case: CaseId,
        finding: Option<&FindingAt>,
    ) -> Result<Vec<(u64, Precedence)>, DeskError> {
        let Some(attribution) = finding.and_then(|(_, finding)| finding.content.attribution.as_ref()) else {
            return Ok(Vec::new());
        };
        let mut found: BTreeMap<CaseId, (u64, Precedence)> = BTreeMap::new();
        let mut indices = self.indices(PRECEDENCES, case)?;
        indices.reverse();
        for index in indices {
            let said = entry::from_bytes::<Derived<Precedence>>(&reader.entry(index)?)?.content;
            let Some((own, _, other)) = said.seen_from(case) else { continue };
            let (own, other) = (own.clone(), other.clone());
            let stands =
                said.agreement == attribution.line.agreement && attribution.stated() == Some(own.side.as_str());
            if stands && self.is_newest_event(&own)? && self.is_newest_event(&other)? {
                found.insert(other.case, (index, said));
            }
        }
        let mut found: Vec<(u64, Precedence)> = found.into_values().collect();
        found.sort_by_key(|(index, said)| (said.apart_ms.unsigned_abs(), *index));
        Ok(found)
    }

    /// Sensors that were found inconsistent over a span that meets the event's time: they are left out of it.
    fn inconsistencies(
        &self,
        reader: &dyn JournalReader,
        event: Option<&EventAt>,
    ) -> Result<Vec<Inconsistency>, DeskError> {
        let Some((_, event)) = event else { return Ok(Vec::new()) };
        let posterior = &event.content.solution.posterior;
        let Some(when) = posterior.interval(INCONSISTENT_PERCENT) else { return Ok(Vec::new()) };
        let indices = self.sensed(Derived::<Inconsistency>::KIND, None, u64::MAX, INCONSISTENCIES_MAX)?;
        let read =
            |index| Ok::<_, DeskError>(entry::from_bytes::<Derived<Inconsistency>>(&reader.entry(index)?)?.content);
        let mut found: Vec<Inconsistency> = indices.into_iter().map(read).collect::<Result<_, _>>()?;
        found.retain(|said| said.span.meets(&when));
        Ok(found)
    }

    fn is_newest_event(&self, sided: &Sided) -> Result<bool, DeskError> {
        let sql = "SELECT output_id FROM event WHERE case_id = ?1 ORDER BY revision DESC LIMIT 1";
        let id: Option<Vec<u8>> =
            self.connection.query_row(sql, [sided.case.to_string()], |row| row.get(0)).optional()?;
        Ok(id.is_some_and(|id| id == sided.event.0))
    }

    /// What a dossier of the newest finding of a case must hold.
    ///
    /// # Errors
    /// If the case has no finding, or the outputs of its input do not stand yet.
    pub fn dossier_range(&self, file: &CaseFile) -> Result<DossierRange, DeskError> {
        let Some((index, finding)) = file.finding() else {
            return Err(DeskError::missing("the case has no finding"));
        };
        let end = self.outputs_end(finding.input)?;
        let end = end.ok_or_else(|| DeskError::other("the finding's outputs are still being registered"))?;
        // What people stated about it belongs to it, with all that came between.
        let sql = "SELECT MAX(stated.idx) FROM stated JOIN entry ON entry.hash = stated.about WHERE entry.idx = ?1";
        let stated: Option<i64> = self.connection.query_row(sql, [super::signed(*index)], |row| row.get(0))?;
        let end = match stated.map(super::unsigned) {
            Some(stated) => end.max(self.outputs_end(stated)?.unwrap_or(stated)),
            None => end,
        };
        Ok(DossierRange { entries: 0..end + 1, finding: *index })
    }

    /// The range of a finding that is unwitnessed, with what is registered soon after it of why witnesses did not cosign: that
    /// is known a moment after they were asked to.
    ///
    /// # Errors
    /// If the views cannot be read.
    pub fn with_witnesses(&self, range: DossierRange) -> Result<DossierRange, DeskError> {
        let last = range.entries.end.saturating_sub(1);
        let sql = "SELECT MAX(idx) FROM sensed WHERE kind = ?1 AND idx > ?2 AND idx <= ?3";
        let within = super::signed(last.saturating_add(WITNESSED_WITHIN));
        let bounds = (WitnessState::KIND, super::signed(last), within);
        let found: Option<i64> = self.connection.query_row(sql, bounds, |row| row.get(0))?;
        let end = match found.map(super::unsigned) {
            Some(index) => self.outputs_end(index)?.unwrap_or(index),
            None => last,
        };
        Ok(DossierRange { entries: 0..end + 1, ..range })
    }

    /// The newest agreement of the journal.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn newest_agreement(&self, reader: &dyn JournalReader) -> Result<Option<(Hash, Agreement)>, DeskError> {
        let Some(index) = self.newest("agreement", u64::MAX >> 1)? else { return Ok(None) };
        let bytes = reader.entry(index)?;
        let text: AgreementText = entry::from_bytes(&bytes)?;
        Ok(Agreement::read(&text.text).ok().map(|agreement| (Hash::of(&bytes), agreement)))
    }

    /// The agreement that a finding names.
    fn named_agreement(
        &self,
        reader: &dyn JournalReader,
        finding: Option<&FindingAt>,
    ) -> Result<Option<Agreement>, DeskError> {
        let Some(hash) = finding.and_then(|(_, finding)| finding.content.agreement) else { return Ok(None) };
        let held = self.held::<AgreementText>(reader, hash)?;
        Ok(held.and_then(|held| Agreement::read(&held.value.text).ok()))
    }

    /// The derived entry of this content.
    pub(crate) fn derived<T>(
        &self,
        reader: &dyn JournalReader,
        hash: Hash,
    ) -> Result<Option<(u64, Derived<T>)>, DeskError>
    where
        Derived<T>: entry::Entry,
    {
        let Some(index) = self.by_content(hash)? else { return Ok(None) };
        Ok(Some((index, entry::from_bytes(&reader.entry(index)?)?)))
    }

    fn held<T: entry::Entry>(&self, reader: &dyn JournalReader, hash: Hash) -> Result<Option<Held<T>>, DeskError> {
        let Some(index) = self.by_hash(hash)? else { return Ok(None) };
        Ok(Some(Held { index, hash, value: entry::from_bytes(&reader.entry(index)?)? }))
    }
}
