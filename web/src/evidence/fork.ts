// A file that proves that a log showed two histories: crates/evidence/src/fork.rs and crates/verify/src/fork.rs.
import { Decoder, Malformed } from './cbor';
import { hex, rootsOfPath, same } from './hash';
import { parseCheckpoint, parseNote, short, signerNames, signers, type Checkpoint, type VerifierKey } from './note';
import type { Outcome } from './verify';

const PATH_HASHES_MAX = 65;
const FORMAT = 'truceline-fork-1';
export const FORK_BYTES_MAX = PATH_HASHES_MAX * 34 + 2 * (1 << 20) + 256;

export interface ForkReport {
  outcome: Outcome;
  sentence: string;
}

interface Fork {
  notes: [string, string];
  checkpoints: [Checkpoint, Checkpoint];
  path: Uint8Array[];
}

/** Whether bytes begin as a fork file: a map whose first key is `first`. */
export const isFork = (bytes: Uint8Array): boolean => bytes[0] === 0xa4 && bytes[1] === 0x65;

function parse(bytes: Uint8Array): Fork {
  if (bytes.length > FORK_BYTES_MAX) throw new Malformed(null, `a fork file of ${bytes.length} bytes, at most ${FORK_BYTES_MAX} are read`);
  const d = new Decoder(bytes);
  d.map(4);
  const first = d.key('first', () => d.textString());
  const path = d.key('proof', () => {
    const at = d.at;
    const found = d.list(() => d.fixed(32));
    return found.length <= PATH_HASHES_MAX ? found : d.fail(at, 'a path of at most 65 hashes');
  });
  const format = d.key('format', () => d.textString());
  const second = d.key('second', () => d.textString());
  d.end();
  if (format !== FORMAT) throw new Malformed(null, `the format is "${format}", expected "${FORMAT}"`);
  const read = (note: string): Checkpoint => parseCheckpoint(parseNote(note).text);
  return { notes: [first, second], checkpoints: [read(first), read(second)], path };
}

/** That the two cannot both be true, in words; throws where nothing is shown. */
function proof({ checkpoints: [first, second], path }: Fork): string {
  const refuse = (why: string): never => {
    throw new Malformed(null, why);
  };
  if (first.origin !== second.origin) refuse(`the checkpoints are of two logs, ${first.origin} and ${second.origin}`);
  if (first.size > second.size || (first.size === second.size && hex(first.root) > hex(second.root))) {
    refuse('the checkpoints do not stand in the order of size and root');
  }
  if (first.size === second.size) {
    if (same(first.root, second.root)) refuse('both checkpoints say the same');
    if (path.length > 0) refuse('two checkpoints of one size need no path');
    return `both of ${first.size} entries, with the roots ${hex(first.root)} and ${hex(second.root)}`;
  }
  const roots = rootsOfPath(first.size, second.size, path);
  if (roots === null) {
    return refuse(
      `the consistency proof from size ${first.size} to size ${second.size} has another length than it must: ${path.length}`,
    );
  }
  if (!same(roots[1], second.root)) refuse('the path does not lead to the root of the larger checkpoint');
  if (same(roots[0], first.root)) refuse('the larger tree begins with the smaller one: the log only grew');
  return `the one of ${second.size} entries, with the root ${hex(second.root)}, does not begin with the one of ${first.size} entries, with the root ${hex(first.root)}`;
}

/** Checks a fork file. `key` is the log's, as the reader received it; without it nothing is proven. */
export function checkFork(bytes: Uint8Array, key: VerifierKey | null): ForkReport {
  let fork: Fork;
  try {
    fork = parse(bytes);
  } catch (error) {
    return { outcome: 'contradicted', sentence: `The file is not a fork file in its one form: ${(error as Error).message}.` };
  }
  const { origin } = fork.checkpoints[0];
  if (key === null) {
    return { outcome: 'unproven', sentence: `Whether the log ${origin} signed the two checkpoints is unproven: give its key.` };
  }
  try {
    for (const [at, text] of fork.notes.entries()) {
      const note = parseNote(text);
      const found = signers(note, [key]);
      if ('false_by' in found) throw new Malformed(null, `the signature in the name of ${short(key)} does not hold`);
      if (found.signed.length === 0) throw new Malformed(null, `none of the known keys signed, only ${signerNames(note)}`);
      const of = fork.checkpoints[at as 0 | 1].origin;
      if (of !== key.name) throw new Malformed(null, `the checkpoint is of "${of}", the key's name is "${key.name}"; expected the same`);
    }
    return { outcome: 'proven', sentence: `The log ${origin} signed two different histories: ${proof(fork)}. Both cannot be true.` };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { outcome: 'contradicted', sentence: `The file proves no fork: ${error.message}.` };
  }
}
