// Text by key in the reader's language, and what the register says in as many languages as it has.
import { language, type Language } from './language.svelte';
import type { Texts } from '../register/types';
import { en, type TextKey } from './en';
import { fr } from './fr';

export type { TextKey };

export const TABLES: Record<Language, Record<TextKey, string>> = { en, fr };

/** What a text's `{name}`s are filled with. */
export type Filled = Record<string, string | number>;

export function fill(text: string, filled: Filled): string {
  return text.replaceAll(/\{([a-z]+)\}/g, (whole, name: string) => (name in filled ? String(filled[name]) : whole));
}

/** The text of a key. */
export function t(key: TextKey, filled: Filled = {}): string {
  return fill(TABLES[language.name][key], filled);
}

/** The stems of keys that are said by number. */
export type CountedKey = TextKey extends infer K ? (K extends `${infer Stem}.one` ? Stem : never) : never;

/** The text of a key by number; `{n}` is the number. French says the singular of nothing too. */
export function counted(stem: CountedKey, n: number, filled: Filled = {}): string {
  const one = language.name === 'fr' ? n < 2 : n === 1;
  return t(`${stem}.${one ? 'one' : 'many'}` as TextKey, { n, ...filled });
}

/** A choice of the register in words, such as `choice('status', 'declared-intent')`; its name where the table has none. */
export function choice(group: string, name: string): string {
  const key = `${group}.${name}`;
  return key in en ? t(key as TextKey) : name.replaceAll(/[-_]/g, ' ');
}

/** What the register says, in the reader's language or in English. */
export function said(texts: Texts | null | undefined): string {
  return texts?.[language.name] ?? texts?.['en'] ?? '';
}

/** The language of what the register says, where it is not the reader's: for the page's readers aloud. */
export function spoken(texts: Texts | null | undefined): string | undefined {
  return texts && !(language.name in texts) ? 'en' : undefined;
}

/** "a", "a and b", "a, b and c". */
export function list(items: string[]): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} ${t('and')} ${items.at(-1)}`;
}
