// The chart's projection and the few lengths it draws, on a sphere of the Earth's mean radius: for ink only.
import { EARTH_RADIUS_KM } from '../lib/geometry';
import type { Place } from '../lib/types';

export { EARTH_RADIUS_KM };
const RADIANS = Math.PI / 180;

/** Mercator ordinate of a latitude in degrees, in radians; the chart's pixels are linear in it. */
export function ordinate(latitude: number): number {
  return Math.asinh(Math.tan(latitude * RADIANS));
}

/** The latitude in degrees of a Mercator ordinate. */
export function latitudeOf(y: number): number {
  return Math.atan(Math.sinh(y)) / RADIANS;
}

/** Kilometres along a parallel, per degree of longitude. */
export function kmPerDegree(latitude: number): number {
  return EARTH_RADIUS_KM * RADIANS * Math.cos(latitude * RADIANS);
}

/** How many straight pieces draw a circle. */
const CIRCLE_PIECES = 72;

/** A closed small circle of `radius_km` about a place. */
export function circle([longitude, latitude]: Place, radius_km: number): Place[] {
  const angle = radius_km / EARTH_RADIUS_KM;
  const phi = latitude * RADIANS;
  const ring: Place[] = [];
  for (let i = 0; i <= CIRCLE_PIECES; i++) {
    const bearing = (2 * Math.PI * i) / CIRCLE_PIECES;
    const sinPhi = Math.sin(phi) * Math.cos(angle) + Math.cos(phi) * Math.sin(angle) * Math.cos(bearing);
    const east = Math.sin(bearing) * Math.sin(angle) * Math.cos(phi);
    const lambda = Math.atan2(east, Math.cos(angle) - Math.sin(phi) * sinPhi);
    ring.push([longitude + lambda / RADIANS, Math.asin(sinPhi) / RADIANS]);
  }
  return ring;
}

/** The smallest of 1, 2, 5 times a power of ten that is at least `least`. */
export function roundUp(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].find((m) => m * power >= least * (1 - 1e-9)) ?? 10;
  return step * power;
}

/** The largest of 1, 2, 5 times a power of ten that is at most `most`. */
export function roundDown(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [5, 2, 1].find((m) => m * power <= most * (1 + 1e-9)) ?? 1;
  return step * power;
}
