//! The region's agreement, as the file that a deployment would have: lines, zones, clauses, proof.
use crate::plane::Point;
use crate::region::{BUFFER_M, HALF_HEIGHT_M, HALF_WIDTH_M, Region, Side, WITHDRAWAL_M};
use std::fmt::Write as _;
use truceline_model::time::Time;

/// How far the contact line may lie beside where it is drawn, m.
const SIGMA_M: f64 = 500.0;

/// Half the corridor's width, and how far it reaches to either side of the line, m.
const CORRIDOR_M: (f64, f64) = (2_000.0, 25_000.0);

/// Half the side of a protected site, m.
const SITE_M: f64 = 2_500.0;

/// The owners of sensors, each a unit of independence. The last two see and report only.
pub const OWNERS: [&str; 5] = ["Monitoring mission", "Institute of Geophysics", "University network", "Alpha", "Bravo"];

/// The text of the agreement, in force from `from` to `to`.
#[must_use]
pub fn text(region: &Region, from: Time, to: Time) -> String {
    let mut toml = format!(
        "# An invented agreement over an invented region (seed {}). Nothing in it ever was.\n\n\
         [agreement]\nid = \"world-{0}\"\nversion = 1\ntitle = \"Ceasefire of an invented region\"\n\
         class = \"preliminary-ceasefire\"\nparties = [\"Alpha\", \"Bravo\"]\np_min = 0.9\n\
         note = \"Invented. It takes no position on the legal status of any place.\"\n\n\
         [[in_force]]\nfrom = {from}\nto = {to}\n",
        region.seed
    );
    let sides = "left = \"Alpha\"\nright = \"Bravo\"\n";
    line(&mut toml, "contact", "Line of contact", "contact-line", sides, SIGMA_M, &region.line);
    for side in Side::BOTH {
        let path = region.line_moved(side.sign() * WITHDRAWAL_M);
        let id = format!("withdrawal-{}", side.name().to_lowercase());
        let name = format!("Withdrawal line of {}", side.name());
        line(&mut toml, &id, &name, "withdrawal-line", "", 50.0, &path);
    }
    for side in Side::BOTH {
        // From the buffer zone's rim to the region's.
        let mut ring = region.line_moved(side.sign() * BUFFER_M);
        ring.insert(0, Point::new(-HALF_WIDTH_M, ring[0].north_m));
        ring.push(Point::new(HALF_WIDTH_M, ring[ring.len() - 1].north_m));
        let edge_m = side.sign() * (HALF_HEIGHT_M + 15_000.0);
        ring.extend([Point::new(HALF_WIDTH_M, edge_m), Point::new(-HALF_WIDTH_M, edge_m)]);
        let id = format!("area-{}", side.name().to_lowercase());
        zone(&mut toml, &id, &format!("Area behind the buffer zone, {}", side.name()), "security-zone", &ring);
    }
    let mut buffer = region.line_moved(BUFFER_M);
    buffer.extend(region.line_moved(-BUFFER_M).into_iter().rev());
    zone(&mut toml, "buffer", "Buffer zone", "buffer-zone", &buffer);
    zone(&mut toml, "corridor", "Corridor", "humanitarian-corridor", &rectangle(region.crossing, CORRIDOR_M));
    for (n, town) in region.protected.iter().enumerate() {
        let ring = rectangle(region.towns[*town], (SITE_M, SITE_M));
        zone(&mut toml, &format!("site-{}", n + 1), &format!("Protected site {}", n + 1), "protected-site", &ring);
    }
    toml.push_str(CLAUSES);
    toml.push_str(PROOF);
    for (at, owner) in OWNERS.iter().enumerate() {
        let _ = write!(toml, "\n[[member]]\norganisation = \"{owner}\"\ncontributes = true\nsees_reviewed = true\n");
        match at {
            0 => toml.push_str("operates = true\nsees_raw = true\nreviews = true\nchairs = true\n"),
            1 | 2 => toml.push_str("reviews = true\n"),
            _ => {
                let _ = writeln!(toml, "party = \"{owner}\"\nvotes = true");
            }
        }
    }
    toml
}

const CLAUSES: &str = "
[[clause]]
id = \"1\"
prohibits = \"infrasonic-event\"
zone = \"buffer\"
text = \"Nothing shall be fired into, from or within the buffer zone, and nothing exploded there.\"

[[clause]]
id = \"2\"
prohibits = \"infrasonic-event\"
zone = \"area-alpha\"
text = \"Nothing shall be fired or exploded behind the buffer zone in the north.\"

[[clause]]
id = \"3\"
prohibits = \"infrasonic-event\"
zone = \"area-bravo\"
text = \"Nothing shall be fired or exploded behind the buffer zone in the south.\"

[[clause]]
id = \"4\"
prohibits = \"infrasonic-event\"
zone = \"corridor\"
text = \"Nothing shall be fired or exploded in the corridor.\"

[[clause]]
id = \"5\"
prohibits = \"attack-on-protected-site\"
zone = \"site-1\"
text = \"Protected sites shall not be attacked.\"

[[clause]]
id = \"6\"
prohibits = \"attack-on-protected-site\"
zone = \"site-2\"
text = \"Protected sites shall not be attacked.\"

[[clause]]
id = \"7\"
permits = \"demolition\"
text = \"Demolitions that a party has notified, with place and window, are permitted.\"

[[term]]
word = \"infrasonic event\"
language = \"en\"
means = \"Something sudden whose sound below 20 Hz is recorded at two places or more.\"

[[term]]
word = \"attack on protected site\"
language = \"en\"
means = \"Something fired or exploded that strikes a protected site.\"
";

const PROOF: &str = "
[proof]
ratio_min = 100
robustness = 1
corroboration_min = \"C2\"
validated_on = 1000
reach_m = 50000

[proof.standards]
spot = \"reasonable suspicion\"
finding = \"reasonable grounds\"
attribution = \"clear and convincing\"
determination = \"clear and convincing\"

[prior]
name = \"even sides\"
each_party = 0.3
exchange = 0.1
band = 0.1
third_actor = 0.05
no_one = 0.1
unknown = 0.05
";

fn rectangle(middle: Point, (half_width_m, half_height_m): (f64, f64)) -> Vec<Point> {
    [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)]
        .map(|(east, north)| middle.moved(east * half_width_m, north * half_height_m))
        .to_vec()
}

fn places(points: &[Point]) -> String {
    let each: Vec<String> = points.iter().map(|point| format!("{:?}", point.lon_lat())).collect();
    format!("[{}]", each.join(", "))
}

fn line(toml: &mut String, id: &str, name: &str, kind: &str, sides: &str, sigma_m: f64, path: &[Point]) {
    let _ = write!(
        toml,
        "\n[[line]]\nid = \"{id}\"\nname = \"{name}\"\nkind = \"{kind}\"\nstatus = \"agreed\"\n{sides}sigma_m = {sigma_m}\n\
         path = {}\n",
        places(path)
    );
}

fn zone(toml: &mut String, id: &str, name: &str, kind: &str, ring: &[Point]) {
    let _ = write!(toml, "\n[[zone]]\nid = \"{id}\"\nname = \"{name}\"\nkind = \"{kind}\"\nring = {}\n", places(ring));
}
