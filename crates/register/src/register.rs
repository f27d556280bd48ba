//! The register: all lines of its files, each with its layer and place.
use crate::actor::{Group, Organisation, State};
use crate::body::Body;
use crate::caveat::Caveat;
use crate::force::{Deployment, Facility, Water};
use crate::instrument::{Instrument, Relation, TextWitness};
use crate::item::{Item, Ref};
use crate::pillar::{Activation, Pillar};
use crate::pledge::Pledge;
use crate::programme::Programme;
use crate::question::{Note, OpenQuestion};
use crate::ratification::RatificationTrack;
use crate::read::{self, RegisterError};
use crate::reminder::Reminder;
use crate::response::ResponseOption;
use crate::source::{Layer, Source, SourceRef};
use crate::words::{Date, Id, Text, Words};
use serde::{Deserialize, Serialize};
use std::ops::Deref;

/// What every file of a register says first.
pub const SCHEMA: &str = "truceline-register-1";

/// What a register is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Its name.
    pub id: Id,
    /// The version of its data.
    pub version: u32,
    /// Its title.
    pub title: Words,
    /// The day as of which it speaks.
    pub as_of: Option<Date>,
    /// What the article is, of which lines cite sentences.
    pub article: Option<Text>,
}

/// A line of the register: what it says, the layer of its file, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line<T> {
    /// The layer.
    pub layer: Layer,
    /// Its file and place, such as `states.toml, state[2]`.
    pub place: String,
    /// What it says.
    pub item: T,
}

impl<T> Deref for Line<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.item
    }
}

/// A line of any table.
#[derive(Debug, Clone, PartialEq)]
pub struct AnyLine<'a> {
    /// The table's name in files.
    pub table: &'static str,
    /// Its id.
    pub id: &'a Id,
    /// Its layer.
    pub layer: Layer,
    /// Its file and place.
    pub place: &'a str,
    /// All that it or a part of it rests on.
    pub sources: Vec<&'a SourceRef>,
    /// The lines of which it speaks.
    pub refs: Vec<Ref<'a>>,
    /// What it says, by field.
    pub fields: toml::Table,
}

impl<'a> AnyLine<'a> {
    fn of<T: Item + Serialize>(table: &'static str, line: &'a Line<T>) -> Self {
        Self {
            table,
            id: line.item.id(),
            layer: line.layer,
            place: &line.place,
            sources: line.item.sources(),
            refs: line.item.refs(),
            fields: toml::Table::try_from(&line.item).unwrap_or_default(),
        }
    }
}

macro_rules! lists {
    ($($(#[$doc:meta])* $field:ident: $type:ty = $table:literal;)+) => {
        /// A register.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Register {
            /// What it is.
            pub head: Head,
            $($(#[$doc])* pub $field: Vec<Line<$type>>,)+
        }

        /// A file of a register.
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(crate) struct File {
            pub(crate) schema: String,
            pub(crate) layer: Layer,
            pub(crate) register: Option<Head>,
            $(#[serde(default, rename = $table)] $field: Vec<$type>,)+
        }

        impl File {
            /// The longest list, with its table's name.
            pub(crate) fn longest(&self) -> (usize, &'static str) {
                [$((self.$field.len(), $table)),+].into_iter().max().unwrap_or((0, ""))
            }
        }

        impl Register {
            pub(crate) fn empty(head: Head) -> Self {
                Self { head, $($field: Vec::new()),+ }
            }

            pub(crate) fn take(&mut self, name: &str, file: File) {
                let layer = file.layer;
                $(
                    let lines = file.$field.into_iter().enumerate();
                    self.$field.extend(lines.map(|(at, item)| {
                        Line { layer, place: format!(concat!("{}, ", $table, "[{}]"), name, at), item }
                    }));
                )+
            }

            /// All lines, by table and in the order of the files.
            #[must_use]
            pub fn lines(&self) -> Vec<AnyLine<'_>> {
                let mut lines = Vec::new();
                $(lines.extend(self.$field.iter().map(|line| AnyLine::of($table, line)));)+
                lines
            }

            /// The register with the lines of some layers alone.
            #[must_use]
            pub fn of_layers(&self, layers: &[Layer]) -> Self {
                let mut kept = self.clone();
                $(kept.$field.retain(|line| layers.contains(&line.layer));)+
                kept
            }
        }
    };
}

lists! {
    /// The sources of the record and of a deployment.
    sources: Source = "source";
    /// The pillars.
    pillars: Pillar = "pillar";
    /// What brings each into play.
    activations: Activation = "activation";
    /// States.
    states: State = "state";
    /// Groups of states.
    groups: Group = "group";
    /// Organisations.
    organisations: Organisation = "organisation";
    /// The four bodies.
    bodies: Body = "body";
    /// Instruments.
    instruments: Instrument = "instrument";
    /// Who stands how to them.
    relations: Relation = "relation";
    /// Copies of their text.
    witnesses: TextWitness = "text_witness";
    /// Ratification.
    tracks: RatificationTrack = "ratification";
    /// Caveats.
    caveats: Caveat = "caveat";
    /// Pledges.
    pledges: Pledge = "pledge";
    /// What states say they could do.
    options: ResponseOption = "response_option";
    /// Facilities.
    facilities: Facility = "facility";
    /// Deployments.
    deployments: Deployment = "deployment";
    /// Maritime zones and corridors.
    waters: Water = "water";
    /// Deliveries and programmes.
    programmes: Programme = "programme";
    /// Clocks that remind.
    reminders: Reminder = "reminder";
    /// What is open.
    questions: OpenQuestion = "open_question";
    /// What else was said.
    notes: Note = "note";
}

impl Register {
    /// Reads the files of a register: each with its name, in the order in which its lines are shown.
    ///
    /// # Errors
    /// Names the file, the place in it and what was expected.
    pub fn read(files: &[(&str, &[u8])]) -> Result<Self, RegisterError> {
        read::register(files)
    }

    /// The state of a code.
    #[must_use]
    pub fn state(&self, code: &str) -> Option<&Line<State>> {
        self.states.iter().find(|state| state.id.as_str() == code)
    }

    /// What a state, a group, an organisation or a body is called; its id if it has no line.
    #[must_use]
    pub fn name_of<'a>(&'a self, id: &'a str, language: &str) -> &'a str {
        let named = |name: &'a Words| name.in_language(language);
        let states = self.states.iter().map(|line| (&line.id, &line.item.name));
        let others = self.groups.iter().map(|line| (&line.id, &line.item.name));
        let others = others.chain(self.organisations.iter().map(|line| (&line.id, &line.item.name)));
        let others = others.chain(self.bodies.iter().map(|line| (&line.id, &line.item.name)));
        let mut all = states.chain(others);
        all.find(|(held, _)| held.as_str() == id).map_or(id, |(_, name)| named(name))
    }
}
