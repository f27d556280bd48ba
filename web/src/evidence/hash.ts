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

/** The root over leaf hashes (RFC 6962, 2.1). */
export function rootOf(leaves: Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return hash(new Uint8Array());
  let level = leaves;
  while (level.length > 1) {
    const above: Uint8Array[] = [];
    for (let at = 0; at < level.length; at += 2) {
      const [left, right] = [level[at] as Uint8Array, level[at + 1]];
      above.push(right ? nodeOf(left, right) : left);
    }
    level = above;
  }
  return level[0] as Uint8Array;
}
