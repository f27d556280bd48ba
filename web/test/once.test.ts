// One question at a time.
import { expect, test } from '@playwright/test';
import { Once } from '../src/lib/once';

test('who asks in a loop lets the answer come that another awaits', async () => {
  const once = new Once();
  let pages = 0;
  const page = () => once.run(async () => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    pages += 1;
  });
  // Two readers at the same time, as when a chart is asked again before it has read all.
  const read = async () => {
    for (let asked = 0; pages < 5; asked += 1) {
      expect(asked).toBeLessThan(10);
      await page();
    }
  };
  await Promise.all([read(), read()]);
  expect(pages).toBe(5);
});

test('an answer that fails ends the question, and the next one is asked', async () => {
  const once = new Once();
  await expect(once.run(() => Promise.reject(new Error('no answer')))).rejects.toThrow('no answer');
  let asked = false;
  await once.run(async () => void (asked = true));
  expect(asked).toBe(true);
});
