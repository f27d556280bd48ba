import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Invented answers of the API, for unit tests only. */
export function fixture<T>(name: string): T {
  const path = fileURLToPath(new URL(`../fixtures/${name}.json`, import.meta.url));
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}
