// Picking a learner by lot: one draw at a time in a lesson, each a row and an event.
import { randomInt } from 'node:crypto';
import type { Picked } from '#contracts/pick.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { candidates, pickOf } from '#domain/pick.ts';
import { PickedLearner } from '#db/entities/classroom.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { lessonWithSession, requireLiveSession } from '#db/queries/lesson-state.ts';
import type { SeatContext } from '../classroom/context.ts';

const listed = 50;
interface Here { person_id: string; name: string; picked: number }

/** Learners who hold a seat now, with how often they were picked in this session. */
const presentOf = (em: EntityManager, lessonId: string, sessionId: string): Promise<Here[]> => em.execute<Here[]>(
  `select c.person_id, p.name, coalesce(k.picked, 0)::int as picked from connection c join person p on p.id = c.person_id
   left join (select person_id, count(*) as picked from picked_learner where session_id = ? group by person_id) k on k.person_id = c.person_id
   where c.lesson_id = ? and c.left_at is null and c.role = 'student' order by c.person_id`, [sessionId, lessonId]);

/** Throws lesson_not_live, nobody_present. */
export async function drawPick({ live, seat, actor }: SeatContext): Promise<Picked> {
  const { lessonId, institutionId, personId: pickedBy } = seat;
  return unitOfWork(live.deps.orm, actor, async (em) => {
    // Two leaders who draw at once draw one after the other: the second knows of the first.
    const session = await requireLiveSession(em, lessonId, true);
    const here = await presentOf(em, lessonId, session.id);
    const present = here.map(({ person_id: personId, picked }) => ({ personId, picked }));
    const [last] = await em.find(PickedLearner, { sessionId: session.id }, { orderBy: { pickedAt: 'desc', id: 'desc' }, limit: 1 });
    const drawn = pickOf(present, last?.personId ?? null, (n) => randomInt(n));
    if (!drawn) throw new DomainError('nobody_present', 'no learner is here');
    const at = live.deps.now();
    const id = newId(at.getTime());
    const among = candidates(present, last?.personId ?? null).length;
    await em.insert(PickedLearner, { id, institutionId, lessonId, sessionId: session.id, personId: drawn.personId, pickedBy, pickedAt: at, candidates: among, present: present.length });
    await appendEvent(em, actor, `lesson:${lessonId}`, 'pick:drawn', at, { sessionId: session.id, pickId: id, personId: drawn.personId, candidates: among, present: present.length });
    return { pickId: id, personId: drawn.personId, name: here.find((one) => one.person_id === drawn.personId)!.name, pickedAt: at.toISOString() };
  });
}

export async function listPicks({ live, seat }: SeatContext): Promise<{ picks: Picked[]; counts: { personId: string; picked: number }[] }> {
  const em = live.deps.orm.em.fork();
  const { session } = await lessonWithSession(em, seat.lessonId);
  if (!session) return { picks: [], counts: [] };
  const rows = await em.execute<{ id: string; person_id: string; name: string; picked_at: string }[]>(
    `select k.id, k.person_id, p.name, k.picked_at from picked_learner k join person p on p.id = k.person_id
     where k.session_id = ? order by k.picked_at desc, k.id desc limit ?`, [session.id, listed]);
  const counts = await em.execute<{ person_id: string; picked: number }[]>(
    'select person_id, count(*)::int as picked from picked_learner where session_id = ? group by person_id order by person_id', [session.id]);
  return {
    picks: rows.map((row) => ({ pickId: row.id, personId: row.person_id, name: row.name, pickedAt: new Date(row.picked_at).toISOString() })),
    counts: counts.map((row) => ({ personId: row.person_id, picked: row.picked })),
  };
}
