//! Whether those whom the reader's policy names saw the journal, too.
use super::signatures::located;
use super::{Check, Standing};
use crate::dossier::Dossier;
use crate::policy::Policy;
use truceline_model::entry;
use truceline_model::witness_state::{WitnessAnswer, WitnessState};

const NAME: &str = "witnesses";

/// Why witnesses did not cosign, as the journal registered it: the newest that the file holds of each. It is the journal's word
/// and no witness's.
fn reasons(dossier: &Dossier, policy: &Policy, missing: &[usize]) -> String {
    let states: Vec<(u64, WitnessState)> = dossier
        .entries
        .iter()
        .filter_map(|part| Some((part.value.index, entry::from_bytes(&part.value.entry.0).ok()?)))
        .collect();
    let mut said = Vec::new();
    for witness in missing.iter().filter_map(|place| policy.witnesses().get(*place)) {
        let key = witness.key.short();
        let newest = states.iter().rev().find(|(_, state)| state.keys.contains(&key));
        if let Some((index, state)) = newest.filter(|(_, state)| state.answer != WitnessAnswer::Cosigned) {
            said.push(format!("{} {} at {} (entry {index})", witness.name, state.words(), state.at));
        }
    }
    if said.is_empty() {
        return String::new();
    }
    format!(" The journal says why: {}.", said.join("; "))
}

/// The dossier's checkpoint is cosigned as the policy demands. `standing` says what the journal's own signature is worth.
pub(super) fn witnesses(dossier: &Dossier, policy: &Policy, standing: Standing) -> Check {
    let judged = match policy.judge(&dossier.checkpoint.value) {
        Ok(judged) => judged,
        Err(error) => {
            let sentence =
                format!("A signature under the checkpoint, of one whom the policy names, does not hold: {error}.");
            return Check::contradicted(NAME, sentence, located("checkpoint", &dossier.checkpoint.bytes));
        }
    };
    let demand = policy.demand();
    let cosigned = policy.names(judged.cosigned.iter().map(|signer| signer.key));
    let check = if !judged.of_listed_log {
        Check::unproven(
            NAME,
            format!("The policy names no key of the journal {} that signed.", judged.checkpoint.origin),
        )
    } else if policy.demands_nothing() {
        Check::unproven(NAME, "The policy demands nobody's cosignature, so none is proven.".to_owned())
    } else if !judged.met {
        let missing = policy.names(judged.missing.iter().copied());
        let why = reasons(dossier, policy, &judged.missing);
        Check::unproven(
            NAME,
            format!(
                "Unwitnessed: the policy demands {demand}. This journal of {} entries was cosigned by: {cosigned}. Not by: \
                 {missing}.{why}",
                judged.checkpoint.size
            ),
        )
    } else if standing == Standing::Broken {
        Check::unproven(NAME, "The witnesses cosigned a checkpoint that is not this dossier's: see above.".to_owned())
    } else {
        let times = judged.cosigned.iter().map(|signer| signer.time_s);
        let newest = times.clone().max().unwrap_or_default();
        Check::proven(
            NAME,
            format!(
                "The journal of {} entries was cosigned by {cosigned}, and the policy demands {demand}: each of them says that \
                 it never saw another journal under this name.",
                judged.checkpoint.size
            ),
        )
        .with("newest_cosignature_posix_s", newest)
        .with("oldest_cosignature_posix_s", times.min().unwrap_or_default())
    };
    check.with("cosigned", judged.cosigned.len()).with("missing", judged.missing.len())
}
