//! What kind of event it was: ratios of likelihoods, never normalised.
use crate::canonical::{Canonical, DecodeError, Decoder, Encoder};
use crate::{canonical_map, canonical_names};

/// A kind of event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Something detonated.
    Explosion,
    /// One report of a gun.
    Shot,
    /// Several reports in quick succession.
    Burst,
    /// A rocket motor: sustained.
    Launch,
    /// Something hit the ground without detonating.
    Impact,
    /// A slip of rock at depth.
    Earthquake,
    /// The sound of lightning.
    Thunder,
    /// Machines, vehicles, weather, animals: what else is heard every day.
    Other,
    /// Nothing that is stated here.
    Unknown,
}

canonical_names!(Kind {
    "explosion" => Explosion,
    "shot" => Shot,
    "burst" => Burst,
    "launch" => Launch,
    "impact" => Impact,
    "earthquake" => Earthquake,
    "thunder" => Thunder,
    "other" => Other,
    "unknown" => Unknown,
});

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 9] = [
        Self::Explosion,
        Self::Shot,
        Self::Burst,
        Self::Launch,
        Self::Impact,
        Self::Earthquake,
        Self::Thunder,
        Self::Other,
        Self::Unknown,
    ];
    /// What somebody does.
    pub const ACTS: [Self; 5] = [Self::Explosion, Self::Shot, Self::Burst, Self::Launch, Self::Impact];
    /// What nobody does.
    pub const NATURAL: [Self; 2] = [Self::Earthquake, Self::Thunder];
}

/// What kind of event it was, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// No classification was made.
    NotAssessed,
    /// None is more probable than all others together, were all alike beforehand.
    Undecided,
    /// This one is.
    Of(Kind),
}

impl Class {
    const NOT_ASSESSED: &str = "not assessed";
    const UNDECIDED: &str = "undecided";

    /// The name that stands in canonical bytes and in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotAssessed => Self::NOT_ASSESSED,
            Self::Undecided => Self::UNDECIDED,
            Self::Of(kind) => kind.name(),
        }
    }
}

/// By its name.
impl Canonical for Class {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.text(self.name());
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let at = decoder.offset();
        match decoder.text()? {
            Self::NOT_ASSESSED => Ok(Self::NotAssessed),
            Self::UNDECIDED => Ok(Self::Undecided),
            name => Kind::from_name(name)
                .map(Self::Of)
                .ok_or_else(|| DecodeError::new(at, "not assessed, undecided, or a kind of event")),
        }
    }
}

/// How much better or worse a kind explains what was measured than a kind that is not stated does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindRatio {
    /// The kind.
    pub kind: Kind,
    /// log10 of its likelihood over that of [`Kind::Unknown`], 1e-3.
    pub log10_milli: i32,
}

canonical_map!(KindRatio { "class" => kind, "log10_milli" => log10_milli });

/// How deep it was, where waves of the ground alone tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Depth {
    /// Probability that it lay on the ground, 1e-9, if that is as probable beforehand as any depth below.
    pub p_ground_ppb: u32,
    /// Mean depth below the ground if it did not lie there, m.
    pub mean_m: u32,
    /// Its standard deviation, m.
    pub sigma_m: u32,
}

canonical_map!(Depth { "mean_m" => mean_m, "sigma_m" => sigma_m, "p_ground_ppb" => p_ground_ppb });

/// What speaks for the kinds of an event: which waves were registered and which were not, and how deep it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kinds {
    /// How deep, where waves of the ground alone tell.
    pub depth: Option<Depth>,
    /// Each stated kind against what is not stated, in the order of the kinds.
    pub ratios: Vec<KindRatio>,
}

/// A map `{depth, ratios}`, `depth` only with a value.
impl Canonical for Kinds {
    fn encode(&self, encoder: &mut Encoder) {
        encoder.map(1 + usize::from(self.depth.is_some()));
        if let Some(depth) = &self.depth {
            encoder.text("depth");
            depth.encode(encoder);
        }
        encoder.text("ratios");
        self.ratios.encode(encoder);
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let start = decoder.offset();
        let keys = decoder.map_within(1, 2)?;
        let depth = decoder.key_if("depth").then(|| Depth::decode(decoder)).transpose();
        let depth = depth.map_err(|error| error.within("depth"))?;
        decoder.key("ratios")?;
        let ratios: Vec<KindRatio> = Canonical::decode(decoder).map_err(|error| error.within("ratios"))?;
        let ascending = ratios.windows(2).all(|pair| pair[0].kind < pair[1].kind) && !ratios.is_empty();
        if !ascending || keys != 1 + usize::from(depth.is_some()) {
            return Err(DecodeError::new(start, "ratios of kinds, each once and in their order"));
        }
        Ok(Self { depth, ratios })
    }
}

impl Kinds {
    /// log10 of how much better it is explained by what nobody does than by what somebody does: the mean likelihood of the natural
    /// kinds over that of the acts. None where either is missing. No prior is in it.
    #[must_use]
    pub fn natural_log10(&self) -> Option<f64> {
        let mean = |kinds: &[Kind]| {
            let of = |kind: &Kind| {
                let ratio = self.ratios.iter().find(|one| one.kind == *kind)?;
                Some(libm::exp10(f64::from(ratio.log10_milli) / 1e3))
            };
            kinds.iter().map(of).sum::<Option<f64>>().map(|sum| sum / kinds.len() as f64)
        };
        Some(libm::log10(mean(&Kind::NATURAL)? / mean(&Kind::ACTS)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canonical::{from_bytes, to_bytes};

    fn kinds(of: &[(Kind, i32)]) -> Kinds {
        let ratios = of.iter().map(|(kind, log10_milli)| KindRatio { kind: *kind, log10_milli: *log10_milli });
        Kinds { depth: None, ratios: ratios.collect() }
    }

    #[test]
    fn natural_kinds_against_acts() {
        let all = |act: i32, natural: i32| {
            let acts = Kind::ACTS.map(|kind| (kind, act));
            kinds(&[&acts[..], &Kind::NATURAL.map(|kind| (kind, natural))].concat())
        };
        assert!((all(0, 2_000).natural_log10().unwrap() - 2.0).abs() < 1e-12);
        assert!((all(500, -500).natural_log10().unwrap() + 1.0).abs() < 1e-12);
        assert_eq!(kinds(&[(Kind::Earthquake, 0)]).natural_log10(), None);
    }

    #[test]
    fn no_kinds_and_kinds_out_of_order_are_refused() {
        let fine = kinds(&[(Kind::Explosion, 3), (Kind::Thunder, -3)]);
        assert_eq!(from_bytes::<Kinds>(&to_bytes(&fine)).unwrap(), fine);
        for wrong in [
            kinds(&[]),
            kinds(&[(Kind::Thunder, -3), (Kind::Explosion, 3)]),
            kinds(&[(Kind::Shot, 0), (Kind::Shot, 0)]),
        ] {
            assert!(from_bytes::<Kinds>(&to_bytes(&wrong)).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_class_is_known_by_its_name() {
        for class in [Class::NotAssessed, Class::Undecided].into_iter().chain(Kind::ALL.map(Class::Of)) {
            assert_eq!(from_bytes::<Class>(&to_bytes(&class)).unwrap(), class);
        }
        assert!(from_bytes::<Class>(&to_bytes(&"strange".to_owned())).is_err());
    }
}
