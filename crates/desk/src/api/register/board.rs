//! The board over all pillars, what one state may do today, and what changed.
use super::lines::{
    ActivationLine, BodyLine, CaveatLine, DeploymentLine, FacilityLine, GroupLine, InstrumentLine, NoteLine,
    OrganisationLine, PillarLine, PledgeLine, ProgrammeLine, QuestionLine, RelationLine, ReminderLine, SourceLine,
    StateLine, Texts, TrackLine, WaterLine, cited,
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use truceline_accord::enclave_only;
use truceline_register::board::{PillarRow, Rests, StatePage, Tally, board, state_page};
use truceline_register::diff::{Became, diff};
use truceline_register::register::Line;
use truceline_register::response::{Allowed, ResponseOption};
use truceline_register::source::{Layer, SourceRef};
use utoipa::ToSchema;

/// An edition of the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct EditionHead {
    /// The journal's entry.
    pub entry: u64,
    /// Its number, from 1.
    pub number: u64,
    /// When it was published, as it says, RFC 3339 in UTC.
    pub published_at: String,
    /// The states whose officers signed it.
    pub signed_by: Vec<String>,
    /// Its title.
    pub title: Texts,
    /// The day as of which it speaks.
    pub as_of: Option<String>,
    /// What the article is, of which lines cite sentences.
    pub article: Option<String>,
    /// How many lines of the record it holds.
    pub record_lines: usize,
    /// Whether lines of the record are shown.
    pub record_shown: bool,
}

/// How many of some things were said to be unclear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Unclear {
    /// How many.
    pub unclear: usize,
    /// Of how many.
    pub of: usize,
}

impl From<Tally> for Unclear {
    fn from(tally: Tally) -> Self {
        Self { unclear: tally.unclear, of: tally.of }
    }
}

/// A pillar with what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct BoardPillar {
    /// The pillar.
    #[serde(flatten)]
    pub pillar: PillarLine,
    /// What brings it into play.
    pub activations: Vec<ActivationLine>,
    /// How many of the pledges to it have an unclear quantity.
    pub quantities: Unclear,
    /// The instruments that speak of it, by id.
    pub instruments: Vec<String>,
    /// What is open about it, by id.
    pub questions: Vec<String>,
}

impl From<&PillarRow<'_>> for BoardPillar {
    fn from(row: &PillarRow<'_>) -> Self {
        Self {
            pillar: PillarLine::from(row.pillar),
            activations: lines(&row.activations),
            quantities: Unclear::from(row.quantities),
            instruments: row.instruments.iter().map(|instrument| instrument.id.to_string()).collect(),
            questions: row.questions.iter().map(|question| question.id.to_string()).collect(),
        }
    }
}

/// How many tracks of ratification are complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Complete {
    /// How many.
    pub complete: usize,
    /// Of how many.
    pub of: usize,
}

/// The register on one page. Every list keeps the order in which its lines were written: nothing is ranked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Board {
    /// The edition; null where none was published, and then every list is empty.
    pub edition: Option<EditionHead>,
    /// What states, groups, organisations, bodies, pillars and instruments are called, by id.
    pub names: BTreeMap<String, Texts>,
    /// The pillars.
    pub pillars: Vec<BoardPillar>,
    /// The states.
    pub states: Vec<StateLine>,
    /// Groups of states.
    pub groups: Vec<GroupLine>,
    /// Organisations.
    pub organisations: Vec<OrganisationLine>,
    /// The bodies, kept apart.
    pub bodies: Vec<BodyLine>,
    /// The pledges.
    pub pledges: Vec<PledgeLine>,
    /// Ratification.
    pub tracks: Vec<TrackLine>,
    /// Instruments, and who stands how to them.
    pub instruments: Vec<InstrumentLine>,
    /// Facilities of the force.
    pub facilities: Vec<FacilityLine>,
    /// Deployments of the force.
    pub deployments: Vec<DeploymentLine>,
    /// Maritime zones and corridors.
    pub waters: Vec<WaterLine>,
    /// Deliveries and programmes.
    pub programmes: Vec<ProgrammeLine>,
    /// What is open.
    pub questions: Vec<QuestionLine>,
    /// What else was said.
    pub notes: Vec<NoteLine>,
    /// Clocks that remind people.
    pub reminders: Vec<ReminderLine>,
    /// Sources beside the article.
    pub sources: Vec<SourceLine>,
    /// How many quantities of pledges, facilities, deployments and tranches are unclear.
    pub quantities: Option<Unclear>,
    /// How many tracks of ratification are complete.
    pub ratification: Option<Complete>,
}

/// The layers that are shown.
pub(super) fn shown(record: bool) -> Vec<Layer> {
    match record {
        false => vec![Layer::Article, Layer::Deployment],
        true => vec![Layer::Article, Layer::Record, Layer::Deployment],
    }
}

fn lines<'a, T: 'a, Out: From<&'a Line<T>>>(list: &[&'a Line<T>]) -> Vec<Out> {
    list.iter().map(|line| Out::from(line)).collect()
}

fn all<'a, T: 'a, Out: From<&'a Line<T>>>(list: &'a [Line<T>]) -> Vec<Out> {
    list.iter().map(Out::from).collect()
}

/// What lines of a register are called, by id.
pub(super) fn names(register: &truceline_register::Register) -> BTreeMap<String, Texts> {
    let states = register.states.iter().map(|line| (&line.id, &line.name));
    let groups = register.groups.iter().map(|line| (&line.id, &line.name));
    let organisations = register.organisations.iter().map(|line| (&line.id, &line.name));
    let bodies = register.bodies.iter().map(|line| (&line.id, &line.name));
    let pillars = register.pillars.iter().map(|line| (&line.id, &line.title));
    let instruments = register.instruments.iter().map(|line| (&line.id, &line.title));
    let named = states.chain(groups).chain(organisations).chain(bodies).chain(pillars).chain(instruments);
    named.map(|(id, name)| (id.to_string(), Texts::of(name))).collect()
}

impl Board {
    /// Where no edition was published.
    pub(super) fn empty() -> Self {
        Self {
            edition: None,
            names: BTreeMap::new(),
            pillars: Vec::new(),
            states: Vec::new(),
            groups: Vec::new(),
            organisations: Vec::new(),
            bodies: Vec::new(),
            pledges: Vec::new(),
            tracks: Vec::new(),
            instruments: Vec::new(),
            facilities: Vec::new(),
            deployments: Vec::new(),
            waters: Vec::new(),
            programmes: Vec::new(),
            questions: Vec::new(),
            notes: Vec::new(),
            reminders: Vec::new(),
            sources: Vec::new(),
            quantities: None,
            ratification: None,
        }
    }

    /// The board of an edition whose lines are those that are shown.
    pub(super) fn new(edition: EditionHead, register: &truceline_register::Register) -> Self {
        let made = board(register);
        let (complete, of) = made.bound;
        Self {
            edition: Some(edition),
            names: names(register),
            pillars: made.pillars.iter().map(BoardPillar::from).collect(),
            states: all(&register.states),
            groups: all(&register.groups),
            organisations: all(&register.organisations),
            bodies: all(&register.bodies),
            pledges: all(&register.pledges),
            tracks: all(&register.tracks),
            instruments: register.instruments.iter().map(|line| InstrumentLine::new(register, line)).collect(),
            facilities: all(&register.facilities),
            deployments: all(&register.deployments),
            waters: all(&register.waters),
            programmes: all(&register.programmes),
            questions: all(&register.questions),
            notes: all(&register.notes),
            reminders: all(&register.reminders),
            sources: all(&register.sources),
            quantities: Some(Unclear::from(made.quantities)),
            ratification: Some(Complete { complete, of }),
        }
    }
}

/// An option of the catalogue, and whether the state may.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct OptionLine {
    /// Its id.
    pub id: String,
    /// `article`, `record` or `deployment`.
    pub layer: String,
    /// What it rests on.
    pub sources: Vec<String>,
    /// The pillar that names it.
    pub pillar: String,
    /// What kind of support it is.
    pub kind: String,
    /// In words.
    pub text: Texts,
    /// Who must agree first.
    pub needs: Vec<String>,
    /// `yes`, `no`, `after-a-vote` or `unclear`.
    pub allowed: String,
    /// Whether the option names the state; where it does not, it is unclear.
    pub named: bool,
}

impl OptionLine {
    fn new(line: &Line<ResponseOption>, allowed: Allowed, state: &str) -> Self {
        Self {
            id: line.id.to_string(),
            layer: line.layer.name().to_owned(),
            sources: cited(&line.sources),
            pillar: line.pillar.to_string(),
            kind: line.kind.name().to_owned(),
            text: Texts::of(&line.text),
            needs: line.needs.iter().map(|need| need.name().to_owned()).collect(),
            allowed: allowed.name().to_owned(),
            named: line.allowed.contains_key(state),
        }
    }
}

/// A pillar that rests on the findings of another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RestsOn {
    /// The pillar that rests.
    pub pillar: PillarLine,
    /// The pillar that it rests on.
    pub on: PillarLine,
    /// What brings the first into play.
    pub activations: Vec<ActivationLine>,
}

impl From<&Rests<'_>> for RestsOn {
    fn from(rests: &Rests<'_>) -> Self {
        Self {
            pillar: PillarLine::from(rests.pillar),
            on: PillarLine::from(rests.on),
            activations: lines(&rests.activations),
        }
    }
}

/// What one state may do today, and on which finding it would be asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StateToday {
    /// The edition.
    pub edition: EditionHead,
    /// What other lines are called, by id.
    pub names: BTreeMap<String, Texts>,
    /// The state.
    pub state: StateLine,
    /// The catalogue, in the order in which states wrote it.
    pub options: Vec<OptionLine>,
    /// Its caveats.
    pub caveats: Vec<CaveatLine>,
    /// Its ratification, its own before what holds of every state.
    pub tracks: Vec<TrackLine>,
    /// How it stands to instruments.
    pub relations: Vec<RelationLine>,
    /// Its pledges, its own before what holds of every state.
    pub pledges: Vec<PledgeLine>,
    /// Facilities that it would have or host.
    pub facilities: Vec<FacilityLine>,
    /// Deployments that it would take part in.
    pub deployments: Vec<DeploymentLine>,
    /// On what it would be asked.
    pub asked_on: Vec<RestsOn>,
    /// What is open about it.
    pub questions: Vec<QuestionLine>,
    /// What else was said of it.
    pub notes: Vec<NoteLine>,
    /// Its seats in bodies that were founded, and who holds their keys.
    pub seats: Vec<super::consultation::SeatKeys>,
    /// The consultations in which it has a seat, the newest first.
    pub consultations: Vec<super::consultation::ConsultationRow>,
    /// Sources beside the article.
    pub sources: Vec<SourceLine>,
}

impl StateToday {
    /// None if the register has no such state.
    pub(super) fn new(edition: EditionHead, register: &truceline_register::Register, code: &str) -> Option<Self> {
        let StatePage {
            state,
            options,
            caveats,
            tracks,
            relations,
            pledges,
            facilities,
            deployments,
            asked_on,
            questions,
            notes,
        } = state_page(register, code)?;
        Some(Self {
            edition,
            names: names(register),
            state: StateLine::from(state),
            options: options.iter().map(|(option, allowed)| OptionLine::new(option, *allowed, code)).collect(),
            caveats: lines(&caveats),
            tracks: lines(&tracks),
            relations: relations.iter().map(|(relation, _)| RelationLine::from(*relation)).collect(),
            pledges: lines(&pledges),
            facilities: lines(&facilities),
            deployments: lines(&deployments),
            asked_on: asked_on.iter().map(RestsOn::from).collect(),
            questions: lines(&questions),
            notes: lines(&notes),
            seats: Vec::new(),
            consultations: Vec::new(),
            sources: all(&register.sources),
        })
    }
}

/// A field that says something else. Null is a field that was or is not there.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct FieldChange {
    /// The field, as it is called in the register's files.
    pub field: String,
    /// What it said.
    #[schema(value_type = Option<Object>)]
    pub before: Option<serde_json::Value>,
    /// What it says.
    #[schema(value_type = Option<Object>)]
    pub after: Option<serde_json::Value>,
}

/// A line that is not as it was.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct LineChange {
    /// Its table, as in the register's files.
    pub table: String,
    /// Its id.
    pub id: String,
    /// `added`, `removed` or `changed`.
    pub became: String,
    /// What says something else.
    pub fields: Vec<FieldChange>,
    /// What it rests on: now, or before it was removed.
    pub sources: Vec<String>,
}

/// What changed from one edition to the newest.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Changes {
    /// The newest edition; null where none was published.
    pub newest: Option<EditionHead>,
    /// The edition that it is compared with; null where there is none.
    pub before: Option<EditionHead>,
    /// The lines that are not as they were, by table and id.
    pub lines: Vec<LineChange>,
}

impl Changes {
    /// What changed between two editions' lines; both of the layers that are shown.
    pub(super) fn new(
        newest: (EditionHead, &truceline_register::Register),
        before: Option<(EditionHead, &truceline_register::Register)>,
    ) -> Self {
        let found = before.as_ref().map(|(_, register)| diff(register, newest.1)).unwrap_or_default();
        let value = |value: Option<toml::Value>| value.and_then(|value| serde_json::to_value(value).ok());
        let lines = found.into_iter().map(|difference| {
            let (became, fields) = match difference.became {
                Became::Added => ("added", Vec::new()),
                Became::Removed => ("removed", Vec::new()),
                Became::Changed(fields) => ("changed", fields),
            };
            let fields = fields.into_iter();
            LineChange {
                table: difference.table.to_owned(),
                id: difference.id,
                became: became.to_owned(),
                fields: fields
                    .map(|it| FieldChange { field: it.field, before: value(it.before), after: value(it.after) })
                    .collect(),
                sources: difference.sources,
            }
        });
        Self { lines: lines.collect(), newest: Some(newest.0), before: before.map(|(edition, _)| edition) }
    }
}

/// How many lines of the record a register holds.
pub(super) fn record_lines(register: &truceline_register::Register) -> usize {
    register.lines().iter().filter(|line| line.layer == Layer::Record).count()
}

/// The sources beside the article that lines of a register cite; the others are left out.
pub(super) fn keep_cited_sources(register: &mut truceline_register::Register) {
    let cited: BTreeSet<String> = register
        .lines()
        .iter()
        .flat_map(|line| &line.sources)
        .filter_map(|source| match source {
            SourceRef::Source(id) => Some(id.to_string()),
            SourceRef::Sentence(_) => None,
        })
        .collect();
    register.sources.retain(|source| cited.contains(source.id.as_str()));
}

enclave_only!(Board, StateToday, Changes);
