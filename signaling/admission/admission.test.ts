// The rate is kept, turns are given in order, places are told sparingly, and who goes is forgotten.
import { expect, test } from 'vitest';
import { createLog } from '#runtime/log.ts';
import { Admission, mostAtOnce, type Asker, type Queued } from './admission.ts';
import type { Rank } from './waiting-line.ts';

const log = createLog('test', 'silent');
const settled = (): Promise<void> => new Promise((done) => { setImmediate(done); });

async function open(perSecond: number, rank: (asker: Asker) => Rank = () => 'new') {
  let nowMs = 1_000;
  const entered: string[] = [];
  const told = new Map<string, Queued[]>();
  const done = new Map<string, () => void>();
  const admission = await Admission.create({ perSecond, log, nowMs: () => nowMs, ranksOf: async (askers) => askers.map(rank) });
  const ask = (personId: string, socketId = personId, lessonId = 'lesson'): Promise<string> => {
    told.set(socketId, []);
    return admission.turn({ lessonId, personId, socketId }, (queued) => told.get(socketId)!.push(queued)).then((over) => {
      entered.push(socketId);
      done.set(socketId, over);
      return 'entered';
    }, (error: { code: string }) => error.code);
  };
  const pass = async (ms: number): Promise<void> => {
    nowMs += ms;
    admission.round();
    await settled();
  };
  return { admission, ask, pass, entered, told, done };
}

test('as many as the rate at once, the others one after the other', async () => {
  const { ask, pass, entered, told, admission } = await open(2);
  for (const name of ['a', 'b', 'c', 'd', 'e']) void ask(name);
  await settled();
  expect(entered).toEqual(['a', 'b']);
  expect(told.get('c')).toEqual([{ position: 1, waitMs: 500 }]);
  // The line is numbered every 250 ms: who came after the last time hears then.
  await pass(250);
  expect(told.get('e')).toEqual([{ position: 3, waitMs: 1500 }]);
  await pass(150);
  expect(entered).toEqual(['a', 'b']);
  expect(told.get('e')).toHaveLength(1);
  await pass(100);
  await pass(500);
  expect(entered).toEqual(['a', 'b', 'c', 'd']);
  await pass(250);
  expect(told.get('e')?.at(-1)?.position).toBe(1);
  expect(admission.load.waiting).toBe(1);
  await pass(250);
  expect(admission.load.waiting).toBe(0);
});

test('nobody enters while too many are entering, whatever the rate; one who is done makes room', async () => {
  const { ask, entered, done, admission } = await open(1_000);
  for (let index = 0; index < mostAtOnce + 6; index++) void ask(`p${index}`);
  await settled();
  expect([entered.length, admission.load.entering, admission.load.waiting]).toEqual([mostAtOnce, mostAtOnce, 6]);
  done.get('p0')!();
  done.get('p0')!();
  await settled();
  expect([entered.length, entered.at(-1), admission.load.entering]).toEqual([mostAtOnce + 1, `p${mostAtOnce}`, mostAtOnce]);
});

test('staff and hands go before who came earlier', async () => {
  const { ask, pass, entered } = await open(1, ({ personId }) => (personId === 't' ? 'staff' : personId === 'h' ? 'engaged' : 'new'));
  for (const name of ['a', 'b', 'h', 't']) void ask(name);
  await settled();
  for (let turn = 0; turn < 3; turn++) await pass(1000);
  expect(entered).toEqual(['a', 't', 'h', 'b']);
});

test('a socket that closes leaves the line; another socket of the person keeps its place, and a late close of the old one changes nothing', async () => {
  const { ask, pass, entered, admission } = await open(1);
  void ask('first');
  const gone = ask('gone');
  const old = ask('person', 'old-socket');
  void ask('last');
  await settled();
  admission.leave({ lessonId: 'lesson', personId: 'gone', socketId: 'gone' });
  expect(await gone).toBe('not_entered');
  void ask('person', 'new-socket');
  expect(await old).toBe('seat_taken_over');
  admission.leave({ lessonId: 'lesson', personId: 'person', socketId: 'old-socket' });
  await pass(1000);
  await pass(1000);
  expect(entered).toEqual(['first', 'new-socket', 'last']);
});

test('where the rows cannot be asked they enter as they came; closing refuses who still waits', async () => {
  let nowMs = 0;
  const admission = await Admission.create({ perSecond: 1, log, nowMs: () => nowMs, ranksOf: () => Promise.reject(new Error('no database')) });
  const turn = (personId: string): Promise<string> => admission.turn({ lessonId: 'l', personId, socketId: personId }, () => undefined).then(() => personId, (error: { code: string }) => error.code);
  const [first, second, third] = [turn('a'), turn('b'), turn('c')];
  expect(await first).toBe('a');
  await settled();
  nowMs += 1000;
  admission.round();
  expect(await second).toBe('b');
  admission.close();
  expect(await third).toBe('not_entered');
});
