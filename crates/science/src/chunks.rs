//! The same function over many items, on several threads, with the same result on any number of them.
use std::sync::atomic::{AtomicUsize, Ordering};

/// Items in a chunk. Some 0.1 ms of work: enough to outweigh handing it to a thread.
const CHUNK_ITEMS: usize = 256;

/// The most threads that are started: past this, chunks of a usual case are fewer than threads.
pub(crate) const MAX_THREADS: usize = 64;

/// `make(scratch, item)` for each item, in order. Each item is computed by itself from a scratch whose contents
/// must not matter, so neither the chunks nor the threads can show in the result.
pub(crate) fn map<T: Sync, S, R: Send>(
    items: &[T],
    threads: usize,
    scratch: impl Fn() -> S + Sync,
    make: impl Fn(&mut S, &T) -> R + Sync,
) -> Vec<R> {
    of(items, CHUNK_ITEMS, threads, scratch, make)
}

/// As [`map`], with so many items in a chunk.
pub(crate) fn of<T: Sync, S, R: Send>(
    items: &[T],
    chunk_items: usize,
    threads: usize,
    scratch: impl Fn() -> S + Sync,
    make: impl Fn(&mut S, &T) -> R + Sync,
) -> Vec<R> {
    let threads = threads.clamp(1, MAX_THREADS).min(items.len().div_ceil(chunk_items));
    if threads <= 1 {
        let mut scratch = scratch();
        return items.iter().map(|item| make(&mut scratch, item)).collect();
    }
    let work = |thread: usize| -> Vec<Vec<R>> {
        let mut scratch = scratch();
        let mine = items.chunks(chunk_items).skip(thread).step_by(threads);
        mine.map(|chunk| chunk.iter().map(|item| make(&mut scratch, item)).collect()).collect()
    };
    let mut parts: Vec<_> = std::thread::scope(|scope| {
        let work = &work;
        let others: Vec<_> = (1..threads).map(|thread| scope.spawn(move || work(thread))).collect();
        let mut parts = vec![work(0).into_iter()];
        for other in others {
            match other.join() {
                Ok(part) => parts.push(part.into_iter()),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        parts
    });
    let mut results = Vec::with_capacity(items.len());
    for chunk in 0..items.len().div_ceil(chunk_items) {
        results.extend(parts[chunk % threads].next().into_iter().flatten());
    }
    results
}

/// `make(item)` for each item, in order: of items that each take long. Whichever thread is free takes the next, and each is
/// computed by itself, so threads cannot show in the result.
pub fn each<T: Sync, R: Send>(items: &[T], threads: usize, make: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = threads.clamp(1, MAX_THREADS).min(items.len());
    if threads <= 1 {
        return items.iter().map(make).collect();
    }
    let next = AtomicUsize::new(0);
    let work = || -> Vec<(usize, R)> {
        let mut made = Vec::new();
        while let Some((at, item)) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| Some((at, items.get(at)?)))
        {
            made.push((at, make(item)));
        }
        made
    };
    let mut made: Vec<(usize, R)> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut made = work();
        for other in others {
            match other.join() {
                Ok(part) => made.extend(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        made
    });
    made.sort_unstable_by_key(|(at, _)| *at);
    made.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn order_is_kept_for_any_number_of_threads() {
        for length in [0_usize, 1, 255, 256, 257, 5_000] {
            let items: Vec<usize> = (0..length).collect();
            let expected: Vec<usize> = items.iter().map(|item| item * 3).collect();
            for threads in [0, 1, 2, 5, 1_000] {
                assert_eq!(super::map(&items, threads, || (), |(), item| item * 3), expected);
                assert_eq!(super::each(&items, threads, |item| item * 3), expected);
            }
        }
    }
}
