//! Events at places and times that are given: which measurements are whose is all that is sought.
use super::fit::Scratch;
use super::model::Learnt;
use super::network::Network;
use super::outcome::Outcome;
use super::picks::Picks;
use super::region::Region;
use super::rounds::Search;
use super::settings::Settings;
use super::sweep::{self, Live};

/// Events at given places and times share the measurements; nothing is sought and nothing moves.
pub(super) fn given(
    network: &Network,
    region: &Region,
    picks: &mut Picks,
    start: Learnt,
    settings: &Settings,
    spots: &[[f64; 4]],
) -> Outcome {
    let mut learnt = start;
    for pick in &picks.all {
        learnt.classes[network.channels[pick.channel as usize].class as usize].in_use = true;
    }
    learnt.events_per_s = (spots.len() as f64).max(1.0) / picks.span_s();
    let mut search = Search::new(network, region, settings, 1, learnt);
    search.clutter(picks);
    for spot in spots {
        let fitted = search.scene(picks).settle(&mut Scratch::default(), *spot);
        search.live.extend(fitted.map(Live::new));
    }
    // Exclusive shares and clutter's rates settle within a few rounds.
    for _ in 0..6 {
        let scene = search.scene(picks);
        let mut live = search.live.clone();
        sweep::share(&scene, &mut live);
        for one in &mut live {
            if let Some(fitted) = scene.score(&one.fitted.spot, &one.fitted.members) {
                one.fitted = fitted;
            }
        }
        search.live = live;
        sweep::own(picks, &search.live, None);
        search.clutter(picks);
    }
    let (other_odds, left_out) = (vec![0.0; search.live.len()], vec![Vec::new(); search.live.len()]);
    let learnt = search.model.learnt;
    Outcome { live: search.live, other_odds, learnt, inconsistent: Vec::new(), left_out }.in_order_of_time()
}
