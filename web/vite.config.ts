// Build of the web app: output in web/dist, which signaling serves, with compressed copies; the dev server passes API and sockets on to it.
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import vue from '@vitejs/plugin-vue';
import { defineConfig, type Plugin } from 'vite';

const target = 'http://127.0.0.1:3000';

const worthCompressingBytes = 1024;
/** Lays `.br` and `.gz` beside each asset that becomes smaller by it, as small as they get: made once, sent often. */
const compressed = (): Plugin => ({
  name: 'compressed', apply: 'build',
  generateBundle(_options, bundle) {
    for (const output of Object.values(bundle)) {
      const bytes = Buffer.from(output.type === 'chunk' ? output.code : output.source);
      if (bytes.length < worthCompressingBytes || !/\.(js|css|svg|json)$/.test(output.fileName)) continue;
      this.emitFile({ type: 'asset', fileName: `${output.fileName}.br`, source: brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }) });
      this.emitFile({ type: 'asset', fileName: `${output.fileName}.gz`, source: gzipSync(bytes, { level: 9 }) });
    }
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
