// The real `truceline demo`, in a temporary folder, as somebody starts it.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { APIRequestContext } from '@playwright/test';
import type { DemoState, Truth } from '../src/demo/types';
import type { CaseDetail } from '../src/lib/types';

/** How long the demo may take to its ready line, ms: a world is drawn first. */
const READY_MS_MAX = 120_000;
/** How long it may take to end after SIGTERM, ms; then it is killed. */
const END_MS_MAX = 20_000;

function program(): string {
  const value = process.env.TRUCELINE_BIN;
  if (!value) throw new Error('TRUCELINE_BIN is not set: expected the path of the built program');
  return path.resolve(value);
}

export class Demo {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'truceline-demo-e2e-'));
  #process: ChildProcess | null = null;
  /** When it was started, ms of this machine's clock. */
  started_ms = 0;
  url = '';

  async start(...more: string[]): Promise<void> {
    this.started_ms = Date.now();
    const demo = spawn(program(), ['demo', '--port', '0', '--no-open', '--store', path.join(this.#folder, 'store'), ...more], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, TRUCELINE_GUARD: path.join(this.#folder, 'guard') },
    });
    this.#process = demo;
    let said = '';
    demo.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no ready line within ${READY_MS_MAX} ms: ${said}`)), READY_MS_MAX);
      demo.once('error', reject);
      demo.once('exit', (code) => reject(new Error(`demo ended with ${code}: ${said}`)));
      createInterface({ input: demo.stdout }).on('line', (line) => {
        const found = /^ready (http:\/\/127\.0\.0\.1:\d+\/)$/.exec(line.trim())?.[1];
        if (!found) return;
        this.url = found;
        clearTimeout(timer);
        resolve();
      });
    });
  }

  async state(request: APIRequestContext): Promise<DemoState> {
    return (await (await request.get(`${this.url}api/v1/demo`)).json()) as DemoState;
  }

  async truth(request: APIRequestContext): Promise<Truth> {
    return (await (await request.get(`${this.url}api/v1/demo/truth`)).json()) as Truth;
  }

  async case(request: APIRequestContext, id: string): Promise<CaseDetail> {
    return (await (await request.get(`${this.url}api/v1/cases/${id}`)).json()) as CaseDetail;
  }

  /** Ends the program that this started, by its id, and removes its folder. */
  async stop(): Promise<void> {
    const demo = this.#process;
    if (demo && demo.exitCode === null && demo.signalCode === null) {
      const ended = new Promise<void>((resolve) => demo.once('exit', () => resolve()));
      demo.kill('SIGTERM');
      const timer = setTimeout(() => demo.kill('SIGKILL'), END_MS_MAX);
      await ended;
      clearTimeout(timer);
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
