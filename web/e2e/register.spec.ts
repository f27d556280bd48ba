// The register's pages over a real journal: the board, the answer to "what may my state do today" one click from the start, and two
// consultations of twelve states, one to a decision and one to no determination, in both languages.
import { expect, test, type Page } from '@playwright/test';
import { expectAccessible, Guard } from './guard';
import { Guarantees, STATES } from './guarantees';
import { Store } from './store';

let begun: Store | null = null;
let made: { decided: string; undetermined: string; case: string };

test.describe.configure({ mode: 'serial' });
test.beforeAll(async () => {
  test.setTimeout(600_000);
  const store = (begun = new Store());
  await store.start('--state', 'XA');
  made = await new Guarantees(store).twelve();
});
test.afterAll(async () => {
  await begun?.stop();
});

/** Opens the page; counts every click in it. */
async function arrive(page: Page, hash = ''): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    const counter = window as unknown as { clicks?: number };
    if (counter.clicks !== undefined) return;
    counter.clicks = 0;
    window.addEventListener('click', () => (counter.clicks = (counter.clicks ?? 0) + 1), true);
  });
  await page.goto(`${begun?.url ?? ''}${hash}`);
  return () => page.evaluate(() => (window as unknown as { clicks: number }).clicks);
}

const options = (page: Page) => page.locator('[data-option]');

test('what may my state do today is one click from the start', async ({ page }) => {
  const guard = new Guard(page);
  const clicks = await arrive(page);
  await page.getByRole('link', { name: 'Aldera today' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Aldera');
  expect(await clicks()).toBe(1);

  // What it may do: every option with its word, in the order in which it was written.
  await expect(options(page)).toHaveCount(3);
  await expect(options(page).locator('[data-may]')).toHaveText(['yes', 'yes', 'after a vote']);
  await expect(options(page).first()).toContainText('Economic support');
  await expect(options(page).first()).toContainText('the government decides');
  await expect(page.locator('[data-tally="unclear"]')).toContainText('0');
  // On which finding it is asked: the one before the open consultation, with a way to it.
  const asked = page.getByRole('region', { name: 'We would be asked about' });
  await expect(asked.getByRole('link', { name: `the finding on ${made.case}` })).toHaveAttribute('href', `#/case/${made.case}`);
  await expect(page.locator('[data-today]')).toContainText(`the finding on ${made.case}`);
  await expect(page.locator('[data-today]')).toContainText('Of 3 options 2 are a plain yes, one is open after a vote, none is a no and none is unclear.');
  await expect(page.locator('[data-caveat="caveat-XA"]')).toContainText('Longer, if it is asked for');
  await expect(page.locator('[data-track] [data-step="lower-house"]')).toContainText('under way');
  await expect(page.locator('[data-track] [data-step="upper-house"]')).toContainText('not stated');
  expect(await clicks()).toBe(1);

  // Its page is there from every other one, and by one key.
  await page.goto(`${begun?.url ?? ''}#/sensors`);
  await page.keyboard.press('g');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Aldera');
  guard.check();
});

test('without a house the choice is kept in the browser', async ({ page }) => {
  const guard = new Guard(page);
  await begun?.end();
  await begun?.start();
  await arrive(page, '#/register');
  await page.getByLabel('Choose a state').selectOption('XC');
  await page.reload();
  await page.goto(begun?.url ?? '');
  const clicks = await arrive(page);
  await page.getByRole('link', { name: 'Corvia today' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Corvia');
  expect(await clicks()).toBe(1);
  await expect(options(page).locator('[data-may]')).toHaveText(['no', 'unclear', 'unclear']);
  await expect(page.locator('[data-today]')).toContainText('none is a plain yes, none is open after a vote, one is a no, as said and 2 are unclear.');
  guard.check();
  await page.close();
  await begun?.end();
  await begun?.start('--state', 'XA');
});

test('the board shows every pillar and state, and what changed', async ({ page }) => {
  const guard = new Guard(page);
  await arrive(page, '#/register');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Guarantees of twelve states');
  await expect(page.locator('[data-pillar]')).toHaveCount(2);
  await expect(page.locator('[data-state]')).toHaveCount(STATES.length);
  await expect(page.locator('[data-count="quantities"]')).toHaveText('0 of 2');
  await expect(page.locator('[data-state="XB"]')).toContainText('announced by another');
  await expect(page.locator('[data-state="XB"]')).toContainText('2 to 3 ships');
  const change = page.locator('[data-change="pledge-XB"]');
  await expect(change).toContainText('quantity: unclear, now 2 to 3 ships');
  await expect(page.locator('[data-consultation]')).toHaveCount(3);
  for (const theme of ['light', 'dark', 'night']) {
    await page.getByLabel('Theme').selectOption(theme);
    await expectAccessible(page, `board, ${theme}`);
  }
  await page.getByLabel('Language').selectOption('fr');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Garanties de douze États');
  await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
  await expect(change).toContainText('quantité\u00a0: incertain, maintenant de 2 à 3 ships');
  await expectAccessible(page, 'board, French');
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Garanties de douze États');
  guard.check();
});

/** The words of a consultation's page in a language. */
const WORDS = {
  en: {
    decided: 'The guarantors decided: adopted.',
    none: 'The Commission came to no determination.',
    silent: 'silent',
    reservation: 'supports with a reservation',
    read: 'Silence is read as nothing.',
    fallen: 'stands no more',
    revoked: '1 revoked',
    tally: 'Counted: supports 8; supports with a reservation 1; opposes 1; silent 2.',
  },
  fr: {
    decided: 'Les garants ont décidé\u00a0: adoptée.',
    none: 'La Commission n’est parvenue à aucune détermination.',
    silent: 'silence',
    reservation: 'soutient avec une réserve',
    read: 'Le silence n’est lu comme rien.',
    fallen: 'ne vaut plus',
    revoked: '1 révoquée',
    tally: 'Compté\u00a0: soutient 8\u00a0; soutient avec une réserve 1\u00a0; s’oppose 1\u00a0; silence 2.',
  },
} as const;

for (const language of ['en', 'fr'] as const) {
  const words = WORDS[language];
  const seat = (page: Page, state: string) => page.locator(`[data-seat="${state}"]`);

  test(`a consultation to a decision, in ${language}`, async ({ page }) => {
    const guard = new Guard(page);
    await page.addInitScript((name) => localStorage.setItem('truceline.language', name), language);
    await arrive(page, `#/consultation/${made.decided}`);
    await expect(page.locator('[data-conclusion]')).toHaveText(words.decided);
    await expect(page.locator('[data-seat]')).toHaveCount(STATES.length);
    for (const state of ['XK', 'XL']) {
      await expect(seat(page, state).locator('[data-stance="silent"]')).toHaveText(words.silent);
      await expect(seat(page, state)).toContainText(words.read);
    }
    await expect(seat(page, 'XD')).toContainText(words.reservation);
    await expect(seat(page, 'XD')).toContainText('Only for six months.');
    await expect(page.locator('[data-tally]')).toHaveText(words.tally);
    await expect(page.locator('[data-dissent="XJ"]')).toContainText('Not on this basis.');
    await expect(page.locator('[data-measure="XA"]')).toContainText(language === 'en' ? 'Economic support' : 'Soutien économique');
    await expect(page.locator('[data-measure="XA"]')).toContainText('Law on aid');
    for (const theme of ['light', 'dark', 'night']) {
      await page.locator('header select').last().selectOption(theme);
      await expectAccessible(page, `decision, ${language}, ${theme}`);
    }
    guard.check();
  });

  test(`a consultation to no determination, in ${language}`, async ({ page }) => {
    const guard = new Guard(page);
    await page.addInitScript((name) => localStorage.setItem('truceline.language', name), language);
    await arrive(page, `#/consultation/${made.undetermined}`);
    await expect(page.locator('[data-conclusion]')).toHaveText(words.none);
    await expect(page.locator(`[data-basis] a[href="#/case/${made.case}"]`)).toBeVisible();
    await expect(seat(page, 'XB')).toContainText(words.fallen);
    await expect(seat(page, 'XB').locator('[data-revoked]')).toHaveText(words.revoked);
    await expect(seat(page, 'XB').locator('[data-stance="silent"]')).toBeVisible();
    await expect(seat(page, 'XC')).toContainText('The time is disputed.');
    await expectAccessible(page, `no determination, ${language}`);
    const download = page.waitForEvent('download');
    await page.locator('a[download]').click();
    const file = begun?.temporary(`consultation-${language}.tldoss`) ?? '';
    await (await download).saveAs(file);
    // What stands between the acts is left out, so the verifier says that no act is missing is unproven; all else is proven.
    const verified = begun?.verify(file, '--key', begun.key);
    expect(verified?.code, verified?.said).toBe(1);
    expect(verified?.said).toContain('Nothing is contradicted');
    expect(verified?.said).toContain('signatures hold, each by a key that holds at its place in the journal');
    const folded = begun?.run('register', 'consult', 'check', file, '--key', begun.key);
    expect(folded?.code, folded?.said).toBe(0);
    expect(folded?.said).toContain('determination: no determination');
    guard.check();
  });
}
