// Signed notes (C2SP signed-note 1.0.0), checkpoints (tlog-checkpoint 1.0.0) and verifier keys of Ed25519 (0x01), and of
// cosignatures: Ed25519 with a time (0x04) and ML-DSA-44 (0x06, tlog-cosignature 1.1.0). As crates/evidence/src/note.
import { ed25519 } from '@noble/curves/ed25519.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes } from '@noble/hashes/utils.js';
import { ml_dsa44 } from '@noble/post-quantum/ml-dsa.js';
import { Malformed } from './cbor';
import { hash, hex } from './hash';

const NOTE_BYTES_MAX = 1 << 20;
const SIGNATURES_MAX = 100;
const MARK = '\u2014 ';
const utf8 = new TextEncoder();

export interface Signature {
  name: string;
  id: string;
  bytes: Uint8Array;
}

export interface Note {
  text: string;
  signatures: Signature[];
}

export interface Checkpoint {
  origin: string;
  size: bigint;
  root: Uint8Array;
}

export interface VerifierKey {
  name: string;
  id: string;
  type: 0x01 | 0x04 | 0x06;
  bytes: Uint8Array;
}

/** One of the given keys that signed, and when it says that it did: POSIX seconds, 0 where it states none. */
export interface Signer {
  key: number;
  time_s: bigint;
}

const malformed = (why: string): never => {
  throw new Malformed(null, why);
};

/** Canonical base64 of RFC 4648, section 4; none where it is another spelling. */
function base64(encoded: string): Uint8Array | null {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(encoded) || encoded.length % 4 !== 0) return null;
  const binary = atob(encoded);
  return btoa(binary) === encoded ? Uint8Array.from(binary, (c) => c.charCodeAt(0)) : null;
}

const isKeyName = (name: string): boolean => name !== '' && !/[\s\u0085+\u0000-\u001f]/u.test(name.replaceAll('\ufeff', ''));

/** `name+id+base64(type || key)`. */
export function parseKey(text: string): VerifierKey {
  const why = (what: string): never => malformed(`the verifier key ${what}`);
  const [name = '', id = '', ...rest] = text.split('+');
  if (rest.length === 0) why('has not the form name+id+key');
  const bytes = base64(rest.join('+')) ?? why('has a key that is not canonical base64');
  if (!isKeyName(name) || utf8.encode(name).length > 255) why('has a name that is empty, too long or holds a space');
  const [type, key] = [bytes[0], bytes.subarray(1)];
  if (type !== 0x01 && type !== 0x04 && type !== 0x06) return why('is of another type than 0x01, 0x04 and 0x06');
  if (key.length !== (type === 0x06 ? 1312 : 32)) why('has a key of another length');
  const computed = hex(hash(concatBytes(utf8.encode(`${name}\n`), Uint8Array.of(type), key)).subarray(0, 4));
  if (id !== computed) why(`has the id ${id}, expected ${computed} of its name and key`);
  return { name, id, type, bytes: key };
}

export const short = (key: VerifierKey): string => `${key.name}+${key.id}`;

export function parseNote(note: string): Note {
  const bytes = utf8.encode(note);
  if (bytes.length > NOTE_BYTES_MAX) malformed(`a note of ${bytes.length} bytes, at most ${NOTE_BYTES_MAX} are read`);
  const control = bytes.findIndex((byte) => byte < 0x20 && byte !== 0x0a);
  if (control >= 0) throw new Malformed(control, `byte ${control} of the note is a control character`);
  const empty = note.lastIndexOf('\n\n');
  if (empty < 0) malformed('a note without an empty line between text and signatures');
  const after = note.slice(empty + 2);
  if (!after.endsWith('\n')) malformed('the signatures of a note do not end in a newline');
  const lines = after.slice(0, -1).split('\n');
  if (lines.length > SIGNATURES_MAX) malformed(`a note of ${lines.length} signatures, at most ${SIGNATURES_MAX} are read`);
  return { text: note.slice(0, empty + 1), signatures: lines.map((line, at) => readSignature(line, at + 1)) };
}

function readSignature(line: string, number: number): Signature {
  const why = (what: string): never => malformed(`signature line ${number} of the note ${what}`);
  if (!line.startsWith(MARK)) why('does not begin with an em dash and a space');
  const rest = line.slice(MARK.length);
  const space = rest.indexOf(' ');
  if (space < 0) why('does not hold a key name and a signature');
  const name = rest.slice(0, space);
  if (!isKeyName(name)) why('has an empty key name, or one with a space or a plus sign');
  const bytes = base64(rest.slice(space + 1)) ?? why('has a signature that is not canonical base64');
  if (bytes.length < 5) why('has a signature that is too short');
  return { name, id: hex(bytes.subarray(0, 4)), bytes: bytes.subarray(4) };
}

export function parseCheckpoint(text: string): Checkpoint {
  const why = (what: string): never => malformed(`the checkpoint ${what}`);
  if (!text.endsWith('\n')) why('does not end in a newline');
  const lines = text.slice(0, -1).split('\n');
  const [origin, size, root] = lines;
  if (origin === undefined || size === undefined || root === undefined) return why('has fewer than three lines: origin, size, root');
  if (lines.slice(3).includes('')) why('has extension lines, one of which is empty');
  if (!isKeyName(origin)) why('has an origin that is empty or holds a space or a plus sign');
  if (!/^\+?[0-9]+$/.test(size) || BigInt(size) >= 1n << 64n) why('has a size that is no decimal number of 64 bits');
  if (BigInt(size).toString() !== size) why('has a size with a sign or leading zeros');
  const bytes = base64(root);
  if (bytes?.length !== 32) return why('has a root that is not 32 bytes in canonical base64');
  if (lines.length > 3) why('has extension lines, which nobody can audit; expected three lines');
  return { origin, size: BigInt(size), root: bytes };
}

/**
 * Ed25519 as strict as the program's own (ed25519-dalek's `verify_strict`): canonical encodings, no point of small order, and
 * the equation without the cofactor. The library's own check multiplies by it.
 */
export function verifyEd25519(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64 || key.length !== 32) return false;
  const { Point } = ed25519;
  const [encoded, scalar] = [signature.subarray(0, 32), signature.subarray(32)];
  const little = (bytes: Uint8Array): bigint => BigInt(`0x${hex(Uint8Array.from(bytes).reverse())}`);
  const order = Point.Fn.ORDER;
  const s = little(scalar);
  if (s >= order) return false;
  try {
    const [a, r] = [Point.fromBytes(key, false), Point.fromBytes(encoded, false)];
    if (a.isSmallOrder() || r.isSmallOrder()) return false;
    const k = little(sha512(concatBytes(encoded, key, message))) % order;
    const right = r.add(k === 0n ? Point.ZERO : a.multiplyUnsafe(k));
    return (s === 0n ? Point.ZERO : Point.BASE.multiplyUnsafe(s)).equals(right);
  } catch {
    // No point of the curve.
    return false;
  }
}

function big(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
}

const opaque = (text: string): Uint8Array | null => {
  const bytes = utf8.encode(text);
  return bytes.length <= 255 ? concatBytes(Uint8Array.of(bytes.length), bytes) : null;
};

/** When the key's owner says that `text` was signed, if `signature` is this key's over it. */
function signedAt(key: VerifierKey, text: string, signature: Uint8Array): bigint | null {
  if (key.type === 0x01) return verifyEd25519(key.bytes, utf8.encode(text), signature) ? 0n : null;
  if (signature.length < 8) return null;
  const time = new DataView(signature.buffer, signature.byteOffset, 8).getBigUint64(0);
  const bare = signature.subarray(8);
  if (time >= 1n << 63n) return null;
  if (key.type === 0x04) {
    return verifyEd25519(key.bytes, utf8.encode(`cosignature/v1\ntime ${time}\n${text}`), bare) ? time : null;
  }
  try {
    const { origin, size, root } = parseCheckpoint(text.split('\n').slice(0, 3).join('\n') + '\n');
    const [name, of] = [opaque(key.name), opaque(origin)];
    if (name === null || of === null) return null;
    const message = concatBytes(utf8.encode('subtree/v1\n\0'), name, big(time), of, big(0n), big(size), root);
    return ml_dsa44.verify(bare, message, key.bytes) ? time : null;
  } catch {
    return null;
  }
}

/** Which of `keys` signed, in their order; `false_by` where a signature in the name of one of them does not hold. */
export function signers(note: Note, keys: VerifierKey[]): { signed: Signer[] } | { false_by: VerifierKey } {
  const signed: Signer[] = [];
  for (const [place, key] of keys.entries()) {
    let newest: bigint | null = null;
    for (const signature of note.signatures.filter((s) => s.name === key.name && s.id === key.id)) {
      const time = signedAt(key, note.text, signature.bytes);
      if (time === null) return { false_by: key };
      if (newest === null || time > newest) newest = time;
    }
    if (newest !== null) signed.push({ key: place, time_s: newest });
  }
  return { signed };
}

/** The names and ids that the signature lines state, shortened after a few. */
export function signerNames(note: Note): string {
  const named = note.signatures.slice(0, 3).map((s) => `${s.name}+${s.id}`);
  const more = note.signatures.length - named.length;
  return more === 0 ? named.join(', ') : `${named.join(', ')} and ${more} more`;
}

