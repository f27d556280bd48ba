//! Live sources over real sockets, against a server with every fault: nothing lost, nothing twice, others unharmed.
#![allow(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

#[path = "support/kept.rs"]
mod kept;
#[path = "support/ring.rs"]
mod ring;
#[path = "../../formats/tests/support/seedlink_server.rs"]
#[allow(dead_code, reason = "shared with the tests of the protocol, which use all of it")]
mod seedlink_server;

use kept::{Kept, WAIT_MAX};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, CertifiedKey, IsCa, KeyPair};
use ring::{BEGIN, Fault, Ring, records};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use truceline_formats::seedlink::Protocol;
use truceline_formats::sources;
use truceline_model::hash::Hash;
use truceline_model::sensor_state::{LinkState, SensorState};
use truceline_model::time::Time;
use truceline_node::records::RecordIntake;
use truceline_node::sources::{Clock, Pace, Say, SourceState, SourceStatus, Sources};

/// Sources that run, what they delivered and what they said.
struct Running {
    sources: Option<Sources>,
    kept: Arc<Kept>,
    said: Arc<Mutex<Vec<String>>>,
}

impl Running {
    fn start(text: &str, folder: &Path, seconds_per_second: u32) -> Self {
        Self::try_start(text, folder, seconds_per_second, Arc::default()).unwrap()
    }

    fn try_start(text: &str, folder: &Path, seconds_per_second: u32, kept: Arc<Kept>) -> Result<Self, String> {
        let sources = sources::read("sources.toml", text).unwrap();
        let said: Arc<Mutex<Vec<String>>> = Arc::default();
        let lines = Arc::clone(&said);
        let say: Say = Arc::new(move |line: &str| lines.lock().unwrap().push(line.to_owned()));
        let intake: Arc<dyn RecordIntake> = kept.clone();
        let sources = Sources::start(&sources, folder, &intake, &say, Pace { seconds_per_second });
        Ok(Self { sources: Some(sources.map_err(|error| error.to_string())?), kept, said })
    }

    fn said(&self) -> String {
        self.said.lock().unwrap().join("\n")
    }

    fn status(&self, name: &str) -> SourceStatus {
        self.sources.as_ref().unwrap().status().into_iter().find(|status| status.name == name).unwrap()
    }

    fn wait_until(&self, what: &str, is: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + WAIT_MAX;
        while !is(self) {
            assert!(Instant::now() < deadline, "{what} did not come\n{}", self.said());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn wait_until_said(&self, part: &str) {
        self.wait_until(part, |running| running.said().contains(part));
    }
}

fn source(name: &str, ring: &Ring, stations: &str, more: &str) -> String {
    format!(
        "[[source]]\nname = \"{name}\"\nowner = \"mission\"\nkind = \"seedlink\"\naddress = \"{}\"\n\
         stations = [{stations}]\n{more}\n",
        ring.address
    )
}

/// All that was pushed, in order of its bytes.
fn sorted(parts: &[Vec<Vec<u8>>]) -> Vec<Vec<u8>> {
    let mut all = parts.concat();
    all.sort();
    all
}

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn all_channels_arrive_with_their_very_bytes_in_both_versions() {
    for protocol in ["\"auto\"", "3", "4"] {
        let ring = Ring::start();
        let [a, b, c] = ["XX_ONE_00_H_H_Z", "XX_ONE_00_H_H_N", "XX_TWO_00_H_H_Z"].map(|name| records(name, 0..40));
        for ((a, b), c) in a.iter().zip(&b).zip(&c) {
            [a, b, c].into_iter().for_each(|record| ring.push(record));
        }
        let more = format!("protocol = {protocol}\nbegin = \"{BEGIN}\"");
        let running = Running::start(&source("ring", &ring, "\"XX_ONE\", \"XX_T*\"", &more), here(), 100);
        assert!(running.kept.wait_for("ring", 120) == sorted(&[a.clone(), b.clone(), c.clone()]));
        // What comes from now on.
        let later = records("XX_TWO_00_H_H_Z", 40..45);
        later.iter().for_each(|record| ring.push(record));
        assert!(running.kept.wait_for("ring", 125) == sorted(&[a, b, c, later]));
        running.wait_until("the status", |running| running.status("ring").counts.registered == 125);
        let status = running.status("ring");
        assert_eq!((status.state, status.problem), (SourceState::Connected, None));
        let expected = if protocol == "3" { Protocol::V3 } else { Protocol::V4 };
        assert_eq!(status.protocol, Some(expected));
        assert!(status.server.unwrap().starts_with("SeedLink v4.0 (RingServer/4.5.3)"));
        assert_eq!((status.counts.attempts, status.counts.connections), (1, 1));
        assert!(running.said().contains("source ring: connected, SeedLink "), "{}", running.said());
        running.wait_until("a tick", |running| running.kept.lock().ticks.len() > 1);
        let ticks = running.kept.lock().ticks.clone();
        assert!(ticks.is_sorted());
    }
}

/// Each fault on one source beside a steady one.
#[test]
fn a_fault_harms_its_own_source_only_and_loses_nothing() {
    for protocol in [3, 4] {
        for (fault, pace, reason) in [
            (Fault::Cut(7, 100), 100, "closed inside a packet, after 100 bytes of it"),
            (Fault::Cut(7, 0), 100, "closed by the server between two packets"),
            (Fault::Garbage(7), 100, "\"HTTP/1.1 500\", expected a packet, END or ERROR"),
            (Fault::Stall(7), 200, "nothing for 180 s, not even on request"),
            (Fault::Drip(7), 600, "bytes came for 600 s without a whole packet"),
            (
                Fault::Endless(7),
                100,
                if protocol == 4 { "a packet of 4294967295 bytes" } else { "expected a miniSEED record" },
            ),
            (Fault::End(7), 100, "the server has ended the stream"),
        ] {
            let (bad, good) = (Ring::start(), Ring::start());
            let wanted = records("XX_BAD_00_H_H_Z", 0..30);
            wanted.iter().for_each(|record| bad.push(record));
            // The fault twice, and the second buffer begins with other numbers.
            bad.faults(&[fault, fault]);
            let more = format!("protocol = {protocol}\nbegin = \"{BEGIN}\"");
            let text = source("bad", &bad, "\"XX_BAD\"", &more) + &source("good", &good, "\"XX_GOOD\"", &more);
            let running = Running::start(&text, here(), pace);
            running.wait_until_said("source good: connected");
            let steady = records("XX_GOOD_00_H_H_Z", 0..20);
            steady.iter().for_each(|record| good.push(record));
            assert!(running.kept.wait_for("good", 20) == sorted(&[steady]), "{fault:?}");
            running.wait_until_said(reason);
            bad.number_from(900_000);
            assert!(running.kept.wait_for("bad", 30) == sorted(&[wanted]), "{fault:?}\n{}", running.said());
            running.wait_until_said("source bad: resumed from 2024-05-01T11:5");
            let said = running.said();
            assert!(said.contains("source bad: lost: ") && said.contains("; trying again in "), "{said}");
            let counts = running.status("bad").counts;
            assert!(counts.attempts >= 2 && counts.already > 0, "{counts:?}");
            // What cannot be read is registered with its place; a cut or a silence is no delivery.
            let refusals = running.kept.lock().refusals.clone();
            let unreadable = matches!(fault, Fault::Garbage(_) | Fault::Endless(_));
            assert_eq!(!refusals.is_empty(), unreadable, "{fault:?}: {refusals:?}");
            for refusal in refusals {
                assert_eq!((refusal.source.as_str(), refusal.rule.as_str()), ("bad", "seedlink-stream"));
                assert!(refusal.offset.starts_with("byte ") && refusal.offset.contains(" of the connection of 2"));
                assert!(reason.contains(&refusal.expected) || refusal.expected.contains(reason), "{refusal:?}");
            }
            running.wait_until("its count", |running| running.status("good").counts.registered == 20);
            let good = running.status("good");
            assert_eq!((good.counts.registered, good.problem.clone()), (20, None), "{fault:?}: {good:?}");
            assert_eq!((good.counts.already, good.counts.refused, good.counts.foreign), (0, 0, 0));
        }
    }
}

#[test]
fn a_stream_is_taken_up_where_it_stood_for_each_station() {
    let ring = Ring::start();
    let (a, b) = (records("XX_ONE_00_H_H_Z", 0..60), records("XX_TWO_00_H_H_Z", 0..10));
    b.iter().chain(&a[..30]).for_each(|record| ring.push(record));
    ring.faults(&[Fault::Cut(40, 5)]);
    a[30..].iter().for_each(|record| ring.push(record));
    let text = source("ring", &ring, "\"XX_ONE\", \"XX_TWO\"", &format!("begin = \"{BEGIN}\""));
    let running = Running::start(&text, here(), 100);
    assert!(running.kept.wait_for("ring", 70) == sorted(&[a, b]));
    running.wait_until("two sessions", |_| ring.sessions().len() == 2);
    let sessions = ring.sessions();
    let commands = |session: usize| sessions[session].join(" | ");
    assert!(commands(0).contains("STATION XX_ONE | DATA ALL 2024-05-01T12:00:00Z | STATION XX_TWO | DATA ALL"));
    // The newest record of ONE began 290 s after the first, of TWO 90 s; each 120 s back.
    let expected =
        "STATION XX_ONE | DATA ALL 2024-05-01T12:02:50Z | STATION XX_TWO | DATA ALL 2024-05-01T11:59:30Z | END";
    assert!(commands(1).ends_with(expected), "{}", commands(1));
}

#[test]
fn what_was_not_asked_for_and_what_is_damaged_is_told_and_the_rest_goes_on() {
    let ring = Ring::start();
    let wanted = records("XX_ONE_00_H_H_Z", 0..10);
    let foreign = records("ZZ_NOT_00_H_H_Z", 0..3);
    // A wrong last sample: the only check that Steim records of miniSEED 2 have.
    let mut damaged = records("XX_ONE_00_H_H_Z", 10..12);
    damaged.iter_mut().for_each(|record| record[64 + 8..64 + 12].fill(0x55));
    wanted[..5].iter().chain(&foreign).chain(&damaged).chain(&wanted[5..]).for_each(|record| ring.push(record));
    ring.refuse(&["STATION XX_GONE"]);
    let text = source("ring", &ring, "\"XX_ONE\", \"XX_GONE\"", &format!("begin = \"{BEGIN}\""));
    let running = Running::start(&text, here(), 100);
    assert!(running.kept.wait_for("ring", 10) == sorted(&[wanted]));
    running.wait_until("the refusals", |running| running.status("ring").counts.refused == 2);
    let status = running.status("ring");
    assert_eq!((status.counts.foreign, status.counts.refused, status.counts.connections), (3, 2, 1), "{status:?}");
    let refusals = running.kept.lock().refusals.clone();
    let rules: Vec<&str> = refusals.iter().map(|refusal| refusal.rule.as_str()).collect();
    assert_eq!(rules.iter().filter(|rule| **rule == "seedlink-station").count(), 1, "{rules:?}");
    let of_records: Vec<Hash> =
        refusals.iter().filter(|refusal| refusal.rule == "record").map(|refusal| refusal.payload).collect();
    assert_eq!(of_records, [Hash::of(&damaged[0]), Hash::of(&damaged[1])]);
    let said = running.said();
    for line in [
        "source ring: STATION XX_GONE was refused with \"ERROR UNSUPPORTED not here\"",
        "packet 5 is of station ZZ_NOT, which was not asked for; it is left out, others are counted",
        "source ring: a record is refused: ",
    ] {
        assert_eq!(said.matches(line).count(), 1, "{line}\n{said}");
    }
    assert!(status.problem.is_some());
}

#[test]
fn a_flood_waits_in_the_server_while_the_journal_is_slow() {
    let (flood, steady) = (Ring::start(), Ring::start());
    let wanted = records("XX_ONE_00_H_H_Z", 0..40);
    wanted.iter().for_each(|record| flood.push(record));
    // 40 records a thousand times over: 20 MB.
    flood.faults(&[Fault::Flood(1000)]);
    let begin = format!("begin = \"{BEGIN}\"");
    let text = source("flood", &flood, "\"XX_ONE\"", &begin) + &source("steady", &steady, "\"XX_TWO\"", &begin);
    let kept: Arc<Kept> = Arc::default();
    kept.hold(true);
    let running = Running::try_start(&text, here(), 1, Arc::clone(&kept)).unwrap();
    // It is read no more, so the server stands still once the system's buffers are full.
    let stands = |_: &Running| {
        let before = flood.bytes_sent();
        std::thread::sleep(Duration::from_millis(300));
        before > 0 && flood.bytes_sent() == before
    };
    running.wait_until("a standstill", stands);
    assert!(flood.bytes_sent() < 16 << 20, "{} bytes were taken without being registered", flood.bytes_sent());
    kept.lock().busy = 3;
    kept.hold(false);
    let second = records("XX_TWO_00_H_H_Z", 0..10);
    second.iter().for_each(|record| steady.push(record));
    assert!(kept.wait_for("flood", 40) == sorted(&[wanted]));
    assert!(kept.wait_for("steady", 10) == sorted(&[second]));
    running.wait_until("all duplicates", |running| running.status("flood").counts.already == 40 * 1000 - 40);
    assert_eq!(running.status("flood").counts.registered, 40);
}

#[test]
fn a_server_that_is_not_there_yet_is_tried_again() {
    let reserved = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = reserved.local_addr().unwrap();
    drop(reserved);
    let text = format!(
        "[[source]]\nname = \"late\"\nowner = \"mission\"\nkind = \"seedlink\"\naddress = \"{address}\"\n\
         stations = [\"XX_ONE\"]\nbegin = \"{BEGIN}\"\n"
    );
    let running = Running::start(&text, here(), 50);
    running.wait_until_said("source late: not connected: ");
    running.wait_until("a state", |running| running.status("late").state == SourceState::Waiting);
    assert!(running.status("late").problem.unwrap().contains("cannot be reached"));
    let ring = Ring::on(TcpListener::bind(address).unwrap(), None);
    let wanted = records("XX_ONE_00_H_H_Z", 0..5);
    wanted.iter().for_each(|record| ring.push(record));
    assert!(running.kept.wait_for("late", 5) == sorted(&[wanted]));
    assert_eq!(running.status("late").problem, None);
}

#[test]
fn what_becomes_of_a_link_is_registered() {
    let ring = Ring::start();
    let wanted = records("XX_ONE_00_H_H_Z", 0..30);
    wanted.iter().for_each(|record| ring.push(record));
    ring.faults(&[Fault::Cut(7, 100)]);
    let mut running =
        Running::start(&source("ring", &ring, "\"XX_ONE\"", &format!("begin = \"{BEGIN}\"")), here(), 100);
    assert!(running.kept.wait_for("ring", 30) == sorted(&[wanted]));
    let links = |running: &Running| running.kept.lock().links.clone();
    let states = |links: &[SensorState]| links.iter().map(|link| link.state).collect::<Vec<_>>();
    // Within the minute after the first it was lost and taken up again: one entry for both.
    running.wait_until("the second state", |running| links(running).len() == 2);
    let known = links(&running);
    assert_eq!(states(&known), [LinkState::Connected, LinkState::Resumed]);
    assert_eq!(known.iter().map(|link| link.folded).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(known[1].resumed_from, Some(Time::parse("2024-05-01T11:59:00Z").unwrap()));
    assert!(known.iter().all(|link| link.source == "ring" && link.owner == "mission" && link.reason.is_none()));
    drop(ring);
    running.wait_until("the third state", |running| links(running).len() == 3);
    running.wait_until_said("source ring: not connected: ");
    drop(running.sources.take());
    let known = links(&running);
    assert_eq!(states(&known[2..]), [LinkState::Lost, LinkState::Stopped], "a lost one stays lost while it is tried");
    let reason = known[2].reason.as_deref().unwrap_or_default();
    assert!(reason.ends_with("closed by the server between two packets"), "{known:?}");
    assert!(known.windows(2).all(|pair| pair[0].at < pair[1].at && pair[0].boot == pair[1].boot));
}

#[test]
fn the_end_comes_soon_and_nothing_after_it() {
    let ring = Ring::start();
    let mut running = Running::start(&source("ring", &ring, "\"XX_ONE\"", ""), here(), 1);
    running.wait_until_said("source ring: connected");
    assert_eq!(Arc::strong_count(&running.kept), 1, "a waiting thread does not hold the store");
    drop(running.sources.take());
    records("XX_ONE_00_H_H_Z", 0..5).iter().for_each(|record| ring.push(record));
    std::thread::sleep(Duration::from_millis(300));
    assert!(running.kept.lock().records.is_empty());
}

/// An issuer, and a certificate that it issued for a name.
fn issued(name: &str) -> (String, CertificateDer<'static>, PrivateKeyDer<'static>) {
    let mut params = CertificateParams::new(Vec::<String>::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    (issuer.pem(), certificate.der().clone(), PrivateKeyDer::Pkcs8(key.serialize_der().into()))
}

fn server_of(certificate: CertificateDer<'static>, key: PrivateKeyDer<'static>) -> ServerConfig {
    ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap()
}

#[test]
fn an_encrypted_server_is_known_by_its_certificate_or_its_issuer() {
    let folder = tempfile::tempdir().unwrap();
    // Self-signed for quite another name, as owners make them: pinned.
    let CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(vec!["ring.example.org".to_owned()]).unwrap();
    let key = || PrivateKeyDer::Pkcs8(signing_key.serialize_der().into());
    let other = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    let (issuer, of_issuer, of_issuer_key) = issued("127.0.0.1");
    let (issuer_b, for_other_name, for_other_name_key) = issued("ring.example.org");
    for (pem, certificate, key, refused) in [
        (cert.pem(), cert.der().clone(), key(), None),
        (other.cert.pem() + &cert.pem(), cert.der().clone(), key(), None),
        (issuer.clone(), of_issuer.clone(), of_issuer_key.clone_key(), None),
        (other.cert.pem(), cert.der().clone(), key(), Some("invalid peer certificate")),
        (issuer_b.clone(), of_issuer, of_issuer_key, Some("invalid peer certificate")),
        (issuer_b, for_other_name, for_other_name_key, Some("certificate not valid for name")),
    ] {
        std::fs::write(folder.path().join("trust.pem"), pem).unwrap();
        let ring = Ring::encrypted(server_of(certificate, key));
        let wanted = records("XX_ONE_00_H_H_Z", 0..200);
        wanted.iter().for_each(|record| ring.push(record));
        ring.faults(&[Fault::Cut(90, 77)]);
        let more = format!("begin = \"{BEGIN}\"\ntls = true\ntrust = \"trust.pem\"");
        let running = Running::start(&source("ring", &ring, "\"XX_ONE\"", &more), folder.path(), 100);
        match refused {
            None => {
                assert!(running.kept.wait_for("ring", 200) == sorted(&[wanted]));
                assert!(running.status("ring").tls);
                running.wait_until_said("closed inside a packet, after 77 bytes of it");
            }
            Some(reason) => {
                running.wait_until_said("no encryption: ");
                assert!(running.said().contains(reason), "{}", running.said());
                assert_eq!(ring.sessions().len(), 0, "nothing is asked of a stranger");
            }
        }
    }
    // A server that does not encrypt gets nothing either.
    let ring = Ring::start();
    std::fs::write(folder.path().join("trust.pem"), issuer).unwrap();
    let more = "tls = true\ntrust = \"trust.pem\"";
    let running = Running::start(&source("ring", &ring, "\"XX_ONE\"", more), folder.path(), 100);
    running.wait_until_said("no encryption: ");
    assert_eq!(ring.sessions().len(), 0);
}

#[test]
fn files_that_a_source_names_are_read_before_anything_is_connected() {
    let folder = tempfile::tempdir().unwrap();
    let ring = Ring::start();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("good.pem", &rcgen::generate_simple_self_signed(vec!["a".to_owned()]).unwrap().cert.pem());
    write("text.pem", "no certificate at all");
    write("broken.pem", "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n");
    write("empty", "\n");
    write("blanks", "two words");
    for (more, expected) in [
        ("trust = \"none.pem\"", "none.pem: cannot be read: "),
        ("trust = \"text.pem\"", "text.pem: no certificate, expected one or more in PEM"),
        ("trust = \"broken.pem\"", "expected certificates in PEM"),
        ("trust = \"good.pem\"\nuser = \"duty\"\npassword_file = \"none\"", "none: cannot be read"),
        ("trust = \"good.pem\"\ntoken_file = \"empty\"", "empty: is empty, expected a secret in one line"),
        ("trust = \"good.pem\"\ntoken_file = \"blanks\"", "blanks: expected a secret without blanks"),
    ] {
        let text = source("ring", &ring, "\"XX_ONE\"", &format!("tls = true\n{more}"));
        let error = Running::try_start(&text, folder.path(), 100, Arc::default()).err().unwrap();
        assert!(error.starts_with("source ring: ") && error.contains(expected), "{error}");
        assert!(!error.contains("two words"));
    }
    assert_eq!(ring.sessions().len(), 0);
}

/// A clock that is handed in is what ticks, and what links and the status are stamped by.
#[test]
fn another_clock_ticks_where_one_is_handed_in() {
    /// Each tick is due ten seconds after the one before, up to the fourth.
    struct Recorded(Time);

    impl Recorded {
        const TICKS: i64 = 4;

        fn after(&self, ticks: i64) -> Time {
            Time(self.0.0 + ticks * 10_000_000_000)
        }
    }

    impl Clock for Recorded {
        fn now(&self) -> Time {
            self.0
        }

        fn due(&self, last: Option<Time>, _: bool) -> Option<Time> {
            let next = last.map_or(self.0, |last| Time(last.0 + 10_000_000_000));
            (next < self.after(Self::TICKS)).then_some(next)
        }

        fn ask_again_after(&self) -> Duration {
            Duration::from_millis(1)
        }
    }

    let begin = Time::parse(BEGIN).unwrap();
    let (ring, kept) = (Ring::start(), Arc::new(Kept::default()));
    records("XX_ONE_00_H_H_Z", 0..5).iter().for_each(|record| ring.push(record));
    let text = source("ring", &ring, "\"XX_ONE\"", &format!("begin = \"{BEGIN}\""));
    let sources = sources::read("sources.toml", &text).unwrap();
    let intake: Arc<dyn RecordIntake> = kept.clone();
    let say: Say = Arc::new(|_: &str| {});
    let clock = Arc::new(Recorded(begin));
    let started = Sources::start_by(clock.clone(), &sources, here(), &intake, &say, Pace::default()).unwrap();
    kept.wait_for("ring", 5);
    let deadline = Instant::now() + WAIT_MAX;
    while kept.lock().ticks.len() < 4 {
        assert!(Instant::now() < deadline, "{:?}", kept.lock().ticks);
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(30));
    assert_eq!(kept.lock().ticks, [0, 1, 2, 3].map(|ticks| clock.after(ticks)));
    assert_eq!((started.status()[0].since, kept.lock().links[0].at), (begin, begin));
}
