// What could have been seen, as the chart and its table show it: asked for at a time, and hidden when the reader wants clear paper.
import { ApiError, getCoverage } from '../lib/api';
import type { Coverage } from '../lib/types';

/** Asked again no sooner than this, ms: a clock that runs fast would ask all the time. */
const AGAIN_MS = 4_000;

/** Whether it is drawn: the reader's choice for as long as the page is open. */
export const sight = $state({ shown: true });

/** The coverage at one time that may move on. Askings never overlap: an answer takes a second or two when it is learnt anew. */
export class CoverageAt {
  value = $state.raw<Coverage | null>(null);
  problem = $state<string | null>(null);
  #asked: string | null = null;
  #asked_ms = -Infinity;
  #running = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  ask(at: string): void {
    clearTimeout(this.#timer);
    if (at === this.#asked) return;
    const wait = this.#running ? AGAIN_MS : this.#asked_ms + AGAIN_MS - Date.now();
    if (wait > 0) {
      this.#timer = setTimeout(() => this.ask(at), wait);
      return;
    }
    this.#asked = at;
    this.#asked_ms = Date.now();
    void this.#read(at);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async #read(at: string): Promise<void> {
    this.#running = true;
    try {
      this.value = await getCoverage(at);
      this.problem = null;
    } catch (error) {
      this.problem = error instanceof ApiError ? error.message : `the answer could not be read: ${String(error)}`;
    } finally {
      this.#running = false;
    }
  }
}
