// Build of the web app: output in web/dist, which signaling serves; the dev server passes API and sockets on to it.
import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

const target = 'http://127.0.0.1:3000';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [vue()],
  // `#domain/x.ts` and its like are resolved by the `imports` field of package.json, as Node does.
  build: { outDir: 'dist', emptyOutDir: true, target: ['chrome100', 'edge100', 'firefox102', 'safari15.4'], sourcemap: false },
  define: { __VUE_OPTIONS_API__: false, __VUE_PROD_DEVTOOLS__: false, __VUE_I18N_LEGACY_API__: false, __VUE_I18N_FULL_INSTALL__: false },
  server: { proxy: { '/api': target, '/socket.io': { target, ws: true } } },
});
