//! What states said they would do, and only so: ratification, caveats, pledges, the force, deliveries.
use super::{LineHead, Need, Quantity, Texts, cited, date, ids, names, text};
use serde::Serialize;
use truceline_register::register::Line;
use truceline_register::{caveat, force, pillar, pledge, programme, ratification};
use utoipa::ToSchema;

/// A step of ratification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StepLine {
    /// Such as `lower-house`.
    pub kind: String,
    /// `done`, `under-way`, `ahead`, `required` or `unclear`.
    pub status: String,
    /// When it was taken, if that was said.
    pub date: Option<String>,
    /// The law that it rests on.
    pub legal_basis: Option<String>,
    /// What was said of it.
    pub text: Option<Texts>,
    /// What it rests on; what the whole track rests on, if none are given.
    pub sources: Vec<String>,
}

impl From<&ratification::Step> for StepLine {
    fn from(step: &ratification::Step) -> Self {
        Self {
            kind: step.kind.name().to_owned(),
            status: step.status.name().to_owned(),
            date: date(step.date),
            legal_basis: text(step.legal_basis.as_ref()),
            text: Texts::of_option(step.text.as_ref()),
            sources: cited(&step.sources),
        }
    }
}

/// The way of an instrument or a pillar through a state's procedure: the steps that a source names, and no others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TrackLine {
    /// Its head.
    #[serde(flatten)]
    pub head: LineHead,
    /// Whose; null means every state's.
    pub state: Option<String>,
    /// The instrument, if one is named.
    pub instrument: Option<String>,
    /// The pillar, if one is named.
    pub pillar: Option<String>,
    /// Who decides.
    pub decided_by: Option<String>,
    /// What was said of how it may go.
    pub risk: Option<Texts>,
    /// The steps.
    pub steps: Vec<StepLine>,
    /// Whether the state is bound. An unratified state is never counted as bound.
    pub binds: bool,
}

impl From<&Line<ratification::RatificationTrack>> for TrackLine {
    fn from(line: &Line<ratification::RatificationTrack>) -> Self {
        Self {
            head: LineHead::of(line, &line.id, &line.sources),
            state: line.state.state().map(ToString::to_string),
            instrument: line.instrument.as_ref().map(ToString::to_string),
            pillar: line.pillar.as_ref().map(ToString::to_string),
            decided_by: text(line.decided_by.as_ref()),
            risk: Texts::of_option(line.risk.as_ref()),
            steps: line.steps.iter().map(StepLine::from).collect(),
            binds: line.binds(),
        }
    }
}

/// Words that qualify a caveat: it is not shown without them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct QualifierLine {
    /// As said.
    pub quote: String,
    /// What it means, in the register's words.
    pub meaning: Texts,
    /// What it rests on.
    pub sources: Vec<String>,
}

/// What a state says that it will not do, or only so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CaveatLine {
    /// Its head.
    #[serde(flatten)]
    pub head: LineHead,
    /// Whose.
    pub states: Vec<String>,
    /// What it limits, such as `geographic`.
    pub kind: String,
    /// In the register's words.
    pub text: Texts,
    /// What qualifies it.
    pub qualified_by: Option<QualifierLine>,
}

impl From<&Line<caveat::Caveat>> for CaveatLine {
    fn from(line: &Line<caveat::Caveat>) -> Self {
        let qualifier = |it: &caveat::Qualifier| QualifierLine {
            quote: it.quote.to_string(),
            meaning: Texts::of(&it.meaning),
            sources: cited(&it.sources),
        };
        Self {
            head: LineHead::of(line, &line.id, &line.sources),
            states: ids(&line.states),
            kind: line.kind.name().to_owned(),
            text: Texts::of(&line.text),
            qualified_by: line.qualified_by.as_ref().map(qualifier),
        }
    }
}

/// What a state said it would give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PledgeLine {
    /// Its head.
    #[serde(flatten)]
    pub head: LineHead,
    /// Whose; null means every state's.
    pub state: Option<String>,
    /// The pillar that it belongs to.
    pub pillar: String,
    /// In which fields.
    pub domains: Vec<String>,
    /// What.
    pub what: Texts,
    /// How much.
    pub quantity: Quantity,
    /// How far it has come, from `speculated` to `verified-in-place`.
    pub status: String,
    /// How firmly it was said.
    pub modality: String,
    /// Who announced it, if not the state itself.
    pub announced_by: Option<String>,
    /// What must be so first.
    pub after: Vec<Need>,
}

impl From<&Line<pledge::Pledge>> for PledgeLine {
    fn from(line: &Line<pledge::Pledge>) -> Self {
        Self {
            head: LineHead::of(line, &line.id, &line.sources),
            state: line.state.state().map(ToString::to_string),
            pillar: line.pillar.to_string(),
            domains: names(&line.domains, pillar::Domain::name),
            what: Texts::of(&line.what),
            quantity: Quantity::from(&line.quantity),
            status: line.status.name().to_owned(),
            modality: line.modality.name().to_owned(),
            announced_by: line.announced_by.as_ref().map(ToString::to_string),
            after: line.after.iter().map(Need::from).collect(),
        }
    }
}

/// A facility of the force, coarsely.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FacilityLine {
    /// Its head.
    #[serde(flatten)]
    pub head: LineHead,
    /// `hub` or `protected-store`.
    pub kind: String,
    /// Who said that they would have it.
    pub by: Vec<String>,
    /// The state in which it would lie.
    pub host: String,
    /// The area, in words.
    pub area: Texts,
    /// How many.
    pub quantity: Quantity,
    /// How far it has come.
    pub status: String,
    /// What it is for.
    pub purpose: Option<Texts>,
}

impl From<&Line<force::Facility>> for FacilityLine {
    fn from(line: &Line<force::Facility>) -> Self {
        Self {
            head: LineHead::of(line, &line.id, &line.sources),
            kind: line.kind.name().to_owned(),
            by: ids(&line.by),
            host: line.host.to_string(),
            area: Texts::of(&line.area),
            quantity: Quantity::from(&line.quantity),
            status: line.status.name().to_owned(),
            purpose: Texts::of_option(line.purpose.as_ref()),
        }
    }
}

/// A deployment of the force, or one that is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DeploymentLine {
    /// Its head.
    #[serde(flatten)]
    pub head: LineHead,
    /// Whose.
    pub by: Vec<String>,
    /// In which fields.
    pub domains: Vec<String>,
    /// The area, in words.
    pub area: Option<Texts>,
    /// What it is for.
    pub purpose: Option<Texts>,
    /// How much.
    pub quantity: Quantity,
    /// How far it has come.
    pub status: String,
    /// Where it may be: the force is bound too.
    pub rule: Option<Texts>,
    /// What is to be said under that rule: `no-rule`, `no-figure`, `unclear`, `kept` or `not-kept`.
    pub kept: String,
}

impl From<&Line<force::Deployment>> for DeploymentLine {
    fn from(line: &Line<force::Deployment>) -> Self {
        let kept = match line.kept() {
            force::Kept::NoRule => "no-rule",
            force::Kept::NoFigure => "no-figure",
            force::Kept::Unclear => "unclear",
            force::Kept::Yes => "kept",
            force::Kept::No => "not-kept",
        };
        Self {
            head: LineHead::of(line, &line.id, &line.sources),
            by: ids(&line.by),
            domains: names(&line.domains, pillar::Domain::name),
            area: Texts::of_option(line.area.as_ref()),
            purpose: Texts::of_option(line.purpose.as_ref()),
            quantity: Quantity::from(&line.quantity),
            status: line.status.name().to_owned(),
            rule: line.placement.as_ref().map(|placement| Texts::of(&placement.text)),
            kept: kept.to_owned(),
        }
    }
}

/// A maritime zone or corridor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct WaterLine {
    /// Its head.
    #[serde(flatten)]
    pub head: LineHead,
    /// `zone` or `corridor`.
    pub kind: String,
    /// What it is called.
    pub name: Texts,
    /// Who takes care of it.
    pub in_charge: Vec<String>,
    /// How far it has come.
    pub status: String,
}

impl From<&Line<force::Water>> for WaterLine {
    fn from(line: &Line<force::Water>) -> Self {
        Self {
            head: LineHead::of(line, &line.id, &line.sources),
            kind: line.kind.name().to_owned(),
            name: Texts::of(&line.name),
            in_charge: ids(&line.in_charge),
            status: line.status.name().to_owned(),
        }
    }
}

/// A package of deliveries or a programme of cooperation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ProgrammeLine {
    /// Its head.
    #[serde(flatten)]
    pub head: LineHead,
    /// The pillar that it belongs to.
    pub pillar: String,
    /// Who gives; nobody, where no source says.
    pub from: Vec<String>,
    /// What.
    pub what: Texts,
    /// How firmly it was said.
    pub modality: String,
    /// Its parts.
    pub tranches: Vec<TrancheLine>,
}

/// A part of a programme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TrancheLine {
    /// What it is called.
    pub name: String,
    /// How much.
    pub quantity: Quantity,
    /// `announced`, `agreed`, `under-way`, `delivered`, `cancelled` or `unclear`.
    pub status: String,
    /// When it is due, if that was said.
    pub due: Option<String>,
}

impl From<&Line<programme::Programme>> for ProgrammeLine {
    fn from(line: &Line<programme::Programme>) -> Self {
        let tranche = |it: &programme::Tranche| TrancheLine {
            name: it.name.to_string(),
            quantity: Quantity::from(&it.quantity),
            status: it.status.name().to_owned(),
            due: date(it.due),
        };
        Self {
            head: LineHead::of(line, &line.id, &line.sources),
            pillar: line.pillar.to_string(),
            from: ids(&line.from),
            what: Texts::of(&line.what),
            modality: line.modality.name().to_owned(),
            tranches: line.tranches.iter().map(tranche).collect(),
        }
    }
}
