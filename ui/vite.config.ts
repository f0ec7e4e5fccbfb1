import { svelte } from '@sveltejs/vite-plugin-svelte';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig(({ mode }) => ({
  plugins: [svelte()],
  resolve: {
    alias: [
      // Only `--mode mock` swaps the connection; a build without it cannot reach dev/.
      ...(mode === 'mock' ? [{ find: /^.*\/ipc\/connect$/, replacement: here('./dev/connect.ts') }] : []),
      { find: '@', replacement: here('./src') },
    ],
    // Components are tested as the browser gets them, not as a server would render them.
    ...(mode === 'test' ? { conditions: ['browser'] } : {}),
  },
  clearScreen: false,
  server: { port: 1420, strictPort: true },
  build: {
    target: 'safari17',
    // The content security policy allows no data: scripts and no inline styles from elsewhere: everything is a file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts'],
  },
}));
