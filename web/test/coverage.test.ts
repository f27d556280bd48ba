// What could have been seen: its ink, its figures and its words.
import { expect, test } from '@playwright/test';
import { boxesPath, coverageWords, lineWords, outsidePath, ruleWords, soundingOf } from '../src/chart/coverage';
import type { Coverage, Place } from '../src/lib/types';

const project = ([longitude, latitude]: Place): [number, number] => [longitude * 10, 100 - latitude * 10];
const plain = (text: string): string => text.replaceAll('\u00a0', ' ').replaceAll('\u202f', ' ');
const coverage = (more: Partial<Coverage>): Coverage => ({
  at: '2031-05-17T02:17:30Z', unknown: null, seen_p: 0.9, reduced_ratio: 2, lost_ratio: 1.25, sensors_min: 4, owners_min: 2, running: 43, sensors: 44, learnt_from: 12,
  area: [[0, 0], [5, 4]], reduced: [], not_seen: [], soundings: [], lines: [], ...more,
});

test('boxes are closed paths, and outside of the area nothing counts as seen', () => {
  expect(boxesPath([[1, 2, 3, 4], [0, 0, 1, 1]], project)).toBe('M10.0 60.0H30.0V80.0H10.0ZM0.0 90.0H10.0V100.0H0.0Z');
  // Even-odd: the whole chart, less the area.
  expect(outsidePath([[0, 0], [5, 4]], { width: 80, height: 60 }, project)).toBe('M-9 -9H89V69H-9ZM0.0 60.0H50.0V100.0H0.0Z');
});

test('a sounding has its decimal small', () => {
  expect(soundingOf(1.74)).toEqual({ whole: '1', small: '7' });
  expect(soundingOf(0.04)).toEqual({ whole: '0', small: '0' });
});

test('a share names its length, and what is not known says why', () => {
  const line = { name: 'Line of contact', length_km: 180, seen_km: 171.5, reduced_km: 6, not_seen_km: 2.5 };
  expect(plain(lineWords(line))).toBe('Line of contact 171.5 of 180.0 km seen, 6.0 km with reduced sight, 2.5 km not seen');
  expect(plain(coverageWords(coverage({ lines: [line] })))).toBe(`Sight at 02:17:30 UTC: 43 of 44 sensors and arrays ran; ${plain(lineWords(line))}`);
  expect(plain(coverageWords(coverage({ unknown: 'too few events' })))).toContain('from where events would have been seen is not known: too few events');
  expect(plain(ruleWords(coverage({})))).toContain('at least 4 sensors of at least 2 owners with probability 0.9');
});
