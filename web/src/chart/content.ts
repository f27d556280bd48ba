// What a chart draws, gathered from the API's shapes as GeoJSON: zones, credible regions, back-azimuths,
// notified places, and the arrays that stand above them as symbols.
import type { Feature, FeatureCollection } from 'geojson';
import { boundsOf, closed, placesOf, shoulder, type Bounds } from '../lib/geometry';
import type { AgreementLine, CaseDetail, Place, Zone } from '../lib/types';
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
  zoneNames: { name: string; place: Place }[];
  /** Everything that is drawn. */
  all: Bounds | null;
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

/** The north-west corner of each zone holds its name. */
function zoneNames(zones: Zone[]): { name: string; place: Place }[] {
  return zones.flatMap((zone) => {
    const bounds = boundsOf(zone.rings.flat());
    return bounds ? [{ name: zone.name, place: [bounds.west, bounds.north] as Place }] : [];
  });
}

/** Gathers the content: every case's regions, and the selected case's back-azimuths and notified places. */
export function gather(cases: NumberedCase[], zones: Zone[], lines: AgreementLine[], selected: string | null): Content {
  const regions = regionFeatures(cases, selected);
  const mine = cases.find(({ detail }) => detail.case === selected)?.detail;
  const rays = mine ? rayFeatures(mine) : [];
  const notices = mine ? noticeFeatures(mine) : [];
  const arrays = arraySymbols(cases, selected);
  const widest = (detail: CaseDetail): Place[] => detail.regions.flatMap((r) => [...placesOf(r.polygons)]);
  return {
    bands: collection(bandFeatures(lines)),
    lines: collection(lineFeatures(lines)),
    fronts: lines.filter((line) => line.left !== null),
    zones: collection(
      zones.map((zone) => ({
        type: 'Feature',
        properties: { id: zone.id, name: zone.name },
        geometry: { type: 'Polygon', coordinates: zone.rings.map(closed) },
      })),
    ),
    regions: collection(regions),
    rays: collection(rays),
    notices: collection(notices),
    arrays,
    numbers: regionNumbers(cases, selected),
    zoneNames: zoneNames(zones),
    all: boundsOf([
      ...zones.flatMap((zone) => zone.rings.flat()),
      ...cases.flatMap(({ detail }) => widest(detail)),
      ...arrays.map((a) => a.place),
    ]),
    region: mine ? boundsOf(widest(mine)) : null,
  };
}
