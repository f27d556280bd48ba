// Twelve invented states with real keys, who publish a register and consult, through the real commands.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Store } from './store';

export const STATES = ['XA', 'XB', 'XC', 'XD', 'XE', 'XF', 'XG', 'XH', 'XI', 'XJ', 'XK', 'XL'];
/** Whose officers publish and enrol. */
const OFFICERS = ['XA', 'XB'];
const FOLDER = path.dirname(fileURLToPath(import.meta.url));
const DAY_MS = 86_400_000;

type Said = [stance: string, words?: string];

export class Guarantees {
  #count = 0;

  constructor(readonly store: Store) {}

  /** Runs a command that must succeed; says what it printed. */
  #run(...args: string[]): string {
    const done = this.store.run(...args);
    if (done.code !== 0) throw new Error(`truceline ${args.join(' ')}: ${done.said}`);
    return done.said.trim();
  }

  #file(ending: string): string {
    this.#count += 1;
    return this.store.temporary(`${this.#count}.${ending}`);
  }

  #key(name: string): string {
    return this.store.temporary(`${name}.key`);
  }

  #delegates(states: string[]): string[] {
    return states.flatMap((state) => [`${state}-1`, `${state}-2`]);
  }

  /** An act on keys: written, signed, loaded. */
  #onKeys(args: string[], signers: string[]): void {
    const out = this.#file('tlact');
    this.#run('keys', ...args, '--out', out);
    this.#run('keys', 'sign', out, ...signers.flatMap((name) => ['--key', this.#key(name)]));
    this.#run('load', this.store.path, out);
  }

  /** An act or an edition: written and signed, not yet loaded. */
  #signed(args: string[], signers: string[]): string {
    const out = this.#file('tlcon');
    this.#run('register', ...args, '--out', out);
    this.#run('register', 'consult', 'sign', out, ...signers.flatMap((name) => ['--key', this.#key(name)]));
    return out;
  }

  /** Acts that are signed go into the journal together. */
  #load(...files: string[]): void {
    this.#run('load', this.store.path, ...files);
  }

  #act(what: string, args: string[], states: string[]): void {
    this.#load(this.#signed(['consult', what, this.store.path, ...args], this.#delegates(states)));
  }

  /** Officers of two states found the key register. */
  foundKeys(officers: string[] = OFFICERS): void {
    const named = officers.flatMap((state) => ['--officer', `office-${state},${state},${this.#run('keys', 'new', this.#key(`office-${state}`))}`]);
    this.#onKeys(['found', this.store.path, '--states', '2', ...named], officers.map((state) => `office-${state}`));
  }

  /** The next edition of the register, from a folder. */
  publish(folder: string, at: Date, officers: string[] = OFFICERS): void {
    const signers = officers.map((state) => `office-${state}`);
    this.#load(this.#signed(['publish', this.store.path, folder, '--at', at.toISOString()], signers));
  }

  #enrol(name: string, state: string): string {
    const shown = this.#run('keys', 'new', this.#key(name));
    const officers = OFFICERS.map((one) => `office-${one}`);
    this.#onKeys(['enrol', this.store.path, '--role', 'delegate', '--name', name, '--owner', state, '--public', shown], [...officers, name]);
    return shown;
  }

  /** Founds a body of all states. Says the hash of its roll. */
  #found(body: string): string {
    const quorum = ['--take-part', '8', '--sign', '7', '--oppose-max', '1'];
    this.#act('found', ['--body', body, ...STATES.flatMap((state) => ['--seat', state]), ...quorum], STATES);
    const shown = JSON.parse(this.#run('register', 'consult', 'show', this.store.path, '--json')) as { bodies: { body: string; roll: string }[] };
    return shown.bodies.find((one) => one.body === body)?.roll ?? '';
  }

  /** Calls a consultation. Says the hash of its call. */
  #call(roll: string, question: string, basis: string[]): string {
    const pack = this.store.temporary('pack.txt');
    writeFileSync(pack, 'The pack that all get.\n');
    this.#act('call', ['--roll', roll, '--seat', 'XA', '--stage', 'commission', '--pack', pack, '--question', question, ...basis], ['XA']);
    const shown = JSON.parse(this.#run('register', 'consult', 'show', this.store.path, '--json')) as {
      bodies: { consultations: { call: string; question: string }[] }[];
    };
    return shown.bodies.flatMap((one) => one.consultations).find((one) => one.question === question)?.call ?? '';
  }

  #positions(call: string, said: Record<string, Said>): void {
    const acts = Object.entries(said).map(([state, [stance, words = '']]) =>
      this.#signed(['consult', 'position', this.store.path, call, '--seat', state, '--stance', stance, '--words', words], this.#delegates([state])),
    );
    this.#load(...acts);
  }

  /** What the tests look at: two editions, a decision, no determination, and an open consultation on a finding. */
  async twelve(): Promise<{ decided: string; undetermined: string; case: string }> {
    const store = this.store.path;
    this.#run('load', store, this.store.example('agreement.toml'), this.store.example('detections.json'));
    const id = '04-0001-P';
    const dossier = this.store.temporary(`${id}.tldoss`);
    writeFileSync(dossier, Buffer.from(await (await fetch(`${this.store.url}api/v1/cases/${id}/dossier`)).arrayBuffer()));

    this.foundKeys();
    const folder = this.store.temporary('register');
    mkdirSync(folder);
    copyFileSync(path.join(FOLDER, 'register', 'twelve.toml'), path.join(folder, 'twelve.toml'));
    this.publish(folder, new Date(Date.now() - 2 * DAY_MS));
    const changed = readFileSync(path.join(folder, 'twelve.toml'), 'utf8').replace('quantity = "unclear"', 'quantity = { from = 2, to = 3, unit = "ships" }');
    writeFileSync(path.join(folder, 'twelve.toml'), changed);
    this.publish(folder, new Date());
    for (const name of this.#delegates(STATES)) this.#enrol(name, name.slice(0, 2));
    this.#enrol('XB-3', 'XB');

    const guarantors = this.#found('guarantors-consultation');
    const decided = this.#call(guarantors, 'What follows from the request?', ['--other', 'A request of the beneficiary']);
    this.#act('agenda', [decided, '--seat', 'XA', '--item', 'Support'], ['XA']);
    const all = (stance: string): Record<string, Said> => Object.fromEntries(STATES.slice(0, 10).map((state) => [state, [stance]]));
    this.#positions(decided, { ...all('support'), XD: ['support-with-reservation', 'Only for six months.'], XJ: ['oppose', 'Not on this basis.'] });
    this.#act('close', [decided, '--seat', 'XA'], ['XA']);
    this.#act('decide', [decided, '--outcome', 'adopted', '--words', 'For the reasons in the pack.'], STATES.slice(0, 8));
    this.#act('dissent', [decided, '--seat', 'XJ', '--words', 'Not on this basis.'], ['XJ']);
    const law = ['--legal-basis', 'Law on aid', '--caveats-checked-by', 'Legal office'];
    this.#act('measure', [decided, '--seat', 'XA', '--option', 'support-economic', '--words', 'Money for repair.', ...law], ['XA']);

    const commission = this.#found('special-commission');
    const undetermined = this.#call(commission, 'Who is responsible for the event?', ['--finding', dossier]);
    const before = ((await (await fetch(`${this.store.url}api/v1/status`)).json()) as { journal: { size: number } }).journal.size;
    this.#positions(undetermined, { ...all('abstain'), XC: ['support-with-reservation', 'The time is disputed.'] });
    // One key of XB is revoked since before it signed: its position falls.
    const lost = this.#run('keys', 'public', this.#key('XB-2'));
    const revoke = ['consult', 'revoke', store, '--roll', commission, '--seat', 'XB', '--public', lost, '--reason', 'lost', '--since', String(before)];
    this.#load(this.#signed(revoke, ['XB-1', 'XB-3']));
    this.#act('close', [undetermined, '--seat', 'XA'], ['XA']);
    const none = ['--responsibility', 'no-determination', '--standard', 'clear-and-convincing', '--remedy', 'additional-monitoring'];
    this.#act('determine', [undetermined, ...none, '--words', 'The data do not carry it.'], ['XA', 'XC', 'XD', 'XE', 'XF', 'XG', 'XH']);

    this.#call(guarantors, 'What follows from the finding?', ['--finding', dossier]);
    return { decided, undetermined, case: id };
  }
}
