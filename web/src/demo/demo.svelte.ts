// What the page knows of the demo's player and of its truth. A store that is no demo is asked nothing of this, and nothing is shown.
import { ApiError, getDemo, getTerrain, getTruth, postDemo } from '../lib/api';
import { Once } from '../lib/once';
import type { Asked, DemoState, Terrain, Truth } from './types';

/** How often the player is asked how far it is, ms. */
const POLL_MS = 1_000;

/** Answers are replaced whole, never changed in place. */
class Demo {
  state = $state.raw<DemoState | null>(null);
  truth = $state.raw<Truth | null>(null);
  terrain = $state.raw<Terrain | null>(null);
  /** Whether the truth lies over it all: off until the reader asks for it. */
  laid = $state(false);
  /** Why the player did not do what was asked, or did not answer. */
  problem = $state<string | null>(null);
  readonly #once = new Once();
  /** How often the player was asked for something: an answer from before the last time is out of date. */
  #asks = 0;

  /** What is known of the truth while it is laid over; null otherwise. */
  get shown(): Truth | null {
    return this.laid ? this.truth : null;
  }

  /** Asks once. */
  look(): Promise<void> {
    return this.#once.run(async () => {
      const asks = this.#asks;
      try {
        const state = await getDemo();
        if (asks === this.#asks) this.state = state;
        this.terrain ??= await getTerrain();
        if (this.laid) this.truth = await getTruth();
        this.problem = null;
      } catch (error) {
        this.problem = error instanceof ApiError ? error.message : String(error);
      }
    });
  }

  async ask(what: Asked): Promise<void> {
    const ask = ++this.#asks;
    try {
      const state = await postDemo(what);
      if (ask === this.#asks) this.state = state;
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

/** Follows the player. Returns the stop. */
export function followDemo(): () => void {
  void demo.look();
  const timer = setInterval(() => void demo.look(), POLL_MS);
  return () => clearInterval(timer);
}

export function pauseOrPlay(): void {
  const state = demo.state;
  if (state && !state.ended) void demo.ask({ paused: !state.paused });
}

export function next(): void {
  const state = demo.state;
  if (state && !state.ended) void demo.ask({ next: true });
}
