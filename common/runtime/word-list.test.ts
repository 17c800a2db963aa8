// The file of refused words: comments and marks, changed while running, gone while running, missing at start.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConfigError } from './config.ts';
import { createLog } from './log.ts';
import { openWordList } from './word-list.ts';

const log = createLog('test', 'silent');
let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'words-'));
  path = join(folder, 'words.txt');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('one word a line; comments, empty lines and the mark of an editor are none', async () => {
  await writeFile(path, '\uFEFF代考\r\n# 注释\r\n\r\n  加微信  \n');
  const words = await openWordList(path, log);
  for (const text of ['找人代 考', '加 微 信']) await expect(words.requireClean(text)).rejects.toMatchObject({ code: 'word_refused' });
  for (const text of ['注释', '# 注释', '']) await words.requireClean(text);
});

test('without a file nothing is refused; a file that is not there ends the start in one line', async () => {
  await (await openWordList(undefined, log)).requireClean('代考');
  await expect(openWordList(path, log)).rejects.toThrow(ConfigError);
});

test('a changed file is in force within ten seconds; a lost one leaves the last list', async () => {
  await writeFile(path, '旧词');
  const clock = { ms: 0 };
  const words = await openWordList(path, log, () => clock.ms);
  await writeFile(path, '另一个新词');
  clock.ms = 9_999;
  await words.requireClean('另一个新词');
  clock.ms = 10_000;
  await expect(words.requireClean('另一个新词')).rejects.toMatchObject({ code: 'word_refused' });
  await words.requireClean('旧词');
  await rm(path);
  clock.ms = 30_000;
  await expect(words.requireClean('另一个新词')).rejects.toMatchObject({ code: 'word_refused' });
});
