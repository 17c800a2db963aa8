// Build of the web app: output in web/dist, which signaling serves, with compressed copies; the dev server passes API and sockets on to it.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import vue from '@vitejs/plugin-vue';
import { defineConfig, type Plugin } from 'vite';

const target = 'http://127.0.0.1:3000';

const worthCompressingBytes = 1024;
/** The best packing of the WebAssembly runtime (14 MB) takes half a minute and saves a twentieth. */
const largeBytes = 4_000_000;
/** Lays `.br` and `.gz` beside each asset, as small as they get: made once, sent often. Of the files as they were written: until then Vite changes them. */
const compressed = (): Plugin => ({
  name: 'compressed', apply: 'build',
  writeBundle: {
    order: 'post', sequential: true,
    async handler({ dir }, bundle) {
      for (const name of Object.keys(bundle).filter((file) => /\.(js|mjs|css|svg|json|wasm)$/.test(file))) {
        const path = join(dir!, name);
        const bytes = await readFile(path);
        if (bytes.length < worthCompressingBytes) continue;
        await writeFile(`${path}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length, [constants.BROTLI_PARAM_QUALITY]: bytes.length > largeBytes ? 9 : constants.BROTLI_MAX_QUALITY } }));
        await writeFile(`${path}.gz`, gzipSync(bytes, { level: 9 }));
      }
    },
  },
});

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [vue(), compressed()],
  // `#domain/x.ts` and its like are resolved by the `imports` field of package.json, as Node does.
  build: { outDir: 'dist', emptyOutDir: true, target: ['chrome100', 'edge100', 'firefox102', 'safari15.4'], sourcemap: false },
  define: { __VUE_OPTIONS_API__: false, __VUE_PROD_DEVTOOLS__: false, __VUE_I18N_LEGACY_API__: false, __VUE_I18N_FULL_INSTALL__: false },
  server: { proxy: { '/api': target, '/socket.io': { target, ws: true } } },
});
