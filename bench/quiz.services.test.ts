// The measurement in short, on a real signaling process: sixty learners are asked, one in three is cut meanwhile, and every answer is in the rows once.
import { expect, onTestFinished, test } from 'vitest';
import { testDatabase } from '#db/testing/database.ts';
import { measureBare, measureOurs, sideBySide } from './quiz.ts';
import { startSignaling } from './signaling-alone.ts';

const learners = 60;
const plan = { questions: 1, withinMs: 5_000, cutShare: 0.34, patienceMs: 40_000 };

test('no answer is lost or doubled though one in three is cut, and the teacher hears of many at once', async () => {
  const database = await testDatabase();
  onTestFinished(() => database.close());
  const signaling = await startSignaling(database.url);
  onTestFinished(() => signaling.stop());
  const ours = await measureOurs(signaling.url, database.url, learners, plan);
  expect(ours).toMatchObject({ kept: { answers: learners, answersLost: 0, answersDouble: 0, answersWrong: 0 }, refusals: [], asked: { entered: learners, errors: [] } });
  const [round] = ours.asked.rounds;
  const cut = round!.told.filter(({ wasCut }) => wasCut);
  expect(cut.length).toBeGreaterThan(0);
  // Whose acknowledgement was lost sent twice, and nobody's answer stands twice.
  expect(round!.told.reduce((sum, { sends }) => sum + sends, 0)).toBeGreaterThan(learners);
  expect(round!.heard.at(-1)?.answeredCount).toBe(learners);
  expect(round!.heard.length).toBeLessThan(learners / 2);
  const figures = sideBySide(learners, plan, ours, await measureBare(learners, plan));
  expect(figures).toMatchObject({ undelivered: 0, unseen: 0, bare: { entered: learners, undelivered: 0 } });
  for (const name of ['deliverP99Ms', 'ackP99Ms', 'teacherUpdateP99Ms'] as const) expect(figures[name]).toBeGreaterThan(0);
  expect(figures['ratioToBare']).toMatchObject({ deliverP99Ms: expect.any(Number) as number });
}, 90_000);
