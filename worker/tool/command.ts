// The words of the command line, read once.
import { ConfigError } from '#runtime/config.ts';

export const commandNames = ['inspect', 'rebuild', 'verify'] as const;
export interface Command {
  name: (typeof commandNames)[number];
  /** A lesson's id, `all`, or a folder. */
  target: string; isFolder: boolean; json: boolean;
}

export const usage = [
  'npm run --silent recording -- inspect LESSON|DIR [--json]   what was captured: tracks, clocks, losses, gaps; of a lesson also its rows',
  'npm run --silent recording -- verify LESSON|all [--json]    are captures, copies and files what they were (exit code 1 when not)',
  'npm run --silent recording -- rebuild LESSON [--json]       derives the files of a lesson again from its captures',
];

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Throws ConfigError with what is wrong and how it is used. */
export function readCommand(words: readonly string[]): Command {
  const flags = words.filter((word) => word.startsWith('--'));
  const [name, target, ...more] = words.filter((word) => !word.startsWith('--'));
  const wrong = (line: string): ConfigError => new ConfigError([line, ...usage]);
  const known = commandNames.find((one) => one === name);
  if (!known) throw wrong(name === undefined ? 'What shall be done?' : `There is no command ${name}.`);
  const strange = flags.find((flag) => flag !== '--json') ?? more[0];
  if (strange !== undefined) throw wrong(`${strange} is not understood.`);
  if (target === undefined) throw wrong(`${known} what?`);
  const isFolder = known === 'inspect' && !uuid.test(target);
  if (known !== 'inspect' && !uuid.test(target) && !(known === 'verify' && target === 'all')) throw wrong(`${target} is no lesson id.`);
  return { name: known, target, isFolder, json: flags.length > 0 };
}
