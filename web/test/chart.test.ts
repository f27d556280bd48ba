import { expect, test } from '@playwright/test';
import { along, timeAxis } from '../src/lib/timeaxis';
import { gather } from '../src/chart/content';
import { frame, scaleBar } from '../src/chart/frame';
import { band, marks } from '../src/chart/fronts';
import { graticule } from '../src/chart/graticule';
import { circle, EARTH_RADIUS_KM, kmPerDegree, latitudeOf, ordinate, roundDown, roundUp } from '../src/chart/mercator';
import { entersAt, onChart, type View } from '../src/chart/view';
import { roomFor, textBox, type Box } from '../src/lib/labels';
import { closed, insideRings, shoulder, zoneWords } from '../src/lib/geometry';
import type { CaseDetail, Place, Status } from '../src/lib/types';
import { fixture } from './fixture';

const SIZE = { width: 680, height: 760 };
const BOUNDS = { west: -120, south: 37, east: -107, north: 48 };

test('the Mercator ordinate and its inverse agree', () => {
  for (const latitude of [-80, -33.3, 0, 41.131, 84]) expect(latitudeOf(ordinate(latitude))).toBeCloseTo(latitude, 9);
});

test('every place of a circle lies at its radius', () => {
  const centre: Place = [-112.9, 41.13];
  const rad = Math.PI / 180;
  for (const [x, y] of circle(centre, 60)) {
    const a = Math.sin(((y - centre[1]) * rad) / 2) ** 2 + Math.cos(y * rad) * Math.cos(centre[1] * rad) * Math.sin(((x - centre[0]) * rad) / 2) ** 2;
    expect(2 * EARTH_RADIUS_KM * Math.asin(Math.sqrt(a))).toBeCloseTo(60, 6);
  }
});

test('round steps', () => {
  expect([0.9, 1, 1.1, 3, 7, 48].map(roundUp)).toEqual([1, 1, 2, 5, 10, 50]);
  expect([0.9, 1, 3, 7, 48, 140].map(roundDown)).toEqual([0.5, 1, 2, 5, 20, 100]);
});

test('the border’s pieces have their length in kilometres on each edge', () => {
  const border = frame(BOUNDS, SIZE);
  const px_per_degree = SIZE.width / (BOUNDS.east - BOUNDS.west);
  const [top] = border.top;
  const [bottom] = border.bottom;
  if (!top || !bottom) throw new Error('the border has no piece');
  expect((top.to / px_per_degree) * kmPerDegree(BOUNDS.north)).toBeCloseTo(border.step_km, 6);
  expect((bottom.to / px_per_degree) * kmPerDegree(BOUNDS.south)).toBeCloseTo(border.step_km, 6);
  expect(top.to).toBeGreaterThan(bottom.to);
  expect(border.top.length + border.bottom.length).toBeLessThan(60);
  for (const { from, to } of border.side) expect(to).toBeGreaterThan(from);
});

test('the scale bar is round and fits', () => {
  const bar = scaleBar(BOUNDS, SIZE);
  expect(bar.px).toBeLessThanOrEqual(130);
  expect(bar.km).toBe(200);
});

test('the graticule lies inside the bounds and leaves room for its labels', () => {
  const { longitudes, latitudes } = graticule(BOUNDS, SIZE);
  expect(longitudes).toEqual([-120, -118, -116, -114, -112, -110, -108]);
  expect(latitudes.every((y) => y >= 37 && y <= 48)).toBe(true);
  expect(graticule(BOUNDS, { width: 160, height: 160 }).longitudes.length).toBeLessThanOrEqual(3);
});

test('insideness by the even-odd rule, holes left out', () => {
  const square: Place[] = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]];
  const hole: Place[] = [[1, 1], [3, 1], [3, 3], [1, 3], [1, 1]];
  expect(insideRings([0.5, 0.5], [square, hole])).toBe(true);
  expect(insideRings([2, 2], [square, hole])).toBe(false);
  expect(insideRings([5, 2], [square, hole])).toBe(false);
  expect(closed(square.slice(0, 4))).toEqual(square);
});

test('the content holds three regions of each case, the selected one marked, and each array once', () => {
  const zones = fixture<Status>('status').agreement?.zones ?? [];
  const cases = ['case-possible-breach', 'case-undetermined'].map((name, at) => ({ number: at + 1, detail: fixture<CaseDetail>(name) }));
  const content = gather(cases, zones, [], '04-0001-P');
  expect(content.regions.features).toHaveLength(6);
  expect(content.regions.features.filter((f) => f.properties?.selected).map((f) => f.properties?.case)).toEqual(Array(3).fill('04-0001-P'));
  expect(content.arrays.map((a) => a.name)).toEqual(['PDIAR', 'NVIAR', 'I57QQ']);
  expect(content.arrays.every((a) => a.selected)).toBe(true);
  expect(content.all?.north).toBeCloseTo(48.2641, 4);
  expect(content.region?.north).toBeLessThan(42);
  expect(zoneWords([-112.72, 41.03], zones)).toBe('mean inside zone “Test desert”');
  expect(zoneWords([-100, 41], zones)).toBe('mean outside every zone');
  expect(shoulder([[[[0, 0], [1, 1], [0, 1], [0, 0]]]])).toEqual([1, 1]);
});

test('a line from outside is met at the edge', () => {
  const view: View = { width: 100, height: 100, bounds: BOUNDS, project: ([x, y]) => [x, y] };
  expect(onChart(view, [50, 50])).toBe(true);
  expect(onChart(view, [2, 50])).toBe(false);
  const at = entersAt(view, [[-100, 50], [50, 50]], 10);
  expect(at?.[0]).toBeCloseTo(10, 3);
  expect(entersAt(view, [[-100, -50], [-50, 50]], 10)).toBeNull();
});

test('the time axis holds its instants and few round ticks', () => {
  const minute = 60_000;
  const start = Date.UTC(2004, 5, 2, 17);
  const axis = timeAxis([start, start + 54 * minute], 5);
  if (!axis) throw new Error('no axis');
  expect(axis.ticks_ms.map((t) => (t - start) / minute)).toEqual([0, 15, 30, 45]);
  expect(along(axis, start + 27 * minute, 0, 100)).toBeCloseTo(50, 9);
  expect(timeAxis([Number.NaN], 5)).toBeNull();
});

test('the band lies one deviation to each side, and marks stand on either side in turn', () => {
  const part: Place[] = [[-113, 41], [-113, 42]];
  const ring = band(part, [2000, 2000]);
  if (!ring) throw new Error('the line has a band');
  // The line runs north: left of it is west.
  expect(ring[0]?.[0]).toBeLessThan(-113);
  expect((-113 - (ring[0]?.[0] ?? 0)) * kmPerDegree(41)).toBeCloseTo(2, 6);
  expect(ring[0]).toEqual(ring.at(-1));
  expect(band(part, [0, 0])).toBeNull();
  const found = marks([[0, 0], [100, 0], [100, 250]], () => true);
  expect(found.map((mark) => mark.side)).toEqual(['left', 'right', 'left', 'right']);
  expect(found.map((mark) => mark.turn)).toEqual([0, 90, 90, 90]);
  expect(marks([[0, 0], [100, 0]], () => false)).toEqual([]);
});

test('labels stand where there is room, the first come first', () => {
  const box = (x: number, y: number): Box => ({ x, y, width: 10, height: 10 });
  expect(roomFor([box(0, 0), box(5, 5), box(10, 0), box(14, 9)])).toEqual([true, false, true, false]);
  expect(roomFor([box(0, 0), box(20, 0)], [box(25, 5)])).toEqual([true, false]);
  const end = textBox('S07', 100, 50, 11, 'end');
  expect(end.x + end.width).toBeCloseTo(100, 9);
  expect(textBox('S07', 100, 50, 11, 'middle').x).toBeCloseTo(100 - end.width / 2, 9);
});
