// Whose cosignatures make a checkpoint one to rely on (C2SP tlog-policy), as crates/evidence/src/policy.
import { Malformed } from './cbor';
import { hex } from './hash';
import { parseCheckpoint, parseKey, parseNote, short, signers, type Checkpoint, type Signer, type VerifierKey } from './note';

const POLICY_BYTES_MAX = 1 << 20;
const ITEMS_MAX = 64;

type Member = { witness: number } | { group: number };

export interface Policy {
  logs: VerifierKey[];
  witnesses: { name: string; key: VerifierKey }[];
  groups: { threshold: number; members: Member[] }[];
  quorum: Member | null;
}

export interface Standing {
  checkpoint: Checkpoint;
  of_listed_log: boolean;
  met: boolean;
  cosigned: Signer[];
  missing: number[];
}

export function parsePolicy(text: string): Policy {
  if (text.length > POLICY_BYTES_MAX) throw new Malformed(null, `a policy of ${text.length} bytes, at most ${POLICY_BYTES_MAX} are read`);
  if (!text.endsWith('\n')) throw new Malformed(null, 'the policy does not end in a newline: it may have been cut off');
  const policy: Policy = { logs: [], witnesses: [], groups: [], quorum: null };
  const named = new Map<string, Member>();
  const grouped = new Set<string>();
  let has_quorum = false;
  for (const [at, line] of text.slice(0, -1).split('\n').entries()) {
    const refuse = (why: string): never => {
      throw new Malformed(null, `line ${at + 1} of the policy ${why}`);
    };
    // eslint-disable-next-line no-control-regex
    if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(line)) refuse('holds a control character, expected none but tab and newline');
    const [word = '', ...items] = line.split(/[ \t]/).filter((item) => item !== '');
    if (word === '' || word.startsWith('#')) continue;
    const keyOf = (key: string): VerifierKey => {
      try {
        return parseKey(key);
      } catch (error) {
        return refuse(`has no key: ${(error as Error).message}`);
      }
    };
    const once = (key: VerifierKey, held: VerifierKey[]): void => {
      if (held.length >= ITEMS_MAX) refuse(`is ${word} line ${held.length + 1}, at most ${ITEMS_MAX} are read`);
      if (held.some((other) => hex(other.bytes) === hex(key.bytes))) refuse(`names the key of ${short(key)} a second time`);
    };
    const define = (name: string, member: Member): void => {
      if (name === 'none') refuse('defines the name none, which stands for no demand');
      if (named.has(name)) refuse(`defines "${name}" a second time`);
      named.set(name, member);
    };
    const defined = (name: string): Member => named.get(name) ?? refuse(`names "${name}", which no line before it defines`);
    const [first, second] = items;
    if (word === 'log' && first !== undefined && items.length <= 2) {
      const key = keyOf(first);
      if (key.type === 0x04) refuse('names a log by a witness’s key, expected one of type 0x01 or 0x06');
      once(key, policy.logs);
      policy.logs.push(key);
    } else if (word === 'witness' && first !== undefined && second !== undefined && items.length <= 3) {
      const key = keyOf(second);
      if (key.type === 0x01) refuse('names a witness by a log’s key, expected one of type 0x04 or 0x06');
      once(key, policy.witnesses.map((witness) => witness.key));
      define(first, { witness: policy.witnesses.length });
      policy.witnesses.push({ name: first, key });
    } else if (word === 'group' && first !== undefined && second !== undefined && items.length >= 3) {
      if (policy.groups.length >= ITEMS_MAX) refuse(`is group line ${policy.groups.length + 1}, at most ${ITEMS_MAX} are read`);
      const members = items.slice(2).map((name) => {
        if (name === 'none') refuse('has none as a member, expected a witness or a group');
        const member = defined(name);
        if (grouped.has(name)) refuse(`has "${name}" as a member, which is one of a group already`);
        grouped.add(name);
        return member;
      });
      const number = /^[1-9][0-9]*$/.test(second) ? Number(second) : NaN;
      const threshold = second === 'all' ? members.length : second === 'any' ? 1 : number;
      if (!(threshold >= 1 && threshold <= members.length)) refuse(`has the threshold "${second}", expected all, any or 1 to its ${members.length} members`);
      define(first, { group: policy.groups.length });
      policy.groups.push({ threshold, members });
    } else if (word === 'quorum' && first !== undefined && items.length === 1) {
      if (has_quorum) refuse('is a second quorum line, expected one');
      has_quorum = true;
      policy.quorum = first === 'none' ? null : defined(first);
    } else {
      refuse('is of another form than log, witness, group or quorum with what belongs to it');
    }
  }
  if (!has_quorum) throw new Malformed(null, 'the policy has no quorum line, expected one');
  return policy;
}

/** What the policy says of a note that is a cosigned checkpoint; throws where a signature in the name of its keys does not hold. */
export function judge(policy: Policy, text: string): Standing {
  const note = parseNote(text);
  const checkpoint = parseCheckpoint(note.text);
  const by = (keys: VerifierKey[]): Signer[] => {
    const found = signers(note, keys);
    if ('false_by' in found) throw new Malformed(null, `the signature in the name of ${short(found.false_by)} does not hold`);
    return found.signed;
  };
  const of_listed_log = by(policy.logs.filter((key) => key.name === checkpoint.origin)).length > 0 || policy.logs.length === 0;
  const cosigned = by(policy.witnesses.map((witness) => witness.key));
  const has = new Set(cosigned.map((signer) => signer.key));
  const groups: boolean[] = [];
  const holds = (member: Member): boolean => ('witness' in member ? has.has(member.witness) : (groups[member.group] ?? false));
  for (const group of policy.groups) groups.push(group.members.filter(holds).length >= group.threshold);
  const missing = policy.witnesses.map((_, at) => at).filter((at) => !has.has(at));
  return { checkpoint, of_listed_log, met: policy.quorum === null || holds(policy.quorum), cosigned, missing };
}

export function names(policy: Policy, witnesses: number[]): string {
  return witnesses.map((at) => policy.witnesses[at]?.name ?? '').join(', ') || 'none';
}

/** What the quorum demands: `2 of (north, south, west)`. */
export function demand(policy: Policy): string {
  const words = (member: Member): string => {
    if ('witness' in member) return policy.witnesses[member.witness]?.name ?? '';
    const group = policy.groups[member.group];
    const members = group?.members.map(words) ?? [];
    return `${members.length === group?.threshold ? 'all' : group?.threshold} of (${members.join(', ')})`;
  };
  return policy.quorum === null ? 'nothing' : words(policy.quorum);
}
