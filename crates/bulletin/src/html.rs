//! HTML: one file with its style, for the screen and for A4. Headings, tables with scopes, the language; nothing is said by
//! colour alone.
use crate::document::{Block, Document, Section, Table};
use crate::words::Words;
use std::fmt::Write;

const STYLE: &str = include_str!("../style.css");

/// Writes it.
#[must_use]
pub fn write(document: &Document, words: &Words) -> String {
    let mut html = String::new();
    let title = escaped(&document.title);
    // Writing into a string cannot fail.
    let _ = write!(
        html,
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>\n{STYLE}{}</style>\n</head>\n<body>\n<header>\n<h1>{title}</h1>\n",
        document.language,
        on_each_page(document)
    );
    for banner in &document.banners {
        let _ = writeln!(html, "<p class=\"banner\" role=\"note\">{}</p>", escaped(banner));
    }
    html += "<dl>\n";
    for line in document.head.iter().filter(|line| !line.label.is_empty()) {
        let mono = if matches!(line.key, "agreement" | "log") { " class=\"hash\"" } else { "" };
        let _ = writeln!(html, "<div><dt>{}</dt><dd{mono}>{}</dd></div>", escaped(&line.label), escaped(&line.value));
    }
    html += "</dl>\n";
    for line in document.head.iter().filter(|line| line.label.is_empty()) {
        let _ = writeln!(html, "<p class=\"note\">{}</p>", escaped(&line.value));
    }
    html += "</header>\n<main>\n";
    for section in &document.sections {
        write_section(&mut html, section);
    }
    html += "</main>\n";
    let _ = writeln!(html, "<footer><p>{title}</p>");
    for banner in &document.banners {
        let _ = writeln!(html, "<p>{}</p>", escaped(banner));
    }
    let _ = writeln!(html, "<p>{}</p></footer>\n</body>\n</html>", escaped(&words.say("foot")));
    html
}

/// What is printed at the foot of every page: which report it is, and what is said on every page.
fn on_each_page(document: &Document) -> String {
    let mut words = document.title.clone();
    for banner in &document.banners {
        words += "  \u{b7}  ";
        words += banner;
    }
    // A string of CSS inside of HTML: nothing in it may end either.
    let safe: String = words.chars().filter(|letter| !letter.is_control() && !"\"\\<>&".contains(*letter)).collect();
    format!(
        "@media print {{ @page {{ @bottom-left {{ content: \"{safe}\"; width: 85%; font: 8pt sans-serif; \
         text-align: left; }} }} }}\n"
    )
}

fn write_section(html: &mut String, section: &Section) {
    let id = if section.id.is_empty() { section.title.as_str() } else { section.id };
    let class =
        if section.id.starts_with(|letter: char| letter.is_ascii_uppercase()) { " class=\"annex\"" } else { "" };
    let number = if section.id.is_empty() || section.is_annex() {
        String::new()
    } else {
        format!("<span class=\"number\">{}</span> ", section.id)
    };
    let _ = writeln!(
        html,
        "<section id=\"s-{}\"{class}>\n<h2>{number}{}</h2>",
        escaped(&slug(id)),
        escaped(&section.title)
    );
    for block in &section.blocks {
        match block {
            Block::Text(sentence) => {
                let _ = writeln!(html, "<p>{}</p>", escaped(sentence));
            }
            Block::List(points) => {
                *html += "<ul>\n";
                for point in points {
                    let _ = writeln!(html, "<li>{}</li>", escaped(point));
                }
                *html += "</ul>\n";
            }
            Block::Table(table) => write_table(html, table, &section.title),
        }
    }
    *html += "</section>\n";
}

fn write_table(html: &mut String, table: &Table, caption: &str) {
    let _ = write!(html, "<div class=\"table\"><table>\n<caption>{}</caption>\n<thead><tr>", escaped(caption));
    for column in &table.columns {
        let _ = write!(html, "<th scope=\"col\">{}</th>", escaped(&column.title));
    }
    *html += "</tr></thead>\n<tbody>\n";
    if table.rows.is_empty() {
        let _ = writeln!(html, "<tr><td colspan=\"{}\">{}</td></tr>", table.columns.len(), escaped(&table.empty));
    }
    for row in &table.rows {
        *html += "<tr>";
        for (i, cell) in row.iter().enumerate() {
            let cell = escaped(cell);
            let _ =
                if i == 0 { write!(html, "<th scope=\"row\">{cell}</th>") } else { write!(html, "<td>{cell}</td>") };
        }
        *html += "</tr>\n";
    }
    *html += "</tbody></table></div>\n";
}

fn slug(text: &str) -> String {
    text.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '-' }).collect()
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe += "&amp;",
            '<' => safe += "&lt;",
            '>' => safe += "&gt;",
            '"' => safe += "&quot;",
            letter => safe.push(letter),
        }
    }
    safe
}
