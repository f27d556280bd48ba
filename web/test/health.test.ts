// Sensors on the chart: arrays once, and what the registered impediments say of each at a time.
import { expect, test } from '@playwright/test';
import { gather } from '../src/chart/content';
import type { AgreementLine, Impediment, SensedArrival, SensorSite, Zone } from '../src/lib/types';
import { healthWords, sensorMarks, stationOf, troubles } from '../src/sensors/health';
import { keep } from '../src/lib/keep';
import { counted, outside, spells, type Spell } from '../src/sensors/spells';

const at = (clock: string): string => `2031-01-31T${clock}Z`;
let entry = 0;
const impediment = (channel: string, kind: string, from: string, to: string | null = null): Impediment => ({
  entry: (entry += 1), channel, kind, from: at(from), to: to === null ? null : at(to), before_hz: null, after_hz: null, by_s: null, samples: null, reason: null,
});
const site = (id: string, owner: string, array: string | null, x: number): SensorSite => ({
  entry: 1, id, owner, kind: array === null ? 'seismometer' : 'infrasound array', place: [x, 10], elevation_m: 0, array,
});
const arrival = (channel: string, onset: string): SensedArrival => ({
  entry: 1, channel, class: 'seismic', owner: 'A', onset: at(onset), onset_sigma_s: 0.1, duration_s: 1, amplitude: 1, snr: 9, kind: 'blast', onset_by: 'aic',
  clock_questionable: false, cut_short: false, waveform: [],
});

test('a station is named by its code', () => {
  expect(stationOf('FDSN:XM_S07_00_H_H_Z')).toBe('S07');
  expect(stationOf('ARCES')).toBe('ARCES');
});

test('a silent channel is down until something is found in its records again', () => {
  const silent = [impediment('c', 'silent', '10:00:00')];
  expect(troubles('c', silent, [], at('09:59:00'))).toEqual([]);
  expect(troubles('c', silent, [], at('10:30:00'))).toEqual(['silent']);
  expect(troubles('c', silent, [arrival('c', '10:20:00')], at('10:30:00'))).toEqual([]);
  expect(troubles('c', silent, [arrival('d', '10:20:00')], at('10:30:00'))).toEqual(['silent']);
  // The gap that is registered when it comes back ends it.
  expect(troubles('c', [...silent, impediment('c', 'gap', '10:00:00', '10:20:00')], [], at('10:30:00'))).toEqual([]);
});

test('a clock is in doubt until it is trusted, and a gap lasts as long as it says', () => {
  const doubt = [impediment('c', 'clock-questionable', '10:00:00')];
  expect(troubles('c', doubt, [arrival('c', '10:10:00')], at('11:00:00'))).toEqual(['clock-questionable']);
  expect(troubles('c', [...doubt, impediment('c', 'clock-trusted', '10:40:00')], [], at('11:00:00'))).toEqual([]);
  const gap = [impediment('c', 'gap', '10:00:00', '10:10:00')];
  expect(troubles('c', gap, [], at('10:05:00'))).toEqual(['gap']);
  expect(troubles('c', gap, [], at('10:10:00'))).toEqual([]);
});

const sites = [site('FDSN:XM_S01_00_H_H_Z', 'Mission', null, 30), site('a0', 'Institute', 'A1', 31), site('a1', 'Institute', 'A1', 31.2)];

test('elements of an array are one mark at their middle; it is down only with all of them', () => {
  const one = sensorMarks(sites, [impediment('a0', 'silent', '10:00:00')], [], at('10:30:00'));
  expect(one.map((mark) => [mark.label, mark.health])).toEqual([['A1', 'degraded'], ['S01', 'up']]);
  expect(one[0]?.place[0]).toBeCloseTo(31.1, 9);
  expect(one[0]?.kind).toBe('infrasound array of 2');
  const both = sensorMarks(sites, [impediment('a0', 'silent', '10:00:00'), impediment('a1', 'silent', '10:00:00')], [], at('10:30:00'));
  expect(both[0]?.health).toBe('down');
  expect(healthWords(both)).toBe('2 sensors and arrays: 1 up, 0 in doubt, 1 down');
});

const square = (x: number, size: number): [number, number][][] => [[[x, 10], [x + size, 10], [x + size, 10 + size], [x, 10 + size], [x, 10]]];
const zone = (id: string, kind: string, x: number, size: number): Zone => ({ id, name: id, kind, rings: square(x, size) });
const line = (id: string, kind: string, left: string | null): AgreementLine => ({
  id, name: id, kind, status: 'agreed', claimed_by: null, left, right: left === null ? null : 'Bravo', parts: [[[30, 10], [31, 10]]], sigma_m: [[500, 500]], length_km: 110,
});

test('the chart draws each zone by its kind, and no area behind a buffer zone twice', () => {
  const zones = [zone('buffer', 'buffer-zone', 30, 1), zone('behind', 'security-zone', 20, 20), zone('site', 'protected-site', 30.2, 0.1)];
  const content = gather([], zones, [line('contact', 'contact-line', 'Alpha'), line('withdrawal', 'withdrawal-line', null)], null, sensorMarks(sites, [], [], at('10:00:00')));
  expect(content.zones.features.map((feature) => feature.properties?.['id'])).toEqual(['buffer', 'site']);
  expect(content.sites.map(({ name }) => name)).toEqual(['site']);
  expect(content.names.map(({ name }) => name)).toEqual(['buffer', 'withdrawal']);
  expect(content.bands.features).toHaveLength(1);
  expect(content.sensors).toHaveLength(2);
  // The area behind reaches far out, and the chart does not.
  expect(content.all?.west).toBe(30);
  // Without a buffer zone it is drawn as any other zone.
  expect(gather([], zones.slice(1), [], null).zones.features).toHaveLength(2);
});

test('spells of silence and of doubt, and how many at a time', () => {
  const all = [
    impediment('a', 'silent', '10:00:00'), impediment('a', 'gap', '10:00:00', '10:20:00'),
    impediment('b', 'gap', '10:10:00', '10:30:00'),
    impediment('c', 'clock-questionable', '10:00:00'), impediment('c', 'clock-trusted', '10:40:00'),
    impediment('d', 'silent', '10:50:00'),
  ];
  const { down, doubt } = spells(all, [], at('11:00:00'));
  const clock = (t: number): string => new Date(t).toISOString().slice(11, 16);
  expect(counted(down).map((step) => [clock(step.at_ms), step.count])).toEqual([['10:00', 1], ['10:10', 2], ['10:20', 1], ['10:30', 0], ['10:50', 1], ['11:00', 0]]);
  expect(counted(doubt).map((step) => [clock(step.at_ms), step.count])).toEqual([['10:00', 1], ['10:40', 0]]);
  // What is heard of a channel ends its silence, and not another's doubt.
  expect(counted(spells([impediment('d', 'silent', '10:50:00')], [arrival('d', '10:55:00')], at('11:00:00')).down).map((step) => clock(step.at_ms))).toEqual(['10:50', '10:55']);
});

test('what lies in skipped hours does not count', () => {
  const hour = (from: number, to: number): Spell => ({ from_ms: from, to_ms: to });
  expect(outside([hour(0, 10), hour(20, 30)], [hour(4, 6), hour(25, 40)])).toEqual([hour(0, 4), hour(6, 10), hour(20, 25)]);
  expect(outside([hour(4, 6)], [hour(0, 10)])).toEqual([]);
  expect(outside([hour(4, 6)], [])).toEqual([hour(4, 6)]);
});

test('what is the same stays the same object', () => {
  let made = [1, 2];
  const kept = keep(() => made, (a, b) => a.join() === b.join());
  const first = kept();
  made = [1, 2];
  expect(kept()).toBe(first);
  made = [1, 3];
  expect(kept()).toBe(made);
});
