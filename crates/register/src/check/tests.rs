use super::*;
use crate::register::SCHEMA;

/// A register of invented states that passes.
const GOOD: &str = r#"
[register]
id = "invented"
version = 1
title = "Invented guarantees"

[[source]]
id = "N1"
publisher = "Ministry of Xandria"
what = "Note"
grade = "A"

[[pillar]]
id = "P1"
title = "Mechanism"
modality = "proposed"
sources = ["N1"]

[[pillar]]
id = "P2"
title = "Commitment"
rests_on = ["P1"]
modality = "commits"
sources = ["N1"]

[[state]]
id = "XA"
name = "Xandria"
roles = ["guarantor"]
sources = ["N1"]

[[instrument]]
id = "I1"
title = "Treaty"
nature = "legally-binding"
modality = "commits"
sources = ["N1"]

[[ratification]]
id = "T1"
state = "XA"
instrument = "I1"
sources = ["N1"]
step = [
    { kind = "submitted-to-parliament", status = "done", date = 2030-01-02 },
    { kind = "committee", status = "done", date = 2030-01-05 },
    { kind = "lower-house", status = "under-way", after = ["committee"] },
]

[[pledge]]
id = "L1"
state = "XA"
pillar = "P2"
domains = ["air"]
what = "Aircraft"
quantity = { exact = 4, unit = "aircraft" }
status = "pledged"
modality = "commits"
sources = ["N1"]
"#;

fn read(layer: &str, text: &str) -> Result<Register, crate::RegisterError> {
    let text = format!("schema = {SCHEMA:?}\nlayer = {layer:?}\n{text}");
    Register::read(&[("a.toml", text.as_bytes())])
}

/// The rules that the register breaks with a text in the place of another, or with one added.
fn broken(from: &str, to: &str) -> Vec<Rule> {
    let text = if from.is_empty() { format!("{GOOD}\n{to}") } else { GOOD.replacen(from, to, 1) };
    assert_ne!(text, GOOD, "{from}");
    let found = check(&read("deployment", &text).unwrap());
    found.iter().for_each(|violation| assert!(violation.to_string().contains("a.toml, "), "{violation}"));
    found.into_iter().map(|violation| violation.rule).collect()
}

#[test]
fn a_register_in_order_passes() {
    assert_eq!(check(&read("deployment", GOOD).unwrap()), []);
}

#[test]
fn each_rule_is_named() {
    let state = "[[state]]\nid = \"XA\"\nname = \"Again\"\nroles = []\nsources = [\"N1\"]";
    let organisation = "[[organisation]]\nid = \"O\"\nname = \"O\"\nroles = [\"guarantor\"]\nsources = [\"N1\"]";
    let body = |id: &str, kind: &str, to: &str| {
        format!(
            "[[body]]\nid = {id:?}\nkind = {kind:?}\nname = \"B\"\nmembers = \"unclear\"\nwrites_to = [{to}]\nsources = [\"N1\"]\n"
        )
    };
    let cell = body("C", "coordination-cell", "\"M\"") + &body("M", "monitoring-lead", "");
    let twice = body("M", "monitoring-lead", "") + &body("N", "monitoring-lead", "");
    let caveat = "[[caveat]]\nid = \"C\"\nstates = []\nkind = \"mandate\"\ntext = \"None\"\nsources = [\"N1\"]";
    let deployment = "[[deployment]]\nid = \"D\"\nby = [\"XA\"]\ndomains = [\"air\"]\nquantity = \"unclear\"\n\
                      status = \"unclear\"\ndistance = { least_km = 5, most_km = 4 }\nsources = [\"N1\"]";
    let reminder =
        "[[reminder]]\nid = \"R\"\ntext = \"T\"\nfrom = \"called-at\"\nafter_h = 0\non = true\nsources = [\"N1\"]";
    let committee = "kind = \"committee\", status = \"done\", date = 2030-01-05";
    for (from, to, rule) in [
        (
            "modality = \"commits\"\nsources = [\"N1\"]\n\n[[state]]",
            "modality = \"commits\"\n\n[[state]]",
            Rule::WithoutSource,
        ),
        (
            "status = \"pledged\"\nmodality = \"commits\"\nsources = [\"N1\"]",
            "status = \"pledged\"\nmodality = \"commits\"",
            Rule::PledgeWithoutSource,
        ),
        ("[\"N1\"]", "[\"N1\", \"S41\"]", Rule::SentenceOutOfRange),
        ("[\"N1\"]", "[\"N1\", \"S99\"]", Rule::SentenceOutOfRange),
        ("", state, Rule::StateTwice),
        ("id = \"L1\"", "id = \"I1\"", Rule::IdTwice),
        ("state = \"XA\"\npillar", "state = \"XB\"\npillar", Rule::Unknown),
        ("instrument = \"I1\"", "instrument = \"I2\"", Rule::Unknown),
        ("instrument = \"I1\"", "instrument = \"P1\"", Rule::Unknown),
        ("sources = [\"N1\"]", "sources = [\"N2\"]", Rule::Unknown),
        ("sources = [\"N1\"]", "sources = [\"XA\"]", Rule::Unknown),
        (committee, "kind = \"committee\", status = \"ahead\"", Rule::StepBeforePredecessor),
        (committee, "kind = \"announced\", status = \"done\"", Rule::StepBeforePredecessor),
        (committee, "kind = \"committee\", status = \"done\", date = 2030-01-01", Rule::StepBeforePredecessor),
        ("kind = \"submitted-to-parliament\"", "kind = \"committee\"", Rule::Steps),
        (committee, "kind = \"not-required\", status = \"required\"", Rule::NoLegalBasis),
        (
            "status = \"pledged\"\nmodality = \"commits\"",
            "status = \"pledged\"\nmodality = \"may\"",
            Rule::MoreThanSaid,
        ),
        ("status = \"pledged\"", "status = \"announced-by-other\"", Rule::NobodyAnnounced),
        ("", organisation, Rule::OrganisationGives),
        ("", &cell, Rule::WritesToMechanism),
        ("", &twice, Rule::BodyTwice),
        ("", caveat, Rule::CaveatOfNobody),
        ("", deployment, Rule::Distance),
        ("", reminder, Rule::Bound),
        ("rests_on = [\"P1\"]", "rests_on = [\"P2\"]", Rule::RestsOnItself),
    ] {
        assert!(broken(from, to).contains(&rule), "{to}: {:?}, expected {rule:?}", broken(from, to));
    }
}

#[test]
fn in_force_comes_last() {
    let ahead = "kind = \"lower-house\", status = \"under-way\"";
    let with = |status: &str| {
        format!(
            "kind = \"lower-house\", status = {status:?}, date = 2030-02-01 }},\n    {{ kind = \"in-force\", status = \"done\""
        )
    };
    assert_eq!(broken(ahead, &with("under-way")).first(), Some(&Rule::StepBeforePredecessor));
    let text = GOOD.replacen(ahead, &with("done"), 1).replace(", after = [\"committee\"]", "");
    let register = read("deployment", &text).unwrap();
    assert_eq!(check(&register), []);
    assert!(register.tracks[0].binds() && !read("deployment", GOOD).unwrap().tracks[0].binds());
}

/// The article's layer holds what the article says, and speaks of nothing that may be off.
#[test]
fn layers_lean_on_earlier_ones_alone() {
    let rules = |text: &str| check(&read("article", text).unwrap()).iter().map(|found| found.rule).collect::<Vec<_>>();
    let pillar = "[register]\nid = \"a\"\nversion = 1\ntitle = \"A\"\n[[pillar]]\nid = \"P1\"\ntitle = \"M\"\n\
                  modality = \"unclear\"\n";
    assert_eq!(rules(&format!("{pillar}sources = [\"S1\", \"S40\"]")), []);
    assert_eq!(rules(&format!("{pillar}sources = []")), [Rule::WithoutSource]);
    assert!(rules(&format!("{pillar}sources = [\"N1\"]")).contains(&Rule::WithoutSentence));
    assert!(rules(&format!("{pillar}sources = [\"S1\", \"N1\"]")).contains(&Rule::BesideTheArticle));
    assert!(rules(GOOD).contains(&Rule::BesideTheArticle));
    let article = format!("schema = {SCHEMA:?}\nlayer = \"article\"\n{pillar}lead = [\"XA\"]\nsources = [\"S1\"]\n");
    let record = format!(
        "schema = {SCHEMA:?}\nlayer = \"record\"\n[[source]]\nid = \"N1\"\npublisher = \"P\"\nwhat = \"W\"\ngrade = \"B\"\n\
         [[state]]\nid = \"XA\"\nname = \"X\"\nroles = []\nsources = [\"N1\"]\n"
    );
    let register = Register::read(&[("a.toml", article.as_bytes()), ("b.toml", record.as_bytes())]).unwrap();
    let found = check(&register);
    assert_eq!(found.iter().map(|found| found.rule).collect::<Vec<_>>(), [Rule::LaterLayer], "{found:?}");
    assert_eq!(found[0].place, "a.toml, pillar[0]");
}

#[test]
fn what_has_no_meaning_is_refused_with_its_line() {
    for (from, to, expected) in [
        ("modality = \"proposed\"", "modality = \"firm\"", "expected one of proposed, may"),
        ("modality = \"proposed\"", "mood = \"good\"", "unknown field `mood`"),
        ("quantity = { exact = 4, unit = \"aircraft\" }", "quantity = 4", "expected \"unclear\""),
        ("quantity = { exact = 4,", "quantity = { from = 4, to = 2,", "from below to"),
        ("quantity = { exact = 4,", "quantity = { about = 4,", "expected \"unclear\""),
        ("id = \"XA\"", "id = \"X A\"", "letters, digits and hyphens"),
        ("title = \"Treaty\"", "title = { fr = \"Traité\" }", "\"en\" among them"),
        ("title = \"Treaty\"", "title = \"\"", "a text of 1 to"),
        ("date = 2030-01-02", "date = 2030-01-02T00:00:00Z", "a day such as"),
        ("date = 2030-01-02", "date = \"yesterday\"", ""),
        ("[[pillar]]", "[[column]]", "unknown field `column`"),
        ("sources = [\"N1\"]", "sources = [\"S0 \"]", "a sentence such as"),
    ] {
        let text = GOOD.replacen(from, to, 1);
        assert_ne!(text, GOOD, "{from}");
        let error = read("deployment", &text).unwrap_err().to_string();
        assert!(error.starts_with("a.toml, line ") && error.contains(expected), "{to}: {error}");
    }
    let read = |files: &[(&str, &[u8])]| Register::read(files).unwrap_err().to_string();
    assert!(read(&[]).contains("expected 1 to 256 files"));
    assert!(read(&[("a.toml", &[0xff])]).starts_with("a.toml, byte 0: "));
    assert!(read(&[("a.toml", b"schema = \"x\"\nlayer = \"record\"\n")]).contains("schema: \"x\", expected"));
    let bare = format!("schema = {SCHEMA:?}\nlayer = \"record\"\n");
    assert!(read(&[("a.toml", bare.as_bytes())]).contains("one file with a [register] table"));
    let head = bare + "[register]\nid = \"a\"\nversion = 1\ntitle = \"A\"\n";
    assert!(
        read(&[("a.toml", head.as_bytes()), ("b.toml", head.as_bytes())]).starts_with("b.toml, register: a second")
    );
}

proptest::proptest! {
    /// No bytes make reading or checking panic.
    #[test]
    fn any_change_is_read_or_refused(at in proptest::prelude::any::<proptest::sample::Index>(), with: u8, cut: bool) {
        let mut bytes = format!("schema = {SCHEMA:?}\nlayer = \"deployment\"\n{GOOD}").into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = with;
        if cut {
            bytes.truncate(at);
        }
        if let Ok(register) = Register::read(&[("a.toml", &bytes)]) {
            let _ = (check(&register), crate::board::board(&register));
        }
    }
}
