//! A bulletin as its JSON has it. Fields that only machines use are not read.
use crate::Kind;
use serde::{Deserialize, Serialize};

/// A bulletin.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Document {
    language: String,
    title: String,
    head: Vec<Line>,
    banners: Vec<String>,
    sections: Vec<Section>,
}

/// A line of its head.
#[derive(Debug, Deserialize, Serialize)]
struct Line {
    key: String,
    label: String,
    value: String,
}

#[derive(Debug, Deserialize, Serialize)]
struct Section {
    id: String,
    title: String,
    blocks: Vec<Block>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Block {
    Text(String),
    List(Vec<String>),
    Table(Table),
}

#[derive(Debug, Deserialize, Serialize)]
struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
    empty: String,
}

#[derive(Debug, Deserialize, Serialize)]
struct Column {
    title: String,
}

impl Document {
    /// That each row is as long as its table's columns: a shorter one would move all that follow.
    pub(crate) fn check(&self) -> Result<(), Kind> {
        for section in &self.sections {
            for block in &section.blocks {
                let Block::Table(table) = block else { continue };
                let columns = table.columns.len();
                if let Some(row) = table.rows.iter().find(|row| row.len() != columns) {
                    let place = format!("section {:?}", section.title);
                    return Err(Kind::Ragged { place, rows: row.len(), columns });
                }
            }
        }
        Ok(())
    }
}
