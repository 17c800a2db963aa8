// The command line: what is understood, and that all else is refused with how it is used.
import { expect, it } from 'vitest';
import { newId } from '#domain/id.ts';
import { readCommand, usage } from './command.ts';

const lesson = newId();
const refused = (...words: string[]): string[] => {
  try {
    readCommand(words);
  } catch (error) {
    return (error as { lines: string[] }).lines;
  }
  return [];
};

it('names a lesson, a folder, or all', () => {
  expect(readCommand(['inspect', lesson])).toEqual({ name: 'inspect', target: lesson, isFolder: false, json: false });
  expect(readCommand(['inspect', '--json', 'data/capture/x'])).toEqual({ name: 'inspect', target: 'data/capture/x', isFolder: true, json: true });
  expect(readCommand(['verify', 'all', '--json'])).toMatchObject({ name: 'verify', target: 'all', isFolder: false, json: true });
  expect(readCommand(['rebuild', lesson])).toMatchObject({ name: 'rebuild', target: lesson });
});

it('refuses the rest in one line and says how it is used', () => {
  for (const words of [[], ['look', lesson], ['inspect'], ['verify', 'x'], ['rebuild', 'all'], ['rebuild', lesson, '--force'], ['verify', lesson, lesson]]) {
    expect(refused(...words).slice(1), words.join(' ')).toEqual(usage);
  }
});
