// What the truth says of cases, in words and figures. It is known in the demo only: nothing here reaches a finding.
import { count, duration, NARROW } from '../lib/format';
import { insidePolygons, kilometres } from '../lib/geometry';
import type { CaseDetail, Place } from '../lib/types';
import { placeOf, type TrueEvent, type Truth } from './types';

/** Said wherever the truth is shown. */
export const TRUTH_NOTE = 'Truth, known in this demo only';

/** What the truth has of one case. */
export interface CaseTruth {
  /** The true events that this case found. */
  events: TrueEvent[];
  /** The true event that another case found better. */
  again: TrueEvent | null;
  /** Whether it is known to be none. */
  phantom: boolean;
}

export function truthOf(truth: Truth, id: string): CaseTruth {
  const again = truth.again.find((one) => one.case === id);
  return {
    events: truth.events.filter((event) => event.case === id),
    again: again ? (truth.events.find((event) => event.id === again.event) ?? null) : null,
    phantom: truth.phantoms.includes(id),
  };
}

/** "quarry-blast" as a reader says it. */
const kindWords = (kind: string): string => kind.replaceAll(/[-_]/g, ' ');

/** "impact, by Bravo", "demolition, by Alpha, notified", "thunder". */
export function eventWords(event: TrueEvent): string {
  return [kindWords(event.kind), ...(event.by === null ? [] : [`by ${event.by}`]), ...(event.notified ? ['notified'] : [])].join(', ');
}

/** What the queue says of a case. */
export function caseTruthWords({ events, again, phantom }: CaseTruth): string {
  const first = events[0];
  if (first) return `true: ${eventWords(first)}${events.length > 1 ? `, and ${events.length - 1} more` : ''}`;
  if (again) return `again: ${eventWords(again)}${again.case === null ? '' : `, as in ${again.case}`}`;
  return phantom ? 'not a true event' : 'no true event of its own';
}

/** True events that no case found. */
export function notFound(truth: Truth): TrueEvent[] {
  return truth.events.filter((event) => event.case === null);
}

export function summaryWords(truth: Truth): string {
  const found = truth.events.length - notFound(truth).length;
  const again = truth.again.length > 0 ? `, ${truth.again.length} again` : '';
  return `${found} of ${count(truth.events.length, 'true event')} found${again}; ${count(truth.phantoms.length, 'case')} ${truth.phantoms.length === 1 ? 'is' : 'are'} none`;
}

/** How far a case's figures are from the truth. */
export interface Errors {
  mean_km: number;
  most_probable_km: number;
  /** Whether the 90 % region holds the true place; null where the case has no such region. */
  held_90: boolean | null;
  /** Stated minus true, s. */
  time_s: number;
  held_time_95: boolean;
}

export function errorsOf(detail: CaseDetail, event: TrueEvent): Errors {
  const place: Place = placeOf(event);
  const region = detail.regions.find((one) => one.level === 90);
  const at = Date.parse(event.at);
  const [from, to] = detail.event.time_p95;
  return {
    mean_km: kilometres(detail.event.mean, place),
    most_probable_km: kilometres(detail.most_probable, place),
    held_90: region ? insidePolygons(place, region.polygons) : null,
    time_s: (Date.parse(detail.event.origin_time) - at) / 1000,
    held_time_95: Date.parse(from) <= at && at <= Date.parse(to),
  };
}

/** "12.4 s late", "0.8 s early": the stated time against the true one. */
export function timeErrorWords(seconds: number): string {
  const size = Math.abs(seconds);
  const amount = size < 60 ? `${size.toFixed(1)}${NARROW}s` : duration(size);
  if (size < 0.05) return `less than 0.1${NARROW}s off`;
  return `${amount} too ${seconds > 0 ? 'late' : 'early'}`;
}
