// For how long channels were not heard, or in doubt: spells of each, and how many at a time.
import type { Impediment, SensedArrival } from '../lib/types';
import { DOUBTS, DOWN, UNSEEN_SPANS } from './health';

const ms = (iso: string): number => Date.parse(iso);

export interface Spell {
  from_ms: number;
  to_ms: number;
}

/** How many at a time: each step lasts until the next one. */
export interface Step {
  at_ms: number;
  count: number;
}

/** Spells that meet are one. */
function joined(spells: Spell[]): Spell[] {
  const all: Spell[] = [];
  for (const spell of [...spells].sort((a, b) => a.from_ms - b.from_ms)) {
    const last = all.at(-1);
    if (last && spell.from_ms <= last.to_ms) last.to_ms = Math.max(last.to_ms, spell.to_ms);
    else if (spell.to_ms > spell.from_ms) all.push({ ...spell });
  }
  return all;
}

/** When what began without a stated end was over: when the channel was heard again, or not yet. */
function over(began: Impediment, own: Impediment[], onsets: number[], now_ms: number): number {
  const since = ms(began.from);
  const end = DOUBTS[began.kind];
  const said = own
    .filter((other) => other !== began && (end === undefined ? !DOWN.has(other.kind) : other.kind === end))
    .map((other) => ms(other.to ?? other.from));
  const heard = end === undefined ? onsets : [];
  return Math.min(now_ms, ...[...said, ...heard].filter((t) => t > since));
}

/** The spells in which channels gave nothing, and those in which they were in doubt, each by channel. */
export function spells(impediments: Impediment[], heard: SensedArrival[], now: string): { down: Spell[][]; doubt: Spell[][] } {
  const now_ms = ms(now);
  const by_channel = new Map<string, Impediment[]>();
  for (const i of impediments) by_channel.set(i.channel, [...(by_channel.get(i.channel) ?? []), i]);
  const down: Spell[][] = [];
  const doubt: Spell[][] = [];
  for (const [channel, own] of by_channel) {
    const onsets = heard.filter((arrival) => arrival.channel === channel).map((arrival) => ms(arrival.onset));
    const of = (wanted: (kind: string) => boolean): Spell[] =>
      joined(own.filter((i) => wanted(i.kind)).map((i) => ({ from_ms: ms(i.from), to_ms: i.to === null ? over(i, own, onsets, now_ms) : ms(i.to) })));
    down.push(of((kind) => DOWN.has(kind) || UNSEEN_SPANS.has(kind)));
    doubt.push(of((kind) => kind in DOUBTS));
  }
  return { down, doubt };
}

/** What of spells lies outside of times that do not count. */
export function outside(spells: Spell[], apart: Spell[]): Spell[] {
  return apart.reduce(
    (kept, gap) =>
      kept.flatMap((spell) => {
        if (gap.to_ms <= spell.from_ms || spell.to_ms <= gap.from_ms) return [spell];
        const [before, after] = [{ from_ms: spell.from_ms, to_ms: gap.from_ms }, { from_ms: gap.to_ms, to_ms: spell.to_ms }];
        return [before, after].filter((part) => part.to_ms > part.from_ms);
      }),
    spells,
  );
}

/** How many of them last at a time, from the first change to the last. */
export function counted(by_channel: Spell[][]): Step[] {
  const changes = by_channel.flat().flatMap((spell) => [{ at: spell.from_ms, by: 1 }, { at: spell.to_ms, by: -1 }]);
  const steps: Step[] = [];
  let count = 0;
  for (const { at, by } of changes.sort((a, b) => a.at - b.at)) {
    count += by;
    const last = steps.at(-1);
    if (last && last.at_ms === at) last.count = count;
    else steps.push({ at_ms: at, count });
  }
  return steps;
}
