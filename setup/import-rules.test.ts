// The import rules catch what they forbid: each breach is made on purpose in a house of its own, and a clean house passes.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
let house: string;
beforeEach(() => { house = mkdtempSync(join(tmpdir(), 'keshi-rules-')); });
afterEach(() => { rmSync(house, { recursive: true, force: true }); });

/** What the rules say of a house with these files; empty when nothing. */
function breaches(files: Record<string, string>): string[] {
  for (const [name, text] of Object.entries({ 'tsconfig.json': '{ "compilerOptions": { "module": "nodenext" } }', ...files })) {
    mkdirSync(dirname(join(house, name)), { recursive: true });
    writeFileSync(join(house, name), text);
  }
  const { stdout } = spawnSync(process.execPath, [
    join(root, 'node_modules/.bin/depcruise'), '--config', join(root, '.dependency-cruiser.cjs'), '--output-type', 'json', ...new Set(Object.keys(files).map((name) => name.split('/')[0]!)),
  ], { cwd: house, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const { summary } = JSON.parse(stdout) as { summary: { violations: { rule: { name: string } }[] } };
  return [...new Set(summary.violations.map(({ rule }) => rule.name))].sort();
}

const value = 'export const value = 1;\n';

test.each([
  ['the domain importing the database', { 'common/domain/late.ts': "export { value } from '../../db/orm.ts';\n", 'db/orm.ts': value }, 'domain-alone'],
  ['the domain importing a package of Node', { 'common/domain/late.ts': "import { join } from 'node:path';\nexport const path = join('a');\n" }, 'domain-no-packages'],
  ['contracts importing the runtime', { 'common/contracts/quiz.ts': "export { value } from '../runtime/log.ts';\n", 'common/runtime/log.ts': value }, 'contracts-on-domain'],
  ['the sfu importing the database', { 'sfu/room.ts': "export { value } from '../db/orm.ts';\n", 'db/orm.ts': value }, 'sfu-no-db'],
  ['signaling importing the sfu', { 'signaling/app.ts': "export { value } from '../sfu/room.ts';\n", 'sfu/room.ts': value }, 'signaling-alone'],
  ['the browser importing a value of the contracts', { 'web/rest.ts': "export { value } from '../common/contracts/rest.ts';\n", 'common/contracts/rest.ts': value }, 'web-values'],
  ['one feature of signaling importing another', { 'signaling/quiz/service.ts': "export { value } from '../hand/service.ts';\n", 'signaling/hand/service.ts': value }, 'feature-alone'],
  ['a feature of signaling that nobody listed', { 'signaling/new-one/service.ts': "export { value } from '../account/session.ts';\n", 'signaling/account/session.ts': value }, 'feature-alone'],
  ['two files importing each other', { 'db/a.ts': "export * from './b.ts';\n", 'db/b.ts': "export * from './a.ts';\n" }, 'no-cycles'],
])('%s is refused', (_what, files, rule) => {
  expect(breaches(files as Record<string, string>)).toContain(rule);
});

test('a house in order passes', () => {
  expect(breaches({ 'db/orm.ts': "export { value } from '../common/domain/late.ts';\n", 'common/domain/late.ts': value })).toEqual([]);
  expect(breaches({ 'signaling/quiz/requests.ts': "export { value } from '../classroom/rooms.ts';\nexport { value as own } from './service.ts';\n", 'signaling/quiz/service.ts': value, 'signaling/classroom/rooms.ts': value })).toEqual([]);
});
