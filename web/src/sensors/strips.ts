// One strip for each channel and array: what was found in it, and where it could not be seen.
import { timeAxis, type TimeAxis } from '../lib/timeaxis';
import type { Impediment } from '../lib/types';

/** How many strips are drawn: more do not fit a screen. The table holds all. */
export const STRIPS_MAX = 40;

/** Kinds of impediments in whose time nothing was seen. The others are instants that make what follows doubtful. */
const UNSEEN = new Set(['gap', 'flat', 'not-finite', 'silent', 'rate-unusable']);

/** Signal to noise from which a mark has its full height: a thousand times the noise's power. */
const FULL_SNR = 1_000;

/** What a stroke is made of: an arrival in a channel, or a bearing of an array under the array's name. */
export interface Sensed {
  entry: number;
  channel: string;
  onset: string;
  snr: number;
}

export interface Mark {
  entry: number;
  at_ms: number;
  /** 0 to 1. */
  height: number;
}

export interface Blind {
  entry: number;
  from_ms: number;
  /** Null where no end is known. */
  to_ms: number | null;
}

export interface Strip {
  channel: string;
  marks: Mark[];
  blind: Blind[];
  /** Instants from which on something is doubtful. */
  doubts: { entry: number; at_ms: number }[];
}

export interface Strips {
  strips: Strip[];
  /** How many channels are not drawn. */
  left_out: number;
  axis: TimeAxis | null;
}

const ms = (iso: string): number => Date.parse(iso);

/** The strips in the order of their channels' names: a channel's place does not hang on what it saw. */
export function strips(sensed: Sensed[], impediments: Impediment[], ticks: number): Strips {
  const all = new Map<string, Strip>();
  const of = (channel: string): Strip => {
    const found = all.get(channel) ?? { channel, marks: [], blind: [], doubts: [] };
    all.set(channel, found);
    return found;
  };
  const instants: number[] = [];
  for (const a of sensed) {
    const height = Math.min(1, Math.max(0.25, Math.log(Math.max(a.snr, 1)) / Math.log(FULL_SNR)));
    of(a.channel).marks.push({ entry: a.entry, at_ms: ms(a.onset), height });
    instants.push(ms(a.onset));
  }
  for (const i of impediments) {
    const to_ms = i.to === null ? null : ms(i.to);
    if (UNSEEN.has(i.kind)) of(i.channel).blind.push({ entry: i.entry, from_ms: ms(i.from), to_ms });
    else of(i.channel).doubts.push({ entry: i.entry, at_ms: ms(i.from) });
    instants.push(ms(i.from), ...(to_ms === null ? [] : [to_ms]));
  }
  // What stays silent is silent until the channel was heard again, as far as the rows tell.
  for (const strip of all.values()) {
    for (const blind of strip.blind) {
      if (blind.to_ms !== null) continue;
      const heard = [...strip.marks.map((m) => m.at_ms), ...strip.blind.map((b) => b.from_ms)].filter((t) => t > blind.from_ms);
      blind.to_ms = heard.length > 0 ? Math.min(...heard) : null;
    }
  }
  const sorted = [...all.values()].sort((a, b) => (a.channel < b.channel ? -1 : 1));
  return {
    strips: sorted.slice(0, STRIPS_MAX),
    left_out: Math.max(0, sorted.length - STRIPS_MAX),
    axis: timeAxis(instants, ticks),
  };
}
