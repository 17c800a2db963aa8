// `npm test`: all kinds of tests in order (unit, services, media, e2e); the last line is the sum. Arguments are vitest's own.
import { parseCLI, startVitest, type TestModule } from 'vitest/node';

interface Sum { passed: number; failed: number; skipped: number }

function add(sum: Sum, module: TestModule): void {
  let failedTests = 0;
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    if (state === 'passed') sum.passed += 1;
    else if (state === 'failed') failedTests += 1;
    else sum.skipped += 1;
  }
  // A file that fails outside its tests (an import, a hook) counts as one failure.
  sum.failed += failedTests === 0 && !module.ok() ? 1 : failedTests;
}

const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)]);
const vitest = await startVitest('test', filter, { ...options, watch: false });
const sum: Sum = { passed: 0, failed: 0, skipped: 0 };
for (const module of vitest.state.getTestModules()) add(sum, module);
const strayErrors = vitest.state.getUnhandledErrors().length;
await vitest.close();
sum.failed += strayErrors;
if (sum.passed + sum.failed === 0) process.stderr.write('No test was run.\n');
process.stdout.write(`\n${sum.passed} passed, ${sum.failed} failed${sum.skipped > 0 ? `, ${sum.skipped} skipped` : ''}\n`);
process.exit(sum.failed > 0 || sum.passed === 0 ? 1 : 0);
