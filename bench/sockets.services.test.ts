// The measurement in short, on a real signaling process: everybody really enters, every word reaches everybody, and the figures are there.
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '#db/orm.ts';
import { testDatabase } from '#db/testing/database.ts';
import { startSignaling } from './signaling-alone.ts';
import { measureBare, measureOurs, sideBySide } from './sockets.ts';

const plan = { words: 2, everyMs: 1_100, settleMs: 0 };
const learners = 30;

test('thirty learners enter, hear two words each, and stand beside the bare library', async () => {
  const database = await testDatabase();
  onTestFinished(() => database.close());
  const signaling = await startSignaling(database.url);
  onTestFinished(() => signaling.stop());
  const { url, pid } = signaling;
  const ours = await measureOurs(url, database.url, pid, learners, plan);
  const bare = await measureBare(learners, plan);
  for (const one of [ours, bare]) {
    expect(one).toMatchObject({ entered: learners, broadcastsMissed: 0, closed: 0, errors: [] });
    expect(one.events['chat:sent']).toBe(learners * plan.words);
    expect(one.joinPerSecond).toBeGreaterThan(0);
    expect(one.broadcastP99Ms).toBeGreaterThan(0);
  }
  // What a learner costs is measured with what every learner of a lesson gets: whether their time counts, and a sign-in when their turn comes.
  expect(ours.events['presence:credit']).toBeGreaterThanOrEqual(learners);
  expect(ours.events['check:asked']).toBeGreaterThan(0);
  const orm = await openDatabase(database.url);
  expect(await orm.em.fork().execute(`select distinct way from face_check`)).toEqual([{ way: 'face' }]);
  expect(await orm.em.fork().execute(`select distinct person_id from connection where role = 'student'`)).toHaveLength(learners);
  await orm.close();
  const figures = sideBySide(learners, ours, bare);
  for (const name of ['joinPerSecond', 'rssKbPerLearner', 'broadcastP99Ms', 'ratioToBare', 'cpu']) expect(figures).toHaveProperty(name);
}, 60_000);
