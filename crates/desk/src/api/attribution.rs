//! On which side an event lay.
use serde::Serialize;
use truceline_accord::words::attribution as words;
use truceline_model::attribution::{self, OwnerPart, Ratio, Weighed};
use truceline_model::kind::Class;
use truceline_model::posterior::PPB;
use utoipa::ToSchema;

/// On which side of a line an event lay, and how far that holds. Whether something was fired there or fell there is another question.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Attribution {
    /// The side that is stated, or why none, as one statement.
    pub sentence: String,
    /// The party whose side is stated; none where the program abstains.
    pub origin_side: Option<String>,
    /// Why no side is stated.
    pub abstains: Option<String>,
    /// The parties left and right of the line.
    #[schema(value_type = Vec<String>)]
    pub parties: [String; 2],
    /// The lines' ids: one, or all that are claimed and disputed.
    pub lines: Vec<String>,
    /// SHA-256 of the agreement's entry whose lines they are, hexadecimal.
    pub agreement: String,
    /// The likelihood ratio of the first party's side to the second's.
    pub between: LikelihoodRatio,
    /// Each proposition. Ratios are never summed.
    pub propositions: Vec<PropositionWeighed>,
    /// The name of the prior; none where the agreement adopts none, and then there is no posterior.
    pub prior: Option<String>,
    /// Share of the place on the first party's side, both sides alike beforehand.
    pub place_first: f64,
    /// Share of the place on the second party's side.
    pub place_second: f64,
    /// Share of the place beyond the line's ends.
    pub place_beyond: f64,
    /// Share of the place within one deviation of the line: a part of both sides.
    pub place_band: f64,
    /// The greatest k such that leaving out any k owners leaves the side stated.
    pub certificate_k: Option<u32>,
    /// The fewest owners whose leaving-out takes the statement away.
    pub collusion_number: Option<u32>,
    /// Both as one statement.
    pub certificate: String,
    /// How many owners registered it.
    pub owner_count: u32,
    /// Each owner's part; none where there is one owner.
    pub owners: Vec<OwnerWithout>,
    /// `C0` to `C4`, counted in owners.
    pub corroboration: String,
    /// The level with what was counted.
    pub corroboration_words: String,
    /// Owners whose data do not fit the others', as statements.
    pub inconsistent: Vec<String>,
    /// What is kept open whichever side is named.
    pub alternatives: Vec<String>,
}

/// A likelihood ratio with its interval over the stated assumptions, each capped by validation.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct LikelihoodRatio {
    /// Common logarithm.
    pub log10: f64,
    /// The least over the assumptions.
    pub least_log10: f64,
    /// The greatest.
    pub most_log10: f64,
    /// The ratio with two digits.
    pub number: String,
    /// How strongly it supports.
    pub word: String,
}

/// What the evidence says for one proposition.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PropositionWeighed {
    /// `side`, `exchange`, `contested-band`, `third-actor`, `no-one` or `unknown`.
    pub kind: String,
    /// The party of a side.
    pub party: Option<String>,
    /// As people read it.
    pub name: String,
    /// Its likelihood ratio against *unknown*; none where no measurement speaks to it.
    pub ratio: Option<LikelihoodRatio>,
    /// Its share beforehand, by the named prior.
    pub prior: Option<f64>,
    /// Its probability under that prior.
    pub posterior: Option<f64>,
}

/// One owner left out.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct OwnerWithout {
    /// Who.
    pub owner: String,
    /// How many of the arrivals are that owner's.
    pub arrivals: u32,
    /// The ratio of the first party's side to the second's without that owner; none if the others hold no place.
    pub without: Option<LikelihoodRatio>,
    /// Whether the others alone would have the same side stated.
    pub stated_without: bool,
    /// Probability that the data are not of this event; none where that was not computed.
    pub p_false: Option<f64>,
    /// Whether the owner is called inconsistent.
    pub inconsistent: bool,
}

pub(super) fn attribution(found: &attribution::Attribution, class: Class) -> Attribution {
    let share = |ppb: u32| f64::from(ppb) / PPB;
    Attribution {
        sentence: words::side(found, class),
        origin_side: found.stated().map(str::to_owned),
        abstains: match &found.origin_side {
            attribution::OriginSide::Abstains(why) => Some(why.name().to_owned()),
            attribution::OriginSide::Stated(_) => None,
        },
        parties: [found.line.parties.0.clone(), found.line.parties.1.clone()],
        lines: found.line.lines.clone(),
        agreement: found.line.agreement.to_string(),
        between: between(&found.between),
        propositions: found.propositions.iter().map(weighed).collect(),
        prior: found.prior.clone(),
        place_first: share(found.place.first_ppb),
        place_second: share(found.place.second_ppb),
        place_beyond: share(found.place.beyond_ppb),
        place_band: share(found.place.band_ppb),
        certificate_k: found.certificate_k,
        collusion_number: found.collusion_number(),
        certificate: words::certificate(found),
        owner_count: found.corroboration.counted().owners,
        owners: found.owners.iter().map(owner).collect(),
        corroboration: found.corroboration.level().name().to_owned(),
        corroboration_words: words::corroboration(&found.corroboration),
        inconsistent: words::inconsistent(found),
        alternatives: words::alternatives(found),
    }
}

fn between(ratio: &Ratio) -> LikelihoodRatio {
    let log10 = |milli: i32| f64::from(milli) / 1e3;
    LikelihoodRatio {
        log10: log10(ratio.log10_milli),
        least_log10: log10(ratio.least_log10_milli),
        most_log10: log10(ratio.most_log10_milli),
        number: words::ratio(ratio.log10_milli),
        word: words::support(ratio.log10_milli).to_owned(),
    }
}

fn weighed(one: &Weighed) -> PropositionWeighed {
    let share = |ppb: Option<u32>| ppb.map(|ppb| f64::from(ppb) / PPB);
    PropositionWeighed {
        kind: one.proposition.kind().name().to_owned(),
        party: match &one.proposition {
            attribution::Proposition::Side(party) => Some(party.clone()),
            _ => None,
        },
        name: words::proposition(&one.proposition),
        ratio: one.ratio.as_ref().map(between),
        prior: share(one.prior_ppb),
        posterior: share(one.posterior_ppb),
    }
}

fn owner(one: &OwnerPart) -> OwnerWithout {
    let alone = |log10_milli| Ratio { log10_milli, least_log10_milli: log10_milli, most_log10_milli: log10_milli };
    OwnerWithout {
        owner: one.owner.clone(),
        arrivals: one.arrivals,
        without: one.without_log10_milli.map(|log10_milli| between(&alone(log10_milli))),
        stated_without: one.stated_without,
        p_false: one.p_false_ppb.map(|ppb| f64::from(ppb) / PPB),
        inconsistent: one.inconsistent,
    }
}
