// The order of test files within their kind. Two files run at a time, so the longest goes first.
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const first = [
  'worker/derive/killed.media.test.ts', 'signaling/media/nodes.media.test.ts',
  // It mostly waits, and its learners have seconds to do things: beside it what waits too, later what keeps both cores busy.
  'e2e/presence.e2e.test.ts', 'e2e/exam.e2e.test.ts', 'e2e/door.e2e.test.ts', 'e2e/register.e2e.test.ts', 'e2e/question-bank.e2e.test.ts', 'e2e/talk.e2e.test.ts', 'e2e/replay-questions.e2e.test.ts',
  'e2e/quiz.e2e.test.ts', 'e2e/question-set.e2e.test.ts',
];
const rank = ({ moduleId }: TestSpecification): number => {
  const at = first.findIndex((name) => moduleId.endsWith(`/${name}`));
  return at >= 0 ? at : first.length;
};
/** Of the rest some of the longest, so that none of them begins when the other half has ended. */
const long = [
  'worker/derive/courseware.media.test.ts', 'setup/product.media.test.ts', 'sfu/capture.media.test.ts', 'worker/live/live.media.test.ts', 'worker/derive/derive.media.test.ts',
  'signaling/companion/companion.media.test.ts', 'signaling/media/edges.media.test.ts', 'sfu/chromium.media.test.ts',
  'signaling/companion/companion.services.test.ts', 'worker/queues.services.test.ts', 'bench/quiz.services.test.ts', 'signaling/breakout/breakout.services.test.ts', 'signaling/main.services.test.ts',
  'signaling/presence/credit.services.test.ts', 'signaling/check/again.services.test.ts', 'signaling/check/other-way.services.test.ts', 'worker/keeper/keeper.services.test.ts',
];
const isLong = ({ moduleId }: TestSpecification): number => Number(long.some((name) => moduleId.endsWith(`/${name}`)));

export default class TestOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b) || isLong(b) - isLong(a));
  }
}
