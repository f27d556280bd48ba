// Words of the Evidence page.
import type { Check, Outcome, Report } from './verify';

export const MARKS: Record<Check['outcome'], string> = {
  proven: 'Proven',
  unproven: 'Unproven',
  contradicted: 'Contradicted',
  'not checked': 'Not checked here',
};

/** The first sentence of the page: what came out, and nothing more than that. */
export function headline(report: Report): string {
  const left = report.checks.filter((check) => check.outcome === 'not checked').length;
  if (report.outcome === 'contradicted') return 'Contradicted. Something in this file does not hold.';
  if (report.checks.some((check) => check.outcome === 'unproven')) return 'Unproven. Nothing is contradicted, but not everything is proven.';
  if (left > 0) return `What was checked here holds. ${left === 1 ? 'One claim' : `${left} claims`} of the file cannot be checked in a browser yet.`;
  return 'Proven. All checks hold.';
}

export const FORK_HEADS: Record<Outcome, string> = {
  proven: 'A fork is proven.',
  unproven: 'Unproven.',
  contradicted: 'No fork is proven.',
};

/** Where in the file a fault lies. */
export function place(check: Check): string {
  const bytes = check.where?.bytes ?? null;
  if (bytes === null) return '';
  const [from, to] = bytes;
  return to - from <= 1 ? `byte ${from} of the file` : `bytes ${from} to ${to - 1} of the file`;
}

/** Text of a file, with what could turn the direction of writing or write the screen shown as numbers. */
export function shown(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, (c) => `\\u{${c.charCodeAt(0).toString(16)}}`);
}
