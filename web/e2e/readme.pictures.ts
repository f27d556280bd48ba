// The README's pictures, from the real binary with the example loaded.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, type Page } from '@playwright/test';
import { Demo } from './demo';
import { Guarantees } from './guarantees';
import { Store } from './store';

const FOLDER = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../docs/pictures');

/** Until the map has drawn what it was last told: two frames after that. */
const drawn = (page: Page): Promise<void> =>
  page.evaluate(() => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 500)))));

test('pictures', async ({ page }) => {
  const store = new Store();
  try {
    await store.start();
    expect(store.load(store.example('agreement.toml'), store.example('detections.json')).code).toBe(0);
    await page.goto(store.url);
    await expect(page.locator('[data-regions-drawn]').first()).toBeVisible();
    await drawn(page);
    await page.screenshot({ path: path.join(FOLDER, 'watch.png') });
    const id = (await page.locator('[data-row]').first().getAttribute('data-row')) ?? '';
    expect(store.load(store.example('notice.toml')).code).toBe(0);
    await page.goto(`${store.url}#/case/${id}`);
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Permitted and notified');
    await expect(page.locator('[data-regions-drawn]').first()).toBeVisible();
    await drawn(page);
    await page.screenshot({ path: path.join(FOLDER, 'case.png') });
  } finally {
    await store.stop();
  }
});

test('pictures of the register', async ({ page }) => {
  const store = new Store();
  try {
    await store.start('--state', 'DE');
    const guarantees = new Guarantees(store);
    // Signed by officers of invented states: no real one has signed the example.
    guarantees.foundKeys();
    guarantees.publish(path.join(store.examples, '../paris-2026-01-06'), new Date('2026-01-07T08:00:00Z'));
    await page.goto(`${store.url}#/register`);
    await expect(page.locator('[data-pillar]')).toHaveCount(5);
    await drawn(page);
    await page.screenshot({ path: path.join(FOLDER, 'register.png') });
    await page.getByRole('link', { name: 'Germany today' }).first().click();
    await expect(page.locator('[data-option]')).toHaveCount(5);
    await drawn(page);
    await page.screenshot({ path: path.join(FOLDER, 'register-state.png') });
  } finally {
    await store.stop();
  }
});

test('pictures of the demo', async ({ page, request }) => {
  test.setTimeout(900_000);
  const demo = new Demo();
  /** The case that found the first true event of a scene. */
  const found = async (scene: string): Promise<string> => {
    let id: string | null = null;
    await expect.poll(async () => (id = (await demo.truth(request)).events.find((event) => event.scene === scene)?.case ?? null), { timeout: 240_000 }).not.toBeNull();
    return id ?? '';
  };
  try {
    await demo.start('--seed', '1', '--speed', '60');
    await page.goto(demo.url);
    // Three scenes of the morning, and then the clock stands.
    await found('earthquake');
    await page.locator('[data-pause]').click();
    const demolition = await found('notified-demolition');
    const breach = await found('clear-breach');
    await page.locator(`[data-row="${demolition}"]`).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveAttribute('data-state', 'permitted-and-notified');
    await drawn(page);
    await page.screenshot({ path: path.join(FOLDER, 'demo-watch.png') });
    await page.goto(`${demo.url}#/case/${breach}`);
    await expect(page.locator('[data-certificate]')).toContainText(/holds if any/i);
    await drawn(page);
    await page.screenshot({ path: path.join(FOLDER, 'demo-case.png') });
    const waves = page.getByRole('region', { name: 'Waveforms and arrivals' });
    await expect(waves.locator('[data-pick=airwave]').first()).toBeAttached();
    // The panel is higher than what is left of the page's own height.
    await page.setViewportSize({ width: 1440, height: 1500 });
    await waves.scrollIntoViewIfNeeded();
    await drawn(page);
    await waves.screenshot({ path: path.join(FOLDER, 'demo-waveforms.png') });
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(`${demo.url}#/`);
    await page.locator('[data-truth-switch]').check();
    await page.locator(`[data-row="${breach}"]`).click();
    await expect(page.locator('[data-true-places]')).not.toHaveAttribute('data-true-places', '0');
    await page.getByLabel('Theme').selectOption('dark');
    await drawn(page);
    await page.screenshot({ path: path.join(FOLDER, 'demo-truth.png') });
  } finally {
    await demo.stop();
  }
});
