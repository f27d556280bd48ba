//! What every line has: an id, what it rests on, and the lines of which it speaks.
use crate::actor::{Group, Organisation, State};
use crate::body::Body;
use crate::caveat::Caveat;
use crate::force::{Deployment, Facility, Water};
use crate::instrument::{Instrument, Relation, TextWitness};
use crate::pillar::{Activation, Pillar};
use crate::pledge::Pledge;
use crate::programme::Programme;
use crate::question::{Note, OpenQuestion};
use crate::ratification::RatificationTrack;
use crate::reminder::Reminder;
use crate::response::ResponseOption;
use crate::source::{Source, SourceRef};
use crate::words::Id;

/// Which table a reference leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// A state.
    State,
    /// A state, a group, an organisation or a body.
    Actor,
    /// A body.
    Body,
    /// A pillar.
    Pillar,
    /// An instrument.
    Instrument,
    /// Any line.
    Line,
}

impl To {
    /// The tables in which it may stand; none means any.
    pub(crate) const fn tables(self) -> &'static [&'static str] {
        match self {
            Self::State => &["state"],
            Self::Actor => &["state", "group", "organisation", "body"],
            Self::Body => &["body"],
            Self::Pillar => &["pillar"],
            Self::Instrument => &["instrument"],
            Self::Line => &[],
        }
    }
}

/// A reference of a line to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ref<'a> {
    /// The field.
    pub field: &'static str,
    /// Where it leads.
    pub to: To,
    /// The id.
    pub id: &'a str,
}

/// A line's item.
pub(crate) trait Item {
    fn id(&self) -> &Id;
    /// All that the line or a part of it rests on.
    fn sources(&self) -> Vec<&SourceRef>;
    fn refs(&self) -> Vec<Ref<'_>>;
}

fn each<'a>(field: &'static str, to: To, ids: impl IntoIterator<Item = &'a Id>) -> impl Iterator<Item = Ref<'a>> {
    ids.into_iter().map(move |id| Ref { field, to, id: id.as_str() })
}

/// States the item of a type: the parts that have sources of their own, and its references.
macro_rules! item {
    ($type:ty, [$($part:ident),*], |$this:ident| [$($refs:expr),* $(,)?]) => {
        impl Item for $type {
            fn id(&self) -> &Id {
                &self.id
            }
            fn sources(&self) -> Vec<&SourceRef> {
                let parts = std::iter::empty();
                $(let parts = parts.chain(self.$part.iter().flat_map(|part| &part.sources));)*
                self.sources.iter().chain(parts).collect()
            }
            fn refs(&self) -> Vec<Ref<'_>> {
                let $this = self;
                let refs = std::iter::empty();
                $(let refs = refs.chain($refs);)*
                refs.collect()
            }
        }
    };
}

impl Item for Source {
    fn id(&self) -> &Id {
        &self.id
    }
    fn sources(&self) -> Vec<&SourceRef> {
        Vec::new()
    }
    fn refs(&self) -> Vec<Ref<'_>> {
        Vec::new()
    }
}

item!(Pillar, [], |it| [each("lead", To::Actor, &it.lead), each("rests_on", To::Pillar, &it.rests_on)]);
item!(Activation, [], |it| [each("pillar", To::Pillar, [&it.pillar])]);
item!(State, [], |_it| []);
item!(Group, [], |it| [each("members", To::State, it.members.named())]);
item!(Organisation, [], |_it| []);
item!(Body, [], |it| [
    each("lead", To::Actor, &it.lead),
    each("members", To::Actor, it.members.named()),
    each("writes_to", To::Body, &it.writes_to),
]);
item!(Instrument, [], |it| [each("pillars", To::Pillar, &it.pillars)]);
item!(Relation, [], |it| [each("instrument", To::Instrument, [&it.instrument]), each("who", To::Actor, [&it.who])]);
item!(TextWitness, [], |it| [each("instrument", To::Instrument, [&it.instrument])]);
item!(RatificationTrack, [steps], |it| [
    each("state", To::State, it.state.state()),
    each("instrument", To::Instrument, &it.instrument),
    each("pillar", To::Pillar, &it.pillar),
]);
item!(Caveat, [qualified_by], |it| [each("states", To::State, &it.states)]);
item!(Pledge, [], |it| [
    each("state", To::State, it.state.state()),
    each("pillar", To::Pillar, [&it.pillar]),
    each("announced_by", To::Actor, &it.announced_by),
]);
item!(ResponseOption, [], |it| [
    each("pillar", To::Pillar, [&it.pillar]),
    it.allowed.keys().map(|state| Ref { field: "allowed", to: To::State, id: state }),
]);
item!(Facility, [], |it| [each("by", To::Actor, &it.by), each("host", To::State, [&it.host])]);
item!(Deployment, [], |it| [each("by", To::Actor, &it.by)]);
item!(Water, [], |it| [each("in_charge", To::Actor, &it.in_charge)]);
item!(Programme, [tranches], |it| [each("pillar", To::Pillar, [&it.pillar]), each("from", To::Actor, &it.from)]);
item!(Reminder, [], |_it| []);
item!(OpenQuestion, [], |it| [each("pillars", To::Pillar, &it.pillars), each("states", To::State, &it.states)]);
item!(Note, [], |it| [each("about", To::Line, [&it.about])]);
