// One question at a time. Who asks while an answer is awaited waits for that one: so a loop that asks until something is known
// lets it come, where an answer at once would keep the page from ever taking it in.
export class Once {
  #running: Promise<void> | null = null;

  run(ask: () => Promise<void>): Promise<void> {
    this.#running ??= ask().finally(() => (this.#running = null));
    return this.#running;
  }
}
