// What the demo's server answers beside what every store answers. Times are RFC 3339 in UTC, in the recording's time.
import type { Interval, Place } from '../lib/types';

/** A scene of the day: what happens in it, and what to look at. */
export interface Scene extends Interval {
  id: string;
  title: string;
  teaches: string;
  /** When what it is about happens. */
  at: string;
  /** The cases found so far in its span, in order. */
  cases: string[];
}

export interface DemoState {
  seed: number;
  begins: string;
  ends: string;
  now: string;
  /** Seconds of the recording in a second of this machine. */
  speed: number;
  speeds: number[];
  paused: boolean;
  ended: boolean;
  /** Whether the clock is jumping over quiet hours. */
  skipping: boolean;
  /** The scene being played. */
  scene: string | null;
  scenes: Scene[];
  /** Quiet hours: nothing of them is recorded or looked at. */
  skipped: Interval[];
}

/** What is asked of the demo's player: one thing at a time. */
export type Asked = { speed: number } | { paused: boolean } | { next: true } | { scene: string };

/** Something that truly happened in the invented world. */
export interface TrueEvent {
  id: number;
  kind: string;
  at: string;
  lon: number;
  lat: number;
  /** On whose side of the line. */
  side: string;
  /** Who did it; null where no party did. */
  by: string | null;
  notified: boolean;
  scene: string | null;
  /** The case that found it; null where none did, or not yet. */
  case: string | null;
  launched: { at: string; lon: number; lat: number } | null;
}

export interface Truth {
  events: TrueEvent[];
  /** Cases that are no true event. */
  phantoms: string[];
  /** Cases that are a true event which another case is, too: made of its later waves, or of its echoes. */
  again: { case: string; event: number }[];
  false_owner: ({ owner: string; behaviour: string } & Interval) | null;
  jammed: ({ sensors: string[]; means: string } & Interval)[];
}

/** What the invented region looks like. */
export interface Terrain {
  /** From south to north; the sea lies west of it. */
  coast: Place[];
  river: Place[];
  towns: Place[];
  /** Each from town to town. */
  roads: Place[][];
}

export const placeOf = (at: { lon: number; lat: number }): Place => [at.lon, at.lat];
