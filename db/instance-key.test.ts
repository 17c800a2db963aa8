// One key per instance, whoever comes first; what it signed is told from anything else.
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { instanceKeyFile, loadInstanceKey, signedBy } from './instance-key.ts';

let folder: string;
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'instance-key-')); });
afterEach(() => rm(folder, { recursive: true, force: true }));

test('processes that start at once share one key, which only its owner can read', async () => {
  const path = instanceKeyFile(folder);
  const keys = await Promise.all([loadInstanceKey(path), loadInstanceKey(path), loadInstanceKey(path)]);
  expect(new Set(keys.map(({ publicKey }) => publicKey)).size).toBe(1);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await readFile(path, 'utf8'))).toContain('PRIVATE KEY');
});

test('a signature fits its text and its key only', async () => {
  const [own, other] = [await loadInstanceKey(join(folder, 'a')), await loadInstanceKey(join(folder, 'b'))];
  const signature = own.sign('报告');
  expect(signedBy(own.publicKey, '报告', signature)).toBe(true);
  expect(signedBy(own.publicKey, '报告 ', signature)).toBe(false);
  expect(signedBy(other.publicKey, '报告', signature)).toBe(false);
  expect(signedBy('no key', '报告', signature)).toBe(false);
  expect(signedBy(own.publicKey, '报告', 'no signature')).toBe(false);
});

test('a file that is no key is said to be none, and left alone', async () => {
  const path = join(folder, 'instance.key');
  await writeFile(path, 'something else');
  await expect(loadInstanceKey(path)).rejects.toThrow('is not a private key');
  expect(await readFile(path, 'utf8')).toBe('something else');
});
