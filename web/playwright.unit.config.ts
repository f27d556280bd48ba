import { defineConfig } from '@playwright/test';

// The unit tests need no browser: Playwright's runner is the one test runner of this folder.
export default defineConfig({ testDir: 'test', testMatch: '*.test.ts', reporter: 'list', workers: 1 });
