// What a chart draws, gathered from the API's shapes as GeoJSON: zones, credible regions, back-azimuths,
// notified places, and the arrays that stand above them as symbols.
import type { Feature, FeatureCollection } from 'geojson';
import { boundsOf, closed, placesOf, shoulder, type Bounds } from '../lib/geometry';
import type { AgreementLine, CaseDetail, Place, Zone } from '../lib/types';
import type { SensorMark } from '../sensors/health';
import { bandFeatures, lineFeatures } from './fronts';
import { circle } from './mercator';

export interface ArraySymbol {
  name: string;
  place: Place;
  selected: boolean;
  distance_km: number;
  ray: Place[];
}

export interface RegionNumber {
  case: string;
  number: number;
  place: Place;
  selected: boolean;
}

export interface Content {
  bands: FeatureCollection;
  lines: FeatureCollection;
  /** The lines themselves: their marks are drawn above the canvas. */
  fronts: AgreementLine[];
  zones: FeatureCollection;
  regions: FeatureCollection;
  rays: FeatureCollection;
  notices: FeatureCollection;
  arrays: ArraySymbol[];
  numbers: RegionNumber[];
  /** Sensors, and whether the selected case rests on them. */
  sensors: (SensorMark & { selected: boolean })[];
  names: { name: string; place: Place }[];
  /** Protected sites: their middles. */
  sites: { name: string; place: Place }[];
  /** Everything that is drawn. */
  all: Bounds | null;
  /** The line with its zones and its sensors, where there is a line: what is watched, whatever was found. */
  home: Bounds | null;
  /** The selected case's 95 % region alone. */
  region: Bounds | null;
}

export interface NumberedCase {
  number: number;
  detail: CaseDetail;
}

const collection = (features: Feature[]): FeatureCollection => ({ type: 'FeatureCollection', features });

function regionFeatures(cases: NumberedCase[], selected: string | null): Feature[] {
  return cases.flatMap(({ detail }) =>
    detail.regions.map((region): Feature => {
      const mine = detail.case === selected;
      return {
        type: 'Feature',
        properties: { case: detail.case, level: region.level, selected: mine, order: mine ? 1 : 0 },
        geometry: { type: 'MultiPolygon', coordinates: region.polygons },
      };
    }),
  );
}

function rayFeatures(detail: CaseDetail): Feature[] {
  return detail.detections.map((detection) => ({
    type: 'Feature',
    properties: { case: detail.case, source: detection.source },
    geometry: { type: 'LineString', coordinates: detection.bearing_ray },
  }));
}

function arraySymbols(cases: NumberedCase[], selected: string | null): ArraySymbol[] {
  const byName = new Map<string, ArraySymbol>();
  for (const { detail } of cases) {
    for (const d of detail.detections) {
      const mine = detail.case === selected;
      if (byName.has(d.source) && !mine) continue;
      const symbol = { name: d.source, place: d.place, selected: mine, distance_km: d.distance_km, ray: d.bearing_ray };
      byName.set(d.source, symbol);
    }
  }
  return [...byName.values()];
}

function noticeFeatures(detail: CaseDetail): Feature[] {
  return detail.notices.map((notice) => ({
    type: 'Feature',
    properties: { entry: notice.entry, matched: notice.matched },
    geometry: { type: 'LineString', coordinates: circle(notice.place, notice.radius_km) },
  }));
}

/** The number's place is the shoulder of the 90 % region. */
function regionNumbers(cases: NumberedCase[], selected: string | null): RegionNumber[] {
  return cases.flatMap(({ number, detail }) => {
    const region = detail.regions.find((r) => r.level === 90) ?? detail.regions[0];
    const place = region ? shoulder(region.polygons) : null;
    return place ? [{ case: detail.case, number, place, selected: detail.case === selected }] : [];
  });
}

/** The corner of a ring that lies farthest north-west holds the zone's name. */
function northWest(ring: Place[]): Place | null {
  return ring.reduce<Place | null>((best, place) => (best === null || place[1] - place[0] > best[1] - best[0] ? place : best), null);
}

/** A part of a line holds its name a little behind its beginning. */
const NAMED_AT = 0.06;

function names(zones: Zone[], lines: AgreementLine[]): { name: string; place: Place }[] {
  const of_zones = zones.map((zone) => ({ name: zone.name, place: northWest(zone.rings.flat()) }));
  const of_lines = lines.map((line) => ({ name: line.name, place: line.parts[0]?.[Math.floor((line.parts[0].length - 1) * NAMED_AT)] ?? null }));
  return [...of_zones, ...of_lines].flatMap(({ name, place }) => (place ? [{ name, place }] : []));
}

/** A line that divides no parties stands behind the others. */
const isBehind = (line: AgreementLine): boolean => line.left === null;

/** Beside a buffer zone, what lies behind it shares its rim and has no own one on a chart; the table names it. */
function drawnZones(zones: Zone[]): Zone[] {
  const buffered = zones.some((zone) => zone.kind === 'buffer-zone');
  return buffered ? zones.filter((zone) => zone.kind !== 'security-zone') : zones;
}

function siteSymbols(zones: Zone[]): { name: string; place: Place }[] {
  return zones.flatMap((zone) => {
    const bounds = zone.kind === 'protected-site' ? boundsOf(zone.rings.flat()) : null;
    return bounds ? [{ name: zone.name, place: [(bounds.west + bounds.east) / 2, (bounds.south + bounds.north) / 2] as Place }] : [];
  });
}

/** What the selected case rests on, by channel and by source. */
function seenBy(detail: CaseDetail | undefined): Set<string> {
  return new Set(detail ? [...detail.detections.map((d) => d.source), ...detail.arrivals.map((a) => a.channel)] : []);
}

/** Gathers the content: every case's regions, and the selected case's back-azimuths and notified places. */
export function gather(cases: NumberedCase[], every: Zone[], lines: AgreementLine[], selected: string | null, marks: SensorMark[] = []): Content {
  const zones = drawnZones(every);
  const regions = regionFeatures(cases, selected);
  const mine = cases.find(({ detail }) => detail.case === selected)?.detail;
  const rays = mine ? rayFeatures(mine) : [];
  const notices = mine ? noticeFeatures(mine) : [];
  const seen = seenBy(mine);
  const sensors = marks.map((mark) => ({ ...mark, selected: [mark.name, ...mark.channels].some((name) => seen.has(name)) }));
  const known = new Set(sensors.map((mark) => mark.name));
  const arrays = arraySymbols(cases, selected).filter((array) => !known.has(array.name));
  const widest = (detail: CaseDetail): Place[] => detail.regions.flatMap((r) => [...placesOf(r.polygons)]);
  return {
    bands: collection(bandFeatures(lines)),
    lines: collection(lineFeatures(lines)),
    fronts: lines.filter((line) => line.left !== null),
    zones: collection(
      zones.map((zone) => ({
        type: 'Feature',
        properties: { id: zone.id, name: zone.name, kind: zone.kind },
        geometry: { type: 'Polygon', coordinates: zone.rings.map(closed) },
      })),
    ),
    regions: collection(regions),
    rays: collection(rays),
    notices: collection(notices),
    arrays,
    numbers: regionNumbers(cases, selected),
    sensors,
    names: names(
      zones.filter((zone) => zone.kind !== 'protected-site'),
      lines.filter(isBehind),
    ),
    sites: siteSymbols(zones),
    home: lines.length > 0 && sensors.length > 0 ? boundsOf([...zones.flatMap((zone) => zone.rings.flat()), ...lines.flatMap((line) => line.parts.flat()), ...sensors.map((mark) => mark.place)]) : null,
    all: boundsOf([
      ...zones.flatMap((zone) => zone.rings.flat()),
      ...lines.flatMap((line) => line.parts.flat()),
      ...sensors.map((mark) => mark.place),
      ...cases.flatMap(({ detail }) => widest(detail)),
      ...arrays.map((a) => a.place),
    ]),
    region: mine ? boundsOf(widest(mine)) : null,
  };
}
