// The table of texts: every language has every key, says the same things, and says none of what is never said.
import { expect, test } from '@playwright/test';
import { day, instant, weekday } from '../src/text/dates';
import { en, type TextKey } from '../src/text/en';
import { fr } from '../src/text/fr';

const KEYS = Object.keys(en) as TextKey[];
const filled = (text: string): string[] => [...text.matchAll(/\{([a-z]+)\}/g)].map((found) => found[1] ?? '').sort();

test('no key is missing in any language, and none is left over', () => {
  expect(KEYS.length).toBeGreaterThan(500);
  expect(Object.keys(fr).sort()).toEqual([...KEYS].sort());
});

test('no text is empty, and what is filled in is the same', () => {
  for (const key of KEYS) {
    expect(en[key].trim(), key).not.toBe('');
    expect(fr[key].trim(), key).not.toBe('');
    expect(filled(fr[key]), key).toEqual(filled(en[key]));
  }
});

test('what is said by number is said of one and of many', () => {
  for (const key of KEYS.filter((one) => one.endsWith('.one'))) expect(KEYS, key).toContain(key.replace(/\.one$/, '.many'));
});

test('French is not English left over', () => {
  // Words that are the same in both.
  const same = KEYS.filter((key) => fr[key] === en[key]);
  for (const key of same) expect(en[key].replaceAll(/\{[a-z]+\}/g, '').split(/\s+/).filter(Boolean).length, key).toBeLessThan(3);
  expect(same.length).toBeLessThan(KEYS.length / 10);
});

test('spaces before French signs are hard', () => {
  for (const key of KEYS) expect(fr[key], key).not.toMatch(/ [:;?!»]|« /);
});

test('days and instants in each language', () => {
  expect(day('2026-01-06', 'en')).toBe('6 Jan 2026');
  expect(day('2026-08-06', 'fr')).toBe('6 août 2026');
  expect(weekday('2026-01-06T09:05:00Z', 'fr')).toBe('mar. 6 janv. 2026');
  expect(instant('2026-01-06T09:05:00Z', 'en')).toBe('6 Jan 2026 09:05\u00a0UTC');
  expect(day('not a day', 'fr')).toBe('not a day');
});
