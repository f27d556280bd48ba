//! Plain text, for radio, e-mail and a terminal. It has a bound: what does not fit is counted and stands in the other forms.
use crate::document::{Block, Document, Table};
use crate::words::Words;

/// Lines end before this column where they can.
const WIDTH: usize = 100;

/// Writes it.
#[must_use]
pub fn write(document: &Document, words: &Words) -> String {
    let most = document.sections.iter().flat_map(|section| &section.blocks).map(items).max().unwrap_or(0);
    let mut text = laid_out(document, words, most);
    // Fewer rows of each table and list, until it fits.
    let mut kept = most;
    while text.len() > document.text_bytes_max && kept > 0 {
        kept = kept * 2 / 3;
        text = laid_out(document, words, kept);
    }
    text
}

fn items(block: &Block) -> usize {
    match block {
        Block::Text(_) => 0,
        Block::List(points) => points.len(),
        Block::Table(table) => table.rows.len(),
    }
}

fn laid_out(document: &Document, words: &Words, kept: usize) -> String {
    let terse = document.sections.iter().all(|section| section.id.is_empty());
    let mut text = format!("{}\n", document.title);
    let banners = |text: &mut String| document.banners.iter().for_each(|banner| wrap(text, banner, ""));
    if !terse {
        text += &"=".repeat(document.title.chars().count().min(WIDTH));
        text.push('\n');
    }
    banners(&mut text);
    for line in &document.head {
        let value = &line.value;
        if line.label.is_empty() {
            wrap(&mut text, value, "")
        } else {
            wrap(&mut text, &format!("{}: {value}", line.label), "  ")
        }
    }
    for section in &document.sections {
        if terse {
            for block in &section.blocks {
                write_block(&mut text, block, words, kept, "");
            }
            continue;
        }
        // An annex may be read alone.
        let is_annex = section.is_annex();
        if is_annex && !document.banners.is_empty() {
            text.push('\n');
            banners(&mut text);
        }
        let title = if is_annex { section.title.clone() } else { format!("{} {}", section.id, section.title) };
        text += &format!("\n{title}\n{}\n", "-".repeat(title.chars().count().min(WIDTH)));
        for block in &section.blocks {
            write_block(&mut text, block, words, kept, "- ");
        }
    }
    text
}

fn write_block(text: &mut String, block: &Block, words: &Words, kept: usize, mark: &str) {
    match block {
        Block::Text(sentence) => wrap(text, sentence, ""),
        Block::List(points) => {
            points.iter().take(kept).for_each(|point| wrap(text, &format!("{mark}{point}"), "  "));
            left_out(text, points.len().saturating_sub(kept), words);
        }
        Block::Table(table) => {
            write_table(text, table, kept);
            left_out(text, table.rows.len().saturating_sub(kept), words);
        }
    }
}

fn left_out(text: &mut String, count: usize, words: &Words) {
    if count > 0 {
        wrap(text, &words.with("left-out", &[("n", count.into())]), "");
    }
}

fn write_table(text: &mut String, table: &Table, kept: usize) {
    let titles: Vec<&str> = table.columns.iter().map(|column| column.title.as_str()).collect();
    wrap(text, &titles.join(" | "), "  ");
    if table.rows.is_empty() {
        wrap(text, &table.empty, "");
    }
    for row in table.rows.iter().take(kept) {
        wrap(text, &row.join(" | "), "  ");
    }
}

/// A paragraph in lines of at most [`WIDTH`] characters, further ones set in.
fn wrap(text: &mut String, paragraph: &str, further: &str) {
    let mut column = 0;
    for word in paragraph.split(' ') {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > WIDTH {
            text.push('\n');
            text.push_str(further);
            column = further.len();
        } else if column > 0 {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += length;
    }
    text.push('\n');
}
