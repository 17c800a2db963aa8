// The order of test files within their kind. Two files run at a time, so the longest goes first, and those that fill the machine with moving pictures do not meet it.
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const first = ['worker/derive/killed.media.test.ts', 'signaling/media/nodes.media.test.ts'];
const last = ['e2e/lesson.e2e.test.ts', 'e2e/live-stream.e2e.test.ts'];
const rank = ({ moduleId }: TestSpecification): number => {
  const named = (names: readonly string[]): number => names.findIndex((name) => moduleId.endsWith(`/${name}`));
  return named(first) >= 0 ? named(first) - first.length : named(last) + 1;
};

export default class TestOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
