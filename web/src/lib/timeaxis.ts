// A time axis in UTC: round ticks, and where an instant stands on it.

/** Spacings of ticks, seconds, the finest first. */
const SPACINGS_S = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];

export interface TimeAxis {
  from_ms: number;
  to_ms: number;
  ticks_ms: number[];
}

/** An axis that holds all instants, with a margin and at most `ticks` ticks. */
export function timeAxis(instants_ms: number[], ticks: number): TimeAxis | null {
  const low = Math.min(...instants_ms);
  const high = Math.max(...instants_ms);
  if (!Number.isFinite(low) || !Number.isFinite(high)) return null;
  const margin = Math.max((high - low) * 0.06, 1000);
  const [from_ms, to_ms] = [low - margin, high + margin];
  const spacing_ms = 1000 * (SPACINGS_S.find((s) => (to_ms - from_ms) / (1000 * s) <= ticks) ?? 86_400 * 7);
  const values: number[] = [];
  for (let t = Math.ceil(from_ms / spacing_ms) * spacing_ms; t <= to_ms && values.length <= 2 * ticks; t += spacing_ms) {
    values.push(t);
  }
  return { from_ms, to_ms, ticks_ms: values };
}

/** Spacings below a second, for spans of few samples. */
const FINE_SPACINGS_S = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5];

/** Round instants of a span, at most so many. */
export function ticksOf(from_ms: number, to_ms: number, most: number): number[] {
  const spacing_ms = 1000 * ([...FINE_SPACINGS_S, ...SPACINGS_S].find((s) => (to_ms - from_ms) / (1000 * s) <= most) ?? 86_400 * 7);
  const first = Math.ceil(from_ms / spacing_ms);
  const count = Math.max(0, Math.floor(to_ms / spacing_ms) - first + 1);
  return Array.from({ length: Math.min(count, 2 * most) }, (_, i) => (first + i) * spacing_ms);
}

export function along(axis: TimeAxis, at_ms: number, from_px: number, to_px: number): number {
  return from_px + ((to_px - from_px) * (at_ms - axis.from_ms)) / (axis.to_ms - axis.from_ms);
}
