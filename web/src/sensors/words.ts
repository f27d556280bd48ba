// The words of sensors, in one place.
import { ABSENT, asGiven, count, duration, moment, number, plusMinus, span } from '../lib/format';
import type { Bearing, Continuity, Impediment, LinkChange, LiveSource, SensedArrival, Status, WitnessChange } from '../lib/types';

const KINDS: Record<string, string> = {
  gap: 'samples are missing',
  overlap: 'samples came twice and were left out',
  'set-back': 'the clock went back',
  'rate-change': 'the sample rate changed',
  'rate-unusable': 'no detector for this sample rate',
  retimed: 'stamps departed from the count of samples',
  'clock-questionable': 'the clock is called questionable',
  'clock-trusted': 'the clock is no longer called questionable',
  'not-finite': 'samples are no numbers',
  flat: 'one and the same value',
  silent: 'nothing came',
  more: 'more than are listed',
};

/** What an impediment says, with its numbers. */
export function impedimentWords(i: Impediment): string {
  const parts = [KINDS[i.kind] ?? i.kind];
  if (i.before_hz !== null && i.after_hz !== null) parts.push(`from ${asGiven(i.before_hz)} to ${asGiven(i.after_hz)} Hz`);
  else if (i.after_hz !== null) parts.push(`${asGiven(i.after_hz)} Hz`);
  if (i.by_s !== null) parts.push(`by ${number(i.by_s, 3)} s`);
  if (i.samples !== null) parts.push(i.kind === 'more' ? number(i.samples) : count(i.samples, 'sample'));
  if (i.reason !== null) parts.push(i.reason);
  return parts.join(', ');
}

/** When it was, and for how long. */
export function impedimentTime(i: Impediment): string {
  if (i.to === null) return i.kind === 'silent' ? `after ${moment(i.from)}` : moment(i.from);
  return `${span(i.from, i.to)}, ${duration((Date.parse(i.to) - Date.parse(i.from)) / 1000)}`;
}

const FAULTS: Record<string, string> = {
  gap: 'frames are missing',
  late: 'a missing frame came late',
  rebooted: 'the station started anew',
  forked: 'two frames of one number: somebody else holds the key, or the station lost its memory',
  unchained: 'a frame that does not go on from the one before it',
  replayed: 'a frame that came before',
  clock_back: 'the station’s clock went back',
  backdated: 'a time before a checkpoint that the frame cites',
  postdated: 'a time after the frame’s arrival',
  held_back: 'it reached its relay later than promised',
  unreceipted: 'no relay says by when it had arrived',
  spoofed: 'the satellites’ signals are false',
  unwell: 'the station reports a fault',
  silent: 'no frame came, though one was promised',
  suspect: 'signed with a key that was revoked',
};

/** What is said of a station's row of frames. */
export function continuityWords(c: Continuity): string {
  const frames = c.from === c.to ? `frame ${number(c.from)}` : `frames ${number(c.from)} to ${number(c.to)}`;
  return `${FAULTS[c.fault] ?? c.fault}: ${frames}; ${c.words}`;
}

/** What kind of arrival, as far as its waveform says. */
export function arrivalWords(a: SensedArrival): string {
  const words = [a.kind === 'unknown' ? 'kind not told' : `${a.kind}, by its waveform`];
  if (a.clock_questionable) words.push('clock questionable');
  if (a.cut_short) words.push('cut short');
  return words.join('; ');
}

const NOT_RESOLVABLE: Record<string, string> = {
  incoherent: 'no wave runs through all elements',
  inconsistent: 'the delays contradict each other or fit no wave',
  'too-near': 'the source stands among the elements or beside them',
  'too-slow': 'the wave is slower than any in the medium',
  overhead: 'the wave comes from above',
  undirected: 'the array is too small for its timing',
};

/** From where a wave came, or why that is not said. */
export function directionWords(b: Bearing): string {
  if (b.direction === null) return `no direction: ${NOT_RESOLVABLE[b.not_resolvable ?? ''] ?? b.not_resolvable ?? ABSENT}`;
  const { azimuth_deg, azimuth_sigma_deg, near } = b.direction;
  return plusMinus(azimuth_deg, azimuth_sigma_deg, '°') + (near ? ', near' : '');
}

/** What is to be known of an array's elements. */
export function elementWords(b: Bearing): string {
  const parts = [`${number(b.elements.length)} used`];
  if (b.without.length > 0) parts.push(`nothing from ${b.without.map(channelWords).join(', ')}`);
  if (b.wrong_element !== null) parts.push(`${channelWords(b.wrong_element)} contradicts the others and was left out`);
  if (b.clock_questionable.length > 0) parts.push(`clock questionable: ${b.clock_questionable.map(channelWords).join(', ')}`);
  return parts.join('; ');
}

/** Whether a live source is heard. */
export function sourceWords(s: LiveSource): string {
  const since = `since ${moment(s.since)}`;
  if (s.state === 'connected') return `connected ${since}`;
  if (s.state === 'waiting') return `not connected ${since}, tried again by itself`;
  return `${s.state} ${since}`;
}

const LINKS: Record<string, string> = {
  connected: 'connected',
  resumed: 'connected again',
  lost: 'lost',
  unreachable: 'not reached',
  stopped: 'ended by this node',
};

/** What became of a link. */
export function linkWords(change: LinkChange): string {
  const parts = [LINKS[change.state] ?? change.state];
  if (change.resumed_from !== null) parts.push(`asked for all since ${moment(change.resumed_from)}`);
  if (change.reason !== null) parts.push(change.reason);
  if (change.folded > 0) parts.push(`${count(change.folded, 'change')} before it came too soon to be registered`);
  return parts.join('; ');
}

const ANSWERS: Record<string, string> = {
  cosigned: 'cosigns again',
  refused: 'refused to cosign',
  timed_out: 'did not answer in time',
  unreachable: 'could not be reached',
  stale: 'had cosigned another size',
  unsigned: 'answered without a signature that holds',
};

/** What a witness did with the journal's checkpoints. */
export function witnessWords(change: WitnessChange): string {
  const parts = [`${ANSWERS[change.answer] ?? change.answer}, at ${count(change.size, 'entry', 'entries')}`];
  if (change.reason !== null) parts.push(change.reason);
  if (change.folded > 0) parts.push(`${count(change.folded, 'change')} before it came too soon to be registered`);
  return parts.join('; ');
}

/** The page's first sentence: what registers, and what was found. */
export function headWords(status: Status | null): string {
  if (!status) return 'The store has not answered yet.';
  const { counts, sources } = status;
  const connected = sources.filter((s) => s.state === 'connected').length;
  const live = sources.length === 0 ? 'No live source' : `${number(connected)} of ${count(sources.length, 'live source')} connected`;
  if (counts.records === 0) return `${live}. No record of a waveform is in the journal.`;
  const found = `${count(counts.detections, 'arrival')} and ${count(counts.bearings, 'bearing')} in ${count(counts.records, 'entry of records', 'entries of records')}`;
  return `${live}. ${found}; ${counts.impediments === 0 ? 'nothing kept channels from being seen' : `${count(counts.impediments, 'impediment')} to seeing`}.`;
}

/** The channel's own name: without the scheme that all have. */
export function channelWords(channel: string): string {
  return channel.replace(/^FDSN:/, '') || ABSENT;
}
