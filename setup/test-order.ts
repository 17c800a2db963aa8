// The order of test files within their kind. Two files run at a time, so the longest goes first.
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const first = [
  'worker/derive/killed.media.test.ts', 'signaling/media/nodes.media.test.ts',
  'e2e/presence.e2e.test.ts', 'e2e/groups.e2e.test.ts', 'bench/faces.e2e.test.ts', 'e2e/enrolment.e2e.test.ts',
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
