// `npm run check`: types, lint with sizes, import rules, generated files. All are run, then the verdict.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const steps: [name: string, command: string, args: string[]][] = [
  ['types', 'tsc', ['-p', '.']],
  ['types of the web app', 'vue-tsc', ['-p', 'web']],
  ['lint and sizes', 'eslint', ['--max-warnings', '0', '.']],
  ['import rules', 'depcruise', ['--config', '.dependency-cruiser.cjs', 'common', 'db', 'sfu', 'signaling', 'worker', 'web', 'setup', 'bench', 'e2e']],
  ['generated files', 'node', ['setup/generate.ts', '--check']],
];

/** Lint with types holds the whole project's types at once, above the 4 GB Node takes by itself. */
const env = { ...process.env, NODE_OPTIONS: '--max-old-space-size=9000' };
const failed: string[] = [];
for (const [name, command, args] of steps) {
  const from = performance.now();
  const { status } = spawnSync(`node_modules/.bin/${command}`, args, { cwd: root, env, stdio: 'inherit' });
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${((performance.now() - from) / 1000).toFixed(1)} s)`);
  if (status !== 0) failed.push(name);
}
if (failed.length > 0) {
  console.error(`check failed: ${failed.join(', ')}`);
  process.exitCode = 1;
}
