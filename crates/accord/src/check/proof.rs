//! What it asks of proof, and who takes part.
use super::{Remark, RemarkKind};
use crate::agreement::{Agreement, Member};
use truceline_model::attribution::corroboration::Level;

pub(super) fn check(agreement: &Agreement) -> Vec<Remark> {
    let mut remarks = Vec::new();
    // Without a line no side is ever stated, and nothing of this is needed.
    if agreement.lines.iter().any(|line| line.sides.is_some()) {
        remarks.extend(of_proof(agreement));
    }
    remarks.extend(of_members(agreement));
    remarks
}

fn of_proof(agreement: &Agreement) -> Vec<Remark> {
    let proof = &agreement.proof;
    let mut remarks = Vec::new();
    if f64::from(proof.validated_on) < proof.ratio_min {
        remarks.push(Remark::new(
            RemarkKind::Contradiction,
            "proof",
            format!(
                "a side asks for a likelihood ratio of {}, and none is printed beyond {}, on which they were validated",
                proof.ratio_min, proof.validated_on
            ),
            "validate on at least `ratio_min` items of each kind and name them in `validated_on`, or ask for less",
        ));
    }
    if proof.corroboration_min <= Level::C1 {
        remarks.push(Remark::new(
            RemarkKind::Gap,
            "proof.corroboration_min",
            "a side could be stated on the word of one owner, were it not that below two owners none ever is",
            "ask for C2 or more",
        ));
    }
    if proof.robustness == 0 {
        remarks.push(Remark::new(
            RemarkKind::Gap,
            "proof.robustness",
            "a side would be stated although one false owner could turn it",
            "ask for 1 or more",
        ));
    }
    if proof.standards.is_empty() {
        remarks.push(Remark::new(
            RemarkKind::Gap,
            "proof.standards",
            "no standard of proof is named",
            "name one for each of `spot`, `finding`, `attribution` and `determination` in [proof.standards]",
        ));
    }
    if agreement.prior.is_none() {
        remarks.push(Remark::new(
            RemarkKind::Gap,
            "prior",
            "none is named, so likelihood ratios are printed and no posterior",
            "add a [prior] with a name, if all parties adopt one",
        ));
    }
    let owners = agreement.members.iter().filter(|member| member.contributes).count();
    let needed = proof.robustness as usize + 2;
    if !agreement.members.is_empty() && owners < needed {
        remarks.push(Remark::new(
            RemarkKind::NotVerifiable,
            "proof.robustness",
            format!(
                "{owners} organisations contribute, and a side that does without {} of them needs {needed}",
                proof.robustness
            ),
            "have more organisations contribute, or ask for less robustness",
        ));
    }
    remarks
}

fn of_members(agreement: &Agreement) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let members = &agreement.members;
    if members.is_empty() {
        return remarks;
    }
    let any = |does: fn(&Member) -> bool| members.iter().any(does);
    let lacks: [(bool, &str, &str); 3] = [
        (any(|member| member.operates), "operates", "nobody operates the mechanism"),
        (any(|member| member.reviews), "reviews", "nobody sits in review, so no finding is ever reviewed"),
        (any(|member| member.chairs), "chairs", "nobody chairs"),
    ];
    for (_, column, message) in lacks.into_iter().filter(|(held, _, _)| !held) {
        remarks.push(Remark::new(RemarkKind::Gap, "member", message, format!("set `{column}` in one row")));
    }
    for member in members {
        if member.reviews && !member.sees_reviewed {
            remarks.push(Remark::new(
                RemarkKind::Contradiction,
                format!("member {}", member.organisation),
                "it sits in review and does not see what is reviewed",
                "set `sees_reviewed`, or let it not review",
            ));
        }
        if member.votes && !member.sees_reviewed {
            remarks.push(Remark::new(
                RemarkKind::Contradiction,
                format!("member {}", member.organisation),
                "it votes on what it does not see",
                "set `sees_reviewed`, or let it not vote",
            ));
        }
    }
    // What one party may do and the other not is for them to agree to; it is said in any case.
    let rights = |party: &str| {
        let of = |does: fn(&Member) -> bool| {
            members.iter().any(|member| member.party.as_deref() == Some(party) && does(member))
        };
        [
            of(|member| member.contributes),
            of(|member| member.sees_raw),
            of(|member| member.sees_reviewed),
            of(|member| member.reviews),
            of(|member| member.votes),
        ]
    };
    if agreement.parties.windows(2).any(|pair| rights(&pair[0]) != rights(&pair[1])) {
        remarks.push(Remark::new(
            RemarkKind::Gap,
            "member",
            "the parties do not take part alike",
            "give the organisations of each party the same columns, or have both agree that they differ",
        ));
    }
    remarks
}
