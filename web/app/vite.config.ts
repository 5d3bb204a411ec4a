import { defaultClientConditions, defineConfig } from 'vite';

/** `npm run dev` shows the app in front of a node that runs (bin/up). */
const gateway = 'http://127.0.0.1:8080';
const routes = ['/api', '/auth', '/uploads', '/avatars', '/banners', '/app-config.json'];

export default defineConfig({
  esbuild: { jsx: 'automatic' },
  resolve: { conditions: ['tintype-source', ...defaultClientConditions] },
  build: {
    target: 'es2022',
    // Browsers that know modules and this target know modulepreload too.
    modulePreload: { polyfill: false },
    // Nothing inline: the Content-Security-Policy allows no data: URL.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  server: { proxy: Object.fromEntries(routes.map((route) => [route, gateway])) },
});
