import { expect, test } from '@playwright/test';
import { parseRoute, caseHref, consultationHref, stateHref } from '../src/lib/route';
import { agreementState, emptyWords, loadWords, matchWords, noticeWords, ownerWords, verdictWords, verifyCommand } from '../src/lib/words';
import type { CaseDetail, Status } from '../src/lib/types';
import { fixture } from './fixture';

const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, ' ');
const status = (): Status => fixture<Status>('status');

test('a verdict is never more than possible', () => {
  expect(verdictWords('possible-breach')).toBe('Possible breach');
  expect(verdictWords('recorded-only')).toBe('Recorded only');
});

test('without an agreement the head says that it only records', () => {
  expect(agreementState({ ...status(), agreement: null })).toBe('none');
});

test('in force is what the intervals say at the clock’s time, the end left out', () => {
  const at = (now: string | null): string => agreementState({ ...status(), clock: { kind: 'recorded', now } });
  expect(at('2004-06-02T19:10:00Z')).toBe('in-force');
  expect(at('2004-06-01T00:00:00Z')).toBe('in-force');
  expect(at('2004-07-01T00:00:00Z')).toBe('not-in-force');
  expect(at(null)).toBe('no-time');
});

test('a load is told in whole', () => {
  const result = { kind: 'detections' as const, registered: 2, already: 1, late: 0, refused_count: 1, refused: [{ offset: 'detections[1]', rule: 'r', expected: 'e' }] };
  expect(loadWords('a.json', result)).toBe('a.json holds detections: 2 registered, 1 already in the journal, 1 refused.');
  expect(loadWords('a.json', { ...result, late: 3 })).toContain('3 too late for a verdict');
});

test('a matched notice is compatible, not proven, with its probability and word', () => {
  const permitted = fixture<CaseDetail>('case-permitted');
  expect(noticeWords(permitted)).toEqual(['demolition, Party A: compatible, not proven; probability inside its place and window 0.713, likely']);
  const [notice] = permitted.notices;
  if (!notice) throw new Error('the fixture holds no notice');
  expect(matchWords({ ...notice, matched: false })).toBe('does not fit this event');
  expect(noticeWords(fixture<CaseDetail>('case-possible-breach'))).toEqual(['none registered']);
});

test('owners that are not stated are not counted', () => {
  const detail = fixture<CaseDetail>('case-possible-breach');
  expect(plain(ownerWords(detail))).toBe('3 owners');
  const unknown = { ...detail, detections: detail.detections.map((d) => ({ ...d, owner: 'not stated' })) };
  expect(ownerWords(unknown)).toBe('owners not stated');
});

test('empty is a statement', () => {
  const live = fixture<Status>('status');
  Object.assign(live.counts, { reports: 0, records: 1200 });
  expect(plain(emptyWords(live))).toBe('No event so far, in 1 200 entries of records.');
  expect(plain(emptyWords(live, 1))).toBe('No case is open. 1 case is closed.');
  const none = status();
  none.counts.reports = 0;
  expect(emptyWords(none)).toBe('No event. The journal holds no report of any array.');
  none.counts.reports = 1;
  expect(plain(emptyWords(none))).toBe('No event. The journal holds 1 report, too few to locate anything.');
});

test('the command can be pasted into a shell', () => {
  expect(verifyCommand('04-0001-P', 'a/b+0123abcd+Axyz=')).toBe('truceline-verify 04-0001-P.tldoss --key a/b+0123abcd+Axyz=');
  expect(verifyCommand('04-0001-P', "it's $HOME")).toBe(`truceline-verify 04-0001-P.tldoss --key 'it'\\''s $HOME'`);
});

test('routes', () => {
  expect(parseRoute(caseHref('04-0001-P'))).toEqual({ page: 'case', id: '04-0001-P' });
  expect(parseRoute('#/')).toEqual({ page: 'watch' });
  expect(parseRoute('#/sensors')).toEqual({ page: 'sensors' });
  const call = 'a'.repeat(64);
  expect(parseRoute(consultationHref(call))).toEqual({ page: 'consultation', call });
  expect(parseRoute(stateHref('FR'))).toEqual({ page: 'state', code: 'FR' });
  expect(parseRoute('#/register')).toEqual({ page: 'register' });
  expect(parseRoute('#/register/F/R')).toEqual({ page: 'watch' });
  expect(parseRoute('#/consultation/ab')).toEqual({ page: 'watch' });
  expect(parseRoute('#/case/%')).toEqual({ page: 'watch' });
});
