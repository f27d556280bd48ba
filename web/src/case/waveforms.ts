// A record section: the waveforms of one event's arrivals, one row for each channel, the nearest at the top.
import { asGiven, clockFine, count, distance, number } from '../lib/format';
import type { MissingSamples, Trace, Waveforms } from '../lib/types';
import { stationOf } from '../sensors/health';
import { channelWords } from '../sensors/words';

/** A trace reaches so far from the middle of its row, as a share of the row's height: neighbours never touch. */
const REACH = 0.46;
/** A span that is looked at is no shorter and no longer, ms: as the interface has it, and no finer than its milliseconds. */
export const SPAN_MS = { least: 20, most: 3_600_000 };
/** Around an onset so much is shown, ms: enough of the noise before it to judge the pick. */
const AROUND_MS = { before: 3_000, after: 9_000 };

export interface Span {
  from_ms: number;
  to_ms: number;
}

/** What one row draws. */
export interface Row {
  /** Two points for each column, its smallest and its largest value, in rows from the top downwards; null: no sample. */
  points: (number | null)[];
  /** The value that its middle stands for, and the largest departure from it within the span. */
  middle: number;
  reach: number;
}

/** The value that most columns lie around: an offset of a recorder is no signal. */
function middleOf(trace: Trace): number {
  const middles = trace.low.flatMap((low, i) => (low === null ? [] : [(low + (trace.high[i] ?? low)) / 2])).sort((a, b) => a - b);
  return middles[middles.length >> 1] ?? 0;
}

/** Each trace in a row of height one, scaled by its own largest departure. */
export function rowsOf(traces: Trace[]): Row[] {
  return traces.map((trace, at) => {
    const middle = middleOf(trace);
    const departures = [...trace.low, ...trace.high].map((value) => (value === null ? 0 : Math.abs(value - middle)));
    const reach = departures.reduce((most, one) => Math.max(most, one), 0);
    const y = (value: number | null): number | null => (value === null ? null : -(at + 0.5) + (reach > 0 ? (REACH * (value - middle)) / reach : 0));
    const points = trace.low.flatMap((low, i) => [y(low), y(trace.high[i] ?? null)]);
    return { points, middle, reach };
  });
}

/** The instants of the points, seconds after the span's begin: two in each column. */
export function instantsOf(waveforms: Waveforms): number[] {
  const { from_ms, to_ms } = spanOf(waveforms);
  const width_s = (to_ms - from_ms) / 1000 / waveforms.columns;
  return Array.from({ length: 2 * waveforms.columns }, (_, i) => (Math.floor(i / 2) + (i % 2 === 0 ? 0.25 : 0.75)) * width_s);
}

export function spanOf({ from, to }: { from: string; to: string }): Span {
  return { from_ms: Date.parse(from), to_ms: Date.parse(to) };
}

/** The span with a length within bounds, around the same middle. */
function bounded(middle_ms: number, length_ms: number): Span {
  const length = Math.round(Math.min(Math.max(length_ms, SPAN_MS.least), SPAN_MS.most));
  const from_ms = Math.round(middle_ms - length / 2);
  return { from_ms, to_ms: from_ms + length };
}

/** A span that is `times` as long, around the same middle. */
export function zoomed({ from_ms, to_ms }: Span, times: number): Span {
  return bounded((from_ms + to_ms) / 2, (to_ms - from_ms) * times);
}

/** The span moved by a share of its length. */
export function moved({ from_ms, to_ms }: Span, share: number): Span {
  const length_ms = to_ms - from_ms;
  return bounded((from_ms + to_ms) / 2 + share * length_ms, length_ms);
}

/** What is looked at around an onset. */
export function around(onset: string): Span {
  const at = Date.parse(onset);
  return { from_ms: at - AROUND_MS.before, to_ms: at + AROUND_MS.after };
}

const WHY: Record<string, string> = {
  'no-record': 'nothing registered',
  erased: 'erased',
  'not-stored': 'lost: registered, and not stored any more',
  unreadable: 'not what was registered, or not to be decoded',
  'over-bound': 'not read: a shorter span shows it',
};

/** Why samples are missing. */
export function missingWords({ why, reason }: MissingSamples): string {
  return `${WHY[why] ?? why}${reason === null ? '' : `: ${reason}`}`;
}

/** "17:23:04.217 to 17:23:09.000, erased: asked for by its owner". */
export function missingTime(gap: MissingSamples): string {
  return `${clockFine(gap.from)} to ${clockFine(gap.to)}, ${missingWords(gap)}`;
}

/** What the trace is of: of an array's arrival it is one element. */
export function sourceWords(trace: Trace): { name: string; kind: string } {
  const station = stationOf(trace.channel);
  if (trace.array === null) return { name: station, kind: trace.class };
  return { name: trace.array, kind: `${trace.class}, ${station === trace.array ? channelWords(trace.channel) : station}, 1 of ${number(trace.elements ?? 1)}` };
}

/** "± 1 204 counts": how far a row's height reaches. */
export function reachWords(trace: Trace, row: Row): string {
  if (trace.low.every((value) => value === null)) return 'no samples';
  const value = row.reach >= 100 ? number(row.reach) : asGiven(Number(row.reach.toPrecision(3)));
  return `±\u00a0${value}${trace.unit === 'counts' ? ' counts' : ''}`;
}

/** In which order waves are named: as they come. */
const WAVES = ['P', 'S', 'surface', 'shock', 'muzzle', 'airwave'];

/** The waves that were picked, as they come one after the other. */
export function wavesOf(traces: Trace[]): string[] {
  const found = new Set(traces.flatMap((trace) => trace.picks.map((pick) => pick.phase)));
  return [...WAVES.filter((wave) => found.has(wave)), ...[...found].filter((wave) => !WAVES.includes(wave))];
}

/** All of it in a sentence, for readers of the page who do not see it. */
export function said(waveforms: Waveforms): string {
  const picks = waveforms.traces.flatMap((trace) => trace.picks);
  const waves = wavesOf(waveforms.traces).map((wave) => `${count(picks.filter((pick) => pick.phase === wave).length, wave, wave)}`);
  const [nearest, farthest] = [waveforms.traces[0], waveforms.traces.at(-1)];
  if (!nearest || !farthest) return 'No waveform.';
  const lacking = waveforms.traces.filter((trace) => trace.missing.length > 0).length;
  return (
    `Waveforms of ${count(waveforms.traces.length, 'channel')}, from ${distance(nearest.distance_km)} to ${distance(farthest.distance_km)}, with ${count(picks.length, 'arrival')}: ${waves.join(', ')}. ` +
    `${lacking === 0 ? 'No samples are missing.' : `In ${count(lacking, 'channel')} samples are missing.`}`
  );
}
