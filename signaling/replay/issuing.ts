// Notes which spans were given out, for all who watch at the same moment in one transaction per institution.
import { unitOfWork } from '#db/orm.ts';
import { noteIssued } from '#db/queries/replay-viewing.ts';
import { readersApart } from '#db/tenancy.ts';
import type { Pair } from '#domain/recording/spans.ts';
import { inBatches } from '#runtime/batches.ts';
import type { Deps } from '../deps.ts';

export interface Issue { viewingId: string; institutionId: string; span: Pair }

/** Answers when it is in the rows; false where the viewing has ended meanwhile. The platform acts: the viewings of many persons change at once. */
export const issuing = ({ orm }: Pick<Deps, 'orm'>): (issue: Issue) => Promise<boolean> => readersApart((as) => inBatches<Issue, boolean>((issues) => as(async () => {
  const open = new Set<string>();
  for (const [institutionId, own] of Map.groupBy(issues, (issue) => issue.institutionId)) {
    const noted = await unitOfWork(orm, { personId: null, institutionId }, (em) => noteIssued(em, own));
    for (const viewingId of noted) open.add(viewingId);
  }
  return issues.map(({ viewingId }) => open.has(viewingId));
})));
