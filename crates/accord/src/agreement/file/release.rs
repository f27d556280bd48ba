//! The tables of the release ladder.
use super::one_of;
use crate::agreement::AgreementError;
use crate::release::{Ladder, Product, Rule, Tier};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReleaseTable {
    to: String,
    product: String,
    after_s: Option<i64>,
    cell_m: Option<u32>,
    slot_s: Option<u32>,
    reviewed: Option<bool>,
    withheld: Option<bool>,
}

pub(super) fn ladder(tables: Vec<ReleaseTable>) -> Result<Ladder, AgreementError> {
    let mut rules = Vec::new();
    for (i, table) in tables.into_iter().enumerate() {
        let at = |field: &str| format!("release[{i}].{field}");
        let tier = Tier::from_name(&table.to).ok_or_else(|| one_of(&at("to"), &table.to, &Tier::NAMES[1..]))?;
        let product =
            Product::from_name(&table.product).ok_or_else(|| one_of(&at("product"), &table.product, Product::NAMES))?;
        let rule = match (table.after_s, table.cell_m, table.slot_s, table.reviewed, table.withheld) {
            (Some(after_s), Some(cell_m), Some(slot_s), Some(reviewed), None | Some(false)) => {
                Some(Rule { after_s, cell_m, slot_s, reviewed })
            }
            (None, None, None, None, Some(true)) => None,
            _ => {
                let message = "expected `after_s`, `cell_m`, `slot_s` and `reviewed`, or `withheld = true` alone";
                return Err(AgreementError::new(format!("release[{i}]"), message));
            }
        };
        rules.push((tier, product, rule));
    }
    Ladder::adopt(&rules).map_err(|(i, message)| AgreementError::new(format!("release[{i}]"), message))
}
