// Days and instants in the reader's language. ISO order stays in data; the offset is always printed.
import type { Language } from './language.svelte';

const MONTHS: Record<Language, string[]> = {
  en: ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'],
  fr: ['janv.', 'févr.', 'mars', 'avr.', 'mai', 'juin', 'juil.', 'août', 'sept.', 'oct.', 'nov.', 'déc.'],
};
const DAYS: Record<Language, string[]> = {
  en: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'],
  fr: ['dim.', 'lun.', 'mar.', 'mer.', 'jeu.', 'ven.', 'sam.'],
};

const two = (n: number): string => String(n).padStart(2, '0');

/** "6 Jan 2026" or "6 janv. 2026", of a day or an instant in UTC. */
export function day(iso: string, language: Language): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  return `${at.getUTCDate()} ${MONTHS[language][at.getUTCMonth()]} ${at.getUTCFullYear()}`;
}

/** "Tue 6 Jan 2026". */
export function weekday(iso: string, language: Language): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  return `${DAYS[language][at.getUTCDay()]} ${day(iso, language)}`;
}

/** "6 Jan 2026 09:05 UTC". */
export function instant(iso: string, language: Language): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  return `${day(iso, language)} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}\u00a0UTC`;
}
