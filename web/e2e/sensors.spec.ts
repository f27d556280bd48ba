// The sensors' page: records that the real binary reads, what it found in them, and where it could not see.
import { writeFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { expectAccessible, Guard } from './guard';
import { Store } from './store';

const RATE_HZ = 100;

/** A channel's samples as text: noise, one pulse, and one minute that is missing. Test data, the same each time. */
function recording(channel: string, pulse_s: number): string {
  let state = 12_345;
  const noise = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.round((state / 2 ** 32 - 0.5) * 40);
  };
  const series = (from_s: number, to_s: number): string => {
    const samples = Array.from({ length: (to_s - from_s) * RATE_HZ }, (_, i) => {
      const t = from_s + i / RATE_HZ - pulse_s;
      return noise() + (t < 0 ? 0 : Math.round(4_000 * Math.exp(-t) * Math.sin(2 * Math.PI * 5 * t)));
    });
    const start = new Date(Date.UTC(2020, 0, 1) + from_s * 1000).toISOString().replace('Z', '000');
    return `TIMESERIES ${channel}, ${samples.length} samples, ${RATE_HZ} sps, ${start}, SLIST, INTEGER, Counts\n${samples.join('\n')}\n`;
  };
  return series(0, 300) + series(360, 480);
}

test('what sensors registered is seen, and so is where they could not see', async ({ page }) => {
  const store = new Store();
  try {
    await store.start();
    const guard = new Guard(page);
    await page.goto(store.url);
    await page.getByRole('link', { name: 'Sensors' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toContainText('No record of a waveform');
    await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
    await expectAccessible(page, 'empty Sensors');

    const files = ['XX_TEST1__HHZ_D', 'XX_TEST2__HHZ_D'].map((channel, at) => {
      const file = store.temporary(`${channel}.slist`);
      writeFileSync(file, recording(channel, 200 + 3 * at));
      return file;
    });
    const loaded = store.load(...files);
    expect(loaded.code, loaded.said).toBe(0);

    // Both come by themselves: two arrivals, and the missing minute of each channel.
    const arrivals = page.getByRole('region', { name: 'Arrivals' }).locator('tbody tr');
    await expect(arrivals).toHaveCount(2);
    await expect(arrivals.filter({ hasText: 'TEST1' })).toContainText('1 Jan 2020 00:03:20');
    await expect(arrivals.filter({ hasText: 'TEST2' })).toContainText('1 Jan 2020 00:03:23');
    const impediments = page.getByRole('region', { name: 'Impediments' }).locator('tbody tr');
    await expect(impediments).toHaveCount(2);
    await expect(impediments.first()).toContainText('samples are missing');
    await expect(impediments.first()).toContainText('1 Jan 2020 00:05:00 to 00:06:00');
    await expect(page.locator('[data-strips="2"] [data-mark]')).toHaveCount(2);
    await expect(page.locator('[data-strips="2"] [data-unseen]')).toHaveCount(2);
    await expect(page.getByRole('heading', { level: 1 })).toContainText('2 arrivals and 0 bearings');
    for (const theme of ['light', 'dark', 'night']) {
      await page.getByLabel('Theme').selectOption(theme);
      await expectAccessible(page, `Sensors, ${theme}`);
    }
    await page.keyboard.press('Escape');
    await expect(page).toHaveURL(/#\/$/);
    await page.keyboard.press('s');
    await expect(page).toHaveURL(/#\/sensors$/);
    guard.check();
  } finally {
    await store.stop();
  }
});
