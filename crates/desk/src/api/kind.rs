//! What speaks for the kind of an event.
use super::convert::rounded;
use serde::Serialize;
use truceline_accord::judge::is_natural;
use truceline_model::kind;
use truceline_model::posterior::PPB;
use utoipa::ToSchema;

/// Which kinds what was registered speaks for: ratios of likelihoods, in which no prior is.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Kinds {
    /// log10 of how much better what nobody does (an earthquake, thunder) explains it than what somebody does.
    pub natural_log10: Option<f64>,
    /// Whether that is so much that it is taken for natural: no breach is possible until more is known.
    pub taken_for_natural: bool,
    /// Each kind.
    pub ratios: Vec<KindRatio>,
    /// How deep it was; null where waves of the ground alone did not tell.
    pub depth: Option<Depth>,
}

/// A kind.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct KindRatio {
    /// Its name.
    pub class: String,
    /// log10 of its likelihood over that of a kind that is not stated.
    pub log10: f64,
}

/// How deep an event was.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Depth {
    /// Probability that it lay on the ground, if that is as probable beforehand as any depth below.
    pub p_ground: f64,
    /// Mean depth if it did not lie there, km.
    pub mean_km: f64,
    /// Its standard deviation, km.
    pub sigma_km: f64,
}

pub(super) fn kinds(of: &kind::Kinds) -> Kinds {
    let depth = |depth: kind::Depth| Depth {
        p_ground: rounded(f64::from(depth.p_ground_ppb) / PPB, 1e6),
        mean_km: rounded(f64::from(depth.mean_m) / 1e3, 1e3),
        sigma_km: rounded(f64::from(depth.sigma_m) / 1e3, 1e3),
    };
    let ratio = |one: &kind::KindRatio| KindRatio {
        class: one.kind.name().to_owned(),
        log10: f64::from(one.log10_milli) / 1e3,
    };
    Kinds {
        natural_log10: of.natural_log10().map(|log10| rounded(log10, 1e3)),
        taken_for_natural: is_natural(Some(of)),
        ratios: of.ratios.iter().map(ratio).collect(),
        depth: of.depth.map(depth),
    }
}
