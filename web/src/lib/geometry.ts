// Plane geometry on longitude and latitude, for drawing only: nothing here decides anything.
import type { Place, Polygons, Zone } from './types';

export interface Bounds {
  west: number;
  south: number;
  east: number;
  north: number;
}

export function boundsOf(places: Iterable<Place>): Bounds | null {
  let bounds: Bounds | null = null;
  for (const [x, y] of places) {
    bounds ??= { west: x, south: y, east: x, north: y };
    bounds.west = Math.min(bounds.west, x);
    bounds.east = Math.max(bounds.east, x);
    bounds.south = Math.min(bounds.south, y);
    bounds.north = Math.max(bounds.north, y);
  }
  return bounds;
}

export function* placesOf(polygons: Polygons): Generator<Place> {
  for (const polygon of polygons) for (const ring of polygon) yield* ring;
}

/** Whether a place lies inside rings by the even-odd rule: the first ring is the border, the others are holes. */
export function insideRings([x, y]: Place, rings: Place[][]): boolean {
  let inside = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const a = ring[i];
      const b = ring[j];
      if (!a || !b) continue;
      if (a[1] > y !== b[1] > y && x < ((b[0] - a[0]) * (y - a[1])) / (b[1] - a[1]) + a[0]) inside = !inside;
    }
  }
  return inside;
}

/** Whether a place lies inside one of the polygons. */
export function insidePolygons(place: Place, polygons: Polygons): boolean {
  return polygons.some((rings) => insideRings(place, rings));
}

/** IUGG mean radius, km. */
export const EARTH_RADIUS_KM = 6371.0088;
const RADIANS = Math.PI / 180;

/** The distance of two places on a sphere of the Earth's mean radius, km: the haversine formula, off by 0.5 % at most. */
export function kilometres([lon_a, lat_a]: Place, [lon_b, lat_b]: Place): number {
  const half = (degrees: number): number => Math.sin((degrees * RADIANS) / 2) ** 2;
  const h = half(lat_b - lat_a) + Math.cos(lat_a * RADIANS) * Math.cos(lat_b * RADIANS) * half(lon_b - lon_a);
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** A ring that ends where it starts, as GeoJSON wants it. */
export function closed(ring: Place[]): Place[] {
  const first = ring[0];
  const last = ring.at(-1);
  if (!first || !last || (first[0] === last[0] && first[1] === last[1])) return ring;
  return [...ring, first];
}

/** Where the mean lies, in words: beside it always stands the region's area. */
export function zoneWords(mean: Place, zones: Zone[]): string {
  const zone = zones.find((z) => insideRings(mean, z.rings));
  if (zone) return `mean inside zone “${zone.name}”`;
  return zones.length > 0 ? 'mean outside every zone' : 'no zone defined';
}

/** The north-east shoulder of a region, where its number stands: beside it, never in its middle. */
export function shoulder(polygons: Polygons): Place | null {
  let best: Place | null = null;
  let reach = -Infinity;
  for (const place of placesOf(polygons)) {
    const along = place[0] + place[1] * 1.3;
    if (along > reach) {
      reach = along;
      best = place;
    }
  }
  return best;
}
