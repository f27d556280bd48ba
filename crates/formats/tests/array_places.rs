//! Places of an array's elements: both forms, what is wrong, and damage.
#![allow(clippy::unwrap_used)] // helpers of tests, outside of any test function

#[path = "support/mutation.rs"]
mod mutation;

use mutation::{MUTATIONS, Random, damage};
use truceline_formats::array_places::{self, LINES_MAX, Position};
use truceline_model::place::Place;

const GEOGRAPHIC: &str = "# four in a triangle\nchannel,lon,lat,elevation_m\nFDSN:XX_A1__B_D_F,-110.7405,39.4728,1540\n\n\
                          FDSN:XX_A2__B_D_F , -110.7392 , 39.4736 , 1541.5\r\n";
const LOCAL: &str = "channel,x_m,y_m,z_m\na.wav#0,0,0,2.9\na.wav#1,17.129,8.878,14.392\n";

#[test]
fn both_forms_are_read() {
    let found = array_places::read("a", GEOGRAPHIC.as_bytes()).unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!(found[1].channel, "FDSN:XX_A2__B_D_F");
    let place = Place::from_degrees(39.4736, -110.7392).unwrap();
    assert_eq!(found[1].position, Position::Geographic { place, elevation_m: 1541.5 });
    let found = array_places::read("a", LOCAL.as_bytes()).unwrap();
    assert_eq!(found[1].position, Position::Local { x_m: 17.129, y_m: 8.878, z_m: 14.392 });
}

#[test]
fn what_is_wrong_is_named_with_its_line() {
    let error = |text: &str| array_places::read("a", text.as_bytes()).unwrap_err().to_string();
    for (old, new, expected) in [
        ("x_m,y_m", "y_m,x_m", "a, line 1: \"channel,y_m,x_m,z_m\", expected channel,lon,lat,elevation_m or"),
        ("17.129", "east", "a, line 3: \"east\", expected a number from -1000000 to 1000000"),
        ("17.129", "NaN", "a, line 3: \"NaN\", expected a number"),
        ("17.129", "2e6", "a, line 3: \"2e6\", expected a number from -1000000 to 1000000"),
        ("a.wav#1,", "", "a, line 3: 3 fields, expected 4"),
        ("a.wav#1", "", "a, line 3: \"\", expected a channel's identifier"),
        ("a.wav#1", "a.wav#0", "a, line 3: \"a.wav#0\" stands twice, first as element 1"),
    ] {
        let found = error(&LOCAL.replace(old, new));
        assert!(found.starts_with(expected), "{found}\n{expected}");
    }
    assert!(
        error(&GEOGRAPHIC.replace("39.4736", "99")).starts_with("a, line 5: \"99\", expected a number from -90 to 90")
    );
    assert_eq!(error("# nothing\n"), "a, the whole file: it names no columns");
    let many = format!("channel,x_m,y_m,z_m\n{}", "\n".repeat(LINES_MAX));
    assert!(error(&many).contains("at most 1000 lines"));
    let latin = array_places::read("a", b"channel,\xff").unwrap_err().to_string();
    assert_eq!(latin, "a, byte 8: expected UTF-8 text");
}

#[test]
fn damage_gives_an_error_or_possible_places() {
    let originals = [GEOGRAPHIC.as_bytes(), LOCAL.as_bytes()];
    let mut random = Random(5);
    let mut good = 0;
    for round in 0..MUTATIONS {
        let bytes = damage(originals[round as usize % 2], &mut random);
        let Ok(elements) = array_places::read("a", &bytes) else { continue };
        good += 1;
        assert!(elements.len() <= bytes.len() / 8 + 1);
        for (at, element) in elements.iter().enumerate() {
            assert!(elements[..at].iter().all(|other| other.channel != element.channel));
            if let Position::Local { x_m, y_m, z_m } = element.position {
                assert!([x_m, y_m, z_m].iter().all(|metres| metres.abs() <= 1e6));
            }
        }
    }
    assert!(good > MUTATIONS / 1000 && good < MUTATIONS, "{good}");
}
