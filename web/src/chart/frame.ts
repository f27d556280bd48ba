// The black and white border: its pieces have one stated length in kilometres on every edge, each by the
// scale of that edge, because a Mercator chart's scale grows with latitude. It starts at the north-west corner.
import type { Bounds } from '../lib/geometry';
import { EARTH_RADIUS_KM, kmPerDegree, ordinate, roundDown, roundUp } from './mercator';

/** The longer edge has at most this many pieces. */
const PIECES_MAX = 26;
/** The scale bar is at most this long, px. */
const BAR_PX_MAX = 130;

export interface Piece {
  from: number;
  to: number;
}

export interface Frame {
  step_km: number;
  top: Piece[];
  bottom: Piece[];
  side: Piece[];
}

export interface Size {
  width: number;
  height: number;
}

/** Every second piece along one edge: the black ones. */
function black(length: number, at: (index: number) => number): Piece[] {
  const pieces: Piece[] = [];
  for (let i = 0; i < 4 * PIECES_MAX; i += 2) {
    const from = at(i);
    if (!(from < length)) break;
    pieces.push({ from, to: Math.min(at(i + 1), length) });
  }
  return pieces;
}

export function frame(bounds: Bounds, { width, height }: Size): Frame {
  const { west, south, east, north } = bounds;
  const wide_km = (east - west) * kmPerDegree((south + north) / 2);
  const step_km = roundUp(Math.max(wide_km, (wide_km * height) / width) / PIECES_MAX);
  const along = (latitude: number): Piece[] => {
    const px_per_km = width / ((east - west) * kmPerDegree(latitude));
    return black(width, (i) => i * step_km * px_per_km);
  };
  const px_per_ordinate = height / (ordinate(north) - ordinate(south));
  const down = (i: number): number => {
    const latitude = north - (i * step_km * 180) / (Math.PI * EARTH_RADIUS_KM);
    return latitude <= -89 ? Infinity : (ordinate(north) - ordinate(latitude)) * px_per_ordinate;
  };
  return { step_km, top: along(north), bottom: along(south), side: black(height, down) };
}

/** The scale bar: a round length at the middle latitude. */
export function scaleBar({ west, south, east, north }: Bounds, { width }: Size): { km: number; px: number } {
  const km_per_px = ((east - west) * kmPerDegree((south + north) / 2)) / width;
  const km = roundDown(BAR_PX_MAX * km_per_px);
  return { km, px: km / km_per_px };
}
