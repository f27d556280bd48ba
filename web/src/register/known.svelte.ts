// What the page knows of the register: each answer with what went wrong, asked anew when something that it rests on was registered.
import { untrack } from 'svelte';
import { ApiError, getBoard, getChanges, getConsultation, getConsultations, getState } from '../lib/api';
import { known } from '../lib/store.svelte';
import type { Board, Changes, ConsultationDetail, Consultations, Names, StateToday, Texts } from './types';

/** One answer. It is replaced whole, and stays while the next one is waited for. */
export class Answer<T> {
  value = $state.raw<T | null>(null);
  problem = $state<string | null>(null);
  /** Whether the store said that there is no such thing. */
  missing = $state(false);
  #newest = 0;

  async ask(get: () => Promise<T>): Promise<void> {
    const mine = (this.#newest += 1);
    try {
      const value = await get();
      if (mine !== this.#newest) return;
      [this.value, this.problem, this.missing] = [value, null, false];
    } catch (error) {
      if (mine !== this.#newest) return;
      this.missing = error instanceof ApiError && error.status === 404;
      this.problem = error instanceof ApiError ? error.message : String(error);
      if (this.missing) this.value = null;
    }
  }
}

export const board = new Answer<Board>();
export const changes = new Answer<Changes>();
export const consultations = new Answer<Consultations>();
export const today = new Answer<StateToday>();
export const consultation = new Answer<ConsultationDetail>();

/** Whether the record's lines are shown too: off until the page is told otherwise, and then until it is left. */
export const shown = $state({ record: false });

/** What the answers rest on: when it changes, they are asked for anew. The size of the journal moves where findings stand. */
export function stamp(): string {
  const status = known.status;
  return status ? `${status.register?.newest ?? '-'} ${status.counts.cases}` : '';
}

export function askBoard(): void {
  const record = shown.record;
  void board.ask(() => getBoard(record));
  void changes.ask(() => getChanges(null, record));
  void consultations.ask(getConsultations);
}

/** What the newest edition changed from the one before it. */
export function askLastChange(number: number): void {
  const record = shown.record;
  void changes.ask(() => getChanges(number - 1, record));
}

export function askState(code: string): void {
  const record = shown.record;
  if (untrack(() => today.value?.state.id) !== code) today.value = null;
  void today.ask(() => getState(code, record));
}

export function askConsultation(call: string): void {
  if (untrack(() => consultation.value?.call) !== call) consultation.value = null;
  void consultation.ask(() => getConsultation(call));
}

interface Mine {
  code: string;
  name: Texts;
}

const KEY = 'truceline.state';

function stored(): Mine | null {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Partial<Mine> | null;
    return typeof kept?.code === 'string' && kept.name !== undefined ? { code: kept.code, name: kept.name } : null;
  } catch {
    return null;
  }
}

const chosen = $state<{ mine: Mine | null }>({ mine: stored() });

export function chooseState(code: string, names: Names): void {
  chosen.mine = { code, name: names[code] ?? { en: code } };
  try {
    localStorage.setItem(KEY, JSON.stringify(chosen.mine));
  } catch {
    // Storage is switched off: the choice lasts until the page is left.
  }
}

/** The reader's state: the one whose house this is, or else the one that was chosen in this browser. */
export function mine(): (Mine & { house: boolean }) | null {
  const house = known.status?.register?.house;
  if (house) return { code: house.code, name: house.name ?? { en: house.code }, house: true };
  return chosen.mine ? { ...chosen.mine, house: false } : null;
}
