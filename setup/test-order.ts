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

export default class TestOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
