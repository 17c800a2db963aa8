// `npm test`: all kinds of tests in order (unit, services, media, e2e); the last line is the sum. Arguments are vitest's own.
import { relative } from 'node:path';
import { parseCLI, startVitest, type Reporter, type TestModule } from 'vitest/node';

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

/** What failed first and passed then: a fault of the product or of the test that shows rarely. */
const secondTries = (modules: readonly TestModule[]): string[] => modules.flatMap((module) =>
  [...module.children.allTests()].filter((test) => test.diagnostic()?.flaky).map((test) => `${relative(process.cwd(), module.moduleId)}: ${test.fullName}`));

function endWith(modules: readonly TestModule[], otherFailures: number): never {
  const sum: Sum = { passed: 0, failed: 0, skipped: 0 };
  for (const module of modules) add(sum, module);
  sum.failed += otherFailures;
  const again = secondTries(modules);
  if (again.length > 0) process.stdout.write(`\nPassed at the second try only, to be looked into:\n  ${again.join('\n  ')}\n`);
  if (sum.passed + sum.failed === 0) process.stderr.write('No test was run.\n');
  process.stdout.write(`\n${sum.passed} passed, ${sum.failed} failed${sum.skipped > 0 ? `, ${sum.skipped} skipped` : ''}\n`);
  process.exit(sum.failed > 0 || sum.passed === 0 ? 1 : 0);
}

/** All is told; what the tests opened has so long to close. */
const closingMs = 60_000;
const failedOutside = (modules: readonly TestModule[]): string[] =>
  modules.filter((module) => [module, ...module.children.allSuites()].some((one) => one.errors().length > 0)).map(({ moduleId }) => relative(process.cwd(), moduleId));

/** A closing that hangs would keep the run from ever ending: it ends with an error instead, and names the files whose hooks failed. */
const closing: Reporter = {
  onTestRunEnd: (modules) => {
    setTimeout(() => {
      const files = failedOutside(modules);
      process.stderr.write(`What the tests opened did not close within ${closingMs / 1000} s. ${files.length > 0 ? `Hooks failed in:\n  ${files.join('\n  ')}` : 'No hook failed: look at what the global set-up closes.'}\n`);
      endWith(modules, 1);
    }, closingMs);
  },
};

const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)]);
const told = [options.reporters ?? 'default'].flat();
const vitest = await startVitest('test', filter, { ...options, reporters: [...told, closing] as NonNullable<typeof options.reporters>, watch: false });
const strayErrors = vitest.state.getUnhandledErrors().length;
await vitest.close();
endWith(vitest.state.getTestModules(), strayErrors);
