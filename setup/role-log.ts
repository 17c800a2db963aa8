// Where a role's lines go: all of them to its file, warnings and errors to the terminal as well.
import { createWriteStream, existsSync, renameSync, statSync, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

const rotateBytes = 20_000_000;

/** Appends; a file that has grown large is put aside first, one generation is kept. */
export function openLogFile(path: string): WriteStream {
  if (existsSync(path) && statSync(path).size > rotateBytes) renameSync(path, `${path}.1`);
  return createWriteStream(path, { flags: 'a', mode: 0o640 });
}

/** Of an uncaught error the terminal shows the message; its stack and Node's frame around it are in the file. */
const frame = /^(\s|[{}^]|$|node:|file:|Node\.js v)/;

/** What the terminal should show of a line, or null. pino's lines are JSON; anything else is a runtime's own complaint. */
export function worthShowing(line: string): string | null {
  if (!line.startsWith('{"')) return frame.test(line) ? null : line;
  try {
    const { level, msg, err } = JSON.parse(line) as { level?: string; msg?: string; err?: { message?: string } };
    if (level !== 'warn' && level !== 'error' && level !== 'fatal') return null;
    return [level, msg, err?.message].filter(Boolean).join(': ');
  } catch {
    return line;
  }
}

export function followLines(stream: Readable, eachLine: (line: string) => void): void {
  createInterface({ input: stream }).on('line', eachLine);
}
