//! How far a store's sensors see, by the rule of `truceline coverage`: learnt from what they registered of the events found.
use crate::commands::coverage::hours::Sensed;
use crate::commands::coverage::network::{Medium, Watching};
use crate::commands::coverage::survey::watchers;
use std::collections::BTreeMap;
use std::sync::Arc;
use truceline_desk::coverage::{Learns, Sees};
use truceline_formats::network::Network;
use truceline_model::measurement::{Measurement, Sensor, Site};
use truceline_model::place::Place;
use truceline_science::coverage::{Demand, Hour};

/// Learns on one thread: the others derive.
const THREADS: usize = 1;

/// Learns from arrivals alone: a store has no file that states how far its sensors see.
#[derive(Debug)]
pub(crate) struct FromArrivals;

impl Learns for FromArrivals {
    fn learn(&self, sensors: &[Sensor], arrivals: &[Measurement]) -> Result<Arc<dyn Sees>, String> {
        if arrivals.is_empty() {
            return Err("no event was found yet from whose arrivals it could be learnt how far sensors see".to_owned());
        }
        let watching = Watching::new(&Network::default(), sensors, Some(arrivals), THREADS);
        let too_few = "too few events were found yet to learn from their arrivals how far sensors see";
        Ok(Arc::new(Learnt(watching.map_err(|_| too_few.to_owned())?)))
    }
}

struct Learnt(Watching);

impl Sees for Learnt {
    fn demand(&self) -> (usize, usize) {
        let demand = Demand::default();
        (demand.sensors_min, demand.owners_min)
    }

    fn smallest(
        &self,
        up: &BTreeMap<String, f64>,
        places: &[Place],
        probability: f64,
    ) -> Result<Vec<Option<f64>>, String> {
        let Self(watching) = self;
        let sensed = |id: &String| Sensed { up: up.get(id).copied().unwrap_or(0.0), louder_db: 0.0 };
        let sensed: Vec<Sensed> = watching.sensors.iter().map(|placed| sensed(&placed.id)).collect();
        let watchers = watchers(watching, &sensed, Medium::Any);
        let hour =
            Hour::new(watchers, Demand::default(), watching.strength_sigma).map_err(|error| error.to_string())?;
        let smallest = |place: &Place| {
            let site = Site::Geographic { lon_deg: place.lon_deg(), lat_deg: place.lat_deg(), elevation_m: 0.0 };
            watching.frame.metres(&site).and_then(|[x_m, y_m, _]| hour.smallest_ratio([x_m, y_m], probability))
        };
        Ok(places.iter().map(smallest).collect())
    }
}
