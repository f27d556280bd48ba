use super::*;

const EXAMPLE: &str = include_str!("../../../../examples/utah-2004/agreement.toml");

fn remarks(text: &str) -> Vec<Remark> {
    check(&Agreement::read(text).unwrap())
}

fn said(text: &str, kind: RemarkKind, place: &str) -> bool {
    remarks(text).iter().any(|remark| remark.kind == kind && remark.place == place)
}

#[test]
fn the_example_passes_with_its_gaps_named() {
    let remarks = remarks(EXAMPLE);
    assert!(passes(&remarks), "{remarks:?}");
    assert!(remarks.iter().any(|remark| remark.place == "line"), "no line: no side");
    assert!(remarks.iter().all(|remark| !remark.advice.is_empty()));
}

#[test]
fn windows_that_never_open() {
    let one = EXAMPLE.replace("[[in_force]]", "[[in_force]]\nby = \"Alpha\"");
    assert!(said(&one, RemarkKind::Contradiction, "in_force of Bravo"));
    assert!(said(&one, RemarkKind::Unreachable, "in_force[0] of Alpha"));
    assert!(!passes(&remarks(&one)));
    let later =
        format!("{one}\n[[in_force]]\nby = \"Bravo\"\nfrom = 2004-07-01T00:00:00Z\nto = 2004-07-02T00:00:00Z\n");
    assert!(said(&later, RemarkKind::Unreachable, "in_force[1] of Bravo"));
    assert!(said(&EXAMPLE.replace("p_min = 0.5", "p_min = 0.4"), RemarkKind::Gap, "agreement.p_min"));
}

#[test]
fn clauses_that_contradict_or_never_matter() {
    let with = |clause: &str| format!("{EXAMPLE}\n[[clause]]\nid = \"3\"\ntext = \"Third.\"\n{clause}\n");
    assert!(said(&with("notes = \"infrasonic-event\""), RemarkKind::Contradiction, "clause 3"));
    assert!(said(&with("prohibits = \"infrasonic-event\"\nzone = \"desert\""), RemarkKind::Unreachable, "clause 3"));
    assert!(
        said(&with("prohibits = \"infrasonic-event\""), RemarkKind::Unreachable, "clause 1"),
        "anywhere holds the zone"
    );
    assert!(said(&with("permits = \"demolition\""), RemarkKind::Unreachable, "clause 3"));
    assert!(said(&with("prohibits = \"shelling\"\nzone = \"desert\""), RemarkKind::NotVerifiable, "clause 3"));
    assert!(passes(&remarks(&with("prohibits = \"crossing\"\nzone = \"desert\""))));
    let smaller =
        "\n[[zone]]\nid = \"town\"\nname = \"Town\"\nring = [[-113.0, 41.0], [-112.9, 41.0], [-112.9, 41.1]]\n";
    let inside = format!("{}{smaller}", with("prohibits = \"infrasonic-event\"\nzone = \"town\""));
    assert!(said(&inside, RemarkKind::Unreachable, "clause 3"));
    assert!(said(&format!("{EXAMPLE}{smaller}"), RemarkKind::Gap, "zone town"));
    let permits_only = EXAMPLE.replace("prohibits = \"infrasonic-event\"\nzone = \"desert\"", "permits = \"exercise\"");
    assert!(said(&permits_only, RemarkKind::Unreachable, "clause 2"));
    let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let sealed = EXAMPLE.to_owned() + &format!("\n[[clause]]\nid = \"3\"\nsealed = \"{hash}\"\ncategory = \"hours\"\n");
    assert!(said(&sealed, RemarkKind::NotVerifiable, "clause 3"));
}

#[test]
fn lines_that_say_less_than_they_seem() {
    let with = |more: &str| {
        format!(
            "{EXAMPLE}\n[[line]]\nid = \"c\"\nname = \"Line\"\nkind = \"contact-line\"\nleft = \"Alpha\"\nright = \"Bravo\"\n\
             path = [[-113.0, 39.0], [-113.0, 42.0]]\n{more}\n"
        )
    };
    let good = with("status = \"assessed\"\nsigma_m = 300");
    assert!(!remarks(&good).iter().any(|remark| remark.place.starts_with("line")), "{:?}", remarks(&good));
    let own = "claimed_by = \"Alpha\"\nsigma_m = 300\n";
    assert!(said(&with(&format!("{own}status = \"agreed\"")), RemarkKind::Contradiction, "line c"));
    assert!(said(&with(&format!("{own}status = \"disputed\"")), RemarkKind::Gap, "line c"));
    assert!(said(&with("status = \"disputed\"\nsigma_m = 300"), RemarkKind::Gap, "line c"));
    assert!(said(&with("status = \"agreed\"\nsigma_m = 0"), RemarkKind::Gap, "line c"));
    let old = "from = 2003-01-01T00:00:00Z\nto = 2003-02-01T00:00:00Z\n";
    assert!(said(&with(&format!("{old}status = \"agreed\"\nsigma_m = 9")), RemarkKind::Unreachable, "line c"));
    let swapped = good.replace("path = [[-113.0, 39.0], [-113.0, 42.0]]", "path = [[39.0, 40.0], [42.0, 40.0]]");
    assert!(said(&swapped, RemarkKind::Contradiction, "line c"));
}

#[test]
fn the_difference_of_the_lists_is_named() {
    let object =
        |name: &str, by: &str| format!("\n[[object]]\nclass = \"energy\"\nname = \"{name}\"\nlisted_by = \"{by}\"\n");
    let text = format!("{EXAMPLE}{}{}{}", object("Dam", "Alpha"), object("Dam", "Bravo"), object("Plant", "Bravo"));
    assert!(said(&text, RemarkKind::Gap, "object Plant (energy)"));
    assert!(!said(&text, RemarkKind::Gap, "object Dam (energy)"));
}

#[test]
fn prohibited_acts_are_to_be_defined_in_each_language() {
    let term = "\n[[term]]\nword = \"Infrasonic event\"\nlanguage = \"en\"\nmeans = \"What infrasound records.\"\n";
    let text = format!("{EXAMPLE}{term}").replace("parties =", "languages = [\"en\", \"fr\"]\nparties =");
    assert!(said(&text, RemarkKind::Gap, "term \"infrasonic event\" (fr)"));
    assert!(!said(&text, RemarkKind::Gap, "term \"infrasonic event\" (en)"));
}

#[test]
fn proof_that_cannot_be_met() {
    let line = "\n[[line]]\nid = \"c\"\nname = \"Line\"\nkind = \"contact-line\"\nstatus = \"assessed\"\nleft = \"Alpha\"\n\
                right = \"Bravo\"\nsigma_m = 300\npath = [[-113.0, 39.0], [-113.0, 42.0]]\n";
    let with = |more: &str| format!("{EXAMPLE}{line}\n{more}\n");
    assert!(said(&with("[proof]\nratio_min = 1000"), RemarkKind::Contradiction, "proof"), "validated on 100 alone");
    assert!(!said(&with("[proof]\nratio_min = 1000\nvalidated_on = 1000"), RemarkKind::Contradiction, "proof"));
    assert!(said(&with("[proof]\nrobustness = 0"), RemarkKind::Gap, "proof.robustness"));
    assert!(said(&with("[proof]\ncorroboration_min = \"C1\""), RemarkKind::Gap, "proof.corroboration_min"));
    assert!(said(&with(""), RemarkKind::Gap, "prior") && said(&with(""), RemarkKind::Gap, "proof.standards"));
    let member = |name: &str, columns: &str| format!("\n[[member]]\norganisation = \"{name}\"\n{columns}\n");
    let alone = with(&member("Mission", "contributes = true\noperates = true"));
    assert!(said(&alone, RemarkKind::NotVerifiable, "proof.robustness") && said(&alone, RemarkKind::Gap, "member"));
    let blind = with(&member("Mission", "reviews = true"));
    assert!(said(&blind, RemarkKind::Contradiction, "member Mission"));
    let one_sided = with(&member("Post", "party = \"Alpha\"\nvotes = true\nsees_reviewed = true"));
    assert!(remarks(&one_sided).iter().any(|remark| remark.message == "the parties do not take part alike"));
}

/// The parties' names exchanged: the same remarks with names exchanged.
#[test]
fn label_swap() {
    let swap = |text: &str| text.replace("Alpha", "\u{1}").replace("Bravo", "Alpha").replace('\u{1}', "Bravo");
    let text = format!(
        "{EXAMPLE}\n[[object]]\nclass = \"energy\"\nname = \"Plant\"\nlisted_by = \"Bravo\"\n\n[[line]]\nid = \"c\"\nname = \"Line\"\n\
         kind = \"contact-line\"\nstatus = \"assessed\"\nclaimed_by = \"Alpha\"\nleft = \"Alpha\"\nright = \"Bravo\"\nsigma_m = 0\n\
         path = [[-113.0, 39.0], [-113.0, 42.0]]\n\n[[member]]\norganisation = \"Post\"\nparty = \"Alpha\"\nvotes = true\n"
    );
    let words = |text: &str| -> Vec<String> {
        let one = |remark: Remark| format!("{:?} {} {} {}", remark.kind, remark.place, remark.message, remark.advice);
        remarks(text).into_iter().map(one).collect()
    };
    assert_eq!(words(&text), words(&swap(&text)).iter().map(|line| swap(line)).collect::<Vec<_>>());
}
