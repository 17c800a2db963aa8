// A leader asks for snapshots now.
import { DomainError } from '#domain/errors.ts';
import type { FaceCheck } from '#db/entities/check.ts';
import { Unit } from '#db/entities/lesson.ts';
import { unitOfWork, type EntityManager } from '#db/orm.ts';
import { faceReadySql } from '#db/queries/checks.ts';
import { requireLiveSession } from '#db/queries/lesson-state.ts';
import type { SeatContext } from '../classroom/context.ts';
import { askNew } from './asking.ts';

interface Candidate { person_id: string; ready: boolean; waiting: boolean }

/** Learners of the lesson who are here; `ready` for a face check, `waiting` while one is asked already. */
async function candidates(em: EntityManager, lessonId: string, personId: string | null): Promise<Candidate[]> {
  return em.execute<Candidate[]>(
    `select c.person_id, ${faceReadySql('c.person_id')} as ready,
       exists (select from face_check f where f.lesson_id = c.lesson_id and f.person_id = c.person_id and f.status = 'asked') as waiting
     from connection c where c.lesson_id = ? and c.left_at is null and c.role = 'student' and (?::uuid is null or c.person_id = ?)`,
    [lessonId, personId, personId]);
}

/** Asks one present learner, or all. Throws not_found for one who is not here, face_not_enrolled for one without a face to compare. */
export async function askNow({ live, seat, actor }: SeatContext, personId: string | null): Promise<FaceCheck[]> {
  const { orm, now, config } = live.deps;
  const { lessonId, institutionId } = seat;
  return unitOfWork(orm, actor, async (em) => {
    const at = now();
    const session = await requireLiveSession(em, lessonId, true);
    const present = await candidates(em, lessonId, personId);
    if (personId && present.length === 0) throw new DomainError('not_found', 'no such learner here');
    if (personId && !present[0]?.ready) throw new DomainError('face_not_enrolled', 'this learner is not checked by face');
    const unit = await em.findOne(Unit, { lessonId, startedAt: { $ne: null }, endedAt: null });
    const asked: FaceCheck[] = [];
    for (const one of present.filter((candidate) => candidate.ready && !candidate.waiting)) {
      asked.push(await askNew(em, actor, {
        institutionId, lessonId, sessionId: session.id, unitId: unit?.id ?? null, personId: one.person_id, kind: 'spot',
        windowMs: config.FACE_CHECK_WINDOW_SECONDS * 1000,
      }, at));
    }
    return asked;
  });
}
