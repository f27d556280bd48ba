import type { TextKey } from '../text/text.svelte';

// Single keys, which the reader can switch off (WCAG 2.1.4). Nothing is reached by a key alone.
const STORE = 'truceline.keys';

function stored(): boolean {
  try {
    return localStorage.getItem(STORE) !== 'off';
  } catch {
    return true;
  }
}

export const keys = $state({ on: stored() });

export function setKeys(on: boolean): void {
  keys.on = on;
  try {
    localStorage.setItem(STORE, on ? 'on' : 'off');
  } catch {
    // Storage is switched off: the choice lasts until the page is left.
  }
}

/** Which keys there are, each with the key of its text. */
export const KEY_WORDS: [string[], TextKey][] = [
  [['J', 'K'], 'keys.queue'],
  [['Enter'], 'keys.open'],
  [['T'], 'keys.table'],
  [['C'], 'keys.sight'],
  [['R'], 'keys.register'],
  [['G'], 'keys.state'],
  [['S'], 'keys.sensors'],
  [['E'], 'keys.evidence'],
  [['N'], 'keys.night'],
  [['Esc'], 'keys.escape'],
  [['?'], 'keys.these'],
];

/** Keys of the demo's player. */
export const DEMO_KEY_WORDS: [string[], TextKey][] = [
  [['Space'], 'keys.pause'],
  [['.'], 'keys.next'],
  [['O'], 'keys.truth'],
];

/** Whether the key belongs to a field, a dialog or a control instead of the page. */
function taken(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return true;
  const at = event.target;
  if (!(at instanceof HTMLElement)) return false;
  if (at.isContentEditable || at.closest('input:not([type=file]), select, textarea, dialog')) return true;
  // Enter and the space bar press the control that has the focus; a row of the queue says itself what Enter does.
  return (event.key === 'Enter' || event.key === ' ') && at.closest('a, button, summary, input') !== null && at.closest('[data-row]') === null;
}

/** The page's action for a key, by its name in lower case; none when the key is not the page's. */
export function pageKey(event: KeyboardEvent): string | null {
  if (taken(event)) return null;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (key.length === 1 && !keys.on) return null;
  return key;
}
