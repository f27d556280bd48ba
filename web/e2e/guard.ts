// What must hold on every page of every test: nothing leaves the machine, and nothing complains.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, type Page } from '@playwright/test';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export class Guard {
  readonly requests: string[] = [];
  readonly complaints: string[] = [];

  constructor(page: Page) {
    page.on('request', (request) => this.requests.push(request.url()));
    page.on('websocket', (socket) => this.requests.push(socket.url()));
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
  }

  /** No request left 127.0.0.1, and the console holds no error. `data:` and `blob:` stay inside the page. */
  check(): void {
    const away = this.requests.filter((url) => {
      const { protocol, hostname } = new URL(url);
      return protocol !== 'data:' && protocol !== 'blob:' && hostname !== '127.0.0.1';
    });
    expect(this.requests.length).toBeGreaterThan(0);
    expect(away).toEqual([]);
    expect(this.complaints).toEqual([]);
  }
}

interface AxeResults {
  violations: { id: string; help: string; nodes: { target: unknown; failureSummary?: string }[] }[];
  passes: unknown[];
}

/** Runs axe over the whole page: every rule, no exception. */
export async function expectAccessible(page: Page, where: string): Promise<void> {
  // Evaluated from outside, because the page's own policy allows no foreign script.
  await page.evaluate(axeSource);
  const results = await page.evaluate(async () => (await (window as unknown as { axe: { run(): Promise<unknown> } }).axe.run()) as AxeResults);
  const found = results.violations.map((v) => `${v.id}: ${v.help}: ${JSON.stringify(v.nodes.map((n) => [n.target, n.failureSummary]))}`);
  expect(found, where).toEqual([]);
  expect(results.passes.length, where).toBeGreaterThan(10);
}

/** Waits until the chart has rendered the 50, 90 and 95 % regions of a case, by the renderer's own answer. */
export async function expectRegions(page: Page, id: string): Promise<void> {
  await expect
    .poll(
      () =>
        page.evaluate((wanted) => {
          const seen = window.__truceline_map?.regions().filter((r) => r.case === wanted) ?? [];
          return [...new Set(seen.map((r) => r.level))].sort((a, b) => a - b).join(' ');
        }, id),
      { timeout: 60_000 },
    )
    .toBe('50 90 95');
}
