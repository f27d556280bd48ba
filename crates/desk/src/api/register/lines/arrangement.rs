//! Who there is, what was arranged, and what was signed.
use super::{LineHead, Need, Texts, date, ids, names, text};
use serde::Serialize;
use truceline_register::register::Line;
use truceline_register::words::Id;
use truceline_register::{actor, body, instrument, pillar};
use utoipa::ToSchema;

/// What brings a pillar into play.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ActivationLine {
    /// Its head.
    #[serde(flatten)]
    pub head: LineHead,
    /// All that must be so.
    pub needs: Vec<Need>,
    /// In words.
    pub text: Texts,
}

impl From<&Line<pillar::Activation>> for ActivationLine {
    fn from(line: &Line<pillar::Activation>) -> Self {
        Self {
            head: LineHead::of(line, &line.id, &line.sources),
            needs: line.needs.iter().map(Need::from).collect(),
            text: Texts::of(&line.text),
        }
    }
}

/// A pillar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PillarLine {
    /// Its head.
    #[serde(flatten)]
    pub head: LineHead,
    /// What it is called.
    pub title: Texts,
    /// Who leads it.
    pub lead: Vec<String>,
    /// The fields it names, such as `air`.
    pub domains: Vec<String>,
    /// The kinds of support it names, such as `military`.
    pub support: Vec<String>,
    /// The pillars on which it rests.
    pub rests_on: Vec<String>,
    /// How firmly it was said, such as `intends`.
    pub modality: String,
    /// What else was said of it.
    pub text: Option<Texts>,
}

impl From<&Line<pillar::Pillar>> for PillarLine {
    fn from(line: &Line<pillar::Pillar>) -> Self {
        Self {
            head: LineHead::of(line, &line.id, &line.sources),
            title: Texts::of(&line.title),
            lead: ids(&line.lead),
            domains: names(&line.domains, pillar::Domain::name),
            support: names(&line.support, pillar::SupportKind::name),
            rests_on: ids(&line.rests_on),
            modality: line.modality.name().to_owned(),
            text: Texts::of_option(line.text.as_ref()),
        }
    }
}

/// A state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StateLine {
    /// Its head; the id is its code of ISO 3166-1.
    #[serde(flatten)]
    pub head: LineHead,
    /// Its name.
    pub name: Texts,
    /// What it is in the arrangement, such as `guarantor`.
    pub roles: Vec<String>,
    /// Whether one of its roles is to give or lead a guarantee.
    pub gives: bool,
    /// Of a party: `given`, `no-sign` or `unclear`.
    pub consent: Option<String>,
}

impl From<&Line<actor::State>> for StateLine {
    fn from(line: &Line<actor::State>) -> Self {
        Self {
            head: LineHead::of(line, &line.id, &line.sources),
            name: Texts::of(&line.name),
            roles: names(&line.roles, actor::Role::name),
            gives: line.roles.iter().any(|role| role.gives()),
            consent: line.consent.map(|consent| consent.name().to_owned()),
        }
    }
}

/// Several states of which a source speaks together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct GroupLine {
    /// Its head.
    #[serde(flatten)]
    pub head: LineHead,
    /// What it is called.
    pub name: Texts,
    /// How many the source says they are, in its words.
    pub count: Option<String>,
    /// Who they are; null where that is unclear.
    pub members: Option<Vec<String>>,
}

fn members(members: &actor::Members) -> Option<Vec<String>> {
    match members {
        actor::Members::Unclear => None,
        actor::Members::Listed(members) => Some(ids(members)),
    }
}

impl From<&Line<actor::Group>> for GroupLine {
    fn from(line: &Line<actor::Group>) -> Self {
        Self {
            head: LineHead::of(line, &line.id, &line.sources),
            name: Texts::of(&line.name),
            count: text(line.count.as_ref()),
            members: members(&line.members),
        }
    }
}

/// An organisation. Attendance makes nobody a guarantor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct OrganisationLine {
    /// Its head.
    #[serde(flatten)]
    pub head: LineHead,
    /// Its name.
    pub name: Texts,
    /// What it is in the arrangement, such as `attended`.
    pub roles: Vec<String>,
}

impl From<&Line<actor::Organisation>> for OrganisationLine {
    fn from(line: &Line<actor::Organisation>) -> Self {
        Self {
            head: LineHead::of(line, &line.id, &line.sources),
            name: Texts::of(&line.name),
            roles: names(&line.roles, actor::Role::name),
        }
    }
}

/// A body of the arrangement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct BodyLine {
    /// Its head.
    #[serde(flatten)]
    pub head: LineHead,
    /// `monitoring-lead`, `special-commission`, `coordination-cell` or `guarantors-consultation`.
    pub kind: String,
    /// What it is called.
    pub name: Texts,
    /// Who leads it.
    pub lead: Vec<String>,
    /// Who belongs to it; null where that is unclear.
    pub members: Option<Vec<String>>,
    /// The bodies to which it writes.
    pub writes_to: Vec<String>,
    /// What was said of it.
    pub text: Option<Texts>,
}

impl From<&Line<body::Body>> for BodyLine {
    fn from(line: &Line<body::Body>) -> Self {
        Self {
            head: LineHead::of(line, &line.id, &line.sources),
            kind: line.kind.name().to_owned(),
            name: Texts::of(&line.name),
            lead: ids(&line.lead),
            members: members(&line.members),
            writes_to: ids(&line.writes_to),
            text: Texts::of_option(line.text.as_ref()),
        }
    }
}

/// An instrument, and who stands how to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct InstrumentLine {
    /// Its head.
    #[serde(flatten)]
    pub head: LineHead,
    /// Its title.
    pub title: Texts,
    /// What it is in law, such as `political-intent`.
    pub nature: String,
    /// How firmly it speaks.
    pub modality: String,
    /// The pillars of which it speaks.
    pub pillars: Vec<String>,
    /// Where it was made.
    pub place: Option<String>,
    /// What it says, in the register's words.
    pub text: Option<Texts>,
    /// Who stands how to it.
    pub relations: Vec<RelationLine>,
    /// How many copies of its text there are.
    pub witnesses: usize,
    /// The parts in which these copies differ.
    pub differs_in: Vec<String>,
}

impl InstrumentLine {
    pub(in crate::api::register) fn new(
        register: &truceline_register::Register,
        line: &Line<instrument::Instrument>,
    ) -> Self {
        let of = |id: &Id| *id == line.id;
        let relations = register.relations.iter().filter(|relation| of(&relation.instrument));
        let witnesses = register.witnesses.iter().filter(|witness| of(&witness.instrument));
        let texts: Vec<&instrument::TextWitness> = witnesses.map(|witness| &witness.item).collect();
        Self {
            head: LineHead::of(line, &line.id, &line.sources),
            title: Texts::of(&line.title),
            nature: line.nature.name().to_owned(),
            modality: line.modality.name().to_owned(),
            pillars: ids(&line.pillars),
            place: text(line.item.place.as_ref()),
            text: Texts::of_option(line.text.as_ref()),
            relations: relations.map(RelationLine::from).collect(),
            witnesses: texts.len(),
            differs_in: instrument::differences(texts).keys().map(ToString::to_string).collect(),
        }
    }
}

/// How somebody stands to an instrument. Only `signed` makes a signatory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RelationLine {
    /// Its head.
    #[serde(flatten)]
    pub head: LineHead,
    /// The instrument.
    pub instrument: String,
    /// Who.
    pub who: String,
    /// `signed`, `endorsed`, `discussed-with` or `attended`.
    pub kind: String,
    /// When, if that was said.
    pub date: Option<String>,
}

impl From<&Line<instrument::Relation>> for RelationLine {
    fn from(line: &Line<instrument::Relation>) -> Self {
        Self {
            head: LineHead::of(line, &line.id, &line.sources),
            instrument: line.instrument.to_string(),
            who: line.who.to_string(),
            kind: line.kind.name().to_owned(),
            date: date(line.date),
        }
    }
}
