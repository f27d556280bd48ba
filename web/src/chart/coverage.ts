// The ink and the words of what could have been seen: hatch says "no sight here", clear paper that an event would have been seen.
import { clockUtc, count, number } from '../lib/format';
import type { Box, Coverage, LineSeen, Place } from '../lib/types';

type Project = (place: Place) => [number, number];

/** A box as a closed path, px: the chart's axes run along meridians and parallels. */
function boxPath([west, south, east, north]: Box, project: Project): string {
  const [x0, y0] = project([west, north]);
  const [x1, y1] = project([east, south]);
  return `M${x0.toFixed(1)} ${y0.toFixed(1)}H${x1.toFixed(1)}V${y1.toFixed(1)}H${x0.toFixed(1)}Z`;
}

/** All boxes of one kind. */
export function boxesPath(boxes: Box[], project: Project): string {
  return boxes.map((box) => boxPath(box, project)).join('');
}

/** What lies on the chart and outside of what was looked at: with even-odd filling, the whole chart less the area. */
export function outsidePath(area: [Place, Place], size: { width: number; height: number }, project: Project): string {
  const [[west, south], [east, north]] = area;
  return `M-9 -9H${size.width + 9}V${size.height + 9}H-9Z${boxPath([west, south, east, north], project)}`;
}

/** A sounding as a chart prints it: 1.7 is "1" and a small "7", below 0.05 "0" and "0". */
export function soundingOf(ratio: number): { whole: string; small: string } {
  const [whole = '0', small = '0'] = ratio.toFixed(1).split('.');
  return { whole, small };
}

const km = (value: number): string => number(value, 1);

/** "Line of contact 171.5 of 180.0 km seen, 6.0 km with reduced sight, 2.5 km not seen". */
export function lineWords({ name, length_km, seen_km, reduced_km, not_seen_km }: LineSeen): string {
  return `${name} ${km(seen_km)} of ${km(length_km)}\u00a0km seen, ${km(reduced_km)}\u00a0km with reduced sight, ${km(not_seen_km)}\u00a0km not seen`;
}

/** When it is, and what it rests on. */
export function coverageWords(coverage: Coverage): string {
  const head = `Sight at ${clockUtc(coverage.at)}: ${number(coverage.running)} of ${count(coverage.sensors, 'sensor or array', 'sensors and arrays')} ran`;
  if (coverage.unknown !== null) return `${head}; from where events would have been seen is not known: ${coverage.unknown}`;
  return [head, ...coverage.lines.map(lineWords)].join('; ');
}

/** What counts as seen. */
export function ruleWords(coverage: Coverage): string {
  return (
    `Seen: an event of middle strength is registered by at least ${number(coverage.sensors_min ?? 0)} sensors of at least ${number(coverage.owners_min ?? 0)} owners with probability ${coverage.seen_p}; ` +
    `reduced sight: only a stronger one is, up to such as are registered ${number(coverage.reduced_ratio)} times as far, or one that reaches ${coverage.lost_ratio} times as far as with all sensors running; beyond that not seen. How far sensors see is learnt from the arrivals of ${count(coverage.learnt_from, 'event')}.`
  );
}
