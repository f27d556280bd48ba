//! The file of a short truce from a dozen answers: for when it is needed in hours.
//!
//! What comes out reads and passes [`crate::check`]; whoever uses it changes the words after.
use std::fmt;
use truceline_model::time::{NS_PER_S, Time};

/// The answers. Each has a question in [`QUESTIONS`], in this order.
#[derive(Debug, Clone, PartialEq)]
pub struct Answers {
    /// Its title.
    pub title: String,
    /// The parties.
    pub parties: [String; 2],
    /// When it begins.
    pub from: Time,
    /// For how many hours.
    pub hours: u32,
    /// The zone's edges: west, south, east, north, degrees.
    pub zone: [f64; 4],
    /// The line's vertices, longitude and latitude in degrees; the first party lies left of it.
    pub line: Vec<[f64; 2]>,
    /// How far the line may lie beside where it is drawn, m.
    pub sigma_m: f64,
    /// The least probability of a possible breach.
    pub p_min: f64,
    /// Whether demolitions and demining that were notified are permitted.
    pub notified: bool,
}

/// A question: what is asked, what an answer looks like, and the answer if none is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Question {
    /// What is asked.
    pub asks: &'static str,
    /// What an answer looks like.
    pub form: &'static str,
    /// The answer if none is given; none where one is needed.
    pub default: Option<&'static str>,
}

const fn question(asks: &'static str, form: &'static str, default: Option<&'static str>) -> Question {
    Question { asks, form, default }
}

/// The questions.
pub const QUESTIONS: [Question; 10] = [
    question("Title", "a line of text", Some("Truce")),
    question("First party", "a name", Some("Alpha")),
    question("Second party", "a name", Some("Bravo")),
    question("Begins", "2030-01-31T06:00:00Z", None),
    question("Hours", "a whole number, 1 to 8760", Some("72")),
    question("Zone in which it holds", "west,south,east,north in degrees", None),
    question("Line between them, the first party on its left", "lon,lat lon,lat ... in degrees", None),
    question("How far the line may lie beside that, m", "a number", Some("300")),
    question("Least probability of a possible breach", "0.5 to 0.999", Some("0.9")),
    question("Permit demolitions and demining that were notified", "yes or no", Some("yes")),
];

/// An answer that cannot be used: to which question, and what was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadAnswer {
    question: usize,
    given: String,
}

impl fmt::Display for BadAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let question = &QUESTIONS[self.question];
        write!(f, "question {}, {}: {:?}, expected {}", self.question + 1, question.asks, self.given, question.form)
    }
}

impl std::error::Error for BadAnswer {}

impl Answers {
    /// Reads answers, one for each question; an empty one takes the default.
    ///
    /// # Errors
    /// Names the first question whose answer cannot be used.
    pub fn read(given: &[String; QUESTIONS.len()]) -> Result<Self, BadAnswer> {
        let bad = |question: usize| BadAnswer { question, given: given[question].clone() };
        let answer = |question: usize| -> Result<&str, BadAnswer> {
            match (given[question].trim(), QUESTIONS[question].default) {
                ("", Some(default)) => Ok(default),
                ("", None) => Err(bad(question)),
                (answer, _) => Ok(answer),
            }
        };
        let name = |question: usize| -> Result<String, BadAnswer> {
            let name = answer(question)?;
            let fits = name.len() <= 100 && !name.chars().any(char::is_control);
            if fits { Ok(name.to_owned()) } else { Err(bad(question)) }
        };
        let parties = [name(1)?, name(2)?];
        if parties[0] == parties[1] {
            return Err(bad(2));
        }
        let from = Time::parse(answer(3)?).map_err(|_| bad(3))?;
        let hours = answer(4)?.parse().ok().filter(|hours| (1..=8_760).contains(hours)).ok_or_else(|| bad(4))?;
        let zone: [f64; 4] = numbers(answer(5)?).and_then(|edges| edges.try_into().ok()).ok_or_else(|| bad(5))?;
        let [west, south, east, north] = zone;
        if !(-180.0 <= west && west < east && east <= 180.0 && -90.0 <= south && south < north && north <= 90.0) {
            return Err(bad(5));
        }
        let vertex = |text: &str| numbers(text).and_then(|at| <[f64; 2]>::try_from(at).ok());
        let line: Vec<[f64; 2]> =
            answer(6)?.split_whitespace().map(vertex).collect::<Option<_>>().ok_or_else(|| bad(6))?;
        let number = |question: usize, least: f64, most: f64| {
            let number = answer(question)?.parse().ok().filter(|number| (least..=most).contains(number));
            number.ok_or_else(|| bad(question))
        };
        if line.len() < 2 {
            return Err(bad(6));
        }
        Ok(Self {
            title: name(0)?,
            parties,
            from,
            hours,
            zone,
            line,
            sigma_m: number(7, 1.0, 100_000.0)?,
            p_min: number(8, 0.5, 0.999)?,
            notified: match answer(9)?.to_ascii_lowercase().as_str() {
                "yes" | "y" => true,
                "no" | "n" => false,
                _ => return Err(bad(9)),
            },
        })
    }

    /// The agreement's file.
    #[must_use]
    pub fn file(&self) -> String {
        let [first, second] = &self.parties;
        let until = Time(self.from.0 + i64::from(self.hours) * 3_600 * NS_PER_S);
        let [west, south, east, north] = self.zone;
        let ring = format!("[[{west}, {south}], [{east}, {south}], [{east}, {north}], [{west}, {north}]]");
        let vertex = |[lon, lat]: &[f64; 2]| format!("[{lon}, {lat}]");
        let path: Vec<String> = self.line.iter().map(vertex).collect();
        let id: String = self
            .title
            .to_lowercase()
            .chars()
            .map(|letter| if letter.is_alphanumeric() { letter } else { '-' })
            .collect();
        let mut text = format!(
            "# A draft. Every word of it is for the parties to change; `truceline terms check` says what it lacks.\n\n\
             [agreement]\nid = {}\nversion = 1\ntitle = {}\nclass = \"local-or-humanitarian-pause\"\n\
             parties = [{}, {}]\np_min = {}\n\
             note = \"It takes no position on the legal status of any place.\"\n\n\
             # One [[in_force]] with `by` for each party, if they do not name the same time.\n\
             [[in_force]]\nfrom = {}\nto = {until}\n\n\
             [[line]]\nid = \"contact\"\nname = \"Line of contact\"\nkind = \"contact-line\"\nstatus = \"assessed\"\n\
             left = {}\nright = {}\nsigma_m = {}\npath = [{}]\n\n\
             [[zone]]\nid = \"truce\"\nname = \"Zone of the truce\"\nring = {ring}\n\n\
             [[clause]]\nid = \"1\"\nprohibits = \"infrasonic-event\"\nzone = \"truce\"\n\
             text = \"No explosion or other event that infrasound records shall be caused inside the zone of the truce.\"\n",
            quoted(id.trim_matches('-')),
            quoted(&self.title),
            quoted(first),
            quoted(second),
            self.p_min,
            self.from,
            quoted(first),
            quoted(second),
            self.sigma_m,
            path.join(", "),
        );
        if self.notified {
            for (id, activity, words) in [("2", "demolition", "Demolitions"), ("3", "demining", "Clearing of mines")] {
                text += &format!(
                    "\n[[clause]]\nid = \"{id}\"\npermits = \"{activity}\"\n\
                     text = \"{words} that a party has notified, with place and window, are permitted.\"\n"
                );
            }
        }
        text += "\n# When a side of origin is stated: what evidence suffices, and without how many owners, any, it must stand.\n\
                 [proof]\nratio_min = 100\nrobustness = 1\np_real_min = 0.8\ncorroboration_min = \"C2\"\np_false = 0.2\nplausible_min = 0.01\n\
                 line_factor = 2\n# Ratios are printed up to the number of validated items; name the validation that was adopted.\n\
                 validated_on = 100\nreach_m = 20000\n\n\
                 # Standards of proof are names; no number stands for one.\n\
                 [proof.standards]\nspot = \"reasonable suspicion\"\nfinding = \"reasonable grounds\"\n\
                 attribution = \"clear and convincing\"\ndetermination = \"clear and convincing\"\n\n\
                 # What is taken to be so before the evidence; each party the same. Without it no posterior is printed.\n\
                 [prior]\nname = \"even sides\"\neach_party = 0.3\nexchange = 0.1\nband = 0.1\nthird_actor = 0.05\n\
                 no_one = 0.1\nunknown = 0.05\n";
        text + "\n# Who takes part: a [[member]] row for each organisation, with `party` if it is one's own, and the columns\n\
                # contributes, operates, sees_raw, sees_reviewed, reviews, votes, chairs.\n\n[[term]]\nword = \"infrasonic event\"\nlanguage = \"en\"\n\
                means = \"Something sudden whose sound below 20 Hz is recorded at two places or more.\"\n"
    }
}

fn numbers(text: &str) -> Option<Vec<f64>> {
    text.split(',').map(|number| number.trim().parse().ok().filter(|number: &f64| number.is_finite())).collect()
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agreement::Agreement;
    use crate::check::{check, passes};

    fn given(answers: [&str; QUESTIONS.len()]) -> [String; QUESTIONS.len()] {
        answers.map(str::to_owned)
    }

    const ANSWERS: [&str; QUESTIONS.len()] =
        ["", "", "", "2030-01-31T06:00:00Z", "", "10,49.5,11,50.5", "10,50 10.5,50.1 11,50", "", "", ""];

    #[test]
    fn a_dozen_answers_or_fewer_give_a_file_that_passes() {
        assert!(QUESTIONS.len() <= 12);
        for notified in ["yes", "no"] {
            let mut answers = given(ANSWERS);
            answers[0] = "Pause \"Harvest\" 2030".to_owned();
            answers[9] = notified.to_owned();
            let answers = Answers::read(&answers).unwrap();
            let agreement = Agreement::read(&answers.file()).unwrap();
            assert_eq!(agreement.id, "pause--harvest--2030");
            assert_eq!(agreement.in_force[0].to.seconds_since(agreement.in_force[0].from), 72.0 * 3_600.0);
            let remarks = check(&agreement);
            assert!(passes(&remarks) && remarks.is_empty(), "{remarks:?}");
        }
    }

    #[test]
    fn an_answer_that_cannot_be_used_is_named() {
        for (question, answer) in [
            (2, "Alpha"),
            (3, "tomorrow"),
            (4, "0"),
            (5, "11,49.5,10,50.5"),
            (5, "1,2,3"),
            (6, "10,50"),
            (7, "-3"),
            (8, "1.5"),
            (9, "perhaps"),
        ] {
            let mut answers = given(ANSWERS);
            answers[question] = answer.to_owned();
            let error = Answers::read(&answers).unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("question {}, ", question + 1)) && error.contains("expected"),
                "{error}"
            );
        }
        assert!(Answers::read(&given([""; QUESTIONS.len()])).unwrap_err().to_string().starts_with("question 4, "));
    }
}
