// The day on one strip: where scenes stand, which hours are skipped, how far the player is. Fractions of the day, for ink only.
import type { Interval } from '../lib/types';
import type { DemoState, Scene } from './types';

const ms = (iso: string): number => Date.parse(iso);

/** Where an instant stands in the day, 0 to 1. */
export function fraction(day: { begins: string; ends: string }, iso: string): number {
  const [begins, ends] = [ms(day.begins), ms(day.ends)];
  if (!(ends > begins)) return 0;
  return Math.min(Math.max((ms(iso) - begins) / (ends - begins), 0), 1);
}

/** Whether a scene was played, is being played, or is to come. */
export type Played = 'played' | 'now' | 'to-come';

export function played(state: DemoState, scene: Scene): Played {
  if (state.scene === scene.id && !state.ended) return 'now';
  return ms(scene.from) > ms(state.now) ? 'to-come' : 'played';
}

/** The scene that is told of: the one being played, else the one played last; null before the first. */
export function told(state: DemoState): Scene | null {
  return state.scenes.find((scene) => scene.id === state.scene) ?? state.scenes.findLast((scene) => played(state, scene) === 'played') ?? null;
}

/** The scene that comes next. */
export function following(state: DemoState): Scene | null {
  return state.scenes.find((scene) => played(state, scene) === 'to-come') ?? null;
}

/** The quiet hours that the clock is jumping over. */
export function jumped(state: DemoState): Interval | null {
  if (!state.skipping) return null;
  const now = ms(state.now);
  return state.skipped.find((quiet) => ms(quiet.from) <= now && now <= ms(quiet.to)) ?? null;
}

/** How long quiet hours behind the clock were, all together, s. */
export function skippedSoFar(state: DemoState): number {
  const now = ms(state.now);
  return state.skipped.reduce((sum, quiet) => sum + Math.max(0, Math.min(ms(quiet.to), now) - ms(quiet.from)), 0) / 1000;
}

/** A channel counts as silent only after a while: what is skipped begins so much after what was last known of it, ms. */
const UNKNOWN_MS = 60_000;

/** The newest time of which it is known who was heard: the clock's, or in skipped hours and just behind them, shortly before them. */
export function recordedUpTo(state: DemoState): string {
  const now = ms(state.now);
  const last = state.skipped.at(-1);
  const into = last && ms(last.to) + UNKNOWN_MS >= now && ms(last.from) < now ? ms(last.from) : state.skipping ? ms(told(state)?.to ?? state.now) : null;
  return into === null ? state.now : new Date(Math.min(into, now) - UNKNOWN_MS).toISOString();
}

/** Full hours of the day, at most `ticks` of them. */
export function hours(day: { begins: string; ends: string }, ticks: number): number[] {
  const HOUR = 3_600_000;
  const [begins, ends] = [ms(day.begins), ms(day.ends)];
  const step = HOUR * ([1, 2, 3, 4, 6, 12, 24].find((h) => (ends - begins) / (h * HOUR) <= ticks) ?? 48);
  const found: number[] = [];
  for (let t = Math.ceil(begins / step) * step; t <= ends && found.length <= ticks + 1; t += step) found.push(t);
  return found;
}
