// The checks in the browser against the reports of truceline-verify on the same files, `examples/evidence`.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ed25519 } from '@noble/curves/ed25519.js';
import { ml_dsa44 } from '@noble/post-quantum/ml-dsa.js';
import { expect, test } from '@playwright/test';
import { Decoder, Malformed } from '../src/evidence/cbor';
import { parseDossier } from '../src/evidence/dossier';
import { checkFork, isFork } from '../src/evidence/fork';
import { hash, hex, included, rootsOfPath } from '../src/evidence/hash';
import { parseKey, verifyEd25519 } from '../src/evidence/note';
import { parsePolicy } from '../src/evidence/policy';
import { verify, type Check, type Report } from '../src/evidence/verify';

interface Vector {
  name: string;
  file: string;
  key: string | null;
  policy: boolean;
  report: Report & { sentence?: string };
}

const folder = fileURLToPath(new URL('../../examples/evidence/', import.meta.url));
const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(`${folder}${name}`));
const textOf = (name: string): string => readFileSync(`${folder}${name}`, 'utf8');
const vectors = JSON.parse(textOf('expected.json')) as Vector[];
const policy = parsePolicy(textOf('parties.policy'));
const keyOf = (name: string | null): ReturnType<typeof parseKey> | null => (name === null ? null : parseKey(textOf(name).trim()));

/** The root over leaf hashes, level by level (RFC 6962, 2.1). */
function rootOf(leaves: Uint8Array[]): Uint8Array {
  let level = leaves;
  while (level.length > 1) {
    const above: Uint8Array[] = [];
    for (let at = 0; at < level.length; at += 2) {
      const [left, right] = [level[at] as Uint8Array, level[at + 1]];
      above.push(right ? hash(Uint8Array.of(1, ...left, ...right)) : left);
    }
    level = above;
  }
  return level[0] as Uint8Array;
}

/** What is not checked in a browser. */
const ELSEWHERE = ['stations', 'fields', 'statements'];
const lines = (checks: Check[]): object[] =>
  checks.filter((check) => !ELSEWHERE.includes(check.name)).map(({ name, outcome, sentence, where }) => ({ name, outcome, sentence, where }));

test('there are vectors of each kind', () => {
  expect(vectors.map((vector) => vector.report.outcome)).toEqual(expect.arrayContaining(['proven', 'unproven', 'contradicted']));
  expect(vectors.length).toBeGreaterThanOrEqual(12);
});

for (const vector of vectors) {
  test(`as truceline-verify: ${vector.name}`, async () => {
    const bytes = bytesOf(vector.file);
    if (isFork(bytes)) {
      expect(checkFork(bytes, keyOf(vector.key))).toEqual(vector.report);
      return;
    }
    const report = await verify(bytes, keyOf(vector.key), vector.policy ? policy : null);
    expect(lines(report.checks)).toEqual(lines(vector.report.checks));
    const { origin, case: id, statement, key } = vector.report;
    expect({ origin: report.origin, case: report.case, statement: report.statement, key: report.key }).toEqual({ origin, case: id, statement, key });
    // Whatever is not checked here is said, and never called proven.
    const elsewhere = vector.report.checks.filter((check) => ELSEWHERE.includes(check.name)).map((check) => check.name);
    const said = report.checks.filter((check) => check.outcome === 'not checked');
    expect(said.map((check) => check.name)).toEqual(expect.arrayContaining(elsewhere));
    expect(report.outcome).toBe(vector.report.outcome === 'proven' && said.length > 0 ? 'unproven' : vector.report.outcome);
  });
}

test('the golden dossier is proven, and flipped bytes of it are found in their place', async () => {
  const golden = new Uint8Array(readFileSync(fileURLToPath(new URL('../../crates/evidence/golden/dossier-1.tldoss', import.meta.url))));
  const key = parseKey('example.org/north+51587985+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c');
  expect((await verify(golden, key, null)).outcome).toBe('proven');
  const missed: string[] = [];
  for (let at = 0; at < golden.length; at += 11) {
    const changed = golden.slice();
    changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
    const report = await verify(changed, key, null);
    const places = report.checks.filter((check) => check.outcome === 'contradicted').map((check) => check.where?.bytes ?? null);
    const in_place = places.some((range) => range !== null && (range[1] - range[0] === 1 || (range[0] <= at && at < range[1])));
    if (report.outcome !== 'contradicted' || !in_place) missed.push(`byte ${at}: ${JSON.stringify(report.checks)}`);
  }
  expect(missed).toEqual([]);
});

test('only canonical bytes are read', () => {
  const read = (bytes: number[], how: (d: Decoder) => unknown): unknown => {
    const d = new Decoder(Uint8Array.from(bytes));
    const value = how(d);
    d.end();
    return value;
  };
  const refused: [number[], (d: Decoder) => unknown, string][] = [
    [[0x18, 0x17], (d) => d.unsigned(), 'the shortest form of a number'],
    [[0x19, 0x00, 0xff], (d) => d.unsigned(), 'the shortest form of a number'],
    [[0x1a, 0x00, 0x00, 0xff, 0xff], (d) => d.unsigned(), 'the shortest form of a number'],
    [[0x1b, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff], (d) => d.unsigned(), 'the shortest form of a number'],
    [[0x1f], (d) => d.unsigned(), 'a definite length'],
    [[0x5f, 0x41, 0x00, 0xff], (d) => d.byteString(), 'a definite length'],
    [[0x42, 0x00], (d) => d.byteString(), 'a string that fits'],
    [[0x61, 0xff], (d) => d.textString(), 'a text of UTF-8'],
    [[0x01, 0x00], (d) => d.unsigned(), 'the end of the value'],
    [[0x9b, 0, 0, 0, 1, 0, 0, 0, 0], (d) => d.array(), 'an array that fits'],
    [[0x20], (d) => d.unsigned(), 'an unsigned integer'],
    [[0xa1, 0x61, 0x61, 0x00], (d) => d.map(1) && d.key('b', () => d.unsigned()), 'another key'],
    [[], (d) => d.unsigned(), 'the bytes end here'],
  ];
  for (const [bytes, how, why] of refused) expect(() => read(bytes, how), why).toThrow(why);
  expect(read([0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], (d) => d.unsigned())).toBe(2n ** 64n - 1n);
  // A byte order mark is part of a text and not dropped.
  expect(read([0x63, 0xef, 0xbb, 0xbf], (d) => d.textString())).toBe('\ufeff');
  const sound = bytesOf('plain.tldoss');
  expect(() => parseDossier(sound.subarray(0, sound.length - 1))).toThrow(Malformed);
  expect(() => parseDossier(Uint8Array.of(...sound, 0))).toThrow('the end of the value');
});

test('trees of up to 40 leaves, at each place and no other', () => {
  const leaves = Array.from({ length: 40 }, (_, at) => hash(Uint8Array.of(at)));
  const pathOf = (at: number, of: Uint8Array[]): Uint8Array[] => {
    if (of.length <= 1) return [];
    let left = 1;
    while (2 * left < of.length) left *= 2;
    return at < left ? [...pathOf(at, of.slice(0, left)), rootOf(of.slice(left))] : [...pathOf(at - left, of.slice(left)), rootOf(of.slice(0, left))];
  };
  const wrong: string[] = [];
  for (let size = 1; size <= 40; size += 1) {
    const root = rootOf(leaves.slice(0, size));
    for (let at = 0; at < size; at += 1) {
      const proof = pathOf(at, leaves.slice(0, size));
      const stands = (place: number, path: Uint8Array[]): boolean => included(leaves[at] as Uint8Array, BigInt(place), BigInt(size), path, root);
      const found = [stands(at, proof), stands((at + 1) % size, proof) === (size === 1), !stands(at, [...proof, root]), !stands(at + size, proof)];
      if (found.includes(false)) wrong.push(`leaf ${at} of ${size}: ${found.join(', ')}`);
    }
  }
  expect(wrong).toEqual([]);
});

test('signatures that only a lenient verifier takes are refused', () => {
  const message = new TextEncoder().encode('text\n');
  const { secretKey, publicKey } = ed25519.keygen(new Uint8Array(32).fill(7));
  const signature = ed25519.sign(message, secretKey);
  expect(verifyEd25519(publicKey, message, signature)).toBe(true);
  // The scalar with the group's order added to it.
  const order = ed25519.Point.Fn.ORDER;
  const scalar = signature.subarray(32);
  const more = BigInt(`0x${hex(Uint8Array.from(scalar).reverse())}`) + order;
  const spelled = signature.slice();
  for (let at = 0; at < 32; at += 1) spelled[32 + at] = Number((more >> BigInt(8 * at)) & 0xffn);
  expect(verifyEd25519(publicKey, message, spelled)).toBe(false);
  // The point of order one as key and as nonce holds over every message under the plain equation.
  const one = new Uint8Array(32);
  one[0] = 1;
  const anything = new Uint8Array(64);
  anything[0] = 1;
  expect(verifyEd25519(one, message, anything)).toBe(false);
  expect(verifyEd25519(publicKey, message, anything)).toBe(false);
});

interface Wycheproof {
  testGroups: { publicKey: string | { pk: string }; tests: { tcId: number; msg: string; ctx?: string; sig: string; result: string; comment: string }[] }[];
}

test('published vectors, where they are', () => {
  const data = process.env.TRUCELINE_DATA;
  const file = (name: string): string => `${data}/evidence/wycheproof/${name}`;
  const unhex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
  if (!data || !existsSync(file('ed25519_test.json'))) return;
  const read = (name: string): Wycheproof => JSON.parse(readFileSync(file(name), 'utf8')) as Wycheproof;
  const differing: string[] = [];
  let checked = 0;
  for (const group of read('ed25519_test.json').testGroups) {
    const key = group.publicKey as { pk: string };
    for (const one of group.tests) {
      const holds = verifyEd25519(unhex(key.pk), unhex(one.msg), unhex(one.sig));
      if (holds !== (one.result === 'valid')) differing.push(`Ed25519 ${one.tcId}: ${one.comment}`);
      checked += 1;
    }
  }
  for (const group of read('mldsa_44_verify_test.json').testGroups) {
    for (const one of group.tests.filter((held) => held.ctx === undefined)) {
      let holds = false;
      try {
        holds = ml_dsa44.verify(unhex(one.sig), unhex(one.msg), unhex(group.publicKey as string));
      } catch {
        // A key or signature of another length.
      }
      if (holds !== (one.result === 'valid')) differing.push(`ML-DSA-44 ${one.tcId}: ${one.comment}`);
      checked += 1;
    }
  }
  expect(differing).toEqual([]);
  expect(checked).toBeGreaterThan(150);
});

test('a path of nodes leads to both roots, and one of another length to none', () => {
  const leaves = Array.from({ length: 7 }, (_, at) => hash(Uint8Array.of(0, at)));
  const [a, b, c, d, e, f, g] = leaves as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  // RFC 6962, 2.1.3, the tree of seven: PROOF(3, D[7]) = [c, d, g, l], PROOF(4, D[7]) = [l] behind the node that it leaves out.
  const paths: [bigint, Uint8Array[]][] = [
    [3n, [c, d, rootOf([a, b]), rootOf([e, f, g])]],
    [4n, [rootOf([a, b, c, d]), rootOf([e, f, g])]],
    [6n, [rootOf([e, f]), g, rootOf([a, b, c, d])]],
  ];
  for (const [old, path] of paths) {
    expect(rootsOfPath(old, 7n, path)?.map(hex)).toEqual([hex(rootOf(leaves.slice(0, Number(old)))), hex(rootOf(leaves))]);
    expect(rootsOfPath(old, 7n, path.slice(1))).toBeNull();
    expect(rootsOfPath(old, 7n, [...path, a])).toBeNull();
  }
  expect(rootsOfPath(0n, 7n, [a])).toBeNull();
  expect(rootsOfPath(7n, 7n, [a])).toBeNull();
});
