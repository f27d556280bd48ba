//! How the demo is shown and steered over HTTP; the routes are desk's.
use super::found::{Found, Matched};
use super::play::{Hands, Play};
use super::stage::time_of;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use truceline_desk::DeskError;
use truceline_desk::api::demo::{
    Again, Demo, FalseOwner, Jammed, Launched, Played, Refused, Scene, Skipped, Terrain, TrueEvent, Truth, Wish,
};
use truceline_model::time::Time;
use truceline_node::Node;
use truceline_sim::agreement::OWNERS;
use truceline_sim::plane::Point;
use truceline_sim::source::Event;
use truceline_sim::{Day, World};

/// The speeds that are offered.
pub(crate) const SPEEDS: [f64; 5] = [1.0, 10.0, 30.0, 60.0, 120.0];

/// The highest speed that is taken: a scene of four minutes then takes a quarter of a second, where the machine keeps up.
pub(crate) const SPEED_MAX: f64 = 1_000.0;

/// The demo, as desk sees it.
pub(crate) struct Control {
    pub(crate) day: Arc<Day>,
    pub(crate) end_s: f64,
    pub(crate) play: Arc<Play>,
    pub(crate) node: Arc<Node>,
    /// The world as what it sends is stamped.
    stamped: World,
    found: Mutex<Found>,
}

impl Control {
    pub(crate) fn new(day: Arc<Day>, end_s: f64, play: Arc<Play>, node: Arc<Node>) -> Self {
        let stamped = day.stamped();
        Self { day, end_s, play, node, stamped, found: Mutex::default() }
    }

    /// How many cases there are.
    pub(crate) fn cases(&self) -> Result<usize, DeskError> {
        self.with_found(Found::count)
    }

    fn with_found<T>(&self, read: impl FnOnce(&Found) -> T) -> Result<T, DeskError> {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        found.follow(&*self.node.journal())?;
        Ok(read(&found))
    }

    fn time(&self, at_s: f64) -> Time {
        time_of(&self.day, at_s)
    }

    fn text(&self, at_s: f64) -> String {
        self.time(at_s).to_string()
    }

    fn span(&self, span_s: &Range<f64>) -> (String, String) {
        (self.text(span_s.start), self.text(span_s.end))
    }

    fn true_event(&self, event: &Event, found: Option<String>) -> TrueEvent {
        let scene = self.day.scenes.iter().find(|scene| scene.span_s.contains(&event.at_s));
        let launch = event
            .launched_s
            .and_then(|at_s| self.day.world.events.iter().find(|one| one.salvo == event.salvo && one.at_s == at_s));
        TrueEvent {
            id: event.id as u64,
            kind: event.kind.name().to_owned(),
            at: self.text(event.at_s),
            lon: event.lon_lat[0],
            lat: event.lon_lat[1],
            side: event.side.name().to_owned(),
            by: event.by.map(|side| side.name().to_owned()),
            notified: event.notified,
            scene: scene.map(|scene| scene.id.to_owned()),
            case: found,
            launched: launch.map(|launch| Launched {
                at: self.text(launch.at_s),
                lon: launch.lon_lat[0],
                lat: launch.lon_lat[1],
            }),
        }
    }
}

impl Played for Control {
    fn demo(&self) -> Result<Demo, DeskError> {
        let Hands { now, speed, paused, ended, skipping, scene, skipped, .. } = self.play.hands();
        let scenes = self.with_found(|found| {
            let shown = |scene: &truceline_sim::day::Scene| {
                let (from, to) = (self.time(scene.span_s.start), self.time(scene.span_s.end));
                let cases = found.between(from, to).iter().map(ToString::to_string).collect();
                Scene {
                    id: scene.id.to_owned(),
                    title: scene.title.to_owned(),
                    teaches: scene.teaches.to_owned(),
                    from: from.to_string(),
                    to: to.to_string(),
                    at: self.text(scene.at_s),
                    cases,
                }
            };
            self.day.scenes.iter().map(shown).collect()
        })?;
        Ok(Demo {
            seed: self.day.world.seed,
            begins: self.text(0.0),
            ends: self.text(self.end_s),
            now: now.rounded_ms().to_string(),
            speed,
            speeds: SPEEDS.to_vec(),
            paused,
            ended,
            skipping,
            scene: scene.map(|number| self.day.scenes[number].id.to_owned()),
            scenes,
            skipped: skipped
                .into_iter()
                .map(|(from, to)| Skipped { from: from.rounded_ms().to_string(), to: to.rounded_ms().to_string() })
                .collect(),
        })
    }

    fn truth(&self) -> Result<Truth, DeskError> {
        let now_s = self.play.hands().now.seconds_since(self.day.world.start);
        let Matched { of, again, phantoms } = self.with_found(|found| found.matched(&self.stamped))?;
        let so_far = self.day.world.events.iter().filter(|event| event.at_s <= now_s);
        let case = |event: &Event| of.get(&event.id).map(ToString::to_string);
        let falsehood = Some(&self.day.falsehood).filter(|falsehood| falsehood.span_s.start <= now_s);
        let jammed = self.day.outages.iter().filter(|outage| outage.span_s.start <= now_s).map(|outage| {
            let (from, to) = self.span(&outage.span_s);
            let name = |sensor: &usize| self.day.world.network.sensors[*sensor].id.clone();
            Jammed { from, to, sensors: outage.sensors.iter().map(name).collect(), means: outage.means.to_owned() }
        });
        Ok(Truth {
            events: so_far.map(|event| self.true_event(event, case(event))).collect(),
            phantoms: phantoms.iter().map(ToString::to_string).collect(),
            again: again.iter().map(|(case, event)| Again { case: case.to_string(), event: *event as u64 }).collect(),
            false_owner: falsehood.map(|falsehood| {
                let (from, to) = self.span(&falsehood.span_s);
                let owner = OWNERS[falsehood.owner].to_owned();
                FalseOwner { owner, behaviour: falsehood.behaviour.name().to_owned(), from, to }
            }),
            jammed: jammed.collect(),
        })
    }

    fn terrain(&self) -> Terrain {
        let region = &self.day.world.region;
        let places = |points: &[Point]| points.iter().map(|point| point.lon_lat()).collect();
        let town = |number: usize| region.towns[number].lon_lat();
        Terrain {
            coast: places(&region.coast),
            river: places(&region.river),
            towns: places(&region.towns),
            roads: region.roads.iter().map(|(from, to)| [town(*from), town(*to)]).collect(),
        }
    }

    fn wish(&self, wish: &Wish) -> Result<(), Refused> {
        let scenes = &self.day.scenes;
        match wish {
            Wish::Speed(speed) if (SPEEDS[0]..=SPEED_MAX).contains(speed) => {
                self.play.set(|hands| hands.speed = *speed);
                Ok(())
            }
            Wish::Speed(speed) => {
                Err(Refused::Bad(format!("a speed of {speed}, expected {} to {SPEED_MAX}", SPEEDS[0])))
            }
            Wish::Paused(paused) => {
                self.play.set(|hands| hands.paused = *paused);
                Ok(())
            }
            Wish::Next => self.play.set(|hands| {
                let next = hands.wished.unwrap_or(hands.ahead);
                if next >= scenes.len() {
                    return Err(Refused::Gone("the last scene was begun, expected a scene after it".to_owned()));
                }
                // While the clock stands nobody sees it jump.
                (hands.wished, hands.paused) = (Some(next), false);
                Ok(())
            }),
            Wish::Scene(id) => {
                let Some(number) = scenes.iter().position(|scene| scene.id == id) else {
                    let known: Vec<&str> = scenes.iter().map(|scene| scene.id).collect();
                    return Err(Refused::Bad(format!("no scene {id:?}, expected one of {}", known.join(", "))));
                };
                self.play.set(|hands| {
                    let is_begun = number < hands.ahead || self.time(scenes[number].span_s.start) < hands.now;
                    if is_begun {
                        return Err(Refused::Gone(format!("scene {id} is in the past: the clock never goes back")));
                    }
                    (hands.wished, hands.paused) = (Some(number), false);
                    Ok(())
                })
            }
        }
    }
}
