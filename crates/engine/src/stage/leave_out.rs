//! What is left of an event without each owner, in the words that are kept.
use truceline_model::event::{Elsewhere, Part, Spread, Without};
use truceline_model::measurement::Site;
use truceline_model::place::Place;
use truceline_model::posterior::{Covariance, PPB};
use truceline_science::locate::{OwnerLeftOut, OwnersAlone, Rest};

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

/// What each set of owners says, as kept.
pub(crate) fn parts(alone: &[OwnersAlone]) -> Vec<Part> {
    let m2 = |value: f64| value.round() as i64;
    let place = |rest: &Rest| {
        let covariance = Covariance {
            east_m2: m2(rest.covariance.east_m2),
            north_m2: m2(rest.covariance.north_m2),
            east_north_m2: m2(rest.covariance.east_north_m2),
        };
        Some(Spread { mean: Place::from_degrees(rest.mean.y, rest.mean.x)?, covariance })
    };
    let part = |one: &OwnersAlone| Part {
        owners: one.owners,
        support_milli: one.support.map(|support| (support * 1e3).round() as i32),
        place: one.rest.as_ref().and_then(place),
    };
    alone.iter().map(part).collect()
}
