// The sentence at the head of a state's page. It is put together from what is counted on the page, and adds nothing.
import { list, said, t, type TextKey } from '../text/text.svelte';
import type { Allowed, StateToday } from './types';

const KINDS: [Allowed, 'yes' | 'vote' | 'no' | 'unclear'][] = [
  ['yes', 'yes'],
  ['after-a-vote', 'vote'],
  ['no', 'no'],
  ['unclear', 'unclear'],
];

/** How many options are a yes, a no, open after a vote, unclear. */
export function tally(state: StateToday): Record<Allowed, number> {
  const counts: Record<Allowed, number> = { yes: 0, no: 0, 'after-a-vote': 0, unclear: 0 };
  for (const option of state.options) counts[option.allowed] += 1;
  return counts;
}

export function optionsWords(state: StateToday): string {
  const n = state.options.length;
  if (n === 0) return t('state.options.none');
  const counts = tally(state);
  const parts = KINDS.map(([allowed, key]) => {
    const count = counts[allowed];
    const form = count === 0 ? 'none' : count === 1 ? 'one' : 'many';
    return t(`state.${key}.${form}` as TextKey, { n: count });
  });
  return t(n === 1 ? 'state.options.one' : 'state.options.many', { n, parts: list(parts) });
}

/** The consultations that wait for something: they are open, or closed without a conclusion. */
export function before(state: StateToday): StateToday['consultations'] {
  return state.consultations.filter((row) => row.state === 'open' || row.state === 'closed');
}

export function findingsWords(state: StateToday): string {
  const name = said(state.state.name);
  const findings = before(state).flatMap((row) => row.findings);
  const cases = [...new Set(findings.map((it) => it.case ?? t('state.other-journal')))];
  if (cases.length === 0) return t('state.no-finding', { state: name });
  return t(cases.length === 1 ? 'state.finding' : 'state.findings', { state: name, cases: list(cases) });
}

export function todayWords(state: StateToday, agreement: { title: string; in_force: boolean } | null): string {
  const force = agreement?.in_force === true ? t('state.agreement', { title: agreement.title }) : t('state.no-agreement');
  return [t('state.nothing'), force, findingsWords(state), optionsWords(state)].join(' ');
}
