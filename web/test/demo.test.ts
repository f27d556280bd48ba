// The demo's player and its truth: where scenes stand in the day, what was skipped, and how far cases are from what truly was.
import { expect, test } from '@playwright/test';
import { following, fraction, hours, jumped, played, recordedUpTo, skippedSoFar, told } from '../src/demo/strip';
import { caseTruthWords, errorsOf, eventWords, notFound, summaryWords, timeErrorWords, truthOf } from '../src/demo/truth';
import type { DemoState, TrueEvent, Truth } from '../src/demo/types';
import { insidePolygons, kilometres } from '../src/lib/geometry';
import type { CaseDetail } from '../src/lib/types';
import { fixture } from './fixture';

const at = (clock: string): string => `2031-01-31T${clock}Z`;

function day(now: string, more: Partial<DemoState> = {}): DemoState {
  const scene = (id: string, from: string, middle: string, to: string): DemoState['scenes'][number] => ({
    id, title: id, teaches: `what ${id} teaches`, from: at(from), at: at(middle), to: at(to), cases: [],
  });
  return {
    seed: 1, begins: at('00:00:00'), ends: '2031-02-01T00:00:00Z', now: at(now), speed: 30, speeds: [1, 30], paused: false, ended: false,
    skipping: false, scene: null,
    scenes: [scene('first', '01:00:00', '01:02:00', '01:10:00'), scene('second', '06:00:00', '06:02:00', '06:10:00')],
    skipped: [{ from: at('00:00:00'), to: at('01:00:00') }, { from: at('01:10:00'), to: at('06:00:00') }],
    ...more,
  };
}

test('an instant stands at its share of the day, and never outside it', () => {
  expect(fraction(day('00:00:00'), at('06:00:00'))).toBe(0.25);
  expect(fraction(day('00:00:00'), '2030-12-31T00:00:00Z')).toBe(0);
  expect(fraction(day('00:00:00'), '2031-03-01T00:00:00Z')).toBe(1);
  expect(fraction({ begins: at('01:00:00'), ends: at('01:00:00') }, at('01:00:00'))).toBe(0);
});

test('scenes are played, being played, or to come', () => {
  const state = day('01:05:00', { scene: 'first' });
  expect(state.scenes.map((scene) => played(state, scene))).toEqual(['now', 'to-come']);
  expect(told(state)?.id).toBe('first');
  expect(following(state)?.id).toBe('second');
  const ended = day('23:59:59', { scene: 'second', ended: true });
  expect(ended.scenes.map((scene) => played(ended, scene))).toEqual(['played', 'played']);
  expect(following(ended)).toBeNull();
});

test('before the first scene none is told of; between two, the one before', () => {
  expect(told(day('00:10:00'))).toBeNull();
  expect(told(day('03:00:00'))?.id).toBe('first');
});

test('skipped hours are told of while the clock jumps, and counted as far as it has come', () => {
  expect(jumped(day('03:00:00'))).toBeNull();
  expect(jumped(day('03:00:00', { skipping: true }))).toEqual({ from: at('01:10:00'), to: at('06:00:00') });
  expect(skippedSoFar(day('00:30:00'))).toBe(1800);
  expect(skippedSoFar(day('06:05:00'))).toBe(3600 + 290 * 60);
});

test('the strip has full hours, as many as have room', () => {
  expect(hours(day('00:00:00'), 25)).toHaveLength(25);
  expect(hours(day('00:00:00'), 8).map((t) => new Date(t).getUTCHours())).toEqual([0, 3, 6, 9, 12, 15, 18, 21, 0]);
});

const event = (more: Partial<TrueEvent>): TrueEvent => ({
  id: 1, kind: 'impact', at: at('01:02:00'), lon: 30, lat: 10, side: 'Alpha', by: 'Bravo', notified: false, scene: 'first', case: null, launched: null, ...more,
});
const truth: Truth = {
  events: [event({ case: '31-0001-P' }), event({ id: 2, kind: 'quarry-blast', by: null }), event({ id: 3, kind: 'demolition', by: 'Alpha', notified: true, case: '31-0002-G' }), event({ id: 4, kind: 'impact', case: '31-0001-P' })],
  phantoms: ['31-0004-P'],
  again: [{ case: '31-0003-E', event: 1 }],
  false_owner: null,
  jammed: [],
};

test('the truth of a case in words: what it was, that it was none, or that nothing is told', () => {
  expect(truth.events.map(eventWords)).toEqual(['impact, by Bravo', 'quarry blast', 'demolition, by Alpha, notified', 'impact, by Bravo']);
  expect(caseTruthWords(truthOf(truth, '31-0001-P'))).toBe('true: impact, by Bravo, and 1 more');
  expect(caseTruthWords(truthOf(truth, '31-0003-E'))).toBe('again: impact, by Bravo, as in 31-0001-P');
  expect(caseTruthWords(truthOf(truth, '31-0004-P'))).toBe('not a true event');
  expect(caseTruthWords(truthOf(truth, '31-0009-P'))).toBe('no true event of its own');
  expect(notFound(truth).map((one) => one.id)).toEqual([2]);
  expect(summaryWords(truth)).toBe('3 of 4\u00a0true events found, 1 again; 1\u00a0case is none');
});

test('the error of a case is measured from its mean, and whether its region holds the truth is told', () => {
  const detail = fixture<CaseDetail>('case-permitted');
  const [lon, lat] = detail.event.mean;
  const near = errorsOf(detail, event({ lon, lat: lat + 0.01, at: '2004-06-02T17:22:21Z' }));
  expect(near.mean_km).toBeCloseTo(1.112, 3);
  expect(near.held_90).toBe(true);
  expect(near.time_s).toBe(20);
  expect(near.held_time_95).toBe(true);
  const far = errorsOf(detail, event({ lon, lat: lat + 3, at: '2004-06-02T12:00:00Z' }));
  expect(far.held_90).toBe(false);
  expect(far.held_time_95).toBe(false);
  expect(errorsOf({ ...detail, regions: [] }, event({})).held_90).toBeNull();
});

test('a time error says which way it leans', () => {
  expect(timeErrorWords(12.44)).toBe('12.4\u202fs too late');
  expect(timeErrorWords(-0.83)).toBe('0.8\u202fs too early');
  expect(timeErrorWords(0.01)).toBe('less than 0.1\u202fs off');
  expect(timeErrorWords(75)).toBe('1\u00a0min 15\u00a0s too late');
});

test('distances and places in polygons', () => {
  expect(kilometres([30, 10], [30, 11])).toBeCloseTo(111.195, 2);
  expect(kilometres([30, 60], [31, 60])).toBeCloseTo(55.6, 1);
  const square = (x: number): [number, number][][] => [[[x, 0], [x + 1, 0], [x + 1, 1], [x, 1], [x, 0]]];
  expect(insidePolygons([5.5, 0.5], [square(0), square(5)])).toBe(true);
  expect(insidePolygons([3, 0.5], [square(0), square(5)])).toBe(false);
});

test('of skipped hours nothing is known: what was recorded ends before them', () => {
  expect(recordedUpTo(day('01:05:00', { scene: 'first', skipped: [] }))).toBe(at('01:05:00'));
  expect(recordedUpTo(day('03:00:00'))).toBe(at('01:09:00').replace('Z', '.000Z'));
  // Records take a while to come again.
  expect(recordedUpTo(day('06:00:30', { scene: 'second' }))).toBe(at('01:09:00').replace('Z', '.000Z'));
  expect(recordedUpTo(day('06:01:30', { scene: 'second' }))).toBe(at('06:01:30'));
  const jumping = day('03:00:00', { skipping: true, skipped: [{ from: at('00:00:00'), to: at('01:00:00') }] });
  expect(recordedUpTo(jumping)).toBe(at('01:09:00').replace('Z', '.000Z'));
});
