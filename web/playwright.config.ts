import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

/** Debian's Chromium; CHROMIUM names another. Playwright downloads no browser. */
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
if (!existsSync(executablePath)) {
  throw new Error(`no browser at ${executablePath}: install it (apt-get install -y chromium) or set CHROMIUM`);
}

export default defineConfig({
  testDir: 'e2e',
  testMatch: '*.spec.ts',
  reporter: 'list',
  // One store, one story: the steps follow each other.
  workers: 1,
  retries: 0,
  // A chart drawn without a graphics card on two busy cores takes seconds.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  use: {
    // An act that a page does not take is a failure, not a wait for the whole test.
    actionTimeout: 60_000,
    viewport: { width: 1440, height: 900 },
    acceptDownloads: true,
    launchOptions: { executablePath, args: ['--no-sandbox'] },
  },
});
