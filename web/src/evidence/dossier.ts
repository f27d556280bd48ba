// The form of a dossier, `.tldoss`, read strictly: crates/evidence/src/dossier.rs says what stands where.
import { Decoder, Malformed, type Part } from './cbor';

export const DOSSIER_FILE_BYTES_MAX = (64 << 20) + (256 << 20) + 16 * 100_000;
const DOSSIER_BYTES_MAX = 64 << 20;
const PAYLOAD_BYTES_MAX = 256 << 20;
const ENTRIES_MAX = 100_000;
const ENTRY_BYTES_MAX = 1 << 20;
const PROOF_HASHES_MAX = 64;

export interface DossierEntry {
  salt: Uint8Array;
  entry: Uint8Array;
  index: bigint;
  proof: Uint8Array[];
}

export interface Manifest {
  case: string;
  origin: string;
  entries: { index: bigint; sha256: Uint8Array }[];
  finding: Uint8Array;
  statement: string;
  checkpoint: Uint8Array;
}

export interface Dossier {
  entries: Part<DossierEntry>[];
  manifest: Part<Manifest>;
  manifest_bytes: Uint8Array;
  /** None in the first form. */
  payloads: Part<Uint8Array>[] | null;
  signature: Part<string>;
  checkpoint: Part<string>;
  /** How many frames' fields are shown. */
  disclosures: number;
}

const FORMATS = ['truceline-dossier-1', 'truceline-dossier-2', 'truceline-dossier-3'];

const wrong = (part: { from: number; to: number }, what: string, why: string): never => {
  throw new Malformed(part.from, `bytes ${part.from} to ${part.to - 1}: ${what} ${why}`);
};

export function parseDossier(bytes: Uint8Array): Dossier {
  const d = new Decoder(bytes);
  const pairs = d.map(5, 7);
  const format = d.key('format', () => d.part(() => d.textString()));
  const entries = d.key('entries', () => d.list(() => d.part(() => readEntry(d))));
  const manifest = d.key('manifest', () => d.part(() => d.byteString()));
  const payloads = pairs > 5 ? d.key('payloads', () => d.list(() => d.part(() => d.byteString()))) : null;
  const signature = d.key('signature', () => d.part(() => d.textString()));
  const checkpoint = d.key('checkpoint', () => d.part(() => d.textString()));
  const disclosures = pairs > 6 ? d.key('disclosures', () => readDisclosures(d)) : 0;
  d.end();
  const expected = FORMATS[pairs - 5];
  if (format.value !== expected) wrong(format, 'the format', `is "${format.value}", expected "${expected}"`);
  const payload_bytes = (payloads ?? []).reduce((sum, part) => sum + part.value.length, 0);
  if (payload_bytes > PAYLOAD_BYTES_MAX) throw new Malformed(null, `payloads of ${payload_bytes} bytes or more, at most ${PAYLOAD_BYTES_MAX} are read`);
  if (bytes.length - payload_bytes > DOSSIER_BYTES_MAX) {
    throw new Malformed(null, `a dossier of more than ${DOSSIER_BYTES_MAX} bytes besides its payloads, at most so many are read`);
  }
  if (entries.length > ENTRIES_MAX) throw new Malformed(null, `a dossier of ${entries.length} entries, at most ${ENTRIES_MAX} are read`);
  let before = -1n;
  for (const part of entries) {
    const { entry, index, proof } = part.value;
    if (index <= before) wrong(part, `entry ${index}`, 'does not stand after all entries of lower index, each once');
    if (proof.length > PROOF_HASHES_MAX) wrong(part, `entry ${index}`, `has a proof of ${proof.length} hashes, at most ${PROOF_HASHES_MAX}`);
    if (entry.length > ENTRY_BYTES_MAX) wrong(part, `entry ${index}`, `has ${entry.length} bytes, at most ${ENTRY_BYTES_MAX} are read`);
    before = index;
  }
  const read = readManifest(manifest);
  return {
    entries,
    manifest: { ...manifest, value: read },
    manifest_bytes: manifest.value,
    payloads,
    signature,
    checkpoint,
    disclosures,
  };
}

function readEntry(d: Decoder): DossierEntry {
  d.map(4);
  return {
    salt: d.key('salt', () => d.fixed(32)),
    entry: d.key('entry', () => d.byteString()),
    index: d.key('index', () => d.unsigned()),
    proof: d.key('proof', () => d.list(() => d.fixed(32))),
  };
}

/** Counted, and refused in any other form; what they show is not checked here. */
function readDisclosures(d: Decoder): number {
  let before = -1n;
  const shown = d.list(() =>
    d.part(() => {
      d.map(2);
      const frame = d.key('frame', () => d.unsigned());
      d.key('shown', () =>
        d.list(() => {
          d.map(5);
          d.key('path', () => d.textString());
          d.key('salt', () => d.fixed(32));
          d.key('index', () => d.unsigned());
          d.key('proof', () => d.list(() => d.fixed(32)));
          d.key('value', () => d.byteString());
        }),
      );
      return frame;
    }),
  );
  for (const part of shown) {
    if (part.value <= before) wrong(part, `the disclosure of entry ${part.value}`, 'does not stand after all of lower index, each once');
    before = part.value;
  }
  return shown.length;
}

function readManifest(part: Part<Uint8Array>): Manifest {
  const d = new Decoder(part.value);
  let manifest: Manifest;
  try {
    d.map(6);
    manifest = {
      case: d.key('case', () => d.textString()),
      origin: d.key('origin', () => d.textString()),
      entries: d.key('entries', () =>
        d.list(() => {
          const at = d.at;
          if (d.array() !== 2) d.fail(at, 'an array of 2');
          return { index: d.unsigned(), sha256: d.fixed(32) };
        }),
      ),
      finding: d.key('finding', () => d.fixed(32)),
      statement: d.key('statement', () => d.textString()),
      checkpoint: d.key('checkpoint', () => d.fixed(32)),
    };
    d.end();
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    const at = part.to - part.value.length + (error.at ?? 0);
    throw new Malformed(at, `byte ${at}, in the manifest, at its ${error.message}`);
  }
  const bytes = (text: string): number => new TextEncoder().encode(text).length;
  // eslint-disable-next-line no-control-regex
  if (manifest.case === '' || bytes(manifest.case) > 64 || /[\u0000-\u001f\u007f-\u009f]/.test(manifest.case)) {
    wrong(part, 'the manifest', 'names no case, expected 1 to 64 bytes without control characters');
  }
  // eslint-disable-next-line no-control-regex
  if (bytes(manifest.statement) > 16_384 || /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/.test(manifest.statement)) {
    wrong(part, 'the manifest', 'has no readable statement, expected at most 16384 bytes without control characters');
  }
  // eslint-disable-next-line no-control-regex
  if (manifest.origin === '' || /[\s\u0085+\u0000-\u001f]/.test(manifest.origin.replaceAll('\ufeff', ''))) {
    wrong(part, 'the manifest', 'names no journal, expected a name without spaces and plus signs');
  }
  if (manifest.entries.some(({ index }, at) => at > 0 && index <= (manifest.entries[at - 1]?.index ?? 0n))) {
    wrong(part, 'the manifest', 'does not list its entries by ascending index, each once');
  }
  return manifest;
}

/** What an entry says it is; none where it cannot be read. */
export function kindOf(entry: Uint8Array): { kind: string; version: bigint; body: Decoder } | null {
  const d = new Decoder(entry);
  try {
    return d.array() === 3 ? { kind: d.textString(), version: d.unsigned(), body: d } : null;
  } catch {
    return null;
  }
}

/** The payload that a record names; none where the entry is no record in its one form. */
export function payloadOf(entry: Uint8Array): { sha256: Uint8Array; bytes: bigint } | null {
  const opened = kindOf(entry);
  if (opened?.kind !== 'record' || opened.version > 2n) return null;
  const d = opened.body;
  const integer = (): void => d.integer();
  try {
    const at = d.at;
    const has_frame = d.map(7, 8) === 8;
    if (has_frame !== (opened.version === 2n)) d.fail(at, 'the version of what the entry holds');
    const form = d.key('form', () => d.textString());
    if (!['miniSEED', 'SAC', 'WAV', 'SLIST'].includes(form)) d.fail(at, 'one of miniSEED SAC WAV SLIST');
    if (has_frame) d.key('frame', () => d.fixed(32));
    d.key('owner', () => d.textString());
    d.key('pieces', () =>
      d.list(() => {
        d.map(5);
        d.key('span', () => {
          d.map(2);
          d.key('to', integer);
          d.key('from', integer);
        });
        d.key('clock', () => {
          d.map(3);
          d.key('locked', () => d.optional(() => d.boolean()));
          d.key('questionable', () => d.optional(() => d.boolean()));
          d.key('quality_percent', () => d.optional(() => d.within(255n)));
        });
        d.key('channel', () => d.textString());
        d.key('samples', () => d.unsigned());
        d.key('rate_uhz', () => d.unsigned());
      }),
    );
    d.key('source', () => {
      d.map(3);
      d.key('boot', () => d.unsigned());
      d.key('source', () => d.textString());
      d.key('sequence', () => d.unsigned());
    });
    const payload = d.key('payload', () => {
      d.map(2);
      return { bytes: d.key('bytes', () => d.unsigned()), sha256: d.key('sha256', () => d.fixed(32)) };
    });
    d.key('records', () => d.within(0xffff_ffffn));
    d.key('received', () => d.optional(integer));
    d.end();
    return payload;
  } catch {
    return null;
  }
}

/** The payload that an erasure took away; none where the entry is none in its one form. */
export function erasedBy(entry: Uint8Array): Uint8Array | null {
  const opened = kindOf(entry);
  if (opened?.kind !== 'erasure' || opened.version !== 1n) return null;
  const d = opened.body;
  try {
    d.map(4);
    d.key('at', () => d.integer());
    d.key('reason', () => d.textString());
    const payload = d.key('payload', () => d.fixed(32));
    d.key('asked_by', () => d.textString());
    d.end();
    return payload;
  } catch {
    return null;
  }
}
