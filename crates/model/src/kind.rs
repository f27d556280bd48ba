//! What kind of event it was: ratios of likelihoods, never normalised.
use crate::canonical::{Canonical, DecodeError, Decoder, Encoder};
use crate::{canonical_map, canonical_names};

/// What kind of event it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// No classification was made.
    NotAssessed,
    /// None is more probable than all others together, were all alike beforehand.
    Undecided,
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

canonical_names!(Class {
    "not assessed" => NotAssessed,
    "undecided" => Undecided,
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

/// What somebody did.
const ACTS: [Class; 5] = [Class::Explosion, Class::Shot, Class::Burst, Class::Launch, Class::Impact];

/// What nobody did.
const NATURAL: [Class; 2] = [Class::Earthquake, Class::Thunder];

/// How much better or worse a kind explains what was measured than a kind that is not stated does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KindRatio {
    /// The kind.
    pub class: Class,
    /// log10 of its likelihood over that of [`Class::Unknown`], 1e-3.
    pub log10_milli: i32,
}

canonical_map!(KindRatio { "class" => class, "log10_milli" => log10_milli });

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
        let named: Vec<Class> = ratios.iter().map(|one| one.class).collect();
        let ascending = named.windows(2).all(|pair| pair[0] < pair[1]) && !named.is_empty();
        if !ascending || named[0] < Class::Explosion || keys != 1 + usize::from(depth.is_some()) {
            return Err(DecodeError::new(start, "ratios of stated kinds, each once and in their order"));
        }
        Ok(Self { depth, ratios })
    }
}

impl Kinds {
    /// log10 of how much better it is explained by what nobody does than by what somebody does: the mean likelihood of the natural
    /// kinds over that of the acts. None where either is missing. No prior is in it.
    #[must_use]
    pub fn natural_log10(&self) -> Option<f64> {
        let mean = |classes: &[Class]| {
            let of = |class: &Class| {
                let ratio = self.ratios.iter().find(|one| one.class == *class)?;
                Some(libm::exp10(f64::from(ratio.log10_milli) / 1e3))
            };
            classes.iter().map(of).sum::<Option<f64>>().map(|sum| sum / classes.len() as f64)
        };
        Some(libm::log10(mean(&NATURAL)? / mean(&ACTS)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::canonical::{from_bytes, to_bytes};

    fn kinds(of: &[(Class, i32)]) -> Kinds {
        let ratios = of.iter().map(|(class, log10_milli)| KindRatio { class: *class, log10_milli: *log10_milli });
        Kinds { depth: None, ratios: ratios.collect() }
    }

    #[test]
    fn natural_kinds_against_acts() {
        let all = |act: i32, natural: i32| {
            let acts = ACTS.map(|class| (class, act));
            kinds(&[&acts[..], &NATURAL.map(|class| (class, natural))].concat())
        };
        assert!((all(0, 2_000).natural_log10().unwrap() - 2.0).abs() < 1e-12);
        assert!((all(500, -500).natural_log10().unwrap() + 1.0).abs() < 1e-12);
        assert_eq!(kinds(&[(Class::Earthquake, 0)]).natural_log10(), None);
    }

    #[test]
    fn kinds_that_are_none_and_kinds_out_of_order_are_refused() {
        let fine = kinds(&[(Class::Explosion, 3), (Class::Thunder, -3)]);
        assert_eq!(from_bytes::<Kinds>(&to_bytes(&fine)).unwrap(), fine);
        for wrong in [
            kinds(&[]),
            kinds(&[(Class::Undecided, 3)]),
            kinds(&[(Class::Thunder, -3), (Class::Explosion, 3)]),
            kinds(&[(Class::Shot, 0), (Class::Shot, 0)]),
        ] {
            assert!(from_bytes::<Kinds>(&to_bytes(&wrong)).is_err(), "{wrong:?}");
        }
    }
}
