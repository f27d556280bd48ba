// Takes the README's pictures from the running program: `npm run pictures`, with the browser test's environment.
import { defineConfig } from '@playwright/test';
import browserTest from './playwright.config';

export default defineConfig(browserTest, { testMatch: '*.pictures.ts' });
