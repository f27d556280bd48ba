//! A bounded cache of pieces that are numbered in a row: each has one place, by its number, and takes it from the one before.
//! Who reads in order meets a piece once, and two readers far apart seldom take each other's places.
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Pieces by number. Each place is locked for a moment, never while a piece is read.
#[derive(Debug)]
pub(super) struct Cache<T>(Box<[Mutex<Slot<T>>]>);

/// The number that was asked for last, and the piece if it was read.
type Slot<T> = Option<(u64, Option<Arc<T>>)>;

impl<T> Cache<T> {
    pub(super) fn new(places: usize) -> Self {
        Self((0..places).map(|_| Mutex::new(None)).collect())
    }

    /// A piece, read where it is not held.
    pub(super) fn get<E>(&self, number: u64, read: impl FnOnce() -> Result<T, E>) -> Result<Arc<T>, E> {
        if let Some((held, Some(piece))) = &*self.slot(number)
            && *held == number
        {
            return Ok(Arc::clone(piece));
        }
        let piece = Arc::new(read()?);
        *self.slot(number) = Some((number, Some(Arc::clone(&piece))));
        Ok(piece)
    }

    /// The same, but none for the first who asks: who reads here and there needs less of a piece than all of it.
    pub(super) fn get_again<E>(&self, number: u64, read: impl FnOnce() -> Result<T, E>) -> Result<Option<Arc<T>>, E> {
        {
            let mut slot = self.slot(number);
            if slot.as_ref().is_none_or(|(asked, _)| *asked != number) {
                *slot = Some((number, None));
                return Ok(None);
            }
        }
        self.get(number, read).map(Some)
    }

    fn slot(&self, number: u64) -> MutexGuard<'_, Slot<T>> {
        // It is changed as a whole: what a panicking thread left is true.
        self.0[(number % self.0.len() as u64) as usize].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::Cache;

    #[test]
    fn pieces_are_read_once_until_another_takes_their_place() {
        let cache = Cache::new(4);
        let mut reads = Vec::new();
        for number in [0, 1, 0, 1, 5, 0, 1, 3] {
            let piece = cache.get(number, || {
                reads.push(number);
                Ok::<_, ()>(number * 10)
            });
            assert_eq!(*piece.unwrap(), number * 10);
        }
        assert_eq!(reads, [0, 1, 5, 1, 3]);
        assert_eq!(cache.get(9, || Err("unread")), Err("unread"));
        assert_eq!(cache.get(1, || Err("held")).map(|piece| *piece), Ok(10));
    }
    #[test]
    fn who_asks_once_reads_no_piece() {
        let cache = Cache::new(4);
        let asked: Vec<Option<u64>> = [0, 1, 0, 0, 5, 1, 1]
            .into_iter()
            .map(|number| cache.get_again(number, || Ok::<_, ()>(number)).unwrap().map(|piece| *piece))
            .collect();
        assert_eq!(asked, [None, None, Some(0), Some(0), None, None, Some(1)]);
    }
}
