// How lines of the register are said. Nothing is added to what they say.
import { number } from '../lib/format';
import { choice, list, said, t } from '../text/text.svelte';
import type { Names, Need, PledgeLine, Quantity, StepLine, Texts, TrackLine } from './types';

export function quantityWords({ clear, from, to, unit }: Quantity): string {
  if (!clear || from === null) return t('unclear');
  if (to === null) return t('quantity.at-least', { n: number(from), unit: unit ?? '' });
  if (to === from) return t('quantity.exact', { n: number(from), unit: unit ?? '' });
  return t('quantity.range', { from: number(from), to: number(to), unit: unit ?? '' });
}

export function nameOf(names: Names, id: string): string {
  return said(names[id]) || id;
}

export function namesOf(names: Names, ids: string[]): string {
  return list(ids.map((id) => nameOf(names, id)));
}

/** What must be so, and what of it only people can say. */
export function needsWords(needs: Need[]): string {
  return needs
    .map((need) => choice('condition', need.condition) + (need.for_people ? ` (${t('pillars.people')})` : ''))
    .join(', ');
}

/** The steps of the ladder, from a rumour to what was seen in its place. */
const LADDER = [
  'speculated', 'under-domestic-talks', 'declared-intent', 'subject-to-parliament', 'pledged',
  'parliament-approved', 'earmarked', 'deployed', 'verified-in-place',
];
export const LADDER_STEPS = LADDER.length;

/** How many steps stand, and whether the last of them is another's word. None for what is withdrawn or unclear. */
export function ladder(status: string): { steps: number; by_other: boolean } {
  if (status === 'announced-by-other') return { steps: 4, by_other: true };
  return { steps: LADDER.indexOf(status) + 1, by_other: false };
}

/** The pledges of a state itself, as the register has them. */
export function ownPledges(pledges: PledgeLine[], code: string): PledgeLine[] {
  return pledges.filter((pledge) => pledge.state === code);
}

/** The last step of a track that a source names, in words: "Bundestag: required". */
export function trackWords(track: TrackLine): string {
  const step = track.steps.at(-1);
  if (!step) return t('not-stated');
  const what = choice('step', step.kind);
  const who = track.decided_by ?? what;
  const status = choice('step-status', step.status);
  return track.decided_by === null ? what + t('colon') + status : `${who}${t('colon')}${what.toLocaleLowerCase()}, ${status}`;
}

/** The steps that every procedure may have, in their order, with what a source says of each; others stand behind. */
const STEPS = [
  'announced', 'party-consultations', 'submitted-to-parliament', 'committee', 'lower-house', 'upper-house',
  'constitutional-review', 'head-of-state', 'instrument-deposited', 'in-force',
];

export function steps(track: TrackLine): { kind: string; said: StepLine[] }[] {
  const more = track.steps.map((step) => step.kind).filter((kind) => !STEPS.includes(kind));
  return [...STEPS, ...new Set(more)].map((kind) => ({ kind, said: track.steps.filter((step) => step.kind === kind) }));
}

/** A value of a register's file, in words. */
export function valueWords(field: string, value: unknown, names: Names): string {
  if (value === null || value === undefined) return t('changes.nothing-said');
  if (typeof value === 'boolean') return t(value ? 'changes.yes' : 'changes.no');
  if (typeof value === 'number') return number(value);
  if (typeof value === 'string') return wordOf(field, value, names);
  if (Array.isArray(value)) return value.map((item) => valueWords(field, item, names)).join(', ');
  const table = value as Record<string, unknown>;
  if (typeof table['en'] === 'string') return said(table as Texts);
  if (typeof table['unit'] === 'string') return quantityOf(table);
  return Object.entries(table)
    .map(([key, item]) => `${names[key] ? nameOf(names, key) : choice('field', key)}${t('colon')}${valueWords(key, item, names)}`)
    .join(t('semicolon'));
}

function quantityOf(table: Record<string, unknown>): string {
  const figure = (key: string): number | null => (typeof table[key] === 'number' ? table[key] : null);
  const exact = figure('exact');
  const from = exact ?? figure('at_least') ?? figure('from');
  return quantityWords({ clear: true, from, to: exact ?? figure('to'), unit: String(table['unit']) });
}

/** In which group of choices the words of a field stand. */
const GROUPS: Record<string, string[]> = {
  status: ['status', 'step-status', 'tranche'],
  modality: ['modality'],
  allowed: ['may'],
  needs: ['condition', 'need-of'],
  after: ['condition', 'step'],
  roles: ['role'],
  domains: ['domain'],
  support: ['support'],
  kind: ['relation', 'caveat', 'support', 'step', 'facility', 'water', 'body'],
  nature: ['nature'],
  consent: ['consent'],
  layer: ['layer'],
};

function wordOf(field: string, value: string, names: Names): string {
  if (names[value]) return nameOf(names, value);
  if (value === '*') return t('every-state');
  if (value === 'unclear') return t('unclear');
  const plain = value.replaceAll('-', ' ');
  const groups = GROUPS[field] ?? (/^(yes|no|after-a-vote)$/.test(value) ? ['may'] : []);
  const found = groups.map((group) => choice(group, value)).find((words) => words !== plain);
  return found ?? value;
}
