import { fileURLToPath } from 'node:url';
import { preact } from '@preact/preset-vite';
import { defineConfig } from 'vite';
import { precompress } from './precompress.ts';

const api = process.env['APEL_DEV_API'] ?? 'http://127.0.0.1:8080';

/** `npx vite build ui` writes ui/dist; `npx vite ui` serves with the API behind it. */
export default defineConfig(({ command }) => ({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [preact({ prefreshEnabled: false, devToolsEnabled: false }), precompress()],
  // Whatever NODE_ENV says, as under a test runner: what is built is what is shipped.
  oxc: { jsx: { development: command !== 'build' } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: ['chrome123', 'firefox120', 'safari17.5'],
    // No inline data: URLs and no preload helper scripts in the page: the CSP allows 'self' only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': { target: api, ws: true } },
  },
}));
