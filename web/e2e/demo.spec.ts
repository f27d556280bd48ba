// The tour of the demo: the real `truceline demo` with Debian's Chromium, from its start to the end of its day.
import { expect, test, type Page } from '@playwright/test';
import '../src/chart/testimony';
import { Demo } from './demo';
import type { Coverage, SensedArrival } from '../src/lib/types';
import { expectAccessible, Guard } from './guard';

/** From the start to the first incident on the page, ms. */
const FIRST_MS_MAX = 60_000;
/** How long a scene and what is found in it may take on a busy machine, ms. */
const SCENE_MS_MAX = 240_000;
const THEMES = ['light', 'dark', 'night'] as const;

test.describe.configure({ mode: 'serial' });

const rows = (page: Page) => page.locator('[data-row]');
const told = (page: Page) => page.locator('[data-scene-told]');

test('the tour of the demo', async ({ page, request }) => {
  test.setTimeout(1_500_000);
  const demo = new Demo();
  const guard = new Guard(page);

  /** The case that found the first true event of a scene, once one has. */
  const foundIn = async (scene: string): Promise<string> => {
    let id: string | null = null;
    await expect
      .poll(async () => (id = (await demo.truth(request)).events.find((event) => event.scene === scene && event.case !== null)?.case ?? null), { timeout: SCENE_MS_MAX })
      .not.toBeNull();
    return id ?? '';
  };
  /** Stops the clock: what comes next waits until this was looked at. */
  const hold = async (): Promise<void> => {
    const { paused, ended } = await demo.state(request);
    if (!paused && !ended) await page.locator('[data-pause]').click();
    await expect(page.locator('[data-pause]')).toContainText('Go on');
  };
  /** Goes on to a scene by the list of scenes. The clock stands while it is looked for; where it came by itself, it plays on. */
  const goTo = async (scene: string): Promise<void> => {
    await hold();
    const { scenes, now } = await demo.state(request);
    const wanted = scenes.find((one) => one.id === scene);
    if (Date.parse(wanted?.from ?? '') <= Date.parse(now)) {
      await page.locator('[data-pause]').click();
      return;
    }
    await page.getByRole('button', { name: 'List of scenes' }).click();
    await page.getByRole('button', { name: `Go there: ${wanted?.title}` }).click();
    await expect(page.getByRole('dialog')).toBeHidden();
    await expect(told(page)).toHaveAttribute('data-scene-told', scene, { timeout: SCENE_MS_MAX });
    await expect(told(page)).toContainText(wanted?.title ?? '');
  };
  /** Waits until a scene was played to its end. */
  const over = async (scene: string): Promise<void> => {
    await expect
      .poll(
        async () => {
          const { now, scenes } = await demo.state(request);
          return Date.parse(now) >= Date.parse(scenes.find((one) => one.id === scene)?.to ?? '');
        },
        { timeout: SCENE_MS_MAX },
      )
      .toBe(true);
  };
  const open = async (id: string): Promise<void> => {
    await page.goto(`${demo.url}#/case/${id}`);
    await expect(page.getByRole('region', { name: 'Verdict' })).toContainText(id);
  };

  try {
    await test.step('the first incident stands within a minute of the start', async () => {
      await demo.start('--seed', '1');
      await page.goto(demo.url);
      await expect(page.getByRole('region', { name: 'Demo' })).toBeVisible();
      await expect(rows(page).first()).toBeVisible({ timeout: FIRST_MS_MAX });
      expect(Date.now() - demo.started_ms).toBeLessThan(FIRST_MS_MAX);
      await expect(told(page)).not.toHaveAttribute('data-scene-told', 'none');
    });

    await test.step('the chart has line, zones and sensors with their health before anything is chosen', async () => {
      await expect(page.locator('[data-sensor]')).not.toHaveCount(0);
      await expect(page.locator('[data-sensor][data-health=up]').first()).toBeAttached();
      await expect(page.locator('[data-terrain]')).toBeAttached();
      await expect(page.getByText('withdrawal line', { exact: true })).toBeVisible();
      await expect(page.getByText('Invented. It takes no position')).toBeVisible();
    });

    await test.step('the space bar stops the clock, and lets it go on', async () => {
      await page.locator('body').press('Space');
      await expect(page.locator('[data-pause]')).toContainText('Go on');
      const stood = await demo.state(request);
      expect(stood.paused).toBe(true);
      await page.waitForTimeout(2_000);
      expect((await demo.state(request)).now).toBe(stood.now);
      await page.locator('body').press('Space');
      await expect(page.locator('[data-pause]')).toContainText('Pause');
      await page.locator('[data-speed="60"]').click();
      await expect(page.locator('[data-speed="60"]')).toHaveAttribute('aria-pressed', 'true');
    });

    await test.step('the clear breach: a region, a side, and how many owners may be false', async () => {
      await open(await foundIn('clear-breach'));
      await expect(page.getByRole('heading', { level: 1 })).toHaveAttribute('data-state', 'possible-breach', { timeout: SCENE_MS_MAX });
      await expect(page.locator('[data-side="Bravo"]')).toBeVisible();
      await expect(page.locator('[data-certificate]')).toContainText(/holds if any/i);
      await expect(page.getByRole('region', { name: 'Leave one owner out' }).locator('tbody tr')).toHaveCount(6);
    });

    await test.step('its waveforms: each arrival stands on its trace, spans are reached by keys, and what was erased is hatched', async () => {
      await hold();
      const waves = page.getByRole('region', { name: 'Waveforms and arrivals' });
      const plot = waves.locator('[data-traces]');
      await expect(plot).not.toHaveAttribute('data-traces', '0');
      for (const wave of ['P', 'S', 'airwave']) await expect(waves.locator(`[data-pick=${wave}]`).first()).toBeAttached();
      await expect(waves.locator('[data-origin]')).toBeAttached();
      // Each wave is expected at every seismometer, and where P was found that is near where it was expected.
      for (const wave of ['P', 'S', 'airwave']) await expect(waves.locator(`[data-expected=${wave}]`).first()).toBeAttached();
      const apart_px = await waves.evaluate((section) => {
        const marks = (name: string): { x: number; row: number }[] =>
          [...section.querySelectorAll(`[data-${name}=P]`)].map((mark) => {
            const [, x = NaN, y = NaN] = /^M([\d.]+) ([\d.]+)/.exec(mark.getAttribute('d') ?? '')?.map(Number) ?? [];
            return { x, row: Math.floor(y / 46) };
          });
        const expected = marks('expected');
        return marks('pick').map(({ x, row }) => Math.abs(x - (expected.find((one) => one.row === row)?.x ?? Infinity)));
      });
      expect(apart_px.length).toBeGreaterThan(0);
      expect(Math.max(...apart_px)).toBeLessThan(40);
      // Ink on the canvas: the traces are drawn, not only named.
      const inked = () =>
        waves.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
          const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
          return pixels.filter((value, i) => i % 4 === 3 && value > 0).length;
        });
      await expect.poll(inked).toBeGreaterThan(2_000);
      // A revision that still came may move all by some ms: whole is what begins within a second of where it did.
      const begins = async () => Date.parse((await plot.getAttribute('data-from')) ?? '');
      const first = await begins();
      const isWhole = async () => Math.abs((await begins()) - first) < 1_000;
      await plot.focus();
      await page.keyboard.press('+');
      await expect.poll(isWhole).toBe(false);
      await page.keyboard.press('0');
      await expect.poll(isWhole).toBe(true);
      await waves.getByText('The same as a table').click();
      const nearest = waves.locator('[data-trace]').first();
      await nearest.getByRole('button', { name: /^P / }).click();
      await expect.poll(isWhole).toBe(false);
      await expect.poll(inked).toBeGreaterThan(2_000);
      for (const theme of THEMES) {
        await page.getByLabel('Theme').selectOption(theme);
        await expectAccessible(page, `waveforms, ${theme}`);
      }
      await page.getByLabel('Theme').selectOption('light');

      const channel = (await nearest.getAttribute('data-trace')) ?? '';
      const { detections } = (await (await request.get(`${demo.url}api/v1/detections?limit=500&channel=${channel}`)).json()) as { detections: SensedArrival[] };
      const arrivals = (await demo.case(request, await foundIn('clear-breach'))).arrivals;
      const payload = detections.find((found) => arrivals.some((used) => used.channel === channel && used.onset === found.onset))?.waveform[0];
      const erased = await request.post(`${demo.url}api/v1/erasures`, { headers: { 'X-Truceline': '1' }, data: { payload, reason: 'asked for by its owner' } });
      expect(erased.ok(), await erased.text()).toBe(true);
      await page.reload();
      await expect(waves.locator('[data-missing=erased]').first()).toBeAttached();
      await expect(waves.locator(`[data-trace="${channel}"]`)).toContainText('erased: asked for by its owner');
    });

    await test.step('on to the next incident: the notified demolition is permitted', async () => {
      await page.goto(`${demo.url}#/`);
      // On a busy machine the clock may have come to it by itself: then it plays on.
      const came = (await demo.state(request)).scene === 'notified-demolition';
      await page.locator('body').press(came ? 'Space' : '.');
      await expect(told(page)).toHaveAttribute('data-scene-told', 'notified-demolition', { timeout: SCENE_MS_MAX });
      const id = await foundIn('notified-demolition');
      await hold();
      await open(id);
      await expect(page.getByRole('heading', { level: 1 })).toHaveAttribute('data-state', 'permitted-and-notified', { timeout: SCENE_MS_MAX });
      await expect(page.getByRole('region', { name: 'Notices' })).toContainText('compatible, not proven');
      await expect(page.locator('[data-skipped]')).not.toHaveAttribute('data-skipped', '0');
      await expect(page.getByText(/quiet hours, skipped: nothing of them is recorded or looked at; .* so far/)).toBeVisible();
    });

    await test.step('an earthquake: it lay deep, is taken for natural, and no breach is possible of it', async () => {
      await goTo('earthquake');
      const id = await foundIn('earthquake');
      await over('earthquake');
      await hold();
      await open(id);
      await expect(page.getByRole('heading', { level: 1 })).toHaveAttribute('data-state', 'undetermined', { timeout: SCENE_MS_MAX });
      await expect(page.locator('[data-kinds="earthquake"]')).toContainText(/else \d+\.\d km\s+below it/);
      await expect(page.locator('[data-side="abstains"]')).toContainText('taken for natural');
      await expectAccessible(page, 'the case of an earthquake');
    });

    await test.step('a launch in the contested band: no side is stated, and the finding says why', async () => {
      await goTo('contested-band');
      const id = await foundIn('contested-band');
      await hold();
      await open(id);
      await expect(page.locator('[data-side="abstains"]')).toBeVisible({ timeout: SCENE_MS_MAX });
      await expect(page.locator('[data-certificate="none"]')).toBeVisible();
    });

    await test.step('the jammed hour: its sensors are said not to be heard, and the gap is hatched', async () => {
      await goTo('jammed-hour');
      await over('jammed-hour');
      await page.goto(`${demo.url}#/`);
      const jammed = (await demo.truth(request)).jammed.find((one) => one.means === 'jamming');
      expect(jammed?.sensors.length).toBeGreaterThan(3);
      // The gap in each of them is registered at the latest when it is heard again.
      const timeline = page.getByRole('region', { name: 'Timeline' }).getByRole('img');
      // On a machine that lags behind the clock, others may not be heard for a moment too.
      const unheard = async () => Number(/at most (\d+)\schannels not heard/.exec((await timeline.getAttribute('aria-label')) ?? '')?.[1]);
      await expect.poll(unheard, { timeout: SCENE_MS_MAX }).toBeGreaterThanOrEqual(jammed?.sensors.length ?? Infinity);
      await hold();
      // Over the jammed sector sight is reduced, by the clock of the demo, and the reader may take the hatch away.
      const seenAt = async (at_ms: number): Promise<Coverage> =>
        (await (await request.get(`${demo.url}api/v1/coverage?at=${new Date(at_ms).toISOString()}`)).json()) as Coverage;
      const [before, during] = [await seenAt(Date.parse(jammed?.from ?? '') - 3_000), await seenAt(Date.parse(jammed?.from ?? '') + 150_000)];
      expect([before.unknown, during.unknown]).toEqual([null, null]);
      expect(during.running).toBeLessThan(before.running);
      const reduced = ({ lines }: Coverage): number => lines.reduce((sum, line) => sum + line.reduced_km + line.not_seen_km, 0);
      expect(reduced(during)).toBeGreaterThan(reduced(before) + 5);
      await expect(page.locator('[data-coverage]')).toBeAttached();
      await expect(page.locator('[data-sight]')).toContainText('Line of contact');
      await page.locator('body').press('c');
      await expect(page.locator('[data-coverage]')).toHaveCount(0);
      await page.locator('body').press('c');
      await expect(page.locator('[data-coverage]')).toBeAttached();
      await page.goto(`${demo.url}#/sensors`);
      const name = (jammed?.sensors[0] ?? '').replace('FDSN:', '');
      await expect(page.getByRole('region', { name: 'Impediments' }).getByRole('row', { name: new RegExp(name) }).first()).toBeVisible();
    });

    await test.step('thunder: what is found of it is called no act', async () => {
      await page.goto(`${demo.url}#/`);
      await goTo('thunder');
      await over('thunder');
      await hold();
      const { events } = await demo.truth(request);
      const thunder = events.filter((event) => event.kind === 'thunder');
      expect(thunder.length).toBeGreaterThan(0);
      // Whatever was found at the time of the storm is called no act.
      const found = (await demo.state(request)).scenes.find((scene) => scene.id === 'thunder')?.cases ?? [];
      for (const id of new Set([...found, ...thunder.flatMap((event) => event.case ?? [])])) {
        const { event, kinds } = await demo.case(request, id);
        expect(['not assessed', 'undecided', 'thunder'], id).toContain(event.class);
        // Not even moderate support for an act.
        expect(kinds?.natural_log10 ?? 0, id).toBeGreaterThan(-1);
      }
    });

    await test.step('an owner whose data are false is shown inconsistent, and no other is', async () => {
      await goTo('false-owner');
      await over('false-owner');
      const owner = (await demo.truth(request)).false_owner?.owner ?? 'nobody';
      await page.goto(`${demo.url}#/sensors`);
      const rows = page.getByRole('region', { name: 'Inconsistent with the others' }).locator('[data-inconsistent]');
      // It is said when the window of its events closes.
      await expect(rows.first()).toBeVisible({ timeout: SCENE_MS_MAX });
      await expect(rows.first()).toContainText('its times are');
      for (const row of await rows.all()) await expect(row).toHaveAttribute('data-inconsistent', owner);
      await hold();
      await open(await foundIn('false-owner'));
      await expect(page.getByRole('region', { name: 'Verdict' })).toContainText(`of ${owner} is inconsistent with the others`, { timeout: SCENE_MS_MAX });
      await page.goto(`${demo.url}#/`);
    });

    await test.step('the truth is laid over queue, chart and case, marked as such, and taken away again', async () => {
      await expect(page.locator('[data-truth-of]')).toHaveCount(0);
      await page.locator('body').press('o');
      await expect(page.locator('[data-truth-switch]')).toBeChecked();
      await expect(page.locator('[data-true-places]')).not.toHaveAttribute('data-true-places', '0');
      await expect(page.getByText('Truth, known in this demo only').first()).toBeVisible();
      const breach = await foundIn('clear-breach');
      await expect(page.locator(`[data-truth-of="${breach}"]`)).toContainText('true: explosion, by Alpha');
      const missed = (await demo.truth(request)).events.filter((event) => event.case === null).length;
      expect(missed).toBeGreaterThan(0);
      await expect(page.locator('[data-not-found]')).toContainText('not found, or not yet');
      await expectAccessible(page, 'Watch with the truth');
      await open(breach);
      await expect(page.locator('[data-truth="1"]')).toContainText(/\d\s*(km|m) from the mean/);
      await expect(page.locator('[data-held="yes"]')).toBeVisible();
      await page.locator('[data-truth-switch]').uncheck();
      await expect(page.locator('[data-truth]')).toHaveCount(0);
      await expect(page.locator('[data-true-places]')).toHaveCount(0);
    });

    await test.step('the keys say what they do in the demo, and everything stands in all three themes', async () => {
      await page.goto(`${demo.url}#/`);
      await page.locator('body').press('?');
      await expect(page.getByRole('dialog')).toContainText('to the next incident of the demo');
      await page.keyboard.press('Escape');
      for (const theme of THEMES) {
        await page.getByLabel('Theme').selectOption(theme);
        await expectAccessible(page, `the demo, ${theme}`);
      }
      await page.getByLabel('Theme').selectOption('light');
      await page.getByRole('button', { name: 'List of scenes' }).click();
      await expectAccessible(page, 'list of scenes');
      await page.keyboard.press('Escape');
    });

    await test.step('the end of the day: all of it stays to be looked at', async () => {
      await goTo('protected-site');
      await page.locator('[data-speed="120"]').click();
      await expect(told(page)).toContainText('The day has ended', { timeout: SCENE_MS_MAX });
      await expect(page.locator('[data-pause]')).toBeDisabled();
      await expect(rows(page).first()).toBeVisible();
    });
    guard.check();
  } finally {
    await demo.stop();
  }
});
