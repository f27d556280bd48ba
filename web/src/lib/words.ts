// The words of verdicts and of the journal, in one place. A verdict is never stronger than "possible":
// only people conclude.
import { ABSENT, count, number, probability, probabilityWord } from './format';
import type { CaseDetail, LoadResult, Notice, Status, VerdictState } from './types';

const VERDICTS: Record<VerdictState, string> = {
  'possible-breach': 'Possible breach',
  undetermined: 'Undetermined',
  'permitted-and-notified': 'Permitted and notified',
  'recorded-only': 'Recorded only',
};

export function verdictWords(state: VerdictState): string {
  return VERDICTS[state] ?? ABSENT;
}

/** What is meant by p, said where p is shown. */
export const P_MEANING = 'probability that the origin lies inside the zone while the agreement is in force';

const PRODUCTS: Record<string, string> = {
  E1: 'E1, preliminary',
  E2: 'E2, refined',
  E3: 'E3, final',
};

export function productWords(product: string): string {
  return PRODUCTS[product] ?? product;
}

/** Whether there is an agreement, and whether it is in force at the clock's time. */
export function agreementState(status: Status): 'none' | 'no-time' | 'in-force' | 'not-in-force' {
  const agreement = status.agreement;
  if (!agreement) return 'none';
  const now = status.clock.now;
  if (now === null) return 'no-time';
  const at = Date.parse(now);
  const inside = agreement.in_force.some((i) => Date.parse(i.from) <= at && at < Date.parse(i.to));
  return inside ? 'in-force' : 'not-in-force';
}

const KINDS: Record<LoadResult['kind'], string> = {
  detections: 'detections',
  notice: 'a notice',
  agreement: 'an agreement',
};

/** "notice.toml holds a notice: 1 registered, 0 already in the journal, 0 refused." */
export function loadWords(name: string, result: LoadResult): string {
  const parts = [`${number(result.registered)} registered`, `${number(result.already)} already in the journal`];
  if (result.late > 0) parts.push(`${number(result.late)} too late for a verdict`);
  parts.push(`${number(result.refused_count)} refused`);
  return `${name} holds ${KINDS[result.kind] ?? result.kind}: ${parts.join(', ')}.`;
}

/** What a notice says of this event. A match is never more than compatible. */
export function matchWords(notice: Notice): string {
  if (!notice.matched) return 'does not fit this event';
  const p = notice.mass;
  const mass = p === null ? '' : `; probability inside its place and window ${probability(p)}, ${probabilityWord(p)}`;
  return `compatible, not proven${mass}`;
}

/** The notices of a case, one line each. */
export function noticeWords(detail: CaseDetail): string[] {
  if (detail.notices.length === 0) return ['none registered'];
  return detail.notices.map((n) => `${n.activity}, ${n.party}: ${matchWords(n)}`);
}

/** How many owners of sensors stand behind an event. An owner that is not stated is not counted as one. */
export function ownerWords(detail: CaseDetail): string {
  const owners = [...detail.detections, ...detail.arrivals].map((d) => d.owner);
  const stated = new Set(owners.filter((owner) => owner !== ABSENT));
  if (stated.size === 0) return 'owners not stated';
  return owners.includes(ABSENT) ? `${count(stated.size, 'owner')}, some not stated` : count(stated.size, 'owner');
}

/** What stands when there is no event: a statement, never a drawing. */
export function emptyWords(status: Status | null, closed = 0): string {
  if (!status) return 'The store has not answered yet.';
  if (closed > 0) return `No case is open. ${count(closed, 'case')} ${closed === 1 ? 'is' : 'are'} closed.`;
  const { reports, records } = status.counts;
  if (reports === 0 && records > 0) return `No event so far, in ${count(records, 'entry', 'entries')} of records.`;
  if (reports === 0) return 'No event. The journal holds no report of any array.';
  return `No event. The journal holds ${count(reports, 'report')}, too few to locate anything.`;
}

/** "celerity_mean" as a reader says it. */
export function nameWords(name: string): string {
  return name.replaceAll('_', ' ');
}

/** Quotes a word for a POSIX shell where it needs it. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The command that checks a dossier. */
export function verifyCommand(caseId: string, key: string): string {
  return `truceline-verify ${shellWord(`${caseId}.tldoss`)} --key ${shellWord(key)}`;
}
