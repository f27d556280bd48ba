// What came of a consultation, in a sentence. "No determination" is as finished as its opposites.
import { choice, list, t } from '../text/text.svelte';
import type { ConsultationDetail, SeatLine } from './types';

export function conclusionWords(it: ConsultationDetail): string {
  const conclusion = it.conclusion;
  if (conclusion === null) return t(it.state === 'closed' ? 'consultation.closed' : 'consultation.open');
  const outcome = choice('outcome', conclusion.outcome);
  if (conclusion.kind === 'decision') return t('consultation.decision', { outcome });
  if (conclusion.outcome === 'no-determination') return t('consultation.no-determination');
  if (conclusion.parties.length === 0) return t('consultation.determination', { outcome });
  return t('consultation.determination.parties', { outcome, parties: list(conclusion.parties) });
}

/** What is shown of a seat: the position that the conclusion names, or else the one in force. */
export function stanceOf(it: ConsultationDetail, seat: SeatLine): SeatLine['position'] {
  return it.conclusion === null ? seat.position : seat.concluded_with;
}

/** How many seats say what, silence counted as silence. */
export function tallyWords(it: ConsultationDetail): string {
  const counts = new Map<string, number>();
  for (const seat of it.seat_lines) {
    const stance = stanceOf(it, seat)?.stance ?? 'silent';
    counts.set(stance, (counts.get(stance) ?? 0) + 1);
  }
  const order = ['support', 'support-with-reservation', 'oppose', 'abstain', 'not-participating', 'no-mandate-yet', 'silent'];
  const parts = order.flatMap((stance) => {
    const n = counts.get(stance);
    if (n === undefined) return [];
    return [`${stance === 'silent' ? t('consultation.silent') : choice('stance', stance)} ${n}`];
  });
  return t('consultation.tally', { parts: parts.join(t('semicolon')) });
}
