// An event with a side: the real binary, an invented line and five owners' arrays.
import path from 'node:path';
import { expect, test } from '@playwright/test';
import '../src/chart/testimony';
import { expectAccessible, expectRegions, Guard } from './guard';
import { Store } from './store';

let begun: Store | null = null;

test.afterAll(async () => {
  await begun?.stop();
});

test('the case page says on which side an event lay, how far that holds, and what stays open', async ({ page }) => {
  const store = (begun = new Store());
  await store.start();
  const guard = new Guard(page);
  const example = (name: string): string => path.join(store.examples, '..', 'two-sides', name);
  const loaded = store.load(example('agreement.toml'), example('detections.json'));
  expect(loaded.code, loaded.said).toBe(0);

  await page.goto(store.url);
  await expect(page.locator('[data-row]')).toHaveCount(1);
  const id = (await page.locator('[data-row]').first().getAttribute('data-row')) ?? '';
  await page.goto(`${store.url}#/case/${id}`);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Origin side: that of Bravo, on which the event lay.');
  await expect(page.locator('[data-side]')).toHaveAttribute('data-side', 'Bravo');
  await expect(page.getByRole('img', { name: /It holds if any .* of five owners/ })).toBeVisible();
  await expect(page.locator('[data-corroboration]')).toContainText('C2: five owners');
  const propositions = page.getByRole('region', { name: 'Origin side' }).getByRole('row');
  await expect(propositions).toHaveCount(8);
  await expect(page.getByRole('region', { name: 'Leave one owner out' }).getByRole('row')).toHaveCount(7);
  await expect(page.getByText('It may have been staged by')).toHaveCount(2);
  // Nothing here is blame.
  await expect(page.getByText(/violation|guilty|attacker|enemy/i)).toHaveCount(0);
  await expectRegions(page, id);
  await expectAccessible(page, 'a case with a side');
  guard.check();
});
