//! The tables of proof, of the prior and of the members.
use super::{check_label, check_party, one_of};
use crate::agreement::AgreementError;
use crate::agreement::member::Member;
use crate::agreement::proof::{Asked, Prior, Proof};
use serde::Deserialize;
use std::collections::BTreeMap;
use truceline_model::attribution::corroboration::Level;

/// The most owners that a stated side may have to do without: beyond, a network of a dozen owners states nothing.
const ROBUSTNESS_MAX: u32 = 5;

/// The most items that a validation may name; a ratio beyond it was never supported by one.
const VALIDATED_MAX: u32 = 100_000_000;

/// The longest window in which the order of events is said: a day, as long as a case is young.
const ORDER_WINDOW_S_MAX: u32 = 86_400;

/// Shares must sum to one as exactly as they are written.
const SUM_SLACK: f64 = 1e-6;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProofTable {
    #[serde(default)]
    standards: BTreeMap<String, String>,
    ratio_min: Option<f64>,
    robustness: Option<u32>,
    p_real_min: Option<f64>,
    corroboration_min: Option<String>,
    p_false: Option<f64>,
    plausible_min: Option<f64>,
    line_factor: Option<f64>,
    validated_on: Option<u32>,
    order_min: Option<f64>,
    order_window_s: Option<u32>,
    clock_sigma_s: Option<f64>,
    reach_m: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PriorTable {
    name: String,
    each_party: f64,
    exchange: f64,
    band: f64,
    third_actor: f64,
    no_one: f64,
    unknown: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MemberTable {
    organisation: String,
    party: Option<String>,
    #[serde(default)]
    contributes: bool,
    #[serde(default)]
    operates: bool,
    #[serde(default)]
    sees_raw: bool,
    #[serde(default)]
    sees_reviewed: bool,
    #[serde(default)]
    reviews: bool,
    #[serde(default)]
    votes: bool,
    #[serde(default)]
    chairs: bool,
}

/// What is not named holds as in [`Proof::default`].
pub(super) fn proof(table: Option<ProofTable>) -> Result<Proof, AgreementError> {
    let default = Proof::default();
    let Some(table) = table else { return Ok(default) };
    let number = |field: &str, given: Option<f64>, default: f64, least: f64, most: f64| match given {
        None => Ok(default),
        Some(number) if (least..=most).contains(&number) => Ok(number),
        Some(number) => {
            Err(AgreementError::new(format!("proof.{field}"), format!("{number}, expected {least} to {most}")))
        }
    };
    let whole = |field: &str, given: Option<u32>, default: u32, least: u32, most: u32| match given {
        None => Ok(default),
        Some(number) if (least..=most).contains(&number) => Ok(number),
        Some(number) => {
            Err(AgreementError::new(format!("proof.{field}"), format!("{number}, expected {least} to {most}")))
        }
    };
    let mut standards = Vec::new();
    for (product, standard) in table.standards {
        let place = format!("proof.standards.{product}");
        check_label(&place, &standard)?;
        let product = Asked::from_name(&product).ok_or_else(|| one_of("proof.standards", &product, Asked::NAMES))?;
        standards.push((product, standard));
    }
    let corroboration_min = table.corroboration_min.map_or(Ok(default.corroboration_min), |name| {
        Level::from_name(&name).ok_or_else(|| one_of("proof.corroboration_min", &name, Level::NAMES))
    })?;
    Ok(Proof {
        standards,
        ratio_min: number("ratio_min", table.ratio_min, default.ratio_min, 1.5, 1e9)?,
        robustness: whole("robustness", table.robustness, default.robustness, 0, ROBUSTNESS_MAX)?,
        // Less probable ones are no events.
        p_real_min: number("p_real_min", table.p_real_min, default.p_real_min, 0.5, 0.999_999)?,
        corroboration_min,
        p_false: number("p_false", table.p_false, default.p_false, 1e-6, 0.499)?,
        plausible_min: number("plausible_min", table.plausible_min, default.plausible_min, 1e-9, 0.5)?,
        line_factor: number("line_factor", table.line_factor, default.line_factor, 1.0, 10.0)?,
        validated_on: whole("validated_on", table.validated_on, default.validated_on, 1, VALIDATED_MAX)?,
        // At a half the order would be stated by a coin.
        order_min: number("order_min", table.order_min, default.order_min, 0.501, 0.999_999)?,
        order_window_s: whole("order_window_s", table.order_window_s, default.order_window_s, 1, ORDER_WINDOW_S_MAX)?,
        clock_sigma_s: number("clock_sigma_s", table.clock_sigma_s, default.clock_sigma_s, 0.0, 3_600.0)?,
        reach_m: table.reach_m.map(|reach_m| number("reach_m", Some(reach_m), 0.0, 100.0, 1e6)).transpose()?,
    })
}

pub(super) fn prior(table: PriorTable) -> Result<Prior, AgreementError> {
    check_label("prior.name", &table.name)?;
    let prior = Prior {
        name: table.name,
        each_party: table.each_party,
        exchange: table.exchange,
        band: table.band,
        third_actor: table.third_actor,
        no_one: table.no_one,
        unknown: table.unknown,
    };
    let shares = [
        ("each_party", prior.each_party),
        ("exchange", prior.exchange),
        ("band", prior.band),
        ("third_actor", prior.third_actor),
        ("no_one", prior.no_one),
        ("unknown", prior.unknown),
    ];
    for (field, share) in shares {
        // What is ruled out beforehand no evidence can bring back.
        if !(share > 0.0 && share < 1.0) {
            let message = format!("{share}, expected a share above 0 and below 1");
            return Err(AgreementError::new(format!("prior.{field}"), message));
        }
    }
    if (prior.sum() - 1.0).abs() > SUM_SLACK {
        let message = format!("its shares sum to {:.6}, `each_party` counted twice, expected 1", prior.sum());
        return Err(AgreementError::new("prior", message));
    }
    Ok(prior)
}

pub(super) fn member((i, table): (usize, MemberTable), parties: &[String]) -> Result<Member, AgreementError> {
    check_label(&format!("member[{i}].organisation"), &table.organisation)?;
    if let Some(party) = &table.party {
        check_party(&format!("member[{i}].party"), party, parties)?;
    }
    Ok(Member {
        organisation: table.organisation,
        party: table.party,
        contributes: table.contributes,
        operates: table.operates,
        sees_raw: table.sees_raw,
        sees_reviewed: table.sees_reviewed,
        reviews: table.reviews,
        votes: table.votes,
        chairs: table.chairs,
    })
}
