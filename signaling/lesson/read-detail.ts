// One lesson's page for everybody who opens it at once: who may see it is asked for each, what there is to see once for all.
import type { LessonDetail } from '#contracts/lesson.ts';
import { rolesInLessons, type PersonInLesson } from '#db/queries/lesson-access.ts';
import { lessonDetailFor } from '#db/queries/lesson-detail.ts';
import { readersApart } from '#db/tenancy.ts';
import { DomainError } from '#domain/errors.ts';
import type { LessonRole } from '#domain/roles.ts';
import { inBatches, sharedLoads } from '#runtime/batches.ts';
import type { Deps } from '../deps.ts';

/** As `lessonDetail`, whose rows it reads after it was asked. Throws not_found when there is none or the person has no role in it. */
export function lessonReader({ orm }: Pick<Deps, 'orm'>): (personId: string, lessonId: string) => Promise<LessonDetail> {
  const roleOf = readersApart<PersonInLesson, LessonRole | null>((as) => inBatches((asked) => as(() => rolesInLessons(orm.em.fork(), asked))));
  const detailOf = readersApart<string, LessonDetail>((as) => sharedLoads((lessonId) => as(() => lessonDetailFor(orm.em.fork(), lessonId, 'observer'))));
  return async (personId, lessonId) => {
    const [role, detail] = await Promise.all([roleOf({ personId, lessonId }), detailOf(lessonId)]);
    if (!role) throw new DomainError('not_found', 'no such lesson');
    return { ...detail, role };
  };
}
