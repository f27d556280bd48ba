// Whether the agreement is in force at the clock's time, in the reader's language.
import type { Status } from '../lib/types';
import { agreementState } from '../lib/words';
import { t } from './text.svelte';

export function agreementWords(status: Status): { title: string; state: string; in_force: boolean } {
  const state = agreementState(status);
  const agreement = status.agreement;
  if (state === 'none' || !agreement) return { title: t('agreement.none'), state: t('agreement.none.state'), in_force: false };
  const title = t('agreement.version', { title: agreement.title, version: agreement.version });
  return { title, state: t(`agreement.${state}`), in_force: state === 'in-force' };
}
