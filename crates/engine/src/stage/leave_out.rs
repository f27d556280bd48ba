//! What is left of an event without each owner, in the words that are kept.
use truceline_model::event::{Elsewhere, Part, Spread, Without};
use truceline_model::measurement::Site;
use truceline_model::place::Place;
use truceline_model::posterior::{Covariance, PPB, Posterior};
use truceline_science::locate::{OwnerLeftOut, Rest};

/// Rounded to what is kept; `p_real` says how probably the others' arrivals have one origin.
pub(crate) fn kept(left_out: Vec<OwnerLeftOut>, p_real: impl Fn(&str) -> Option<f64>) -> Vec<Without> {
    let one = |left_out: OwnerLeftOut| Without {
        arrivals: left_out.members as u32,
        elsewhere: left_out.rest.as_ref().and_then(elsewhere),
        // Rounded down, as with all owners.
        p_real_ppb: p_real(&left_out.owner).map(|p_real| (p_real * PPB).floor() as u32),
        owner: left_out.owner,
    };
    left_out.into_iter().map(one).collect()
}

fn elsewhere(rest: &Rest) -> Option<Elsewhere> {
    let Site::Geographic { lon_deg, lat_deg, .. } = rest.placed.most_probable else { return None };
    Some(Elsewhere {
        most_probable: Place::from_degrees(lat_deg, lon_deg)?,
        area_p90_m2: rest.placed.area_p90_m2.round() as u64,
        moved_m: rest.moved_m.round() as u32,
    })
}

/// What is known where each owner was left out, and each two of them where that was done: all of them together, all but one,
/// all but two; how well their measurements agree was not computed.
pub(crate) fn parts(whole: &Posterior, left_out: &[OwnerLeftOut], pairs: &[(u32, Option<Rest>)]) -> Vec<Part> {
    if left_out.is_empty() {
        return Vec::new();
    }
    let everyone = (1_u32 << left_out.len()) - 1;
    let spread = Spread { mean: whole.mean, covariance: whole.covariance };
    let all = Part { owners: everyone, support_milli: None, place: Some(spread) };
    let without = |(absent, rest): (u32, Option<&Rest>)| Part {
        owners: everyone & !absent,
        support_milli: None,
        place: rest.and_then(|rest| {
            let m2 = |value: f64| value.round() as i64;
            let covariance = Covariance {
                east_m2: m2(rest.covariance.east_m2),
                north_m2: m2(rest.covariance.north_m2),
                east_north_m2: m2(rest.covariance.east_north_m2),
            };
            Some(Spread { mean: Place::from_degrees(rest.mean.y, rest.mean.x)?, covariance })
        }),
    };
    let singly = left_out.iter().enumerate().map(|(at, left_out)| (1 << at, left_out.rest.as_ref()));
    let pairs = pairs.iter().map(|(absent, rest)| (*absent, rest.as_ref()));
    std::iter::once(all).chain(singly.chain(pairs).map(without)).collect()
}
