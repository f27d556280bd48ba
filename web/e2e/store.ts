// The real binary on a store in a temporary folder.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** How long the store may take to its ready line, ms: a busy machine, a build with debug assertions. */
const READY_MS_MAX = 60_000;
/** How long it may take to end after SIGTERM, ms; then it is killed. */
const END_MS_MAX = 10_000;

// These stores live as long as a test: their sign guards lie inside.
process.env.TRUCELINE_GUARD = 'guard';

function needed(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: expected the path of ${name === 'EXAMPLES' ? 'examples/utah-2004' : 'the built program'}`);
  return path.resolve(value);
}

export interface Outcome {
  code: number | null;
  said: string;
}

function run(program: string, args: string[]): Outcome {
  const done = spawnSync(program, args, { encoding: 'utf8', timeout: READY_MS_MAX });
  return { code: done.status, said: `${done.stdout}${done.stderr}` };
}

export class Store {
  readonly examples = needed('EXAMPLES');
  readonly #program = needed('TRUCELINE_BIN');
  readonly #verifier = needed('TRUCELINE_VERIFY_BIN');
  readonly folder = mkdtempSync(path.join(tmpdir(), 'truceline-e2e-'));
  readonly path = path.join(this.folder, 'store');
  #server: ChildProcess | null = null;
  url = '';
  key = '';

  /** Starts `serve`, with more arguments if there are any, and waits for its ready line and its key line. */
  async start(...more: string[]): Promise<void> {
    const server = spawn(this.#program, ['serve', this.path, '--port', '0', '--no-open', ...more], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#server = server;
    let complaint = '';
    server.stderr.on('data', (bytes: Buffer) => (complaint += bytes.toString()));
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no ready and key line within ${READY_MS_MAX} ms: ${complaint}`)), READY_MS_MAX);
      server.once('error', reject);
      server.once('exit', (code) => reject(new Error(`serve ended with ${code}: ${complaint}`)));
      createInterface({ input: server.stdout }).on('line', (line) => {
        this.url = /^ready (http:\/\/127\.0\.0\.1:\d+\/)$/.exec(line.trim())?.[1] ?? this.url;
        this.key = /^key (\S+)$/.exec(line.trim())?.[1] ?? this.key;
        if (this.url === '' || this.key === '') return;
        clearTimeout(timer);
        resolve();
      });
    });
  }

  load(...files: string[]): Outcome {
    return this.run('load', this.path, ...files);
  }

  /** Runs a command of the program to its end. */
  run(...args: string[]): Outcome {
    return run(this.#program, args);
  }

  verify(dossier: string, ...args: string[]): Outcome {
    return run(this.#verifier, [dossier, ...args]);
  }

  example(name: string): string {
    return path.join(this.examples, name);
  }

  temporary(name: string): string {
    return path.join(this.folder, name);
  }

  /** Ends the server that this store started, by its id. */
  async end(): Promise<void> {
    const server = this.#server;
    if (server && server.exitCode === null && server.signalCode === null) {
      const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
      server.kill('SIGTERM');
      const timer = setTimeout(() => server.kill('SIGKILL'), END_MS_MAX);
      await ended;
      clearTimeout(timer);
    }
    [this.#server, this.url, this.key] = [null, '', ''];
  }

  /** Ends it, and removes the folder. */
  async stop(): Promise<void> {
    await this.end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
