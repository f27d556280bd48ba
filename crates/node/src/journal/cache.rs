//! A bounded cache of pieces that are numbered in a row: each has one place, by its number, and takes it from the one before.
//! Who reads in order meets a piece once, and two readers far apart seldom take each other's places.
use std::sync::{Arc, Mutex, PoisonError};

/// Pieces by number. Each place is locked for a moment, never while a piece is read.
#[derive(Debug)]
pub(super) struct Cache<T>(Box<[Slot<T>]>);

type Slot<T> = Mutex<Option<(u64, Arc<T>)>>;

impl<T> Cache<T> {
    pub(super) fn new(places: usize) -> Self {
        Self((0..places).map(|_| Mutex::new(None)).collect())
    }

    /// A piece, read where it is not held.
    pub(super) fn get<E>(&self, number: u64, read: impl FnOnce() -> Result<T, E>) -> Result<Arc<T>, E> {
        // A place is changed as a whole: what a panicking thread left is true.
        let place = || self.0[(number % self.0.len() as u64) as usize].lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((held, piece)) = &*place()
            && *held == number
        {
            return Ok(Arc::clone(piece));
        }
        let piece = Arc::new(read()?);
        *place() = Some((number, Arc::clone(&piece)));
        Ok(piece)
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
}
