import { expect, test } from '@playwright/test';
import * as f from '../src/lib/format';

/** Makes the spaces that do not break visible as plain ones. */
const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, ' ');

test('thousands stand apart by a narrow space that does not break', () => {
  expect(f.number(4712)).toBe('4\u202f712');
  expect(f.number(1234567.891, 2)).toBe('1\u202f234\u202f567.89');
  expect(f.number(999)).toBe('999');
  expect(f.number(0.1234, 3)).toBe('0.123');
  expect(f.number(-12.5, 1)).toBe('\u221212.5');
  expect(f.number(-0.04, 1)).toBe('0.0');
  expect(f.number(Number.NaN)).toBe('not stated');
});

test('a number as given keeps its decimals', () => {
  expect(f.asGiven(0.02)).toBe('0.02');
  expect(f.asGiven(75)).toBe('75');
  expect(f.asGiven(12000.5)).toBe('12\u202f000.5');
});

test('a probability has three decimals and is never 0 or 1', () => {
  expect(f.probability(0.9431)).toBe('0.943');
  expect(f.probability(0.5)).toBe('0.500');
  expect(plain(f.probability(0.0004999))).toBe('< 0.001');
  expect(f.probability(0.0005)).toBe('0.001');
  expect(plain(f.probability(0))).toBe('< 0.001');
  expect(plain(f.probability(1))).toBe('> 0.999');
  expect(plain(f.probability(0.9996))).toBe('> 0.999');
  expect(f.probability(0.9994)).toBe('0.999');
});

test('the word changes at the bounds of its band', () => {
  const words = [0.049, 0.05, 0.2, 0.45, 0.55, 0.8, 0.95].map(f.probabilityWord);
  expect(words).toEqual(['almost no chance', 'very unlikely', 'unlikely', 'roughly even', 'likely', 'very likely', 'almost certain']);
});

test('times are in UTC, to the second, with the offset printed', () => {
  expect(plain(f.moment('2004-06-02T17:23:04Z'))).toBe('2 Jun 2004 17:23:04 UTC');
  expect(plain(f.moment('2004-06-02T17:23:03.6Z'))).toBe('2 Jun 2004 17:23:04 UTC');
  expect(plain(f.moment('2004-12-31T23:59:59.9Z'))).toBe('1 Jan 2005 00:00:00 UTC');
  expect(plain(f.clockUtc('2004-06-02T07:03:04Z'))).toBe('07:03:04 UTC');
  expect(f.weekday('2004-06-02T17:23:04Z')).toBe('Wed 2 Jun 2004');
  expect(f.moment('no time')).toBe('no time');
});

test('a span names the second date only where it differs', () => {
  expect(plain(f.span('2004-06-02T17:14:31Z', '2004-06-02T17:30:02Z'))).toBe('2 Jun 2004 17:14:31 to 17:30:02 UTC');
  expect(plain(f.span('2004-06-02T23:50:00Z', '2004-06-03T00:10:00Z'))).toBe('2 Jun 2004 23:50:00 to 3 Jun 2004 00:10:00 UTC');
});

test('a short span is told to the hundredth, and holds all of it', () => {
  expect(plain(f.span('2004-06-02T17:14:31.057Z', '2004-06-02T17:14:31.521Z'))).toBe('2 Jun 2004 17:14:31.05 to 17:14:31.53 UTC');
  expect(plain(f.span('2004-06-02T23:59:59.990Z', '2004-06-03T00:00:00.000Z'))).toBe('2 Jun 2004 23:59:59.99 to 3 Jun 2004 00:00:00.00 UTC');
  expect([0.464, 9.99, 12.4].map((s) => plain(f.wide(s)))).toEqual(['0.46 s', '9.99 s', '12 s']);
});

test('durations', () => {
  expect([12.4, 465, 600, 11_100, 200_000].map((s) => plain(f.duration(s)))).toEqual(['12 s', '7 min 45 s', '10 min', '3 h 5 min', '2.3 d']);
});

test('places, meridians and sigmas', () => {
  expect(plain(f.place([-112.66, 40.958]))).toBe('40.96° N 112.66° W');
  expect(plain(f.place([12.5, -3.25]))).toBe('3.25° S 12.50° E');
  expect(plain(f.degrees(-112.5, 'longitude'))).toBe('112° 30′ W');
  expect(plain(f.degrees(42, 'latitude'))).toBe('42° N');
  expect(f.degrees(0, 'latitude')).toBe('0°');
  expect(plain(f.plusMinus(234.4, 2.6, '°'))).toBe('234.4° ± 2.6°');
  expect(plain(f.area(4712.3))).toBe('4 712 km²');
  expect(plain(f.area(39.14))).toBe('39.1 km²');
  expect(plain(f.count(1, 'array'))).toBe('1 array');
  expect(plain(f.count(3, 'array'))).toBe('3 arrays');
});

test('an onset is cut to the millisecond, never rounded up', () => {
  expect(f.clockFine('2004-06-02T17:23:04.999600Z')).toBe('17:23:04.999');
  expect(plain(f.momentFine('2004-06-02T17:23:04.999600Z'))).toBe('2 Jun 2004 17:23:04.999 UTC');
  expect(f.momentFine('nothing')).toBe('nothing');
});

test('a likelihood ratio has two digits, whichever way it leans', () => {
  expect([0, 0.301, -0.301, 0.897, 1.903, -3, 3.1].map((log10) => plain(f.ratioOf(log10)))).toEqual(['1.0', '2.0', '2.0', '7.9', '80', '1 000', '1 300']);
});
