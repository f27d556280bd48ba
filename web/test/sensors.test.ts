import { expect, test } from '@playwright/test';
import { STRIPS_MAX, strips } from '../src/sensors/strips';
import { directionWords, elementWords, headWords, impedimentTime, impedimentWords, linkWords, sourceWords } from '../src/sensors/words';
import type { Bearing, Impediment, LiveSource, SensedArrival, Status } from '../src/lib/types';
import { fixture } from './fixture';

const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, ' ');
const arrival = (entry: number, channel: string, onset: string, snr = 10): SensedArrival => ({
  entry, channel, class: 'seismic', owner: 'test', onset, onset_sigma_s: 0.1, duration_s: 1, amplitude: 1, snr,
  kind: 'unknown', onset_by: 'aic', clock_questionable: false, cut_short: false, waveform: [],
});
const impediment = (entry: number, channel: string, kind: string, from: string, to: string | null = null): Impediment => ({
  entry, channel, kind, from, to, before_hz: null, after_hz: null, by_s: null, samples: null, reason: null,
});

test('strips stand in the order of channels’ names, whatever they saw', () => {
  const found = strips([arrival(9, 'b', '2020-01-01T00:00:10Z'), arrival(8, 'a', '2020-01-01T00:00:00Z')], [impediment(7, 'c', 'gap', '2020-01-01T00:00:02Z', '2020-01-01T00:00:04Z')], 5);
  expect(found.strips.map((s) => s.channel)).toEqual(['a', 'b', 'c']);
  expect(found.strips[2]?.blind).toEqual([{ entry: 7, from_ms: Date.UTC(2020, 0, 1, 0, 0, 2), to_ms: Date.UTC(2020, 0, 1, 0, 0, 4) }]);
  expect(found.axis?.from_ms).toBeLessThan(Date.UTC(2020, 0, 1));
});

test('a silence without an end lasts until the channel was heard again, and no longer', () => {
  const silent = impediment(1, 'a', 'silent', '2020-01-01T00:00:00Z');
  expect(strips([], [silent], 5).strips[0]?.blind[0]?.to_ms).toBeNull();
  const heard = strips([arrival(2, 'a', '2020-01-01T01:00:00Z'), arrival(3, 'b', '2020-01-01T00:30:00Z')], [silent], 5);
  expect(heard.strips[0]?.blind[0]?.to_ms).toBe(Date.UTC(2020, 0, 1, 1));
});

test('what makes doubtful is told apart from what hides', () => {
  const found = strips([], [impediment(1, 'a', 'clock-questionable', '2020-01-01T00:00:00Z'), impediment(2, 'a', 'flat', '2020-01-01T00:00:00Z', '2020-01-01T00:00:09Z')], 5);
  expect(found.strips[0]?.doubts).toHaveLength(1);
  expect(found.strips[0]?.blind).toHaveLength(1);
});

test('marks grow with signal to noise within their bounds, and strips have a bound', () => {
  const many = Array.from({ length: STRIPS_MAX + 3 }, (_, i) => arrival(i + 1, `channel ${100 + i}`, '2020-01-01T00:00:00Z', 10 ** (i / 4)));
  const found = strips(many, [], 5);
  expect(found.strips).toHaveLength(STRIPS_MAX);
  expect(found.left_out).toBe(3);
  const heights = found.strips.map((s) => s.marks[0]?.height ?? -1);
  expect(heights[0]).toBe(0.25);
  expect(heights.at(-1)).toBe(1);
  expect([...heights].sort((a, b) => a - b)).toEqual(heights);
  expect(strips([], [], 5).axis).toBeNull();
});

test('an impediment is told with its numbers and its time', () => {
  const gap = impediment(1, 'a', 'gap', '2020-01-01T00:00:00Z', '2020-01-01T00:02:05Z');
  expect(plain(impedimentTime(gap))).toBe('1 Jan 2020 00:00:00 to 00:02:05 UTC, 2 min 5 s');
  expect(impedimentWords(gap)).toBe('samples are missing');
  expect(plain(impedimentTime(impediment(1, 'a', 'silent', '2020-01-01T00:00:00Z')))).toBe('after 1 Jan 2020 00:00:00 UTC');
  expect(impedimentWords({ ...gap, kind: 'rate-change', before_hz: 100, after_hz: 99.5 })).toBe('the sample rate changed, from 100 to 99.5 Hz');
  expect(impedimentWords({ ...gap, kind: 'more', samples: 12 })).toBe('more than are listed, 12');
});

test('the head says what registers', () => {
  const status = { ...fixture<Status>('status'), sources: [] as LiveSource[] };
  expect(headWords(null)).toBe('The store has not answered yet.');
  const counts = { ...status.counts, records: 0, detections: 0, bearings: 0, impediments: 0 };
  expect(headWords({ ...status, counts })).toBe('No live source. No record of a waveform is in the journal.');
  expect(plain(headWords({ ...status, counts: { ...counts, records: 3, detections: 1 } }))).toBe('No live source. 1 arrival and 0 bearings in 3 entries of records; nothing kept channels from being seen.');
  const source: LiveSource = { name: 's', owner: 'o', address: 'a:1', tls: false, state: 'waiting', since: '2020-01-01T00:00:00Z', protocol: null, server: null, last_packet: null, problem: 'no answer', registered: 0, already: 0, refused: 0, foreign: 0 };
  expect(plain(headWords({ ...status, counts, sources: [source, { ...source, state: 'connected' }] }))).toContain('1 of 2 live sources connected.');
  expect(plain(sourceWords(source))).toBe('not connected since 1 Jan 2020 00:00:00 UTC, tried again by itself');
});

test('a change of a link is told with what was missed', () => {
  const change = { entry: 3, source: 's', boot: 1, owner: 'o', at: '2020-01-01T00:00:00Z', state: 'resumed', reason: null, resumed_from: '2019-12-31T23:58:00Z', folded: 2 };
  expect(plain(linkWords(change))).toBe('connected again; asked for all since 31 Dec 2019 23:58:00 UTC; 2 changes before it came too soon to be registered');
  expect(linkWords({ ...change, state: 'lost', reason: 'the server ended', resumed_from: null, folded: 0 })).toBe('lost; the server ended');
});

test('a bearing says its direction with its sigma, or why it has none', () => {
  const bearing: Bearing = {
    entry: 1, array: 'A', class: 'infrasound', place: [0, 0], owners: ['o'], onset: '2020-01-01T00:00:00Z', onset_sigma_s: 0.5,
    span: { from: '2020-01-01T00:00:00Z', to: '2020-01-01T00:00:10Z' },
    direction: { azimuth_deg: 320.4, azimuth_sigma_deg: 3.2, slowness_s_km: 2.9, slowness_sigma_s_km: 0.1, elevation_deg: null, elevation_sigma_deg: null, near: false },
    not_resolvable: null, f_statistic: 9, windows: 3, elements: ['FDSN:a', 'FDSN:b', 'FDSN:c'], without: ['FDSN:d'], wrong_element: null, clock_questionable: [], snr: 4, continued: false, cut_short: false,
  };
  expect(plain(directionWords(bearing))).toBe('320.4° ± 3.2°');
  expect(directionWords({ ...bearing, direction: null, not_resolvable: 'overhead' })).toBe('no direction: the wave comes from above');
  expect(elementWords(bearing)).toBe('3 used; nothing from d');
});
