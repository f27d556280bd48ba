//! Network coincidence: several channels triggered at once.
use truceline_model::time::Time;

/// One channel's trigger.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChannelTrigger {
    /// The channel, as the caller numbers them; one number is one channel.
    pub channel: u32,
    /// What the channel adds to the sum.
    pub weight: f64,
    /// When it switched on.
    pub on: Time,
    /// When it switched off.
    pub off: Time,
}

/// Several channels triggered at once.
#[derive(Debug, Clone, PartialEq)]
pub struct Coincidence {
    /// When the first of them switched on.
    pub time: Time,
    /// From then until the last of them switched off, s.
    pub duration_s: f64,
    /// The channels in order of switching on.
    pub channels: Vec<u32>,
    /// Sum of their weights.
    pub sum: f64,
}

/// The coincidences among channel triggers, in any order.
///
/// # Algorithm
/// Triggers are sorted by on, off and channel. Each in turn begins a group; later ones join it as long as they switch
/// on not later than `extension_s` after the group's latest off, each channel once, and they extend it. A group whose
/// sum reaches `sum_min` is a coincidence, unless it ends no later than the last one found.
///
/// Source: `obspy.signal.trigger.coincidence_trigger`, whose rules these are, templates of similarity aside. As there,
/// a channel that triggers again within a group can begin a second, later-ending one.
///
/// # Checked against
/// ObsPy 1.5.1 on four channels: same times, durations to 1e-6 s, and channels (`tests/dsp_peers.rs`).
#[must_use]
pub fn coincidences(triggers: &[ChannelTrigger], sum_min: f64, extension_s: f64) -> Vec<Coincidence> {
    let mut sorted = triggers.to_vec();
    sorted.sort_by_key(|trigger| (trigger.on, trigger.off, trigger.channel));
    let mut found = Vec::new();
    let mut last_off: Option<Time> = None;
    for (i, first) in sorted.iter().enumerate() {
        let mut group =
            Coincidence { time: first.on, duration_s: 0.0, channels: vec![first.channel], sum: first.weight };
        let mut off = first.off;
        for other in &sorted[i + 1..] {
            if group.channels.contains(&other.channel) {
                continue;
            }
            if other.on > off.plus_s(extension_s) {
                break;
            }
            group.channels.push(other.channel);
            group.sum += other.weight;
            off = off.max(other.off);
        }
        if group.sum < sum_min || last_off.is_some_and(|last| off <= last) {
            continue;
        }
        group.duration_s = off.seconds_since(first.on);
        last_off = Some(off);
        found.push(group);
    }
    found
}
