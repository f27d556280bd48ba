//! Where the elements of an array stand.
use super::error::{ArrayError, Kind};
use super::small;
use truceline_model::geodesic;
use truceline_model::place::Place;

/// Both components of slowness need three elements.
pub const MIN_ELEMENTS: usize = 3;

/// No array is larger: NORSAR's largest has 42 elements. It bounds the 2,016 pairs.
pub const MAX_ELEMENTS: usize = 64;

/// Arrays are narrower, m: beyond this no plane wave holds, and it is a network.
pub const APERTURE_M_MAX: f64 = 300_000.0;

/// The narrower spread of the elements over the wider one, as variances: below this they stand on one line (for a
/// 3 km array, within 3 m of it).
const SPREAD_RATIO_MIN: f64 = 1e-6;

/// Heights count as a third dimension from this spread over the widest on: less says nothing on the elevation, and
/// a hill's few metres would decide it.
const HEIGHT_RATIO_MIN: f64 = 0.02;

/// An element's place, m east, north and up of some point.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Offset {
    /// East, m.
    pub east_m: f64,
    /// North, m.
    pub north_m: f64,
    /// Up, m; zero where it is not known.
    pub up_m: f64,
}

/// Two elements by number; the first has the smaller one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair {
    /// The one from which the delay counts.
    pub first: usize,
    /// The other.
    pub second: usize,
}

/// The elements of an array, as offsets from their mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Geometry {
    offsets: Vec<[f64; 3]>,
    survey_sigma_m: f64,
}

impl Geometry {
    /// From offsets from any point.
    ///
    /// # Errors
    /// If there are fewer than [`MIN_ELEMENTS`] or more than [`MAX_ELEMENTS`], an offset is not finite, the elements
    /// stand on a line as seen from above, or they stand wider than [`APERTURE_M_MAX`].
    pub fn new(offsets: &[Offset]) -> Result<Self, ArrayError> {
        match offsets.len() {
            elements if elements < MIN_ELEMENTS => return Err(ArrayError(Kind::TooFewElements { elements })),
            elements if elements > MAX_ELEMENTS => return Err(ArrayError(Kind::TooManyElements { elements })),
            _ => {}
        }
        let mut points: Vec<[f64; 3]> = offsets.iter().map(|o| [o.east_m, o.north_m, o.up_m]).collect();
        if let Some(element) = points.iter().position(|point| point.iter().any(|x| !x.is_finite())) {
            return Err(ArrayError(Kind::Offset { element }));
        }
        for axis in 0..3 {
            let mean = points.iter().map(|point| point[axis]).sum::<f64>() / points.len() as f64;
            points.iter_mut().for_each(|point| point[axis] -= mean);
        }
        let geometry = Self { offsets: points, survey_sigma_m: 0.0 };
        let aperture_m = geometry.aperture_m();
        // An overflow fails it too.
        if aperture_m.is_nan() || aperture_m > APERTURE_M_MAX {
            return Err(ArrayError(Kind::Wide { aperture_m }));
        }
        let (narrow, wide) = small::eigenvalues2(&geometry.scatter_m2());
        if narrow <= SPREAD_RATIO_MIN * wide {
            return Err(ArrayError(Kind::Line));
        }
        Ok(geometry)
    }

    /// From places, with the point from which the offsets count: the mean of the places. Offsets are geodesic
    /// distance and azimuth from that point, so that distances between elements are wrong by less than 1e-6 of
    /// themselves for apertures up to 30 km.
    ///
    /// # Errors
    /// As [`Geometry::new`].
    pub fn from_places(places: &[Place]) -> Result<(Self, Place), ArrayError> {
        if places.len() < MIN_ELEMENTS {
            return Err(ArrayError(Kind::TooFewElements { elements: places.len() }));
        }
        let reference = places[0].lon_deg();
        let n = places.len() as f64;
        let lat = places.iter().map(|place| place.lat_deg()).sum::<f64>() / n;
        // Differences, so that an array on the antimeridian has its mean there and not on the other side.
        let east = places.iter().map(|place| wrapped_deg(place.lon_deg() - reference)).sum::<f64>() / n;
        let centre = Place::from_degrees(lat, wrapped_deg(reference + east))
            .ok_or_else(|| ArrayError::number("the mean latitude", lat, "one within -90 and 90 degrees"))?;
        let offsets: Vec<Offset> = places
            .iter()
            .map(|place| {
                let way = geodesic::between(centre, *place);
                let (sin, cos) = libm::sincos(way.azimuth_deg.to_radians());
                Offset { east_m: way.distance_m * sin, north_m: way.distance_m * cos, up_m: 0.0 }
            })
            .collect();
        Ok((Self::new(&offsets)?, centre))
    }

    /// The same with how well the places of the elements are known: the standard deviation of an element's place
    /// along any direction, m. It goes into every sigma of azimuth and slowness. Zero if never stated.
    ///
    /// # Errors
    /// If it is negative or not finite.
    pub fn with_survey_sigma_m(mut self, sigma_m: f64) -> Result<Self, ArrayError> {
        if !(sigma_m >= 0.0 && sigma_m.is_finite()) {
            return Err(ArrayError::number("the survey sigma", sigma_m, "metres from 0 on"));
        }
        self.survey_sigma_m = sigma_m;
        Ok(self)
    }

    /// The standard deviation of an element's place along any direction, m.
    #[must_use]
    pub fn survey_sigma_m(&self) -> f64 {
        self.survey_sigma_m
    }

    /// How many elements there are.
    #[must_use]
    pub fn elements(&self) -> usize {
        self.offsets.len()
    }

    /// The elements, m east, north and up of their mean.
    #[must_use]
    pub fn offsets_m(&self) -> &[[f64; 3]] {
        &self.offsets
    }

    /// All pairs: (0, 1), (0, 2), ... (1, 2), ...; n (n - 1) / 2 of them.
    pub fn pairs(&self) -> impl Iterator<Item = Pair> + use<> {
        pairs_of(self.elements())
    }

    /// The co-array: for each pair in the order of [`Geometry::pairs`] the second element's offset from the first, m.
    #[must_use]
    pub fn co_array_m(&self) -> Vec<[f64; 3]> {
        self.pairs().map(|pair| self.baseline_m(pair)).collect()
    }

    /// The second element's offset from the first, m.
    #[must_use]
    pub fn baseline_m(&self, pair: Pair) -> [f64; 3] {
        let (a, b) = (self.offsets[pair.first], self.offsets[pair.second]);
        [b[0] - a[0], b[1] - a[1], b[2] - a[2]]
    }

    /// The longest distance between two elements, m.
    #[must_use]
    pub fn aperture_m(&self) -> f64 {
        self.pairs().map(|pair| small::norm(&self.baseline_m(pair))).fold(0.0, f64::max)
    }

    /// Whether the elements stand at heights different enough to fix the elevation of a wave without its speed.
    #[must_use]
    pub fn is_solid(&self) -> bool {
        let heights: f64 = self.offsets.iter().map(|point| point[2] * point[2]).sum();
        let (narrow, wide) = small::eigenvalues2(&self.scatter_m2());
        if self.elements() < 4 || heights <= HEIGHT_RATIO_MIN * HEIGHT_RATIO_MIN * wide {
            return false;
        }
        // A tilted plane has heights but no volume: the determinant over the product of the spreads shows it.
        let volume = small::determinant3(&self.scatter3_m2());
        volume > HEIGHT_RATIO_MIN * HEIGHT_RATIO_MIN * narrow * wide * heights
    }

    /// Sum over the elements of the horizontal offset times itself: east-east, east-north, north-north, m2.
    #[must_use]
    pub fn scatter_m2(&self) -> [f64; 3] {
        self.offsets.iter().fold([0.0; 3], |s, r| [s[0] + r[0] * r[0], s[1] + r[0] * r[1], s[2] + r[1] * r[1]])
    }

    /// As [`Geometry::scatter_m2`] in three dimensions.
    pub(super) fn scatter3_m2(&self) -> [[f64; 3]; 3] {
        let mut sum = [[0.0; 3]; 3];
        for r in &self.offsets {
            for (row, x) in sum.iter_mut().zip(r) {
                row.iter_mut().zip(r).for_each(|(entry, y)| *entry += x * y);
            }
        }
        sum
    }

    /// The array without one element.
    ///
    /// # Errors
    /// As [`Geometry::new`]: the rest may be too few or stand on a line.
    pub fn without(&self, element: usize) -> Result<Self, ArrayError> {
        let rest = self.offsets.iter().enumerate().filter(|(i, _)| *i != element);
        let rest: Vec<Offset> = rest.map(|(_, r)| Offset { east_m: r[0], north_m: r[1], up_m: r[2] }).collect();
        Self::new(&rest)?.with_survey_sigma_m(self.survey_sigma_m)
    }
}

/// All pairs of `n` elements in order.
pub(super) fn pairs_of(n: usize) -> impl Iterator<Item = Pair> {
    (0..n).flat_map(move |first| (first + 1..n).map(move |second| Pair { first, second }))
}

/// The place of a pair in the order of [`pairs_of`].
pub(super) fn pair_index(n: usize, pair: Pair) -> usize {
    pair.first * (2 * n - pair.first - 1) / 2 + pair.second - pair.first - 1
}

/// A difference of longitudes in [-180, 180].
fn wrapped_deg(degrees: f64) -> f64 {
    if degrees > 180.0 {
        degrees - 360.0
    } else if degrees < -180.0 {
        degrees + 360.0
    } else {
        degrees
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offsets(points: &[(f64, f64, f64)]) -> Vec<Offset> {
        points.iter().map(|p| Offset { east_m: p.0, north_m: p.1, up_m: p.2 }).collect()
    }

    #[test]
    fn offsets_count_from_their_mean_and_pairs_are_in_order() {
        let geometry = Geometry::new(&offsets(&[(10.0, 0.0, 1.0), (13.0, 0.0, 1.0), (10.0, 3.0, 1.0)])).unwrap();
        assert_eq!(geometry.offsets_m()[0], [-1.0, -1.0, 0.0]);
        assert_eq!(geometry.co_array_m(), [[3.0, 0.0, 0.0], [0.0, 3.0, 0.0], [-3.0, 3.0, 0.0]]);
        for n in 3..9 {
            for (index, pair) in pairs_of(n).enumerate() {
                assert_eq!(pair_index(n, pair), index);
            }
        }
    }

    #[test]
    fn a_line_too_few_and_too_many_are_refused() {
        let line = offsets(&[(0.0, 0.0, 0.0), (1.0, 1.0, 0.0), (5.0, 5.0, 9.0)]);
        assert!(Geometry::new(&line).unwrap_err().to_string().contains("on one line"));
        assert!(Geometry::new(&line[..2]).unwrap_err().to_string().contains("MIN_ELEMENTS"));
        let many: Vec<Offset> = (0..65).map(|i| Offset { east_m: f64::from(i * i), ..Offset::default() }).collect();
        assert!(Geometry::new(&many).unwrap_err().to_string().contains("MAX_ELEMENTS"));
        let wide = offsets(&[(0.0, 0.0, 0.0), (1e200, 0.0, 0.0), (0.0, 1e200, 0.0)]);
        assert!(Geometry::new(&wide).unwrap_err().to_string().contains("APERTURE_M_MAX"));
        let nan = offsets(&[(0.0, f64::NAN, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0)]);
        assert!(Geometry::new(&nan).unwrap_err().to_string().contains("element 0"));
    }

    #[test]
    fn a_tower_is_solid_a_hill_and_a_tilted_plane_are_not() {
        let tower = [(17.1, 8.9, 14.4), (17.1, 8.9, 2.9), (0.0, 0.0, 15.1), (0.0, 0.0, 3.6), (0.8, 19.1, 14.4)];
        assert!(Geometry::new(&offsets(&tower)).unwrap().is_solid());
        let hill = [(0.0, 0.0, 0.0), (900.0, 0.0, 6.0), (0.0, 900.0, 3.0), (-800.0, -700.0, 9.0)];
        assert!(!Geometry::new(&offsets(&hill)).unwrap().is_solid());
        let tilted = [(0.0, 0.0, 0.0), (10.0, 0.0, 5.0), (0.0, 10.0, 5.0), (10.0, 10.0, 10.0)];
        assert!(!Geometry::new(&offsets(&tilted)).unwrap().is_solid());
    }

    #[test]
    fn places_become_offsets_also_on_the_antimeridian() {
        let place = |lat, lon| Place::from_degrees(lat, lon).unwrap();
        let places = [place(10.0, 179.999), place(10.0, -179.999), place(10.002, 180.0)];
        let (geometry, centre) = Geometry::from_places(&places).unwrap();
        assert!((centre.lon_deg().abs() - 180.0).abs() < 1e-6, "{centre:?}");
        for pair in geometry.pairs() {
            let exact = geodesic::between(places[pair.first], places[pair.second]).distance_m;
            // Places are kept to 11 mm.
            assert!((small::norm(&geometry.baseline_m(pair)) - exact).abs() < 0.03);
        }
        assert!((geometry.aperture_m() - 247.0).abs() < 1.5, "{}", geometry.aperture_m());
    }
}
