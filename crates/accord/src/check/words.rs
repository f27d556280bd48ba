//! Its words: what is prohibited is to be defined, in each language that is authentic.
use super::{Remark, RemarkKind};
use crate::agreement::{Agreement, Rule};

pub(super) fn check(agreement: &Agreement) -> Vec<Remark> {
    let mut remarks = Vec::new();
    if agreement.terms.is_empty() {
        remarks.push(Remark::new(
            RemarkKind::Gap,
            "term",
            "no word is defined",
            "add a [[term]] for each word on which a verdict rests, in each authentic language",
        ));
        return remarks;
    }
    for clause in &agreement.clauses {
        let Rule::Prohibits { act, .. } = &clause.rule else { continue };
        let plain = act.name().replace('-', " ");
        for language in &agreement.languages {
            let defines = |word: &str| word.eq_ignore_ascii_case(&plain) || word.eq_ignore_ascii_case(act.name());
            if !agreement.terms.iter().any(|term| term.language == *language && defines(&term.word)) {
                remarks.push(Remark::new(
                    RemarkKind::Gap,
                    format!("term {plain:?} ({language})"),
                    format!("clause {} prohibits it, and it is not defined", clause.id),
                    "define it in this language",
                ));
            }
        }
    }
    remarks
}
