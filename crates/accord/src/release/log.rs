//! Who may read how much of the log: checkpoint and tiles. They hold salted commitments of constant size and tell nothing of
//! an entry; but how many there are, and when they came, tells of busy hours and of outages.
//!
//! Enrolled witnesses and auditors read it up to its newest checkpoint. The public reads it as it stood at fixed moments, a
//! release delay ago: at each of them a checkpoint is shown whether or not anything was appended, and nothing between.
use super::Released;

/// The moments at which the public's log goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    delay_s: i64,
}

impl Schedule {
    /// From one public checkpoint to the next, s, counted from 1970-01-01T00:00:00Z: a day, so that nothing of the hours
    /// within can be read from the number of entries.
    pub const CADENCE_S: i64 = 86_400;
    /// The longest release delay, s: ten years. As many checkpoints as it has days are kept.
    pub const DELAY_S_MAX: i64 = 3_652 * Self::CADENCE_S;

    /// With this release delay, 0 to [`DELAY_S_MAX`](Self::DELAY_S_MAX); none if it is another.
    #[must_use]
    pub fn new(delay_s: i64) -> Option<Self> {
        (0..=Self::DELAY_S_MAX).contains(&delay_s).then_some(Self { delay_s })
    }

    /// The newest moment that has come at `now`, both in s since 1970: the log as it stands then will be shown.
    #[must_use]
    pub fn due(self, now_s: i64) -> i64 {
        now_s.div_euclid(Self::CADENCE_S) * Self::CADENCE_S
    }

    /// The newest moment that is shown at `now`.
    #[must_use]
    pub fn shown(self, now_s: i64) -> i64 {
        self.due(now_s.saturating_sub(self.delay_s))
    }
}

/// The policy for one reader of the log, under one checkpoint that may be shown to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogPolicy {
    note: String,
    size: u64,
}

impl LogPolicy {
    /// For witnesses and auditors: `note` is the newest checkpoint, of `size` entries.
    #[must_use]
    pub fn for_auditors(note: String, size: u64) -> Self {
        Self { note, size }
    }

    /// For the public: of `kept`, moments with the checkpoint (note and size) that was the newest then, the one that is shown
    /// at `now`; none before the first is due.
    #[must_use]
    pub fn for_public<'a>(
        schedule: Schedule,
        now_s: i64,
        kept: impl IntoIterator<Item = (i64, &'a (String, u64))>,
    ) -> Option<Self> {
        let shown = schedule.shown(now_s);
        let newest = kept.into_iter().filter(|(moment, _)| *moment <= shown).max_by_key(|(moment, _)| *moment);
        newest.map(|(_, (note, size))| Self { note: note.clone(), size: *size })
    }

    /// How many entries the reader may know of.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The checkpoint.
    #[must_use]
    pub fn checkpoint(&self) -> Released<String> {
        Released(self.note.clone())
    }

    /// The bytes of a tile that a tree of `tree_size` entries has; none if the reader may not know of so many. `bytes` is not
    /// called then.
    ///
    /// # Errors
    /// Those of `bytes`.
    pub fn tile<E>(
        &self,
        tree_size: u64,
        bytes: impl FnOnce() -> Result<Vec<u8>, E>,
    ) -> Result<Option<Released<Vec<u8>>>, E> {
        if tree_size > self.size {
            return Ok(None);
        }
        bytes().map(|bytes| Some(Released(bytes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = Schedule::CADENCE_S;

    #[test]
    fn moments_are_fixed_and_shown_after_the_delay() {
        let schedule = Schedule::new(3 * DAY + 10).unwrap();
        assert_eq!(schedule.due(5 * DAY), 5 * DAY);
        assert_eq!(schedule.due(5 * DAY - 1), 4 * DAY);
        assert_eq!(schedule.due(-1), -DAY);
        assert_eq!(schedule.shown(5 * DAY + 9), DAY);
        assert_eq!(schedule.shown(5 * DAY + 10), 2 * DAY);
        assert!(Schedule::new(-1).is_none() && Schedule::new(Schedule::DELAY_S_MAX + 1).is_none());
    }

    /// The public sees the same at each second of a day, and nothing of what came after the moment.
    #[test]
    fn nothing_between_two_moments_shows() {
        let schedule = Schedule::new(DAY).unwrap();
        let kept = [(DAY, ("a".to_owned(), 3)), (2 * DAY, ("b".to_owned(), 3)), (3 * DAY, ("c".to_owned(), 900))];
        let at = |now: i64| LogPolicy::for_public(schedule, now, kept.iter().map(|(moment, kept)| (*moment, kept)));
        assert_eq!(at(2 * DAY - 1), None);
        for second in (0..DAY).step_by(997) {
            assert_eq!(at(2 * DAY + second).unwrap().note, "a");
            assert_eq!(at(3 * DAY + second).unwrap().note, "b", "a checkpoint comes also when nothing was appended");
            assert_eq!(at(9 * DAY + second).unwrap().size(), 900);
        }
    }

    #[test]
    fn a_tile_beyond_the_checkpoint_is_not_even_read() {
        let policy = LogPolicy::for_auditors("note".to_owned(), 256);
        let read = |size| policy.tile(size, || Ok::<_, ()>(vec![7])).unwrap().map(Released::into_inner);
        assert_eq!((read(256), read(257)), (Some(vec![7]), None));
        assert_eq!(policy.tile(257, || Err(())), Ok(None));
        assert_eq!(policy.checkpoint().into_inner(), "note");
    }
}
