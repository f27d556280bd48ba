//! Blocks of neighbouring segments with their boxes: so that the nearest of thousands is found among some dozens.
//!
//! A box is no farther than anything within it, in the metres of the place that asks; so the answer is that of looking at all,
//! to the bit.
use super::{Nearest, Point, Segment, nearest};
use crate::locate::evidence::metres_per_unit;
use std::ops::Range;

/// Segments of a block: about the root of a line's count, where boxes and segments cost the same.
const BLOCK: usize = 32;

/// What rounding may make of a bound.
const SLACK: f64 = 1.0 + 1e-9;

/// A block: which segments, and the box around them.
#[derive(Debug, Clone)]
pub(super) struct Block {
    segments: Range<usize>,
    low: Point,
    high: Point,
}

/// The blocks of segments, in their order.
pub(super) fn blocks(all: &[Segment]) -> Vec<Block> {
    let of = |(n, part): (usize, &[Segment])| {
        let mut low = Point { x: f64::INFINITY, y: f64::INFINITY };
        let mut high = Point { x: f64::NEG_INFINITY, y: f64::NEG_INFINITY };
        for at in part.iter().flat_map(|segment| [segment.from.at, segment.to.at]) {
            (low.x, low.y) = (low.x.min(at.x), low.y.min(at.y));
            (high.x, high.y) = (high.x.max(at.x), high.y.max(at.y));
        }
        Block { segments: n * BLOCK..n * BLOCK + part.len(), low, high }
    };
    all.chunks(BLOCK).enumerate().map(of).collect()
}

/// The nearest point of all segments.
pub(super) fn nearest_of(all: &[Segment], blocks: &[Block], place: Point, geographic: bool) -> Nearest {
    let (east_m, north_m) = metres_per_unit(place.y, geographic);
    let beyond = |v: f64, low: f64, high: f64| (low - v).max(v - high).max(0.0);
    let apart2_m2 = |block: &Block| {
        let (east, north) =
            (beyond(place.x, block.low.x, block.high.x) * east_m, beyond(place.y, block.low.y, block.high.y) * north_m);
        east * east + north * north
    };
    let apart: Vec<f64> = blocks.iter().map(apart2_m2).collect();
    let first = apart.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(n, _)| n);
    let near = blocks.get(first).map_or(&all[..0], |block| &all[block.segments.clone()]);
    let bound = nearest(near, place, geographic).distance2_m2 * SLACK;
    // In the order of the segments, since of two as near the first one counts.
    let mut best: Option<Nearest> = None;
    for (block, _) in blocks.iter().zip(&apart).filter(|(_, apart)| **apart <= bound) {
        let seen = nearest(&all[block.segments.clone()], place, geographic);
        if best.is_none_or(|best| seen.distance2_m2 < best.distance2_m2) {
            best = Some(seen);
        }
    }
    best.unwrap_or_else(|| nearest(all, place, geographic))
}

#[cfg(test)]
mod tests {
    use super::super::{Line, Vertex, segments};
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_answer_is_that_of_all_segments(
            steps in prop::collection::vec((-0.02_f64..0.03, -0.02_f64..0.03), 2..400),
            x in 36.0_f64..40.0, y in 46.0_f64..50.0, on in any::<prop::sample::Index>(),
        ) {
            let mut at = Point { x: 37.0, y: 48.0 };
            let vertices = steps.iter().map(|(dx, dy)| {
                at = Point { x: at.x + dx, y: at.y + dy };
                Vertex { at, sigma_m: 10.0 }
            });
            let vertices: Vec<Vertex> = vertices.collect();
            let corner = vertices[on.index(vertices.len())].at;
            let all = segments(&Line::new(vec![vertices]).unwrap());
            let blocks = blocks(&all);
            for place in [Point { x, y }, corner, Point { x: corner.x + 1e-4, y: corner.y }] {
                let (a, b) = (nearest(&all, place, true), nearest_of(&all, &blocks, place, true));
                let of = |n: &Nearest| (n.distance2_m2.to_bits(), n.left, n.beyond, n.along.0.to_bits(), n.sigma_m.to_bits());
                prop_assert_eq!(of(&a), of(&b));
            }
        }
    }
}
