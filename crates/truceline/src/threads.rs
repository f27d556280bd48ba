//! How many threads compute.
use clap::Args;

/// The most threads: past this, what is handed out is less than handing it out costs.
const THREADS_MAX: i64 = 256;

#[derive(Debug, Args)]
pub(crate) struct Threads {
    /// How many threads compute, one for each processor if it is not said; never moves a result
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=THREADS_MAX))]
    threads: Option<u16>,
}

impl Threads {
    pub(crate) fn count(&self) -> usize {
        let processors = || std::thread::available_parallelism().map_or(1, usize::from).min(THREADS_MAX as usize);
        self.threads.map_or_else(processors, usize::from)
    }
}
