//! One stretch of time from measurements to events, in rounds.
use super::detection::strengths;
use super::fit::{Fitted, Scene, Scratch};
use super::learn;
use super::model::{Learnt, Model};
use super::network::Network;
use super::picks::Picks;
use super::region::Region;
use super::settings::Settings;
use super::stack::{self, Grid};
use super::sweep::{self, Live};

/// The bars of the rounds, nats of the log odds.
const BARS: [f64; 4] = [10.0, 4.0, 1.0, 0.0];

pub(super) struct Outcome {
    pub live: Vec<Live>,
    pub learnt: Learnt,
}

macro_rules! scene {
    ($network:expr, $model:expr, $picks:expr, $region:expr, $birth:expr, $strength:expr) => {
        Scene {
            network: $network,
            model: &$model,
            picks: &$picks,
            region: $region,
            log_birth: $birth,
            strength: &$strength,
        }
    };
}

pub(super) fn run(
    network: &Network,
    region: &Region,
    picks: &mut Picks,
    start: Learnt,
    settings: &Settings,
    threads: usize,
) -> Outcome {
    let (_, strength) = strengths();
    let mut learnt = start;
    for pick in &picks.all {
        learnt.classes[network.channels[pick.channel as usize].class as usize].in_use = true;
    }
    if learnt.events_per_s <= 0.0 {
        // Half of the measurements in events of ten, to begin with.
        learnt.events_per_s = (picks.all.len() as f64 / 20.0).max(1.0) / picks.span_s();
    }
    let mut live: Vec<Live> = Vec::new();
    let mut scratch = Scratch::default();
    let mut model = Model::new(learnt.clone());
    for (round, bar) in BARS.iter().enumerate() {
        let last = round + 1 == BARS.len();
        let birth = libm::log(learnt.events_per_s / region.volume());
        let rates = {
            let scene = scene!(network, model, *picks, region, birth, strength);
            learn::clutter(&scene, &mut learnt)
        };
        set_clutter(network, picks, &learnt, &rates);
        let found = {
            let scene = scene!(network, model, *picks, region, birth, strength);
            let grid = grid(&scene);
            let candidates = stack::candidates(&scene, &grid, 3.0, threads);
            (grid, candidates)
        };
        let (grid, candidates) = found;
        let (doubt_s, doubt_m) = (grid.bin_s * 1.5, grid.side_m);
        for candidate in candidates {
            let fitted: Option<Fitted> = {
                let scene = scene!(network, model, *picks, region, birth, strength);
                let (heard, expected) = sweep::free_channels(&scene, &candidate.spot, grid.bin_s * 1.5);
                if heard < region.rows + 1 || expected < 3.0 {
                    continue;
                }
                scene.fit(&mut scratch, candidate.spot, doubt_s, doubt_m)
            };
            if let Some(fitted) = fitted
                && fitted.log_odds > *bar
                && fitted.members.len() > region.rows
            {
                sweep::admit(picks, &mut live, fitted);
            }
        }
        for _ in 0..if last { 4 } else { 2 } {
            let scene = scene!(network, model, *picks, region, birth, strength);
            sweep::share(&scene, &mut live);
            sweep::stand(&scene, &mut live, *bar, Some(grid.side_m));
            sweep::own(picks, &live);
        }
        if settings.learn {
            let next = {
                let scene = scene!(network, model, *picks, region, birth, strength);
                learn::learn(&scene, &live, settings, 5.0)
            };
            learnt = next;
            learnt.events_per_s = (live.len() as f64 + 1.0) / picks.span_s();
            model = Model::new(learnt.clone());
        }
    }
    Outcome { live, learnt }
}

fn set_clutter(network: &Network, picks: &mut Picks, learnt: &Learnt, rates: &[f64]) {
    picks.set_clutter(network, rates, |class| learnt.classes[class].echo);
}

/// The grid: fine enough that clutter alone seldom fills a window, no finer than times tell, no coarser than a
/// quarter of the sensors' spacing.
fn grid(scene: &Scene<'_>) -> Grid {
    const CHANCE: f64 = 0.2;
    let mut slow: f64 = 0.0;
    let mut sigma: f64 = 0.0;
    let mut channels = 0;
    for fast in scene.model.classes.iter().filter(|fast| fast.in_use) {
        slow = slow.max(fast.slowness_s_m);
        sigma = sigma.max(fast.variance_s2.sqrt());
    }
    for channel in 0..scene.network.channels.len() {
        channels += usize::from(!scene.picks.of(channel).is_empty());
    }
    let free = scene.picks.owner.iter().filter(|o| **o == super::network::NONE).count();
    let rate = free as f64 / (channels.max(1) as f64 * scene.picks.span_s());
    let window = CHANCE / rate.max(1e-12);
    let coarse = scene.network.spacing_m / 4.0;
    let fine = (3.0 * sigma / slow.max(1e-12)).max(scene.network.spacing_m / 16.0);
    let side = (window / slow.max(1e-12)).clamp(fine.min(coarse), coarse);
    let bin_s = (side * slow / 3.0).max(sigma);
    Grid::new(scene, side, 3, bin_s)
}
