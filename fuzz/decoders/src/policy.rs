//! Witness policies of unknown origin.
use truceline_evidence::policy::Policy;

/// Reads it; whether it is one. Of one that is read every question has an answer.
pub fn check(bytes: &[u8]) -> bool {
    let Ok(policy) = Policy::parse(bytes) else { return false };
    let all = policy.is_met(&|_| true);
    // More signatures never take a quorum away, and all that are named meet every quorum that can be met.
    assert!(all || !policy.is_met(&|_| false));
    assert!((0..policy.witnesses().len()).all(|one| all || !policy.is_met(&|place| place == one)));
    assert!(all, "each group has as many members as it needs");
    assert!(!policy.demand().is_empty() && !policy.names(0..policy.witnesses().len()).is_empty());
    true
}

/// The specification's example, and one with both algorithms and nested groups.
pub fn originals() -> Vec<Vec<u8>> {
    let keys: Vec<String> = (0..6)
        .map(|n: u8| {
            let algorithm = [crate::ED25519_COSIGNATURE, crate::ML_DSA_44][usize::from(n % 2)];
            crate::key(&format!("example.org/w{n}"), algorithm, n).verifier_key().to_string()
        })
        .collect();
    let log = crate::log_key().verifier_key().to_string();
    let mut nested = format!("# parties\nlog {log} https://example.org/log\n");
    for (n, key) in keys.iter().enumerate() {
        nested += &format!("witness W{n} {key} http://192.0.2.{n}:8471/\n");
    }
    nested += "group guarantors 2 W0 W1 W2\ngroup sides all W3 W4\ngroup both all guarantors sides\nquorum both\n";
    let flat = format!("log {log}\nwitness A {}\n\nquorum A\n", keys[0]);
    vec![nested.into_bytes(), flat.into_bytes(), format!("log {log}\nquorum none\n").into_bytes()]
}
