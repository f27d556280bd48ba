//! Which arrays there are, by the inventory: one whose elements change gets a new detector.
use super::{Watch, settings};
use crate::output::Emitter;
use crate::stage::exclude;
use crate::stage::said::Said;
use crate::state::{Array, Element, MAX_ARRAYS, Map, State};
use crate::step::Engine;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use truceline_model::hash::Hash;
use truceline_model::inventory::SensorSite;
use truceline_model::place::Place;
use truceline_science::array::Geometry;

/// Makes arrays of the sites that name one of these. `cause` is the inventory that touched them.
pub(crate) fn register(
    engine: &Engine,
    state: &mut State,
    cause: Hash,
    touched: &BTreeSet<String>,
    emitter: &mut Emitter<'_>,
) {
    let mut sites: BTreeMap<&str, Vec<&SensorSite>> = touched.iter().map(|name| (name.as_str(), vec![])).collect();
    for site in state.sites.0.values() {
        if let Some(sites) = site.array.as_deref().and_then(|name| sites.get_mut(name)) {
            sites.push(site);
        }
    }
    let wanted: Vec<(String, Result<Array, String>)> =
        sites.into_iter().map(|(name, sites)| (name.to_owned(), array_of(&sites))).collect();
    for (name, wanted) in wanted {
        let wanted = match wanted {
            Ok(array) => Some(array),
            Err(why) => {
                exclude(emitter, cause, format!("array {name}: {why}"));
                None
            }
        };
        if let (Some(held), Some(wanted)) = (state.arrays.0.get_mut(&name), &wanted)
            && is_same(held, wanted)
        {
            for (channel, element) in &mut held.elements.0 {
                if let Some(wanted) = wanted.elements.0.get(channel) {
                    element.owner.clone_from(&wanted.owner);
                }
            }
            continue;
        }
        if let Some(mut gone) = state.arrays.0.remove(&name)
            && let Some(arrays) = engine.configuration.detectors.as_ref().and_then(|found| found.arrays.as_ref())
        {
            let mut said = Said::new(emitter);
            Watch { name: &name, array: &mut gone, arrays, now: state.now, channels: &state.channels }.close(&mut said);
            said.finish();
        }
        match wanted {
            Some(_) if state.arrays.0.len() >= MAX_ARRAYS => {
                exclude(emitter, cause, format!("array {name}: {MAX_ARRAYS} arrays are watched already"));
            }
            Some(array) => {
                state.arrays.0.insert(name, array);
            }
            None => {}
        }
    }
}

/// An array of these elements, or why they make none.
fn array_of(sites: &[&SensorSite]) -> Result<Array, String> {
    let stated = settings::class_of(sites.iter().map(|site| site.kind))?;
    let places: Vec<Place> = sites.iter().map(|site| site.place).collect();
    let (_, place) = Geometry::from_places(&places).map_err(|error| error.to_string())?;
    let element = |site: &&SensorSite| {
        let element = Element {
            place: site.place,
            elevation_cm: site.elevation_cm,
            owner: site.owner.clone(),
            delivery: None,
            heard: None,
            silent: false,
            waiting: VecDeque::new(),
            waveform: Vec::new(),
        };
        (site.id.clone(), element)
    };
    Ok(Array {
        stated,
        class: None,
        place,
        elements: Map(sites.iter().map(element).collect()),
        detector: None,
        unusable: false,
        closed: true,
    })
}

/// Whether the elements are the same and stand where they stood.
fn is_same(held: &Array, wanted: &Array) -> bool {
    let places = |array: &Array| -> Vec<(String, Place, i32)> {
        let elements = array.elements.0.iter();
        elements.map(|(channel, element)| (channel.clone(), element.place, element.elevation_cm)).collect()
    };
    held.stated == wanted.stated && places(held) == places(wanted)
}
