// Every number, time, place and probability that is shown passes through this file.
// ISO order stays in data; text reads "2 Jun 2004 17:23:04 UTC". The offset is always printed.

/** U+202F: no break, and narrow. */
export const NARROW = '\u202f';
const NO_BREAK = '\u00a0';
const MINUS = '\u2212';
export const ABSENT = 'not stated';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** A number with narrow spaces between thousands and `decimals` decimals. */
export function number(value: number, decimals = 0): string {
  if (!Number.isFinite(value)) return ABSENT;
  const fixed = Math.abs(value).toFixed(decimals);
  const [whole = '0', rest] = fixed.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, NARROW);
  const negative = value < 0 && Number(fixed) !== 0;
  return (negative ? MINUS : '') + grouped + (rest === undefined ? '' : `.${rest}`);
}

/** A number as registered, with no decimals added or taken away. */
export function asGiven(value: number): string {
  const text = String(value);
  if (!/^-?\d+(\.\d+)?$/.test(text)) return text;
  return number(value, text.split('.')[1]?.length ?? 0);
}

/** "4 712 km²"; one decimal below 100. */
export function area(km2: number): string {
  return `${number(km2, km2 < 100 ? 1 : 0)}${NO_BREAK}km²`;
}

/** "330 km"; one decimal below 10. */
export function distance(km: number): string {
  return `${number(km, km < 10 ? 1 : 0)}${NO_BREAK}km`;
}

/** Three decimals; never 0 or 1: below 0.0005 "< 0.001", above 0.9995 "> 0.999". */
export function probability(p: number): string {
  if (!Number.isFinite(p)) return ABSENT;
  if (p < 0.0005) return `<${NO_BREAK}0.001`;
  if (p >= 0.9995) return `>${NO_BREAK}0.999`;
  return p.toFixed(3);
}

/** The word beside a probability, for numbers that come without one: the bands of ICD 203. */
export function probabilityWord(p: number): string {
  if (p < 0.05) return 'almost no chance';
  if (p < 0.2) return 'very unlikely';
  if (p < 0.45) return 'unlikely';
  if (p < 0.55) return 'roughly even';
  if (p < 0.8) return 'likely';
  if (p < 0.95) return 'very likely';
  return 'almost certain';
}

/** "1 array", "3 arrays". */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${number(n)}${NO_BREAK}${n === 1 ? one : many}`;
}

function parsed(iso: string): Date | null {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return null;
  return new Date(Math.round(date.getTime() / 1000) * 1000);
}

const two = (n: number): string => String(n).padStart(2, '0');
const clockOf = (d: Date): string => `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}:${two(d.getUTCSeconds())}`;
const dateOf = (d: Date): string => `${d.getUTCDate()} ${MONTHS[d.getUTCMonth()]} ${d.getUTCFullYear()}`;

/** "17:23:04", to the second; the caller prints the offset beside it. */
export function clock(iso: string): string {
  const d = parsed(iso);
  return d ? clockOf(d) : iso;
}

/** "17:23:04 UTC". */
export function clockUtc(iso: string): string {
  return `${clock(iso)}${NO_BREAK}UTC`;
}

/** "2 Jun 2004". */
export function date(iso: string): string {
  const d = parsed(iso);
  return d ? dateOf(d) : iso;
}

/** "Wed 2 Jun 2004". */
export function weekday(iso: string): string {
  const d = parsed(iso);
  return d ? `${DAYS[d.getUTCDay()]} ${dateOf(d)}` : iso;
}

/** "2 Jun 2004 17:23:04 UTC". */
export function moment(iso: string): string {
  const d = parsed(iso);
  return d ? `${dateOf(d)} ${clockOf(d)}${NO_BREAK}UTC` : iso;
}

/** "2 Jun 2004 17:23:04.217 UTC": cut, not rounded, for onsets that are finer than a second. */
export function momentFine(iso: string): string {
  const d = new Date(iso);
  if (Number.isNaN(d.getTime())) return iso;
  return `${dateOf(d)} ${clockOf(d)}.${String(d.getUTCMilliseconds()).padStart(3, '0')}${NO_BREAK}UTC`;
}

/** "17:23:04.217": cut, not rounded; the day and the offset stand beside it. */
export function clockFine(iso: string): string {
  const d = new Date(iso);
  return Number.isNaN(d.getTime()) ? iso : `${clockOf(d)}.${String(d.getUTCMilliseconds()).padStart(3, '0')}`;
}

/** Spans shorter than this, s, are told to the hundredth of a second: told to the second they would be none. */
const FINE_S = 10;

/** "2 Jun 2004 17:14:31 to 17:30:02 UTC"; the second date only where it differs. A short one: "17:14:31.05 to 17:14:31.52 UTC". */
export function span(from: string, to: string): string {
  const a = parsed(from);
  const b = parsed(to);
  if (!a || !b) return `${from} to ${to}`;
  const told = (first: Date, last: Date, clockTold: (d: Date) => string): string =>
    `${dateOf(first)} ${clockTold(first)} to ${dateOf(first) === dateOf(last) ? '' : `${dateOf(last)} `}${clockTold(last)}${NO_BREAK}UTC`;
  if (Math.abs(Date.parse(to) - Date.parse(from)) >= FINE_S * 1000) return told(a, b, clockOf);
  // From the hundredth below to the one above, so that all of it lies within.
  const hundredths = (iso: string, round: (n: number) => number): Date => new Date(round(Date.parse(iso) / 10) * 10);
  return told(hundredths(from, Math.floor), hundredths(to, Math.ceil), (d) => `${clockOf(d)}.${two(d.getUTCMilliseconds() / 10)}`);
}

/** How wide an interval is: "0.47 s" where it is short, else as a duration. */
export function wide(seconds: number): string {
  return seconds < FINE_S ? `${seconds.toFixed(2)}${NO_BREAK}s` : duration(seconds);
}

/** "7 min 45 s", "3 h 5 min". */
export function duration(seconds: number): string {
  const all = Math.round(Math.abs(seconds));
  if (all < 60) return `${all}${NO_BREAK}s`;
  const hours = Math.floor(all / 3600);
  const minutes = Math.floor((all % 3600) / 60);
  const rest = all % 60;
  if (hours >= 48) return `${number(all / 86_400, 1)}${NO_BREAK}d`;
  if (hours > 0) return `${hours}${NO_BREAK}h ${minutes}${NO_BREAK}min`;
  return rest === 0 ? `${minutes}${NO_BREAK}min` : `${minutes}${NO_BREAK}min ${rest}${NO_BREAK}s`;
}

/** "40.96° N 112.66° W". */
export function place([longitude, latitude]: [number, number], decimals = 2): string {
  const north = `${Math.abs(latitude).toFixed(decimals)}°${NO_BREAK}${latitude < 0 ? 'S' : 'N'}`;
  const east = `${Math.abs(longitude).toFixed(decimals)}°${NO_BREAK}${longitude < 0 ? 'W' : 'E'}`;
  return `${north} ${east}`;
}

/** A meridian or parallel in degrees and minutes: "112° 30′ W". */
export function degrees(value: number, axis: 'longitude' | 'latitude'): string {
  const minutes = Math.round(Math.abs(value) * 60);
  const side = axis === 'latitude' ? (value < 0 ? 'S' : 'N') : value < 0 ? 'W' : 'E';
  const whole = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return `${whole}°${rest === 0 ? '' : `${NARROW}${two(rest)}′`}${minutes === 0 ? '' : NARROW + side}`;
}

/** "234.4° ± 2.6°": the same decimals on both sides. */
export function plusMinus(value: number, sigma: number, unit: string, decimals = 1): string {
  return `${number(value, decimals)}${unit} ±${NO_BREAK}${number(sigma, decimals)}${unit}`;
}

/** The first digits of a hash, for a glance; the whole stands beside it in the evidence. */
export function shortHash(hex: string): string {
  return hex.length > 12 ? hex.slice(0, 12) : hex;
}

/** A likelihood ratio of at least one with two digits, from its common logarithm, whichever way it leans. */
export function ratioOf(log10: number): string {
  const value = 10 ** Math.abs(log10);
  if (value < 10) return value.toFixed(1);
  const step = 10 ** (Math.floor(Math.abs(log10)) - 1);
  return number(Math.round(value / step) * step);
}
