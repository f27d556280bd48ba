// What the symbols above the canvas need to know of the chart's present view.
import type { Bounds } from '../lib/geometry';
import type { Place } from '../lib/types';

export interface View {
  width: number;
  height: number;
  bounds: Bounds;
  /** Where a place stands, px from the chart's upper left corner. */
  project: (place: Place) => [number, number];
}

/** The border's thickness, px: symbols and labels keep inside it. */
export const BORDER_PX = 6;

const isInside = (view: View, [x, y]: [number, number], inset: number): boolean =>
  x >= inset && y >= inset && x <= view.width - inset && y <= view.height - inset;

/** Whether a place is on the chart, at least `inset` px from its edge. */
export function onChart(view: View, place: Place, inset = BORDER_PX): boolean {
  return isInside(view, view.project(place), inset);
}

/** Where a line from outside comes onto the chart, px; none when it never does. */
export function entersAt(view: View, line: Place[], inset: number): [number, number] | null {
  let before: [number, number] | null = null;
  for (const place of line) {
    const now = view.project(place);
    if (isInside(view, now, inset)) {
      if (!before) return now;
      // Halving the piece that crosses the edge: 20 halvings are far below a pixel.
      let outside = before;
      let inside = now;
      for (let i = 0; i < 20; i++) {
        const middle: [number, number] = [(outside[0] + inside[0]) / 2, (outside[1] + inside[1]) / 2];
        if (isInside(view, middle, inset)) inside = middle;
        else outside = middle;
      }
      return inside;
    }
    before = now;
  }
  return null;
}
