use super::*;
use crate::agreement::{Asked, Proof};
use proptest::prelude::*;

const EXAMPLE: &str = include_str!("../../../../../examples/utah-2004/agreement.toml");

#[test]
fn the_example_reads() {
    let agreement = Agreement::read(EXAMPLE).unwrap();
    assert_eq!(agreement.parties, ["Alpha", "Bravo"]);
    assert!(agreement.zone("desert").unwrap().contains(Place::from_degrees(41.131, -112.896).unwrap()));
    assert_eq!(agreement.clause("2").unwrap().rule, Rule::PermitsNotified { activity: Activity::Demolition });
}

#[test]
fn every_error_names_its_place() {
    for (old, new, place) in [
        ("p_min = 0.5", "p_min = 1.5", "agreement.p_min: "),
        ("p_min = 0.5", "pmin = 0.5", "line 8: "),
        ("to = 2004-06-08T00:00:00Z", "to = 2004-05-08T00:00:00Z", "in_force[0]: "),
        ("[-114.6, 39.6]", "[39.6, -114.6]", "zone[0].ring[0]: "),
        ("[-111.9, 39.6], [-111.9, 42.1]", "[-111.9, 42.1], [-111.9, 39.6]", "zone[0].ring: "),
        ("prohibits = \"infrasonic-event\"", "prohibits = \"noise\"", "clause[0].prohibits: "),
        ("zone = \"desert\"", "zone = \"sea\"", "clause[0].zone: "),
        ("permits = \"demolition\"", "zone = \"desert\"", "clause[1]: "),
        ("id = \"2\"", "id = \"1\"", "clause.id: "),
        ("\"Bravo\"", "\"Alpha\"", "agreement.parties: "),
    ] {
        assert!(EXAMPLE.contains(old), "{old}");
        let error = Agreement::read(&EXAMPLE.replace(old, new)).unwrap_err().to_string();
        assert!(error.starts_with(place), "{error}");
    }
}

const MORE: &str = r#"
[agreement]
id = "draft"
version = 2
title = "A draft"
class = "local-or-humanitarian-pause"
languages = ["en", "fr"]
parties = ["Alpha", "Bravo"]
p_min = 0.9
note = "A draft."

[[in_force]]
by = "Alpha"
from = 2030-01-01T00:00:00Z
to = 2030-01-04T00:00:00Z
source = "Alpha's statement of the day before"

[[in_force]]
by = "Bravo"
from = 2030-01-01T06:00:00Z
to = 2030-01-03T00:00:00Z

[[line]]
id = "contact"
name = "Line of contact"
kind = "contact-line"
status = "assessed"
left = "Alpha"
right = "Bravo"
sigma_m = 300
path = [[10.0, 50.0], [10.5, 50.1], [11.0, 50.0]]

[[line]]
id = "heavy"
name = "Withdrawal line"
kind = "withdrawal-line"
status = "disputed"
claimed_by = "Bravo"
from = 2030-01-01T00:00:00Z
to = 2030-02-01T00:00:00Z
sigma_m = [100, 200]
geojson = '{"type": "LineString", "coordinates": [[10.0, 49.9], [11.0, 49.9]]}'

[[zone]]
id = "buffer"
name = "Buffer zone"
kind = "buffer-zone"
ring = [[10.0, 49.9], [11.0, 49.9], [11.0, 50.2], [10.0, 50.2]]

[[clause]]
id = "1"
prohibits = "infrasonic-event"
text = "No explosion anywhere."

[[clause]]
id = "2"
prohibits = "uav-flight"
zone = "buffer"
text = "No unmanned aircraft shall fly over the buffer zone."

[[clause]]
id = "3"
notes = "rotate-forces"
text = "Forces may be rotated."

[[clause]]
id = "4"
sealed = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
category = "withdrawal of heavy weapons"

[[object]]
class = "energy"
name = "Plant of Alphaville"
listed_by = "Alpha"

[[term]]
word = "heavy weapon"
language = "en"
means = "A weapon of a calibre of 100 mm or more."
"#;

#[test]
fn every_part_reads() {
    let agreement = Agreement::read(MORE).unwrap();
    assert_eq!((agreement.class, agreement.languages.len()), (Class::Pause, 2));
    assert_eq!(agreement.in_force.len(), 1);
    assert_eq!(agreement.in_force[0], agreement.claims[1].interval, "what both say");
    let contact = agreement.line("contact").unwrap();
    assert_eq!(contact.sides, Some(("Alpha".to_owned(), "Bravo".to_owned())));
    assert!((contact.length_m() - 74_930.0).abs() < 100.0, "{}", contact.length_m());
    assert_eq!(agreement.line("heavy").unwrap().parts[0][1].sigma_m, 200.0);
    assert_eq!(agreement.clause("1").unwrap().rule, Rule::Prohibits { act: Act::InfrasonicEvent, zone: None });
    assert_eq!(agreement.clause("4").unwrap().text, "Sealed by the parties: withdrawal of heavy weapons.");
    assert_eq!((agreement.objects.len(), agreement.terms.len()), (1, 1));
}

#[test]
fn every_error_of_the_other_parts_names_its_place() {
    for (old, new, place) in [
        ("class = \"local", "class = \"total", "agreement.class: "),
        ("languages = [\"en\"", "languages = [\"english\"", "agreement.languages: "),
        ("by = \"Alpha\"", "by = \"Gamma\"", "in_force[0].by: "),
        ("kind = \"contact-line\"", "kind = \"front\"", "line[0].kind: "),
        ("status = \"assessed\"", "status = \"ours\"", "line[0].status: "),
        ("right = \"Bravo\"", "right = \"Alpha\"", "line[0].left: "),
        ("sigma_m = 300", "sigma_m = -1", "line[0].sigma_m: "),
        ("sigma_m = [100, 200]", "sigma_m = [100]", "line[1].sigma_m: "),
        ("[10.5, 50.1]", "[50.1, 100.5]", "line[0].path[0][1]: "),
        ("[10.5, 50.1], [11.0, 50.0]]", "[10.5, 50.1], [10.5, 49.0], [10.2, 51.0]]", "line[0].path: "),
        ("LineString", "Polygon", "line[1].geojson: "),
        ("to = 2030-02-01T00:00:00Z\n", "", "line[1].from: "),
        ("id = \"heavy\"", "id = \"contact\"", "line.id: "),
        ("kind = \"buffer-zone\"", "kind = \"belt\"", "zone[0].kind: "),
        ("notes = \"rotate-forces\"", "notes = \"rest\"", "clause[2].notes: "),
        ("sealed = \"ba", "sealed = \"b", "clause[3].sealed: "),
        ("category = \"withdrawal of heavy weapons\"", "", "clause[3].category: "),
        ("listed_by = \"Alpha\"", "listed_by = \"Gamma\"", "object[0].listed_by: "),
        ("language = \"en\"", "language = \"EN\"", "term[0].language: "),
    ] {
        assert!(MORE.contains(old), "{old}");
        let error = Agreement::read(&MORE.replace(old, new)).unwrap_err().to_string();
        assert!(error.starts_with(place), "{error}");
    }
}

#[test]
fn a_moratorium_needs_neither_line_nor_zone() {
    let cut = |text: &str, from: &str, to: &str| {
        let (a, b) = (text.find(from).unwrap(), text.find(to).unwrap());
        format!("{}{}", &text[..a], &text[b..])
    };
    let without = cut(&cut(MORE, "[[line]]", "[[clause]]"), "[[clause]]\nid = \"2\"", "[[clause]]\nid = \"3\"");
    assert!(Agreement::read(&without).unwrap_err().to_string().starts_with("zone: 0 of them"));
    let moratorium = without.replace("local-or-humanitarian-pause", "sectoral-moratorium");
    assert_eq!(Agreement::read(&moratorium).unwrap().class, Class::SectoralMoratorium);
}

proptest! {
    #[test]
    fn no_change_of_a_byte_makes_it_panic(at in 0usize..1500, with in "[ -~\n]") {
        let at = at % EXAMPLE.len();
        let mut text = EXAMPLE.to_owned();
        text.replace_range(at..=at, &with);
        let _ = Agreement::read(&text);
    }
}

const PROOF: &str = r#"
[proof]
ratio_min = 1000
robustness = 2
p_real_min = 0.95
corroboration_min = "C3"
validated_on = 20000
reach_m = 15000

[proof.standards]
finding = "reasonable grounds"

[prior]
name = "even sides"
each_party = 0.3
exchange = 0.1
band = 0.1
third_actor = 0.05
no_one = 0.1
unknown = 0.05

[[member]]
organisation = "Mission"
contributes = true
operates = true

[[member]]
organisation = "Institute of Bravo"
party = "Bravo"
contributes = true
sees_reviewed = true
"#;

#[test]
fn proof_prior_and_members_read_and_what_is_not_named_has_a_default() {
    let plain = Agreement::read(EXAMPLE).unwrap();
    assert_eq!((&plain.proof, &plain.prior, plain.members.len()), (&Proof::default(), &None, 0));
    let agreement = Agreement::read(&format!("{EXAMPLE}{PROOF}")).unwrap();
    assert_eq!((agreement.proof.ratio_min, agreement.proof.robustness), (1_000.0, 2));
    assert_eq!((plain.proof.p_real_min, agreement.proof.p_real_min), (0.8, 0.95));
    assert_eq!(agreement.proof.p_false, Proof::default().p_false);
    assert_eq!(agreement.proof.standards, [(Asked::Finding, "reasonable grounds".to_owned())]);
    assert_eq!(agreement.prior.unwrap().name, "even sides");
    assert_eq!(agreement.members[1].party.as_deref(), Some("Bravo"));
    assert!(agreement.members[0].operates && !agreement.members[0].votes);
}

#[test]
fn every_error_of_proof_names_its_place() {
    for (old, new, place) in [
        ("ratio_min = 1000", "ratio_min = 1", "proof.ratio_min: 1, expected"),
        ("p_real_min = 0.95", "p_real_min = 0.4", "proof.p_real_min: 0.4, expected 0.5 to"),
        ("robustness = 2", "robustness = 9", "proof.robustness: 9, expected"),
        ("\"C3\"", "\"C5\"", "proof.corroboration_min: "),
        ("validated_on = 20000", "validated_on = 0", "proof.validated_on: "),
        ("reach_m = 15000", "reach_m = nan", "proof.reach_m: "),
        ("finding =", "rumour =", "proof.standards: \"rumour\", expected one of spot"),
        ("each_party = 0.3", "each_party = 0.4", "prior: its shares sum to 1.2"),
        ("band = 0.1", "band = 0.0", "prior.band: 0, expected a share"),
        ("party = \"Bravo\"", "party = \"Delta\"", "member[1].party: "),
        ("\"Institute of Bravo\"", "\"Mission\"", "member.organisation: "),
    ] {
        let text = format!("{EXAMPLE}{PROOF}");
        assert!(text.contains(old), "{old}");
        let error = Agreement::read(&text.replace(old, new)).unwrap_err().to_string();
        assert!(error.starts_with(place), "{error}");
    }
    // A prior that prefers one party has no place to be written in.
    let error = Agreement::read(&format!("{EXAMPLE}{}", PROOF.replace("each_party", "Alpha"))).unwrap_err();
    assert!(error.to_string().starts_with("line "), "{error}");
}
