// One real event, end to end: the real binary, the real examples, Debian's Chromium.
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test, type Page } from '@playwright/test';
import '../src/chart/testimony';
import { expectAccessible, expectRegions, Guard } from './guard';
import { Store } from './store';

const THEMES = ['light', 'dark', 'night'] as const;

let store: Store;
let begun: Store | null = null;

test.describe.configure({ mode: 'serial' });
test.beforeAll(async () => {
  store = begun = new Store();
  await store.start();
});
test.afterAll(async () => {
  await begun?.stop();
});

const rows = (page: Page) => page.locator('[data-row]');

/** The example's detections as a second event one day later: test data made from the first. */
function secondEvent(): string {
  interface Entry {
    Event: string;
    'Peak F-Stat Time (UTC)': string;
  }
  const file = JSON.parse(readFileSync(store.example('detections.json'), 'utf8')) as { detections: Entry[] };
  for (const entry of file.detections) {
    entry.Event = 'second-test-event';
    const day_later = Date.parse(`${entry['Peak F-Stat Time (UTC)']}Z`) + 86_400_000;
    entry['Peak F-Stat Time (UTC)'] = new Date(day_later).toISOString().slice(0, 19);
  }
  const path = store.temporary('second.json');
  writeFileSync(path, JSON.stringify(file));
  return path;
}

test('a recorded explosion becomes a finding that anyone can check', async ({ page }) => {
  const guard = new Guard(page);
  await page.goto(store.url);

  await test.step('an empty store says so, and that it records only', async () => {
    await expect(page.getByRole('heading', { level: 1 })).toContainText('No event');
    await expect(page.getByText('Recording only')).toBeVisible();
    await expectAccessible(page, 'empty Watch');
  });

  await test.step('the event appears by itself: on the chart, in the queue, in words', async () => {
    const loaded = store.load(store.example('agreement.toml'), store.example('detections.json'));
    expect(loaded.code, loaded.said).toBe(0);
    await expect(rows(page)).toHaveCount(1);
    await expect(rows(page).first()).toContainText('Possible breach');
    await expect(page.getByRole('heading', { level: 1 })).toHaveAttribute('data-state', 'possible-breach');
    await expect(page.getByRole('heading', { level: 1 })).toContainText('Possible breach');
    await expect(page.getByText('Recording only')).toHaveCount(0);
    const id = await rows(page).first().getAttribute('data-row');
    await expectRegions(page, id ?? '');
    await expect.poll(() => page.evaluate(() => window.__truceline_map?.rays() ?? 0)).toBeGreaterThanOrEqual(3);
    await expect(page.locator('[data-regions-drawn="3"]')).toBeVisible();
  });

  await test.step('a file that is none of the three is refused in words, and nothing changes', async () => {
    const path = store.temporary('empty.toml');
    writeFileSync(path, 'nothing = "here"\n');
    await page.locator('input[type=file]').setInputFiles(path);
    await expect(page.getByText(/Not loaded: empty\.toml/)).toBeVisible();
    await expect(rows(page).first()).toContainText('Possible breach');
    // The refused request is the one complaint that the browser prints, and it must be that one.
    expect(guard.complaints.filter((text) => !/status of 4\d\d/.test(text))).toEqual([]);
    guard.complaints.length = 0;
  });

  await test.step('the notice changes the verdict without a reload', async () => {
    await page.evaluate(() => ((window as unknown as { kept: boolean }).kept = true));
    await page.locator('input[type=file]').setInputFiles(store.example('notice.toml'));
    await expect(page.getByText(/notice\.toml holds a notice: 1 registered/)).toBeVisible();
    await expect(rows(page).first()).toContainText('Permitted and notified');
    await expect(page.getByRole('heading', { level: 1 })).toHaveAttribute('data-state', 'permitted-and-notified');
    await expect(page.getByRole('region', { name: 'Selected case' })).toContainText('compatible, not proven');
    expect(await page.evaluate(() => (window as unknown as { kept?: boolean }).kept)).toBe(true);
  });

  await test.step('the case page holds the dossier, which the verifier passes', async () => {
    await page.getByRole('link', { name: 'Open case' }).click();
    await expect(page.getByRole('heading', { name: 'Evidence' })).toBeVisible();
    const id = decodeURIComponent(new URL(page.url()).hash.split('/').pop() ?? '');
    await expectRegions(page, id);
    await expect(page.getByText(`truceline-verify ${id}.tldoss --key`)).toContainText(store.key);
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download dossier' }).click();
    const dossier = await download;
    expect(dossier.suggestedFilename()).toBe(`${id}.tldoss`);
    const path = store.temporary('dossier.tldoss');
    await dossier.saveAs(path);

    const passed = store.verify(path, '--key', store.key);
    expect(passed.code, passed.said).toBe(0);
    expect(passed.said).toContain('No witness');
    const unpinned = store.verify(path);
    expect(unpinned.code, unpinned.said).toBe(1);

    const bytes = readFileSync(path);
    const middle = bytes.length >> 1;
    bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
    writeFileSync(path, bytes);
    const flipped = store.verify(path, '--key', store.key);
    expect(flipped.code, flipped.said).toBe(2);
  });
  guard.check();
});

test('both pages and the table are accessible in all three themes', async ({ page }) => {
  const guard = new Guard(page);
  await page.goto(store.url);
  const id = (await rows(page).first().getAttribute('data-row')) ?? '';
  for (const theme of THEMES) {
    await page.goto(`${store.url}#/`);
    await page.getByLabel('Theme').selectOption(theme);
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
    await expectRegions(page, id);
    await expectAccessible(page, `Watch, ${theme}`);
    await page.keyboard.press('t');
    await expect(page.locator('[data-twin] tbody tr')).toHaveCount(1);
    await expectAccessible(page, `table, ${theme}`);
    await page.keyboard.press('t');
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog')).toBeVisible();
    await expectAccessible(page, `keys, ${theme}`);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toBeHidden();
    await page.goto(`${store.url}#/case/${id}`);
    await expectRegions(page, id);
    await expectAccessible(page, `case, ${theme}`);
    await page.reload();
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
  }
  guard.check();
});

test('everything is reached by the keyboard', async ({ page }) => {
  const guard = new Guard(page);
  const loaded = store.load(secondEvent());
  expect(loaded.code, loaded.said).toBe(0);
  await page.goto(store.url);
  await expect(rows(page)).toHaveCount(2);
  const [newer, older] = await rows(page).evaluateAll((found) => found.map((row) => row.getAttribute('data-row') ?? ''));
  const selected = page.locator('[data-row][aria-current=true]');
  await expect(selected).toHaveAttribute('data-row', newer ?? '');

  await page.keyboard.press('j');
  await expect(selected).toHaveAttribute('data-row', older ?? '');
  await page.keyboard.press('k');
  await expect(selected).toHaveAttribute('data-row', newer ?? '');
  await page.keyboard.press('j');

  // The table twin: the same rows in the same order.
  await page.keyboard.press('t');
  await expect(page.locator('[data-twin] tbody button')).toHaveText([newer ?? '', older ?? '']);
  await page.keyboard.press('Escape');
  await expect(page.locator('[data-twin]')).toHaveCount(0);

  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`#/case/${older}$`));
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await page.keyboard.press('n');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'night');
  await page.keyboard.press('n');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/#\/$/);
  await expect(page.locator(`[data-row="${older}"]`)).toBeFocused();

  // Single letters can be switched off.
  await page.keyboard.press('?');
  await page.getByLabel('Single-letter keys are on').uncheck();
  await page.keyboard.press('Escape');
  await page.keyboard.press('n');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  guard.check();
});

/** The example's detections as those of three owners, two days later. */
function threeOwners(): string {
  interface Entry {
    Event: string;
    Owner: string;
    'Peak F-Stat Time (UTC)': string;
  }
  const file = JSON.parse(readFileSync(store.example('detections.json'), 'utf8')) as { detections: Entry[] };
  for (const [at, entry] of file.detections.entries()) {
    const later = Date.parse(`${entry['Peak F-Stat Time (UTC)']}Z`) + 2 * 86_400_000;
    entry['Peak F-Stat Time (UTC)'] = new Date(later).toISOString().slice(0, 19);
    [entry.Event, entry.Owner] = ['three-owners', ['Alpha', 'Bravo', 'Mission'][at] ?? ''];
  }
  const path = store.temporary('owners.json');
  writeFileSync(path, JSON.stringify(file));
  return path;
}

test('beside the place of all owners stands what is left without each', async ({ page }) => {
  const guard = new Guard(page);
  const loaded = store.load(threeOwners());
  expect(loaded.code, loaded.said).toBe(0);
  await page.goto(store.url);
  // The newest stands first.
  const id = (await rows(page).first().getAttribute('data-row')) ?? '';
  await page.goto(`${store.url}#/case/${id}`);
  const body = page.getByRole('region', { name: 'Without each owner' }).locator('tbody tr');
  await expect(body).toHaveCount(4);
  await expect(body.first()).toContainText(/Nobody\s*all\s3\sarrivals/);
  for (const owner of ['Alpha', 'Bravo', 'Mission']) {
    await expect(body.filter({ hasText: owner })).toContainText(/\d\s*km².*\d\s*km/);
  }
  await expectAccessible(page, 'case with owners');
  guard.check();
});
