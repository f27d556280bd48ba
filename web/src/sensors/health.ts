// Sensors as a chart shows them: elements of an array together, each with what the registered impediments say of it at a time.
import type { Impediment, Place, SensedArrival, SensorSite } from '../lib/types';
import { channelWords } from './words';

/** `up`: nothing registered speaks against it; `degraded`: its clock or an element is in doubt; `down`: nothing comes from it. */
export type Health = 'up' | 'degraded' | 'down';

export interface SensorMark {
  /** The array's name, or the channel. */
  name: string;
  /** Short, for a chart: the station of a source identifier. */
  label: string;
  kind: string;
  place: Place;
  owners: string[];
  channels: string[];
  health: Health;
  /** What speaks against it, as impediments are named. */
  why: string[];
}

/** Nothing comes until something is heard of the channel again. */
export const DOWN = new Set(['silent', 'rate-unusable']);
/** A doubt that begins, and what ends it. */
export const DOUBTS: Record<string, string> = { 'clock-questionable': 'clock-trusted', missing: 'again' };

/** Nothing came within their span. */
export const UNSEEN_SPANS = new Set(['gap', 'flat', 'not-finite', 'blind']);

const ms = (iso: string): number => Date.parse(iso);

/** "S07" of "FDSN:XM_S07_00_H_H_Z"; other names as they are. */
export function stationOf(channel: string): string {
  return /^FDSN:[^_]+_([^_]+)_/.exec(channel)?.[1] ?? channelWords(channel);
}

/** What speaks against one channel at a time, by what was registered so far. */
export function troubles(channel: string, impediments: Impediment[], heard: SensedArrival[], now: string): string[] {
  const at = ms(now);
  const own = impediments.filter((i) => i.channel === channel && ms(i.from) <= at);
  const standing = own.filter((i) => {
    if (i.to !== null) return at < ms(i.to);
    const since = ms(i.from);
    const later = own.filter((other) => other !== i && (ms(other.from) > since || (other.to !== null && ms(other.to) > since)));
    if (DOWN.has(i.kind)) {
      // Whatever was found in its records after that shows that they come again.
      const again = heard.some((arrival) => arrival.channel === channel && ms(arrival.onset) > since && ms(arrival.onset) <= at);
      return !again && !later.some((other) => !DOWN.has(other.kind));
    }
    const end = DOUBTS[i.kind];
    return end !== undefined && !later.some((other) => other.kind === end);
  });
  return [...new Set(standing.map((i) => i.kind))];
}

function healthOf(why: string[][]): Health {
  const down = why.filter((one) => one.some((kind) => DOWN.has(kind) || UNSEEN_SPANS.has(kind)));
  if (down.length === why.length) return 'down';
  return why.some((one) => one.length > 0) ? 'degraded' : 'up';
}

/** All sensors, each array once, in the order of their names. */
export function sensorMarks(sites: SensorSite[], impediments: Impediment[], heard: SensedArrival[], now: string): SensorMark[] {
  const groups = new Map<string, SensorSite[]>();
  for (const site of sites) {
    const name = site.array ?? site.id;
    groups.set(name, [...(groups.get(name) ?? []), site]);
  }
  const marks = [...groups].map(([name, members]): SensorMark => {
    const why = members.map((site) => troubles(site.id, impediments, heard, now));
    const mean = (axis: 0 | 1): number => members.reduce((sum, site) => sum + site.place[axis], 0) / members.length;
    const first = members[0];
    return {
      name,
      label: first?.array ?? stationOf(name),
      kind: !first ? '' : !first.array ? first.kind : first.kind.includes('array') ? `${first.kind} of ${members.length}` : `array of ${members.length}, ${first.kind}`,
      place: [mean(0), mean(1)],
      owners: [...new Set(members.map((site) => site.owner))],
      channels: members.map((site) => site.id),
      health: healthOf(why),
      why: [...new Set(why.flat())],
    };
  });
  return marks.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** "41 sensors and arrays: 38 up, 2 in doubt, 1 down". */
export function healthWords(marks: SensorMark[]): string {
  const of = (health: Health): number => marks.filter((mark) => mark.health === health).length;
  return `${marks.length} sensors and arrays: ${of('up')} up, ${of('degraded')} in doubt, ${of('down')} down`;
}
