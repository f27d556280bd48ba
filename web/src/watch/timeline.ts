// The axis of the last day.

const HOUR_MS = 3_600_000;
/** How much time the timeline shows, ms. */
const DAY_MS = 24 * HOUR_MS;

export interface DayAxis {
  from_ms: number;
  to_ms: number;
}

/** The 24 hours before a time. */
export function span24(now: string): DayAxis {
  const to_ms = Date.parse(now);
  return { from_ms: to_ms - DAY_MS, to_ms };
}

/** Full hours on it, at most `most` of them. */
export function ticks24({ from_ms, to_ms }: DayAxis, most: number): number[] {
  const step = HOUR_MS * ([1, 2, 3, 4, 6, 12].find((h) => (to_ms - from_ms) / (h * HOUR_MS) <= most) ?? 24);
  const ticks: number[] = [];
  for (let t = Math.ceil(from_ms / step) * step; t <= to_ms; t += step) ticks.push(t);
  return ticks;
}
