//! On which side of the line an event lay, in the words that are kept.
//!
//! A function of the event and of the agreement in force alone. Nothing is said where no agreement is in force by the word
//! of all, nor where it has no line that parts parties; with fewer than two owners no side is stated.
use super::lines::in_degrees;
use truceline_accord::agreement::{Agreement, Line, LineKind, LineStatus, Proof};
use truceline_accord::judge::is_natural;
use truceline_model::attribution::corroboration::{Corroboration, Counted};
use truceline_model::attribution::{
    Attribution, LineVersion, OWNERS_MAX, OriginSide, OwnerPart, PlaceShares, Proposition, Ratio, Weighed, Why,
};
use truceline_model::event::{Cited, Solution, Without};
use truceline_model::hash::Hash;
use truceline_model::kind::Kinds;
use truceline_model::measurement::Phase;
use truceline_model::posterior::PPB;
use truceline_science::attribute::event::{Attributed, Front, Owned, attribute};
use truceline_science::attribute::statement::{Policy, Stated};
use truceline_science::locate::{Point, Segments};

/// From this probability on that there was one event and its data are not of it an owner is called inconsistent: what is called
/// almost certain. Where rounds of several are taken for one it is not the owner who contradicts.
const INCONSISTENT_FROM: f64 = 0.95;

/// From this probability on what others than an owner registered is an event: what is less probable than not is none.
const EVENT_FROM_PPB: u32 = 500_000_000;

/// On which side an event lay, by the agreement of this hash.
pub(crate) fn attribution(solution: &Solution, hash: Hash, agreement: &Agreement) -> Option<Attribution> {
    let lines = lines(solution, agreement);
    let first = lines.first()?;
    let (left, right) = first.sides.clone()?;
    let same_parties = |line: &&Line| {
        line.sides.as_ref().is_some_and(|(a, b)| (a == &left && b == &right) || (a == &right && b == &left))
    };
    let lines_differ = !lines.iter().all(same_parties);
    let fronts: Vec<Front> = lines
        .iter()
        .filter(|line| same_parties(line))
        .filter_map(|line| Some(Front { line: in_degrees(line)?, mirrored: line.sides.as_ref()?.0 != left }))
        .collect();
    let proof = &agreement.proof;
    // Owners who are not listed belong to every set.
    let without: &[Without] = &solution.without[..solution.without.len().min(OWNERS_MAX)];
    let owned = Owned { posterior: &solution.posterior, parts: &solution.parts, owners: without.len().max(1) };
    let mut said = attribute(&owned, &fronts, proof.line_factor, proof.reach_m, &policy(proof))?;
    rest_on_events(&mut said, without);
    let party = |side: Stated| if side == Stated::Left { left.clone() } else { right.clone() };
    let p_real = solution.association.map_or(1.0, |association| f64::from(association.p_real_ppb) / PPB);
    let corroboration = corroboration(solution, agreement, &said, said.stated.map(party).as_deref());
    let natural = solution.kinds.as_ref().and_then(Kinds::natural_log10).map(|log10| log10 * std::f64::consts::LN_10);
    let (prior, propositions) = propositions(agreement, (&left, &right), &said, natural);
    Some(Attribution {
        line: LineVersion {
            agreement: hash,
            lines: lines.iter().map(|line| line.id.clone()).collect(),
            parties: (left.clone(), right.clone()),
        },
        origin_side: match is_natural(solution.kinds.as_ref()) {
            true => OriginSide::Abstains(Why::Natural),
            false => origin_side(&said, p_real, proof, &corroboration, lines_differ, party),
        },
        between: ratio(said.ln_ratio, said.ln_ratio_interval, proof),
        place: PlaceShares {
            first_ppb: ppb(said.sides.left),
            second_ppb: ppb(said.sides.right),
            beyond_ppb: ppb(said.sides.beyond),
            band_ppb: ppb(said.band),
        },
        propositions,
        prior,
        certificate_k: if without.len() < 2 { None } else { said.certificate },
        owners: without.iter().enumerate().map(|(i, one)| owner(i, one, &said, p_real, proof)).collect(),
        corroboration,
    })
}

/// Where the others would have no event without an owner's arrivals, they would not state its side either.
fn rest_on_events(said: &mut Attributed, without: &[Without]) {
    for (stated, one) in said.stated_without.iter_mut().zip(without) {
        *stated &= one.p_real_ppb.is_none_or(|p_real| p_real >= EVENT_FROM_PPB);
    }
    if said.stated_without.contains(&false) {
        said.certificate = said.certificate.map(|_| 0);
    }
}

/// The lines that part parties at the event's time: the nearest one; where that is claimed or disputed, all such of its kind.
fn lines<'a>(solution: &Solution, agreement: &'a Agreement) -> Vec<&'a Line> {
    let at = solution.posterior.time_mean;
    let parts = |line: &&Line| {
        let stands = line.epoch.is_none_or(|epoch| epoch.from <= at && at < epoch.to);
        matches!(line.kind, LineKind::Contact | LineKind::Ceasefire) && line.sides.is_some() && stands
    };
    let mean = Point { x: solution.posterior.mean.lon_deg(), y: solution.posterior.mean.lat_deg() };
    let away_m = |line: &Line| {
        in_degrees(line).map_or(f64::INFINITY, |line| Segments::of(&line, true).across(mean).signed_m.abs())
    };
    let near = agreement.lines.iter().filter(parts).map(|line| (away_m(line), line));
    // Of equally near ones the first of the text.
    let Some((_, nearest)) = near.reduce(|best, next| if next.0 < best.0 { next } else { best }) else {
        return Vec::new();
    };
    let open = |line: &Line| line.claimed_by.is_some() || line.status == LineStatus::Disputed;
    if !open(nearest) {
        return vec![nearest];
    }
    agreement.lines.iter().filter(parts).filter(|line| line.kind == nearest.kind && open(line)).collect()
}

fn policy(proof: &Proof) -> Policy {
    Policy {
        false_max: proof.robustness,
        p_false: proof.p_false,
        ratio_min: proof.ratio_min,
        plausible_min: proof.plausible_min,
    }
}

/// The side, or the first reason for which none is stated.
fn origin_side(
    said: &Attributed,
    p_real: f64,
    proof: &Proof,
    corroboration: &Corroboration,
    lines_differ: bool,
    party: impl Fn(Stated) -> String,
) -> OriginSide {
    let weak = said.ln_ratio.abs() < libm::log(proof.ratio_min);
    let why = match said.stated {
        _ if corroboration.is_of_one_owner() => Why::TooFewOwners,
        _ if corroboration.level() < proof.corroboration_min => Why::Corroboration,
        _ if said.sides.cut_off => Why::BeyondTheLine,
        _ if lines_differ => Why::LinesDiffer,
        None if weak => Why::Between,
        None => Why::Assumptions,
        Some(_) if p_real < proof.p_real_min => Why::OneOrigin,
        Some(_) if said.certificate.unwrap_or(0) < proof.robustness => Why::NotRobust,
        Some(side) => return OriginSide::Stated(party(side)),
    };
    OriginSide::Abstains(why)
}

/// What was counted. That a party's own sensors say so too counts only where they are not inconsistent.
fn corroboration(solution: &Solution, agreement: &Agreement, said: &Attributed, stated: Option<&str>) -> Corroboration {
    let consistent = |i: usize| said.p_false.as_ref().is_none_or(|p| p[i] < INCONSISTENT_FROM);
    let of_party = |owner: &str| {
        let row = agreement.members.iter().find(|member| member.organisation == owner);
        row.map_or_else(|| agreement.parties.iter().find(|party| *party == owner), |member| member.party.as_ref())
    };
    let own_party = stated.is_some_and(|party| {
        let own = |one: &Without| of_party(&one.owner).is_some_and(|of| of == party);
        solution.without.iter().take(said.stated_without.len()).enumerate().any(|(i, one)| own(one) && consistent(i))
    });
    let mut modalities: Vec<Modality> = solution.arrivals.iter().map(|used| modality(&used.cited)).collect();
    modalities.sort_unstable();
    modalities.dedup();
    Corroboration::new(Counted {
        owners: solution.without.len().max(1) as u32,
        arrivals: solution.arrivals.len() as u32,
        modalities: modalities.len() as u32,
        // A visit comes after the event and belongs to none of its arrivals.
        site_visit: false,
        own_party,
    })
}

/// How something was sensed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Modality {
    /// Through the ground.
    Ground,
    /// As infrasound, through the air from far away.
    Airwave,
    /// As sound, near.
    Sound,
    /// Seen.
    Light,
}

fn modality(cited: &Cited) -> Modality {
    match cited {
        Cited::Report { .. } => Modality::Airwave,
        Cited::Detection { phase, .. } | Cited::Bearing { phase, .. } | Cited::Observation { phase, .. } => match phase
        {
            Phase::P | Phase::S | Phase::Surface => Modality::Ground,
            Phase::Airwave => Modality::Airwave,
            Phase::Muzzle | Phase::Shock => Modality::Sound,
            Phase::Light => Modality::Light,
        },
    }
}

fn owner(i: usize, one: &Without, said: &Attributed, p_real: f64, proof: &Proof) -> OwnerPart {
    let p_false = said.p_false.as_ref().map(|p_false| p_false[i]);
    OwnerPart {
        owner: one.owner.clone(),
        arrivals: one.arrivals,
        without_log10_milli: said.ln_ratio_without[i].map(|ln_ratio| log10_milli(ln_ratio, proof)),
        stated_without: said.stated_without[i],
        p_false_ppb: p_false.map(ppb),
        inconsistent: p_false.is_some_and(|p_false| p_real * p_false >= INCONSISTENT_FROM),
    }
}

/// Each proposition against *unknown*, of which both sides are alike beforehand: a side's ratio is twice its share of both. Of the
/// kind of event only its being natural speaks (its ratio against all acts, nats): whoever did it, an act is an act.
fn propositions(
    agreement: &Agreement,
    (left, right): (&str, &str),
    said: &Attributed,
    natural: Option<f64>,
) -> (Option<String>, Vec<Weighed>) {
    let proof = &agreement.proof;
    let of_left = |ln_ratio: f64| -libm::log(0.5 * (1.0 + libm::exp(-capped(ln_ratio, proof))));
    let of_right = |ln_ratio: f64| -libm::log(0.5 * (1.0 + libm::exp(capped(ln_ratio, proof))));
    let (least, most) = said.ln_ratio_interval;
    let band = said.band_ratio.map(|ratio| {
        let ln_ratio = libm::log(ratio);
        self::ratio(ln_ratio, (ln_ratio, ln_ratio), proof)
    });
    let side = |of: &dyn Fn(f64) -> f64, ends: (f64, f64)| {
        Some(self::ratio(of(said.ln_ratio), (of(ends.0), of(ends.1)), proof))
    };
    let shares = agreement.prior.as_ref();
    let mut weighed = [
        (Proposition::Side(left.to_owned()), side(&of_left, (least, most)), shares.map(|prior| prior.each_party)),
        (Proposition::Side(right.to_owned()), side(&of_right, (most, least)), shares.map(|prior| prior.each_party)),
        // One event's place says nothing of these.
        (Proposition::Exchange, None, shares.map(|prior| prior.exchange)),
        (Proposition::Band, band, shares.map(|prior| prior.band)),
        (Proposition::ThirdActor, None, shares.map(|prior| prior.third_actor)),
        (
            Proposition::NoOne,
            natural.map(|natural| self::ratio(natural, (natural, natural), proof)),
            shares.map(|prior| prior.no_one),
        ),
        (Proposition::Unknown, Some(self::ratio(0.0, (0.0, 0.0), proof)), shares.map(|prior| prior.unknown)),
    ]
    .map(|(proposition, ratio, share)| {
        (Weighed { proposition, ratio, prior_ppb: share.map(ppb), posterior_ppb: None }, share)
    });
    if shares.is_some() {
        let of = |(weighed, share): &(Weighed, Option<f64>)| {
            let log10 = weighed.ratio.map_or(0.0, |ratio| f64::from(ratio.log10_milli) / 1e3);
            share.unwrap_or(0.0) * libm::exp(log10 * std::f64::consts::LN_10)
        };
        let products = weighed.each_ref().map(of);
        let total: f64 = products.iter().sum();
        let mut left_over = PPB as u32;
        for ((one, _), product) in weighed.iter_mut().zip(products) {
            // Rounded down; what is left belongs to what is unknown, the last.
            let part = (product / total * PPB).floor() as u32;
            let part = if one.proposition == Proposition::Unknown { left_over } else { part };
            left_over -= part;
            one.posterior_ppb = Some(part);
        }
    }
    (shares.map(|prior| prior.name.clone()), weighed.map(|(weighed, _)| weighed).into())
}

fn ratio(ln_ratio: f64, (least, most): (f64, f64), proof: &Proof) -> Ratio {
    Ratio {
        log10_milli: log10_milli(ln_ratio, proof),
        least_log10_milli: log10_milli(least, proof),
        most_log10_milli: log10_milli(most, proof),
    }
}

fn log10_milli(ln_ratio: f64, proof: &Proof) -> i32 {
    (capped(ln_ratio, proof) / std::f64::consts::LN_10 * 1e3).round() as i32
}

/// No ratio beyond the number of items on which they were validated.
fn capped(ln_ratio: f64, proof: &Proof) -> f64 {
    let cap = libm::log(f64::from(proof.validated_on));
    ln_ratio.clamp(-cap, cap)
}

fn ppb(share: f64) -> u32 {
    (share.clamp(0.0, 1.0) * PPB).round() as u32
}

#[cfg(test)]
mod tests;
