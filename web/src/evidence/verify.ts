// What a dossier proves, does not prove, or contradicts: the checks of `truceline-verify` that are made here too, with its words
// and its places (crates/evidence/src/verification). What is not made here is said and never called proven.
import { Malformed } from './cbor';
import { DOSSIER_FILE_BYTES_MAX, erasedBy, kindOf, parseDossier, payloadOf, type Dossier, type DossierEntry } from './dossier';
import type { Part } from './cbor';
import { hash, hashMuch, hex, included, leafOf, same } from './hash';
import { parseCheckpoint, parseNote, short, signerNames, signers, type Checkpoint, type Note, type VerifierKey } from './note';
import { demand, judge, names, type Policy } from './policy';

export type Outcome = 'proven' | 'unproven' | 'contradicted';

export interface Where {
  part: string;
  entry: number | null;
  bytes: [number, number] | null;
}

export interface Check {
  name: string;
  outcome: Outcome | 'not checked';
  sentence: string;
  where: Where | null;
}

export interface Report {
  outcome: Outcome;
  key: string | null;
  origin: string | null;
  case: string | null;
  statement: string | null;
  checks: Check[];
  not_proven: string[];
}

/** How far the checkpoint, and what stands under it, can be relied on. */
type Standing = 'signed' | 'not pinned' | 'broken';

const FAULTS_NAMED_MAX = 16;
const HOLES_NAMED_MAX = 16;

const NOT_PROVEN = [
  'That the engine derives this finding from these entries. To check it, run: truceline replay FILE',
  'That the statement says what the finding\'s entry says. The journal signed both; they are not compared here.',
  'That the sources told the truth. It shows what they delivered, not that it was so.',
  'When something happened or was written. The order of the entries is shown; the times in them are statements of their sources and clocks.',
];
const WITHOUT_POLICY = 'That nobody was shown another journal under the same name. No witness\'s signature is checked here without a policy.';
const WITH_POLICY = 'That witnesses did not agree to lie. It shows that so many signed as the policy demands.';

const proven = (name: string, sentence: string): Check => ({ name, outcome: 'proven', sentence, where: null });
const unproven = (name: string, sentence: string): Check => ({ name, outcome: 'unproven', sentence, where: null });
const contradicted = (name: string, sentence: string, where: Where): Check => ({ name, outcome: 'contradicted', sentence, where });
const at = (part: string, of: { from: number; to: number }): Where => ({ part, entry: null, bytes: [of.from, of.to] });
const count = (entries: number): string => (entries === 1 ? '1 entry' : `${entries} entries`);
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The faults of one check: the first are named one by one, the others counted. */
class Faults {
  readonly #named: Check[] = [];
  #unnamed = 0;

  constructor(readonly name: string) {}

  add(sentence: string, where: Where): void {
    if (this.#named.length === FAULTS_NAMED_MAX) this.#unnamed += 1;
    else this.#named.push(contradicted(this.name, sentence, where));
  }

  get none(): boolean {
    return this.#named.length === 0;
  }

  finish(): Check[] {
    if (this.#unnamed > 0) {
      const where = { part: 'entries', entry: null, bytes: null };
      this.#named.push(contradicted(this.name, `The same holds for ${count(this.#unnamed)} more.`, where));
    }
    return this.#named;
  }
}

/** `entry 7 (report)`. */
function words(part: Part<DossierEntry>): string {
  const { index, entry } = part.value;
  const kind = kindOf(entry)?.kind ?? '';
  return `entry ${index} (${/^[a-z_]{1,32}$/.test(kind) ? kind.replaceAll('_', ' ') : 'of no readable kind'})`;
}

const placed = (part: Part<DossierEntry>): Where => ({ part: 'entries', entry: Number(part.value.index), bytes: [part.from, part.to] });

/** Verifies a dossier. `pinned` is the journal's key as the reader received it by a way of their own, not from the file. */
export async function verify(bytes: Uint8Array, pinned: VerifierKey | null, policy: Policy | null): Promise<Report> {
  const not_proven = [...NOT_PROVEN, policy === null ? WITHOUT_POLICY : WITH_POLICY];
  const key = pinned === null ? null : short(pinned);
  let dossier: Dossier;
  const payloads: Uint8Array[] = [];
  try {
    if (bytes.length > DOSSIER_FILE_BYTES_MAX) throw new Malformed(null, `a dossier of ${bytes.length} bytes, at most ${DOSSIER_FILE_BYTES_MAX} are read`);
    dossier = parseDossier(bytes);
    for (const part of dossier.payloads ?? []) {
      const sha256 = await hashMuch(part.value);
      const before = payloads.at(-1);
      if (before && hex(before) >= hex(sha256)) {
        throw new Malformed(part.from, `bytes ${part.from} to ${part.to - 1}: the payload ${hex(sha256)} does not stand after all payloads of lower SHA-256, each once`);
      }
      payloads.push(sha256);
    }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    const where: Where = { part: 'file', entry: null, bytes: error.at === null ? null : [error.at, error.at + 1] };
    const check = contradicted('form', `The file is not a dossier in its one form: ${error.message}. Nothing else was checked.`, where);
    return { outcome: 'contradicted', key, origin: null, case: null, statement: null, checks: [check], not_proven };
  }

  const checks = [proven('form', 'The file is a dossier in its one form, to the last byte.'), manifest(dossier, pinned)];
  const [checkpoint, standing] = checkpointOf(dossier, pinned, checks);
  checks.push(journal(dossier, checkpoint, pinned));
  checks.push(...contents(dossier), ...entries(dossier));
  const stand = places(dossier, checkpoint, standing, checks);
  checks.push(completeness(dossier, checkpoint, stand), finding(dossier));
  checks.push(...payloadChecks(dossier, payloads), ...notHere(dossier));
  if (policy !== null) checks.push(witnesses(dossier, policy, standing));

  const { origin, case: id, statement } = dossier.manifest.value;
  const outcomes = new Set(checks.map((check) => check.outcome));
  const outcome = outcomes.has('contradicted') ? 'contradicted' : outcomes.has('unproven') || outcomes.has('not checked') ? 'unproven' : 'proven';
  return { outcome, key, origin, case: id, statement, checks, not_proven };
}

/** Who of the note's signers the pinned key is: it signed, it signed falsely, or it did not. */
function signedBy(note: Note, key: VerifierKey): 'signed' | 'false' | 'other' {
  const found = signers(note, [key]);
  if ('false_by' in found) return 'false';
  return found.signed.length > 0 ? 'signed' : 'other';
}

function notSigned(part: string, key: VerifierKey, note: Note, how: 'false' | 'other'): string {
  return how === 'other'
    ? `The ${part} is signed by ${signerNames(note)} and not by the pinned key ${short(key)}.`
    : `The signature of the ${part} in the name of the pinned key ${short(key)} does not hold: what is signed or the signature was changed, or another key made it.`;
}

function manifest(dossier: Dossier, pinned: VerifierKey | null): Check {
  const name = 'manifest';
  const { origin } = dossier.manifest.value;
  const where = at('signature', dossier.signature);
  let note: Note;
  try {
    note = parseNote(dossier.signature.value);
  } catch (error) {
    return contradicted(name, `The manifest's signature cannot be read: ${(error as Error).message}.`, where);
  }
  if (note.signatures.length !== 1) {
    return contradicted(name, `The manifest bears ${note.signatures.length} signatures, expected one: the other lines were put in later.`, where);
  }
  const sha256 = btoa(String.fromCharCode(...hash(dossier.manifest_bytes)));
  const fits = note.text === `${origin}\ndossier 1\n${sha256}\n`;
  if (pinned === null) {
    return fits
      ? unproven(name, `Whether the journal ${origin} signed the manifest is unproven: key not pinned.`)
      : contradicted(name, 'The signed text does not name this manifest: one of the two was changed.', where);
  }
  const how = signedBy(note, pinned);
  if (how !== 'signed') return contradicted(name, notSigned('manifest', pinned, note, how), where);
  if (fits) return proven(name, `The manifest is signed by the pinned key ${short(pinned)}.`);
  return contradicted(name, `The pinned key ${short(pinned)} signed another manifest: this one was changed after it was signed.`, at('manifest', dossier.manifest));
}

function checkpointOf(dossier: Dossier, pinned: VerifierKey | null, checks: Check[]): [Checkpoint | null, Standing] {
  const name = 'checkpoint';
  const where = at('checkpoint', dossier.checkpoint);
  let standing: Standing = pinned === null ? 'not pinned' : 'signed';
  if (!same(hash(new TextEncoder().encode(dossier.checkpoint.value)), dossier.manifest.value.checkpoint)) {
    standing = 'broken';
    checks.push(contradicted(name, 'The checkpoint is not the one that the manifest names: one of the two was changed.', where));
  }
  let note: Note;
  let checkpoint: Checkpoint;
  try {
    note = parseNote(dossier.checkpoint.value);
    checkpoint = parseCheckpoint(note.text);
  } catch (error) {
    checks.push(contradicted(name, `The checkpoint cannot be read: ${(error as Error).message}.`, where));
    return [null, 'broken'];
  }
  if (pinned === null) {
    checks.push(unproven(name, `Whether the journal ${checkpoint.origin} signed the checkpoint is unproven: key not pinned.`));
    return [checkpoint, standing];
  }
  const how = signedBy(note, pinned);
  if (how !== 'signed') {
    checks.push(contradicted(name, notSigned('checkpoint', pinned, note, how), where));
    return [checkpoint, 'broken'];
  }
  checks.push(proven(name, `The checkpoint, which states the journal's root over ${checkpoint.size} entries, is signed by the pinned key ${short(pinned)}.`));
  return [checkpoint, standing];
}

function journal(dossier: Dossier, checkpoint: Checkpoint | null, pinned: VerifierKey | null): Check {
  const name = 'journal';
  const { origin } = dossier.manifest.value;
  if (checkpoint !== null && checkpoint.origin !== origin) {
    return contradicted(name, `The manifest is of the journal ${origin}, the checkpoint of ${checkpoint.origin}.`, at('checkpoint', dossier.checkpoint));
  }
  if (pinned !== null && pinned.name !== origin) {
    return contradicted(name, `The manifest is of the journal ${origin}, the pinned key is ${pinned.name}'s.`, at('manifest', dossier.manifest));
  }
  if (checkpoint === null) return unproven(name, `The manifest names the journal ${origin}, no checkpoint does.`);
  return proven(name, pinned === null ? `Manifest and checkpoint name one journal, ${origin}.` : `Manifest, checkpoint and pinned key are of one journal, ${origin}.`);
}

function contents(dossier: Dossier): Check[] {
  const faults = new Faults('contents');
  const held = new Set(dossier.entries.map((part) => part.value.index));
  const listed = new Set(dossier.manifest.value.entries.map(({ index }) => index));
  for (const { index } of dossier.manifest.value.entries.filter((entry) => !held.has(entry.index))) {
    faults.add(`The manifest lists entry ${index}, and the file does not hold it.`, { part: 'entries', entry: Number(index), bytes: null });
  }
  for (const part of dossier.entries.filter((entry) => !listed.has(entry.value.index))) {
    faults.add(`The file holds ${words(part)}, and the manifest does not list it.`, placed(part));
  }
  return faults.none ? [proven('contents', `The manifest lists exactly what the file holds: ${count(held.size)}.`)] : faults.finish();
}

function entries(dossier: Dossier): Check[] {
  const name = 'entries';
  const faults = new Faults(name);
  const listed = new Map(dossier.manifest.value.entries.map(({ index, sha256 }) => [index, sha256]));
  let compared = 0;
  for (const part of dossier.entries) {
    const expected = listed.get(part.value.index);
    if (expected === undefined) continue;
    compared += 1;
    if (same(hash(part.value.entry), expected)) continue;
    faults.add(capital(`${words(part)} has not the bytes that the manifest lists: one of the two was changed.`), placed(part));
  }
  if (!faults.none) return faults.finish();
  if (compared === 0) return [unproven(name, 'The file holds no entry that the manifest lists.')];
  return [proven(name, compared === 1 ? 'The entry has the very bytes that the manifest lists.' : `Each of ${compared} entries has the very bytes that the manifest lists.`)];
}

function places(dossier: Dossier, checkpoint: Checkpoint | null, standing: Standing, checks: Check[]): Standing {
  const name = 'places';
  if (checkpoint === null) {
    checks.push(unproven(name, 'Where the entries stand in the journal is unproven: there is no readable checkpoint.'));
    return 'broken';
  }
  const { size, root } = checkpoint;
  const faults = new Faults(name);
  for (const part of dossier.entries) {
    const { salt, entry, index, proof } = part.value;
    if (included(leafOf(salt, entry), index, size, proof, root)) continue;
    const why =
      index >= size
        ? `${words(part)} lies outside the journal of ${size} entries.`
        : `${words(part)} does not stand in the journal at place ${index} of ${size}: its bytes, its salt or its proof were changed, or it was never there.`;
    faults.add(capital(why), placed(part));
  }
  if (!faults.none) {
    checks.push(...faults.finish());
    return 'broken';
  }
  const [one] = dossier.entries;
  const stand = (place: string): string =>
    dossier.entries.length === 1 && one
      ? capital(`${words(one)} stands ${place} at place ${one.value.index} of ${size}`)
      : `Each of ${dossier.entries.length} entries stands ${place}, at its own place of ${size}`;
  const under = stand('under the checkpoint\'s root');
  if (standing === 'signed') checks.push(proven(name, `${stand('in the journal')}.`));
  else if (standing === 'not pinned') checks.push(unproven(name, `${under}. That this is the journal's root is unproven: key not pinned.`));
  else checks.push(unproven(name, `${under}, but the checkpoint does not hold: that they stand in the journal is unproven.`));
  return standing;
}

function completeness(dossier: Dossier, checkpoint: Checkpoint | null, stand: Standing): Check {
  const name = 'completeness';
  const last = dossier.entries.at(-1)?.value.index;
  if (last === undefined) return unproven(name, 'The file holds no entry.');
  const holes: [bigint, bigint][] = [];
  let expected = 0n;
  for (const { value } of dossier.entries) {
    if (value.index > expected) holes.push([expected, value.index - 1n]);
    expected = value.index + 1n;
  }
  if (holes.length > 0) {
    const named = holes.slice(0, HOLES_NAMED_MAX).map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`));
    const more = holes.length > named.length ? ` and ${holes.length - named.length} more gaps` : '';
    const sentence = `Of the entries up to ${last}, these are left out: ${named.join(', ')}${more}. What they say, and whether the finding rests on them, is unproven.`;
    return { ...unproven(name, sentence), where: { part: 'entries', entry: Number(holes[0]?.[0]), bytes: null } };
  }
  const span = last === 0n ? 'before entry 0' : `between 0 and ${last}`;
  if (stand === 'not pinned') return unproven(name, `The file leaves out no entry ${span}. That these are the journal's is unproven: key not pinned.`);
  if (stand === 'broken') return unproven(name, `The file leaves out no index ${span}, but not every entry is shown to stand at its place: that none is left out is unproven.`);
  const after = checkpoint !== null && checkpoint.size > expected ? ` The journal goes on to ${checkpoint.size - 1n}; of what comes after ${last} the file says nothing.` : '';
  return proven(name, `No entry ${span} is left out.${after}`);
}

function finding(dossier: Dossier): Check {
  const name = 'finding';
  const found = dossier.entries.find((part) => same(hash(part.value.entry), dossier.manifest.value.finding));
  return found
    ? proven(name, `The finding that the manifest names is ${words(found)} of the file.`)
    : contradicted(name, 'The finding that the manifest names is not among the entries of the file.', { part: 'entries', entry: null, bytes: null });
}

function payloadChecks(dossier: Dossier, hashes: Uint8Array[]): Check[] {
  const name = 'payloads';
  const payloads = (number: number): string => (number === 1 ? '1 payload' : `${number} payloads`);
  const named = dossier.entries.flatMap((part) => payloadOf(part.value.entry) ?? []);
  const distinct = new Map(named.map(({ sha256, bytes }) => [hex(sha256), bytes]));
  const faults = new Faults(name);
  for (const [place, sha256] of hashes.entries()) {
    const part = dossier.payloads?.[place];
    const stated = distinct.get(hex(sha256));
    if (!part || stated === BigInt(part.value.length)) continue;
    const why = stated === undefined ? 'is named by no record among its entries' : `has ${part.value.length} bytes, and a record among its entries says ${stated}`;
    faults.add(`A payload of the file, SHA-256 ${hex(sha256)}, ${why}: it was changed or put in.`, at('payloads', part));
  }
  if (!faults.none) return faults.finish();
  if (named.length === 0) return [];
  const sum = (of: Iterable<bigint>): bigint => [...of].reduce((all, bytes) => all + bytes, 0n);
  const held = new Set(hashes.map(hex));
  const absent = [...distinct].filter(([sha256]) => !held.has(sha256));
  const erased = new Set(dossier.entries.flatMap((part) => erasedBy(part.value.entry) ?? []).map(hex));
  const gone = absent.filter(([sha256]) => erased.has(sha256)).length;
  let here: string;
  if (held.size === 0) {
    here = 'The file does not hold them: whoever has them can compare, and nothing can be derived from these records without them.';
  } else if (absent.length === 0) {
    here = 'The file holds all of them, each with the very bytes that its record names.';
  } else {
    here = `The file holds ${held.size} of them, each with the very bytes that its record names. ${payloads(absent.length)} of ${sum(absent.map(([, bytes]) => bytes))} bytes not: nothing can be derived from their records.`;
  }
  const of_those = gone === 0 ? '' : ` Of those that it does not hold, ${gone} were erased, as entries of the journal say.`;
  return [proven(name, `${count(named.length)} of records name ${payloads(distinct.size)} of waveforms by SHA-256, ${sum(distinct.values())} bytes. ${here}${of_those}`)];
}

/** What `truceline-verify` says besides, of what this file holds. */
function notHere(dossier: Dossier): Check[] {
  const kinds = new Map<string, number>();
  for (const part of dossier.entries) {
    const kind = kindOf(part.value.entry)?.kind;
    if (kind !== undefined) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const checks: Check[] = [];
  const say = (name: string, sentence: string): void => {
    checks.push({ name, outcome: 'not checked', sentence: `${sentence} Not checked here: run truceline-verify.`, where: null });
  };
  const frames = kinds.get('frame') ?? 0;
  if (frames > 0) say('stations', `The file holds ${frames} sealed frames: whose they are, and whether any is missing.`);
  if (frames > 0 || dossier.disclosures > 0) say('fields', `Fields of ${dossier.disclosures} frames are shown: whether their stations sealed them, and how many are withheld.`);
  const statements = kinds.get('statement') ?? 0;
  if (statements > 0) say('statements', `The file holds ${statements} statements of people: whose they are, and which of them is in force.`);
  return checks;
}

function witnesses(dossier: Dossier, policy: Policy, standing: Standing): Check {
  const name = 'witnesses';
  let judged: ReturnType<typeof judge>;
  try {
    judged = judge(policy, dossier.checkpoint.value);
  } catch (error) {
    const sentence = `A signature under the checkpoint, of one whom the policy names, does not hold: ${(error as Error).message}.`;
    return contradicted(name, sentence, at('checkpoint', dossier.checkpoint));
  }
  const demands = demand(policy);
  const cosigned = names(policy, judged.cosigned.map((signer) => signer.key));
  const { size, origin } = judged.checkpoint;
  if (!judged.of_listed_log) return unproven(name, `The policy names no key of the journal ${origin} that signed.`);
  if (policy.quorum === null) return unproven(name, 'The policy demands nobody\'s cosignature, so none is proven.');
  if (!judged.met) {
    return unproven(name, `Unwitnessed: the policy demands ${demands}. This journal of ${size} entries was cosigned by: ${cosigned}. Not by: ${names(policy, judged.missing)}.`);
  }
  if (standing === 'broken') return unproven(name, 'The witnesses cosigned a checkpoint that is not this dossier\'s: see above.');
  return proven(name, `The journal of ${size} entries was cosigned by ${cosigned}, and the policy demands ${demands}: each of them says that it never saw another journal under this name.`);
}
