// A leader asks learners now: for a snapshot, or on the other way.
import { DomainError } from '#domain/errors.ts';
import type { FaceCheck } from '#db/entities/check.ts';
import { Unit } from '#db/entities/lesson.ts';
import { unitOfWork, type EntityManager } from '#db/orm.ts';
import { faceReadySql, phoneOnFileSql } from '#db/queries/checks.ts';
import { requireLiveSession } from '#db/queries/lesson-state.ts';
import type { SeatContext } from '../classroom/context.ts';
import { askMany, holdAsking, howOf } from './asking.ts';
import { checkRules } from './check-rules.ts';

interface Candidate { person_id: string; ready: boolean; phone: boolean; waiting: boolean }

/** Learners of the lesson who are here; `ready` for a picture, else on the other way; `waiting` while a check is open already. */
async function candidates(em: EntityManager, lessonId: string, personId: string | null): Promise<Candidate[]> {
  return em.execute<Candidate[]>(
    `select c.person_id, ${faceReadySql('c.person_id')} as ready, ${phoneOnFileSql('c.person_id')} as phone,
       exists (select from face_check f where f.lesson_id = c.lesson_id and f.person_id = c.person_id and f.status = 'asked' and f.viewing_id is null) as waiting
     from connection c where c.lesson_id = ? and c.left_at is null and c.role = 'student' and (?::uuid is null or c.person_id = ?)`,
    [lessonId, personId, personId]);
}

/** Asks one present learner, or all; whoever has one open is not asked again. Throws not_found for one who is not here, lesson_not_live, lesson_ended. */
export async function askNow({ live, seat, actor }: SeatContext, personId: string | null): Promise<FaceCheck[]> {
  const { orm, now } = live.deps;
  const { lessonId, institutionId } = seat;
  return unitOfWork(orm, actor, async (em) => {
    await holdAsking(em);
    const at = now();
    const session = await requireLiveSession(em, lessonId, true);
    const present = await candidates(em, lessonId, personId);
    if (personId && present.length === 0) throw new DomainError('not_found', 'no such learner here');
    const unit = await em.findOne(Unit, { lessonId, startedAt: { $ne: null }, endedAt: null });
    const rules = checkRules(live, session);
    const orders = present.filter(({ waiting }) => !waiting).map((one) =>
      ({ institutionId, lessonId, sessionId: session.id, unitId: unit?.id ?? null, personId: one.person_id, kind: 'spot' as const, how: howOf(one, rules) }));
    return askMany(em, () => actor, orders, at);
  });
}
