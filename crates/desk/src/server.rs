//! The server on the loopback address, for one tier. The program does not know who asks, so nothing else than the loopback
//! address can be bound: who may reach it there, through a server that knows them, is a deployment's to say.
use crate::api::demo::{self, Played};
use crate::api::{routes, tiers};
use crate::assets;
use crate::coverage::{Learns, Sight};
use crate::error::DeskError;
use crate::ledger::Ledger;
use crate::log::{self, PublicLog};
use crate::released::{self, Shown};
use crate::views::Views;
use crate::write_side::WriteSide;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use truceline_accord::release::{ReleasePolicy, Tier};
use truceline_evidence::journal::JournalReader;

/// How often the journal is looked at for live updates: far below what a person notices.
const FOLLOW_EVERY: Duration = Duration::from_millis(150);

/// What a page may do: nothing but what comes from here. Styles are set by the chart and the page's own code.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data: blob:; worker-src 'self' blob:; connect-src 'self'; frame-ancestors 'none'; \
    base-uri 'none'; form-action 'none'";

/// The read side of a store.
pub struct Desk {
    pub(crate) reader: Arc<dyn JournalReader>,
    pub(crate) write_side: Arc<dyn WriteSide>,
    /// One writer and its readers take turns: every use lasts milliseconds.
    pub(crate) views: Arc<Mutex<Views>>,
    pub(crate) policy: ReleasePolicy,
    pub(crate) live: watch::Sender<u64>,
    /// The public's log; none where no release delay was stated.
    pub(crate) public_log: Option<Mutex<PublicLog>>,
    /// Who is looking.
    tier: Tier,
    /// The state whose house this is, by its code, if it was named.
    pub(crate) house: Option<String>,
    /// What people signed of the register, as far as it was read; whoever has the views takes in what is new.
    ledger: Mutex<Option<Ledger>>,
    /// What was learnt of how far sensors see; none where nobody computes it.
    pub(crate) sight: Option<Arc<Sight>>,
    /// The day that is played here, if one is.
    pub(crate) played: Option<Arc<dyn Played>>,
    /// What a tier below the enclave is shown during this step; replaced whole by one task.
    pub(crate) shown: Mutex<Option<Arc<Shown>>>,
}

impl std::fmt::Debug for Desk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Desk").field("origin", &self.reader.origin()).finish_non_exhaustive()
    }
}

impl Desk {
    /// A desk over a journal, with its views in this file.
    ///
    /// # Errors
    /// If the views cannot be opened.
    pub fn open(
        reader: Arc<dyn JournalReader>,
        write_side: Arc<dyn WriteSide>,
        views: &Path,
    ) -> Result<Self, DeskError> {
        let views = Views::open(views, &reader.origin())?;
        let (live, _) = watch::channel(reader.size());
        Ok(Self {
            reader,
            write_side,
            views: Arc::new(Mutex::new(views)),
            policy: ReleasePolicy::for_operator(),
            live,
            public_log: None,
            tier: Tier::Enclave,
            house: None,
            ledger: Mutex::new(None),
            sight: None,
            played: None,
            shown: Mutex::new(None),
        })
    }

    /// The desk for this tier.
    #[must_use]
    pub fn for_tier(self, tier: Tier) -> Self {
        Self { tier, ..self }
    }

    /// A desk of the same store for another tier, without the public's log.
    #[must_use]
    pub fn beside(&self, tier: Tier) -> Self {
        let (live, _) = watch::channel(0);
        Self {
            reader: Arc::clone(&self.reader),
            write_side: Arc::clone(&self.write_side),
            views: Arc::clone(&self.views),
            policy: self.policy,
            live,
            public_log: None,
            tier,
            house: None,
            ledger: Mutex::new(None),
            sight: None,
            played: None,
            shown: Mutex::new(None),
        }
    }

    /// The desk of a state's house: its page is one step from every other.
    #[must_use]
    pub fn with_house(self, code: Option<String>) -> Self {
        Self { house: code, ..self }
    }

    /// The desk that also says what could have been seen.
    #[must_use]
    pub fn with_sight(self, learns: Arc<dyn Learns>) -> Self {
        Self { sight: Some(Arc::new(Sight::new(learns))), ..self }
    }

    /// The desk of a demo: it also shows and steers what is played.
    #[must_use]
    pub fn with_played(self, played: Arc<dyn Played>) -> Self {
        Self { played: Some(played), ..self }
    }

    /// Reads what people signed of the register, with what is new of it taken in.
    pub(crate) fn with_ledger<T>(
        &self,
        views: &Views,
        read: impl FnOnce(&Ledger) -> Result<T, DeskError>,
    ) -> Result<T, DeskError> {
        let mut kept = self.ledger.lock().unwrap_or_else(PoisonError::into_inner);
        let ledger = kept.get_or_insert_with(|| Ledger::new(&self.reader.origin()));
        ledger.follow(views, &*self.reader)?;
        read(ledger)
    }

    /// The desk that also shows the public its log.
    #[must_use]
    pub fn with_public_log(self, log: PublicLog) -> Self {
        Self { public_log: Some(Mutex::new(log)), ..self }
    }
}

/// Serves until `stop` is done.
///
/// # Errors
/// If the listener is not on the loopback address, or the server fails.
pub async fn serve(
    listener: TcpListener,
    desk: Arc<Desk>,
    stop: impl Future<Output = ()> + Send,
) -> Result<(), DeskError> {
    let io = |error: std::io::Error| DeskError::other(format!("the server: {error}"));
    let address = listener.local_addr().map_err(io)?;
    if !address.ip().is_loopback() {
        let message = format!("{address} is not the loopback address: the program does not know who asks");
        return Err(DeskError::other(message));
    }
    listener.set_nonblocking(true).map_err(io)?;
    let listener = tokio::net::TcpListener::from_std(listener).map_err(io)?;
    let of_tier = match desk.tier {
        Tier::Enclave if desk.played.is_some() => routes::routes().merge(demo::routes()).fallback(assets::serve),
        Tier::Enclave => routes::routes().fallback(assets::serve),
        Tier::Commission | Tier::Parties | Tier::Public => {
            make(&desk).await;
            tiers::routes::routes()
        }
    };
    let app = of_tier.layer(from_fn(guard)).with_state(Arc::clone(&desk));
    let follower = match desk.tier {
        Tier::Enclave => tokio::spawn(follow(desk)),
        Tier::Commission | Tier::Parties | Tier::Public => tokio::spawn(step(desk)),
    };
    // Live connections never end by themselves, so the server is dropped rather than waited for.
    let result = tokio::select! {
        served = axum::serve(listener, app).into_future() => served.map_err(io),
        () = stop => Ok(()),
    };
    follower.abort();
    result
}

/// Makes what a tier below the enclave is shown, at each step of its cadence.
async fn step(desk: Arc<Desk>) {
    loop {
        let shown = desk.shown.lock().unwrap_or_else(PoisonError::into_inner).clone();
        // After a failure what was shown goes on being shown, and it is tried again.
        let wait = shown.map(|shown| Duration::from_millis(released::until_next_ms(shown.rung.cadence_s())));
        tokio::time::sleep(wait.unwrap_or(FOLLOW_EVERY)).await;
        make(&desk).await;
    }
}

async fn make(desk: &Arc<Desk>) {
    keep_public_log(desk);
    let making = Arc::clone(desk);
    let made = tokio::task::spawn_blocking(move || {
        let mut views = making.views.lock().unwrap_or_else(PoisonError::into_inner);
        Shown::now(&*making.reader, &mut views, making.tier, log::now_s())
    });
    if let Ok(Ok(made)) = made.await {
        *desk.shown.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(made));
        desk.live.send_modify(|steps| *steps += 1);
    }
}

fn keep_public_log(desk: &Desk) {
    if let Some(public) = &desk.public_log {
        let mut public = public.lock().unwrap_or_else(PoisonError::into_inner);
        // A failure shows where it is asked for; here it is tried again.
        let _ = public.keep(log::now_s(), &*desk.reader);
    }
}

/// Takes in what the journal got and tells the live connections.
async fn follow(desk: Arc<Desk>) {
    let mut seen = 0;
    loop {
        tokio::time::sleep(FOLLOW_EVERY).await;
        keep_public_log(&desk);
        let size = desk.reader.size();
        if size == seen {
            continue;
        }
        let following = Arc::clone(&desk);
        let done = tokio::task::spawn_blocking(move || {
            following.views.lock().unwrap_or_else(PoisonError::into_inner).follow(&*following.reader)
        });
        // A failure shows in every answer that needs the views; here it is tried again.
        if let Ok(Ok(_)) = done.await {
            seen = size;
            desk.live.send_replace(size);
        }
    }
}

/// Answers only requests to the loopback names, and sets the headers that bound what a page may do. A foreign
/// name that resolves to the loopback address is refused: it is another site's page asking.
async fn guard(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !is_loopback_name(host) {
        return (StatusCode::MISDIRECTED_REQUEST, "expected 127.0.0.1 or localhost as the host\n").into_response();
    }
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

fn is_loopback_name(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    };
    matches!(name, "127.0.0.1" | "localhost" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::is_loopback_name;

    #[test]
    fn only_loopback_names_are_answered() {
        for host in ["127.0.0.1", "127.0.0.1:8080", "localhost:1", "[::1]:80", "[::1]"] {
            assert!(is_loopback_name(host), "{host}");
        }
        for host in
            ["", "example.org", "example.org:80", "127.0.0.1.example.org", "10.0.0.1", "localhost.example.org:80"]
        {
            assert!(!is_loopback_name(host), "{host}");
        }
    }
}
