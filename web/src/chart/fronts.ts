// A line of the agreement as it is drawn: inside the band in which it may lie, with marks in turn on either side, as a stationary
// front on a weather chart. Points on the side of the party left of it, rounds on the other's: no hue is needed to tell them.
import type { Feature } from 'geojson';
import type { AgreementLine, Place } from '../lib/types';
import { kmPerDegree } from './mercator';

/** A mark on the line: where, which way the line runs there (degrees on the screen), and whose side it is on. */
export interface Mark {
  x: number;
  y: number;
  turn: number;
  side: 'left' | 'right';
}

/** Marks stand so far apart, px. */
const APART_PX = 86;

/** The strip of one deviation on each side of a part, as a ring; none where the line has no deviation. */
export function band(part: Place[], sigma_m: number[]): Place[] | null {
  if (part.length < 2 || sigma_m.every((sigma) => sigma === 0)) return null;
  const offset = (at: number, side: 1 | -1): Place => {
    const here = part[at] as Place;
    const before = part[Math.max(at - 1, 0)] as Place;
    const after = part[Math.min(at + 1, part.length - 1)] as Place;
    const east_km = kmPerDegree(here[1]);
    const north_km = kmPerDegree(0);
    const along = [(after[0] - before[0]) * east_km, (after[1] - before[1]) * north_km] as const;
    const length = Math.hypot(...along) || 1;
    const off_km = (side * (sigma_m[at] ?? 0)) / 1000;
    return [here[0] - (off_km * along[1]) / length / east_km, here[1] + (off_km * along[0]) / length / north_km];
  };
  const left = part.map((_, at) => offset(at, 1));
  const right = part.map((_, at) => offset(at, -1)).reverse();
  return [...left, ...right, left[0] as Place];
}

export function lineFeatures(lines: AgreementLine[]): Feature[] {
  return lines.flatMap((line) =>
    line.parts.map((part): Feature => ({
      type: 'Feature',
      properties: { id: line.id, kind: line.kind },
      geometry: { type: 'LineString', coordinates: part },
    })),
  );
}

export function bandFeatures(lines: AgreementLine[]): Feature[] {
  // A line behind the others is thinner than any band would be.
  return lines.filter((line) => line.kind !== 'withdrawal-line').flatMap((line) =>
    line.parts.flatMap((part, at): Feature[] => {
      const ring = band(part, line.sigma_m[at] ?? []);
      return ring ? [{ type: 'Feature', properties: { id: line.id }, geometry: { type: 'Polygon', coordinates: [ring] } }] : [];
    }),
  );
}

/** The marks along a part that is drawn through these points, left and right in turn. */
export function marks(points: [number, number][], within: (x: number, y: number) => boolean): Mark[] {
  const found: Mark[] = [];
  let next = APART_PX / 2;
  let side: Mark['side'] = 'left';
  for (let at = 1; at < points.length; at += 1) {
    const [x0, y0] = points[at - 1] as [number, number];
    const [x1, y1] = points[at] as [number, number];
    const length = Math.hypot(x1 - x0, y1 - y0);
    const turn = (Math.atan2(y1 - y0, x1 - x0) * 180) / Math.PI;
    // A line that runs far out of the chart is not walked mark by mark.
    if (length > 1e5) return found;
    while (next <= length) {
      const [x, y] = [x0 + ((x1 - x0) * next) / length, y0 + ((y1 - y0) * next) / length];
      if (within(x, y)) found.push({ x, y, turn, side });
      side = side === 'left' ? 'right' : 'left';
      next += APART_PX;
    }
    next -= length;
  }
  return found;
}
