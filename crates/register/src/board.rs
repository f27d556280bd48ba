//! The arrangement over all pillars, and what one state may do: views of a register, with nothing in them that is not in it.
use crate::actor::State;
use crate::caveat::Caveat;
use crate::force::{Deployment, Facility};
use crate::instrument::{Instrument, Relation};
use crate::pillar::{Activation, Pillar};
use crate::pledge::Pledge;
use crate::programme::Programme;
use crate::quantity::Quantity;
use crate::question::{Note, OpenQuestion};
use crate::ratification::RatificationTrack;
use crate::register::{Line, Register};
use crate::response::{Allowed, ResponseOption};

/// How many of some things were said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// How many are unclear.
    pub unclear: usize,
    /// Of how many.
    pub of: usize,
}

impl Tally {
    fn of<'a>(quantities: impl Iterator<Item = &'a Quantity>) -> Self {
        quantities.fold(Self::default(), |tally, quantity| Self {
            unclear: tally.unclear + usize::from(!quantity.is_clear()),
            of: tally.of + 1,
        })
    }
}

/// A pillar with all that belongs to it.
#[derive(Debug, Clone)]
pub struct PillarRow<'a> {
    /// The pillar.
    pub pillar: &'a Line<Pillar>,
    /// What brings it into play.
    pub activations: Vec<&'a Line<Activation>>,
    /// The instruments that speak of it.
    pub instruments: Vec<&'a Line<Instrument>>,
    /// Ratification that is of it.
    pub tracks: Vec<&'a Line<RatificationTrack>>,
    /// The pledges to it.
    pub pledges: Vec<&'a Line<Pledge>>,
    /// How many of these pledges have an unclear quantity.
    pub quantities: Tally,
    /// Deliveries and programmes.
    pub programmes: Vec<&'a Line<Programme>>,
    /// What is open.
    pub questions: Vec<&'a Line<OpenQuestion>>,
}

/// The board.
#[derive(Debug, Clone)]
pub struct Board<'a> {
    /// By pillar, in the register's order.
    pub pillars: Vec<PillarRow<'a>>,
    /// How many quantities of pledges, facilities, deployments and tranches are unclear.
    pub quantities: Tally,
    /// How many tracks of ratification bind, and of how many.
    pub bound: (usize, usize),
}

/// The board of a register.
#[must_use]
pub fn board(register: &Register) -> Board<'_> {
    let tranches = register.programmes.iter().flat_map(|programme| &programme.item.tranches);
    let quantities = register.pledges.iter().map(|pledge| &pledge.item.quantity);
    let quantities = quantities.chain(register.facilities.iter().map(|facility| &facility.item.quantity));
    let quantities = quantities.chain(register.deployments.iter().map(|deployment| &deployment.item.quantity));
    let binds = register.tracks.iter().filter(|track| track.binds()).count();
    Board {
        pillars: register.pillars.iter().map(|pillar| row(register, pillar)).collect(),
        quantities: Tally::of(quantities.chain(tranches.map(|tranche| &tranche.quantity))),
        bound: (binds, register.tracks.len()),
    }
}

fn row<'a>(register: &'a Register, pillar: &'a Line<Pillar>) -> PillarRow<'a> {
    let id = &pillar.item.id;
    let pledges: Vec<_> = register.pledges.iter().filter(|pledge| pledge.pillar == *id).collect();
    PillarRow {
        pillar,
        activations: register.activations.iter().filter(|activation| activation.pillar == *id).collect(),
        instruments: register.instruments.iter().filter(|instrument| instrument.pillars.contains(id)).collect(),
        tracks: register.tracks.iter().filter(|track| track.pillar.as_ref() == Some(id)).collect(),
        quantities: Tally::of(pledges.iter().map(|pledge| &pledge.quantity)),
        pledges,
        programmes: register.programmes.iter().filter(|programme| programme.pillar == *id).collect(),
        questions: register.questions.iter().filter(|question| question.pillars.contains(id)).collect(),
    }
}

/// A pillar on which support after a breach depends, and the pillar whose findings it rests on.
#[derive(Debug, Clone)]
pub struct Rests<'a> {
    /// The pillar that rests.
    pub pillar: &'a Line<Pillar>,
    /// The pillar that it rests on.
    pub on: &'a Line<Pillar>,
    /// What brings the first into play.
    pub activations: Vec<&'a Line<Activation>>,
}

/// All that a register says of a state.
#[derive(Debug, Clone)]
pub struct StatePage<'a> {
    /// The state.
    pub state: &'a Line<State>,
    /// The catalogue, each with whether the state may.
    pub options: Vec<(&'a Line<ResponseOption>, Allowed)>,
    /// Its caveats.
    pub caveats: Vec<&'a Line<Caveat>>,
    /// Its ratification, its own before what holds of every state.
    pub tracks: Vec<&'a Line<RatificationTrack>>,
    /// How it stands to instruments.
    pub relations: Vec<(&'a Line<Relation>, Option<&'a Line<Instrument>>)>,
    /// Its pledges, its own before what holds of every state.
    pub pledges: Vec<&'a Line<Pledge>>,
    /// Facilities that it would have or host.
    pub facilities: Vec<&'a Line<Facility>>,
    /// Deployments that it would take part in.
    pub deployments: Vec<&'a Line<Deployment>>,
    /// On what it would be asked: pillars that rest on findings of another.
    pub asked_on: Vec<Rests<'a>>,
    /// What is open about it; where it is of all states, too.
    pub questions: Vec<&'a Line<OpenQuestion>>,
    /// What else was said of it.
    pub notes: Vec<&'a Line<Note>>,
}

/// The page of a state, if the register has it.
#[must_use]
pub fn state_page<'a>(register: &'a Register, code: &str) -> Option<StatePage<'a>> {
    let state = register.state(code)?;
    let id = &state.item.id;
    let mut tracks: Vec<_> = register.tracks.iter().filter(|track| track.state.is_of(code)).collect();
    tracks.sort_by_key(|track| track.state.state().is_none());
    let mut pledges: Vec<_> = register.pledges.iter().filter(|pledge| pledge.state.is_of(code)).collect();
    pledges.sort_by_key(|pledge| pledge.state.state().is_none());
    let instrument = |of: &Relation| register.instruments.iter().find(|instrument| instrument.id == of.instrument);
    let relations = register.relations.iter().filter(|relation| relation.who == *id);
    let asks = |question: &&Line<OpenQuestion>| question.states.is_empty() || question.states.contains(id);
    Some(StatePage {
        state,
        options: register.options.iter().map(|option| (option, option.allowed_for(code))).collect(),
        caveats: register.caveats.iter().filter(|caveat| caveat.states.contains(id)).collect(),
        tracks,
        relations: relations.map(|relation| (relation, instrument(relation))).collect(),
        pledges,
        facilities: register.facilities.iter().filter(|it| it.by.contains(id) || it.host == *id).collect(),
        deployments: register.deployments.iter().filter(|deployment| deployment.by.contains(id)).collect(),
        asked_on: asked_on(register),
        questions: register.questions.iter().filter(asks).collect(),
        notes: register.notes.iter().filter(|note| note.about == *id).collect(),
    })
}

/// The pillars that rest on findings of another.
#[must_use]
pub fn asked_on(register: &Register) -> Vec<Rests<'_>> {
    let mut found = Vec::new();
    for pillar in &register.pillars {
        for on in register.pillars.iter().filter(|on| pillar.rests_on.contains(&on.id)) {
            let activations = register.activations.iter().filter(|activation| activation.pillar == pillar.id).collect();
            found.push(Rests { pillar, on, activations });
        }
    }
    found
}
