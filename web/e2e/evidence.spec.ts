// The Evidence page: a dossier is checked in the browser, with the words of truceline-verify, and nothing of it leaves the page.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { expectAccessible, Guard } from './guard';
import { Store } from './store';

interface Vector {
  name: string;
  file: string;
  key: string | null;
  policy: boolean;
  report: { outcome: string; sentence?: string; checks?: { name: string; outcome: string; sentence: string }[] };
}

const HEADS: Record<string, RegExp> = {
  sound: /^What was checked here holds\./,
  hole: /^Unproven\./,
  unwitnessed: /^Unproven\./,
  'no key': /^Unproven\./,
  'another key': /^Contradicted\./,
  'tampered payload': /^Contradicted\./,
  fork: /^A fork is proven\./,
};

async function checkedSentences(page: Page): Promise<string[]> {
  return page.locator('[data-check]:not([data-outcome="not checked"]) .rec').allTextContents();
}

test('a dossier is checked in the browser as truceline-verify checks it, and nothing leaves', async ({ page }) => {
  const store = new Store();
  try {
    await store.start();
    const guard = new Guard(page);
    await page.goto(store.url);
    await page.keyboard.press('e');
    await expect(page).toHaveURL(/#\/evidence$/);
    const heading = page.getByRole('heading', { level: 1 });
    await expect(heading).toHaveText('No file was checked yet.');
    await expect(heading).toBeFocused();
    await expectAccessible(page, 'empty Evidence');

    const folder = path.resolve(store.examples, '../evidence');
    const vectors = JSON.parse(readFileSync(path.join(folder, 'expected.json'), 'utf8')) as Vector[];
    const dossier = page.getByLabel('A dossier');
    const key = page.getByLabel('The journal’s key');
    const sent: string[] = [];
    page.on('request', (request) => {
      if (request.method() !== 'GET') sent.push(`${request.method()} ${request.url()}`);
    });
    for (const with_policy of [false, true]) {
      if (with_policy) await page.getByLabel('Whose cosignatures').setInputFiles(path.join(folder, 'parties.policy'));
      for (const vector of vectors.filter((one) => one.policy === with_policy)) {
        await key.fill(vector.key === null ? '' : readFileSync(path.join(folder, vector.key), 'utf8').trim());
        await key.press('Tab');
        await dossier.setInputFiles(path.join(folder, vector.file));
        const head = HEADS[vector.name];
        if (head) await expect(heading, vector.name).toHaveText(head);
        if (vector.report.checks) {
          const elsewhere = new Set(['stations', 'fields', 'statements']);
          const expected = vector.report.checks.filter((check) => !elsewhere.has(check.name)).map((check) => check.sentence);
          await expect.poll(() => checkedSentences(page), { message: vector.name }).toEqual(expected);
          await expect(page.getByText('What this does not prove')).toBeVisible();
        } else {
          await expect(page.locator('[data-fork]')).toHaveText(vector.report.sentence ?? '');
        }
      }
    }
    // What is not checked here is said, and not called proven.
    await key.fill(readFileSync(path.join(folder, 'journal.vkey'), 'utf8').trim());
    await key.press('Tab');
    await dossier.setInputFiles(path.join(folder, 'fields.tldoss'));
    await expect(page.locator('[data-check="stations"][data-outcome="not checked"]')).toContainText('Not checked here: run truceline-verify.');
    await expect(page.locator('[data-check="fields"][data-outcome="not checked"]')).toHaveCount(1);
    await expectAccessible(page, 'Evidence, sound');
    await dossier.setInputFiles(path.join(folder, 'tampered-payload.tldoss'));
    await expect(page.locator('[data-outcome="contradicted"]')).toContainText('it was changed or put in');
    await expect(page.locator('[data-outcome="contradicted"] .at')).toContainText('of the file');
    for (const theme of ['light', 'dark', 'night']) {
      await page.getByLabel('Theme').selectOption(theme);
      await expectAccessible(page, `Evidence, contradicted, ${theme}`);
    }
    await key.fill('no key');
    await key.press('Tab');
    await expect(page.getByRole('alert')).toContainText('The key cannot be used: the verifier key has not the form name+id+key.');
    await expect(page.locator('[data-check]')).toHaveCount(0);
    await page.getByRole('link', { name: 'Watch' }).click();
    await expect(page).toHaveURL(/#\/$/);
    expect(sent).toEqual([]);
    guard.check();
  } finally {
    await store.stop();
  }
});
