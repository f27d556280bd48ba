import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [svelte()],
  build: {
    target: 'es2022',
    // The chart library alone is about 1 MB; it comes from the same machine.
    chunkSizeWarningLimit: 1600,
    // Nothing inlined: the content security policy allows the page's own files only.
    assetsInlineLimit: 0,
  },
  worker: { format: 'es' },
  // For work on the page beside a running store: TRUCELINE_API=http://127.0.0.1:PORT npm run dev
  server: { host: '127.0.0.1', proxy: { '/api': process.env.TRUCELINE_API ?? 'http://127.0.0.1:8610' } },
});
