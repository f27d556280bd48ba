// SHA-256 and what this journal hashes with it: leaves and nodes (RFC 6962), inclusion proofs (RFC 9162, 2.1.3.2).
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes } from '@noble/hashes/utils.js';

export const hex = bytesToHex;
export const hash = (bytes: Uint8Array): Uint8Array => sha256(bytes);

/** SHA-256 of much: by the browser itself where it offers that, else as `hash`. */
export async function hashMuch(bytes: Uint8Array): Promise<Uint8Array> {
  const { subtle } = globalThis.crypto ?? {};
  return subtle ? new Uint8Array(await subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)) : hash(bytes);
}

export function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

/** The leaf of an entry: SHA-256(0x00 || SHA-256(salt || entry)). */
export function leafOf(salt: Uint8Array, entry: Uint8Array): Uint8Array {
  return hash(concatBytes(Uint8Array.of(0), hash(concatBytes(salt, entry))));
}

const nodeOf = (left: Uint8Array, right: Uint8Array): Uint8Array => hash(concatBytes(Uint8Array.of(1), left, right));

/** Whether `leaf` stands at `index` in the tree of `size` leaves with `root`. */
export function included(leaf: Uint8Array, index: bigint, size: bigint, proof: Uint8Array[], root: Uint8Array): boolean {
  if (index >= size) return false;
  let [node, last] = [index, size - 1n];
  let found = leaf;
  for (const sibling of proof) {
    if (last === 0n) return false;
    if ((node & 1n) === 1n || node === last) {
      found = nodeOf(sibling, found);
      while ((node & 1n) === 0n && node !== 0n) [node, last] = [node >> 1n, last >> 1n];
    } else {
      found = nodeOf(found, sibling);
    }
    [node, last] = [node >> 1n, last >> 1n];
  }
  return last === 0n && same(found, root);
}

/**
 * The roots of the first `old` and of all `size` leaves of a tree, to which a path of its own nodes leads (RFC 6962, 2.1.2: SUBPROOF
 * that never leaves out the node it begins at); null unless 0 < old < size and the path has the length that it must.
 */
export function rootsOfPath(old: bigint, size: bigint, path: Uint8Array[]): [Uint8Array, Uint8Array] | null {
  const [begin, ...siblings] = path;
  if (old <= 0n || old >= size || begin === undefined) return null;
  let [node, last] = [old - 1n, size - 1n];
  while ((node & 1n) === 1n) [node, last] = [node >> 1n, last >> 1n];
  let [of_old, of_all] = [begin, begin];
  for (const sibling of siblings) {
    if (last === 0n) return null;
    if ((node & 1n) === 1n || node === last) {
      [of_old, of_all] = [nodeOf(sibling, of_old), nodeOf(sibling, of_all)];
      while ((node & 1n) === 0n && node !== 0n) [node, last] = [node >> 1n, last >> 1n];
    } else {
      of_all = nodeOf(of_all, sibling);
    }
    [node, last] = [node >> 1n, last >> 1n];
  }
  return last === 0n ? [of_old, of_all] : null;
}
