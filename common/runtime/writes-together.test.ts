// Writes in one piece: in the order of asking, by one name never two at a time, groups apart, and nobody fails for another.
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { writesTogether, type Outcome } from './batches.ts';

interface Write { group: string; name: string; bad?: boolean; refused?: boolean }
function recorder() {
  const pieces: string[][] = [];
  const gates = new Map<string, Promise<void>>();
  const write = async (keys: Write[]): Promise<Outcome<string>[]> => {
    await gates.get(keys[0]!.group);
    if (keys.some(({ bad }) => bad)) throw new Error(`broken by one of ${keys.length}`);
    pieces.push(keys.map(({ name }) => name));
    return keys.map(({ name, refused }) => (refused ? { error: new Error(`${name} is refused`) } : { value: `${name}${pieces.length}` }));
  };
  return { pieces, gates, ask: writesTogether(write, { groupOf: ({ group }) => group, nameOf: ({ name }) => name }) };
}
const words = (results: PromiseSettledResult<string>[]): string[] => results.map((one) => (one.status === 'fulfilled' ? one.value : (one.reason as Error).message));

it('writes those of one moment in one piece, the second of a name after the first, a refusal being its own', async () => {
  const { ask, pieces } = recorder();
  const asked = [{ group: 'g', name: 'a' }, { group: 'g', name: 'b', refused: true }, { group: 'g', name: 'a' }, { group: 'g', name: 'c' }];
  const results = await Promise.allSettled(asked.map(ask));
  expect(pieces).toEqual([['a', 'b', 'c'], ['a']]);
  expect(words(results)).toEqual(['a1', 'b is refused', 'a2', 'c1']);
});

it('writes each alone where the piece fails: only who cannot be written fails', async () => {
  const { ask, pieces } = recorder();
  const results = await Promise.allSettled([{ group: 'g', name: 'a' }, { group: 'g', name: 'x', bad: true }, { group: 'g', name: 'b' }].map(ask));
  expect(words(results)).toEqual(['a1', 'broken by one of 1', 'b2']);
  expect(pieces).toEqual([['a'], ['b']]);
});

it('a group that is held up holds up no other, and what comes meanwhile is one piece after it', async () => {
  const { ask, pieces, gates } = recorder();
  const gate = Promise.withResolvers<void>();
  gates.set('held', gate.promise);
  const held = [ask({ group: 'held', name: 'a' })];
  await turn();
  held.push(ask({ group: 'held', name: 'a' }), ask({ group: 'held', name: 'b' }));
  expect(await ask({ group: 'free', name: 'z' })).toBe('z1');
  gate.resolve();
  expect(await Promise.all(held)).toEqual(['a2', 'a3', 'b3']);
  expect(pieces).toEqual([['z'], ['a'], ['a', 'b']]);
});
