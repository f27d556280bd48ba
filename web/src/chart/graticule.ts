// Meridians and parallels at a round spacing, with the values that are labelled at the chart's edge.
import type { Bounds } from '../lib/geometry';
import type { Size } from './frame';

/** Spacings in degrees that read well in degrees and minutes, the finest first. */
const SPACINGS_DEG = [1 / 60, 1 / 30, 1 / 12, 1 / 6, 0.25, 0.5, 1, 2, 5, 10, 20, 30] as const;

/** At most this many meridians, and parallels: more is noise behind the regions. */
const LINES_MAX = 8;
/** A label needs this room along its edge, px. */
const LABEL_PX = 76;

export interface Graticule {
  longitudes: number[];
  latitudes: number[];
}

function ticks(low: number, high: number, room_px: number): number[] {
  const most = Math.min(LINES_MAX, Math.max(2, room_px / LABEL_PX));
  const step = SPACINGS_DEG.find((s) => (high - low) / s <= most) ?? 30;
  const values: number[] = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9; k++) values.push(k * step);
  return values;
}

/** The lines within bounds, for a chart of a size in px. */
export function graticule({ west, south, east, north }: Bounds, { width, height }: Size): Graticule {
  return {
    longitudes: ticks(Math.max(west, -180), Math.min(east, 180), width),
    latitudes: ticks(Math.max(south, -85), Math.min(north, 85), height),
  };
}
