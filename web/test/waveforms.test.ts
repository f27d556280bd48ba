// The record section: rows scaled each by itself, spans within bounds, and why samples are missing.
import { expect, test } from '@playwright/test';
import { around, instantsOf, missingTime, missingWords, moved, reachWords, rowsOf, said, sourceWords, SPAN_MS, spanOf, zoomed } from '../src/case/waveforms';
import { ticksOf } from '../src/lib/timeaxis';
import type { Trace, Waveforms } from '../src/lib/types';

const at = (clock: string): string => `2031-01-31T${clock}Z`;
const trace = (channel: string, low: (number | null)[], high: (number | null)[], more: Partial<Trace> = {}): Trace => ({
  channel, owner: 'Mission', class: 'seismic', array: null, elements: null, distance_km: 4, rate_hz: 20, unit: 'counts', low, high, missing: [], picks: [], expected: [], ...more,
});
const pick = (phase: string, clock: string) => ({ onset: at(clock), onset_sigma_s: 0.1, phase, content: phase + clock });
const waveforms = (traces: Trace[]): Waveforms => ({ case: 'c', from: at('10:00:00'), to: at('10:00:40'), columns: 4, traces, left_out: 0 });

test('a row is scaled by its own largest departure from its middle, and a hole stays a hole', () => {
  // An offset of 1 000 counts is no signal: three columns lie there, one has a pulse of 50 upwards and 20 downwards.
  const rows = rowsOf([trace('a', [999, 980, null, 999], [1001, 1050, null, 1001]), trace('b', [5, 5, 5, 5], [5, 5, 5, 5])]);
  expect(rows[0]?.middle).toBe(1000);
  expect(rows[0]?.reach).toBe(50);
  const points = rows[0]?.points ?? [];
  expect(points.slice(4, 6)).toEqual([null, null]);
  expect(points[3]).toBeCloseTo(-0.5 + 0.46, 12);
  expect(points[2]).toBeCloseTo(-0.5 - 0.46 * 0.4, 12);
  // A flat trace is a line in the middle of the second row.
  expect(rows[1]?.points).toEqual(Array<number>(8).fill(-1.5));
  expect(reachWords(trace('a', [1], [2]), { points: [], middle: 0, reach: 1204 })).toBe('±\u00a01\u202f204 counts');
  expect(reachWords(trace('a', [1], [2], { unit: 'as-recorded' }), { points: [], middle: 0, reach: 0.012345 })).toBe('±\u00a00.0123');
  expect(reachWords(trace('a', [null], [null]), { points: [], middle: 0, reach: 0 })).toBe('no samples');
});

test('two instants stand in each column', () => {
  expect(instantsOf(waveforms([]))).toEqual([2.5, 7.5, 12.5, 17.5, 22.5, 27.5, 32.5, 37.5]);
});

test('a span moves and changes its length within bounds, around its middle', () => {
  const span = spanOf(waveforms([]));
  expect(zoomed(span, 0.5)).toEqual({ from_ms: span.from_ms + 10_000, to_ms: span.to_ms - 10_000 });
  expect(moved(span, 0.5)).toEqual({ from_ms: span.from_ms + 20_000, to_ms: span.to_ms + 20_000 });
  const length = ({ from_ms, to_ms }: { from_ms: number; to_ms: number }): number => to_ms - from_ms;
  expect(length(zoomed(span, 1e-9))).toBe(SPAN_MS.least);
  expect(length(zoomed(span, 1e9))).toBe(SPAN_MS.most);
  const looked = around(at('10:00:20'));
  expect(looked.from_ms).toBeLessThan(Date.parse(at('10:00:20')));
  expect(length(looked)).toBe(12_000);
});

test('ticks are round, below a second too', () => {
  const base = Date.parse(at('10:00:00'));
  expect(ticksOf(base + 100, base + 40_000, 5).map((t) => (t - base) / 1000)).toEqual([10, 20, 30, 40]);
  expect(ticksOf(base, base + 100, 5).map((t) => t - base)).toEqual([0, 20, 40, 60, 80, 100]);
});

test('missing samples say why, and a reason that was given stands beside it', () => {
  const gap = { from: at('10:00:10.5'), to: at('10:00:20'), why: 'erased', reason: 'asked for by its owner' };
  expect(missingWords(gap)).toBe('erased: asked for by its owner');
  expect(missingTime(gap)).toBe('10:00:10.500 to 10:00:20.000, erased: asked for by its owner');
  expect(missingWords({ ...gap, why: 'no-record', reason: null })).toBe('nothing registered');
});

test('an array’s arrival is drawn by one of its elements, and the whole is said in words', () => {
  expect(sourceWords(trace('FDSN:XM_S07_00_H_H_Z', [], []))).toEqual({ name: 'S07', kind: 'seismic' });
  expect(sourceWords(trace('FDSN:XM_I1A_00_B_D_F', [], [], { class: 'infrasound', array: 'I1', elements: 4 }))).toEqual({ name: 'I1', kind: 'infrasound, I1A, 1 of 4' });
  const two = waveforms([
    trace('a', [1], [2], { picks: [pick('P', '10:00:05'), pick('S', '10:00:08')] }),
    trace('b', [1], [2], { distance_km: 21, picks: [pick('P', '10:00:09')], missing: [{ from: at('10:00:00'), to: at('10:00:01'), why: 'no-record', reason: null }] }),
  ]);
  expect(said(two).replaceAll('\u00a0', ' ')).toBe('Waveforms of 2 channels, from 4.0 km to 21 km, with 3 arrivals: 2 P, 1 S. In 1 channel samples are missing.');
  expect(said(waveforms([]))).toBe('No waveform.');
});
