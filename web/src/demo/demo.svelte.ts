// What the page knows of the demo's player and of its truth. A store that is no demo answers nothing here, and nothing is shown.
import { ApiError, getDemo, getTruth, postDemo } from '../lib/api';
import type { Asked, DemoState, Truth } from './types';

/** How often the player is asked how far it is, ms. */
const POLL_MS = 1_000;

/** Answers are replaced whole, never changed in place. */
class Demo {
  state = $state.raw<DemoState | null>(null);
  truth = $state.raw<Truth | null>(null);
  /** Whether the truth lies over it all: off until the reader asks for it. */
  laid = $state(false);
  /** Why the player did not do what was asked, or did not answer. */
  problem = $state<string | null>(null);
  #running = false;

  /** What is known of the truth while it is laid over; null otherwise. */
  get shown(): Truth | null {
    return this.laid ? this.truth : null;
  }

  /** Asks once. False where this store is no demo: then it is not asked again. */
  async look(): Promise<boolean> {
    if (this.#running) return true;
    this.#running = true;
    try {
      this.state = await getDemo();
      if (this.laid) this.truth = await getTruth();
      this.problem = null;
    } catch (error) {
      if (error instanceof ApiError && error.status === 404 && this.state === null) return false;
      this.problem = error instanceof ApiError ? error.message : String(error);
    } finally {
      this.#running = false;
    }
    return true;
  }

  async ask(what: Asked): Promise<void> {
    try {
      this.state = await postDemo(what);
      this.problem = null;
    } catch (error) {
      this.problem = error instanceof ApiError ? error.message : String(error);
    }
  }

  /** Lays the truth over it all, or takes it away. */
  lay(over: boolean): void {
    this.laid = over;
    if (over) void this.look();
  }
}

export const demo = new Demo();

/** Follows the player, if there is one. Returns the stop. */
export function followDemo(): () => void {
  let timer: ReturnType<typeof setInterval> | undefined;
  let stopped = false;
  void demo.look().then((is) => {
    if (is && !stopped) timer = setInterval(() => void demo.look(), POLL_MS);
  });
  return () => {
    stopped = true;
    clearInterval(timer);
  };
}

export function pauseOrPlay(): void {
  const state = demo.state;
  if (state && !state.ended) void demo.ask({ paused: !state.paused });
}

export function next(): void {
  const state = demo.state;
  if (state && !state.ended) void demo.ask({ next: true });
}
