// The list of words that are refused, from a file of the instance: read at start, and again when the file has changed.
import { readFile, stat } from 'node:fs/promises';
import { DomainError } from '#domain/errors.ts';
import { wordFilter, type WordFilter } from '#domain/word-filter.ts';
import { ConfigError } from './config.ts';
import type { Logger } from './log.ts';

export const wordListSettings = ['REFUSED_WORDS_FILE'] as const;
/** Not looked at more often than this. */
const lookAgainMs = 10_000;

export interface WordList {
  /** Throws word_refused where a word of the list stands in the text; never says or logs which. */
  requireClean(text: string): Promise<void>;
}

interface Read { filter: WordFilter; changedMs: number; bytes: number }

async function read(path: string): Promise<Read> {
  const { mtimeMs, size } = await stat(path);
  // A mark at the beginning, as some editors put it, is no part of the first word; lines with # are comments.
  const lines = (await readFile(path, 'utf8')).replace(/^\uFEFF/, '').split(/\r?\n/).filter((line) => !line.trimStart().startsWith('#'));
  return { filter: wordFilter(lines), changedMs: mtimeMs, bytes: size };
}

/** Without a path nothing is refused. Throws ConfigError where the file cannot be read at start; later the last list stays in force. */
export async function openWordList(path: string | undefined, log: Logger, nowMs: () => number = () => performance.now()): Promise<WordList> {
  if (!path) return { requireClean: () => Promise.resolve() };
  let current = await read(path).catch((error: Error) => { throw new ConfigError([`REFUSED_WORDS_FILE=${path} cannot be read: ${error.message}`]); });
  let lookedMs = nowMs();
  let failing = false;
  const tell = (): void => log.info({ words: current.filter.size, unusable: current.filter.unusable }, 'list of refused words read');
  tell();

  async function look(file: string): Promise<void> {
    lookedMs = nowMs();
    try {
      const { mtimeMs, size } = await stat(file);
      if (mtimeMs !== current.changedMs || size !== current.bytes) {
        current = await read(file);
        tell();
      }
      failing = false;
    } catch (error) {
      if (!failing) log.error({ err: error }, 'list of refused words cannot be read: the last one stays in force');
      failing = true;
    }
  }
  return {
    requireClean: async (text) => {
      if (nowMs() - lookedMs >= lookAgainMs) await look(path);
      if (current.filter.refuses(text)) throw new DomainError('word_refused', 'a word of the list stands in it');
    },
  };
}
